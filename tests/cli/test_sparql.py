import io
import json
import os
import signal
import subprocess
import sys
import time

import pyoxigraph

from kgbuild.workspace.lock import writer_lock

NAMES = "SELECT ?name { ?x a schema:Person; rdfs:label ?name } ORDER BY ?name"


def test_rows_come_in_four_formats(kgbuild, built):
    assert json.loads(kgbuild("sparql", NAMES, "--json")[1]) == {
        "columns": ["name"], "rows": [["Ann Duncan"], ["Bo Ryan"]], "truncated": False
    }  # fmt: skip
    assert [json.loads(line) for line in kgbuild("sparql", NAMES, "--format", "jsonl")[1].splitlines()] == [
        {"name": "Ann Duncan"}, {"name": "Bo Ryan"}
    ]  # fmt: skip
    assert kgbuild("sparql", NAMES, "--format", "csv")[1] == "name\nAnn Duncan\nBo Ryan\n"
    _, out, err = kgbuild("sparql", NAMES, "--limit", "1")
    assert [line.strip() for line in out.splitlines()][::2] == ["name", "Ann Duncan"]
    assert err.splitlines() == ["1 row", "more than 1 row: --limit cut the rest"]


def test_triples_come_as_turtle_or_n_triples_and_rows_do_not(kgbuild, built):
    question = "CONSTRUCT { ?x rdfs:label ?n } WHERE { ?x a schema:Person; rdfs:label ?n }"
    _, turtle, _ = kgbuild("sparql", question, "--format", "ttl")
    _, lines, _ = kgbuild("sparql", question, "--format", "nt")

    assert "@prefix rdfs:" in turtle
    assert turtle.endswith("\n")
    parsed = [set(pyoxigraph.parse(text, format=form)) for text, form in (
        (turtle, pyoxigraph.RdfFormat.TURTLE), (lines, pyoxigraph.RdfFormat.N_TRIPLES))]  # fmt: skip
    assert parsed[0] == parsed[1]
    assert len(parsed[0]) == 2
    code, _, err = kgbuild("sparql", NAMES, "--format", "ttl")
    assert (code, "ask with CONSTRUCT or DESCRIBE" in err) == (2, True)


def test_the_query_comes_from_a_file_and_from_standard_input(kgbuild, built, monkeypatch):
    (built / "q.rq").write_text(NAMES, "utf-8")

    assert kgbuild("sparql", "-f", "q.rq", "--format", "csv")[1] == "name\nAnn Duncan\nBo Ryan\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(NAMES))
    assert kgbuild("sparql", "-", "--format", "csv")[1] == "name\nAnn Duncan\nBo Ryan\n"
    assert kgbuild("sparql")[0] == 2


def test_the_store_is_made_once_and_anew_when_the_graph_or_its_iris_change(kgbuild, built):
    kgbuild("sparql", NAMES)
    first = (built / "kg" / "sparql" / "current").read_text()
    stamp = (built / "kg" / "sparql" / first / "complete.json").stat().st_mtime_ns
    kgbuild("sparql", NAMES)
    assert (built / "kg" / "sparql" / first / "complete.json").stat().st_mtime_ns == stamp

    (built / "docs" / "cy.txt").write_text("Cy Dunan works for Acme Widget Co.", "utf-8")
    kgbuild("run", "docs", "-q")
    assert "Cy Dunan" in kgbuild("sparql", NAMES)[1]
    assert [path.name for path in (built / "kg" / "sparql").iterdir() if path.is_dir()] != [first]

    config = built / "kg" / "kgbuild.toml"
    config.write_text(config.read_text().replace("[rdf]\n", '[rdf]\nbase = "http://mine.test/"\n'))
    rows = json.loads(kgbuild("sparql", "SELECT ?x { ?x a schema:Person }", "--json")[1])["rows"]
    assert all(row[0].startswith("http://mine.test/entity/") for row in rows)


def test_errors_are_one_line(kgbuild, built):
    for question in ("DELETE WHERE { ?s ?p ?o }", "SELECT {", "ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"):
        code, out, err = kgbuild("sparql", question)
        assert (code, out, err.count("\n")) == (1, "", 1), err


def test_control_c_stops_a_query_at_once(kgbuild, built):
    kgbuild("sparql", NAMES)
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"
    process = subprocess.Popen(
        [sys.executable, "-m", "kgbuild", "sparql", slow, "--timeout", "300"],
        cwd=built, stderr=subprocess.PIPE, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, text=True,
    )  # fmt: skip
    time.sleep(4)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)

    assert process.returncode == 130
    assert err.startswith("interrupted:")


def test_beside_a_writer_the_store_of_the_graph_before_that_answers(kgbuild, built):
    with writer_lock(built / "kg"):
        code, _, err = kgbuild("sparql", NAMES)
    assert (code, "no query store of this graph yet" in err) == (4, True)

    kgbuild("sparql", NAMES)
    (built / "docs" / "cy.txt").write_text("Cy Dunan works for Acme Widget Co.", "utf-8")
    kgbuild("run", "docs", "-q")
    with writer_lock(built / "kg"):
        code, out, err = kgbuild("sparql", NAMES, "--format", "csv")
    assert (code, out) == (0, "name\nAnn Duncan\nBo Ryan\n")
    assert "the answer is from the graph before that" in err
    assert "Cy Dunan" in kgbuild("sparql", NAMES)[1]
