from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.graph.assemble import CAP, MAX_QUOTES, Support, best_value, confidence, quote_digest, triple_from_supports
from kgbuild.records import Scope, Triple, Value

STATED, INFERRED = Scope.STATED, Scope.INFERRED
scores = st.integers(0, 10_000)
supports = st.builds(
    Support,
    st.sampled_from("abc"),
    st.sampled_from(["One.", "one", "Two", "Three"]),
    st.integers(0, 3),
    st.just(9),
    scores,
    st.sampled_from(Scope),
)


def made(*supports, certain=False):
    return triple_from_supports("t", "e1", "KNOWS", "e2", supports, certain=certain)


@pytest.mark.parametrize(
    "scores, sure",
    [([], 0), ([8000], 8000), ([8000, 8000], 8400), ([9000] * 3, 9399), ([10_000], CAP), ([9900] * 8, CAP), ([0, 0], 0)],
)
def test_confidence_follows_its_rule(scores, sure):
    assert confidence(scores) == sure


@given(st.lists(scores, min_size=1), scores, st.randoms())
def test_more_evidence_never_lowers_confidence_and_order_never_changes_it(known, more, random):
    shuffled = random.sample(known, len(known))

    assert confidence(shuffled) == confidence(known)
    assert min(max(known), CAP) <= confidence(known) <= confidence([*known, more]) <= CAP


@given(st.lists(scores, min_size=1), st.data())
def test_a_higher_score_never_lowers_confidence(known, data):
    index = data.draw(st.integers(0, len(known) - 1))
    higher = [*known[:index], data.draw(st.integers(known[index], 10_000)), *known[index + 1 :]]

    assert confidence(higher) >= confidence(known)


def test_only_so_many_quotes_count():
    assert confidence([3000] * MAX_QUOTES) == confidence([3000] * 5000) < CAP


def test_a_footer_on_many_pages_is_one_sentence():
    footer = [Support(f"d{i}", f"© {'GSA' if i % 2 else 'gsa'}, Washington!", i, i + 9, 8000, STATED) for i in range(5000)]
    triple = made(*footer)

    assert (triple.support, triple.documents, triple.confidence) == (1, 5000, 8000)
    assert quote_digest("A  b.") == quote_digest("a B") != quote_digest("ab")


@given(st.lists(supports, min_size=1), st.randoms())
def test_order_and_copies_of_statements_change_nothing(known, random):
    shuffled = random.sample(known * 2, len(known) * 2)

    assert made(*shuffled) == made(*known)


@given(st.lists(supports, min_size=1))
def test_the_best_evidence_is_stated_then_sure_then_first(known):
    triple = made(*known)
    stated = [s for s in known if s.scope is STATED] or known
    best = max(s.score for s in stated)

    assert triple.scope is stated[0].scope
    assert (triple.document, triple.quote) in {(s.document, s.quote) for s in stated if s.score == best}
    assert triple.document == min(s.document for s in stated if s.score == best)
    assert triple.support == len({quote_digest(s.quote) for s in known}) and triple.documents == len(
        {s.document for s in known}
    )


def test_a_persons_word_is_certain():
    assert made(Support("d", "q", 0, 1, 10, INFERRED), certain=True).confidence == 10_000


def test_without_statements_there_is_no_triple():
    with pytest.raises(ValueError, match="has no statement"):
        made()


def value(text, support=1, scope=STATED, documents=1, sure=8000):
    return Triple(text, "e", "DATE_OF_BIRTH", Value("date", text), sure, support, documents, scope, "q", "d")


@pytest.mark.parametrize(
    "triples, best",
    [
        ([value("1947"), value("1950", documents=2)], "1950"),
        ([value("1947", documents=2), value("1947-05-20")], "1947-05-20"),
        ([value("1947-05-20"), value("1947"), value("1950-01-01", documents=1)], "1947-05-20"),
        ([value("1950", scope=INFERRED, documents=9), value("1947")], "1947"),
        ([value("1950"), value("1947")], "1947"),
        ([value("1950", sure=8001), value("1947")], "1950"),
    ],
)
def test_the_best_supported_and_most_precise_value_is_shown(triples, best):
    assert best_value(triples) == best_value(triples[::-1]) == Value("date", best)


def test_only_values_can_be_shown():
    with pytest.raises(ValueError, match="no triple with a value"):
        best_value([replace(value("1947"), object="e2")])
