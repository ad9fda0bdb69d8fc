"""A trained model beside its base: the same judged queries, the same rows, exact search.

Both are asked outside of any table, so that a candidate is judged without being served. Nothing is
written here but by `keep`, which is called within the transaction that needs it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from evigate.base.clock import monotonic_s
from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.engine.catalog.models import Model, Table, TableKind
from evigate.engine.embed.parts import matrix
from evigate.engine.evals import store as eval_rows
from evigate.engine.evals.compare import compare_runs
from evigate.engine.evals.judgments import (
    GRADES,
    QUERY_ID,
    QUERY_TEXT,
    RELEVANT_ID,
    Judgments,
    read_judgments,
)
from evigate.engine.evals.models import EvalType, Examined, Outcome, Plan
from evigate.engine.evals.ranking import Answers, evaluate_ranking
from evigate.engine.evals.reading import read_relation
from evigate.engine.models.adapters import ADAPTER
from evigate.engine.tables.log import KEY
from evigate.engine.train.errors import E_TRAIN_OPTION
from evigate.engine.train.examples import source_texts, unit
from evigate.engine.train.models import Comparison, Evaluation
from evigate.kernel.db import SyncTx

if TYPE_CHECKING:
    from evigate.engine.core import Core

DECIDING = "ndcg"
MEASURES = (DECIDING, "recall", "mrr", "map", "precision", "hit_rate")
QUERY_BLOCK = 64
ENCODE_ROWS = 2_048
MS = 1_000.0
DEPTH_MAX = 1_000

Check = Callable[[], None]
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Question:
    """What a model is judged by; JSON values. `columns` is what is embedded where no table is."""

    source: str
    judgments: str
    k: int = 10
    table: str | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """The evals of a base and of the model trained from it, not yet kept."""

    model: str
    base: str
    question: Question | None
    truth_digest: str
    outcomes: tuple[tuple[Plan, Outcome], ...]
    comparisons: tuple[Comparison, ...]


def check_question(core: "Core", subject: Subject, question: Question, base: Model) -> None:
    """Refuse a question that could not be put: a missing source, table, column or judgment.

    Raises:
        EvigateError[E_TRAIN_OPTION]: k is out of bounds, or no columns are known.
    """
    if type(question.k) is not int or not 1 <= question.k <= DEPTH_MAX:
        raise EvigateError(E_TRAIN_OPTION, f"k is {question.k!r}; it is 1 to {DEPTH_MAX}.")
    core.sources.get(subject, question.source)
    _judgments(core, subject, question)
    if _table(core, subject, question, base) is None and not question.columns:
        message = (
            f"No table of {question.source!r} has vectors of {base.id!r}:"
            " say which columns to embed, or name a table."
        )
        raise EvigateError(E_TRAIN_OPTION, message)


def judge(
    core: "Core",
    subject: Subject,
    question: Question,
    model: Model,
    base: Model,
    *,
    check: Check = lambda: None,
) -> Judged:
    """
    Search a source with both models for each judged query, and compare them query by query.

    Raises:
        EvigateError: the question is wrong, a model failed, or whatever `check` raises.
    """
    judged = _judgments(core, subject, question)
    table = _table(core, subject, question, base)
    columns = _columns(question, table)
    of_base = _documents(core, subject, question.source, columns, base, table, check)
    if model.backend == ADAPTER:
        of_model = _Documents(of_base.keys, core.models.adapt(model, of_base.vectors))
    else:
        of_model = _documents(core, subject, question.source, columns, model, None, check)
    outcomes = []
    for each, documents in ((base, of_base), (model, of_model)):
        examined = Examined(
            source_version=core.sources.get(subject, question.source).version.value,
            table=None if table is None or each is not base else table.name,
            model=each.id,
        )
        answer = _answerer(core, each, documents, check)
        outcome = evaluate_ranking(judged, answer, k=question.k, examined=examined)
        config = {"mode": "vector", "exact": True, "purpose": "training"}
        plan = Plan(EvalType.RETRIEVAL, question.source, question.judgments, question.k, config)
        outcomes.append((plan, outcome))
    comparisons = compared(outcomes[0][1], outcomes[1][1])
    digest = judged.golden.digest
    return Judged(model.id, base.id, question, digest, tuple(outcomes), comparisons)


def compared(base: Outcome, other: Outcome) -> tuple[Comparison, ...]:
    """Return the differences of two outcomes over the same queries, nDCG first."""
    named = [("base", base), ("model", other)]
    rows = [(name, {row.id: row.metrics for row in each.rows}) for name, each in named]
    deltas = {delta.metric: delta for delta in compare_runs(rows)[1].deltas}
    return tuple(
        Comparison(
            measure=name,
            baseline=deltas[name].baseline,
            value=deltas[name].value,
            delta=deltas[name].absolute,
            lower=significance.lower,
            upper=significance.upper,
            p_value=significance.p_value,
            count=len(base.rows),
            is_better_high=True,
        )
        for name in MEASURES
        if name in deltas and (significance := deltas[name].significance) is not None
    )


def keep(tx: SyncTx, judged: Judged) -> dict[str, Any]:
    """Keep the evals as runs, and return the evaluation as a job's result holds it."""
    runs: list[UUID] = []
    for plan, outcome in judged.outcomes:
        run_id = new_uuid()
        eval_rows.insert_run(tx, run_id, plan)
        eval_rows.complete_run(tx, run_id, outcome)
        runs.append(run_id)
    truth = "held out" if judged.question is None else judged.question.judgments
    return asdict(
        Evaluation(
            judged.model,
            judged.base,
            truth,
            judged.truth_digest,
            tuple(str(each) for each in runs),
            judged.comparisons,
        )
    )


def evaluation_of(result: Mapping[str, Any] | None) -> Evaluation | None:
    """Return the evaluation in a job's result, None where there is none."""
    found = (result or {}).get("evaluation")
    if not found:
        return None
    comparisons = tuple(Comparison(**each) for each in found["comparisons"])
    return Evaluation(**{**found, "runs": tuple(found["runs"]), "comparisons": comparisons})


def _judgments(core: "Core", subject: Subject, question: Question) -> Judgments:
    wanted = (QUERY_ID, QUERY_TEXT, RELEVANT_ID)
    return read_judgments(read_relation(core, subject, question.judgments, wanted, GRADES))


def _table(core: "Core", subject: Subject, question: Question, base: Model) -> Table | None:
    """Return the table that has the base's vectors of the source: the one named, else the first."""
    kinds = (TableKind.EMBEDDING, TableKind.EXTERNAL)
    if question.table is not None:
        table = core.tables.get(subject, question.table, *kinds)
        if table.source != question.source or table.model != base.id:
            message = f"{table.name!r} holds no vectors of {question.source!r} by {base.id!r}."
            raise EvigateError(E_TRAIN_OPTION, message)
        return table
    if question.columns:
        return None
    found = [
        table
        for table in core.catalog(subject).tables_of(question.source)
        if table.kind in kinds and table.model == base.id and table.current_version is not None
    ]
    return min(found, key=lambda table: table.name) if found else None


@dataclass(frozen=True, slots=True, eq=False)
class _Documents:
    """Rows that can be found: keys, ascending, and unit vectors (n, d)."""

    keys: Sequence[str]
    vectors: Vectors


def _columns(question: Question, table: Table | None) -> Sequence[str]:
    return question.columns or (() if table is None else table.definition.get("columns", ()))


def _documents(
    core: "Core",
    subject: Subject,
    source: str,
    columns: Sequence[str],
    model: Model,
    table: Table | None,
    check: Check,
) -> _Documents:
    """Return the rows of a source as a table has them, or as a model makes them of columns."""
    keys: list[str] = []
    parts = [np.zeros((0, model.dimensions or 1), np.float32)]
    if table is not None:
        for batch in core.tables.batches(subject, table):
            keys += batch.column(KEY).to_pylist()
            parts.append(unit(matrix(batch)))
        return _sorted(keys, np.concatenate(parts))
    if not columns:
        raise EvigateError(E_TRAIN_OPTION, f"Say which columns of {source!r} to embed.")
    rows = list(source_texts(core, subject, source, columns))
    for start in range(0, len(rows), ENCODE_ROWS):
        check()
        block = rows[start : start + ENCODE_ROWS]
        made = core.models.encode(model, [text for _, text in block])
        kept = np.flatnonzero(made.ok)
        keys += [block[at][0] for at in kept]
        parts.append(made.vectors[kept])
    return _sorted(keys, np.concatenate(parts))


def _sorted(keys: list[str], vectors: Vectors) -> _Documents:
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return _Documents([keys[at] for at in order], vectors[order])


def _answerer(
    core: "Core", model: Model, documents: _Documents, check: Check
) -> Callable[[Sequence[str], int], Answers]:
    def answer(queries: Sequence[str], k: int) -> Answers:
        rankings: list[list[str]] = []
        latencies_ms: list[float] = []
        for start in range(0, len(queries), QUERY_BLOCK):
            check()
            begun_s = monotonic_s()
            block = list(queries[start : start + QUERY_BLOCK])
            asked = core.models.encode(model, block)
            scores = asked.vectors @ documents.vectors.T
            for row, is_ok in zip(scores, asked.ok, strict=True):
                rankings.append([documents.keys[at] for at in best(row, k)] if is_ok else [])
            latencies_ms += [(monotonic_s() - begun_s) * MS / len(block)] * len(block)
        return Answers(rankings, latencies_ms)

    return answer


def best(scores: npt.NDArray[Any], k: int) -> npt.NDArray[np.int64]:
    """Return the places of the k highest scores (n,), best first, ties by place."""
    count = min(k, len(scores))
    if not count:
        return np.zeros(0, np.int64)
    least = np.partition(scores, len(scores) - count)[len(scores) - count]
    places = np.flatnonzero(scores >= least)
    found: npt.NDArray[np.int64] = places[np.argsort(-scores[places], kind="stable")][:count]
    return found
