"""The command status: what the workspace holds, what was left out, and what is to do next."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from kgbuild.cli.facts import fact_line, put_quotes
from kgbuild.cli.options import AsJson
from kgbuild.cli.output import put, put_json, put_table
from kgbuild.cli.reports import quarantined_json, sink_row, status_json
from kgbuild.cli.session import Session, begin, opened
from kgbuild.counts import counted

if TYPE_CHECKING:
    from kgbuild.pipeline.reports import QuarantinedFact, Status


def status(
    ctx: typer.Context,
    quarantined: Annotated[
        bool, typer.Option("--quarantined", help="List the facts that are kept out of the graph, with the reason.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Say what the workspace holds and what is to do.

    Also what was left out, by which rule.

    kgbuild status
    kgbuild status --quarantined
    """
    session = begin(ctx)
    with opened(session) as ws:
        kept_out = ws.quarantined() if quarantined else []
        status = ws.status()
    if json:
        put_json(status_json(status) | ({"quarantined_facts": quarantined_json(kept_out)} if quarantined else {}))
    elif quarantined:
        put_quarantined(kept_out)
    else:
        put_status(session, status)


def put_quarantined(facts: "Sequence[QuarantinedFact]") -> None:
    """Facts that are kept out, each with the rule, the reason, and its best sentence."""
    for each in facts:
        put(f"{each.rule}: {fact_line(each.fact)}  t:{each.fact.id}")
        put(f"  {each.reason}")
        put_quotes("", each.fact.quotes[:1], everything=True)
    put(f"{counted(len(facts), 'fact')} kept out of the graph")


def put_status(session: Session, status: "Status") -> None:
    """A status for people, and the next command if something is to do."""
    put(f"workspace  {status.path}")
    put_inputs(session, status)
    put(f"schema     {status.schema}" + (f" → {status.wanted_schema}" if status.wanted_schema != status.schema else ""))
    put(
        f"graph      {counted(status.entities, 'entity', 'entities')}, {counted(status.triples, 'triple')}, "
        f"{counted(status.values, 'value')}, {counted(status.statements, 'statement')}, {counted(status.mentions, 'mention')}"
    )
    if status.judgements:
        asleep = f", {status.sleeping:,} of them asleep" if status.sleeping else ""
        aside = f", {len(status.set_aside):,} of them set aside" if status.set_aside else ""
        put(f"judgements {status.judgements:,}{asleep}{aside}")
    tables: tuple[tuple[tuple[str, ...], Sequence[Sequence[object]]], ...] = (
        (("published to", "graph", "nodes", "relationships", "state"), [sink_row(sink) for sink in status.sinks]),
        (("type", "entities"), status.by_type),
        (("relation", "triples"), status.by_predicate),
        (("left out", "count"), left_out(status)),
        (("kept out: impossible", "facts"), list(status.quarantined.items())),
        (("numerics", "extractions"), list(status.numerics.items()) if len(status.numerics) > 1 else []),
        (("asleep", "judgement", "because"), status.asleep),
        (("set aside", "judgement", "because"), status.set_aside),
        (("document", "outcome", "reason"), status.problems),
    )
    for columns, rows in tables:
        if rows:
            put()
            put_table(columns, rows)
    put()
    put("next: " + next_step(session, status))


def put_inputs(session: Session, status: "Status") -> None:
    """What the graph is made of: documents and a model, or a file."""
    if status.imported:
        put(f"imported   from {status.imported}, provenance {status.imported_provenance}")
        return
    told = ", ".join(f"{count:,} {name}" for name, count in status.documents.items() if count)
    put(f"documents  {told or 'none'}; {counted(status.words, 'word')} in {counted(status.passages, 'passage')}")
    if status.read_otherwise:
        put(f"privacy    {counted(status.read_otherwise, 'file')} to read again: the rules have changed")
    put(
        f"model      {status.model or 'none yet'}"
        + (f" → {status.wanted_model}" if status.wanted_model != status.model else "")
        + (f"    (it has changed since: `{session.command('use', status.newer)}` takes the new one)" if status.newer else "")
    )
    if status.extractors:
        put(f"beside it  {', '.join(status.extractors)}")


def left_out(status: "Status") -> list[tuple[str, int]]:
    """(rule, count): what is not read, then what build dropped."""
    unread = [(f"not read: {kind}", count) for kind, count in status.unread_blocks.items()]
    other = [("not read: passages in other languages", status.other_languages)] if status.other_languages else []
    return [*unread, *other, *status.dropped.items()]


def next_step(session: Session, status: "Status") -> str:
    """The command that brings the workspace on."""
    if not status.documents.get("ok") and not status.imported:
        return session.command("run") + " PATH"
    if status.read_otherwise:
        return session.command("run") + f" PATH && {session.command('gc', '--purge')}"
    if status.missing and not status.imported:
        return f"{session.command('extract')}    ({counted(status.missing, 'passage')} to go)"
    if not status.built:
        return session.command("build")
    if status.behind:
        return f"{session.command('build')}    (documents, judgements or settings have changed since the graph was built)"
    return session.command("query", "MATCH (e:Entity) RETURN e.name, e.documents ORDER BY e.documents DESC LIMIT 10")
