"""`kgbuild train`: options become settings, an interruption says how to go on, and a small run says what it measured."""

import json

import pytest

run = pytest.importorskip("kgbuild.training.run")
pytestmark = pytest.mark.torch

from tests.extraction.tiny import write_tiny  # noqa: E402

SCORES = {"precision": 50.0, "recall": 40.0, "f1": 44.44}
SET = {"spans": 5100, "country": None, "other": 6200, "measured_spans": SCORES, "measured_links_all": {**SCORES, "f1": 33.33}}
METRICS = {
    "documents": 60, "ner": SCORES, "ner_by_type": {"Company": {**SCORES, "f1": 71.25}}, "relations_gold": {**SCORES, "f1": 61.5},
    "thresholds": {"default": SET, "benchmark": SET},
    "epochs": [
        {"epoch": 1, "selection": 80.0, "seconds": 61.0}, {"epoch": 2, "selection": 90.0, "seconds": 60.0},
        {"epoch": 3, "selection": 90.0, "seconds": 60.0}, {"epoch": 4, "selection": 70.0, "seconds": 60.0},
    ],
}  # fmt: skip
WORDS = ("train", "a.json", "--dev", "d.json", "--out", "m")


@pytest.fixture
def asked(kgbuild, home, monkeypatch):
    """Call `train` with more words; gives what the trainer is called with."""
    seen = {}

    def fake(**arguments):
        seen.update(arguments)
        write_tiny(arguments["out"])
        return METRICS

    monkeypatch.setattr(run, "train", fake)

    def ask(*words):
        code, out, err = kgbuild(*WORDS, *words)
        assert code == 0, err
        return seen | {"out_text": out}

    return ask


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        (("--accumulate", "4"), "accumulate", 4), (("--patience", "3"), "patience", 3), (("--rate", "1e-4"), "encoder_rate", 1e-4),
        (("--head-rate", "1e-3"), "head_rate", 1e-3), (("--layer-decay", ".8"), "layer_decay", 0.8), (("--dropout", "0"), "dropout", 0.0),
        (("--warm-up", ".1"), "warm_up", 0.1), (("--weight-decay", "0"), "weight_decay", 0.0), (("--precision", "f32"), "precision", "f32"),
        (("--lora", "8", "--init", "default"), "lora", 8), (("--dev-documents", "9"), "dev_documents", 9),
    ],
)  # fmt: skip
def test_options_become_settings(asked, words, name, value):
    assert getattr(asked(*words)["config"], name) == value


@pytest.mark.parametrize("command", ["train", "distill", "tune"])
def test_a_seed_that_numpy_does_not_take_is_refused_before_anything_is_read(kgbuild, command):
    code, _, err = kgbuild(command, "--seed", "-1", "mine.json", "--dev", "dev.json", "--out", "m")
    assert code == 2 and "--seed" in err and "x>=0" in err


def test_what_is_not_asked_for_stays_as_the_shipped_model_was_trained(asked):
    from kgbuild.training.loop import TrainingConfig

    seen = asked()
    assert seen["config"] == TrainingConfig()
    assert (seen["init"], seen["test"], seen["device"], seen["languages"]) == (None, None, "auto", ())


def test_a_run_ends_with_what_a_person_wants_to_know(asked):
    lines = asked()["out_text"].splitlines()
    assert len(lines) < 25
    assert lines[1].startswith("m: ") and " MB: model.safetensors, " in lines[1]
    assert "epoch 3 of 4 is kept, the best on dev; trained in 4 min 01 s, without the scoring" in lines
    assert "on dev, 60 documents" in lines
    rows = [line.split() for line in lines]
    assert ["mentions", "50.0", "40.0", "44.44"] in rows
    assert ["Company", "50.0", "40.0", "71.25"] in rows
    assert ["relations,", "given", "the", "mentions", "50.0", "40.0", "61.5"] in rows
    assert ["default:", "relations", "50.0", "40.0", "33.33", ".62"] in rows
    assert "  kgbuild evaluate ./m d.json --report scores" in lines
    assert "  kgbuild init && kgbuild use ./m --schema m/schema.yaml && kgbuild run DOCUMENTS" in lines
    assert not any(line.startswith("note:") for line in lines)


def test_a_run_beside_a_workspace_does_not_say_to_make_it(asked, kgbuild):
    kgbuild("init")
    lines = asked()["out_text"].splitlines()
    assert "  kgbuild use ./m --schema m/schema.yaml && kgbuild run DOCUMENTS" in lines


def test_a_set_that_takes_nothing_is_said_with_the_way_out(asked, monkeypatch):
    off = {**SET, "spans": 10_000, "other": None}
    monkeypatch.setitem(METRICS, "thresholds", {"default": off, "benchmark": SET})
    text = asked()["out_text"]
    assert "note: in the set `default` mentions and relations are off" in text
    assert 'write thresholds = "benchmark" under [build] in kgbuild.toml' in text
    assert any(line.split() == ["default:", "mentions", "50.0", "40.0", "44.44", "off"] for line in text.splitlines())


def test_json_is_all_metrics(asked, kgbuild):
    asked()
    code, out, err = kgbuild(*WORDS, "--json")
    assert code == 0, err
    assert json.loads(out) == METRICS


def test_languages_are_handed_on(asked):
    assert asked("--language", "zh", "--language", "en")["languages"] == ("zh", "en")


def test_default_as_a_start_is_the_shipped_model(asked):
    assert asked("--init", "default")["init"].name == "pretrained"
    assert str(asked("--init", "models/mine")["init"]) == "models/mine"


def test_an_interruption_says_that_resume_goes_on(kgbuild, home, monkeypatch):
    def interrupted(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "train", interrupted)
    code, _, err = kgbuild(*WORDS)
    assert code == 130
    assert "m keeps what whole epochs have reached; the same command with --resume goes on from there" in err


def test_a_device_that_is_not_there_is_a_usage_error(kgbuild, home, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    (home / "a.json").write_text(json.dumps([]))
    code, _, err = kgbuild(*WORDS, "--device", "cuda")
    assert code == 2
    assert "no CUDA device" in err
    assert not (home / "m").exists()
