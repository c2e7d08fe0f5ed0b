"""The pages under docs/ do what they say: their console blocks are run line by line, each page in a folder of its own.

A line `$ kgbuild …` is a command; `# exit N` behind it says how it ends (else 0). The lines below it are what it prints, on both
streams; … stands for any text in a line, and alone on a line for any lines. Without lines the output is not compared. A block whose
fence names a file (```csv terms.csv, ```toml kg/kgbuild.toml) is that file from there on. TEACHER, where it is named, is a server of
the tests that finds some names.
"""

import contextlib
import io
import itertools
import json
import logging
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kgbuild.cli.main import call, command_line
from kgbuild.cli.session import Session
from tests.labelling.server import said, serving

DOCS = Path(__file__).parents[1] / "docs"
TEACHER = "http://localhost:11434/v1"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"\$ kgbuild (.*?)(?:\s+# exit (\d+))?")


@dataclass
class Step:
    line: int
    words: list[str]
    code: int
    printed: list[str] = field(default_factory=list)


def steps_of(page: str) -> list[Step]:
    found = []
    for block in BLOCK.finditer(page):
        first = page.count("\n", 0, block.start(1)) + 1
        for number, text in enumerate(block[1].splitlines(), first):
            if text.startswith("$ "):
                match = COMMAND.fullmatch(text)
                assert match, f"line {number}: only kgbuild commands are run: {text}"
                found.append(Step(number, shlex.split(match[1]), int(match[2] or 0)))
            else:
                found[-1].printed.append(text)
    return found


def files_of(page: str) -> list[tuple[int, str, str]]:
    return [(page.count("\n", 0, block.start()) + 1, block[1], block[2]) for block in FILE.finditer(page)]


def pattern_of(lines: list[str]) -> re.Pattern[str]:
    parts = []
    for line in lines:
        if line == "…":
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            parts.append("[^\n]*".join(map(re.escape, line.rstrip().split("…"))) + r"[ ]*\n")
    return re.compile("".join(parts))


def run(words: list[str]) -> tuple[int, str]:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, "utf-8", write_through=True)
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
        code = call(words)
    stream.flush()
    printed = raw.getvalue().decode("utf-8")
    return code, printed if printed.endswith("\n") or not printed else f"{printed}\n"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def found_by_the_teacher(request):
    """People of two words and names in capitals, as a language model might find them, and one that does not stand there."""
    text = request["messages"][-1]["content"]
    people = dict.fromkeys(re.findall(r"(?<=Secretary )[A-Z][a-z]+ [A-Z][a-z]+|Dan Williams", text))
    agencies = dict.fromkeys(re.findall(r"\b[A-Z]{3,6}\b", text))
    found = [("Person", name) for name in people] + [("Organization", name) for name in agencies] + [("Programme", "Moonshot")]
    entities = [{"id": number, "type": type, "names": [name]} for number, (type, name) in enumerate(found)]
    ends = [next((e["id"] for e in entities if e["type"] == type), None) for type in ("Person", "Organization")]
    relations = [] if None in ends else [{"head": ends[0], "relation": "EMPLOYED_BY", "tail": ends[1]}]
    return 200, {}, said(json.dumps({"entities": entities, "relations": relations}))


@pytest.fixture
def teacher():
    with serving() as server:
        server.answer = found_by_the_teacher
        yield server.url


@pytest.fixture
def quiet_logging():
    yield
    logger = logging.getLogger("kgbuild")
    logger.handlers.clear()
    logger.propagate = True
    logger.setLevel(logging.NOTSET)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_a_page_does_what_it_says(page, tmp_path, monkeypatch, quiet_logging, teacher):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KGBUILD_WORKSPACE", raising=False)
    monkeypatch.delenv("KGBUILD_TEST_MODELS", raising=False)
    monkeypatch.setenv("COLUMNS", "400")
    text = page.read_text("utf-8")
    files = files_of(text)
    for step in steps_of(text):
        while files and files[0][0] < step.line:
            _, name, body = files.pop(0)
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(body, "utf-8")
        code, printed = run([teacher if word == TEACHER else word for word in step.words])
        said = f"{page.name}:{step.line}: kgbuild {shlex.join(step.words)}\n{printed}"
        assert code == step.code, said
        assert not step.printed or pattern_of(step.printed).fullmatch(printed), f"{said}\nis not\n" + "\n".join(step.printed)


@pytest.mark.parametrize(
    ("lines", "printed", "fits"),
    [
        (["a"], "a\n", True), (["a"], "b\n", False), (["a"], "a\nb\n", False), (["a…"], "abc\n", True), (["…"], "", True),
        (["…", "z"], "a\nb\nz\n", True), (["a", "…"], "b\n", False), (["a…c"], "ab\nc\n", False), (["1. (x)"], "1. (x)\n", True),
    ],
)  # fmt: skip
def test_dots_stand_for_text_and_for_lines(lines, printed, fits):
    assert bool(pattern_of(lines).fullmatch(printed)) is fits


def test_a_fence_that_names_a_file_is_that_file():
    assert files_of("# T\n```csv a/b.csv\nx\ny\n```\n\n```console\n$ kgbuild d\n```\n") == [(2, "a/b.csv", "x\ny\n")]


def test_a_step_is_a_command_its_exit_code_and_what_it_prints():
    page = "# T\n\n```console\n$ kgbuild a 'b c'    # exit 2\nx\n$ kgbuild d\n```\n"
    assert steps_of(page) == [Step(4, ["a", "b c"], 2, ["x"]), Step(6, ["d"], 0)]


def calls_of(line: str) -> list[list[str]]:
    """The words behind `kgbuild` of each command in a line of a shell, comments and quotes apart."""
    words = shlex.shlex(line, posix=True, punctuation_chars=True)
    words.whitespace_split = True
    calls = [list(call) for between, call in itertools.groupby(words, key=("&&", ";").__contains__) if not between]
    assert all(call[0] == "kgbuild" for call in calls)
    return [call[1:] for call in calls]


def test_several_commands_may_stand_in_a_line():
    assert calls_of('kgbuild a "b; c" && kgbuild d; kgbuild -q e f/  # g; h') == [["a", "b; c"], ["d"], ["-q", "e", "f/"]]


@pytest.mark.parametrize(
    "line",
    [
        line
        for page in (DOCS.parent / "README.md", *DOCS.glob("*.md"), *DOCS.parent.glob("examples/[fos]*/README.md"))
        for block in re.findall(r"^```bash\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        for line in block.replace("\\\n", " ").splitlines()
        if line.startswith("kgbuild ")
    ],
)
def test_a_command_that_takes_too_long_for_a_test_is_at_least_one(line):
    for name, *words in calls_of(line):
        command_line().commands[name].make_context(name, words, obj=Session())  # refuses unknown options and missing arguments


def test_the_words_on_names_that_help_shows_hold_on_the_sample_documents(tmp_path, monkeypatch, quiet_logging):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KGBUILD_WORKSPACE", raising=False)
    monkeypatch.delenv("KGBUILD_TEST_MODELS", raising=False)
    assert run(["run", "--sample", "-q"]) == (0, "")
    preview = {name: ["--preview"] for name in ("merge", "split", "reject", "accept", "rename", "retype")}
    for name in ("explain", "path", *preview):
        examples = [shlex.split(line)[1:] for line in run([name, "--help"])[1].splitlines() if line.startswith("  kgbuild ")]
        assert examples
        for words in examples:
            code, printed = run([*words, *preview.get(name, [])])
            assert code == 0, printed


def test_the_extractor_of_the_page_on_own_domains_runs_as_it_stands_there(tmp_path):
    code = re.search(r"^```python\n(.*?)^```$", (DOCS / "own-domain.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    names = {}
    exec(code[1], names)
    (extraction,) = names["Sections"]("", tmp_path)(["The rule of Section 12 applies."])
    assert [(span.start, span.end, span.label) for span in extraction.spans] == [(12, 22, "Law")]
