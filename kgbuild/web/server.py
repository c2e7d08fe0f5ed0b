"""A sitting served on the loopback: pages and answers for one person, and for nobody else.

Whoever asks must know the token (in the page's address, and in a header of every question), must ask this host by its own name (a name
that was rebound to it by somebody's DNS is refused), and must not come from another site. Pages may load from here alone.
"""

import hmac
import json
import logging
import secrets
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import parse_qs, urlsplit

from kgbuild.errors import KgbuildError, NotFound, UsageError, WorkspaceBusy
from kgbuild.web.asked import READING, SAYING
from kgbuild.web.sitting import Sitting

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
TOKEN_HEADER = "X-Kgbuild-Token"  # noqa: S105
MOST_BODY = 64 * 1024
IDLE_SECONDS = 60

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

STATIC = Path(__file__).parent / "static"
SUFFIXES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


class Refused(Exception):
    """A request that is not answered. status: of HTTP; str(): why."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


class ReviewServer(ThreadingHTTPServer):
    """Listens on the loopback. Raises OSError if the port is taken."""

    daemon_threads = True

    def __init__(self, sitting: Sitting, port: int = 0) -> None:
        super().__init__((HOST, port), Handler)
        self.sitting = sitting
        self.token = secrets.token_urlsafe(24)
        self.files = {f"/{path.relative_to(STATIC).as_posix()}": path for path in STATIC.rglob("*") if path.suffix in SUFFIXES}

    @property
    def url(self) -> str:
        """Where the page is, with the token."""
        return f"http://{HOST}:{self.server_port}/?token={self.token}"

    @property
    def names(self) -> set[str]:
        """What this host may be called."""
        return {f"{HOST}:{self.server_port}", f"localhost:{self.server_port}"}

    def finish(self, seconds: float) -> bool:
        """Close, after what is being written; False if that took longer than so many seconds."""
        ended = self.sitting.writing.acquire(timeout=seconds)
        self.server_close()
        return ended

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A page that was closed in the middle is no error."""
        log.debug("a request of the page broke off", exc_info=True)  # noqa: LOG014


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: ReviewServer
    protocol_version = "HTTP/1.1"
    server_version = "kgbuild"
    sys_version = ""
    timeout = IDLE_SECONDS

    def do_GET(self) -> None:
        self._answered(self._get)

    def do_HEAD(self) -> None:
        self._answered(self._get)

    def do_POST(self) -> None:
        self._answered(self._post)

    def _get(self) -> None:
        address = urlsplit(self.path)
        query = parse_qs(address.query)
        if address.path == "/":
            self._check_token(query.get("token", [""])[0])
            self._file("/index.html")
        elif address.path in READING:
            self._check_token(self.headers.get(TOKEN_HEADER, ""))
            self._json(READING[address.path](self.server.sitting, query))
        else:
            self._file(address.path)

    def _post(self) -> None:
        body = self._body()  # read also where it is refused, or the connection is out of step
        self._check_token(self.headers.get(TOKEN_HEADER, ""))
        path = urlsplit(self.path).path
        if path not in SAYING:
            raise Refused(HTTPStatus.NOT_FOUND, f"nothing is at {path}")
        if self.headers.get_content_type() != "application/json":
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send JSON")
        self._json(SAYING[path](self.server.sitting, _object(body)))

    # who asks --------------------------------------------------------------------------------------------------------

    def _check_caller(self) -> None:
        """Refuse other hosts' names and other sites."""
        if self.headers.get("Host", "") not in self.server.names:
            raise Refused(HTTPStatus.FORBIDDEN, "this host is not called so")
        origin = self.headers.get("Origin")
        if origin is not None and origin not in {f"http://{name}" for name in self.server.names}:
            raise Refused(HTTPStatus.FORBIDDEN, "another site asks")
        if self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin") and self.command == "POST":
            raise Refused(HTTPStatus.FORBIDDEN, "another site asks")

    def _check_token(self, given: str) -> None:
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self.server.token.encode()):
            raise Refused(HTTPStatus.FORBIDDEN, "open the address that `kgbuild review` printed: this one lacks its token")

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            self._hang_up(HTTPStatus.LENGTH_REQUIRED, "say how long the body is")
        if int(length) > MOST_BODY:
            self._hang_up(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a body has at most {MOST_BODY:,} bytes")
        return self.rfile.read(int(length))

    def _hang_up(self, status: HTTPStatus, why: str) -> NoReturn:
        self.close_connection = True
        raise Refused(status, why)

    # answers ---------------------------------------------------------------------------------------------------------

    def _answered(self, work: Any) -> None:
        """Do the work; every error becomes an answer that says what to do."""
        try:
            self._check_caller()
            work()
        except Refused as refused:
            self.close_connection = True
            self._json({"error": str(refused)}, refused.status)
        except KgbuildError as error:
            self._json({"error": str(error)}, status_of(error))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        except Exception as error:
            log.exception("a question of the page failed")
            told = f"this is a bug in kgbuild, sorry ({type(error).__name__}: {error})"
            self._json({"error": told}, HTTPStatus.INTERNAL_SERVER_ERROR)

    def _file(self, path: str) -> None:
        file = self.server.files.get(path)
        if file is None:
            raise Refused(HTTPStatus.NOT_FOUND, f"nothing is at {path}")
        self._send(HTTPStatus.OK, SUFFIXES[file.suffix], file.read_bytes())

    def _json(self, value: Any, status: HTTPStatus = HTTPStatus.OK) -> None:
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        self._send(status, "application/json; charset=utf-8", body)

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Paths without their queries: these hold the token, and what a person looks for."""
        log.debug("%s %s", getattr(self, "command", ""), urlsplit(getattr(self, "path", "")).path)


def status_of(error: KgbuildError) -> HTTPStatus:
    """How an error of kgbuild is called in HTTP."""
    match error:
        case WorkspaceBusy():
            return HTTPStatus.LOCKED
        case NotFound():
            return HTTPStatus.NOT_FOUND
        case UsageError():
            return HTTPStatus.BAD_REQUEST
        case _:
            return HTTPStatus.CONFLICT


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        raise Refused(HTTPStatus.BAD_REQUEST, "the body is no JSON") from None
    if not isinstance(value, dict):
        raise Refused(HTTPStatus.BAD_REQUEST, "the body is no JSON object")
    return value


def serve(server: ReviewServer) -> None:
    """Answer until the process is interrupted or the server is shut down by another thread."""
    server.serve_forever(poll_interval=0.2)


def opened_in_browser(url: str) -> None:
    """Open the page, in a thread: some browsers of a terminal keep whoever calls them."""
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(url,), name="browser", daemon=True).start()
