"""A graph as an embedded Cypher store on disk, in folders named by their state (folders.py).

A store is loaded whole (embedded_load.py), or made from a copy of the one before it and a difference (embedded_change.py). The
engine runs in a process of its own (embedded_engine.py); queries are in query.py.
"""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kgbuild.records import Delta, GraphSource, Progress
from kgbuild.sinks import folders
from kgbuild.sinks import property_graph as pg
from kgbuild.sinks.embedded_change import change, finish
from kgbuild.sinks.embedded_engine import Engine
from kgbuild.sinks.embedded_load import Counts, load

VERSION = 3
"""Of the folder's layout and of what the property graph holds: a store of another version is built anew."""

LAYOUT = folders.Layout(VERSION)
FICLONE = 0x40049409
"""The request of Linux that lets a new file share another's blocks."""


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

    def fill(folder: Path) -> Counts:
        with Engine("load", folder) as engine:
            return load(graph, engine, provenance, base, progress or _silent)

    return _put(store, state, provenance, fill)


def follow(
    delta: Delta,
    store: Path,
    *,
    state: str,
    provenance: str = "summary",
    base: str = pg.DEFAULT_BASE,
    held: Mapping[str, int],
) -> Counts:
    """Make `state` the current store from a copy of the one that is current, by a difference between the two graphs.

    held: how many records of some types there must be in the end. Raises BuildError, leaving all as it was, if the difference does
    not fit the current store; WorkspaceError if there is none or the disk fails. One writer at a time.
    """

    def fill(folder: Path) -> Counts:
        with lease(store) as old:
            _copy(old / folders.DATA, folder)
        with Engine("change", folder) as engine:
            change(delta, engine, provenance, base)
            return finish(engine, held)

    return _put(store, state, provenance, fill)


def _put(store: Path, state: str, provenance: str, fill: Callable[[Path], Counts]) -> Counts:
    """Make `state` current, with a folder that `fill` makes if there is no whole one."""

    def filled(folder: Path) -> dict[str, Any]:
        made = fill(folder)
        return {"provenance": provenance, "nodes": made.nodes, "relationships": made.relationships}

    folders.make(store, state, LAYOUT, filled)
    return counts(store)


def _copy(source: Path, target: Path) -> None:
    """Copy a folder of files; file systems that can share blocks until they are changed do that."""
    target.mkdir()
    for path in source.iterdir():
        if not _share(path, target / path.name):
            shutil.copyfile(path, target / path.name)


def _share(source: Path, target: Path) -> bool:
    try:
        import fcntl
    except ImportError:
        return False
    with source.open("rb") as old, target.open("wb") as new:
        try:
            fcntl.ioctl(new, FICLONE, old.fileno())
        except OSError:
            return False
    return True


def _names(schema: object, kind: str) -> list[str]:
    return [item if isinstance(item, str) else item.name for item in getattr(schema, kind)]


def _silent(_what: str, _done: int, _total: int) -> None:
    pass
