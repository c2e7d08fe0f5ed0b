"""Every query of the suite on the embedded store and on a real Neo4j: the same rows, or what the suite says instead."""

import re
from collections import Counter

import pytest

from tests.conformance.compare import difference
from tests.conformance.engines import contents
from tests.conformance.suite import cases

CASES = cases()


def outcome(case, mine, theirs):
    """same, refused, error or differs, and the difference."""
    if mine.refusal:
        return ("error" if theirs.refusal else "refused"), mine.refusal
    found = difference(mine, theirs, ordered=case.ordered, sets=case.sets)
    return ("differs" if found else "same"), found


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_query_is_answered_as_by_neo4j(here, neo4j, case):
    mine, theirs = here.ask(case.text, case.parameters), neo4j.ask(case.text, case.parameters)
    found, detail = outcome(case, mine, theirs)

    assert found == case.expected, detail
    if found in ("refused", "error"):
        assert re.search(case.detail, detail), detail


def test_the_suite_is_large_and_says_what_it_expects():
    counts = Counter(case.expected for case in CASES)

    assert counts["same"] >= 400
    assert counts["differs"] <= 10, "list few differences: rewrite or refuse the rest"
    assert all(case.detail for case in CASES if case.expected != "same")


def test_nothing_that_a_query_does_changes_a_byte(here):
    for case in CASES[:5]:  # all of them have run above, unless this test runs alone
        here.ask(case.text, case.parameters)

    assert contents(here.folder) == here.untouched
