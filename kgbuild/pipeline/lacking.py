"""Files and records that lack a field which the call names: they fail alone, unless none has it; then the call is wrong.

Until one is met that has it, those that lack it are kept back, so that nothing is stored of a call that is wrong.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from kgbuild.documents.read import NO_FIELD
from kgbuild.errors import UsageError
from kgbuild.records import Outcome, Reading, Source

T = TypeVar("T")


@dataclass(slots=True)
class Lacking(Generic[T]):
    """What is kept back, each with why. met: whether something with the named fields was met."""

    met: bool = False
    _kept: list[tuple[T, str]] = field(default_factory=list)

    def keeps(self, one: T, readings: Iterable[Reading]) -> bool:
        """Whether to keep back a file or record with these readings, until `released`."""
        lacks = next((r.source for r in readings if lacks_field(r.source)), None)
        if lacks is not None and not self.met:
            self._kept.append((one, f"{lacks.uri}: {lacks.reason}"))
            return True
        return False

    def meet(self, sources: Iterable[Source]) -> None:
        """Take note of the sources of something that has fields."""
        self.met = self.met or any(source.outcome is Outcome.OK for source in sources)

    def released(self) -> list[T]:
        """What was kept back, in its order. Raises UsageError if nothing had the fields."""
        if self._kept and not self.met:
            raise UsageError(self._kept[0][1])
        kept = [one for one, _ in self._kept]
        self._kept.clear()
        return kept


def lacks_field(source: Source) -> bool:
    """Whether a source was not read because it lacks a field that the call names."""
    return source.outcome is Outcome.QUARANTINED and source.reason.startswith(NO_FIELD)
