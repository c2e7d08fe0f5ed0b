"""A workspace -> extractions of what has not been read yet: by its model, then by each extractor beside it."""

import time
from typing import TYPE_CHECKING

from kgbuild.errors import NotFound
from kgbuild.pipeline.by_model import extract_by_model
from kgbuild.pipeline.readers import extract_beside, uses_model
from kgbuild.pipeline.reports import Extracted
from kgbuild.records import Progress

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace


def extract(ws: "Workspace", documents: str | None, *, force: bool, dry_run: bool, progress: Progress | None) -> Extracted:
    """Extract what is missing; see `Workspace.extract`. Needs the writer's lock."""
    show = progress or (lambda *_: None)
    chosen = None if documents is None else [s.document for s in ws.documents(documents) if s.document]
    if chosen == []:
        raise NotFound(f"no document {documents!r} with text; `kgbuild documents` lists them")
    report = Extracted(passages=ws.truth.passage_counts(None)[0])
    if uses_model(ws):
        report = extract_by_model(ws, chosen, force=force, dry_run=dry_run, progress=show)
    beside = time.monotonic()
    extract_beside(ws, report, chosen, force=force, dry_run=dry_run, progress=show)
    report.seconds += time.monotonic() - beside
    return report
