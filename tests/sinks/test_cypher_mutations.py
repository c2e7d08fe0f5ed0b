"""Queries of the conformance suite with tokens lost, moved in from others and cut off: each is prepared or refused, none breaks anything."""

from datetime import UTC, datetime
from random import Random

from kgbuild.errors import QueryError
from kgbuild.sinks.cypher import prepare
from kgbuild.sinks.cypher_lexer import tokens
from kgbuild.sinks.property_graph import DATE_PROPERTIES
from tests.conformance.suite import cases

MUTATIONS = 2500
SEED = 20261127
GIVEN = {"l": 3, "n": 12, "t": datetime(2018, 3, 4, tzinfo=UTC), "rows": [{"t": datetime(2018, 3, 4, tzinfo=UTC)}]}


def rows_of_tokens():
    for case in cases():
        try:
            found = [token.text for token in tokens(case.text)]
        except QueryError:
            continue
        if found:
            yield found


def mutated(random, rows):
    row = list(random.choice(rows))
    for _ in range(random.randint(1, 4)):
        other, place = random.choice(rows), random.randrange(len(row) + 1)
        start = random.randrange(len(other))
        match random.randrange(4):
            case 0:
                del row[place : place + 1]
            case 1:
                del row[place:]
            case 2:
                row.insert(place, other[start])
            case _:
                row[place:place] = other[start : start + random.randint(1, 6)]
    return " ".join(row)


def test_a_mutated_query_is_prepared_or_refused():
    random, rows = Random(SEED), list(rows_of_tokens())
    prepared = 0
    for _ in range(MUTATIONS):
        try:
            prepare(mutated(random, rows), DATE_PROPERTIES, GIVEN)
            prepared += 1
        except QueryError:
            pass

    assert prepared > MUTATIONS // 10
