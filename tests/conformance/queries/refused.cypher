// error: CREATE writes
CREATE (n:Person {id: 'x'}) RETURN n

// error: MERGE writes
MERGE (n:Person {id: 'x'}) RETURN n

// error: SET writes
MATCH (p:Person) SET p.name = 'x' RETURN p

// error: DELETE writes
MATCH (p:Person) DELETE p

// error: DETACH writes
MATCH (p:Person) DETACH DELETE p

// error: REMOVE writes
MATCH (p:Person) REMOVE p.name RETURN p

// error: FOREACH writes
MATCH (p:Person) FOREACH (x IN [1] | SET p.x = x)

// error: CREATE writes
MATCH (p:Person) CALL (p) { CREATE (x:Y) RETURN x } RETURN p

// error: CREATE writes
CREATE INDEX x FOR (n:Person) ON (n.name)

// error: DROP writes
DROP INDEX entity_names

// refused: LOAD CSV reads files
LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line

// error: IN TRANSACTIONS
MATCH (p:Person) CALL (p) { RETURN 1 AS x } IN TRANSACTIONS OF 10 ROWS RETURN x

// error: apoc
CALL apoc.util.sleep(10)

// refused: MATCH \(a\)-\[r\]->\(b\)
CALL db.schema.visualization()

// refused: keys
CALL db.propertyKeys() YIELD propertyKey RETURN propertyKey

// refused: the procedures here are
CALL dbms.components() YIELD name RETURN name

// refused: SHOW
SHOW INDEXES

// error: the query returns nothing
MATCH (p:Person) RETURN p.id AS x LIMIT 0 UNION MATCH (p:Person) FINISH

// refused: returns nothing
MATCH (p:Person) FINISH

// error: returns nothing
MATCH (p:Person)

// error: empty
//

// error: .
MATCH (p:Person RETURN p

// error: never ends
RETURN 'abc

// error: .
RETURN

// error: .
MATCH (p:Person) RETRN p

// error: .
MATCH (p:Person) WHERE RETURN p

// error: .
MATCH (p:Person) RETURN p.id p.name

// error: .
RETURN 1 +

// error: .
MATCH (p)-[r:]->(q) RETURN p

// error: one query at a time
RETURN 1; RETURN 2

// error: .
SELECT * FROM Person

// error: .
MATCH (a)-[r]->(b) RETURN r.id AS a, b.id AS a

// error: .
MATCH (a) WITH a.name RETURN 1

// error: .
MATCH (r)-[r]->(b) RETURN r

RETURN 1;

// error: apoc
RETURN apoc.text.join(['a'], ',') AS x

// refused: EXPLAIN
EXPLAIN MATCH (p:Person) RETURN p

// refused: PROFILE
PROFILE MATCH (p:Person) RETURN p

// refused: USE
USE neo4j MATCH (p:Person) RETURN count(p)

// refused: CYPHER
CYPHER 5 RETURN 1 AS x

// refused: would be lost
RETURN [`odd x` IN [1, 2] WHERE `odd x` > 1 | `odd x`] AS x

// refused: backslash
MATCH (e) RETURN e.`a\b` AS x

// refused: \$label IN labels\(n\)
MATCH (n:$('Person')) RETURN count(n)

// error: .
// $l = "Person"
MATCH (n:$l) RETURN n

// error: q is not defined
MATCH (p:Person) WHERE any(x IN q.aliases WHERE x = 'GSA') RETURN p.id

// error: persn is not defined
MATCH (person:Person) WHERE person.mentions > 5 OR EXISTS { (person)-[:KNOWS]->(o) WHERE o.id = persn.id } RETURN person.id

// error: y is not defined
MATCH (p:Person) RETURN CASE WHEN p.mentions > 10000 THEN y.name END AS x

// refused: type\(r\) = \$type
// $type = "EMPLOYED_BY"
MATCH (a:Person)-[r:$($type)]->(b) RETURN count(*) AS n

// error: r is not known here
MATCH (a)-[r:KNOWS]->(b) WITH a, b UNWIND [r.support] AS s RETURN s

// error: b is not known here
MATCH (a)-[r:KNOWS]->(b) WITH a CALL (a) { MATCH (a)-->(c) WHERE c <> b RETURN c } RETURN a.id

// error: b is not known here
MATCH (a)-[r:KNOWS]->(b) WITH a RETURN a {.id, b: b.id} AS x

// error: b is not known here
MATCH (a)-[r:KNOWS]->(b) WITH a RETURN EXISTS { (a)-->(x) WHERE x.id = b.id } AS x

// error: b is not known here
MATCH (a)-[r:KNOWS]->(b) CALL { WITH a MATCH (c:Person) WHERE c.mentions > b.mentions RETURN count(c) AS n } RETURN a.id, n

// error: score is not known here
CALL db.index.fulltext.queryNodes('entity_names', 'smith') YIELD node AS n, score WITH n RETURN n.id, score
