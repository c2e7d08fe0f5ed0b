"""What one database was sent, row by row: what a publish compares with and remembers. The workspace keeps it (workspace/sent.py)."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from kgbuild.records import SinkDifference, SinkEntry, SinkStep


class Ledger(Protocol):
    """The rows that one database holds, as far as is known, and the steps that were sent last, each begun by the mark of the one before.

    A step is durable (`send`) before it goes out; it is `done` when the database has acknowledged it, or when its mark or that of a
    later one is found there; `undone` when the mark before it still is.
    """

    mark: str
    """What stands in the database while it holds exactly the rows that are known here; empty: nothing is known."""
    graph: str
    """What the workspace is called in that database; empty: it was never there."""
    wanted: str
    """Digest of what was wanted, once all of it has arrived; empty: not all has."""
    kept: int
    """Nodes that should go and stay, since relationships of others hang on them."""

    def is_empty(self) -> bool:
        """Whether the database holds no row of the workspace."""

    def entry(self, key: str) -> tuple[str, str] | None:
        """Labels and digest of a row that is there."""

    def waiting(self) -> tuple[SinkStep, ...]:
        """The steps that went out, or were to, and were neither done nor undone, oldest first."""

    def send(self, step: SinkStep, arrived: int) -> None:
        """Remember a step that goes out after those that wait; the oldest so many of these are done."""

    def done(self, arrived: int) -> None:
        """The oldest so many of the steps that wait have arrived."""

    def undone(self) -> None:
        """No step that waits has arrived, and none ever will."""

    def replace(self, entries: Iterable[SinkEntry], mark: str, graph: str) -> bool:
        """Forget all rows and remember those instead: what was read back, of two with one key the first. True if a key came twice."""

    def remark(self, mark: str, graph: str) -> None:
        """The mark that stands in the database now, and the name; the rows are the same."""

    def compare(self, rows: Iterable[tuple[str, str]]) -> SinkDifference:
        """Compare (key, digest) of all rows that are wanted with those that are there."""

    def gone(self, prefix: str) -> Iterator[list[tuple[str, str]]]:
        """After `compare`: (key, labels) of rows that are there and not wanted, whose keys begin so, by key, some at a time."""

    def unfinish(self) -> None:
        """From now on not all that is wanted is there."""

    def finish(self, wanted: str, options: str, kept: int) -> None:
        """All that is wanted is there."""
