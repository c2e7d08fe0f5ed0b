"""An entity or a fact of the built graph -> the anchors by which a person's word holds on to it.

A name is anchored wherever it stands, so that the word survives the end of any one document; mentions that were set apart are
anchored at their own URI.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from kgbuild.build.components import node_of
from kgbuild.build.entities import unit_rows
from kgbuild.build.judged import UnitRef
from kgbuild.build.words import Ends, ends_of, find_unit, triple_id
from kgbuild.errors import BuildError
from kgbuild.records import ANYWHERE, NOWHERE, Anchor, Entity, Triple, Value
from kgbuild.resolution.names import normalise
from kgbuild.schema import Schema
from kgbuild.workspace.graph import WorkspaceGraph


@dataclass(frozen=True, slots=True)
class MentionRow:
    """The mentions of an entity in one document under one name. number: from 1, as `explain` lists them; forms: (written, count)."""

    number: int
    uri: str
    unit: UnitRef
    forms: tuple[tuple[str, int], ...]


def mention_rows(graph: WorkspaceGraph, entity: str) -> list[MentionRow]:
    """Where an entity is mentioned, by URI and place."""
    nodes = graph.derived.db.execute("SELECT name, document FROM node WHERE entity = ?", (entity,)).fetchall()
    uris: dict[str, str] = {}
    found = []
    for position, (document, name, _, _, forms, _) in enumerate(unit_rows(graph.derived.db, nodes)):
        if document not in uris:
            uris[document] = first_uri(graph, document)
        counts = sorted(((form, count) for form, count, _ in json.loads(forms)), key=lambda row: (-row[1], row[0]))
        found.append((uris[document], position, (document, name), tuple(counts)))
    return [MentionRow(i, uri, unit, forms) for i, (uri, _, unit, forms) in enumerate(sorted(found), 1)]


def first_uri(graph: WorkspaceGraph, document: str) -> str:
    """The URI of a document's first source. Raises BuildError for one that is gone since the graph was built."""
    return graph.truth.uri_of_document(document)


def refs_of(graph: WorkspaceGraph, entity: str) -> list[UnitRef]:
    """What an entity consists of: names, as ("", name), and singled-out units."""
    rows = graph.derived.db.execute("SELECT document, name FROM node WHERE entity = ? ORDER BY id", (entity,))
    return [(document, name) for document, name in rows]


def anchor_of(graph: WorkspaceGraph, entity: Entity) -> Anchor:
    """The anchor by which a person's word holds on to an entity: that of its main name."""
    return anchor_at(graph, main_ref(graph, entity), entity.name)


def main_ref(graph: WorkspaceGraph, entity: Entity) -> UnitRef:
    """The name (or, without one, the unit) that stands for an entity: the shown name if it can be, else the most widespread.

    One without mentions, a name whose mentions are all singled out, stands for nothing: a word on it would reach none of them.
    """
    shared: list[tuple[bool, int, str, str]] = []
    single: list[tuple[bool, int, str, str]] = []
    for document, name in refs_of(graph, entity.id):
        if units := unit_rows(graph.derived.db, [(name, document)]):
            shown = normalise(name.partition("/")[0], entity.name) == name.partition("/")[2]
            (single if document else shared).append((not shown, -len(units), name, document))
    *_, name, document = min(shared or single)
    return document, name


def has_mentions(graph: WorkspaceGraph, ref: UnitRef) -> bool:
    """Whether a name or unit has mentions of its own: those of a name may all be singled out."""
    return bool(unit_rows(graph.derived.db, [(ref[1], ref[0])]))


def anchor_at(graph: WorkspaceGraph, ref: UnitRef, preferred: str = "") -> Anchor:
    """An anchor that leads to this name or unit. Raises BuildError for a unit that no written form leads to."""
    document, name = ref
    type = name.partition("/")[0]
    uri = first_uri(graph, document) if document else ANYWHERE
    for form in [preferred, *_forms(graph, ref)]:
        anchor = Anchor(uri, form, type)
        if form and find_unit(graph.truth, graph.derived.db, anchor) == ref:
            return anchor
    raise BuildError(f"{uri}: the mentions of {name.partition('/')[2]!r} there cannot be told from others written the same")


def _forms(graph: WorkspaceGraph, ref: UnitRef) -> list[str]:
    """Written forms of a name or unit: full ones first, then the most frequent."""
    counts: dict[tuple[bool, str], int] = {}
    for row in unit_rows(graph.derived.db, [(ref[1], ref[0])]):
        for form, count, short in json.loads(row[4]):
            counts[short, form] = counts.get((short, form), 0) + count
    return [form for (_, form), _ in sorted(counts.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))]


def fact_anchors(graph: WorkspaceGraph, triple: Triple) -> tuple[Anchor, Anchor]:
    """The ends of a triple, anchored wherever they stand."""
    subject = graph.derived.entity(triple.subject)
    assert subject is not None
    if isinstance(triple.object, Value):
        return anchor_of(graph, subject), Anchor(NOWHERE, triple.object.text, triple.object.datatype)
    target = graph.derived.entity(triple.object)
    assert target is not None
    return anchor_of(graph, subject), anchor_of(graph, target)


def statement_anchors(graph: WorkspaceGraph, document: str, subject: str, target: str | Value) -> tuple[Anchor, Anchor]:
    """The ends of a statement of one document, given as names "Type/key" (or a value), anchored there."""
    if isinstance(target, Value):
        return anchor_at(graph, (document, subject)), Anchor(NOWHERE, target.text, target.datatype)
    return anchor_at(graph, (document, subject)), anchor_at(graph, (document, target))


def triple_between(schema: Schema, subject: str, predicate: str, target: str | Value) -> tuple[str, Ends] | None:
    """Id and ends of the triple that two entities (or an entity and a value) would have."""
    if isinstance(target, Value):
        ends = ends_of(schema, subject, predicate, target.text, target.datatype)
    else:
        ends = ends_of(schema, subject, predicate, target, None)
    return (triple_id(ends), ends) if ends else None


def holders_of(graph: WorkspaceGraph, refs: Iterable[UnitRef]) -> dict[UnitRef, str]:
    """The entity that holds each name or unit now; '' for none. A unit that is not singled out is held by its name."""
    db = graph.derived.db
    found = {}
    for ref in refs:
        row = db.execute("SELECT entity FROM node WHERE id = ?", (node_of(ref),)).fetchone()
        row = row or db.execute("SELECT entity FROM node WHERE id = ?", (ref[1],)).fetchone()
        found[ref] = str(row[0]) if row else ""
    return found
