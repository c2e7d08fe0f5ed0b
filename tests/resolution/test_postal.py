"""Postal codes of states: by what stands beside them, and never for a city of another country."""

import pytest

from kgbuild.resolution.postal import state_of, states


@pytest.mark.parametrize(
    ("text", "code", "state"),
    [
        ("in Fort Worth, TX, and", "TX", "texas"),
        ("Arlington, VA", "VA", "virginia"),
        ("Kearney, NE 68848-1480", "NE", "nebraska"),
        ("in San Diego CA:", "CA", "california"),
        ("Chester County, PA", "PA", "pennsylvania"),
        ("Albany, N.Y.", "N.Y.", "new york state"),
        ("Seattle, WA", "WA", "washington state"),
        ("Alexandria, Va., is", "Va.", "virginia"),
        ("Charleston, W. Va.", "W. Va.", "west virginia"),
        ("Wilmington, Del", "Del", "delaware"),
        ("Palma, Del", "Del", ""),
        ("Mountain View,\nCA 94043", "CA", "california"),
        ("New York, NY", "NY", "new york state"),
        ("Suite 5, Smallville, KS", "KS", ""),
        ("Berlin, DE", "DE", ""),
        ("Mumbai, IN", "IN", ""),
        ("Toronto, CA", "CA", ""),
        ("at 145 N Street, NE.", "NE", ""),
        ("my home in FL, so", "FL", ""),
        ("population estimates (UA, AU)", "AU", ""),
        ("Portland, or", "or", ""),
    ],
)
def test_a_code_is_its_state_beside_a_city_or_a_zip_code(text, code, state):
    start = text.rindex(code)
    assert state_of(text, start, start + len(code)) == state


def test_all_states_have_a_code():
    names = [name for name, _ in states().values()]
    assert len(names) == len(set(names)) == 50
    assert all(len(cities) >= 10 for _, cities in states().values())
