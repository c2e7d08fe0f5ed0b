"""A workspace -> what it holds and what is still to do. Reads only, and leaves out what cannot be read now."""

from typing import TYPE_CHECKING

from kgbuild.build.inputs import input_digest
from kgbuild.errors import BuildError, KgbuildError
from kgbuild.pipeline.building import inputs_of
from kgbuild.pipeline.listing import State, standings
from kgbuild.pipeline.privacy import read_otherwise
from kgbuild.pipeline.readers import missing_beside, uses_model
from kgbuild.pipeline.reports import Status
from kgbuild.pipeline.switching import schema_names, schema_of
from kgbuild.pipeline.using import languages, missing, newer, wanted
from kgbuild.resolution.judge import said
from kgbuild.workspace.derived import Derived
from kgbuild.workspace.imported import origin_of
from kgbuild.workspace.sent import sinks
from kgbuild.workspace.stored import MODEL, StoredModel

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace


def status_of(ws: "Workspace") -> Status:
    """What the workspace holds and what is still to do; see `Workspace.status`."""
    status = Status(path=str(ws.path), documents=ws.truth.outcomes(), unread_blocks=ws.truth.unread())
    _model_status(ws, status)
    _beside_status(ws, status)
    status.read_otherwise = len(read_otherwise(ws))
    status.problems += [
        (s.uri, s.outcome.value, s.reason) for s in ws.truth.sources() if s.outcome.value in ("quarantined", "retry")
    ]
    origin = origin_of(ws.truth)
    if origin is not None:
        status.imported, status.imported_provenance = origin.file, origin.provenance
    _graph_status(ws, status)
    _words_status(ws, status)
    return status


def _model_status(ws: "Workspace", status: Status) -> None:
    """The models and the schema in use, and what the wanted one has still to read."""
    status.schema, status.wanted_schema = schema_names(ws.truth)
    current = ws.truth.model(ws.truth.meta("current_model") or "")
    status.model = current.name if current else ""
    if not uses_model(ws):
        status.model = status.wanted_model = "none (kgbuild.toml names other extractors)"
        status.passages, status.words, _ = ws.truth.passage_counts(None)
        return
    model = _wanted_or_none(ws)
    if model is not None:
        status.wanted_model = model.name
        status.passages, status.words, status.other_languages = ws.truth.passage_counts(languages(ws, model))
        status.missing = len(missing(ws, model))
        status.newer = newer(ws, model)
        status.numerics = ws.truth.numerics(model.key)


def _wanted_or_none(ws: "Workspace") -> StoredModel | None:
    try:
        return wanted(ws)
    except KgbuildError:
        return None


def _beside_status(ws: "Workspace", status: Status) -> None:
    """Extractors beside the model; one that cannot be read now is told as a problem."""
    try:
        status.extractors = [spec for spec in ws.config.extractors.use if spec != MODEL]
        status.missing += missing_beside(ws) if status.extractors else 0
    except KgbuildError as error:
        status.problems = [*status.problems, ("kgbuild.toml", "extractors", str(error))]


def _graph_status(ws: "Workspace", status: Status) -> None:
    try:
        built = ws.source()
    except BuildError:  # nothing is built yet
        return
    with built as graph:
        derived = graph.derived
        for key, value in derived.counts().items():
            setattr(status, key, value)
        status.by_type, status.by_predicate = derived.entities_by_type(), derived.triples_by_predicate()
        status.quarantined = derived.quarantined_by_rule()
        status.dropped, status.built, status.state = derived.dropped(), bool(derived.input), derived.state
        status.behind = not (status.imported or status.missing or status.read_otherwise) and _behind(ws, derived)
        if sinks(ws.truth):
            from kgbuild.pipeline.publishing import sink_statuses

            status.sinks = sink_statuses(graph, schema_of(graph))


def _behind(ws: "Workspace", derived: Derived) -> bool:
    """Whether the next build has something to do. What it cannot be built of is told elsewhere."""
    try:
        return derived.input != input_digest(inputs_of(ws, partial=False))
    except KgbuildError:
        return False


def _words_status(ws: "Workspace", status: Status) -> None:
    """Judgements, and those that say nothing now."""
    status.judgements = len(ws.truth.judgements())
    for standing in standings(ws):
        row = standing.judgement.number, said(standing.judgement), standing.reason
        match standing.state:
            case State.ASLEEP:
                status.asleep.append(row)
            case State.SET_ASIDE:
                status.set_aside.append(row)
    status.sleeping = len(status.asleep)
