"""An entity or a document -> the page that shows it: names, why they are one, where they stand, what is said. Reads only."""

import json
from bisect import bisect_left
from dataclasses import dataclass, replace

from kgbuild.build.entities import unit_rows
from kgbuild.errors import NotFound
from kgbuild.pipeline.anchoring import mention_rows, refs_of
from kgbuild.pipeline.contexts import Context, Mark, Piece, Reader, cut
from kgbuild.pipeline.explaining import bare, entity_joins, find_entities
from kgbuild.pipeline.exploring import FactRow, Filters, facts_of
from kgbuild.pipeline.listing import about_entity
from kgbuild.pipeline.reports import Join
from kgbuild.records import Judgement
from kgbuild.resolution.compare import explanation
from kgbuild.workspace.graph import WorkspaceGraph

QUOTES_AT_ONCE = 10
FACTS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name that an entity holds. forms: (written, count), most frequent first."""

    key: str
    mentions: int
    documents: int
    forms: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class EntityPage:
    """An entity as it is shown. found: the id that was asked for, another one if the graph has changed since; joins: with sentences
    for reasons.
    """

    id: str
    found: str
    type: str
    name: str
    aliases: tuple[str, ...]
    mentions: int
    documents: int
    confidence: int
    values: tuple[tuple[str, str], ...]
    names: tuple[NameRow, ...]
    joins: tuple[Join, ...]
    judgements: tuple[Judgement, ...]
    facts: tuple[FactRow, ...]
    fact_count: int
    predicates: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A document with its mentions marked: one tuple of pieces a block. kinds: of the blocks; entities: (id, name, type, count)."""

    id: str
    name: str
    uri: str
    url: str
    published: str
    language: str
    kinds: tuple[str, ...]
    blocks: tuple[tuple[Piece, ...], ...]
    starts: tuple[int, ...]
    entities: tuple[tuple[str, str, str, int], ...]


def entity_page(graph: WorkspaceGraph, text: str, filters: Filters) -> EntityPage:
    """The page of an entity by id (also one of an earlier graph) or name. Raises NotFound."""
    entity = find_entities(graph, text)[0]
    rows, count = facts_of(graph.derived, entity.id, filters, FACTS_AT_ONCE)
    return EntityPage(
        entity.id, bare(text), entity.type, entity.name, entity.aliases, entity.mentions, entity.documents, entity.confidence,
        tuple((name, value.text) for name, value in entity.values),
        _names(graph, entity.id),
        tuple(map(_in_words, entity_joins(graph, entity))),
        tuple(about_entity(graph, entity)),
        tuple(rows), count, _predicates(graph, entity.id),
    )  # fmt: skip


def _names(graph: WorkspaceGraph, entity: str) -> tuple[NameRow, ...]:
    found: dict[str, tuple[int, set[str], dict[str, int]]] = {}
    for document, name, mentions, _, forms, *_ in unit_rows(graph.derived.db, [(n, d) for d, n in refs_of(graph, entity)]):
        count, documents, written = found.get(name, (0, set(), {}))
        for form, times, *_ in json.loads(forms):
            written[form] = written.get(form, 0) + times
        found[name] = count + mentions, documents | {document}, written
    rows = [
        NameRow(name, count, len(documents), tuple(sorted(written.items(), key=lambda item: (-item[1], item[0]))))
        for name, (count, documents, written) in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.mentions, row.key)))


def _in_words(join: Join) -> Join:
    return replace(join, reasons=tuple((explanation(name), weight) for name, weight in join.reasons))


def _predicates(graph: WorkspaceGraph, entity: str) -> tuple[tuple[str, int], ...]:
    sql = """SELECT predicate, count(*) FROM triple WHERE subject = ?1 OR (object = ?1 AND datatype IS NULL)
        GROUP BY predicate ORDER BY 2 DESC, 1"""
    return tuple(graph.derived.db.execute(sql, (entity,)))


def mentions_of(graph: WorkspaceGraph, entity: str, document: str, offset: int) -> tuple[list[Context], int]:
    """Sentences that mention an entity, one a document, where it is mentioned most first; document: only there, then all of them."""
    reader = Reader(graph)
    if document:
        marks = reader.places(document, {entity: "left"})
        return [reader.context(document, [(m.start, m.end)], marks) for m in marks[offset : offset + QUOTES_AT_ONCE]], len(
            marks
        )
    sql = "SELECT document FROM mention WHERE entity = ? ORDER BY count DESC, document LIMIT ? OFFSET ?"
    documents = [row[0] for row in graph.derived.db.execute(sql, (entity, QUOTES_AT_ONCE, offset))]
    contexts = []
    for each in documents:
        marks = sorted(reader.places(each, {entity: "left"}), key=lambda mark: mark.start)
        if marks:
            contexts.append(reader.context(each, [(marks[0].start, marks[0].end)], marks))
    total = graph.derived.db.execute("SELECT count(*) FROM mention WHERE entity = ?", (entity,)).fetchone()[0]
    return contexts, int(total)


def places_of(graph: WorkspaceGraph, entity: str) -> list[tuple[int, str, str, str, tuple[tuple[str, int], ...]]]:
    """(number, URI, document, name, forms) of an entity's mentions, document by document, as `split --mentions` takes them."""
    return [(row.number, row.uri, *row.unit, row.forms) for row in mention_rows(graph, entity)]


def document_page(graph: WorkspaceGraph, id: str) -> DocumentPage:
    """A document's text, block by block. Raises NotFound."""
    node = graph.derived.document(bare(id))
    if node is None:
        raise NotFound(f"no document {id!r} in the graph")
    counts = _mentioned(graph, node.id)
    if graph.imported is not None:
        return DocumentPage(
            node.id, node.name, node.uri, node.url, node.published, node.language, (), (), (), counts
        )  # fmt: skip
    reader = Reader(graph)
    stored = graph.truth.document(node.id)
    marks = sorted(reader.places(node.id, {entity: "mention" for entity, *_ in counts}), key=lambda mark: mark.start)
    blocks = stored.document.blocks
    return DocumentPage(
        node.id, node.name, node.uri, node.url, node.published, node.language,
        tuple(block.kind.value for block in blocks),
        tuple(tuple(cut(stored.document.text, b.start, b.end, _inside(marks, b.start, b.end))) for b in blocks),
        tuple(block.start for block in blocks),
        counts,
    )  # fmt: skip


def _inside(marks: list[Mark], start: int, end: int) -> list[Mark]:
    """Of marks in text order those that begin in a block; none crosses its end."""
    return marks[bisect_left(marks, start, key=lambda m: m.start) : bisect_left(marks, end, key=lambda m: m.start)]


def _mentioned(graph: WorkspaceGraph, document: str) -> tuple[tuple[str, str, str, int], ...]:
    sql = """SELECT entity.id, entity.name, entity.type, count FROM mention JOIN entity ON entity.id = mention.entity
        WHERE document = ? ORDER BY count DESC, entity.name, entity.id"""
    return tuple(graph.derived.db.execute(sql, (document,)))
