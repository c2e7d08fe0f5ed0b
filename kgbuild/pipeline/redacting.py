"""Readings -> readings without what a workspace must not hold: before anything of them is stored.

Rules are applied to everything that a reading says: text, metadata, URI, notices. Where types are to be withheld, a model reads the
text that is left, and each name that it finds goes from the whole document, however often it stands there. What is stored of the
bytes themselves, their digest, is keyed, since an unkeyed one would let a guess be checked.
"""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kgbuild.documents.blocks import document_id
from kgbuild.documents.split import split
from kgbuild.documents.walk import File
from kgbuild.errors import ConfigError, UsageError, WorkspaceError
from kgbuild.pipeline.models import Extractor
from kgbuild.privacy.finders import PLACEHOLDER, Finder
from kgbuild.privacy.names import Names
from kgbuild.privacy.redact import SALT_BYTES, Redactor
from kgbuild.records import BLOCK_GAP, Block, Document, Metadata, Reading

SALT_FILE = "privacy.salt"

AUTHORS = frozenset({"author", "authors", "byline", "creator", "creators", "contributor", "contributors", "dc.creator"})
"""Metadata that holds persons' names and nothing else."""
MARK = "+"
"""Parts the digest of a reading from the key of the rules that it was made under."""


def _no_type(_: str) -> str | None:
    return None


@dataclass(slots=True)
class Withholding:
    """A redactor at work on readings. load: gives the model that finds the redactor's types; type_of: its label -> a type."""

    redactor: Redactor
    load: Callable[[], Extractor] | None = None
    type_of: Callable[[str], str | None] = _no_type
    _extractor: Extractor | None = field(default=None, init=False)

    @property
    def key(self) -> str:
        """Digest of all that decides what is withheld."""
        return self.redactor.key

    def file(self, file: File) -> File:
        """A file under the URI that it has in the workspace."""
        return replace(file, uri=self.redactor.uri(file.uri))

    def content(self, content: str) -> str:
        """A digest of bytes as it is stored."""
        return self.redactor.keyed("content", content) if content else ""

    def readings(self, readings: Sequence[Reading]) -> list[Reading]:
        """The same readings, as they may be stored."""
        found = [self._reading(reading, ()) for reading in readings]
        if not self.redactor.types:
            return found
        return [self._reading(r, names) for r, names in zip(found, self._names(found), strict=True)]

    def finders(self, readings: Sequence[Reading]) -> list[list[Names]]:
        """Finders of the names that a model finds in each reading, beside the redactor's own."""
        if not self.redactor.types:
            return [[] for _ in readings]
        return list(self._names([self._reading(reading, ()) for reading in readings]))

    def close(self) -> None:
        """Free the model; safe to call twice."""
        if self._extractor is not None:
            self._extractor.close()
            self._extractor = None

    def _reading(self, reading: Reading, more: Sequence[Finder]) -> Reading:
        source, document = reading.source, reading.document
        if document is not None:
            document = redacted_document(document, lambda text: self.redactor.redact(text, more))
        head, mark, key = source.uri.partition("#")
        content = source.content if more else self.content(source.content)
        key = key.replace(source.content, content) if source.content else key
        changed = replace(
            source,
            uri=f"{self.redactor.uri(head)}{mark}{self.redactor.uri(key, more)}",
            content=content,
            document=document.id if document else None,
            reason=self.redactor.redact(source.reason, more),
            metadata=self._metadata(source.metadata, more),
        )
        return Reading(changed, document, tuple(self.redactor.redact(notice, more) for notice in reading.notices))

    def _metadata(self, metadata: Metadata, more: Sequence[Finder]) -> Metadata:
        def clean(value: str) -> str:
            return self.redactor.redact(value, more)

        return tuple((key, tuple(map(clean, value)) if isinstance(value, tuple) else clean(value)) for key, value in metadata)

    # names that a model finds ----------------------------------------------------------------------------------------

    def _names(self, readings: Sequence[Reading]) -> Iterator[list[Names]]:
        """Of each reading the names of the types to withhold, as finders."""
        texts = [_texts(reading) for reading in readings]
        read = list(self._read([text for group in texts for text in group]))  # to its end: a model left half-way is not kept
        found = iter(read)
        for reading, group in zip(readings, texts, strict=True):
            by_type = {type: Names(type.upper()) for type in self.redactor.types}
            for type, name in [pair for _ in group for pair in next(found)]:
                by_type[type].add(name)
            person = self.type_of("PER")
            if person in by_type:
                for author in _authors(reading.source.metadata):
                    by_type[person].add(author)
            yield list(by_type.values())

    def _read(self, texts: list[str]) -> Iterator[list[tuple[str, str]]]:
        """(type, name) of each mention, text by text."""
        if self._extractor is None and texts:
            assert self.load is not None
            self._extractor = self.load()
        for text, extraction in zip(texts, self._extractor(texts) if self._extractor else (), strict=True):
            named = ((self.type_of(span.label), text[span.start : span.end]) for span in extraction.spans)
            yield [(t, name) for t, name in named if t in self.redactor.types and t and not PLACEHOLDER.search(name)]


def redacted_document(document: Document, redact: Callable[[str], str]) -> Document:
    """A document with each block's text replaced; offsets and id are those of the new text."""
    blocks, texts, at = [], [], 0
    for block in document.blocks:
        text = redact(document.text[block.start : block.end])
        blocks.append(Block(block.kind, at, at + len(text), block.page))
        texts.append(text)
        at += len(text) + len(BLOCK_GAP)
    text = BLOCK_GAP.join(texts)
    return document if text == document.text else Document(document_id(text, tuple(blocks)), text, tuple(blocks))


def _texts(reading: Reading) -> list[str]:
    """What a model reads of a reading: the passages of its text, and what the source says of itself."""
    passages = [] if reading.document is None else [passage.text for passage in split(reading.document)]
    said = [v for _, value in reading.source.metadata for v in (value if isinstance(value, tuple) else (value,))]
    return passages + [text for text in said if any(map(str.isalpha, text)) and "://" not in text]


def _authors(metadata: Metadata) -> Iterable[str]:
    for key, value in metadata:
        if key.lower() in AUTHORS:
            yield from (name for name in (value if isinstance(value, tuple) else (value,)) if not PLACEHOLDER.search(name))


# ── what a workspace keeps of it ─────────────────────────────────────────────────────────────────────────────────────


def salt_of(folder: Path, *, create: bool) -> bytes:
    """The salt of a workspace; create: made at random if there is none. Empty without one. Raises WorkspaceError if it is damaged."""
    path = folder / SALT_FILE
    try:
        if not path.exists():
            return _new_salt(path) if create else b""
        salt = bytes.fromhex(path.read_text("ascii"))
    except OSError as error:
        raise WorkspaceError(f"{path}: {error.strerror}; placeholders are made with it") from None
    except ValueError:
        salt = b""
    if len(salt) != SALT_BYTES:
        raise WorkspaceError(
            f"{path}: is damaged; restore it, or delete it and read all documents again: placeholders will differ"
        )
    return salt


def _new_salt(path: Path) -> bytes:
    salt = secrets.token_bytes(SALT_BYTES)
    new = path.with_name(f".{path.name}")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(salt.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.rename(path)
    return salt


def names_in(path: Path, folder: Path | None = None) -> tuple[str, ...]:
    """Names to withhold, one a line, # begins a comment. Raises ConfigError without the file, UsageError inside folder."""
    if folder is not None and path.resolve().is_relative_to(folder.resolve()):
        raise UsageError(
            f"{path}: lies in the workspace, which is not to hold these names; move it out and correct [privacy] names"
        )
    try:
        lines = [line.partition("#")[0].strip() for line in path.read_text("utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error}); [privacy] names in kgbuild.toml names it") from None
    return tuple(sorted({line for line in lines if line}))
