"""`kgbuild sparql`: the graph asked in SPARQL, for people who live there."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from kgbuild.cli.progress import progress
from kgbuild.cli.questions import SECONDS, File, Limit, RowsAsJson, Text, Timeout, note_cut, put_rows, query_text
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
    text: Text = None,
    file: File = None,
    limit: Limit = None,
    format: Annotated[
        RowFormat, typer.Option("--format", help="How the answer is printed; ttl, nt: triples of CONSTRUCT and DESCRIBE.")
    ] = RowFormat.TABLE,
    timeout: Timeout = SECONDS,
    json: RowsAsJson = False,
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
    chosen = RowFormat.JSON if json else format
    if chosen not in (RowFormat.TTL, RowFormat.NT):
        put_rows(session, result, chosen)
    elif result.columns == TRIPLE_COLUMNS:
        put_triples(result.rows, chosen, base)
    else:
        raise UsageError(
            f"--format {chosen.value} is for triples: ask with CONSTRUCT or DESCRIBE, or choose table, json or csv"
        )
    note_cut(session, result, limit)


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
