"""An encoder's OpenVINO graph -> the same graph with its linear layers in 8 bits, and the one that sees the ranges of their inputs.

Each input of a layer is brought from its own range to 0 … 255, so that one loud channel takes no steps from the others; the range goes
into the weights, its low end into the bias (in the manner of SmoothQuant, arXiv:2211.10438, all of the difference moved to the
weights). Products are sums of integers, which no neighbour and no order changes. Works for every family: it looks for products with a
named weight of the encoder.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kgbuild.errors import ModelError
from kgbuild.extraction.nodes import Node, rounded_rows
from kgbuild.models.directory import RANGES

PREFIX = "encoder."
STEPS = 255
ROOM = 1.02
"""Ranges are widened by this: passages that were not seen reach a little further. What lies outside is cut off."""
Ranges = Mapping[str, NDArray[np.float32]]


def linear_layers(graph: Any) -> Iterator[tuple[Any, str]]:
    """The products with a constant weight (out, in) of the encoder, and the weights' names."""
    for node in graph.get_ordered_ops():
        if node.get_type_name() == "MatMul":
            weight = node.input_value(1).get_node()
            if weight.get_type_name() == "Constant" and weight.get_friendly_name().startswith(PREFIX):
                yield node, weight.get_friendly_name()


def watched(graph: Any) -> list[str]:
    """Add to a graph, after its own outputs, the smallest and the largest value of each input (in,) of each layer; returns the layers."""
    from openvino import opset13 as ops

    layers = list(linear_layers(graph))
    for node, _ in layers:
        source = node.input_value(0)
        rest = ops.constant(np.arange(source.get_partial_shape().rank.get_length() - 1))
        graph.add_results([ops.result(reduce(source, rest, False)) for reduce in (ops.reduce_min, ops.reduce_max)])
    return [name for _, name in layers]


def in_int8(graph: Any, ranges: Ranges) -> Any:
    """Change a graph of the encoder so that its linear layers compute in 8 bits; returns it.

    Raises ModelError when ranges lack a layer or are of another shape.
    """
    rounded: dict[tuple[str, int], Node] = {}
    for node, name in list(linear_layers(graph)):
        weight = node.input_value(1).get_node().data.astype(np.float64)
        low, step = _steps(ranges, name, weight.shape[1])
        source = node.input_value(0)
        key = (source.get_node().get_friendly_name(), source.get_index())
        if key not in rounded:  # query, key and value read the same states
            rounded[key] = _levels(source, low, step)
        kernel = (weight * step).astype(np.float32)
        node.input(0).replace_source_output(rounded[key].output(0))
        node.input(1).replace_source_output(rounded_rows(kernel).output(0))
        _add_offset(node, _as_rounded(kernel) / step @ low)
    graph.validate_nodes_and_infer_types()
    return graph


def _steps(ranges: Ranges, name: str, width: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The low end of each input's range, and one step of 255: two (in,)."""
    if name not in ranges or ranges[name].shape != (2, width):
        raise ModelError(f"{RANGES} does not fit the model ({name}): run `kgbuild model quantize` again")
    low, high = ranges[name].astype(np.float64)
    middle, half = (low + high) / 2, np.maximum((high - low) / 2 * ROOM, 1e-6)
    return middle - half, 2 * half / STEPS


def _levels(source: Any, low: NDArray[np.float64], step: NDArray[np.float64]) -> Node:
    """Values as whole numbers from 0 to 255."""
    from openvino import opset13 as ops

    scaled = ops.multiply(source, ops.constant((1 / step).astype(np.float32)))
    moved = ops.add(scaled, ops.constant((-low / step).astype(np.float32)))
    bottom, top = ops.constant(np.float32(0)), ops.constant(np.float32(STEPS))
    return ops.fake_quantize(moved, bottom, top, bottom, top, STEPS + 1)


def _as_rounded(kernel: NDArray[np.float32]) -> NDArray[np.float64]:
    """The values that `rounded_rows` leaves of weights."""
    top = np.maximum(np.abs(kernel).max(axis=1, keepdims=True), 1e-8).astype(np.float64)
    levels: NDArray[np.float64] = np.clip(np.rint(kernel / top * 127), -127, 127)
    rounded: NDArray[np.float64] = levels * (top / 127)
    return rounded


def _add_offset(node: Any, offset: NDArray[np.float64]) -> None:
    """What the low ends of the ranges bring to a product: into the bias where there is one, else added."""
    from openvino import opset13 as ops

    readers = list(node.output(0).get_target_inputs())
    after = readers[0].get_node()
    if len(readers) == 1 and after.get_type_name() == "Add" and after.input_value(1).get_node().get_type_name() == "Constant":
        bias = after.input_value(1).get_node().data.astype(np.float64)
        after.input(1).replace_source_output(ops.constant((bias + offset).astype(np.float32)).output(0))
        return
    moved = ops.add(node, ops.constant(offset.astype(np.float32)))
    for reader in readers:
        reader.replace_source_output(moved.output(0))
