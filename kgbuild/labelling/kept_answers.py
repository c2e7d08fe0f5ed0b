"""Answers of teachers on disk, by what was asked: a SQLite file that survives a kill, so that nothing is asked twice."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from kgbuild.errors import TeacherError
from kgbuild.hashing import digest
from kgbuild.labelling.answers import Reply
from kgbuild.labelling.endpoint import Message

TABLE = """CREATE TABLE IF NOT EXISTS answer (
    key TEXT PRIMARY KEY, model TEXT NOT NULL, content TEXT NOT NULL, finish TEXT NOT NULL, sent INTEGER NOT NULL, received INTEGER NOT NULL
) WITHOUT ROWID"""


def key_of(model: str, messages: Sequence[Message]) -> str:
    """What an answer is kept under: the model's name and all that it is told (instructions with the schema, the text)."""
    return digest("answer", model, tuple((message["role"], message["content"]) for message in messages))


class KeptAnswers:
    """An open file of answers; each is written as soon as it is put. Raises TeacherError for a file that cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute(TABLE)
        except sqlite3.Error as error:
            raise self._explained(error) from None

    def get(self, key: str) -> Reply | None:
        """The answer under a key, None if there is none."""
        try:
            row = self._db.execute("SELECT content, finish, sent, received FROM answer WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            raise self._explained(error) from None
        return Reply(row[0], row[1], (row[2], row[3])) if row else None

    def put(self, key: str, model: str, reply: Reply) -> None:
        """Keep an answer, in the place of an earlier one."""
        content = reply.content.encode("utf-8", "replace").decode()  # a JSON escape may hold half of a character
        try:
            self._db.execute(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?)", (key, model, content, reply.finish, *reply.used)
            )
        except sqlite3.Error as error:
            raise self._explained(error) from None

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._db.close()

    def _explained(self, error: sqlite3.Error) -> TeacherError:
        return TeacherError(f"{self.path}: answers cannot be kept there ({error}); give another file with --cache")
