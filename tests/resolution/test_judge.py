import pytest

from kgbuild.errors import BuildError
from kgbuild.records import Anchor, Judgement, Verdict
from kgbuild.resolution.judge import check, contradiction


def anchor(text):
    return Anchor(f"docs/{text[0].lower()}.txt", text, "Organization")


def word(number, verdict, left, right=None, value=""):
    return Judgement(number, Verdict(verdict), anchor(left), anchor(right) if right else None, value)


EARLIER = [
    word(1, "same", "Alpha", "Beta"),
    word(2, "same", "Beta", "Gamma"),
    word(3, "different", "Delta", "Gamma"),
    word(4, "right", "Alpha", "Epsilon", "OWNS"),
    word(5, "wrong", "Zeta"),
]


@pytest.mark.parametrize(
    "new, path",
    [
        (word(9, "different", "Alpha", "Gamma"), "judgement 1: .*judgement 2: "),
        (word(9, "same", "Delta", "Alpha"), "judgement 3: .*judgement 2: .*judgement 1: "),
        (word(9, "same", "Alpha", "Delta"), "judgement 1: .*judgement 2: .*judgement 3: "),
        (word(9, "wrong", "Gamma", "Epsilon", "OWNS"), "judgement 2: .*judgement 1: .*judgement 4: "),
        (word(9, "right", "Zeta"), "judgement 5: "),
        (word(9, "different", "Alpha", "The Alpha"), "both are the same name"),
    ],
)  # fmt: skip
def test_what_contradicts_earlier_judgements_is_refused_with_the_path(new, path):
    if new.right and new.right.text == "The Alpha":
        new = Judgement(9, Verdict.DIFFERENT, anchor("Alpha"), Anchor(anchor("Alpha").uri, "The Alpha", "Organization"))
    with pytest.raises(BuildError, match=path):
        check(EARLIER, new)


@pytest.mark.parametrize(
    "new",
    [
        word(9, "different", "Alpha", "Delta"),
        word(9, "same", "Epsilon", "Alpha"),
        word(9, "same", "Alpha", "Beta"),
        word(9, "wrong", "Alpha", "Epsilon", "SELLS"),
        word(9, "wrong", "Alpha"),
        word(9, "wrong", "Zeta"),
        word(9, "name", "Alpha", value="Omega"),
        word(9, "type", "Alpha", value="Person"),
    ],
)
def test_what_follows_from_earlier_judgements_or_is_new_is_taken(new):
    check(EARLIER, new)


def test_a_revoked_judgement_forbids_nothing():
    check([j for j in EARLIER if j.number != 3], word(9, "same", "Delta", "Alpha"))


def test_a_judgement_of_two_names_needs_both():
    with pytest.raises(BuildError, match="needs a second name"):
        check([], word(1, "same", "Alpha"))


def test_what_contradicts_nobody_says_what_stands_against_it():
    left, right = Anchor("a", "Ann", "Person"), Anchor("a", "Anna", "Person")
    assert "both are one name there" in str(contradiction(Judgement(0, Verdict.DIFFERENT, left, right), []))
    assert "give both one id in terms.csv" in str(contradiction(Judgement(0, Verdict.SAME, left, right), []))
