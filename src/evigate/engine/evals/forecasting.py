"""A calibration eval: forecasts that say how sure they are, beside what came."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.engine.evals.calibration import (
    LEVEL,
    Forecasts,
    calibration_measures,
    score_gaussian,
    score_samples,
)
from evigate.engine.evals.columns import (
    cohorts_of,
    digest_of,
    filled,
    need_columns,
    numbers_of,
    texts_of,
    unique,
)
from evigate.engine.evals.errors import (
    E_EVAL_COLUMNS,
    E_EVAL_NOTHING,
    E_EVAL_OPTION,
    E_EVAL_ROWS,
)
from evigate.engine.evals.models import Examined, Metrics, Outcome, Scored
from evigate.engine.evals.summary import summarise


@dataclass(frozen=True, slots=True)
class ForecastColumns:
    """Where a table has its forecasts: mean and std, or samples; and the rest.

    `key` names the row's id; without it rows are counted from 0.
    """

    actual: str = "actual"
    mean: str = "mean"
    std: str = "std"
    samples: str | None = None
    key: str | None = None
    cohorts: Sequence[str] = ()

    @property
    def names(self) -> list[str]:
        """The columns that are read, each once."""
        forecast = (self.mean, self.std) if self.samples is None else (self.samples,)
        key = () if self.key is None else (self.key,)
        return list(dict.fromkeys((self.actual, *forecast, *key, *self.cohorts)))


def evaluate_forecasts(
    table: pa.Table,
    columns: ForecastColumns,
    *,
    level: float = LEVEL,
    examined: Examined | None = None,
) -> Outcome:
    """
    Score forecasts, one a row; sharpness and coverage are those of the central `level` interval.

    Raises:
        EvigateError[E_EVAL_OPTION]: the level is not between 0 and 1.
        EvigateError[E_EVAL_COLUMNS | E_EVAL_ROWS]: a column or a value is not what it should be.
        EvigateError[E_EVAL_NOTHING]: there is no row.
    """
    if not 0 < level < 1:
        raise EvigateError(E_EVAL_OPTION, f"The level is {level!r}; it must lie between 0 and 1.")
    need_columns(table.schema, columns.names)
    if table.num_rows == 0:
        raise EvigateError(E_EVAL_NOTHING, "There are no forecasts.")
    actual = numbers_of(table, columns.actual)
    forecasts = _forecasts(table, columns, actual, level)
    ids = _ids(table, columns.key)
    cohorts = cohorts_of(table, columns.cohorts)
    rows = [
        Scored(row_id, _measures(forecasts, row), cohorts[row]) for row, row_id in enumerate(ids)
    ]

    def aggregate(chosen: Sequence[int]) -> Metrics:
        return calibration_measures(forecasts, np.asarray(chosen, dtype=np.int64))

    summary, parts = summarise(rows, aggregate)
    golden = digest_of(zip(ids, actual.tolist(), strict=True))
    return Outcome(examined or Examined(), golden, summary, parts, rows)


def _ids(table: pa.Table, key: str | None) -> Sequence[str]:
    if key is None:
        return [str(row) for row in range(table.num_rows)]
    return unique(filled(texts_of(table, key), key), key)


def _forecasts(
    table: pa.Table, columns: ForecastColumns, actual: npt.NDArray[np.float64], level: float
) -> Forecasts:
    if columns.samples is not None:
        return score_samples(_samples(table, columns.samples), actual, level=level)
    deviation = numbers_of(table, columns.std)
    if (deviation <= 0).any():
        row = int(np.argmax(deviation <= 0))
        message = f"Row {row} of {columns.std!r} is {deviation[row]:g}; a deviation is above 0."
        raise EvigateError(E_EVAL_ROWS, message)
    return score_gaussian(numbers_of(table, columns.mean), deviation, actual, level=level)


def _samples(table: pa.Table, name: str) -> npt.NDArray[np.float64]:
    lists = table.column(name).to_pylist()
    if not all(isinstance(cell, list) for cell in lists):
        raise EvigateError(E_EVAL_COLUMNS, f"The column {name!r} holds no lists of samples.")
    sizes = {len(cell) for cell in lists}
    if len(sizes) > 1 or min(sizes) < 2:
        message = f"Each row of {name!r} needs as many samples as the others, two or more."
        raise EvigateError(E_EVAL_ROWS, message)
    try:
        samples = np.array(lists, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise EvigateError(E_EVAL_COLUMNS, f"The column {name!r} holds no numbers.") from error
    is_odd = ~np.isfinite(samples).all(axis=1)
    if is_odd.any():
        message = f"Row {int(np.argmax(is_odd))} of {name!r} has a sample that is not finite."
        raise EvigateError(E_EVAL_ROWS, message)
    return samples


def _measures(forecasts: Forecasts, row: int) -> dict[str, float | None]:
    nll = float(forecasts.nll[row])
    return {
        "crps": float(forecasts.crps[row]),
        "nll": None if np.isnan(nll) else nll,
        "pit": float(forecasts.pit[row]),
        "sharpness": float(forecasts.width[row]),
        "coverage": float(forecasts.is_covered[row]),
    }
