"""Tag scores of words -> the best legal BIO path -> typed spans with margins, in plain numpy.

Legal: I-X only after B-X or I-X, never first, never after a hard boundary. Every operation is element-wise or over the short
axis of tags, so other passages in the batch change no bit. Knows no text and no encoder.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32] | NDArray[np.float64]
Ints = NDArray[np.int64]


def tag_names(types: tuple[str, ...]) -> tuple[str, ...]:
    """O, then B and I of each type: the fixed order of a model's tag scores."""
    return ("O", *(f"{prefix}-{type_}" for type_ in types for prefix in "BI"))


def best_path(scores: Floats, breaks: NDArray[np.bool_]) -> Ints:
    """The highest-scoring legal tag sequence of one passage.

    scores: (words, 2 x types + 1), in the order of tag_names; breaks: (words,), True where a hard boundary lies before the
    word. Ties go to the earlier tag. Returns (words,) tag numbers.
    """
    path: Ints = best_paths(scores[None], breaks[None])[0]
    return path


def best_paths(scores: Floats, breaks: NDArray[np.bool_]) -> Ints:
    """`best_path` for passages padded at the end: (passages, words, tags), (passages, words) -> (passages, words).

    Padding must score O = 0 and every other tag very low (or be cut off by the caller, which changes the path before it only
    through ties): use `pad_scores`.
    """
    passages, words, tags = scores.shape
    if not words:
        return np.zeros((passages, 0), dtype=np.int64)
    begin, inside = np.arange(1, tags, 2), np.arange(2, tags, 2)
    best = scores[:, 0].astype(np.float64)
    best[:, inside] = -np.inf
    free = np.zeros((passages, words), dtype=np.int64)  # best predecessor of O and B tags
    kept = np.zeros((passages, words, len(inside)), dtype=np.int64)  # best predecessor of each I tag
    for word in range(1, words):
        free[:, word] = best.argmax(axis=1)
        stays = best[:, inside] > best[:, begin]
        kept[:, word] = np.where(stays, inside, begin)
        follow = np.where(stays, best[:, inside], best[:, begin])
        follow[breaks[:, word]] = -np.inf
        top = best.max(axis=1, keepdims=True)
        best = np.repeat(top, tags, axis=1)
        best[:, inside] = follow
        best += scores[:, word]
    return _trace(best.argmax(axis=1), free, kept)


def pad_scores(items: list[Floats]) -> tuple[Floats, Ints]:
    """Stack score tables of several lengths for `best_paths`; returns the stack and the lengths."""
    lengths = np.array([len(item) for item in items], dtype=np.int64)
    tags = items[0].shape[1] if items else 1
    stack = np.full((len(items), int(lengths.max(initial=0)), tags), -1e9, dtype=np.float64)
    stack[:, :, 0] = 0.0
    for row, item in zip(stack, items, strict=True):
        row[: len(item)] = item
    return stack, lengths


def path_spans(path: Ints) -> list[tuple[int, int, int]]:
    """The spans of a legal path as (first word, word after the last, type number)."""
    firsts = np.flatnonzero(path % 2 == 1)
    spans = []
    for first, limit in pairwise([*firsts.tolist(), len(path)]):
        kind = int(path[first]) // 2
        end = first + 1
        while end < limit and path[end] == 2 * kind + 2:
            end += 1
        spans.append((first, end, kind))
    return spans


def span_margins(scores: Floats, spans: list[tuple[int, int, int]], breaks: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Log-odds of each span: that its words carry its type and the word after it does not go on with it.

    Words are taken as independent, with softmax over tags; the first word counts as of the type under B or I (the path
    constraint, not the word, tells these apart). Returns (spans,).
    """
    table = scores.astype(np.float64)
    table = table - table.max(axis=1, keepdims=True)
    weights = np.exp(table)
    weights /= weights.sum(axis=1, keepdims=True)
    return np.array([_log_odds(weights, span, breaks) for span in spans], dtype=np.float64)


def _log_odds(weights: NDArray[np.float64], span: tuple[int, int, int], breaks: NDArray[np.bool_]) -> float:
    first, end, kind = span
    inside = weights[:, 2 * kind + 2]
    chance = float(weights[first, 2 * kind + 1] + inside[first]) * float(np.prod(inside[first + 1 : end]))
    if end < len(weights) and not breaks[end]:
        chance *= 1.0 - float(inside[end])
    chance = min(max(chance, 1e-12), 1.0 - 1e-12)
    return float(np.log(chance) - np.log1p(-chance))


def _trace(last: Ints, free: Ints, kept: Ints) -> Ints:
    passages, words = free.shape
    path = np.zeros((passages, words), dtype=np.int64)
    rows = np.arange(passages)
    tag = last.astype(np.int64)
    for word in range(words - 1, -1, -1):
        path[:, word] = tag
        is_inside = (tag % 2 == 0) & (tag > 0)
        tag = np.where(is_inside, kept[rows, word, np.maximum(tag // 2 - 1, 0)], free[:, word])
    return path
