"""A small graph that every export is tested with: two documents, five entities, a fact of each kind."""

from dataclasses import replace

from kgbuild.graph.memory import Graph
from kgbuild.records import ChunkNode, DocumentNode, Entity, MentionEdge, Scope, StatementNode, Triple, Value

ODD = 'He said "a\\b" – <é&ü>\ttab\nline 中文 🙂 \x85 \u2028'


def entity(id, type, name, *aliases, values=()):
    return Entity(id, type, name, aliases, (f"{type}/{name.lower()}",), 3, 2, 9000, values)


def triple(id, subject, predicate, object, confidence=9000, scope=Scope.STATED, quote="a quote", document="d1", support=1):
    return Triple(id, subject, predicate, object, confidence, support, 1, scope, quote, document)


def statement(triple, number=0, start=10, document=None, scope=None, confidence=None, quote=None):
    return StatementNode(
        f"s-{triple.id}-{number}",
        triple.id,
        triple.subject,
        triple.predicate,
        triple.object,
        document or triple.document,
        quote or triple.quote,
        start,
        start + 7,
        scope or triple.scope,
        confidence or triple.confidence,
        "m1",
        ((start, start + 7),),
    )


BORN = Value("date", "1947-05")
ENTITIES = (
    entity("e1", "Person", "Ada Byron", "Ada", "Lady Lovelace", values=(("date_of_birth", BORN),)),
    entity("e2", "Location", "London", "the Big Smoke"),
    entity("e3", "Organization", "General Services Administration", "GSA"),
    entity("e4", "Organization", "=HYPERLINK(1)"),
    entity("e5", "Person", ODD),
)
TRIPLES = (
    triple("t1", "e1", "BORN_IN", "e2"),
    triple("t2", "e1", "EMPLOYED_BY", "e3", confidence=9500, support=2, quote="Ada works for GSA.", document="d2"),
    triple("t3", "e3", "HEADQUARTERED_IN", "e2", confidence=4000, scope=Scope.INFERRED, quote=ODD),
    triple("t4", "e1", "DATE_OF_BIRTH", BORN),
    triple("t5", "e5", "EMPLOYED_BY", "e4", confidence=7000),
)
STATEMENTS = (
    *(statement(each) for each in TRIPLES),
    statement(TRIPLES[1], number=1, start=50, document="d1", confidence=8000, quote="Ada of the GSA"),
)
DOCUMENTS = (
    DocumentNode(
        "d1",
        "First",
        "root/a.md",
        "https://example.org/a b",
        "2017-05-01",
        "en",
        ("root/a.md", "root/copy.md"),
        (("topics", ("x", "y")),),
    ),
    DocumentNode("d2", "Second", "root/b.md", "https://example.org/b", "2018-06-02T10:00:00Z", "en", ("root/b.md",)),
)
MENTIONS = (
    MentionEdge("d1", "e1", 2),
    MentionEdge("d1", "e2", 1),
    MentionEdge("d1", "e4", 1),
    MentionEdge("d1", "e5", 1),
    MentionEdge("d2", "e1", 1),
    MentionEdge("d2", "e3", 4),
    MentionEdge("d2", "e4", 1),
)
CHUNKS = (ChunkNode("c1", "d1", 0, 0, 100, "en", ODD), ChunkNode("c2", "d2", 0, 0, 90, "en", "text"))
CHUNK_MENTIONS = (MentionEdge("c1", "e1", 2), MentionEdge("c2", "e3", 4))


def small_graph(shuffle=lambda items: items, **changed):
    """The graph, its parts in any order; changed replaces whole parts."""
    parts = {
        "entities": ENTITIES,
        "triples": TRIPLES,
        "statements": STATEMENTS,
        "documents": DOCUMENTS,
        "mentions": MENTIONS,
        "chunks": CHUNKS,
        "chunk_mentions": CHUNK_MENTIONS,
    } | changed
    return Graph(**{name: shuffle(part) for name, part in parts.items()})


def named(name):
    """The graph with another name for its first entity."""
    return small_graph(entities=(replace(ENTITIES[0], name=name), *ENTITIES[1:]))
