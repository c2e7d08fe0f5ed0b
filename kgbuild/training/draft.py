"""What a model can say -> a schema file to begin with: every label mapped to a name that stores take, heads and tails as seen.

Labels that the shipped schema knows get its names. A person renames, merges and drops from there: nothing is extracted again.
"""

import json
import re
from collections.abc import Iterable

from kgbuild.models.spec import ModelSpec
from kgbuild.schema import Kind, Relation, Schema, Type, load_schema
from kgbuild.schema_types import RESERVED_PROPERTIES, RESERVED_RELATIONS, RESERVED_TYPES, relation_name, type_name

LONGEST = 100
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def draft_schema(spec: ModelSpec) -> str:
    """The schema of a model as YAML that `parse_schema` takes. A relation between no entities is left out, and named in a comment."""
    known = load_schema(None)
    types = _types(spec, known)
    taken = {type.name.casefold() for type in types.values()}
    lines, left_out = [], []
    for label in spec.relations:
        ends = _ends(label, spec, types)
        if ends is None:
            left_out.append(label)
            continue
        found = known.relation_of(label)
        name = _free(_relation_word(label, found), taken, "HAS_", ends)
        lines.append(
            f"  {name}: {{from: [{_text(label)}], {_about(found)}head: [{ends[0]}], tail: [{ends[1]}]{_flags(found, ends)}}}"
        )
    return "\n".join(
        [
            f"# A schema to begin with, for the model {' '.join(spec.name.split())}: rename, merge and drop; nothing is extracted again.",
            *(f"# left out, as it joins no entity to one kind of thing: {' '.join(label.split())}" for label in left_out),
            "types:",
            *(f"  {type.name}: {{from: [{_text(label)}]{_kind(type)}}}" for label, type in types.items()),
            "relations:" + ("" if lines else " {}"),
            *lines,
            "",
        ]
    )


def _types(spec: ModelSpec, known: Schema) -> dict[str, Type]:
    """By label, the type that it becomes: the shipped schema's, or an entity with a name made from the label."""
    taken: set[str] = {found.name.casefold() for label in spec.types if (found := known.type_of(label))}
    made: dict[str, Type] = {}
    for label in spec.types:
        found = known.type_of(label)
        made[label] = found or Type(_free(_type_word(label), taken, "The"), (label,))
    return made


def _ends(label: str, spec: ModelSpec, types: dict[str, Type]) -> tuple[str, str] | None:
    """Names of head and tail types; entities where there are any, else values of one kind; None if no fact could be kept."""
    seen = [(types[head], types[tail]) for head, relation, tail in spec.mask if relation == label]
    seen = [(head, tail) for head, tail in seen if head.kind is Kind.ENTITY]
    entities = [(head, tail) for head, tail in seen if tail.kind is Kind.ENTITY]
    kept = entities or [(head, tail) for head, tail in seen if tail.datatype == seen[0][1].datatype]
    return (_names(head for head, _ in kept), _names(tail for _, tail in kept)) if kept else None


def _names(types: Iterable[Type]) -> str:
    return ", ".join(sorted({type.name for type in types}))


def _type_word(label: str) -> str:
    parts = [part.lower() if part.isupper() and len(part) > 4 else part for part in _WORDS.findall(label)]
    word = "".join(part[:1].upper() + part[1:] for part in parts)[:LONGEST]
    return word if type_name.fullmatch(word) else f"Type{word}"


def _relation_word(label: str, found: Relation | None) -> str:
    if found is not None:
        return found.name
    word = "_".join(part.upper() for part in _WORDS.findall(label))[:LONGEST].rstrip("_")
    return word if relation_name.fullmatch(word) else f"RELATION_{word}".rstrip("_")


def _free(word: str, taken: set[str], prefix: str, ends: tuple[str, str] | None = None) -> str:
    """The word, or one made from it that neither stands for something else already nor is reserved; it is taken from now on."""
    reserved = RESERVED_TYPES | RESERVED_RELATIONS | (RESERVED_PROPERTIES if ends else set())
    if word.casefold() in taken | reserved:
        word = prefix + word
    number, first = 2, word
    while word.casefold() in taken:
        word, number = f"{first}{'_' if ends else ''}{number}", number + 1
    taken.add(word.casefold())
    return word


def _about(found: Relation | None) -> str:
    if found is None:
        return ""
    return f"label: {_text(found.label)}, " + (f"iri: {_text(found.iri)}, " if found.iri else "")


def _flags(found: Relation | None, ends: tuple[str, str]) -> str:
    flags = (
        ("symmetric", found is not None and found.symmetric and ends[0] == ends[1]),
        ("functional", found is not None and found.functional),
    )
    return "".join(f", {name}: true" for name, holds in flags if holds)


def _kind(type: Type) -> str:
    value = f", kind: value, datatype: {type.datatype}" if type.kind is Kind.VALUE else ""
    return value + (f", iri: {_text(type.iri)}" if type.iri else "")


def _text(value: str) -> str:
    """A word as YAML takes it whatever it holds: in double quotes, unless it is plain."""
    return value if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", value) else json.dumps(value, ensure_ascii=False)
