"""A Cypher query on the embedded store -> columns and rows of Python values, read-only, in a process that can be killed.

Nodes come as {"labels": [...], property: value}, relationships as {"type": ..., property: value}, paths as lists of nodes and
relationships in turn, dates as dates. What the engine would get wrong is rewritten or refused by cypher.py before it runs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from kgbuild.errors import QueryError
from kgbuild.sinks import cypher
from kgbuild.sinks.cypher_returns import PATH
from kgbuild.sinks.embedded import lease
from kgbuild.sinks.embedded_engine import Engine
from kgbuild.sinks.property_graph import DATE_PROPERTIES

WHOLE_INTEGERS = range(-(2**63), 2**63)
MAX_DEPTH = 50
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of a query, in its order; truncated: there were more than `limit`."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool = False


def query(
    store: Path,
    text: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    limit: int | None = None,
    timeout: float | None = None,
) -> Result:
    """Run one query on the current store of a `store` folder; timeout in seconds, None for as long as it takes.

    Raises QueryError if the query is refused, fails or takes too long, WorkspaceError if there is no whole store.
    """
    with Reader(store) as reader:
        return reader.query(text, parameters, limit=limit, timeout=timeout)


class Reader:
    """The current store, open for many queries one after another; the store of the moment it was opened, until it is closed."""

    def __init__(self, store: Path) -> None:
        self._lease = lease(store)
        self._engine: Engine | None = None

    def query(
        self, text: str, parameters: Mapping[str, Any] | None = None, *, limit: int | None = None, timeout: float | None = None
    ) -> Result:
        """Run one query; see `query`. A query that takes too long, or is interrupted, is killed."""
        prepared = cypher.prepare(text, DATE_PROPERTIES)
        given = dict(parameters or {})
        missing = [name for name in prepared.parameters if name not in given]
        if missing:
            raise QueryError(f"the query needs a value for ${missing[0]}: give it with -p {missing[0]}=…")
        patterns = [*prepared.patterns, *(given[name] for name in prepared.pattern_parameters if isinstance(given[name], str))]
        request = {
            "text": prepared.text,
            "parameters": {name: pack(value, name) for name, value in given.items()},
            "patterns": patterns,
            "limit": None if limit is None else max(0, limit),
        }
        try:
            return self._collect(request, prepared, timeout)
        except BaseException:  # also Ctrl-C: whatever the engine is at, it must not go on
            self._kill()
            raise

    def close(self) -> None:
        """End the engine's process and let the store go."""
        self._kill()
        self._lease.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _kill(self) -> None:
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def _collect(self, request: dict[str, Any], prepared: cypher.Prepared, timeout: float | None) -> Result:
        if self._engine is None:
            self._engine = Engine("read", self._lease.folder / "db")
        found: list[str] = []
        rows: list[list[Any]] = []
        truncated = False
        for answer in self._engine.ask(request, timeout):
            found = answer.get("columns", found)
            rows.extend(answer.get("rows", ()))
            truncated = answer.get("truncated", False)
        return shape(prepared, found, rows, truncated=truncated)


def shape(prepared: cypher.Prepared, found: list[str], rows: list[list[Any]], *, truncated: bool) -> Result:
    """Rows as the engine sent them -> rows of Python values in the query's columns."""
    extra = {path.column: path.carrier for path in prepared.paths}
    hidden = set(extra.values())
    shown = [name for name in found if name not in hidden]
    columns = prepared.columns
    if prepared.after_star:
        columns = (*sorted(name for name in shown if name not in columns), *columns)
    elif not columns:  # a procedure that stands alone
        columns = tuple(shown)
    place = {name: found.index(shown[index]) for index, name in enumerate(columns) if index < len(shown)}
    place |= {name: found.index(name) for name in columns if name in found}
    carried = {column: found.index(carrier) for column, carrier in extra.items() if carrier in found}
    for row in rows:
        for column, index in carried.items():
            if row[index] is not None:  # null: on this side of the UNION the column is no path
                row[place[column]] = row[index]
    values = [tuple(_column(row, place.get(name), name in prepared.dates) for name in columns) for row in rows]
    return Result(columns, tuple(values), truncated)


def _column(row: list[Any], index: int | None, is_date: bool) -> Any:
    if index is None:
        return None
    value = unpack(row[index])
    return _dated(value) if is_date else value


def _dated(value: Any) -> Any:
    # The engine gives a date that is returned by itself as text; which columns are dates is read from the query.
    if isinstance(value, list):
        return [_dated(item) for item in value]
    if isinstance(value, str) and ISO_DATE.fullmatch(value):
        return date.fromisoformat(value)
    return value


def unpack(value: Any) -> Any:
    """A tagged JSON value (embedded_child.pack) -> a Python value."""
    if not isinstance(value, list):
        return value
    match value[0]:
        case "l":
            return [unpack(item) for item in value[1]]
        case "m":
            return _map_or_path({name: unpack(item) for name, item in value[1].items()})
        case "n":
            return {"labels": value[1], **{name: unpack(item) for name, item in value[2].items()}}
        case "r":
            return {"type": value[1], **{name: unpack(item) for name, item in value[2].items()}}
        case "t":
            return datetime.fromisoformat(value[1])
        case _:
            return date.fromisoformat(value[1])


def _map_or_path(items: dict[str, Any]) -> Any:
    if set(items) != {PATH}:
        return items
    nodes, relationships = items[PATH]
    if nodes is None:
        return None
    path = [nodes[0]]
    for relationship, node in zip(relationships, nodes[1:], strict=True):
        path += [relationship, node]
    return path


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
    if isinstance(value, datetime):
        return [
            "t",
            (value if value.tzinfo is None else value - (value.utcoffset() or timedelta())).replace(tzinfo=None).isoformat(),
        ]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return ["m", {key: pack(item, name, depth + 1) for key, item in value.items()}]
    if isinstance(value, list | tuple | set | frozenset):
        return ["l", [pack(item, name, depth + 1) for item in value]]
    raise QueryError(f"the value of ${name} is a {type(value).__name__}: give text, numbers, dates, lists or maps")
