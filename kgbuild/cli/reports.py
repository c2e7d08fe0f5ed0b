"""What the steps report -> the JSON keys of the command line (none is ever renamed) and short lines for people."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kgbuild.cli.facts import fact_json
from kgbuild.cli.output import duration, put
from kgbuild.cli.session import Session
from kgbuild.counts import counted
from kgbuild.documents.walk import kind_of

if TYPE_CHECKING:
    from kgbuild.build.changes import Change
    from kgbuild.pipeline.reports import Added, BuildReport, Extracted, QuarantinedFact, SinkStatus, Status
    from kgbuild.pipeline.running import Ran

Json = dict[str, Any]

OUTCOMES = ("ok", "no_text", "skipped", "quarantined", "retry")
MOVES = ("added", "changed", "removed", "unchanged")
CHANGES = (
    "entities_added", "entities_removed", "entities_redirected", "entities_changed", "triples_added", "triples_removed", "triples_changed",
)  # fmt: skip
HELD = ("mentions", "statements", "entities", "triples", "values")
MOST_NOTICES = 8
MOST_CHANGES = 10
"""Facts and entities of each kind that a preview shows."""
MOST_PROBLEMS = 10


def picked(record: object, names: Sequence[str]) -> Json:
    """These fields of a record, by name."""
    return {name: getattr(record, name) for name in names}


def problem_rows(problems: Sequence[tuple[str, str, str]]) -> list[Json]:
    """Documents that could not be read."""
    return [{"uri": uri, "outcome": outcome, "reason": reason} for uri, outcome, reason in problems]


def added_json(report: "Added") -> Json:
    """Keys of `add` and `remove`."""
    return {
        "documents": picked(report, OUTCOMES + MOVES),
        "newly_quarantined": report.newly_quarantined,
        "skipped_suffixes": report.skipped_suffixes,
        "vanished": report.vanished,
        "problems": problem_rows(report.problems),
        "notices": dict(Counter(report.notices)),
        "words": report.words,
        "seconds": round(report.seconds, 3),
    }


def extracted_json(report: "Extracted") -> Json:
    """Keys of `extract`."""
    return {
        **picked(
            report, ("model", "newer", "passages", "extracted", "cached", "other_languages", "words", "numerics", "switched")
        ),
        "beside": {each.name: picked(each, ("extracted", "cached")) for each in report.beside},
        "load_seconds": round(report.load_seconds, 3),
        "seconds": round(report.seconds, 3),
    }


def build_json(report: "BuildReport") -> Json:
    """Keys of `build`."""
    return {
        **picked(report, HELD),
        "changed": picked(report, CHANGES),
        **picked(report, ("documents_folded", "documents_removed", "sleeping", "conflicting", "unmapped", "idle", "state")),
        "seconds": round(report.seconds, 3),
    }


def status_json(status: "Status") -> Json:
    """Keys of `status`."""
    told = status.documents
    names = (
        "path", "model", "wanted_model", "newer", "extractors", "schema", "wanted_schema", "passages", "missing", "read_otherwise", "other_languages", "unread_blocks",
        "words",
        *HELD, "dropped", "quarantined", "judgements", "sleeping", "built", "behind", "state", "store", "imported", "imported_provenance", "numerics",
    )  # fmt: skip
    return {
        "documents": {name: told.get(name, 0) for name in OUTCOMES},
        **picked(status, names),
        "by_type": dict(status.by_type),
        "by_predicate": dict(status.by_predicate),
        "asleep": judgement_rows(status.asleep),
        "set_aside": judgement_rows(status.set_aside),
        "problems": problem_rows(status.problems),
        "sinks": [
            picked(each.state, ("address", "database", "graph", "nodes", "relationships", "kept"))
            | {"current": each.is_current}
            for each in status.sinks
        ],
    }


def quarantined_json(facts: "Sequence[QuarantinedFact]") -> list[Json]:
    """Facts that are kept out of the graph."""
    return [{"rule": each.rule, "reason": each.reason, **fact_json(each.fact)} for each in facts]


def sink_row(sink: "SinkStatus") -> tuple[str, str, int, int, str]:
    """A database that the graph was published to, as a row of a table."""
    state = sink.state
    if not state.wanted:
        how = "a publish did not come to its end: publish again"
    else:
        how = "up to date" if sink.is_current else "the graph has changed since: publish again"
    kept = f"; {state.kept:,} kept for others" if state.kept else ""
    return f"{state.database} at {state.address}", state.graph, state.nodes, state.relationships, how + kept


def judgement_rows(rows: Sequence[tuple[int, str, str]]) -> list[Json]:
    """Judgements that are not followed."""
    return [{"number": number, "said": said, "because": reason} for number, said, reason in rows]


def run_json(ran: "Ran") -> Json:
    """Keys of `run`: those of its steps in one object; words: of all documents."""
    steps = {name: {"seconds": round(value, 3)} for name, value in ran.seconds}
    steps["extract"] |= {"load_seconds": round(ran.extracted.load_seconds, 3), "words": ran.extracted.words}
    keys = added_json(ran.added) | extracted_json(ran.extracted) | build_json(ran.built)
    del keys["load_seconds"]
    total = sum(value for _, value in ran.seconds)
    return {**keys, "words": ran.added.words, "seconds": round(total, 3), "steps": steps}


def exit_code(report: "Added", *, strict: bool) -> int:
    """3 if something was newly quarantined or is to be tried again; with strict, if anything is."""
    return 3 if report.newly_quarantined or (strict and report.quarantined + report.retry) else 0


def put_added(report: "Added") -> None:
    """What `add` did, in one to three lines."""
    moves = ", ".join(f"{getattr(report, name):,} {name}" for name in MOVES if getattr(report, name)) or "nothing there"
    kinds = [("ok", "with text"), ("no_text", "without text"), ("quarantined", "quarantined"), ("retry", "to be tried again")]
    told = ", ".join(f"{getattr(report, name):,} {words}" for name, words in kinds if getattr(report, name))
    put(f"documents  {moves}; in the workspace: {told or 'none'}  ({duration(report.seconds)})")
    if report.skipped:
        suffixes = sorted(report.skipped_suffixes.items(), key=lambda item: (-item[1], item[0]))
        skipped = [f"{count:,} {kind_of(suffix, count)}" for suffix, count in suffixes]
        drafts = report.skipped - sum(report.skipped_suffixes.values())  # the only files that are skipped once they are read
        if drafts:
            skipped.insert(0, counted(drafts, "draft"))
        put(f"skipped    {counted(report.skipped, 'file')}: {', '.join(skipped)}")


def put_extracted(report: "Extracted") -> None:
    """What `extract` did, in a line or two."""
    busy = report.seconds - report.load_seconds
    rate = f", {report.words / busy:,.0f} words/s" if report.words and busy > 0 else ""
    if report.model:
        put(
            f"passages   {report.extracted:,} extracted, {report.cached:,} known, model {report.model}"
            f"  ({duration(report.seconds)}{rate})"
        )
    for each in report.beside:
        put(f"passages   {each.extracted:,} extracted, {each.cached:,} known, {each.name}")
    if report.other_languages:
        most = report.other_languages > report.extracted + report.cached
        hint = " (all_languages = true under [build] in kgbuild.toml reads them)" if most else ""
        put(f"           {counted(report.other_languages, 'passage')} in languages that the model does not read{hint}")


def put_built(report: "BuildReport", *, rebuilt: bool = False) -> None:
    """What `build` did, in a line or two; rebuilt: from an empty graph, to which all is new."""
    put(
        f"graph      {counted(report.entities, 'entity', 'entities')}, {counted(report.triples, 'triple')}, "
        f"{counted(report.values, 'value')}, {counted(report.statements, 'statement')}  ({duration(report.seconds)})"
    )
    changes = ", ".join(changed(name, getattr(report, name)) for name in CHANGES if getattr(report, name))
    none = "no entity and no triple" if report.documents_folded or report.documents_removed else "nothing"
    put(f"changed    {changes or none}{' (from an empty graph)' if rebuilt and changes else ''}")


def changed(name: str, count: int) -> str:
    """One of CHANGES in words: 1 entity removed."""
    things, _, happened = name.partition("_")
    return f"{counted(count, {'entities': 'entity', 'triples': 'triple'}[things], things)} {happened}"


def put_change(change: "Change") -> None:
    """The best known of what comes, goes, and gains or loses support: facts, then entities."""
    for sign, facts in (("+", change.triples_added), ("-", change.triples_removed)):
        for fact in facts[:MOST_CHANGES]:
            put(f"  {sign} {fact.subject}  {fact.predicate}  {fact.object}  ({counted(fact.support, 'sentence')})")
    for fact in change.triples_changed[:MOST_CHANGES]:
        said = f"{counted(fact.support, 'sentence')}, before {fact.before:,}"
        put(f"  ~ {fact.subject}  {fact.predicate}  {fact.object}  ({said})")
    for sign, entities in (("+", change.entities_added), ("-", change.entities_removed)):
        for entity in entities[:MOST_CHANGES]:
            into = f", now in {' and '.join(entity.into)}" if entity.into else ""
            put(f"  {sign} {entity.name}  {entity.type}  ({counted(entity.mentions, 'mention')}{into})")


def change_json(change: "Change") -> Json:
    """Lists of what comes and goes, the best known first."""
    return {
        part: [asdict(note) for note in getattr(change, part)]
        for part in ("triples_added", "triples_removed", "triples_changed", "entities_added", "entities_removed")
    }


def note_documents(session: Session, report: "Added", *, strict: bool) -> None:
    """On standard error: what could not be read (exit code 3 is about that, so --quiet lets it through), what has vanished, notices."""
    if strict and not report.problems and exit_code(report, strict=True):
        lasting = [
            f"{count:,} {outcome}" for count, outcome in ((report.quarantined, "quarantined"), (report.retry, "retry")) if count
        ]
        hint = session.command("documents", "--outcome", "quarantined" if report.quarantined else "retry")
        session.complain(f"--strict: {' and '.join(lasting)} in the workspace since an earlier run: `{hint}` lists them")
    for uri, outcome, reason in report.problems[: None if session.verbose else MOST_PROBLEMS]:
        session.complain(f"{outcome}: {uri}: {reason}")
    if len(report.problems) > MOST_PROBLEMS and not session.verbose:
        hint = session.command("documents", "--outcome", "quarantined")
        session.complain(f"… and {len(report.problems) - MOST_PROBLEMS:,} more: `{hint}` lists them")
    if report.vanished:
        first = ", ".join([*report.vanished[:3], "…"][: len(report.vanished)])
        session.note(
            f"vanished: {counted(len(report.vanished), 'file')} ({first}); give --sync to remove them from the workspace"
        )
    note_notices(session, report.notices, report.first)


def note_notices(session: Session, notices: Sequence[str], first: Mapping[str, str] | None = None) -> None:
    """The most frequent notices, each with the first file that it is about and how many more; with --verbose all of them."""
    kinds = Counter(notices).most_common()
    for text, count in kinds if session.verbose else kinds[:MOST_NOTICES]:
        session.note(f"note: {_placed(text, count, (first or {}).get(text, ''))}")
    if len(kinds) > MOST_NOTICES and not session.verbose:
        session.note(f"note: {counted(len(kinds) - MOST_NOTICES, 'more kind')} of notices; -v shows them all")


def _placed(text: str, count: int, file: str) -> str:
    if file:
        return f"{file}{f' and {count - 1:,} more' if count > 1 else ''}: {text}"
    return f"{text} ({count:,} times)" if count > 1 else text


def note_extracted(session: Session, report: "Extracted") -> None:
    """On standard error: what extractors say of themselves, and that the model in use is an older one."""
    note_notices(session, report.notices)
    if report.newer:
        session.note(
            f"note: the model {report.model} has changed since this workspace began to use it, and what the old one read stays in "
            f"use: `{session.command('use', report.newer)}` takes the new one"
        )


def note_built(session: Session, report: "BuildReport") -> None:
    """On standard error: judgements and settings that do not apply, labels that the schema drops."""
    for setting in report.idle:
        session.note(f"note: {setting}")
    if report.sleeping:
        session.note(
            f"note: {counted(len(report.sleeping), 'judgement')} asleep, since what they point at is gone: {report.sleeping}"
        )
    if report.conflicting:
        session.note(f"warning: judgements {report.conflicting} contradict others and are not followed")
    if report.unmapped:
        session.note(f"note: the schema drops {counted(len(report.unmapped), 'label')}: {', '.join(report.unmapped[:12])}")
