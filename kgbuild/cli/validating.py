"""`kgbuild validate`: the graph, or a file of RDF, against the rules of its schema."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgbuild.cli.options import AsJson
from kgbuild.cli.output import put, put_json, shortened
from kgbuild.cli.piped import as_file
from kgbuild.cli.progress import progress
from kgbuild.cli.session import Session, begin, opened
from kgbuild.counts import counted
from kgbuild.errors import UsageError

if TYPE_CHECKING:
    from kgbuild.sinks.shacl import Validation

LONGEST = 100


def validate(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="RDF, or - with --format [default: the graph of the workspace].", show_default=False
        ),
    ] = None,
    format: Annotated[
        str | None, typer.Option("--format", help="Of FILE [default: by its suffix].", show_default=False)
    ] = None,
    schema: Annotated[
        Path | None, typer.Option("--schema", metavar="FILE", help="Rules of this schema [default: the graph's own].")
    ] = None,
    base: Annotated[str, typer.Option("--base", metavar="IRI", help="Start of the IRIs of a FILE.", show_default=False)] = "",
    examples: Annotated[int, typer.Option("--examples", min=0, metavar="N", help="Nodes shown for each rule.")] = 3,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="OUT", help="Also write the sh:ValidationReport, as Turtle.")
    ] = None,
    json: AsJson = False,
) -> int:
    """Check the graph, or a file of RDF, against the rules of its schema.

    The rules are SHACL shapes made from the schema (`kgbuild export shapes.ttl --part shapes` shows them). Exit code 1 if any is
    broken. Needs the extra `shacl`. A large graph is checked in parts, so that memory stays small: about a minute for a million triples,
    and 400 MB of disk in the folder for temporary files.

    kgbuild validate
    kgbuild validate graph.ttl.gz --report report.ttl
    """
    session = begin(ctx)
    found = validated(session, file, format, schema, base, examples)
    if report is not None:
        write_report(found, report)
    if json:
        put_json(validation_json(found))
    else:
        put_validation(found)
    return 1 if found.broken else 0


def validated(
    session: Session, file: Path | None, format: str | None, schema: Path | None, base: str, examples: int
) -> "Validation":
    """Call the validator, on the workspace or on a file."""
    from kgbuild.pipeline.importing import format_of
    from kgbuild.pipeline.switching import schema_of
    from kgbuild.pipeline.validating import validate_file, validate_graph
    from kgbuild.schema import load_schema

    chosen = load_schema(schema) if schema else None
    with progress(session) as show:
        tell = show or (lambda *_: None)
        if file is not None:
            with as_file(file, "give a file of RDF, or none to check the workspace") as path:
                kind = format_of(file, format)
                if kind == "jsonl":
                    raise UsageError(f"{file} is no RDF: export the graph as ttl or nt, and validate that")
                return validate_file(path, kind, chosen, base, examples=examples, progress=tell)
        with opened(session) as ws, ws.source() as graph:
            return validate_graph(graph, chosen or schema_of(graph), base or ws.config.base, examples=examples, progress=tell)


def write_report(found: "Validation", out: Path) -> None:
    """The sh:ValidationReport as Turtle; the file appears whole or not at all."""
    from kgbuild.sinks.files import open_output

    with open_output(out) as stream:
        stream.write(found.report.serialize(format="turtle", encoding="utf-8"))


def validation_json(found: "Validation") -> dict[str, object]:
    """Keys of `validate`."""
    return {
        "conforms": not found.broken,
        "triples": found.triples,
        "rules": found.rules,
        "violations": found.violations,
        "broken": [
            {
                "rule": each.rule, "shape": each.shape, "message": each.message, "count": each.count,
                "examples": [{"name": name, "node": node, "value": value} for name, node, value in each.examples],
            }
            for each in found.broken
        ],
    }  # fmt: skip


def put_validation(found: "Validation") -> None:
    """Rule by rule, the most broken first."""
    for each in found.broken:
        put(f"{each.rule}  {counted(each.count, 'violation')}: {each.message}")
        for name, node, value in each.examples:
            wrong = f": {shortened(value, LONGEST)}" if value and value != name else ""
            put(f"  {shortened(name, LONGEST)}{wrong}  <{node}>")
    put(
        f"{counted(found.triples, 'triple')}, {counted(found.rules, 'rule')}: "
        + (f"{counted(found.violations, 'violation')} of {counted(len(found.broken), 'rule')}" if found.broken else "all kept")
    )
