"""The embedded store on a generated graph: how fast it loads, follows an edit and answers; and how much memory and disk it takes.

    python benchmarks/stores.py [--entities 100000 --relationships 500000 --documents 20000] [--out FOLDER]

The graph is written into a workspace's graph.db row by row, so that everything is measured as a user meets it: the refresh reads
SQLite, `kgbuild query` is a process of its own. Two baselines in the same run: the engine's batch loader fed with the same rows,
ready made, in one process; and networkx.MultiDiGraph. Prints tables and one JSON object; writes memory.png.
"""

import argparse
import json
import os
import pickle
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

from benchmarks.generated_graph import GeneratedGraph, Sizes
from kgbuild.pipeline.workspace import Workspace
from kgbuild.records import Value
from kgbuild.sinks import embedded, embedded_load
from kgbuild.sinks import property_graph as pg
from kgbuild.sinks.query import Reader
from kgbuild.workspace.database import transaction
from kgbuild.workspace.derived import Derived
from kgbuild.workspace.rows import docnode_body, entity_body, triple_row

QUERIES = (
    ("an entity by id", "MATCH (e:Entity {id: $id}) RETURN e.name"),
    ("neighbours of an id", "MATCH (e:Entity {id: $id})-[r]-(o:Entity) RETURN type(r), o.name LIMIT 100"),
    (
        "top edges",
        "MATCH (p:Person)-[r:EMPLOYED_BY]->(o:Organization) RETURN p.name, o.name, r.support, r.quote ORDER BY r.support DESC LIMIT 20",
    ),
    (
        "documents of a name or alias",
        (
            "MATCH (e:Entity) WHERE e.name = $name OR $name IN e.aliases MATCH (d:Document)-[:MENTIONS]->(e) "
            "RETURN d.name, d.published, d.uri ORDER BY d.published"
        ),
    ),
    (
        "co-mentions",
        (
            "MATCH (:Entity {name: $name})<-[:MENTIONS]-(d:Document)-[:MENTIONS]->(o:Organization) "
            "WHERE d.published >= date('2018-01-01') AND o.name <> $name "
            "RETURN o.name, count(DISTINCT d) AS n ORDER BY n DESC LIMIT 10"
        ),
    ),
    (
        "shortest path",
        (
            "MATCH p = shortestPath((a:Entity {id: $id})-[:EMPLOYED_BY|HEADQUARTERED_IN|LOCATED_IN|IN_COUNTRY|PART_OF*..4]-"
            "(b:Entity {id: $other})) RETURN [n IN nodes(p) | n.name]"
        ),
    ),
    ("count by type", "MATCH (:Entity)-[r]->(:Entity) RETURN type(r), count(*) AS n ORDER BY n DESC"),
    ("full text", "CALL db.index.fulltext.queryNodes('entity_names', $word) YIELD node RETURN node.name LIMIT 10"),
)


# ── a workspace with the generated graph ─────────────────────────────────────────────────────────────────────────────


def make_workspace(path, graph):
    """graph.db as a build would leave it, as far as summary provenance reads it."""
    with Workspace(path, create=True):
        pass
    derived = Derived(path / "graph.db")
    with transaction(derived.db, derived.path) as db:
        db.executemany(
            "INSERT INTO entity VALUES (?, ?, ?, ?, '')", ((e.id, e.type, e.name, entity_body(e)) for e in graph.entities())
        )
        marks = ",".join("?" * 11)
        db.executemany(f"INSERT INTO triple VALUES ({marks}, '')", map(triple_row, graph.triples()))
        db.executemany("INSERT INTO docnode VALUES (?, ?, '')", ((d.id, docnode_body(d)) for d in graph.documents()))
        db.executemany("INSERT INTO mention VALUES (?, ?, ?)", ((m.origin, m.entity, m.count) for m in graph.mentions()))
        derived.set_meta("state", f"{1:032x}")
        derived.set_meta("input", "generated")
    derived.close()


def edit_document(path, state):
    """What a build writes when one document changed: its row, mentions, facts, and the entities in it are written again."""
    derived = Derived(path / "graph.db")
    with transaction(derived.db, derived.path) as db:
        (document,) = db.execute("SELECT id FROM docnode ORDER BY id LIMIT 1 OFFSET 17").fetchone()
        mentions = db.execute("SELECT * FROM mention WHERE document = ?", (document,)).fetchall()
        triples = db.execute("SELECT * FROM triple WHERE document = ?", (document,)).fetchall()
        entities = [db.execute("SELECT * FROM entity WHERE id = ?", (row[1],)).fetchone() for row in mentions]
        (row,) = db.execute("SELECT * FROM docnode WHERE id = ?", (document,)).fetchall()
        for table, key, rows in (
            ("docnode", "id", [row]),
            ("mention", "document", mentions),
            ("triple", "id", triples),
            ("entity", "id", entities),
        ):
            db.executemany(f"DELETE FROM {table} WHERE {key} = ?", {(old[0],) for old in rows})
        for table, rows in (("docnode", [row]), ("mention", mentions[1:]), ("triple", triples[1:])):
            db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)
        changed = [(*old[:3], old[3].replace('"mentions":', '"mentions":1'), old[4]) for old in entities]
        db.executemany("INSERT INTO entity VALUES (?, ?, ?, ?, ?)", changed)
        derived.set_meta("state", f"{state:032x}")
    derived.close()
    return 1 + len(mentions) + len(triples) + len(entities)


# ── what is measured, each in a process of its own ───────────────────────────────────────────────────────────────────


def refresh(path, what):
    """One refresh of a workspace's store."""
    touched = edit_document(path, int(what)) if what.isdigit() else 0
    with Workspace(path) as ws:
        result = timed(ws.refresh)
    return result | {"touched": touched}


def load_full(sizes, seed, folder):
    """A store of full provenance, straight from the generated graph (there is no text in the workspace)."""
    graph = GeneratedGraph(sizes, seed)
    return timed(lambda: embedded.write(graph, graph.schema, folder, state="full", provenance="full"))


def ready_rows(sizes, seed, path):
    """The rows of summary provenance, in batches as the store is fed, pickled."""
    graph = GeneratedGraph(sizes, seed)
    with path.open("wb") as file:
        for batch in embedded_load._batches(pg.nodes(graph), embedded_load.BATCH):
            for labels, nodes in embedded_load._grouped(batch, lambda node: node.labels):
                pickle.dump(("node", embedded_load.node_request(labels, nodes)), file, protocol=5)
        for edges in embedded_load._batches(pg.relationships(graph), embedded_load.BATCH):
            for (type,), same in embedded_load._grouped(edges, lambda edge: (edge.type,)):
                ends = [(f"{e.start[0]} {e.start[1]}", f"{e.end[0]} {e.end[1]}") for e in same]
                pickle.dump(("edge", type, ends, [e.properties for e in same]), file, protocol=5)
    return {}


def batches(path):
    with path.open("rb") as file:
        while True:
            try:
                yield pickle.load(file)  # our own
            except EOFError:
                return


def bare_loader(path, folder):
    """The engine's batch loader, alone: no types declared before, no indexes, no process boundary, rows ready made."""

    def run():
        import arcadedb

        db, rids, known = arcadedb.create_database(str(folder)), {}, set()
        batch = db.graph_batch()
        for item in batches(path):
            type = item[1]["type"] if item[0] == "node" else item[1]
            if type not in known:
                db.command("sql", f"CREATE {'VERTEX' if item[0] == 'node' else 'EDGE'} TYPE `{type}`")
                known.add(type)
            if item[0] == "node":
                rids.update(zip(item[1]["keys"], batch.create_vertices(type, item[1]["rows"]), strict=True))
            else:
                batch.new_edges([rids[a] for a, _ in item[2]], type, [rids[b] for _, b in item[2]], item[3])
        batch.close()
        db.close()

    return timed(run)


def networkx_build(path):
    """The same rows as a networkx.MultiDiGraph."""
    import networkx

    def run():
        graph = networkx.MultiDiGraph()
        for item in batches(path):
            if item[0] == "node":
                graph.add_nodes_from(zip(item[1]["keys"], item[1]["rows"], strict=True))
            else:
                graph.add_edges_from((a, b, item[1], row) for (a, b), row in zip(item[2], item[3], strict=True))

    return timed(run)


def latencies(path, parameters):
    """Milliseconds of each query on an open store: the first time, and the median of five more."""
    found = []
    with Reader(path / "store") as reader:
        for name, text in QUERIES:
            given = {key: value for key, value in parameters.items() if f"${key}" in text}
            times = []
            for _ in range(6):
                started = time.perf_counter()
                rows = len(reader.query(text, given).rows)
                times.append(1000 * (time.perf_counter() - started))
            found.append((name, rows, times[0], statistics.median(times[1:])))
    return {"queries": found, "engine_mb": megabytes(resource.RUSAGE_CHILDREN)}


# ── measuring ────────────────────────────────────────────────────────────────────────────────────────────────────────


def timed(work):
    """Seconds by the clock and of the processor (this process and the engine's), and memory of both as it grew."""
    samples, stop = [], threading.Event()
    started, before = time.perf_counter(), processor()

    def watch():
        while not stop.wait(0.25):
            samples.append((time.perf_counter() - started, *resident()))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    work()
    seconds = time.perf_counter() - started
    stop.set()
    watcher.join()
    peak = megabytes(resource.RUSAGE_SELF), megabytes(resource.RUSAGE_CHILDREN)
    return {"seconds": seconds, "processor": processor() - before, "self_mb": peak[0], "engine_mb": peak[1], "memory": samples}


def processor():
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def megabytes(who):
    return resource.getrusage(who).ru_maxrss // 1024


def resident():
    """MB of this process and of its children, now."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return _resident("self"), sum(_resident(child) for child in children)


def _resident(process):
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        return 0.0


def apart(function, *arguments):
    """Run a measurement in a fresh process and return what it found; what it took is said at once, the run being long."""
    with get_context("spawn").Pool(1) as pool:
        found = pool.apply(function, arguments)
    said = {key: round(value, 2) for key, value in found.items() if isinstance(value, int | float)}
    print(function.__name__, *(str(word) for word in arguments if isinstance(word, str)), said, file=sys.stderr)
    return found


def look_up(path, id, times=7):
    """`kgbuild query` of one entity by id, from process start to exit: seconds by the clock and of the processor, best and median."""
    command = [sys.executable, "-m", "kgbuild", "-w", str(path), "query", QUERIES[0][1], "-p", f"id={id}", "--format", "csv"]
    found = []
    for _ in range(times):
        started, before = time.perf_counter(), processor()
        done = subprocess.run(command, capture_output=True, check=True)
        found.append((time.perf_counter() - started, processor() - before))
        assert len(done.stdout.splitlines()) == 2, done
    return {"clock": summary(column for column, _ in found), "processor": summary(column for _, column in found)}


def summary(values):
    values = sorted(values)
    return {"best": values[0], "median": statistics.median(values)}


def disk_mb(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


# ── the run ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def parameters_of(graph):
    """An entity of many facts, one it is some steps away from, and a word of its name."""
    degrees = {}
    for triple in graph.triples():
        if not isinstance(triple.object, Value):
            degrees[triple.subject] = degrees.get(triple.subject, 0) + 1
    ranked = sorted(degrees, key=lambda id: (-degrees[id], id))
    id, other = ranked[len(ranked) // 20], ranked[len(ranked) // 2]
    name = next(entity.name for entity in graph.entities() if entity.id == id)
    return {"id": id, "other": other, "name": name, "word": name.split()[-1]}


def measure(sizes, seed, home, *, full, networkx):
    graph = GeneratedGraph(sizes, seed)
    workspace = home / "kg"
    make_workspace(workspace, graph)
    found = {"load": apart(refresh, workspace, "first")}
    counts = embedded.counts(workspace / "store")
    found["rows"] = counts.nodes + counts.relationships
    found["disk_mb"] = disk_mb(workspace / "store")
    found["again"] = apart(refresh, workspace, "again")
    for state in ("2", "3"):
        found["edit"] = apart(refresh, workspace, state)
    parameters = parameters_of(graph)
    found["look_up"] = look_up(workspace, parameters["id"])
    found |= apart(latencies, workspace, parameters)
    apart(ready_rows, sizes, seed, home / "rows")
    found["bare"] = apart(bare_loader, home / "rows", home / "bare")
    if networkx:
        found["networkx"] = apart(networkx_build, home / "rows")
    if full:
        found["full"] = apart(load_full, sizes, seed, home / "full")
        counts = embedded.counts(home / "full")
        found["full_rows"], found["full_disk_mb"] = counts.nodes + counts.relationships, disk_mb(home / "full")
    return found


def report(sizes, found):
    rows = found["rows"]
    print(
        f"{sizes.entities:,} entities, {sizes.relationships:,} relationships, {sizes.documents:,} documents: {rows:,} rows (summary)"
    )
    print(
        f"arcadedb {version('arcadedb')}, Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n"
    )
    print(f"{'':28}{'s':>9}{'cpu s':>9}{'rows/s':>10}{'rows/cpu s':>12}{'MB':>7}{'engine MB':>11}{'x bare':>8}")
    bare = found["bare"]["processor"] / rows
    for name, key, count in (
        ("refresh, summary", "load", rows),
        ("refresh, full", "full", found.get("full_rows", 0)),
        ("bare batch loader", "bare", rows),
        ("networkx build", "networkx", rows),
        ("second refresh", "again", 0),
        ("refresh after an edit", "edit", 0),
    ):
        if key in found:
            line(name, found[key], count, bare)
    print(
        f"\nan edit touched {found['edit']['touched']} rows: {found['edit']['processor'] / found['load']['processor']:.2%} of the first refresh"
    )
    print(f"disk: {found['disk_mb']:.0f} MB" + (f", full {found['full_disk_mb']:.0f} MB" if "full" in found else ""))
    for clock, times in found["look_up"].items():
        print(f"`kgbuild query` by id, {clock}: best {times['best']:.2f} s, median {times['median']:.2f} s")
    print(f"\n{'query on an open store':32}{'rows':>7}{'first ms':>10}{'then ms':>10}")
    for name, count, first, then in found["queries"]:
        print(f"{name:32}{count:>7}{first:>10.1f}{then:>10.1f}")


def line(name, it, count, bare):
    speed = f"{count / it['seconds']:>10,.0f}{count / it['processor']:>12,.0f}" if count else f"{'':22}"
    ratio = f"{it['processor'] / count / bare:>8.2f}" if count else ""
    print(f"{name:28}{it['seconds']:>9.2f}{it['processor']:>9.2f}{speed}{it['self_mb']:>7}{it['engine_mb']:>11}{ratio}")


def plot(found, path):
    """Memory of both processes over the time of a load."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4))
    for key in ("load", "full"):
        if key in found:
            rows, whole = found["rows" if key == "load" else "full_rows"], found[key]["seconds"]
            at = [second / whole * rows / 1e6 for second, _, _ in found[key]["memory"]]
            name = "summary" if key == "load" else "full"
            axes.plot(at, [mb for _, mb, _ in found[key]["memory"]], label=f"kgbuild, {name}")
            axes.plot(at, [mb for _, _, mb in found[key]["memory"]], label=f"engine, {name}", linestyle="--")
    axes.set(xlabel="million rows (time, scaled)", ylabel="resident MB", ylim=(0, None))
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("entities", "relationships", "documents"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Sizes(), name))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-full", action="store_true", help="leave full provenance out (four times the rows)")
    parser.add_argument("--no-networkx", action="store_true")
    parser.add_argument("--out", type=Path, help="folder for memory.png and stores.json")
    options = parser.parse_args()
    sizes = Sizes(options.entities, options.relationships, options.documents)
    with tempfile.TemporaryDirectory(prefix="kgbuild-stores-") as home:
        found = measure(sizes, options.seed, Path(home), full=not options.no_full, networkx=not options.no_networkx)
    report(sizes, found)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        plot(found, options.out / "memory.png")
        (options.out / "stores.json").write_text(json.dumps(found), "utf-8")


if __name__ == "__main__":
    main()
