"""Model directories of one line -> one whose weights are the mean of theirs.

Of a model and what came of training it further, the mean keeps more of what the first knew than the second does, at the same
score or a better one on what it was trained for (Wortsman et al. 2022, *Robust fine-tuning of zero-shot models*,
arXiv:2109.01903, there with more than two: *Model soups*, arXiv:2203.05482). Models that began apart have no such mean.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from kgbuild.errors import UsageError
from kgbuild.models.adapter import copy_model, read_tensors
from kgbuild.models.directory import (
    CARD,
    CONFIG,
    METRICS,
    RANGES,
    WEIGHTS,
    fingerprint,
    read_directory,
    read_json,
    write_json,
    write_spec,
    write_tensors,
)
from kgbuild.models.spec import ModelSpec

RECORD = "training.json"
"""How a directory was made, and which documents it was trained on; without one nothing is known of that."""
PRUNER = "pruner."
CURVES = "curves.png"
NOT_MEASURED = (
    "> **The weights here are the mean of {count} models. All scores below are those of the last of these, not of the mean: "
    "`kgbuild evaluate` measures it.**\n\n"
)
"""What a card of a mean begins with; the rest of it, with its licences, is the last model's."""


def average_models(folders: Sequence[Path], out: Path) -> ModelSpec:
    """Write the mean of the weights of model directories (two at least) to `out`, and return what its model.json says.

    All else is the last one's: calibration, thresholds, tokenizer, schema. Nothing is pruned (`prune_model` fits a new pruner) and
    the encoder is not in 8 bits. Which documents were trained on is what all say together. Nothing was measured of the mean: the last
    one's numbers are not taken over, and the card says whose scores it has. Raises UsageError when out is there already, for fewer
    than two models, and for models of different labels or sizes, or that are adapters of a base.
    """
    if len(folders) < 2:
        raise UsageError("a mean takes two models at least")
    if out.exists():
        raise UsageError(f"{out} is there already: give another --out")
    specs = [read_directory(folder).spec for folder in folders]
    for folder, spec in zip(folders, specs, strict=True):
        _refuse_other(folder, spec, folders[-1], specs[-1])
    tensors, records = [_weights(folder) for folder in folders], _records(folders)
    copy_model(folders[-1], out)
    for name in (RANGES, METRICS, CURVES):
        (out / name).unlink(missing_ok=True)
    if (out / CARD).is_file():
        card = (out / CARD).read_text(encoding="utf-8")
        (out / CARD).write_text(NOT_MEASURED.format(count=len(folders)) + card, encoding="utf-8")
    mean = {name: _mean([some[name] for some in tensors]) for name in tensors[-1]}
    write_tensors(out / WEIGHTS, lambda part: save_file(mean, part, metadata={"format": "pt"}))
    spec = replace(
        specs[-1], mask=tuple(sorted(set().union(*(s.mask for s in specs)))), pruner=None, precision=_precision(specs)
    )
    write_spec(out, spec)
    _write_record(records, folders, out)
    return spec


def _refuse_other(folder: Path, spec: ModelSpec, last: Path, wanted: ModelSpec) -> None:
    if spec.base is not None:
        raise UsageError(f"{folder} holds adapters of {spec.base.name}, and no weights of its own to take a mean of")
    free = {"name": "", "precision": "", "mask": (), "pruner": None, "languages": (), "buckets": ()}
    if replace(spec, **free) != replace(wanted, **free):  # type: ignore[arg-type]
        raise UsageError(
            f"{folder / CONFIG} has other labels or sizes than {last / CONFIG}: only models of one line have a mean"
        )


def _weights(folder: Path) -> dict[str, np.ndarray]:
    return {name: tensor for name, tensor in read_tensors(folder / WEIGHTS).items() if not name.startswith(PRUNER)}


def _mean(tensors: Sequence[np.ndarray]) -> np.ndarray:
    """The mean, computed in f32, in the precision of the last."""
    total = np.sum([tensor.astype(np.float32) for tensor in tensors], axis=0, dtype=np.float32)
    return np.asarray(total / len(tensors)).astype(tensors[-1].dtype)


def _precision(specs: Sequence[ModelSpec]) -> str:
    """The last one's that is not in 8 bits, which are another thing for other weights; else bf16."""
    return next((spec.precision for spec in reversed(specs) if spec.precision != "int8"), "bf16")


def _records(folders: Sequence[Path]) -> list[dict[str, Any]]:
    """How the models were trained, of those that say it."""
    return [read_json(folder / RECORD, dict) for folder in folders if (folder / RECORD).is_file()]


def _write_record(records: Sequence[dict[str, Any]], folders: Sequence[Path], out: Path) -> None:
    if len(records) < len(folders):
        (out / RECORD).unlink(missing_ok=True)
        return
    documents = sorted({digest for record in records for digest in record.get("documents", ())})
    files = list({json.dumps(file, sort_keys=True): file for record in records for file in record.get("files", ())}.values())
    means = [fingerprint(folder) for folder in folders]
    write_json(out / RECORD, {**records[-1], "mean_of": means, "files": files, "documents": documents})
