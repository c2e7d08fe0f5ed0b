MATCH (o:Organization) WHERE EXISTS { (o)<-[:EMPLOYED_BY]-(:Person) } RETURN o.id

MATCH (o:Organization) WHERE NOT EXISTS { (o)<-[:EMPLOYED_BY]-(:Person) } RETURN o.id

MATCH (o:Organization) WHERE EXISTS { MATCH (o)<-[r:EMPLOYED_BY]-(p) WHERE r.support > 2 } RETURN o.id

MATCH (o:Organization) WHERE EXISTS { MATCH (o)<-[:EMPLOYED_BY]-(p) WHERE p.mentions > o.mentions } RETURN o.id

MATCH (o:Organization) WHERE EXISTS { MATCH (o)<-[:EMPLOYED_BY]-(p) WHERE EXISTS { (p)-[:CITIZEN_OF]->() } } RETURN o.id

MATCH (o:Organization) WHERE EXISTS { MATCH (o)<-[:EMPLOYED_BY]-(p) RETURN p } RETURN o.id

MATCH (o:Organization) WHERE EXISTS { (o)<-[:EMPLOYED_BY]-() } OR o.employees = 7 RETURN o.id

MATCH (p:Person)-[:EMPLOYED_BY]->(o) WHERE p.mentions > 100 OR EXISTS { (o)-[:HEADQUARTERED_IN]->() } RETURN p.id, o.id

MATCH (p:Person)-[:EMPLOYED_BY]->(o) WHERE p.mentions > 100 XOR EXISTS { (o)-[:HEADQUARTERED_IN]->() } RETURN p.id, o.id

MATCH (p:Person)-[:EMPLOYED_BY]->(o) WHERE NOT (p.mentions > 2 AND EXISTS { (o)-[:HEADQUARTERED_IN]->() }) RETURN p.id, o.id

MATCH (p:Person)-[:EMPLOYED_BY]->(o) WHERE NOT (p.mentions > 2 AND any(a IN o.aliases WHERE a = 'GSA')) AND o.mentions > 1 RETURN p.id, o.id

MATCH (p:Person)-[:EMPLOYED_BY]->(o) WHERE p.mentions = 1 OR COUNT { (o)<-[:EMPLOYED_BY]-() } = 1 RETURN p.id, o.id

MATCH (p:Person)-[:EMPLOYED_BY]->(o) WHERE p.mentions = 1 OR (o)-[:HEADQUARTERED_IN]->() RETURN p.id, o.id

MATCH (p:Person) RETURN p.id, COUNT { (p)-[:EMPLOYED_BY]->() } AS n

MATCH (p:Person) RETURN p.id, COUNT { (p)-[r:EMPLOYED_BY]->() WHERE r.scope = 'stated' } AS n

MATCH (p:Person) WHERE COUNT { (p)-[:EMPLOYED_BY]->() } > 1 RETURN p.id

// ordered
MATCH (p:Person) RETURN p.id ORDER BY COUNT { (p)-->() } DESC, p.id LIMIT 5

MATCH (p:Person) RETURN COUNT { (p)-[:EMPLOYED_BY]->() } AS jobs, count(*) AS n

MATCH (p:Person) RETURN sum(COUNT { (p)-[:EMPLOYED_BY]->() }) AS n

MATCH (p:Person) RETURN p.id, COUNT { MATCH (p)-[:EMPLOYED_BY]->(o) RETURN DISTINCT o.employees } AS n

MATCH (p:Person) RETURN p.id, EXISTS { (p)-[:EMPLOYED_BY]->() } AS e, EXISTS { (p)-[:CITIZEN_OF]->(:Location {id: 'l000'}) } AS f

MATCH (p:Person) RETURN p.id, COLLECT { MATCH (p)-[:EMPLOYED_BY]->(o) RETURN o.id ORDER BY o.id } AS os

MATCH (p:Person) RETURN p.id, COLLECT { MATCH (p)-[r:EMPLOYED_BY]->(o) RETURN o.name ORDER BY r.support DESC, o.id LIMIT 1 } AS best

MATCH (p:Person) WHERE 'o001' IN COLLECT { MATCH (p)-[:EMPLOYED_BY]->(o) RETURN o.id } RETURN p.id

MATCH (p:Person) RETURN p.id, size([(p)-[:EMPLOYED_BY]->(o) | o]) AS n, size([(p)-[:EMPLOYED_BY]->(o) WHERE o.mentions > 2 | o.id]) AS m

// unordered lists: 1
MATCH (p:Person) RETURN p.id, [(p)-[r:EMPLOYED_BY]->(o:Organization) WHERE r.confidence > 0.5 | o.name] AS os

// unordered lists: 0
RETURN [(a:Person {id: 'p000'})-[:KNOWS]->(b) | b.id] AS ids

MATCH (p:Person) CALL { WITH p MATCH (p)-[r:EMPLOYED_BY]->(o) RETURN o ORDER BY r.support DESC, r.id LIMIT 1 } RETURN p.id, o.id

MATCH (p:Person) CALL (p) { MATCH (p)-[r:EMPLOYED_BY]->(o) RETURN o ORDER BY r.support DESC, r.id LIMIT 1 } RETURN p.id, o.id

MATCH (p:Person) CALL (p) { OPTIONAL MATCH (p)-[:EMPLOYED_BY]->(o) RETURN count(o) AS n } RETURN p.id, n

MATCH (p:Person) OPTIONAL CALL (p) { MATCH (p)-[r:EMPLOYED_BY]->(o) RETURN o.id AS o ORDER BY o LIMIT 1 } RETURN p.id, o

MATCH (p:Person) CALL (*) { MATCH (p)-[:CITIZEN_OF]->(l) RETURN count(l) AS n } RETURN p.id, n

CALL { MATCH (p:Person) RETURN p.name AS name UNION MATCH (o:Organization) RETURN o.name AS name } RETURN name, count(*) AS n

CALL () { MATCH (p:Person) RETURN count(p) AS n } RETURN n

MATCH (p:Person {id: 'p000'}) CALL (p) { MATCH (p)-[:EMPLOYED_BY]->(x) RETURN x UNION MATCH (p)-[:CITIZEN_OF]->(x) RETURN x } RETURN x.id

MATCH (o:Organization) CALL (o) { MATCH (o)<-[:EMPLOYED_BY]-(p) WITH p ORDER BY p.mentions DESC, p.id LIMIT 2 RETURN collect(p.id) AS top } RETURN o.id, top

UNWIND [1, 2, 3] AS x CALL (x) { UNWIND range(1, x) AS y RETURN sum(y) AS s } RETURN x, s

MATCH (p:Person) RETURN p.name AS name UNION MATCH (o:Organization) RETURN o.name AS name

MATCH (p:Person) RETURN p.name AS name UNION ALL MATCH (o:Organization) RETURN o.name AS name

MATCH (e:Entity {id: 'p001'}) RETURN e.type AS x UNION ALL MATCH (e:Entity {id: 'p002'}) RETURN e.type AS x

RETURN 1 AS a, 2 AS b UNION RETURN 1 AS a, 2 AS b UNION RETURN 3 AS a, null AS b

MATCH (d:Document) RETURN d.published AS x UNION MATCH (d:Document) RETURN d.published AS x

MATCH p = (:Person {id: 'p000'})-[:KNOWS]->() RETURN p AS x UNION MATCH p = (:Person {id: 'p001'})-[:KNOWS]->() RETURN p AS x

MATCH (p:Person) RETURN p.id AS x ORDER BY x LIMIT 3 UNION ALL MATCH (o:Organization) RETURN o.id AS x ORDER BY x LIMIT 2

// error: .
RETURN 1 AS a UNION RETURN 2 AS b

MATCH (p:Person) WITH p WHERE p.mentions > 100 MATCH (p)-[:EMPLOYED_BY]->(o) WITH DISTINCT o MATCH (o)-[:HEADQUARTERED_IN]->(l) RETURN o.id, collect(l.id)[0] IS NOT NULL AS x

MATCH (p:Person) WITH * WHERE p.mentions > 100 RETURN *

MATCH (p:Person {id: 'p000'})-[r:KNOWS]->(q) RETURN *

MATCH (p:Person {id: 'p000'}) RETURN *, p.name AS name

MATCH (p:Person) WITH p.mentions AS m, count(*) AS n WHERE n > 1 RETURN m, n

WITH 1 AS x, [1, 2] AS l UNWIND l AS y WITH x + y AS z RETURN z

UNWIND [] AS x RETURN x

UNWIND null AS x RETURN x

UNWIND [[1, 2], [3]] AS l UNWIND l AS x RETURN x

UNWIND [1, 1, 2, null] AS x RETURN DISTINCT x

UNWIND [{id: 'p000', n: 1}, {id: 'p001', n: 2}, {id: 'nobody', n: 3}] AS row OPTIONAL MATCH (p:Person {id: row.id}) RETURN row.n, p.name

MATCH (p:Person) WHERE p.mentions > 100 WITH collect(p) AS big MATCH (q:Person) WHERE NOT q IN big RETURN count(q)

MATCH (a:Person) WHERE ALL(x IN [(a)-[:EMPLOYED_BY]->(o) | o.mentions] WHERE x > 1) RETURN a.id

MATCH (e:Entity) WHERE COUNT { (e)<-[:MENTIONS]-() } >= 5 RETURN e.id, COUNT { (e)<-[:MENTIONS]-() } AS n

MATCH (d:Document) WHERE ALL(x IN COLLECT { MATCH (d)-[:MENTIONS]->(e) RETURN e.mentions } WHERE x < 200) RETURN d.id

MATCH (e:Person) WHERE EXISTS { MATCH (e)-[:EMPLOYED_BY]->(o) WITH o WHERE o.mentions > 5 RETURN o } RETURN e.id

// error: .
MATCH (e:Person) WHERE EXISTS { (e)-[:EMPLOYED_BY]->() UNION (e)-[:CITIZEN_OF]->() } RETURN e.id

MATCH (e:Person) WHERE EXISTS { MATCH (e)-[:EMPLOYED_BY]->() RETURN 1 AS x UNION MATCH (e)-[:CITIZEN_OF]->() RETURN 1 AS x } RETURN e.id

MATCH (p:Person WHERE EXISTS { (p)-[:EMPLOYED_BY]->(z) }) RETURN *

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) WITH p, o WITH *, count(*) > 0 AS y RETURN *

// ordered
MATCH (d:Document) RETURN DISTINCT d.published AS when, d.name ORDER BY d.name, when

// ordered
MATCH (d:Document) RETURN d.name AS `the name`, d.published ORDER BY `the name`, d.published, d.id SKIP 2 LIMIT 9; // done

MATCH (d:Document) WITH d.language AS l, max(d.published) > date('2018-01-01') AS late RETURN l, late

// ordered
MATCH (d:Document)-[m:MENTIONS]->(e) RETURN d.published AS p, count(m) AS n, min(e.name) = 'x' AS f ORDER BY d.published, count(m), f

MATCH (d:Document) RETURN d.language, count(*) AS n, CASE WHEN count(d.url) > 3 AND d.language = 'en' THEN d.language + '!' END AS x

// error: not grouped by it
MATCH (p:Person)-[r]->(o) RETURN p.mentions + 1 AS a, p.mentions + 1 > count(r) AS b

MATCH (a:Person) RETURN a.name AS x, [y IN collect(a) WHERE y.mentions > 3 | y.id][0] IS NULL AS z, count { (a)-->() } AS w

// differs: a pattern as predicate inside CASE is answered; Neo4j refuses it
MATCH (e:Entity) WHERE CASE WHEN e.mentions > 5 THEN (e)--() ELSE false END RETURN count(*) AS n

MATCH (n:Location) RETURN false OR COUNT { (n)<-[:LOCATED_IN]-() } = 2 AS a, count(*) AS c

MATCH (n:Location) RETURN true AND COUNT { (n)<-[:LOCATED_IN]-() } > 1 AS a, NOT COUNT { (n)<-[:LOCATED_IN]-() } = 2 AS b, count(*) AS c

MATCH (n:Location) WITH n, n.mentions > 1000 OR 2 <= COUNT { (n)<-[:LOCATED_IN]-() } AS a WHERE a RETURN n.id AS id

MATCH (n:Location) WHERE n.mentions > 1000 OR COUNT { (n)<-[:LOCATED_IN]-() } = 2 RETURN n.id AS id

MATCH (n:Location) WHERE n.mentions > 1000 OR (EXISTS { (n)<-[:LOCATED_IN]-() } AND 'name' IN keys(n) AND NOT 'nothing' IN keys(n)) RETURN n.id AS id

// refused: name it first
MATCH (n:Location)<-[r:HEADQUARTERED_IN]-() WHERE CASE WHEN none(x IN n.aliases WHERE x = 'GSA') THEN r.document ENDS WITH 'o' ELSE false END RETURN count(*) AS n

MATCH (n:Location)<-[r:HEADQUARTERED_IN]-() WITH *, CASE WHEN none(x IN n.aliases WHERE x = 'GSA') THEN r.document ENDS WITH 'o' ELSE false END AS holds WHERE holds RETURN count(*) AS n

MATCH (p:Person) RETURN p.id, COLLECT { MATCH (p)-[:EMPLOYED_BY]->(o) WHERE o.employees > 10 RETURN o.name ORDER BY o.name } AS os, EXISTS { (p)-[:KNOWS]-() } AS social

MATCH (p:Person) WHERE size(COLLECT { MATCH (p)-[:KNOWS]-(q) RETURN DISTINCT q.id }) > 3 RETURN p.id

MATCH (o:Organization) CALL (o) { MATCH (o)<-[:EMPLOYED_BY]-(p) RETURN p UNION MATCH (o)-[:FOUNDED_BY]->(p) RETURN p } RETURN o.id, count(p) AS n

MATCH (o:Organization) CALL (o) { WITH o WHERE o.employees > 10 RETURN 1 AS big } RETURN o.id, big

MATCH (p:Person) CALL (p) { RETURN p.name AS n, size(p.name) AS s } WITH n, s WHERE s > 10 RETURN n, s

UNWIND ['Person', 'Organization', 'Nothing'] AS t CALL (t) { MATCH (e:Entity) WHERE t IN labels(e) RETURN count(e) AS n } RETURN t, n

MATCH (p:Person) RETURN p.id, reduce(s = 0, x IN COLLECT { MATCH (p)-[r:EMPLOYED_BY]->() RETURN r.support } | s + x) AS s

MATCH (p:Person) WITH p, COLLECT { MATCH (p)-[r:EMPLOYED_BY]->(o) RETURN {o: o.name, s: r.support} ORDER BY r.support DESC, o.id } AS jobs WHERE size(jobs) > 1 RETURN p.id, jobs[0].o AS best

MATCH (p:Person) WHERE exists { MATCH (p)-[:EMPLOYED_BY]->(o) WHERE exists { (o)-[:HEADQUARTERED_IN]->(l) WHERE l.population > 1000 } } RETURN p.id

MATCH (o:Organization) RETURN avg(count { (o)<-[:EMPLOYED_BY]-() }) AS a, max(count { (o)<-[:EMPLOYED_BY]-() }) AS m

MATCH (a)-[r:KNOWS]->(b) WITH a RETURN EXISTS { (a)-->(b) } AS x, count(*) AS n

MATCH (a)-[r:KNOWS]->(b) CALL (*) { RETURN a.mentions + r.support AS n } RETURN a.id, n

MATCH (a)-[r:KNOWS]->(b) WITH a, count(b) AS n CALL (a, n) { WITH a, n WHERE n > 1 RETURN n * 2 AS m } RETURN a.id, m

CALL db.index.fulltext.queryNodes('entity_names', 'smith') YIELD node AS n, score WITH n.id AS id, round(score) > 0 AS s RETURN id, s

MATCH (a:Person)-[:KNOWS]->(b) WITH *, a.id AS x WITH x, b RETURN x, b.id, COUNT { (b)-->(c) WHERE c.id > x } AS n

MATCH (a:Person)-[:KNOWS]->(b) WHERE a.id < 'p003' WITH a, [(a)-[:KNOWS]->(c) WHERE c.mentions > 1 | c.id] AS l, [q = (a)-->() | length(q)] AS m RETURN a.id, size(l) AS n, size(m) AS o
