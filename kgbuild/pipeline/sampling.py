"""A pool of passages -> those that are worth labelling next, with the labels to correct.

The parts for testing and for choosing thresholds are drawn by chance before anything else: a test of doubtful passages would say nothing
about all others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kgbuild.corpora.gold import GoldDocument, naturally
from kgbuild.corpora.kept import kept
from kgbuild.corpora.maps import read_source
from kgbuild.counts import count_words, counted
from kgbuild.errors import UsageError
from kgbuild.labelling.choosing import By, Candidate, choose, shuffled
from kgbuild.labelling.preannotation import Labels, preannotated
from kgbuild.labelling.uncertainty import Thresholds, uncertainty
from kgbuild.pipeline.pools import FEWEST_WORDS, Passage, Pool, is_long
from kgbuild.records import Extraction


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


def sample(pool: Pool, how: How) -> Sampled:
    """Choose passages. Raises UsageError where the pool has too few for the parts that are drawn by chance.

    Documents of these parts give no passage to learn from, where enough others are there.
    """
    new = [p for p in pool.passages if p.text.text not in how.without]
    long = [p for p in new if is_long(p)]
    order = shuffled([p.text.text for p in long], how.seed, "kept")
    if not long:
        raise UsageError(
            f"there is no passage of {FEWEST_WORDS} words or more to choose from; name documents with running text"
            + (", of which none is labelled" if how.without else "")
        )
    if len(long) <= how.keep + how.dev:
        raise UsageError(
            f"{counted(len(long), 'passage')} to choose from, too few to set {how.keep + how.dev:,} aside; add documents"
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
    return uncertainty(passage.extraction, thresholds, count_words(passage.text.text))


def _documents(passages: Iterable[Passage], pool: Pool, how: How) -> tuple[GoldDocument, ...]:
    """Passages with the labels they have, else with those that the model gives them."""
    return tuple(
        p.before or preannotated(p.text.name, p.text.text, p.extraction or Extraction(), pool.thresholds, how.labels)
        for p in passages
    )


def texts_of(sources: Sequence[str]) -> frozenset[str]:
    """The texts of annotated files."""
    return frozenset(naturally(document).text for source in sources for document in read_source(source))
