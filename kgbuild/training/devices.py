"""Where the arithmetic of training runs: the device, the precision it can do, batches and scoring moved to it.

Scoring is written for the CPU; on another device hooks carry what goes into the modules there and what comes out back.
"""

import dataclasses
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from kgbuild.errors import UsageError

DEVICES = ("auto", "cpu", "cuda")
HELPERS = 4
"""Processes that make batches for a GPU: each makes some 50 a second."""


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where a model is and in which precision it runs."""

    device: torch.device
    precision: str


ON_CPU = Place(torch.device("cpu"), "f32")


def choose_device(name: str) -> torch.device:
    """The device of that name; auto is CUDA where there is one. UsageError for another word, or for cuda where there is none."""
    if name not in DEVICES:
        raise UsageError(f"there is no device {name!r}: choose {', '.join(DEVICES)}")
    found = torch.cuda.is_available()
    if name == "cuda" and not found:
        raise UsageError("this torch finds no CUDA device: install a torch with CUDA, or give --device cpu")
    return torch.device("cuda" if found and name != "cpu" else "cpu")


def possible_precision(wanted: str, device: torch.device) -> str:
    """bf16 where it is wanted and the device computes in it, else f32. UsageError for a word that is no precision."""
    if wanted not in {"bf16", "f32"}:
        raise UsageError(f"there is no precision {wanted!r}: choose bf16 or f32")
    return wanted if wanted == "f32" or computes_bf16(device) else "f32"


def computes_bf16(device: torch.device) -> bool:
    """Whether the device has instructions for bf16; emulated, it is slower than f32."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able = torch.cpu.get_capabilities()
    return any(able.get(name, False) for name in ("avx512_bf16", "amx_bf16", "bf16"))


def device_name(device: torch.device) -> str:
    """The device for people: cpu with its instruction set, or the name of the GPU."""
    if device.type == "cuda":
        return f"cuda {torch.cuda.get_device_name(device)}"
    return f"{device.type} {torch.backends.cpu.get_cpu_capability()}"


def autocast(device: torch.device, precision: str) -> Any:
    """Arithmetic in bf16 where that is the precision."""
    return torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16")


def placed(value: Any, device: torch.device) -> Any:
    """The value with all tensors in it on the device."""
    return mapped(value, Tensor, lambda tensor: _moved(tensor, device))


def _moved(tensor: Tensor, device: torch.device) -> Tensor:
    """From memory that may be swapped out a copy waits until the GPU has done all that was asked of it before, so that is pinned first."""
    if device.type == "cuda" and tensor.device.type == "cpu":
        return tensor.pin_memory().to(device, non_blocking=True)
    return tensor.to(device)


def mapped(value: Any, kind: type, change: Callable[[Any], Any]) -> Any:
    """The value with everything of a kind in it changed: in tuples, lists, dicts, dataclasses; all else as it is."""
    if isinstance(value, kind):
        return change(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(mapped(item, kind, change) for item in value))
    if isinstance(value, list | tuple):
        return type(value)(mapped(item, kind, change) for item in value)
    if isinstance(value, dict):
        return {key: mapped(item, kind, change) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: mapped(getattr(value, field.name), kind, change) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **parts)
    return value


@contextmanager
def scoring_on(model: nn.Module, device: torch.device, precision: str) -> Iterator[nn.Module]:
    """The model as code for the CPU sees it, wherever it is; nothing happens where it is on the CPU."""
    if device.type == "cpu":
        yield model
        return
    with ExitStack() as stack:
        stack.enter_context(autocast(device, precision))
        for hook in carried(model, device):
            stack.callback(hook.remove)
        yield model


def carried(model: nn.Module, device: torch.device) -> list[Any]:
    """Hooks on a model and its parts: arguments go to the device, results of the model and its heads come back to the CPU.

    What goes from the encoder into the model's own forward stays where it is.
    """
    home = torch.device("cpu")
    hooks: list[Any] = []
    for module in (model, *model.children()):
        hooks.append(
            module.register_forward_pre_hook(
                lambda _module, inputs, named: (placed(inputs, device), placed(named, device)), with_kwargs=True
            )
        )
    heads = [module for name, module in model.named_children() if name not in {"encoder", "ner"}]
    for module in (model, *heads):
        hooks.append(module.register_forward_hook(lambda _module, _inputs, output: placed(output, home)))
    return hooks


def helpers(device: torch.device) -> int:
    """How many processes make batches beside the device: on the CPU there is nothing to win."""
    return 0 if device.type == "cpu" else min(HELPERS, (os.cpu_count() or 1) - 1)


FULL = ("can't allocate memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED")
"""What the CPU's allocator and the libraries of a GPU say when memory runs out."""


def out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out: CUDA's own class, Python's, or an allocator's words."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or any(words in str(error) for words in FULL)


def free_memory(device: torch.device) -> None:
    """Give cached memory back to the device."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
