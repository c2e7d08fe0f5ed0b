MATCH (p:Person) RETURN toLower(p.name) AS a, toUpper(p.name) AS b, size(p.name) AS c, reverse(p.name) AS d

MATCH (p:Person) RETURN split(p.name, ' ') AS parts, substring(p.name, 1, 3) AS s, left(p.name, 2) AS l, right(p.name, 2) AS r, replace(p.name, 'a', 'A') AS x

MATCH (e:Work) RETURN e.name, size(e.name) AS n, left(e.name, 3) AS l, reverse(e.name) AS r, toUpper(e.name) AS u, char_length(e.name) AS c

RETURN trim('  a b ') AS a, lTrim('  a') AS b, rTrim('a  ') AS c, btrim('xxaxx', 'x') AS d, trim(BOTH 'x' FROM 'xax') AS e, 'a' || 'b' AS f, 'a' + 1 AS g

RETURN substring('hello', 2) AS a, substring('hello', 9) AS b, left('hello', 99) AS c, split('a,b,,c', ',') AS d, split('abc', '') AS e

MATCH (p:Person) WHERE p.name =~ '(?i)ADA.*' RETURN p.id

MATCH (p:Person) WHERE p.name =~ '.*[aeiou]n' RETURN p.id

MATCH (p:Person) WHERE p.name STARTS WITH 'A' AND p.name ENDS WITH 'i' OR p.name CONTAINS 'O\'' RETURN p.id

MATCH (p:Person) WHERE NOT p.name CONTAINS ' ' RETURN p.id

MATCH (e:Work) WHERE e.name CONTAINS '\u202e' OR e.name CONTAINS '👩' RETURN e.id

// error: regular expression
RETURN 'a' =~ '(' AS x

// error: regular expression
// $r = "[a"
MATCH (p:Person) WHERE p.name =~ $r RETURN p.id

RETURN toInteger('12') AS a, toInteger('12.7') AS b, toInteger('x') AS c, toFloat('1.5') AS d, toFloat('x') AS e, toString(1.0) AS f, toString(true) AS g, toBoolean('TRUE') AS h, toBoolean('x') AS i, toInteger(2.9) AS j

// differs: toInteger of text with spaces around it is read here; Neo4j gives null
RETURN toInteger(' 5 ') AS a, toFloat(' 1.5 ') AS b, toInteger('1e3') AS c, toInteger('0x10') AS d

RETURN toStringOrNull([1]) AS a, toIntegerOrNull('x') AS b, toFloatOrNull([1]) AS c, toBooleanOrNull('yes') AS d, toIntegerList(['1', 'x', null]) AS e, toStringList([1, true]) AS f

RETURN 7 / 2 AS a, 7 / 2.0 AS b, -7 / 2 AS c, 7 % 4 AS d, -7 % 4 AS e, 2 ^ 3 AS f, 7.5 % 2 AS g, 1 + 2 * 3 AS h, -(3) AS i

RETURN round(2.5) AS a, round(-2.5) AS b, round(3.14159, 2) AS c, ceil(1.2) AS d, floor(-1.2) AS e, abs(-3) AS f, sign(-2.5) AS g, sqrt(16) AS h, round(1.5, 0, 'HALF_DOWN') AS i

RETURN exp(1) AS a, log(10) AS b, log10(1000) AS c, sin(1) AS d, cos(1) AS e, atan2(1, 2) AS f, pi() AS g, e() AS h, degrees(pi()) AS i, cot(1) AS j, haversin(1) AS k

RETURN 1.0 / 0 AS a, -1.0 / 0 AS b, 0.0 / 0 AS c, isNaN(0.0 / 0) AS d, 0.0 / 0 = 0.0 / 0 AS e, 0.0 / 0 > 1 AS f

// error: .
RETURN 1 / 0 AS a

// error: .
RETURN 9223372036854775807 + 1 AS a

RETURN 9223372036854775807 AS a, -9223372036854775808 AS b, 0x1F AS c, 0o17 AS d, 1e3 AS e, 1_000 AS f, .5 AS g, -0.0 AS h

RETURN 1 = 1.0 AS a, 1 < 1.5 AS b, 'a' < 'b' AS c, 'a' < 1 AS d, [1, 2] < [1, 3] AS e, true > false AS f, 1 = '1' AS g, 'a' <> 1 AS h

RETURN 1 < 2 < 3 AS a, 1 < 3 < 2 AS b, 3 > 2 >= 2 AS c

RETURN [1, 2] + 3 AS a, [1] + [2, 3] AS b, 0 + [1] AS c, [1, 2, 3][0] AS d, [1, 2, 3][-1] AS e, [1, 2, 3][1..] AS f, [1, 2, 3][..-1] AS g, [1, 2, 3][0..9] AS h

RETURN head([1, 2]) AS a, last([1, 2]) AS b, tail([1, 2, 3]) AS c, reverse([1, 2]) AS d, size([1, null]) AS e, range(0, 10, 3) AS f, range(3, 0, -1) AS g, range(1, 0) AS h

RETURN [x IN [1, 2, 3] WHERE x > 1] AS a, [x IN [1, 2, 3] | x * 2] AS b, [x IN [1, 2, 3] WHERE x % 2 = 1 | toString(x)] AS c, [x IN null | x] AS d

RETURN any(x IN [1, null] WHERE x = 1) AS a, any(x IN [2, null] WHERE x = 1) AS b, all(x IN [] WHERE x = 1) AS c, none(x IN [1, null] WHERE x = 2) AS d, single(x IN [1, 1] WHERE x = 1) AS e

RETURN reduce(a = 0, x IN [1, 2, 3] | a + x) AS a, reduce(s = '', x IN ['a', 'b'] | s + x) AS b, reduce(a = 1, x IN [] | a) AS c

// unordered lists: 0
RETURN keys({b: 1, a: 2}) AS a, {a: 1, b: {c: [1, 2]}}.b.c[1] AS b, {a: 1}['a'] AS c, properties({a: 1}) AS d

// unordered lists: 0
MATCH (p:Person {id: 'p001'}) RETURN keys(p) AS k, properties(p) AS m, labels(p) AS l

MATCH (p:Person {id: 'p001'}) RETURN p['name'] AS a, p['na' + 'me'] AS b

// $k = "name"
MATCH (p:Person) RETURN p.id, p[$k] AS v

MATCH (e:Entity) UNWIND keys(e) AS key RETURN key, count(*) AS n

MATCH ()-[r]->() UNWIND keys(r) AS key RETURN type(r) AS t, key, count(*) AS n

MATCH ()-[r:EMPLOYED_BY]->() RETURN properties(r) AS r LIMIT 0

MATCH (a {id: 'p000'})-[r:KNOWS]->(b) RETURN r, type(r), startNode(r).id, endNode(r).id, properties(r).quote

MATCH (p:Person) RETURN p {.id, .name, .date_of_birth, x: 1} AS card

MATCH (p:Person {id: 'p003'}) RETURN p {.*} AS all

MATCH (p:Person {id: 'p003'}) RETURN p {.*, name: 'X', jobs: [(p)-[:EMPLOYED_BY]->(o) | o.id]}.name AS name

MATCH (p:Person)-[r:EMPLOYED_BY]->(o) RETURN r {.support, .scope, org: o {.id}} AS job

MATCH (p:Person) WITH p, p.mentions AS m RETURN p {.id, m} AS x

MATCH (e:Entity) WHERE 'GSA' IN e.aliases RETURN e.id

MATCH (e:Entity) WHERE any(a IN e.aliases WHERE a STARTS WITH 'The') RETURN e.id

MATCH (e:Entity) WHERE all(a IN e.aliases WHERE size(a) > 3) RETURN e.id

MATCH (e:Entity) WHERE none(a IN e.aliases WHERE a = 'GSA') AND size(e.aliases) > 1 RETURN e.id

MATCH (e:Entity) WHERE single(a IN e.aliases WHERE a = 'U.S.') RETURN e.id

MATCH (e:Entity) WHERE e.aliases = ['GSA'] RETURN e.id

MATCH (e:Entity) RETURN e.id, e.aliases[0] AS first, size(e.aliases) AS n, e.aliases[..1] AS some

MATCH (e:Entity) UNWIND e.aliases AS alias RETURN alias, count(*) AS n

MATCH (e:Entity) WHERE toUpper(e.name) IN e.aliases RETURN e.id

MATCH (d:Document) RETURN d.id, [t IN d.topics WHERE t <> 'law' | toUpper(t)] AS topics

MATCH (d:Document) WHERE 'law' IN d.topics AND NOT 'trade' IN d.topics RETURN d.id

MATCH (d:Document) RETURN d.id, d.pages, toInteger(d.pages) AS n, d.meta_title

MATCH (p:Person) RETURN p.id, CASE p.mentions WHEN 1 THEN 'once' WHEN 2, 3 THEN 'few' ELSE 'many' END AS how

MATCH (p:Person) RETURN p.id, CASE WHEN p.mentions > 100 THEN 'a' WHEN p.date_of_birth IS NULL THEN 'b' END AS x

MATCH (p:Person) RETURN CASE p.mentions WHEN > 100 THEN 'many' WHEN IS NULL THEN 'none' ELSE 'few' END AS x, count(*) AS n

RETURN 'it\'s' AS a, "say \"hi\"" AS b, 'tab\tnew\nline' AS c, '\u00e9\\' AS d, 'a//b' AS e, '/* x */' AS f // RETURN 1 }

RETURN 1 AS a /* comment ' */, 2 AS b

RETURN "a" AS `weird ``name```, 1 AS `with space`, 2 AS match, 3 AS `RETURN`

// $p = 5
RETURN 1, 'a', 1 + 2, [1,2],  toUpper('x'), $p

RETURN true AND NOT false OR null AS a, true XOR null AS b, NOT (true AND null) AS c

// refused: split
RETURN split('a-b,c', ['-', ',']) AS f

// differs: valueType() of a list says LIST<ANY>
RETURN valueType(1) AS a, valueType('x') AS b, valueType([1]) AS c, valueType(null) AS d

RETURN 1 IS :: INTEGER AS a, 'x' IS TYPED STRING AS b, 1 IS NOT :: STRING AS c, null IS :: INTEGER AS d

RETURN [1, 'a', true, null, 1.5, {a: [1]}] AS mixed

RETURN exists((:Person {id: 'p000'})-[:KNOWS]->()) AS x

MATCH (p:Person) WHERE p.name IN ['Ada Young', 'Bo Chen', "Cy O'Neil"] RETURN p.id

MATCH (p:Person) WHERE p.id >= 'p010' AND p.id < 'p013' RETURN p.id

MATCH (p:Person) WHERE 2 <= p.mentions <= 5 RETURN p.id

MATCH (o:Organization) WHERE o.employees = 9007199254740993 RETURN o.id, o.employees

MATCH (o:Organization) WHERE o.revenue = 7 RETURN o.id, o.revenue, o.revenue * 2 AS d, toString(o.revenue) AS s

MATCH (o:Organization) WHERE o.employees IS NOT NULL RETURN o.id, o.employees / 7 AS a, o.employees * 1.0 AS b, o.employees % 10 AS c

MATCH (a:Person {id: 'p000'}), (b:Person {id: 'p000'}) RETURN a = b AS same, a <> b AS other, [a] = [b] AS lists

MATCH (p:Person {id: 'p001'}) RETURN p.nothing AS a, p.nothing.deeper AS b, p.aliases[7] AS c

// error: .
RETURN noSuchFunction(1)

// error: .
RETURN 'a' - 'b'

// error: .
RETURN size(1)

// error: .
MATCH (p:Person {id: 'p001'}) RETURN p.name.first

// error: .
RETURN toInteger([1])

RETURN normalize('e\u0301') = 'é' AS a, 'e\u0301' = 'é' AS b, size('👩‍👩‍👧') AS c, toUpper('straße') AS d, toLower('İ') AS e

MATCH (e:Entity) RETURN elementId(e) IS NOT NULL AS a, count(*) AS n

// error: write e.name IS NOT NULL
MATCH (e:Entity) WHERE exists(e.name) RETURN count(e) AS n

MATCH (e:Entity) WHERE exists((e)-[:KNOWS]->()) AND NOT exists(((e)<-[:KNOWS]-())) RETURN e.id

UNWIND [9223372036854775807, 1] AS x RETURN sum(x) AS s

UNWIND [1, 1, 2] AS k UNWIND [4000000000000000000, 4000000000000000000] AS x WITH k, sum(x) AS s RETURN k, s, s / 2 AS h, s + 1 AS m, [s] AS l, s > 1 AS g

// error: long overflow
MATCH (o:Organization) RETURN o.id, o.employees * 1024 AS x

// error: long overflow
RETURN reduce(t = 1, x IN range(1, 25) | t * x) AS x

// differs: whole numbers beyond 2^53 are compared with fractions exactly; Neo4j compares them as floats
RETURN 9007199254740993 = 9007199254740992.0 AS x, 9007199254740993 > 9007199254740992.0 AS y

// error: both operands
MATCH (e:Entity) RETURN left(e.mentions, 2) AS x

// error: both operands
MATCH (d:Document) WHERE d.published IS NOT NULL RETURN substring(d.published, 0, 4) AS y

MATCH (e:Entity) RETURN left(e.name + e.mentions, 4) AS a, right(coalesce(e.subtitle, null), 3) AS b, substring(toString(e.mentions), 0, 1) AS c

// error: write size
MATCH (e:Entity) RETURN length(e.name) AS x
