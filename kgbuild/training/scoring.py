"""A model and annotated documents -> predictions with margins -> F1. Spans strictly by offsets and type; relations given gold chains.

Sets, not lists: repeated annotations count once. Everything is kept as margins, so that thresholds and calibration are chosen
without running the model again.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from kgbuild.corpora.document import on_tokens
from kgbuild.extraction.chains import join_names
from kgbuild.models.calibration import scores
from kgbuild.models.checkpoint import Joint
from kgbuild.models.spec import Platt
from kgbuild.models.viterbi import best_path, path_spans, span_margins
from kgbuild.training.batches import Recipe, collate
from kgbuild.training.corpora import Annotated, judged_facts
from kgbuild.training.examples import Example, Work, examples_of, gold_places
from kgbuild.training.rendering import render

LOWEST = -8.0
"""Relations with a smaller margin than this are not kept: far below any threshold worth trying."""
SHIFTS = tuple(round(-4.0 + 0.1 * step, 1) for step in range(61))
"""Shifts of the threshold class that are tried, -4 to 2."""


Mask = NDArray[np.bool_]


class Score(NamedTuple):
    """Precision, recall and F1 as fractions."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Predictions:
    """Predicted spans and links of several documents, one item each, and how much gold there is.

    span_document, span_kind, span_margin, span_right; link_document, link_relation, link_margin, link_right: (N,) arrays;
    gold_spans (documents, types + 1), gold_links (documents, relations + 1): distinct gold items, the last column counting
    those of types and relations that the model does not know (they are missed, not left out). Of documents whose mentions are not
    completely annotated there are no spans, neither predicted nor gold.
    """

    span_document: NDArray[np.int64]
    span_kind: NDArray[np.int64]
    span_margin: NDArray[np.float64]
    span_right: NDArray[np.bool_]
    link_document: NDArray[np.int64]
    link_relation: NDArray[np.int64]
    link_margin: NDArray[np.float64]
    link_right: NDArray[np.bool_]
    gold_spans: NDArray[np.int64]
    gold_links: NDArray[np.int64]
    names: tuple["NamePairs", ...] = ()


@dataclass(frozen=True, slots=True)
class NamePairs:
    """The written names of one gold document (or window), the pairs that may be one thing, and what is right.

    chains: (N,) the gold chain of each name; pairs: (P, 2); margins: (P,) log-odds.
    """

    document: int
    chains: NDArray[np.int64]
    pairs: NDArray[np.int64]
    margins: NDArray[np.float64]

    @property
    def right(self) -> Mask:
        """Whether the two names of each pair are one thing."""
        same: Mask = self.chains[self.pairs[:, 0]] == self.chains[self.pairs[:, 1]]
        return same


def predict(model: Joint, documents: list[Annotated], recipe: Recipe, size: int = 8, natural: bool = False) -> Predictions:
    """Run a model over documents, with gold chains for the relations; the type mask is applied."""
    examples = [
        (number, example)
        for number, document in enumerate(documents)
        for example in examples_of(
            Work(document), recipe.tokenizer, recipe.labels, recipe.spec.max_pieces, recipe.special, natural
        )
    ]
    examples.sort(key=lambda pair: len(pair[1].ids))
    spans: list[dict[tuple[int, int, int], float]] = [{} for _ in documents]
    links: list[dict[tuple[int, int, int], float]] = [{} for _ in documents]
    names: list[NamePairs] = []
    allowed = mask_table(recipe)
    was = model.training
    model.eval()
    for start in range(0, len(examples), size):
        chosen = examples[start : start + size]
        for (number, example), answer in zip(chosen, run(model, [e for _, e in chosen], recipe), strict=True):
            spans[number].update(_spans(example, answer.tags))
            for key, margin in _links(example, answer.margins, allowed):
                links[number][key] = max(margin, links[number].get(key, LOWEST))
            if example.names is not None and answer.names is not None:
                pairs = np.stack([example.names.left, example.names.right], axis=1)
                names.append(NamePairs(number, example.names.chains, pairs, answer.names))
    model.train(was)
    found = _collect(documents, recipe, spans, links, natural)
    return replace(found, names=tuple(sorted(names, key=lambda item: item.document)))


def mask_table(recipe: Recipe) -> NDArray[np.bool_]:
    """The model's mask as (types, types, relations)."""
    labels = recipe.labels
    table = np.zeros((len(labels.types), len(labels.types), len(labels.relations)), dtype=bool)
    for head, relation, tail in recipe.spec.mask:
        table[labels.types[head], labels.types[tail], labels.relations[relation]] = True
    return table


def score(right: int, predicted: int, gold: int) -> Score:
    """Precision, recall, F1 from counts; 0 where undefined."""
    precision, recall = right / max(predicted, 1), right / max(gold, 1)
    return Score(precision, recall, 2 * precision * recall / max(precision + recall, 1e-12))


def span_score(found: Predictions, kind: int | None = None) -> Score:
    """Mention precision, recall, F1 of all decoded spans, or of one type."""
    taken = np.ones(len(found.span_kind), dtype=bool) if kind is None else found.span_kind == kind
    gold = found.gold_spans if kind is None else found.gold_spans[:, kind]
    return score(int((taken & found.span_right).sum()), int(taken.sum()), int(gold.sum()))


def link_score(
    found: Predictions, shift: float | NDArray[np.float64] = 0.0, documents: Mask | None = None, relations: Mask | None = None
) -> Score:
    """Relation scores with margin > shift (one for all, or one an item), on some documents and relations (default: all).

    documents: (documents,); relations: (relations + 1,), the last for relations that the model does not know.
    """
    some = np.ones(len(found.gold_links), dtype=bool) if documents is None else documents
    which = np.ones(found.gold_links.shape[1], dtype=bool) if relations is None else relations
    taken = (found.link_margin > shift) & some[found.link_document] & which[found.link_relation]
    gold = int(found.gold_links[some][:, which].sum())
    return score(int((taken & found.link_right).sum()), int(taken.sum()), gold)


def best_shift(found: Predictions, documents: NDArray[np.bool_] | None = None) -> float:
    """The shift with the best F1; ties go to the higher one; none where nothing is annotated to choose by."""
    if not found.gold_links[slice(None) if documents is None else documents].sum():
        return 0.0
    return max(SHIFTS, key=lambda shift: (link_score(found, shift, documents).f1, shift))


def name_scores(found: Predictions, platt: Platt) -> list[NDArray[np.int64]]:
    """Scores of pairs of names in ten-thousandths, document by document."""
    return [scores(item.margins, platt) for item in found.names]


def chain_score(found: Predictions, values: list[NDArray[np.int64]], join: int) -> Score:
    """How many groups of names are exactly right, given gold mentions, when names are joined from `join` on.

    Names that stand alone count as well: joining them wrongly costs as much as leaving two apart.
    """
    right = predicted = gold = 0
    for item, marks in zip(found.names, values, strict=True):
        groups = join_names(len(item.chains), item.pairs.tolist(), marks.tolist(), join)
        made, wanted = _groups(groups), _groups(item.chains.tolist())
        right, predicted, gold = right + len(made & wanted), predicted + len(made), gold + len(wanted)
    return score(right, predicted, gold)


def _groups(labels: list[int]) -> set[tuple[int, ...]]:
    members: dict[int, list[int]] = {}
    for index, label in enumerate(labels):
        members.setdefault(label, []).append(index)
    return {tuple(group) for group in members.values()}


def halves(count: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Two halves of documents, even and odd: the first 150 of dev are easier than the rest, so they are dealt out."""
    even = np.arange(count) % 2 == 0
    return even, ~even


def crossed_shifts(found: Predictions) -> NDArray[np.float64]:
    """For each link the shift that is best on the half of the documents that it does not belong to."""
    shifts = np.zeros(len(found.link_margin))
    parts = halves(len(found.gold_links))
    for part, other in zip(parts, reversed(parts), strict=True):
        shifts[part[found.link_document]] = best_shift(found, other)
    return shifts


def crossed_link_score(found: Predictions) -> Score:
    """Relation scores with one shift, chosen on the other half of the documents each."""
    return link_score(found, crossed_shifts(found))


class Answer(NamedTuple):
    """What a model says of one example: tag scores (L, tags), margins (P, R), log-odds of pairs of names or None."""

    tags: NDArray[np.float32]
    margins: NDArray[np.float32]
    names: NDArray[np.float64] | None


def run(model: Joint, examples: list[Example], recipe: Recipe) -> list[Answer]:
    """One batch through the model, in inference mode; the model's own mode is left as it is."""
    batch = collate(examples, recipe.spec.special.pad)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=recipe.spec.precision == "bf16"):
        encoded, tags = model(batch.ids, batch.cases, batch.mask)
        related = model.relation(encoded, batch.mask, batch.chains).float() if batch.chains is not None else None
        joined = None
        if batch.names is not None and model.coreference is not None:
            joined = model.coreference(encoded, batch.names).float()
    margins = np.zeros((0, len(recipe.labels.relations)), np.float32)
    if related is not None:
        margins = (related[:, 1:] - related[:, :1]).numpy()
    parts = np.split(margins, np.cumsum([len(example.heads) for example in examples])[:-1])
    odds: list[NDArray[np.float64] | None] = [None] * len(examples)
    if joined is not None:
        sizes = [0 if example.names is None else len(example.names.left) for example in examples]
        odds = list(np.split(joined.double().numpy(), np.cumsum(sizes)[:-1]))
    return [Answer(*parts) for parts in zip(tags.float().numpy(), parts, odds, strict=True)]


def _spans(example: Example, tags: NDArray[np.float32]) -> dict[tuple[int, int, int], float]:
    table = tags[example.words]
    found = path_spans(best_path(table, example.breaks))
    lasts = np.append(example.words[1:], len(example.ids) - 1) - 1
    margins = span_margins(table, found, example.breaks)
    return {
        (int(example.starts[example.words[first]]), int(example.ends[lasts[end - 1]]), kind): float(margin)
        for (first, end, kind), margin in zip(found, margins, strict=True)
    }


def _in_tokens(
    spans: dict[tuple[int, int, int], float], offsets: list[list[tuple[int, int]]]
) -> dict[tuple[int, int, int], float]:
    """Spans of whole tokens; of two that come to be one, the surer."""
    flat = [place for row in offsets for place in row]
    found: dict[tuple[int, int, int], float] = {}
    for (start, end, kind), margin in spans.items():
        key = (*on_tokens(flat, start, end), kind)
        found[key] = max(margin, found.get(key, margin))
    return found


def _links(
    example: Example, margins: NDArray[np.float32], allowed: NDArray[np.bool_]
) -> list[tuple[tuple[int, int, int], float]]:
    legal = allowed[example.kinds[example.heads], example.kinds[example.tails]]
    pairs, relations = np.nonzero((margins > LOWEST) & legal)
    heads, tails = example.owners[example.heads[pairs]].tolist(), example.owners[example.tails[pairs]].tolist()
    return list(zip(zip(heads, relations.tolist(), tails, strict=True), margins[pairs, relations].tolist(), strict=True))


def _collect(
    documents: list[Annotated],
    recipe: Recipe,
    spans: list[dict[tuple[int, int, int], float]],
    links: list[dict[tuple[int, int, int], float]],
    natural: bool,
) -> Predictions:
    types, names = recipe.labels.types, recipe.labels.relations
    listed = list(names)
    span_rows, link_rows = [], []
    gold_spans = np.zeros((len(documents), len(types) + 1), dtype=np.int64)
    gold_links = np.zeros((len(documents), len(names) + 1), dtype=np.int64)
    for number, document in enumerate(documents):
        _, offsets = render(document, natural)
        places = gold_places(document, offsets) if document.complete else []
        gold = {(s, e, types.get(kind, -1)) for chain in places for s, e, kind in chain}
        facts = judged_facts(document)
        unasked = frozenset() if document.looked_for is None else frozenset(listed) - document.looked_for
        predicted = spans[number] if document.gaps is not None else _in_tokens(spans[number], offsets)
        asked = (frozenset(types) if document.types is None else document.types) if document.complete else frozenset()
        annotated = {number for kind, number in types.items() if kind in asked}
        span_rows += [(number, key[2], margin, key in gold) for key, margin in predicted.items() if key[2] in annotated]
        link_rows += [
            (number, r, margin, (h, listed[r], t) in facts)
            for (h, r, t), margin in links[number].items()
            if listed[r] not in unasked
        ]
        np.add.at(gold_spans[number], [kind for _, _, kind in gold], 1)
        np.add.at(gold_links[number], [names.get(relation, -1) for _, relation, _ in facts], 1)
    left = np.array(span_rows, dtype=np.float64).reshape(-1, 4)
    right = np.array(link_rows, dtype=np.float64).reshape(-1, 4)
    return Predictions(
        left[:, 0].astype(np.int64), left[:, 1].astype(np.int64), left[:, 2], left[:, 3] > 0,
        right[:, 0].astype(np.int64), right[:, 1].astype(np.int64), right[:, 2], right[:, 3] > 0,
        gold_spans, gold_links,
    )  # fmt: skip
