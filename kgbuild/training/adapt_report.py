"""A run on texts without labels -> what adapt.json holds: what was read, what was gained on held-out passages, what may be said of it."""

import math
from dataclasses import asdict
from typing import Any

from kgbuild.training.adapt_material import AdaptConfig, Material
from kgbuild.training.bases import Base
from kgbuild.training.devices import device_name
from kgbuild.training.mlm import HeldOut, State
from kgbuild.training.versions import versions_of

UNKNOWN_SAID = 0.02
"""Share of pieces that a vocabulary cannot write, above which that is said."""
FEW_WINDOWS = 30
"""With fewer held-out windows the numbers say little, and that is said."""


def report_of(state: State, material: Material, config: AdaptConfig, command: str) -> dict[str, Any]:
    """What adapt.json holds, and what is printed: texts, settings, losses by epoch, the gain and what may be said of it."""
    base, texts, settings = material.base, material.texts, material.settings
    best = best_epoch(state)
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
        "versions": versions_of(("kgbuild", "torch", "transformers", "tokenizers")),
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
            "what it is worth shows `kgbuild train --encoder` (a higher rate and more epochs than for a pretrained one: --rate 5e-4)"
        )
    change = f"held-out perplexity {old} -> {new} (loss down by {gain['loss']}, 95 % interval {gain['low']} to {gain['high']})"
    if gain["low"] <= 0:
        return f"no gain that the held-out passages can show: {change}; keep the encoder you had"
    share = "; part of it is the head's, which was new and trained along" if base.new_head else ""
    return f"gain: {change}{share}; whether extraction gains, only `kgbuild train` with and without --encoder can say"


def best_epoch(state: State) -> str:
    """The epoch with the lowest held-out loss; "" before the first."""
    epochs = [name for name in state.marks if name.startswith("epoch")]
    return min(epochs, key=lambda name: state.marks[name].loss, default="")


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
