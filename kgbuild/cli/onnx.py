"""`kgbuild model export`: a model directory -> files for other programs."""

from pathlib import Path
from typing import Annotated, Any

import typer

from kgbuild.cli.evaluating import model_folder
from kgbuild.cli.extras import needing
from kgbuild.cli.options import AsJson
from kgbuild.cli.output import put, put_json
from kgbuild.cli.session import begin
from kgbuild.errors import UsageError


def export(
    ctx: typer.Context,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="`default`, or a path with a /.", show_default=False)],
    onnx: Annotated[Path, typer.Option("--onnx", metavar="FILE", help="Where the ONNX file goes.", show_default=False)],
    json: AsJson = False,
) -> None:
    """Write a model's encoder and tagger as ONNX.

    A description of inputs, outputs and labels goes beside the file, with suffix .json. What is written is compared with the
    model first. Relations are not part of it. Needs the extra `onnx`.

    kgbuild model export default --onnx tagger.onnx
    """
    begin(ctx)
    if onnx.suffix != ".onnx":
        raise UsageError(f"{onnx}: give a file that ends in .onnx")
    about = exported(model_folder(model), onnx)
    if json:
        put_json({"file": str(onnx), **about})
        return
    put(
        f"{onnx} (opset {about['opset']}, {onnx.stat().st_size / 1e6:.1f} MB): {', '.join(about['inputs'])} -> {', '.join(about['outputs'])}"
    )
    put(f"{onnx.with_suffix('.json')} says what they are; the tokenizer is {model_folder(model) / 'tokenizer.json'}")
    put(f"onnxruntime and torch differ by at most {about['largest_difference']:.1g}")


def exported(folder: Path, out: Path) -> dict[str, Any]:
    """Call the exporter. Raises MissingExtra where one of its packages is not installed."""
    with needing("onnx", "exporting to ONNX"):
        from kgbuild.models.onnx import export_onnx

        return export_onnx(folder, out)
