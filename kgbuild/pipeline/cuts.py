"""An entity of several names -> its seams: where it would come apart, and how much holds each seam together.

The names of an entity and the edges between them are a graph; its strongest tree says which edges hold it. Taking out one edge of the
tree leaves two sides: "is this side the same thing as that one?" is the question of a merge. What holds the seam is the sum of all
edges that cross it, those that speak against included, as in clustering.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kgbuild.build.components import SAME_NAME, Neighbourhood, node_of
from kgbuild.build.judged import UnitRef

Edges = Mapping[tuple[str, str], tuple[int, tuple[tuple[str, int], ...]]]
"""Weight and reasons by (node, node), the smaller first."""


@dataclass(frozen=True, slots=True)
class Seam:
    """Two sides of an entity. left, right: the nodes that the strongest edge joins; weight: the sum over all that cross.

    reasons: of that edge; left_side, right_side: all nodes of each side, as (document or "", name).
    """

    left: UnitRef
    right: UnitRef
    weight: int
    reasons: tuple[tuple[str, int], ...]
    left_side: frozenset[UnitRef]
    right_side: frozenset[UnitRef]


def seams(near: Neighbourhood, refs: Iterable[UnitRef]) -> Iterator[Seam]:
    """The seams of the entity that consists of these names and singled-out units; those that only a person's word holds are none."""
    by_node = {node_of(ref): ref for ref in refs}
    if len(by_node) < 2:
        return
    edges = _edges(near, by_node)
    tree = _strongest_tree(edges)
    for left, right in tree:
        side = _reached(left, [edge for edge in tree if edge != (left, right)])
        other = _reached(right, [edge for edge in tree if edge != (left, right)])
        crossing = sum(weight for (a, b), (weight, _) in edges.items() if (a in side) != (b in side) and {a, b} <= side | other)
        yield Seam(
            by_node[left], by_node[right], crossing, edges[left, right][1],
            frozenset(by_node[node] for node in side), frozenset(by_node[node] for node in other),
        )  # fmt: skip


def _edges(near: Neighbourhood, by_node: Mapping[str, UnitRef]) -> Edges:
    """The edges inside an entity, of several between two nodes the strongest."""
    best: dict[tuple[str, str], tuple[int, tuple[tuple[str, int], ...]]] = {}
    for document, name in by_node.values():
        if document and name in by_node:
            best[name, node_of((document, name))] = SAME_NAME, (("same name in one document", SAME_NAME),)
    for name in {name for document, name in by_node.values() if not document}:
        for edge in near.edges_of(name):
            pair, held = (edge.left, edge.right), (edge.weight, edge.reasons)
            if edge.left in by_node and edge.right in by_node:
                best[pair] = max(best.get(pair, held), held)
    return best


def _strongest_tree(edges: Edges) -> list[tuple[str, str]]:
    """The edges of positive weight that join all they can, strongest first; ties by content."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while parent.get(node, node) != node:
            node = parent[node]
        return node

    tree = []
    for (a, b), (weight, _) in sorted(edges.items(), key=lambda item: (-item[1][0], item[0])):
        if weight > 0 and root(a) != root(b):
            parent[root(a)] = root(b)
            tree.append((a, b))
    return tree


def _reached(start: str, tree: Iterable[tuple[str, str]]) -> frozenset[str]:
    near: dict[str, list[str]] = {}
    for a, b in tree:
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    pending, found = [start], set()
    while pending:
        node = pending.pop()
        if node not in found:
            found.add(node)
            pending += near.get(node, ())
    return frozenset(found)
