"""The two runtimes compared. Tolerance: spans identical on 99 % of texts, scores within 20 ten-thousandths at f32."""

import pytest

from kgbuild.extraction.extractor import Extractor
from kgbuild.extraction.runtime_openvino import OpenVinoRuntime
from kgbuild.models.directory import read_directory

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
