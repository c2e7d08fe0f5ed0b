"""A trained model -> config, weights and tokenizer in its directory, and the record of how it was made."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from safetensors.torch import load_file

from kgbuild.models.adapter import name_base
from kgbuild.models.checkpoint import Joint, put_weights, read_weights, save
from kgbuild.models.directory import TRAINING, WEIGHTS, fingerprint, read_directory, read_json
from kgbuild.models.encoder import build
from kgbuild.training.devices import device_name
from kgbuild.training.loop import State, TrainingConfig
from kgbuild.training.lora import head_weights, save_adapters
from kgbuild.training.material import Material
from kgbuild.training.survey import document_digests
from kgbuild.training.versions import versions_of

PACKAGES = ("kgbuild", "torch", "transformers", "tokenizers", "numpy", "peft")
"""Whose versions training.json records."""


def write_model(model: Joint, material: Material, config: TrainingConfig, out: Path) -> Joint:
    """Write config, weights and tokenizer; returns the model as it is read back. With lora: heads and adapters alone."""
    spec, tokenizer = replace(material.recipe.spec, precision=config.precision), material.recipe.tokenizer
    if config.lora and material.start is not None:
        spec = replace(spec, base=name_base(material.start, out, base_name(material.start)))
        assert spec.base is not None
        save(out, model, spec, tokenizer, weights=head_weights(model))
        save_adapters(out, model, config.lora, spec.base)
        written = Joint(build(spec.encoder), spec)
        put_weights(written, read_weights(out / WEIGHTS), out / WEIGHTS)
        return written
    save(out, model, spec, tokenizer)
    written = Joint(material.encoder, spec)
    put_weights(written, load_file(out / WEIGHTS), out / WEIGHTS)
    return written


def base_name(folder: Path) -> str:
    """The name that a model directory gives itself."""
    return read_directory(folder).spec.name


def training_record(
    material: Material, config: TrainingConfig, command: str, report: dict[str, Any], state: State
) -> dict[str, Any]:
    """What training.json holds: the digest of every file and document, options, seed, versions, and what became of the data.

    documents: also those that the start model was trained on, since what comes of it knows them as well.
    """
    best = max(state.history, key=lambda row: (row["selection"], row["epoch"]))
    own = document_digests(material.documents)
    return {
        "command": command,
        "files": [{"role": role, "file": name, "digest": digest_} for role, name, digest_ in material.files],
        "inputs": material.inputs,
        "encoder": material.origin,
        "teachers": [fingerprint(path) for path in material.teachers],
        "config": asdict(config),
        "device": device_name(state.device),
        "precision": state.precision,
        "epochs_run": state.epoch,
        "best_epoch": best["epoch"],
        "sequences_at_once": state.rows or config.batch,
        "versions": versions_of(PACKAGES),
        "data": report,
        "documents": [*own, *sorted(set(documents_of(material.start)) - set(own))],
    }


def documents_of(folder: Path | None) -> list[str]:
    """The digests of the documents that a model says it was trained on; none without a model, or where it says nothing."""
    if folder is None or not (folder / TRAINING).is_file():
        return []
    return list(read_json(folder / TRAINING, lambda data: data.get("documents", ())))
