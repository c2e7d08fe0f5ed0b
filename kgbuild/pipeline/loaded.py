"""A model that stays in memory between two calls of `extract`: loading it takes longer than reading a note."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

from kgbuild.config import Run
from kgbuild.pipeline.models import Extractor, Models
from kgbuild.records import Extraction
from kgbuild.workspace.stored import StoredModel


class Loaded:
    """At most one extractor: loaded when it is first asked for, kept until another is. Close it.

    keep: False lets go of it after each use. One thread uses it at a time; another one waits.
    """

    def __init__(self, models: Models, *, keep: bool = True) -> None:
        self._models, self._keep = models, keep
        self._lock = threading.Lock()
        self._held: tuple[str, Run, Extractor] | None = None

    @contextmanager
    def lent(self, model: StoredModel, run: Run) -> Iterator[Extractor]:
        """The extractor of a model, for a `with` block. One that was used when something went wrong is not kept."""
        with self._lock:
            try:
                yield self._extractor(model, run)
            except BaseException:
                self._let_go()
                raise
            if not self._keep:
                self._let_go()

    def close(self) -> None:
        """Let go of the model: at once, or where somebody uses it, as an interrupted run's thread may, when that ends. Safe to call twice."""
        self._keep = False
        if self._lock.acquire(blocking=False):
            try:
                self._let_go()
            finally:
                self._lock.release()

    def _extractor(self, model: StoredModel, run: Run) -> Extractor:
        if self._held is None or self._held[:2] != (model.key, run):
            self._let_go()
            self._held = (model.key, run, self._models.load(model, run))
        return self._held[2]

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held[2].close()


class Borrowed:
    """A lent extractor as one of its own: `close` gives it back. While it is held, nobody else is lent it."""

    def __init__(self, lent: AbstractContextManager[Extractor]) -> None:
        self._lent = lent
        self._extractor = lent.__enter__()
        self._error: BaseException | None = None
        self.numerics = self._extractor.numerics

    def __call__(self, texts: Iterable[str]) -> Iterator[Extraction]:
        try:
            yield from self._extractor(texts)
        except BaseException as error:
            self._error = error
            raise

    def close(self) -> None:
        """Give it back; one that something went wrong with is not kept."""
        error = self._error
        self._lent.__exit__(type(error) if error else None, error, error.__traceback__ if error else None)
