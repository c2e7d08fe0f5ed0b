"""A folder -> an empty workspace in it, whole or not at all."""

from pathlib import Path

from kgbuild.config import TEMPLATE
from kgbuild.errors import UsageError, WorkspaceError
from kgbuild.workspace import truth
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
