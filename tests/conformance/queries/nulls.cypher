MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) OPTIONAL MATCH (n3)-[r9:PART_OF]->(n8) RETURN n3.id, n8.id, r9.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) OPTIONAL MATCH (n3)-[r9:PART_OF]->(n8) WHERE n3.id > 'o03' OR r9.support > 1 RETURN n3.id, n8.id, r9.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) OPTIONAL MATCH (n3)-[r9:PART_OF]->(n8) WHERE n3.id > 'o03' AND (n8)-[:PART_OF]->() RETURN *

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) OPTIONAL MATCH (n3)-[r9:PART_OF]->(n8) RETURN *

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) OPTIONAL MATCH (n3)-[r9:PART_OF]->(n8) RETURN *, n8.id AS x

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) OPTIONAL MATCH (n3)-[r9:PART_OF]->(n8) RETURN DISTINCT *

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) OPTIONAL MATCH (n3)-[r9:PART_OF]->(n8) RETURN *, count(*) AS c

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) OPTIONAL MATCH (n3)-[r9:PART_OF]->(n8) WITH *, count(*) AS c RETURN *

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[:PART_OF]-(n8) RETURN n3, n8 UNION MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[:PART_OF]-(n8) OPTIONAL MATCH (n3)-[:PART_OF]->(n8) RETURN *

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) MATCH (n3)-[r9:PART_OF]->(n8) RETURN n3.id, n8.id, r9.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) MATCH (n3)-[r9:PART_OF]->(n8) WHERE NOT EXISTS { (n8)-[:KNOWS]-() } RETURN n3.id, n8.id, r9.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) MATCH (x:Organization) WHERE NOT (x)-[:PART_OF]->(n8) RETURN n3.id, n8.id, x.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) MATCH (x:Organization) WHERE (x)-[:PART_OF]->(n8) RETURN n3.id, n8.id, x.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) MATCH (x:Organization WHERE (x)-[:PART_OF]->(n8)) RETURN n3.id, n8.id, x.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) OPTIONAL MATCH (x:Organization) WHERE (x)-[:PART_OF]->(n8) RETURN n3.id, n8.id, x.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) OPTIONAL MATCH (x:Organization) WHERE (n8)-[:PART_OF]->() AND x.id < 'o01' RETURN n3.id, n8.id, x.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) OPTIONAL MATCH (n3)-[r9:PART_OF]->()<-[:PART_OF]-(n8) RETURN n3.id, n8.id, r9.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) OPTIONAL MATCH (n3)-[r9:PART_OF*1..2]->(n8) RETURN n3.id, n8.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) WITH n3, n8 AS x OPTIONAL MATCH (n3)-[r9:PART_OF]->(x) RETURN n3.id, x.id, r9.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) RETURN n3.id, EXISTS { (n3)-[:PART_OF]->(n8) } AS x

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) RETURN n3.id, EXISTS { (n3)-[:PART_OF]->(n8) } OR n3.id > 'o03' AS x

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) RETURN n3.id, COUNT { (n3)-[:PART_OF]->(n8) } AS x

// unordered lists: 1
MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) RETURN n3.id, COLLECT { MATCH (n3)-[:PART_OF]->(n8) RETURN n8.id } AS x

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) WITH * WHERE COUNT { (n3)-[:PART_OF]->(n8) } = 0 AND NOT EXISTS { MATCH (x)-[:PART_OF]->(n3), (x)-[:PART_OF]->(n8) WHERE x <> n8 } RETURN n3.id, n8.id

// unordered lists: 1
MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) RETURN n3.id, [(n3)-[:PART_OF]->(n8) | n8.id] AS x

// unordered lists: 1
MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) RETURN n3.id, [(n8)-[:PART_OF]->(x) | x.id] AS x

// unordered lists: 1
MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) RETURN n3.id, [p = (n8)-[:PART_OF]->(x) WHERE x.id > 'o02' | length(p)] AS x

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) RETURN n3.id, size([(x)<-[:PART_OF]-(n8) | x.id])

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) RETURN n3.id, size([(x)<-[:PART_OF]-(n8) | x.id]) AS s ORDER BY size([(x)<-[:PART_OF]-(n8) | x.id]) DESC, n3.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) WITH n3, n8 WHERE (n3)-[:PART_OF]->(n8) RETURN n3.id, n8.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) WITH n3, n8 WHERE NOT (n8)-[:PART_OF]->() RETURN n3.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) WITH n3, n8 WHERE NOT (n8)-->() OR (n8)-[:FOUNDED_BY]->(:Person) RETURN n3.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) WITH n3, n8 WHERE exists((n8)-[:PART_OF]->()) RETURN n3.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) WITH n3, n8 WHERE NOT (:Organization)-[:PART_OF]->(n8) RETURN n3.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) CALL (n3, n8) { MATCH (n3)-[:PART_OF]->(n8) RETURN count(*) AS c } RETURN n3.id, c

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) CALL (n3) { MATCH (n3)-[:PART_OF]->(n8) RETURN count(*) AS c } RETURN n3.id, c

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) CALL { WITH n3, n8 MATCH (n3)-[:PART_OF]->(n8) RETURN count(*) AS c } RETURN n3.id, c

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) CALL (*) { MATCH (n3)-[:PART_OF]->(n8) RETURN count(*) AS c } RETURN n3.id, c

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) OPTIONAL CALL (n8, n3) { MATCH (n3)-[:PART_OF]->(n8) RETURN 1 AS one } RETURN n3.id, n8.id, one

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) OPTIONAL MATCH (a)-[r7:PART_OF]->(b) RETURN n3.id, n8.id, r7.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[:PART_OF]-(n8) OPTIONAL MATCH (n3)-[:PART_OF]->(n9) OPTIONAL MATCH (n8)-[r:PART_OF]->(n9) RETURN n3.id, n8.id, n9.id, r.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[:PART_OF]-(n8) MATCH (n8) RETURN n3.id, n8.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[:PART_OF]-(n8) MATCH (n8), (n3)-[:PART_OF]->(n9) RETURN n3.id, n8.id, n9.id

MATCH (n:Organization) WITH n, [x IN [null] | x] AS l UNWIND l AS y OPTIONAL MATCH (n)-[:PART_OF]->(y) RETURN n.id

MATCH (n3:Organization) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) WITH n3, head(collect(n8)) AS h MATCH (x)-[:PART_OF]->(n3) WITH n3, h IS NULL AS n, count(*) AS c RETURN n3.id, n, c

MATCH (n:Organization) OPTIONAL MATCH (n)-[:FOUNDED_BY]->(z) OPTIONAL MATCH p = shortestPath((n)-[:FOUNDED_BY|EMPLOYED_BY*..3]-(z)) RETURN n.id, z.id, length(p)

MATCH (n:Organization) OPTIONAL MATCH (n)-[:FOUNDED_BY]->(z) RETURN n.id, z.id, length(shortestPath((n)-[:FOUNDED_BY|EMPLOYED_BY*..3]-(z))) AS l

MATCH (n:Organization) OPTIONAL MATCH (n)-[:FOUNDED_BY]->(z) OPTIONAL MATCH (z)-[:KNOWS]->(k) OPTIONAL MATCH (k)-[:KNOWS]->(z) RETURN n.id, z.id, k.id

MATCH (n:Organization) OPTIONAL MATCH (n)-[:FOUNDED_BY]->(`a b`) OPTIONAL MATCH (n)-[:PART_OF]->(`a b`) RETURN n.id, `a b`.id

MATCH (p:Person) OPTIONAL MATCH (p)-[:EMPLOYED_BY]->(o) OPTIONAL MATCH (d:Document)-[:MENTIONS]->(o) WHERE (d)-[:MENTIONS]->(p) RETURN p.id, o.id, d.id

MATCH (p:Person) OPTIONAL MATCH (p)-[:EMPLOYED_BY]->(o) WHERE o.id > 'o02' OPTIONAL MATCH (d:Document WHERE d.published > date('2018-01-01'))-[m:MENTIONS]->(o) RETURN p.id, o.id, count(d) AS c, max(d.published) AS last

// unordered lists: 1
MATCH (p:Person) OPTIONAL MATCH (p)-[:EMPLOYED_BY]->(o) OPTIONAL MATCH (d:Document)-[m:MENTIONS]->(o) WITH p, collect(DISTINCT d.published) AS l, o WHERE o IS NULL OR NOT (o)-[:PART_OF]->() RETURN p.id, l

MATCH (n3:Organization)-[:PART_OF]->(x) WITH *, count(*) AS c RETURN n3.id, x.id, c

MATCH (n3:Organization)-[:PART_OF]->(x) WITH *, count(*) + 1 AS c RETURN n3.id, x.id, c

UNWIND [1, 1, 2] AS x UNWIND [3, 3] AS y WITH *, count(*) AS c RETURN *

// refused: name the variables instead
MATCH (n3:Organization)-[:PART_OF]->(x) CALL (n3) { MATCH (n3)--(y) WITH *, count(*) AS c RETURN y, c } RETURN n3.id, x.id, c

// error: x is not known here
MATCH (n:Organization)-[:PART_OF]->(x) CALL (n) { MATCH (n)--(y) WHERE y.id > x.id RETURN count(*) AS c } RETURN n.id, c

MATCH (n1:Person WHERE n1.id < 'p02')-[r2:FOUNDED_BY {scope: 'stated'}]-(n3:Organization|Missing)-[r4:HEADQUARTERED_IN]->(n5:Location|Missing) OPTIONAL MATCH (n3)<-[r7:PART_OF]-(n8) OPTIONAL MATCH (n3)-[r9:PART_OF]->(n8) RETURN true AS c10

// differs: Neo4j 5.26 takes COUNT { (p)-->(p) } >= 0 for false here, and answers it in WITH
MATCH (p:Person WHERE p.id < 'p02')-[:KNOWS]->(q) OPTIONAL MATCH (l:Location WHERE l.id < 'l01') WHERE COUNT { (p)-[:KNOWS]->(p) } >= 0 RETURN p.id, q.id, l.id
