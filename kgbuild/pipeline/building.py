"""A workspace -> what its graph is built from, and the build: the fold, or for an imported graph its copy."""

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kgbuild.build.built import COUNTS, Built
from kgbuild.build.claims import RULES as CLAIMS
from kgbuild.build.fold import build as fold
from kgbuild.build.inputs import Inputs, read_sources
from kgbuild.build.phrasebook import NAMES as PHRASES
from kgbuild.build.pronouns import NAME as PRONOUNS
from kgbuild.errors import BuildError
from kgbuild.extraction.codec import unpack_extraction
from kgbuild.graph.hygiene import check_off
from kgbuild.graph.impossible import RULES as IMPOSSIBLE
from kgbuild.pipeline.privacy import check_readings
from kgbuild.pipeline.readers import others, unmapped, uses_model
from kgbuild.pipeline.reports import BuildReport
from kgbuild.pipeline.settings import idle
from kgbuild.pipeline.using import check_labels, current, wanted
from kgbuild.records import Progress
from kgbuild.workspace import journal
from kgbuild.workspace.derived import Derived, is_sound, remove
from kgbuild.workspace.graph import WorkspaceGraph
from kgbuild.workspace.imported import origin_of
from kgbuild.workspace.lock import writer_lock

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace


def build(ws: "Workspace", *, rebuild: bool, partial: bool, preview: bool, progress: Progress | None) -> BuildReport:
    """Bring the graph to its inputs; see `Workspace.build`."""
    with writer_lock(ws.path):
        started, anew = time.monotonic(), rebuild and not preview
        derived = _opened(ws, anew=anew)
        try:
            origin = origin_of(ws.truth)
            if origin is not None:
                from kgbuild.pipeline.importing import build_imported

                return build_imported(ws.truth, origin, derived, anew=anew, preview=preview, progress=progress)
            inputs = inputs_of(ws, partial=partial)
            lost = list(check_labels(ws, inputs.schema, inputs.model)) if inputs.model else []
            now = datetime.now(UTC).isoformat(timespec="seconds")
            report = _report(fold(ws.truth, derived, inputs, anew=anew, preview=preview, progress=progress, now=now), derived)
        finally:
            derived.close()
        report.unmapped = lost + unmapped(inputs.schema, inputs.others)
        report.idle = list(idle(inputs.config, inputs.schema))
        report.seconds = time.monotonic() - started
        return report


def _opened(ws: "Workspace", *, anew: bool) -> Derived:
    """graph.db. To be made anew it keeps the graph that it has until the new one is there; a damaged one goes at once, and no store
    follows what is written then.
    """
    path = ws.path / "graph.db"
    if anew and path.exists() and not is_sound(path):
        remove(path)
    derived = Derived(path)
    if anew:
        journal.forget(WorkspaceGraph(ws.truth, derived))
    return derived


def inputs_of(ws: "Workspace", *, partial: bool) -> Inputs:
    """All that a build of the workspace depends on. Raises BuildError for what has to be read or extracted before, ConfigError."""
    check_readings(ws)
    model = None
    if uses_model(ws):
        model = current(ws) if ws.truth.meta("current_model") or not partial else wanted(ws)
    config = ws.config.build
    check_off(config.hygiene_off, more=(*CLAIMS, *PHRASES, PRONOUNS, *IMPOSSIBLE))
    if model is not None and config.thresholds not in dict(model.thresholds):
        raise BuildError(f"{model.name} has no thresholds named {config.thresholds!r}; see [build] in kgbuild.toml")
    return Inputs(
        sources=read_sources(ws.truth),
        model=model,
        schema=ws.schema(),
        config=config,
        judgements=tuple(ws.truth.judgements()),
        decode=unpack_extraction,
        partial=partial,
        others=others(ws, partial=partial),
        cuts=ws.truth.cuts(),
    )


def _report(built: Built, derived: Derived) -> BuildReport:
    report = BuildReport(
        changed=built.changed,
        state=built.state,
        sleeping=built.sleeping,
        conflicting=built.conflicting,
        change=built.change,
    )
    for key, value in derived.counts().items():
        setattr(report, key, value)
    for key in COUNTS:
        setattr(report, key, getattr(built, key))
    return report
