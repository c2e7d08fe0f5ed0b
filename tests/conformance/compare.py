"""Whether two engines say the same: columns and rows, in order where the query fixes it, floats nearly, all else exactly."""

import math
from datetime import date, datetime, time
from typing import Any

from tests.conformance.engines import Answer

DIGITS = 9


def difference(mine: Answer, theirs: Answer, *, ordered: bool, sets: tuple[int, ...] = ()) -> str:
    """What differs, in a line; empty if nothing does. `sets`: columns whose lists have no order (collect without ORDER BY)."""
    if mine.refusal or theirs.refusal:
        return "" if mine.refusal and theirs.refusal else f"refusal: here {mine.refusal!r}, Neo4j {theirs.refusal!r}"
    if mine.columns != theirs.columns:
        return f"columns: here {mine.columns}, Neo4j {theirs.columns}"
    here, there = (_rows(answer, sets) for answer in (mine, theirs))
    if not ordered:
        here, there = sorted(here, key=repr), sorted(there, key=repr)
    if here == there:
        return ""
    if len(here) != len(there):
        return f"rows: here {len(here)}, Neo4j {len(there)}; here {here[:3]}, Neo4j {there[:3]}"
    number = next(index for index, (a, b) in enumerate(zip(here, there, strict=True)) if a != b)
    return f"row {number}: here {here[number]}, Neo4j {there[number]}"


def _rows(answer: Answer, sets: tuple[int, ...]) -> list[tuple[Any, ...]]:
    return [
        tuple(_unordered(key(value)) if index in sets else key(value) for index, value in enumerate(row)) for row in answer.rows
    ]


def _unordered(value: Any) -> Any:
    return (value[0], tuple(sorted(value[1], key=repr))) if isinstance(value, tuple) and value[0] == "list" else value


def key(value: Any) -> Any:
    """A value that equals another one's key exactly if both are the same for a user: 1 is not 1.0, nor "x" ["x"]."""
    match value:
        case bool() | None:
            return value if value is None else ("bool", value)
        case float():
            return ("float", _rounded(value))
        case datetime():
            return ("datetime", value.isoformat())
        case date() | time():
            return (type(value).__name__, value.isoformat())
        case list() | tuple():
            return ("list", tuple(key(item) for item in value))
        case dict():
            return ("map", tuple(sorted((name, key(item)) for name, item in value.items())))
        case _:
            return (type(value).__name__, value)


def _rounded(value: float) -> float | str:
    if not math.isfinite(value):
        return str(value)
    return float(f"{value:.{DIGITS}e}")
