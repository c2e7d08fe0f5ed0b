"""The newest release, in one short pass: first load, nothing the second time, an edit, damage that `--verify` repairs, a query."""

from neo4j import GraphDatabase

from kgbuild.sinks.neo4j.query import query
from tests.neo4j.helpers import Home, desired, held, renamed, without
from tests.neo4j_server import NEWEST, PASSWORD, Server


def test_the_newest_release(tmp_path):
    server = Server(tmp_path / "server", NEWEST).start()
    try:
        with Home(tmp_path / "ws", server.uri) as home, GraphDatabase.driver(server.uri, auth=("neo4j", PASSWORD)) as driver:

            def run(text, **parameters):
                return driver.execute_query(text, parameters).records

            home.publish()
            assert held(run, home) == desired(home)
            assert home.publish().unchanged
            home.change(entities=renamed("o2", "Other"), triples=without("t6"))
            home.publish()
            assert held(run, home) == desired(home)
            run("MATCH (n:Entity {id: 'o1'}) SET n.name = 'X'")
            assert home.publish(verify=True).found.changed == 1
            assert held(run, home) == desired(home)
            text = "CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id"
            assert query(home.target, text, {"q": "gsa"}).rows == (("o1",),)
    finally:
        server.remove()
