"""A Cypher query on the embedded store -> columns and rows of Python values, read-only, in a process that can be killed.

What the engine would get wrong is rewritten or refused by cypher.py before it runs; what values look like is in values.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from kgbuild.errors import QueryError
from kgbuild.sinks import cypher
from kgbuild.sinks.cypher_fulltext import check_search
from kgbuild.sinks.cypher_paging import check_page
from kgbuild.sinks.cypher_returns import COLUMN, KINDS
from kgbuild.sinks.embedded import lease
from kgbuild.sinks.embedded_engine import Engine, Refused
from kgbuild.sinks.property_graph import DATE_PROPERTIES
from kgbuild.sinks.values import pack, typed, unpack


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
        given = dict(parameters or {})
        for name, value in given.items():
            pack(value, name)
        prepared = cypher.prepare(text, DATE_PROPERTIES, given)
        missing = [name for name in prepared.parameters if name not in given]
        if missing:
            raise QueryError(
                f"the query needs a value for ${missing[0]}: give it with -p {missing[0]}=…, in Python among `parameters`"
            )
        for word, name in prepared.paging_parameters:
            check_page(word, name, given[name])
        for name in prepared.search_parameters:
            if isinstance(given[name], str):
                check_search(given[name])
        patterns = [*prepared.patterns, *(given[name] for name in prepared.pattern_parameters if isinstance(given[name], str))]
        request = {
            "text": prepared.text,
            "parameters": {name: pack(value, name) for name, value in prepared.values.items()},
            "patterns": patterns,
            "limit": None if limit is None else max(0, limit),
        }
        try:
            return self._collect(request, prepared, timeout)
        except Refused:  # the engine is well
            raise
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
    columns = prepared.columns or tuple(found)  # a procedure that stands alone names its own
    if KINDS in found:
        places = [found.index(f"{COLUMN}{number}") for number in range(len(columns))]
        kinds = found.index(KINDS)
        values = [tuple(map(typed, (unpack(row[place]) for place in places), unpack(row[kinds]))) for row in rows]
    else:
        places = [found.index(name) if name in found else index for index, name in enumerate(columns)]
        values = [tuple(unpack(row[place]) for place in places) for row in rows]
    return Result(columns, tuple(values), truncated)
