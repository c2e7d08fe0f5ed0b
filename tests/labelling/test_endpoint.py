import json
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from kgbuild.errors import TeacherError, UsageError
from kgbuild.labelling.endpoint import Absent, Declined, Passing, endpoint_of, seconds_of
from tests.labelling.server import dripping, said

MESSAGES = ({"role": "system", "content": "Annotate."}, {"role": "user", "content": "Ann."})
KEY = "sk-very-secret"


def asked(server, timeout=10.0, **more):
    return endpoint_of(server.url, "m", KEY, timeout, **more).ask(MESSAGES)


def test_a_call_is_of_the_chat_protocol(server):
    reply = asked(server)
    assert (reply.content, reply.finish, reply.used) == ('{"entities": []}', "stop", (100, 20))
    assert server.paths == ["/v1/chat/completions"]
    assert server.requests == [
        {
            "model": "m",
            "messages": list(MESSAGES),
            "stream": False,
            "temperature": 0,
            "response_format": {"type": "json_object"},
        }
    ]
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"


def test_without_a_key_none_is_sent(server):
    endpoint_of(server.url, "m").ask(MESSAGES)
    assert "Authorization" not in server.headers[0]


def test_parameters_that_a_server_does_not_know_are_left_out_from_then_on(server):
    def picky(request):
        wrong = [key for key in ("response_format", "temperature") if key in request]
        return (400, {}, {"error": {"message": f"unknown {wrong[0]}"}}) if wrong else (200, {}, said("{}"))

    server.answer = picky
    endpoint = endpoint_of(server.url, "m")
    endpoint.ask(MESSAGES)
    endpoint.ask(MESSAGES)
    assert [sorted(request) for request in server.requests] == [
        ["messages", "model", "response_format", "stream", "temperature"], ["messages", "model", "stream", "temperature"],
        *[["messages", "model", "stream"]] * 2,
    ]  # fmt: skip


def test_a_request_that_is_refused_is_declined_and_no_more(server):
    server.answer = lambda _: (400, {}, {"error": {"message": "too long"}})
    with pytest.raises(Declined, match="400 too long"):
        asked(server)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, {"error": {"message": f"Incorrect API key: {KEY}"}}, "401 Incorrect API key: …; the key is missing or wrong: set KGBUILD_LLM_KEY"),
        (403, {}, "403"), (404, {"detail": "no model"}, "there is no such model or address"), (307, {}, "redirects are not followed"),
    ],
)  # fmt: skip
def test_what_no_repetition_helps_says_what_to_do_and_never_the_key(server, status, body, words):
    server.answer = lambda _: (status, {"Location": "http://example.org/"}, body)
    with pytest.raises(TeacherError) as caught:
        asked(server)
    assert words in str(caught.value) and KEY not in str(caught.value)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("answer", "wait", "busy"),
    [
        ((429, {"Retry-After": "7"}, {}), 7.0, True), ((429, {}, {}), None, True), ((503, {"Retry-After": "2"}, {}), 2.0, True),
        ((500, {}, b"<html>oops"), None, False), ((200, {}, b"not json"), None, False), ((200, {}, {"choices": []}), None, False),
        ((200, {}, {"choices": [{"message": {"content": 7}}]}), None, False), ((200, {}, b"[" * 100_000), None, False), ((200, {}, None), None, False),
        ((200, {"Content-Length": "1000"}, b'{"choices'), None, False), ((200, {}, b" " * 4_000_001), None, False),
    ],
)  # fmt: skip
def test_what_may_pass_is_told_apart(server, answer, wait, busy):
    server.answer = lambda _: answer
    with pytest.raises(Passing) as caught:
        asked(server)
    assert (caught.value.wait, caught.value.busy) == (wait, busy)


@pytest.mark.parametrize("body", [dripping(0.03), iter(lambda: time.sleep(1) or b"", b"x")], ids=["drops", "silence"])
def test_an_answer_has_a_time_in_which_all_of_it_must_come(server, body):
    server.answer = lambda _: (200, {}, body)
    started = time.monotonic()
    with pytest.raises(Passing):
        asked(server, timeout=0.2)
    assert time.monotonic() - started < 0.9


def test_a_server_that_is_not_there_is_told_from_one_that_fails(monkeypatch):
    with pytest.raises(Absent, match="refused"):
        endpoint_of("http://127.0.0.1:9", "m").ask(MESSAGES)

    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Absent, match="llm.example.org: .*Name or service not known"):
        endpoint_of("https://llm.example.org/v1", "m").ask(MESSAGES)


def test_a_refusal_in_the_message_is_one(server):
    server.answer = lambda _: (200, {}, said(None, refusal="I will not"))
    assert asked(server).finish == "content_filter"


@pytest.mark.parametrize(
    ("url", "calls", "local"),
    [
        ("http://localhost:11434", "http://localhost:11434/v1/chat/completions", True),
        ("http://localhost:11434/v1/", "http://localhost:11434/v1/chat/completions", True),
        ("https://api.example.org/openai/v1", "https://api.example.org/openai/v1/chat/completions", False),
        ("https://x.org/v1/chat/completions?api-version=2", "https://x.org/v1/chat/completions?api-version=2", False),
        ("http://[::1]:80/v1", "http://[::1]:80/v1/chat/completions", True), ("http://127.0.0.9/v1", "http://127.0.0.9/v1/chat/completions", True),
    ],
)  # fmt: skip
def test_addresses_are_completed(url, calls, local):
    endpoint = endpoint_of(url, "m", KEY)
    assert (endpoint.url, endpoint.is_local) == (calls, local)
    assert KEY not in repr(endpoint)


@pytest.mark.parametrize(
    "url", ["localhost:80", "file:///etc/passwd", "http://", "https://key@host/v1", "http://host:x/v1", "http://example.org/v1"]
)
def test_what_is_no_address_or_sends_in_the_clear_is_refused(url):
    with pytest.raises(UsageError) as caught:
        endpoint_of(url, "m")
    assert "key@host" not in str(caught.value)


def test_in_the_clear_only_if_said():
    assert not endpoint_of("http://example.org/v1", "m", insecure=True).is_local


def test_retry_after_is_seconds_or_a_date():
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30))
    assert 25 < seconds_of(later) <= 30
    assert (seconds_of("1.5"), seconds_of("soon"), seconds_of(None), seconds_of("-3")) == (1.5, None, None, 0.0)


def test_the_text_travels_as_json_in_utf8(server):
    endpoint_of(server.url, "m").ask(({"role": "user", "content": "Ann “Ä” 北京\n\t\x01"},))
    assert server.texts == ["Ann “Ä” 北京\n\t\x01"]
    assert json.dumps(server.requests[0])
