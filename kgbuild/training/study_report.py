"""A study -> its report: Markdown with pictures, a table of trials as CSV, and the same as JSON. Runs no training.

Scores are selection scores: F1 of mentions and F1 of relations given gold chains, added, in per cent.
"""

import csv
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from kgbuild.errors import ModelError
from kgbuild.models.directory import METRICS

log = logging.getLogger(__name__)

REPORT, TABLE, PLOTS = "report.md", "trials.csv", "plots"
PICTURES = {
    "history": ("Optimisation history", "Each dot is a trial; the line is the best score so far."),
    "epochs": ("Scores by epoch", "Each line is a trial; lines that end early were broken off."),
    "importances": ("Importance of the settings", "Share of the differences between trials that a setting explains (fANOVA)."),
    "slices": ("Scores by setting", "Each dot is a trial; dark ones came late."),
}
DPI = 110
FEWEST = 4
"""With fewer complete trials nothing is said of importances."""
LONGEST = 20
"""Trials in the report's table; all of them are in the CSV file."""


def write_report(
    study: optuna.Study, out: Path, model: str, seed: int, command: str, space: dict[str, Any], seconds: float
) -> dict[str, Any]:
    """Write report.md, trials.csv and plots/ in out; returns the numbers. Raises ModelError when no trial is complete."""
    trials = study.get_trials(deepcopy=False)
    complete = [trial for trial in trials if trial.state is TrialState.COMPLETE]
    write_table(out / TABLE, trials)
    if not complete:
        raise ModelError(f"no trial is complete, so there is no model: see {out / TABLE}, then go on with --resume")
    best = study.best_trial
    metrics = json.loads((out / model / METRICS).read_text(encoding="utf-8"))
    counts = {state.name.lower(): sum(trial.state is state for trial in trials) for state in TrialState}
    shares = importances(study, seed)
    numbers: dict[str, Any] = {
        "best": {"trial": best.number, "score": best.value, "settings": best.params},
        "trials": {name: count for name, count in counts.items() if count},
        "importances": shares,
        "model": str(out / model),
        "metrics": {name: metrics[name] for name in ("documents", "ner", "relations_gold") if name in metrics},
        "seconds": seconds,
    }
    drawn = draw(study, out / PLOTS, shares, seed)
    (out / REPORT).write_text(report_text(trials, numbers, drawn, command, space), encoding="utf-8")
    return numbers


def write_table(path: Path, trials: list[FrozenTrial]) -> None:
    """All trials, one a row, with their settings."""
    settings = settings_of(trials)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["trial", "state", "score", "best_epoch", "epochs", *settings, "seconds", "failure"])
        for trial in trials:
            writer.writerow([*_row(trial), *(trial.params.get(name) for name in settings), *_end(trial)])


def settings_of(trials: list[FrozenTrial]) -> list[str]:
    """The settings of trials, in the order in which they came."""
    return list(dict.fromkeys(chain.from_iterable(trial.params for trial in trials)))


def importances(study: optuna.Study, seed: int) -> dict[str, float]:
    """Share of the variance of scores that each setting explains; empty where the trials are too few or all alike."""
    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    if len(complete) < FEWEST or len({trial.value for trial in complete}) < 2:
        return {}
    with _quietly():
        found = optuna.importance.get_param_importances(study, evaluator=optuna.importance.FanovaImportanceEvaluator(seed=seed))
    return {name: round(float(share), 4) for name, share in found.items()}


def draw(study: optuna.Study, folder: Path, shares: dict[str, float], seed: int) -> list[str]:
    """Write the pictures; returns the names of those that there is something to show in."""
    from optuna.visualization import matplotlib as pictures

    folder.mkdir(exist_ok=True)
    several = len(study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))) > 1
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=seed)
    wanted: dict[str, tuple[bool, Callable[[], Any]]] = {
        "history": (True, lambda: pictures.plot_optimization_history(study)),
        "epochs": (True, lambda: pictures.plot_intermediate_values(study)),
        "importances": (bool(shares), lambda: pictures.plot_param_importances(study, evaluator=evaluator)),
        "slices": (several, lambda: pictures.plot_slice(study)),
    }
    for name, (possible, paint) in wanted.items():
        (folder / f"{name}.png").unlink(missing_ok=True)
        if possible:
            _save(paint, folder / f"{name}.png")
    return [name for name, (possible, _) in wanted.items() if possible]


def report_text(
    trials: list[FrozenTrial], numbers: dict[str, Any], drawn: list[str], command: str, space: dict[str, Any]
) -> str:
    """The report, Markdown."""
    best = numbers["best"]
    counts = ", ".join(f"{count} {name}" for name, count in numbers["trials"].items())
    head = (
        f"# Search for settings\n\n{f'    {command}{chr(10) * 2}' if command else ''}{len(trials)} trials: {counts}. Score: F1 of "
        f"mentions plus F1 of relations given gold chains, in per cent, on the dev file, at the best epoch.\n\n"
        f"**Best: trial {best['trial']}, {best['score']:.2f}.** Its model is in `{Path(numbers['model']).name}/`, as it was trained in "
        "its trial. The dev file chose it among all trials, so its score there is too good by some tenths: a fair number needs "
        "documents that had no part in the search.\n\n"
    )
    settings = "".join(f"| {name} | {_cell(value)} | {_bounds(space[name])} |\n" for name, value in best["settings"].items())
    sections = [head + "| setting | best | tried |\n|---|---|---|\n" + settings, _importance_text(numbers["importances"])]
    sections += [f"## {PICTURES[name][0]}\n\n![{name}]({PLOTS}/{name}.png)\n\n{PICTURES[name][1]}\n" for name in drawn]
    sections.append(_trials_text(trials))
    return "\n".join(section for section in sections if section)


def _importance_text(shares: dict[str, float]) -> str:
    if not shares:
        return (
            f"Nothing is said of the importance of the settings: that needs {FEWEST} complete trials with different scores.\n"
        )
    return "Importance: " + ", ".join(f"{name} {share:.2f}" for name, share in shares.items()) + ".\n"


def _trials_text(trials: list[FrozenTrial]) -> str:
    names = settings_of(trials)
    order = sorted(trials, key=lambda t: (t.state is not TrialState.COMPLETE, -(t.value or 0.0), t.number))
    columns = ["trial", "state", "score", "best epoch", "epochs", *names, "seconds", "failure"]
    rows = [[*_row(trial), *(trial.params.get(name) for name in names), *_end(trial)] for trial in order[:LONGEST]]
    more = f"\nThe {len(trials) - LONGEST} others are in `{TABLE}`.\n" if len(trials) > LONGEST else ""
    lines = [columns, ["---"] * len(columns), *([_cell(cell) for cell in row] for row in rows)]
    return "## Trials\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines) + more


def _row(trial: FrozenTrial) -> list[Any]:
    """Number, state, score (of a trial that was broken off: the best until then), epoch of the score, epochs trained."""
    values = trial.intermediate_values
    best = max(values, key=lambda step: values[step], default=None)
    score = trial.value if trial.value is not None else None if best is None else values[best]
    return [trial.number, trial.state.name.lower(), score, best, max(values, default=None)]


def _end(trial: FrozenTrial) -> list[Any]:
    return [trial.user_attrs.get("seconds"), trial.user_attrs.get("failure", "")]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value).replace("|", "\\|")


def _bounds(dimension: Any) -> str:
    if isinstance(dimension, list):
        return ", ".join(_cell(value) for value in dimension)
    return f"{_cell(dimension['low'])} to {_cell(dimension['high'])}{', logarithmic' if dimension['log'] else ''}"


def _save(paint: Callable[[], Any], path: Path) -> None:
    """Paint with optuna and write a PNG; pyplot's state is left as it was."""
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    mpl.use("Agg")
    open_before = set(plt.get_fignums())
    with _quietly(), mpl.rc_context():
        axes = paint()
        figure = axes.flat[0].figure if hasattr(axes, "flat") else axes.figure
        figure.savefig(path, dpi=DPI, bbox_inches="tight")
    for number in set(plt.get_fignums()) - open_before:
        plt.close(number)


@contextmanager
def _quietly() -> Iterator[None]:
    """Without optuna's remarks that its pictures are experimental."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
