"""doccano's JSON Lines -> gold documents: `text` with `label` [[start, end, type], …], or with `entities` and `relations`.

Offsets are half-open, in characters; an export carries no surface to check them against.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from kgbuild.corpora.document import GoldDocument
from kgbuild.corpora.making import Span, annotated, from_text
from kgbuild.corpora.reading import BadRow, Content, Reading, integer, rows_of, string

EMPTY = "texts without a label, taken as texts with nothing to find (take away those that nobody has looked at yet)"
"""An export holds what is not yet labelled as well, and does not tell it apart."""


def looks(content: Content) -> bool:
    """Rows with a text, and a list of labels or of entities."""
    return content.has_row(_looks)


def read(content: Content, reading: Reading) -> list[GoldDocument]:
    """One document a row; its name is `id`, else its number."""
    rows = [(place, (number, row)) for number, (place, row) in enumerate(rows_of(content), 1)]
    documents = reading.each(rows, partial(_document, reading=reading), "doccano's")
    reading.count(EMPTY, sum(not document.mentions for document in documents))
    return documents


def _looks(row: Mapping[str, Any]) -> bool:
    labels = row.get("label", row.get("labels"))
    labelled = isinstance(labels, list) and "annotations" not in row and all(isinstance(item, list) for item in labels)
    entities = row.get("entities")
    related = isinstance(entities, list) and all(isinstance(item, dict) and "start_offset" in item for item in entities)
    return isinstance(row.get("text", row.get("data")), str) and (labelled or related)


def _document(numbered: tuple[int, Mapping[str, Any]], reading: Reading) -> GoldDocument:
    number, row = numbered
    name, text = str(row.get("id", number)), row.get("text", row.get("data"))
    if not isinstance(text, str):
        raise BadRow("no `text`")
    if "entities" not in row:
        labels = row["label"] if "label" in row else row["labels"]
        return from_text(name, text, [_span(*label) for label in labels], reading)
    entities = row["entities"]
    document = from_text(name, text, [_span(e["start_offset"], e["end_offset"], e["label"]) for e in entities], reading)
    if "relations" not in row:
        return document
    number_of = {entity["id"]: i for i, entity in enumerate(entities)}
    links = [
        (_end(number_of, r["from_id"]), _end(number_of, r["to_id"]), string(r["type"], "type"), ()) for r in row["relations"]
    ]
    return annotated(document, reading, links=links)


def _span(start: Any, end: Any, label: Any) -> Span:
    return integer(start, "start"), integer(end, "end"), string(label, "label")


def _end(number_of: Mapping[Any, int], id: Any) -> int:
    if id not in number_of:
        raise BadRow(f"a relation's end is entity {id!r}, which is not there")
    return number_of[id]
