"""Two states of a graph -> what differs, for people: entities and facts that come, go and change. Knows no judgement."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from kgbuild.records import Entity, Triple, Value
from kgbuild.workspace.derived import Derived

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EntityLine:
    """An entity in a difference."""

    id: str
    type: str
    name: str
    mentions: int
    documents: int


@dataclass(frozen=True, slots=True)
class EntityChange:
    """An entity that stays under its id: before and after, and the names (keys "Type/name") that it gains and loses."""

    before: EntityLine
    after: EntityLine
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactLine:
    """A triple in a difference, with the names of its ends."""

    id: str
    subject: str
    predicate: str
    object: str
    confidence: int
    support: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What a build would change, each part sorted by what people read. Facts that change keep their id: (before, after)."""

    entities_added: tuple[EntityLine, ...] = ()
    entities_removed: tuple[EntityLine, ...] = ()
    entities_changed: tuple[EntityChange, ...] = ()
    triples_added: tuple[FactLine, ...] = ()
    triples_removed: tuple[FactLine, ...] = ()
    triples_changed: tuple[tuple[FactLine, FactLine], ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


def difference(old: Derived, new: Derived, entities: Iterable[str], triples: Iterable[str]) -> Difference:
    """What differs between two graphs in these entities and triples (ids, of either)."""
    before, after = _both(sorted(entities), old.entity, new.entity)
    facts_before, facts_after = _both(sorted(triples), old.triple, new.triple)
    return Difference(
        _lines(after[id] for id in after.keys() - before.keys()),
        _lines(before[id] for id in before.keys() - after.keys()),
        tuple(
            sorted(
                (_change(before[id], after[id]) for id in before.keys() & after.keys() if before[id] != after[id]),
                key=lambda change: (change.after.name, change.after.id),
            )
        ),
        _facts(new, (facts_after[id] for id in facts_after.keys() - facts_before.keys())),
        _facts(old, (facts_before[id] for id in facts_before.keys() - facts_after.keys())),
        tuple(
            (_fact(old, facts_before[id]), _fact(new, facts_after[id]))
            for id in sorted(facts_before.keys() & facts_after.keys())
            if facts_before[id] != facts_after[id]
        ),
    )


def _both(
    ids: Iterable[str], old: Callable[[str], T | None], new: Callable[[str], T | None]
) -> tuple[dict[str, T], dict[str, T]]:
    rows = [(id, old(id), new(id)) for id in ids]
    return {id: row for id, row, _ in rows if row is not None}, {id: row for id, _, row in rows if row is not None}


def _lines(entities: Iterable[Entity]) -> tuple[EntityLine, ...]:
    return tuple(sorted(map(_line, entities), key=lambda line: (-line.mentions, line.name, line.id)))


def _line(entity: Entity) -> EntityLine:
    return EntityLine(entity.id, entity.type, entity.name, entity.mentions, entity.documents)


def _change(before: Entity, after: Entity) -> EntityChange:
    gained, lost = set(after.keys) - set(before.keys), set(before.keys) - set(after.keys)
    return EntityChange(_line(before), _line(after), tuple(sorted(gained)), tuple(sorted(lost)))


def _facts(derived: Derived, triples: Iterable[Triple]) -> tuple[FactLine, ...]:
    lines = (_fact(derived, triple) for triple in triples)
    return tuple(sorted(lines, key=lambda line: (line.subject, line.predicate, line.object, line.id)))


def _fact(derived: Derived, triple: Triple) -> FactLine:
    subject = derived.entity(triple.subject)
    target = triple.object.text if isinstance(triple.object, Value) else triple.object
    other = None if isinstance(triple.object, Value) else derived.entity(target)
    return FactLine(
        triple.id, subject.name if subject else triple.subject, triple.predicate, other.name if other else target,
        triple.confidence, triple.support,
    )  # fmt: skip
