"""Files or a text -> what rules of privacy find in them, and what a workspace would hold instead. Keeps nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from kgbuild.documents.blocks import document_id
from kgbuild.documents.pool import ReaderPool
from kgbuild.documents.read import ReadOptions
from kgbuild.documents.walk import File, walk
from kgbuild.pipeline.redacting import Withholding
from kgbuild.privacy.finders import Finder
from kgbuild.records import Block, BlockKind, Document, Outcome, Reading, Source

TEXT, URI = "text", "uri"
AROUND = 30
"""Characters of context on each side of what was found."""
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is withheld. where: "text", "uri" or a key of the metadata; start, end: in that text as it was read."""

    where: str
    kind: str
    start: int
    end: int
    text: str
    placeholder: str
    context: str


@dataclass(frozen=True, slots=True)
class Look:
    """One document under the rules: what was found, and its text as a workspace would hold it."""

    uri: str
    text: str
    found: tuple[Found, ...]


def look_at_files(paths: Iterable[Path], withholding: Withholding, options: ReadOptions, readers: int = 2) -> Iterator[Look]:
    """Look at each document under these paths that has a text, in the order in which `add` reads them."""
    files = [file for path in paths for file in walk(path) if isinstance(file, File)]
    waiting: list[Reading] = []
    with ReaderPool(min(readers, len(files))) as pool:
        for _, _, readings in pool.read((file, options) for file in files):
            waiting += [reading for reading in readings if reading.source.outcome is Outcome.OK]
            if len(waiting) >= AT_ONCE:
                yield from look(waiting, withholding)
                waiting = []
    yield from look(waiting, withholding)


def look_at_text(text: str, withholding: Withholding) -> Look:
    """Look at a text as it stands: its line ends and spaces stay."""
    block = (Block(BlockKind.CODE, 0, len(text)),)
    document = Document(document_id(text, block), text, block)
    return next(look([Reading(Source("-", "-", "", Outcome.OK, document.id), document)], withholding))


def look(readings: Sequence[Reading], withholding: Withholding) -> Iterator[Look]:
    """Look at readings."""
    redactor = withholding.redactor
    for reading, names in zip(readings, withholding.finders(readings), strict=True):
        document = reading.document
        assert document is not None
        found = [one for where, at, text in _parts(reading, document) for one in _found(withholding, where, at, text, names)]
        new = [redactor.redact(document.text[b.start : b.end], names) for b in document.blocks]
        gaps = [document.text[a.end : b.start] for a, b in pairwise(document.blocks)]
        text = "".join(part for pair in zip(new, [*gaps, ""], strict=True) for part in pair)
        yield Look(reading.source.uri, text, tuple(found))


def _parts(reading: Reading, document: Document) -> Iterator[tuple[str, int, str]]:
    """(where, offset, text) of all that a reading says."""
    yield URI, 0, reading.source.uri
    for key, value in reading.source.metadata:
        for text in value if isinstance(value, tuple) else (value,):
            yield key, 0, text
    for block in document.blocks:
        yield TEXT, block.start, document.text[block.start : block.end]


def _found(withholding: Withholding, where: str, at: int, text: str, names: Sequence[Finder]) -> Iterator[Found]:
    for f in withholding.redactor.find(text, names):
        context = " ".join(text[max(0, f.start - AROUND) : f.end + AROUND].split())
        placeholder = withholding.redactor.placeholder(f)
        yield Found(where, f.kind, at + f.start, at + f.end, text[f.start : f.end], placeholder, context)
