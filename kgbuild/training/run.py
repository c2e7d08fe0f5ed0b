"""Annotated corpora -> a model directory: reads, trains, scores, calibrates, writes. The only file of this room that writes models.

Interrupted at any moment, `resume=True` goes on after the last whole epoch. What is in a model directory: models/checkpoint.
"""

import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from kgbuild.errors import ConfigError, UsageError
from kgbuild.hashing import digest, digest_file
from kgbuild.models.adapter import name_base
from kgbuild.models.checkpoint import Joint, load, put_weights, read_weights, save
from kgbuild.models.directory import (
    CARD,
    CONFIG,
    METRICS,
    TOKENIZER,
    TRAINING,
    WEIGHTS,
    EncoderSpec,
    Floors,
    ModelSpec,
    RelationSpec,
    Special,
    fingerprint,
    read_directory,
    write_calibration,
    write_json,
    write_thresholds,
)
from kgbuild.models.encoder import Encoder, build, bundled_encoder, load_pretrained
from kgbuild.models.pieces import BUCKETS, CASES, load_tokenizer
from kgbuild.models.viterbi import tag_names
from kgbuild.training.batches import Recipe
from kgbuild.training.card import card
from kgbuild.training.corpora import Annotated, mask_of, read_corpus, relations_of, types_of
from kgbuild.training.curves import CURVES, draw
from kgbuild.training.devices import choose_device, device_name
from kgbuild.training.epochs import HEADING, Place, epoch_row, lines_of, scored
from kgbuild.training.examples import labels_for
from kgbuild.training.loop import (
    AFTER_DIVERGING,
    STATE,
    Diverged,
    State,
    TrainingConfig,
    average_weights,
    averaged,
    load_state,
    save_state,
    start_state,
    train_epoch,
)
from kgbuild.training.lora import add_adapters, head_weights, save_adapters
from kgbuild.training.scoring import Predictions, best_shift, link_score, span_score
from kgbuild.training.survey import document_digests, survey, warnings_of
from kgbuild.training.tune import measure, tune

log = logging.getLogger(__name__)

WORK = "training-state"
"""Folder inside the output where an unfinished run keeps its state; removed at the end."""
BEST = "best.safetensors"
DIVERGED = "diverged.txt"
"""Says in the work folder that a run stopped because its numbers were none: it may go on with a lower rate."""
PACKAGES = ("kgbuild", "torch", "transformers", "tokenizers", "numpy", "peft")
"""Whose versions training.json records."""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a run reads: documents to train on and to score, the start model, the recipe, and the digest of it all.

    sources: digests of files and start weights, by what they are, for a message that says which differs.
    """

    documents: list[Annotated]
    dev: list[Annotated]
    test: list[Annotated]
    encoder: Encoder
    start: Path | None
    recipe: Recipe
    inputs: str
    origin: str
    files: tuple[tuple[str, str, str], ...]
    sources: dict[str, str]


def train(
    data: Sequence[Path],
    dev: Path,
    out: Path,
    *,
    test: Path | None = None,
    encoder: str | None = None,
    init: Path | None = None,
    config: TrainingConfig | None = None,
    name: str = "",
    device: str = "auto",
    threads: int | None = None,
    resume: bool = False,
    command: str = "",
    on_epoch: Callable[[dict[str, Any]], None] | None = None,
) -> dict[str, Any]:
    """Train a model and write its directory; returns the metrics that metrics.json holds.

    data, dev: DocRED-like JSON or CoNLL columns (corpora.read_corpus); test: scored as dev is, never chosen by; encoder: Hugging
    Face directory or name, default the bundled MiniLM; init: a model directory to start from (its heads too, where the labels are
    the same), with config.lora the base that adapters are trained for; device: auto, cpu or cuda; threads: speed only; command:
    how a person repeats this, for the model card; on_epoch: called after each epoch with its row of metrics.json. Raises
    ConfigError for data that cannot be used, ModelError for models that cannot, UsageError when out holds something already,
    loop.Diverged when losses or weights are no numbers any more.
    """
    config = config or TrainingConfig()
    if config.lora and init is None:
        raise UsageError("--lora trains adapters for a whole model: name it with --init DIR, or --init default")
    if threads:
        torch.set_num_threads(threads)
    out = Path(out)
    chosen = choose_device(device)
    prepare_folder(out, resume)
    torch.manual_seed(config.seed)
    material = gather([Path(path) for path in data], Path(dev), test, encoder, init, name or out.name)
    state = start_state(start_model(material, config), config, chosen)
    material = replace(material, recipe=with_precision(material.recipe, state.precision))
    if resume and (out / WORK / STATE).is_file():
        may_differ = AFTER_DIVERGING if (out / WORK / DIVERGED).is_file() else frozenset()
        load_state(out / WORK / STATE, state, config, material.sources, may_differ)
        log.info("resumed after epoch %d", state.epoch)
    report = data_report(material)
    run_epochs(state, material, config, out / WORK, on_epoch)
    return finish(state, material, config, out, command, report)


def prepare_folder(out: Path, resume: bool) -> None:
    """Make the output folder; never write over a model or an unfinished run unless asked to go on."""
    if (out / CONFIG).exists() and not (out / WORK).exists():
        raise UsageError(f"{out} holds a finished model: give another --out")
    if (out / WORK / STATE).exists() and not resume:
        raise UsageError(f"{out} holds an unfinished training run: give --resume to go on, or another --out")
    (out / WORK).mkdir(parents=True, exist_ok=True)


def gather(data: list[Path], dev: Path, test: Path | None, encoder: str | None, init: Path | None, name: str) -> Material:
    """Read the corpora and the start model, and number the labels found in the training data."""
    if encoder is not None and init is not None:
        raise UsageError("--encoder and --init exclude each other: --init brings its encoder")
    roles = [*(("train", path) for path in data), ("dev", dev), *([("test", Path(test))] if test else [])]
    files = tuple((role, path.name, digest_file(path)) for role, path in roles)
    refuse_shared_files(files)
    documents = [document for path in data for document in read_corpus(path)]
    if not documents or not types_of(documents):
        raise ConfigError(f"no mention in {', '.join(map(str, data))}: nothing to train on")
    module, architecture, tokenizer = _start(encoder, init)
    spec = _spec(name, documents, architecture, tokenizer)
    recipe = Recipe(tokenizer, labels_for(spec.types, spec.relations, spec.mask), spec)
    start = _start_digest(encoder, init)
    inputs = digest("training", tuple(part for file in files for part in file), start)
    sources = {f"the {role} file {file}": mark for role, file, mark in files} | {"the start model": start}
    origin = f"model {fingerprint(init)}" if init else encoder or "bundled"
    scored_on = read_corpus(Path(test)) if test else []
    return Material(documents, read_corpus(dev), scored_on, module, init, recipe, inputs, origin, files, sources)


def refuse_shared_files(files: tuple[tuple[str, str, str], ...]) -> None:
    """ConfigError when a file to score on, by its digest, is also one to train on."""
    trained = {mark for role, _, mark in files if role == "train"}
    for role, file, mark in files:
        if role != "train" and mark in trained:
            raise ConfigError(f"{file} ({role}) is also training data: scores on it would mean nothing")


def with_precision(recipe: Recipe, precision: str) -> Recipe:
    """The recipe for a run in this precision."""
    return replace(recipe, spec=replace(recipe.spec, precision=precision))


def data_report(material: Material) -> dict[str, Any]:
    """What is in the data and what is lost of it; the latter is said."""
    recipe = material.recipe
    report = survey(material.documents, material.dev, recipe.labels, recipe.tokenizer, recipe.spec.max_pieces)
    for line in warnings_of(report):
        log.warning("%s", line)
    return report


def start_model(material: Material, config: TrainingConfig) -> Joint:
    """A model to train: the start encoder with new heads, or a whole start model when its labels are the same."""
    spec = material.recipe.spec
    model = Joint(material.encoder, spec, config.dropout)
    if material.start is not None:
        before = load(material.start)
        if (before.spec.types, before.spec.relations, before.spec.relation_head) == (
            spec.types,
            spec.relations,
            spec.relation_head,
        ):
            put_weights(model, dict(before.model.named_parameters()), material.start / WEIGHTS)
        else:
            log.warning("the labels differ from those of %s: its heads are not used, only its encoder", material.start)
    if config.lora:
        add_adapters(model, config.lora)
    return model


def run_epochs(
    state: State,
    material: Material,
    config: TrainingConfig,
    work: Path,
    on_epoch: Callable[[dict[str, Any]], None] | None = None,
) -> None:
    """Train the epochs that are left, score each, keep the state and the best weights; stop early where patience says so."""
    log.info("%s", HEADING)
    while state.epoch < config.epochs and not waited_enough(state.history, config.patience):
        try:
            train_epoch(state, material.documents, material.recipe, config, log.info)
        except Diverged as error:
            (work / DIVERGED).write_text(f"{error}\n", encoding="utf-8")
            raise
        (work / DIVERGED).unlink(missing_ok=True)
        with averaged(state) as model:
            row = state.history[-1]
            row.update(scores_after_epoch(model, material, config, state))
        for line in lines_of(row):
            log.info("%s", line)
        if row["selection"] >= max(past["selection"] for past in state.history):
            part = work / f"{BEST}.part"
            save_file({name: tensor.contiguous() for name, tensor in average_weights(state).items()}, part)
            part.replace(work / BEST)
        save_state(work / STATE, state, config, material.sources)
        if on_epoch is not None:
            on_epoch(row)
    put_weights(state.model, load_file(work / BEST), work / BEST)


def waited_enough(history: list[dict[str, Any]], patience: int | None) -> bool:
    """Whether so many epochs have passed without a better selection score."""
    if patience is None or not history:
        return False
    selections = [row["selection"] for row in history]
    return len(selections) - 1 - selections.index(max(selections)) >= patience


def scores_after_epoch(model: Joint, material: Material, config: TrainingConfig, state: State) -> dict[str, Any]:
    """Scores on the first dev_documents documents of dev, and of test."""
    some = slice(config.dev_documents)
    return epoch_row(model, material.dev[some], material.test[some], material.recipe, Place(state.device, state.precision))


def finish(
    state: State, material: Material, config: TrainingConfig, out: Path, command: str, report: dict[str, Any]
) -> dict[str, Any]:
    """Write the model directory, then measure the model that was written, calibrate it and choose its thresholds."""
    spec, recipe, place = material.recipe.spec, material.recipe, Place(state.device, state.precision)
    written = write_model(state.model, material, config, out).to(state.device)
    found = scored(written, material.dev, recipe, place)
    natural = scored(written, material.dev, recipe, place, natural=True)
    tuned = tune(found, spec.relations, min(spec.floors.spans, spec.floors.links))
    metrics = {**measure(found, natural, tuned, spec.types, spec.relations)}
    if material.test:
        metrics["test"] = test_scores(scored(written, material.test, recipe, place), best_shift(found), len(material.test))
    metrics["epochs"] = state.history
    record = training_record(material, config, command, report, state)
    write_calibration(out, tuned.calibration)
    write_thresholds(out, tuned.benchmark, tuned.default)
    write_json(out / METRICS, metrics)
    write_json(out / TRAINING, record)
    draw(out / CURVES, state.history)
    (out / CARD).write_text(card(read_directory(out).spec, metrics, record), encoding="utf-8")
    shutil.rmtree(out / WORK, ignore_errors=True)
    return metrics


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


def test_scores(found: Predictions, shift: float, documents: int) -> dict[str, Any]:
    """Scores on test with the shift of the threshold class that is best on dev, in per cent."""
    parts = {"ner": span_score(found), "relations_gold": link_score(found, shift)}
    scores = {name: {key: round(100 * value, 2) for key, value in part._asdict().items()} for name, part in parts.items()}
    return {"documents": documents, **scores}


def training_record(
    material: Material, config: TrainingConfig, command: str, report: dict[str, Any], state: State
) -> dict[str, Any]:
    """What training.json holds: the digest of every file and document, options, seed, versions, and what became of the data."""
    best = max(state.history, key=lambda row: (row["selection"], row["epoch"]))
    return {
        "command": command,
        "files": [{"role": role, "file": name, "digest": digest_} for role, name, digest_ in material.files],
        "inputs": material.inputs,
        "encoder": material.origin,
        "config": asdict(config),
        "device": device_name(state.device),
        "precision": state.precision,
        "epochs_run": state.epoch,
        "best_epoch": best["epoch"],
        "sequences_at_once": state.rows or config.batch,
        "versions": {name: version(name) for name in PACKAGES if _installed(name)},
        "data": report,
        "documents": document_digests(material.documents),
    }


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
    folder = bundled_encoder() if encoder is None else Path(encoder)
    if folder.is_dir():
        return load_tokenizer(folder / TOKENIZER)
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(encoder), use_fast=True).backend_tokenizer
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _start_digest(encoder: str | None, init: Path | None) -> str:
    if init is not None:
        return fingerprint(init)
    path = (bundled_encoder() if encoder is None else Path(encoder)) / WEIGHTS
    return digest_file(path) if path.is_file() else str(encoder)  # a hub name stands for itself


def _spec(name: str, documents: list[Annotated], architecture: EncoderSpec, tokenizer: Any) -> ModelSpec:
    types = types_of(documents)
    pad, cls, sep = (tokenizer.token_to_id(piece) for piece in ("[PAD]", "[CLS]", "[SEP]"))
    if None in {pad, cls, sep}:
        raise ConfigError("the encoder's tokenizer lacks [PAD], [CLS] or [SEP]: only BERT-like tokenizers can be used")
    return ModelSpec(
        name=name,
        languages=("en",),
        precision="bf16",
        max_pieces=min(BUCKETS[-1], architecture.positions),
        buckets=BUCKETS,
        case_features=CASES,
        types=types,
        tags=tag_names(types),
        relations=relations_of(documents),
        mask=mask_of(documents),
        encoder=architecture,
        relation_head=RelationSpec(),
        floors=Floors(),
        special=Special(pad, cls, sep),
    )
