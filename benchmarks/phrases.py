"""What the set phrases say over annotated passages: how much of it is annotated, what they miss, what they get wrong.

    python benchmarks/phrases.py                    counts: facts, precision, recall by relation, precision by phrase
    python benchmarks/phrases.py --missed P108      stated facts of a relation (or: all) that no phrase says, with their sentence
    python benchmarks/phrases.py --wrong [PHRASE]   facts that phrases say and nobody annotated
    python benchmarks/phrases.py --speed            processor seconds for all sentences, and for each of the ten slowest phrases

FILE (default: benchmarks/training/training.jsonl) holds annotated passages as training_passages.py compiles them. Phrases read the
annotated mentions, so that a name which a model misses is no miss here. Facts count once a passage. "Wrong" is what is not annotated: some of
it is true. Country-like relations are left out of the missed ones: phrases are not made for these.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from kgbuild.build.phrasebook import PHRASES
from kgbuild.build.phrases import Name, said
from kgbuild.build.pronouns import Named, stand_ins

FILE = Path(__file__).parent / "training" / "training.jsonl"
COUNTRY_LIKE = frozenset({"P131", "P17", "P150", "P27", "P1001", "P30", "P36", "P1376"})
INVERSES = {"P527": "P361", "P355": "P749", "P1344": "P710", "P25": "P40", "P22": "P40"}
"""Relations that are read the other way round, so that a fact has one form."""
SYMMETRIC = frozenset({"P26", "P3373"})
SHOWN = 40
"""Relations in the table."""

Fact = tuple[int, str, int]
"""Head and tail as numbers of clusters in their passage, and the relation between them."""


@dataclass(slots=True)
class Passage:
    """An annotated passage: facts with their sentences, and what the phrases say: fact -> [(phrase, sentence)]."""

    raw: dict[str, Any]
    gold: dict[Fact, dict[str, Any]] = field(default_factory=dict)
    got: dict[Fact, list[tuple[str, int]]] = field(default_factory=dict)

    def missed(self) -> Iterator[Fact]:
        """Stated facts, country-like ones apart, that no phrase says."""
        return (fact for fact in self.stated() if fact not in self.got)

    def stated(self) -> Iterator[Fact]:
        """Annotated facts that a sentence says and that are not country-like."""
        return (fact for fact, row in self.gold.items() if row["scope"] == "stated" and fact[1] not in COUNTRY_LIKE)


def one_form(head: int, label: str, tail: int) -> Fact:
    """A fact in the direction in which it counts."""
    if label in SYMMETRIC:
        head, tail = sorted((head, tail))
    return (tail, INVERSES[label], head) if label in INVERSES else (head, label, tail)


def read(path: Path) -> list[Passage]:
    """The annotated passages of a file, each read by the phrases."""
    return [_read(json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def _read(raw: dict[str, Any]) -> Passage:
    passage = Passage(raw, {one_form(row["head"], row["label"], row["tail"]): row for row in raw["relations"]})
    rows = list(sentences(raw))
    for index, name in tuple(_pronouns(raw, rows)):
        rows[index][1].append(name)
    for index, (text, names) in enumerate(rows):
        for one in said(text, names):
            if one.head != one.tail:
                passage.got.setdefault(one_form(one.head, one.label, one.tail), []).append((one.phrase, index))
    return passage


def _pronouns(raw: dict[str, Any], rows: list[tuple[str, list[Name]]]) -> Iterator[tuple[int, Name]]:
    """Pronouns that stand for a name, by sentence; a blank line begins a paragraph."""
    blocks = [0]
    for (_, end), (start, _) in pairwise(raw["sentences"]):
        blocks.append(blocks[-1] + ("\n\n" in raw["text"][end:start]))
    named = {index: [Named(name, name.number) for name in names] for index, (_, names) in enumerate(rows)}
    return stand_ins(raw["text"], raw["sentences"], blocks, named)


def sentences(raw: dict[str, Any]) -> Iterator[tuple[str, list[Name]]]:
    """Each sentence of a passage with the names in it, numbered by cluster."""
    cluster = {mention: number for number, members in enumerate(raw["clusters"]) for mention in members}
    for start, end in raw["sentences"]:
        yield (
            raw["text"][start:end],
            [
                Name(mention["start"] - start, mention["end"] - start, mention["type"], cluster[index])
                for index, mention in enumerate(raw["mentions"])
                if start <= mention["start"] and mention["end"] <= end
            ],
        )


# ── what is printed ──────────────────────────────────────────────────────────────────────────────────────────────────


def counts(passages: list[Passage]) -> Iterator[str]:
    """Totals, a line a relation, a line a phrase."""
    words = sum(len(passage.raw["text"].split()) for passage in passages)
    facts = sum(len(passage.got) for passage in passages)
    right = sum(len(passage.got.keys() & passage.gold.keys()) for passage in passages)
    stated = Counter(fact[1] for passage in passages for fact in passage.stated())
    missed = Counter(fact[1] for passage in passages for fact in passage.missed())
    yield f"{len(passages)} passages, {words} words: {facts} facts, {right} annotated ({right / max(1, facts):.3f})"
    found = stated.total() - missed.total()
    yield f"stated, not country-like: {found} of {stated.total()} found, {1000 * found / max(1, words):.2f} per 1,000 words"
    yield from (f"  {label:6} {stated[label] - missed[label]:4} of {n:4}" for label, n in stated.most_common(SHOWN))
    yield "annotated, of the facts that a phrase says:"
    yield from by_phrase(passages)


def by_phrase(passages: list[Passage]) -> Iterator[str]:
    """How many facts each phrase says, and how many of them are annotated."""
    all_, right = Counter[str](), Counter[str]()
    for passage in passages:
        for fact, sources in passage.got.items():
            phrases = {phrase for phrase, _ in sources}
            all_.update(phrases)
            right.update(phrases if fact in passage.gold else ())
    yield from (f"  {phrase:28} {right[phrase]:4} of {n:4}" for phrase, n in all_.most_common())


def missed(passages: list[Passage], label: str) -> Iterator[str]:
    """Stated facts of one relation, or of "all", that no phrase says."""
    for passage in passages:
        for fact in passage.missed():
            if label in ("all", fact[1]):
                yield shown(passage, fact, "", passage.gold[fact]["evidence"][0])


def wrong(passages: list[Passage], phrase: str) -> Iterator[str]:
    """Facts of one phrase, or of all (""), that are not annotated, in the order of the phrases."""
    lines = [
        (name, shown(passage, fact, name, index))
        for passage in passages
        for fact, sources in passage.got.items()
        if fact not in passage.gold
        for name, index in dict(reversed(sources)).items()
        if phrase in ("", name)
    ]
    yield from (line for _, line in sorted(lines))


def shown(passage: Passage, fact: Fact, phrase: str, sentence: int) -> str:
    """A fact on one line: its phrase, its ends, and the sentence with names in brackets."""
    text, names = list(sentences(passage.raw))[sentence]
    head, tail = (_name(passage.raw, end) for end in (fact[0], fact[2]))
    return f"{phrase} | {passage.raw['id']} | {head} {fact[1]} {tail} | {_marked(text, names)}"


def _name(raw: dict[str, Any], cluster: int) -> str:
    mention = raw["mentions"][raw["clusters"][cluster][0]]
    return str(raw["text"][mention["start"] : mention["end"]])


def _marked(text: str, names: Iterable[Name]) -> str:
    for name in sorted(names, key=lambda name: -name.start):
        text = f"{text[: name.start]}[{name.label[0]} {text[name.start : name.end]}]{text[name.end :]}"
    return " ".join(text.split())


def speed(passages: list[Passage]) -> Iterator[str]:
    """Seconds for all sentences together, then for each of the slowest phrases alone."""
    rows = [row for passage in passages for row in sentences(passage.raw)]
    yield f"{_seconds(rows, ()):8.2f} s  {len(rows)} sentences, {len(PHRASES)} phrases"
    names = {phrase.name for phrase in PHRASES}
    alone = sorted(((_seconds(rows, names - {name}), name) for name in names), reverse=True)
    yield from (f"{seconds:8.2f} s  {name}" for seconds, name in alone[:10])


def _seconds(rows: list[tuple[str, list[Name]]], off: Iterable[str]) -> float:
    start = time.process_time()
    for text, names in rows:
        for _ in said(text, names, frozenset(off)):
            pass
    return time.process_time() - start


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", default=FILE)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--missed", metavar="RELATION", help="a Wikidata label, or: all")
    what.add_argument("--wrong", metavar="PHRASE", nargs="?", const="", help="a phrase's name; all without one")
    what.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    passages = read(options.file)
    if options.missed:
        lines = missed(passages, options.missed)
    elif options.wrong is not None:
        lines = wrong(passages, options.wrong)
    else:
        lines = speed(passages) if options.speed else counts(passages)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
