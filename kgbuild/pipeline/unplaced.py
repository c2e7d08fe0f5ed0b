"""Two ends and a relation -> the document in which the model saw that fact best, kept or not. Reads extractions; keeps nothing."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kgbuild.build.steps.documents import apart_in, evidence_of, facts_of, name_of, rules_of
from kgbuild.records import Scope, Value
from kgbuild.workspace.codec import unpack_facts
from kgbuild.workspace.graph import WorkspaceGraph

if TYPE_CHECKING:
    from kgbuild.build.inputs import Inputs

Seen = tuple[str, str, str | Value, int, str, int]
"""Document, subject and object as names "Type/key" (or a value), score, quote and its place."""


def kept_statement(graph: WorkspaceGraph, triple: str) -> Seen | None:
    """The best statement that was placed for a triple, even if the triple itself is left out."""
    row = graph.derived.db.execute(
        """SELECT document, subject, object, datatype, score, quote, json_extract(spans, '$[0][0]') FROM statement
           WHERE triple = ? ORDER BY scope <> 'stated', score DESC, document, position LIMIT 1""",
        (triple,),
    ).fetchone()
    if row is None:
        return None
    document, subject, target, datatype, score, quote, start = row
    return document, subject, target if datatype is None else Value(datatype, target), score, quote, start


def seen_statement(
    graph: WorkspaceGraph, inputs: "Inputs", subject: str, predicate: str, target: str | Value
) -> tuple[Seen | None, int]:
    """The best statement of a fact that the model saw but that was not placed; and how many documents could have it.

    subject, target: entity ids (or a value); predicate: as it is kept. Stated before inferred, then the highest score.
    """
    documents = _documents(graph, subject, target)
    found = [(rank, seen) for d in documents for rank, seen in _seen(graph, inputs, d, subject, predicate, target)]
    return (min(found, key=lambda entry: entry[0])[1] if found else None), len(documents)


def _documents(graph: WorkspaceGraph, subject: str, target: str | Value) -> list[str]:
    sql = "SELECT document FROM mention WHERE entity = ?"
    db = graph.derived.db
    found = {row[0] for row in db.execute(sql, (subject,))}
    if not isinstance(target, Value):
        found &= {row[0] for row in db.execute(sql, (target,))}
    return sorted(found)


def _seen(
    graph: WorkspaceGraph, inputs: "Inputs", document: str, subject: str, predicate: str, target: str | Value
) -> Iterable[tuple[tuple[bool, int, str], Seen]]:
    body = graph.derived.db.execute("SELECT facts FROM folded WHERE document = ?", (document,)).fetchone()[0]
    units = list(zip(unpack_facts(body).units, graph.derived.entities_of_unit_rows(document), strict=True))
    heads = {(u.type, m.text) for u, entity in units if entity == subject for m in u.mentions}
    tails = (
        {(target.datatype, target.text)}
        if isinstance(target, Value)
        else {(u.type, m.text) for u, entity in units if entity == target for m in u.mentions}
    )
    wanted = [(*head, predicate, *tail) for head in sorted(heads) for tail in sorted(tails)]
    holder = {f"{u.type}/{u.key}": entity for u, entity in units}
    stored = graph.truth.document(document)
    facts = facts_of(graph.truth, inputs, stored, rules_of(inputs), (), wanted, apart_in(inputs, stored))
    for s in facts.statements:
        ends = name_of(facts, s.subject), s.object if isinstance(s.object, Value) else name_of(facts, s.object)
        held = holder.get(ends[0], ""), ends[1] if isinstance(ends[1], Value) else holder.get(ends[1], "")
        if s.predicate != predicate or not _same_ends(held, (subject, target), inputs.schema.is_symmetric(predicate)):
            continue
        spans, quote = evidence_of(stored, s)
        rank = s.scope is not Scope.STATED, -s.score, document
        yield rank, (document, *ends, s.score, quote, spans[0][0])


def _same_ends(found: tuple[str, str | Value], wanted: tuple[str, str | Value], symmetric: bool) -> bool:
    return found == wanted or (symmetric and found == wanted[::-1])
