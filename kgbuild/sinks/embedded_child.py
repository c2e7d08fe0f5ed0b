"""The process that holds the engine: loads one store, or answers queries on one, line by line of JSON over its pipes.

A script of its own, so that a query can be killed, memory is given back and the engine's threads and signal handlers stay out of
the caller. It imports nothing of kgbuild (it starts faster so) and is never imported by it. When its input ends, it ends.
"""

import json
import os
import queue
import re
import sys
import threading
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

SEARCH = "_search"
"""The property that the full-text index reads: name and aliases, a line each. Results never show it."""

BASE = ("Entity", "Document", "Chunk", "Statement")
"""The types that every node is of: each node is of one of them."""

ROWS_AT_ONCE = 500

LONG = 16_000
"""Characters from which the batch loader, which cannot let a relationship span two of its 64 kB pages, is not given one."""


def main() -> int:
    """Serve one parent: `load FOLDER`, `change FOLDER` or `read FOLDER`."""
    # Whatever the engine prints must not mix with the answers: standard output becomes standard error, the pipe moves away.
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    mode, folder = sys.argv[1:3]
    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    try:
        {"load": load, "change": change, "read": read}[mode](folder, requests, answers)
    except Exception as error:
        say(answers, error=message(error))
        return 1
    return 0


def _listen(requests: "queue.SimpleQueue[dict[str, Any]]") -> None:
    for line in sys.stdin:
        requests.put(json.loads(line))
    os._exit(3)  # the parent is gone, perhaps killed; a running query would go on for ever


def say(answers: IO[str], **fields: Any) -> None:
    """One line of answer."""
    answers.write(json.dumps(fields) + "\n")
    answers.flush()


def message(error: BaseException) -> str:
    """What the engine says, without the names of its classes."""
    text = str(error).split("\n", 1)[0]
    text = re.sub(r"^(?:(?:Query|Command) failed|Reading the result set failed): ", "", text)
    return re.sub(r"\b(?:com|java|org)(?:\.\w+)+(?:Exception|Error): ", "", text)


# ── loading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def load(folder: str, requests: "queue.SimpleQueue[dict[str, Any]]", answers: IO[str]) -> None:
    """Build a database from what arrives: types, nodes, edges, indexes, then `finish`."""
    import arcadedb

    db = arcadedb.create_database(folder)
    batch = db.graph_batch()
    rids: dict[str, str] = {}
    long: list[tuple[str, str, str, dict[str, Any]]] = []
    while True:
        request = requests.get()
        match request["do"]:
            case "run":
                for statement in request["sql"]:
                    db.command("sql", statement)
            case "nodes":
                rows = [_restore(row, request["dates"]) for row in request["rows"]]
                rids.update(zip(request["keys"], batch.create_vertices(request["type"], rows), strict=True))
                say(answers, done=len(rows))
            case "edges":
                starts, ends = ([_rid(rids, key) for key in request[side]] for side in ("starts", "ends"))
                rows, type = request["rows"], request["type"]
                lengthy = {index for index, row in enumerate(rows) if _characters(row) > LONG}
                short = [index for index in range(len(rows)) if index not in lengthy]
                batch.new_edges([starts[i] for i in short], type, [ends[i] for i in short], [rows[i] for i in short])
                long.extend((type, starts[i], ends[i], rows[i]) for i in sorted(lengthy))
                say(answers, done=len(starts))
            case "finish":
                batch.close()
                _add_long(db, long)
                for statement in request["sql"]:
                    db.command("sql", statement)
                db.close()
                say(answers, finished=True)
                return


def _characters(row: dict[str, Any]) -> int:
    return sum([len(value) for value in row.values() if isinstance(value, str)])


def _add_long(db: Any, edges: list[tuple[str, str, str, dict[str, Any]]]) -> None:
    for type, start, end, row in edges:
        with db.transaction():
            db.command("sql", f"CREATE EDGE `{type}` FROM {start} TO {end} CONTENT :row", {"row": row}).to_list()


def _restore(row: dict[str, Any], dates: list[str]) -> dict[str, Any]:
    return {name: date.fromisoformat(value) if name in dates else value for name, value in row.items()}


def _rid(rids: dict[str, str], key: str) -> str:
    found = rids.get(key)
    if found is None:
        raise LookupError(f"a relationship points at {key}, which the graph does not hold")
    return found


# ── changing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def change(folder: str, requests: "queue.SimpleQueue[dict[str, Any]]", answers: IO[str]) -> None:
    """Change a database by statements with parameters, many rows each, then `finish` with how much of each type it holds."""
    import arcadedb

    db = arcadedb.open_database(folder)
    say(answers, types=[row["name"] for row in db.query("sql", "SELECT name FROM schema:types").to_list()])
    while True:
        request = requests.get()
        match request["do"]:
            case "run":
                for statement in request["sql"]:
                    db.command("sql", statement)
            case "each":
                rows = [_restored(row, request["dates"]) for row in request["rows"]]
                for first in range(0, len(rows), ROWS_AT_ONCE):
                    with db.transaction():
                        for row in rows[first : first + ROWS_AT_ONCE]:
                            _one(db, request["sql"], row, request["counted"])
                say(answers, done=len(rows))
            case "finish":
                say(answers, held={name: db.count_type(name) for name in request["count"]}, **_totals(db))
                db.close()
                say(answers, finished=True)
                return


def _one(db: Any, statement: str, row: dict[str, Any], counted: str) -> None:
    """Run one statement; counted: `rows` or `count` says where its one record must show, `` that any number is well."""
    found = db.command("sql", statement, row).to_list()
    if (counted == "rows" and len(found) != 1) or (counted == "count" and found != [{"count": 1}]):
        raise LookupError(f"the store is not what it was taken for: {statement!r} did not meet one record")


def _totals(db: Any) -> dict[str, int]:
    """All nodes and relationships."""
    found = {"vertex": 0, "edge": 0}
    for row in db.query("sql", "SELECT name, type FROM schema:types").to_list():
        if row["name"] in BASE or row["type"] == "edge":
            found[row["type"]] += db.count_type(row["name"])
    return {"nodes": found["vertex"], "relationships": found["edge"]}


def _restored(row: dict[str, Any], dates: list[str]) -> dict[str, Any]:
    return row | {"row": _restore(row["row"], dates)} if "row" in row else row


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def read(folder: str, requests: "queue.SimpleQueue[dict[str, Any]]", answers: IO[str]) -> None:
    """Answer queries on a database that is opened read-only, until the parent goes."""
    import arcadedb

    db = arcadedb.open_database(folder, read_only=True)
    edges = {row["name"] for row in db.query("sql", "SELECT name FROM schema:types WHERE type = 'edge'").to_list()}
    while True:
        request = requests.get()
        try:
            for pattern in request["patterns"]:
                check_pattern(db, pattern)
            answer(db, request, edges, answers)
        except Exception as error:
            say(answers, error=message(error))


def check_pattern(db: Any, pattern: str) -> None:
    """Refuse what is no regular expression: in Cypher the engine takes it for one that matches nothing."""
    try:
        db.query("sql", "SELECT FROM (SELECT 'x' AS x) WHERE x MATCHES :pattern", {"pattern": pattern}).to_list()
    except Exception as error:
        raise ValueError(f"{pattern!r} is not a regular expression") from error


def answer(db: Any, request: dict[str, Any], edges: set[str], answers: IO[str]) -> None:
    """Run one query and send its rows, at most `limit` of them."""
    parameters = {name: unpack(value) for name, value in request["parameters"].items()}
    limit, sent = request["limit"], 0
    rows: list[list[Any]] = []
    found = db.query("opencypher", request["text"], parameters) if parameters else db.query("opencypher", request["text"])
    columns: list[str] | None = None
    for row in found:
        values = row.to_dict()
        if columns is None:
            columns = list(values)
            say(answers, columns=columns)
        if limit is not None and sent + len(rows) >= limit:
            found.close()
            say(answers, rows=rows, truncated=True)
            return
        rows.append([pack(values.get(name), edges) for name in columns])
        if len(rows) >= ROWS_AT_ONCE:
            say(answers, rows=rows)
            sent, rows = sent + len(rows), []
    say(answers, rows=rows, truncated=False)


def pack(value: Any, edges: set[str]) -> Any:
    """A value as JSON with a tag on every container: lists l, maps m, nodes n, relationships r, dates d, times t."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return _pack_map(value, edges)
    if isinstance(value, list | tuple | set | frozenset):
        return ["l", [pack(item, edges) for item in value]]
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, Decimal):  # a sum beyond 64 bits, which is a float in Neo4j
        return float(value)
    return str(value)


def _pack_map(value: dict[str, Any], edges: set[str]) -> Any:
    items = {name: pack(item, edges) for name, item in value.items() if name not in ("@rid", "@type", SEARCH)}
    if "@rid" not in value or "@type" not in value:
        return ["m", items]
    type = str(value["@type"])
    return ["r", type, items] if type in edges else ["n", sorted(type.split("~"), key=_base_first), items]


def _base_first(label: str) -> tuple[bool, str]:
    return label != "Entity", label


def unpack(value: Any) -> Any:
    """A parameter back from its tagged form."""
    if not isinstance(value, list):
        return value
    tag, body = value
    match tag:
        case "l":
            return [unpack(item) for item in body]
        case "m":
            return {name: unpack(item) for name, item in body.items()}
        case "t":
            return datetime.fromisoformat(body)
        case _:
            return date.fromisoformat(body)


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # the listening thread is blocked on standard input; nothing is left to clean up
