"""One build under way: what it reads, what is touched so far, and rows of graph.db that carry a digest, with the sum of these."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

from kgbuild.build.built import Built
from kgbuild.build.changes import Changes
from kgbuild.build.components import Assignment, Cluster
from kgbuild.build.ends import EndsNow
from kgbuild.build.inputs import Inputs
from kgbuild.build.judged import Judged
from kgbuild.graph.impossible import Group
from kgbuild.hashing import number
from kgbuild.records import Progress, Triple
from kgbuild.workspace.derived import GRAPH_TABLES, Derived
from kgbuild.workspace.rows import TRIPLE, triple_from
from kgbuild.workspace.truth import Truth


@dataclass(slots=True)
class Fold:
    """One build under way. Each step reads current rows and leaves behind the set of what it touched for the next."""

    truth: Truth
    derived: Derived
    inputs: Inputs
    db: sqlite3.Connection
    progress: Progress
    cluster: Cluster
    built: Built
    state: int
    changed: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    structural: set[str] = field(default_factory=set)
    triples: set[str] = field(default_factory=set)
    groups: set[Group] = field(default_factory=set)
    shown: dict[str, tuple[str, int] | None] = field(default_factory=dict)
    """Of each touched triple the digest and the support of the row that readers had; None if they had none."""
    moved: set[str] = field(default_factory=set)
    entities: set[str] = field(default_factory=set)
    judged: Judged = field(default_factory=Judged)
    ends: EndsNow = field(init=False)
    words: dict[str, bool] = field(default_factory=dict)
    assigned: list[Assignment] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)

    def forget_everything(self) -> None:
        """Empty the tables."""
        for table in GRAPH_TABLES:
            self.db.execute(f"DELETE FROM {table}")
        self.state = 0

    def put(self, table: str, row: Iterable[object], digest: str) -> None:
        """Write a row with its digest."""
        values = (*row, digest)
        self.db.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(values))})", values)
        self.weigh(digest, 1)

    def drop(self, table: str, id: str) -> str:
        """Take a row out; its digest, '' if it was not there."""
        row = self.db.execute(f"SELECT digest FROM {table} WHERE id = ?", (id,)).fetchone()
        if row is None:
            return ""
        self.db.execute(f"DELETE FROM {table} WHERE id = ?", (id,))
        self.weigh(row[0], -1)
        return str(row[0])

    def see(self, id: str) -> None:
        """Remember how readers had a triple, before the first step that makes it again."""
        if id not in self.shown:
            self.shown[id] = self.row_of(id)

    def row_of(self, id: str) -> tuple[str, int] | None:
        """Digest and support of a triple that is shown."""
        row: tuple[str, int] | None = self.db.execute("SELECT digest, support FROM triple WHERE id = ?", (id,)).fetchone()
        return row

    def weigh(self, digest: str, sign: int) -> None:
        """Add a row's digest to the state of the graph, or with sign -1 take it away."""
        self.state = (self.state + sign * number(digest)) % (1 << 128)

    def stored(self, table: str, id: str) -> Triple | None:
        """The triple of that id in the table of those that are shown, or of those kept out."""
        row = self.db.execute(f"SELECT {TRIPLE} FROM {table} WHERE id = ?", (id,)).fetchone()
        return triple_from(row) if row else None


def as_json(value: object) -> str:
    """A value in a text column."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
