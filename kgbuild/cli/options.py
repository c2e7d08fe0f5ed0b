"""What commands of several files take: --json, paths to read, a file to write."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from kgbuild.errors import UsageError

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")]


def existing(paths: Iterable[Path]) -> list[Path]:
    """The paths, checked before a workspace is made for them. Raises UsageError for one that is not there."""
    found = list(paths)
    for path in found:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder; check the path")
    return found


def check_out(out: Path, *, force: bool) -> None:
    """Raises UsageError if OUT cannot be written, before anything is paid for."""
    if out.is_dir() or not out.parent.is_dir():
        raise UsageError(f"{out}: {'is a folder' if out.is_dir() else 'its folder is not there'}; name a file to write")
    if out.exists() and not force:
        raise UsageError(f"{out} is there already; --force writes over it")
