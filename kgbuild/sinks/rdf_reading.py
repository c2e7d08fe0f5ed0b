"""A file of RDF that kgbuild exported -> the records of its graph: rdf_model.py read backwards.

With provenance full every field comes back. With less, what the file does not hold is empty: keys and chunks (summary: a mention
counts once); with none also documents, quotes and every number, and ids of triples are made again from what they say.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from urllib.parse import unquote

from kgbuild.errors import BuildError
from kgbuild.hashing import digest
from kgbuild.records import ONE, ChunkNode, DocumentNode, Entity, MentionEdge, Scope, StatementNode, Triple, Value
from kgbuild.schema import Schema, parse_schema
from kgbuild.sinks.jsonl import Record
from kgbuild.sinks.rdf_runs import Runs, Said, Term
from kgbuild.sinks.rdf_terms import NAMESPACES, Terms
from kgbuild.sinks.rdf_terms import word as token

PROVENANCE = ("none", "summary", "full")
EXPECTED = (
    "<…/schema/> kg:provenance, <…/entity/ID> a CLASS; skos:prefLabel NAME and, for facts, <…/triple/ID> rdf:subject, rdf:predicate, "
    "rdf:object, kg:confidence"
)
DATATYPES = {
    "date": "date",
    "gYear": "date",
    "gYearMonth": "date",
    "dateTime": "date",
    "decimal": "number",
    "integer": "number",
}
"""XML Schema's name -> the kind of value that is written with it; what is no such literal is of the relation's kind."""

XSD = NAMESPACES["xsd"]
count = re.compile("[0-9]{1,18}")
"""A number that every store holds."""
LONGEST = 40
"""Characters that are shown of what is wrong."""


def w(name: str) -> str:
    """rdf:type -> its IRI."""
    return token(name)[1:-1]


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself. base: where its IRIs begin; schema: as it was written, None if the file does not hold it."""

    base: str
    provenance: str
    schema: Schema | None


def about(runs: Runs, name: str) -> About:
    """What a file says of itself. Raises BuildError, saying what was expected, if it is no export of kgbuild."""
    for node in runs.nodes_with("schema/"):
        base = node.removesuffix("schema/")
        said = _Said(runs.said_of(node), base)
        provenance = said.text("kg:provenance")
        if provenance in PROVENANCE:
            text = said.text("kg:schemaText")
            return About(base, provenance, parse_schema(text, f"{name} (kg:schemaText)") if text else None)
    first = [f"<{node}> <{said[0][0]}>" for node, said in runs.first_nodes(1) if said]
    found = f"it begins with {first[0]} …" if first else "it holds no triple"
    raise BuildError(
        f"{name}: this is RDF, but no graph that kgbuild exported: {found}; expected {EXPECTED} "
        "(`kgbuild export --help`); foreign RDF cannot be imported"
    )


def records(runs: Runs, about: About, schema: Schema, name: str) -> Iterator[tuple[str, Record]]:
    """All records of a graph, each with its kind as in JSON Lines. Raises BuildError for a node that lacks what it must have."""
    reader = _Reader(runs, about, schema, name)
    yield from reader.documents()
    yield from reader.entities()
    yield from reader.facts() if about.provenance != "none" else reader.plain_triples()
    if about.provenance == "full":
        yield from reader.mentions()
        yield from reader.chunks()


class _Said:
    """What is said of one node, looked up by predicate; names are as in `w`, kg: is the file's own.

    error: makes the exception that says what is wrong with the node.
    """

    def __init__(self, said: Said, base: str, error: Callable[[str], BuildError] = BuildError) -> None:
        self._by: dict[str, list[Term]] = {}
        self._base = base
        self._error = error
        for predicate, term in said:
            held = self._by.setdefault(predicate, [])
            if term not in held:  # RDF is a set; a file may say a thing twice
                held.append(term)

    def all(self, name: str) -> list[Term]:
        """All objects of a predicate, in the order of the file."""
        iri = f"{self._base}schema/{name[3:]}" if name.startswith("kg:") else name if "://" in name else w(name)
        return self._by.get(iri, [])

    def texts(self, name: str) -> list[str]:
        """The texts of all literals of a predicate."""
        return [term[0] for term in self.all(name) if isinstance(term, list)]

    def text(self, name: str) -> str:
        """The text of the first literal, "" without one."""
        return next(iter(self.texts(name)), "")

    def iris(self, name: str) -> list[str]:
        """All IRIs of a predicate."""
        return [term for term in self.all(name) if isinstance(term, str)]

    def integer(self, name: str) -> int:
        """A count or a place, 0 without one. Raises BuildError for what is none."""
        text = self.text(name) or "0"
        if not count.fullmatch(text):
            raise self._error(f"has the {name} {text[:LONGEST]!r}, which is no count")
        return int(text)

    def score(self, name: str) -> int:
        """A fraction as ten-thousandths, 0 without one. Raises BuildError for what is none."""
        text = self.text(name) or "0"
        try:
            score = Decimal(text)
            if 0 <= score <= 1:
                return int(score * ONE)
        except InvalidOperation:
            pass
        raise self._error(f"has the {name} {text[:LONGEST]!r}, which is no number from 0 to 1")

    def scope(self) -> Scope:
        """Stated without another word. Raises BuildError for what is no scope."""
        text = self.text("kg:scope") or "stated"
        if text not in set(Scope):
            raise self._error(f"has the kg:scope {text[:LONGEST]!r}, expected {' or '.join(Scope)}")
        return Scope(text)

    def listed(self, name: str) -> tuple[str, ...]:
        """The texts of a list in JSON. Raises BuildError for what is none."""
        text = self.text(name)
        try:
            texts = json.loads(text)
        except ValueError:
            texts = None
        if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
            raise self._error(f"has the {name} {text[:LONGEST]!r}, which is no list of texts in JSON")
        return tuple(texts)

    def predicates(self) -> Iterator[tuple[str, list[Term]]]:
        """All that is said."""
        return iter(self._by.items())


class _Reader:
    """Nodes of one file as records."""

    def __init__(self, runs: Runs, about: About, schema: Schema, name: str) -> None:
        self._runs = runs
        self._base = about.base
        self._schema = schema
        self._name = name
        self._is_full = about.provenance == "full"
        self._has_numbers = about.provenance != "none"
        terms = Terms(about.base, schema)
        self._mark = terms.mark
        self._types = {terms.type(name)[1:-1]: name for name in reversed(terms.types)}
        self._relations = {iri[1:-1]: name for name, iri in reversed(terms.relations.items()) if _is_kept(schema, name)}
        self._properties = {
            f"{about.base}schema/{relation.property}": relation for relation in schema.relations if relation.property
        }

    def _nodes(self, kind: str) -> Iterator[tuple[str, _Said]]:
        """Whole nodes of a kind, without their parts: IRI and what is said of it."""
        start = f"{self._base}{kind}/"
        for node, said in self._runs.nodes(start):
            if self._mark not in node[len(start) :]:
                yield node, self._told(node, said)

    def _told(self, node: str, said: Said) -> _Said:
        return _Said(said, self._base, partial(self._error, node))

    def _part(self, node: str, name: str) -> _Said:
        iri = f"{node}{self._mark}{name}"
        return self._told(iri, self._runs.said_of(iri))

    def _id(self, kind: str, node: str) -> str:
        start = f"{self._base}{kind}/"
        if not node.startswith(start):
            raise self._error(node, f"is no {kind}: expected <{start}ID>")
        try:
            return unquote(node[len(start) :], errors="strict")
        except UnicodeDecodeError:
            raise self._error(node, "has an id that is no UTF-8") from None

    def _ids(self, kind: str, nodes: list[str]) -> list[str]:
        return [self._id(kind, node) for node in nodes]

    def _error(self, node: str, what: str) -> BuildError:
        return BuildError(f"{self._name}: <{node}> {what}; the file was changed or is not whole: export it again")

    def _one(self, node: str, said: _Said, name: str) -> str:
        """The one IRI that a node must have."""
        found = said.iris(name)
        if len(found) != 1:
            raise self._error(node, f"has {len(found)} times {name}, expected one")
        return found[0]

    # documents, chunks, mentions -------------------------------------------------------------------------------------

    def documents(self) -> Iterator[tuple[str, Record]]:
        """Documents; and their mentions, if the file does not count these."""
        for node, said in self._nodes("document"):
            id = self._id("document", node)
            yield "document", self._document(node, id, said)
            for entity in self._ids("entity", [] if self._is_full else said.iris("schema:mentions")):
                yield "mention", MentionEdge(id, entity, 1)

    def _document(self, node: str, id: str, said: _Said) -> DocumentNode:
        uris = said.texts("dcterms:identifier")
        if not uris:
            raise self._error(node, "has no dcterms:identifier")
        published = said.text("kg:publishedText") or said.text("dcterms:issued")
        name, language = said.text("dcterms:title"), said.text("dcterms:language")
        return DocumentNode(
            id, name, uris[0], _url(said, uris), published, language, tuple(uris), tuple(self._metadata(node, said))
        )

    def _metadata(self, node: str, said: _Said) -> Iterator[tuple[str, str | tuple[str, ...]]]:
        for number in range(1, len(said.iris("schema:additionalProperty")) + 1):
            part = self._part(node, f"metadata-{number}")
            is_list = bool(part.all("kg:listValue"))
            yield part.text("schema:name"), part.listed("kg:listValue") if is_list else part.text("schema:value")

    def chunks(self) -> Iterator[tuple[str, Record]]:
        """Chunks, with their texts."""
        for node, said in self._nodes("chunk"):
            document = self._id("document", self._one(node, said, "schema:isPartOf"))
            yield "chunk", ChunkNode(
                self._id("chunk", node), document, said.integer("kg:chunkIndex"), said.integer("oa:start"), said.integer("oa:end"),
                said.text("dcterms:language"), said.text("schema:text"),
            )  # fmt: skip

    def mentions(self) -> Iterator[tuple[str, Record]]:
        """How often documents and chunks mention entities."""
        for node, said in self._runs.nodes(f"{self._base}mention/"):
            known = self._told(node, said)
            target, entity = self._one(node, known, "oa:hasTarget"), self._id("entity", self._one(node, known, "oa:hasBody"))
            is_chunk = target.startswith(f"{self._base}chunk/")
            origin = self._id("chunk" if is_chunk else "document", target)
            yield "chunk_mention" if is_chunk else "mention", MentionEdge(origin, entity, known.integer("kg:mentionCount"))

    # entities --------------------------------------------------------------------------------------------------------

    def entities(self) -> Iterator[tuple[str, Record]]:
        """Entities with the values they show."""
        for node, said in self._nodes("entity"):
            yield "entity", Entity(
                self._id("entity", node), self._type(node, said), self._label(node, said), tuple(said.texts("skos:altLabel")),
                tuple(said.texts("kg:key")), said.integer("kg:mentions"), said.integer("kg:documents"), said.score("kg:confidence"),
                tuple(self._values(said)), said.text("schema:url") or next(iter(said.iris("owl:sameAs")), ""), said.text("dcterms:identifier"),
            )  # fmt: skip

    def _type(self, node: str, said: _Said) -> str:
        classes = said.iris("rdf:type")
        own = f"{self._base}schema/"
        named = [self._types.get(iri) or (unquote(iri.removeprefix(own)) if iri.startswith(own) else "") for iri in classes]
        found = said.text("kg:type") or next(filter(None, named), "")
        if not found:
            raise self._error(node, f"is of no class of the schema (its classes: {', '.join(classes) or 'none'})")
        return found

    def _label(self, node: str, said: _Said) -> str:
        names = said.texts("skos:prefLabel")
        if not names:
            raise self._error(node, "is mentioned and has no skos:prefLabel")
        return names[0]

    def _values(self, said: _Said) -> Iterator[tuple[str, Value]]:
        for predicate, terms in said.predicates() if self._has_numbers else ():
            relation = self._properties.get(predicate)
            if relation is not None:
                for term in terms:
                    yield relation.property, _value(term, relation.datatype)

    # facts -----------------------------------------------------------------------------------------------------------

    def facts(self) -> Iterator[tuple[str, Record]]:
        """Triples, each followed by the statements that it is derived from."""
        for node, said in self._nodes("triple"):
            id = self._id("triple", node)
            subject, predicate, target = self._ends(node, said)
            derived = said.iris("prov:wasDerivedFrom")
            best = next(iter(said.iris("kg:bestEvidence") or derived), "")
            statements = {each: self._statement(each, id, (subject, predicate, target)) for each in derived}
            quoted = statements.get(best)
            elsewhere = self._ids("document", said.iris("dcterms:source"))
            yield "triple", Triple(
                id, subject, predicate, target, said.score("kg:confidence"), said.integer("kg:support"),
                said.integer("kg:documents"), said.scope(),
                said.text("kg:quote") or (quoted.quote if quoted else ""),
                next(iter(elsewhere), quoted.document if quoted else ""),
            )  # fmt: skip
            for statement in statements.values():
                yield "statement", statement

    def _ends(self, node: str, said: _Said) -> tuple[str, str, str | Value]:
        reified = next(iter(said.all("rdf:reifies")), None)
        if isinstance(reified, list):
            subject, predicate, *rest = reified
            target: Term = rest[0] if len(rest) == 1 else rest
        else:
            subject, predicate = self._one(node, said, "rdf:subject"), self._one(node, said, "rdf:predicate")
            objects = said.all("rdf:object")
            if len(objects) != 1:
                raise self._error(node, f"has {len(objects)} times rdf:object, expected one")
            target = objects[0]
        name = said.text("kg:predicate") or self._predicate(predicate)
        return self._id("entity", subject), name, self._object(name, target, said.text("kg:valueDatatype"))

    def _predicate(self, iri: str) -> str:
        own = f"{self._base}schema/"
        found = self._relations.get(iri) or (unquote(iri.removeprefix(own)) if iri.startswith(own) else "")
        if not found:
            raise self._error(iri, "is no relation of the schema")
        return found

    def _object(self, predicate: str, term: Term, datatype: str) -> str | Value:
        if isinstance(term, str):
            return self._id("entity", term)
        relation = self._schema.relation(predicate)
        return Value(datatype, term[0]) if datatype else _value(term, relation.datatype if relation else "")

    def _statement(self, node: str, triple: str, ends: tuple[str, str, str | Value]) -> StatementNode:
        said = self._told(node, self._runs.said_of(node))
        quote, position = self._part(node, "quote"), self._part(node, "position")
        start, end = position.integer("oa:start"), position.integer("oa:end")
        count = len(said.iris("kg:hasStretch"))
        parts = [self._part(node, f"stretch-{number}") for number in range(1, count + 1)]
        stretches = tuple((part.integer("oa:start"), part.integer("oa:end")) for part in parts) or ((start, end),)
        return StatementNode(
            self._id("statement", node), triple, *ends, self._id("document", self._one(node, said, "oa:hasSource")),
            quote.text("oa:exact"), start, end, said.scope(), said.score("kg:confidence"),
            self._id("model", self._one(node, said, "prov:wasAttributedTo")), stretches,
        )  # fmt: skip

    def plain_triples(self) -> Iterator[tuple[str, Record]]:
        """Triples of a file that holds nothing but triples: ids as a build makes them, all numbers 0, no quote."""
        for node, said in self._nodes("entity"):
            subject = self._id("entity", node)
            for predicate, terms in said.predicates():
                name = self._relations.get(predicate)
                for term in terms if name else ():
                    target = self._object(str(name), term, "")
                    text, datatype = (target.text, target.datatype) if isinstance(target, Value) else (target, None)
                    id = digest("triple", subject, name, text, datatype)
                    yield "triple", Triple(id, subject, str(name), target, 0, 0, 0, Scope.STATED, "", "")


def _is_kept(schema: Schema, name: str) -> bool:
    relation = schema.relation(name)
    return relation is not None and not relation.inverse


def _url(said: _Said, uris: list[str]) -> str:
    """The address of a document: as it was given, where it had to be encoded; nothing where the sources are its URIs."""
    links = said.iris("dcterms:source")
    if links:
        return said.text("schema:url") or links[0]
    texts = said.texts("dcterms:source")
    return "" if texts == uris else next(iter(texts), "")


def _value(term: Term, datatype: str) -> Value:
    """A literal as a value; what its datatype does not tell is of the kind that its relation has."""
    text, type = term if isinstance(term, list) else (term, "")
    return Value(datatype or DATATYPES.get(type.removeprefix(XSD), "text"), text)
