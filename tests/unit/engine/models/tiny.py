"""Models small enough to be made in a test: graphs by hand, a tokeniser of a few words."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

WORDS = ("[PAD]", "[UNK]", "red", "green", "blue", "Ada", "Lovelace", "wrote", "code")
# One row a word; each word's row is easy to average by hand.
TABLE = np.array(
    [
        [9, 9, 9],
        [1, 1, 1],
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
        [3, 0, 0],
        [0, 3, 0],
        [0, 0, 3],
        [2, 2, 0],
    ],
    np.float32,
)


def write_tokenizer(folder: Path) -> None:
    """Write a tokeniser that knows `WORDS` and splits at white space."""
    vocabulary = {word: index for index, word in enumerate(WORDS)}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.save(str(folder / "tokenizer.json"))


def save(
    folder: Path,
    nodes: Sequence[Any],
    inputs: Sequence[Any],
    output: Any,
    tensors: Mapping[str, Any],
) -> None:
    """Write `model.onnx`."""
    initializers = [numpy_helper.from_array(value, name) for name, value in tensors.items()]
    graph = helper.make_graph(list(nodes), "tiny", list(inputs), [output], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    (folder / "model.onnx").write_bytes(model.SerializeToString())


def _text_inputs() -> list[Any]:
    return [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]


def encoder(folder: Path, **files: Any) -> Path:
    """Make a text encoder whose token vectors are rows of `TABLE`; `files` maps names to JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(folder)
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, None)
    node = helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])
    save(folder, [node], _text_inputs(), output, {"table": TABLE})
    write_json(folder, files)
    return folder


def head(
    folder: Path, *, per_token: bool, labels: Sequence[str], weights: Any, **config: Any
) -> Path:
    """Make a model whose logits are `TABLE` rows, summed over the text or a token each, times weights."""
    folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(folder)
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["hidden"])]
    hidden = "hidden"
    if not per_token:
        nodes += [
            helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
            helper.make_node("Unsqueeze", ["mask", "last"], ["wide"]),
            helper.make_node("Mul", ["hidden", "wide"], ["masked"]),
            helper.make_node("ReduceSum", ["masked", "first"], ["summed"], keepdims=0),
        ]
        hidden = "summed"
    nodes.append(helper.make_node("MatMul", [hidden, "weights"], ["logits"]))
    tensors = {
        "table": TABLE,
        "weights": np.array(weights, np.float32),
        "last": np.array([2]),
        "first": np.array([1]),
    }
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, None)
    save(folder, nodes, _text_inputs(), output, tensors)
    id2label = {str(index): label for index, label in enumerate(labels)}
    write_json(folder, {"config.json": {"id2label": id2label, **config}})
    return folder


def media(
    folder: Path,
    *,
    input_name: str,
    axes: Sequence[Any],
    settings: Mapping[str, Any],
    reduce_axes: Sequence[int],
    operator: str = "ReduceMean",
) -> Path:
    """Make a media encoder that reduces its input over some axes."""
    folder.mkdir(parents=True, exist_ok=True)
    given = helper.make_tensor_value_info(input_name, TensorProto.FLOAT, list(axes))
    output = helper.make_tensor_value_info("embeds", TensorProto.FLOAT, None)
    node = helper.make_node(operator, [input_name], ["embeds"], axes=list(reduce_axes), keepdims=0)
    save(folder, [node], [given], output, {})
    write_json(folder, {"preprocessor_config.json": dict(settings)})
    return folder


def write_json(folder: Path, files: Mapping[str, Any]) -> None:
    """Write each value as JSON; a string is written as it is."""
    for name, value in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value if isinstance(value, str) else json.dumps(value))
