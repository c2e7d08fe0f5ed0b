MATCH (d:Document) WHERE d.published = '2018-11-15' RETURN d.id

MATCH (d:Document) WHERE '2018-11-15' = d.published OR d.published IN ['2018-11-15'] RETURN d.id

MATCH (d:Document) RETURN d.published IN ['2018-11-15'] AS x, d.published = '2018-11-15' AS y, d.published <> '2018-11-15' AS z, count(*) AS n

MATCH (d:Document) WHERE d.published IN [date('2018-11-15'), null] OR d.published = date('2018-01-01') RETURN d.id

MATCH (a:Document), (b:Document) WHERE a.published = b.published AND a.id < b.id RETURN a.id, b.id

UNWIND ['2018-11-15'] AS p MATCH (d:Document) WHERE d.published = p RETURN d.id

// $p = "2018-11-15"
MATCH (d:Document) WHERE d.published = $p OR d['published'] = $p RETURN d.id

MATCH (d:Document) WITH collect(d) AS ds RETURN [d IN ds WHERE d.published = '2018-11-15' | d.id] AS x

MATCH (d:Document) WHERE any(x IN ['2018-11-15'] WHERE x = d.published) RETURN d.id

// refused: write date
MATCH (d:Document {published: '2018-11-15'}) RETURN d.id

MATCH (d:Document) WHERE d.published =~ '2018.*' RETURN d.id

MATCH (e:Entity) WHERE e.mentions =~ '3.*' RETURN e.id

MATCH (e:Entity) WHERE NOT e.mentions =~ '3.*' OR e.aliases =~ 'GSA' RETURN e.id

MATCH (e:Entity) RETURN e.mentions =~ '3.*' AS a, e.name =~ '(?i)a.*' AS b, e.date_of_birth =~ '19.*' AS c, count(*) AS n

MATCH (e:Entity) WHERE any(x IN e.aliases WHERE x =~ 'G.*') AND e.name =~ '.*' + 'a' + '.*' RETURN e.id

MATCH (e:Entity) WHERE e.name = 12 OR e.name IN [12, 'zz'] RETURN e.id

MATCH (e:Entity) WHERE e.name <> 12 RETURN count(e) AS n

MATCH (p:Person) WHERE p.date_of_birth = 1912 OR p.date_of_birth IN [1912] RETURN p.id

MATCH (p:Person) RETURN p.date_of_birth = 1912 AS a, p.date_of_birth = '1912' AS b, toInteger(p.date_of_birth) = 1912 AS c, count(*) AS n

// $n = 12
MATCH (e:Entity) WHERE e.name = $n RETURN e.id

// $n = [12, "zz"]
MATCH (e:Entity) WHERE e.name IN $n RETURN e.id

// refused: name is text
// $n = 12
MATCH (e:Entity {name: $n}) RETURN e.id

MATCH (e:Entity {mentions: 3}) WHERE e.confidence = 0.75 OR e.mentions = 3.0 RETURN e.id

UNWIND [{name: 12}, {name: '12'}] AS row WITH row WHERE row.name = 12 RETURN row

// differs: a text equals the number that is written so, where that comes from a variable
UNWIND [12, 'zz'] AS n MATCH (e:Entity) WHERE e.name = n RETURN e.id

// differs: a value that is no boolean holds nowhere as a predicate; refused by Neo4j, or a list that is not empty holds
MATCH (e:Entity) WHERE e.aliases RETURN e.id

MATCH (e:Entity) WHERE e.mentions = '3' OR e.confidence = '0.75' OR e.aliases = 'GSA' RETURN e.id

MATCH (e:Entity) WHERE e.mentions > '3' RETURN e.id

MATCH (d:Document) WHERE d.published > '2018-01-01' OR d.published STARTS WITH '2018' OR d.published CONTAINS '-' RETURN d.id

MATCH (p:Person) WHERE p.id < 'p010' OPTIONAL MATCH (p)-[:EMPLOYED_BY]->(o) WHERE o.name =~ '.*Bank.*' OR o.mentions =~ '3' RETURN p.id, o.id

MATCH (p:Person) WHERE NOT p.date_of_birth =~ '19.*' RETURN p.id

MATCH (p:Person) WHERE p.date_of_birth =~ '19.*' XOR p.mentions = 3 RETURN p.id

MATCH (p:Person) RETURN left(p.date_of_birth, 4) AS y, count(*) AS n ORDER BY left(p.date_of_birth, 4) LIMIT 5

MATCH (p:Person) WITH left(p.date_of_birth, 3) AS decade, count(*) AS n WHERE left(p.date_of_birth, 3) IS NOT NULL RETURN decade, n

MATCH (p:Person) RETURN left(p.date_of_birth, 4) = '1912' AS y, collect(left(p.name, 1))[0] IS NULL AS x, count(*) AS n

UNWIND [localtime('10:00'), localtime('10:00:01.5'), null] AS d RETURN toString(d) AS t, count(*) AS n, max(toString(d)) AS m

UNWIND [datetime('2018-03-04T10:00:00Z')] AS d WITH toString(d) AS t, count(*) AS n WHERE t ENDS WITH ':00Z' OR size(toString(n)) > 3 RETURN t, n

// $t = 2018-03-04T10:00:00+02:00
MATCH (d:Document) RETURN $t, count(*) ORDER BY $t

// $ts = [2018-03-04T10:00:00+02:00, 2018-03-05T10:00:00+02:00]
UNWIND $ts AS t RETURN t, t.day AS d, size($ts) AS n, $ts[0] = t AS first, t IN $ts AS i

MATCH (a:Document) OPTIONAL MATCH (b:Document) WHERE b.published = a.published AND b.id > a.id RETURN a.id, b.id

MATCH (d:Document) RETURN CASE d.published WHEN date('2018-11-15') THEN 'x' WHEN '2018-11-15' THEN 'y' ELSE 'z' END AS k, count(*) AS n

MATCH (e:Entity) RETURN e.name = 12 AS x, count(*) > 1 AS n ORDER BY e.name = 12

MATCH (e:Entity) WHERE e.revenue = -0.25 OR e.employees = toInteger('120') OR e.employees = size(e.name) RETURN e.id

MATCH (p:Person) WHERE p.name = null OR p.name <> true RETURN count(*) AS n
