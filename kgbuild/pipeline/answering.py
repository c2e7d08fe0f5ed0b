"""A question and a person's answer -> the judgements that say so, previewed or saved as by the commands of `judging`."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from kgbuild.build.judged import UnitRef
from kgbuild.build.words import entity_of
from kgbuild.errors import NotFound, UsageError
from kgbuild.pipeline.anchoring import anchor_at, mention_rows
from kgbuild.pipeline.deciding import Complete, Decision, decide
from kgbuild.pipeline.judging import accept, merge, reject
from kgbuild.pipeline.question_pages import GONE
from kgbuild.pipeline.reviewing import Kind, ends_of_key, entity_refs, seam_of
from kgbuild.pipeline.splitting import split_judgements
from kgbuild.records import Entity, Judgement, Verdict
from kgbuild.workspace.graph import WorkspaceGraph

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace


class Answer(StrEnum):
    """What a person may say: of a merge or a pair the first two, of a fact or a mention the last two."""

    SAME = "same"
    DIFFERENT = "different"
    RIGHT = "right"
    WRONG = "wrong"


ANSWERS = {
    Kind.MERGE: (Answer.SAME, Answer.DIFFERENT),
    Kind.APART: (Answer.SAME, Answer.DIFFERENT),
    Kind.FACT: (Answer.RIGHT, Answer.WRONG),
    Kind.MENTION: (Answer.RIGHT, Answer.WRONG),
}


def answer(
    ws: "Workspace", kind: Kind, key: tuple[str, ...], said: Answer, *, why: str = "", by: str = "", preview: bool = False
) -> Decision:
    """Judge what a question asks. Raises NotFound if it is gone, UsageError for an answer that does not fit, BuildError for a
    contradiction to an earlier word.
    """
    if said not in ANSWERS[kind]:
        raise UsageError(f"a {kind} is answered by {' or '.join(ANSWERS[kind])}, not by {said}")
    match kind:
        case Kind.FACT:
            command = accept if said is Answer.RIGHT else reject
            return command(ws, f"t:{key[0]}", why=why, by=by, preview=preview)
        case Kind.MENTION:
            return _mention(ws, key, said, why, by, preview=preview)
        case Kind.APART if said is Answer.SAME:
            left, right = _holders(ws, key)
            return merge(ws, f"e:{left}", f"e:{right}", why=why, by=by, preview=preview)
        case Kind.MERGE if said is Answer.DIFFERENT:
            return _apart(ws, key, why, by, preview=preview)
        case _:
            return _pair(ws, key, said, why, by, preview=preview)


def _pair(ws: "Workspace", key: tuple[str, ...], said: Answer, why: str, by: str, *, preview: bool) -> Decision:
    """The word that two names are what the graph has them to be: nothing changes, and no later model changes it."""
    with ws.source() as graph:
        left, right = (anchor_at(graph, ref) for ref in ends_of_key(key))
        new = Judgement(0, Verdict(said.value), left, right, by=by, reason=why)
    return decide(ws, [new], preview=preview)


def _holders(ws: "Workspace", key: tuple[str, ...]) -> tuple[str, str]:
    with ws.source() as graph:
        left, right = (entity_of(graph.derived.db, *ref) for ref in ends_of_key(key))
    if not left or not right:
        raise NotFound(GONE)
    return left, right


def _apart(ws: "Workspace", key: tuple[str, ...], why: str, by: str, *, preview: bool) -> Decision:
    """The side with fewer mentions becomes an entity of its own."""
    with ws.source() as graph:
        seam = seam_of(graph.derived, key)
        entity = _entity_at(graph, ends_of_key(key)[0])
        if seam is None:
            raise NotFound(GONE)
        small, large = sorted((seam.left_side, seam.right_side), key=lambda side: (_size(graph, entity, side), sorted(side)))
        new, complete = split_judgements(graph, entity, sorted(small), sorted(large), by, why)
    return decide(ws, new, complete=complete, preview=preview)


def _size(graph: WorkspaceGraph, entity: Entity, side: frozenset[UnitRef]) -> int:
    rows = mention_rows(graph, entity.id)
    return sum(count for row in rows if row.unit in side or ("", row.unit[1]) in side for _, count in row.forms)


def _entity_at(graph: WorkspaceGraph, ref: UnitRef) -> Entity:
    entity = graph.derived.entity(entity_of(graph.derived.db, *ref))
    if entity is None:
        raise NotFound(GONE)
    return entity


def _mention(ws: "Workspace", key: tuple[str, ...], said: Answer, why: str, by: str, *, preview: bool) -> Decision:
    """A name in one document is an entity, or is none there. One that stands nowhere else is rejected as a whole."""
    unit: UnitRef = (key[0], key[1])
    with ws.source() as graph:
        entity = _entity_at(graph, unit)
        others = [row.unit for row in mention_rows(graph, entity.id) if row.unit != unit]
        if said is Answer.WRONG and not others:
            return reject(ws, f"e:{entity.id}", why=why, by=by, preview=preview)
        new: Sequence[Judgement] = ()
        complete: Complete | None = None
        if said is Answer.WRONG:
            rest = [ref for ref in entity_refs(graph.derived, entity.id) if ref != unit]
            new, complete = split_judgements(graph, entity, [unit], rest, by, why)
        word = Judgement(0, Verdict(said.value), anchor_at(graph, unit), by=by, reason=why)
    return decide(ws, [*new, word], complete=complete, preview=preview)
