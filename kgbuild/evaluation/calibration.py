"""Stated probabilities and what came true -> expected calibration error. Knows neither spans nor relations."""

from collections.abc import Sequence
from itertools import pairwise

FLOOR = 0.1
"""Items below this probability are left out: over all pairs the many sure negatives would hide everything."""
BINS = 15


def expected_calibration_error(items: Sequence[tuple[float, bool]], floor: float = FLOOR, bins: int = BINS) -> float | None:
    """Mean |accuracy - mean probability| over bins of equal mass, weighted by their size; None without items.

    items: (probability, came true); those with probability >= floor are sorted and cut into `bins` parts whose sizes differ by
    at most one (Nguyen & O'Connor 2015's adaptive binning). Ties are put in order by outcome, so that order of input is nothing.
    """
    kept = sorted((p, bool(true)) for p, true in items if p >= floor)
    if not kept:
        return None
    edges = [len(kept) * i // bins for i in range(bins + 1)]
    total = 0.0
    for start, end in pairwise(edges):
        part = kept[start:end]
        total += abs(sum(true for _, true in part) - sum(p for p, _ in part))
    return total / len(kept)
