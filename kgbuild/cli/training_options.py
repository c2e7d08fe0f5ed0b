"""What commands that train take: where to start, where the arithmetic runs; and how their call is repeated."""

import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

RATES = "How it learns"
MACHINE = "Machine"


class Device(StrEnum):
    """Where the arithmetic runs."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


class Precision(StrEnum):
    """In which numbers."""

    BF16 = "bf16"
    F32 = "f32"


EncoderOption = Annotated[
    str | None, typer.Option("--encoder", help="Hugging Face folder or name [default: the bundled MiniLM].")
]
InitOption = Annotated[
    str | None,
    typer.Option("--init", "--base", metavar="DIR", help="A model to start from, with its heads; `default`: the shipped one."),
]
LanguageOption = Annotated[
    list[str] | None,
    typer.Option("--language", metavar="CODE", help="A language that the model reads (or several) [the start model's, or en]."),
]
NameOption = Annotated[str, typer.Option("--name", help="Name of the model [default: that of DIR].", show_default=False)]
DeviceOption = Annotated[Device, typer.Option("--device", help="auto: a GPU where there is one.", rich_help_panel=MACHINE)]
ThreadsOption = Annotated[int | None, typer.Option("--threads", min=1, help="Speed only.", rich_help_panel=MACHINE)]


def start_model(init: str | None) -> Path | None:
    """The folder that --init or --teacher means: `default` is the shipped model."""
    from kgbuild.pipeline.models import model_path

    return None if init is None else model_path(init)


def repeat_command() -> str:
    """How a person repeats this call: for the model card."""
    return shlex.join(["kgbuild", *sys.argv[1:]])
