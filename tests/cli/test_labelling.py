"""`kgbuild label`: what is sent, what is kept, what is said; answers on disk; interruptions."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from kgbuild.corpora.formats import read_corpus
from tests.cli.conftest import ANN as ANN_TEXT
from tests.cli.conftest import BO
from tests.labelling.server import dripping, said, serving

SCHEMA = """
types:
  Person: {from: [Person]}
  Company: {from: [ORG]}
relations:
  EMPLOYED_BY: {from: [P108], head: [Person], tail: [Company]}
"""
ANN = {
    "entities": [{"id": 1, "type": "Person", "names": ["Ann Duncan"]}, {"id": 2, "type": "Company", "names": ["Acme Widget Co"]}],
    "relations": [{"head": 1, "relation": "EMPLOYED_BY", "tail": 2}],
}  # fmt: skip


def put(home, **texts):
    """Texts to label, as an annotated file without labels: reading documents takes seconds."""
    rows = [{"id": name, "text": text, "mentions": []} for name, text in texts.items()]
    (home / "texts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def numbered(count):
    return {f"n{number}": f"Ann Duncan met number {number} of Acme Widget Co." for number in range(count)}


@pytest.fixture
def server(home):
    (home / "mine.yaml").write_text(SCHEMA, "utf-8")
    put(home, ann=ANN_TEXT, bo=BO)
    with serving() as fake:
        fake.says(ANN)
        yield fake


@pytest.fixture
def words(server):
    return ["label", "texts.jsonl", "--llm", server.url, "--model", "m", "--schema", "mine.yaml", "--out", "silver.jsonl"]


@pytest.fixture
def label(kgbuild, words):
    return lambda *more: kgbuild(*words, "--yes", *more)


def test_what_is_found_becomes_annotations_to_train_on(label, home, server):
    code, out, err = label()
    assert code == 0, err
    corpus = read_corpus(home / "silver.jsonl")
    assert corpus.format == "kgbuild"
    ann, bo = corpus.documents
    assert (ann.name, bo.name) == ("ann", "bo")
    assert [(ann.text[m.start : m.end], m.type) for m in ann.mentions] == [
        ("Ann Duncan", "Person"), ("Acme Widget Co", "ORG"), ("Ann Duncan", "Person"), ("Acme Widget Co", "ORG")
    ]  # fmt: skip
    assert [(r.label, ann.clusters[r.head], ann.clusters[r.tail]) for r in ann.relations] == [("P108", (0, 2), (1, 3))]
    assert (ann.complete, bo.complete) == (True, False)
    rows = [json.loads(line) for line in (home / "silver.jsonl").read_text("utf-8").splitlines()]
    assert rows[0]["teacher"] == {"model": "m", "instructions": "1"}
    assert "silver.jsonl: 2 documents, 5 mentions, 1 relation" in out
    assert "kgbuild sample --from silver.jsonl --to labelstudio" in out
    assert "names that do not stand in the text  " in out and "in 1 a name was not found" in out
    assert "2 texts, 0 of them answered before; 2 requests to localhost:" in err
    assert "leave this machine" not in err
    assert any("labelled by a teacher" in note for note in corpus.notes)


def test_documents_are_cut_into_passages(kgbuild, words, home, server):
    words[1] = "docs"
    assert kgbuild(*words, "--yes")[0] == 0
    ann, bo = read_corpus(home / "silver.jsonl").documents
    assert (ann.name, bo.name) == ("docs/ann.txt#0", "docs/bo.md#0")
    assert bo.text == f"On Bo\n\n{BO}"


def test_a_second_run_sends_nothing_and_writes_the_same(label, home, server):
    label()
    first = (home / "silver.jsonl").read_bytes()
    code, _, err = label("--force")
    assert (code, len(server.requests)) == (0, 2)
    assert "2 texts, 2 of them answered before; 0 requests" in err
    assert (home / "silver.jsonl").read_bytes() == first


@pytest.mark.parametrize("change", ["text", "schema", "model"])
def test_what_answers_depend_on_is_asked_anew(label, home, server, change):
    label()
    if change == "text":
        put(home, ann="Ann Duncan left Acme Widget Co.", bo=BO)
    if change == "schema":
        (home / "mine.yaml").write_text(SCHEMA.replace("{from: [Person]}", "{from: [Person], description: people}"), "utf-8")
    label("--force", *(["--model", "n"] if change == "model" else []))
    assert len(server.requests) == (3 if change == "text" else 4)


def test_nothing_is_sent_before_somebody_says_yes(kgbuild, words, home, server):
    code, _, err = kgbuild(*words)
    assert code == 2 and "about " in err and "tokens" in err and "nothing was sent: add --yes" in err
    code, out, _ = kgbuild(*words, "--dry-run", "--json")
    assert (code, json.loads(out)["requests"]) == (0, 2)
    assert server.requests == [] and not (home / "silver.jsonl").exists()


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 130)])
def test_on_a_terminal_it_asks(kgbuild, words, home, server, monkeypatch, answer, code):
    import io

    monkeypatch.setattr("sys.stdin", type("Terminal", (io.StringIO,), {"isatty": lambda _: True})(answer))
    assert kgbuild(*words)[0] == code
    assert len(server.requests) == (2 if code == 0 else 0)


def test_that_texts_leave_the_machine_is_said_even_to_the_quiet(kgbuild, words, home):
    words[words.index("--llm") + 1] = "https://llm.example.org/v1"
    code, out, err = kgbuild(*words, "-q", "--dry-run")
    assert (code, out, err) == (0, "", "warning: the texts leave this machine: they go to llm.example.org\n")


def test_one_bad_answer_never_stops_the_batch(answer, words, home, server):
    put(home, ann=ANN_TEXT, bo=BO, **numbered(5))
    bad = [
        "I cannot",
        (200, {}, said('{"entities": [{"id"', "length")),
        (200, {}, said("", refusal="no")),
        json.dumps({"entities": [7]}),
    ]

    def answers(request):
        number = request["messages"][1]["content"].partition("number ")[2][:1]
        found = bad[int(number)] if number in tuple("0123") else ANN
        return found if isinstance(found, tuple) else (200, {}, said(found if isinstance(found, str) else json.dumps(found)))

    server.answer = answers
    report = answer(*words, "--yes")
    assert report["unusable"] == {"no JSON object with `entities`": 1, "cut off before its end": 1, "declined to answer": 1}
    assert report["documents"] == 4 and report["refused"]["items that are not as asked for"] == 1
    assert len(server.requests) == 7 + 3
    assert answer(*words, "--yes", "--force")["requests"] == 0
    server.says(ANN)
    assert answer(*words, "--yes", "--force", "--again")["documents"] == 7


def test_a_server_that_puts_off_is_asked_again_when_it_says(answer, words, server):
    server.says((429, {"Retry-After": "0"}, {}), (503, {"Retry-After": "0.05"}, {}), ANN)
    report = answer(*words, "--yes", "--parallel", "1")
    assert (report["documents"], report["retries"], report["failed"], report["tokens"]["sent"]) == (2, 2, [], 200)


def test_a_text_without_an_answer_is_left_out_and_tried_again(kgbuild, words, home, server):
    server.answer = lambda r: (400, {}, {"error": "too long"}) if "Bo Ryan was" in str(r) else (200, {}, said(json.dumps(ANN)))
    code, _, err = kgbuild(*words, "--yes", "--parallel", "1")
    assert code == 3
    assert "no answer: bo: localhost:" in err and "400 too long" in err and "run the command again with --force" in err
    assert len(read_corpus(home / "silver.jsonl").documents) == 1
    server.says(ANN)
    assert kgbuild(*words, "--yes", "--force")[0] == 0
    assert len(read_corpus(home / "silver.jsonl").documents) == 2


def test_where_nothing_listens_that_is_said_at_once(kgbuild, words, home, server):
    words[words.index("--llm") + 1] = "http://127.0.0.1:9/v1"
    started = time.monotonic()
    code, _, err = kgbuild(*words, "--yes")
    assert code == 1 and "127.0.0.1:9: " in err and "start the server, or check --llm" in err
    assert time.monotonic() - started < 1.5


def test_the_key_comes_from_the_environment_or_a_file_and_is_never_shown(kgbuild, words, home, server, monkeypatch):
    monkeypatch.setenv("KGBUILD_LLM_KEY", "sk-from-environment")
    server.answer = lambda _: (401, {}, {"error": {"message": "wrong key sk-from-environment"}})
    code, out, err = kgbuild(*words, "--yes", "--debug", "-v")
    assert code == 1 and "the key is missing or wrong" in err and "sk-from" not in out + err
    assert server.headers[-1]["Authorization"] == "Bearer sk-from-environment"
    (home / "key").write_text("sk-file\n")
    kgbuild(*words, "--yes", "--key-file", "key")
    assert server.headers[-1]["Authorization"] == "Bearer sk-file"
    assert all(b"sk-" not in path.read_bytes() for path in home.rglob("*") if path.is_file() and path.name != "key")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--out", "none/x.jsonl"], "its folder is not there"), (["--out", "mine.yaml"], "is there already; --force"), (["--out", "docs"], "is a folder"),
        (["--key-file", "none"], "none: No such file"), (["--key-file", "docs/ann.txt"], "there is no key in it"), (["--llm", "ftp://x"], "no address of a server"),
        (["--llm", "http://example.org/v1"], "unencrypted"),
    ],
)  # fmt: skip
def test_calls_that_are_off_say_so_before_anything_is_sent(label, home, server, more, message):
    code, _, err = label(*more)
    assert code == 2 and message in err
    assert server.requests == []


def test_a_server_that_is_down_ends_the_run_and_keeps_what_it_said(kgbuild, words, home, server):
    put(home, **numbered(22))
    calls = []

    def answers(request):
        calls.append(1)
        return (200, {}, said(json.dumps(ANN))) if len(calls) < 4 else (400, {}, {})

    server.answer = answers
    code, _, err = kgbuild(*words, "--yes", "--parallel", "1")
    assert (
        code == 1 and "no answer to 8 texts one after the other" in err and "teacher-answers.db keeps what was answered" in err
    )
    assert not (home / "silver.jsonl").exists()
    server.says(ANN)
    assert kgbuild(*words, "--yes")[0] == 0
    assert len(server.requests) == len(calls) + 22 - 3


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_killed_or_interrupted_what_was_answered_is_not_asked_again(words, home, server, how):
    put(home, **numbered(12))
    count = []

    def answers(request):
        count.append(1)
        return (200, {}, said(json.dumps(ANN)) if len(count) <= 6 else dripping(0.05))

    server.answer = answers
    call = [sys.executable, "-m", "kgbuild", *words, "--yes", "--parallel", "2"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(call, cwd=home, env=environment, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while len(count) < 8 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    process.send_signal(how)
    _, err = process.communicate(timeout=10)
    assert process.returncode == (130 if how == signal.SIGINT else -signal.SIGKILL)
    if how == signal.SIGINT:
        assert "interrupted: teacher-answers.db keeps what was answered; run the command again to go on" in err
    assert not (home / "silver.jsonl").exists() and not list(home.glob(".*.part"))
    server.says(ANN)
    done = subprocess.run([*call, "--json"], cwd=home, env=environment, capture_output=True, text=True, check=True, timeout=30)
    report = json.loads(done.stdout)
    assert (report["documents"], report["cached"], report["requests"]) == (12, 6, 6)
