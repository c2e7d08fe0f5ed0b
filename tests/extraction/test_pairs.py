import numpy as np

from kgbuild.extraction.pairs import Chained, ask

ANY = np.ones((2, 2), dtype=bool)


def test_all_ordered_pairs_of_two_chains_are_asked_and_none_with_itself():
    (asked,) = ask(Chained(((0, 0), (2, 3), (5, 5)), ((0, 2), (1,)), (0, 1)), [(0, 10)], ANY)
    assert list(zip(asked.heads, asked.tails, strict=True)) == [(0, 1), (1, 0)]
    question = asked.question
    assert (question.first.tolist(), question.last.tolist(), question.chain.tolist()) == ([1, 6, 3], [1, 6, 4], [0, 0, 1])


def test_pairs_of_types_that_are_never_related_are_not_asked():
    only = np.array([[False, True], [False, False]])
    (asked,) = ask(Chained(((0, 0), (1, 1), (2, 2)), ((0,), (1,), (2,)), (0, 1, 1)), [(0, 3)], only)
    assert list(zip(asked.heads, asked.tails, strict=True)) == [(0, 1), (0, 2)]
    assert (asked.head_types.tolist(), asked.tail_types.tolist()) == ([0, 0], [1, 1])


def test_a_window_sees_the_mentions_inside_it_and_positions_count_from_its_start():
    chained = Chained(((0, 0), (6, 7), (8, 9), (4, 5)), ((0, 1), (2,), (3,)), (0, 0, 1))
    first, second = ask(chained, [(0, 6), (4, 10)], ANY)
    assert set(zip(first.heads.tolist(), first.tails.tolist(), strict=True)) == {(0, 2), (2, 0)}
    assert second.question.first.tolist() == [3, 5, 1]
    assert second.question.types.tolist() == [0, 0, 1]


def test_nothing_is_asked_about_a_single_chain():
    assert ask(Chained(((0, 0),), ((0,),), (0,)), [(0, 5)], ANY) == []
    assert ask(Chained((), (), ()), [], ANY) == []
