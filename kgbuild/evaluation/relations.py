"""Gold and predicted clusters and triples of documents -> precision, recall, F1: strict, boundaries and soft.

The three readings are defined in `strict_key`, `boundary_key` and `score_soft`; everything is a set, so repetitions count once.
Knows no model and no text.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from kgbuild.corpora.gold import GoldDocument, majority
from kgbuild.evaluation.spans import prf, ratio

LOCATED = frozenset({"P131", "P17"})
"""Located in, and country: over a third of Re-DocRED's triples; figures are also given without them."""

Mentions = tuple[tuple[int, int, str], ...]
"""The mentions of one cluster: (start, end, type)."""
Triple = tuple[int, str, int]
"""Head cluster, relation, tail cluster."""


@dataclass(frozen=True, slots=True)
class Clustered:
    """Clusters of one document and the triples between them (indices into clusters)."""

    clusters: tuple[Mentions, ...]
    triples: frozenset[Triple]


@dataclass(frozen=True, slots=True)
class Pair:
    """What is right, and what was predicted, for one document."""

    gold: Clustered
    predicted: Clustered


def gold_clustered(document: GoldDocument) -> Clustered:
    """The gold side of a document."""
    mentions = [(m.start, m.end, m.type) for m in document.mentions]
    clusters = tuple(tuple(mentions[i] for i in cluster) for cluster in document.clusters)
    return Clustered(clusters, frozenset((r.head, r.label, r.tail) for r in document.relations))


# ── given gold mentions and clusters ─────────────────────────────────────────────────────────────────────────────────


def score_gold(
    gold: Sequence[Collection[Triple]],
    predicted: Sequence[Collection[Triple]],
    known: Sequence[Collection[Triple]] | None = None,
) -> dict[str, float]:
    """Scores of triples over the same gold clusters, one set a document.

    known: triples that stand in the training data; with it, `ign_f1` leaves correct known ones out of precision (DocRED's Ign F1).
    """
    correct = sum(len(set(g) & set(p)) for g, p in zip(gold, predicted, strict=True))
    guesses, golds = sum(len(set(p)) for p in predicted), sum(len(set(g)) for g in gold)
    scores = prf(correct, guesses, golds)
    if known is not None:
        seen = sum(len(set(g) & set(p) & set(k)) for g, p, k in zip(gold, predicted, known, strict=True))
        precision, recall = ratio(correct - seen, guesses - seen), scores["recall"]
        scores["ign_f1"] = ratio(2 * precision * recall, precision + recall)
    return scores


# ── end to end ───────────────────────────────────────────────────────────────────────────────────────────────────────


def strict_key(cluster: Mentions) -> object:
    """A cluster by its set of spans and the type most of its mentions have (ties: the earliest mention's)."""
    mentions = sorted(set(cluster))
    return frozenset((start, end) for start, end, _ in mentions), majority([type for _, _, type in mentions])


def boundary_key(cluster: Mentions) -> object:
    """A cluster by its set of spans."""
    return frozenset((start, end) for start, end, _ in cluster)


def score_exact(pairs: Iterable[Pair], key: Callable[[Mentions], object]) -> dict[str, float]:
    """Triples count as right when relation and both ends' keys are those of a gold triple."""
    correct = guesses = golds = 0
    for pair in pairs:
        gold, predicted = _keyed(pair.gold, key), _keyed(pair.predicted, key)
        correct, guesses, golds = correct + len(gold & predicted), guesses + len(predicted), golds + len(gold)
    return prf(correct, guesses, golds)


def score_soft(pairs: Iterable[Pair]) -> dict[str, float]:
    """Each predicted cluster stands for the gold cluster that holds most of its exact spans; then triples are compared.

    Ties go to the gold cluster with the earliest mention; a cluster without a hit is unmapped. Mapped triples that became
    self-loops are dropped, equal ones count once. Precision = correct / (mapped + unmapped), recall is over all gold triples.
    """
    correct = guesses = golds = 0
    for pair in pairs:
        mapping = map_clusters(pair.gold.clusters, pair.predicted.clusters)
        ends = [(mapping[head], label, mapping[tail]) for head, label, tail in pair.predicted.triples]
        unmapped = sum(head is None or tail is None for head, _, tail in ends)
        mapped = {end for end in ends if None not in end and end[0] != end[2]}
        correct += len(mapped & pair.gold.triples)
        guesses, golds = guesses + len(mapped) + unmapped, golds + len(pair.gold.triples)
    return prf(correct, guesses, golds)


def map_clusters(gold: tuple[Mentions, ...], predicted: tuple[Mentions, ...]) -> list[int | None]:
    """For each predicted cluster the gold cluster that holds most of its exact spans (whatever their type), or None."""
    holders: dict[tuple[int, int], set[int]] = {}
    for index, cluster in enumerate(gold):
        for start, end, _ in cluster:
            holders.setdefault((start, end), set()).add(index)
    return [_holder(gold, holders, cluster) for cluster in predicted]


def _holder(gold: tuple[Mentions, ...], holders: dict[tuple[int, int], set[int]], cluster: Mentions) -> int | None:
    hits: dict[int, int] = {}
    for span in {(start, end) for start, end, _ in cluster}:
        for index in holders.get(span, ()):
            hits[index] = hits.get(index, 0) + 1
    return min(hits, key=lambda index: (-hits[index], min(gold[index]), index), default=None)


def _keyed(side: Clustered, key: Callable[[Mentions], object]) -> set[tuple[object, str, object]]:
    keys = [key(cluster) for cluster in side.clusters]
    return {(keys[head], label, keys[tail]) for head, label, tail in side.triples}


def without(side: Clustered, labels: frozenset[str] = LOCATED) -> Clustered:
    """The same clusters without the triples of some relations."""
    return Clustered(side.clusters, frozenset(triple for triple in side.triples if triple[1] not in labels))


def score_end_to_end(pairs: Sequence[Pair]) -> dict[str, dict[str, float]]:
    """strict, boundaries and soft, each as precision, recall, f1."""
    return {
        "strict": score_exact(pairs, strict_key),
        "boundaries": score_exact(pairs, boundary_key),
        "soft": score_soft(pairs),
    }


def by_relation(gold: Sequence[Collection[Triple]], predicted: Sequence[Collection[Triple]]) -> dict[str, dict[str, float]]:
    """Scores of each relation over gold clusters, with its count of gold triples."""
    labels = sorted({triple[1] for side in (*gold, *predicted) for triple in side})
    table = {}
    for label in labels:
        golds = [{t for t in side if t[1] == label} for side in gold]
        guesses = [{t for t in side if t[1] == label} for side in predicted]
        table[label] = score_gold(golds, guesses) | {"gold": sum(map(len, golds)), "predicted": sum(map(len, guesses))}
    return table
