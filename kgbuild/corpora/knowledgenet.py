"""KnowledgeNet -> gold documents, one a passage: partial labels, ends may be pronouns, nothing is linked.

Either its facts, one a line, or its documents as published (`documentText`, `passages`). A line of a fact names document, passage
and property; `subj` and `obj` are `-` where annotators looked for the property and found nothing. Offsets are of the whole document,
half-open. `text` is the passage with one blank before it, so an offset o stands at text[o - passage start + 1]; this file reads it
without the blank, and refuses a line whose ends do not stand where it says. `passage`'s end is not relied on: it is wrong for two
passages of folds 1 to 3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any

from kgbuild.corpora.document import GoldDocument
from kgbuild.corpora.making import Link, Span, annotated, from_text
from kgbuild.corpora.reading import BadRow, Content, Reading, check_surface, integer, rows_of, string

TYPES = {
    "CEO": ("ORG", "PER"),
    "CHILD_OF": ("PER", "PER"),
    "DATE_FOUNDED": ("ORG", "TIME"),
    "DATE_OF_BIRTH": ("PER", "TIME"),
    "DATE_OF_DEATH": ("PER", "TIME"),
    "EDUCATED_AT": ("PER", "ORG"),
    "EMPLOYEE_OR_MEMBER_OF": ("PER", "ORG"),
    "FOUNDED_BY": ("ORG", "PER"),
    "HEADQUARTERS": ("ORG", "LOC"),
    "NATIONALITY": ("PER", "LOC"),
    "PLACE_OF_BIRTH": ("PER", "LOC"),
    "PLACE_OF_RESIDENCE": ("PER", "LOC"),
    "POLITICAL_AFFILIATION": ("PER", "ORG"),
    "SPOUSE": ("PER", "PER"),
    "SUBSIDIARY_OF": ("ORG", "ORG"),
}
"""Each property with the types of subject and object."""
NONE = "-"

Fact = tuple[Span, Span, str]
"""Subject, object, property."""
Line = tuple[str, str, str, Fact | None]
"""Name and text of a passage, a property that was looked for, and a fact if there is one."""


def looks(content: Content) -> bool:
    """Rows with a passage, a property and its two ends, or with a document's text and its passages."""
    flat, whole = {"passage", "property", "subj", "obj", "text"}, {"documentText", "passages"}
    return content.has_row(lambda row: flat <= row.keys() or whole <= row.keys())


def read(content: Content, reading: Reading) -> list[GoldDocument]:
    """One document a passage, named DOC:START, in the order of first lines."""
    lines = reading.each(rows_of(content), _lines, "KnowledgeNet's")
    passages: dict[tuple[str, str], list[tuple[str, Fact | None]]] = {}
    for name, text, property, fact in chain.from_iterable(lines):
        passages.setdefault((name, text), []).append((property, fact))
    rows = [(f"passage {name}", (name, text, found)) for (name, text), found in passages.items()]
    return reading.each(rows, partial(_document, reading=reading), "KnowledgeNet's")


def _lines(row: Mapping[str, Any]) -> list[Line]:
    """What a row says, a line for a fact and for a property without one."""
    return _published(row) if "passages" in row else [_flat(row)]


def _flat(row: Mapping[str, Any]) -> Line:
    start, text, property = int(row["passage"][0]), string(row["text"], "text"), string(row["property"], "property")
    if not text[0].isspace():
        raise BadRow("`text` does not begin with the blank that its offsets leave out")
    name, passage = f"{row['doc']}:{start}", text[1:]
    if row["subj"][0] == NONE:
        return name, passage, property, None
    return (
        name,
        passage,
        property,
        _fact(property, passage, start, *((*row[end], row[f"{end}_text"]) for end in ("subj", "obj"))),
    )


def _published(row: Mapping[str, Any]) -> list[Line]:
    text = string(row["documentText"], "documentText")
    named = {p["propertyId"]: p["propertyName"] for one in row["passages"] for p in one["exhaustivelyAnnotatedProperties"]}
    lines: list[Line] = []
    for one in row["passages"]:
        start, end = integer(one["passageStart"], "passageStart"), integer(one["passageEnd"], "passageEnd")
        name, passage = f"{row['documentId']}:{start}", text[start:end]
        lines += [(name, passage, p["propertyName"], None) for p in one["exhaustivelyAnnotatedProperties"]]
        for fact in one["facts"]:
            property = named[fact["propertyId"]]
            ends = ((fact[f"{end}Start"], fact[f"{end}End"], fact[f"{end}Text"]) for end in ("subject", "object"))
            lines.append((name, passage, property, _fact(property, passage, start, *ends)))
    return lines


def _fact(property: str, passage: str, start: int, subject: Sequence[Any], object_: Sequence[Any]) -> Fact:
    """A fact from its ends: start, end and surface, of the document."""
    if property not in TYPES:
        raise BadRow(f"property {property!r} is none of {', '.join(TYPES)}")
    kinds = TYPES[property]
    return _span(subject, start, passage, kinds[0]), _span(object_, start, passage, kinds[1]), property


def _span(end: Sequence[Any], passage: int, text: str, kind: str) -> Span:
    first, last = int(end[0]), int(end[1])
    start, stop = first - passage, last - passage
    if not 0 <= start < stop <= len(text):
        raise BadRow(f"an end at {first}-{last} is not inside of its passage")
    check_surface(text[start:stop], end[2], first, last)
    return start, stop, kind


def _document(passage: tuple[str, str, Sequence[tuple[str, Fact | None]]], reading: Reading) -> GoldDocument:
    name, text, lines = passage
    facts = [fact for _, fact in lines if fact is not None]
    spans = sorted({span for fact in facts for span in fact[:2]})
    number = {span: i for i, span in enumerate(spans)}
    links: list[Link] = [(number[subject], number[object_], property, ()) for subject, object_, property in facts]
    document = annotated(from_text(name, text, spans, reading), reading, links=links)
    return replace(document, complete=False, relation_labels=tuple(sorted({property for property, _ in lines})))
