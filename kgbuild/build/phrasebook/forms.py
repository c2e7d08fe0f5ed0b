"""What a phrase is, and the pieces that phrases are made of.

Templates hold `<h:PO>` for the name at the head, of a person or an organisation, `<t:L>` for the one at the tail, `<M>` for any other
name, `<h2:P>` for a further head, `<t2:O>` for a further tail, `{3}` for up to three words, `%part%` for a part with a name.
"""

import re
from dataclasses import dataclass

TYPES = ("PER", "ORG", "LOC", "TIME", "MISC")
"""Labels of types that phrases know; other names stay words."""
FIRST, ROOM = 0xE000, 1000
"""The first private-use character that stands for a name, and how many each type has."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A regular expression with the groups h and t, one sign each, and perhaps h2, t2 and t3: what it says, it says of each pair.

    labels: relations from h to t; inverse: relations from t to h; head, tail: what the written name must match; veto: what the
    matched words and the two before them must not hold.
    """

    name: str
    pattern: re.Pattern[str]
    labels: tuple[str, ...] = ()
    inverse: tuple[str, ...] = ()
    head: re.Pattern[str] | None = None
    tail: re.Pattern[str] | None = None
    veto: re.Pattern[str] | None = None

    @property
    def ends(self) -> list[str]:
        """The signs of the groups h and t, as sets of a regular expression."""
        return re.findall(r"\(\?P<[ht]>(\[[^]]+\])\)", self.pattern.pattern)

    def pairs(self, match: re.Match[str]) -> list[tuple[str, str]]:
        """The signs at the head and at the tail of each fact that a match of the pattern says."""
        heads, tails = ([match[group] for group in self.pattern.groupindex if group[0] == end] for end in "ht")
        return [(head, tail) for head in heads for tail in tails if head and tail]


def _sign(label: str) -> str:
    first = FIRST + TYPES.index(label) * ROOM
    return f"\\u{first:04x}-\\u{first + ROOM - 1:04x}"


_SIGNS = {"P": _sign("PER"), "O": _sign("ORG"), "L": _sign("LOC"), "T": _sign("TIME"), "M": _sign("MISC")}
_STOP = (
    "said|says|say|told|tells|asked|that|which|who|whom|when|where|while|was|were|is|are|be|been|has|have|had|will|would|may|can|could"
    "|and|but|or|if|as|by|to|from|against|about|than|because|after|before|during|since|until|not|no"
)
W = rf"(?:(?!(?:{_STOP})\b)[\w&'/.-]+)"
"""A word of a title or description: no verb, no conjunction."""


def compiled(template: str, **parts: str) -> re.Pattern[str]:
    """A template with `<h:PO>`, `<t2:L>`, `<M>` for signs of types, `{n}` for up to n words with their blanks, `%part%`."""
    for name, part in parts.items():
        template = template.replace(f"%{name}%", part)
    template = template.replace("%brackets%", BRACKETS)
    template = re.sub(r"\{(\d)\}", lambda m: rf"(?:{W} ){{0,{m[1]}}}?", template)
    template = re.sub(r"<([ht]\d?):([POLTM]+)>", lambda m: f"(?P<{m[1]}>[{''.join(_SIGNS[c] for c in m[2])}])", template)
    template = re.sub(r"<([POLTM]+)>", lambda m: f"[{''.join(_SIGNS[c] for c in m[1])}]", template)
    return re.compile(template, re.IGNORECASE)


def any_of(words: str) -> str:
    """One of the words of a text."""
    return "(?:" + "|".join(words.split()) + ")"


def words(text: str, more: str = "") -> re.Pattern[str]:
    """A pattern for names that hold one of the words of a text, or what else a regular expression says."""
    return re.compile(rf"\b(?:{any_of(text)}\b{more})", re.IGNORECASE)


BRACKETS = r"(?: \([^)]{1,20}\))?"
"""An acronym or short name in brackets, if there is one."""
WAS = r"(?:,? (?:which |that |who )?(?:is|was|are|were|has been|had been|being))?"
HON = r"(?:(?:mr|mrs|ms|dr|prof|professor|sir|rev|gen|col)\.? )?"
"""A title before a person's name."""
HAS = r"(?:has |have |had )?(?:just |recently |today |also |already |previously )*"
A = r"(?:the |an? |its |their |his |her |our |another |new |first |first-ever )*"
"""Articles and the like."""
GAP = r"(?:(?!<P>)[^.;:\"()])"
"""A character of more that is said of one person; no other person."""
KIND = (
    r"(?:(?:the |an? |his |her |its |their )?(?:<L> )?(?:(?!(?:of|at|in|for|with|on|under|within|from)\b)"
    rf"{W} ){{0,3}}?(?:law firm|company|firm|start-?up|bank|newspaper|magazine|publisher|consultancy|agency|group|studio|restaurant"
    r"|charity|hospital|airline|exchange|maker|chain|business|workshop|practice|app|brand|label|brewery|foundation|non-?profit),? |the )?"
)
"""What an organisation is, before its name: "the payments company "."""
LESSER = re.compile(
    r"\b(?:former|formerly|ex|vice|deputy|acting|assistant|late|then|past|previous|outgoing|interim|founding|nominee|candidate|designate|elect)\b[ -]?",
    re.IGNORECASE,
)
PARTY = re.compile(
    r"\b(?:party|democrat\w*|republican\w*|libertarians?|conservatives|liberals|greens|tory|tories)\b", re.IGNORECASE
)
NO_EMPLOYER = re.compile(
    rf"^(?!.*(?:{PARTY.pattern}|\b(?:working group|committee|caucus|community|communities|task force|panel|forum|board)\b))",
    re.IGNORECASE,
)
"""Organisations whose heads and members are not in their pay, are left out."""
DATE = re.compile(
    r"\b(?:1[5-9]|20)\d\d\b|(?:^|\b)(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|mon|tues|wednes|thurs|fri|satur|sun)"
    r"(?:uary|ruary|ch|il|ust|ember|tember|ober|day|\b)",
    re.IGNORECASE,
)
"""A day, a month or a year, and no duration or time of day."""
AWARD = words("prizes? awards? medals? fellowship scholarship trophy medallion oscar grammy", r"|\bof the year$")
"""Names of what is won and given."""
EVENT = words(
    """elections? conference convention summit day days week month meeting workshop jam festival games cup championships? forum
    symposium hackathon ceremony awards? gala webinar hearing debate caucus primary primaries referendum battle fair expo marathon
    parade concert assembly roundtable seminar congress olympics bootcamp tweetup hackathons calls?"""
)
"""Names of what takes place on a day."""
