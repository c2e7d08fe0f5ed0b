"""A difference between two states of a graph -> the requests that turn a store of the one into a store of the other.

What hangs on a touched triple or document goes and is made again; entities and documents that stay are changed in place, so that
what else hangs on them stays too. Every statement is fixed text around checked names; what documents say is only ever a parameter.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from kgbuild.errors import BuildError
from kgbuild.records import ChunkNode, Delta, DocumentNode, Entity, MentionEdge, StatementNode, Triple
from kgbuild.sinks import property_graph as pg
from kgbuild.sinks.embedded_engine import Engine
from kgbuild.sinks.embedded_load import Counts, new_edge_type, new_types, node_request

TO_CHUNKS = "in('FROM_DOCUMENT')"
"""From a document to its chunks and, since these point at it in the same way, its statements."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some records of a graph, as a GraphSource."""

    some_entities: tuple[Entity, ...] = ()
    some_triples: tuple[Triple, ...] = ()
    some_statements: tuple[StatementNode, ...] = ()
    some_documents: tuple[DocumentNode, ...] = ()
    some_mentions: tuple[MentionEdge, ...] = ()
    some_chunks: tuple[ChunkNode, ...] = ()
    some_chunk_mentions: tuple[MentionEdge, ...] = ()

    def entities(self) -> Iterator[Entity]:
        """The entities."""
        return iter(self.some_entities)

    def triples(self) -> Iterator[Triple]:
        """The triples."""
        return iter(self.some_triples)

    def statements(self) -> Iterator[StatementNode]:
        """The statements."""
        return iter(self.some_statements)

    def documents(self) -> Iterator[DocumentNode]:
        """The documents."""
        return iter(self.some_documents)

    def mentions(self) -> Iterator[MentionEdge]:
        """Mentions in documents."""
        return iter(self.some_mentions)

    def chunks(self) -> Iterator[ChunkNode]:
        """The chunks."""
        return iter(self.some_chunks)

    def chunk_mentions(self) -> Iterator[MentionEdge]:
        """Mentions in chunks."""
        return iter(self.some_chunk_mentions)


def change(delta: Delta, engine: Engine, provenance: str, base: str) -> None:
    """Send a difference to an engine in mode `change`. Raises BuildError if the store does not hold what the difference starts from."""
    known = set(engine.receive()["types"])
    full = provenance == "full"
    _take_away(delta, engine, full=full)
    new = Part(delta.new_entities, (), delta.statements, delta.new_documents, (), delta.chunks)
    for labels, some in _by(pg.nodes(new, provenance, base), lambda node: node.labels):
        engine.send(do="run", sql=new_types(labels, known))
        request = node_request(labels, some)
        rows = [{"row": row} for row in request["rows"]]
        _each(engine, f"INSERT INTO `{request['type']}` CONTENT :row", rows, "rows", request["dates"])
    changed = Part(delta.changed_entities, (), (), delta.changed_documents)
    for labels, some in _by(pg.nodes(changed, provenance, base), lambda node: node.labels):
        request = node_request(labels, some)
        rows = [{"id": row["id"], "row": row} for row in request["rows"]]
        _each(engine, f"UPDATE `{request['type']}` CONTENT :row WHERE id = :id", rows, "count", request["dates"])
    linked = Part((), delta.triples, delta.statements, (), delta.mentions, delta.chunks, delta.chunk_mentions)
    for (type, start, end), same in _by(
        pg.relationships(linked, provenance), lambda edge: (edge.type, edge.start[0], edge.end[0])
    ):
        engine.send(do="run", sql=new_edge_type(type, known))
        _link(engine, type, start, end, same)


def finish(engine: Engine, held: Mapping[str, int]) -> Counts:
    """End a change. Raises BuildError if the store does not hold as many records of some types as it must."""
    engine.settle()
    engine.send(do="finish", count=sorted(held))
    answer = engine.receive()
    wrong = sorted(type for type, count in held.items() if answer["held"][type] != count)
    if wrong:
        raise BuildError(f"the store holds {answer['held'][wrong[0]]} of {wrong[0]} instead of {held[wrong[0]]}")
    engine.receive()
    return Counts(answer["nodes"], answer["relationships"])


def _take_away(delta: Delta, engine: Engine, *, full: bool) -> None:
    """Delete relationships of touched triples and documents, then what hangs on them, then nodes that are gone."""
    between = [key for key in delta.triples_before if not key.is_value]
    for type, same in _by(between, lambda key: key.predicate):
        out = f"(SELECT expand(outE('{pg.label(type, pg.STRUCTURE)}')) FROM Entity WHERE id = :subject)"
        _each(engine, f"DELETE FROM {out} WHERE id = :id", [{"subject": key.subject, "id": key.id} for key in same], "count")
    touched = _ids((*delta.mentioning, *delta.gone_documents))
    _each(engine, "DELETE FROM (SELECT expand(outE('MENTIONS')) FROM Document WHERE id = :id)", touched)
    if full:
        statements = [{"id": key.id} for key in delta.triples_before]
        _each(engine, "DELETE FROM Statement WHERE triple_id = :id", statements)
        cut = _ids((*(document.id for document in delta.changed_documents), *delta.gone_documents))
        _each(engine, f"DELETE FROM (SELECT expand({TO_CHUNKS}) FROM Document WHERE id = :id) WHERE @type = 'Chunk'", cut)
        _each(engine, f"DELETE FROM (SELECT expand({TO_CHUNKS}.inE('FROM_CHUNK')) FROM Document WHERE id = :id)", touched)
    _each(engine, "DELETE FROM Document WHERE id = :id", _ids(delta.gone_documents), "count")
    _each(engine, "DELETE FROM Entity WHERE id = :id", _ids(delta.gone_entities), "count")


def _link(engine: Engine, type: str, start: str, end: str, edges: list[pg.Relationship]) -> None:
    ends = f"FROM (SELECT FROM {start} WHERE id = :start) TO (SELECT FROM {end} WHERE id = :goal)"
    rows = [{"start": edge.start[1], "goal": edge.end[1], "row": pg.plain(edge.properties)} for edge in edges]
    with_row = [row for row in rows if row["row"]]
    _each(engine, f"CREATE EDGE `{type}` {ends} CONTENT :row", with_row, "rows")
    bare = [{"start": row["start"], "goal": row["goal"]} for row in rows if not row["row"]]
    _each(engine, f"CREATE EDGE `{type}` {ends}", bare, "rows")


def _each(engine: Engine, sql: str, rows: list[dict[str, Any]], counted: str = "", dates: list[str] | None = None) -> None:
    if rows:
        engine.settle()
        engine.post(do="each", sql=sql, rows=rows, counted=counted, dates=dates or [])


def _ids(ids: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"id": id} for id in ids]


def _by(items: Any, key: Any) -> Iterator[tuple[Any, list[Any]]]:
    for value, group in groupby(sorted(items, key=key), key=key):
        yield value, list(group)
