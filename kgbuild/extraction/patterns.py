"""patterns.jsonl -> an extractor: spaCy token patterns give spans by type, patterns with HEAD and TAIL give links. No model, no torch.

A line is an object. `{"label": TYPE, "pattern": …}` is spaCy's own EntityRuler form: a text, or a list of token descriptions; `id`
names the thing. `{"relation": NAME, "pattern": […]}` is a list of token descriptions in which two elements, `{"HEAD": TYPE}` and
`{"TAIL": TYPE}` (a type or a list of types), stand for whole spans, whoever finds them. What stands before the first or behind the last
of them and may match nothing asks for nothing. `score` (0 to 1) says how sure a line is.
`{"language": "de"}` chooses spaCy's tokenizer (default en). What the patterns find is found in `matching`.
"""

import json
import re
from pathlib import Path
from typing import Any

from kgbuild.extraction.listed import read_bytes, refuse_if_any, text_of
from kgbuild.extraction.matching import Patterns, RelationPattern, TypePattern, tokenizer
from kgbuild.hashing import digest
from kgbuild.records import ONE

VERSION = 2
"""Part of the fingerprint: raised when the same file would find something else."""

SCORE = 9_000
"""Of a pattern that does not say how sure it is: a rule that a person wrote errs more often than a name in a list."""
HALF = re.compile("[\ud800-\udfff]")
"""A lone surrogate, which JSON can say and no text can hold."""
optional = re.compile(r"[?*]|\{0?,\d*\}|\{0\}")
ENDS = ("HEAD", "TAIL")
_NEED_A_MODEL = frozenset(("POS", "TAG", "MORPH", "DEP", "LEMMA", "ENT_TYPE", "ENT_IOB", "ENT_ID", "ENT_KB_ID", "_"))


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
    for number, line in enumerate(text_of(data, path).split("\n"), 1):
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
    refuse_if_any(problems)
    language = languages[0] if languages else "en"
    tokenizer(language)
    return Patterns(types, relations, language, patterns_fingerprint(data))


def patterns_fingerprint(data: bytes) -> str:
    """Digest of all that decides what a file of patterns finds, but for spaCy's version."""
    return digest("extractor.patterns", VERSION, data)


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
