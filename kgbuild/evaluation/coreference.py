"""Gold clusters and predicted ones of raw text -> how well those mentions were joined that were found exactly.

A mention that was missed or misplaced says nothing about clusters, so B³ and pairs are over the spans that both sides have.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from kgbuild.evaluation.clusters import b3, pairs
from kgbuild.evaluation.counts import ratio
from kgbuild.evaluation.relations import Clustered, Pair, boundary_key

Owner = dict[tuple[int, int], int]
"""Of each span the number of its cluster; of several the first."""


def score_chains(sides: Iterable[Pair]) -> dict[str, Any]:
    """b3 and pairs (each precision, recall, f1) over the spans that both sides have, whatever their types.

    exact: the share of gold clusters whose set of spans was predicted as one cluster; mentions: how many spans both sides have.
    """
    gold_labels: list[tuple[int, int]] = []
    predicted_labels: list[tuple[int, int]] = []
    exact = golds = 0
    for number, pair in enumerate(sides):
        gold, predicted = owners(pair.gold), owners(pair.predicted)
        for span in sorted(gold.keys() & predicted.keys()):
            gold_labels.append((number, gold[span]))
            predicted_labels.append((number, predicted[span]))
        keys = {boundary_key(cluster) for cluster in pair.gold.clusters}
        exact += len(keys & {boundary_key(cluster) for cluster in pair.predicted.clusters})
        golds += len(keys)
    scores = {"b3": asdict(b3(gold_labels, predicted_labels)), "pairs": asdict(pairs(gold_labels, predicted_labels))}
    return scores | {"exact": ratio(exact, golds), "gold": golds, "mentions": len(gold_labels)}


def owners(side: Clustered) -> Owner:
    """The cluster of each span."""
    found: Owner = {}
    for number, cluster in enumerate(side.clusters):
        for start, end, _ in cluster:
            found.setdefault((start, end), number)
    return found
