"""An entity of the graph -> others that belong with it, and facts that are probably missing, each with the path and its quotes.

python examples/recommendation/recommend.py --documents PATH "GitHub" "Alex Azar"
"""

import argparse
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import permutations
from pathlib import Path
from typing import Any

import kgbuild

CLOSE = 200  # companions that are looked at
CROWD = 10  # a sentence that names more is a list: being in it together says little
SPEAKERS = 3  # so many companions must have a fact before it is recommended
PRIOR = 0.2  # how much the frequency of an object counts beside the votes of companions
USUAL = 0.02  # a relation that fewer entities of a type have is not recommended for it
Fact = dict[str, Any]


@dataclass(slots=True)
class Reading:
    """What a workspace holds: documents as sentences (text, uri, start, end, entities), entities by id, facts between them."""

    documents: dict[str, list[Any]]
    entities: dict[str, dict[str, Any]]
    facts: list[Fact]


def read(ws: kgbuild.Workspace) -> Reading:
    graph = ws.graph()
    entities = {id: node for id, node in graph.nodes(data=True) if node["labels"][0] == "Entity"}
    edges = graph.edges(data=True)
    facts = [{**fact, "subject": a, "object": b} for a, b, fact in edges if fact["label"] != "MENTIONS"]
    return Reading({s.document: ws.sentences(s.uri) for s in ws.documents() if s.document}, entities, facts)


@dataclass(slots=True)
class Network:
    """Who is named with whom, in some of the documents.

    inside: entities by document; seen: documents by entity; near: in how many sentences two are named together, and one of these;
    out: (relation, object, fact) by subject; rules: confidence of r(x, y) if p(x, z) and q(z, y), by (p, q, r).
    """

    inside: dict[str, set[str]] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    near: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    together: dict[tuple[str, str], Any] = field(default_factory=dict)
    out: dict[str, list[tuple[str, str, Fact]]] = field(default_factory=lambda: defaultdict(list))
    objects: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    rules: dict[tuple[str, str, str], float] = field(default_factory=dict)

    def weight(self, document: str) -> float:
        """A document that names few entities says more about them."""
        return math.log(1 + len(self.seen) / len(self.inside[document])) / math.log(1 + len(self.seen))


def connect(reading: Reading, hidden: Iterable[str] = ()) -> Network:
    """The network of all documents but the hidden ones; a fact goes with its document if no other one says it."""
    hidden, network = set(hidden), Network()
    for document, sentences in reading.documents.items():
        if document not in hidden:
            network.inside[document] = {id for sentence in sentences for id in sentence.entities}
            for sentence in sentences:
                _take(network, document, sentence)
    for fact in reading.facts:
        if fact["documents"] > 1 or fact["document"] not in hidden:
            network.out[fact["subject"]].append((fact["label"], fact["object"], fact))
            network.objects[fact["label"]][fact["object"]] += 1
    network.rules = mine(network)
    return network


def _take(network: Network, document: str, sentence: Any) -> None:
    for id in sentence.entities:
        network.seen[id].add(document)
    if len(sentence.entities) <= CROWD:
        for a, b in permutations(sentence.entities, 2):
            network.near[a][b] += 1
            network.together.setdefault((min(a, b), max(a, b)), sentence)


def mine(network: Network) -> dict[tuple[str, str, str], float]:
    """Rules of two steps with their confidence, shrunk by five failures: a rule that was seen to hold once proves nothing."""
    body: Counter[tuple[str, str]] = Counter()
    hits: Counter[tuple[str, str, str]] = Counter()
    for x in list(network.out):
        direct = {(r, y) for r, y, _ in network.out[x]}
        for p, q, y in {(p, q, y) for p, z, _ in network.out[x] for q, y, _ in network.out.get(z, ()) if y != x}:
            body[p, q] += 1
            hits.update((p, q, r) for r, other in direct if other == y)
    return {rule: count / (body[rule[:2]] + 5) for rule, count in hits.items()}


def companions(network: Network, x: str) -> dict[str, float]:
    """The closest entities of the same documents: the cosine of the two sets of documents, weighted."""
    found: dict[str, float] = defaultdict(float)
    for document in network.seen.get(x, ()):
        weight = network.weight(document) ** 2
        for z in network.inside[document]:
            found[z] += weight
    found.pop(x, None)
    cosine = {z: value / math.sqrt(len(network.seen[x]) * len(network.seen[z])) for z, value in found.items()}
    return dict(nsmallest(CLOSE, cosine.items(), key=lambda item: (-item[1], item[0])))


def steps(network: Network, start: dict[str, float]) -> dict[str, float]:
    """From weighted entities on to those that are named in one sentence with them."""
    found: dict[str, float] = defaultdict(float)
    for z, weight in start.items():
        for y, count in network.near.get(z, {}).items():
            found[y] += weight * math.log1p(count)
    return found


def related(network: Network, x: str) -> dict[str, float]:
    """Entities not yet named together with x, scored: near its companions, or near those that it is named with (a random walk)."""
    walk = {z: math.log1p(n) / sum(map(math.log1p, network.near[z].values())) for z, n in network.near.get(x, {}).items()}
    total: dict[str, float] = defaultdict(float)
    for scores in (steps(network, companions(network, x)), steps(network, walk)):
        known = {y: value for y, value in scores.items() if y != x and y not in network.near.get(x, {})}
        for y, value in known.items():
            total[y] += value / max(known.values())
    return total


def missing(network: Network, x: str, relation: str) -> dict[str, float]:
    """Objects y of a fact relation(x, y) that may be missing, 0 to 1: what companions have, and what rules of two steps say."""
    votes: dict[str, float] = defaultdict(float)
    for z, weight in companions(network, x).items():
        for y in {y for r, y, _ in network.out.get(z, ()) if r == relation and y != x}:
            votes[y] += weight
    counts = network.objects[relation]
    whole = sum(votes.values()) + PRIOR
    scores = {y: (votes.get(y, 0.0) + PRIOR * counts[y] / counts.total()) / whole for y in counts}
    for p, z, _ in network.out.get(x, ()):
        for q, y, _ in network.out.get(z, ()):
            rule = network.rules.get((p, q, relation), 0.0)
            scores[y] = max(scores.get(y, 0.0), rule)
    return scores


# ── why ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def quoted(sentence: Any) -> str:
    return f"“{' '.join(sentence.text.split())}” ({sentence.uri}, characters {sentence.start} to {sentence.end})"


def why_related(network: Network, reading: Reading, x: str, y: str) -> list[str]:
    """The best way from x to y: over one in between, with the sentences (or the document) that lead there and on."""
    alike, direct = companions(network, x), network.near.get(x, {})
    ways = {z: (2.0 if z in direct else alike.get(z, 0.0)) * math.log1p(n) for z, n in network.near[y].items() if z in alike}
    z = max(sorted(ways), key=lambda z: ways[z] / math.sqrt(len(network.near[z])))
    names = [reading.entities[id]["name"] for id in (x, z, y)]
    first = network.together.get((min(x, z), max(x, z)))
    document = min(network.seen[x] & network.seen[z])
    step = quoted(first) if first else f"both in {reading.documents[document][0].uri}"
    return [f"{names[0]} – {names[1]}: {step}", f"{names[1]} – {names[2]}: {quoted(network.together[min(y, z), max(y, z)])}"]


def why_missing(network: Network, reading: Reading, x: str, relation: str, y: str) -> list[str]:
    """The facts that speak for relation(x, y): those of a rule, or the same fact of the closest companion."""
    name = {id: node["name"] for id, node in reading.entities.items()}
    for p, z, first in network.out.get(x, ()):
        for q, other, second in network.out.get(z, ()):
            if other == y and network.rules.get((p, q, relation)):
                return [told(name, fact) for fact in (first, second)]
    alike = companions(network, x)
    facts = [
        (alike.get(z, 0.0), z, fact) for z in alike for r, other, fact in network.out.get(z, ()) if (r, other) == (relation, y)
    ]
    return [
        f"{name[z]}, which is in the same documents: {told(name, fact)}"
        for _, z, fact in sorted(facts, key=lambda f: (-f[0], f[1]))[:1]
    ]


def told(name: dict[str, str], fact: Fact) -> str:
    return f"{name[fact['subject']]} {fact['label']} {name[fact['object']]} ({fact['scope']}): “{fact['quote']}”"


def speakers(network: Network, x: str, relation: str, y: str) -> int:
    """How many companions of x have the same fact."""
    return sum((relation, y) in {(r, other) for r, other, _ in network.out.get(z, ())} for z in companions(network, x))


def fitting(network: Network, reading: Reading, x: str) -> list[tuple[float, str, str]]:
    """(score, relation, object) of facts that x may lack: relations that are usual for its type, the surest object of each.

    Few companions say too little, and what is itself an object of a relation (a country of IN_COUNTRY) is no subject that lacks it.
    """
    kind = reading.entities[x]["labels"][1]
    alike = [id for id in network.seen if reading.entities[id]["labels"][1] == kind]
    usual = Counter(r for id in alike for r in {r for r, _, _ in network.out.get(id, ())})
    found = []
    for relation, count in usual.items():
        if count >= USUAL * len(alike) and all(r != relation for r, _, _ in network.out.get(x, ())):
            scores = missing(network, x, relation)
            y = max(sorted(scores), key=lambda y: scores[y])
            if y != x and x not in network.objects[relation] and speakers(network, x, relation, y) >= SPEAKERS:
                found.append((scores[y], relation, y))
    return sorted(found, reverse=True)


def tell(network: Network, reading: Reading, x: str, top: int) -> str:
    """Recommendations for one entity as text."""
    entity, lines = reading.entities[x], []
    lines.append(f"{entity['name']} ({entity['labels'][1]}, {entity['documents']} documents)")
    scores = related(network, x)
    for y in sorted(scores, key=lambda y: (-scores[y], y))[:top]:
        lines += [f"  {reading.entities[y]['name']}", *(f"      {line}" for line in why_related(network, reading, x, y))]
    for score, relation, y in fitting(network, reading, x)[:3]:
        why = why_missing(network, reading, x, relation, y)
        lines += [
            f"  missing? {entity['name']} {relation} {reading.entities[y]['name']}, {score:.2f}",
            *(f"      {line}" for line in why),
        ]
    return "\n".join(lines)


def reading_of(workspace: Path, documents: list[Path] | None) -> Reading:
    """What a workspace holds, after documents (if any are given) were taken in."""
    with kgbuild.Workspace(workspace, create=bool(documents)) as ws:
        if documents:
            ws.add(documents)
            ws.extract()
            ws.build()
        return read(ws)


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", help="entities, by name or alias")
    parser.add_argument("--documents", type=Path, action="append", help="a file or folder; may be given again")
    parser.add_argument("--workspace", type=Path, default=Path("recommendation-kg"))
    parser.add_argument("--top", type=int, default=5)
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> None:
    given = arguments(words)
    reading = reading_of(given.workspace, given.documents)
    network = connect(reading)
    for name in given.names:
        fits = [id for id, node in reading.entities.items() if name in (node["name"], *node["aliases"])]
        if not fits:
            print(f"nothing in the graph is called {name!r}")
        for x in sorted(fits, key=lambda id: -reading.entities[id]["documents"])[:1]:
            print(tell(network, reading, x, given.top))


if __name__ == "__main__":
    try:
        main()
    except (kgbuild.KgbuildError, OSError) as error:
        sys.exit(f"error: {error}")
