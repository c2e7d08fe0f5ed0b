"""Counts of a graph -> whether the schema hardly fits the documents, and what speaks for that."""

from collections.abc import Sequence
from dataclasses import dataclass

from kgbuild.counts import counted
from kgbuild.pipeline.overview.facts import PLACES, kind
from kgbuild.schema import Schema

FEW_TRIPLES = 0.5
"""Triples a document below which a schema hardly fits the documents."""
FEW_RELATIONS = 0.8
"""Share of triples in two relations above which it hardly fits either."""
ADVICE = (
    "If your documents speak of other things, docs/own-domain.md goes from no labels to a model of your own: names and patterns "
    "(`kgbuild run --terms FILE --patterns FILE`), then passages to label (`kgbuild sample`)."
)


@dataclass(frozen=True, slots=True)
class Fit:
    """documents: of which something was read; triples: all, with values; common: the two most frequent relations with their counts, places: those that say
    no more than where something lies or belongs (located in, country, citizen of); reasons: why the schema hardly fits, in words; unread: "", or why
    nothing was read of any document, which says nothing of the schema.
    """

    documents: int
    triples: int
    common: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, int], ...]
    reasons: tuple[str, ...]
    unread: str = ""

    @property
    def fits(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons

    @property
    def common_share(self) -> float:
        """Share of all triples that are of the two most frequent relations."""
        return _share(self.common, self.triples)

    @property
    def places_share(self) -> float:
        """Share of all triples that are country-like."""
        return _share(self.places, self.triples)

    @property
    def others(self) -> int:
        """Triples that are not country-like."""
        return self.triples - sum(count for _, count in self.places)


def fit(documents: int, by_predicate: Sequence[tuple[str, int]], schema: Schema, unread: str = "") -> Fit:
    """How a schema fits: documents: of which something was read; unread: why none was; by_predicate: triples by relation, most first."""
    kinds = {relation.name: kind(relation.labels, relation.name) for relation in schema.relations}
    found = Fit(
        documents, sum(count for _, count in by_predicate), tuple(by_predicate[:2]),
        tuple(row for row in by_predicate if kinds.get(row[0]) == PLACES), (), unread,
    )  # fmt: skip
    if not documents:
        return found
    return Fit(found.documents, found.triples, found.common, found.places, tuple(_reasons(found, len(schema.relations))))


def _reasons(found: Fit, relations: int) -> list[str]:
    few = FEW_TRIPLES * found.documents
    reasons = []
    if found.triples < few:
        reasons.append(f"{counted(found.triples, 'fact')} in {counted(found.documents, 'document')}")
    if found.triples and relations > 2 and found.common_share >= FEW_RELATIONS:
        reasons.append(f"{found.common_share:.0%} of all facts are {' and '.join(name for name, _ in found.common)}")
    if found.places and found.others < few:
        names = ", ".join(name for name, _ in found.places[:3]) + (", …" if len(found.places) > 3 else "")
        reasons.append(
            f"beside those that only say where something lies or belongs ({names}: {found.places_share:.0%}), there are "
            f"{counted(found.others, 'fact')} in {counted(found.documents, 'document')}"
        )
    return reasons


def _share(rows: Sequence[tuple[str, int]], total: int) -> float:
    return sum(count for _, count in rows) / total if total else 0.0
