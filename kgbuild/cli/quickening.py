"""`kgbuild model quantize` and `kgbuild model prune`: a model directory -> a faster copy of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgbuild.cli.evaluating import model_folder
from kgbuild.cli.extras import needing
from kgbuild.cli.options import AsJson
from kgbuild.cli.output import put, put_json
from kgbuild.cli.session import begin, quoted
from kgbuild.cli.trained import as_model
from kgbuild.counts import counted

if TYPE_CHECKING:
    from kgbuild.training.pruning import Pruned

ModelArgument = Annotated[str, typer.Argument(metavar="MODEL", help="`default`, or a path with a /.", show_default=False)]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the copy goes.", show_default=False)]


def quantize(
    ctx: typer.Context,
    model: ModelArgument,
    texts: Annotated[
        list[Path], typer.Argument(metavar="TEXTS…", help="Documents, folders, annotated corpora.", show_default=False)
    ],
    out: OutOption,
    json: AsJson = False,
) -> None:
    """Copy a model with its encoder in 8 bits.

    Two hundred passages of TEXTS show between which numbers the encoder computes; no annotation is needed, and no other file
    of the model changes. Faster where the processor has VNNI but no AMX. The copy is another model: what it extracts is stored apart.

    kgbuild model quantize default documents --out models/int8
    """
    begin(ctx)
    count = quantized(model_folder(model), texts, out)
    if json:
        put_json({"model": str(out), "precision": "int8", "passages": count})
        return
    put(f"{out}: precision int8, by {counted(count, 'passage')}")
    put(f"what it costs: kgbuild evaluate {as_model(out)} DATA --against {quoted(model)}")


def quantized(folder: Path, texts: list[Path], out: Path) -> int:
    """Call the library with passages in the order of their content's digest, so that one long file does not speak for all."""
    from kgbuild.extraction.ranges import quantize as write
    from kgbuild.hashing import digest
    from kgbuild.training.passages import read_texts

    return write(folder, sorted(read_texts(texts).passages, key=lambda text: digest("ranges", text)), out)


def prune(
    ctx: typer.Context,
    model: ModelArgument,
    data: Annotated[list[Path], typer.Argument(metavar="DATA…", help="Annotated documents, as for train.", show_default=False)],
    dev: Annotated[
        Path, typer.Option("--dev", metavar="FILE", help="Annotated documents by which is chosen.", show_default=False)
    ],
    out: OutOption,
    json: AsJson = False,
) -> None:
    """Copy a model with a pruner, which spares it the scoring of hopeless pairs.

    Learns from what the model itself says of the chains in DATA which pairs are worth it, and keeps so many that on dev at least
    99.5 % of the links that the model stores remain. `kgbuild train` does this by itself: this is for older models. Needs the extra
    `train`.

    kgbuild model prune ./models/old train.json --dev dev.json --out models/pruned
    """
    begin(ctx)
    found = pruned(folder=model_folder(model), data=data, dev=dev, out=out)
    if json:
        put_json(
            {"model": str(out), "rank": found.spec.rank, "least": found.spec.least, "most": found.spec.most, **found.report}
        )
        return
    report = found.report
    put(f"{out}: on {dev}, {report['pairs_scored']} % of pairs are scored, {report['links_kept']} % of links remain")


def pruned(**arguments: Any) -> "Pruned":
    """Call the library. Raises MissingExtra where torch or transformers are not installed."""
    with needing("train", "fitting a pruner"):
        from kgbuild.training.pruning import prune_model

        return prune_model(**arguments)
