"""Extraction that runs while documents are still being read: texts go in, finished extractions come out, in a thread of its own.

The thread opens no database and decides nothing: the caller feeds it texts that lack an extraction and stores what is finished, so a
run that is killed loses what was under way, as it does without this.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from queue import Empty, Queue

from kgbuild.extraction.codec import pack_extraction
from kgbuild.pipeline.models import Extractor

WAITING = 4_000
"""Texts that may wait; a reader that is further ahead waits too, so that memory stays flat."""
THREAD = "extraction"
"""The name of the thread. It may outlive `close` while it loads a model, which nothing can stop."""


class Ahead:
    """An extractor at work behind a queue, borrowed when the first text comes. Close it, whatever happens."""

    def __init__(self, lent: Callable[[], AbstractContextManager[Extractor]]) -> None:
        self._lent = lent
        self._texts: Queue[tuple[str, str] | None] = Queue(WAITING)
        self._fed: list[str] = []
        self._done: list[tuple[str, bytes]] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None
        self._over = threading.Event()  # not the thread's own end: an interrupted `join` takes a thread for ended (Python 3.11)
        self._stopped = self._ended = self._fed_all = self._loading = False
        self.seen: set[str] = set()
        self.numerics = ""

    def feed(self, rows: Iterable[tuple[str, str]]) -> None:
        """Hand over (digest, text) of texts to extract; one that was handed over before is passed over."""
        for digest, text in rows:
            if digest in self.seen or self._error is not None:
                continue
            self.seen.add(digest)
            if self._thread is None:
                self._loading = True
                self._thread = threading.Thread(target=self._run, name=THREAD, daemon=True)
                self._thread.start()
            self._texts.put((digest, text))

    def take(self) -> list[tuple[str, bytes]]:
        """What has been finished since the last time."""
        with self._lock:
            finished, self._done = self._done, []
        return finished

    def end(self) -> None:
        """Say that no more texts come."""
        if self._thread is not None and not self._ended:
            self._ended = True
            self._texts.put(None)

    def wait(self, seconds: float) -> bool:
        """Wait for the end, so long at most; True when all is finished. Raises what the extractor raised. Call `end` before."""
        if self._thread is not None and not self._over.wait(seconds):
            return False
        if self._error is not None:
            raise self._error
        return True

    def close(self) -> None:
        """Stop after what is under way; safe to call twice. What is finished can still be taken.

        A model that is still being loaded is not waited for: whoever presses Ctrl-C wants to go. It is let go of when it has come.
        """
        self._stopped = self._ended = True
        if self._thread is None:
            return
        with suppress(Empty):  # makes room for the end, too
            while True:
                self._texts.get_nowait()
        self._texts.put(None)
        if not self._loading:
            self._over.wait()

    def _run(self) -> None:
        try:
            with self._lent() as extractor:
                self._loading = False
                self.numerics = extractor.numerics
                for number, extraction in enumerate(extractor(self._feed())):
                    with self._lock:
                        self._done.append((self._fed[number], pack_extraction(extraction)))
        except BaseException as error:  # handed to whoever waits: a thread has nobody else to tell
            self._error = error
            while not self._fed_all:  # let a feeder that waits for room go on
                self._fed_all = self._texts.get() is None
        finally:
            self._over.set()

    def _feed(self) -> Iterator[str]:
        while (row := self._texts.get()) is not None:
            if not self._stopped:
                self._fed.append(row[0])
                yield row[1]
        self._fed_all = True
