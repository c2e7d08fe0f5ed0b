"""A number with its noun, in the singular where it is one; how many words a text has."""

import re

CJK = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Han and kana, as a regular expression has them between brackets; Hangul is written with spaces."""
_WORD = re.compile(rf"[{CJK}]|[^\s{CJK}]+")


def counted(number: int, one: str, many: str = "") -> str:
    """1 document, 2,281 documents; many: the plural where an s at the end does not make it, verbs included."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def count_words(text: str) -> int:
    """How many words a text has: what stands between white space, and each CJK character."""
    return len(text.split()) if text.isascii() else sum(1 for _ in _WORD.finditer(text))
