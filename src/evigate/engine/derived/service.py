"""The verbs that derive tables from tables, and the recipes by which they are made again."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog.models import Table, TableKind
from evigate.engine.derived.adjacency import (
    Direction,
    Edges,
    Weighting,
    adjacency,
    operator,
)
from evigate.engine.derived.errors import E_DERIVE_EDGES, E_DERIVE_INVALID
from evigate.engine.derived.neighbors import SCHEMA, NeighborOptions, mutual_only, neighbor_edges
from evigate.engine.derived.propagate import propagate, structure_vectors
from evigate.engine.derived.publish import (
    Derived,
    anchor_of_relation,
    anchor_of_table,
    derive,
    read_edges,
    rows_draft,
    vectors_draft,
)
from evigate.engine.embed.parts import matrix
from evigate.engine.embed.payloads import VectorIndex
from evigate.engine.embed.service import index_of, index_value
from evigate.engine.search.keyrows import KEY_COLUMN
from evigate.engine.tables.files import read_parquet, write_parquet
from evigate.engine.tables.log import KEY
from evigate.engine.tables.store import Draft

if TYPE_CHECKING:
    from evigate.engine.core import Core

HOPS_MAX = 3
VECTOR_KINDS = (
    TableKind.EMBEDDING,
    TableKind.EXTERNAL,
    TableKind.PROPAGATION,
    TableKind.STRUCTURE,
)


def neighbor_graph(
    core: "Core", subject: Subject, name: str, definition: Mapping[str, Any], cache: str
) -> Derived:
    """Make the neighbour graph that a definition describes."""
    options = NeighborOptions(
        k=definition["k"],
        min_similarity=definition["min_similarity"],
        is_mutual=definition["mutual"],
        is_exact=definition["exact"],
    )
    if options.k < 1:
        raise EvigateError(E_DERIVE_INVALID, f"k is {options.k}; it must be at least 1.")
    table = core.tables.get(subject, definition["table"], *VECTOR_KINDS)
    anchors = [anchor_of_table(core, subject, table)]

    def make(wanted: Table) -> Draft:
        searcher, keys = core.searches.over_table(subject, table)
        edges = neighbor_edges(searcher, _rows(core, subject, table), options, KEY_COLUMN)
        if not options.is_mutual:
            return rows_draft(core, subject, wanted, SCHEMA, edges, anchors)
        with _workspace(core, subject) as folder:
            path = folder / write_parquet(folder, "edges", SCHEMA, edges).name
            kept = mutual_only(lambda: read_parquet(path), keys)
            return rows_draft(core, subject, wanted, SCHEMA, kept, anchors)

    return derive(
        core,
        subject,
        name,
        TableKind.NEIGHBOR_GRAPH,
        definition,
        anchors,
        make,
        cache=cache,
        source=table.source,
    )


def propagation(
    core: "Core", subject: Subject, name: str, definition: Mapping[str, Any], cache: str
) -> Derived:
    """Make the propagated vectors that a definition describes."""
    table = core.tables.get(subject, definition["table"], *VECTOR_KINDS)
    relation = definition["edges"]
    anchors = [anchor_of_table(core, subject, table), anchor_of_relation(core, subject, relation)]
    hops = definition["hops"]
    if not 0 <= hops <= HOPS_MAX or not 0.0 <= definition["restart"] <= 1.0:
        message = f"There are 0 to {HOPS_MAX} hops, and the restart is 0 to 1."
        raise EvigateError(E_DERIVE_INVALID, message)
    is_jumping = definition["output"] == "jumping_knowledge"
    direction, weighting = _ways(definition)
    assert table.dimensions is not None
    dimensions = table.dimensions * (hops + 1 if is_jumping else 1)

    def make(wanted: Table) -> Draft:
        with _workspace(core, subject) as folder:
            keys, vectors = _matrix(core, subject, table, folder)
            edges = _edges(core, subject, relation, definition["columns"], keys)
            step = operator(adjacency(edges, len(keys), direction), weighting)
            done = propagate(
                vectors,
                step,
                hops=hops,
                restart=definition["restart"],
                is_jumping=is_jumping,
                folder=folder,
            )
            index = index_of(definition["index"])
            return vectors_draft(core, subject, wanted, keys, done, anchors, index)

    return derive(
        core,
        subject,
        name,
        TableKind.PROPAGATION,
        definition,
        anchors,
        make,
        cache=cache,
        source=table.source,
        dimensions=dimensions,
        key_column=table.key_column,
    )


def structure(
    core: "Core", subject: Subject, name: str, definition: Mapping[str, Any], cache: str
) -> Derived:
    """Make the vectors of a graph's shape that a definition describes."""
    relation = definition["edges"]
    anchors = [anchor_of_relation(core, subject, relation)]
    if definition["dimensions"] < 1 or not definition["weights"] or definition["sparsity"] < 1:
        message = "There is at least one dimension and one weight, and the sparsity is 1 or more."
        raise EvigateError(E_DERIVE_INVALID, message)

    def make(wanted: Table) -> Draft:
        columns = definition["columns"]
        keys = _ends(core, subject, relation, columns)
        edges = _edges(core, subject, relation, columns, keys)
        graph = adjacency(edges, len(keys), Direction(definition["direction"]))
        with _workspace(core, subject) as folder:
            done = structure_vectors(
                graph,
                dimensions=definition["dimensions"],
                weights=definition["weights"],
                beta=definition["beta"],
                sparsity=definition["sparsity"],
                seed=definition["seed"],
                folder=folder,
            )
            index = index_of(definition["index"])
            return vectors_draft(core, subject, wanted, keys, done, anchors, index)

    return derive(
        core,
        subject,
        name,
        TableKind.STRUCTURE,
        definition,
        anchors,
        make,
        cache=cache,
        source=definition["source"],
        dimensions=definition["dimensions"],
    )


def asof_table(
    core: "Core", subject: Subject, name: str, definition: Mapping[str, Any], cache: str
) -> Derived:
    """Make the as-of join that a definition describes, as a table."""
    from evigate.engine.federation.asof import AsofJoin

    values = {key: value for key, value in definition.items() if key != "producer"}
    micros = values.pop("tolerance_micros")
    values["tolerance"] = None if micros is None else timedelta(microseconds=micros)
    join = AsofJoin(**values)
    anchors = [
        anchor_of_relation(core, subject, join.spine),
        anchor_of_relation(core, subject, join.facts),
    ]

    def make(wanted: Table) -> Draft:
        with core.sql(subject).asof_join(join) as stream:
            return rows_draft(core, subject, wanted, stream.schema, iter(stream), anchors)

    return derive(core, subject, name, TableKind.ASOF_JOIN, definition, anchors, make, cache=cache)


RECIPES = {
    "neighbor_graph": neighbor_graph,
    "propagation": propagation,
    "structure": structure,
    "asof_join": asof_table,
}


def _rows(
    core: "Core", subject: Subject, table: Table
) -> Iterator[tuple[list[str], np.ndarray[Any, Any]]]:
    for batch in core.tables.batches(subject, table):
        yield batch.column(KEY).to_pylist(), matrix(batch)


def _matrix(
    core: "Core", subject: Subject, table: Table, folder: Path
) -> tuple[pa.Array, np.ndarray[Any, Any]]:
    """Return a table's keys, and its vectors in a file."""
    count = core.tables.version(subject, table).row_count
    path = folder / "vectors.f32"
    vectors = np.memmap(path, np.float32, "w+", shape=(max(count, 1), table.dimensions or 1))
    keys: list[str] = []
    for own, part in _rows(core, subject, table):
        vectors[len(keys) : len(keys) + len(own)] = part
        keys += own
    return pa.array(keys, pa.string()), vectors[: len(keys)]


def _edges(
    core: "Core", subject: Subject, relation: str, columns: Sequence[str], keys: pa.Array
) -> Edges:
    """Return a relation's edges by row number; those to unknown rows are left out."""
    src, dst, weights = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)]
    for batch in read_edges(core, subject, relation, columns):
        ends = [
            pc.fill_null(pc.index_in(pc.cast(batch.column(n), pa.string()), value_set=keys), -1)
            .to_numpy(zero_copy_only=False)
            .astype(np.int64)
            for n in (0, 1)
        ]
        kept = (ends[0] >= 0) & (ends[1] >= 0)
        weight = np.ones(batch.num_rows)
        if len(columns) > 2:
            weight = pc.cast(batch.column(2), pa.float64()).to_numpy(zero_copy_only=False)
        src.append(ends[0][kept])
        dst.append(ends[1][kept])
        weights.append(np.nan_to_num(weight[kept]))
    return Edges(np.concatenate(src), np.concatenate(dst), np.concatenate(weights))


def _ends(core: "Core", subject: Subject, relation: str, columns: Sequence[str]) -> pa.Array:
    """Return the keys that edges join, in order of text."""
    found: set[str] = set()
    for batch in read_edges(core, subject, relation, columns[:2]):
        for n in (0, 1):
            found |= set(pc.cast(batch.column(n), pa.string()).drop_null().to_pylist())
    if not found:
        raise EvigateError(E_DERIVE_EDGES, f"The relation {relation!r} has no edges.")
    return pa.array(sorted(found), pa.string())


def _ways(definition: Mapping[str, Any]) -> tuple[Direction, Weighting]:
    try:
        return Direction(definition["direction"]), Weighting(definition["weighting"])
    except ValueError as error:
        known = ", ".join([*Direction, *Weighting])
        message = f"{error}; the directions and weightings are {known}."
        raise EvigateError(E_DERIVE_INVALID, message) from error


@contextmanager
def _workspace(core: "Core", subject: Subject) -> Iterator[Path]:
    folder = core.root / str(subject.tenant_id) / "spill"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as made:
        yield Path(made)


def default_index() -> dict[str, Any]:
    """Return the index options of a derived vector table, as a definition holds them."""
    return index_value(VectorIndex())
