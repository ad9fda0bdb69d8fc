"""Keys to positions, against a dictionary."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evigate.base.errors import EvigateError
from evigate.engine.sources import keys as module
from evigate.engine.sources.keys import KeyIndex, check_keys, key_bits


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=12), unique=True), st.lists(st.text(max_size=12), max_size=20))
def test_text_keys_are_found_as_in_a_dictionary(keys: list[str], asked: list[str]) -> None:
    index = KeyIndex.build(pa.array(keys, pa.string()))
    where = {key: place for place, key in enumerate(keys)}
    wanted = [*asked, *keys]
    found = index.positions_of(pa.array(wanted, pa.string()))
    assert found.tolist() == [where.get(key, -1) for key in wanted]


@pytest.mark.parametrize(
    "keys",
    [
        pa.array([5, -3, 2**62, 0]),
        pa.array([2**64 - 1, 0], pa.uint64()),
        pa.array([b"\x00", b"", b"\x00\x00"], pa.binary()),
        pa.array([date(2020, 1, 1), date(1969, 1, 1)]),
        pa.array([Decimal("1.10"), Decimal("-2.00")]),
        pa.array(["a", "b"], pa.large_string()),
        pa.array([], pa.string()),
    ],
)
def test_each_type_of_key(keys: pa.Array, tmp_path: Path) -> None:
    index = KeyIndex.build(keys)
    index.save(tmp_path)
    opened = KeyIndex.open(keys, tmp_path)
    assert opened.positions_of(keys).tolist() == list(range(len(keys)))
    assert opened.positions_of(pa.nulls(1, keys.type)).tolist() == [-1]
    assert not opened.duplicates()


def test_slices_hash_as_wholes_do() -> None:
    keys = pa.array([f"key-{number}" for number in range(100)])
    assert (key_bits(keys)[40:60] == key_bits(keys.slice(40, 20))).all()


def test_keys_whose_bits_collide_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "key_bits", lambda keys: np.zeros(len(keys), np.uint64))
    index = KeyIndex.build(pa.array(["a", "b", "c"]))
    assert index.positions_of(pa.array(["c", "x", "a", None])).tolist() == [2, -1, 0, -1]


def test_keys_of_another_type_are_cast_or_nobodys() -> None:
    index = KeyIndex.build(pa.array([1, 2]))
    asked: list[Any] = ["2", "two", None]
    assert index.positions_of(pa.array(asked)).tolist() == [1, -1, -1]


def test_duplicates_and_nulls_are_refused_with_examples() -> None:
    keys = pa.array(["a", "b", "a"])
    with pytest.raises(EvigateError, match="'a'"):
        check_keys("id", keys, KeyIndex.build(keys))
    holes = pa.array(["a", None])
    with pytest.raises(EvigateError, match="1 nulls"):
        check_keys("id", holes, KeyIndex.build(holes))
