"""The name that an entity is shown by."""

import json

import pytest

from kgbuild.build.entities import entity_from_units
from kgbuild.build.judged import Judged


def named(name, forms, judged=None):
    rows = [("doc", name, sum(forms.values()), 9000, json.dumps([(form, count, False) for form, count in forms.items()]), "")]
    return entity_from_units("id", rows, judged or Judged(), ()).name


@pytest.mark.parametrize(
    ("name", "forms", "shown"),
    [
        ("Location/texas", {"TX": 3}, "Texas"),
        ("Location/texas", {"TX": 9, "Tex.": 2}, "Texas"),
        ("Location/texas", {"TX": 9, "TEXAS": 2}, "TEXAS"),
        ("Location/texas", {"TX": 9, "Texas": 1}, "Texas"),
        ("Location/new york state", {"N.Y.": 2}, "New York State"),
        ("Location/west virginia", {"W. Va.": 2}, "West Virginia"),
        ("Location/tx", {"TX": 3}, "TX"),
        ("Organization/tx", {"TX": 3}, "TX"),
    ],
)
def test_a_state_that_is_written_as_a_code_only_is_shown_by_its_name(name, forms, shown):
    assert named(name, forms) == shown


def test_a_persons_word_wins_over_the_states_name():
    judged = Judged(names={("doc", "Location/texas"): "Lone Star State"})
    assert named("Location/texas", {"TX": 3}, judged) == "Lone Star State"
