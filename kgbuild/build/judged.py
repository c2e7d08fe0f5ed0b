"""Judgements -> what they say of the units that are there now. Those whose target is gone sleep; they wake when it returns."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from kgbuild.hashing import digest
from kgbuild.records import Anchor, Judgement, Verdict

UnitRef = tuple[str, str]
"""A unit: (document, name id "Type/key")."""

Find = Callable[[Anchor], UnitRef | None]


@dataclass(slots=True)
class Judged:
    """Judgements in force, resolved to units.

    same, different: pairs of units; names, types: last word for a unit; rejected: units whose entity is no entity;
    facts: (subject, predicate, object) -> right (True) or wrong; sleeping and conflicting: numbers of judgements set aside.
    """

    same: list[tuple[UnitRef, UnitRef]] = field(default_factory=list)
    different: list[tuple[UnitRef, UnitRef]] = field(default_factory=list)
    names: dict[UnitRef, str] = field(default_factory=dict)
    types: dict[UnitRef, str] = field(default_factory=dict)
    rejected: dict[UnitRef, bool] = field(default_factory=dict)
    facts: dict[tuple[UnitRef, str, UnitRef], bool] = field(default_factory=dict)
    sleeping: list[int] = field(default_factory=list)
    conflicting: list[int] = field(default_factory=list)

    def singled_out(self) -> set[UnitRef]:
        """Units that need a node of their own."""
        return {unit for pair in (*self.same, *self.different) for unit in pair}

    def rows(self) -> dict[str, tuple[str, ...]]:
        """One row a judgement that applies: key -> the names it touches. What differs from the last build is touched anew."""
        pairs: Iterator[tuple[object, ...]] = iter(
            [("same", *sorted(p)) for p in self.same]
            + [("different", *sorted(p)) for p in self.different]
            + [("name", u, value) for u, value in self.names.items()]
            + [("type", u, value) for u, value in self.types.items()]
            + [("rejected", u, wrong) for u, wrong in self.rejected.items()]
            + [("fact", a, p, b, right) for (a, p, b), right in self.facts.items()]
        )
        return {digest("judged", *row): tuple(sorted({part[1] for part in row if isinstance(part, tuple)})) for row in pairs}


def resolve_judgements(judgements: Iterable[Judgement], find: Find) -> Judged:
    """Bring judgements to the units they name, oldest first; a later one that contradicts stays aside and is counted."""
    judged, groups = Judged(), _Groups()
    for judgement in judgements:
        left = find(judgement.left)
        right = find(judgement.right) if judgement.right else None
        if left is None or (judgement.right is not None and right is None):
            judged.sleeping.append(judgement.number)
        elif not _apply(judged, groups, judgement, left, right):
            judged.conflicting.append(judgement.number)
    return judged


def _apply(judged: Judged, groups: "_Groups", judgement: Judgement, left: UnitRef, right: UnitRef | None) -> bool:
    match judgement.verdict:
        case Verdict.SAME if right is not None:
            if not groups.join(left, right):
                return False
            if left != right:
                judged.same.append((left, right))
        case Verdict.DIFFERENT if right is not None:
            if not groups.part(left, right):
                return False
            judged.different.append((left, right))
        case Verdict.NAME:
            judged.names[left] = judgement.value
        case Verdict.TYPE:
            judged.types[left] = judgement.value
        case Verdict.RIGHT | Verdict.WRONG if right is not None:
            judged.facts[left, judgement.value, right] = judgement.verdict is Verdict.RIGHT
        case Verdict.RIGHT | Verdict.WRONG:
            judged.rejected[left] = judgement.verdict is Verdict.WRONG
        case _:
            return False
    return True


class _Groups:
    """Union-find over units with pairs that must stay apart."""

    def __init__(self) -> None:
        self.parent: dict[UnitRef, UnitRef] = {}
        self.apart: list[tuple[UnitRef, UnitRef]] = []

    def find(self, unit: UnitRef) -> UnitRef:
        while self.parent.get(unit, unit) != unit:
            unit = self.parent[unit]
        return unit

    def join(self, left: UnitRef, right: UnitRef) -> bool:
        a, b = sorted((self.find(left), self.find(right)))
        if a != b and self._parted(a, b):
            return False
        self.parent[b] = a
        return True

    def part(self, left: UnitRef, right: UnitRef) -> bool:
        if self.find(left) == self.find(right):
            return False
        self.apart.append((left, right))
        return True

    def _parted(self, a: UnitRef, b: UnitRef) -> bool:
        return any({self.find(x), self.find(y)} == {a, b} for x, y in self.apart)
