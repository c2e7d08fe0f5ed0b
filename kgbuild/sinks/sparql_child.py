"""The process that holds an RDF store: fills it with N-Triples from its standard input, or answers SPARQL, line by line of JSON.

A script of its own, so that a query can be killed and memory is given back. It imports nothing of kgbuild (it starts faster so) and
is never imported by it. When its input ends, it ends.
"""

import json
import os
import queue
import sys
import threading
from typing import IO, Any

ROWS_AT_ONCE = 500


def main() -> int:
    """Serve one parent: `load FOLDER` or `read FOLDER`."""
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")  # what the engine prints must not mix with the answers
    os.dup2(2, 1)
    mode, folder = sys.argv[1:3]
    try:
        (load if mode == "load" else read)(folder, answers)
    except Exception as error:
        say(answers, error=str(error))
        return 1
    return 0


def say(answers: IO[str], **fields: Any) -> None:
    """One line of answer."""
    answers.write(json.dumps(fields) + "\n")
    answers.flush()


def load(folder: str, answers: IO[str]) -> None:
    """A store of the N-Triples on standard input."""
    import pyoxigraph

    store = pyoxigraph.Store(folder)
    store.bulk_load(sys.stdin.buffer, format=pyoxigraph.RdfFormat.N_TRIPLES, lenient=True)
    store.optimize()
    store.flush()
    say(answers, triples=len(store))
    del store


def read(folder: str, answers: IO[str]) -> None:
    """Answer queries on a store that is opened read-only, until the parent goes."""
    import pyoxigraph

    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    store = pyoxigraph.Store.read_only(folder)
    while True:
        request = requests.get()
        try:
            answer(store, request, answers)
        except Exception as error:
            say(answers, error=str(error))


def _listen(requests: "queue.SimpleQueue[dict[str, Any]]") -> None:
    for line in sys.stdin:
        requests.put(json.loads(line))
    os._exit(3)  # the parent is gone, perhaps killed; a running query would go on for ever


def answer(store: Any, request: dict[str, Any], answers: IO[str]) -> None:
    """The columns of one query, its rows some at a time, and whether there were more than its limit."""
    import pyoxigraph

    found = store.query(request["text"], prefixes=request["prefixes"])
    if isinstance(found, pyoxigraph.QueryBoolean):
        say(answers, columns=["answer"], rows=[[bool(found)]], truncated=False)
    elif isinstance(found, pyoxigraph.QueryTriples):
        say(answers, columns=["subject", "predicate", "object"])
        rows = ([str(triple.subject), str(triple.predicate), str(triple.object)] for triple in dict.fromkeys(found))
        _stream(rows, request["limit"], answers)
    else:
        say(answers, columns=[variable.value for variable in found.variables])
        _stream(([pack(term) for term in row] for row in found), request["limit"], answers)


def _stream(rows: Any, limit: int | None, answers: IO[str]) -> None:
    held: list[Any] = []
    for sent, row in enumerate(rows):
        if limit is not None and sent == limit:
            say(answers, rows=held, truncated=True)
            return
        held.append(row)
        if len(held) >= ROWS_AT_ONCE:
            say(answers, rows=held)
            held = []
    say(answers, rows=held, truncated=False)


def pack(term: Any) -> Any:
    """A term as JSON: null; text for an IRI or a blank node; [text, datatype] for a literal; [N-Triples, ""] for a triple."""
    import pyoxigraph

    if term is None:
        return None
    if isinstance(term, pyoxigraph.NamedNode):
        return term.value
    if isinstance(term, pyoxigraph.Literal):
        return [term.value, term.datatype.value]
    return str(term) if isinstance(term, pyoxigraph.BlankNode) else [str(term), ""]


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # the listening thread is blocked on standard input; nothing is left to clean up
