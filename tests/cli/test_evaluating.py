import json
from pathlib import Path

import pytest

from kgbuild.cli.evaluating import model_folder
from tests.extraction.test_evaluate import DOCUMENT
from tests.extraction.tiny import write_tiny


@pytest.fixture
def corpus(home):
    """A tiny model at ./models/tiny and two documents in dev.json."""
    write_tiny(home / "models" / "tiny")
    (home / "dev.json").write_text(json.dumps([DOCUMENT, DOCUMENT]), "utf-8")
    return home


def test_evaluate_says_scores_and_mistakes_in_words(kgbuild, corpus):
    code, out, err = kgbuild("evaluate", "models/tiny", "dev.json", "--threads", "1")
    assert code == 0, err
    for words in ("2 documents, 22 words", "relations from raw text, strict", "stated in one sentence", "95 %", "mistakes, mentions:",
                  "calibration error of spans", "words a second", "mistakes with examples: --report FOLDER"):  # fmt: skip
        assert words in out
    assert err == ""


def test_evaluate_json_is_one_object_with_the_documented_keys(answer, corpus):
    report = answer("evaluate", "models/tiny", "dev.json", "--threads", "1", "--known", "dev.json", "--against", "models/tiny")
    assert {
        "ner",
        "relations_gold",
        "end_to_end",
        "calibration",
        "documents",
        "words",
        "seconds",
        "intervals",
        "errors",
        "clusters",
    } <= (report.keys())
    assert "ign_f1" in report["relations_gold"]
    assert report["comparison"]["against"] == "models/tiny"


def test_the_comparison_is_a_table(kgbuild, corpus):
    write_tiny(corpus / "models" / "other", seed=4)
    code, out, _ = kgbuild("evaluate", "models/tiny", "dev.json", "--threads", "1", "--against", "models/other")
    assert code == 0
    assert "against models/other (this model - that one)" in out
    assert "difference" in out


def test_the_page_is_one_file_and_needs_nothing_else(kgbuild, corpus):
    code, out, err = kgbuild("evaluate", "models/tiny", "dev.json", "--threads", "1", "--report", "out/scores")
    assert code == 0, err
    page = corpus / "out" / "scores" / "index.html"
    assert str(Path("out") / "scores" / "index.html") in out
    text = page.read_text("utf-8")
    assert [path.name for path in page.parent.iterdir()] == ["index.html"]
    assert "http:" not in text and "https:" not in text and "src=" not in text and "<script" not in text
    assert "P108 <small>employer</small>" in text


def test_what_is_for_models_only_is_refused_for_the_resolver(kgbuild, corpus):
    code, _, err = kgbuild("evaluate", "resolution", "a", "b", "--report", "out")
    assert code == 2
    assert "--report" in err


def test_a_model_is_default_or_a_path():
    assert (model_folder("default") / "model.json").parent.name == "pretrained"
    assert model_folder("./mine") == Path("mine")


def test_evaluate_resolution_scores_the_resolver(answer, home):
    """Two documents, three pages: a full name and its last name are one, two people of one last name are not."""
    (home / "corpus.txt").write_text(CORPUS, "utf-8")
    (home / "links.tsv").write_text(LINKS, "utf-8")
    report = answer("evaluate", "resolution", "corpus.txt", "links.tsv")
    assert set(report) == {"b3", "pairs", "entities", "mentions"}
    assert report["mentions"] == 4
    assert report["b3"]["f1"] == report["pairs"]["f1"] == 1.0
    assert report["entities"] == 2


CORPUS = """\
-DOCSTART- -X- O O

John NNP I-NP B-PER
Smith NNP I-NP I-PER
met VBD I-VP O
Smith NNP I-NP B-PER
. . O O

-DOCSTART- -X- O O

Mary NNP I-NP B-PER
Smith NNP I-NP I-PER
slept VBD I-VP O
. . O O
Smith NNP I-NP B-PER
woke VBD I-VP O
. . O O

"""
LINKS = "doc\tsent\tstart\tend\tmention\tconll_type\turl\n" + "".join(
    f"{doc}\t0\t{start}\t{end}\t{text}\tPER\t{page}\n"
    for doc, start, end, text, page in [
        (1, 0, 2, "John Smith", "John"), (1, 3, 4, "Smith", "John"), (2, 0, 2, "Mary Smith", "Mary"), (2, 4, 5, "Smith", "Mary"),
    ]
)  # fmt: skip
