"""One real Neo4j server for all tests of this folder: the LTS release, started once, its database emptied before each test."""

import pytest
from neo4j import GraphDatabase

from tests.neo4j.helpers import Graph, Home
from tests.neo4j_server import PASSWORD, Server


@pytest.fixture(scope="session")
def lts(tmp_path_factory):
    """The server itself. A test that stops it starts it again."""
    server = Server(tmp_path_factory.mktemp("neo4j-lts")).start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def driver(lts):
    with GraphDatabase.driver(lts.uri, auth=("neo4j", PASSWORD)) as driver:
        yield driver


@pytest.fixture
def run(driver):
    """Run one query: its rows, as dicts."""

    def ask(text, **parameters):
        return driver.execute_query(text, parameters, database_="neo4j").records

    return ask


@pytest.fixture
def server(lts, run):
    """The server with nothing in its database but constraints and indexes."""
    run("MATCH (n) DETACH DELETE n")
    return lts


@pytest.fixture
def home(tmp_path, server):
    """A workspace with the example graph, ready to be published to the server."""
    with Home(tmp_path / "ws", server.uri) as home:
        yield home


@pytest.fixture
def other(tmp_path, server):
    """A second workspace, with the same graph."""
    with Home(tmp_path / "other", server.uri, Graph()) as home:
        yield home
