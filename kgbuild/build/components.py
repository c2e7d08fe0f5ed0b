"""Touched names -> components -> clusters of nodes. Edges are computed from buckets, never stored: a bucket's content says all.

A node is a name ("Type/key"), or one unit of it that a judgement singles out ("Type/key<TAB>document"). Names that share an edge,
and units that a person joined, are one component; a component is clustered alone.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild.build.judged import Judged, UnitRef
from kgbuild.build.known import bind
from kgbuild.resolution.keys import Edge, NameNode, acronyms_of, called, edges

if TYPE_CHECKING:
    import networkx

Cluster = Callable[["networkx.Graph", frozenset[tuple[str, str]], frozenset[tuple[str, str]]], tuple[frozenset[str], ...]]

SAME_NAME = 1_000
"""Weight of the edge between a singled-out unit and its own name: stronger than any pair of names, weaker than a judgement."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A node and what it belongs to; entity is filled in later; thing: the id of what it is known to be, or ''."""

    node: str
    name: str
    document: str
    component: str
    members: frozenset[str]
    thing: str = ""


def node_of(unit: UnitRef) -> str:
    """Id of the node of a singled-out unit, or of a name's."""
    return f"{unit[1]}\t{unit[0]}" if unit[0] else unit[1]


class Neighbourhood:
    """The names as they stand in the database, with the edges of their buckets, remembered for one build."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.bucket_edges: dict[str, tuple[Edge, ...]] = {}

    def edges_of(self, name: str) -> list[Edge]:
        """All edges of a name, over its buckets."""
        found = []
        for (bucket,) in self.db.execute("SELECT bucket FROM bucket WHERE name = ?", (name,)).fetchall():
            if bucket not in self.bucket_edges:
                self.bucket_edges[bucket] = edges(bucket, self.members(bucket))
            found += [edge for edge in self.bucket_edges[bucket] if name in (edge.left, edge.right)]
        return found

    def fellows(self, name: str) -> list[str]:
        """Names, this one among them, that are known to be a thing that this name is known to be."""
        sql = "SELECT other.name FROM known JOIN known AS other ON other.thing = known.thing WHERE known.name = ?"
        return [row[0] for row in self.db.execute(sql, (name,)).fetchall()]

    def thing_of(self, name: str) -> str:
        """The one thing that a name is known to be; '' if there is none, or several."""
        rows = self.db.execute("SELECT thing FROM known WHERE name = ?", (name,)).fetchall()
        return str(rows[0][0]) if len(rows) == 1 else ""

    def unit_thing(self, name: str, document: str) -> str:
        """The thing that a unit is known to be, or ''."""
        row = self.db.execute("SELECT thing FROM unit WHERE document = ? AND name = ?", (document, name)).fetchone()
        return str(json.loads(row[0])[0]) if row and row[0] else ""

    def told_apart(self, name: str) -> dict[str, str]:
        """Of a name that is known to be several things, the documents that say which, each with the thing."""
        if self.db.execute("SELECT count(*) FROM known WHERE name = ?", (name,)).fetchone()[0] < 2:
            return {}
        rows = self.db.execute("SELECT document, thing FROM unit WHERE name = ? AND thing <> '' ORDER BY position", (name,))
        return {document: json.loads(body)[0] for document, body in rows.fetchall()}

    def members(self, bucket: str) -> list[NameNode]:
        """Names in a bucket, by id."""
        sql = f"SELECT {NAME} FROM bucket JOIN name ON name.id = bucket.name WHERE bucket = ? ORDER BY name.id"
        return [name_node(*row) for row in self.db.execute(sql, (bucket,)).fetchall()]


NAME = "name.id, acronyms, calls, documents"


def name_row(name: str, units: Iterable[tuple[str, str]]) -> tuple[str, str, str, int]:
    """A name as its row holds it (NAME), acronyms one a line; units: acronyms and forms of each, as their rows hold them."""
    type, _, key = name.partition("/")
    rows = [(acronyms, [form for form, *_ in json.loads(body)]) for acronyms, body in units]
    defined = (acronym for acronyms, _ in rows for acronym in acronyms.split("\n") if acronym)
    acronyms = acronyms_of(type, key, defined, (form for _, forms in rows for form in forms))
    calls, documents = called(type, key, (forms for _, forms in rows))
    return name, "\n".join(sorted(acronyms)), json.dumps(sorted(calls), ensure_ascii=False), documents


def name_node(id: str, acronyms: str, calls: str, documents: int) -> NameNode:
    """A name's row, as `name_row` writes it, as the resolver takes it."""
    type, _, key = id.partition("/")
    return NameNode(type, key, frozenset(acronyms.split("\n")) - {""}, frozenset(map(tuple, json.loads(calls))), documents)


def closure(db: sqlite3.Connection, near: Neighbourhood, seeds: Iterable[str], judged: Judged) -> set[str]:
    """All names whose component may have changed: seeds, their old components, and what their edges now reach."""
    joined = _joined_names(judged)
    pending, reached = list(seeds), set()
    while pending:
        name = pending.pop()
        if name in reached:
            continue
        reached.add(name)
        old = """SELECT DISTINCT other.name FROM node JOIN node AS other ON other.component = node.component
            WHERE node.name = ?"""
        pending += [row[0] for row in db.execute(old, (name,))]
        for edge in near.edges_of(name):
            if edge.weight > 0:
                pending += [edge.left, edge.right]
        pending += joined.get(name, ())
        pending += near.fellows(name)
    present = "SELECT 1 FROM name WHERE id = ?"
    return {name for name in reached if db.execute(present, (name,)).fetchone()}


def _joined_names(judged: Judged) -> dict[str, set[str]]:
    joined: dict[str, set[str]] = {}
    for left, right in judged.same:
        joined.setdefault(left[1], set()).add(right[1])
        joined.setdefault(right[1], set()).add(left[1])
    return joined


def assign(near: Neighbourhood, names: set[str], judged: Judged, cluster: Cluster) -> list[Assignment]:
    """Cluster the components that these names form; names is closed under edges (see `closure`)."""
    units: dict[str, list[UnitRef]] = {}
    for unit in judged.singled_out():
        units.setdefault(unit[1], []).append(unit)
    neighbours = {name: near.edges_of(name) for name in names}
    joined = _joined_names(judged)
    known = _Known(near, names, units)
    for name in names:
        fellows = [other for other in near.fellows(name) if other != name]
        if fellows:
            joined.setdefault(name, set()).update(fellows)
    done: set[str] = set()
    result: list[Assignment] = []
    for name in sorted(names):
        if name in done:
            continue
        alone = not any(edge.weight > 0 for edge in neighbours[name])
        if alone and not (name in units or name in joined or name in known.apart):
            done.add(name)
            result.append(Assignment(name, name, "", name, frozenset((name,)), near.thing_of(name)))
            continue
        component = _component(name, neighbours, joined)
        done |= component
        result += _cluster(component, neighbours, known, judged, cluster)
    return result


class _Known:
    """Units that need a node of their own, and what nodes are known to be. apart: by name that is known to be several things."""

    def __init__(self, near: Neighbourhood, names: Iterable[str], judged: dict[str, list[UnitRef]]) -> None:
        self.near, self.judged = near, judged
        self.apart = {name: documents for name in names if (documents := near.told_apart(name))}

    def units(self, name: str) -> list[UnitRef]:
        """Units of a name that are nodes of their own."""
        return sorted({*self.judged.get(name, ()), *((document, name) for document in self.apart.get(name, ()))})

    def thing(self, name: str, document: str) -> str:
        """The thing that a node is known to be, or ''."""
        if name in self.apart:
            return self.apart[name].get(document, "")
        return self.near.unit_thing(name, document) if document else self.near.thing_of(name)


def _component(start: str, neighbours: dict[str, list[Edge]], joined: dict[str, set[str]]) -> set[str]:
    pending, reached = [start], set()
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            pending += [end for edge in neighbours[name] if edge.weight > 0 for end in (edge.left, edge.right)]
            pending += [other for other in joined.get(name, ()) if other in neighbours]
    return reached


def _cluster(
    component: set[str],
    neighbours: dict[str, list[Edge]],
    known: _Known,
    judged: Judged,
    cluster: Cluster,
) -> list[Assignment]:
    units = {name: known.units(name) for name in component}
    graph, members = component_graph(component, neighbours, units, known.apart)
    things = {node: thing for node, place in members.items() if (thing := known.thing(*place))}
    bound = bind(things, _pairs(judged.same, members), _pairs(judged.different, members))
    found = cluster(graph, bound.apart, bound.together)
    label = min(component)
    return [
        Assignment(node, *members[node], label, group, bound.thing.get(node, "")) for group in found for node in sorted(group)
    ]


def _pairs(rows: list[tuple[UnitRef, UnitRef]], members: dict[str, tuple[str, str]]) -> frozenset[tuple[str, str]]:
    nodes = ((node_of(left), node_of(right)) for left, right in rows)
    return frozenset(pair for pair in nodes if pair[0] in members and pair[1] in members)


def component_graph(
    component: set[str],
    neighbours: dict[str, list[Edge]],
    units: dict[str, list[UnitRef]],
    apart: Collection[str] = (),
) -> tuple["networkx.Graph", dict[str, tuple[str, str]]]:
    """A component as a graph (nodes, edges with weight and reasons), and (name, document) of each node.

    apart: names that are known to be several things: their units do not hang on them.
    """
    import networkx

    graph = networkx.Graph()
    members: dict[str, tuple[str, str]] = {}
    for name in sorted(component):
        graph.add_node(name)
        members[name] = (name, "")
        for unit in sorted(units.get(name, ())):
            node = node_of(unit)
            members[node] = (name, unit[0])
            graph.add_node(node)
            if name not in apart:
                graph.add_edge(name, node, weight=SAME_NAME, reasons=(("same name in one document", SAME_NAME),))
    for name in sorted(component):
        for edge in neighbours[name]:
            if not {edge.left, edge.right} <= component:
                continue
            old = graph.get_edge_data(edge.left, edge.right)
            if old is None or (edge.weight, edge.reasons) > (old["weight"], old["reasons"]):
                graph.add_edge(edge.left, edge.right, weight=edge.weight, reasons=edge.reasons)
    return graph, members
