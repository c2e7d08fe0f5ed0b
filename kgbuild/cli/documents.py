"""Commands that bring documents into the workspace and list them: init, add, remove, documents."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from kgbuild.cli.options import AsJson, existing
from kgbuild.cli.output import put, put_json, put_table
from kgbuild.cli.progress import progress
from kgbuild.cli.reading import (
    Accept,
    DateColumn,
    Drafts,
    Exclude,
    HtmlColumn,
    IdColumn,
    Include,
    Name,
    PdfPassword,
    Strict,
    Sync,
    TextColumn,
    TitleColumn,
    read_options,
)
from kgbuild.cli.reports import added_json, exit_code, note_documents, put_added
from kgbuild.cli.session import begin, opened
from kgbuild.counts import counted
from kgbuild.records import Metadata, Outcome, Source


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
    options = read_options(text_column, id_column, title_column, date_column, html_column, pdf_password, drafts)
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
    note_documents(session, report, strict=strict)
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

    The next build takes their facts out of the graph. Files on disk stay: a later run over their folder reads them again.

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
