"""A tiny random encoder, trained end to end into a model directory; resumed runs equal unbroken ones."""

import json
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytestmark = pytest.mark.torch

from kgbuild.errors import ConfigError, ModelError, UsageError  # noqa: E402
from kgbuild.models.directory import read_directory  # noqa: E402
from kgbuild.training import run  # noqa: E402
from kgbuild.training.augment import Augmentation  # noqa: E402
from kgbuild.training.loop import TrainingConfig, rate_factor  # noqa: E402
from kgbuild.training.run import train  # noqa: E402

CONFIG = TrainingConfig(epochs=2, dev_documents=2, augmentation=Augmentation(disturb_from=1))


def test_a_run_writes_a_model_directory_that_says_what_it_is(files, encoder, tmp_path):
    metrics = train(*files, tmp_path / "out", encoder=encoder, config=CONFIG, command="kgbuild train …")
    model = read_directory(tmp_path / "out")
    assert model.spec.types == ("PER", "ORG", "LOC") and model.spec.relations == ("P19", "P108")
    assert metrics["documents"] == 4 and [row["epoch"] for row in metrics["epochs"]] == [1, 2]
    record = json.loads((tmp_path / "out" / "training.json").read_text())
    assert [item["role"] for item in record["files"]] == ["train", "train", "dev"]
    assert "kgbuild train …" in (tmp_path / "out" / "README.md").read_text()
    assert not (tmp_path / "out" / run.WORK).exists()
    with pytest.raises(UsageError, match="holds a finished model"):
        train(*files, tmp_path / "out", encoder=encoder, config=CONFIG)


def test_training_lowers_the_loss_and_finds_the_mentions_it_was_shown(files, encoder, tmp_path):
    plain = Augmentation(crop_related=0, crop_unrelated=0, lower=0, upper=0, disturb=0)
    config = TrainingConfig(epochs=25, head_rate=1e-2, encoder_rate=2e-3, average=0.5, augmentation=plain, dev_documents=2)
    metrics = train(*files, tmp_path / "out", encoder=encoder, config=config)
    losses = [sum(v for k, v in row.items() if k.endswith("_loss")) for row in metrics["epochs"]]
    assert losses[-1] < losses[0] / 3
    assert metrics["ner"]["f1"] > 90 and metrics["relations_gold"]["f1"] > 90


def test_an_interrupted_run_goes_on_to_the_same_weights(files, encoder, tmp_path, monkeypatch):
    train(*files, tmp_path / "whole", encoder=encoder, config=CONFIG, name="same")
    original = run.train_epoch

    def failing(state, *arguments):
        if state.epoch == 1:
            raise KeyboardInterrupt
        original(state, *arguments)

    monkeypatch.setattr(run, "train_epoch", failing)
    with pytest.raises(KeyboardInterrupt):
        train(*files, tmp_path / "broken", encoder=encoder, config=CONFIG, name="same")
    monkeypatch.setattr(run, "train_epoch", original)
    with pytest.raises(UsageError, match="--resume"):
        train(*files, tmp_path / "broken", encoder=encoder, config=CONFIG, name="same")
    with pytest.raises(ModelError, match="other data or options"):
        train(*files, tmp_path / "broken", encoder=encoder, config=replace(CONFIG, seed=2), name="same", resume=True)
    train(*files, tmp_path / "broken", encoder=encoder, config=CONFIG, name="same", resume=True)
    for name in ("model.safetensors", "model.json", "calibration.json", "thresholds.json"):
        assert (tmp_path / "broken" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(files, encoder, tmp_path):
    one = replace(CONFIG, epochs=1)
    for name, config in (("a", one), ("b", one), ("c", replace(one, seed=2))):
        train(*files, tmp_path / name, encoder=encoder, config=config, name="same")
    a, b, c = ((tmp_path / name / "model.safetensors").read_bytes() for name in "abc")
    assert a == b != c


def test_a_model_can_be_the_start_of_another(files, encoder, tmp_path):
    train(*files, tmp_path / "first", encoder=encoder, config=replace(CONFIG, epochs=1))
    train(*files, tmp_path / "second", init=tmp_path / "first", config=replace(CONFIG, epochs=1))
    record = json.loads((tmp_path / "second" / "training.json").read_text())
    assert record["encoder"].startswith("model ")
    with pytest.raises(UsageError, match="exclude each other"):
        train(*files, tmp_path / "third", encoder=encoder, init=tmp_path / "first")


def test_column_data_trains_mentions_alone(encoder, tmp_path):
    for name in ("train.txt", "dev.txt"):
        (tmp_path / name).write_text(f"{name} O\n\nJohn I-PER\nSmith I-PER\nworks O\nin O\nParis I-LOC\n")
    metrics = train(
        [tmp_path / "train.txt"], tmp_path / "dev.txt", tmp_path / "out", encoder=encoder, config=replace(CONFIG, epochs=1)
    )
    assert read_directory(tmp_path / "out").spec.relations == ()
    assert metrics["relations_gold"]["f1"] == 0


def test_dev_data_that_is_also_training_data_is_refused(files, encoder, tmp_path):
    with pytest.raises(ConfigError, match="also training data"):
        train(files[0], files[0][0], tmp_path / "out", encoder=encoder, config=CONFIG)


def test_data_without_mentions_is_refused(encoder, files, tmp_path):
    (tmp_path / "empty.json").write_text("[]")
    with pytest.raises(ConfigError, match="nothing to train on"):
        train([tmp_path / "empty.json"], files[1], tmp_path / "out", encoder=encoder, config=CONFIG)


def test_the_rate_rises_in_the_warm_up_and_falls_to_zero():
    assert [rate_factor(x, 0.1) for x in (0.05, 0.1, 0.55, 1.0)] == pytest.approx([0.5, 1.0, 0.5, 0.0])
