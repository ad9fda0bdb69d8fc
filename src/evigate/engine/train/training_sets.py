"""Tables of examples made from graphs: with a recipe, a manifest and their inputs' versions."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog.models import Table, TableKind
from evigate.engine.derived.publish import (
    Derived,
    anchor_of_relation,
    derive,
    read_edges,
    rows_draft,
)
from evigate.engine.tables.store import Draft
from evigate.engine.train.errors import E_TRAIN_COLUMNS, E_TRAIN_DATA, E_TRAIN_OPTION
from evigate.engine.train.examples import check_columns, schema_of
from evigate.engine.train.walks import NONE, Graph, WalkOptions, graph_of, walk_pairs

if TYPE_CHECKING:
    from evigate.engine.core import Core

GRAPH_PAIRS = "graph_pairs"
SCHEMA = pa.schema(
    [
        pa.field("anchor", pa.string(), nullable=False),
        pa.field("positive", pa.string(), nullable=False),
        pa.field("negative", pa.string()),
    ]
)
ROWS = 8_192


def graph_pairs(
    core: "Core", subject: Subject, name: str, definition: Mapping[str, Any], cache: str
) -> Derived:
    """Make the training set that a definition describes.

    Raises:
        EvigateError[E_TRAIN_OPTION | E_TRAIN_COLUMNS | E_TRAIN_DATA]
    """
    values = {key: definition[key] for key in WalkOptions.__dataclass_fields__}
    options = WalkOptions(**values)
    _check(options)
    relation, columns = definition["edges"], definition["columns"]
    if len(columns) != 2:
        raise EvigateError(E_TRAIN_COLUMNS, "Edges have two columns, their ends.")
    check_columns(
        schema_of(core, subject, relation), relation, {"anchor": columns[0], "positive": columns[1]}
    )
    anchors = [anchor_of_relation(core, subject, relation)]

    def make(wanted: Table) -> Draft:
        keys, graph = _read(core, subject, definition)
        return rows_draft(core, subject, wanted, SCHEMA, _batches(keys, graph, options), anchors)

    return derive(
        core,
        subject,
        name,
        TableKind.TRAINING_SET,
        definition,
        anchors,
        make,
        cache=cache,
        source=definition["source"],
    )


def _check(options: WalkOptions) -> None:
    bounds = {"length": (1, 64), "walks": (1, 64), "negatives": (0, 8), "exclude_hops": (0, 3)}
    for name, (least, most) in bounds.items():
        if not least <= getattr(options, name) <= most:
            message = f"{name} is {getattr(options, name)}; it is {least} to {most}."
            raise EvigateError(E_TRAIN_OPTION, message)
    if not (0 < options.p < np.inf and 0 < options.q < np.inf) or options.seed < 0:
        raise EvigateError(E_TRAIN_OPTION, "p and q are positive, the seed is not negative.")


def _read(core: "Core", subject: Subject, definition: Mapping[str, Any]) -> tuple[list[str], Graph]:
    """Return the keys that edges join, in order of text, and the graph of their numbers."""
    ends: list[list[pa.Array]] = [[], []]
    for batch in read_edges(core, subject, definition["edges"], definition["columns"]):
        texts = [pc.cast(batch.column(n), pa.string()) for n in (0, 1)]
        kept = pc.and_(pc.is_valid(texts[0]), pc.is_valid(texts[1]))
        for side, each in zip(ends, texts, strict=True):
            side.append(pc.filter(each, kept))
    sides = [pa.chunked_array(side, pa.string()) for side in ends]
    keys = sorted(set(sides[0].to_pylist()) | set(sides[1].to_pylist()))
    if not keys:
        message = f"The relation {definition['edges']!r} has no edges."
        raise EvigateError(E_TRAIN_DATA, message)
    known = pa.array(keys, pa.string())
    src, dst = (pc.index_in(side, value_set=known).to_numpy().astype(np.int64) for side in sides)
    return keys, graph_of(src, dst, len(keys), is_directed=definition["direction"] == "out")


def _batches(keys: list[str], graph: Graph, options: WalkOptions) -> Iterator[pa.RecordBatch]:
    pairs = walk_pairs(graph, options)
    while block := list(islice(pairs, ROWS)):
        columns = [
            pa.array([None if row[n] == NONE else keys[row[n]] for row in block], pa.string())
            for n in range(3)
        ]
        yield pa.record_batch(columns, schema=SCHEMA)
