import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import WorkspaceError
from kgbuild.extraction.codec import pack_extraction, unpack_extraction
from kgbuild.records import Extraction, Link, Span

LABELS = st.sampled_from(["PER", "ORG", "P17", "ä"])


@st.composite
def extractions(draw):
    cuts = sorted(draw(st.sets(st.integers(0, 2000), max_size=20)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    spans = tuple(Span(a, b, draw(LABELS), draw(st.integers(1, 10_000))) for a, b in pairs)
    groups = {}
    for index in range(len(spans)):
        groups.setdefault(draw(st.integers(0, 4)), []).append(index)
    chains = tuple(sorted(tuple(group) for group in groups.values()))
    firsts = [chain[0] for chain in chains]
    ends = st.sampled_from(firsts) if firsts else st.nothing()
    links = draw(st.lists(st.builds(Link, ends, ends, LABELS, st.integers(1, 10_000)), max_size=5)) if firsts else []
    return Extraction(spans, chains, tuple(links))


@given(extractions())
def test_what_is_packed_comes_back(extraction):
    assert unpack_extraction(pack_extraction(extraction)) == extraction


def test_equal_extractions_give_these_bytes():
    extraction = Extraction((Span(0, 4, "PER", 9000), Span(8, 12, "ORG", 8000)), ((0,), (1,)), (Link(0, 1, "P108", 700),))
    assert pack_extraction(extraction) == pack_extraction(unpack_extraction(pack_extraction(extraction)))
    assert len(pack_extraction(extraction)) < 90


@pytest.mark.parametrize("data", [b"", b"x", pack_extraction(Extraction())[:-3]])
def test_damaged_bytes_are_an_error_that_says_what_to_do(data):
    with pytest.raises(WorkspaceError, match="--force"):
        unpack_extraction(data)
