import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.corpora.columns import parse_columns
from kgbuild.corpora.making import annotated, find_sentences, find_tokens, from_text, from_tokens
from kgbuild.corpora.reading import BadRow, Reading
from kgbuild.corpora.writing import left_out
from tests.corpora.made import TEXTS, facts, spans, surfaces


def made(text, *mentions, **places):
    return from_text("d", text, mentions, Reading("here"), **places)


def cut(document):
    return [" ".join(document.tokens[first:last]) for first, last in document.sentences]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Don't stop.", ["Don", "'", "t", "stop", "."]),
        ("彭小军lives在 Köln", ["彭", "小", "军", "lives", "在", "Köln"]),
        ("서울 カナ", ["서울", "カ", "ナ"]),
        ("a\u00a0b\u2028c", ["a", "b", "c"]),
    ],
)
def test_tokens_are_runs_of_word_characters_or_one_other_character(text, tokens):
    assert [text[a:b] for a, b in find_tokens(text)] == tokens


@settings(deadline=None)
@given(st.data())
def test_tokens_are_all_that_is_no_white_space_and_mentions_begin_and_end_one(data):
    text = data.draw(TEXTS)
    document = made(text, *data.draw(spans(text)))
    assert "".join(document.tokens) == "".join(text.split())
    assert all(a < b for a, b in document.offsets)
    assert all(document.offsets[m.first][0] == m.start and document.offsets[m.last - 1][1] == m.end for m in document.mentions)
    assert [i for first, last in document.sentences for i in range(first, last)] == list(range(len(document.tokens)))
    assert all(any(first <= m.first < m.last <= last for first, last in document.sentences) for m in document.mentions)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Ann came. Bo left!", ["Ann came .", "Bo left !"]),
        ("Mr. Hale met J. Doe of Acme Inc. in May. 3 left.", ["Mr . Hale met J . Doe of Acme Inc . in May .", "3 left ."]),
        ("He said “No.” She left.", ["He said “ No . ”", "She left ."]),
        ("Title\nBody of\nit", ["Title", "Body of it"]),
        ("a title\n\nbody", ["a title", "body"]),
        ("a title\r\n \r\nbody", ["a title", "body"]),
        ("他来了。她走了！", ["他 来 了 。", "她 走 了 ！"]),
        ("v1.2 is out", ["v1 . 2 is out"]),
    ],
)
def test_sentences_end_by_a_simple_rule(text, sentences):
    assert cut(made(text)) == sentences


def test_no_sentence_ends_inside_of_a_mention():
    assert cut(made("Yahoo! Inc grew. Bo left.", (0, 10, "ORG"))) == ["Yahoo ! Inc grew .", "Bo left ."]


def test_white_space_at_the_ends_of_a_mention_is_left_off_and_counted():
    reading = Reading("here")
    document = from_text("d", "Ann left", [(0, 4, "PER")], reading)
    assert surfaces(document) == [("Ann", "PER")]
    assert reading.notes() == ("mentions with white space at an end, taken without it: 1",)


@pytest.mark.parametrize(
    ("span", "places", "message"),
    [
        ((0, 9, "PER"), {}, "0-9 of a text of 8"),
        ((3, 3, "PER"), {}, "3-3"),
        ((-1, 3, "PER"), {}, "-1-3"),
        ((3, 4, "PER"), {}, "white space"),
        ((0, 2, "PER"), {"tokens": ((0, 3), (4, 8))}, "'An' at 0-2 begins or ends inside of a token"),
        ((0, 3, "PER"), {"tokens": ((0, 3), (2, 8))}, "token at 2-8"),
        ((0, 3, "PER"), {"tokens": ((0, 3), (4, 9))}, "token at 4-9"),
        ((0, 3, "PER"), {"sentences": ((0, 3),)}, "token at 4-8 is in no sentence"),
        ((0, 3, "PER"), {"sentences": ((1, 8),)}, "sentence at 1-8 leaves a token out"),
        ((0, 3, "PER"), {"sentences": ((0, 8), (0, 3))}, "sentence at 0-3 leaves a token out or overlaps"),
        ((0, 8, "PER"), {"sentences": ((0, 3), (4, 8))}, "0-8 is not inside of one sentence"),
    ],
)
def test_what_does_not_fit_the_text_is_refused(span, places, message):
    with pytest.raises(BadRow, match=message):
        made("Ann left", span, **places)


def test_relations_of_mentions_become_relations_of_clusters():
    reading = Reading("here")
    document = from_tokens(
        "d", [["Ann", "of", "Acme"], ["She", "left", "it"]], [(0, 1, "P"), (2, 3, "O"), (3, 4, "P"), (5, 6, "O")]
    )
    links = [(2, 3, "works", (1,)), (0, 1, "works", (0,)), (0, 2, "is", ())]
    document = annotated(document, reading, [[2, 0], [1, 3]], links)
    assert document.clusters == ((0, 2), (1, 3))
    assert [(r.head, r.tail, r.label, r.evidence) for r in document.relations] == [(0, 1, "works", (0, 1))]
    assert facts(document) == [("Ann", "works", "Acme")]
    assert sum(reading.counts.values()) == 2


def test_chains_that_share_a_mention_are_joined():
    reading = Reading("here")
    document = from_tokens("d", [list("abcd")], [(i, i + 1, "X") for i in range(4)])
    document = annotated(document, reading, [[1, 2], [3, 3, 2]])
    assert document.clusters == ((0,), (1, 2, 3))
    assert document.linked
    assert not document.has_relations
    assert reading.notes() == ("mentions in two clusters, which were joined: 1",)


def test_tokens_that_are_no_text_are_refused():
    with pytest.raises(BadRow, match="5"):
        from_tokens("d", [["a", 5]], [])


def test_evidence_beyond_the_last_sentence_is_refused():
    document = made("Ann met Bob. Then rain.", (0, 3, "PER"), (8, 11, "PER"))
    with pytest.raises(BadRow, match="a sentence of evidence is 2, and there are 2"):
        annotated(document, Reading("here"), links=[(0, 1, "MET", (2,))])


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), max_size=8))
def test_sentences_end_where_no_mention_is_whatever_overlaps(places):
    held = [(start, start + length, "X") for start, length in places]
    expected = [end for end in range(3, 39, 4) if not any(start < end < stop for start, stop, _ in held)]
    assert find_sentences("Be. " * 10, held) == expected


def test_a_long_document_is_read_and_written_in_linear_time():
    """A column file without -DOCSTART- is one document of tens of thousands of sentences."""
    document = parse_columns("Ann B-PER\nruns O\n\n" * 20_000)[0]
    assert left_out([document], "conll") == {}
    spans = [(m.start, m.end, m.type) for m in document.mentions]
    sentences = tuple((9 * i, 9 * i + 8) for i in range(20_000))
    again = from_text("1", document.text, spans, Reading("here"), tokens=document.offsets, sentences=sentences)
    assert again.sentences == document.sentences


@pytest.mark.parametrize(
    "text, tokens",
    [
        ("डॉ. भीमराव का जन्म।", "डॉ|.|भीमराव|का|जन्म|।"),
        ("وُلِدَ أَحْمَد زويل", "وُلِدَ|أَحْمَد|زويل"),
        ("Mu\u0308ller, co-op", "Mu\u0308ller|,|co|-|op"),
        ("ทักษิณ", "ทั|ก|ษิ|ณ"),
        ("马云 said", "马|云|said"),
    ],
)
def test_vowel_signs_and_accents_belong_to_the_token_of_their_letter(text, tokens):
    assert [text[start:end] for start, end in find_tokens(text, ())] == tokens.split("|")


def test_sentences_end_at_dandas_and_arabic_question_marks():
    text = "राम गया। सीता आई। هل أنت هنا؟ نعم."
    assert find_sentences(text) == [text.index(" सीता"), text.index(" هل"), text.index(" نعم")]
