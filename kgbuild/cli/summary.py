"""A built workspace -> what `run` ends with: what the graph holds, its best facts, what was left out, what to do next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild.cli.output import duration, percent, put, shortened
from kgbuild.cli.session import Session
from kgbuild.counts import counted
from kgbuild.records import Scope

if TYPE_CHECKING:
    from kgbuild.pipeline.overview.facts import Fact
    from kgbuild.pipeline.overview.fit import Fit
    from kgbuild.pipeline.reports import Status
    from kgbuild.pipeline.workspace import Workspace

BEST = 10
QUOTE_LENGTH = 180
MOST_RELATIONS = 12
DOUBTED = ("fact below its threshold", "mention below its minimum score")
BESIDE = "an end of the fact was left out"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the run: how long it took, and how many words it went through in how many of these seconds."""

    name: str
    seconds: float
    words: int = 0
    busy: float = 0.0


def put_summary(session: Session, ws: "Workspace", times: Sequence[Step]) -> None:
    """The end of a run. times: its steps, in order."""
    status, facts = ws.status(), ws.best_facts(BEST)
    put_counts("entities", status.by_type)
    put_counts("relations", status.by_predicate)
    put_left_out(dict(left_out_of(status)))
    put_facts(facts)
    fit = ws.schema_fit()
    if fit.unread or not fit.fits:
        put()
        put(fit.unread or misfit(fit))
    put()
    put("time: " + ", ".join(map(time_line, times)))
    put()
    put("next:")
    for command in next_commands(session, facts, most_telling_of(ws)):
        put(f"  {command}")


def most_telling_of(ws: "Workspace") -> "Fact | None":
    """The fact whose relation the first query asks for."""
    from kgbuild.pipeline.overview.facts import most_telling
    from kgbuild.pipeline.switching import schema_of

    with ws.source() as graph:
        return most_telling(graph.derived, schema_of(graph))


def put_counts(title: str, rows: Sequence[tuple[str, int]]) -> None:
    """One line of names with counts, the most frequent ones by name and the rest in a sum."""
    if not rows:
        return
    told = [f"{name} {count:,}" for name, count in rows[:MOST_RELATIONS]]
    rest = rows[MOST_RELATIONS:]
    if rest:
        told.append(f"{len(rest)} more {sum(count for _, count in rest):,}")
    put(f"{title:<10} {', '.join(told)}")


def put_left_out(counts: dict[str, int]) -> None:
    """What is not in the graph: guesses that the model itself doubts, of which there are many, apart from what rules left out."""
    doubted = sum(counts.pop(rule, 0) for rule in DOUBTED)
    beside = counts.pop(BESIDE, 0)
    if doubted or beside:
        more = f", and {beside:,} beside names that are not" if beside else ""
        put(f"{'doubtful':<10} {doubted:,} guesses below the model's thresholds are not in the graph{more}")
    put_counts("left out", [(rule, count) for rule, count in counts.items() if count])


def left_out_of(status: "Status") -> list[tuple[str, int]]:
    """(rule, count) of what is not in the graph, most first."""
    rows = [(f"{kind} (not read)", count) for kind, count in status.unread_blocks.items()]
    rows += [("passages in other languages", status.other_languages), *status.dropped.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def put_facts(facts: Iterable["Fact"]) -> None:
    """Facts, each with its support and one sentence."""
    for number, fact in enumerate(facts):
        if number == 0:
            put()
            put("best supported facts, of several relations, each with one of its sentences:")
        t = fact.triple
        scope = "" if t.scope is Scope.STATED else ", inferred"
        support = (
            f"{counted(t.support, 'sentence')} in {counted(t.documents, 'document')}, confidence {percent(t.confidence)}{scope}"
        )
        put(f"  {fact.subject.name}  {t.predicate}  {fact.object.name}   ({support})")
        put(f"      “{shortened(t.quote, QUOTE_LENGTH)}”")


def misfit(fit: "Fit") -> str:
    """What to say when the schema hardly fits."""
    from kgbuild.pipeline.overview.fit import ADVICE

    return f"The schema hardly fits these documents: {'; '.join(fit.reasons)}.\n{ADVICE}"


def time_line(step: Step) -> str:
    """Wall-clock time of a step, with words a second where it took long enough to tell."""
    rate = f" ({step.words / step.busy:,.0f} words/s)" if step.words and step.busy >= 0.1 else ""
    return f"{step.name} {duration(step.seconds)}{rate}"


def next_commands(session: Session, facts: Sequence["Fact"], asked: "Fact | None") -> list[str]:
    """Three commands with names from this graph; each gives something. asked: a fact of the relation to query, and to explain."""
    export = session.command("export", "graph.ttl")
    if not facts or asked is None:
        query = "MATCH (e:Entity) RETURN e.name, e.documents ORDER BY e.documents DESC LIMIT 20"
        return [session.command("query", query), session.command("documents"), export]
    predicate, head, tail = asked.triple.predicate, asked.subject.type, asked.object.type
    query = (
        f"MATCH (a:{head})-[r:{predicate}]->(b:{tail}) "
        "RETURN a.name, b.name, r.support, r.quote ORDER BY r.support DESC LIMIT 20"
    )
    return [
        session.command("query", query),
        session.command("explain", asked.subject.name, predicate, asked.object.name),
        export,
    ]
