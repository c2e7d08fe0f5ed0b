"""One writer at a time: a lock that the kernel releases when its process dies, however it dies."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kgbuild.errors import WorkspaceBusy, WorkspaceReadOnly

if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _acquire(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _acquire(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


BRIEF = " for a moment"
"""Beside the process in the file: what others wait for."""
PATIENCE = 60.0
"""Seconds."""


@contextmanager
def writer_lock(folder: Path, *, brief: bool = False) -> Iterator[None]:
    """Hold the writer's lock of a workspace. Raises WorkspaceBusy, naming the process that holds it, or WorkspaceReadOnly.

    brief: it is held for the moment that a query takes to bring its store to the graph. Others wait for that, and for nothing else.
    """
    path = folder / "lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise WorkspaceReadOnly(
            f"{folder}: can be read and not written ({error.strerror}), and this writes there; ask its owner, or work on a copy"
        ) from None
    try:
        _wait(folder, handle)
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, f"{os.getpid()}{BRIEF if brief else ''}".encode("ascii"))
        yield
    finally:
        os.close(handle)


def _wait(folder: Path, handle: int) -> None:
    """Take the lock, when who holds it for a moment has let go. Raises WorkspaceBusy."""
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            return _acquire(handle)
        except OSError:
            os.lseek(handle, 0, os.SEEK_SET)
            holder, mark, _ = os.read(handle, 64).decode("ascii", "replace").partition(BRIEF)
        here_to_stay = holder.strip() and not mark  # nobody's name: who has just come has not written it yet
        if here_to_stay or time.monotonic() > ends:
            raise WorkspaceBusy(
                f"{folder}: in use by process {holder.strip() or 'unknown'}; wait until it has finished, or use another --workspace"
            )
        time.sleep(0.02)
