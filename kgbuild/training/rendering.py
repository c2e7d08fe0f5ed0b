"""Tokens -> text with the characters of each token: joined by one space, or as people write (detokenised).

Knows no annotation. Offsets are half-open characters of the text.
"""

from collections.abc import Iterable, Sequence

from kgbuild.training.corpora import Annotated

CLOSING = frozenset([*".,;:!?%)]}…", "'s", "'S", "n't", "N'T", "'re", "'ve", "'ll", "'d", "'m", "’s", "’", "''", "”", "..."])
"""Tokens that stand close to the one before."""
OPENING = frozenset([*"([{$£€“‘", "``"])
"""Tokens that stand close to the one after."""
DASHES = frozenset("-–/")
"""Tokens that stand close to both sides."""


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
    return (
        [" " if spaced or not i else "" for i, spaced in enumerate(natural_spaces(tokens))] for tokens in document.sentences
    )


def natural_spaces(tokens: tuple[str, ...]) -> list[bool]:
    """Whether a space stands before each token, as people write English."""
    spaces = []
    quoted = False
    close = True  # does what stands before want the next token close?
    for word in tokens:
        quote = word == '"'
        spaces.append(not (close or word in CLOSING or word in DASHES or (quote and quoted)))
        close = word in OPENING or word in DASHES or (quote and not quoted)
        quoted ^= quote
    return spaces
