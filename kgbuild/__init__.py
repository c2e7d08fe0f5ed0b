"""kgbuild: documents in, a resolved, queryable, explainable knowledge graph out.

The public names are loaded when they are first used, so that importing kgbuild costs nothing.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["KgbuildError", "Workspace", "__version__", "load"]

if TYPE_CHECKING:
    from kgbuild.errors import KgbuildError
    from kgbuild.pipeline.models import load
    from kgbuild.pipeline.workspace import Workspace

_HOMES = {"KgbuildError": "kgbuild.errors", "Workspace": "kgbuild.pipeline.workspace", "load": "kgbuild.pipeline.models"}


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'kgbuild' has no attribute {name!r}")
