"""Rows that come, change or go -> transactions, one after the other, each with its mark, each in the ledger before it goes out.

While one transaction is with the server the next one stands in the ledger already and follows at once, and the batch after that is
put together. Batches begin at 2,000 rows, grow while the server answers quickly, and halve where it runs out of memory or time.
"""

import secrets
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from kgbuild.counts import counted
from kgbuild.errors import SinkError
from kgbuild.records import SinkEntry, SinkStep
from kgbuild.sinks.neo4j import statements
from kgbuild.sinks.neo4j.connection import Database, TooBig
from kgbuild.sinks.neo4j.ledger import Ledger
from kgbuild.sinks.neo4j.rows import Place
from kgbuild.sinks.neo4j.statements import DropEdges, DropNodes, Group, PutEdges, PutNodes, statement

if TYPE_CHECKING:
    from neo4j import ManagedTransaction

FIRST_ROWS = 2_000
MOST_ROWS = 10_000
MOST_BYTES = 4_000_000
QUICK_SECONDS = 2.0
"""A batch that took less may be followed by a larger one."""
AHEAD = 2
"""Transactions that are with the server (one) or stand in the ledger and wait for it."""
HELD = 4
"""Rows that wait for others of their group, in batches: more are sent in mixed batches."""
HELD_BYTES = 4 * MOST_BYTES
"""The same in bytes. Each group in a batch is a statement of its own, which costs the server and the way there some milliseconds."""


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


class Change(NamedTuple):
    """One row for the server (see `statement`), its entry for the ledger, and its size in bytes, about."""

    row: Any
    entry: SinkEntry
    size: int


Parts = list[tuple[Group, list[Change]]]


@dataclass(frozen=True, slots=True)
class Flight:
    """A batch that is with the server or next in turn: its counts and the seconds it took, once it has arrived."""

    result: "Future[tuple[list[Counts], float]]"
    step: SinkStep
    parts: Parts


class Grounded(Exception):
    """A batch was not sent, since one before it did not arrive."""


class OutOfStep(Exception):
    """The database is not as the ledger says: it has to be read back."""


def new_mark() -> str:
    """A mark that was never in a database before."""
    return secrets.token_hex(8)


class Sender:
    """Takes changes, sends them in batches; what is added after a `release` or `flush` arrives later than all before it.

    progress: is told how many rows have arrived. Raises SinkError, and OutOfStep where the database is not as the ledger says.
    """

    def __init__(self, database: Database, ledger: Ledger, place: Place, progress: Callable[[int], None]) -> None:
        self._database, self._ledger, self._place, self._progress = database, ledger, place, progress
        self._pool = ThreadPoolExecutor(1, "kgbuild-publish")
        self._flights: deque[Flight] = deque()
        self._arrived, self._is_grounded = 0, False
        self._held: dict[Group, list[Change]] = {}
        self._total = self._bytes = 0
        self._rows, self._done = FIRST_ROWS, 0
        self.sent = Sent()

    def add(self, group: Group, change: Change) -> None:
        """One more row. All rows of one transaction are independent of each other."""
        held = self._held.get(group)
        if held is None:
            held = self._held[group] = []
        held.append(change)
        self._total += 1
        self._bytes += change.size
        if len(held) >= self._rows:
            self._launch([(group, self._take(group))])
        elif self._total >= HELD * self._rows or self._bytes >= HELD_BYTES:
            self._launch_largest()

    def release(self) -> None:
        """Let what is left go before whatever comes; do not wait for it."""
        while self._held:
            self._launch_largest()

    def flush(self) -> None:
        """Send what is left and wait for it."""
        self.release()
        self._settle()

    def close(self) -> None:
        """Wait for nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _take(self, group: Group) -> list[Change]:
        changes = self._held.pop(group)
        self._total -= len(changes)
        self._bytes -= sum(change.size for change in changes)
        if isinstance(group, PutEdges | DropEdges):  # locks are taken in one order whoever writes
            changes.sort(key=_ends)
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
        """Write a batch into the ledger and let it follow those that are under way, once there are fewer than AHEAD."""
        entries = tuple([change.entry for _, changes in parts for change in changes])
        self._settle(AHEAD - 1)
        waiting = self._ledger.waiting()
        step = SinkStep(waiting[-1].after if waiting else self._ledger.mark, new_mark(), entries)
        self._ledger.send(step, self._arrived)
        self._arrived = 0
        self._flights.append(Flight(self._pool.submit(self._transact, step, parts), step, parts))

    def _settle(self, most: int = 0) -> None:
        """Wait until at most so many batches are under way; if none is to be, the ledger hears of all that have arrived."""
        while len(self._flights) > most:
            flight = self._flights.popleft()
            try:
                counted, seconds = flight.result.result()
            except TooBig as error:
                self._again(flight, error)
                continue
            self._arrived += 1
            self._count(flight.parts, counted)
            if seconds < QUICK_SECONDS:
                self._rows = min(MOST_ROWS, self._rows * 3 // 2)
        if not most:
            self._acknowledge()

    def _acknowledge(self) -> None:
        self._ledger.done(self._arrived)
        self._arrived = 0

    def _again(self, flight: Flight, error: TooBig) -> None:
        """Send a batch that was too big in halves, and after it those that were to follow it."""
        rows = [(group, change) for group, changes in flight.parts for change in changes]
        if len(rows) == 1:
            raise SinkError(f"the server cannot take one row in a transaction ({error}): give it more memory or time")
        later = [each.parts for each in self._flights]
        wait([each.result for each in self._flights])
        self._flights.clear()
        self._acknowledge()
        self._ledger.undone()
        self._is_grounded = False
        self._rows = max(1, len(rows) // 2)
        for parts in (_grouped(rows[: self._rows]), _grouped(rows[self._rows :]), *later):
            self._launch(parts)

    def _transact(self, step: SinkStep, parts: Parts) -> tuple[list[Counts], float]:
        """Runs in the pool's one thread, batch after batch: where one does not arrive, its mark is missing for the next."""
        if self._is_grounded:
            raise Grounded
        started = time.monotonic()
        try:
            counted = self._database.write(lambda transaction: apply(transaction, self._place, step, parts))
        except BaseException:
            self._is_grounded = True
            raise
        return counted, time.monotonic() - started

    def _count(self, parts: Parts, counted: list[Counts]) -> None:
        for (group, _), some in zip(parts, counted, strict=True):
            total = self.sent.nodes if isinstance(group, PutNodes | DropNodes) else self.sent.relationships
            total.created += some.created
            total.updated += some.updated
            total.deleted += some.deleted
        self.sent.batches += 1
        self._done += sum(len(changes) for _, changes in parts)
        self._progress(self._done)


def _ends(change: Change) -> tuple[str, str]:
    start, end = change.row[:2]
    return (start, end) if start < end else (end, start)


def _grouped(rows: list[tuple[Group, Change]]) -> Parts:
    grouped: dict[Group, list[Change]] = {}
    for group, change in rows:
        grouped.setdefault(group, []).append(change)
    return list(grouped.items())


def apply(transaction: "ManagedTransaction", place: Place, step: SinkStep, parts: Parts) -> list[Counts]:
    """One batch and its mark, in one transaction. A batch whose mark is there already has arrived before: its acknowledgement was lost.

    Raises OutOfStep where another mark is there, or not every row found what it is about: nothing of the batch stays then.
    """
    record = transaction.run(statements.NEXT_MARK, id=place.uuid, mark=step.after).single()
    if record is None or record["was"] not in (step.before, step.after):
        raise OutOfStep("somebody else has published this workspace there, or the database was restored")
    arrived = record["was"] == step.after
    return [_arrived(group, changes) if arrived else _run(transaction, place, group, changes) for group, changes in parts]


def _arrived(group: Group, changes: list[Change]) -> Counts:
    """Counts of a batch that arrived without our hearing of it: what was new is not known any more."""
    gone = isinstance(group, DropNodes | DropEdges)
    return Counts(deleted=len(changes)) if gone else Counts(created=len(changes))


def _run(transaction: "ManagedTransaction", place: Place, group: Group, changes: list[Change]) -> Counts:
    rows = [change.row for change in changes]
    result = transaction.run(statement(group), rows=rows, graph=place.graph, prefix=place.prefix)
    found = result.single(strict=True)["rows"]
    counters = result.consume().counters
    if isinstance(group, PutNodes | PutEdges) and found != len(rows):
        raise OutOfStep(f"{len(rows) - found} of {counted(len(rows), 'row')} did not find the nodes to which they belong")
    if isinstance(group, DropNodes | DropEdges):
        return Counts(deleted=counters.nodes_deleted + counters.relationships_deleted)
    created = counters.nodes_created + counters.relationships_created
    return Counts(created=created, updated=len(rows) - created)
