"""What each database elsewhere was sent: tables in workspace.db, made by the first publish. A sink compares with them.

They are a memory and no truth: where the mark in a database is not the one here, what it holds is read back and replaces them.
"""

import contextlib
import json
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from operator import itemgetter
from typing import Literal, TypeVar

from kgbuild.records import SinkDifference, SinkEntry, SinkState, SinkStep
from kgbuild.workspace.database import explained, transaction
from kgbuild.workspace.truth import Truth

TABLES = (
    """CREATE TABLE IF NOT EXISTS sink (
    number INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, address TEXT NOT NULL, database TEXT NOT NULL,
    graph TEXT NOT NULL, mark TEXT NOT NULL, wanted TEXT NOT NULL, options TEXT NOT NULL, kept INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS applied (
    sink INTEGER NOT NULL, key TEXT NOT NULL, labels TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (sink, key)
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS waiting (
    sink INTEGER NOT NULL, number INTEGER NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, entries TEXT NOT NULL,
    PRIMARY KEY (sink, number)) WITHOUT ROWID""",
    "DROP TABLE IF EXISTS pending",  # of 0.1.0 before it had two steps: whether its step arrived is found by reading back
)
PLAN = (
    "PRAGMA plan.journal_mode = OFF",
    "PRAGMA plan.synchronous = OFF",
    "CREATE TABLE plan.wanted (key TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE plan.gone (key TEXT PRIMARY KEY, labels TEXT NOT NULL) WITHOUT ROWID",
)
AT_ONCE = 10_000
LAST = "\U0010ffff"
"""Sorts after whatever follows a prefix."""

T = TypeVar("T")


class Sent:
    """What one database was sent: sinks.neo4j.ledger.Ledger. Needs the writer's lock; `close` removes what comparing left.

    identity: of the database itself; address, database: what people call it. Another database that has the same address and
    name now has taken the place of the old one, which is forgotten.
    """

    def __init__(self, truth: Truth, identity: str, address: str, database: str) -> None:
        self._db, self._path = truth.db, truth.path
        self._plan = truth.path.with_name("publish.plan")
        with transaction(self._db, self._path):
            for table in TABLES:
                self._db.execute(table)
            self._forget("identity <> ? AND address = ? AND database = ?", identity, address, database)
            self._db.execute(
                "INSERT INTO sink (identity, address, database, graph, mark, wanted, options, kept) VALUES (?1, ?2, ?3, '', '', '', '', 0)"
                " ON CONFLICT (identity) DO UPDATE SET address = ?2, database = ?3",
                (identity, address, database),
            )
        row = self._db.execute("SELECT number, graph, mark, wanted, kept FROM sink WHERE identity = ?", (identity,)).fetchone()
        self._number, self.graph, self.mark, self.wanted, self.kept = row
        self._steps = deque(self._read_steps())

    def _forget(self, condition: str, *values: str) -> None:
        for (number,) in self._db.execute(f"SELECT number FROM sink WHERE {condition}", values).fetchall():
            for table, column in (("applied", "sink"), ("waiting", "sink"), ("sink", "number")):
                self._db.execute(f"DELETE FROM {table} WHERE {column} = ?", (number,))

    def close(self) -> None:
        """Remove what comparing left; safe to call twice."""
        with contextlib.suppress(sqlite3.OperationalError):
            self._db.execute("DETACH plan")
        self._plan.unlink(missing_ok=True)

    # rows ------------------------------------------------------------------------------------------------------------

    def is_empty(self) -> bool:
        """Whether no row is there."""
        return self._db.execute("SELECT 1 FROM applied WHERE sink = ? LIMIT 1", (self._number,)).fetchone() is None

    def entry(self, key: str) -> tuple[str, str] | None:
        """Labels and digest of a row that is there."""
        found: tuple[str, str] | None = self._db.execute(
            "SELECT labels, digest FROM applied WHERE sink = ? AND key = ?", (self._number, key)
        ).fetchone()
        return found

    def replace(self, entries: Iterable[SinkEntry], mark: str, graph: str) -> bool:
        """Forget all rows and remember those instead, of two with one key the first. True if a key came twice."""
        count = 0
        with transaction(self._db, self._path):
            self._db.execute("DELETE FROM applied WHERE sink = ?", (self._number,))
            self._db.execute("DELETE FROM waiting WHERE sink = ?", (self._number,))
            for some in _batches(entries, AT_ONCE):
                self._put(some, "IGNORE")
                count += len(some)
            self._db.execute("UPDATE sink SET mark = ?, graph = ?, wanted = '' WHERE number = ?", (mark, graph, self._number))
        self.mark, self.graph, self.wanted = mark, graph, ""
        self._steps.clear()
        return count > self._count("SELECT count(*) FROM applied WHERE sink = ?", self._number)

    def _put(self, entries: Iterable[SinkEntry], known: Literal["REPLACE", "IGNORE"]) -> None:
        in_order = sorted(entries, key=itemgetter(0))  # as the table is: a third less work
        self._db.executemany(f"INSERT OR {known} INTO applied VALUES ({self._number:d}, ?, ?, ?)", in_order)

    def remark(self, mark: str, graph: str) -> None:
        """The mark that stands in the database now, and the name; the rows are the same."""
        with transaction(self._db, self._path):
            self._db.execute("UPDATE sink SET mark = ?, graph = ? WHERE number = ?", (mark, graph, self._number))
        self.mark, self.graph = mark, graph

    # steps -----------------------------------------------------------------------------------------------------------

    def waiting(self) -> tuple[SinkStep, ...]:
        """The steps that went out, or were to, and were neither done nor undone, oldest first."""
        return tuple(self._steps)

    def _read_steps(self) -> Iterator[SinkStep]:
        sql = "SELECT before, after, entries FROM waiting WHERE sink = ? ORDER BY number"
        for before, after, entries in self._db.execute(sql, (self._number,)):
            yield SinkStep(before, after, tuple((key, labels, digest) for key, labels, digest in json.loads(entries)))

    def send(self, step: SinkStep, arrived: int) -> None:
        """Remember a step that goes out after those that wait; the oldest so many of these are done."""
        entries = json.dumps(step.entries, ensure_ascii=False, separators=(",", ":"))
        with transaction(self._db, self._path):
            self._finish(arrived)
            sql = "INSERT INTO waiting SELECT ?1, ifnull(max(number), 0) + 1, ?2, ?3, ?4 FROM waiting WHERE sink = ?1"
            self._db.execute(sql, (self._number, step.before, step.after, entries))
        self._forget_steps(arrived)
        self._steps.append(step)

    def done(self, arrived: int) -> None:
        """The oldest so many of the steps that wait have arrived."""
        if arrived:
            with transaction(self._db, self._path):
                self._finish(arrived)
            self._forget_steps(arrived)

    def _finish(self, arrived: int) -> None:
        for step in islice(self._steps, arrived):
            self._put((entry for entry in step.entries if entry[2]), "REPLACE")
            gone = ((self._number, key) for key, _, digest in step.entries if not digest)
            self._db.executemany("DELETE FROM applied WHERE sink = ? AND key = ?", gone)
            self._db.execute("UPDATE sink SET mark = ? WHERE number = ?", (step.after, self._number))
            self._db.execute("DELETE FROM waiting WHERE sink = ? AND after = ?", (self._number, step.after))

    def _forget_steps(self, arrived: int) -> None:
        for _ in range(arrived):
            self.mark = self._steps.popleft().after

    def undone(self) -> None:
        """No step that waits has arrived, and none ever will."""
        if self._steps:
            with transaction(self._db, self._path):
                self._db.execute("DELETE FROM waiting WHERE sink = ?", (self._number,))
            self._steps.clear()

    def unfinish(self) -> None:
        """From now on not all that is wanted is there."""
        with transaction(self._db, self._path):
            self._db.execute("UPDATE sink SET wanted = '' WHERE number = ?", (self._number,))
        self.wanted = ""

    def finish(self, wanted: str, options: str, kept: int) -> None:
        """All that is wanted is there."""
        with transaction(self._db, self._path):
            sql = "UPDATE sink SET wanted = ?, options = ?, kept = ? WHERE number = ?"
            self._db.execute(sql, (wanted, options, kept, self._number))
        self.wanted, self.kept = wanted, kept

    # comparing -------------------------------------------------------------------------------------------------------

    def compare(self, rows: Iterable[tuple[str, str]]) -> SinkDifference:
        """Compare (key, digest) of all rows that are wanted with those that are there. Held on disk, not in memory."""
        self.close()
        try:
            self._db.execute("ATTACH ? AS plan", (str(self._plan),))
            for line in PLAN:
                self._db.execute(line)
            self._db.execute("BEGIN")
            for some in _batches(rows, AT_ONCE):
                self._db.executemany("INSERT INTO plan.wanted VALUES (?, ?)", some)
            self._db.execute(
                "INSERT INTO plan.gone SELECT key, labels FROM applied WHERE sink = ?"
                " AND NOT EXISTS (SELECT 1 FROM plan.wanted WHERE wanted.key = applied.key)",
                (self._number,),
            )
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise explained(error, self._plan) from error
        join = "FROM plan.wanted JOIN applied ON applied.sink = ? AND applied.key = wanted.key"
        same = self._count(f"SELECT count(*) {join} WHERE applied.digest = wanted.digest", self._number)
        known = self._count(f"SELECT count(*) {join}", self._number)
        wanted, gone = self._count("SELECT count(*) FROM plan.wanted"), self._count("SELECT count(*) FROM plan.gone")
        return SinkDifference(wanted - known, known - same, gone, known + gone)

    def _count(self, sql: str, *values: int) -> int:
        return int(self._db.execute(sql, values).fetchone()[0])

    def gone(self, prefix: str) -> Iterator[list[tuple[str, str]]]:
        """After `compare`: (key, labels) of rows that are there and not wanted, whose keys begin so, by key, some at a time."""
        after = prefix
        while True:
            sql = "SELECT key, labels FROM plan.gone WHERE key > ? AND key < ? ORDER BY key LIMIT ?"
            rows = self._db.execute(sql, (after, prefix + LAST, AT_ONCE)).fetchall()
            if not rows:
                return
            yield rows
            after = rows[-1][0]


def sinks(truth: Truth) -> list[SinkState]:
    """All databases that the workspace was published to."""
    if truth.db.execute("SELECT 1 FROM sqlite_master WHERE name = 'sink'").fetchone() is None:
        return []
    sql = """SELECT address, database, graph, wanted, options,
        (SELECT count(*) FROM applied WHERE sink = number AND key < 'r'),
        (SELECT count(*) FROM applied WHERE sink = number AND key >= 'r'), kept FROM sink ORDER BY address, database"""
    return [SinkState(*row) for row in truth.db.execute(sql)]


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some
