"""A SPARQL query on the embedded RDF store -> columns and rows of Python values, read-only, in a process that can be killed.

IRIs come as text, integers, decimals, booleans, dates and times as Python has them, all other literals as their text. Triples of
CONSTRUCT and DESCRIBE come as rows of three terms in N-Triples. Nothing here reaches a network: SERVICE is refused before it runs.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kgbuild.errors import QueryError
from kgbuild.schema import PREFIXES
from kgbuild.sinks import folders
from kgbuild.sinks.embedded_engine import Engine
from kgbuild.sinks.query import Result
from kgbuild.sinks.sparql_store import LAYOUT, SCRIPT

OWN_PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "sh": "http://www.w3.org/ns/shacl#",
    "void": "http://rdfs.org/ns/void#",
}

UPDATES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"))
TRIPLE_COLUMNS = ("subject", "predicate", "object")
EXACT_DIGITS = 15
"""Digits that a float holds exactly; a longer decimal stays text."""

XSD = PREFIXES["xsd"]
INTEGERS = {
    XSD + name
    for name in (
        *("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"),
        *("negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
}

token = re.compile(
    r"""(?P<space>\s+|\#[^\n\r]*)
    |(?P<iri><[^\x00-\x20<>"{}|^`\\]*>)
    |(?P<string>'''(?:'{0,2}(?:[^'\\]|\\.))*'''|\"""(?:"{0,2}(?:[^"\\]|\\.))*\"""|'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*")
    |(?P<variable>[?$]\w+)
    |(?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:[\w:.%-]|\\[_~.!$&'()*+,;=/?\#@%-])*)
    |(?P<word>[^\W\d]\w*)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


def prefixes(base: str) -> dict[str, str]:
    """The prefixes that a query need not declare."""
    return PREFIXES | OWN_PREFIXES | {"kg": f"{base}schema/"}


def query(root: Path, text: str, known: Mapping[str, str], *, limit: int | None = None, timeout: float | None = None) -> Result:
    """Run one query on the current store; known: prefixes by name; timeout in seconds, None for as long as it takes.

    Raises QueryError if the query is refused, fails or takes too long, WorkspaceError if there is no whole store.
    """
    check(text)
    request = {"text": text, "prefixes": dict(known), "limit": None if limit is None else max(0, limit)}
    columns: tuple[str, ...] = ()
    rows: list[tuple[Any, ...]] = []
    truncated = False
    with folders.Lease(root, LAYOUT) as folder, Engine("read", folder / folders.DATA, SCRIPT) as engine:
        try:
            for answer in engine.ask(request, timeout):
                columns = tuple(answer.get("columns", columns))
                rows.extend(tuple(map(unpack, row)) for row in answer.get("rows", ()))
                truncated = answer.get("truncated", False)
        except QueryError as error:
            raise explained(str(error), text, known) from None
    return Result(columns, tuple(rows), truncated)


def check(text: str) -> None:
    """Raises QueryError for what is not read-only, or would ask another server."""
    words = [word.upper() for kind, word in tokens(text) if kind == "word"]
    if "SERVICE" in words:
        raise QueryError(
            "SERVICE asks another server, which kgbuild never does: leave it out, or load both sets into one store"
        )
    first = next((word for word in words if word not in ("PREFIX", "BASE")), "")
    if first in UPDATES:
        raise QueryError(f"{first} would change the store, which is read-only: it is made from the workspace's documents")


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """Kind and text of each piece of a query that is neither space nor comment."""
    for match in token.finditer(text):
        if match.lastgroup != "space":
            yield str(match.lastgroup), match.group()


def explained(message: str, text: str, known: Mapping[str, str]) -> QueryError:
    """What the engine says, without the list of all that it would have taken."""
    where = re.search(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    if where is None:
        return QueryError(message)
    if "Prefix not found" in message:
        used = [word.partition(":")[0] for kind, word in tokens(text) if kind == "name"]
        unknown = next((name for name in used if name not in known), "")
        return QueryError(
            f"the prefix {unknown}: is not declared: begin the query with PREFIX {unknown}: <…>; declared already: "
            f"{', '.join(sorted(known))}"
        )
    line, column = where.group(1), where.group(2)
    expected = where.group(3).partition("\n")[0]
    hint = f" ({expected})" if len(expected) < 80 else ""
    return QueryError(f"line {line}, column {column}: this is not valid SPARQL{hint}; correct the query there")


def unpack(value: Any) -> Any:
    """A packed term (sparql_child.pack) -> a Python value."""
    if not isinstance(value, list):
        return value
    text, datatype = value
    if datatype in INTEGERS:
        return int(text)
    if datatype in (f"{XSD}decimal", f"{XSD}double", f"{XSD}float"):
        return _fraction(text)
    if datatype == f"{XSD}boolean":
        return text in ("true", "1")
    with suppress(ValueError):  # years before 1 and after 9999 stay text
        if datatype == f"{XSD}date":
            return date.fromisoformat(text)
        if datatype == f"{XSD}dateTime":
            return datetime.fromisoformat(text)
    return text


def _fraction(text: str) -> float | str:
    if sum(char.isdigit() for char in text) > EXACT_DIGITS and "e" not in text.lower():
        return text
    return float(text.replace("INF", "inf"))
