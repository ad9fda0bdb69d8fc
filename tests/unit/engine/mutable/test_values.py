"""Names, schemas, and values on their way in and out, without a database."""

import json
import math
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evigate.base.errors import EvigateError
from evigate.engine.mutable import errors
from evigate.engine.mutable.names import (
    check_indexes,
    check_key,
    check_order,
    check_schema,
    check_table_name,
)
from evigate.engine.mutable.nested import from_json, to_json
from evigate.engine.sessions.text import with_names

SCHEMA = pa.schema([("id", pa.int64()), ("v", pa.string()), ("doc", pa.list_(pa.int8()))])


def refused(code: Any, call: Any, *args: Any) -> None:
    with pytest.raises(EvigateError) as refusal:
        call(*args)
    assert refusal.value.code is code


@pytest.mark.parametrize(
    "name",
    ["", "1a", "a-b", "a b", 'a"b', "a;drop", "ä", "a" * 64, "select", "Table", "pg_x", "evigate_x", "information_schema", "a\n", None, 5],
)  # fmt: skip
def test_hostile_and_reserved_names_are_refused(name: object) -> None:
    refused(errors.E_MUTABLE_NAME, check_table_name, name)


@pytest.mark.parametrize(
    "name", ["tenant_id", "TENANT_ID", "_x", "xmin", "ctid", "a b", "", "1", 'x"; --']
)
def test_hostile_and_reserved_columns_are_refused(name: str) -> None:
    refused(errors.E_MUTABLE_NAME, check_schema, pa.schema([(name, pa.int64())]))


@pytest.mark.parametrize(
    "kind",
    [pa.null(), pa.timestamp("ns"), pa.time64("ns"), pa.duration("us"), pa.list_(pa.timestamp("ns")), pa.month_day_nano_interval(), pa.date64()],
)  # fmt: skip
def test_types_without_an_exact_column_are_refused(kind: pa.DataType) -> None:
    refused(errors.E_MUTABLE_SCHEMA, check_schema, pa.schema([("a", kind)]))


def test_keys_orders_and_indexes_are_checked() -> None:
    stored, key = check_key(SCHEMA, "id")
    assert key == ["id"] and not stored.field("id").nullable and stored.field("v").nullable
    for bad in ([], ["nope"], ["id", "id"], ["doc"]):
        refused(errors.E_MUTABLE_SCHEMA, check_key, SCHEMA, bad)
    refused(errors.E_MUTABLE_SCHEMA, check_order, SCHEMA, "v")
    for index in (
        {"name": "x"},
        {"name": "x", "columns": ["nope"]},
        {"columns": ["v"]},
        {"name": "x", "columns": "v", "odd": 1},
    ):
        refused(errors.E_MUTABLE_SCHEMA, check_indexes, SCHEMA, [index])
    assert check_indexes(SCHEMA, [{"name": "x", "columns": "v", "unique": True}])[0].is_unique
    refused(errors.E_MUTABLE_SCHEMA, check_schema, pa.schema([("a", pa.int8()), ("A", pa.int8())]))
    kind = pa.dictionary(pa.int32(), pa.string())
    assert check_schema(pa.schema([("a", kind)])).field("a").type == pa.string()


FLOATS = st.floats(width=64)


@given(
    st.lists(st.none() | FLOATS),
    st.dictionaries(st.text(), st.integers(-(2**63), 2**63 - 1)),
    st.binary(),
)
def test_nested_values_come_back_through_json(
    numbers: list[float | None], pairs: dict[str, int], raw: bytes
) -> None:
    kind = pa.struct(
        [("n", pa.list_(pa.float64())), ("m", pa.map_(pa.string(), pa.int64())), ("b", pa.binary())]
    )
    value = {"n": numbers, "m": list(pairs.items()), "b": raw}
    back = from_json(json.loads(json.dumps(to_json(value, kind), allow_nan=False)), kind)
    assert back["m"] == value["m"] and back["b"] == raw
    for old, new in zip(numbers, back["n"], strict=True):
        assert (old is None and new is None) or math.isnan(old) == math.isnan(new)  # type: ignore[arg-type]
        assert (
            old is None
            or math.isnan(old)
            or (old == new and math.copysign(1, old) == math.copysign(1, new))
        )


def test_a_sessions_names_are_replaced_outside_of_literals() -> None:
    text = "SELECT '{t}', \"{t}\" FROM {t} -- {u}\n/* {v} */ JOIN {t}"
    assert with_names(text, {"t"}) == 'SELECT \'{t}\', "{t}" FROM "t" -- {u}\n/* {v} */ JOIN "t"'
    refused(errors.E_MUTABLE_MISSING, with_names, "SELECT * FROM {u}", {"t"})
