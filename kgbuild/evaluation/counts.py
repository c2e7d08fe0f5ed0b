"""Counts of items, one set a document -> precision, recall, F1. Knows neither spans nor relations.

Every score of this room is a sum of such counts over documents, so that a score and its confidence interval come from one place.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Counts(NamedTuple):
    """Predicted items and how many of them are right; gold items and how many of them were found.

    right and found differ only where the two sides are cut differently: a fact that the text states may be predicted across two
    sentences, and then it is found among the stated and right among the inferred ones.
    """

    right: int = 0
    predicted: int = 0
    found: int = 0
    gold: int = 0


def total(counts: Iterable[Counts]) -> Counts:
    """The sum, column by column."""
    right = predicted = found = gold = 0
    for one in counts:
        right, predicted, found, gold = right + one.right, predicted + one.predicted, found + one.found, gold + one.gold
    return Counts(right, predicted, found, gold)


def ratio(part: float, whole: float) -> float:
    """The ratio of part to whole, and 0.0 when there is nothing."""
    return part / whole if whole else 0.0


def prf(counts: Counts) -> dict[str, float]:
    """Precision, recall and F1 as fractions; 0.0 where undefined."""
    precision, recall = ratio(counts.right, counts.predicted), ratio(counts.found, counts.gold)
    return {"precision": precision, "recall": recall, "f1": ratio(2 * precision * recall, precision + recall)}


def macro(by_label: Iterable[Counts]) -> dict[str, float]:
    """Mean precision, recall and F1 over the labels that have a gold item, and how many these are (`labels`)."""
    rows = [prf(counts) for counts in by_label if counts.gold]
    return {key: ratio(sum(row[key] for row in rows), len(rows)) for key in ("precision", "recall", "f1")} | {
        "labels": len(rows)
    }
