"""Text -> national numbers in it: tax, insurance and identity numbers of the countries that python-stdnum knows.

A number is named as its module there: "us.ssn", "de.idnr", "fr.nir". A candidate is one to eight words of digits and capitals
behind each other; it counts if the module says that length, form and check digits are right.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from kgbuild.errors import ConfigError
from kgbuild.privacy.finders import Finder, Finding, library

NAME = re.compile(r"[a-z]{2}_?\.[a-z][a-z0-9_]*")

_WORD = re.compile(r"(?<![^\W_])[A-Z0-9]+(?![^\W_])")
_GAP = re.compile(r"[ .\-/\u2013]")
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

    def find(text: str) -> Iterator[Finding]:
        end = 0
        words = [match.span() for match in _WORD.finditer(text)]
        for index, (start, _) in enumerate(words):
            if start < end:
                continue
            for stop in _stops(text, words, index):
                if _is(module, written, text[start:stop]):
                    end = stop
                    yield Finding(start, stop, kind, str(module.compact(text[start:stop])))
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


def _is(module: Any, written: "re.Pattern[str] | None", candidate: str) -> bool:
    return bool((written is None or written.fullmatch(candidate)) and module.is_valid(candidate))
