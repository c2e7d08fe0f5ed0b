"""How unsure the machine is, where an entity would come apart, and who gets asked."""

import pytest

from kgbuild.pipeline.cuts import seams
from kgbuild.pipeline.reviewing import Kind, Question, parse_id, undecided
from kgbuild.pipeline.uncertainty import of_score, of_weight
from kgbuild.records import ONE
from kgbuild.resolution.keys import Edge


@pytest.mark.parametrize(("score", "uncertainty"), [(ONE, 0), (0, 0), (5_000, ONE), (8_000, 4_000), (2_000, 4_000)])
def test_uncertainty_is_twice_the_chance_of_being_wrong(score, uncertainty):
    assert of_score(score) == uncertainty


def test_twenty_points_double_the_odds():
    assert of_weight(0) == ONE
    for weight in range(0, 120, 10):
        wrong, wrong_later = of_weight(weight) / 2 / ONE, of_weight(weight + 20) / 2 / ONE
        odds, odds_later = (1 - wrong) / wrong, (1 - wrong_later) / wrong_later
        assert odds_later == pytest.approx(2 * odds, rel=0.01)
        assert of_weight(-weight) == of_weight(weight)


@pytest.mark.parametrize(("weight", "sure"), [(30, 73), (60, 88), (100, 96)])
def test_the_page_of_the_documentation_gives_these_numbers(weight, sure):
    assert (ONE - of_weight(weight) // 2) // 100 == sure


class Edges:
    """What the build's neighbourhood says of names."""

    def __init__(self, *edges):
        self.edges = [Edge(min(a, b), max(a, b), weight, (("why", weight),)) for a, b, weight in edges]

    def edges_of(self, name):
        return [edge for edge in self.edges if name in (edge.left, edge.right)]


def cut(near, *names):
    return {
        (s.left[1], s.right[1]): (s.weight, {n for _, n in s.left_side}, {n for _, n in s.right_side})
        for s in seams(near, [("", n) for n in names])
    }


def test_a_chain_has_a_seam_at_each_edge():
    assert cut(Edges(("a", "b", 60), ("b", "c", 30)), "a", "b", "c") == {
        ("a", "b"): (60, {"a"}, {"b", "c"}),
        ("b", "c"): (30, {"a", "b"}, {"c"}),
    }


def test_what_crosses_a_seam_counts_together_also_what_speaks_against():
    near = Edges(("a", "b", 60), ("b", "c", 50), ("a", "c", -40))

    assert cut(near, "a", "b", "c")["b", "c"] == (10, {"a", "b"}, {"c"})


def test_mentions_that_were_set_apart_hang_on_their_name_by_more_than_any_pair():
    (seam,) = seams(Edges(), [("", "a"), ("document", "a")])

    assert seam.weight > 900


def test_one_name_and_names_that_only_a_person_joined_have_no_seam():
    assert cut(Edges(("a", "b", 60)), "a") == {}
    assert cut(Edges(), "a", "b") == {}


def test_rivals_leave_a_pair_open_and_what_forbids_does_not():
    assert undecided(60, (("defined_acronym", 60),)) == 60
    assert 0 < undecided(-140, (("defined_acronym", 60), ("rivals", -200))) < 20
    assert undecided(-150, (("legal_form_left_out", 50), ("other_legal_form", -200))) == 0
    assert undecided(-340, (("defined_acronym", 60), ("other_country", -200), ("rivals", -200))) == 0


def test_a_question_is_known_by_its_name():
    question = Question(Kind.MERGE, ("", "Person/ann", "d1", 'Person/"ann" \t'), 10, 1)
    assert parse_id(question.id) == (question.kind, question.key)
    for wrong in ("", "{}", '["fact"]', '["fact", 1]', '["who", "x"]', '["merge", "a", "b"]'):
        with pytest.raises((ValueError, KeyError, TypeError)):
            parse_id(wrong)
