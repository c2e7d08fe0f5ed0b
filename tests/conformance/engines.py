"""The same graph in the embedded store and in a real Neo4j, and one way to ask both: columns and rows of Python values, or a refusal."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from kgbuild.errors import QueryError
from kgbuild.sinks import embedded
from kgbuild.sinks import property_graph as pg
from kgbuild.sinks.query import Reader
from tests.neo4j_server import PASSWORD

SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """What an engine says: columns and rows, or why not (`refusal` is empty where it answers)."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    refusal: str = ""


class Embedded:
    """The store behind `kgbuild query`. untouched: its files before the first query."""

    def __init__(self, folder: Path, graph: Any, names: Any) -> None:
        embedded.write(graph, names, folder, state="conformance", provenance="full")
        self.folder, self.untouched = folder, contents(folder)
        self.reader = Reader(folder)

    def ask(self, text: str, parameters: Mapping[str, Any] | None = None) -> Answer:
        try:
            result = self.reader.query(text, parameters, timeout=SECONDS)
        except QueryError as error:
            return Answer(refusal=str(error) or "?")
        return Answer(result.columns, result.rows)

    def close(self) -> None:
        self.reader.close()


def contents(folder: Path) -> dict[Path, tuple[int, bytes]]:
    """When every file below a folder was changed, and its digest."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): (path.stat().st_mtime_ns, sha256(path.read_bytes()).digest()) for path in paths}


class Neo4j:
    """A server, emptied and filled with the graph by plain statements."""

    def __init__(self, uri: str, graph: Any | None) -> None:
        import neo4j

        self.driver = neo4j.GraphDatabase.driver(uri, auth=("neo4j", PASSWORD), notifications_min_severity="OFF")
        self.unit = neo4j.unit_of_work(timeout=SECONDS)
        if graph is not None:
            self._fill(graph)

    def ask(self, text: str, parameters: Mapping[str, Any] | None = None) -> Answer:
        import neo4j

        try:
            with self.driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
                return session.execute_read(self.unit(_answer), text, dict(parameters or {}))
        except neo4j.exceptions.Neo4jError as error:
            return Answer(refusal=error.message or str(error))

    def close(self) -> None:
        self.driver.close()

    def _fill(self, graph: Any) -> None:
        self._run("MATCH (n) DETACH DELETE n")
        for label in pg.BASE_LABELS:
            self._run(f"CREATE CONSTRAINT {label.lower()}_id IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE")
        index = "CREATE FULLTEXT INDEX entity_names IF NOT EXISTS FOR (n:Entity) ON EACH [n.name, n.aliases]"
        self._run(f"{index} OPTIONS {{indexConfig: {{`fulltext.analyzer`: 'standard-no-stop-words'}}}}")
        for labels, nodes in _grouped(pg.nodes(graph, "full"), lambda node: node.labels):
            self._run(
                f"UNWIND $rows AS row CREATE (n:{':'.join(labels)}) SET n = row", rows=[node.properties for node in nodes]
            )
        ends = lambda edge: (edge.type, edge.start[0], edge.end[0])  # noqa: E731
        for (type, start, end), edges in _grouped(pg.relationships(graph, "full"), ends):
            text = f"UNWIND $rows AS row MATCH (a:{start} {{id: row[0]}}), (b:{end} {{id: row[1]}}) CREATE (a)-[r:{type}]->(b) SET r = row[2]"
            self._run(text, rows=[[edge.start[1], edge.end[1], edge.properties] for edge in edges])
        self._run("CALL db.awaitIndexes(120)")

    def _run(self, text: str, **parameters: Any) -> None:
        with self.driver.session() as session:
            session.run(text, parameters).consume()


def _answer(transaction: Any, text: str, parameters: dict[str, Any]) -> Answer:
    result = transaction.run(text, parameters)
    rows = tuple(tuple(plain(value) for value in record.values()) for record in result)
    return Answer(tuple(result.keys()), rows)


def _grouped(items: Iterable[Any], key: Any) -> Iterator[tuple[Any, list[Any]]]:
    for value, group in groupby(sorted(items, key=key), key=key):
        yield value, list(group)


def plain(value: Any) -> Any:
    """A value of Neo4j's driver in the form that `kgbuild query` gives: see kgbuild.sinks.query."""
    from neo4j.graph import Node, Path, Relationship
    from neo4j.spatial import Point
    from neo4j.time import Date, DateTime, Duration, Time

    match value:
        case Node():
            labels = sorted(value.labels, key=lambda label: (label not in pg.BASE_LABELS, label))
            return {"labels": labels, **{name: plain(item) for name, item in value.items()}}
        case Relationship():
            return {"type": value.type, **{name: plain(item) for name, item in value.items()}}
        case Path():
            first, *rest = value.nodes
            steps = [part for pair in zip(value.relationships, rest, strict=True) for part in pair]
            return [plain(part) for part in (first, *steps)]
        case list():
            return [plain(item) for item in value]
        case dict():
            return {name: plain(item) for name, item in value.items()}
        case Date() | DateTime() | Time():
            return value.to_native()
        case Duration():
            return value.iso_format()
        case Point():
            return str(value)
        case _:
            return value
