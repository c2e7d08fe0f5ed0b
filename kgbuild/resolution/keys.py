"""A name -> the buckets where it may meet others; the names of one bucket -> scored edges. Nothing else is looked at.

An edge depends on its bucket's content alone, so that a build can recompute touched buckets only. Weights and their reasons stand
in compare.py; what a bucket means stands in the function that reads it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kgbuild.resolution.compare import (
    NameNode,
    Reason,
    called_so,
    compare,
    country_free,
    country_words,
    joined_core,
    last_name_alone,
    rivals,
)
from kgbuild.resolution.contradict import is_acronym
from kgbuild.resolution.lexicon import GENERATIONS, Kind, kind_of
from kgbuild.resolution.names import normalise, undated

__all__ = ["Edge", "NameNode", "acronyms_of", "buckets", "called", "edges"]

MAX_BUCKET = 40
"""A fuller bucket is sorted by name and each member is compared with its next neighbours only."""
NEIGHBOURS = 5
TYPELESS = ("acronym", "demonym", "name")
"""Kinds of buckets in which names of different types meet."""
MIN_PERSON = 3
"""Letters of an acronym that may be a body read as a person; two are as often initials."""
CALLED = "called"
"""The kind of bucket in which a name meets those whose documents call the same thing so."""
CALLS = 3
"""Documents that must call a thing by another name, for that name to mean it elsewhere."""
ALONE = 4
"""So many times as many documents as for all other things that are called so."""
MIN_LAST_NAME = 3
"""Letters of a last name that may stand for somebody; two are as often initials."""
NAMED_OFTEN = 4
"""Documents with a full name from which on it counts for who is meant by the last name."""
KNOWN = 16
"""Documents with the full name of whom a last name alone may mean."""
KNOWN_CALLS = 2
"""How many of these must go on with the last name alone; one may be a slip of reading."""
PREFERRED = (Kind.ORGANIZATION, Kind.PLACE, Kind.OTHER, Kind.MISC, Kind.PERSON)
"""Whose acronym it is when documents define it for names of several types."""


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """Two name ids, left < right, with the sum of the weights of its reasons; positive joins, negative keeps apart."""

    left: str
    right: str
    weight: int
    reasons: tuple[Reason, ...]


def acronyms_of(type: str, key: str, defined: Iterable[str], forms: Iterable[str]) -> frozenset[str]:
    """Acronyms of a name over all documents. defined: short keys that documents define for it; forms: how it is written.

    A person who is written as an acronym and in no other way is short for itself, and so meets the body of which it may be the acronym:
    in "Jarah Meador, GSA" a model may read "GSA" as a person.
    """
    found = frozenset(defined)
    if kind_of(type) is Kind.PERSON and len(key) >= MIN_PERSON and all(map(is_acronym, forms)):
        return found | {key}
    return found


def called(type: str, key: str, forms: Iterable[Iterable[str]]) -> tuple[frozenset[tuple[str, int]], int]:
    """By which other keys documents call a thing, and how many hold a person's full name: see NameNode.

    forms: how the name is written, of each document. Numbers from four on are powers of two, so that a document more or less changes
    them seldom, and with them whatever else meets the name.
    """
    counts = Counter[str]()
    total = 0
    for of_document in forms:
        total += 1
        counts.update({normalise(type, form) for form in of_document})
    tokens = key.split()
    if kind_of(type) is Kind.PERSON:
        is_full = len(tokens) > 1 and tokens[-1] not in GENERATIONS
        last = tokens[-1] if is_full and len(tokens[-1]) >= MIN_LAST_NAME else ""
        calls = {last: _coarse(counts[last])} if counts[last] >= KNOWN_CALLS else {}
        return frozenset(calls.items()), _coarse(total) if last and total >= NAMED_OFTEN else 0
    return frozenset((name, _coarse(count)) for name, count in counts.items() if name not in ("", key)), 0


def _coarse(count: int) -> int:
    return count if count < 4 else 1 << (count.bit_length() - 1)


def buckets(node: NameNode) -> tuple[str, ...]:
    """The buckets of a name, sorted: each is "kind/type/value". Those of TYPELESS kinds meet names of other types."""
    found = {(kind, "" if kind in TYPELESS else node.type, value) for kind, value in _values(node) if value}
    return tuple(sorted("/".join(parts) for parts in found))


def edges(bucket: str, nodes: Sequence[NameNode]) -> tuple[Edge, ...]:
    """All edges that a bucket supports, sorted; a function of its content alone. Order and repetition of nodes do not matter.

    Two names are rivals' prey when a third one fits only one of them: "GSA" joins nobody if two agencies define it. Edges of
    negative weight say why two names do not join.
    """
    if bucket.startswith(f"{CALLED}/"):
        _, type, name = bucket.split("/", 2)
        people = kind_of(type) is Kind.PERSON
        return (_last_name_edges if people else _called_edges)(name, sorted(set(nodes), key=lambda node: node.id))
    unique = sorted(_of_one_type(bucket, set(nodes)), key=lambda node: (node.key, node.id))
    found = {(i, j): reasons for i, j in _pairs(len(unique)) if (reasons := compare(unique[i], unique[j]))}
    fits = [0] * len(unique)
    for (i, j), reasons in found.items():
        if _sum(reasons) > 0:
            fits[i] |= 1 << j
            fits[j] |= 1 << i
    return tuple(sorted(_edge(unique[i], unique[j], reasons, _rivals(fits, i, j)) for (i, j), reasons in found.items()))


def _called_edges(name: str, nodes: Sequence[NameNode]) -> tuple[Edge, ...]:
    """Edges between a name and the one thing that documents call so, in all its spellings, beside others that hardly any calls so. A
    country's word is no such name: "English" is that country elsewhere, even if documents speak of the language.
    """
    short = next((node for node in nodes if node.key == name), None)
    calls = {node: dict(node.calls).get(name, 0) for node in nodes if node is not short}
    if short is None or not calls or country_words(short):
        return ()
    first = max(calls, key=lambda node: (calls[node], node.id))
    same = [node for node in calls if _is_same(node, first)]
    own = sum(calls[node] for node in same)
    if own < max(CALLS, ALONE * (sum(calls.values()) - own)):
        return ()
    return tuple(sorted(_edge(short, node, ((called_so.__name__, called_so()),), 0) for node in same))


def _last_name_edges(name: str, nodes: Sequence[NameNode]) -> tuple[Edge, ...]:
    """The edge between a last name alone and whom it means, if documents speak of one person so much more than of all others who are
    called so, by first or last name.
    """
    short = next((node for node in nodes if node.key == name), None)
    people = [node for node in nodes if node.key.split()[-1] == name and node is not short]
    if short is None or not people:
        return ()
    first = max(people, key=lambda node: (node.documents, node.id))
    same = [node for node in people if _is_same(node, first)]
    others = sum(node.documents for node in nodes if node is not short and node not in same)
    if first.documents < max(KNOWN, ALONE * others) or not any(node.calls for node in same):
        return ()
    return (_edge(short, first, ((last_name_alone.__name__, last_name_alone()),), 0),)


def _is_same(left: NameNode, right: NameNode) -> bool:
    return left == right or _sum(compare(left, right)) > 0


def _of_one_type(bucket: str, nodes: set[NameNode]) -> set[NameNode]:
    """In a bucket of an acronym, the names of the type that defines it: an organisation's before a place's, that before others.

    "GSA" is then no Miscellaneous because one document defines Google Search Appliance (GSA) and hundreds speak of the agency. A
    person who is written in no other way is read as what the acronym means, unless that is a place.
    """
    kind, _, acronym = bucket.partition("//")
    if kind != "acronym":
        return nodes
    defining = {node.type for node in nodes if acronym in node.acronyms and node.key != acronym}
    first = min(defining, key=lambda type: (PREFERRED.index(kind_of(type)), type), default="")
    people = {node for node in nodes if kind_of(node.type) is Kind.PERSON}
    chosen = {node for node in nodes - people if node.type == first}
    return chosen | people if chosen and kind_of(first) is not Kind.PLACE else chosen


def _pairs(size: int) -> Iterator[tuple[int, int]]:
    reach = size if size <= MAX_BUCKET else NEIGHBOURS
    return ((i, j) for i in range(size) for j in range(i + 1, min(size, i + 1 + reach)))


def _rivals(fits: list[int], i: int, j: int) -> int:
    """How many names fit one of the two and not the other."""
    return ((fits[i] ^ fits[j]) & ~(1 << i | 1 << j)).bit_count()


def _edge(a: NameNode, b: NameNode, reasons: tuple[Reason, ...], others: int) -> Edge:
    if others and _sum(reasons) > 0:
        reasons = (*reasons, (rivals.__name__, rivals(others)))
    left, right = sorted((a.id, b.id))
    return Edge(left, right, _sum(reasons), reasons)


def _sum(reasons: tuple[Reason, ...]) -> int:
    return sum(weight for _, weight in reasons)


def _values(node: NameNode) -> Iterator[tuple[str, str]]:
    """Kind and value of each bucket; a value may be empty."""
    tokens = tuple(node.key.split())
    kind = kind_of(node.type)
    if kind is Kind.PERSON:
        yield "acronym", node.key if node.key in node.acronyms else ""
    else:
        for acronym in node.acronyms:
            yield "acronym", acronym
        if len(tokens) == 1 and 2 <= len(node.key) <= 12:
            yield "acronym", node.key
    if kind in (Kind.ORGANIZATION, Kind.MISC):
        yield "name", node.key
    if kind in (Kind.MISC, Kind.OTHER):
        yield "law", undated(node.key)[0]
    if kind is Kind.ORGANIZATION:
        yield "core", joined_core(node.key)
        yield "country", country_free(node.key)[1]
    if kind is Kind.PERSON and len(tokens) > 1 and tokens[-1] not in GENERATIONS:
        yield "person", f"{tokens[0][0]} {tokens[-1]}"
    if kind is not Kind.PERSON:
        yield from ((CALLED, name) for name in (node.key, *(name for name, _ in node.calls)))
    elif node.documents or len(tokens) == 1:
        yield from ((CALLED, name) for name in (tokens[0], tokens[-1]) if len(name) >= MIN_LAST_NAME)
    yield "demonym", country_words(node)
