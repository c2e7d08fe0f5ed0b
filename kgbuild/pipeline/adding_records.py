"""Python dicts -> sources, documents and passages in the workspace. What has not changed is not written again."""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kgbuild.documents.read import ReadOptions, read_record
from kgbuild.documents.walk import File
from kgbuild.pipeline.adding import COMMIT_SECONDS, SPLIT, count, cut, note, put_readings, totals, under
from kgbuild.pipeline.redacting import Withholding
from kgbuild.pipeline.reports import Added
from kgbuild.records import Reading
from kgbuild.workspace.database import transaction
from kgbuild.workspace.truth import Truth


def add_mappings(
    truth: Truth,
    records: Iterable[Mapping[str, Any]],
    root: str,
    options: ReadOptions,
    withholding: Withholding | None = None,
) -> Added:
    """Python dicts as sources under one root; see `Workspace.add_records`. What came before an error of `records` is kept."""
    started, report = time.monotonic(), Added()
    pending: list[Reading] = []
    last = started
    try:
        for record in records:
            pending.append(read_record(root, record, options))
            if time.monotonic() - last > COMMIT_SECONDS:
                _write(truth, report, pending, withholding)
                pending, last = [], time.monotonic()
    finally:
        _write(truth, report, pending, withholding)
    totals(truth, report)
    report.seconds = time.monotonic() - started
    return report


def _write(truth: Truth, report: Added, pending: list[Reading], withholding: Withholding | None) -> None:
    """Write what differs from what is stored, in one transaction; without a difference none is opened."""
    reading = under(withholding, "record")
    kept = withholding.readings(pending) if withholding and pending else pending
    new: dict[str, list[Reading]] = {}
    for each in kept:
        if each.source.uri not in new and _is_stored(truth, each, reading):
            count(report, each.source, each.source)
            note(report, each.source.uri, each)
        else:
            new.setdefault(each.source.uri, []).append(each)
    if not new:
        return
    documents = {r.document.id: r.document for some in new.values() for r in some if r.document is not None}
    stored = [cut(document) for id, document in documents.items() if not truth.has_document(id, SPLIT)]
    with transaction(truth.db, truth.path):
        for document in stored:
            truth.put_document(document)
        for each in (each for some in new.values() for each in some):
            source = each.source
            put_readings(truth, report, File(Path(), source.uri, source.root, ".record"), source.content, reading, [each])
        truth.delete_orphans()


def _is_stored(truth: Truth, new: Reading, reading: str) -> bool:
    """Whether a record stands in the workspace as it was read now."""
    source = new.source
    if truth.file_state(source.uri) != (source.content, reading) or truth.sources_of_file(source.uri) != [source]:
        return False
    return source.document is None or truth.has_document(source.document, SPLIT)
