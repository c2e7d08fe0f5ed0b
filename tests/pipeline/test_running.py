"""All steps by one call, and a model that is loaded once for many of them."""

import pytest

from kgbuild.errors import ModelError, UsageError
from kgbuild.pipeline.workspace import Workspace
from tests.toy import ToyExtractor, ToyModels


class Counted(ToyModels):
    """Toy models that keep what they loaded; one that is closed cannot be used."""

    def __init__(self):
        super().__init__()
        self.loaded = []

    def load(self, model, run):
        self.loaded.append(Closing(model.name, self.calls))
        return self.loaded[-1]

    @property
    def open(self):
        return [extractor for extractor in self.loaded if not extractor.closed]


class Closing(ToyExtractor):
    closed = 0

    def __call__(self, texts):
        assert not self.closed
        for text in texts:
            if "Failing" in text:
                raise ModelError("out of order")
            yield from super().__call__([text])

    def close(self):
        self.closed += 1


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "ann.txt").write_text("Ann Duncan works for Acme Widget Co.", "utf-8")
    (tmp_path / "docs" / "bo.txt").write_text("Bo Ryan works for Acme Widget Co. Bo Ryan lives in Estonia.", "utf-8")
    return tmp_path / "docs"


@pytest.fixture
def models():
    return Counted()


def note(ws, text):
    ws.add_records([{"id": "1", "text": text}])
    return ws.extract()


def test_one_call_gives_the_graph_of_the_steps_and_what_each_said(tmp_path, folder):
    with Workspace(tmp_path / "steps", create=True, models=ToyModels()) as ws:
        ws.add([folder], exclude=["bo*"], name="here")
        ws.extract()
        state = ws.build().state
        store = ws.refresh()
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as ws:
        ran = ws.run([folder], exclude=["bo*"], name="here")

        assert (ran.built.state, ran.store) == (state, store)
        assert (ran.added.added, ran.extracted.extracted, ran.built.triples) == (1, 1, 1)
        assert [step for step, _ in ran.seconds] == ["add", "extract", "build", "refresh"]
        assert [s.uri for s in ws.documents()] == ["here/ann.txt"]

        again = ws.run([folder], name="here")
        assert (again.added.added, again.added.unchanged, again.extracted.extracted) == (1, 1, 1)
        assert not ws.run([folder], name="here").built.changed


def test_without_paths_it_runs_on_what_was_added(tmp_path):
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as ws:
        ws.add_records([{"id": "1", "text": "Ann Duncan works for Acme Widget Co."}])

        assert ws.run().built.triples == 1


def test_who_is_told_what_was_added_may_end_it_there(tmp_path, folder, models):
    def told(added):
        raise UsageError(f"{added.added} are too many")

    with Workspace(tmp_path / "kg", create=True, models=models) as ws:
        with pytest.raises(UsageError, match="2 are too many"):
            ws.run([folder], when_added=told)
        assert len(ws.documents()) == 2
    assert not models.open
    assert not (tmp_path / "kg" / "graph.db").exists()


def test_a_model_is_loaded_once_for_many_extractions_and_closed_with_the_workspace(tmp_path, folder, models):
    with Workspace(tmp_path / "kg", create=True, models=models) as ws:
        ws.run([folder])
        assert note(ws, "Cy Vance left.").extracted == 1
        assert note(ws, "Cy Vance came back.").extracted == 1
        assert [extractor.closed for extractor in models.loaded] == [0]
    ws.close()
    assert [extractor.closed for extractor in models.loaded] == [1]


def test_another_model_or_other_settings_take_its_place(tmp_path, models):
    with Workspace(tmp_path / "kg", create=True, models=models) as ws:
        note(ws, "Cy Vance left.")
        ws.use("toy2")
        ws.extract()
        assert [extractor.closed for extractor in models.loaded] == [1, 0]
        (ws.path / "kgbuild.toml").write_text("[run]\nthreads = 1\n", "utf-8")
        note(ws, "Cy Vance came back.")
        assert [extractor.closed for extractor in models.loaded] == [1, 1, 0]


def test_one_that_failed_is_not_used_again(tmp_path, models):
    with Workspace(tmp_path / "kg", create=True, models=models) as ws:
        with pytest.raises(ModelError, match="out of order"):
            note(ws, "Failing Fan left.")
        assert not models.open
        note(ws, "Cy Vance left.")
        assert len(models.loaded) == 2


def test_it_is_let_go_after_each_use_where_memory_counts_more(tmp_path, models):
    with Workspace(tmp_path / "kg", create=True, models=models, keep_model=False) as ws:
        note(ws, "Cy Vance left.")
        note(ws, "Cy Vance came back.")
        assert [extractor.closed for extractor in models.loaded] == [1, 1]


def test_reading_more_before_extracting_ends_what_ran_beside_the_first(tmp_path, folder, models):
    (folder / "more").mkdir()
    (folder / "more" / "cy.txt").write_text("Cy Vance met Dan Evan.", "utf-8")
    with Workspace(tmp_path / "kg", create=True, models=models) as ws:
        for part in ("ann.txt", "bo.txt", "more"):
            ws.add([folder / part], extract_ahead=True)
        ws.extract()

        assert sorted(models.calls) == sorted({*models.calls}) and len(models.calls) == 3
        assert len(models.loaded) == 1
