"""Several processes with one model give what one gives, in order; what goes wrong in one is said."""

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from kgbuild.errors import KgbuildError, ModelError  # noqa: E402
from kgbuild.extraction import crew  # noqa: E402
from kgbuild.extraction.crew import Crew, open_extractor  # noqa: E402
from kgbuild.extraction.extractor import Extractor, load  # noqa: E402


@pytest.fixture(scope="module")
def pair(tiny):
    """On one thread each, as `one` is: on several, torch adds up on a CPU in another order."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        patch.setenv("MKL_NUM_THREADS", "1")
        yield from opened(tiny)


def opened(tiny):
    with Crew(tiny, "torch-cpu", 2) as together:
        yield together


def test_it_gives_what_one_process_gives_in_order(tiny, texts, pair, monkeypatch):
    alone = load(tiny, "torch-cpu", threads=1)
    monkeypatch.setattr(crew, "LOOK_AHEAD", 8)
    many = [*texts[:20], "", *texts[:20]]
    assert list(pair(many)) == list(alone(many))
    assert pair.numerics == alone.numerics
    assert len(pair._members) == 2
    assert list(pair([])) == []


def test_a_caller_may_stop_reading_and_ask_again(texts, pair):
    assert next(pair(texts)) == next(pair(texts[:1]))


def test_a_model_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ModelError, match=str(tmp_path)):
        Crew(tmp_path, "torch-cpu", 2)


def test_a_process_that_dies_is_said_with_what_to_do(tiny, texts):
    with Crew(tiny, "torch-cpu", 1) as lonely:
        lonely._members[0]._process.kill()
        with pytest.raises(KgbuildError, match=r"threads = 1 under \[run\]"):
            list(lonely(texts))


def test_several_processes_are_for_a_gpu(tiny, monkeypatch):
    monkeypatch.setattr(crew, "_on_gpu", lambda: False)
    assert isinstance(open_extractor(tiny, "torch-cpu", 2), Extractor)
    monkeypatch.setattr(crew, "_on_gpu", lambda: True)
    assert isinstance(open_extractor(tiny, "torch", 1), Extractor)
    assert isinstance(open_extractor(tiny, "torch"), Extractor)
    with open_extractor(tiny, "torch", 2) as several:
        assert isinstance(several, Crew)
