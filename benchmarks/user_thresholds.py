"""Judged items -> the lowest thresholds at which precision is as wanted, and what the other half says of them.

Items of passages have weight 1; items of the pool stand for their stratum, and their weights are scaled to a mean of 1, so that
both kinds count by their numbers. Precision is weighted; Wilson's interval is that of the effective number, (Σw)² / Σw².
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from user_matching import GROUPS, Item, group_of

from kgbuild.hashing import number
from kgbuild.models.spec import Thresholds
from kgbuild.records import ONE, Scope

STEP = ONE // 100
FLOOR = ONE // 2
"""The lowest threshold that may be chosen; what the pool holds begins here."""
HALF = 0.5
"""A group of which less is right on the other half is off, however good it was where it was chosen."""
RIGHT = frozenset({"stated", "inferred"})
"""Judgements of a true fact; the third is "wrong"."""
JUDGEMENTS = (*sorted(RIGHT, reverse=True), "wrong")
Z = 1.959964
"""Of a two-sided interval of 95 %."""


@dataclass(frozen=True, slots=True)
class Precision:
    """Weighted precision of items, its interval, and how many there are; without items precision is None."""

    precision: float | None
    low: float
    high: float
    right: int
    items: int

    def as_row(self) -> dict[str, float | int | None]:
        """For JSON."""
        shown = None if self.precision is None else round(self.precision, 4)
        return {
            "precision": shown,
            "low": round(self.low, 4),
            "high": round(self.high, 4),
            "right": self.right,
            "items": self.items,
        }


def precision_of(items: Sequence[Item]) -> Precision:
    """Precision of items with Wilson's interval."""
    weight = sum(item.weight for item in items)
    if not weight:
        return Precision(None, 0.0, 1.0, 0, 0)
    share = sum(item.weight for item in items if item.right) / weight
    low, high = wilson(share, weight**2 / sum(item.weight**2 for item in items))
    return Precision(share, low, high, sum(item.right for item in items), len(items))


def wilson(share: float, count: float) -> tuple[float, float]:
    """Wilson's score interval (1927) of a share of count items, at 95 %; count may be fractional, and is above 0."""
    scale = 1 + Z**2 / count
    centre = (share + Z**2 / (2 * count)) / scale
    width = Z * math.sqrt(share * (1 - share) / count + Z**2 / (4 * count**2)) / scale
    return max(0.0, centre - width), min(1.0, centre + width)


def lowest(items: Sequence[Item], wanted: float, least: int) -> int | None:
    """The lowest multiple of .01, from .50, at which precision is at least `wanted` over at least `least` items, or None."""
    for threshold in range(FLOOR, ONE, STEP):
        kept = above(items, threshold)
        if len(kept) < least:
            return None
        precision = precision_of(kept).precision
        if precision is not None and precision >= wanted:
            return threshold
    return None


def above(items: Iterable[Item], threshold: int) -> list[Item]:
    """Items that reach a threshold."""
    return [item for item in items if item.score >= threshold]


# ── the pool as items ────────────────────────────────────────────────────────────────────────────────────────────────


def half_of(id: str) -> str:
    """Triples with an even id are for choosing, the others for reporting."""
    return "report" if number(id) % 2 else "thresholds"


def pool_items(lines: Sequence[dict[str, Any]], model: str, spans: int) -> list[Item]:
    """Judged triples of a pool that a model (its fingerprint) gives, with mentions of at least that score at both ends.

    weight: the population of the stratum by its judged triples, whichever model they are of.
    """
    judged = [line for line in lines if line["judgement"] is not None]
    in_stratum = Counter(line["stratum"] for line in judged)
    items = []
    for line in judged:
        given = line["models"].get(model)
        if given is not None and given["ends"] >= spans:
            group = group_of(line["label"], Scope(given["scope"]))
            weight = line["population"] / in_stratum[line["stratum"]]
            items.append(Item(group, half_of(line["id"]), given["score"], line["judgement"] in RIGHT, weight))
    return items


def scaled(items: Sequence[Item]) -> list[Item]:
    """Items with their weights scaled to a mean of 1."""
    total = sum(item.weight for item in items)
    return [replace(item, weight=item.weight * len(items) / total) for item in items]


def pooled(passages: Sequence[Item], pool: Sequence[Item]) -> dict[str, dict[str, list[Item]]]:
    """All items by group and half; those of the pool are scaled within each."""
    return {
        group: {
            half: _of(passages, group, half) + scaled(_of(pool, group, half)) for half in ("thresholds", "report")
        }
        for group in GROUPS
    }  # fmt: skip


def _of(items: Iterable[Item], group: str, half: str) -> list[Item]:
    return [item for item in items if item.group == group and item.half == half]


def unjudged(lines: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Strata of which nothing is judged, with their populations: thresholds know nothing of these."""
    lines = list(lines)
    known = {line["stratum"] for line in lines if line["judgement"] is not None}
    return dict(sorted({line["stratum"]: line["population"] for line in lines if line["stratum"] not in known}.items()))


# ── choosing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def choose_group(halves: dict[str, list[Item]], wanted: float, least: int) -> dict[str, Any]:
    """The threshold of one group, and precision at it on both halves; at .50 where the group is off.

    A group is off of which the other half has nothing at the chosen threshold, or more that is wrong than right: nothing confirms it.
    """
    threshold = lowest(halves["thresholds"], wanted, least)
    there = None if threshold is None else precision_of(above(halves["report"], threshold)).precision
    return numbers_at(threshold if there is not None and there >= HALF else None, halves, wanted)


def numbers_at(threshold: int | None, halves: dict[str, list[Item]], wanted: float) -> dict[str, Any]:
    """A threshold with precision on both halves. confirmed: the other half is as precise as wanted, or the group is off."""
    found = {half: precision_of(above(items, threshold or FLOOR)) for half, items in halves.items()}
    confirmed = threshold is None or (found["report"].precision or 0.0) >= wanted
    return {"threshold": threshold, "confirmed": confirmed} | {half: one.as_row() for half, one in found.items()}


def choose(
    spans: int, groups: dict[str, dict[str, list[Item]]], wanted: float, least: int
) -> tuple[Thresholds, dict[str, Any]]:
    """The set `default`, given the threshold of spans, and the numbers of each group."""
    numbers = {group: choose_group(halves, wanted, least) for group, halves in groups.items()}
    return Thresholds(spans=spans, **{group: row["threshold"] for group, row in numbers.items()}), numbers


def curve(items: Sequence[Item], step: int = 5 * STEP) -> list[dict[str, Any]]:
    """Precision at thresholds from .50, for people to look at."""
    return [{"threshold": t, **precision_of(above(items, t)).as_row()} for t in range(FLOOR, ONE, step)]
