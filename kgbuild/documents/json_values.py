"""The text of a JSON or JSON Lines file -> its records, as Python values, with lines that are broken among them.

Which of the two a file is, its suffix says only where both would do: a list of objects, an object that holds one such list, one
object a line, objects one after the other.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from kgbuild.documents import columns
from kgbuild.errors import Quarantined

DEPTH = 200
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_BLANK = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is no JSON: its text, and what is wrong with it."""

    text: str
    reason: str


def values(text: str, *, lines: bool) -> tuple[list[Any], str]:
    """Records of a file, and a notice of what of it is no record ("" for nothing). lines: whether its suffix says JSON Lines.

    Raises Quarantined for what is no JSON: a file, or lines of which fewer are objects than are broken.
    """
    if not lines:
        try:
            return _records(_load(text))
        except Quarantined:
            if (found := _stream(text)) is None:
                raise
            return found, ""
    rows = _by_line(text)
    broken = [row for row in rows if isinstance(row, Broken)]
    if not broken:
        return _records(rows[0]) if len(rows) == 1 else (rows, "")
    if (found := _stream(text)) is not None:
        return _records(found[0]) if len(found) == 1 else (found, "")
    if sum(isinstance(row, dict) for row in rows) < len(broken):
        raise Quarantined(broken[0].reason)
    return rows, ""


def _by_line(text: str) -> list[Any]:
    """One value, or Broken, a line; only a line feed ends one."""
    rows: list[Any] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                rows.append(_load(line, f"line {number}: "))
            except Quarantined as error:
                rows.append(Broken(line, f"{error}; repair the line"))
    return rows


def _stream(text: str) -> list[Any] | None:
    """Objects or lists one after the other, however they are laid out; None if the text is not that."""
    try:
        _check_depth(text, "")
        decoder, found = json.JSONDecoder(), []
        at = _after_blank(text, 0)
        while at < len(text):
            value, at = decoder.raw_decode(text, at)
            if not isinstance(value, dict | list):
                return None
            found.append(value)
            at = _after_blank(text, at)
    except (ValueError, Quarantined):
        return None
    return found


def _after_blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _records(value: Any) -> tuple[list[Any], str]:
    """A list's items, or those of the one list of objects that an object holds, or the value; and what is left out."""
    if isinstance(value, list):
        return value, ""
    if not isinstance(value, dict):
        return [value], ""
    lists = [name for name, item in value.items() if isinstance(item, list) and item and all(isinstance(i, dict) for i in item)]
    if len(lists) != 1 or any(isinstance(value.get(name), str) for name in columns.NAMES["text"]):
        return [value], ""
    rest = ", ".join(repr(name) for name in value if name != lists[0])
    return value[lists[0]], f"the records of {lists[0]!r} are read; left out are {rest}" if rest else ""


def _load(text: str, where: str = "") -> Any:
    _check_depth(text, where)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"character {error.colno}" if where else f"line {error.lineno}, character {error.colno}"
        raise Quarantined(f"{where}not valid JSON: {error.msg} ({place})") from None
    except ValueError as error:
        raise Quarantined(f"{where}not valid JSON: {error}") from None


def _check_depth(text: str, where: str) -> None:
    depth = deepest = 0
    if text.count("[") + text.count("{") > DEPTH:
        for match in _TOKEN.finditer(text):
            if match[0][0] != '"':
                depth += 1 if match[0] in "[{" else -1
                deepest = max(deepest, depth)
    if deepest > DEPTH:
        raise Quarantined(f"{where}JSON nested {deepest:,} levels deep; the limit is {DEPTH}")
