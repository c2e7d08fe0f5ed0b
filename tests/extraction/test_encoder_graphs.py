"""The encoder of every family: trained one step, written, read by both runtimes. Float32 on both sides: outputs within 2e-5 of each
other (measured: 2.4e-6 at most, of values around 1). And the graphs' indifference to neighbours, in float32 and bf16, bit by bit."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytestmark = pytest.mark.torch

from kgbuild.errors import ModelError  # noqa: E402
from kgbuild.extraction.encoder_graphs import log_buckets  # noqa: E402
from kgbuild.extraction.runtime import make_batch  # noqa: E402
from kgbuild.extraction.runtime_openvino import OpenVinoRuntime  # noqa: E402
from kgbuild.extraction.runtime_torch import TorchRuntime  # noqa: E402
from kgbuild.models.directory import read_directory  # noqa: E402
from tests.models.families import FAMILIES, write_model  # noqa: E402

TOLERANCE = 2e-5


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Model directories by family and precision, each made once."""
    made = {}

    def model(name, **changes):
        key = (name, *sorted(changes.items()))
        if key not in made:
            made[key] = read_directory(write_model(tmp_path_factory.mktemp(name), name, **changes))
        return made[key]

    return model


def rows(count, longest, seed=0):
    rng = np.random.default_rng(seed)
    sizes = [longest, *rng.integers(3, longest + 1, count - 1)]
    return [(rng.integers(4, 60, n).tolist(), rng.integers(1, 9, n).tolist()) for n in sizes]


def batch_of(directory, items, length):
    special = directory.spec.special
    return make_batch(items, length, special.pad, special.cls, special.sep)


def torch_states(encoded, row, length):
    """Hidden, query and key of one row, as the OpenVINO runtime lays them out."""
    at_once, parts = encoded.state
    return [part[row % at_once, :length].reshape(length, -1).numpy() for part in parts[row // at_once][0]]


@pytest.mark.parametrize("length", [32, 96, 320])
@pytest.mark.parametrize("name", FAMILIES)
def test_both_runtimes_compute_the_same(models, name, length):
    directory = models(name)
    batch = batch_of(directory, rows(4, length - 2), length)
    ours, theirs = OpenVinoRuntime(directory, 1).encode(batch), TorchRuntime(directory, 1, "cpu").encode(batch)
    for row, count in enumerate(batch.lengths):
        assert ours.tags[row, :count] == pytest.approx(theirs.tags[row, :count], abs=TOLERANCE)
        for one, other in zip(ours.state, torch_states(theirs, row, count), strict=True):
            assert np.abs(other).mean() > 0.1
            assert one[row, :count] == pytest.approx(other, abs=TOLERANCE)


@pytest.mark.parametrize("precision", ["f32", "bf16"])
@pytest.mark.parametrize("name", ["roberta", "electra", "deberta", "deberta-v2", "deberta-v3", "modernbert"])
def test_neighbours_position_and_batch_size_change_no_bit(models, name, precision):
    directory = models(name, precision=precision, hidden=384, num_hidden_layers=2)
    runtime = OpenVinoRuntime(directory, 1)
    if precision not in runtime.numerics:
        pytest.skip(f"this processor does not compute in {precision}")
    mine = rows(1, 80, seed=9)[0]
    alone = runtime.encode(batch_of(directory, [mine], 96))
    for size in (2, 3, 8, 16):
        for place in (0, size - 1):
            items = rows(size, 94, seed=size + place)
            items[place] = mine
            encoded = runtime.encode(batch_of(directory, items, 96))
            assert np.array_equal(encoded.tags[place], alone.tags[0])
            assert all(np.array_equal(one[place], other[0]) for one, other in zip(encoded.state, alone.state, strict=True))


@pytest.mark.parametrize(("buckets", "reach"), [(16, 512), (256, 512), (32, 40)])
def test_distances_fall_into_the_buckets_of_the_original(buckets, reach):
    from transformers.models.deberta_v2.modeling_deberta_v2 import make_log_bucket_position

    distances = np.arange(-511, 512)
    theirs = make_log_bucket_position(torch.from_numpy(distances), buckets, reach).long().numpy()
    assert np.array_equal(log_buckets(distances, buckets, reach), theirs)


def test_tensors_that_do_not_fit_are_named(models, tmp_path):
    import shutil

    from safetensors.numpy import load_file, save_file

    folder = tmp_path / "model"
    shutil.copytree(models("roberta").path, folder)
    tensors = load_file(folder / "model.safetensors")
    save_file({**tensors, "encoder.case.weight": tensors["encoder.case.weight"][:, :-1].copy()}, folder / "model.safetensors")
    with pytest.raises(ModelError, match=r"model\.safetensors does not fit"):
        OpenVinoRuntime(read_directory(folder), 1)
    tensors.pop("encoder.bert.embeddings.position_embeddings.weight")
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(ModelError, match=r"lacks the tensor encoder\.bert\.embeddings\.position_embeddings"):
        OpenVinoRuntime(read_directory(folder), 1)
