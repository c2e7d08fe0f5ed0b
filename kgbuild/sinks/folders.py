"""Stores on disk that are made whole and never changed: folders `<root>/<state>`, and a pointer, `<root>/current`, to one of them.

A store is filled in a new folder and is whole only when its marker, `complete.json`, is written; readers hold a shared lock on
the marker, so old folders go when nobody reads them. What is in a store, and which engine reads it, is its layout's business.
"""

import contextlib
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kgbuild.errors import BuildError, WorkspaceError
from kgbuild.sinks.files import umask

POINTER = "current"
MARKER = "complete.json"
DATA = "db"
NAME = re.compile(r"[\w-]{1,120}")

Fill = Callable[[Path], dict[str, Any]]
"""Makes the data folder that it is given and returns what the marker should say of it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of store. version: one of another is built anew; what: for messages; remedy: the command that makes it anew."""

    version: int
    what: str = "query store"
    remedy: str = "kgbuild build"


def current(root: Path, layout: Layout) -> str | None:
    """The state of the store that the pointer names; None if there is none, or it is damaged or half written: build it again."""
    state = pointed(root)
    return state if state is not None and is_whole(root / state, layout) else None


def is_whole(folder: Path, layout: Layout) -> bool:
    """Whether a store's folder has its marker, is of this version, and has all its files at their sizes, for this user to read.

    An engine takes a file that it may not read for one that is not there, and a store without its schema for an empty one.
    """
    try:
        said, files = marker(folder), folder / DATA
        whole = said["version"] == layout.version and said["files"] == _sizes(files)
        return bool(whole and all(os.access(files / name, os.R_OK) for name in said["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def marker(folder: Path) -> dict[str, Any]:
    """What the marker of a store says. Raises OSError or ValueError if there is none that can be read."""
    said = json.loads((folder / MARKER).read_text("utf-8"))
    return said if isinstance(said, dict) else {}


class Lease:
    """The current store's folder, kept from removal while the lease is open. Raises WorkspaceError if there is none."""

    def __init__(self, root: Path, layout: Layout) -> None:
        damaged = f"is damaged: run `{layout.remedy}`, which makes it anew"
        for _ in range(100):  # a writer may swap the pointer and remove the old folder between two of our steps
            state = pointed(root)
            if state is None:
                raise WorkspaceError(f"there is no {layout.what} at {root}: run `{layout.remedy}`")
            self.folder = root / state
            try:
                self._file = (self.folder / MARKER).open("rb")
            except OSError:
                continue
            if _lock(self._file, exclusive=False) and (self.folder / MARKER).exists():
                break
            self._file.close()
        else:
            raise WorkspaceError(f"the {layout.what} at {root} {damaged}")
        if not is_whole(self.folder, layout):
            self._file.close()
            raise WorkspaceError(f"the {layout.what} at {self.folder} {damaged}")

    def close(self) -> None:
        """Let the folder go."""
        self._file.close()

    def __enter__(self) -> Path:
        return self.folder

    def __exit__(self, *_: object) -> None:
        self.close()


def pointed(root: Path) -> str | None:
    """The state that the pointer names, whether or not its store is whole."""
    try:
        state = (root / POINTER).read_text("utf-8").strip()
    except (OSError, ValueError):
        return None
    return state if NAME.fullmatch(state) else None


def check_state(state: str) -> None:
    """Raises BuildError if a state cannot name a folder."""
    if not NAME.fullmatch(state):
        raise BuildError(f"{state!r} cannot name a store: use letters, digits, - and _")


def make(root: Path, state: str, layout: Layout, fill: Fill) -> None:
    """Make `state` the current store, filling its folder if it is not there whole; readers of the old one are not disturbed.

    One writer at a time: hold the workspace's lock. Raises WorkspaceError if the disk fails, and whatever `fill` raises.
    """
    check_state(state)
    try:
        root.mkdir(parents=True, exist_ok=True)
        if not is_whole(root / state, layout):
            _build(root, state, layout, fill)
        _point(root, state)
        _remove_others(root, state)
    except OSError as error:
        raise WorkspaceError(f"cannot write the {layout.what} at {root}: {error}") from error


def _build(root: Path, state: str, layout: Layout, fill: Fill) -> None:
    partial = root / f".partial-{state}"
    for leftover in list(root.glob(".partial-*")):
        shutil.rmtree(leftover)
    if (root / state).exists():  # damaged: without its marker nobody takes it for whole while it goes
        (root / state / MARKER).unlink(missing_ok=True)
        shutil.rmtree(root / state)
    partial.mkdir()
    try:
        said = fill(partial / DATA)
        _share(partial / DATA)
        whole = {"version": layout.version, "state": state, "files": _sizes(partial / DATA)} | said
        _sync_tree(partial / DATA)
        _write_synced(partial / MARKER, json.dumps(whole))
        partial.replace(root / state)
        _sync(root)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _point(root: Path, state: str) -> None:
    if pointed(root) == state:
        return
    temporary = root / f".{POINTER}"
    _write_synced(temporary, state)
    temporary.replace(root / POINTER)
    _sync(root)


def _remove_others(root: Path, state: str) -> None:
    """Remove stores that are not current and that nobody reads; what cannot be removed stays for the next time."""
    for folder in root.iterdir():
        if not folder.is_dir() or folder.name == state:
            continue
        with contextlib.suppress(OSError):
            if not (folder / MARKER).exists():
                shutil.rmtree(folder)
                continue
            with (folder / MARKER).open("rb") as file:
                if _lock(file, exclusive=True):
                    (folder / MARKER).unlink()
                    shutil.rmtree(folder)


def superseded(root: Path) -> list[Path]:
    """Folders of stores that are not current, and what a writer that was killed left half made."""
    if not root.is_dir():
        return []
    state = pointed(root)
    return sorted(folder for folder in root.iterdir() if folder.is_dir() and folder.name != state)


def remove_superseded(root: Path) -> None:
    """Remove stores that are not current and that nobody reads. Hold the workspace's lock."""
    if root.is_dir():
        _remove_others(root, pointed(root) or "")


def remove_all(root: Path) -> list[Path]:
    """Remove all stores, the current one too; returns those that somebody reads, which stay. Hold the workspace's lock."""
    if not root.is_dir():
        return []
    (root / POINTER).unlink(missing_ok=True)  # first: a reader that comes now finds no store, and none that is half gone
    _remove_others(root, "")
    return superseded(root)


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


def _share(folder: Path) -> None:
    """Give the files the rights of any new file: an engine keeps some to its user, and others who may read the workspace ask, too."""
    rights = 0o666 & ~umask()
    for path in folder.iterdir():
        if path.is_file():
            path.chmod(rights)


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
