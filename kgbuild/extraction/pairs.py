"""Mentions and chains of a text -> the questions a runtime answers, one a window; its answers -> links.

Mentions are given as pieces, so that predicted and annotated ones take the same way. Knows no scores.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kgbuild.extraction.runtime import Ints, Question


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
