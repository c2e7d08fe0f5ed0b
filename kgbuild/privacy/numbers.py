"""Text -> payment cards and national numbers in it: tax, insurance and identity numbers of the countries that python-stdnum knows.

A national number is named as its module there: "us.ssn", "de.idnr", "fr.nir". A candidate is one to eight words of digits and capitals
behind each other; it counts if the module says that length, form and check digits are right.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from kgbuild.errors import ConfigError
from kgbuild.privacy.finders import SEPARATORS, Finder, Finding, library

NAME = re.compile(r"[a-z]{2}_?\.[a-z][a-z0-9_]*")

_WORD = re.compile(r"(?<![^\W_])[A-Z0-9]+(?![^\W_])")
_GAP = re.compile(r"[ .\-/]")
_CARD = re.compile(
    r"(?=\d{13,19}$)(?:4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|6(?:011|5|4[4-9]|2)|35(?:2[89]|[3-8])|3(?:0[0-5]|6|8))\d*"
)
_DIGITS, _LONGEST, _WORDS = 5, 24, 8
"""What is shorter than _DIGITS digits, longer than _LONGEST signs or of more than _WORDS words is no national number."""

WITNESSES: dict[str, "re.Pattern[str]"] = {
    "us.ssn": re.compile(r"\d{3}-\d{2}-\d{4}"),
    "us.ein": re.compile(r"\d{2}-\d{7}"),
    "us.itin": re.compile(r"\d{3}-\d{2}-\d{4}"),
}
"""Numbers without a check digit: any nine digits would do, so they count only as they are commonly written."""


def national(name: str) -> Finder:
    """A finder of one kind of national number. Raises ConfigError if python-stdnum has no such module."""
    module = module_of(name)
    kind = name.replace("_", "").replace(".", "_").upper()
    written = WITNESSES.get(name)

    def is_one(candidate: str) -> bool:
        return bool((written is None or written.fullmatch(candidate)) and module.is_valid(candidate))

    return _candidates(kind, is_one, lambda candidate: str(module.compact(candidate)))


def cards() -> Finder:
    """A finder of payment card numbers: prefix of an issuer, 13 to 19 digits, Luhn's check digit."""
    luhn = library("stdnum.luhn")

    def digits(candidate: str) -> str:
        return re.sub(r"[ .-]", "", candidate)

    def is_one(candidate: str) -> bool:
        number = digits(candidate)
        return bool(_CARD.fullmatch(number) and len(set(number)) > 1 and luhn.is_valid(number))

    return _candidates("CARD", is_one, digits)


def _candidates(kind: str, is_one: Callable[[str], bool], normal: Callable[[str], str]) -> Finder:
    """A finder of the longest candidates that pass a test, from the left, none overlapping."""

    def find(text: str) -> Iterator[Finding]:
        end, text = 0, text.translate(SEPARATORS)
        words = [match.span() for match in _WORD.finditer(text)]
        for index, (start, _) in enumerate(words):
            if start < end:
                continue
            for stop in _stops(text, words, index):
                if is_one(text[start:stop]):
                    end = stop
                    yield Finding(start, stop, kind, normal(text[start:stop]))
                    break

    return find


def module_of(name: str) -> Any:
    """The module of python-stdnum. Raises ConfigError if there is none, MissingExtra without the package."""
    package = library("stdnum")
    try:
        module = library(f"{package.__name__}.{name}")
        checks: tuple[Callable[..., Any], ...] = (module.is_valid, module.compact)
    except Exception as error:
        raise ConfigError(f"privacy: python-stdnum has no number {name!r}; see its list, as us.ssn or de.idnr") from error
    return module if all(map(callable, checks)) else None


def _stops(text: str, words: list[tuple[int, int]], index: int) -> list[int]:
    """Ends of the candidates that begin with a word, longest first."""
    start = words[index][0]
    stops: list[int] = []
    for number in range(index, min(index + _WORDS, len(words))):
        if number > index and not _GAP.fullmatch(text[words[number - 1][1] : words[number][0]]):
            break
        stop = words[number][1]
        if stop - start > _LONGEST:
            break
        if sum(map(str.isdigit, text[start:stop])) >= _DIGITS:
            stops.append(stop)
    return stops[::-1]
