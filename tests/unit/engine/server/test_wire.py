"""Values on the wire: what goes in comes out; what is no message is refused; every verb can travel."""

import inspect
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as some

from evigate.base.errors import E_INVALID, EvigateError
from evigate.engine.server.answers import rebuilt
from evigate.engine.server.arguments import bind, find_verb, parameters, resolve, told, verbs
from evigate.engine.server.codec import decode, encode, pack, unpack
from evigate.engine.server.errors import E_VERB_LOCAL, E_VERB_MISSING, E_WIRE_MALFORMED
from evigate.engine.server.messages import Command, read_command, read_fields, write_command
from evigate.engine.server.messages import write_fields as fields_of
from evigate.engine.verbs import Answer

VALUES = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-(2**80), 2**80)
    | some.floats(allow_nan=False)
    | some.text()
    | some.binary()
    | some.datetimes()
    | some.dates()
    | some.times()
    | some.uuids()
    | some.decimals(allow_nan=False),
    lambda inner: some.lists(inner) | some.dictionaries(some.text() | some.just("$"), inner),
    max_leaves=12,
)


@given(VALUES)
def test_what_goes_in_comes_out(value: Any) -> None:
    tables: list[pa.Table] = []
    body, found = unpack(pack({"x": encode(value, tables, is_marked=True)}, tables))
    assert decode(body["x"], found) == value


def test_tables_schemas_and_what_json_lacks() -> None:
    table = pa.table({"a": [1, 2]})
    value = {
        "t": [table, {"inner": table}],
        "s": pa.schema([pa.field("x", pa.list_(pa.decimal128(9, 2)), nullable=False)]),
        "n": math.inf,
        "d": timedelta(seconds=1.5),
    }
    tables: list[pa.Table] = []
    body, found = unpack(pack(encode(value, tables, is_marked=True), tables))
    assert decode(body, found) == value
    assert math.isnan(decode(encode(math.nan, None, is_marked=True)))
    assert encode(np.float32(0.5), None, is_marked=True) == 0.5
    assert encode(np.array([[1, 2]]), None, is_marked=True) == [[1, 2]]


def test_strangers_get_plain_text() -> None:
    moment = datetime(2020, 1, 2, tzinfo=UTC)
    value = {
        "t": pa.table({"a": [1]}),
        "n": math.nan,
        "w": moment,
        "d": Decimal("1.50"),
        "$": date(2020, 1, 2),
    }
    assert encode(value, None, is_marked=False) == {
        "t": [{"a": 1}],
        "n": None,
        "w": "2020-01-02T00:00:00+00:00",
        "d": "1.50",
        "$": "2020-01-02",
    }


def test_functions_do_not_travel() -> None:
    with pytest.raises(EvigateError) as caught:
        encode({"f": len}, [], is_marked=True)
    assert caught.value.code is E_INVALID
    assert "builtin_function" in caught.value.message


@pytest.mark.parametrize(
    "bad",
    [b"", b"EVG", b"EVG1", b"EVG1\xff", b"EVG1" + (9).to_bytes(8, "big") + b"{}", pack({}) + b"\x01",
     pack({}) + (3).to_bytes(8, "big") + b"abc"],
)  # fmt: skip
def test_no_message_is_refused(bad: bytes) -> None:
    with pytest.raises(EvigateError) as caught:
        unpack(bad)
    assert caught.value.code is E_WIRE_MALFORMED


@pytest.mark.parametrize(
    "bad",
    [
        {"$": "table", "v": 3},
        {"$": "nonsense", "v": 1},
        {"$": "uuid", "v": "x"},
        {"$": "table", "v": []},
        {"$": []},
    ],
)
def test_marks_that_mean_nothing_are_refused(bad: Any) -> None:
    with pytest.raises(EvigateError) as caught:
        decode({"inner": [bad]}, [])
    assert caught.value.code is E_WIRE_MALFORMED


@given(some.dictionaries(some.integers(1, 2**20), some.integers(0, 2**63 - 1) | some.binary()))
def test_messages_of_protobuf_go_round(given_fields: dict[int, Any]) -> None:
    found = read_fields(fields_of(given_fields))
    assert found == {number: [value] for number, value in given_fields.items()}
    command = read_command(write_command("CommandX", given_fields))
    assert (command.name, command.fields) == ("CommandX", found)


@given(some.binary(max_size=60))
def test_any_bytes_are_a_message_or_refused(data: bytes) -> None:
    try:
        read_command(data)
    except EvigateError as error:
        assert error.code is E_WIRE_MALFORMED


def test_fields_are_read_by_their_kind() -> None:
    """Field 1 packed (3, 270) and alone (5); field 2 fixed64; field 3 a text."""
    data = b"\x0a\x03\x03\x8e\x02" + b"\x08\x05" + b"\x11" + b"\x00" * 8 + b"\x1a\x01a"
    command = Command("X", read_fields(data))
    assert command.numbers(1) == [3, 270, 5]
    assert (command.text(3), command.text(4), command.flag(1), command.flag(9)) == (
        "a",
        None,
        True,
        False,
    )


def test_every_verbs_types_are_understood() -> None:
    """An annotation that cannot be read would quietly be unchecked."""
    for verb in verbs().values():
        if verb.answer is Answer.LOCAL:
            continue
        for each in parameters(verb.name).values():
            assert each.annotation is Any or not isinstance(each.annotation, str), verb.name
        from evigate.engine.server.arguments import method_of

        method = inspect.unwrap(method_of(verb.name))
        wanted = verb.signature.return_annotation
        if isinstance(wanted, str):
            assert resolve(wanted, method) is not Any, f"{verb.name} answers {wanted!r}"


def test_arguments_are_checked_and_named() -> None:
    assert bind("sql", {"text": "SELECT 1", "q": 3}) == {"text": "SELECT 1", "q": 3}
    with pytest.raises(
        EvigateError, match=r"'kk' is not one of its arguments .*'source' is missing"
    ):
        bind("search", {"kk": 1})
    with pytest.raises(EvigateError, match=r"'columns'"):
        bind("embed", {"source": "s", "columns": "title"})
    made = bind("mutable.create", {"name": "t", "schema": {"a": "int64"}, "primary_key": "a"})
    assert made["schema"] == pa.schema([("a", pa.int64())])
    with pytest.raises(EvigateError, match=r"'schema'.*no type"):
        bind("mutable.create", {"name": "t", "schema": {"a": "whole"}, "primary_key": "a"})
    for name, code in (("nothing", E_VERB_MISSING), ("search_batch", E_VERB_LOCAL)):
        with pytest.raises(EvigateError) as caught:
            find_verb(name)
        assert caught.value.code is code


def test_what_a_text_says_of_arguments() -> None:
    doc = "Do it.\n\nArgs:\n    a: one\n        line: more.\n    b, c: two.\n\nReturns:\n    d: no."
    assert told(doc) == {"a": "one line: more.", "b": "two.", "c": "two."}


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Inner:
    id: UUID
    colour: Colour | None


@dataclass(frozen=True, slots=True)
class Outer:
    inner: tuple[Inner, ...]
    by_number: dict[int, Inner | None]
    vector: npt.NDArray[np.float32]
    rows: pa.Table
    pair: tuple[int, str]


def test_answers_regain_their_types() -> None:
    inner = Inner(UUID(int=7), Colour.RED)
    made = Outer(
        (inner,), {3: inner, 4: None}, np.ones(2, np.float32), pa.table({"a": [1]}), (1, "x")
    )
    tables: list[pa.Table] = []
    found = rebuilt(list[Outer], decode(encode([made], tables, is_marked=True), tables))[0]
    assert (found.inner, found.by_number, found.rows, found.pair) == (
        made.inner,
        made.by_number,
        made.rows,
        made.pair,
    )
    assert found.vector.tolist() == [1, 1]
