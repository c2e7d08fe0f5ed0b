"""The two runtimes compared. At f32: spans identical on 99 % of texts, scores within 20 ten-thousandths. At bf16, whose rounding
differs between them: 97 % of spans the same, scores within 1,000 (measured on 200 texts: 99.6 %, mean 14, at most 261)."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kgbuild.extraction.extractor import Extractor
from kgbuild.extraction.runtime_openvino import OpenVinoRuntime
from kgbuild.models.directory import PrunerSpec, read_directory, write_spec
from tests.extraction.tiny import write_tiny

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

TOLERANCE = 20


@pytest.fixture(scope="module")
def both(tiny, texts):
    from kgbuild.extraction.runtime_torch import TorchRuntime

    directory = read_directory(tiny)
    torch = Extractor(directory, TorchRuntime(directory, 1, "cpu"))
    return list(Extractor(directory, OpenVinoRuntime(directory, 1))(texts)), list(torch(texts)), torch


def test_spans_are_the_same_and_scores_near(both):
    ours, theirs, _ = both
    same = [
        [s.label for s in a.spans] == [s.label for s in b.spans] and a.chains == b.chains
        for a, b in zip(ours, theirs, strict=True)
    ]
    assert sum(same) >= 0.99 * len(same)
    for left, right in zip(ours, theirs, strict=True):
        if len(left.spans) == len(right.spans):
            assert all(abs(a.score - b.score) <= TOLERANCE for a, b in zip(left.spans, right.spans, strict=True))


def test_links_differ_only_at_the_floor(both, tiny):
    ours, theirs, _ = both
    floor = read_directory(tiny).spec.floors.links
    for left, right in zip(ours, theirs, strict=True):
        scores = [{(li.head, li.tail, li.label): li.score for li in side.links} for side in (left, right)]
        for key in scores[0].keys() | scores[1].keys():
            assert abs(scores[0].get(key, floor) - scores[1].get(key, floor)) <= TOLERANCE


def test_neighbours_change_no_bit(both, texts):
    _, together, torch = both
    assert [next(torch([text])) for text in texts] == together


def test_learned_chains_are_the_same_in_both_runtimes(tmp_path, texts):
    from kgbuild.extraction.runtime_torch import TorchRuntime

    directory = read_directory(write_tiny(tmp_path / "names", names=True))
    with_names = [Extractor(directory, OpenVinoRuntime(directory, 2)), Extractor(directory, TorchRuntime(directory, 1, "cpu"))]
    ours, theirs = (list(extractor(texts)) for extractor in with_names)
    assert sum(a.chains == b.chains for a, b in zip(ours, theirs, strict=True)) >= 0.99 * len(texts)
    assert any(len(chain) > 1 for extraction in ours for chain in extraction.chains)
    assert list(Extractor(directory, OpenVinoRuntime(directory, 1))(reversed(texts)))[::-1] == ours


# the shipped model ---------------------------------------------------------------------------------------------------

TEXTS = [
    "Marie Curie was born in Warsaw in 1867 and worked at the University of Paris, where she met Pierre Curie.",
    "The General Services Administration (GSA) is led by Emily Murphy. GSA has its headquarters in Washington, D.C.",
    "Oslo is the capital of Norway. The city was founded in 1040 by Harald Hardrada.",
    "In 2009, Satoshi Nakamoto released Bitcoin.\n\nIt was the first decentralised cryptocurrency.",
    "Toyota Motor Corporation, a Japanese company, opened a plant in Georgetown, Kentucky on 26 May 1988.",
    "Hurricane Katrina struck New Orleans, Louisiana, on August 29, 2005; President George W. Bush visited on September 2.",
    "Ada Lovelace, daughter of Lord Byron, wrote notes on Charles Babbage's Analytical Engine.",
    "The Department of Health and Human Services announced that Alex Azar would travel to Geneva, Switzerland.",
]


@pytest.fixture(params=["f32", "bf16"])
def shipped(request, tmp_path):
    """The shipped model, declared at each precision."""
    import kgbuild.pretrained

    path = tmp_path / request.param
    shutil.copytree(Path(next(iter(kgbuild.pretrained.__path__))), path)
    write_spec(path, replace(read_directory(path).spec, precision=request.param))
    return read_directory(path), request.param


def test_the_shipped_model_reads_the_same_in_both_runtimes(shipped):
    from kgbuild.extraction.runtime_torch import TorchRuntime

    directory, precision = shipped
    ours = list(Extractor(directory, OpenVinoRuntime(directory, 1))(TEXTS))
    theirs = list(Extractor(directory, TorchRuntime(directory, 1, "cpu"))(TEXTS))
    sides = [
        {(n, s.start, s.end, s.label): s.score for n, one in enumerate(side) for s in one.spans} for side in (ours, theirs)
    ]
    common = sides[0].keys() & sides[1].keys()
    assert len(sides[0]) > 25
    assert len(common) >= (0.99 if precision == "f32" else 0.97) * max(map(len, sides))
    assert max(abs(sides[0][key] - sides[1][key]) for key in common) <= (TOLERANCE if precision == "f32" else 1000)
    assert sum(len(one.links) for one in ours) > 20


def test_both_runtimes_keep_the_same_pairs(tmp_path, texts):
    from kgbuild.extraction.runtime_torch import TorchRuntime

    path = write_tiny(tmp_path / "m", pruner=PrunerSpec(4, 1.0))
    directory = read_directory(path)
    ours, theirs = (
        [{(link.head, link.tail) for link in found.links} for found in Extractor(directory, runtime)(texts)]
        for runtime in (OpenVinoRuntime(directory, 1), TorchRuntime(directory, 1, "cpu"))
    )
    plain = read_directory(write_tiny(tmp_path / "p"))
    unpruned = [
        {(link.head, link.tail) for link in found.links} for found in Extractor(plain, OpenVinoRuntime(plain, 1))(texts)
    ]
    assert sum(map(len, ours)) < 0.9 * sum(map(len, unpruned))
    differ = sum(len(left ^ right) for left, right in zip(ours, theirs, strict=True))
    assert differ <= 0.02 * sum(map(len, ours))
