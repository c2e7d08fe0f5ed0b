"""Rows that come, change or go -> transactions, one after the other, each with its mark, each in the ledger before it goes out.

While one transaction is with the server the next batch is put together. Batches begin at 2,000 rows, grow while the server
answers quickly, and halve where it runs out of memory or time.
"""

import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kgbuild.errors import SinkError
from kgbuild.records import SinkEntry, SinkStep
from kgbuild.sinks.neo4j import statements
from kgbuild.sinks.neo4j.connection import Database, TooBig
from kgbuild.sinks.neo4j.ledger import Ledger
from kgbuild.sinks.neo4j.statements import DropEdges, DropNodes, Group, PutEdges, PutNodes, statement

if TYPE_CHECKING:
    from neo4j import ManagedTransaction

FIRST_ROWS = 2_000
MOST_ROWS = 10_000
MOST_BYTES = 4_000_000
QUICK_SECONDS = 2.0
"""A batch that took less may be followed by a larger one."""
HELD = 4
"""Rows that wait for others of their group, in batches: more are sent in mixed batches."""


@dataclass(slots=True)
class Counts:
    """Rows that the server says it made, changed and deleted."""

    created: int = 0
    updated: int = 0
    deleted: int = 0


@dataclass(slots=True)
class Sent:
    """What a publish has done so far."""

    nodes: Counts = field(default_factory=Counts)
    relationships: Counts = field(default_factory=Counts)
    batches: int = 0

    @property
    def rows(self) -> int:
        """All of it."""
        return sum(c.created + c.updated + c.deleted for c in (self.nodes, self.relationships))


@dataclass(frozen=True, slots=True)
class Change:
    """One row for the server (a parameter), its entry for the ledger, and its size in bytes, about."""

    row: Any
    entry: SinkEntry
    size: int


Parts = list[tuple[Group, list[Change]]]


class OutOfStep(Exception):
    """The database is not as the ledger says: it has to be read back."""


def new_mark() -> str:
    """A mark that was never in a database before."""
    return secrets.token_hex(8)


class Sender:
    """Takes changes, sends them in batches; `flush` sends what is left and waits until all has arrived.

    progress: is told how many rows have arrived. Raises SinkError, and OutOfStep where the database is not as the ledger says.
    """

    def __init__(self, database: Database, ledger: Ledger, uuid: str, progress: Callable[[int], None]) -> None:
        self._database, self._ledger, self._uuid, self._progress = database, ledger, uuid, progress
        self._pool = ThreadPoolExecutor(1, "kgbuild-publish")
        self._flight: tuple[Future[list[Counts]], SinkStep, Parts, float] | None = None
        self._held: dict[Group, list[Change]] = {}
        self._total = self._bytes = 0
        self._rows, self._done = FIRST_ROWS, 0
        self.sent = Sent()

    def add(self, group: Group, change: Change) -> None:
        """One more row. All rows of one transaction are independent of each other."""
        held = self._held.setdefault(group, [])
        held.append(change)
        self._total += 1
        self._bytes += change.size
        if len(held) >= self._rows:
            self._launch([(group, self._take(group))])
        elif self._total >= HELD * self._rows or self._bytes >= MOST_BYTES:
            self._launch_largest()

    def flush(self) -> None:
        """Send what is left and wait for it."""
        while self._held:
            self._launch_largest()
        self._settle()

    def close(self) -> None:
        """Wait for nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _take(self, group: Group) -> list[Change]:
        changes = self._held.pop(group)
        self._total -= len(changes)
        self._bytes -= sum(change.size for change in changes)
        return changes

    def _launch_largest(self) -> None:
        parts: Parts = []
        rows = size = 0
        for group in sorted(self._held, key=lambda g: -len(self._held[g])):
            if parts and (rows + len(self._held[group]) > self._rows or size >= MOST_BYTES):
                break
            parts.append((group, self._take(group)))
            rows += len(parts[-1][1])
            size += sum(change.size for change in parts[-1][1])
        self._launch(parts)

    def _launch(self, parts: Parts) -> None:
        """Send a batch once the one before it has arrived."""
        entries = tuple([change.entry for _, changes in parts for change in changes])
        before = self._settle(is_last=False) or self._ledger.mark
        step = SinkStep(before, new_mark(), entries)
        self._ledger.send(step)
        self._flight = self._pool.submit(self._transact, step, parts), step, parts, time.monotonic()

    def _settle(self, *, is_last: bool = True) -> str:
        """Wait for the batch that is under way, in halves if it was too big. The mark that it left, where the next step tells the ledger."""
        if self._flight is None:
            return ""
        (future, step, parts, started), self._flight = self._flight, None
        try:
            counted = future.result()
        except TooBig as error:
            self._ledger.undone()
            self._halve(parts, error)
            return ""
        if is_last:
            self._ledger.done()
        self._count(parts, counted)
        if time.monotonic() - started < QUICK_SECONDS:
            self._rows = min(MOST_ROWS, self._rows * 3 // 2)
        return "" if is_last else step.after

    def _halve(self, parts: Parts, error: TooBig) -> None:
        rows = [(group, change) for group, changes in parts for change in changes]
        if len(rows) == 1:
            raise SinkError(f"the server cannot take one row in a transaction ({error}): give it more memory or time")
        self._rows = max(1, len(rows) // 2)
        for half in (rows[: self._rows], rows[self._rows :]):
            grouped: dict[Group, list[Change]] = {}
            for group, change in half:
                grouped.setdefault(group, []).append(change)
            self._launch(list(grouped.items()))
        self._settle()

    def _transact(self, step: SinkStep, parts: Parts) -> list[Counts]:
        return self._database.write(lambda transaction: apply(transaction, self._uuid, step, parts))

    def _count(self, parts: Parts, counted: list[Counts]) -> None:
        for (group, _), some in zip(parts, counted, strict=True):
            total = self.sent.nodes if isinstance(group, PutNodes | DropNodes) else self.sent.relationships
            total.created += some.created
            total.updated += some.updated
            total.deleted += some.deleted
        self.sent.batches += 1
        self._done += sum(len(changes) for _, changes in parts)
        self._progress(self._done)


def apply(transaction: "ManagedTransaction", uuid: str, step: SinkStep, parts: Parts) -> list[Counts]:
    """One batch and its mark, in one transaction. A batch whose mark is there already has arrived before: its acknowledgement was lost.

    Raises OutOfStep where another mark is there, or not every row found what it is about: nothing of the batch stays then.
    """
    record = transaction.run(statements.NEXT_MARK, id=uuid, mark=step.after).single()
    if record is None or record["was"] not in (step.before, step.after):
        raise OutOfStep("somebody else has published this workspace there, or the database was restored")
    arrived = record["was"] == step.after
    return [_arrived(group, changes) if arrived else _run(transaction, group, changes) for group, changes in parts]


def _arrived(group: Group, changes: list[Change]) -> Counts:
    """Counts of a batch that arrived without our hearing of it: what was new is not known any more."""
    gone = isinstance(group, DropNodes | DropEdges)
    return Counts(deleted=len(changes)) if gone else Counts(created=len(changes))


def _run(transaction: "ManagedTransaction", group: Group, changes: list[Change]) -> Counts:
    rows = [change.row for change in changes]
    if isinstance(group, PutEdges | DropEdges):  # locks are taken in one order whoever writes
        rows.sort(key=lambda row: (min(row["a"], row["b"]), max(row["a"], row["b"])))
    result = transaction.run(statement(group), rows=rows)
    found = result.single(strict=True)["rows"]
    counters = result.consume().counters
    if isinstance(group, PutNodes | PutEdges) and found != len(rows):
        raise OutOfStep(f"{len(rows) - found} of {len(rows)} rows did not find the nodes that they belong to")
    if isinstance(group, DropNodes | DropEdges):
        return Counts(deleted=counters.nodes_deleted + counters.relationships_deleted)
    created = counters.nodes_created + counters.relationships_created
    return Counts(created=created, updated=len(rows) - created)
