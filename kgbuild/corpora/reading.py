"""A file or folder -> its content, by kind, and the account of reading it: which rows are bad, and what else is to be said.

Rows are objects of JSON, each with the place that names it in messages. Knows no format.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from kgbuild.errors import UsageError

MOST_SHOWN = 20
"""Bad rows that an error shows; the others are counted."""
MOST_LOOKED_AT = 20
"""Rows on which a format is recognised."""

Row = TypeVar("Row")
Made = TypeVar("Made")
Rows = tuple[tuple[str, Any], ...]
"""Objects with their places: `line 3` or `document 2`."""


HALVES = "texts with half of a character (an escape such as \\ud83d alone), which stands as \ufffd now"
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""An escape that is half of a character, or of a pair that is whole."""


class BadRow(ValueError):
    """What is wrong with one row; the reading adds file and place."""


@dataclass(frozen=True, slots=True)
class Content:
    """What stands at a path. text: of a text file, line ends as they are; rows: of JSON, else None; data: of a binary file."""

    path: Path
    text: str | None = None
    rows: Rows | None = None
    data: bytes | None = None

    @property
    def is_folder(self) -> bool:
        """Whether the path is a folder."""
        return self.text is None and self.data is None

    def has_row(self, looks: Callable[[Mapping[str, Any]], bool]) -> bool:
        """Whether one of the first rows looks like a format's."""
        rows = (row for _, row in (self.rows or ())[:MOST_LOOKED_AT])
        return any(isinstance(row, dict) and looks(row) for row in rows)


@dataclass(slots=True)
class Reading:
    """The account of one file: where names it; bad rows are collected, said and counts are what was noticed, by sentence."""

    where: str
    bad: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def each(self, rows: Iterable[tuple[str, Row]], make: Callable[[Row], Made], called: str = "") -> list[Made]:
        """What is made of each good row; the bad ones are remembered. called: the format's name in their messages."""
        made = []
        for place, row in rows:
            try:
                made.append(make(row))
            except BadRow as error:
                self.bad.append((place, str(error)))
            except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
                self.bad.append((place, f"not {called or 'this'} format ({_in_words(error)})"))
        return made

    def count(self, what: str, number: int = 1) -> None:
        """Notice something that is counted; what: a sentence, after which the number is said."""
        if number:
            self.counts[what] += number

    def refuse_if_bad(self) -> None:
        """UsageError that names the file and its bad rows, if there are any: the first ones with what is wrong, then a number."""
        if len(self.bad) == 1:
            raise UsageError(f"{self.where}, {self.bad[0][0]}: {self.bad[0][1]}")
        if self.bad:
            shown = "; ".join(f"{place}: {wrong}" for place, wrong in self.bad[:MOST_SHOWN])
            more = f"; and {len(self.bad) - MOST_SHOWN:,} more" if len(self.bad) > MOST_SHOWN else ""
            raise UsageError(f"{self.where}: {len(self.bad):,} bad rows: {shown}{more}")

    def notes(self) -> tuple[str, ...]:
        """What was noticed, as sentences."""
        return (*self.said, *(f"{what}: {number:,}" for what, number in self.counts.items()))


def load(path: Path, reading: Reading) -> Content:
    """What stands at a path, with lines that are no JSON remembered as bad. Raises UsageError if it cannot be read."""
    if path.is_dir():
        return Content(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if data[:2] == b"\x1f\x8b":
            raise UsageError(f"cannot read {path}: it is packed (gzip): unpack it, with gunzip for instance") from error
        if data[:1] == b"\x78":  # zlib, which no text in UTF-8 with a bad byte is likely to begin with
            return Content(path, data=data)
        raise UsageError(f"cannot read {path}: {not_utf8(data, error)}") from error
    return Content(path, text, parse_rows(text, reading))


def not_utf8(data: bytes, error: UnicodeDecodeError) -> str:
    """Where and why bytes are no UTF-8, and what to do, in words."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "it is in UTF-16; save the file as UTF-8"
    line = data.count(b"\n", 0, error.start) + 1
    guess = f" (in Windows-1252 it is {chr_of(data[error.start])!r})" if chr_of(data[error.start]) else ""
    return f"line {line}: byte 0x{data[error.start]:02X} is not UTF-8{guess}; save the file as UTF-8"


def chr_of(byte: int) -> str:
    """The character that a byte is in Windows-1252, empty for none."""
    return bytes((byte,)).decode("cp1252", errors="ignore")


def parse_rows(text: str, reading: Reading) -> Rows | None:
    """The objects of a JSON list, of one JSON object, or of JSON Lines; None for what is no JSON at all.

    Raises UsageError, with the line, for a list that does not parse and for lines of which none does.
    """
    if text.lstrip()[:1] not in ("[", "{"):
        return None
    try:
        whole = loads(text, reading)
    except BadRow as error:
        raise UsageError(f"{reading.where}: {error}") from error
    except json.JSONDecodeError as error:
        rows = None if text.lstrip()[0] == "[" else _lines(text, reading)
        if rows is not None:
            return rows
        if not _begins_json(text):
            return None
        raise UsageError(f"{reading.where}, line {error.lineno}: not JSON ({error.msg})") from error
    if isinstance(whole, list):
        return tuple((f"document {number}", item) for number, item in enumerate(whole, 1))
    return (("line 1", whole),)


def loads(text: str, reading: Reading) -> Any:
    """The value of a JSON text, without halves of characters: no tokenizer takes these, and no file.

    Raises JSONDecodeError for what is no JSON, BadRow for JSON that is too much for Python.
    """
    try:
        value = json.loads(text)
        return _whole(value, reading) if _HALF.search(text) else value
    except json.JSONDecodeError:
        raise
    except RecursionError:
        raise BadRow("JSON that is nested too deeply") from None
    except ValueError as error:
        raise BadRow(f"not JSON ({error})") from None


def _whole(value: Any, reading: Reading) -> Any:
    if isinstance(value, list):
        return [_whole(item, reading) for item in value]
    if isinstance(value, dict):
        return {key: _whole(item, reading) for key, item in value.items()}
    if not isinstance(value, str):
        return value
    whole = "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in value)
    reading.count(HALVES, int(whole != value))
    return whole


def rows_of(content: Content) -> Rows:
    """The rows of a JSON file. Raises UsageError for another."""
    if content.rows is None:
        raise UsageError(f"{content.path}: not JSON, which this format is; name another with --from")
    return content.rows


def text_of(content: Content) -> str:
    """The text of a text file. Raises UsageError for another."""
    if content.text is None:
        raise UsageError(f"{content.path}: no text file, which this format is; name another with --from")
    return content.text


def integer(value: Any, name: str) -> int:
    """A whole number. Raises BadRow for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise BadRow(f"{name} is {value!r}, not a whole number")


def string(value: Any, name: str) -> str:
    """A text that is not empty. Raises BadRow for anything else."""
    if isinstance(value, str) and value:
        return value
    raise BadRow(f"{name} is {value!r}, not a text")


def items(value: Any, name: str) -> list[Any]:
    """A list. Raises BadRow for anything else."""
    if isinstance(value, list):
        return value
    raise BadRow(f"{name} is {repr(value)[:60]}, not a list")


def index(value: Any, number: int, name: str) -> int:
    """A whole number from 0 to number - 1. Raises BadRow for anything else."""
    if 0 <= integer(value, name) < number:
        return int(value)
    raise BadRow(f"{name} is {value}, and there are {number}")


def check_surface(found: str, expected: Any, start: int, end: int) -> None:
    """BadRow unless the characters at some offsets are those that the annotation names."""
    if found != expected:
        raise BadRow(f"the text at {start}-{end} is {found[:60]!r}, the annotation says {str(expected)[:60]!r}")


def without_space(surface: str) -> str:
    """A surface without white space and written-out line ends, which annotation tools change in it."""
    return "".join(surface.replace("\\n", "").split())


def _lines(text: str, reading: Reading) -> Rows | None:
    """JSON Lines; only a line feed ends a line, as U+2028 and its like may stand inside of texts."""
    rows: list[tuple[str, Any]] = []
    bad: list[tuple[str, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                rows.append((f"line {number}", loads(line, reading)))
            except BadRow as error:
                bad.append((f"line {number}", str(error)))
            except json.JSONDecodeError as error:
                bad.append((f"line {number}", f"not JSON ({error.msg} at character {error.pos + 1})"))
    if not rows:
        return None
    reading.bad += bad
    return tuple(rows)


def _begins_json(text: str) -> bool:
    """Whether a text that does not parse was meant as JSON: columns and tables may begin with a bracket, too."""
    return text.lstrip()[1:].lstrip()[:1] in ("", "{", "[", '"', "]", "}")


def _in_words(error: Exception) -> str:
    return f"KeyError: no {error}" if isinstance(error, KeyError) else f"{type(error).__name__}: {error}"
