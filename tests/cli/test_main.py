import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kgbuild.cli import main, status
from kgbuild.errors import KgbuildError, WorkspaceBusy
from kgbuild.workspace.lock import writer_lock

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "transformers", "spacy", "networkx", "openvino", "arcadedb", "pyoxigraph", "rdflib", "numpy")
COMMANDS = (
    "init", "run", "add", "remove", "documents", "show", "use", "extract", "build", "status", "query", "sparql", "gc", "redact", "export", "publish", "import", "validate", "explain", "path",
    "try", "train", "evaluate", "adapt", "distill", "tune", "model", "schema", "convert", "label", "sample", "doctor",
    "merge", "split", "reject", "accept", "rename", "report", "retype", "judgements", "review",
)  # fmt: skip


def process(*arguments, cwd=ROOT, **variables):
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | variables
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=cwd, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_job_whose_streams_are_closed_does_its_work(home, closed):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$0" -m kgbuild run docs {closed}', sys.executable],
        cwd=home, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done
    assert (home / "kg" / "store" / "current").exists()


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom kgbuild.cli.main import call\nassert call(['--help']) == 0\n"
        f"found = [name for name in {HEAVY!r} if name in sys.modules]\nsys.exit(' '.join(found) or 0)"
    )
    child = process("-c", code)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 0, err
    assert "kgbuild run --sample" in out


def test_help_lists_every_command(kgbuild):
    code, out, _ = kgbuild("--help")
    assert code == 0
    listed = [line.split()[0] for line in out.partition("Commands:")[2].splitlines() if line.strip()]
    assert sorted(listed) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_is_one_purpose_line_and_an_example(kgbuild, command):
    code, out, _ = kgbuild(command, "--help")
    assert code == 0
    assert any(line.startswith(("  kgbuild ", "  kgbuild --")) and command in line for line in out.splitlines())
    assert "\b" not in out
    assert "--workspace" in out


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in {"train", "evaluate", "schema", "doctor", "try"}])
def test_the_example_of_a_command_is_a_valid_call(kgbuild, command, monkeypatch):
    """Parsed, not run: every option in the example exists."""
    import shlex

    _, out, _ = kgbuild(command, "--help")
    group = main.command_line()
    for line in (line.strip() for line in out.splitlines() if line.startswith("  kgbuild ")):
        words = shlex.split(line)[1:]
        while words[0].startswith("-"):
            words = words[2:]
        group.commands[words[0]].make_context(words[0], words[1:], obj=main.Session())


def test_without_a_command_the_help_is_shown(kgbuild):
    code, out, _ = kgbuild()
    assert code == 0
    assert "Commands:" in out


def test_version(kgbuild):
    code, out, _ = kgbuild("--version")
    assert (code, out.split()[0]) == (0, "kgbuild")


@pytest.mark.parametrize(
    "arguments",
    [("nope",), ("status", "--nope"), ("run",), ("run", "--sample", "docs"), ("query",), ("query", "RETURN 1", "--limit", "x"),
     ("explain", "a", "b"), ("show",), ("export",), ("run", "missing-folder"), ("evaluate", "plainword", "x"), ("build", "--min-confidence", "0.5"),
     ("schema", "check"), ("try", " ")],
)  # fmt: skip
def test_a_wrong_call_exits_with_2_and_one_line(kgbuild, arguments):
    code, out, err = kgbuild(*arguments)
    assert code == 2
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_a_wrong_path_makes_no_workspace(kgbuild, home):
    kgbuild("run", "missing-folder")
    kgbuild("add", "missing-folder")
    assert not (home / "kg").exists()


@pytest.mark.parametrize(
    "command", [("status",), ("query", "RETURN 1"), ("documents",), ("show", "x"), ("export", "x.nt"), ("build",)]
)
def test_a_missing_workspace_is_one_line_that_says_how_to_make_one(kgbuild, command):
    code, _, err = kgbuild(*command)
    assert (code, err) == (1, "error: no workspace at ./kg; `kgbuild run PATH` makes one\n")


def test_a_workspace_beside_the_one_that_was_said_is_named(kgbuild, home, monkeypatch):
    assert kgbuild("init")[0] == 0
    assert kgbuild("-w", ".", "status")[2] == "error: no workspace at ., but kg is one: say `kgbuild -w kg …`\n"
    monkeypatch.chdir(home / "kg")
    assert kgbuild("status")[2] == "error: no workspace at ./kg, but this folder is one: say `kgbuild -w . …`\n"


def test_the_workspace_may_be_named_before_and_after_the_command_and_by_the_environment(kgbuild, home, monkeypatch):
    assert kgbuild("-w", "one", "init")[0] == 0
    assert kgbuild("init", "--workspace", "two")[0] == 0
    monkeypatch.setenv("KGBUILD_WORKSPACE", "three")
    assert kgbuild("init")[0] == 0
    assert kgbuild("status", "-w", "one")[0] == 0
    assert all((home / name / "workspace.db").exists() for name in ("one", "two", "three"))


def test_a_busy_workspace_exits_with_4(kgbuild, built):
    with writer_lock(built / "kg"):
        code, _, err = kgbuild("build")
    assert code == 4
    assert err.startswith("error: ")


def test_an_error_has_its_trace_only_with_debug(kgbuild, built):
    assert "Traceback" not in kgbuild("explain", "Nobody")[2]
    code, _, err = kgbuild("explain", "Nobody", "--debug")
    assert code == 1
    assert "Traceback" in err
    assert "error: " in err


def test_a_bug_is_an_apology_with_its_type(kgbuild, home, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr(status, "opened", broken)
    code, _, err = kgbuild("status")
    assert code == 1
    assert err == "error: this is a bug in kgbuild, sorry (ZeroDivisionError: by zero); --debug shows where, please report it\n"


def test_a_fault_of_the_machine_names_the_file(kgbuild, home, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device", "kg/graph.db")

    monkeypatch.setattr(status, "opened", full)
    assert kgbuild("status") == (1, "", "error: kg/graph.db: No space left on device\n")


@pytest.mark.parametrize(("error", "code"), [(KgbuildError("no"), 1), (WorkspaceBusy("busy"), 4), (KeyboardInterrupt(), 130)])
def test_the_exit_code_is_that_of_the_error(kgbuild, home, monkeypatch, error, code):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(status, "opened", fail)
    found, _, err = kgbuild("status")
    assert found == code
    assert err.count("\n") == 1


def test_damaged_settings_are_named_with_their_line(kgbuild, built):
    (built / "kg" / "kgbuild.toml").write_text("[build]\nscope = 'everything'\n", "utf-8")
    code, _, err = kgbuild("build")
    assert code == 1
    assert "kgbuild.toml:2" in err


def test_ctrl_c_says_that_the_workspace_is_whole_and_it_is(home):
    child = process("-m", "kgbuild", "run", "docs", cwd=home, KGBUILD_TEST_MODELS="tests.cli.slow:SlowModels")
    deadline = time.monotonic() + 60
    while not (home / "loading").exists():
        assert time.monotonic() < deadline
        assert child.poll() is None, child.communicate()
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert child.returncode == 130
    assert err == "interrupted: the workspace is whole; run the command again to go on\n"
    assert out == ""
    again = process("-m", "kgbuild", "run", "docs", "-q", cwd=home, KGBUILD_TEST_MODELS="tests.toy:ToyModels")
    _, err = again.communicate(timeout=60)
    assert (again.returncode, err) == (0, "")


def test_a_reader_who_has_enough_is_no_error(built):
    child = process("-m", "kgbuild", "query", "UNWIND range(1, 60000) AS n RETURN n", "--format", "jsonl", cwd=built)
    child.stdout.readline()
    child.stdout.close()
    assert "Traceback" not in child.stderr.read()
    child.stderr.close()
    child.wait(timeout=60)


@pytest.mark.parametrize("words", [("rename", "Acme\udcff", "Acme"), ("explain", "\udcff"), ("path", "Ann Duncan", "\udcff")])
def test_arguments_that_are_no_utf8_are_named(built, kgbuild, words):
    code, _, err = kgbuild(*words)
    assert code == 2
    assert err.startswith("error: the argument '") and "\\xff' is not valid UTF-8" in err
