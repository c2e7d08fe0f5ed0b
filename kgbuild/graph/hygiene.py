"""A written form, trimmed -> whether it can be an entity at all.

Each rule has a name, is counted under it, and can be switched off by it (`hygiene_off` in kgbuild.toml). Most rules know the text and
the type alone; what depends on where a name stands, or on all forms of a thing, the caller asks with the questions at the end of the
file.
"""

import re
from collections.abc import Callable, Collection, Iterable

from kgbuild.errors import ConfigError
from kgbuild.graph.demonyms import is_demonym
from kgbuild.graph.stops import is_in_address
from kgbuild.graph.titles import is_bare_title
from kgbuild.graph.trimming import APOSTROPHES
from kgbuild.privacy.finders import LONGEST, PLACEHOLDER

MAX_WORDS = 12
HEADING_RULE = "only_in_headings"
"""Names that stand only in headings and all-caps lines of a document."""
RELATION_RULE = "people_or_language_without_relation"
"""Demonyms and languages that take part in no fact of a document."""
ABBREVIATION_RULE = "abbreviation_of_common_words"
"""Names that are nothing but the abbreviation of small words: "FY" of "fiscal year (FY)"."""
ADDRESS_RULE = "part_of_an_address"
"""Names that are cut from an address or a file name: "USA" of "USA.gov" is no country."""
WITHHELD_RULE = "withheld"
"""Placeholders of what rules of privacy withheld, and names with a part of one in them."""

# ── verdicts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

PRONOUNS = frozenset(
    """
    i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it
    its itself they them their theirs themselves this that these those who whom whose which what someone somebody anyone anybody
    everyone everybody everything nobody one ones none nothing something here there where when why how mr mrs ms dr
    """.split()
)

FURNITURE = re.compile(
    r"""(form|item|exhibit|schedule|part|table|figure|fig|page|chapter|appendix|annex|note|box|line|column|step|slide|question|photo|image|volume|vol|version|phase|tier|level|day|week|module|lesson|session|track)\s*\.?\s*
        ([ivxlc]+|[a-z]|(?=\S{0,4}\d)[a-z0-9][a-z0-9.()/-]{0,8}|[0-9a-z]{0,2}-[a-z](/a)?)(\s+of\s+\d+)?
        |(section|rule|article|paragraph)\s*([0-9]{1,2}|[ivxlc]+|[0-9]{1,2}\([a-z0-9]+\)\S{0,8})""",
    re.IGNORECASE | re.VERBOSE,
)
"""Numbered parts of a form or a page. A section with three digits is a law's that people know by its number: Section 508."""
FURNITURE_WORDS = frozenset(
    """the|a|an|and|form|exhibit|check mark|check box|checkbox|table of contents|signature|signatures|n/a|not applicable|yes|no|page|click here
    |read more|learn more|sign up|subscribe|share|tweet|contact|contact us|home|menu|search|skip|next|previous|back to top
    |indicate by check mark|press release|for immediate release|about|figure|table|link|editor's note|photo|image|video|pdf
    |continue reading|share this|related articles|see also|references|external links|further reading|faq|faqs|q&a|tbd|asap"""
    .replace("\n    ", "").split("|")
)  # fmt: skip

url = re.compile(r"(\w+://\S*|(www|ftp)\.\S+|[\w.-]+\.\w{2,6}/\S*|(mailto|doi):\S+)", re.IGNORECASE)
email = re.compile(r"\S+@[\w-]+(\.[\w-]+)+")
handle = re.compile(r"@\S+")
hashtag = re.compile(r"#\S+")
file_name = re.compile(
    r"\S+\.(aspx?|avi|bat|bmp|bz2|cfg|conf|css|csv|docx?|dll|exe|gif|git|gz|html?|ico|ini|ipynb|jar|jpe?g|json|jsp|log|md|mov|mp[34]"
    r"|odt|pdf|php|png|pptx?|psd|py|rar|rtf|sh|sql|svg|tar|tgz|tiff?|toml|tsv|tsx?|txt|wav|webp|xlsx?|xml|ya?ml|zip)",
    re.IGNORECASE,
)
phone = re.compile(r"[+(]?\d[\d\s().+/-]{5,}\d(\s*(x|ext\.?)\s*\d+)?", re.IGNORECASE)
bullet = re.compile(r"[\W_]*[☐☑☒✓✔□■●•][\W_]*")


GEORGIAN = re.compile("[\u10d0-\u10ff]+")
"""Letters that Unicode calls small, of a script in which nobody writes capitals."""


def _one_letter(text: str, type: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return len(letters) == 1 and sum(map(str.isalnum, text)) == 1 and not _is_cjk(letters[0])


def _is_cjk(character: str) -> bool:
    """Whether one character can be a whole name: Han, kana, hangul."""
    return "\u2e80" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7af" or "\U00020000" <= character <= "\U0003ffff"


def _bare_title(text: str, type: str) -> bool:
    return is_bare_title(text)


def _furniture(text: str, type: str) -> bool:
    return bool(FURNITURE.fullmatch(text) or bullet.search(text)) or text.casefold().strip(" .:") in FURNITURE_WORDS


def _pronoun(text: str, type: str) -> bool:
    """Whether "us" goes; "US" stays: a form all in capitals is an acronym, unless it is "I"."""
    word = re.split(rf"[{APOSTROPHES}](?=(?:m|re|ve|ll|d|s)$)", text.casefold().rstrip("."))[0]  # we'll, I’m
    return word in PRONOUNS and (not text.isupper() or len(text) == 1)


def _lower_name(text: str, type: str) -> bool:
    """A common word ("the think tank", "our mighty team"), in a script that has capitals. An address such as "data.gov" is a name."""
    return (
        type in ("Organization", "Location")
        and GEORGIAN.sub("", text).islower()
        and "." not in text
        and not any(map(str.isdigit, text))
    )


def _lower_person(text: str, type: str) -> bool:
    return type == "Person" and any(map(str.islower, GEORGIAN.sub("", text))) and not any(map(str.isupper, text))


def _too_long(text: str, type: str) -> bool:
    return len(text.split()) > MAX_WORDS


def _empty(text: str, type: str) -> bool:
    return not text.strip()


def _no_letter(text: str, type: str) -> bool:
    return not any(map(str.isalpha, text))


def _person_with_digits(text: str, type: str) -> bool:
    return type == "Person" and any(map(str.isdigit, text))


def _is(pattern: re.Pattern[str]) -> Callable[[str, str], bool]:
    def forbids(text: str, type: str) -> bool:
        return pattern.fullmatch(text) is not None

    return forbids


RULES: dict[str, Callable[[str, str], bool]] = {
    "empty": _empty,
    "email": _is(email),
    "url": _is(url),
    "handle": _is(handle),
    "hashtag": _is(hashtag),
    "file_name": _is(file_name),
    "phone_number": _is(phone),
    "no_letter": _no_letter,
    "one_letter": _one_letter,
    "pronoun": _pronoun,
    "form_furniture": _furniture,
    "bare_title": _bare_title,
    "too_many_words": _too_long,
    "person_with_digits": _person_with_digits,
    "person_in_small_letters": _lower_person,
    "name_in_small_letters": _lower_name,
}
"""Rule name -> whether it forbids a text of a type, asked in this order; the first that does names the reason."""

RULE_NAMES = (*RULES, HEADING_RULE, RELATION_RULE, ABBREVIATION_RULE, ADDRESS_RULE, WITHHELD_RULE)


def verdict(text: str, type: str, off: Collection[str] = ()) -> str | None:
    """The name of the rule by which a trimmed text is no entity of a type, or None if it may be one."""
    return next((name for name, forbids in RULES.items() if name not in off and forbids(text, type)), None)


def check_off(names: Iterable[str], more: Iterable[str] = ()) -> None:
    """Raises ConfigError if a rule that is to be switched off does not exist; more: names of rules that stand elsewhere."""
    known = (*RULE_NAMES, *more)
    for name in names:
        if name not in known:
            raise ConfigError(f"hygiene_off names the rule {name!r}, which does not exist; rules: {', '.join(known)}")


# ── where a name stands ──────────────────────────────────────────────────────────────────────────────────────────────


def is_all_caps(line: str) -> bool:
    """Whether a line is set in capitals, so that capitals say nothing in it: two words at least, no small letter."""
    words = [word for word in line.split() if any(map(str.isalpha, word))]
    return len(words) > 1 and sum(map(str.isalpha, line)) > 5 and line == line.upper() and line != line.lower()


defined = re.compile(r"\b((?:[a-z][\w-]{0,30}\s{1,2}){0,6}[a-z][\w-]{0,30})\s{1,2}\(([A-Z]{2,6})s?\)")


def cut_from(text: str, start: int, end: int, off: Collection[str] = ()) -> str | None:
    """The rule for a mention text[start:end] that is cut from more: a handle or hashtag without its sign, a part of an address."""
    rule = {"@": "handle", "#": "hashtag"}.get(text[max(0, start - 1) : start], "")
    rule = rule or (ADDRESS_RULE if is_in_address(text, end) else "")
    return rule if rule and rule not in off else None


def withheld(text: str, start: int, end: int, off: Collection[str] = ()) -> str | None:
    """The rule for a mention text[start:end] that is a placeholder, or has a part of one in it."""
    if WITHHELD_RULE in off or "-" not in text[max(0, start - 1) : end + 1]:
        return None
    near = max(0, start - LONGEST), end + LONGEST
    touched = any(match.start() < end and start < match.end() for match in PLACEHOLDER.finditer(text, *near))
    return WITHHELD_RULE if touched else None


def common_abbreviations(text: str) -> frozenset[str]:
    """Abbreviations that a text defines by small words alone: "non-governmental organizations (NGOs)" defines NGO."""
    found = set()
    for match in defined.finditer(text):
        words, short = re.split(r"[\s-]+", match[1]), match[2]
        if "".join(word[:1] for word in words[-len(short) :]).upper() == short:
            found.add(short)
    return frozenset(found)


def is_abbreviation_of(forms: Iterable[str], common: Collection[str], off: Collection[str] = ()) -> bool:
    """Whether something is named by such abbreviations alone, in the singular or the plural."""
    return (
        bool(common)
        and ABBREVIATION_RULE not in off
        and all(form in common or form.removesuffix("s") in common for form in forms)
    )


def needs_relation(forms: Iterable[str], type: str, off: Collection[str] = ()) -> bool:
    """Whether something counts only if a fact uses it: each of its written forms is a people or a language."""
    return RELATION_RULE not in off and all(is_demonym(form) for form in forms)
