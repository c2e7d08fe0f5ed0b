"""`kgbuild model average`: model directories of one line -> one with the mean of their weights."""

from pathlib import Path
from typing import Annotated

import typer

from kgbuild.cli.evaluating import model_folder
from kgbuild.cli.options import AsJson
from kgbuild.cli.output import put, put_json
from kgbuild.cli.session import begin, quoted
from kgbuild.cli.trained import as_model


def average(
    ctx: typer.Context,
    models: Annotated[
        list[str], typer.Argument(metavar="MODEL…", help="`default`, or paths with a /; two at least.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the new model goes.", show_default=False)],
    json: AsJson = False,
) -> None:
    """Make one model of several: the mean of their weights.

    Of a model and what came of training it further (`train --init`), the mean forgets less of what the first knew. All else is the last
    one's. Fit a new pruner afterwards (`kgbuild model prune`). Models that began apart have no mean that is worth anything.

    kgbuild model average default ./models/mine --out models/mean
    """
    begin(ctx)
    from kgbuild.models.averaging import average_models

    folders = [model_folder(model) for model in models]
    spec = average_models(folders, out)
    if json:
        put_json({"model": str(out), "mean_of": list(map(str, folders)), "precision": spec.precision})
        return
    put(f"{out}: the mean of {len(folders)} models, precision {spec.precision}, no pair is pruned")
    put(f"what it is worth: kgbuild evaluate {as_model(out)} DATA --against {quoted(models[-1])}")
