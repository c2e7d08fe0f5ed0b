"""benchmarks/base_encoder.py: the lowest layers of an encoder, from a folder and from an archive with its matrices in 8 bits."""

import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
onnx = pytest.importorskip("onnx")
pytestmark = pytest.mark.torch
sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

import base_encoder  # noqa: E402

from tests.models.word_pieces import word_pieces  # noqa: E402


@pytest.fixture(scope="module")
def tokenizer():
    return word_pieces()


@pytest.fixture(scope="module")
def bert(tokenizer):
    """Three layers, two heads of 32."""
    torch.manual_seed(1)
    config = transformers.BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=64, num_hidden_layers=3, num_attention_heads=2, intermediate_size=96
    )
    return transformers.BertModel(config, add_pooling_layer=False).eval()


def run(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["base_encoder.py", *map(str, words)])
    base_encoder.main()


def states(model, ids):
    with torch.inference_mode():
        return model(torch.tensor([ids]), output_hidden_states=True).hidden_states


def rounded(matrix):
    """A matrix in 8 bits by column: numbers, scales, zeros."""
    low, high = np.minimum(matrix.min(0), 0), np.maximum(matrix.max(0), 0)
    scale = ((high - low) / 255).astype(np.float32)
    zero = np.round(-low / scale).astype(np.uint8)
    return np.clip(np.round(matrix / scale) + zero, 0, 255).astype(np.uint8), scale, zero


def graph_of(model):
    """As exporters name things: vectors by their module, embeddings rounded under their name, matrices by the product's place."""
    from onnx import helper, numpy_helper

    tensors, nodes = [], []

    def hold(name, value):
        tensors.append(numpy_helper.from_array(np.asarray(value), name))

    def hold_rounded(stem, matrix):
        for ending, value in zip(("_quantized", "_scale", "_zero_point"), rounded(matrix), strict=True):
            hold(stem + ending, value)

    for number, (name, tensor) in enumerate(model.state_dict().items()):
        value = tensor.numpy()
        if value.ndim == 1:
            hold(name, value)
        elif name.startswith("embeddings."):
            hold_rounded(name, value)
        else:
            hold_rounded(f"onnx::MatMul_{number}", value.T)
            place = f"/{name.removesuffix('.weight').replace('.', '/').replace('layer/', 'layer.')}/MatMul_quant"
            nodes.append(
                helper.make_node("MatMulInteger", ["x", f"onnx::MatMul_{number}_quantized"], [str(number)], name=place)
            )
    return helper.make_model(helper.make_graph(nodes, "bert", [], [], tensors))


def test_the_lowest_layers_of_a_folder(tmp_path, monkeypatch, bert, tokenizer):
    bert.save_pretrained(tmp_path / "whole")
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **base_encoder.SPECIAL).save_pretrained(tmp_path / "whole")
    run(monkeypatch, tmp_path / "whole", tmp_path / "low", "--layers", 2)
    low = transformers.AutoModel.from_pretrained(tmp_path / "low", add_pooling_layer=False).eval()
    assert low.config.num_hidden_layers == 2
    torch.testing.assert_close(states(low, [2, 5, 7, 3])[-1], states(bert, [2, 5, 7, 3])[2])
    assert (tmp_path / "low" / "tokenizer.json").is_file()


def test_an_archive_in_8_bits_holds_the_same_encoder(tmp_path, monkeypatch, bert, tokenizer):
    with zipfile.ZipFile(tmp_path / "encoder.jar", "w") as archive:
        archive.writestr("e-q.onnx", graph_of(bert).SerializeToString())
        archive.writestr("e-q-tokenizer.json", tokenizer.to_str())
    run(monkeypatch, tmp_path / "encoder.jar", tmp_path / "read", "--layers", 3)
    read = transformers.AutoModel.from_pretrained(tmp_path / "read", add_pooling_layer=False).eval()
    here, there = bert.state_dict(), read.state_dict()
    assert here.keys() == there.keys()
    for name, value in here.items():
        step = 0.0 if value.ndim == 1 else float((value.max() - value.min()).abs() / 255)
        assert (there[name] - value).abs().max() <= step, name
    assert (
        float(
            torch.nn.functional.cosine_similarity(states(read, [2, 5, 7, 3])[-1], states(bert, [2, 5, 7, 3])[-1], dim=-1).min()
        )
        > 0.99
    )


def test_more_layers_than_there_are_is_refused(tmp_path, monkeypatch, bert, tokenizer, capsys):
    bert.save_pretrained(tmp_path / "whole")
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **base_encoder.SPECIAL).save_pretrained(tmp_path / "whole")
    with pytest.raises(SystemExit):
        run(monkeypatch, tmp_path / "whole", tmp_path / "low", "--layers", 4)
    assert "has 3 layers" in capsys.readouterr().err
