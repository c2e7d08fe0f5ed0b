"""Gold and predicted clusters of the same mentions -> B³ and pairwise precision, recall, F1. Knows no document and no resolver."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean, each from 0 to 1."""

    precision: float
    recall: float
    f1: float


def b3(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> Score:
    """B³ (Bagga and Baldwin, 1998): for each mention the share of its predicted cluster that is right, and of its gold one that is found.

    gold, predicted: the label of each mention's cluster, in the same order. Raises ValueError when their lengths differ.
    Without mentions every number is 0.
    """
    both, of_gold, of_predicted = _counts(gold, predicted)
    if not gold:
        return Score(0.0, 0.0, 0.0)
    precision = sum(n * n / of_predicted[p] for (_, p), n in both.items()) / len(gold)
    recall = sum(n * n / of_gold[g] for (g, _), n in both.items()) / len(gold)
    return score(precision, recall)


def pairs(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> Score:
    """Pairwise precision and recall: of all pairs of mentions that are joined, how many should be, and the other way round."""
    both, of_gold, of_predicted = _counts(gold, predicted)
    right = sum(map(_pairs_of, both.values()))
    joined, wanted = sum(map(_pairs_of, of_predicted.values())), sum(map(_pairs_of, of_gold.values()))
    return score(right / joined if joined else 0.0, right / wanted if wanted else 0.0)


def score(precision: float, recall: float) -> Score:
    """Score with the harmonic mean of precision and recall."""
    total = precision + recall
    return Score(precision, recall, 2 * precision * recall / total if total else 0.0)


def _counts(
    gold: Sequence[Hashable], predicted: Sequence[Hashable]
) -> tuple[Counter[tuple[Hashable, Hashable]], Counter[Hashable], Counter[Hashable]]:
    if len(gold) != len(predicted):
        raise ValueError(f"{len(gold)} gold labels and {len(predicted)} predicted ones: give one of each for every mention")
    return Counter(zip(gold, predicted, strict=True)), Counter(gold), Counter(predicted)


def _pairs_of(size: int) -> int:
    return size * (size - 1) // 2
