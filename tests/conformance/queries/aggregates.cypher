MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) RETURN o.id, count(p) AS n

// ordered
MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) RETURN o.id, count(p) AS n ORDER BY n DESC, o.id LIMIT 10

MATCH (p:Person)-[r]->() RETURN type(r) AS t, count(*) AS n, count(DISTINCT p) AS people, avg(r.confidence) AS mean, min(r.support) AS low, max(r.support) AS high, sum(r.support) AS total

MATCH (e:Entity) RETURN labels(e)[1] AS type, count(*) AS n, sum(e.mentions) AS m, avg(e.mentions) AS mean

MATCH (e:Entity) RETURN count(e.employees) AS a, count(DISTINCT e.employees) AS b, count(*) AS c, sum(e.employees) AS d, max(e.employees) AS e

MATCH (e:Missing) RETURN count(*) AS a, sum(e.x) AS b, avg(e.x) AS c, min(e.x) AS d, collect(e.x) AS e

MATCH (e:Missing) RETURN e.x, count(*)

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o, count(p) AS n WHERE n > 2 RETURN o.id, n

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o, count(p) AS n RETURN max(n) AS most, min(n) AS least, avg(n) AS mean

// unordered lists: 1
MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) RETURN o.id, collect(p.id) AS people

// unordered lists: 1
MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) RETURN o.id, collect(DISTINCT p.name) AS people

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o, p ORDER BY p.id RETURN o.id, collect(p.id) AS people

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o, p ORDER BY p.id RETURN o.id, collect(p.id)[0] AS first

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o, p ORDER BY p.id RETURN o.id, collect(p.id)[..2] AS first_two

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o, p ORDER BY p.id WITH o, collect(p) AS people RETURN o.id, people[0].name AS first, size(people) AS n

MATCH (o:Organization)<-[r:EMPLOYED_BY]-(p) RETURN o.id, size(collect(p)) AS n, count(r) + 1 AS more

MATCH (o:Organization)<-[r:EMPLOYED_BY]-(p) RETURN o.id, toFloat(count(r)) / 2 AS half, round(avg(r.confidence), 2) AS mean

MATCH (p:Person)-[r:EMPLOYED_BY]->() RETURN sum(CASE WHEN r.scope = 'stated' THEN 1 ELSE 0 END) AS stated, count(*) AS n

MATCH (p:Person)-[r:EMPLOYED_BY]->() RETURN count(CASE WHEN r.scope = 'stated' THEN 1 END) AS stated

MATCH (p:Person)-[r:EMPLOYED_BY]->() RETURN p.id, count(r) > 1 AS several

MATCH (p:Person) OPTIONAL MATCH (p)-[r:EMPLOYED_BY]->() RETURN p.id, count(r) = 0 AS jobless

MATCH (o:Organization) OPTIONAL MATCH (o)<-[:EMPLOYED_BY]-(p) RETURN o.id, collect(p.id)[0] IS NOT NULL AS has

MATCH (o:Organization) OPTIONAL MATCH (o)<-[:EMPLOYED_BY]-(p) RETURN o.id, CASE WHEN count(p) > 1 THEN 'many' ELSE 'few' END AS size

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN p.id, max(r.support) AS best, collect(o.id)[0] IS NULL AS none

MATCH (e:Entity) RETURN e.confidence AS c, count(*) AS n

MATCH (d:Document) RETURN d.published.year AS year, count(*) AS n

MATCH (d:Document) RETURN min(d.published) AS first, max(d.published) AS last

MATCH (d:Document) RETURN d.language AS language, collect(DISTINCT d.published.year)[0] IS NULL AS a, count(d.published) AS n

MATCH (d:Document) UNWIND d.topics AS topic RETURN topic, count(*) AS n, min(d.id) AS first

MATCH (d:Document)-[m:MENTIONS]->(e:Person) RETURN e.id, sum(m.count) AS n, count(DISTINCT d) AS documents

MATCH (e:Entity) RETURN percentileCont(e.mentions, 0.5) AS median, percentileDisc(e.mentions, 0.9) AS p90, stDev(e.mentions) AS s, stDevP(e.mentions) AS sp

MATCH (e:Entity) WITH e.mentions AS m ORDER BY m RETURN collect(DISTINCT m) AS ms

MATCH (e:Entity) WITH collect(e.mentions) AS ms RETURN reduce(t = 0, m IN ms | t + m) AS total, size(ms) AS n

MATCH (e:Entity) RETURN DISTINCT labels(e)[1] AS type, e.mentions > 5 AS often

MATCH (e:Organization) RETURN min(e.revenue) AS low, max(e.revenue) AS high, sum(e.revenue) AS total, avg(e.employees) AS mean

MATCH (e:Entity) RETURN max(e.name) AS last, min(e.name) AS first

MATCH (e:Work) RETURN min(coalesce(e.subtitle, e.mentions)) AS low, max(coalesce(e.subtitle, e.mentions)) AS high

UNWIND [1, 2.5, null, 3] AS x RETURN sum(x) AS a, avg(x) AS b, count(x) AS c, collect(x) AS d

UNWIND ['b', 'a', null, 'c'] AS x RETURN min(x) AS a, max(x) AS b, count(*) AS c

UNWIND [1, 'a', 2.0, true, [1], null] AS x RETURN min(x) AS a, max(x) AS b

MATCH (p:Person)-[:EMPLOYED_BY]->(o:Organization) WITH o, collect(p) AS people WHERE size(people) > 2 UNWIND people AS p RETURN o.id, p.id

MATCH (p:Person)-[:EMPLOYED_BY]->(o) WITH p, count(o) AS jobs WITH jobs, count(p) AS people RETURN jobs, people

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) WITH p, o, r ORDER BY r.support DESC, r.id WITH p, collect({o: o.id, s: r.support}) AS jobs RETURN p.id, jobs

MATCH (p:Person) RETURN count(p) AS n, count(p) * 2 AS twice, 100 * count(p) / 7 AS x

MATCH (p:Person)-[r:CITIZEN_OF]->(l) RETURN l.id AS l, count(*) AS n, 1.0 * sum(r.support) / count(*) AS mean

MATCH (p:Person)-[r:CITIZEN_OF]->(l) WITH l, count(*) AS n, sum(r.support) AS s RETURN l.id, n, s, s > n AS strong

MATCH (p:Person)-[:EMPLOYED_BY]->(o) WITH p.id AS p, o.id AS o ORDER BY p, o RETURN p, reduce(s = '', x IN collect(o) | s + x) AS all

MATCH (p:Person)-[:EMPLOYED_BY]->(o) WITH p.id AS p, o.id AS o ORDER BY p, o RETURN p, [x IN collect(o) WHERE x > 'o003' | x] AS some

MATCH (p:Person)-[:EMPLOYED_BY]->(o) WITH p.id AS p, o.id AS o ORDER BY p, o RETURN p, head(collect(o)) AS first, last(collect(o)) AS last

// error: not grouped by it
MATCH (p:Person)-[:EMPLOYED_BY]->(o) WITH p.id AS p, o.id AS o ORDER BY p, o RETURN {person: p, orgs: collect(o), n: count(*)} AS row

MATCH (p:Person)-[:EMPLOYED_BY]->(o) WITH p, o ORDER BY o.id RETURN p, {id: p.id, jobs: collect(o.id), n: count(*) > 1} AS row

// error: not grouped by it
MATCH (p:Person)-[:EMPLOYED_BY]->(o) WITH p, o ORDER BY o.id RETURN p {.id, .name, jobs: collect(o.id)} AS row

MATCH (p:Person) RETURN any(x IN collect(p.mentions) WHERE x > 200) AS a

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN o.id AS o, count(r) AS n, collect(r.scope)[0] IN ['stated', 'inferred'] AS ok

// error: .
MATCH (p:Person) WHERE count(p) > 1 RETURN p

// error: .
MATCH (p:Person) RETURN sum(count(p))

// error: .
MATCH (p:Person) RETURN p.mentions + count(*)

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) WITH o, avg(r.confidence) AS c ORDER BY c DESC, o.id LIMIT 5 MATCH (o)-[:HEADQUARTERED_IN]->(l) RETURN o.id, c, l.id

MATCH (a:Organization {id: 'o001'})<-[:MENTIONS]-(d:Document)-[:MENTIONS]->(o:Organization) WHERE d.published >= date('2016-01-01') AND o <> a RETURN o.id, count(DISTINCT d) AS n

MATCH (p:Person)-[:KNOWS]-(q) RETURN p.id, count(DISTINCT q) AS friends, collect(DISTINCT q.id)[0] IS NULL AS none

MATCH (p:Person) WITH DISTINCT p.name AS name, count(*) AS n WHERE n > 1 RETURN name, n

MATCH (p:Person)-[r]->(x) WITH p, type(r) AS t, count(*) AS n ORDER BY t WITH p, collect([t, n]) AS counts RETURN p.id, counts

MATCH (e:Entity) RETURN count(DISTINCT e.aliases) AS a, count(DISTINCT labels(e)) AS b

MATCH (e:Entity) WITH avg(e.mentions) AS mean MATCH (e:Entity) WHERE e.mentions > mean RETURN e.id

MATCH (e:Entity) RETURN e.mentions % 2 = 0 AS even, count(*) AS n

MATCH (p:Person) RETURN count(p.date_of_birth) AS known, count(*) - count(p.date_of_birth) AS unknown

MATCH (e:Entity) RETURN labels(e)[1] AS t, percentileCont(e.mentions, 0.9) AS p90, percentileDisc(e.mentions, 0.5) AS p50, stDev(e.confidence) AS s

MATCH (e:Entity) WITH count(*) AS total MATCH (e:Entity) WITH total, labels(e)[1] AS t, count(*) AS n RETURN t, n, round(100.0 * n / total, 1) AS pct

MATCH (p:Person)-[:EMPLOYED_BY]->(o) WITH o, collect(DISTINCT p.name) AS names, count(DISTINCT p) AS n ORDER BY n DESC, o.id LIMIT 5 RETURN o.name, n, size(names) AS m

MATCH (p:Person) OPTIONAL MATCH (p)-[:EMPLOYED_BY]->(o) OPTIONAL MATCH (p)-[:CITIZEN_OF]->(l) RETURN p.id, count(DISTINCT o) AS jobs, count(DISTINCT l) AS countries

MATCH (p:Person) OPTIONAL MATCH (p)-[r:EMPLOYED_BY]->(o) WITH p, r, o ORDER BY r.support DESC, o.id WITH p, head(collect(o {.id, .name, s: r.support})) AS best RETURN p.id, best

MATCH (o:Organization) OPTIONAL MATCH (o)-[:HEADQUARTERED_IN]->(l:Location)-[:IN_COUNTRY]->(c:Location) RETURN o.id, coalesce(c.name, l.name, 'unknown') AS where

MATCH (p:Person) CALL (p) { MATCH (p)-[r]->(x) RETURN type(r) AS t, count(*) AS n ORDER BY n DESC, t LIMIT 1 } RETURN p.id, t, n

MATCH (o:Organization) CALL (o) { CALL (o) { MATCH (o)<-[:EMPLOYED_BY]-(p) RETURN count(p) AS n } RETURN n + 1 AS m } RETURN o.id, m

MATCH (o:Organization) WITH o, count { (o)<-[:EMPLOYED_BY]-() } AS n WITH n, collect(o.id) AS ids RETURN n, size(ids) AS c
