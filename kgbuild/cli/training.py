"""The command that trains: its options, and the call of the trainer."""

import logging
from pathlib import Path
from typing import Annotated, Any

import typer

from kgbuild.cli.extras import needing
from kgbuild.cli.options import AsJson
from kgbuild.cli.output import put_json
from kgbuild.cli.session import begin
from kgbuild.cli.trained import put_training
from kgbuild.cli.training_options import (
    MACHINE,
    RATES,
    Device,
    DeviceOption,
    EncoderOption,
    InitOption,
    LanguageOption,
    NameOption,
    Precision,
    ThreadsOption,
    repeat_command,
    start_model,
)


def _rate(name: str, help: str, most: float | None = None) -> Any:
    return typer.Option(name, help=help, min=0.0, max=most, show_default=False, rich_help_panel=RATES)


def train(
    ctx: typer.Context,
    data: Annotated[
        list[str],
        typer.Argument(metavar="DATA…", help="Annotated files of any format; FILE@MAP maps the labels.", show_default=False),
    ],
    dev: Annotated[
        str, typer.Option("--dev", metavar="FILE", help="Annotated documents to choose thresholds on.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the model goes.", show_default=False)],
    test: Annotated[
        str | None, typer.Option("--test", metavar="FILE", help="Scored as dev is, and never chosen by.", show_default=False)
    ] = None,
    encoder: EncoderOption = None,
    init: InitOption = None,
    teacher: Annotated[
        list[str] | None,
        typer.Option("--teacher", metavar="DIR", help="A model (or several) whose word on relations is learned as well."),
    ] = None,
    texts: Annotated[
        list[Path] | None,
        typer.Option(
            "--texts", metavar="PATH", help="Documents without labels: what all teachers agree on is learned as well."
        ),
    ] = None,
    name: NameOption = "",
    language: LanguageOption = None,
    epochs: Annotated[int | None, typer.Option("--epochs", min=1, help="Passes over the data [12].")] = None,
    batch: Annotated[int | None, typer.Option("--batch", min=1, help="Documents read at once [4].")] = None,
    accumulate: Annotated[int | None, typer.Option("--accumulate", min=1, help="Batches a step [1].")] = None,
    patience: Annotated[
        int | None, typer.Option("--patience", min=1, help="Stop after so many epochs without a better score on dev [never].")
    ] = None,
    dev_documents: Annotated[
        int | None, typer.Option("--dev-documents", min=1, help="Documents scored after each epoch; all at the end [150].")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Of all that is random [1].")] = None,
    lora: Annotated[
        int | None,
        typer.Option("--lora", metavar="R", min=1, help="Train adapters of rank R for the model of --init: a few MB."),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Labels of the start model that the data does not have stay in the model.")
    ] = False,
    rate: Annotated[float | None, _rate("--rate", "Peak learning rate of the encoder's top layer [2e-4].")] = None,
    head_rate: Annotated[float | None, _rate("--head-rate", "Peak learning rate of the heads [6e-4].")] = None,
    layer_decay: Annotated[
        float | None, _rate("--layer-decay", "Factor of the rate from layer to layer down [.9].", 1.0)
    ] = None,
    warm_up: Annotated[float | None, _rate("--warm-up", "Share of all steps in which the rate rises [.06].", 0.9)] = None,
    weight_decay: Annotated[float | None, _rate("--weight-decay", "Of AdamW, on matrices [.01].")] = None,
    dropout: Annotated[float | None, _rate("--dropout", "In the relation head [.25].", 0.9)] = None,
    precision: Annotated[
        Precision | None,
        typer.Option(
            "--precision",
            help="Of training, and declared by the model [bf16 where it can be computed].",
            rich_help_panel=MACHINE,
        ),
    ] = None,
    device: DeviceOption = Device.AUTO,
    threads: ThreadsOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an unfinished run in DIR.")] = False,
    json: AsJson = False,
) -> None:
    """Train a model on annotated documents.

    Needs the extra `train` (torch, transformers, peft, matplotlib). After each epoch it says losses, precision, recall and F1.

    kgbuild train train.json --dev dev.json --out models/mine
    kgbuild train mine.json --dev dev.json --init default --lora 8 --patience 3 --out models/mine
    """
    session = begin(ctx, logging.INFO)
    session.when_interrupted = f"{out} keeps what whole epochs have reached; the same command with --resume goes on from there"
    settings = {
        "epochs": epochs, "batch": batch, "accumulate": accumulate, "patience": patience, "dev_documents": dev_documents,
        "seed": seed, "lora": lora, "encoder_rate": rate, "head_rate": head_rate, "layer_decay": layer_decay, "warm_up": warm_up,
        "weight_decay": weight_decay, "dropout": dropout, "precision": precision.value if precision else None,
        "keep": keep or None,
    }  # fmt: skip
    metrics = run_training(
        {key: value for key, value in settings.items() if value is not None},
        data=data, dev=dev, out=out, test=test, encoder=encoder, init=start_model(init),
        teachers=[path for one in teacher or () if (path := start_model(one))], texts=texts or (), name=name, device=device.value,
        threads=threads, resume=resume, languages=tuple(language or ()), command=repeat_command(),
    )  # fmt: skip
    if json:
        put_json(metrics)
        return
    put_training(session, metrics, out, dev)


def run_training(settings: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    """Call the trainer. Raises MissingExtra where torch or transformers are not installed."""
    with needing("train", "training"):
        from kgbuild.training.loop import TrainingConfig
        from kgbuild.training.run import train as run

        return run(config=TrainingConfig(**settings), **arguments)
