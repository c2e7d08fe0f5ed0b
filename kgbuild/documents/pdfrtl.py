"""Glyphs of a line with letters that are written from right to left -> its text as it is read. Knows nothing of PDFium.

A PDF holds glyphs at places; in which order it names them is its writer's affair. Read by their places, from the right; words and
numbers that run from left to right stay so: the bidirectional algorithm the other way round (UAX #9, rules W and N).
"""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kgbuild.records import CELL_GAP

WORD = 0.12
"""Of two neighbours between which PDF's own order has a space, those with a wider gap than this many type sizes are parted."""
APART = 0.25
"""Of other neighbours, unless both are letters that may be joined, those with a wider gap."""

_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_OPENS, _CLOSES = frozenset("([{«"), frozenset(")]}»")
_JOINS_NUMBERS = frozenset(".,:/\u060c")
_JOINS_EUROPEAN = frozenset("+-%$€£°")
_FORMS = ("\ufb1d", "\ufefc")
"""First and last of the shapes of Hebrew and Arabic letters, which stand for the letters."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character, which may be a space, and where it stands, in points.

    word: the number of its word in the file's own order, counted by the spaces that have no width: where they stand is not known.
    """

    text: str
    left: float
    right: float
    word: int


def is_rtl(character: str) -> bool:
    """Whether a letter is written from right to left."""
    return unicodedata.bidirectional(character) in ("R", "AL")


def reads_from_right(text: str) -> bool:
    """Whether most letters of a line are written from right to left."""
    kinds = [unicodedata.bidirectional(character) for character in text]
    return sum(kind in ("R", "AL") for kind in kinds) > kinds.count("L")


def reading_order(glyphs: Sequence[Glyph], size: float, cell: float) -> str:
    """The text of one line. size: of its type, in points; gaps wider than cell, in type sizes, part cells of a table."""
    shown = _spaced(sorted(glyphs, key=lambda glyph: glyph.left), size, cell)
    if reads_from_right(shown):
        return _plain(_turned(shown))
    return _plain("".join(_turned(part) if turned else part for part, turned in _parts(shown)))


def _spaced(glyphs: Sequence[Glyph], size: float, cell: float) -> str:
    """Glyphs from left to right as a text, with spaces and cell gaps between them. A mark stands left of its letter."""
    shown = [glyphs[0].text] if glyphs else []
    for before, glyph in pairwise(glyphs):
        gap = glyph.left - before.right
        joined = is_rtl(before.text[-1]) and is_rtl(glyph.text[0])
        parted = gap > (WORD if before.word != glyph.word else math.inf if joined else APART) * size
        shown += [CELL_GAP if gap > cell * size else " " if parted else "", glyph.text]
    return "".join(shown)


def _parts(shown: str) -> list[tuple[str, bool]]:
    """A line that is read from the left, cut where it is not: from the first to the last letter of each such stretch."""
    parts: list[tuple[str, bool]] = []
    plain = at = 0
    while at < len(shown):
        if not is_rtl(shown[at]):
            at += 1
            continue
        last = _last_rtl(shown, at)
        parts += [(shown[plain:at], False), (shown[at : last + 1], True)]
        plain = at = last + 1
    return [*parts, (shown[plain:], False)]


def _last_rtl(shown: str, at: int) -> int:
    """The last letter from right to left before one from left to right."""
    last = at
    for here in range(at, len(shown)):
        kind = unicodedata.bidirectional(shown[here])
        if kind == "L" or shown[here] == CELL_GAP:
            break
        if kind in ("R", "AL") or (kind == "NSM" and here == last + 1):
            last = here
    return last


def _turned(shown: str) -> str:
    """A stretch that is read from the right: its pieces in reverse order, those from left to right as they are."""
    pieces = _pieces(shown)
    brackets = [piece for piece in reversed(pieces) if piece in _OPENS or piece in _CLOSES]
    mirrored = bool(brackets) and _opens(pieces, brackets[0]) is not (brackets[0] in _OPENS)
    return "".join(piece.translate(_MIRRORED) if mirrored and len(piece) == 1 else piece for piece in reversed(pieces))


def _opens(pieces: Sequence[str], bracket: str) -> bool:
    """Whether the first bracket of a stretch, as it is read, stands before a word and not behind one."""
    at = len(pieces) - 1 - list(reversed(pieces)).index(bracket)
    return at + 1 >= len(pieces) or not pieces[at + 1][0].isalnum()


def _pieces(shown: str) -> list[str]:
    """Single characters, and words and numbers that run from left to right in one piece."""
    arabic = any(unicodedata.bidirectional(character) == "AL" for character in shown)
    pieces: list[str] = []
    at = 0
    while at < len(shown):
        end = at + 1
        if unicodedata.bidirectional(shown[at]) in ("L", "EN", "AN"):
            end = _end_of_ltr(shown, at, arabic=arabic)
        pieces.append(shown[at:end])
        at = end
    return pieces


def _end_of_ltr(shown: str, at: int, *, arabic: bool) -> int:
    """Where a stretch from left to right ends: at a letter from the right, and at what parts two numbers."""
    end, word = at + 1, unicodedata.bidirectional(shown[at]) == "L"
    for here in range(at + 1, len(shown)):
        kind = unicodedata.bidirectional(shown[here])
        if kind in ("R", "AL", "S"):
            break
        if kind in ("L", "EN", "AN"):
            between = shown[end:here]
            if not (word or kind == "L" or _joins(between, arabic=arabic)):
                break
            end, word = here + 1, word or kind == "L"
    while not arabic and not word and end < len(shown) and shown[end] in _JOINS_EUROPEAN - {"+", "-"}:
        end += 1
    return end


def _joins(between: str, *, arabic: bool) -> bool:
    """Whether what stands between two digits makes one number of them."""
    return not between or (len(between) == 1 and (between in _JOINS_NUMBERS or (not arabic and between in _JOINS_EUROPEAN)))


def _plain(text: str) -> str:
    """Letters for their shapes, and marks behind their letters."""
    first, last = _FORMS
    text = "".join(unicodedata.normalize("NFKC", c) if first <= c <= last else c for c in text)
    out: list[str] = []
    early = ""
    for character in text:
        is_mark = unicodedata.combining(character) > 0
        if is_mark and (not out or not out[-1].strip()):
            early += character
            continue
        out.append(character + early if early and not is_mark else character)
        early = "" if not is_mark else early
    return unicodedata.normalize("NFC", "".join(out)) if any(map(unicodedata.combining, text)) else "".join(out)
