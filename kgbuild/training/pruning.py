"""A trained model and documents -> its pruner: which pairs of chains are worth the relation head. Soft labels are the model's own.

What is learned is whether any relation of a pair reaches the score from which links are kept at all; nothing of the annotation but
its chains is used. The limit is chosen on dev so that nearly every link remains.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log as logarithm
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from kgbuild.errors import UsageError
from kgbuild.extraction.runtime import kept_pairs
from kgbuild.models.adapter import copy_model
from kgbuild.models.calibration import scores as calibrated
from kgbuild.models.checkpoint import Joint, load
from kgbuild.models.directory import CARD, METRICS, WEIGHTS, read_directory, write_json, write_spec, write_tensors
from kgbuild.models.pruner import Pruner, overlap_of
from kgbuild.models.relation import chain_attention
from kgbuild.models.spec import ModelSpec, Platt, PrunerSpec
from kgbuild.records import ONE
from kgbuild.training.batches import Batch, Recipe, collate
from kgbuild.training.card import pruner_line
from kgbuild.training.corpora import Annotated, read_corpus
from kgbuild.training.devices import Place, autocast, free_memory, out_of_memory, placed, possible_precision
from kgbuild.training.epochs import known_part
from kgbuild.training.examples import Example, Work, examples_of, labels_for
from kgbuild.training.scoring import mask_table

log = logging.getLogger(__name__)

RECALL = 0.995
"""Of the links of dev that reach the floor, at least so many must remain."""
RANK, EPOCHS, TOGETHER, RATE = 64, 8, 4, 1e-2
MOST_PAIRS = 200_000
"""From so many pairs on no further document is looked at: a pruner learns little more."""
FEWEST_PAIRS, FEWEST_LINKS = 2_000, 200
"""With fewer pairs to learn from, or links of dev to choose by, there is no pruner: every pair is scored."""
MOST_KEPT = 0.8
"""A pruner that keeps more than this spares nothing."""
FOR_SCORING = 8


class Seen(NamedTuple):
    """The chains of one window as a trained model sees them.

    ends (C, 2E), kinds (C,), overlap (C, C); heads, tails: (P,) the pairs; best: (P,) the largest margin of an allowed relation;
    links: (P,) how many relations reach the floor.
    """

    ends: Tensor
    kinds: Tensor
    overlap: Tensor
    heads: Tensor
    tails: Tensor
    best: Tensor
    links: Tensor


@dataclass(frozen=True, slots=True)
class Pruned:
    """A pruner, what model.json says of it, and on dev: the share of pairs that is scored, of links that remain."""

    module: Pruner
    spec: PrunerSpec
    kept: float
    recall: float

    @property
    def report(self) -> dict[str, Any]:
        """What metrics.json says: percentages."""
        return {"pairs_scored": round(100 * self.kept, 2), "links_kept": round(100 * self.recall, 2)}


def fit_pruner(
    model: Joint,
    documents: Sequence[Annotated],
    dev: Sequence[Annotated],
    recipe: Recipe,
    links: Platt,
    place: Place,
    seed: int,
) -> Pruned | None:
    """A pruner for a trained model, on the CPU; None, said in the log, where there is too little to fit it or nothing to spare.

    documents: to learn from; dev: to choose the limit by; links: how the model's margins become scores.
    """
    floor = max(1, recipe.spec.floors.links)
    seen = look(model, documents, recipe, links, floor, place)
    judged = look(model, dev, recipe, links, floor, place)
    pairs, found = sum(len(item.best) for item in seen), sum(int(item.links.sum()) for item in judged)
    if pairs < FEWEST_PAIRS or found < FEWEST_LINKS or links.slope <= 0:  # a slope of none: scores say nothing of margins
        log.info("no pruner: %d pairs to learn from, %d links on dev; every pair will be scored", pairs, found)
        return None
    module = learned(seen, recipe.spec, margin_of(floor, links), seed)
    pruned = chosen(module, judged)
    log.info("pruner: %.1f %% of pairs are scored, %.2f %% of links remain", 100 * pruned.kept, 100 * pruned.recall)
    return pruned if pruned.kept <= MOST_KEPT else None


def margin_of(floor: int, links: Platt) -> float:
    """The margin at which a link has this score."""
    return (logarithm(floor / (ONE - floor)) - links.intercept) / links.slope


def learned(seen: Sequence[Seen], spec: ModelSpec, margin: float, seed: int) -> Pruner:
    """Fit a pruner to how far the best margin of each pair is above the one of the floor; weights as they are stored."""
    torch.manual_seed(seed)
    module = Pruner(len(spec.types), spec.relation_head, PrunerSpec(RANK, 0.0))
    optimizer = torch.optim.AdamW(module.parameters(), lr=RATE, weight_decay=1e-4)
    steps = EPOCHS * -(-len(seen) // TOGETHER)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps + 1)
    draw = np.random.default_rng(seed)
    for _ in range(EPOCHS):
        order = draw.permutation(len(seen)).tolist()
        for start in range(0, len(order), TOGETHER):
            loss = _loss(module, [seen[i] for i in order[start : start + TOGETHER]], margin)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    return module.half().float().eval()


def chosen(module: Pruner, judged: Sequence[Seen]) -> Pruned:
    """The highest limit at which RECALL of the links remain, and what runs do at it."""
    with torch.inference_mode():
        scores = [_scores(module, item).numpy() for item in judged]
    links = [item.links.numpy() for item in judged]
    order = np.argsort(-np.concatenate(scores), kind="stable")
    reached = np.cumsum(np.concatenate(links)[order])
    least = float(np.concatenate(scores)[order][np.searchsorted(reached, RECALL * reached[-1])])
    spec = PrunerSpec(RANK, round(least - 0.005, 2))
    kept = [kept_pairs(row, spec) for row in scores]
    share = sum(map(len, kept)) / sum(map(len, scores))
    recall = sum(int(row[some].sum()) for row, some in zip(links, kept, strict=True)) / int(reached[-1])
    return Pruned(module, spec, share, recall)


def write_pruner(folder: Path, pruned: Pruned) -> None:
    """Put a pruner into a model directory: its tensors beside the others, its sizes into model.json."""
    path = folder / WEIGHTS
    tensors = {name: tensor for name, tensor in load_file(path).items() if not name.startswith("pruner.")}
    tensors |= {f"pruner.{name}": tensor.detach().half() for name, tensor in pruned.module.named_parameters()}
    write_tensors(path, lambda part: save_file(tensors, part, metadata={"format": "pt"}))
    write_spec(folder, replace(read_directory(folder).spec, pruner=pruned.spec))


def prune_model(folder: Path, data: Sequence[str | Path], dev: str | Path, out: Path, seed: int = 1) -> Pruned:
    """Copy a model directory that has no pruner, or another one, to `out`, with one fitted to these documents; nothing else changes.

    data, dev: annotated files as for training; what of them counts is their chains. Raises UsageError when out is there already, or
    when the documents are too few or a pruner spares nothing.
    """
    if out.exists():
        raise UsageError(f"{out} is there already: give another --out")
    loaded = load(folder)
    spec = loaded.spec
    labels = labels_for(spec.types, spec.relations, spec.mask, spec.coreference is not None)
    documents = [document for source in data for document in read_corpus(source)]
    place = Place(torch.device("cpu"), possible_precision("bf16", torch.device("cpu")))
    links = read_directory(folder).calibration.links
    pruned = fit_pruner(loaded.model, documents, read_corpus(dev), Recipe(loaded.tokenizer, labels, spec), links, place, seed)
    if pruned is None:
        raise UsageError(
            f"no pruner was made: it takes {FEWEST_PAIRS:,} pairs of entities to learn from and {FEWEST_LINKS} relations found in {dev}, and "
            f"must spare {100 - round(100 * MOST_KEPT)} % of pairs at least: give more documents, or leave the model as it is"
        )
    copy_model(folder, out)
    write_pruner(out, pruned)
    _tell(out, pruned)
    return pruned


def _tell(folder: Path, pruned: Pruned) -> None:
    """Say of a copy's new pruner what was measured, where the copy says so of the old one."""
    if not (folder / METRICS).is_file():
        return
    metrics = json.loads((folder / METRICS).read_text(encoding="utf-8"))
    before, metrics["pruner"] = pruner_line(metrics), pruned.report
    write_json(folder / METRICS, metrics)
    if (folder / CARD).is_file():
        text = (folder / CARD).read_text(encoding="utf-8")
        after = pruner_line(metrics)
        text = text.replace(before, after) if before and before in text else f"{text.rstrip()}\n\n{after}"
        (folder / CARD).write_text(text, encoding="utf-8")


# ── what the model sees ──────────────────────────────────────────────────────────────────────────────────────────────────


def look(model: Joint, documents: Sequence[Annotated], recipe: Recipe, links: Platt, floor: int, place: Place) -> list[Seen]:
    """The pairs of annotated chains of documents, in their order, until there are MOST_PAIRS."""
    seen: list[Seen] = []
    waiting: list[Example] = []
    count = 0
    was = model.training
    model.eval()
    for document in documents:
        work = Work(known_part(document, recipe))
        made = examples_of(work, recipe.tokenizer, recipe.labels, recipe.spec.max_pieces, recipe.special, False)
        waiting += [example for example in made if len(example.heads)]
        while len(waiting) >= FOR_SCORING:
            some, waiting = waiting[:FOR_SCORING], waiting[FOR_SCORING:]
            seen += _look(model, some, recipe, links, floor, place)
            count += sum(len(example.heads) for example in some)
        if count >= MOST_PAIRS:
            break
    seen += _look(model, waiting, recipe, links, floor, place) if waiting else []
    model.train(was)
    return seen


def _look(model: Joint, examples: list[Example], recipe: Recipe, links: Platt, floor: int, place: Place) -> list[Seen]:
    """What the model sees of some windows; in two parts where memory runs out."""
    try:
        return _look_at_once(model, examples, recipe, links, floor, place)
    except (RuntimeError, MemoryError) as error:
        if len(examples) == 1 or not out_of_memory(error):
            raise
    free_memory(place.device)
    half = len(examples) // 2
    return [seen for some in (examples[:half], examples[half:]) for seen in _look(model, some, recipe, links, floor, place)]


def _look_at_once(model: Joint, examples: list[Example], recipe: Recipe, links: Platt, floor: int, place: Place) -> list[Seen]:
    batch: Batch = placed(collate(examples, recipe.spec.special.pad), place.device)
    allowed = mask_table(recipe)
    with torch.no_grad(), autocast(place.device, place.precision):
        encoded, _ = model(batch.ids, batch.cases, batch.mask)
        if batch.chains is None:
            return []
        scores = model.relation(encoded, batch.mask, batch.chains).float()
        ends = model.relation.ends_of(encoded.hidden, batch.chains).float().cpu()
        attention = chain_attention(encoded, batch.mask, batch.chains)
        overlaps = [overlap_of(rows).float().cpu() for rows in attention]
    margins = (scores[:, 1:] - scores[:, :1]).cpu().split([len(example.heads) for example in examples])
    return [_seen(*one, allowed, links, floor) for one in zip(examples, ends, overlaps, margins, strict=True)]


def _seen(example: Example, ends: Tensor, overlap: Tensor, margins: Tensor, allowed: Any, links: Platt, floor: int) -> Seen:
    """What is seen of one window; ends and overlap are padded."""
    count = len(example.kinds)
    legal = torch.from_numpy(allowed[example.kinds[example.heads], example.kinds[example.tails]])
    reach = torch.from_numpy(calibrated(margins.numpy(), links) >= floor) & legal
    best = margins.masked_fill(~legal, -torch.inf).amax(1)
    kinds, heads, tails = map(torch.from_numpy, (example.kinds, example.heads, example.tails))
    return Seen(ends[:count].clone(), kinds, overlap[:count, :count].clone(), heads, tails, best, reach.sum(1))


def _scores(module: Pruner, item: Seen) -> Tensor:
    scores: Tensor = module(item.ends, item.kinds, item.overlap)[item.heads, item.tails]
    return scores


def _loss(module: Pruner, items: Sequence[Seen], margin: float) -> Tensor:
    scores = torch.cat([_scores(module, item) for item in items])
    wanted = torch.sigmoid(torch.cat([item.best for item in items]) - margin)
    return functional.binary_cross_entropy_with_logits(scores, wanted)
