"""Torch modules <-> a model directory, with a tiny random encoder; and the relation head against a plain reading of its recipe."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytestmark = pytest.mark.torch

from kgbuild.errors import ModelError  # noqa: E402
from kgbuild.models.checkpoint import Joint, load, save  # noqa: E402
from kgbuild.models.directory import (  # noqa: E402
    Calibration,
    EncoderSpec,
    Floors,
    ModelSpec,
    Platt,
    RelationSpec,
    Special,
    Thresholds,
    write_calibration,
    write_thresholds,
)
from kgbuild.models.encoder import build, load_pretrained  # noqa: E402
from kgbuild.models.ner import IGNORE, ner_loss  # noqa: E402
from kgbuild.models.pieces import BUCKETS, CASES  # noqa: E402
from kgbuild.models.relation import Chains, relation_loss  # noqa: E402
from kgbuild.models.viterbi import tag_names  # noqa: E402

TYPES, RELATIONS = ("PER", "LOC"), ("P19", "P27", "P131")


@pytest.fixture
def spec(tokenizer):
    return ModelSpec(
        name="toy", languages=("en",), precision="f32", max_pieces=512, buckets=BUCKETS, case_features=CASES, types=TYPES,
        tags=tag_names(TYPES), relations=RELATIONS, mask=(("PER", "P19", "LOC"),),
        encoder=EncoderSpec(32, 2, 4, 64, tokenizer.get_vocab_size(), 512, 1e-12, "gelu"), relation_head=RelationSpec(16, 4),
        floors=Floors(), special=Special(0, 2, 3),
    )  # fmt: skip


@pytest.fixture
def model(spec):
    torch.manual_seed(3)
    return Joint(build(spec.encoder), spec).eval()


@pytest.fixture
def folder(tmp_path, model, spec, tokenizer):
    save(tmp_path, model, spec, tokenizer, torch.float32)
    write_calibration(tmp_path, Calibration(Platt(1, 0), Platt(1, 0)))
    write_thresholds(tmp_path, Thresholds(500, 500, 500), Thresholds(500, 500, 500))
    return tmp_path


def batch(rows=2, length=32):
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(4, 40, (rows, length), generator=generator)
    cases = torch.randint(0, len(CASES), (rows, length), generator=generator)
    return ids, cases, torch.ones_like(ids)


def chains(row=0):
    numbers = ([row], [[1, 5, 9]], [[2, 5, 11]], [[0, 1, 0]], [[0, 1]], [0, 0], [0, 1], [1, 0])
    return Chains(*(torch.tensor(values) for values in numbers))


def test_a_saved_model_gives_the_same_outputs(folder, model):
    again = load(folder).model
    with torch.no_grad():
        for (encoded, tags), (other, others) in [(model(*batch()), again(*batch()))]:
            assert torch.equal(tags, others)
            assert torch.equal(encoded.key, other.key)
            mask = batch()[2]
            assert torch.equal(model.relation(encoded, mask, chains()), again.relation(other, mask, chains()))


def test_weights_are_stored_in_half_precision_by_default(tmp_path, model, spec, tokenizer):
    from safetensors.torch import load_file

    save(tmp_path, model, spec, tokenizer)
    assert {tensor.dtype for tensor in load_file(tmp_path / "model.safetensors").values()} == {torch.float16}


def test_damaged_weights_are_named(folder):
    (folder / "model.safetensors").write_bytes(b"x" * 100)
    with pytest.raises(ModelError, match=r"model\.safetensors is damaged"):
        load(folder)


def test_weights_of_another_shape_are_refused(folder, model, spec, tokenizer):
    from safetensors.torch import load_file, save_file

    tensors = load_file(folder / "model.safetensors")
    tensors.pop("ner.linear.bias")
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(ModelError, match=r"ner\.linear\.bias"):
        load(folder)


def test_an_encoder_that_is_not_there_is_named(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}')
    with pytest.raises(ModelError, match="only bert, roberta"):
        load_pretrained(str(tmp_path))
    with pytest.raises(ModelError, match="cannot load the encoder"):
        load_pretrained(str(tmp_path / "nothing"))


def test_the_case_feature_changes_the_hidden_states(model):
    ids, cases, mask = batch()
    with torch.no_grad():
        assert not torch.allclose(model(ids, cases, mask)[1], model(ids, cases * 0 + 1, mask)[1])


def test_padding_changes_no_tag_score_beyond_rounding(model):
    ids, cases, mask = batch(1, 20)
    longer = [torch.nn.functional.pad(tensor, (0, 12)) for tensor in (ids, cases, mask)]
    with torch.no_grad():
        assert torch.allclose(model(ids, cases, mask)[1], model(*longer)[1][:, :20], atol=1e-5)


def test_the_captured_queries_and_keys_are_those_of_the_last_layer(model):
    ids, cases, mask = batch(1)
    layer = model.encoder.bert.encoder.layer[-1].attention.self
    seen = {}
    handle = layer.register_forward_pre_hook(
        lambda _m, args, kwargs: seen.update(x=args[0] if args else kwargs["hidden_states"]), with_kwargs=True
    )
    with torch.no_grad():
        encoded, _ = model(ids, cases, mask)
        handle.remove()
        assert torch.equal(encoded.query.flatten(2), layer.query(seen["x"]))
        assert torch.equal(encoded.key.flatten(2), layer.key(seen["x"]))


def test_the_relation_head_follows_its_written_recipe(model, spec):
    """A slow reading, step by step, of checkpoint's docstring in numpy; the second row's padding is masked."""
    ids, cases, mask = batch()
    mask[1, 24:] = 0
    item = Chains(*(torch.tensor(values) for values in PADDED))
    with torch.no_grad():
        encoded, _ = model(ids, cases, mask)
        scores = model.relation(encoded, mask, item).numpy()
    weights = {name: tensor.detach().numpy().astype(np.float64) for name, tensor in model.relation.named_parameters()}
    for number, row in enumerate(item.rows.tolist()):
        mine = item.owner == number
        inside = item.chain[number] >= 0
        whole = (item.first[number][inside], item.last[number][inside], item.chain[number][inside])
        parts = [part.numpy() for part in (*whole, item.types[number], item.heads[mine], item.tails[mine])]
        states = [tensor[row].numpy().astype(np.float64) for tensor in encoded]
        expected = slowly(weights, spec, states, int(mask[row].sum()), parts)
        assert scores[mine.numpy()] == pytest.approx(expected, abs=1e-4)


PADDED = (
    [0, 1],
    [[1, 5, 9], [3, 20, 0]],
    [[2, 5, 11], [4, 22, 0]],
    [[0, 1, 0], [0, 1, -1]],
    [[0, 1, 0], [1, 0, 0]],
    [0, 0, 1],
    [0, 1, 1],
    [1, 0, 0],
)
"""Two sequences, the second with fewer mentions; both are padded to three chains."""


def slowly(weights, spec, states, length, parts):
    """The scores of the pairs of one sequence of this length."""
    hidden, query, key = states
    first, last, chain, types, heads, tails = parts
    size, block = spec.relation_head.size, spec.relation_head.block
    ends, attention = {}, {}
    for number in sorted(set(chain.tolist())):
        own = np.flatnonzero(chain == number)
        pooled = np.log(np.exp(np.concatenate([hidden[first[own]], hidden[last[own]]], axis=1)).sum(0))
        ends[number] = weights["ends.weight"] @ pooled + weights["ends.bias"] + weights["types.weight"][types[number]]
        rows = []
        for place in [*first[own], *last[own]]:
            logits = np.einsum("hd,lhd->hl", query[place], key) / np.sqrt(query.shape[-1])
            logits[:, length:] = -np.inf
            powers = np.exp(logits - logits.max(1, keepdims=True))
            rows.append(powers / powers.sum(1, keepdims=True))
        attention[number] = np.mean(rows, axis=0)
    found = []
    for head, tail in zip(heads.tolist(), tails.tolist(), strict=True):
        both = (attention[head] * attention[tail]).sum(0)
        around = weights["context.weight"] @ ((both / (both.sum() + 1e-6)) @ hidden)
        left = np.tanh(ends[head][:size] + around[:size])
        right = np.tanh(ends[tail][size:] + around[size:])
        product = [left[g + i] * right[g + j] for g in range(0, size, block) for i in range(block) for j in range(block)]
        found.append(weights["bilinear.weight"] @ np.array(product) + weights["bilinear.bias"])
    return np.array(found)


def test_padding_leaves_gradients_numbers(model):
    ids, cases, mask = batch()
    encoded, _ = model(ids, cases, mask)
    model.relation(encoded, mask, Chains(*(torch.tensor(values) for values in PADDED))).sum().backward()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters() if p.grad is not None)
    assert model.relation.ends.weight.grad.abs().max() < 1e3  # a padded chain's states are far out


def test_the_loss_of_tags_ignores_pieces_without_label():
    scores = torch.zeros(1, 3, 5)
    scores[0, 2] = torch.tensor([9.0, 0, 0, 0, 0])
    labels = torch.tensor([[IGNORE, 1, IGNORE]])
    assert float(ner_loss(scores, labels)) == pytest.approx(np.log(5))
    assert float(ner_loss(scores, labels * 0 + IGNORE)) == 0.0


def test_the_relation_loss_wants_positives_above_and_negatives_below_the_threshold():
    labels = torch.tensor([[0.0, 1.0, 0.0]])
    good, bad = torch.tensor([[0.0, 9.0, -9.0]]), torch.tensor([[0.0, -9.0, 9.0]])
    many = torch.ones(60)
    good, bad, labels = (table.repeat(60, 1) for table in (good, bad, labels))
    assert float(relation_loss(good, labels, many)) < 0.01 < 10 < float(relation_loss(bad, labels, many))
    assert float(relation_loss(bad, labels, many * 0)) == 0.0
