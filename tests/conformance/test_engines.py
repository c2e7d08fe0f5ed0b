"""What the comparison stands on: that two equal answers are equal, and that unequal ones are told apart."""

from datetime import date

import pytest

from tests.conformance.compare import difference
from tests.conformance.engines import Answer


def answer(*rows, columns=("x",)):
    return Answer(columns, tuple((row,) for row in rows))


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (answer(1), answer(1.0)),
        (answer(True), answer(1)),
        (answer("2018-01-01"), answer(date(2018, 1, 1))),
        (answer(1, 1), answer(1)),
        (answer([1, 2]), answer([2, 1])),
        (answer(None), answer(0)),
        (answer(0.1), answer(0.1001)),
        (answer({"a": 1}), answer({"a": 1, "b": None})),
        (answer(1), answer(1, columns=("y",))),
        (answer(1), Answer(refusal="no")),
        (Answer(refusal="no"), answer()),
    ],
)
def test_what_a_user_would_see_as_different_differs(mine, theirs):
    assert difference(mine, theirs, ordered=False)


def test_order_counts_only_where_the_query_fixes_it():
    assert not difference(answer(1, 2), answer(2, 1), ordered=False)
    assert difference(answer(1, 2), answer(2, 1), ordered=True)
    assert not difference(answer([1, 2]), answer([2, 1]), ordered=True, sets=(0,))


def test_floats_need_be_equal_in_nine_digits_only():
    assert not difference(answer(0.1 + 0.2), answer(0.3), ordered=True)
