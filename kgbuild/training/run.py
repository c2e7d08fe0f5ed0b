"""Annotated corpora -> a model directory: reads, trains, scores, calibrates, writes.

Interrupted at any moment, `resume=True` goes on after the last whole epoch. What is in a model directory: models/checkpoint.
"""

import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from kgbuild.documents.language import known_languages
from kgbuild.errors import UsageError
from kgbuild.models.checkpoint import Joint, load, put_weights
from kgbuild.models.directory import (
    CARD,
    CONFIG,
    METRICS,
    SCHEMA,
    TRAINING,
    WORK,
    read_directory,
    write_calibration,
    write_json,
    write_thresholds,
)
from kgbuild.training.batches import Recipe, taking_turns
from kgbuild.training.card import card
from kgbuild.training.corpora import facts_across
from kgbuild.training.curves import CURVES, draw
from kgbuild.training.devices import Place, choose_device
from kgbuild.training.distill import teach
from kgbuild.training.draft import draft_schema
from kgbuild.training.epochs import HEADING, epoch_row, lines_of, scored
from kgbuild.training.loop import Diverged, State, TrainingConfig, average_weights, averaged, start_state, train_epoch
from kgbuild.training.lora import add_adapters
from kgbuild.training.material import Material, gather
from kgbuild.training.pruning import fit_pruner, write_pruner
from kgbuild.training.scoring import Predictions, best_shift, link_score, span_score
from kgbuild.training.state import AFTER_DIVERGING, STATE, best_weights, load_state, save_state
from kgbuild.training.survey import language_warning, summary_of, survey, warnings_of
from kgbuild.training.transfer import transfer
from kgbuild.training.tune import measure, tune
from kgbuild.training.writing import training_record, write_model

log = logging.getLogger(__name__)

FEWEST_ACROSS = 30
"""With fewer facts across sentences to learn from, facts that no sentence states are not taken."""
BEST = "best.safetensors"
DIVERGED = "diverged.txt"
"""Says in the work folder that a run stopped because its numbers were none: it may go on with a lower rate."""


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
    runtime = "openvino" if chosen.type == "cpu" else "torch"
    material = gather(list(data), dev, test, encoder, init, name or out.name, teachers, texts, languages, config.keep, runtime)
    state = start_state(start_model(material, config), config, chosen)
    material = replace(material, recipe=with_precision(material.recipe, state.precision))
    if resume and (out / WORK / STATE).is_file():
        may_differ = AFTER_DIVERGING if (out / WORK / DIVERGED).is_file() else frozenset()
        load_state(out / WORK / STATE, state, config, material.sources, may_differ)
        best_weights(out / WORK / BEST)  # damaged, it would be noticed after the last epoch
        log.info("resumed after epoch %d", state.epoch)
    report = data_report(material, config)
    run_epochs(state, material, config, out / WORK, on_epoch)
    return finish(state, material, config, out, command, report)


def refuse_unknown_languages(codes: Sequence[str]) -> None:
    """UsageError for a code that no passage will ever have: the model would read nothing."""
    if unknown := [code for code in codes if code not in known_languages()]:
        raise UsageError(
            f"--language {unknown[0]}: no language that passages are told apart by: give ISO 639-1 codes (en, de, zh), "
            "each with a --language of its own"
        )


def prepare_folder(out: Path, resume: bool) -> None:
    """Make the output folder; never write over a model or an unfinished run unless asked to go on."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file: --out names the folder that the model goes to")
    if (out / CONFIG).exists() and not (out / WORK).exists():
        raise UsageError(f"{out} holds a finished model: give another --out")
    if (out / WORK / STATE).exists() and not resume:
        raise UsageError(f"{out} holds an unfinished training run: give --resume to go on, or another --out")
    (out / WORK).mkdir(parents=True, exist_ok=True)


def with_precision(recipe: Recipe, precision: str) -> Recipe:
    """The recipe for a run in this precision."""
    return replace(recipe, spec=replace(recipe.spec, precision=precision))


def data_report(material: Material, config: TrainingConfig) -> dict[str, Any]:
    """What is in the data, what is lost of it and what is not read in every epoch; this is said."""
    recipe = material.recipe
    report = survey(material.documents, material.dev, recipe.labels, recipe.tokenizer, recipe.spec.max_pieces)
    log.info("%s", summary_of(report))
    every = config.augmentation.partial_every
    if (turns := len(taking_turns(material.documents))) and every > 1:
        log.info("%d documents in which not everything is annotated take turns, one in %d an epoch", turns, every)
    for line in [*warnings_of(report), *language_warning(material.documents, recipe.spec.languages)]:
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
    taught = teach(material.teachers, material.documents, material.recipe, Place(state.device, state.precision))
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
    put_weights(state.model, best_weights(work / BEST), work / BEST)


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


def test_scores(found: Predictions, shift: float, documents: int) -> dict[str, Any]:
    """Scores on test with the shift of the threshold class that is best on dev, in per cent."""
    parts = {"ner": span_score(found), "relations_gold": link_score(found, shift)}
    scores = {name: {key: round(100 * value, 2) for key, value in part._asdict().items()} for name, part in parts.items()}
    return {"documents": documents, **scores}
