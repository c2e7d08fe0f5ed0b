"""A question in words -> sentences of the documents that answer it, each with its document and place, or "not in these documents".

python examples/answering/answer.py --documents PATH "Who succeeded Sultan Qaboos of Oman?"
"""

import argparse
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import kgbuild

THRESHOLD = 0.73  # of `Found.sure`: what measure.py chose on its questions
STOP = frozenset(
    "a about according according all am an and any are as at be because been behind but by can could did do does for from get had has have "
    "he her his how i if in into is it its many me much my of on one or our she should so than that the their them there they this to was we "
    "were what when where which who whom whose why will with would you your".split()
)
WORD = re.compile(r"\w+(?:[.&]\w+)*")  # PG&E and analytics.usa.gov are one
WANTED = {
    "who": {"Person", "Organization"},
    "whom": {"Person"},
    "where": {"Location"},
    "company": {"Organization"},
    "states": {"Location"},
}
COUNTED = re.compile(r"\b(how (many|much|old|far|long|tall)|when|what year)\b", re.IGNORECASE)


def terms(text: str) -> list[str]:
    """Words of a text without grammar, lower-case, with English endings off."""
    words = WORD.findall(text.replace("’", "'").replace("'s", ""))
    return [re.sub(r"(?<=\w{4})(ing|ies|ied|ed|es|s|e|y)$", "", word.lower()) for word in words if word.lower() not in STOP]


@dataclass(slots=True)
class Passage:
    """A passage of a document; counts: how often it and the document's title have a term; entities: of the whole document."""

    uri: str
    title: str
    sentences: list
    counts: Counter[str]
    entities: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """A ranked document with its one or two best sentences, in its order; sure: how much of the question it covers, 0 to 1."""

    uri: str
    title: str
    sentences: tuple[Any, ...]
    score: float
    sure: float


@dataclass(slots=True)
class Library:
    """The documents of a workspace as passages, and what its graph knows of the entities they name."""

    passages: list[Passage] = field(default_factory=list)
    where: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    named: dict[tuple[str, ...], set[str]] = field(default_factory=lambda: defaultdict(set))
    types: dict[str, str] = field(default_factory=dict)
    documents: Counter[str] = field(default_factory=Counter)
    facts: dict[str, list[dict]] = field(default_factory=lambda: defaultdict(list))
    mean: float = 1.0

    def rarity(self, count: int) -> float:
        return math.log(1 + (len(self.passages) - count + 0.5) / (count + 0.5))

    def weight(self, counts: Counter[str], term: str) -> float:
        """BM25 of one term in one passage, k1 = 1.2, b = .75."""
        n = counts[term]
        long = 0.25 + 0.75 * counts.total() / self.mean
        return self.rarity(len(self.where.get(term, ()))) * n * 2.2 / (n + 1.2 * long)


def read(ws: kgbuild.Workspace) -> Library:
    """Passages, sentences and mentions of all documents, names and facts of the graph."""
    library = Library()
    graph = ws.graph()
    for id, node in graph.nodes(data=True):
        if node["labels"][0] == "Entity":
            library.types[id], library.documents[id] = node["labels"][1], node["documents"]
            for name in (node["name"], *node["aliases"]):
                library.named[tuple(WORD.findall(name.lower().replace("'s", "")))].add(id)
    for subject, target, fact in graph.edges(data=True):
        if fact["label"] != "MENTIONS":
            names = {"subject_name": graph.nodes[subject]["name"], "object_name": graph.nodes[target]["name"]}
            for end in (subject, target):
                library.facts[end].append(fact | names)
    for source in ws.documents():
        if source.document:
            library.passages += passages(ws, source.uri, str(dict(source.metadata).get("title", "")))
    for number, passage in enumerate(library.passages):
        for term in passage.counts:
            library.where[term].append(number)
    library.mean = sum(p.counts.total() for p in library.passages) / max(1, len(library.passages))
    return library


def passages(ws: kgbuild.Workspace, uri: str, title: str) -> list[Passage]:
    """The passages of one document, from its sentences."""
    sentences = ws.sentences(uri)
    everywhere = frozenset(id for sentence in sentences for id in sentence.entities)
    of_passage = {index: list(group) for index, group in groupby(sentences, key=lambda s: s.passage)}
    counts = {index: Counter(terms(" ".join([title, *(s.text for s in group)]))) for index, group in of_passage.items()}
    return [Passage(uri, title, group, counts[index], everywhere) for index, group in of_passage.items()]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a question: the entities that a name may mean, or none, and its terms."""

    entities: frozenset[str]
    terms: tuple[str, ...]


def understand(library: Library, model: Any, question: str) -> list[Part]:
    """Names of the question that the graph knows (the longest first, or as the model reads it), then its other terms."""
    question = question.replace("’", "'").replace("'s", "")
    words = [(m.group(), m.start(), m.end()) for m in WORD.finditer(question)]
    spans = {(span.start, span.end) for span in model(question).spans}
    taken: set[int] = set()
    parts = []
    for size in range(min(8, len(words)), 0, -1):
        for first in range(len(words) - size + 1):
            chosen = words[first : first + size]
            ids = library.named.get(tuple(word.lower() for word, _, _ in chosen), set())
            name = question[chosen[0][1] : chosen[-1][2]]
            written = name != name.lower() or size > 1 or (chosen[0][1], chosen[-1][2]) in spans
            if ids and written and terms(name) and taken.isdisjoint(range(first, first + size)):
                taken.update(range(first, first + size))
                parts.append(Part(frozenset(ids), tuple(terms(name))))
    rest = [term for at, (word, _, _) in enumerate(words) if at not in taken for term in terms(word)]
    return parts + [Part(frozenset(), (term,)) for term in dict.fromkeys(rest)]


def ask(library: Library, model: Any, question: str, top: int = 3) -> list[Found]:
    """The best documents for a question, by entities, words and the type of thing it asks for."""
    parts = understand(library, model, question)
    full = {part: full_weight(library, part) for part in parts}
    named = frozenset(id for part in parts for id in part.entities)
    scored = ((passage_score(passage, parts, full), passage) for passage in candidates(library, parts))
    found: dict[str, Found] = {}
    for score, passage in sorted(scored, key=lambda row: (-row[0], row[1].uri))[:40]:

        def good(sentence: Any) -> float:
            inside = frozenset(terms(sentence.text))
            covered = sum(match(part, inside, sentence.entities) * full[part] for part in parts)
            return covered + kind_bonus(library, question, sentence, named)

        best = quotes(passage, good)
        total = score + max(map(good, best), default=0.0)
        if passage.uri not in found or total > found[passage.uri].score:
            found[passage.uri] = Found(passage.uri, passage.title, best, total, sureness(passage, parts, full))
    return sorted(found.values(), key=lambda f: (-f.score, f.uri))[:top]


def quotes(passage: Passage, good: Callable[[Any], float]) -> tuple[Any, ...]:
    """The two best sentences of a passage in the order of the text; a title is no answer."""
    ranked = sorted((s for s in passage.sentences if s.text != passage.title), key=lambda s: (-good(s), s.start))
    return tuple(sorted((s for s in ranked[:2] if good(s) > 0), key=lambda s: s.start))


def candidates(library: Library, parts: list[Part]) -> list[Passage]:
    numbers = {number for part in parts for term in part.terms for number in library.where.get(term, ())}
    wanted = frozenset(id for part in parts for id in part.entities)
    return [p for n, p in enumerate(library.passages) if n in numbers or p.entities & wanted]


def full_weight(library: Library, part: Part) -> float:
    """How much a part tells apart: the rarity of its terms (an unknown one is the rarest)."""
    return sum(library.rarity(len(library.where.get(term, ()))) for term in part.terms) / math.sqrt(len(part.terms))


def match(part: Part, counts: Container[str], entities: Iterable[str]) -> float:
    """0 to 1: an entity that is named under any of its names counts as its words do."""
    if not part.entities.isdisjoint(entities):
        return 1.0
    return sum(term in counts for term in part.terms) / len(part.terms)


def passage_score(passage: Passage, parts: list[Part], full: dict[Part, float]) -> float:
    here = frozenset(id for sentence in passage.sentences for id in sentence.entities)
    return sum(
        max(match(part, passage.counts, here), 0.5 * bool(part.entities & passage.entities)) * full[part] for part in parts
    )


def sureness(passage: Passage, parts: list[Part], full: dict[Part, float]) -> float:
    """0 to 1: how much of the names of the question, and how much of what it asks of them, the passage has; both count half."""
    shares = []
    for group in ([p for p in parts if p.entities], [p for p in parts if not p.entities]):
        if group:
            here = frozenset(id for sentence in passage.sentences for id in sentence.entities)
            shares.append(sum(match(p, passage.counts, here) * full[p] for p in group) / max(1e-9, sum(full[p] for p in group)))
    return sum(shares) / max(1, len(shares))


def kind_bonus(library: Library, question: str, sentence: Any, named: frozenset[str]) -> float:
    """A bonus if the sentence names something of the kind that is asked for, and that the question does not name."""
    kinds = {kind for word in question.lower().split() for kind in WANTED.get(word, ())}
    if kinds and any(library.types.get(id) in kinds for id in set(sentence.entities) - named):
        return 2.0
    return 2.0 if COUNTED.search(question) and re.search(r"\d", sentence.text) else 0.0


def tell(library: Library, model: Any, question: str, threshold: float) -> str:
    """The answer as text: quotes with document and place, and what the graph says of the names in them; or that there is none."""
    found = ask(library, model, question)
    if not found or found[0].sure < threshold:
        return "not in these documents"
    lines = []
    for number, one in enumerate(f for f in found if f.sure >= threshold):
        lines += [
            f"“{' '.join(s.text.split())}”\n    {one.title or one.uri}, characters {s.start} to {s.end}" for s in one.sentences
        ]
        lines += [f"    {one.uri}" + ("" if number else f"  (covers {one.sure:.0%} of the question)")]
    names = {id for part in understand(library, model, question) for id in part.entities}
    facts = sorted(
        (f for id in names for f in library.facts[id]), key=lambda f: (f["scope"] != "stated", -f["support"], f["id"])
    )
    told = list(dict.fromkeys(f"{f['subject_name']} {f['label']} {f['object_name']} ({f['scope']})" for f in facts))[:5]
    return "\n".join(
        lines + (["The graph says of the names in the question:", *(f"    {line}" for line in told)] if told else [])
    )


def library_of(workspace: Path, documents: list[Path] | None) -> Library:
    """The library of a workspace, after documents (if any are given) were taken in."""
    with kgbuild.Workspace(workspace, create=bool(documents)) as ws:
        if documents:
            ws.add(documents)
            ws.extract()
            ws.build()
        return read(ws)


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("question", nargs="*", help="in words; several are answered one after another")
    parser.add_argument("--documents", type=Path, action="append", help="a file or folder; may be given again")
    parser.add_argument("--workspace", type=Path, default=Path("answering-kg"))
    parser.add_argument("--threshold", type=float, default=THRESHOLD, help="how much of a question must be covered, 0 to 1")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> None:
    given = arguments(words)
    library = library_of(given.workspace, given.documents)
    model = kgbuild.load()
    for question in given.question:
        print(f"{question}\n{tell(library, model, question, given.threshold)}\n")


if __name__ == "__main__":
    try:
        main()
    except (kgbuild.KgbuildError, OSError) as error:
        sys.exit(f"error: {error}")
