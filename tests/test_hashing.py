import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.hashing import digest, fold_digests, number

parts = st.recursive(
    st.one_of(st.text(max_size=5), st.binary(max_size=5), st.integers(), st.booleans(), st.none()),
    lambda inner: st.tuples(inner, inner),
    max_leaves=4,
)


def test_a_digest_is_what_it_always_was():
    assert digest("x", "a", 1) == "l6wcx6lzcbbsuya2adi5n3qw64"


@given(st.lists(parts, max_size=4), st.lists(parts, max_size=4))
def test_different_parts_have_different_digests(left, right):
    same = len(left) == len(right) and all(_typed(a) == _typed(b) for a, b in zip(left, right, strict=True))

    assert (digest("k", *left) == digest("k", *right)) == same


def test_parts_cannot_collide_by_concatenation():
    assert digest("k", "ab", "c") != digest("k", "a", "bc")
    assert digest("k", "1") != digest("k", 1)
    assert digest("k", True) != digest("k", 1)
    assert digest("k", ("a",)) != digest("k", "a")
    assert digest("k", "a") != digest("ka")


def test_what_has_no_stable_form_is_refused():
    with pytest.raises(TypeError, match="cannot digest a float"):
        digest("k", 1.0)


@given(st.lists(st.text(max_size=3), unique=True), st.randoms())
def test_a_fold_does_not_depend_on_order(texts, random):
    digests = [digest("k", text) for text in texts]
    shuffled = random.sample(digests, len(digests))

    assert fold_digests(digests) == fold_digests(shuffled)


@given(st.text())
def test_a_digest_as_a_number_is_its_128_bits(text):
    name = digest("k", text)

    assert number(name) == int.from_bytes(base64.b32decode(name.upper() + "=" * 6), "big")


def _typed(part):
    return (type(part), tuple(map(_typed, part))) if isinstance(part, tuple) else (type(part), part)
