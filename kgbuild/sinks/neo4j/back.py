"""What a database holds of a workspace -> entries of the ledger, streamed: after an accident, and for `--verify`."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from kgbuild.records import SinkEntry
from kgbuild.sinks import property_graph as pg
from kgbuild.sinks.neo4j import statements
from kgbuild.sinks.neo4j.connection import Database
from kgbuild.sinks.neo4j.rows import Place, canonical, edge_digest, edge_key, node_digest, node_key


@dataclass(frozen=True, slots=True)
class Mark:
    """The node that the workspace keeps for itself. labels: types that it ever gave to nodes there."""

    mark: str
    graph: str
    labels: tuple[str, ...]


def read_mark(database: Database, uuid: str) -> Mark | None:
    """The workspace's own node, None if there is none."""
    record = database.read(lambda transaction: transaction.run(statements.MARK, id=uuid).single())
    return Mark(record["mark"] or "", record["graph"] or "", tuple(record["labels"] or ())) if record else None


class Back:
    """Reads everything that is the workspace's. What others added (labels, nodes, relationships) is left out; what they did to
    properties is not.
    """

    def __init__(self, database: Database, place: Place, labels: Collection[str]) -> None:
        self._database = database
        self._place = place
        self._labels = frozenset(labels)

    def entries(self) -> Iterator[SinkEntry]:
        """All rows, nodes first."""
        for base in pg.BASE_LABELS:
            yield from self._database.stream(statements.nodes_back(base), self._mine, partial(self._node, base))
        yield from (entry for _, entry in self._edges())

    def twins(self) -> list[str]:
        """Relationships that are there twice, by the server's own id: all but one of each."""
        seen: set[str] = set()
        found: list[str] = []
        for element, (key, _, _) in self._edges():
            if key in seen:
                found.append(element)
            seen.add(key)
        return found

    @property
    def _mine(self) -> dict[str, Any]:
        return {"prefix": self._place.prefix}

    def _edges(self) -> Iterator[tuple[str, SinkEntry]]:
        for base in pg.BASE_LABELS:
            yield from self._database.stream(statements.edges_back(base), self._mine, partial(self._edge, base))

    def _node(self, base: str, record: Any) -> SinkEntry:
        properties = _native(record["p"])
        type = "&".join(sorted(label for label in record["labels"] if label in self._labels and label != base))
        id = str(properties["kg_key"]).removeprefix(self._place.prefix)
        return node_key(base, id), type, node_digest(type, canonical(properties))

    def _edge(self, base: str, record: Any) -> tuple[str, SinkEntry]:
        properties, prefix = _native(record["p"]), self._place.prefix
        end = next((label for label in pg.BASE_LABELS if label in record["labels"]), "Entity")
        id = "" if record["type"] in pg.STRUCTURE else str(properties["kg_key"]).removeprefix(prefix)
        ends = (base, record["a"].removeprefix(prefix)), (end, str(record["b"]).removeprefix(prefix))
        return record["element"], (edge_key(record["type"], *ends, id), "", edge_digest(canonical(properties)))


def _native(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value.to_native() if hasattr(value, "to_native") else value for name, value in properties.items()}
