"""What a user may ask: queries with the rows that Neo4j gives, worked out by hand on tests/sinks/property_example.py."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from kgbuild.errors import QueryError
from kgbuild.sinks import embedded
from kgbuild.sinks.cypher import prepare
from kgbuild.sinks.query import Reader
from tests.sinks.property_example import ADA, BO, Graph, Names

ADA_, BO_, CY_ = ("Ada Young",), ("Bo Chen",), ("Cy O'Neil",)
GSA, ACME, WASHINGTON, USA = "General Services Administration", "Acme", "Washington", "United States"
D1, D2, D3 = date(2017, 6, 1), date(2018, 3, 4), date(2019, 12, 31)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    store = tmp_path_factory.mktemp("cypher") / "store"
    embedded.write(Graph(), Names(), store, state="example", provenance="full")
    with Reader(store) as reader:
        yield reader


PRODUCT = [
    (
        "MATCH (p:Person)-[r:EMPLOYED_BY]->(o:Organization) RETURN p.name, o.name, r.support, r.quote ORDER BY r.support DESC LIMIT 20",
        {},
        [("Ada Young", GSA, 3, ADA), ("Bo Chen", ACME, 2, BO), ("Bo Chen", GSA, 1, "Bo Chen. GSA.")],
    ),
    (
        (
            "MATCH (e:Entity) WHERE e.name = $n OR $n IN e.aliases MATCH (d:Document)-[:MENTIONS]->(e) "
            "RETURN d.name, d.published, d.uri ORDER BY d.published"
        ),
        {"n": "GSA"},
        [("News one", D1, "news/1.md"), ("News two", D2, "news/2.md"), ("Report", D3, "reports/3.pdf")],
    ),
    (
        (
            "MATCH (:Entity {name:$a})-[r]->(:Entity {name:$b}) MATCH (s:Statement {triple_id:r.id})-[:FROM_DOCUMENT]->(d) "
            "RETURN type(r), s.quote, s.confidence, d.uri, s.char_start"
        ),
        {"a": "Ada Young", "b": GSA},
        [("EMPLOYED_BY", ADA, 0.97, "news/1.md", 0), ("EMPLOYED_BY", "Ada, of GSA", 0.8, "news/2.md", 10)],
    ),
    (
        (
            "MATCH (:Organization {name:$n})<-[:MENTIONS]-(d:Document)-[:MENTIONS]->(o:Organization) "
            "WHERE d.published >= date('2018-01-01') AND o.name <> $n RETURN o.name, count(DISTINCT d) AS n ORDER BY n DESC LIMIT 10"
        ),
        {"n": GSA},
        [(ACME, 1)],
    ),
    (
        (
            "MATCH p = shortestPath((a:Entity {name:$a})-[:EMPLOYED_BY|HEADQUARTERED_IN|LOCATED_IN|IN_COUNTRY*..4]-(b:Entity {name:$b})) "
            "RETURN [n IN nodes(p) | n.name]"
        ),
        {"a": "Ada Young", "b": USA},
        [(["Ada Young", GSA, WASHINGTON, USA],)],
    ),
]

PATTERNS = [
    ("MATCH (p:Person) RETURN p.name ORDER BY p.name", {}, [ADA_, BO_, CY_]),
    ("MATCH (e:Entity:Location) RETURN e.name ORDER BY e.name DESC", {}, [(WASHINGTON,), (USA,)]),
    ("MATCH (e:Person|Location) RETURN count(e)", {}, [(5,)]),
    ("MATCH (n) RETURN count(*)", {}, [(18,)]),
    ("MATCH (n) RETURN labels(n)[0] AS label, count(*) AS n ORDER BY n DESC, label", {}, [("Entity", 7), ("Document", 4), ("Statement", 4), ("Chunk", 3)]),
    ("MATCH (e:Entity) RETURN labels(e) AS l, count(*) AS n ORDER BY n DESC, l", {}, [(["Entity", "Person"], 3), (["Entity", "Location"], 2), (["Entity", "Organization"], 2)]),
    ("MATCH (p:Person {name: 'Bo Chen'})-[:EMPLOYED_BY]->(o) RETURN o.name ORDER BY o.name", {}, [(ACME,), (GSA,)]),
    ("MATCH (o {id: 'o1'})<-[:EMPLOYED_BY]-(p) RETURN p.id ORDER BY p.id", {}, [("p1",), ("p2",)]),
    ("MATCH (a:Person)--(b:Organization) RETURN count(*)", {}, [(3,)]),
    ("MATCH (a:Person)-[:EMPLOYED_BY]->()<-[:EMPLOYED_BY]-(b:Person) RETURN a.id, b.id ORDER BY a.id", {}, [("p1", "p2"), ("p2", "p1")]),
    ("MATCH (a)-[r:EMPLOYED_BY|IN_COUNTRY]->(b) RETURN type(r) AS t, count(*) AS n ORDER BY t", {}, [("EMPLOYED_BY", 3), ("IN_COUNTRY", 1)]),
    ("MATCH (a)-[r:EMPLOYED_BY {scope: 'inferred'}]->(b) RETURN a.id, b.id, r.confidence", {}, [("p2", "o1", 0.8)]),
    ("MATCH (a)-[r:EMPLOYED_BY]->(b) WHERE r.confidence >= 0.8 RETURN r.id ORDER BY r.id", {}, [("t1",), ("t2",)]),
    ("MATCH (a:Person), (b:Location) RETURN count(*)", {}, [(6,)]),
    ("MATCH (a:Person) MATCH (a)-[:EMPLOYED_BY]->(o)-[:HEADQUARTERED_IN]->(l) RETURN DISTINCT l.name", {}, [(WASHINGTON,)]),
    ("MATCH (e:Entity)-[f:FROM_CHUNK]->(c:Chunk)-[:FROM_DOCUMENT]->(d) RETURN e.id, c.index, d.id, f.count ORDER BY d.id, c.index, e.id", {},
     [("o1", 0, "d1", 4), ("p1", 0, "d1", 2), ("p1", 1, "d1", 1), ("o1", 0, "d2", 3)]),
    ("MATCH (a:Chunk)-[:NEXT_CHUNK]->(b) RETURN a.text, b.text", {}, [("Ada Young works at GSA. More.", "She was born in May 1947.")]),
    ("MATCH (s:Statement)-[:HAS_SUBJECT]->(e) WHERE s.value IS NOT NULL RETURN e.name, s.predicate, s.value", {}, [("Ada Young", "BORN_ON", "1947-05")]),
    ("MATCH (d:Document) WHERE NOT (d)-[:MENTIONS]->(:Person) RETURN d.id", {}, []),
    ("MATCH (p:Person) WHERE NOT (p)-[:EMPLOYED_BY]->() RETURN p.name", {}, [CY_]),
]  # fmt: skip

OPTIONAL = [
    ("MATCH (p:Person) OPTIONAL MATCH (p)-[:EMPLOYED_BY]->(o) RETURN p.id, o.name ORDER BY p.id, o.name", {}, [("p1", GSA), ("p2", ACME), ("p2", GSA), ("p3", None)]),
    ("MATCH (p:Person) OPTIONAL MATCH (p)-[r:EMPLOYED_BY]->() WHERE r.support > 1 RETURN p.id, r.support ORDER BY p.id", {}, [("p1", 3), ("p2", 2), ("p3", None)]),
    ("MATCH (p:Person) OPTIONAL MATCH (p)-[:EMPLOYED_BY]->(o) RETURN p.id, count(o) AS n, collect(o.id) AS os ORDER BY p.id", {},
     [("p1", 1, ["o1"]), ("p2", 2, {"o1", "o2"}), ("p3", 0, [])]),
    ("MATCH (d:Document) WHERE d.published IS NULL RETURN d.name, d.published_text, d.meta_title", {}, [("Note", "2018-05", "Other")]),
    ("MATCH (d:Document) RETURN d.id, coalesce(d.url, 'none') AS u ORDER BY d.id", {}, [("d1", "https://a.example/1"), ("d2", "none"), ("d3", "none"), ("d4", "none")]),
    ("MATCH (e:Entity) WHERE e.date_of_birth STARTS WITH '1947' RETURN e.id", {}, [("p1",)]),
    ("RETURN null = null AS a, null IS NULL AS b, 1 IN [2, null] AS c, NOT null AS d", {}, [(None, True, None, None)]),
    ("MATCH (e:Entity) WHERE e.employees > 100 RETURN e.name", {}, [(ACME,)]),
    ("MATCH (e:Entity) WHERE NOT e.employees > 100 RETURN e.name", {}, []),
]  # fmt: skip

AGGREGATES = [
    ("MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) RETURN o.name, count(p) AS n ORDER BY n DESC", {}, [(GSA, 2), (ACME, 1)]),
    ("MATCH (o)<-[:EMPLOYED_BY]-(p) WITH o, count(p) AS n WHERE n > 1 RETURN o.name, n", {}, [(GSA, 2)]),
    ("MATCH ()-[r:EMPLOYED_BY]->() RETURN sum(r.support), min(r.confidence), max(r.support), avg(r.support)", {}, [(6, 0.7, 3, 2.0)]),
    ("MATCH (e:Entity) RETURN count(e.employees), count(DISTINCT labels(e))", {}, [(1, 3)]),
    ("MATCH (e:Entity) WHERE false RETURN count(*), sum(e.mentions), collect(e.id), max(e.mentions)", {}, [(0, 0, [], None)]),
    ("MATCH (p:Person) WITH p ORDER BY p.mentions DESC LIMIT 2 RETURN collect(p.name) AS names", {}, [(["Ada Young", "Bo Chen"],)]),
    ("MATCH (d:Document)-[m:MENTIONS]->(e:Person) RETURN e.id, sum(m.count) AS n ORDER BY n DESC, e.id", {}, [("p1", 5), ("p2", 3), ("p3", 1)]),
    ("MATCH (e:Entity) WITH collect(e.mentions) AS ms RETURN size(ms), reduce(t = 0, x IN ms | t + x)", {}, [(7, 24)]),
    ("MATCH (p:Person)-[r:EMPLOYED_BY]->() RETURN sum(CASE WHEN r.scope = 'stated' THEN 1 ELSE 0 END) AS stated, count(*) AS n", {}, [(2, 3)]),
    ("MATCH (d:Document) RETURN min(d.published), max(d.published)", {}, [(D1, D3)]),
    ("MATCH (d:Document) WHERE d.published IS NOT NULL RETURN d.published.year AS y, count(*) AS n ORDER BY y", {}, [(2017, 1), (2018, 1), (2019, 1)]),
    ("MATCH (a:Person)<-[:MENTIONS]-(d)-[:MENTIONS]->(b:Person) WHERE a.id < b.id RETURN a.id, b.id, count(DISTINCT d)", {}, [("p1", "p2", 1)]),
    ("MATCH (p:Person)-[r:EMPLOYED_BY]->(o) WITH p, r, o ORDER BY r.support DESC WITH p, collect(o.name) AS os RETURN p.name, os[0] AS main ORDER BY p.name", {}, [("Ada Young", GSA), ("Bo Chen", ACME)]),
]  # fmt: skip

PATHS = [
    ("MATCH (:Entity {name: 'Ada Young'})-[:EMPLOYED_BY|HEADQUARTERED_IN|IN_COUNTRY*]->(e) RETURN e.id ORDER BY e.id", {}, [("l1",), ("l2",), ("o1",)]),
    ("MATCH (:Entity {name: 'Ada Young'})-[:EMPLOYED_BY|HEADQUARTERED_IN*2..2]->(e) RETURN e.id", {}, [("l1",)]),
    ("MATCH (a {id: 'p1'})-[:EMPLOYED_BY*0..1]->(e) RETURN e.id ORDER BY e.id", {}, [("o1",), ("p1",)]),
    ("MATCH p = (:Person {id: 'p2'})-[:EMPLOYED_BY|HEADQUARTERED_IN*2]->(l) RETURN length(p), [r IN relationships(p) | r.id] AS ids ORDER BY ids", {}, [(2, ["t2", "t4"]), (2, ["t3", "t6"])]),
    ("MATCH p = allShortestPaths((:Entity {id: 'p2'})-[:EMPLOYED_BY|HEADQUARTERED_IN*]-(:Entity {id: 'l1'})) RETURN count(p)", {}, [(2,)]),
    ("MATCH p = shortestPath((:Entity {id: 'p1'})-[:EMPLOYED_BY*..6]-(:Entity {id: 'o2'})) RETURN [n IN nodes(p) | n.id] AS ids, length(p)", {}, [(["p1", "o1", "p2", "o2"], 3)]),
    ("MATCH p = shortestPath((:Entity {id: 'p3'})-[:EMPLOYED_BY*..6]-(:Entity {id: 'o2'})) RETURN p", {}, []),
    ("OPTIONAL MATCH p = shortestPath((:Entity {id: 'p3'})-[:EMPLOYED_BY*..6]-(:Entity {id: 'o2'})) RETURN p", {}, [(None,)]),
    ("MATCH (a {id: 'p1'})-[rs:EMPLOYED_BY|HEADQUARTERED_IN*2]->() RETURN [r IN rs | type(r)] AS t", {}, [(["EMPLOYED_BY", "HEADQUARTERED_IN"],)]),
    ("MATCH (a {id: 'p1'}) ((x)-[:EMPLOYED_BY|HEADQUARTERED_IN]->(y)){1,2} (b) RETURN b.id ORDER BY b.id", {}, [("l1",), ("o1",)]),
]  # fmt: skip

FUNCTIONS = [
    ("MATCH (p:Person) WHERE p.name =~ '(?i)ada.*' RETURN p.id", {}, [("p1",)]),
    ("MATCH (p:Person) WHERE toLower(p.name) CONTAINS 'o' AND p.name ENDS WITH 'l' RETURN p.id", {}, [("p3",)]),
    ("MATCH (p {id: 'p1'}) RETURN split(p.name, ' ')[1], substring(p.name, 0, 3), size(p.name), toUpper(p.id), replace(p.name, 'Y', 'y')", {}, [("Young", "Ada", 9, "P1", "Ada young")]),
    ("MATCH (e:Entity) WHERE 'USA' IN e.aliases RETURN e.name", {}, [(USA,)]),
    ("MATCH (e:Entity) WHERE any(a IN e.aliases WHERE a STARTS WITH 'Dr.') RETURN e.id", {}, [("p1",)]),
    ("MATCH (e:Entity) WHERE size(e.aliases) = 2 AND all(a IN e.aliases WHERE a CONTAINS 'S') RETURN e.id ORDER BY e.id", {}, [("l2",), ("o1",)]),
    ("MATCH (e:Entity) WHERE none(a IN e.aliases WHERE a <> '') RETURN e.id ORDER BY e.id", {}, [("l1",), ("o2",), ("p2",)]),
    ("MATCH (e {id: 'o1'}) UNWIND e.aliases AS alias RETURN alias ORDER BY alias", {}, [("GSA",), ("U.S. GSA",)]),
    ("RETURN [x IN range(1, 5) WHERE x % 2 = 1 | x * x] AS odd, range(0, 4, 2) AS even, [1, 2, 3][-1] AS last, [1, 2, 3][0..2] AS two", {}, [([1, 9, 25], [0, 2, 4], 3, [1, 2])]),
    ("RETURN date('2018-03-04') AS d, date('2018-03-04') > date('2017-12-31') AS later, date('2018-03-04').month AS m", {}, [(D2, True, 3)]),
    ("MATCH (d:Document) WHERE d.published < date('2018-01-01') RETURN d.id", {}, [("d1",)]),
    ("MATCH (d:Document) WHERE date('2018-01-01') <= d.published <= date('2018-12-31') RETURN d.id, d.topics", {}, [("d2", ["a", "b"])]),
    ("MATCH (p {id: 'p1'}) RETURN p {.id, .name, employer: [(p)-[:EMPLOYED_BY]->(o) | o.id]} AS card", {}, [({"id": "p1", "name": "Ada Young", "employer": ["o1"]},)]),
    ("MATCH (p:Person) RETURN CASE WHEN p.mentions > 4 THEN 'often' WHEN p.mentions > 1 THEN 'some' ELSE 'once' END AS how ORDER BY p.id", {}, [("often",), ("some",), ("once",)]),
    ("RETURN 7 / 2 AS a, 7 / 2.0 AS b, 2 ^ 3 AS c, 7 % 4 AS d, round(2.5) AS e, abs(-3) AS f, toInteger('12') AS g, toFloat('1.5') AS h", {}, [(3, 3.5, 8.0, 3, 3.0, 3, 12, 1.5)]),
    ("RETURN 'it''s' AS a", {}, None),
    ("RETURN 'a\\'b' AS a, \"c'd\" AS b, 'e\\\\f' AS c, '\\u00e9' AS d // } RETURN", {}, [("a'b", "c'd", "e\\f", "é")]),
    ("MATCH (e {id: 'p1'}) RETURN keys(e) AS k", {}, [({"id", "name", "aliases", "iri", "mentions", "documents", "confidence", "date_of_birth"},)]),
    ("MATCH ()-[r {id: 't1'}]->() RETURN startNode(r).id, endNode(r).id, properties(r).quote", {}, [("p1", "o1", ADA)]),
]  # fmt: skip

SUBQUERIES = [
    ("MATCH (o:Organization) WHERE EXISTS { (o)<-[:EMPLOYED_BY]-(:Person {id: 'p1'}) } RETURN o.id", {}, [("o1",)]),
    ("MATCH (o:Organization) WHERE EXISTS { MATCH (o)<-[r:EMPLOYED_BY]-() WHERE r.support = 2 } RETURN o.id", {}, [("o2",)]),
    ("MATCH (p:Person) RETURN p.id, COUNT { (p)-[:EMPLOYED_BY]->() } AS n ORDER BY p.id", {}, [("p1", 1), ("p2", 2), ("p3", 0)]),
    ("MATCH (p:Person) WHERE COUNT { (p)-[:EMPLOYED_BY]->() } > 1 RETURN p.id", {}, [("p2",)]),
    ("MATCH (p:Person) CALL { WITH p MATCH (p)-[r:EMPLOYED_BY]->(o) RETURN o ORDER BY r.support DESC LIMIT 1 } RETURN p.id, o.id ORDER BY p.id", {}, [("p1", "o1"), ("p2", "o2")]),
    ("MATCH (p:Person) CALL (p) { OPTIONAL MATCH (p)-[:EMPLOYED_BY]->(o) RETURN count(o) AS n } RETURN p.id, n ORDER BY p.id", {}, [("p1", 1), ("p2", 2), ("p3", 0)]),
    ("MATCH (p:Person) RETURN p.id AS id, COLLECT { MATCH (p)-[:EMPLOYED_BY]->(o) RETURN o.id ORDER BY o.id } AS os ORDER BY id", {}, [("p1", ["o1"]), ("p2", ["o1", "o2"]), ("p3", [])]),
    ("MATCH (p:Person) RETURN p.name AS name UNION MATCH (o:Organization) RETURN o.name AS name", {}, [ADA_, BO_, CY_, (GSA,), (ACME,)]),
    ("MATCH (e:Entity {id: 'p1'}) RETURN e.type AS x UNION ALL MATCH (e:Entity {id: 'p2'}) RETURN e.type AS x", {}, [(None,), (None,)]),
    ("MATCH (a:Person)-[:EMPLOYED_BY]->(b) WHERE a.id = 'p1' OR EXISTS { (b)-[:HEADQUARTERED_IN]->() } RETURN a.id, b.id", {}, [("p1", "o1"), ("p2", "o1"), ("p2", "o2")]),
    ("MATCH (a:Person)-[:EMPLOYED_BY]->(b) WHERE NOT (a.id = 'p1' AND any(x IN b.aliases WHERE x = 'GSA')) AND b.mentions > 4 RETURN a.id, b.id", {}, [("p2", "o1")]),
    ("MATCH (a:Person)-[r:EMPLOYED_BY]->(b) WHERE a.id = 'p1' XOR CASE WHEN b.mentions > 5 THEN true ELSE false END RETURN r.id", {}, [("t2",)]),
    ("MATCH (d:Document)-[:MENTIONS]->(a:Person), (d)-[:MENTIONS]->(o:Organization) WHERE a.id = 'p3' OR COUNT { (o)<-[:EMPLOYED_BY]-(a) } = 1 RETURN d.id, a.id, o.id", {},
     [("d1", "p1", "o1"), ("d2", "p1", "o1"), ("d2", "p2", "o1"), ("d3", "p2", "o1"), ("d3", "p2", "o2"), ("d4", "p3", "o2")]),
]  # fmt: skip

PARAMETERS = [
    ("MATCH (e:Entity) WHERE e.id IN $ids RETURN e.name ORDER BY e.id", {"ids": ["p1", "o2"]}, [(ACME,), ADA_]),
    ("MATCH (e:Entity) WHERE e.mentions >= $n AND e.confidence < $c RETURN e.id", {"n": 3, "c": 0.9}, [("o2",)]),
    ("MATCH (d:Document) WHERE d.published >= $since RETURN d.id ORDER BY d.id", {"since": date(2018, 1, 1)}, [("d2",), ("d3",)]),
    ("UNWIND $rows AS row MATCH (e:Entity {id: row.id}) RETURN e.name, row.x ORDER BY row.x", {"rows": [{"id": "p1", "x": 2}, {"id": "o2", "x": 1}]}, [(ACME, 1), ("Ada Young", 2)]),
    ("RETURN $a AS a, $b AS b, $c AS c, $`d e` AS d, $m.k[0] AS k", {"a": True, "b": None, "c": 2**62, "d e": "x", "m": {"k": [1.5]}}, [(True, None, 2**62, "x", 1.5)]),
    ("MATCH (e:Entity) RETURN e.id ORDER BY e.id SKIP $s LIMIT $l", {"s": 1, "l": 2}, [("l2",), ("o1",)]),
    ("MATCH (e:Entity) WHERE e.name = $n RETURN count(*)", {"n": "' OR 1=1 //"}, [(0,)]),
    ("MATCH (e:Entity) WHERE e.name =~ $r RETURN e.id", {"r": ".*O'N.*"}, [("p3",)]),
    ("CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node, score RETURN node.id", {"q": "gsa"}, [("o1",)]),
    ("CALL db.index.fulltext.queryNodes('entity_names', 'services') YIELD node RETURN node.name", {}, [(GSA,)]),
]  # fmt: skip

CASES = [*PRODUCT, *PATTERNS, *OPTIONAL, *AGGREGATES, *PATHS, *FUNCTIONS, *SUBQUERIES, *PARAMETERS]


def comparable(row, expected):
    """Where a set is expected, order is free."""
    return tuple(set(value) if isinstance(wanted, set) else value for value, wanted in zip(row, expected, strict=True))


@pytest.mark.parametrize(("text", "parameters", "expected"), [case for case in CASES if case[2] is not None])
def test_a_query_gives_the_rows_worked_out_by_hand(reader, text, parameters, expected):
    rows = list(reader.query(text, parameters, timeout=60).rows)
    if "ORDER BY" not in text:
        rows, expected = sorted(rows, key=repr), sorted(expected, key=repr)

    assert len(rows) == len(expected), rows
    assert [comparable(row, wanted) for row, wanted in zip(rows, expected, strict=True)] == expected


REFUSED = [
    ("CREATE (:Person {name: 'x'})", "CREATE writes"),
    ("MATCH (n) SET n.name = 'x'", "SET writes"),
    ("MATCH (n) SET n.name = 'x' RETURN n", "SET writes"),
    ("MATCH (n) DETACH DELETE n", "writes"),
    ("MATCH (n) REMOVE n.name RETURN n", "REMOVE writes"),
    ("MERGE (n:Entity {id: 'x'}) RETURN n", "MERGE writes"),
    ("MATCH (n) FOREACH (x IN [1] | SET n.a = x)", "FOREACH writes"),
    ("MATCH (n) CALL { WITH n SET n.a = 1 } RETURN n", "SET writes"),
    ("CREATE INDEX FOR (n:Entity) ON (n.id)", "CREATE writes"),
    ("DROP INDEX x", "DROP writes"),
    ("/* RETURN */ create (n) // MATCH", "CREATE writes"),
    ("LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line", "LOAD CSV reads files"),
    ("MATCH (n) CALL (n) { RETURN 1 AS x } IN TRANSACTIONS RETURN x", "IN TRANSACTIONS"),
    ("CALL apoc.create.node(['X'], {}) YIELD node RETURN node", "apoc.create.node: the procedures here"),
    ("CALL apoc.load.json('http://example.org') YIELD value RETURN value", "apoc.load.json"),
    ("CALL db.propertyKeys()", "UNWIND keys"),
    ("MATCH (n:Person)", "end it with RETURN"),
    ("MATCH (n:Person) WITH n", "end it with RETURN"),
    ("", "empty"),
    ("  // nothing", "empty"),
    ("RETURN 1; MATCH (n) RETURN n", "one query at a time"),
    ("EXPLAIN MATCH (n) RETURN n", "leave EXPLAIN out"),
    ("SHOW INDEXES", "SHOW is a command of servers"),
    ("USE neo4j MATCH (n) RETURN n", "leave USE out"),
    ("CYPHER 5 MATCH (n) RETURN n", "leave the CYPHER prefix out"),
    ("MATCH p = SHORTEST 1 (a:Person)-[]-+(b:Person) RETURN p", "use shortestPath"),
    ("MATCH p = ANY SHORTEST (a:Person)-[]-+(b:Person) RETURN p", "use shortestPath"),
    ("MATCH ALL SHORTEST (a:Person)-[]-+(b:Person) RETURN a", "use shortestPath"),
    ("MATCH p = shortestPath((a:Person)-[*]-(b:Person)) WHERE length(p) > 2 RETURN p", "name the relationship types"),
    ("MATCH p = shortestPath((a)-[*]-(b)) WHERE none(n IN nodes(p) WHERE n:Document) RETURN p", "name the relationship types"),
    ("MATCH (a), (b), shortestPath((a)-[rs*]-(b)) WHERE all(r IN rs WHERE r.support > 1) RETURN a", "WHERE on rs"),
    ("MATCH (a) WHERE CASE WHEN a.x = 1 THEN true ELSE any(x IN a.l WHERE x = 1) END RETURN a", "name it first"),
    ("OPTIONAL MATCH (a)-->(b) WHERE a.x = 1 OR EXISTS { (b)-->() } RETURN a", "put it into OPTIONAL CALL (*)"),
    ("MATCH (n) RETURN n.id + count(*) > 1", "aggregate in WITH first"),
    ("MATCH (n) RETURN {name: n.name, all: collect(n.id)[0] IS NULL} AS x", "the rows are not grouped by it"),
    ("MATCH (n) WITH n.id RETURN 1", "an expression in WITH needs a name: n.id AS x"),
    ("RETURN apoc.text.join(['a'], ',')", "there is no function apoc.text.join()"),
    ("MATCH (n) WHERE n.name =~ '(' RETURN n", "not a regular expression"),
    ("MATCH (n) RETURN [`a b` IN n.aliases | `a b`]", "without backticks"),
    ("MATCH (n RETURN n", "'(' is never closed"),
    ("MATCH (n)) RETURN n", "')' closes nothing"),
    ("MATCH (n) WHERE n.name = 'x RETURN n", "line 1, column 26: what begins with ' never ends"),
    ("MATCH (n)\nRETURN n /* x", "line 2, column 10: the comment never ends"),
    ("MATCH (n:`a\\u0060b`) RETURN n", "backslash"),
    ("MATCH (n) RETURN n.name \\u003b", "cannot stand here"),
    ("CALL db.index.fulltext.queryNodes('other', 'x') YIELD node RETURN node", "the full-text index is 'entity_names'"),
    ("MATCH (n {id: $id}) RETURN n", "needs a value for $id"),
    ("MATCH (n) RETURN nn", "nn is not defined"),
    ("MATCH (n)-[r]->(m) WITH n UNWIND [r.support] AS s RETURN s", "r is not known here"),
    ("MATCH (n) CALL { MATCH (m) WHERE m.x > n.x RETURN m } RETURN m", "n is not known here"),
    ("MATCH (n) RETURN toto(n)", "there is no function toto()"),
    ("RETURN 1 AS a, 2 AS a", "the query failed"),
    ("MATCH (n) RETURN n LIMIT '3'", "LIMIT takes a whole number that is not negative, and this is '3'"),
    ("MATCH (n) RETURN n SKIP 1.5", "SKIP takes a whole number"),
    ("MATCH (n) RETURN n LIMIT -1", "SKIP and LIMIT take a whole number"),
    ("MATCH (n) RETURN n LIMIT 3000000000", "leave it out"),
    ("MATCH (n) RETURN n LIMIT COUNT { (:Person) }", "no subquery can stand in LIMIT"),
    ("MATCH (n) WHERE exists(n.name) RETURN n", "write n.name IS NOT NULL"),
    ("MATCH (n) WHERE NOT exists(n['name']) RETURN n", "write n['name'] IS NOT NULL"),
    ("MATCH (n) RETURN length(n.name)", "write size(n.name)"),
    ("RETURN round(1234.5, -2)", "round(x / 100) * 100"),
    ("RETURN *", "there is nothing to return"),
    ("MATCH (n) RETURN n.id, sum(count(*))", "an aggregate of an aggregate"),
    ("MATCH (n)-->(m) WITH n.id AS id, count(*) AS c WHERE m.x > 1 RETURN id", "m is not known behind an aggregate"),
    ("MATCH (n) WITH n.id AS id LIMIT 3 WHERE n.x > 1 RETURN id", "n is not known behind LIMIT"),
    ("MATCH (n) RETURN n.id, count(*) + 1 AS c ORDER BY count(*)", "count(*) is not returned here"),
    ("CALL db.index.fulltext.queryNodes", "the full text needs its arguments"),
    ("MATCH p = shortestPath((a:Person)-[:EMPLOYED_BY*]-(b:Person)) RETURN length(p)", "keep equal ends out"),
    ("MATCH (a:Person), (b:Person) RETURN length(shortestPath((a)-[:EMPLOYED_BY*]-(b)))", "keep equal ends out"),
    ("MATCH p = shortestPath((a:Person)-[*2..]-(b:Person)) RETURN p", "no lower bound but 0 and 1"),
    ("MATCH shortestPath((a:Person)-[r*]-(b:Person)) RETURN r", "write relationships(p)"),
    ("MATCH shortestPath((:Person)-[*]-(b:Person)) RETURN b", "name the path"),
    ("MATCH (n:Entity {name: 12}) RETURN n", "name is text, and 12 is none"),
    ("MATCH (d:Document {published: '2018-03-04'}) RETURN d", "write date('2018-03-04')"),
    ("RETURN duration({day: 1})", "a duration has no day: it has years"),
    ("RETURN duration({})", "needs at least one of years"),
    ("RETURN date({year: 2018, day: 4})", "day needs month beside it"),
    ("RETURN date({month: 4})", "month needs year beside it"),
    ("RETURN datetime({year: 2018, hour: 4})", "an hour needs a day"),
    ("RETURN date({year: '2018'})", "year is a number"),
    ("MATCH (d:Document) RETURN d.published.hour", "a date has no hour"),
    ("MATCH (d:Document) RETURN datetime(d.published)", "write datetime({date: d.published, hour: 0})"),
]


@pytest.mark.parametrize(("text", "hint"), REFUSED)
def test_what_is_refused_says_what_to_write_instead(reader, text, hint):
    with pytest.raises(QueryError) as caught:
        reader.query(text, timeout=60)

    assert hint in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "com.arcadedb" not in str(caught.value)


@pytest.mark.parametrize("value", ["3", 2.0, -1, None, True, [3]])
def test_a_page_is_a_whole_number(reader, value):
    with pytest.raises(QueryError, match=r"LIMIT takes a whole number that is not negative, and \$n is"):
        reader.query("MATCH (e:Entity) RETURN e.id LIMIT $n", {"n": value})


READS = [
    "MATCH (n) WHERE n.name = 'CREATE (x) DELETE' RETURN n",
    "MATCH (n) RETURN n.set, n.create AS delete",
    "MATCH (n:Set) RETURN n",
    "MATCH (n)-[:CREATE|MERGE]->() RETURN n",
    "RETURN {set: 1, delete: 2} AS m // SET x = 1",
    "MATCH (`delete`) RETURN `delete`",
    "MATCH (n) WHERE n.name STARTS WITH 'x' OR n.name ENDS WITH 'y' RETURN n",
    "RETURN 1 AS match, 2 AS `return`;",
    "CALL db.labels()",
    "CALL db.labels() YIELD label RETURN label ORDER BY label",
    "MATCH (n) RETURN count(*) + 1, size(collect(n.id)), {n: count(*)}, collect(n.id)[0], [x IN collect(n.id) | x]",
    "MATCH (n) RETURN sum(CASE WHEN n.x = 1 AND NOT n.y THEN 1 ELSE 0 END), collect(n.a IS NULL)",
    "MATCH p = shortestPath((a)-[*]-(b)) WITH p WHERE length(p) > 2 RETURN p",
    "MATCH p = shortestPath((a)-[*]-(b)) WHERE a.x = 1 RETURN p",
    "RETURN [1..2] AS x",
    "RETURN .5 AS x, 1e3 AS y, 0x1F AS z, 1_000 AS t, [1, 2, 3][1..] AS u",
    "MATCH (a)-[*..4]-(b), (a)-[*2..]-(b) RETURN a",
]


@pytest.mark.parametrize("text", READS)
def test_what_only_looks_like_writing_passes(text):
    prepare(text)


@pytest.mark.parametrize(
    ("text", "rewritten"),
    [
        (
            "MATCH (a)-->(b) WHERE a.support = 1 OR EXISTS { (b)-->() } RETURN a",
            "MATCH (a)-->(b) WITH * WHERE a.support = 1 OR EXISTS { (b)-->() } RETURN a",
        ),
        (
            "MATCH (a)-->(b) WHERE a.id = 'x' AND (a.support = 1 OR EXISTS { (b)-->() }) AND b.count = 2 RETURN a",
            "MATCH (a)-->(b) WHERE a.id = 'x' AND b.count = 2 WITH * WHERE (a.support = 1 OR EXISTS { (b)-->() }) RETURN a",
        ),
        ("MATCH (a) WHERE a.support = 1 OR a.count = 2 RETURN a", None),
        (
            "MATCH (a) OPTIONAL MATCH (a)-->(b) MATCH (a)<--(b) RETURN a",
            "MATCH (a) OPTIONAL MATCH (a)-->(b) WITH * WHERE b IS NOT NULL MATCH (a)<--(b) RETURN a",
        ),
        (
            "MATCH (a) OPTIONAL MATCH (a)-->(b) OPTIONAL MATCH (a)<--(b) WHERE a.support = 1 OR b.support = 1 RETURN *",
            (
                "MATCH (a) OPTIONAL MATCH (a)-->(b) WITH *, b IS NOT NULL AS kgbuild_held15 "
                "OPTIONAL MATCH (a)<--(b) WHERE kgbuild_held15 AND ( a.support = 1 OR b.support = 1) RETURN a, b"
            ),
        ),
        (
            "MATCH (a) OPTIONAL MATCH (a)-->(b) WITH a, b WHERE NOT (b)-->() RETURN [(b)-->(c) | c] AS l",
            (
                "MATCH (a) OPTIONAL MATCH (a)-->(b) WITH a, b WHERE NOT (b IS NOT NULL AND (b)-->()) "
                "RETURN CASE WHEN b IS NOT NULL THEN [(b)-->(c) | c] ELSE [] END AS l"
            ),
        ),
        (
            "MATCH (a) OPTIONAL MATCH (a)-->(b) RETURN COUNT { (a)<--(b) } AS n",
            "MATCH (a) OPTIONAL MATCH (a)-->(b) RETURN (COUNT { WITH * WHERE b IS NOT NULL MATCH (a)<--(b) }) AS n",
        ),
        ("MATCH (a) OPTIONAL MATCH (a)-->(b) OPTIONAL MATCH (b)-->(c)-->(a) RETURN a", None),
        ("MATCH (a) OPTIONAL MATCH (a)-->(b) MATCH (b)-->(c) MATCH (a)-->(b) RETURN a", None),
        ("MATCH (a) OPTIONAL MATCH (a)-->(b) CALL (a) { MATCH (a)-->(b) RETURN count(*) AS n } RETURN a, n", None),
        ("MATCH (a) WITH *, count(*) AS n RETURN n", "MATCH (a) WITH a, count(*) AS n RETURN n"),
        ("MATCH (a) WHERE a.name = $n OR $n IN a.aliases RETURN a", None),
        ("MATCH (:A) WHERE EXISTS { (:B) } OR EXISTS { (:C) } RETURN 1", None),
        ("MATCH (a) WHERE a.x = 'OR EXISTS { }' RETURN a", None),
        ("MATCH (n) RETURN keys(n)", "MATCH (n) RETURN [kgbuild_item IN keys(n) WHERE kgbuild_item <> '_search']"),
        ("RETURN 1 AS x ;", "RETURN 1 AS x "),
        ("RETURN 1_000 AS x", "RETURN 1000 AS x"),
        ("MATCH (a) WHERE a.name = 'x' AND a.id IN ['y'] AND a.name =~ 'x' RETURN left(a.name, 3) AS x LIMIT 3", None),
        ("MATCH (a), (b) WHERE a.name = b.name RETURN a", None),
        ("MATCH (a) WHERE a.born = 1912 RETURN a", "MATCH (a) WHERE coalesce(a.born) = 1912 RETURN a"),
        ("MATCH (a) WHERE 1912 <> a.born RETURN a", "MATCH (a) WHERE 1912 <> coalesce(a.born) RETURN a"),
        ("MATCH (a) WHERE a.born IN ['x', 1] RETURN a", "MATCH (a) WHERE coalesce(a.born) IN ['x', 1] RETURN a"),
        (
            "MATCH (a) WHERE a.born =~ '19.*' RETURN a",
            "MATCH (a) WHERE ((a.born =~ '19.*') = (a.born STARTS WITH '')) RETURN a",
        ),
        (
            "MATCH (a) RETURN a.x AS b, count(*) ORDER BY count(*) % 2, size(a.x), a.x",
            "MATCH (a) RETURN a.x AS b, count(*) AS kgbuild_o1 ORDER BY kgbuild_o1 % 2, size(b), a.x",
        ),
        (
            "MATCH (a) WITH a.x AS b, count(*) AS n WHERE count(*) > 1 AND size(a.x) > 2 RETURN b",
            "MATCH (a) WITH a.x AS b, count(*) AS n WHERE n > 1 AND size(b) > 2 RETURN b",
        ),
        ("MATCH (a) WITH a LIMIT 3 WHERE a.x > 1 RETURN a", "MATCH (a) WITH a LIMIT 3 WITH * WHERE a.x > 1 RETURN a"),
        ("RETURN left('x' + 1, 2) AS x", "RETURN left(('x' + 1) || '', 2) AS x"),
        (
            "RETURN 1 AS x LIMIT 1 + 1",
            "RETURN 1 AS x LIMIT CASE WHEN valueType(1 + 1) STARTS WITH 'INTEGER' THEN 1 + 1 END",
        ),
        ("MATCH (n) RETURN *, n.id, 1 AS x LIMIT 1", "MATCH (n) RETURN n AS n, n.id AS `n.id`, 1 AS x LIMIT 1"),
        ("MATCH (n) RETURN DISTINCT *, 1 AS x", "MATCH (n) RETURN DISTINCT n AS n, 1 AS x"),
        (
            "MATCH (n) RETURN n.id, count(*) > 1 AS x ORDER BY n.id",
            (
                "MATCH (n) WITH n.id AS kgbuild_g0, count(*) AS kgbuild_a1 "
                "RETURN kgbuild_g0 AS `n.id`, kgbuild_a1 > 1 AS x ORDER BY kgbuild_g0"
            ),
        ),
        (
            "MATCH (n) WITH n, collect(n.a + 1)[0] IS NULL AS x, n.a + 1 AS b WHERE x RETURN n",
            (
                "MATCH (n) WITH n, n.a + 1 AS kgbuild_g2, collect(n.a + 1) AS kgbuild_a1 "
                "WITH n, kgbuild_a1[0] IS NULL AS x, kgbuild_g2 AS b WHERE x RETURN n"
            ),
        ),
    ],
)
def test_what_the_engine_would_get_wrong_is_rewritten(text, rewritten):
    assert prepare(text).text == (text if rewritten is None else rewritten)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (
            "MATCH (n), (`a b`) RETURN n.name, count( * ), n AS x, `a b`, labels(n)[0]",
            ("n.name", "count( * )", "x", "a b", "labels(n)[0]"),
        ),
        ("RETURN DISTINCT 1 AS a, [1, 2] AS b ORDER BY a LIMIT 1", ("a", "b")),
        ("MATCH (n) RETURN n{.a, .b}, {x: 1, y: 2}.x", ("n{.a, .b}", "{x: 1, y: 2}.x")),
        ("MATCH (n) RETURN *", ("n",)),
        ("MATCH (n) RETURN *, 1 AS x", ("n", "x")),
        ("RETURN 1 AS a UNION RETURN 2 AS a", ("a",)),
    ],
)
def test_columns_are_named_as_written_even_without_rows(text, columns):
    assert prepare(text).columns == columns


def ids(path):
    return [item["id"] for item in path]


def test_paths_come_back_as_nodes_and_relationships_wherever_they_stand(reader):
    match = "MATCH p = (:Person {id: 'p1'})-[:EMPLOYED_BY]->(:Organization {id: 'o1'}) "
    whole = ["p1", "t1", "o1"]

    assert ids(reader.query(match + "RETURN p").rows[0][0]) == whole
    assert ids(reader.query(match + "RETURN p AS x ORDER BY length(p)").rows[0][0]) == whole
    assert ids(reader.query(match + "RETURN DISTINCT p ORDER BY length(p)").rows[0][0]) == whole
    assert ids(reader.query(match + "WITH p AS q RETURN q").rows[0][0]) == whole
    assert ids(reader.query(match + "RETURN *").rows[0][0]) == whole
    assert ids(reader.query(match + "RETURN collect(p) AS ps").rows[0][0][0]) == whole
    assert ids(reader.query(match + "WITH collect(p) AS ps RETURN ps").rows[0][0][0]) == whole
    assert ids(reader.query(match + "WITH collect(p) AS ps UNWIND ps AS q RETURN q").rows[0][0]) == whole
    assert ids(reader.query(match + "WITH collect(p) AS ps RETURN head(ps) AS h").rows[0][0]) == whole
    assert ids(reader.query(match + "RETURN [p]").rows[0][0][0]) == whole
    assert reader.query(match + "RETURN [p]").columns == ("[p]",)
    assert ids(reader.query(match + "RETURN {way: p, n: 1} AS m").rows[0][0]["way"]) == whole
    assert ids(reader.query(f"CALL {{ {match} RETURN p }} RETURN p").rows[0][0]) == whole
    union = reader.query(match + "RETURN p UNION ALL RETURN 1 AS p").rows
    assert [ids(row[0]) if isinstance(row[0], list) else row[0] for row in union] == [whole, 1]


def test_a_star_gives_variables_by_name_and_then_what_follows_it(reader):
    result = reader.query("MATCH (z {id: 'p1'})-[:EMPLOYED_BY]->(a) RETURN *, z.name, 1 AS b ORDER BY b")

    assert result.columns == ("a", "z", "z.name", "b")
    assert (result.rows[0][0]["id"], result.rows[0][1]["id"], *result.rows[0][2:]) == ("o1", "p1", "Ada Young", 1)


def test_nodes_have_labels_and_relationships_a_type(reader):
    node, edge = reader.query("MATCH (p {id: 'p3'}), ()-[r {id: 't5'}]->() RETURN p, r").rows[0]

    assert node["labels"] == ["Entity", "Person"]
    assert node["aliases"] == ["Cy"]
    assert set(node) == {"labels", "id", "name", "aliases", "iri", "mentions", "documents", "confidence"}
    assert edge["type"] == "IN_COUNTRY"
    assert (edge["support"], edge["scope"], edge["document"]) == (1, "stated", "d2")


def test_dates_come_back_as_dates(reader):
    text = (
        "MATCH (d:Document {id: 'd2'}) WITH d, d.published AS when RETURN d, when, collect(when) AS all, [d.published] AS list"
    )
    document, when, all, listed = reader.query(text).rows[0]

    assert (document["published"], when, all) == (D2, D2, [D2])
    assert listed == [D2]


def test_values_that_are_computed_have_their_types(reader):
    text = (
        "WITH datetime('2018-03-04T10:00:00+02:00') AS zoned, localdatetime('2018-03-04T10:00') AS local, localtime('10:00') AS time "
        "RETURN zoned, local, time, duration('P1DT2H') AS span, {a: [date('2018-03-04'), {b: date('2018-03-04')}], c: 'x'} AS map"
    )
    zoned, local, moment, span, map = reader.query(text).rows[0]

    assert zoned == datetime(2018, 3, 4, 10, tzinfo=timezone(timedelta(hours=2)))
    assert (local, moment, span) == (datetime(2018, 3, 4, 10), time(10), "P1DT2H")
    assert map == {"a": [D2, {"b": D2}], "c": "x"}
    assert reader.query("RETURN $d AS d, $m AS m", {"d": D2, "m": {"x": [D2]}}).rows == ((D2, {"x": [D2]}),)
    assert reader.query("MATCH (d {id: 'd2'}) RETURN d[$key] AS d", {"key": "published"}).rows == ((D2,),)
    assert reader.query("RETURN toString(date('2018-03-04')) AS d, '2018-03-04' AS e").rows == (("2018-03-04", "2018-03-04"),)


MOMENTS = (
    datetime(2018, 3, 4, 10, tzinfo=timezone(timedelta(hours=2))),
    datetime(2018, 3, 4, 10, 0, 0, 5000, tzinfo=UTC),
    datetime(2018, 3, 4, 10),
    date(2018, 3, 4),
    time(10),
    time(10, 0, 1, 500),
)


@pytest.mark.parametrize("value", [*MOMENTS, list(MOMENTS), {"a b`": MOMENTS[0], "l": [1, None, "$x", {"t": MOMENTS[4]}]}])
def test_times_that_are_parameters_come_back_as_they_went_with_their_zone(reader, value):
    assert reader.query("RETURN $v AS v", {"v": value}).rows == ((value,),)
    assert str(reader.query("RETURN $v", {"v": value}).rows) == str(((value,),)), "the zone, too"


def test_an_unbounded_path_has_no_hidden_bound(tmp_path):
    from kgbuild.records import Scope
    from tests.sinks.property_example import entity, triple

    places = tuple(entity(f"l{n:02}", "Location", f"place {n}") for n in range(41))
    steps = tuple(
        triple(f"t{n:02}", f"l{n:02}", "IN_COUNTRY", f"l{n + 1:02}", 9000, 1, 1, Scope.STATED, "q", "d") for n in range(40)
    )
    embedded.write(Graph(entities=places, triples=steps), Names(), tmp_path / "store", state="chain", provenance="none")

    with Reader(tmp_path / "store") as reader:
        assert reader.query("MATCH (:Location {id: 'l00'})-[:IN_COUNTRY*]->(e) RETURN count(e)").rows == ((40,),)
