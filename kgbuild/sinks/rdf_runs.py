"""A file of RDF in any of six syntaxes -> runs in a scratch database: what is said of one node in one place, to be joined by node.

Parsed as it comes, nothing held but a run, so that memory does not grow with the file. It knows no vocabulary.
"""

import gzip
import json
import re
import sqlite3
from collections.abc import Iterator
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path
from typing import IO, Any

from kgbuild.errors import BuildError, UsageError
from kgbuild.records import Progress

FORMATS = {
    "nt": ("N_TRIPLES", "N-Triples"),
    "nq": ("N_QUADS", "N-Quads"),
    "ttl": ("TURTLE", "Turtle"),
    "trig": ("TRIG", "TriG"),
    "jsonld": ("JSON_LD", "JSON-LD"),
    "rdf": ("RDF_XML", "RDF/XML"),
}
"""Suffix -> pyoxigraph's name, and people's."""

position = re.compile(r"^Parser error at line .*?: ")

ROWS_AT_ONCE = 5_000
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"

Term = str | list[str]
"""An IRI as text; a literal as [text, datatype], plain text with datatype ""; a triple term as its parts in one list, of three or four."""
Said = list[tuple[str, Any]]
"""Predicate and object of what is said of one node."""


def open_input(path: Path) -> IO[bytes]:
    """A file to read, unpacked if its name ends in .gz. Raises UsageError if it cannot be opened."""
    try:
        return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; give the name of a file to read") from None


def parse(path: Path, format: str) -> Iterator[Any]:
    """All quads of a file, as pyoxigraph has them. Raises BuildError, with the line, for what its syntax does not allow."""
    import pyoxigraph

    name, people = FORMATS[format]
    with open_input(path) as stream:
        try:
            yield from pyoxigraph.parse(stream, format=getattr(pyoxigraph.RdfFormat, name))
        except SyntaxError as error:
            where = f"{path}:{error.lineno}" if error.lineno else str(path)
            what = position.sub("", " ".join(str(error.msg).split()))
            raise BuildError(f"{where}: not valid {people}: {what}; correct the file there, or export it again") from None
        except (OSError, EOFError) as error:
            raise BuildError(f"{path}: cannot be read: {error}; is it whole?") from None


class Runs:
    """The runs of one file, by node. Close it: the scratch database goes with it."""

    def __init__(self, scratch: Path) -> None:
        self._path = scratch
        self._path.unlink(missing_ok=True)
        self._db = sqlite3.connect(scratch, isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute("CREATE TABLE run (node TEXT NOT NULL, said TEXT NOT NULL)")

    def close(self) -> None:
        """Remove the scratch database."""
        self._db.close()
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> "Runs":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def gather(self, path: Path, format: str, progress: Progress) -> int:
        """Read a whole file; returns its number of triples."""
        triples = 0
        runs = groupby(parse(path, format), key=attrgetter("subject"))
        self._db.execute("BEGIN")
        while rows := [_row(subject, list(quads)) for subject, quads in islice(runs, ROWS_AT_ONCE)]:
            self._db.executemany("INSERT INTO run VALUES (?, ?)", ((node, said) for node, said, _ in rows))
            triples += sum(count for *_, count in rows)
            progress("reading triples", triples, 0)
        self._db.execute("COMMIT")
        progress("sorting triples", 0, 0)
        self._db.execute("CREATE INDEX run_node ON run (node)")
        return triples

    def said_of(self, node: str) -> Said:
        """All that is said of one node, in the order of the file."""
        rows = self._db.execute("SELECT said FROM run WHERE node = ? ORDER BY rowid", (node,))
        return [(predicate, term) for (said,) in rows for predicate, term in json.loads(said)]

    def nodes(self, start: str) -> Iterator[tuple[str, Said]]:
        """All nodes whose IRI begins so, by IRI, with all that is said of each."""
        rows = self._db.execute(
            "SELECT node, said FROM run WHERE node >= ? AND node < ? ORDER BY node, rowid", (start, start + "\U0010ffff")
        )
        for node, held in groupby(rows, key=lambda row: row[0]):
            yield node, [(predicate, term) for _, said in held for predicate, term in json.loads(said)]

    def first_nodes(self, count: int) -> list[tuple[str, Said]]:
        """Some nodes, as they stand in the file."""
        rows = self._db.execute("SELECT node, said FROM run ORDER BY rowid LIMIT ?", (count,)).fetchall()
        return [(node, json.loads(said)) for node, said in rows]

    def nodes_with(self, ending: str) -> list[str]:
        """IRIs that end so."""
        sql = "SELECT DISTINCT node FROM run WHERE substr(node, -?1) = ?2 ORDER BY node"
        return [row[0] for row in self._db.execute(sql, (len(ending), ending))]


def _row(subject: Any, quads: list[Any]) -> tuple[str, str, int]:
    said = [(quad.predicate.value, _term(quad.object)) for quad in quads]
    return str(getattr(subject, "value", subject)), json.dumps(said, separators=(",", ":")), len(said)


def _term(term: Any) -> Term:
    import pyoxigraph

    if isinstance(term, pyoxigraph.NamedNode):
        return str(term.value)
    if isinstance(term, pyoxigraph.Literal):
        datatype = term.datatype.value
        return [term.value, "" if datatype == XSD_STRING else datatype]
    if isinstance(term, pyoxigraph.BlankNode):
        return str(term)
    object = _term(term.object)
    return [term.subject.value, term.predicate.value, *([object] if isinstance(object, str) else object)]
