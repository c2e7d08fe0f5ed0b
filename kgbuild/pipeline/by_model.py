"""Texts that the workspace's model has not read -> its extractions: now, or beside the reading of documents."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kgbuild.pipeline.extracting import Beside, extract, forget
from kgbuild.pipeline.readers import uses_model
from kgbuild.pipeline.reports import Extracted
from kgbuild.pipeline.switching import switch
from kgbuild.pipeline.using import languages, missing, newer, wanted
from kgbuild.records import Progress

if TYPE_CHECKING:
    from kgbuild.pipeline.adding import Stored
    from kgbuild.pipeline.workspace import Workspace


@contextmanager
def extracting_ahead(ws: "Workspace", begin: bool) -> Iterator["Stored | None"]:
    """Begin extraction beside reading, if asked to; yields what takes the documents that have just been stored.

    The next `extract` waits for its end; where reading breaks off, what is finished stays finished.
    """
    try:
        if begin and uses_model(ws):
            ws._ahead = _begin(ws)
            yield ws._ahead.stored
        else:
            yield None
    except BaseException:
        if ws._ahead is not None:
            ws._ahead.stop()
            ws._ahead = None
        raise


def _begin(ws: "Workspace") -> Beside:
    from kgbuild.pipeline.ahead import Ahead

    if ws._ahead is not None:  # what it has not come to is left to `extract`
        ws._ahead.stop()
    model, run = wanted(ws), ws.config.run
    return Beside(ws.truth, model, languages(ws, model), Ahead(lambda: ws._loaded.lent(model, run)))


def extract_by_model(
    ws: "Workspace", documents: list[str] | None, *, force: bool, dry_run: bool, progress: Progress
) -> Extracted:
    """Extract what is missing under the wanted model, which becomes current when no passage is left. documents: only these."""
    started = time.monotonic()
    model = wanted(ws)
    ahead, ws._ahead = ws._ahead, None
    if ahead is not None:
        ahead.wait(progress)
    if force and not dry_run:
        forget(ws.truth, model, documents)
    again = force and dry_run  # counted as if nothing were known
    todo = ws.truth.missing("", languages(ws, model), documents) if again else missing(ws, model, documents)
    passages, _, elsewhere = ws.truth.passage_counts(languages(ws, model))
    report = Extracted(model.name, passages, len(todo), passages, elsewhere)
    if ahead is not None:
        report.extracted, report.words = len(todo) + ahead.finished, ahead.words
        report.numerics, started = ahead.worker.numerics, min(started, ahead.started)
    report.cached = passages - report.extracted
    if not report.extracted:
        report.newer = newer(ws, model)
    if todo and not dry_run:
        load_started = time.monotonic()
        with ws._loaded.lent(model, ws.config.run) as extractor:
            report.load_seconds = time.monotonic() - load_started
            extract(ws.truth, model, extractor, todo, report, progress)
    if not dry_run and ws.truth.meta("current_model") != model.key and not missing(ws, model):
        switch(ws.truth, model)
        report.switched = True
    report.seconds = time.monotonic() - started
    return report
