"""Parameters that the engine has no type for: moments with a zone, and times of day, alone or in lists and maps.

Such a parameter becomes an expression that makes the value from texts, `datetime($kgbuild_t0)`, which are parameters again.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any

from kgbuild.sinks.cypher_clauses import Query
from kgbuild.sinks.cypher_lexer import Kind
from kgbuild.sinks.cypher_returns import Edit, quoted

PART = "kgbuild_t"
"""Parameters for the parts of others, with a number."""


def expressed(given: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """Expressions for the parameters that need one, by name; and all parameters, those and their parts, as the engine can take them."""
    expressions: dict[str, str] = {}
    parameters: dict[str, Any] = {}
    for name, value in given.items():
        if _needs_expression(value):
            expressions[name] = _expression(value, parameters)
        else:
            parameters[name] = value
    return expressions, parameters


def replaced(query: Query, expressions: Mapping[str, str]) -> Iterator[Edit]:
    """The edits that put expressions where their parameters stand."""
    for token in query.tokens:
        if token.kind is Kind.PARAMETER and token.name in expressions:
            yield token.start, token.end, f"({expressions[token.name]})"


def _needs_expression(value: Any) -> bool:
    match value:
        case time():
            return True
        case datetime():
            return value.tzinfo is not None
        case Mapping():
            return any(_needs_expression(item) for item in value.values())
        case list() | tuple() | set() | frozenset():
            return any(_needs_expression(item) for item in value)
        case _:
            return False


def _expression(value: Any, parameters: dict[str, Any]) -> str:
    if not _needs_expression(value):
        return _part(value, parameters)
    match value:
        case time():
            return f"{'time' if value.tzinfo else 'localtime'}({_part(value.isoformat(), parameters)})"
        case datetime():
            region = f"[{key}]" if (key := getattr(value.tzinfo, "key", "")) else ""
            return f"datetime({_part(value.isoformat() + region, parameters)})"
        case Mapping():
            return "{" + ", ".join(f"{quoted(key)}: {_expression(item, parameters)}" for key, item in value.items()) + "}"
        case _:
            return "[" + ", ".join(_expression(item, parameters) for item in value) + "]"


def _part(value: Any, parameters: dict[str, Any]) -> str:
    name = f"{PART}{len(parameters)}"
    parameters[name] = value
    return f"${name}"
