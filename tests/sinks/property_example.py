"""A graph small enough to work out every answer by hand: three people, two organisations, two places, four documents."""

from kgbuild.records import ChunkNode, DocumentNode, Entity, MentionEdge, Scope, StatementNode, Triple, Value

TYPES = ("Person", "Organization", "Location")
RELATIONS = ("EMPLOYED_BY", "HEADQUARTERED_IN", "IN_COUNTRY", "BORN_ON")
BORN = Value("date", "1947-05")


class Names:
    types = TYPES
    relations = RELATIONS


class Graph:
    def __init__(self, **parts):
        self.parts = EXAMPLE | parts

    def entities(self):
        return iter(self.parts["entities"])

    def triples(self):
        return iter(self.parts["triples"])

    def statements(self):
        return iter(self.parts["statements"])

    def documents(self):
        return iter(self.parts["documents"])

    def mentions(self):
        return iter(self.parts["mentions"])

    def chunks(self):
        return iter(self.parts["chunks"])

    def chunk_mentions(self):
        return iter(self.parts["chunk_mentions"])


def entity(id, type, name, aliases=(), mentions=1, documents=1, confidence=9000, values=()):
    return Entity(id, type, name, aliases, (), mentions, documents, confidence, values)


def triple(id, subject, predicate, object, confidence, support, documents, scope, quote, document):
    return Triple(id, subject, predicate, object, confidence, support, documents, scope, quote, document)


def statement(id, triple, subject, predicate, object, document, quote, start, confidence):
    end = start + len(quote)
    return StatementNode(id, triple, subject, predicate, object, document, quote, start, end, Scope.STATED, confidence, "m1")


ADA = "Ada Young works at GSA."
BO = "Bo Chen joined Acme."
EXAMPLE = {
    "entities": (
        entity("l1", "Location", "Washington", (), 1, 1, 7000),
        entity("l2", "Location", "United States", ("U.S.", "USA"), 1, 1, 9900),
        entity("o1", "Organization", "General Services Administration", ("GSA", "U.S. GSA"), 9, 3, 9900),
        entity("o2", "Organization", "Acme", (), 4, 2, 8000, (("employees", Value("number", "120")),)),
        entity("p1", "Person", "Ada Young", ("Ada", "Dr. Young"), 5, 2, 9500, (("date_of_birth", BORN),)),
        entity("p2", "Person", "Bo Chen", (), 3, 2, 9000),
        entity("p3", "Person", "Cy O'Neil", ("Cy",), 1, 1, 6000),
    ),
    "triples": (
        triple("t1", "p1", "EMPLOYED_BY", "o1", 9700, 3, 2, Scope.STATED, ADA, "d1"),
        triple("t2", "p2", "EMPLOYED_BY", "o1", 8000, 1, 1, Scope.INFERRED, "Bo Chen. GSA.", "d2"),
        triple("t3", "p2", "EMPLOYED_BY", "o2", 7000, 2, 1, Scope.STATED, BO, "d3"),
        triple("t4", "o1", "HEADQUARTERED_IN", "l1", 9000, 2, 1, Scope.STATED, "GSA, Washington", "d2"),
        triple("t5", "l1", "IN_COUNTRY", "l2", 6000, 1, 1, Scope.STATED, "Washington, U.S.", "d2"),
        triple("t6", "o2", "HEADQUARTERED_IN", "l1", 5000, 1, 1, Scope.INFERRED, "Acme. Washington.", "d3"),
        triple("t7", "p1", "BORN_ON", BORN, 9000, 1, 1, Scope.STATED, "born in May 1947", "d1"),
    ),
    "statements": (
        statement("s1", "t1", "p1", "EMPLOYED_BY", "o1", "d1", ADA, 0, 9700),
        statement("s2", "t1", "p1", "EMPLOYED_BY", "o1", "d2", "Ada, of GSA", 10, 8000),
        statement("s3", "t3", "p2", "EMPLOYED_BY", "o2", "d3", BO, 5, 7000),
        statement("s4", "t7", "p1", "BORN_ON", BORN, "d1", "born in May 1947", 40, 9000),
    ),
    "documents": (
        DocumentNode("d1", "News one", "news/1.md", "https://a.example/1", "2017-06-01", "en", ("news/1.md",)),
        DocumentNode("d2", "News two", "news/2.md", "", "2018-03-04", "en", ("news/2.md",), (("topics", ("a", "b")),)),
        DocumentNode(
            "d3", "Report", "reports/3.pdf", "", "2019-12-31T10:00:00", "en", ("reports/3.pdf",), (("title", "Report"),)
        ),
        DocumentNode("d4", "Note", "note.txt", "", "2018-05", "de", ("note.txt",), (("title", "Other"),)),
    ),
    "mentions": tuple(
        MentionEdge(document, entity, count)
        for document, entity, count in (
            *(("d1", "o1", 4), ("d1", "p1", 3)),
            *(("d2", "l1", 1), ("d2", "o1", 3), ("d2", "p1", 2), ("d2", "p2", 1)),
            *(("d3", "o1", 2), ("d3", "o2", 3), ("d3", "p2", 2)),
            *(("d4", "l2", 1), ("d4", "o2", 1), ("d4", "p3", 1)),
        )
    ),
    "chunks": (
        ChunkNode("c3", "d1", 0, 0, 30, "en", "Ada Young works at GSA. More."),
        ChunkNode("c1", "d1", 1, 30, 60, "en", "She was born in May 1947."),
        ChunkNode("c2", "d2", 0, 0, 25, "en", "It says: Ada, of GSA"),
    ),
    "chunk_mentions": (
        MentionEdge("c3", "o1", 4),
        MentionEdge("c3", "p1", 2),
        MentionEdge("c1", "p1", 1),
        MentionEdge("c2", "o1", 3),
    ),
}
