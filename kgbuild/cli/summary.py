"""A built workspace -> what `run` ends with: what the graph holds, its best facts, what was left out, what to do next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import TYPE_CHECKING

from kgbuild.cli.output import counted, duration, percent, put, shortened
from kgbuild.cli.session import Session
from kgbuild.records import Scope, Triple, Value

if TYPE_CHECKING:
    from kgbuild.pipeline.reports import Status
    from kgbuild.pipeline.workspace import Workspace
    from kgbuild.workspace.graph import WorkspaceGraph

BEST = 10
QUOTE_LENGTH = 180
MOST_RELATIONS = 12
FEW_TRIPLES = 0.5
"""Triples a document below which the schema hardly fits the documents."""
FEW_RELATIONS = 0.8
"""Share of triples in two relations above which it hardly fits either."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the run: how long it took, and how many words it went through in how many of these seconds."""

    name: str
    seconds: float
    words: int = 0
    busy: float = 0.0


@dataclass(frozen=True, slots=True)
class Fact:
    """A triple with what a person calls its ends. types: of the ends; of a value it is empty."""

    triple: Triple
    subject: str
    object: str
    types: tuple[str, str]


def put_summary(session: Session, ws: "Workspace", times: Sequence[Step]) -> None:
    """The end of a run. times: its steps, in order."""
    status = ws.status()
    graph = ws.source()
    try:
        facts = best_facts(graph)
    finally:
        graph.derived.close()
    put_counts("entities", status.by_type)
    put_counts("relations", status.by_predicate)
    put_counts("left out", [(rule, count) for rule, count in left_out_of(status) if count])
    put_facts(facts)
    if warning := misfit(status, len(ws.schema().relations)):
        put()
        put(warning)
    put()
    put("time: " + ", ".join(map(time_line, times)))
    put()
    put("next:")
    for command in next_commands(session, facts, status):
        put(f"  {command}")


def put_counts(title: str, rows: Sequence[tuple[str, int]]) -> None:
    """One line of names with counts, the most frequent ones by name and the rest in a sum."""
    if not rows:
        return
    told = [f"{name} {count:,}" for name, count in rows[:MOST_RELATIONS]]
    rest = rows[MOST_RELATIONS:]
    if rest:
        told.append(f"{len(rest)} more {sum(count for _, count in rest):,}")
    put(f"{title:<10} {', '.join(told)}")


def left_out_of(status: "Status") -> list[tuple[str, int]]:
    """(rule, count) of what is not in the graph, most first."""
    rows = [(f"{kind} (not read)", count) for kind, count in status.unread_blocks.items()]
    rows += [("passages in other languages", status.other_languages), *status.dropped.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def best_facts(graph: "WorkspaceGraph", count: int = BEST) -> list[Fact]:
    """The best supported facts between entities; what a sentence states comes before what was inferred."""
    triples = (triple for triple in graph.triples() if not isinstance(triple.object, Value))
    best = nlargest(count, triples, key=lambda t: (t.scope is Scope.STATED, t.support, t.documents, t.confidence, t.id))
    return [found for triple in best if (found := named(graph, triple))]


def named(graph: "WorkspaceGraph", triple: Triple) -> Fact | None:
    """A triple between entities with the names of its ends."""
    ends = graph.derived.entity(triple.subject), graph.derived.entity(str(triple.object))
    if ends[0] is None or ends[1] is None:
        return None
    return Fact(triple, ends[0].name, ends[1].name, (ends[0].type, ends[1].type))


def put_facts(facts: Iterable[Fact]) -> None:
    """Facts, each with its support and one sentence."""
    for number, fact in enumerate(facts):
        if number == 0:
            put()
            put("best supported facts, each with one of its sentences:")
        t = fact.triple
        scope = "" if t.scope is Scope.STATED else ", inferred"
        support = (
            f"{counted(t.support, 'sentence')} in {counted(t.documents, 'document')}, confidence {percent(t.confidence)}{scope}"
        )
        put(f"  {fact.subject}  {t.predicate}  {fact.object}   ({support})")
        put(f"      “{shortened(t.quote, QUOTE_LENGTH)}”")


def misfit(status: "Status", relations: int) -> str:
    """What to say when the schema, of so many relations, hardly fits the documents; nothing when it does."""
    documents, total = status.documents.get("ok", 0), sum(count for _, count in status.by_predicate)
    common = sum(count for _, count in status.by_predicate[:2])
    if documents and total < FEW_TRIPLES * documents:
        why = f"{counted(total, 'triple')} in {counted(documents, 'document')}"
    elif total and relations > 2 and common >= FEW_RELATIONS * total:
        why = f"{common / total:.0%} of all triples are {' and '.join(name for name, _ in status.by_predicate[:2])}"
    else:
        return ""
    return (
        f"The schema hardly fits these documents: {why}. If they speak of other relations, bring a schema and a model of your own: "
        "`kgbuild schema`, `kgbuild train --help`."
    )


def time_line(step: Step) -> str:
    """Wall-clock time of a step, with words a second where it took long enough to tell."""
    rate = f" ({step.words / step.busy:,.0f} words/s)" if step.words and step.busy >= 0.1 else ""
    return f"{step.name} {duration(step.seconds)}{rate}"


def next_commands(session: Session, facts: Sequence[Fact], status: "Status") -> list[str]:
    """Three commands with names from this graph; each gives something."""
    export = session.command("export", "graph.ttl")
    if not facts:
        query = "MATCH (e:Entity) RETURN e.name, e.documents ORDER BY e.documents DESC LIMIT 20"
        return [session.command("query", query), session.command("documents"), export]
    counts = dict(status.by_predicate)
    common = max(facts, key=lambda fact: (counts.get(fact.triple.predicate, 0), fact.triple.id))
    predicate, (head, tail) = common.triple.predicate, common.types
    query = (
        f"MATCH (a:{head})-[r:{predicate}]->(b:{tail}) "
        "RETURN a.name, b.name, r.support, r.quote ORDER BY r.support DESC LIMIT 20"
    )
    fact = facts[0]
    return [
        session.command("query", query),
        session.command("explain", fact.subject, fact.triple.predicate, fact.object),
        export,
    ]
