"""Judgements -> their state: in force, asleep, set aside or revoked, and why; and which of them speak of an entity or a fact."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kgbuild.build.judged import VALUE_MARK, UnitRef
from kgbuild.build.words import ends_of, entity_of, find_unit, triple_id, why_asleep, words_now
from kgbuild.records import Entity, Judgement
from kgbuild.resolution.judge import TWO_THINGS, said
from kgbuild.schema import Schema
from kgbuild.workspace.derived import Derived
from kgbuild.workspace.graph import WorkspaceGraph

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace


class State(StrEnum):
    """What becomes of a judgement in the graph as it stands."""

    IN_FORCE = "in force"
    ASLEEP = "asleep"
    SET_ASIDE = "set aside"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Standing:
    """A judgement and its state. reason: why it sleeps or what it contradicts; or when it was revoked."""

    judgement: Judgement
    state: State
    reason: str = ""


def standings(ws: "Workspace", *, revoked: bool = False) -> list[Standing]:
    """All judgements with their states, oldest first; revoked ones only if asked for. Before the first build all are in force."""
    judgements = ws.truth.judgements()
    found = [Standing(judgement, State.IN_FORCE) for judgement in judgements]
    if (ws.path / "graph.db").exists():
        derived = Derived(ws.path / "graph.db", readonly=True)
        try:
            found = _standings(ws, derived, judgements) if derived.input else found
        finally:
            derived.close()
    if revoked:
        found += [Standing(judgement, State.REVOKED, at) for judgement, at in ws.truth.revoked_judgements()]
    return sorted(found, key=lambda standing: standing.judgement.number)


def _standings(ws: "Workspace", derived: Derived, judgements: list[Judgement]) -> list[Standing]:
    schema = ws.schema()
    judged = words_now(ws.truth, derived.db, judgements, schema)
    asleep, known = set(judged.sleeping), {judgement.number: judgement for judgement in judgements}
    found = []
    for judgement in judgements:
        if judgement.number in asleep:
            found.append(Standing(judgement, State.ASLEEP, why_asleep(ws.truth, derived.db, judgement, schema)))
        elif judgement.number in judged.against:
            against = "; ".join(f"#{n}: {said(known[n])}" for n in judged.against[judgement.number])
            found.append(
                Standing(judgement, State.SET_ASIDE, f"contradicts {against}" if against else f"the two are {TWO_THINGS}")
            )
        else:
            found.append(Standing(judgement, State.IN_FORCE))
    return found


def about_entity(graph: WorkspaceGraph, entity: Entity) -> list[Judgement]:
    """Judgements in force that speak of an entity: of one of its names or mentions."""
    return [j for j in graph.truth.judgements() if any(_holder(graph, ref) == entity.id for ref in _refs(graph, j))]


def about_fact(graph: WorkspaceGraph, schema: Schema, triple: str) -> list[Judgement]:
    """Judgements in force on a triple."""
    return [j for j in graph.truth.judgements() if j.value and j.right and triple_of(graph, schema, j) == triple]


def triple_of(graph: WorkspaceGraph, schema: Schema, judgement: Judgement) -> str:
    refs = list(_refs(graph, judgement))
    if len(refs) < 2:
        return ""
    left, right = refs
    is_value = right[0].startswith(VALUE_MARK)
    target = right[1] if is_value else _holder(graph, right)
    ends = ends_of(schema, _holder(graph, left), judgement.value, target, right[0][1:] if is_value else None)
    return triple_id(ends) if ends else ""


def _refs(graph: WorkspaceGraph, judgement: Judgement) -> Iterable[UnitRef]:
    for anchor in (judgement.left, judgement.right):
        if anchor is not None and (ref := find_unit(graph.truth, graph.derived.db, anchor)) is not None:
            yield ref


def _holder(graph: WorkspaceGraph, ref: UnitRef) -> str:
    return entity_of(graph.derived.db, *ref)


def signed(judgement: Judgement) -> str:
    """Who said it, when and why: " (Ann, 2026-11-26: the same agency)"."""
    told = ", ".join(part for part in (judgement.by, judgement.at[:10]) if part)
    told += f": {judgement.reason}" if told and judgement.reason else judgement.reason
    return f" ({told})" if told else ""
