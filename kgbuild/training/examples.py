"""Annotated documents -> arrays that the model trains on and is scored on, through the same `pieces` as extraction.

Gold token spans become characters of a text made from the tokens, then pieces. Knows no torch and no file.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kgbuild.models.ner import IGNORE
from kgbuild.models.pieces import Pieces, covering, split, windows
from kgbuild.training.corpora import Annotated, chain_type
from kgbuild.training.rendering import render

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Array = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Labels:
    """Numbers of types and relations, and which pairs of types can stand in a relation: pairs[head type, tail type]."""

    types: dict[str, int]
    relations: dict[str, int]
    pairs: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Example:
    """One window of a document as arrays; positions count pieces from 1, [CLS] being 0.

    ids, cases: (L,) with [CLS] and [SEP]; words: positions of words' first pieces; breaks: hard boundary before that word;
    tags: (L,) tag numbers or IGNORE; first, last, chain: (M,) mentions; owners: (C,) index of the chain in the document;
    kinds: (C,) type numbers; heads, tails: (P,) the pairs whose types can be related; targets: (P, R + 1) of 0 and 1;
    weights: (P,), 0 where nothing is known; starts, ends: (L,) characters of pieces, 0 for special ones.
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


@dataclass(frozen=True, slots=True)
class Work:
    """An annotated document on its way to examples; facts None: relations unknown; unsure: pairs about which nothing is known."""

    document: Annotated
    unsure: frozenset[tuple[int, int]] = frozenset()


def labels_for(types: tuple[str, ...], relations: tuple[str, ...], mask: tuple[tuple[str, str, str], ...]) -> Labels:
    """Number types and relations, and mark the pairs of types that the mask allows."""
    numbers = {name: i for i, name in enumerate(types)}
    pairs = np.zeros((len(types), len(types)), dtype=bool)
    for head, _, tail in mask:
        pairs[numbers[head], numbers[tail]] = True
    return Labels(numbers, {name: i for i, name in enumerate(relations)}, pairs)


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
    text, offsets = render(work.document.sentences, natural)
    pieces = split(tokenizer, text)
    places = gold_places(work.document, offsets)
    return [_window(work, pieces, places, window, labels, special) for window in windows(pieces, max_pieces)]


def _window(
    work: Work,
    pieces: Pieces,
    places: list[list[tuple[int, int, str]]],
    window: tuple[int, int],
    labels: Labels,
    special: tuple[int, int],
) -> Example:
    start, end = window
    inside = slice(start, end)
    spans = _spans(pieces, places, start, end)
    chain = np.array([number for _, _, number, _ in spans], dtype=np.int64)
    owners, local = np.unique(chain, return_inverse=True)
    kinds = np.array([labels.types[chain_type(work.document.chains[owner])] for owner in owners], dtype=np.int64)
    heads, tails, targets, weights = _pairs(work, owners, kinds, labels)
    words = np.flatnonzero(np.array(pieces.words[inside], dtype=bool))
    return Example(
        ids=_framed(pieces.ids[inside], special),
        cases=_framed(pieces.cases[inside], (0, 0)),
        words=words + 1,
        breaks=np.array(pieces.breaks[inside], dtype=bool)[words],
        tags=_tags(spans, words, end - start + 2, labels),
        first=np.array([first for first, _, _, _ in spans], dtype=np.int64),
        last=np.array([last for _, last, _, _ in spans], dtype=np.int64),
        chain=local.astype(np.int64),
        owners=owners,
        kinds=kinds,
        heads=heads,
        tails=tails,
        targets=targets,
        weights=weights,
        starts=_framed(pieces.starts[inside], (0, 0)),
        ends=_framed(pieces.ends[inside], (0, 0)),
    )


def _spans(pieces: Pieces, places: list[list[tuple[int, int, str]]], start: int, end: int) -> list[tuple[int, int, int, str]]:
    spans = []
    for number, chain in enumerate(places):
        for left, right, kind in chain:
            covered = covering(pieces, left, right)
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


def _pairs(
    work: Work, owners: Array, kinds: Array, labels: Labels
) -> tuple[Array, Array, NDArray[np.uint8], NDArray[np.float32]]:
    count, facts = len(owners), work.document.facts
    allowed = labels.pairs[kinds][:, kinds] & ~np.eye(count, dtype=bool)
    if facts is None:
        allowed[:] = False
    heads, tails = np.nonzero(allowed)
    dense = np.zeros((count, count, len(labels.relations) + 1), dtype=np.uint8)
    sure = np.ones((count, count), dtype=np.float32)
    local = {int(owner): i for i, owner in enumerate(owners)}
    for fact in facts or ():
        if fact.head in local and fact.tail in local and fact.relation in labels.relations:
            dense[local[fact.head], local[fact.tail], labels.relations[fact.relation] + 1] = 1
    for head, tail in work.unsure:
        if head in local and tail in local:
            sure[local[head], local[tail]] = 0.0
    return heads.astype(np.int64), tails.astype(np.int64), dense[heads, tails], sure[heads, tails]


def _framed(values: tuple[int, ...], ends: tuple[int, int]) -> Array:
    return np.array([ends[0], *values, ends[1]], dtype=np.int64)
