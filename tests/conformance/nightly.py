"""Thousands of random queries on both engines: python -m tests.conformance.nightly --queries 4000 --seed 7 [--uri bolt://…]

Prints each difference as the smallest query that still shows it, and counts; exit code 1 if there is one. Without --uri it starts a
server of its own; a server that is given is emptied and filled with the graph.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conformance.compare import difference
from tests.conformance.engines import Embedded, Neo4j
from tests.conformance.generator import Query, query
from tests.conformance.graph import Names, example
from tests.conformance.tree import reduced
from tests.neo4j_server import Server


def verdict(here: Embedded, there: Neo4j, asked: Query, text: str) -> tuple[str, str]:
    """same, refused (here only, with a hint), error (both), slow (one ran out of time) or differs, and what."""
    theirs = there.ask(text, asked.parameters)
    if "terminated" in theirs.refusal:
        return "slow", theirs.refusal
    mine = here.ask(text, asked.parameters)
    if "longer than" in mine.refusal:
        return "slow", mine.refusal
    if mine.refusal and theirs.refusal:
        return "error", theirs.refusal
    if mine.refusal and "the query failed" not in mine.refusal:
        return "refused", mine.refusal
    found = difference(mine, theirs, ordered=asked.ordered, sets=asked.sets)
    return ("differs" if found else "same"), found


def smallest(here: Embedded, there: Neo4j, asked: Query) -> str:
    """The smallest form of a query that still differs, and that Neo4j still answers if it answered the whole."""
    answers = not there.ask(str(asked.tree), asked.parameters).refusal

    def fails(text: str) -> bool:
        if answers and there.ask(text, asked.parameters).refusal:
            return False
        return verdict(here, there, asked, text)[0] == "differs"

    return str(reduced(asked.tree, fails))


def main() -> int:
    """Run them and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--uri", default="")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        server = None if given.uri else Server(Path(folder) / "neo4j").start()
        graph = example()
        here, there = Embedded(Path(folder) / "store", graph, Names()), Neo4j(given.uri or server.uri, graph)
        try:
            counts = run(here, there, range(given.seed * 1_000_000, given.seed * 1_000_000 + given.queries))
        finally:
            here.close()
            there.close()
            if server is not None:
                server.remove()
    print(dict(counts))
    return 1 if counts["differs"] else 0


def run(here: Embedded, there: Neo4j, seeds: range) -> Counter[str]:
    """Ask the queries of these seeds."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        if counts and seed % 500 == 0:
            print(f"before seed {seed}: {dict(counts)}", file=sys.stderr, flush=True)
        asked = query(seed)
        found, detail = verdict(here, there, asked, str(asked.tree))
        counts[found] += 1
        if found == "differs":
            text = smallest(here, there, asked)
            print(
                f"seed {seed}: {text}\n  {asked.parameters or ''} {verdict(here, there, asked, text)[1] or detail}", flush=True
            )
        elif found in ("refused", "error"):
            counts[f"{found}: {detail.split(':', 1)[-1][:60]}"] += 1
    return counts


if __name__ == "__main__":
    sys.exit(main())
