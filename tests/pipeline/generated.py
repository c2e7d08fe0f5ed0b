"""A graph made by chance, with ids as a build makes them: of any size, the same for the same seed."""

import random

from kgbuild.graph.memory import Graph
from kgbuild.hashing import digest
from kgbuild.records import ChunkNode, DocumentNode, Entity, MentionEdge, Scope, StatementNode, Triple, Value

TYPES = ("Person", "Organization", "Location")
LETTERS = "abc ÄßĐ中文🙂\"\\<>&'{}%#|^`\t"


def generated_graph(seed: int, size: int = 12) -> Graph:
    """Entities, a triple or two each, a statement or two each, documents with metadata of all kinds, chunks."""
    chance = random.Random(seed)

    def text(longest: int = 12) -> str:
        return "".join(chance.choice(LETTERS) for _ in range(chance.randint(1, longest)))

    documents = [_document(f"d{n}", text, chance) for n in range(size // 3 + 1)]
    named = [(digest("e", seed, n), TYPES[n % 3], text()) for n in range(size)]
    triples, statements = [], []
    for id, type, _ in named:
        for _ in range(chance.randint(1, 2)):
            triple, held = _fact(id, type, named, documents, text, chance)
            if triple.id not in {t.id for t in triples}:
                triples.append(triple)
                statements += held
    values = {t.subject: (("date_of_birth", t.object),) for t in triples if isinstance(t.object, Value)}
    entities = [
        Entity(id, type, name, tuple(dict.fromkeys(a for a in (text(), text()) if a != name)), (f"{type}/{name}",), 3, 2,
               chance.randint(0, 10000), values.get(id, ()))
        for id, type, name in named
    ]  # fmt: skip
    mentions = [MentionEdge(d.id, id, chance.randint(1, 9)) for d in documents for id, *_ in named if chance.random() < 0.5]
    chunks = [ChunkNode(f"c{d.id}", d.id, 0, 0, 99, "en", text(90)) for d in documents]
    inside = [MentionEdge(f"c{m.origin}", m.entity, m.count) for m in mentions]
    return Graph(entities, triples, statements, documents, mentions, chunks, inside)


def _document(id, text, chance) -> DocumentNode:
    uri = f"root/{id}{text()}"
    published = chance.choice(["", "2019", "2019-05", "2019-05-03", "2019-05-03T10:00:00Z", "2019-05-03 10:00", "once"])
    url = chance.choice(["", f"https://x.test/{text()}", "https://x.test/plain", "no address"])
    metadata = (("authors", (text(), text())), ("topic", text()), ("z", ()))
    return DocumentNode(id, text(), uri, url, published, "en", (uri, f"{uri}2"), metadata)


def _fact(id, type, named, documents, text, chance) -> tuple[Triple, list[StatementNode]]:
    predicate, target = chance.choice([("EMPLOYED_BY", 1), ("BORN_IN", 2)]) if type == "Person" else ("LOCATED_IN", 2)
    object: str | Value = chance.choice([other for other, kind, _ in named if kind == TYPES[target] and other != id])
    if type == "Person" and chance.random() < 0.3:
        predicate, object = "DATE_OF_BIRTH", Value("date", chance.choice(["1947", "1947-05", "1947-05-02", "1947-13"]))
    parts = (object.text, object.datatype) if isinstance(object, Value) else (object, None)
    triple = digest("triple", id, predicate, *parts)
    held = []
    for number in range(chance.randint(1, 2)):
        document, start = chance.choice(documents).id, 10 * number
        spans = ((start, start + 5), (start + 7, start + 9))[: chance.randint(1, 2)]
        scope = Scope.STATED if len(spans) == 1 else Scope.INFERRED
        key = digest("statement", triple, document, spans)
        held.append(
            StatementNode(
                key,
                triple,
                id,
                predicate,
                object,
                document,
                text(40),
                start,
                spans[-1][1],
                scope,
                chance.randint(5000, 9999),
                "m1",
                spans,
            )
        )
    held = list({s.id: s for s in held}.values())
    best = min(held, key=lambda s: (s.scope is not Scope.STATED, -s.confidence, s.document, s.start, s.end, s.quote))
    return Triple(triple, id, predicate, object, best.confidence, len(held), 1, best.scope, best.quote, best.document), held
