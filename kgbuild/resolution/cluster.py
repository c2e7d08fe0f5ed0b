"""A component of names -> its clusters, by greedy additive edge contraction with integer weights; a person's word is hard.

Again and again the two clusters with the largest positive sum of edge weights become one (Keuper et al., ICCV 2015), so that
evidence against counts as well as evidence for. The result is a function of nodes, edges and pairs, not of their order.
"""

from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from kgbuild.errors import BuildError
from kgbuild.hashing import digest

if TYPE_CHECKING:
    import networkx

Pair = tuple[str, str]
Entry = tuple[int, str, str, str, str]


def cluster(
    component: "networkx.Graph", apart: frozenset[Pair] = frozenset(), together: frozenset[Pair] = frozenset()
) -> tuple[frozenset[str], ...]:
    """Clusters of a graph's nodes (strings), sorted by their smallest node; edges carry an integer `weight`.

    apart: pairs that never end in one cluster; together: pairs that always do. Raises BuildError when these contradict each other
    or name a node that the graph lacks.
    """
    state = _Contraction(component)
    _check_present(component, (*apart, *together))
    for left, right in sorted(together):
        state.join(left, right)
    for left, right in sorted(apart):
        state.part(left, right)
    state.run()
    return tuple(sorted((frozenset(members) for members in state.members.values()), key=min))


def _check_present(component: "networkx.Graph", pairs: Iterable[Pair]) -> None:
    lost = sorted({node for pair in pairs for node in pair if node not in component})
    if lost:
        raise BuildError(f"a judgement names {lost[0]!r}, which is not in this component; give both ends as nodes of one graph")


class _Contraction:
    """Clusters while they grow. A cluster is called by its member of the smallest content hash, which also breaks ties."""

    def __init__(self, component: "networkx.Graph") -> None:
        self.hash = {node: digest("resolution.cluster", node) for node in component}
        self.members = {node: {node} for node in component}
        self.cluster_of = {node: node for node in component}
        self.weights: dict[str, dict[str, int]] = {node: {} for node in component}
        self.apart: dict[str, set[str]] = {node: set() for node in component}
        for left, right, weight in component.edges(data="weight"):
            if left != right:
                self.weights[left][right] = self.weights[right][left] = int(weight)

    def join(self, left: str, right: str) -> None:
        a, b = self.cluster_of[left], self.cluster_of[right]
        if a != b:
            self.contract(a, b)

    def part(self, left: str, right: str) -> None:
        a, b = self.cluster_of[left], self.cluster_of[right]
        if a == b:
            raise BuildError(
                f"{left!r} and {right!r} are said to be different, and by way of others the same; undo one judgement"
            )
        self.apart[a].add(b)
        self.apart[b].add(a)

    def run(self) -> None:
        heap = [self.entry(a, b) for a in self.weights for b in self.weights[a] if self.hash[a] < self.hash[b]]
        heap = [entry for entry in heap if entry[0] < 0]
        heapify(heap)
        while heap:
            weight, _, _, a, b = heappop(heap)
            if self.weights.get(a, {}).get(b) != -weight or b in self.apart[a]:
                continue
            for entry in self.contract(a, b):
                heappush(heap, entry)

    def entry(self, a: str, b: str) -> Entry:
        if self.hash[b] < self.hash[a]:
            a, b = b, a
        return -self.weights[a][b], self.hash[a], self.hash[b], a, b

    def contract(self, a: str, b: str) -> list[Entry]:
        """Make two clusters one; returns heap entries of the sums that changed."""
        if self.hash[b] < self.hash[a]:
            a, b = b, a
        for node in self.members[b]:
            self.cluster_of[node] = a
        self.members[a] |= self.members.pop(b)
        for other in self.apart.pop(b):
            self.apart[other].discard(b)
            self.apart[other].add(a)
            self.apart[a].add(other)
        changed = []
        for other, weight in self.weights.pop(b).items():
            del self.weights[other][b]
            if other != a:
                self.weights[a][other] = self.weights[other][a] = self.weights[a].get(other, 0) + weight
                changed.append(self.entry(a, other))
        return [entry for entry in changed if entry[0] < 0]
