"""The work of a job that makes a predictor, and what a predictor says of rows."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.canonical import sha256_hex
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog.models import Model, ModelTask, Source, Table, TableKind
from evigate.engine.embed.parts import matrix
from evigate.engine.evals.compare import paired_significance
from evigate.engine.models.adapters import PREDICTOR
from evigate.engine.models.arrays import NotArrays, pack, read_arrays
from evigate.engine.models.errors import E_MODEL_CORRUPT
from evigate.engine.tables.files import write_file
from evigate.engine.tables.log import KEY
from evigate.engine.train.attempt import Attempt
from evigate.engine.train.errors import (
    E_TRAIN_COLUMNS,
    E_TRAIN_DATA,
    E_TRAIN_MODEL,
    E_TRAIN_OPTION,
)
from evigate.engine.train.examples import unit
from evigate.engine.train.judging import Judged
from evigate.engine.train.models import Comparison
from evigate.engine.train.predictor import (
    NONE,
    Kernel,
    Predicted,
    References,
    Values,
    Vectors,
    check_levels,
    crps_of,
    fit_kernel,
    predict,
    quantile_of,
    residuals,
    share,
    spread,
)

if TYPE_CHECKING:
    from evigate.engine.core import Core
    from evigate.engine.train.trainer import Trained

K_MAX = 256
REFERENCES_MAX = 50_000
LEVELS = (0.05, 0.5, 0.95)
UNCONDITIONAL = "unconditional"
VECTOR_KINDS = (
    TableKind.EMBEDDING,
    TableKind.EXTERNAL,
    TableKind.PROPAGATION,
    TableKind.STRUCTURE,
)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of an embedding table, by key ascending; `values` are NaN where not known."""

    keys: Sequence[str]
    vectors: Vectors
    values: Values


def check_predictor(
    core: "Core", subject: Subject, spec: Mapping[str, Any]
) -> tuple[Source, Table]:
    """Return the source and the vector table of a spec; refuse what could not be trained.

    Raises:
        EvigateError[E_TRAIN_OPTION | E_TRAIN_COLUMNS]
    """
    if not 1 <= spec["k"] <= K_MAX:
        raise EvigateError(E_TRAIN_OPTION, f"k is {spec['k']}; it is 1 to {K_MAX}.")
    if not 1 <= spec["references_max"] <= REFERENCES_MAX:
        message = f"references_max is {spec['references_max']}; it is 1 to {REFERENCES_MAX}."
        raise EvigateError(E_TRAIN_OPTION, message)
    if not 0 <= spec["seed"] < 2**31:
        raise EvigateError(E_TRAIN_OPTION, f"The seed is {spec['seed']}; it is not negative.")
    source = core.sources.get(subject, spec["source"])
    schema = pa.ipc.read_schema(pa.py_buffer(source.schema))
    column = spec["value_column"]
    if column not in schema.names:
        message = f"The source {source.name!r} has no column {column!r}."
        raise EvigateError(E_TRAIN_COLUMNS, message)
    kind = schema.field(column).type
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind)
    if not (is_number or pa.types.is_decimal(kind)):
        message = f"The column {column!r} of {source.name!r} holds {kind}, not numbers."
        raise EvigateError(E_TRAIN_COLUMNS, message)
    return source, table_of(core, subject, spec["source"], spec["table"])


def table_of(core: "Core", subject: Subject, source: str, name: str | None) -> Table:
    """Return the vector table of a source: the one named, else its default one.

    Raises:
        EvigateError[E_TRAIN_OPTION]: it has none, or the named one is another source's.
    """
    if name is None:
        table = core.searches.place(subject, source).vectors
    else:
        table = core.tables.get(subject, name, *VECTOR_KINDS)
    if table is None or table.source != source:
        message = f"The source {source!r} has no vectors" + (f" in {name!r}." if name else ".")
        raise EvigateError(E_TRAIN_OPTION, message)
    return table


def train_predictor(core: "Core", attempt: Attempt) -> "Trained":
    """Make the predictor that a job's spec describes, and judge it on rows it has not seen."""
    from evigate.engine.train.trainer import Trained

    spec = attempt.job.spec
    attempt.progress("read", 0, None)
    source, table = check_predictor(core, attempt.subject, spec)
    rows = _rows(core, attempt.subject, source, table, spec["value_column"])
    known = np.flatnonzero(np.isfinite(rows.values))
    parts = share(len(known), references_max=spec["references_max"], seed=spec["seed"])
    asked, calibrating, judging = (
        known[each] for each in (parts.references, parts.calibration, parts.judging)
    )
    references = References(rows.vectors[asked], rows.values[asked])
    if np.ptp(references.values) == 0:
        message = f"All values of {spec['value_column']!r} are the same."
        raise EvigateError(E_TRAIN_DATA, message)
    k = min(spec["k"], len(asked) - 1)
    attempt.progress("fit", 0, None)
    kernel = fit_kernel(references, k=k, seed=spec["seed"], check=attempt.check)
    attempt.progress("calibrate", 0, len(calibrating))

    def told(places: Any) -> Predicted:
        return predict(references, kernel, rows.vectors[places], k=k, check=attempt.check)

    errors = residuals(told(calibrating), rows.values[calibrating])
    heading = {**asdict(kernel), "k": k, "dimensions": int(references.vectors.shape[1])}
    keys = orjson.dumps([rows.keys[at] for at in asked])
    arrays: dict[str, npt.NDArray[Any]] = {
        "vectors": references.vectors,
        "values": references.values,
        "errors": errors,
        "keys": np.frombuffer(keys, np.uint8),
    }
    content = pack(heading, arrays)
    folder = attempt.folder / "model"
    fact = write_file(folder, "predictor", ".evg", lambda file: file.write(content))
    judged = _judged(attempt.job.model, told(judging), errors, rows.values[judging], references)
    return Trained(
        folder=folder,
        place=fact.name,
        task=ModelTask.REGRESSION,
        backend=PREDICTOR,
        dimensions=None,
        digest=fact.sha256,
        base_model=None,
        options={"source": source.name, "table": table.name, "value_column": spec["value_column"]},
        result={
            "kernel": asdict(kernel),
            "references_count": len(asked),
            "calibration_count": len(calibrating),
            "judging_count": len(judging),
            "without_value_count": len(rows.keys) - len(known),
        },
        judged=judged,
    )


def _judged(
    model: str, predicted: Predicted, errors: Values, truth: Values, references: References
) -> Judged:
    """Compare with the base of all forecasts: the references' own mean and deviation for each."""
    own = crps_of(predicted.means, predicted.deviations * spread(errors), truth)
    mean, deviation = references.values.mean(), references.values.std()
    same = np.full_like(truth, 1.0)
    base = crps_of(mean * same, deviation * same, truth)
    tested = paired_significance(own - base)
    comparison = Comparison(
        measure="crps",
        baseline=float(base.mean()),
        value=float(own.mean()),
        delta=float((own - base).mean()),
        lower=tested.lower,
        upper=tested.upper,
        p_value=tested.p_value,
        count=len(truth),
        is_better_high=False,
    )
    digest = sha256_hex(truth.tobytes())
    return Judged(model, UNCONDITIONAL, None, digest, (), (comparison,))


def _rows(
    core: "Core", subject: Subject, source: Source, table: Table, value_column: str | None
) -> Rows:
    """Return a table's rows, with the source's values where a column is named."""
    keys: list[str] = []
    parts = [np.zeros((0, table.dimensions or 1), np.float32)]
    for batch in core.tables.batches(subject, table):
        keys += batch.column(KEY).to_pylist()
        parts.append(unit(matrix(batch)))
    vectors = np.concatenate(parts)
    order = sorted(range(len(keys)), key=keys.__getitem__)
    keys = [keys[at] for at in order]
    values = np.full(len(keys), np.nan)
    if value_column is not None:
        current = core.sources.refresh(subject, source.name)
        known = pa.array(keys, pa.string())
        key = current.key_column or ""
        for batch in core.sources.scan(subject, current, list(dict.fromkeys([key, value_column]))):
            own = pc.cast(batch.column(key), pa.string())
            found = pc.fill_null(pc.index_in(own, value_set=known), NONE)
            places = found.to_numpy(zero_copy_only=False)
            given = pc.cast(batch.column(value_column), pa.float64())
            numbers = given.to_numpy(zero_copy_only=False)
            values[places[places >= 0]] = numbers[places >= 0]
    return Rows(keys, vectors[order], values)


@dataclass(frozen=True, slots=True, eq=False)
class Predictor:
    """A predictor read from its file."""

    references: References
    keys: Sequence[str]
    kernel: Kernel
    errors: Values
    k: int


def load_predictor(model: Model) -> Predictor:
    """Read a predictor.

    Raises:
        EvigateError[E_TRAIN_MODEL]: the model is none.
        EvigateError[E_MODEL_CORRUPT]: its file is missing or not what was trained.
    """
    if model.backend != PREDICTOR:
        raise EvigateError(E_TRAIN_MODEL, f"The model {model.id!r} is no predictor.")
    try:
        heading, arrays = read_arrays(Path(model.location or ""), model.digest)
    except NotArrays as error:
        message = f"The file of the predictor {model.id!r} is damaged: {error}."
        raise EvigateError(E_MODEL_CORRUPT, message) from error
    kernel = Kernel(**{name: heading[name] for name in Kernel.__dataclass_fields__})
    keys = orjson.loads(arrays["keys"].tobytes())
    references = References(arrays["vectors"], arrays["values"])
    return Predictor(references, keys, kernel, arrays["errors"], heading["k"])


def predicted_table(
    core: "Core",
    subject: Subject,
    model: Model,
    source_name: str,
    keys: Sequence[str] | None,
    table_name: str | None,
    levels: Sequence[float],
) -> pa.Table:
    """
    Return what a predictor says of a source's rows.

    Returns:
        `key`, `predicted_mean`, `predicted_std`, and `q05`, `q50` ... for each level (null where
        the calibration rows are too few for it); in the order of `keys`, else by key. A row that is
        a reference is predicted from the others. A key without a vector has nulls.

    Raises:
        EvigateError[E_TRAIN_MODEL | E_TRAIN_OPTION]: the model is no predictor, the vectors are of
            another width, or a level is no probability.
    """
    if not check_levels(levels):
        message = f"The levels {list(levels)} are not ascending probabilities."
        raise EvigateError(E_TRAIN_OPTION, message)
    predictor = load_predictor(model)
    same = source_name == model.options["source"]
    name = table_name or (model.options["table"] if same else None)
    table = table_of(core, subject, source_name, name)
    width = predictor.references.vectors.shape[1]
    if table.dimensions != width:
        message = f"{table.name!r} has vectors of {table.dimensions}, {model.id!r} reads {width}."
        raise EvigateError(E_TRAIN_OPTION, message)
    rows = _rows(core, subject, core.sources.get(subject, source_name), table, None)
    place = {key: at for at, key in enumerate(rows.keys)}
    wanted = list(rows.keys) if keys is None else [str(key) for key in keys]
    found = [key for key in wanted if key in place]
    own = {key: at for at, key in enumerate(predictor.keys)} if same else {}
    skipped = np.array([own.get(key, NONE) for key in found], np.int64)
    vectors = rows.vectors[[place[key] for key in found]]
    told = predict(predictor.references, predictor.kernel, vectors, k=predictor.k, skipped=skipped)
    return _answer(wanted, found, told, predictor.errors, levels)


def _answer(
    wanted: Sequence[str],
    found: Sequence[str],
    told: Predicted,
    errors: Values,
    levels: Sequence[float],
) -> pa.Table:
    columns: dict[str, Values] = {
        "predicted_mean": told.means,
        "predicted_std": told.deviations * spread(errors),
    }
    for level in levels:
        columns[_name(level)] = told.means + told.deviations * quantile_of(errors, level)
    place = {key: at for at, key in enumerate(found)}
    rows = pa.array([place.get(key) for key in wanted], pa.int64())
    made = {"key": pa.array(wanted, pa.string())}
    for name, values in columns.items():
        is_known = np.isfinite(values)
        made[name] = pa.array(values, pa.float64(), mask=~is_known).take(rows)
    return pa.table(made)


def _name(level: float) -> str:
    """Return a quantile's column: q05 for 0.05, q975 for 0.975."""
    digits = f"{level:.6f}".split(".")[1].rstrip("0")
    return f"q{digits.ljust(2, '0')}"
