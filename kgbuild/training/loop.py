"""Batches -> a trained model: joint loss, AdamW with layer decay, averaged weights.

All randomness follows from the seed and the epoch, so a resumed run equals an unbroken one. Where memory runs out, a step is made of
smaller parts; steps whose loss is no number are left out. Knows no file formats of corpora.
"""

import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from kgbuild.errors import ModelError
from kgbuild.models.checkpoint import Joint, weights_of
from kgbuild.training.augment import Augmentation
from kgbuild.training.batches import Batch, Recipe, epoch_batches
from kgbuild.training.corpora import Annotated
from kgbuild.training.devices import autocast, device_name, free_memory, helpers, out_of_memory, placed, possible_precision
from kgbuild.training.examples import Taught
from kgbuild.training.losses import losses_of
from kgbuild.training.parts import added, cut, shares

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """What changes the result of training; the shipped model was trained with these defaults.

    epochs: passes over the data; batch: documents read at once; accumulate: batches a step; rates: peak learning rates of
    encoder (top layer) and heads; layer_decay: factor of the rate from layer to layer downwards; warm_up: share of steps;
    average: largest decay of the moving average of the weights, which reaches back over AVERAGED of all steps;
    dev_documents: how many documents of dev (and test) are scored after each epoch (all of them at the end); patience: epochs
    without a better selection score after which training stops, None: never; precision: bf16 where the device computes in it,
    or f32; lora: rank of adapters that are trained instead of the encoder, 0: the encoder itself is trained; keep: labels of the
    start model that the data does not have stay in the model.
    """

    epochs: int = 12
    seed: int = 1
    batch: int = 4
    encoder_rate: float = 2e-4
    head_rate: float = 6e-4
    layer_decay: float = 0.9
    warm_up: float = 0.06
    weight_decay: float = 0.01
    clip: float = 1.0
    dropout: float = 0.25
    average: float = 0.999
    dev_documents: int = 150
    augmentation: Augmentation = field(default_factory=Augmentation)
    accumulate: int = 1
    patience: int | None = None
    precision: str = "bf16"
    lora: int = 0
    keep: bool = False


AVERAGED = 0.1
"""Share of all steps over which weights are averaged: a fixed number would be half of a short training."""
SKIPPED_AT_MOST = 20
"""Steps in a row whose loss or gradient is not a number; then training stops."""


class Diverged(ModelError):
    """Training stopped because losses or weights are no numbers any more."""


@dataclass(slots=True)
class State:
    """What training carries from step to step.

    precision: of the arithmetic; rows: sequences that fit into memory at once, 0: as many as a batch has; skipped: steps
    skipped one after the other, just now.
    """

    model: Joint
    optimizer: torch.optim.Optimizer
    average: dict[str, Tensor]
    step: int = 0
    epoch: int = 0
    history: list[dict[str, Any]] = field(default_factory=list)
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    precision: str = "bf16"
    rows: int = 0
    skipped: int = 0


def start_state(model: Joint, config: TrainingConfig, device: torch.device | None = None) -> State:
    """A state before the first step, on the device (default: the CPU), in the precision that the device can do."""
    device = device or torch.device("cpu")
    precision = possible_precision(config.precision, device)
    if precision != config.precision:
        log.warning("%s does not compute in bf16: training in f32", device_name(device))
    model.to(device)
    average = {name: tensor.detach().clone() for name, tensor in trained(model).items()}
    return State(model, optimizer_for(model, config), average, device=device, precision=precision)


def trained(model: Joint) -> dict[str, nn.Parameter]:
    """The parameters that training changes: all but the word embeddings, or adapters and heads."""
    return {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}


def optimizer_for(model: Joint, config: TrainingConfig) -> torch.optim.Optimizer:
    """AdamW; the rate falls by layer_decay from layer to layer towards the embeddings; no decay on vectors."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in trained(model).items():
        decay = config.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((_rate(name, model.encoder.layers, config), decay), []).append(parameter)
    rows = [{"params": group, "lr": rate, "peak": rate, "weight_decay": decay} for (rate, decay), group in groups.items()]
    return torch.optim.AdamW(rows, betas=(0.9, 0.999), fused=True)


def train_epoch(
    state: State,
    documents: list[Annotated],
    recipe: Recipe,
    config: TrainingConfig,
    report: Callable[[str], None],
    taught: Mapping[int, Taught] | None = None,
) -> None:
    """One epoch; appends a row with mean losses and seconds to the history. taught: what teachers say, by document.

    Raises Diverged, ModelError for want of memory.
    """
    epoch = state.epoch + 1
    torch.manual_seed(config.seed * 1000 + epoch)
    state.model.train()
    started, cpu = time.monotonic(), time.process_time()
    sums: Counter[str] = Counter()
    steps = tried = 0
    workers = helpers(state.device)
    batches = epoch_batches(documents, recipe, config.augmentation, epoch, config.seed, config.batch, taught, workers)
    for group, share in grouped(batches, config.accumulate):
        losses = train_step(state, group, (state.epoch + share) / config.epochs, config)
        sums.update(losses)
        steps += bool(losses)
        tried += 1
        if tried % 50 == 0:
            means = " ".join(f"{name} {total / max(steps, 1):.4f}" for name, total in sums.items())
            report(f"epoch {epoch} {share:4.0%} {means} {time.monotonic() - started:.0f}s")
    refuse_broken_weights(state, f"epoch {epoch}, step {tried}")
    row = {"epoch": epoch, **{f"{name}_loss": round(total / max(steps, 1), 5) for name, total in sums.items()}, "steps": steps}
    row |= {"skipped": tried - steps} if tried > steps else {}
    state.history.append(
        {**row, "seconds": round(time.monotonic() - started, 1), "cpu_seconds": round(time.process_time() - cpu, 1)}
    )
    state.epoch = epoch


def grouped(batches: Iterable[tuple[Batch, float]], size: int) -> Iterator[tuple[list[Batch], float]]:
    """The batches of each step, and the share of the epoch that is done after it; the last step may have fewer."""
    group: list[Batch] = []
    share = 0.0
    for batch, share in batches:
        group.append(batch)
        if len(group) == size:
            yield group, share
            group = []
    if group:
        yield group, share


def train_step(state: State, batches: list[Batch], progress: float, config: TrainingConfig) -> dict[str, float]:
    """One step of the optimiser over all batches; progress: share of all training done after it.

    Returns the losses by name, or nothing where the step was skipped because a loss or the gradient is not a number. Where
    memory runs out, smaller parts are read one after the other and their gradients added up: the step is the same.
    """
    factor = rate_factor(progress, config.warm_up)
    for group in state.optimizer.param_groups:
        group["lr"] = group["peak"] * factor
    while (told := _gradient(state, batches, config.clip)) is None:
        _shrink(state, batches)
    losses, norm = told
    if not all(map(math.isfinite, losses.values())):
        return _skip(state, losses)
    if not math.isfinite(norm):
        return _skip(state, {"gradient": norm})
    parameters = trained(state.model)
    state.optimizer.step()
    state.step += 1
    state.skipped = 0
    reach = AVERAGED * state.step / max(progress, 1e-9)
    decay = min(config.average, (1 + state.step) / (10 + state.step), max(0.0, 1.0 - 1.0 / max(reach, 1.0)))
    with torch.no_grad():
        torch._foreach_lerp_(list(state.average.values()), [p.data for p in parameters.values()], 1.0 - decay)
    return losses


def _gradient(state: State, batches: list[Batch], clip: float) -> tuple[dict[str, float], float] | None:
    """Gradients of all parts, added up and clipped, with the losses and the norm before; None when memory ran out.

    What was computed is looked at once, at the end: a device works on while its next operations are written.
    """
    parts = cut(batches, state.rows or max(len(batch.ids) for batch in batches))
    state.optimizer.zero_grad(set_to_none=True)
    found: list[tuple[str, Tensor]] = []
    try:
        weights: dict[str, list[float]] = {}
        for number, part in enumerate(parts):
            with autocast(state.device, state.precision):
                losses = losses_of(state.model, placed(part, state.device))
            if len(parts) > 1:
                weights |= shares(parts, losses.keys() - weights.keys())
                losses = {name: loss * weights[name][number] for name, loss in losses.items()}
            found += [(name, loss.detach()) for name, loss in losses.items()]
            torch.stack([*losses.values()]).sum().backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(list(trained(state.model).values()), clip)
        *values, size = torch.stack([*(loss.float() for _, loss in found), norm.float()]).tolist()
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
        return None
    return added({name: value} for (name, _), value in zip(found, values, strict=True)), size


def _shrink(state: State, batches: list[Batch]) -> None:
    """Halve how many sequences are read at once. Raises ModelError when it is one already."""
    state.optimizer.zero_grad(set_to_none=True)
    free_memory(state.device)
    most = max(len(batch.ids) for batch in batches)
    now = min(state.rows or most, most)
    if now == 1:
        pieces, pairs = max((batch.ids.shape[1], len(batch.targets)) for batch in batches)
        raise ModelError(
            f"out of memory on {device_name(state.device)} with one sequence of {pieces} word-pieces and up to {pairs} pairs: "
            "train a smaller encoder, on shorter documents, or on a machine with more memory; --resume goes on from the last whole epoch"
        )
    state.rows = (now + 1) // 2
    log.warning(
        "out of memory: %d sequences at once from here on, gradients added up, so that each step is the same", state.rows
    )


def _skip(state: State, losses: dict[str, float]) -> dict[str, float]:
    """Leave a step out. Raises Diverged where that has happened too often, or the weights themselves are no numbers."""
    state.optimizer.zero_grad(set_to_none=True)
    state.skipped += 1
    place = f"epoch {state.epoch + 1}, step {state.step + 1}"
    wrong = ", ".join(f"{name} {value}" for name, value in losses.items() if not math.isfinite(value))
    refuse_broken_weights(state, place)
    if state.skipped >= SKIPPED_AT_MOST:
        raise _diverged(f"{place}: no number as {wrong}, {state.skipped} steps in a row", state)
    log.warning("%s: skipped, %s is no number", place, wrong)
    return {}


def refuse_broken_weights(state: State, place: str) -> None:
    """Raises Diverged, naming the tensor, where a trained weight is not a number."""
    for name, parameter in trained(state.model).items():
        if not torch.isfinite(parameter).all():
            raise _diverged(f"{place}: the weight {name} holds what is no number", state)


def _diverged(what: str, state: State) -> Diverged:
    precision = " or --precision f32" if state.precision == "bf16" else ""
    kept = f"the state after epoch {state.epoch} is kept: --resume goes on from it" if state.epoch else "start again"
    return Diverged(f"training diverged: {what}; {kept}, with a lower --rate and --head-rate{precision}")


def rate_factor(progress: float, warm_up: float) -> float:
    """Linear up over the warm-up, then linear to zero."""
    return progress / warm_up if progress < warm_up or warm_up == 1.0 else max(0.0, (1.0 - progress) / (1.0 - warm_up))


@contextmanager
def averaged(state: State) -> Iterator[Joint]:
    """The model with its averaged weights, for as long as the block lasts."""
    own = trained(state.model)
    kept = {name: parameter.detach().clone() for name, parameter in own.items()}
    copy_into(own, state.average)
    try:
        yield state.model
    finally:
        copy_into(own, kept)


def average_weights(state: State) -> dict[str, Tensor]:
    """All weights, averaged where they are trained: what an epoch's model is."""
    return {name: tensor.detach() for name, tensor in weights_of(state.model).items()} | state.average


def _rate(name: str, layers: tuple[str, ...], config: TrainingConfig) -> float:
    """The peak rate of a parameter. layers: encoder.Encoder.layers."""
    if not name.startswith("encoder.bert."):
        return config.head_rate
    depths = [depth for depth, layer in enumerate(reversed(layers)) if name.startswith(f"encoder.{layer}")]
    return config.encoder_rate * config.layer_decay ** (depths[0] if depths else len(layers))


def copy_into(own: dict[str, nn.Parameter], source: dict[str, Tensor]) -> None:
    """Give parameters the values of tensors of the same names."""
    with torch.no_grad():
        for name, parameter in own.items():
            parameter.copy_(source[name])
