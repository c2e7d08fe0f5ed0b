"""A name -> the buckets where it may meet others; the names of one bucket -> scored edges. Nothing else is looked at.

An edge depends on its bucket's content alone, so that a build can recompute touched buckets only. Weights and their reasons stand
in compare.py; what a bucket means stands in the function that reads it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kgbuild.resolution.compare import NameNode, Reason, compare, country_free, country_words, joined_core, rivals
from kgbuild.resolution.contradict import is_acronym
from kgbuild.resolution.lexicon import GENERATIONS, Kind, kind_of

__all__ = ["Edge", "NameNode", "acronyms_of", "buckets", "edges"]

MAX_BUCKET = 40
"""A fuller bucket is sorted by name and each member is compared with its next neighbours only."""
NEIGHBOURS = 5
TYPELESS = ("acronym", "demonym", "name")
"""Kinds of buckets in which names of different types meet."""
MIN_PERSON = 3
"""Letters of an acronym that may be a body read as a person; two are as often initials."""
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


def buckets(node: NameNode) -> tuple[str, ...]:
    """The buckets of a name, sorted: each is "kind/type/value". Those of TYPELESS kinds meet names of other types."""
    found = {(kind, "" if kind in TYPELESS else node.type, value) for kind, value in _values(node) if value}
    return tuple(sorted("/".join(parts) for parts in found))


def edges(bucket: str, nodes: Sequence[NameNode]) -> tuple[Edge, ...]:
    """All edges that a bucket supports, sorted; a function of its content alone. Order and repetition of nodes do not matter.

    Two names are rivals' prey when a third one fits only one of them: "GSA" joins nobody if two agencies define it. Edges of
    negative weight say why two names do not join.
    """
    unique = sorted(_of_one_type(bucket, set(nodes)), key=lambda node: (node.key, node.id))
    found = {(i, j): reasons for i, j in _pairs(len(unique)) if (reasons := compare(unique[i], unique[j]))}
    fits = [0] * len(unique)
    for (i, j), reasons in found.items():
        if _sum(reasons) > 0:
            fits[i] |= 1 << j
            fits[j] |= 1 << i
    return tuple(sorted(_edge(unique[i], unique[j], reasons, _rivals(fits, i, j)) for (i, j), reasons in found.items()))


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
    if kind is Kind.ORGANIZATION:
        yield "core", joined_core(node.key)
        yield "country", country_free(node.key)[1]
    if kind is Kind.PERSON and len(tokens) > 1 and tokens[-1] not in GENERATIONS:
        yield "person", f"{tokens[0][0]} {tokens[-1]}"
    yield "demonym", country_words(node)
