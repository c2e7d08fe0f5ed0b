import gzip
import io
import json

import pyoxigraph
import pytest

from kgbuild.errors import BuildError, NotFound, UsageError
from kgbuild.graph.memory import Graph, collect
from kgbuild.hashing import digest
from kgbuild.pipeline.workspace import Workspace
from kgbuild.records import (
    Entity,
    Judgement,
    Scope,
    Triple,
    Value,
    Verdict,
)
from kgbuild.schema import load_schema
from kgbuild.sinks.export import ExportOptions, export
from kgbuild.workspace.truth import Truth
from tests.pipeline.generated import generated_graph
from tests.sinks.small_graph import small_graph

SCHEMA = load_schema()
BASE = "http://kg.test/"
RDF = ("nt", "nq", "ttl", "trig", "jsonld", "rdf")
FORMATS = (*RDF, "jsonl")


def written(graph, format, provenance="full", **options):
    stream = io.BytesIO()
    export(graph, SCHEMA, stream, format, ExportOptions(provenance=provenance, base=BASE, **options))
    return stream.getvalue()


def imported(folder, data, format):
    """A workspace with the graph of an export."""
    path = folder / f"graph.{format}"
    path.write_bytes(gzip.compress(data) if format.endswith(".gz") else data)
    ws = Workspace(folder / "kg", create=True)
    try:
        ws.import_file(path)
    except BaseException:
        ws.close()
        raise
    return ws


def exported(ws, format, provenance="full", **options):
    stream = io.BytesIO()
    ws.export(stream, format=format, provenance=provenance, **options)
    return stream.getvalue()


def graph_of(ws):
    source = ws.source()
    try:
        return collect(source)
    finally:
        source.derived.close()


# ── there and back ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("provenance", ["none", "summary", "full"])
@pytest.mark.parametrize("format", FORMATS)
def test_an_export_of_an_import_has_the_same_bytes(tmp_path, format, provenance):
    data = written(generated_graph(1), format, provenance)

    with imported(tmp_path, data, format) as ws:
        assert exported(ws, format, provenance) == data


@pytest.mark.parametrize("format", [*(f for f in FORMATS if f != "rdf"), "ttl.gz"])
def test_with_full_provenance_the_graph_is_the_same_graph(tmp_path, format):
    """RDF/XML is left out: its characters are fewer."""
    graph = small_graph()

    with imported(tmp_path, written(graph, format.removesuffix(".gz")), format) as ws:
        assert graph_of(ws) == graph
        assert ws.schema().digest == SCHEMA.digest
        assert ws.config.base == ("" if format == "jsonl" else BASE)


def test_every_format_carries_the_same_graph(tmp_path):
    graph = generated_graph(2)
    found = set()
    for format in FORMATS:
        (folder := tmp_path / format).mkdir()
        with imported(folder, written(graph, format), format) as ws:
            found.add(exported(ws, "jsonl"))
    assert found == {written(graph, "jsonl")}


@pytest.mark.parametrize(
    "options", [{"annotations": "rdf12"}, {"graphs": "document"}, {"annotations": "rdf12", "graphs": "document"}]
)
def test_triple_terms_and_named_graphs_are_read_too(tmp_path, options):
    data = written(generated_graph(3), "trig", **options)

    with imported(tmp_path, data, "trig") as ws:
        assert exported(ws, "jsonl") == written(generated_graph(3), "jsonl")
        assert exported(ws, "trig", **options) == data


def test_lines_in_another_order_give_the_same_facts(tmp_path):
    lines = sorted(written(generated_graph(4), "nt").splitlines(keepends=True), key=lambda line: digest("x", line))
    graph = generated_graph(4)

    with imported(tmp_path, b"".join(lines), "nt") as ws:
        back = graph_of(ws)
    assert list(back.triples()) == list(graph.triples())
    assert set(back.statements()) == set(graph.statements())
    assert list(back.mentions()) == list(graph.mentions())
    assert {e.id: {*e.aliases} for e in back.entities()} == {e.id: {*e.aliases} for e in graph.entities()}


# ── everything works on it ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def ws(tmp_path):
    with imported(tmp_path, written(small_graph(), "ttl"), "ttl") as made:
        yield made


def test_the_graph_can_be_asked_explained_and_looked_at(ws):
    assert ws.query("MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN p.name, r.quote, o.name ORDER BY r.support DESC LIMIT 1").rows == (
        ("Ada Byron", "Ada works for GSA.", "General Services Administration"),
    )  # fmt: skip
    assert ws.sparql("SELECT ?n { ?x a schema:Place; rdfs:label ?n }").rows == (("London",),)
    [fact] = ws.explain_fact("Ada Byron", "EMPLOYED_BY", "GSA")
    assert [quote.text for quote in fact.quotes] == ["Ada works for GSA.", "Ada of the GSA"]
    [ada] = ws.explain("Lady Lovelace")
    assert ada.names == (("Person/ada byron", 0, ()),)
    assert "Ada works for GSA." in {quote.text for quote in ada.quotes}
    assert [fact.predicate for fact in ws.connect("GSA", "London")] == ["HEADQUARTERED_IN"]
    assert ws.graph().number_of_nodes() == 7
    status = ws.status()
    assert (status.imported, status.imported_provenance, status.entities, status.triples, status.values) == (
        "graph.ttl",
        "full",
        5,
        4,
        1,
    )
    with pytest.raises(NotFound):
        ws.show("d1")


def test_the_graph_is_derived_from_the_workspace_and_a_second_build_writes_nothing(ws):
    before = graph_of(ws)
    assert not ws.build().changed
    state = ws.build(preview=True).state

    assert ws.build(rebuild=True).state == state
    assert graph_of(ws) == before
    source = ws.source()
    assert f"{source.derived.state_from_rows():032x}" == state
    source.derived.close()


@pytest.mark.parametrize(
    "act",
    [
        lambda ws: ws.add(["."]),
        lambda ws: ws.add_records([{"text": "a"}]),
        lambda ws: ws.remove(["*"]),
        lambda ws: ws.extract(),
        lambda ws: ws.use(schema="x.yaml"),
        lambda ws: ws.judge(Judgement(0, Verdict.SAME, None)),
        lambda ws: ws.undo(1),
    ],
)
def test_documents_and_judgements_are_refused(ws, act):
    with pytest.raises(UsageError, match="imported from graph.ttl, and nothing can be added"):
        act(ws)


def test_an_import_needs_a_workspace_of_its_own(ws, tmp_path):
    with pytest.raises(UsageError, match="holds the graph of graph.ttl"):
        ws.import_file(tmp_path / "graph.ttl")
    with Workspace(tmp_path / "other", create=True) as other:
        other.add_records([{"text": "A text."}])
        with pytest.raises(UsageError, match="holds 1 document,"):
            other.import_file(tmp_path / "graph.ttl")


@pytest.mark.parametrize("provenance", ["none", "summary"])
def test_what_was_not_imported_is_not_exported(tmp_path, provenance):
    with imported(tmp_path, written(small_graph(), "ttl", provenance), "ttl") as ws:
        with pytest.raises(UsageError, match=f"with provenance {provenance}, and cannot be exported with full"):
            exported(ws, "jsonl")
        assert exported(ws, "jsonl", "none")


def test_older_versions_refuse_the_workspace(ws):
    assert ws.truth.meta("format") == "2"
    with Workspace(ws.path.parent / "documents", create=True) as other:
        assert other.truth.meta("format") == "1"
    Truth(ws.path / "workspace.db").close()


# ── what is no export ────────────────────────────────────────────────────────────────────────────────────────────────


def refused(tmp_path, data, format, words):
    with Workspace(tmp_path / "kg", create=True) as ws:
        (tmp_path / f"x.{format}").write_bytes(data)
        with pytest.raises((BuildError, UsageError)) as raised:
            ws.import_file(tmp_path / f"x.{format}")
        assert words in str(raised.value)
        assert ws.truth.meta("imported") is None
        assert ws.truth.meta("format") == "1"
        assert not (tmp_path / "kg" / "import.partial").exists()


FOREIGN = b'<http://a/b> <http://a/c> "d" .\n'


@pytest.mark.parametrize(
    ("data", "format", "words"),
    [
        (FOREIGN, "nt", "no graph that kgbuild exported: it begins with <http://a/b> <http://a/c> …; expected <…/schema/> kg:provenance"),
        (b"", "ttl", "it holds no triple"),
        (FOREIGN + b"nonsense\n", "nt", "x.nt:2: not valid N-Triples"),
        (b"@prefix a: <http://a/> .\na:b a:c a:d ,\n", "ttl", "not valid Turtle"),
        (b'{"kind":"entity"}\n', "jsonl", "x.jsonl:1: this is no graph that kgbuild exported"),
        (b"\xff\xfe", "jsonl", "x.jsonl:1:"),
        (b'{"kind":"graph","format":9,"provenance":"full"}\n', "jsonl", "format 9"),
        (b'{"kind":"graph","format":1,"provenance":"full"}\n{"kind":"fact"}\n', "jsonl", "x.jsonl:2: no record of an export: unknown kind 'fact'"),
        (b'{"kind":"graph","format":1,"provenance":"full"}\n{"kind":"mention","origin":"d"}\n', "jsonl", "expected count, entity, origin"),
        (FOREIGN, "csv", "does not say its format: end it in .jsonl, .nt"),
        (b"\x1f\x8b not gzip", "nt.gz", "cannot be read"),
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused_with_what_was_expected(tmp_path, data, format, words):
    refused(tmp_path, data, format, words)


def without(data, *words):
    return b"".join(line for line in data.splitlines(keepends=True) if not all(word in line for word in words))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((b"entity/e2> ", b"Label"), "has no skos:prefLabel"),
        ((b"entity/e2> ", b"rdf-syntax-ns#type"), "is of no class of the schema"),
        ((b"<http://kg.test/document/d1> ", b"identifier"), "has no dcterms:identifier"),
        ((b"<http://kg.test/document/d1> <",), "mentioned by document d1, which the file does not hold"),
        ((b"rdf-syntax-ns#subject",), "has 0 times rdf:subject"),
        ((b"oa#hasSource",), "has 0 times oa:hasSource"),
    ],
)
def test_a_file_that_lacks_something_says_what(tmp_path, words, said):
    refused(tmp_path, without(written(small_graph(), "nt"), *words), "nt", said)


def test_a_cut_file_is_refused(tmp_path):
    lines = written(small_graph(), "jsonl").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(b'{"kind":"entity"')]

    refused(tmp_path, b"".join(kept), "jsonl", "which the file does not hold: it is not whole")


def test_a_schema_of_its_own_is_needed_where_json_lines_hold_other_types(tmp_path):
    (tmp_path / "own.yaml").write_text(
        "types: {Ship: {from: [S]}}\nrelations: {NEAR: {from: [N], head: [Ship], tail: [Ship]}}\n"
    )
    ship = Entity("a", "Ship", "Ada", (), (), 1, 1, 9000)
    (tmp_path / "x.jsonl").write_bytes(written(Graph([ship]), "jsonl"))
    with Workspace(tmp_path / "kg", create=True) as ws:
        with pytest.raises(BuildError, match="Ship is not in the schema .*: give the graph's own with --schema FILE"):
            ws.import_file(tmp_path / "x.jsonl")
        ws.import_file(tmp_path / "x.jsonl", schema=tmp_path / "own.yaml")
        assert ws.query("MATCH (s:Ship) RETURN s.name").rows == (("Ada",),)


def test_a_store_that_wrote_the_file_again_changes_nothing_but_the_order(tmp_path):
    store = pyoxigraph.Store()
    store.load(written(small_graph(), "nt"), format=pyoxigraph.RdfFormat.N_TRIPLES)
    dumped = store.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph())

    with imported(tmp_path, dumped, "nt") as ws:
        assert list(graph_of(ws).triples()) == list(small_graph().triples())


def test_two_records_with_one_id_are_refused(tmp_path):
    lines = written(small_graph(), "jsonl").splitlines(keepends=True)
    entity = next(line for line in lines if b'"kind":"entity"' in line)
    changed = json.loads(entity) | {"name": "Other"}

    refused(tmp_path, b"".join([*lines, json.dumps(changed).encode() + b"\n"]), "jsonl", "two records have one id")


def test_values_keep_their_kind(tmp_path):
    person = Entity("a", "Person", "Ada", (), (), 1, 1, 9000, (("date_of_birth", Value("date", "in 1815")),))
    born = Triple("t", "a", "DATE_OF_BIRTH", Value("date", "in 1815"), 9000, 1, 0, Scope.STATED, "q", "")

    with imported(tmp_path, written(Graph([person], [born]), "ttl"), "ttl") as ws:
        assert list(graph_of(ws).triples()) == [born]
        assert list(graph_of(ws).entities()) == [person]
