"""Gold and predicted clusters and triples of a document -> facts that can be compared: given gold, strict, boundaries, soft.

The readings are defined in `strict_key`, `boundary_key` and `soft_facts`; everything is a set, so repetitions count once. Each
fact knows whether one sentence states it (`Clustered.states`). Knows no model and no text.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kgbuild.corpora.gold import GoldDocument, majority
from kgbuild.evaluation.counts import Counts
from kgbuild.evaluation.spans import Spot

LOCATED = frozenset({"P131", "P17"})
"""Located in, and country: over a third of Re-DocRED's triples; figures are also given without them."""

Mentions = tuple[Spot, ...]
"""The mentions of one cluster."""
Triple = tuple[int, str, int]
"""Head cluster, relation, tail cluster."""
Fact = tuple[Hashable, str, Hashable]
"""A triple whose ends are the same for gold and predicted where a reading takes them for the same."""


@dataclass(frozen=True, slots=True)
class Clustered:
    """Clusters of one document and the triples between them (indices into clusters).

    sentences: of each cluster, the numbers of the sentences in which a mention of it begins; () where that does not matter.
    """

    clusters: tuple[Mentions, ...]
    triples: frozenset[Triple]
    sentences: tuple[frozenset[int], ...] = ()

    def states(self, head: int, tail: int) -> bool:
        """Whether some sentence holds a mention of both clusters: a fact between them is *stated*, else it is *inferred*."""
        return bool(self.sentences) and not self.sentences[head].isdisjoint(self.sentences[tail])


@dataclass(frozen=True, slots=True)
class Pair:
    """What is right, and what was predicted, for one document."""

    gold: Clustered
    predicted: Clustered


@dataclass(frozen=True, slots=True)
class Facts:
    """One document under one reading: gold and predicted facts, each with whether it is stated.

    known: gold facts that stand in the training data as well.
    """

    gold: Mapping[Fact, bool]
    predicted: Mapping[Fact, bool]
    known: Collection[Fact] = field(default=frozenset())


def gold_clustered(document: GoldDocument) -> Clustered:
    """The gold side of a document; what is annotated of a relation that was not looked for is left out, as what is predicted of it is."""
    mentions = [(m.start, m.end, m.type) for m in document.mentions]
    clusters = tuple(tuple(mentions[i] for i in cluster) for cluster in document.clusters)
    asked = document.relation_labels
    triples = frozenset((r.head, r.label, r.tail) for r in document.relations if asked is None or r.label in asked)
    return Clustered(clusters, triples, sentences_of(document, clusters))


def sentences_of(document: GoldDocument, clusters: Iterable[Mentions]) -> tuple[frozenset[int], ...]:
    """For each cluster the numbers of the document's sentences in which one of its mentions begins."""
    starts = [document.offsets[first][0] for first, last in document.sentences if first < last]
    return tuple(frozenset(bisect_right(starts, start) - 1 for start, _, _ in cluster) for cluster in clusters)


# ── readings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def given_facts(gold: Clustered, triples: Iterable[Triple], known: Collection[Triple] = frozenset()) -> Facts:
    """Triples over the same gold clusters; known: those that stand in the training data."""
    return Facts(_stated(gold, gold.triples), _stated(gold, triples), known)


def strict_key(cluster: Mentions) -> Hashable:
    """A cluster by its set of spans and the type most of its mentions have (ties: the earliest mention's)."""
    mentions = sorted(set(cluster))
    return frozenset((start, end) for start, end, _ in mentions), majority([type for _, _, type in mentions])


def boundary_key(cluster: Mentions) -> Hashable:
    """A cluster by its set of spans."""
    return frozenset((start, end) for start, end, _ in cluster)


def exact_facts(pair: Pair, key: Callable[[Mentions], Hashable]) -> Facts:
    """Facts are the same when relation and both ends' keys are."""
    return Facts(_keyed(pair.gold, key), _keyed(pair.predicted, key))


def soft_facts(pair: Pair) -> Facts:
    """Each predicted cluster stands for the gold cluster that holds most of its exact spans; then triples are compared.

    Ties go to the gold cluster with the earliest mention; a cluster without a hit is unmapped. Mapped triples that became
    self-loops are dropped, equal ones count once, and are stated if one of them is. Precision = correct / (mapped + unmapped),
    recall is over all gold triples.
    """
    mapping = map_clusters(pair.gold.clusters, pair.predicted.clusters)
    found: dict[Fact, bool] = {}
    for head, label, tail in pair.predicted.triples:
        ends = mapping[head], mapping[tail]
        if None in ends:
            fact: Fact = (("unmapped", head), label, tail)
        elif ends[0] == ends[1]:
            continue
        else:
            fact = (ends[0], label, ends[1])
        found[fact] = found.get(fact, False) or pair.predicted.states(head, tail)
    return Facts(_stated(pair.gold, pair.gold.triples), found)


def map_clusters(gold: tuple[Mentions, ...], predicted: tuple[Mentions, ...]) -> list[int | None]:
    """For each predicted cluster the gold cluster that holds most of its exact spans (whatever their type), or None."""
    holders: dict[tuple[int, int], set[int]] = {}
    for index, cluster in enumerate(gold):
        for start, end, _ in cluster:
            holders.setdefault((start, end), set()).add(index)
    return [_holder(gold, holders, cluster) for cluster in predicted]


READINGS: dict[str, Callable[[Pair], Facts]] = {
    "strict": lambda pair: exact_facts(pair, strict_key),
    "boundaries": lambda pair: exact_facts(pair, boundary_key),
    "soft": soft_facts,
}
"""The three readings of a triple from end to end."""


# ── counts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def count(facts: Facts) -> Counts:
    """Counts of all facts."""
    both = len(facts.gold.keys() & facts.predicted.keys())
    return Counts(both, len(facts.predicted), both, len(facts.gold))


def count_scope(facts: Facts, *, stated: bool) -> Counts:
    """Counts of stated or of inferred facts: the gold ones among those found, the predicted ones among those right."""
    golds = {fact for fact, scope in facts.gold.items() if scope == stated}
    guesses = {fact for fact, scope in facts.predicted.items() if scope == stated}
    return Counts(
        len(guesses & facts.gold.keys()), len(guesses), len(golds & facts.predicted.keys()), len(golds)
    )  # fmt: skip


def count_labels(facts: Facts) -> dict[str, Counts]:
    """Counts by relation; relations without any fact are left out."""
    rows: dict[str, list[int]] = {}
    for column, side, other in ((0, facts.predicted, facts.gold), (2, facts.gold, facts.predicted)):
        for fact in side:
            row = rows.setdefault(fact[1], [0, 0, 0, 0])
            row[column] += fact in other
            row[column + 1] += 1
    return {label: Counts(*row) for label, row in rows.items()}


def count_unknown(facts: Facts) -> Counts:
    """Counts for DocRED's Ign F1: right facts that stand in the training data leave precision, recall stays."""
    whole = count(facts)
    seen = len(facts.gold.keys() & facts.predicted.keys() & set(facts.known))
    return Counts(whole.right - seen, whole.predicted - seen, whole.found, whole.gold)


def without(facts: Facts, labels: frozenset[str] = LOCATED) -> Facts:
    """The facts without those of some relations."""
    gold, predicted = ({f: s for f, s in side.items() if f[1] not in labels} for side in (facts.gold, facts.predicted))
    return Facts(gold, predicted, facts.known)


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _holder(gold: Sequence[Mentions], holders: Mapping[tuple[int, int], set[int]], cluster: Mentions) -> int | None:
    hits: dict[int, int] = {}
    for span in {(start, end) for start, end, _ in cluster}:
        for index in holders.get(span, ()):
            hits[index] = hits.get(index, 0) + 1
    return min(hits, key=lambda index: (-hits[index], min(gold[index]), index), default=None)


def _stated(side: Clustered, triples: Iterable[Triple]) -> dict[Fact, bool]:
    return {triple: side.states(triple[0], triple[2]) for triple in triples}


def _keyed(side: Clustered, key: Callable[[Mentions], Hashable]) -> dict[Fact, bool]:
    keys = [key(cluster) for cluster in side.clusters]
    found: dict[Fact, bool] = {}
    for head, label, tail in side.triples:
        fact = (keys[head], label, keys[tail])
        found[fact] = found.get(fact, False) or side.states(head, tail)
    return found
