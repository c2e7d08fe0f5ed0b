"""A pipe, or standard input -> a file, for commands that read theirs more than once."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kgbuild.errors import UsageError

STDIN = Path("-")


@contextmanager
def as_file(path: Path, otherwise: str) -> Iterator[Path]:
    """The file itself, or a temporary one with what comes through a pipe, or with `-` through standard input.

    Raises UsageError where nothing is there; otherwise: what to do then.
    """
    if path.is_file():
        yield path
        return
    if path != STDIN and (path.is_dir() or not path.exists()):
        raise UsageError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}; {otherwise}")
    with tempfile.TemporaryDirectory(prefix="kgbuild-") as folder:
        copy = Path(folder, "stdin" if path == STDIN else path.name)
        with sys.stdin.buffer if path == STDIN else path.open("rb") as source, copy.open("wb") as target:
            shutil.copyfileobj(source, target)
        yield copy
