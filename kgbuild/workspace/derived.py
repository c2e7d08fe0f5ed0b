"""graph.db: the built graph and the fold's memory. Derived: may be deleted at any time, is rebuilt and never migrated.

Every row that a user can see carries its digest; the state of the graph is the sum of those digests, so that a graph built
step by step can be compared with one built from scratch.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from kgbuild.errors import WorkspaceError
from kgbuild.hashing import digest, fold_digests
from kgbuild.records import DocumentNode, Entity, MentionEdge, Triple
from kgbuild.workspace.database import connect, explained, transaction
from kgbuild.workspace.rows import (
    TRIPLE,
    docnode_from,
    entity_from,
    mention_digest,
    quarantined_digest,
    triple_digest,
    triple_from,
)

FORMAT = 4

PLACE_AGAIN = "place again"
"""Stands as the input of a graph of which some documents are to be placed again: no build has that name."""

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE folded (document TEXT PRIMARY KEY, key TEXT NOT NULL, facts BLOB NOT NULL, dropped TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE block (digest INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (digest, document)) WITHOUT ROWID;
CREATE INDEX block_document ON block (document);
CREATE TABLE unit (
    document TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, mentions INTEGER NOT NULL, score INTEGER NOT NULL,
    forms TEXT NOT NULL, acronyms TEXT NOT NULL, thing TEXT NOT NULL, PRIMARY KEY (document, position)
) WITHOUT ROWID;
CREATE INDEX unit_name ON unit (name);
CREATE TABLE name (
    id TEXT PRIMARY KEY, acronyms TEXT NOT NULL, calls TEXT NOT NULL, documents INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE known (thing TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (thing, name)) WITHOUT ROWID;
CREATE INDEX known_name ON known (name);
CREATE TABLE bucket (bucket TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (bucket, name)) WITHOUT ROWID;
CREATE INDEX bucket_name ON bucket (name);
CREATE TABLE node (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, document TEXT NOT NULL, component TEXT NOT NULL, entity TEXT NOT NULL,
    thing TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX node_name ON node (name, document);
CREATE INDEX node_component ON node (component);
CREATE INDEX node_entity ON node (entity);
CREATE TABLE judged (key TEXT PRIMARY KEY, names TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE statement (
    document TEXT NOT NULL, position INTEGER NOT NULL, subject TEXT NOT NULL, predicate TEXT NOT NULL, object TEXT NOT NULL,
    datatype TEXT, score INTEGER NOT NULL, scope TEXT NOT NULL, spans TEXT NOT NULL, quote TEXT NOT NULL, triple TEXT,
    extractor TEXT NOT NULL,
    PRIMARY KEY (document, position)
) WITHOUT ROWID;
CREATE INDEX statement_subject ON statement (subject);
CREATE INDEX statement_object ON statement (object);
CREATE INDEX statement_triple ON statement (triple);
CREATE TABLE entity (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, digest TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE triple (
    id TEXT PRIMARY KEY, subject TEXT NOT NULL, predicate TEXT NOT NULL, object TEXT NOT NULL, datatype TEXT,
    confidence INTEGER NOT NULL, support INTEGER NOT NULL, documents INTEGER NOT NULL, scope TEXT NOT NULL,
    quote TEXT NOT NULL, document TEXT NOT NULL, digest TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE quarantined (
    id TEXT PRIMARY KEY, subject TEXT NOT NULL, predicate TEXT NOT NULL, object TEXT NOT NULL, datatype TEXT,
    confidence INTEGER NOT NULL, support INTEGER NOT NULL, documents INTEGER NOT NULL, scope TEXT NOT NULL,
    quote TEXT NOT NULL, document TEXT NOT NULL, rule TEXT NOT NULL, reason TEXT NOT NULL, digest TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX quarantined_subject ON quarantined (subject);
CREATE INDEX quarantined_object ON quarantined (object);
CREATE INDEX triple_subject ON triple (subject);
CREATE INDEX triple_object ON triple (object);
CREATE TABLE mention (
    document TEXT NOT NULL, entity TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (document, entity)
) WITHOUT ROWID;
CREATE INDEX mention_entity ON mention (entity);
CREATE TABLE docnode (id TEXT PRIMARY KEY, body TEXT NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
"""

GRAPH_TABLES = (
    "folded",
    "block",
    "unit",
    "name",
    "known",
    "bucket",
    "node",
    "judged",
    "statement",
    "entity",
    "triple",
    "quarantined",
    "mention",
    "docnode",
)


class Derived:
    """An open graph.db. A file of another format, or a damaged one, is replaced by an empty one: it is derived."""

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        self.path = path
        self.readonly = readonly
        self.db = self._open()

    def _open(self) -> sqlite3.Connection:
        if not self.readonly and not self.path.exists():
            self._make()
        db = connect(self.path, synchronous="NORMAL")
        try:
            if db.execute("SELECT value FROM meta WHERE key = 'format'").fetchone() == (str(FORMAT),):
                return db
        except sqlite3.DatabaseError as error:
            empty, trouble = "no such table" in str(error), isinstance(error, sqlite3.OperationalError)
            if not empty and (self.readonly or trouble):  # a disk that is full or a file that is locked is no damage
                db.close()
                raise explained(error, self.path) from None
        if self.readonly:
            db.close()
            raise WorkspaceError(f"{self.path}: made by another version of kgbuild; `kgbuild build` makes it anew")
        db.close()
        remove(self.path)
        self._make()
        return connect(self.path, synchronous="NORMAL")

    def _make(self) -> None:
        """Put an empty one in its place, whole: who reads meanwhile finds none, and not one without tables."""
        new = self.path.with_name(f"{self.path.name}.new")
        remove(new)
        db = connect(new, synchronous="NORMAL")
        try:
            db.executescript(f"BEGIN; {TABLES} INSERT INTO meta VALUES ('format', '{FORMAT}'); COMMIT;")
        except sqlite3.Error as error:
            raise explained(error, self.path) from error
        finally:
            db.close()
        new.replace(self.path)

    def close(self) -> None:
        """Close the connection; safe to call twice."""
        self.db.close()

    def meta(self, key: str) -> str:
        """A named text, or ''."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else ""

    def set_meta(self, key: str, value: str) -> None:
        """Write a named text."""
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @property
    def input(self) -> str:
        """Digest of everything that the graph was built from; '' for an empty graph."""
        return self.meta("input")

    @property
    def state(self) -> str:
        """Digest of all rows of the graph, as 32 hexadecimal digits."""
        return self.meta("state") or f"{0:032x}"

    def place_again(self, documents: Iterable[str]) -> None:
        """Let the next build place these documents again, whatever it was told of them before; nothing is placed before the first."""
        if not self.input:
            return
        with transaction(self.db, self.path):
            self.db.executemany("UPDATE folded SET key = '' WHERE document = ?", ((document,) for document in documents))
            self.set_meta("input", PLACE_AGAIN)

    # rows of the graph -----------------------------------------------------------------------------------------------

    def entity(self, id: str) -> Entity | None:
        """One entity."""
        row = self.db.execute("SELECT body FROM entity WHERE id = ?", (id,)).fetchone()
        return entity_from(row[0]) if row else None

    def entities(self) -> Iterator[Entity]:
        """All entities, by id."""
        for (body,) in self.db.execute("SELECT body FROM entity ORDER BY id"):
            yield entity_from(body)

    def triple(self, id: str) -> Triple | None:
        """One triple."""
        row = self.db.execute(f"SELECT {TRIPLE} FROM triple WHERE id = ?", (id,)).fetchone()
        return triple_from(row) if row else None

    def triples(self) -> Iterator[Triple]:
        """All triples, by id."""
        for row in self.db.execute(f"SELECT {TRIPLE} FROM triple ORDER BY id"):
            yield triple_from(row)

    def triples_of(self, entity: str) -> list[Triple]:
        """Triples with an entity as subject or object."""
        sql = f"SELECT {TRIPLE} FROM triple WHERE subject = ?1 OR (object = ?1 AND datatype IS NULL) ORDER BY id"
        return [triple_from(row) for row in self.db.execute(sql, (entity,))]

    def documents(self) -> Iterator[DocumentNode]:
        """All documents, by id."""
        for (body,) in self.db.execute("SELECT body FROM docnode ORDER BY id"):
            yield docnode_from(body)

    def document(self, id: str) -> DocumentNode | None:
        """One document."""
        row = self.db.execute("SELECT body FROM docnode WHERE id = ?", (id,)).fetchone()
        return docnode_from(row[0]) if row else None

    def mentions(self) -> Iterator[MentionEdge]:
        """How often documents mention entities, by document and entity."""
        for row in self.db.execute("SELECT document, entity, count FROM mention ORDER BY document, entity"):
            yield MentionEdge(*row)

    def mentions_of(self, document: str) -> Iterator[MentionEdge]:
        """How often one document mentions entities, by entity."""
        sql = "SELECT document, entity, count FROM mention WHERE document = ? ORDER BY entity"
        return (MentionEdge(*row) for row in self.db.execute(sql, (document,)))

    def entities_of_unit_rows(self, document: str) -> list[str]:
        """Entity of each unit of a document, by position."""
        sql = """SELECT coalesce(own.entity, shared.entity) FROM unit
            LEFT JOIN node AS own ON own.name = unit.name AND own.document = unit.document
            LEFT JOIN node AS shared ON shared.name = unit.name AND shared.document = ''
            WHERE unit.document = ? ORDER BY position"""
        return [row[0] or "" for row in self.db.execute(sql, (document,))]

    def find_entities(self, text: str) -> list[Entity]:
        """Entities of that id, name or alias (as written, then without regard to case), best known first."""
        exact = self.entity(text)
        if exact is not None:
            return [exact]
        hits = self._named(text)
        return sorted(hits, key=lambda e: (e.name != text, -e.documents, -e.mentions, e.id))

    def _named(self, text: str) -> list[Entity]:
        sql = """SELECT body FROM entity WHERE name = ?1 OR EXISTS
            (SELECT 1 FROM json_each(json_extract(body, '$.aliases')) WHERE value = ?1)"""
        rows = self.db.execute(sql, (text,)).fetchall()
        if not rows:
            rows = self.db.execute(sql.replace("= ?1", "= ?1 COLLATE NOCASE"), (text,)).fetchall()
        return [entity_from(body) for (body,) in rows]

    def holders(self, keys: Iterable[str]) -> list[str]:
        """Ids of the entities that hold any of these keys now."""
        found: set[str] = set()
        for key in keys:
            found.update(row[0] for row in self.db.execute("SELECT entity FROM node WHERE name = ? AND entity <> ''", (key,)))
        return sorted(found)

    def counts(self) -> dict[str, int]:
        """Numbers of entities, triples between entities, values, statements and mentions."""
        return {
            "mentions": self._one("SELECT sum(count) FROM mention"),
            "statements": self._one("SELECT count(*) FROM statement WHERE triple IN (SELECT id FROM triple)"),
            "entities": self._one("SELECT count(*) FROM entity"),
            "triples": self._one("SELECT count(*) FROM triple WHERE datatype IS NULL"),
            "values": self._one("SELECT count(*) FROM triple WHERE datatype IS NOT NULL"),
        }

    def count(self, table: str) -> int:
        """How many rows one of the tables has."""
        return self._one(f"SELECT count(*) FROM {table}")

    def _one(self, sql: str) -> int:
        return int(self.db.execute(sql).fetchone()[0] or 0)

    def entities_by_type(self) -> list[tuple[str, int]]:
        """Number of entities by type, most first."""
        return self.db.execute("SELECT type, count(*) FROM entity GROUP BY type ORDER BY 2 DESC, 1").fetchall()

    def triples_by_predicate(self) -> list[tuple[str, int]]:
        """Number of triples by predicate, most first."""
        return self.db.execute("SELECT predicate, count(*) FROM triple GROUP BY predicate ORDER BY 2 DESC, 1").fetchall()

    def dropped(self) -> dict[str, int]:
        """What was left out, by rule, over all documents."""
        total: dict[str, int] = {}
        for (body,) in self.db.execute("SELECT dropped FROM folded"):
            for rule, count in json.loads(body):
                total[rule] = total.get(rule, 0) + count
        return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))

    def quarantined(self) -> Iterator[tuple[Triple, str, str]]:
        """Triples that are kept out of the graph, each with the rule and the reason: by rule, then by id."""
        for *row, rule, reason in self.db.execute(f"SELECT {TRIPLE}, rule, reason FROM quarantined ORDER BY rule, id"):
            yield triple_from(tuple(row)), rule, reason

    def quarantined_by_rule(self) -> dict[str, int]:
        """Number of triples that are kept out of the graph, by rule."""
        return dict(self.db.execute("SELECT rule, count(*) FROM quarantined GROUP BY rule ORDER BY 2 DESC, 1"))

    def statements_of(self, triple: str) -> list[tuple[str, int, str, tuple[tuple[int, int], ...], str, str]]:
        """(document, score, scope, spans, quote, extractor or '') of each statement of a triple, in order."""
        sql = (
            "SELECT document, score, scope, spans, quote, extractor FROM statement WHERE triple = ? ORDER BY document, position"
        )
        rows = self.db.execute(sql, (triple,)).fetchall()
        return [(d, score, scope, tuple((a, b) for a, b in json.loads(spans)), *rest) for d, score, scope, spans, *rest in rows]

    def state_from_rows(self) -> int:
        """The state computed from all rows: what the kept state must equal."""
        total = fold_digests(digest("row.entity", body) for (body,) in self.db.execute("SELECT body FROM entity"))
        total = fold_digests((digest("row.docnode", body) for (body,) in self.db.execute("SELECT body FROM docnode")), total)
        rows = self.db.execute(f"SELECT {TRIPLE} FROM triple ORDER BY id").fetchall()
        total = fold_digests((triple_digest(row, self.statement_rows(row[0])) for row in rows), total)
        kept_out = self.db.execute(f"SELECT {TRIPLE}, rule, reason FROM quarantined")
        total = fold_digests((quarantined_digest(row) for row in kept_out), total)
        return fold_digests(
            (mention_digest(*row) for row in self.db.execute("SELECT document, entity, count FROM mention")), total
        )

    def statement_rows(self, triple: str) -> tuple[tuple[str | int, ...], ...]:
        """(document, score, scope, spans, quote) of each statement of a triple, and its extractor if it is not the model, as the
        triple's digest takes them.
        """
        sql = (
            "SELECT document, score, scope, spans, quote, extractor FROM statement WHERE triple = ? ORDER BY document, position"
        )
        return tuple(tuple(row) if row[5] else tuple(row[:5]) for row in self.db.execute(sql, (triple,)).fetchall())


def is_sound(path: Path) -> bool:
    """Whether a database file can be read throughout."""
    try:
        with closing(connect(path)) as db:
            return bool(db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except (WorkspaceError, sqlite3.DatabaseError):
        return False


def remove(path: Path) -> None:
    """Delete a database file with its companions."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
