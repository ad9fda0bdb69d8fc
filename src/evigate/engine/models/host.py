"""The host: asks models for vectors, labels and scores, whoever asks and from however many threads.

Models are told apart by all that decides what they compute (backend, location, digest, task and
options, the key among them) and never by name, so two tenants' models of one name are two models.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Model, ModelTask
from evigate.engine.models.adapters import BASE, VectorMap, base_of
from evigate.engine.models.backends import estimate_bytes, load_model
from evigate.engine.models.batching import encode_rows, infer_rows, rerank_rows
from evigate.engine.models.cache import WAIT_S, ModelCache
from evigate.engine.models.errors import E_MODEL_INPUT, E_MODEL_TASK, E_MODEL_UNKNOWN
from evigate.engine.models.locations import CALLABLE, parse_location
from evigate.engine.models.protocol import (
    Callback,
    Cancelled,
    Encoded,
    Inferred,
    Inferrer,
    Input,
    LoadContext,
    Loaded,
    LoadedModel,
    Pace,
    Progress,
    Reranker,
    Scores,
    Vectors,
    is_encoder,
)
from evigate.engine.models.registration import (
    EMBEDDINGS,
    INFERENCES,
    SECRET_OPTIONS,
    described,
    probe_of,
)

MEMORY_MAX_BYTES = 2 * 1024**3
THREADS = 2
QUERIES_MAX = 512
HASHES_MAX = 1_024
# Longer ones are encoded each time, so that the bound on their number is one on bytes too.
QUERY_CHARACTERS_MAX = 4096
NAME_MAX = 200


class ModelHost:
    """Loads models once, keeps them within a bound of memory, and asks them. Thread-safe."""

    def __init__(
        self,
        cache_dir: Path,
        *,
        memory_max_bytes: int = MEMORY_MAX_BYTES,
        threads: int = THREADS,
        intra_op_threads: int = 1,
        wait_s: float = WAIT_S,
    ) -> None:
        """
        Make a host; nothing is loaded.

        Args:
            cache_dir: where graphs made from weights are kept; may be shared and may be deleted.
            memory_max_bytes: what all loaded models together may take.
            threads: how many runs of one batch go side by side, of all calls together.
            intra_op_threads: threads inside one run; more than one helps a single query on an
                idle machine and hurts on a busy one.
            wait_s: how long a load waits for models in use to make room.
        """
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="evigate-model")
        self._context = LoadContext(cache_dir, self._pool, threads, intra_op_threads)
        self._cache = ModelCache(memory_max_bytes, wait_s=wait_s)
        self._callbacks: dict[str, Callback] = {}
        self._serial = 0
        self._queries: OrderedDict[tuple[str, Input], npt.NDArray[np.float32]] = OrderedDict()
        self._hashes: dict[int, tuple[Model, str, Model | None]] = {}
        self._lock = threading.Lock()

    def resolve(
        self,
        location: str,
        *,
        name: str | None = None,
        version: int = 1,
        task: ModelTask | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Model:
        """
        Return the model at a location, having loaded it and learnt its width.

        Args:
            location: a built-in name, `onnx:/folder`, `st:/folder-or-name`,
                `https://host/v1#model-name` or `callable:name`.
            name: what to call it, else the location's last part; a built-in model keeps its own.
            task: what it does, else what its files declare, else text embedding.
            options: of the backend. An `api_key` stays in the returned options: seal it apart
                before the model is stored, and put it back before it is used.

        Raises:
            E_MODEL_LOCATION, E_MODEL_UNKNOWN, E_MODEL_OPTION, E_MODEL_LOAD, E_MODEL_EXTRA: it
                names no model, or one that cannot be loaded.
            E_MODEL_UPSTREAM, E_MODEL_OUTPUT: it could not be asked for its width.
        """
        place = parse_location(location)
        if place.backend == CALLABLE:
            registered = self._callback(place.place)
            task = task or registered.task
        model = described(place, name=name, version=version, task=task, options=options or {})
        if model.task not in EMBEDDINGS:
            self.preload(model)
            return model
        if model.dimensions is not None:
            return model
        if place.backend == CALLABLE and registered.dimensions is not None:
            return replace(model, dimensions=registered.dimensions)
        return replace(model, dimensions=len(self._fresh_query(model, probe_of(model.task))))

    def load_callable(
        self,
        name: str,
        function: Callable[..., Any],
        *,
        task: ModelTask = ModelTask.TEXT_EMBEDDING,
        dimensions: int | None = None,
    ) -> Model:
        """
        Register a function of this process as a model and return it; the same name replaces it.

        Embedding functions take a list of inputs and return an array-like (n, d); inference
        functions take a list of texts and return columns by name, or a mapping or value a row;
        rerank functions take a query and a list of texts and return a score each. Called from any
        thread. Without `dimensions` the function is asked once. Names are the host's, so callers
        that serve several tenants put the tenant in front.

        Raises:
            E_MODEL_INPUT: the name is empty or too long.
            E_MODEL_FORWARD, E_MODEL_OUTPUT: the function failed when asked for its width.
        """
        if not name.strip() or len(name) > NAME_MAX:
            raise EvigateError(E_MODEL_INPUT, f"A function's name has 1 to {NAME_MAX} characters.")
        with self._lock:
            self._serial += 1
            self._callbacks[name] = Callback(function, task, dimensions, self._serial)
        return self.resolve(f"callable:{name}", name=name)

    def encode(
        self,
        model: Model,
        inputs: Sequence[Input | None],
        *,
        batch_size: int = 32,
        on_progress: Progress | None = None,
        is_cancelled: Cancelled | None = None,
    ) -> Encoded:
        """
        Return a unit vector a row, f32 (n, d), in the order of the inputs.

        Null, empty, blank and unreadable rows are zero, not `ok`, and say why in `errors`; long
        texts are cut (minilm: at 256 tokens). No inputs give (0, d).

        Raises:
            E_MODEL_TASK: the model embeds nothing.
            E_MODEL_FORWARD, E_MODEL_OUTPUT, E_MODEL_MEMORY, E_MODEL_UPSTREAM: it failed, which
                fails the call.
            E_MODEL_CANCELLED: `is_cancelled` said so between two batches.
        """
        self._check_task(model, EMBEDDINGS)
        pace = Pace(batch_size, on_progress, is_cancelled)
        base = base_of(model)
        if base is not None:
            encoded = self.encode(
                base,
                inputs,
                batch_size=batch_size,
                on_progress=on_progress,
                is_cancelled=is_cancelled,
            )
            return replace(encoded, vectors=self.adapt(model, encoded.vectors))
        with self._use(model) as loaded:
            if is_encoder(loaded):
                return encode_rows(loaded, model, inputs, pace)
        raise _lacking(model)

    def adapt(self, model: Model, vectors: Vectors) -> Vectors:
        """Return an adapter's vectors (n, d) of its base's; zero rows stay zero.

        Raises:
            E_MODEL_TASK: the model is no adapter.
            E_MODEL_CORRUPT: its file or its base is not what it was.
        """
        with self._use(model) as loaded:
            if isinstance(loaded, VectorMap):
                return loaded.apply(vectors)
        raise _lacking(model)

    def encode_query(self, model: Model, query: Input) -> npt.NDArray[np.float32]:
        """Return one query's unit vector, f32 (d,), read-only; recent queries are remembered.

        Raises:
            E_MODEL_INPUT: the query is empty, or cannot be read.
            What `encode` raises.
        """
        source = base_of(model) or model
        if source.backend == CALLABLE or len(query) > QUERY_CHARACTERS_MAX:
            return self._fresh_query(model, query)
        key = (f"{self.key_of(model)}/{model.dimensions}", query)
        with self._lock:
            if key in self._queries:
                self._queries.move_to_end(key)
                return self._queries[key]
        vector = self._fresh_query(model, query)
        with self._lock:
            self._queries[key] = vector
            if len(self._queries) > QUERIES_MAX:
                self._queries.popitem(last=False)
        return vector

    def infer(
        self,
        model: Model,
        inputs: Sequence[Input | None],
        *,
        batch_size: int = 32,
        on_progress: Progress | None = None,
        is_cancelled: Cancelled | None = None,
    ) -> Inferred:
        """Return the columns of a classification, NER or regression model; raises as `encode`."""
        self._check_task(model, INFERENCES)
        pace = Pace(batch_size, on_progress, is_cancelled)
        with self._use(model) as loaded:
            if isinstance(loaded, Inferrer):
                return infer_rows(loaded, model, inputs, pace)
        raise _lacking(model)

    def rerank(
        self, model: Model, query: str, texts: Sequence[str], *, batch_size: int = 32
    ) -> Scores:
        """Return how well each text answers the query, f32 (n,); larger is better, no fixed scale.

        Raises:
            E_MODEL_INPUT: the query is empty.
            What `encode` raises.
        """
        self._check_task(model, (ModelTask.RERANK,))
        if not query.strip():
            raise EvigateError(E_MODEL_INPUT, "A query to rerank by is not empty.")
        with self._use(model) as loaded:
            if isinstance(loaded, Reranker):
                return rerank_rows(loaded, model, query, texts, Pace(batch_size))
        raise _lacking(model)

    def describe(self, model: Model) -> Mapping[str, Any]:
        """Return what is known of a model as JSON values, without its secrets; loads nothing."""
        options = {
            name: "***" if name in SECRET_OPTIONS else value
            for name, value in model.options.items()
            if name != BASE
        }
        return {
            "id": model.id,
            "name": model.name,
            "version": model.version,
            "task": model.task.value,
            "backend": model.backend,
            "dimensions": model.dimensions,
            "digest": model.digest,
            "location": model.location,
            "options": options,
            "status": model.status,
            "base_model": model.base_model,
            "is_loaded": self._cache.is_loaded(self.key_of(model)),
        }

    def preload(self, model: Model) -> None:
        """Load a model now, so that the first call need not; raises what loading raises."""
        with self._use(model):
            return

    def unload(self, model: Model) -> bool:
        """Give a model's memory back, after the calls that use it; False if it was not loaded."""
        return self._cache.drop(self.key_of(model))

    def loaded(self) -> list[LoadedModel]:
        """Return the models in memory, the longest unused first."""
        return self._cache.loaded()

    def close(self) -> None:
        """Give all memory back and end the threads; the host is not used again."""
        self._cache.clear()
        self._pool.shutdown(wait=True)

    def key_of(self, model: Model) -> str:
        """Return a name of all that decides what a model computes.

        It is asked at every search, and a model's own facts never change: their hash is kept with
        the very model that it is of.
        """
        known = self._hashes.get(id(model))
        if known is None or known[0] is not model:
            known = (model, _hash_of(model), base_of(model))
            if len(self._hashes) >= HASHES_MAX:
                self._hashes.clear()
            self._hashes[id(model)] = known
        _, facts, base = known
        if base is not None:
            return f"{facts}:{self.key_of(base)}"
        if model.backend == CALLABLE and model.location is not None:
            registered = self._callbacks.get(parse_location(model.location).place)
            return f"{facts}:{0 if registered is None else registered.serial}"
        return facts

    def _fresh_query(self, model: Model, query: Input) -> npt.NDArray[np.float32]:
        encoded = self.encode(model, [query], batch_size=1)
        if encoded.errors[0] is not None:
            raise EvigateError(E_MODEL_INPUT, f"The query cannot be encoded: {encoded.errors[0]}.")
        vector: npt.NDArray[np.float32] = encoded.vectors[0]
        vector.flags.writeable = False
        return vector

    @contextmanager
    def _use(self, model: Model) -> Iterator[Loaded]:
        """Hold a model's backend, loading it if need be."""
        with self._cache.use(
            self.key_of(model),
            model.id,
            estimate=lambda: estimate_bytes(model),
            load=lambda: load_model(model, self._context, self._callbacks),
        ) as loaded:
            yield loaded

    def _check_task(self, model: Model, tasks: Sequence[ModelTask]) -> None:
        if model.task not in tasks:
            asked = " or ".join(task.value for task in tasks)
            raise EvigateError(
                E_MODEL_TASK, f"The model {model.id!r} does {model.task.value}, not {asked}."
            )

    def _callback(self, name: str) -> Callback:
        with self._lock:
            if name in self._callbacks:
                return self._callbacks[name]
        raise EvigateError(
            E_MODEL_UNKNOWN, f"The function {name!r} is not registered in this process."
        )


def _hash_of(model: Model) -> str:
    """Return the hash of a model's own facts."""
    name = model.name if model.location is None else ""
    facts = [model.backend, model.location, model.digest, model.task.value, name]
    return content_hash([*facts, dict(model.options)])


def _lacking(model: Model) -> EvigateError:
    return EvigateError(E_MODEL_TASK, f"The backend {model.backend!r} does no {model.task.value}.")
