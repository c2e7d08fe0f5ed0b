import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.labelling.choosing import NORM, By, Candidate, choose, doubt_weights, similarities, vectors

TEXTS = [
    *(f"The company bought a mill in town {n} for cash" for n in range(6)), *(f"Doctor {n} was born in spring and died" for n in range(3)),
    "Numbers of sheep fell", "The river floods each year",
]  # fmt: skip


def candidates(doubts=None, documents=None):
    return [Candidate(text, documents[i] if documents else str(i), doubts[i] if doubts else 0) for i, text in enumerate(TEXTS)]


@pytest.mark.parametrize("by", By)
def test_so_many_are_chosen_none_twice_and_the_same_each_time(by):
    chosen = choose(candidates(list(range(11))), 5, by=by)
    assert len(set(chosen)) == 5
    assert choose(candidates(list(range(11))), 5, by=by) == chosen
    assert choose(candidates(), 99, by=by) and len(choose(candidates(), 99, by=by)) == 11


def test_what_is_like_many_others_comes_first_and_then_what_is_unlike_it():
    first, second, third = choose(candidates(), 3, by=By.DIVERSE)
    assert first in range(6) and second in range(6, 9)
    assert third in (9, 10)


def test_doubt_decides_between_alike():
    doubts = [0] * 11
    doubts[4] = 50
    assert choose(candidates(doubts), 1, by=By.BOTH) == [4]
    assert choose(candidates(doubts), 1, by=By.UNCERTAIN) == [4]


@pytest.mark.parametrize("by", By)
def test_no_document_gives_more_than_it_may(by):
    documents = ["a"] * 9 + ["b", "c"]
    chosen = choose(candidates([9] * 9 + [0, 0], documents), 11, by=by, per_document=2)
    assert sorted(documents[i] for i in chosen) == ["a", "a", "b", "c"]


def test_another_seed_draws_others():
    assert choose(candidates(), 4, by=By.RANDOM, seed=1) != choose(candidates(), 4, by=By.RANDOM, seed=2)


def test_the_lazy_choice_is_the_greedy_one():
    near, weights = similarities(TEXTS).astype(np.int64), [1000] * 11
    closest, greedy = np.zeros(11, dtype=np.int64), []
    for _ in range(6):
        gains = [-1 if i in greedy else int(np.maximum(near[i] - closest, 0).sum()) * weights[i] for i in range(11)]
        greedy.append(int(np.argmax(gains)))
        closest = np.maximum(closest, near[greedy[-1]])
    chosen = choose(candidates(), 6, by=By.DIVERSE)
    gain = np.zeros(11, dtype=np.int64)
    for i in chosen:
        gain = np.maximum(gain, near[i])
    assert int(gain.sum()) == int(closest.sum())


@settings(max_examples=20)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=8))
def test_products_are_whole_numbers_that_floats_hold_exactly(texts):
    found = vectors(texts)
    exact = found.astype(np.int64) @ found.astype(np.int64).T
    assert (exact == similarities(texts)).all()
    assert exact.max() <= NORM**2 and (found >= 0).all()


def test_equal_doubts_weigh_the_same():
    assert doubt_weights([5, 0, 5, 9]).tolist() == [2000, 1000, 2000, 3000]
    assert doubt_weights([3, 3]).tolist() == [1000, 1000]


def test_texts_without_spaces_are_alike_where_they_share_characters():
    factory, other, weather = "位于重庆的工厂关闭", "重庆的工厂年底关闭", "明天有大雨和雷电"
    near = similarities([factory, other, weather])
    assert near[0, 1] > near[0, 2] == 0
