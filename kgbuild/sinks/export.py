"""A graph -> a file, a folder or a stream, in a format that its name says. Every format takes the same options."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import IO, BinaryIO

from kgbuild.errors import UsageError
from kgbuild.records import GraphSource
from kgbuild.schema import Schema
from kgbuild.sinks.csv_files import FILES, write_csv
from kgbuild.sinks.files import STREAM, open_folder, open_output, write_lines
from kgbuild.sinks.graphml import graphml_lines
from kgbuild.sinks.jsonl import jsonl_lines
from kgbuild.sinks.rdf import DEFAULT_BASE, PARTS, RDF_FORMATS, write_dataset, write_rdf
from kgbuild.sinks.rdf_dataset import FILE, Run, Stamp, Tally
from kgbuild.sinks.select import ExportOptions, select

__all__ = ["FORMATS", "ExportOptions", "Stamp", "export", "format_of"]

log = logging.getLogger(__name__)

FORMATS = ("jsonl", *RDF_FORMATS, "graphml", "csv")
DEFAULT_PROVENANCE = {"jsonl": "full"}
"""Summary everywhere, but all of it where two builds are compared."""
WITHOUT_STATEMENTS = ("graphml",)

Writer = Callable[[GraphSource, IO[bytes]], None]


def export(
    graph: GraphSource,
    schema: Schema,
    out: str | Path | BinaryIO,
    format: str | None = None,
    options: ExportOptions | None = None,
    stamp: Stamp | None = None,
) -> None:
    """Write a graph. out: a path (.gz compresses; csv is a folder, and never compressed), "-" for standard output, or a binary stream that stays open.

    The file appears whole or not at all. Identical graphs give identical bytes. With a stamp, dataset.ttl beside an RDF file
    says what it holds and when it was written. Raises UsageError for an unknown format, a name that says none, or options that
    cannot be meant.
    """
    options = options or ExportOptions()
    chosen = format_of(out, format)
    provenance = options.provenance or DEFAULT_PROVENANCE.get(chosen, "summary")
    if provenance == "full" and chosen in WITHOUT_STATEMENTS:
        raise UsageError(
            f"{chosen} holds no statements: choose --provenance none or summary, or the format jsonl, ttl, nt or csv"
        )
    if chosen in RDF_FORMATS:
        _write_rdf(graph, schema, out, chosen, options, stamp)
        return
    check_plain(chosen, options, stamp)
    part = select(graph, schema, options)
    match chosen:
        case "csv":
            if not isinstance(out, str | Path) or str(out) == STREAM:
                raise UsageError("csv is a folder of files and cannot be streamed: give a name, or choose another format")
            if str(out).endswith(".gz"):
                raise UsageError("csv is a folder of files and cannot be compressed: leave out .gz, or choose another format")
            with open_folder(out, FILES) as folder:
                write_csv(part, schema, folder, provenance)
        case "jsonl":
            with open_output(out) as stream:
                write_lines(stream, jsonl_lines(part, provenance))
        case _:
            with open_output(out) as stream:
                write_lines(stream, graphml_lines(part, schema, provenance))


def check_plain(format: str, options: ExportOptions, stamp: Stamp | None = None) -> None:
    """Raises UsageError for what only RDF has."""
    usual = ExportOptions()
    for name in ("part", "annotations", "graphs"):
        if getattr(options, name) != getattr(usual, name):
            raise UsageError(f"{format} has no --{name}: choose one of {', '.join(RDF_FORMATS)}")
    if stamp:
        raise UsageError(f"{FILE} describes RDF: choose one of {', '.join(RDF_FORMATS)}, or leave --dataset out")


def _write_rdf(
    graph: GraphSource, schema: Schema, out: str | Path | BinaryIO, format: str, options: ExportOptions, stamp: Stamp | None
) -> None:
    if options.part not in PARTS:
        raise UsageError(f"part is {options.part!r}: choose {', '.join(PARTS)}")
    base, tally = _base(options.base), Tally()
    began = stamp.now() if stamp else None
    path = _file_beside(out) if stamp else None
    with open_output(out) as stream:
        write_rdf(
            select(graph, schema, options), schema, stream, format, base, options.provenance or "summary",
            annotations=options.annotations, graphs=options.graphs, part=options.part, watch=tally.watch if stamp else iter,
        )  # fmt: skip
    if stamp and began and path:
        run = Run(path, format, stamp.version, began, stamp.now())
        with open_output(path.with_name(FILE)) as stream:
            write_dataset(stream, schema, base, tally, run)


def _file_beside(out: str | Path | BinaryIO) -> Path:
    """The file that dataset.ttl lies beside. Raises UsageError if there is none."""
    if not isinstance(out, str | Path) or str(out) == STREAM or Path(out).name == FILE:
        raise UsageError(f"{FILE} lies beside a file: give the export another name, or leave --dataset out")
    return Path(out)


def default_provenance(out: str | Path | BinaryIO, format: str | None = None) -> str:
    """How much goes into an export that does not say it."""
    return DEFAULT_PROVENANCE.get(format_of(out, format), "summary")


def format_of(out: str | Path | BinaryIO, format: str | None = None) -> str:
    """The format asked for, or what the name's suffix says (a name without suffix: csv). Raises UsageError."""
    if format is not None:
        if format not in FORMATS:
            raise UsageError(f"there is no format {format!r}: choose {', '.join(FORMATS)}")
        return format
    if not isinstance(out, str | Path) or str(out) == STREAM:
        raise UsageError(f"a stream has no name to tell the format by: give --format, one of {', '.join(FORMATS)}")
    suffix = Path(str(out).removesuffix(".gz")).suffix.lstrip(".").lower()
    if suffix in FORMATS:
        return suffix
    raise UsageError(f"{out} does not say its format: end it in .{', .'.join(FORMATS)}, or give --format")


def _base(base: str) -> str:
    if base:
        return base
    log.warning("IRIs begin with %s, which nobody owns: give --base, or set [rdf] base in kgbuild.toml", DEFAULT_BASE)
    return DEFAULT_BASE
