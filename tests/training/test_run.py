"""A tiny random encoder, trained end to end into a model directory; resumed runs equal unbroken ones."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytestmark = pytest.mark.torch

from kgbuild.errors import ConfigError, ModelError, UsageError  # noqa: E402
from kgbuild.extraction.extractor import load  # noqa: E402
from kgbuild.hashing import digest  # noqa: E402
from kgbuild.models.directory import WORK, read_directory  # noqa: E402
from kgbuild.schema import load_schema  # noqa: E402
from kgbuild.training import epochs, loop, run  # noqa: E402
from kgbuild.training.augment import Augmentation  # noqa: E402
from kgbuild.training.batches import collate  # noqa: E402
from kgbuild.training.examples import Work, examples_of  # noqa: E402
from kgbuild.training.loop import TrainingConfig, rate_factor  # noqa: E402
from kgbuild.training.losses import losses_of  # noqa: E402
from kgbuild.training.pruning import chosen, learned  # noqa: E402
from kgbuild.training.run import train  # noqa: E402
from tests.training.documents import mention, toy, write  # noqa: E402
from tests.training.test_pruning import MARGIN, windows  # noqa: E402

WRITTEN = ("model.safetensors", "model.json", "calibration.json", "thresholds.json")
"""What decides about extractions: the same bytes after an interruption."""
CONFIG = TrainingConfig(epochs=2, dev_documents=2, augmentation=Augmentation(disturb_from=1))


def test_a_run_writes_a_model_directory_that_says_what_it_is(files, encoder, tmp_path):
    metrics = train(*files, tmp_path / "out", encoder=encoder, config=CONFIG, command="kgbuild train …")
    model = read_directory(tmp_path / "out")
    assert model.spec.types == ("PER", "ORG", "LOC") and model.spec.relations == ("P19", "P108")
    assert metrics["documents"] == 4 and [row["epoch"] for row in metrics["epochs"]] == [1, 2]
    record = json.loads((tmp_path / "out" / "training.json").read_text())
    assert [item["role"] for item in record["files"]] == ["train", "train", "dev"]
    assert "kgbuild train …" in (tmp_path / "out" / "README.md").read_text()
    assert not (tmp_path / "out" / WORK).exists()
    with pytest.raises(UsageError, match="holds a finished model"):
        train(*files, tmp_path / "out", encoder=encoder, config=CONFIG)


def test_a_run_with_pairs_enough_ends_with_a_pruner_in_a_directory_that_is_whole(files, encoder, tmp_path, monkeypatch):
    """Its own pairs are too few to fit one, so these were made up; the rest is the run's."""

    def fitted(model, documents, dev, recipe, *rest):
        return chosen(learned(windows(recipe.spec, 10, 0), recipe.spec, MARGIN, 1), windows(recipe.spec, 5, 1))

    monkeypatch.setattr(run, "fit_pruner", fitted)
    metrics = train(*files, tmp_path / "out", encoder=encoder, config=CONFIG)

    assert metrics["pruner"]["links_kept"] > 0
    assert read_directory(tmp_path / "out").spec.pruner is not None
    assert "A pruner spares" in (tmp_path / "out" / "README.md").read_text()


def test_a_model_says_which_languages_it_reads(files, encoder, tmp_path):
    one = replace(CONFIG, epochs=1)
    train(*files, tmp_path / "plain", encoder=encoder, config=one)
    assert read_directory(tmp_path / "plain").spec.languages == ("en",)
    train(*files, tmp_path / "zh", encoder=encoder, config=one, languages=["zh", "de", "zh"])
    assert read_directory(tmp_path / "zh").spec.languages == ("zh", "de")
    assert "in zh/de text" in (tmp_path / "zh" / "README.md").read_text()
    train(*files, tmp_path / "next", init=tmp_path / "zh", config=one)
    assert read_directory(tmp_path / "next").spec.languages == ("zh", "de")
    with pytest.raises(UsageError, match="--language chinese: no language that passages are told apart by"):
        train(*files, tmp_path / "no", encoder=encoder, config=one, languages=["chinese"])
    assert not (tmp_path / "no").exists()


def test_a_model_comes_with_a_schema_to_begin_with(files, encoder, tmp_path):
    train(*files, tmp_path / "out", encoder=encoder, config=replace(CONFIG, epochs=1))
    schema, spec = load_schema(tmp_path / "out" / "schema.yaml"), read_directory(tmp_path / "out").spec
    assert schema.check_labels(spec.types, spec.relations) == ()
    assert [relation.name for relation in schema.relations] == ["BORN_IN", "EMPLOYED_BY"]


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
    with pytest.raises(ModelError, match="holds an unfinished training run: the command that began it ends it with --resume"):
        read_directory(tmp_path / "broken")
    with pytest.raises(UsageError, match="--resume"):
        train(*files, tmp_path / "broken", encoder=encoder, config=CONFIG, name="same")
    with pytest.raises(ModelError, match=r"other data or options: --seed \(1 there, 2 here\): repeat"):
        train(*files, tmp_path / "broken", encoder=encoder, config=replace(CONFIG, seed=2), name="same", resume=True)
    with pytest.raises(ModelError, match=r"options: --rate \(0.0002 there, 0.0001 here\): repeat"):
        train(*files, tmp_path / "broken", encoder=encoder, config=replace(CONFIG, encoder_rate=1e-4), name="same", resume=True)
    other = write(tmp_path / "more.json", 2, related=False)
    with pytest.raises(ModelError, match=r"options: the train file more\.json: repeat"):
        train(*files, tmp_path / "broken", encoder=encoder, config=CONFIG, name="same", resume=True)
    write(other, 3, related=False)
    best = tmp_path / "broken" / WORK / run.BEST
    whole = best.read_bytes()
    best.write_bytes(whole[:100])
    with pytest.raises(
        ModelError, match=r"best\.safetensors, the weights of the best epoch so far, cannot be read .*train again"
    ):
        train(*files, tmp_path / "broken", encoder=encoder, config=CONFIG, name="same", resume=True)
    best.write_bytes(whole)
    train(*files, tmp_path / "broken", encoder=encoder, config=CONFIG, name="same", resume=True)
    for name in WRITTEN:
        assert (tmp_path / "broken" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


KILLED = """
import json, os, signal, sys
from pathlib import Path
import torch
from kgbuild.training import loop
from kgbuild.training.augment import Augmentation
from kgbuild.training.run import train

torch.set_num_threads(1)
data, dev, out, encoder, config = json.loads(sys.argv[1])
config["augmentation"] = Augmentation(**config["augmentation"])
original = loop.train_step

def step(state, *arguments):
    if state.epoch == 1 and state.step % 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(state, *arguments)

loop.train_step = step
train([Path(p) for p in data], Path(dev), Path(out), encoder=encoder, config=loop.TrainingConfig(**config), name="same")
"""


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL")
@pytest.mark.slow
def test_a_run_that_is_killed_in_the_middle_of_an_epoch_goes_on_to_the_same_weights(files, encoder, tmp_path):
    config = replace(CONFIG, batch=2)
    train(*files, tmp_path / "whole", encoder=encoder, config=config, name="same")
    out = tmp_path / "killed"
    words = json.dumps([[*map(str, files[0])], str(files[1]), str(out), encoder, asdict(config)])
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, words],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        timeout=280,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert (out / WORK / "state.safetensors").is_file()
    assert not (out / "model.json").exists()
    train(*files, out, encoder=encoder, config=config, name="same", resume=True)
    for name in WRITTEN:
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


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
    assert "relations_gold" not in metrics
    assert "relations given gold" not in (tmp_path / "out" / "README.md").read_text()
    with load(tmp_path / "out", threads=1) as model:
        assert list(model(["John Smith lives in Paris ."]))


def test_dev_data_that_is_also_training_data_is_refused(files, encoder, tmp_path):
    with pytest.raises(ConfigError, match="also training data"):
        train(files[0], files[0][0], tmp_path / "out", encoder=encoder, config=CONFIG)


def test_a_file_is_no_folder_to_write_to(files, encoder, tmp_path):
    with pytest.raises(UsageError, match=r"train\.json is a file"):
        train(*files, files[0][0], encoder=encoder, config=CONFIG)


def test_data_without_mentions_is_refused(encoder, files, tmp_path):
    (tmp_path / "empty.json").write_text("[]")
    with pytest.raises(ConfigError, match="nothing to train on"):
        train([tmp_path / "empty.json"], files[1], tmp_path / "out", encoder=encoder, config=CONFIG)


def test_the_rate_rises_in_the_warm_up_and_falls_to_zero():
    assert [rate_factor(x, 0.1) for x in (0.05, 0.1, 0.55, 1.0)] == pytest.approx([0.5, 1.0, 0.5, 0.0])
    assert [rate_factor(x, 1.0) for x in (0.5, 1.0)] == [0.5, 1.0]  # a search may try a run that is nothing but warm-up


def test_each_epoch_has_losses_and_scores_on_dev_and_on_test(files, encoder, tmp_path, caplog):
    caplog.set_level("INFO")
    seen = []
    test = write(tmp_path / "test.json", 3)
    metrics = train(*files, tmp_path / "out", test=test, encoder=encoder, config=CONFIG, on_epoch=seen.append)
    assert seen == metrics["epochs"]
    for row in metrics["epochs"]:
        for name in ("dev", "test"):
            assert row[name]["loss"] == pytest.approx(
                sum(row[name][f"{task}_loss"] for task in ("ner", "relation", "evidence", "coreference")), abs=1e-4
            )
            assert set(row[name]["mentions"]) == set(row[name]["relations"]) == {"precision", "recall", "f1"}
        assert row["mentions"] == row["dev"]["mentions"]["f1"]
        assert row["selection"] == pytest.approx(row["mentions"] + row["relations_shifted"], abs=0.02)
    assert metrics["test"]["documents"] == 3
    assert (tmp_path / "out" / "curves.png").read_bytes()[:4] == b"\x89PNG"
    lines = [record.message for record in caplog.records if record.levelname == "INFO"]
    assert any(line.startswith("epoch train loss") for line in lines)
    assert sum(" dev " in line for line in lines) == sum(" test " in line for line in lines) == 2
    card = (tmp_path / "out" / "README.md").read_text()
    assert "| dev loss | dev mentions, P / R / F1 |" in card
    assert "test file: relations gold" in card


def test_test_is_never_chosen_by(files, encoder, tmp_path):
    """Another test file, the same model."""
    for name, count in (("a", 1), ("b", 4)):
        test = write(tmp_path / f"test-{name}.json", count)
        train(*files, tmp_path / name / "out", test=test, encoder=encoder, config=CONFIG)
    for name in WRITTEN:
        assert (tmp_path / "a" / "out" / name).read_bytes() == (tmp_path / "b" / "out" / name).read_bytes()
    with pytest.raises(ConfigError, match=r"train\.json \(test\) is also training data"):
        train(*files, tmp_path / "c", test=files[0][0], encoder=encoder, config=CONFIG)


def test_the_loss_of_dev_is_that_of_all_its_documents_at_once(files, encoder):
    torch.manual_seed(1)
    material = run.gather(files[0], files[1], None, encoder, None, "tiny")
    model = run.start_model(material, CONFIG).eval()
    place = epochs.Place(torch.device("cpu"), "f32")
    spaced = [Work(document) for document in material.dev]
    recipe = material.recipe
    examples = [e for work in spaced for e in examples_of(work, recipe.tokenizer, recipe.labels, 512, recipe.special)]
    with torch.inference_mode():
        whole = losses_of(model, collate(examples, recipe.spec.special.pad))
    parts = epochs.losses(model, [*material.dev], recipe, place)
    assert parts["ner_loss"] == pytest.approx(float(whole["ner"]), abs=1e-4)
    assert parts["relation_loss"] == pytest.approx(float(whole["relation"]), abs=1e-4)


@pytest.mark.parametrize(
    ("selections", "patience", "expected"),
    [
        ([], 1, False), ([5.0], 1, False), ([5.0, 4.0], 1, True), ([5.0, 4.0], 2, False), ([5.0, 5.0, 5.0], 2, True),
        ([5.0, 4.0, 6.0, 5.0], 2, False), ([5.0, 4.0, 3.0, 2.0], None, False),
    ],
)  # fmt: skip
def test_patience_counts_epochs_without_a_better_selection(selections, patience, expected):
    assert run.waited_enough([{"selection": value} for value in selections], patience) is expected


def test_early_stopping_keeps_the_best_epoch_and_says_so(files, encoder, tmp_path, monkeypatch):
    worse = iter([30.0, 20.0, 10.0, 0.0])
    original = run.epoch_row
    monkeypatch.setattr(run, "epoch_row", lambda *arguments: original(*arguments) | {"selection": next(worse)})
    metrics = train(*files, tmp_path / "out", encoder=encoder, config=replace(CONFIG, epochs=9, patience=2))
    assert len(metrics["epochs"]) == 3
    record = json.loads((tmp_path / "out" / "training.json").read_text())
    assert (record["epochs_run"], record["best_epoch"]) == (3, 1)
    assert "stopped after 3 of 9 epochs" in (tmp_path / "out" / "README.md").read_text()


def test_training_json_says_how_and_on_what(files, encoder, tmp_path):
    train(*files, tmp_path / "out", encoder=encoder, config=replace(CONFIG, epochs=1, accumulate=2, precision="f32"))
    record = json.loads((tmp_path / "out" / "training.json").read_text())
    assert (record["config"]["accumulate"], record["config"]["seed"], record["precision"]) == (2, 1, "f32")
    assert record["device"].startswith("cpu ")
    assert read_directory(tmp_path / "out").spec.precision == "f32"
    text = "John Smith works for Acme . Smith was born in Paris ."
    assert record["documents"] == [digest("document text", "".join(text.split()))[:12]] * 8
    assert record["data"]["mentions"] == {"LOC": 8, "ORG": 8, "PER": 16}
    assert record["data"]["relations"] == {"P108": 5, "P19": 5}


def test_labels_of_dev_that_training_lacks_are_said_and_count_as_missed(files, encoder, tmp_path, caplog):
    item = toy()
    item["vertexSet"].append([mention(0, 2, 3, "VERB")])
    item["labels"] += [{"h": 0, "t": 3, "r": "P108", "evidence": []}, {"h": 0, "t": 2, "r": "P20", "evidence": []}]
    item["sents"] = [*item["sents"], ["Dev", "."]]
    (tmp_path / "dev.json").write_text(json.dumps([item, toy("second") | {"sents": item["sents"]}]))
    metrics = train(*files, tmp_path / "out", encoder=encoder, config=CONFIG)
    assert "without an example in the training data, and never found: P20 (1), VERB (1)" in caplog.text
    record = json.loads((tmp_path / "out" / "training.json").read_text())
    assert record["data"]["only_in_dev"] == {"P20": 1, "VERB": 1}
    recall = metrics["ner"]["recall"] / 100
    assert recall * 9 == pytest.approx(round(recall * 9), abs=0.01)  # nine gold mentions, the unknown one among them


def test_a_run_that_diverges_keeps_its_last_good_state_and_goes_on_with_a_lower_rate(files, encoder, tmp_path, monkeypatch):
    original = loop.losses_of
    monkeypatch.setattr(loop, "SKIPPED_AT_MOST", 2)
    config = replace(CONFIG, batch=2, epochs=2)
    out = tmp_path / "out"

    def spoil(row):
        monkeypatch.setattr(loop, "losses_of", lambda *a: {name: loss * float("inf") for name, loss in original(*a).items()})

    with pytest.raises(loop.Diverged, match=r"epoch 2.*the state after epoch 1 is kept: --resume"):
        train(*files, out, encoder=encoder, config=config, on_epoch=spoil)
    monkeypatch.setattr(loop, "losses_of", original)
    with pytest.raises(ModelError, match="--seed"):
        train(*files, out, encoder=encoder, config=replace(config, seed=3), resume=True)
    metrics = train(*files, out, encoder=encoder, config=replace(config, encoder_rate=1e-5), resume=True)
    assert metrics["epochs"][0]["changed_after"] == ["--rate (0.0002 there, 1e-05 here)"]
    assert len(metrics["epochs"]) == 2
