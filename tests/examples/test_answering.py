"""The example answering: quotes stand where they are said to, what is not there is refused, and the measures are what they say."""

import json
import re
import shlex
from xml.etree import ElementTree

import pytest

import kgbuild
from tests.examples.conftest import EXAMPLES

QUESTIONS = [json.loads(line) for line in (EXAMPLES / "answering" / "questions.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def answer(program):
    return program("answering/answer")


@pytest.fixture(scope="module")
def measure(answer, program):
    return program("answering/measure")


@pytest.fixture(scope="module")
def library(answer, sample):
    return answer.library_of(sample, None)


@pytest.fixture(scope="module")
def model():
    return kgbuild.load()


@pytest.fixture
def loaded(model, monkeypatch):
    """The programs get the model that is loaded already."""
    monkeypatch.setattr(kgbuild, "load", lambda: model)


def test_an_answer_is_sentences_of_the_documents_at_the_places_it_names(answer, library, model, sample):
    found = answer.ask(library, model, "Where was Qasem Soleimani killed?")
    assert found[0].uri.endswith("United_States_military_kills_Qasem_Soleimani")
    with kgbuild.Workspace(sample) as ws:
        for one in found:
            text = ws.show(one.uri).text
            assert one.sentences and all(text[s.start : s.end] == s.text for s in one.sentences)


def test_the_program_answers_or_says_that_there_is_no_answer(answer, sample, loaded, capsys):
    answer.main(["--workspace", str(sample), "Where was Qasem Soleimani killed?", "Who won at Wimbledon in 2019?"])
    first, second = capsys.readouterr().out.split("Who won at Wimbledon in 2019?\n")
    assert "“" in first and "characters" in first and "not in these documents" not in first
    assert second.strip() == "not in these documents"


def test_the_page_shows_what_its_commands_print(answer, tmp_path, loaded, capsys):
    page = (EXAMPLES / "answering" / "README.md").read_text("utf-8")
    asked = [
        shlex.split(words, comments=True)[-1]
        for words in re.findall(r"^python examples/answering/answer.py (.*)", page, re.MULTILINE)
    ]
    answer.main(["--workspace", str(tmp_path / "kg"), "--documents", str(EXAMPLES / "documents"), *asked])
    shown = re.search(r"^\n```\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[1]
    assert re.fullmatch("[^\n]*".join(map(re.escape, shown.strip().split("…"))), capsys.readouterr().out.strip())


def test_a_name_in_a_question_is_understood_under_each_of_its_names(answer, library, model):
    (short, *_), (long, *_) = (
        answer.understand(library, model, f"What did {name} announce?") for name in ("the US", "the United States")
    )
    assert short.entities and short.entities & long.entities


def test_lower_case_questions_find_names_of_several_words(answer, library, model):
    assert answer.understand(library, model, "where was qasem soleimani killed")[0].entities


def test_a_term_with_a_mark_inside_is_one_term(answer):
    assert answer.terms("Why did analytics.usa.gov and PG&E's sites break?") == ["analytics.usa.gov", "pg&e", "site", "break"]


def test_the_threshold_is_the_one_with_most_questions_right(measure):
    outcomes = [measure.Outcome(True, 1, True, 0.9), measure.Outcome(True, 1, True, 0.6), measure.Outcome(False, 0, False, 0.2)]
    assert measure.choose(outcomes) == pytest.approx(0.4)
    assert all(outcome.right(0.4) for outcome in outcomes)
    assert not measure.Outcome(True, 2, True, 0.9).right(0.4)  # the wrong document is no right answer, however sure


def test_wilson_s_interval_is_that_of_the_books(measure):
    assert measure.share([True] * 8 + [False] * 2) == pytest.approx((0.8, 0.490, 0.943), abs=0.001)
    assert measure.share([True] * 10)[2] == pytest.approx(1.0)


def test_the_questions_are_two_parts_of_thirty_with_enough_that_have_no_answer():
    for part in ("choose", "report"):
        rows = [row for row in QUESTIONS if row["part"] == part]
        assert len(rows) == 30 and sum(not row["documents"] for row in rows) >= 8
    assert len({row["question"] for row in QUESTIONS}) == 60
    assert all(bool(row["answer"]) == bool(row["documents"]) and re.compile(row["answer"]) for row in QUESTIONS)


def test_measures_are_printed_and_drawn(measure, sample, loaded, tmp_path, capsys):
    known = {"Where was Qasem Soleimani killed?", "What illness did Eddie Van Halen have?", "How tall was Kobe Bryant?"}
    few = [{**row, "part": part} for row in QUESTIONS if row["question"] in known for part in ("choose", "report")]
    lines = "".join(json.dumps(row) + "\n" for row in few).replace("wikinews_2020.csv", "wikinews.csv")
    (tmp_path / "few.jsonl").write_text(lines, "utf-8")
    words = ["--workspace", str(sample), "--questions", str(tmp_path / "few.jsonl"), "--picture", str(tmp_path / "p.svg")]
    measure.main(words)
    printed = capsys.readouterr().out
    assert re.search(r"hit@1 +graph 100%", printed) and "refused, rightly" in printed
    assert ElementTree.parse(tmp_path / "p.svg").getroot().tag.endswith("svg")
