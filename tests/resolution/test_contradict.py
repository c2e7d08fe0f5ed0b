"""Which written names cannot be one thing, whatever a model says."""

import pytest

from kgbuild.records import Mention
from kgbuild.resolution.contradict import contradict, splits
from kgbuild.resolution.document import resolve_document

ORG, PERSON, PLACE = "Organization", "Person", "Location"


@pytest.mark.parametrize(
    ("type", "left", "right", "expected"),
    [
        (ORG, "NIH", "HHS", True),
        (ORG, "HHS", "Federal Aviation Administration", True),
        (ORG, "GSA", "DOL", True),
        (ORG, "VA", "United States Digital Service", True),
        (ORG, "HHS", "Department of Health and Human Services", False),
        (ORG, "HHS", "HHS Office of Inspector General", True),
        (ORG, "VA", "Boston VA", True),
        (ORG, "IBM", "IBM Corp.", False),
        (ORG, "EPA", "U.S. EPA", False),
        (ORG, "FDA", "USFDA", False),
        (ORG, "PIF", "PIFs", False),
        (ORG, "U.N.", "United Nations", False),
        (ORG, "IBM", "Big Blue", True),
        (ORG, "Red Hat", "the company Hat", False),
        (PLACE, "NYC", "New York", False),
        (PERSON, "Mary Ann Evans", "George Eliot", False),
        (PERSON, "JFK", "John Kennedy", False),
    ],
)
def test_the_writing_of_two_names(type, left, right, expected):
    assert contradict((type, left), (type, right)) is expected
    assert contradict((type, right), (type, left)) is expected


def test_a_chain_is_split_where_names_contradict_each_other():
    names = [(ORG, name) for name in ("NIH", "National Institutes of Health", "HHS", "Health and Human Services", "NIH")]

    assert splits(names) == [[0, 1, 4], [2, 3]]


def test_a_model_cannot_make_two_acronyms_one_unit():
    text = "NIH asked HHS. NIH waits."
    mentions = [Mention(0, 0, 3, "NIH", 9000), Mention(0, 10, 13, "HHS", 9000), Mention(0, 15, 18, "NIH", 9000)]
    units = resolve_document(mentions, [ORG] * 3, [[0, 1, 2]], {0: text})

    assert [[m.text for m in unit.mentions] for unit in units] == [["NIH", "NIH"], ["HHS"]]
