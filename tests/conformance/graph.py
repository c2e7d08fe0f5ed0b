"""A graph for comparing engines: 240 entities, 60 documents, chunks and statements from one seed, with all that is odd in a graph.

Names with quotes, backticks, control and bidirectional characters and none at all; values and dates that some lack; two relations
between the same two entities, both ways, and a loop; entities that nothing points at; documents without a date.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from kgbuild.records import ChunkNode, DocumentNode, Entity, MentionEdge, Scope, StatementNode, Triple, Value

SEED = 20261126
TYPES = ("Person", "Organization", "Location", "Work")
RELATIONS = {
    "EMPLOYED_BY": ("Person", "Organization"),
    "FOUNDED_BY": ("Organization", "Person"),
    "HEADQUARTERED_IN": ("Organization", "Location"),
    "LOCATED_IN": ("Location", "Location"),
    "IN_COUNTRY": ("Location", "Location"),
    "CITIZEN_OF": ("Person", "Location"),
    "KNOWS": ("Person", "Person"),
    "PART_OF": ("Organization", "Organization"),
    "AUTHOR_OF": ("Person", "Work"),
    "BORN_ON": ("Person", "date"),
}
COUNTS = {"Person": 100, "Organization": 60, "Location": 50, "Work": 30}
FIRST = ("Ada", "Bo", "Cy", "Dora", "Émile", "Finn", "Grete", "Hal", "Iris", "Zoë")
LAST = ("Young", "Chen", "O'Neil", "da Silva", "Ångström", "van Dyk", "Smith", "Okafor", "Li", "Åberg")
KINDS = ("Administration", "Systems", "Council", "Bank", "Press", "Laboratories")
PLACES = ("Spring", "River", "Stone", "North", "Lake", "Old", "New", "East")
ODD = (
    "it's \"quoted\"", "a`b``c", "back\\slash \\u0060", "line\nbreak\ttab", "control \x01\x1f\x7f", "bidi \u202eevil\u2069",
    "emoji 👩‍👩‍👧 🏴", "中文 العربية", "$p {x} #1:0", "2018-03-04", "null", "12", "", "ZZ", "zz", "e\u0301 é",
)  # fmt: skip


class Names:
    """The schema's names."""

    types = TYPES
    relations = tuple(RELATIONS)


@dataclass
class Graph:
    """A graph source (kgbuild.records.GraphSource), all of it in lists."""

    parts: dict[str, list[Any]] = field(default_factory=dict)

    def entities(self) -> Iterator[Entity]:
        return iter(self.parts["entities"])

    def triples(self) -> Iterator[Triple]:
        return iter(self.parts["triples"])

    def statements(self) -> Iterator[StatementNode]:
        return iter(self.parts["statements"])

    def documents(self) -> Iterator[DocumentNode]:
        return iter(self.parts["documents"])

    def mentions(self) -> Iterator[MentionEdge]:
        return iter(self.parts["mentions"])

    def chunks(self) -> Iterator[ChunkNode]:
        return iter(self.parts["chunks"])

    def chunk_mentions(self) -> Iterator[MentionEdge]:
        return iter(self.parts["chunk_mentions"])


def example(seed: int = SEED) -> Graph:
    """The graph of a seed."""
    random = Random(seed)
    entities = list(_entities(random))
    documents = list(_documents(random))
    triples = list(_triples(random, entities, documents))
    statements = list(_statements(random, triples, documents))
    mentions = list(_mentions(random, entities, documents))
    chunks = [_chunk(document.id, index) for document in documents[:20] for index in range(int(document.id[1:]) % 4)]
    chunk_mentions = [
        MentionEdge(chunk.id, entity.id, random.randint(1, 3)) for chunk in chunks for entity in random.sample(entities, 4)
    ]
    return Graph(
        {
            "entities": entities,
            "documents": documents,
            "triples": triples,
            "statements": statements,
            "mentions": mentions,
            "chunks": chunks,
            "chunk_mentions": chunk_mentions,
        }
    )


def _entities(random: Random) -> Iterator[Entity]:
    for type, count in COUNTS.items():
        for number in range(count):
            name = ODD[number] if type == "Work" and number < len(ODD) else _name(random, type)
            aliases = tuple(dict.fromkeys(random.choices((name.upper(), name[:3], f"The {name}", "GSA", "U.S."), k=number % 4)))
            mentions = random.choice((1, 1, 2, 3, 5, 8, 40, 300))
            yield Entity(
                f"{type[0].lower()}{number:03}", type, name, aliases, (), mentions, 1 + mentions // 3,
                random.randrange(5000, 10001, 250), _values(random, type),
            )  # fmt: skip


def _name(random: Random, type: str) -> str:
    match type:
        case "Person":
            return f"{random.choice(FIRST)} {random.choice(LAST)}"
        case "Organization":
            return f"{random.choice(PLACES)} {random.choice(KINDS)}"
        case "Location":
            return f"{random.choice(PLACES)}{random.choice(('field', ' City', 'land', 'ville'))}"
        case _:
            return f"On {random.choice(PLACES)} Things"


def _values(random: Random, type: str) -> tuple[tuple[str, Value], ...]:
    if random.random() < 0.4:
        return ()
    match type:
        case "Person":
            text = random.choice(
                (f"19{random.randint(10, 99)}", f"19{random.randint(10, 99)}-0{random.randint(1, 9)}", "1947-05-08")
            )
            return (("date_of_birth", Value("date", text)),)
        case "Organization":
            found = [("employees", Value("number", str(random.choice((0, 7, 120, 9000, 2**53 + 1)))))]
            if random.random() < 0.5:
                found.append(("revenue", Value("number", random.choice(("1.5", "-0.25", "1e12", "7.0")))))
            return tuple(found)
        case "Location":
            return (("population", Value("number", str(random.randint(1, 5) * 1000))),)
        case _:
            return (("subtitle", Value("text", random.choice(("a study", "A Study", "")))),)


def _documents(random: Random) -> Iterator[DocumentNode]:
    for number in range(60):
        published = random.choice(("", "2018", "2018-05")) if number % 6 == 5 else _day(random)
        url = f"https://a.example/{number}" if number % 3 else ""
        metadata: list[tuple[str, Any]] = [("topics", tuple(random.sample(("energy", "law", "trade"), k=number % 3 + 1)))]
        if number % 4 == 0:
            metadata.append(("title", f"Another title {number}"))
        if number % 5 == 0:
            metadata.append(("pages", str(number)))
        uri = f"{'news' if number % 2 else 'reports'}/{number:02}.md"
        name = f"Document {number % 40}"  # some names occur twice
        language = ("en", "en", "de", "")[number % 4]
        yield DocumentNode(f"d{number:03}", name, uri, url, published, language, (uri,), tuple(metadata))


def _day(random: Random) -> str:
    return f"{random.randint(2015, 2021)}-{random.randint(1, 12):02}-{random.choice((1, 15, 28)):02}"


def _triples(random: Random, entities: list[Entity], documents: list[DocumentNode]) -> Iterator[Triple]:
    members = {type: [entity.id for entity in entities if entity.type == type] for type in TYPES}
    pairs: list[tuple[str, str, str | Value]] = []
    for relation, (head, tail) in RELATIONS.items():
        for _ in range(40 if head == "Work" or tail == "date" else 70):
            # half of the ends come from the first few, so that there are hubs, and the last of each type stay alone
            ends = [
                random.choice(members[side][:-5][: 8 if random.random() < 0.4 else None])
                for side in (head, tail)
                if side in members
            ]
            pairs.append((relation, ends[0], ends[1] if len(ends) == 2 else Value("date", f"19{random.randint(10, 99)}")))
    pairs += [("PART_OF", "o000", "o000"), ("KNOWS", "p000", "p001"), ("KNOWS", "p001", "p000"), ("FOUNDED_BY", "o001", "p001")]
    for number, (relation, start, end) in enumerate(dict.fromkeys(pairs)):
        scope = random.choice((Scope.STATED, Scope.STATED, Scope.INFERRED))
        support = random.choice((1, 1, 1, 2, 3, 7))
        quote = f"{start} and {end if isinstance(end, str) else end.text}: {random.choice(ODD)}"
        yield Triple(
            f"t{number:04}", start, relation, end, random.randrange(3000, 10001, 500), support, (support + 1) // 2, scope, quote,
            random.choice(documents).id,
        )  # fmt: skip


def _statements(random: Random, triples: list[Triple], documents: list[DocumentNode]) -> Iterator[StatementNode]:
    number = 0
    for triple in triples[::3]:
        for _ in range(min(triple.support, 3)):
            start = random.randint(0, 900)
            yield StatementNode(
                f"s{number:04}", triple.id, triple.subject, triple.predicate, triple.object, random.choice(documents).id, triple.quote,
                start, start + len(triple.quote), triple.scope, triple.confidence - random.randrange(0, 2000, 250), f"m{number % 2}",
            )  # fmt: skip
            number += 1


def _mentions(random: Random, entities: list[Entity], documents: list[DocumentNode]) -> Iterator[MentionEdge]:
    for document in documents[:-3]:
        for entity in random.sample(entities[:-10], random.randint(3, 14)):
            yield MentionEdge(document.id, entity.id, random.choice((1, 1, 2, 5)))


def _chunk(document: str, index: int) -> ChunkNode:
    text = f"Chunk {index} of {document}: " + ODD[index]
    return ChunkNode(f"c{document[1:]}{index}", document, index, index * 100, index * 100 + len(text), "en", text)
