import io
import re
import shutil
import socket
import threading
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import BuildError, QueryError, WorkspaceError
from kgbuild.schema import load_schema
from kgbuild.sinks import folders, sparql, sparql_store
from kgbuild.sinks.embedded_engine import Engine
from kgbuild.sinks.rdf import write_rdf
from kgbuild.sinks.sparql import check, query, tokens
from tests.sinks.small_graph import ENTITIES, ODD, named, small_graph
from tests.sinks.test_rdf import PREFIXES, QUERIES

SCHEMA = load_schema()
BASE = "http://kg.test/"
KNOWN = sparql.prefixes(BASE)
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    root = tmp_path_factory.mktemp("sparql") / "sparql"
    sparql_store.write(small_graph(), SCHEMA, root, state="one", base=BASE)
    return root


@pytest.fixture
def store(example, tmp_path):
    return Path(shutil.copytree(example, tmp_path / "sparql"))


def ask(root, text, **options):
    return query(root, text, KNOWN, **options)


def snapshot(folder):
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", QUERIES)
def test_the_three_queries_give_the_rows_that_rdflib_gives_and_need_no_prefixes(example, name):
    import rdflib

    data = io.BytesIO()
    write_rdf(small_graph(), SCHEMA, data, "nt", BASE, "full")
    theirs = rdflib.Graph().parse(data=data.getvalue(), format="nt").query(PREFIXES + QUERIES[name])

    rows = ask(example, QUERIES[name]).rows

    assert sorted([str(term) for term in row] for row in theirs) == sorted([str(term) for term in row] for row in rows) != []


def test_values_are_pythons_own(example):
    rows = ask(
        example,
        'SELECT ?a ?b ?c ?d ?e ?f ?g ?h { ?t kg:support ?a; kg:confidence ?b BIND(true AS ?c) BIND("2018-02-03"^^xsd:date AS ?d)'
        ' BIND("1947-05"^^xsd:gYearMonth AS ?e) BIND("x"@en AS ?f) BIND(<http://a> AS ?g) } ORDER BY DESC(?a) LIMIT 1',
    ).rows

    assert rows == ((2, 0.95, True, date(2018, 2, 3), "1947-05", "x", "http://a", None),)
    assert [type(value) for value in rows[0][:3]] == [int, float, bool]


def test_numbers_that_a_float_cannot_hold_stay_text(example):
    rows = ask(example, 'SELECT * { BIND(1.5 AS ?a) BIND(1234567890.123456789 AS ?b) BIND("INF"^^xsd:double AS ?c) }').rows

    assert rows == ((1.5, "1234567890.123456789", float("inf")),)


def test_ask_is_one_row_and_construct_and_describe_give_triples_once(example):
    assert ask(example, "ASK { ?x a schema:Person }").rows == ((True,),)
    assert ask(example, "ASK { ?x a schema:Nothing }").rows == ((False,),)

    built = ask(example, "CONSTRUCT { ?x a schema:Person } WHERE { ?x a schema:Person; skos:altLabel ?any }")
    assert built.columns == ("subject", "predicate", "object")
    assert built.rows == (("<http://kg.test/entity/e1>", f"<{KNOWN['rdf']}type>", "<http://schema.org/Person>"),)
    assert len(ask(example, "DESCRIBE <http://kg.test/entity/e2>").rows) >= 3


def test_odd_text_comes_back_as_it_was(example):
    assert ask(example, "SELECT ?n { <http://kg.test/entity/e5> rdfs:label ?n }").rows == ((ENTITIES[4].name,),)
    assert ENTITIES[4].name == ODD


def test_a_limit_says_whether_there_was_more(example):
    text = "SELECT ?x { ?x a schema:Person }"

    assert (len(ask(example, text, limit=1).rows), ask(example, text, limit=1).truncated) == (1, True)
    assert (len(ask(example, text, limit=2).rows), ask(example, text, limit=2).truncated) == (2, False)
    assert ask(example, text, limit=0) == sparql.Result(("x",), (), truncated=True)
    assert ask(example, "CONSTRUCT WHERE { ?x a schema:Person }", limit=1).truncated


def test_a_query_may_declare_a_prefix_of_its_own_or_another_meaning(example):
    assert ask(example, "PREFIX me: <http://kg.test/entity/> ASK { me:e1 ?p ?o }").rows == ((True,),)
    assert ask(example, "PREFIX schema: <http://kg.test/entity/> ASK { schema:e1 ?p ?o }").rows == ((True,),)


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("INSERT DATA { <http://a> <http://b> 1 }", "INSERT would change the store"),
        ("PREFIX a: <http://a> # no\n delete where { ?s ?p ?o }", "DELETE would change the store"),
        ("LOAD <http://127.0.0.1/x>", "LOAD would change the store"),
        ("CLEAR ALL", "CLEAR would change"),
        ("SELECT * { ?s ?p", "line 1, column 17"),
        ("SELECT *\n{ ?s nope:p 1 }", "the prefix nope: is not declared"),
        ("SELECT ?x { ?x a 'open }", "line 1"),
        ("", "line 1"),
        ("SELECT * { ?s ?p '\ud800' }", "surrogates"),
    ],
)
def test_what_is_not_a_read_only_query_is_refused_in_one_clear_line(example, text, words):
    with pytest.raises(QueryError) as raised:
        ask(example, text)
    assert words in str(raised.value)
    assert len(str(raised.value)) < 300
    assert "\n" not in str(raised.value)


SERVICE = "SERVICE <http://127.0.0.1:{port}/> { ?a ?b ?c }"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { " + SERVICE + " }",
        "SELECT * { service silent <http://127.0.0.1:{port}/> { ?a ?b ?c } }",
        "SELECT * { ?s ?p 'it''s', \"#\" . " + SERVICE + " }",
        "SELECT * { ?s kg:a\\#b ?o . " + SERVICE + " }",
        "SELECT * { ?s kg:a\\' ?o . " + SERVICE + " }",
        "SELECT * { ?s ?p ?o FILTER(?o<1) " + SERVICE + " FILTER(?o>1) }",
        "SELECT * { ?s ?p '''a'b\\'''' . " + SERVICE + " }",
        'SELECT * { ?s ?p """a"b""" . ' + SERVICE + " }",
        "SELECT * { BIND(<http://127.0.0.1:{port}/> AS ?u) SERVICE ?u { ?a ?b ?c } }",
        "SELECT * #\r{ " + SERVICE + " }",
        "SELECT*{SERVICE<http://127.0.0.1:{port}/>{?a ?b ?c}}",
        "ASK { FILTER EXISTS { " + SERVICE + " } }",
        "SELECT * { { SELECT * { " + SERVICE + " } } }",
    ],
)
def test_no_query_reaches_a_network(example, text):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        with pytest.raises(QueryError, match="SERVICE asks another server"):
            ask(example, text.replace("{port}", str(server.getsockname()[1])))
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service a schema:Service }",
        "SELECT * { ?s ?p 'SERVICE <http://a> {}' }",
        "SELECT * { ?s <http://a/SERVICE> ?o }",
        "SELECT * { ?s ?p ?o } # SERVICE",
        "PREFIX SERVICE: <http://a/> ASK { ?s SERVICE:SERVICE ?o }",
        "SELECT * { ?s ?p '''\n'SERVICE' ''' }",
    ],
)
def test_the_word_service_elsewhere_is_no_service(example, text):
    ask(example, text)


@given(st.text("SERVICE<>'\"\\#{}?:a \n", max_size=40))
def test_every_text_has_tokens_that_cover_it(text):
    covered = "".join(match.group() for match in sparql.token.finditer(text))

    assert covered == text
    assert all(word for _, word in tokens(text))
    if re.search(r"(?i)(?<![\w:?$.\\-])service(?![\w:])", text) and not re.search(r"[<'\"#]", text):
        with pytest.raises(QueryError):
            check(text)


def test_a_query_that_takes_too_long_is_stopped(example):
    started = time.monotonic()
    with pytest.raises(QueryError, match="took longer than 0.5 seconds"):
        ask(example, SLOW, timeout=0.5)
    assert time.monotonic() - started < 10


def test_an_interrupted_query_leaves_no_process(example, monkeypatch):
    engines = []
    real = Engine.receive_or_none

    def interrupted(self):
        engines.append(self)
        threading.Timer(0.3, self.process.kill).start()
        real(self)
        raise KeyboardInterrupt

    monkeypatch.setattr(Engine, "receive_or_none", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ask(example, SLOW)
    assert engines[0].process.poll() is not None


# ── the store ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_reading_changes_no_file(store):
    before = snapshot(store)
    ask(store, "SELECT * { ?s ?p ?o }")

    assert snapshot(store) == before


def test_another_state_takes_its_place_and_the_old_one_goes_when_nobody_reads(store):
    with folders.Lease(store, sparql_store.LAYOUT):
        sparql_store.write(named("Other"), SCHEMA, store, state="two", base=BASE)
        assert (store / "one").exists()
    sparql_store.write(named("Other"), SCHEMA, store, state="two", base=BASE)

    assert not (store / "one").exists()
    assert ask(store, "SELECT ?n { <http://kg.test/entity/e1> rdfs:label ?n }").rows == (("Other",),)


def test_a_damaged_store_says_so_and_is_made_anew(store):
    data = max((store / "one" / "db").iterdir(), key=lambda path: path.stat().st_size)
    data.write_bytes(data.read_bytes()[:-1])

    assert folders.current(store, sparql_store.LAYOUT) is None
    with pytest.raises(WorkspaceError, match="is damaged: run `kgbuild sparql`"):
        ask(store, "ASK {}")
    assert sparql_store.write(small_graph(), SCHEMA, store, state="one", base=BASE) > 50
    assert ask(store, "ASK {}").rows == ((True,),)


def test_a_build_that_fails_leaves_the_old_store(store):
    def broken():
        yield from small_graph().triples()
        raise BuildError("no more")

    graph = small_graph()
    failing = type("Graph", (), {name: getattr(graph, name) for name in ("entities", "statements", "documents", "mentions")})()
    failing.triples, failing.chunks, failing.chunk_mentions = broken, graph.chunks, graph.chunk_mentions
    with pytest.raises(BuildError, match="no more"):
        sparql_store.write(failing, SCHEMA, store, state="two", base=BASE)

    assert sorted(path.name for path in store.iterdir()) == ["current", "one"]
    assert ask(store, "ASK {}").rows == ((True,),)


def test_progress_is_told_in_triples(tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(sparql_store, "LINES_AT_ONCE", 1)
    total = sparql_store.write(small_graph(), SCHEMA, tmp_path, state="one", progress=lambda *row: said.append(row))

    assert said[-1] == ("triples", total, 0)


def test_the_state_names_schema_base_model_and_cut():
    bases = {sparql_store.state_of("s", SCHEMA, base, "model", "cut") for base in (BASE, "http://other/")}
    names = bases | {sparql_store.state_of("s", SCHEMA, BASE, *more) for more in (("another", "cut"), ("model", "other"))}

    assert len(names) == 4
    assert all(folders.NAME.fullmatch(name) for name in names)
