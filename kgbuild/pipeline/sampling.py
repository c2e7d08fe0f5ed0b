"""A workspace, documents or an annotated file -> the passages that are worth labelling next, with what is known of them already.

The parts for testing and for choosing thresholds are drawn by chance before anything else: a test of doubtful passages would say nothing
about all others.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.corpora.gold import GoldDocument, naturally
from kgbuild.corpora.kept import kept
from kgbuild.corpora.maps import read_source
from kgbuild.errors import BuildError, UsageError
from kgbuild.extraction.codec import unpack_extraction
from kgbuild.labelling.choosing import By, Candidate, choose, shuffled
from kgbuild.labelling.preannotation import Labels, preannotated
from kgbuild.labelling.stretches import stretches, within
from kgbuild.labelling.uncertainty import Thresholds, uncertainty
from kgbuild.pipeline.passages import Text, read_texts
from kgbuild.records import Extraction, Outcome
from kgbuild.workspace.truth import StoredModel

if TYPE_CHECKING:
    from kgbuild.config import Run
    from kgbuild.pipeline.models import Models
    from kgbuild.pipeline.workspace import Workspace

Progress = Callable[[str, int, int], None]

FEWEST_WORDS = 5
"""Shorter passages are headings and cells: nothing to learn from."""
DEFAULT_THRESHOLDS = "default"


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that may be labelled. extraction: what the model sees in it, None where no model was asked; before: its labels, if it has some."""

    text: Text
    extraction: Extraction | None = None
    before: GoldDocument | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """All passages that may be labelled, distinct. thresholds: of the model that read them; model: its name, empty for none."""

    passages: tuple[Passage, ...]
    model: str = ""
    thresholds: Thresholds = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class How:
    """How passages are chosen. count, dev, keep: how many; without: texts that are labelled already; labels: what people will see."""

    count: int
    dev: int = 0
    keep: int = 0
    by: By = By.BOTH
    seed: int = 1
    per_document: int = 3
    without: frozenset[str] = frozenset()
    labels: Labels = field(default_factory=Labels)


@dataclass(frozen=True, slots=True)
class Sampled:
    """What was chosen. sample: best first; dev, keep: drawn by chance; pool: passages there were; labelled: of these, left out as labelled."""

    sample: tuple[GoldDocument, ...]
    dev: tuple[GoldDocument, ...]
    keep: tuple[GoldDocument, ...]
    pool: int
    labelled: int
    short: int
    shared_documents: bool


# ── where passages come from ─────────────────────────────────────────────────────────────────────────────────────────


def workspace_pool(ws: "Workspace") -> Pool:
    """All passages of a workspace, with the extractions of its current model. Raises BuildError where some are missing."""
    truth = ws.truth
    key = truth.meta("current_model")
    model = truth.model(key) if key else None
    if model is None:
        raise BuildError("nothing is extracted yet: run `kgbuild extract` first")
    languages = None if ws.config.build.all_languages else model.reads
    if missing := truth.missing(model.key, languages):
        raise BuildError(f"{len(missing):,} passages have no extraction by {model.name} yet: run `kgbuild extract` first")
    found: dict[str, Passage] = {}
    for source in truth.sources():
        if source.outcome is not Outcome.OK or source.document is None:
            continue
        extractions = truth.extractions_of(model.key, source.document)
        for passage in truth.document(source.document).passages:
            if passage.index in extractions and (languages is None or passage.language in languages):
                name = f"{source.uri}#{passage.index}"
                text = Text(name, source.document, passage.text, passage.language, passage.sentences)
                found.setdefault(passage.text, Passage(text, unpack_extraction(extractions[passage.index])))
    return Pool(tuple(found.values()), model.name, thresholds_of(model, ws.config.build.thresholds))


def files_pool(paths: Sequence[Path], annotated: Sequence[str]) -> Pool:
    """The passages of documents, and those of annotated files with their labels; no model has read them."""
    found: dict[str, Passage] = {}
    for source in annotated:
        for document in map(naturally, read_source(source)):
            text = Text(document.name, document.name, document.text)
            found.setdefault(document.text, Passage(text, before=document))
    if paths:
        for text in read_texts(paths).texts:
            found.setdefault(text.text, Passage(text))
    return Pool(tuple(found.values()))


def read_by(pool: Pool, models: "Models", name: str, run: "Run", progress: Progress | None = None) -> Pool:
    """The same passages as a model reads them; those in languages that it does not read are left out."""
    model = models.describe(name)
    languages = model.reads
    reads = [p for p in pool.passages if p.before is not None or languages is None or p.text.language in languages]
    extractor = models.load(model, run)
    passages = []
    try:
        for passage, extraction in zip(reads, extractor(p.text.text for p in reads), strict=True):
            passages.append(replace(passage, extraction=extraction))
            if progress is not None:
                progress("reading", len(passages), len(reads))
    finally:
        extractor.close()
    return Pool(tuple(passages), model.name, thresholds_of(model, DEFAULT_THRESHOLDS))


def shorter(pool: Pool, words: int) -> Pool:
    """The same passages in stretches of whole sentences, of so many words at most; those with labels stay as they are."""
    found: dict[str, Passage] = {}
    for passage in pool.passages:
        for piece in _stretches(passage, words):
            found.setdefault(piece.text.text, piece)
    return replace(pool, passages=tuple(found.values()))


def _stretches(passage: Passage, words: int) -> Iterator[Passage]:
    text = passage.text
    if passage.before is not None or len(text.text.split()) <= words:
        yield passage
        return
    for start, end in stretches(text.text, text.sentences, words):
        part = replace(text, name=f"{text.name}@{start}", text=text.text[start:end], sentences=())
        seen = None if passage.extraction is None else within(passage.extraction, start, end)
        yield Passage(part, seen)


def thresholds_of(model: StoredModel, name: str) -> Thresholds:
    """Minimum scores of one of a model's sets."""
    return {(label, scope): least for label, scope, least in dict(model.thresholds)[name]}


# ── the choice ───────────────────────────────────────────────────────────────────────────────────────────────────────


def sample(pool: Pool, how: How) -> Sampled:
    """Choose passages. Raises UsageError where the pool has too few for the parts that are drawn by chance.

    Documents of these parts give no passage to learn from, where enough others are there.
    """
    new = [p for p in pool.passages if p.text.text not in how.without]
    long = [p for p in new if len(p.text.text.split()) >= FEWEST_WORDS]
    order = shuffled([p.text.text for p in long], how.seed, "kept")
    if len(long) <= how.keep + how.dev:
        raise UsageError(
            f"there are {len(long):,} passages to choose from, too few to set {how.keep + how.dev:,} aside; add documents"
        )
    apart = [long[i] for i in order[: how.keep + how.dev]]
    documents = {p.text.document for p in apart}
    left = [long[i] for i in sorted(order[len(apart) :])]
    others = [p for p in left if p.text.document not in documents]
    shared = len(others) < how.count and len(left) > len(others)
    chosen = _chosen(left if shared else others, pool, how)
    return Sampled(
        sample=_documents(chosen, pool, how),
        dev=_documents(apart[how.keep :], pool, how),
        keep=tuple(map(kept, _documents(apart[: how.keep], pool, how))),
        pool=len(pool.passages),
        labelled=len(pool.passages) - len(new),
        short=len(new) - len(long),
        shared_documents=shared and bool(apart),
    )


def _chosen(passages: Sequence[Passage], pool: Pool, how: How) -> list[Passage]:
    doubts = [_doubt(passage, pool.thresholds) for passage in passages]
    candidates = [Candidate(p.text.text, p.text.document, doubt) for p, doubt in zip(passages, doubts, strict=True)]
    found = choose(candidates, how.count, by=how.by, seed=how.seed, per_document=how.per_document)
    return [passages[i] for i in found]


def _doubt(passage: Passage, thresholds: Thresholds) -> int:
    if passage.extraction is None:
        return 0
    return uncertainty(passage.extraction, thresholds, len(passage.text.text.split()))


def _documents(passages: Iterable[Passage], pool: Pool, how: How) -> tuple[GoldDocument, ...]:
    """Passages with the labels they have, else with those that the model gives them."""
    return tuple(
        p.before or preannotated(p.text.name, p.text.text, p.extraction or Extraction(), pool.thresholds, how.labels)
        for p in passages
    )


def texts_of(sources: Sequence[str]) -> frozenset[str]:
    """The texts of annotated files."""
    return frozenset(naturally(document).text for source in sources for document in read_source(source))
