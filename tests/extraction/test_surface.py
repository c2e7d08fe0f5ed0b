"""Spans become written names; pairs that may be one thing are found, and what their writing says does not depend on order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.extraction.surface import FEATURES, surface
from kgbuild.records import Span

TEXT = (
    "The General Services Administration (GSA) hired John A. Smith in Iran . Smith met the Iranian envoy , and GSA paid . "
    "Kurt Tucholsky ( Peter Panter ) lived in Oslo ."
)
NAMES = [
    ("General Services Administration", "ORG"),
    ("GSA", "ORG"),
    ("John A. Smith", "PER"),
    ("Iran", "LOC"),
    ("Smith met", "PER"),
    ("Iranian", "MISC"),
    ("GSA paid", "ORG"),
    ("Kurt Tucholsky", "PER"),
    ("Peter Panter", "PER"),
    ("Oslo", "LOC"),
]


def spans_of(text=TEXT, names=NAMES):
    found = []
    for name, label in names:
        start = text.index(name)
        found.append(Span(start, start + len(name.removesuffix(" met").removesuffix(" paid")), label, 9000))
    return sorted(found, key=lambda span: span.start)


def pairs_by_name(seen):
    return {
        frozenset((seen.writings[a].text, seen.writings[b].text)): dict(zip(FEATURES, row.tolist(), strict=True))
        for (a, b), row in zip(seen.pairs.tolist(), seen.features, strict=True)
    }


def test_equal_names_are_one_and_every_span_is_in_one_name():
    seen = surface(TEXT, spans_of())
    assert sorted(i for writing in seen.writings for i in writing.spans) == list(range(len(NAMES)))
    assert [len(writing.spans) for writing in seen.writings if writing.text == "GSA"] == [2]


@pytest.mark.parametrize(
    ("left", "right", "feature"),
    [
        ("General Services Administration", "GSA", "initials"),
        ("General Services Administration", "GSA", "bracket"),
        ("John A. Smith", "Smith", "subset"),
        ("John A. Smith", "Smith", "rules"),
        ("Iran", "Iranian", "same_country"),
        ("Kurt Tucholsky", "Peter Panter", "bracket"),
    ],
)
def test_names_that_may_be_one_thing_are_candidates_and_their_features_say_why(left, right, feature):
    assert pairs_by_name(surface(TEXT, spans_of()))[frozenset((left, right))][feature] == 1.0


def test_names_with_nothing_in_common_are_no_candidates():
    assert frozenset(("Oslo", "GSA")) not in pairs_by_name(surface(TEXT, spans_of()))


def test_features_are_between_zero_and_one():
    features = surface(TEXT, spans_of()).features
    assert features.shape[1] == len(FEATURES) and features.min() >= 0.0 and features.max() <= 1.0


@given(st.permutations(range(len(NAMES))))
def test_the_order_of_spans_changes_nothing(order):
    spans = spans_of()
    assert pairs_by_name(surface(TEXT, [spans[i] for i in order])) == pairs_by_name(surface(TEXT, spans))


def test_a_text_without_spans_has_no_names():
    seen = surface("nothing", [])
    assert seen.writings == () and seen.pairs.shape == (0, 2) and seen.features.shape == (0, len(FEATURES))
