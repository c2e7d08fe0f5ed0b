"""Worked by hand on the clusters of test_relations: A = {0, 1, 2} PER, B = {10, 11} ORG, C = {20} LOC; A-works-B, B-in-C."""

import pytest

from kgbuild.corpora.gold import GoldDocument, GoldMention
from kgbuild.evaluation.mistakes import (
    ClusterMistake,
    MentionMistake,
    RelationMistake,
    cluster_mistakes,
    count_confusions,
    count_mistakes,
    mention_mistakes,
    relation_mistakes,
)
from kgbuild.evaluation.reading import Reading
from kgbuild.evaluation.relations import Clustered
from tests.evaluation.test_relations import MERGED, SPLIT, TIE

A, B, C = ((0, 1, "PER"), (1, 2, "PER"), (2, 3, "PER")), ((10, 11, "ORG"), (11, 12, "ORG")), ((20, 21, "LOC"),)
GOLD = Clustered((A, B, C), frozenset({(0, "works", 1), (1, "in", 2)}))


def reading(predicted, spans=(), gold=GOLD, **about):
    mentions = tuple(GoldMention(start, end, label, start, end) for cluster in gold.clusters for start, end, label in cluster)
    offsets = tuple((i, i + 1) for i in range(40))
    document = GoldDocument(
        "d", "x" * 40, ("x",) * 40, offsets, ((0, 40),), mentions, **{"has_relations": True} | about
    )  # fmt: skip
    scores = dict.fromkeys(predicted.triples, 9000)
    return Reading(document, gold, dict.fromkeys(spans, 9000), predicted, scores, frozenset(), (), ())


def relations(clusters, *triples):
    return relation_mistakes(reading(Clustered(clusters, frozenset(triples))))


RIGHT = (0, "works", 1), (1, "in", 2)
SAME = (A, B, C)


@pytest.mark.parametrize(
    ("clusters", "triples", "expected"),
    [
        (SAME, RIGHT, []),
        (SAME, (RIGHT[0],), [("missed", RIGHT[1], None)]),
        (SAME, (RIGHT[0], (2, "in", 1)), [("direction", RIGHT[1], (2, "in", 1))]),
        (SAME, (RIGHT[0], (1, "near", 2)), [("relation", RIGHT[1], (1, "near", 2))]),
        (SAME, (*RIGHT, (0, "near", 2)), [("spurious", None, (0, "near", 2))]),
        # an end that is no gold mention
        ((*SAME, ((30, 31, "LOC"),)), (*RIGHT, (0, "near", 3)), [("spurious", None, (0, "near", 3))]),
        # A in two pieces: right softly, not strictly; and a fact between the two pieces
        ((A[:2], A[2:], B, C), ((0, "works", 2), (2, "in", 3)), [("split", RIGHT[0], (0, "works", 2))]),
        ((A[:2], A[2:], B, C), ((2, "in", 3), (0, "works", 1), (0, "works", 2)),
         [("split", None, (0, "works", 1)), ("split", RIGHT[0], (0, "works", 2))]),
        # B swallowed by A's cluster: A-works-B can not be said any more, B-in-C is said of A
        (((*A, *B), C), ((0, "in", 1),), [("merged", RIGHT[1], (0, "in", 1)), ("merged", RIGHT[0], None)]),
        # C's mention joined to B: C-in-… is lost; A-works-B is right but for the stranger among B
        ((A, (*B, *C)), (RIGHT[0],), [("merged", RIGHT[1], None), ("merged", RIGHT[0], RIGHT[0])]),
        # one of A's mentions was not found at all; B has a type of its own
        ((A[:2], B, C), RIGHT, [("mentions", RIGHT[0], RIGHT[0])]),
        ((A, ((10, 11, "LOC"), (11, 12, "LOC")), C), RIGHT, [("type", RIGHT[0], RIGHT[0]), ("type", RIGHT[1], RIGHT[1])]),
    ],
)  # fmt: skip
def test_relations_worked_by_hand(clusters, triples, expected):
    found = [(m.group, m.gold, m.predicted) for m in relations(clusters, *triples)]
    assert sorted(found, key=repr) == sorted(expected, key=repr)


# The three documents of test_relations. Split: A-works-B is right from two pieces of A, one mistake. Merged: {0, 10, 11} holds A
# and B, so B-in-C and A-works-B are right with strangers in them; its fact with {30} is spurious, that with the piece {11} is a
# split. Tie: {2, 20} stands for A, so B-in-A is wrong, and right for C, which it also holds; A-works-B has A in two pieces.
@pytest.mark.parametrize(
    ("predicted", "expected"),
    [
        (SPLIT, [("split", RIGHT[0], (0, "works", 2))]),
        (MERGED, [("spurious", None, (0, "works", 2)), ("split", None, (0, "in", 4)), ("merged", RIGHT[0], (1, "works", 0)),
                  ("merged", RIGHT[1], (0, "in", 3))]),
        (TIE, [("merged", RIGHT[1], (1, "in", 2)), ("split", RIGHT[0], (0, "works", 1))]),
    ],
)  # fmt: skip
def test_the_documents_of_the_three_readings(predicted, expected):
    found = [(m.group, m.gold, m.predicted) for m in relation_mistakes(reading(predicted))]
    assert sorted(found, key=repr) == sorted(expected, key=repr)


def test_a_wrong_relation_stands_for_a_gold_one_that_was_not_found():
    gold = Clustered((A, B), frozenset({(0, "leads", 1), (0, "owns", 1)}))
    found = relation_mistakes(reading(Clustered((A, B), frozenset({(0, "leads", 1), (0, "works", 1)})), gold=gold))
    assert found == [RelationMistake("relation", (0, "owns", 1), (0, "works", 1))]


def test_mentions_worked_by_hand():
    gold = Clustered((((0, 3, "PER"),), ((5, 8, "ORG"),), ((10, 14, "LOC"),), ((20, 22, "LOC"),)), frozenset())
    spans = [(0, 3, "PER"), (5, 8, "LOC"), (11, 14, "LOC"), (20, 23, "ORG"), (30, 31, "PER")]
    assert mention_mistakes(reading(Clustered((), frozenset()), spans, gold)) == [
        MentionMistake("type", (5, 8, "ORG"), (5, 8, "LOC")),
        MentionMistake("boundary", (10, 14, "LOC"), (11, 14, "LOC")),
        MentionMistake("missed", (20, 22, "LOC"), None),  # another type over other words explains nothing
        MentionMistake("spurious", None, (20, 23, "ORG")),
        MentionMistake("spurious", None, (30, 31, "PER")),
    ]


def test_confusions_are_mentions_of_another_type_over_the_same_words():
    gold = Clustered((((0, 3, "PER"),), ((5, 8, "ORG"),), ((10, 14, "LOC"),)), frozenset())
    one = reading(Clustered((), frozenset()), [(0, 3, "ORG"), (5, 8, "LOC"), (11, 14, "LOC")], gold)
    assert count_confusions([one, one]) == {"PER": {"ORG": 2}, "ORG": {"LOC": 2}}


def test_clusters_worked_by_hand():
    found = cluster_mistakes(reading(Clustered((A[:1], (*A[1:], *B), C), frozenset())))
    assert found == [ClusterMistake("split", (0,), (0, 1)), ClusterMistake("merged", (0, 1), (1,))]


def test_counts_name_every_group_and_leave_out_what_is_not_annotated():
    counts = count_mistakes([reading(Clustered((A[:2], A[2:], B, C), frozenset({(0, "works", 2)})), A + B)])
    assert counts == {
        "mentions": {"boundary": 0, "type": 0, "missed": 1, "spurious": 0},
        "relations": dict.fromkeys(("direction", "relation", "spurious", "merged", "mentions", "type"), 0) | {"missed": 1, "split": 1},
        "clusters": {"split": 1, "merged": 0},
    }  # fmt: skip
    assert count_mistakes([reading(Clustered((), frozenset()), has_relations=False, linked=False)]).keys() == {"mentions"}
    assert count_mistakes([reading(Clustered((), frozenset()), complete=False)]) == {}
