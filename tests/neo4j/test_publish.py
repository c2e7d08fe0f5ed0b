"""The graph into a real Neo4j: what arrives is what should be there, twice is once, and what others keep there is left alone."""

from dataclasses import replace

import pytest

from kgbuild.errors import SinkError
from kgbuild.records import Triple, Value
from kgbuild.sinks.neo4j.send import Counts
from tests.neo4j.helpers import desired, held, none, renamed, without


@pytest.mark.parametrize("provenance", ["none", "summary", "full"])
def test_what_arrives_is_what_should_be_there(home, run, provenance):
    report = home.publish(provenance=provenance)
    nodes, edges = desired(home, provenance)
    assert held(run, home) == (nodes, edges)
    assert (report.nodes, report.relationships, report.found) == (Counts(len(nodes)), Counts(len(edges)), None)
    assert run("MATCH (n) WHERE n.kg_key IS NULL RETURN labels(n) AS l")[0]["l"] == ["KgbuildSink"]


def test_constraints_and_indexes_are_there(home, run):
    home.publish()
    unique = {tuple(row["l"]) for row in run("SHOW CONSTRAINTS YIELD labelsOrTypes AS l, properties AS p WHERE p = ['kg_key']")}
    assert unique == {("Entity",), ("Document",), ("Chunk",), ("Statement",)}
    indexed = {
        (row["l"][0], row["p"][0]) for row in run("SHOW INDEXES YIELD labelsOrTypes AS l, properties AS p WHERE size(l) = 1")
    }
    assert {("Entity", "id"), ("Entity", "name"), ("Document", "uri"), ("Statement", "triple_id")} <= indexed
    found = run("CALL db.index.fulltext.queryNodes('entity_names', 'gsa') YIELD node RETURN node.id AS id")
    assert [row["id"] for row in found] == ["o1"]


def test_the_second_time_no_transaction_writes(home, run):
    home.publish()
    before = last_transaction(run)
    report = home.publish()
    assert report.unchanged
    assert (report.nodes, report.relationships, report.batches) == (Counts(), Counts(), 0)
    assert home.publish(verify=True).unchanged
    assert last_transaction(run) == before


def last_transaction(run):
    return run("SHOW DATABASE neo4j YIELD lastCommittedTxn")[0]["lastCommittedTxn"]


def test_edits_and_deletions_are_sent_and_nothing_else(home, run):
    home.publish()
    home.change(
        entities=renamed("o2", "Acme Inc."),
        triples=lambda rows: [replace(r, quote="other") if r.id == "t4" else r for r in rows if r.id != "t6"],
    )
    report = home.publish()
    assert held(run, home) == desired(home)
    assert report.nodes == Counts(updated=1)
    assert report.relationships == Counts(updated=1, deleted=1)


def test_a_type_that_changes_takes_the_old_label_away(home, run):
    home.publish()
    run("MATCH (n {id: 'o2'}) SET n:Favourite")
    home.change(entities=lambda rows: [replace(r, type="Person") if r.id == "o2" else r for r in rows])
    home.publish()
    assert sorted(run("MATCH (n {id: 'o2'}) RETURN labels(n) AS l")[0]["l"]) == ["Entity", "Favourite", "Person"]
    assert home.publish(verify=True).unchanged


def test_a_fact_between_other_ends_is_moved(home, run):
    home.publish()
    home.change(triples=lambda rows: [replace(r, object="o1") if r.id == "t3" else r for r in rows])
    home.publish()
    assert held(run, home) == desired(home)


def test_other_provenance_is_another_graph(home, run):
    for provenance in ("none", "full", "summary"):
        home.publish(provenance=provenance)
        assert held(run, home) == desired(home, provenance)


def test_more_than_a_tenth_is_deleted_only_when_accepted(home, run):
    home.publish()
    before = held(run, home)
    home.change(entities=without("p3"), mentions=lambda rows: (r for r in rows if r.entity != "p3" and r.origin != "d2"))
    with pytest.raises(SinkError, match=r"give --accept"):
        home.publish(accept=False)
    assert held(run, home) == before
    home.publish(accept=True)
    assert held(run, home) == desired(home)


def test_two_workspaces_share_a_database(home, other, run):
    home.publish()
    other.publish(provenance="summary")
    both = run("MATCH (n:Entity {id: 'o1'}) RETURN n.graph AS graph ORDER BY graph")
    assert [row["graph"] for row in both] == ["other", "ws"]
    other.change(entities=none, triples=none, mentions=none, statements=none)
    other.publish(provenance="summary")
    assert held(run, home) == desired(home)
    assert held(run, other) == desired(other, "summary")
    assert home.publish().unchanged


FOREIGN = """CREATE (a:Entity:Person {id: 'o1', name: 'Foreign'})-[:EMPLOYED_BY {id: 't1'}]->(b:Organization {name: 'Theirs'}),
    (b)-[:LIKES]->(:Document {id: 'd1'})"""


def test_what_others_keep_there_is_left_alone(home, run):
    run(FOREIGN)
    read = "MATCH (n) WHERE n.kg_key IS NULL AND NOT n:KgbuildSink OPTIONAL MATCH (n)-[r]->(m)"
    read += (
        " RETURN properties(n) AS p, labels(n) AS l, type(r) AS t, properties(r) AS q, properties(m) AS o ORDER BY n.name, l"
    )
    before = [dict(row) for row in run(read)]
    home.publish()
    home.change(
        entities=renamed("o1", "New"), triples=without("t1"), statements=lambda rows: (r for r in rows if r.triple != "t1")
    )
    home.publish()
    home.publish(verify=True)
    assert [dict(row) for row in run(read)] == before
    assert held(run, home) == desired(home)


def test_a_node_on_which_others_hung_something_stays_and_is_named(home, run):
    home.publish()
    run("MATCH (n:Entity {id: 'p3'}) CREATE (n)<-[:ABOUT]-(:Note {text: 'mine'})")
    home.change(entities=without("p3"), mentions=lambda rows: (r for r in rows if r.entity != "p3"))
    report = home.publish()
    assert report.kept == ["Entity p3"]
    assert run("MATCH (:Note)-[:ABOUT]->(n) RETURN n.id AS id")[0]["id"] == "p3"
    assert home.publish(accept=False).kept == ["Entity p3"]
    run("MATCH (n:Note) DETACH DELETE n")
    report = home.publish()
    assert (report.kept, report.nodes.deleted) == ([], 1)
    assert held(run, home) == desired(home)


def test_a_graph_of_another_name_is_renamed(home, run):
    home.publish()
    home.name = "ignored later on"
    home.publish()
    assert {row["g"] for row in run("MATCH (n:Entity) RETURN DISTINCT n.graph AS g")} == {"ws"}


def test_a_list_that_empties_is_sent(home, run):
    home.publish()
    home.change(entities=lambda rows: [replace(r, aliases=()) if r.id == "o1" else r for r in rows])
    assert home.publish().nodes == Counts(updated=1)
    assert held(run, home) == desired(home)


def test_numbers_that_do_not_fit_stay_text(home, run):
    big = "123456789012345678901234567890"
    home.change(
        entities=lambda rows: [replace(r, values=(("employees", Value("number", big)),)) if r.id == "o2" else r for r in rows]
    )
    home.publish()
    assert run("MATCH (n:Entity {id: 'o2'}) RETURN n.employees AS e")[0]["e"] == big


def test_a_fact_whose_end_is_missing_is_an_error_and_not_silent(home, run):
    lost = Triple("t9", "p1", "EMPLOYED_BY", "nobody", 9000, 1, 1, home.graph.parts["triples"][0].scope, "q", "d1")
    home.change(triples=lambda rows: (*rows, lost))
    with pytest.raises(SinkError, match="did not find"):
        home.publish()
