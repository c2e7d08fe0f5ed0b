"""Names that somebody says are in a text -> where they stand, as written: longest first, none inside another or inside of a word.

White space in a name stands for any white space but the end of a block or a cell; typographic quotes and dashes are as good as plain ones.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from kgbuild.counts import CJK

NOT_THERE = "names that do not stand in the text"
INSIDE = "names that stand only inside of longer ones"
TAKEN = "names that are another thing's already"
NO_SUCH_PLACE = "names at an occurrence that the text does not have"

_PLAIN = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "\u00a0": " "})
_SPACE = r"(?:[^\S\n\t]+|[^\S\n\t]*\n[^\S\n\t]*)"
_LETTER = rf"[^\W{CJK}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
"""A character that makes a word longer: CJK characters are words of their own, and Thai, Lao, Burmese and Khmer part no words."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Something said to be in the text: thing number, its kind, a name; occurrence: at which place only, from 1; None: everywhere."""

    thing: int
    kind: str
    name: str
    occurrence: int | None = None


@dataclass(slots=True)
class Placed:
    """Where things stand. spans: (start, end) -> thing; same: thing -> the earlier thing that it turned out to be; refused: by rule."""

    spans: dict[tuple[int, int], int] = field(default_factory=dict)
    same: dict[int, int] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)


def place(text: str, claims: Sequence[Claim]) -> Placed:
    """Where the claimed names stand. A name that two things of one kind claim makes them one thing."""
    plain = text.translate(_PLAIN)
    found = Placed()
    by_name: dict[str, list[Claim]] = {}
    for claim in claims:
        by_name.setdefault(" ".join(claim.name.translate(_PLAIN).split()), []).append(claim)
    used = [False] * len(text)
    for name in sorted(by_name, key=lambda name: -len(name)):  # stable: of equally long ones the first that was said
        places = [match.span() for match in _pattern(name).finditer(plain)] if name else []
        free = {number: span for number, span in enumerate(places, 1) if not any(used[span[0] : span[1]])}
        for number, claim in _owners(by_name[name], len(places), free, found).items():
            start, end = free[number]
            used[start:end] = [True] * (end - start)
            found.spans[start, end] = claim.thing
    found.spans = {span: _root(found.same, thing) for span, thing in sorted(found.spans.items())}
    return found


def _owners(claims: Sequence[Claim], places: int, free: dict[int, tuple[int, int]], found: Placed) -> dict[int, Claim]:
    """Which claim has which free place of a name: those that name the occurrence first, then the first that does not."""
    owners: dict[int, Claim] = {}
    if not free:
        found.refused[NOT_THERE if not places else INSIDE] += len(claims)
        return owners
    for claim in claims:
        if claim.occurrence is not None:
            _settle(claim, owners.get(claim.occurrence), found)
            if claim.occurrence in free:
                owners.setdefault(claim.occurrence, claim)
            else:
                found.refused[NO_SUCH_PLACE] += 1
    anywhere = [claim for claim in claims if claim.occurrence is None]
    left = [number for number in free if number not in owners]
    for claim in anywhere:
        _settle(claim, anywhere[0] if left else next(iter(owners.values())), found)
    return owners | (dict.fromkeys(left, anywhere[0]) if anywhere else {})


def _settle(claim: Claim, owner: Claim | None, found: Placed) -> None:
    """What a claim to a place that has an owner means: the same thing again, or a name that is taken."""
    if owner is None or owner is claim or owner.thing == claim.thing:
        return
    if owner.kind != claim.kind:
        found.refused[TAKEN] += 1
        return
    first, second = sorted((_root(found.same, owner.thing), _root(found.same, claim.thing)))
    if first != second:
        found.same[second] = first


def _root(same: dict[int, int], thing: int) -> int:
    while thing in same:
        thing = same[thing]
    return thing


def _pattern(name: str) -> re.Pattern[str]:
    left = rf"(?<!{_LETTER})" if re.match(_LETTER, name) else ""
    right = rf"(?!{_LETTER})" if re.match(_LETTER, name[-1]) else ""
    return re.compile(left + _SPACE.join(map(re.escape, name.split())) + right)
