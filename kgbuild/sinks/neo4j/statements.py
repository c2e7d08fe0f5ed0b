"""Every Cypher text that is sent to Neo4j to write. Labels and types come from the schema, are checked again here and stand in
backticks; what documents say is only ever in a parameter.
"""

from dataclasses import dataclass
from functools import cache

from kgbuild.sinks import property_graph as pg

SINK = "KgbuildSink"
"""Label of the one node a workspace keeps in a database for itself: {id: its uuid, graph, mark, labels}."""

CONSTRAINTS = {
    **{f"kgbuild_{base.lower()}_key": f"FOR (n:{base}) REQUIRE n.kg_key IS UNIQUE" for base in pg.BASE_LABELS},
    "kgbuild_sink_id": f"FOR (n:{SINK}) REQUIRE n.id IS UNIQUE",
}
INDEXES = {
    **{f"kgbuild_{base.lower()}_id": f"FOR (n:{base}) ON (n.id)" for base in pg.BASE_LABELS},
    "kgbuild_entity_name": "FOR (n:Entity) ON (n.name)",
    "kgbuild_document_name": "FOR (n:Document) ON (n.name)",
    "kgbuild_document_uri": "FOR (n:Document) ON (n.uri)",
    "kgbuild_statement_triple": "FOR (n:Statement) ON (n.triple_id)",
}
FULL_TEXT = {"entity_names": "FOR (n:Entity) ON EACH [n.name, n.aliases]"}

MARK = f"MATCH (w:{SINK} {{id: $id}}) RETURN w.mark AS mark, w.graph AS graph, w.labels AS labels"
FIRST_MARK = f"""MERGE (w:{SINK} {{id: $id}})
ON CREATE SET w.mark = $mark, w.graph = $graph, w.labels = $labels
ON MATCH SET w.graph = $graph, w.labels = $labels
RETURN w.mark AS mark"""
NEXT_MARK = f"MATCH (w:{SINK} {{id: $id}}) SET w.id = $id WITH w, w.mark AS was SET w.mark = $mark RETURN was"
"""Locks the node before it reads: two publishers of one workspace come one after the other, and the second sees that."""


@dataclass(frozen=True, slots=True)
class PutNodes:
    """Nodes of one type come or change; stale: types that they had before."""

    base: str
    type: str
    stale: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PutEdges:
    """Relationships of one type between nodes of two base labels come or change.

    names: of their properties beside graph and kg_key; new: none of them is there. The mark in the same transaction lets a batch arrive
    once, so they need not be looked for.
    """

    type: str
    start: str
    end: str
    names: tuple[str, ...] = ()
    new: bool = False


@dataclass(frozen=True, slots=True)
class DropEdges:
    """Relationships of one type between nodes of two base labels go."""

    type: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class DropNodes:
    """Nodes of one base label go, unless relationships hang on them."""

    base: str


Group = PutNodes | PutEdges | DropEdges | DropNodes


@cache
def statement(group: Group) -> str:
    """The text for one group of rows. It returns `rows`: how many it found its ends for.

    Its parameters are $rows, $graph (what the workspace is called) and $prefix (what its kg_keys begin with). A node's row is all its
    properties; a relationship's is a list: start, end and its own key, without the prefix, then the values of its properties. Lists take
    the server and the driver a sixth less than maps: names are in the text once, and not in every row.

    Raises SchemaError for a name that cannot be a label, type or property.
    """
    match group:
        case PutNodes(base, type, stale):
            labels = f" SET n:{named(type)}" if type else ""
            removed = f" REMOVE n:{':'.join(named(label) for label in stale)}" if stale else ""
            return f"UNWIND $rows AS r MERGE (n:{named(base)} {{kg_key: r.kg_key}}) SET n = r{labels}{removed} RETURN count(*) AS rows"
        case PutEdges(type, start, end, names, new):
            values = [f"{named(name)}: r[{place}]" for place, name in enumerate(names, 3)]
            whole = f"{{{', '.join(['graph: $graph', KEY, *values])}}}"
            way = (
                f"CREATE (a)-[:{named(type)} {whole}]->(b)"
                if new
                else f"MERGE (a)-[x:{named(type)} {{{KEY}}}]->(b) SET x = {whole}"
            )
            return f"UNWIND $rows AS r {_ends(start, end)} {way} RETURN count(*) AS rows"
        case DropEdges(type, start, end):
            return f"UNWIND $rows AS r {_ends(start, end)} MATCH (a)-[x:{named(type)} {{{KEY}}}]->(b) DELETE x RETURN count(*) AS rows"
        case DropNodes(base):
            return (
                f"UNWIND $rows AS r MATCH (n:{named(base)} {{kg_key: $prefix + r}}) "
                "WHERE NOT EXISTS { (n)--() } DELETE n RETURN count(*) AS rows"
            )


KEY = "kg_key: $prefix + r[2]"


def _ends(start: str, end: str) -> str:
    return f"MATCH (a:{named(start)} {{kg_key: $prefix + r[0]}}) MATCH (b:{named(end)} {{kg_key: $prefix + r[1]}})"


def hung_on(base: str) -> str:
    """The text that tells on which nodes, by kg_key, relationships hang."""
    return f"UNWIND $rows AS r MATCH (n:{named(base)} {{kg_key: r}}) WHERE EXISTS {{ (n)--() }} RETURN n.kg_key AS key"


def nodes_back(base: str) -> str:
    """The text that reads the workspace's nodes of one base label."""
    return f"MATCH (n:{named(base)}) WHERE n.kg_key STARTS WITH $prefix RETURN labels(n) AS labels, properties(n) AS p"


def edges_back(base: str) -> str:
    """The text that reads the workspace's relationships that start at nodes of one base label."""
    return (
        f"MATCH (a:{named(base)})-[x]->(b) WHERE a.kg_key STARTS WITH $prefix AND x.kg_key STARTS WITH $prefix "
        "RETURN type(x) AS type, a.kg_key AS a, b.kg_key AS b, labels(b) AS labels, properties(x) AS p, elementId(x) AS element"
    )


DROP_TWINS = "UNWIND $rows AS r MATCH (a)-[x]->(b) WHERE elementId(x) = r DELETE x RETURN count(*) AS rows"
"""Relationships that somebody doubled, by the server's own id."""

FILL_ALIASES = """MATCH (n:Entity) WHERE n.kg_key STARTS WITH $prefix AND n.aliases IS NULL
WITH n LIMIT $most SET n.aliases = [] RETURN count(*) AS rows"""
"""neo4j-admin cannot import an empty list."""


def named(name: str) -> str:
    """A label or type as it stands in a query: checked, and in backticks nevertheless."""
    return f"`{pg.label(name)}`"
