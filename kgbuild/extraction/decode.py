"""Scores of a model -> spans and links with integer scores: constrained paths, calibration, the mask of type triples.

Everything after the calibrated score is integer. A link is kept at or above the model's recorded floor: what a user's
thresholds do with it is decided by build. Knows no runtime.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kgbuild.models import calibration, viterbi
from kgbuild.models.directory import ModelDirectory
from kgbuild.models.pieces import Pieces
from kgbuild.models.spec import ModelSpec
from kgbuild.records import Link, Span

DECODER_VERSION = 1
"""Part of every extraction's key: raised when the same scores would give other spans, chains or links."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Placed:
    """A span, and the first and last piece (of the whole text) that it covers."""

    span: Span
    first: int
    last: int


# ── spans ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def decode_spans(items: list[tuple[Pieces, Floats]], model: ModelDirectory) -> list[list[Placed]]:
    """The spans of each text, in order, not overlapping; scores (pieces, tags).

    A span is whole words, from the highest-scoring legal BIO path over the scores of words' first pieces; its score is the
    calibrated probability of viterbi.span_margins, and spans below the model's floor are left out.
    """
    tables = [_word_table(pieces, scores) for pieces, scores in items]
    paths = _paths([(scores, breaks) for _, scores, breaks in tables])
    return [
        _placed(pieces, firsts, viterbi.path_spans(path), scores, breaks, model)
        for (pieces, _), (firsts, scores, breaks), path in zip(items, tables, paths, strict=True)
    ]


def _word_table(pieces: Pieces, scores: Floats) -> tuple[NDArray[np.int64], Floats, NDArray[np.bool_]]:
    firsts = np.flatnonzero(np.array(pieces.words, dtype=np.bool_))
    return firsts, scores[firsts], np.array(pieces.breaks, dtype=np.bool_)[firsts]


def _paths(items: list[tuple[Floats, NDArray[np.bool_]]]) -> list[NDArray[np.int64]]:
    """Best legal paths. Where the best tag of every word happens to be legal, that is the best path already."""
    paths = [scores.argmax(axis=1) for scores, _ in items]
    wrong = [i for i, (path, (_, breaks)) in enumerate(zip(paths, items, strict=True)) if not _is_legal(path, breaks)]
    if wrong:
        stack, lengths = viterbi.pad_scores([items[i][0] for i in wrong])
        breaks = np.zeros(stack.shape[:2], dtype=np.bool_)
        for row, i in enumerate(wrong):
            breaks[row, : lengths[row]] = items[i][1]
        for i, path, length in zip(wrong, viterbi.best_paths(stack, breaks), lengths, strict=True):
            paths[i] = path[:length]
    return paths


def _is_legal(path: NDArray[np.int64], breaks: NDArray[np.bool_]) -> bool:
    inside = (path > 0) & (path % 2 == 0)
    before = np.concatenate([[0], path[:-1]])
    continues = ((before == path) | (before == path - 1)) & ~breaks
    return bool((continues | ~inside).all())


def _placed(
    pieces: Pieces,
    firsts: NDArray[np.int64],
    spans: list[tuple[int, int, int]],
    scores: Floats,
    breaks: NDArray[np.bool_],
    model: ModelDirectory,
) -> list[Placed]:
    if not spans:
        return []
    quantised = calibration.scores(viterbi.span_margins(scores, spans, breaks), model.calibration.spans).tolist()
    limits = [*firsts.tolist(), len(pieces)]
    found = []
    for (start, end, kind), score in zip(spans, quantised, strict=True):
        if score >= model.spec.floors.spans:
            first, last = limits[start], limits[end] - 1
            found.append(Placed(Span(pieces.starts[first], pieces.ends[last], model.spec.types[kind], score), first, last))
    return found


# ── links ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def type_mask(spec: ModelSpec) -> NDArray[np.bool_]:
    """(head type, tail type, relation): may the model give this out."""
    types, relations = ({name: i for i, name in enumerate(names)} for names in (spec.types, spec.relations))
    mask = np.zeros((len(types), len(types), len(relations)), dtype=np.bool_)
    for head, relation, tail in spec.mask:
        mask[types[head], types[tail], relations[relation]] = True
    return mask


def decode_links(
    margins: Floats, allowed: NDArray[np.bool_], heads: NDArray[np.int64], tails: NDArray[np.int64], model: ModelDirectory
) -> list[Link]:
    """Links at or above the floor. margins, allowed: (P, relations); heads, tails: (P,) what links shall name as their ends."""
    pairs, relations = np.nonzero(allowed)
    quantised = calibration.scores(margins[pairs, relations], model.calibration.links)
    kept = quantised >= max(1, model.spec.floors.links)
    pairs, relations = pairs[kept], relations[kept]
    rows = zip(heads[pairs].tolist(), tails[pairs].tolist(), relations.tolist(), quantised[kept].tolist(), strict=True)
    return [Link(head, tail, model.spec.relations[relation], score) for head, tail, relation, score in rows]


def strongest(links: list[Link]) -> tuple[Link, ...]:
    """Sorted, each (head, tail, label) once with its highest score: windows of a long text see some pairs twice."""
    best: dict[tuple[int, int, str], Link] = {}
    for link in links:
        key = (link.head, link.tail, link.label)
        if key not in best or link.score > best[key].score:
            best[key] = link
    return tuple(best[key] for key in sorted(best))
