"""The engine's process, as its parent sees it: started, asked, answering line by line, killed. It knows no graph and no Cypher."""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kgbuild.errors import BuildError, QueryError

SCRIPT = "embedded_child.py"

RAISED = re.compile(r"date\(\) cannot parse 'kgbuild: (.*)' as a date")
UNPAGEABLE = re.compile(r"SKIP/LIMIT value must")
UNDEFINED = re.compile(r"UndefinedVariable: Variable '([^']+)' not defined")


class Refused(QueryError):
    """The engine answered that it cannot: it goes on, and may be asked again."""


class Engine:
    """A process that holds the engine for one database folder, in mode `load`, `change` or `read`; killed when closed.

    It writes its logs into a folder of its own that goes with it, gets no console signals, and ends when this process does.
    """

    def __init__(self, mode: str, folder: Path, script: str = SCRIPT) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="kgbuild-", ignore_cleanup_errors=True)
        self._stderr = Path(self._scratch.name, "stderr").open("w+b")  # noqa: SIM115  closed with the engine
        self._posted = 0
        program = Path(__file__).with_name(script)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-X", "utf8", str(program), mode, str(folder.resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env=_environment(self._scratch.name),
            cwd=self._scratch.name,
            start_new_session=True,
            encoding="ascii",
        )

    def send(self, **request: Any) -> None:
        """One request. A dead process is noticed by `receive`."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()

    def post(self, **request: Any) -> None:
        """One request whose answer is waited for by `settle`: the engine works on it while the next one is made."""
        self.send(**request)
        self._posted += 1

    def settle(self) -> None:
        """Wait until everything posted is done. Raises BuildError as `receive` does."""
        while self._posted:
            self.receive()
            self._posted -= 1

    def receive(self) -> dict[str, Any]:
        """The next answer. Raises BuildError with what the engine says if it failed or died."""
        answer = self.receive_or_none()
        if answer is None:
            raise BuildError(f"the query engine ended early: {self.last_words()}")
        if "error" in answer:
            raise BuildError(f"the query store cannot be built: {answer['error']}")
        return answer

    def receive_or_none(self) -> dict[str, Any] | None:
        """The next answer, as it is; None if the process is gone."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        return json.loads(line) if line else None

    def ask(self, request: dict[str, Any], timeout: float | None) -> Iterator[dict[str, Any]]:
        """Send one query and give its answers until the one that says `truncated`; timeout in seconds, None for no end.

        Raises Refused if the engine answers with an error, QueryError if it takes too long or ends: the process is gone then.
        """
        late = threading.Event()

        def end() -> None:
            late.set()
            self.process.kill()

        timer = threading.Timer(timeout if timeout is not None else 0.0, end)
        timer.daemon = True
        if timeout is not None:
            timer.start()
        try:
            self.send(**request)
            answer: dict[str, Any] | None = {}
            while answer is not None and "truncated" not in answer:
                answer = self.receive_or_none()
                if answer is None and late.is_set():
                    raise QueryError(f"the query took longer than {timeout:g} seconds: narrow it, or give --timeout more")
                if answer is None:
                    raise QueryError(f"the query engine ended early: {self.last_words()}")
                if "error" in answer:
                    raise Refused(refusal(answer["error"]))
                yield answer
        finally:
            timer.cancel()

    def last_words(self) -> str:
        """The last line on the process's standard error, or how it ended."""
        code = self.process.wait()
        lines = Path(self._stderr.name).read_text("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"exit code {code}"

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self._stderr):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()
        self._scratch.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.close()


def raised(what: str) -> str:
    """An expression that fails, saying this to the user, where the engine comes to compute it. No quotation mark may be in it."""
    return f"date('kgbuild: {what}')"


def refusal(error: str) -> str:
    """What the engine says of a query, in words that a user can act on."""
    if found := RAISED.search(error):
        return f"the query failed: {found[1]}"
    if UNPAGEABLE.search(error):
        return "the query failed: SKIP and LIMIT take a whole number that is not negative, and no variable: toInteger(…) makes one of text"
    if "Pattern expressions are not allowed in" in error:
        return "the query failed: a pattern as a value stands in WHERE alone: write EXISTS { … } around it"
    if found := UNDEFINED.search(error):
        return f"the query failed: {found[1]} is not defined where it is used: WITH, CALL (…) {{ … }} and UNION keep only what they name"
    return f"the query failed: {error}"


def _environment(scratch: str) -> dict[str, str]:
    # The engine would log to ~/.local/state and to the console. Its own settings (ARCADEDB_…) could send it elsewhere.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ARCADEDB_")}
    return kept | {"ARCADEDB_LOG_DIR": scratch, "ARCADEDB_LOG_CONSOLE": "0"}
