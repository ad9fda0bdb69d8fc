"""From a relation's rows to examples: which text or key answers which, and their vectors."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog.models import Model, Table
from evigate.engine.embed.parts import matrix
from evigate.engine.federation.quoting import quote_name
from evigate.engine.models.errors import E_MODEL_CANCELLED
from evigate.engine.tables.log import KEY
from evigate.engine.train.errors import E_TRAIN_COLUMNS, E_TRAIN_DATA
from evigate.engine.train.learning import NONE, Examples, Places

if TYPE_CHECKING:
    from evigate.engine.core import Core
    from evigate.engine.train.attempt import Attempt

EXAMPLES_MAX = 2_000_000
EXAMPLES_MIN = 2
ENCODE_ROWS = 512
ROLES = ("anchor", "positive", "negative", "score", "text", "label")


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """Examples by name: places in `names` (texts or keys), -1 for no negative."""

    names: Sequence[str]
    anchors: Places
    positives: Places
    negatives: Places
    scores: npt.NDArray[np.float64] | None
    groups: Places


def schema_of(core: "Core", subject: Subject, relation: str) -> pa.Schema:
    """Return a relation's columns, of a source as it is now."""
    if relation in core.catalog(subject).sources:
        core.sources.refresh(subject, relation)
    with core.sql(subject).sql_stream(f"SELECT * FROM {quote_name(relation)} LIMIT 0") as stream:
        return stream.schema


def check_columns(schema: pa.Schema, relation: str, columns: Mapping[str, str]) -> None:
    """Refuse columns that are not there, or whose values cannot be what they are named for.

    Raises:
        EvigateError[E_TRAIN_COLUMNS]: the message names the first such column.
    """
    for role, name in columns.items():
        if name not in schema.names:
            message = f"The relation {relation!r} has no column {name!r}."
            raise EvigateError(E_TRAIN_COLUMNS, message)
        kind = schema.field(name).type
        is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind)
        is_number = is_number or pa.types.is_decimal(kind)
        if role == "score" and not is_number:
            message = f"The column {name!r} of {relation!r} holds {kind}, and a score is a number."
            raise EvigateError(E_TRAIN_COLUMNS, message)
        if pa.types.is_nested(kind) or pa.types.is_binary(kind):
            message = f"The column {name!r} of {relation!r} holds {kind}, not a text or a key."
            raise EvigateError(E_TRAIN_COLUMNS, message)


def read_columns(core: "Core", subject: Subject, relation: str, columns: Sequence[str]) -> pa.Table:
    """Return columns of a relation, at most as many rows as an adapter may learn from."""
    chosen = ", ".join(quote_name(name) for name in dict.fromkeys(columns))
    text = f"SELECT {chosen} FROM {quote_name(relation)} LIMIT {EXAMPLES_MAX + 1}"
    found = core.sql(subject).sql(text)
    if found.num_rows > EXAMPLES_MAX:
        message = f"The relation {relation!r} has over {EXAMPLES_MAX} rows."
        raise EvigateError(E_TRAIN_DATA, message)
    return found


def name_examples(table: pa.Table, columns: Mapping[str, str], *, loss: str, seed: int) -> Named:
    """
    Return the examples of a table; the order of its rows does not matter.

    Args:
        columns: by role: anchor and positive, perhaps negative or score; or text and label.

    Rows that lack a part are left out, as are rows that stand twice.

    Raises:
        EvigateError[E_TRAIN_DATA]: fewer than two examples are left.
    """
    texts = {
        role: pc.cast(table.column(name), pa.string()).to_pylist()
        for role, name in columns.items()
        if role != "score"
    }
    if "label" in columns:
        rows, groups = _by_label(texts["text"], texts["label"], seed)
    else:
        rows, groups = _pairs(table, columns, texts, loss), None
    if len(rows) < EXAMPLES_MIN:
        raise EvigateError(E_TRAIN_DATA, f"There are {len(rows)} examples, too few to learn from.")
    names = sorted({name for row in rows for name in row[:3] if name is not None})
    place = {name: at for at, name in enumerate(names)}

    def places(part: int) -> Places:
        found = [NONE if row[part] is None else place[row[part]] for row in rows]
        return np.array(found, np.int64)

    anchors = places(0)
    return Named(
        names,
        anchors,
        places(1),
        places(2),
        np.array([row[3] for row in rows], np.float64) if "score" in columns else None,
        anchors if groups is None else np.array(groups, np.int64),
    )


def _pairs(
    table: pa.Table, columns: Mapping[str, str], texts: Mapping[str, Any], loss: str
) -> list[tuple[Any, ...]]:
    count = table.num_rows
    negatives = texts.get("negative", [None] * count)
    scores: Sequence[Any] = [None] * count
    if "score" in columns:
        scores = pc.cast(table.column(columns["score"]), pa.float64()).to_pylist()
    rows = set()
    for row in zip(texts["anchor"], texts["positive"], negatives, scores, strict=True):
        is_whole = bool(row[0]) and bool(row[1])
        is_whole = is_whole and (loss != "triplet" or bool(row[2]))
        is_whole = is_whole and (loss != "cosent" or (row[3] is not None and np.isfinite(row[3])))
        if is_whole:
            rows.add((row[0], row[1], row[2] or None, row[3]))
    return sorted(rows, key=lambda row: tuple(str(each) for each in row))


def _by_label(
    texts: Sequence[str | None], labels: Sequence[str | None], seed: int
) -> tuple[list[tuple[Any, ...]], list[int]]:
    """Return each text with another of its label, the next in a seeded ring; none is alone."""
    members: dict[str, set[str]] = {}
    for text, label in zip(texts, labels, strict=True):
        if text and label is not None:
            members.setdefault(label, set()).add(text)
    rows: list[tuple[Any, ...]] = []
    groups: list[int] = []
    for number, label in enumerate(sorted(members)):
        own = sorted(members[label])
        order = np.random.default_rng([seed, 3, number]).permutation(len(own))
        if len(own) < 2:
            continue
        for here, there in zip(order, np.roll(order, 1), strict=True):
            rows.append((own[here], own[there], None, None))
            groups.append(number)
    return rows, groups


def with_vectors(
    named: Named, vectors: npt.NDArray[np.float32], is_known: npt.NDArray[np.bool_]
) -> Examples:
    """Return the examples all of whose parts have a vector; an unknown negative is none.

    Args:
        vectors: (names, d); `is_known` (names,).

    Raises:
        EvigateError[E_TRAIN_DATA]: fewer than two examples are left.
    """
    negatives = np.where(is_known[named.negatives], named.negatives, NONE)
    negatives[named.negatives == NONE] = NONE
    whole = Examples(vectors, named.anchors, named.positives, negatives, named.scores, named.groups)
    kept = np.flatnonzero(is_known[named.anchors] & is_known[named.positives])
    if len(kept) < EXAMPLES_MIN:
        message = f"{len(kept)} of {len(named.anchors)} examples have vectors, too few."
        raise EvigateError(E_TRAIN_DATA, message)
    return whole.take(kept)


def digest_of_examples(examples: Examples, spec_hash: str) -> str:
    """Return the digest of what is learnt, to the last bit, and of how."""
    digest = sha256(spec_hash.encode())
    parts: list[npt.NDArray[Any]] = [examples.vectors, examples.anchors, examples.positives]
    parts += [examples.negatives, examples.groups]
    parts += [] if examples.scores is None else [examples.scores]
    for part in parts:
        digest.update(str(part.shape).encode())
        digest.update(np.ascontiguousarray(part).data)
    return digest.hexdigest()


def encode_names(
    core: "Core", attempt: "Attempt", model: Model, names: Sequence[str], phase: str = "encode"
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Return vectors (n, d) of texts by a model, and which could be made.

    Raises:
        What `Attempt.check` and the model raise.
    """
    vectors = np.zeros((len(names), model.dimensions or 1), np.float32)
    is_known = np.zeros(len(names), np.bool_)
    for start in range(0, len(names), ENCODE_ROWS):
        attempt.progress(phase, start, len(names))
        part = list(names[start : start + ENCODE_ROWS])
        try:
            done = core.models.encode(model, part, is_cancelled=attempt.is_over)
        except EvigateError as error:
            if error.code is E_MODEL_CANCELLED:
                attempt.check()
            raise
        vectors[start : start + len(part)] = done.vectors
        is_known[start : start + len(part)] = done.ok
    return vectors, is_known


def table_vectors(
    core: "Core", subject: Subject, table: Table, names: Sequence[str]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Return vectors (n, d) of keys in an embedding table, and which it has."""
    vectors = np.zeros((len(names), table.dimensions or 1), np.float32)
    is_known = np.zeros(len(names), np.bool_)
    wanted = pa.array(names, pa.string())
    for batch in core.tables.batches(subject, table):
        found = pc.fill_null(pc.index_in(batch.column(KEY), value_set=wanted), -1)
        places = found.to_numpy(zero_copy_only=False)
        here = places >= 0
        vectors[places[here]] = matrix(batch)[here]
        is_known[places[here]] = True
    return unit(vectors), is_known & vectors.any(axis=1)


def unit(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return vectors of unit length; zero stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), np.float32)


def source_texts(
    core: "Core", subject: Subject, source: str, columns: Sequence[str]
) -> Iterator[tuple[str, str | None]]:
    """Yield each row's key and its columns joined with a space, of a source as it is now."""
    current = core.sources.refresh(subject, source)
    key = current.key_column
    if key is None:
        raise EvigateError(E_TRAIN_COLUMNS, f"The source {source!r} has no key column.")
    schema = pa.ipc.read_schema(pa.py_buffer(current.schema))
    check_columns(schema, source, {name: name for name in columns})
    for batch in core.sources.scan(subject, current, list(dict.fromkeys([key, *columns]))):
        cells = [pc.cast(batch.column(name), pa.string()).to_pylist() for name in columns]
        keys = pc.cast(batch.column(key), pa.string()).to_pylist()
        for own, *row in zip(keys, *cells, strict=True):
            yield own, " ".join(cell for cell in row if cell) or None
