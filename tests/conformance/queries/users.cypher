MATCH (a:Person)-[r:!KNOWS]->(b) WHERE a.id < 'p005' RETURN a.id, type(r) AS t, b.id

MATCH (a:Person)-[r:!KNOWS&!EMPLOYED_BY]->(b) RETURN type(r) AS t, count(*) AS n

MATCH (a:Entity&!(Person|Work)) RETURN labels(a)[1] AS l, count(*) AS n

MATCH (a:Person)-[:KNOWS]->(b)-[:KNOWS]->(c)-[:KNOWS]->(a) RETURN a.id, b.id, c.id

MATCH (a:Person)-[:KNOWS]-(b:Person)-[:KNOWS]-(c:Person)-[:KNOWS]-(a) WHERE a.id < b.id AND b.id < c.id RETURN a.id, b.id, c.id, count(*) AS n

MATCH (p:Person {id: 'p001'})-[:EMPLOYED_BY]->(o) WITH p, collect(o) AS mine MATCH (q:Person)-[:EMPLOYED_BY]->(x) WHERE q <> p WITH p, mine, q, collect(x) AS theirs WITH q, size([x IN mine WHERE x IN theirs]) AS both, size(mine) + size(theirs) AS total WHERE both > 0 RETURN q.id, round(toFloat(both) / (total - both), 4) AS jaccard

// ordered
MATCH (p:Person) WITH p, COUNT { (p)--() } AS degree WITH degree, count(*) AS n ORDER BY degree WITH collect({d: degree, n: n}) AS rows UNWIND range(0, size(rows) - 1) AS i RETURN rows[i].d AS d, rows[i].n AS n, reduce(t = 0, r IN rows[0..i + 1] | t + r.n) AS cumulated ORDER BY d

// ordered
MATCH (d:Document) WHERE d.published IS NOT NULL WITH d ORDER BY d.published, d.id WITH collect(d) AS ds UNWIND range(1, size(ds) - 1) AS i RETURN ds[i].id AS id, duration.inDays(ds[i - 1].published, ds[i].published).days AS gap ORDER BY gap DESC, id LIMIT 8

MATCH (e:Entity) RETURN e.id, reduce(longest = '', a IN e.aliases | CASE WHEN size(a) > size(longest) THEN a ELSE longest END) AS longest

// ordered
// $page = 3
// $size = 7
MATCH (p:Person) RETURN p.id ORDER BY p.id SKIP $page * $size LIMIT $size

// $a = 1
// $b = 2.5
RETURN $a + $b AS s, $a / 2 AS h, $b / 2 AS f, $a = 1.0 AS e, toString($b) AS t

// $l = [[1, 2], [3]]
UNWIND $l AS r UNWIND r AS x RETURN sum(x) AS s, size($l[0]) AS n

MATCH (n) WHERE n.employees IS NOT NULL OR n.population IS NOT NULL RETURN labels(n)[1] AS l, count(*) AS n, sum(n.population) AS p

MATCH (n) RETURN count(n) AS n, count(n.name) AS named, count(DISTINCT n.name) AS names

RETURN 7 / 2 AS a, -7 / 2 AS b, 7 % 3 AS c, -7 % 3 AS d, 7 % -3 AS e, 7.5 % 2 AS f, -7.5 % 2 AS g, 2 ^ 10 AS h, 2 ^ -1 AS i

RETURN 0.1 + 0.2 AS a, 0.1 + 0.2 = 0.3 AS b, 1e308 * 10 AS c, 5e-324 / 2 AS d, 1.0 AS e, 100000000000000000000.0 AS f, 1e21 AS g, 1e-7 AS h

RETURN toString(1e21) AS a, toString(1.0) AS b, toString(0.00001) AS c, toString(123456789.123) AS d, toString(-0.0) AS e, toString(1e7) AS f, toString(12345678.9) AS g

RETURN 'a' < 'B' AS a, 'a' < 'b' AS b, '' < 'a' AS c, 'é' > 'z' AS d, 'a' < 1 AS e, true > false AS f, 1 < true AS g, null = null AS h, null <> 1 AS i

RETURN all(x IN [] WHERE x > 1) AS a, any(x IN [] WHERE x > 1) AS b, none(x IN [] WHERE x > 1) AS c, single(x IN [] WHERE x > 1) AS d, all(x IN null WHERE x > 1) AS e, any(x IN [null] WHERE x > 1) AS f, all(x IN [null, 0] WHERE x > 1) AS g, single(x IN [1, 1] WHERE x = 1) AS h

RETURN timestamp() > 1500000000000 AS a, size(randomUUID()) AS b, rand() < 1 AS c

MATCH (a:Person {id: 'p003'}) ((x)-[r:KNOWS]->(y)){1,3} (b) WHERE all(s IN r WHERE s.support > 1) RETURN b.id, [s IN r | s.support] AS l

MATCH (a:Person {id: 'p003'}) ((x)-[r:KNOWS]->(y)){1,2} (b) RETURN size(x) AS n, x[0].id AS first, y[-1].id AS last, b.id

MATCH (a:Location {id: 'l003'}) ((x)-[:LOCATED_IN|IN_COUNTRY]->(y)){1,3} (b) WHERE NOT b IN x RETURN b.id, count(*) AS n

MATCH p = (:Person {id: 'p004'})-[:KNOWS*1..3]->(b) WITH p, reduce(s = 0, r IN relationships(p) | s + r.support) AS w RETURN length(p) AS l, max(w) AS m, min(w) AS n

// ordered
MATCH p = (:Person {id: 'p004'})-[:KNOWS*1..3]->(b) WITH b, p ORDER BY length(p), reduce(s = '', n IN nodes(p) | s + n.id) WITH b, collect(p)[0] AS best RETURN b.id, [n IN nodes(best) | n.id] AS ids ORDER BY b.id

MATCH (a:Person)-[r:KNOWS]->(b) MATCH (a)-[r]->(c) WHERE a.id < 'p004' RETURN a.id, b.id, c.id

MATCH (c:Chunk)-[:NEXT_CHUNK]->(d:Chunk) RETURN c.id, d.id, d.index - c.index AS step

MATCH (s:Statement)-[:HAS_SUBJECT]->(a)-[r]->(b)<-[:HAS_OBJECT]-(s) WHERE r.id = s.triple_id RETURN s.id, type(r) AS t, r.support AS n

MATCH (s:Statement) RETURN s.model AS m, s.scope AS scope, count(*) AS n, round(avg(s.confidence), 4) AS c

MATCH (a:Person) WHERE a.id < 'p004' WITH a {.id, .name} AS m WHERE m.name CONTAINS ' ' RETURN m.id AS id, m

MATCH (a:Person) WHERE EXISTS { (a)-[:KNOWS]->(b)-[:KNOWS]->(a) } RETURN a.id

// ordered
MATCH (e:Entity) RETURN e.id ORDER BY size(e.aliases) DESC, e.aliases, e.id LIMIT 30

// ordered
MATCH (e:Entity) RETURN DISTINCT e.confidence AS c ORDER BY c

// ordered
UNWIND [date('2018-02-01'), date('2017-01-01'), null] AS x RETURN x ORDER BY x DESC

MATCH (p:Person) WITH p ORDER BY p.id WITH collect(p) AS ps RETURN [i IN range(0, size(ps) - 2) WHERE ps[i].mentions > ps[i + 1].mentions | ps[i].id] AS drops

MATCH (e:Entity) WITH labels(e)[1] AS t, e.mentions AS m ORDER BY m DESC WITH t, collect(m) AS ms RETURN t, ms[0] AS top, ms[size(ms) / 2] AS mid, reduce(s = 0, m IN ms[..10] | s + m) AS ten

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) WITH o, max(r.support) AS best MATCH (p:Person)-[r:EMPLOYED_BY]->(o) WHERE r.support = best RETURN o.id, p.id, best

MATCH (n IS Person|Work)-[r IS KNOWS|AUTHOR_OF]->(m) RETURN count(*) AS n

MATCH (n1:Organization {id: 'o002'}) OPTIONAL MATCH (n1)-[r3:HAS_SUBJECT]-(n4) WHERE COUNT { (n4)-[r5:HAS_OBJECT]->(:Person) } = 0 RETURN n4.id
