"""Two entities -> a shortest chain of facts that connects them. Reads only."""

from kgbuild.counts import counted
from kgbuild.errors import NotFound
from kgbuild.pipeline.explaining import explain_fact, find_entities
from kgbuild.pipeline.reports import FactExplanation
from kgbuild.records import Triple, Value
from kgbuild.schema import Schema
from kgbuild.workspace.graph import WorkspaceGraph

MAX_HOPS = 6


def find_path(graph: WorkspaceGraph, start: str, goal: str, schema: Schema, hops: int = MAX_HOPS) -> list[FactExplanation]:
    """A shortest chain of facts between two entities, breadth first, the best supported facts first at each step.

    Raises NotFound if an end is unknown or nothing connects them within `hops` facts.
    """
    sources = [entity.id for entity in find_entities(graph, start)]
    goals = {entity.id for entity in find_entities(graph, goal)}
    came: dict[str, tuple[str, Triple] | None] = dict.fromkeys(sources)
    frontier = list(sources)
    for _ in range(hops):
        reached = next((id for id in frontier if id in goals), None)
        if reached is not None:
            return [explain_fact(graph, triple, schema) for triple in _trace(came, reached)]
        frontier = _step(graph, came, frontier)
    reached = next((id for id in frontier if id in goals), None)
    if reached is None:
        raise NotFound(f"nothing connects {start!r} and {goal!r} within {counted(hops, 'fact')}")
    return [explain_fact(graph, triple, schema) for triple in _trace(came, reached)]


def _step(graph: WorkspaceGraph, came: dict[str, tuple[str, Triple] | None], frontier: list[str]) -> list[str]:
    following = []
    for id in frontier:
        for triple in sorted(graph.derived.triples_of(id), key=lambda t: (-t.support, -t.confidence, t.id)):
            if isinstance(triple.object, Value):
                continue
            other = triple.object if triple.subject == id else triple.subject
            if other not in came:
                came[other] = (id, triple)
                following.append(other)
    return following


def _trace(came: dict[str, tuple[str, Triple] | None], end: str) -> list[Triple]:
    chain: list[Triple] = []
    step = came[end]
    while step is not None:
        chain.append(step[1])
        step = came[step[0]]
    return chain[::-1]
