"""The two engines, filled with one graph, for all tests of this folder."""

import pytest

from tests.conformance.engines import Embedded, Neo4j
from tests.conformance.graph import Names, example
from tests.neo4j_server import Server


@pytest.fixture(scope="session")
def graph():
    return example()


@pytest.fixture(scope="session")
def here(graph, tmp_path_factory):
    engine = Embedded(tmp_path_factory.mktemp("conformance") / "store", graph, Names())
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def neo4j(graph, tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("neo4j")).start()
    engine = Neo4j(server.uri, graph)
    yield engine
    engine.close()
    server.remove()
