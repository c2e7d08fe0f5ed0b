"""`kgbuild train`: options become settings, an interruption says how to go on, and a small run says what it measured."""

import json

import pytest

run = pytest.importorskip("kgbuild.training.run")
pytestmark = pytest.mark.torch

WORDS = ("train", "a.json", "--dev", "d.json", "--out", "m")


@pytest.fixture
def asked(kgbuild, home, monkeypatch):
    """Call `train` with more words; gives what the trainer is called with."""
    seen = {}

    def fake(**arguments):
        seen.update(arguments)
        return {"ner": {"f1": 50.0}, "epochs": [{"epoch": 1}]}

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


def test_what_is_not_asked_for_stays_as_the_shipped_model_was_trained(asked):
    from kgbuild.training.loop import TrainingConfig

    seen = asked()
    assert seen["config"] == TrainingConfig()
    assert (seen["init"], seen["test"], seen["device"]) == (None, None, "auto")
    assert "ner.f1" in seen["out_text"]
    assert "epoch" not in seen["out_text"]


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
