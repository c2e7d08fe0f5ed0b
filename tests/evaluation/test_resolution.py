import re

import pytest

from kgbuild.errors import KgbuildError
from kgbuild.evaluation.resolution import evaluate_resolution, read_linked

CORPUS = """-DOCSTART- -X- O O

EU NNP I-NP I-ORG
rejects VBZ I-VP O
Peter NNP I-NP I-PER

Blackburn NNP I-NP I-PER
. . O O

-DOCSTART- -X- O O

European JJ I-NP I-ORG
Union NNP I-NP I-ORG
"""
HEAD = "doc\tsplit\tsent\tstart\tend\tmention\tconll_type\turl\tqid\n"
ROWS = [
    "1\ttrain\t0\t0\t1\tOther\tORG\tNIL\t",
    "7\ttest\t0\t0\t1\tEU\tORG\thttp://x/EU\t",
    "7\ttest\t0\t2\t4\tPeter Blackburn\t-\tNIL\t",
    "8\ttest\t0\t0\t2\tEuropean Union\tORG\thttp://x/EU\t",
]


@pytest.fixture
def files(tmp_path):
    corpus, links = tmp_path / "corpus", tmp_path / "links.tsv"
    corpus.write_text(CORPUS)
    links.write_text(HEAD + "\n".join(ROWS) + "\n")
    return corpus, links


def test_mentions_stand_at_their_tokens_even_across_a_line_that_ends_a_sentence(files):
    first, second = read_linked(*files)
    assert first.text == "EU rejects Peter\nBlackburn .\n"
    assert [m.text for m in first.mentions] == ["EU", "Peter Blackburn"]
    assert first.types == ("ORG", "PER") and first.pages == ("http://x/EU", "NIL")
    assert second.text[second.mentions[0].start : second.mentions[0].end] == "European Union"


def test_mentions_without_a_page_are_seen_and_not_scored(files):
    seen = []

    def resolver(documents):
        seen.extend(m.text for d in documents for m in d.mentions)
        return [["a", "a"], ["b"]]

    result = evaluate_resolution(*files, resolver)
    assert seen == ["EU", "Peter Blackburn", "European Union"]
    assert result == {
        "b3": {"precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3)},
        "pairs": {"precision": 0.0, "recall": 0.0, "f1": 0.0},
        "entities": 2, "mentions": 2,
    }  # fmt: skip


def test_a_table_of_another_corpus_is_refused(files):
    files[1].write_text(HEAD + ROWS[1].replace("EU", "UN") + "\n")
    with pytest.raises(KgbuildError, match="does not fit"):
        read_linked(*files)
    files[1].write_text("doc\tmention\n")
    with pytest.raises(KgbuildError, match="lacks the column sent"):
        read_linked(*files)


def test_a_byte_order_mark_is_no_token_and_a_line_separator_ends_no_line(files):
    corpus, links = files
    links.write_text(links.read_text(), encoding="utf-8-sig")
    corpus.write_text(CORPUS.replace("rejects", "rejects\u2028"), encoding="utf-8-sig")
    first, _ = read_linked(corpus, links)
    assert first.text.startswith("EU rejects")


@pytest.mark.parametrize(
    "row, message",
    [
        ("\ttest\t0\t0\t1\tEU\tORG\tNIL\t", "links.tsv:6: doc is '', not a whole number; correct the row"),
        ("7\ttest\t0\t0", "links.tsv:6: end is missing; correct the row"),
        ("7\ttest\t0\t-1\t1\tEU\tORG\tNIL\t", "links.tsv:6: start is '-1', not a whole number; correct the row"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(files, row, message):
    corpus, links = files
    links.write_text(HEAD + "\n".join([*ROWS, row]) + "\n")
    with pytest.raises(KgbuildError, match=re.escape(message)):
        read_linked(corpus, links)


def test_a_file_of_another_encoding_is_named(files):
    corpus, links = files
    corpus.write_bytes("Łódź NNP I-NP I-LOC".encode("cp1250"))
    with pytest.raises(KgbuildError, match="byte 0 is not UTF-8"):
        read_linked(corpus, links)
