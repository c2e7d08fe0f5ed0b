"""What the steps say of themselves: counts for the command line, for --json and for programs. Records only."""

from dataclasses import dataclass, field

from kgbuild.build.changes import Change
from kgbuild.records import Block, Facts, Passage, SinkState, Source


@dataclass(slots=True)
class Added:
    """What `add` did. Counts are of sources (files, or records of a file); skipped: files of an unknown suffix, and drafts."""

    ok: int = 0
    no_text: int = 0
    skipped: int = 0
    quarantined: int = 0
    retry: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    newly_quarantined: int = 0
    vanished: list[str] = field(default_factory=list)
    skipped_suffixes: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str, str, str]] = field(default_factory=list)
    """(uri, outcome, reason) of what was quarantined or is to be tried again."""
    notices: list[str] = field(default_factory=list)
    first: dict[str, str] = field(default_factory=dict)
    """The first file, by its URI, of each notice."""
    words: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ReadBeside:
    """What an extractor beside the model did: passages read now, and known before."""

    name: str
    extracted: int
    cached: int


@dataclass(slots=True)
class Extracted:
    """What `extract` did. passages: in all documents, in languages that the model reads; words: of the passages extracted now.

    model: '' where the workspace uses none; beside: what other extractors did; notices: what a person should know of them; newer: what
    `use` takes to go over to a model that has come to stand where this one stood, '' if none has.
    """

    model: str = ""
    passages: int = 0
    extracted: int = 0
    cached: int = 0
    other_languages: int = 0
    words: int = 0
    seconds: float = 0.0
    load_seconds: float = 0.0
    switched: bool = False
    numerics: str = ""
    beside: list[ReadBeside] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    newer: str = ""


@dataclass(slots=True)
class BuildReport:
    """What `build` did, and what the graph holds now. change: the best known of what came and went; None if nothing did.

    entities_changed: that keep their id and have other names, values or mentions; triples_changed: that stay, on other evidence;
    unmapped: labels of extractors that the schema drops; idle: settings that apply to nothing in it, in words.
    """

    mentions: int = 0
    statements: int = 0
    entities: int = 0
    triples: int = 0
    values: int = 0
    entities_added: int = 0
    entities_removed: int = 0
    entities_redirected: int = 0
    entities_changed: int = 0
    triples_added: int = 0
    triples_removed: int = 0
    triples_changed: int = 0
    documents_folded: int = 0
    documents_removed: int = 0
    sleeping: list[int] = field(default_factory=list)
    conflicting: list[int] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)
    idle: list[str] = field(default_factory=list)
    changed: bool = False
    state: str = ""
    seconds: float = 0.0
    change: Change | None = None


@dataclass(slots=True)
class Status:
    """What the workspace holds, and what is still to do. asleep, set_aside: (number, what it says, why) of judgements."""

    path: str = ""
    model: str = ""
    wanted_model: str = ""
    schema: str = ""
    wanted_schema: str = ""
    documents: dict[str, int] = field(default_factory=dict)
    passages: int = 0
    missing: int = 0
    read_otherwise: int = 0
    """Files that were read under other rules of privacy than those that hold now."""
    other_languages: int = 0
    unread_blocks: dict[str, int] = field(default_factory=dict)
    mentions: int = 0
    statements: int = 0
    entities: int = 0
    triples: int = 0
    values: int = 0
    by_type: list[tuple[str, int]] = field(default_factory=list)
    by_predicate: list[tuple[str, int]] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)
    """Facts that are kept out of the graph, by rule."""
    judgements: int = 0
    sleeping: int = 0
    asleep: list[tuple[int, str, str]] = field(default_factory=list)
    set_aside: list[tuple[int, str, str]] = field(default_factory=list)
    built: bool = False
    behind: bool = False
    """Documents, judgements or settings are others than those that the graph was built of, and nothing has to be extracted first."""
    state: str = ""
    store: str = ""
    imported: str = ""
    """The file that the graph was imported from; '' in a workspace of documents."""
    imported_provenance: str = ""
    numerics: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str, str, str]] = field(default_factory=list)
    extractors: list[str] = field(default_factory=list)
    """Those beside the model."""
    newer: str = ""
    """What `use` takes to go over to a model that has come to stand where the wanted one stood; '' if none has."""
    words: int = 0
    sinks: list["SinkStatus"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SinkStatus:
    """A database that the graph was published to; is_current: it holds what the last publish there would send now."""

    state: SinkState
    is_current: bool


@dataclass(frozen=True, slots=True)
class Join:
    """Why two names are one entity: the edge with its weight and reasons."""

    left: str
    right: str
    weight: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class TextJoin:
    """Why two names are one inside of a text, as they are written there; documents: in how many of those looked at; uri: of one."""

    left: str
    right: str
    why: str
    documents: int
    uri: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a document, with where it stands."""

    text: str
    document: str
    uri: str
    start: int
    end: int
    scope: str = ""
    confidence: int = 0
    by: str = ""
    """The extractor that found it, '' for the model."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a document, at text[start:end] of it. passage: its index; entities: ids of those that it names, sorted."""

    text: str
    document: str
    uri: str
    start: int
    end: int
    passage: int
    entities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntityExplanation:
    """An entity, why its names are one, and where it stands."""

    id: str
    type: str
    name: str
    aliases: tuple[str, ...]
    mentions: int
    documents: int
    confidence: int
    names: tuple[tuple[str, int, tuple[str, ...]], ...]
    """(key, documents, written forms) of each name it holds."""
    joins: tuple[Join, ...]
    judgements: tuple[str, ...]
    quotes: tuple[Quote, ...]
    facts: tuple["FactExplanation", ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    written: tuple[tuple[int, str, tuple[tuple[str, int], ...]], ...] = ()
    """(number, URI, (form, count)) of its mentions in each document: what `split --mentions` takes."""
    external_id: str = ""
    iri: str = ""
    """Of the thing that it is known to be in a person's terms, or empty."""
    text_joins: tuple[TextJoin, ...] = ()


@dataclass(frozen=True, slots=True)
class FactExplanation:
    """A triple and all sentences that it stands on."""

    id: str
    subject: str
    subject_name: str
    predicate: str
    object: str
    object_name: str
    confidence: int
    support: int
    documents: int
    scope: str
    quotes: tuple[Quote, ...]
    judgements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuarantinedFact:
    """A fact that is kept out of the graph: by which rule, why, and what said it."""

    rule: str
    reason: str
    fact: FactExplanation


@dataclass(slots=True)
class Shown:
    """One document as the workspace knows it. entities: ids, one a unit of facts; '' where it became no entity."""

    source: Source
    sources: tuple[Source, ...]
    text: str = ""
    blocks: tuple[Block, ...] = ()
    language: str = ""
    passages: tuple[Passage, ...] = ()
    unread: tuple[tuple[str, int], ...] = ()
    facts: Facts | None = None
    entities: tuple[str, ...] = ()
