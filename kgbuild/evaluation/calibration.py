"""Stated probabilities and what came true -> reliability by bin, expected calibration error. Knows neither spans nor relations."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter

from kgbuild.records import ONE

FLOOR = 0.1
"""Items below this probability are left out: over all pairs the many sure negatives would hide everything."""
BINS = 15


@dataclass(frozen=True, slots=True)
class Bin:
    """Items of neighbouring probabilities: the lowest, the highest and the mean one; the share that is true; how many."""

    low: float
    high: float
    stated: float
    true: float
    count: int


def expected_calibration_error(items: Sequence[tuple[float, bool]], floor: float = FLOOR, bins: int = BINS) -> float | None:
    """Mean |accuracy - mean probability| over bins of equal mass, weighted by their size; None without items."""
    return error_of(reliability(items, floor, bins))


def reliability(items: Iterable[tuple[float, bool]], floor: float = FLOOR, bins: int = BINS) -> list[Bin]:
    """Items in bins of equal mass, lowest first; empty bins are left out.

    items: (probability, came true); those with probability >= floor are sorted and cut into `bins` parts whose sizes differ by
    at most one (Nguyen & O'Connor 2015's adaptive binning). Of equal probabilities each counts as right as they are on average, so
    that neither order of input nor where a bin ends between them means anything.
    """
    kept = _shared(sorted((p, bool(true)) for p, true in items if p >= floor))
    edges = [len(kept) * i // bins for i in range(bins + 1)]
    return [_bin(kept[start:end]) for start, end in pairwise(edges) if start < end]


def error_of(bins: Sequence[Bin]) -> float | None:
    """The expected calibration error of bins; None without any."""
    count = sum(one.count for one in bins)
    return sum(abs(one.true - one.stated) * one.count for one in bins) / count if count else None


def uncalibrated(score: int, slope: float, intercept: float) -> float:
    """What a calibrated score (ten-thousandths) was before Platt's two parameters: the logistic of the bare margin.

    slope > 0. Scores are rounded, so the ends of the scale are as sure as half a ten-thousandth.
    """
    chance = min(max(score, 0.5), ONE - 0.5) / ONE
    margin = (math.log(chance / (1 - chance)) - intercept) / slope
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, margin))))


def _shared(items: Sequence[tuple[float, bool]]) -> list[tuple[float, float]]:
    """Sorted items, each with the share that is true of those of its probability."""
    shares = []
    for p, group in groupby(items, key=itemgetter(0)):
        right = [true for _, true in group]
        shares += [(p, sum(right) / len(right))] * len(right)
    return shares


def _bin(part: list[tuple[float, float]]) -> Bin:
    count = len(part)
    return Bin(part[0][0], part[-1][0], sum(p for p, _ in part) / count, sum(true for _, true in part) / count, count)
