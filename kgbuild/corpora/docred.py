"""DocRED's JSON <-> gold documents: `title`, `sents`, `vertexSet`, and where annotated `labels`; a list, or one object a line."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kgbuild.corpora.document import GoldDocument, GoldMention, GoldRelation, join, one_space
from kgbuild.corpora.making import BLANK, Ranges, blank_tokens, lengths_to_ranges
from kgbuild.corpora.reading import BadRow, Content, Reading, index, integer, rows_of, string
from kgbuild.errors import UsageError

NAME = "DocRED's"
KNOWN = frozenset(("pos", "sent_id", "type", "name", "index", "global_pos"))
"""Keys of a mention that are carried over, or follow from others."""


def looks(content: Content) -> bool:
    """Rows with sentences and entities as DocRED has them."""
    return content.has_row(lambda row: "sents" in row and "vertexSet" in row)


def read(content: Content, reading: Reading) -> list[GoldDocument]:
    """One document a row."""
    rows = [(place, item) for place, item in rows_of(content)]
    for _, item in rows:
        _count_unknown(item, reading)
    documents = reading.each(rows, _document, NAME)
    reading.count(BLANK, sum(map(blank_tokens, documents)))
    return documents


def parse_docred(content: str, where: str = "input") -> list[GoldDocument]:
    """DocRED's JSON: a list of objects with `title`, `sents`, `vertexSet` and, where annotated, `labels`."""
    try:
        items = json.loads(content)
    except json.JSONDecodeError as error:
        raise UsageError(f"{where}, line {error.lineno}: not JSON ({error.msg})") from error
    if not isinstance(items, list):
        raise UsageError(f"{where}: DocRED's format is a list of documents, this is one {type(items).__name__}")
    reading = Reading(where)
    documents = reading.each(((f"document {number}", item) for number, item in enumerate(items, 1)), _document, NAME)
    reading.refuse_if_bad()
    return documents


def write(documents: Iterable[GoldDocument]) -> str:
    """A list of documents, one a line; clusters are entities, and each mention is one where a document is not linked.

    A mention belongs to the sentence that it begins in.
    """
    items = ",\n".join(json.dumps(to_docred(document), ensure_ascii=False) for document in documents)
    return f"[\n{items}\n]\n" if items else "[]\n"


def to_docred(document: GoldDocument) -> dict[str, Any]:
    """One document as DocRED has it; `labels` only where relations are annotated."""
    number = [i for i, (first, last) in enumerate(document.sentences) for _ in range(first, last)]
    item: dict[str, Any] = {
        "title": document.name,
        "sents": [list(document.tokens[first:last]) for first, last in document.sentences],
        "vertexSet": [[_vertex(document, document.mentions[i], number) for i in cluster] for cluster in document.clusters],
    }
    if document.has_relations:
        item["labels"] = [
            {"h": relation.head, "t": relation.tail, "r": relation.label, "evidence": list(relation.evidence)}
            for relation in document.relations
        ]
    return item


def _vertex(document: GoldDocument, mention: GoldMention, number: Sequence[int]) -> dict[str, Any]:
    sentence = number[mention.first]
    base = document.sentences[sentence][0]
    name = " ".join(document.tokens[mention.first : mention.last])
    return {"pos": [mention.first - base, mention.last - base], "sent_id": sentence, "type": mention.type, "name": name}


def _document(item: Mapping[str, Any]) -> GoldDocument:
    sentences = item["sents"]
    ranges = lengths_to_ranges(map(len, sentences))
    tokens = tuple(str(token) for sentence in sentences for token in sentence)
    text, offsets = join(tokens, one_space)
    mentions: list[GoldMention] = []
    clusters: list[tuple[int, ...]] = []
    for vertex in item["vertexSet"]:
        if not vertex:
            raise BadRow(f"entity {len(clusters)} of `vertexSet` has no mention")
        clusters.append(tuple(range(len(mentions), len(mentions) + len(vertex))))
        mentions += [_mention(mention, ranges, offsets) for mention in vertex]
    relations = {
        (integer(r["h"], "h"), integer(r["t"], "t"), string(r["r"], "r")): _evidence(r, len(ranges))
        for r in item.get("labels", ())
    }
    if any(max(head, tail) >= len(clusters) or min(head, tail) < 0 for head, tail, _ in relations):
        raise ValueError("a label names a vertex that is not there")
    return GoldDocument(
        name=str(item.get("title") or ""),
        text=text,
        tokens=tokens,
        offsets=offsets,
        sentences=ranges,
        mentions=tuple(mentions),
        clusters=tuple(clusters),
        relations=tuple(sorted(GoldRelation(*key, evidence) for key, evidence in relations.items())),
        has_relations="labels" in item,
    )


def _evidence(label: Mapping[str, Any], sentences: int) -> tuple[int, ...]:
    return tuple(index(number, sentences, "a sentence of evidence") for number in label.get("evidence", ()))


def _mention(mention: Mapping[str, Any], ranges: Ranges, offsets: Ranges) -> GoldMention:
    base, limit = ranges[index(mention["sent_id"], len(ranges), "sent_id")]
    first, last = (base + integer(place, "pos") for place in mention["pos"])
    if not base <= first < last <= limit:
        raise ValueError(f"a mention at {mention['pos']} is not inside its sentence")
    return GoldMention(offsets[first][0], offsets[last - 1][1], string(mention["type"], "type"), first, last)


def _count_unknown(item: Any, reading: Reading) -> None:
    """Notice keys of mentions that a gold document has no place for, as an entity's id in Wikidata."""
    vertices = item.get("vertexSet") if isinstance(item, dict) else None
    for vertex in vertices if isinstance(vertices, list) else ():
        for mention in vertex if isinstance(vertex, list) else ():
            for key in set(mention) - KNOWN if isinstance(mention, dict) else ():
                reading.count(f"mentions with a `{key}`, which is not read")
