"""A word for what belongs to a country, and the text around it -> whether a language is meant. Knows single mentions only.

"The German government" speaks of Germany, "translated into German" of a language; both are written "German". The language gets a
key of its own ("german language"), so that it never becomes the country.
"""

import re

from kgbuild.resolution.countries import country_of
from kgbuild.resolution.lexicon import words
from kgbuild.resolution.names import fold

_AFTER = words(
    """language languages speaking speaker speakers dialect dialects grammar alphabet translation translations word words term
    terms subtitles lyrics spelling pronunciation script for dubbed phrase"""
)
_BEFORE = words(
    """in into speak speaks spoke spoken speaking fluent learn learned learning study studied teach taught language languages
    modern old middle ancient classical"""
)
_FUNCTION = words(
    """and or by in for as is was with to on of from at but are were the a an than that which who had has have into will would
    also said say says after when while"""
)
_NEXT = re.compile(r"[\s\-–\"']*([^\W\d_]+|[:;,.)(])")
_LIST = re.compile(r"(?:[\s,]|\b(?:and|or)\b)+$")
_LAST = re.compile(r"([^\W\d_]+|\()\s*$")


def is_language(text: str, start: int, end: int) -> bool:
    """Whether the demonym text[start:end] stands for a language: by the word after it, or, where it closes a phrase, before it.

    Lists are skipped: in "into French, Dutch and German" all three are languages.
    """
    after = _NEXT.match(text, end)
    following = after[1].lower() if after else "."
    if following in _AFTER:
        return True
    if following[0].isalpha() and following not in _FUNCTION:
        return False
    before = _word_before(text, start)
    return before in _BEFORE or (before == "(" and following in {":", ")", ","})


def _word_before(text: str, start: int) -> str:
    """The last word before a demonym and any demonyms listed with it, lower case; '' if there is none."""
    stretch = text[max(0, start - 120) : start]
    while True:
        stretch = _LIST.sub("", stretch)
        found = _LAST.search(stretch)
        if not found:
            return ""
        if not country_of(fold(found[1])):
            return found[1].lower()
        stretch = stretch[: found.start()]
