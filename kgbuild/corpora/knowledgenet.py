"""KnowledgeNet's facts, one a line -> gold documents, one a passage: partial labels, ends may be pronouns, nothing is linked.

A line names document, passage and property; `subj` and `obj` are `-` where annotators looked for the property and found nothing.
Offsets are of the whole document, half-open. `text` is the passage with one blank before it, so an offset o stands at
text[o - passage start + 1]; this file reads it without the blank, and refuses a line whose ends do not stand where it says.
`passage`'s end is not relied on: it is wrong for two passages of folds 1 to 3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from kgbuild.corpora.document import GoldDocument
from kgbuild.corpora.making import Link, Span, annotated, from_text
from kgbuild.corpora.reading import BadRow, Content, Reading, check_surface, rows_of, string

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


def looks(content: Content) -> bool:
    """Rows with a passage, a property and its two ends."""
    return content.has_row(lambda row: {"passage", "property", "subj", "obj", "text"} <= row.keys())


def read(content: Content, reading: Reading) -> list[GoldDocument]:
    """One document a passage, named DOC:START, in the order of first lines."""
    facts = reading.each(rows_of(content), _fact, "KnowledgeNet's")
    passages: dict[tuple[str, str], list[tuple[str, Fact | None]]] = {}
    for name, text, property, fact in facts:
        passages.setdefault((name, text), []).append((property, fact))
    rows = [(f"passage {name}", (name, text, lines)) for (name, text), lines in passages.items()]
    return reading.each(rows, partial(_document, reading=reading), "KnowledgeNet's")


def _fact(row: Mapping[str, Any]) -> tuple[str, str, str, Fact | None]:
    """Name and text of the passage, the property, and the fact if there is one."""
    start, text, property = int(row["passage"][0]), string(row["text"], "text"), string(row["property"], "property")
    if property not in TYPES:
        raise BadRow(f"property {property!r} is none of {', '.join(TYPES)}")
    if not text[0].isspace():
        raise BadRow("`text` does not begin with the blank that its offsets leave out")
    name, passage = f"{row['doc']}:{start}", text[1:]
    if row["subj"][0] == NONE:
        return name, passage, property, None
    subject, object_ = (
        _span(row, end, start, passage, kind) for end, kind in zip(("subj", "obj"), TYPES[property], strict=True)
    )
    return name, passage, property, (subject, object_, property)


def _span(row: Mapping[str, Any], end: str, passage: int, text: str, kind: str) -> Span:
    start, stop = (int(offset) - passage for offset in row[end])
    if not 0 <= start < stop <= len(text):
        raise BadRow(f"`{end}` at {row[end][0]}-{row[end][1]} is not inside of its passage")
    check_surface(text[start:stop], row[f"{end}_text"], int(row[end][0]), int(row[end][1]))
    return start, stop, kind


def _document(passage: tuple[str, str, Sequence[tuple[str, Fact | None]]], reading: Reading) -> GoldDocument:
    name, text, lines = passage
    facts = [fact for _, fact in lines if fact is not None]
    spans = sorted({span for fact in facts for span in fact[:2]})
    number = {span: i for i, span in enumerate(spans)}
    links: list[Link] = [(number[subject], number[object_], property, ()) for subject, object_, property in facts]
    document = annotated(from_text(name, text, spans, reading), reading, links=links)
    return replace(document, complete=False, relation_labels=tuple(sorted({property for property, _ in lines})))
