"""Text models given as ONNX: encoders, classifiers, entity taggers, regressors, cross-encoders.

What enters is a folder as sentence-transformers and its exporters lay it out. A batch is padded
and split over the pool; a graph that scales activations over its run, or whose batch axis is
fixed at one, runs a row at a time, so that no row's result depends on another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Model, ModelTask
from evigate.engine.models.entities import entities_of
from evigate.engine.models.errors import E_MODEL_LOAD, E_MODEL_OUTPUT
from evigate.engine.models.locations import model_folder
from evigate.engine.models.onnx_session import OnnxSession, first_of
from evigate.engine.models.pooling import Pooling, pool, read_json, read_pooling
from evigate.engine.models.protocol import Columns, Input, LoadContext, text_of
from evigate.engine.models.tokenizer import Tokenizer

DEFAULT_TOKENS = 512
_TOKENS_MAX = 1_000_000
_HIDDEN_NAMES = ("last_hidden_state", "token_embeddings", "hidden_states", "sentence_embedding")
_KNOWN_INPUTS = ("input_ids", "attention_mask", "token_type_ids", "position_ids")


@dataclass(frozen=True, slots=True)
class TextGraph:
    """A session and its tokeniser, run in batches of at most `rows_per_run` rows a run."""

    session: OnnxSession
    tokenizer: Tokenizer
    context: LoadContext
    rows_per_run: int | None
    size_bytes: int

    def run(self, rows: Sequence[Any], output: str, reduce: Callable[..., Any]) -> list[Any]:
        """Return `reduce(output, mask)` of each part of a batch, in the order of the rows."""
        step = self.rows_per_run or max(1, -(-len(rows) // self.context.threads))
        parts = [rows[start : start + step] for start in range(0, len(rows), step)]

        def forward(part: Sequence[Any]) -> Any:
            batch = self.tokenizer.batch(part)
            places = np.broadcast_to(np.arange(batch.ids.shape[1]), batch.ids.shape)
            values = (batch.ids, batch.mask, batch.types, places)
            given = dict(zip(_KNOWN_INPUTS, values, strict=True))
            feeds = {name: given[name] for name in self.session.input_names}
            return reduce(self.session.run(feeds, output), batch.mask)

        if len(parts) == 1 or self.context.threads == 1:
            return [forward(part) for part in parts]
        return list(self.context.pool.map(forward, parts))


class OnnxTextEncoder:
    """Texts to vectors by the pooling that the folder declares."""

    sorts_by_length = True

    def __init__(self, graph: TextGraph, pooling: Pooling) -> None:
        self._graph = graph
        self._pooling = pooling
        self._output = first_of(graph.session.output_names, _HIDDEN_NAMES)
        self.size_bytes = graph.size_bytes

    def prepare(self, value: Input) -> str:
        """Return the text; RowError for bytes."""
        return text_of(value)

    def encode(self, rows: Sequence[str]) -> npt.NDArray[Any]:
        """Return vectors (n, d), not normalised."""
        return np.concatenate(self._graph.run(rows, self._output, self._reduced))

    def close(self) -> None:
        """Drop the graph."""
        del self._graph

    def _reduced(self, hidden: npt.NDArray[Any], mask: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return pool(hidden, mask, self._pooling) if hidden.ndim == 3 else hidden


class OnnxHead:
    """Classifier, tagger, regressor or cross-encoder: texts to logits to columns."""

    def __init__(self, graph: TextGraph, model: Model, labels: Sequence[str]) -> None:
        self._graph = graph
        self._model = model
        self._labels = labels
        self._output = first_of(graph.session.output_names, ("logits",))
        self.size_bytes = graph.size_bytes

    def infer(self, rows: Sequence[str]) -> Columns:
        """Return the columns of the model's task."""
        if self._model.task is ModelTask.NER:
            tags = self._graph.run(rows, self._output, lambda logits, mask: (logits, mask))
            return {"entities": self._entities(rows, tags)}
        logits = self._logits(rows)
        if self._model.task is ModelTask.REGRESSION:
            return {"value": [float(value) for value in self._single(logits)]}
        return classified(self._fitting(logits), self._labels)

    def rerank(self, query: str, texts: Sequence[str]) -> npt.NDArray[Any]:
        """Return the logit of each pair of query and text."""
        return self._single(self._logits([(query, text) for text in texts]))

    def close(self) -> None:
        """Drop the graph."""
        del self._graph

    def _logits(self, rows: Sequence[Any]) -> npt.NDArray[Any]:
        parts = self._graph.run(rows, self._output, lambda logits, _: logits)
        logits = np.concatenate(parts).astype(np.float32)
        return logits[:, None] if logits.ndim == 1 else logits

    def _single(self, logits: npt.NDArray[Any]) -> npt.NDArray[Any]:
        if logits.shape[1:] != (1,):
            raise self._misfit(f"gives {logits.shape[1:]} values a row, not one")
        return logits[:, 0]

    def _fitting(self, logits: npt.NDArray[Any]) -> npt.NDArray[Any]:
        if logits.shape[-1] != len(self._labels):
            raise self._misfit(f"gives {logits.shape[-1]} values for {len(self._labels)} labels")
        return logits

    def _entities(self, rows: Sequence[str], tags: Sequence[Any]) -> list[list[dict[str, Any]]]:
        found: list[list[dict[str, Any]]] = []
        each = ((logits, mask) for part in tags for logits, mask in zip(*part, strict=True))
        for text, (logits, mask) in zip(rows, each, strict=True):
            scores = softmax(self._fitting(logits[mask > 0].astype(np.float32)))
            spans = self._graph.tokenizer.spans(text)
            found.append(entities_of(text, spans, scores, self._labels))
        return found

    def _misfit(self, what: str) -> EvigateError:
        return EvigateError(E_MODEL_OUTPUT, f"The model {self._model.id!r} {what}.")


def load_onnx_text(
    model: Model, graph: Path, session: OnnxSession, context: LoadContext, **facts: Any
) -> OnnxTextEncoder | OnnxHead:
    """Load a text model of any task from its graph and the files beside it.

    Raises:
        E_MODEL_LOAD: a file is missing or cannot be followed, or the graph has foreign inputs.
    """
    folder = model_folder(graph)
    foreign = [name for name in session.input_names if name not in _KNOWN_INPUTS]
    if foreign:
        raise EvigateError(
            E_MODEL_LOAD, f"The graph of {model.name!r} takes {foreign}, which no tokeniser gives."
        )
    tokenizer = Tokenizer.read(
        folder / "tokenizer.json", max_tokens=tokens_max(folder, model.options)
    )
    text_graph = TextGraph(session, tokenizer, context, **facts)
    if model.task is ModelTask.TEXT_EMBEDDING:
        return OnnxTextEncoder(text_graph, read_pooling(folder))
    needs_labels = model.task in (ModelTask.CLASSIFICATION, ModelTask.NER)
    return OnnxHead(text_graph, model, read_labels(folder) if needs_labels else ())


def tokens_max(folder: Path, options: Any) -> int:
    """Return how many tokens of a text are used: the option, else the folder's, else 512."""
    if "max_tokens" in options:
        return int(options["max_tokens"])
    sources = (
        ("sentence_bert_config.json", "max_seq_length"),
        ("tokenizer_config.json", "model_max_length"),
    )
    for name, key in sources:
        value = read_json(folder / name).get(key) if (folder / name).exists() else None
        # Exporters write 1e30 where they know no limit.
        if isinstance(value, int) and 0 < value < _TOKENS_MAX:
            return value
    return DEFAULT_TOKENS


def read_labels(folder: Path) -> tuple[str, ...]:
    """Return the labels of `config.json` in the order of the logits.

    Raises:
        E_MODEL_LOAD: the file is missing or its `id2label` is not numbered from 0.
    """
    config = read_json(folder / "config.json")
    labels = config.get("id2label")
    if not isinstance(labels, dict) or set(labels) != {str(i) for i in range(len(labels))}:
        raise EvigateError(
            E_MODEL_LOAD, f"The config.json of {folder.name!r} has no id2label numbered from 0."
        )
    return tuple(str(labels[str(index)]) for index in range(len(labels)))


def classified(logits: npt.NDArray[Any], labels: Sequence[str]) -> Columns:
    """Return label, confidence and scores of logits (n, labels); equal scores in label order."""
    chances = softmax(logits)
    columns: Columns = {"label": [], "confidence": [], "scores": []}
    for row in chances:
        order = np.argsort(-row, kind="stable")
        scores = [{"label": labels[i], "score": float(row[i])} for i in order]
        columns["label"].append(scores[0]["label"])
        columns["confidence"].append(scores[0]["score"])
        columns["scores"].append(scores)
    return columns


def softmax(logits: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return probabilities along the last axis; NaN stays NaN."""
    grown = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: npt.NDArray[Any] = grown / grown.sum(axis=-1, keepdims=True)
    return result
