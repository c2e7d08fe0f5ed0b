"""Counts by document -> confidence intervals of F1, and of the difference of two models' F1, by resampling documents.

A resample is how often each document is drawn; its score is a product of that with the counts, so that no document is scored
twice. Both models of a comparison are scored on the same resamples (paired bootstrap; Koehn 2004, Berg-Kirkpatrick et al. 2012).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kgbuild.evaluation.counts import Counts, prf, total

RESAMPLES = 1000
SEED = 1
LEVEL = 0.95
FEWEST = 2
"""With a single document there is nothing to resample."""

Floats = NDArray[np.floating[Any]]
Tallies = Mapping[str, Sequence[Counts]]
"""By measure, the counts of each document."""


def draws(documents: int, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """(resamples, documents): how often each document is drawn, with replacement; each row sums to `documents`."""
    rng = np.random.default_rng(seed)
    chances = np.full(documents, 1 / documents)
    weights = np.empty(
        (resamples, documents), dtype=np.float32
    )  # a row at a time: a corpus may have a hundred thousand documents
    for row in weights:
        row[:] = rng.multinomial(documents, chances)
    return weights


def f1_of(tally: Sequence[Counts], weights: Floats) -> Floats:
    """(resamples,): F1 of each resample; 0 where undefined."""
    return _f1(weights @ np.array(tally, dtype=np.float64))


def macro_f1_of(by_label: Sequence[Sequence[Counts]], weights: Floats) -> Floats:
    """(resamples,): mean F1 over the labels that have a gold item in the resample; by_label: (labels, documents)."""
    sums = np.tensordot(weights, np.array(by_label, dtype=np.float64), axes=(1, 1))  # (resamples, labels, 4)
    has_gold = sums[..., 3] > 0
    return _ratio((_f1(sums) * has_gold).sum(axis=1), has_gold.sum(axis=1))


def interval(values: Floats, level: float = LEVEL) -> dict[str, float]:
    """Bounds, low and high, between which the middle `level` of the values lie."""
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return {"low": float(low), "high": float(high)}


def score_name(measure: str) -> str:
    """What the F1 of a measure is called in the report: `ner.f1`; `relations_gold.ign_f1` as the field says it."""
    return f"{measure}_f1" if measure.endswith(".ign") else f"{measure}.f1"


def intervals(tallies: Tallies, weights: Floats) -> dict[str, dict[str, float]]:
    """The interval of each measure's F1, under its `score_name`."""
    return {score_name(name): interval(f1_of(tally, weights)) for name, tally in tallies.items()}


def compare(first: Tallies, second: Tallies, weights: Floats) -> dict[str, dict[str, float]]:
    """For each measure that both have: F1 of each, difference (first - second) with its interval, and p, by score_name."""
    return {
        score_name(name): _difference(
            prf(total(first[name]))["f1"], prf(total(second[name]))["f1"], f1_of(first[name], weights), f1_of(second[name], weights)
        )
        for name in first
        if name in second
    }  # fmt: skip


def _difference(first: float, second: float, firsts: Floats, seconds: Floats) -> dict[str, float]:
    """p: two-sided, the share of resamples in which the difference vanishes or turns round (one is added, so that p > 0)."""
    gaps = firsts - seconds
    rest = min(int((gaps <= 0).sum()), int((gaps >= 0).sum()))
    p = min(1.0, 2 * (rest + 1) / (len(gaps) + 1))
    return {"first": first, "second": second, "difference": first - second, **interval(gaps), "p": p}


def _f1(sums: Floats) -> Floats:
    """(..., 4) sums of Counts -> (...) F1."""
    precision, recall = _ratio(sums[..., 0], sums[..., 1]), _ratio(sums[..., 2], sums[..., 3])
    return _ratio(2 * precision * recall, precision + recall)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part, dtype=np.float64), where=whole > 0)
