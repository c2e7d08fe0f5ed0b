"""Annotated corpora -> a model directory: reads, trains, scores, calibrates, writes. The only file of this room that writes models.

Interrupted at any moment, `resume=True` goes on after the last whole epoch. What is in a model directory: models/checkpoint.
"""

import logging
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from kgbuild.errors import ConfigError, ModelError, UsageError
from kgbuild.extraction.surface import FEATURES
from kgbuild.hashing import digest, digest_file
from kgbuild.models.checkpoint import Joint, load, put_weights, save
from kgbuild.models.directory import (
    CARD,
    CONFIG,
    METRICS,
    TOKENIZER,
    TRAINING,
    WEIGHTS,
    CoreferenceSpec,
    EncoderSpec,
    Floors,
    ModelSpec,
    RelationSpec,
    Special,
    fingerprint,
    write_calibration,
    write_json,
    write_thresholds,
)
from kgbuild.models.encoder import Encoder, bundled_encoder, fetching, load_pretrained
from kgbuild.models.pieces import BUCKETS, CASES, load_tokenizer, made_ready, special_ids
from kgbuild.models.viterbi import tag_names
from kgbuild.training.batches import Recipe
from kgbuild.training.card import card
from kgbuild.training.corpora import Annotated, agree, has_chains, mask_of, read_corpus, relations_of, split_source, types_of
from kgbuild.training.distill import teach
from kgbuild.training.examples import labels_for
from kgbuild.training.loop import (
    STATE,
    State,
    TrainingConfig,
    average_weights,
    averaged,
    load_state,
    save_state,
    start_state,
    train_epoch,
)
from kgbuild.training.scoring import crossed_link_score, link_score, predict, span_score
from kgbuild.training.transfer import transfer
from kgbuild.training.tune import measure, tune

log = logging.getLogger(__name__)

WORK = "training-state"
"""Folder inside the output where an unfinished run keeps its state; removed at the end."""
BEST = "best.safetensors"


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a run reads: documents to train on and to score, the start model, the recipe, and the digest of it all."""

    documents: list[Annotated]
    dev: list[Annotated]
    encoder: Encoder
    start: Path | None
    recipe: Recipe
    inputs: str
    origin: str
    files: tuple[tuple[str, str, str], ...]
    teachers: tuple[Path, ...] = ()


def train(
    data: Sequence[str | Path],
    dev: str | Path,
    out: Path,
    *,
    encoder: str | None = None,
    init: Path | None = None,
    teachers: Sequence[Path] = (),
    config: TrainingConfig | None = None,
    name: str = "",
    threads: int | None = None,
    resume: bool = False,
    command: str = "",
) -> dict[str, Any]:
    """Train a model and write its directory; returns the metrics that metrics.json holds.

    data, dev: DocRED-like JSON or CoNLL columns (corpora.read_corpus); encoder: Hugging Face directory or name, default the
    bundled MiniLM; init: a model directory to start from (its heads too, where the labels are the same); teachers: model directories whose
    word on the pairs of the training documents is learned beside the annotation; threads: speed only;
    command: how a person repeats this, for the model card. Raises ConfigError for data that cannot be used, ModelError for
    models that cannot, UsageError when out holds something already.
    """
    config = config or TrainingConfig()
    if threads:
        torch.set_num_threads(threads)
    out = Path(out)
    prepare_folder(out, resume)
    torch.manual_seed(config.seed)
    material = gather(list(data), dev, encoder, init, name or out.name, teachers)
    state = start_state(start_model(material, config), config)
    if resume and (out / WORK / STATE).is_file():
        load_state(out / WORK / STATE, state, config, material.inputs)
        log.info("resumed after epoch %d", state.epoch)
    run_epochs(state, material, config, out / WORK)
    return finish(state.model, state.history, material, config, out, command)


def prepare_folder(out: Path, resume: bool) -> None:
    """Make the output folder; never write over a model or an unfinished run unless asked to go on."""
    if (out / CONFIG).exists() and not (out / WORK).exists():
        raise UsageError(f"{out} holds a finished model: give another --out")
    if (out / WORK / STATE).exists() and not resume:
        raise UsageError(f"{out} holds an unfinished training run: give --resume to go on, or another --out")
    (out / WORK).mkdir(parents=True, exist_ok=True)


def gather(
    data: list[str | Path],
    dev: str | Path,
    encoder: str | None,
    init: Path | None,
    name: str,
    teachers: Sequence[Path] = (),
) -> Material:
    """Read the corpora and the start model, and number the labels found in the training data."""
    if encoder is not None and init is not None:
        raise UsageError("--encoder and --init exclude each other: --init brings its encoder")
    named = [*(("train", *split_source(source)) for source in data), ("dev", *split_source(dev))]
    files = tuple((role, path.name + (f"@{labels}" if labels else ""), _digest_of(path)) for role, path, labels in named)
    if files[-1][2] in {digest_ for _, _, digest_ in files[:-1]}:
        raise ConfigError(f"{dev} is also training data: scores on it would mean nothing")
    documents = agree([read_corpus(path) for path in data])
    if not documents or not types_of(documents):
        raise ConfigError(f"no mention in {', '.join(map(str, data))}: nothing to train on")
    module, architecture, tokenizer = _start(encoder, init)
    spec = _spec(name, documents, architecture, tokenizer)
    recipe = Recipe(tokenizer, labels_for(spec.types, spec.relations, spec.mask, spec.coreference is not None), spec)
    inputs = digest(
        "training",
        tuple(part for file in files for part in file),
        _start_digest(encoder, init),
        *(fingerprint(teacher) for teacher in teachers),
    )
    origin = f"model {fingerprint(init)}" if init else encoder or "bundled"
    return Material(documents, read_corpus(dev), module, init, recipe, inputs, origin, files, tuple(teachers))


def start_model(material: Material, config: TrainingConfig) -> Joint:
    """A model to train: the start encoder with new heads; of a start model, all that belongs to labels that are the same."""
    spec = material.recipe.spec
    model = Joint(material.encoder, spec, config.dropout)
    if material.start is not None:
        before = load(material.start)
        transfer(model, spec, before.model, before.spec)
    return model


def run_epochs(state: State, material: Material, config: TrainingConfig, work: Path) -> None:
    """Train the epochs that are left, score each, keep the state and the best weights."""
    taught = teach(material.teachers, material.documents, material.recipe)
    while state.epoch < config.epochs:
        train_epoch(state, material.documents, material.recipe, config, log.info, taught)
        with averaged(state) as model:
            row = state.history[-1]
            row.update(dev_row(model, material.dev[: config.dev_documents], material.recipe))
        log.info("epoch %d of %d: %s", state.epoch, config.epochs, row)
        if row["selection"] >= max(past["selection"] for past in state.history):
            part = work / f"{BEST}.part"
            save_file({name: tensor.contiguous() for name, tensor in average_weights(state).items()}, part)
            part.replace(work / BEST)
        save_state(work / STATE, state, config, material.inputs)
    put_weights(state.model, load_file(work / BEST), work / BEST)


def dev_row(model: Joint, documents: list[Annotated], recipe: Recipe) -> dict[str, float]:
    """Scores after an epoch, in per cent; selection: what the best epoch is chosen by."""
    found = predict(model, documents, recipe)
    mentions, raw, shifted = span_score(found).f1, link_score(found).f1, crossed_link_score(found).f1
    row = {"mentions": mentions, "relations_raw": raw, "relations_shifted": shifted, "selection": mentions + shifted}
    return {key: round(100 * value, 2) for key, value in row.items()}


def finish(
    model: Joint, history: list[dict[str, Any]], material: Material, config: TrainingConfig, out: Path, command: str
) -> dict[str, Any]:
    """Write the model directory, then measure the model that was written, calibrate it and choose its thresholds."""
    spec = material.recipe.spec
    save(out, model, spec, material.recipe.tokenizer)
    written = Joint(material.encoder, spec)
    put_weights(written, load_file(out / WEIGHTS), out / WEIGHTS)
    found = predict(written, material.dev, material.recipe)
    natural = predict(written, material.dev, material.recipe, natural=True)
    tuned = tune(found, spec.relations, min(spec.floors.spans, spec.floors.links))
    metrics = {**measure(found, natural, tuned, spec.types, spec.relations), "epochs": history}
    record = training_record(material, config, command)
    write_calibration(out, tuned.calibration)
    write_thresholds(out, tuned.benchmark, tuned.default)
    write_json(out / METRICS, metrics)
    write_json(out / TRAINING, record)
    (out / CARD).write_text(card(spec, metrics, record), encoding="utf-8")
    shutil.rmtree(out / WORK, ignore_errors=True)
    return metrics


def training_record(material: Material, config: TrainingConfig, command: str) -> dict[str, Any]:
    """What training.json holds: the digest of every file, options, seed, versions."""
    return {
        "command": command,
        "files": [{"role": role, "file": name, "digest": digest_} for role, name, digest_ in material.files],
        "inputs": material.inputs,
        "encoder": material.origin,
        "teachers": [fingerprint(path) for path in material.teachers],
        "config": asdict(config),
        "versions": {
            name: version(name) for name in ("kgbuild", "torch", "transformers", "tokenizers", "numpy") if _installed(name)
        },
    }


def _digest_of(path: Path) -> str:
    """Of a file, or of all files of a folder (brat)."""
    if not path.is_dir():
        return digest_file(path)
    return digest("folder", *((item.name, digest_file(item)) for item in sorted(path.iterdir()) if item.is_file()))


def _installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:  # kgbuild itself, run from its sources
        return False
    return True


def _start(encoder: str | None, init: Path | None) -> tuple[Encoder, EncoderSpec, Any]:
    if init is not None:
        before = load(init)
        return before.model.encoder, before.spec.encoder, before.tokenizer
    module, architecture = load_pretrained(encoder)
    return module, architecture, _tokenizer(encoder)


def _tokenizer(encoder: str | None) -> Any:
    """The encoder's tokenizer: its tokenizer.json, or what transformers makes of an older vocabulary file or a hub name."""
    folder = bundled_encoder() if encoder is None else Path(encoder)
    if (folder / TOKENIZER).is_file():
        return load_tokenizer(folder / TOKENIZER)
    from transformers import AutoTokenizer

    with fetching(str(folder)):
        found = AutoTokenizer.from_pretrained(str(encoder), use_fast=True)
    if not hasattr(found, "backend_tokenizer") or set(found.get_vocab()) <= set(found.all_special_tokens):
        raise ModelError(
            f"the encoder {encoder} has no tokenizer that can be used: {TOKENIZER} and its older forms are missing"
        )
    return made_ready(found.backend_tokenizer)


def _start_digest(encoder: str | None, init: Path | None) -> str:
    if init is not None:
        return fingerprint(init)
    folder = bundled_encoder() if encoder is None else Path(encoder)
    files = (
        [folder / WEIGHTS] if (folder / WEIGHTS).is_file() else sorted([*folder.glob("*.safetensors"), *folder.glob("*.bin")])
    )
    if len(files) < 2:
        return digest_file(files[0]) if files else str(encoder)  # a hub name stands for itself
    return digest("encoder", tuple(digest_file(path) for path in files))


def _spec(name: str, documents: list[Annotated], architecture: EncoderSpec, tokenizer: Any) -> ModelSpec:
    types = types_of(documents)
    special = Special(*special_ids(tokenizer))
    highest = max(tokenizer.get_vocab(with_added_tokens=False).values())
    if highest >= architecture.vocab:
        raise ModelError(
            f"the tokenizer counts up to {highest}, the encoder knows {architecture.vocab} pieces: they do not belong together"
        )
    return ModelSpec(
        name=name,
        languages=("en",),
        precision="bf16",
        max_pieces=max(size for size in BUCKETS if size <= architecture.positions),
        buckets=BUCKETS,
        case_features=CASES,
        types=types,
        tags=tag_names(types),
        relations=relations_of(documents),
        mask=mask_of(documents),
        encoder=architecture,
        relation_head=RelationSpec(),
        floors=Floors(),
        special=special,
        coreference=CoreferenceSpec(FEATURES) if any(has_chains(document) for document in documents) else None,
    )
