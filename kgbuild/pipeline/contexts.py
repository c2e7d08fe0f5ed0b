"""Places in a document -> stretches of its text for people: the sentence, what stands around it, and the mentions marked.

Text is cut into pieces, each with the marks that hold for it, so that a page shows text as text and never as markup.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kgbuild.pipeline.anchoring import first_uri
from kgbuild.records import Facts, Passage
from kgbuild.workspace.codec import unpack_facts
from kgbuild.workspace.graph import WorkspaceGraph
from kgbuild.workspace.stored import StoredDocument

AROUND = 2
"""So many sentences are shown before and after."""

SENTENCE = "sentence"
"""Mark of the sentence that is meant."""

Stretch = tuple[int, int]
"""Half-open offsets in a document's text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with one set of marks. entity: whose mention it is, or ''."""

    text: str
    marks: tuple[str, ...] = ()
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """Sentences of one document. start: where the pieces begin in its text; scope, confidence: of a statement."""

    document: str
    uri: str
    name: str
    start: int
    pieces: tuple[Piece, ...]
    scope: str = ""
    confidence: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """What to mark: text[start:end] with a word for it."""

    start: int
    end: int
    word: str
    entity: str = ""


class Reader:
    """Documents of a graph with what was found in them, each unpacked once."""

    def __init__(self, graph: WorkspaceGraph) -> None:
        self.graph = graph
        self._facts: dict[str, tuple[Facts, list[str]] | None] = {}
        self._stored: dict[str, StoredDocument] = {}

    def facts(self, document: str) -> tuple[Facts, list[str]] | None:
        """Facts of a document and the entity of each unit ('' for none); None in an imported graph."""
        if document not in self._facts:
            row = self.graph.derived.db.execute("SELECT facts FROM folded WHERE document = ?", (document,)).fetchone()
            found = (unpack_facts(row[0]), self.graph.derived.entities_of_unit_rows(document)) if row else None
            self._facts[document] = found
        return self._facts[document]

    def passages(self, document: str) -> tuple[Passage, ...]:
        """Passages of a document, by position."""
        return self._document(document).passages

    def places(self, document: str, entities: Mapping[str, str]) -> list[Mark]:
        """All mentions of some entities in a document; entities: id -> mark."""
        facts = self.facts(document)
        if facts is None:
            return []
        pairs = zip(facts[0].units, facts[1], strict=True)
        found = [(mention, entity) for unit, entity in pairs if entity in entities for mention in unit.mentions]
        starts = [passage.start for passage in self.passages(document)]
        return [Mark(starts[m.passage] + m.start, starts[m.passage] + m.end, entities[entity], entity) for m, entity in found]

    def unit_places(self, document: str, name: str, word: str) -> list[Mark]:
        """The mentions of one unit, in text order."""
        facts = self.facts(document)
        if facts is None:
            return []
        found = [m for unit in facts[0].units if f"{unit.type}/{unit.key}" == name for m in unit.mentions]
        starts = [passage.start for passage in self.passages(document)]
        return [Mark(starts[m.passage] + m.start, starts[m.passage] + m.end, word) for m in found]

    def context(self, document: str, stretches: Sequence[Stretch], marks: Iterable[Mark]) -> Context:
        """The sentences that hold these stretches, with what stands around them; the sentences are marked, too."""
        sentences = self._sentences(document)
        held = [i for i, (a, b) in enumerate(sentences) if any(start < b and a < end for start, end in stretches)]
        shown = sorted({j for i in held for j in range(max(0, i - AROUND), min(len(sentences), i + AROUND + 1))})
        pieces: list[Piece] = []
        for run in _runs(shown):
            if pieces:
                pieces.append(Piece(" … "))
            start, end = sentences[run[0]][0], sentences[run[-1]][1]
            meant = [Mark(*sentences[i], SENTENCE) for i in held if i in run]
            pieces += cut(self._document(document).document.text, start, end, [*meant, *marks])
        node = self.graph.derived.document(document)
        first = sentences[shown[0]][0] if shown else 0
        return Context(document, first_uri(self.graph, document), node.name if node else "", first, tuple(pieces))

    def _document(self, document: str) -> StoredDocument:
        if document not in self._stored:
            self._stored[document] = self.graph.truth.document(document)
        return self._stored[document]

    def _sentences(self, document: str) -> list[Stretch]:
        return [(p.start + a, p.start + b) for p in self.passages(document) for a, b in p.sentences]


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    """Numbers that follow each other, together."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def cut(text: str, start: int, end: int, marks: Iterable[Mark]) -> list[Piece]:
    """text[start:end] in pieces, cut wherever a mark begins or ends."""
    inside = [mark for mark in marks if mark.start < end and start < mark.end]
    edges = sorted({start, end, *(max(start, m.start) for m in inside), *(min(end, m.end) for m in inside)})
    pieces = []
    for a, b in pairwise(edges):
        over = [mark for mark in inside if mark.start < b and a < mark.end]
        words = tuple(sorted({mark.word for mark in over}))
        pieces.append(Piece(text[a:b], words, next((mark.entity for mark in over if mark.entity), "")))
    return pieces
