"""The parser children: order, limits, death, silence."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from kgbuild.documents import pool as pool_module
from kgbuild.documents.child import pack, pack_options, unpack, unpack_options
from kgbuild.documents.pool import ReaderPool
from kgbuild.documents.read import ReadOptions
from kgbuild.documents.walk import File
from kgbuild.errors import UsageError
from kgbuild.records import Outcome
from tests.documents.helpers import reading

PATIENCE = 60
"""Seconds that a busy machine may take for what an idle one does at once."""
HANGS = ".hangs"
UNRULY = """
import sys
sys.path[:] = {path!r}
import os, time
from kgbuild.documents import child
from kgbuild.documents.read import read_file
def reader(file, data, options):
    if data == b"hang":
        open(str(file.path) + ".hangs", "w").close()
        time.sleep(600)
    if data == b"die": os._exit(7)
    if data == b"killed": os.kill(os.getpid(), 9)
    if data == b"memory": raise MemoryError
    if data == b"allocate": bytearray(1 << 45)
    if data == b"fault": raise ZeroDivisionError("oops")
    if data == b"print": print("noise", flush=True)
    return read_file(file, data, options)
child.main(reader)
"""


def files(folder, *contents):
    made = []
    for number, content in enumerate(contents):
        path = folder / f"{number:04}.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        made.append(File(path, path.name, path.name, ".txt"))
    return made


def unruly(**options):
    return ReaderPool(command=[sys.executable, "-c", UNRULY.format(path=sys.path)], **options)


def until(what):
    """Whether something comes true; waits for a busy machine."""
    end = time.monotonic() + PATIENCE
    while not what() and time.monotonic() < end:
        time.sleep(0.05)
    return what()


def run(pool, made, options=None):
    with pool:
        return list(pool.read((file, options or ReadOptions()) for file in made))


def test_results_come_in_the_order_of_the_jobs(tmp_path):
    made = files(tmp_path, *("word " * (5000 if i % 7 == 0 else 2) + str(i) for i in range(60)))
    found = run(ReaderPool(3), made)
    assert [file for file, _, _ in found] == made
    assert all(readings[0].source.content == content for _, content, readings in found)
    assert [readings[0].document.text.split()[-1] for _, _, readings in found] == [str(i) for i in range(60)]


def test_a_pool_starts_quickly(tmp_path):
    resource = pytest.importorskip("resource")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(ReaderPool(1), files(tmp_path, "text"))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2  # about 0.2 s of a processor


@pytest.mark.parametrize(
    ("content", "outcome", "reason"),
    [
        ("die", Outcome.RETRY, "died with code 7"),
        ("killed", Outcome.RETRY, "killed by signal 9"),
        ("memory", Outcome.RETRY, "out of memory"),
        ("allocate", Outcome.RETRY, "out of memory"),
        ("fault", Outcome.QUARANTINED, "ZeroDivisionError: oops"),
        ("print", Outcome.OK, ""),
    ],
)
def test_one_bad_document_does_not_stop_the_others(tmp_path, content, outcome, reason):
    found = run(unruly(children=1), files(tmp_path, "before", content, "after"))
    sources = [readings[0].source for _, _, readings in found]
    assert [source.outcome for source in sources] == [Outcome.OK, outcome, Outcome.OK]
    assert reason in sources[1].reason


def test_a_document_that_takes_too_long_is_tried_again_later(tmp_path, monkeypatch):
    """The clock runs on by a minute once the child hangs: a busy machine, on which children start slowly, fails nothing."""
    made, now = files(tmp_path, "before", "hang", "after"), time.monotonic
    hangs = Path(f"{made[1].path}{HANGS}")
    monkeypatch.setattr(pool_module, "time", SimpleNamespace(monotonic=lambda: now() + 61 * hangs.exists()))

    found = run(unruly(children=1, seconds=60), made)
    sources = [readings[0].source for _, _, readings in found]
    assert [source.outcome for source in sources] == [Outcome.OK, Outcome.RETRY, Outcome.OK]
    assert "more than 60 seconds" in sources[1].reason


def test_a_file_that_cannot_be_opened_is_tried_again_later(tmp_path):
    gone = File(tmp_path / "gone.txt", "gone.txt", "gone.txt", ".txt")
    ((_, content, (result,)),) = run(ReaderPool(1), [gone])
    assert (content, result.source.outcome) == ("", Outcome.RETRY)
    assert "No such file" in result.source.reason


def test_an_error_about_the_call_is_raised_in_the_parent(tmp_path):
    path = tmp_path / "a.odd"
    path.write_text("Some text.")
    with pytest.raises(UsageError, match=r"a.odd: files of kind .odd are not read"):
        run(ReaderPool(1), [File(path, "a.odd", "a.odd", ".odd")])


def test_children_read_ahead_but_not_without_bound(tmp_path):
    taken = []

    def jobs():
        for file in files(tmp_path, *map(str, range(200))):
            taken.append(file)
            yield file, ReadOptions()

    with ReaderPool(1) as pool:
        results = pool.read(jobs())
        next(results)
        assert until(lambda: len(taken) > 5)
        time.sleep(0.3)
        assert len(taken) < 40
        results.close()


def test_closing_leaves_no_child(tmp_path):
    with unruly(children=2, seconds=30) as pool:
        results = pool.read((file, ReadOptions()) for file in files(tmp_path, "a", "hang", "hang"))
        next(results)
        time.sleep(0.3)
        processes = list(pool._alive)
        assert processes
        results.close()
    assert all(process.poll() is not None for process in processes)


INTERRUPTED = """
import sys
sys.path[:] = {path!r}
from pathlib import Path
from types import SimpleNamespace
from kgbuild.documents.pool import ReaderPool
from kgbuild.documents.read import ReadOptions
from kgbuild.documents.walk import File
with ReaderPool(1, command=[sys.executable, "-c", {unruly!r}]) as pool:
    for _ in pool.read((File(Path(name), name, name, ".txt"), ReadOptions()) for name in sys.argv[1:]):
        print([process.pid for process in pool._alive][0], flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
def test_an_interrupt_leaves_no_orphan(tmp_path):
    names = [str(file.path) for file in files(tmp_path, "a", "hang")]
    program = INTERRUPTED.format(path=sys.path, unruly=UNRULY.format(path=sys.path))
    parent = subprocess.Popen(
        [sys.executable, "-c", program, *names], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    child = int(parent.stdout.readline())
    os.killpg(parent.pid, signal.SIGINT)
    assert parent.wait(timeout=PATIENCE) != 0
    parent.stdout.close()
    assert until(lambda: not Path(f"/proc/{child}").exists()), "the child is still there"


def test_children_import_nothing_heavy():
    code = (
        f"import sys; sys.path[:] = {sys.path!r}; import kgbuild.documents.child;"
        "print(sorted({'spacy', 'numpy', 'torch', 'openvino', 'py3langid'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_readings_and_options_survive_the_pipe():
    result = reading("a.md", "---\ntitle: T one\ntopics: [a, b]\n---\nText of \ud800 mine.".encode("utf-8", "surrogatepass"))
    assert unpack(pack(result)) == result
    options = ReadOptions(text=("a", "b"), pdf_password="x")
    assert unpack_options(pack_options(options)) == options
