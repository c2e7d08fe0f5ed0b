"""A Cypher query on a Neo4j database -> columns and rows, read-only, in the same form as the embedded store gives them (sinks/query.py)."""

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from kgbuild.errors import QueryError
from kgbuild.sinks import property_graph as pg
from kgbuild.sinks.neo4j.connection import Target, opened
from kgbuild.sinks.query import Result
from kgbuild.sinks.values import pack

if TYPE_CHECKING:
    from neo4j import Transaction


def query(
    target: Target,
    text: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    limit: int | None = None,
    timeout: float | None = None,
) -> Result:
    """Run one query; timeout in seconds, None for as long as it takes.

    Raises QueryError if the query is refused, fails, takes too long or would write; SinkError if the database cannot be reached.
    """
    given = dict(parameters or {})
    for name, value in given.items():
        pack(value, name)  # what Cypher has no type for is refused in the same words as on the embedded store
    with opened(target) as database, database.reading(timeout) as transaction:
        return _run(transaction, text, given, limit, timeout)


def _run(transaction: "Transaction", text: str, parameters: dict[str, Any], limit: int | None, timeout: float | None) -> Result:
    from neo4j.exceptions import AuthError, ClientError, TransientError

    try:
        found = transaction.run(text, parameters)
        columns = tuple(found.keys())
        rows = list(found) if limit is None else list(islice(found, limit + 1))
    except AuthError:
        raise
    except (ClientError, TransientError) as error:
        raise QueryError(_said(error, timeout)) from error
    except (OverflowError, ValueError, TypeError) as error:  # a parameter that the driver cannot send
        raise QueryError(f"the query failed: {error}") from error
    shown = rows if limit is None else rows[:limit]
    return Result(columns, tuple(tuple(plain(value) for value in row.values()) for row in shown), len(shown) < len(rows))


def _said(error: Any, timeout: float | None) -> str:
    words = " ".join(str(error.message).split())
    code = str(error.code).rpartition(".")[2]
    if code.startswith("TransactionTimedOut"):
        return f"the query took longer than {timeout:g} seconds: narrow it, or give --timeout more"
    if code == "AccessMode":
        return f"the query would write, and queries only read: {words}"
    if code == "ParameterMissing":
        return f"the query needs a value that was not given: {words}; give it with -p NAME=…"
    return f"the query failed: {words}"


def plain(value: Any) -> Any:
    """A value of the driver -> a Python value: nodes and relationships as dicts, paths as lists of both in turn,
    dates as dates, durations as ISO text, points as lists.
    """
    from neo4j.graph import Node, Path, Relationship
    from neo4j.time import Duration

    match value:
        case Node():
            labels = sorted(value.labels, key=lambda label: (label not in pg.BASE_LABELS, label))
            return {"labels": labels, **_properties(value)}
        case Relationship():
            return {"type": value.type, **_properties(value)}
        case Path():
            steps = [plain(value.nodes[0])]
            for edge, node in zip(value.relationships, value.nodes[1:], strict=True):
                steps += [plain(edge), plain(node)]
            return steps
        case Duration():
            return value.iso_format()
        case list() | tuple():
            return [plain(item) for item in value]
        case dict():
            return {name: plain(item) for name, item in value.items()}
        case _:
            return value.to_native() if hasattr(value, "to_native") else value


def _properties(holder: Any) -> dict[str, Any]:
    return {name: plain(value) for name, value in holder.items()}
