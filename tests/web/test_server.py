"""The server without a browser: who is let in, what is asked and given, what an answer leaves in the workspace."""

import json
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from kgbuild.errors import WorkspaceBusy
from kgbuild.web import asked
from kgbuild.web.server import MOST_BODY, STATIC, TOKEN_HEADER
from kgbuild.workspace.lock import writer_lock


def state_of(ws):
    graph = ws.source()
    try:
        return graph.state
    finally:
        graph.derived.close()


# who is let in -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/?token=wrong", "/api/state", "/api/queue"])
def test_nothing_is_told_without_the_token(client, path):
    response, body = client.raw("GET", path)

    assert response.status == 403
    assert b"kgbuild review" in body
    assert b"Ann" not in body


def test_with_the_token_the_page_comes_with_a_strict_policy(client):
    response, body = client.raw("GET", f"/?token={client.server.token}")

    assert response.status == 200
    assert b"<main" in body
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:80"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_other_names_and_other_sites_are_refused_even_with_the_token(client, headers):
    body = json.dumps({"numbers": [1]})
    own = {TOKEN_HEADER: client.server.token, "Content-Type": "application/json"}

    response, _ = client.raw("POST", "/api/undo", body, own | headers)

    assert response.status == 403


def test_a_form_of_another_site_cannot_post(client):
    response, _ = client.raw("POST", "/api/build", "a=1", {"Content-Type": "application/x-www-form-urlencoded"})
    assert response.status == 403
    headers = {TOKEN_HEADER: client.server.token, "Content-Type": "text/plain"}
    response, _ = client.raw("POST", "/api/build", "{}", headers)
    assert response.status == 415


def test_what_is_no_request_of_the_page_is_refused(client):
    own = {TOKEN_HEADER: client.server.token, "Content-Type": "application/json"}
    asked = [
        ("POST", "/api/build", "[1]", own, 400),
        ("POST", "/api/build", "{", own, 400),
        ("POST", "/api/build", "x" * (MOST_BODY + 1), own, 413),
        ("POST", "/api/nothing", "{}", own, 404),
        ("POST", "/api/undo", '{"numbers": ["1"]}', own, 400),
        ("POST", "/api/judge", '{"id": "[\\"fact\\", \\"x\\"]", "answer": "maybe"}', own, 400),
        ("POST", "/api/judge", '{"id": "[\\"fact\\", \\"x\\"]", "answer": "right"}', own, 404),
        ("POST", "/api/skip", '{"id": "{}"}', own, 404),
        ("GET", "/api/question?id=nonsense", None, own, 404),
        ("GET", "/api/search?limit=-1", None, own, 400),
        ("GET", "/../server.py", None, {}, 404),
        ("GET", "/%2e%2e/server.py", None, {}, 404),
        ("GET", "/vendor/", None, {}, 404),
        ("PUT", "/api/build", "{}", own, 501),
    ]
    for method, path, body, headers, status in asked:
        assert client.raw(method, path, body, headers)[0].status == status, (method, path, body)


def test_all_that_the_page_loads_is_served_from_here(client):
    for path in STATIC.rglob("*"):
        if path.is_file():
            name = path.relative_to(STATIC).as_posix()
            response, body = client.raw("GET", f"/{name}")
            assert (response.status, len(body)) == (200, path.stat().st_size), name
            kind = {".js": "text/javascript", ".css": "text/css"}.get(path.suffix)
            assert kind is None or response.headers["Content-Type"].startswith(kind)


def test_pages_name_no_other_host_and_make_no_markup_of_text():
    for path in [*STATIC.glob("*.js"), *STATIC.glob("*.html"), *STATIC.glob("*.css")]:
        text = path.read_text("utf-8")
        assert "://" not in text, path.name
        for banned in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "style="):
            assert banned not in text, (path.name, banned)


# what is asked -------------------------------------------------------------------------------------------------------


def test_the_queue_begins_with_the_least_certain(client):
    found = client.get("/api/queue", limit=100)

    uncertain = [row["uncertainty"] for row in found["rows"]]
    assert uncertain == sorted(uncertain, reverse=True)
    assert {row["kind"] for row in found["rows"]} == {"merge", "apart", "fact", "mention"}
    assert found["left"] == len(found["rows"]) > 20


def test_a_question_shows_sentences_with_the_mentions_marked(client):
    page = client.get("/api/question", id=client.question("fact", has="MARRIED_TO")["id"])

    (context,) = page["contexts"]
    marked = {piece["text"]: piece["marks"] for piece in context["pieces"]}
    assert "left" in marked["Ann B. Duncan"]
    assert "right" in marked["Cy Vance"]
    assert "".join(piece["text"] for piece in context["pieces"]).startswith("Ann B. Duncan married Cy Vance.")
    assert page["answers"] == ["right", "wrong"]


def test_a_merge_says_why(client):
    page = client.get("/api/question", id=client.question("merge")["id"])

    assert [side["name"] for side in page["sides"]] == ["Ann B. Duncan", "Ann Duncan"]
    assert page["reasons"][0]["weight"] == 40
    assert all(side["contexts"] for side in page["sides"])


def test_names_that_stay_apart_say_who_else_could_be_meant(client):
    page = client.get("/api/question", id=client.question("apart", has="Crocoll")["id"])

    assert any("Sara Harris Smithan" in reason["text"] for reason in page["reasons"])


@pytest.mark.parametrize("path", ["/api/search", "/api/facts"])
@pytest.mark.parametrize("asked", ["Sara Harris Smithan", "sara smithan"])
def test_entities_and_their_facts_are_found_by_name_and_by_alias(client, path, asked):
    (entity,) = client.get("/api/search", q="Sara Harris Smithan")["rows"]
    rows = client.get(path, q=asked, limit=200)["rows"]

    assert any(entity["id"] in (row.get("subject"), row.get("object"), row["id"]) for row in rows)


# answering -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "has", "answer", "verdicts", "changes"),
    [
        ("merge", "", "different", ["different"], {"entities_added": 1, "entities_changed": 1}),
        ("merge", "", "same", ["same"], {}),
        ("apart", "Crocoll", "same", ["same"], {"entities_removed": 1}),
        ("apart", "Crocoll", "different", ["different"], {}),
        ("fact", "MARRIED_TO", "wrong", ["wrong"], {"triples_removed": 1}),
        ("fact", "MARRIED_TO", "right", ["right"], {"triples_changed": 1}),
        ("fact", "DATE_OF_BIRTH", "wrong", ["wrong"], {"triples_removed": 1, "entities_changed": 1}),
        ("mention", "Lithuania", "wrong", ["wrong"], {"entities_removed": 1, "triples_removed": 1}),
        ("mention", "Lithuania", "right", ["right"], {}),
    ],
)
def test_an_answer_is_previewed_saved_built_and_undone(client, ws, kind, has, answer, verdicts, changes):
    before, id = state_of(ws), client.question(kind, has=has)["id"]
    left = client.get("/api/queue")["left"]

    preview = client.post("/api/preview", id=id, answer=answer)
    assert not preview["saved"]
    assert ws.judgements() == []
    saved = client.post("/api/judge", id=id, answer=answer, why="because")

    assert preview["difference"] == saved["difference"]
    for part, count in changes.items():
        assert saved["difference"][part]["count"] == count
    assert any(saved["difference"][part]["count"] for part in saved["difference"]) is bool(changes)
    assert [j.verdict for j in ws.judgements()] == verdicts
    assert {(j.by, j.reason) for j in ws.judgements()} == {("ann", "because")}
    assert client.get("/api/queue")["left"] < left
    assert client.get("/api/state")["waiting"] == 1

    client.post("/api/build")
    assert (state_of(ws) == before) is not bool(changes)
    assert client.get("/api/state")["waiting"] == 0
    assert id not in [row["id"] for row in client.get("/api/queue", limit=100)["rows"]]

    assert client.post("/api/undo")["question"] == id
    client.post("/api/build")
    assert state_of(ws) == before
    assert id in [row["id"] for row in client.get("/api/queue", limit=100)["rows"]]


def test_a_wrong_mention_goes_where_it_stands_and_nowhere_else(client, ws):
    rows = client.get("/api/queue", kind="mention", limit=100)["rows"]
    bo = [row for row in rows if row["title"][0] == "Bo Ryan"]
    assert len(bo) > 1

    client.post("/api/judge", id=bo[0]["id"], answer="wrong")
    client.post("/api/build")

    (still,) = client.get("/api/search", q="Bo Ryan")["rows"]
    places = client.get("/api/entity/places", id=still["id"])["rows"]
    gone = json.loads(bo[0]["id"])[1]
    assert places
    assert gone not in {place["document"] for place in places}
    assert [(j.verdict, j.left.uri == "*") for j in ws.judgements()] == [("different", False), ("wrong", False)]


def test_a_skipped_question_comes_last(client):
    first = client.get("/api/queue")["rows"][0]["id"]

    client.post("/api/skip", id=first)

    rows = client.get("/api/queue", limit=100)
    assert (rows["rows"][-1]["id"], rows["skipped"]) == (first, 1)


def test_a_contradiction_is_refused_and_names_the_earlier_word(client, ws):
    id = client.question("merge")["id"]
    client.post("/api/judge", id=id, answer="same")

    status, value = client.ask("POST", "/api/judge", {"id": id, "answer": "different"})

    assert status == 409
    assert "judgement 1" in value["error"]
    assert len(ws.judgements()) == 1


def test_judgements_are_listed_and_undone_by_number(client, ws):
    client.post("/api/judge", id=client.question("fact")["id"], answer="wrong")
    (row,) = client.get("/api/judgements")["rows"]
    assert (row["number"], row["state"], row["by"]) == (1, "in force", "ann")

    client.post("/api/undo", numbers=[1])

    assert ws.judgements() == []
    assert client.get("/api/judgements")["rows"] == []
    assert client.get("/api/judgements", all="1")["rows"][0]["state"] == "revoked"


def test_a_question_that_the_graph_no_longer_asks_is_not_found(client):
    id = client.question("merge")["id"]
    client.post("/api/judge", id=id, answer="different")
    client.post("/api/build")

    assert client.ask("POST", "/api/preview", {"id": id, "answer": "same"})[0] in (404, 409)
    assert client.ask("GET", "/api/question?id=" + json.dumps(json.loads(id)).replace(" ", ""))[0] == 404


def test_while_another_process_writes_the_page_is_for_reading(client, kg):
    id = client.question("fact")["id"]
    with writer_lock(kg):
        assert "in use by process" in client.get("/api/state")["busy"]
        status, value = client.ask("POST", "/api/preview", {"id": id, "answer": "right"})
        assert (status, "in use by process" in value["error"]) == (423, True)
        assert client.get("/api/queue")["left"] > 0
    assert client.get("/api/state")["busy"] == ""
    assert client.ask("POST", "/api/preview", {"id": id, "answer": "right"})[0] == 200


def test_a_writer_that_begins_while_the_page_looks_waits(client, kg, monkeypatch):
    """The look takes the lock itself: a run by the clock would have ended with busy."""
    ended = []

    def write():
        try:
            with writer_lock(kg):
                ended.append("well")
        except WorkspaceBusy as error:
            ended.append(str(error))

    @contextmanager
    def looked(path, **how):
        with writer_lock(path, **how):
            writer.start()
            writer.join(0.2)
            yield

    writer = threading.Thread(target=write)
    monkeypatch.setattr(asked, "writer_lock", looked)
    assert client.get("/api/state")["busy"] == ""
    writer.join()
    assert ended == ["well"]


# exploring -----------------------------------------------------------------------------------------------------------


def names(found):
    return [row["name"] for row in found["rows"]]


def test_search_finds_names_and_aliases_in_any_case(client):
    (ann,) = client.get("/api/search", q="ann duncan")["rows"]
    assert (ann["name"], ann["alias"]) == ("Ann B. Duncan", "Ann Duncan")
    assert names(client.get("/api/search", q="person")) == []
    assert names(client.get("/api/search", q="100%")) == []
    assert names(client.get("/api/search", q="_")) == []
    assert "Latvia" in names(client.get("/api/search", q="ATVI"))


def test_search_is_narrowed_by_type_relation_confidence_and_document(client):
    everyone = set(names(client.get("/api/search")))
    assert set(names(client.get("/api/search", type="Location"))) == {"Latvia", "Estonia", "Lithuania"}
    assert set(names(client.get("/api/search", predicate="MARRIED_TO"))) == {"Ann B. Duncan", "Cy Vance"}
    assert "Cy Vance" in names(client.get("/api/search", document="initial"))
    assert "Gamma Co" not in names(client.get("/api/search", document="initial"))
    assert set(names(client.get("/api/search", confidence=90))) < everyone
    assert names(client.get("/api/search", type="Location", document="crocoll")) == []


def test_facts_are_narrowed_in_the_same_way(client):
    def said(**given):
        return {(r["subject_name"], r["predicate"], r["object_name"]) for r in client.get("/api/facts", **given)["rows"]}

    assert said(predicate="MARRIED_TO") == {("Ann B. Duncan", "MARRIED_TO", "Cy Vance")}
    assert said(q="cy van") == {("Ann B. Duncan", "MARRIED_TO", "Cy Vance")}
    assert said(document="bo.txt", predicate="DATE_OF_BIRTH") == {("Bo Ryan", "DATE_OF_BIRTH", "1947")}
    assert said(confidence=99) == set()


def test_an_entity_has_a_page(client):
    (hit,) = client.get("/api/search", q="Ann Duncan")["rows"]

    page = client.get("/api/entity", id=f"e:{hit['id']}")
    mentions = client.get("/api/entity/mentions", id=hit["id"])

    assert page["aliases"] == ["Ann Duncan"]
    assert {name["key"] for name in page["names"]} == {"Person/ann duncan", "Person/ann b duncan"}
    assert page["joins"][0]["weight"] == 40
    assert page["fact_count"] == len(page["facts"]) == sum(count for _, count in page["predicates"])
    assert mentions["count"] == len(mentions["rows"]) == 2
    assert client.ask("GET", "/api/entity?id=nobody")[0] == 404


def test_a_neighbourhood_is_narrowed_and_goes_further(client):
    (hit,) = client.get("/api/search", q="Acme")["rows"]

    def around(**given):
        found = client.get("/api/neighbourhood", id=hit["id"], **given)
        ends = {node["id"] for node in found["nodes"]}
        assert all({fact["subject"], fact["object"]} <= ends for fact in found["facts"])
        return {node["name"] for node in found["nodes"]}

    near = around()
    assert {"Acme Widget Co", "Ann B. Duncan", "Bo Ryan"} <= near
    assert near < around(steps=2)
    assert around(predicate="MARRIED_TO") == {"Acme Widget Co"}
    assert around(document="bo.txt") == {"Acme Widget Co", "Bo Ryan"}
    assert around(type="Location") == {"Acme Widget Co"}
    assert len(around(most=1)) == 2


def test_a_document_is_shown_as_text_with_its_mentions(client):
    (row,) = client.get("/api/documents", q="markup")["rows"]

    page = client.get("/api/document", id=row["id"])

    pieces = [piece for block in page["blocks"] for piece in block]
    assert "<img src=x" in "".join(piece["text"] for piece in pieces)
    assert {piece["text"] for piece in pieces if "mention" in piece["marks"]} >= {"Sara Smithan", "Latvia"}
    assert all(piece["entity"] for piece in pieces if "mention" in piece["marks"])


# the command ---------------------------------------------------------------------------------------------------------


def test_the_command_prints_the_address_and_ends_cleanly(kg):
    command = [sys.executable, "-m", "kgbuild", "-w", str(kg), "review", "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path.cwd()) as process:
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert err.strip().endswith("ended")


def test_a_port_that_is_taken_is_an_error_of_usage(kg, server, capsys):
    from kgbuild.cli.main import call

    assert call(["-w", str(kg), "review", "--no-open", "--port", str(server.server_port)]) == 2
    assert "give another --port" in capsys.readouterr().err


def test_a_workspace_without_a_graph_says_what_to_do(tmp_path, capsys):
    from kgbuild.cli.main import call

    assert call(["init", "-w", str(tmp_path / "kg"), "-q"]) == 0
    assert call(["-w", str(tmp_path / "kg"), "review", "--no-open"]) == 1
    assert "build` first" in capsys.readouterr().err
