"""A file that kgbuild exported -> the truth of a fresh workspace: read as a stream, joined on disk, written in one transaction."""

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.build.imported import copy_imported
from kgbuild.config import load_config
from kgbuild.counts import counted
from kgbuild.errors import BuildError, UsageError
from kgbuild.pipeline.reports import BuildReport
from kgbuild.records import Progress
from kgbuild.schema import Schema, load_schema
from kgbuild.sinks import jsonl_reading, rdf_reading
from kgbuild.sinks.jsonl import Record
from kgbuild.sinks.rdf_runs import FORMATS, Runs
from kgbuild.sinks.rdf_terms import DEFAULT_BASE
from kgbuild.workspace.database import transaction
from kgbuild.workspace.derived import Derived
from kgbuild.workspace.imported import Origin, origin_of, put
from kgbuild.workspace.lock import writer_lock
from kgbuild.workspace.truth import Truth

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace

JSONL = "jsonl"
SCRATCH = "import.partial"

DANGLING = (
    ("triple", "json_extract(r.body, '$[1]')", "entity", "a triple begins at entity"),
    (
        "triple",
        "CASE WHEN json_extract(r.body, '$[4]') IS NULL THEN json_extract(r.body, '$[3]') END",
        "entity",
        "a triple leads to entity",
    ),
    ("mention", "r.entity", "entity", "a document mentions entity"),
    ("mention", "r.origin", "document", "an entity is mentioned by document"),
    ("statement", "r.triple", "triple", "a statement is of triple"),
    ("statement", "json_extract(r.body, '$[4]')", "document", "a statement stands in document"),
)
"""Kind of record, what it points with, at which kind, and that in words."""


@dataclass(slots=True)
class ImportReport:
    """What an import did. counts: records by kind, as in JSON Lines; base: of the file's IRIs, empty for JSON Lines."""

    file: str
    format: str
    provenance: str
    base: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    graph: BuildReport = field(default_factory=BuildReport)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _File:
    """An opened export: what it says of itself, and its records, once."""

    provenance: str
    base: str
    schema: Schema
    records: Iterator[tuple[str, Record]]


def import_file(
    ws: "Workspace", path: Path, format: str | None, schema: Path | None, progress: Progress | None
) -> ImportReport:
    """Take in a file and build its graph; see `Workspace.import_file`."""
    with writer_lock(ws.path):
        chosen = load_schema(schema) if schema else None
        report = import_graph(ws.truth, ws.path, path, format, chosen, ws.schema(), progress)
    report.graph = ws.build(progress=progress)
    return report


def import_graph(
    truth: Truth,
    folder: Path,
    path: Path,
    format: str | None,
    chosen: Schema | None,
    current: Schema,
    progress: Progress | None,
) -> ImportReport:
    """Write the graph of a file into the truth of the workspace at `folder`; nothing is written if anything is wrong with it.

    chosen: the schema to use whatever the file says; current: for a file that says none. Raises UsageError and BuildError.
    """
    started = time.monotonic()
    check_fresh(truth, folder)
    kind = format_of(path, format)
    with _opened(path, kind, folder / SCRATCH, chosen, current, progress or (lambda *_: None)) as file:
        origin = Origin(path.name, _sha256(path), file.provenance)
        with transaction(truth.db, truth.path):
            try:
                counts = put(truth, origin, file.records)
            except sqlite3.IntegrityError as error:
                raise BuildError(f"{path}: two records have one id ({error}); the file was changed: export it again") from None
            _check_whole(truth, path)
            truth.set_meta("schema", file.schema.text)
            truth.set_meta("schema_name", file.schema.source)
        report = ImportReport(path.name, kind, file.provenance, file.base, counts)
    _keep_base(folder, report.base)
    report.seconds = time.monotonic() - started
    return report


def check_fresh(truth: Truth, folder: Path) -> None:
    """Raises UsageError if a workspace holds documents or a graph already."""
    origin = origin_of(truth)
    held = f"the graph of {origin.file}" if origin else ""
    count = truth.db.execute("SELECT count(*) FROM source").fetchone()[0]
    if held or count:
        raise UsageError(
            f"{folder} holds {held or counted(count, 'document')}, and an imported graph needs a workspace of its own: "
            "`kgbuild -w NEW import FILE` makes one"
        )


def format_of(path: Path, format: str | None) -> str:
    """The format asked for, or what the file's suffix says. Raises UsageError."""
    known = (JSONL, *FORMATS)
    if format is not None and format not in known:
        raise UsageError(f"there is no format {format!r} to import: choose {', '.join(known)}")
    suffix = Path(path.name.removesuffix(".gz")).suffix.lstrip(".").lower()
    if format is None and suffix not in known:
        raise UsageError(f"{path} does not say its format: end it in .{', .'.join(known)} (each also .gz), or give --format")
    return format or suffix


@contextmanager
def _opened(
    path: Path, format: str, scratch: Path, chosen: Schema | None, current: Schema, progress: Progress
) -> Iterator[_File]:
    if format == JSONL:
        provenance, schema = jsonl_reading.provenance_of(path), chosen or current
        yield _File(provenance, "", schema, _known(jsonl_reading.records(path), schema, path))
        return
    with Runs(scratch) as runs:
        runs.gather(path, format, progress)
        about = rdf_reading.about(runs, str(path))
        schema = chosen or about.schema or current
        found = rdf_reading.records(runs, about, schema, str(path))
        yield _File(about.provenance, about.base, schema, _told(_known(found, schema, path), progress))


def _told(records: Iterator[tuple[str, Record]], progress: Progress) -> Iterator[tuple[str, Record]]:
    for count, record in enumerate(records, 1):
        if count % 5_000 == 0:
            progress("writing records", count, 0)
        yield record


def _known(records: Iterator[tuple[str, Record]], schema: Schema, path: Path) -> Iterator[tuple[str, Record]]:
    """The records as they are. Raises BuildError for a type or relation that the schema lacks."""
    names = {"entity": {type.name for type in schema.types}, "triple": {relation.name for relation in schema.relations}}
    for kind, record in records:
        name = getattr(record, {"entity": "type", "triple": "predicate"}.get(kind, ""), None)
        if name is not None and name not in names[kind]:
            raise BuildError(f"{path}: {name} is not in the schema {schema.source}: give the graph's own with --schema FILE")
        yield kind, record


def _check_whole(truth: Truth, path: Path) -> None:
    """Raises BuildError if a record points at one that is not there."""
    for kind, pointer, other, words in DANGLING:
        row = truth.db.execute(
            f"""SELECT {pointer} FROM imported_{kind} AS r WHERE {pointer} IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM imported_{other} AS o WHERE o.id = {pointer}) LIMIT 1"""
        ).fetchone()
        if row is not None:
            raise BuildError(f"{path}: {words} {row[0]}, which the file does not hold: it is not whole; export it again")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _keep_base(folder: Path, base: str) -> None:
    """Write the base of the file's IRIs into the workspace's settings, unless these name one."""
    settings = folder / "kgbuild.toml"
    if base and base != DEFAULT_BASE and not load_config(settings).base and settings.exists():
        text = settings.read_text("utf-8-sig")
        settings.write_text(text.replace("[rdf]\n", f"[rdf]\nbase = {json.dumps(base)}\n", 1), "utf-8")


def check_provenance(truth: Truth, wanted: str) -> None:
    """Raises UsageError if an export should hold more than the import brought."""
    origin = origin_of(truth)
    levels = rdf_reading.PROVENANCE
    if origin is not None and wanted in levels and levels.index(wanted) > levels.index(origin.provenance):
        raise UsageError(
            f"this graph was imported from {origin.file} with provenance {origin.provenance}, and cannot be exported with {wanted}: "
            f"give --provenance {origin.provenance}"
        )


def build_imported(
    truth: Truth, origin: Origin, derived: Derived, *, anew: bool, preview: bool, progress: Progress | None
) -> BuildReport:
    """Bring graph.db to the imported graph; a preview only looks."""
    changed = not preview and copy_imported(truth, origin, derived, progress, anew=anew)
    report = BuildReport(changed=changed, state=derived.state)
    for key, value in derived.counts().items():
        setattr(report, key, value)
    return report
