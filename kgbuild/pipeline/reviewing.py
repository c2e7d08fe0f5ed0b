"""A built graph and what was judged -> the questions that are still open, least certain first. Reads only.

A question is a merge (are these two sides of an entity one thing?), two entities that nearly were one, a fact, or the mentions of a
name in one document. It is named by what it asks, so that it can be asked again without the list that it came from.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from heapq import nsmallest
from itertools import chain

from kgbuild.build.components import Neighbourhood
from kgbuild.build.judged import Judged, UnitRef
from kgbuild.build.words import entity_of, triple_words, words_now
from kgbuild.pipeline.cuts import Seam, seams
from kgbuild.pipeline.uncertainty import LEAST, RIVAL_WEIGHT, SURE, of_score, of_weight
from kgbuild.records import Judgement
from kgbuild.resolution.compare import rivals
from kgbuild.resolution.keys import edges
from kgbuild.schema import Schema
from kgbuild.workspace.derived import Derived
from kgbuild.workspace.graph import WorkspaceGraph

MOST_QUESTIONS = 5_000
"""So many questions of each kind are held; a list that a person would not get through is not made longer."""


class Kind(StrEnum):
    """What a question asks."""

    MERGE = "merge"
    """One entity: are its two sides the same thing?"""
    APART = "apart"
    """Two entities: are they the same thing?"""
    FACT = "fact"
    """Is the fact right?"""
    MENTION = "mention"
    """Is the name, as it stands in one document, an entity of that type?"""


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask a person. uncertainty: ten-thousandths, see uncertainty.py; weight: how much hangs on it, in mentions or quotes.

    key: of a merge or a pair two nodes, each (document or "", name); of a fact its id; of a mention (document, name).
    """

    kind: Kind
    key: tuple[str, ...]
    uncertainty: int
    weight: int

    @property
    def id(self) -> str:
        """The question's name."""
        return json.dumps([self.kind.value, *self.key], ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Questions:
    """All questions of one state of the graph, least certain first. total: how many there are with those that are not held."""

    state: str
    found: tuple[Question, ...]
    total: int


def parse_id(id: str) -> tuple[Kind, tuple[str, ...]]:
    """Kind and key of a question's name. Raises ValueError for what is none."""
    kind, *key = json.loads(id)
    if not all(isinstance(part, str) for part in key) or len(key) != _LENGTH[Kind(kind)]:
        raise ValueError(id)
    return Kind(kind), tuple(key)


_LENGTH = {Kind.MERGE: 4, Kind.APART: 4, Kind.FACT: 1, Kind.MENTION: 2}


def questions(derived: Derived) -> Questions:
    """What the machine is least certain of in a built graph, judged or not."""
    near = Neighbourhood(derived.db)
    facts, mentions = _count(derived, "triple", "confidence"), _count(derived, "unit", "score")
    merges, apart = list(_merges(derived, near)), list(_apart(derived, near))
    kinds = [_held(merges), _held(apart), _facts(derived), _mentions(derived)]
    found = sorted(chain.from_iterable(kinds), key=_order)
    return Questions(derived.state, tuple(found), len(merges) + len(apart) + facts + mentions)


def _order(question: Question) -> tuple[int, int, str, tuple[str, ...]]:
    return -question.uncertainty, -question.weight, question.kind, question.key


def _held(found: Iterable[Question]) -> list[Question]:
    return nsmallest(MOST_QUESTIONS, found, key=_order)


def _count(derived: Derived, table: str, column: str) -> int:
    return int(derived.db.execute(f"SELECT count(*) FROM {table} WHERE {column} <= ?", (SURE,)).fetchone()[0])


def _facts(derived: Derived) -> Iterator[Question]:
    sql = """SELECT id, confidence, support FROM triple WHERE confidence <= ?
        ORDER BY abs(confidence - 5000), support DESC, id LIMIT ?"""
    for id, confidence, support in derived.db.execute(sql, (SURE, MOST_QUESTIONS)):
        if of_score(confidence) >= LEAST:
            yield Question(Kind.FACT, (id,), of_score(confidence), support)


def _mentions(derived: Derived) -> Iterator[Question]:
    sql = """SELECT document, name, score, mentions FROM unit WHERE score <= ?
        ORDER BY abs(score - 5000), mentions DESC, document, name LIMIT ?"""
    for document, name, score, mentions in derived.db.execute(sql, (SURE, MOST_QUESTIONS)).fetchall():
        if of_score(score) >= LEAST and entity_of(derived.db, document, name):
            yield Question(Kind.MENTION, (document, name), of_score(score), mentions)


def _merges(derived: Derived, near: Neighbourhood) -> Iterator[Question]:
    several = "SELECT entity FROM node WHERE entity <> '' GROUP BY entity HAVING count(*) > 1 ORDER BY entity"
    for (entity,) in derived.db.execute(several).fetchall():
        for seam in seams(near, entity_refs(derived, entity)):
            uncertainty = of_weight(max(seam.weight, 0))
            if uncertainty >= LEAST:
                sides = min(_mentioned(derived, seam.left_side), _mentioned(derived, seam.right_side))
                yield Question(Kind.MERGE, (*seam.left, *seam.right), uncertainty, sides)


def _apart(derived: Derived, near: Neighbourhood) -> Iterator[Question]:
    """Pairs of names in two entities, of which something says that they are one."""
    shared = "SELECT bucket FROM bucket GROUP BY bucket HAVING count(*) > 1 ORDER BY bucket"
    best: dict[tuple[str, str], int] = {}
    for (bucket,) in derived.db.execute(shared).fetchall():
        for edge in edges(bucket, near.members(bucket)):
            weight = undecided(edge.weight, edge.reasons)
            if weight > 0:
                best[edge.left, edge.right] = max(weight, best.get((edge.left, edge.right), 0))
    for (left, right), weight in sorted(best.items()):
        holders = entity_of(derived.db, "", left), entity_of(derived.db, "", right)
        if all(holders) and holders[0] != holders[1] and of_weight(weight) >= LEAST:
            hanging = min(_mentioned(derived, [("", left)]), _mentioned(derived, [("", right)]))
            yield Question(Kind.APART, ("", left, "", right), of_weight(weight), hanging)


def undecided(weight: int, reasons: Iterable[tuple[str, int]]) -> int:
    """What counts of an edge for a pair that stays apart: its weight; little where it is only rivals that forbid; else nothing."""
    held = dict(reasons)
    others = [value for name, value in held.items() if name != rivals.__name__]
    return weight if weight > 0 else RIVAL_WEIGHT if rivals.__name__ in held and min(others, default=0) > 0 else 0


def entity_refs(derived: Derived, entity: str) -> list[UnitRef]:
    """Names, as ("", name), and singled-out units of an entity."""
    rows = derived.db.execute("SELECT document, name FROM node WHERE entity = ? ORDER BY id", (entity,))
    return [(document, name) for document, name in rows]


def _mentioned(derived: Derived, refs: Iterable[UnitRef]) -> int:
    sql = "SELECT coalesce(sum(mentions), 0) FROM unit WHERE name = ?1 AND (?2 = '' OR document = ?2)"
    return sum(derived.db.execute(sql, (name, document)).fetchone()[0] for document, name in refs)


# what is judged ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """What people said, as questions ask it: pairs of nodes and of entities, entities in any pair, facts by id, names and units."""

    pairs: frozenset[frozenset[UnitRef]]
    entities: frozenset[frozenset[str]]
    touched: frozenset[str]
    facts: frozenset[str]
    units: frozenset[UnitRef]


def said_now(graph: WorkspaceGraph, judgements: Iterable[Judgement], schema: Schema) -> Said:
    """What judgements in force say of the built graph."""
    judged = words_now(graph.truth, graph.derived.db, judgements, schema)
    pairs = [*judged.same, *judged.different]
    holders = [frozenset(entity_of(graph.derived.db, *ref) for ref in pair) for pair in pairs]
    return Said(
        frozenset(frozenset(pair) for pair in pairs),
        frozenset(pair for pair in holders if len(pair) == 2),
        frozenset(chain.from_iterable(holders)),
        frozenset(triple_words(graph.derived.db, schema, judged)),
        frozenset(judged.rejected) | _renamed(judged),
    )


def _renamed(judged: Judged) -> frozenset[UnitRef]:
    """Whoever names a thing or gives it a type says that it is one."""
    return frozenset(judged.names) | frozenset(judged.types)


def is_open(derived: Derived, said: Said, question: Question) -> bool:
    """Whether nobody has answered a question yet."""
    match question.kind:
        case Kind.FACT:
            return question.key[0] not in said.facts
        case Kind.MENTION:
            return not {question.key, ("", question.key[1])} & said.units
        case Kind.APART:
            ends = frozenset(entity_of(derived.db, *ref) for ref in ends_of_key(question.key))
            return ends not in said.entities
        case Kind.MERGE:
            return entity_of(derived.db, *question.key[:2]) not in said.touched or not _crossed(derived, said, question.key)
    return True


def _crossed(derived: Derived, said: Said, key: tuple[str, ...]) -> bool:
    """Whether somebody spoke of a name on the one side and one on the other."""
    seam = seam_of(derived, key)
    if seam is None:
        return True
    left, right = seam.left_side, seam.right_side
    return any((pair & left) and (pair & right) for pair in said.pairs)


def ends_of_key(key: tuple[str, ...]) -> tuple[UnitRef, UnitRef]:
    """The two nodes of a merge or a pair."""
    return (key[0], key[1]), (key[2], key[3])


def seam_of(derived: Derived, key: tuple[str, ...]) -> Seam | None:
    """The seam of a merge as the graph stands; None if there is none any more."""
    left, right = ends_of_key(key)
    entity = entity_of(derived.db, *left)
    found = seams(Neighbourhood(derived.db), entity_refs(derived, entity)) if entity else iter(())
    return next((seam for seam in found if (seam.left, seam.right) == (left, right)), None)


def waiting_words(graph: WorkspaceGraph, judgements: Iterable[Judgement], schema: Schema) -> int:
    """How many words the built graph does not follow yet, or still follows although they were undone."""
    judged = words_now(graph.truth, graph.derived.db, judgements, schema)
    built = {row[0] for row in graph.derived.db.execute("SELECT key FROM judged")}
    return len(built ^ set(judged.rows()))
