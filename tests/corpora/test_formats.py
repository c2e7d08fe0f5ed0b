import gzip
import json
import logging

import pytest

from kgbuild.corpora.formats import FORMATS, read_corpus
from kgbuild.errors import UsageError
from tests.corpora.made import read, written

OWN = {"text": "Ann rose.", "mentions": []}


def test_the_format_is_seen_from_the_content_whatever_the_suffix(tmp_path, caplog):
    caplog.set_level(logging.INFO, "kgbuild")
    for name in ("x.json", "x.jsonl", "x.txt", "x"):
        corpus = read(tmp_path, [OWN], name)
        assert corpus.format == "kgbuild"
        assert corpus.notes == (
            f"{tmp_path / name}: kgbuild JSON Lines, by its content: documents 1, mentions 0, relations not annotated",
        )
    assert "kgbuild JSON Lines, by its content" in caplog.text


def test_a_list_or_one_object_a_line_is_the_same(tmp_path):
    rows = [{"title": "a", "sents": [["b"]], "vertexSet": []}] * 2
    lines, whole = read(tmp_path, rows, "a.jsonl"), read(tmp_path, json.dumps(rows, indent=1), "a.json")
    assert lines.format == whole.format == "docred"
    assert lines.documents == whole.documents
    assert len(read(tmp_path, json.dumps(rows[0], indent=1)).documents) == 1


def test_a_byte_order_mark_is_no_text(tmp_path):
    corpus = read(tmp_path, b"\xef\xbb\xbfAnn B-PER\n")
    assert corpus.documents[0].tokens == ("Ann",)


def test_several_formats_at_once_are_refused(tmp_path):
    row = OWN | {"label": [[0, 3, "PER"]]}
    with pytest.raises(UsageError, match="could be doccano or kgbuild; say which with --from"):
        read(tmp_path, [row])
    assert read(tmp_path, [row], format="doccano").format == "doccano"
    assert (
        read(tmp_path, [row], format="kgbuild")
        .notes[0]
        .endswith("corpus: kgbuild JSON Lines: documents 1, mentions 0, relations not annotated")
    )


@pytest.mark.parametrize("content", ["once upon a time\n", '{"a": 1}', "[[1]]", "a,b\n1,2\n"])
def test_an_unknown_format_is_refused_with_all_that_are_known(tmp_path, content):
    with pytest.raises(UsageError, match="in no known format") as caught:
        read(tmp_path, content)
    assert all(f"{name} (" in str(caught.value) for name in FORMATS)


def test_a_folder_that_is_no_corpus_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"a folder without \.ann files"):
        read_corpus(tmp_path)


def test_an_unknown_name_is_refused(tmp_path):
    with pytest.raises(UsageError, match="'conl' is no format: it is one of conll"):
        read(tmp_path, "a O\n", format="conl")


@pytest.mark.parametrize(
    ("format", "content", "message"),
    [
        ("scierc", "a O\n", "not JSON"),
        ("brat", "a O\n", "give the folder"),
        ("kgbuild", "[[1]]", "document 1: not kgbuild's format"),
    ],
)
def test_a_named_format_that_is_not_there_is_refused(tmp_path, format, content, message):
    with pytest.raises(UsageError, match=message):
        read(tmp_path, content, format=format)


@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"conll", "finre", "spacy", "brat"}))
def test_rows_that_are_anything_are_bad_rows_and_no_bugs(tmp_path, format):
    rows = [{}, [], None, 5, "x", {"text": None}, {"text": "a", "label": 5}, {"tokens": 5, "entities": 5}, {"sents": [1]}]
    with pytest.raises(UsageError, match=f"{len(rows)} bad rows"):
        read(tmp_path, [*rows], format=format)


def test_a_line_that_is_no_json_is_one_bad_row_among_others(tmp_path):
    content = json.dumps(OWN) + "\n{broken\n" + json.dumps(OWN | {"mentions": 5}) + "\n"
    with pytest.raises(UsageError, match=r"2 bad rows: line 2: not JSON \(.*character 2\); line 3: mentions is 5, not a list"):
        read(tmp_path, content)


def test_json_that_does_not_parse_is_named_with_its_line(tmp_path):
    with pytest.raises(UsageError, match="line 3: not JSON"):
        read(tmp_path, '[\n{"a": 1},\n{"a": ]\n')
    with pytest.raises(UsageError, match="line 1: not JSON"):
        read(tmp_path, '{"text": "a\n')


def test_columns_may_begin_with_a_bracket(tmp_path):
    assert read(tmp_path, "[ O\nAnn B-PER\n").format == "conll"


def test_bytes_that_are_no_text_are_named(tmp_path):
    with pytest.raises(UsageError, match=r"line 1: byte 0x\w\w is not UTF-8"):
        read(tmp_path, b"Ren\xe9 B-PER\n")
    with pytest.raises(UsageError, match="in no known format"):
        read_corpus(written(tmp_path, "x", b"x\x9c\x00"))
    with pytest.raises(UsageError, match="it is packed"):
        read(tmp_path, gzip.compress(b'{"text": "Ann rose.", "mentions": []}'))


@pytest.mark.parametrize("content", ["", "\n \n", "[]"])
def test_an_empty_file_is_an_empty_corpus(tmp_path, content):
    assert read(tmp_path, content).documents == ()


@pytest.mark.parametrize(
    ("value", "message"), [("[" * 100_000, "nested too deeply"), ("1" * 5_000, r"not JSON \(Exceeds the limit")]
)
def test_json_that_no_parser_takes_is_a_bad_row_and_no_bug(tmp_path, value, message):
    good = '{"text": "Ann left.", "label": [[0, 3, "PER"]]}\n'
    lines, whole = tmp_path / "a.jsonl", tmp_path / "b.json"
    lines.write_text(good + f'{{"text": {value}}}\n', "utf-8")
    whole.write_text(f"[{value}]", "utf-8")
    with pytest.raises(UsageError, match=rf"a.jsonl, line 2: .*{message}"):
        read_corpus(lines)
    with pytest.raises(UsageError, match=rf"b.json.*{message}"):
        read_corpus(whole)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_said_to_be_empty_and_in_no_format(tmp_path, content):
    (tmp_path / "dev.jsonl").write_bytes(content)
    corpus = read_corpus(tmp_path / "dev.jsonl")
    assert (corpus.documents, corpus.notes) == ((), (f"{tmp_path / 'dev.jsonl'}: the file is empty",))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            '{"text": "a"}\n{"text": "Zürich"}\n'.encode("cp1252"),
            r"line 2: byte 0xFC is not UTF-8 \(in Windows-1252 it is 'ü'\)",
        ),
        ('{"text": "Zürich"}\n'.encode("utf-16"), "it is in UTF-16"),
        (b'[{"id": 1, "data": {"text": "Ann"}, "predictions": []}]', "tasks of Label Studio that nobody has labelled yet"),
    ],
)
def test_what_people_hand_in_by_mistake_is_called_by_its_name(tmp_path, content, words):
    (tmp_path / "data.json").write_bytes(content)
    with pytest.raises(UsageError, match=words):
        read_corpus(tmp_path / "data.json")


def test_a_folder_of_other_formats_is_no_corpus(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "Ann", "label": [[0, 3, "PER"]]}\n')
    with pytest.raises(UsageError, match="name the files in it"):
        read_corpus(tmp_path)
