"""One model in several processes beside each other on one GPU: texts go to them in groups, extractions come back in order.

A GPU is done with a passage long before one Python process has decoded it, so a single one leaves it idle. Each process runs the same
shapes that it would alone: what a text gives does not depend on how many there are. Frames are a length and JSON, no pickles.
"""

import base64
import json
import os
import queue
import signal
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import IO, Any

from kgbuild.errors import KgbuildError, ModelError
from kgbuild.extraction.codec import pack_extraction, unpack_extraction
from kgbuild.extraction.extractor import LOOK_AHEAD, Extractor, load
from kgbuild.records import Extraction

LENGTH = struct.Struct(">Q")

_RUN = "import sys; sys.path[:] = {path!r}; from kgbuild.extraction.crew import serve; serve()"


def open_extractor(path: Path, runtime: str, threads: int | None = None) -> "Extractor | Crew":
    """The model in `path`; on a GPU by as many processes as `threads` asks for, by one where it asks for nothing.

    Each process takes some 500 MB of the GPU's memory beside what it computes, and starts in some ten seconds.
    """
    if runtime != "torch" or threads is None or threads < 2 or not _on_gpu():
        return load(path, runtime, threads)
    return Crew(path, runtime, threads)


def _on_gpu() -> bool:
    try:
        import torch
    except ImportError:  # the runtime says what is missing
        return False
    return torch.cuda.is_available()


class Crew:
    """Up to `count` processes, started when there is work for them. Close it, or use it in a `with` block.

    numerics: as the model's runtime says. Raises what `extractor.load` raises, KgbuildError when a process ends unasked.
    """

    def __init__(self, path: Path, runtime: str, count: int) -> None:
        self._opening = {"path": str(path), "runtime": runtime}
        self._idle: queue.SimpleQueue[_Member] = queue.SimpleQueue()
        self._members: list[_Member] = []
        self._pool = ThreadPoolExecutor(count, "kgbuild-crew")
        self._count = count
        try:
            first = self._member()
        except BaseException:
            self.close()
            raise
        self.numerics = first.numerics
        self._idle.put(first)

    def __call__(self, texts: Iterable[str]) -> Iterator[Extraction]:
        """Extract each text, in order; two groups of LOOK_AHEAD texts a process are read ahead."""
        source = iter(texts)
        waiting: deque[Future[list[Extraction]]] = deque()
        try:
            while group := list(islice(source, LOOK_AHEAD)):
                waiting.append(self._pool.submit(self._ask, group))
                if len(waiting) > 2 * self._count:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:  # also when the caller stops reading: what has not begun never begins
            for future in waiting:
                future.cancel()

    def close(self) -> None:
        """End all processes, whatever they are at; safe to call twice."""
        for member in self._members:
            member.end()
        self._pool.shutdown(cancel_futures=True)

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _ask(self, texts: list[str]) -> list[Extraction]:
        """One group, by a process that is idle, or by a new one: there are no more groups at once than processes."""
        try:
            member = self._idle.get_nowait()
        except queue.Empty:
            member = self._member()
        answer = member.ask(texts)
        self._idle.put(member)
        return [unpack_extraction(base64.b64decode(part)) for part in answer]

    def _member(self) -> "_Member":
        member = _Member()
        self._members.append(member)
        member.numerics = member.ask(self._opening)
        return member


class _Member:
    """A process of a crew, and a place for what it says of its arithmetic."""

    numerics = ""

    def __init__(self) -> None:
        command = [sys.executable, "-c", _RUN.format(path=sys.path)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, job: Any) -> Any:
        """The answer to a job. Raises KgbuildError with what went wrong there."""
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            _send(self._process.stdin, job)
            answer = _receive(self._process.stdout)
        except (OSError, ValueError):  # its pipes are broken, or closed by `end`
            answer = None
        if answer is None:
            raise KgbuildError(
                f"a process that runs the model ended ({self._process.poll()}): the machine may lack memory for so many of them; "
                "threads = 1 under [run] in kgbuild.toml runs it in one"
            )
        if "error" in answer:
            raise (ModelError if answer["model"] else KgbuildError)(answer["error"])
        return answer["found"]

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what could not be sent any more
                    continue


def serve() -> None:
    """The other side: open the model that the first frame names, then answer lists of texts, until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its children itself
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not write into the frames
    opening = _receive(source)
    if opening is None:
        return
    try:
        extractor = load(Path(opening["path"]), opening["runtime"])
    except KgbuildError as error:
        _send(sink, {"error": str(error), "model": True})
        return
    _send(sink, {"found": extractor.numerics})
    while (texts := _receive(source)) is not None:
        try:
            found = [base64.b64encode(pack_extraction(one)).decode("ascii") for one in extractor(texts)]
            _send(sink, {"found": found})
        except KgbuildError as error:
            _send(sink, {"error": str(error), "model": False})


def _send(sink: IO[bytes], message: Any) -> None:
    body = json.dumps(message, separators=(",", ":")).encode("ascii")
    sink.write(LENGTH.pack(len(body)) + body)
    sink.flush()


def _receive(source: IO[bytes]) -> Any:
    """One frame; None at the end."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(head)
    body = source.read(size)
    return None if len(body) < size else json.loads(body)
