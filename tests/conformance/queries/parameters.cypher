// $n = "p001"
MATCH (p:Person {id: $n}) RETURN p.name

// $ids = ["p000", "o001", "zz"]
MATCH (e:Entity) WHERE e.id IN $ids RETURN e.id

// $n = "GSA"
MATCH (e:Entity) WHERE e.name = $n OR $n IN e.aliases MATCH (d:Document)-[:MENTIONS]->(e) RETURN d.name, d.published, d.uri

// $a = true
// $b = null
// $c = 4611686018427387904
// $d = 1.5
// $e = "text"
// $f = [1, "a", null, [true]]
// $g = {k: [1.5], l: {m: null}}
// $h = 2018-03-04
RETURN $a AS a, $b AS b, $c AS c, $d AS d, $e AS e, $f AS f, $g AS g, $h AS h

// $g = {k: [1.5], l: {m: 3}}
RETURN $g.k[0] AS a, $g.l.m AS b, $g['l'] AS c, $g.nothing AS d

// $rows = [{id: p000, x: 2}, {id: o001, x: 1}, {id: zz, x: 3}]
UNWIND $rows AS row MATCH (e:Entity {id: row.id}) RETURN e.name, row.x

// $n = "' OR 1=1 //"
MATCH (e:Entity) WHERE e.name = $n RETURN count(*)

// $n = 3
// $c = 0.9
MATCH (e:Entity) WHERE e.mentions >= $n AND e.confidence < $c RETURN e.id

// $l = 3
MATCH (e:Entity) WITH e ORDER BY e.id LIMIT $l RETURN e.id

// $r = "(?i).*smith"
MATCH (e:Person) WHERE e.name =~ $r RETURN e.id

// $p = {id: p001}
MATCH (e:Person) WHERE e.id = $p.id RETURN e.name

// $e = []
MATCH (e:Person) WHERE e.id IN $e RETURN e.name

// $e = null
MATCH (e:Person) WHERE e.id IN $e RETURN e.name

// $e = null
MATCH (e:Person {name: $e}) RETURN e.name

// $q = "smith"
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id

// $q = "Smith"
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node, score WHERE node:Person AND score > 0 RETURN node.id, labels(node)

// $q = "ada smith"
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id

// $q = "nobody"
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id

// $q = "smith"
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node AS e MATCH (e)-[:EMPLOYED_BY]->(o) RETURN e.id, o.id

// $q = "+ada +smith"
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id

// $q = "ada AND young"
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id

// $q = "\"Ada Young\""
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id

// $q = "smi*"
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id

// $q = "smth~"
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id

// refused: put \+ before a word that must occur
// $q = "smith -ada"
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id

// refused: put \+ before
CALL db.index.fulltext.queryNodes('entity_names', 'NOT ada') YIELD node RETURN node.id

// refused: names a field
CALL db.index.fulltext.queryNodes('entity_names', 'name:ada') YIELD node RETURN node.id

// refused: range
CALL db.index.fulltext.queryNodes('entity_names', '[a TO b]') YIELD node RETURN node.id

// refused: first character
CALL db.index.fulltext.queryNodes('entity_names', '*ith') YIELD node RETURN node.id

// $q = "+smith -ada"
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id

// $q = "ångström"
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id

// $q = "O'Neil"
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id

// $q = "u.s."
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id

// $q = "the"
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id

// $q = "中文"
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id

// error: .
// $q = "smith AND ("
CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id

// error: entity_names
CALL db.index.fulltext.queryNodes('others', 'x') YIELD node RETURN node.id

CALL db.index.fulltext.queryNodes('entity_names', 'smith', {limit: 2}) YIELD node RETURN count(node)

CALL db.labels() YIELD label RETURN label

CALL db.labels()

CALL db.relationshipTypes() YIELD relationshipType AS t RETURN t

CALL db.labels() YIELD label WHERE label STARTS WITH 'P' RETURN label

// error: needs a value
MATCH (p:Person {id: $nobody_gave_it}) RETURN p

// $first name = Ada Young
MATCH (p:Person) WHERE p.name = $`first name` RETURN p.id

// error: LIMIT takes a whole number
// $l = "3"
MATCH (e:Entity) RETURN e.id ORDER BY e.id LIMIT $l

// error: LIMIT takes a whole number
// $l = 3.0
MATCH (e:Entity) WITH e ORDER BY e.id LIMIT $l RETURN e.id

// error: SKIP takes a whole number
// $l = -1
MATCH (e:Entity) RETURN e.id ORDER BY e.id SKIP $l LIMIT 3

// error: OFFSET takes a whole number
// $l = null
MATCH (e:Entity) RETURN e.id ORDER BY e.id OFFSET $l LIMIT 3

// error: LIMIT takes a whole number
// $l = "1"
MATCH (p:Person) RETURN p.id, COLLECT { MATCH (p)-[:KNOWS]->(q) RETURN q.id ORDER BY q.id LIMIT $l } AS q

// error: toInteger\(…\) makes one of text
// $l = "2"
MATCH (e:Entity) RETURN e.id ORDER BY e.id LIMIT $l + 1

// ordered
// $l = "2"
MATCH (e:Entity) RETURN e.id ORDER BY e.id LIMIT toInteger($l)

// ordered
// $page = {from: 2, rows: [3]}
MATCH (e:Entity) RETURN e.id ORDER BY e.id SKIP $page.from * 2 LIMIT $page.rows[0]

// error: LIMIT takes a whole number
MATCH (e:Entity) RETURN e.id ORDER BY e.id LIMIT 3.0

// ordered
MATCH (e:Entity) RETURN e.id ORDER BY e.id LIMIT 7 / 2

// refused: at most 2147483647
// $l = 9223372036854775807
MATCH (e:Entity) RETURN count(e) AS n LIMIT $l

// $t = 2018-03-04T10:00:00+02:00
RETURN $t AS a, toString($t) AS b, [$t] AS c, {t: $t} AS d, $t.hour AS e, $t.offset AS f, $t < datetime('2018-03-04T09:00:00Z') AS g, date($t) AS h

// $rows = [{t: 2018-03-04T10:00:00+02:00, n: p000}, {t: 2018-03-04T10:00:00.5Z, n: p001}]
UNWIND $rows AS row MATCH (p:Person {id: row.n}) RETURN row, row.t AS t, p.name

// $t = 2018-03-04 10:00:00
RETURN $t AS a, toString($t) AS b, valueType($t) AS c
