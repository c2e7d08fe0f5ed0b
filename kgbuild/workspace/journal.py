"""graph.db's journal: which rows changed since a name, so that a store of that name can follow without reading everything.

Triggers of the database write it, so nothing that changes a row can forget to. It says which rows to look at, not what is in them:
the difference is made from the rows that stand there when it is asked for. It is derived as graph.db is: without one, or with one
that began elsewhere, a store is made anew.
"""

import json
import sqlite3
from collections.abc import Iterator

from kgbuild.records import Delta, TripleKey
from kgbuild.workspace.database import transaction
from kgbuild.workspace.graph import WorkspaceGraph

SINCE = "journal"
"""Key in `meta` of the name that the journal began with."""

KEYS = {
    "entity": ("id", "type"),
    "docnode": ("id", "'old'"),
    "triple": ("id", "json_array(OLD.subject, OLD.predicate, OLD.object, OLD.datatype)"),
    "mention": ("document", "'old'"),
}
"""Table -> its key in the journal, and what is kept of the row as it was when the journal began."""


def since(graph: WorkspaceGraph) -> str:
    """The name that the journal began with; '' if there is none."""
    return graph.derived.meta(SINCE)


def size(graph: WorkspaceGraph) -> int:
    """How many keys were touched since the journal began."""
    return int(graph.derived.db.execute("SELECT count(*) FROM touched").fetchone()[0])


def start(graph: WorkspaceGraph, name: str) -> None:
    """Begin an empty journal. Hold the writer's lock."""
    with transaction(graph.derived.db, graph.derived.path) as db:
        db.execute(
            "CREATE TABLE IF NOT EXISTS touched (kind TEXT, id TEXT, was TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID"
        )
        for table, (key, was) in KEYS.items():
            for event, row, kept in (("INSERT", "NEW", "''"), ("DELETE", "OLD", _old(was)), ("UPDATE", "OLD", _old(was))):
                db.execute(
                    f"CREATE TRIGGER IF NOT EXISTS touched_{table}_{event} AFTER {event} ON {table} "
                    f"BEGIN INSERT OR IGNORE INTO touched VALUES ('{table}', {row}.{key}, {kept}); END"
                )
        db.execute("DELETE FROM touched")
        graph.derived.set_meta(SINCE, name)


def forget(graph: WorkspaceGraph) -> None:
    """End the journal with all that it kept of rows as they were; a store is made anew. Hold the writer's lock."""
    if graph.derived.db.execute("SELECT 1 FROM sqlite_master WHERE name = 'touched'").fetchone() is None:
        return
    with transaction(graph.derived.db, graph.derived.path) as db:
        db.execute("DELETE FROM touched")
        graph.derived.set_meta(SINCE, "")


def _old(was: str) -> str:
    return f"OLD.{was}" if was.isidentifier() else was


def delta(graph: WorkspaceGraph, provenance: str) -> Delta | None:
    """The difference since the journal began, as far as a provenance goes; None if an entity changed its type, ids and all."""
    db, derived = graph.derived.db, graph.derived
    entities = {id: derived.entity(id) for id, _ in _touched(db, "entity")}
    types = dict(_touched(db, "entity"))
    if any(entity is not None and types[id] not in ("", entity.type) for id, entity in entities.items()):
        return None
    before = [_triple_key(id, was) for id, was in _touched(db, "triple") if was]
    triples = [triple for id, _ in _touched(db, "triple") if (triple := derived.triple(id)) is not None]
    known = dict(_touched(db, "docnode")) if provenance != "none" else {}
    documents = {id: derived.document(id) for id in known}
    mentioning = {id for id, _ in _touched(db, "mention")} | set(known) if provenance != "none" else set()
    standing = sorted(id for id in mentioning if documents.get(id, True) is not None)
    model, full = derived.meta("model"), provenance == "full"
    return Delta(
        new_entities=tuple(e for id, e in entities.items() if e is not None and not types[id]),
        changed_entities=tuple(e for id, e in entities.items() if e is not None and types[id]),
        gone_entities=tuple(id for id, e in entities.items() if e is None and types[id]),
        new_documents=tuple(d for id, d in documents.items() if d is not None and not known[id]),
        changed_documents=tuple(d for id, d in documents.items() if d is not None and known[id]),
        gone_documents=tuple(id for id, d in documents.items() if d is None and known[id]),
        triples_before=tuple(before),
        triples=tuple(triples),
        mentioning=tuple(standing),
        mentions=tuple(edge for id in standing for edge in derived.mentions_of(id)),
        statements=tuple(s for triple in triples for s in graph.statements_of(triple, model)) if full else (),
        chunks=tuple(c for id, d in documents.items() if d is not None for c in graph.chunks_of(id)) if full else (),
        chunk_mentions=tuple(edge for id in standing for edge in graph.chunk_mentions_of(id)) if full else (),
    )


def _touched(db: sqlite3.Connection, kind: str) -> Iterator[tuple[str, str]]:
    return iter(db.execute("SELECT id, was FROM touched WHERE kind = ? ORDER BY id", (kind,)).fetchall())


def _triple_key(id: str, was: str) -> TripleKey:
    subject, predicate, object, datatype = json.loads(was)
    return TripleKey(id, subject, predicate, object, is_value=datatype is not None)
