"""Where torch is installed, spaCy's own library imports it: seconds at each start, and hundreds of MB, that splitting sentences has no use of.

For the command line alone, whose process is kgbuild's own: a program that uses kgbuild as a library gets spaCy as it is.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType

ASKER = "thinc.compat"
"""The module of spaCy's library that looks for torch, and does without it where there is none."""
MACHINERY = (__name__, "importlib._bootstrap", "_frozen_importlib")
TORCH_PIPELINES = ("spacy_transformers", "spacy_curated_transformers", "spacy_llm")
"""Packages whose pipelines run on torch inside of spaCy: where one is installed, the user's own pipeline may need it."""


class _NotForSpacy(MetaPathFinder):
    """Says to spaCy's library that there is no torch; to everybody else nothing."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname == "torch" and _who_imports() == ASKER:
            raise ModuleNotFoundError(f"{ASKER} does without torch here", name="torch")
        return None


def spacy_without_torch() -> None:
    """Let spaCy start without torch in this process from now on, unless a pipeline of the user's may run on it."""
    if "torch" not in sys.modules and not any(find_spec(name) for name in TORCH_PIPELINES):
        sys.meta_path.insert(0, _NotForSpacy())


def _who_imports() -> str:
    """The module whose import statement is being followed."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__") in MACHINERY:
        frame = frame.f_back
    return str(frame.f_globals.get("__name__", ""))
