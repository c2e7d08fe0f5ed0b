"""Commands around models and schemas: schema, train. `try`, `evaluate` and `doctor` have files of their own."""

import logging
import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgbuild.cli.documents import AsJson
from kgbuild.cli.output import counted, put, put_json, put_table
from kgbuild.cli.session import Session, begin, models, opened
from kgbuild.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    from kgbuild.schema import Schema

DEFAULT = "default"
TRAIN_PACKAGES = ("torch", "transformers", "seqeval", "sklearn")
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


# ── train and evaluate ───────────────────────────────────────────────────────────────────────────────────────────────


def train(
    ctx: typer.Context,
    data: Annotated[list[Path], typer.Argument(metavar="DATA", help="DocRED-like JSON or CoNLL columns.", show_default=False)],
    dev: Annotated[
        Path, typer.Option("--dev", metavar="FILE", help="Annotated documents to choose thresholds on.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the model goes.", show_default=False)],
    encoder: Annotated[
        str | None, typer.Option("--encoder", help="Hugging Face folder or name [default: the bundled MiniLM].")
    ] = None,
    init: Annotated[Path | None, typer.Option("--init", metavar="DIR", help="A model to start from, with its heads.")] = None,
    name: Annotated[str, typer.Option("--name", help="Name of the model [default: that of DIR].", show_default=False)] = "",
    epochs: Annotated[int | None, typer.Option("--epochs", min=1, help="Passes over the data.")] = None,
    batch: Annotated[int | None, typer.Option("--batch", min=1, help="Documents a step.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Of all that is random.")] = None,
    threads: Annotated[int | None, typer.Option("--threads", min=1, help="Speed only.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an unfinished run in DIR.")] = False,
    json: AsJson = False,
) -> None:
    """Train a model on annotated documents.

    Needs the extra `train` (torch, transformers).

    kgbuild train train.json --dev dev.json --out models/mine
    """
    begin(ctx, logging.INFO)
    settings: dict[str, Any] = {
        key: value for key, value in (("epochs", epochs), ("batch", batch), ("seed", seed)) if value is not None
    }
    metrics = run_training(
        settings, data=data, dev=dev, out=out, encoder=encoder, init=init, name=name, threads=threads, resume=resume,
        command=repeat_command(),
    )  # fmt: skip
    if json:
        put_json(metrics)
        return
    put_numbers(metrics)
    put(f"the model is in {out}; next: kgbuild use {out if out.is_absolute() else f'./{out}'}")


def run_training(settings: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    """Call the trainer. Raises MissingExtra where torch or transformers are not installed."""
    try:
        from kgbuild.training.loop import TrainingConfig
        from kgbuild.training.run import train as run

        return run(config=TrainingConfig(**settings), **arguments)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in TRAIN_PACKAGES:
            raise MissingExtra("training", "train") from error
        raise


def repeat_command() -> str:
    """How a person repeats this call: for the model card."""
    return shlex.join(["kgbuild", *sys.argv[1:]])


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
