"""Chinese corpora -> gold documents: CLUENER (offsets, end inclusive), DuIE (names and types), FinRE (a table of names).

DuIE and FinRE give names without places: a name stands where it first occurs outside of the longer names of its text, else where
it first occurs. Only these places are mentions, so their documents are not complete, and nothing is linked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from kgbuild.corpora.document import GoldDocument
from kgbuild.corpora.making import Link, annotated, from_text
from kgbuild.corpora.reading import BadRow, Content, Reading, check_surface, integer, rows_of, string, text_of

ENTITY = "ENT"
"""The type of FinRE's entities, which names none."""
UNRELATED = "unknown"
VALUE = "@value"
Numbered = tuple[int, Mapping[str, Any]]
Pairs = Sequence[tuple[str, str, str]]
"""Head, tail, relation."""


# ── CLUENER ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def looks_cluener(content: Content) -> bool:
    """Rows with a text and a mapping of types to surfaces."""
    return content.has_row(lambda row: isinstance(row.get("text"), str) and isinstance(row.get("label"), dict))


def read_cluener(content: Content, reading: Reading) -> list[GoldDocument]:
    """One document a row, mentions in text order."""
    return reading.each(_numbered(content), partial(_cluener, reading=reading), "CLUENER's")


def _cluener(numbered: Numbered, reading: Reading) -> GoldDocument:
    number, row = numbered
    text = string(row["text"], "text")
    spans = []
    for kind, surfaces in row["label"].items():
        for surface, places in surfaces.items():
            for first, last in places:
                start, end = integer(first, "start"), integer(last, "end") + 1
                check_surface(text[start:end], surface, start, end - 1)
                spans.append((start, end, kind))
    return from_text(str(row.get("id", number)), text, sorted(spans), reading)


# ── DuIE ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def looks_duie(content: Content) -> bool:
    """Rows with a text and a list of subject, predicate, object."""
    return content.has_row(lambda row: "text" in row and "spo_list" in row)


def read_duie(content: Content, reading: Reading) -> list[GoldDocument]:
    """One document a row; slots of an object beside its value are left out, and counted."""
    return reading.each(_numbered(content), partial(_duie, reading=reading), "DuIE's")


def _duie(numbered: Numbered, reading: Reading) -> GoldDocument:
    number, row = numbered
    text = string(row["text"], "text")
    triples = [(_subject(spo), _object(spo, reading), string(spo["predicate"], "predicate")) for spo in row["spo_list"]]
    entities = list(dict.fromkeys(end for subject, object_, _ in triples for end in (subject, object_)))
    places = locate(text, {name for name, _ in entities})
    document = from_text(str(row.get("id", number)), text, [(*places[name], kind) for name, kind in entities], reading)
    index = {entity: i for i, entity in enumerate(entities)}
    links: list[Link] = [(index[subject], index[object_], predicate, ()) for subject, object_, predicate in triples]
    return replace(annotated(document, reading, links=links), complete=False)


def _subject(spo: Mapping[str, Any]) -> tuple[str, str]:
    return string(spo["subject"], "subject"), string(spo["subject_type"], "subject_type")


def _object(spo: Mapping[str, Any], reading: Reading) -> tuple[str, str]:
    """The object's value and its type: an object in version 2, a text in version 1."""
    value, kind = spo["object"], spo["object_type"]
    if isinstance(value, dict):
        reading.count("slots of objects beside their value, left out", len(value) - 1)
        value, kind = value[VALUE], kind[VALUE]
    return string(value, "object"), string(kind, "object_type")


# ── FinRE ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def looks_finre(content: Content) -> bool:
    """Lines of four cells, of which the last holds the first two."""
    lines = [line.rstrip("\r").split("\t") for line in (content.text or "")[:20_000].split("\n")[:40] if line.strip()]
    return bool(lines) and all(len(cells) == 4 and cells[0] in cells[3] and cells[1] in cells[3] for cells in lines[:10])


def read_finre(content: Content, reading: Reading) -> list[GoldDocument]:
    """One document a sentence, in the order of first lines; `unknown` is no relation."""
    lines = [(f"line {n}", line.rstrip("\r")) for n, line in enumerate(text_of(content).split("\n"), 1) if line.strip()]
    grouped: dict[str, list[tuple[str, str, str]]] = {}
    for head, tail, relation, text in reading.each(lines, _finre_line, "FinRE's"):
        grouped.setdefault(text, []).append((head, tail, relation))
    rows = [(f"sentence {n}", (n, text, pairs)) for n, (text, pairs) in enumerate(grouped.items(), 1)]
    return reading.each(rows, partial(_finre, reading=reading), "FinRE's")


def _finre_line(line: str) -> tuple[str, str, str, str]:
    cells = line.split("\t")
    if len(cells) != 4 or not all(cells):
        raise BadRow(f"expected head, tail, relation and sentence with tabs between, found {line[:60]!r}")
    for name in cells[:2]:
        if name not in cells[3]:
            raise BadRow(f"{name!r} does not stand in the sentence")
    return cells[0], cells[1], cells[2], cells[3]


def _finre(sentence: tuple[int, str, Pairs], reading: Reading) -> GoldDocument:
    number, text, pairs = sentence
    names = list(dict.fromkeys(name for head, tail, _ in pairs for name in (head, tail)))
    places = locate(text, names)
    document = from_text(str(number), text, [(*places[name], ENTITY) for name in names], reading)
    index = {name: i for i, name in enumerate(names)}
    links: list[Link] = [(index[head], index[tail], label, ()) for head, tail, label in pairs if label != UNRELATED]
    return replace(annotated(document, reading, links=links), complete=False)


# ── both ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def locate(text: str, names: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Where each name stands: its first occurrence outside of longer names, else its first one. Raises BadRow for one that is not there."""
    places: dict[str, tuple[int, int]] = {}
    covered = bytearray(len(text))
    for name in sorted(set(names), key=lambda name: (-len(name), name)):
        found = list(_occurrences(text, name))
        if not found:
            raise BadRow(f"{name!r} does not stand in the text")
        start = next((at for at in found if not any(covered[at : at + len(name)])), found[0])
        places[name] = (start, start + len(name))
        for at in found:
            covered[at : at + len(name)] = b"\1" * len(name)
    return places


def _occurrences(text: str, name: str) -> Iterable[int]:
    at = text.find(name)
    while at >= 0:
        yield at
        at = text.find(name, at + 1)


def _numbered(content: Content) -> list[tuple[str, Numbered]]:
    return [(place, (number, row)) for number, (place, row) in enumerate(rows_of(content), 1)]
