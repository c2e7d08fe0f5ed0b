"""Loading Neo4j: kgbuild's publish against a bare driver loop that sends the same rows, and against neo4j-graphrag's writer.

    python benchmarks/neo4j_load.py [--entities 2000 --relationships 10000 --documents 400] [--rounds 3] [--warm-up 2] [--graphrag] [--heap 1g] [--out FILE]

A real server from Maven artefacts (tests/neo4j_server.py), the generated graph with provenance summary, one client. Every contender
begins with an empty database with its constraints, after the same warm-up loads (a JVM compiles for many of these: give it eight or more
where they last seconds); the order alternates from round to round. The bare loop has its rows ready made in memory as maps, and sends them
in batches of 10,000 by the statements that anybody would write; publish reads the graph, digests every row, writes its ledger and sends lists. --graphrag: all of it on 5.26.19 with APOC core, which that writer needs (an environment of its
own, made by uv). Prints a table and one JSON object; times are wall-clock seconds, ratios are of medians of one run. Processor seconds
of the server, and of this process for the first two, stand beside them: on a busy machine they say more.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from contextlib import closing
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from uuid import uuid4

from neo4j import GraphDatabase

from benchmarks.generated_graph import GeneratedGraph, Sizes
from kgbuild.hashing import digest
from kgbuild.sinks.neo4j.connection import Target, opened
from kgbuild.sinks.neo4j.define import prepare
from kgbuild.sinks.neo4j.publish import Wish, publish
from kgbuild.sinks.neo4j.rows import Place, edge_rows, node_rows
from kgbuild.sinks.neo4j.statements import PutNodes, statement
from kgbuild.sinks.property_graph import DEFAULT_BASE
from kgbuild.workspace import truth
from kgbuild.workspace.sent import Sent
from tests.neo4j_server import LTS, PASSWORD, Server

BATCH = 10_000
WARM_UP = Sizes(500, 2_000, 100)
APOC_SERVER = "5.26.19"
APOC = (
    f"org.neo4j.procedure:apoc-core:{APOC_SERVER}",
    f"org.neo4j.procedure:apoc-common:{APOC_SERVER}",
    "com.opencsv:opencsv:5.7.1",
    "org.roaringbitmap:RoaringBitmap:0.7.17",
    "org.apache.commons:commons-text:1.10.0",
)
GRAPHRAG = "neo4j-graphrag==1.22.0"
EDGES = (
    "UNWIND $rows AS r MATCH (a:`{start}` {{kg_key: r.a}}) MATCH (b:`{end}` {{kg_key: r.b}}) "
    "CREATE (a)-[x:`{type}`]->(b) SET x = r.p RETURN count(*) AS rows"
)
WIPE = (
    "MATCH ()-[x]->() CALL (x) { DELETE x } IN TRANSACTIONS OF 20000 ROWS",  # apart: a few nodes have very many
    "MATCH (n) CALL (n) { DELETE n } IN TRANSACTIONS OF 20000 ROWS",
)


class Bench:
    """A server, and how each contender loads a graph into its empty database."""

    def __init__(self, server, folder):
        self.server, self.folder = server, folder
        self.driver = GraphDatabase.driver(server.uri, auth=("neo4j", PASSWORD))
        self.target = Target(server.uri, password=PASSWORD)
        with opened(self.target) as database:
            prepare(database)

    def wipe(self):
        with self.driver.session() as session:
            for text in WIPE:
                session.run(text).consume()

    def publish(self, graph, *, again=False):
        """Seconds of a first publish, and, if asked for, of a second one and of one after an edit of nothing."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        truth.create(folder / "workspace.db")
        store = truth.Truth(folder / "workspace.db")
        types = tuple(each.name for each in graph.schema.types)
        wish = Wish(graph, types, "summary", DEFAULT_BASE, digest("benchmark", "x"), "{}")
        seconds = []
        for _ in range(2 if again else 1):
            started = time.perf_counter()
            with (
                opened(self.target) as database,
                closing(Sent(store, database.identity, self.target.address, database.name)) as ledger,
            ):
                report = publish(wish, database, ledger, store.meta("uuid"), "", "benchmark")
            seconds.append(time.perf_counter() - started)
        assert not again or report.unchanged
        store.close()
        return seconds

    def bare(self, groups):
        """Seconds of a loop over ready-made rows."""
        started = time.perf_counter()
        with GraphDatabase.driver(self.server.uri, auth=("neo4j", PASSWORD)) as driver, driver.session() as session:
            for text, _, rows in groups:
                for some in batches(rows):
                    session.execute_write(lambda tx, text=text, some=some: tx.run(text, rows=some).consume())
        return time.perf_counter() - started


def batches(rows):
    iterator = iter(rows)
    while some := list(islice(iterator, BATCH)):
        yield some


def ready_made(graph):
    """What a publish sends, as (statement, label or type, rows): nodes first."""
    place, groups = Place(str(uuid4()), "benchmark"), {}  # as long as a workspace's own
    for node in node_rows(graph, place, "summary", DEFAULT_BASE):
        key = statement(PutNodes(node.base, node.type)), node.type or node.base
        groups.setdefault(key, []).append(node.properties)
    for edge in edge_rows(graph, place, "summary"):
        (start, a), (end, b) = edge.start, edge.end
        row = {"a": place.prefix + a, "b": place.prefix + b, "p": edge.properties(place)}
        groups.setdefault((EDGES.format(start=start, end=end, type=edge.type), edge.type), []).append(row)
    return [(text, name, rows) for (text, name), rows in groups.items()]


def processor_seconds(server):
    """What the server and this process have used of processors."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), time.process_time()


def graphrag_environment(folder):
    """A Python with neo4j-graphrag in it."""
    subprocess.run(["uv", "venv", "-q", str(folder)], check=True)
    python = folder / "bin" / "python"
    subprocess.run(["uv", "pip", "install", "-q", "--python", str(python), GRAPHRAG], check=True)
    return python


def graphrag_rows(groups, path):
    """The same rows in a file, as neo4j-graphrag takes them."""
    with path.open("w", encoding="utf-8") as file:
        for _, name, rows in groups:
            for row in rows:
                kind = [row["a"], row["b"], name, row["p"]] if "p" in row else [row["kg_key"], name, row]
                file.write(json.dumps(kind, default=str) + "\n")
    return path


def graphrag(python, bench, path):
    """Seconds of its writer on the rows of a file, which it reads before the clock starts."""
    child = Path(__file__).with_name("neo4j_graphrag_child.py")
    done = subprocess.run([python, child, bench.server.uri, PASSWORD, path], check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entities", type=int, default=2_000)
    parser.add_argument("--relationships", type=int, default=10_000)
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--warm-up", type=int, default=2, help="whole loads of each contender before the clock counts")
    parser.add_argument("--graphrag", action="store_true")
    parser.add_argument("--heap", default="1g", help="memory of the server")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="kgbuild-neo4j-"))
    more = {"version": APOC_SERVER, "more_jars": APOC} if asked.graphrag else {"version": LTS}
    server = Server(folder / "server", heap=asked.heap, java_options=(), **more)
    try:
        if asked.graphrag:
            jar = next(server.lib.glob("apoc-core-*.jar"))
            shutil.copy(jar, folder / "server" / "plugins" / jar.name)
        result = run(asked, server.start(), folder)
    finally:
        server.remove()
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(result))
    if asked.out:
        asked.out.write_text(json.dumps(result, indent=2))


def run(asked, server, folder):
    bench = Bench(server, folder)
    graph, small = GeneratedGraph(Sizes(asked.entities, asked.relationships, asked.documents)), GeneratedGraph(WARM_UP)
    groups, warm = ready_made(graph), ready_made(small)
    rows = sum(len(some) for _, _, some in groups)
    contenders = {"publish": lambda g, _: bench.publish(g)[0], "bare": lambda _, made: bench.bare(made)}
    if asked.graphrag:
        python = graphrag_environment(folder / "env")
        files = {
            id(made): graphrag_rows(made, folder / f"{len(made)}-{number}.jsonl") for number, made in enumerate((groups, warm))
        }
        contenders["graphrag"] = lambda _, made: graphrag(python, bench, files[id(made)])
    for number, (load, made) in enumerate(((small, warm), *[(graph, groups)] * asked.warm_up)):
        for name, contender in contenders.items():
            bench.wipe()
            print(f"warm-up {number}: {name} {contender(load, made):.2f} s", flush=True)
    seconds, processors = {name: [] for name in contenders}, {name: [] for name in contenders}
    for number in range(asked.rounds):
        order = list(contenders) if number % 2 == 0 else list(contenders)[::-1]
        for name in order:
            bench.wipe()
            before = processor_seconds(server)
            seconds[name].append(contenders[name](graph, groups))
            used = [round(now - then, 2) for now, then in zip(processor_seconds(server), before, strict=True)]
            processors[name].append(used)
            print(
                f"round {number + 1}: {name} {seconds[name][-1]:.2f} s, {rows / seconds[name][-1]:,.0f} rows/s; "
                f"processor seconds: server {used[0]}, client {used[1]}", flush=True,
            )  # fmt: skip
    bench.wipe()
    first, second = bench.publish(graph, again=True)
    middle = {name: statistics.median(some) for name, some in seconds.items()}
    ratios = {f"publish : {name}": round(middle[name] / middle["publish"], 3) for name in middle if name != "publish"}
    print(f"rows {rows:,}; speed of publish relative to others {ratios}; second publish {second / first:.2%} of the first")
    return {
        "server": server.version, "driver": version("neo4j"), "rows": rows, "seconds": seconds,
        "processor_seconds": processors, "ratios": ratios,
        "first": first, "second": second, "second_share": second / first,
    }  # fmt: skip


if __name__ == "__main__":
    main()
