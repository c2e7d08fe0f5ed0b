"""The small interface between extraction and what multiplies matrices: word-pieces in, tag scores and relation margins out.

Two implementations: runtime_openvino (CPU, the default, no torch) and runtime_torch. A runtime knows no text, no label and no
threshold. Each of its floating-point operations runs at a shape that follows from one passage alone, never from its neighbours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kgbuild.models.spec import PrunerSpec

BLOCK = 64
"""Pairs are scored in blocks of this many."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Batch:
    """Passages (or windows of long ones) of one padded length L.

    ids, cases: (B, L), [CLS] pieces [SEP] padding; lengths: (B,), pieces with the two special ones.
    """

    ids: Ints
    cases: Ints
    lengths: Ints


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the encoder made of a batch: tag scores (B, L, tags), and a state that only the same runtime can read."""

    tags: Floats
    state: Any


@dataclass(frozen=True, slots=True)
class Question:
    """Which pairs of chains of one row to score. Positions count pieces of the row, [CLS] being 0.

    first, last: (M,) first and last piece of each mention; chain: (M,) its chain, sorted, 0 … C - 1 each at least once;
    types: (C,) type numbers; heads, tails: (P,) chains.
    """

    first: Ints
    last: Ints
    chain: Ints
    types: Ints
    heads: Ints
    tails: Ints


@dataclass(frozen=True, slots=True)
class NameQuestion:
    """Which pairs of written names of one row to score. Positions count pieces of the row, [CLS] being 0.

    first, last: (M,) first and last piece of each mention; name: (M,) its name, 0 … N - 1 each at least once; types: (N,) type
    numbers; left, right: (P,) names; features: (P, F).
    """

    first: Ints
    last: Ints
    name: Ints
    types: Ints
    left: Ints
    right: Ints
    features: Floats


class Runtime(Protocol):
    """A model in memory. numerics: what, beside the passage, decides the last bits; workers: how many threads may call at once."""

    numerics: str
    workers: int

    def encode(self, batch: Batch) -> Encoded: ...

    def relate(self, encoded: Encoded, row: int, length: int, question: Question) -> Floats:
        """Margins (P, relations): score of the relation minus the score of the threshold; -inf for pairs that a pruner leaves out."""
        ...

    def join(self, encoded: Encoded, row: int, length: int, question: NameQuestion) -> Floats:
        """Log-odds (P,) that two names are one thing; only for models with a coreference head."""
        ...

    def close(self) -> None: ...


def kept_pairs(scores: Floats, spec: PrunerSpec) -> Ints:
    """Which pairs the relation head scores, ascending: all at or above `least`, but the best `most` at most.

    scores: (P,), the pruner's. Blocks are filled up with the next best pairs, since a block that is begun costs as much as a full one.
    Of equal scores the earlier pair is kept.
    """
    wanted = int(np.count_nonzero(scores >= spec.least))
    count = min(len(scores), -(-wanted // BLOCK) * BLOCK, spec.most)
    best = np.argsort(-scores, kind="stable")[:count]
    return np.sort(best).astype(np.int64)


def make_batch(rows: Sequence[tuple[Sequence[int], Sequence[int]]], length: int, pad: int, cls: int, sep: int) -> Batch:
    """A batch of (ids, cases) of pieces, padded to `length`; special pieces and padding have case 0."""
    ids = np.full((len(rows), length), pad, dtype=np.int64)
    cases = np.zeros((len(rows), length), dtype=np.int64)
    lengths = np.array([len(pieces) + 2 for pieces, _ in rows], dtype=np.int64)
    for index, (pieces, case) in enumerate(rows):
        ids[index, 0], ids[index, len(pieces) + 1] = cls, sep
        ids[index, 1 : len(pieces) + 1] = pieces
        cases[index, 1 : len(pieces) + 1] = case
    return Batch(ids, cases, lengths)
