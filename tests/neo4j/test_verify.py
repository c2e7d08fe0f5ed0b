"""`--verify` reads everything back, says what differs and repairs it."""

from dataclasses import replace

import pytest

from kgbuild.errors import SchemaError
from kgbuild.records import SinkDifference
from kgbuild.sinks.neo4j.statements import DropEdges, PutEdges, PutNodes, statement
from tests.neo4j.helpers import desired, held


def test_nothing_differs(home):
    home.publish()
    report = home.publish(verify=True)
    rows = sum(len(kind) for kind in desired(home))
    assert report.unchanged
    assert report.found == SinkDifference(held=rows)


@pytest.mark.parametrize(
    ("damage", "new", "changed", "gone"),
    [
        ("MATCH (n:Statement {id: 's2'}) DETACH DELETE n", 4, 0, 0),
        ("MATCH (n:Entity {id: 'o1'}) SET n.name = 'X'", 0, 1, 0),
        ("MATCH (n:Entity {id: 'o1'}) SET n.note = 'X'", 0, 1, 0),
        ("MATCH (n:Document {id: 'd1'}) REMOVE n.published", 0, 1, 0),
        ("MATCH (n:Document {id: 'd1'}) SET n.published = '2017-06-01'", 0, 1, 0),
        ("MATCH (n:Entity {id: 'o1'}) REMOVE n:Organization", 0, 1, 0),
        ("MATCH (n:Entity {id: 'o1'}) SET n:Person", 0, 1, 0),
        ("MATCH ()-[r:EMPLOYED_BY {id: 't1'}]->() SET r.quote = 'X'", 0, 1, 0),
        ("MATCH ()-[r:MENTIONS]->(:Entity {id: 'p3'}) DELETE r", 1, 0, 0),
        (
            "MATCH (n:Entity {id: 'p3'}) CREATE (m:Entity {id: 'p9', graph: n.graph, kg_key: replace(n.kg_key, 'p3', 'p9')})",
            0,
            0,
            1,
        ),
        ("MATCH (a)-[r:MENTIONS]->(b:Entity {id: 'p3'}) CREATE (a)-[s:MENTIONS]->(b) SET s = properties(r)", 0, 0, 0),
        (
            "MATCH (a)-[r:MENTIONS]->(b:Entity {id: 'p3'}) CREATE (a)-[s:MENTIONS]->(b) SET s = properties(r), s.count = 9",
            0,
            None,
            0,
        ),
        (
            "MATCH (a)-[r:MENTIONS]->(b:Entity {id: 'p3'}) CREATE (a)-[s:MENTIONS]->(b) SET s = properties(r), r.count = 9",
            0,
            None,
            0,
        ),
        (
            "MATCH (a)-[r:MENTIONS]->(b:Entity {id: 'p3'}) CREATE (a)-[s:MENTIONS]->(b) SET s = properties(r), s.count = 0",
            0,
            None,
            0,
        ),
        (
            "MATCH (a)-[r:MENTIONS]->(b:Entity {id: 'p3'}) CREATE (a)-[s:MENTIONS]->(b) SET s = properties(r), r.count = 0",
            0,
            None,
            0,
        ),
    ],
)
def test_damage_is_found_and_repaired(home, run, damage, new, changed, gone):
    home.publish()
    run(damage)
    assert held(run, home) != desired(home)
    report = home.publish(verify=True)
    assert (report.found.new, report.found.gone) == (new, gone)
    assert report.found.changed == changed or changed is None  # which of two twins stays is the server's business
    assert report.twins == (1 if "s = properties" in damage else 0)
    assert held(run, home) == desired(home)
    assert home.publish(verify=True).unchanged


NASTY = (
    "`)-[:X]->() DETACH DELETE n //",
    "\\u0060) MATCH (n) DETACH DELETE n //",
    "'; DROP CONSTRAINT kgbuild_entity_key; //",
    '"}) RETURN 1 UNION MATCH (n) DETACH DELETE n //',
    "\u202eevil\u202c \u2066right\u2069",
    "nul\x00 bell\x07 esc\x1b[31m tab\t line\nend\r",
    "$rows {name} %s {{ }}",
    "a\u0301 ﷽ 𝕏 🜁 \ufeff \u200b",
    "\U0010ffff\ufffe",
    "x" * 20_000,
)


def test_what_documents_say_is_only_ever_a_value(home, run):
    entities = [
        replace(home.graph.parts["entities"][0], id=f"n{i}", name=name, aliases=(name, name[::-1]))
        for i, name in enumerate(NASTY)
    ]
    documents = [
        replace(home.graph.parts["documents"][0], id=f"n{i}", name=name, metadata=((name, name), (f"{name}2", (name, "x"))))
        for i, name in enumerate(NASTY[:-1])
    ]
    triples = [replace(home.graph.parts["triples"][0], id=f"n{i}", subject=f"n{i}", quote=name) for i, name in enumerate(NASTY)]
    home.change(
        entities=lambda rows: (*rows, *entities),
        documents=lambda rows: (*rows, *documents),
        triples=lambda rows: (*rows, *triples),
    )
    home.publish()
    stored = {row["id"]: row["name"] for row in run("MATCH (n:Entity) RETURN n.id AS id, n.name AS name")}
    assert [stored[f"n{i}"] for i in range(len(NASTY) - 1)] == list(NASTY[:-1])
    assert stored[f"n{len(NASTY) - 1}"] == "x" * 7_000 + "…"  # no index takes more
    assert home.publish(verify=True).unchanged
    assert len(run("SHOW CONSTRAINTS")) == 5


@pytest.mark.parametrize("name", ["A`B", "A\\u0060B", "A B", "1A", "A-B", "", "A\u202eB", "A\x00", "A:B", "A)", "ﬀ ", "$A"])
def test_a_name_that_is_no_identifier_never_gets_into_a_query(name):
    for group in (
        PutNodes("Entity", name or " "),
        PutNodes("Entity", "A", (name,)),
        PutEdges(name, "A", "B"),
        PutEdges("A", "A", "B", ("fine", name)),
        DropEdges(name, "A", "B"),
    ):
        with pytest.raises(SchemaError, match="cannot be a label"):
            statement(group)


def test_types_and_relations_of_any_script_arrive(home, run):
    home.change(
        entities=lambda rows: [replace(r, type="Личность") if r.type == "Person" else r for r in rows],
        triples=lambda rows: [replace(r, predicate="雇用") if r.predicate == "EMPLOYED_BY" else r for r in rows],
    )
    home.publish()
    assert held(run, home) == desired(home)
