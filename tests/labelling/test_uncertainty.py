import pytest

from kgbuild.labelling.stretches import stretches, within
from kgbuild.labelling.uncertainty import doubt, uncertainty
from kgbuild.records import Extraction, Link, Span

THRESHOLDS = {("", "span"): 6000, ("P1", "stated"): 7000, ("P1", "inferred"): 9000}


@pytest.mark.parametrize(("score", "expected"), [(6000, 10_000), (7250, 5000), (4750, 5000), (8500, 0), (0, 0)])
def test_doubt_is_closeness_to_the_threshold(score, expected):
    assert doubt(score, 6000) == expected


def extraction(span, *links):
    return Extraction(
        (Span(0, 1, "A", span), Span(2, 3, "A", 10_000)), ((0,), (1,)), tuple(Link(0, 1, *link) for link in links)
    )


def test_doubts_of_mentions_and_of_pairs_are_added_and_set_against_the_length():
    assert uncertainty(extraction(6000), THRESHOLDS, 30) == 10_000 // 50
    assert uncertainty(extraction(6000, ("P1", 7000)), THRESHOLDS, 30) == 20_000 // 50
    assert uncertainty(extraction(6000, ("P1", 7000), ("P2", 5000)), THRESHOLDS, 30) == 20_000 // 50
    assert uncertainty(extraction(10_000, ("P2", 5000)), THRESHOLDS, 80) == 100
    assert uncertainty(Extraction(), THRESHOLDS, 10) == 0


def test_stretches_are_whole_sentences():
    text = "One two three. Four five. Six. Seven eight nine ten eleven."
    sentences = [(0, 14), (15, 25), (26, 30), (31, 59)]
    assert [text[a:b] for a, b in stretches(text, sentences, 5)] == [
        "One two three. Four five.",
        "Six.",
        "Seven eight nine ten eleven.",
    ]
    assert stretches(text, sentences, 1) == sentences
    assert stretches(text, sentences, 99) == [(0, 59)]
    assert stretches(text, [], 5) == []


def test_a_stretch_has_its_part_of_what_was_seen():
    seen = Extraction(
        (Span(0, 3, "A", 1), Span(10, 13, "B", 2), Span(15, 18, "A", 3), Span(30, 33, "C", 4)), ((0, 2), (1,), (3,)),
        (Link(0, 1, "P1", 5), Link(0, 3, "P2", 6)),
    )  # fmt: skip
    assert within(seen, 9, 20) == Extraction((Span(1, 4, "B", 2), Span(6, 9, "A", 3)), ((0,), (1,)), (Link(1, 0, "P1", 5),))
    assert within(seen, 40, 50) == Extraction()
    assert within(seen, 0, 40) == seen
