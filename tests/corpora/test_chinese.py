import pytest

from kgbuild.corpora.chinese import locate
from kgbuild.errors import UsageError
from tests.corpora.made import facts, read, surfaces

CLUENER = {
    "text": "彭小军在台湾Riddick",
    "label": {"address": {"台湾": [[4, 5]]}, "name": {"彭小军": [[0, 2]], "Riddick": [[6, 12]]}},
}
DUIE = {
    "text": "《邪少兵王》由邪少兵王作者冰火未央写",
    "spo_list": [
        {
            "predicate": "作者", "subject": "邪少兵王", "subject_type": "图书作品",
            "object": {"@value": "冰火未央", "inWork": "x"}, "object_type": {"@value": "人物", "inWork": "y"},
        },
        {"predicate": "别名", "subject": "冰火未央", "subject_type": "人物", "object": "邪少", "object_type": "Text"},
    ],
}  # fmt: skip
FINRE = "东方航空\t上航\t合并\t上航与东方航空合并\n\n上航\t东方航空\tunknown\t上航与东方航空合并\n\n工行\t美国运通\t被持股\t工行股东美国运通\n"


def test_cluener_counts_characters_and_includes_the_last(tmp_path):
    corpus = read(tmp_path, [CLUENER])
    (document,) = corpus.documents
    assert corpus.format == "cluener"
    assert document.tokens == (*"彭小军在台湾", "Riddick")
    assert surfaces(document) == [("彭小军", "name"), ("台湾", "address"), ("Riddick", "name")]
    assert (document.complete, document.linked, document.has_relations) == (True, False, False)


def test_cluener_offsets_that_do_not_fit_are_refused(tmp_path):
    with pytest.raises(UsageError, match="line 2: the text at 3-4 is '在台', the annotation says '台湾'"):
        read(tmp_path, [CLUENER, CLUENER | {"label": {"address": {"台湾": [[3, 4]]}}}])


def test_duie_names_are_found_in_the_text(tmp_path):
    corpus = read(tmp_path, [DUIE])
    (document,) = corpus.documents
    assert corpus.format == "duie"
    assert surfaces(document) == [("邪少兵王", "图书作品"), ("冰火未央", "人物"), ("邪少", "Text")]
    assert facts(document) == [("邪少兵王", "作者", "冰火未央"), ("冰火未央", "别名", "邪少")]
    assert not document.complete
    assert any("slots of objects beside their value, left out: 1" in note for note in corpus.notes)


def test_lines_of_one_sentence_are_one_document(tmp_path):
    corpus = read(tmp_path, FINRE)
    one, two = corpus.documents
    assert corpus.format == "finre"
    assert surfaces(one) == [("东方航空", "ENT"), ("上航", "ENT")]
    assert facts(one) == [("东方航空", "合并", "上航")]
    assert facts(two) == [("工行", "被持股", "美国运通")]
    assert (one.complete, one.has_relations) == (False, True)


def test_bad_lines_of_a_table_are_named(tmp_path):
    with pytest.raises(UsageError) as caught:
        read(tmp_path, FINRE * 2 + "工行\t招行\t被持股\t工行股东美国运通\nx\ty\n", format="finre")
    assert "2 bad rows: line 11: '招行' does not stand in the sentence; line 12: expected head, tail" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "names", "places"),
    [
        ("华夏银行和华夏", ["华夏", "华夏银行"], {"华夏银行": (0, 4), "华夏": (5, 7)}),
        ("华夏银行", ["华夏", "华夏银行"], {"华夏银行": (0, 4), "华夏": (0, 2)}),
        ("aXa", ["a", "X"], {"a": (0, 1), "X": (1, 2)}),
    ],
)
def test_a_name_stands_outside_of_longer_names_where_it_can(text, names, places):
    assert locate(text, names) == places
