"""What a look at a whole workspace holds. Records only; every number is what a query of the same graph gives."""

from dataclasses import dataclass, field

from kgbuild.build.changes import Change
from kgbuild.pipeline.listing import Standing
from kgbuild.pipeline.overview.facts import Fact
from kgbuild.pipeline.overview.fit import Fit
from kgbuild.pipeline.reports import Join, QuarantinedFact, Status
from kgbuild.records import DocumentNode, Entity


@dataclass(frozen=True, slots=True)
class Root:
    """Documents that came from one folder or file. outcomes: (ok, no_text, …) with how many."""

    name: str
    outcomes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Documents:
    """Where the graph comes from. languages: of passages; nodes: documents in the graph, equal texts once; published: first and last date, or ''."""

    roots: tuple[Root, ...] = ()
    languages: tuple[tuple[str, int], ...] = ()
    nodes: int = 0
    published: tuple[str, str] = ("", "")
    without_facts: int = 0
    """Documents in the graph that no fact stands on."""


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A type of entity: how many, how often mentioned, the best known."""

    name: str
    entities: int
    mentions: int
    best: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class RelationRow:
    """A relation: how many triples; of these stated by one sentence, with values; words for people; whether it is country-like."""

    name: str
    label: str
    triples: int
    stated: int
    values: int
    confidence: int
    places: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A fact with the document of its best sentence."""

    fact: Fact
    document: DocumentNode | None


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a cluster: its key "Type/name", in how many documents, its written forms, the full one first."""

    key: str
    documents: int
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """An entity of several names. joins: as few as hold the names together, the strongest ones."""

    entity: Entity
    names: tuple[Name, ...]
    joins: tuple[Join, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a rule left out: how much, in how many documents, and the document of which it left out most."""

    rule: str
    count: int
    documents: int
    uri: str


@dataclass(frozen=True, slots=True)
class Band:
    """Statements with scores in [low, low + width) of a histogram."""

    low: int
    stated: int
    inferred: int


@dataclass(frozen=True, slots=True)
class Judged:
    """Facts that people judged, by the score of the best statement: in [low, high), so many right and wrong; score: their mean."""

    low: int
    high: int
    right: int
    wrong: int
    score: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What a model directory says of itself. errors: (of what, expected calibration error), on the data it was evaluated on;
    precision: how many of its facts readers found right in documents unlike its training text.
    """

    errors: tuple[tuple[str, float], ...] = ()
    documents: int = 0
    precision: tuple["Precision", ...] = ()


@dataclass(frozen=True, slots=True)
class Precision:
    """Of a group of facts (country, other, each also inferred): the share that is right, estimated from so many that were read, with the
    bounds of its 95 % interval. It is no plain quotient: what was read was drawn by score.
    """

    group: str
    share: float
    right: int
    items: int
    low: float
    high: float


@dataclass(slots=True)
class Overview:
    """All of it. status: counts, problems, what was dropped; kept_out: facts that cannot be true beside others, the best supported."""

    name: str
    status: Status
    fit: Fit
    documents: Documents = field(default_factory=Documents)
    types: tuple[TypeRow, ...] = ()
    entities_with_facts: int = 0
    known: tuple[Entity, ...] = ()
    relations: tuple[RelationRow, ...] = ()
    best: tuple[Told, ...] = ()
    groups: tuple[Group, ...] = ()
    joined: int = 0
    """Entities of more than one name."""
    left_out: tuple[LeftOut, ...] = ()
    kept_out: tuple[QuarantinedFact, ...] = ()
    bands: tuple[Band, ...] = ()
    measured: Measured = Measured()
    judged: tuple[Judged, ...] = ()
    standings: tuple[Standing, ...] = ()
    change: Change | None = None
    settings: tuple[tuple[str, str], ...] = ()
