"""Decisions, differences between graphs and the states of judgements -> words and JSON."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from kgbuild.cli.output import certainty, put, score
from kgbuild.cli.session import Session
from kgbuild.counts import counted
from kgbuild.resolution.judge import said

if TYPE_CHECKING:
    from kgbuild.pipeline.deciding import Decision
    from kgbuild.pipeline.difference import Difference, EntityChange, EntityLine, FactLine
    from kgbuild.pipeline.listing import Standing
    from kgbuild.records import Anchor, Judgement

Json = dict[str, Any]
T = TypeVar("T")

MOST_LINES = 5
MOST_PREVIEWED = 40
PARTS = (
    ("entities_removed", "entity", "entities", "removed"),
    ("entities_added", "entity", "entities", "added"),
    ("entities_changed", "entity", "entities", "changed"),
    ("triples_removed", "fact", "facts", "removed"),
    ("triples_added", "fact", "facts", "added"),
    ("triples_changed", "fact", "facts", "changed"),
    ("triples_moved", "fact", "facts", "with another id"),
)


def anchor_json(anchor: "Anchor | None") -> Json | None:
    """An anchor."""
    return {"uri": anchor.uri, "text": anchor.text, "type": anchor.type} if anchor else None


def judgement_json(j: "Judgement") -> Json:
    """A judgement with all its fields, and in words."""
    return {
        "number": j.number,
        "verdict": j.verdict.value,
        "left": anchor_json(j.left),
        "right": anchor_json(j.right),
        "value": j.value,
        "by": j.by,
        "at": j.at,
        "reason": j.reason,
        "quote": j.quote,
        "said": said(j),
    }


def standing_json(standing: "Standing") -> Json:
    """A judgement with its state."""
    return judgement_json(standing.judgement) | {"state": standing.state.value, "because": standing.reason}


def standing_rows(standings: "Iterable[Standing]") -> list[tuple[int, str, str, str, str, str]]:
    """Rows of the list of judgements."""
    return [
        (s.judgement.number, said(s.judgement), s.judgement.by, s.judgement.at[:10], s.judgement.reason,
         state_text(s))
        for s in standings
    ]  # fmt: skip


def state_text(standing: "Standing") -> str:
    """The state in a cell; what was undone is said in the word of the command that did it, with the day."""
    if standing.state == "revoked":
        return f"undone {standing.reason[:10]}"
    return standing.state.value + (f": {standing.reason}" if standing.reason else "")


def decision_json(decision: "Decision") -> Json:
    """Keys of all commands that take a person's word."""
    return {
        "saved": decision.saved,
        "judgements": [judgement_json(j) for j in decision.judgements],
        "undone": [judgement_json(j) for j in decision.undone],
        "skipped": decision.skipped,
        "difference": difference_json(decision.difference) if decision.difference is not None else None,
        "notes": decision.notes,
    }


def difference_json(difference: "Difference") -> Json:
    """All that differs."""
    return {
        "entities_added": [_entity(e) for e in difference.entities_added],
        "entities_removed": [_entity(e) for e in difference.entities_removed],
        "entities_changed": [
            {"before": _entity(c.before), "after": _entity(c.after), "gained": c.gained, "lost": c.lost}
            for c in difference.entities_changed
        ],
        "triples_added": [_fact(f) for f in difference.triples_added],
        "triples_removed": [_fact(f) for f in difference.triples_removed],
        "triples_changed": [{"before": _fact(a), "after": _fact(b)} for a, b in difference.triples_changed],
        "triples_moved": [{"before": _fact(a), "after": _fact(b)} for a, b in difference.triples_moved],
    }


def _entity(line: "EntityLine") -> Json:
    return {
        "id": f"e:{line.id}", "type": line.type, "name": line.name, "mentions": line.mentions, "documents": line.documents
    }  # fmt: skip


def _fact(line: "FactLine") -> Json:
    return {
        "id": f"t:{line.id}", "subject": line.subject, "predicate": line.predicate, "object": line.object,
        "confidence": score(line.confidence), "support": line.support,
    }  # fmt: skip


def put_decision(session: Session, decision: "Decision") -> None:
    """What was decided, what the next build will change, how to go on and back."""
    for j in decision.judgements:
        put(f"#{j.number} {said(j)}" if decision.saved else said(j))
    for j in decision.undone:
        put(f"{'undone' if decision.saved else 'would be undone'}: #{j.number} {said(j)}")
    if decision.skipped:
        put(f"{counted(decision.skipped, 'row')} in force already")
    if not (decision.judgements or decision.undone or decision.skipped):
        put("nothing to judge: the file has no rows")
    if decision.difference is not None:
        put_difference(decision.difference, everything=session.verbose, most=MOST_LINES if decision.saved else MOST_PREVIEWED)
    if not decision.saved:
        put("nothing is saved: leave out --preview to keep it")
    elif decision.judgements or decision.undone:
        numbers = [str(j.number) for j in decision.judgements]
        back = f"    (back: {session.command('judgements', 'undo', *ranges(numbers))})" if numbers else ""
        put(f"next: {session.command('build')}{back}")


def ranges(numbers: Sequence[str]) -> list[str]:
    """Numbers that follow each other as first-last."""
    if len(numbers) > 1 and int(numbers[-1]) - int(numbers[0]) == len(numbers) - 1:
        return [f"{numbers[0]}-{numbers[-1]}"]
    return list(numbers)


def put_difference(difference: "Difference", *, everything: bool, most: int) -> None:
    """What the next build will change: counts, then lines."""
    told = ", ".join(
        f"{counted(len(rows), one, many)} {what}" for part, one, many, what in PARTS if (rows := getattr(difference, part))
    )
    put(f"the next build changes  {told or 'nothing'}")
    shown = None if everything else most
    _put_lines(difference.entities_removed, shown, lambda e: f"- {entity_line(e)}")
    _put_lines(difference.entities_added, shown, lambda e: f"+ {entity_line(e)}")
    _put_lines(difference.entities_changed, shown, lambda c: f"~ {change_line(c)}")
    _put_lines(difference.triples_removed, shown, lambda f: f"- {fact_line(f)}")
    _put_lines(difference.triples_added, shown, lambda f: f"+ {fact_line(f)}")
    _put_lines(difference.triples_changed, shown, lambda p: f"~ {fact_line(p[1])}, before {sure(p[0])}")


def _put_lines(rows: Sequence[T], most: int | None, line: Callable[[T], str]) -> None:
    for row in rows[:most]:
        put(f"  {line(row)}")
    if most is not None and len(rows) > most:
        put(f"    … and {len(rows) - most:,} more (-v shows them)")


def entity_line(line: "EntityLine") -> str:
    """An entity on one line."""
    return f"{line.name}  {line.type}  ({counted(line.mentions, 'mention')})  e:{line.id}"


def change_line(change: "EntityChange") -> str:
    """An entity that changes, and how."""
    return f"{change.after.name}  {change.after.type}  {', '.join(_changes(change))}  e:{change.after.id}"


def _changes(change: "EntityChange") -> Iterator[str]:
    before, after = change.before, change.after
    if before.name != after.name:
        yield f"was called {before.name}"
    if before.type != after.type:
        yield f"was {before.type}"
    if change.gained:
        yield f"now also {', '.join(change.gained)}"
    if change.lost:
        yield f"without {', '.join(change.lost)}"
    if before.mentions != after.mentions:
        yield f"{before.mentions:,} → {counted(after.mentions, 'mention')}"
    if before.name == after.name and before.type == after.type and before.mentions == after.mentions:
        yield "other values or aliases"


def fact_line(fact: "FactLine") -> str:
    """A fact on one line."""
    return f"{fact.subject}  {fact.predicate}  {fact.object}  ({counted(fact.support, 'sentence')}, {sure(fact)})  t:{fact.id}"


def sure(fact: "FactLine") -> str:
    """How sure a fact is."""
    return certainty(fact.confidence)
