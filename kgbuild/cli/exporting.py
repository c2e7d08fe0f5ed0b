"""The command export: the built graph into a file, a folder or a stream."""

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
from kgbuild.cli.output import put, put_json
from kgbuild.cli.questions import STDIN
from kgbuild.cli.session import begin, opened
from kgbuild.errors import UsageError

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace

ADMIN = "neo4j-admin"


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


def export(
    ctx: typer.Context,
    out: Annotated[
        str, typer.Argument(metavar="OUT", help="File (.gz compresses), folder for csv, or - to stream.", show_default=False)
    ],
    format: Annotated[
        str | None, typer.Option("--format", help="One of the formats above [default: by the suffix].", show_default=False)
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

    Formats: jsonl, RDF (ttl, nt, nq, trig, jsonld, rdf), graphml, csv (a folder); .gz compresses all but csv. With --format neo4j-admin a folder
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
