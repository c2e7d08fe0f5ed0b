"""The generated graph that the benchmarks read, at a tiny size: the same twice, whole, and its counts and quotes agree with its texts."""

from collections import Counter
from itertools import pairwise

import pytest

from benchmarks.generated_graph import GeneratedGraph, Sizes
from kgbuild.graph.memory import collect
from kgbuild.hashing import digest
from kgbuild.records import Scope, Value
from kgbuild.sinks.jsonl import jsonl_lines

SIZES = Sizes(entities=60, relationships=300, documents=30)


@pytest.fixture(scope="module")
def graph():
    return GeneratedGraph(SIZES, seed=3)


def test_the_same_seed_gives_the_same_graph_and_another_one_another(graph):
    assert collect(GeneratedGraph(SIZES, seed=3)) == collect(graph)
    assert collect(GeneratedGraph(SIZES, seed=4)) != collect(graph)


def test_the_graph_of_a_seed_is_pinned(graph):
    """What was measured stays comparable: another graph means another benchmark."""
    assert digest("graph", *jsonl_lines(graph)) == "oyp2xl3kednuj6fvs5ovjtn334"


def test_parts_come_in_the_order_of_a_workspace(graph):
    for part in (graph.entities, graph.triples, graph.documents):
        assert all(left.id < right.id for left, right in pairwise(part()))
    statements = [(s.triple, s.document, s.start) for s in graph.statements()]
    assert statements == sorted(statements)
    assert all((a.origin, a.entity) < (b.origin, b.entity) for a, b in pairwise(graph.mentions()))
    chunks = [(c.document, c.index) for c in graph.chunks()]
    assert chunks == sorted(set(chunks))


def test_there_is_as_much_as_was_asked_for(graph):
    triples = list(graph.triples())
    assert sum(isinstance(triple.object, str) for triple in triples) == SIZES.relationships
    assert len({entity.id for entity in graph.entities()}) == SIZES.entities
    assert len({document.id for document in graph.documents()}) == SIZES.documents
    assert len({(t.subject, t.predicate, t.object) for t in triples}) == len(triples)
    assert len({statement.id for statement in graph.statements()}) > len(triples)


def test_every_end_exists_and_fits_the_schema(graph):
    types = {entity.id: entity.type for entity in graph.entities()}
    documents, chunks = {d.id for d in graph.documents()}, {c.id for c in graph.chunks()}
    for triple in graph.triples():
        relation = graph.schema.relation(triple.predicate)
        assert triple.document in documents
        assert types[triple.subject] in relation.head
        assert isinstance(triple.object, Value) == relation.is_property
        assert isinstance(triple.object, Value) or types[triple.object] in relation.tail
    assert {mention.origin for mention in graph.mentions()} <= documents
    assert {mention.origin for mention in graph.chunk_mentions()} <= chunks
    assert {mention.entity for mention in graph.mentions()} == types.keys()


def test_quotes_stand_where_the_statements_say(graph):
    chunks = {}
    for chunk in graph.chunks():
        assert len(chunk.text) == chunk.end - chunk.start
        chunks.setdefault(chunk.document, []).append(chunk)
    scopes = Counter()
    for statement in graph.statements():
        home = next(c for c in chunks[statement.document] if c.start <= statement.start < c.end)
        parts = [home.text[start - home.start : end - home.start] for start, end in statement.quotes]
        assert " … ".join(parts) == statement.quote
        assert (statement.start, statement.end) == (statement.quotes[0][0], statement.quotes[-1][1])
        scopes[statement.scope, len(parts)] += 1
    assert set(scopes) == {(Scope.STATED, 1), (Scope.INFERRED, 2)}


def test_triples_sum_up_their_statements(graph):
    said = {}
    for statement in graph.statements():
        said.setdefault(statement.triple, []).append(statement)
    for triple in graph.triples():
        own = said.pop(triple.id)
        best = min(own, key=lambda s: (s.scope is Scope.INFERRED, -s.confidence, s.document, s.start))
        assert {(s.subject, s.predicate, s.object) for s in own} == {(triple.subject, triple.predicate, triple.object)}
        assert (triple.support, triple.documents) == (len({s.quote for s in own}), len({s.document for s in own}))
        assert (triple.scope, triple.quote, triple.document) == (best.scope, best.quote, best.document)
    assert not said


def test_mentions_and_values_agree_with_the_facts(graph):
    counted, where = Counter(), {c.id: c.document for c in graph.chunks()}
    for mention in graph.chunk_mentions():
        counted[where[mention.origin], mention.entity] += mention.count
    assert counted == {(m.origin, m.entity): m.count for m in graph.mentions()}
    for entity in graph.entities():
        assert entity.mentions == sum(count for (_, whom), count in counted.items() if whom == entity.id)
        assert entity.documents == sum(whom == entity.id for _, whom in counted)
    held = {(e.id, name, value) for e in graph.entities() for name, value in e.values}
    facts = {
        (t.subject, graph.schema.relation(t.predicate).property, t.object)
        for t in graph.triples()
        if isinstance(t.object, Value)
    }
    assert held == facts
    assert facts


def test_degrees_are_uneven_and_relations_many():
    graph = GeneratedGraph(Sizes(400, 3_000, 80))
    degrees, relations = Counter(), Counter()
    for triple in graph.triples():
        degrees[triple.subject] += 1
        relations[triple.predicate] += 1
    assert degrees.most_common(1)[0][1] > 10 * sum(degrees.values()) / 400
    assert len(relations) > 60


def test_more_relationships_than_the_entities_can_have_are_refused():
    with pytest.raises(ValueError, match="too few"):
        GeneratedGraph(Sizes(2, 5_000, 3))
