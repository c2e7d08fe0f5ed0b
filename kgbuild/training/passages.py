"""Files and folders -> the distinct passages in them, for training without labels. Documents are read as `kgbuild add` reads them.

Annotated corpora (formats of kgbuild.corpora) give their texts, without their labels. Knows no tokenizer and no model.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kgbuild.corpora.document import GoldDocument, naturally
from kgbuild.corpora.formats import FORMATS
from kgbuild.corpora.reading import Reading, load
from kgbuild.documents.pool import ReaderPool
from kgbuild.documents.read import ReadOptions, read_record
from kgbuild.documents.split import split
from kgbuild.documents.walk import RECORDS, TEXT, File, Skipped, kind_of, readable, suffix_of, walk
from kgbuild.errors import ConfigError, UsageError
from kgbuild.hashing import digest, number
from kgbuild.records import Document, Outcome
from kgbuild.records import Reading as Read

HELD_OUT = 0.05
"""Share of the passages that is kept apart."""
MOST_HELD_OUT = 2_000
"""No more passages than about this many are kept apart: they say enough, and more would only cost time."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What was read. passages: distinct, in the order of files; repeated: how many more were equal to one of these.

    corpora: annotated files whose texts were taken; skipped: files by suffix that are not read; faults: (URI, reason) of what
    could not be read; notices: guesses that readers made.
    """

    passages: tuple[str, ...]
    documents: int
    repeated: int
    corpora: tuple[str, ...]
    skipped: dict[str, int]
    faults: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    """A reading of texts under way."""

    passages: dict[str, None] = field(default_factory=dict)
    documents: int = 0
    repeated: int = 0
    corpora: list[str] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[str, str]] = field(default_factory=list)
    notices: dict[str, None] = field(default_factory=dict)

    def take(self, document: Document) -> None:
        """Keep the passages of a document that no earlier one had."""
        self.documents += 1
        for passage in split(document):
            self.repeated += passage.text in self.passages
            self.passages[passage.text] = None

    def take_reading(self, reading: Read) -> None:
        """Keep what a reader found, or why it found nothing."""
        self.notices |= dict.fromkeys(reading.notices)
        if reading.document is not None:
            self.take(reading.document)
        elif reading.source.outcome in (Outcome.QUARANTINED, Outcome.RETRY):
            self.faults.append((reading.source.uri, reading.source.reason))


def read_texts(
    paths: Sequence[Path],
    options: ReadOptions | None = None,
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
) -> Texts:
    """Read all texts under paths. include, exclude: globs on relative paths, as for `kgbuild add`.

    Raises UsageError for a path that is missing or of no known kind, ConfigError when nothing readable has any text.
    """
    options = options or ReadOptions()
    found = _Reading()
    files = [file for path in paths for file in _files(Path(path), include, exclude, found)]
    with ReaderPool(1) as pool:
        for _, _, readings in pool.read((file, options) for file in files):
            for reading in readings:
                found.take_reading(reading)
    if not found.passages:
        raise ConfigError(_nothing(paths, found))
    return Texts(
        tuple(found.passages),
        found.documents,
        found.repeated,
        tuple(found.corpora),
        dict(sorted(found.skipped.items())),
        tuple(found.faults),
        tuple(found.notices),
    )


def held_out(passages: Iterable[str]) -> list[bool]:
    """Which passages are kept apart: those whose content hash is low, whatever else is there; at least one.

    A passage that is kept apart once is kept apart when documents are added, unless there are so many that fewer are needed.
    """
    places = [number(digest("held-out", text)) / (1 << 128) for text in passages]
    share = min(HELD_OUT, MOST_HELD_OUT / max(1, len(places)))
    lowest = min(places, default=0.0)
    return [place < share or place == lowest for place in places]


def annotated_texts(path: Path) -> list[str] | None:
    """The texts of an annotated corpus, as people write them; None when the file is none, or could be of several formats.

    Raises UsageError when it is a damaged one.
    """
    documents = annotated_documents(path)
    return None if documents is None else [naturally(document).text for document in documents]


def annotated_documents(path: Path) -> list[GoldDocument] | None:
    """The documents of an annotated corpus in a format that kgbuild knows; None when the file is none, or could be of several.

    Raises UsageError when it is a damaged one.
    """
    suffix = suffix_of(path.name)
    if suffix not in (*TEXT, *RECORDS) and readable(suffix):
        return None
    reading = Reading(str(path))
    try:
        content = load(path, reading)
    except UsageError:
        return None  # whoever reads documents says what is wrong with it
    if not content.rows and not (content.text or content.data):
        return None
    found = [one for one in FORMATS.values() if one.looks(content)]
    if len(found) != 1:
        return None
    documents = found[0].read(content, reading)
    reading.refuse_if_bad()
    return documents


def _files(path: Path, include: tuple[str, ...], exclude: tuple[str, ...], found: _Reading) -> Iterator[File]:
    """The documents under a path; annotated corpora are read here and now."""
    if path.is_file() and _take_corpus(path, path.name, found):
        return
    for file in walk(path, include=include, exclude=exclude):
        if isinstance(file, Skipped):
            found.skipped[file.suffix] += 1
        elif path.is_file() or not _take_corpus(file.path, file.uri, found):
            yield file


def _take_corpus(path: Path, uri: str, found: _Reading) -> bool:
    texts = annotated_texts(path)
    if texts is None:
        return False
    found.corpora.append(uri)
    for text in texts:
        found.take_reading(read_record("corpus", {"text": text}, ReadOptions(text=("text",))))
    return True


def _nothing(paths: Sequence[Path], found: _Reading) -> str:
    where = ", ".join(str(path) for path in paths) or "no path"
    reasons = [f"{uri}: {reason}" for uri, reason in found.faults[:2]]
    reasons += [f"{count} {kind_of(suffix)}: not read" for suffix, count in found.skipped.items()]
    hint = "; ".join(reasons) or "the files are empty"
    return f"there is no text in {where} ({hint}): name files or folders with documents that `kgbuild add` reads"
