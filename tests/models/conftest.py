"""A small word-piece tokenizer, made here: tests need no weights and no network."""

import pytest

from tests.models.word_pieces import word_pieces


@pytest.fixture(scope="session")
def tokenizer():
    return word_pieces()
