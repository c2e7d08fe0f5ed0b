"""patterns.jsonl -> an extractor: spaCy token patterns give spans by type, patterns with HEAD and TAIL give links. No model, no torch.

A line is an object. `{"label": TYPE, "pattern": …}` is spaCy's own EntityRuler form: a text, or a list of token descriptions; `id`
names the thing. `{"relation": NAME, "pattern": […]}` is a list of token descriptions in which two elements, `{"HEAD": TYPE}` and
`{"TAIL": TYPE}` (a type or a list of types), stand for whole spans, whoever finds them. What stands before the first or behind the last
of them and may match nothing asks for nothing. `score` (0 to 1) says how sure a line is.
`{"language": "de"}` chooses spaCy's tokenizer (default en).

What stands between the ends is searched here and kept; the spans at the ends are looked up when facts are placed (`build/merge.py`).
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kgbuild.errors import ConfigError
from kgbuild.extraction.terms import read_bytes
from kgbuild.extraction.words import GAP
from kgbuild.hashing import digest
from kgbuild.records import ONE, Extraction, OpenLink, Slot, Span, Thing
from kgbuild.resolution.overlaps import chosen

VERSION = 2
"""Part of the fingerprint: raised when the same file would find something else."""

SCORE = 9_000
"""Of a pattern that does not say how sure it is: a rule that a person wrote errs more often than a name in a list."""
REACH = 24
"""A span between two pieces of a relation pattern covers at most so many tokens."""
MOST_PROBLEMS = 10
WRAP = re.compile(r"(?<!\n)\n(?!\n)")
"""The end of a line inside a paragraph, which is no token of its own for a pattern."""
HALF = re.compile("[\ud800-\udfff]")
"""A lone surrogate, which JSON can say and no text can hold."""
optional = re.compile(r"[?*]|\{0?,\d*\}|\{0\}")
_MOST_STRINGS = 1_000_000
ENDS = ("HEAD", "TAIL")

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

    def _links(self, text: str, tokens: Any, number: int, pieces: "Pieces") -> Iterator[OpenLink]:
        """Every way to lay a pattern's pieces behind each other, with room for its ends."""
        pattern = self.relations[number]
        before, middle, after = ((pieces[number, part] if pattern.pieces[part] else None) for part in range(3))
        for at in middle or ():
            for first in _before(before, at[0]):
                for last in _after(after, at[1]):
                    if not _crosses_block(text, tokens, first, at, last):
                        yield _open(pattern, tokens, first, at, last)

    def _pieces(self, tokens: Any) -> "Pieces":
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
    """The tokenizer that spaCy has for a language, without a pipeline. Raises ConfigError for a language that spaCy does not have."""
    import spacy

    try:
        return spacy.blank(language).tokenizer
    except ImportError:
        raise ConfigError(f"spaCy has no tokenizer for the language {language!r}; write an ISO 639-1 code, or xx") from None


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


# ── reading the file ─────────────────────────────────────────────────────────────────────────────────────────────────


def load_patterns(path: Path) -> Patterns:
    """The patterns of a file. Raises ConfigError that names every bad line (the first ten) and what is wrong with it."""
    data = read_bytes(path)
    return read_patterns(data, path)


def read_patterns(data: bytes, path: Path) -> Patterns:
    """The patterns of a file's bytes. Raises ConfigError."""
    types: list[TypePattern] = []
    relations: list[RelationPattern] = []
    languages: list[str] = []
    problems: list[str] = []
    for number, line in enumerate(_text(data, path).split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("//"):
            continue
        try:
            match _pattern(line, number):
                case TypePattern() as found:
                    types.append(found)
                case RelationPattern() as found:
                    relations.append(found)
                case language:
                    languages.append(language)
        except ValueError as error:
            problems.append(f"{path}:{number}: {error}")
    if len(set(languages)) > 1:
        problems.append(f"{path}: two languages, {' and '.join(sorted(set(languages)))}: make it two files")
    if problems:
        more = f"; … and {len(problems) - MOST_PROBLEMS} more" if len(problems) > MOST_PROBLEMS else ""
        raise ConfigError("; ".join(problems[:MOST_PROBLEMS]) + more)
    language = languages[0] if languages else "en"
    tokenizer(language)
    return Patterns(types, relations, language, patterns_fingerprint(data))


def patterns_fingerprint(data: bytes) -> str:
    """Digest of all that decides what a file of patterns finds, but for spaCy's version."""
    return digest("extractor.patterns", VERSION, data)


def _text(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: byte {error.start} is not UTF-8; save the file as UTF-8") from None


def _pattern(line: str, number: int) -> TypePattern | RelationPattern | str:
    """One line. Raises ValueError that says what is wrong with it."""
    try:
        body = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not valid JSON: {error.msg} at column {error.colno}") from None
    if half := HALF.search(json.dumps(body, ensure_ascii=False)):
        raise ValueError(f"{json.dumps(half[0])} is half a character: write both halves, or the character itself")
    if not isinstance(body, dict):
        raise ValueError("a line is an object with `label` or `relation`, and `pattern`")  # noqa: TRY004  (of the file, not of a type)
    if body.keys() == {"language"}:
        return str(body["language"])
    known = {"label", "pattern", "id", "score"} if "label" in body else {"relation", "pattern", "score"}
    name = "label" if "label" in body else "relation"
    for key in (name, "pattern"):
        if key not in body:
            raise ValueError(f"there is no {key!r}: write `label` (a type) or `relation`, and `pattern`")
    if unknown := sorted(body.keys() - known):
        raise ValueError(f"unknown key {unknown[0]!r}; known with {name!r}: {', '.join(sorted(known))}")
    if not isinstance(body[name], str) or not body[name].strip():
        raise ValueError(f"{name!r} is {body[name]!r}, not a name of the schema")
    score = _score(body.get("score"))
    if name == "label":
        return TypePattern(body["label"], _words_or_text(body["pattern"]), _id(body.get("id", "")), score, number)
    return _relation(body["relation"], body["pattern"], score, number)


def _score(value: Any) -> int:
    if value is None:
        return SCORE
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise ValueError(f"'score' is {value!r}: write a number above 0, up to 1")
    return max(1, round(value * ONE))


def _id(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"'id' is {value!r}, not a text")  # noqa: TRY004
    return value


def _words_or_text(pattern: Any) -> str | list[dict[str, Any]]:
    if isinstance(pattern, str):
        if not pattern.strip():
            raise ValueError("'pattern' is empty")
        return pattern.strip()
    return _words(pattern, "pattern")


def _words(pattern: Any, what: str) -> list[dict[str, Any]]:
    """Token descriptions, checked by spaCy's own schema."""
    if not isinstance(pattern, list) or not pattern or not all(isinstance(item, dict) for item in pattern):
        raise ValueError(f"{what!r} is {json.dumps(pattern)[:60]}: write a text or a list of token descriptions")
    from spacy.errors import MatchPatternError
    from spacy.matcher import Matcher
    from spacy.vocab import Vocab

    try:
        Matcher(Vocab(), validate=True).add("check", [pattern])
    except MatchPatternError as error:
        told = [line.strip(" -") for line in str(error).splitlines() if "->" in line or line.strip().startswith("-")]
        raise ValueError(f"no token pattern of spaCy: {'; '.join(told) or error}") from None
    except (ValueError, TypeError, re.error) as error:
        raise ValueError(f"no token pattern of spaCy: {' '.join(str(error).split())[:200]}") from None
    for item in pattern:
        if wrong := sorted(key for key in item if key.upper() in _NEED_A_MODEL):
            raise ValueError(
                f"{wrong[0]} needs a trained pipeline, and patterns see only words: use LOWER, ORTH, SHAPE, REGEX, …"
            )
    return pattern


_NEED_A_MODEL = frozenset(("POS", "TAG", "MORPH", "DEP", "LEMMA", "ENT_TYPE", "ENT_IOB", "ENT_ID", "ENT_KB_ID", "_"))


def _relation(name: str, pattern: Any, score: int, number: int) -> RelationPattern:
    if not isinstance(pattern, list) or not all(isinstance(item, dict) for item in pattern):
        raise ValueError('the pattern of a relation is a list with one {"HEAD": TYPE} and one {"TAIL": TYPE} in it')
    places = {end: [at for at, item in enumerate(pattern) if end in item] for end in ENDS}
    for end, found in places.items():
        if len(found) != 1:
            raise ValueError(f"{len(found)} elements are a {end}: exactly one has to be")
    (head,), (tail,) = places.values()
    left, right = sorted((head, tail))
    pieces = pattern[:left], pattern[left + 1 : right], pattern[right + 1 :]
    if not pieces[1]:
        raise ValueError("HEAD and TAIL stand side by side: put at least one token between them")
    checked = (_words(piece, "pattern") if piece else [] for piece in pieces)
    before, between, after = ([] if all(map(_is_optional, piece)) else piece for piece in checked)
    if not between:
        raise ValueError("what stands between HEAD and TAIL may match nothing: make one token of it obligatory")
    return RelationPattern(
        name, (before, between, after), _types(pattern[head]), _types(pattern[tail]), head < tail, score, number
    )


def _is_optional(item: dict[str, Any]) -> bool:
    """Whether a token description may match no token."""
    return any(key.upper() == "OP" and optional.fullmatch(str(value)) for key, value in item.items())


def _types(item: dict[str, Any]) -> tuple[str, ...]:
    (end,) = [end for end in ENDS if end in item]
    types = item[end] if isinstance(item[end], list) else [item[end]]
    if item.keys() != {end} or not types or not all(isinstance(type, str) and type for type in types):
        raise ValueError(f'{json.dumps(item)}: write {{"{end}": TYPE}} or {{"{end}": [TYPE, TYPE]}} and nothing else in it')
    return tuple(sorted(set(types)))
