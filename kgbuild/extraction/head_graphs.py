"""Tensors of a model directory -> OpenVINO graphs of the heads: chains, pairs, names. The arithmetic is `models.checkpoint`'s.

The encoder's graph is made in `encoder_graphs`. Knows no text. Shapes are left open; whoever runs a graph feeds it fixed steps of
them. Shape comments: B passages, L pieces, D hidden, H heads, N mentions or chains (padded), P pairs, E size of an end, b block of
the grouped product.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kgbuild.errors import ModelError
from kgbuild.models.directory import CONFIG, WEIGHTS
from kgbuild.models.spec import ModelSpec

LEAST_OVERLAP = 1e-6
"""As in models.pruner."""
Tensors = Mapping[str, Any]
Node = Any
"""A node of an OpenVINO graph."""


def fitting(build: Callable[..., Any]) -> Callable[..., Any]:
    """A function that builds a graph, with OpenVINO's complaints about shapes as a ModelError that names the file."""

    @wraps(build)
    def built(*arguments: Any) -> Any:
        try:
            return build(*arguments)
        except RuntimeError as error:
            words = f"{' '.join(str(error).split()):.160}"
            raise ModelError(
                f"{WEIGHTS} does not fit {CONFIG} ({words}): restore the model directory, or train it again"
            ) from error

    return built


@fitting
def chain_graph(tensors: Tensors, spec: ModelSpec) -> Any:
    """One passage's mentions -> attention of each chain (H, N, L), its two ends (N, 2E); with a pruner, its scores of pairs (N, N).

    Inputs: hidden, query, key (1, L, D); mask (1, 1, L); places (2N,) first pieces, then last pieces; average (N, 2N) rows that
    sum to one; member (N, N) chain by mention, 0 or 1; types (N,).
    """
    import openvino
    from openvino import opset13 as ops

    hidden, query, key = (_input([1, -1, spec.encoder.hidden], np.float32) for _ in range(3))
    mask, places = _input([1, 1, -1], np.float32), _input([-1], np.int64)
    average, member, types = _input([-1, -1], np.float32), _input([-1, -1], np.float32), _input([-1], np.int64)
    rows = ops.gather(query, places, _ints(1))  # (1, 2N, D)
    width = spec.encoder.hidden // spec.encoder.heads
    scores = ops.matmul(_by_head(spec, rows), _by_head(spec, key), False, True)  # (1, H, 2N, L)
    scores = ops.add(ops.multiply(scores, _float(width**-0.5)), ops.unsqueeze(mask, _ints(0)))
    attention = ops.squeeze(ops.softmax(scores, 3), _ints(0))  # (H, 2N, L)
    attention = ops.matmul(average, attention, False, False)  # (H, N, L)
    ends = ops.add(
        _linear(tensors, "relation.ends", _pool(hidden, places, member)), _lookup(tensors, "relation.types.weight", types)
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
    hidden, attention = _input([1, -1, spec.encoder.hidden], np.float32), _input([spec.encoder.heads, -1, -1], np.float32)
    ends, pairs = _input([-1, 2 * size], np.float32), _input([2, count], np.int64)
    heads, tails = (ops.gather(pairs, _ints(i), _ints(0)) for i in range(2))  # (P,)
    both = ops.multiply(ops.gather(attention, heads, _ints(1)), ops.gather(attention, tails, _ints(1)))  # (H, P, L)
    weights = ops.reduce_sum(both, _ints([0]), False)  # (P, L)
    total = ops.add(ops.reduce_sum(weights, _ints([1]), True), _float(1e-6))
    around = ops.matmul(ops.divide(weights, total), ops.squeeze(hidden, _ints(0)), False, False)  # (P, D)
    around = _split(ops.matmul(around, _constant(tensors, "relation.context.weight"), False, True))
    head = ops.tanh(ops.add(_split(ops.gather(ends, heads, _ints(0)))[0], around[0]))  # (P, E)
    tail = ops.tanh(ops.add(_split(ops.gather(ends, tails, _ints(0)))[1], around[1]))
    left = ops.reshape(head, _ints([count, size // block, block, 1]), False)
    right = ops.reshape(tail, _ints([count, size // block, 1, block]), False)
    product = ops.reshape(ops.multiply(left, right), _ints([count, size * block]), False)  # (P, E * b)
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
    hidden, places = _input([1, -1, spec.encoder.hidden], np.float32), _input([-1], np.int64)
    member, types = _input([-1, -1], np.float32), _input([-1], np.int64)
    pairs, features = _input([2, -1], np.int64), _input([-1, len(spec.coreference.features)], np.float32)
    names = ops.matmul(member, _states(hidden, places), False, False)  # (N, 2D)
    kinds = _lookup(tensors, "coreference.types.weight", types)
    names = ops.tanh(ops.add(_linear(tensors, "coreference.project", names), kinds))  # (N, S)
    left, right = (ops.gather(names, ops.gather(pairs, _ints(i), _ints(0)), _ints(0)) for i in range(2))  # (P, S)
    seen = ops.concat([ops.multiply(left, right), ops.abs(ops.subtract(left, right)), features], 1)
    scores = _linear(tensors, "coreference.out", ops.relu(_linear(tensors, "coreference.pair", seen)))  # (P, 1)
    return openvino.Model(
        [ops.result(ops.squeeze(scores, _ints([1])))], [hidden, places, member, types, pairs, features], "names"
    )


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _by_head(spec: ModelSpec, node: Node) -> Node:
    """(B, L, D) -> (B, H, L, D / H)."""
    from openvino import opset13 as ops

    heads = spec.encoder.heads
    return ops.transpose(ops.reshape(node, _ints([0, 0, heads, spec.encoder.hidden // heads]), True), _ints([0, 2, 1, 3]))


def _states(hidden: Node, places: Node) -> Node:
    """[first, last] of each mention: (N, 2D)."""
    from openvino import opset13 as ops

    first, last = ops.split(ops.gather(ops.squeeze(hidden, _ints(0)), places, _ints(0)), _ints(0), 2).outputs()
    return ops.concat([first, last], 1)


def _pool(hidden: Node, places: Node, member: Node) -> Node:
    """Log-sum-exp over the mentions of each chain, the states being [first, last]: (N, 2D).

    The largest value is taken over all mentions of the passage, so that one matrix product sums every chain.
    """
    from openvino import opset13 as ops

    states = _states(hidden, places)
    top = ops.reduce_max(states, _ints([0]), True)
    sums = ops.matmul(member, ops.exp(ops.subtract(states, top)), False, False)
    return ops.add(ops.log(sums), top)


def _pruned(tensors: Tensors, attention: Node, ends: Node, types: Node) -> Node:
    """What models.pruner gives for every pair of chains: (N, N), head by tail."""
    from openvino import opset13 as ops

    left, right = ops.split(ops.tanh(ends), _ints(1), 2).outputs()
    scores = ops.matmul(_linear(tensors, "pruner.head", left), _linear(tensors, "pruner.tail", right), False, True)
    rows = ops.gather(_constant(tensors, "pruner.types"), types, _ints(0))  # (N, T)
    scores = ops.add(scores, ops.gather(rows, types, _ints(1)))
    both = ops.reduce_sum(ops.matmul(attention, attention, False, True), _ints([0]), False)  # (N, N)
    overlap = ops.log(ops.add(both, _float(LEAST_OVERLAP)))
    return ops.add(scores, ops.multiply(overlap, _constant(tensors, "pruner.overlap")))


def _margins(tensors: Tensors, spec: ModelSpec, product: Node) -> Node:
    """Scores minus the threshold's score, column 0: taken off the weights, in double precision, beforehand."""
    from openvino import opset13 as ops

    weight = _tensor(tensors, "relation.bilinear.weight").astype(np.float64)
    bias = _tensor(tensors, "relation.bilinear.bias").astype(np.float64)
    slopes, offsets = (weight[1:] - weight[:1]).astype(np.float32), (bias[1:] - bias[0]).astype(np.float32)
    kernel = rounded_rows(slopes) if spec.precision == "int8" else ops.constant(slopes)
    return ops.add(ops.matmul(product, kernel, False, True), ops.constant(offsets))


def _rounded(product: Node) -> Node:
    """Numbers between -1 and 1 in 8 bits."""
    from openvino import opset13 as ops

    low, high = _float(-128 / 127), _float(1)
    return ops.fake_quantize(product, low, high, low, high, 256)


def rounded_rows(weight: NDArray[np.float32]) -> Node:
    """A linear layer's weights (out, in) in 8 bits, with a scale a row."""
    from openvino import opset13 as ops

    top = np.maximum(np.abs(weight).max(axis=1, keepdims=True), np.float32(1e-8))
    return ops.fake_quantize(ops.constant(weight), *(ops.constant(sign * top) for sign in (-1, 1, -1, 1)), 255)


def _linear(tensors: Tensors, name: str, node: Node) -> Node:
    from openvino import opset13 as ops

    product = ops.matmul(node, _constant(tensors, f"{name}.weight"), False, True)
    return ops.add(product, _constant(tensors, f"{name}.bias"))


def _norm(tensors: Tensors, spec: ModelSpec, name: str, node: Node) -> Node:
    from openvino import opset13 as ops

    scaled = ops.multiply(
        ops.mvn(node, _ints([-1]), True, spec.encoder.eps, "inside_sqrt"), _constant(tensors, f"{name}.weight")
    )
    return ops.add(scaled, _constant(tensors, f"{name}.bias"))


def _lookup(tensors: Tensors, name: str, index: Node) -> Node:
    from openvino import opset13 as ops

    return ops.gather(_constant(tensors, name), index, _ints(0))


def _split(node: Node) -> list[Node]:
    """(P, 2E) -> the part for heads and the part for tails."""
    from openvino import opset13 as ops

    return list(ops.split(node, _ints(1), 2).outputs())


def _input(shape: list[int], kind: type[np.generic]) -> Node:
    from openvino import opset13 as ops

    return ops.parameter(shape, kind)


def _ints(value: int | list[int]) -> Node:
    from openvino import opset13 as ops

    return ops.constant(np.array(value, dtype=np.int64))


def _float(value: float) -> Node:
    from openvino import opset13 as ops

    return ops.constant(np.float32(value))


def _constant(tensors: Tensors, name: str, row: int | None = None) -> Node:
    from openvino import opset13 as ops

    tensor = _tensor(tensors, name)
    node = ops.constant((tensor if row is None else tensor[row]).astype(np.float32))
    node.set_friendly_name(name)  # by which int8_graphs finds the encoder's layers
    return node


def _tensor(tensors: Tensors, name: str) -> Any:
    if name not in tensors:
        raise ModelError(f"model.safetensors lacks the tensor {name}: restore the model directory, or train it again")
    return tensors[name]
