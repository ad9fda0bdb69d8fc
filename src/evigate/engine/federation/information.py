"""information_schema as the caller sees it: the caller's relations and nothing else."""

from collections.abc import Sequence

import pyarrow as pa

from evigate.engine.federation.relations import Relation

CATALOG = "evigate"
SCHEMA = "main"


def information_table(name: str, relations: Sequence[Relation]) -> pa.Table:
    """Return information_schema's `tables`, `columns` or `schemata`, ordered by name.

    `data_type` is Arrow's name of the type; `table_type` is source, table, mutable or topic.
    """
    ordered = sorted(relations, key=lambda relation: relation.name)
    if name == "schemata":
        return pa.table({"catalog_name": [CATALOG], "schema_name": [SCHEMA]})
    if name == "tables":
        return _table(
            ("table_catalog", "table_schema", "table_name", "table_type"),
            [(CATALOG, SCHEMA, relation.name, relation.kind) for relation in ordered],
        )
    rows = [
        (
            CATALOG,
            SCHEMA,
            relation.name,
            field.name,
            str(field.type),
            "YES" if field.nullable else "NO",
        )
        for relation in ordered
        for field in relation.schema
    ]
    numbers = [number for relation in ordered for number in range(1, len(relation.schema) + 1)]
    names = (
        "table_catalog",
        "table_schema",
        "table_name",
        "column_name",
        "data_type",
        "is_nullable",
    )
    table = _table(names, rows)
    return table.append_column("ordinal_position", pa.array(numbers, pa.int64()))


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> pa.Table:
    columns = [pa.array([row[place] for row in rows], pa.string()) for place in range(len(names))]
    return pa.table(columns, names=list(names))
