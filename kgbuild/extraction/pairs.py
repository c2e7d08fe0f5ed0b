"""Mentions and chains of a text -> the questions a runtime answers, one a window; its answers -> links.

Mentions are given as pieces, so that predicted and annotated ones take the same way. Knows no scores.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kgbuild.extraction.runtime import Ints, NameQuestion, Question
from kgbuild.extraction.surface import Surface


@dataclass(frozen=True, slots=True)
class Chained:
    """Mentions of a text as (first, last) pieces, chains of them, and each chain's type number."""

    places: tuple[tuple[int, int], ...]
    chains: tuple[tuple[int, ...], ...]
    types: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about one window; heads, tails: chains of the text (not of the window), one a pair; types: one a pair."""

    window: int
    question: Question
    heads: Ints
    tails: Ints
    head_types: Ints
    tail_types: Ints


def ask(chained: Chained, windows: Sequence[tuple[int, int]], possible: NDArray[np.bool_]) -> list[Asked]:
    """All ordered pairs of two chains that stand in one window and whose types may be related.

    possible: (types, types), head by tail. Of each chain, the mentions inside the window count.
    """
    found = (_ask_window(chained, number, window, possible) for number, window in enumerate(windows))
    return [asked for asked in found if asked is not None]


@dataclass(frozen=True, slots=True)
class AskedNames:
    """A question about the written names of one window; pairs: numbers of the text's pairs, one an answer."""

    window: int
    question: NameQuestion
    pairs: Ints


def ask_names(
    seen: Surface, places: Sequence[tuple[int, int]], types: Sequence[int], windows: Sequence[tuple[int, int]]
) -> list[AskedNames]:
    """The pairs of names of a text, each asked in the first window in which both stand.

    places: (first, last) pieces of each span; types: number of each name's type.
    """
    asked: list[AskedNames] = []
    open_pairs = set(range(len(seen.pairs)))
    for number, (start, end) in enumerate(windows):
        inside = [
            [places[i] for i in writing.spans if start <= places[i][0] and places[i][1] < end] for writing in seen.writings
        ]
        pairs = [p for p in sorted(open_pairs) if inside[seen.pairs[p, 0]] and inside[seen.pairs[p, 1]]]
        if pairs:
            asked.append(_ask_names(seen, inside, types, number, start, pairs))
            open_pairs -= set(pairs)
    return asked


def _ask_names(
    seen: Surface, inside: list[list[tuple[int, int]]], types: Sequence[int], window: int, start: int, pairs: list[int]
) -> AskedNames:
    present = [name for name, found in enumerate(inside) if found]
    local = {name: i for i, name in enumerate(present)}
    rows = [(first - start + 1, last - start + 1, local[name]) for name in present for first, last in inside[name]]
    first, last, name = np.array(rows, dtype=np.int64).T
    left, right = (np.array([local[int(seen.pairs[p, side])] for p in pairs], dtype=np.int64) for side in range(2))
    kinds = np.array([types[i] for i in present], dtype=np.int64)
    question = NameQuestion(first.copy(), last.copy(), name.copy(), kinds, left, right, seen.features[pairs])
    return AskedNames(window, question, np.array(pairs, dtype=np.int64))


def _ask_window(chained: Chained, number: int, window: tuple[int, int], possible: NDArray[np.bool_]) -> Asked | None:
    start, end = window
    rows: list[tuple[int, int, int]] = []
    present: list[int] = []
    for index, chain in enumerate(chained.chains):
        inside = [chained.places[m] for m in chain if start <= chained.places[m][0] and chained.places[m][1] < end]
        if inside:
            rows += [(first - start + 1, last - start + 1, len(present)) for first, last in inside]
            present.append(index)
    if len(present) < 2:
        return None
    types = np.array([chained.types[i] for i in present], dtype=np.int64)
    may = possible[types[:, None], types[None, :]] & ~np.eye(len(present), dtype=np.bool_)
    heads, tails = np.nonzero(may)
    if not len(heads):
        return None
    first, last, chain = np.array(rows, dtype=np.int64).T
    names = np.array(present, dtype=np.int64)
    question = Question(first, last, chain, types, heads, tails)
    return Asked(number, question, names[heads], names[tails], types[heads], types[tails])
