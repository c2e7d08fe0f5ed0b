"""The names of this room that others use: the gold document, what can be asked of it, and how a corpus is read."""

from pathlib import Path

from kgbuild.corpora.columns import parse_columns
from kgbuild.corpora.docred import parse_docred
from kgbuild.corpora.document import (
    GoldDocument,
    GoldMention,
    GoldRelation,
    by_sentence,
    iob2,
    majority,
    natural_gap,
    naturally,
    on_tokens,
    spans_of,
    tags_of,
    tokens_of,
    type_of,
    with_text,
)
from kgbuild.corpora.formats import Corpus, read_corpus

__all__ = [
    "Corpus",
    "GoldDocument",
    "GoldMention",
    "GoldRelation",
    "by_sentence",
    "iob2",
    "majority",
    "natural_gap",
    "naturally",
    "on_tokens",
    "parse_columns",
    "parse_docred",
    "read_corpus",
    "read_gold",
    "spans_of",
    "tags_of",
    "tokens_of",
    "type_of",
    "with_text",
]


def read_gold(path: Path) -> list[GoldDocument]:
    """The documents of a corpus in any format that `read_corpus` recognises. Raises UsageError as it does."""
    return list(read_corpus(path).documents)
