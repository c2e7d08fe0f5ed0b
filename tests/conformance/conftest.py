"""The two engines, filled with one graph, for all tests of this folder.

KGBUILD_TESTS_NEO4J=bolt://127.0.0.1:PORT takes a server of tests/neo4j_server.py that runs already (it is emptied) instead of starting one.
"""

import os

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
    running = os.environ.get("KGBUILD_TESTS_NEO4J", "")
    server = None if running else Server(tmp_path_factory.mktemp("neo4j")).start()
    engine = Neo4j(running or server.uri, graph)
    yield engine
    engine.close()
    if server is not None:
        server.remove()
