"""A written form -> where the name in it begins and ends. Knows no type and no rule of hygiene."""

import re

from kgbuild.graph.stops import ends_sentence
from kgbuild.possessives import ends_in_its_own_s

APOSTROPHES = "'’ʼ`´"
QUOTES = {'"': '"', "「": "」", "『": "』", "《": "》", "〈": "〉", "“": "”", "„": "“", "«": "»", "‹": "›", "‘": "’", "‚": "‘"}
EDGES = '"「」『』《》〈〉“”„‟«»‹›‘‚‛*_~^†‡§¶|•·●■□☐☑☒✓✔►▪◦\u200b\u200e\u200f\ufeff'
OPENING, CLOSING = "([{", ")]}"
PAIR = dict(zip(CLOSING, OPENING, strict=True))

possessive = re.compile(rf"(?<=\w)[{APOSTROPHES}][sS]$|(?<=[sS])[{APOSTROPHES}]$")
footnote = re.compile(r"(?<=\S)(\s*\[\s*(\d{1,3}|[a-z]|note \d+|citation needed)\s*\]|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)$", re.IGNORECASE)
article = re.compile(r"^the\s+(?=\S)", re.IGNORECASE)

NAMES_WITH_THE = frozenset(
    ("the hague", "the gambia", "the bahamas", "the bronx", "the who", "the the", "the dalles", "the woodlands")
)
"""Names of which "the" is a part."""


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of text[start:end] that is the name: no possessive, leading "the", quotes, footnote marks, loose brackets, and no full
    stop of its sentence.

    Half-open character offsets, inside the given ones; start == end if nothing is left.
    """
    while start < end:
        form = text[start:end]
        left, right = _step(form, text[end : end + 2])
        if (left, right) == (0, len(form)):
            break
        start, end = start + left, start + right
    return start, end


def _step(form: str, after: str) -> tuple[int, int]:
    """One thing to take off, as offsets of what stays; all of it if there is none. after: the characters that follow."""
    size = len(form)
    if form[-1].isspace() or (form[-1] in EDGES + ",;:?/\\-–—=<" and not _quotes_right(form)):
        return 0, size - 1
    is_loose = form[0] in EDGES + ",;:.?!/\\-–—=+>" and not _quotes_left(form)
    if form[0].isspace() or is_loose or (form[0] in APOSTROPHES and not _elided(form)):
        return 1, size
    if found := footnote.search(form):
        return 0, found.start()
    if (cut := _brackets(form)) != (0, size):
        return cut
    if (found := possessive.search(form)) and not ends_in_its_own_s(form):
        return 0, found.start()
    if form[-1] in APOSTROPHES and not form[:-1].casefold().endswith(("dunkin", "n")):
        return 0, size - 1
    if (found := article.search(form)) and form.casefold() not in NAMES_WITH_THE:
        return found.end(), size
    return (0, size - 1) if ends_sentence(form, after) else (0, size)


def _quotes_left(form: str) -> bool:
    """Whether a leading quote belongs to the name: “Weird Al” Yankovic."""
    closing = QUOTES.get(form[0], "")
    return bool(closing) and 0 < form.find(closing, 1) < len(form) - 1


def _quotes_right(form: str) -> bool:
    """Whether a final quote belongs to the name: Dwayne “The Rock”."""
    return any(0 < form.find(left, 1) < len(form) - 1 for left, right in QUOTES.items() if right == form[-1])


def _elided(form: str) -> bool:
    """Whether a leading apostrophe belongs to the word: 'Ndrangheta, 's-Hertogenbosch, 't Hooft."""
    return bool(re.match(rf"[{APOSTROPHES}](s-|t |ndr|n )", form, re.IGNORECASE))


def _brackets(form: str) -> tuple[int, int]:
    """Without a bracket that has no partner; a pair around everything goes too."""
    size = len(form)
    open_at: list[int] = []
    for index, character in enumerate(form):
        if character in OPENING:
            open_at.append(index)
        elif character in CLOSING:
            if not open_at or form[open_at[-1]] != PAIR[character]:
                return (0, index) if index else (1, size)
            begin = open_at.pop()
            if begin == 0 and index == size - 1:
                return 1, size - 1
    if open_at:
        return (0, open_at[0]) if open_at[0] else (1, size)
    return 0, size
