"""The promises with the shipped model on real sample documents: what a user gets on the first run."""

import io
import shutil
from pathlib import Path

import pytest

import kgbuild
from kgbuild.extraction.extractor import load
from kgbuild.pipeline.models import model_path
from kgbuild.pipeline.workspace import Workspace

SAMPLES = Path(kgbuild.__file__).parent.parent / "examples" / "documents"


def canonical(ws):
    stream = io.BytesIO()
    ws.export(stream, format="jsonl", provenance="full")
    return stream.getvalue()


def run(ws, folder):
    ws.add([folder], name="documents", sync=True, accept=True)
    ws.extract()
    return ws.build()


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    home = tmp_path_factory.mktemp("default")
    with Workspace(home / "kg", create=True) as ws:
        run(ws, SAMPLES)
        yield ws


def test_the_samples_give_a_graph_with_evidence_for_every_fact(first):
    graph = first.source()
    triples = list(graph.triples())
    documents = {id: first.truth.text(id) for id in first.truth.documents()}

    assert len(list(graph.entities())) > 100
    assert len(triples) > 20
    for statement in graph.statements():
        assert statement.quote == " … ".join(documents[statement.document][a:b] for a, b in statement.quotes)
    assert {t.id for t in triples} == {s.triple for s in graph.statements()}
    graph.derived.close()


def test_every_mention_is_where_the_graph_says(first):
    graph = first.source()
    for id in first.truth.documents():
        shown = first.show(id)
        for unit in shown.facts.units:
            for mention in unit.mentions:
                assert shown.passages[mention.passage].text[mention.start : mention.end] == mention.text
                assert "\n\n" not in mention.text and "\t" not in mention.text
    graph.derived.close()


def test_cypher_finds_what_the_graph_holds(first):
    rows = first.query("MATCH (e:Entity) RETURN count(*)").rows
    graph = first.source()

    assert rows[0][0] == len(list(graph.entities()))
    assert first.query("MATCH (:Entity)-[r]->(:Entity) RETURN count(r)").rows[0][0] == graph.derived.counts()["triples"]
    graph.derived.close()


def test_an_edited_document_gives_the_graph_of_a_fresh_start(first, tmp_path):
    folder = tmp_path / "documents"
    shutil.copytree(SAMPLES, folder)
    with Workspace(tmp_path / "kg", create=True) as ws:
        run(ws, folder)
        assert canonical(ws) == canonical(first)
        chosen = min(folder.rglob("*.md"))
        original = chosen.read_text("utf-8")
        chosen.write_text(
            original + "\n\nAda Lovelace was born in London, England. She worked for the Analytical Society.\n", "utf-8"
        )
        gone = sorted(folder.rglob("*.md"))[1]
        gone_body = gone.read_bytes()
        gone.unlink()

        run(ws, folder)
        changed = canonical(ws)
        with Workspace(tmp_path / "scratch", create=True) as scratch:
            run(scratch, folder)
            assert canonical(scratch) == changed
        assert changed != canonical(first)

        chosen.write_text(original, "utf-8")
        gone.write_bytes(gone_body)
        run(ws, folder)
        assert canonical(ws) == canonical(first)


def test_order_batches_and_threads_change_no_bit(first):
    rows = first.truth.db.execute("SELECT document, start, length FROM passage ORDER BY document, position LIMIT 40").fetchall()
    texts = [first.truth.text(d)[s : s + n] for d, s, n in rows]

    results = []
    for threads, chosen in ((1, texts), (2, texts[::-1]), (2, texts[:3] + texts)):
        extractor = load(model_path("default"), threads=threads)
        results.append(dict(zip(chosen, extractor(chosen), strict=True)))
        extractor.close()

    assert results[0] == results[1] == results[2]
