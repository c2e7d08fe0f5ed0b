import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kgbuild.extraction.windows import merge_scores, prepare
from kgbuild.models.pieces import Pieces


def pieces_of(words):
    starts = tuple(words)
    zero = (0,) * len(starts)
    return Pieces(zero, zero, zero, zero, starts, (False,) * len(starts))


WORDS = st.lists(st.booleans(), min_size=1, max_size=300).map(lambda words: [True, *words[1:]])


def test_a_short_text_has_one_window():
    assert prepare("", pieces_of([True] * 10), 12).windows == ((0, 10),)
    assert prepare("", pieces_of([]), 12).windows == ()


def test_a_cut_gets_a_second_window_around_it():
    assert prepare("", pieces_of([True] * 16), 12).windows == ((0, 8), (4, 12), (8, 16))


@settings(max_examples=400)
@given(WORDS, st.integers(8, 64))
@example([True] + [False] * 6, 8)
def test_windows_fit_cover_everything_and_begin_at_words(words, limit):
    prepared = prepare("", pieces_of(words), limit)
    covered = {i for start, end in prepared.windows for i in range(start, end)}
    assert covered == set(range(len(words)))
    assert all(0 < end - start <= limit - 2 for start, end in prepared.windows)
    longest = max(len(run) for run in "".join(" x"[not word] for word in words).split(" ")) + 1
    if longest < limit // 4:
        assert all(words[start] for start, _ in prepared.windows)


@given(WORDS, st.integers(24, 64))
def test_every_piece_is_read_where_its_nearest_cut_is_farthest(words, limit):
    prepared = prepare("", pieces_of(words), limit)
    tables = [np.full((end - start, 1), n, dtype=np.float32) for n, (start, end) in enumerate(prepared.windows)]
    chosen = merge_scores(prepared, tables)[:, 0].astype(int)

    def room(piece, window):
        start, end = prepared.windows[window]
        return min(piece - start if start else 10**6, end - 1 - piece if end < len(words) else 10**6)

    for piece, window in enumerate(chosen):
        others = [n for n, (start, end) in enumerate(prepared.windows) if start <= piece < end]
        assert room(piece, window) == max(room(piece, n) for n in others)


def test_a_span_across_a_cut_is_whole():
    """Each window says only what it sees; the window across the cut sees the whole span."""
    from kgbuild.models.viterbi import best_path, path_spans

    prepared = prepare("", pieces_of([True] * 16), 12)
    tables = []
    for start, end in prepared.windows:
        table = np.zeros((end - start, 3), dtype=np.float32)
        table[:, 0] = 1
        for place in range(start, end):
            inside = 6 <= place < 10
            begins = place == 6 or (place == start and inside)  # a window that starts inside the span takes it for its start
            table[place - start] = [0, 2, 0] if begins else [0, 0, 2] if inside else [1, 0, 0]
        tables.append(table)
    path = best_path(merge_scores(prepared, tables), np.zeros(16, dtype=bool))
    assert path_spans(path) == [(6, 10, 0)]


@pytest.mark.parametrize("count", [511, 700, 2000])
def test_an_endless_word_is_cut_inside(count):
    prepared = prepare("", pieces_of([True] + [False] * (count - 1)), 512)
    assert all(end - start <= 510 for start, end in prepared.windows)
    assert prepared.windows[-1][1] == count
