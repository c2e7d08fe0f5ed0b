"""A schema -> the words that a teacher may use, the labels that stand for them in annotations, and its instructions.

A teacher reads the schema's own names (Organization, EMPLOYED_BY); annotations carry the labels under `from`, since these are what a
model that is trained on them will give, or the schema's own names where it gives none. A type or relation from several labels is offered label by label.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kgbuild.errors import SchemaError
from kgbuild.schema import Kind, Relation, Schema, Type

VERSION = "1"
"""Of the instructions; part of what an answer is kept under, through their text."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words and what they mean. types, relations: word -> (label in annotations, name in the schema); instructions: for the teacher."""

    schema: Schema
    types: dict[str, tuple[str, str]]
    relations: dict[str, tuple[str, str]]
    instructions: str

    @property
    def relation_labels(self) -> tuple[str, ...]:
        """Every relation label that annotations may carry, sorted: those asked for, and their inverses."""
        return tuple(sorted({label for name in self._names() for label in self.schema_labels(name)}))

    def schema_labels(self, relation: str) -> tuple[str, ...]:
        """The labels of a relation of the schema."""
        known = self.schema.relation(relation)
        return (known.labels or (known.name,)) if known and not known.untrained else ()

    def inverses(self, relation: str, label: str) -> tuple[str, ...]:
        """The labels that say a fact of this relation and label again, with head and tail changed."""
        if self.schema.is_symmetric(relation):
            return (label,)
        return tuple(
            label for one in self.schema.relations if one.inverse == relation for label in self.schema_labels(one.name)
        )

    def _names(self) -> set[str]:
        asked = {name for _, name in self.relations.values()}
        return asked | {one.name for one in self.schema.relations if one.inverse in asked}


def vocabulary_of(schema: Schema) -> Vocabulary:
    """The words of a schema. Raises SchemaError where it has no type.

    Relations that are the inverse of another, or that no model has learned, are not asked for: the first follow from the other.
    """
    if not schema.types:
        raise SchemaError(f"{schema.source}: there is no type to look for; add one under `types:`")
    asked = [one for one in schema.relations if not one.inverse and not one.untrained]
    types, relations = _words(schema.types), _words(asked)
    return Vocabulary(schema, types, relations, _instructions(schema, types, relations))


def _words(entries: Iterable[Type] | Iterable[Relation]) -> dict[str, tuple[str, str]]:
    words: dict[str, tuple[str, str]] = {}
    several = []
    for entry in entries:
        labels = entry.labels or (entry.name,)
        if len(labels) == 1:
            words[entry.name] = (labels[0], entry.name)
        else:
            several += [(label, entry.name) for label in labels]
    for label, name in several:
        words[label if label not in words else f"{name}.{label}"] = (label, name)
    return words


def _instructions(schema: Schema, types: dict[str, tuple[str, str]], relations: dict[str, tuple[str, str]]) -> str:
    of_type = {name: [word for word, (_, of) in types.items() if of == name] for _, name in types.values()}
    lines = [TASK, "", "Types:"]
    lines += [f"- {word}{_about_type(schema.type(name), word)}" for word, (_, name) in types.items()]
    if relations:
        lines += ["", "Relations, with the types they join:"]
        lines += [_about_relation(word, schema.relation(name), of_type) for word, (_, name) in relations.items()]
    return "\n".join([*lines, "", RULES])


def _about_type(type: Type | None, word: str) -> str:
    if type is None:
        return ""
    kind = f" ({type.datatype})" if type.kind is Kind.VALUE else f" (a kind of {type.name})" if word != type.name else ""
    return kind + (f": {type.description}" if type.description else "")


def _about_relation(word: str, relation: Relation | None, of_type: dict[str, list[str]]) -> str:
    if relation is None:
        return f"- {word}"
    head, tail = ("|".join(word for name in ends for word in of_type[name]) for ends in (relation.head, relation.tail))
    means = "" if relation.label == word.lower().replace("_", " ") else f" = {relation.label}"
    also = ", in both directions alike" if relation.symmetric else ""
    return f"- {head} {word} {tail}{means}{also}" + (f": {relation.description}" if relation.description else "")


TASK = (
    "You annotate text for a knowledge graph. Find everything in the text that is of one of the types below, and the relations "
    "below that the text states between them."
)
RULES = """Answer with one JSON object and nothing else:
{"entities": [{"id": 1, "type": TYPE, "names": [NAME, ...]}, ...], "relations": [{"head": 1, "relation": RELATION, "tail": 2}, ...]}
- One entity for one thing, however often it is named. names: each different way in which the text writes its name, copied
  character by character, without articles and titles; no pronouns, and no descriptions like "the company".
- A name is taken wherever it stands in the text. Where the same words name two things, write {"name": NAME, "occurrence": 2} for
  the second place where they stand.
- Only the types and relations above, and only between the types that they join, from head to tail.
- Only what this text says: nothing that you know from elsewhere. Empty lists where there is nothing."""
