"""A graph that was imported: kept in workspace.db as it was read, row by row, for it cannot be made again from documents.

A workspace holds either documents or an imported graph. graph.db is derived from these rows as it is from documents. The tables are
made by the import, and the workspace then has a format that older versions of kgbuild refuse, since they would see it empty.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from kgbuild.records import ChunkNode, DocumentNode, Entity, MentionEdge, Scope, StatementNode, Triple, Value
from kgbuild.workspace.rows import docnode_body, docnode_from, entity_body, entity_from, triple_from, triple_row
from kgbuild.workspace.truth import Truth

TABLES = """
CREATE TABLE imported_document (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE imported_entity (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE imported_triple (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE imported_statement (
    triple TEXT NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL, PRIMARY KEY (triple, position)
) WITHOUT ROWID;
CREATE TABLE imported_mention (origin TEXT NOT NULL, entity TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (origin, entity))
    WITHOUT ROWID;
CREATE TABLE imported_chunk (
    document TEXT NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (document, position, id)
) WITHOUT ROWID;
CREATE TABLE imported_chunk_mention (origin TEXT NOT NULL, entity TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (origin, entity))
    WITHOUT ROWID;
"""
"""The orders of the keys are those of records.GraphSource; statements of one triple stay in the order of the file."""

FORMAT = 2
"""Of a workspace with an imported graph; one with documents stays readable by older versions."""

META = "imported"
ROWS_AT_ONCE = 2_000

Record = Entity | Triple | StatementNode | DocumentNode | MentionEdge | ChunkNode


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an imported graph comes from. file: its name; content: digest of its bytes; provenance: how much of it there is."""

    file: str
    content: str
    provenance: str


def origin_of(truth: Truth) -> Origin | None:
    """Where the graph of a workspace was imported from; None for a workspace of documents."""
    said = truth.meta(META)
    return Origin(**json.loads(said)) if said else None


def put(truth: Truth, origin: Origin, records: Iterable[tuple[str, Record]]) -> dict[str, int]:
    """Make the tables and write all records, each with its kind as in JSON Lines; returns how many of each kind.

    To be called inside a transaction. Raises sqlite3.IntegrityError if two records of a kind have one id.
    """
    for statement in TABLES.split(";"):
        truth.db.execute(statement)
    counts: dict[str, int] = {}
    held: dict[str, list[tuple[Any, ...]]] = {}
    for kind, record in records:
        counts[kind] = counts.get(kind, 0) + 1
        rows = held.setdefault(kind, [])
        rows.append(_row(record, counts[kind]))
        if len(rows) == ROWS_AT_ONCE:
            _insert(truth.db, kind, rows)
    for kind, rows in held.items():
        _insert(truth.db, kind, rows)
    truth.set_meta(META, json.dumps({f.name: getattr(origin, f.name) for f in fields(origin)}, ensure_ascii=False))
    truth.set_meta("format", str(FORMAT))
    return counts


def _insert(db: sqlite3.Connection, kind: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        db.executemany(f"INSERT INTO imported_{kind} VALUES ({','.join('?' * len(rows[0]))})", rows)
        rows.clear()


def _row(record: Record, number: int) -> tuple[Any, ...]:
    match record:
        case Entity():
            return record.id, entity_body(record)
        case Triple():
            return record.id, _json(triple_row(record))
        case StatementNode():
            return record.triple, number, record.id, _json(_statement_body(record))
        case DocumentNode():
            return record.id, docnode_body(record)
        case ChunkNode():
            return record.document, record.index, record.id, _json([record.start, record.end, record.language, record.text])
        case MentionEdge():
            return record.origin, record.entity, record.count


def _statement_body(s: StatementNode) -> list[Any]:
    value = s.object if isinstance(s.object, Value) else None
    target = value.text if value else s.object
    return [
        s.subject, s.predicate, target, value.datatype if value else None, s.document, s.quote, s.start, s.end, s.scope.value,
        s.confidence, s.model, s.quotes,
    ]  # fmt: skip


class Imported:
    """The imported graph of a workspace, part by part in the order of ids."""

    def __init__(self, truth: Truth) -> None:
        self._db = truth.db

    def entities(self) -> Iterator[Entity]:
        """All entities, by id."""
        return (entity_from(body) for (body,) in self._db.execute("SELECT body FROM imported_entity ORDER BY id"))

    def triples(self) -> Iterator[Triple]:
        """All triples, by id."""
        return (triple_from(json.loads(body)) for (body,) in self._db.execute("SELECT body FROM imported_triple ORDER BY id"))

    def documents(self) -> Iterator[DocumentNode]:
        """All documents, by id."""
        return (docnode_from(body) for (body,) in self._db.execute("SELECT body FROM imported_document ORDER BY id"))

    def statements(self, triple: str | None = None) -> Iterator[StatementNode]:
        """All statements, or those of one triple, by triple, document and place."""
        sql = "SELECT id, triple, body FROM imported_statement"
        where = "" if triple is None else " WHERE triple = ?"
        for id, of, body in self._db.execute(f"{sql}{where} ORDER BY triple, position", () if triple is None else (triple,)):
            subject, predicate, target, datatype, document, quote, start, end, scope, confidence, model, quotes = json.loads(
                body
            )
            value = target if datatype is None else Value(datatype, target)
            yield StatementNode(
                id, of, subject, predicate, value, document, quote, start, end, Scope(scope), confidence, model,
                tuple((first, last) for first, last in quotes),
            )  # fmt: skip

    def mentions(self) -> Iterator[MentionEdge]:
        """How often documents mention entities, by both."""
        sql = "SELECT origin, entity, count FROM imported_mention ORDER BY origin, entity"
        return (MentionEdge(*row) for row in self._db.execute(sql))

    def chunks(self) -> Iterator[ChunkNode]:
        """All chunks, by document and index."""
        sql = "SELECT id, document, position, body FROM imported_chunk ORDER BY document, position, id"
        return (ChunkNode(id, document, index, *json.loads(body)) for id, document, index, body in self._db.execute(sql))

    def chunk_mentions(self) -> Iterator[MentionEdge]:
        """How often chunks mention entities, by document, index of the chunk and entity, as documents give them."""
        sql = """SELECT edge.origin, edge.entity, edge.count FROM imported_chunk AS chunk
            JOIN imported_chunk_mention AS edge ON edge.origin = chunk.id
            ORDER BY chunk.document, chunk.position, chunk.id, edge.entity"""
        return (MentionEdge(*row) for row in self._db.execute(sql))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
