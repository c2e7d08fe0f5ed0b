"""Which model and schema a workspace uses, and which it will use: both are switched by one transaction, so that no graph is built with
one of them old and the other one new.

A model takes over when nothing is left to extract with it; a schema that was named with it, or while it waits, waits as well. With the model
in use, a schema holds at once.
"""

from kgbuild.errors import SchemaError
from kgbuild.schema import Schema, load_schema, parse_schema
from kgbuild.workspace.database import transaction
from kgbuild.workspace.graph import WorkspaceGraph
from kgbuild.workspace.stored import StoredModel
from kgbuild.workspace.truth import Truth

SHIPPED = "wikidata (shipped)"
IN_USE, WANTED = "", "wanted_"
"""Prefixes of the rows that hold a schema."""


def want(truth: Truth, model: StoredModel, schema: tuple[str, str] | None, *, ready: bool) -> None:
    """Name a model and a schema (name, text) to use; None: the one in use, or that waits for this very model.

    ready: nothing is left to extract with the model, so that both hold at once.
    """
    with transaction(truth.db, truth.path):
        if schema is None and model.key == truth.meta("wanted_model"):
            schema = _waiting(truth)
        truth.put_model(model)
        truth.set_meta("wanted_model", model.key)
        _put_schema(truth, WANTED, schema or ("", ""))
        if ready or truth.meta("current_model") in (None, model.key):
            _take_over(truth, model if ready else None)


def switch(truth: Truth, model: StoredModel) -> None:
    """Make a model current, with the schema that waits for it."""
    with transaction(truth.db, truth.path):
        truth.put_model(model)
        truth.set_meta("wanted_model", model.key)
        _take_over(truth, model)


def schema_in_use(truth: Truth) -> Schema:
    """The schema that graphs are built with: the shipped one unless `use` named another."""
    text = truth.meta("schema")
    return parse_schema(text, truth.meta("schema_name") or "schema") if text else load_schema(None)


def schema_of(graph: WorkspaceGraph) -> Schema:
    """The schema that a graph was built with: after `use` named another one, until the next build follows it, or after an upgrade."""
    text, used = graph.derived.meta("schema"), schema_in_use(graph.truth)
    if not text or text == used.text:
        return used
    try:
        return parse_schema(text, graph.derived.meta("schema_name"))
    except SchemaError:  # of another version of kgbuild
        return used


def wanted_schema(truth: Truth) -> Schema:
    """The schema that waits for its model, else the one in use."""
    waiting = _waiting(truth)
    return parse_schema(waiting[1], waiting[0]) if waiting else schema_in_use(truth)


def schema_names(truth: Truth) -> tuple[str, str]:
    """Names of the schema in use and of the wanted one, as a person gave them."""
    waiting, used = _waiting(truth), truth.meta("schema_name") or SHIPPED
    return used, waiting[0] if waiting else used


def _waiting(truth: Truth) -> tuple[str, str] | None:
    text = truth.meta(f"{WANTED}schema")
    return (truth.meta(f"{WANTED}schema_name") or "schema", text) if text else None


def _take_over(truth: Truth, model: StoredModel | None) -> None:
    if model is not None:
        truth.set_meta("current_model", model.key)
    if waiting := _waiting(truth):
        _put_schema(truth, IN_USE, waiting)
        _put_schema(truth, WANTED, ("", ""))


def _put_schema(truth: Truth, prefix: str, schema: tuple[str, str]) -> None:
    name, text = schema
    truth.set_meta(f"{prefix}schema", text)
    truth.set_meta(f"{prefix}schema_name", name)
