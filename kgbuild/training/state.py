"""A training state <-> one file after each epoch, from which a run goes on as if it had never stopped. Refuses other data or options."""

import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from kgbuild.errors import ModelError
from kgbuild.training.loop import State, TrainingConfig, copy_into, trained

log = logging.getLogger(__name__)

STATE = "state.safetensors"
OPTIONS = {"encoder_rate": "--rate", "augmentation": "augmentation", "clip": "clip", "average": "average"}
"""What a setting is called on the command line, where that is not its own name."""
AFTER_DIVERGING = frozenset({"encoder_rate", "head_rate", "precision", "clip", "warm_up"})
"""Settings that a run that stopped by numbers that are none may go on with changed."""


def save_state(path: Path, state: State, config: TrainingConfig, inputs: dict[str, str]) -> None:
    """Write everything that the next epoch needs, atomically. inputs: digests of data and start weights, by what they are."""
    tensors = {f"model.{name}": p.detach().contiguous() for name, p in trained(state.model).items()}
    tensors |= {f"average.{name}": tensor.contiguous() for name, tensor in state.average.items()}
    for name, parameter in trained(state.model).items():
        for key, value in state.optimizer.state[parameter].items():
            tensors[f"optimizer.{name}.{key}"] = torch.as_tensor(value).clone()
    about = {
        "step": state.step, "epoch": state.epoch, "history": state.history, "config": asdict(config), "inputs": inputs,
        "rows": state.rows, "skipped": state.skipped,
    }  # fmt: skip
    part = path.with_suffix(".part")
    save_file(tensors, part, metadata={"state": json.dumps(about)})
    part.replace(path)


def load_state(
    path: Path, state: State, config: TrainingConfig, inputs: dict[str, str], may_differ: frozenset[str] = frozenset()
) -> None:
    """Continue from a saved state; ModelError naming what differs when it was made with other data or another config.

    may_differ: settings that may have changed; the change is said, and is kept in the history.
    """
    try:
        with safe_open(path, framework="pt") as file:
            about = json.loads(file.metadata()["state"])
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118  (it is no dict)
        changed = _compared(about, config, inputs, path, may_differ)
        _restore(state, about, tensors)
    except ModelError:
        raise
    except Exception as error:
        raise ModelError(f"{path} cannot be resumed from ({error}): delete it to start again") from error
    if changed:
        log.warning("goes on with other settings: %s", ", ".join(changed))
        state.history[-1]["changed_after"] = changed


def best_weights(path: Path) -> dict[str, Tensor]:
    """The weights of the best epoch of an unfinished run. Raises ModelError when the file is damaged."""
    try:
        return load_file(path)
    except Exception as error:  # safetensors has one of its own, the system others
        raise ModelError(
            f"{path}, the weights of the best epoch so far, cannot be read ({error}): delete the folder {path.parent} and train again"
        ) from error


def _restore(state: State, about: dict[str, Any], tensors: dict[str, Tensor]) -> None:
    own = trained(state.model)
    copy_into(own, {name: tensors[f"model.{name}"] for name in own})
    state.average = {name: tensors[f"average.{name}"].to(parameter.device) for name, parameter in own.items()}
    for name, parameter in own.items():
        prefix = f"optimizer.{name}."
        state.optimizer.state[parameter] = {
            key[len(prefix) :]: value.to(parameter.device) for key, value in tensors.items() if key.startswith(prefix)
        }
    state.step, state.epoch, state.history = about["step"], about["epoch"], about["history"]
    state.rows, state.skipped = about["rows"], about["skipped"]


def _compared(
    about: dict[str, Any], config: TrainingConfig, inputs: dict[str, str], path: Path, may_differ: frozenset[str]
) -> list[str]:
    """What changed of what may; ModelError naming all that may not."""
    now = json.loads(json.dumps(asdict(config)))
    before = {**json.loads(json.dumps(asdict(TrainingConfig()))), **about["config"]}
    changed = {key: f"{_option(key)} ({before.get(key)} there, {now.get(key)} here)" for key in sorted(before.keys() | now.keys())
               if before.get(key) != now.get(key)}  # fmt: skip
    files = [name for name in sorted(about["inputs"].keys() | inputs.keys()) if about["inputs"].get(name) != inputs.get(name)]
    wrong = [text for key, text in changed.items() if key not in may_differ] + files
    if wrong:
        raise ModelError(
            f"{path} was made with other data or options: {'; '.join(wrong)}: repeat those, or delete it to start again"
        )
    return list(changed.values())


def _option(key: str) -> str:
    return OPTIONS.get(key, f"--{key.replace('_', '-')}")
