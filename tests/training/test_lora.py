"""Adapters: what is trained, what is written, and that every way of loading gives what was trained."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
peft = pytest.importorskip("peft")
pytestmark = pytest.mark.torch

from kgbuild.errors import ModelError, UsageError  # noqa: E402
from kgbuild.extraction.extractor import load as load_extractor  # noqa: E402
from kgbuild.models.adapter import read_tensors  # noqa: E402
from kgbuild.models.checkpoint import load  # noqa: E402
from kgbuild.models.directory import Base, fingerprint, read_directory  # noqa: E402
from kgbuild.training import run  # noqa: E402
from kgbuild.training.augment import Augmentation  # noqa: E402
from kgbuild.training.loop import TrainingConfig, trained  # noqa: E402
from kgbuild.training.run import train  # noqa: E402

CONFIG = TrainingConfig(
    epochs=3,
    dev_documents=2,
    precision="f32",
    lora=4,
    encoder_rate=2e-2,
    head_rate=5e-3,
    average=0.5,
    augmentation=Augmentation(),
)
TEXT = "John Smith works for Acme . Smith was born in Paris ."


@pytest.fixture(scope="module")
def base(encoder, tmp_path_factory):
    """A model of its own labels to adapt, and the corpora."""
    from tests.training.documents import write

    folder = tmp_path_factory.mktemp("lora")
    data, dev = [write(folder / "train.json", 5)], write(folder / "dev.json", 4)
    train(data, dev, folder / "base", encoder=encoder, config=replace(CONFIG, lora=0, epochs=1))
    return folder, data, dev


@pytest.fixture(scope="module")
def adapted(base):
    """A directory of adapters, and the module as it was trained (its outputs before anything was written)."""
    folder, data, dev = base
    kept = {}
    original = run.write_model

    def watched(model, *arguments):
        model.eval()
        with torch.inference_mode():
            kept["trained"] = outputs(model)
        return original(model, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "write_model", watched)
        train(data, dev, folder / "adapted", init=folder / "base", config=CONFIG)
    return folder / "adapted", kept["trained"]


def outputs(model):
    ids = torch.arange(4, 28)[None]
    encoded, tags = model(ids, torch.zeros_like(ids), torch.ones_like(ids))
    return [encoded.hidden.clone(), encoded.query.clone(), encoded.key.clone(), tags.clone()]


def test_what_is_loaded_gives_what_was_trained(base, adapted):
    folder, wanted = adapted
    with torch.inference_mode():
        found = outputs(load(folder).model)
        before = outputs(load(base[0] / "base").model)
    for one, other in zip(found[:3], wanted[:3], strict=True):
        assert float((one - other).abs().max()) < 1e-4
    assert float((found[3] - wanted[3]).abs().max()) < 1e-2  # the heads are stored in fp16
    assert float((found[0] - before[0]).abs().max()) > 0.1


def test_only_adapters_and_heads_are_trained(base):
    torch.manual_seed(1)
    material = run.gather(base[1], base[2], None, None, base[0] / "base", "x")
    names = list(trained(run.start_model(material, CONFIG)))
    assert {name.split(".")[0] for name in names} == {"encoder", "ner", "relation", "coreference"}
    inside = [name for name in names if name.startswith("encoder.")]
    assert all(".lora_A." in name or ".lora_B." in name for name in inside)
    assert len(inside) == 2 * 6 * 2  # two matrices for each of six linear layers in two layers


def test_the_directory_is_small_and_names_its_base(base, adapted):
    folder, _ = adapted
    spec = read_directory(folder).spec
    assert spec.base == Base("base", fingerprint(base[0] / "base"), "../base")
    assert json.loads((folder / "model.json").read_text())["format"] == 2
    names = {path.name for path in folder.iterdir()}
    assert {"adapter_model.safetensors", "adapter_config.json", "model.safetensors"} <= names
    own = sum(np.prod(tensor.shape) for tensor in read_tensors(base[0] / "base" / "model.safetensors").values())
    from safetensors.numpy import load_file

    adapters, heads = load_file(folder / "adapter_model.safetensors"), load_file(folder / "model.safetensors")
    assert not any(name.startswith("encoder.") for name in heads)
    assert sum(tensor.size for tensor in adapters.values()) == 2 * 4 * (4 * 64 + 2 * 96)
    assert sum(tensor.size for tensor in (*adapters.values(), *heads.values())) < own
    card = (folder / "README.md").read_text()
    assert "adapters and heads alone" in card
    assert spec.base.fingerprint in card


def test_both_runtimes_read_it(adapted):
    margins = []
    for runtime in ("openvino", "torch-cpu"):
        with load_extractor(adapted[0], runtime, 1) as extractor:
            margins.append([(span.start, span.end, span.label, span.score) for span in next(iter(extractor([TEXT]))).spans])
    assert [span[:3] for span in margins[0]] == [span[:3] for span in margins[1]]
    assert margins[0]
    assert [span[3] for span in margins[0]] == pytest.approx([span[3] for span in margins[1]], abs=20)


def test_peft_itself_loads_the_adapters_onto_the_bases_encoder(base, adapted):
    folder, _ = adapted
    bert = load(base[0] / "base").model.encoder.bert
    model = peft.PeftModel.from_pretrained(bert, str(folder)).eval()
    ours = load(folder).model
    ids = torch.arange(4, 28)[None]
    with torch.inference_mode():
        embedded = ours.encoder.bert.embeddings.word_embeddings(ids)
        left = model(inputs_embeds=embedded).last_hidden_state
        right = ours.encoder.bert(inputs_embeds=embedded).last_hidden_state
    assert float((left - right).abs().max()) < 1e-4


def test_the_fingerprint_is_of_adapters_and_base(base, adapted, tmp_path):
    before = fingerprint(adapted[0])
    shutil.copytree(adapted[0], tmp_path / "copy")
    assert fingerprint(tmp_path / "copy") == before
    config = tmp_path / "copy" / "adapter_config.json"
    config.write_text(config.read_text() + " ")
    assert fingerprint(tmp_path / "copy") != before


def test_a_base_that_is_missing_or_another_is_an_error_that_names_it(base, adapted, encoder, tmp_path):
    shutil.copytree(adapted[0], tmp_path / "adapted")
    with pytest.raises(
        ModelError, match=r"adapters for the model 'base' .*\.\./base is not there, the shipped model is another model"
    ):
        load(tmp_path / "adapted")
    shutil.copytree(base[0] / "base", tmp_path / "base")
    load(tmp_path / "adapted")
    calibration = tmp_path / "base" / "calibration.json"
    calibration.write_text(calibration.read_text() + "\n")
    with pytest.raises(ModelError, match=r"\.\./base is another model"):
        load(tmp_path / "adapted")


def test_damaged_adapters_are_named(base, adapted, tmp_path):
    shutil.copytree(base[0] / "base", tmp_path / "base")
    for name, content in (
        ("adapter_model.safetensors", "x"),
        ("adapter_config.json", '{"peft_type": "LORA", "use_dora": true}'),
    ):
        shutil.rmtree(tmp_path / "adapted", ignore_errors=True)
        shutil.copytree(adapted[0], tmp_path / "adapted")
        (tmp_path / "adapted" / name).write_text(content)
        with pytest.raises(ModelError, match=f"{name} is damaged"):
            load(tmp_path / "adapted")
        (tmp_path / "adapted" / name).unlink()
        with pytest.raises(ModelError, match=f"{name} is missing"):
            load(tmp_path / "adapted")


def test_adapters_can_be_the_base_of_adapters_and_the_start_of_a_whole_model(base, adapted, tmp_path):
    _, data, dev = base
    short = replace(CONFIG, epochs=1)
    train(data, dev, tmp_path / "second", init=adapted[0], config=short)
    assert read_directory(tmp_path / "second").spec.base.fingerprint == fingerprint(adapted[0])
    load(tmp_path / "second")
    train(data, dev, tmp_path / "whole", init=adapted[0], config=replace(short, lora=0))
    assert read_directory(tmp_path / "whole").spec.base is None


def test_adapters_without_a_model_to_adapt_are_refused(base, tmp_path):
    with pytest.raises(UsageError, match="--init DIR"):
        train(base[1], base[2], tmp_path / "out", config=CONFIG)
