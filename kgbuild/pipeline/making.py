"""A folder -> an empty workspace in it, whole or not at all; and what a call that failed takes away again."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kgbuild.config import TEMPLATE
from kgbuild.errors import UsageError, WorkspaceError
from kgbuild.workspace import truth
from kgbuild.workspace.imported import origin_of
from kgbuild.workspace.lock import writer_lock


def init(path: Path) -> None:
    """Make an empty workspace. Raises UsageError if there is one already, or the folder holds other things.

    Raises WorkspaceBusy while another process makes one there.
    """
    if (path / "workspace.db").exists():
        raise UsageError(f"{path}: there is a workspace already")
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path}: is a file; give a folder")
    half_made = {"kgbuild.toml", "privacy.salt", "workspace.db.new", "lock"}
    if path.exists() and any(not file.name.startswith(tuple(half_made)) for file in path.iterdir()):
        raise UsageError(f"{path}: the folder is not empty; give an empty or a new one")
    try:
        path.mkdir(parents=True, exist_ok=True)
        with writer_lock(path):
            if not (path / "workspace.db").exists():  # or another process has just made it
                _make(path)
    except OSError as error:
        raise WorkspaceError(f"{path}: cannot make a workspace there ({error.strerror})") from None


def _make(path: Path) -> None:
    if not (path / "kgbuild.toml").exists():  # settings may stand there before the first document is read
        (path / "kgbuild.toml.new").write_text(TEMPLATE, "utf-8")
        (path / "kgbuild.toml.new").rename(path / "kgbuild.toml")
    (path / "workspace.db.new").unlink(missing_ok=True)
    truth.create(path / "workspace.db.new")
    (path / "workspace.db.new").rename(path / "workspace.db")  # whole or not at all


@contextmanager
def nothing_left(path: Path) -> Iterator[None]:
    """Of a workspace that is made inside nothing is left if that fails before anything is stored in it; what was there stays."""
    if (path / "workspace.db").exists():
        yield
        return
    before = set(path.iterdir()) if path.is_dir() else set()
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    try:
        yield
    except BaseException:
        if (path / "workspace.db").exists() and _is_empty(path):
            _unmake(path, before, missing)
        raise


def _is_empty(path: Path) -> bool:
    """Whether a workspace holds neither documents nor an imported graph nor a word of a person."""
    held = truth.Truth(path / "workspace.db")
    try:
        (sources,) = held.db.execute("SELECT count(*) FROM source").fetchone()
        return not sources and origin_of(held) is None and not held.judgements()
    finally:
        held.close()


def _unmake(path: Path, before: set[Path], missing: list[Path]) -> None:
    with writer_lock(path):
        for made in set(path.iterdir()) - before:
            if made.is_dir() and not made.is_symlink():
                shutil.rmtree(made, ignore_errors=True)
            else:
                made.unlink(missing_ok=True)
    for folder in missing:  # the workspace, then the folders around it that were made for it
        try:
            folder.rmdir()
        except OSError:
            return
