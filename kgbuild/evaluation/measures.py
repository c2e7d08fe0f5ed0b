"""Readings of a corpus -> counts by document for each measure, and by document and label.

A document that a measure cannot judge (mentions not completely annotated, no relations) counts nothing there, so that all measures
have one row a document and can be resampled together.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from kgbuild.evaluation.counts import Counts
from kgbuild.evaluation.reading import Reading
from kgbuild.evaluation.relations import (
    LOCATED,
    READINGS,
    Facts,
    Triple,
    count,
    count_labels,
    count_scope,
    count_unknown,
    given_facts,
    without,
)
from kgbuild.evaluation.spans import count_spans

NONE = Counts()
Tally = list[Counts]
"""One row a document."""


@dataclass(frozen=True, slots=True)
class Tallies:
    """Counts of a corpus: by measure, and by measure and label. Measures are named as in the report, without the last `.f1`."""

    measures: dict[str, Tally]
    labels: dict[str, dict[str, Tally]]


def tally(readings: Sequence[Reading], known: Sequence[Collection[Triple]] | None = None) -> Tallies:
    """All counts. known: for each document its gold triples that stand in the training data, for Ign F1.

    Measures that no document of the corpus can be judged by are left out.
    """
    measures: dict[str, Tally] = {}
    labels: dict[str, dict[str, Tally]] = {}
    if any(r.document.complete for r in readings):
        spans = [count_spans(r.gold_spans, r.spans) if r.document.complete else {} for r in readings]
        measures["ner"] = [_sum(row.values()) for row in spans]
        labels["ner"] = by_label(spans)
    if any(r.document.has_relations for r in readings):
        facts = [_given(r, known[n] if known else ()) for n, r in enumerate(readings)]
        measures |= _tallied("relations_gold", facts)
        labels["relations_gold"] = by_label([count_labels(f) if f else {} for f in facts])
        if known is not None:
            measures["relations_gold.ign"] = [count_unknown(f) if f else NONE for f in facts]
    if any(r.has_end_to_end for r in readings):
        for name, compared in READINGS.items():
            facts = [compared(r.pair) if r.has_end_to_end else None for r in readings]
            measures |= _tallied(f"end_to_end.{name}", facts)
            labels[f"end_to_end.{name}"] = by_label([count_labels(f) if f else {} for f in facts])
    return Tallies(measures, labels)


def by_label(rows: Sequence[dict[str, Counts]]) -> dict[str, Tally]:
    """Rows of counts by label -> for each label a row a document."""
    names = sorted({label for row in rows for label in row})
    return {name: [row.get(name, NONE) for row in rows] for name in names}


def _given(reading: Reading, known: Collection[Triple]) -> Facts | None:
    return given_facts(reading.gold, reading.triples, known) if reading.document.has_relations else None


def _tallied(name: str, facts: Sequence[Facts | None]) -> dict[str, Tally]:
    cuts: dict[str, Callable[[Facts], Counts]] = {
        "": count,
        ".without_located": lambda f: count(without(f)),
        ".stated": lambda f: count_scope(f, stated=True),
        ".inferred": lambda f: count_scope(f, stated=False),
    }
    if not any(fact[1] in LOCATED for found in facts if found for fact in found.gold):
        del cuts[".without_located"]  # a corpus that does not have them is the same without them
    tallies = {name + suffix: [counted(f) if f else NONE for f in facts] for suffix, counted in cuts.items()}
    return {cut: rows for cut, rows in tallies.items() if cut == name or any(row.gold or row.predicted for row in rows)}


def _sum(rows: Iterable[Counts]) -> Counts:
    columns = [sum(column) for column in zip(*rows, strict=True)]
    return Counts(*columns)
