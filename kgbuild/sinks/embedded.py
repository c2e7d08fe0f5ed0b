"""A graph as an embedded Cypher store on disk, in folders named by their state (folders.py).

The engine runs in a process of its own (embedded_engine.py); queries are in query.py.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import Any, TypeVar

from kgbuild.records import GraphSource
from kgbuild.sinks import folders
from kgbuild.sinks import property_graph as pg
from kgbuild.sinks.embedded_child import SEARCH
from kgbuild.sinks.embedded_engine import Engine

log = logging.getLogger(__name__)

VERSION = 1
"""Of the folder's layout and of what the property graph holds: a store of another version is built anew."""

LAYOUT = folders.Layout(VERSION)

BATCH = 5_000

Progress = Callable[[str, int, int], None]
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


# ── which store is current ───────────────────────────────────────────────────────────────────────────────────────────


def current(store: Path) -> str | None:
    """The state of the store that the pointer names; None if there is none, or it is damaged or half written: build it again."""
    return folders.current(store, LAYOUT)


def counts(store: Path) -> Counts:
    """What the current store holds. Raises WorkspaceError if there is none."""
    with lease(store) as folder:
        said = folders.marker(folder)
        return Counts(said["nodes"], said["relationships"])


def lease(store: Path) -> folders.Lease:
    """The current store's folder, kept from removal while the lease is open. Raises WorkspaceError if there is none."""
    return folders.Lease(store, LAYOUT)


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def write(
    graph: GraphSource,
    schema: object,
    store: Path,
    *,
    state: str,
    provenance: str = "summary",
    base: str = pg.DEFAULT_BASE,
    progress: Progress | None = None,
) -> Counts:
    """Make `state` the current store, building its folder if it is not there whole; readers of the old one are not disturbed.

    schema: types and relations by name; state: names the graph and the provenance, letters, digits, - and _; progress gets (what,
    done, 0). One writer at a time: hold the workspace's lock. Raises BuildError if the graph contradicts itself, SchemaError if
    a name cannot be a label, WorkspaceError if the disk fails.
    """
    folders.check_state(state)
    pg.check_names(_names(schema, "types"), _names(schema, "relations"))

    def fill(folder: Path) -> dict[str, Any]:
        with Engine("load", folder) as engine:
            loaded = _load(graph, engine, provenance, base, progress or _silent)
        return {"provenance": provenance, "nodes": loaded.nodes, "relationships": loaded.relationships}

    folders.make(store, state, LAYOUT, fill)
    return counts(store)


def _load(graph: GraphSource, engine: Engine, provenance: str, base: str, progress: Progress) -> Counts:
    engine.send(do="run", sql=_base_types())
    known: set[str] = set()
    unindexed: set[tuple[str, str]] = set()
    node_total = 0
    for node_batch in _batches(pg.nodes(graph, provenance, base), BATCH):
        for labels, some in _grouped(node_batch, lambda node: node.labels):
            engine.send(do="run", sql=_new_types(labels, known))
            rows = [pg.plain(node.properties) | _search_text(node) for node in some]
            dates = sorted(pg.DATE_PROPERTIES) if labels == ("Document",) else []
            engine.send(do="nodes", type=_type(labels), keys=[_key(node.key) for node in some], rows=rows, dates=dates)
            unindexed.update(pair for pair in INDEXED if pair[0] == labels[0] and _has_long(some, pair[1]))
            node_total += engine.receive()["done"]
        progress("nodes", node_total, 0)
    edge_total = 0
    for edge_batch in _batches(pg.relationships(graph, provenance), BATCH):
        for (type,), same in _grouped(edge_batch, lambda edge: (edge.type,)):
            engine.send(do="run", sql=_new_edge_type(type, known))
            sides = {"starts": [_key(edge.start) for edge in same], "ends": [_key(edge.end) for edge in same]}
            engine.send(do="edges", type=type, rows=[pg.plain(edge.properties) for edge in same], **sides)
            edge_total += engine.receive()["done"]
        progress("relationships", edge_total, 0)
    engine.send(do="finish", sql=_indexes(unindexed))
    engine.receive()
    return Counts(node_total, edge_total)


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


def _new_types(labels: tuple[str, ...], known: set[str]) -> list[str]:
    # A node with two labels is, in the engine, of a type that extends both and is named by them, joined in alphabetical order.
    if len(labels) == 1 or labels[1] in known:
        return []
    known.add(labels[1])
    return [f"CREATE VERTEX TYPE `{labels[1]}`", f"CREATE VERTEX TYPE `{_type(labels)}` EXTENDS `{labels[0]}`, `{labels[1]}`"]


def _new_edge_type(type: str, known: set[str]) -> list[str]:
    if type in known or type in pg.STRUCTURE:
        return []
    known.add(type)
    return [f"CREATE EDGE TYPE `{type}`"]


def _type(labels: tuple[str, ...]) -> str:
    return "~".join(sorted(labels))


def _key(key: pg.Key) -> str:
    return f"{key[0]} {key[1]}"


def _search_text(node: pg.Node) -> dict[str, Any]:
    if node.labels[0] != "Entity":
        return {}
    aliases = node.properties["aliases"]
    assert isinstance(aliases, list)
    return {SEARCH: "\n".join([str(node.properties["name"]), *aliases])}


def _names(schema: object, kind: str) -> list[str]:
    return [item if isinstance(item, str) else item.name for item in getattr(schema, kind)]


def _silent(_what: str, _done: int, _total: int) -> None:
    pass
