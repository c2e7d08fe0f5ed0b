import threading
import time

import pytest

from kgbuild.errors import TeacherError
from kgbuild.labelling.answers import Reply
from kgbuild.labelling.endpoint import Absent, Declined, Passing
from kgbuild.labelling.teacher import IN_A_ROW, TRIES, TRIES_WHEN_BUSY, Pace, teach

GOOD = Reply('{"entities": []}')


def jobs(count):
    return [({"role": "user", "content": str(number)},) for number in range(count)]


def outcomes(ask, count, parallel=1, pace=None):
    return dict(
        teach(lambda messages: ask(int(messages[0]["content"])), jobs(count), parallel=parallel, pace=pace or Pace(first=0.001))
    )


def test_all_are_answered_several_at_once():
    together, most, lock = 0, 0, threading.Lock()

    def ask(number):
        nonlocal together, most
        with lock:
            together += 1
            most = max(most, together)
        time.sleep(0.01)
        with lock:
            together -= 1
        return GOOD

    assert len(outcomes(ask, 20, parallel=3)) == 20
    assert most == 3


@pytest.mark.parametrize(
    ("error", "tries"), [(Passing("500"), TRIES), (Passing("429", busy=True), TRIES_WHEN_BUSY), (Declined("400"), 1)]
)
def test_what_may_pass_is_tried_again_and_ends(error, tries):
    calls = []

    def ask(number):
        calls.append(number)
        if number == 1:
            raise error
        return GOOD

    found = outcomes(ask, 3)
    assert (found[0], found[1], found[2]) == (GOOD, error, GOOD)
    assert calls.count(1) == tries


def test_back_off_doubles_and_what_the_server_asks_holds_for_all():
    pace = Pace(first=0.01)
    for attempt, seconds in ((0, 0.01), (3, 0.08)):
        pace.hold(attempt, Passing("429", busy=True))
        assert 0 < pace.until - time.monotonic() <= seconds
    pace.hold(0, Passing("429", wait=0.3))
    assert 0.2 < pace.until - time.monotonic() <= 0.3
    started = time.monotonic()
    assert pace.wait() and time.monotonic() - started > 0.2
    assert pace.retries == 3


def test_a_server_that_asks_for_an_hour_is_not_waited_for():
    calls = []

    def ask(number):
        calls.append(number)
        raise Passing("429", wait=3600.0)

    assert str(outcomes(ask, 1)[0]) == "429"
    assert calls == [0]


def test_an_answer_that_cannot_be_used_is_asked_for_once_more():
    said = [Reply("sorry"), GOOD, Reply("no"), Reply("no")]
    found = outcomes(lambda _: said.pop(0), 2)
    assert found == {0: GOOD, 1: Reply("no")}


def test_a_server_that_fails_again_and_again_ends_the_run():
    calls = []

    def ask(number):
        calls.append(number)
        raise Declined("400 no")

    with pytest.raises(TeacherError, match="no answer to 8 texts one after the other, last: 400 no"):
        outcomes(ask, 100)
    assert len(calls) <= IN_A_ROW + 2


def test_what_is_fatal_ends_the_run_at_once():
    def ask(number):
        raise TeacherError("401")

    with pytest.raises(TeacherError, match="401"):
        outcomes(ask, 100, parallel=4)


def test_a_fault_of_ours_is_not_swallowed():
    with pytest.raises(ZeroDivisionError):
        outcomes(lambda _: 1 // 0, 2)


def test_when_nobody_takes_the_rest_no_request_is_begun():
    calls = []

    def ask(number):
        calls.append(number)
        time.sleep(0.01)
        return GOOD

    found = teach(lambda _: ask(0), jobs(50), parallel=2)
    next(found)
    found.close()
    time.sleep(0.05)
    assert len(calls) <= 5


def test_where_nothing_ever_listened_the_first_refusal_ends_the_run():
    """It took minutes of silence to say that the server had not been started."""
    calls = []

    def ask(number):
        calls.append(number)
        raise Absent("localhost:9: Connection refused")

    with pytest.raises(
        TeacherError, match="localhost:9: Connection refused; nothing answers there: start the server, or check --llm"
    ):
        outcomes(ask, 100)
    assert calls == [0]


def test_a_server_that_goes_away_in_between_may_come_back():
    calls = []

    def ask(number):
        calls.append(number)
        if calls.count(1) in (1, 2) and number == 1:
            raise Absent("refused")
        return GOOD

    assert set(outcomes(ask, 3).values()) == {GOOD}
    assert calls == [0, 1, 1, 1, 2]


def test_the_first_wait_is_said_with_how_long_it_may_take(caplog):
    def ask(number):
        raise Passing(f"localhost:9: 429 of {number}", busy=True)

    outcomes(ask, 2)
    (said,) = [record.message for record in caplog.records]
    assert said == "localhost:9: 429 of 0; asked again, up to 7 times, which may take 0 s for each text"
    caplog.clear()
    Pace().hold(0, Passing("localhost:9: 500"))
    Pace().hold(0, Passing("localhost:9: 503", wait=0.0))
    assert [record.message.partition("; ")[2] for record in caplog.records] == [
        "asked again, up to 3 times, which may take 3 s for each text", "asked again in 0 s, as it wishes",
    ]  # fmt: skip
