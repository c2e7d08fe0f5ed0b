"""The store after edits: a copy that followed the difference holds what one made anew holds, and nobody ever sees half of it."""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kgbuild.errors import BuildError, WorkspaceBusy
from kgbuild.pipeline import adding, refreshing
from kgbuild.pipeline.workspace import Workspace
from kgbuild.sinks import embedded, folders, sparql, sparql_store
from kgbuild.sinks.embedded_engine import Engine
from kgbuild.sinks.query import Reader
from kgbuild.workspace import journal
from kgbuild.workspace.lock import writer_lock
from tests.factory import put
from tests.pipeline.test_placing_again import moved
from tests.toy import ToyModels
from tests.workspace.test_journal import edit

NODES = "MATCH (n) RETURN n ORDER BY labels(n)[0], n.id"
EDGES = "MATCH (a)-[r]->(b) RETURN labels(a), a.id, labels(b), b.id, r"
COUNT = "MATCH (e:Entity) RETURN count(e)"
FOUND = "CALL db.index.fulltext.queryNodes('entity_names', $text) YIELD node RETURN node.id ORDER BY node.id"


def held(store):
    """All that can be read in a store, in any order of its own made one; look-ups by every index."""
    with Reader(store) as reader:
        nodes = [row[0] for row in reader.query(NODES).rows]
        edges = sorted(map(repr, reader.query(EDGES).rows))
        names = sorted({node["name"] for node in nodes if "name" in node})
        by_name = [
            reader.query("MATCH (n:Entity {name: $name}) RETURN n.id ORDER BY n.id", {"name": name}).rows for name in names
        ]
        words = sorted({word for name in names for word in name.split() if word.isalpha()})
        by_word = [reader.query(FOUND, {"text": word}).rows for word in words]
        by_id = [reader.query("MATCH (n:Entity {id: $id}) RETURN n", {"id": node["id"]}).rows for node in nodes]
    return nodes, edges, by_name, by_word, by_id


def made_anew(ws, folder, provenance):
    graph = ws.source()
    try:
        embedded.write(graph, ws.schema(), folder, state="anew", provenance=provenance)
    finally:
        graph.derived.close()
    return held(folder)


@pytest.fixture
def ws(tmp_path):
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as made:
        made.use("toy")
        yield made


@pytest.fixture
def never_anew(monkeypatch):
    """A store may only follow from here on."""

    def stop():
        def refuse(*_args, **_options):
            raise AssertionError("the store was made anew")

        monkeypatch.setattr(embedded, "write", refuse)

    return stop


def configure(ws, text):
    (ws.path / "kgbuild.toml").write_text(text, "utf-8")


@pytest.mark.parametrize(("provenance", "seed"), [("none", 1), ("summary", 2), ("full", 3)])
def test_a_store_that_followed_holds_what_one_made_anew_holds(ws, tmp_path, monkeypatch, provenance, seed):
    configure(ws, f'[store]\nprovenance = "{provenance}"\n')
    dice, write = random.Random(seed), embedded.write
    for _ in range(2):
        edit(ws, dice)
    ws.refresh()
    monkeypatch.setattr(embedded, "write", None)
    for _ in range(3):
        edit(ws, dice)
        ws.refresh()
    monkeypatch.setattr(embedded, "write", write)

    assert held(ws.path / "store") == made_anew(ws, tmp_path / "anew", provenance)


def test_the_first_of_a_type_and_of_a_relation_comes_with_an_edit(ws, tmp_path, never_anew):
    put(ws, {"a.txt": "Ann Duncan met Bo Ryan."})
    ws.extract()
    ws.build()
    ws.refresh()
    never_anew()
    put(ws, {"b.txt": "Ann Duncan works for Acme Widget Co. Ann Duncan lives in Latvia."})
    ws.extract()
    ws.build()

    assert ws.query("MATCH (p:Person)-[r]->(x) RETURN x.name, labels(x)[1] ORDER BY x.name").rows == (
        ("Acme Widget Co", "Organization"),
        ("Latvia", "Location"),
    )
    assert ws.query("MATCH (o:Organization {name: 'Acme Widget Co'}) RETURN o.mentions").rows == ((1,),)
    assert ws.query("MATCH (e:Entity {name: 'Latvia'})<-[:MENTIONS]-(d) RETURN d.uri").rows == (("b.txt",),)


@pytest.mark.parametrize("few", [0, 2_000])
def test_documents_that_are_cut_otherwise_bring_their_chunks(ws, tmp_path, monkeypatch, few):
    """As after an upgrade: the graph is the same to the letter, and its state with it; stores follow, or are made anew."""
    configure(ws, '[store]\nprovenance = "full"\n')
    (tmp_path / "docs").mkdir()
    for name in ("a", "b"):  # without names: the toy model's scores change with the passage
        (tmp_path / "docs" / f"{name}.txt").write_text(f"A dog barks at {name} today. I stay at home.", "utf-8")
    put(ws, {"c.txt": "Ann Duncan works for Acme Widget Co."})
    ws.add([tmp_path / "docs"])
    ws.extract()
    state, old = ws.build().state, ws.refresh()
    made: list[str] = []
    monkeypatch.setattr(sparql_store, "write", lambda *_, state, **__: made.append(state))
    monkeypatch.setattr(sparql, "query", lambda *_, **__: None)
    ws.sparql("ASK {}")
    chunks = "MATCH (c:Chunk) RETURN c.text ORDER BY c.text"
    assert [text[:3] for (text,) in ws.query(chunks).rows] == ["A d", "A d", "Ann"]
    cut = adding.splitting.split
    monkeypatch.setattr(refreshing, "FEW", few)
    monkeypatch.setattr(refreshing, "SHARE", 10**9)
    monkeypatch.setattr(adding, "SPLIT", "split-of-another-version")
    monkeypatch.setattr(adding.splitting, "split", lambda document: moved(cut(document)))
    ws.add([tmp_path / "docs"])
    ws.extract()
    assert ws.build().state == state

    assert [text[:3] for (text,) in ws.query(chunks).rows] == ["Ann", "I s", "I s"]
    assert ws.refresh() != old
    ws.sparql("ASK {}")
    assert len(set(made)) == 2
    assert held(ws.path / "store") == made_anew(ws, tmp_path / "anew", "full")


def test_after_a_refresh_there_is_nothing_to_do(ws, never_anew, monkeypatch):
    edit(ws, random.Random(1))
    state = ws.refresh()
    never_anew()
    monkeypatch.setattr(embedded, "follow", None)
    before = (ws.path / "graph.db").stat().st_mtime_ns

    assert ws.refresh() == state
    assert (ws.path / "graph.db").stat().st_mtime_ns == before


def test_more_than_a_few_changes_make_the_store_anew(ws, monkeypatch):
    edit(ws, random.Random(1))
    ws.refresh()
    monkeypatch.setattr(refreshing, "FEW", 0)
    monkeypatch.setattr(embedded, "follow", None)
    edit(ws, random.Random(2))

    assert ws.refresh() == embedded.current(ws.path / "store")


def test_other_settings_make_the_store_anew(ws, monkeypatch):
    put(ws, {"a.txt": "Ann Duncan works for Acme Widget Co."})
    ws.extract()
    ws.build()
    ws.refresh()
    monkeypatch.setattr(embedded, "follow", None)
    configure(ws, '[rdf]\nbase = "https://example.org/mine/"\n')

    assert ws.query("MATCH (p:Person) RETURN p.iri STARTS WITH 'https://example.org/mine/'").rows == ((True,),)
    configure(ws, '[store]\nprovenance = "full"\n')
    assert ws.query("MATCH (s:Statement) RETURN count(s)").rows == ((1,),)


def test_a_store_that_is_not_what_it_should_be_is_made_anew(ws, tmp_path, caplog):
    """Somebody wrote into the store: what was changed there behind our back does not stay."""
    dice = random.Random(5)
    edit(ws, dice)
    ws.refresh()
    store = ws.path / "store"
    folder = store / embedded.current(store)
    with Engine("change", folder / "db") as engine:
        engine.receive()
        engine.post(do="each", sql="DELETE FROM Entity", rows=[{}], counted="", dates=[])
        engine.settle()
        engine.send(do="finish", count=[])
        assert engine.receive()["nodes"] < 100
        engine.receive()
    marker = {"version": embedded.VERSION, "nodes": 1, "relationships": 0, "files": folders._sizes(folder / "db")}
    (folder / folders.MARKER).write_text(json.dumps(marker), "utf-8")
    edit(ws, dice)

    ws.refresh()

    assert "is made anew" in caplog.text
    assert held(store) == made_anew(ws, tmp_path / "anew", "summary")


def test_a_difference_that_does_not_fit_leaves_the_old_store(ws, monkeypatch):
    dice = random.Random(6)
    edit(ws, dice)
    state = ws.refresh()
    edit(ws, dice)

    def fail(*_):
        raise BuildError("no")

    monkeypatch.setattr(embedded, "change", fail)
    monkeypatch.setattr(embedded, "load", fail)
    with pytest.raises(BuildError):
        ws.refresh()

    assert embedded.current(ws.path / "store") == state
    assert sorted(path.name for path in (ws.path / "store").iterdir()) == sorted(["current", state])


DYING = """
import os, sys
from kgbuild.pipeline.workspace import Workspace
from kgbuild.sinks import embedded, folders
from kgbuild.workspace import journal
from tests.toy import ToyModels
module, name = sys.argv[2].split(":")
target = {"embedded": embedded, "folders": folders, "journal": journal}[module]
real = getattr(target, name)
def die(*args, **options):
    if sys.argv[3] == "after":
        real(*args, **options)
    os._exit(9)
setattr(target, name, die)
Workspace(sys.argv[1], models=ToyModels()).refresh()
"""

MOMENTS = (
    ("embedded:_copy", "after"),
    ("embedded:change", "after"),
    ("folders:_sync_tree", "before"),
    ("folders:_point", "before"),
    ("journal:start", "before"),
)


@pytest.mark.parametrize(("where", "when"), MOMENTS)
def test_killed_at_any_moment_the_store_is_whole(ws, tmp_path, where, when):
    dice = random.Random(7)
    edit(ws, dice)
    old = ws.refresh()
    before = held(ws.path / "store")[0]
    edit(ws, dice)
    script = tmp_path / "dying.py"
    script.write_text(DYING, "utf-8")
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    dead = subprocess.run(
        [sys.executable, str(script), str(ws.path), where, when], env=environment, capture_output=True, check=False
    )
    assert dead.returncode == 9, dead.stderr

    state = embedded.current(ws.path / "store")
    assert state is not None
    if state == old:
        assert held(ws.path / "store")[0] == before
    ws.refresh()
    assert held(ws.path / "store") == made_anew(ws, tmp_path / "anew", "summary")
    graph = ws.source()
    assert journal.since(graph) == embedded.current(ws.path / "store")
    graph.derived.close()


def test_while_another_process_writes_the_store_is_asked_as_it_is(ws, caplog):
    put(ws, {"a.txt": "Ann Duncan works for Acme Widget Co."})
    ws.extract()
    ws.build()
    assert ws.query(COUNT).rows == ((2,),)
    put(ws, {"b.txt": "Ann Duncan lives in Latvia."})
    ws.extract()
    ws.build()

    with writer_lock(ws.path):
        assert ws.query(COUNT).rows == ((2,),)
        assert "another process writes" in caplog.text
    assert ws.query(COUNT).rows == ((3,),)


def test_without_a_store_a_query_waits_for_nobody(ws):
    edit(ws, random.Random(8))

    with (
        writer_lock(ws.path),
        pytest.raises(WorkspaceBusy, match="no query store of this graph yet, and none can be made now: .* in use by"),
    ):
        ws.query(COUNT)


def test_a_damaged_store_is_made_anew_at_the_next_query(ws):
    edit(ws, random.Random(9))
    ws.refresh()
    count, store = ws.query(COUNT).rows, ws.path / "store"
    shutil.rmtree(store / embedded.current(store) / "db")

    assert ws.query(COUNT).rows == count


def test_a_journal_that_began_elsewhere_is_not_followed(ws, monkeypatch):
    edit(ws, random.Random(10))
    ws.refresh()
    graph = ws.source()
    with writer_lock(ws.path):
        journal.start(graph, "elsewhere")
    graph.derived.close()
    edit(ws, random.Random(11))
    monkeypatch.setattr(embedded, "follow", None)

    assert ws.refresh() == embedded.current(ws.path / "store")
