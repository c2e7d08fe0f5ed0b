"""Passages with what is known of them -> those that teach most: unlike each other, like the others, and doubtful to the model.

Texts become hashed counts of words and pairs of words, weighted by how rare these are (TF-IDF). The choice is greedy: each step takes
the passage by which all others come closest to something chosen (facility location), times the rank of its doubt. All arithmetic is on
integers, exact in any order of summing: the same passages come out on every machine.
"""

import heapq
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kgbuild.counts import CJK
from kgbuild.hashing import digest, number

WIDTH = 4096
"""Of a vector of counts."""
NORM = 1000
"""Length of a vector: products of two stay below 2**24, so that sums of them are exact in 32-bit floats."""
CANDIDATES = 4000
"""No more passages than this are compared with each other; of more, so many are drawn by chance."""
DOUBTFUL = 2
"""How much more the most doubtful passage counts than the surest: so many times, and once."""

_WORD = re.compile(rf"[{CJK}]|(?:(?![{CJK}])\w)+")
"""Words, and each CJK character."""


class By(StrEnum):
    """What decides."""

    BOTH = "both"
    DIVERSE = "diverse"
    UNCERTAIN = "uncertain"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may be chosen. document: of which it is a part; doubt: how unsure the model is of it."""

    text: str
    document: str
    doubt: int = 0


def choose(candidates: Sequence[Candidate], count: int, *, by: By = By.BOTH, seed: int = 1, per_document: int = 3) -> list[int]:
    """Indices of so many candidates at most, in the order of choice; no more of one document than per_document."""
    order = shuffled([candidate.text for candidate in candidates], seed)
    match by:
        case By.RANDOM:
            return _first(candidates, order, count, per_document)
        case By.UNCERTAIN:
            return _first(candidates, sorted(order, key=lambda i: -candidates[i].doubt), count, per_document)
        case By.DIVERSE | By.BOTH:
            drawn = order[: max(CANDIDATES, count)]
            weights = doubt_weights([candidates[i].doubt if by is By.BOTH else 0 for i in drawn])
            near = similarities([candidates[i].text for i in drawn])
            return [drawn[i] for i in _spread(near, weights, [candidates[i].document for i in drawn], count, per_document)]


def shuffled(texts: Sequence[str], seed: int, what: str = "sample") -> list[int]:
    """Indices in an order that depends on seed and content alone."""
    keys = [number(digest(what, seed, text)) for text in texts]
    return sorted(range(len(texts)), key=keys.__getitem__)


def doubt_weights(doubts: Sequence[int]) -> NDArray[np.int64]:
    """From 1 for the surest to 1 + DOUBTFUL for the most doubtful, by rank, in thousandths; equal doubts weigh the same."""
    ranks = {value: rank for rank, value in enumerate(sorted(set(doubts)))}
    most = max(1, len(ranks) - 1)
    return np.array([1000 + 1000 * DOUBTFUL * ranks[value] // most for value in doubts], dtype=np.int64)


def similarities(texts: Sequence[str]) -> NDArray[np.float32]:
    """Products of all vectors: (N, N), integers from 0 to about NORM squared."""
    found = vectors(texts)
    product: NDArray[np.float32] = found @ found.T
    return product


def vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """Hashed TF-IDF of words and pairs of words: (N, WIDTH), integers of length NORM or a little less."""
    counts = [Counter(_places(text)) for text in texts]
    in_texts = Counter(place for count in counts for place in count)
    found = np.zeros((len(texts), WIDTH), dtype=np.float32)
    for row, count in zip(found, counts, strict=True):
        weights = {place: times.bit_length() * (len(texts) // in_texts[place]).bit_length() for place, times in count.items()}
        length = isqrt(sum(weight * weight for weight in weights.values())) + 1
        for place, weight in weights.items():
            row[place] = weight * NORM // length
    return found


def _places(text: str) -> list[int]:
    words = _WORD.findall(text.casefold())
    parts = [*words, *(f"{left} {right}" for left, right in pairwise(words))]
    return [_place(part) for part in parts]


@lru_cache(maxsize=1 << 17)
def _place(part: str) -> int:
    return number(digest("word", part)) % WIDTH


def _first(candidates: Sequence[Candidate], order: Sequence[int], count: int, per_document: int) -> list[int]:
    taken: Counter[str] = Counter()
    chosen: list[int] = []
    for index in order:
        if len(chosen) == count:
            break
        document = candidates[index].document
        if taken[document] < per_document:
            taken[document] += 1
            chosen.append(index)
    return chosen


def _spread(
    near: NDArray[np.float32], weights: NDArray[np.int64], documents: Sequence[str], count: int, per_document: int
) -> list[int]:
    """Greedy facility location, lazily: a gain only ever falls, so the best stale one that stays best is the best (Minoux 1978)."""
    closest = np.zeros(len(documents), dtype=np.float32)
    taken: Counter[str] = Counter()
    chosen: list[int] = []

    def gain(index: int) -> int:
        return int(np.maximum(near[index] - closest, 0).sum(dtype=np.float64)) * int(weights[index])

    queue: list[Any] = [(-gain(index), index) for index in range(len(documents))]
    heapq.heapify(queue)
    while queue and len(chosen) < count:
        _, index = heapq.heappop(queue)
        if taken[documents[index]] >= per_document:
            continue
        now = -gain(index)
        if queue and (now, index) > queue[0]:
            heapq.heappush(queue, (now, index))
            continue
        taken[documents[index]] += 1
        chosen.append(index)
        closest = np.maximum(closest, near[index])
    return chosen
