"""Tokens become text and each token's characters are known, spaced or as people write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.training.corpora import Annotated
from kgbuild.training.rendering import render

words = st.lists(
    st.lists(st.sampled_from(["John", "n't", ".", '"', "(", ")", "-", "'s", "10", "%", "ca", "$"]), max_size=8),
    max_size=4,
)


def document(sentences):
    return Annotated("", sentences, ())


@given(words, st.booleans())
def test_offsets_give_back_every_token(sentences, natural):
    text, offsets = render(document(tuple(map(tuple, sentences))), natural)
    assert [[text[s:e] for s, e in row] for row in offsets] == sentences
    assert text == text.strip()


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("John did n't go .", "John didn't go."),
        ('He said " no " , twice .', 'He said "no", twice.'),
        ("Abe 's 10 % share ( ABC )", "Abe's 10% share (ABC)"),
        ("Anglo - American $ 5", "Anglo-American $5"),
    ],
)
def test_detokenised_text_reads_as_people_write(tokens, text):
    assert render(document((tuple(tokens.split()),)), natural=True)[0] == text
    assert render(document((tuple(tokens.split()),)), natural=False)[0] == tokens
