MATCH (a:Person)-[r:EMPLOYED_BY]->(b) WHERE r IS NOT NULL MATCH (d:Document {id: r.document}) RETURN a.id, d.id

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) MATCH (d:Document {id: r.document}) WHERE r IS NOT NULL RETURN a.id, d.id

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) OPTIONAL MATCH (d:Document {id: r.document}) WHERE r IS NOT NULL RETURN a.id, d.id

MATCH (a:Person)-[r:EMPLOYED_BY]->(b), (d:Document {id: r.document}) WHERE r IS NOT NULL RETURN a.id, d.id

MATCH (a:Person) OPTIONAL MATCH (a)-[r:EMPLOYED_BY]->(b) OPTIONAL MATCH (d:Document {id: r.document}) RETURN a.id, d.id

MATCH (a:Person) OPTIONAL MATCH (a)-[r:EMPLOYED_BY]->(b) WHERE r IS NOT NULL OPTIONAL MATCH (d:Document {id: r.document}) RETURN a.id, d.id

MATCH (a:Person) OPTIONAL MATCH (a)-[r:EMPLOYED_BY]->(b) MATCH (d:Document {id: r.document}) RETURN a.id, d.id

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN p.id ORDER BY r.support DESC, r.id LIMIT 5

// ordered
MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN p.id, o.id ORDER BY r.confidence, r.id

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN p.id, [(p)-[q:KNOWS]->(x) WHERE q.support >= r.support | x.id][0] IS NULL AS k

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN p.id, COUNT { (p)-[q:KNOWS]->(x) WHERE q.support >= r.support } AS n

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN p.id, EXISTS { MATCH (p)-[q:KNOWS {support: r.support}]->(x) } AS n

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) WHERE EXISTS { (p)-[q:KNOWS]->(x) WHERE q.support = r.support } RETURN p.id

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) WHERE EXISTS { (p)-[q:KNOWS {support: r.support}]->(x) } RETURN p.id

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) MATCH (p)-[q:KNOWS]->(x) WHERE q.support = r.support RETURN p.id, x.id

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) MATCH (p)-[q:KNOWS WHERE q.support = r.support]->(x) RETURN p.id, x.id

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) MATCH (p)-[q:KNOWS {support: r.support}]->(x) RETURN p.id, x.id

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) MATCH (p)-[:KNOWS*1..2 {scope: r.scope}]->(x) RETURN p.id, x.id

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) MATCH (x:Person WHERE x.mentions = r.support) RETURN p.id, count(x) AS n

MATCH (p:Person)-[r:EMPLOYED_BY {scope: 'stated'}]->(o) MATCH (d:Document {id: r.document}) RETURN p.id, d.id

MATCH (p:Person)-[r:EMPLOYED_BY WHERE r.support > 1]->(o) MATCH (d:Document {id: r.document}) RETURN p.id, d.id

MATCH (a:Person {id: 'p000'})-[:KNOWS]->(b) MATCH (c:Person {id: b.id}) RETURN count(*) AS n

MATCH (a:Person {id: 'p000'})-[:KNOWS]->(b) MATCH (c:Person {mentions: b.mentions}) RETURN c.id

MATCH p = (a:Person {id: 'p000'})-[:KNOWS*1..2]->(b) MATCH (c:Person {mentions: length(p)}) RETURN count(*) AS n

MATCH p = (a:Person {id: 'p000'})-[:KNOWS*1..2]->(b) MATCH (c:Person {id: nodes(p)[1].id}) RETURN count(*) AS n

MATCH (a:Person {id: 'p000'})-[r:KNOWS*1..2]->(b) MATCH (c:Person {mentions: size(r)}) RETURN count(*) AS n

MATCH (a:Person {id: 'p000'})-[r:KNOWS*1..2]->(b) MATCH (d:Document {id: r[0].document}) RETURN d.id

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) WITH a, r.document AS x MATCH (d:Document {id: x}) RETURN a.id, d.id

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) UNWIND [r.document] AS x MATCH (d:Document {id: x}) RETURN a.id, d.id

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) CALL (r) { MATCH (d:Document {id: r.document}) RETURN count(d) AS n } RETURN a.id, n

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) CALL (a, r) { MATCH (a)-[q:KNOWS {support: r.support}]->(x) RETURN x } RETURN a.id, x.id

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) MATCH (a)-[q:EMPLOYED_BY]->(c) WHERE q <> r RETURN a.id, c.id

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) MATCH (x)-[r]->(y) RETURN x.id, y.id

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) MATCH (s:Statement {triple_id: r.id})-[:FROM_DOCUMENT]->(d) RETURN a.name, b.name, s.quote, d.uri

MATCH (a:Person)-[r:EMPLOYED_BY]->(b:Organization) MATCH (s:Statement {triple_id: r.id}) WITH a, b, collect(s.quote) AS quotes RETURN a.id, b.id, size(quotes) AS n

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) MATCH (d:Document {id: r.document, language: 'en'}) RETURN a.id, d.id

MATCH (a:Person)-[r]->(b), (d:Document {id: r.document}) WHERE d.published > date('2018-01-01') RETURN type(r), count(*) AS n

MATCH (a:Person)-[r]->(b), (d:Document {id: r.document}) WHERE d.published > date('2018-01-01') RETURN d.id, count(*) AS n

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) WHERE EXISTS { MATCH (d:Document {id: r.document})-[:MENTIONS]->(b) } RETURN a.id, b.id

// refused: write EXISTS
MATCH (a:Person)-[r:EMPLOYED_BY]->(b) WHERE (:Document {id: r.document})-[:MENTIONS]->(b) RETURN a.id, b.id

// refused: write EXISTS
MATCH (a:Person)-[r:EMPLOYED_BY]->(b) WHERE NOT (:Document {id: r.document})-[:MENTIONS]->(b) RETURN a.id, b.id

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) WHERE size([(x:Document {id: r.document})-[:MENTIONS]->(y) | y]) > 3 RETURN a.id, b.id

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) RETURN a.id, size([(x:Document {id: r.document})-[:MENTIONS]->(y) | y]) AS n

MATCH (d:Document)-[m:MENTIONS]->(e:Person) MATCH (x:Organization {mentions: m.count}) RETURN count(*) AS n

MATCH (e:Person) MATCH (x:Organization {mentions: e.mentions}) RETURN count(*) AS n

UNWIND ['p000', 'p001'] AS i MATCH (e:Person {id: i})-[r:KNOWS]->(f) MATCH (d:Document {id: r.document}) RETURN i, f.id, d.id

MATCH (a:Person) WHERE EXISTS { (a)-[r:EMPLOYED_BY]->(b), (d:Document {id: r.document}) } RETURN a.id

MATCH (a:Person) WHERE EXISTS { MATCH (a)-[r:EMPLOYED_BY]->(b) MATCH (d:Document {id: r.document})-[:MENTIONS]->(b) } RETURN a.id

MATCH (a:Person) RETURN a.id, COUNT { (a)-[r:EMPLOYED_BY]->(b), (d:Document {id: r.document}) } AS n

MATCH (a:Person) RETURN a.id, COLLECT { MATCH (a)-[r:EMPLOYED_BY]->(b) MATCH (d:Document {id: r.document}) RETURN d.id ORDER BY d.id } AS n

MATCH (a:Person) CALL (a) { MATCH (a)-[r:EMPLOYED_BY]->(b) MATCH (d:Document {id: r.document}) RETURN count(d) AS n } RETURN a.id, n

MATCH (a:Person) CALL (a) { OPTIONAL MATCH (a)-[r:EMPLOYED_BY]->(b) OPTIONAL MATCH (d:Document {id: r.document}) RETURN count(d) AS n } RETURN a.id, n

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) WHERE a.mentions > 100 OR b.mentions > 5 MATCH (d:Document {id: r.document}) RETURN a.id, d.id

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) WHERE a.mentions > 100 XOR EXISTS { (b)-[:HEADQUARTERED_IN]->() } MATCH (d:Document {id: r.document}) RETURN a.id, d.id

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) WHERE NOT EXISTS { (b)-[:HEADQUARTERED_IN]->() } AND a.mentions > 1 MATCH (d:Document {id: r.document}) RETURN a.id, d.id

MATCH (a:Person) OPTIONAL MATCH (a)-[r:EMPLOYED_BY]->(b) WHERE b.employees > 5 OR b.mentions > 5 OPTIONAL MATCH (d:Document {id: r.document}) RETURN a.id, d.id

MATCH (a:Person)-[`r x`:EMPLOYED_BY]->(b) MATCH (d:Document {id: `r x`.document}) RETURN a.id, d.id

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) MATCH (d:Document {id: r.document}) RETURN *

MATCH (a:Person {id: 'p000'})-[r:EMPLOYED_BY]->(b) RETURN count(*) AS n UNION ALL MATCH (a)-[r:KNOWS]->(b) MATCH (d:Document {id: r.document}) RETURN count(*) AS n

MATCH (a:Person)-[r:EMPLOYED_BY]->(b)
WHERE a.name STARTS WITH 'A' // a comment
MATCH (d:Document {id: r.document}) RETURN a.id, d.id

MATCH (a:Person)-[r:EMPLOYED_BY]->(b) MATCH (d:Document {id: r.document}) WHERE d.language = 'en' OR d.url IS NULL WITH a, count(d) AS n ORDER BY n DESC, a.id LIMIT 5 RETURN a.id, n

MATCH (a:Person)-[r:EMPLOYED_BY|CITIZEN_OF]->(b) MATCH (d:Document {id: r.document}) WHERE d.published.year = 2018 RETURN type(r) AS t, a.name, b.name, r.quote, d.uri

MATCH p = (a:Person {id: 'p000'})-[r:KNOWS*1..2]->(b) MATCH (d:Document {id: r[-1].document}) RETURN length(p) AS n, d.id

// refused: write EXISTS
MATCH (a:Person)-[r:EMPLOYED_BY]->(b) WHERE NOT (:Document {id: r.document})-[:MENTIONS]->(b) AND a.mentions > 1 RETURN a.id, b.id

MATCH (n)-[r]->(m) WHERE n.id = 'p000' WITH n, r, m MATCH (s:Statement {triple_id: r.id}) RETURN m.id, s.id

// refused: compare in WHERE
MATCH (x:Person {mentions: b.mentions}), (a:Person {id: 'p000'})-[:KNOWS]-(b) RETURN count(*) AS n

MATCH (a:Person {id: 'p000'})-[:KNOWS]-(b), (x:Person {mentions: b.mentions}) RETURN count(*) AS n

// refused: compare in WHERE
MATCH (x:Person)-[r:KNOWS {support: b.documents}]->(b:Person) RETURN count(*) AS n

MATCH (b:Person) MATCH (x:Person)-[r:KNOWS {support: b.documents}]->(b) RETURN count(*) AS n

MATCH (x:Person {mentions: b.mentions})-[:KNOWS]->(b:Person) RETURN count(*) AS n

// refused: compare in WHERE
MATCH (a:Person) OPTIONAL MATCH (a)-[r:KNOWS]->(b:Person {mentions: r.support}) RETURN a.id, b.id

MATCH (a:Person) OPTIONAL MATCH (a)-[r:KNOWS]->(b:Person) WHERE b.mentions = r.support RETURN a.id, b.id

MATCH (a:Person) OPTIONAL MATCH (a)-[r:KNOWS]->(b:Person)-[q:KNOWS {support: r.support}]->(c) RETURN a.id, c.id

MATCH (a:Person) OPTIONAL MATCH (a)-[:KNOWS]->(b:Person {mentions: a.mentions}) RETURN a.id, b.id

MATCH (a:Person) OPTIONAL MATCH (a)-[r:KNOWS]->(b:Person), (c:Document {id: r.document}) RETURN a.id, c.id

// refused: compare in WHERE
MATCH (a:Person)-[r:KNOWS]->(b:Person {mentions: r.support}) RETURN a.id, b.id

// refused: compare in WHERE
MATCH p = (w:Work {id: 'w007'})<-[r:AUTHOR_OF]-(a:Person {documents: r.support}) RETURN 1 AS one
