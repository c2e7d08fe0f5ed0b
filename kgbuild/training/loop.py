"""Batches -> a trained model: joint loss, AdamW with layer decay, averaged weights, a resumable state after each epoch.

All randomness follows from the seed and the epoch, so a resumed run equals an unbroken one. Knows no file formats of corpora.
"""

import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from kgbuild.errors import ModelError
from kgbuild.models.checkpoint import Joint, weights_of
from kgbuild.training.augment import Augmentation
from kgbuild.training.batches import Batch, Recipe, epoch_batches
from kgbuild.training.corpora import Annotated
from kgbuild.training.examples import Taught
from kgbuild.training.losses import losses_of

log = logging.getLogger(__name__)

STATE = "state.safetensors"


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """What changes the result of training; the shipped model was trained with these defaults.

    epochs: passes over the data; batch: documents a step; rates: peak learning rates of encoder (top layer) and heads;
    layer_decay: factor of the rate from layer to layer downwards; warm_up: share of steps; average: decay of the moving
    average of the weights; dev_documents: how many dev documents are scored after each epoch (all of them at the end).
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


@dataclass(slots=True)
class State:
    """What training carries from step to step."""

    model: Joint
    optimizer: torch.optim.Optimizer
    average: dict[str, Tensor]
    step: int = 0
    epoch: int = 0
    history: list[dict[str, Any]] = field(default_factory=list)


def start_state(model: Joint, config: TrainingConfig) -> State:
    """A state before the first step."""
    average = {name: tensor.detach().clone() for name, tensor in trained(model).items()}
    return State(model, optimizer_for(model, config), average)


def trained(model: Joint) -> dict[str, nn.Parameter]:
    """The parameters that training changes: all but the word embeddings."""
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
    """One epoch; appends a row with mean losses and seconds to the history. taught: what teachers say, by document."""
    epoch = state.epoch + 1
    torch.manual_seed(config.seed * 1000 + epoch)
    state.model.train()
    started, cpu = time.monotonic(), time.process_time()
    sums: Counter[str] = Counter()
    steps = 0
    for batch, share in epoch_batches(documents, recipe, config.augmentation, epoch, config.seed, config.batch, taught):
        sums.update(train_step(state, batch, (state.epoch + share) / config.epochs, recipe.spec.precision, config))
        steps += 1
        if steps % 50 == 0:
            means = " ".join(f"{name} {total / steps:.4f}" for name, total in sums.items())
            report(f"epoch {epoch} {share:4.0%} {means} {time.monotonic() - started:.0f}s")
    row = {"epoch": epoch, **{f"{name}_loss": round(total / steps, 5) for name, total in sums.items()}, "steps": steps}
    state.history.append(
        {**row, "seconds": round(time.monotonic() - started, 1), "cpu_seconds": round(time.process_time() - cpu, 1)}
    )
    state.epoch = epoch


def train_step(state: State, batch: Batch, progress: float, precision: str, config: TrainingConfig) -> dict[str, float]:
    """One step of the optimiser; progress: share of all training done after it. Returns the losses by name."""
    factor = rate_factor(progress, config.warm_up)
    for group in state.optimizer.param_groups:
        group["lr"] = group["peak"] * factor
    with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
        losses = losses_of(state.model, batch)
    state.optimizer.zero_grad(set_to_none=True)
    torch.stack([*losses.values()]).sum().backward()  # type: ignore[no-untyped-call]
    parameters = trained(state.model)
    nn.utils.clip_grad_norm_(list(parameters.values()), config.clip)
    state.optimizer.step()
    state.step += 1
    decay = min(config.average, (1 + state.step) / (10 + state.step))
    with torch.no_grad():
        torch._foreach_lerp_(list(state.average.values()), [p.data for p in parameters.values()], 1.0 - decay)
    return {name: float(loss.detach()) for name, loss in losses.items()}


def rate_factor(progress: float, warm_up: float) -> float:
    """Linear up over the warm-up, then linear to zero."""
    return progress / warm_up if progress < warm_up else max(0.0, (1.0 - progress) / (1.0 - warm_up))


@contextmanager
def averaged(state: State) -> Iterator[Joint]:
    """The model with its averaged weights, for as long as the block lasts."""
    own = trained(state.model)
    kept = {name: parameter.detach().clone() for name, parameter in own.items()}
    _copy(own, state.average)
    try:
        yield state.model
    finally:
        _copy(own, kept)


def save_state(path: Path, state: State, config: TrainingConfig, inputs: str) -> None:
    """Write everything that the next epoch needs, atomically. inputs: digest of data and start weights."""
    tensors = {f"model.{name}": p.detach().contiguous() for name, p in trained(state.model).items()}
    tensors |= {f"average.{name}": tensor.contiguous() for name, tensor in state.average.items()}
    for name, parameter in trained(state.model).items():
        for key, value in state.optimizer.state[parameter].items():
            tensors[f"optimizer.{name}.{key}"] = torch.as_tensor(value).clone()
    about = {"step": state.step, "epoch": state.epoch, "history": state.history, "config": asdict(config), "inputs": inputs}
    part = path.with_suffix(".part")
    save_file(tensors, part, metadata={"state": json.dumps(about)})
    part.replace(path)


def load_state(path: Path, state: State, config: TrainingConfig, inputs: str) -> None:
    """Continue from a saved state; ModelError when it was made with other data or another config."""
    try:
        with safe_open(path, framework="pt") as file:
            about = json.loads(file.metadata()["state"])
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118  (it is no dict)
    except Exception as error:
        raise ModelError(f"{path} cannot be resumed from ({error}): delete it to start again") from error
    if about["config"] != json.loads(json.dumps(asdict(config))) or about["inputs"] != inputs:
        raise ModelError(f"{path} was made with other data or options: repeat those, or delete it to start again")
    own = trained(state.model)
    _copy(own, {name: tensors[f"model.{name}"] for name in own})
    state.average = {name: tensors[f"average.{name}"] for name in own}
    for name, parameter in own.items():
        prefix = f"optimizer.{name}."
        state.optimizer.state[parameter] = {k[len(prefix) :]: v for k, v in tensors.items() if k.startswith(prefix)}
    state.step, state.epoch, state.history = about["step"], about["epoch"], about["history"]


def average_weights(state: State) -> dict[str, Tensor]:
    """All weights, averaged where they are trained: what an epoch's model is."""
    return {name: tensor.detach() for name, tensor in weights_of(state.model).items()} | state.average


def _rate(name: str, layers: tuple[str, ...], config: TrainingConfig) -> float:
    """The peak rate of a parameter. layers: encoder.Encoder.layers."""
    if not name.startswith("encoder.bert."):
        return config.head_rate
    depths = [depth for depth, layer in enumerate(reversed(layers)) if name.startswith(f"encoder.{layer}")]
    return config.encoder_rate * config.layer_decay ** (depths[0] if depths else len(layers))


def _copy(own: dict[str, nn.Parameter], source: dict[str, Tensor]) -> None:
    with torch.no_grad():
        for name, parameter in own.items():
            parameter.copy_(source[name])
