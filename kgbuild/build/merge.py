"""What several extractors see in one passage -> one extraction, with who saw what. A pure function: what is stored stays as it is.

The rule. Where spans overlap, terms go before patterns, patterns before extractors of entry points, these before the model; of one
rank the longer span stays, of one length the earlier. A link of a span that goes moves to the span that took its place if that covers
it or is the same name but for an article, quotes or a possessive; else ("GSA" where the model reads "GSA Technology Service") it would
say of one thing what the text says of another, and goes. So do links both of whose ends become one span, and links that a pattern
leaves open if no span stands at one of their places. What goes is counted.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kgbuild.records import Extraction, Link, OpenLink, Slot, Span
from kgbuild.resolution.overlaps import chosen, shared
from kgbuild.schema import Relation, Schema, Type

VERSION = 1
"""Raised whenever the rule gives something else for the same extractions."""

TERMS, PATTERNS, OTHERS, MODEL = range(4)
"""Ranks of extractors; the smaller one wins."""

ONE_END = "both ends of the fact are the same"
GONE = "an end of the fact gave way to another extractor's span"


@dataclass(frozen=True, slots=True)
class Reader:
    """An extractor as the build sees it. name: as kgbuild.toml has it, '' for the model; labels: its labels -> names of the schema."""

    name: str = ""
    rank: int = MODEL
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_model(self) -> bool:
        """Whether it is the model, whose labels the schema maps and whose thresholds apply."""
        return self.rank == MODEL

    @property
    def is_own(self) -> bool:
        """Whether a person wrote it: what it finds is a name, however it looks."""
        return self.rank in (TERMS, PATTERNS)

    @property
    def said(self) -> str:
        """Its name in words."""
        return self.name or "the model"

    def type_of(self, schema: Schema, label: str) -> Type | None:
        """The type of a label: for the model as the schema maps it; else by the settings, the schema's own name, or its `from`."""
        if self.is_model:
            return schema.type_of(label)
        word = self.labels.get(label, label)
        return schema.type(word) or schema.type_of(word)

    def relation_of(self, schema: Schema, label: str) -> Relation | None:
        """The relation of a label, in the same way."""
        if self.is_model:
            return schema.relation_of(label)
        word = self.labels.get(label, label)
        return schema.relation(word) or schema.relation_of(word)


THE_MODEL = Reader()


@dataclass(frozen=True, slots=True)
class Merged:
    """One extraction of a passage. span_by, link_by: the reader of each span and link; dropped: what went, by rule.

    Ends of links of the model are first spans of chains, as it gave them; ends of other links are the very spans that they name.
    """

    extraction: Extraction
    span_by: tuple[Reader, ...]
    link_by: tuple[Reader, ...]
    dropped: tuple[tuple[str, int], ...] = ()


def of_model(extraction: Extraction) -> Merged:
    """What the model alone sees."""
    return Merged(extraction, (THE_MODEL,) * len(extraction.spans), (THE_MODEL,) * len(extraction.links))


def merge(text: str, readings: Sequence[tuple[Reader, Extraction]], schema: Schema) -> Merged:
    """One extraction of a passage's text from those of its readers; their order does not matter."""
    present = [(reader, found) for reader, found in readings if found.spans or found.open]
    if all(reader.is_model for reader, _ in present):
        return of_model(present[0][1] if present else Extraction())
    return _Merge(text, sorted(present, key=lambda item: (item[0].rank, item[0].name)), schema).run()


Place = tuple[int, int]
"""Number of a reading, index of a span in it."""


class _Merge:
    """One passage while it is merged."""

    def __init__(self, text: str, readings: list[tuple[Reader, Extraction]], schema: Schema) -> None:
        self.text, self.readings, self.schema = text, readings, schema
        self.dropped: Counter[str] = Counter()
        self.places = [place for number in range(len(readings)) for place in self._usable(number)]
        claims = [self._claim(place) for place in self.places]
        self.kept = [self.places[index] for index in chosen(claims)]
        self.spans = [self._span(place) for place in self.kept]
        self.at = {place: index for index, place in enumerate(self.kept)}
        self.instead = {place: self._winner(place) for place in self.places if place not in self.at}
        self.fitting: dict[tuple[int, Slot], int | None] = {}

    def run(self) -> Merged:
        chains = self._chains()
        first = {index: chain[0] for chain in chains for index in chain}
        links = {(link, number) for number in range(len(self.readings)) for link in self._links(number, first)}
        ordered = sorted(links, key=lambda row: (row[0].head, row[0].tail, row[0].label, row[1], row[0].score))
        return Merged(
            Extraction(tuple(self.spans), chains, tuple(link for link, _ in ordered)),
            tuple(self.readings[number][0] for number, _ in self.kept),
            tuple(self.readings[number][0] for _, number in ordered),
            tuple(sorted(self.dropped.items())),
        )

    # spans -----------------------------------------------------------------------------------------------------------

    def _usable(self, number: int) -> Iterable[Place]:
        """Spans that may stay: those of the model, and of others those whose type the schema has."""
        reader, found = self.readings[number]
        for index, span in enumerate(found.spans):
            if reader.is_model or reader.type_of(self.schema, span.label) is not None:
                yield number, index
            else:
                self.dropped[f"label {span.label} is not in the schema"] += 1

    def _span(self, place: Place) -> Span:
        return self.readings[place[0]][1].spans[place[1]]

    def _claim(self, place: Place) -> tuple[int, int, int, str]:
        span, reader = self._span(place), self.readings[place[0]][0]
        return reader.rank, span.start, span.end, f"{reader.name}\t{span.label}"

    def _winner(self, place: Place) -> int:
        """The span that took a place: the one that covers most of it. Two that agree are not counted."""
        span, (reader, _) = self._span(place), self.readings[place[0]]
        index = max(range(len(self.spans)), key=lambda i: (_shared(span, self.spans[i]), -i))
        winner = self.readings[self.kept[index][0]][0]
        if _extent(span) != _extent(self.spans[index]) or self._type(place) != self._type(self.kept[index]):
            self.dropped[f"a span of {winner.said} stands where {reader.said} sees another"] += 1
        return index

    def _type(self, place: Place) -> str:
        type = self.readings[place[0]][0].type_of(self.schema, self._span(place).label)
        return type.name if type else ""

    # chains ----------------------------------------------------------------------------------------------------------

    def _chains(self) -> tuple[tuple[int, ...], ...]:
        """Chains of all readers over the spans that stay; two things are never one chain."""
        groups = _Groups(self.spans)
        for number, (_, found) in enumerate(self.readings):
            for chain in found.chains:
                members = [index for i in chain if (index := self._heir((number, i))) is not None]
                for other in members[1:]:
                    groups.join(members[0], other)
        return groups.chains()

    def _heir(self, place: Place) -> int | None:
        """The span that stands for another in its chain: itself, or what took its place if that is the same name and type."""
        if place in self.at:
            return self.at[place]
        index = self._instead(place)
        return index if index is not None and self._type(place) == self._type(self.kept[index]) else None

    def _instead(self, place: Place) -> int | None:
        """The span that took another's place, if it covers it or is the same name."""
        index = self.instead.get(place)
        return index if index is not None and _stands_for(self.text, self._span(place), self.spans[index]) else None

    # links -----------------------------------------------------------------------------------------------------------

    def _links(self, number: int, first: Mapping[int, int]) -> Iterable[Link]:
        reader, found = self.readings[number]
        chain_of = {i: chain for chain in found.chains for i in chain}
        for link in found.links:
            ends = [self._end(number, i, chain_of.get(i, (i,))) for i in (link.head, link.tail)]
            if reader.is_model:
                ends = [None if end is None else first[end] for end in ends]
            yield from self._link(link.label, link.score, ends)
        for open in found.open:
            yield from self._closed(number, open)

    def _end(self, number: int, index: int, chain: Sequence[int]) -> int | None:
        """The span at the end of a link: its own, else another of its chain, else what took its place; None if it was of no use."""
        for i in (index, *chain):
            if (number, i) in self.at:
                return self.at[number, i]
        return self._instead((number, index))

    def _link(self, label: str, score: int, ends: Sequence[int | None]) -> Iterable[Link]:
        head, tail = ends
        if head is None or tail is None:
            self.dropped[GONE] += 1
        elif head == tail:
            self.dropped[ONE_END] += 1
        else:
            yield Link(head, tail, label, score)

    def _closed(self, number: int, open: OpenLink) -> Iterable[Link]:
        """A link of a pattern, if a span stands at both of its places. A pattern may leave thousands open between few places."""
        reader, slots = self.readings[number][0], (open.head, open.tail)
        for slot in slots:
            if (number, slot) not in self.fitting:
                self.fitting[number, slot] = self._fitting(reader, slot)
        ends = [self.fitting[number, slot] for slot in slots]
        if None in ends:
            self.dropped[f"no span stands at an end of a pattern of {reader.said}"] += 1
        else:
            yield from self._link(open.label, open.score, ends)

    def _fitting(self, reader: Reader, slot: Slot) -> int | None:
        """The span that fills a slot: the one that reaches its edges best."""
        types = {type.name for label in slot.types if (type := reader.type_of(self.schema, label)) is not None}
        fits = [
            (away, index)
            for index, span in enumerate(self.spans)
            if self._type(self.kept[index]) in types and (away := _away(self.text, span, slot)) is not None
        ]
        return min(fits)[1] if fits else None


# where a span stands -------------------------------------------------------------------------------------------------

BEFORE = re.compile(r"[\s\"“„«'‘(]*(?:(?:the|an?)\s+)?[\"“„«'‘]?", re.IGNORECASE)
"""What may stand between the edge of a slot and the beginning of its span: spaces, quotes, an article."""
AFTER = re.compile(r"[\"”»'’]?(?:['’]s)?\s*(?:\([^()\n]{1,40}\)\s*)?", re.IGNORECASE)
"""What may stand between the end of a span and the edge of its slot: quotes, a possessive, a bracket with a short form."""


def _away(text: str, span: Span, slot: Slot) -> int | None:
    """How far a span is from the edges of a slot, in characters; None if it does not fill it."""
    away = 0
    if slot.start >= 0:
        left, right = sorted((slot.start, span.start))
        if not BEFORE.fullmatch(text, left, right) or span.end <= slot.start:
            return None
        away += right - left
    if slot.end >= 0:
        left, right = sorted((slot.end, span.end))
        if not AFTER.fullmatch(text, left, right) or span.start >= slot.end:
            return None
        away += right - left
    return away


def _stands_for(text: str, gone: Span, winner: Span) -> bool:
    """Whether a span that took another's place covers it, or is the same name but for an article, quotes or a possessive."""
    if winner.start <= gone.start and gone.end <= winner.end:
        return True
    first, last = sorted((gone.start, winner.start)), sorted((gone.end, winner.end))
    return bool(BEFORE.fullmatch(text, *first) and AFTER.fullmatch(text, *last))


def _extent(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _shared(left: Span, right: Span) -> int:
    return shared(_extent(left), _extent(right))


class _Groups:
    """Union-find over spans, by their smallest index; a group knows at most one thing."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.parent = list(range(len(spans)))
        self.thing = [span.thing.id if span.thing else "" for span in spans]
        first: dict[str, int] = {}
        for index, thing in enumerate(self.thing):
            if thing:
                self.join(first.setdefault(thing, index), index)

    def root(self, index: int) -> int:
        while self.parent[index] != index:
            index = self.parent[index]
        return index

    def join(self, left: int, right: int) -> None:
        a, b = sorted((self.root(left), self.root(right)))
        if a != b and (not self.thing[a] or self.thing[b] in ("", self.thing[a])):
            self.parent[b] = a
            self.thing[a] = self.thing[a] or self.thing[b]

    def chains(self) -> tuple[tuple[int, ...], ...]:
        found: dict[int, list[int]] = {}
        for index in range(len(self.parent)):
            found.setdefault(self.root(index), []).append(index)
        return tuple(sorted(map(tuple, found.values())))
