"""Builds that cannot be, or that are broken off: the graph that is there stays, and one that is not there is not taken for an empty one."""

import io
from dataclasses import replace

import pytest

from kgbuild.errors import BuildError, SchemaError
from kgbuild.pipeline.workspace import Workspace
from kgbuild.schema import shipped_schema
from kgbuild.workspace import database
from kgbuild.workspace.database import transaction
from tests.toy import ToyModels


@pytest.fixture
def folder(tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text("Ann Duncan works for Acme Widget Co.", "utf-8")
    return docs


@pytest.fixture
def ws(tmp_path, folder):
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as made:
        made.add([folder])
        made.extract()
        yield made


def exported(ws):
    stream = io.BytesIO()
    ws.export(stream, format="jsonl")
    return stream.getvalue()


def test_a_rebuild_that_cannot_be_keeps_the_graph(ws, folder):
    ws.build()
    before = exported(ws)
    (folder / "b.txt").write_text("Bo Ryan works for Beta Co.", "utf-8")
    ws.add([folder])

    with pytest.raises(BuildError, match="not extracted"):
        ws.build(rebuild=True)

    assert exported(ws) == before


def test_a_rebuild_that_is_killed_keeps_the_graph_and_readers_see_it_meanwhile(ws, monkeypatch):
    ws.build()
    before, seen = exported(ws), []

    def fault(where):
        seen.append(exported(ws))
        if where == "before commit" and len(seen) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(database, "fault", fault)
    with pytest.raises(KeyboardInterrupt):
        ws.build(rebuild=True)

    assert set(seen) == {before}
    assert exported(ws) == before


def test_a_damaged_graph_is_rebuilt(ws):
    ws.build()
    before = exported(ws)
    path = ws.path / "graph.db"
    ws.gc()
    data = bytearray(path.read_bytes())
    for page in range(2, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(data)

    ws.build(rebuild=True)

    assert exported(ws) == before


def test_a_graph_that_was_never_built_is_no_empty_one(tmp_path, folder):
    """A build that was refused, or killed, leaves a file without a graph."""
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as ws:
        ws.add([folder])
        with pytest.raises(BuildError):
            ws.build()

        with pytest.raises(BuildError, match="no graph yet"):
            exported(ws)
        assert not ws.status().built

        ws.extract(force=True)
        with pytest.raises(BuildError, match="no graph yet"):
            exported(ws)


def test_a_schema_that_an_extractor_left_is_refused_before_anything_is_built(ws, tmp_path):
    """The list of terms that gave a type its label is named no more: exit code 1 and a changed graph would not go together."""
    settings, schema = ws.path / "kgbuild.toml", tmp_path / "animals.yaml"
    (ws.path / "terms.csv").write_text("name,type\nAcme Widget Co,ANIMAL\n", "utf-8")
    settings.write_text('[extractors]\nuse = ["model", "terms:terms.csv"]\n', "utf-8")
    ws.extract()
    text = shipped_schema().read_text("utf-8")
    schema.write_text(text.replace("types:\n", "types:\n  Animal: {from: [ANIMAL]}\n", 1), "utf-8")
    ws.use(schema=schema)
    ws.build()
    before = exported(ws)
    assert ("Animal", 1) in ws.status().by_type

    settings.write_text("", "utf-8")
    ws.extract()
    with pytest.raises(SchemaError, match="Animal is from 'ANIMAL'"):
        ws.build()

    assert exported(ws) == before


def test_an_older_model_that_a_newer_shipped_schema_does_not_fit_says_what_to_use(ws):
    """After an upgrade: the workspace has no schema of its own, and the shipped one asks for what only the new model gives."""
    stored = ws.wanted_model()
    old = replace(stored, key="old", link_labels=tuple(label for label in stored.link_labels if label != "P108"))
    with transaction(ws.truth.db, ws.truth.path):
        ws.truth.put_model(old)
        ws.truth.db.execute("UPDATE extraction SET model = 'old'")
        for key in ("wanted_model", "current_model"):
            ws.truth.set_meta(key, "old")

    with pytest.raises(SchemaError, match="`kgbuild use default` takes the one that stands there now"):
        ws.build()

    ws.use("default")
    ws.extract()
    assert ws.build().triples == 1


OTHER = """
name: other
types:
  Human: {from: [PER]}
  Firm: {from: [ORG], iri: schema:Corporation}
relations:
  WORKS_AT: {from: [P108], head: [Human], tail: [Firm]}
"""


def test_until_the_next_build_a_graph_is_told_in_the_schema_that_it_was_built_with(ws, tmp_path):
    def turtle():
        stream = io.BytesIO()
        ws.export(stream, format="ttl", provenance="none")
        return stream.getvalue().decode()

    ws.build()
    before, told = turtle(), ws.explain_fact("Ann Duncan", "EMPLOYED_BY", "Acme Widget Co")
    assert "a schema:Person" in before
    (tmp_path / "other.yaml").write_text(OTHER, "utf-8")
    ws.use(schema=tmp_path / "other.yaml")
    assert turtle() == before
    assert ws.explain_fact("Ann Duncan", "EMPLOYED_BY", "Acme Widget Co") == told
    assert {label for _, data in ws.graph().nodes(data=True) for label in data["labels"]} >= {"Person", "Organization"}
    ws.build()
    assert "a kg:Human" in turtle()
    assert "EMPLOYED_BY" not in turtle()
