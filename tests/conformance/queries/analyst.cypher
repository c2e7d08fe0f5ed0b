UNWIND ['b', 'A', 'a'] AS x RETURN min(x) AS a, max(x) AS b

UNWIND [datetime('2018-03-04T10:00:00+02:00'), datetime('2018-03-04T08:00:00Z')] AS x RETURN count(DISTINCT x) AS n, min(x) AS a, max(x) AS b

RETURN datetime('2018-03-04T10:00:00+02:00') = datetime('2018-03-04T08:00:00Z') AS a, datetime('2018-03-04T10:00:00+02:00') < datetime('2018-03-04T09:00:00Z') AS b, datetime('2018-03-04T10:00:00+02:00') <= datetime('2018-03-04T08:00:00Z') AS c

// ordered
UNWIND [datetime('2018-03-04T10:00:00+02:00'), datetime('2018-03-04T08:30:00Z'), datetime('2018-03-04T07:00:00-03:00')] AS x RETURN x ORDER BY x

RETURN datetime({datetime: datetime('2018-03-04T10:00:00Z'), timezone: '+02:00'}) AS a, datetime({datetime: datetime('2018-03-04T10:00:00Z'), hour: 5}) AS b, localdatetime(datetime('2018-03-04T10:00:00+02:00')) AS c, time(datetime('2018-03-04T10:00:00+02:00')) AS d

RETURN duration.between(datetime('2018-03-04T10:00:00Z'), datetime('2019-01-01T00:00:00Z')) AS a, duration.inSeconds(datetime('2018-03-04T10:00:00Z'), datetime('2018-03-05T00:00:00Z')) AS b, duration.inDays(datetime('2018-03-04T10:00:00Z'), datetime('2018-03-05T00:00:00Z')) AS c

OPTIONAL MATCH (x:Missing)-[r]->(y) RETURN type(r) AS t, r.support AS s, startNode(r) AS a, keys(r) AS k, properties(r) AS p

MATCH (p:Person) WHERE p.date_of_birth IS :: STRING NOT NULL RETURN count(*) AS n

RETURN 'é' IS NORMALIZED AS a, 'e\u0301' IS NORMALIZED AS b, 'e\u0301' IS NOT NFC NORMALIZED AS c, normalize('e\u0301') = 'é' AS d

RETURN reduce(m = {n: 0}, x IN [1, 2] | {n: m.n + x}) AS a, reduce(l = [], x IN [3, 1] | l + {v: x}) AS b, reduce(s = null, x IN [1] | coalesce(s, 0) + x) AS c

MATCH (a:Person) WHERE EXISTS { (a)-[:KNOWS]->(b), (b)-[:EMPLOYED_BY]->(o) WHERE o.mentions > 2 } RETURN a.id

MATCH (a:Person) RETURN a.id, COUNT { (a)-[:KNOWS]->(b), (a)-[:EMPLOYED_BY]->(o) } AS n

MATCH (a:Person) WHERE EXISTS { (a)-[r:KNOWS WHERE r.support > 2]->(b:Person WHERE b.mentions > 5) } RETURN a.id

MATCH (e:Entity) USING INDEX e:Entity(name) WHERE e.name = 'Ada Young' RETURN count(e) AS n

MATCH (a:Person)-[:KNOWS]->(b) WHERE a.id < 'p003' RETURN DISTINCT *

MATCH (a:Person)-[:KNOWS]->(b) WHERE a.id < 'p003' WITH *, a.mentions + b.mentions AS s RETURN a.id, b.id, s

WITH 1 AS a, 2 AS b WITH *, a + b AS c WITH b, c RETURN *

// $l = [3, 1, 2]
UNWIND $l AS x WITH x ORDER BY x RETURN collect(x) AS s, [y IN $l WHERE y > 1] AS f, $l[1..] AS t, size($l) AS n, reduce(a = 0, y IN $l | a + y) AS r, 2 IN $l AS i

// $s = "x' OR '1'='1"
MATCH (p:Person) WHERE p.name = $s OR p.name CONTAINS $s RETURN count(p) AS n

// $b = true
// $f = 0.75
MATCH (e:Entity) WHERE (NOT $b OR e.confidence = $f) AND e.confidence >= $f RETURN count(e) AS n

// $ds = [2018-11-15, 2018-01-01]
MATCH (d:Document) WHERE d.published IN $ds RETURN d.id, $ds[0] AS x

MATCH (p:Person) WHERE p.mentions IN [1, 2] = true RETURN count(p) AS n

MATCH (p:Person) WHERE p.mentions > 2 = true RETURN count(p) AS n

MATCH (p:Person) WITH p, p.mentions > 5 AS big WHERE big RETURN count(p) AS n

MATCH (e:Entity) WHERE e.mentions > 100 RETURN e.name, [x IN range(1, 3) | {i: x, sq: x * x, l: [y IN range(1, x) | {y: y, z: e.mentions % y}]}] AS nested

MATCH (e:Entity) WHERE e.mentions > 100 RETURN {name: e.name, stats: {mentions: e.mentions, docs: e.documents, ratio: round(toFloat(e.mentions) / e.documents, 2)}, first: head(e.aliases)} AS m

WITH {a: {b: [1, {c: 'x'}]}} AS m RETURN m.a.b[1].c AS x, m['a']['b'][0] AS y, m.a.z AS z, keys(m.a) AS k, size(m.a.b) AS s

WITH [3, 1, 2] AS l UNWIND l AS x WITH x ORDER BY x WITH collect(x) AS s RETURN s, s[0] AS min, s[-1] AS max, reduce(a = [], x IN s | [x] + a) AS rev, [i IN range(0, size(s) - 1) | s[i] * i] AS w

WITH [1, null, 3] AS l RETURN [x IN l WHERE x IS NOT NULL] AS a, reduce(t = 0, x IN l | t + x) AS b, reduce(t = 0, x IN l | t + coalesce(x, 0)) AS c, all(x IN l WHERE x > 0) AS d, any(x IN l WHERE x > 2) AS e, none(x IN l WHERE x > 5) AS f, single(x IN l WHERE x = 1) AS g

MATCH (o:Organization) WHERE o.mentions > 30 WITH o, [(o)<-[r:EMPLOYED_BY]-(p) | r.confidence] AS cs RETURN o.name, CASE WHEN size(cs) = 0 THEN null ELSE round(reduce(s = 0.0, c IN cs | s + c) / size(cs), 6) END AS mean

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o.name AS org, count(*) AS n ORDER BY CASE WHEN o.name STARTS WITH 'U.S.' THEN 0 ELSE 1 END, n DESC, org LIMIT 12

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) WITH o.name AS org, count(*) AS n ORDER BY n % 10, n DESC, org LIMIT 12 RETURN org, n

// ordered
MATCH (e:Entity) WITH labels(e)[1] AS t, e ORDER BY t, e.mentions DESC, e.id WITH t, collect(e)[..2] AS top RETURN t, [x IN top | x.name] AS names ORDER BY t

// ordered
MATCH (e:Entity) WITH labels(e)[1] AS t, count(*) AS n, avg(e.mentions) AS m WHERE n > 3 RETURN t, n ORDER BY m DESC, t

MATCH (p:Person) WITH DISTINCT p.name AS name WITH count(name) AS names MATCH (p:Person) RETURN names, count(p) AS people, count(p) - names AS dup

MATCH (p:Person)-[:EMPLOYED_BY]->(o) RETURN count(DISTINCT p.name) AS a, count(DISTINCT [p.name, o.name]) AS b, count(DISTINCT {p: p.name}) AS c, size(collect(DISTINCT o.name)) AS d

MATCH (p:Person {name: 'Ada Young'}) OPTIONAL MATCH (p)-[r]->(x) RETURN type(r) AS t, collect(DISTINCT x.name) IS NOT NULL AS l, count(x) AS n

// $rows = [{name: NASA, w: 2}, {name: FBI, w: null}, {name: null, w: 1}]
UNWIND $rows AS r OPTIONAL MATCH (e:Entity {name: r.name}) RETURN r.name AS name, r.w AS w, count(e) AS n, coalesce(r.w, 0) * count(e) AS s

// $type = null
MATCH (e:Entity) WHERE $type IS NULL OR $type IN labels(e) RETURN count(e) AS n

MATCH (e:Entity) WITH e, CASE WHEN 'Person' IN labels(e) THEN 'P' WHEN e.mentions > 10 AND NOT e:Location THEN 'big' END AS k RETURN k, count(*) AS n, count(k) AS c

MATCH (a:Organization)<-[r:EMPLOYED_BY]-(p) WITH a, p, r ORDER BY r.support DESC, p.name, p.id WITH a, collect({name: p.name, s: r.support})[0..3] AS top, count(*) AS n WHERE n > 2 UNWIND top AS t RETURN a.name, t.name AS who, t.s AS s

MATCH (a:Organization)<-[r:EMPLOYED_BY]-(p) WITH a, collect(DISTINCT {n: p.name}) AS ps WHERE size(ps) > 1 RETURN a.name, size(ps) AS n, size([x IN ps WHERE x.n STARTS WITH 'A']) AS an

UNWIND [[1, 2], [3, null], []] AS r UNWIND r AS x RETURN r, x

RETURN range(5, 1, -2) AS a, range(1, 5)[1..3] AS b, range(1, 5)[-2..] AS c, range(0, 0) AS d, [x IN range(1, 10) WHERE x % 3 = 0 | x ^ 2] AS e, size(range(1, 100)) AS f

MATCH (d:Document) WHERE d.published.year = 2017 WITH d.published.month AS m, count(*) AS n ORDER BY m WITH collect([m, n]) AS rows RETURN [r IN rows | r[0]] AS ms, reduce(acc = [], r IN rows | acc + (r[1] + CASE WHEN size(acc) = 0 THEN 0 ELSE acc[-1] END)) AS running

MATCH (d:Document) WHERE d.published IS NOT NULL WITH d, duration.inDays(d.published, date('2020-01-01')).days AS age RETURN CASE WHEN age < 365 THEN '<1y' WHEN age < 1095 THEN '1-3y' ELSE '3y+' END AS a, count(*) AS n, min(age) AS lo, max(age) AS hi
