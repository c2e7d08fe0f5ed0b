"""Triples of a large graph -> parts that fit into memory, each of which SHACL can judge alone.

A shape of ours looks at a node: at its own triples, at the class of what they lead to, and at whether certain triples lead to it. So
nodes are dealt out by a checksum of their name to files on disk, with their triples, and a part is a few of these files. Beside
them it has what its nodes need of others: the classes and labels of what they lead to, which class lies below which, and the
triples by which others make a target of them. Rules look at a node only where it is at home.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zlib import crc32

from kgbuild.records import Progress
from kgbuild.sinks.rdf_terms import NAMESPACES
from kgbuild.sinks.shacl import Part, load

if TYPE_CHECKING:
    from typing import IO, BinaryIO

FILES = 128
"""Held open at once while nodes are dealt out; some systems allow a process 256."""

TOLD = frozenset((f"<{NAMESPACES['rdf']}type>", f"<{NAMESPACES['rdfs']}label>"))
"""What a part is told of nodes that are at home in another."""
BELOW = f"<{NAMESPACES['rdfs']}subClassOf>"
"""What all parts are told, whomever it is said of."""
TARGETS = frozenset((f"<{NAMESPACES['rdf']}subject>", f"<{NAMESPACES['prov']}wasDerivedFrom>"))
"""Predicates whose objects are targets of shapes (sh:targetObjectsOf)."""
ASKED, LENT = b"?", b"!"
"""How lines begin that are no triples of nodes at home: a question of another file about a node, a triple of another node."""


def parts(quads: Iterable[Any], folder: Path, most: int, progress: Progress) -> Iterator[Part]:
    """Parts of about so many triples at most, as long as FILES of them are enough; folder: an empty one, for the files."""
    counts = _dealt(quads, folder, progress)
    homes = _grouped(counts, most)
    part_of = {number: index for index, numbers in enumerate(homes) for number in numbers}
    for index, numbers in enumerate(homes):
        _answer(folder, index, numbers, part_of)
    for index, numbers in enumerate(homes):
        progress("validating parts", index, len(homes))
        yield _part(folder, index, frozenset(numbers))


def home(node: str) -> int:
    """The file of a node, given as N-Triples write it."""
    return crc32(node.encode()) % FILES


def _dealt(quads: Iterable[Any], folder: Path, progress: Progress) -> list[int]:
    """Write all triples to their files; how many each has."""
    counts = [0] * FILES
    with ExitStack() as stack:
        files = [stack.enter_context(_file(folder, number).open("wb")) for number in range(FILES)]
        classes = stack.enter_context(_classes(folder).open("wb"))
        for count, quad in enumerate(quads, 1):
            subject, predicate, object = str(quad.subject), str(quad.predicate), str(quad.object)
            own = home(subject)
            line = f"{subject} {predicate} {object} .\n".encode()
            files[own].write(line)
            counts[own] += 1
            if predicate == BELOW:
                classes.write(line)
            if object[0] in "<_" and predicate not in TOLD:
                _lead(files, own, predicate, object, line)
            if count % 20_000 == 0:
                progress("dealing out triples", count, 0)
    return counts


def _lead(files: "Sequence[BinaryIO]", own: int, predicate: str, object: str, line: bytes) -> None:
    """Note in the file of a triple's object who asks what it is, and the triple itself if it makes a target of it."""
    other = home(object)
    if other != own:
        files[other].write(b"%b %d %b\n" % (ASKED, own, object.encode()))
        if predicate in TARGETS:
            files[other].write(b"%b %b" % (LENT, line))


def _grouped(counts: list[int], most: int) -> list[list[int]]:
    """Files -> parts: as many neighbours as fit."""
    found: list[list[int]] = []
    held = 0
    for number, count in enumerate(counts):
        if not found or held + count > most:
            found.append([])
            held = 0
        found[-1].append(number)
        held += count
    return found


def _answer(folder: Path, index: int, numbers: list[int], part_of: dict[int, int]) -> None:
    """Tell the other parts what they ask about the nodes of one."""
    known: dict[bytes, list[bytes]] = {}
    asked: set[tuple[int, bytes]] = set()
    for line in _lines(folder, numbers):
        if line.startswith(ASKED):
            _, number, node = line.rstrip(b"\n").split(b" ", 2)
            if part_of[int(number)] != index:
                asked.add((part_of[int(number)], node))
        elif not line.startswith(LENT):
            subject, predicate, _ = line.split(b" ", 2)
            if predicate.decode() in TOLD:
                known.setdefault(subject, []).append(line)
    with ExitStack() as stack:
        files: dict[int, BinaryIO] = {}
        for other, node in sorted(asked):
            if other not in files:
                files[other] = stack.enter_context(_told(folder, other).open("ab"))
            files[other].writelines(known.get(node, ()))


def _part(folder: Path, index: int, numbers: frozenset[int]) -> Part:
    data, count = load(_triples(line for line in _lines(folder, numbers) if not line.startswith((ASKED, LENT))))
    lent = (line[2:] for line in _lines(folder, numbers) if line.startswith(LENT))
    load(_triples(lent), data)
    for told in (_classes(folder), _told(folder, index)):
        if told.exists():
            with told.open("rb") as stream:
                load(_triples(stream), data)
    return Part(data, count, lambda node: home(node) in numbers)


def _triples(lines: Iterable[bytes]) -> Iterator[Any]:
    import pyoxigraph

    return iter(pyoxigraph.parse(cast("IO[bytes]", _Reader(lines)), format=pyoxigraph.RdfFormat.N_TRIPLES))


class _Reader:
    """Lines as a file that is read."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most size of them."""
        if not self._rest:
            self._rest = next(self._lines, b"")
        found, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return found


def _lines(folder: Path, numbers: Iterable[int]) -> Iterator[bytes]:
    for number in sorted(numbers):
        with _file(folder, number).open("rb") as stream:
            yield from stream


def _file(folder: Path, number: int) -> Path:
    return folder / f"{number}.nt"


def _classes(folder: Path) -> Path:
    return folder / "classes.nt"


def _told(folder: Path, index: int) -> Path:
    return folder / f"told-{index}.nt"
