"""Files -> readings, parsed ahead in killable children; results come in the order of the jobs.

One child serves many documents and is replaced when it dies or is killed. What runs out of time or memory is RETRY, never
quarantine: that verdict would depend on the machine. Knows no format.
"""

import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from kgbuild import errors
from kgbuild.documents.child import LENGTH, pack_options, send, unpack
from kgbuild.documents.read import ReadOptions
from kgbuild.documents.walk import File
from kgbuild.errors import KgbuildError
from kgbuild.records import Outcome, Reading, Source

Job = tuple[File, ReadOptions]
Result = tuple[File, str, list[Reading]]

SECONDS = 120.0
"""Wall-clock time that one document may take."""
MEMORY = 4 << 30
"""Address space of a child, in bytes."""
AHEAD = 16
"""Documents per child that are read ahead of the consumer."""

_RUN = "import sys; sys.path[:] = {path!r}; from kgbuild.documents.child import main; main()"


Child = subprocess.Popen[bytes]
"""A parser process; it serves one document after the other."""


class _Gone(Exception):
    """A child died, or was killed, over a document."""


class ReaderPool:
    """Parser children; a context manager. Closing it, or an exception inside, kills and reaps every child."""

    def __init__(
        self,
        children: int = 2,
        *,
        seconds: float = SECONDS,
        memory: int = MEMORY,
        command: Sequence[str] | None = None,
    ) -> None:
        """children: how many at most; seconds, memory: of one document; command: what to run as a child (for tests)."""
        self.children = max(1, children)
        self.seconds = seconds
        self.memory = memory
        self.command = list(command or (sys.executable, "-c", _RUN.format(path=sys.path)))
        self._alive: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> "ReaderPool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Kill all children that are left."""
        with self._lock:
            self._closed = True
            left = list(self._alive)
        for process in left:
            self._end(process)

    def read(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """(file, content digest, readings) of each job, in their order. Jobs are drawn from other threads, one at a time.

        A file that cannot be opened, or whose parser dies, gives one RETRY reading. Raises what a reader raises about the call
        itself (UsageError: a suffix that is not read).
        """
        queue = _Queue(iter(jobs), self.children * AHEAD)
        workers = [threading.Thread(target=self._work, args=(queue,), daemon=True) for _ in range(self.children)]
        for worker in workers:
            worker.start()
        try:
            yield from queue.results()
        finally:
            queue.stop()
            for worker in workers:
                worker.join()

    def _work(self, queue: "_Queue") -> None:
        """Serve jobs with one child until there are no more."""
        child: Child | None = None
        try:
            while (taken := queue.take()) is not None:
                number, (file, options) = taken
                try:
                    child = child or self._start()
                    answer = self._ask(child, file, options, queue)
                except _Gone as reason:
                    self._end(child)
                    child, answer = None, {"retry": str(reason)}
                queue.put(number, _result(file, answer))
        except BaseException as error:
            queue.fail(error)
        finally:
            self._end(child)

    def _start(self) -> Child:
        with self._lock:
            if self._closed:
                raise _Gone("the pool was closed")
            child = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            self._alive.add(child)
        assert child.stdin is not None
        try:
            send(child.stdin, {"memory": self.memory, "seconds": self.seconds})
        except OSError:
            self._end(child)
            raise _Gone("the parser did not start") from None
        return child

    def _ask(self, child: Child, file: File, options: ReadOptions, queue: "_Queue") -> dict[str, Any]:
        job = {
            "path": str(file.path),
            "uri": file.uri,
            "root": file.root,
            "suffix": file.suffix,
            "options": pack_options(options),
        }
        assert child.stdin is not None
        deadline = time.monotonic() + self.seconds
        try:
            send(child.stdin, job)
        except OSError:
            raise _Gone("the parser died") from None
        return self._answer(child, deadline, queue)

    def _answer(self, child: Child, deadline: float, queue: "_Queue") -> dict[str, Any]:
        """One frame from a child, before the deadline."""
        import json

        assert child.stdout is not None
        received = bytearray()
        descriptor = child.stdout.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while True:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise _Gone(f"the parser took more than {self.seconds:g} seconds")
                if queue.stopped:
                    raise _Gone("interrupted")
                if not selector.select(min(left, 0.5)):
                    continue
                part = os.read(descriptor, 1 << 20)
                if not part:
                    raise _Gone(_death(child))
                received += part
                if len(received) >= LENGTH.size:
                    (size,) = LENGTH.unpack_from(received)
                    if len(received) >= LENGTH.size + size:
                        return dict(json.loads(received[LENGTH.size :]))

    def _end(self, child: Child | None) -> None:
        with self._lock:
            if child is None or child not in self._alive:
                return
            self._alive.discard(child)
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue


@dataclass(slots=True)
class _Queue:
    """Jobs handed out in order and results handed back in order, with a bound on how far they may run apart."""

    jobs: Iterator[Job]
    window: int
    stopped: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)
    _ready: dict[int, Result] = field(default_factory=dict)
    _taken: int = 0
    _given: int = 0
    _ended: bool = False
    _error: BaseException | None = None

    def take(self) -> tuple[int, Job] | None:
        """The next job with its number; None when there is none left. Waits while the results run too far ahead."""
        with self.changed:
            while not self.stopped and self._taken - self._given >= self.window:
                self.changed.wait()
            if self.stopped or self._ended:
                return None
            job = next(self.jobs, None)
            if job is None:
                self._ended = True
                self.changed.notify_all()
                return None
            self._taken += 1
            return self._taken - 1, job

    def put(self, number: int, result: Result) -> None:
        with self.changed:
            self._ready[number] = result
            self.changed.notify_all()

    def fail(self, error: BaseException) -> None:
        with self.changed:
            self._error = self._error or error
            self.changed.notify_all()

    def stop(self) -> None:
        with self.changed:
            self.stopped = True
            self.changed.notify_all()

    def results(self) -> Iterator[Result]:
        while (result := self._next()) is not None:
            yield result

    def _next(self) -> Result | None:
        with self.changed:
            while self._given not in self._ready:
                if self._error is not None:
                    raise self._error
                if self._ended and self._given == self._taken:
                    return None
                self.changed.wait(0.5)
            self._given += 1
            self.changed.notify_all()
            return self._ready.pop(self._given - 1)


def _result(file: File, answer: dict[str, Any]) -> Result:
    """A child's answer as a result; an error about the call itself is raised."""
    content = answer.get("content", "")
    if "readings" in answer:
        return file, content, [unpack(packed) for packed in answer["readings"]]
    if "error" in answer:
        name, message = answer["error"]
        kind = getattr(errors, name, KgbuildError)
        raise kind(f"{file.uri}: {message}")
    outcome = Outcome.QUARANTINED if "fault" in answer else Outcome.RETRY
    reason = answer.get("fault") or answer.get("retry") or "the parser gave no answer"
    return file, content, [Reading(Source(file.uri, file.root, content, outcome, reason=reason))]


def _death(process: Child) -> str:
    code = process.wait()
    return f"the parser was killed by signal {-code}" if code < 0 else f"the parser died with code {code}"
