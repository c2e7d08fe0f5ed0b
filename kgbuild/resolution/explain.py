"""Two nodes of a component -> why they are in one entity: the strongest chain of edges between them, with reasons, as records."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING

from kgbuild.resolution.compare import explanation

if TYPE_CHECKING:
    import networkx


@dataclass(frozen=True, slots=True)
class Step:
    """One edge of an explanation: two nodes, the weight that joins them, and what speaks for it: (feature, weight, sentence)."""

    left: str
    right: str
    weight: int
    reasons: tuple[tuple[str, int, str], ...]


def explain(component: "networkx.Graph", members: Iterable[str], left: str, right: str) -> tuple[Step, ...]:
    """The steps from left to right inside one cluster: the fewest edges of positive weight; of equally short ways the strongest.

    Empty if they are the same node, or not joined by positive edges (then only a judgement holds them together).
    """
    inside = set(members)
    pending: list[tuple[int, int, tuple[str, ...]]] = [(0, 0, (left,))]
    seen: set[str] = set()
    while pending:
        length, cost, path = heappop(pending)
        here = path[-1]
        if here == right:
            return tuple(_step(component, a, b) for a, b in pairwise(path))
        if here in seen or here not in component:
            continue
        seen.add(here)
        for there in component[here]:
            weight = component[here][there]["weight"]
            if there in inside and there not in seen and weight > 0:
                heappush(pending, (length + 1, cost - weight, (*path, there)))
    return ()


def _step(component: "networkx.Graph", left: str, right: str) -> Step:
    data = component[left][right]
    reasons = tuple((name, weight, explanation(name)) for name, weight in data.get("reasons", ()))
    return Step(left, right, data["weight"], reasons)
