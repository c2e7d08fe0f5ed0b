"""Two states of a graph -> what differs, for people: entities and facts that come, go and change. Knows no judgement."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from kgbuild.records import Entity, Triple, Value
from kgbuild.workspace.derived import Derived


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
    """What a build would change, each part sorted by what people read.

    triples_changed: facts that keep their id (a new name of an end changes the entity alone), triples_moved: facts that say the same under another id, since an end has another
    id; both (before, after).
    """

    entities_added: tuple[EntityLine, ...] = ()
    entities_removed: tuple[EntityLine, ...] = ()
    entities_changed: tuple[EntityChange, ...] = ()
    triples_added: tuple[FactLine, ...] = ()
    triples_removed: tuple[FactLine, ...] = ()
    triples_changed: tuple[tuple[FactLine, FactLine], ...] = ()
    triples_moved: tuple[tuple[FactLine, FactLine], ...] = ()


@dataclass(slots=True)
class Seen:
    """Entities and facts of one state of a graph, by id; None for one that is not there. A fact comes with its whole row."""

    entities: dict[str, Entity | None] = field(default_factory=dict)
    facts: dict[str, tuple[Triple, FactLine] | None] = field(default_factory=dict)

    def look(self, derived: Derived, entities: Iterable[str], triples: Iterable[str]) -> None:
        """Take in what a graph holds under these ids, unless something is known of them."""
        for id in entities:
            if id not in self.entities:
                self.entities[id] = derived.entity(id)
        for id in triples:
            if id not in self.facts:
                triple = derived.triple(id)
                self.facts[id] = (triple, _fact(derived, triple)) if triple is not None else None


def difference(before: Seen, after: Seen) -> Difference:
    """What differs between two states; both know the same ids."""
    ids, facts = sorted(before.entities), sorted(before.facts)
    old = {id: entity for id in ids if (entity := before.entities[id]) is not None}
    new = {id: entity for id in ids if (entity := after.entities[id]) is not None}
    old_facts = {id: fact for id in facts if (fact := before.facts[id]) is not None}
    new_facts = {id: fact for id in facts if (fact := after.facts[id]) is not None}
    gone = [old_facts[id][1] for id in old_facts if id not in new_facts]
    come = [new_facts[id][1] for id in new_facts if id not in old_facts]
    moved = _moved(gone, come)
    return Difference(
        _lines(new[id] for id in new if id not in old),
        _lines(old[id] for id in old if id not in new),
        _changes((old[id], new[id]) for id in old if id in new and old[id] != new[id]),
        _sorted(set(come) - {after for _, after in moved}),
        _sorted(set(gone) - {before for before, _ in moved}),
        tuple(
            (line, new_facts[id][1]) for id, (fact, line) in old_facts.items() if id in new_facts and new_facts[id][0] != fact
        ),
        tuple(moved),
    )


def _moved(gone: Iterable[FactLine], come: Iterable[FactLine]) -> list[tuple[FactLine, FactLine]]:
    """Facts that go and come with the same words."""
    waiting: dict[tuple[str, str, str], list[FactLine]] = {}
    for fact in _sorted(gone):
        waiting.setdefault((fact.subject, fact.predicate, fact.object), []).append(fact)
    found = []
    for fact in _sorted(come):
        if same := waiting.get((fact.subject, fact.predicate, fact.object)):
            found.append((same.pop(0), fact))
    return found


def _lines(entities: Iterable[Entity]) -> tuple[EntityLine, ...]:
    return tuple(sorted(map(_line, entities), key=lambda line: (-line.mentions, line.name, line.id)))


def _line(entity: Entity) -> EntityLine:
    return EntityLine(entity.id, entity.type, entity.name, entity.mentions, entity.documents)


def _changes(pairs: Iterable[tuple[Entity, Entity]]) -> tuple[EntityChange, ...]:
    found = (
        EntityChange(
            _line(before),
            _line(after),
            tuple(sorted(set(after.keys) - set(before.keys))),
            tuple(sorted(set(before.keys) - set(after.keys))),
        )
        for before, after in pairs
    )
    return tuple(sorted(found, key=lambda change: (change.after.name, change.after.id)))


def _sorted(facts: Iterable[FactLine]) -> tuple[FactLine, ...]:
    return tuple(sorted(facts, key=lambda fact: (fact.subject, fact.predicate, fact.object, fact.id)))


def _fact(derived: Derived, triple: Triple) -> FactLine:
    subject = derived.entity(triple.subject)
    target = triple.object.text if isinstance(triple.object, Value) else triple.object
    other = None if isinstance(triple.object, Value) else derived.entity(target)
    return FactLine(
        triple.id, subject.name if subject else triple.subject, triple.predicate, other.name if other else target,
        triple.confidence, triple.support,
    )  # fmt: skip
