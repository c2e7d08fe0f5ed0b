"""Whatever breaks in the middle, the next publish ends at the graph that should be there: killed processes and servers, lost
acknowledgements, deadlocks, restored workspaces and databases, many publishers at once.
"""

import os
import shutil
import threading
from dataclasses import replace

import neo4j
import pytest
from neo4j.exceptions import IncompleteCommit, Neo4jError

from kgbuild.errors import SinkError, WorkspaceError
from kgbuild.sinks.neo4j import connection, send
from kgbuild.workspace import database as sqlite
from tests.neo4j.helpers import Graph, Home, desired, held, renamed, without
from tests.small_disk import small_disk


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(send, "FIRST_ROWS", 6)
    monkeypatch.setattr(send, "MOST_ROWS", 6)
    monkeypatch.setattr(send, "HELD", 1)


def forked(work):
    """Run work in a child process that ends without cleaning up; its exit status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def dies_at(number, module, name):
    """Make the process die when a function is called for the n-th time: at once, as by kill -9."""
    real, calls = getattr(module, name), [0]

    def counted(*arguments, **named):
        calls[0] += 1
        if calls[0] == number:
            os._exit(9)
        return real(*arguments, **named)

    setattr(module, name, counted)


def killed_publishes(folder, uri, graph, module, name):
    """Publish again and again, each time killed a little later; how many times until one came to its end."""
    for number in range(1, 200):

        def work(number=number):
            dies_at(number, module, name)
            with Home(folder, uri, graph) as home:
                home.publish()

        if (status := forked(work)) == 0:
            return number
        assert status == 9
    raise AssertionError("never came to its end")


def test_killed_at_every_step_of_its_memory(home, run, server, small_batches):
    assert killed_publishes(home.folder, server.uri, home.graph, sqlite, "fault") > 4
    assert held(run, home) == desired(home)
    home.change(entities=renamed("o2", "Other"), triples=without("t3", "t6"), statements=without("s3"))
    assert killed_publishes(home.folder, server.uri, home.graph, sqlite, "fault") > 4
    assert held(run, home) == desired(home)
    assert home.publish().unchanged


def test_killed_before_and_after_the_server_commits(home, run, server, small_batches, monkeypatch):
    assert killed_publishes(home.folder, server.uri, home.graph, send, "apply") > 1
    assert held(run, home) == desired(home)
    home.change(entities=renamed("o2", "Other"), triples=without("t3", "t6"), statements=without("s3"))

    def work():
        real = neo4j.Session.execute_write

        def dying(*arguments):
            real(*arguments)
            os._exit(9)  # committed, and nobody on this side knows

        neo4j.Session.execute_write = dying
        with Home(home.folder, server.uri, home.graph) as again:
            again.publish()

    assert forked(work) == 9
    assert home.publish().found is None  # the mark told what had become of it: nothing was read back
    assert held(run, home) == desired(home)


def test_a_lost_acknowledgement_is_found_out(home, run, small_batches, monkeypatch):
    real, lost = neo4j.Session.execute_write, []

    def losing(session, work, *arguments):
        result = real(session, work, *arguments)
        if len(lost) % 2 == 0:
            lost.append(1)
            raise IncompleteCommit("the connection broke")
        lost.append(0)
        return result

    monkeypatch.setattr(neo4j.Session, "execute_write", losing)
    report = home.publish()
    assert sum(lost) > 3
    assert report.retries >= 3
    assert held(run, home) == desired(home)


def failing(code, real, when):
    def run_part(transaction, place, group, changes):
        if when(changes):
            raise Neo4jError._hydrate_neo4j(code=code, message="injected")
        return real(transaction, place, group, changes)

    return run_part


def test_deadlocks_are_tried_again(home, run, small_batches, monkeypatch):
    calls = []
    code = "Neo.TransientError.Transaction.DeadlockDetected"
    when = lambda _: calls.append(1) or len(calls) in (2, 3, 7)  # noqa: E731
    monkeypatch.setattr(send, "_run", failing(code, send._run, when))
    report = home.publish()
    assert report.retries == 3
    assert held(run, home) == desired(home)


@pytest.mark.parametrize(
    "code", ["Neo.TransientError.General.MemoryPoolOutOfMemoryError", "Neo.ClientError.Transaction.TransactionTimedOut"]
)
def test_batches_that_are_too_big_are_halved(home, run, monkeypatch, code):
    monkeypatch.setattr(send, "_run", failing(code, send._run, lambda changes: len(changes) > 3))
    report = home.publish()
    assert report.batches > 10
    assert held(run, home) == desired(home)
    assert home.publish().unchanged


def test_one_row_that_is_too_big_is_an_error(home, monkeypatch):
    code = "Neo.TransientError.General.MemoryPoolOutOfMemoryError"
    monkeypatch.setattr(send, "_run", failing(code, send._run, lambda _: True))
    with pytest.raises(SinkError, match="cannot take one row"):
        home.publish()


def test_a_workspace_restored_from_an_older_backup(home, run, server, tmp_path):
    home.publish()
    home.truth.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(home.folder, tmp_path / "backup" / "ws")
    old = home.graph
    home.change(entities=renamed("o2", "Newer"), triples=without("t6"))
    home.publish()
    with Home(tmp_path / "backup" / "ws", server.uri, old) as restored:
        report = restored.publish()
        assert (report.found.changed, report.found.new) == (1, 1)
        assert held(run, restored) == desired(restored)
    assert home.publish().found is not None  # and now the database is the one that was set back, seen from here
    assert held(run, home) == desired(home)


def test_a_database_restored_from_an_older_backup_of_its_files(home, run, server, tmp_path):
    home.publish()
    server.kill()
    shutil.copytree(server.home / "data", tmp_path / "backup")
    server.start()
    home.change(entities=renamed("o2", "Newer"), triples=without("t6"))
    home.publish()
    server.kill()
    shutil.rmtree(server.home / "data")
    shutil.copytree(tmp_path / "backup", server.home / "data")
    server.start()
    assert held(run, home) != desired(home)
    report = home.publish()
    assert (report.found.changed, report.found.gone) == (1, 1)
    assert held(run, home) == desired(home)
    assert home.publish().unchanged


def test_a_database_that_was_emptied_is_filled_again(home, run):
    home.publish()
    run("MATCH (n) DETACH DELETE n")
    report = home.publish(accept=False)
    assert held(run, home) == desired(home)
    assert report.nodes.created == len(desired(home)[0])
    assert home.publish(verify=True).unchanged
    run("MATCH (n) DETACH DELETE n")
    assert home.publish(verify=True).found.new == sum(len(kind) for kind in desired(home))


def test_a_workspace_that_lost_its_memory(home, run):
    home.publish()
    home.truth.db.execute("DELETE FROM sink")
    home.truth.db.execute("DELETE FROM applied")
    home.change(triples=without("t6"))
    report = home.publish()
    assert report.found.gone == 1
    assert held(run, home) == desired(home)


def test_nodes_that_somebody_deleted_are_missed_and_made_again(home, run):
    home.publish()
    run("MATCH (n:Entity {id: 'o2'}) DETACH DELETE n")
    home.change(triples=lambda rows: [replace(r, quote="new") if r.id == "t3" else r for r in rows])  # it hangs on o2
    home.publish()
    assert held(run, home) == desired(home)


def test_the_server_is_killed_in_the_middle(home, run, server, small_batches, monkeypatch):
    monkeypatch.setattr(connection, "RETRY_SECONDS", 1.0)
    real, calls = send.apply, []

    def killing(*arguments):
        calls.append(1)
        if len(calls) == 4:
            server.kill()
        return real(*arguments)

    monkeypatch.setattr(send, "apply", killing)
    with pytest.raises(SinkError, match=r"no Neo4j answers at 127\.0\.0\.1"):
        home.publish()
    server.start()
    monkeypatch.setattr(send, "apply", real)
    home.publish()
    assert held(run, home) == desired(home)
    assert home.publish().unchanged


def many(number):
    """The example graph with ids of its own, so that workspaces differ; hubs are hubs."""
    graph = Graph()
    extra = tuple(replace(graph.parts["entities"][0], id=f"x{number}-{i}", name=f"X{i}") for i in range(40))
    edges = tuple(replace(graph.parts["triples"][0], id=f"y{number}-{e.id}", subject=e.id, object="o1") for e in extra)
    return Graph(entities=graph.parts["entities"] + extra, triples=graph.parts["triples"] + edges)


def test_eight_publishers_at_once_lose_nothing(tmp_path, server, run, small_batches):
    homes = [Home(tmp_path / f"ws{number}", server.uri, many(number)) for number in range(8)]
    failed = []

    def work(home):
        try:
            with Home(home.folder, server.uri, home.graph) as own:
                own.publish()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(home,)) for home in homes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    for home in homes:
        assert held(run, home) == desired(home)
        assert home.publish().unchanged
        home.truth.close()


def test_two_copies_of_one_workspace_at_once_end_at_one_of_the_graphs(home, run, server, tmp_path, small_batches):
    home.truth.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(home.folder, tmp_path / "copy" / "ws")
    home.change(entities=renamed("o2", "Other"))
    failed = []

    def work():
        try:
            with Home(tmp_path / "copy" / "ws", server.uri, Graph()) as copy:
                copy.publish()
        except SinkError as error:
            failed.append(str(error))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        home.publish()
    except SinkError as error:
        failed.append(str(error))
    thread.join()
    assert all("somebody else" in text for text in failed)
    home.publish()
    assert held(run, home) == desired(home)


def test_a_full_disk_stops_a_publish_and_the_next_one_ends_it(tmp_path, server, run, small_batches):
    with small_disk(tmp_path / "disk", 2) as disk, Home(disk.path / "ws", server.uri) as home:
        home.publish(provenance="none")
        home.change(entities=renamed("o2", "Other"), triples=without("t6"))
        with disk.full(), pytest.raises(WorkspaceError, match="no space left on the disk"):
            home.publish()
        home.publish()
        assert held(run, home) == desired(home)
        assert home.publish().unchanged
