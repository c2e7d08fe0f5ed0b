"""workspace.db: what cannot be made again. Sources, texts, passages, extractions, judgements, models, published ids.

Rows here are inputs of the build; nothing in this file decides anything about the graph.
"""

import json
import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from kgbuild.counts import count_words
from kgbuild.errors import BuildError, KgbuildError, WorkspaceError
from kgbuild.hashing import digest
from kgbuild.records import Document, Judgement, Source
from kgbuild.workspace.codec import pack, pack_blocks, pack_text, unpack, unpack_blocks, unpack_text
from kgbuild.workspace.database import connect, explained
from kgbuild.workspace.stored import StoredDocument, StoredModel, judgement_from, model_from, passage_from, source_from

FORMAT = 1
NEWEST = 2
"""What this version reads: format 2 is a workspace with an imported graph (imported.py)."""

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file (
    uri TEXT PRIMARY KEY, root TEXT NOT NULL, content TEXT NOT NULL, reading TEXT NOT NULL, notices TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE source (
    uri TEXT PRIMARY KEY, file TEXT NOT NULL, root TEXT NOT NULL, content TEXT NOT NULL, outcome TEXT NOT NULL,
    document TEXT, reason TEXT NOT NULL, metadata TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX source_document ON source (document);
CREATE INDEX source_file ON source (file);
CREATE TABLE document (
    id TEXT PRIMARY KEY, text BLOB NOT NULL, blocks BLOB NOT NULL, digests BLOB NOT NULL,
    language TEXT NOT NULL, unread TEXT NOT NULL, split TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE passage (
    document TEXT NOT NULL, position INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL,
    digest TEXT NOT NULL, language TEXT NOT NULL, words INTEGER NOT NULL, layout BLOB NOT NULL,
    PRIMARY KEY (document, position)
) WITHOUT ROWID;
CREATE INDEX passage_digest ON passage (digest);
CREATE TABLE extraction (
    model TEXT NOT NULL, digest TEXT NOT NULL, numerics TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (model, digest)
) WITHOUT ROWID;
CREATE TABLE judgement (number INTEGER PRIMARY KEY, body TEXT NOT NULL, revoked TEXT);
CREATE TABLE model (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE published (id TEXT PRIMARY KEY, keys TEXT NOT NULL) WITHOUT ROWID;
"""


_SOURCE = "SELECT uri, root, content, outcome, document, reason, metadata FROM source"


class Truth:
    """An open workspace.db. Reading methods hold no transaction; writing methods run inside `transaction`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = connect(path)
        try:
            self._check()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; safe to call twice."""
        self.db.close()

    def _check(self) -> None:
        try:
            row = self.db.execute("SELECT name FROM sqlite_master WHERE name = 'meta'").fetchone()
            version = int(self.meta("format") or 0) if row else 0
        except sqlite3.DatabaseError as error:
            raise explained(error, self.path) from None
        if version > NEWEST:
            raise WorkspaceError(
                f"{self.path}: made by a newer kgbuild (workspace format {version}, this one reads {NEWEST}); upgrade kgbuild"
            )
        if version < 1:
            raise WorkspaceError(f"{self.path}: not a kgbuild workspace; `kgbuild init` makes one in an empty folder")

    # meta ------------------------------------------------------------------------------------------------------------

    def meta(self, key: str) -> str | None:
        """A named text, or None."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set_meta(self, key: str, value: str) -> None:
        """Write a named text."""
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # files and sources -----------------------------------------------------------------------------------------------

    def file_state(self, uri: str) -> tuple[str, str] | None:
        """(content digest, reading digest) of a file as last read, or None."""
        row = self.db.execute("SELECT content, reading FROM file WHERE uri = ?", (uri,)).fetchone()
        return (row[0], row[1]) if row else None

    def files(self) -> list[str]:
        """URIs of all files."""
        return [row[0] for row in self.db.execute("SELECT uri FROM file ORDER BY uri")]

    def readings(self, root: str | None = None) -> list[tuple[str, str]]:
        """URI and reading digest of all files, or of those under one root, by URI."""
        sql = "SELECT uri, reading FROM file WHERE ?1 IS NULL OR root = ?1 ORDER BY uri"
        return self.db.execute(sql, (root,)).fetchall()

    def file_of(self, uri: str) -> str | None:
        """The file that a source came from."""
        row = self.db.execute("SELECT file FROM source WHERE uri = ?", (uri,)).fetchone()
        return row[0] if row else None

    def put_file(self, uri: str, root: str, content: str, reading: str, notices: Iterable[str]) -> None:
        """Remember a file as read."""
        self.db.execute(
            "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?)", (uri, root, content, reading, json.dumps(list(notices)))
        )

    def delete_file(self, uri: str) -> None:
        """Forget a file and its sources."""
        self.db.execute("DELETE FROM file WHERE uri = ?", (uri,))
        self.db.execute("DELETE FROM source WHERE file = ?", (uri,))

    def read_again(self, uri: str) -> None:
        """Let the file of a source be read when it is added the next time, although it has not changed."""
        self.db.execute("UPDATE file SET content = '' WHERE uri = (SELECT file FROM source WHERE uri = ?)", (uri,))

    def sources_of_file(self, file: str) -> list[Source]:
        """Sources that came from one file, by URI."""
        return [source_from(row) for row in self.db.execute(f"{_SOURCE} WHERE file = ? ORDER BY uri", (file,))]

    def sources(self) -> Iterator[Source]:
        """All sources, by URI."""
        for row in self.db.execute(f"{_SOURCE} ORDER BY uri").fetchall():
            yield source_from(row)

    def source(self, uri: str) -> Source | None:
        """One source."""
        row = self.db.execute(f"{_SOURCE} WHERE uri = ?", (uri,)).fetchone()
        return source_from(row) if row else None

    def sources_of_document(self, document: str) -> list[Source]:
        """Sources of one document, by URI."""
        return [source_from(row) for row in self.db.execute(f"{_SOURCE} WHERE document = ? ORDER BY uri", (document,))]

    def put_source(self, source: Source, file: str) -> None:
        """Insert or replace a source."""
        self.db.execute(
            "INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                source.uri, file, source.root, source.content, source.outcome.value, source.document, source.reason,
                json.dumps(source.metadata, ensure_ascii=False),
            ),
        )  # fmt: skip

    def delete_source(self, uri: str) -> None:
        """Forget a source."""
        self.db.execute("DELETE FROM source WHERE uri = ?", (uri,))

    def outcomes(self) -> dict[str, int]:
        """Number of sources by outcome."""
        return dict(self.db.execute("SELECT outcome, count(*) FROM source GROUP BY outcome"))

    # documents -------------------------------------------------------------------------------------------------------

    def has_document(self, document: str, split: str) -> bool:
        """Whether a document is stored, cut by this version of the splitter."""
        return self.db.execute("SELECT 1 FROM document WHERE id = ? AND split = ?", (document, split)).fetchone() is not None

    def put_document(self, stored: StoredDocument) -> None:
        """Insert or replace a document with its passages."""
        document = stored.document
        self.db.execute(
            "INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                document.id, pack_text(document.text), pack_blocks(document.blocks), pack(stored.block_digests),
                stored.language, json.dumps(stored.unread), stored.split,
            ),
        )  # fmt: skip
        self.db.execute("DELETE FROM passage WHERE document = ?", (document.id,))
        self.db.executemany(
            "INSERT INTO passage VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    document.id, p.index, p.start, len(p.text), text_digest(p.text), p.language, count_words(p.text),
                    pack([p.sentences, p.blocks]),
                )
                for p in stored.passages
            ),
        )  # fmt: skip

    def delete_orphans(self) -> int:
        """Delete documents that no source has any more; their extractions stay as a cache. Returns how many."""
        orphans = "SELECT id FROM document WHERE NOT EXISTS (SELECT 1 FROM source WHERE source.document = document.id)"
        self.db.execute(f"DELETE FROM passage WHERE document IN ({orphans})")
        return self.db.execute(f"DELETE FROM document WHERE id IN ({orphans})").rowcount

    def document(self, id: str) -> StoredDocument:
        """A stored document. Raises BuildError if it is not there any more, WorkspaceError if it should be."""
        row = self.db.execute(
            "SELECT text, blocks, digests, language, unread, split FROM document WHERE id = ?", (id,)
        ).fetchone()
        if row is None:
            raise self._lost(id)
        text = unpack_text(row[0])
        passages = self.db.execute(
            "SELECT position, start, length, language, layout FROM passage WHERE document = ? ORDER BY position", (id,)
        )
        return StoredDocument(
            Document(id, text, unpack_blocks(row[1])),
            tuple(passage_from(text, *passage) for passage in passages),
            row[3],
            tuple(unpack(row[2])),
            tuple((rule, count) for rule, count in json.loads(row[4])),
            row[5],
        )

    def _lost(self, id: str) -> KgbuildError:
        """Why a document is not there: the graph may still speak of one that was removed or edited since."""
        if self.sources_of_document(id):
            return WorkspaceError(f"{self.path}: document {id} is missing; the file is damaged, restore it from a backup")
        return BuildError(f"document {id} was removed or edited since the graph was built: run `kgbuild build` first")

    def uri_of_document(self, id: str) -> str:
        """The URI of a document's first source. Raises BuildError if it has none any more."""
        row = self.db.execute("SELECT min(uri) FROM source WHERE document = ?", (id,)).fetchone()
        if row[0] is None:
            raise self._lost(id)
        return str(row[0])

    def block_digests(self, id: str) -> tuple[str, ...]:
        """Digests of a document's blocks, in order."""
        return tuple(unpack(self.db.execute("SELECT digests FROM document WHERE id = ?", (id,)).fetchone()[0]))

    def text(self, id: str) -> str:
        """A document's text."""
        return unpack_text(self.db.execute("SELECT text FROM document WHERE id = ?", (id,)).fetchone()[0])

    def documents(self) -> list[str]:
        """Ids of all documents, sorted."""
        return [row[0] for row in self.db.execute("SELECT id FROM document ORDER BY id")]

    def cuts(self) -> dict[str, str]:
        """By document, which version of the splitter cut its passages."""
        return dict(self.db.execute("SELECT id, split FROM document"))

    def unread(self) -> dict[str, int]:
        """Blocks that are not read, by reason, over all documents."""
        total: dict[str, int] = {}
        for (body,) in self.db.execute("SELECT unread FROM document"):
            for rule, count in json.loads(body):
                total[rule] = total.get(rule, 0) + count
        return total

    # extractions -----------------------------------------------------------------------------------------------------

    def missing(
        self, model: str, languages: Iterable[str] | None, documents: Iterable[str] | None = None
    ) -> list[tuple[str, str, int, int]]:
        """Passages in these languages (None: all) without an extraction by the model: one (digest, document, start, length) a text."""
        codes = [] if languages is None else list(languages)
        wanted = "" if languages is None else f"AND language IN ({','.join('?' * len(codes))})"
        rows = self.db.execute(
            f"""SELECT digest, document, start, length FROM passage WHERE NOT EXISTS
                (SELECT 1 FROM extraction WHERE extraction.model = ? AND extraction.digest = passage.digest) {wanted}
                ORDER BY document, position""",
            (model, *codes),
        )
        chosen = None if documents is None else set(documents)
        unique: dict[str, tuple[str, str, int, int]] = {}
        for row in rows:
            if chosen is None or row[1] in chosen:
                unique.setdefault(row[0], row)
        return list(unique.values())

    def is_extracted(self, model: str, digest: str) -> bool:
        """Whether a text has an extraction by the model."""
        sql = "SELECT 1 FROM extraction WHERE model = ? AND digest = ?"
        return self.db.execute(sql, (model, digest)).fetchone() is not None

    def put_extractions(self, model: str, numerics: str, rows: Iterable[tuple[str, bytes]]) -> None:
        """Store extractions; the first write wins."""
        self.db.executemany("INSERT OR IGNORE INTO extraction VALUES (?, ?, ?, ?)", ((model, d, numerics, b) for d, b in rows))

    def delete_extractions(self, model: str, digests: Iterable[str]) -> None:
        """Forget extractions, so that they are made anew (`--force`)."""
        self.db.executemany("DELETE FROM extraction WHERE model = ? AND digest = ?", ((model, d) for d in digests))

    def forget_extractor(self, key: str) -> None:
        """Forget an extractor and what it gave."""
        self.db.execute("DELETE FROM extraction WHERE model = ?", (key,))
        self.db.execute("DELETE FROM model WHERE key = ?", (key,))

    def extractors(self, kinds: Iterable[str]) -> list[StoredModel]:
        """Extractors of these kinds that the workspace knows, by key."""
        wanted = set(kinds)
        rows = self.db.execute("SELECT body FROM model ORDER BY key").fetchall()
        return [model for (body,) in rows if (model := model_from(json.loads(body))).kind in wanted]

    def extraction_digests(self, model: str) -> dict[str, str]:
        """Of each document in which an extractor found anything, the digest of what it found."""
        sql = """SELECT passage.document, passage.position, extraction.body FROM extraction
            JOIN passage ON passage.digest = extraction.digest WHERE extraction.model = ? ORDER BY 1, 2"""
        found: dict[str, list[tuple[int, bytes]]] = {}
        for document, position, body in self.db.execute(sql, (model,)):
            found.setdefault(document, []).append((position, body))
        return {document: digest("found", tuple(rows)) for document, rows in found.items()}

    def delete_unused_extractions(self, models: Iterable[str]) -> int:
        """Forget extractions of texts that no document has, and those by other models than these. Returns how many."""
        return self.db.execute(f"DELETE FROM extraction WHERE {_unused(keys := list(models))}", keys).rowcount

    def unused_extractions(self, models: Iterable[str]) -> tuple[int, int]:
        """(how many, bytes) of the extractions that `delete_unused_extractions` forgets."""
        sql = f"SELECT count(*), coalesce(sum(length(body)), 0) FROM extraction WHERE {_unused(keys := list(models))}"
        count, size = self.db.execute(sql, keys).fetchone()
        return int(count), int(size)

    def extractions_of(self, model: str, document: str) -> dict[int, bytes]:
        """Stored extractions of a document's passages, by position."""
        rows = self.db.execute(
            """SELECT passage.position, extraction.body FROM passage JOIN extraction
               ON extraction.model = ? AND extraction.digest = passage.digest WHERE passage.document = ?""",
            (model, document),
        )
        return dict(rows.fetchall())

    def numerics(self, model: str) -> dict[str, int]:
        """Number of extractions by numerics class."""
        return dict(self.db.execute("SELECT numerics, count(*) FROM extraction WHERE model = ? GROUP BY numerics", (model,)))

    def passage_counts(self, languages: Iterable[str] | None) -> tuple[int, int, int]:
        """(passages, words of these, passages in other languages)."""
        chosen = None if languages is None else set(languages)
        rows = self.db.execute("SELECT language, count(*), sum(words) FROM passage GROUP BY language").fetchall()
        read = [row for row in rows if chosen is None or row[0] in chosen]
        return sum(r[1] for r in read), sum(r[2] for r in read), sum(r[1] for r in rows) - sum(r[1] for r in read)

    # judgements ------------------------------------------------------------------------------------------------------

    def judgements(self) -> list[Judgement]:
        """Judgements in force, oldest first."""
        rows = self.db.execute("SELECT number, body FROM judgement WHERE revoked IS NULL ORDER BY number").fetchall()
        return [judgement_from(number, json.loads(body)) for number, body in rows]

    def revoked_judgements(self) -> list[tuple[Judgement, str]]:
        """Judgements that were undone, oldest first, each with when."""
        sql = "SELECT number, body, revoked FROM judgement WHERE revoked IS NOT NULL ORDER BY number"
        return [(judgement_from(number, json.loads(body)), at) for number, body, at in self.db.execute(sql).fetchall()]

    def put_judgement(self, judgement: Judgement) -> int:
        """Append a judgement and return its number."""
        body = asdict(judgement)
        del body["number"]
        cursor = self.db.execute("INSERT INTO judgement (body) VALUES (?)", (json.dumps(body, ensure_ascii=False),))
        return int(cursor.lastrowid or 0)

    def revoke_judgement(self, number: int, at: str) -> bool:
        """Undo a judgement; False if there is none of that number in force."""
        cursor = self.db.execute("UPDATE judgement SET revoked = ? WHERE number = ? AND revoked IS NULL", (at, number))
        return cursor.rowcount == 1

    def delete_judgements(self, numbers: Iterable[int]) -> None:
        """Forget judgements, in force or revoked, as if they had never been made."""
        self.db.executemany("DELETE FROM judgement WHERE number = ?", ((number,) for number in numbers))

    def delete_quote(self, number: int) -> None:
        """Forget the sentence that a judgement was made upon; it decides nothing."""
        sql = "UPDATE judgement SET body = json_set(body, '$.quote', '', '$.offset', -1) WHERE number = ?"
        self.db.execute(sql, (number,))

    # models ----------------------------------------------------------------------------------------------------------

    def put_model(self, model: StoredModel) -> None:
        """Remember a model."""
        self.db.execute("INSERT OR REPLACE INTO model VALUES (?, ?)", (model.key, json.dumps(asdict(model))))

    def model(self, key: str) -> StoredModel | None:
        """A model that the workspace knows."""
        row = self.db.execute("SELECT body FROM model WHERE key = ?", (key,)).fetchone()
        return model_from(json.loads(row[0])) if row else None

    # published -------------------------------------------------------------------------------------------------------

    def publish_ids(self, rows: Iterable[tuple[str, str]]) -> None:
        """Remember which keys an entity id stood for."""
        self.db.executemany("INSERT OR REPLACE INTO published VALUES (?, ?)", rows)

    def delete_published(self, kept: Iterable[str]) -> int:
        """Forget the keys of all ids but these. Returns how many."""
        known = {row[0] for row in self.db.execute("SELECT id FROM published")}
        gone = known.difference(kept)
        self.db.executemany("DELETE FROM published WHERE id = ?", ((id,) for id in gone))
        return len(gone)

    def published_keys(self, id: str) -> tuple[str, ...]:
        """Keys that an id stood for when it was last built; empty if it never was."""
        row = self.db.execute("SELECT keys FROM published WHERE id = ?", (id,)).fetchone()
        return tuple(json.loads(row[0])) if row else ()


def create(path: Path) -> None:
    """Make an empty workspace.db. Raises WorkspaceError for a full disk."""
    with closing(connect(path)) as db:
        try:
            db.executescript(f"BEGIN; {TABLES} COMMIT;")
            db.executemany("INSERT INTO meta VALUES (?, ?)", [("format", str(FORMAT)), ("uuid", str(uuid.uuid4()))])
        except sqlite3.Error as error:
            raise explained(error, path) from error


def text_digest(text: str) -> str:
    """Digest of a passage's text: what its extraction is stored under, beside the model."""
    return digest("passage", text)


def _unused(models: list[str]) -> str:
    """A condition with one parameter a model."""
    kept = f"model IN ({','.join('?' * len(models))})"
    return f"NOT ({kept} AND EXISTS (SELECT 1 FROM passage WHERE passage.digest = extraction.digest))"
