"""The epochs of metrics.json -> a picture of losses and scores, for the model directory. Knows no model."""

from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kgbuild.training.epochs import train_loss

CURVES = "curves.png"
COLOURS = {"train": "#555555", "dev": "#0b62a4", "test": "#c05a00"}
SIZE = (10.0, 3.4)
"""Inches; at DPI dots each."""
DPI = 110


def draw(path: Path, history: list[dict[str, Any]]) -> None:
    """Write a PNG: losses on the left, then mentions and, where annotated, relations: F1 bold, precision and recall thin."""
    parts = ["mentions", *(["relations"] if any("relations" in row.get("dev", ()) for row in history) else [])]
    figure = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    losses, *scores = figure.subplots(1, 1 + len(parts))
    _losses(losses, history)
    for axes, part in zip(scores, parts, strict=True):
        _scores(axes, history, part)
    for axes in (losses, *scores):
        axes.set_xlabel("epoch")
        axes.locator_params(axis="x", integer=True)
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize="small")
    part_file = path.with_suffix(".part.png")
    figure.savefig(part_file)
    part_file.replace(path)


def _losses(axes: Any, history: list[dict[str, Any]]) -> None:
    axes.set_title("loss")
    axes.plot(_epochs(history), [train_loss(row) for row in history], label="train", color=COLOURS["train"], marker=".")
    for name in _sets(history):
        axes.plot(_epochs(history), [row[name]["loss"] for row in history], label=name, color=COLOURS[name], marker=".")
    axes.set_ylim(bottom=0)


def _scores(axes: Any, history: list[dict[str, Any]], part: str) -> None:
    axes.set_title(f"{part}, per cent")
    epochs = _epochs(history)
    for name in _sets(history):
        rows = [row[name][part] for row in history if part in row[name]]
        if not rows:
            continue
        axes.plot(epochs, [row["f1"] for row in rows], label=f"{name} F1", color=COLOURS[name], linewidth=2, marker=".")
        for key, style in (("precision", "--"), ("recall", ":")):
            axes.plot(
                epochs, [row[key] for row in rows], style, label=f"{name} {key}", color=COLOURS[name], linewidth=1, alpha=0.8
            )
    best = max(history, key=lambda row: (row["selection"], row["epoch"]))
    axes.axvline(best["epoch"], color="#999999", linewidth=0.8, label="kept")


def _epochs(history: list[dict[str, Any]]) -> list[int]:
    return [row["epoch"] for row in history]


def _sets(history: list[dict[str, Any]]) -> list[str]:
    return [name for name in ("dev", "test") if all(name in row for row in history)]
