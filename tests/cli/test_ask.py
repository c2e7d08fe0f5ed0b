import csv
import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kgbuild.cli.ask import parameter
from kgbuild.errors import UsageError

ROOT = Path(__file__).parents[2]
NAMES = "MATCH (e:Person) RETURN e.name AS name ORDER BY name"


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("n=1", 1), ("n=-7", -7), ("n=1.5", 1.5), ("n=1e3", 1000.0), ("n=true", True), ("n=false", False), ("n=null", None),
        ('n=["a", 1]', ["a", 1]), ('n="1"', "1"), ("n=Ann", "Ann"), ("n=", ""), ("n=a=b", "a=b"), ("n=1_000", "1_000"), ("n= 1", " 1"),
        ("n=nan", "nan"), ("n=inf", "inf"), ("n=١", "١"), ("n=2020-01-01", "2020-01-01"), ("$n=x", "x"), ("n={a}", "{a}"), ("n=True", "True"),
    ],
)  # fmt: skip
def test_parameters_are_typed(word, value):
    name, found = parameter(word)
    assert name == "n"
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("word", ["n", "=1", "a b=1", "n=[1,", 'n="a', "1=1"])
def test_a_parameter_that_cannot_be_meant_is_refused(word):
    with pytest.raises(UsageError):
        parameter(word)


def test_rows_come_in_four_formats(kgbuild, built):
    assert json.loads(kgbuild("query", NAMES, "--format", "json")[1]) == {
        "columns": ["name"], "rows": [["Ann Duncan"], ["Bo Ryan"]], "truncated": False
    }  # fmt: skip
    assert kgbuild("query", NAMES, "--json")[1] == kgbuild("query", NAMES, "--format", "json")[1]
    assert [json.loads(line) for line in kgbuild("query", NAMES, "--format", "jsonl")[1].splitlines()] == [
        {"name": "Ann Duncan"}, {"name": "Bo Ryan"}
    ]  # fmt: skip
    assert kgbuild("query", NAMES, "--format", "csv")[1] == "name\nAnn Duncan\nBo Ryan\n"
    table = kgbuild("query", NAMES)[1].splitlines()
    assert [line.strip() for line in table][::2] == ["name", "Ann Duncan"]


def test_long_cells_are_wrapped_and_never_cut(kgbuild, built):
    text = "word " * 200 + "end"
    for form in ("json", "jsonl", "csv"):
        assert text in kgbuild("query", f"RETURN '{text}' AS t", "--format", form)[1]
    _, out, _ = kgbuild("query", f"RETURN '{text}' AS t")
    assert " ".join(out.split()).count("word") == 200
    assert out.rstrip().endswith("end")


def test_what_looks_like_markup_is_text(kgbuild, built):
    _, out, _ = kgbuild("query", "RETURN '[bold]x[/bold] :smile:' AS t")
    assert "[bold]x[/bold] :smile:" in out


def test_nodes_lists_and_dates_are_plain_in_every_format(kgbuild, built):
    text = "MATCH (d:Document {uri: 'docs/bo.md'}) RETURN d.published AS p, [1, null] AS l, d AS d"
    row = json.loads(kgbuild("query", text, "--json")[1])["rows"][0]
    assert row[:2] == ["2020-03-01", [1, None]]
    assert row[2]["labels"] == ["Document"]
    cells = list(csv.reader(io.StringIO(kgbuild("query", text, "--format", "csv")[1])))[1]
    assert cells[:2] == ["2020-03-01", "[1, null]"]
    assert json.loads(cells[2])["name"] == "On Bo"


def test_a_query_comes_from_a_file_or_standard_input(kgbuild, built, monkeypatch):
    (built / "q.cypher").write_text(NAMES + " // comment\n", "utf-8")
    expected = kgbuild("query", NAMES, "--format", "csv")[1]
    assert kgbuild("query", "-f", "q.cypher", "--format", "csv")[1] == expected
    monkeypatch.setattr("sys.stdin", io.StringIO(NAMES))
    assert kgbuild("query", "-", "--format", "csv")[1] == expected
    assert kgbuild("query", "-f", "missing")[0] == 2
    assert kgbuild("query", NAMES, "-f", "q.cypher")[0] == 2


def test_parameters_reach_the_query(kgbuild, built):
    words = ("query", "MATCH (e:Person) WHERE e.name IN $names AND e.mentions > $m RETURN e.name", "--format", "csv")
    _, out, _ = kgbuild(*words, "-p", 'names=["Bo Ryan"]', "-p", "m=0")
    assert out == "e.name\nBo Ryan\n"
    code, _, err = kgbuild(*words, "-p", "m=0")
    assert code == 1
    assert "-p names=" in err


def test_a_limit_says_what_it_cuts(kgbuild, built):
    _, out, err = kgbuild("query", NAMES, "--limit", "1", "--format", "csv")
    assert out == "name\nAnn Duncan\n"
    assert "--limit cut the rest" in err
    assert json.loads(kgbuild("query", NAMES, "--limit", "1", "--json")[1])["truncated"] is True


def test_a_query_without_rows_is_well_and_one_that_writes_is_refused(kgbuild, built):
    assert kgbuild("query", "MATCH (n:Nothing) RETURN n", "--format", "csv")[:2] == (0, "n\n")
    code, out, err = kgbuild("query", "MATCH (n) DETACH DELETE n")
    assert (code, out) == (1, "")
    assert err.startswith("error: ")
    assert kgbuild("query", NAMES, "--format", "csv")[1].count("\n") == 3


def test_a_query_that_takes_too_long_is_stopped(kgbuild, built):
    text = "UNWIND range(1, 3000) AS a UNWIND range(1, 3000) AS b UNWIND range(1, 3000) AS c RETURN count(a * b * c)"
    code, _, err = kgbuild("query", text, "--timeout", "0.5")
    assert code == 1
    assert "0.5 seconds" in err


def test_export_takes_its_format_from_the_name(kgbuild, built):
    for name in ("g.jsonl", "g.ttl", "g.nt", "g.graphml", "g.nt.gz"):
        code, out, err = kgbuild("export", name, "--base", "https://example.com/kg/")
        assert (code, out) == (0, ""), err
        assert (built / name).stat().st_size
    assert gzip.decompress((built / "g.nt.gz").read_bytes()) == (built / "g.nt").read_bytes()
    assert kgbuild("export", "g.csv")[0] == 0
    assert (built / "g.csv").is_dir()
    assert kgbuild("export", "g.unknown")[0] == 2


def test_export_writes_the_schema_and_a_description_as_rdf(kgbuild, built):
    code, _, err = kgbuild(
        "export", "graph.trig", "--graphs", "document", "--annotations", "rdf12", "--dataset", "--base", "https://x.org/"
    )
    assert code == 0, err
    assert "void:triples" in (built / "dataset.ttl").read_text("utf-8")
    assert "rdf:reifies <<( entity:" in (built / "graph.trig").read_text("utf-8")
    assert kgbuild("export", "shapes.ttl", "--part", "shapes", "--base", "https://x.org/")[0] == 0
    assert "sh:NodeShape" in (built / "shapes.ttl").read_text("utf-8")
    code, _, err = kgbuild("export", "graph.jsonl", "--part", "ontology")
    assert (code, "jsonl has no --part" in err) == (2, True)


def test_export_streams(kgbuild, built):
    kgbuild("export", "g.jsonl")
    command = [sys.executable, "-m", "kgbuild", "export", "-", "--format", "jsonl"]
    streamed = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=True)
    assert streamed.stdout == (built / "g.jsonl").read_bytes()
    code, _, err = kgbuild("export", "-")
    assert code == 2
    assert "--format" in err


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ((), {"EMPLOYED_BY", "LIVED_IN", "DATE_OF_BIRTH"}),
        (("--relations", "EMPLOYED_BY"), {"EMPLOYED_BY"}),
        (("--types", "Person,Organization", "--relations", "EMPLOYED_BY"), {"EMPLOYED_BY"}),
        (("--min-support", "2", "--relations", "EMPLOYED_BY"), {"EMPLOYED_BY"}),
        (("--min-support", "3"), set()),
        (("--min-confidence", "1"), set()),
        (("--documents", "docs/bo.md", "--relations", "EMPLOYED_BY", "--scope", "stated"), {"EMPLOYED_BY"}),
    ],
)
def test_export_filters(kgbuild, built, options, kept):
    code, _, err = kgbuild("export", "g.jsonl", "--provenance", "none", *options)
    assert code == 0, err
    rows = [json.loads(line) for line in (built / "g.jsonl").read_text("utf-8").splitlines()]
    found = {row["predicate"] for row in rows if "predicate" in row}
    assert found <= kept
    assert bool(found) is bool(kept)


def test_export_refuses_what_the_schema_does_not_have(kgbuild, built):
    code, _, err = kgbuild("export", "g.nt", "--types", "Dragon")
    assert code == 2
    assert "Dragon" in err
    assert not (built / "g.nt").exists()


def test_explain_an_entity(kgbuild, answer, built):
    code, out, _ = kgbuild("explain", "Bo Ryan")
    assert code == 0
    assert "Bo Ryan  Person  e:" in out
    assert "EMPLOYED_BY  Acme Widget Co" in out
    assert "docs/bo.md [" in out
    entity = answer("explain", "Bo Ryan")["entities"][0]
    assert entity["id"].startswith("e:")
    assert 0 < entity["confidence"] <= 1
    quote = entity["quotes"][0]
    text = kgbuild("show", quote["uri"], "--text")[1]
    assert text[quote["start"] : quote["end"]] == quote["text"]


def test_ids_are_accepted_with_and_without_their_prefix(kgbuild, answer, built):
    entity = answer("explain", "Bo Ryan")["entities"][0]["id"]
    fact = answer("explain", "Bo Ryan", "EMPLOYED_BY", "Acme Widget Co")["facts"][0]["id"]
    document = answer("show", "docs/bo.md")["id"]
    assert [word[:2] for word in (entity, fact, document)] == ["e:", "t:", "d:"]
    for id in (entity, fact):
        assert kgbuild("explain", id)[:2] == kgbuild("explain", id[2:])[:2]
        assert kgbuild("explain", id)[0] == 0
    assert kgbuild("show", document)[:2] == kgbuild("show", document[2:])[:2]
    code, _, err = kgbuild("explain", document)
    assert code == 2
    assert f"kgbuild show {document}" in err


def test_explain_a_fact_shows_all_its_sentences(kgbuild, built):
    code, out, _ = kgbuild("explain", "Bo Ryan", "EMPLOYED_BY", "Acme Widget Co")
    assert code == 0
    assert "in 2 documents" in out
    assert "docs/ann.txt [" in out
    assert "docs/bo.md [" in out


def test_several_hits_are_listed(kgbuild, answer, built):
    (built / "docs" / "c.txt").write_text("LATVIA works for Beta Co. Beta Co lives in Latvia.", "utf-8")
    kgbuild("run", "docs", "-q")
    code, out, err = kgbuild("explain", "Latvia")
    assert code == 0
    if len(answer("explain", "Latvia")["entities"]) > 1:
        assert "ID tells of one" in err
        assert out.count("e:") >= 2


@pytest.mark.parametrize(
    "words", [("Nobody",), ("t:nothing",), ("Bo Ryan", "MARRIED_TO", "Acme Widget Co"), ("Nobody", "EMPLOYED_BY", "Bo Ryan")]
)
def test_what_the_graph_does_not_hold_is_not_found(kgbuild, built, words):
    code, out, err = kgbuild("explain", *words)
    assert (code, out) == (1, "")
    assert err.startswith("error: ")


def test_path_shows_the_chain_with_sentences(kgbuild, answer, built):
    code, out, _ = kgbuild("path", "Latvia", "Estonia")
    assert code == 0
    assert out.count("\n  “") >= 4
    chain = answer("path", "Latvia", "Estonia")["facts"]
    assert len(chain) == 4
    assert {chain[0]["subject"]["name"], chain[0]["object"]["name"]} == {"Latvia", "Ann Duncan"}
    assert kgbuild("path", "Latvia", "Nowhere")[0] == 1
    assert "one and the same" in kgbuild("path", "Latvia", "Latvia")[1]
