"""What a model sees becomes what a build would take of it."""

import pytest

from kgbuild.labelling.preannotation import Labels, preannotated
from kgbuild.records import ANY, Extraction, Link, Scope, Span

TEXT = "Ann joined Acme. She lives in Oslo."
SEEN = Extraction(
    (Span(0, 3, "PER", 9000), Span(11, 15, "ORG", 9000), Span(17, 20, "PER", 3000), Span(30, 34, "LOC", 9000)),
    ((0, 2), (1,), (3,)),
    (Link(0, 1, "P108", 6000), Link(0, 3, "P551", 6000)),
)


def thresholds(span=5000, stated=5000, inferred=None):
    found = {(ANY, "span"): span} | {(label, Scope.STATED): stated for label in ("P108", "P551")}
    return found if inferred is None else found | {(label, Scope.INFERRED): inferred for label in ("P108", "P551")}


@pytest.mark.parametrize(
    ("cuts", "relations"),
    [
        (thresholds(), {"P108"}),  # without "She", Oslo stands in no sentence with Ann: that is inferred, which is off
        (thresholds(inferred=7000), {"P108"}),
        (thresholds(inferred=6000), {"P108", "P551"}),
        (thresholds(span=3000), {"P108", "P551"}),  # with it, both are stated
        (thresholds(stated=7000, inferred=5000), {"P551"}),
    ],
)
def test_a_fact_is_held_against_the_threshold_of_its_scope(cuts, relations):
    document = preannotated("a", TEXT, SEEN, cuts, Labels())
    assert {relation.label for relation in document.relations} == relations
    assert document.clusters[0] == ((0, 2) if cuts[ANY, "span"] == 3000 else (0,))
