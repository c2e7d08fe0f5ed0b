"""The command that turns annotated corpora into other formats: convert."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgbuild.cli.options import AsJson, existing
from kgbuild.cli.output import put, put_json, put_table
from kgbuild.cli.session import Session, begin
from kgbuild.counts import counted
from kgbuild.errors import UsageError

if TYPE_CHECKING:
    from kgbuild.corpora.document import GoldDocument
    from kgbuild.corpora.formats import Corpus
    from kgbuild.corpora.maps import LabelMap


def convert(
    ctx: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="IN… OUT", help="Annotated files or folders, then the file to write.", show_default=False),
    ],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="FORMAT", help="What IN is [default: seen from its content].", show_default=False),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help="kgbuild, docred, conll or labelstudio [default: by OUT's suffix].",
            show_default=False,
        ),
    ] = None,
    map: Annotated[
        str | None,
        typer.Option("--map", metavar="FILE", help="Label map in YAML, or the name of a shipped one.", show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over OUT.")] = False,
    json: AsJson = False,
) -> None:
    """Turn annotated corpora into another format.

    Reads CoNLL columns, DocRED, SpERT, SciERC, spaCy DocBin, brat, Label Studio, doccano, KnowledgeNet, CLUENER, DuIE, FinRE and
    kgbuild's own JSON Lines. Several IN become one OUT. What OUT's format has no place for is counted and said.

    kgbuild convert export.json corpus.jsonl
    kgbuild convert facts.jsonl facts.json --to docred --map knowledgenet
    """
    from kgbuild.corpora.formats import read_corpus
    from kgbuild.corpora.labelstudio import interface
    from kgbuild.corpora.maps import read_map
    from kgbuild.corpora.writing import left_out, write_corpus, writer_of

    session = begin(ctx)
    inputs, out = parted(paths, force=force)
    name = writer_of(out, target)
    labels = None if map is None else read_map(Path(map))
    corpora = [(path, read_corpus(path, source)) for path in inputs]
    read = [document for _, corpus in corpora for document in corpus.documents]
    documents, notes = (read, ()) if labels is None else mapped(read, labels, str(map))
    if not documents:
        raise UsageError(f"{', '.join(str(path) for path in inputs)}: no document to convert")
    write_corpus(documents, out, name)
    report = described(corpora, documents, notes) | {"left_out": left_out(documents, name), "out": str(out), "to": name}
    report |= {"interface": interface(documents)} if name == "labelstudio" else {}
    if json:
        put_json(report)
    else:
        put_report(session, report)


def parted(paths: Sequence[Path], *, force: bool) -> tuple[list[Path], Path]:
    """IN and OUT. Raises UsageError if one is missing, if IN is not there, if OUT is (unless force is set) or cannot be."""
    if len(paths) < 2:
        raise UsageError(f"{paths[0]}: to which file? `kgbuild convert IN… OUT` takes the file to write last")
    *inputs, out = paths
    existing(inputs)
    if out == Path("-"):
        raise UsageError("convert writes a file, and what it has to say to standard output: name the file")
    if out.is_dir() or not out.parent.is_dir():
        raise UsageError(f"{out}: {'is a folder' if out.is_dir() else 'its folder is not there'}; name a file to write")
    if any(out.exists() and path.samefile(out) for path in inputs):
        raise UsageError(f"{out} is also what is read; give another file to write")
    if out.exists() and not force:
        raise UsageError(f"{out} is there already; --force writes over it")
    return inputs, out


def mapped(documents: list["GoldDocument"], map: "LabelMap", name: str) -> tuple[list["GoldDocument"], tuple[str, ...]]:
    """The documents in the map's vocabulary, and what there is to say about it."""
    from kgbuild.corpora.maps import apply_map, unused

    new = apply_map(documents, map)
    lost = [
        f"{name}: {counted(before - after, what)} dropped"
        for what, before, after in (
            ("mention", sum(len(d.mentions) for d in documents), sum(len(d.mentions) for d in new)),
            ("relation", sum(len(d.relations) for d in documents), sum(len(d.relations) for d in new)),
        )
        if before > after
    ]
    absent = unused(documents, map)
    return new, (*lost, *((f"{name}: labels that no document has: {', '.join(absent)}",) if absent else ()))


def described(
    corpora: Sequence[tuple[Path, "Corpus"]], documents: Sequence["GoldDocument"], notes: tuple[str, ...]
) -> dict[str, Any]:
    """What was read, and what is written of it, in numbers."""
    types = Counter(mention.type for document in documents for mention in document.mentions)
    relations = Counter(relation.label for document in documents for relation in document.relations)
    inputs = [
        {"path": str(path), "format": corpus.format, "documents": len(corpus.documents), "notes": corpus.notes}
        for path, corpus in corpora
    ]
    return {
        "inputs": inputs,
        "notes": (*notes, *(slip for counts in (types, relations) for slip in slips_told(counts))),
        "documents": len(documents),
        "tokens": sum(len(document.tokens) for document in documents),
        "mentions": sum(types.values()),
        "mentions_by_type": dict(sorted(types.items())),
        "relations": sum(relations.values()),
        "relations_by_label": dict(sorted(relations.items())),
    }


def slips_told(counts: Mapping[str, int]) -> Iterator[str]:
    """Labels that look like slips of the pen, in sentences."""
    from kgbuild.corpora.alike import slips, told

    for label, other in slips(counts):
        yield f"{told(label)} ({counts[label]:,}) may be meant for {told(other)} ({counts[other]:,}): --map makes them one"


def put_report(session: Session, report: dict[str, Any]) -> None:
    """Notes beside the result, then its numbers."""
    from kgbuild.corpora.alike import told

    for note in [note for source in report["inputs"] for note in source["notes"]] + list(report["notes"]):
        session.note(note)
    for what, number in report["left_out"].items():
        session.note(f"{report['to']} has no place for {what}: {number:,}")
    if "interface" in report:
        session.note(f"the labelling interface that the project needs: {report['interface']}")
    if session.quiet:
        return
    for title, key in (("type", "mentions_by_type"), ("relation", "relations_by_label")):
        if report[key]:
            rows = sorted(report[key].items(), key=lambda item: (-item[1], item[0]))
            put_table((title, "count"), [(told(label), count) for label, count in rows])
            put()
    put(
        f"{report['out']}: {counted(report['documents'], 'document')}, {counted(report['mentions'], 'mention')}, "
        f"{counted(report['relations'], 'relation')}, as {report['to']}"
    )
