"""Python dicts as documents: written together, once, and in the order that they come in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

import kgbuild
from kgbuild.documents.read import ReadOptions
from kgbuild.errors import UsageError, WorkspaceError
from kgbuild.pipeline import adding_records
from kgbuild.pipeline.adding_records import SAME_ID
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
    assert (told.unchanged, told.changed) == (1, 0)
    assert told.notices.count(SAME_ID) == 1
    assert told.first[SAME_ID] == "records#1"
    ws.add_records([one, other])
    assert texts(ws) == {"records#1": "Bo Ryan."}


@pytest.mark.parametrize("seconds", [1_000, -1])
def test_records_with_one_id_are_written_once_and_not_again(ws, commits, monkeypatch, seconds):
    monkeypatch.setattr(adding_records, "COMMIT_SECONDS", seconds)  # -1: each record is written before the next one is seen
    records = [*RECORDS[:2], {**RECORDS[0], "text": "Bo Ryan."}, *RECORDS[2:4], {**RECORDS[1], "text": "Cy Young."}]
    ws.add_records(records)
    del commits[:]

    again = ws.add_records(iter(records))

    assert commits == []
    assert (again.added, again.changed, again.unchanged) == (0, 0, 4)
    assert (texts(ws)["records#0"], texts(ws)["records#1"]) == ("Bo Ryan.", "Cy Young.")
    assert SAME_ID not in ws.add_records([RECORDS[2], RECORDS[2]]).notices


def test_a_record_without_the_field_of_the_text_fails_alone(ws):
    options = ReadOptions(text=("body",), date="when")
    records = [
        {"id": "1", "headline": "No body."},
        {"id": "2", "body": "Ann Duncan works for Acme Widget Co."},
        {"id": "3", "body": ""},
        {"id": "4", "headline": "No body."},
    ]
    told = ws.add_records(records, options=options)

    reason = "no field 'body'; there are 'id', 'headline'"
    assert told.problems == [("records#1", "quarantined", reason), ("records#4", "quarantined", reason)]
    assert [(source.uri, source.outcome) for source in ws.documents()] == [
        ("records#1", "quarantined"), ("records#2", "ok"), ("records#3", "no_text"), ("records#4", "quarantined"),
    ]  # fmt: skip
    assert ws.add_records(records, options=options).newly_quarantined == 0
    with pytest.raises(UsageError, match="records#9: no field 'body'; there are 'id', 'text'"):
        ws.add_records([{"id": "9", "text": "x"}], options=options)
    assert "records#9" not in [source.uri for source in ws.documents()]


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


class NA:
    """As pandas has it: neither equal nor unequal to anything."""

    def __ne__(self, _):
        return self

    def __bool__(self):
        raise TypeError("boolean value of NA is ambiguous")


def test_values_of_a_database_are_read_as_what_they_mean(ws):
    row = {
        "id": UUID(int=5), "text": "Ann Duncan works for Acme Widget Co.", "date": date(2024, 1, 2),
        "seen": datetime(2024, 1, 2, 3, 4, tzinfo=UTC), "price": Decimal("4.20"), "tags": {"b", "a"}, "note": float("nan"), "mark": NA(),
    }  # fmt: skip
    assert ws.add_records([row]).added == 1

    (source,) = ws.documents()
    assert source.uri == f"records#{UUID(int=5)}"
    said = dict(source.metadata)
    assert (said["date"], said["seen"], said["price"], said["tags"]) == (
        "2024-01-02",
        "2024-01-02T03:04:00+00:00",
        "4.20",
        ("a", "b"),
    )
    assert not {"note", "mark"} & set(said)
    assert ws.add_records([row]).unchanged == 1


def test_a_text_that_is_missing_in_a_table_is_no_text(ws):
    assert ws.add_records([{"id": "1", "text": float("nan")}]).no_text == 1


@pytest.mark.parametrize("records, message", [({"id": "1", "text": "Ann"}, r"\[record\]"), (["Ann"], "record 1 is a str: give dicts"), ("Ann", "record 1 is a str")])  # fmt: skip
def test_what_is_no_dict_is_refused(ws, records, message):
    with pytest.raises(UsageError, match=message):
        ws.add_records(records)


def test_a_closed_workspace_says_that_it_is_closed(ws):
    ws.close()
    for call in (ws.status, ws.documents, lambda: ws.add_records(RECORDS), ws.extract):
        with pytest.raises(WorkspaceError, match="this workspace was closed"):
            call()
    ws.close()


def test_the_public_names_are_listed_before_they_are_loaded():
    assert {"KgbuildError", "Workspace", "load"} <= set(dir(kgbuild))


def test_a_workspace_of_another_thread_says_so(ws):
    with ThreadPoolExecutor(1) as pool, pytest.raises(WorkspaceError, match="open one in each thread"):
        pool.submit(ws.status).result()
    assert ws.status().documents == {}
