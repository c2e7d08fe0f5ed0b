"""A teacher's answer about a text -> an annotated document, with only what stands in the text and in the schema; the rest is counted.

An answer is data that somebody else wrote: nothing in it is trusted.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kgbuild.corpora.document import GoldDocument
from kgbuild.corpora.making import Link, annotated, from_text
from kgbuild.corpora.reading import Reading
from kgbuild.labelling.places import NO_SUCH_PLACE, NOT_THERE, Claim, Placed, place
from kgbuild.labelling.vocabulary import Vocabulary

UNKNOWN_TYPE = "entities of a type that the schema lacks"
UNKNOWN_RELATION = "relations that the schema lacks"
NO_END = "relations whose head or tail was refused or is not there"
TURNED = "relations the wrong way round"
NOT_JOINED = "relations between types that the schema does not let them join"
ITSELF = "relations of a thing with itself"
MALFORMED = "items that are not as asked for"

NO_JSON = "no JSON object with `entities`"
CUT_OFF = "cut off before its end"
DECLINED = "declined to answer"

LENGTH = "length"
"""The finish reason of an answer that was cut off."""
FILTERED = "content_filter"
MOST_TRIES = 50
"""Braces at which the JSON object is looked for."""

_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a teacher said. finish: why it stopped, as the server says; used: tokens sent and received, where the server counts."""

    content: str
    finish: str = ""
    used: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Reviewed:
    """What of an answer is kept. document: None if all of it is unusable, which `fault` explains; refused: items, by rule."""

    document: GoldDocument | None = None
    fault: str = ""
    refused: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Thing:
    """An entity of an answer: its label in annotations and its type in the schema."""

    label: str
    type: str


def review(reply: Reply, name: str, text: str, vocabulary: Vocabulary) -> Reviewed:
    """What of a reply about a text is kept.

    Every mention stands in the text, every type and relation in the schema, every relation joins types that it may. Where a name
    was not found, the document says that its mentions are not complete: something is there, and nobody knows where.
    """
    found = Reviewed()
    answer = parse(reply.content)
    if answer is None:
        found.fault = fault_of(reply)
        return found
    things: dict[int, _Thing] = {}
    ids: dict[str, int] = {}
    claims = list(_claims(answer.get("entities"), vocabulary, things, ids, found.refused))
    placed = place(text, claims)
    found.refused.update(placed.refused)
    links = list(_links(answer.get("relations"), vocabulary, things, ids, placed, found.refused))
    document = _document(name, text, things, placed, links)
    missed = placed.refused[NOT_THERE] + placed.refused[NO_SUCH_PLACE]
    found.document = replace(document, complete=not missed, relation_labels=vocabulary.relation_labels)
    return found


def parse(content: str) -> Mapping[str, Any] | None:
    """The JSON object with `entities` in an answer, whatever stands around it; None if there is none."""
    content = _THOUGHTS.sub("", content)
    decoder = json.JSONDecoder()
    starts = [match.start() for match in re.finditer(r"\{", content)][:MOST_TRIES]
    for start in starts:
        try:
            value, _ = decoder.raw_decode(content, start)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and isinstance(value.get("entities"), list):
            return value
    return None


def fault_of(reply: Reply) -> str:
    """Why an answer without a usable object is one."""
    if reply.finish == FILTERED or not reply.content.strip():
        return DECLINED
    opened = _THOUGHTS.sub("", reply.content).lstrip()
    return CUT_OFF if reply.finish == LENGTH or opened.startswith(("{", "```")) else NO_JSON


def _claims(
    entities: Any, vocabulary: Vocabulary, things: dict[int, _Thing], ids: dict[str, int], refused: Counter[str]
) -> Iterator[Claim]:
    for number, entity in enumerate(entities if isinstance(entities, list) else ()):
        if not isinstance(entity, dict) or not isinstance(entity.get("type"), str):
            refused[MALFORMED] += 1
            continue
        known = vocabulary.types.get(entity["type"])
        if known is None:
            refused[UNKNOWN_TYPE] += 1
            continue
        things[number] = _Thing(*known)
        ids.setdefault(str(entity.get("id", number)), number)
        for name in entity["names"] if isinstance(entity.get("names"), list) else (entity.get("names"),):
            claim = _claim(number, known[0], name)
            if claim is None:
                refused[MALFORMED] += 1
            else:
                yield claim


def _claim(thing: int, kind: str, name: Any) -> Claim | None:
    occurrence = None
    if isinstance(name, dict):
        occurrence, name = name.get("occurrence"), name.get("name")
        if occurrence is not None and (not isinstance(occurrence, int) or isinstance(occurrence, bool)):
            return None
    return Claim(thing, kind, name, occurrence) if isinstance(name, str) and name.strip() else None


def _links(
    relations: Any,
    vocabulary: Vocabulary,
    things: Mapping[int, _Thing],
    ids: Mapping[str, int],
    placed: Placed,
    refused: Counter[str],
) -> Iterator[tuple[int, int, str]]:
    """(head thing, tail thing, label) of what may be kept, with what follows from it: the inverse, the other direction."""
    there = set(placed.spans.values())
    for relation in relations if isinstance(relations, list) else ():
        if not isinstance(relation, dict) or not isinstance(relation.get("relation"), str):
            refused[MALFORMED] += 1
            continue
        known = vocabulary.relations.get(relation["relation"])
        ends = [_end(relation.get(end), ids, placed, there) for end in ("head", "tail")]
        head, tail = ends
        if known is None or head is None or tail is None or head == tail:
            refused[UNKNOWN_RELATION if known is None else NO_END if None in ends else ITSELF] += 1
            continue
        label, name = known
        if not vocabulary.schema.allows(things[head].type, name, things[tail].type):
            turned = vocabulary.schema.allows(things[tail].type, name, things[head].type)
            refused[TURNED if turned else NOT_JOINED] += 1
            continue
        yield head, tail, label
        yield from ((tail, head, inverse) for inverse in vocabulary.inverses(name, label))


def _end(value: Any, ids: Mapping[str, int], placed: Placed, there: set[int]) -> int | None:
    """The thing that an end names, None if it was refused or is none."""
    thing = ids.get(str(value)) if isinstance(value, str | int) else None
    while thing in placed.same:
        thing = placed.same[thing]
    return thing if thing in there else None


def _document(
    name: str, text: str, things: Mapping[int, _Thing], placed: Placed, links: list[tuple[int, int, str]]
) -> GoldDocument:
    reading = Reading(name)
    spans = [(start, end, things[thing].label) for (start, end), thing in placed.spans.items()]
    chains: dict[int, list[int]] = {}
    for index, thing in enumerate(placed.spans.values()):
        chains.setdefault(thing, []).append(index)
    joined: dict[Link, None] = {(chains[head][0], chains[tail][0], label, ()): None for head, tail, label in links}
    return annotated(from_text(name, text, spans, reading), reading, list(chains.values()), joined)
