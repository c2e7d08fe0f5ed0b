"""Text -> words with their places, as terms are compared: one spelling of quotes, dashes and widths; case is told apart later."""

import re
import unicodedata
from functools import lru_cache

MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u0900-\u0963\u0966-\u0dff"
    "\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ece\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
)
"""Marks that belong to the letter before them, and scripts whose vowels are such marks."""
UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
LETTERS = "\u0e00-\u0e30\u0e32\u0e40-\u0e46\u0e80-\u0eb0\u0eb2\u0ebd-\u0ec6"
"""Scripts without spaces between words: each character is a word here, of Thai and Lao each letter with its marks."""

WORD = re.compile(rf"[{UNSPACED}]|[{LETTERS}][{MARKS}]*|(?:(?![{UNSPACED}{LETTERS}])[\w{MARKS}])+|[^\s]")
GAP = re.compile(r"\n\s*\n|\t")
"""What no mention contains: the end of a block or of a table's cell."""

_SAME = str.maketrans(dict.fromkeys("’‘ʼ`´′", "'") | dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("“”„‟«»", '"'))

Word = tuple[int, int]
"""Start and end of a word."""

_PLAIN = re.compile(r"\w+|\S")
"""WORD where all is ASCII."""


def words_of(text: str) -> tuple[list[Word], list[str]]:
    """The words of a text in order, punctuation marks each by itself: where they stand, and each without case."""
    if text.isascii() and "`" not in text:
        low = text.lower()
        places = [m.span() for m in _PLAIN.finditer(low)]
        return places, [low[start:end] for start, end in places]
    places = [m.span() for m in WORD.finditer(text)]
    return places, [folded(text[start:end]) for start, end in places]


def keys_of(text: str) -> list[str]:
    """The words of a text without case."""
    if text.isascii() and "`" not in text:
        return _PLAIN.findall(text.lower())
    return [folded(word) for word in WORD.findall(text)]


def spellings_of(text: str) -> list[str]:
    """The words of a text in their own case."""
    return [spelled(word) for word in WORD.findall(text)]


@lru_cache(maxsize=1 << 16)
def spelled(word: str) -> str:
    """A word in one spelling: composed accents, one width, one kind of apostrophe, dash and quote."""
    return unicodedata.normalize("NFKC", word.translate(_SAME)).translate(_SAME)


@lru_cache(maxsize=1 << 16)
def folded(word: str) -> str:
    """A word in one spelling and without case."""
    return spelled(word).casefold()
