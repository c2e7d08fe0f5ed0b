"""Batches on their way to a server, without one: what stands in the ledger when, and how rows are told apart."""

import json
import sqlite3
import time
from contextlib import closing
from datetime import date

import pytest

from kgbuild.errors import SinkError
from kgbuild.hashing import digest
from kgbuild.sinks.neo4j import send
from kgbuild.sinks.neo4j.rows import Place, canonical, edge_id
from kgbuild.sinks.neo4j.send import Change, Counts, Sender
from kgbuild.sinks.neo4j.statements import PutNodes
from kgbuild.workspace import truth
from kgbuild.workspace.sent import Sent


class Server:
    """Takes transactions one at a time; each waits until so many steps stand in the ledger."""

    def __init__(self, path, steps=(), fails_at=0):
        self.path, self.steps, self.fails_at = path, steps, fails_at
        self.busy, self.calls = False, 0

    def write(self, _work):
        assert not self.busy
        self.busy = True
        wanted = self.steps[self.calls] if self.calls < len(self.steps) else 1
        with closing(sqlite3.connect(self.path)) as db:
            deadline = time.monotonic() + 20
            while db.execute("SELECT count(*) FROM waiting").fetchone()[0] < wanted:
                assert time.monotonic() < deadline
                time.sleep(0.01)
        self.busy, self.calls = False, self.calls + 1
        if self.calls == self.fails_at:
            raise SinkError("it broke")
        return [Counts(created=2)]


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    monkeypatch.setattr(send, "FIRST_ROWS", 2)
    monkeypatch.setattr(send, "MOST_ROWS", 2)
    truth.create(tmp_path / "workspace.db")
    store = truth.Truth(tmp_path / "workspace.db")
    yield Sent(store, "id", "host:1", "neo4j")
    store.close()


def sent(ledger, server, rows):
    with closing(Sender(server, ledger, Place("uuid", "graph"), lambda _: None)) as sender:
        for number in range(rows):
            sender.add(
                PutNodes("Entity", "Person"), Change({"kg_key": f"k{number}"}, (f"n\tEntity\t{number}", "Person", "d"), 10)
            )
        sender.flush()
    return sender.sent


def test_the_next_step_is_durable_while_one_is_with_the_server(ledger, tmp_path):
    server = Server(tmp_path / "workspace.db", steps=(2, 2, 1))
    assert sent(ledger, server, 6).nodes.created == 6
    assert (server.calls, ledger.waiting(), ledger.entry("n\tEntity\t5")) == (3, (), ("Person", "d"))


def test_what_follows_a_step_that_failed_is_not_sent_and_both_are_remembered(ledger, tmp_path):
    server = Server(tmp_path / "workspace.db", fails_at=2)
    with pytest.raises(SinkError, match="it broke"):
        sent(ledger, server, 12)
    assert server.calls == 2
    assert 1 <= len(ledger.waiting()) <= 3
    after = [step.after for step in ledger.waiting()]
    assert [step.before for step in ledger.waiting()] == [ledger.mark, *after[:-1]]


def test_rows_are_told_apart_as_ever():
    row = {"b": 'a"\n\u2028é', "a": [1, 2.5], "d": date(2020, 1, 2), "c": True}
    text = json.dumps(row | {"d": {"date": "2020-01-02"}}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert canonical(row) == canonical(row | {"none": []}) == text
    start, end = ("Document", "d" * 300), ("Entity", "é")
    assert edge_id("MENTIONS", start, end) == digest("relationship", "MENTIONS", start, end)
