"""The options that every command has -> an open workspace, and where words for the user go. Knows no single command.

`Session` is made once a call and travels as typer's `ctx.obj`.
"""

import logging
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.errors import UsageError, WorkspaceError

if TYPE_CHECKING:
    import typer

    from kgbuild.pipeline.models import Models
    from kgbuild.pipeline.workspace import Workspace

WORKSPACE_VARIABLE = "KGBUILD_WORKSPACE"
DEFAULT_WORKSPACE = "kg"
MODELS_VARIABLE = "KGBUILD_TEST_MODELS"
"""For kgbuild's own tests: an import path `module:attribute` of what stands in for the model directories."""


@dataclass(slots=True)
class Session:
    """One call of the command line. workspace: as given; None means the variable, else ./kg; when_interrupted: how to go on."""

    workspace: Path | None = None
    quiet: bool = False
    verbose: bool = False
    debug: bool = False
    when_interrupted: str = "the workspace is whole; run the command again to go on"

    @property
    def path(self) -> Path:
        """The folder of the workspace."""
        return self.workspace or Path(os.environ.get(WORKSPACE_VARIABLE) or DEFAULT_WORKSPACE)

    @property
    def progress_wanted(self) -> bool:
        """Whether somebody watches."""
        return not self.quiet and sys.stderr.isatty()

    def note(self, text: str) -> None:
        """A word beside the result: on standard error, unless --quiet."""
        if not self.quiet:
            self.complain(text)

    def complain(self, text: str) -> None:
        """What went wrong: on standard error, also with --quiet."""
        print(text, file=sys.stderr)

    def command(self, *words: str) -> str:
        """A command that a person can paste, on this workspace."""
        own = ["-w", str(self.workspace)] if self.workspace else []
        return " ".join(["kgbuild", *map(quoted, [*own, *words])])


def quoted(word: str) -> str:
    """A word as a person would type it in a shell: in double quotes where these are enough."""
    if word and shlex.quote(word) == word:
        return word
    return shlex.quote(word) if any(c in word for c in '"$`\\!') else f'"{word}"'


def begin(ctx: "typer.Context", log_level: int | None = None) -> Session:
    """The session of a command that starts now, with logging as its options say."""
    session: Session = ctx.obj
    set_up_logging(session, log_level)
    return session


@contextmanager
def opened(session: Session, *, create: bool = False, otherwise: str = "") -> Iterator["Workspace"]:
    """The workspace of this call, closed at the end. Raises WorkspaceError if there is none; otherwise: what else makes one.

    One that is made for a call that then fails is taken away again, unless something is stored in it.
    """
    from kgbuild.pipeline.making import nothing_left
    from kgbuild.pipeline.workspace import Workspace

    path = session.path
    if not create and not (path / "workspace.db").exists():
        shown = path if path.is_absolute() or path.parts[:1] in ((), ("..",)) else f"./{path}"
        near = next((place for place in (Path(), path / DEFAULT_WORKSPACE) if (place / "workspace.db").exists()), None)
        if near is not None:
            where = "this folder is one" if near == Path() else f"{near} is one"
            raise WorkspaceError(f"no workspace at {shown}, but {where}: say `kgbuild -w {shlex.quote(str(near))} …`")
        raise WorkspaceError(f"no workspace at {shown}; `{session.command('run')} PATH` makes one{otherwise}")
    with (
        nothing_left(path) if create else nullcontext(),
        Workspace(path, create=create, models=models_or_none(), keep_model=False) as workspace,  # a command extracts once
    ):
        yield workspace


def models() -> "Models":
    """Where models come from."""
    from kgbuild.pipeline.models import ModelDirectories

    return models_or_none() or ModelDirectories()


def models_or_none() -> "Models | None":
    """What kgbuild's own tests put in the place of model directories; None in real life."""
    name = os.environ.get(MODELS_VARIABLE)
    if not name:
        return None
    module, _, attribute = name.partition(":")
    try:
        made: Models = getattr(import_module(module), attribute)()
    except (ImportError, AttributeError) as error:
        raise UsageError(f"{MODELS_VARIABLE}={name}: {error}; it is for kgbuild's own tests: unset it") from None
    return made


def set_up_logging(session: Session, level: int | None = None) -> None:
    """Send what the library logs to standard error: warnings, with --verbose progress of every step, with --debug all."""
    chosen = logging.DEBUG if session.debug else logging.INFO if session.verbose else level or logging.WARNING
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s" if chosen > logging.DEBUG else "%(name)s: %(message)s"))
    logger = logging.getLogger("kgbuild")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.ERROR if session.quiet else chosen)
    logger.propagate = False


def sample_folder() -> Path:
    """The bundled sample documents: in the installed package, or in the checkout beside it. Raises UsageError without them."""
    package = Path(__file__).parent.parent
    for folder in (package / "samples", package.parent / "examples" / "documents"):
        if folder.is_dir():
            return folder
    raise UsageError("the sample documents are not installed; name a folder of your own")
