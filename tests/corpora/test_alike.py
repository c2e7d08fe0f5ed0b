"""Labels that look like slips of the pen: which are told, and which are two labels."""

import pytest

from kgbuild.corpora.alike import nearest, slips, told


@pytest.mark.parametrize(
    ("label", "meant"),
    [
        ("company", "Company"),
        ("Company ", "Company"),
        ("COM-PANY", "Company"),
        ("Comapny", "Company"),
        ("Compny", "Company"),
        ("Compamy", "Company"),
        ("Companyy", "Company"),
        ("Country", None),
        ("Holding", None),
    ],
)
def test_a_label_is_taken_for_the_one_it_may_be_meant_for(label, meant):
    assert nearest(label, ["Person", "Company"]) == meant


def test_short_labels_and_numbers_are_what_they_are():
    assert nearest("PET", ["PER"]) is None
    assert nearest("P1001", ["P1000"]) is None
    assert nearest("per", ["PER"]) == "PER"


def test_labels_of_the_same_letters_are_told_whatever_their_counts_and_others_only_if_they_are_far_rarer():
    assert slips({"Company": 50, "company": 60, "Comapny": 3, "Person": 9}) == [("Comapny", "Company"), ("Company", "company")]
    assert slips({"Employeeof": 40, "Employerof": 30}) == []
    assert slips({"Company": 5}) == []


def test_blanks_at_the_ends_of_a_label_are_seen():
    assert (told("Company "), told("Company")) == ("'Company '", "Company")
