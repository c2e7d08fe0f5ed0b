"""Commands that ask the graph: query, export, explain, path."""

import json as jsons
import sys
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgbuild.cli.facts import entity_json, fact_json, hits, put_entity, put_fact
from kgbuild.cli.filters import (
    Base,
    Documents,
    MinConfidence,
    MinSupport,
    Provenance,
    Relations,
    Scope,
    Scopes,
    Types,
    filters,
)
from kgbuild.cli.options import AsJson
from kgbuild.cli.output import plain, put, put_json, put_table
from kgbuild.cli.progress import progress
from kgbuild.cli.publishing import Ca, DatabaseName, Insecure, PasswordFile, User, target
from kgbuild.cli.questions import SECONDS, STDIN, File, Limit, RowsAsJson, Text, Timeout, note_cut, put_rows, query_text
from kgbuild.cli.session import begin, opened
from kgbuild.counts import counted
from kgbuild.errors import NotFound, UsageError

if TYPE_CHECKING:
    from kgbuild.pipeline.reports import EntityExplanation, FactExplanation
    from kgbuild.pipeline.workspace import Workspace
    from kgbuild.sinks.neo4j.connection import Target
    from kgbuild.sinks.query import Result

LITERALS = {"true": True, "false": False, "null": None}
FACT_WORDS = 3
ADMIN = "neo4j-admin"


class TableFormat(StrEnum):
    """How the rows of a query are printed."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


class Annotations(StrEnum):
    """What the evidence of a triple hangs on in RDF."""

    REIFIED = "reified"
    RDF12 = "rdf12"


class Graphs(StrEnum):
    """In which graphs RDF with named graphs stands."""

    DEFAULT = "default"
    DOCUMENT = "document"


class Parts(StrEnum):
    """What is written as RDF."""

    GRAPH = "graph"
    ONTOLOGY = "ontology"
    SHAPES = "shapes"


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
        with opened(session) as ws, progress(session) as show:
            result = ws.query(question, given, limit=limit, timeout=timeout, progress=show)
            doubts = ws.mistyped(question) if len(result.rows) <= 1 else []
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


def export(
    ctx: typer.Context,
    out: Annotated[
        str, typer.Argument(metavar="OUT", help="File (.gz compresses), folder for csv, or - to stream.", show_default=False)
    ],
    format: Annotated[
        str | None, typer.Option("--format", help="Any of the formats below [default: by the suffix].", show_default=False)
    ] = None,
    min_confidence: MinConfidence = 0.0,
    min_support: MinSupport = 0,
    scope: Scope = Scopes.ALL,
    types: Types = "",
    relations: Relations = "",
    documents: Documents = None,
    provenance: Provenance = "",
    base: Base = "",
    annotations: Annotated[
        Annotations, typer.Option("--annotations", help="RDF: evidence on rdf:Statements, or on RDF 1.2 triple terms.")
    ] = Annotations.REIFIED,
    graphs: Annotated[
        Graphs, typer.Option("--graphs", help="RDF: all in one graph, or what a document says in a graph of its name.")
    ] = Graphs.DEFAULT,
    part: Annotated[Parts, typer.Option("--part", help="RDF: the graph, or the schema as ontology or SHACL.")] = Parts.GRAPH,
    dataset: Annotated[
        bool, typer.Option("--dataset", help="RDF: also write dataset.ttl beside OUT: counts, vocabularies, run times.")
    ] = False,
    json: AsJson = False,
) -> None:
    r"""Write the graph to a file or a stream.

    Formats: jsonl, RDF (ttl, nt, nq, trig, jsonld, rdf), graphml, csv (a folder); .gz compresses. With --format neo4j-admin a folder
    for a first load of many millions into Neo4j, and the command that imports it.

    kgbuild export graph.ttl --min-confidence 0.8
    kgbuild export shapes.ttl --part shapes
    """
    session = begin(ctx)
    chosen = filters(min_confidence, min_support, scope, types, relations, documents, provenance, base)
    chosen |= {"annotations": annotations.value, "graphs": graphs.value, "part": part.value}
    if json and out == STDIN:
        raise UsageError("- and --json both write to standard output: give the name of a file")
    with opened(session) as ws:
        if format == ADMIN:
            if dataset:
                raise UsageError("--dataset describes an RDF export: leave it out, or choose an RDF format")
            put_import_command(ws, out, chosen, json=json)
            session.note(f"wrote {out}; stop the server, run the command (it replaces that database), start it, and publish")
        elif out == STDIN:
            ws.export(sys.stdout.buffer, format=format, dataset=dataset, **chosen)
            sys.stdout.buffer.flush()
        else:
            ws.export(out, format=format, dataset=dataset, **chosen)
            session.note(f"wrote {out}{' and dataset.ttl beside it' if dataset else ''}")
            if json:
                put_json({"export": out, "format": format or format_of(out), "dataset": dataset})


def format_of(out: str) -> str:
    """The format that a file's name says."""
    return out.removesuffix(".gz").rpartition(".")[2]


def put_import_command(ws: "Workspace", folder: str, filters: dict[str, Any], *, json: bool) -> None:
    """Write the folder that neo4j-admin imports and say how."""
    from kgbuild.sinks.neo4j.admin_files import shell_line

    if folder == STDIN:
        raise UsageError("neo4j-admin takes a folder of files, which cannot be streamed: give a name")
    command = ws.export_for_neo4j_admin(folder, **filters)
    if json:
        put_json({"export": folder, "format": ADMIN, "command": command})
    else:
        put(shell_line(command))


def explain(
    ctx: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="NAME | ID | A PREDICATE B", help="An entity, or a fact.", show_default=False)
    ],
    json: AsJson = False,
) -> int:
    """Say why an entity or a fact is in the graph.

    Which names are one entity, and why; which sentences a fact stands on.

    kgbuild explain "United States"
    kgbuild explain "Ada Lovelace" CITIZEN_OF "United Kingdom"
    """
    session = begin(ctx)
    if len(words) not in (1, FACT_WORDS):
        raise UsageError("give one NAME or ID, or A PREDICATE B; put names of several words in quotes")
    if words[0].startswith("d:") and len(words) == 1:
        raise UsageError(f"{words[0]} is a document: `{session.command('show', words[0])}`")
    with opened(session) as ws:
        facts, entities = explained(ws, words)
    if json:
        put_json({"entities": [entity_json(e) for e in entities], "facts": [fact_json(f) for f in facts]})
        return 0
    for fact in facts:
        put_fact(fact, everything=session.verbose)
    if len(entities) > 1:
        put_table(("id", "type", "name", "documents", "mentions"), hits(entities))
        session.note(
            f"{counted(len(entities), 'entity', 'entities')} fit {words[0]!r}: {session.command('explain')} ID tells of one"
        )
    for entity in entities if len(entities) == 1 else ():
        put_entity(entity, everything=session.verbose)
    return 0


def explained(ws: "Workspace", words: list[str]) -> "tuple[list[FactExplanation], list[EntityExplanation]]":
    """What the words name: facts, or entities. A bare id may be a fact's, so what no entity has is looked up there."""
    if len(words) == FACT_WORDS or words[0].startswith("t:"):
        return ws.explain_fact(*words), []
    try:
        return [], ws.explain(words[0])
    except NotFound:
        with suppress(NotFound):
            return ws.explain_fact(words[0]), []
        raise


def path(
    ctx: typer.Context,
    start: Annotated[str, typer.Argument(metavar="A", help="Name or id of an entity.", show_default=False)],
    goal: Annotated[str, typer.Argument(metavar="B", help="Name or id of another one.", show_default=False)],
    json: AsJson = False,
) -> None:
    """Say how two entities are connected.

    A shortest chain of facts, with the sentences.

    kgbuild path "Ada Lovelace" "United Kingdom"
    """
    session = begin(ctx)
    with opened(session) as ws:
        facts = ws.connect(start, goal)
    if json:
        put_json({"facts": plain([fact_json(fact) for fact in facts])})
        return
    if not facts:
        put(f"{start} and {goal} are one and the same entity")
    for fact in facts:
        put_fact(fact, everything=session.verbose)
