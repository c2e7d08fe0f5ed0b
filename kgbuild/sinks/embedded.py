"""A graph as an embedded Cypher store on disk: immutable folders `store/<state>` and a pointer, `store/current`, to one of them.

A build goes to a new folder and is whole only when its marker, `complete.json`, is written; readers hold a shared lock on the
marker, so old folders go when nobody reads them. The engine runs in a process of its own (embedded_engine.py); queries are in query.py.
"""

import contextlib
import json
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import IO, Any, TypeVar

from kgbuild.errors import BuildError, WorkspaceError
from kgbuild.records import GraphSource
from kgbuild.sinks import property_graph as pg
from kgbuild.sinks.embedded_child import SEARCH
from kgbuild.sinks.embedded_engine import Engine

log = logging.getLogger(__name__)

VERSION = 1
"""Of the folder's layout and of what the property graph holds: a store of another version is built anew."""

POINTER = "current"
MARKER = "complete.json"
BATCH = 5_000
NAME = re.compile(r"[\w-]{1,120}")

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
    state = _pointed(store)
    return state if state is not None and is_whole(store / state) else None


def is_whole(folder: Path) -> bool:
    """Whether a store's folder has its marker, is of this version, and has all its files at their sizes."""
    try:
        marker = json.loads((folder / MARKER).read_text("utf-8"))
        return bool(marker["version"] == VERSION and marker["files"] == _sizes(folder / "db"))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def counts(store: Path) -> Counts:
    """What the current store holds. Raises WorkspaceError if there is none."""
    with Lease(store) as folder:
        marker = json.loads((folder / MARKER).read_text("utf-8"))
        return Counts(marker["nodes"], marker["relationships"])


class Lease:
    """The current store's folder, kept from removal while the lease is open. Raises WorkspaceError if there is none."""

    def __init__(self, store: Path) -> None:
        for _ in range(100):  # a writer may swap the pointer and remove the old folder between two of our steps
            state = _pointed(store)
            if state is None:
                raise WorkspaceError(f"there is no query store at {store}: run `kgbuild build`")
            self.folder = store / state
            try:
                self._file = (self.folder / MARKER).open("rb")
            except OSError:
                continue
            if _lock(self._file, exclusive=False) and (self.folder / MARKER).exists():
                break
            self._file.close()
        else:
            raise WorkspaceError(f"the query store at {store} is damaged: run `kgbuild build`, which makes it anew")
        if not is_whole(self.folder):
            self._file.close()
            raise WorkspaceError(f"the query store at {self.folder} is damaged: run `kgbuild build`, which makes it anew")

    def close(self) -> None:
        """Let the folder go."""
        self._file.close()

    def __enter__(self) -> Path:
        return self.folder

    def __exit__(self, *_: object) -> None:
        self.close()


def _pointed(store: Path) -> str | None:
    try:
        state = (store / POINTER).read_text("utf-8").strip()
    except (OSError, ValueError):
        return None
    return state if NAME.fullmatch(state) else None


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
    if not NAME.fullmatch(state):
        raise BuildError(f"{state!r} cannot name a store: use letters, digits, - and _")
    pg.check_names(_names(schema, "types"), _names(schema, "relations"))
    try:
        store.mkdir(parents=True, exist_ok=True)
        if not is_whole(store / state):
            _build(graph, store, state, provenance, base, progress or _silent)
        _point(store, state)
        _remove_others(store, state)
        return counts(store)
    except OSError as error:
        raise WorkspaceError(f"cannot write the query store at {store}: {error}") from error


def _build(graph: GraphSource, store: Path, state: str, provenance: str, base: str, progress: Progress) -> None:
    partial = store / f".partial-{state}"
    for leftover in store.glob(".partial-*"):
        shutil.rmtree(leftover)
    if (store / state).exists():  # damaged: without its marker nobody takes it for whole while it goes
        (store / state / MARKER).unlink(missing_ok=True)
        shutil.rmtree(store / state)
    partial.mkdir()
    try:
        with Engine("load", partial / "db") as engine:
            loaded = _load(graph, engine, provenance, base, progress)
        marker = {"version": VERSION, "state": state, "provenance": provenance, "files": _sizes(partial / "db")}
        _sync_tree(partial / "db")
        _write_synced(partial / MARKER, json.dumps(marker | {"nodes": loaded.nodes, "relationships": loaded.relationships}))
        partial.replace(store / state)
        _sync(store)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


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


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _point(store: Path, state: str) -> None:
    if _pointed(store) == state:
        return
    temporary = store / f".{POINTER}"
    _write_synced(temporary, state)
    temporary.replace(store / POINTER)
    _sync(store)


def _remove_others(store: Path, state: str) -> None:
    """Remove stores that are not current and that nobody reads; what cannot be removed stays for the next time."""
    for folder in store.iterdir():
        if not folder.is_dir() or folder.name == state:
            continue
        with contextlib.suppress(OSError):
            if not (folder / MARKER).exists():
                shutil.rmtree(folder)
                continue
            with (folder / MARKER).open("rb") as marker:
                if _lock(marker, exclusive=True):
                    (folder / MARKER).unlink()
                    shutil.rmtree(folder)


def _lock(file: IO[bytes], *, exclusive: bool) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows does not remove a file that is open, which is all that is asked here
        return True
    try:
        fcntl.flock(file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in sorted(folder.iterdir()) if path.is_file()}


def _write_synced(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_tree(folder: Path) -> None:
    for path in folder.iterdir():
        _sync(path)
    _sync(folder)
    _sync(folder.parent)


def _sync(path: Path) -> None:
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
    with contextlib.suppress(PermissionError):  # a folder cannot be opened on Windows
        descriptor = os.open(path, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
