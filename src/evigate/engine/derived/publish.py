"""Putting a derived table in place: the same recipe over the same inputs is not made twice."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog.models import (
    Anchor,
    CachePolicy,
    Table,
    TableKind,
    TableVersion,
    VersionKind,
)
from evigate.engine.derived.errors import E_DERIVE_EDGES
from evigate.engine.derived.propagate import ROW_BLOCK, Vectors
from evigate.engine.embed.parts import vector_batch
from evigate.engine.embed.payloads import StoredVectors, VectorIndex
from evigate.engine.embed.rows import hash_row
from evigate.engine.federation.quoting import quote_name
from evigate.engine.tables.errors import E_TABLE_EXISTS
from evigate.engine.tables.files import write_parquet
from evigate.engine.tables.manifest import Entry
from evigate.engine.tables.store import Draft, new_table

if TYPE_CHECKING:
    from evigate.engine.core import Core

INSTANT = Anchor("mutable", "", VersionKind.INSTANT.value, "")


@dataclass(frozen=True, slots=True)
class Derived:
    """What making a derived table did; `cache` is hit where nothing had changed."""

    table: str
    version: int
    row_count: int
    cache: str


Make = Callable[[Table], Draft]


def derive(
    core: "Core",
    subject: Subject,
    name: str,
    kind: TableKind,
    definition: Mapping[str, Any],
    anchors: Sequence[Anchor],
    make: Make,
    *,
    cache: str,
    source: str | None = None,
    dimensions: int | None = None,
    key_column: str | None = None,
    is_replacing: bool = False,
) -> Derived:
    """Publish a derived table unless the current version has the same recipe and inputs.

    Raises:
        EvigateError[E_TABLE_EXISTS]: the name is that of a table defined otherwise.
    """
    wanted = new_table(
        name, kind, definition, source=source, dimensions=dimensions, key_column=key_column
    )
    is_cached = CachePolicy(cache) is CachePolicy.USE
    catalog = core.catalogs.fresh(subject)
    known = catalog.tables.get(name)
    parent = None if known is None else catalog.version_of(known)
    if known is not None:
        if known.definition_hash != wanted.definition_hash and not is_replacing:
            message = f"The table {name!r} is there and is defined otherwise."
            raise EvigateError(E_TABLE_EXISTS, message)
        if is_cached and _is_same(known, wanted, parent, anchors):
            assert parent is not None
            return Derived(name, parent.version, parent.row_count, "hit")
        wanted = replace(wanted, id=known.id, current_version=known.current_version)
    version = core.tables.publish(subject, wanted, make(wanted), parent=parent)
    return Derived(name, version.version, version.row_count, "computed")


def _is_same(
    known: Table, wanted: Table, parent: TableVersion | None, anchors: Sequence[Anchor]
) -> bool:
    return (
        parent is not None
        and known.definition_hash == wanted.definition_hash
        and parent.anchors == tuple(anchors)
        and all(anchor.version_kind != VersionKind.INSTANT.value for anchor in anchors)
    )


def rows_draft(
    core: "Core",
    subject: Subject,
    table: Table,
    schema: pa.Schema,
    batches: Iterator[pa.RecordBatch],
    anchors: Sequence[Anchor],
) -> Draft:
    """Write rows, streaming, and return the draft of a version of them."""
    fact = write_parquet(core.tables.folder(subject, table), "rows", schema, batches)
    return Draft(schema, (Entry("rows", fact),), fact.rows, tuple(anchors))


def vectors_draft(
    core: "Core",
    subject: Subject,
    table: Table,
    keys: pa.Array,
    vectors: Vectors,
    anchors: Sequence[Anchor],
    index: VectorIndex,
) -> Draft:
    """Write vectors with a segment over them; rows without any direction are left out."""

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, len(keys), ROW_BLOCK):
            part = np.asarray(vectors[start : start + ROW_BLOCK])
            own = keys.slice(start, ROW_BLOCK).to_pylist()
            kept = np.flatnonzero(part.any(axis=1))
            hashes = [hash_row([part[row].tobytes()]) for row in kept]
            yield vector_batch([own[row] for row in kept], hashes, part[kept])

    payload = StoredVectors(vectors.shape[1], index)
    return core.embeds.single(subject, table, payload, batches(), anchors)


def anchor_of_relation(core: "Core", subject: Subject, name: str) -> Anchor:
    """Return a relation and the version it has now; an instant for what has none.

    Raises:
        EvigateError[E_DERIVE_EDGES]: the tenant has none of that name.
    """
    from evigate.engine.embed.service import anchor_of

    catalog = core.catalog(subject)
    if name in catalog.sources:
        return anchor_of(core.sources.refresh(subject, name))
    if name in catalog.tables:
        return anchor_of_table(core, subject, catalog.tables[name])
    relation = core.sql(subject).relation(name)
    if relation is None:
        raise EvigateError(E_DERIVE_EDGES, f"There is no relation {name!r}.")
    return Anchor(relation.kind, name, VersionKind.INSTANT.value, relation.version)


def anchor_of_table(core: "Core", subject: Subject, table: Table) -> Anchor:
    """Return a table and its current version, as an anchor."""
    version = core.tables.version(subject, table)
    return Anchor("table", table.name, VersionKind.DIGEST.value, version.manifest_digest)


def read_edges(
    core: "Core", subject: Subject, relation: str, columns: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    """Yield the named columns of a relation, streaming."""
    chosen = ", ".join(quote_name(column) for column in columns)
    stream = core.sql(subject).sql_stream(f"SELECT {chosen} FROM {quote_name(relation)}")
    with stream:
        yield from stream
