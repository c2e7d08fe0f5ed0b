"""Model directories as the workspace uses them: described once (small files), loaded only when there is something to extract."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kgbuild.config import Run
from kgbuild.errors import ModelError
from kgbuild.records import ANY, Extraction, Scope
from kgbuild.workspace.stored import StoredModel

if TYPE_CHECKING:
    from kgbuild.models.spec import Thresholds

DEFAULT = "default"
"""The name of the model that kgbuild ships."""


class Extractor(Protocol):
    """Texts to extractions, in the order of the texts."""

    numerics: str

    def __call__(self, texts: Iterable[str]) -> Iterator[Extraction]: ...

    def close(self) -> None: ...


class Models(Protocol):
    """Where models come from: the real thing, or a toy in the tests."""

    def describe(self, name: str) -> StoredModel: ...

    def load(self, model: StoredModel, run: Run) -> Extractor: ...


class ModelDirectories:
    """Models as directories on disk; `default` is the one that kgbuild ships."""

    def describe(self, name: str) -> StoredModel:
        """What the workspace keeps of a model. Raises ModelError for a missing or damaged directory."""
        from kgbuild.extraction.extractor import model_key
        from kgbuild.models.directory import SETS, fingerprint, read_directory

        path = model_path(name)
        directory = read_directory(path)
        mark = fingerprint(path)
        return StoredModel(
            key=model_key(mark, directory.spec.precision),
            path=name if name == DEFAULT else str(path.resolve()),
            fingerprint=mark,
            name=name if name == DEFAULT else path.resolve().name,
            span_labels=directory.spec.types,
            link_labels=directory.spec.relations,
            languages=directory.spec.languages,
            thresholds=tuple((set, threshold_rows(directory.spec.relations, directory.thresholds(set))) for set in SETS),
        )

    def load(self, model: StoredModel, run: Run) -> Extractor:
        """The extractor of a model. Raises ModelError if the directory is not what it was."""
        from kgbuild.extraction.crew import open_extractor

        path = model_path(model.path)
        if self.describe(model.path).key != model.key:  # its files, or kgbuild's decoder: extractions would not compare
            raise ModelError(
                f"{path}: the model, or the kgbuild that reads it, has changed since this workspace began to use it; "
                f"`kgbuild use {model.path}` takes the new one and extracts anew"
            )
        return open_extractor(path, run.runtime, run.threads or None)


def model_path(name: str) -> Path:
    """The folder of a model: `default` is the shipped one, anything else a path."""
    if name == DEFAULT:
        import kgbuild.pretrained

        return Path(kgbuild.pretrained.__path__[0])
    return Path(name)


def threshold_rows(relations: tuple[str, ...], thresholds: "Thresholds") -> tuple[tuple[str, str, int], ...]:
    """(label, scope, minimum score) of each relation that is on, and ("", "span", minimum score) for mentions."""
    scores = [(label, scope, thresholds.link(label, scope)) for label in relations for scope in Scope]
    rows = [(label, scope.value, score) for label, scope, score in scores if score is not None]
    return tuple(sorted([*rows, (ANY, "span", thresholds.spans)]))


class TextExtractor:
    """A loaded model as a function: text in, Extraction out."""

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor

    def __call__(self, text: str) -> Extraction:
        """Spans, chains and links of one text."""
        return next(iter(self._extractor([text])))

    def close(self) -> None:
        """Free the model."""
        self._extractor.close()


def load(model: str = DEFAULT, *, run: Run | None = None) -> TextExtractor:
    """Load a model to try it on texts: `kgbuild.load()("Ann works for Acme.")`. Raises ModelError."""
    directories = ModelDirectories()
    return TextExtractor(directories.load(directories.describe(model), run or Run()))
