"""SpERT's JSON (CoNLL04, FIRE) -> gold documents: `tokens`, `entities` (type, start, end in tokens), `relations` (type, head, tail).

One sentence a row. Entities are mentions: nothing is said about which are the same.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from kgbuild.corpora.document import GoldDocument
from kgbuild.corpora.making import BLANK, Link, annotated, blank_tokens, from_tokens
from kgbuild.corpora.reading import Content, Reading, index, integer, rows_of, string


def looks(content: Content) -> bool:
    """Rows with tokens and entities."""
    return content.has_row(lambda row: "tokens" in row and "entities" in row)


def read(content: Content, reading: Reading) -> list[GoldDocument]:
    """One document a row; its name is `orig_id`, else its number."""
    rows = [(place, (number, row)) for number, (place, row) in enumerate(rows_of(content), 1)]
    documents = reading.each(rows, partial(_document, reading=reading), "SpERT's")
    reading.count(BLANK, sum(map(blank_tokens, documents)))
    return documents


def _document(numbered: tuple[int, Mapping[str, Any]], reading: Reading) -> GoldDocument:
    number, row = numbered
    entities = row["entities"]
    spans = [(integer(e["start"], "start"), integer(e["end"], "end"), string(e["type"], "type")) for e in entities]
    document = from_tokens(str(row.get("orig_id", number)), [row["tokens"]], spans)
    links = None if row.get("relations") is None else [_link(relation, len(entities)) for relation in row["relations"]]
    return annotated(document, reading, links=links)


def _link(relation: Mapping[str, Any], entities: int) -> Link:
    head, tail = (index(relation[end], entities, end) for end in ("head", "tail"))
    return head, tail, string(relation["type"], "type"), ()
