"""Files -> sources, documents and passages in the workspace. What has not changed is not read again.

Parsers work ahead in their children; this process cuts passages and writes. Commits come every few hundred sources, so that a
killed run loses seconds.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kgbuild.counts import counted
from kgbuild.documents import split as splitting
from kgbuild.documents.exports import is_own
from kgbuild.documents.pool import ReaderPool
from kgbuild.documents.read import ReadOptions, reading_digest
from kgbuild.documents.walk import LINK, OWN, PARTS, RECORDS, TABLES, UNREADABLE, File, Skipped, walk
from kgbuild.errors import UsageError
from kgbuild.hashing import digest
from kgbuild.pipeline.lacking import Lacking
from kgbuild.pipeline.redacting import MARK, Withholding
from kgbuild.pipeline.removing import remove_files
from kgbuild.pipeline.reports import Added
from kgbuild.records import Document, Outcome, Progress, Reading, Source
from kgbuild.workspace.database import transaction
from kgbuild.workspace.stored import StoredDocument
from kgbuild.workspace.truth import Truth

Stored = Callable[[list[StoredDocument]], None]
"""Called with the documents of each commit, after it."""

COMMIT_SECONDS = 2.0
SYNC_SHARE = 0.2
"""`--sync` asks before it removes more than this share of a root."""

WITH_FIELDS = TABLES + RECORDS

RECORD = "record"
"""Stands for the reading digest of a Python dict: no file, so it is not gone where a folder of its root's name lacks it."""

SPLIT = f"split-{splitting.VERSION}"


@dataclass(slots=True)
class _Adding:
    """One `add` under way."""

    truth: Truth
    report: Added
    options: ReadOptions
    progress: Progress
    stored: Stored
    withholding: Withholding | None = None
    seen: set[str] = field(default_factory=set)
    hidden: list[File] = field(default_factory=list)
    """Folders that cannot be read: nobody knows what is in them."""
    pending: list[tuple[File, str, list[Reading]]] = field(default_factory=list)
    lacking: Lacking[tuple[File, str, list[Reading]]] = field(default_factory=Lacking)
    last: float = field(default_factory=time.monotonic)

    def take(self, file: File, content: str, readings: list[Reading]) -> None:
        """Queue what was read, and commit from time to time."""
        if file.suffix.removesuffix(".gz") in WITH_FIELDS:
            self.lacking.meet(reading.source for reading in readings)
        if self.lacking.keeps((file, content, readings), readings):
            return
        self.pending.append((file, content, readings))
        if time.monotonic() - self.last > COMMIT_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write all that is queued, in one transaction."""
        if not self.pending:
            return
        kept = _withheld(self.withholding, self.pending)
        stored = [(file, content, readings, self._cut(readings)) for file, content, readings in kept]
        with transaction(self.truth.db, self.truth.path):
            for file, content, readings, documents in stored:
                for document in documents:
                    self.truth.put_document(document)
                put_readings(self.truth, self.report, file, content, self.reading(file.suffix), readings)
            self.truth.delete_orphans()
        self.pending.clear()
        self.stored([document for *_, documents in stored for document in documents])
        self.last = time.monotonic()

    def settle(self) -> None:
        """Write what lacks a named field. Raises UsageError if nothing has it."""
        for each in self.lacking.released():
            self.take(*each)
        self.flush()

    def reading(self, suffix: str) -> str:
        """The name of a reading: all but the bytes that it depends on."""
        return under(self.withholding, reading_digest(suffix, self.options))

    def content(self, data: bytes) -> str:
        """A digest of bytes as it is stored."""
        content = digest("bytes", data)
        return self.withholding.content(content) if self.withholding else content

    def _cut(self, readings: list[Reading]) -> list[StoredDocument]:
        found = {r.document.id: r.document for r in readings if r.document is not None}
        return [cut(document) for id, document in found.items() if not self.truth.has_document(id, SPLIT)]


def under(withholding: Withholding | None, reading: str) -> str:
    """The name of a reading under rules of privacy."""
    return f"{reading}{MARK}{withholding.key}" if withholding else reading


def _withheld(
    withholding: Withholding | None, pending: list[tuple[File, str, list[Reading]]]
) -> list[tuple[File, str, list[Reading]]]:
    """What was read, as it may be stored."""
    if withholding is None:
        return pending
    found = iter(withholding.readings([reading for *_, readings in pending for reading in readings]))
    return [(file, withholding.content(content), [next(found) for _ in readings]) for file, content, readings in pending]


def cut(document: Document) -> StoredDocument:
    """A document with its passages."""
    return StoredDocument(
        document,
        splitting.split(document),
        splitting.document_language(document),
        splitting.block_digests(document),
        tuple(sorted(splitting.skipped(document).items())),
        SPLIT,
    )


def add_paths(
    truth: Truth,
    paths: Iterable[Path],
    *,
    name: str | None = None,
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    avoid: tuple[Path, ...] = (),
    sync: bool = False,
    accept: bool = False,
    options: ReadOptions | None = None,
    readers: int = 2,
    progress: Progress | None = None,
    stored: Stored | None = None,
    withholding: Withholding | None = None,
) -> Added:
    """Read files and folders into the workspace; see `Workspace.add`."""
    started = time.monotonic()
    report = Added()
    adding = _Adding(
        truth, report, options or ReadOptions(), progress or (lambda *_: None), stored or (lambda _: None), withholding
    )
    roots: dict[str, Path] = {}
    walked = [(path, list(_walk(path, name, include, exclude, avoid, report, adding.hidden))) for path in paths]
    _check_names(file for _, files in walked for file in files)
    for path, files in walked:
        if withholding is not None:
            files = list(map(withholding.file, files))
        for root in {file.root for file in files} | ({name or path.resolve().name} if path.is_dir() else set()):
            roots[root] = _attach(truth, root, path, moved=name is not None)
        _read(adding, files, readers, in_folder=path.is_dir())
    adding.settle()
    if not (include or exclude):
        _vanished(adding, {root for root, path in roots.items() if path.is_dir()}, sync=sync, accept=accept)
    totals(truth, report)
    report.seconds = time.monotonic() - started
    return report


def _walk(
    path: Path,
    name: str | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    avoid: tuple[Path, ...],
    report: Added,
    hidden: list[File],
) -> Iterator[File]:
    is_folder = path.is_dir()
    for found in walk(path, name=name, include=include, exclude=exclude, avoid=avoid):
        if isinstance(found, File) and is_folder and is_own(found.path, found.suffix):
            report.skipped += 1
            report.skipped_suffixes[OWN] = report.skipped_suffixes.get(OWN, 0) + 1
        elif isinstance(found, Skipped):
            report.skipped += 1
            report.skipped_suffixes[found.suffix] = report.skipped_suffixes.get(found.suffix, 0) + 1
            if found.suffix in (UNREADABLE, LINK, PARTS):
                report.notices.append(found.reason)
                report.first.setdefault(found.reason, found.uri)
            if found.suffix == UNREADABLE:
                hidden.append(File(found.path, found.uri, found.root, ""))
        else:
            yield found


def _check_names(files: Iterable[File]) -> None:
    """Raise UsageError if a file has the name of another: the later one would take its place."""
    places: dict[str, Path] = {}
    for file in files:
        other = places.setdefault(file.uri, file.path)
        if other != file.path and other.resolve() != file.path.resolve():
            raise UsageError(f"{file.path}: {file.uri} is the name of {other}, too; give each a --as NAME of its own")


def _attach(truth: Truth, root: str, path: Path, *, moved: bool) -> Path:
    """Remember where a root lies; the same name for two places is an error unless the user says that it moved."""
    here = str(path.resolve())
    known = truth.meta(f"root:{root}")
    if known not in (None, here) and not moved and Path(str(known)).exists():
        raise UsageError(
            f"{path}: a root named {root!r} is attached to {known}; give `--as NAME` to add this one under another name, "
            f"or `--as {root}` if the folder has moved here"
        )
    if known != here:
        with transaction(truth.db, truth.path):
            truth.set_meta(f"root:{root}", here)
    return path


def _read(adding: _Adding, files: list[File], readers: int, *, in_folder: bool) -> None:
    todo = []
    for count, file in enumerate(files):
        adding.seen.add(file.uri)
        if not _unchanged(adding, file):
            todo.append(file)
        if count % 200 == 0:
            adding.progress("looking for changes", count, len(files))
    if not todo:
        return
    with ReaderPool(min(readers, len(todo))) as pool:
        for count, (file, content, readings) in enumerate(pool.read((file, adding.options) for file in todo)):
            if content or not in_folder or file.path.exists():
                adding.take(file, content, readings)
            else:  # gone since the folder was listed, as if it had been before
                adding.seen.discard(file.uri)
            adding.progress("reading", count + 1, len(todo))
        adding.flush()


def _unchanged(adding: _Adding, file: File) -> bool:
    state = adding.truth.file_state(file.uri)
    if state is None or state[1] != adding.reading(file.suffix):
        return False
    try:
        content = adding.content(file.path.read_bytes())
    except OSError:
        return False  # the pool reports it
    if content != state[0]:
        return False
    sources = adding.truth.sources_of_file(file.uri)
    if any(source.outcome is Outcome.RETRY for source in sources):
        return False
    if any(source.document and not adding.truth.has_document(source.document, SPLIT) for source in sources):
        return False
    if file.suffix.removesuffix(".gz") in WITH_FIELDS:
        adding.lacking.meet(sources)
    adding.report.unchanged += len(sources)
    return True


def put_readings(truth: Truth, report: Added, file: File, content: str, reading: str, readings: list[Reading]) -> None:
    """Write the sources of one file and count what became of them."""
    old = {source.uri: source for source in truth.sources_of_file(file.uri)}
    truth.put_file(file.uri, file.root, content, reading, [notice for r in readings for notice in r.notices])
    for r in readings:
        before = old.pop(r.source.uri, None)
        if before is None:
            _check_row(truth, r.source.uri, file.uri)
        count(report, r.source, before)
        note(report, file.uri, r)
        if before != r.source:
            truth.put_source(r.source, file.uri)
    for uri in old:
        truth.delete_source(uri)
        report.removed += 1


def _check_row(truth: Truth, uri: str, file: str) -> None:
    """Raise UsageError if a row of one file has the name of another file, or of a record: the later one would take its place."""
    other = truth.file_of(uri)
    if other not in (None, file):
        raise UsageError(
            f"{uri} of {file} is the name of {uri if uri == other else f'a row of {other}'}, too; rename one of them"
        )


def note(report: Added, uri: str, reading: Reading) -> None:
    """Keep what there is to say of a reading, with the file in which it was first to be said."""
    report.notices += reading.notices
    for notice in reading.notices:
        report.first.setdefault(notice, uri)


def count(report: Added, source: Source, before: Source | None) -> None:
    """Count what became of a source."""
    if before is None:
        report.added += 1
    elif before == source:
        report.unchanged += 1
    else:
        report.changed += 1
    if source.outcome in (Outcome.QUARANTINED, Outcome.RETRY):
        report.problems.append((source.uri, source.outcome.value, source.reason))
        if source.outcome is Outcome.RETRY or before is None or before.outcome is not source.outcome:
            report.newly_quarantined += 1


def _vanished(adding: _Adding, roots: set[str], *, sync: bool, accept: bool) -> None:
    """Report files that are gone from a root; with sync, remove them. What is in a folder that cannot be read is not gone."""
    named = map(adding.withholding.file, adding.hidden) if adding.withholding else adding.hidden
    hidden = tuple(f"{folder.uri}/" for folder in named)
    for root in sorted(roots):
        known = [uri for uri, reading in adding.truth.readings(root) if reading.partition(MARK)[0] != RECORD]
        gone = [uri for uri in known if uri not in adding.seen and not uri.startswith(hidden)]
        if not sync:
            adding.report.vanished += gone
        elif gone:
            if len(gone) > SYNC_SHARE * len(known) and not accept:
                raise UsageError(
                    f"--sync would remove {len(gone):,} of {counted(len(known), 'file')} of {root!r}; give --accept if that is right"
                )
            remove_files(adding.truth, gone, adding.report)


def totals(truth: Truth, report: Added) -> None:
    """Count what the workspace holds now."""
    outcomes = truth.outcomes()
    report.ok = outcomes.get("ok", 0)
    report.no_text = outcomes.get("no_text", 0)
    report.skipped += outcomes.get("skipped", 0)
    report.quarantined = outcomes.get("quarantined", 0)
    report.retry = outcomes.get("retry", 0)
    report.words = truth.passage_counts(None)[1]
