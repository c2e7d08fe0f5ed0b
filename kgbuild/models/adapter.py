"""A model directory that holds adapters and heads alone, and the base it names -> whole tensors, for every runtime. numpy only.

The adapters are in peft's own format (adapter_model.safetensors, adapter_config.json), so that other programs can load them onto
the base's encoder: W + B · A · alpha / r for each adapted weight W.
"""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kgbuild.errors import ModelError
from kgbuild.models.directory import ADAPTER, ADAPTER_CONFIG, CONFIG, WEIGHTS, base_of, fingerprint, read_directory, write_spec
from kgbuild.models.spec import Base

ENCODER = "encoder.bert."
PREFIX = "base_model.model."
"""What peft writes before the names of an adapted model's modules."""
DOWN, UP = ".lora_A.weight", ".lora_B.weight"
SHIPPED = "default"
"""The path of a base that is the shipped model."""

Tensors = dict[str, Any]


def read_tensors(path: Path) -> Tensors:
    """The tensors of a model's safetensors file as numpy arrays, adapters merged into the base that the directory names.

    Raises ModelError when a file is damaged, or the base is missing or is another.
    """
    own = _read(path)
    base = base_of(path.parent) if (path.parent / CONFIG).is_file() else None
    return own if base is None else merged(read_tensors(find_base(path.parent, base) / WEIGHTS), own, path.parent)


def merged(tensors: Tensors, heads: Tensors, folder: Path) -> Tensors:
    """Tensors of the base with the heads and the adapters of a folder: float32 where an adapter changes them."""
    adapters, scale = _read(folder / ADAPTER), _scale(folder / ADAPTER_CONFIG)
    whole = {name: tensor for name, tensor in tensors.items() if name.startswith("encoder.")} | heads
    pairs = {name.removesuffix(DOWN): name for name in adapters if name.endswith(DOWN)}
    if 2 * len(pairs) != len(adapters):
        raise _unfitting(folder, "what is no pair of matrices")
    for module, name in sorted(pairs.items()):
        target = f"{ENCODER}{module.removeprefix(PREFIX)}.weight"
        down, up = adapters[name], adapters.get(f"{module}{UP}")
        if up is None or target not in whole or whole[target].shape != (up.shape[0], down.shape[1]):
            raise _unfitting(folder, name)
        whole[target] = whole[target].astype(np.float32) + scale * (up.astype(np.float32) @ down.astype(np.float32))
    return whole


def find_base(folder: Path, base: Base) -> Path:
    """The directory of a base: the shipped model, or the recorded path; ModelError where neither has the fingerprint."""
    places = {"the shipped model": shipped_model()}
    if base.path != SHIPPED:
        places = {base.path: folder / base.path, **places}
    seen = []
    for name, place in places.items():
        if not (place / CONFIG).is_file():
            seen.append(f"{name} is not there")
        elif fingerprint(place) == base.fingerprint:
            return place
        else:
            seen.append(f"{name} is another model")
    raise ModelError(
        f"{folder} holds adapters for the model {base.name!r} (fingerprint {base.fingerprint}), which is not found: "
        f"{', '.join(seen)}; put that model where {folder / CONFIG} says (base, path)"
    )


def name_base(folder: Path, out: Path, name: str) -> Base:
    """How a directory `out` names a base that is in `folder`: by a path from `out`, unless it is the shipped model."""
    shipped = folder.resolve() == shipped_model().resolve()
    path = SHIPPED if shipped else Path(os.path.relpath(folder.resolve(), out.resolve())).as_posix()
    return Base(name, fingerprint(folder), path)


def copy_model(folder: Path, out: Path) -> None:
    """Copy a model directory to a place that is not there yet; a base that it names by a path is named from the new place."""
    spec = read_directory(folder).spec
    shutil.copytree(folder, out, ignore=shutil.ignore_patterns("__init__.py", "__pycache__"))
    if spec.base is not None:
        write_spec(out, replace(spec, base=name_base(find_base(folder, spec.base), out, spec.base.name)))


def shipped_model() -> Path:
    """The folder of the model that kgbuild ships."""
    import kgbuild.pretrained

    return Path(kgbuild.pretrained.__path__[0])


def _unfitting(folder: Path, what: str) -> ModelError:
    return ModelError(f"{folder / ADAPTER}: {what} fits nothing in the base: restore the model directory, or train it again")


def _read(path: Path) -> Tensors:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return dict(load_file(path))
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{path} is damaged ({error}): restore the model directory, or train it again") from error


def _scale(path: Path) -> np.float32:
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
        unknown = [
            key for key in ("use_rslora", "use_dora", "fan_in_fan_out", "rank_pattern", "alpha_pattern") if settings.get(key)
        ]
        if settings["peft_type"] != "LORA" or unknown:
            raise ValueError(f"not plain LoRA: {', '.join(unknown) or settings['peft_type']}")
        return np.float32(settings["lora_alpha"] / settings["r"])
    except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError) as error:
        raise ModelError(f"{path} is damaged ({type(error).__name__}: {error}): restore the model directory") from error
