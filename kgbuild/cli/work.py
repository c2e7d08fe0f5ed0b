"""Commands that do the work: run, use, extract, build. They call the pipeline's steps and say what came of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgbuild.cli.options import AsJson, existing
from kgbuild.cli.output import put, put_json
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
from kgbuild.cli.reporting import fit_json
from kgbuild.cli.reports import (
    build_json,
    change_json,
    exit_code,
    extracted_json,
    note_built,
    note_documents,
    note_extracted,
    put_added,
    put_built,
    put_change,
    put_extracted,
    run_json,
)
from kgbuild.cli.session import begin, opened, sample_folder
from kgbuild.cli.status import next_step
from kgbuild.cli.summary import Step, put_summary
from kgbuild.counts import counted
from kgbuild.documents.walk import kind_of
from kgbuild.errors import KgbuildError, UsageError

if TYPE_CHECKING:
    from kgbuild.pipeline.reports import Added, Status
    from kgbuild.pipeline.running import Ran

Terms = Annotated[
    list[Path] | None,
    typer.Option("--terms", metavar="FILE", help="Names of your own to find (terms.csv); kept in kgbuild.toml."),
]
Patterns = Annotated[
    list[Path] | None,
    typer.Option("--patterns", metavar="FILE", help="Patterns of your own (patterns.jsonl); kept in kgbuild.toml."),
]

SAMPLE_NAME = "samples"
RUN_BEFORE = "`kgbuild run PATH…`, or `kgbuild run --sample` for the bundled sample documents"


def run(
    ctx: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH…", help="Files and folders.", show_default=False)] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Run on the bundled sample documents.")] = False,
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
    terms: Terms = None,
    patterns: Patterns = None,
    json: AsJson = False,
) -> int:
    """From documents to a graph: all steps in one.

    Adds, extracts, builds and refreshes the store; run it again and only what changed is done.

    kgbuild run reports
    """
    session = begin(ctx)
    if sample == bool(paths):
        raise UsageError(f"{'--sample goes without PATH' if sample else 'no PATH is given'}: {RUN_BEFORE}")
    chosen = [sample_folder()] if sample else existing(paths or ())
    options = read_options(text_column, id_column, title_column, date_column, html_column, pdf_password, drafts)

    def when_added(added: "Added") -> None:
        note_documents(session, added, strict=strict)
        require_text(added, chosen)

    with opened(session, create=True) as ws:
        ws.name_extractors(terms=terms or (), patterns=patterns or ())
        with progress(session) as show:
            ran = ws.run(
                chosen, name=name or (SAMPLE_NAME if sample else None), include=include or (), exclude=exclude or (),
                sync=sync, accept=accept, options=options, when_added=when_added, progress=show,
            )  # fmt: skip
        note_extracted(session, ran.extracted)
        note_built(session, ran.built)
        if json:
            put_json(run_json(ran) | {"schema_fit": fit_json(ws.schema_fit())})
        elif not session.quiet:
            put_added(ran.added)
            put_extracted(ran.extracted)
            put_built(ran.built)
            put_summary(session, ws, step_times(ran))
    return exit_code(ran.added, strict=strict)


def step_times(ran: "Ran") -> list[Step]:
    """The steps with what they went through: reading and building only where all was new, extraction without loading."""
    new = ran.added.words if not ran.added.unchanged else 0
    words = {"add": new, "extract": ran.extracted.words, "build": new}
    loading = {"extract": ran.extracted.load_seconds}
    return [Step(name, value, words.get(name, 0), value - loading.get(name, 0.0)) for name, value in ran.seconds]


def require_text(report: "Added", paths: list[Path]) -> None:
    """Raises KgbuildError if the workspace holds no document with text, unless `--sync` has just emptied it."""
    if report.ok or report.removed:
        return
    seen = ", ".join(f"{count:,} {kind_of(suffix, count)}" for suffix, count in sorted(report.skipped_suffixes.items()))
    what = f"; skipped: {seen}" if seen else ""
    error = KgbuildError(
        f"{', '.join(map(str, paths))}: no document with text there{what}; "
        "kgbuild reads .txt .md .html .pdf .docx .csv .tsv .json .jsonl, each also .gz"
    )
    error.exit_code = exit_code(report, strict=False) or error.exit_code
    raise error


def use(
    ctx: typer.Context,
    model: Annotated[
        str | None, typer.Argument(metavar="MODEL", help="`default`, or the folder of a trained model.", show_default=False)
    ] = None,
    schema: Annotated[Path | None, typer.Option("--schema", metavar="FILE", help="The schema to use.")] = None,
    terms: Terms = None,
    patterns: Patterns = None,
    json: AsJson = False,
) -> None:
    """Name the model, the schema, terms and patterns to use.

    A model takes over when nothing is left to extract with it, and the schema named with it at the same moment.

    kgbuild use default --schema my-schema.yaml
    """
    session = begin(ctx)
    if not (model or schema or terms or patterns):
        raise UsageError("name a model, a schema (--schema FILE), terms (--terms FILE) or patterns (--patterns FILE)")
    given = (("--schema", schema), ("--terms", *(terms or ())), ("--patterns", *(patterns or ())))
    words = [word for name, *files in given for file in files if file for word in (name, str(file))]
    again = session.command("use", *filter(None, (model, *words)))
    empty = f", `{session.command('init')} && {again}` an empty one with this choice"
    with opened(session, otherwise=empty) as ws:
        ws.name_extractors(terms=terms or (), patterns=patterns or ())
        wanted = ws.use(model, schema=schema)
        status = ws.status()
    if json:
        told = {"model": wanted.name, "fingerprint": wanted.fingerprint, "schema": status.wanted_schema}
        put_json(told | {"missing": status.missing})
        return
    put(
        f"model {wanted.name} ({counted(len(wanted.span_labels), 'type')}, {counted(len(wanted.link_labels), 'relation')}), schema {status.wanted_schema}"
    )
    if status.extractors:
        put(f"beside the model: {', '.join(status.extractors)}")
    if status.read_otherwise:
        put(
            "next: "
            + next_step(session, status)
            + f"    ({counted(status.read_otherwise, 'file')} to read again: other rules of privacy)"
        )
        return
    if not status.documents.get("ok"):
        put("next: " + next_step(session, status))
        return
    todo = ["extract", "build"] if status.missing else ["build"]
    if status.missing:
        put(f"{counted(status.missing, 'passage')} to extract; until then {in_use(status)} in use")
    put("next: " + " && ".join(session.command(step) for step in todo))


def in_use(status: "Status") -> str:
    """The model that stays in use, and the schema if that is another one than the wanted one."""
    if status.schema == status.wanted_schema:
        return f"{status.model or 'no model'} stays"
    return f"{status.model or 'no model'} with the schema {status.schema} stay"


def extract(
    ctx: typer.Context,
    document: Annotated[str | None, typer.Option("--document", metavar="GLOB", help="Only documents whose URI fits.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Also what is extracted already.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how much there is to do.")] = False,
    json: AsJson = False,
) -> None:
    """Let the model read what it has not read yet.

    Each text is read once; what is done is kept every few seconds.

    kgbuild extract --dry-run
    """
    session = begin(ctx)
    with opened(session) as ws, progress(session) as show:
        report = ws.extract(documents=document, force=force, dry_run=dry_run, progress=show)
    note_extracted(session, report)
    if json:
        put_json(extracted_json(report) | ({"dry_run": True} if dry_run else {}))
    elif dry_run:
        if report.model:
            put(f"{counted(report.extracted, 'passage')} to extract with model {report.model}, {report.cached:,} known")
        for each in report.beside:
            put(f"{counted(each.extracted, 'passage')} to extract with {each.name}, {each.cached:,} known")
    elif not session.quiet:
        put_extracted(report)


def build(
    ctx: typer.Context,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="From an empty graph; the same graph comes out.")] = False,
    partial: Annotated[bool, typer.Option("--partial", help="Go on although extractions are missing.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Say what would change, and change nothing.")] = False,
    min_confidence: Annotated[
        float | None, typer.Option("--min-confidence", metavar="N", hidden=True, help="A setting of kgbuild.toml.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Bring the graph up to date.

    With the documents, extractions, judgements and settings; only what they touch is computed.

    kgbuild build --preview
    """
    session = begin(ctx)
    if min_confidence is not None:
        raise UsageError(
            f"what goes into the graph is a setting, so that every build gives the same: write `min_confidence = {min_confidence:g}` "
            f"under [build] in {session.path / 'kgbuild.toml'}; `export --min-confidence` filters one export"
        )
    with opened(session) as ws, progress(session) as show:
        report = ws.build(rebuild=rebuild, partial=partial, preview=preview, progress=show)
    note_built(session, report)
    if json:
        shown = {"preview": True, "difference": change_json(report.change) if report.change else None}
        put_json(build_json(report) | (shown if preview else {}))
    elif not session.quiet:
        put_built(report, rebuilt=rebuild)
        if preview and report.change is not None:
            put_change(report.change)
