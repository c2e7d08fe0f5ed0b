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
from kgbuild.sinks.rdf import DEFAULT_BASE, write_rdf
from kgbuild.sinks.select import ExportOptions, select

__all__ = ["FORMATS", "ExportOptions", "export", "format_of"]

log = logging.getLogger(__name__)

FORMATS = ("jsonl", "ttl", "nt", "graphml", "csv")
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
) -> None:
    """Write a graph. out: a path (.gz compresses; csv is a folder), "-" for standard output, or a binary stream that stays open.

    The file appears whole or not at all. Identical graphs give identical bytes. Raises UsageError for an unknown format, a name
    that says none, or options that cannot be meant.
    """
    options = options or ExportOptions()
    chosen = format_of(out, format)
    provenance = options.provenance or DEFAULT_PROVENANCE.get(chosen, "summary")
    if provenance == "full" and chosen in WITHOUT_STATEMENTS:
        raise UsageError(
            f"{chosen} holds no statements: choose --provenance none or summary, or the format jsonl, ttl, nt or csv"
        )
    part = select(graph, schema, options)
    base = _base(options.base, chosen)
    match chosen:
        case "csv":
            if not isinstance(out, str | Path) or str(out) == STREAM:
                raise UsageError("csv is a folder of files and cannot be streamed: give a name, or choose another format")
            with open_folder(out, FILES) as folder:
                write_csv(part, schema, folder, provenance)
        case "jsonl":
            with open_output(out) as stream:
                write_lines(stream, jsonl_lines(part, provenance))
        case "graphml":
            with open_output(out) as stream:
                write_lines(stream, graphml_lines(part, schema, provenance))
        case _:
            with open_output(out) as stream:
                write_rdf(part, schema, stream, chosen, base, provenance)


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


def _base(base: str, format: str) -> str:
    if base or format not in ("ttl", "nt"):
        return base or DEFAULT_BASE
    log.warning("IRIs begin with %s, which nobody owns: give --base, or set [rdf] base in kgbuild.toml", DEFAULT_BASE)
    return DEFAULT_BASE
