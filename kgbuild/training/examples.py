"""Annotated documents -> arrays that the model trains on and is scored on, through the same `pieces` as extraction.

Gold token spans become characters of a text made from the tokens, then pieces. Knows no torch and no file.
"""

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kgbuild.extraction.surface import Surface, surface
from kgbuild.models.ner import IGNORE
from kgbuild.models.pieces import Pieces, covering, split, windows
from kgbuild.models.relation import UNKNOWN
from kgbuild.records import ONE, Span
from kgbuild.training.corpora import Annotated, Place, chain_type, has_chains
from kgbuild.training.rendering import render

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Array = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Labels:
    """Numbers of types and relations, and which pairs of types can stand in a relation: pairs[head type, tail type].

    names: whether examples carry pairs of written names, for the coreference head.
    """

    types: dict[str, int]
    relations: dict[str, int]
    pairs: NDArray[np.bool_]
    names: bool = False


@dataclass(frozen=True, slots=True)
class NameExample:
    """The written names of an example and the pairs of them that may be one thing.

    first, last, name: (M,) mentions; kinds: (N,) type numbers; left, right: (P,); features: (P, F); same: (P,) 0 or 1;
    chains: (N,) the chain of the document that each name's first mention belongs to.
    """

    first: Array
    last: Array
    name: Array
    kinds: Array
    left: Array
    right: Array
    features: NDArray[np.float32]
    same: NDArray[np.float32]
    chains: Array


@dataclass(frozen=True, slots=True)
class Example:
    """One window of a document as arrays; positions count pieces from 1, [CLS] being 0.

    ids, cases: (L,) with [CLS] and [SEP]; words: positions of words' first pieces; breaks: hard boundary before that word;
    tags: (L,) tag numbers or IGNORE; first, last, chain: (M,) mentions; owners: (C,) index of the chain in the document;
    kinds: (C,) type numbers; heads, tails: (P,) the pairs whose types can be related; targets: (P, R + 1) of 0 and 1;
    weights: (P,), 0 where nothing is known; starts, ends: (L,) characters of pieces, 0 for special ones; soft: (P, R) a teacher's
    margins, or None; taught: (P,), 0 where the teacher has seen nothing; sentences: (L,) sentence of each piece, -1 for none;
    shown: (E,) the pairs with evidence; evidence: (E, S) rows that sum to one; names: None where clusters are not annotated;
    unknown: (tags,) the tags of types that were not annotated.
    """

    ids: Array
    cases: Array
    words: Array
    breaks: NDArray[np.bool_]
    tags: Array
    first: Array
    last: Array
    chain: Array
    owners: Array
    kinds: Array
    heads: Array
    tails: Array
    targets: NDArray[np.uint8]
    weights: NDArray[np.float32]
    starts: Array
    ends: Array
    soft: NDArray[np.float32] | None
    taught: NDArray[np.float32]
    sentences: Array
    shown: Array
    evidence: NDArray[np.float32]
    names: NameExample | None
    unknown: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Taught:
    """What a teacher says of the pairs of chains of one document: rows (C, C) numbers the pairs it has seen, -1 for others; margins
    (pairs, R).
    """

    rows: NDArray[np.int32]
    margins: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Work:
    """An annotated document on its way to examples.

    facts None: relations unknown; unsure: pairs about which nothing is known; truth: the chain of each mention where chains were
    disturbed, else None; origins: the chain of the whole document that each chain is, -1 for none, or None when all are the same;
    taught: a teacher's word on the whole document.
    """

    document: Annotated
    unsure: frozenset[tuple[int, int]] = frozenset()
    truth: "dict[Place, int] | None" = None
    origins: tuple[int, ...] | None = None
    taught: Taught | None = None


def labels_for(
    types: tuple[str, ...], relations: tuple[str, ...], mask: tuple[tuple[str, str, str], ...], names: bool = False
) -> Labels:
    """Number types and relations, and mark the pairs of types that the mask allows."""
    numbers = {name: i for i, name in enumerate(types)}
    pairs = np.zeros((len(types), len(types)), dtype=bool)
    for head, _, tail in mask:
        pairs[numbers[head], numbers[tail]] = True
    return Labels(numbers, {name: i for i, name in enumerate(relations)}, pairs, names)


def gold_places(document: Annotated, offsets: list[list[tuple[int, int]]]) -> list[list[tuple[int, int, str]]]:
    """Characters and type of every mention, chain by chain."""
    return [
        [(offsets[sentence][start][0], offsets[sentence][end - 1][1], kind) for sentence, start, end, kind in chain]
        for chain in document.chains
    ]


def examples_of(
    work: Work, tokenizer: "Tokenizer", labels: Labels, max_pieces: int, special: tuple[int, int], natural: bool = False
) -> list[Example]:
    """The examples of a document, one a window. special: ids of [CLS] and [SEP]; natural: detokenised text."""
    page = _page(work, tokenizer, labels, special, natural)
    return [_window(page, window) for window in windows(page.pieces, max_pieces)]


@dataclass(frozen=True, slots=True)
class _Page:
    """A document as text, pieces and characters of its mentions; sentences: last character of each.

    tagged: the mentions that tags are made of: also those that were taken out of disturbed chains, since they are there.
    """

    work: Work
    labels: Labels
    special: tuple[int, int]
    text: str
    pieces: Pieces
    places: list[list[tuple[int, int, str]]]
    sentences: list[int]
    tagged: list[tuple[int, int, str]]


def _page(work: Work, tokenizer: "Tokenizer", labels: Labels, special: tuple[int, int], natural: bool) -> _Page:
    text, offsets = render(work.document, natural)
    # an empty sentence ends where the one before does
    ends = list(accumulate((row[-1][1] if row else 0 for row in offsets), max))
    places = gold_places(work.document, offsets)
    whole = work.truth or [place for chain in work.document.chains for place in chain]
    tagged = sorted({(offsets[s][start][0], offsets[s][end - 1][1], kind) for s, start, end, kind in whole})
    return _Page(work, labels, special, text, split(tokenizer, text), places, ends, tagged)


def _window(page: _Page, window: tuple[int, int]) -> Example:
    start, end = window
    work, pieces, labels, special = page.work, page.pieces, page.labels, page.special
    inside = slice(start, end)
    spans = _spans(pieces, page.places, start, end)
    chain = np.array([number for _, _, number, _ in spans], dtype=np.int64)
    owners, local = np.unique(chain, return_inverse=True)
    kinds = np.array([labels.types[chain_type(work.document.chains[owner])] for owner in owners], dtype=np.int64)
    pairs = _pairs(work, owners, kinds, labels)
    words = np.flatnonzero(np.array(pieces.words[inside], dtype=bool))
    tags = _tags(_spans(pieces, [page.tagged], start, end), words, end - start + 2, labels)
    sentences = np.searchsorted(np.array(page.sentences), np.array(pieces.starts[inside], dtype=np.int64), side="right")
    return Example(
        ids=_framed(pieces.ids[inside], special),
        cases=_framed(pieces.cases[inside], (0, 0)),
        words=words + 1,
        breaks=np.array(pieces.breaks[inside], dtype=bool)[words],
        tags=tags if work.document.complete else np.full_like(tags, IGNORE),
        first=np.array([first for first, _, _, _ in spans], dtype=np.int64),
        last=np.array([last for _, last, _, _ in spans], dtype=np.int64),
        chain=local.astype(np.int64),
        owners=owners,
        kinds=kinds,
        heads=pairs.heads,
        tails=pairs.tails,
        targets=pairs.targets,
        weights=pairs.weights,
        starts=_framed(pieces.starts[inside], (0, 0)),
        ends=_framed(pieces.ends[inside], (0, 0)),
        soft=pairs.soft,
        taught=pairs.taught,
        sentences=_framed(tuple(sentences.tolist()), (-1, -1)),
        shown=pairs.shown,
        evidence=pairs.evidence,
        names=_names(page, window) if labels.names and has_chains(work.document) else None,
        unknown=_unknown_tags(work.document, labels),
    )


def _unknown_tags(document: Annotated, labels: Labels) -> NDArray[np.bool_]:
    unknown = np.zeros(2 * len(labels.types) + 1, dtype=bool)
    for name, number in labels.types.items():
        if document.types is not None and name not in document.types:
            unknown[2 * number + 1 : 2 * number + 3] = True
    return unknown


def _names(page: _Page, window: tuple[int, int]) -> NameExample | None:
    """The written names inside a window, with what annotation says of each pair: some mentions of the two share a chain."""
    document = page.work.document
    truth = page.work.truth or {place: number for number, chain in enumerate(document.chains) for place in chain}
    found: dict[tuple[int, int], tuple[int, int, int, str]] = {}
    for chain, places in zip(document.chains, page.places, strict=True):
        for place, (left, right, kind) in zip(chain, places, strict=True):
            covered = covering(page.pieces, left, right)
            if covered is not None and window[0] <= covered[0] and covered[1] < window[1]:
                found.setdefault((left, right), (*covered, truth[place], kind))
    spans = [Span(left, right, kind, ONE) for (left, right), (_, _, _, kind) in sorted(found.items())]
    seen = surface(page.text, spans)
    rows = [found[span.start, span.end] for span in spans]
    return _name_example(seen, rows, window[0], page.labels)


def _name_example(seen: Surface, rows: list[tuple[int, int, int, str]], start: int, labels: Labels) -> NameExample | None:
    if not len(seen.pairs):
        return None
    chains = [{rows[i][2] for i in writing.spans} for writing in seen.writings]
    left, right = seen.pairs.T
    order = [(number, i) for number, writing in enumerate(seen.writings) for i in writing.spans]
    return NameExample(
        first=np.array([rows[i][0] - start + 1 for _, i in order], dtype=np.int64),
        last=np.array([rows[i][1] - start + 1 for _, i in order], dtype=np.int64),
        name=np.array([number for number, _ in order], dtype=np.int64),
        kinds=np.array([labels.types[writing.type] for writing in seen.writings], dtype=np.int64),
        left=left.copy(),
        right=right.copy(),
        features=seen.features,
        same=np.array([bool(chains[a] & chains[b]) for a, b in seen.pairs.tolist()], dtype=np.float32),
        chains=np.array([rows[writing.spans[0]][2] for writing in seen.writings], dtype=np.int64),
    )


def _spans(pieces: Pieces, places: list[list[tuple[int, int, str]]], start: int, end: int) -> list[tuple[int, int, int, str]]:
    spans = []
    low, high = pieces.starts[start], pieces.ends[end - 1]
    for number, chain in enumerate(places):
        for left, right, kind in chain:
            covered = covering(pieces, left, right) if left < high and low < right else None  # a long text has many windows
            if covered is not None and start <= covered[0] and covered[1] < end:
                spans.append((covered[0] - start + 1, covered[1] - start + 1, number, kind))
    return sorted(set(spans))


def _tags(spans: list[tuple[int, int, int, str]], words: Array, length: int, labels: Labels) -> Array:
    tags = np.full(length, IGNORE, dtype=np.int64)
    tags[words + 1] = 0
    reached = 0
    for first, last, _, kind in sorted(spans, key=lambda span: (span[0], -span[1])):
        if first <= reached:  # overlapping annotations: the earlier, longer one is tagged
            continue
        covered = words[(words + 1 >= first) & (words + 1 <= last)] + 1
        tags[covered] = 2 * labels.types[kind] + 2
        tags[first] = 2 * labels.types[kind] + 1
        reached = last
    return tags


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The pairs of an example; see Example."""

    heads: Array
    tails: Array
    targets: NDArray[np.uint8]
    weights: NDArray[np.float32]
    soft: NDArray[np.float32] | None
    taught: NDArray[np.float32]
    shown: Array
    evidence: NDArray[np.float32]


def _pairs(work: Work, owners: Array, kinds: Array, labels: Labels) -> _Pairs:
    count, facts = len(owners), work.document.facts
    allowed = labels.pairs[kinds][:, kinds] & ~np.eye(count, dtype=bool)
    if facts is None and work.taught is None:
        allowed[:] = False
    heads, tails = np.nonzero(allowed)
    dense = np.zeros((count, count, len(labels.relations) + 1), dtype=np.uint8)
    dense[:, :, 1:][:, :, _unknown(work.document, labels)] = UNKNOWN
    sure = np.full((count, count), 0.0 if facts is None else 1.0, dtype=np.float32)
    local = {int(owner): i for i, owner in enumerate(owners)}
    evidence: dict[tuple[int, int], set[int]] = {}
    for fact in facts or ():
        if fact.head in local and fact.tail in local and fact.relation in labels.relations:
            pair = local[fact.head], local[fact.tail]
            dense[(*pair, labels.relations[fact.relation] + 1)] = 1
            evidence.setdefault(pair, set()).update(fact.evidence)
    for head, tail in work.unsure:
        if head in local and tail in local:
            sure[local[head], local[tail]] = 0.0
    soft, taught = _soft(work, owners[heads], owners[tails], len(labels.relations))
    shown, shares = _evidence(evidence, heads, tails, len(work.document.sentences))
    return _Pairs(
        heads.astype(np.int64), tails.astype(np.int64), dense[heads, tails], sure[heads, tails], soft, taught, shown, shares
    )


def _unknown(document: Annotated, labels: Labels) -> NDArray[np.bool_]:
    """Which relations were not looked for in a document."""
    if document.looked_for is None:
        return np.zeros(len(labels.relations), dtype=bool)
    return np.array([name not in document.looked_for for name in labels.relations], dtype=bool)


def _soft(work: Work, heads: Array, tails: Array, relations: int) -> tuple[NDArray[np.float32] | None, NDArray[np.float32]]:
    """A teacher's margins of pairs of chains, and 0 or 1 for whether there are any."""
    if work.taught is None:
        return None, np.zeros(len(heads), dtype=np.float32)
    origins = np.arange(len(work.document.chains)) if work.origins is None else np.array(work.origins, dtype=np.int64)
    left, right = origins[heads], origins[tails]
    rows = np.where((left >= 0) & (right >= 0), work.taught.rows[left, right], -1)
    margins = np.zeros((len(heads), relations), dtype=np.float32)
    margins[rows >= 0] = work.taught.margins[rows[rows >= 0]]
    return margins, (rows >= 0).astype(np.float32)


def _evidence(
    evidence: dict[tuple[int, int], set[int]], heads: Array, tails: Array, sentences: int
) -> tuple[Array, NDArray[np.float32]]:
    shown = [i for i, pair in enumerate(zip(heads.tolist(), tails.tolist(), strict=True)) if evidence.get(pair)]
    shares = np.zeros((len(shown), sentences), dtype=np.float32)
    for row, i in zip(shares, shown, strict=True):
        row[sorted(evidence[int(heads[i]), int(tails[i])])] = 1.0
    return np.array(shown, dtype=np.int64), shares / np.maximum(shares.sum(1, keepdims=True), 1.0)


def _framed(values: tuple[int, ...], ends: tuple[int, int]) -> Array:
    return np.array([ends[0], *values, ends[1]], dtype=np.int64)
