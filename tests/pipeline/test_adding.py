"""Files and folders that are added together."""

import gzip

import pytest

from kgbuild.documents.read import ReadOptions
from kgbuild.errors import UsageError
from kgbuild.pipeline import adding
from kgbuild.pipeline.workspace import Workspace
from tests.closed import close
from tests.toy import ToyModels


@pytest.fixture
def ws(tmp_path):
    for year, text in (("2019", "Ann Duncan works for Acme Widget Co."), ("2020", "Bo Ryan works for Beta Co.")):
        (tmp_path / year).mkdir()
        (tmp_path / year / "january.md").write_text(text, "utf-8")
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as made:
        yield made


@pytest.mark.parametrize("files", [("2019", "2020"), ("2019/january.md", "2020/january.md")])
def test_no_file_takes_the_place_of_another_under_one_name(ws, tmp_path, files):
    """One of the two would be lost without a word, and each run would take the one for a change of the other."""
    with pytest.raises(UsageError, match="2020/january.md: reports/january.md is the name of .*2019/january.md, too"):
        ws.add([tmp_path / file for file in files], name="reports")


@pytest.mark.parametrize("added", [("docs", "docs"), ("records", "docs"), ("docs", "records")])
def test_no_row_takes_the_place_of_a_file_or_a_record_of_its_name(ws, tmp_path, added):
    """Which of the two stood in the workspace hung on the order, and with the one the other was removed."""
    rows = tmp_path / "docs" / "rows.csv"
    rows.parent.mkdir()
    rows.write_text("id,text\nx.md,Ann Duncan works for Acme Widget Co.\n", "utf-8")
    if added == ("docs", "docs"):
        (rows.parent / "rows.csv#x.md").write_text("Bo Ryan works for Beta Co.", "utf-8")

    with pytest.raises(UsageError, match="docs/rows.csv#x.md of .* is the name of .*docs/rows.csv.*, too"):
        for name in added:
            if name == "docs":
                ws.add([rows.parent])
            else:
                ws.add_records([{"id": "x.md", "text": "Bo Ryan works for Beta Co."}], name="docs/rows.csv")


@pytest.mark.parametrize("privacy", ["", '[privacy]\nfind = ["email"]\n'])
def test_records_do_not_vanish_where_a_folder_has_the_name_of_their_root(ws, tmp_path, privacy):
    (tmp_path / "kg" / "kgbuild.toml").write_text(privacy, "utf-8")
    ws.add_records([{"id": "a", "text": "Ann Duncan works for Acme Widget Co."}])
    (tmp_path / "records").mkdir()
    for name in ("x.md", "y.md"):
        (tmp_path / "records" / name).write_text("Bo Ryan works for Beta Co.", "utf-8")
    ws.add([tmp_path / "records"])
    (tmp_path / "records" / "y.md").unlink()

    assert ws.add([tmp_path / "records"]).vanished == ["records/y.md"]
    assert ws.add([tmp_path / "records"], sync=True, accept=True).removed == 1
    assert [source.uri for source in ws.documents()] == ["records#a", "records/x.md"]


def test_what_kgbuild_wrote_into_a_folder_of_documents_is_none_of_them(ws, tmp_path):
    """Each run would read the graph of the last one, and no two would give the same."""
    docs = tmp_path / "2019"
    ws.run([docs])
    for name in ("graph.jsonl", "packed.jsonl.gz", "graph.nt", "renamed.json"):
        ws.export(docs / name, format="jsonl" if name == "renamed.json" else None)
    ws.export(docs / "tables", format="csv", provenance="full")
    ws.report(docs / "report.html")
    ws.export_judgements(docs / "words.csv")

    added = ws.add([docs])

    assert (added.added, added.unchanged, added.skipped_suffixes) == (0, 1, {".nt": 1, "=": 10})


def test_a_file_that_goes_while_its_folder_is_read_has_vanished(ws, tmp_path, monkeypatch):
    """Its text was forgotten without --sync, and it was to be tried again for ever."""
    ws.add([tmp_path / "2019"])
    monkeypatch.setattr(adding, "_unchanged", lambda _, file: file.path.unlink())

    added = ws.add([tmp_path / "2019"])

    assert (added.vanished, added.problems, added.ok, added.retry) == (["2019/january.md"], [], 1, 0)


def test_what_is_named_twice_is_read_once(ws, tmp_path):
    added = ws.add([tmp_path / "2019", tmp_path / "kg" / ".." / "2019"])

    assert (added.added, added.changed, added.unchanged) == (1, 0, 1)


def test_a_file_without_a_named_field_fails_alone_unless_none_has_it(ws, tmp_path):
    folder, options = tmp_path / "feed", ReadOptions(text=("body",))
    folder.mkdir()
    (folder / "a.json").write_text('{"story": "Ann Duncan works for Acme Widget Co."}', "utf-8")
    (folder / "note.txt").write_text("Bo Ryan works for Beta Co.", "utf-8")

    with pytest.raises(UsageError, match="feed/a.json: no field 'body'; there are 'story'"):
        ws.add([folder], options=options)
    assert "feed/a.json" not in {source.uri for source in ws.documents()}

    (folder / "b.csv.gz").write_bytes(gzip.compress(b"id,body\n7,Ann Duncan works for Acme Widget Co.\n"))
    told = ws.add([folder], options=options)

    assert told.problems == [("feed/a.json", "quarantined", "no field 'body'; there are 'story'")]
    assert {source.uri: source.outcome.value for source in ws.documents()} == {
        "feed/a.json": "quarantined", "feed/b.csv.gz#7": "ok", "feed/note.txt": "ok",
    }  # fmt: skip
    assert ws.add([folder], options=options).newly_quarantined == 0

    (folder / "c.json").write_text('{"story": "Cy Young works for Beta Co."}', "utf-8")
    assert ws.add([folder], options=options).newly_quarantined == 1  # what was read before has the field
    assert ws.add([folder]).problems == []


def test_what_is_in_a_folder_that_cannot_be_read_is_not_gone(tmp_path, monkeypatch):
    """A share that is away for an hour would take its documents with it, and `--sync` would forget them."""
    for name in ("a.txt", "b/c.txt", "bc.txt"):
        (tmp_path / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / name).write_text(f"Ann Duncan works for Acme Widget Co. {name}", "utf-8")
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as ws:
        ws.add([tmp_path / "docs"])
        (tmp_path / "docs" / "bc.txt").unlink()
        close(tmp_path / "docs" / "b", monkeypatch)
        added = ws.add([tmp_path / "docs"])
        assert (added.vanished, added.notices) == (["docs/bc.txt"], ["cannot be read: Permission denied"])
        assert ws.add([tmp_path / "docs"], sync=True, accept=True).removed == 1
        assert [source.uri for source in ws.documents()] == ["docs/a.txt", "docs/b/c.txt"]
