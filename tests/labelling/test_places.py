from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.labelling.places import INSIDE, NO_SUCH_PLACE, NOT_THERE, TAKEN, Claim, place


def found(text, *claims):
    placed = place(text, [Claim(*claim) for claim in claims])
    return {(text[a:b], a): thing for (a, b), thing in placed.spans.items()}, placed


def test_a_name_is_taken_wherever_it_stands():
    spans, _ = found("Ann met Bo. Ann left.", (0, "PER", "Ann"), (1, "PER", "Bo"))
    assert spans == {("Ann", 0): 0, ("Bo", 8): 1, ("Ann", 12): 0}


def test_names_are_taken_between_other_letters_in_scripts_without_spaces():
    spans, _ = found("นายทักษิณทำงาน，马云说", (0, "PER", "ทักษิณ"), (1, "PER", "马云"))
    assert {name for name, _ in spans} == {"ทักษิณ", "马云"}


def test_longer_names_come_first_and_none_stands_inside_of_another():
    spans, placed = found("New York Times of New York", (0, "LOC", "New York"), (1, "ORG", "New York Times"))
    assert spans == {("New York Times", 0): 1, ("New York", 18): 0}
    assert not placed.refused


@pytest.mark.parametrize(
    ("text", "name", "rule"),
    [
        ("Anna left.", "Ann", NOT_THERE), ("Ann left.", "Bo", NOT_THERE), ("ann left.", "Ann", NOT_THERE), ("A\tB", "A B", NOT_THERE),
        ("A\n\nB", "A B", NOT_THERE), ("Ann Lee left.", "Lee", INSIDE),
    ],
)  # fmt: skip
def test_what_does_not_stand_there_as_a_word_is_refused(text, name, rule):
    spans, placed = found(text, (0, "PER", "Ann Lee"), (1, "PER", name))
    assert 1 not in spans.values()
    assert placed.refused[rule] == 1 + (rule == NOT_THERE and "Ann Lee" not in text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Acme  Inc\u00a0Ltd", "Acme Inc Ltd"),
        ("Acme\nInc", "Acme Inc"),
        ("O’Brien", "O'Brien"),
        ("A–B", "A-B"),
        ("他在北京工作", "北京"),
    ],
)
def test_white_space_quotes_and_dashes_may_differ(text, name):
    spans, placed = found(text, (0, "X", name))
    assert len(spans) == 1 and not placed.refused


def test_a_name_of_two_kinds_belongs_to_the_first_unless_places_are_named():
    text = "Washington of Washington"
    spans, placed = found(text, (0, "PER", "Washington"), (1, "LOC", "Washington"))
    assert set(spans.values()) == {0} and placed.refused == {TAKEN: 1}
    spans, placed = found(text, (0, "PER", "Washington"), (1, "LOC", "Washington", 2))
    assert spans == {("Washington", 0): 0, ("Washington", 14): 1} and not placed.refused
    _, placed = found(text, (0, "PER", "Washington"), (1, "LOC", "Washington", 3))
    assert placed.refused == {NO_SUCH_PLACE: 1}


def test_two_things_of_one_kind_with_one_name_are_one_thing():
    spans, placed = found("Ann. Ann Lee.", (0, "PER", "Ann Lee"), (1, "PER", "Ann"), (2, "PER", "Ann"), (2, "PER", "Ann Lee"))
    assert placed.same == {2: 0, 1: 0}
    assert set(spans.values()) == {0}


@settings(max_examples=50)
@given(
    st.text("ab \n’", max_size=30),
    st.lists(st.builds(Claim, st.integers(0, 3), st.sampled_from("XY"), st.text("ab '", min_size=1, max_size=5), st.none() | st.integers(0, 3))),
)  # fmt: skip
def test_whatever_is_claimed_places_are_in_the_text_and_apart(text, claims):
    placed = place(text, claims)
    ends = sorted(placed.spans)
    assert all(0 <= a < b <= len(text) for a, b in ends)
    assert all(left[1] <= right[0] for left, right in pairwise(ends))
    names = {" ".join(c.name.replace("’", "'").split()) for c in claims}
    assert all(" ".join(text[a:b].replace("’", "'").split()) in names for a, b in ends)
    assert not set(placed.same) & set(placed.spans.values())
