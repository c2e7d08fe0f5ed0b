"""Texts without labels and an encoder -> windows to train on and to measure on, and the plan of a run."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from kgbuild.errors import ConfigError
from kgbuild.hashing import digest
from kgbuild.models.pieces import load_tokenizer
from kgbuild.training.bases import TOKENIZER, Base, load_base, new_base, train_tokenizer
from kgbuild.training.masking import Masked, Windows, piece_counts, stream_of, unknown_share, windows_of
from kgbuild.training.mlm import Settings, masked_held_out
from kgbuild.training.passages import Texts, held_out

HEAD_SHARE = 0.1
"""A fresh head is trained alone for this share of the steps, at most one epoch."""
UNKNOWN_REFUSED = 0.2
"""Share of pieces that a vocabulary cannot write, above which it is refused."""
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


def _frequency_perplexity(train: Windows, held: Masked, base: Base) -> float:
    """Perplexity of guessing each hidden piece by how often it stands in the training windows (plus one)."""
    counts = piece_counts(train, base.marks).double() + 1.0
    counts[list(base.marks.special)] = 0.0
    wanted = held.targets[held.targets >= 0]
    return round(math.exp(float(-(counts / counts.sum())[wanted].log().mean())), 2)
