"""Everything that flows through kgbuild, as frozen records. Standard library only; records know no disk, no model, no query.

Offsets are characters, half-open: text[start:end]. Scores are integers in ten-thousandths (0 to 10000), quantised once, when
a model's output becomes a record; all later arithmetic that decides anything is integer. Tuples inside, so that records hash
and compare. The words are explained in ARCHITECTURE.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

ONE = 10_000
"""A score of certainty: scores are ten-thousandths."""

BLOCK_GAP = "\n\n"
"""What stands between two blocks of a text; no mention contains it."""
CELL_GAP = "\t"
"""What stands between two cells of a table row; no mention contains it."""

ANY = ""
"""Stands for all labels of a kind in a table of thresholds."""

Metadata = tuple[tuple[str, str | tuple[str, ...]], ...]
"""Key and value pairs of a source, sorted by key; values are text or lists of text."""

Progress = Callable[[str, int, int], None]
"""Told now and then during long work: what is being done, how much of it is done, of how much (0: not known)."""

# ── documents ────────────────────────────────────────────────────────────────────────────────────────────────────────


class BlockKind(StrEnum):
    """What readers return; the end of a block is always the end of a sentence."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    CAPTION = "caption"
    CODE = "code"


class Outcome(StrEnum):
    """What became of a source when it was read."""

    OK = "ok"
    NO_TEXT = "no_text"
    SKIPPED = "skipped"
    QUARANTINED = "quarantined"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a document's text: text[start:end], without the gap that follows."""

    kind: BlockKind
    start: int
    end: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A text and its blocks. The id is the digest of both: equal texts under two URIs are one document with two sources."""

    id: str
    text: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A file or one record of a file: where a document comes from.

    uri: name of the added root + relative path ("digitalgov/news/2019/x.md", "hhs/x.csv#id"); root: that first name;
    content: digest of the file's or record's bytes; document: id of its text, None unless outcome is ok;
    reason: why it has no document; metadata: title, date (ISO), url, language and whatever else the source says.
    """

    uri: str
    root: str
    content: str
    outcome: Outcome
    document: str | None = None
    reason: str = ""
    metadata: Metadata = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of one file or one record: the source and, if there is text, the document; plus notices for the user."""

    source: Source
    document: Document | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one document that is read at once: text == document.text[start : start + len(text)].

    sentences: half-open offsets in the passage, in order, never across a block; blocks: for each sentence the index of its
    block in document.blocks; language: ISO 639-1 code, or "und".
    """

    index: int
    start: int
    text: str
    language: str
    sentences: tuple[tuple[int, int], ...]
    blocks: tuple[int, ...]


# ── extraction ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """What an extractor knows of the thing that a span names, from elsewhere than the text: a person's master data, a linker.

    id: of the thing, in the numbering of whoever knows it; name and iri: as they shall be shown, or empty. Spans of one id are one
    thing, and spans of two ids never are.
    """

    id: str
    name: str = ""
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A typed stretch of a passage, as an extractor saw it; label is the extractor's own (PER, ORG, …)."""

    start: int
    end: int
    label: str
    score: int
    thing: Thing | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A typed, directed pair of spans, as indices into Extraction.spans; each end stands for its whole chain."""

    head: int
    tail: int
    label: str
    score: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a span of one of these types: it begins at start and ends at end; where one of them is -1, it may be anywhere."""

    start: int
    end: int
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link whose ends are the spans, of whatever extractor, that stand in two places of the passage."""

    head: Slot
    tail: Slot
    label: str
    score: int


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one extractor sees in one passage text: the unit of caching. It knows no document.

    spans: sorted by (start, end, label), not overlapping; chains: partition of span indices, each sorted, sorted by first;
    links: sorted; head and tail are the first spans of their chains; open: links between spans that others find.
    """

    spans: tuple[Span, ...] = ()
    chains: tuple[tuple[int, ...], ...] = ()
    links: tuple[Link, ...] = ()
    open: tuple[OpenLink, ...] = ()


# ── facts of one document ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Mention:
    """A span placed in a document: passage index and offsets in that passage, with the written form after trimming.

    by: the name of the extractor that found it, '' for the model; thing: what that extractor knows of it.
    """

    passage: int
    start: int
    end: int
    text: str
    score: int
    by: str = ""
    thing: Thing | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """The mentions of one document that are the same thing.

    type: of the schema; key: normalised full name; mentions: in text order; acronyms: normalised short forms that this
    document defines for the name, "Long Name (ABC)". A form whose own normalised name differs from key is a short form here:
    it was expanded inside the document and does not carry its name to others. thing: what an extractor knows it to be.
    """

    type: str
    key: str
    mentions: tuple[Mention, ...]
    acronyms: tuple[str, ...] = ()
    thing: Thing | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A date, number or text that is no entity; text is normalised (dates ISO, reduced precision allowed: 1947-05)."""

    datatype: str
    text: str


class Scope(StrEnum):
    """Whether one sentence of the document states the fact, or it was inferred from several."""

    STATED = "stated"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that a statement stands on: a passage and a stretch of it, inside one block."""

    passage: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One assertion by one document. subject and object are indices of units; object is a Value for properties.

    evidence: the one sentence that holds both ends (stated), or the closest pair of sentences that hold them (inferred);
    by: the name of the extractor that says so, '' for the model.
    """

    subject: int
    predicate: str
    object: int | Value
    score: int
    scope: Scope
    evidence: tuple[Evidence, ...]
    by: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that one document says under one schema; dropped counts what was left out, by rule."""

    units: tuple[Unit, ...] = ()
    statements: tuple[Statement, ...] = ()
    dropped: tuple[tuple[str, int], ...] = ()


# ── a person's word ──────────────────────────────────────────────────────────────────────────────────────────────────


class Verdict(StrEnum):
    """What a judgement says."""

    SAME = "same"
    DIFFERENT = "different"
    RIGHT = "right"
    WRONG = "wrong"
    NAME = "name"
    TYPE = "type"


ANYWHERE = "*"
"""As the URI of an anchor: the name wherever it stands, less the mentions that judgements set apart by their own URI."""
NOWHERE = ""
"""As the URI of an anchor: no name but a value; text is the normalised value and type its datatype."""


@dataclass(frozen=True, slots=True, order=True)
class Anchor:
    """What a judgement points at: a name as written at a URI (or ANYWHERE), or a value (NOWHERE)."""

    uri: str
    text: str
    type: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """A person's word; append-only, revoked by undo, stronger than any score.

    same/different: left and right; name: left gets the name `value`; type: left gets the type `value`;
    right/wrong: the triple (left, value as predicate, right), or with right None and value "" the entity left itself.
    A triple that is right with both ends at one URI is kept as that document has it, whatever its score.
    by, at and reason are for the record, quote and offset a hint for people; none of them decides anything.
    """

    number: int
    verdict: Verdict
    left: Anchor
    right: Anchor | None = None
    value: str = ""
    by: str = ""
    at: str = ""
    reason: str = ""
    quote: str = ""
    offset: int = -1


# ── the graph ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Entity:
    """What units resolve to. aliases: other written forms, most frequent first; keys: "Type/normalised name" it holds;
    iri and external_id: of the thing in a person's master data, or empty.
    """

    id: str
    type: str
    name: str
    aliases: tuple[str, ...]
    keys: tuple[str, ...]
    mentions: int
    documents: int
    confidence: int
    values: tuple[tuple[str, Value], ...] = ()
    iri: str = ""
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Triple:
    """Subject, predicate and object (entity id or Value); lives while at least one statement supports it.

    support: distinct evidence sentences; documents: distinct documents; scope: stated if any statement is;
    quote and document: the best evidence.
    """

    id: str
    subject: str
    predicate: str
    object: str | Value
    confidence: int
    support: int
    documents: int
    scope: Scope
    quote: str
    document: str


@dataclass(frozen=True, slots=True)
class StatementNode:
    """One statement in the graph: the document's assertion with its quote.

    quotes: (start, end) in the document's text, one sentence or the closest pair; quote is their text, joined by " … ";
    start and end are the first one's start and the last one's end.
    """

    id: str
    triple: str
    subject: str
    predicate: str
    object: str | Value
    document: str
    quote: str
    start: int
    end: int
    scope: Scope
    confidence: int
    model: str
    quotes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentNode:
    """A document in the graph; several sources are one node: the first by URI names it, sources lists all URIs."""

    id: str
    name: str
    uri: str
    url: str
    published: str
    language: str
    sources: tuple[str, ...]
    metadata: Metadata = ()


@dataclass(frozen=True, slots=True)
class ChunkNode:
    """A passage in the graph, at document.text[start:end]."""

    id: str
    document: str
    index: int
    start: int
    end: int
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class MentionEdge:
    """How often a document (or a chunk) mentions an entity."""

    origin: str
    entity: str
    count: int


@dataclass(frozen=True, slots=True)
class TripleKey:
    """What identifies a triple, and its ends."""

    id: str
    subject: str
    predicate: str
    object: str
    is_value: bool


@dataclass(frozen=True, slots=True)
class Delta:
    """What turns one state of a graph into another: what goes, and what stands there now of all that was touched.

    Whatever hangs on a touched triple (statements) or document (mentions, chunks) goes, and comes again as it is now.
    triples_before: touched ones that were there; triples: touched ones that are; mentioning: documents whose mentions are given.
    """

    new_entities: tuple[Entity, ...] = ()
    changed_entities: tuple[Entity, ...] = ()
    gone_entities: tuple[str, ...] = ()
    new_documents: tuple[DocumentNode, ...] = ()
    changed_documents: tuple[DocumentNode, ...] = ()
    gone_documents: tuple[str, ...] = ()
    triples_before: tuple[TripleKey, ...] = ()
    triples: tuple[Triple, ...] = ()
    mentioning: tuple[str, ...] = ()
    mentions: tuple[MentionEdge, ...] = ()
    statements: tuple[StatementNode, ...] = ()
    chunks: tuple[ChunkNode, ...] = ()
    chunk_mentions: tuple[MentionEdge, ...] = ()


class GraphSource(Protocol):
    """A whole graph, readable part by part in the order of ids: what sinks and views take. Iterators may be taken again."""

    def entities(self) -> Iterator[Entity]: ...
    def triples(self) -> Iterator[Triple]: ...
    def statements(self) -> Iterator[StatementNode]: ...
    def documents(self) -> Iterator[DocumentNode]: ...
    def mentions(self) -> Iterator[MentionEdge]: ...
    def chunks(self) -> Iterator[ChunkNode]: ...
    def chunk_mentions(self) -> Iterator[MentionEdge]: ...


@dataclass(frozen=True, slots=True)
class Violation:
    """A triple that breaks a rule of the schema."""

    triple: str
    rule: str
    detail: str


# ── what a database elsewhere was sent ───────────────────────────────────────────────────────────────────────────────

SinkEntry = tuple[str, str, str]
"""Key, labels beside the base label (joined by &) and digest of a row; the digest is empty for a row that goes."""


@dataclass(frozen=True, slots=True)
class SinkStep:
    """One transaction of a publish: the mark that stands in the database before and after it, and what becomes of which rows."""

    before: str
    after: str
    entries: tuple[SinkEntry, ...]


@dataclass(frozen=True, slots=True)
class SinkDifference:
    """What is wanted against what is there, in rows: new, changed, gone (there and not wanted), held (all that are there)."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class SinkState:
    """A database that the workspace was published to.

    graph: what the workspace is called there; wanted: digest of what was wanted, empty if not all of it arrived; options: what
    was published, as JSON; kept: nodes that should go and stay, since relationships of others hang on them.
    """

    address: str
    database: str
    graph: str
    wanted: str
    options: str
    nodes: int
    relationships: int
    kept: int
