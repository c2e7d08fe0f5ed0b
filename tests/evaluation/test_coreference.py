import pytest

from kgbuild.evaluation.coreference import score_chains
from kgbuild.evaluation.relations import Clustered, Pair


def side(*clusters):
    return Clustered(tuple(tuple((i, i + 1, "PER") for i in cluster) for cluster in clusters), frozenset())


def test_only_spans_of_both_sides_count_and_documents_stay_apart():
    """Document 1: gold {0,1,2} {5}; predicted {0,1} {2,9}: of the common 0, 1, 2 one is apart. Document 2: {0} exactly."""
    scores = score_chains([Pair(side([0, 1, 2], [5]), side([0, 1], [2, 9])), Pair(side([0]), side([0]))])
    assert scores["mentions"] == 4
    assert scores["b3"]["precision"] == 1.0
    assert scores["b3"]["recall"] == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert (scores["pairs"]["precision"], scores["pairs"]["recall"]) == (1.0, pytest.approx(1 / 3))
    assert (scores["exact"], scores["gold"]) == (pytest.approx(1 / 3), 3)


def test_a_span_annotated_twice_belongs_to_the_first_cluster():
    assert score_chains([Pair(side([0], [0, 1]), side([0], [1]))])["b3"]["f1"] == 1.0
