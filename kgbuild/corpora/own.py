"""kgbuild's own JSON Lines <-> gold documents, with all that a gold document says. One document a line:

{"id": text, "text": text, "mentions": [{"start", "end", "type"}, …], and where known
 "sentences": [[start, end], …], "tokens": [[start, end], …],      half-open, in characters, in order; else found by rule
 "clusters": [[mention, …], …],                                    absent: nothing is said about which mentions are the same
 "relations": [{"head", "tail", "label", "evidence"?, "scope"?}],  ends are clusters where given, else mentions; evidence:
                                                                   sentences; scope: stated or inferred; absent: not annotated
 "complete": false,                                                not every mention is annotated
 "relation_labels": [label, …],                                    only these were looked for
 "tokenised": true,                                                the text is tokens with spaces between
 "columns": true,                                                  the mentions are the tags of a column corpus
 "teacher": {…}}                                                  no person annotated this but a language model; said, and not kept

Anything else is ignored. What is read and written again is the same (one odd case apart: an empty sentence before an empty token
at the very beginning, which become one).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from kgbuild.corpora.document import GoldDocument, GoldRelation, tags_of
from kgbuild.corpora.making import Ranges, Span, from_text
from kgbuild.corpora.reading import BadRow, Content, Reading, index, integer, items, rows_of, string

SCOPES = ("", "stated", "inferred")
ADDED = "mentions in no cluster, each one of its own"
TAUGHT = "documents labelled by a teacher, and by no person"


def looks(content: Content) -> bool:
    """Rows with a text and mentions."""
    return content.has_row(lambda row: "text" in row and "mentions" in row)


def read(content: Content, reading: Reading) -> list[GoldDocument]:
    """One document a row; its name is `id`, else its number."""
    rows = [(place, (number, row)) for number, (place, row) in enumerate(rows_of(content), 1)]
    return reading.each(rows, partial(_document, reading=reading), "kgbuild's")


def write(documents: Iterable[GoldDocument]) -> str:
    """One document a line; keys that say what is so anyway are left out."""
    return "".join(json.dumps(to_own(document), ensure_ascii=False) + "\n" for document in documents)


def to_own(document: GoldDocument) -> dict[str, Any]:
    """One document as an object of JSON."""
    item: dict[str, Any] = {
        "id": document.name,
        "text": document.text,
        "mentions": [{"start": m.start, "end": m.end, "type": m.type} for m in document.mentions],
        "sentences": [_characters(document, first, last) for first, last in document.sentences],
        "tokens": [list(place) for place in document.offsets],
    }
    if document.linked:
        item["clusters"] = [list(cluster) for cluster in document.clusters]
    if document.has_relations:
        item["relations"] = [_relation_item(relation) for relation in document.relations]
    if not document.complete:
        item["complete"] = False
    if document.relation_labels is not None:
        item["relation_labels"] = list(document.relation_labels)
    return item | {key: True for key, said in (("tokenised", document.tokenised), ("columns", document.tags)) if said}


def _characters(document: GoldDocument, first: int, last: int) -> list[int]:
    if first < last:
        return [document.offsets[first][0], document.offsets[last - 1][1]]
    at = document.offsets[first - 1][1] if first else 0
    return [at, at]


def _relation_item(relation: GoldRelation) -> dict[str, Any]:
    item: dict[str, Any] = {"head": relation.head, "tail": relation.tail, "label": relation.label}
    if relation.evidence:
        item["evidence"] = list(relation.evidence)
    return item | ({"scope": relation.scope} if relation.scope else {})


def _document(numbered: tuple[int, Mapping[str, Any]], reading: Reading) -> GoldDocument:
    number, row = numbered
    text = row["text"]
    if not isinstance(text, str):
        raise BadRow(f"text is {text!r}, not a text")
    spans = [_span(mention) for mention in items(row["mentions"], "mentions")]
    places = {key: _ranges(row[key], key) for key in ("tokens", "sentences") if row.get(key) is not None}
    name = number if row.get("id") is None else row["id"]
    document = from_text(str(name), text, spans, reading, **places)
    if row.get("clusters") is not None:
        document = replace(document, clusters=_clusters(row["clusters"], len(spans), reading), linked=True)
    if row.get("relations") is not None:
        document = replace(document, relations=_relations(row["relations"], document, reading), has_relations=True)
    reading.count(TAUGHT, int("teacher" in row))
    labels = row.get("relation_labels")
    return replace(
        document,
        complete=_truth(row, "complete", True),
        relation_labels=None if labels is None else tuple(string(label, "relation_labels") for label in labels),
        tokenised=_truth(row, "tokenised", False),
        tags=tuple(tags_of(document, spans)) if _truth(row, "columns", False) else (),
    )


def _span(mention: Mapping[str, Any]) -> Span:
    return integer(mention["start"], "start"), integer(mention["end"], "end"), string(mention["type"], "type")


def _ranges(value: Any, name: str) -> Ranges:
    return tuple((integer(start, name), integer(end, name)) for start, end in items(value, name))


def _truth(row: Mapping[str, Any], key: str, usual: bool) -> bool:
    value = row.get(key, usual)
    if isinstance(value, bool):
        return value
    raise BadRow(f"{key} is {value!r}, neither true nor false")


def _clusters(value: Any, mentions: int, reading: Reading) -> tuple[tuple[int, ...], ...]:
    """The given clusters, then one for each mention that is in none."""
    clusters = [
        tuple(index(member, mentions, "a mention in `clusters`") for member in items(cluster, "a cluster"))
        for cluster in items(value, "clusters")
    ]
    members = [member for cluster in clusters for member in cluster]
    if len(set(members)) < len(members) or not all(clusters):
        raise BadRow("`clusters` name a mention twice, or one is empty")
    alone = sorted(set(range(mentions)) - set(members))
    reading.count(ADDED, len(alone))
    return (*clusters, *((i,) for i in alone))


def _relations(value: Any, document: GoldDocument, reading: Reading) -> tuple[GoldRelation, ...]:
    relations = [_relation(item, len(document.clusters), len(document.sentences)) for item in items(value, "relations")]
    found = {(relation.head, relation.tail, relation.label): relation for relation in relations}
    reading.count("relations that are said twice, of which the last counts", len(relations) - len(found))
    return tuple(sorted(found.values()))


def _relation(item: Mapping[str, Any], clusters: int, sentences: int) -> GoldRelation:
    head, tail = (index(item[end], clusters, end) for end in ("head", "tail"))
    evidence = tuple(index(number, sentences, "evidence") for number in item.get("evidence") or ())
    scope = item.get("scope") or ""
    if scope not in SCOPES:
        raise BadRow(f"scope is {scope!r}, neither stated nor inferred")
    return GoldRelation(head, tail, string(item["label"], "label"), evidence, scope)
