"""What a schema holds: types, relations, and which labels of a model become them. Records and the words that names may be."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from enum import StrEnum

from kgbuild.errors import SchemaError
from kgbuild.hashing import digest
from kgbuild.privacy.rules import Privacy

RESERVED_TYPES = frozenset({"entity", "document", "chunk", "statement", "violation", "graph"})
RESERVED_RELATIONS = frozenset({"mentions", "from_chunk", "from_document", "next_chunk", "has_subject", "has_object"})
RESERVED_PROPERTIES = frozenset(
    (
        *(
            "id",
            "name",
            "aliases",
            "iri",
            "external_id",
            "mentions",
            "documents",
            "confidence",
            "graph",
            "kg_key",
            "type",
            "title",
            "end",
        ),
        *("key", "label", "labels", "predicate", "value", "quote", "document", "support", "scope", "triple_id"),
    )
)
"""Words that the graph model uses itself, compared without case; a property is on a node, but exports have one namespace."""

DATATYPES = ("date", "number", "text")

identifier = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
type_name = re.compile(r"[A-Z][A-Za-z0-9]*")
relation_name = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
property_name = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class Kind(StrEnum):
    """Whether things of a type are entities or values."""

    ENTITY = "entity"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Type:
    """A type of entity or value. labels: the model's labels that become it; iri: absolute, or empty; datatype: of values.

    description: for annotators and teachers; it decides nothing.
    """

    name: str
    labels: tuple[str, ...]
    iri: str = ""
    kind: Kind = Kind.ENTITY
    datatype: str = ""
    description: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation from head types to tail types.

    labels: the model's labels that become it; label: words for people; iri: absolute, or empty;
    inverse: the relation that this one is turned into, head and tail swapped, or empty; symmetric: both directions are one fact;
    functional: a head has one tail at most; untrained: no model has seen an example, so it is never emitted;
    property and datatype: the property that holds its value, and of which kind, if the tails are values; else empty;
    description: for annotators and teachers; it decides nothing.
    """

    name: str
    labels: tuple[str, ...]
    label: str
    iri: str = ""
    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    inverse: str = ""
    symmetric: bool = False
    functional: bool = False
    untrained: bool = False
    property: str = ""
    datatype: str = ""
    is_property: bool = False
    description: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Schema:
    """Types and relations, each sorted by name. source names the file, text is what was parsed; they decide nothing.

    privacy is no part of the digest: it changes the texts that are read, and so their ids.
    """

    types: tuple[Type, ...]
    relations: tuple[Relation, ...]
    source: str = field(default="", compare=False)
    text: str = field(default="", compare=False, repr=False)
    privacy: Privacy = field(default=Privacy())
    digest: str = field(init=False)
    _types: dict[str, Type] = field(init=False, repr=False, compare=False)
    _relations: dict[str, Relation] = field(init=False, repr=False, compare=False)
    _type_of: dict[str, Type] = field(init=False, repr=False, compare=False)
    _relation_of: dict[str, Relation] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        derived = {
            "digest": digest("schema", tuple(map(_parts, self.types)), tuple(map(_parts, self.relations))),
            "_types": {t.name: t for t in self.types},
            "_relations": {r.name: r for r in self.relations},
            "_type_of": {label: t for t in self.types for label in t.labels},
            "_relation_of": {label: r for r in self.relations if not r.untrained for label in r.labels},
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def __hash__(self) -> int:
        """By the digest: rules that remember what they know of a schema ask for it at every triple."""
        return hash(self.digest)

    def type_of(self, label: str) -> Type | None:
        """The type that a model's label becomes, None if it is dropped."""
        return self._type_of.get(label)

    def relation_of(self, label: str) -> Relation | None:
        """The relation that a model's label becomes, before `canonical`; None if it is dropped or was never trained."""
        return self._relation_of.get(label)

    def type(self, name: str) -> Type | None:
        """The type of that name in the schema."""
        return self._types.get(name)

    def relation(self, name: str) -> Relation | None:
        """The relation of that name in the schema."""
        return self._relations.get(name)

    def canonical(self, relation: str) -> str:
        """The relation under which a fact is kept; if it is another one, head and tail change places."""
        return self._relations[relation].inverse or relation

    def is_symmetric(self, relation: str) -> bool:
        """Whether both directions are one fact; False for names that the schema does not have."""
        known = self._relations.get(relation)
        return known is not None and known.symmetric

    def allows(self, head: str, relation: str, tail: str) -> bool:
        """Whether a relation may join these two types; False for names that the schema does not have."""
        known = self._relations.get(relation)
        if known is None:
            return False
        if known.inverse:
            return self.allows(tail, known.inverse, head)
        return head in known.head and tail in known.tail

    def check_labels(self, span_labels: Iterable[str], link_labels: Iterable[str]) -> tuple[str, ...]:
        """The model's labels that this schema drops, sorted. Raises SchemaError for a `from` that the model lacks."""
        spans, links = set(span_labels), set(link_labels)
        for one, labels in [(t, spans) for t in self.types] + [(r, links) for r in self.relations if not r.untrained]:
            for missing in sorted(set(one.labels) - labels):
                raise SchemaError(
                    f"{self.source}: {one.name} is from {missing!r}, which the model does not give; it gives "
                    f"{', '.join(sorted(labels)) or 'nothing'}; correct `from`, or use another model"
                )
        return tuple(sorted((spans - self._type_of.keys()) | (links - self._relation_of.keys())))


def _parts(entry: Type | Relation) -> tuple[object, ...]:
    values = (getattr(entry, f.name) for f in fields(entry) if f.compare)
    return tuple(str(value) if isinstance(value, StrEnum) else value for value in values)
