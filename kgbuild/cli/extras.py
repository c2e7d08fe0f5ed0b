"""Optional packages: which extra brings them, and what is said where one is missing."""

from collections.abc import Iterator
from contextlib import contextmanager

from kgbuild.errors import MissingExtra

PACKAGES = {
    "train": ("torch", "transformers", "seqeval", "sklearn", "matplotlib", "peft"),
    "tune": ("optuna", "sqlalchemy"),
    "onnx": ("torch", "transformers", "onnx", "onnxruntime", "onnxscript"),
}
"""What each extra brings."""


@contextmanager
def needing(extra: str, what: str) -> Iterator[None]:
    """While something is done that takes an extra. Raises MissingExtra, naming it, where one of its packages is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in PACKAGES[extra]:
            raise MissingExtra(what, extra) from error
        raise
