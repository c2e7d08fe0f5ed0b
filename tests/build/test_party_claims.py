"""Whose party it is that a text names: rules on claims that ask who else stands there."""

import pytest

from kgbuild.build import claims
from kgbuild.build.place import Rules, place
from kgbuild.config import Build
from kgbuild.records import Extraction, Link, Span
from kgbuild.schema import load_schema
from tests.build.helpers import spans
from tests.factory import stored


def judge(text, person, party, *others):
    """The rule for a person's membership in a party, where others are named too."""
    ends = (claims.end("Person", spans(text, person)), claims.end("Organization", spans(text, party)))
    persons = tuple(span for name in others for span in spans(text, name))
    return claims.verdict(claims.Claim("P102", text, *ends, persons=persons))


@pytest.mark.parametrize(
    "text, person, party, owner",
    [
        ("Joe Biden led Donald Trump of the Republican Party.", "Joe Biden", "Republican Party", "Donald Trump"),
        ("Biden led Donald Trump, the presumptive Republican nominee, in June.", "Biden", "Republican", "Donald Trump"),
        ("Governor Tony Evers, a Democrat, said neither he nor Trump would come.", "Trump", "Democrat", "Tony Evers"),
        ("They freed Democrat Rod Blagojevich; Trump is a Republican.", "Rod Blagojevich", "Republican", "Trump"),
        ("They freed Democrat Rod Blagojevich; Trump is a Republican.", "Trump", "Democrat", "Rod Blagojevich"),
        ("Myles beat the Greens’ Hamish Watt in 1979. The Greens had held it.", "Myles", "Greens", "Hamish Watt"),
    ],
)
def test_a_party_that_the_text_gives_to_somebody_else(text, person, party, owner):
    assert judge(text, person, party, owner) == "party_of_another"
    assert judge(text, owner, party, person) == ""


@pytest.mark.parametrize(
    "text, person, party, other",
    [
        ("Biden chose fellow Democrat Kamala Harris.", "Biden", "Democrat", "Kamala Harris"),
        ("Republican members Darin LaHood and Mike Bost wrote.", "Mike Bost", "Republican", "Darin LaHood"),
        ("Amir Kahn and Lena Ott of the Greens wrote.", "Amir Kahn", "Greens", "Lena Ott"),
        ("Bonham met Ann Lee. The party of Bonham is the Greens.", "Bonham", "Greens", "Ann Lee"),
        ("Ann Lee of the Greens met Bonham. Bonham, leader of the Greens, smiled.", "Bonham", "Greens", "Ann Lee"),
        ("Patel joined the Greens, and so did Ann Lee.", "Patel", "Greens", "Ann Lee"),
    ],
)
def test_a_party_of_several_or_of_nobody_in_particular_may_be_this_person_s(text, person, party, other):
    assert judge(text, person, party, other) == ""


def test_placing_asks_who_else_is_named_and_the_rule_can_be_switched_off():
    text = "Joe Biden led Donald Trump of the Republican Party."

    assert dict(placed(text).dropped)["party_of_another"] == 1
    assert not placed(text).statements
    assert len(placed(text, hygiene_off=("party_of_another",)).statements) == 1


def placed(text, hygiene_off=()):
    """Facts of one passage whose model takes the first person for a member of the party."""
    document = stored(text)
    (passage,) = document.passages
    written = ("Joe Biden", "Donald Trump", "Republican Party")
    found = tuple(Span(*spans(text, name)[0], label, 9_000) for name, label in zip(written, ("PER", "PER", "ORG"), strict=True))
    extraction = Extraction(found, ((0,), (1,), (2,)), (Link(0, 2, "P102", 9_500),))
    rules = Rules(load_schema(), Build(hygiene_off=hygiene_off, phrases=False), {("P102", "stated"): 5_000})
    return place(document.document, (passage,), {0: extraction}, [], "", rules)
