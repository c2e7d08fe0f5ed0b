"""How good the recommendations are: a fifth of the documents is hidden, and what only these say is to be found again.

python examples/recommendation/measure.py --documents PATH --picture recommendation.svg
"""

import argparse
import math
import random
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path

from recommend import Network, Reading, connect, missing, reading_of, related

SEEDS = (1, 2, 3)
Scores = dict[str, float]
Ranks = dict[str, list[float]]  # ranks of what was to be found, by the entity that was asked about


def split(reading: Reading, seed: int) -> tuple[Network, Network]:
    """The network of four fifths of the documents, and that of all."""
    documents = sorted(reading.documents)
    random.Random(seed).shuffle(documents)
    return connect(reading, documents[: len(documents) // 5]), connect(reading)


def ranks(scores: Scores, wanted: Iterable[str], others: Iterable[str]) -> list[float]:
    """The rank of each one wanted among the others: the middle of those that it may have among equals; no score is 0."""
    values = sorted(scores.get(y, 0.0) for y in others)
    places = []
    for y in wanted:
        value = scores.get(y, 0.0)
        below, upto = bisect_left(values, value), bisect_right(values, value)
        places.append(1 + len(values) - upto + (upto - below) / 2)
    return places


# ── what is hidden ───────────────────────────────────────────────────────────────────────────────────────────────────


def related_cases(known: Network, whole: Network) -> Iterator[tuple[str, set[str], set[str]]]:
    """(entity, those it is named with only in hidden documents, all that may be recommended); each is in two known documents."""
    fit = {id for id, documents in known.seen.items() if len(documents) > 1 and known.near.get(id)}
    for x in sorted(fit):
        wanted = {y for y in whole.near[x] if y in fit and y not in known.near[x]}
        if wanted:
            yield x, wanted, fit - known.near[x].keys() - {x}


def fact_cases(known: Network, whole: Network, kinds: dict[str, str]) -> Iterator[tuple[str, str, str, set[str]]]:
    """(subject, relation, object, candidates) of facts that only hidden documents say, between entities that others name."""
    for x in sorted(known.seen):
        has, met = {(r, y) for r, y, _ in known.out.get(x, ())}, {y for _, y, _ in known.out.get(x, ())}
        facts = {(r, y) for r, y, _ in whole.out.get(x, ())}
        for relation, y in sorted(facts - has):
            if y in known.seen and y not in met:
                fitting = {kinds[object] for object in known.objects[relation]}
                others = {object for r, object in facts if r == relation} - {y}
                yield x, relation, y, {id for id in known.seen if kinds[id] in fitting} - others - {x}


# ── who recommends ───────────────────────────────────────────────────────────────────────────────────────────────────


def embedding(network: Network, size: int = 64) -> Callable[[str], Scores]:
    """Cosine of spectral embeddings: the largest singular vectors of entities by documents (weighted as companions are)."""
    import numpy as np

    ids = sorted(id for id, documents in network.seen.items() if len(documents) > 1)
    row, column = {id: n for n, id in enumerate(ids)}, {d: n for n, d in enumerate(sorted(network.inside))}
    table = np.zeros((len(ids), len(column)), np.float32)
    for id in ids:
        for document in network.seen[id]:
            table[row[id], column[document]] = network.weight(document) / math.sqrt(len(network.seen[id]))
    values, vectors = np.linalg.eigh(table.T @ table)
    space = table @ vectors[:, np.argsort(-values)[:size]]
    space /= np.linalg.norm(space, axis=1, keepdims=True) + 1e-9
    return lambda x: dict(zip(ids, (space @ space[row[x]] + 1).tolist(), strict=True)) if x in row else {}


def adamic_adar(network: Network, x: str) -> Scores:
    """Common neighbours, each by 1 / log of how many it has."""
    found: Scores = defaultdict(float)
    for z in network.near.get(x, {}):
        for y in network.near[z]:
            found[y] += 1 / math.log(1 + len(network.near[z]))
    return found


def measure_related(reading: Reading, seed: int) -> dict[str, Ranks]:
    known, whole = split(reading, seed)
    spectral, dice = embedding(known), random.Random(seed)
    popular = {id: float(len(documents)) for id, documents in known.seen.items()}
    ways: dict[str, Callable[[str], Scores]] = {
        "random": lambda _: {id: dice.random() for id in known.seen},
        "popularity": lambda _: popular,
        "Adamic–Adar": lambda x: adamic_adar(known, x),
        "spectral embedding": spectral,
        "paths (recommend.py)": lambda x: related(known, x),
    }
    found: dict[str, Ranks] = {name: defaultdict(list) for name in ways}
    for x, wanted, candidates in related_cases(known, whole):
        for name, way in ways.items():
            found[name][f"{seed} {x}"] += ranks(way(x), sorted(wanted), candidates - wanted)
    return found


def measure_facts(reading: Reading, seed: int, *, rare: bool) -> dict[str, Ranks]:
    """rare: only facts whose object is not the most frequent one of the relation (popularity is right about that one by its nature)."""
    known, whole = split(reading, seed)
    dice, kinds = random.Random(seed), {id: node["labels"][1] for id, node in reading.entities.items()}
    ways: dict[str, Callable[[str, str], Scores]] = {
        "random": lambda _, __: {id: dice.random() for id in known.seen},
        "popularity": lambda _, relation: {y: float(n) for y, n in known.objects[relation].items()},
        "named together": lambda x, _: {z: float(n) for z, n in known.near.get(x, {}).items()},
        "paths (recommend.py)": lambda x, relation: missing(known, x, relation),
    }
    found: dict[str, Ranks] = {name: defaultdict(list) for name in ways}
    for x, relation, y, candidates in fact_cases(known, whole, kinds):
        first = max(sorted(known.objects[relation]), key=lambda object: known.objects[relation][object], default="")
        if not rare or y != first:
            for name, way in ways.items():
                found[name][f"{seed} {x}"] += ranks(way(x, relation), [y], candidates - {y})
    return found


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def interval(places: Ranks, value: Callable[[float], float], seed: int = 0, draws: int = 1000) -> tuple[float, float, float]:
    """A mean over ranks with its 95 % interval, by bootstrap over entities."""
    rows, dice = [(sum(map(value, group)), len(group)) for _, group in sorted(places.items())], random.Random(seed)

    def mean(drawn: list[tuple[float, int]]) -> float:
        return sum(total for total, _ in drawn) / sum(count for _, count in drawn)

    means = sorted(mean(dice.choices(rows, k=len(rows))) for _ in range(draws))
    return mean(rows), means[int(0.025 * draws)], means[int(0.975 * draws)]


def hit(place: float) -> float:
    return float(place <= 10)


def reciprocal(place: float) -> float:
    return 1 / place


def table(reading: Reading, seeds: Iterable[int] = SEEDS) -> dict[str, dict[str, Ranks]]:
    """Ranks by task and way, over all seeds."""
    tasks: dict[str, Callable[[int], dict[str, Ranks]]] = {
        "related entities": lambda seed: measure_related(reading, seed),
        "missing facts": lambda seed: measure_facts(reading, seed, rare=False),
        "missing facts, but for the most frequent object": lambda seed: measure_facts(reading, seed, rare=True),
    }
    found: dict[str, dict[str, Ranks]] = {task: defaultdict(dict) for task in tasks}
    for task, way in tasks.items():
        for seed in seeds:
            for name, of_entity in way(seed).items():
                found[task][name] |= of_entity
    return {task: {name: places for name, places in ways.items() if places} for task, ways in found.items()}


def picture(rows: dict[str, dict[str, tuple[float, float, float]]]) -> str:
    """Hit rates at 10 as bars with 95 % intervals, as an SVG."""
    parts, y = [], 24
    for task, ways in rows.items():
        parts.append(f'<text x="8" y="{y}" class="h">{escape(task)}: hit rate at 10</text>')
        top = max(high for _, _, high in ways.values()) or 1.0
        for name, (value, low, high) in ways.items():
            y += 24
            a, b, c = (180 + 340 * v / top for v in (value, low, high))
            colour = "#2b6cb0" if "paths" in name else "#9a9a9a"
            parts.append(
                f'<text x="8" y="{y}">{escape(name)}</text><rect x="180" y="{y - 12}" width="{a - 180:.0f}" height="15" fill="{colour}"/>'
            )
            parts.append(
                f'<line x1="{b:.0f}" x2="{c:.0f}" y1="{y - 5}" y2="{y - 5}" class="i"/><text x="532" y="{y}">{value:.3f}</text>'
            )
        y += 40
    style = (
        "text{font:13px system-ui,sans-serif;fill:#222}.h{font-weight:600}.i{stroke:#222;stroke-width:2}.b{fill:#fff}"
        "@media(prefers-color-scheme:dark){text{fill:#ddd}.i{stroke:#ddd}.b{fill:#161616}}"
    )
    size = f'viewBox="0 0 600 {y}" width="600" height="{y}" role="img" aria-label="Hit rates of recommendations"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{style}</style><rect class="b" width="100%" height="100%"/>{"".join(parts)}</svg>\n'


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=Path, action="append", help="a file or folder; may be given again")
    parser.add_argument("--workspace", type=Path, default=Path("recommendation-kg"))
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--picture", type=Path, default=Path("recommendation.svg"))
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> None:
    given = arguments(words)
    rows: dict[str, dict[str, tuple[float, float, float]]] = {}
    for task, ways in table(reading_of(given.workspace, given.documents), given.seeds).items():
        if not any(ways.values()):
            print(f"{task}: nothing is hidden, these documents are too few")
            continue
        print(f"{task} ({sum(map(len, next(iter(ways.values())).values()))} hidden)")
        rows[task] = {name: interval(places, hit) for name, places in ways.items()}
        for name, places in ways.items():
            (h, a, b), (m, c, d) = rows[task][name], interval(places, reciprocal)
            print(f"  {name:22} hit@10 {h:.3f} ({a:.3f} to {b:.3f})   MRR {m:.3f} ({c:.3f} to {d:.3f})")
    given.picture.write_text(picture(rows), "utf-8")


if __name__ == "__main__":
    main()
