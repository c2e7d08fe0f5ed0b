"""Files of terms and of patterns that a person writes: their bytes and text, and one error for all that is wrong in them."""

from collections.abc import Sequence
from pathlib import Path

from kgbuild.errors import ConfigError

MOST_PROBLEMS = 10


def read_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises ConfigError if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}; correct the path in [extractors] of kgbuild.toml") from None


def text_of(data: bytes, path: Path) -> str:
    """The text of a file's bytes. Raises ConfigError, naming the line, for what is no UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: byte {error.start} is not UTF-8; save the file as UTF-8") from None


def refuse_if_any(problems: Sequence[str]) -> None:
    """Raises ConfigError that names the first problems, and says how many more there are."""
    if problems:
        more = f"; … and {len(problems) - MOST_PROBLEMS} more" if len(problems) > MOST_PROBLEMS else ""
        raise ConfigError("; ".join(problems[:MOST_PROBLEMS]) + more)
