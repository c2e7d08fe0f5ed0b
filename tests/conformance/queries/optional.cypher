MATCH (p:Person) OPTIONAL MATCH (p)-[:EMPLOYED_BY]->(o) RETURN p.id, o.id

MATCH (p:Person) OPTIONAL MATCH (p)-[r:EMPLOYED_BY]->(o) WHERE r.support > 1 RETURN p.id, r.id, o.id

MATCH (p:Person) OPTIONAL MATCH (p)-[:EMPLOYED_BY]->(o)-[:HEADQUARTERED_IN]->(l) RETURN p.id, o.id, l.id

MATCH (p:Person) OPTIONAL MATCH (p)-[:EMPLOYED_BY]->(o) OPTIONAL MATCH (o)-[:HEADQUARTERED_IN]->(l) RETURN p.id, o.id, l.id

MATCH (p:Person) OPTIONAL MATCH (p)-[:EMPLOYED_BY]->(o) WITH p, o WHERE o IS NULL RETURN p.id

MATCH (p:Person) OPTIONAL MATCH (p)-[:EMPLOYED_BY]->(o) RETURN p.id, count(o) AS n

OPTIONAL MATCH (m:Missing) RETURN m, m.name, labels(m)

OPTIONAL MATCH (m:Missing)-[r]->(x) RETURN type(r), startNode(r), properties(m), keys(m)

OPTIONAL MATCH (p:Person {id: 'p000'}) OPTIONAL MATCH (p)-[r:PART_OF]->(x) RETURN p.id, r, x

OPTIONAL MATCH p = (:Person {id: 'p000'})-[:PART_OF]->() RETURN p, length(p), nodes(p)

MATCH (p:Person) OPTIONAL MATCH (p)-[:EMPLOYED_BY]->(o) WHERE p.mentions > 5 RETURN p.id, o.id

MATCH (d:Document) OPTIONAL MATCH (d)<-[:FROM_DOCUMENT]-(c:Chunk {index: 0}) RETURN d.id, c.id

MATCH (e:Entity) WHERE e.employees IS NULL RETURN count(e)

MATCH (e:Organization) WHERE e.employees > 100 RETURN e.id, e.employees

MATCH (e:Organization) WHERE NOT e.employees > 100 RETURN e.id

MATCH (e:Organization) WHERE e.employees > 100 OR e.revenue > 1 RETURN e.id

MATCH (e:Organization) WHERE e.employees > 100 AND e.revenue < 1000 RETURN e.id

MATCH (e:Organization) WHERE NOT (e.employees > 100 AND e.revenue > 1) RETURN e.id

MATCH (e:Organization) WHERE (e.employees > 100) IS NULL RETURN e.id

MATCH (e:Organization) RETURN e.id, e.employees > 100 AS big, e.employees > 100 OR e.revenue > 1 AS either, e.employees = null AS nothing

MATCH (e:Organization) RETURN e.id, e.employees > 100 XOR e.revenue > 1 AS one, NOT e.employees > 100 AS small

MATCH (e:Organization) WHERE e.employees IN [0, 7, null] RETURN e.id

MATCH (e:Organization) WHERE NOT e.employees IN [0, 7, null] RETURN e.id

MATCH (e:Organization) WHERE e.employees <> 7 RETURN e.id

MATCH (e:Organization) RETURN e.id, coalesce(e.employees, -1) AS n, coalesce(e.revenue, e.employees, 'none') AS r

RETURN null = null AS a, null <> null AS b, null IS NULL AS c, null IS NOT NULL AS d, NOT null AS e, null + 1 AS f, null AND false AS g, null OR true AS h

RETURN 1 IN [1, null] AS a, 2 IN [1, null] AS b, null IN [1] AS c, null IN [] AS d, [1, null] = [1, null] AS e, [1, 2] = [1, null] AS f, [1, 2] = [1, null, 3] AS g

RETURN {a: null} = {a: null} AS a, {a: 1} = {a: 1} AS b, {a: 1}.b AS c, null.a AS d, [][0] AS e, [1][5] AS f, [1, 2][null] AS g

RETURN size(null) AS a, toUpper(null) AS b, 'a' + null AS c, null STARTS WITH 'a' AS d, 'abc' CONTAINS null AS e, null =~ 'a' AS f, head([]) AS g

RETURN nullIf(1, 1) AS a, nullIf(1, 2) AS b, coalesce(null, null) AS c, coalesce(null, 'x') AS d

RETURN CASE null WHEN null THEN 'null' ELSE 'else' END AS a, CASE WHEN null THEN 1 ELSE 2 END AS b, CASE 1 WHEN 2 THEN 3 END AS c

MATCH (d:Document) WHERE d.published IS NULL RETURN d.id, d.published_text, d.meta_title

MATCH (d:Document) WHERE d.published >= date('2018-01-01') RETURN d.id, d.published

MATCH (d:Document) WHERE NOT d.published >= date('2018-01-01') RETURN d.id

MATCH (p:Person) OPTIONAL MATCH (p)-[:CITIZEN_OF]->(l:Location) RETURN p.id, l {.name, .population} AS place

MATCH (p:Person) OPTIONAL MATCH (p)-[r:CITIZEN_OF]->(l) RETURN p.id, CASE WHEN r IS NULL THEN 'none' WHEN r.scope = 'stated' THEN 'sure' ELSE 'perhaps' END AS how

MATCH (p:Person) OPTIONAL MATCH (p)-[:EMPLOYED_BY]->(o) RETURN o.id IS NULL AS jobless, count(*) AS n

MATCH (e:Entity) WHERE e.date_of_birth = '1947-05-08' OR e.subtitle = '' RETURN e.id

MATCH (e:Entity) RETURN e.id, isEmpty(e.aliases) AS none, isEmpty(e.subtitle) AS no_subtitle

// refused: name it first
MATCH (n:Person)<-[:FOUNDED_BY]-(o:Organization) WHERE CASE WHEN true THEN n:Person|Work ELSE all(x IN o.aliases WHERE x = 'GSA') END RETURN n.id, o.id

// refused: put it into OPTIONAL CALL
MATCH (w:Work)<-[r:AUTHOR_OF]-(p:Person) OPTIONAL MATCH (s:Statement WHERE s.id < 's02')-[:HAS_SUBJECT]->(e) WHERE (w)-[:FROM_CHUNK]->(:Chunk) OR any(x IN e.aliases WHERE size(x) > e.employees) RETURN count(*)

MATCH (w:Work)<-[r:AUTHOR_OF]-(p:Person) OPTIONAL CALL (*) { MATCH (s:Statement WHERE s.id < 's02')-[:HAS_SUBJECT]->(e) WHERE (w)-[:FROM_CHUNK]->(:Chunk) OR any(x IN e.aliases WHERE size(x) > e.employees) RETURN s } RETURN count(*)

MATCH (n:Person)<-[:FOUNDED_BY]-(o:Organization) WITH *, CASE WHEN true THEN n:Person|Work ELSE all(x IN o.aliases WHERE x = 'GSA') END AS holds WHERE holds RETURN n.id, o.id
