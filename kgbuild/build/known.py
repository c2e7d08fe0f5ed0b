"""Nodes of a component that are known to be things -> which of them are one and which never are. A person's word goes first.

Nodes of one thing are one, unless a person set them apart: then the group of its smallest node stays the thing, and the others are
names like any other. Two things are never one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Bound:
    """Pairs of nodes to join and to keep apart, a person's among them; thing: what each node is known to be, after all."""

    together: frozenset[Pair]
    apart: frozenset[Pair]
    thing: Mapping[str, str]


def bind(known: Mapping[str, str], together: Iterable[Pair], apart: Iterable[Pair]) -> Bound:
    """known: thing of each node that has one; together, apart: a person's pairs, which do not contradict each other."""
    groups = _Groups(together, apart)
    thing: dict[str, str] = {}
    joined: set[Pair] = set()
    heads: dict[str, str] = {}
    for node in sorted(known, key=lambda n: (known[n], "\t" in n, n)):
        head = heads.setdefault(known[node], node)
        if groups.join(head, node):
            thing[node] = known[node]
            if head != node:
                joined.add((head, node))
    names = sorted(heads.values())
    parted = {(a, b) for i, a in enumerate(names) for b in names[i + 1 :] if groups.find(a) != groups.find(b)}
    return Bound(frozenset((*together, *joined)), frozenset((*apart, *parted)), thing)


class _Groups:
    """Union-find over nodes with pairs that stay apart."""

    def __init__(self, together: Iterable[Pair], apart: Iterable[Pair]) -> None:
        self.parent: dict[str, str] = {}
        self.apart: list[Pair] = list(apart)
        for left, right in together:
            self.parent[self.find(right)] = self.find(left)

    def find(self, node: str) -> str:
        while self.parent.get(node, node) != node:
            node = self.parent[node]
        return node

    def join(self, left: str, right: str) -> bool:
        """Make two nodes one; False if a person keeps them apart."""
        a, b = self.find(left), self.find(right)
        if a != b:
            if any({self.find(x), self.find(y)} == {a, b} for x, y in self.apart):
                return False
            self.parent[b] = a
        return True
