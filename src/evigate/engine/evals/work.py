"""What each kind of run does, over a core: read, ask or infer, score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.asking import Options, ask
from evigate.engine.catalog.models import ModelTask
from evigate.engine.evals.columns import cohorts_of, texts_of
from evigate.engine.evals.errors import E_EVAL_OPTION, E_EVAL_TASK
from evigate.engine.evals.forecasting import ForecastColumns, evaluate_forecasts
from evigate.engine.evals.judgments import GRADES, QUERY_ID, QUERY_TEXT, RELEVANT_ID, read_judgments
from evigate.engine.evals.labelling import Labelled, evaluate_labels
from evigate.engine.evals.models import Examined, Outcome
from evigate.engine.evals.ranking import evaluate_ranking, one_by_one
from evigate.engine.evals.reading import ids_of, joined, key_of, read_relation, version_of
from evigate.engine.inferring import infer
from evigate.engine.search import Mode
from evigate.engine.searching import Place, mode_of

if TYPE_CHECKING:
    from evigate.engine.core import Core


@dataclass(frozen=True, slots=True)
class Inference:
    """A model over the columns of a source, and where the truth stands."""

    model: str
    source: str | pa.Table
    columns: Sequence[str]
    label_column: str
    task: str | None
    golden: str | pa.Table | None
    key: str | None
    cohorts: Sequence[str]


def rank(
    core: "Core",
    subject: Subject,
    source: str,
    judgments: str | pa.Table,
    cohorts: Sequence[str],
    options: Options,
) -> Outcome:
    """Search a source for each judged query, one at a time as people do, and score the answers.

    A vector table is searched at the version it had when the run began.
    """
    if isinstance(options.k, bool) or not isinstance(options.k, int) or options.k < 1:
        raise EvigateError(E_EVAL_OPTION, f"k is {options.k!r}; it is a whole number from 1.")
    wanted = (QUERY_ID, QUERY_TEXT, RELEVANT_ID, *cohorts)
    judged = read_judgments(read_relation(core, subject, judgments, wanted, GRADES), cohorts)
    place = core.searches.place(
        subject,
        source,
        table=options.table,
        text_table=options.text_table,
        version=options.version,
    )
    examined = _examined(core, subject, place, options)
    is_pinned = place.vectors is not None and examined.table == place.vectors.name
    pinned = replace(options, version=examined.table_version) if is_pinned else options
    key = place.source.key_column or ""

    def find(query: str, k: int) -> list[str]:
        found = ask(core, subject, source, [query], replace(pinned, k=k, select=[]))[0]
        return [each or "" for each in texts_of(found.to_arrow(), key)]

    tables = _tables(core, subject, place, options)
    outcome = evaluate_ranking(judged, one_by_one(find), k=options.k, examined=examined)
    return replace(outcome, details={**outcome.details, "tables": tables})


def _tables(core: "Core", subject: Subject, place: Place, options: Options) -> dict[str, int]:
    """Return the version of each table that the mode searches."""
    mode = mode_of(options.mode, place)
    used = (
        (place.vectors, options.version, mode is not Mode.LEXICAL),
        (place.texts, None, mode is not Mode.VECTOR),
    )
    catalog = core.catalog(subject)
    found = {}
    for table, number, is_used in used:
        version = None if table is None else catalog.version_of(table, number)
        if table is not None and version is not None and is_used:
            found[table.name] = version.version
    return found


def _examined(core: "Core", subject: Subject, place: Place, options: Options) -> Examined:
    try:
        is_lexical = mode_of(options.mode, place) is Mode.LEXICAL
    except ValueError as error:
        known = ", ".join(each.value for each in Mode)
        raise EvigateError(E_EVAL_OPTION, f"The mode is one of {known}.") from error
    table = place.texts if is_lexical else place.vectors
    if table is None:
        return Examined(source_version=place.source.version.value)
    number = None if is_lexical else options.version
    version = core.catalog(subject).version_of(table, number)
    return Examined(
        source_version=place.source.version.value,
        table=table.name,
        table_version=None if version is None else version.version,
        model=table.model,
    )


def label(core: "Core", subject: Subject, run: Inference) -> Outcome:
    """Run a model over a source's labelled rows and score what it says.

    Rows without a label are left out; `details` counts them.
    """
    model = core.model(subject, run.model)
    if run.task is not None and run.task != model.task.value:
        message = f"The model {model.id!r} is for {model.task.value}, not {run.task!r}."
        raise EvigateError(E_EVAL_TASK, message)
    if model.task not in (ModelTask.CLASSIFICATION, ModelTask.NER, ModelTask.REGRESSION):
        message = f"A model for {model.task.value} gives no labels to score."
        raise EvigateError(E_EVAL_TASK, message)
    key = key_of(core, subject, run.source, run.key)
    truth, total = _truth(core, subject, run, key)
    examined = Examined(version_of(core, subject, run.source), model=model.id)
    given = infer(core, subject, run.model, truth, list(run.columns), key)
    labelled = Labelled(
        ids_of(truth, key),
        pa.table({"label": truth.column(run.label_column)}),
        cohorts_of(truth, run.cohorts),
    )
    outcome = evaluate_labels(model.task, labelled, given, examined=examined)
    details = {**outcome.details, "unlabelled_count": total - truth.num_rows}
    return replace(outcome, details=details)


def _truth(core: "Core", subject: Subject, run: Inference, key: str) -> tuple[pa.Table, int]:
    """Return the rows that have a label, with it, and how many there are with and without."""
    if run.golden is None:
        columns = [key, *run.columns, run.label_column, *run.cohorts]
        rows = read_relation(core, subject, run.source, columns)
        found, total = rows, rows.num_rows
    else:
        rows = read_relation(core, subject, run.source, [key, *run.columns], run.cohorts)
        missing = [name for name in run.cohorts if name not in rows.column_names]
        columns = [key, run.label_column, *missing]
        found = joined(rows, read_relation(core, subject, run.golden, columns), key)
        total = rows.num_rows
    return found.filter(pc.is_valid(found.column(run.label_column))), total


def forecast(
    core: "Core",
    subject: Subject,
    source: str | pa.Table,
    golden: str | pa.Table | None,
    columns: ForecastColumns,
    level: float,
) -> Outcome:
    """Score a relation's forecasts against its own outcomes, or those of a golden one by key."""
    if golden is None:
        table = read_relation(core, subject, source, columns.names)
    else:
        key = key_of(core, subject, source, columns.key)
        columns = replace(columns, key=key)
        own = [name for name in columns.names if name not in (columns.actual, *columns.cohorts)]
        left = read_relation(core, subject, source, own, columns.cohorts)
        missing = [name for name in columns.cohorts if name not in left.column_names]
        right = read_relation(core, subject, golden, [key, columns.actual, *missing])
        table = joined(left, right, key)
    examined = Examined(version_of(core, subject, source))
    return evaluate_forecasts(table, columns, level=level, examined=examined)


def given_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that were given as the JSON values that a run records."""
    given = {name: value for name, value in options.items() if not _is_default(value)}
    found: dict[str, Any] = orjson.loads(
        orjson.dumps(given, default=str, option=orjson.OPT_SERIALIZE_NUMPY)
    )
    return found


def _is_default(value: object) -> bool:
    return value is None or value is False
