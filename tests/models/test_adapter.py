"""Merging by hand: two by two matrices, no torch."""

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from kgbuild.errors import ModelError
from kgbuild.models.adapter import find_base, merged, name_base, read_tensors, shipped_model
from tests.extraction.tiny import write_tiny

LAYER = "encoder.layer.0.output.dense"
BASE = {f"encoder.bert.{LAYER}.weight": np.eye(2, dtype=np.float16), "encoder.case.weight": np.ones((1, 2), np.float16),
        "ner.linear.bias": np.zeros(3, np.float16)}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    return write_tiny(tmp_path / "models" / "base")


def adapters(folder, rank=1, alpha=2, **tensors):
    found = tensors or {"lora_A": np.array([[1, 2]], np.float32), "lora_B": np.array([[10], [0]], np.float32)}
    save_file(
        {f"base_model.model.{LAYER}.{name}.weight": value for name, value in found.items()},
        folder / "adapter_model.safetensors",
    )
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "r": rank, "lora_alpha": alpha}))


def test_the_product_of_the_adapter_is_scaled_and_added(tmp_path):
    adapters(tmp_path)
    whole = merged(BASE, {"ner.linear.bias": np.ones(5, np.float16)}, tmp_path)
    assert whole[f"encoder.bert.{LAYER}.weight"].tolist() == [[1 + 2 * 10, 2 * 20], [0, 1]]
    assert whole[f"encoder.bert.{LAYER}.weight"].dtype == np.float32
    assert whole["ner.linear.bias"].shape == (5,)  # heads are the directory's own, all of them
    assert whole["encoder.case.weight"] is BASE["encoder.case.weight"]


@pytest.mark.parametrize(
    "tensors",
    [
        {"lora_A": np.ones((1, 3), np.float32), "lora_B": np.ones((2, 1), np.float32)},
        {"lora_A": np.ones((1, 2), np.float32)},
        {"lora_B": np.ones((2, 1), np.float32)},
    ],
)
def test_adapters_of_another_model_are_refused(tmp_path, tensors):
    adapters(tmp_path, **tensors)
    with pytest.raises(ModelError, match="fits nothing in the base"):
        merged(BASE, {}, tmp_path)


def test_the_tensors_of_a_whole_directory_are_its_own(folder):
    assert f"encoder.bert.{LAYER}.weight" in read_tensors(folder / "model.safetensors")


def test_a_base_is_named_by_a_path_that_moves_with_both(folder):
    models = folder.parent
    assert name_base(folder, models / "mine", "x").path == "../base"
    assert name_base(folder, models / "deep" / "mine", "x").path == "../../base"
    base = name_base(folder, models / "mine", "x")
    moved = models.rename(models.parent / "elsewhere")
    (moved / "mine").mkdir()
    assert find_base(moved / "mine", base) == moved / "mine" / "../base"


def test_the_shipped_model_is_found_wherever_it_is(tmp_path):
    base = name_base(shipped_model(), tmp_path, "shipped")
    assert base.path == "default"
    assert find_base(tmp_path, base) == shipped_model()
