"""The graphs against numpy that follows models.checkpoint's arithmetic line by line, and their indifference to neighbours."""

import math
from dataclasses import replace

import numpy as np
import pytest

from kgbuild.extraction.ranges import quantize
from kgbuild.extraction.runtime import Question, kept_pairs, make_batch
from kgbuild.extraction.runtime_openvino import OpenVinoRuntime, read_tensors
from kgbuild.models.directory import PrunerSpec, read_directory
from tests.extraction.tiny import WORDS, write_tiny

erf = np.vectorize(math.erf)
LENGTH = 32
TEXTS = [" ".join(WORDS[i % 7 :: 1 + i % 3]) for i in range(30)]


def runtime_of(path, threads=1):
    return OpenVinoRuntime(read_directory(path), threads)


@pytest.fixture(scope="module")
def runtime(tiny):
    return runtime_of(tiny)


def rows(count, seed=0, low=3, high=LENGTH - 2):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(low, high + 1, count)
    return [(rng.integers(4, 60, n).tolist(), rng.integers(1, 9, n).tolist()) for n in sizes]


def batch_of(items, length=LENGTH):
    return make_batch(items, length, 0, 2, 3)


# the arithmetic ------------------------------------------------------------------------------------------------------


class Reference:
    """One sequence without padding, in double precision."""

    def __init__(self, path):
        self.spec = read_directory(path).spec
        self.tensors = {name: tensor.astype(np.float64) for name, tensor in read_tensors(path / "model.safetensors").items()}

    def linear(self, name, x):
        return x @ self.tensors[name + ".weight"].T + self.tensors[name + ".bias"]

    def norm(self, name, x):
        x = x - x.mean(-1, keepdims=True)
        x = x / np.sqrt((x**2).mean(-1, keepdims=True) + self.spec.encoder.eps)
        return x * self.tensors[name + ".weight"] + self.tensors[name + ".bias"]

    def heads(self, x):
        return x.reshape(len(x), self.spec.encoder.heads, -1).transpose(1, 0, 2)

    def encode(self, ids, cases):
        base = "encoder.bert.embeddings."
        x = self.tensors[base + "word_embeddings.weight"][ids] + self.tensors["encoder.case.weight"][cases]
        x = (
            x
            + self.tensors[base + "token_type_embeddings.weight"][0]
            + self.tensors[base + "position_embeddings.weight"][: len(ids)]
        )
        x = self.norm(base + "LayerNorm", x)
        for i in range(self.spec.encoder.layers):
            layer = f"encoder.bert.encoder.layer.{i}."
            query, key, value = (self.linear(layer + "attention.self." + n, x) for n in ("query", "key", "value"))
            mixed = softmax(self.scores(query, key)) @ self.heads(value)
            mixed = mixed.transpose(1, 0, 2).reshape(x.shape)
            x = self.norm(layer + "attention.output.LayerNorm", self.linear(layer + "attention.output.dense", mixed) + x)
            wide = self.linear(layer + "intermediate.dense", x)
            wide = wide * 0.5 * (1 + erf(wide / math.sqrt(2)))
            x = self.norm(layer + "output.LayerNorm", self.linear(layer + "output.dense", wide) + x)
        return x, query, key

    def scores(self, query, key):
        query, key = self.heads(query), self.heads(key)
        return query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])

    def relate(self, hidden, query, key, question):
        size, block = self.spec.relation_head.size, self.spec.relation_head.block
        rows = softmax(self.scores(query, key))
        attention, ends = [], []
        for number, kind in enumerate(question.types):
            mine = np.flatnonzero(question.chain == number)
            states = np.stack([np.concatenate([hidden[question.first[m]], hidden[question.last[m]]]) for m in mine])
            pooled = np.log(np.exp(states).sum(0))
            ends.append(self.linear("relation.ends", pooled) + self.tensors["relation.types.weight"][kind])
            places = [*question.first[mine], *question.last[mine]]
            attention.append(rows[:, places].mean(1))
        margins = []
        for head, tail in zip(question.heads, question.tails, strict=True):
            weights = (attention[head] * attention[tail]).sum(0)
            around = self.tensors["relation.context.weight"] @ ((weights / (weights.sum() + 1e-6)) @ hidden)
            left, right = np.tanh(ends[head][:size] + around[:size]), np.tanh(ends[tail][size:] + around[size:])
            product = [left[g + i] * right[g + j] for g in range(0, size, block) for i in range(block) for j in range(block)]
            scores = self.linear("relation.bilinear", np.array(product))
            margins.append(scores[1:] - scores[0])
        return np.array(margins)


def softmax(x):
    x = np.exp(x - x.max(-1, keepdims=True))
    return x / x.sum(-1, keepdims=True)


def question_of(seed, count, chains, length):
    rng = np.random.default_rng(seed)
    first = rng.integers(1, length - 3, count)
    chain = np.sort(np.concatenate([np.arange(chains), rng.integers(0, chains, count - chains)]))
    heads, tails = np.nonzero(~np.eye(chains, dtype=bool))
    return Question(first, first + rng.integers(0, 3, count), chain, rng.integers(0, 3, chains), heads, tails)


def test_the_encoder_does_what_is_written_down(tiny, runtime):
    items = rows(3)
    encoded, batch, reference = runtime.encode(batch_of(items)), batch_of(items), Reference(tiny)
    for row, length in enumerate(batch.lengths):
        hidden, query, key = reference.encode(batch.ids[row, :length], batch.cases[row, :length])
        for ours, theirs in zip(encoded.state, (hidden, query, key), strict=True):
            assert ours[row, :length] == pytest.approx(theirs, abs=1e-4)
        assert encoded.tags[row, :length] == pytest.approx(reference.linear("ner.linear", hidden), abs=1e-3)


@pytest.mark.parametrize(("count", "chains"), [(2, 2), (5, 3), (12, 12), (20, 9)])
def test_the_relation_head_does_what_is_written_down(tiny, runtime, count, chains):
    batch = batch_of(rows(2, low=28))
    length = int(batch.lengths[1])
    question = question_of(count, count, chains, length)
    margins = runtime.relate(runtime.encode(batch), 1, length, question)
    reference = Reference(tiny)
    expected = reference.relate(*reference.encode(batch.ids[1, :length], batch.cases[1, :length]), question)
    assert margins == pytest.approx(expected, abs=1e-3)


# the same bits -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["f32", "bf16", "int8"])
def precise(request, tmp_path_factory):
    """A runtime at each precision; hidden size as in real models, so that the same kernels are taken."""
    path = tmp_path_factory.mktemp(request.param) / "plain"
    write_tiny(path, precision="bf16" if request.param == "int8" else request.param, hidden=384)
    if request.param == "int8":
        quantize(path, TEXTS, path.with_name("int8"))
        path = path.with_name("int8")
    runtime = runtime_of(path)
    if request.param not in runtime.numerics:
        pytest.skip(f"this processor does not compute in {request.param}")
    return runtime


@pytest.mark.parametrize("length", [32, 96])
def test_neighbours_position_and_batch_size_change_no_bit(precise, length):
    (mine,) = rows(1, seed=9, low=length - 14, high=length - 2)
    alone = precise.encode(batch_of([mine], length))
    for size in (2, 3, 4, 7, 8, 16):
        for place in (0, size // 2, size - 1):
            items = rows(size, seed=size + place, high=length - 2)
            items[place] = mine
            encoded = precise.encode(batch_of(items, length))
            assert np.array_equal(encoded.tags[place], alone.tags[0])
            assert all(np.array_equal(one[place], other[0]) for one, other in zip(encoded.state, alone.state, strict=True))


def test_a_pair_scores_the_same_whatever_other_pairs_are_asked(precise):
    batch = batch_of(rows(1, low=30, high=30))
    encoded, question = precise.encode(batch), question_of(3, 14, 10, 32)
    whole = precise.relate(encoded, 0, 32, question)
    assert len(whole) == 90  # two blocks
    order = np.random.default_rng(0).permutation(90)[:70]
    some = replace(question, heads=question.heads[order], tails=question.tails[order])
    assert np.array_equal(precise.relate(encoded, 0, 32, some), whole[order])


def test_many_threads_change_no_bit(tiny, runtime):
    from concurrent.futures import ThreadPoolExecutor

    batches = [batch_of(rows(1 + i % 5, seed=i)) for i in range(40)]
    expected = [runtime.encode(batch).tags for batch in batches]
    many = runtime_of(tiny, threads=3)
    with ThreadPoolExecutor(3) as pool:
        for found, right in zip(pool.map(many.encode, batches), expected, strict=True):
            assert np.array_equal(found.tags, right)


def test_more_mentions_than_any_step_still_fit(runtime):
    batch = batch_of(rows(1, low=30, high=30))
    question = question_of(1, 600, 3, 32)
    assert np.isfinite(runtime.relate(runtime.encode(batch), 0, 32, question)).all()


# the pruner ----------------------------------------------------------------------------------------------------------

PRUNER = PrunerSpec(4, 1.0, 512)


@pytest.fixture(scope="module")
def pruned(tmp_path_factory):
    """A model with a pruner that wants a part of the pairs."""
    return write_tiny(tmp_path_factory.mktemp("pruned"), pruner=PRUNER)


def without_pruner(path, out):
    from kgbuild.models.adapter import copy_model
    from kgbuild.models.directory import write_spec

    copy_model(path, out)
    write_spec(out, replace(read_directory(out).spec, pruner=None))
    return out


def test_the_pruner_does_what_is_written_down(pruned):
    batch, reference = batch_of(rows(1, low=30, high=30)), Reference(pruned)
    question = question_of(3, 14, 10, 30)
    hidden, query, key = reference.encode(batch.ids[0], batch.cases[0])
    scores = pruner_scores(reference, hidden, query, key, question)
    assert 0 < (scores >= PRUNER.least).sum() < 60  # so that one block of the 90 pairs is scored
    runtime = runtime_of(pruned)
    margins = runtime.relate(runtime.encode(batch), 0, 32, question)
    kept = np.isfinite(margins).all(axis=1)
    assert kept.sum() == 64
    assert np.isneginf(margins[~kept]).all()
    assert scores[kept].min() > scores[~kept].max() - 1e-3


def pruner_scores(reference, hidden, query, key, question):
    size, tensors = reference.spec.relation_head.size, reference.tensors
    rows = softmax(reference.scores(query, key))
    ends, attention = [], []
    for number, kind in enumerate(question.types):
        mine = np.flatnonzero(question.chain == number)
        states = np.stack([np.concatenate([hidden[question.first[m]], hidden[question.last[m]]]) for m in mine])
        ends.append(reference.linear("relation.ends", np.log(np.exp(states).sum(0))) + tensors["relation.types.weight"][kind])
        attention.append(rows[:, [*question.first[mine], *question.last[mine]]].mean(1))
    found = []
    for head, tail in zip(question.heads, question.tails, strict=True):
        left = reference.linear("pruner.head", np.tanh(ends[head][:size]))
        right = reference.linear("pruner.tail", np.tanh(ends[tail][size:]))
        kinds = tensors["pruner.types"][question.types[head], question.types[tail]]
        overlap = np.log((attention[head] * attention[tail]).sum() + 1e-6)
        found.append(left @ right + kinds + tensors["pruner.overlap"][0] * overlap)
    return np.array(found)


def test_what_is_kept_has_the_bits_that_it_has_without_a_pruner(pruned, tmp_path):
    batch, question = batch_of(rows(1, low=30, high=30)), question_of(3, 14, 10, 30)
    some, all_ = runtime_of(pruned), runtime_of(without_pruner(pruned, tmp_path / "plain"))
    margins = some.relate(some.encode(batch), 0, 32, question)
    kept = np.isfinite(margins).all(axis=1)
    assert np.array_equal(margins[kept], all_.relate(all_.encode(batch), 0, 32, question)[kept])


def test_neighbours_do_not_change_what_is_kept(pruned):
    runtime, (mine,), question = runtime_of(pruned), rows(1, seed=9, low=30, high=30), question_of(3, 14, 10, 30)
    alone = runtime.relate(runtime.encode(batch_of([mine])), 0, 32, question)
    for place in range(5):
        items = rows(5, seed=place)
        items[place] = mine
        assert np.array_equal(runtime.relate(runtime.encode(batch_of(items)), place, 32, question), alone)


@pytest.mark.parametrize(
    ("scores", "most", "kept"),
    [
        ([-1.0, -2.0], 512, []),  # nothing is worth a block
        ([0.5, -2.0, -1.0], 512, [0, 1, 2]),  # a block that is begun is filled
        ([0.5, 0.1, 0.9, 0.1], 2, [0, 2]),
        ([0.1, 0.1, 0.1, 0.1], 3, [0, 1, 2]),  # of equals the earlier ones
    ],
)
def test_which_pairs_are_kept(scores, most, kept):
    assert kept_pairs(np.array(scores, dtype=np.float32), PrunerSpec(4, 0.0, most)).tolist() == kept


def test_the_block_that_is_begun_is_filled_with_the_next_best():
    scores = np.linspace(1, -1, 200, dtype=np.float32)[::-1].copy()
    assert kept_pairs(scores, PrunerSpec(4, 0.5)).tolist() == list(range(200 - 64, 200))
