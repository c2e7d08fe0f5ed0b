"""Viterbi against brute force, and spans with margins from its paths."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.models.viterbi import best_path, best_paths, pad_scores, path_spans, span_margins, tag_names

TAGS = tag_names(("PER", "ORG"))


def legal(path, breaks):
    """I-X only after B-X or I-X, never first, never after a boundary."""
    for i, tag in enumerate(path):
        inside = tag > 0 and tag % 2 == 0
        if inside and (i == 0 or breaks[i] or path[i - 1] not in (tag, tag - 1)):
            return False
    return True


def brute_force(scores, breaks):
    paths = [p for p in product(range(len(TAGS)), repeat=len(scores)) if legal(p, breaks)]
    return max(sum(scores[i][tag] for i, tag in enumerate(path)) for path in paths)


tables = st.integers(1, 5).flatmap(
    lambda n: st.tuples(
        st.lists(st.lists(st.integers(-9, 9), min_size=5, max_size=5), min_size=n, max_size=n),
        st.lists(st.booleans(), min_size=n, max_size=n),
    )
)


@settings(max_examples=60, deadline=None)
@given(tables)
def test_the_best_path_is_legal_and_no_legal_path_scores_higher(table):
    scores, breaks = np.array(table[0], dtype=np.float32), np.array(table[1])
    path = best_path(scores, breaks)
    assert legal(path.tolist(), breaks)
    assert sum(scores[i, tag] for i, tag in enumerate(path)) == brute_force(scores.tolist(), breaks)


@settings(max_examples=30, deadline=None)
@given(st.lists(tables, min_size=2, max_size=4))
def test_padding_and_neighbours_change_no_path(several):
    items = [np.array(scores, dtype=np.float32) for scores, _ in several]
    stack, lengths = pad_scores(items)
    breaks = np.zeros(stack.shape[:2], dtype=bool)
    for row, (_, own) in zip(breaks, several, strict=True):
        row[: len(own)] = own
    together = best_paths(stack, breaks)
    for item, (_, own), path, length in zip(items, several, together, lengths, strict=True):
        assert path[:length].tolist() == best_path(item, np.array(own)).tolist()


def test_an_empty_passage_has_an_empty_path():
    assert best_path(np.zeros((0, 5), np.float32), np.zeros(0, bool)).tolist() == []


@pytest.mark.parametrize(
    ("path", "spans"),
    [
        ([0, 0], []),
        ([1, 2, 2, 0], [(0, 3, 0)]),
        ([1, 1, 2], [(0, 1, 0), (1, 3, 0)]),
        ([3, 4, 1], [(0, 2, 1), (2, 3, 0)]),
        ([0, 3], [(1, 2, 1)]),
    ],
)
def test_a_path_becomes_spans(path, spans):
    assert path_spans(np.array(path)) == spans


def test_the_margin_falls_when_the_next_word_may_go_on_with_the_span():
    scores = np.array([[0, 4, 0, 0, 0], [2, 0, 1, 0, 0]], dtype=np.float32)
    free = span_margins(scores, [(0, 1, 0)], np.array([False, True]))[0]
    bound = span_margins(scores, [(0, 1, 0)], np.array([False, False]))[0]
    assert bound < free


def test_the_margin_is_the_log_odds_of_the_type_for_a_single_word():
    scores = np.array([[0.3, 1.0, 0.5, -1.0, 0.0]])
    weights = np.exp(scores[0]) / np.exp(scores[0]).sum()
    chance = weights[1] + weights[2]
    assert span_margins(scores, [(0, 1, 0)], np.array([False]))[0] == pytest.approx(np.log(chance / (1 - chance)))
