"""A graph of any size from a seed, as a records.GraphSource: what the benchmarks of the stores and exports read.

Communities of eight documents share forty-odd entities; every third end of a fact is a hub of the whole graph (degrees are very
uneven). Facts fit the shipped schema. What is counted (mentions, support, documents) and what is quoted agrees with the texts of the
chunks. Only numpy arrays are held (generated_arrays.py, about 100 bytes a fact); records are made as they are asked for, sorted by id as a workspace's.

python benchmarks/generated_graph.py --entities 1000 --relationships 5000 --documents 200 OUT.jsonl
"""

import argparse
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks import generated_text as texts
from benchmarks.generated_arrays import CHUNK, TYPES, Arrays, Sizes, blocks_of, items_of, rows_of
from kgbuild.records import ChunkNode, DocumentNode, Entity, MentionEdge, Scope, StatementNode, Triple, Value
from kgbuild.sinks.export import export

MODEL = "qxzg5ufdyb5ia3jgg7dlumqjsq"
DIGITS = np.array(list("234567abcdefghijklmnopqrstuvwxyz"))
SCOPES = (Scope.STATED, Scope.INFERRED)
DEFAULT = Sizes()


class GeneratedGraph:
    """The graph of a seed and sizes; two of the same are equal, whatever the machine and the version of numpy."""

    def __init__(self, sizes: Sizes = DEFAULT, seed: int = 0) -> None:
        self.sizes = sizes
        self._arrays = Arrays(sizes, seed)
        self.schema = self._arrays.schema

    # records ---------------------------------------------------------------------------------------------------------

    def entities(self) -> Iterator[Entity]:
        """All entities, by id."""
        values, everyone = self._arrays.values(), np.arange(self.sizes.entities)
        columns = everyone, self._arrays.types, self._arrays.mix, self._arrays.entity_mentions, self._arrays.entity_documents
        for id, (number, type, mix, mentions, documents) in zip(self._ids(0, everyone), rows_of(*columns), strict=True):
            full = texts.name(TYPES[type], mix)
            others, keys = texts.aliases(TYPES[type], full, mix), (f"{TYPES[type]}/{full.lower()}",)
            own = values.get(number, ())
            yield Entity(id, TYPES[type], full, others, keys, mentions, documents, 6_000 + mix % 3_900, own)

    def triples(self) -> Iterator[Triple]:
        """All triples, by id; those with values among them."""
        best, everyone = self._arrays.best, np.arange(len(self._arrays.best))
        columns = (
            self._arrays.filler[best],
            self._arrays.inferred[best],
            self._arrays.score[best],
            self._arrays.support(),
            self._arrays.spread(),
        )
        ids, documents = self._ids(1, everyone), self._ids(2, self._arrays.document[best])
        for id, document, fact, row in zip(ids, documents, self._facts(everyone), rows_of(*columns), strict=True):
            (subject, relation, object, names), (filler, inferred, score, support, spread) = fact, row
            said = _said(names, filler, inferred)
            scope, confidence = SCOPES[inferred], min(9_900, score + 200 * (support - 1))
            yield Triple(id, subject, relation, object, confidence, support, spread, scope, " … ".join(said), document)

    def statements(self) -> Iterator[StatementNode]:
        """All statements, by triple, then by document and place."""
        everyone = np.arange(len(self._arrays.triple))
        ids, triples, documents = self._ids(3, everyone), self._ids(1, self._arrays.triple), self._ids(2, self._arrays.document)
        columns = rows_of(self._arrays.filler, self._arrays.inferred, self._arrays.score, self._arrays.start)
        for id, triple, document, fact, row in zip(
            ids, triples, documents, self._facts(self._arrays.triple), columns, strict=True
        ):
            (subject, relation, object, names), (filler, inferred, score, start) = fact, row
            said = _said(names, filler, inferred)
            end = start + len(said[0])
            spans = ((start, end), (end + 1, end + 1 + len(said[1]))) if inferred else ((start, end),)
            yield StatementNode(
                id, triple, subject, relation, object, document, " … ".join(said), start, spans[-1][1], SCOPES[inferred], score, MODEL, spans
            )  # fmt: skip

    def documents(self) -> Iterator[DocumentNode]:
        """All documents, by id."""
        everyone = np.arange(self.sizes.documents)
        for id, (number, mix) in zip(
            self._ids(2, everyone), rows_of(everyone, self._arrays.noise("document", everyone)), strict=True
        ):
            day = date(2012, 1, 1) + timedelta(days=mix % 5_000)
            uri, title = f"generated/{day:%Y}/{number:07d}.md", texts.name("Miscellaneous", mix)
            topics = (("topics", tuple(sorted({texts.BODIES[mix % 12], texts.WORKS[mix // 12 % 12]}))),)
            url = f"https://example.org/{day:%Y/%m}/{title.lower().replace(' ', '-')}"
            yield DocumentNode(id, title, uri, url, day.isoformat(), "en", (uri,), topics)

    def mentions(self) -> Iterator[MentionEdge]:
        """How often documents mention entities, by both."""
        document, entity = self._arrays.mentions >> np.uint64(32), self._arrays.mentions & np.uint64(0xFFFFFFFF)
        return map(MentionEdge, self._ids(2, document), self._ids(0, entity), items_of(self._arrays.mention_counts))

    def chunks(self) -> Iterator[ChunkNode]:
        """All passages, by document and position; where nothing is stated, a sentence about nothing."""
        said, first = self._sentences(), self._arrays.first_in.astype(np.int64)
        counts = np.maximum(1, -(-np.diff(first) // CHUNK))
        document = np.repeat(np.arange(self.sizes.documents), counts)
        index = np.arange(len(document)) - np.repeat(np.cumsum(counts) - counts, counts)
        sizes = np.minimum(np.diff(first)[document] - index * CHUNK, CHUNK)
        ids, documents = self._ids(4, (document << 14) + index), self._ids(2, document)
        start = 0
        for id, origin, (place, size) in zip(ids, documents, rows_of(index, sizes), strict=True):
            text = " ".join(islice(said, size)) or "Nothing of note was said."
            start = start if place else 0
            yield ChunkNode(id, origin, place, start, start + len(text), "en", text)
            start += len(text) + 2

    def chunk_mentions(self) -> Iterator[MentionEdge]:
        """How often passages mention entities, by document, position and entity."""
        places, counts = self._arrays.chunk_mentions
        return map(
            MentionEdge, self._ids(4, places >> np.uint64(26)), self._ids(0, places & np.uint64(0x3FFFFFF)), items_of(counts)
        )

    # pieces of records ------------------------------------------------------------------------------------------------

    def _sentences(self) -> Iterator[str]:
        """The texts of all statements, document by document, as they stand there."""
        order = self._arrays.order
        columns = rows_of(self._arrays.filler[order], self._arrays.inferred[order])
        for (*_, names), (filler, inferred) in zip(self._facts(self._arrays.triple[order]), columns, strict=True):
            yield " ".join(_said(names, filler, inferred))

    def _facts(self, triples: np.ndarray) -> Iterator[tuple[str, str, str | Value, tuple[str, str, str]]]:
        """Of each triple (by number): subject's id, predicate, object, and the three as they are written."""
        for some in blocks_of(triples):
            subject, number, has_value = self._arrays.subject[some], self._arrays.object[some], self._arrays.has_value[some]
            entity = np.where(has_value, 0, number)
            first, second = (self._arrays.names(self._arrays.types[end], self._arrays.mix[end]) for end in (subject, entity))
            columns = (
                self._ids(0, subject),
                self._ids(0, entity),
                first,
                second,
                rows_of(self._arrays.predicate[some], number, has_value),
            )
            for id, object, written, other, (predicate, value, is_value) in zip(*columns, strict=True):
                relation = self._arrays.relations[predicate]
                if is_value:
                    held = self._arrays.value(predicate, value)
                    yield id, relation.name, held, (written, relation.label, held.text)
                else:
                    yield id, relation.name, object, (written, relation.label, other)

    def _ids(self, kind: int, numbers: np.ndarray) -> Iterator[str]:
        """Ids of entities (0), triples (1), documents (2), statements (3), chunks (4): like digests, but sorted by number (not 4)."""
        total = (self.sizes.entities, len(self._arrays.subject), self.sizes.documents, len(self._arrays.triple), 1)[kind]
        step = np.uint64(2**64 // max(2, total) if kind < 4 else 0)
        for some in blocks_of(numbers.astype(np.uint64)):
            mixed = self._arrays.noise(f"id {kind}", some)
            high = some * step + mixed % step if kind < 4 else mixed
            yield from _spelled(high, self._arrays.noise(f"low {kind}", some))


def _spelled(high: np.ndarray, low: np.ndarray) -> list[str]:
    """Pairs of 64-bit integers as 26 digits each, of which 13 are high's; they sort as high does."""
    places = [max(0, 59 - 5 * digit) for digit in range(13)]
    columns = [DIGITS[((word >> np.uint64(place)) & np.uint64(31)).astype(np.intp)] for word in (high, low) for place in places]
    spelled: list[str] = np.stack(columns, axis=1).view("<U26")[:, 0].tolist()
    return spelled


def _said(names: tuple[str, str, str], filler: int, inferred: int) -> tuple[str, ...]:
    return texts.pair(*names, filler) if inferred else (texts.sentence(*names, filler),)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    for name in ("entities", "relationships", "documents"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Sizes(), name))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    graph = GeneratedGraph(Sizes(options.entities, options.relationships, options.documents), options.seed)
    export(graph, graph.schema, options.out)


if __name__ == "__main__":
    main()
