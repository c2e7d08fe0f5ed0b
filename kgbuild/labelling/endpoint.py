"""Messages -> a reply, over HTTP: one call of an OpenAI-compatible chat endpoint. Says how a call failed; decides no second one.

The key travels in a header, to the host that was named and no other: redirects are not followed. It is in no message of ours.
"""

import ipaddress
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from socket import gaierror
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from kgbuild.errors import TeacherError, UsageError
from kgbuild.labelling.answers import FILTERED, Reply

Message = Mapping[str, str]

CHAT = "/chat/completions"
MOST_BYTES = 4_000_000
"""Of one answer; what is longer is none."""
MOST_SAID = 200
"""Characters of a server's message that are shown."""
TOO_MANY = 429
PASSING = frozenset({408, 409, 425, TOO_MANY})
"""Statuses below 500 that may be well the next time."""
PICKY = frozenset({400, 422})
"""Statuses with which servers refuse a parameter that they do not know."""
FATAL = {
    401: "the key is missing or wrong: set KGBUILD_LLM_KEY, or give --key-file FILE",
    403: "the key may not do this: check what it is good for",
    404: "there is no such model or address: check --model and --llm",
}
"""Statuses after which no other text will fare better, with what to do."""


class Passing(Exception):
    """A call failed in a way that may pass. wait: seconds that the server asks for, None if it does not say; busy: for all calls."""

    def __init__(self, reason: str, wait: float | None = None, *, busy: bool = False) -> None:
        super().__init__(reason)
        self.wait, self.busy = wait, busy or wait is not None


class Absent(Passing):
    """Nobody took the call: nothing listens at the address, or there is no such host."""


class Declined(Exception):
    """The server does not take this one request; another one may be well."""


@dataclass(slots=True)
class Endpoint:
    """Where the model is. url: of the chat calls; timeout: seconds that one call may take, all in all.

    plain: how many optional parameters the server has refused so far; key: never shown.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout: float = 120.0
    plain: int = 0

    @property
    def host(self) -> str:
        """Host and port."""
        return urlsplit(self.url).netloc

    @property
    def is_local(self) -> bool:
        """Whether the host is this machine itself, as its name says."""
        host = str(urlsplit(self.url).hostname)
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    def ask(self, messages: Sequence[Message]) -> Reply:
        """One call. Raises Passing, Declined, or TeacherError where nothing will help.

        A parameter that the server refuses (JSON as the format, then the temperature) is left out, from then on.
        """
        while True:
            left_out = self.plain
            status, wait, body = self._post(self._body(messages, left_out))
            if status in PICKY and left_out < len(OPTIONAL):
                self.plain = max(self.plain, left_out + 1)
                continue
            return self._reply(status, wait, body)

    def _body(self, messages: Sequence[Message], left_out: int) -> bytes:
        body = {"model": self.model, "messages": list(messages), "stream": False, **dict(OPTIONAL[left_out:])}
        return json.dumps(body, ensure_ascii=False).encode()

    def _post(self, body: bytes) -> tuple[int, float | None, bytes]:
        """Status, seconds to wait, body. Raises Passing for a connection that fails or takes too long, Absent where there is none."""
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "kgbuild"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        started = time.monotonic()
        try:
            request = Request(self.url, body, headers)  # noqa: S310, endpoint_of lets only http and https in
            with _opener(local=self.is_local).open(request, timeout=self.timeout) as answer:
                return answer.status, None, self._read(answer, started)
        except HTTPError as error:
            with error:
                return error.code, seconds_of(error.headers.get("Retry-After")), self._read(error, started)
        except (OSError, HTTPException) as error:  # URLError, time-outs and resets are OSErrors
            reason = getattr(error, "reason", None) or error
            kind = Absent if isinstance(reason, ConnectionRefusedError | gaierror) else Passing
            raise kind(f"{self.host}: {self._clean(str(reason) or type(error).__name__)}") from None

    def _read(self, answer: Any, started: float) -> bytes:
        """The whole body, if it comes in time and is not too long."""
        parts, size = [], 0
        while part := answer.read1(1 << 16):
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                raise Passing(f"{self.host}: an answer of more than {MOST_BYTES:,} bytes")
            if time.monotonic() - started > self.timeout:
                raise Passing(f"{self.host}: no whole answer within {self.timeout:g} s")
        return b"".join(parts)

    def _reply(self, status: int, wait: float | None, body: bytes) -> Reply:
        if status == 200:
            return reply_of(body, self.host)
        said = f"{self.host}: {status} {self._clean(_message(body))}".rstrip()
        if status in FATAL or 300 <= status < 400:
            raise TeacherError(f"{said}; {FATAL.get(status, 'redirects are not followed: give the address itself to --llm')}")
        if status in PASSING or status >= 500:
            raise Passing(said, wait, busy=status == TOO_MANY)
        raise Declined(said)

    def _clean(self, text: str) -> str:
        """A message of others, on one line, short, without the key."""
        clean = " ".join((text.replace(self.key, "…") if self.key else text).split())
        return clean if len(clean) <= MOST_SAID else clean[: MOST_SAID - 1] + "…"


OPTIONAL: tuple[tuple[str, Any], ...] = (("response_format", {"type": "json_object"}), ("temperature", 0))
"""Parameters that a server may refuse, in the order in which they are given up."""


def endpoint_of(url: str, model: str, key: str = "", timeout: float = 120.0, *, insecure: bool = False) -> Endpoint:
    """The endpoint at an address. Raises UsageError for what is no address, or would send a key or texts in the clear elsewhere.

    The address may be that of the server, of its API (/v1), or of the chat calls.
    """
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        known = False
    if not known or "@" in parts.netloc:
        shown = url if "@" not in url else "the address"
        raise UsageError(f"{shown} is no address of a server: give https://HOST/v1 or http://localhost:PORT/v1, without a key")
    path = parts.path.rstrip("/")
    path = path if path.endswith(CHAT) else (path or "/v1") + CHAT
    found = Endpoint(parts._replace(path=path, fragment="").geturl(), model, key, timeout)
    if parts.scheme == "http" and not found.is_local and not insecure:
        raise UsageError(f"{url}: texts would go to another machine unencrypted: give https://, or --insecure as well")
    return found


def reply_of(body: bytes, host: str) -> Reply:
    """What a good answer of the server says. Raises Passing if it is none of the protocol."""
    try:
        value = json.loads(body)
        choice = value["choices"][0]
        message = choice["message"]
        content, finish = message.get("content") or "", choice.get("finish_reason") or ""
        if not isinstance(content, str) or not isinstance(finish, str):
            raise TypeError
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Passing(f"{host}: an answer that is not of the chat protocol") from None
    return Reply(content, FILTERED if message.get("refusal") else finish, _used(value.get("usage")))


def seconds_of(header: str | None) -> float | None:
    """Retry-After in seconds, from a number or a date; None for neither."""
    if header is None:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _opener(*, local: bool) -> OpenerDirector:
    """Redirects are answers like others; the machine itself is asked without a proxy."""
    return build_opener(_NoRedirects, *([ProxyHandler({})] if local else []))


def _used(usage: Any) -> tuple[int, int]:
    counts = [usage.get(key) for key in ("prompt_tokens", "completion_tokens")] if isinstance(usage, dict) else [0, 0]
    sent, received = (count if isinstance(count, int) and count >= 0 else 0 for count in counts)
    return sent, received


def _message(body: bytes) -> str:
    """What an error's body says, wherever the server puts it."""
    text = body.decode("utf-8", "replace")
    try:
        value = json.loads(text)
        error = value.get("error", value)
        found = error.get("message") or error.get("detail") if isinstance(error, dict) else error
        return found if isinstance(found, str) else text
    except (ValueError, AttributeError, RecursionError):
        return text
