"""A build under way -> a short record of what it changed, for people.

The record lies in graph.db beside the graph: no digest and no export knows of it, and whoever deletes graph.db loses nothing but it.
Counts are exact; of the things themselves the best known are kept, so that the record stays small whatever the build did.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from heapq import heappush, heappushpop
from typing import Any, TypeVar

from kgbuild.records import Entity, Triple, Value
from kgbuild.workspace.derived import Derived

KEY = "last_change"
"""In `meta` of graph.db."""
N = TypeVar("N", "EntityNote", "TripleNote")

MOST = 100
"""Entities and triples of each kind that are kept."""


@dataclass(frozen=True, slots=True)
class EntityNote:
    """An entity that came or went. into: names of the entities that hold its names now, if it went into others."""

    id: str
    type: str
    name: str
    mentions: int
    into: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What it says, whatever its id."""
        return self.type, self.name


@dataclass(frozen=True, slots=True)
class TripleNote:
    """A triple that came or went, or has another support than before, with the names of its ends at that time.

    before: its support until then, 0 for one that came or went.
    """

    id: str
    subject: str
    predicate: str
    object: str
    support: int
    before: int = 0

    @property
    def words(self) -> tuple[str, ...]:
        """What it says, whatever its id."""
        return self.subject, self.predicate, self.object


@dataclass(frozen=True, slots=True)
class Change:
    """What the last build that had something to do changed. at: when (ISO, UTC), or ''; scratch: it began with an empty graph.

    counts: as in the report of a build; the lists are the best known first, MOST at most.
    """

    at: str
    scratch: bool
    counts: dict[str, int]
    entities_added: tuple[EntityNote, ...] = ()
    entities_removed: tuple[EntityNote, ...] = ()
    triples_added: tuple[TripleNote, ...] = ()
    triples_removed: tuple[TripleNote, ...] = ()
    triples_changed: tuple[TripleNote, ...] = ()


@dataclass(slots=True)
class _Best:
    """The greatest rows so far; a row is a count, an id, and what belongs to it."""

    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def add(self, *row: Any) -> None:
        (heappush if len(self.rows) < MOST else heappushpop)(self.rows, row)

    def best(self) -> list[tuple[Any, ...]]:
        return sorted(self.rows, key=lambda row: (-row[0], row[1]))


@dataclass(slots=True)
class Changes:
    """Gathers what a build changes. From scratch everything is new, so nothing is gathered."""

    scratch: bool = False
    _entities_added: _Best = field(default_factory=_Best)
    _entities_removed: _Best = field(default_factory=_Best)
    _triples_added: _Best = field(default_factory=_Best)
    _triples_removed: _Best = field(default_factory=_Best)
    _triples_changed: _Best = field(default_factory=_Best)
    _lost: dict[str, TripleNote] = field(default_factory=dict)

    def entity_added(self, entity: Entity) -> None:
        """An entity that was not there before."""
        if not self.scratch:
            self._entities_added.add(entity.mentions, entity.id, entity.type, entity.name)

    def entity_removed(self, entity: Entity | None, holders: Iterable[str]) -> None:
        """An entity that is gone; holders: ids of the entities that hold its names now."""
        if entity is not None:
            self._entities_removed.add(entity.mentions, entity.id, entity.type, entity.name, tuple(holders))

    def may_lose(self, derived: Derived, triple: Triple | None) -> None:
        """A triple that was there and may not come again; `derived` still has the entities of before."""
        if triple is not None:
            self._lost[triple.id] = _note(derived, triple)

    def triple_added(self, triple: Triple) -> None:
        """A triple that was not there before."""
        if not self.scratch:
            target, is_entity = _target(triple)
            self._triples_added.add(triple.support, triple.id, triple.subject, triple.predicate, target, is_entity)

    def triple_changed(self, triple: Triple, before: int) -> None:
        """A triple that stays, on other evidence; listed is one whose support rose or fell."""
        if triple.support != before:
            target, is_entity = _target(triple)
            row = (triple.id, triple.subject, triple.predicate, target, is_entity, triple.support, before)
            self._triples_changed.add(max(triple.support, before), *row)

    def triple_removed(self, id: str) -> None:
        """A triple that is gone."""
        if (note := self._lost.get(id)) is not None:
            self._triples_removed.add(note.support, note.id, note.subject, note.predicate, note.object)

    def change(self, derived: Derived, at: str, counts: dict[str, int]) -> Change:
        """The record; `derived` has the graph as it is now. What merely came under another id is no change for people."""
        added = [
            TripleNote(id, _name(derived, s), p, _name(derived, o) if is_entity else o, support)
            for support, id, s, p, o, is_entity in self._triples_added.best()
        ]
        removed = [TripleNote(id, s, p, o, support) for support, id, s, p, o in self._triples_removed.best()]
        come = [EntityNote(id, type, name, mentions) for mentions, id, type, name in self._entities_added.best()]
        gone = [
            EntityNote(id, type, name, mentions, tuple(sorted(_name(derived, holder) for holder in holders)))
            for mentions, id, type, name, holders in self._entities_removed.best()
        ]
        changed = tuple(
            TripleNote(id, _name(derived, s), p, _name(derived, o) if is_entity else o, support, before)
            for _, id, s, p, o, is_entity, support, before in self._triples_changed.best()
        )
        return Change(at, self.scratch, counts, *_without_moves(come, gone), *_without_moves(added, removed), changed)


def _without_moves(come: list[N], gone: list[N]) -> tuple[tuple[N, ...], tuple[N, ...]]:
    """Both lists without what merely came under another id."""
    moved = {note.words for note in come} & {note.words for note in gone}
    return tuple(n for n in come if n.words not in moved), tuple(n for n in gone if n.words not in moved)


def write(derived: Derived, change: Change) -> None:
    """Keep a record in the place of the last one, in the transaction of its build."""
    derived.set_meta(KEY, json.dumps(asdict(change), ensure_ascii=False, separators=(",", ":")))


def forget(derived: Derived) -> None:
    """Drop the record: it names what is gone."""
    derived.set_meta(KEY, "")


def read(derived: Derived) -> Change | None:
    """What the last build changed; None where none kept a record: the graph was imported, or built by an older kgbuild."""
    text = derived.meta(KEY)
    if not text:
        return None
    told = json.loads(text)
    parts: dict[str, Callable[..., Any]] = {
        "entities_added": EntityNote, "entities_removed": EntityNote,
        "triples_added": TripleNote, "triples_removed": TripleNote, "triples_changed": TripleNote,
    }  # fmt: skip
    lists = {  # the last one is missing where an older kgbuild built
        name: tuple(kind(**{k: _tuple(v) for k, v in row.items()}) for row in told.get(name, ()))
        for name, kind in parts.items()
    }
    return Change(told["at"], told["scratch"], told["counts"], **lists)


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _note(derived: Derived, triple: Triple) -> TripleNote:
    target, is_entity = _target(triple)
    name = _name(derived, target) if is_entity else target
    return TripleNote(triple.id, _name(derived, triple.subject), triple.predicate, name, triple.support)


def _target(triple: Triple) -> tuple[str, bool]:
    return (triple.object.text, False) if isinstance(triple.object, Value) else (triple.object, True)


def _name(derived: Derived, id: str) -> str:
    entity = derived.entity(id)
    return entity.name if entity is not None else id
