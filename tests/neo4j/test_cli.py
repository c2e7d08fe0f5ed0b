"""`publish`, `query --on` and `status` as a user types them, against the real server."""

import pytest

from kgbuild.workspace.lock import writer_lock
from tests.cli.conftest import answer, built, home, kgbuild  # noqa: F401
from tests.neo4j_server import PASSWORD


@pytest.fixture
def uri(server, monkeypatch):
    monkeypatch.setenv("KGBUILD_NEO4J_PASSWORD", PASSWORD)
    return server.uri


def test_publish_says_what_it_did_and_the_second_time_nothing(built, answer, uri):  # noqa: F811
    first = answer("publish", uri)
    assert first["nodes"]["created"] > 4 and first["relationships"]["created"] > 4
    assert first["batches"] >= 2 and first["graph"] == "kg" and not first["unchanged"]
    second = answer("publish", uri)
    nothing = {"created": 0, "updated": 0, "deleted": 0}
    assert (second["nodes"], second["relationships"], second["batches"], second["retries"]) == (nothing, nothing, 0, 0)
    [sink] = answer("status")["sinks"]
    assert sink["current"] and sink["nodes"] == first["nodes"]["created"]


def test_status_says_that_the_graph_has_changed_since(built, kgbuild, uri):  # noqa: F811
    kgbuild("publish", uri)
    (built / "docs" / "ann.txt").write_text("Ann Duncan lives in Latvia.", "utf-8")
    kgbuild("run", "docs", "-q")
    code, out, _ = kgbuild("status")
    assert code == 0 and "the graph has changed since: publish again" in out
    code, _, err = kgbuild("publish", uri)
    assert code == 1 and "give --accept" in err
    assert kgbuild("publish", uri, "--accept")[0] == 0
    assert "up to date" in kgbuild("status")[1]


def test_what_is_rejected_is_gone_everywhere(built, answer, kgbuild, uri):  # noqa: F811
    named = "MATCH (e:Entity) WHERE 'Acme Widget Co' IN e.aliases + e.name RETURN count(e) AS n"
    triples = "SELECT ?e { ?e rdfs:label ?name FILTER(CONTAINS(?name, 'Acme')) }"
    answer("publish", uri)
    assert answer("query", named)["rows"] == answer("query", named, "--on", uri)["rows"] == [[1]]
    assert answer("sparql", triples)["rows"]

    assert kgbuild("reject", "Acme Widget Co")[0] == 0
    assert kgbuild("build")[0] == 0
    assert answer("publish", uri, "--accept")["nodes"]["deleted"] == 1

    assert answer("query", named)["rows"] == answer("query", named, "--on", uri)["rows"] == [[0]]
    assert answer("sparql", triples)["rows"] == []
    assert answer("publish", uri)["unchanged"]


def test_filters_decide_what_is_there(built, answer, uri):  # noqa: F811
    answer("publish", uri, "--types", "Person", "--provenance", "none", "--graph", "people")
    rows = answer("query", "MATCH (n) WHERE n.graph = 'people' RETURN DISTINCT labels(n) AS l ORDER BY l", "--on", uri)["rows"]
    assert rows == [[["Entity", "Person"]], [["KgbuildSink"]]]


def test_the_same_question_has_the_same_answer_here_and_there(built, answer, uri):  # noqa: F811
    answer("publish", uri)
    for text in (
        "MATCH (p:Person)-[r:EMPLOYED_BY]->(o:Organization) RETURN p.name, o.name, r.support, r.quote ORDER BY p.name, o.name",
        "MATCH (d:Document)-[m:MENTIONS]->(e) RETURN d.name, d.published, e.name, m.count ORDER BY d.name, e.name, m.count",
        "MATCH p = shortestPath((a:Person {name: 'Ann Duncan'})-[:EMPLOYED_BY*..2]-(b:Person)) WHERE a <> b RETURN [n IN nodes(p) | n.name]",
    ):
        assert answer("query", text) == answer("query", text, "--on", uri)


def test_queries_there_only_read_and_end_in_time(kgbuild, uri):  # noqa: F811
    code, _, err = kgbuild("query", "CREATE (n) RETURN n", "--on", uri)
    assert code == 1 and "queries only read" in err
    endless = "UNWIND range(1, 100000000) AS x UNWIND range(1, 100000) AS y RETURN sum(x * y)"
    code, _, err = kgbuild("query", endless, "--on", uri, "--timeout", "0.5")
    assert code == 1 and "longer than 0.5 seconds" in err
    assert kgbuild("query", "RETURN $x AS x", "--on", uri)[0] == 1
    assert kgbuild("query", "RETURN $x + 1 AS x", "--on", uri, "-p", "x=2", "--format", "csv")[1] == "x\n3\n"
    code, out, err = kgbuild("query", "UNWIND [1, 2, 3] AS x RETURN x", "--on", uri, "--limit", "2", "--format", "jsonl")
    assert (code, out) == (0, '{"x": 1}\n{"x": 2}\n') and "--limit cut the rest" in err


def test_the_password_comes_from_a_file_or_the_environment_and_is_never_shown(built, kgbuild, uri, monkeypatch):  # noqa: F811
    (built / "secret").write_text(f"{PASSWORD}\n")
    monkeypatch.delenv("KGBUILD_NEO4J_PASSWORD")
    code, _, err = kgbuild("publish", uri)
    assert code == 2 and "KGBUILD_NEO4J_PASSWORD" in err
    code, out, err = kgbuild("publish", uri, "--password-file", built / "secret", "--debug", "-v")
    assert code == 0 and PASSWORD not in out + err
    assert kgbuild("publish", uri, "--password-file", built / "nowhere")[0] == 2
    code, _, err = kgbuild("publish", uri.replace("bolt://", "bolt://neo4j:hidden@"))
    assert code == 2 and "hidden" not in err
    files = [file for file in (built / "kg").rglob("*") if file.is_file()]
    assert files and not any(PASSWORD.encode() in file.read_bytes() for file in files)


def test_a_second_publisher_of_one_workspace_is_told_to_wait(built, kgbuild, uri):  # noqa: F811
    with writer_lock(built / "kg"):
        code, _, err = kgbuild("publish", uri)
    assert code == 4 and "in use by process" in err


def test_exported_for_the_import_tool(built, kgbuild):  # noqa: F811
    code, out, _ = kgbuild("export", "files", "--format", "neo4j-admin")
    assert code == 0 and out.startswith("neo4j-admin \\\n  database \\\n  import")
    names = {path.name for path in (built / "files").iterdir()}
    assert {
        "nodes-Entity.1.csv",
        "nodes-Document.1.csv",
        "nodes-KgbuildSink.1.csv",
        "relationships-Document-Entity.1.csv",
    } <= names
    assert kgbuild("export", "files", "--format", "neo4j-admin")[0] == 0  # over an older one
    assert kgbuild("export", "-", "--format", "neo4j-admin")[0] == 2
