"""What a database was sent: remembered in steps, each durable before it goes out, and compared with what is wanted."""

import sqlite3

import pytest

from kgbuild.records import SinkDifference, SinkStep
from kgbuild.workspace import truth
from kgbuild.workspace.sent import Sent, sinks


@pytest.fixture
def store(tmp_path):
    truth.create(tmp_path / "workspace.db")
    store = truth.Truth(tmp_path / "workspace.db")
    yield store
    store.close()


@pytest.fixture
def sent(store):
    sent = Sent(store, "id-1", "host:7687", "neo4j")
    yield sent
    sent.close()


def test_a_workspace_that_was_never_published_has_no_such_tables(store):
    assert sinks(store) == []
    assert store.db.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('sink', 'applied', 'waiting')").fetchone() == (
        0,
    )


def test_a_step_counts_when_it_is_done_and_is_known_after_a_crash_before(store, sent):
    step = SinkStep("", "m1", (("n\tE\ta", "Person", "x"), ("n\tE\tb", "", "y")))
    sent.send(step, 0)
    again = Sent(store, "id-1", "host:7687", "neo4j")
    assert (again.waiting(), again.mark, again.is_empty()) == ((step,), "", True)
    again.done(1)
    assert (again.waiting(), again.mark, again.entry("n\tE\ta")) == ((), "m1", ("Person", "x"))
    again.send(SinkStep("m1", "m2", (("n\tE\ta", "", ""),)), 0)
    again.undone()
    assert (again.mark, again.entry("n\tE\ta")) == ("m1", ("Person", "x"))
    again.send(SinkStep("m1", "m2", (("n\tE\ta", "", ""),)), 0)
    again.send(SinkStep("m2", "m3", ()), 1)  # written down in one transaction with what has arrived
    assert (again.mark, again.entry("n\tE\ta"), [each.after for each in again.waiting()]) == ("m2", None, ["m3"])


def test_two_steps_wait_in_their_order_and_the_first_may_have_arrived_alone(store, sent):
    first = SinkStep("", "m1", (("n\tE\ta", "Person", "x"),))
    second = SinkStep("m1", "m2", (("n\tE\ta", "Person", "y"),))
    sent.send(first, 0)
    sent.send(second, 0)
    again = Sent(store, "id-1", "host:7687", "neo4j")
    assert again.waiting() == (first, second)
    again.done(1)
    assert (again.waiting(), again.mark, again.entry("n\tE\ta")) == ((second,), "m1", ("Person", "x"))
    again.undone()
    assert (again.waiting(), again.mark, again.entry("n\tE\ta")) == ((), "m1", ("Person", "x"))
    again.send(second, 0)
    again.done(1)
    assert (again.mark, again.entry("n\tE\ta")) == ("m2", ("Person", "y"))


def test_the_table_of_the_one_step_of_before_is_replaced(store):
    store.db.execute("CREATE TABLE pending (sink INTEGER PRIMARY KEY, before TEXT, after TEXT, entries TEXT)")
    assert Sent(store, "id-1", "host:7687", "neo4j").waiting() == ()
    assert store.db.execute("SELECT name FROM sqlite_master WHERE name = 'pending'").fetchall() == []


def test_rows_are_compared_by_digest(sent):
    sent.replace([("n\tE\ta", "", "1"), ("n\tE\tb", "", "2"), ("r\tT\tc", "", "3")], "m", "g")
    assert sent.compare([("n\tE\ta", "1"), ("n\tE\tb", "other"), ("n\tE\td", "4")]) == SinkDifference(1, 1, 1, 3)
    assert list(sent.gone("r\t")) == [[("r\tT\tc", "")]]
    assert list(sent.gone("n\t")) == []
    assert sent.compare([]) == SinkDifference(0, 0, 3, 3)
    assert [key for some in sent.gone("n\t") for key, _ in some] == ["n\tE\ta", "n\tE\tb"]


def test_comparing_leaves_no_file(store, sent):
    sent.compare([("n\tE\ta", "1")])
    assert store.path.with_name("publish.plan").exists()
    sent.close()
    assert not store.path.with_name("publish.plan").exists()


def test_rows_that_come_twice_are_noticed(sent):
    assert sent.replace([("r\tT\ta", "", "2"), ("r\tT\ta", "", "1")], "m", "g")
    assert sent.entry("r\tT\ta") == ("", "2")
    assert not sent.replace([("r\tT\ta", "", "1")], "m", "g")


def test_another_database_at_the_same_address_takes_the_place_of_the_old_one(store, sent):
    sent.replace([("n\tE\ta", "", "1")], "m", "g")
    other = Sent(store, "id-2", "host:7687", "neo4j")
    assert other.is_empty() and other.mark == ""
    assert len(sinks(store)) == 1
    elsewhere = Sent(store, "id-3", "host:7687", "second")
    elsewhere.replace([("n\tE\ta", "", "1"), ("r\tT\ta", "", "1")], "m", "g")
    elsewhere.finish("w", "{}", 0)
    assert [(s.database, s.nodes, s.relationships, s.wanted) for s in sinks(store)] == [
        ("neo4j", 0, 0, ""),
        ("second", 1, 1, "w"),
    ]


def test_reading_back_is_all_or_nothing(sent):
    sent.replace([("n\tE\ta", "", "1")], "m", "g")

    def broken():
        yield ("n\tE\tb", "", "2")
        raise sqlite3.OperationalError("the connection broke")

    with pytest.raises(Exception, match="the connection broke"):
        sent.replace(broken(), "m2", "g")
    assert (sent.entry("n\tE\ta"), sent.entry("n\tE\tb")) == (("", "1"), None)
