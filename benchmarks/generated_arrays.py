"""What a generated graph consists of, as numpy arrays drawn from a seed: entities, facts, statements, their places, counts.

Everything is a function of hashed integers (splitmix64), so that it is the same on every machine. Rows stand in the order in which
the graph gives its records; numbers of entities, triples, documents and statements are places in these arrays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b

import numpy as np

from benchmarks import generated_text as texts
from kgbuild.records import Value
from kgbuild.schema import load_schema

BLOCK = 4_096
COMMUNITY = 8
CHUNK = 12
TYPES = ("Person", "Organization", "Location", "Miscellaneous")
SHARES = (0.35, 0.65, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much to generate. Facts with a value (dates, numbers) come on top of the relationships."""

    entities: int = 100_000
    relationships: int = 500_000
    documents: int = 20_000


class Arrays:
    """The arrays of a seed and sizes. At most 64 million entities, 16 million documents. Raises ValueError for too few entities."""

    def __init__(self, sizes: Sizes, seed: int) -> None:
        self.sizes, self.seed, self.schema = sizes, seed, load_schema(None)
        usable = (r for r in self.schema.relations if not r.inverse and (r.is_property or not r.untrained))
        self.relations = sorted(usable, key=lambda r: (_scalar(seed, r.name), r.name))
        everyone = np.arange(sizes.entities, dtype=np.uint64)
        self.mix = self.noise("name", everyone)
        self.types = np.searchsorted(SHARES, fraction(self.noise("type", everyone)), side="right").astype(np.uint8)
        self.groups = max(1, sizes.documents // COMMUNITY)
        self._draw_facts()
        self._draw_statements()
        self._place_statements()
        self._count()

    def noise(self, kind: str, numbers: np.ndarray) -> np.ndarray:
        """A random 64-bit integer for each number: splitmix64, keyed by seed and kind."""
        with np.errstate(over="ignore"):
            z = (numbers.astype(np.uint64) + np.uint64(_scalar(self.seed, kind))) * np.uint64(0x9E3779B97F4A7C15)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            return z ^ (z >> np.uint64(31))

    def _draw_facts(self) -> None:
        """Subject, predicate and object of every triple, in the order of their ids; home: the community that states it first."""
        rows, first = np.zeros((0, 4), np.int64), 0
        functional = np.array([relation.functional for relation in self.relations])
        while len(rows) < self.sizes.relationships:
            wanted = int((self.sizes.relationships - len(rows)) * 1.3) + 50
            rows = np.vstack([rows, self._candidates(np.arange(first, first + wanted, dtype=np.uint64))])
            first += wanted
            object = np.where(functional[rows[:, 1]], 0, rows[:, 2] + 1)
            _, kept = np.unique((rows[:, 0] << 38) | (rows[:, 1] << 31) | object, return_index=True)
            rows = rows[np.sort(kept)]
            if first > 40 * self.sizes.relationships + 10_000:
                raise ValueError(f"{self.sizes.entities} entities are too few for {self.sizes.relationships} relationships")
        rows = np.vstack([rows[: self.sizes.relationships], self._value_facts()])
        rows = rows[np.argsort(self.noise("order", np.arange(len(rows))), kind="stable")]
        self.subject, self.object = rows[:, 0].astype(np.uint32), rows[:, 2].astype(np.uint32)
        self.predicate, self.home = rows[:, 1].astype(np.uint8), rows[:, 3].astype(np.uint32)
        self.has_value = np.array([relation.is_property for relation in self.relations])[self.predicate]

    def _candidates(self, numbers: np.ndarray) -> np.ndarray:
        home = self.noise("home", numbers) % np.uint64(self.groups)
        subject, object = self._end("subject", numbers, home), self._end("object", numbers, home)
        table, sizes = self._allowed()
        kinds = self.types[subject], self.types[object]
        place = (fraction(self.noise("predicate", numbers)) ** 2 * sizes[kinds]).astype(np.int64)
        predicate = table[(*kinds, place)]
        symmetric = np.array([relation.symmetric for relation in self.relations])[predicate] & (subject > object)
        subject, object = np.where(symmetric, object, subject), np.where(symmetric, subject, object)
        rows = np.stack([subject, predicate, object, home.astype(np.int64)], axis=1)
        return rows[(predicate >= 0) & (subject != object)]

    def _end(self, kind: str, numbers: np.ndarray, home: np.ndarray) -> np.ndarray:
        """A member of the home community, or one of the hubs of the graph."""
        count, at = self.sizes.entities, fraction(self.noise(f"{kind} which", numbers))
        hub = self.noise("hub", (at * at * at * at * count).astype(np.uint64)) % np.uint64(count)
        members = (count - home.astype(np.int64) + self.groups - 1) // self.groups
        member = home.astype(np.int64) + self.groups * (at * np.sqrt(at) * members).astype(np.int64)
        is_hub = (self.noise(f"{kind} hub", numbers) % np.uint64(3) == 0) | (members == 0)
        return np.where(is_hub, hub.astype(np.int64), member)

    def _allowed(self) -> tuple[np.ndarray, np.ndarray]:
        """Predicates by type of subject and object (types × types × place, -1: none), and how many there are."""
        table = np.full((len(TYPES), len(TYPES), len(self.relations)), -1, np.int64)
        sizes = np.zeros((len(TYPES), len(TYPES)), np.int64)
        for number, relation in enumerate(self.relations):
            for head in () if relation.is_property else relation.head:
                for tail in relation.tail:
                    pair = TYPES.index(head), TYPES.index(tail)
                    table[(*pair, sizes[pair])] = number
                    sizes[pair] += 1
        return table, sizes

    def _value_facts(self) -> np.ndarray:
        everyone, found = np.arange(self.sizes.entities), [np.zeros((0, 4), np.int64)]
        for number, relation in enumerate(self.relations):
            if relation.is_property:
                fits = np.isin(self.types, [TYPES.index(name) for name in relation.head])
                chosen = everyone[fits & (self.noise(relation.name, everyone) % np.uint64(12) == 0)]
                columns = (
                    chosen,
                    np.full(len(chosen), number),
                    self.noise("value", chosen) % np.uint64(2**31),
                    chosen % self.groups,
                )
                found.append(np.stack(columns, axis=1).astype(np.int64))
        return np.vstack(found)

    def _draw_statements(self) -> None:
        """Who says what: 1 to 4 statements a triple, in documents of its home, sorted by triple and document."""
        counts = 1 + np.searchsorted(
            (0.7, 0.88, 0.96), fraction(self.noise("support", np.arange(len(self.subject)))), side="right"
        )
        counts[self.has_value] = 1
        triple = np.repeat(np.arange(len(counts)), counts)
        numbers, home = np.arange(len(triple)), self.home[triple].astype(np.int64)
        documents = (self.sizes.documents - home + self.groups - 1) // self.groups
        document = home + self.groups * (fraction(self.noise("document", numbers)) ** 2 * documents).astype(np.int64)
        self.first = np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32)
        which = numbers - self.first[triple]
        self.filler = (
            (self.noise("filler", triple) + which.astype(np.uint64) * np.uint64(37)) % np.uint64(texts.FILLERS)
        ).astype(np.uint8)
        self.inferred = self.noise("scope", numbers) % np.uint64(6) == 0
        self.score = (5_000 + self.noise("score", numbers) % np.uint64(4_900)).astype(np.uint16)
        order = np.lexsort((self.noise("place", numbers), document, triple))
        self.document, self.triple = document[order].astype(np.uint32), triple.astype(np.uint32)
        self.filler, self.inferred, self.score = self.filler[order], self.inferred[order], self.score[order]

    def _place_statements(self) -> None:
        """Where in its document each statement starts; in a document, statements stand in any order, twelve in a chunk."""
        numbers = np.arange(len(self.triple))
        self.order = np.lexsort((numbers, self.noise("place", self.triple), self.document)).astype(np.uint32)
        self.first_in = np.searchsorted(self.document[self.order], np.arange(self.sizes.documents + 1)).astype(np.uint32)
        one, first, second = self._lengths()
        length = np.where(self.inferred, first + 1 + second, one)[self.order]
        rank = numbers - self.first_in[self.document[self.order]]
        gap = np.where(rank == 0, 0, np.where(rank % CHUNK == 0, 2, 1))
        before = np.cumsum(length + gap) - length
        base = np.concatenate([before, [0]])[self.first_in[self.document[self.order]]]
        self.start = np.zeros(len(numbers), np.uint32)
        self.start[self.order] = before - base
        self.chunk = np.zeros(len(numbers), np.uint32)
        self.chunk[self.order] = rank // CHUNK

    def _lengths(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        names = np.array([len(text) for text in self.names(self.types, self.mix)])
        labels = np.array([len(relation.label) for relation in self.relations])
        leads, tails = (np.array([len(text) for text in some]) for some in (texts.LEADS, texts.TAILS))
        triple = self.triple
        objects = np.where(self.has_value[triple], 0, names[np.where(self.has_value, 0, self.object)[triple]])
        valued = np.flatnonzero(self.has_value[triple])
        objects[valued] = [
            len(self.value(p, v).text) for p, v in rows_of(self.predicate[triple[valued]], self.object[triple[valued]])
        ]
        parts = names[self.subject[triple]], labels[self.predicate[triple]], objects
        return texts.lengths(*parts, leads[self.filler % 16], tails[self.filler // 16])

    def _count(self) -> None:
        """Mentions by chunk, and what follows from them; the best statement of each triple."""
        triple, between = self.triple, ~self.has_value[self.triple]
        entity = np.concatenate([self.subject[triple], self.object[triple[between]]]).astype(np.uint64)
        document = np.concatenate([self.document, self.document[between]]).astype(np.uint64)
        chunk = np.concatenate([self.chunk, self.chunk[between]]).astype(np.uint64)
        lonely = np.setdiff1d(np.arange(self.sizes.entities, dtype=np.uint64), entity)
        entity, chunk = np.concatenate([entity, lonely]), np.concatenate([chunk, np.zeros_like(lonely)])
        document = np.concatenate([document, lonely % np.uint64(self.sizes.documents)])
        self.chunk_mentions = np.unique((document << np.uint64(40)) | (chunk << np.uint64(26)) | entity, return_counts=True)
        by_document = ((self.chunk_mentions[0] >> np.uint64(40)) << np.uint64(32)) | (
            self.chunk_mentions[0] & np.uint64(0x3FFFFFF)
        )
        self.mentions, where = np.unique(by_document, return_inverse=True)
        self.mention_counts = np.bincount(where, self.chunk_mentions[1]).astype(np.uint32)
        whom = (self.mentions & np.uint64(0xFFFFFFFF)).astype(np.int64)
        self.entity_mentions = np.bincount(whom, self.mention_counts, self.sizes.entities).astype(np.uint32)
        self.entity_documents = np.bincount(whom, minlength=self.sizes.entities).astype(np.uint32)
        numbers = np.arange(len(triple))
        self.best = np.lexsort((numbers, -self.score.astype(np.int64), self.inferred, triple))[self.first[:-1]].astype(
            np.uint32
        )

    def names(self, types: np.ndarray, mixes: np.ndarray) -> Iterator[str]:
        """Names of entities, by their types and random numbers."""
        return (texts.name(TYPES[type], mix) for type, mix in rows_of(types, mixes))

    def value(self, predicate: int, number: int) -> Value:
        """The value of a fact, by its predicate and random number."""
        datatype = self.relations[predicate].datatype
        if datatype == "number":
            return Value(datatype, f"{number % 400 / 10:g}")
        day = date(1880, 1, 1) + timedelta(days=number % 50_000)
        return Value(datatype, (day.isoformat(), f"{day:%Y-%m}", f"{day:%Y}")[number % 3])

    def values(self) -> dict[int, tuple[tuple[str, Value], ...]]:
        """Properties of the entities that have any, by the entity's number."""
        found: dict[int, list[tuple[str, Value]]] = {}
        which = np.flatnonzero(self.has_value)
        for subject, predicate, value in rows_of(self.subject[which], self.predicate[which], self.object[which]):
            found.setdefault(subject, []).append((self.relations[predicate].property, self.value(predicate, value)))
        return {subject: tuple(sorted(some, key=lambda pair: pair[0])) for subject, some in found.items()}

    def support(self) -> np.ndarray:
        """Statements of each triple; no two have the same quote."""
        return np.diff(self.first.astype(np.int64))

    def spread(self) -> np.ndarray:
        """Distinct documents of each triple."""
        same = (self.triple[1:] == self.triple[:-1]) & (self.document[1:] == self.document[:-1])
        return self.support() - np.bincount(self.triple[1:][same], minlength=len(self.subject))


def rows_of(*columns: np.ndarray) -> Iterator[tuple[int, ...]]:
    """Rows of equally long arrays as Python integers, a block at a time."""
    for first in range(0, len(columns[0]), BLOCK):
        yield from zip(*(column[first : first + BLOCK].tolist() for column in columns), strict=True)


def items_of(column: np.ndarray) -> Iterator[int]:
    for some in blocks_of(column):
        yield from some.tolist()


def blocks_of(column: np.ndarray) -> Iterator[np.ndarray]:
    return (column[first : first + BLOCK] for first in range(0, len(column), BLOCK))


def fraction(noise: np.ndarray) -> np.ndarray:
    return (noise >> np.uint64(11)).astype(np.float64) / 2**53


def _scalar(seed: int, text: str) -> int:
    return int.from_bytes(blake2b(f"{seed} {text}".encode(), digest_size=8).digest(), "big")
