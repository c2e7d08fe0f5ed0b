"""Commands that bring documents into the workspace and look at them: init, add, remove, documents, show."""

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgbuild.cli.output import put, put_json, put_table, score, shortened
from kgbuild.cli.progress import progress
from kgbuild.cli.reports import added_json, exit_code, note_documents, put_added
from kgbuild.cli.session import begin, opened
from kgbuild.counts import counted
from kgbuild.errors import UsageError
from kgbuild.records import Metadata, Outcome, Source, Unit

if TYPE_CHECKING:
    from kgbuild.documents.read import ReadOptions
    from kgbuild.pipeline.reports import Shown

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")]
Name = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="Name of the root in URIs [default: the folder's name].")
]
Include = Annotated[list[str] | None, typer.Option("--include", metavar="GLOB", help="Only files whose path fits; repeatable.")]
Exclude = Annotated[list[str] | None, typer.Option("--exclude", metavar="GLOB", help="No files whose path fits; repeatable.")]
Sync = Annotated[bool, typer.Option("--sync", help="Remove what has vanished from the folders.")]
Accept = Annotated[bool, typer.Option("--accept", help="With --sync: even if that is more than a fifth.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 3 while anything is quarantined, not only when newly so.")]
TextColumn = Annotated[
    list[str] | None,
    typer.Option("--text-column", "--text", metavar="NAME", help="Column or key that holds the text; repeatable."),
]
IdColumn = Annotated[
    str, typer.Option("--id-column", "--id", metavar="NAME", help="Column or key that holds the id.", show_default=False)
]
TitleColumn = Annotated[
    str, typer.Option("--title-column", "--title", metavar="NAME", help="… that holds the title.", show_default=False)
]
DateColumn = Annotated[
    str, typer.Option("--date-column", "--date", metavar="NAME", help="… that holds the date.", show_default=False)
]
HtmlColumn = Annotated[
    list[str] | None, typer.Option("--html-column", "--html", metavar="NAME", help="Text column that holds HTML; repeatable.")
]
PdfPassword = Annotated[str, typer.Option("--pdf-password", help="Opens encrypted PDFs.", show_default=False)]
Drafts = Annotated[bool, typer.Option("--drafts", help="Read Markdown posts marked `draft: true`.")]


def existing(paths: Iterable[Path]) -> list[Path]:
    """The paths, checked before a workspace is made for them. Raises UsageError for one that is not there."""
    found = list(paths)
    for path in found:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder; check the path")
    return found


def reading(
    text: list[str] | None, id: str, title: str, date: str, html: list[str] | None, password: str, drafts: bool
) -> "ReadOptions":
    """What the user says about the reading of files."""
    from kgbuild.documents.read import ReadOptions

    return ReadOptions(
        text=tuple(text or ()), id=id, title=title, date=date, html=tuple(html or ()), pdf_password=password, drafts=drafts
    )


def init(ctx: typer.Context, json: AsJson = False) -> None:
    """Make an empty workspace.

    With a commented kgbuild.toml inside; `run` and `add` make one as well.

    kgbuild --workspace kg init
    """
    from kgbuild.pipeline.making import init as make

    session = begin(ctx)
    make(session.path)
    if json:
        put_json({"workspace": str(session.path)})
        return
    put(f"made an empty workspace at {session.path}; next: {session.command('run')} PATH")


def add(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files and folders.", show_default=False)],
    name: Name = None,
    include: Include = None,
    exclude: Exclude = None,
    sync: Sync = False,
    accept: Accept = False,
    text_column: TextColumn = None,
    id_column: IdColumn = "",
    title_column: TitleColumn = "",
    date_column: DateColumn = "",
    html_column: HtmlColumn = None,
    pdf_password: PdfPassword = "",
    drafts: Drafts = False,
    strict: Strict = False,
    json: AsJson = False,
) -> int:
    """Read files and folders into the workspace.

    What has not changed is not read again.

    kgbuild add reports press.csv --text-column body
    """
    session = begin(ctx)
    chosen = existing(paths)
    options = reading(text_column, id_column, title_column, date_column, html_column, pdf_password, drafts)
    with opened(session, create=True) as ws, progress(session) as show:
        report = ws.add(
            chosen,
            name=name,
            include=include or (),
            exclude=exclude or (),
            sync=sync,
            accept=accept,
            options=options,
            progress=show,
        )
    note_documents(session, report)
    if json:
        put_json(added_json(report))
    elif not session.quiet:
        put_added(report)
    return exit_code(report, strict=strict)


def remove(
    ctx: typer.Context,
    patterns: Annotated[
        list[str], typer.Argument(metavar="URI…", help="URIs or globs, as `documents` lists them.", show_default=False)
    ],
    json: AsJson = False,
) -> None:
    """Remove documents from the workspace.

    Files on disk stay; the next build takes their facts out of the graph.

    kgbuild remove "reports/2019/*"
    """
    session = begin(ctx)
    with opened(session) as ws:
        report = ws.remove(patterns)
    if json:
        put_json({"documents": {"removed": report.removed}})
    elif not session.quiet:
        put(f"removed {counted(report.removed, 'document')}; next: {session.command('build')}")


def list_documents(
    ctx: typer.Context,
    pattern: Annotated[str, typer.Argument(metavar="[GLOB]", help="Only URIs that fit.", show_default=False)] = "*",
    outcome: Annotated[Outcome | None, typer.Option("--outcome", help="Only those with this outcome.")] = None,
    json: AsJson = False,
) -> None:
    """List documents and what became of each.

    With title and date, or the reason why there is no text.

    kgbuild documents --outcome quarantined
    """
    session = begin(ctx)
    with opened(session) as ws:
        sources = [source for source in ws.documents(pattern) if outcome in (None, source.outcome)]
    if json:
        put_json({"documents": [source_json(source) for source in sources]})
        return
    rows = [(s.uri, s.outcome.value, first(s.metadata, "date"), s.reason or first(s.metadata, "title")) for s in sources]
    if rows:
        put_table(("document", "outcome", "date", "title or reason"), rows)
    told = Counter(source.outcome.value for source in sources)
    session.note(f"{counted(len(sources), 'document')}" + "".join(f", {count:,} {name}" for name, count in told.most_common()))


def source_json(source: Source) -> dict[str, Any]:
    """A source with its outcome, id and metadata."""
    return {
        "uri": source.uri,
        "outcome": source.outcome.value,
        "reason": source.reason,
        "id": f"d:{source.document}" if source.document else None,
        "metadata": dict(source.metadata),
    }


def first(metadata: Metadata, key: str) -> str:
    """A value of the metadata as one text."""
    value = dict(metadata).get(key, "")
    return value if isinstance(value, str) else ", ".join(value)


def show(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(metavar="DOC", help="URI, the end of a URI, or id.", show_default=False)],
    text: Annotated[bool, typer.Option("--text", help="The stored text, to the letter.")] = False,
    blocks: Annotated[bool, typer.Option("--blocks", help="Its blocks with their kinds and places.")] = False,
    mentions: Annotated[bool, typer.Option("--mentions", help="What is mentioned, where, and which entity it became.")] = False,
    dropped: Annotated[bool, typer.Option("--dropped", help="What was left out, by rule.")] = False,
    metadata: Annotated[bool, typer.Option("--metadata", help="What the source says of itself.")] = False,
    json: AsJson = False,
) -> None:
    """Show one document.

    Where it comes from, and on demand its text, blocks, mentions, metadata and what was left out.

    kgbuild show reports/2019/opening.md --mentions
    """
    session = begin(ctx)
    with opened(session) as ws:
        shown = ws.show(document)
    parts = {"text": text, "blocks": blocks, "mentions": mentions, "dropped": dropped, "metadata": metadata}
    wanted = [name for name, given in parts.items() if given]
    if json:
        put_json(shown_json(shown, wanted))
        return
    if text and len(wanted) > 1:
        raise UsageError("--text gives the text to the letter and stands alone; --json gives all parts at once")
    if not wanted:
        put_overview(shown)
    for name in wanted:
        PARTS[name](shown)


def shown_json(shown: "Shown", wanted: list[str]) -> dict[str, Any]:
    """A document as JSON, with the parts asked for; all of them if none is named."""
    parts: dict[str, Any] = {
        "text": lambda: shown.text,
        "blocks": lambda: [{"kind": b.kind.value, "start": b.start, "end": b.end, "page": b.page} for b in shown.blocks],
        "mentions": lambda: [
            dict(zip(("type", "key", "entity", "start", "end", "text", "score", "by"), row, strict=True))
            for row in mention_rows(shown)
        ],
        "dropped": lambda: dict(dropped_rows(shown)),
        "metadata": lambda: dict(shown.source.metadata),
    }
    chosen = {name: parts[name]() for name in parts if name in wanted or not wanted}
    return source_json(shown.source) | {"sources": [s.uri for s in shown.sources], "language": shown.language} | chosen


def put_overview(shown: "Shown") -> None:
    """Where a document comes from and what is known of it."""
    source = shown.source
    put(f"{source.uri}  {source.outcome.value}" + (f": {source.reason}" if source.reason else ""))
    if source.document is None:
        return
    kinds = Counter(block.kind.value for block in shown.blocks)
    lines = [
        ("id", f"d:{source.document}"),
        ("title", first(source.metadata, "title")),
        ("date", first(source.metadata, "date")),
        ("also as", ", ".join(s.uri for s in shown.sources if s.uri != source.uri)),
        ("language", shown.language),
        ("text", f"{counted(len(shown.text.split()), 'word')} in {counted(len(shown.passages), 'passage')}"),
        ("blocks", ", ".join(counted(count, kind.replace("_", " ")) for kind, count in kinds.most_common())),
        ("begins", shortened(shown.text, 100)),
    ]
    if shown.facts is not None:
        units = shown.facts.units
        lines.append(("mentions", f"{sum(len(unit.mentions) for unit in units)} of {counted(len(units), 'name')}"))
        lines.append(("says", counted(len(shown.facts.statements), "statement")))
        lines.append(("dropped", ", ".join(f"{count} {rule}" for rule, count in dropped_rows(shown))))
    for name, value in lines:
        if value:
            put(f"  {name:<9} {value}")


def put_text(shown: "Shown") -> None:
    """The text to the letter: offsets of quotes count its characters."""
    sys.stdout.write(shown.text + ("\n" if sys.stdout.isatty() else ""))


def put_blocks(shown: "Shown") -> None:
    """Blocks with their places in the text."""
    rows = [(b.kind.value, b.start, b.end, b.page, shown.text[b.start : b.end]) for b in shown.blocks]
    put_table(("block", "start", "end", "page", "text"), rows)


def put_mentions(shown: "Shown") -> None:
    """Mentions in text order, with the entity that each became."""
    put_table(("type", "name", "entity", "start", "end", "text", "score", "by"), mention_rows(shown))


def mention_rows(shown: "Shown") -> list[tuple[Any, ...]]:
    """(type, key, entity, start, end, text, score, extractor) of each mention, in text order; offsets in the document's text."""
    units: tuple[Unit, ...] = shown.facts.units if shown.facts else ()
    entities = shown.entities or ("",) * len(units)
    starts = {passage.index: passage.start for passage in shown.passages}
    rows = [
        (
            u.type,
            u.key,
            f"e:{entity}" if entity else "",
            starts[m.passage] + m.start,
            starts[m.passage] + m.end,
            m.text,
            score(m.score),
            m.by or "model",
        )
        for u, entity in zip(units, entities, strict=True)
        for m in u.mentions
    ]
    return sorted(rows, key=lambda row: (row[3], row[4]))


def dropped_rows(shown: "Shown") -> list[tuple[str, int]]:
    """(rule, count) of what was left out: blocks that are not read, then what build dropped."""
    dropped = shown.facts.dropped if shown.facts else ()
    return [*((f"not read: {rule}", count) for rule, count in shown.unread), *dropped]


def put_dropped(shown: "Shown") -> None:
    """What was left out, by rule."""
    put_table(("rule", "count"), dropped_rows(shown))


def put_metadata(shown: "Shown") -> None:
    """What the sources say of themselves."""
    for source in shown.sources:
        put_table((source.uri, ""), [(key, first(source.metadata, key)) for key, _ in source.metadata])


PARTS = {"text": put_text, "blocks": put_blocks, "mentions": put_mentions, "dropped": put_dropped, "metadata": put_metadata}
