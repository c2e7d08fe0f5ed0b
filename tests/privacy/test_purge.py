"""gc --purge: after it no byte of any file in the workspace speaks of what was removed or rewritten; without it, gc keeps the graph."""

import sqlite3

import pytest

from kgbuild.errors import BuildError, WorkspaceBusy
from kgbuild.pipeline import collecting
from kgbuild.pipeline.workspace import Workspace
from kgbuild.records import ANYWHERE, Anchor, Judgement, Verdict
from kgbuild.sinks import folders
from kgbuild.workspace import database
from tests.privacy.bytes import holding
from tests.test_promises import Killed, canonical
from tests.toy import ToyModels

SECRET = "Zora Quelman works for Hidden Widget Co. Zora Quelman was born on 1947. The cellar of Zora Quelman is full of gold."
KEPT = "Ann Duncan works for Acme Widget Co. Ann Duncan lives in Latvia."
POINT = folders._point
WORDS = ("quelman", "hidden widget", "full of gold")


@pytest.fixture
def home(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "ann.txt").write_text(KEPT, "utf-8")
    (tmp_path / "docs" / "zora-quelman.txt").write_text(f"A letter.\n\n{SECRET}", "utf-8")
    return tmp_path


@pytest.fixture
def ws(home):
    with Workspace(home / "kg", create=True, models=ToyModels()) as workspace:
        workspace.use("toy")
        grow(workspace, home)
        yield workspace


def grow(workspace, home):
    workspace.add([home / "docs"], sync=True, accept=True)
    workspace.extract()
    workspace.build()


def judge_all(workspace):
    zora = Anchor(ANYWHERE, "Zora Quelman", "Person")
    first = workspace.judge(
        Judgement(0, Verdict.NAME, zora, value="Zora Quelman", quote="The cellar of Zora Quelman is full of gold.")
    )
    workspace.undo(
        workspace.judge(Judgement(0, Verdict.WRONG, Anchor("docs/zora-quelman.txt", "Hidden Widget Co", "Organization")))
    )
    ann = Anchor(ANYWHERE, "Ann Duncan", "Person")
    kept = workspace.judge(Judgement(0, Verdict.NAME, ann, value="Ann", quote="The cellar of Zora Quelman is full of gold."))
    return first, kept


def test_after_a_purge_no_byte_speaks_of_a_removed_document(ws, home):
    _, kept = judge_all(ws)
    ws.build()
    ws.refresh()
    ws.sparql("ASK { ?x ?p ?o }")
    assert holding(home / "kg", *WORDS)  # databases and stores: the search finds it where it is

    ws.remove(["docs/zora-quelman.txt"])
    ws.build()
    ws.refresh()
    left = holding(home / "kg", *WORDS)
    assert any(name.startswith("workspace.db") for name in left)
    assert any(name.startswith("store/") for name in left)

    report = ws.gc(purge=True)

    assert holding(home / "kg", *WORDS) == []
    assert holding(home / "kg", "Ann Duncan")
    assert len(report.judgements) == 2
    assert report.quotes == 1
    assert [(j.number, j.quote) for j in ws.judgements()] == [(kept, "")]
    assert ws.query("MATCH (p:Person) RETURN p.name").rows == (("Ann",),)


def test_a_purge_forgets_the_older_text_of_an_edited_document_and_leaves_the_graph_as_from_scratch(ws, home):
    ws.refresh()
    (home / "docs" / "zora-quelman.txt").write_text("A letter about Latvia.", "utf-8")
    ws.add([home / "docs"])
    ws.extract()
    assert holding(home / "kg", "full of gold")

    ws.gc(purge=True)

    assert holding(home / "kg", "full of gold", "zora quelman", "hidden widget") == []
    with Workspace(home / "fresh", create=True, models=ToyModels()) as fresh:
        fresh.use("toy")
        grow(fresh, home)
        assert canonical(ws) == canonical(fresh)
    ws.gc(purge=True)
    assert holding(home / "kg", "full of gold") == []


def test_without_purge_gc_drops_what_nobody_needs_and_says_how_many_bytes(ws, home):
    ws.use("toy2")
    ws.extract()
    ws.build()
    ws.remove(["docs/zora-quelman.txt"])
    ws.build()
    before, judgements = canonical(ws), judge_all(ws)
    (home / "kg" / "publish.plan").write_bytes(b"x" * 1000)

    would = ws.gc(dry_run=True)
    assert (home / "kg" / "publish.plan").exists()
    report = ws.gc()

    assert would.extractions == report.extractions == 3  # both texts by the model that was left, the removed one by the new
    assert report.bytes >= 1000
    assert not (home / "kg" / "publish.plan").exists()
    ws.undo(judgements[1])
    ws.undo(judgements[0])
    ws.build()
    assert canonical(ws) == before
    assert ws.gc().extractions == 0


def test_judgements_may_be_kept_and_are_then_named(ws, home):
    first, _ = judge_all(ws)
    ws.remove(["docs/zora-quelman.txt"])

    report = ws.gc(purge=True, keep_judgements=True)

    assert report.judgements == []
    assert len(report.kept) == 2
    assert report.kept[0].startswith(f"#{first} ")
    assert holding(home / "kg", "quelman") == ["workspace.db"]


def test_a_purge_that_is_killed_anywhere_is_finished_by_the_next(ws, home, monkeypatch):
    ws.refresh()
    ws.remove(["docs/zora-quelman.txt"])
    deaths = 0
    while killed(ws, monkeypatch, deaths + 1):
        deaths += 1
        ws.close()
        ws.__init__(home / "kg", models=ToyModels())  # as the next process would

    assert deaths > 5
    assert holding(home / "kg", *WORDS) == []
    assert ws.query("MATCH (p:Person) RETURN p.name").rows == (("Ann Duncan",),)


def killed(ws, monkeypatch, at):
    """Whether a purge dies that is killed at its at-th commit, compaction or swap, before or after it."""
    left = at

    def fault(where):
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(database, "fault", fault)
        patched.setattr(folders, "_point", lambda root, state: (fault("before swap"), POINT(root, state)))
        try:
            ws.gc(purge=True)
        except Killed:
            return True
    return False


def test_a_reader_keeps_what_it_reads_and_the_purge_says_so(ws, home):
    reader = sqlite3.connect(home / "kg" / "workspace.db", isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM document").fetchone() == (2,)
    ws.remove(["docs/zora-quelman.txt"])

    with pytest.raises(WorkspaceBusy, match=r"workspace\.db: read by another process"):
        collecting.collect(ws, purge=True, keep_judgements=False, dry_run=False, patience=0.05)
    assert reader.execute("SELECT count(*) FROM document").fetchone() == (2,)
    reader.close()
    ws.gc(purge=True)
    assert holding(home / "kg", *WORDS) == []


def test_a_purge_wants_all_passages_extracted_and_a_dry_run_changes_nothing(ws, home):
    ws.remove(["docs/zora-quelman.txt"])
    before = {path: path.read_bytes() for path in (home / "kg").rglob("*") if path.suffix == ".db"}
    report = ws.gc(purge=True, dry_run=True)
    assert report.extractions == 1
    assert {path: path.read_bytes() for path in before} == before

    (home / "docs" / "new.txt").write_text("Bo Ryan married Ann Duncan.", "utf-8")
    ws.add([home / "docs" / "new.txt"])
    with pytest.raises(BuildError, match="not extracted"):
        ws.gc(purge=True)
