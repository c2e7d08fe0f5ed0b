"""The command adapt: documents without labels -> an encoder that knows their language better, and what that is worth."""

import logging
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from kgbuild.cli.extras import needing
from kgbuild.cli.options import AsJson
from kgbuild.cli.output import duration, put, put_json, put_table
from kgbuild.cli.session import begin, quoted
from kgbuild.cli.training_options import (
    MACHINE,
    RATES,
    Device,
    DeviceOption,
    EncoderOption,
    Precision,
    ThreadsOption,
    repeat_command,
)
from kgbuild.counts import counted


class NewSize(StrEnum):
    """Sizes of a new encoder: layers and width."""

    TINY = "tiny"
    SMALL = "small"


def adapt(
    ctx: typer.Context,
    texts: Annotated[
        list[Path], typer.Argument(metavar="TEXTS…", help="Documents, folders, annotated corpora.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the encoder goes.", show_default=False)],
    encoder: EncoderOption = None,
    new_encoder: Annotated[
        NewSize | None,
        typer.Option(
            "--new-encoder", help="Make one from nothing: tiny is 4 layers of 256, small 6 of 384.", show_default=False
        ),
    ] = None,
    vocabulary: Annotated[int | None, typer.Option("--vocabulary", help="Pieces of a new encoder [8000].")] = None,
    epochs: Annotated[int | None, typer.Option("--epochs", min=1, help="Passes over the texts [3].")] = None,
    steps: Annotated[int | None, typer.Option("--steps", min=1, help="Steps, in the place of epochs.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Of all that is random [1].")] = None,
    rate: Annotated[
        float | None, typer.Option("--rate", help="Peak learning rate [1e-4; of a new encoder 1e-3].", rich_help_panel=RATES)
    ] = None,
    batch: Annotated[int | None, typer.Option("--batch", min=1, help="Windows a step [32].", rich_help_panel=RATES)] = None,
    length: Annotated[int | None, typer.Option("--length", help="Pieces a window [128].", rich_help_panel=RATES)] = None,
    mask: Annotated[float | None, typer.Option("--mask", help="Share that is hidden [.15].", rich_help_panel=RATES)] = None,
    whole_words: Annotated[
        bool, typer.Option("--whole-words", help="Hide all pieces of a word together.", rich_help_panel=RATES)
    ] = False,
    text: Annotated[
        list[str] | None, typer.Option("--text", metavar="FIELD", help="Column or key that holds the text.", show_default=False)
    ] = None,
    include: Annotated[list[str] | None, typer.Option("--include", metavar="GLOB", help="Only these files.")] = None,
    exclude: Annotated[list[str] | None, typer.Option("--exclude", metavar="GLOB", help="Not these files.")] = None,
    precision: Annotated[
        Precision | None,
        typer.Option("--precision", help="Of training [bf16 where it can be computed].", rich_help_panel=MACHINE),
    ] = None,
    device: DeviceOption = Device.AUTO,
    threads: ThreadsOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an unfinished run in DIR.")] = False,
    json: AsJson = False,
) -> None:
    """Train an encoder on documents without labels, for `train --encoder`.

    A twentieth of the passages is held out; the loss on them is told before and after. Needs the extra `train`.

    kgbuild adapt documents/ --out encoders/mine
    kgbuild adapt news.jsonl --new-encoder tiny --epochs 20 --out encoders/new
    """
    session = begin(ctx, logging.INFO)
    chosen = {
        "vocabulary": vocabulary, "epochs": epochs, "steps": steps, "batch": batch, "length": length, "rate": rate, "share": mask,
        "whole_words": whole_words, "precision": precision.value if precision else None, "seed": seed,
    }  # fmt: skip
    settings = {key: value for key, value in chosen.items() if value is not None}
    session.when_interrupted = f"{out} keeps what was done up to the last few minutes; the same command with --resume goes on"
    report = run_adapting(
        settings, tuple(text or ()), texts=texts, out=out, encoder=encoder,
        new_encoder=new_encoder.value if new_encoder else None, include=tuple(include or ()), exclude=tuple(exclude or ()),
        device=device.value, threads=threads, resume=resume, command=repeat_command(),
    )  # fmt: skip
    if json:
        put_json(report)
    else:
        put_report(report, out)


def run_adapting(settings: dict[str, Any], text: tuple[str, ...], **arguments: Any) -> dict[str, Any]:
    """Call the library. Raises MissingExtra where torch or transformers are not installed."""
    with needing("train", "adapting an encoder"):
        from kgbuild.documents.read import ReadOptions
        from kgbuild.training.adapt import AdaptConfig
        from kgbuild.training.adapt import adapt as run

        return run(config=AdaptConfig(**settings), options=ReadOptions(text=text), **arguments)


def put_report(report: dict[str, Any], out: Path) -> None:
    """What was read, the losses by epoch, the verdict, the next command."""
    texts = report["texts"]
    put(
        f"{counted(texts['documents'], 'document')}, {counted(texts['passages'], 'passage')} "
        f"({texts['held_out_passages']:,} held out, {texts['repeated_passages']:,} repeated left out)"
    )
    columns = ("epoch", "steps", "train_loss", "loss", "perplexity", "accuracy", "seconds")
    start = {"epoch": "start", "steps": 0, **report["start"]}
    put_table(columns, [[row.get(column) for column in columns] for row in (start, *report["epochs"])])
    for warning in report["warnings"]:
        put(f"note: {warning}")
    put(f"{report['verdict']} ({duration(report['seconds'])})")
    put(f"the encoder is in {out}; next: kgbuild train DATA --dev FILE --encoder {quoted(str(out))} --out DIR")
