"""The MiniLM encoder as an ONNX graph of our own, from its published weights; int8 or f32.

Apart because it alone knows the graph library, which is needed once and never to encode. The
graph takes one text's token ids and gives its unit vector: rows are never padded and never share
a run, because a dynamically quantised graph scales activations over all that is in the run, so a
row's vector would depend on its neighbours. Hence there is no mask, and pooling is a plain mean.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

LAYER_COUNT = 6
HEAD_COUNT = 12
WIDTH = 384
LAYER_NORM_EPSILON = 1e-12
CONTRIB = "com.microsoft"
OPSET_VERSION = 17
# The newest file format that the oldest runtime we allow reads; the library's default is newer.
IR_VERSION = 10

Weights = Mapping[str, npt.NDArray[Any]]


def build_minilm_graph(weights: Weights, *, is_quantised: bool) -> bytes:
    """
    Return the encoder as serialised ONNX: `input_ids` int64 (1, tokens) to `vector` (1, 384).

    Args:
        weights: the tensors of sentence-transformers/all-MiniLM-L6-v2 by their published names.
        is_quantised: int8 weights (one scale a column, a row of the embedding table), activations
            scaled on the run; else f32 throughout.

    Raises:
        KeyError: a tensor is missing.
    """
    graph = _Graph(weights, is_quantised)
    hidden = graph.embedded()
    for index in range(LAYER_COUNT):
        hidden = graph.layer(hidden, f"encoder.layer.{index}.")
    graph.pooled(hidden)
    proto = helper.make_graph(
        graph.nodes,
        "minilm",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, WIDTH])],
        graph.initializers,
    )
    opsets = [helper.make_opsetid("", OPSET_VERSION), helper.make_opsetid(CONTRIB, 1)]
    model = helper.make_model(proto, opset_imports=opsets, ir_version=IR_VERSION)
    data: bytes = model.SerializeToString(deterministic=True)
    return data


def quantised(
    matrix: npt.NDArray[Any], *, axis: int
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Return int8 values and the f32 scales along the kept axis; symmetric, zero stays zero.

    Args:
        matrix: (m, n), finite.
        axis: the axis reduced to find the largest value: 0 gives a scale a column, 1 a scale a row.
    """
    scale = np.abs(matrix).max(axis=axis, keepdims=True) / 127.0
    scale = np.where(scale == 0, 1.0, scale).astype(np.float32)
    return np.rint(matrix / scale).astype(np.int8), scale


class _Graph:
    """Nodes and tensors, gathered in the order in which they run."""

    def __init__(self, weights: Weights, is_quantised: bool) -> None:
        self._weights = weights
        self._is_quantised = is_quantised
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(
        self, operator: str, inputs: Sequence[str], output: str, *, domain: str = "", **given: Any
    ) -> str:
        self.nodes.append(
            helper.make_node(operator, inputs, [output], name=output, domain=domain, **given)
        )
        return output

    def embedded(self) -> str:
        """Add word, position and segment embeddings; every token is of the first segment."""
        words = self._looked_up(self._weights["embeddings.word_embeddings.weight"])
        positions = self._weights["embeddings.position_embeddings.weight"]
        segment = self._weights["embeddings.token_type_embeddings.weight"][0]
        table = self.constant("positions", positions + segment)
        shape = self.node("Shape", ["input_ids"], "shape", start=1, end=2)
        bounds = [self.constant("zero", np.array([0])), shape, self.constant("rows", np.array([0]))]
        placed = self.node("Slice", [table, *bounds], "placed")
        return self._normed(self.node("Add", [words, placed], "summed"), "embeddings.LayerNorm")

    def layer(self, hidden: str, prefix: str) -> str:
        """Add one transformer block: attention, then the two dense layers, each with a residual."""
        parts = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([self._weights[f"{part}.weight"] for part in parts])
        bias = np.concatenate([self._weights[f"{part}.bias"] for part in parts])
        packed = self._dense(hidden, f"{prefix}qkv", weight, bias)
        heads = [f"{prefix}{part}" for part in ("q", "k", "v")]
        self.nodes.append(
            helper.make_node("Split", [packed], heads, axis=-1, name=f"{prefix}split")
        )
        context = self.node(
            "MultiHeadAttention", heads, f"{prefix}context", domain=CONTRIB, num_heads=HEAD_COUNT
        )
        attended = self._named_dense(context, f"{prefix}attention.output.dense")
        hidden = self._residual(attended, hidden, f"{prefix}attention.output.LayerNorm")
        wide = self._named_dense(hidden, f"{prefix}intermediate.dense")
        active = self.node("Gelu", [wide], f"{prefix}gelu", domain=CONTRIB)
        narrow = self._named_dense(active, f"{prefix}output.dense")
        return self._residual(narrow, hidden, f"{prefix}output.LayerNorm")

    def pooled(self, hidden: str) -> None:
        """Add the mean over tokens and its division by its length."""
        mean = self.node("ReduceMean", [hidden], "mean", axes=[1], keepdims=0)
        self.node("LpNormalization", [mean], "vector", axis=-1, p=2)

    def _looked_up(self, table: npt.NDArray[Any]) -> str:
        if not self._is_quantised:
            return self.node("Gather", [self.constant("words", table), "input_ids"], "word")
        values, scales = quantised(table, axis=1)
        rows = self.node("Gather", [self.constant("words", values), "input_ids"], "word_int8")
        scale = self.node("Gather", [self.constant("scales", scales), "input_ids"], "word_scale")
        cast = self.node("Cast", [rows], "word_f32", to=TensorProto.FLOAT)
        return self.node("Mul", [cast, scale], "word")

    def _named_dense(self, hidden: str, name: str) -> str:
        return self._dense(
            hidden, name, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        )

    def _dense(
        self, hidden: str, name: str, weight: npt.NDArray[Any], bias: npt.NDArray[Any]
    ) -> str:
        """Add `hidden @ weight.T + bias`, quantised or not."""
        offset = self.constant(f"{name}.bias", bias)
        if not self._is_quantised:
            matrix = self.constant(f"{name}.weight", weight.T)
            product = self.node("MatMul", [hidden, matrix], f"{name}.product")
            return self.node("Add", [product, offset], name)
        values, scales = quantised(weight.T, axis=0)
        matrix = self.constant(f"{name}.weight", values)
        scale = self.constant(f"{name}.scale", scales.reshape(-1))
        zero = self.constant(f"{name}.zero", np.zeros(len(bias), np.int8))
        inputs = [hidden, matrix, scale, zero, offset]
        return self.node("DynamicQuantizeMatMul", inputs, name, domain=CONTRIB)

    def _residual(self, changed: str, before: str, name: str) -> str:
        return self._normed(self.node("Add", [changed, before], f"{name}.sum"), name)

    def _normed(self, hidden: str, name: str) -> str:
        scale = self.constant(f"{name}.weight", self._weights[f"{name}.weight"])
        offset = self.constant(f"{name}.bias", self._weights[f"{name}.bias"])
        return self.node(
            "LayerNormalization",
            [hidden, scale, offset],
            f"{name}.out",
            axis=-1,
            epsilon=LAYER_NORM_EPSILON,
        )
