"""A fake server and a schema, for tests of teachers."""

import pytest

from kgbuild.schema import parse_schema
from tests.labelling.server import serving

SCHEMA = """
types:
  Person: {from: [PER], description: people with a name}
  Organization: {from: [ORG]}
  Place: {from: [City, Country]}
  Year: {from: [TIME], kind: value, datatype: date}
relations:
  EMPLOYED_BY: {from: [P108], label: employed by, head: [Person], tail: [Organization]}
  EMPLOYS: {from: [P-108], inverse: EMPLOYED_BY}
  MARRIED_TO: {from: [P26], head: [Person], tail: [Person], symmetric: true}
  LOCATED_IN: {from: [P131], label: lies in, head: [Organization, Place], tail: [Place], description: where it is}
  BORN_IN: {from: [P569], head: [Person], tail: [Year], property: born}
  NEVER_SEEN: {from: [P1198], head: [Person], tail: [Person], untrained: true}
"""


@pytest.fixture(scope="session")
def schema():
    return parse_schema(SCHEMA, "mine.yaml")


@pytest.fixture
def server():
    with serving() as fake:
        yield fake
