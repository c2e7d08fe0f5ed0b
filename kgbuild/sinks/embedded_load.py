"""A graph -> the requests that make a new store of it: types, nodes, relationships, then indexes.

The engine is one request behind: while it takes one batch in, the next one is made.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any, TypeVar

from kgbuild.records import GraphSource, Progress
from kgbuild.sinks import property_graph as pg
from kgbuild.sinks.embedded_child import SEARCH
from kgbuild.sinks.embedded_engine import Engine

log = logging.getLogger(__name__)

BATCH = 5_000

T = TypeVar("T")

UNIQUE = tuple((label, "id") for label in pg.BASE_LABELS)
INDEXED = (("Entity", "name"), ("Document", "name"), ("Document", "uri"), ("Statement", "triple_id"))
LONGEST_KEY = 50_000
"""Characters of a value that an index can take (its pages have 256 kB). A property with a longer one is looked up by scanning."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a store holds."""

    nodes: int
    relationships: int


def load(graph: GraphSource, engine: Engine, provenance: str, base: str, progress: Progress) -> Counts:
    """Send a whole graph to an engine in mode `load`. progress gets (what, done, 0).

    Raises BuildError if the graph contradicts itself, SchemaError if a name cannot be a label.
    """
    engine.send(do="run", sql=_base_types())
    known: set[str] = set()
    unindexed: set[tuple[str, str]] = set()
    nodes = relationships = 0
    for node_batch in _batches(pg.nodes(graph, provenance, base), BATCH):
        for labels, some in _grouped(node_batch, lambda node: node.labels):
            engine.send(do="run", sql=new_types(labels, known))
            request = node_request(labels, some)
            engine.settle()
            engine.post(do="nodes", **request)
            unindexed.update(pair for pair in INDEXED if pair[0] == labels[0] and _has_long(some, pair[1]))
        nodes += len(node_batch)
        progress("nodes", nodes, 0)
    for edge_batch in _batches(pg.relationships(graph, provenance), BATCH):
        for (type,), same in _grouped(edge_batch, lambda edge: (edge.type,)):
            sides = {"starts": [_key(edge.start) for edge in same], "ends": [_key(edge.end) for edge in same]}
            rows = [edge.properties for edge in same]
            engine.settle()
            engine.send(do="run", sql=new_edge_type(type, known))
            engine.post(do="edges", type=type, rows=rows, **sides)
        relationships += len(edge_batch)
        progress("relationships", relationships, 0)
    engine.settle()
    progress("indexes", 0, 0)
    engine.post(do="finish", sql=_indexes(unindexed))
    engine.settle()
    return Counts(nodes, relationships)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _grouped(items: list[T], key: Callable[[T], tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], list[T]]]:
    for value, group in groupby(sorted(items, key=key), key=key):
        yield value, list(group)


def _base_types() -> list[str]:
    properties = ["Entity.name STRING", f"Entity.{SEARCH} STRING", "Document.name STRING", "Document.uri STRING"]
    properties += ["Document.published DATE", "Statement.triple_id STRING", *(f"{label}.id STRING" for label in pg.BASE_LABELS)]
    types = [f"CREATE VERTEX TYPE {label}" for label in pg.BASE_LABELS] + [f"CREATE EDGE TYPE {type}" for type in pg.STRUCTURE]
    return types + [f"CREATE PROPERTY {property}" for property in properties]


def _indexes(unindexed: set[tuple[str, str]]) -> list[str]:
    for label, name in sorted(unindexed):
        log.warning(
            "a %s of a %s is longer than %d characters: no index on it, look-ups by it are slow", name, label, LONGEST_KEY
        )
    unique = [f"CREATE INDEX ON {label} ({name}) UNIQUE" for label, name in UNIQUE]
    plain = [f"CREATE INDEX ON {label} ({name}) NOTUNIQUE" for label, name in INDEXED if (label, name) not in unindexed]
    return [*unique, *plain, f"CREATE INDEX ON Entity ({SEARCH}) FULL_TEXT"]


def _has_long(nodes: list[pg.Node], name: str) -> bool:
    return any(len(str(node.properties.get(name, ""))) > LONGEST_KEY for node in nodes)


def new_types(labels: tuple[str, ...], known: set[str]) -> list[str]:
    # A node with two labels is, in the engine, of a type that extends both and is named by them, joined in alphabetical order.
    if len(labels) == 1 or labels[1] in known:
        return []
    known.add(labels[1])
    return [
        f"CREATE VERTEX TYPE `{labels[1]}`",
        f"CREATE VERTEX TYPE `{type_name(labels)}` EXTENDS `{labels[0]}`, `{labels[1]}`",
    ]


def new_edge_type(type: str, known: set[str]) -> list[str]:
    if type in known or type in pg.STRUCTURE:
        return []
    known.add(type)
    return [f"CREATE EDGE TYPE `{type}`"]


def type_name(labels: tuple[str, ...]) -> str:
    return "~".join(sorted(labels))


def node_request(labels: tuple[str, ...], nodes: list[pg.Node]) -> dict[str, Any]:
    """Nodes of the same labels as a request carries them."""
    rows = [pg.plain(node.properties) | _search_text(node) for node in nodes]
    dates = sorted(pg.DATE_PROPERTIES) if labels == ("Document",) else []
    return {"type": type_name(labels), "keys": [_key(node.key) for node in nodes], "rows": rows, "dates": dates}


def _key(key: pg.Key) -> str:
    return f"{key[0]} {key[1]}"


def _search_text(node: pg.Node) -> dict[str, Any]:
    if node.labels[0] != "Entity":
        return {}
    aliases = node.properties["aliases"]
    assert isinstance(aliases, list)
    return {SEARCH: "\n".join([str(node.properties["name"]), *aliases])}
