"""The built graph -> a Neo4j database, and a query there. Joins the workspace, which remembers what was sent, and the sink."""

import json
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kgbuild.hashing import digest
from kgbuild.pipeline.reports import SinkStatus
from kgbuild.records import Progress, SinkState
from kgbuild.schema import Kind, Schema
from kgbuild.sinks.export import check_plain
from kgbuild.sinks.files import open_folder
from kgbuild.sinks.neo4j.admin_files import FILES, write_admin_files
from kgbuild.sinks.neo4j.connection import Target, opened
from kgbuild.sinks.neo4j.publish import Published, Wish, publish
from kgbuild.sinks.neo4j.rows import Place
from kgbuild.sinks.property_graph import DEFAULT_BASE, check_names
from kgbuild.sinks.select import ExportOptions, check_options, select
from kgbuild.workspace.graph import WorkspaceGraph
from kgbuild.workspace.sent import Sent, sinks

VERSION = 1
"""Of what a row holds: a database that was published to by another version is compared row by row."""


def publish_graph(
    graph: WorkspaceGraph,
    schema: Schema,
    target: Target,
    options: ExportOptions,
    *,
    name: str,
    folder: str,
    accept: bool,
    verify: bool,
    progress: Progress | None,
) -> Published:
    """Bring a database to the graph. name: what it is called there; empty: as before, else as the workspace's folder. Needs the writer's lock."""
    check_options(options, schema)
    check_names(_entity_types(schema), (relation.name for relation in schema.relations))
    uuid = graph.truth.meta("uuid") or ""
    with opened(target) as database, closing(Sent(graph.truth, database.identity, target.address, database.name)) as ledger:
        return publish(
            wish(graph, schema, options), database, ledger, uuid, name, folder, accept=accept, verify=verify, progress=progress
        )


def wish(graph: WorkspaceGraph, schema: Schema, options: ExportOptions) -> Wish:
    """What should be in a database under these options."""
    return Wish(
        graph=select(graph, schema, options),
        types=_entity_types(schema),
        provenance=options.provenance or "summary",
        base=options.base or DEFAULT_BASE,
        digest=wish_digest(graph, schema, options),
        options=json.dumps(asdict(options), sort_keys=True),
    )


def _entity_types(schema: Schema) -> tuple[str, ...]:
    return tuple(type.name for type in schema.types if type.kind is Kind.ENTITY)


def wish_digest(graph: WorkspaceGraph, schema: Schema, options: ExportOptions) -> str:
    """Digest of all that decides what is wanted, without reading the graph: its state, how texts are cut, the filters."""
    cut = graph.truth.db.execute("SELECT split, count(*) FROM document GROUP BY split ORDER BY split").fetchall()
    parts = json.dumps([VERSION, graph.state, graph.derived.input, cut, asdict(options), schema.text], sort_keys=True)
    return digest("wish", parts)


def sink_statuses(graph: WorkspaceGraph, schema: Schema) -> list[SinkStatus]:
    """All databases that the workspace was published to."""
    return [SinkStatus(state, state.wanted == _wanted(graph, schema, state)) for state in sinks(graph.truth)]


def _wanted(graph: WorkspaceGraph, schema: Schema, state: SinkState) -> str | None:
    if not state.options:
        return None
    given: Any = {key: tuple(value) if isinstance(value, list) else value for key, value in json.loads(state.options).items()}
    options = ExportOptions(**given)
    return wish_digest(graph, schema, options)


def export_admin_files(
    graph: WorkspaceGraph, schema: Schema, folder: Path, options: ExportOptions, *, name: str, database: str
) -> list[str]:
    """Write the files of `neo4j-admin database import full`; returns the words of the command. name: of the workspace there."""
    check_options(options, schema)
    check_plain("neo4j-admin", options)
    wanted = wish(graph, schema, options)
    check_names(wanted.types, (relation.name for relation in schema.relations))
    with open_folder(folder, FILES) as new:
        files = write_admin_files(wanted, Place(graph.truth.meta("uuid") or "", name), new)
    return files.command(folder, database)
