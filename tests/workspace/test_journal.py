"""The journal of graph.db: after any edits, the difference that it gives turns the graph of before into the graph of now."""

import random

import pytest

from kgbuild.errors import BuildError
from kgbuild.graph.memory import Graph, collect
from kgbuild.pipeline.workspace import Workspace
from kgbuild.records import Anchor, Judgement, Value, Verdict
from kgbuild.workspace import journal
from kgbuild.workspace.lock import writer_lock
from tests.factory import put
from tests.toy import ToyModels

PEOPLE = ("Ann Duncan", "Duncan", "Bo Ryan", "Ryan", "Dr. Ann Duncan", "A. Duncan")
THINGS = ("Acme Widget Co", "AWC", "Acme Widget Co (AWC)", "Beta Inc. Co", "Beta Co", "Latvia", "USA", "Ruritania")
VERBS = ("works for", "lives in", "married", "part of", "has part", "met", "born on")


def text(dice):
    def sentence():
        return f"{dice.choice(PEOPLE + THINGS)} {dice.choice(VERBS)} {dice.choice((*PEOPLE, *THINGS, '1947', '1950'))}."

    return "\n\n".join(" ".join(sentence() for _ in range(dice.randint(1, 3))) for _ in range(dice.randint(1, 3)))


def edit(ws, dice):
    """One to three documents written or removed, sometimes a judgement, and a build."""
    for _ in range(dice.randint(1, 3)):
        uri = f"docs/{dice.choice('abcdefgh')}.txt"
        put(ws, {uri: text(dice) if dice.random() < 0.75 else None}, title=dice.choice(("One", "Two")))
    if dice.random() < 0.3:
        ends = (Anchor(f"docs/{dice.choice('abcdefgh')}.txt", dice.choice(PEOPLE), "Person") for _ in range(2))
        try:
            ws.judge(Judgement(0, dice.choice((Verdict.SAME, Verdict.DIFFERENT)), *ends))
        except BuildError:  # what contradicts an earlier one is refused, and is no part of this test
            pass
    ws.extract()
    ws.build()


def applied(before, delta):
    """The graph of before with the difference put through, as a store would do it."""
    gone = {key.id for key in delta.triples_before}
    entities = {e.id: e for e in before.entities() if e.id not in delta.gone_entities}
    assert not entities.keys() & {e.id for e in delta.new_entities}
    assert entities.keys() >= {e.id for e in delta.changed_entities}
    documents = {d.id: d for d in before.documents() if d.id not in delta.gone_documents}
    assert not documents.keys() & {d.id for d in delta.new_documents}
    assert documents.keys() >= {d.id for d in delta.changed_documents}
    remade = {d.id for d in (*delta.new_documents, *delta.changed_documents)} | set(delta.gone_documents)
    chunk_of = {c.id: c.document for c in before.chunks()}
    unmentioned = {*delta.mentioning, *delta.gone_documents}
    return Graph(
        (entities | {e.id: e for e in (*delta.new_entities, *delta.changed_entities)}).values(),
        (*(t for t in before.triples() if t.id not in gone), *delta.triples),
        (*(s for s in before.statements() if s.triple not in gone), *delta.statements),
        (documents | {d.id: d for d in (*delta.new_documents, *delta.changed_documents)}).values(),
        (*(m for m in before.mentions() if m.origin not in unmentioned), *delta.mentions),
        (*(c for c in before.chunks() if c.document not in remade), *delta.chunks),
        (*(m for m in before.chunk_mentions() if chunk_of[m.origin] not in unmentioned), *delta.chunk_mentions),
    )


def graph_of(ws):
    source = ws.source()
    try:
        return collect(source)
    finally:
        source.derived.close()


@pytest.fixture
def ws(tmp_path):
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as made:
        made.use("toy")
        yield made


def begin(ws, name):
    source = ws.source()
    with writer_lock(ws.path):
        journal.start(source, name)
    return source


@pytest.mark.parametrize("seed", range(6))
def test_the_difference_turns_the_graph_of_before_into_the_graph_of_now(ws, seed):
    dice = random.Random(seed)
    for _ in range(3):
        edit(ws, dice)
    for step in range(8):
        before, source = graph_of(ws), begin(ws, f"state-{step}")
        for _ in range(dice.randint(1, 2)):  # several builds may lie between two refreshes
            edit(ws, dice)
        delta, now = journal.delta(source, "full"), graph_of(ws)
        source.derived.close()
        assert delta is not None
        assert applied(before, delta) == now


def test_without_an_edit_there_is_no_difference(ws):
    edit(ws, random.Random(1))
    source = begin(ws, "one")

    ws.build()

    assert journal.size(source) == 0
    assert journal.since(source) == "one"
    source.derived.close()


def test_a_new_database_has_no_journal(ws):
    edit(ws, random.Random(1))
    begin(ws, "one").derived.close()

    ws.build(rebuild=True)

    source = ws.source()
    assert journal.since(source) == ""
    source.derived.close()


def test_a_build_that_is_taken_back_leaves_no_trace(ws):
    dice = random.Random(2)
    edit(ws, dice)
    source = begin(ws, "one")
    put(ws, {"docs/z.txt": "Ann Duncan works for Beta Co."})
    ws.extract()

    ws.build(preview=True)

    assert journal.size(source) == 0
    source.derived.close()


def test_an_entity_that_changes_its_type_needs_a_new_store(ws):
    """Ids hash the type, so this is for what comes: the journal must not pretend to know."""
    edit(ws, random.Random(3))
    source = begin(ws, "one")
    db = source.derived.db
    id, type, name, body, digest = db.execute("SELECT * FROM entity LIMIT 1").fetchone()
    db.execute("DELETE FROM entity WHERE id = ?", (id,))
    db.execute(
        "INSERT INTO entity VALUES (?, ?, ?, ?, ?)",
        (id, "Else", name, body.replace(f'"type":"{type}"', '"type":"Else"'), digest),
    )

    assert journal.delta(source, "none") is None
    source.derived.close()


def test_values_of_facts_are_kept_apart_from_ends(ws):
    put(ws, {"docs/a.txt": "Ann Duncan born on 1947."})
    ws.extract()
    ws.build()
    source = begin(ws, "one")
    put(ws, {"docs/a.txt": "Ann Duncan born on 1950."})
    ws.extract()
    ws.build()
    delta = journal.delta(source, "summary")
    source.derived.close()

    assert [key.is_value for key in delta.triples_before] == [True]
    assert [triple.object for triple in delta.triples] == [Value("date", "1950")]
    assert [entity.values[0][1].text for entity in delta.changed_entities] == ["1950"]
