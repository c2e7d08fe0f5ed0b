"""Average linkage in integers: hand-worked groups, and indifference to the order of pairs."""

from hypothesis import given
from hypothesis import strategies as st

from kgbuild.extraction.chains import join_names


def test_names_are_joined_down_to_the_limit():
    assert join_names(4, [(0, 1), (2, 3), (1, 2)], [9000, 8000, 3000], 5000) == [0, 0, 2, 2]


def test_a_group_joins_by_the_mean_not_by_its_best_pair():
    # 0-1 joins first; then {0, 1}-2 has the mean (6000 + 1000) / 2
    assert join_names(3, [(0, 1), (0, 2), (1, 2)], [9000, 6000, 1000], 5000) == [0, 0, 2]
    assert join_names(3, [(0, 1), (0, 2), (1, 2)], [9000, 6000, 4000], 5000) == [0, 0, 0]


def test_a_pair_that_was_no_candidate_says_nothing():
    assert join_names(3, [(0, 1), (1, 2)], [9000, 6000], 5000) == [0, 0, 0]


def test_nothing_to_join():
    assert join_names(2, [], [], 5000) == [0, 1]
    assert join_names(0, [], [], 5000) == []


graphs = st.integers(2, 7).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.dictionaries(
            st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda p: p[0] < p[1]),
            st.integers(0, 10000),
            max_size=12,
        ),
    )
)


@given(graphs, st.randoms())
def test_the_order_of_pairs_changes_nothing(graph, random):
    count, scores = graph
    pairs = list(scores)
    first = join_names(count, pairs, [scores[p] for p in pairs], 5000)
    random.shuffle(pairs)
    assert join_names(count, pairs, [scores[p] for p in pairs], 5000) == first
    assert all(group <= name and first[group] == group for name, group in enumerate(first))
