"""A model after an epoch and annotated documents -> that epoch's numbers, and the lines in which they are shown.

Numbers are per cent. Mentions are scored strictly by offsets and type, which for column corpora is seqeval's strict entity score;
relations given gold chains. Labels that the model lacks count as missed. Knows no optimiser and no file.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import torch

from kgbuild.models.checkpoint import Joint
from kgbuild.training.augment import Augmentation
from kgbuild.training.batches import Recipe, epoch_batches
from kgbuild.training.corpora import Annotated, Fact, judged_facts
from kgbuild.training.devices import Place, autocast, free_memory, out_of_memory, placed, scoring_on
from kgbuild.training.losses import losses_of
from kgbuild.training.parts import cut, divisor, mass
from kgbuild.training.scoring import Predictions, Score, crossed_link_score, link_score, predict, span_score

log = logging.getLogger(__name__)

Found = TypeVar("Found")

AS_THEY_ARE = Augmentation(
    crop_related=0.0, crop_unrelated=0.0, lower=0.0, upper=0.0, natural=0.0, disturb=0.0, drop=0.0, split=0.0, merge=0.0,
    partial_every=1,
)  # fmt: skip
"""No augmentation: losses of dev are of the documents as they are annotated."""
TOGETHER = 8
"""Sequences that are scored at once."""


def epoch_row(model: Joint, dev: list[Annotated], test: list[Annotated], recipe: Recipe, place: Place) -> dict[str, Any]:
    """What is measured after an epoch. selection: what the best epoch is chosen by; test is never part of it."""
    found = scored(model, dev, recipe, place)
    mentions, raw, shifted = span_score(found), link_score(found), crossed_link_score(found)
    numbers = {
        "mentions": mentions.f1, "relations_raw": raw.f1, "relations_shifted": shifted.f1, "selection": mentions.f1 + shifted.f1,
    }  # fmt: skip
    row: dict[str, Any] = {key: round(100 * value, 2) for key, value in numbers.items()}
    row["dev"] = losses(model, dev, recipe, place) | _scores(dev, mentions, shifted)
    if test:
        found = scored(model, test, recipe, place)
        row["test"] = losses(model, test, recipe, place) | _scores(test, span_score(found), crossed_link_score(found))
    return row


def scored(model: Joint, documents: list[Annotated], recipe: Recipe, place: Place, *, natural: bool = False) -> Predictions:
    """Predictions of a model wherever it is; what the model has no label for is gold that it missed."""
    known = [known_part(document, recipe) for document in documents]
    found = _predicted(model, known, recipe, place, natural)
    for number, (document, part) in enumerate(zip(documents, known, strict=True)):
        found.gold_spans[number, -1] += _mentions(document) - _mentions(part) if document.complete else 0
        found.gold_links[number, -1] += len(judged_facts(document)) - len(judged_facts(part))
    return found


def known_part(document: Annotated, recipe: Recipe) -> Annotated:
    """A document without the mentions of types that the model lacks, and without the facts that lose an end by it."""
    types = recipe.labels.types
    chains = [tuple(place for place in chain if place[3] in types) for chain in document.chains]
    if chains == list(document.chains):
        return document
    numbers = {old: new for new, old in enumerate(i for i, chain in enumerate(chains) if chain)}
    facts = None
    if document.facts is not None:
        facts = tuple(
            Fact(numbers[f.head], f.relation, numbers[f.tail], f.evidence)
            for f in document.facts
            if f.head in numbers and f.tail in numbers
        )
    return replace(document, chains=tuple(chain for chain in chains if chain), facts=facts)


def losses(model: Joint, documents: list[Annotated], recipe: Recipe, place: Place) -> dict[str, float]:
    """Mean losses over documents, without dropout: `loss`, and by name. Where memory runs out, fewer sequences are read at once."""
    known = [known_part(document, recipe) for document in documents]
    was = model.training
    model.eval()
    means = _with_less_memory(lambda rows: _means(model, known, recipe, place, rows), place)
    model.train(was)
    return {
        name: round(value, 5)
        for name, value in {"loss": sum(means.values()), **{f"{n}_loss": v for n, v in means.items()}}.items()
    }


def _means(model: Joint, known: list[Annotated], recipe: Recipe, place: Place, rows: int) -> dict[str, float]:
    """Mean losses by name, over so many sequences at once, at most."""
    sums: dict[str, float] = {}
    masses: dict[str, float] = {}
    for batch, _ in epoch_batches(known, recipe, AS_THEY_ARE, 1, 0, TOGETHER // 2):
        for part in cut([batch], rows):
            with torch.inference_mode(), autocast(place.device, place.precision):
                found = losses_of(model, placed(part, place.device))
            for name, loss in found.items():
                weight = mass(name, part)
                sums[name] = sums.get(name, 0.0) + divisor(name, weight) * float(loss)
                masses[name] = masses.get(name, 0.0) + weight
    return {name: sums[name] / divisor(name, masses[name]) for name in sums}


def train_loss(row: dict[str, Any]) -> float:
    """The sum of an epoch's training losses."""
    return float(sum(value for key, value in row.items() if key.endswith("_loss")))


# ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────────────

HEADING = f"{'epoch':>5} {'train loss':>10}   {'':<4} {'loss':>8}   {'mentions P':>10} {'R':>6} {'F1':>6}   {'relations P':>11} {'R':>6} {'F1':>6}"


def lines_of(row: dict[str, Any]) -> list[str]:
    """An epoch as lines under HEADING: one for dev, one for test."""
    lines = []
    for name in ("dev", "test"):
        if name in row:
            first = f"{row['epoch']:>5} {train_loss(row):>10.4f}" if name == "dev" else " " * 16
            part = row[name]
            shown = f"{first}   {name:<4} {part['loss']:>8.4f}   {_cells(part['mentions'], 10)}"
            lines.append(shown + (f"   {_cells(part['relations'], 11)}" if "relations" in part else ""))
    return lines


def _cells(part: dict[str, float], width: int) -> str:
    return f"{part['precision']:>{width}.2f} {part['recall']:>6.2f} {part['f1']:>6.2f}"


def _scores(documents: list[Annotated], mentions: Score, relations: Score) -> dict[str, Any]:
    scores = {"mentions": _percent(mentions)}
    if any(document.facts is not None for document in documents):
        scores["relations"] = _percent(relations)
    return scores


def _percent(score: Score) -> dict[str, float]:
    return {name: round(100 * value, 2) for name, value in score._asdict().items()}


def _mentions(document: Annotated) -> int:
    return len({place for chain in document.chains for place in chain})


def _predicted(model: Joint, documents: list[Annotated], recipe: Recipe, place: Place, natural: bool) -> Predictions:
    def run(size: int) -> Predictions:
        with scoring_on(model, place.device, place.precision):
            return predict(model, documents, recipe, size, natural)

    return _with_less_memory(run, place)


def _with_less_memory(run: Callable[[int], Found], place: Place) -> Found:
    """What `run` gives with TOGETHER sequences at once, or with half as many, as long as memory runs out."""
    size = TOGETHER
    while True:
        try:
            return run(size)
        except (RuntimeError, MemoryError) as error:
            if size == 1 or not out_of_memory(error):
                raise
        size //= 2
        free_memory(place.device)
        log.warning("out of memory while scoring: %d sequences at once", size)
