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

from kgbuild.corpora.maps import split_source
from kgbuild.documents.language import known_languages
from kgbuild.errors import ConfigError, ModelError, UsageError
from kgbuild.extraction.surface import FEATURES
from kgbuild.hashing import digest, digest_file
from kgbuild.models.adapter import name_base
from kgbuild.models.checkpoint import Joint, load, put_weights, read_weights, save
from kgbuild.models.directory import (
    CARD,
    CONFIG,
    METRICS,
    SCHEMA,
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
    read_directory,
    write_calibration,
    write_json,
    write_thresholds,
)
from kgbuild.models.encoder import Encoder, build, bundled_encoder, fetching, load_pretrained
from kgbuild.models.pieces import BUCKETS, CASES, load_tokenizer, made_ready, special_ids
from kgbuild.models.viterbi import tag_names
from kgbuild.training.batches import Recipe
from kgbuild.training.card import card
from kgbuild.training.corpora import (
    Annotated,
    agree,
    facts_across,
    for_learning,
    has_chains,
    mask_of,
    read_corpus,
    relations_of,
    types_of,
)
from kgbuild.training.curves import CURVES, draw
from kgbuild.training.devices import choose_device, device_name
from kgbuild.training.distill import teach
from kgbuild.training.draft import draft_schema
from kgbuild.training.epochs import HEADING, Place, epoch_row, lines_of, scored
from kgbuild.training.examples import labels_for
from kgbuild.training.loop import Diverged, State, TrainingConfig, average_weights, averaged, start_state, train_epoch
from kgbuild.training.lora import add_adapters, head_weights, save_adapters
from kgbuild.training.pruning import fit_pruner, write_pruner
from kgbuild.training.scoring import Predictions, best_shift, link_score, span_score
from kgbuild.training.silver import silver
from kgbuild.training.state import AFTER_DIVERGING, STATE, load_state, save_state
from kgbuild.training.survey import document_digests, summary_of, survey, warnings_of
from kgbuild.training.transfer import transfer
from kgbuild.training.tune import measure, tune

log = logging.getLogger(__name__)

FEWEST_ACROSS = 30
"""With fewer facts across sentences to learn from, facts that no sentence states are not taken."""
WORK = "training-state"
"""Folder inside the output where an unfinished run keeps its state; removed at the end."""
BEST = "best.safetensors"
DIVERGED = "diverged.txt"
"""Says in the work folder that a run stopped because its numbers were none: it may go on with a lower rate."""
ENGLISH = ("en",)
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
    teachers: tuple[Path, ...] = ()


def train(
    data: Sequence[str | Path],
    dev: str | Path,
    out: Path,
    *,
    test: Path | None = None,
    encoder: str | None = None,
    init: Path | None = None,
    teachers: Sequence[Path] = (),
    texts: Sequence[Path] = (),
    config: TrainingConfig | None = None,
    name: str = "",
    device: str = "auto",
    threads: int | None = None,
    resume: bool = False,
    command: str = "",
    languages: Sequence[str] = (),
    on_epoch: Callable[[dict[str, Any]], None] | None = None,
) -> dict[str, Any]:
    """Train a model and write its directory; returns the metrics that metrics.json holds.

    data, dev, test: files in any format that `kgbuild.corpora` reads, "FILE@MAP" with a label map (corpora.read_corpus); test: scored as
    dev is, never chosen by; encoder: Hugging Face directory or name, default the bundled MiniLM; init: a model directory to start
    from (its heads too, label by label), with config.lora the base that adapters are trained for; teachers: model directories whose
    word on the pairs of the training documents is learned beside the annotation; texts: documents without labels, of which the passages
    that all teachers read alike are learned from, at most as many words as are annotated; device: auto, cpu or cuda; threads: speed only;
    command: how a person repeats this, for the model card; languages: ISO 639-1 codes of what the model reads, default: the start
    model's, else English; on_epoch: called after each epoch with its row of metrics.json. Raises ConfigError for data that cannot be
    used, ModelError for models that cannot, UsageError when out holds something already or a language is unknown, loop.Diverged when
    losses or weights are no numbers any more.
    """
    config = config or TrainingConfig()
    if config.lora and init is None:
        raise UsageError("--lora trains adapters for a whole model: name it with --init DIR, or --init default")
    if config.keep and init is None:
        raise UsageError("--keep keeps the labels of a start model: name it with --init DIR, or --init default")
    refuse_unknown_languages(languages)
    if threads:
        torch.set_num_threads(threads)
    out = Path(out)
    chosen = choose_device(device)
    prepare_folder(out, resume)
    torch.manual_seed(config.seed)
    material = gather(list(data), dev, test, encoder, init, name or out.name, teachers, texts, languages, config.keep)
    state = start_state(start_model(material, config), config, chosen)
    material = replace(material, recipe=with_precision(material.recipe, state.precision))
    if resume and (out / WORK / STATE).is_file():
        may_differ = AFTER_DIVERGING if (out / WORK / DIVERGED).is_file() else frozenset()
        load_state(out / WORK / STATE, state, config, material.sources, may_differ)
        log.info("resumed after epoch %d", state.epoch)
    report = data_report(material)
    run_epochs(state, material, config, out / WORK, on_epoch)
    return finish(state, material, config, out, command, report)


def refuse_unknown_languages(codes: Sequence[str]) -> None:
    """UsageError for a code that no passage will ever have: the model would read nothing."""
    if unknown := [code for code in codes if code not in known_languages()]:
        raise UsageError(
            f"--language {unknown[0]}: no language that passages are told apart by: give ISO 639-1 codes (en, de, zh)"
        )


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
    test: str | Path | None,
    encoder: str | None,
    init: Path | None,
    name: str,
    teachers: Sequence[Path] = (),
    texts: Sequence[Path] = (),
    languages: Sequence[str] = (),
    keep: bool = False,
) -> Material:
    """Read the corpora and the start model, and number the labels found in the training data; keep: and the start model's."""
    if encoder is not None and init is not None:
        raise UsageError("--encoder and --init exclude each other: --init brings its encoder")
    roles = [*(("train", source) for source in data), ("dev", dev), *([("test", test)] if test else [])]
    named = [(role, *split_source(source)) for role, source in roles]
    files = tuple((role, path.name + (f"@{labels}" if labels else ""), _digest_of(path)) for role, path, labels in named)
    refuse_shared_files(files)
    if texts and not teachers:
        raise UsageError("documents without labels need --teacher: models that read them")
    before = read_directory(init).spec if keep and init is not None else None
    kept = ((), ()) if before is None else (before.types, before.relations)
    documents = agree([for_learning(read_corpus(path), path) for path in data], *kept)
    if not documents or not types_of(documents):
        raise ConfigError(f"no mention in {', '.join(map(str, data))}: nothing to train on")
    chosen_by = for_learning(read_corpus(dev), dev)
    scored_on = read_corpus(test) if test else []
    if before is not None:
        annotated = frozenset(types_of(documents))
        chosen_by, scored_on = ([replace(one, types=annotated) for one in some] for some in (chosen_by, scored_on))
    module, architecture, tokenizer = _start(encoder, init)
    spec = _spec(name, documents, architecture, tokenizer, languages or languages_of(init), before)
    recipe = Recipe(tokenizer, labels_for(spec.types, spec.relations, spec.mask, spec.coreference is not None), spec)
    start = _start_digest(encoder, init)
    taught_by = tuple(fingerprint(teacher) for teacher in teachers)
    inputs = digest("training", tuple(part for file in files for part in file), start, *taught_by)
    sources = {f"the {role} file {file}": mark for role, file, mark in files} | {"the start model": start}
    sources |= {f"teacher {number}": mark for number, mark in enumerate(taught_by, 1)}
    if texts:
        documents += silver(teachers, texts, sum(len(tokens) for document in documents for tokens in document.sentences))
        sources["the texts without labels"] = digest(
            "texts", *(document.title for document in documents if document.facts is None)
        )
        inputs = digest("with texts", inputs, sources["the texts without labels"])
    origin = f"model {fingerprint(init)}" if init else encoder or "bundled"
    return Material(documents, chosen_by, scored_on, module, init, recipe, inputs, origin, files, sources, tuple(teachers))


def languages_of(init: Path | None) -> tuple[str, ...]:
    """What a start model reads; English without one."""
    return ENGLISH if init is None else read_directory(init).spec.languages


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
    log.info("%s", summary_of(report))
    for line in warnings_of(report):
        log.warning("%s", line)
    return report


def start_model(material: Material, config: TrainingConfig) -> Joint:
    """A model to train: the start encoder with new heads; of a start model, all that belongs to labels that are the same."""
    spec = material.recipe.spec
    model = Joint(material.encoder, spec, config.dropout)
    if material.start is not None:
        before = load(material.start)
        transfer(model, spec, before.model, before.spec)
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
    taught = teach(material.teachers, material.documents, material.recipe)
    log.info("%s", HEADING)
    while state.epoch < config.epochs and not waited_enough(state.history, config.patience):
        try:
            train_epoch(state, material.documents, material.recipe, config, log.info, taught)
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
    across = facts_across(material.documents) >= FEWEST_ACROSS
    tuned = tune(found, spec.relations, min(spec.floors.spans, spec.floors.links), across)
    metrics = {**measure(found, natural, tuned, spec.types, spec.relations)}
    if material.test:
        metrics["test"] = test_scores(scored(written, material.test, recipe, place), best_shift(found), len(material.test))
    metrics["epochs"] = state.history
    record = training_record(material, config, command, report, state)
    write_calibration(out, tuned.calibration)
    write_thresholds(out, tuned.benchmark, tuned.default)
    links = tuned.calibration.links
    if pruned := fit_pruner(written, material.documents, material.dev, recipe, links, place, config.seed):
        write_pruner(out, pruned)
        metrics["pruner"] = pruned.report
    write_json(out / METRICS, metrics)
    write_json(out / TRAINING, record)
    draw(out / CURVES, state.history)
    (out / SCHEMA).write_text(draft_schema(spec), encoding="utf-8")
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
        "teachers": [fingerprint(path) for path in material.teachers],
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


def _spec(
    name: str,
    documents: list[Annotated],
    architecture: EncoderSpec,
    tokenizer: Any,
    languages: Sequence[str] = ENGLISH,
    kept: ModelSpec | None = None,
) -> ModelSpec:
    types, relations, mask = types_of(documents), relations_of(documents), mask_of(documents)
    chains = any(has_chains(document) for document in documents)
    if kept is not None:
        types = (*kept.types, *(name for name in types if name not in kept.types))
        relations = (*kept.relations, *(name for name in relations if name not in kept.relations))
        mask, chains = tuple(sorted({*kept.mask, *mask})), chains or kept.coreference is not None
    special = Special(*special_ids(tokenizer))
    highest = max(tokenizer.get_vocab(with_added_tokens=False).values())
    if highest >= architecture.vocab:
        raise ModelError(
            f"the tokenizer counts up to {highest}, the encoder knows {architecture.vocab} pieces: they do not belong together"
        )
    return ModelSpec(
        name=name,
        languages=tuple(dict.fromkeys(languages)),
        precision="bf16",
        max_pieces=max(size for size in BUCKETS if size <= architecture.positions),
        buckets=BUCKETS,
        case_features=CASES,
        types=types,
        tags=tag_names(types),
        relations=relations,
        mask=mask,
        encoder=architecture,
        relation_head=RelationSpec(),
        floors=Floors(),
        special=special,
        coreference=CoreferenceSpec(FEATURES) if chains else None,
    )
