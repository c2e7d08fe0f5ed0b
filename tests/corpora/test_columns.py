import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.corpora.columns import parse_columns, write
from kgbuild.corpora.making import from_tokens
from kgbuild.errors import UsageError
from tests.corpora.made import read, surfaces

FIRST = {"IOB2": "B", "BIOES": "B", "BILOU": "B", "BMES": "B", "IOB1": "I"}
INSIDE = {"IOB2": "I", "BIOES": "I", "BILOU": "I", "BMES": "M", "IOB1": "I"}
LAST = {"IOB2": "I", "BIOES": "E", "BILOU": "L", "BMES": "E", "IOB1": "I"}
SINGLE = {"IOB2": "B", "BIOES": "S", "BILOU": "U", "BMES": "S", "IOB1": "I"}


def tagged(spans, scheme):
    """Tags of (length, type or None) spans that follow each other."""
    tags, before = [], None
    for length, kind in spans:
        letters = [SINGLE[scheme]] if length == 1 else [FIRST[scheme], *[INSIDE[scheme]] * (length - 2), LAST[scheme]]
        if scheme == "IOB1" and before == kind:
            letters[0] = "B"
        tags += ["O"] * length if kind is None else [f"{letter}-{kind}" for letter in letters]
        before = kind
    return tags


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from([None, "PER", "ORG"])), min_size=1), st.sampled_from(list(FIRST)))
def test_all_schemes_say_the_same(spans, scheme):
    def parsed(name):
        return parse_columns("".join(f"w{i} {tag}\n" for i, tag in enumerate(tagged(spans, name))))

    assert parsed(scheme) == parsed("IOB2")
    assert len(parsed(scheme)[0].mentions) == sum(kind is not None for _, kind in spans)


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ("B-A I-A O", "IOB2"), ("O I-A O", "IOB1"), ("B-A E-A S-B", "BIOES"), ("B-A L-A U-B", "BILOU"), ("B-A M-A E-A", "BMES"),
    ],
)  # fmt: skip
def test_the_scheme_is_said(tmp_path, tags, said):
    corpus = read(tmp_path, "".join(f"w {tag}\n" for tag in tags.split()))
    assert corpus.format == "conll"
    assert any(note.endswith(f"tags are {said}") for note in corpus.notes)


def test_with_tabs_a_token_may_hold_a_space(tmp_path):
    (document,) = read(tmp_path, "New York\tNNP\tB-LOC\r\n,\t,\tO\r\n").documents
    assert surfaces(document) == [("New York", "LOC")]


def test_all_bad_lines_are_counted_and_twenty_are_shown(tmp_path):
    with pytest.raises(UsageError) as caught:
        read(tmp_path, "a O\n" * 40 + "bad\n" * 25)
    assert "25 bad rows: line 41: expected a token and a tag" in str(caught.value)
    assert "line 60:" in str(caught.value)
    assert "line 61:" not in str(caught.value)
    assert "and 5 more" in str(caught.value)


def test_a_first_column_of_numbers_is_said_aloud(tmp_path):
    corpus = read(tmp_path, "1\tSchartau\tB-PER\n2\tsagte\tO\n")
    assert any("is it a line number?" in note for note in corpus.notes)


def test_what_is_written_is_read_again():
    (one, two) = parse_columns(
        "-DOCSTART- O\n\nWest I-MISC\nIndian I-MISC\nPhil B-MISC\n\nLeeds I-ORG\n\n-DOCSTART- O\n\nb O\n"
    )
    assert parse_columns(write([one, two])) == [one, two]


def test_of_mentions_that_overlap_the_longest_is_written_and_blank_tokens_are_not():
    document = from_tokens("d", [["Bank", "of", "", "China", "x"]], [(3, 4, "LOC"), (0, 4, "ORG"), (0, 1, "ORG")])
    assert write([document]) == "-DOCSTART-\tO\n\nBank\tB-ORG\nof\tI-ORG\nChina\tI-ORG\nx\tO\n\n"


def test_a_mention_whose_first_token_is_blank_begins_with_the_next():
    document = from_tokens("d", [["\u00a0", "Bo", "Al"]], [(0, 2, "PER"), (2, 3, "PER")])
    assert write([document]) == "-DOCSTART-\tO\n\nBo\tB-PER\nAl\tB-PER\n\n"


def test_a_blank_that_parts_no_columns_belongs_to_the_token():
    (document,) = parse_columns("10\u00a0000 O\nEuro  B-CUR\n")
    assert document.tokens == ("10\u00a0000", "Euro")


def test_lines_of_comment_are_no_tokens_and_a_hash_is_one(tmp_path):
    content = "# id 7\tdomain=en\n# newdoc\nAnn _ _ B-PER\n# _ _ O\n\n#\tid 8\nBo _ _ B-PER\n"
    corpus = read(tmp_path, content)
    assert [document.tokens for document in corpus.documents] == [("Ann", "#", "Bo")]
    assert any("lines of comment, left out: 3" in note for note in corpus.notes)
