"""SciERC's JSON Lines -> gold documents: `sentences`, `ner`, `relations`, `clusters`; places are tokens of the document, ends inclusive.

Relations join mentions, within the sentence that lists them, which becomes their evidence.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from kgbuild.corpora.document import GoldDocument
from kgbuild.corpora.making import BLANK, Link, annotated, blank_tokens, from_tokens
from kgbuild.corpora.reading import BadRow, Content, Reading, integer, rows_of, string

Places = Mapping[tuple[int, int], int]
"""First and last token of each mention -> its index."""


def looks(content: Content) -> bool:
    """Rows with sentences and mentions by sentence."""
    return content.has_row(lambda row: "sentences" in row and "ner" in row)


def read(content: Content, reading: Reading) -> list[GoldDocument]:
    """One document a row; its name is `doc_key`, else its number."""
    rows = [(place, (number, row)) for number, (place, row) in enumerate(rows_of(content), 1)]
    documents = reading.each(rows, partial(_document, reading=reading), "SciERC's")
    reading.count(BLANK, sum(map(blank_tokens, documents)))
    return documents


def _document(numbered: tuple[int, Mapping[str, Any]], reading: Reading) -> GoldDocument:
    number, row = numbered
    places = [_place(item) for sentence in row["ner"] for item in sentence]
    spans = [(first, last + 1, string(item[2], "type")) for (first, last), item in zip(places, _flat(row["ner"]), strict=True)]
    document = from_tokens(str(row.get("doc_key", number)), row["sentences"], spans)
    at = {place: i for i, place in reversed(list(enumerate(places)))}
    chains = None if row.get("clusters") is None else [[_found(at, member) for member in c] for c in row["clusters"]]
    links = None if row.get("relations") is None else _links(row["relations"], at)
    return annotated(document, reading, chains, links)


def _flat(sentences: Sequence[Sequence[Any]]) -> list[Any]:
    return [item for sentence in sentences for item in sentence]


def _place(item: Sequence[Any]) -> tuple[int, int]:
    return integer(item[0], "a first token"), integer(item[1], "a last token")


def _found(at: Places, item: Sequence[Any]) -> int:
    place = _place(item)
    if place not in at:
        raise BadRow(f"tokens {place[0]}-{place[1]} are in a cluster or relation and are no mention")
    return at[place]


def _links(sentences: Sequence[Sequence[Any]], at: Places) -> list[Link]:
    return [
        (_found(at, item[:2]), _found(at, item[2:4]), string(item[4], "label"), (number,))
        for number, sentence in enumerate(sentences)
        for item in sentence
    ]
