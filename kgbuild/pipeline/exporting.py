"""The built graph -> a file, a folder or a stream, in one of the export formats."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from kgbuild import __version__
from kgbuild.pipeline.importing import check_provenance
from kgbuild.pipeline.switching import schema_of
from kgbuild.sinks.export import ExportOptions, Stamp, default_provenance
from kgbuild.sinks.export import export as write

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace


def export(ws: "Workspace", out: str | Path | BinaryIO, format: str | None, *, dataset: bool, filters: dict[str, Any]) -> None:
    """Write the built graph; see `Workspace.export`."""
    options = ExportOptions(**{"base": ws.config.base} | filters)
    with ws.source() as graph:
        if graph.imported is not None:
            check_provenance(ws.truth, options.provenance or default_provenance(out, format))
        graph.derived.db.execute("BEGIN")  # one snapshot, however long the writing takes
        stamp = Stamp(partial(datetime.now, UTC), __version__) if dataset else None
        write(graph, schema_of(graph), out, format, options, stamp)
