"""Functions of this process as models: whatever can be called can encode, infer or rerank.

A function has no content digest, so its tables cannot be compared by it, and it is called from
many threads at a time, one batch a call.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Model
from evigate.engine.models.errors import E_MODEL_OUTPUT, E_MODEL_UNKNOWN
from evigate.engine.models.locations import parse_location
from evigate.engine.models.protocol import (
    TASK_COLUMNS,
    Callback,
    Columns,
    Input,
    LoadContext,
)


class CallableModel:
    """A registered function behind the protocol of every task."""

    sorts_by_length = False
    size_bytes = 0

    def __init__(self, model: Model, callback: Callback) -> None:
        self._model = model
        self._function = callback.function

    def prepare(self, value: Input) -> Input:
        """Return the row as it is."""
        return value

    def encode(self, rows: Sequence[Input]) -> npt.NDArray[Any]:
        """Return what the function makes of a list of rows, as an array."""
        return self._array(self._function(list(rows)))

    def infer(self, rows: Sequence[str]) -> Columns:
        """Return the task's columns from a mapping of columns, or a list of rows or values.

        A function may give columns by name, a mapping a row, or for tasks of one column (NER,
        regression) and for bare labels, one value a row. Columns it leaves out are None.
        """
        given = self._function(list(rows))
        names = TASK_COLUMNS[self._model.task.value]
        if isinstance(given, Mapping):
            columns = {name: list(given[name]) for name in names if name in given}
        else:
            each = [row if isinstance(row, Mapping) else {names[0]: row} for row in given]
            columns = {name: [row.get(name) for row in each] for name in names}
        if not columns or any(len(column) != len(rows) for column in columns.values()):
            raise EvigateError(
                E_MODEL_OUTPUT,
                f"The function {self._model.name!r} gave no columns of {len(rows)} rows.",
            )
        return {name: columns.get(name, [None] * len(rows)) for name in names}

    def rerank(self, query: str, texts: Sequence[str]) -> npt.NDArray[Any]:
        """Return the function's score of each text for the query."""
        return self._array(self._function(query, list(texts)))

    def close(self) -> None:
        """Nothing is held."""

    def _array(self, value: Any) -> npt.NDArray[Any]:
        try:
            return np.asarray(value, dtype=np.float32)
        except (TypeError, ValueError) as error:
            raise EvigateError(
                E_MODEL_OUTPUT, f"The function {self._model.name!r} gave no array of numbers."
            ) from error


def load_callable(
    model: Model, _context: LoadContext, callbacks: Mapping[str, Callback]
) -> CallableModel:
    """Return the registered function; E_MODEL_UNKNOWN in a process that has not registered it."""
    name = parse_location(model.location or "").place
    if name not in callbacks:
        raise EvigateError(
            E_MODEL_UNKNOWN,
            f"The function {name!r} is not registered in this process.",
            remediation="Register the function again after each start: functions are not kept.",
        )
    return CallableModel(model, callbacks[name])
