"""Unlabelled documents -> an encoder folder that `kgbuild train --encoder` takes: masked-language training, honestly measured.

Starts from an encoder that is there, or makes a new one with a vocabulary of its own. Writes `adapt.json` beside the weights: what
was read, what was gained on held-out passages. Interrupted at any moment, `resume=True` goes on and ends in the same weights.
"""

import logging
import math
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from kgbuild.documents.read import ReadOptions
from kgbuild.errors import ModelError, UsageError
from kgbuild.models.directory import write_json
from kgbuild.training.adapt_material import AdaptConfig, Material, gather
from kgbuild.training.adapt_report import best_epoch, gain_of, report_of, verdict
from kgbuild.training.bases import CONFIG, SIZES, write_base
from kgbuild.training.devices import choose_device, out_of_memory, possible_precision
from kgbuild.training.mlm import (
    HeldOut,
    Settings,
    State,
    batches,
    load_state,
    measure,
    put_parameters,
    save_state,
    start_state,
    timed,
    train_step,
)
from kgbuild.training.passages import read_texts
from kgbuild.training.state import best_weights

__all__ = ["AdaptConfig", "adapt", "gain_of", "verdict"]

log = logging.getLogger(__name__)

REPORT = "adapt.json"
WORK = "adapt-state"
"""Folder inside the output where an unfinished run keeps its state; removed at the end."""
STATE, BEST = "state.safetensors", "best.safetensors"
SAVE_SECONDS = 300.0
"""A killed run loses no more than about this."""
LOG_STEPS = 50


def adapt(
    texts: Sequence[Path],
    out: Path,
    *,
    encoder: str | None = None,
    new_encoder: str | None = None,
    config: AdaptConfig | None = None,
    options: ReadOptions | None = None,
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    device: str = "auto",
    threads: int | None = None,
    resume: bool = False,
    command: str = "",
) -> dict[str, Any]:
    """Train an encoder on texts without labels and write its folder; returns what adapt.json holds.

    texts: files and folders (passages.read_texts); encoder: Hugging Face folder or name, default the bundled MiniLM; new_encoder:
    a size of bases.SIZES, to make one from nothing; options, include, exclude: as for `kgbuild add`; device: auto, cpu or cuda;
    threads: speed only.
    Raises UsageError when the call is off or out holds something already, ConfigError for texts that cannot be used, ModelError
    for an encoder that cannot, or when training fails.
    """
    config = config or AdaptConfig()
    check(config, encoder, new_encoder)
    if threads:
        torch.set_num_threads(threads)
    out, place = Path(out), choose_device(device)
    config = replace(config, precision=possible_precision(config.precision or "bf16", place))
    prepare_folder(out, resume)
    read = read_texts(texts, options, include, exclude)
    material = gather(read, encoder, new_encoder, config, out / WORK)
    state = start_state(material.base, material.settings, place)
    vocabulary = config.vocabulary if new_encoder else None  # the one that was made stays in the folder
    about = {
        "texts and encoder": material.inputs,
        **asdict(material.settings),
        "length": config.length,
        "vocabulary": vocabulary,
    }
    if resume and (out / WORK / STATE).is_file():
        load_state(out / WORK / STATE, state, about)
        log.info("resumed after step %d", state.step)
    try:
        run(state, material, out / WORK, about)
    except (MemoryError, RuntimeError) as error:
        if not out_of_memory(error):
            raise
        raise ModelError(
            f"out of memory with {config.batch} windows of {config.length} pieces a step: give a smaller --batch or --length "
            "and another --out"
        ) from error
    return finish(state, material, config, out, command)


def check(config: AdaptConfig, encoder: str | None, new_encoder: str | None) -> None:
    """Raise UsageError for a call that cannot be meant."""
    if encoder is not None and new_encoder is not None:
        raise UsageError("--encoder and --new-encoder exclude each other: one is adapted, the other made from nothing")
    if new_encoder is not None and new_encoder not in SIZES:
        raise UsageError(f"{new_encoder!r} is no size of a new encoder: choose {' or '.join(SIZES)}")
    wrong = {
        "--length must be 16 to 512 pieces": not 16 <= config.length <= 512,
        "--rate must be above 0": config.rate is not None and not config.rate > 0,
        "--mask must be above 0 and at most .5": not 0 < config.share <= 0.5,
        "--vocabulary must be at least 100": config.vocabulary < 100,
        "--epochs, --steps and --batch must be at least 1": min(config.epochs, config.batch, config.steps or 1) < 1,
    }
    for message, found in wrong.items():
        if found:
            raise UsageError(message)


def prepare_folder(out: Path, resume: bool) -> None:
    """Make the output folder; never write over an encoder or an unfinished run unless asked to go on."""
    if not (out / WORK).exists() and any((out / name).exists() for name in (REPORT, CONFIG)):
        raise UsageError(f"{out} holds an encoder: give another --out")
    if (out / WORK / STATE).exists() and not resume:
        raise UsageError(f"{out} holds an unfinished run: give --resume to go on, or another --out")
    if not (out / WORK / STATE).exists():  # a run that was left before it kept anything: its vocabulary may be of other texts
        shutil.rmtree(out / WORK, ignore_errors=True)
    (out / WORK).mkdir(parents=True, exist_ok=True)


def run(state: State, material: Material, work: Path, about: dict[str, Any]) -> None:
    """Train the steps that are left; measure at the ends of epochs; keep the state and the best weights."""
    settings, last_saved = material.settings, time.monotonic()
    if "start" not in state.marks:
        with timed(state):
            _mark("start", state, material)
    for batch in batches(material.train, settings, state.step):
        with timed(state):
            train_step(state, batch, settings)
            name = _milestone(state.step, settings)
            if name:
                _end_of_round(name, state, material, work)
        if state.asked and state.asked % LOG_STEPS == 0:
            _say(state, settings)
        if name or time.monotonic() - last_saved > SAVE_SECONDS:
            save_state(work / STATE, state, about)
            last_saved = time.monotonic()


def finish(state: State, material: Material, config: AdaptConfig, out: Path, command: str) -> dict[str, Any]:
    """Write the folder: the best epoch's weights, the tokenizer, the report."""
    put_parameters(material.base.model, best_weights(out / WORK / BEST))
    report = report_of(state, material, config, command)
    write_base(material.base, out)
    write_json(out / REPORT, report)
    shutil.rmtree(out / WORK, ignore_errors=True)
    return report


def _milestone(step: int, settings: Settings) -> str:
    """The name of what ends with this step: "head", "epoch N", or ""."""
    done = step - settings.head_steps
    if done <= 0:
        return "head" if done == 0 and settings.head_steps else ""
    if done % settings.per_epoch == 0 or done == settings.steps:
        return f"epoch {-(-done // settings.per_epoch)}"
    return ""


def _mark(name: str, state: State, material: Material) -> HeldOut:
    found = measure(state.base.model, material.held, material.settings)
    state.marks[name] = found
    log.info("%s: held-out loss %.4f, perplexity %.2f", name, found.loss, math.exp(min(found.loss, 50)))
    return found


def _end_of_round(name: str, state: State, material: Material, work: Path) -> None:
    found = _mark(name, state, material)
    row = {"epoch": name, "steps": state.step, "train_loss": round(state.total / state.asked, 4)}
    state.history.append({**row, **found.numbers, "seconds": round(state.seconds, 1)})
    state.total, state.asked = 0.0, 0
    if best_epoch(state) == name:
        part = work / f"{BEST}.part"
        save_file({key: value.detach().cpu().contiguous() for key, value in state.base.model.named_parameters()}, part)
        part.replace(work / BEST)


def _say(state: State, settings: Settings) -> None:
    whole = settings.head_steps + settings.steps
    log.info(
        "step %d of %d: loss %.4f, %.1f steps a second",
        state.step, whole, state.total / state.asked, state.step / max(state.seconds, 1e-9),
    )  # fmt: skip
