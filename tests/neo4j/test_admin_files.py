"""The files for neo4j-admin: imported by the real tool they are the graph, and a publish on top finds nothing to send."""

from dataclasses import replace

import pytest
from neo4j import GraphDatabase

from kgbuild.errors import UsageError
from kgbuild.records import Value
from kgbuild.sinks.neo4j.admin_files import shell_line, write_admin_files
from kgbuild.sinks.neo4j.rows import LONGEST, Place
from tests.neo4j.helpers import Graph, Home, desired, held
from tests.neo4j.test_verify import NASTY
from tests.neo4j_server import LTS, PASSWORD, Server


def odd(graph):
    """The graph with texts of all sorts, empty ones, and a property that is a number here and a text there."""
    p = graph.parts
    first, document = p["entities"][0], p["documents"][0]
    values = [Value("number", "12"), Value("number", "1.5"), Value("text", "many"), Value("text", "")]
    entities = [replace(first, id=f"v{i}", values=(("employees", value),)) for i, value in enumerate(values)]
    entities += [replace(first, id=f"n{i}", name=name, aliases=(name, f"{name};|,x")) for i, name in enumerate(NASTY)]
    documents = [
        replace(document, id=f"n{i}", metadata=((f"key{i}", name), ("empty", ""), ("list", ()))) for i, name in enumerate(NASTY)
    ]
    return Graph(**{**p, "entities": p["entities"] + tuple(entities), "documents": p["documents"] + tuple(documents)})


def uncut(rows):
    """Without the node whose name is longer than an index takes."""
    return [row for row in rows if len(repr(row)) < LONGEST]


@pytest.mark.parametrize("version", [LTS])
def test_imported_it_is_the_graph_and_a_publish_sends_nothing(tmp_path, version):
    folder = tmp_path / "files"
    folder.mkdir()
    server = Server(tmp_path / "server", version)
    try:
        with Home(tmp_path / "ws", server.uri, odd(Graph())) as home:
            files = write_admin_files(home.wish(), Place(home.uuid, home.name), folder)
            server.admin(*files.command(folder)[1:])
            server.start()
            report = home.publish()
            assert report.unchanged
            assert (report.found.new, report.found.changed, report.found.gone) == (0, 0, 0)
            assert home.publish().found is None
            with GraphDatabase.driver(server.uri, auth=("neo4j", PASSWORD)) as driver:
                there = held(lambda text, **values: driver.execute_query(text, values).records, home)
            assert [uncut(rows) for rows in there] == [uncut(rows) for rows in desired(home)]
    finally:
        server.remove()


def test_files_are_the_same_for_the_same_graph(tmp_path):
    with Home(tmp_path / "ws", "bolt://localhost", odd(Graph())) as home:
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            write_admin_files(home.wish(), Place("uuid", "g"), tmp_path / name)
    first, second = ({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in ("a", "b"))
    assert first == second
    assert "nodes-Entity.1.csv" in first and "relationships-Document-Entity.1.csv" in first


def test_a_separator_of_lists_is_one_that_no_text_holds(tmp_path):
    with Home(tmp_path / "ws", "bolt://localhost") as home:
        home.change(entities=lambda rows: [replace(r, aliases=("a\x1fb",)) for r in rows])
        files = write_admin_files(home.wish(), Place("uuid", "g"), tmp_path)
        assert files.delimiter == "\x1e"
        assert "--array-delimiter=U+001E" in files.command(tmp_path)
        home.change(entities=lambda rows: [replace(r, aliases=("".join(map(chr, range(32))),)) for r in rows])
        with pytest.raises(UsageError, match="publish it instead"):
            write_admin_files(home.wish(), Place("uuid", "g"), tmp_path)


def test_the_command_can_be_pasted(tmp_path):
    with Home(tmp_path / "ws", "bolt://localhost") as home:
        line = shell_line(write_admin_files(home.wish(), Place("uuid", "g"), tmp_path).command(tmp_path / "it's here"))
    assert line.startswith("neo4j-admin \\\n  database \\\n  import")
    assert "'\"'\"'s here" in line
