"""The command that drops what a workspace does not need, and forgets what was removed: gc."""

from typing import TYPE_CHECKING, Annotated

import typer

from kgbuild.cli.options import AsJson
from kgbuild.cli.output import put, put_json
from kgbuild.cli.session import Session, begin, opened
from kgbuild.counts import counted
from kgbuild.errors import UsageError

if TYPE_CHECKING:
    from kgbuild.pipeline.collecting import Collected

Purge = Annotated[
    bool, typer.Option("--purge", help="Forget removed documents and older texts everywhere. There is no way back.")
]
Keep = Annotated[bool, typer.Option("--keep-judgements", help="With --purge: keep those that name what no document says now.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")]


def gc(
    ctx: typer.Context, purge: Purge = False, keep_judgements: Keep = False, dry_run: DryRun = False, json: AsJson = False
) -> None:
    """Drop what nobody needs, or forget what was removed.

    Extractions of texts that no document has, query stores of older graphs, free pages. With --purge nothing of a removed
    document, or of the older text of an edited one, is left in any file of the workspace: the graph is built, databases are
    written anew, stores are made anew, and judgements that name what no document says now go as well.

    kgbuild gc --purge --dry-run
    """
    session = begin(ctx)
    if keep_judgements and not purge:
        raise UsageError("--keep-judgements is for --purge: without it no judgement goes")
    with opened(session) as ws:
        report = ws.gc(purge=purge, keep_judgements=keep_judgements, dry_run=dry_run)
    if json:
        put_json(_json(report, dry_run=dry_run))
        return
    if not session.quiet:
        put(_line(report, dry_run=dry_run))
    _say_judgements(session, report, dry_run=dry_run)
    for database in report.databases:
        session.note(
            f"{database} holds what was published before: `{session.command('publish')} {database.rpartition('/')[0]}`"
        )


def _json(report: "Collected", *, dry_run: bool) -> dict[str, object]:
    names = ("extractions", "ids", "quotes", "stores", "bytes", "judgements", "kept", "databases", "purged")
    return {name: getattr(report, name) for name in names} | {"dry_run": dry_run}


def _line(report: "Collected", *, dry_run: bool) -> str:
    numbers = (
        (report.extractions, "extraction", ""),
        (report.stores, "query store", ""),
        (len(report.judgements), "judgement", ""),
        (report.quotes, "quote of a judgement", "quotes of judgements"),
        (report.ids, "id of an older graph", "ids of older graphs"),
    )
    parts = [counted(number, one, many) for number, one, many in numbers if number]
    what = ", ".join(parts) or "nothing"
    if dry_run:
        return f"would drop {what}, and free {counted(report.bytes, 'byte')} or more"
    return f"{'purged' if report.purged else 'dropped'} {what}; {counted(report.bytes, 'byte')} freed"


def _say_judgements(session: Session, report: "Collected", *, dry_run: bool) -> None:
    if report.judgements:
        session.note("judgements that name what no document says now" + (" would go:" if dry_run else ", forgotten:"))
    for words in report.judgements:
        session.note(f"  {words}")
    if report.kept:
        session.note("these judgements still name what no document says now; without --keep-judgements they go:")
    for words in report.kept:
        session.note(f"  {words}")
