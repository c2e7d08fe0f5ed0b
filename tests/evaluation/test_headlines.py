import pytest

from kgbuild.evaluation.headlines import headlines, title_of
from kgbuild.evaluation.vocabulary import notes

SCORES = {"precision": 0.5, "recall": 0.4, "f1": 0.45}
REPORT = {
    "end_to_end": {"soft": SCORES | {"gold": 9, "stated": SCORES | {"gold": 4}}},
    "ner": SCORES | {"gold": 7, "macro": SCORES | {"labels": 2}},
    "relations_gold": SCORES | {"gold": 9, "ign_f1": 0.3},
    "intervals": {"ner.f1": {"low": 0.4, "high": 0.5}, "relations_gold.ign_f1": {"low": 0.2, "high": 0.4}},
}


def test_lines_come_in_reading_order_with_their_intervals():
    lines = list(headlines(REPORT))
    assert [(line.depth, line.title) for line in lines] == [
        (0, "mentions"), (1, "macro over labels"), (0, "relations, given gold entities"),
        (1, "Ign F1: without facts of the training data"), (0, "relations from raw text, soft"), (1, "stated in one sentence"),
    ]  # fmt: skip
    assert (lines[0].low, lines[0].high, lines[0].gold) == (0.4, 0.5, 7)
    assert (lines[3].precision, lines[3].f1, lines[3].low) == (None, 0.3, 0.2)
    assert lines[4].low is None


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("ner.f1", "mentions"),
        ("relations_gold.ign_f1", "relations, given gold entities: Ign F1: without facts of the training data"),
        ("end_to_end.soft.inferred.f1", "relations from raw text, soft: inferred from several"),
        ("something.else", "something.else"),
    ],
)
def test_names_in_words(name, title):
    assert title_of(name) == title


def test_of_what_nothing_is_annotated_and_nothing_found_there_is_no_line_of_zeros():
    nothing = {"precision": 0.0, "recall": 0.0, "f1": 0.0, "gold": 0, "predicted": 0}
    report = {
        "ner": nothing | {"gold": 3},
        "relations_gold": nothing,
        "end_to_end": {"strict": nothing, "soft": nothing | {"predicted": 1}},
    }
    assert [line.title for line in headlines(report)] == ["mentions", "relations from raw text, soft"]
    assert list(notes(report)) == ["no relation is annotated here: relations are not scored"]
