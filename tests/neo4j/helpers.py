"""A workspace reduced to what a publish needs (its ledger and a graph), and reading a database back by other queries than kgbuild's."""

from contextlib import closing, contextmanager
from dataclasses import replace

from kgbuild.hashing import digest
from kgbuild.sinks import property_graph as pg
from kgbuild.sinks.neo4j.connection import Target, opened
from kgbuild.sinks.neo4j.publish import Wish, publish
from kgbuild.workspace import truth
from kgbuild.workspace.sent import Sent, sinks
from tests.neo4j_server import PASSWORD
from tests.sinks.property_example import TYPES, Graph

__all__ = ["Graph", "Home", "desired", "held"]


class Home:
    """A workspace folder and the graph that is built in it just now."""

    def __init__(self, folder, uri, graph=None):
        folder.mkdir(exist_ok=True)
        self.folder, self.graph, self.provenance, self.name = folder, graph or Graph(), "full", folder.name
        self.target = Target(uri, password=PASSWORD)
        if not (folder / "workspace.db").exists():
            truth.create(folder / "workspace.db")
        self.truth = truth.Truth(folder / "workspace.db")

    @property
    def uuid(self):
        return self.truth.meta("uuid")

    def wish(self, provenance=None):
        provenance = provenance or self.provenance
        state = digest("test", provenance, *(repr(list(each())) for each in parts(self.graph)))
        return Wish(self.graph, TYPES, provenance, pg.DEFAULT_BASE, state, "{}")

    def publish(self, *, provenance=None, accept=True, **options):
        with self.database() as (database, ledger):
            return publish(self.wish(provenance), database, ledger, self.uuid, "", self.name, accept=accept, **options)

    @contextmanager
    def database(self):
        with opened(self.target) as database, closing(self.ledger(database)) as ledger:
            yield database, ledger

    def ledger(self, database):
        return Sent(self.truth, database.identity, database.target.address, database.name)

    def sinks(self):
        return sinks(self.truth)

    def change(self, **changed):
        """Other rows: {kind: function of the old rows}."""
        self.graph = Graph(**{**self.graph.parts, **{kind: tuple(f(self.graph.parts[kind])) for kind, f in changed.items()}})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.truth.close()


def parts(graph):
    return (
        graph.entities, graph.triples, graph.statements, graph.documents, graph.mentions, graph.chunks, graph.chunk_mentions,
    )  # fmt: skip


def desired(home, provenance=None):
    """What the property graph says that should be there: sets of nodes and relationships, each as plain tuples."""
    provenance = provenance or home.provenance
    nodes = [(tuple(sorted(n.labels)), plain(n.properties)) for n in pg.nodes(home.graph, provenance)]
    edges = [(edge.type, *edge.start, *edge.end, plain(edge.properties)) for edge in pg.relationships(home.graph, provenance)]
    return sorted(nodes), sorted(edges)


def held(run, home):
    """What the database holds of a workspace, in the same form, after a look at the properties that only a shared database has."""
    nodes, edges = [], []
    for row in run("MATCH (n) WHERE n.kg_key STARTS WITH $uuid RETURN labels(n) AS labels, properties(n) AS p", uuid=home.uuid):
        p = dict(row["p"])
        assert p.pop("graph") == home.name
        assert p.pop("kg_key") == f"{home.uuid}/{p['id']}"
        nodes.append((tuple(sorted(row["labels"])), plain(p)))
    text = """MATCH (a)-[r]->(b) WHERE r.graph IS NOT NULL AND a.kg_key STARTS WITH $uuid
        RETURN type(r) AS type, labels(a) AS la, a.id AS a, labels(b) AS lb, b.id AS b, properties(r) AS p"""
    for row in run(text, uuid=home.uuid):
        p = dict(row["p"])
        assert p.pop("graph") == home.name
        assert p.pop("kg_key").startswith(f"{home.uuid}/")
        edges.append((row["type"], base(row["la"]), row["a"], base(row["lb"]), row["b"], plain(p)))
    return sorted(nodes), sorted(edges)


def base(labels):
    return next(label for label in pg.BASE_LABELS if label in labels)


def plain(properties):
    return tuple(
        sorted((name, repr(value.to_native() if hasattr(value, "to_native") else value)) for name, value in properties.items())
    )


def renamed(id, name):
    """A change of entities: one has another name."""
    return lambda rows: (replace(row, name=name) if row.id == id else row for row in rows)


def without(*ids):
    """A change: some rows are gone."""
    return lambda rows: (row for row in rows if row.id not in ids)


def none(_rows):
    """A change: all rows are gone."""
    return ()
