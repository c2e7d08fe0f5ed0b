"""Files and folders -> an up-to-date graph and store, in one go: the steps of a workspace, one after the other, and what each said."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kgbuild.pipeline.reports import Added, BuildReport, Extracted
from kgbuild.records import Progress

if TYPE_CHECKING:
    from kgbuild.documents.read import ReadOptions
    from kgbuild.pipeline.workspace import Workspace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ran:
    """What the steps of a run say of themselves. store: the state of the store that queries ask.

    seconds: (step, wall-clock time) in order; extraction began while documents were still being read, and counts from there.
    """

    added: Added
    extracted: Extracted
    built: BuildReport
    store: str
    seconds: tuple[tuple[str, float], ...]


def run(
    ws: "Workspace",
    paths: Iterable[str | Path],
    *,
    name: str | None = None,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    sync: bool = False,
    accept: bool = False,
    options: "ReadOptions | None" = None,
    when_added: Callable[[Added], None] | None = None,
    progress: Progress | None = None,
) -> Ran:
    """Add, extract, build and refresh the store; see `Workspace.run`."""
    seconds: dict[str, float] = {}

    def timed(step: str, work: Callable[[], T]) -> T:
        started = time.monotonic()
        result = work()
        seconds[step] = time.monotonic() - started
        return result

    def add() -> Added:
        chosen = {"include": include, "exclude": exclude}
        return ws.add(
            paths, name=name, **chosen, sync=sync, accept=accept, options=options, extract_ahead=True, progress=progress
        )

    added = timed("add", add)
    if when_added is not None:
        when_added(added)
    extracted = timed("extract", lambda: ws.extract(progress=progress))
    seconds["extract"] = extracted.seconds
    built = timed("build", lambda: ws.build(progress=progress))
    store = timed("refresh", lambda: ws.refresh(progress=progress))
    return Ran(added, extracted, built, store, tuple(seconds.items()))
