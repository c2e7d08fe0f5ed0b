// ordered
MATCH (p:Person) RETURN p.name, p.id ORDER BY p.name, p.id

// ordered
MATCH (e:Work) RETURN e.name, e.id ORDER BY e.name, e.id

// ordered
MATCH (e:Work) RETURN e.name ORDER BY e.name DESC

// ordered
MATCH (e:Organization) RETURN e.id, e.employees ORDER BY e.employees, e.id

// ordered
MATCH (e:Organization) RETURN e.id, e.employees ORDER BY e.employees DESC, e.id

// ordered
MATCH (e:Organization) RETURN e.id, e.revenue ORDER BY e.revenue ASC, e.id DESCENDING

// ordered
MATCH (p:Person) RETURN p.id ORDER BY p.mentions DESC, p.confidence DESC, p.id LIMIT 10

// ordered
MATCH (p:Person) RETURN p.id AS id ORDER BY id SKIP 5 LIMIT 5

// ordered
MATCH (p:Person) RETURN p.id AS id ORDER BY id OFFSET 5 LIMIT 5

// ordered
// $s = 95
// $l = 10
MATCH (p:Person) RETURN p.id ORDER BY p.id SKIP $s LIMIT $l

MATCH (p:Person) RETURN p.id LIMIT 0

MATCH (p:Person) RETURN p.id ORDER BY p.id SKIP 1000

// ordered
MATCH (p:Person) RETURN p.id ORDER BY p.id LIMIT 2 + 3

// error: .
// $l = -1
MATCH (p:Person) RETURN p.id LIMIT $l

// error: .
MATCH (p:Person) RETURN p.id LIMIT p.mentions

// error: .
MATCH (p:Person) RETURN p.id LIMIT 1.5

// ordered
MATCH (d:Document) RETURN d.id, d.published ORDER BY d.published, d.id

// ordered
MATCH (d:Document) RETURN d.published AS p, count(*) AS n ORDER BY p DESC

// ordered
MATCH (e:Entity) RETURN DISTINCT e.mentions AS m ORDER BY m DESC

// ordered
MATCH (e:Entity) RETURN DISTINCT labels(e)[1] AS t ORDER BY t

// ordered
MATCH (e:Entity) WITH DISTINCT e.mentions AS m ORDER BY m SKIP 1 LIMIT 3 RETURN m

// ordered
MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o, count(*) AS n ORDER BY n DESC, o.id LIMIT 3 RETURN o.id, n

// error: .
MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) RETURN o.id ORDER BY count(p) DESC, o.id LIMIT 5

// ordered
MATCH (e:Work) RETURN e.id ORDER BY toLower(e.name), e.id

// ordered
MATCH (e:Work) RETURN e.id ORDER BY size(e.name), e.id

// ordered
MATCH (e:Entity) RETURN e.id ORDER BY size(e.aliases) DESC, e.id LIMIT 20

// ordered
MATCH (e:Entity) RETURN e.id, e.aliases ORDER BY e.aliases, e.id

// ordered
MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) RETURN o.id, count(p) AS n ORDER BY count(p) DESC, o.id LIMIT 5

// error: .
MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) RETURN o.id, count(p) > 1 AS several ORDER BY count(p) DESC, o.id LIMIT 5

// ordered
MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) RETURN o.id, count(p) AS n, count(p) > 1 AS several ORDER BY count(p) DESC, o.id LIMIT 5

// ordered
MATCH (p:Person) RETURN p.id ORDER BY p.date_of_birth IS NULL, p.id

// ordered
MATCH (p:Person) RETURN p.id ORDER BY CASE WHEN p.mentions > 5 THEN 0 ELSE 1 END, p.id

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o:Organization) RETURN p.name, o.name, r.support, r.quote ORDER BY r.support DESC, r.id LIMIT 20

// ordered
UNWIND [3, 1, 2, null] AS x RETURN x ORDER BY x

// ordered
UNWIND [3, 1, 2, null] AS x RETURN x ORDER BY x DESC

// ordered
UNWIND [3, 1.5, 2, -0.5, 1] AS x RETURN x ORDER BY x

// ordered
UNWIND ['b', 'B', 'a', '', 'ä', 'z', 'Z', '中', '🙂', '\uFFFD'] AS x RETURN x ORDER BY x

// ordered
UNWIND [true, false, null, true] AS x RETURN x ORDER BY x

// ordered
UNWIND [[1, 2], [1], [], [2], [1, null], [null]] AS x RETURN x ORDER BY x

// ordered
// differs: values of different types are ordered otherwise
UNWIND [1, 'a', true, null, [1], {a: 1}, 2.5, date('2018-01-01')] AS x RETURN x ORDER BY x

// ordered
UNWIND [date('2018-03-01'), date('2017-12-31'), null] AS x RETURN x ORDER BY x

// ordered
MATCH (p:Person) WITH p ORDER BY p.id LIMIT 4 MATCH (p)-[r:EMPLOYED_BY]->(o) RETURN p.id, o.id ORDER BY p.id, o.id

MATCH (p:Person) WITH p ORDER BY p.id LIMIT 7 RETURN collect(p.id) AS ids

// ordered
MATCH (p:Person) RETURN p.id AS x ORDER BY p.mentions, x LIMIT 7

// ordered
MATCH (p:Person) RETURN p.mentions AS id ORDER BY id, p.id LIMIT 7

// ordered
MATCH (p:Person) RETURN p ORDER BY p.id LIMIT 3

// ordered
MATCH (p:Person) WITH p.name AS name ORDER BY name DESC SKIP 3 LIMIT 5 WHERE name <> '' RETURN name

// ordered
MATCH (e:Work) RETURN e.id ORDER BY coalesce(e.subtitle, e.mentions), e.id

// ordered
MATCH (p:Person) RETURN DISTINCT p.name AS n ORDER BY n LIMIT 5

// error: .
MATCH (p:Person) RETURN DISTINCT p.name ORDER BY p.mentions

// error: .
MATCH (p:Person) WITH p.name AS name RETURN name ORDER BY p.mentions

// ordered
MATCH (l:Location) RETURN l.population / 1000 AS k, collect(l.id)[0] IS NULL AS x, count(*) AS n ORDER BY k

WITH [3, 1] AS all RETURN all[0] AS first

WITH 3 AS all WITH all - 1 AS x RETURN x

// ordered
// differs: the scores of the full text are another's, and so is the order by them
CALL db.index.fulltext.queryNodes('entity_names', 'spring bank') YIELD node, score RETURN node.id ORDER BY score DESC, node.id LIMIT 5

// ordered
MATCH (p:Person) RETURN p.id ORDER BY p.date_of_birth DESC, p.id LIMIT 30

// ordered
MATCH (e:Entity) RETURN labels(e) AS l, count(*) AS n ORDER BY l

// ordered
UNWIND [0.0, -1, 1, null, 0.0/0, 1.0/0, -1.0/0] AS x RETURN x ORDER BY x

// ordered
UNWIND ['a10', 'a9', 'A', 'É', 'e', 'é', 'f', 'ﬁ', ''] AS x RETURN x ORDER BY x DESC

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o.name AS org, count(*) AS n ORDER BY size(o.name), n DESC, org LIMIT 12

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o.name, count(*) AS n ORDER BY size(o.name), n DESC, o.name LIMIT 12

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o.name AS org, count(*) AS n ORDER BY n / 10 DESC, o.name LIMIT 12

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o.name AS org, count(*) AS n ORDER BY count(*) % 7 DESC, o.name LIMIT 12

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o AS x, count(*) AS n ORDER BY size(x.name), o.id LIMIT 5

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o AS x, count(*) AS n ORDER BY size(o.name), o.id LIMIT 5

// error: o is not known
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o.name AS org, count(*) AS n ORDER BY o.mentions, org LIMIT 12

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) WITH DISTINCT o.name AS org ORDER BY CASE WHEN o.name STARTS WITH 'U' THEN 0 ELSE 1 END, org LIMIT 12 RETURN org

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) WITH o.name AS org, count(*) AS n ORDER BY CASE WHEN o.name STARTS WITH 'U' THEN 0 ELSE 1 END, n DESC, org LIMIT 12 RETURN org, n

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) WITH o, p.name AS x, count(*) AS n ORDER BY size(p.name) DESC, n DESC, x, o.id LIMIT 12 RETURN o.name, n, x

// ordered
MATCH (p:Person) RETURN p.mentions % 10 AS m, count(*) AS n ORDER BY -(p.mentions % 10) LIMIT 5

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o.name AS org, max(r.confidence) AS c ORDER BY round(max(r.confidence), 1) DESC, org LIMIT 12

// error: is not returned here
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o.name AS org, max(r.confidence) AS c ORDER BY max(r.support) DESC, org LIMIT 12

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o.name AS org, count(*) AS n ORDER BY count(*) * 2 DESC, org LIMIT 12

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o.name AS org, count(*) + 1 AS n ORDER BY count(*) + 1 DESC, org LIMIT 12

// error: is not returned here
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o.name AS org, count(*) + 1 AS n ORDER BY count(*) DESC, org LIMIT 12

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o.name AS org, count(*) > 3 AS big, size(o.name) AS l ORDER BY big DESC, size(o.name), org LIMIT 12

// ordered
MATCH (d:Document) RETURN d.published AS p, count(*) AS n ORDER BY d.published.month, p LIMIT 5

// ordered
MATCH (d:Document) RETURN d.published.year AS y, count(*) AS n ORDER BY d.published.year % 3, y DESC LIMIT 5

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o.name AS org, o.mentions, coalesce(o.mentions, 0) * count(*) AS s

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) WITH o.name AS org, o.mentions AS m, toFloat(o.mentions) / count(*) AS s RETURN org, m, s

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) WITH o, size(o.name) AS l, abs(size(o.name) - count(*)) AS s RETURN o.id, l, s

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o.name, toUpper(o.name) + ': ' + count(*) AS s

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o.name, {n: count(*), name: toUpper(o.name)} AS s

UNWIND [{w: 2}, {w: null}] AS r RETURN r.w AS w, count(*) + coalesce(r.w, 0) AS s, r.w + 1 AS t

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o, count(*) AS n WHERE EXISTS { (o)-[:HEADQUARTERED_IN]->(p) WHERE p.mentions > 2 } RETURN o.id, n

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o, count(*) AS n WHERE size([(o)-[:HEADQUARTERED_IN]->(p) | p.id]) > 1 RETURN o.id, n

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o, collect(p) AS ps WHERE any(p IN ps WHERE p.mentions > 40) RETURN o.id, size(ps) AS n

// error: p is not known behind an aggregate or DISTINCT
MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o, count(*) AS n WHERE p.mentions > 2 RETURN o.id, n

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o.id AS id, o.name AS name, count(*) AS n WHERE count(*) > 1 AND o.name STARTS WITH 'S' AND NOT o.id IN ['o001'] RETURN id, name, n

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH DISTINCT o.id AS id, p.mentions AS m WHERE size(o.id) > 2 AND p.mentions > 5 RETURN id, m

// error: p is not known behind an aggregate or DISTINCT
MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH DISTINCT o.id AS id WHERE p.mentions > 5 RETURN id

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH DISTINCT o AS x WHERE o.mentions > 5 AND x.mentions < 100 RETURN x.id

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o AS x, count(*) AS o WHERE o > 1 AND x.mentions > 2 RETURN x.id, o

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o AS x, count(*) AS n WHERE o.mentions > 2 RETURN x.id, n

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o, max(p.mentions) AS m, avg(p.mentions) AS a WHERE max(p.mentions) > 2 * avg(p.mentions) RETURN o.id, m

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH *, count(*) AS n WHERE n > 0 AND o.mentions > 10 RETURN o.id, p.id, n

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o, count(*) AS n ORDER BY n DESC, o.id LIMIT 5 WHERE o.mentions > 1 AND count(*) > 2 RETURN o.id, n

// ordered
MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o, count(p) AS n ORDER BY count(p) * -1, size(o.name), o.id LIMIT 5 RETURN o.id, n

// ordered
MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) RETURN DISTINCT o.name AS name, o.mentions AS m ORDER BY o.mentions * -1, toUpper(o.name) LIMIT 5

// ordered
MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) RETURN DISTINCT o ORDER BY o.mentions DESC, o.id LIMIT 3

// ordered
MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) RETURN o.name AS `the name`, count(*) AS `how many` ORDER BY size(o.name) DESC, count(*) + 1, `the name` LIMIT 5

// ordered
MATCH (d:Document) RETURN d.published.year AS y, count(*) ORDER BY count(*) % 5, d.published.year + 1 LIMIT 5

// ordered
MATCH (d:Document) RETURN d.published AS p, collect(d.id)[0] IS NULL AS x, count(*) > 1 AS many ORDER BY many, d.published.day, p LIMIT 5

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) CALL (o) { MATCH (o)<-[:EMPLOYED_BY]-(q) WITH o.id AS id, count(*) AS n WHERE count(*) > 2 AND size(o.id) > 1 RETURN id, n } RETURN DISTINCT id, n

MATCH (o:Organization) RETURN o.id, COUNT { MATCH (o)<-[:EMPLOYED_BY]-(q) WITH q.name AS name, count(*) AS n WHERE size(q.name) > 8 RETURN name } AS k

MATCH (o:Organization) WITH o ORDER BY o.id LIMIT 5 WHERE o.mentions > 2 RETURN o.id

MATCH (o:Organization) WITH o ORDER BY o.id SKIP 50 WHERE o.mentions > 2 RETURN o.id

// refused: o is not known behind LIMIT
MATCH (o:Organization) WITH o.mentions AS m ORDER BY o.id LIMIT 5 WHERE o.id > 'o001' RETURN m

MATCH (o:Organization) WITH DISTINCT o.mentions AS m ORDER BY m LIMIT 5 WHERE m > 2 RETURN m

MATCH (o:Organization) WITH DISTINCT o.mentions AS m ORDER BY m LIMIT 5 WHERE o.mentions > 2 RETURN m

MATCH (o:Organization) WITH o ORDER BY o.id LIMIT 5 WHERE (o)<-[:EMPLOYED_BY]-() OR EXISTS { (o)-[:PART_OF]->() } RETURN o.id

MATCH (o:Organization) CALL (o) { MATCH (o)<-[:EMPLOYED_BY]-(q) WITH q ORDER BY q.id LIMIT 1 WHERE q.mentions > 2 RETURN q.id AS q } RETURN o.id, q

MATCH (o:Organization) RETURN o.id, COUNT { MATCH (o)<-[:EMPLOYED_BY]-(q) WITH q ORDER BY q.id LIMIT 2 WHERE q.mentions > 2 RETURN q } AS n

UNWIND [3, 1, 2] AS x WITH x ORDER BY x LIMIT 2 WHERE x > 1 RETURN x

// ordered
MATCH (o:Organization)<-[r:EMPLOYED_BY]-(p) WITH o ORDER BY r.support DESC, r.id LIMIT 5 RETURN o.id

// ordered
MATCH (o:Organization)<-[r:EMPLOYED_BY]-(p) WITH o.id AS id ORDER BY r.support DESC, r.id LIMIT 5 RETURN id

// ordered
MATCH (o:Organization)<-[r:EMPLOYED_BY]-(p) WITH collect(o) AS os, r ORDER BY r.support DESC, r.id LIMIT 5 RETURN [o IN os | o.id] AS l

MATCH (o:Organization) CALL (o) { MATCH (o)<-[r:EMPLOYED_BY]-(p) WITH p ORDER BY r.support DESC, r.id LIMIT 1 RETURN p.id AS best } RETURN o.id, best

MATCH (o:Organization) RETURN o.id, COLLECT { MATCH (o)<-[r:EMPLOYED_BY]-(p) WITH p ORDER BY r.support DESC, r.id LIMIT 2 RETURN p.id } AS best

// ordered
MATCH (o:Organization)<-[r:EMPLOYED_BY]-(p) WITH o ORDER BY r.support DESC, r.id WITH collect(o.id) AS l RETURN l[..5] AS x

// ordered
MATCH (o:Organization)<-[r:EMPLOYED_BY]-(p), (o)-[q:HEADQUARTERED_IN]->(l) WITH o, l ORDER BY q.confidence, q.id, r.id LIMIT 5 RETURN o.id, l.id

// ordered
MATCH path = (o:Organization)<-[r:EMPLOYED_BY]-(p) WITH o, p ORDER BY length(path), r.id LIMIT 5 RETURN o.id, p.id

// ordered
MATCH (d:Document)-[m:MENTIONS]->(e) WHERE d.id < 'd005' RETURN d.published, e.id ORDER BY m.count DESC, d.id, e.id LIMIT 5

// ordered
MATCH (d:Document) OPTIONAL MATCH (d)-[m:MENTIONS]->(e:Person) WITH d, e ORDER BY m.count DESC, d.id, e.id LIMIT 7 RETURN d.id, e.id

// ordered
MATCH (a)-[r:KNOWS]->(b) WITH a, b ORDER BY startNode(r).id DESC, r.id LIMIT 4 RETURN a.id, b.id

// ordered
MATCH (a)-[`r x`:KNOWS]->(b) WITH a, b ORDER BY `r x`.id DESC LIMIT 4 RETURN a.id, b.id

// ordered
MATCH (a)-[r:KNOWS]->(b) WITH a, b ORDER BY COUNT { (a)-[q:KNOWS]->() WHERE q.support >= r.support } DESC, a.id, b.id LIMIT 4 RETURN a.id, b.id

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o.id AS id, size(collect(p)) + 1 AS n WHERE size(collect(p)) + 1 > 2 RETURN id, n

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o.mentions + 1 AS m, count(*) AS n WHERE o.mentions + 1 > 2 AND count(*) < 30 RETURN m, n

// ordered
MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) RETURN o.mentions + 1 AS m, count(*) AS n ORDER BY CASE WHEN o.mentions + 1 > 5 THEN 0 ELSE 1 END, m LIMIT 5
