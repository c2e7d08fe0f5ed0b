"""`kgbuild sample`: which passages to label next -> a file for people to label, or for a teacher."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgbuild.cli.options import AsJson, check_out, existing
from kgbuild.cli.output import put, put_json
from kgbuild.cli.progress import progress
from kgbuild.cli.session import Session, begin, models, opened
from kgbuild.counts import count_words, counted
from kgbuild.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.corpora.document import GoldDocument
    from kgbuild.labelling.preannotation import Labels
    from kgbuild.pipeline.pools import Pool
    from kgbuild.pipeline.sampling import Sampled
    from kgbuild.schema import Schema

DEFAULT = "default"


class Target(StrEnum):
    """What the passages are written for."""

    LABELSTUDIO = "labelstudio"
    JSONL = "jsonl"


class How(StrEnum):
    """What decides."""

    BOTH = "both"
    DIVERSE = "diverse"
    UNCERTAIN = "uncertain"
    RANDOM = "random"


def sample(
    ctx: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[TEXTS…]", help="Documents [default: the workspace's].", show_default=False)
    ] = None,
    count: Annotated[int, typer.Option("-n", "--count", min=1, help="Passages to label.")] = 200,
    to: Annotated[Target, typer.Option("--to", help="Tasks for Label Studio, or kgbuild JSON Lines.")] = Target.LABELSTUDIO,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="[default: tasks.json or sample.jsonl]", show_default=False)
    ] = None,
    annotated: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="Choose among texts that have labels, from a teacher for instance.",
            show_default=False,
        ),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="FILE", help="Annotated files: their texts are not chosen again.")
    ] = None,
    dev: Annotated[int, typer.Option("--dev", min=0, help="Further passages, drawn by chance, for `train --dev`.")] = 0,
    keep: Annotated[int, typer.Option("--keep", min=0, help="Further passages, drawn by chance, for testing only.")] = 0,
    by: Annotated[How, typer.Option("--by", help="What makes a passage worth labelling.")] = How.BOTH,
    words: Annotated[int, typer.Option("--words", min=1, help="Of what is labelled at once, at most: whole sentences.")] = 100,
    per_document: Annotated[int, typer.Option("--per-document", min=1, help="Passages of one document, at most.")] = 3,
    seed: Annotated[int, typer.Option("--seed", help="Of what is drawn by chance.")] = 1,
    schema: Annotated[
        Path | None,
        typer.Option("--schema", metavar="FILE", help="Your own schema: its labels are what people see.", show_default=False),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="MODEL", help="With TEXTS or --from: what reads them [default].", show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over files.")] = False,
    json: AsJson = False,
) -> None:
    """Choose the passages that are worth labelling, with labels to correct.

    They are unlike each other, like many others, and doubtful to the model; the same call chooses the same ones. What --dev and --keep
    set aside is drawn by chance and goes to files of its own; training refuses what --keep set aside.

    kgbuild sample -n 200 --keep 50 --schema mine.yaml --out tasks.json
    kgbuild sample -n 100 --without labelled.json --to jsonl --out more.jsonl
    """
    from kgbuild.labelling.choosing import By
    from kgbuild.pipeline import sampling
    from kgbuild.pipeline.pools import shorter

    session = begin(ctx)
    target = out or Path("tasks.json" if to is Target.LABELSTUDIO else "sample.jsonl")
    files = {"sample": target} | {part: beside(target, part) for part, number in (("dev", dev), ("test", keep)) if number}
    for file in files.values():
        check_out(file, force=force)
    own = read_schema(schema)
    pool, labels = pool_of(session, paths or [], annotated or [], model, own, asks=by in (How.BOTH, How.UNCERTAIN))
    how = sampling.How(
        count=count, dev=dev, keep=keep, by=By(by.value), seed=seed, per_document=per_document,
        without=sampling.texts_of(without or []), labels=labels,
    )  # fmt: skip
    found = sampling.sample(shorter(pool, words), how)
    parts = {"sample": found.sample, "dev": found.dev, "test": found.keep}
    for part, file in files.items():
        write(parts[part], file, to, pool)
    interface = write_interface(target, [*found.sample, *found.dev, *found.keep], own) if to is Target.LABELSTUDIO else None
    report = report_of(found, files, interface, pool)
    if json:
        put_json(report)
    else:
        put_report(session, report, found)


def beside(out: Path, part: str) -> Path:
    """The file of a part: tasks.json -> tasks-test.json."""
    return out.with_name(f"{out.stem}-{part}{out.suffix}")


def read_schema(file: Path | None) -> "Schema | None":
    """One's own schema, if it is given."""
    from kgbuild.schema import load_schema

    return None if file is None else load_schema(file)


def pool_of(
    session: Session,
    paths: "Sequence[Path]",
    annotated: "Sequence[str]",
    model: str | None,
    own: "Schema | None",
    *,
    asks: bool,
) -> "tuple[Pool, Labels]":
    """The passages to choose from, and what the model's labels become. asks: whether its doubts count."""
    from kgbuild.labelling.preannotation import Labels, labels_between
    from kgbuild.pipeline import pools
    from kgbuild.schema import load_schema

    if not paths and not annotated:
        if model is not None:
            raise UsageError(f"--model goes with TEXTS or --from; for the workspace it is `{session.command('use', model)}`")
        with opened(session) as ws:
            schema = ws.schema()
            return pools.workspace_pool(ws), Labels() if own is None else labels_between(schema, own)
    pool = pools.files_pool(existing(paths), annotated)
    if asks or paths or model is not None:
        from kgbuild.cli.trying import runtime_settings

        with progress(session) as show:
            pool = pools.read_by(pool, models(), model or DEFAULT, runtime_settings(session), show)
    return pool, Labels() if own is None else labels_between(load_schema(None), own)


def write(documents: "Sequence[GoldDocument]", file: Path, to: Target, pool: "Pool") -> None:
    """Write one part; the file is there whole or not at all. Labels that people gave stay people's, whatever model had doubts."""
    from kgbuild.corpora import labelstudio
    from kgbuild.corpora.writing import teacher_lines, write_whole

    model = pool.model or "labels"
    if to is Target.LABELSTUDIO:
        text = labelstudio.write_predictions(documents, model)
    else:
        text = teacher_lines(documents, pool.by_people, model=model)
    write_whole(file, text)


def write_interface(out: Path, documents: "Sequence[GoldDocument]", own: "Schema | None") -> Path:
    """Write the labelling interface that the Label Studio project needs: the labels of one's own schema, else of what was found."""
    from kgbuild.corpora import labelstudio

    file = out.with_suffix(".xml")
    if own is None:
        text = labelstudio.interface(documents)
    else:
        types = [label for one in own.types for label in one.labels]
        relations = [label for one in own.relations if not one.inverse and not one.untrained for label in one.labels]
        text = labelstudio.interface_for(types, relations)
    file.write_text(text + "\n", "utf-8")
    return file


def report_of(found: "Sampled", files: dict[str, Path], interface: Path | None, pool: "Pool") -> dict[str, Any]:
    """What was chosen, in numbers."""
    return {
        "pool": found.pool, "labelled": found.labelled, "short": found.short, "model": pool.model, "unread": pool.unread,
        "left_out": pool.left_out,
        "sample": len(found.sample), "dev": len(found.dev), "test": len(found.keep),
        "words": sum(count_words(document.text) for document in found.sample),
        "documents": len({document.name.rpartition("#")[0] or document.name for document in found.sample}),
        "mentions": sum(len(document.mentions) for document in found.sample),
        "relations": sum(len(document.relations) for document in found.sample),
        "files": {part: str(file) for part, file in files.items()}, "interface": None if interface is None else str(interface),
    }  # fmt: skip


def put_report(session: Session, report: dict[str, Any], found: "Sampled") -> None:
    """What was chosen, and what to do with it."""
    apart = f", {report['labelled']:,} labelled already" if report["labelled"] else ""
    apart += f", {report['left_out']:,} in other languages left out" if report["left_out"] else ""
    session.note(f"{counted(report['pool'], 'passage')} to choose from{apart}, {report['short']:,} too short")
    if report["unread"]:
        session.note(
            f"{counted(report['unread'], 'passage')} are in languages that {report['model']} does not read: they come without labels to correct"
        )
    if found.shared_documents:
        session.note("note: there are too few documents: some give passages to learn from and passages for dev or test")
    put(
        f"{report['files']['sample']}: {counted(report['sample'], 'passage')} to label, {counted(report['words'], 'word')}; "
        f"{counted(report['mentions'], 'mention')} and {counted(report['relations'], 'relation')} to correct"
    )
    for part, about in (("dev", "for `train --dev`"), ("test", "for testing only: training refuses them")):
        if part in report["files"]:
            put(f"{report['files'][part]}: {counted(report[part], 'passage')}, drawn by chance, {about}")
    if report["interface"]:
        put(f"{report['interface']}: the labelling interface of the Label Studio project")
