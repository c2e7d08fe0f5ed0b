"""Texts -> replies of a teacher: several at once, again after a failure that may pass, at the pace that the server asks for.

Nothing here stops for one bad answer; only a server that fails again and again, or says that it always will, ends it.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from kgbuild.errors import TeacherError
from kgbuild.labelling.answers import Reply, parse
from kgbuild.labelling.endpoint import Absent, Declined, Message, Passing

log = logging.getLogger(__name__)

TRIES = 3
"""Of one request that fails in a way that may pass."""
TRIES_WHEN_BUSY = 7
"""Of one that the server puts off: a minute passes before the last."""
FIRST_WAIT = 1.0
"""Seconds before the second try; doubled for each further one."""
LONGEST_WAIT = 60.0
LONGEST_ASKED = 600.0
"""Seconds that a server may ask for; beyond, it is as good as down."""
IN_A_ROW = 8
"""So many texts one after the other without an answer end the run."""

Ask = Callable[[Sequence[Message]], Reply]
Outcome = Reply | Exception


@dataclass(slots=True)
class Pace:
    """When the next request may go: what one worker is told to wait holds for all. first: seconds of the first back-off.

    failed: texts without an answer since the last answer; over: these became too many, and no request may go any more; met: the
    server has answered something.
    """

    first: float = FIRST_WAIT
    stop: threading.Event = field(default_factory=threading.Event)
    until: float = 0.0
    retries: int = 0
    failed: int = 0
    over: bool = False
    met: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self) -> bool:
        """Wait until a request may go; False if none shall go any more."""
        while not self.stop.is_set() and (left := self.until - time.monotonic()) > 0:
            self.stop.wait(left)
        return not self.stop.is_set()

    def hold(self, attempt: int, error: Passing) -> None:
        """Wait as long as the server asks, else twice as long as before the last try; where it is busy, let all others wait, too.

        The first wait of a run is said.
        """
        seconds = self._seconds(attempt) if error.wait is None else error.wait
        with self._lock:
            if not self.retries:
                log.warning("%s; %s", error, self._plan(error))
            self.retries += 1
            if error.busy:
                self.until = max(self.until, time.monotonic() + seconds)
        if not error.busy:
            self.stop.wait(seconds)

    def _seconds(self, attempt: int) -> float:
        return min(self.first * float(2**attempt), LONGEST_WAIT)

    def _plan(self, error: Passing) -> str:
        """What is done about a first failure, in words."""
        if error.wait is not None:
            return f"asked again in {error.wait:.0f} s, as it wishes"
        tries = tries_of(error)
        return (
            f"asked again, up to {tries} times, which may take {sum(map(self._seconds, range(tries - 1))):.0f} s for each text"
        )

    def note(self, outcome: Outcome) -> None:
        """Count a failure, or begin to count anew; stop everything where a further request is of no use."""
        with self._lock:
            self.failed = 0 if isinstance(outcome, Reply) else self.failed + 1
            self.over = self.over or self.failed >= IN_A_ROW
            if self.over or not isinstance(outcome, Reply | Passing | Declined):
                self.stop.set()


def teach(
    ask: Ask, jobs: Sequence[Sequence[Message]], *, parallel: int, pace: Pace | None = None
) -> Iterator[tuple[int, Outcome]]:
    """(index of the job, reply or why there is none), as they come. Raises TeacherError where no job will fare better.

    An answer that cannot be used is asked for once more. When the iterator is closed or interrupted, no request is begun any more.
    """
    pace = pace or Pace()
    todo: queue.SimpleQueue[int] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[int, Outcome]] = queue.SimpleQueue()
    for index in range(len(jobs)):
        todo.put(index)

    def work() -> None:
        while pace.wait():
            try:
                index = todo.get_nowait()
            except queue.Empty:
                return
            outcome = _outcome(ask, jobs[index], pace)
            pace.note(outcome)
            done.put((index, outcome))

    # daemons: an interrupted run does not wait for answers that may take minutes
    for _ in range(min(parallel, len(jobs))):
        threading.Thread(target=work, daemon=True).start()
    try:
        for _ in jobs:
            index, outcome = done.get()
            if not isinstance(outcome, Reply | Passing | Declined):
                raise outcome
            yield index, outcome
            if pace.over and not isinstance(outcome, Reply):
                raise TeacherError(f"no answer to {IN_A_ROW} texts one after the other, last: {outcome}")
    finally:
        pace.stop.set()


def _outcome(ask: Ask, messages: Sequence[Message], pace: Pace) -> Outcome:
    try:
        reply = _patiently(ask, messages, pace)
        return reply if parse(reply.content) is not None else _patiently(ask, messages, pace)
    except Exception as error:  # also faults of ours: they must reach the main thread
        return error


def _patiently(ask: Ask, messages: Sequence[Message], pace: Pace) -> Reply:
    """A reply, tried again while failures may pass. Raises what the last try did; TeacherError where nothing ever answered."""
    for attempt in count():
        if not pace.wait():
            break
        try:
            reply = ask(messages)
            pace.met = True
            return reply
        except Passing as error:
            if isinstance(error, Absent) and not pace.met:
                raise TeacherError(f"{error}; nothing answers there: start the server, or check --llm") from None
            if attempt + 1 >= tries_of(error) or (error.wait or 0.0) > LONGEST_ASKED:
                raise
            pace.hold(attempt, error)
    raise Declined("interrupted")


def tries_of(error: Passing) -> int:
    """How often one request is tried that fails so."""
    return TRIES_WHEN_BUSY if error.busy else TRIES
