"""schemas/*.yaml -> Schema: which types and relations a graph has, and which labels of a model become them.

A schema maps a model's labels, it need not equal them: it may rename, merge and drop. Names that pass here are safe as labels,
relationship types and property names in any query. It knows no model, no document and no store.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import yaml

from kgbuild.errors import SchemaError
from kgbuild.hashing import digest
from kgbuild.privacy.rules import KEYS, Privacy, fault, pattern_fault

PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefixes that every schema may use in `iri:`; a schema adds its own under `prefixes:`."""

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
MAX_BYTES = 1_000_000

identifier = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
type_name = re.compile(r"[A-Z][A-Za-z0-9]*")
relation_name = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
property_name = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
absolute_iri = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+")


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


def shipped_schema() -> Path:
    """Where wikidata.yaml lies: in the installed package, or in the checkout beside it."""
    package = Path(__file__).parent
    inside = package / "schemas" / "wikidata.yaml"
    return inside if inside.exists() else package.parent / "schemas" / "wikidata.yaml"


def load_schema(path: Path | None = None) -> Schema:
    """A schema file, or the shipped one for None. Raises SchemaError with file and line."""
    path = path or shipped_schema()
    try:
        data = path.read_bytes()
        if len(data) > MAX_BYTES:
            raise SchemaError(f"{path}: {len(data)} bytes are no schema; a schema has {MAX_BYTES} at most")
        return parse_schema(data.decode("utf-8"), _short(path))
    except OSError as error:
        raise SchemaError(f"{path}: {error.strerror or error}; give the path of a schema file") from None
    except UnicodeDecodeError as error:
        raise SchemaError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from None


@lru_cache(maxsize=8)  # a schema is frozen, and composing YAML with line numbers takes a tenth of a second
def parse_schema(text: str, source: str = "schema") -> Schema:
    """A schema from its YAML text; source names it in messages. Raises SchemaError with source and line."""
    root = _Node(_compose(text, source), source)
    top = root.mapping(("name", "description", "prefixes", "types", "relations", "privacy"))
    for key in ("types", "relations"):
        if key not in top:
            raise root.error(f"`{key}:` is missing", f"add a mapping `{key}:`")
    prefixes = PREFIXES | {key: node.iri({}) for key, node in (top["prefixes"].mapping() if "prefixes" in top else {}).items()}
    types = {name: _type(name, node, prefixes) for name, node in top["types"].mapping().items()}
    nodes = top["relations"].mapping()
    relations = {name: _relation(name, node, prefixes, types) for name, node in nodes.items()}
    _check_names(types, top["types"].mapping(), relations, nodes)
    _check_inverses(relations, nodes)
    _check_properties(relations, nodes)
    privacy = _privacy(top["privacy"], types) if "privacy" in top else Privacy()
    return Schema(tuple(types[k] for k in sorted(types)), tuple(relations[k] for k in sorted(relations)), source, text, privacy)


# ── pieces of a file ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Node:
    """A YAML node that knows where it stands. Scalars are read as written: `NO` is a label, never false."""

    node: yaml.Node
    source: str

    def error(self, what: str, advice: str) -> SchemaError:
        return SchemaError(f"{self.source}:{self.node.start_mark.line + 1}: {what}; {advice}")

    def mapping(self, known: tuple[str, ...] = ()) -> dict[str, "_Node"]:
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error("a mapping is expected here", "write `key: value` lines")
        found: dict[str, _Node] = {}
        for key_node, value in self.node.value:
            key = _Node(key_node, self.source)
            name = key.text()
            if name in found:
                raise key.error(f"{name} stands here twice", "remove one of them")
            if known and name not in known:
                raise key.error(f"unknown key {name!r}", f"known keys: {', '.join(known)}")
            found[name] = _Node(value, self.source)
        return found

    def text(self) -> str:
        if not isinstance(self.node, yaml.ScalarNode) or not self.node.value.strip():
            raise self.error("a word is expected here", "write one plain text")
        return str(self.node.value).strip()

    def texts(self) -> tuple[str, ...]:
        if isinstance(self.node, yaml.ScalarNode):
            return (self.text(),)
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error("a list is expected here", "write [A, B]")
        found = [_Node(item, self.source).text() for item in self.node.value]
        for index, item in enumerate(found):
            if item in found[:index]:
                raise self.error(f"{item} stands twice in this list", "remove one of them")
        return tuple(found)

    def flag(self) -> bool:
        if (value := self.text().lower()) not in ("true", "false"):
            raise self.error(f"{value!r} is neither true nor false", "write true or false")
        return value == "true"

    def iri(self, prefixes: dict[str, str]) -> str:
        value = self.text()
        prefix, colon, rest = value.partition(":")
        if colon and prefix in prefixes:
            value = prefixes[prefix] + rest
        elif not colon or ("/" not in rest and prefix.lower() not in ("urn", "tag", "mailto")):
            raise self.error(f"{value!r} is no IRI", f"write it in full, or with one of {', '.join(sorted(prefixes))}")
        if not absolute_iri.fullmatch(value):
            raise self.error(f"{value!r} is no IRI", "percent-encode spaces, quotes and angle brackets")
        return value


def _compose(text: str, source: str) -> yaml.Node:
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) and event.start_mark is not None:
                raise SchemaError(f"{source}:{event.start_mark.line + 1}: a schema has no YAML aliases; write the value out")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        raise SchemaError(f"{source}:{line}: not valid YAML: {error.problem or error.context}; correct this line") from None
    except yaml.YAMLError as error:
        raise SchemaError(f"{source}:1: not valid YAML: {' '.join(str(error).split())}; correct the file") from None
    except RecursionError:
        raise SchemaError(f"{source}:1: nested too deep; a schema has three levels") from None
    if node is None:
        raise SchemaError(f"{source}:1: the file is empty; add `types:` and `relations:`")
    return node


def _type(name: str, node: _Node, prefixes: dict[str, str]) -> Type:
    keys = node.mapping(("from", "iri", "kind", "datatype", "description"))
    kind = keys["kind"].text() if "kind" in keys else Kind.ENTITY
    if kind not in tuple(Kind):
        raise keys["kind"].error(f"{name} is of kind {kind!r}", "write entity or value")
    datatype = keys["datatype"].text() if "datatype" in keys else ""
    if kind == Kind.VALUE and datatype not in DATATYPES:
        raise node.error(f"{name} is a value without a known datatype", f"write datatype: one of {', '.join(DATATYPES)}")
    if kind == Kind.ENTITY and datatype:
        raise keys["datatype"].error(f"{name} is an entity and has a datatype", "remove it, or write kind: value")
    well_formed = type_name.fullmatch(name) or (kind == Kind.VALUE and property_name.fullmatch(name))
    if not well_formed or not identifier.fullmatch(name):
        raise node.error(f"type {name!r} is no name like Person", "begin with a capital; letters and digits only, 128 at most")
    if name.lower() in RESERVED_TYPES or name.upper() in map(str.upper, RESERVED_RELATIONS):
        raise node.error(f"{name} is a word of the graph model itself", "choose another name")
    iri = keys["iri"].iri(prefixes) if "iri" in keys else ""
    return Type(name, _labels(keys), iri, Kind(kind), datatype, _description(keys))


def _description(keys: dict[str, _Node]) -> str:
    return " ".join(keys["description"].text().split()) if "description" in keys else ""


RELATION_KEYS = (
    *("from", "label", "iri", "head", "tail", "inverse", "symmetric", "functional", "untrained", "property"),
    "description",
)


def _relation(name: str, node: _Node, prefixes: dict[str, str], types: dict[str, Type]) -> Relation:
    keys = node.mapping(RELATION_KEYS)
    if not relation_name.fullmatch(name) or not identifier.fullmatch(name):
        raise node.error(f"relation {name!r} is no name like BORN_IN", "capitals, digits and single _ only, 128 at most")
    if name.lower() in RESERVED_RELATIONS | RESERVED_TYPES:
        raise node.error(f"{name} is a word of the graph model itself", "choose another name")
    flags = {key: keys[key].flag() for key in ("symmetric", "functional", "untrained") if key in keys}
    head, tail = (_ends(name, end, keys, node, types) for end in ("head", "tail"))
    word, datatype = _property(name, keys, types)
    relation = Relation(
        name=name,
        labels=_labels(keys),
        label=keys["label"].text() if "label" in keys else name.lower().replace("_", " "),
        iri=keys["iri"].iri(prefixes) if "iri" in keys else "",
        head=head,
        tail=tail,
        inverse=keys["inverse"].text() if "inverse" in keys else "",
        property=word,
        datatype=datatype,
        is_property=bool(word),
        description=_description(keys),
        **flags,
    )
    if relation.symmetric and (set(relation.head) != set(relation.tail) or relation.property):
        raise node.error(f"{name} is symmetric, but its head and tail differ", "give both the same entity types")
    return relation


def _labels(keys: dict[str, _Node]) -> tuple[str, ...]:
    """Without `from` no label of a model becomes it: extractors beside the model give it by its own name."""
    return tuple(sorted(keys["from"].texts())) if "from" in keys else ()


def _ends(name: str, end: str, keys: dict[str, _Node], node: _Node, types: dict[str, Type]) -> tuple[str, ...]:
    if "inverse" in keys:
        if end in keys:
            raise keys[end].error(f"{name} has an inverse and a {end}", f"remove `{end}`: it is taken from the inverse")
        return ()
    if end not in keys or not keys[end].texts():
        raise node.error(f"{name} has no `{end}`", f"name its types, as {end}: [Person]")
    for item in keys[end].texts():
        if item not in types:
            raise keys[end].error(f"{name} has the {end} {item!r}, which is no type here", f"types: {', '.join(sorted(types))}")
        if end == "head" and types[item].kind == Kind.VALUE:
            raise keys[end].error(f"{name} begins at the value {item}", "only entities have relations and properties")
    return tuple(sorted(keys[end].texts()))


def _property(name: str, keys: dict[str, _Node], types: dict[str, Type]) -> tuple[str, str]:
    """Property and datatype of a relation to values; both empty for one between entities."""
    kinds = {types[item].kind for item in keys["tail"].texts()} if "tail" in keys else set()
    if len(kinds) == 2:
        raise keys["tail"].error(f"{name} leads to entities and to values", "make it two relations")
    if kinds != {Kind.VALUE}:
        if "property" in keys:
            raise keys["property"].error(f"{name} leads to entities and names a property", "remove `property`")
        return "", ""
    word = keys["property"].text() if "property" in keys else name.lower()
    if not property_name.fullmatch(word) or len(word) > 128:
        raise keys["property"].error(
            f"property {word!r} is no name like date_of_birth", "small letters, digits and single _ only"
        )
    if word in RESERVED_PROPERTIES:
        raise keys.get("property", keys["tail"]).error(f"{word} is a property of the graph model itself", "choose another name")
    datatypes = {types[item].datatype for item in keys["tail"].texts()}
    if len(datatypes) > 1:
        raise keys["tail"].error(
            f"{name} leads to values of several kinds: {', '.join(sorted(datatypes))}", "make it two relations"
        )
    return word, datatypes.pop()


def _privacy(node: _Node, types: dict[str, Type]) -> Privacy:
    keys = node.mapping(KEYS)
    lists = {key: tuple(sorted(_known_words(key, keys[key]))) for key in keys if key != "patterns"}
    for name in lists.get("types", ()):
        if name not in types or types[name].kind == Kind.VALUE:
            entities = sorted(name for name, type in types.items() if type.kind == Kind.ENTITY)
            raise keys["types"].error(f"privacy has {name!r}, which is no entity type here", f"types: {', '.join(entities)}")
    found = keys["patterns"].mapping() if "patterns" in keys else {}
    for kind, item in found.items():
        if wrong := pattern_fault(kind, item.text()):
            raise item.error(f"privacy cannot use the pattern {kind!r}", wrong)
    return Privacy(**lists, patterns=tuple(sorted((kind, item.text()) for kind, item in found.items())))


def _known_words(key: str, node: _Node) -> tuple[str, ...]:
    for word in node.texts():
        if advice := fault(key, word):
            raise node.error(f"privacy has {key} {word!r}, which is not known", advice)
    return node.texts()


# ── checks across entries ────────────────────────────────────────────────────────────────────────────────────────────


def _check_names(
    types: dict[str, Type], type_nodes: dict[str, _Node], relations: dict[str, Relation], relation_nodes: dict[str, _Node]
) -> None:
    """No two names differ only in case (stores disagree on it), and no label of the model is used twice."""
    taken: dict[str, str] = {}
    for entries, nodes in ((types, type_nodes), (relations, relation_nodes)):
        used: dict[str, str] = {}
        for name, entry in entries.items():
            if (other := taken.setdefault(name.casefold(), name)) is not name:
                raise nodes[name].error(f"{name} and {other} are one word to a store", "rename one of them")
            for label in entry.labels:
                if (other := used.setdefault(label, name)) is not name:
                    raise nodes[name].error(f"{name} and {other} are both from {label!r}", "a label becomes one thing")


def _check_inverses(relations: dict[str, Relation], nodes: dict[str, _Node]) -> None:
    for name, relation in relations.items():
        if not relation.inverse:
            continue
        kept = relations.get(relation.inverse)
        if kept is None:
            raise nodes[name].error(f"{name} is the inverse of {relation.inverse!r}, which is no relation here", "correct it")
        if kept.inverse or kept is relation:
            advice = "write `inverse` on the one to be turned round only; a relation that is its own inverse is symmetric: true"
            raise nodes[name].error(f"{name} and {kept.name} each name an inverse", advice)
        if kept.symmetric or relation.symmetric or kept.property:
            raise nodes[name].error(
                f"{name} cannot be turned into {kept.name}, which is symmetric or a property", "drop `inverse`"
            )


def _check_properties(relations: dict[str, Relation], nodes: dict[str, _Node]) -> None:
    """Two relations may share a property only by being one relation: else the shown value would depend on their order."""
    used: dict[str, str] = {}
    for name, relation in relations.items():
        if relation.property and (other := used.setdefault(relation.property, name)) is not name:
            raise nodes[name].error(f"{name} and {other} both fill the property {relation.property}", "rename one")


def _parts(entry: Type | Relation) -> tuple[object, ...]:
    values = (getattr(entry, f.name) for f in fields(entry) if f.compare)
    return tuple(str(value) if isinstance(value, StrEnum) else value for value in values)


def _short(path: Path) -> str:
    """The path as the user would write it: relative to the working directory where that is shorter."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
