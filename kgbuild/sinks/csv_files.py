"""A graph -> a folder of tables for people: entities, triples, documents, mentions, and with full provenance statements.

UTF-8 with a byte order mark, so that spreadsheets read it. A cell that a spreadsheet would take for a formula gets an apostrophe
before it; a number is none. Confidence is a fraction.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from kgbuild.records import ONE, DocumentNode, Entity, GraphSource, StatementNode, Triple, Value
from kgbuild.schema import Schema

FILES = ("documents.csv", "entities.csv", "mentions.csv", "statements.csv", "triples.csv")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?")
LIST_GAP = " | "

Row = Iterable[str | int]


def write_csv(graph: GraphSource, schema: Schema, folder: Path, provenance: str = "summary") -> None:
    """Write the tables of a graph into a folder. provenance none leaves documents, mentions and quotes out."""
    properties = [relation.property for relation in schema.relations if relation.is_property]
    names = {entity.id: entity.name for entity in graph.entities()}
    own = ("id", "type", "name", "aliases", "mentions", "documents", "confidence", "external_id", "iri")
    head = (*own, *properties)
    _table(folder / "entities.csv", head, (_entity(entity, properties) for entity in graph.entities()))
    with_quotes = provenance != "none"
    uris = {document.id: document.uri for document in graph.documents()} if with_quotes else {}
    fact = (
        "id",
        "subject_id",
        "subject",
        "predicate",
        "object_id",
        "object",
        "datatype",
        "confidence",
        "support",
        "documents",
        "scope",
    )
    shown = (*fact, "quote", "document") if with_quotes else fact
    _table(folder / "triples.csv", shown, (_triple(triple, names, uris, with_quotes) for triple in graph.triples()))
    if with_quotes:
        about = ("id", "name", "uri", "url", "published", "language", "sources")
        _table(folder / "documents.csv", about, map(_document, graph.documents()))
        rows = (
            (edge.origin, uris.get(edge.origin, ""), edge.entity, names.get(edge.entity, ""), edge.count)
            for edge in graph.mentions()
        )
        _table(folder / "mentions.csv", ("document_id", "document", "entity_id", "entity", "count"), rows)
    if provenance == "full":
        said = (
            "id",
            "triple_id",
            "subject",
            "predicate",
            "object",
            "quote",
            "document",
            "start",
            "stop",
            "scope",
            "confidence",
            "model",
        )
        _table(folder / "statements.csv", said, (_statement(each, names, uris) for each in graph.statements()))


def _table(path: Path, head: Row, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(head)
        writer.writerows(_safe(row) for row in rows)


def _safe(row: Row) -> Iterator[str | int]:
    for cell in row:
        yield f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) and not NUMBER.fullmatch(cell) else cell


def _entity(entity: Entity, properties: list[str]) -> Row:
    values = {name: value.text for name, value in entity.values}
    own = (entity.id, entity.type, entity.name, LIST_GAP.join(entity.aliases), entity.mentions, entity.documents)
    known = (_fraction(entity.confidence), entity.external_id, entity.iri)
    return (*own, *known, *(values.get(name, "") for name in properties))


def _triple(triple: Triple, names: dict[str, str], uris: dict[str, str], with_quotes: bool) -> Row:
    id, shown, datatype = _object(triple.object, names)
    row = (triple.id, triple.subject, names.get(triple.subject, ""), triple.predicate, id, shown, datatype)
    numbers = (_fraction(triple.confidence), triple.support, triple.documents, str(triple.scope))
    return (*row, *numbers, triple.quote, uris.get(triple.document, triple.document)) if with_quotes else (*row, *numbers)


def _statement(statement: StatementNode, names: dict[str, str], uris: dict[str, str]) -> Row:
    _, shown, _ = _object(statement.object, names)
    ends = (statement.id, statement.triple, names.get(statement.subject, ""), statement.predicate, shown)
    place = (statement.quote, uris.get(statement.document, statement.document), statement.start, statement.end)
    return (*ends, *place, str(statement.scope), _fraction(statement.confidence), statement.model)


def _object(object: str | Value, names: dict[str, str]) -> tuple[str, str, str]:
    """Id, what is shown, datatype."""
    return ("", object.text, object.datatype) if isinstance(object, Value) else (object, names.get(object, ""), "")


def _document(document: DocumentNode) -> Row:
    own = (document.id, document.name, document.uri, document.url, document.published, document.language)
    return (*own, LIST_GAP.join(document.sources))


def _fraction(score: int) -> str:
    return f"{score // ONE}.{score % ONE:04d}"
