"""Context: the rows around a row, by nearness, by edges, or both, and what their values come to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog.models import Source, Table, TableKind
from evigate.engine.catalog.rows import RowStore
from evigate.engine.derived.errors import E_DERIVE_INVALID
from evigate.engine.derived.publish import (
    Derived,
    anchor_of_relation,
    anchor_of_table,
    derive,
    read_edges,
    rows_draft,
)
from evigate.engine.embed.parts import matrix
from evigate.engine.search import Mode, SearchRequest
from evigate.engine.tables.log import KEY
from evigate.engine.tables.store import Draft

if TYPE_CHECKING:
    from evigate.engine.core import Core

HOPS_MAX = 3
WALK_SEED = 0
BATCH_ROWS = 512

AGGREGATES: Mapping[str, Any] = {"mean": np.nanmean, "sum": np.nansum, "max": np.nanmax}


@dataclass(frozen=True, slots=True)
class Context:
    """The rows around a row.

    `context_vector` aggregates the value columns over them, in the columns' order; None without a
    row or a column. `value_rows` are their values, nearest first. `source` is ann, edges or hybrid.
    """

    context_vector: Sequence[float] | None
    context_size: int
    context_keys: Sequence[str]
    value_rows: Sequence[Mapping[str, Any]]
    source: str


class Surroundings:
    """Finds the keys around a row of one source."""

    def __init__(self, core: "Core", subject: Subject, definition: Mapping[str, Any]) -> None:
        self.source: Source = core.sources.refresh(subject, definition["source"])
        self.rows: RowStore = core.sources.rows(subject, self.source)
        self._definition = definition
        self._subject = subject
        self._core = core
        self.kind = _kind(definition)
        place = core.searches.place(subject, self.source.name, table=definition["table"])
        self.table = place.vectors
        if self.kind != "edges" and self.table is None:
            message = f"The source {self.source.name!r} has no embedding table."
            raise EvigateError(E_DERIVE_INVALID, message)
        self._searcher = None if self.kind == "edges" else core.searches.searcher(subject, place)
        self._graph = self._read_graph() if self.kind != "ann" else {}

    def _read_graph(self) -> dict[str, list[str]]:
        graph: dict[str, list[str]] = {}
        definition = self._definition
        columns = definition["edge_columns"]
        for batch in read_edges(self._core, self._subject, definition["edges"], columns):
            ends = [pc.cast(batch.column(n), pa.string()).to_pylist() for n in (0, 1)]
            for src, dst in zip(*ends, strict=True):
                graph.setdefault(src, []).append(dst)
        return graph

    def around(self, key: str | None, vector: npt.NDArray[np.float32] | None) -> list[str]:
        """Return the keys around a row or a vector, nearest first, at most k."""
        wanted = self._definition["k"]
        excluded = set(self._definition["exclude_keys"])
        if key is not None and self._definition["exclude_self"]:
            excluded.add(key)
        found: dict[str, None] = {}
        if key is not None and self._graph:
            found.update(dict.fromkeys(self._walk(key)))
        if self._searcher is not None and vector is not None:
            found.update(dict.fromkeys(self._near(vector, wanted + len(excluded))))
        return [each for each in found if each not in excluded][:wanted]

    def _near(self, vector: npt.NDArray[np.float32], k: int) -> list[str]:
        assert self._searcher is not None
        request = SearchRequest(mode=Mode.VECTOR, vector=vector, k=k, select=[])
        hits = self._searcher.search(request).table
        keys: list[str] = pc.cast(hits.column(self.source.key_column), pa.string()).to_pylist()
        return keys

    def _walk(self, key: str) -> list[str]:
        """Return what edges reach, hop by hop; of many edges a seeded few, the same each time."""
        fan_out = self._definition["fan_out"]
        seen = {key}
        level = [key]
        found: list[str] = []
        for hop in range(min(self._definition["hops"], HOPS_MAX)):
            reached: list[str] = []
            for each in level:
                ends = sorted(set(self._graph.get(each, ())) - seen)
                if len(ends) > fan_out:
                    seed = [WALK_SEED, hop, *each.encode()]
                    picked = np.random.default_rng(seed).permutation(len(ends))[:fan_out]
                    ends = [ends[n] for n in sorted(picked)]
                seen.update(ends)
                reached += ends
            found += reached
            level = reached
        return found

    def describe(self, keys: Sequence[str]) -> Context:
        """Return what rows come to."""
        columns = self._definition["value_columns"]
        typed = pa.array(keys, pa.string()).cast(self.rows.keys.type)
        positions = self.rows.positions_of(typed)
        live = positions[positions >= 0]
        values = self.rows.take(live, columns).select(columns) if columns else None
        vector = None
        if values is not None and values.num_rows:
            aggregate = AGGREGATES[self._definition["aggregator"]]
            cells = [pc.cast(values.column(n), pa.float64()).to_numpy() for n in columns]
            vector = [float(aggregate(each)) for each in cells]
        kept = [key for key, position in zip(keys, positions, strict=True) if position >= 0]
        return Context(
            vector, len(kept), kept, [] if values is None else values.to_pylist(), self.kind
        )


def _kind(definition: Mapping[str, Any]) -> str:
    if definition["aggregator"] not in AGGREGATES:
        message = f"The aggregator {definition['aggregator']!r} is none of mean, sum, max."
        raise EvigateError(E_DERIVE_INVALID, message)
    if definition["k"] < 1:
        raise EvigateError(E_DERIVE_INVALID, f"k is {definition['k']}; it must be at least 1.")
    if definition["edges"] is None:
        return "ann"
    return "hybrid" if definition["is_hybrid"] else "edges"


def assemble(
    core: "Core",
    subject: Subject,
    definition: Mapping[str, Any],
    query: str | None,
    key: str | None,
) -> Context:
    """Return the context of a row by its key, or of a text."""
    around = Surroundings(core, subject, definition)
    vector = None
    if around.table is not None and around.kind != "edges":
        vector = _vector_of(core, subject, around, query, key)
    return around.describe(around.around(key, vector))


def _vector_of(
    core: "Core", subject: Subject, around: Surroundings, query: str | None, key: str | None
) -> npt.NDArray[np.float32]:
    assert around.table is not None
    if query is not None:
        model = core.model(subject, around.table.model or "")
        return core.models.encode_query(model, query)
    for batch in core.tables.batches(subject, around.table):
        where = pc.index(batch.column(KEY), key).as_py()
        if where >= 0:
            return np.array(matrix(batch)[where])
    raise EvigateError(E_DERIVE_INVALID, f"The table {around.table.name!r} has no row {key!r}.")


def context_set(
    core: "Core", subject: Subject, name: str, definition: Mapping[str, Any], cache: str
) -> Derived:
    """Make a table with the context of every embedded row of a source."""
    around = Surroundings(core, subject, definition)
    columns = definition["value_columns"]
    if around.table is None:
        message = f"The source {around.source.name!r} has no embedding table."
        raise EvigateError(E_DERIVE_INVALID, message)
    schema = pa.schema(
        [
            pa.field(KEY, pa.string(), nullable=False),
            pa.field("context_keys", pa.list_(pa.string())),
            pa.field("context_size", pa.int32()),
            *(pa.field(f"context_{column}", pa.float64()) for column in columns),
        ]
    )
    anchors = [
        anchor_of_relation(core, subject, around.source.name),
        anchor_of_table(core, subject, around.table),
    ]
    if definition["edges"] is not None:
        anchors.append(anchor_of_relation(core, subject, definition["edges"]))

    def batches() -> Iterator[pa.RecordBatch]:
        assert around.table is not None
        for batch in core.tables.batches(subject, around.table):
            rows = zip(batch.column(KEY).to_pylist(), matrix(batch), strict=True)
            found = [(key, around.describe(around.around(key, vector))) for key, vector in rows]
            yield pa.RecordBatch.from_pylist(
                [_row(key, context, columns) for key, context in found], schema
            )

    def make(wanted: Table) -> Draft:
        return rows_draft(core, subject, wanted, schema, batches(), anchors)

    return derive(
        core,
        subject,
        name,
        TableKind.CONTEXT_SET,
        definition,
        anchors,
        make,
        cache=cache,
        source=around.source.name,
    )


def _row(key: str, context: Context, columns: Sequence[str]) -> dict[str, Any]:
    values: Sequence[float | None] = context.context_vector or [None] * len(columns)
    told = {f"context_{c}": value for c, value in zip(columns, values, strict=True)}
    return {
        KEY: key,
        "context_keys": list(context.context_keys),
        "context_size": context.context_size,
        **told,
    }
