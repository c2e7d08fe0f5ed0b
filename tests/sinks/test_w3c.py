"""W3C's cases of syntax: what is well-formed is read, what is not is refused with the file and the line."""

from pathlib import Path

import pytest

from kgbuild.errors import BuildError
from kgbuild.sinks.rdf_runs import parse

CASES = sorted((Path(__file__).parents[1] / "data" / "w3c").glob("*/*.*t*"))
GOOD, BAD = ([case for case in CASES if ("-bad-" in case.name) is bad] for bad in (False, True))


WITHOUT_TRIPLES = {
    "nt-syntax-file-01",
    "nt-syntax-file-02",
    "nt-syntax-file-03",
    "turtle-syntax-prefix-01",
    "turtle-syntax-prefix-02",
}


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.stem)
def test_what_is_well_formed_is_read(case):
    count = sum(1 for _ in parse(case, case.suffix[1:]))

    assert (count == 0) == (case.stem in WITHOUT_TRIPLES)


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.stem)
def test_what_is_not_is_refused_with_its_line(case):
    with pytest.raises(BuildError, match=rf"{case.name}:\d+: not valid (N-Triples|Turtle): "):
        list(parse(case, case.suffix[1:]))
