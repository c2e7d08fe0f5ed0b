"""A graph as an embedded Cypher store on disk: immutable folders `store/<state>` and a pointer, `store/current`, to one of them.

A build goes to a new folder and is whole only when its marker, `complete.json`, is written; readers hold a shared lock on the
marker, so old folders go when nobody reads them. The engine runs in a process of its own (embedded_engine.py); queries are in query.py.
"""

import contextlib
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from kgbuild.errors import BuildError, WorkspaceError
from kgbuild.records import Delta, GraphSource
from kgbuild.sinks import property_graph as pg
from kgbuild.sinks.embedded_change import change, finish
from kgbuild.sinks.embedded_engine import Engine
from kgbuild.sinks.embedded_load import Counts, Progress, load

VERSION = 1
"""Of the folder's layout and of what the property graph holds: a store of another version is built anew."""

POINTER = "current"
MARKER = "complete.json"
NAME = re.compile(r"[\w-]{1,120}")
FICLONE = 0x40049409
"""The request of Linux that lets a new file share another's blocks."""


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
    pg.check_names(_names(schema, "types"), _names(schema, "relations"))

    def fill(folder: Path) -> Counts:
        with Engine("load", folder) as engine:
            return load(graph, engine, provenance, base, progress or _silent)

    return _put(store, state, fill)


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
        with Lease(store) as old:
            _copy(old / "db", folder)
        with Engine("change", folder) as engine:
            change(delta, engine, provenance, base)
            return finish(engine, held)

    return _put(store, state, fill)


def _put(store: Path, state: str, fill: Callable[[Path], Counts]) -> Counts:
    """Make `state` current, with a folder that `fill` makes if there is no whole one."""
    if not NAME.fullmatch(state):
        raise BuildError(f"{state!r} cannot name a store: use letters, digits, - and _")
    try:
        store.mkdir(parents=True, exist_ok=True)
        if not is_whole(store / state):
            _build(store, state, fill)
        _point(store, state)
        _remove_others(store, state)
        return counts(store)
    except OSError as error:
        raise WorkspaceError(f"cannot write the query store at {store}: {error}") from error


def _build(store: Path, state: str, fill: Callable[[Path], Counts]) -> None:
    partial = store / f".partial-{state}"
    for leftover in store.glob(".partial-*"):
        shutil.rmtree(leftover)
    if (store / state).exists():  # damaged: without its marker nobody takes it for whole while it goes
        (store / state / MARKER).unlink(missing_ok=True)
        shutil.rmtree(store / state)
    partial.mkdir()
    try:
        filled = fill(partial / "db")
        marker = {"version": VERSION, "state": state, "files": _sizes(partial / "db")}
        _sync_tree(partial / "db")
        _write_synced(partial / MARKER, json.dumps(marker | {"nodes": filled.nodes, "relationships": filled.relationships}))
        partial.replace(store / state)
        _sync(store)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


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
