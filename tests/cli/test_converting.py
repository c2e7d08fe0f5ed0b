import json

import pytest

from kgbuild.corpora.formats import read_corpus

ROW = {
    "id": "a",
    "text": "Ann joined Acme.",
    "mentions": [{"start": 0, "end": 3, "type": "Person"}, {"start": 11, "end": 15, "type": "Company"}],
    "relations": [{"head": 0, "tail": 1, "label": "Employeeof"}],
}


@pytest.fixture
def corpus(home):
    (home / "a.jsonl").write_text(json.dumps(ROW) + "\n")
    return home


def test_convert_says_what_it_read_and_what_is_lost(kgbuild, corpus):
    code, out, err = kgbuild("convert", "a.jsonl", "out.conll")
    assert code == 0, err
    assert (corpus / "out.conll").read_text() == "-DOCSTART-\tO\n\nAnn\tB-Person\njoined\tO\nAcme\tB-Company\n.\tO\n\n"
    assert "a.jsonl: kgbuild JSON Lines, by its content" in err
    assert "conll has no place for relations: 1" in err
    assert "out.conll: 1 document, 2 mentions, 1 relation, as conll" in out
    assert "Employeeof" in out


def test_convert_gives_one_object_and_maps_labels(answer, corpus):
    report = answer("convert", "a.jsonl", "a.jsonl", "out.json", "--map", "fire", "--to", "labelstudio")
    assert report["inputs"][0] == {
        "path": "a.jsonl", "format": "kgbuild", "documents": 1, "notes": ["a.jsonl: kgbuild JSON Lines, by its content: documents 1, mentions 2, relations 1"],
    }  # fmt: skip
    assert (report["documents"], report["mentions"], report["relations"]) == (2, 4, 2)
    assert (report["mentions_by_type"], report["relations_by_label"]) == ({"ORG": 2, "PER": 2}, {"P108": 2})
    assert (report["to"], report["out"], report["left_out"]) == ("labelstudio", "out.json", {})
    assert read_corpus(corpus / "out.json").format == "labelstudio"
    assert '<Label value="ORG"/><Label value="PER"/>' in report["interface"]
    assert any("labels that no document has: Action" in note for note in report["notes"])


def test_convert_says_what_a_map_dropped(kgbuild, corpus):
    (corpus / "map.yaml").write_text("types: {Company: null}\n")
    _, _, err = kgbuild("convert", "a.jsonl", "out.jsonl", "--map", "map.yaml")
    assert "map.yaml: 1 mention dropped" in err
    assert "map.yaml: 1 relation dropped" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a.jsonl"], "takes the file to write last"),
        (["b.jsonl", "out.json"], "b.jsonl: no such file"),
        (["a.jsonl", "out.xyz"], "which format"),
        (["a.jsonl", "out.json", "--to", "brat"], "'brat' is not written"),
        (["a.jsonl", "out.json", "--from", "scirc"], "'scirc' is no format"),
        (["a.jsonl", "out.json", "--from", "scierc"], "a.jsonl, line 1: not SciERC's format"),
        (["a.jsonl", "old.json"], "old.json is there already; --force"),
        (["a.jsonl", "a.jsonl", "--force"], "also what is read"),
        (["a.jsonl", "docs", "--to", "conll"], "is a folder"),
        (["a.jsonl", "-", "--to", "conll"], "name the file"),
        (["a.jsonl", "nowhere/out.json"], "its folder is not there"),
        (["empty.json", "out.json"], "no document to convert"),
        (["a.jsonl", "out.json", "--map", "nomap"], "cannot read the map nomap"),
    ],
)
def test_a_call_that_cannot_be_meant_is_a_usage_error(kgbuild, corpus, words, message):
    (corpus / "old.json").write_text("old")
    (corpus / "empty.json").write_text("[]")
    code, out, err = kgbuild("convert", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
    assert (corpus / "old.json").read_text() == "old"
    assert not (corpus / "out.json").exists()


def test_force_writes_over_a_file(kgbuild, corpus):
    (corpus / "old.jsonl").write_text("old")
    code, out, _ = kgbuild("convert", "a.jsonl", "old.jsonl", "--force", "-q")
    assert (code, out) == (0, "")
    assert read_corpus(corpus / "old.jsonl").documents == read_corpus(corpus / "a.jsonl").documents


def test_labels_that_look_like_slips_of_the_pen_are_told(kgbuild, corpus):
    slip = ROW | {"mentions": [ROW["mentions"][0], ROW["mentions"][1] | {"type": "Company "}]}
    (corpus / "b.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (ROW, ROW, slip)))
    code, out, err = kgbuild("convert", "b.jsonl", "out.json")
    assert code == 0
    assert "'Company ' (1) may be meant for Company (2): --map makes them one" in err
    assert "'Company '" in out
