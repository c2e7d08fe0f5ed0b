"""Lists of batches made by other processes, in order: a GPU is done with one before this process has made the next.

No torch DataLoader: it leaves a handler of SIGCHLD behind, which runs whenever any later child of this process ends.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

from kgbuild.errors import ModelError
from kgbuild.training.devices import mapped

Item = TypeVar("Item")

WAITING = 3
"""Lists that each process has made or is making."""

_make: Callable[[int], list[Any]]
"""In a process that makes lists: how."""


def ahead(make: Callable[[int], list[Item]], count: int, workers: int) -> Iterator[Item]:
    """The items of the lists that `make` gives for 0 … count - 1, in order; tensors in them come as copies.

    Raises ModelError when one of the processes is ended from outside.
    """
    pool = ProcessPoolExecutor(workers, initializer=_begin, initargs=(make,))
    waiting: deque[Future[list[Any]]] = deque()
    try:
        for number in range(count):
            waiting.append(pool.submit(_arrays, number))
            if len(waiting) == WAITING * workers:
                yield from _tensors(waiting.popleft())
        while waiting:
            yield from _tensors(waiting.popleft())
    except BrokenProcessPool as error:
        raise ModelError(
            "a process that makes batches was ended, perhaps because the machine lacks memory: --resume goes on from the last whole epoch"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(make: Callable[[int], list[Any]]) -> None:
    """A process of many has no use for threads; tokenizers would say that it turns its own off."""
    global _make  # noqa: PLW0603  # what a process is there for
    _make = make
    torch.set_num_threads(1)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"


def _arrays(number: int) -> list[Any]:
    """A list with arrays in the place of tensors: torch would send every tensor through a file of its own."""
    return list(mapped(_make(number), Tensor, Tensor.numpy))


def _tensors(made: Future[list[Any]]) -> list[Any]:
    return list(mapped(made.result(), np.ndarray, torch.from_numpy))
