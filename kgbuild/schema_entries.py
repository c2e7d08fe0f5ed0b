"""Nodes of a schema file -> its types, relations and rules of privacy, checked one by one and against each other."""

from kgbuild.privacy.rules import KEYS, Privacy, fault, pattern_fault
from kgbuild.schema_nodes import Node
from kgbuild.schema_types import (
    DATATYPES,
    RESERVED_PROPERTIES,
    RESERVED_RELATIONS,
    RESERVED_TYPES,
    Kind,
    Relation,
    Type,
    identifier,
    property_name,
    relation_name,
    type_name,
)


def type_from(name: str, node: Node, prefixes: dict[str, str]) -> Type:
    """A type from its node."""
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


def _description(keys: dict[str, Node]) -> str:
    return " ".join(keys["description"].text().split()) if "description" in keys else ""


RELATION_KEYS = (
    *("from", "label", "iri", "head", "tail", "inverse", "symmetric", "functional", "untrained", "property"),
    "description",
)


def relation_from(name: str, node: Node, prefixes: dict[str, str], types: dict[str, Type]) -> Relation:
    """A relation from its node; types: those that its ends may have."""
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


def _labels(keys: dict[str, Node]) -> tuple[str, ...]:
    """Without `from` no label of a model becomes it: extractors beside the model give it by its own name."""
    return tuple(sorted(keys["from"].texts())) if "from" in keys else ()


def _ends(name: str, end: str, keys: dict[str, Node], node: Node, types: dict[str, Type]) -> tuple[str, ...]:
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


def _property(name: str, keys: dict[str, Node], types: dict[str, Type]) -> tuple[str, str]:
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


def privacy_from(node: Node, types: dict[str, Type]) -> Privacy:
    """Rules of privacy from their node."""
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


def _known_words(key: str, node: Node) -> tuple[str, ...]:
    for word in node.texts():
        if advice := fault(key, word):
            raise node.error(f"privacy has {key} {word!r}, which is not known", advice)
    return node.texts()


# ── checks across entries ────────────────────────────────────────────────────────────────────────────────────────────


def check_names(
    types: dict[str, Type], type_nodes: dict[str, Node], relations: dict[str, Relation], relation_nodes: dict[str, Node]
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


def check_inverses(relations: dict[str, Relation], nodes: dict[str, Node]) -> None:
    """An inverse is a relation of its own that is neither symmetric nor a property and has no inverse itself."""
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


def check_properties(relations: dict[str, Relation], nodes: dict[str, Node]) -> None:
    """Two relations may share a property only by being one relation: else the shown value would depend on their order."""
    used: dict[str, str] = {}
    for name, relation in relations.items():
        if relation.property and (other := used.setdefault(relation.property, name)) is not name:
            raise nodes[name].error(f"{name} and {other} both fill the property {relation.property}", "rename one")
