"""The command around schemas, and numbers printed by name. `train`, `evaluate`, `try` and `doctor` have files of their own."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgbuild.cli.options import AsJson
from kgbuild.cli.output import put, put_json, put_table
from kgbuild.cli.session import Session, begin, models, opened
from kgbuild.counts import counted
from kgbuild.errors import UsageError

if TYPE_CHECKING:
    from kgbuild.schema import Schema

DEFAULT = "default"
Row = tuple[Any, ...]


class SchemaAction(StrEnum):
    """What to do with a schema."""

    SHOW = "show"
    CHECK = "check"


# ── schema ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def schema(
    ctx: typer.Context,
    action: Annotated[SchemaAction, typer.Argument(metavar="[show|check]", help="What to do.")] = SchemaAction.SHOW,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A schema file.", show_default=False)] = None,
    model: Annotated[str, typer.Option("--model", metavar="MODEL", help="check: the model whose labels it maps.")] = DEFAULT,
    json: AsJson = False,
) -> None:
    """Show the schema in use, or check a schema file.

    `show` takes a file as well; `check` says whether the file is valid and whether the model gives the labels that it maps.

    kgbuild schema check my-schema.yaml
    """
    session = begin(ctx)
    if action is SchemaAction.CHECK:
        if file is None:
            raise UsageError("name the schema file to check")
        check_schema(file, model, json=json)
        return
    found = schema_in_use(session, file)
    if json:
        put_json(schema_json(found))
    else:
        put_schema(found)


def schema_in_use(session: Session, file: Path | None) -> "Schema":
    """A schema file, else the workspace's schema, else the shipped one."""
    from kgbuild.schema import load_schema

    if file is not None or not (session.path / "workspace.db").exists():
        return load_schema(file)
    with opened(session) as ws:
        return ws.schema()


def check_schema(file: Path, model: str, *, json: bool) -> None:
    """Say that a schema fits a model, and which of its labels it drops. Raises SchemaError where it does not."""
    from kgbuild.schema import load_schema

    found = load_schema(file)
    described = models().describe(model)
    dropped = found.check_labels(described.span_labels, described.link_labels)
    if json:
        put_json(
            {
                "schema": str(file),
                "model": described.name,
                "types": len(found.types),
                "relations": len(found.relations),
                "dropped": dropped,
            }
        )
        return
    put(
        f"{file}: well; {counted(len(found.types), 'type')}, {counted(len(found.relations), 'relation')}, for model {described.name}"
    )
    if dropped:
        put(f"drops {counted(len(dropped), 'label')} of the model: {', '.join(dropped)}")


def schema_json(found: "Schema") -> dict[str, Any]:
    """A schema as JSON, with the keys of the schema file."""
    types = [
        {"name": t.name, "from": t.labels, "kind": t.kind.value, "datatype": t.datatype, "iri": t.iri} for t in found.types
    ]
    relations = [
        {
            "name": r.name, "from": r.labels, "label": r.label, "iri": r.iri, "head": r.head, "tail": r.tail, "inverse": r.inverse,
            "symmetric": r.symmetric, "functional": r.functional, "untrained": r.untrained, "property": r.property,
        }
        for r in found.relations
    ]  # fmt: skip
    return {"source": found.source, "types": types, "relations": relations}


def put_schema(found: "Schema") -> None:
    """A schema as two tables."""
    put(f"schema {found.source}")
    put()
    put_table(("type", "from", "kind"), [(t.name, ", ".join(t.labels), t.datatype or t.kind.value) for t in found.types])
    put()
    rows: list[Row] = [
        (r.name, ", ".join(r.labels), " ".join(r.head), " ".join(r.tail) or r.datatype, r.label, relation_notes(r))
        for r in found.relations
    ]
    put_table(("relation", "from", "head", "tail", "means", ""), rows)


def relation_notes(relation: Any) -> str:
    """What is special about a relation."""
    notes = [name for name in ("symmetric", "functional", "untrained") if getattr(relation, name)]
    notes += [f"kept as {relation.inverse}"] if relation.inverse else []
    notes += [f"property {relation.property}"] if relation.property else []
    return ", ".join(notes)


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def put_numbers(report: dict[str, Any], prefix: str = "") -> None:
    """Numbers by name, a table for what is scored by type, tag or relation."""
    for name, value in report.items():
        path = f"{prefix}{name}"
        if (
            isinstance(value, dict)
            and value
            and all(isinstance(item, dict) for item in value.values())
            and name.startswith("by_")
        ):
            columns = list(dict.fromkeys(key for item in value.values() for key in item))
            put(path)
            put_table((name, *columns), [(key, *(rounded(item.get(c)) for c in columns)) for key, item in value.items()])
        elif isinstance(value, dict):
            put_numbers(value, f"{path}.")
        else:
            put(f"{path:<36} {rounded(value)}")


def rounded(value: Any) -> Any:
    """Floats with four digits."""
    return round(value, 4) if isinstance(value, float) else value
