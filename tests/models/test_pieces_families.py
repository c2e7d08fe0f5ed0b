"""Words, offsets and special pieces of tokenizers that do not split like BERT's, against a plain reading of the rule."""

import string
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.errors import ModelError
from kgbuild.models import pieces as module
from kgbuild.models.pieces import CASES, CHINESE, covering, made_ready, special_ids, split, split_all, windows
from tests.models.vocabularies import KINDS, SENTENCES, tokenizer_of

OTHERS = tuple(kind for kind in KINDS if kind not in {"wordpiece", "characters"})
SAMPLE = "aBz19 \t\n.,'()“–…éß北京国漢𠀀「」😀½ſĲ\u200b\u3000"
TEXTS = st.one_of(
    st.text(alphabet=SAMPLE, max_size=40),
    st.lists(st.sampled_from([*" ".join(SENTENCES).split(), "\n\n", "\t", "  "]), max_size=14).map(" ".join),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30),
)


@pytest.fixture(scope="module")
def made():
    return {kind: made_ready(tokenizer_of(kind)) for kind in KINDS}


def words_of(text):
    """(start, end) of each word: white space separates, punctuation and Chinese characters stand alone."""
    words, open_from = [], None
    for place, character in enumerate(text):
        alone = (
            character in string.punctuation
            or unicodedata.category(character).startswith("P")
            or any(low <= ord(character) <= high for low, high in CHINESE)
        )
        if (alone or character.isspace()) and open_from is not None:
            words.append((open_from, place))
            open_from = None
        if alone:
            words.append((place, place + 1))
        elif not character.isspace() and open_from is None:
            open_from = place
    return [*words, (open_from, len(text))] if open_from is not None else words


# what is always true ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_pieces_lie_in_order_inside_any_text(made, kind, text):
    pieces = split(made[kind], text)
    columns = (pieces.ids, pieces.cases, pieces.starts, pieces.ends, pieces.words, pieces.breaks)
    assert len({len(column) for column in columns}) == 1
    assert all(0 <= s <= e <= len(text) for s, e in zip(pieces.starts, pieces.ends, strict=True))
    assert list(pieces.starts) == sorted(pieces.starts) and list(pieces.ends) == sorted(pieces.ends)
    assert not pieces.words or pieces.words[0]
    assert [part for start, end in windows(pieces, 12) for part in range(start, end)] == list(range(len(pieces)))


@pytest.mark.parametrize("kind", OTHERS)
@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=SAMPLE, max_size=40))
def test_a_piece_starts_a_word_if_no_piece_before_holds_a_part_of_it(made, kind, text):
    pieces = split(made[kind], text)
    words = words_of(text)
    full = [i for i in range(len(pieces)) if pieces.starts[i] < pieces.ends[i]]
    for i in full:
        start, end = next((s, e) for s, e in words if s <= pieces.starts[i] < e)
        fresh = not any(pieces.starts[j] < end and pieces.ends[j] > start for j in full if j < i)
        leader = i  # white space before it may stand in for it
        while leader and leader - 1 not in full:
            leader -= 1
        assert pieces.words[leader] == fresh
        assert not any(pieces.words[leader + 1 : i + 1])


@pytest.mark.parametrize("kind", OTHERS)
@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_no_piece_begins_or_ends_in_white_space(made, kind, text):
    pieces = split(made[kind], text)
    for start, end in zip(pieces.starts, pieces.ends, strict=True):
        if start < end:
            assert not text[start].isspace() or text[start] in "\x1c\x1d\x1e\x1f"
            assert not text[end - 1].isspace() or text[end - 1] in "\x1c\x1d\x1e\x1f"
    assert not len(pieces) or pieces.starts[-1] < pieces.ends[-1]


@pytest.mark.parametrize("kind", OTHERS)
@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=SAMPLE.replace("\u200b", ""), max_size=40))
def test_every_word_lies_in_the_pieces_that_cover_it(made, kind, text):
    pieces = split(made[kind], text)
    for start, end in words_of(text):
        first, last = covering(pieces, start, end)
        assert pieces.starts[first] <= start and end <= pieces.ends[last]
        assert pieces.words[first] and (last + 1 == len(pieces) or pieces.words[last + 1])


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=SAMPLE.replace("\u200b", ""), max_size=40))
def test_the_rule_gives_the_words_that_bert_counts_itself(made, text):
    for kind in ("wordpiece", "characters"):
        encoding = made[kind].encode(text, add_special_tokens=False)
        assert module._by_characters(encoding, text) == module._by_word_ids(encoding, text)


@pytest.mark.parametrize("kind", KINDS)
def test_many_texts_at_once_are_cut_as_each_alone(made, kind):
    texts = [*SENTENCES, "", "a\tb", " \n "]
    assert split_all(made[kind], texts) == [split(made[kind], text) for text in texts]


# cases ---------------------------------------------------------------------------------------------------------------


class Fixed:
    """An encoding with these offsets."""

    def __init__(self, *offsets):
        self.offsets, self.ids = list(offsets), list(range(len(offsets)))


@pytest.mark.parametrize(
    ("text", "offsets", "expected", "words"),
    [
        ("ab cd", [(0, 2), (2, 5)], [(0, 2), (3, 5)], [1, 1]),  # Ġcd
        ("ab cd", [(0, 2), (2, 3), (3, 5)], [(0, 2), (3, 3), (3, 5)], [1, 1, 0]),  # a lone ▁
        ("ab\n\ncd", [(0, 2), (2, 3), (3, 4), (4, 6)], [(0, 2), (4, 4), (4, 4), (4, 6)], [1, 1, 0, 0]),
        ("ab  ", [(0, 2), (2, 3), (3, 4)], [(0, 2)], [1]),  # white space at the end
        (" \n", [(0, 1), (1, 2)], [], []),
        ("abcd", [(0, 2), (2, 4)], [(0, 2), (2, 4)], [1, 0]),
        ("U.S.", [(0, 4)], [(0, 4)], [1]),
        ("a')b", [(0, 1), (1, 3), (3, 4)], [(0, 1), (1, 3), (3, 4)], [1, 1, 1]),
        ("a.bc", [(0, 3), (3, 4)], [(0, 3), (3, 4)], [1, 0]),  # its word began in the piece before
        ("é", [(0, 1), (0, 1)], [(0, 1), (0, 1)], [1, 0]),  # two bytes of one character
        ("北京", [(0, 1), (0, 2)], [(0, 1), (0, 2)], [1, 0]),  # ▁ that was put before the text
        ("北京人", [(0, 2), (2, 3)], [(0, 2), (2, 3)], [1, 1]),
    ],
)
def test_words_of_pieces(text, offsets, expected, words):
    pieces = module._by_characters(Fixed(*offsets), text)
    assert list(zip(pieces.starts, pieces.ends, strict=True)) == expected
    assert pieces.words == tuple(map(bool, words))


def test_pieces_without_characters_are_covered_with_their_word_alone():
    pieces = module._by_characters(Fixed((0, 2), (2, 3), (3, 5)), "ab cd")
    assert covering(pieces, 0, 2) == (0, 0)
    assert covering(pieces, 3, 5) == (1, 2)


def test_case_and_boundary_of_a_word_are_on_the_white_space_before_it():
    pieces = module._by_characters(Fixed((0, 2), (2, 3), (3, 4), (4, 6)), "ab\n\nCD")
    assert [CASES[case] for case in pieces.cases] == ["lower", "upper", "upper", "upper"]
    assert pieces.breaks == (False, True, False, False)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("wordpiece", ("[PAD]", "[CLS]", "[SEP]")),
        ("bytes", ("[PAD]", "[CLS]", "[SEP]")),
        ("unigram-roberta", ("<pad>", "<s>", "</s>")),
    ],
)
def test_special_pieces_are_found_by_either_name(made, kind, names):
    assert special_ids(made[kind]) == tuple(made[kind].token_to_id(name) for name in names)


def test_a_vocabulary_without_special_pieces_is_refused():
    from tokenizers import Tokenizer, models

    with pytest.raises(ModelError, match=r"no piece \[PAD\] or <pad>"):
        special_ids(Tokenizer(models.WordPiece({"a": 0, "[UNK]": 1}, unk_token="[UNK]")))


def test_a_special_piece_written_in_a_text_is_text(made):
    made = made["bytes-roberta"]
    assert not set(split(made, "a </s> b <pad>").ids) & set(special_ids(made))
