"""Spans of one text -> written names, the pairs of names that may be one thing, and what their writing says about each pair.

The same function serves training and extraction. Features are symmetric in the two names (`order` only where one is longer), between
0 and 1, and depend on the text and the spans alone. Knows no model; the rules of `resolution.document` are one feature among others.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from kgbuild.records import Span
from kgbuild.resolution.countries import demonym_group
from kgbuild.resolution.document import named_spans
from kgbuild.resolution.lexicon import SMALL
from kgbuild.resolution.names import SHORT, fold, initials_match

VERSION = 1
"""Part of every extraction's key: raised when the same text and spans would give other pairs or features."""
STEM = 4
"""Names of which two words begin with the same letters, this many, may be one ("Iran", "Iranian")."""
CROWD = 12
"""Names that share a word are compared with each other up to this many; beyond, each with its next neighbours in the text only."""
NEAR = 60
"""Names of one type that stand this near each other, in characters, may be one whatever their letters ("Kurt Tucholsky", "Peter Panter")."""
FEATURES = (
    "rules", "same_key", "same_type", "subset", "prefix", "suffix", "jaccard", "shared", "stem", "initials", "same_country",
    "other_country", "country_one", "bracket", "comma", "near", "rivals", "same_first", "same_last", "length_gap", "short_form",
    "same_digits", "other_digits", "rare", "frequent", "trigrams", "inside_once", "order",
)  # fmt: skip
"""Names of the features, in their order; a model directory records them, so that another set is refused."""


@dataclass(frozen=True, slots=True)
class Writing:
    """A written name of a text: its type and key, its spans, and what is compared."""

    type: str
    key: str
    text: str
    spans: tuple[int, ...]
    words: tuple[str, ...]
    content: frozenset[str]
    trigrams: frozenset[str]
    country: str
    digits: frozenset[str]
    is_short: bool
    rule: int


@dataclass(frozen=True, slots=True)
class Surface:
    """What the writing of a text's spans says. writings: names, by first span; each span belongs to exactly one.

    pairs: (P, 2) of two writings, left < right, sorted; features: (P, len(FEATURES)).
    """

    writings: tuple[Writing, ...]
    pairs: NDArray[np.int64]
    features: NDArray[np.float32]


def surface(text: str, spans: Sequence[Span]) -> Surface:
    """Names, candidate pairs and their features."""
    names, rules = named_spans(text, spans)
    members: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, name in enumerate(names):
        members[name if name[1] else ("", str(index))].append(index)  # without a key a span is a name of its own
    writings = tuple(_writing(text, spans, found, names[found[0]], rules[found[0]]) for found in members.values())
    pairs = _candidates(text, spans, writings)
    crowd = _rivals(writings)
    rows = [_features(text, spans, writings[a], writings[b], crowd) for a, b in pairs]
    return Surface(
        writings,
        np.array(pairs, dtype=np.int64).reshape(-1, 2),
        np.array(rows, dtype=np.float32).reshape(-1, len(FEATURES)),
    )


def _writing(text: str, spans: Sequence[Span], found: list[int], name: tuple[str, str], rule: int) -> Writing:
    written = text[spans[found[0]].start : spans[found[0]].end]
    key = name[1] or fold(written)
    words = tuple(key.split())
    return Writing(
        type=name[0],
        key=key,
        text=written,
        spans=tuple(found),
        words=words,
        content=frozenset(words) - SMALL,
        trigrams=frozenset(key[i : i + 3] for i in range(max(1, len(key) - 2))),
        country=demonym_group(key),
        digits=frozenset(word for word in words if word.isdigit()),
        is_short=SHORT.fullmatch(written) is not None,
        rule=rule,
    )


# ── candidates ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _candidates(text: str, spans: Sequence[Span], writings: tuple[Writing, ...]) -> list[tuple[int, int]]:
    """Pairs that share a word, the beginning of one, a country, initials or a bracket: all others are never one thing here."""
    shelves: dict[tuple[str, object], list[int]] = defaultdict(list)
    for number, writing in enumerate(writings):
        for shelf in _shelves(writing):
            shelves[shelf].append(number)
    pairs = {pair for found in shelves.values() for pair in _crowded(found)}
    pairs |= _short_forms(writings)
    pairs |= _beside(text, spans, writings)
    return sorted(pairs)


def _shelves(writing: Writing) -> set[tuple[str, object]]:
    shelves: set[tuple[str, object]] = {("word", word) for word in writing.content}
    shelves |= {("stem", word[:STEM]) for word in writing.content if len(word) >= STEM and not word.isdigit()}
    shelves.add(("rule", writing.rule))
    shelves.add(("key", writing.key))
    if writing.country:
        shelves.add(("country", writing.country))
    return shelves


def _crowded(found: list[int]) -> Iterable[tuple[int, int]]:
    if len(found) <= CROWD:
        return combinations(found, 2)
    return (pair for i in range(1, 4) for pair in zip(found, found[i:], strict=False))


def _short_forms(writings: tuple[Writing, ...]) -> set[tuple[int, int]]:
    """A short form (at most one word, or capitals) and a longer name that begins with one of its letters and whose letters fit."""
    longer = [i for i, writing in enumerate(writings) if len(writing.words) > 1]
    return {
        (min(i, j), max(i, j))
        for i, short in enumerate(writings)
        if short.is_short
        for j in longer
        if i != j and initials_match(short.text, writings[j].text)
    }


def _beside(text: str, spans: Sequence[Span], writings: tuple[Writing, ...]) -> set[tuple[int, int]]:
    """Neighbours in the text of which one stands in brackets or after a comma beside the other, or that are of one type and near."""
    owner = {index: number for number, writing in enumerate(writings) for index in writing.spans}
    order = sorted(owner, key=lambda index: (spans[index].start, spans[index].end))
    steps = (pair for step in (1, 2) for pair in zip(order, order[step:], strict=False))
    return {
        (min(owner[a], owner[b]), max(owner[a], owner[b]))
        for a, b in steps
        if owner[a] != owner[b]
        and (_gap(text, spans[a], spans[b]) or (spans[a].label == spans[b].label and spans[b].start - spans[a].end <= NEAR))
    }


def _gap(text: str, left: Span, right: Span) -> str:
    """bracket, comma or "": how two spans stand beside each other."""
    between = text[left.end : right.start].strip()
    if len(between) > 12 or right.start < left.end:
        return ""
    if between.startswith(("(", "[")):
        return "bracket"
    return "comma" if between in {",", ", or", "or", "a.k.a.", "aka", "/", "—", "–", ", the", ", also", "also"} else ""


# ── features ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rivals(writings: tuple[Writing, ...]) -> dict[str, int]:
    """How many names hold each word."""
    counts: dict[str, int] = defaultdict(int)
    for writing in writings:
        for word in writing.content:
            counts[word] += 1
    return counts


def _features(text: str, spans: Sequence[Span], a: Writing, b: Writing, crowd: dict[str, int]) -> list[float]:
    short, long = sorted((a, b), key=lambda writing: (len(writing.words), len(writing.key), writing.key))
    common = a.content & b.content
    both = a.content | b.content
    gaps, near, first = _places(text, spans, a, b)
    few, many = sorted((len(a.spans), len(b.spans)))
    grams = len(a.trigrams & b.trigrams) / len(a.trigrams | b.trigrams)
    return [
        float(a.rule == b.rule),
        float(a.key == b.key),
        float(a.type == b.type),
        float(bool(short.content) and short.content <= long.content),
        float(long.words[: len(short.words)] == short.words),
        float(long.words[len(long.words) - len(short.words) :] == short.words),
        len(common) / len(both) if both else 0.0,
        min(len(common), 4) / 4,
        _stem(short, long),
        float(initials_match(short.text, long.text) or initials_match(long.text, short.text)),
        float(bool(a.country) and a.country == b.country),
        float(bool(a.country and b.country) and a.country != b.country),
        float(bool(a.country) != bool(b.country)),
        float("bracket" in gaps),
        float("comma" in gaps),
        near,
        min(max((crowd[word] for word in common), default=0), 8) / 8,
        float(a.words[:1] == b.words[:1]),
        float(a.words[-1:] == b.words[-1:]),
        min(len(long.words) - len(short.words), 6) / 6,
        float(a.is_short or b.is_short),
        float(bool(a.digits) and a.digits == b.digits),
        float(bool(a.digits | b.digits) and a.digits != b.digits),
        1.0 / few,
        min(math.log2(many), 4.0) / 4,
        grams,
        float(bool(common) and short.key in long.key),
        float(first == (len(a.key) >= len(b.key))),
    ]


def _stem(short: Writing, long: Writing) -> float:
    """Length of the longest common beginning of a word of each, as a share of the shorter word; not counting shared words."""
    best = 0.0
    for left in short.content - long.content:
        for right in long.content - short.content:
            if left[:2] == right[:2]:
                same = next(
                    (i for i, (x, y) in enumerate(zip(left, right, strict=False)) if x != y), min(len(left), len(right))
                )
                best = max(best, same / min(len(left), len(right)))
    return best


def _places(text: str, spans: Sequence[Span], a: Writing, b: Writing) -> tuple[set[str], float, bool]:
    """How they stand beside each other, how near they come (1: at once, 0: 1,000 characters and more), and whether a is first."""
    gaps, nearest = set(), 1000
    for i in a.spans:
        for j in b.spans:
            left, right = (spans[i], spans[j]) if spans[i].start <= spans[j].start else (spans[j], spans[i])
            distance = max(0, right.start - left.end)
            nearest = min(nearest, distance)
            if distance <= 14:
                gaps.add(_gap(text, left, right))
    near = 1.0 - math.log(1 + nearest) / math.log(1001)
    return gaps, near, spans[a.spans[0]].start <= spans[b.spans[0]].start
