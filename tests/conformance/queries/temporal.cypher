RETURN date('2018-03-04') AS d

RETURN date('2018-03-04').year AS y, date('2018-03-04').month AS m, date('2018-03-04').day AS d, date('2018-03-04').quarter AS q, date('2018-03-04').week AS w, date('2018-03-04').dayOfWeek AS dw, date('2018-03-04').ordinalDay AS od

RETURN date('2018-03-04') > date('2017-12-31') AS a, date('2018-03-04') = date('20180304') AS b, date('2018-03') AS c, date('2018') AS d, date('2018-W10-7') AS e

RETURN date({year: 2018, month: 3, day: 4}) AS a, date({year: 2018}) AS b, date({year: 2018, week: 10, dayOfWeek: 7}) AS c

RETURN toString(date('2018-03-04')) AS a, date('2018-03-04') = '2018-03-04' AS b

MATCH (d:Document) RETURN d.id, d.published

MATCH (d:Document) RETURN d.id, [d.published] AS l, {p: d.published} AS m

MATCH (d:Document) RETURN d {.id, .published} AS card

MATCH (d:Document) WHERE d.id < 'd010' RETURN properties(d) AS p

MATCH (d:Document) RETURN d.published.year AS y, d.published.month AS m, count(*) AS n

MATCH (d:Document) WHERE d.published.year = 2018 RETURN d.id

MATCH (d:Document) WHERE date('2018-01-01') <= d.published < date('2019-01-01') RETURN d.id, d.published

// $since = 2018-01-01
MATCH (d:Document) WHERE d.published >= $since RETURN d.id

// $since = "2018-01-01"
MATCH (d:Document) WHERE d.published >= date($since) RETURN d.id

// $since = "2018-01-01"
MATCH (d:Document) WHERE d.published >= $since RETURN d.id

MATCH (d:Document) WHERE toString(d.published) STARTS WITH '2018' RETURN d.id

MATCH (d:Document) RETURN collect(DISTINCT d.published.year)[0] IS NULL AS x, min(d.published) AS a, max(d.published) AS b

MATCH (d:Document) WITH d.published AS p WHERE p IS NOT NULL WITH DISTINCT p ORDER BY p RETURN collect(p) AS ps

MATCH (d:Document) WITH d.published AS p ORDER BY p RETURN collect(p)[0] AS first, head(collect(p)) AS head, last(collect(p)) AS last

UNWIND [date('2018-03-01'), date('2017-12-31'), null] AS x RETURN x, x.year AS y

RETURN [date('2018-01-01'), date('2018-01-02')] AS ds, {a: date('2018-01-01')} AS m

RETURN CASE WHEN true THEN date('2018-01-01') END AS d, coalesce(null, date('2018-01-02')) AS c

MATCH (d:Document) RETURN d.id, coalesce(d.published, d.published_text) AS p

MATCH (d:Document) RETURN d.id, CASE WHEN d.published IS NULL THEN 'none' ELSE toString(d.published) END AS p

RETURN date('2018-01-31') + duration('P1M') AS a, date('2018-03-04') - duration({days: 4}) AS b, date('2018-03-04') + duration({years: 1, months: 2}) AS c

RETURN duration('P1Y2M3DT4H5M6S') AS a, duration({days: 1, hours: 25}) AS b, duration('P1D').days AS c, duration({minutes: 90}).hours AS d

RETURN duration.between(date('2018-01-01'), date('2019-03-04')) AS a, duration.inDays(date('2018-01-01'), date('2019-03-04')).days AS b, duration.inMonths(date('2018-01-01'), date('2019-03-04')).months AS c

MATCH (d:Document) WHERE d.published > date('2021-12-31') - duration('P1Y') RETURN d.id

MATCH (d:Document) RETURN duration.inDays(min(d.published), max(d.published)).days AS days

MATCH (d:Document) WHERE d.published IS NOT NULL RETURN d.id, duration.between(d.published, date('2022-01-01')).years AS y

RETURN datetime('2018-03-04T10:00:00Z') AS a, datetime('2018-03-04T10:00:00+02:00') AS b, localdatetime('2018-03-04T10:00:01') AS c

RETURN datetime('2018-03-04T10:00:00Z').epochSeconds AS a, datetime('2018-03-04T10:20:30Z').minute AS b, datetime({epochSeconds: 0}).year AS c

RETURN time('10:20:30+01:00') AS a, localtime('10:20:30') AS b, localtime('10:20').hour AS c

RETURN toString(datetime('2018-03-04T10:00:00Z')) AS a, toString(localdatetime('2018-03-04T10:00:00')) AS b, toString(duration('P1D')) AS c, toString(localtime('10:00')) AS d

RETURN date.truncate('month', date('2018-03-04')) AS a, date.truncate('year', date('2018-03-04')) AS b, date.truncate('week', date('2018-03-04')) AS c, date.truncate('quarter', date('2018-03-04')) AS d

// error: .
MATCH (d:Document) RETURN date.truncate('year', d.published) AS y, count(*) AS n

// ordered
MATCH (d:Document) WHERE d.published IS NOT NULL RETURN date.truncate('month', d.published) AS m, count(*) AS n ORDER BY m

RETURN date() >= date('2020-01-01') AS a, datetime() > datetime('2020-01-01T00:00:00Z') AS b, date().year >= 2020 AS c

RETURN date(datetime('2018-03-04T10:00:00Z')) AS a, datetime({date: date('2018-03-04'), hour: 5}) AS b

RETURN duration('P1D') = duration('PT24H') AS a, duration('P1M') + duration('P1D') AS b, duration('P1D') * 2 AS c

// error: .
RETURN date('nonsense')

// error: .
RETURN date('2018-13-01')

MATCH (p:Person) WHERE p.date_of_birth STARTS WITH '1947' RETURN p.id, p.date_of_birth

MATCH (p:Person) WHERE p.date_of_birth >= '1950' RETURN p.id, left(p.date_of_birth, 4) AS y

MATCH (p:Person) WHERE size(p.date_of_birth) = 10 RETURN date(p.date_of_birth) AS d, p.id

MATCH (d:Document)-[:MENTIONS]->(e:Entity {id: 'p000'}) RETURN d.published AS p, d.id

MATCH (d:Document)-[:MENTIONS]->(e:Organization) WITH e, min(d.published) AS first, max(d.published) AS last RETURN e.id, first, last, last > first AS spans

MATCH (d:Document) CALL (d) { RETURN d.published AS p } RETURN d.id, p

MATCH (d:Document) WITH collect({id: d.id, p: d.published}) AS rows UNWIND rows AS row RETURN row.id, row.p

MATCH (d:Document) RETURN d.id, [x IN [d.published] WHERE x IS NOT NULL] AS l

MATCH (d:Document) RETURN d.published = date('2018-01-01') OR d.published IS NULL AS x, count(*) AS n

MATCH (d:Document) RETURN d {.*}.published AS p

MATCH (d:Document) WITH collect(d) AS ds RETURN [d IN ds | d.published] AS ps

MATCH (d:Document) WITH collect(d) AS ds RETURN [d IN ds WHERE d.published.year = 2018 | d.id] AS ids

MATCH (d:Document) WHERE d.published IS NOT NULL RETURN d.id, d.published + duration({days: 30}) AS due

MATCH (d:Document) WHERE d.published + duration({years: 1}) > date('2020-06-01') RETURN d.id

MATCH p = (d:Document)-[:MENTIONS]->(:Person {id: 'p000'}) RETURN nodes(p)[0].published AS a, nodes(p)[0].published.year AS y

MATCH (d:Document) RETURN d['published'] AS p, d['pub' + 'lished'] AS q

MATCH (d:Document) UNWIND [d.published, date('2020-01-01')] AS x RETURN max(x) AS m, min(x) AS n, count(x) AS c

MATCH (d:Document) RETURN CASE d.published.year WHEN 2018 THEN 'a' WHEN 2019 THEN 'b' ELSE 'c' END AS k, count(*) AS n

MATCH (d:Document) CALL (d) { MATCH (d)-[:MENTIONS]->(e) RETURN max(d.published) AS m, count(e) AS c } RETURN d.id, m, c

MATCH (e:Person) RETURN e.id, COUNT { (d:Document)-[:MENTIONS]->(e) WHERE d.published.year >= 2018 } AS n

MATCH (e:Person) WHERE EXISTS { (d:Document)-[:MENTIONS]->(e) WHERE d.published >= date('2021-01-01') } RETURN e.id

MATCH (d:Document {published: date('2018-11-15')}) RETURN d.id

// $d = 2018-11-15
MATCH (d:Document {published: $d}) RETURN d.id

// $rows = [{from: 2018-01-01, to: 2018-12-31}, {from: 2019-01-01, to: 2019-12-31}]
UNWIND $rows AS r MATCH (d:Document) WHERE r.from <= d.published <= r.to RETURN r.from AS f, count(d) AS n

MATCH (d:Document) WHERE d.published IS NOT NULL RETURN duration.between(d.published, date('2022-01-01')) AS x

MATCH (d:Document) RETURN toString(d.published.year) + '-' + CASE WHEN d.published.month < 10 THEN '0' ELSE '' END + toString(d.published.month) AS ym, count(*) AS n

MATCH (p:Person) RETURN min(p.date_of_birth) AS a, max(p.date_of_birth) AS b

MATCH (d:Document)-[:MENTIONS]->(e:Entity) WITH e, min(d.published) AS first WHERE first >= date('2019-01-01') RETURN e.id, first

RETURN date('2018-03-04').weekYear AS a, date('2018-03-04').dayOfQuarter AS b, date('2018-03-04').weekDay AS c

RETURN datetime('2018-03-04T10:20:30.123456Z').millisecond AS a, datetime('2018-03-04T10:20:30.123456Z').microsecond AS b, datetime('2018-03-04T10:20:30.123Z').epochMillis AS c, datetime('2018-03-04T10:20:30Z').timezone AS d, datetime('2018-03-04T10:20:30+02:00').offset AS e

RETURN duration({weeks: 2}) AS a, duration({months: 1.5}) AS b, duration('P2W') AS c, duration({days: -3}) AS d

RETURN datetime.truncate('hour', datetime('2018-03-04T10:20:30Z')) AS a, datetime.truncate('day', datetime('2018-03-04T10:20:30Z')) AS b, localdatetime.truncate('month', localdatetime('2018-03-04T10:20:30')) AS c, date.truncate('decade', date('2018-03-04')) AS d, date.truncate('century', date('2018-03-04')) AS e

MATCH (d:Document) WHERE d.published IS NOT NULL RETURN d.published.year + '-' + d.published.month AS ym, count(*) AS n

RETURN toString(datetime('2018-03-04T10:00:00.5Z')) AS a, toString(localdatetime('2018-03-04T10:00:30.120')) AS b, toString(time('10:00:01.25+01:00')) AS c, toString(datetime('2018-03-04T10:00:00[Europe/Berlin]')) AS d, toString(localtime('10:00:00.000000001')) AS e

WITH [datetime('2018-03-04T10:00:00Z'), localtime('10:00'), date('2018-03-04'), duration('PT0.5S'), 3, 'a', null, true, 1.5] AS l RETURN [x IN l | toString(x)] AS x, toStringList(l) AS y

WITH datetime('2018-03-04T10:00:00Z') AS d WHERE toString(d) = '2018-03-04T10:00:00Z' RETURN substring(toString(d), 0, 16) AS x

// ordered
UNWIND [datetime('2018-03-04T10:00:00Z'), datetime('2018-03-04T09:00:00.25Z')] AS d RETURN toString(d), count(*) AS n ORDER BY toString(d)

RETURN duration({Days: 1, hours: 25}) AS a, date({YEAR: 2018, Month: 3}) AS b, datetime('2018-03-04T10:00:00Z').Year AS c, date('2018-03-04').DAYOFWEEK AS d

MATCH (d:Document) RETURN d.published.Year AS y, d.published.QUARTER AS q, count(*) AS n

// error: a duration has no day
RETURN duration({day: 1}) AS d

// error: needs at least one
RETURN duration({}) AS d

// error: a date has no yer
RETURN date({yer: 2018}) AS d

// error: day needs month
RETURN date({year: 2018, day: 3}) AS d

// error: an hour needs a day
RETURN datetime({year: 2018, hour: 3}) AS d

// error: a date has no hour
MATCH (d:Document) WHERE d.published IS NOT NULL RETURN d.published.hour AS h

// error: write datetime\(\{date: d.published, hour: 0\}\)
MATCH (d:Document) WHERE d.published IS NOT NULL RETURN datetime(d.published) AS h

MATCH (d:Document) WHERE d.published IS NOT NULL RETURN datetime({date: d.published, hour: 0}) AS h

// differs: durations are compared by < and >, Neo4j gives null; and ordered by months, then days, then seconds, by Neo4j by their length
// ordered
UNWIND [duration('P1M'), duration('P29D'), duration('P31D'), duration('PT750H')] AS d RETURN d, d < duration('P1Y') AS x ORDER BY d DESC
