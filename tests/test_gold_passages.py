"""The annotated passages of real documents: the file keeps its rules, the check finds what breaks them, the draw has no order."""

import copy
import importlib.util
from collections import Counter
from pathlib import Path

import pytest

from kgbuild.records import Block, BlockKind, Document, Passage

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
_spec = importlib.util.spec_from_file_location("gold_passages", BENCHMARKS / "gold_passages.py")
gold = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(gold)

RECORDS = gold.load(BENCHMARKS / "gold" / "passages.jsonl")

TRAINING = {name: gold.load(BENCHMARKS / "training" / f"{name}.jsonl") for name in ("training", "choosing")}

TEXT = "Ann Lee runs Acme.\n\nAcme is in Rome."
RECORD = {
    "id": "x",
    "text": TEXT,
    "sentences": [[0, 18], [20, 36]],
    "mentions": [
        {"start": 0, "end": 7, "type": "PER"},
        {"start": 13, "end": 17, "type": "ORG"},
        {"start": 20, "end": 24, "type": "ORG"},
        {"start": 31, "end": 35, "type": "LOC"},
    ],
    "clusters": [[0], [1, 2], [3]],
    "relations": [{"head": 1, "tail": 2, "label": "P131", "evidence": [1], "scope": "stated"}],
    "meta": {"folder": "x", "uri": "x/x.txt", "split": "report"},
}


def groups(records):
    of = {name: group for group, names in gold.GROUPS.items() for name in names}
    return Counter((of[record["meta"]["folder"]], record["meta"]["split"]) for record in records)


def test_the_annotated_passages_keep_the_rules():
    assert [(record["id"], problem) for record in RECORDS for problem in gold.check(record)] == []
    assert len({record["id"] for record in RECORDS}) == len(RECORDS) == 60
    assert groups(RECORDS) == {(group, split): 8 - number for group in gold.GROUPS for number, split in enumerate(gold.SPLITS)}


def test_a_record_that_keeps_the_rules_has_no_problem():
    assert list(gold.check(RECORD)) == []


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (("mentions", 3, "end"), 99, "out of bounds"),
        (("mentions", 0, "end"), 8, "blank at an edge"),
        (("mentions", 1, "start"), 5, "overlap"),
        (("mentions", 1, "end"), 21, "in no sentence"),
        (("mentions", 0, "type"), "PERSON", "unknown type"),
        (("clusters", 0), [0, 1], "not a partition"),
        (("clusters", 1), [1], "not a partition"),
        (("relations", 0, "tail"), 1, "has the ends 1 and 1"),
        (("relations", 0, "tail"), 3, "has the ends 1 and 3"),
        (("relations", 0, "label"), "P9999", "unknown label"),
        (("relations", 0, "scope"), "guessed", "unknown label or scope"),
        (("relations", 0, "evidence"), [2], "out of bounds"),
        (("relations", 0, "evidence"), [], "is stated, by 0 sentences"),
        (("sentences", 1, 0), 10, "overlaps"),
        (("sentences", 0, 1), 17, "text before it is in no sentence"),
        (("meta", "split"), "train", "meta is"),
    ],
)
def test_the_check_finds_what_breaks_a_rule(path, value, problem):
    record = copy.deepcopy(RECORD)
    *way, last = path
    place = record
    for step in way:
        place = place[step]
    place[last] = value

    assert any(problem in text for text in gold.check(record))


def test_a_relation_that_stands_twice_and_mentions_out_of_order_are_found():
    record = copy.deepcopy(RECORD)
    record["relations"] *= 2
    record["mentions"].reverse()

    found = " / ".join(gold.check(record))

    assert "stands 2 times" in found
    assert "not in text order" in found


def test_the_command_says_what_is_wrong_and_fails(capsys):
    broken = copy.deepcopy(RECORD)
    broken["relations"][0]["label"] = "P9999"

    assert gold.report([RECORD]) == 0
    assert gold.report([RECORD, broken]) == 1
    printed = capsys.readouterr().out
    assert "P9999" in printed
    assert "x: 2 records with this id" in printed


def passage(text, index=0):
    return Passage(index=index, start=0, text=text, language="en", sentences=((0, len(text)),), blocks=(0,))


def drawn(documents, passages):
    for number in range(documents):
        for index in range(passages if number else 3 * passages):
            text = f"document {number} passage {index}"
            yield gold.digest(gold.SEED, text), "folder", f"folder/{number}", passage(text, index)


def test_the_draw_does_not_depend_on_the_order_and_takes_few_passages_of_one_document():
    found = list(drawn(10, 9))

    taken = gold.choose(found)

    assert taken == gold.choose(found[::-1])
    assert len(taken) == gold.PER_GROUP
    assert max(Counter(uri for _, _, uri, _ in taken).values()) <= gold.PER_DOCUMENT


def test_where_documents_are_drawn_first_a_long_one_is_as_likely_as_a_short_one():
    found = list(drawn(40, 2))
    longest = [entry for entry in found if entry[2] == "folder/0"] * 50

    taken = gold.choose(found, documents_first=True)

    assert {entry[2] for entry in taken} == {entry[2] for entry in gold.choose(found + longest, documents_first=True)}
    assert max(Counter(entry[2] for entry in taken).values()) == 1


PROSE = "One plain sentence follows another in this text. " * 12


@pytest.mark.parametrize(
    ("text", "kind", "fits"),
    [
        (PROSE, BlockKind.PARAGRAPH, True),
        (PROSE, BlockKind.TABLE_ROW, False),
        (PROSE[:200], BlockKind.PARAGRAPH, False),
        (PROSE * 4, BlockKind.PARAGRAPH, False),
        ("On 2020-11-03 they counted 1,234,567 and 7,654,321 of them. " * 12, BlockKind.PARAGRAPH, False),
    ],
)
def test_only_running_text_of_the_wanted_length_is_drawn(text, kind, fits):
    document = Document("id", text, (Block(kind, 0, len(text)),))

    assert gold.is_running_text(document, passage(text)) is fits


def test_sources_name_every_folder_that_passages_come_from():
    sources = (BENCHMARKS / "gold" / "SOURCES.txt").read_text(encoding="utf-8")

    assert {record["meta"]["folder"] for record in RECORDS} == {
        line.split("*:")[0] for line in sources.splitlines() if "*:" in line
    }


def test_nothing_is_trained_on_of_a_document_that_something_is_measured_on():
    trained, chosen = ({record["meta"]["uri"] for record in TRAINING[name]} for name in ("training", "choosing"))
    measured = {record["meta"]["uri"] for record in RECORDS} | {
        r["uri"] for r in gold.load(BENCHMARKS / "gold" / "triples.jsonl")
    }
    assert trained and chosen and not trained & (chosen | measured) and not chosen & measured
    texts = [record["text"] for records in (RECORDS, *TRAINING.values()) for record in records]
    assert len(texts) == len(set(texts))


def test_the_training_passages_keep_the_rules_too():
    problems = [problem for records in TRAINING.values() for record in records for problem in gold.check(record)]
    assert {problem for problem in problems if "meta is" not in problem} == set()
