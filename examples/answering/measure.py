"""How good the answers are: the questions of questions.jsonl, by the graph and by BM25, with 95 % intervals and a picture.

python examples/answering/measure.py --documents PATH --picture answering.svg
"""

import argparse
import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from answer import Found, Library, ask, library_of, quotes, terms

import kgbuild

QUESTIONS = Path(__file__).with_name("questions.jsonl")


def bm25(library: Library, _model: Any, question: str, top: int = 3) -> list[Found]:
    """The baseline: passages by BM25, words alone; its score as a share of the highest possible one is how sure it is."""
    asked = list(dict.fromkeys(terms(question)))
    rare = {term: library.rarity(len(library.where.get(term, ()))) for term in asked}
    best: dict[str, Found] = {}
    for passage in (library.passages[n] for n in {n for term in asked for n in library.where.get(term, ())}):
        score = sum(library.weight(passage.counts, term) for term in asked)
        if passage.uri not in best or score > best[passage.uri].score:
            chosen = quotes(passage, lambda s: sum(rare[term] for term in set(terms(s.text)) & rare.keys()))
            best[passage.uri] = Found(passage.uri, passage.title, chosen, score, score / max(1e-9, 2.2 * sum(rare.values())))
    return sorted(best.values(), key=lambda f: (-f.score, f.uri))[:top]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question, answered: rank of the first expected document (0: not in three), whether a quote of the first holds the answer."""

    answerable: bool
    rank: int
    quoted: bool
    sure: float

    def right(self, threshold: float) -> bool:
        return (self.rank == 1 and self.sure >= threshold) if self.answerable else self.sure < threshold


def outcome(question: dict[str, Any], found: list[Found]) -> Outcome:
    ranks = [at for at, f in enumerate(found, 1) if any(f.uri.endswith(uri) for uri in question["documents"])]
    text = " ".join(s.text for s in found[0].sentences) if found else ""
    quoted = bool(question["answer"] and re.search(question["answer"], text))
    return Outcome(bool(question["documents"]), min(ranks, default=0), quoted, found[0].sure if found else 0.0)


def choose(outcomes: list[Outcome]) -> float:
    """The threshold with most questions right; the middle of the widest such stretch."""
    edges = [0.0, *sorted({o.sure for o in outcomes}), 1.01]
    gaps = [((a + b) / 2, b - a) for a, b in pairwise(edges)]
    return max(gaps, key=lambda gap: (sum(o.right(gap[0]) for o in outcomes), gap[1]))[0]


def share(hits: Iterable[bool]) -> tuple[float, float, float]:
    """A share with Wilson's 95 % interval."""
    found = list(hits)
    n, p, z = max(1, len(found)), sum(found) / max(1, len(found)), 1.96
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return p, max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))


def evaluate(library: Library, model: Any, questions: list[dict[str, Any]]) -> dict[str, dict[str, tuple[float, float, float]]]:
    """Shares by system and measure, on the questions of part `report`, with the threshold that part `choose` gave."""
    table, words = {}, replace(library, named={}, types={})
    for name, system, held in (("graph", ask, library), ("same, no graph", ask, words), ("BM25", bm25, library)):
        parts = defaultdict(list)
        for question in questions:
            parts[question["part"]].append(outcome(question, system(held, model, question["question"])))
        threshold, there = choose(parts["choose"]), [o for o in parts["report"] if o.answerable]
        table[name] = {
            "hit@1": share(o.rank == 1 for o in there),
            "hit@3": share(o.rank > 0 for o in there),
            "quote holds the answer": share(o.quoted for o in there),
            "answered": share(o.sure >= threshold for o in there),
            "refused, rightly": share(o.sure < threshold for o in parts["report"] if not o.answerable),
            "right in all": share(o.right(threshold) for o in parts["report"]),
        }
        print(f"{name}: threshold {threshold:.3f}")
    return table


def picture(table: dict[str, dict[str, tuple[float, float, float]]]) -> str:
    """Bars with 95 % intervals as an SVG."""
    measures, colours = list(next(iter(table.values()))), ("#2b6cb0", "#7aa7d6", "#9a9a9a")
    parts = []
    for row, measure in enumerate(measures):
        y = 34 + row * 66
        parts.append(f'<text x="8" y="{y + 30}">{escape(measure)}</text>')
        for bar, (name, colour) in enumerate(zip(table, colours, strict=True)):
            value, low, high = (180 + 360 * v for v in table[name][measure])
            top = y + bar * 18
            parts.append(f'<rect x="180" y="{top}" width="{value - 180:.0f}" height="15" fill="{colour}"/>')
            parts.append(f'<line x1="{low:.0f}" x2="{high:.0f}" y1="{top + 7}" y2="{top + 7}" class="i"/>')
            parts.append(f'<text x="552" y="{top + 13}">{escape(name)} {table[name][measure][0]:.0%}</text>')
    height = 40 + 66 * len(measures)
    style = "text{font:13px system-ui,sans-serif;fill:#222}.i{stroke:#222;stroke-width:2}.b{fill:#fff}@media(prefers-color-scheme:dark){text{fill:#ddd}.i{stroke:#ddd}.b{fill:#161616}}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" width="720" height="{height}" role="img" aria-label="Answers by system">'
        f'<style>{style}</style><rect class="b" width="100%" height="100%"/><text x="180" y="20">share of questions, 95 % interval</text>{"".join(parts)}</svg>\n'
    )


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=Path, action="append", help="a file or folder; may be given again")
    parser.add_argument("--workspace", type=Path, default=Path("answering-kg"))
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--picture", type=Path, default=Path("answering.svg"))
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> None:
    given = arguments(words)
    library, model = library_of(given.workspace, given.documents), kgbuild.load()
    questions = [json.loads(line) for line in given.questions.read_text("utf-8").splitlines()]
    table = evaluate(library, model, questions)
    for measure in table["graph"]:
        shares = (f"{name} {p:.0%} ({low:.0%} to {high:.0%})" for name, row in table.items() for p, low, high in [row[measure]])
        print(f"{measure:23} {'  '.join(shares)}")
    given.picture.write_text(picture(table), "utf-8")


if __name__ == "__main__":
    main()
