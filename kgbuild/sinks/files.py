"""Where an export is written: a file that appears whole or not at all, a folder likewise, or a stream that stays open."""

import gzip
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from kgbuild.errors import UsageError

STREAM = "-"


@contextmanager
def open_output(out: str | Path | BinaryIO) -> Iterator[IO[bytes]]:
    """A binary stream to write an export to. A path gets its file when all went well, and keeps the old one otherwise.

    "-" is standard output; an open stream is left open; a path that ends in .gz is compressed, without the time in its header.
    What is there already and is no file, a pipe or a device, is written to and not replaced.
    """
    if not isinstance(out, str | Path):
        yield out
        out.flush()
        return
    if str(out) == STREAM:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(out)
    with _special(path) if path.exists() and not path.is_file() else _temporary_file(path.resolve()) as raw:
        if path.suffix == ".gz":
            with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as compressed:
                yield compressed  # type: ignore[misc]
        else:
            yield raw


@contextmanager
def _special(path: Path) -> Iterator[IO[bytes]]:
    """A pipe or a device."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder: give the name of a file")
    try:
        raw = path.open("wb")
    except OSError as error:
        raise _unwritable(path, error) from None
    with raw:
        yield raw


@contextmanager
def _temporary_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file beside the path that takes its name and rights at the end: a reader sees the old one or the new one, whole."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        with os.fdopen(handle, "wb") as raw:
            yield raw
            raw.flush()
            os.fsync(raw.fileno())
        Path(name).chmod(stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(f"{path} cannot be written: {error.strerror}; choose another place")


def umask() -> int:
    """The process's mask for new files; there is no way to ask for it but to set it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


@contextmanager
def open_folder(out: str | Path, names: Collection[str]) -> Iterator[Path]:
    """A new folder that takes the given name at the end. An older export there is replaced; anything else is left alone.

    names: the files that an export may hold. Raises UsageError if the folder holds others, or is a file.
    """
    path = Path(out).resolve()
    if path.is_file():
        raise UsageError(f"{out} is a file: this export is a folder of files, give another name")
    strangers = sorted(item.name for item in path.iterdir() if item.name not in names) if path.exists() else []
    if strangers:
        raise UsageError(f"{path} holds {strangers[0]!r}, which is no part of an export: give the name of a new folder")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent))
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        yield new
        new.chmod(0o777 & ~umask())
        old = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".old", dir=path.parent))
        if path.exists():
            path.replace(old)
        new.replace(path)
        shutil.rmtree(old, ignore_errors=True)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def write_lines(stream: IO[bytes], lines: Iterable[str], *, block: int = 2_000) -> None:
    """Lines in UTF-8, each with a newline, many at a time."""
    held: list[str] = []
    write: Callable[[bytes], object] = stream.write
    for line in lines:
        held.append(line)
        if len(held) == block:
            write(("\n".join(held) + "\n").encode("utf-8"))
            held.clear()
    if held:
        write(("\n".join(held) + "\n").encode("utf-8"))
