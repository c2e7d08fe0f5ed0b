"""Lists of batches made by other processes, in order: a GPU is done with one before this process has made the next."""

import os
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from kgbuild.training.devices import mapped

Item = TypeVar("Item")

WAITING = 2
"""Lists that each process keeps ready."""


class Lists(Dataset[list[Any]]):
    """Lists with arrays in the place of tensors: torch would send every tensor through a file of its own."""

    def __init__(self, make: Callable[[int], list[Any]], count: int) -> None:
        self._make, self._count = make, count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> list[Any]:
        return list(mapped(self._make(number), Tensor, Tensor.numpy))


def ahead(make: Callable[[int], list[Item]], count: int, workers: int) -> Iterator[Item]:
    """The items of the lists that `make` gives for 0 … count - 1, in order; tensors in them come as copies."""
    loader: DataLoader[list[Any]] = DataLoader(
        Lists(make, count),
        batch_size=None,
        collate_fn=_as_it_is,
        num_workers=workers,
        prefetch_factor=WAITING,
        worker_init_fn=_alone,
    )
    for items in loader:
        yield from mapped(items, np.ndarray, torch.from_numpy)


def _as_it_is(items: list[Any]) -> list[Any]:
    return items


def _alone(_number: int) -> None:
    """A process of many has no use for threads; tokenizers would say that it turns its own off."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
