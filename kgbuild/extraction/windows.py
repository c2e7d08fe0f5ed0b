"""Word-pieces of a text -> the windows in which an encoder reads them, and which window's word counts where two overlap.

A text of at most max_pieces has one window. A longer one is halved at word starts until every part fits; then each cut gets a
second window that reaches from the middle of the part before it to the middle of the part after it. Every word is read
where it stands farthest from a cut, and spans are decoded over the whole text, so no span ends because a window did.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kgbuild.models.pieces import Pieces, windows


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text cut into pieces, and its windows as half-open ranges of pieces, in order of their starts."""

    text: str
    pieces: Pieces
    windows: tuple[tuple[int, int], ...]


def prepare(text: str, pieces: Pieces, max_pieces: int) -> Prepared:
    """Find the windows of a text that is cut into pieces."""
    parts = windows(pieces, max_pieces)
    seams = tuple(_seam(pieces, left, right, max_pieces - 2) for left, right in pairwise(parts))
    return Prepared(text, pieces, tuple(sorted({*parts, *seams})))


def merge_scores(prepared: Prepared, scores: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Tag scores of every piece, (pieces, tags), from those of each window, (pieces of the window, tags).

    A piece takes the window in which its nearest cut is farthest away (the earlier one of equals); the text's own ends are no cuts.
    """
    if len(scores) == 1:
        return scores[0]
    count = len(prepared.pieces)
    best = np.full(count, -1)
    merged = np.zeros((count, scores[0].shape[1]), dtype=np.float32)
    for (start, end), table in zip(prepared.windows, scores, strict=True):
        places = np.arange(start, end)
        left = places - start if start else np.full(end - start, count)
        right = end - 1 - places if end < count else np.full(end - start, count)
        room = np.minimum(left, right)
        better = room > best[start:end]
        best[start:end][better] = room[better]
        merged[start:end][better] = table[better]
    return merged


def _seam(pieces: Pieces, left: tuple[int, int], right: tuple[int, int], limit: int) -> tuple[int, int]:
    """The window across the cut between two neighbouring parts: from the middle of one to the middle of the other."""
    start = _word_start(pieces, sum(left) // 2, left[0])
    return start, _word_start(pieces, min(sum(right) // 2, start + limit), right[0] + 1)


def _word_start(pieces: Pieces, place: int, lowest: int) -> int:
    """The start of the word that the piece belongs to; the piece itself where that lies before `lowest`: an endless word."""
    first = place
    while first > lowest and not pieces.words[first]:
        first -= 1
    return first if pieces.words[first] else place
