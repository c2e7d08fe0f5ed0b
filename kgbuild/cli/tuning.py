"""The command tune: a search for settings of training, its best model and its report."""

import logging
from pathlib import Path
from typing import Annotated, Any

import typer

from kgbuild.cli.extras import needing
from kgbuild.cli.options import AsJson
from kgbuild.cli.output import duration, put, put_json, put_table
from kgbuild.cli.session import Session, begin
from kgbuild.cli.trained import reading_with
from kgbuild.cli.training_options import (
    Device,
    DeviceOption,
    EncoderOption,
    InitOption,
    LanguageOption,
    NameOption,
    ThreadsOption,
    repeat_command,
    start_model,
)


def tune(
    ctx: typer.Context,
    data: Annotated[list[Path], typer.Argument(metavar="DATA…", help="Annotated documents, as for train.", show_default=False)],
    dev: Annotated[
        Path, typer.Option("--dev", metavar="FILE", help="Annotated documents that trials are scored on.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where study, model and report go.", show_default=False)],
    trials: Annotated[int, typer.Option("--trials", min=1, help="How many, earlier ones included.")] = 20,
    hours: Annotated[
        float | None, typer.Option("--hours", min=0.0, help="Stop after these; --resume goes on.", show_default=False)
    ] = None,
    space: Annotated[
        Path | None, typer.Option("--space", metavar="FILE", help="YAML: settings to bounds.", show_default=False)
    ] = None,
    encoder: EncoderOption = None,
    init: InitOption = None,
    name: NameOption = "",
    language: LanguageOption = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of all that is random.")] = 1,
    device: DeviceOption = Device.AUTO,
    threads: ThreadsOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the search in DIR.")] = False,
    json: AsJson = False,
) -> None:
    """Search the settings with which training does best.

    Tries settings with Optuna, breaks off trials that fall behind, keeps the best trial's model in DIR/model and a report with
    pictures in DIR/report.md. Needs the extra `tune`.

    kgbuild tune train.json --dev dev.json --trials 30 --out searches/mine
    """
    session = begin(ctx, logging.INFO)
    session.when_interrupted = f"{out} keeps all trials; the same command with --resume goes on"
    report = run_search(
        data=data, dev=dev, out=out, trials=trials, hours=hours, space=space, encoder=encoder, init=start_model(init), name=name,
        seed=seed, device=device.value, threads=threads, resume=resume, languages=tuple(language or ()), command=repeat_command(),
    )  # fmt: skip
    if json:
        put_json(report)
    else:
        put_search(session, report, out)


def run_search(**arguments: Any) -> dict[str, Any]:
    """Call the library. Raises MissingExtra where optuna, torch or transformers are not installed."""
    with needing("tune", "searching settings"), needing("train", "training"):
        from kgbuild.training.search import search

        return search(**arguments)


def put_search(session: Session, report: dict[str, Any], out: Path) -> None:
    """How many trials, the best settings and what matters, where the model is."""
    best, model = report["best"], Path(report["model"])
    counts = ", ".join(f"{count} {name}" for name, count in report["trials"].items())
    put(f"trials: {counts} ({duration(report['seconds'])})")
    put(f"best: trial {best['trial']}, score {best['score']:.2f} on dev (F1 of mentions + F1 of relations)")
    shares = report["importances"]
    put_table(("setting", "best", "importance"), [(name, value, shares.get(name)) for name, value in best["settings"].items()])
    put(f"report and pictures: {out / 'report.md'}")
    put(f"the model is in {model}; next: {reading_with(session, model)}")
