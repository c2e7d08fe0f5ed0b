"""Python dicts -> sources, documents and passages in the workspace. What has not changed is not written again.

Of several records of one call with the same id the last one counts. So what would change a record that is stored waits until the
call ends, as a later one may say again what is stored; then nothing is written.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kgbuild.documents.read import ReadOptions, read_record
from kgbuild.documents.walk import File
from kgbuild.errors import UsageError
from kgbuild.pipeline.adding import COMMIT_SECONDS, RECORD, SPLIT, count, cut, note, put_readings, totals, under
from kgbuild.pipeline.lacking import Lacking
from kgbuild.pipeline.redacting import Withholding
from kgbuild.pipeline.reports import Added
from kgbuild.records import Reading, Source
from kgbuild.workspace.database import transaction
from kgbuild.workspace.truth import Truth

SAME_ID = "several records of one call have the same id: the last one counts"
MOST_WAITING = 50_000
"""Changed records that may wait for the call to end; more are written before, to spare memory."""


def add_mappings(
    truth: Truth,
    records: Iterable[Mapping[str, Any]],
    root: str,
    options: ReadOptions,
    withholding: Withholding | None = None,
) -> Added:
    """Python dicts as sources under one root; see `Workspace.add_records`. What came before an error of `records` is kept."""
    started = last = time.monotonic()
    adding = _Adding(truth, withholding)
    pending: list[Reading] = []
    try:
        for number, record in enumerate(_several(records), 1):
            if not isinstance(record, Mapping):
                raise UsageError(f"record {number} is a {type(record).__name__}: give dicts, with a text under a key as 'text'")
            pending.append(read_record(root, record, options))
            if time.monotonic() - last > COMMIT_SECONDS:
                adding.take(pending)
                pending, last = [], time.monotonic()
    except BaseException:
        adding.take(pending, last=True)
        raise
    adding.take(pending, last=True)
    adding.end()
    totals(truth, adding.report)
    adding.report.seconds = time.monotonic() - started
    return adding.report


def _several(records: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    if isinstance(records, Mapping):
        raise UsageError("these are no records but one: give a list of dicts, [record]")
    return records


@dataclass(slots=True)
class _Adding:
    """One call under way. seen: by URI the last source of it; waiting: what would change what is stored, to be written at the end."""

    truth: Truth
    withholding: Withholding | None
    report: Added = field(default_factory=Added)
    lacking: Lacking[Reading] = field(default_factory=Lacking)
    seen: dict[str, Source] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    waiting: dict[str, Reading] = field(default_factory=dict)

    def take(self, pending: list[Reading], *, last: bool = False) -> None:
        """Write what is new of these records, with the last ones what differs, too; without a difference no transaction is opened."""
        self.lacking.meet(each.source for each in pending)
        pending = [each for each in pending if not self.lacking.keeps(each, [each])]
        new: dict[str, Reading] = {}
        for each in self._withheld(pending):
            self._sort(each, new)
        ends = last or len(self.waiting) > MOST_WAITING
        self._write([*new.values(), *(self.waiting.values() if ends else ())])
        if ends:
            self.waiting.clear()

    def end(self) -> None:
        """Write what lacked the field of the text, and count what stands as it stood. Raises UsageError if all records lacked it."""
        kept = [each for each in self._withheld(self.lacking.released()) if each.source.uri not in self.seen]
        for each in kept:
            self._sort(each, self.waiting)
        self._write(list(self.waiting.values()))
        for uri, source in self.seen.items():
            if uri not in self.written:
                count(self.report, source, source)

    def _sort(self, each: Reading, new: dict[str, Reading]) -> None:
        """Put a record to those that are new, to those that wait, or to neither if it is stored already."""
        source = each.source
        if self.seen.get(source.uri, source) != source:
            self._tell(SAME_ID, source.uri)
        self.seen[source.uri] = source
        for kept in (new, self.waiting):
            kept.pop(source.uri, None)
        if _is_stored(self.truth, each, under(self.withholding, RECORD)):
            note(self.report, source.uri, each)
        elif self.truth.file_state(source.uri) is None:
            new[source.uri] = each
        else:
            self.waiting[source.uri] = each

    def _write(self, readings: list[Reading]) -> None:
        if not readings:
            return
        documents = {r.document.id: r.document for r in readings if r.document is not None}
        stored = [cut(document) for id, document in documents.items() if not self.truth.has_document(id, SPLIT)]
        with transaction(self.truth.db, self.truth.path):
            for document in stored:
                self.truth.put_document(document)
            for each in readings:
                source = each.source
                file = File(Path(), source.uri, source.root, ".record")
                put_readings(self.truth, self.report, file, source.content, under(self.withholding, RECORD), [each])
            self.truth.delete_orphans()
        self.written.update(each.source.uri for each in readings)

    def _withheld(self, pending: list[Reading]) -> list[Reading]:
        return self.withholding.readings(pending) if self.withholding and pending else pending

    def _tell(self, notice: str, uri: str) -> None:
        if notice not in self.report.first:
            self.report.notices.append(notice)
            self.report.first[notice] = uri


def _is_stored(truth: Truth, new: Reading, reading: str) -> bool:
    """Whether a record stands in the workspace as it was read now."""
    source = new.source
    if truth.file_state(source.uri) != (source.content, reading) or truth.sources_of_file(source.uri) != [source]:
        return False
    return source.document is None or truth.has_document(source.document, SPLIT)
