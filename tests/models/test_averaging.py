"""The mean of models: of which tensors, what else it takes over, and what has none."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from kgbuild.errors import ModelError, UsageError
from kgbuild.extraction.extractor import load
from kgbuild.models.averaging import RECORD, average_models
from kgbuild.models.directory import CONFIG, WEIGHTS, fingerprint, read_directory
from tests.extraction.tiny import write_tiny

TEXT = "Anna works for Acme Corp in Berlin."


@pytest.fixture
def pair(tmp_path):
    """Two models of one line: the second has other weights, another mask, and a pruner of its own."""
    first, second = (write_tiny(tmp_path / name) for name in ("first", "second"))
    weights = load_file(second / WEIGHTS)
    changed = {name: (tensor + 0.5).astype(tensor.dtype) for name, tensor in weights.items()}
    save_file(changed | {"pruner.overlap": np.zeros(3, np.float32)}, second / WEIGHTS, metadata={"format": "pt"})
    for folder, document in ((first, "x"), (second, "y")):
        record = {"command": folder.name, "files": [{"file": folder.name}], "documents": [document, "z"]}
        (folder / RECORD).write_text(json.dumps(record))
    change(second, mask=read_directory(second).spec.mask[:-1])
    return first, second


def change(folder, **values):
    path = folder / CONFIG
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_the_weights_are_the_mean_and_the_rest_is_the_last_ones(pair, tmp_path):
    first, second = pair
    spec = average_models(pair, tmp_path / "mean")
    old, new = load_file(first / WEIGHTS), load_file(tmp_path / "mean" / WEIGHTS)

    assert new.keys() == old.keys()
    assert all(np.allclose(new[name].astype(float), old[name].astype(float) + 0.25, atol=2e-3) for name in old)
    assert {tensor.dtype for tensor in new.values()} == {tensor.dtype for tensor in old.values()}
    assert spec == read_directory(tmp_path / "mean").spec
    assert (spec.pruner, spec.mask) == (None, read_directory(first).spec.mask)
    assert (tmp_path / "mean" / "calibration.json").read_bytes() == (second / "calibration.json").read_bytes()


def test_the_mean_is_a_model_that_reads(pair, tmp_path):
    average_models(pair, tmp_path / "mean")

    assert len(list(load(tmp_path / "mean")([TEXT]))) == 1


def test_it_is_known_what_all_were_trained_on(pair, tmp_path):
    average_models(pair, tmp_path / "mean")
    record = json.loads((tmp_path / "mean" / RECORD).read_text())

    assert record["documents"] == ["x", "y", "z"]
    assert record["files"] == [{"file": "first"}, {"file": "second"}]
    assert (record["command"], record["mean_of"]) == ("second", [fingerprint(folder) for folder in pair])


def test_where_one_says_nothing_of_its_documents_nothing_is_said(pair, tmp_path):
    (pair[0] / RECORD).unlink()
    average_models(pair, tmp_path / "mean")

    assert not (tmp_path / "mean" / RECORD).exists()


def test_what_has_no_mean_is_refused(pair, tmp_path):
    first, second = pair
    with pytest.raises(UsageError, match="two models at least"):
        average_models([first], tmp_path / "mean")
    with pytest.raises(UsageError, match="there already"):
        average_models(pair, first)
    spec = read_directory(second).spec
    change(second, relations=list(spec.relations[::-1]))
    with pytest.raises(UsageError, match=r"first/model.json has other labels or sizes than .*second/model.json"):
        average_models(pair, tmp_path / "mean")
    assert not (tmp_path / "mean").exists()


@pytest.mark.parametrize("name", [WEIGHTS, RECORD])
def test_a_damaged_file_is_named_and_nothing_is_left_behind(pair, tmp_path, name):
    path = pair[1] / name
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ModelError, match=f"second/{name} is damaged"):
        average_models(pair, tmp_path / "mean")
    assert not (tmp_path / "mean").exists()


def test_nothing_that_was_measured_of_the_last_one_is_said_of_the_mean(pair, tmp_path):
    """A page about a workspace showed the last model's calibration as the mean's."""
    for name in ("metrics.json", "curves.png"):
        (pair[1] / name).write_text("{}")
    (pair[1] / "README.md").write_text("# second\n\nTerms of its data.\n")
    average_models(pair, tmp_path / "mean")
    card = (tmp_path / "mean" / "README.md").read_text()

    assert not [name for name in ("metrics.json", "curves.png") if (tmp_path / "mean" / name).exists()]
    assert card.startswith("> **The weights here are the mean of 2 models.") and card.endswith("Terms of its data.\n")
