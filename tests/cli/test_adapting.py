import json
import sys

import pytest

from kgbuild.errors import MissingExtra

ROWS = [
    f"{who} was born in {where} and works there since {n}."
    for n in range(6)
    for who in ("ann", "bo")
    for where in ("rome", "riga")
]


def encoder(folder):
    """A random BERT of one layer that knows letters alone."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    from kgbuild.training.bases import train_tokenizer

    torch.manual_seed(0)
    made = train_tokenizer(ROWS, 100)
    config = transformers.BertConfig(
        vocab_size=made.get_vocab_size(), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    transformers.BertForMaskedLM(config).save_pretrained(folder)
    made.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture
def texts(home):
    (home / "texts").mkdir()
    (home / "texts" / "rows.jsonl").write_text("".join(json.dumps({"body": row, "id": n}) + "\n" for n, row in enumerate(ROWS)))
    return home / "texts"


@pytest.mark.torch
def test_adapt_says_what_it_read_and_what_it_gained(kgbuild, answer, texts, home):
    folder = encoder(home / "base")
    arguments = (
        "adapt",
        texts,
        "--encoder",
        folder,
        "--steps",
        3,
        "--batch",
        4,
        "--length",
        16,
        "--text",
        "body",
        "--threads",
        1,
    )
    code, out, err = kgbuild(*arguments, "--out", "my encoder")
    assert code == 0, err
    assert "24 documents, 24 passages" in out
    assert "perplexity" in out
    assert 'next: kgbuild train DATA --dev FILE --encoder "my encoder" --out DIR' in out
    assert "held-out loss" in err
    assert (home / "my encoder" / "config.json").is_file()
    report = answer(*arguments, "--out", "again", "--whole-words", "--mask", 0.3)
    assert report["texts"]["passages"] == 24
    assert report["config"]["share"] == 0.3
    assert report["config"]["whole_words"] is True
    code, _, err = kgbuild(*arguments, "--out", "my encoder")
    assert code == 2
    assert "holds an encoder" in err


@pytest.mark.torch
def test_adapt_can_be_interrupted(kgbuild, texts, home, monkeypatch):
    folder = encoder(home / "base")
    from kgbuild.training import adapt

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(adapt, "train_step", interrupted)
    code, _, err = kgbuild("adapt", texts, "--encoder", folder, "--length", 16, "--out", "mine")
    assert code == 130
    assert "the same command with --resume goes on" in err.splitlines()[-1]


@pytest.mark.torch
def test_adapt_refuses_what_it_cannot_read(kgbuild, home):
    pytest.importorskip("torch")
    (home / "empty").mkdir()
    code, _, err = kgbuild("adapt", "empty", "--out", "mine")
    assert code == 1
    assert (
        err
        == "error: there is no text in empty (the files are empty): name files or folders with documents that `kgbuild add` reads\n"
    )
    code, _, err = kgbuild("adapt", "docs", "--encoder", "x", "--new-encoder", "tiny", "--out", "mine")
    assert code == 2
    assert "exclude each other" in err


def test_adapt_without_torch_names_the_extra(kgbuild, home, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("kgbuild.training")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    code, _, err = kgbuild("adapt", "docs", "--out", "m")
    assert code == 1
    assert err == f"error: {MissingExtra('adapting an encoder', 'train')}\n"
