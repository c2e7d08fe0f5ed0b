"""Values on their way between the engine's process and Python: tagged JSON, and times and paths by the kinds that a query tells.

Nodes are {"labels": [...], property: value}, relationships {"type": ..., property: value}, paths lists of nodes and relationships
in turn; dates, times and date-times are Python's (to the microsecond), durations ISO text. `kgbuild query --on URI` gives the same.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from kgbuild.errors import QueryError

WHOLE_INTEGERS = range(-(2**63), 2**63)
MAX_DEPTH = 50
ZONE = re.compile(r"\[[^\]]*\]$")
FINER = re.compile(r"(\.\d{6})\d+")

TIMES = {
    "DATE": date.fromisoformat,
    "LOCAL DATETIME": datetime.fromisoformat,
    "ZONED DATETIME": datetime.fromisoformat,
    "LOCAL TIME": time.fromisoformat,
    "ZONED TIME": time.fromisoformat,
}


def unpack(value: Any) -> Any:
    """A tagged JSON value (embedded_child.pack) -> a Python value."""
    if not isinstance(value, list):
        return value
    match value[0]:
        case "l":
            return [unpack(item) for item in value[1]]
        case "m":
            return {name: unpack(item) for name, item in value[1].items()}
        case "n":
            return {"labels": value[1], **{name: unpack(item) for name, item in value[2].items()}}
        case "r":
            return {"type": value[1], **{name: unpack(item) for name, item in value[2].items()}}
        case "t":
            return datetime.fromisoformat(value[1])
        case _:
            return date.fromisoformat(value[1])


def typed(value: Any, kind: Any) -> Any:
    """A value and what cypher_returns.kind_of says of it -> the value as Python has it.

    kind: a name of a type; for a list one kind an item; for a map pairs of key and kind; for a path its nodes and relationships.
    """
    if isinstance(kind, dict):
        return _path(kind["nodes"], kind["relationships"])
    if isinstance(kind, str):
        return _time(value, kind.removesuffix(" NOT NULL")) if isinstance(value, str) else value
    if isinstance(value, dict) and isinstance(kind, list):
        return value | {name: typed(value[name], inner) for name, inner in kind if name in value}
    if isinstance(value, list) and isinstance(kind, list):
        return [typed(item, inner) for item, inner in zip(value, kind, strict=True)]
    return value


def _path(nodes: list[Any], relationships: list[Any]) -> list[Any]:
    path = nodes[:1]
    for relationship, node in zip(relationships, nodes[1:], strict=True):
        path += [relationship, node]
    return path


def _time(text: str, kind: str) -> Any:
    read = TIMES.get(kind)
    if read is None:
        return text
    try:
        return read(FINER.sub(r"\1", ZONE.sub("", text)))
    except ValueError:  # a year that Python has not
        return text


def pack(value: Any, name: str, depth: int = 0) -> Any:
    """A parameter -> tagged JSON. Raises QueryError for what Cypher has no type for."""
    if depth > MAX_DEPTH:
        raise QueryError(f"the value of ${name} is nested too deeply")
    if isinstance(value, bool | float | str) or value is None:
        return value
    if isinstance(value, int):
        if value not in WHOLE_INTEGERS:
            raise QueryError(f"the value of ${name} does not fit into 64 bits: {value}")
        return value
    if isinstance(value, datetime | time):  # those with a zone, and times of day, are written into the query: cypher_moments.py
        return ["t", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return ["m", {key: pack(item, name, depth + 1) for key, item in value.items()}]
    if isinstance(value, list | tuple | set | frozenset):
        return ["l", [pack(item, name, depth + 1) for item in value]]
    raise QueryError(f"the value of ${name} is a {type(value).__name__}: give text, numbers, dates, lists or maps")


def holds_time(value: Any) -> bool:
    """Whether a parameter is a date or time, or has one in it."""
    match value:
        case date() | time():
            return True
        case Mapping():
            return any(holds_time(item) for item in value.values())
        case list() | tuple() | set() | frozenset():
            return any(holds_time(item) for item in value)
        case _:
            return False
