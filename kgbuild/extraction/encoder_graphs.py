"""Tensors of a model directory -> the OpenVINO graph of its encoder, with tag scores: one function a family of encoders.

The arithmetic is that of the transformers modules of the same names, as `models.encoder` uses them; a test compares each. Knows no
text. Shape comments: B passages, L pieces, D hidden, H heads, S the span of relative positions.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kgbuild.extraction.nodes import (
    Node,
    Tensors,
    by_head,
    constant,
    fitting,
    integers,
    linear,
    lookup,
    norm,
    number,
    parameter,
    tensor_of,
)
from kgbuild.models.spec import ACTIVATIONS, ROBERTAS, ModelSpec

BASE = "encoder.bert."
FAR = -1e9
"""Added to the attention between pieces that do not see each other."""

States = tuple[Node, Node, Node]
"""Hidden states, queries and keys, each (B, L, D)."""
Attention = Callable[[str, Node], States]
"""From the name of a layer and its input (B, L, D): the mixed values, the queries, the keys."""


@fitting
def encoder_graph(tensors: Tensors, spec: ModelSpec) -> Any:
    """From ids (B, L), cases (B, L), mask (B, 1, 1, L) -> tag scores (B, L, T), then hidden, query, key of the last layer (B, L, D).

    Raises ModelError for tensors that are missing or of other shapes than model.json says.
    """
    import openvino
    from openvino import opset13 as ops

    ids, cases = parameter([-1, -1], np.int64), parameter([-1, -1], np.int64)
    mask = parameter([-1, 1, 1, -1], np.float32)
    stack = _modernbert if spec.encoder.family == "modernbert" else _post_norm
    hidden, query, key = stack(tensors, spec, _words(tensors, ids, cases), mask)
    results = [ops.result(node) for node in (linear(tensors, "ner.linear", hidden), hidden, query, key)]
    return openvino.Model(results, [ids, cases, mask], "encoder")


# ── post-norm encoders: BERT, RoBERTa, ELECTRA, DeBERTa ──────────────────────────────────────────────────────────────────


def _post_norm(tensors: Tensors, spec: ModelSpec, words: Node, mask: Node) -> States:
    """The layers of BERT, with the attention of the family."""
    x = start = _embed(tensors, spec, words)
    attend = _attention(tensors, spec, words, mask)
    query = key = x
    for layer in range(spec.encoder.layers):
        x, query, key = _layer(tensors, spec, f"{BASE}encoder.layer.{layer}.", x, attend)
        if layer == 0 and spec.encoder.config.get("conv_kernel_size"):
            x = _convolved(tensors, spec, start, x, mask)
    return x, query, key


def _words(tensors: Tensors, ids: Node, cases: Node) -> Node:
    """Word embeddings with case features: (B, L, size of an embedding)."""
    from openvino import opset13 as ops

    name = "tok_embeddings" if f"{BASE}embeddings.tok_embeddings.weight" in tensors else "word_embeddings"
    return ops.add(lookup(tensors, f"{BASE}embeddings.{name}.weight", ids), lookup(tensors, "encoder.case.weight", cases))


def _embed(tensors: Tensors, spec: ModelSpec, words: Node) -> Node:
    """Positions and token type 0 added, normalised, brought to the hidden size: (B, L, D)."""
    from openvino import opset13 as ops

    base, family, config = BASE + "embeddings.", spec.encoder.family, spec.encoder.config
    fixed = []
    if config.get("position_biased_input", True):
        places = _places(words, config["pad_token_id"] + 1 if family in ROBERTAS else 0)
        fixed.append(lookup(tensors, base + "position_embeddings.weight", places))
    if config.get("type_vocab_size", 2):
        fixed.append(constant(tensors, base + "token_type_embeddings.weight", 0))
    x = ops.add(words, ops.add(*fixed) if len(fixed) == 2 else fixed[0]) if fixed else words
    narrow = config.get("embedding_size", spec.encoder.hidden) != spec.encoder.hidden
    if narrow and family.startswith("deberta"):
        x = ops.matmul(x, constant(tensors, base + "embed_proj.weight"), False, True)
    x = norm(tensors, spec, base + "LayerNorm", x)
    return linear(tensors, BASE + "embeddings_project", x) if narrow and family == "electra" else x


def _layer(tensors: Tensors, spec: ModelSpec, base: str, x: Node, attend: Attention) -> States:
    """One post-norm layer: (B, L, D) -> (B, L, D), with its query and key."""
    from openvino import opset13 as ops

    mixed, query, key = attend(base, x)
    x = norm(
        tensors, spec, f"{base}attention.output.LayerNorm", ops.add(linear(tensors, f"{base}attention.output.dense", mixed), x)
    )
    wide = _activated(spec.encoder.act, linear(tensors, f"{base}intermediate.dense", x))
    x = norm(tensors, spec, f"{base}output.LayerNorm", ops.add(linear(tensors, f"{base}output.dense", wide), x))
    return x, query, key


def _attention(tensors: Tensors, spec: ModelSpec, words: Node, mask: Node) -> Attention:
    match spec.encoder.family:
        case "deberta" | "deberta-v2":
            return _disentangled(tensors, spec, words, mask)
        case _:
            return _plain(tensors, spec, mask)


def _plain(tensors: Tensors, spec: ModelSpec, mask: Node) -> Attention:
    """BERT's attention."""
    from openvino import opset13 as ops

    def attend(base: str, x: Node) -> States:
        query, key, value = (linear(tensors, f"{base}attention.self.{name}", x) for name in ("query", "key", "value"))
        mixed = ops.scaled_dot_product_attention(*(by_head(spec, node) for node in (query, key, value)), mask)
        return _joined(spec, mixed), query, key

    return attend


def _joined(spec: ModelSpec, mixed: Node) -> Node:
    """(B, H, L, D / H) -> (B, L, D)."""
    from openvino import opset13 as ops

    return ops.reshape(ops.transpose(mixed, integers([0, 2, 1, 3])), integers([0, 0, spec.encoder.hidden]), True)


def _activated(name: str, node: Node) -> Node:
    from openvino import opset13 as ops

    match ACTIVATIONS[name]:
        case "relu":
            return ops.relu(node)
        case "swish":
            return ops.swish(node)
        case form:
            return ops.gelu(node, form)


def _length(node: Node) -> Node:
    """(B, L, …) -> L."""
    from openvino import opset13 as ops

    return ops.gather(ops.shape_of(node), integers(1), integers(0))


def _places(node: Node, first: int = 0) -> Node:
    """(B, L, …) -> first, first + 1, …: (L,)."""
    from openvino import opset13 as ops

    return ops.range(integers(first), ops.add(_length(node), integers(first)), integers(1), "i64")


# ── DeBERTa ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _disentangled(tensors: Tensors, spec: ModelSpec, words: Node, mask: Node) -> Attention:
    """Attention of contents to contents, of contents to positions and of positions to contents (He et al. 2021, arXiv:2006.03654)."""
    from openvino import opset13 as ops

    config = spec.encoder.config
    kinds = config["pos_att_type"] or ()
    scale = number(1 / np.sqrt(spec.encoder.hidden // spec.encoder.heads * (1 + len(kinds))))
    read = _read_v1 if spec.encoder.family == "deberta" else _read_v2
    relative = config["relative_attention"]
    table = _relative_embeddings(tensors, spec) if relative else None
    rows = _relative_rows(spec, words) if relative else {}

    def attend(base: str, x: Node) -> States:
        query, key, value = read(tensors, spec, f"{base}attention.self.", x)
        left, right = by_head(spec, query), by_head(spec, key)
        scores = ops.matmul(left, right, False, True)  # (B, H, L, L)
        for kind in kinds if relative else ():
            positions = ops.gather(_positional(tensors, spec, f"{base}attention.self.", table, kind), rows[kind], integers(2))
            near = _skewed(ops.matmul(left if kind == "c2p" else right, positions, False, True), _length(words))
            scores = ops.add(scores, near if kind == "c2p" else ops.transpose(near, integers([0, 1, 3, 2])))
        weights = ops.softmax(ops.add(ops.multiply(scores, scale), mask), 3)
        return _joined(spec, ops.matmul(weights, by_head(spec, value), False, False)), query, key

    return attend


def _read_v1(tensors: Tensors, spec: ModelSpec, base: str, x: Node) -> States:
    """Query, key and value of DeBERTa's first version: one product, head after head, with biases of their own."""
    from openvino import opset13 as ops

    heads, width = spec.encoder.heads, spec.encoder.hidden // spec.encoder.heads
    weight = tensor_of(tensors, base + "in_proj.weight").astype(np.float32).reshape(heads, 3, width, spec.encoder.hidden)
    parts = [ops.constant(np.ascontiguousarray(weight[:, i]).reshape(-1, spec.encoder.hidden)) for i in range(3)]
    query, key, value = (ops.matmul(x, part, False, True) for part in parts)
    return ops.add(query, constant(tensors, base + "q_bias")), key, ops.add(value, constant(tensors, base + "v_bias"))


def _read_v2(tensors: Tensors, spec: ModelSpec, base: str, x: Node) -> States:
    query, key, value = (linear(tensors, f"{base}{name}_proj", x) for name in ("query", "key", "value"))
    return query, key, value


def _positional(tensors: Tensors, spec: ModelSpec, base: str, table: Node, kind: str) -> Node:
    """Keys (c2p) or queries (p2c) of the relative positions: (1, H, 2S, D / H)."""
    if spec.encoder.family == "deberta":
        name = {"c2p": "pos_proj", "p2c": "pos_q_proj"}[kind]
    else:
        shared = "" if spec.encoder.config.get("share_att_key") else "pos_"
        name = shared + {"c2p": "key_proj", "p2c": "query_proj"}[kind]
    return by_head(spec, _biased(tensors, base + name, table, name != "pos_proj"))


def _relative_embeddings(tensors: Tensors, spec: ModelSpec) -> Node:
    """The table of relative positions: (1, 2S, D)."""
    from openvino import opset13 as ops

    table = ops.unsqueeze(constant(tensors, BASE + "encoder.rel_embeddings.weight"), integers(0))
    normed = "layer_norm" in str(spec.encoder.config.get("norm_rel_ebd", "none"))
    return norm(tensors, spec, BASE + "encoder.LayerNorm", table) if normed else table


def _relative_rows(spec: ModelSpec, words: Node) -> dict[str, Node]:
    """Rows of the table for the distances L - 1, L - 2, … 1 - L, (2L - 1,): of query minus key for c2p, key minus query for p2c."""
    from openvino import opset13 as ops

    config = spec.encoder.config
    reach = config["max_relative_positions"] if config["max_relative_positions"] > 0 else config["max_position_embeddings"]
    buckets = config.get("position_buckets", -1)
    span = buckets if buckets > 0 else reach
    longest = spec.buckets[-1]
    distances = np.arange(longest - 1, -longest, -1)
    coarse = log_buckets(distances, buckets, reach) if buckets > 0 else distances
    length = _length(words)
    some = ops.range(ops.subtract(integers(longest), length), ops.add(length, integers(longest - 1)), integers(1), "i64")
    return {
        kind: ops.gather(ops.constant(np.clip(sign * coarse + span, 0, 2 * span - 1)), some, integers(0))
        for kind, sign in (("c2p", 1), ("p2c", -1))
    }


def log_buckets(distances: NDArray[np.int64], buckets: int, reach: int) -> NDArray[np.int64]:
    """Relative positions as DeBERTa v2 counts them: exact up to half of the buckets, then in steps that grow, to `reach`."""
    middle = buckets // 2
    size = np.where(np.abs(distances) < middle, middle - 1, np.abs(distances)).astype(np.float32)
    steps = np.log(size / np.float32(middle)) / np.log(np.float32((reach - 1) / middle)) * np.float32(middle - 1)
    far = (np.ceil(steps) + middle) * np.sign(distances)
    return np.where(size <= middle, distances, far).astype(np.int64)


def _skewed(scores: Node, length: Node) -> Node:
    """Scores of each piece against the distances L - 1 … 1 - L, (B, H, L, 2L - 1) -> against each other piece, (B, H, L, L).

    Item (i, j) is item (i, L - 1 - i + j): in rows one item longer, every row begins one place further left than the row above.
    """
    from openvino import opset13 as ops

    one, width = integers([1]), ops.unsqueeze(ops.subtract(ops.multiply(length, integers(2)), integers(1)), integers(0))
    many = ops.unsqueeze(length, integers(0))
    padded = ops.pad(scores, integers([0, 0, 0, 0]), integers([0, 0, 0, 1]), "constant", number(0))
    flat = ops.reshape(padded, integers([0, 0, -1]), True)  # (B, H, 2L * L)
    start = ops.subtract(many, one)
    flat = ops.slice(flat, start, ops.add(start, ops.multiply(width, many)), one, integers([2]))
    rows = ops.reshape(flat, ops.concat([integers([0, 0]), many, width], 0), True)
    return ops.slice(rows, integers([0]), many, one, integers([3]))


def _convolved(tensors: Tensors, spec: ModelSpec, start: Node, x: Node, mask: Node) -> Node:
    """What DeBERTa v2 adds after the first layer: a convolution over the embeddings. Padding is kept at zero: it is a neighbour."""
    from openvino import opset13 as ops

    base, side = BASE + "encoder.conv.", (spec.encoder.config["conv_kernel_size"] - 1) // 2
    seen = ops.convert(ops.equal(ops.reshape(mask, integers([0, -1, 1]), True), number(0)), "f32")  # (B, L, 1)
    columns = ops.transpose(ops.multiply(start, seen), integers([0, 2, 1]))
    mixed = ops.convolution(columns, constant(tensors, base + "conv.weight"), [1], [side], [side], [1])
    mixed = ops.add(ops.transpose(mixed, integers([0, 2, 1])), constant(tensors, base + "conv.bias"))
    mixed = ops.multiply(mixed, seen)
    act = spec.encoder.config.get("conv_act", "tanh")
    mixed = ops.tanh(mixed) if act == "tanh" else _activated(act, mixed)
    return ops.multiply(norm(tensors, spec, base + "LayerNorm", ops.add(x, mixed)), seen)


# ── ModernBERT ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _modernbert(tensors: Tensors, spec: ModelSpec, words: Node, mask: Node) -> States:
    """Pre-norm layers with rotated queries and keys, gated products, and a window on most layers (arXiv:2412.13663)."""
    from openvino import opset13 as ops

    config = spec.encoder.config
    masks = {"full_attention": mask, "sliding_attention": ops.add(mask, _window(words, config["local_attention"] // 2))}
    turns = {name: _turns(spec, words, config["rope_parameters"][name]["rope_theta"]) for name in masks}
    x = _eased(tensors, spec, BASE + "embeddings.norm", words)
    query = key = x
    for layer, kind in enumerate(config["layer_types"]):
        base = f"{BASE}layers.{layer}."
        y = _eased(tensors, spec, base + "attn_norm", x) if layer else x
        mixed, query, key = _rotated(tensors, spec, base + "attn.", y, masks[kind], turns[kind])
        x = ops.add(x, mixed)
        x = ops.add(x, _gated(tensors, spec, base + "mlp.", _eased(tensors, spec, base + "mlp_norm", x)))
    return _eased(tensors, spec, BASE + "final_norm", x), query, key


def _rotated(tensors: Tensors, spec: ModelSpec, base: str, x: Node, mask: Node, turns: tuple[Node, Node]) -> States:
    """Attention, with query and key as they are before the rotation."""
    from openvino import opset13 as ops

    bias = spec.encoder.config["attention_bias"]
    query, key, value = ops.split(_biased(tensors, base + "Wqkv", x, bias), integers(2), 3).outputs()
    left, right = (_turned(by_head(spec, node), *turns) for node in (query, key))
    mixed = ops.scaled_dot_product_attention(left, right, by_head(spec, value), mask)
    return _biased(tensors, base + "Wo", _joined(spec, mixed), bias), query, key


def _turned(node: Node, cosines: Node, sines: Node) -> Node:
    from openvino import opset13 as ops

    first, second = ops.split(node, integers(3), 2).outputs()
    return ops.add(ops.multiply(node, cosines), ops.multiply(ops.concat([ops.negative(second), first], 3), sines))


def _turns(spec: ModelSpec, words: Node, theta: float) -> tuple[Node, Node]:
    """Cosines and sines of the angles by which each position is rotated, each (L, D / H)."""
    from openvino import opset13 as ops

    width = spec.encoder.hidden // spec.encoder.heads
    speeds = 1 / np.float32(theta) ** (np.arange(0, width, 2, dtype=np.float32) / np.float32(width))
    angles = np.arange(spec.buckets[-1], dtype=np.float32)[:, None] * speeds
    tables = (np.concatenate([turn(angles)] * 2, axis=1).astype(np.float32) for turn in (np.cos, np.sin))
    places = _places(words)
    cosines, sines = (ops.gather(ops.constant(table), places, integers(0)) for table in tables)
    return cosines, sines


def _window(words: Node, reach: int) -> Node:
    """0 where two pieces lie at most `reach` apart, FAR elsewhere: (1, 1, L, L)."""
    from openvino import opset13 as ops

    places = _places(words)
    apart = ops.abs(ops.subtract(ops.unsqueeze(places, integers(1)), ops.unsqueeze(places, integers(0))))
    window = ops.select(ops.less_equal(apart, integers(reach)), number(0), number(FAR))
    return ops.unsqueeze(window, integers([0, 1]))


def _gated(tensors: Tensors, spec: ModelSpec, base: str, x: Node) -> Node:
    from openvino import opset13 as ops

    bias = spec.encoder.config["mlp_bias"]
    wide, gate = ops.split(_biased(tensors, base + "Wi", x, bias), integers(2), 2).outputs()
    return _biased(tensors, base + "Wo", ops.multiply(_activated(spec.encoder.act, wide), gate), bias)


def _eased(tensors: Tensors, spec: ModelSpec, name: str, node: Node) -> Node:
    """A layer norm that may have no bias."""
    from openvino import opset13 as ops

    if spec.encoder.config["norm_bias"]:
        return norm(tensors, spec, name, node)
    plain = ops.mvn(node, integers([-1]), True, spec.encoder.eps, "inside_sqrt")
    return ops.multiply(plain, constant(tensors, f"{name}.weight"))


def _biased(tensors: Tensors, name: str, node: Node, bias: bool) -> Node:
    """A linear layer with or without bias."""
    from openvino import opset13 as ops

    return linear(tensors, name, node) if bias else ops.matmul(node, constant(tensors, f"{name}.weight"), False, True)
