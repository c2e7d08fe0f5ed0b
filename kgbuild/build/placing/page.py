"""A document on the table while its facts are placed: what applies to it, what is known of each mention, and where things stand in it."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from kgbuild.build.merge import Merged
from kgbuild.config import Build
from kgbuild.records import ANY, Document, Mention, Passage, Unit, Value
from kgbuild.resolution.document import Apart
from kgbuild.schema import Schema, Type


@dataclass(frozen=True, slots=True)
class Rules:
    """What placing applies to every document: schema, settings, minimum score by (relation label, scope)."""

    schema: Schema
    config: Build
    thresholds: Mapping[tuple[str, str], int]


@dataclass(slots=True)
class Page:
    """A document on the table: what is known of each mention while it is placed; units come when all mentions stand.

    apart: written names that a person says are two things here.
    """

    document: Document
    passages: tuple[Passage, ...]
    readings: Mapping[int, Merged]
    repeated: frozenset[int]
    date: str
    rules: Rules
    apart: frozenset[Apart] = frozenset()
    own: set[tuple[int, int, int]] = field(default_factory=set)
    mentions: list[Mention] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    of_span: dict[tuple[int, int], int] = field(default_factory=dict)
    value_spans: dict[tuple[int, int], Type] = field(default_factory=dict)
    units: tuple[Unit, ...] = ()
    unit_of: dict[tuple[int, int, int], int] = field(default_factory=dict)
    accepted: frozenset[tuple[int, str, int | Value]] = frozenset()
    dropped: Counter[str] = field(default_factory=Counter)


def floor_of(rules: Rules) -> int:
    """The score that a span of the model needs, where its type has none of its own."""
    return max(rules.config.min_mention_score, rules.thresholds.get((ANY, "span"), 0))


def at(mention: Mention) -> tuple[int, int, int]:
    """Where a mention stands: passage, start, end."""
    return mention.passage, mention.start, mention.end


def is_own(page: Page, unit: Unit) -> bool:
    """Whether a person's terms or patterns name a unit."""
    return bool(page.own) and any(at(mention) in page.own for mention in unit.mentions)


def sentence_of(passage: Passage, offset: int) -> int:
    """Index of the sentence that holds an offset."""
    return max(0, bisect_right(passage.sentences, (offset, len(passage.text) + 1)) - 1)


def stretch(mention: Mention) -> tuple[int, int]:
    """Start and end of a mention in its passage."""
    return mention.start, mention.end
