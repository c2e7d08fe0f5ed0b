"""A graph, and what a database was sent before -> the difference, sent: nodes, relationships, relationships that go, nodes that go.

The mark in the database is written in the same transaction as every batch. Where it is not what the ledger says (a restored
workspace or database, another copy of the workspace, a database made anew) everything of the workspace is read back first.
"""

import gc
import logging
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TypeVar

from kgbuild.errors import SchemaError, SinkError
from kgbuild.records import GraphSource, Progress, SinkDifference
from kgbuild.sinks.neo4j import statements
from kgbuild.sinks.neo4j.back import Back, read_mark
from kgbuild.sinks.neo4j.connection import Database
from kgbuild.sinks.neo4j.define import prepare
from kgbuild.sinks.neo4j.ledger import Ledger
from kgbuild.sinks.neo4j.rows import GAP, NODE, RELATIONSHIP, EdgeRow, NodeRow, Place, edge_id, edge_rows, node_rows
from kgbuild.sinks.neo4j.send import Change, Counts, OutOfStep, Sender, Sent, new_mark
from kgbuild.sinks.neo4j.statements import (
    SINK,
    DropEdges,
    DropNodes,
    PutEdges,
    PutNodes,
    hung_on,
)

log = logging.getLogger(__name__)

T = TypeVar("T")

ACCEPTED_TENTH = 10
"""One row in so many may go without being asked about."""
EVERYTHING = -1
"""Rows of a first publish, which are not counted before they are sent."""
TOLD_EVERY = 1_000
HAND_OVER_SECONDS = 0.0002
TRIES = 3
FILLED = 50_000
"""Nodes that get a property in one transaction."""
DROP_SIZE = 100
"""Bytes that a row takes that only goes, about."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What should be there: a graph (filtered), how much of its provenance, the start of its IRIs, and the schema's types.

    digest: says that two wishes are the same without reading the graph; options: the same for people, as JSON.
    """

    graph: GraphSource
    types: tuple[str, ...]
    provenance: str
    base: str
    digest: str
    options: str


@dataclass(slots=True)
class Published:
    """What a publish did. found: what differed when the database was read back, None if it was not; kept: ids of nodes that should
    go and stay; unchanged: nothing was to do, no transaction that writes was opened.
    """

    address: str = ""
    database: str = ""
    graph: str = ""
    nodes: Counts = field(default_factory=Counts)
    relationships: Counts = field(default_factory=Counts)
    batches: int = 0
    retries: int = 0
    seconds: float = 0.0
    found: SinkDifference | None = None
    twins: int = 0
    kept: list[str] = field(default_factory=list)
    unchanged: bool = False


def publish(
    wish: Wish,
    database: Database,
    ledger: Ledger,
    uuid: str,
    graph: str,
    default_graph: str,
    *,
    accept: bool = False,
    verify: bool = False,
    progress: Progress | None = None,
) -> Published:
    """Bring a database to what should be there, and nothing else of it.

    graph: what the workspace is called there; empty: what it was called before, else default_graph; accept: delete more than a tenth
    of what is there; verify: read back what is there even if the ledger and the database agree. Raises SinkError, also if more than a tenth would go; what arrived until then stays, and the next publish goes on from it.
    """
    if SINK in wish.types:
        raise SchemaError(f"{SINK!r} is a name that kgbuild itself uses in the database: rename the type in the schema")
    started = time.monotonic()
    report = Published(database.target.address, database.name)
    for attempt in range(TRIES):
        run = _Run(wish, database, ledger, uuid, (graph, default_graph), progress or _silent, report)
        try:
            run.all(accept=accept, read_back=verify or attempt > 0)
            break
        except OutOfStep as error:
            log.info("%s: %s; reading back what is there", database.target.address, error)
            if attempt == TRIES - 1:
                raise SinkError(
                    f"{database.target.address}: {error}, again and again: is somebody else writing there? run this again"
                ) from error
    report.retries, report.seconds = database.retries, time.monotonic() - started
    return report


@contextmanager
def _interpreter_in_haste() -> Iterator[None]:
    """Rows that are under way hold no cycles, and looking for these in them takes a seventh of the time on this side. The thread that
    talks to the server does not wait five milliseconds for the other one whenever something comes from there: a tenth of it all.
    """
    was_on, interval = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(HAND_OVER_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        if was_on:
            gc.enable()


def _silent(_what: str, _done: int, _total: int) -> None:
    pass


class _Run:
    """One attempt."""

    def __init__(
        self,
        wish: Wish,
        database: Database,
        ledger: Ledger,
        uuid: str,
        names: tuple[str, str],
        progress: Progress,
        report: Published,
    ) -> None:
        self.wish, self.database, self.ledger, self.uuid = wish, database, ledger, uuid
        self.progress, self.report = progress, report
        self.mark = read_mark(database, uuid)
        self.place = Place(uuid, names[0] or ledger.graph or (self.mark.graph if self.mark else "") or names[1])
        report.graph = self.place.graph

    def all(self, *, accept: bool, read_back: bool) -> None:
        """Compare and send."""
        is_in_step = self._is_in_step()
        if is_in_step and not read_back and self._has_all():
            self.report.unchanged = True
            return
        if not is_in_step or read_back:
            self._read_back()
        difference = self._compare()
        self._check(difference, accept=accept)
        if difference.new or difference.changed or difference.gone:
            self._send(difference)
        else:
            self.report.unchanged = not self.report.twins
            self.ledger.finish(self.wish.digest, self.wish.options, 0)
        if read_back or not (is_in_step or difference.new == EVERYTHING):
            sent = self.report.nodes.created + self.report.relationships.created
            self.report.found = replace(difference, new=sent) if difference.new == EVERYTHING else difference

    # what is there ---------------------------------------------------------------------------------------------------

    def _is_in_step(self) -> bool:
        """Whether the database holds exactly what the ledger says, once it is known what became of the steps sent last."""
        if self.mark is None:
            return False
        marks = [self.ledger.mark, *(step.after for step in self.ledger.waiting())]
        if self.mark.mark in marks:
            self.ledger.done(marks.index(self.mark.mark))
            self.ledger.undone()
        return self.mark.mark == self.ledger.mark != ""

    def _has_all(self) -> bool:
        """Whether what should be there is what arrived whole the last time."""
        return self.ledger.wanted == self.wish.digest and not self.ledger.kept and self.place.graph == self.ledger.graph

    def _read_back(self) -> None:
        """Make the ledger say what is there."""
        prepare(self.database)  # with its indexes, the workspace's rows are found without reading those of others
        back = Back(self.database, self.place, self._labels())
        mark, graph = (self.mark.mark, self.mark.graph) if self.mark else ("", "")
        if self.ledger.replace(self._told("reading back", back.entries()), mark, graph):
            twins = back.twins()
            self.report.twins = self.report.relationships.deleted = len(twins)
            self.database.write(lambda transaction: transaction.run(statements.DROP_TWINS, rows=twins).consume())
        self._fill_aliases()

    def _fill_aliases(self) -> None:
        """Give the empty list back to entities that were imported without it: they are otherwise as they should be."""
        values = {"prefix": self.place.prefix, "most": FILLED}
        while self.database.write(
            lambda transaction: transaction.run(statements.FILL_ALIASES, values).single(strict=True)["rows"]
        ):
            pass

    def _labels(self) -> list[str]:
        return sorted({*self.wish.types, *(self.mark.labels if self.mark else ())})

    def _told(self, what: str, items: Iterable[T]) -> Iterator[T]:
        """The same items, with a word of progress now and then."""
        for count, item in enumerate(items):
            if count % TOLD_EVERY == 0:
                self.progress(what, count, 0)
            yield item

    def _compare(self) -> SinkDifference:
        """What is to do."""
        if self.ledger.is_empty():  # everything: no need to read the graph twice
            return SinkDifference(new=EVERYTHING)
        return self.ledger.compare((row.key, row.digest) for row in self._told("comparing", self._rows()))

    def _rows(self) -> Iterator[NodeRow | EdgeRow]:
        yield from self._nodes()
        yield from self._edges()

    def _nodes(self) -> Iterator[NodeRow]:
        return node_rows(self.wish.graph, self.place, self.wish.provenance, self.wish.base)

    def _edges(self) -> Iterator[EdgeRow]:
        return edge_rows(self.wish.graph, self.place, self.wish.provenance)

    def _check(self, difference: SinkDifference, *, accept: bool) -> None:
        going = difference.gone - self.ledger.kept
        if going * ACCEPTED_TENTH > difference.held and not accept:
            raise SinkError(
                f"{going:,} of {difference.held:,} nodes and relationships that were published to {self.database.target.address} "
                "would be deleted, more than a tenth; nothing was changed: if it is meant, give --accept"
            )

    # sending ---------------------------------------------------------------------------------------------------------

    def _send(self, difference: SinkDifference) -> None:
        prepare(self.database)
        if self.mark is None or set(self.wish.types) - set(self.mark.labels) or self.place.graph != self.mark.graph:
            self._write_mark()
        self.ledger.unfinish()
        total = difference.new + difference.changed + difference.gone if difference.new != EVERYTHING else 0
        sender = Sender(self.database, self.ledger, self.place, lambda done: self.progress("publishing", done, total))
        with closing(sender), _interpreter_in_haste():
            try:
                self._put(sender, is_first=difference.new == EVERYTHING)
                kept = self._drop(sender) if difference.gone else []
            finally:
                self._tell(sender.sent)
        self.report.kept = kept
        self.ledger.finish(self.wish.digest, self.wish.options, len(kept))

    def _write_mark(self) -> None:
        """Write the workspace's own node, or what has changed of it."""
        values = {"id": self.uuid, "mark": self.ledger.mark or new_mark(), "graph": self.place.graph, "labels": self._labels()}
        found = self.database.write(
            lambda transaction: transaction.run(statements.FIRST_MARK, values).single(strict=True)["mark"]
        )
        if self.ledger.mark not in ("", found):
            raise OutOfStep("somebody else has published this workspace there")
        self.ledger.remark(found, self.place.graph)

    def _put(self, sender: Sender, *, is_first: bool) -> None:
        """Send what is new or other than what is there: nodes, and once these are there, relationships."""
        for node in self._nodes():
            held = None if is_first else self.ledger.entry(node.key)
            if held is None or held != (node.type, node.digest):
                stale = tuple(label for label in held[0].split("&") if label not in ("", node.type)) if held else ()
                group = PutNodes(node.base, node.type, stale)
                sender.add(group, Change(node.properties, (node.key, node.type, node.digest), node.size))
        sender.release()
        put = cache(PutEdges)
        for edge in self._edges():
            held = None if is_first else self.ledger.entry(edge.key)
            if held is None or held[1] != edge.digest:
                to = put(edge.type, edge.start[0], edge.end[0], edge.names, held is None)
                sender.add(to, Change(edge.row, (edge.key, "", edge.digest), edge.size))
        sender.flush()

    def _drop(self, sender: Sender) -> list[str]:
        """Send what goes: relationships, then nodes; those on which relationships of others hang stay, and are named."""
        for some in self.ledger.gone(f"{RELATIONSHIP}{GAP}"):
            for key, _ in some:
                _, type, start, start_id, end, end_id, id = key.split(GAP)
                own = id or edge_id(type, (start, start_id), (end, end_id))
                sender.add(DropEdges(type, start, end), Change([start_id, end_id, own], (key, "", ""), DROP_SIZE))
        sender.flush()
        kept: list[str] = []
        for some in self.ledger.gone(f"{NODE}{GAP}"):
            hung = self._hung_on([key.split(GAP)[1:] for key, _ in some])
            for key, _ in some:
                _, base, id = key.split(GAP)
                if (base, id) in hung:
                    kept.append(f"{base} {id}")
                else:
                    sender.add(DropNodes(base), Change(id, (key, "", ""), DROP_SIZE))
        sender.flush()
        return kept

    def _hung_on(self, nodes: list[list[str]]) -> set[tuple[str, str]]:
        """Which of these nodes, (base label, id), relationships hang on."""
        found: set[tuple[str, str]] = set()
        for base in {base for base, _ in nodes}:
            keys = [self.place.prefix + id for label, id in nodes if label == base]
            told = self.database.stream(hung_on(base), {"rows": keys}, lambda record: str(record["key"]))
            found.update((base, key.removeprefix(self.place.prefix)) for key in told)
        return found

    def _tell(self, sent: Sent) -> None:
        """Add to the report what arrived."""
        for total, some in ((self.report.nodes, sent.nodes), (self.report.relationships, sent.relationships)):
            total.created += some.created
            total.updated += some.updated
            total.deleted += some.deleted
        self.report.batches += sent.batches
