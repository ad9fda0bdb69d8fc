"""`db.evals`: measures of searches, models and forecasts, kept as runs that can be compared."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.evals.errors import E_EVAL_MISSING, E_EVAL_OPTION
from evigate.engine.evals.models import Compared, EvalRun, EvalType, Plan
from evigate.engine.results import Result
from evigate.engine.verbs import READ, WRITE, Answer, verb

if TYPE_CHECKING:
    from evigate.engine.core import Core
    from evigate.engine.evals.conformal import PredictionIntervals
    from evigate.engine.evals.service import EvalService


LIMIT_MAX = 1_000


@dataclass(frozen=True, slots=True)
class ConformalSets:
    """A set of classes, ascending, for each row; `threshold` is None where it is infinite."""

    threshold: float | None
    sets: Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class ConformalIntervals:
    """Ends for each row; all are None where the threshold is infinite: any number may come."""

    threshold: float | None
    lower: Sequence[float | None]
    upper: Sequence[float | None]


class EvalVerbs:
    """The verbs on one tenant's evals."""

    def __init__(self, core: "Core", subject: Subject) -> None:
        self.core = core
        self.subject = subject

    @property
    def _service(self) -> "EvalService":
        from evigate.engine.evals.service import EvalService

        return EvalService(self.core.database)

    # Runs -----------------------------------------------------------------------------------

    @verb(WRITE)
    def retrieval(
        self,
        source: str,
        judgments: str | pa.Table,
        *,
        k: int = 10,
        mode: str | None = None,
        table: str | None = None,
        text_table: str | None = None,
        version: int | None = None,
        where: str | None = None,
        params: Mapping[str, Any] | None = None,
        exact: bool = False,
        oversample: int | None = None,
        expansion: int | None = None,
        fusion: Mapping[str, Any] | None = None,
        weights: Mapping[str, float] | None = None,
        rerank: str | None = None,
        rerank_columns: Sequence[str] | None = None,
        cohorts: Sequence[str] = (),
    ) -> EvalRun:
        """Search a source for judged queries and score the best k of each answer.

        Measures: recall, precision (over k), mrr, ndcg, map, hit_rate, recall_at_1, 3, 5, 10, and
        latencies in ms. A query for which nothing is relevant scores 0.

        Args:
            judgments: a relation or a table with query_id, query_text, relevant_id, and perhaps
                grade (or relevance_grade), a whole number from 0; ids are compared as texts.
            mode, table, text_table, version, where, params, exact: as in `search`.
            oversample, expansion: as in `search`.
            fusion, weights, rerank, rerank_columns: as in `search`.
            cohorts: columns of the judgments; each value has its own measures.
        """
        from evigate.engine.asking import Options
        from evigate.engine.evals.work import given_options, rank

        asked: dict[str, Any] = {
            "mode": mode,
            "table": table,
            "text_table": text_table,
            "version": version,
            "where": where,
            "params": None if params is None else dict(params),
            "exact": exact,
            "oversample": oversample,
            "expansion": expansion,
            "fusion": None if fusion is None else dict(fusion),
            "weights": None if weights is None else dict(weights),
            "rerank": rerank,
            "rerank_columns": None if rerank_columns is None else [*rerank_columns],
        }
        options = Options(k=k, **asked)
        config = {**given_options(asked), "cohorts": [*cohorts]}
        plan = Plan(EvalType.RETRIEVAL, source, _name(judgments), _depth(k), config)
        return self._service.run(
            self.subject,
            plan,
            lambda: rank(self.core, self.subject, source, judgments, cohorts, options),
        )

    @verb(WRITE)
    def inference(
        self,
        model: str,
        source: str | pa.Table,
        *,
        columns: Sequence[str],
        label_column: str = "label",
        task: str | None = None,
        golden: str | pa.Table | None = None,
        key: str | None = None,
        cohorts: Sequence[str] = (),
    ) -> EvalRun:
        """Run a model over labelled rows and score its answers.

        Classification: accuracy, macro and weighted F1, each class's own. NER: precision, recall,
        micro and macro F1 of exact spans, whatever their text and confidence. Regression: mae,
        rmse, r2.

        Args:
            columns: the model reads them, joined with a space.
            label_column: the truth: a label, a list of entities (start, end, label; or JSON of it),
                or a number. Rows without one are left out.
            task: what the model is expected to do, to be refused if it does another.
            golden: where the labels are, if not in the source; rows are joined by `key`.
            key: else the source's own.
        """
        from evigate.engine.evals.work import Inference, label

        run = Inference(model, source, [*columns], label_column, task, golden, key, [*cohorts])
        config = {
            "model": model,
            "columns": [*columns],
            "label_column": label_column,
            "cohorts": [*cohorts],
        }
        truth = _name(source) if golden is None else _name(golden)
        plan = Plan(EvalType.INFERENCE, _name(source), truth, None, config)
        return self._service.run(self.subject, plan, lambda: label(self.core, self.subject, run))

    @verb(WRITE)
    def calibration(
        self,
        source: str | pa.Table,
        *,
        golden: str | pa.Table | None = None,
        actual: str = "actual",
        mean: str = "mean",
        std: str = "std",
        samples: str | None = None,
        key: str | None = None,
        level: float = 0.9,
        cohorts: Sequence[str] = (),
    ) -> EvalRun:
        """Score forecasts that say how sure they are: normal ones, or samples.

        Measures: crps, nll, adaptive_ece (of the PIT), and of the central interval of `level` its
        sharpness (mean width) and coverage.

        Args:
            source: forecasts in the columns `mean` and `std`, or as lists of equal length in the
                column `samples`.
            golden: where the outcomes are, if not in the source; rows are joined by `key`.
            actual: the column of outcomes.
        """
        from evigate.engine.evals.forecasting import ForecastColumns
        from evigate.engine.evals.work import forecast

        columns = ForecastColumns(actual, mean, std, samples, key, [*cohorts])
        shape = "gaussian" if samples is None else "samples"
        config = {"shape": shape, "columns": columns.names, "level": level, "cohorts": [*cohorts]}
        truth = _name(source) if golden is None else _name(golden)
        plan = Plan(EvalType.CALIBRATION, _name(source), truth, None, config)
        return self._service.run(
            self.subject,
            plan,
            lambda: forecast(self.core, self.subject, source, golden, columns, level),
        )

    # Looking --------------------------------------------------------------------------------

    @verb(READ)
    def get(self, run_id: str) -> EvalRun:
        """Return a run."""
        return self._service.get(self.subject, _id(run_id))

    @verb(READ)
    def list(
        self,
        *,
        type: str | None = None,
        source: str | None = None,
        before: str | None = None,
        limit: int = 100,
    ) -> Sequence[EvalRun]:
        """Return runs, newest first; failed ones too.

        Args:
            type: retrieval, inference or calibration.
            before: a run's id: only older ones, for the next page.
        """
        if type is not None and type not in {each.value for each in EvalType}:
            known = ", ".join(each.value for each in EvalType)
            raise EvigateError(E_EVAL_OPTION, f"The type {type!r} is none of {known}.")
        if not 1 <= limit <= LIMIT_MAX:
            raise EvigateError(E_EVAL_OPTION, f"The limit is {limit}; it is 1 to {LIMIT_MAX}.")
        older = None if before is None else _id(before)
        return self._service.list(self.subject, type=type, source=source, before=older, limit=limit)

    @verb(READ, Answer.TABLE)
    def per_query(self, run_id: str) -> Result:
        """Return a run's rows by their id: `query_id`, measures, `cohort_` columns."""
        rows = self._service.rows(self.subject, _id(run_id))
        measures = dict.fromkeys(name for row in rows for name in row.metrics)
        cohorts = dict.fromkeys(name for row in rows for name in row.cohorts)
        columns = {"query_id": pa.array([row.id for row in rows], pa.string())}
        for name in measures:
            columns[name] = pa.array([row.metrics.get(name) for row in rows], pa.float64())
        for name in cohorts:
            values = [row.cohorts.get(name) for row in rows]
            columns[f"cohort_{name}"] = pa.array(values, pa.string())
        return Result(pa.table(columns))

    @verb(READ)
    def compare(self, runs: Sequence[str]) -> Sequence[Compared]:
        """Compare completed runs of one type with the first of them, query by query.

        For each measure: the difference over the shared queries, absolute and relative to the
        baseline (None where that is 0), a paired permutation test's p-value and a bootstrap
        interval; these are None where no query is shared.
        """
        return self._service.compare(self.subject, [_id(each) for each in runs])

    @verb(WRITE)
    def compare_tables(
        self,
        source: str,
        judgments: str | pa.Table,
        *,
        tables: Sequence[str],
        k: int = 10,
        exact: bool = False,
    ) -> Sequence[Compared]:
        """Evaluate vector searches over several tables of a source and compare them with the first.

        Each table's run is kept; `compare` on their ids says the same again.
        """
        runs = [
            self.retrieval(source, judgments, k=k, mode="vector", table=table, exact=exact)
            for table in tables
        ]
        return self.compare([str(run.id) for run in runs])

    @verb(WRITE)
    def remove(self, run_id: str) -> None:
        """Forget a run and its rows."""
        self._service.remove(self.subject, _id(run_id))

    # Conformal sets and intervals -----------------------------------------------------------

    @verb(READ)
    def conformalize(
        self,
        calibration: Sequence[Sequence[float]],
        labels: Sequence[int],
        probabilities: Sequence[Sequence[float]],
        *,
        alpha: float = 0.1,
        method: str = "aps",
        penalty: float = 0.01,
        free_ranks: int = 1,
    ) -> ConformalSets:
        """Return for each row the classes that hold the truth with probability 1 - alpha.

        Args:
            calibration: a row of class probabilities for each row whose class is known.
            labels: their classes, from 0.
            probabilities: those of the rows to predict.
            method: lac, aps or raps; `penalty` and `free_ranks` are of raps.
        """
        import numpy as np

        from evigate.engine.evals.conformal import ConformalMethod, conformalize

        known = [each.value for each in ConformalMethod]
        if method not in known:
            message = f"The method {method!r} is none of {', '.join(known)}."
            raise EvigateError(E_EVAL_OPTION, message)
        found = conformalize(
            calibration,
            labels,
            probabilities,
            alpha=alpha,
            method=ConformalMethod(method),
            penalty=penalty,
            free_ranks=free_ranks,
        )
        sets = [np.flatnonzero(row).tolist() for row in found.is_member]
        return ConformalSets(_finite(found.threshold), sets)

    @verb(READ)
    def conformalize_interval(
        self,
        predictions: Sequence[float],
        actuals: Sequence[float],
        new: Sequence[float],
        *,
        alpha: float = 0.1,
    ) -> ConformalIntervals:
        """Return an interval of one width around each new prediction, from known residuals."""
        from evigate.engine.evals.conformal import conformalize_interval

        found = conformalize_interval(predictions, actuals, new, alpha=alpha)
        return _intervals(found)

    @verb(READ)
    def conformalize_cqr(
        self,
        lower: Sequence[float],
        upper: Sequence[float],
        actuals: Sequence[float],
        new_lower: Sequence[float],
        new_upper: Sequence[float],
        *,
        alpha: float = 0.1,
    ) -> ConformalIntervals:
        """Return new quantile pairs moved until they hold the truth as often as promised."""
        from evigate.engine.evals.conformal import conformalize_cqr

        found = conformalize_cqr(lower, upper, actuals, new_lower, new_upper, alpha=alpha)
        return _intervals(found)


def _intervals(found: "PredictionIntervals") -> ConformalIntervals:
    return ConformalIntervals(
        _finite(found.threshold),
        [_finite(each) for each in found.lower.tolist()],
        [_finite(each) for each in found.upper.tolist()],
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _name(given: str | pa.Table) -> str | None:
    return given if isinstance(given, str) else None


def _depth(k: Any) -> int | None:
    """Return k as the run's row can hold it; what is no depth is refused by the run itself."""
    return k if isinstance(k, int) and 0 < k < 2**31 else None


def _id(text: str) -> UUID:
    try:
        return UUID(str(text))
    except ValueError as error:
        raise EvigateError(E_EVAL_MISSING, f"{text!r} is no run's id.") from error
