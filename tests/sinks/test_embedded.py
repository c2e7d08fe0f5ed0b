import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgbuild.errors import BuildError, KgbuildError, QueryError, SchemaError, WorkspaceError
from kgbuild.records import DocumentNode, Scope
from kgbuild.sinks import embedded
from kgbuild.sinks.query import Reader, query
from tests.sinks.property_example import Graph, Names, entity, triple

SLOW = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE (a * b) % 7919 = -1 RETURN count(*)"
NAMES = "MATCH (e:Entity) RETURN e.name ORDER BY e.id"


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    store = tmp_path_factory.mktemp("embedded") / "store"
    embedded.write(Graph(), Names(), store, state="one", provenance="full")
    return store


@pytest.fixture
def store(example, tmp_path):
    return Path(shutil.copytree(example, tmp_path / "store"))


def people(*names):
    return tuple(entity(f"p{n}", "Person", name) for n, name in enumerate(names))


def only(*names):
    return Graph(entities=people(*names), triples=(), documents=(), mentions=())


def snapshot(folder):
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


# ── states and the pointer ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_store_counts_what_it_holds(example):
    assert embedded.counts(example) == embedded.Counts(18, 37)
    assert embedded.current(example) == "one"


def test_writing_the_same_state_again_writes_nothing(store):
    before = snapshot(store)

    embedded.write(Graph(), Names(), store, state="one", provenance="full")

    assert snapshot(store) == before


def test_who_may_read_a_folder_may_read_all_of_the_store_in_it(store):
    """The engine gives its schema to nobody else, and takes a store whose schema it may not read for an empty one."""
    before = os.umask(0o022)
    try:
        embedded.write(only("New"), Names(), store, state="two", provenance="none")
    finally:
        os.umask(before)

    assert {oct(path.stat().st_mode & 0o777) for path in (store / "two").rglob("*") if path.is_file()} == {"0o644"}


def test_a_store_that_can_be_read_in_part_is_none(store, monkeypatch):
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: "schema.json" not in str(path) and real(path, mode))

    assert embedded.current(store) is None
    with pytest.raises(WorkspaceError, match="is damaged"):
        query(store, NAMES)


def test_a_new_state_replaces_the_old_one_and_removes_it(store):
    embedded.write(only("New"), Names(), store, state="two", provenance="none")

    assert embedded.current(store) == "two"
    assert sorted(path.name for path in store.iterdir()) == ["current", "two"]
    assert query(store, NAMES).rows == (("New",),)


def test_a_reader_keeps_its_store_until_it_closes(store):
    with Reader(store) as reader:
        assert len(reader.query(NAMES).rows) == 7
        embedded.write(only("New"), Names(), store, state="two", provenance="none")
        assert (store / "one").is_dir()
        assert len(reader.query(NAMES).rows) == 7
        assert len(query(store, NAMES).rows) == 1
    embedded.write(only("New"), Names(), store, state="two", provenance="none")

    assert not (store / "one").exists()


def test_many_readers_work_while_a_build_writes(store):
    def read(found):
        with Reader(store) as reader:
            found.append({reader.query("MATCH (e:Entity) RETURN count(e)").rows for _ in range(5)})

    found = []
    readers = [threading.Thread(target=read, args=(found,)) for _ in range(3)]
    for reader in readers:
        reader.start()
    embedded.write(only("New"), Names(), store, state="two", provenance="none")
    for reader in readers:
        reader.join()

    assert len(found) == 3
    assert set.union(*found) <= {((7,),), ((1,),)}


def without_marker(store):
    (store / "one" / "complete.json").unlink()


def with_a_short_file(store):
    path = max((store / "one" / "db").iterdir(), key=lambda path: path.stat().st_size)
    os.truncate(path, path.stat().st_size // 2)


def with_a_lost_file(store):
    next((store / "one" / "db").glob("*.dict")).unlink()


def of_another_version(store):
    marker = store / "one" / "complete.json"
    marker.write_text(json.dumps(json.loads(marker.read_text()) | {"version": 0}))


def with_a_broken_marker(store):
    (store / "one" / "complete.json").write_text("{")


def gone(store):
    shutil.rmtree(store / "one")


@pytest.mark.parametrize(
    "harm", [without_marker, with_a_short_file, with_a_lost_file, of_another_version, with_a_broken_marker, gone]
)
def test_a_damaged_store_is_seen_and_built_again(store, harm):
    harm(store)

    assert embedded.current(store) is None
    with pytest.raises(WorkspaceError, match="kgbuild build"):
        query(store, NAMES)
    embedded.write(Graph(), Names(), store, state="one", provenance="full")
    assert len(query(store, NAMES).rows) == 7


def test_a_missing_store_and_a_pointer_to_elsewhere_are_no_store(tmp_path):
    assert embedded.current(tmp_path) is None
    (tmp_path / "current").write_text("../../etc")
    assert embedded.current(tmp_path) is None
    with pytest.raises(WorkspaceError, match="there is no query store"):
        query(tmp_path, "RETURN 1")


@pytest.mark.parametrize("state", ["", "../x", "a/b", ".partial-x", "a b"])
def test_a_state_that_is_no_folder_name_is_refused(tmp_path, state):
    with pytest.raises(BuildError, match="cannot name a store"):
        embedded.write(Graph(), Names(), tmp_path, state=state)


def test_a_build_that_fails_leaves_the_old_store_and_nothing_else(store):
    bad = (*Graph().triples(), triple("t9", "p1", "EMPLOYED_BY", "nobody", 1, 1, 1, Scope.STATED, "q", "d1"))

    with pytest.raises(BuildError, match="Entity nobody, which the graph does not hold"):
        embedded.write(Graph(triples=bad), Names(), store, state="two", provenance="none")

    assert sorted(path.name for path in store.iterdir()) == ["current", "one"]
    assert len(query(store, NAMES).rows) == 7


def test_a_type_that_cannot_be_a_label_builds_nothing(store):
    bad = Graph(entities=(entity("x", "Bad`Type", "n"),), triples=(), mentions=())

    with pytest.raises(SchemaError):
        embedded.write(bad, Names(), store, state="two")

    assert embedded.current(store) == "one"


def test_a_build_that_is_killed_is_done_again(tmp_path):
    script = (
        "import sys, time; from pathlib import Path; from kgbuild.sinks import embedded;"
        "from tests.sinks.property_example import Graph, Names\n"
        "def slow(what, done, total): print(what, flush=True); time.sleep(60)\n"
        "embedded.write(Graph(), Names(), Path(sys.argv[1]), state='one', provenance='full', progress=slow)"
    )
    root = str(Path(__file__).parents[2])
    builder = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "store")],
        stdout=subprocess.PIPE,
        cwd=root,
        env=os.environ | {"PYTHONPATH": root},
    )
    assert builder.stdout.readline() == b"nodes\n"
    builder.send_signal(signal.SIGKILL)
    builder.wait()
    builder.stdout.close()

    assert embedded.current(tmp_path / "store") is None
    embedded.write(Graph(), Names(), tmp_path / "store", state="one", provenance="full")
    assert sorted(path.name for path in (tmp_path / "store").iterdir()) == ["current", "one"]
    assert len(query(tmp_path / "store", NAMES).rows) == 7


# ── queries ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_query_that_takes_too_long_is_killed_and_the_next_one_runs(example):
    with Reader(example) as reader:
        reader.query("RETURN 1")
        started = time.monotonic()
        with pytest.raises(QueryError, match=r"longer than 0\.5 seconds"):
            reader.query(SLOW, timeout=0.5)
        assert time.monotonic() - started < 5
        assert reader.query("RETURN 1 AS x", timeout=30).rows == ((1,),)


def test_ctrl_c_stops_a_query(example):
    # in a process of its own: that is where a user presses Ctrl-C, and a signal to the test runner reaches all its libraries
    script = (
        "import signal, sys; from pathlib import Path; from kgbuild.sinks.query import Reader\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "reader = Reader(Path(sys.argv[1])); reader.query('RETURN 1'); engine = reader._engine.process; print('ready', flush=True)\n"
        f"try: reader.query({SLOW!r})\n"
        "except KeyboardInterrupt: print('stopped', engine.poll() is not None, flush=True)"
    )
    root = str(Path(__file__).parents[2])
    asker = subprocess.Popen(
        [sys.executable, "-c", script, str(example)], stdout=subprocess.PIPE, cwd=root, env=os.environ | {"PYTHONPATH": root}
    )
    assert asker.stdout.readline() == b"ready\n"
    time.sleep(0.5)

    asker.send_signal(signal.SIGINT)

    assert asker.communicate(timeout=30)[0] == b"stopped True\n"


def test_a_query_ends_with_the_process_that_asked(example):
    script = (
        "import sys, threading; from pathlib import Path; from kgbuild.sinks.query import Reader\n"
        "reader = Reader(Path(sys.argv[1])); reader.query('RETURN 1'); print(reader._engine.process.pid, flush=True)\n"
        f"reader.query({SLOW!r})"
    )
    root = str(Path(__file__).parents[2])
    asker = subprocess.Popen(
        [sys.executable, "-c", script, str(example)], stdout=subprocess.PIPE, cwd=root, env=os.environ | {"PYTHONPATH": root}
    )
    engine = int(asker.stdout.readline())
    asker.kill()
    asker.wait()
    asker.stdout.close()

    for _ in range(100):
        if not is_running(engine):
            return
        time.sleep(0.05)
    pytest.fail("the engine outlived its parent")


def is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not (status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z")


@pytest.mark.parametrize(
    ("limit", "rows", "truncated"), [(None, 7, False), (7, 7, False), (6, 6, True), (1, 1, True), (0, 0, True)]
)
def test_a_limit_cuts_and_says_so(example, limit, rows, truncated):
    result = query(example, NAMES, limit=limit)

    assert (len(result.rows), result.truncated) == (rows, truncated)


def test_many_rows_come_whole(example):
    result = query(example, "UNWIND range(1, 2345) AS x RETURN x, toString(x) AS t", limit=2000)

    assert result.rows == tuple((x, str(x)) for x in range(1, 2001))
    assert result.truncated


@pytest.mark.parametrize("value", [2**63, object(), {1: 2}, b"x"])
def test_a_parameter_that_cypher_has_no_type_for_is_refused(example, value):
    with pytest.raises(QueryError, match="value of \\$x"):
        query(example, "RETURN $x", {"x": value})


def test_reading_changes_no_file_and_leaves_nothing_anywhere(store, tmp_path, monkeypatch):
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    home.mkdir()
    scratch.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.chdir(home)
    before = snapshot(store)

    query(store, "MATCH (e:Entity) WHERE e.name = 'Acme' RETURN e")
    with pytest.raises(QueryError):
        query(store, "MATCH (n) RETURN x")

    assert snapshot(store) == before
    assert list(home.iterdir()) == []
    assert list(scratch.iterdir()) == []


def test_loading_leaves_nothing_anywhere(tmp_path, monkeypatch):
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    home.mkdir()
    scratch.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.chdir(home)

    embedded.write(Graph(), Names(), tmp_path / "store", state="one")

    assert list(home.iterdir()) == []
    assert list(scratch.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="looks into /proc")
def test_the_engine_opens_no_socket(example):
    with Reader(example) as reader:
        reader.query("MATCH (n) RETURN n")
        opened = [str(link.readlink()) for link in Path(f"/proc/{reader._engine.process.pid}/fd").iterdir()]

    assert opened
    assert not [target for target in opened if target.startswith("socket:")]


def test_a_store_is_written_and_read_with_sockets_denied(tmp_path):
    script = (
        "import socket, sys\n"
        "def denied(*_): raise OSError('no sockets here')\n"
        "socket.socket = socket.create_connection = socket.socketpair = denied\n"
        "from pathlib import Path; from kgbuild.sinks import embedded; from kgbuild.sinks.query import query\n"
        "from tests.sinks.property_example import Graph, Names\n"
        "embedded.write(Graph(), Names(), Path(sys.argv[1]), state='one')\n"
        "sys.stdout.write(str(len(query(Path(sys.argv[1]), 'MATCH (e:Entity) RETURN e').rows)))"
    )
    root = str(Path(__file__).parents[2])
    found = subprocess.run(  # noqa: PLW1510  a failure shows in what is compared
        [sys.executable, "-c", script, str(tmp_path / "store")],
        capture_output=True,
        text=True,
        cwd=root,
        env=os.environ | {"PYTHONPATH": root},
    )

    assert (found.stdout, found.stderr) == ("7", "")


def test_the_users_engine_settings_do_not_reach_the_engine(store, monkeypatch):
    monkeypatch.setenv("ARCADEDB_NATIVE_ISOLATE_ARGS", "-Xmx1k")
    monkeypatch.setenv("ARCADEDB_NATIVE_LIB", "/nowhere")

    assert query(store, "RETURN 1 AS x").rows == ((1,),)


# ── whatever documents say ───────────────────────────────────────────────────────────────────────────────────────────

HOSTILE = (
    "a`b``c",
    "it's \"quoted\"",
    "back\\slash \\u0060 \\n",
    "line\nbreak\r\ttab",
    "control \x01\x02\x1f\x7f\x85",
    "bidi \u202e\u2066evil\u2069",
    "zero\u200bwidth\ufeff",
    "emoji 👩‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "中文 العربية हिन्दी",
    "$p ${x} {{y}} #1:0 :p ?",
    "(#7:0)-[#10:0]->(#7:1)",
    "2018-03-04",
    "null",
    "'; DROP TABLE x; --",
    '{"@rid": "#1:0"}',
    "\u0001",
    "e\u0301 é",
    "\u2028\u2029",
    " ",
    "",
    "x" * 100_000,
    "é👍" * 30_000,
)  # fmt: skip


def test_hostile_text_is_stored_and_read_back_identical(tmp_path):
    entities = tuple(entity(f"e{n:02}", "Person", text, (text, "x" + text), 1, 1, 9000) for n, text in enumerate(HOSTILE))
    triples = tuple(
        triple(f"t{n:02}", f"e{n:02}", "EMPLOYED_BY", "e00", 9000, 1, 1, Scope.STATED, text, "d")
        for n, text in enumerate(HOSTILE)
    )
    documents = tuple(
        DocumentNode(f"d{n:02}", text, text, text, "", "en", (text,), ((text[:50] or "k", text),))
        for n, text in enumerate(HOSTILE)
    )
    graph = Graph(entities=entities, triples=triples, documents=documents, mentions=())
    embedded.write(graph, Names(), tmp_path, state="hostile")

    with Reader(tmp_path) as reader:
        rows = reader.query("MATCH (e:Entity)-[r]->() RETURN e.name, e.aliases, r.quote, e ORDER BY e.id").rows
        assert [row[:3] for row in rows] == [(text, [text, "x" + text], text) for text in HOSTILE]
        assert [row[3]["name"] for row in rows] == list(HOSTILE)
        names = reader.query("MATCH (d:Document) RETURN d.name, d.uri, d.sources ORDER BY d.id").rows
        assert names == tuple((text, text, [text]) for text in HOSTILE)
        for text in HOSTILE:
            found = reader.query("MATCH (e:Entity {name: $n}) RETURN e.id, $n", {"n": text}).rows
            assert [row[1] for row in found] == [text], text[:40]


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_parameter_comes_back_as_it_went(shared, texts):
    value = {"l": texts, "m": {text: text for text in texts}}

    assert shared.query("RETURN $v AS v", {"v": value}).rows == ((value,),)


@pytest.fixture(scope="module")
def shared(example):
    with Reader(example) as reader:
        yield reader


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_is_answered_or_refused_and_never_breaks_the_reader(text):
    from kgbuild.sinks.cypher import prepare

    try:
        prepare(text)
    except KgbuildError:
        pass


@given(
    st.lists(
        st.sampled_from(
            [
                "MATCH",
                "RETURN",
                "WITH",
                "WHERE",
                "(",
                ")",
                "[",
                "]",
                "{",
                "}",
                "*",
                ",",
                ".",
                ":",
                "|",
                "=",
                "n",
                "p",
                "'x'",
                "`q`",
                "$v",
                "collect",
                "count",
                "CALL",
                "AS",
                "UNION",
                "IN",
                "NOT",
                "->",
                "1",
                ";",
            ]
        ),
        max_size=14,
    )
)
@settings(max_examples=300, deadline=None)
def test_any_row_of_tokens_is_prepared_or_refused(words):
    from kgbuild.sinks.cypher import prepare

    try:
        prepare(" ".join(words))
    except QueryError:
        pass
