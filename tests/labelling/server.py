"""A local server that speaks the chat protocol, and answers as a test says: well, wrongly, slowly, not at all."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def said(content, finish="stop", **message):
    """A good answer of the protocol with this content."""
    return {
        "choices": [{"message": {"role": "assistant", "content": content, **message}, "finish_reason": finish}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20},
    }


class Fake:
    """answer: request -> (status, headers, body); body: an object, bytes, or an iterator of bytes with pauses of its own."""

    def __init__(self, port):
        self.url = f"http://localhost:{port}/v1"
        self.requests = []
        self.headers = []
        self.paths = []
        self.answer = lambda _: (200, {}, said('{"entities": []}'))

    @property
    def texts(self):
        return [request["messages"][-1]["content"] for request in self.requests]

    def says(self, *answers):
        """Answer the requests one after the other, and from then on with the last."""
        left = list(answers)

        def answer(request):
            found = left.pop(0) if len(left) > 1 else left[0]
            return (
                found if isinstance(found, tuple) else (200, {}, said(found if isinstance(found, str) else json.dumps(found)))
            )

        self.answer = answer


@contextmanager
def serving():
    """A fake server while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fake.requests.append(request)
            fake.headers.append(dict(self.headers))
            fake.paths.append(self.path)
            try:
                self.reply(*fake.answer(request))
            except OSError:
                pass  # who asked has gone

        def reply(self, status, headers, body):
            if body is None:
                self.close_connection = True
                return
            parts = [body if isinstance(body, bytes) else json.dumps(body).encode()] if isinstance(body, dict | bytes) else body
            self.send_response(status)
            self.send_header("Connection", "close")
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            for part in parts:
                self.wfile.write(part)
                self.wfile.flush()
            self.close_connection = True

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    fake = Fake(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def dripping(seconds, part=b" "):
    """A body that comes byte by byte, for ever."""
    while True:
        time.sleep(seconds)
        yield part
