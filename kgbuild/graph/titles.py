"""Words for offices and bodies, and whether a form is nothing but such words: "Deputy Director", "the agency"."""

import re

TITLES = frozenset(
    """
    administrator admiral agency agencies ambassador archbishop architect assistant association attorney author bank bishop
    board bureau cabinet captain cardinal center centre ceo cfo chair chairman chairwoman chairperson chancellor chief church city
    cio clerk club colonel commander commission commissioner committee community company conference congress congressman
    congresswoman constitution contractor cooperative coordinator corporal corporation corps council councilman councilor counsel
    country county court coo cto dean delegate department deputy designer developer director district division doctor duke emperor
    employee engineer executive federation firm force foundation founder general government governor group inspector
    institute institution judge justice king lady league legislature lieutenant lord major manager marshal mayor member minister
    ministry monsignor museum observer office officer organization panel parliament partner party pastor patriarch police pope
    premier president prime prince princess principal professor program project prosecutor province queen rabbi registrant
    representative republic school secretary section senate senator sergeant service sheriff sir society speaker spokesman
    spokesperson spokeswoman staff state states subcommittee sultan superintendent team treasurer tribunal tsar union
    university village warden writer
    """.split()
)
FILLERS = frozenset(
    ("acting", "a", "an", "the", "of", "and", "for", "vice", "former", "deputy", "assistant", "under", "our", "its", "this")
)
NAMES_ALONE = frozenset(("congress", "parliament", "senate"))
"""Words of TITLES that name one thing when they stand alone."""
NO_NAMES = frozenset(("federal", "hospital", "hospitals", "registrant", "registrants"))
"""Words that capitals make no name: "the Federal workforce", "the Registrant"."""
TITLES_ALONE = frozenset(
    ("state", "states", "justice", "city", "church", "bank", "village", "republic", "ceo", "cfo", "cio", "coo", "cto")
)
"""Words of TITLES that are part of a name beside another word: State Department, City Bank, CIO Council."""
NAMES_BEFORE = frozenset(
    (
        "bishop",
        "constitution",
        "dean",
        "duke",
        "emperor",
        "judge",
        "king",
        "lady",
        "lord",
        "marshal",
        "pope",
        "prince",
        "princess",
        "queen",
    )
)
"""Words of TITLES that are the name of what follows: King County, Duke University, Constitution Party."""
NAMED_AFTER = frozenset(
    (
        *("bank", "center", "centre", "city", "club", "company", "corporation", "county", "foundation", "institute"),
        *("museum", "party", "province", "school", "university", "village"),
    )
)
"""Words of TITLES that are named by such a word before them."""
TITLES_OF = frozenset(
    (
        *(
            "board of directors",
            "chief of staff",
            "head of state",
            "head of government",
            "secretary of state",
            "member of congress",
        ),
        *("members of congress", "chairman of the board", "attorney at law", "minister of state", "state of the union"),
    )
)
"""Titles that the words alone do not show."""


def is_bare_title(text: str) -> bool:
    """Whether a form is only words for an office or a body, none of them a name: "Secretary", "Deputy Director", "agencies", "Prime Minister"."""
    words = re.findall(r"[\w'’]+", text.casefold())
    if " ".join(words) in TITLES_OF | NO_NAMES:
        return True
    if _named_before(text, words):
        return False
    kinds = [word for word in words if word in TITLES or word.removesuffix("s") in TITLES]
    if not kinds or len(words) > 3 or not all(word in kinds or word in FILLERS for word in words):
        return False
    return kinds[0] not in NAMES_ALONE if len(words) == 1 else len(kinds) == 1 or not TITLES_ALONE.intersection(words)


def _named_before(text: str, words: list[str]) -> bool:
    """Whether a title is the name of a place or body: "King County", not "the king’s county"."""
    first, *rest = words or [""]
    return first in NAMES_BEFORE and len(rest) == 1 and rest[0] in NAMED_AFTER and all(map(str.istitle, text.split()))
