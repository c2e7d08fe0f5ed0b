"""`kgbuild sparql`: the graph asked in SPARQL, for people who live there."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kgbuild.cli.ask import query_text
from kgbuild.cli.output import counted, put_csv, put_json, put_json_lines, put_table
from kgbuild.cli.progress import progress
from kgbuild.cli.session import begin, opened
from kgbuild.errors import UsageError


class RowFormat(StrEnum):
    """How an answer is printed; ttl and nt for triples only."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    TTL = "ttl"
    NT = "nt"


def sparql(
    ctx: typer.Context,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="SPARQL; - reads it from standard input.", show_default=False)
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", metavar="FILE", help="Read the query from a file.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=0, help="At most so many rows.")] = None,
    format: Annotated[
        RowFormat, typer.Option("--format", help="How the answer is printed; ttl, nt: triples of CONSTRUCT and DESCRIBE.")
    ] = RowFormat.TABLE,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.001, metavar="SECONDS", help="Stop the query after this time.")
    ] = 60.0,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Ask the graph in SPARQL, read-only.

    SELECT, ASK, CONSTRUCT, DESCRIBE on the triples of the RDF export, with all evidence. The store is made on the first query.
    Prefixes of the export (schema:, wdt:, kg:, skos:, prov:, oa:, dcterms:, …) need no declaration.

    kgbuild sparql "SELECT ?n ?p WHERE { ?x a schema:Person; rdfs:label ?n; wdt:P19/rdfs:label ?p }"
    kgbuild sparql "CONSTRUCT WHERE { ?x wdt:P108 ?y }" --format ttl
    """
    from kgbuild.sinks.sparql import TRIPLE_COLUMNS

    session = begin(ctx)
    question = query_text(text, file)
    with opened(session) as ws:
        with progress(session) as show:
            result = ws.sparql(question, limit=limit, timeout=timeout, progress=show)
        base = ws.config.base
    match RowFormat.JSON if json else format:
        case RowFormat.JSON:
            put_json({"columns": result.columns, "rows": result.rows, "truncated": result.truncated})
        case RowFormat.JSONL:
            put_json_lines(result.columns, result.rows)
        case RowFormat.CSV:
            put_csv(result.columns, result.rows)
        case RowFormat.TABLE:
            put_table(result.columns, result.rows)
            session.note(counted(len(result.rows), "row"))
        case form if result.columns == TRIPLE_COLUMNS:
            put_triples(result.rows, form.value, base)
        case form:
            raise UsageError(
                f"--format {form.value} is for triples: ask with CONSTRUCT or DESCRIBE, or choose table, json or csv"
            )
    if result.truncated:
        session.note(f"there are more than {limit:,} rows: --limit cut the rest")


def put_triples(rows: Sequence[tuple[str, ...]], format: str, base: str) -> None:
    """Triples as Turtle or N-Triples on standard output, sorted, so that the same answer has the same bytes."""
    import pyoxigraph

    from kgbuild.sinks.rdf import DEFAULT_BASE
    from kgbuild.sinks.sparql import prefixes

    lines = "".join(f"{' '.join(row)} .\n" for row in sorted(rows))
    if format == RowFormat.NT:
        sys.stdout.write(lines)
        return
    used = {name: iri for name, iri in prefixes(base or DEFAULT_BASE).items() if f"<{iri}" in lines}
    triples = pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_TRIPLES)
    turtle: bytes = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.TURTLE, prefixes=used) or b""
    text = turtle.decode("utf-8")
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
