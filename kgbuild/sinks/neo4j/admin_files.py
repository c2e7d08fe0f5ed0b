"""A graph -> the files that `neo4j-admin database import full` takes, for first loads of many millions; publish goes on from there.

The rows are those of a publish, with kg_key, graph and the workspace's own node, so that a publish afterwards finds nothing to
send. Texts are always in quotes, so that an empty one is not taken for none; an empty list becomes none (the tool knows none). The graph is read twice: what columns there are and
of which type is known only at its end.
"""

import shlex
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

from kgbuild.errors import UsageError
from kgbuild.hashing import digest
from kgbuild.sinks.neo4j.publish import Wish
from kgbuild.sinks.neo4j.rows import Place, edge_rows, node_rows
from kgbuild.sinks.neo4j.statements import SINK

DELIMITERS = ("\x1f", "\x1e", "\x1d", "\x1c", "\x1b", "\x1a", "\x19", "\x18", "\x17", "\x16")
"""Between the items of a list and between labels: the first that no text holds."""
MOST_FILES = 200


class _Names(Collection[str]):
    """The files that such an export may hold."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.startswith(("nodes-", "relationships-")) and name.endswith(".csv")

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


FILES = _Names()


Variant = tuple[tuple[str, str], ...]
"""Names and types of the properties of a row that decide in which file it stands."""


@dataclass(slots=True)
class _Columns:
    """Properties of the rows of one kind, by name, with the types that they have; held in the order of their names."""

    types: dict[str, set[str]] = field(default_factory=dict)

    def see(self, properties: dict[str, Any]) -> None:
        for name, value in properties.items():
            self.types.setdefault(name, set()).add(_type(value))

    def variant(self, properties: dict[str, Any]) -> Variant:
        """What tells rows apart that cannot stand in one file, since a column has one type."""
        return tuple((n, _type(properties[n])) for n, types in self.types.items() if len(types) > 1 and n in properties)

    def head(self, variant: Variant) -> dict[str, str]:
        """Name -> type of the columns of a file."""
        own = dict(variant)
        return {name: own.get(name, min(types)) for name, types in sorted(self.types.items())}


Kind = tuple[str, ...]
"""Of nodes: the base label; of relationships: the base labels of their ends."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One row for a file. fixed: cells before the properties."""

    kind: Kind
    fixed: tuple[str, ...]
    properties: dict[str, Any]


def write_admin_files(wish: Wish, place: Place, folder: Path) -> "AdminFiles":
    """Write the files into a folder. Raises UsageError if the texts hold every possible separator of lists."""
    columns: dict[Kind, _Columns] = {}
    taken: set[str] = set()
    for row in _rows(wish, place):
        columns.setdefault(row.kind, _Columns()).see(row.properties)
        for value in row.properties.values():
            if isinstance(value, list):
                taken.update(c for c in DELIMITERS if any(c in item for item in value))
    delimiter = next((c for c in DELIMITERS if c not in taken), None)
    if delimiter is None:
        raise UsageError("lists of texts in the graph hold every character that could separate them: publish it instead")
    with closing(_Files(folder, columns, delimiter)) as files:
        for row in _rows(wish, place):
            files.write(row)
    return AdminFiles(tuple(sorted(files.names)), delimiter)


def _rows(wish: Wish, place: Place) -> Iterator[_Row]:
    mark = {"id": place.uuid, "graph": place.graph, "mark": digest("import", wish.digest), "labels": sorted(wish.types)}
    yield _Row((SINK,), (place.uuid, SINK), mark)
    for node in node_rows(wish.graph, place, wish.provenance, wish.base):
        labels = (node.base, node.type) if node.type else (node.base,)
        yield _Row((node.base,), (str(node.properties["id"]), *labels), node.properties)
    for edge in edge_rows(wish.graph, place, wish.provenance):
        (start, start_id), (end, end_id) = edge.start, edge.end
        yield _Row((start, end), (start_id, end_id, edge.type), edge.properties(place))


class _Files:
    """Open files, one for each kind of rows and each way of typing its columns."""

    def __init__(self, folder: Path, columns: dict[Kind, _Columns], delimiter: str) -> None:
        self._folder, self._columns, self._delimiter = folder, columns, delimiter
        self._open: dict[tuple[Kind, Variant], tuple[IO[str], dict[str, str]]] = {}
        self._stack = ExitStack()
        self.names: list[str] = []

    def close(self) -> None:
        """Close all of them."""
        self._stack.close()

    def write(self, row: _Row) -> None:
        """One line, in the file where it belongs."""
        columns = self._columns[row.kind]
        key = row.kind, columns.variant(row.properties)
        if key not in self._open:
            self._open[key] = self._new(row.kind, columns.head(key[1]))
        file, head = self._open[key]
        is_node = len(row.kind) == 1
        id, *labels = row.fixed
        fixed = [id, self._delimiter.join(labels)] if is_node else row.fixed
        cells = [quoted(cell) for cell in fixed] + [self._cell(row.properties.get(name)) for name in head]
        file.write(",".join(cells) + "\n")

    def _new(self, kind: Kind, head: dict[str, str]) -> tuple[IO[str], dict[str, str]]:
        word = "nodes" if len(kind) == 1 else "relationships"
        stem = "-".join((word, *kind))
        number = sum(name.startswith(f"{stem}.") for name in self.names) + 1
        name = f"{stem}.{number}.csv"
        if len(self.names) > MOST_FILES:
            raise UsageError("too many properties have values of several types for files of columns: publish the graph instead")
        self.names.append(name)
        file = self._stack.enter_context((self._folder / name).open("w", encoding="utf-8", newline=""))
        fixed = [f":ID({kind[0]})", ":LABEL"] if len(kind) == 1 else [f":START_ID({kind[0]})", f":END_ID({kind[1]})", ":TYPE"]
        file.write(",".join([*fixed, *(f"{column}:{type}" for column, type in head.items())]) + "\n")
        return file, head

    def _cell(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, list):
            return quoted(self._delimiter.join(value))
        return quoted(value) if isinstance(value, str) else value.isoformat() if isinstance(value, date) else repr(value)


def quoted(text: str) -> str:
    """A text as a cell."""
    return '"' + text.replace('"', '""') + '"'


def _type(value: Any) -> str:
    match value:
        case list():
            return "string[]"
        case date():
            return "date"
        case int():
            return "long"
        case float():
            return "double"
        case _:
            return "string"


@dataclass(frozen=True, slots=True)
class AdminFiles:
    """What was written: names of files, nodes first, and what separates the items of lists in them."""

    names: tuple[str, ...]
    delimiter: str

    def command(self, folder: Path, database: str = "neo4j") -> list[str]:
        """The words that import the files from a folder, while the server is stopped; what the database held is gone then."""
        words = ["neo4j-admin", "database", "import", "full", database, "--overwrite-destination"]
        for name in self.names:
            words.append(f"--{name.partition('-')[0]}={folder.resolve() / name}")
        return [*words, f"--array-delimiter=U+{ord(self.delimiter):04X}", "--multiline-fields=true", "--bad-tolerance=0"]


def shell_line(words: Iterable[str]) -> str:
    """A command as a person pastes it."""
    return " \\\n  ".join(shlex.quote(word) for word in words)
