"""Tensors of a model directory -> OpenVINO graphs of the heads: chains, pairs, names. The arithmetic is `models.checkpoint`'s.

The encoder's graph is made in `encoder_graphs`. Knows no text. Shapes are left open; whoever runs a graph feeds it fixed steps of
them. Shape comments: B passages, L pieces, D hidden, H heads, N mentions or chains (padded), P pairs, E size of an end, b block of
the grouped product.
"""

from typing import Any

import numpy as np

from kgbuild.errors import ModelError
from kgbuild.extraction.nodes import (
    Node,
    Tensors,
    by_head,
    constant,
    fitting,
    integers,
    linear,
    lookup,
    number,
    parameter,
    rounded_rows,
    tensor_of,
)
from kgbuild.models.spec import ModelSpec

LEAST_OVERLAP = 1e-6
"""As in models.pruner."""


@fitting
def chain_graph(tensors: Tensors, spec: ModelSpec) -> Any:
    """One passage's mentions -> attention of each chain (H, N, L), its two ends (N, 2E); with a pruner, its scores of pairs (N, N).

    Inputs: hidden, query, key (1, L, D); mask (1, 1, L); places (2N,) first pieces, then last pieces; average (N, 2N) rows that
    sum to one; member (N, N) chain by mention, 0 or 1; types (N,).
    """
    import openvino
    from openvino import opset13 as ops

    hidden, query, key = (parameter([1, -1, spec.encoder.hidden], np.float32) for _ in range(3))
    mask, places = parameter([1, 1, -1], np.float32), parameter([-1], np.int64)
    average, member, types = parameter([-1, -1], np.float32), parameter([-1, -1], np.float32), parameter([-1], np.int64)
    rows = ops.gather(query, places, integers(1))  # (1, 2N, D)
    width = spec.encoder.hidden // spec.encoder.heads
    scores = ops.matmul(by_head(spec, rows), by_head(spec, key), False, True)  # (1, H, 2N, L)
    scores = ops.add(ops.multiply(scores, number(width**-0.5)), ops.unsqueeze(mask, integers(0)))
    attention = ops.squeeze(ops.softmax(scores, 3), integers(0))  # (H, 2N, L)
    attention = ops.matmul(average, attention, False, False)  # (H, N, L)
    ends = ops.add(
        linear(tensors, "relation.ends", _pool(hidden, places, member)), lookup(tensors, "relation.types.weight", types)
    )
    inputs = [hidden, query, key, mask, places, average, member, types]
    outputs = [attention, ends] if spec.pruner is None else [attention, ends, _pruned(tensors, attention, ends, types)]
    return openvino.Model([ops.result(node) for node in outputs], inputs, "chains")


@fitting
def pair_graph(tensors: Tensors, spec: ModelSpec, count: int) -> Any:
    """From hidden (1, L, D), attention (H, N, L), ends (N, 2E), pairs (2, count) -> margins (count, relations)."""
    import openvino
    from openvino import opset13 as ops

    size, block = spec.relation_head.size, spec.relation_head.block
    hidden, attention = parameter([1, -1, spec.encoder.hidden], np.float32), parameter([spec.encoder.heads, -1, -1], np.float32)
    ends, pairs = parameter([-1, 2 * size], np.float32), parameter([2, count], np.int64)
    heads, tails = (ops.gather(pairs, integers(i), integers(0)) for i in range(2))  # (P,)
    both = ops.multiply(ops.gather(attention, heads, integers(1)), ops.gather(attention, tails, integers(1)))  # (H, P, L)
    weights = ops.reduce_sum(both, integers([0]), False)  # (P, L)
    total = ops.add(ops.reduce_sum(weights, integers([1]), True), number(1e-6))
    around = ops.matmul(ops.divide(weights, total), ops.squeeze(hidden, integers(0)), False, False)  # (P, D)
    around = _split(ops.matmul(around, constant(tensors, "relation.context.weight"), False, True))
    head = ops.tanh(ops.add(_split(ops.gather(ends, heads, integers(0)))[0], around[0]))  # (P, E)
    tail = ops.tanh(ops.add(_split(ops.gather(ends, tails, integers(0)))[1], around[1]))
    left = ops.reshape(head, integers([count, size // block, block, 1]), False)
    right = ops.reshape(tail, integers([count, size // block, 1, block]), False)
    product = ops.reshape(ops.multiply(left, right), integers([count, size * block]), False)  # (P, E * b)
    product = _rounded(product) if spec.precision == "int8" else product
    return openvino.Model([ops.result(_margins(tensors, spec, product))], [hidden, attention, ends, pairs], "pairs")


@fitting
def name_graph(tensors: Tensors, spec: ModelSpec) -> Any:
    """One passage's written names and pairs of them -> log-odds (P,) that the two are one thing.

    Inputs: hidden (1, L, D); places (2N,) first pieces of mentions, then last pieces; member (N, N) name by mention, rows that sum
    to one; types (N,); pairs (2, P); features (P, F).
    """
    import openvino
    from openvino import opset13 as ops

    if spec.coreference is None:
        raise ModelError("this model has no coreference head")
    hidden, places = parameter([1, -1, spec.encoder.hidden], np.float32), parameter([-1], np.int64)
    member, types = parameter([-1, -1], np.float32), parameter([-1], np.int64)
    pairs, features = parameter([2, -1], np.int64), parameter([-1, len(spec.coreference.features)], np.float32)
    names = ops.matmul(member, _states(hidden, places), False, False)  # (N, 2D)
    kinds = lookup(tensors, "coreference.types.weight", types)
    names = ops.tanh(ops.add(linear(tensors, "coreference.project", names), kinds))  # (N, S)
    left, right = (ops.gather(names, ops.gather(pairs, integers(i), integers(0)), integers(0)) for i in range(2))  # (P, S)
    seen = ops.concat([ops.multiply(left, right), ops.abs(ops.subtract(left, right)), features], 1)
    scores = linear(tensors, "coreference.out", ops.relu(linear(tensors, "coreference.pair", seen)))  # (P, 1)
    return openvino.Model(
        [ops.result(ops.squeeze(scores, integers([1])))], [hidden, places, member, types, pairs, features], "names"
    )


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _states(hidden: Node, places: Node) -> Node:
    """[first, last] of each mention: (N, 2D)."""
    from openvino import opset13 as ops

    first, last = ops.split(ops.gather(ops.squeeze(hidden, integers(0)), places, integers(0)), integers(0), 2).outputs()
    return ops.concat([first, last], 1)


def _pool(hidden: Node, places: Node, member: Node) -> Node:
    """Log-sum-exp over the mentions of each chain, the states being [first, last]: (N, 2D).

    The largest value is taken over all mentions of the passage, so that one matrix product sums every chain.
    """
    from openvino import opset13 as ops

    states = _states(hidden, places)
    top = ops.reduce_max(states, integers([0]), True)
    sums = ops.matmul(member, ops.exp(ops.subtract(states, top)), False, False)
    return ops.add(ops.log(sums), top)


def _pruned(tensors: Tensors, attention: Node, ends: Node, types: Node) -> Node:
    """What models.pruner gives for every pair of chains: (N, N), head by tail."""
    from openvino import opset13 as ops

    left, right = ops.split(ops.tanh(ends), integers(1), 2).outputs()
    scores = ops.matmul(linear(tensors, "pruner.head", left), linear(tensors, "pruner.tail", right), False, True)
    rows = ops.gather(constant(tensors, "pruner.types"), types, integers(0))  # (N, T)
    scores = ops.add(scores, ops.gather(rows, types, integers(1)))
    both = ops.reduce_sum(ops.matmul(attention, attention, False, True), integers([0]), False)  # (N, N)
    overlap = ops.log(ops.add(both, number(LEAST_OVERLAP)))
    return ops.add(scores, ops.multiply(overlap, constant(tensors, "pruner.overlap")))


def _margins(tensors: Tensors, spec: ModelSpec, product: Node) -> Node:
    """Scores minus the threshold's score, column 0: taken off the weights, in double precision, beforehand."""
    from openvino import opset13 as ops

    weight = tensor_of(tensors, "relation.bilinear.weight").astype(np.float64)
    bias = tensor_of(tensors, "relation.bilinear.bias").astype(np.float64)
    slopes, offsets = (weight[1:] - weight[:1]).astype(np.float32), (bias[1:] - bias[0]).astype(np.float32)
    kernel = rounded_rows(slopes) if spec.precision == "int8" else ops.constant(slopes)
    return ops.add(ops.matmul(product, kernel, False, True), ops.constant(offsets))


def _rounded(product: Node) -> Node:
    """Numbers between -1 and 1 in 8 bits."""
    from openvino import opset13 as ops

    low, high = number(-128 / 127), number(1)
    return ops.fake_quantize(product, low, high, low, high, 256)


def _split(node: Node) -> list[Node]:
    """(P, 2E) -> the part for heads and the part for tails."""
    from openvino import opset13 as ops

    return list(ops.split(node, integers(1), 2).outputs())
