import fcntl
import os
import sqlite3
import subprocess
import sys
import threading

import pytest

from kgbuild.errors import UsageError, WorkspaceBusy, WorkspaceError
from kgbuild.hashing import digest
from kgbuild.pipeline.workspace import Workspace, init
from kgbuild.records import (
    Anchor,
    Block,
    BlockKind,
    Document,
    Evidence,
    Facts,
    Judgement,
    Mention,
    Outcome,
    Passage,
    Scope,
    Source,
    Statement,
    Unit,
    Value,
    Verdict,
)
from kgbuild.workspace import derived, lock
from kgbuild.workspace.codec import pack_facts, unpack_facts
from kgbuild.workspace.database import connect, transaction
from kgbuild.workspace.lock import writer_lock
from kgbuild.workspace.truth import StoredDocument, StoredModel, Truth


@pytest.fixture
def truth(tmp_path):
    init(tmp_path / "kg")
    store = Truth(tmp_path / "kg" / "workspace.db")
    yield store
    store.close()


TEXT = "Ann met Bob.\n\nÅse 😀 left."
DOCUMENT = Document(digest("document", TEXT), TEXT, (Block(BlockKind.HEADING, 0, 12), Block(BlockKind.PARAGRAPH, 14, 25, 3)))
PASSAGES = (Passage(0, 0, TEXT[:12], "en", ((0, 12),), (0,)), Passage(1, 14, TEXT[14:], "sv", ((0, 11),), (1,)))
STORED = StoredDocument(DOCUMENT, PASSAGES, "en", ("x", "y"), (("numeric", 2),), "split-1")
SOURCE = Source("r/a.txt", "r", "c", Outcome.OK, DOCUMENT.id, "", (("authors", ("A", "B")), ("date", "2020-01-01")))
MODEL = StoredModel("k", "p", "f", "m", ("PER",), ("P1",), ("en",), (("default", (("P1", "stated", 5),)),))


def test_documents_sources_and_models_come_back_as_they_went_in(truth):
    with transaction(truth.db, truth.path):
        truth.put_document(STORED)
        truth.put_source(SOURCE, "r/a.txt")
        truth.put_model(MODEL)

    assert truth.document(DOCUMENT.id) == STORED
    assert list(truth.sources()) == [SOURCE]
    assert truth.model("k") == MODEL


def test_missing_counts_each_text_once_and_only_in_the_languages_asked_for(truth):
    with transaction(truth.db, truth.path):
        truth.put_document(STORED)

    assert [row[2:] for row in truth.missing("k", ("en",))] == [(0, 12)]
    assert len(truth.missing("k", None)) == 2

    truth.put_extractions("k", "n", [(row[0], b"x") for row in truth.missing("k", ("en",))])

    assert truth.missing("k", ("en",)) == []
    assert truth.extractions_of("k", DOCUMENT.id) == {0: b"x"}


def test_the_first_extraction_of_a_text_stays(truth):
    truth.put_extractions("k", "n", [("d", b"first")])
    truth.put_extractions("k", "n", [("d", b"second")])

    assert truth.db.execute("SELECT body FROM extraction").fetchall() == [(b"first",)]


def test_a_document_without_sources_is_an_orphan(truth):
    truth.put_document(STORED)
    truth.put_source(SOURCE, "f")

    assert truth.delete_orphans() == 0
    truth.delete_file("f")
    assert truth.delete_orphans() == 1
    assert truth.documents() == []
    assert truth.db.execute("SELECT count(*) FROM passage").fetchone() == (0,)


def test_a_revoked_judgement_is_no_longer_in_force_but_its_number_is_spent(truth):
    judgement = Judgement(0, Verdict.SAME, Anchor("u", "A", "T"), Anchor("v", "B", "T"))
    first = truth.put_judgement(judgement)

    assert truth.revoke_judgement(first, "now")
    assert not truth.revoke_judgement(first, "now")
    assert truth.judgements() == []
    assert truth.put_judgement(judgement) == first + 1
    assert [j.left for j in truth.judgements()] == [Anchor("u", "A", "T")]


def test_facts_come_back_as_they_went_in():
    facts = Facts(
        (
            Unit("Person", "ann", (Mention(0, 0, 3, "Ann", 9000),), ("a",)),
            Unit("Person", "bob", (Mention(0, 8, 11, "Bob", 1),)),
        ),
        (
            Statement(0, "MET", 1, 7000, Scope.STATED, (Evidence(0, 0, 12),)),
            Statement(0, "born", Value("date", "1947"), 1, Scope.INFERRED, (Evidence(0, 0, 12), Evidence(1, 0, 3))),
        ),
        (("rule", 3),),
    )

    assert unpack_facts(pack_facts(facts)) == facts


def test_a_transaction_is_all_or_nothing(truth):
    with pytest.raises(RuntimeError), transaction(truth.db, truth.path):
        truth.set_meta("a", "1")
        raise RuntimeError

    assert truth.meta("a") is None


def test_a_full_disk_is_named_and_nothing_is_lost(truth):
    truth.set_meta("before", "1")
    truth.db.execute("PRAGMA max_page_count = 30")

    with pytest.raises(WorkspaceError, match="no space left.*run again: nothing is lost"), transaction(truth.db, truth.path):
        for n in range(1000):
            truth.set_meta(f"k{n}", "x" * 1000)

    assert truth.meta("before") == "1"
    assert truth.meta("k0") is None


def test_a_newer_workspace_is_refused(tmp_path):
    init(tmp_path / "kg")
    db = sqlite3.connect(tmp_path / "kg" / "workspace.db")
    db.execute("UPDATE meta SET value = '999' WHERE key = 'format'")
    db.commit()
    db.close()

    with pytest.raises(WorkspaceError, match=r"newer kgbuild \(workspace format 999.*upgrade kgbuild"):
        Workspace(tmp_path / "kg")


def test_a_file_that_is_no_database_is_named(tmp_path):
    init(tmp_path / "kg")
    (tmp_path / "kg" / "workspace.db").write_bytes(b"not a database at all" * 100)

    with pytest.raises(WorkspaceError, match="damaged"):
        Workspace(tmp_path / "kg")


def test_a_missing_workspace_says_what_makes_one(tmp_path):
    with pytest.raises(WorkspaceError, match="no workspace at .*kg; `kgbuild run PATH` makes one"):
        Workspace(tmp_path / "kg")


def test_a_workspace_is_not_made_among_other_files(tmp_path):
    (tmp_path / "letter.txt").write_text("x")

    with pytest.raises(UsageError, match="not empty"):
        init(tmp_path)


def test_a_half_made_workspace_is_made_again(tmp_path):
    folder = tmp_path / "kg"
    folder.mkdir()
    (folder / "kgbuild.toml").write_text("")
    (folder / "workspace.db.new").write_bytes(b"half")

    init(folder)

    Workspace(folder).close()


HOLD = "import sys, time; from pathlib import Path; from kgbuild.workspace.lock import writer_lock\n"


def test_a_lock_is_held_by_one_process_and_freed_when_it_is_killed(tmp_path):
    code = HOLD + f"\nwith writer_lock(Path({str(tmp_path)!r})): print('held', flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"

    with pytest.raises(WorkspaceBusy, match=f"in use by process {process.pid}"), writer_lock(tmp_path):
        pass

    process.kill()
    process.wait()
    process.stdout.close()
    with writer_lock(tmp_path):
        pass


def test_a_writer_waits_for_a_query_that_brings_its_store_to_the_graph(tmp_path):
    code = HOLD + f"\nwith writer_lock(Path({str(tmp_path)!r}), brief=True): print('held', flush=True); time.sleep(0.5)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        with writer_lock(tmp_path):
            assert (tmp_path / "lock").read_text() == str(os.getpid())
            with pytest.raises(WorkspaceBusy, match=f"by process {os.getpid()};"), writer_lock(tmp_path, brief=True):
                pass


def test_who_holds_the_lock_is_named_by_itself(tmp_path):
    """Between taking the lock and writing a name there is a moment in which others must not say "unknown"."""
    with (tmp_path / "lock").open("wb", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        late = threading.Timer(0.2, file.write, (b"4711",))
        late.start()
        with pytest.raises(WorkspaceBusy, match="in use by process 4711;"), writer_lock(tmp_path):
            pass
        late.join()


def test_nobody_sees_a_graph_file_without_its_tables(tmp_path, monkeypatch):
    seen = []

    class Looking:
        """A connection that looks who could be read when it makes the tables."""

        def __init__(self, db):
            self.db = db

        def __getattr__(self, name):
            return getattr(self.db, name)

        def executescript(self, text):
            seen.append((tmp_path / "graph.db").exists())
            return self.db.executescript(text)

    monkeypatch.setattr(derived, "connect", lambda *words, **named: Looking(connect(*words, **named)))
    derived.Derived(tmp_path / "graph.db").close()
    derived.Derived(tmp_path / "graph.db", readonly=True).close()

    assert seen == [False]
    assert [path.name for path in tmp_path.iterdir()] == ["graph.db"]


def test_a_writer_waits_for_no_query_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "PATIENCE", 0.1)
    with (
        writer_lock(tmp_path, brief=True),
        pytest.raises(WorkspaceBusy, match=f"by process {os.getpid()};"),
        writer_lock(tmp_path),
    ):
        pass
