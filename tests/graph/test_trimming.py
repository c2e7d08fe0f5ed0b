import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.graph.trimming import trim


def trimmed(text):
    start, end = trim(text, 0, len(text))
    return text[start:end]


@pytest.mark.parametrize(
    "text, name",
    [
        ("GSA's", "GSA"),
        ("GSA’s", "GSA"),
        ("United States'", "United States"),
        ("the U.S. General Services Administration", "U.S. General Services Administration"),
        ("The White House's", "White House"),
        ("“Digital.gov”", "Digital.gov"),
        ("“Weird Al” Yankovic’s", "“Weird Al” Yankovic"),
        ("Dwayne “The Rock”", "Dwayne “The Rock”"),
        ("General Services Administration (GSA", "General Services Administration"),
        ("GSA)", "GSA"),
        ("(GSA)", "GSA"),
        ("Acme (UK)", "Acme (UK)"),
        ("Oracle[1]", "Oracle"),
        ("Oracle [12]", "Oracle"),
        ("Oracle²*†", "Oracle"),
        ("  * Bob,", "Bob"),
        ("Washington.", "Washington"),
        ("Acme, Inc.", "Acme, Inc."),
        ("D.C.", "D.C."),
        ("McDonald’s", "McDonald’s"),
        ("The Hague", "The Hague"),
        ("'s-Hertogenbosch", "'s-Hertogenbosch"),
        ("Yahoo!", "Yahoo!"),
        ("《人民日报》", "人民日报"),
        ("Theodore", "Theodore"),
        ("—", ""),
    ],
)
def test_a_name_begins_and_ends_where_the_name_does(text, name):
    assert trimmed(text) == name


@given(st.text(alphabet="aS s'’()[]“”\"1.,the*", max_size=14), st.integers(0, 3), st.integers(0, 3))
def test_trimming_stays_inside_and_a_second_time_changes_nothing(text, before, after):
    whole = "x" * before + text + "y" * after
    start, end = trim(whole, before, before + len(text))

    assert before <= start <= end <= before + len(text)
    assert trim(whole, start, end) == (start, end)
