"""Ctrl-C reaches the tests and what they start, also where the shell that started them ignores it, as for a job in the background."""

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
