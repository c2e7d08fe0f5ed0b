"""Extraction beside reading: the same rows as one after the other, stored as they come, whatever happens on the way."""

import threading
from contextlib import contextmanager

import pytest

from kgbuild.errors import ModelError
from kgbuild.pipeline.ahead import WAITING, Ahead
from kgbuild.pipeline.workspace import Workspace
from tests.toy import ToyExtractor, ToyModels

TEXTS = {f"{n}.txt": f"Person N{chr(97 + n)}an works for Firm{chr(97 + n)} Co.\n\nAnn Duncan met Bo Ryan." for n in range(12)}


@pytest.fixture
def folder(tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, text in TEXTS.items():
        (docs / name).write_text(text, "utf-8")
    return docs


class Failing(ToyModels):
    """An extractor that gives some texts and then fails; with all_read, it has taken all texts before."""

    def __init__(self, *, all_read=False):
        super().__init__()
        self.all_read = all_read

    def load(self, model, run):
        all_read = self.all_read

        class Fails(ToyExtractor):
            def __call__(self, texts):
                for count, extraction in enumerate(super().__call__(list(texts) if all_read else texts)):
                    if count == 5:
                        raise ModelError("out of order")
                    yield extraction

        return Fails(model.name, self.calls)


def extractions(ws):
    return ws.truth.db.execute("SELECT model, digest, body FROM extraction ORDER BY digest").fetchall()


def test_it_gives_the_rows_and_the_counts_of_one_after_the_other(tmp_path, folder):
    found = []
    for ahead in (False, True):
        models = ToyModels()
        with Workspace(tmp_path / f"kg{ahead}", create=True, models=models) as ws:
            ws.add([folder], extract_ahead=ahead)
            report = ws.extract()
            found.append((extractions(ws), report.extracted, report.cached, report.words, report.passages, len(models.calls)))
            assert ws.truth.meta("current_model")

    assert found[0] == found[1]
    assert found[0][1] == len(TEXTS)


def test_what_is_not_fed_is_done_by_extract(tmp_path, folder):
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as ws:
        ws.add([folder])
        (folder / "new.txt").write_text("Cy Vance left.", "utf-8")
        ws.add([folder], extract_ahead=True)

        assert ws.extract().extracted == len(TEXTS) + 1


@pytest.mark.timeout(60)
@pytest.mark.parametrize("all_read", [False, True])
def test_an_error_of_the_extractor_is_raised_and_what_was_finished_stays(tmp_path, folder, all_read):
    """Also one that comes when the last text has been handed over: nobody hands over the end a second time."""
    with Workspace(tmp_path / "kg", create=True, models=Failing(all_read=all_read)) as ws:
        ws.add([folder], extract_ahead=True)
        with pytest.raises(ModelError, match="out of order"):
            ws.extract()
        assert len(extractions(ws)) == 5

    with Workspace(tmp_path / "kg", models=ToyModels()) as ws:
        assert ws.extract().extracted == len(TEXTS) - 5


def test_an_interrupt_while_reading_leaves_no_thread_and_loses_nothing_finished(tmp_path, folder, monkeypatch):
    def interrupt(what, done, total):
        if done == total and what == "reading":
            raise KeyboardInterrupt

    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as ws:
        with pytest.raises(KeyboardInterrupt):
            ws.add([folder], extract_ahead=True, progress=interrupt)
        assert ws._ahead is None
        ws.add([folder])
        ws.extract()

        assert len(extractions(ws)) == len(TEXTS)


def test_with_nothing_new_no_model_is_loaded(tmp_path, folder, monkeypatch):
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as ws:
        ws.add([folder], extract_ahead=True)
        ws.extract()
        monkeypatch.setattr(ToyModels, "load", lambda *_: pytest.fail("a model was loaded"))

        ws.add([folder], extract_ahead=True)

        assert ws.extract().extracted == 0


@pytest.mark.parametrize("texts", [1, WAITING])
def test_closing_does_not_wait_for_a_model_that_is_being_loaded(texts):
    loading, go_on, let_go = threading.Event(), threading.Event(), threading.Event()

    @contextmanager
    def lent():
        loading.set()
        go_on.wait(60)
        yield ToyExtractor("toy", calls := [])
        assert calls == []  # it was closed before: nothing is extracted
        let_go.set()

    ahead = Ahead(lent)
    ahead.feed((str(number), f"text {number}") for number in range(texts))
    assert loading.wait(60)
    ahead.close()
    assert not let_go.is_set()
    assert ahead.take() == []
    go_on.set()
    assert let_go.wait(60)
