"""The loop itself: an oracle for its bits, parts that make the same step, numbers that are none, memory that runs out."""

import dataclasses
import math
import os
import signal
from dataclasses import replace
from itertools import chain

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytestmark = pytest.mark.torch

from kgbuild.errors import ModelError, UsageError  # noqa: E402
from kgbuild.models.checkpoint import weights_of  # noqa: E402
from kgbuild.models.relation import relation_loss  # noqa: E402
from kgbuild.training import devices, loop, parts, run  # noqa: E402
from kgbuild.training.ahead import ahead  # noqa: E402
from kgbuild.training.augment import Augmentation  # noqa: E402
from kgbuild.training.batches import Batch, epoch_batches  # noqa: E402
from kgbuild.training.corpora import Annotated  # noqa: E402
from kgbuild.training.loop import Diverged, TrainingConfig, start_state, train_epoch, trained  # noqa: E402
from kgbuild.training.losses import losses_of  # noqa: E402

PLAIN = Augmentation(crop_related=0, crop_unrelated=0, lower=0, upper=0, disturb=0)
STILL = TrainingConfig(epochs=2, dropout=0.0, precision="f32", augmentation=PLAIN)
CPU = torch.device("cpu")


@pytest.fixture
def material(gathered):
    return gathered()


def start(material, config, device=None):
    """A state whose model has no dropout anywhere, so that parts of a batch compute what the whole does."""
    torch.manual_seed(1)
    state = start_state(run.start_model(material, config), config, device)
    for module in state.model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return state


def after_an_epoch(material, config, **changes):
    state = start(material, config)
    for name, value in changes.items():
        setattr(state, name, value)
    train_epoch(state, material.documents, material.recipe, config, lambda _: None)
    return state


def distance(left, right):
    return max(float((a - b).abs().max()) for a, b in zip(weights(left), weights(right), strict=True))


def weights(state):
    return [tensor.detach() for tensor in weights_of(state.model).values()]


def test_an_epoch_gives_the_bits_of_the_plain_loop_written_out(gathered):
    """What the loop did before it knew of parts, devices and skipped steps."""
    config = TrainingConfig(epochs=2, augmentation=Augmentation(disturb_from=1))
    material, other = gathered(), gathered()
    torch.manual_seed(1)
    state = start_state(run.start_model(material, config), config)
    train_epoch(state, material.documents, material.recipe, config, lambda _: None)

    torch.manual_seed(1)
    model = run.start_model(other, config)
    optimizer = loop.optimizer_for(model, config)
    torch.manual_seed(config.seed * 1000 + 1)
    model.train()
    for batch, share in epoch_batches(material.documents, material.recipe, config.augmentation, 1, config.seed, config.batch):
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * loop.rate_factor(share / config.epochs, config.warm_up)
        with torch.autocast("cpu", torch.bfloat16, enabled=state.precision == "bf16"):
            losses = losses_of(model, batch)
        optimizer.zero_grad(set_to_none=True)
        torch.stack([*losses.values()]).sum().backward()
        torch.nn.utils.clip_grad_norm_(list(trained(model).values()), config.clip)
        optimizer.step()
    assert all(torch.equal(a, b) for a, b in zip(weights(state), weights_of(model).values(), strict=True))


def test_a_batch_is_cut_with_all_of_its_fields():
    assert {field.name for field in dataclasses.fields(Batch)} == parts.FIELDS


def test_parts_of_a_batch_hold_together_what_the_batch_holds(material):
    batch, _ = next(iter(epoch_batches(material.documents, material.recipe, PLAIN, 1, 1, 5)))
    cut = parts.cut([batch], 2)
    assert [len(part.ids) for part in cut] == [2, 2, 1]
    for name in ("ids", "tags", "targets", "weights"):
        assert torch.equal(torch.cat([getattr(part, name) for part in cut]), getattr(batch, name))
    starts = zip((0, 2, 4), cut, strict=True)
    rows = [(start + part.chains.rows[part.chains.owner]).tolist() for start, part in starts if part.chains is not None]
    assert [*chain.from_iterable(rows)] == batch.chains.rows[batch.chains.owner].tolist()
    pairs = [part.chains.heads.tolist() for part in cut if part.chains is not None]
    assert [*chain.from_iterable(pairs)] == batch.chains.heads.tolist()


def test_accumulated_batches_make_the_step_of_one_large_batch(gathered, monkeypatch):
    for function in (relation_loss, parts.divisor):  # the steps hold other documents of these equal ones
        monkeypatch.setitem(function.__globals__, "FULL", 1.0)
    large = after_an_epoch(gathered(), replace(STILL, batch=4))
    small = after_an_epoch(gathered(), replace(STILL, batch=1, accumulate=4))
    assert large.step == small.step == 2
    assert distance(large, small) < 1e-5 < distance(large, start(gathered(), STILL))
    assert small.history[0]["ner_loss"] == pytest.approx(large.history[0]["ner_loss"], abs=1e-4)


def test_out_of_memory_halves_what_is_read_at_once_and_keeps_the_step(gathered, monkeypatch, caplog):
    whole = after_an_epoch(gathered(), STILL)
    monkeypatch.setattr(loop, "losses_of", full_from(2))
    state = after_an_epoch(gathered(), STILL)
    assert state.rows == 1
    assert state.step == whole.step
    assert distance(whole, state) < 1e-5
    assert [record.message[:36] for record in caplog.records if record.name == loop.__name__] == [
        "out of memory: 2 sequences at once f",
        "out of memory: 1 sequences at once f",
    ]


def test_out_of_memory_on_one_sequence_says_what_to_do(material, monkeypatch):
    monkeypatch.setattr(loop, "losses_of", full_from(1))
    with pytest.raises(ModelError, match=r"one sequence of \d+ word-pieces.*smaller encoder"):
        after_an_epoch(material, STILL)


def test_other_runtime_errors_are_not_taken_for_want_of_memory(material, monkeypatch):
    def broken(*_):
        raise RuntimeError("shapes differ")

    monkeypatch.setattr(loop, "losses_of", broken)
    with pytest.raises(RuntimeError, match="shapes differ"):
        after_an_epoch(material, STILL)


def test_a_loss_that_is_no_number_costs_its_step_and_nothing_else(material, monkeypatch):
    monkeypatch.setattr(loop, "losses_of", spoiled(lambda call: call == 1))
    state = after_an_epoch(material, replace(STILL, batch=2))
    assert state.history[0]["skipped"] == 1
    assert state.history[0]["steps"] == state.step == 3
    assert all(torch.isfinite(tensor).all() for tensor in weights(state))
    assert math.isfinite(state.history[0]["ner_loss"])


def test_a_run_of_such_losses_stops_training_and_says_where_and_which(material, monkeypatch):
    monkeypatch.setattr(loop, "SKIPPED_AT_MOST", 3)
    monkeypatch.setattr(loop, "losses_of", spoiled(lambda call: call > 0))
    with pytest.raises(Diverged, match=r"epoch 1, step 2: no number as ner nan, 3 steps in a row.*--rate"):
        after_an_epoch(material, replace(STILL, batch=1))


def test_weights_that_are_no_numbers_stop_training(material):
    state = start(material, STILL)
    with torch.no_grad():
        state.model.ner.linear.bias[0] = math.inf
    with pytest.raises(Diverged, match=r"weight ner\.linear\.bias"):
        train_epoch(state, material.documents, material.recipe, STILL, lambda _: None)


def test_devices_and_precisions_that_are_not_there_are_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert devices.choose_device("auto") == CPU
    with pytest.raises(UsageError, match="no CUDA device"):
        devices.choose_device("cuda")
    with pytest.raises(UsageError, match="choose bf16 or f32"):
        devices.possible_precision("f16", CPU)


@pytest.mark.parametrize(("able", "expected"), [({"avx512_bf16": True}, "bf16"), ({"amx_bf16": True}, "bf16"), ({}, "f32")])
def test_bf16_is_used_on_processors_that_compute_in_it(monkeypatch, able, expected):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able)
    assert devices.possible_precision("bf16", CPU) == expected
    assert devices.possible_precision("f32", CPU) == "f32"


def test_training_in_f32_for_want_of_bf16_is_said(material, monkeypatch, caplog):
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict)
    assert start_state(run.start_model(material, TrainingConfig()), TrainingConfig()).precision == "f32"
    assert "does not compute in bf16" in caplog.text


def test_everything_in_a_batch_is_placed(material):
    batch, _ = next(iter(epoch_batches(material.documents, material.recipe, PLAIN, 1, 1, 5)))
    moved = devices.placed(batch, torch.device("meta"))
    tensors = [moved.ids, moved.targets, moved.chains.rows, moved.chains.tails]
    assert {tensor.device.type for tensor in tensors} == {"meta"}


def test_hooks_that_carry_tensors_change_no_prediction(material):
    """The way over another device, here to the CPU and back: what a GPU's scores take."""
    model = run.start_model(material, STILL).eval()
    before = loop_scores(model, material)
    hooks = devices.carried(model, CPU)
    assert loop_scores(model, material) == before
    for hook in hooks:
        hook.remove()


def loop_scores(model, material):
    from kgbuild.training.scoring import predict

    found = predict(model, material.dev, material.recipe)
    return found.span_margin.tolist(), found.link_margin.tolist()


def full_from(rows):
    """losses_of on a device that has no room for so many sequences."""

    def limited(model, batch):
        if len(batch.ids) >= rows:
            raise torch.OutOfMemoryError("no room")
        return losses_of(model, batch)

    return limited


def spoiled(when):
    """losses_of whose NER loss is not a number in some calls (from 0)."""
    calls = iter(range(1_000_000))

    def sometimes(model, batch):
        found = losses_of(model, batch)
        return found | {"ner": found["ner"] * math.nan} if when(next(calls)) else found

    return sometimes


def test_a_long_document_in_parts_makes_as_many_batches_as_in_windows(material):
    """All its parts made one batch, as they are one document: a whole corpus in a single step, and no memory."""
    tokens = ("john", "smith", "works", "for", "acme", "in", "paris", ".")
    long = Annotated("long", (tokens,) * 600, tuple(((i, 0, 2, "PER"),) for i in range(600)))
    cropped = replace(PLAIN, crop_unrelated=1.0)
    sizes = [
        [int(batch.mask.sum()) for batch, _ in epoch_batches([long], material.recipe, how, 1, 1, 4)] for how in (PLAIN, cropped)
    ]
    assert len(sizes[0]) == 4
    assert max(sizes[1]) < 1.2 * 4 * material.recipe.spec.max_pieces
    assert sum(int(batch.tags.gt(0).sum()) for batch, _ in epoch_batches([long], material.recipe, cropped, 1, 1, 4)) == 1200


def test_batches_made_by_other_processes_are_the_same(material):
    def batches(workers):
        return list(epoch_batches(material.documents, material.recipe, Augmentation(), 2, 1, 2, None, workers))

    def plain(batch):
        return devices.mapped(batch, torch.Tensor, torch.Tensor.tolist)

    handler = signal.getsignal(signal.SIGCHLD)
    here, there = batches(0), batches(2)
    assert signal.getsignal(signal.SIGCHLD) is handler
    assert len(here) > 1
    assert [share for _, share in here] == [share for _, share in there]
    assert [plain(batch) for batch, _ in here] == [plain(batch) for batch, _ in there]
    assert {tensor.dtype for tensor in (there[0][0].ids, there[0][0].tags)} == {torch.int64}


def ended(number):
    os._exit(3)


def test_a_process_that_is_ended_is_said():
    with pytest.raises(ModelError, match="a process that makes batches was ended"):
        list(ahead(ended, 5, 1))


def test_what_goes_wrong_in_a_process_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        list(ahead((1).__floordiv__, 1, 1))


def test_the_cpu_makes_its_batches_itself():
    assert devices.helpers(CPU) == 0
    assert 0 <= devices.helpers(torch.device("cuda")) <= devices.HELPERS
