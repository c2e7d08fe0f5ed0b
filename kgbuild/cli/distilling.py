"""The command distill: several models, and documents without labels -> one model."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from kgbuild.cli.options import AsJson
from kgbuild.cli.output import put_json
from kgbuild.cli.session import begin
from kgbuild.cli.trained import put_training
from kgbuild.cli.training import run_training
from kgbuild.cli.training_options import EncoderOption, InitOption, NameOption, ThreadsOption, repeat_command, start_model


def distill(
    ctx: typer.Context,
    teachers: Annotated[
        list[str], typer.Argument(metavar="MODEL…", help="Models to learn from, one or more.", show_default=False)
    ],
    data: Annotated[
        list[str],
        typer.Option("--data", metavar="FILE", help="Annotated files, as for `train`; repeat for more.", show_default=False),
    ],
    dev: Annotated[
        str, typer.Option("--dev", metavar="FILE", help="Annotated documents to choose thresholds on.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the model goes.", show_default=False)],
    texts: Annotated[
        list[Path] | None,
        typer.Option("--texts", metavar="PATH", help="Documents without labels: passages that all models read alike."),
    ] = None,
    encoder: EncoderOption = None,
    init: InitOption = None,
    name: NameOption = "",
    epochs: Annotated[int | None, typer.Option("--epochs", min=1, help="Passes over the data [12].")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Of all that is random [1].")] = None,
    threads: ThreadsOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an unfinished run in DIR.")] = False,
    json: AsJson = False,
) -> None:
    """Train one model from the word of others: what they say of the relations in annotated documents, and of documents without labels.

    The same as `train DATA --teacher MODEL`, where all other options are.

    kgbuild distill models/a models/b --data train.json --dev dev.json --out models/one
    kgbuild distill models/a models/b --data train.json --texts documents/ --dev dev.json --init models/a --out models/one
    """
    session = begin(ctx, logging.INFO)
    session.when_interrupted = f"{out} keeps what whole epochs have reached; the same command with --resume goes on from there"
    chosen = [path for one in teachers if (path := start_model(one))]
    metrics = run_training(
        {key: value for key, value in (("epochs", epochs), ("seed", seed)) if value is not None},
        data=data, dev=dev, out=out, teachers=chosen, texts=texts or (), encoder=encoder, init=start_model(init), name=name,
        threads=threads, resume=resume, command=repeat_command(),
    )  # fmt: skip
    if json:
        put_json(metrics)
        return
    put_training(session, metrics, out, dev)
