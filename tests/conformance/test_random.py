"""A short pass of random queries in every run; thousands with python -m tests.conformance.nightly."""

from tests.conformance.generator import query
from tests.conformance.nightly import smallest, verdict
from tests.conformance.tree import Tree, reduced

QUERIES = 40
SEED = 20261126


def test_random_queries_are_answered_as_by_neo4j(here, neo4j):
    answered = 0
    for seed in range(SEED, SEED + QUERIES):
        asked = query(seed)
        found, detail = verdict(here, neo4j, asked, str(asked.tree))
        assert found != "differs", f"seed {seed}: {smallest(here, neo4j, asked)}: {detail}"
        answered += found == "same"

    assert answered >= QUERIES * 0.8


def test_a_seed_gives_one_query():
    texts = [str(query(seed).tree) for seed in range(50)]

    assert texts == [str(query(seed).tree) for seed in range(50)]
    assert len(set(texts)) == 50


def test_a_tree_is_made_as_small_as_still_fails():
    predicate = Tree(
        (Tree(("bad", "c.y"), "NOT (", " OR ", ")", least=1, simpler=("true",)), "a.x = 1", "b.x = 2"),
        "WHERE ",
        " AND ",
        least=1,
    )
    tree = Tree(
        (Tree(("(a)", "(b)"), "MATCH ", ", ", least=1), predicate, Tree(("a", "b"), "RETURN ", ", ", least=1)),
        between=" ",
        least=1,
    )

    assert str(reduced(tree, lambda text: "bad" in text)) == "WHERE NOT (bad)"
    assert str(reduced(tree, lambda text: "(b)" in text and "RETURN" in text)) in ("MATCH (b) RETURN a", "MATCH (b) RETURN b")
    assert str(reduced(tree, lambda text: text == str(tree))) == str(tree)
