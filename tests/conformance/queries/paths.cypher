MATCH (:Person {id: 'p000'})-[:EMPLOYED_BY|HEADQUARTERED_IN|IN_COUNTRY*..3]->(e) RETURN e.id

MATCH (:Person {id: 'p000'})-[:KNOWS*1..2]->(e) RETURN e.id

MATCH (:Person {id: 'p000'})-[:KNOWS*..2]-(e) RETURN e.id

MATCH (:Person {id: 'p000'})-[:KNOWS*2]-(e) RETURN DISTINCT e.id

MATCH (:Person {id: 'p000'})-[:KNOWS*0..1]->(e) RETURN e.id

MATCH (p:Person {id: 'p000'})-[:KNOWS*0]->(e) RETURN e.id, e = p AS same

MATCH (:Person {id: 'p003'})-[:KNOWS*2..3]->(e:Person) RETURN e.id, count(*) AS n

MATCH (:Location {id: 'l010'})-[:LOCATED_IN*]->(e) RETURN DISTINCT e.id

MATCH (:Location {id: 'l010'})-[:LOCATED_IN*2..]->(e) RETURN DISTINCT e.id

MATCH (a:Organization {id: 'o010'})-[r:PART_OF*1..3]->(b) RETURN b.id, [x IN r | x.id] AS ids

MATCH (a:Organization)-[:PART_OF*1..4]->(a) RETURN DISTINCT a.id

MATCH (a:Person {id: 'p000'})-[r:KNOWS*1..3 {scope: 'stated'}]->(b) RETURN b.id, size(r) AS n

MATCH (a:Person {id: 'p000'})-[*1..2]->(b:Location) RETURN DISTINCT b.id

MATCH (a:Person {id: 'p000'})-[*2]-(b:Work) RETURN count(*)

MATCH p = (a:Person {id: 'p000'})-[:EMPLOYED_BY]->(o) RETURN p

MATCH p = (a:Person {id: 'p000'})-[:EMPLOYED_BY]->(o)-[:HEADQUARTERED_IN]->(l) RETURN length(p) AS n, [n IN nodes(p) | n.id] AS ids, [r IN relationships(p) | type(r)] AS types

MATCH p = (a:Person {id: 'p000'})-[:EMPLOYED_BY|HEADQUARTERED_IN*1..2]->(l) RETURN p, length(p)

MATCH p = (a:Person {id: 'p000'}) RETURN p, length(p)

MATCH p = (a:Person {id: 'p000'})-[:KNOWS]-(b) WHERE all(n IN nodes(p) WHERE n.mentions > 0) RETURN b.id

MATCH p = (a:Person {id: 'p000'})-[:KNOWS*1..3]->(b) WHERE all(r IN relationships(p) WHERE r.confidence > 0.5) RETURN [n IN nodes(p) | n.id] AS ids

MATCH p = (a:Person {id: 'p000'})-[:KNOWS*1..3]->(b) WHERE none(n IN nodes(p) WHERE n.id = 'p001') RETURN [n IN nodes(p) | n.id] AS ids

MATCH p = (a:Person {id: 'p000'})-[rs:KNOWS*1..3]->(b) WHERE any(r IN rs WHERE r.support > 2) RETURN [r IN rs | r.id] AS ids

MATCH p = (a:Person {id: 'p000'})-[:KNOWS*1..3]->(b) RETURN b.id, min(length(p)) AS d

MATCH p = (a:Person {id: 'p000'})-[:KNOWS]->() RETURN collect(p)[0] IS NOT NULL AS x

MATCH p = (a:Person {id: 'p005'})-[:CITIZEN_OF]->() WITH p ORDER BY [n IN nodes(p) | n.id] RETURN collect(p) AS ps

MATCH p = (a:Person {id: 'p005'})-[:CITIZEN_OF]->() RETURN nodes(p) AS ns, relationships(p) AS rs

MATCH p = (a:Person {id: 'p005'})-[:CITIZEN_OF]->() RETURN [p] AS list, {path: p} AS map

MATCH p = shortestPath((a:Person {id: 'p010'})-[:KNOWS*]-(b:Person {id: 'p020'})) RETURN length(p)

MATCH p = shortestPath((a:Person {id: 'p010'})-[:KNOWS|EMPLOYED_BY*..6]-(b:Person {id: 'p002'})) RETURN length(p)

MATCH p = shortestPath((a:Person {id: 'p000'})-[:EMPLOYED_BY|HEADQUARTERED_IN|LOCATED_IN|IN_COUNTRY*..5]->(b:Location)) RETURN b.id, length(p)

MATCH (a:Person {id: 'p000'}), (b:Person) WHERE a <> b MATCH p = shortestPath((a)-[:KNOWS*..4]-(b)) RETURN b.id, length(p)

MATCH (a:Person {id: 'p000'}), (b:Person) WHERE b.id > 'p080' OPTIONAL MATCH p = shortestPath((a)-[:KNOWS*..3]-(b)) RETURN b.id, length(p)

MATCH p = shortestPath((a:Person {id: 'p000'})-[:KNOWS*..1]->(b:Person {id: 'p001'})) RETURN p

MATCH p = allShortestPaths((a:Person {id: 'p010'})-[:KNOWS|EMPLOYED_BY*]-(b:Person {id: 'p002'})) RETURN [n IN nodes(p) | n.id] AS ids

MATCH p = allShortestPaths((a:Person {id: 'p000'})-[:EMPLOYED_BY|HEADQUARTERED_IN*..4]-(b:Person {id: 'p006'})) RETURN [r IN relationships(p) | r.id] AS ids

MATCH (a:Person {id: 'p000'}), (b:Person {id: 'p006'}) RETURN length(shortestPath((a)-[:KNOWS*..5]-(b))) AS n

MATCH p = shortestPath((a:Person {id: 'p099'})-[:KNOWS*..6]-(b:Person {id: 'p002'})) RETURN p

MATCH p = shortestPath((a:Person {id: 'p000'})-[r:KNOWS*..6]->(b:Person {id: 'p007'})) WITH p WHERE length(p) > 0 RETURN length(p)

// refused: would not steer the search
MATCH p = shortestPath((a:Person {id: 'p000'})-[*..6]-(b:Person {id: 'p007'})) WHERE none(r IN relationships(p) WHERE type(r) = 'MENTIONS') RETURN length(p)

// refused: would not steer the search
MATCH p = shortestPath((a:Person {id: 'p000'})-[*..6]-(b:Person {id: 'p007'})) WHERE length(p) > 1 RETURN length(p)

MATCH (a:Person {id: 'p000'}) ((x)-[:KNOWS]->(y)){1,2} (b) RETURN b.id

MATCH (a:Person {id: 'p000'}) (()-[:KNOWS]->()){2} (b) RETURN b.id

MATCH (a:Person {id: 'p000'})-[:KNOWS]->{1,2}(b) RETURN b.id

MATCH (a:Person {id: 'p000'})-[:EMPLOYED_BY|HEADQUARTERED_IN]->+(b) RETURN DISTINCT b.id

MATCH (a:Organization {id: 'o010'})-[:PART_OF]->*(b) RETURN DISTINCT b.id

MATCH (a:Person {id: 'p000'}) ((x)-[r:KNOWS]->(y) WHERE r.confidence > 0.6){1,3} (b) RETURN [n IN x | n.id] AS xs, [n IN y | n.id] AS ys, b.id

MATCH p = (a:Person {id: 'p000'}) ((x)-[:EMPLOYED_BY]->(o)<-[:EMPLOYED_BY]-(y)){1,2} (b:Person) RETURN b.id, length(p)

// refused: SHORTEST is not supported
MATCH p = SHORTEST 1 (a:Person {id: 'p000'})-[:KNOWS]-+(b:Person {id: 'p006'}) RETURN length(p)

// refused: SHORTEST is not supported
MATCH p = ALL SHORTEST (a:Person {id: 'p000'})-[:KNOWS]-+(b:Person {id: 'p006'}) RETURN length(p)

// refused: .
MATCH p = ANY (a:Person {id: 'p000'})-[:KNOWS]-+(b:Person {id: 'p006'}) RETURN length(p)

MATCH p = (a:Person {id: 'p000'})-[:KNOWS*1..2]->(b) RETURN [r IN relationships(p) | [startNode(r).id, endNode(r).id]] AS steps

MATCH p = (a:Person {id: 'p000'})<-[:KNOWS*1..2]-(b) RETURN [r IN relationships(p) | [startNode(r).id, endNode(r).id]] AS steps

MATCH p = (a:Person {id: 'p000'})-[:KNOWS*1..2]-(b) RETURN reduce(c = 1.0, r IN relationships(p) | c * r.confidence) AS c, [n IN nodes(p) | n.id] AS ids

MATCH p = (a:Person {id: 'p000'})-[r]-(b:Person) RETURN p, a, r, b

MATCH p = (d:Document {id: 'd003'})-[:MENTIONS]->(:Person) RETURN p

MATCH p = (c:Chunk {index: 0})-[:NEXT_CHUNK*]->(last) WHERE NOT (last)-[:NEXT_CHUNK]->() RETURN c.id, length(p), last.id

MATCH (a:Person {id: 'p000'})-[:KNOWS*1..2]-(b)-[:EMPLOYED_BY]->(o) RETURN DISTINCT o.id

MATCH (a:Person {id: 'p000'})-[r1:KNOWS]-(b)-[r2:KNOWS*1..2]-(c) RETURN b.id, c.id, size(r2) AS n

MATCH (a)-[:PART_OF*1..2]->(b), (b)-[:HEADQUARTERED_IN]->(l) RETURN a.id, b.id, l.id

MATCH (a:Person {id: 'p000'}) RETURN size([(a)-[:KNOWS*1..2]-(b) | b]) AS n, COUNT { (a)-[:KNOWS*1..2]-() } AS m, EXISTS { (a)-[:KNOWS*3..3]-() } AS e

MATCH p = (:Person {id: 'p000'})-[:KNOWS]->(:Person) UNWIND nodes(p) AS n RETURN DISTINCT n.id

MATCH p = (:Person {id: 'p000'})-[:KNOWS]->(x) WITH collect(p) AS ps UNWIND ps AS p RETURN length(p), nodes(p)[-1].id

MATCH p = (:Person {id: 'p000'})-[:KNOWS]->(x) RETURN p = p AS same, p IS NULL AS none, size(nodes(p)) AS n

// error: keep equal ends out
MATCH p = shortestPath((a:Person {id: 'p000'})-[:KNOWS*]-(b:Person)) RETURN b.id, length(p)

// error: keep equal ends out
MATCH (a:Person), (b:Person) WHERE a.id < 'p003' AND b.id < 'p003' MATCH p = allShortestPaths((a)-[:KNOWS*]-(b)) RETURN a.id, b.id, length(p)

// error: keep equal ends out
MATCH (a:Person), (b:Person) WHERE a.id < 'p003' AND b.id < 'p003' OPTIONAL MATCH p = shortestPath((a)-[:KNOWS*]-(b)) RETURN a.id, b.id, length(p)

// error: keep equal ends out
MATCH (a:Person), (b:Person) WHERE a.id < 'p003' AND b.id < 'p003' RETURN length(shortestPath((a)-[:KNOWS*]-(b))) AS n

// error: keep equal ends out
MATCH (a:Person {id: 'p000'}), (b:Person) WHERE b.id < 'p003' AND EXISTS { MATCH p = shortestPath((a)-[:KNOWS*]-(b)) RETURN p } RETURN b.id

MATCH (a:Person), (b:Person), p = shortestPath((a)-[:KNOWS*]-(b)) WHERE a.id < 'p003' AND b.id < 'p003' AND a.name <> b.name RETURN a.id, b.id, length(p) AS n

MATCH (a:Person), (b:Person) WHERE a.id < 'p003' AND b.id < 'p003' OPTIONAL MATCH p = shortestPath((a)-[:KNOWS*]-(b)) WHERE a <> b RETURN a.id, b.id, length(p) AS n

MATCH (a:Person), (b:Person) WHERE a.id < 'p003' AND b.id < 'p003' MATCH p = shortestPath((a)-[:KNOWS*0..]-(b)) RETURN a.id, b.id, length(p) AS n

MATCH (a:Person {id: 'p000'}), (b:Person) WHERE b.id < 'p003' AND a <> b RETURN COUNT { MATCH p = shortestPath((a)-[:KNOWS*]-(b)) } AS n, b.id

MATCH (a:Person {id: 'p000'}), (b:Person) WHERE b.id < 'p003' AND a <> b AND EXISTS { shortestPath((a)-[:KNOWS*]-(b)) } RETURN b.id

MATCH (a:Person {id: 'p000'}), (b:Person) WHERE b.id < 'p020' AND a <> b AND EXISTS { p = shortestPath((a)-[:KNOWS*]-(b)) WHERE b.mentions > 2 } RETURN b.id

MATCH (a:Person {id: 'p000'}), (b:Person) WHERE b.id < 'p003' RETURN CASE WHEN a = b THEN 0 ELSE length(shortestPath((a)-[:KNOWS*]-(b))) END AS n, b.id

MATCH (a:Person {id: 'p000'}) UNWIND ['p001', 'zz'] AS x OPTIONAL MATCH (b:Person {id: x}) OPTIONAL MATCH p = shortestPath((a)-[:KNOWS*]-(b)) RETURN x, length(p) AS n

MATCH p = shortestPath((a:Person {id: 'p010'})-[r:KNOWS*]-(b:Person {id: 'p020'})) RETURN size(r) = length(p) AS x, r = relationships(p) AS y, [x IN r | x.id] = [x IN relationships(p) | x.id] AS z

MATCH p = shortestPath((:Person {id: 'p000'})-[r:KNOWS]-(:Person {id: 'p001'})) RETURN [x IN r | type(x)] AS t

// error: no lower bound but 0 and 1
MATCH p = shortestPath((a:Person {id: 'p010'})-[:KNOWS*2..]-(b:Person {id: 'p020'})) RETURN length(p)

// refused: write relationships\(p\)
MATCH shortestPath((a:Person {id: 'p010'})-[r:KNOWS*]-(b:Person {id: 'p020'})) RETURN size(r) AS n

MATCH (a:Person {id: 'p000'}) WHERE EXISTS { p = (a)-[:KNOWS]-(b) WHERE length(p) = 1 AND b.id = 'p001' } RETURN a.id

MATCH (p:Person), (o:Organization) WHERE p.id = 'p000' AND o.id = 'o001' RETURN length(shortestPath((p)-[:EMPLOYED_BY|KNOWS*..5]-(o))) AS n, [x IN nodes(shortestPath((p)-[:EMPLOYED_BY|KNOWS*..5]-(o))) | x.id][0] AS first

MATCH (p:Person {id: 'p000'}), (o:Organization) WHERE o.id < 'o01' WITH p, o, shortestPath((p)-[:EMPLOYED_BY|KNOWS*..5]-(o)) AS path WHERE path IS NOT NULL RETURN o.id, length(path) AS n

MATCH (p:Person {id: 'p000'}), (o:Organization) WHERE o.id < 'o01' AND length(shortestPath((p)-[:EMPLOYED_BY|KNOWS*..5]-(o))) > 1 RETURN o.id

MATCH (p:Person {id: 'p000'}) CALL (p) { MATCH path = shortestPath((p)-[:KNOWS*..4]-(q:Person)) WHERE q <> p RETURN q, length(path) AS n } RETURN n, count(*) AS c

MATCH (p:Person {id: 'p000'}), (q:Person) WHERE q.id > 'p090' MATCH path = allShortestPaths((p)-[:KNOWS*..6]-(q)) RETURN q.id, count(path) AS n, min(length(path)) AS l

MATCH path = shortestPath((p:Person {id: 'p000'})-[r:KNOWS*..6]-(q:Person {id: 'p006'})) RETURN *

MATCH path = shortestPath((p:Person {id: 'p000'})-[r:KNOWS*..6]-(q:Person {id: 'p006'})) WITH *, size(r) AS n RETURN n, [x IN r | x.support] = [x IN relationships(path) | x.support] AS same

MATCH (a:Person {id: 'p000'}), (b:Person {id: 'p006'}), p1 = shortestPath((a)-[:KNOWS*]-(b)), p2 = shortestPath((a)-[:EMPLOYED_BY*]-(b)) RETURN length(p1) AS x, length(p2) AS y
