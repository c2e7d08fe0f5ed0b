"""Files and folders -> the distinct passages in them, with names: what is given to a teacher, or to people, to label.

Documents are read as `kgbuild add` reads them; annotated files give their texts as they are, without their labels.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kgbuild.corpora.document import naturally
from kgbuild.documents.pool import ReaderPool
from kgbuild.documents.read import ReadOptions
from kgbuild.documents.split import split
from kgbuild.documents.walk import File, Skipped, walk
from kgbuild.errors import UsageError
from kgbuild.records import Outcome
from kgbuild.training.passages import annotated_documents


@dataclass(frozen=True, slots=True)
class Text:
    """A passage to label. name: of the document and the passage in it; document: what it is part of.

    sentences: half-open offsets in the text, where they are known.
    """

    name: str
    document: str
    text: str
    language: str = "und"
    sentences: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class Texts:
    """What was read. texts: distinct, in the order of files; repeated: how many more were equal to one of these.

    annotated: files whose labels were not looked at; faults: (URI, reason) of what could not be read; skipped: files by suffix.
    """

    texts: list[Text] = field(default_factory=list)
    repeated: int = 0
    annotated: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    _seen: set[str] = field(default_factory=set)

    def take(self, text: Text) -> None:
        """Keep a text that no earlier one was equal to."""
        if text.text in self._seen:
            self.repeated += 1
        elif text.text.strip():
            self._seen.add(text.text)
            self.texts.append(text)


def read_texts(paths: Sequence[Path], options: ReadOptions | None = None) -> Texts:
    """All passages under paths. Raises UsageError for a path that is missing or of no known kind, and where there is no text."""
    found = Texts()
    options = options or ReadOptions()
    for path in paths:
        corpus = annotated_documents(path) if path.is_file() else None
        if corpus is not None:
            found.annotated.append(str(path))
            for document in corpus:
                found.take(Text(document.name, document.name, naturally(document).text))
            continue
        with ReaderPool(1) as pool:
            for _, _, readings in pool.read((file, options) for file in _files(path, found)):
                for reading in readings:
                    if reading.source.outcome in (Outcome.QUARANTINED, Outcome.RETRY):
                        found.faults.append((reading.source.uri, reading.source.reason))
                    if reading.document is not None:
                        for passage in split(reading.document):
                            name = f"{reading.source.uri}#{passage.index}"
                            found.take(Text(name, reading.source.uri, passage.text, passage.language, passage.sentences))
    if not found.texts:
        reasons = "; ".join(f"{uri}: {reason}" for uri, reason in found.faults[:2])
        raise UsageError(f"there is no text in {', '.join(map(str, paths))}" + (f" ({reasons})" if reasons else ""))
    return found


def _files(path: Path, found: Texts) -> Iterator[File]:
    for file in walk(path):
        if isinstance(file, Skipped):
            found.skipped[file.suffix] += 1
        else:
            yield file
