"""The gold document: what every annotated corpus becomes, as text with character offsets and the way back to tokens.

The text is as it was written, or the tokens joined by one space, or a naturally detokenised variant of them. Shared by evaluation
and training. Knows no file format, no model and no word-pieces.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise


@dataclass(frozen=True, slots=True, order=True)
class GoldMention:
    """An annotated mention: text[start:end], which is tokens[first:last]."""

    start: int
    end: int
    type: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, order=True)
class GoldRelation:
    """An annotated relation between two clusters.

    evidence: indices of the sentences that annotators named; scope: `stated` or `inferred` where annotators said so, else empty.
    """

    head: int
    tail: int
    label: str
    evidence: tuple[int, ...] = ()
    scope: str = ""


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """One annotated document.

    offsets: of each token, text[start:end]; sentences: half-open token ranges; mentions: as annotated, repetitions included;
    clusters: partition of mention indices, in the corpus's order; relations: between clusters, without repetitions, sorted;
    tags: IOB2, one a token, for column corpora, else (); has_relations: whether the corpus annotates relations here at all.

    What is not annotated is not the same as not there. linked: clusters say which mentions are the same thing (False: each mention
    is a cluster of its own and that says nothing); complete: every mention of the corpus's types is annotated; relation_labels:
    the relations that were looked for here, None for all of the corpus's; tokenised: the text was made from tokens, so that
    another spacing is as good (False: the text is as it was written, and the tokens were found in it).
    """

    name: str
    text: str
    tokens: tuple[str, ...]
    offsets: tuple[tuple[int, int], ...]
    sentences: tuple[tuple[int, int], ...]
    mentions: tuple[GoldMention, ...] = ()
    clusters: tuple[tuple[int, ...], ...] = ()
    relations: tuple[GoldRelation, ...] = ()
    tags: tuple[str, ...] = ()
    has_relations: bool = False
    linked: bool = True
    complete: bool = True
    relation_labels: tuple[str, ...] | None = None
    tokenised: bool = True


# ── tags ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def iob2(tags: Iterable[str]) -> list[str]:
    """The tags of one sentence with B- at the start of every span, whether they were IOB1 or IOB2."""
    fixed, before = [], "O"
    for tag in tags:
        starts = tag.startswith("I-") and before[1:] != tag[1:]
        fixed.append("B" + tag[1:] if starts else tag)
        before = tag
    return fixed


def spans_of(tags: tuple[str, ...] | list[str]) -> list[tuple[int, int, str]]:
    """Half-open token ranges and labels of IOB2 tags; an I- without its B- begins a span."""
    spans: list[tuple[int, int, str]] = []
    start = None
    for i, tag in enumerate([*tags, "O"]):
        if start is not None and tag != f"I-{tags[start][2:]}":
            spans.append((start, i, tags[start][2:]))
            start = None
        if start is None and tag != "O":
            start = i
    return spans


# ── text ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

CLOSING = frozenset(
    {",", ".", ":", ";", "!", "?", "%", ")", "]", "}", "''", "'s", "'S", "n't", "N'T", "...", "'m", "'re", "'ve", "'ll", "'d", "'", "’s", "”", "’", "…"}
)  # fmt: skip
"""Tokens that natural text writes without a space before them."""
OPENING = frozenset(["(", "[", "{", "$", "£", "€", "#", "“", "‘", "``"])
"""Tokens that natural text writes without a space after them."""


def naturally(document: GoldDocument) -> GoldDocument:
    """The same document with its text detokenised: no space before a comma, inside brackets or quotes, around a hyphen.

    A text that is as it was written stays as it is.
    """
    return document if not document.tokenised else with_text(document, natural_gap())


def with_text(document: GoldDocument, gap: Callable[[str, str], str]) -> GoldDocument:
    """The same document over another text: gap(token, next token) says what stands between two tokens."""
    text, offsets = join(document.tokens, gap)
    mentions = tuple(replace(m, start=offsets[m.first][0], end=offsets[m.last - 1][1]) for m in document.mentions)
    return replace(document, text=text, offsets=offsets, mentions=mentions)


def natural_gap() -> Callable[[str, str], str]:
    """A gap function for one document; it remembers which straight quotes are open."""
    open_quote = False

    def gap(left: str, right: str) -> str:
        nonlocal open_quote
        if left == '"':
            open_quote = not open_quote
        tight = right in CLOSING or left in OPENING
        tight = tight or (left == '"' and open_quote) or (right == '"' and open_quote)
        tight = tight or (left in "-–/" or right in "-–/")
        return "" if tight else " "

    return gap


def tokens_of(document: GoldDocument, start: int, end: int) -> tuple[int, int] | None:
    """The half-open range of tokens that is exactly text[start:end]; None when start or end lies inside a token."""
    first = bisect_left(document.offsets, (start, -1))
    last = bisect_right(document.offsets, (end, -1))
    if first >= last or document.offsets[first][0] != start or document.offsets[last - 1][1] != end:
        return None
    return first, last


def on_tokens(offsets: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """The span of whole tokens that text[start:end] stands for: those whose first character it covers, or else the one it is in.

    A tokenised corpus cannot say that a full stop inside a token does not belong to the name: what is predicted for it is read
    in its tokens.
    """
    first, last = bisect_left(offsets, (start, -1)), bisect_left(offsets, (end, -1))
    if first == last:
        first, last = max(first - 1, 0), max(last, 1)
    return offsets[first][0], offsets[last - 1][1]


def tags_of(document: GoldDocument, spans: Iterable[tuple[int, int, str]]) -> list[str]:
    """IOB2 tags of (start, end, label) spans; a token counts as inside when the span covers its first character.

    Spans must not overlap; a span that covers the first character of no token has no tag.
    """
    starts = [start for start, _ in document.offsets]
    tags = ["O"] * len(starts)
    for start, end, label in spans:
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        tags[first:last] = [f"{'B' if i == first else 'I'}-{label}" for i in range(first, last)]
    return tags


def by_sentence(document: GoldDocument, tags: list[str]) -> list[list[str]]:
    """Tags cut into sentences; an I- that begins a sentence becomes B-."""
    return [iob2(tags[first:last]) for first, last in document.sentences]


def type_of(document: GoldDocument, cluster: Iterable[int]) -> str:
    """The type that most mentions of a cluster have; of equally frequent ones that of the earliest mention."""
    return majority([document.mentions[i].type for i in sorted(cluster, key=lambda i: document.mentions[i])])


def majority(types: list[str]) -> str:
    """The most frequent item; of equally frequent ones the first."""
    return max(dict.fromkeys(types), key=types.count)


def join(tokens: tuple[str, ...], gap: Callable[[str, str], str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Tokens with what gap(token, next token) says between them: the text, and the offsets of each token in it."""
    parts, offsets, at = [], [], 0
    gaps = ["", *(gap(left, right) for left, right in pairwise(tokens))]
    for between, token in zip(gaps, tokens, strict=False):
        parts += [between, token]
        at += len(between)
        offsets.append((at, at + len(token)))
        at += len(token)
    return "".join(parts), tuple(offsets)


def one_space(left: str, right: str) -> str:
    """The gap of a text that is tokens joined by one space."""
    return " "
