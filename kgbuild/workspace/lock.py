"""One writer at a time: a lock that the kernel releases when its process dies, however it dies."""

import os
import sys
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


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the writer's lock of a workspace. Raises WorkspaceBusy, naming the process that holds it, or WorkspaceReadOnly."""
    path = folder / "lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise WorkspaceReadOnly(
            f"{folder}: can be read and not written ({error.strerror}), and this writes there; ask its owner, or work on a copy"
        ) from None
    try:
        try:
            _acquire(handle)
        except OSError:
            holder = os.read(handle, 32).decode("ascii", "replace").strip() or "unknown"
            raise WorkspaceBusy(
                f"{folder}: in use by process {holder}; wait until it has finished, or use another --workspace"
            ) from None
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode("ascii"))
        yield
    finally:
        os.close(handle)
