"""On a real GPU, where there is one: the losses of the CPU, memory that really runs out, a run that goes on, the runtime's scores."""

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytestmark = [pytest.mark.torch, pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")]

from kgbuild.training import run  # noqa: E402
from kgbuild.training.batches import collate, epoch_batches  # noqa: E402
from kgbuild.training.devices import Place  # noqa: E402
from kgbuild.training.epochs import epoch_row  # noqa: E402
from kgbuild.training.examples import Work, examples_of  # noqa: E402
from kgbuild.training.loop import train_step  # noqa: E402
from tests.training.test_loop import PLAIN, STILL, distance, start  # noqa: E402

CUDA = torch.device("cuda")
MANY = 1000
"""How often each example stands in a batch that needs hundreds of megabytes, small as the encoder is."""


def steps(material, config, device):
    state = start(material, config, device)
    batches = list(epoch_batches(material.documents, material.recipe, PLAIN, 1, 1, 4))
    return state, [train_step(state, [batch], 0.5, config) for batch, _ in batches]


def large_batch(documents, recipe, times):
    """All examples, so many times each: a batch of an epoch never has more than a pool of documents."""
    examples = [
        example
        for document in documents
        for example in examples_of(Work(document), recipe.tokenizer, recipe.labels, recipe.spec.max_pieces, recipe.special)
    ]
    return collate(examples * times, recipe.spec.special.pad)


def test_the_losses_are_those_of_the_cpu(gathered):
    for config, tolerance in ((STILL, 1e-4), (replace(STILL, precision="bf16"), 3e-2)):
        _, here = steps(gathered(), STILL, torch.device("cpu"))
        state, there = steps(gathered(), config, CUDA)
        assert state.precision == config.precision
        assert {p.device.type for p in state.model.parameters()} == {"cuda"}
        for left, right in zip(here, there, strict=True):
            assert left.keys() == right.keys()
            assert all(right[name] == pytest.approx(value, abs=tolerance) for name, value in left.items())


def test_scores_after_an_epoch_are_those_of_the_cpu(gathered):
    material = gathered()
    state = start(material, STILL, torch.device("cpu"))
    here = epoch_row(state.model, material.dev, [], material.recipe, Place(torch.device("cpu"), "f32"))
    there = epoch_row(state.model.to(CUDA), material.dev, [], material.recipe, Place(CUDA, "f32"))
    assert there["dev"]["loss"] == pytest.approx(here["dev"]["loss"], abs=1e-3)
    assert there["mentions"] == pytest.approx(here["mentions"], abs=1.0)


def test_memory_that_really_runs_out_makes_the_parts_smaller(gathered, caplog):
    material = gathered()
    state = start(material, STILL, CUDA)
    batch = large_batch(material.documents, material.recipe, MANY)
    torch.cuda.reset_peak_memory_stats(CUDA)
    train_step(state, [batch], 0.5, STILL)  # libraries have what they need for themselves, too
    assert state.rows == 0
    torch.cuda.empty_cache()
    held, most = torch.cuda.memory_reserved(CUDA), torch.cuda.max_memory_allocated(CUDA)
    assert most - held > 64 * 2**20, (held, most)
    total = torch.cuda.get_device_properties(CUDA).total_memory
    torch.cuda.set_per_process_memory_fraction((held + 0.6 * (most - held)) / total, CUDA)
    try:
        losses = train_step(state, [batch], 0.5, STILL)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0, CUDA)
    assert losses
    assert 0 < state.rows < len(batch.ids)
    assert "out of memory" in caplog.text


def test_a_run_is_trained_resumed_and_read_by_the_runtime(tmp_path, files, encoder):
    from kgbuild.extraction.extractor import load

    class Stopped(Exception):
        pass

    def stop(row):
        raise Stopped

    config = replace(STILL, epochs=2)
    with pytest.raises(Stopped):
        run.train(files[0], files[1], tmp_path / "m", encoder=encoder, config=config, on_epoch=stop)
    metrics = run.train(files[0], files[1], tmp_path / "m", encoder=encoder, config=config, resume=True)
    assert [row["epoch"] for row in metrics["epochs"]] == [1, 2]
    texts = ["John Smith works for Acme in Paris .", "The Acme of Paris was born ."] * 3
    with load(tmp_path / "m", "torch") as on_gpu, load(tmp_path / "m", "torch-cpu") as on_cpu:
        assert "NVIDIA" in on_gpu.numerics
        there, here = list(on_gpu(texts)), list(on_cpu(texts))
        assert [[(s.start, s.end) for s in one.spans] for one in there] == [
            [(s.start, s.end) for s in one.spans] for one in here
        ]
        assert list(on_gpu(texts[:1])) == there[:1]


def test_a_teacher_says_on_a_gpu_what_it_says_on_the_cpu(tmp_path, files, encoder):
    from kgbuild.training.distill import teach

    run.train(files[0], files[1], tmp_path / "m", encoder=encoder, config=replace(STILL, epochs=1), device="cpu")
    torch.manual_seed(1)
    material = run.gather(files[0], files[1], None, encoder, None, "tiny")
    here = teach([tmp_path / "m"], material.documents, material.recipe)
    there = teach([tmp_path / "m"], material.documents, material.recipe, Place(CUDA, "f32"))
    assert here.keys() == there.keys()
    for number, said in here.items():
        assert there[number].margins == pytest.approx(said.margins, abs=0.05)


def test_two_runs_are_near_each_other(gathered):
    left, _ = steps(gathered(), STILL, CUDA)
    right, _ = steps(gathered(), STILL, CUDA)
    assert distance(left, right) < 1e-4  # atomics add in any order
