"""Which model and which schema a workspace works with: as named by a person, or the shipped ones; what the one lacks of the other."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.errors import BuildError, KgbuildError, SchemaError
from kgbuild.pipeline.models import DEFAULT
from kgbuild.pipeline.switching import want
from kgbuild.schema import Schema, load_schema
from kgbuild.workspace.stored import MODEL, StoredModel

if TYPE_CHECKING:
    from kgbuild.pipeline.extracting import Missing
    from kgbuild.pipeline.workspace import Workspace


def use(ws: "Workspace", model: str | None, schema: str | Path | None) -> StoredModel:
    """Name the model and the schema to use; see `Workspace.use`. Needs the writer's lock."""
    named = ws._models.describe(model) if model else wanted(ws)
    given = load_schema(None if str(schema) == DEFAULT else Path(schema)) if schema else None
    waits = named.key == ws.truth.meta("wanted_model")
    try:
        check_labels(ws, given or (ws.wanted_schema() if waits else ws.schema()), named)
    except SchemaError as error:
        from kgbuild.models.directory import SCHEMA

        if model and given is None and (draft := Path(model) / SCHEMA).is_file():
            raise SchemaError(
                f"{error}; the draft that training wrote fits it: `kgbuild use {model} --schema {draft}`"
            ) from None
        raise
    want(ws.truth, named, (str(schema), given.text) if given else None, ready=not missing(ws, named))
    return named


def check_labels(ws: "Workspace", schema: Schema, model: StoredModel) -> tuple[str, ...]:
    """The model's labels that a schema drops. Raises SchemaError for a `from` that no extractor gives."""
    more = ws.truth.extractors({each.partition(":")[0] for each in ws.config.extractors.use} - {MODEL})
    spans, links = ({label for each in more for label in getattr(each, kind)} for kind in ("span_labels", "link_labels"))
    try:
        dropped = schema.check_labels({*model.span_labels, *spans}, {*model.link_labels, *links})
    except SchemaError as error:
        if now := newer(ws, model):  # as after an upgrade, when the shipped schema is newer than the model in use
            raise SchemaError(f"{error}: `kgbuild use {now}` takes the one that stands there now") from None
        raise
    return tuple(label for label in dropped if label in {*model.span_labels, *model.link_labels})


def wanted(ws: "Workspace") -> StoredModel:
    """The model that extraction works for; the shipped one in a fresh workspace. Raises ModelError if that is not there."""
    key = ws.truth.meta("wanted_model")
    known = ws.truth.model(key) if key else None
    return known or ws._models.describe(DEFAULT)


def newer(ws: "Workspace", model: StoredModel) -> str:
    """What `use` takes to go over to the model that stands now where a stored one came from: kgbuild brings another default, a folder
    was trained in anew. '' if it is the same, or none: what is extracted needs no model.
    """
    try:
        same = ws.truth.model(model.key) is None or ws._models.describe(model.path) == model
    except KgbuildError:
        return ""
    return "" if same else model.path


def current(ws: "Workspace") -> StoredModel:
    """The model whose extractions are built from. Raises BuildError before the first extraction."""
    key = ws.truth.meta("current_model")
    known = ws.truth.model(key) if key else None
    if known is None:
        raise BuildError("nothing is extracted yet: run `kgbuild extract` first")
    return known


def missing(ws: "Workspace", model: StoredModel, documents: Iterable[str] | None = None) -> list["Missing"]:
    """Passages that a model has still to read; documents: of these alone."""
    return ws.truth.missing(model.key, languages(ws, model), documents)


def languages(ws: "Workspace", model: StoredModel) -> tuple[str, ...] | None:
    """Languages of passages that a model is given, None for all."""
    return None if ws.config.build.all_languages else model.reads
