"""Judgements -> what they say of the units that are there now. Those whose target is gone sleep; they wake when it returns."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kgbuild.hashing import digest
from kgbuild.records import Anchor, Judgement, Verdict

T = TypeVar("T")

UnitRef = tuple[str, str]
"""A unit: (document, name id "Type/key"); ("", name): all units of the name that are not singled out; ("=date", text): a value."""
FactRef = tuple[UnitRef, str, UnitRef]

Find = Callable[[Anchor], UnitRef | None]

VALUE_MARK = "="


@dataclass(slots=True)
class Judged:
    """Judgements in force, resolved to units.

    same, different: pairs of units; names, types: last word for a unit; rejected: units whose entity is no entity;
    facts: (subject, predicate, object) -> right (True) or wrong; numbers: of each of these facts the judgement;
    sleeping and conflicting: numbers of judgements set aside; against: what each conflicting one contradicts.
    """

    same: list[tuple[UnitRef, UnitRef]] = field(default_factory=list)
    different: list[tuple[UnitRef, UnitRef]] = field(default_factory=list)
    names: dict[UnitRef, str] = field(default_factory=dict)
    types: dict[UnitRef, str] = field(default_factory=dict)
    rejected: dict[UnitRef, bool] = field(default_factory=dict)
    facts: dict[FactRef, bool] = field(default_factory=dict)
    numbers: dict[FactRef | UnitRef, int] = field(default_factory=dict)
    sleeping: list[int] = field(default_factory=list)
    conflicting: list[int] = field(default_factory=list)
    against: dict[int, tuple[int, ...]] = field(default_factory=dict)
    own: frozenset[UnitRef] = frozenset()

    def singled_out(self) -> frozenset[UnitRef]:
        """Units that need a node of their own."""
        return self.own

    def words(self, table: Mapping[UnitRef, T], units: Iterable[UnitRef]) -> list[T]:
        """What a table says of these units: of each by itself, and of its name unless the unit is singled out."""
        return [table[ref] for ref in self._meant(table, units)]

    def _meant(self, table: Mapping[UnitRef, T], units: Iterable[UnitRef]) -> list[UnitRef]:
        if not table:
            return []
        meant = {ref for unit in units for ref in ((unit,) if unit in self.own else (unit, ("", unit[1])))}
        return sorted(meant & table.keys())

    def is_rejected(self, units: Iterable[UnitRef]) -> bool:
        """Whether these units together are no entity by the first word on any of them; a later contrary word is set aside."""
        said = self._meant(self.rejected, units)
        return bool(said) and self.rejected[min(said, key=lambda unit: self.numbers[unit])]

    def set_aside(self, number: int, against: Iterable[int]) -> None:
        """Note that a judgement contradicts earlier ones and is not followed."""
        self.conflicting.append(number)
        self.against[number] = tuple(against)

    def rows(self) -> dict[str, tuple[str, ...]]:
        """One row a judgement that applies: key -> the names it touches. What differs from the last build is touched anew.

        Of entities that are rejected and confirmed, the first word counts: there the order is part of the row.
        """
        mixed = len(set(self.rejected.values())) > 1
        pairs: Iterator[tuple[object, ...]] = iter(
            [("same", *sorted(p)) for p in self.same]
            + [("different", *sorted(p)) for p in self.different]
            + [("name", u, value) for u, value in self.names.items()]
            + [("type", u, value) for u, value in self.types.items()]
            + [("rejected", u, wrong, mixed and place) for place, (u, wrong) in enumerate(self.rejected.items())]
            + [("fact", a, p, b, right) for (a, p, b), right in self.facts.items()]
        )
        return {digest("judged", *row): _touched(row) for row in pairs}


def _touched(row: tuple[object, ...]) -> tuple[str, ...]:
    units = [part for part in row if isinstance(part, tuple)]
    return tuple(sorted({unit[1] for unit in units if not unit[0].startswith(VALUE_MARK)}))


def resolve_judgements(
    judgements: Iterable[Judgement],
    find: Find,
    types: Collection[str] | None = None,
    thing_of: Callable[[UnitRef], str] = lambda _: "",
) -> Judged:
    """Bring judgements to the units they name, oldest first; a later one that contradicts stays aside and is counted.

    types: those of the schema; a word for another type sleeps (None: any); thing_of: id of what a unit is known to be: a word that
    makes two such things one contradicts nobody's word and stays aside all the same.
    """
    judged, groups = Judged(), _Groups(thing_of)
    for judgement in judgements:
        left = find(judgement.left)
        right = find(judgement.right) if judgement.right else None
        unknown = judgement.verdict is Verdict.TYPE and types is not None and judgement.value not in types
        if left is None or (judgement.right is not None and right is None) or unknown:
            judged.sleeping.append(judgement.number)
            continue
        against = _apply(judged, groups, judgement, left, right)
        if against is not None:
            judged.set_aside(judgement.number, against)
    judged.own = frozenset(unit for pair in (*judged.same, *judged.different) for unit in pair if unit[0])
    return judged


def _apply(
    judged: Judged, groups: "_Groups", judgement: Judgement, left: UnitRef, right: UnitRef | None
) -> tuple[int, ...] | None:
    """Take one judgement in; the numbers of those that it contradicts if it cannot be."""
    number = judgement.number
    match judgement.verdict:
        case Verdict.SAME if right is not None:
            against = groups.join(left, right, number)
            if against is None and left != right:
                judged.same.append((left, right))
            return against
        case Verdict.DIFFERENT if right is not None:
            against = groups.part(left, right, number)
            if against is None:
                judged.different.append((left, right))
            return against
        case Verdict.NAME:
            judged.names[left] = judgement.value
        case Verdict.TYPE:
            judged.types[left] = judgement.value
        case Verdict.RIGHT | Verdict.WRONG if right is not None:
            fact = left, judgement.value, right
            return _once(judged, judged.facts, fact, judgement.verdict is Verdict.RIGHT, number)
        case Verdict.RIGHT | Verdict.WRONG:
            return _once(judged, judged.rejected, left, judgement.verdict is Verdict.WRONG, number)
        case _:
            return ()
    return None


def _once(judged: Judged, table: dict[Any, bool], key: Any, word: bool, number: int) -> tuple[int, ...] | None:
    """Right or wrong is said once of one thing; the number of the earlier word if a later one says the contrary."""
    if table.setdefault(key, word) is not word:
        return (judged.numbers[key],)
    judged.numbers.setdefault(key, number)
    return None


class _Groups:
    """Union-find over units with pairs that must stay apart; remembers which judgements joined what."""

    def __init__(self, thing_of: Callable[[UnitRef], str]) -> None:
        self.thing_of = thing_of
        self.things: dict[UnitRef, str] = {}
        self.parent: dict[UnitRef, UnitRef] = {}
        self.apart: list[tuple[UnitRef, UnitRef, int]] = []
        self.parted: dict[UnitRef, list[int]] = {}  # root -> places in `apart` that name a unit of its group, in order
        self.links: dict[UnitRef, list[tuple[UnitRef, int]]] = {}

    def find(self, unit: UnitRef) -> UnitRef:
        while (parent := self.parent.get(unit, unit)) != unit:
            self.parent[unit] = unit = self.parent.get(parent, parent)
        return unit

    def join(self, left: UnitRef, right: UnitRef, number: int) -> tuple[int, ...] | None:
        """Make two units one; else the judgements that keep them apart."""
        a, b = sorted((self.find(left), self.find(right)))
        if a != b:
            for x, y, parted in self.between(a, b):
                near, far = (x, y) if self.find(x) == self.find(left) else (y, x)
                return tuple(sorted({*self.path(left, near), parted, *self.path(far, right)}))
            known = {self.thing(a), self.thing(b)} - {""}
            if len(known) > 1:
                return ()
            self.things[a] = max(known, default="")
            self.parted[a] = sorted({*self.parted.get(a, ()), *self.parted.pop(b, ())})
        self.parent[b] = a
        self.links.setdefault(left, []).append((right, number))
        self.links.setdefault(right, []).append((left, number))
        return None

    def part(self, left: UnitRef, right: UnitRef, number: int) -> tuple[int, ...] | None:
        """Keep two units apart; else the judgements that make them one."""
        if self.find(left) == self.find(right):
            return self.path(left, right)
        one, other = self.find(left), self.find(right)
        for root in (one, other):
            self.parted.setdefault(root, []).append(len(self.apart))
        self.apart.append((left, right, number))
        if self.thing(one) == self.thing(other) != "":  # what a person sets apart from a thing is no longer that thing
            self.things[one if left[0] and not right[0] else other] = ""
        return None

    def between(self, one: UnitRef, other: UnitRef) -> Iterator[tuple[UnitRef, UnitRef, int]]:
        """What keeps two groups apart, oldest first: units and judgement."""
        fewer = min(self.parted.get(one, []), self.parted.get(other, []), key=len)
        for x, y, number in (self.apart[place] for place in fewer):
            if {self.find(x), self.find(y)} == {one, other}:
                yield x, y, number

    def thing(self, root: UnitRef) -> str:
        """The id of what a group is known to be, or ''."""
        if root not in self.things:
            self.things[root] = self.thing_of(root)
        return self.things[root]

    def path(self, start: UnitRef, goal: UnitRef) -> tuple[int, ...]:
        """The fewest judgements that make two units one."""
        reached: dict[UnitRef, tuple[int, ...]] = {start: ()}
        pending = deque([start])
        while pending and goal not in reached:
            here = pending.popleft()
            for there, number in self.links.get(here, ()):
                if there not in reached:
                    reached[there] = (*reached[here], number)
                    pending.append(there)
        return reached.get(goal, ())
