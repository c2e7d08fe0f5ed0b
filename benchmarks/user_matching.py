"""Annotated passages and what is found in them -> which found facts and mentions are right, counted and as scored items.

A found chain or unit stands for the gold cluster that holds most of its exact spans (evaluation.relations.map_clusters), else for
the one whose spans overlap its spans best, where one of the two contains the other and both have the same type: a part of a name
that has another type is another thing. Demonym and country share a gold cluster. Offsets are characters, scores ten-thousandths.
"""

import json
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgbuild.evaluation.calibration import FLOOR, expected_calibration_error
from kgbuild.evaluation.counts import Counts, prf, total
from kgbuild.evaluation.relations import Mentions, map_clusters
from kgbuild.evaluation.spans import Spot, count_spans
from kgbuild.models.spec import COUNTRY_LIKE, Thresholds
from kgbuild.records import ONE, Extraction, Scope
from kgbuild.schema import Schema

GROUPS = ("country", "country_inferred", "other", "other_inferred")
"""The groups that have a threshold each, named as in models.directory.Thresholds."""
HALVES = ("thresholds", "report")

Fact = tuple[Hashable, str, Hashable]
"""Head, relation, tail: numbers of gold clusters where the ends have one."""


@dataclass(frozen=True, slots=True)
class Gold:
    """An annotated passage. half: "thresholds" or "report"; facts: with their scope, ends are numbers of clusters."""

    id: str
    uri: str
    half: str
    text: str
    sentences: tuple[tuple[int, int], ...]
    clusters: tuple[Mentions, ...]
    facts: Mapping[Fact, Scope]

    @property
    def words(self) -> int:
        """Words between blanks."""
        return len(self.text.split())

    @property
    def spans(self) -> frozenset[Spot]:
        """All annotated mentions."""
        return frozenset(spot for cluster in self.clusters for spot in cluster)


@dataclass(frozen=True, slots=True)
class Found:
    """One fact that was found in a passage. ends: the lower of its two ends' best mention scores."""

    fact: Fact
    scope: Scope
    score: int
    ends: int = ONE


@dataclass(frozen=True, slots=True)
class Item:
    """A found fact that was judged. weight: how many facts of the population it stands for; half: see Gold."""

    group: str
    half: str
    score: int
    right: bool
    weight: float = 1.0


def read_passages(path: Path) -> list[Gold]:
    """Passages of a file as gold_passages.py checks it."""
    return [_gold(json.loads(line)) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _gold(record: dict[str, Any]) -> Gold:
    spots = [(m["start"], m["end"], m["type"]) for m in record["mentions"]]
    return Gold(
        id=record["id"],
        uri=record["meta"]["uri"],
        half=record["meta"]["split"],
        text=record["text"],
        sentences=tuple((start, end) for start, end in record["sentences"]),
        clusters=tuple(tuple(spots[i] for i in cluster) for cluster in record["clusters"]),
        facts={(r["head"], r["label"], r["tail"]): Scope(r["scope"]) for r in record["relations"]},
    )


def group_of(label: str, scope: Scope) -> str:
    """The group of a relation's label in facts of a scope."""
    return ("country" if label in COUNTRY_LIKE else "other") + ("_inferred" if scope is Scope.INFERRED else "")


# ── matching ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def match(gold: tuple[Mentions, ...], found: tuple[Mentions, ...]) -> list[int | None]:
    """For each found cluster the gold cluster that it stands for, or None."""
    exact = map_clusters(gold, found)
    return [
        index if index is not None else overlapping(gold, cluster) for index, cluster in zip(exact, found, strict=True)
    ]  # fmt: skip


def overlapping(gold: Sequence[Mentions], cluster: Mentions) -> int | None:
    """The gold cluster with most characters in spans that contain, or are contained in, a span of the same type; ties: the first."""
    shared = [sum(_nested(one, other) for one in cluster for other in candidate) for candidate in gold]
    best = max(range(len(gold)), key=lambda index: (shared[index], -index), default=None)
    return best if best is not None and shared[best] else None


def _nested(one: Spot, other: Spot) -> int:
    """Characters that two spans share if one contains the other and the types are equal, else 0."""
    start, end = max(one[0], other[0]), min(one[1], other[1])
    inner = start < end and (start, end) in ((one[0], one[1]), (other[0], other[1]))
    return end - start if inner and one[2] == other[2] else 0


def scope_of(sentences: Sequence[tuple[int, int]], head: Mentions, tail: Mentions) -> Scope:
    """Stated if one sentence holds the beginning of a mention of both ends."""
    starts = [start for start, _ in sentences]
    numbers = [{bisect_right(starts, start) for start, _, _ in end} for end in (head, tail)]
    return Scope.STATED if numbers[0] & numbers[1] else Scope.INFERRED


def raw_facts(gold: Gold, extraction: Extraction, spans: int) -> list[Found]:
    """What a model's extraction says, all links, given the minimum score of spans; as `soft` reads it: self-loops are dropped."""
    chains = {
        chain[0]: [extraction.spans[i] for i in chain if extraction.spans[i].score >= spans] for chain in extraction.chains
    }
    kept = [first for first in chains if chains[first]]
    clusters = tuple(tuple((s.start, s.end, s.label) for s in chains[first]) for first in kept)
    number = {first: n for n, first in enumerate(kept)}
    names: list[Hashable] = [
        ("unmapped", n) if index is None else index for n, index in enumerate(match(gold.clusters, clusters))
    ]
    facts = []
    for link in extraction.links:
        if link.head in number and link.tail in number:
            head, tail = number[link.head], number[link.tail]
            ends = min(max(s.score for s in chains[end]) for end in (link.head, link.tail))
            scope = scope_of(gold.sentences, clusters[head], clusters[tail])
            facts.append(Found((names[head], link.label, names[tail]), scope, link.score, ends))
    return best(fact for fact in facts if fact.fact[0] != fact.fact[2])


def best(facts: Iterable[Found]) -> list[Found]:
    """Each fact once: with its highest score, stated rather than inferred at equal scores."""
    chosen: dict[Fact, Found] = {}
    for found in facts:
        known = chosen.get(found.fact)
        if known is None or _rank(found) > _rank(known):
            chosen[found.fact] = found
    return list(chosen.values())


def _rank(found: Found) -> tuple[int, bool, int]:
    return found.score, found.scope is Scope.STATED, found.ends


def at(facts: Iterable[Found], thresholds: Thresholds) -> list[Found]:
    """The facts that reach the threshold of their group; those of groups that are off go."""
    limits = [(found, thresholds.link(found.fact[1], found.scope)) for found in facts]
    return [found for found, limit in limits if limit is not None and found.score >= limit]


def canonical(schema: Schema, fact: Fact) -> Fact | None:
    """A fact of the model's labels as a graph keeps it (one of two inverse directions, symmetric ends in order), or None."""
    head, label, tail = fact
    relation = schema.relation_of(label)
    if relation is None:
        return None
    kept = schema.canonical(relation.name)
    if kept != relation.name:
        head, tail = tail, head
    if schema.is_symmetric(kept):
        head, tail = sorted((head, tail), key=repr)
    known = schema.relation(kept)
    return (head, known.labels[0], tail) if known is not None and known.labels else None


def canonical_gold(schema: Schema, gold: Gold) -> dict[Fact, Scope]:
    """The annotated facts that a graph under this schema can hold; stated if one of several that are the same is."""
    facts: dict[Fact, Scope] = {}
    for fact, scope in gold.facts.items():
        kept = canonical(schema, fact)
        if kept is not None and facts.get(kept) is not Scope.STATED:
            facts[kept] = scope
    return facts


# ── counting ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def count_groups(gold: Mapping[Fact, Scope], found: Iterable[Found]) -> dict[str, Counts]:
    """Counts of one passage by group: the gold facts of a group among those found, the found ones of it among those right."""
    rows = {group: [0, 0, 0, 0] for group in GROUPS}
    facts = {one.fact: group_of(one.fact[1], one.scope) for one in found}
    for fact, group in facts.items():
        rows[group][0] += fact in gold
        rows[group][1] += 1
    for fact, scope in gold.items():
        rows[group_of(fact[1], scope)][2] += fact in facts
        rows[group_of(fact[1], scope)][3] += 1
    return {group: Counts(*row) for group, row in rows.items()}


def items_of(gold: Mapping[Fact, Scope], half: str, found: Iterable[Found]) -> list[Item]:
    """Found facts of one passage as judged items."""
    return [Item(group_of(one.fact[1], one.scope), half, one.score, one.fact in gold) for one in found]


def fact_table(rows: Sequence[dict[str, Counts]], words: int) -> dict[str, dict[str, float]]:
    """Numbers by group, of all facts and of those that are not country-like, over passages of that many words together."""
    table = {group: total(row[group] for row in rows) for group in GROUPS}
    table["all"] = total(table[group] for group in GROUPS)
    table["without_country_like"] = total(table[group] for group in GROUPS if group.startswith("other"))
    return {name: _row(counts, words) for name, counts in table.items()}


def _row(counts: Counts, words: int) -> dict[str, float]:
    numbers = {key: round(value, 4) for key, value in prf(counts).items()}
    return numbers | {
        "right": counts.right,
        "predicted": counts.predicted,
        "found": counts.found,
        "gold": counts.gold,
        "per_1000_words": round(1000 * counts.predicted / max(words, 1), 2),
    }


def mention_table(gold: Sequence[frozenset[Spot]], found: Sequence[frozenset[Spot]]) -> dict[str, dict[str, float]]:
    """Strict precision, recall and F1 of mentions, all and by type."""
    rows = [count_spans(right, guessed) for right, guessed in zip(gold, found, strict=True)]
    types = sorted({label for row in rows for label in row})
    table = {"all": total(counts for row in rows for counts in row.values())}
    table |= {label: total(row[label] for row in rows if label in row) for label in types}
    return {
        name: {key: round(value, 4) for key, value in prf(counts).items()}
        | {"right": counts.right, "predicted": counts.predicted, "gold": counts.gold}
        for name, counts in table.items()
    }


def calibration_of(items: Iterable[tuple[int, bool]]) -> dict[str, float | int | None]:
    """Expected calibration error of scored items (ten-thousandths), and over how many items."""
    pairs = [(score / ONE, right) for score, right in items]
    error = expected_calibration_error(pairs)
    return {"ece": None if error is None else round(error, 4), "items": sum(p >= FLOOR for p, _ in pairs)}


def by_half(passages: Sequence[Gold], numbers: Callable[[list[int]], Any]) -> dict[str, Any]:
    """Numbers of the passages of each half, and of all, by their places."""
    places = {half: [n for n, gold in enumerate(passages) if gold.half == half] for half in HALVES}
    return {half: numbers(chosen) for half, chosen in (places | {"all": list(range(len(passages)))}).items()}
