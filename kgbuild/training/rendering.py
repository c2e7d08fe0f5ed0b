"""Tokens -> text with the characters of each token: joined by one space, or as people write (detokenised).

Knows no annotation. Offsets are half-open characters of the text.
"""

CLOSING = frozenset([*".,;:!?%)]}…", "'s", "'S", "n't", "N'T", "'re", "'ve", "'ll", "'d", "'m", "’s", "’", "''", "”", "..."])
"""Tokens that stand close to the one before."""
OPENING = frozenset([*"([{$£€“‘", "``"])
"""Tokens that stand close to the one after."""
DASHES = frozenset("-–/")
"""Tokens that stand close to both sides."""


def render(sentences: tuple[tuple[str, ...], ...], natural: bool) -> tuple[str, list[list[tuple[int, int]]]]:
    """The text of a document and, sentence by sentence, (start, end) of each token. Sentences are joined by one space."""
    parts: list[str] = []
    offsets: list[list[tuple[int, int]]] = []
    length = 0
    for tokens in sentences:
        spaces = natural_spaces(tokens) if natural else [True] * len(tokens)
        row: list[tuple[int, int]] = []
        for token, spaced in zip(tokens, spaces, strict=True):
            if length and (spaced or not row):
                parts.append(" ")
                length += 1
            row.append((length, length + len(token)))
            parts.append(token)
            length += len(token)
        offsets.append(row)
    return "".join(parts), offsets


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
