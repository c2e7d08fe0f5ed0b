"""What OpenVINO graphs of a model are put together from: inputs, constants, and the layers that encoder and heads share."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kgbuild.errors import ModelError
from kgbuild.models.directory import CONFIG, WEIGHTS
from kgbuild.models.spec import ModelSpec

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


def by_head(spec: ModelSpec, node: Node) -> Node:
    """(B, L, D) -> (B, H, L, D / H)."""
    from openvino import opset13 as ops

    heads = spec.encoder.heads
    return ops.transpose(ops.reshape(node, integers([0, 0, heads, spec.encoder.hidden // heads]), True), integers([0, 2, 1, 3]))


def rounded_rows(weight: NDArray[np.float32]) -> Node:
    """A linear layer's weights (out, in) in 8 bits, with a scale a row."""
    from openvino import opset13 as ops

    top = np.maximum(np.abs(weight).max(axis=1, keepdims=True), np.float32(1e-8))
    return ops.fake_quantize(ops.constant(weight), *(ops.constant(sign * top) for sign in (-1, 1, -1, 1)), 255)


def linear(tensors: Tensors, name: str, node: Node) -> Node:
    """A linear layer with its bias."""
    from openvino import opset13 as ops

    product = ops.matmul(node, constant(tensors, f"{name}.weight"), False, True)
    return ops.add(product, constant(tensors, f"{name}.bias"))


def norm(tensors: Tensors, spec: ModelSpec, name: str, node: Node) -> Node:
    """A layer norm with its bias."""
    from openvino import opset13 as ops

    scaled = ops.multiply(
        ops.mvn(node, integers([-1]), True, spec.encoder.eps, "inside_sqrt"), constant(tensors, f"{name}.weight")
    )
    return ops.add(scaled, constant(tensors, f"{name}.bias"))


def lookup(tensors: Tensors, name: str, index: Node) -> Node:
    """Rows of an embedding."""
    from openvino import opset13 as ops

    return ops.gather(constant(tensors, name), index, integers(0))


def parameter(shape: list[int], kind: type[np.generic]) -> Node:
    """An input of the graph; -1 leaves a side open."""
    from openvino import opset13 as ops

    return ops.parameter(shape, kind)


def integers(value: int | list[int]) -> Node:
    """Constant integers: axes, shapes, indices."""
    from openvino import opset13 as ops

    return ops.constant(np.array(value, dtype=np.int64))


def number(value: float) -> Node:
    """A constant number."""
    from openvino import opset13 as ops

    return ops.constant(np.float32(value))


def constant(tensors: Tensors, name: str, row: int | None = None) -> Node:
    """A tensor of the model, or one row of it, as a constant of its name."""
    from openvino import opset13 as ops

    tensor = tensor_of(tensors, name)
    node = ops.constant((tensor if row is None else tensor[row]).astype(np.float32))
    node.set_friendly_name(name)  # by which int8_graphs finds the encoder's layers
    return node


def tensor_of(tensors: Tensors, name: str) -> Any:
    """A tensor by name. Raises ModelError if the model lacks it."""
    if name not in tensors:
        raise ModelError(f"model.safetensors lacks the tensor {name}: restore the model directory, or train it again")
    return tensors[name]
