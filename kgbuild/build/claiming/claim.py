"""A fact as a model reads it in a passage: the relation's label and where the passage names the two ends."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from kgbuild.build.places import country
from kgbuild.resolution.lexicon import Kind, kind_of

CITIZEN, COUNTRY, ORIGIN, LOCATED = "P27", "P17", "P495", "P131"
HEADS = frozenset(("P6", "P35"))
JURISDICTION = "P1001"
CHIEF_EXECUTIVE = "P169"
FOUNDER = "P112"
PARTY = "P102"
CONTINENT = "P30"
INVERSE = {"P150": LOCATED}
"""Labels that say another label's fact from its other end."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a fact: the kind of its type, and where the passage names it (half-open offsets, in text order)."""

    kind: Kind
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact that a model reads in a passage's text; label: the model's own, a Wikidata property.

    is_inferred: whether no sentence of the passage names both ends; persons: where the passage names persons other than the head.
    """

    label: str
    text: str
    head: End
    tail: End
    is_inferred: bool = False
    persons: tuple[tuple[int, int], ...] = ()

    def forms(self, end: End) -> Iterator[str]:
        """The written forms of an end."""
        return (self.text[start:stop] for start, stop in end.spans)


def end(type: str, spans: Collection[tuple[int, int]]) -> End:
    """An end by the name of its type in the schema."""
    return End(kind_of(type), tuple(sorted(set(spans))))


def tail_country(claim: Claim) -> str:
    """The country that the tail names in the passage, or ''."""
    return next(filter(None, map(country, claim.forms(claim.tail))), "")
