"""brat's standoff -> gold documents: a folder of NAME.txt with NAME.ann, folders inside included.

T lines are mentions, R lines relations, `*` Equiv lines mentions that are the same; events, attributes, normalisations and notes
are left out, and counted. A mention in pieces is taken from its first to its last character, and counted.
"""

from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path

from kgbuild.corpora.document import GoldDocument
from kgbuild.corpora.making import Span, annotated, from_text
from kgbuild.corpora.reading import BadRow, Content, Reading, check_surface, not_utf8, without_space
from kgbuild.errors import UsageError

PIECES = "mentions in pieces, taken from the first to the last character"
_OTHERS = {"E": "events", "A": "attributes", "M": "attributes", "N": "normalisations", "#": "notes"}


@dataclass(slots=True)
class Standoff:
    """The lines of one .ann file: mentions by id, in order; relations as two ids, label and own id; groups of ids that are the same."""

    spans: dict[str, Span] = field(default_factory=dict)
    relations: list[tuple[str, str, str, str]] = field(default_factory=list)
    equivalents: list[list[str]] = field(default_factory=list)


def looks(content: Content) -> bool:
    """A folder with an .ann file."""
    return content.is_folder and any(content.path.rglob("*.ann"))


def read(content: Content, reading: Reading) -> list[GoldDocument]:
    """One document a pair of files, by name. Relations are annotated, and mentions linked, if any are in the folder."""
    if not content.is_folder:
        raise UsageError(f"{content.path}: brat's format is a folder of .txt and .ann files; give the folder")
    found: list[tuple[str, str, Standoff]] = []
    _count_others(content.path, reading)
    for path in sorted(content.path.rglob("*.ann")):
        if not path.with_suffix(".txt").is_file():
            raise UsageError(
                f"{path}: its text, {path.stem}.txt, does not stand beside it: put it there, or take the .ann away"
            )
        text = _text(path.with_suffix(".txt"))
        lines = [
            (f"{path.relative_to(content.path)}, line {n}", x)
            for n, x in enumerate(_text(path).removeprefix("\ufeff").split("\n"), 1)
            if x.strip()
        ]
        standoff = Standoff()
        reading.each(lines, partial(_line, text=text, standoff=standoff, reading=reading), "brat's")
        found.append((path.relative_to(content.path).with_suffix("").as_posix(), text, standoff))
    relations, linked = any(s.relations for *_, s in found), any(s.equivalents for *_, s in found)
    rows = [(f"{name}.ann", (name, text, standoff)) for name, text, standoff in found]
    return reading.each(rows, partial(_document, reading=reading, relations=relations, linked=linked), "brat's")


def _count_others(folder: Path, reading: Reading) -> None:
    """What of the folder is not read: texts that nobody annotated, and files of other kinds; brat's own settings and hidden files apart."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".conf"]
    files = [path for path in files if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    reading.count("texts without an .ann beside them, left out", sum(_is_alone(path) for path in files))
    if others := [path.relative_to(folder).as_posix() for path in files if path.suffix not in (".ann", ".txt")]:
        reading.count(
            f"files that are neither .txt nor .ann ({others[0]}{', …' if len(others) > 1 else ''}), left out", len(others)
        )


def _is_alone(path: Path) -> bool:
    return path.suffix == ".txt" and not path.with_suffix(".ann").exists()


def _text(path: Path) -> str:
    """A file's text with its line ends as they are: offsets count them. Raises UsageError if it cannot be read."""
    try:
        data = path.read_bytes()
        return data.decode("utf-8")
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"cannot read {path}: {not_utf8(data, error)}") from error


def _line(line: str, text: str, standoff: Standoff, reading: Reading) -> None:
    id, tab, rest = line.rstrip("\r").partition("\t")
    if not tab and id[0] in "TR":
        raise BadRow(f"no tab behind the id: {line[:60]!r}")
    match id[0]:
        case "T":
            if id in standoff.spans:
                raise BadRow(f"{id} stands here a second time")
            standoff.spans[id] = _span(rest, text, reading)
        case "R":
            label, head, tail = rest.split()[:3]
            standoff.relations.append((_named(head, "Arg1"), _named(tail, "Arg2"), label, id))
        case "*":
            kind, *members = rest.split()
            if kind == "Equiv":
                standoff.equivalents.append(members)
            else:
                reading.count(f"groups `{kind}`, left out")
        case other if other in _OTHERS:
            reading.count(f"{_OTHERS[other]}, left out")
        case _:
            raise BadRow(f"no line of brat's: {line[:60]!r}")


def _span(rest: str, text: str, reading: Reading) -> Span:
    place, _, surface = rest.partition("\t")
    label, _, numbers = place.partition(" ")
    pieces = [tuple(int(number) for number in piece.split()) for piece in numbers.split(";")]
    if any(len(piece) != 2 or not 0 <= piece[0] < piece[1] <= len(text) for piece in pieces):
        raise BadRow(f"a mention at {numbers!r} of a text of {len(text)} characters")
    start, end = min(pieces)[0], max(pieces)[1]
    found = " ".join(text[a:b] for a, b in pieces)
    if without_space(found) != without_space(surface):
        check_surface(found, surface, start, end)
    reading.count(PIECES, int(any(text[a:b].strip() for (_, a), (b, _) in pairwise(sorted(pieces)))))
    return start, end, label


def _named(argument: str, name: str) -> str:
    id = argument.partition(":")[2]
    if not id:
        raise BadRow(f"a relation's {name} is {argument!r}")
    return id


def _document(found: tuple[str, str, Standoff], reading: Reading, *, relations: bool, linked: bool) -> GoldDocument:
    name, text, standoff = found
    number = {id: i for i, id in enumerate(standoff.spans)}
    named = [(own, id) for head, tail, _, own in standoff.relations for id in (head, tail)]
    named += [("an Equiv line", id) for ids in standoff.equivalents for id in ids]
    if missing := [(own, id) for own, id in named if id not in number and not id.startswith("E")]:
        raise BadRow(f"{missing[0][0]} names {missing[0][1]}, which is not there")
    links = [(number[a], number[b], label, ()) for a, b, label, _ in standoff.relations if a in number and b in number]
    reading.count("relations of events, left out", len(standoff.relations) - len(links))
    chains = [[number[id] for id in group if id in number] for group in standoff.equivalents]
    document = from_text(name, text, standoff.spans.values(), reading)
    return annotated(document, reading, chains if linked else None, links if relations else None)
