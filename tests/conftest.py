"""Ctrl-C reaches the tests and what they start, also where the shell that started them ignores it, as for a job in the background."""

import logging
import signal

import pytest
from hypothesis import settings

settings.register_profile("shared machines", deadline=None)  # how long an example takes says little where cores are shared
settings.load_profile("shared machines")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def same_logging():
    """A command sets up logging for its process, which here goes on."""
    logger = logging.getLogger("kgbuild")
    before = logger.level, logger.propagate, list(logger.handlers)
    yield
    logger.level, logger.propagate, logger.handlers[:] = before
