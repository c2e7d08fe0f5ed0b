"""JSON and JSON Lines -> one Draft an object: a list of objects, an object that holds one such list, or a single object."""

import json
import re
from typing import Any

from kgbuild.documents import columns
from kgbuild.documents.blocks import Draft, Limits, Piece
from kgbuild.documents.encoding import decode
from kgbuild.errors import Quarantined
from kgbuild.records import BlockKind

VERSION = 1

DEPTH = 200
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


def read(data: bytes, limits: Limits, *, lines: bool, **named: Any) -> list[Draft]:
    """One file; named: options of `columns.choose`. Lines that are no JSON objects are quarantined with the file."""
    text, notices = decode(data)
    if not text.strip():
        return [Draft(notices=list(notices))]
    values = _lines(text) if lines else _values(_load(text, ""))
    if len(values) > limits.records:
        raise Quarantined(f"more than {limits.records:,} records; split the file")
    found = of_values(values, limits, **named)
    if found:
        found[0].notices += notices
    return found


def of_values(values: list[Any], limits: Limits, **named: Any) -> list[Draft]:
    """One draft a value; a value that is only a text is its own text."""
    records = [flatten(value) if isinstance(value, dict) else {"text": _text(value)} for value in values]
    roles = columns.choose(records, **named)
    if not roles.text and not roles.title:
        return [Draft([Piece(BlockKind.CODE, text)] if (text := _text(values)) and not values else [],
                      notices=["no field holds text (name one with --text)"])]  # fmt: skip
    if len(records) == 1:
        (only,) = columns.drafts(records, roles, limits)
        only.key = ""
        return [only]
    return columns.drafts(records, roles, limits)


def flatten(record: dict[str, Any]) -> dict[str, columns.Value]:
    """An object with text values only: nested objects get dotted names, lists of plain values become tuples."""
    flat: dict[str, columns.Value] = {}
    waiting: list[tuple[str, Any]] = list(reversed(record.items()))
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(f"{name}.{key}", inner) for key, inner in reversed(value.items())]
        elif isinstance(value, list | tuple):
            flat[name] = tuple(text for item in value if (text := _text(item)))
        elif text := _text(value):
            flat[name] = text
    return flat


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        value
        if isinstance(value, str)
        else str(value)
        if isinstance(value, int | float)
        else columns.canonical({"": value})[4:-1]
    )


def _values(value: Any) -> list[Any]:
    """The records of a file: its list, or the one list of objects that its object holds, or the object."""
    if isinstance(value, dict):
        lists = [item for item in value.values() if isinstance(item, list) and item and all(isinstance(i, dict) for i in item)]
        return (
            lists[0] if len(lists) == 1 and not any(isinstance(value.get(n), str) for n in columns.NAMES["text"]) else [value]
        )
    return value if isinstance(value, list) else [value]


def _lines(text: str) -> list[Any]:
    return [_load(line, f"line {number}: ") for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _load(text: str, where: str) -> Any:
    depth = deepest = 0
    if text.count("[") + text.count("{") > DEPTH:
        for match in _TOKEN.finditer(text):
            if match[0][0] != '"':
                depth += 1 if match[0] in "[{" else -1
                deepest = max(deepest, depth)
    if deepest > DEPTH:
        raise Quarantined(f"{where}JSON nested {deepest:,} levels deep; the limit is {DEPTH}")
    try:
        return json.loads(text)
    except ValueError as error:
        raise Quarantined(f"{where}not valid JSON: {error}") from None
