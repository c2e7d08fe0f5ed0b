"""Annotated files -> records: DocRED-like JSON (documents with chains and perhaps facts) and CoNLL columns (mentions only).

Knows no tokenizer and no model. Errors name the file and the record.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgbuild.errors import ConfigError

Place = tuple[int, int, int, str]
"""A mention: sentence, first token, token after the last, type."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A relation between two chains, by index; evidence: sentences that show it, () when not stated."""

    head: int
    relation: str
    tail: int
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Annotated:
    """An annotated document. facts is None where relations were not annotated; chains is () for a mention-less document.

    sentences: tokens; chains: mentions that mean the same, duplicates removed; with linked False, chains are single mentions
    and say nothing about which mentions belong together.
    """

    title: str
    sentences: tuple[tuple[str, ...], ...]
    chains: tuple[tuple[Place, ...], ...]
    facts: tuple[Fact, ...] | None = None
    linked: bool = True


def read_corpus(path: Path) -> list[Annotated]:
    """Read a corpus: .json is DocRED-like, .jsonl one such document a line, anything else CoNLL columns."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read training data {path}: {error}") from error
    try:
        match path.suffix:
            case ".json":
                return [_docred(item, path, i) for i, item in enumerate(json.loads(text))]
            case ".jsonl":
                return [_docred(json.loads(line), path, i) for i, line in enumerate(text.splitlines()) if line.strip()]
            case _:
                return read_columns(text.splitlines(), path)
    except json.JSONDecodeError as error:
        raise ConfigError(f"{path}: line {error.lineno}: no valid JSON ({error.msg})") from error


def read_columns(lines: Iterable[str], path: Path) -> list[Annotated]:
    """CoNLL columns: token first, tag last; blank lines end sentences, -DOCSTART- starts documents; IOB1 or IOB2."""
    documents: list[list[list[tuple[str, str]]]] = [[[]]]
    for number, line in enumerate(lines, 1):
        cells = line.split()
        if not cells:
            documents[-1].append([])
        elif cells[0] == "-DOCSTART-":
            documents.append([[]])
        elif len(cells) < 2 or (cells[-1] != "O" and cells[-1][:2] not in {"B-", "I-"}):
            raise ConfigError(f"{path}: line {number}: no token and BIO tag: {line.strip()[:60]!r}")
        else:
            documents[-1][-1].append((cells[0], cells[-1]))
    kept = [[sentence for sentence in document if sentence] for document in documents]
    return [_from_tags(document, f"{path.name} {i}") for i, document in enumerate(kept) if document]


def tag_places(tags: list[str], sentence: int) -> list[Place]:
    """The mentions of one sentence's tags; IOB1 and IOB2 alike (an I- after nothing or another type starts a mention)."""
    places: list[Place] = []
    for i, tag in enumerate(tags):
        if tag == "O":
            continue
        kind = tag[2:]
        follows = i > 0 and tags[i - 1] != "O" and tags[i - 1][2:] == kind
        if tag[0] == "B" or not follows:
            places.append((sentence, i, i + 1, kind))
        else:
            places[-1] = (sentence, places[-1][1], i + 1, kind)
    return places


def types_of(corpora: Iterable[Annotated]) -> tuple[str, ...]:
    """All mention types: those of DocRED in their usual order, then others by name."""
    seen = {place[3] for document in corpora for chain in document.chains for place in chain}
    usual = [name for name in ("PER", "ORG", "LOC", "TIME", "NUM", "MISC") if name in seen]
    return (*usual, *sorted(seen - set(usual)))


def relations_of(corpora: Iterable[Annotated]) -> tuple[str, ...]:
    """All relations, P-numbers in numeric order, then others by name."""
    seen = {fact.relation for document in corpora for fact in document.facts or ()}
    return tuple(sorted(seen, key=lambda name: (not name[1:].isdigit(), int(name[1:]) if name[1:].isdigit() else 0, name)))


def chain_type(chain: tuple[Place, ...]) -> str:
    """The majority type of a chain; ties go to the earlier mention's."""
    names = [place[3] for place in sorted(chain)]
    return max(names, key=names.count)


def mask_of(corpora: Iterable[Annotated]) -> tuple[tuple[str, str, str], ...]:
    """All (head type, relation, tail type) of the facts, sorted."""
    seen = set()
    for document in corpora:
        names = [chain_type(chain) for chain in document.chains]
        seen |= {(names[fact.head], fact.relation, names[fact.tail]) for fact in document.facts or ()}
    return tuple(sorted(seen))


def _from_tags(document: list[list[tuple[str, str]]], title: str) -> Annotated:
    places = [place for i, rows in enumerate(document) for place in tag_places([tag for _, tag in rows], i)]
    sentences = tuple(tuple(token for token, _ in rows) for rows in document)
    return Annotated(title, sentences, tuple((place,) for place in places), None, linked=False)


def _docred(item: Any, path: Path, index: int) -> Annotated:
    try:
        sentences = tuple(tuple(tokens) for tokens in item["sents"])
        chains = tuple(_chain(vertex, sentences) for vertex in item["vertexSet"])
        labels = item.get("labels")
        facts = None if labels is None else tuple(_fact(label, len(chains)) for label in labels)
        return Annotated(item["title"], sentences, chains, facts)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise ConfigError(f"{path}: document {index + 1} is not DocRED-like ({type(error).__name__}: {error})") from error


def _chain(vertex: Any, sentences: tuple[tuple[str, ...], ...]) -> tuple[Place, ...]:
    places = {(int(m["sent_id"]), int(m["pos"][0]), int(m["pos"][1]), str(m["type"])) for m in vertex}
    for sentence, start, end, _ in places:
        if not 0 <= start < end <= len(sentences[sentence]):
            raise ValueError(f"a mention at tokens {start}-{end} of sentence {sentence}, which has {len(sentences[sentence])}")
    if not places:
        raise ValueError("an entity without mentions")
    return tuple(sorted(places))


def _fact(label: Any, chains: int) -> Fact:
    fact = Fact(int(label["h"]), str(label["r"]), int(label["t"]), tuple(label.get("evidence") or ()))
    if not (0 <= fact.head < chains and 0 <= fact.tail < chains):
        raise ValueError(f"relation {fact.relation} points at entity {max(fact.head, fact.tail)} of {chains}")
    return fact
