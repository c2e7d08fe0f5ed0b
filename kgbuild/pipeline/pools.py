"""A workspace, documents or annotated files -> the passages that may be labelled, with what is known of them already."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.build.merge import Merged
from kgbuild.corpora.gold import GoldDocument, naturally, read_corpus
from kgbuild.corpora.maps import apply_map, read_map, split_source
from kgbuild.counts import count_words, counted
from kgbuild.errors import BuildError
from kgbuild.labelling.stretches import stretches, within
from kgbuild.labelling.uncertainty import Thresholds
from kgbuild.pipeline.building import inputs_of
from kgbuild.pipeline.passages import Text, read_texts
from kgbuild.pipeline.readers import uses_model
from kgbuild.records import ONE, Extraction, Outcome, Progress, Scope
from kgbuild.schema import Schema
from kgbuild.workspace.stored import StoredModel

if TYPE_CHECKING:
    from kgbuild.config import Run
    from kgbuild.pipeline.models import Models
    from kgbuild.pipeline.workspace import Workspace

FEWEST_WORDS = 5
"""Shorter passages are headings and cells: nothing to learn from."""
DEFAULT_THRESHOLDS = "default"


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that may be labelled. extraction: what is seen in it, None where nobody was asked; before: its labels, if it has some."""

    text: Text
    extraction: Extraction | None = None
    before: GoldDocument | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """All passages that may be labelled, distinct. thresholds: of the model that read them; model: its name, empty for none.

    unread: passages in languages that it does not read; left_out: passages that are not here for that reason; by_people: texts that
    came with labels, of which no teacher is said to have given them.
    """

    passages: tuple[Passage, ...]
    model: str = ""
    thresholds: Thresholds = field(default_factory=dict)
    unread: int = 0
    left_out: int = 0
    by_people: frozenset[str] = frozenset()


def workspace_pool(ws: "Workspace") -> Pool:
    """All passages of a workspace, as its model, terms, patterns and other extractors together read them.

    Raises BuildError where some have not been read yet.
    """
    truth = ws.truth
    if uses_model(ws) and not truth.meta("current_model"):
        raise BuildError("nothing is extracted yet: run `kgbuild extract` first")
    inputs = inputs_of(ws, partial=False)
    for extractor, _ in inputs.readers():
        if missing := truth.missing(extractor.key, inputs.languages(extractor)):
            raise BuildError(
                f"{counted(len(missing), 'passage has', 'passages have')} no extraction by {extractor.name} yet: run `kgbuild extract` first"
            )
    found: dict[str, Passage] = {}
    unread: dict[str, Passage] = {}
    thresholds: dict[tuple[str, str], int] = dict(thresholds_of(inputs.model, inputs.config.thresholds)) if inputs.model else {}
    for source in truth.sources():
        if source.outcome is not Outcome.OK or source.document is None:
            continue
        stored = truth.document(source.document)
        readings = inputs.read(truth, stored)
        for passage in stored.passages:
            text = Text(f"{source.uri}#{passage.index}", source.document, passage.text, passage.language, passage.sentences)
            if passage.index in readings:
                extraction = _in_labels(readings[passage.index], inputs.schema, thresholds)
                found.setdefault(passage.text, Passage(text, extraction))
            else:
                unread.setdefault(passage.text, Passage(text))
    name = inputs.model.name if inputs.model else ""
    return with_unread(
        Pool(tuple(found.values()), name, thresholds), [passage for text, passage in unread.items() if text not in found]
    )


def with_unread(pool: Pool, unread: Sequence[Passage]) -> Pool:
    """The pool with passages in languages that its model does not read, where they are more than the others: they are what is to be labelled.

    Fewer are strays, and left out.
    """
    if sum(map(is_long, unread)) <= sum(map(is_long, pool.passages)):
        return replace(pool, left_out=len(unread))
    return replace(pool, passages=(*pool.passages, *unread), unread=len(unread))


def _in_labels(merged: Merged, schema: Schema, thresholds: dict[tuple[str, str], int]) -> Extraction:
    """One extraction in the labels that the schema takes from a model, so that what a person listed is corrected like all else.

    What others than the model found is sure; thresholds get a place for a relation that the model does not know.
    """
    found = merged.extraction
    if all(reader.is_model for reader in (*merged.span_by, *merged.link_by)):
        return found
    first = {index: chain[0] for chain in found.chains for index in chain}
    spans = []
    for span, reader in zip(found.spans, merged.span_by, strict=True):
        type = None if reader.is_model else reader.type_of(schema, span.label)
        spans.append(span if type is None else replace(span, label=(*type.labels, type.name)[0], score=ONE))
    links = []
    for link, reader in zip(found.links, merged.link_by, strict=True):
        relation = None if reader.is_model else reader.relation_of(schema, link.label)
        if relation is not None:
            label = (*relation.labels, relation.name)[0]
            thresholds.setdefault((label, Scope.STATED), ONE)
            link = replace(link, label=label, score=ONE)
        links.append(replace(link, head=first[link.head], tail=first[link.tail]))
    return replace(found, spans=tuple(spans), links=tuple(links))


def is_long(passage: Passage) -> bool:
    """Whether there is something to learn from a passage."""
    return count_words(passage.text.text) >= FEWEST_WORDS


def files_pool(paths: Sequence[Path], annotated: Sequence[str]) -> Pool:
    """The passages of documents, and those of annotated files with their labels; no model has read them."""
    found: dict[str, Passage] = {}
    by_people: set[str] = set()
    for source in annotated:
        path, labels = split_source(source)
        corpus = read_corpus(path)
        documents = corpus.documents if labels is None else apply_map(corpus.documents, read_map(labels))
        for document in map(naturally, documents):
            if document.text not in found and not corpus.taught:
                by_people.add(document.text)
            text = Text(document.name, document.name, document.text)
            found.setdefault(document.text, Passage(text, before=document))
    if paths:
        for text in read_texts(paths).texts:
            found.setdefault(text.text, Passage(text))
    return Pool(tuple(found.values()), by_people=frozenset(by_people))


def read_by(pool: Pool, models: "Models", name: str, run: "Run", progress: Progress | None = None) -> Pool:
    """The same passages as a model reads them; of those in languages that it does not read, see `with_unread`."""
    model = models.describe(name)
    languages = model.reads
    known = [p.before is not None or languages is None or p.text.language in languages for p in pool.passages]
    reads, unread = (
        [p for p, is_known in zip(pool.passages, known, strict=True) if is_known == side] for side in (True, False)
    )
    extractor = models.load(model, run)
    passages = []
    try:
        for passage, extraction in zip(reads, extractor(p.text.text for p in reads), strict=True):
            passages.append(replace(passage, extraction=extraction))
            if progress is not None:
                progress("reading", len(passages), len(reads))
    finally:
        extractor.close()
    read = replace(pool, passages=tuple(passages), model=model.name, thresholds=thresholds_of(model, DEFAULT_THRESHOLDS))
    return with_unread(read, unread)


def shorter(pool: Pool, words: int) -> Pool:
    """The same passages in stretches of whole sentences, of so many words at most; those with labels stay as they are."""
    found: dict[str, Passage] = {}
    for passage in pool.passages:
        for piece in _stretches(passage, words):
            found.setdefault(piece.text.text, piece)
    return replace(pool, passages=tuple(found.values()))


def _stretches(passage: Passage, words: int) -> Iterator[Passage]:
    text = passage.text
    if passage.before is not None or count_words(text.text) <= words:
        yield passage
        return
    for start, end in stretches(text.text, text.sentences, words):
        part = replace(text, name=f"{text.name}@{start}", text=text.text[start:end], sentences=())
        seen = None if passage.extraction is None else within(passage.extraction, start, end)
        yield Passage(part, seen)


def thresholds_of(model: StoredModel, name: str) -> Thresholds:
    """Minimum scores of one of a model's sets."""
    return {(label, scope): least for label, scope, least in dict(model.thresholds)[name]}
