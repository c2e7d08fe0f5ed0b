"""Offsets, cases, boundaries, windows and buckets of word-pieces."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.errors import ModelError
from kgbuild.models.pieces import BUCKETS, CASES, case_of, covering, load_tokenizer, padded_length, split, split_all, windows

TEXT = "John Smith works for ACME, in Paris."


def test_offsets_give_back_the_text_of_each_piece(tokenizer):
    pieces = split(tokenizer, TEXT)
    for number, start, end in zip(pieces.ids, pieces.starts, pieces.ends, strict=True):
        assert TEXT[start:end].lower() == tokenizer.id_to_token(number).removeprefix("##")


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_pieces_of_any_text_lie_in_order_inside_it(tokenizer, text):
    pieces = split(tokenizer, text)
    columns = (pieces.ids, pieces.cases, pieces.starts, pieces.ends, pieces.words, pieces.breaks)
    assert len({len(column) for column in columns}) == 1
    assert all(0 <= s <= e <= len(text) for s, e in zip(pieces.starts, pieces.ends, strict=True))
    assert list(pieces.starts) == sorted(pieces.starts)
    assert not pieces.words or pieces.words[0]


def test_many_texts_at_once_are_cut_as_each_alone(tokenizer):
    texts = [TEXT, "", "a\tb", "Ünïcode İstanbul 漢字"]
    assert split_all(tokenizer, texts) == [split(tokenizer, text) for text in texts]


@pytest.mark.parametrize(
    ("word", "case"),
    [
        ("paris", "lower"), ("Paris", "title"), ("NATO", "upper"), ("A", "initial"), ("McDonald", "mixed"), ("eBay", "mixed"),
        ("1990s", "digit"), ("2", "digit"), (".", "punctuation"), ("漢", "other"), ("Élan", "title"), ("", "punctuation"),
    ],
)  # fmt: skip
def test_the_case_of_a_word_comes_from_its_own_characters(word, case):
    assert CASES[case_of(word)] == case


def test_all_pieces_of_a_word_have_its_case(tokenizer):
    pieces = split(tokenizer, "Qwerty zz")
    assert [CASES[case] for case in pieces.cases] == ["title"] * 6 + ["lower"] * 2
    assert pieces.words == (True, *[False] * 5, True, False)


@pytest.mark.parametrize(
    ("text", "expected"), [("a b", 0), ("a\n\nb", 1), ("a\tb", 1), ("a\nb", 0), ("a \n\n b\tc", 2), ("\n\na", 0)]
)
def test_blocks_and_cells_are_hard_boundaries(tokenizer, text, expected):
    assert sum(split(tokenizer, text).breaks) == expected


def test_a_span_covers_whole_words(tokenizer):
    pieces = split(tokenizer, TEXT)
    first, last = covering(pieces, TEXT.index("mith"), TEXT.index("mith") + 2)
    assert TEXT[pieces.starts[first] : pieces.ends[last]] == "Smith"
    assert covering(pieces, 4, 5) is None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=60), st.integers(12, 40))
def test_windows_tile_the_pieces_at_word_starts(tokenizer, lengths, limit):
    pieces = split(tokenizer, " ".join("q" * length for length in lengths))
    found = windows(pieces, limit)
    assert [start for start, _ in found] == [0, *(end for _, end in found[:-1])]
    assert found[-1][1] == len(pieces)
    assert all(end - start <= limit - 2 and pieces.words[start] for start, end in found)


def test_a_text_without_pieces_has_no_window(tokenizer):
    assert windows(split(tokenizer, " \n "), 512) == ()


@pytest.mark.parametrize(("length", "padded"), [(0, 16), (14, 16), (15, 32), (190, 192), (191, 208), (510, 512)])
def test_the_padded_length_is_the_smallest_bucket(length, padded):
    assert padded_length(length) == padded


def test_a_passage_longer_than_the_last_bucket_is_an_error():
    with pytest.raises(ModelError, match="windows"):
        padded_length(BUCKETS[-1] - 1)


def test_a_missing_or_broken_tokenizer_is_named(tmp_path):
    with pytest.raises(ModelError, match="missing"):
        load_tokenizer(tmp_path / "tokenizer.json")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        load_tokenizer(tmp_path / "tokenizer.json")


def test_stored_truncation_is_ignored(tokenizer, tmp_path):
    from tokenizers import Tokenizer

    copy = Tokenizer.from_str(tokenizer.to_str())
    copy.enable_truncation(4)
    copy.enable_padding(length=16)
    copy.save(str(tmp_path / "tokenizer.json"))
    assert split(load_tokenizer(tmp_path / "tokenizer.json"), TEXT) == split(tokenizer, TEXT)
