"""Worked by hand. Clusters are named by letters; spans are single characters, so cluster A = mentions at 0 and 1, and so on."""

import pytest

from kgbuild.evaluation.relations import Clustered, Pair, gold_clustered, map_clusters, score_end_to_end, score_gold, without

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


@pytest.mark.parametrize(("predicted", "strict", "boundaries", "soft"), CASES)
def test_the_three_readings_on_documents_worked_by_hand(predicted, strict, boundaries, soft):
    scores = score_end_to_end([Pair(GOLD, predicted)])
    for reading, expected in (("strict", strict), ("boundaries", boundaries), ("soft", soft)):
        assert (scores[reading]["precision"], scores[reading]["recall"]) == pytest.approx(expected), reading


def test_counts_are_summed_over_documents_before_they_are_divided():
    soft = score_end_to_end([Pair(GOLD, predicted) for predicted, *_ in CASES])["soft"]
    assert (soft["precision"], soft["recall"]) == pytest.approx((5 / 7, 5 / 6))


def test_boundaries_forgive_the_type_and_strict_does_not():
    typed = Clustered((A, ((10, 11, "LOC"), (11, 12, "LOC")), C), frozenset({(0, "works", 1)}))
    scores = score_end_to_end([Pair(GOLD, typed)])
    assert (scores["strict"]["precision"], scores["boundaries"]["precision"]) == (0.0, 1.0)


def test_strict_takes_the_type_of_most_mentions():
    mixed = Clustered((A, ((10, 11, "ORG"), (11, 12, "LOC")), C), frozenset({(0, "works", 1)}))
    assert score_end_to_end([Pair(GOLD, mixed)])["strict"]["precision"] == 1.0  # a tie: the earlier mention's type


def test_a_cluster_without_an_exact_span_is_unmapped():
    assert map_clusters((A, B), (((0, 2, "PER"),), ((1, 2, "ORG"),))) == [None, 0]


def test_given_gold_clusters_known_triples_leave_precision_only():
    gold = [{(0, "P17", 1), (0, "P27", 2)}]
    predicted = [{(0, "P17", 1), (1, "P17", 2)}]
    scores = score_gold(gold, predicted, known=[{(0, "P17", 1)}])
    assert (scores["precision"], scores["recall"], scores["f1"]) == (0.5, 0.5, 0.5)
    assert scores["ign_f1"] == 0.0  # the one right triple is known: nothing is left that is right


def test_without_located_leaves_the_clusters():
    side = Clustered((A, B), frozenset({(0, "P17", 1), (0, "P131", 1), (0, "P19", 1)}))
    assert without(side) == Clustered((A, B), frozenset({(0, "P19", 1)}))


def test_the_gold_side_of_a_corpus_scores_perfectly_against_itself():
    from kgbuild.corpora.gold import parse_docred

    text = """[{"title": "", "sents": [["a", "b", "a"]], "vertexSet": [[{"pos": [0, 1], "sent_id": 0, "type": "PER"},
    {"pos": [2, 3], "sent_id": 0, "type": "PER"}], [{"pos": [1, 2], "sent_id": 0, "type": "LOC"}]], "labels": [{"h": 0, "t": 1, "r": "P19"}]}]"""
    side = gold_clustered(parse_docred(text)[0])
    assert {reading: scores["f1"] for reading, scores in score_end_to_end([Pair(side, side)]).items()} == {
        "strict": 1.0, "boundaries": 1.0, "soft": 1.0,
    }  # fmt: skip
