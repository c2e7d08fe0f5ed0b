"""Tokens -> text with the characters of each token: joined by one space, or as people write (detokenised).

Knows no annotation. Offsets are half-open characters of the text.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from kgbuild.corpora.document import natural_gap
from kgbuild.training.corpora import Annotated


def render(document: Annotated, natural: bool) -> tuple[str, list[list[tuple[int, int]]]]:
    """The text of a document and, sentence by sentence, (start, end) of each token.

    Tokens of a tokenised corpus are joined by one space, or, natural, as people write; a text that is known as it was written
    stays so.
    """
    parts: list[str] = []
    offsets: list[list[tuple[int, int]]] = []
    length = 0
    for tokens, gaps in zip(document.sentences, _gaps(document, natural), strict=True):
        row: list[tuple[int, int]] = []
        for token, gap in zip(tokens, gaps, strict=True):
            if length:
                parts.append(gap)
                length += len(gap)
            row.append((length, length + len(token)))
            parts.append(token)
            length += len(token)
        offsets.append(row)
    return "".join(parts), offsets


def _gaps(document: Annotated, natural: bool) -> Iterable[Sequence[str]]:
    """What stands before each token, sentence by sentence."""
    if document.gaps is not None:
        return document.gaps
    if not natural:
        return ([" "] * len(tokens) for tokens in document.sentences)
    return [_natural(tokens) for tokens in document.sentences]


def _natural(tokens: tuple[str, ...]) -> list[str]:
    """What people write before each token of a sentence."""
    gap = natural_gap()
    return [" ", *(gap(left, right) for left, right in pairwise(tokens))] if tokens else []
