"""From rows with their own measures to a whole and its cohorts, each with intervals."""

from collections.abc import Callable, Sequence

import numpy as np

from evigate.base.errors import EvigateError
from evigate.engine.evals.errors import E_EVAL_OPTION
from evigate.engine.evals.intervals import intervals_of
from evigate.engine.evals.models import Cohort, Metrics, Scored, Summary

COHORTS_MAX = 1_000

Aggregate = Callable[[Sequence[int]], Metrics]


def means_of(rows: Sequence[Metrics], names: Sequence[str] = ()) -> dict[str, float]:
    """Return each measure's mean over the rows that have it.

    Args:
        names: measures that are 0 where there is no row at all; others are left out then.
    """
    columns: dict[str, list[float]] = {name: [] for name in names}
    for row in rows:
        for name, value in row.items():
            if value is not None:
                columns.setdefault(name, []).append(value)
    return {name: float(np.mean(values)) if values else 0.0 for name, values in columns.items()}


def summarise(rows: Sequence[Scored], aggregate: Aggregate) -> tuple[Summary, list[Cohort]]:
    """Return the whole and each value of each cohort column, in order of column and value.

    Args:
        aggregate: the measures over the rows at given positions; those that are no mean of rows
            (a macro F1, a calibration error) are computed anew for each cohort.

    Raises:
        EvigateError[E_EVAL_OPTION]: there are more than COHORTS_MAX cohorts.
    """
    everything = range(len(rows))
    members: dict[tuple[str, str], list[int]] = {}
    for position in everything:
        for place in rows[position].cohorts.items():
            members.setdefault(place, []).append(position)
    if len(members) > COHORTS_MAX:
        message = f"{len(members)} cohorts are more than {COHORTS_MAX}; choose coarser columns."
        raise EvigateError(E_EVAL_OPTION, message)
    cohorts = [
        Cohort(column, value, _summary(rows, members[column, value], aggregate))
        for column, value in sorted(members)
    ]
    return _summary(rows, everything, aggregate), cohorts


def _summary(rows: Sequence[Scored], chosen: Sequence[int], aggregate: Aggregate) -> Summary:
    metrics = aggregate(chosen)
    intervals = intervals_of([rows[position].metrics for position in chosen])
    kept = {name: intervals[name] for name in intervals if name in metrics}
    return Summary(len(chosen), metrics, kept)
