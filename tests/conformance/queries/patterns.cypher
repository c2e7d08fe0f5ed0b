MATCH (p:Person) RETURN p.id, p.name

MATCH (n) RETURN count(*)

MATCH (n) RETURN n

MATCH (e:Entity:Organization) RETURN e

MATCH (e:Person|Work) RETURN e.id

MATCH (e:Entity&!Person) RETURN e.id

MATCH (e:Entity&(Person|Location)) RETURN e.id

MATCH (e:!Entity) RETURN labels(e), count(*)

MATCH (e:%) RETURN count(e)

MATCH (e IS Person) RETURN e.id

MATCH (e) WHERE e:Person OR e:Work RETURN e.id

MATCH (e:Entity) WHERE NOT e:Person RETURN e.id

MATCH (e:Entity) RETURN e.id, e:Person AS is_person, e:Person|Work AS either

MATCH (p:Person {id: 'p001'}) RETURN p.id, p.name, p.mentions

MATCH (p:Person {id: 'p001', mentions: 999}) RETURN p.id

MATCH (e {id: 'p001'}) RETURN e.name

MATCH (e:Missing) RETURN e

MATCH (e)-[r:MISSING]->() RETURN r

MATCH (p:Person)-[r:EMPLOYED_BY]->(o:Organization) RETURN p.id, r.id, o.id

MATCH (o:Organization)<-[r:EMPLOYED_BY]-(p:Person) RETURN p.id, r.support, o.id

MATCH (p:Person)-[r:KNOWS]-(q:Person) RETURN p.id, q.id, r.id

MATCH (a)-[r]-(b) RETURN count(*)

MATCH (a)--(b) RETURN count(*)

MATCH (a)-->(b)<--(c) RETURN count(*)

MATCH (a:Person)-[:KNOWS]->(b)-[:KNOWS]->(a) RETURN a.id, b.id

MATCH (o)-[r:PART_OF]->(o) RETURN o.id, r.id

MATCH (o)-[r:PART_OF]-(o) RETURN o.id, r.id

MATCH (o:Organization {id: 'o000'})-[r:PART_OF]-(x) RETURN r.id, x.id

MATCH (a)-[r:KNOWS|FOUNDED_BY]-(b) RETURN type(r), a.id, b.id

MATCH (a)-[r:!MENTIONS&!FROM_CHUNK]->(b:Person) RETURN type(r), count(*)

MATCH (a:Entity)-[r:%]->(b:Entity) RETURN count(r)

MATCH (a:Person)-[r:EMPLOYED_BY {scope: 'stated', support: 1}]->(b) RETURN a.id, b.id

MATCH (a:Person)-[r:EMPLOYED_BY WHERE r.confidence > 0.8]->(b:Organization WHERE b.mentions > 2) RETURN a.id, r.id, b.id

MATCH (a:Person WHERE a.name STARTS WITH 'Ada')-[r]->(b) RETURN a.id, type(r), b.id

MATCH (a:Person)-[:EMPLOYED_BY]->(o)<-[:EMPLOYED_BY]-(b:Person) RETURN a.id, o.id, b.id

MATCH (a:Person)-[:EMPLOYED_BY]->(o)<-[:EMPLOYED_BY]-(b:Person) WHERE a.id < b.id RETURN a.id, b.id, count(o) AS n

MATCH (a:Person), (b:Work) RETURN count(*)

MATCH (a:Person {id: 'p000'}), (b:Person {id: 'p001'}) MATCH (a)-[r]-(b) RETURN r.id, type(r)

MATCH (a:Person)-[r1:EMPLOYED_BY]->(o:Organization), (o)-[r2:HEADQUARTERED_IN]->(l:Location) RETURN a.id, o.id, l.id

MATCH (a:Person)-[:EMPLOYED_BY]->(o), (a)-[:CITIZEN_OF]->(l) RETURN a.id, o.id, l.id

MATCH (d:Document)-[m:MENTIONS]->(e:Organization) WHERE m.count > 1 RETURN d.id, e.id, m.count

MATCH (d:Document)-[:MENTIONS]->(a:Person)-[:EMPLOYED_BY]->(o:Organization)<-[:MENTIONS]-(d) RETURN d.id, a.id, o.id

MATCH (s:Statement)-[:HAS_SUBJECT]->(a), (s)-[:HAS_OBJECT]->(b), (s)-[:FROM_DOCUMENT]->(d:Document) RETURN s.id, a.id, b.id, d.id

MATCH (s:Statement)-[:HAS_SUBJECT|HAS_OBJECT]->(a:Entity {id: 'o000'}) RETURN s.id

MATCH (:Entity {id: 'p000'})-[r]->(:Entity) MATCH (s:Statement {triple_id: r.id})-[:FROM_DOCUMENT]->(d) RETURN type(r), s.quote, s.confidence, d.uri, s.char_start

MATCH (e:Entity)-[f:FROM_CHUNK]->(c:Chunk)-[:FROM_DOCUMENT]->(d:Document) RETURN e.id, f.count, c.id, d.id

MATCH (a:Chunk)-[:NEXT_CHUNK]->(b:Chunk) RETURN a.index, b.index, a.text

MATCH (c:Chunk) WHERE NOT (c)-[:NEXT_CHUNK]->() RETURN c.id

MATCH (e:Entity) WHERE NOT (e)--() RETURN e.id

MATCH (e:Person) WHERE (e)-[:EMPLOYED_BY]->() AND NOT (e)-[:CITIZEN_OF]->() RETURN e.id

MATCH (e:Person) WHERE (e)-[:KNOWS]-(:Person {id: 'p001'}) RETURN e.id

MATCH (a:Person)-[:KNOWS]->(b:Person)-[:KNOWS]->(c:Person) WHERE NOT (a)-[:KNOWS]->(c) AND a <> c RETURN a.id, c.id

MATCH (a)-[r]->(b) WHERE startNode(r) = a AND endNode(r) = b RETURN count(*)

MATCH (a)-[r]->(b) RETURN DISTINCT labels(a)[0] AS a, type(r) AS t, labels(b)[0] AS b

MATCH (`odd name`:Work) RETURN `odd name`.name AS `the name`, `odd name`.id

MATCH (e:`Entity`:`Work`) WHERE e.`name` = 'a`b``c' RETURN e.id

// $n = "a`b``c"
MATCH (e:Work {name: $n}) RETURN e

MATCH (e:Work) WHERE e.name = '' RETURN e.id, size(e.name)

MATCH (e:Work) WHERE e.name = 'it\'s "quoted"' OR e.name = "line\nbreak\ttab" OR e.name = 'back\\slash \\u0060' RETURN e.id

MATCH (e) WHERE e.type IS NOT NULL OR e.title IS NOT NULL RETURN e

// error: .
MATCH (a:Person) RETURN b.name

MATCH (a:Person)-[r:CITIZEN_OF]->(l:Location)<-[:LOCATED_IN|IN_COUNTRY]-(m:Location) RETURN a.id, l.id, m.id

MATCH (a:Organization)-[:FOUNDED_BY]->(p:Person)-[:EMPLOYED_BY]->(a) RETURN a.id, p.id

MATCH (p:Person)-[:EMPLOYED_BY]->(o), (p)-[:EMPLOYED_BY]->(o2) RETURN p.id, o.id, o2.id

MATCH (p:Person) WHERE exists((p)-[:EMPLOYED_BY]->()) RETURN p.id

MATCH (d:Document {id: 'd004'})-[:MENTIONS]->(e) RETURN e.id, labels(e)

MATCH (n:Person) MATCH (n:Entity) RETURN count(n)

MATCH (n:Person) MATCH (m:Organization) WHERE n.name = m.name RETURN count(*)

MATCH (a:Person)-[r]->(b) WHERE type(r) = 'CITIZEN_OF' RETURN a.id, b.id

MATCH (a:Person)-[r]->(b) WHERE type(r) IN ['CITIZEN_OF', 'KNOWS'] AND r.support >= 2 RETURN r.id

MATCH (:Person)-[r:EMPLOYED_BY]->() RETURN DISTINCT r.scope

MATCH ()-[r]->() WHERE r.quote CONTAINS 'emoji' RETURN r.id, r.quote

MATCH (a:Location)-[:LOCATED_IN]->(b:Location), (b)-[:IN_COUNTRY]->(c:Location) RETURN a.id, b.id, c.id

MATCH (a)-[r1]->(b)-[r2]->(c) WHERE r1.document = r2.document RETURN r1.id, r2.id

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) RETURN o.id, count(*) AS count ORDER BY count DESC, o.id LIMIT 3

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o, count(*) AS count WHERE count > 2 RETURN o.id, count

MATCH (o:Organization)<-[:EMPLOYED_BY]-(p) WITH o, count(*) AS count RETURN o.id, count + 1 AS c, toFloat(count) AS f

MATCH (e:Entity) RETURN e.id AS id, e.name AS name, labels(e) AS labels, size(e.aliases) AS size ORDER BY size DESC, id LIMIT 3

MATCH (a)-[r]->(b) WITH DISTINCT type(r) AS type WHERE type STARTS WITH 'E' RETURN type

MATCH (d:Document) WITH d, d.published AS date WHERE date > date('2018-01-01') RETURN d.id, date

MATCH path = (a:Person {id: 'p000'})-[:KNOWS]->(b) RETURN length(path) AS length, nodes(path)[1].id AS end

MATCH (start:Person {id: 'p000'})-[:KNOWS]->(end) RETURN start.id, end.id

MATCH (p:Person {id:'p000'}) WITH p AS x, 1 AS case RETURN x.id, case

MATCH (p:Person)-[:EMPLOYED_BY]->(o) WITH p, count(o) AS count WHERE count > 1 AND EXISTS { (p)-[:CITIZEN_OF]->() } RETURN p.id, count
