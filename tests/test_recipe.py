"""What the default model is made of: pages on which limits are chosen teach nothing, and a page is read once."""

import json
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))  # the scripts there import each other
import default_model  # noqa: E402
import training_passages  # noqa: E402

sys.path.remove(str(BENCHMARKS))


def lines(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def fact(doc, start, text):
    return {"doc": doc, "passage": [str(start), str(start + len(text))], "text": f" {text}", "property": "CEO"}


@pytest.fixture
def facts(tmp_path):
    """Three pages: of the second one passage stands in two rows, and something is left out before the last."""
    first = "Ann Lee was born in Oslo and went to school there until she was old enough to leave the town for the sea."
    second = "She is the chief executive officer of Acme Corp, a maker of widgets that was founded by her grandfather in 1920."
    rows = [fact("1", 0, first), fact("2", 0, first), fact("2", 0, first), fact("2", len(first) + 1, second)]
    rows += [fact("2", 900, "She lives in Bergen."), fact("3", 0, second)]
    lines(tmp_path / "knowledgenet" / "facts_folds123.jsonl", rows)
    return tmp_path


def test_what_is_annotated_whole_is_not_learned_from_its_facts_again(facts, monkeypatch):
    monkeypatch.setattr(default_model, "HERE", facts)
    lines(facts / "training" / "training.jsonl", [{"text": "x She lives in Bergen. y", "meta": {"uri": "knowledgenet#2"}}])
    lines(facts / "training" / "choosing.jsonl", [{"text": "something else", "meta": {"uri": "knowledgenet#3"}}])
    default_model.write_facts(facts, facts)

    kept = [json.loads(line) for line in (facts / default_model.FACTS).read_text("utf-8").splitlines()]
    assert [row["doc"] for row in kept] == ["1", "2", "2", "2"]
    assert not any("Bergen" in row["text"] for row in kept)


def test_a_page_is_read_with_all_its_sentences(facts):
    (page,) = training_passages.of_facts(facts / "knowledgenet" / "facts_folds123.jsonl")

    assert page[2] == "knowledgenet#2"
    assert len(page[3].sentences) == 3
    assert page[3].text.count("Ann Lee") == 1
    assert " She is the chief" in page[3].text and "\n\nShe lives in Bergen." in page[3].text


def test_a_passage_that_a_longer_one_holds_is_left_out():
    whole, part, other = ({"text": text, "meta": {"uri": uri}} for text, uri in (("a b", "u"), ("b", "u"), ("b", "v")))
    documents = [whole, part, other]

    assert [document for document in documents if not training_passages._is_part(document, documents)] == [whole, other]
