"""A search over tiny trainings: seeded, resumable at any point, failures recorded, the best model kept, a report with pictures."""

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
optuna = pytest.importorskip("optuna")
pytestmark = pytest.mark.torch

from optuna.trial import TrialState  # noqa: E402

from kgbuild.errors import ConfigError, ModelError, UsageError, WorkspaceBusy  # noqa: E402
from kgbuild.models.checkpoint import load  # noqa: E402
from kgbuild.models.directory import read_directory  # noqa: E402
from kgbuild.training import search as searching  # noqa: E402
from kgbuild.training import study_report  # noqa: E402
from kgbuild.training.loop import Diverged, TrainingConfig  # noqa: E402
from kgbuild.training.search import alone, search, stored  # noqa: E402
from kgbuild.training.study_report import PLOTS  # noqa: E402

CONFIG = TrainingConfig(epochs=2, dev_documents=2)
SPACE = "encoder_rate: {low: 1e-4, high: 3e-3, log: true}\nhead_rate: {low: 1e-3, high: 2e-2, log: true}\nepochs: [1, 2]\n"


@pytest.fixture
def space(tmp_path):
    (tmp_path / "space.yaml").write_text(SPACE)
    return tmp_path / "space.yaml"


@pytest.fixture
def quick(monkeypatch):
    """Trainings that take no time: the score is a function of the settings; each writes what a model directory must have."""
    calls = []

    def train(data, dev, out, *, config, on_epoch, resume, **_):
        calls.append((out, config, resume))
        (out / searching.WORK).mkdir(parents=True, exist_ok=True)
        history = []
        for epoch in range(1, config.epochs + 1):
            row = {"epoch": epoch, "selection": 100 - 1e4 * abs(config.encoder_rate - 1e-3) + epoch / 10}
            history.append(row)
            on_epoch(row)
        (out / searching.WORK).rmdir()
        for name in ("model.json", "training.json", "model.safetensors"):
            (out / name).write_text(json.dumps({"rate": config.encoder_rate}))
        metrics = {"documents": 4, "ner": {"f1": 1.0}, "epochs": history}
        (out / "metrics.json").write_text(json.dumps(metrics))
        return metrics

    monkeypatch.setattr(searching, "train", train)
    monkeypatch.setattr(study_report, "draw", lambda *_: [])  # slow, and shown by the first test
    return calls


def trials_of(out):
    with stored(out / "study.db") as storage:
        return optuna.load_study(study_name=searching.NAME, storage=storage).get_trials()


def settings(out):
    return [trial.params for trial in trials_of(out)]


def test_the_best_of_real_trainings_is_kept_with_a_report(files, encoder, space, tmp_path):
    found = search(*files, tmp_path / "out", trials=3, space=space, encoder=encoder, config=CONFIG, command="kgbuild tune …")
    assert found["trials"] == {"complete": 3} and found["metrics"]["documents"] == 4
    model = read_directory(tmp_path / "out" / "model")
    record = json.loads((tmp_path / "out" / "model" / "training.json").read_text())
    assert model.spec.types == ("PER", "ORG", "LOC") and model.spec.name == "out"
    assert {name: record["config"][name] for name in found["best"]["settings"]} == found["best"]["settings"]
    report = (tmp_path / "out" / "report.md").read_text()
    assert f"**Best: trial {found['best']['trial']}" in report and "kgbuild tune …" in report
    for name in ("history", "epochs", "slices"):
        assert (tmp_path / "out" / PLOTS / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        assert f"]({PLOTS}/{name}.png)" in report
    with (tmp_path / "out" / "trials.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["state"] for row in rows] == ["complete"] * 3
    assert max(float(row["score"]) for row in rows) == pytest.approx(found["best"]["score"])
    assert not list((tmp_path / "out" / "trials").rglob("*.safetensors"))
    assert len(list((tmp_path / "out" / "trials").glob("*/metrics.json"))) == 3


def test_a_killed_search_goes_on_in_the_middle_of_a_trial(files, encoder, space, tmp_path, monkeypatch):
    fixed = replace(CONFIG, epochs=3)
    space.write_text(SPACE.replace("[1, 2]", "3"))
    whole = search(*files, tmp_path / "whole", trials=2, space=space, encoder=encoder, config=fixed, name="same")
    original, epochs = searching.train, []

    def dying(*arguments, on_epoch, **named):
        def watched(row):
            on_epoch(row)
            epochs.append(row["epoch"])
            if len(epochs) == 4:  # the first epoch of the second trial
                raise KeyboardInterrupt

        return original(*arguments, on_epoch=watched, **named)

    monkeypatch.setattr(searching, "train", dying)
    common = {"trials": 2, "space": space, "encoder": encoder, "config": fixed, "name": "same"}
    with pytest.raises(KeyboardInterrupt):
        search(*files, tmp_path / "broken", **common)
    assert [trial.state for trial in trials_of(tmp_path / "broken")] == [TrialState.COMPLETE, TrialState.RUNNING]
    resumed = search(*files, tmp_path / "broken", **common, resume=True)
    assert epochs == [1, 2, 3, 1, 2, 3]
    assert settings(tmp_path / "broken") == settings(tmp_path / "whole") and resumed["best"] == whole["best"]
    weights = [(tmp_path / name / "model" / "model.safetensors").read_bytes() for name in ("broken", "whole")]
    assert weights[0] == weights[1]


def test_a_resumed_search_tries_what_an_unbroken_one_would(files, quick, space, tmp_path, monkeypatch):
    monkeypatch.setattr(searching, "STARTUP", 3)
    search(*files, tmp_path / "whole", trials=6, space=space)
    search(*files, tmp_path / "parts", trials=2, space=space)
    with pytest.raises(UsageError, match="--resume"):
        search(*files, tmp_path / "parts", trials=6, space=space)
    search(*files, tmp_path / "parts", trials=6, space=space, resume=True)
    assert settings(tmp_path / "parts") == settings(tmp_path / "whole")
    search(*files, tmp_path / "other", trials=1, space=space, seed=2)
    assert settings(tmp_path / "other")[0] != settings(tmp_path / "whole")[0]


def test_the_model_is_that_of_the_best_trial_and_later_bests_replace_it(files, quick, space, tmp_path):
    found = search(*files, tmp_path / "out", trials=6, space=space, seed=2)
    kept = json.loads((tmp_path / "out" / "model" / "model.json").read_text())
    assert kept["rate"] == found["best"]["settings"]["encoder_rate"]
    values = [trial.value for trial in trials_of(tmp_path / "out") if trial.value is not None]
    assert found["best"]["score"] == max(values) != values[0]


def test_importances_are_told_and_drawn_where_there_are_enough_trials(tmp_path):
    study = optuna.create_study(direction="maximize")
    distributions = {name: optuna.distributions.FloatDistribution(0, 1) for name in ("rate", "other")}
    for number in range(12):
        rate, other = number / 11, number * 5 % 12 / 11
        trial = optuna.trial.create_trial(
            params={"rate": rate, "other": other},
            distributions=distributions,
            value=50 * rate + other,
            intermediate_values={1: 1.0},
        )
        study.add_trial(trial)
    shares = study_report.importances(study, 1)
    assert shares["rate"] > 0.8 and shares == study_report.importances(study, 1)
    assert study_report.draw(study, tmp_path / "plots", shares, 1) == ["history", "epochs", "importances", "slices"]
    assert (tmp_path / "plots" / "importances.png").read_bytes().startswith(b"\x89PNG")


def test_a_kill_between_training_and_recording_trains_nothing_again(files, quick, space, tmp_path, monkeypatch):
    original = optuna.Study.tell

    def killed(*_arguments, **_named):
        raise KeyboardInterrupt

    monkeypatch.setattr(optuna.Study, "tell", killed)
    with pytest.raises(KeyboardInterrupt):
        search(*files, tmp_path / "out", trials=1, space=space)
    monkeypatch.setattr(optuna.Study, "tell", original)
    found = search(*files, tmp_path / "out", trials=1, space=space, resume=True)
    assert len(quick) == 1 and found["trials"] == {"complete": 1}
    assert (tmp_path / "out" / "model" / "model.json").is_file()


@pytest.mark.parametrize(
    "error", [Diverged("the loss is no number"), MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory")]
)
def test_a_trial_that_fails_is_recorded_and_the_search_goes_on(files, quick, space, tmp_path, monkeypatch, error):
    working, calls = searching.train, []

    def failing(*arguments, **named):
        calls.append(1)
        if len(calls) == 2:
            raise error
        return working(*arguments, **named)

    monkeypatch.setattr(searching, "train", failing)
    found = search(*files, tmp_path / "out", trials=3, space=space)
    assert found["trials"] == {"complete": 2, "fail": 1}
    failed = trials_of(tmp_path / "out")[1]
    assert failed.state is TrialState.FAIL and failed.user_attrs["failure"].startswith(type(error).__name__)
    assert type(error).__name__ in (tmp_path / "out" / "trials.csv").read_text()
    assert not (tmp_path / "out" / "trials" / "1").exists()


def test_when_nothing_works_the_search_ends_with_the_reason(files, space, tmp_path, monkeypatch):
    def failing(*_arguments, **_named):
        raise ModelError("cannot load the encoder")

    monkeypatch.setattr(searching, "train", failing)
    with pytest.raises(ModelError, match="all 3 trials failed, the last one so: ModelError: cannot load the encoder"):
        search(*files, tmp_path / "out", trials=9, space=space)


def test_faults_of_the_data_end_the_search_at_once(files, encoder, space, tmp_path):
    with pytest.raises(ConfigError, match="also training data"):
        search(files[0], files[0][0], tmp_path / "out", trials=3, space=space, encoder=encoder)


def test_a_trial_that_kills_its_process_is_given_up(files, quick, space, tmp_path, monkeypatch):
    working = searching.train

    def killed(*_arguments, **_named):
        raise SystemExit(137)

    monkeypatch.setattr(searching, "train", killed)
    for attempt in range(searching.ATTEMPTS):
        with pytest.raises(SystemExit):
            search(*files, tmp_path / "out", trials=2, space=space, resume=attempt > 0)
    monkeypatch.setattr(searching, "train", working)
    found = search(*files, tmp_path / "out", trials=2, space=space, resume=True)
    assert found["trials"] == {"complete": 1, "fail": 1}
    assert trials_of(tmp_path / "out")[0].user_attrs["failure"] == "its process died 3 times"


def test_trials_that_fall_behind_are_broken_off(files, quick, tmp_path):
    (tmp_path / "space.yaml").write_text("encoder_rate: {low: 1e-5, high: 3e-3, log: true}\nepochs: 5\n")
    found = search(*files, tmp_path / "out", trials=8, space=tmp_path / "space.yaml")
    pruned = [trial for trial in trials_of(tmp_path / "out") if trial.state is TrialState.PRUNED]
    assert pruned
    assert found["trials"]["pruned"] == len(pruned)
    assert all(2 <= len(trial.intermediate_values) < 5 for trial in pruned)
    assert not (tmp_path / "out" / "trials" / str(pruned[0].number)).exists()


def test_the_hours_end_a_search_in_the_middle_of_a_trial_that_resumes(files, quick, space, tmp_path, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(searching.time, "monotonic", lambda: clock[0])
    working = searching.train

    def slow(*arguments, on_epoch, **named):
        def timed(row):
            clock[0] += 1000.0
            on_epoch(row)

        return working(*arguments, on_epoch=timed, **named)

    space.write_text(SPACE.replace("[1, 2]", "3"))
    monkeypatch.setattr(searching, "train", slow)
    found = search(*files, tmp_path / "out", trials=5, hours=1.0, space=space)
    assert found["trials"] == {"complete": 1, "running": 1}
    found = search(*files, tmp_path / "out", trials=2, space=space, resume=True)
    assert found["trials"] == {"complete": 2}
    assert len(quick) == 3 and [resume for _, _, resume in quick] == [False, False, True]


def test_a_search_with_other_data_space_or_settings_is_another_search(files, quick, space, tmp_path):
    search(*files, tmp_path / "out", trials=1, space=space)
    with pytest.raises(UsageError, match="another search space"):
        search(*files, tmp_path / "out", trials=2, resume=True)
    with pytest.raises(UsageError, match="another seed or settings"):
        search(*files, tmp_path / "out", trials=2, space=space, seed=5, resume=True)
    with pytest.raises(UsageError, match="another data"):
        search(files[0][:1], files[1], tmp_path / "out", trials=2, space=space, resume=True)


def test_other_weights_behind_the_name_of_an_encoder_are_another_search(files, encoder, quick, space, tmp_path):
    """Trials before and after began with different weights, and were compared."""
    folder = shutil.copytree(encoder, tmp_path / "encoder")
    search(*files, tmp_path / "out", trials=1, space=space, encoder=str(folder))
    weights = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(weights[:-1] + bytes([weights[-1] ^ 1]))
    with pytest.raises(UsageError, match="another encoder or start model"):
        search(*files, tmp_path / "out", trials=2, space=space, encoder=str(folder), resume=True)


def test_two_searches_do_not_share_a_folder(files, quick, space, tmp_path):
    with alone(tmp_path), pytest.raises(WorkspaceBusy, match="another process searches in"):
        search(*files, tmp_path, trials=1, space=space)


def test_numbers_that_make_no_search_are_refused(files, tmp_path):
    for wrong in ({"trials": 0}, {"hours": 0.0}):
        with pytest.raises(UsageError, match="--trials must be at least 1"):
            search(*files, tmp_path / "out", **wrong)


def test_another_file_behind_a_label_map_or_in_a_folder_is_another_search(tmp_path):
    """Neither was in the digests: a search went on with other data as if nothing had happened."""
    file, folder = tmp_path / "train.json", tmp_path / "brat"
    file.write_text("[]")
    folder.mkdir()
    (folder / "a.ann").write_text("")
    before = [searching._marks(path) for path in (Path(f"{file}@fire"), folder)]
    file.write_text("[ ]")
    (folder / "a.ann").write_text("T1\tX 0 1\tA\n")
    assert all(
        old != new for old, new in zip(before, [searching._marks(path) for path in (Path(f"{file}@fire"), folder)], strict=True)
    )


def test_a_person_may_interrupt_a_trial_as_often_as_they_like(files, quick, space, tmp_path, monkeypatch):
    """A process that died three times would kill the next one too; one that was stopped by hand would not."""
    original = searching.train

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    for number in range(searching.ATTEMPTS + 1):
        monkeypatch.setattr(searching, "train", interrupted)
        with pytest.raises(KeyboardInterrupt):
            search(*files, tmp_path / "out", trials=1, space=space, resume=number > 0)
    monkeypatch.setattr(searching, "train", original)
    assert search(*files, tmp_path / "out", trials=1, space=space, resume=True)["trials"] == {"complete": 1}


def test_adapters_that_are_the_best_find_their_base_from_where_they_are_kept(files, encoder, tmp_path):
    """They name it by a path from their own folder, and are moved."""
    searching.train(*files, tmp_path / "base", encoder=encoder, config=replace(CONFIG, epochs=1))
    (tmp_path / "space.yaml").write_text("encoder_rate: [1e-4, 1e-3]\n")
    search(
        *files,
        tmp_path / "out",
        trials=1,
        space=tmp_path / "space.yaml",
        init=tmp_path / "base",
        config=replace(CONFIG, epochs=1, lora=2),
    )
    load(tmp_path / "out" / "model")
    assert read_directory(tmp_path / "out" / "model").spec.base.path == "../../base"
    assert not list((tmp_path / "out").rglob("trials/*/model")) and not (tmp_path / "out" / searching.MOVING).exists()
