"""Worked by hand. Clusters are named by letters; spans are single characters, so cluster A = mentions at 0 and 1, and so on."""

from dataclasses import replace

import pytest

from kgbuild.corpora.gold import parse_docred
from kgbuild.evaluation.counts import Counts, prf, total
from kgbuild.evaluation.relations import (
    READINGS,
    Clustered,
    Pair,
    count,
    count_labels,
    count_scope,
    count_unknown,
    given_facts,
    gold_clustered,
    map_clusters,
    without,
)

# Gold, all three documents: A = {0, 1, 2} PER, B = {10, 11} ORG, C = {20} LOC; triples A-works-B, B-in-C.
A, B, C = ((0, 1, "PER"), (1, 2, "PER"), (2, 3, "PER")), ((10, 11, "ORG"), (11, 12, "ORG")), ((20, 21, "LOC"),)
GOLD = Clustered((A, B, C), frozenset({(0, "works", 1), (1, "in", 2)}))

# Document 1: A was split into {0, 1} and {2}; both halves work for B. B and C are exact, B-in-C is found.
# strict: right is B-in-C; predicted 3, gold 2: P 1/3, R 1/2. boundaries: the same.
# soft: both halves map to A, so the two triples are one: mapped {A-works-B, B-in-C}, P 2/2, R 2/2.
#   a reading that does not deduplicate: 3 of 3 predicted triples right, "recall" 3/2; one that wants exact clusters: 1/3.
SPLIT = Clustered((A[:2], A[2:], B, C), frozenset({(0, "works", 2), (1, "works", 2), (2, "in", 3)}))

# Document 2: one cluster {0, 10, 11}: two spans of B, one of A, typed ORG; a cluster {30} that gold does not know.
# Predicted: {0,10,11}-in-C, {0,10,11}-works-{30}, {1,2}-works-{0,10,11}, and {0,10,11}-in-{10b} where {10b} = {11} is a second
# cluster (of B too). Strict: nothing is exact but C: P 0/4, R 0/2.
# soft: {0,10,11} -> B (2 of 3), {1,2} -> A, {30} unmapped, {11} -> B.
#   B-in-C right; B-works-? unmapped; A-works-B right; B-in-B self-loop, dropped.
#   P = 2 / (2 mapped + 1 unmapped) = 2/3, R 2/2. A reading that ignores the unmapped: P 2/2; one that keeps self-loops: 2/4.
MERGED = Clustered(
    (((0, 1, "PER"), *B), A[1:], ((30, 31, "MISC"),), C, B[1:]),
    frozenset({(0, "in", 3), (0, "works", 2), (1, "works", 0), (0, "in", 4)}),
)

# Document 3: boundaries are right but B is typed LOC; and a cluster {2, 20} holds one span of A and one of C: a tie, which goes
# to A, whose earliest mention (0) stands before C's (20). A itself was found as {0, 1}.
# Predicted: {0,1}-works-B', B'-in-{2,20}. strict 0/2; boundaries: neither has both ends exact, 0/2.
# soft: A-works-B right; B-in-A wrong (had the tie gone to C, it would be right): P 1/2, R 1/2.
TIE = Clustered(
    (A[:2], ((10, 11, "LOC"), (11, 12, "LOC")), ((2, 3, "PER"), (20, 21, "LOC"))), frozenset({(0, "works", 1), (1, "in", 2)})
)

CASES = [
    (SPLIT, (1 / 3, 1 / 2), (1 / 3, 1 / 2), (1.0, 1.0)),
    (MERGED, (0.0, 0.0), (0.0, 0.0), (2 / 3, 1.0)),
    (TIE, (0.0, 0.0), (0.0, 0.0), (1 / 2, 1 / 2)),
]


def scores_of(*predicted, gold=GOLD):
    return {
        reading: prf(total(count(facts(Pair(gold, one))) for one in predicted)) for reading, facts in READINGS.items()
    }  # fmt: skip


@pytest.mark.parametrize(("predicted", "strict", "boundaries", "soft"), CASES)
def test_the_three_readings_on_documents_worked_by_hand(predicted, strict, boundaries, soft):
    scores = scores_of(predicted)
    for reading, expected in (("strict", strict), ("boundaries", boundaries), ("soft", soft)):
        assert (scores[reading]["precision"], scores[reading]["recall"]) == pytest.approx(expected), reading


def test_counts_are_summed_over_documents_before_they_are_divided():
    soft = scores_of(*(predicted for predicted, *_ in CASES))["soft"]
    assert (soft["precision"], soft["recall"]) == pytest.approx((5 / 7, 5 / 6))


def test_boundaries_forgive_the_type_and_strict_does_not():
    typed = Clustered((A, ((10, 11, "LOC"), (11, 12, "LOC")), C), frozenset({(0, "works", 1)}))
    scores = scores_of(typed)
    assert (scores["strict"]["precision"], scores["boundaries"]["precision"]) == (0.0, 1.0)


def test_strict_takes_the_type_of_most_mentions():
    mixed = Clustered((A, ((10, 11, "ORG"), (11, 12, "LOC")), C), frozenset({(0, "works", 1)}))
    assert scores_of(mixed)["strict"]["precision"] == 1.0  # a tie: the earlier mention's type


def test_a_cluster_without_an_exact_span_is_unmapped():
    assert map_clusters((A, B), (((0, 2, "PER"),), ((1, 2, "ORG"),))) == [None, 0]


# ── stated and inferred ──────────────────────────────────────────────────────────────────────────────────────────────

# A works in sentences 0 and 1, B stands in 1 only, C in 2: A-works-B is stated (sentence 1), B-in-C inferred.
PLACED = Clustered(GOLD.clusters, GOLD.triples, (frozenset({0, 1}), frozenset({1}), frozenset({2})))


def scopes_of(predicted, reading):
    facts = READINGS[reading](Pair(PLACED, predicted))
    return count_scope(facts, stated=True), count_scope(facts, stated=False)


def test_exact_clusters_have_the_scope_of_the_gold_ones():
    found = Clustered(PLACED.clusters, frozenset({(0, "works", 1), (1, "in", 0), (0, "in", 2)}), PLACED.sentences)
    for reading in READINGS:  # right: the stated A-works-B; wrong: B-in-A (stated), A-in-C (inferred)
        assert scopes_of(found, reading) == (Counts(1, 2, 1, 1), Counts(0, 1, 0, 1))


def test_a_split_cluster_may_turn_a_stated_fact_into_an_inferred_one():
    """A's mention in sentence 1 stands alone; from the rest, in sentence 0, A-works-B is right but inferred.

    Stated: nothing predicted, and the one gold fact was found (by an inferred prediction). Inferred: the one predicted fact is
    right, and of the gold ones, B-in-C, none was found.
    """
    found = Clustered(
        (A[:2], A[2:], B, C), frozenset({(0, "works", 2)}), (frozenset({0}), *(frozenset({i}) for i in (1, 1, 2)))
    )
    assert scopes_of(found, "soft") == (Counts(0, 0, 1, 1), Counts(1, 1, 0, 1))
    assert scopes_of(found, "strict") == (Counts(0, 0, 0, 1), Counts(0, 1, 0, 1))


def test_a_fact_predicted_from_two_pieces_is_one_and_stated_if_one_of_them_is():
    found = Clustered(SPLIT.clusters, SPLIT.triples, (frozenset({0}), frozenset({1}), frozenset({1}), frozenset({2})))
    assert scopes_of(found, "soft") == (Counts(1, 1, 1, 1), Counts(1, 1, 1, 1))
    assert count(READINGS["soft"](Pair(PLACED, found))) == Counts(2, 2, 2, 2)


def test_sentences_are_those_in_which_mentions_begin():
    side = gold_clustered(parse_docred(CORPUS)[0])
    assert side.sentences == (frozenset({0, 1}), frozenset({0}), frozenset({1}))
    assert (side.states(0, 1), side.states(0, 2), side.states(1, 2)) == (True, True, False)


def test_what_was_not_looked_for_is_on_neither_side():
    """What is predicted of it is left out; counted as gold, it was missed."""
    (document,) = parse_docred(CORPUS)
    assert gold_clustered(replace(document, relation_labels=("P19",))).triples == {(0, "P19", 1)}
    assert gold_clustered(replace(document, relation_labels=("P17",))).triples == frozenset()


# ── given gold clusters ──────────────────────────────────────────────────────────────────────────────────────────────


def test_given_gold_clusters_known_triples_leave_precision_only():
    gold = Clustered((), frozenset({(0, "P17", 1), (0, "P27", 2)}))
    facts = given_facts(gold, {(0, "P17", 1), (1, "P17", 2)}, known={(0, "P17", 1)})
    assert prf(count(facts)) == {"precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert count_unknown(facts) == Counts(0, 1, 1, 2)  # the one right triple is known: nothing is left that is right
    assert prf(count_unknown(facts))["f1"] == 0.0


def test_counts_by_relation_add_up_and_some_relations_can_be_left_out():
    gold = Clustered((), frozenset({(0, "P17", 1), (0, "P27", 2)}))
    facts = given_facts(gold, {(0, "P17", 1), (1, "P17", 2), (1, "P19", 0)})
    assert count_labels(facts) == {"P17": Counts(1, 2, 1, 1), "P27": Counts(0, 0, 0, 1), "P19": Counts(0, 1, 0, 0)}
    assert total(count_labels(facts).values()) == count(facts)
    assert count(without(facts)) == Counts(0, 1, 0, 1)


def test_the_gold_side_of_a_corpus_scores_perfectly_against_itself():
    side = gold_clustered(parse_docred(CORPUS)[0])
    assert {reading: scores["f1"] for reading, scores in scores_of(side, gold=side).items()} == {
        "strict": 1.0, "boundaries": 1.0, "soft": 1.0,
    }  # fmt: skip


# SpERT's strict relation score (Eberts and Ulges 2020) on a sentence, where each mention is a cluster of its own: both spans,
# both types and the relation must be right. Gold: Kill(Oswald Peop, Kennedy Peop), Live_In(Oswald Peop, Dallas Loc).
# Predicted: the first as gold; the second with Dallas typed Org: strict 1/2, 1/2; boundaries ("without NEC") 2/2, 2/2.
def test_strict_is_sperts_strict_where_clusters_are_single_mentions():
    spans = ((0, 6, "Peop"),), ((14, 21, "Peop"),), ((25, 31, "Loc"),)
    gold = Clustered(spans, frozenset({(0, "Kill", 1), (0, "Live_In", 2)}))
    scores = scores_of(Clustered((*spans[:2], ((25, 31, "Org"),)), gold.triples), gold=gold)
    assert scores["strict"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert scores["boundaries"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}


CORPUS = """[{"title": "", "sents": [["a", "b"], ["a", "c"]], "vertexSet": [[{"pos": [0, 1], "sent_id": 0, "type": "PER"},
{"pos": [0, 1], "sent_id": 1, "type": "PER"}], [{"pos": [1, 2], "sent_id": 0, "type": "LOC"}],
[{"pos": [1, 2], "sent_id": 1, "type": "LOC"}]], "labels": [{"h": 0, "t": 1, "r": "P19"}]}]"""
