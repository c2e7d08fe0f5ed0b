import pytest

from kgbuild.errors import BuildError
from kgbuild.resolution.identify import aliases, identify


def test_an_id_hashes_the_smallest_naming_key_and_nothing_else():
    assert identify(["Person/b", "Person/a"]) == identify(["Person/a"], [("x", "Person/a")]) == "sxgggbagiuoegtedhjuo5hoqgm"


def test_an_entity_without_a_name_of_its_own_is_called_by_its_smallest_unit():
    units = [("b.txt", "Person/a"), ("a.txt", "Person/a")]
    assert identify([], units) == identify([], units[1:]) != identify([], units[:1])
    assert identify([], [("Person/a", "")]) != identify(["Person/a"])


def test_an_entity_of_nothing_is_refused():
    with pytest.raises(BuildError, match="needs a name"):
        identify([], [])


def test_aliases_are_the_other_forms_most_frequent_first():
    assert aliases([("B", 1), ("A", 1), ("C", 3), ("B", 1), ("N", 9)], "N") == ("C", "B", "A")
