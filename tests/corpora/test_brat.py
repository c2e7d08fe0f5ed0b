import pytest

from kgbuild.corpora.formats import read_corpus
from kgbuild.errors import UsageError
from tests.corpora.made import facts, surfaces

TEXT = "Ann joined Acme\r\nCorp. She likes it.\n"
ANN = (
    "T1\tPER 0 3\tAnn\nT2\tORG 11 15;17 21\tAcme Corp\nT3\tPER 23 26\tShe\nR1\tJoined Arg1:T1 Arg2:T2\n*\tEquiv T1 T3\n"
    "E1\tJoining:T1 Who:T2\nA1\tNegated E1\n#1\tAnnotatorNotes T1\tsure\nN1\tReference T1 Wikidata:Q1\tAnn\n"
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "brat" / "deep").mkdir(parents=True)
    pair(tmp_path / "brat", "a", TEXT, ANN)
    pair(tmp_path / "brat" / "deep", "b", "Bo left.", "T1\tPER 0 2\tBo\n")
    return tmp_path / "brat"


def pair(folder, name, text, ann):
    (folder / f"{name}.txt").write_bytes(text.encode())
    (folder / f"{name}.ann").write_bytes(ann.encode())


def test_a_folder_of_pairs_is_a_corpus(folder):
    corpus = read_corpus(folder)
    a, b = corpus.documents
    assert (corpus.format, a.name, b.name) == ("brat", "a", "deep/b")
    assert a.text == TEXT
    assert surfaces(a) == [("Ann", "PER"), ("Acme\r\nCorp", "ORG"), ("She", "PER")]
    assert a.clusters == ((0, 2), (1,))
    assert facts(a) == [("Ann", "Joined", "Acme\r\nCorp")]
    assert (b.linked, b.has_relations, surfaces(b)) == (True, True, [("Bo", "PER")])


def test_what_is_left_out_is_counted(folder):
    notes = " ".join(read_corpus(folder).notes)
    for what in ("events", "attributes", "notes", "normalisations"):
        assert f"{what}, left out: 1" in notes
    assert "in pieces" not in notes


def test_a_mention_in_pieces_is_taken_from_end_to_end_and_counted(folder):
    pair(folder, "c", "ovarian and breast cancer", "T1\tDIS 0 7;19 25\tovarian cancer\n")
    corpus = read_corpus(folder)
    assert surfaces(corpus.documents[1]) == [("ovarian and breast cancer", "DIS")]
    assert any("mentions in pieces, taken from the first to the last character: 1" in note for note in corpus.notes)


def test_a_line_end_inside_of_a_mention_may_be_a_space_in_its_surface(tmp_path):
    pair(tmp_path, "c", TEXT, "T1\tORG 11 21\tAcme Corp\n")
    assert surfaces(read_corpus(tmp_path).documents[0]) == [("Acme\r\nCorp", "ORG")]


def test_without_relations_and_groups_nothing_is_said_of_them(tmp_path):
    pair(tmp_path, "b", "Bo left.", "T1\tPER 0 2\tBo\n")
    (document,) = read_corpus(tmp_path).documents
    assert (document.linked, document.has_relations) == (False, False)


@pytest.mark.parametrize(
    ("ann", "message"),
    [
        ("T1\tPER 0 3\tAnne\n", r"c.ann, line 1: the text at 0-3 is 'Ann', the annotation says 'Anne'"),
        ("T1\tPER 0 99\tAnn\n", r"line 1: a mention at '0 99' of a text of 37 characters"),
        ("T1\tPER 0 3\tAnn\nR1\tJoined Arg1:T1 Arg2:T9\n", r"c.ann: R1 names T9, which is not there"),
        ("T1\tPER 0 3\tAnn\nT1\tPER 23 26\tShe\n", r"line 2: T1 stands here a second time"),
        ("T1\tPER 0 3\tAnn\nQ1\twhat\n", r"line 2: no line of brat's"),
        ("T1\tPER zero 3\tAnn\n", r"line 1: not brat's format"),
        ("T1\tPER 0 3\tAnn\nR1\tJoined T1 T1\n", r"line 2: a relation's Arg1 is 'T1'"),
    ],
)
def test_a_bad_line_is_named_with_its_file(folder, ann, message):
    pair(folder, "c", TEXT, ann)
    with pytest.raises(UsageError, match=message):
        read_corpus(folder)


def test_a_missing_text_is_named(folder):
    (folder / "a.txt").unlink()
    with pytest.raises(UsageError, match=r"a\.txt"):
        read_corpus(folder)


def test_a_byte_order_mark_before_the_annotations_is_none_of_them(tmp_path):
    (tmp_path / "a.txt").write_text("Ann Smith.", encoding="utf-8")
    (tmp_path / "a.ann").write_text("T1\tPER 0 9\tAnn Smith\n", encoding="utf-8-sig")
    (document,) = read_corpus(tmp_path).documents
    assert [mention.type for mention in document.mentions] == ["PER"]


def test_an_ann_without_its_text_is_named_and_texts_and_files_that_are_not_read_are_counted(folder):
    (folder / "c.txt").write_text("Nobody has looked at this.")
    (folder / "rows.jsonl").write_text('{"text": "Ann", "label": [[0, 3, "PER"]]}\n')
    (folder / "annotation.conf").write_text("[entities]\n")
    notes = " ".join(read_corpus(folder).notes)
    assert "texts without an .ann beside them, left out: 1" in notes
    assert "files that are neither .txt nor .ann (rows.jsonl), left out: 1" in notes
    (folder / "a.txt").unlink()
    with pytest.raises(UsageError, match=r"a\.ann: its text, a\.txt, does not stand beside it"):
        read_corpus(folder)


def test_a_line_with_blanks_for_tabs_is_told_as_such(folder):
    pair(folder, "a", TEXT, "T1 PER 0 3 Ann\n")
    with pytest.raises(UsageError, match=r"a\.ann, line 1: no tab behind the id: 'T1 PER 0 3 Ann'"):
        read_corpus(folder)
