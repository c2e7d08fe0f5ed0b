"""Patterns as an extractor: spaCy's matchers over a text give spans by type, and links whose ends are still to be found.

What stands between the ends of a relation pattern is searched here and kept; the spans at the ends are looked up when facts are
placed (`build/merge.py`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kgbuild.errors import ConfigError
from kgbuild.extraction.words import GAP
from kgbuild.records import ONE, Extraction, OpenLink, Slot, Span, Thing
from kgbuild.resolution.overlaps import chosen

REACH = 24
"""A span between two pieces of a relation pattern covers at most so many tokens."""
WRAP = re.compile(r"(?<!\n)\n(?!\n)")
"""The end of a line inside a paragraph, which is no token of its own for a pattern."""
_MOST_STRINGS = 1_000_000

Stretch = tuple[int, int]
Pieces = defaultdict[tuple[int, int], list[Stretch]]
"""Matches, in tokens, by number of the relation pattern and of its piece: 0 before, 1 between, 2 after the ends."""


@dataclass(frozen=True, slots=True)
class TypePattern:
    """A pattern for spans. pattern: a text, or token descriptions as spaCy's Matcher takes them."""

    label: str
    pattern: str | list[dict[str, Any]]
    id: str
    score: int
    line: int


@dataclass(frozen=True, slots=True)
class RelationPattern:
    """A pattern for links. pieces: token descriptions before, between and after the two ends; head_first: which end is first."""

    relation: str
    pieces: tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]
    head: tuple[str, ...]
    tail: tuple[str, ...]
    head_first: bool
    score: int
    line: int


class Patterns:
    """Patterns as an extractor: `patterns(texts)` yields spans, and links whose ends are still to be found."""

    languages: tuple[str, ...] = ()

    def __init__(
        self, types: Sequence[TypePattern], relations: Sequence[RelationPattern], language: str = "en", fingerprint: str = ""
    ) -> None:
        self.types, self.relations, self.language, self.fingerprint = types, relations, language, fingerprint
        self.span_labels = tuple(sorted({pattern.label for pattern in types}))
        self.link_labels = tuple(sorted({pattern.relation for pattern in relations}))

    @property
    def numerics(self) -> str:
        """What beside the text decides: the version of spaCy, whose tokenizer cuts it."""
        from importlib.metadata import version

        return f"spacy {version('spacy')}"

    def __call__(self, texts: Iterable[str]) -> Iterator[Extraction]:
        """What the patterns find in each text, in order."""
        for text in texts:
            if len(self._tokenizer.vocab.strings) > _MOST_STRINGS:  # the words it has seen would take too much memory
                for name in ("_tokenizer", "_type_matchers", "_piece_matcher"):
                    self.__dict__.pop(name, None)
            yield self.find(text)

    def find(self, text: str) -> Extraction:
        """What the patterns find in a text; of overlapping spans the longest, then the earliest."""
        tokens = self._tokenizer(WRAP.sub(" ", text))
        spans = self._spans(text, tokens)
        pieces = self._pieces(tokens)
        links = {link for number in range(len(self.relations)) for link in self._links(text, tokens, number, pieces)}
        return Extraction(spans, tuple((index,) for index in range(len(spans))), (), tuple(sorted(links, key=_order)))

    def close(self) -> None:
        """Nothing is held open."""

    # spans -----------------------------------------------------------------------------------------------------------

    def _spans(self, text: str, tokens: Any) -> tuple[Span, ...]:
        found = []
        for matcher in filter(None, self._type_matchers):
            for key, start, end in matcher(tokens):
                place = _place(tokens, start, end)
                if not GAP.search(text, *place):
                    found.append((place, self.types[int(tokens.vocab.strings[key])]))
        claims = [(0, *place, f"{ONE - p.score:05}\t{p.label}\t{p.id}") for place, p in found]
        kept = [found[index] for index in chosen(claims)]
        return tuple(Span(*place, p.label, p.score, Thing(p.id) if p.id else None) for place, p in kept)

    # links -----------------------------------------------------------------------------------------------------------

    def _links(self, text: str, tokens: Any, number: int, pieces: Pieces) -> Iterator[OpenLink]:
        """Every way to lay a pattern's pieces behind each other, with room for its ends."""
        pattern = self.relations[number]
        before, middle, after = ((pieces[number, part] if pattern.pieces[part] else None) for part in range(3))
        for at in middle or ():
            for first in _before(before, at[0]):
                for last in _after(after, at[1]):
                    if not _crosses_block(text, tokens, first, at, last):
                        yield _open(pattern, tokens, first, at, last)

    def _pieces(self, tokens: Any) -> Pieces:
        """Where the pieces of relation patterns match, in tokens."""
        found: Pieces = defaultdict(list)
        for key, start, end in self._piece_matcher(tokens) if self.relations else ():
            number, _, part = tokens.vocab.strings[key].partition(".")
            if start < end:
                found[int(number), int(part)].append((start, end))
        return found

    # spaCy -----------------------------------------------------------------------------------------------------------

    @cached_property
    def _tokenizer(self) -> Any:
        return tokenizer(self.language)

    @cached_property
    def _type_matchers(self) -> tuple[Any, Any]:
        from spacy.matcher import Matcher, PhraseMatcher

        vocab = self._tokenizer.vocab
        words, phrases = Matcher(vocab), PhraseMatcher(vocab)
        for number, pattern in enumerate(self.types):
            if isinstance(pattern.pattern, str):
                phrases.add(str(number), [self._tokenizer(pattern.pattern)])
            else:
                words.add(str(number), [pattern.pattern])
        return (words if len(words) else None), (phrases if len(phrases) else None)

    @cached_property
    def _piece_matcher(self) -> Any:
        from spacy.matcher import Matcher

        matcher = Matcher(self._tokenizer.vocab)
        for number, pattern in enumerate(self.relations):
            for part, piece in enumerate(pattern.pieces):
                if piece:
                    matcher.add(f"{number}.{part}", [piece])
        return matcher


def tokenizer(language: str) -> Any:
    """The tokenizer that spaCy has for a language, without a pipeline. Raises ConfigError for a language that spaCy does not have, or
    has only with a package that is not installed.
    """
    import spacy
    from spacy.util import get_lang_class

    try:
        get_lang_class(language)
    except ImportError:
        raise ConfigError(f"spaCy has no tokenizer for the language {language!r}; write an ISO 639-1 code, or xx") from None
    try:
        return spacy.blank(language).tokenizer
    except ImportError as error:
        needs = " ".join(str(error).split()).rstrip(".")
        raise ConfigError(
            f"spaCy's tokenizer for the language {language!r} needs a package: {needs}. Without it terms.csv finds names in such texts"
        ) from None


def _place(tokens: Any, start: int, end: int) -> Stretch:
    last = tokens[end - 1]
    return tokens[start].idx, last.idx + len(last)


def _before(pieces: list[Stretch] | None, start: int) -> list[Stretch | None]:
    """Pieces that end before a token, with room for a span between."""
    return [None] if pieces is None else [piece for piece in pieces if 0 < start - piece[1] <= REACH]


def _after(pieces: list[Stretch] | None, end: int) -> list[Stretch | None]:
    return [None] if pieces is None else [piece for piece in pieces if 0 < piece[0] - end <= REACH]


def _crosses_block(text: str, tokens: Any, first: Stretch | None, middle: Stretch, last: Stretch | None) -> bool:
    """Whether the end of a block stands between the pieces."""
    start, end = (first or middle)[0], (last or middle)[1]
    return "\n\n" in text[slice(*_place(tokens, start, end))]


def _open(pattern: RelationPattern, tokens: Any, first: Stretch | None, middle: Stretch, last: Stretch | None) -> OpenLink:
    left = (_place(tokens, *first)[1] if first else -1), _place(tokens, *middle)[0]
    right = _place(tokens, *middle)[1], (_place(tokens, *last)[0] if last else -1)
    head, tail = (left, right) if pattern.head_first else (right, left)
    return OpenLink(Slot(*head, pattern.head), Slot(*tail, pattern.tail), pattern.relation, pattern.score)


def _order(link: OpenLink) -> tuple[Any, ...]:
    ends = [(slot.start, slot.end, slot.types) for slot in (link.head, link.tail)]
    return (*ends, link.label, link.score)
