"""Documents -> short digests, and how many of them a model has seen in training.

Digests are of all characters but space: the same text in another spacing, with other tokens (which are cut where mentions begin and end)
or in another file format is still the same document.
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
    return digest("document text", "".join("".join(tokens).split()))[:DIGITS]


def is_seen(tokens: Iterable[str], trained: Collection[str]) -> bool:
    """Whether a document is among those that training.json lists. Lists of older models are of tokens, joined by spaces."""
    tokens = tuple(tokens)
    return document_digest(tokens) in trained or digest("document", " ".join(tokens))[:DIGITS] in trained


def count_seen(corpus: Iterable[GoldDocument], trained: Collection[str]) -> int:
    """How many documents of a corpus were trained on; empty ones are all alike, and teach nothing."""
    seen = frozenset(trained)
    return sum(is_seen(document.tokens, seen) for document in corpus if document.tokens) if seen else 0
