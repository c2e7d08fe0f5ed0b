"""A small graph with a question of every kind, built once; a server on a copy of it; a browser that is installed where it is missing."""

import http.client
import json
import os
import shutil
import subprocess
import threading
from urllib.parse import quote, urlencode

import pytest

from kgbuild.pipeline.workspace import Workspace
from kgbuild.web.server import TOKEN_HEADER, ReviewServer, serve
from kgbuild.web.sitting import Sitting
from tests.toy import ToyModels

TEXTS = {
    "ann.txt": "Ann Duncan works for Acme Widget Co. Ann Duncan lives in Latvia.\n\nBo Ryan works for Acme Widget Co.",
    "bo.txt": "Bo Ryan works for Acme Widget Co. Bo Ryan was born on 1947. and as far as anybody knows Bo Ryan lives in Estonia.",
    "initial.txt": "Ann B. Duncan married Cy Vance.\n\nAnn B. Duncan met Bo Ryan. She lives in Latvia.",
    "sara.txt": "Sara Harris Smithan works for Beta Co. Sara Smithan lives in Lithuania.",
    "crocoll.txt": "Sara Crocoll Smithan works for Gamma Co. Later she met Sara Smithan.",
    "markup.txt": 'Sara Smithan lives in Latvia <b>and</b> <img src=x onerror="alert(1)"> Sara Smithan works for Beta Co.',
}


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The workspace, to be copied."""
    home = tmp_path_factory.mktemp("review")
    (home / "docs").mkdir()
    for name, text in TEXTS.items():
        (home / "docs" / name).write_text(text, "utf-8")
    with Workspace(home / "kg", create=True, models=ToyModels()) as ws:
        ws.add([home / "docs"])
        ws.extract()
        ws.build()
    return home / "kg"


@pytest.fixture
def kg(made, tmp_path):
    """A copy of it."""
    return shutil.copytree(made, tmp_path / "kg")


@pytest.fixture
def ws(kg):
    with Workspace(kg, models=ToyModels()) as workspace:
        yield workspace


@pytest.fixture
def server(kg):
    """A server that runs in a thread."""
    server = ReviewServer(Sitting(kg, "ann", ToyModels()))
    thread = threading.Thread(target=serve, args=(server,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    assert server.finish(10)


class Client:
    """Asks as the page does."""

    def __init__(self, server):
        self.server = server

    def raw(self, method, path, body=None, headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=20)
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def ask(self, method, path, body=None):
        headers = {TOKEN_HEADER: self.server.token} | ({"Content-Type": "application/json"} if body is not None else {})
        response, read = self.raw(method, path, None if body is None else json.dumps(body), headers)
        return response.status, json.loads(read)

    def get(self, path, **parameters):
        status, value = self.ask("GET", f"{path}?{urlencode(parameters, doseq=True, quote_via=quote)}")
        assert status == 200, value
        return value

    def post(self, path, **body):
        status, value = self.ask("POST", path, body)
        assert status == 200, value
        return value

    def question(self, kind, **title):
        """The first open question of a kind, or that with these words in its title."""
        rows = self.get("/api/queue", kind=kind, limit=100)["rows"]
        return next(row for row in rows if title.get("has", "") in " ".join(row["title"]))


@pytest.fixture
def client(server):
    return Client(server)


def installed_chromium():
    """Where Chromium is; Debian's package is installed where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found:
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        pytest.fail("the browser tests need Chromium: install the package `chromium`, or run as root where apt-get can")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (("update",), ("install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core")):
        subprocess.run(["apt-get", *words], check=True, capture_output=True, env=env)
    return shutil.which("chromium")


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests of a file. It is closed with the file, since its event loop would be in the way of others."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()
