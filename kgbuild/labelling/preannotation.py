"""What a model sees in a passage -> a document with its mentions and relations, in the labels of one's own schema, for people to correct."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kgbuild.corpora.document import GoldDocument
from kgbuild.corpora.making import Link, annotated, from_text
from kgbuild.corpora.reading import Reading
from kgbuild.labelling.uncertainty import Thresholds
from kgbuild.records import ANY, Extraction, Scope
from kgbuild.schema import Schema


@dataclass(frozen=True, slots=True)
class Labels:
    """What the labels of a model become. None: they stay as they are; a label that is absent is dropped."""

    types: Mapping[str, str] | None = None
    relations: Mapping[str, str] | None = None
    schema: Schema | None = field(default=None)


def labels_between(model: Schema, own: Schema) -> Labels:
    """From the labels of a model, as the schema in use maps them, to those of another schema: by the names of types and relations.

    Where a type of the other schema comes from several labels, nobody can say which: it is left to people.
    """
    types = {
        label: t.labels[0] for one in model.types for label in one.labels if (t := own.type(one.name)) and len(t.labels) == 1
    }
    relations = {
        label: r.labels[0]
        for one in model.relations
        if not one.untrained
        for label in one.labels
        if (r := own.relation(one.name)) and len(r.labels) == 1
    }
    return Labels(types, relations, own)


def preannotated(name: str, text: str, extraction: Extraction, thresholds: Thresholds, labels: Labels) -> GoldDocument:
    """A document with what a build would take of an extraction."""
    reading = Reading(name)
    floor = thresholds.get((ANY, "span"), 0)
    spans: list[tuple[int, int, str]] = []
    place: dict[int, int] = {}
    for index, span in enumerate(extraction.spans):
        label = span.label if labels.types is None else labels.types.get(span.label)
        if label is not None and span.score >= floor:
            place[index] = len(spans)
            spans.append((span.start, span.end, label))
    document = from_text(name, text, spans, reading)
    chains = {chain[0]: left for chain in extraction.chains if (left := [place[i] for i in chain if i in place])}
    links: list[Link] = []
    for link in extraction.links:
        label = link.label if labels.relations is None else labels.relations.get(link.label)
        if label is None or link.head not in chains or link.tail not in chains:
            continue
        head, tail = chains[link.head], chains[link.tail]
        limit = thresholds.get((link.label, _scope(document, head, tail)))
        if (
            limit is not None
            and link.score >= limit
            and _allowed(labels.schema, label, spans[min(head)][2], spans[min(tail)][2])
        ):
            links.append((min(head), min(tail), label, ()))
    return annotated(document, reading, chains.values(), links)


def _scope(document: GoldDocument, head: Sequence[int], tail: Sequence[int]) -> Scope:
    """Stated where one sentence holds a mention of both ends: each scope has thresholds of its own."""
    firsts = [first for first, _ in document.sentences]
    left, right = ({bisect_right(firsts, document.mentions[i].first) for i in chain} for chain in (head, tail))
    return Scope.INFERRED if left.isdisjoint(right) else Scope.STATED


def _allowed(schema: Schema | None, relation: str, head: str, tail: str) -> bool:
    """Whether a schema lets a relation join two types, all three by their labels; without a schema, always."""
    if schema is None:
        return True
    joins, left, right = schema.relation_of(relation), schema.type_of(head), schema.type_of(tail)
    return bool(joins and left and right and schema.allows(left.name, joins.name, right.name))
