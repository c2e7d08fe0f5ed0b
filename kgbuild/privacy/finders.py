"""Text -> where e-mail addresses, telephone numbers, bank accounts, payment cards and a person's own patterns stand in it.

A finder is a function of the text alone. Numbers count only if their checksum, length and prefix are right (phonenumbers,
python-stdnum: the extra `privacy`). What two finders claim becomes one finding, so that no part of either stays.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from kgbuild.errors import MissingExtra

VERSION = 4
"""Raised whenever a finder finds other things in the same text."""

Finder = Callable[[str], "Iterator[Finding]"]


@dataclass(frozen=True, slots=True)
class Finding:
    """text[start:end] is to be withheld. kind: word of its placeholder; value: normal form, equal for equal things."""

    start: int
    end: int
    kind: str
    value: str


PLACEHOLDER = re.compile(r"\[?[A-Z][A-Z0-9_]{0,63}-[0-9a-f]{10}(?![0-9a-zA-Z])\]?")
LONGEST = 77
"""Characters that a placeholder has at most."""

_AT = r"(?:@|\s?[\[(]\s?at\s?[\])]\s?)"
_DOT = r"(?:\.|\s?[\[(]\s?dot\s?[\])]\s?)"
_EMAIL = re.compile(
    rf"(?<![\w.%+-])[\w%+-][\w.%+'-]{{0,63}}{_AT}(?:[\w-]{{1,63}}{_DOT}){{1,8}}(?:xn--[a-z0-9-]{{1,59}}|[^\W\d_]{{2,63}})(?![^\W_])",
    re.IGNORECASE,
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,40}(?![A-Za-z0-9])", re.IGNORECASE | re.ASCII)
SEPARATORS = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " ") | dict.fromkeys("\u2010\u2011\u2012\u2013", "-"))
"""Blanks and hyphens that keep a number on one line, one for one as the keyboard has them."""
_IN_A_NAME = re.compile(r"\w[-_/]$")
"""Before a number: it belongs to a longer name, as in getty-images-2154975217."""
_TOKEN = re.compile(r"\S+")


def emails(text: str) -> "Iterator[Finding]":
    """E-mail addresses, also as `name [at] example [dot] org`."""
    for match in _EMAIL.finditer(text):
        plain = re.sub(_DOT, ".", re.sub(_AT, "@", match[0], flags=re.IGNORECASE), flags=re.IGNORECASE)
        yield Finding(match.start(), match.end(), "EMAIL", plain.casefold())


def phones(regions: Iterable[str]) -> Finder:
    """A finder of telephone numbers: with country code from anywhere, without one as written in these regions ("US", "DE")."""
    numbers = library("phonenumbers")
    named = tuple(regions) or (None,)

    def find(text: str) -> Iterator[Finding]:
        if sum(map(str.isdigit, text)) < 7:
            return
        for region in named:
            for found in numbers.PhoneNumberMatcher(text, region, leniency=numbers.Leniency.VALID, max_tries=1 << 31):
                start = found.start + (text[found.start] == "(" and ")" not in found.raw_string)
                if not (found.raw_string.isdigit() and _IN_A_NAME.search(text[max(0, start - 2) : start])):
                    value = numbers.format_number(found.number, numbers.PhoneNumberFormat.E164)
                    yield Finding(start, found.end, "PHONE", value)

    return find


def ibans() -> Finder:
    """A finder of international bank account numbers."""
    iban = library("stdnum.iban")

    def find(text: str) -> Iterator[Finding]:
        at, text = 0, text.translate(SEPARATORS)
        while match := _IBAN.search(text, at):
            written, at = match[0], match.start() + 1
            while len(written) >= 15 and not iban.is_valid(written):  # words that follow were taken for a part of it
                written = written[:-1].rstrip(" -")
            end = match.start() + len(written)
            if len(written) >= 15 and not text[end : end + 1].isalnum():
                yield Finding(match.start(), end, "IBAN", iban.compact(written))
                at = end  # the next one may begin in what was taken too much

    return find


def pattern(kind: str, expression: "re.Pattern[str]") -> Finder:
    """A finder of what an expression matches; white space inside a match does not distinguish two values."""

    def find(text: str) -> Iterator[Finding]:
        for match in expression.finditer(text):
            if match.end() > match.start():
                yield Finding(match.start(), match.end(), kind, " ".join(match[0].split()))

    return find


def outside_addresses(finder: Finder) -> Finder:
    """A finder of numbers that passes over those inside of web addresses, where most are numbers of articles."""

    def find(text: str) -> Iterator[Finding]:
        addresses = [match.span() for match in _TOKEN.finditer(text) if "://" in match[0] or match[0].startswith("www.")]
        return (f for f in finder(text) if not _touches(addresses, f.start, f.start + 1))

    return find


def combined(text: str, finders: Iterable[Finder]) -> list[Finding]:
    """All findings in order, none overlapping; what overlaps becomes one, of the kind of its longest (the first, of equals).

    What is a placeholder already stays one; "NHS-9434765919", without brackets and letters, may be a number and its name.
    """
    taken = [match.span() for match in PLACEHOLDER.finditer(text) if match[0][0] == "[" or not match[0][-10:].isdigit()]
    found = [f for finder in finders for f in finder(text) if not _touches(taken, f.start, f.end)]
    merged: list[list[Finding]] = []
    for one in sorted(found, key=lambda f: f.start):
        if merged and one.start < max(f.end for f in merged[-1]):
            merged[-1].append(one)
        else:
            merged.append([one])
    rank = {id(f): number for number, f in enumerate(found)}
    return [_one(text, group, rank) for group in merged]


def _touches(places: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of these places, sorted and apart from each other, overlaps start to end."""
    at = bisect_left(places, (end, 0))
    return at > 0 and places[at - 1][1] > start


def _one(text: str, group: list[Finding], rank: dict[int, int]) -> Finding:
    longest = min(group, key=lambda f: (f.start - f.end, rank[id(f)]))
    start, end = group[0].start, max(f.end for f in group)
    if (longest.start, longest.end) == (start, end):
        return longest
    return Finding(start, end, longest.kind, " ".join(text[start:end].split()))


def library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise MissingExtra("finding telephone, account, card and national numbers", "privacy") from None
