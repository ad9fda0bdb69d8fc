"""What a backend is: something loaded that encodes, infers or reranks, and says how large it is.

A backend knows its library and nothing of batches, empty rows, budgets or other callers; the host
does that once for all. Every backend is called from many threads at a time.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeGuard, runtime_checkable

import numpy as np
import numpy.typing as npt

from evigate.engine.catalog.models import ModelTask

# Memory for each byte of a file, measured on the built-in models: the runtime holds weights as
# read and as packed for the processor, a tokeniser its vocabulary as tables.
GRAPH_MEMORY_FACTOR = 2
TOKENIZER_MEMORY_FACTOR = 16

Input = str | bytes
Vectors = npt.NDArray[np.float32]
Scores = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Columns = dict[str, list[Any]]

EMPTY_INPUT = "Empty or null text input"
TASK_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "classification": ("label", "confidence", "scores"),
    "ner": ("entities",),
    "regression": ("value",),
}


class RowError(Exception):
    """One row cannot be read; its message becomes the row's status, and the others go on."""


def text_of(value: Input) -> str:
    """Return a row that must be text; RowError for bytes and for halves of characters."""
    if not isinstance(value, str):
        raise RowError("The model takes text, and the row holds bytes")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise RowError("The text holds half a character (a lone surrogate)") from error
    return value


@runtime_checkable
class Loaded(Protocol):
    """A model in memory."""

    @property
    def size_bytes(self) -> int:
        """Bytes that it holds while it is loaded, from its tensors and the factors above."""

    def close(self) -> None:
        """Give them back; called once, when nobody uses it."""


class Encoder(Loaded, Protocol):
    """Rows to vectors."""

    @property
    def sorts_by_length(self) -> bool:
        """Whether rows of like length are cheaper together; the order then is the host's choice."""

    def prepare(self, value: Input) -> Any:
        """Return a row in the form `encode` takes it; RowError if it cannot be read."""

    def encode(self, rows: Sequence[Any]) -> npt.NDArray[Any]:
        """Return vectors (n, d) in the order of the prepared rows, n > 0, of any length.

        Raises:
            MemoryError: fewer rows at once may succeed.
        """


def is_encoder(loaded: Loaded) -> TypeGuard[Encoder]:
    """Tell whether it encodes; every search asks, and a run-time protocol takes 20 us to answer."""
    return hasattr(loaded, "encode")


@runtime_checkable
class Inferrer(Loaded, Protocol):
    """Rows to labels, entities or values."""

    def infer(self, rows: Sequence[str]) -> Columns:
        """Return the task's columns, each as long as `rows`; MemoryError as in `Encoder.encode`."""


@runtime_checkable
class Reranker(Loaded, Protocol):
    """A query and texts to scores."""

    def rerank(self, query: str, texts: Sequence[str]) -> npt.NDArray[Any]:
        """Return a score a text, larger is better; MemoryError as in `Encoder.encode`."""


@dataclass(frozen=True, slots=True)
class LoadContext:
    """What a loader may use. `pool` runs parts of one batch side by side, `threads` at most.

    A run itself takes `intra_op_threads`: with one there is nothing to wake and nothing spins.
    """

    cache_dir: Path
    pool: ThreadPoolExecutor
    threads: int
    intra_op_threads: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Vectors f32 (n, d) of unit length in the order of the inputs; a failed row is all zero.

    `ok` is bool (n,); `errors` has the reason of each row that is not ok, else None.
    """

    vectors: Vectors
    ok: Flags
    errors: list[str | None]
    latency_ms: float


@dataclass(frozen=True, slots=True, eq=False)
class Inferred:
    """One list a column, each as long as the inputs; None in the rows that are not ok.

    Classification: label, confidence, scores (label and score, best first). NER: entities, each
    with text, label, start, end (characters) and confidence. Regression: value.
    """

    columns: Columns
    ok: Flags
    errors: list[str | None]
    latency_ms: float


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """What the host holds: a model's id, its bytes, and how many calls use it now."""

    id: str
    size_bytes: int
    use_count: int


Progress = Callable[[int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Pace:
    """How a call walks its rows: `on_progress` hears the rows done so far, after each batch."""

    batch_size: int = 32
    on_progress: Progress | None = None
    is_cancelled: Cancelled | None = None


@dataclass(frozen=True, slots=True)
class Callback:
    """An in-process function registered as a model; `serial` tells it from one that it replaced."""

    function: Callable[..., Any]
    task: ModelTask
    dimensions: int | None
    serial: int
