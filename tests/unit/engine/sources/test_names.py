"""Names that a source may have."""

import pytest

from evigate.base.errors import EvigateError
from evigate.engine.sources.names import check_name


@pytest.mark.parametrize("name", ["docs", "_x", "A1", "a" * 63, "full_text", "tables"])
def test_plain_names_are_taken(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "1a",
        "a-b",
        "a b",
        "a.b",
        "a" * 64,
        'a"b',
        "a'b",
        "a;drop",
        "naïve",
        "a\n",
        "x\x00",
        "select",
        "TABLE",
        "information_schema",
        "Main",
        "pg_catalog",
        "evigate_rows_1",
        "../up",
    ],
)
def test_hostile_and_reserved_names_are_refused(name: str) -> None:
    with pytest.raises(EvigateError) as caught:
        check_name(name)
    assert caught.value.code.name == "E_SOURCE_NAME"
