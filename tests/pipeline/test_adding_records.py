"""Python dicts as documents: written together, once, and in the order that they come in."""

import pytest

from kgbuild.pipeline import adding_records
from kgbuild.pipeline.workspace import Workspace
from kgbuild.workspace import database
from tests.toy import ToyModels

RECORDS = [{"id": str(number), "text": f"Ann Duncan works for Acme Widget Co number {number}."} for number in range(30)]


@pytest.fixture
def ws(tmp_path):
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as made:
        yield made


@pytest.fixture
def commits(monkeypatch):
    seen = []
    monkeypatch.setattr(database, "fault", seen.append)
    monkeypatch.setattr(adding_records, "COMMIT_SECONDS", 1_000)
    return seen


def texts(ws):
    return {source.uri: ws.truth.text(source.document) for source in ws.documents()}


def test_records_are_written_together_and_once(ws, commits):
    first = ws.add_records(RECORDS)

    assert (first.added, first.ok) == (len(RECORDS), len(RECORDS))
    assert len(commits) == 2  # before and after the one

    again = ws.add_records(RECORDS)

    assert (again.added, again.changed, again.unchanged) == (0, 0, len(RECORDS))
    assert len(commits) == 2
    assert ws.add_records([{**RECORDS[3], "text": "Bo Ryan."}]).changed == 1
    assert texts(ws)["records#3"] == "Bo Ryan."


def test_of_records_with_one_id_the_last_one_counts(ws):
    one, other = {"id": "1", "text": "Ann Duncan."}, {"id": "1", "text": "Bo Ryan."}
    ws.add_records([one])

    told = ws.add_records([one, other, one])

    assert texts(ws) == {"records#1": "Ann Duncan."}
    assert (told.unchanged, told.changed) == (1, 2)
    ws.add_records([one, other])
    assert texts(ws) == {"records#1": "Bo Ryan."}


def test_what_came_before_an_error_is_kept(ws):
    def records():
        yield RECORDS[0]
        raise OSError("the feed is gone")

    with pytest.raises(OSError, match="the feed is gone"):
        ws.add_records(records())

    assert list(texts(ws)) == ["records#0"]


def test_names_are_withheld_by_the_model_that_the_workspace_holds(ws, tmp_path, monkeypatch):
    """Loaded once for adding and extracting, however often; and beside an extraction that holds it, by one of its own."""
    (tmp_path / "kg" / "kgbuild.toml").write_text('[privacy]\ntypes = ["Person"]\n', "utf-8")
    loads, load = [], ToyModels.load
    monkeypatch.setattr(ToyModels, "load", lambda self, *given: loads.append(given) or load(self, *given))
    ws.use("toy")
    for record in RECORDS[:3]:
        ws.add_records([record])
        ws.extract()

    assert len(loads) == 1
    assert not any("Duncan" in text for text in texts(ws).values())

    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("Bo Ryan works for Beta Co.", "utf-8")
    ws.add([tmp_path / "docs"], extract_ahead=True)
    ws.extract()

    assert len(loads) == 2
    assert "Ryan" not in texts(ws)["docs/a.txt"]
