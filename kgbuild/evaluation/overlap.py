"""Documents -> short digests, and how many of them a model has seen in training.

Digests are of the tokens, so that another spacing or another file format of the same document is still the same document.
"""

from collections.abc import Collection, Iterable

from kgbuild.corpora.gold import GoldDocument
from kgbuild.hashing import digest

DIGITS = 12
"""Of a digest: 60 bits, enough for a hundred million documents."""
MOST_SEEN = 0.05
"""Share of documents seen in training above which scores mean nothing."""


def document_digest(tokens: Iterable[str]) -> str:
    """What training.json lists, under `documents`, for each document that was trained on."""
    return digest("document", " ".join(tokens))[:DIGITS]


def count_seen(corpus: Iterable[GoldDocument], trained: Collection[str]) -> int:
    """How many documents of a corpus were trained on; empty ones are all alike, and teach nothing."""
    seen = frozenset(trained)
    return sum(document_digest(document.tokens) in seen for document in corpus if document.tokens) if seen else 0
