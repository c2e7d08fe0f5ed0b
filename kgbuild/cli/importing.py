"""`kgbuild import`: a graph that kgbuild exported, back into a workspace."""

from pathlib import Path
from typing import Annotated

import typer

from kgbuild.cli.options import AsJson
from kgbuild.cli.output import duration, put, put_json
from kgbuild.cli.piped import as_file
from kgbuild.cli.progress import progress
from kgbuild.cli.session import begin, opened
from kgbuild.counts import counted

KINDS = (
    ("entity", "entities"),
    ("triple", "triples"),
    ("statement", "statements"),
    ("document", "documents"),
    ("chunk", "chunks"),
)


def import_file(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="An export: .jsonl .nt .nq .ttl .trig .jsonld .rdf, each also .gz, or - with --format."
        ),
    ],
    format: Annotated[
        str | None, typer.Option("--format", help="Its format [default: by the suffix].", show_default=False)
    ] = None,
    schema: Annotated[
        Path | None,
        typer.Option(
            "--schema", metavar="FILE", help="Its schema, where the file holds none (JSON Lines).", show_default=False
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Take in a graph that kgbuild exported.

    It goes into a new workspace, is as it was, and can be asked, explained, exported and published; documents cannot be added to it.
    Export with --provenance full to have all of it: quotes, chunks and their texts.

    kgbuild -w copy import graph.ttl.gz
    """
    from kgbuild.pipeline.importing import format_of

    session = begin(ctx)
    with as_file(file, "give an export of kgbuild") as path:
        kind = format_of(file, format)  # before a workspace is made for it
        with opened(session, create=True) as ws, progress(session) as show:
            report = ws.import_file(path, format=kind, schema=schema, progress=show)
    counts = {many: report.counts.get(kind, 0) for kind, many in KINDS}
    if json:
        put_json({
            **counts, "file": report.file, "format": report.format, "provenance": report.provenance, "base": report.base,
            "state": report.graph.state, "seconds": round(report.seconds, 3),
        })  # fmt: skip
        return
    words = ", ".join(counted(report.counts.get(kind, 0), kind, many) for kind, many in KINDS)
    put(f"imported {file} (provenance {report.provenance}) in {duration(report.seconds)}: {words}")
    if report.provenance != "full":
        session.note("the file holds only a part of its graph: `kgbuild export --provenance full` writes all of it")
    session.note(f"next: {session.command('query')} 'MATCH (e:Entity) RETURN e.name LIMIT 5', {session.command('status')}")
