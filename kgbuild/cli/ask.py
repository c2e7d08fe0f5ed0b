"""The command query: Cypher on the embedded store, or on a Neo4j database."""

import json as jsons
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgbuild.cli.progress import progress
from kgbuild.cli.publishing import Ca, DatabaseName, Insecure, PasswordFile, User, target
from kgbuild.cli.questions import SECONDS, File, Limit, RowsAsJson, Text, Timeout, note_cut, put_rows, query_text
from kgbuild.cli.session import begin, opened
from kgbuild.errors import UsageError

if TYPE_CHECKING:
    from kgbuild.sinks.neo4j.connection import Target
    from kgbuild.sinks.query import Result

LITERALS = {"true": True, "false": False, "null": None}


class TableFormat(StrEnum):
    """How the rows of a query are printed."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


def query(
    ctx: typer.Context,
    text: Text = None,
    file: File = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option(
            "--param", "-p", metavar="NAME=VALUE", help="Value of $NAME: number, true, false, null, JSON list, else text."
        ),
    ] = None,
    limit: Limit = None,
    format: Annotated[TableFormat, typer.Option("--format", help="How rows are printed.")] = TableFormat.TABLE,
    timeout: Timeout = SECONDS,
    on: Annotated[
        str, typer.Option("--on", metavar="URI", help="Ask a Neo4j server instead: neo4j://HOST …", show_default=False)
    ] = "",
    user: User = "neo4j",
    password_file: PasswordFile = None,
    database: DatabaseName = "",
    ca: Ca = None,
    insecure: Insecure = False,
    json: RowsAsJson = False,
) -> None:
    """Ask the graph in Cypher, read-only.

    The store is brought up to date first if it has to be. With --on a Neo4j database is asked, as it is.

    kgbuild query "MATCH (e:Entity) RETURN e.name, e.documents ORDER BY e.documents DESC LIMIT 5"
    kgbuild query 'MATCH (e:Entity {name: $name}) RETURN e' -p "name=United States" --format json
    """
    session = begin(ctx)
    question = query_text(text, file)
    given = dict(parameter(word) for word in parameters or ())
    doubts: list[str] = []
    if on:
        place = target(on, user, password_file, database, ca, insecure=insecure)
        result = asked_there(place, question, given, limit, timeout)
    else:
        with opened(session) as ws, progress(session) as show, ws.store(progress=show) as store:
            result = store.query(question, given, limit=limit, timeout=timeout)
            doubts = ws.mistyped(question, store)
    put_rows(session, result, TableFormat.JSON if json else format)
    note_cut(session, result, limit)
    for doubt in doubts:
        session.note(f"note: {doubt}")


def asked_there(place: "Target", question: str, given: dict[str, Any], limit: int | None, timeout: float) -> "Result":
    """The rows of a query on a Neo4j database."""
    from kgbuild.sinks.neo4j.query import query

    return query(place, question, given, limit=limit, timeout=timeout)


def parameter(word: str) -> tuple[str, Any]:
    """name=value -> (name, typed value): 1 and 1.5 are numbers, true, false and null themselves, […] a JSON list, else text."""
    name, equals, value = word.partition("=")
    name = name.strip().removeprefix("$")
    if not equals or not name.isidentifier():
        raise UsageError(f"-p {word}: give NAME=VALUE")
    return name, typed(value, word)


def typed(value: str, word: str) -> Any:
    """A value as written on a command line. A JSON text is text: '"1"' is no number."""
    if value in LITERALS:
        return LITERALS[value]
    if value[:1] in ("[", '"'):
        try:
            return jsons.loads(value)
        except ValueError as error:
            raise UsageError(f"-p {word}: not JSON ({error}); quote the whole word for the shell") from None
    plain_number = value.isascii() and not value[:1].isspace() and not value[-1:].isspace() and "_" not in value
    for kind in (int, float):
        try:
            number = kind(value)
        except ValueError:
            continue
        if plain_number and value.lstrip("+-")[:1] in tuple("0123456789."):
            return number
    return value
