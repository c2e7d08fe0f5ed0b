"""Annotated corpora and a search space -> many trained models, of which the best is kept: hyper-parameter search with Optuna.

Everything is in one folder: the study (study.db), a folder a trial, the best trial's model, a report. Killed at any moment, the
search goes on where it was, in the middle of a trial after its last whole epoch. Each trial's sampler is seeded by the number of the trial, so
that a resumed search tries what an unbroken one would.
"""

import json
import logging
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import optuna
from optuna.trial import FrozenTrial, Trial, TrialState

from kgbuild.corpora.maps import split_source
from kgbuild.errors import ModelError, UsageError, WorkspaceBusy
from kgbuild.hashing import digest, digest_file
from kgbuild.models.adapter import copy_model
from kgbuild.models.directory import CONFIG, METRICS, TRAINING, WORK, base_of
from kgbuild.training.curves import CURVES
from kgbuild.training.loop import TrainingConfig
from kgbuild.training.run import refuse_unknown_languages, train
from kgbuild.training.space import DEFAULT, Space, described, read_space, suggest
from kgbuild.training.start import start_digest
from kgbuild.training.study_report import write_report
from kgbuild.workspace.lock import writer_lock

log = logging.getLogger(__name__)

STUDY, TRIALS, MODEL = "study.db", "trials", "model"
MOVING = f"{MODEL}.part"
NAME = "kgbuild tune"
STARTUP = 8
"""So many trials are drawn at random before the sampler learns from them."""
UNPRUNED, UNPRUNED_EPOCHS = 4, 2
"""So many trials, and so many epochs of each trial, are never broken off."""
ATTEMPTS = 3
"""A trial whose process died so often is given up: it would kill the next one too."""
FAILURES = 3
"""So many failures at the start, and nothing else, end the search: the fault is not in the settings."""
FAULTS = (ModelError, RuntimeError, MemoryError, ArithmeticError)
"""What a trial may fail by without ending the search: no memory, numbers that are none."""
KEPT = (METRICS, TRAINING, CURVES)
"""Files of each trial's model that are kept; the weights only of the best."""


class _TimeUp(Exception):
    """The hours are over in the middle of a trial."""


@dataclass(frozen=True, slots=True)
class Search:
    """What all trials have in common. until: of time.monotonic(), None without a limit."""

    data: tuple[Path, ...]
    dev: Path
    out: Path
    encoder: str | None
    init: Path | None
    config: TrainingConfig
    space: Space
    device: str
    threads: int | None
    until: float | None
    name: str
    languages: tuple[str, ...] = ()


def search(
    data: Sequence[Path],
    dev: Path,
    out: Path,
    *,
    trials: int = 20,
    hours: float | None = None,
    space: Path | None = None,
    encoder: str | None = None,
    init: Path | None = None,
    config: TrainingConfig | None = None,
    seed: int = 1,
    device: str = "auto",
    threads: int | None = None,
    resume: bool = False,
    name: str = "",
    languages: Sequence[str] = (),
    command: str = "",
) -> dict[str, Any]:
    """Try settings of training, keep the best model in out/model, write a report; returns what the report says, as JSON.

    trials: in all, earlier ones of a resumed search included; hours: no trial begins, or goes on, after these; space: YAML file
    (space.read_space); config: what is not in the space; seed: of the sampler and of every training; languages and the rest as for run.train.
    A trial that fails is recorded, with its reason. Raises UsageError when out holds a search and resume is not asked for or it was
    made otherwise, ModelError when no trial succeeds, and what train raises about data.
    """
    started = time.monotonic()
    if trials < 1 or (hours is not None and hours <= 0):
        raise UsageError("--trials must be at least 1 and --hours above 0")
    refuse_unknown_languages(languages)  # now, and not in every trial
    out = Path(out)
    common = Search(
        tuple(Path(path) for path in data), Path(dev), out, encoder, init, replace(config or TrainingConfig(), seed=seed),
        read_space(space) if space else DEFAULT, device, threads, None if hours is None else started + 3600 * hours,
        name or out.name, tuple(languages),
    )  # fmt: skip
    prepare_folder(out, resume)
    with alone(out), stored(out / STUDY) as storage:
        study = open_study(storage, common)
        run_trials(study, common, trials, seed)
        return write_report(study, out, MODEL, seed, command, described(common.space), round(time.monotonic() - started, 1))


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Nobody else searches in this folder meanwhile: a trial that is under way would be taken for one that was left."""
    with ExitStack() as stack:
        try:
            stack.enter_context(writer_lock(out))
        except WorkspaceBusy:
            raise WorkspaceBusy(f"another process searches in {out}: wait until it has ended, or give another --out") from None
        yield


@contextmanager
def stored(path: Path) -> Iterator[optuna.storages.RDBStorage]:
    """The file of a study, closed at the end."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = optuna.storages.RDBStorage(f"sqlite:///{path.resolve()}")
    try:
        yield storage
    finally:
        storage.remove_session()
        storage.engine.dispose()


def prepare_folder(out: Path, resume: bool) -> None:
    """Make the folder of a search; one that is there is only gone on with when asked."""
    if (out / STUDY).exists() and not resume:
        raise UsageError(f"{out} holds a search: give --resume to go on, or another --out")
    if not (out / STUDY).exists() and (out / MODEL).exists():
        raise UsageError(f"{out / MODEL} exists and belongs to no search: give another --out")
    (out / TRIALS).mkdir(parents=True, exist_ok=True)


def open_study(storage: Any, common: Search) -> optuna.Study:
    """The study in a storage, made or checked to be about the same data, space and settings."""
    pruner = optuna.pruners.MedianPruner(n_startup_trials=UNPRUNED, n_warmup_steps=UNPRUNED_EPOCHS)
    study = optuna.create_study(storage=storage, study_name=NAME, direction="maximize", pruner=pruner, load_if_exists=True)
    about = json.loads(json.dumps(_about(common)))
    known = study.user_attrs.get("about")
    if known is None:
        study.set_user_attr("about", about)
    elif known != about:
        differing = ", ".join(key for key in sorted({*about, *known}) if known.get(key) != about.get(key))
        raise UsageError(f"{common.out} was searched with another {differing}: repeat that, or give another --out")
    return study


def run_trials(study: optuna.Study, common: Search, trials: int, seed: int) -> None:
    """Run trials until there are enough or the time is over; what a killed process left is finished first."""
    while True:
        keep_best(study, common.out)
        _give_up_if_all_fail(study)
        done = [trial for trial in study.get_trials(deepcopy=False) if trial.state.is_finished()]
        if len(done) >= trials or _time_is_up(study, common):
            return
        number = len(done)
        study.sampler = optuna.samplers.TPESampler(seed=_sampler_seed(seed, number), n_startup_trials=STARTUP)
        trial = unfinished(study) or study.ask()
        if not run_trial(study, trial, common):
            return


def unfinished(study: optuna.Study) -> Trial | None:
    """The trial that was under way when its process ended."""
    left = study.get_trials(deepcopy=False, states=(TrialState.RUNNING, TrialState.WAITING))
    return Trial(study, left[0]._trial_id) if left else None


def run_trial(study: optuna.Study, trial: Trial, common: Search) -> bool:
    """Train with the settings of one trial and record how it ended. False: the time was over, and it may be gone on with."""
    attempt = trial.user_attrs.get("attempts", 0) + 1
    trial.set_user_attr("attempts", attempt)
    values = suggest(trial, common.space)
    folder = common.out / TRIALS / str(trial.number)
    log.info("trial %d: %s", trial.number, ", ".join(f"{key} {_short(value)}" for key, value in values.items()))
    if attempt > ATTEMPTS:
        _failed(study, trial, folder, f"its process died {ATTEMPTS} times")
        return True
    started = time.monotonic()
    try:
        metrics = _metrics_of(folder / MODEL) or _trained(study, trial, common, folder / MODEL, values)
    except optuna.TrialPruned:
        log.info("trial %d: broken off, the others were better by then", trial.number)
        study.tell(trial, state=TrialState.PRUNED)
        shutil.rmtree(folder, ignore_errors=True)
    except (_TimeUp, KeyboardInterrupt) as stop:  # no death of the process: it says nothing against the settings
        trial.set_user_attr("attempts", attempt - 1)
        if isinstance(stop, KeyboardInterrupt):
            raise
        return False
    except FAULTS as error:
        _failed(study, trial, folder, f"{type(error).__name__}: {' '.join(str(error).split())}")
    else:
        value = max(row["selection"] for row in metrics["epochs"])
        trial.set_user_attr("seconds", round(time.monotonic() - started, 1))
        _keep_small_files(folder)
        study.tell(trial, value)
        log.info("trial %d: %.2f (best so far %.2f)", trial.number, value, study.best_value)
    return True


def keep_best(study: optuna.Study, out: Path) -> None:
    """Put the best trial's model at out/model and delete the weights of the others; to be repeated after a kill at any point."""
    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    if not complete:
        return
    best = out / TRIALS / str(study.best_trial.number) / MODEL
    if (best / CONFIG).is_file():
        if base_of(best) is not None:  # adapters name their base by a path from where they are
            shutil.rmtree(out / MOVING, ignore_errors=True)
            copy_model(best, out / MOVING)
            best = out / MOVING
        shutil.rmtree(out / MODEL, ignore_errors=True)
        best.rename(out / MODEL)
    for trial in complete:
        shutil.rmtree(out / TRIALS / str(trial.number) / MODEL, ignore_errors=True)


def _about(common: Search) -> dict[str, Any]:
    """What must be the same when a search goes on."""
    return {
        "data": [mark for path in (*common.data, common.dev) for mark in _marks(path)],
        "encoder or start model": [common.encoder, start_digest(common.encoder, common.init)],
        "search space": described(common.space),
        "seed or settings": asdict(common.config),
        **({"language": list(common.languages)} if common.languages else {}),
    }


def _marks(source: Path) -> list[str]:
    """Digests of the file of "FILE" or "FILE@MAP", or of all files in a folder, and of a map that is a file."""
    path, labels = split_source(source)
    files = sorted(item for item in path.rglob("*") if item.is_file()) if path.is_dir() else [path]
    return [digest_file(file) for file in (*files, *([labels] if labels else [])) if file.is_file()]


def _trained(study: optuna.Study, trial: Trial, common: Search, folder: Path, values: dict[str, Any]) -> dict[str, Any]:
    known = study.get_trials(deepcopy=False)[trial.number].intermediate_values

    def on_epoch(row: dict[str, Any]) -> None:
        if row["epoch"] not in known:  # an epoch is trained again when the process died before its state was written
            trial.report(float(row["selection"]), int(row["epoch"]))
        if trial.should_prune():
            raise optuna.TrialPruned
        if _time_is_up(study, common):
            raise _TimeUp

    return train(
        common.data, common.dev, folder, encoder=common.encoder, init=common.init, name=common.name,
        config=replace(common.config, **values), device=common.device, threads=common.threads,
        resume=(folder / WORK).exists(), on_epoch=on_epoch, languages=common.languages, command=f"trial {trial.number} of a search by `kgbuild tune`",
    )  # fmt: skip


def _metrics_of(folder: Path) -> dict[str, Any] | None:
    """The metrics of a model that was finished before its trial was recorded."""
    if not (folder / METRICS).is_file() or (folder / WORK).exists():
        return None
    return dict(json.loads((folder / METRICS).read_text(encoding="utf-8")))


def _failed(study: optuna.Study, trial: Trial, folder: Path, reason: str) -> None:
    log.warning("trial %d failed: %s", trial.number, reason)
    trial.set_user_attr("failure", reason)
    study.tell(trial, state=TrialState.FAIL)
    shutil.rmtree(folder, ignore_errors=True)


def _give_up_if_all_fail(study: optuna.Study) -> None:
    trials: list[FrozenTrial] = [t for t in study.get_trials(deepcopy=False) if t.state.is_finished()]
    if len(trials) >= FAILURES and all(trial.state is TrialState.FAIL for trial in trials):
        reason = trials[-1].user_attrs.get("failure", "")
        raise ModelError(f"all {len(trials)} trials failed, the last one so: {reason}")


def _keep_small_files(folder: Path) -> None:
    for name in KEPT:
        if (folder / MODEL / name).is_file():
            shutil.copyfile(folder / MODEL / name, folder / name)


def _time_is_up(study: optuna.Study, common: Search) -> bool:
    """Whether the hours are over, and there is a model to show for them."""
    if common.until is None or time.monotonic() < common.until:
        return False
    return bool(study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)))


def _sampler_seed(seed: int, number: int) -> int:
    return int.from_bytes(digest("sampler", seed, number).encode()[:4], "big")


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
