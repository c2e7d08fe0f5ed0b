"""Texts without an extraction, and a model -> extractions in workspace.db: one after the other, or beside the reading of documents.

What is finished is written every few seconds and stays, whatever happens to the rest.
"""

import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild.counts import count_words
from kgbuild.errors import WorkspaceError
from kgbuild.pipeline.reports import Extracted
from kgbuild.records import Progress
from kgbuild.workspace.database import transaction
from kgbuild.workspace.derived import Derived
from kgbuild.workspace.stored import MODEL, StoredDocument, StoredModel
from kgbuild.workspace.truth import Truth, text_digest

if TYPE_CHECKING:
    from kgbuild.pipeline.ahead import Ahead

Missing = tuple[str, str, int, int]
"""A passage without an extraction: digest of its text, document, start and length there."""

COMMIT_SECONDS = 2.0


class Beside:
    """Extraction beside reading: `stored` takes the documents that have just been stored, `wait` lets the rest come to its end.

    languages: of passages that the model reads, None for all.
    """

    def __init__(self, truth: Truth, model: StoredModel, languages: Sequence[str] | None, worker: "Ahead") -> None:
        self.truth, self.model, self.languages, self.worker = truth, model, languages, worker
        self.started = time.monotonic()
        self.words = self.finished = 0

    def stored(self, documents: list[StoredDocument]) -> None:
        """Give the worker the texts of new passages, and write what it has finished."""
        texts = {
            text_digest(p.text): p.text
            for d in documents
            for p in d.passages
            if self.languages is None or p.language in self.languages
        }
        new = [
            row
            for row in texts.items()
            if row[0] not in self.worker.seen and not self.truth.is_extracted(self.model.key, row[0])
        ]
        self.words += sum(count_words(text) for _, text in new)
        self.worker.feed(new)
        self._write()

    def wait(self, progress: Progress) -> None:
        """Let it come to its end, writing what it finishes every few seconds."""
        self.worker.end()
        try:
            while not self.worker.wait(COMMIT_SECONDS):
                self._write()
                progress("extracting", self.finished, len(self.worker.seen))
        finally:  # also when interrupted: what is done stays done
            self.stop()
            if self.finished:
                progress("extracting", self.finished, len(self.worker.seen))

    def stop(self) -> None:
        """End the worker and write what it has finished."""
        self.worker.close()
        self._write()

    def _write(self) -> None:
        rows = self.worker.take()
        if rows:
            _put(self.truth, self.model, self.worker.numerics, rows)
            self.finished += len(rows)


def extract(
    truth: Truth, model: StoredModel, extractor: Any, missing: list[Missing], report: Extracted, progress: Progress
) -> None:
    """Extract passages; the report gets words and numerics."""
    from kgbuild.extraction.codec import pack_extraction

    report.numerics = extractor.numerics
    rows: list[tuple[str, bytes]] = []
    last = time.monotonic()
    try:
        found = extractor(_texts(truth, missing, report))
        for count, (row, extraction) in enumerate(zip(missing, found, strict=True)):
            rows.append((row[0], pack_extraction(extraction)))
            if time.monotonic() - last > COMMIT_SECONDS:
                _put(truth, model, extractor.numerics, rows)
                rows, last = [], time.monotonic()
            progress("extracting", count + 1, len(missing))
    finally:  # also when interrupted: what is done stays done
        if rows:
            _put(truth, model, extractor.numerics, rows)


def forget(truth: Truth, model: StoredModel, documents: list[str] | None) -> None:
    """Delete a model's extractions of the passages of these documents; None for all. What has these texts will be placed again:
    another machine may see something else in them.
    """
    chosen = set(truth.documents() if documents is None else documents)
    rows = truth.db.execute("SELECT document, digest FROM passage").fetchall()
    digests = {digest for document, digest in rows if document in chosen}
    _place_again(truth.path.with_name("graph.db"), sorted({document for document, digest in rows if digest in digests}))
    with transaction(truth.db, truth.path):
        truth.delete_extractions(model.key, sorted(digests))


def _place_again(graph: Path, documents: list[str]) -> None:
    if not graph.exists():
        return
    try:
        derived = Derived(graph, readonly=True)
    except WorkspaceError:
        return  # made by another version, or damaged: the next build makes it anew
    with closing(derived):
        derived.place_again(documents)


def _put(truth: Truth, model: StoredModel, numerics: str, rows: list[tuple[str, bytes]]) -> None:
    with transaction(truth.db, truth.path):
        if truth.model(model.key) is None:
            truth.put_model(model)
            if model.kind == MODEL:
                truth.set_meta("wanted_model", model.key)
        truth.put_extractions(model.key, numerics, rows)


def _texts(truth: Truth, missing: list[Missing], report: Extracted) -> Iterable[str]:
    """The texts of missing passages; each document is unpacked once, since its passages follow each other."""
    last, text = "", ""
    for _, document, start, length in missing:
        if document != last:
            last, text = document, truth.text(document)
        passage = text[start : start + length]
        report.words += count_words(passage)
        yield passage
