"""Texts or tokens with annotated spans, chains and links -> gold documents. Knows no file format.

Where a corpus gives no tokens, `TOKEN` finds them, and every mention begins and ends one. Where it gives no sentences, they end
after . ! ? … and white space, after 。！？, at an empty line, and at a line break; not before a small letter, not after an
initial or one of ABBREVIATIONS, and never inside a mention.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from kgbuild.corpora.document import GoldDocument, GoldMention, GoldRelation, join, one_space
from kgbuild.corpora.reading import BadRow, Reading, index
from kgbuild.counts import CJK

Span = tuple[int, int, str]
"""Start, end, type: characters in a text, or tokens in a document."""
Link = tuple[int, int, str, tuple[int, ...]]
"""Head mention, tail mention, label, evidence sentences."""
Ranges = tuple[tuple[int, int], ...]

_LETTERS = "\u0e00-\u0e30\u0e32\u0e40-\u0e46\u0e80-\u0eb0\u0eb2\u0ebd-\u0ec6\u1000-\u102a\u1780-\u17b3"
"""Of Thai, Lao, Burmese and Khmer, which write no spaces between words either."""
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8"
    "\u06ea-\u06ed\u0900-\u0963\u0966-\u0df3\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059\u17b4-\u17d3\u200c\u200d"
)
"""Accents and vowel signs that belong to the letter before them; of the scripts of India all but the danda."""
TOKEN = re.compile(rf"[{CJK}]|[{_LETTERS}][{_MARKS}]*|(?:(?![{CJK}{_LETTERS}])\w[{_MARKS}]*)+|[^\w\s]")
"""One CJK character, one letter of Thai and its like with its marks, a run of other word characters, or one other character that is no
white space.
"""

ABBREVIATIONS = "Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|Inc|Corp|Co|Ltd|No|vs|Gen|Gov|Sen|Rep|Lt|Col|Capt"
_STOP = re.compile(r"[.!?…؟۔।॥]+[\"'”’»)\]]*(?=\s)|[。！？｡]+[”’」』）》\"]*|(?P<empty>(?:\n[^\S\n]*)+\n)|\n")
_NEXT = re.compile(r"\S")
_ABBREVIATED = re.compile(rf"(?<!\w)(?:[^\W\d_]|{ABBREVIATIONS})\.$")

TRIMMED = "mentions with white space at an end, taken without it"
SPLIT = "mentions that begin or end inside of a word, as they do where offsets count bytes or UTF-16, or are off by one"
REPEATED = "relations that say again what another says of the same two entities, kept once"
OWN = "relations of an entity with itself, left out"
JOINED = "mentions in two clusters, which were joined"
BLANK = "tokens that are empty or white space"


# ── from tokens ──────────────────────────────────────────────────────────────────────────────────────────────────────


def from_tokens(name: str, sentences: Sequence[Sequence[str]], spans: Iterable[Span]) -> GoldDocument:
    """A document whose text is its tokens joined by one space; spans are half-open, in tokens of the document.

    Not linked, without relations: `annotated` adds these. Raises BadRow for a token that is no text, a span outside and one that
    crosses a sentence's end, as no other format can say that either.
    """
    tokens = tuple(token for sentence in sentences for token in sentence)
    if wrong := [token for token in tokens if not isinstance(token, str)]:
        raise BadRow(f"token {wrong[0]!r} is no text")
    text, offsets = join(tokens, one_space)
    mentions = tuple(_on_tokens(span, offsets) for span in spans)
    ranges = lengths_to_ranges(map(len, sentences))
    if across := _across(ranges, mentions):
        raise BadRow(f"the mention at tokens {across.first}-{across.last} is not inside of one sentence")
    singles = tuple((i,) for i in range(len(mentions)))
    return GoldDocument(name, text, tokens, offsets, ranges, mentions, singles, linked=False)


def lengths_to_ranges(lengths: Iterable[int]) -> Ranges:
    """Half-open ranges that follow each other, of these lengths."""
    ranges, at = [], 0
    for length in lengths:
        ranges.append((at, at + length))
        at += length
    return tuple(ranges)


def _on_tokens(span: Span, offsets: Ranges) -> GoldMention:
    first, last, label = span
    if not 0 <= first < last <= len(offsets):
        raise BadRow(f"a mention at tokens {first}-{last} of {len(offsets)}")
    return GoldMention(offsets[first][0], offsets[last - 1][1], label, first, last)


def blank_tokens(document: GoldDocument) -> int:
    """How many tokens are empty or white space."""
    return sum(not token.strip() for token in document.tokens)


# ── from text ────────────────────────────────────────────────────────────────────────────────────────────────────────


def from_text(
    name: str,
    text: str,
    spans: Iterable[Span],
    reading: Reading,
    *,
    tokens: Ranges | None = None,
    sentences: Ranges | None = None,
) -> GoldDocument:
    """A document over a text as it was written; spans, tokens and sentences are half-open, in characters.

    Not linked, without relations: `annotated` adds these. Raises BadRow for a span outside of the text or of nothing but white
    space; with given tokens, which may be empty or white space, for one that begins or ends inside of a token; for sentences that
    do not hold all tokens in order.
    """
    kept = [_trimmed(text, span, reading) for span in spans] if tokens is None else list(spans)
    offsets = tuple(find_tokens(text, kept)) if tokens is None else _checked(text, tokens)
    begins, ends = {a: i for i, (a, _) in enumerate(offsets)}, {b: i + 1 for i, (_, b) in enumerate(offsets)}
    for start, end, _ in kept:
        if begins.get(start, len(text)) >= ends.get(end, 0):
            raise BadRow(f"the mention {text[start:end][:60]!r} at {start}-{end} begins or ends inside of a token")
    mentions = tuple(GoldMention(a, b, label, begins[a], ends[b]) for a, b, label in kept)
    ranges = _ruled(text, kept, offsets) if sentences is None else _given(sentences, offsets, mentions)
    return GoldDocument(
        name,
        text,
        tuple(text[a:b] for a, b in offsets),
        offsets,
        ranges,
        mentions,
        tuple((i,) for i in range(len(mentions))),
        linked=False,
        tokenised=False,
    )


def find_tokens(text: str, spans: Iterable[Span] = ()) -> Iterator[tuple[int, int]]:
    """Offsets of tokens by `TOKEN`, cut where a span begins or ends."""
    cuts = sorted({edge for start, end, _ in spans for edge in (start, end)})
    for match in TOKEN.finditer(text):
        start, end = match.span()
        for cut in cuts[bisect_left(cuts, start + 1) : bisect_left(cuts, end)]:
            yield start, cut
            start = cut
        yield start, end


def find_sentences(text: str, spans: Sequence[Span] = ()) -> list[int]:
    """Where sentences begin after the first one, by the rule of this file."""
    found = []
    for match in _STOP.finditer(text):
        end = match.end()
        follows = _NEXT.search(text, end)
        goes_on = follows and (follows.group().islower() or _ABBREVIATED.search(text[max(0, end - 8) : end]))
        if follows and (match["empty"] or not goes_on):
            found.append(end)
    starts = sorted(start for start, _, _ in spans)
    reach = [0, *accumulate((stop for _, stop in sorted((start, stop) for start, stop, _ in spans)), max)]
    return [end for end in found if reach[bisect_left(starts, end)] <= end]  # no span that begins before goes beyond


def _trimmed(text: str, span: Span, reading: Reading) -> Span:
    start, end, label = span
    if not 0 <= start < end <= len(text):
        raise BadRow(f"a mention at {start}-{end} of a text of {len(text)} characters")
    surface = text[start:end]
    if not surface.strip():
        raise BadRow(f"the mention at {start}-{end} is white space")
    left, right = len(surface) - len(surface.lstrip()), len(surface) - len(surface.rstrip())
    reading.count(TRIMMED, int(bool(left or right)))
    start, end = start + left, end - right
    reading.count(SPLIT, int(_in_word(text, start) or _in_word(text, end)))
    return start, end, label


def _in_word(text: str, at: int) -> bool:
    """Whether two letters meet here, of a script with capitals: others write words together, or add endings to names."""
    left, right = text[max(0, at - 1) : at], text[at : at + 1]
    return left.lower() != left.upper() and right.lower() != right.upper()


def _checked(text: str, tokens: Ranges) -> Ranges:
    before = 0
    for start, end in tokens:
        if not before <= start <= end <= len(text):
            raise BadRow(f"a token at {start}-{end} of a text of {len(text)} characters, after one that ends at {before}")
        before = end
    return tokens


def _ruled(text: str, spans: Sequence[Span], offsets: Ranges) -> Ranges:
    starts = [start for start, _ in offsets]
    edges = sorted({0, len(offsets), *(bisect_left(starts, at) for at in find_sentences(text, spans))})
    return tuple(pairwise(edges))


def _given(sentences: Ranges, offsets: Ranges, mentions: Sequence[GoldMention]) -> Ranges:
    """Sentences in characters as ranges of tokens: in order, every token in one, no mention in two."""
    stops = [stop for _, stop in offsets]
    ranges, at = [], 0
    for start, end in sentences:
        last = bisect_right(stops, end)
        if last < at or (last > at and offsets[at][0] < start):
            raise BadRow(f"the sentence at {start}-{end} leaves a token out or overlaps another")
        ranges.append((at, last))
        at = last
    if at != len(offsets):
        raise BadRow(f"the token at {offsets[at][0]}-{offsets[at][1]} is in no sentence")
    if across := _across(ranges, mentions):
        raise BadRow(f"the mention at {across.start}-{across.end} is not inside of one sentence")
    return tuple(ranges)


def _across(sentences: Sequence[tuple[int, int]], mentions: Iterable[GoldMention]) -> GoldMention | None:
    """The first mention that crosses a sentence's end."""
    firsts = [first for first, _ in sentences]
    return next((one for one in mentions if one.last > sentences[bisect_right(firsts, one.first) - 1][1]), None)


# ── chains and links ─────────────────────────────────────────────────────────────────────────────────────────────────


def annotated(
    document: GoldDocument, reading: Reading, chains: Iterable[Sequence[int]] | None = None, links: Iterable[Link] | None = None
) -> GoldDocument:
    """A document with mentions joined to clusters (in text order) and relations between them.

    chains: indices of mentions that are the same, others stand alone; chains that share a mention are joined; None: not linked.
    links: between mentions; None: not annotated. Relations of a cluster with itself and repetitions are left out, and counted.
    """
    if chains is not None:
        document = replace(document, clusters=_clusters(document, chains, reading), linked=True)
    if links is None:
        return document
    cluster = {i: number for number, members in enumerate(document.clusters) for i in members}
    found: dict[tuple[int, int, str], set[int]] = {}
    for head, tail, label, evidence in links:
        for sentence in evidence:
            index(sentence, len(document.sentences), "a sentence of evidence")
        key = (cluster[head], cluster[tail], label)
        reading.count(REPEATED, int(key in found))
        reading.count(OWN, int(key[0] == key[1]))
        if key[0] != key[1]:
            found.setdefault(key, set()).update(evidence)
    relations = tuple(sorted(GoldRelation(*key, tuple(sorted(evidence))) for key, evidence in found.items()))
    return replace(document, relations=relations, has_relations=True)


def _clusters(document: GoldDocument, chains: Iterable[Sequence[int]], reading: Reading) -> tuple[tuple[int, ...], ...]:
    group = {i: [i] for i in range(len(document.mentions))}
    seen: set[int] = set()
    for chain in chains:
        members = set(chain)
        reading.count(JOINED, len(members & seen))
        seen |= members
        joined = sorted({j for i in members for j in group[i]})
        for j in joined:
            group[j] = joined
    clusters = {tuple(sorted(members, key=lambda i: document.mentions[i])) for members in group.values()}
    return tuple(sorted(clusters, key=lambda members: (document.mentions[members[0]], members)))
