import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.corpora.gold import (
    by_sentence,
    iob2,
    naturally,
    on_tokens,
    parse_columns,
    parse_docred,
    read_gold,
    spans_of,
    tags_of,
    tokens_of,
    type_of,
)
from kgbuild.errors import UsageError

DOCRED = """[{"title": "Lark Rise", "sents": [["Flora", "(", "1876", ")", "wrote", "it", "."], ["\\"", "Flora", "Thompson", "\\"", "!"]],
"vertexSet": [[{"pos": [0, 1], "sent_id": 0, "type": "PER", "name": "Flora"}, {"pos": [1, 3], "sent_id": 1, "type": "PER", "name": "x"},
{"pos": [0, 1], "sent_id": 0, "type": "MISC", "name": "Flora"}], [{"pos": [2, 3], "sent_id": 0, "type": "TIME", "name": "1876"}]],
"labels": [{"h": 0, "t": 1, "r": "P569", "evidence": [0]}, {"h": 0, "t": 1, "r": "P569", "evidence": []}]}]"""

COLUMNS = """-DOCSTART- -X- O O

West NNP I-NP I-MISC
Indian NNP I-NP I-MISC
Phil NNP I-NP I-PER
Simmons NNP I-NP B-PER

LONDON NNP I-NP I-LOC

-DOCSTART- -X- O O

Leeds NNP I-NP I-ORG
"""


def test_the_text_of_a_document_is_its_tokens_joined_by_one_space():
    (document,) = parse_docred(DOCRED)
    assert document.text == 'Flora ( 1876 ) wrote it . " Flora Thompson " !'
    assert [document.text[a:b] for a, b in document.offsets] == list(document.tokens)


def test_mentions_point_into_the_text_and_back_to_tokens():
    (document,) = parse_docred(DOCRED)
    assert [document.text[m.start : m.end] for m in document.mentions] == ["Flora", "Flora Thompson", "Flora", "1876"]
    assert all(tokens_of(document, m.start, m.end) == (m.first, m.last) for m in document.mentions)


def test_relations_count_once_and_clusters_have_the_type_of_most_mentions():
    (document,) = parse_docred(DOCRED)
    assert [(r.head, r.tail, r.label) for r in document.relations] == [(0, 1, "P569")]
    assert [type_of(document, cluster) for cluster in document.clusters] == ["PER", "TIME"]
    assert document.has_relations


def test_a_natural_text_has_no_space_before_commas_or_inside_brackets_and_quotes():
    (document,) = parse_docred(DOCRED)
    natural = naturally(document)
    assert natural.text == 'Flora (1876) wrote it. "Flora Thompson"!'
    assert [natural.text[m.start : m.end] for m in natural.mentions] == ["Flora", "Flora Thompson", "Flora", "1876"]


def test_columns_become_documents_with_iob2_tags():
    first, second = parse_columns(COLUMNS)
    assert first.tags == ("B-MISC", "I-MISC", "B-PER", "B-PER", "B-LOC")
    assert first.sentences == ((0, 4), (4, 5))
    assert [(first.text[m.start : m.end], m.type) for m in first.mentions] == [
        ("West Indian", "MISC"), ("Phil", "PER"), ("Simmons", "PER"), ("LONDON", "LOC"),
    ]  # fmt: skip
    assert (second.text, second.has_relations) == ("Leeds", False)


def test_a_span_that_ends_inside_a_token_is_no_range_of_tokens():
    (document,) = parse_docred(DOCRED)
    assert tokens_of(document, 0, 3) is None
    assert tokens_of(document, 2, 5) is None


def test_a_span_across_a_sentence_end_begins_anew_in_the_next_sentence():
    first, _ = parse_columns(COLUMNS)
    tags = tags_of(first, [(first.offsets[3][0], first.offsets[4][1], "PER")])
    assert by_sentence(first, tags) == [["O", "O", "O", "B-PER"], ["B-PER"]]


@given(st.lists(st.sampled_from(["O", "I-A", "B-A", "I-B", "B-B"])))
def test_iob2_keeps_the_spans_and_is_stable(tags):
    fixed = iob2(tags)
    assert iob2(fixed) == fixed
    assert spans_of(fixed) == spans_of(tags)
    assert all(fixed[a].startswith("B-") for a, _, _ in spans_of(fixed))


@given(st.lists(st.text(alphabet='ab."()-', min_size=1, max_size=4), max_size=12))
def test_offsets_find_every_token_again_in_a_natural_text(tokens):
    import json

    natural = naturally(parse_docred(json.dumps([{"title": "", "sents": [tokens], "vertexSet": []}]))[0])
    assert [natural.text[a:b] for a, b in natural.offsets] == tokens


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.json", "[{", "line 1"),
        ("x.json", "{}", "list of documents"),
        (
            "x.json",
            '[{"title": "", "sents": [["a"]], "vertexSet": [[{"pos": [0, 2], "sent_id": 0, "type": "PER"}]]}]',
            "document 1",
        ),
        ("x.json", '[{"title": "", "sents": [["a"]], "vertexSet": [], "labels": [{"h": 0, "t": 1, "r": "P1"}]}]', "vertex"),
        ("x.txt", "Leeds I-ORG\nhello\n", "line 2"),
    ],
)
def test_a_file_that_is_no_corpus_is_named_with_the_place(tmp_path, name, content, message):
    (tmp_path / name).write_text(content)
    with pytest.raises(UsageError, match=message) as caught:
        read_gold(tmp_path / name)
    assert name in str(caught.value)


def test_a_missing_corpus_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"nowhere\.json"):
        read_gold(tmp_path / "nowhere.json")


@pytest.mark.parametrize(
    ("span", "tokens"),
    [
        ((0, 2), (0, 3)),
        ((0, 3), (0, 3)),
        ((4, 8), (4, 9)),
        ((1, 2), (0, 3)),
        ((0, 5), (0, 9)),
        ((1, 5), (4, 9)),
        ((5, 8), (4, 9)),
    ],
)
def test_a_predicted_span_stands_for_whole_tokens(span, tokens):
    assert on_tokens(((0, 3), (4, 9)), *span) == tokens


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"vertexSet": [[{"pos": [0, 1], "sent_id": -1, "type": "PER"}]], "labels": []}, "sent_id is -1, and there are 2"),
        (
            {"vertexSet": [[{"pos": [0, 1], "sent_id": 0, "type": "PER"}], []], "labels": []},
            "entity 1 of `vertexSet` has no mention",
        ),
        ({"labels": [{"h": 0, "t": 1, "r": "P569", "evidence": [2]}]}, "a sentence of evidence is 2, and there are 2"),
        ({"labels": [{"h": 0, "t": 1, "r": "P569", "evidence": [-1]}]}, "a sentence of evidence is -1, and there are 2"),
        ({"labels": [{"h": 0, "t": 1, "r": None}]}, "r is None, not a text"),
        ({"labels": [{"h": 0.0, "t": 1, "r": "P569"}]}, "h is 0.0, not a whole number"),
        ({"vertexSet": [[{"pos": [0, 1], "sent_id": 0, "type": None}]], "labels": []}, "type is None, not a text"),
    ],
)
def test_a_docred_document_that_names_what_is_not_there_is_refused(change, message):
    """A negative number took the last sentence, without a word; the others broke training and evaluation."""
    with pytest.raises(UsageError, match=message):
        parse_docred(json.dumps([json.loads(DOCRED)[0] | change]))
