"""Walking rows through a backend: empty rows aside, batches, halving, checks, unit length.

What a backend may get wrong is caught here once: a row that cannot be read is that row's status;
an output that cannot be right, or a forward pass that fails, fails the call.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from evigate.base.clock import monotonic_s
from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Model
from evigate.engine.models.errors import (
    E_MODEL_CANCELLED,
    E_MODEL_FORWARD,
    E_MODEL_INPUT,
    E_MODEL_MEMORY,
    E_MODEL_OUTPUT,
)
from evigate.engine.models.protocol import (
    EMPTY_INPUT,
    TASK_COLUMNS,
    Columns,
    Encoded,
    Encoder,
    Inferred,
    Inferrer,
    Input,
    Pace,
    Reranker,
    RowError,
    Scores,
    Vectors,
    text_of,
)

HALVINGS_MAX = 3
BATCH_MAX = 65_536
ZERO_VECTOR = "The model gave a zero vector, which has no direction"

Result = TypeVar("Result")
Rows = Sequence[Input | None]


def encode_rows(encoder: Encoder, model: Model, inputs: Rows, pace: Pace) -> Encoded:
    """
    Encode rows into unit vectors, those that cannot be read aside.

    Args:
        inputs: text or bytes; None, empty and white space are errors of their row.

    Returns:
        Vectors (n, d) in the order of the inputs. Without a width (a probe) d is the backend's, 0
        where no row could be encoded.

    Raises:
        E_MODEL_FORWARD: a forward pass failed.
        E_MODEL_OUTPUT: a vector has another width, or holds NaN or an infinity.
        E_MODEL_MEMORY: memory was short after three halvings, or for one row.
        E_MODEL_CANCELLED: `is_cancelled` said so between two batches.
    """
    started_s = monotonic_s()
    errors: list[str | None] = [_emptiness(value) for value in inputs]
    vectors: Vectors | None = None
    if model.dimensions is not None:
        vectors = np.zeros((len(inputs), model.dimensions), np.float32)
    todo = [index for index, error in enumerate(errors) if error is None]
    if encoder.sorts_by_length:
        todo.sort(key=lambda index: (-len(inputs[index] or ""), index))

    def forward(batch: Sequence[int]) -> tuple[list[int], npt.NDArray[Any]]:
        kept, prepared = _prepared(encoder, batch, inputs, errors)
        return kept, encoder.encode(prepared) if prepared else np.zeros((0, 0), np.float32)

    for kept, found in in_batches(todo, forward, model, pace, row_count=len(inputs)):
        if not kept:
            continue
        found = _checked(found, model, kept)
        if vectors is None:
            vectors = np.zeros((len(inputs), found.shape[1]), np.float32)
            model = replace(model, dimensions=found.shape[1])
        lengths = np.sqrt(np.vecdot(found, found))
        if not lengths.all():
            for index in np.flatnonzero(lengths == 0):
                errors[kept[index]] = ZERO_VECTOR
            lengths[lengths == 0] = 1
        vectors[kept] = found / lengths[:, None]
    if vectors is None:
        vectors = np.zeros((len(inputs), 0), np.float32)
    return Encoded(vectors, _flags(errors), errors, (monotonic_s() - started_s) * 1000)


def infer_rows(inferrer: Inferrer, model: Model, inputs: Rows, pace: Pace) -> Inferred:
    """Infer the columns of a model's task; rows and errors are as in `encode_rows`."""
    started_s = monotonic_s()
    errors: list[str | None] = [_emptiness(value) for value in inputs]
    texts: dict[int, str] = {}
    for index, value in enumerate(inputs):
        if errors[index] is None and value is not None:
            try:
                texts[index] = text_of(value)
            except RowError as error:
                errors[index] = str(error)
    todo = [index for index, error in enumerate(errors) if error is None]
    columns: Columns = {name: [None] * len(inputs) for name in TASK_COLUMNS[model.task.value]}

    def forward(batch: Sequence[int]) -> tuple[Sequence[int], Columns]:
        return batch, inferrer.infer([texts[index] for index in batch])

    for batch, found in in_batches(todo, forward, model, pace, row_count=len(inputs)):
        for name, column in columns.items():
            for index, value in zip(batch, found[name], strict=True):
                if isinstance(value, float) and not np.isfinite(value):
                    raise _not_finite(model, index)
                column[index] = value
    return Inferred(columns, _flags(errors), errors, (monotonic_s() - started_s) * 1000)


def rerank_rows(
    reranker: Reranker, model: Model, query: str, texts: Sequence[str], pace: Pace
) -> Scores:
    """Return a score a text, f32 (n,) in their order; errors are as in `encode_rows`."""
    scores = np.zeros(len(texts), np.float32)

    def forward(batch: Sequence[int]) -> tuple[Sequence[int], npt.NDArray[Any]]:
        return batch, reranker.rerank(query, [texts[index] for index in batch])

    todo = range(len(texts))
    for batch, found in in_batches(todo, forward, model, pace, row_count=len(texts)):
        found = np.asarray(found, np.float32)
        if found.shape != (len(batch),):
            raise EvigateError(
                E_MODEL_OUTPUT,
                f"The model {model.id!r} gave scores {found.shape} for {len(batch)} texts.",
            )
        if not np.isfinite(found).all():
            raise _not_finite(model, batch[int(np.flatnonzero(~np.isfinite(found))[0])])
        scores[list(batch)] = found
    return scores


def in_batches(
    todo: Sequence[int],
    forward: Callable[[Sequence[int]], Result],
    model: Model,
    pace: Pace,
    *,
    row_count: int,
) -> Iterator[Result]:
    """Yield `forward` of each batch; short memory halves the batch for the rest of the call."""
    size, halvings, position = _size(pace), 0, 0
    skipped = row_count - len(todo)
    while position < len(todo):
        if pace.is_cancelled is not None and pace.is_cancelled():
            raise EvigateError(
                E_MODEL_CANCELLED, f"The call of {model.id!r} was cancelled after {position} rows."
            )
        batch = todo[position : position + size]
        try:
            result = forward(batch)
        except EvigateError:
            raise
        except MemoryError as error:
            size = len(batch)
            if size == 1 or halvings == HALVINGS_MAX:
                raise EvigateError(
                    E_MODEL_MEMORY,
                    f"Memory was short for {size} rows of {model.id!r}, "
                    f"after {halvings} halvings of the batch.",
                ) from error
            size, halvings = size // 2, halvings + 1
            continue
        except Exception as error:  # a backend may raise anything, and must not raise it at us
            raise EvigateError(
                E_MODEL_FORWARD,
                f"The model {model.id!r} failed on {len(batch)} rows: {type(error).__name__}.",
                detail={"cause": str(error)[:500]},
            ) from error
        yield result
        position += len(batch)
        if pace.on_progress is not None:
            pace.on_progress(skipped + position)


def _size(pace: Pace) -> int:
    if not 1 <= pace.batch_size <= BATCH_MAX:
        raise EvigateError(
            E_MODEL_INPUT, f"A batch has 1 to {BATCH_MAX} rows, not {pace.batch_size}."
        )
    return pace.batch_size


def _emptiness(value: object) -> str | None:
    if value is None:
        return EMPTY_INPUT
    if not isinstance(value, str | bytes):
        return f"The row holds {type(value).__name__}, neither text nor bytes"
    is_empty = not value.strip() if isinstance(value, str) else not value
    return EMPTY_INPUT if is_empty else None


def _prepared(
    encoder: Encoder, batch: Sequence[int], inputs: Rows, errors: list[str | None]
) -> tuple[list[int], list[Any]]:
    """Return the rows of a batch that can be read and their form; note why the others cannot."""
    kept: list[int] = []
    prepared: list[Any] = []
    for index in batch:
        value = inputs[index]
        if value is None:
            continue
        try:
            prepared.append(encoder.prepare(value))
            kept.append(index)
        except RowError as error:
            errors[index] = str(error)
    return kept, prepared


def _checked(found: npt.NDArray[Any], model: Model, rows: Sequence[int]) -> Vectors:
    """Return vectors f32 of the model's width, all finite."""
    found = np.asarray(found, np.float32)
    width = found.shape[1] if found.ndim == 2 else None
    if width is None or len(found) != len(rows):
        raise EvigateError(
            E_MODEL_OUTPUT,
            f"The model {model.id!r} gave an array {found.shape} for {len(rows)} rows "
            f"from row {rows[0]}.",
        )
    if width == 0 or width != (model.dimensions or width):
        raise EvigateError(
            E_MODEL_OUTPUT,
            f"The model {model.id!r} gave row {rows[0]} a width of {width}, "
            f"not {model.dimensions}.",
        )
    is_good = np.isfinite(found).all(axis=1)
    if not is_good.all():
        raise _not_finite(model, rows[int(np.flatnonzero(~is_good)[0])], width)
    return found


def _not_finite(model: Model, row: int, width: int = 1) -> EvigateError:
    return EvigateError(
        E_MODEL_OUTPUT,
        f"The model {model.id!r} gave row {row} (width {width}) NaN or an infinity.",
    )


def _flags(errors: Sequence[str | None]) -> npt.NDArray[np.bool_]:
    return np.array([error is None for error in errors], dtype=np.bool_)
