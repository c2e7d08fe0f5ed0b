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
