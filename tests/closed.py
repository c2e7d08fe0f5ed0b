"""A folder that its rights let nobody look into, also where root runs the tests."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def close(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system's calls refuse to list a folder, and to say anything of what is in it."""
    for name in ("stat", "scandir"):
        monkeypatch.setattr(os, name, _refusing(getattr(os, name), folder))


def _refusing(look: Callable[..., Any], folder: Path) -> Callable[..., Any]:
    def refused(path: Any = ".", *words: Any, **named: Any) -> Any:
        asked = Path(str(path))
        if folder in asked.parents or (asked == folder and look.__name__ == "scandir"):
            raise PermissionError(13, "Permission denied", str(path))
        return look(path, *words, **named)

    return refused
