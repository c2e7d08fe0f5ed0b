"""How fast N-Triples are written, and in how much memory: kgbuild's exporter beside rdflib's serializer and pyoxigraph's dump.

The same triples, in one run, alternated; CPU seconds of one thread, the best of the rounds. kgbuild writes from records (held in
memory, so that making them is not counted), pyoxigraph from its store, rdflib from its graph; all to /dev/null. rdflib needs a
kilobyte and more for each triple, and pyoxigraph's store half of that, so they take part in smaller graphs of the same kind.
Memory: a graph of growing size is written from a generator, and the process's resident memory is drawn against the triples
written. The graph itself (benchmarks/generated_graph.py) holds some 60 bytes a fact, which is drawn beside it.

python benchmarks/rdf.py --entities 100000 --plot rdf.png
"""

import argparse
import gc
import io
import resource
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.generated_graph import GeneratedGraph, Sizes
from kgbuild.graph.memory import Graph
from kgbuild.sinks.rdf import write_rdf

BASE = "http://kg.test/"
PAGE = resource.getpagesize()


class Counter(io.RawIOBase):
    """A stream that counts lines and bytes, and now and then calls back."""

    def __init__(self, sample: Callable[[int], None] = lambda _: None) -> None:
        self.lines, self.bytes, self._sample = 0, 0, sample

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.lines += data.count(b"\n")
        self.bytes += len(data)
        self._sample(self.lines)
        return len(data)


def sizes(entities: int) -> Sizes:
    return Sizes(entities=entities, relationships=5 * entities, documents=entities // 5)


def held(graph: GeneratedGraph) -> Graph:
    """The records of a graph in memory."""
    return Graph(graph.entities(), graph.triples(), graph.statements(), graph.documents(), graph.mentions())


def cpu(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def compare(entities: int, rounds: int, with_rdflib: bool) -> None:
    """One table of CPU seconds."""
    import pyoxigraph

    source = GeneratedGraph(sizes(entities))
    graph, count = held(source), Counter()
    gc.collect()
    gc.freeze()  # records in memory are this benchmark's, not an export's: the collector need not walk them
    write_rdf(graph, source.schema, count, "nt", BASE)
    print(f"\n{entities:,} entities, {5 * entities:,} relationships, {count.lines:,} triples, {count.bytes / 1e6:,.0f} MB")
    store = pyoxigraph.Store()
    stream = io.BytesIO()
    write_rdf(graph, source.schema, stream, "nt", BASE)
    store.bulk_load(stream.getvalue(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    nowhere = Path("/dev/null").open("wb")  # noqa: SIM115
    kind, default = pyoxigraph.RdfFormat.N_TRIPLES, pyoxigraph.DefaultGraph()
    runs = {
        "kgbuild": lambda: write_rdf(graph, source.schema, nowhere, "nt", BASE),
        "pyoxigraph": lambda: store.dump(nowhere, format=kind, from_graph=default),
    }
    if with_rdflib:
        import rdflib

        other = rdflib.Graph().parse(data=stream.getvalue(), format="nt")
        runs["rdflib"] = lambda: other.serialize(nowhere, format="nt", encoding="utf-8")
    del stream
    best = dict.fromkeys(runs, float("inf"))
    for number in range(rounds):
        for name, run in list(runs.items())[:: 1 if number % 2 else -1]:
            best[name] = min(best[name], cpu(run))
    for name, seconds in best.items():
        ratio = seconds / best["kgbuild"]
        print(
            f"  {name:12}{seconds:8.2f} s CPU {count.lines / seconds / 1e6:6.2f} M triples/s   kgbuild is {ratio:5.2f} times as fast"
        )


def resident() -> float:
    """Megabytes of this process in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 1e6


def memory(entities: int, format: str) -> tuple[list[tuple[int, float]], float]:
    """(triples written, MB resident) along one export, and the MB before it; counted by lines, so nt or nq."""
    source, samples = GeneratedGraph(sizes(entities)), []

    def sample(lines: int) -> None:
        if not samples or lines - samples[-1][0] >= 50_000:
            samples.append((lines, resident()))

    for part in (source.documents, source.mentions, source.entities):
        next(part())
    for part in (source.triples, source.statements):
        next(part())
    before = resident()
    write_rdf(source, source.schema, Counter(sample), format, BASE)
    return samples, before


def plot(curves: dict[str, tuple[list[tuple[int, float]], float]], out: Path) -> None:
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 4.5))
    for name, (samples, before) in curves.items():
        (line,) = axes.plot([n / 1e6 for n, _ in samples], [mb for _, mb in samples], label=name)
        axes.axhline(before, color=line.get_color(), linestyle=":", linewidth=1)
    axes.set(
        xlabel="million triples written", ylabel="MB resident", title="N-Triples export: memory (dotted: before the export)"
    )
    axes.set_ylim(bottom=0)
    axes.legend()
    figure.savefig(out, dpi=120, bbox_inches="tight")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--entities", type=int, default=100_000, help="entities of the largest graph whose export is drawn")
    parser.add_argument("--rdflib", type=int, default=10_000, help="entities of the graph that rdflib takes part in")
    parser.add_argument(
        "--pyoxigraph", type=int, default=30_000, help="entities of the graph that only pyoxigraph takes part in"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, pyoxigraph {version('pyoxigraph')}, rdflib {version('rdflib')}; seed 0")
    if options.plot:
        curves = {f"{n:,} entities": memory(n, "nt") for n in (options.entities // 10, options.entities // 3, options.entities)}
        for name, (samples, before) in curves.items():
            peak = max(mb for _, mb in samples)
            print(
                f"{name}: {samples[-1][0]:,} triples, {before:.0f} MB before, {samples[0][1]:.0f} at the start, {peak:.0f} at most"
            )
        plot(curves, options.plot)
    for entities in sorted({options.rdflib, options.pyoxigraph}):
        compare(entities, options.rounds, with_rdflib=entities == options.rdflib)


if __name__ == "__main__":
    main()
