"""Readings -> what went wrong, grouped: mentions, clusters, relations from raw text. Counts for the report, single cases for a person.

Mentions. `type`: the very span of a gold mention, with another type; `boundary`: no gold span, overlaps a gold mention of its type;
`spurious`: any other span that is not gold; `missed`: a gold mention that is neither found nor explained by the first two.

Relations, compared softly (see `relations.soft_facts`). Wrong ones: `direction`: the reverse is gold; `relation`: gold has another
relation in this direction between the two; `merged`: right for another gold cluster that stands in the same predicted one;
`split`: a fact between two pieces of one gold cluster; `spurious`: the rest. Gold ones that were not found nor explained so:
`merged`: an end stands only in clusters of other things; `missed`: the rest. Right ones that are not right strictly: `split`, `merged`
or `mentions`: an end's cluster is a piece of the gold one, holds mentions of another, or has a mention too many or too few;
`type`: only the type of an end is wrong.

Clusters. `split`: gold clusters whose found mentions stand in several predicted ones; `merged`: the other way round.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kgbuild.evaluation.coreference import Owner, owners
from kgbuild.evaluation.reading import Reading
from kgbuild.evaluation.relations import Clustered, Triple, boundary_key, map_clusters, strict_key
from kgbuild.evaluation.spans import Spot

MENTION_GROUPS = ("boundary", "type", "missed", "spurious")
RELATION_GROUPS = ("direction", "relation", "missed", "spurious", "split", "merged", "mentions", "type")
CLUSTER_GROUPS = ("split", "merged")


@dataclass(frozen=True, slots=True)
class MentionMistake:
    """A wrong or missed mention; both sides where they belong together."""

    group: str
    gold: Spot | None
    predicted: Spot | None


@dataclass(frozen=True, slots=True)
class RelationMistake:
    """A wrong, missed or not strictly right triple; gold and predicted count clusters of their own sides."""

    group: str
    gold: Triple | None
    predicted: Triple | None


@dataclass(frozen=True, slots=True)
class ClusterMistake:
    """A gold cluster and the predicted ones that share it (split), or a predicted one and the gold ones that it mixes (merged)."""

    group: str
    gold: tuple[int, ...]
    predicted: tuple[int, ...]


def count_mistakes(readings: Sequence[Reading]) -> dict[str, dict[str, int]]:
    """mentions, relations, clusters: how many mistakes of each group; what the corpus does not annotate is left out."""
    report = {}
    if any(reading.document.complete for reading in readings):
        report["mentions"] = _counted(MENTION_GROUPS, (m.group for r in readings for m in mention_mistakes(r)))
    if any(reading.has_end_to_end for reading in readings):
        report["relations"] = _counted(RELATION_GROUPS, (m.group for r in readings for m in relation_mistakes(r)))
    if any(has_clusters(reading) for reading in readings):
        report["clusters"] = _counted(CLUSTER_GROUPS, (m.group for r in readings for m in cluster_mistakes(r)))
    return report


def has_clusters(reading: Reading) -> bool:
    """Whether the document says which mentions are the same thing."""
    return reading.document.complete and reading.document.linked and bool(reading.gold.clusters)


# ── mentions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def mention_mistakes(reading: Reading) -> list[MentionMistake]:
    """Sorted by place; nothing where mentions are not completely annotated."""
    if not reading.document.complete:
        return []
    gold, predicted = reading.gold_spans, reading.spans.keys()
    missing = sorted(gold - predicted)
    found, explained = [], set()
    for span in sorted(predicted - gold):
        group, right = _explain(span, missing)
        found.append(MentionMistake(group, right, span))
        explained.add(right)
    found += [MentionMistake("missed", span, None) for span in missing if span not in explained]
    return sorted(found, key=lambda m: m.predicted or m.gold or (0, 0, ""))


def _explain(span: Spot, missing: Sequence[Spot]) -> tuple[str, Spot | None]:
    start, end, label = span
    for gold in missing:
        if gold[:2] == (start, end):
            return "type", gold
    for gold in missing:
        if gold[2] == label and gold[0] < end and start < gold[1]:
            return "boundary", gold
    return "spurious", None


def count_confusions(readings: Iterable[Reading]) -> dict[str, dict[str, int]]:
    """Of mentions with a wrong type: annotated type -> predicted type -> how many."""
    pairs = Counter((m.gold[2], m.predicted[2]) for r in readings for m in mention_mistakes(r) if m.gold and m.predicted)
    table: dict[str, dict[str, int]] = {}
    for (gold, predicted), count in sorted(pairs.items()):
        if gold != predicted:  # the same type is a mistake of boundaries
            table.setdefault(gold, {})[predicted] = count
    return table


# ── clusters ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def cluster_mistakes(reading: Reading) -> list[ClusterMistake]:
    """Split gold clusters first, then merged predicted ones."""
    if not has_clusters(reading):
        return []
    gold, predicted = owners(reading.gold), owners(reading.predicted)
    splits = [(number, _owners_in(cluster, predicted)) for number, cluster in enumerate(reading.gold.clusters)]
    merges = [(number, _owners_in(cluster, gold)) for number, cluster in enumerate(reading.predicted.clusters)]
    return [
        *(ClusterMistake("split", (number,), parts) for number, parts in splits if len(parts) > 1),
        *(ClusterMistake("merged", parts, (number,)) for number, parts in merges if len(parts) > 1),
    ]


def _owners_in(cluster: Sequence[Spot], owner: Owner) -> tuple[int, ...]:
    return tuple(sorted({owner[start, end] for start, end, _ in cluster if (start, end) in owner}))


# ── relations ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a document with the ways between them.

    mapping: the gold cluster that each predicted one stands for; holds: the gold clusters that a predicted one has spans of;
    parts: the predicted clusters that have spans of a gold one.
    """

    gold: Clustered
    predicted: Clustered
    mapping: list[int | None]
    holds: list[tuple[int, ...]]
    parts: list[tuple[int, ...]]


def relation_mistakes(reading: Reading) -> list[RelationMistake]:
    """Wrong predictions, then gold facts that were missed, then those not strictly right; nothing where not annotated."""
    if not reading.has_end_to_end:
        return []
    sides = _sides(reading)
    by_fact: dict[Triple, list[Triple]] = {}
    wrong: list[RelationMistake] = []
    for triple in sorted(sides.predicted.triples):
        head, tail = sides.mapping[triple[0]], sides.mapping[triple[2]]
        if head is None or tail is None:
            wrong.append(RelationMistake("spurious", None, triple))
        elif head == tail:
            wrong.append(RelationMistake("split", None, triple))
        else:
            by_fact.setdefault((head, triple[1], tail), []).append(triple)
    right = by_fact.keys() & sides.gold.triples
    wrong += [_wrong(fact, by_fact[fact][0], sides, right) for fact in sorted(by_fact.keys() - right)]
    explained = {mistake.gold for mistake in wrong}
    missed = [_missed(fact, sides) for fact in sorted(sides.gold.triples - right) if fact not in explained]
    return [*wrong, *missed, *(found for fact in sorted(right) for found in _loose(fact, by_fact[fact], sides))]


def _sides(reading: Reading) -> Sides:
    gold, predicted = reading.gold, reading.predicted
    of_gold, of_predicted = owners(gold), owners(predicted)
    return Sides(
        gold,
        predicted,
        map_clusters(gold.clusters, predicted.clusters),
        [_owners_in(cluster, of_gold) for cluster in predicted.clusters],
        [_owners_in(cluster, of_predicted) for cluster in gold.clusters],
    )


def _wrong(fact: Triple, triple: Triple, sides: Sides, right: Collection[Triple]) -> RelationMistake:
    """A predicted fact between two gold clusters that is not gold; of several gold relations it stands for one not found."""
    head, label, tail = fact
    gold = sides.gold.triples
    if (tail, label, head) in gold:
        return RelationMistake("direction", (tail, label, head), triple)
    if others := [other for other in gold if (other[0], other[2]) == (head, tail)]:
        return RelationMistake("relation", min(others, key=lambda other: (other in right, other)), triple)
    meant = [(h, label, t) for h in sides.holds[triple[0]] for t in sides.holds[triple[2]] if (h, label, t) in gold]
    return RelationMistake("merged" if meant else "spurious", min(meant, default=None), triple)


def _missed(fact: Triple, sides: Sides) -> RelationMistake:
    """A gold fact that was not found: was it because an end stands only in clusters of other things?"""
    swallowed = any(
        sides.parts[end] and all(sides.mapping[part] != end for part in sides.parts[end]) for end in (fact[0], fact[2])
    )
    return RelationMistake("merged" if swallowed else "missed", fact, None)


def _loose(fact: Triple, triples: Sequence[Triple], sides: Sides) -> Iterator[RelationMistake]:
    """A fact that is right softly and not strictly: one mistake, by the closest of its predictions."""
    groups = [(_looseness(fact, triple, sides), triple) for triple in triples]
    group, triple = min(groups, key=lambda pair: (LOOSE.index(pair[0]), pair[1]))
    if group:
        yield RelationMistake(group, fact, triple)


LOOSE = ("", "type", "mentions", "split", "merged")
"""From strictly right to the worst; of several predictions of one fact the best counts."""


def _looseness(fact: Triple, triple: Triple, sides: Sides) -> str:
    return max(
        (_end_looseness(gold, end, sides) for gold, end in ((fact[0], triple[0]), (fact[2], triple[2]))), key=LOOSE.index
    )


def _end_looseness(gold: int, predicted: int, sides: Sides) -> str:
    want, have = sides.gold.clusters[gold], sides.predicted.clusters[predicted]
    if strict_key(want) == strict_key(have):
        return ""
    if boundary_key(want) == boundary_key(have):
        return "type"
    if len(sides.holds[predicted]) > 1:
        return "merged"
    return "split" if len(sides.parts[gold]) > 1 else "mentions"


def _counted(groups: Sequence[str], found: Iterator[str]) -> dict[str, int]:
    counts = Counter(found)
    return {group: counts[group] for group in groups}
