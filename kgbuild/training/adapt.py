"""Unlabelled documents -> an encoder folder that `kgbuild train --encoder` takes: masked-language training, honestly measured.

Starts from an encoder that is there, or makes a new one with a vocabulary of its own. Writes `adapt.json` beside the weights: what
was read, what was gained on held-out passages. Interrupted at any moment, `resume=True` goes on and ends in the same weights.
"""

import logging
import math
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from kgbuild.documents.read import ReadOptions
from kgbuild.errors import ConfigError, ModelError, UsageError
from kgbuild.hashing import digest
from kgbuild.models.directory import write_json
from kgbuild.models.pieces import load_tokenizer
from kgbuild.training.bases import CONFIG, SIZES, TOKENIZER, Base, load_base, new_base, train_tokenizer, write_base
from kgbuild.training.devices import choose_device, device_name, out_of_memory, possible_precision
from kgbuild.training.masking import Masked, Windows, piece_counts, stream_of, unknown_share, windows_of
from kgbuild.training.mlm import (
    HeldOut,
    Settings,
    State,
    batches,
    load_state,
    masked_held_out,
    measure,
    put_parameters,
    save_state,
    start_state,
    timed,
    train_step,
)
from kgbuild.training.passages import Texts, held_out, read_texts

log = logging.getLogger(__name__)

REPORT = "adapt.json"
WORK = "adapt-state"
"""Folder inside the output where an unfinished run keeps its state; removed at the end."""
STATE, BEST = "state.safetensors", "best.safetensors"
SAVE_SECONDS = 300.0
"""A killed run loses no more than about this."""
LOG_STEPS = 50
HEAD_SHARE = 0.1
"""A fresh head is trained alone for this share of the steps, at most one epoch."""
UNKNOWN_REFUSED, UNKNOWN_SAID = 0.2, 0.02
"""Shares of pieces that a vocabulary cannot write: refused above the first, warned of above the second."""
FEW_WINDOWS = 30
"""With fewer held-out windows the numbers say little, and that is said."""
RATE, NEW_RATE = 1e-4, 1e-3


@dataclass(frozen=True, slots=True)
class AdaptConfig:
    """What a person may choose. None: chosen here, and recorded.

    epochs: passes over the texts; steps: of the optimiser instead; batch: windows a step; length: of a window, in pieces; rate:
    peak, 1e-4 and for a new encoder 1e-3; share: of the pieces that is hidden; precision: bf16 where the machine has it;
    vocabulary: pieces of a new encoder, at most.
    """

    epochs: int = 3
    steps: int | None = None
    seed: int = 1
    batch: int = 32
    length: int = 128
    rate: float | None = None
    warm_up: float = 0.06
    weight_decay: float = 0.01
    clip: float = 1.0
    share: float = 0.15
    whole_words: bool = False
    precision: str | None = None
    vocabulary: int = 8_000


@dataclass(frozen=True, slots=True)
class Material:
    """What a run works on. inputs: digest of texts and start weights; unknown: share of pieces that cannot be written."""

    texts: Texts
    base: Base
    train: Windows
    held: Masked
    settings: Settings
    inputs: str
    unknown: float
    held_passages: int
    frequency_perplexity: float


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
    about = {"texts and encoder": material.inputs, **asdict(material.settings), "length": config.length}
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
    (out / WORK).mkdir(parents=True, exist_ok=True)


def gather(texts: Texts, encoder: str | None, new_encoder: str | None, config: AdaptConfig, work: Path) -> Material:
    """Divide the passages, load or make the encoder, cut all into windows."""
    kept = held_out(texts.passages)
    train = [text for text, apart in zip(texts.passages, kept, strict=True) if not apart]
    held = [text for text, apart in zip(texts.passages, kept, strict=True) if apart]
    if not train:
        raise ConfigError("the texts are one single passage, and one is needed to measure on: give more documents")
    torch.manual_seed(config.seed)  # of fresh weights
    base = load_base(encoder) if new_encoder is None else new_base(new_encoder, _vocabulary(train, config, work))
    stream = stream_of(base.tokenizer, train, base.marks)
    unknown = unknown_share(stream, base.marks)
    if unknown > UNKNOWN_REFUSED:
        raise ConfigError(
            f"{unknown:.0%} of the pieces of these texts are unknown to the vocabulary of {base.origin}: "
            "name an --encoder of their language, or make one with --new-encoder"
        )
    length = _length(base, config)
    train_windows = windows_of(stream, length, base.marks)
    held_windows = windows_of(stream_of(base.tokenizer, held, base.marks), length, base.marks)
    settings = settings_of(config, base, len(train_windows))
    asked = masked_held_out(held_windows, settings, base.marks)
    inputs = digest("adapt", base.digest, base.origin, texts.passages)
    frequency = _frequency_perplexity(train_windows, asked, base)
    return Material(texts, base, train_windows, asked, settings, inputs, unknown, len(held), frequency)


def settings_of(config: AdaptConfig, base: Base, windows: int) -> Settings:
    """The plan of a run over so many windows."""
    per_epoch = -(-windows // config.batch)
    steps = config.steps or config.epochs * per_epoch
    alone = base.new_head and not base.new
    return Settings(
        steps=steps,
        head_steps=min(per_epoch, math.ceil(steps * HEAD_SHARE)) if alone else 0,
        per_epoch=per_epoch,
        batch=config.batch,
        rate=config.rate or (NEW_RATE if base.new else RATE),
        warm_up=config.warm_up,
        weight_decay=config.weight_decay,
        clip=config.clip,
        share=config.share,
        whole_words=config.whole_words,
        precision=config.precision or "f32",
        seed=config.seed,
    )


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
    put_parameters(material.base.model, load_file(out / WORK / BEST))
    report = report_of(state, material, config, command)
    write_base(material.base, out)
    write_json(out / REPORT, report)
    shutil.rmtree(out / WORK, ignore_errors=True)
    return report


def report_of(state: State, material: Material, config: AdaptConfig, command: str) -> dict[str, Any]:
    """What adapt.json holds, and what is printed: texts, settings, losses by epoch, the gain and what may be said of it."""
    base, texts, settings = material.base, material.texts, material.settings
    best = _best(state)
    before = state.marks["head" if settings.head_steps else "start"]
    gain = gain_of(before, state.marks[best])
    return {
        "verdict": verdict(base, before, state.marks[best], gain, material.frequency_perplexity),
        "warnings": _warnings(material),
        "encoder": base.origin,
        "new_head": base.new_head,
        "texts": {
            "documents": texts.documents,
            "passages": len(texts.passages),
            "held_out_passages": material.held_passages,
            "repeated_passages": texts.repeated,
            "windows": len(material.train),
            "held_out_windows": len(material.held.ids),
            "unknown_pieces_percent": round(100 * material.unknown, 3),
            "corpora": list(texts.corpora),
            "skipped": texts.skipped,
            "unread": [list(fault) for fault in texts.faults],
        },
        "start": state.marks["start"].numbers,
        "before": before.numbers,
        "after": {"epoch": best, **state.marks[best].numbers},
        "gain": gain,
        "frequency_perplexity": material.frequency_perplexity,
        "epochs": state.history,
        "seconds": round(state.seconds, 1),
        "cpu_seconds": round(state.cpu_seconds, 1),
        "config": asdict(config),
        "settings": asdict(settings),
        "inputs": material.inputs,
        "device": device_name(base.model.device),
        "command": command,
        "versions": {name: found for name in ("kgbuild", "torch", "transformers", "tokenizers") if (found := _version(name))},
    }


def gain_of(before: HeldOut, after: HeldOut) -> dict[str, float]:
    """By how much the loss fell, in nats a hidden piece, with a 95 % interval over windows (the same windows, masked the same).

    A ratio estimate: windows are drawn, each with its number of hidden pieces (Cochran 1977, Sampling Techniques, 6.3).
    """
    falls = [old - new for old, new in zip(before.sums, after.sums, strict=True)]
    pieces, windows = sum(before.counts), len(falls)
    mean = sum(falls) / pieces
    spread = sum((fall - mean * count) ** 2 for fall, count in zip(falls, before.counts, strict=True))
    error = math.sqrt(spread * windows / max(1, windows - 1)) / pieces if windows > 1 else math.inf
    return {"loss": round(mean, 4), "low": round(mean - 1.96 * error, 4), "high": round(mean + 1.96 * error, 4)}


def verdict(base: Base, before: HeldOut, after: HeldOut, gain: dict[str, float], frequency: float) -> str:
    """One honest sentence about what the run brought."""
    old, new = before.numbers["perplexity"], after.numbers["perplexity"]
    if base.new:
        return (
            f"a new encoder: perplexity {new} on held-out passages, where guessing by frequency has {frequency}; "
            "what it is worth shows `kgbuild train --encoder`"
        )
    change = f"held-out perplexity {old} -> {new} (loss down by {gain['loss']}, 95 % interval {gain['low']} to {gain['high']})"
    if gain["low"] <= 0:
        return f"no gain that the held-out passages can show: {change}; keep the encoder you had"
    share = "; part of it is the head's, which was new and trained along" if base.new_head else ""
    return f"gain: {change}{share}; whether extraction gains, only `kgbuild train` with and without --encoder can say"


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _vocabulary(texts: list[str], config: AdaptConfig, work: Path) -> Any:
    """The tokenizer of a new encoder; an unfinished run has it already."""
    path = work / TOKENIZER
    if not path.is_file():
        part = path.with_suffix(".part")
        train_tokenizer(texts, config.vocabulary).save(str(part))
        part.replace(path)
    return load_tokenizer(path)


def _length(base: Base, config: AdaptConfig) -> int:
    longest = getattr(base.model.config, "max_position_embeddings", None) or config.length
    if getattr(base.model.config, "model_type", "") in ("roberta", "xlm-roberta", "camembert"):
        longest -= 2  # its positions begin behind that of the padding
    return min(config.length, longest)


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
    if _best(state) == name:
        part = work / f"{BEST}.part"
        save_file({key: value.detach().cpu().contiguous() for key, value in state.base.model.named_parameters()}, part)
        part.replace(work / BEST)


def _best(state: State) -> str:
    """The epoch with the lowest held-out loss; "" before the first."""
    epochs = [name for name in state.marks if name.startswith("epoch")]
    return min(epochs, key=lambda name: state.marks[name].loss, default="")


def _say(state: State, settings: Settings) -> None:
    whole = settings.head_steps + settings.steps
    log.info(
        "step %d of %d: loss %.4f, %.1f steps a second",
        state.step, whole, state.total / state.asked, state.step / max(state.seconds, 1e-9),
    )  # fmt: skip


def _frequency_perplexity(train: Windows, held: Masked, base: Base) -> float:
    """Perplexity of guessing each hidden piece by how often it stands in the training windows (plus one)."""
    counts = piece_counts(train, base.marks).double() + 1.0
    counts[list(base.marks.special)] = 0.0
    wanted = held.targets[held.targets >= 0]
    return round(math.exp(float(-(counts / counts.sum())[wanted].log().mean())), 2)


def _warnings(material: Material) -> list[str]:
    texts, found = material.texts, []
    if len(material.held.ids) < FEW_WINDOWS:
        found.append(f"only {len(material.held.ids)} held-out windows: the losses before and after say little")
    if material.unknown > UNKNOWN_SAID:
        found.append(f"{material.unknown:.1%} of the pieces are unknown to the vocabulary")
    if material.base.new_head and not material.base.new:
        found.append(
            f"{material.base.origin} has no masked-language head: a fresh one (tied to the word embeddings) was trained alone for "
            f"{material.settings.head_steps} steps, and `before` is measured after these"
        )
    if texts.faults:
        found.append(f"{len(texts.faults)} documents could not be read, first {texts.faults[0][0]}: {texts.faults[0][1]}")
    return found


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # kgbuild itself, run from its sources
        return ""
