"""A disk of a few megabytes that can be filled and freed: a tmpfs of its own, mounted by root on Linux."""

import os
import subprocess
import sys
from contextlib import contextmanager

import pytest


class SmallDisk:
    """A folder on a disk of its own."""

    def __init__(self, path):
        self.path = path

    @contextmanager
    def full(self, left=0):
        """While this is open, only so many bytes are left."""
        ballast = self.path / "ballast"
        free = os.statvfs(self.path)
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - left)
        try:
            yield
        finally:
            ballast.unlink()


@contextmanager
def small_disk(path, megabytes):
    """Mount it at a new folder; skips the test where that is not allowed."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount a small disk")
    path.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(path)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"a container without the right to mount: {mounted.stderr.strip()}")
    try:
        yield SmallDisk(path)
    finally:
        unmount(path)


def unmount(path):
    """Unmount it; where a test that failed left a file open there, out of sight at once and for good when that is closed."""
    if subprocess.run(["umount", str(path)], capture_output=True, check=False).returncode:
        subprocess.run(["umount", "--lazy", str(path)], check=True)
