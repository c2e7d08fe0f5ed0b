"""Windows and an encoder -> an encoder that restores hidden pieces better: steps, held-out losses, a state that can be resumed.

All that is random follows from the seed and the number of the step, so a run may be broken off and resumed at any step. Knows no
text and no report.
"""

import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from kgbuild.errors import ModelError
from kgbuild.hashing import digest, number
from kgbuild.training.bases import POSITIONS, Base
from kgbuild.training.devices import autocast
from kgbuild.training.masking import NOT_ASKED, Marks, Masked, Windows, masked

HEAD_RATE = 1e-3
"""Peak rate while only a fresh head is trained."""
HELD_OUT_SEED = 20_181_011
"""Held-out windows are always masked in the same way, whatever the seed of the training."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the result of training depends on, apart from texts and start weights.

    steps: of the optimiser, all parameters; head_steps: before these, for a fresh head alone; per_epoch: steps in a pass over
    the windows; batch: windows a step; share: of the pieces that is hidden; precision: bf16 or f32.
    """

    steps: int
    head_steps: int
    per_epoch: int
    batch: int
    rate: float
    warm_up: float
    weight_decay: float
    clip: float
    share: float
    whole_words: bool
    precision: str
    seed: int


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Losses on the held-out windows: sums, counts, hits: (N,) nats, asked pieces and right ones of each window."""

    sums: tuple[float, ...]
    counts: tuple[int, ...]
    hits: int

    @property
    def loss(self) -> float:
        """Mean loss of an asked piece, in nats."""
        return sum(self.sums) / sum(self.counts)

    @property
    def numbers(self) -> dict[str, float]:
        """Loss (nats), perplexity, and the share of hidden pieces that are restored, in per cent."""
        return {
            "loss": round(self.loss, 4),
            "perplexity": round(math.exp(min(self.loss, 50.0)), 2),
            "accuracy": round(100 * self.hits / sum(self.counts), 2),
        }


@dataclass(slots=True)
class State:
    """What training carries from step to step.

    step: done, head steps included; marks: held-out results by name ("start", "head", "epoch N"); history: a row an epoch; total,
    asked: loss and number of steps since the last row; seconds: spent so far, in all calls.
    """

    base: Base
    optimizer: torch.optim.Optimizer
    step: int = 0
    marks: dict[str, HeldOut] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
    total: float = 0.0
    asked: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0


def start_state(base: Base, settings: Settings, device: torch.device) -> State:
    """A state before the first step, on the device."""
    base.model.to(device)
    groups: dict[bool, list[nn.Parameter]] = {True: [], False: []}
    for parameter in base.model.parameters():
        groups[parameter.ndim > 1].append(parameter)
    rows = [{"params": group, "weight_decay": settings.weight_decay if wide else 0.0} for wide, group in groups.items()]
    return State(base, torch.optim.AdamW(rows, lr=settings.rate, betas=(0.9, 0.98), eps=1e-6, fused=True))


def masked_held_out(windows: Windows, settings: Settings, marks: Marks) -> Masked:
    """The held-out windows, masked once and for all."""
    generator = torch.Generator().manual_seed(HELD_OUT_SEED)
    return masked(windows, marks, settings.share, settings.whole_words, generator)


def batches(windows: Windows, settings: Settings, first: int) -> Iterator[Windows]:
    """The windows of each step from `first` on: every epoch all of them, in another order."""
    order, of_epoch = torch.zeros(0, dtype=torch.int64), None
    for step in range(first, settings.head_steps + settings.steps):
        epoch, place = _epoch_and_place(step, settings)
        if epoch != of_epoch:
            order = torch.randperm(len(windows), generator=_generator(settings.seed, 0, epoch + 1))
            of_epoch = epoch
        rows = order[place * settings.batch : (place + 1) * settings.batch]
        yield Windows(windows.ids[rows], windows.starts[rows])


def train_step(state: State, batch: Windows, settings: Settings) -> float:
    """One step; returns the loss in nats. Raises ModelError when it is no number."""
    base, model = state.base, state.base.model
    generator = _generator(settings.seed, 1, state.step)
    asked = masked(batch, base.marks, settings.share, settings.whole_words, generator)
    offset = int(torch.randint(POSITIONS - batch.ids.shape[1] + 1, (1,), generator=generator)) if base.new else None
    torch.manual_seed(_seed(settings.seed, 2, state.step))  # of the dropout
    head_only = state.step < settings.head_steps
    model.base_model.requires_grad_(not head_only)
    model.train()
    for group in state.optimizer.param_groups:
        group["lr"] = rate_at(state.step, settings)
    with autocast(model.device, settings.precision):
        scores, targets = scores_of(model, asked, offset)
    loss = nn.functional.cross_entropy(scores.float(), targets)
    value = float(loss.detach())
    if not math.isfinite(value):
        raise ModelError(
            f"the loss is {value} at step {state.step + 1}: start again with a lower rate (now {settings.rate:g}) or in f32"
        )
    state.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_([p for p in model.parameters() if p.grad is not None], settings.clip)
    state.optimizer.step()
    state.step += 1
    state.total, state.asked = state.total + value, state.asked + 1
    return value


def rate_at(step: int, settings: Settings) -> float:
    """Linear up over the warm-up, linear down to zero; once for the head steps, once for the others."""
    if step < settings.head_steps:
        return HEAD_RATE * _triangle((step + 1) / settings.head_steps, settings.warm_up)
    return settings.rate * _triangle((step + 1 - settings.head_steps) / settings.steps, settings.warm_up)


def scores_of(model: Any, batch: Masked, offset: int | None = None) -> tuple[Tensor, Tensor]:
    """Scores (M, vocabulary) and targets (M,) of the M asked pieces. offset: position of the first piece; None: as the model counts.

    Only the asked positions reach the head, which is the dearest part of a small model: they are taken out of what the encoder
    returns.
    """
    asked = (batch.targets != NOT_ASKED).to(model.device)
    more = {}
    if offset is not None:
        more["position_ids"] = torch.arange(offset, offset + batch.ids.shape[1], device=model.device).unsqueeze(0)

    def keep(_module: nn.Module, _inputs: Any, output: Any) -> Any:
        output.last_hidden_state = output.last_hidden_state[asked].unsqueeze(0)  # (1, M, D)
        return output

    handle = model.base_model.register_forward_hook(keep)
    try:
        found = model(input_ids=batch.ids.to(model.device), attention_mask=batch.attention.to(model.device), **more)
    finally:
        handle.remove()
    return found.logits[0], batch.targets.to(model.device)[asked]


@torch.no_grad()
def measure(model: Any, held: Masked, settings: Settings) -> HeldOut:
    """Losses on held-out windows, without dropout."""
    model.eval()
    sums, counts, hits = [], [], 0
    for first in range(0, len(held.ids), settings.batch):
        rows = slice(first, first + settings.batch)
        batch = Masked(held.ids[rows], held.targets[rows], held.attention[rows])
        with autocast(model.device, settings.precision):
            scores, targets = scores_of(model, batch)
        losses = nn.functional.cross_entropy(scores.float(), targets, reduction="none").double().cpu()
        per_window = (batch.targets != NOT_ASKED).sum(dim=1).tolist()
        sums += [float(part.sum()) for part in torch.split(losses, per_window)]
        counts += per_window
        hits += int((scores.argmax(dim=1) == targets).sum())
    return HeldOut(tuple(sums), tuple(counts), hits)


@contextmanager
def timed(state: State) -> Iterator[None]:
    """Adds the seconds of the block to those of the state."""
    started, cpu = time.monotonic(), time.process_time()
    try:
        yield
    finally:
        state.seconds += time.monotonic() - started
        state.cpu_seconds += time.process_time() - cpu


def save_state(path: Path, state: State, about: dict[str, Any]) -> None:
    """Write all that the next step needs, whole or not at all. about: what must be the same when it is resumed."""
    tensors: dict[str, Tensor] = {}
    for name, parameter in state.base.model.named_parameters():
        tensors[f"model.{name}"] = parameter.detach().cpu().contiguous()
        for key, value in state.optimizer.state[parameter].items():
            tensors[f"optimizer.{name}.{key}"] = torch.as_tensor(value).cpu().clone()
    carried = {
        "about": about,
        "step": state.step,
        "marks": {name: [held.sums, held.counts, held.hits] for name, held in state.marks.items()},
        "history": state.history,
        "total": state.total,
        "asked": state.asked,
        "seconds": state.seconds,
        "cpu_seconds": state.cpu_seconds,
    }
    part = path.with_suffix(".part")
    save_file(tensors, part, metadata={"state": json.dumps(carried)})
    part.replace(path)


def load_state(path: Path, state: State, about: dict[str, Any]) -> None:
    """Go on from a saved state. Raises ModelError when it is damaged or was made from other texts or with other options."""
    try:
        with safe_open(path, framework="pt") as file:
            carried = json.loads(file.metadata()["state"])
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118  (it is no dict)
    except Exception as error:
        raise ModelError(f"{path} cannot be resumed from ({error}): delete it to start again") from error
    differing = sorted(key for key, value in json.loads(json.dumps(about)).items() if carried["about"].get(key) != value)
    if differing:
        raise ModelError(
            f"{path} was made with other texts or options ({', '.join(differing)}): repeat those, or delete it to start again"
        )
    own = dict(state.base.model.named_parameters())
    put_parameters(state.base.model, {name: tensors[f"model.{name}"] for name in own})
    for name, parameter in own.items():
        prefix = f"optimizer.{name}."
        found = {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}
        if found:
            state.optimizer.state[parameter] = {key: value.to(parameter.device) for key, value in found.items()}
    state.marks = {name: HeldOut(tuple(sums), tuple(counts), hits) for name, (sums, counts, hits) in carried["marks"].items()}
    for name in ("step", "history", "total", "asked", "seconds", "cpu_seconds"):
        setattr(state, name, carried[name])


def put_parameters(model: Any, tensors: dict[str, Tensor]) -> None:
    """Copy tensors into a model's parameters of the same names."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(tensors[name])


def _triangle(progress: float, warm_up: float) -> float:
    return progress / warm_up if progress < warm_up else max(0.0, (1.0 - progress) / (1.0 - warm_up))


def _epoch_and_place(step: int, settings: Settings) -> tuple[int, int]:
    """The epoch of a step (-1: of the head alone) and its place in it."""
    if step < settings.head_steps:
        return -1, step
    return divmod(step - settings.head_steps, settings.per_epoch)


def _seed(seed: int, purpose: int, count: int) -> int:
    return number(digest("random", seed, purpose, count)) % (1 << 32)  # torch's generator uses no more bits


def _generator(seed: int, purpose: int, count: int) -> torch.Generator:
    return torch.Generator().manual_seed(_seed(seed, purpose, count))
