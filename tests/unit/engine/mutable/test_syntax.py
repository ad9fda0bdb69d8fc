"""What a caller writes: what is let through, as what it runs, and what is refused."""

import datetime as dt
import uuid

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evigate.base.errors import EvigateError
from evigate.engine.mutable.errors import E_MUTABLE_LIMIT, E_MUTABLE_MISSING, E_MUTABLE_SQL
from evigate.engine.mutable.models import MutableTable
from evigate.engine.mutable.syntax import Statement, read_condition, read_statements


def table(name: str, **columns: pa.DataType) -> MutableTable:
    schema = pa.schema(list(columns.items())).serialize().to_pybytes()
    key = (next(iter(columns)),)
    return MutableTable(
        uuid.uuid4(), name, schema, key, (), None, None, "x", dt.datetime(2026, 1, 1)
    )


T = table("t", a=pa.int64(), b=pa.string(), Id=pa.int64())
U = table("Up", a=pa.int64(), q=pa.string())
P, Q = f'"engine_rows"."{T.physical}"', f'"engine_rows"."{U.physical}"'


def lookup(name: str) -> MutableTable:
    try:
        return {"t": T, "up": U}[name.lower()]
    except KeyError:
        raise EvigateError(E_MUTABLE_MISSING, name) from None


def one(text: str) -> Statement:
    (found,) = read_statements(text, lookup)
    return found


def test_what_is_read_shows_its_declared_columns_alone() -> None:
    found = one("SELECT ID, x.B FROM t AS x JOIN up USING (a) WHERE b LIKE 'a%'")
    assert found.text == (
        f'SELECT "Id", "x"."b" FROM (SELECT "a", "b", "Id" FROM {P}) AS "x"'
        f' JOIN (SELECT "a", "q" FROM {Q}) AS "up" USING ("a") WHERE "b" LIKE \'a%\''
    )
    assert found.returns_rows and found.tables == (T, U)


def test_what_is_written_is_named_in_full() -> None:
    found = one(
        "INSERT INTO T VALUES ($n, ?, $n) ON CONFLICT (a) DO UPDATE SET b = excluded.b RETURNING *"
    )
    assert found.text == (
        f'INSERT INTO {P} AS "t" ("a", "b", "Id") VALUES ($1, $2, $1) ON CONFLICT("a")'
        ' DO UPDATE SET "b" = "excluded"."b" RETURNING "t"."a", "t"."b", "t"."Id"'
    )
    assert found.names == ("n", "1")
    assert (
        one("INSERT INTO t VALUES (1), (2)").text == f'INSERT INTO {P} AS "t" ("a") VALUES (1), (2)'
    )
    assert one("DELETE FROM t WHERE a = 1").text == f'DELETE FROM {P} AS "t" WHERE "a" = 1'
    assert not one("DELETE FROM t").returns_rows


def test_a_name_in_with_cannot_fall_through_to_the_databases_tables() -> None:
    found = one("WITH pg_authid AS (SELECT a FROM t) SELECT * FROM pg_authid")
    assert '"evigate_cte_pg_authid" AS "pg_authid"' in found.text
    assert '"pg_authid" AS' not in found.text.replace("cte_pg_authid", "")
    # Out of its scope the name is no table at all; the database will say so of the prefixed one.
    found = one(
        "SELECT (SELECT 1 FROM pg_class) FROM (WITH pg_class AS (SELECT 1 AS x) SELECT x FROM pg_class) AS s"
    )
    assert '"pg_class"' not in found.text.replace('AS "pg_class"', "").replace(
        '"evigate_cte_pg_class"', ""
    )


def test_literals_and_comments_stay_what_they_are() -> None:
    hostile = "it''s -- no /* comment */ ; \\'' $1 {x} %s"
    found = one(f"SELECT '{hostile}' AS b FROM t -- '; DROP TABLE t; --\n")
    assert found.text.startswith(f"SELECT '{hostile}' AS \"b\" FROM")
    assert found.names == () and "DROP" not in found.text


@given(
    st.text(
        alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30
    )
)
def test_any_text_literal_comes_back_as_itself(text: str) -> None:
    literal = "'" + text.replace("'", "''") + "'"
    assert one(f"SELECT {literal} AS b").text == f'SELECT {literal} AS "b"'
    assert read_condition(f"b = {literal}", T).text == f'("b" = {literal})'


@example("{:}")
@given(st.text(alphabet="abtu ()'\";-/*$.,=<>\\\n_{}[]:12SELECTFROMwhere", max_size=40))
def test_no_text_makes_anything_but_a_refusal_or_a_checked_statement(text: str) -> None:
    for head in ("", "SELECT ", "DELETE FROM t WHERE ", "INSERT INTO t ", "SELECT * FROM "):
        try:
            found = read_statements(head + text, lookup)
        except EvigateError as refusal:
            assert refusal.code in (E_MUTABLE_SQL, E_MUTABLE_LIMIT, E_MUTABLE_MISSING)
        else:
            assert all(
                item.text.partition(" ")[0] in ("SELECT", "DELETE", "INSERT", "UPDATE", "WITH")
                or item.text.startswith("(")
                for item in found
            )


@pytest.mark.parametrize(
    "text",
    ["1) OR (1 = 1", "a = 1 ORDER BY 1", "a = (SELECT 1)", "a = 1; SELECT 1", "true) UNION SELECT (1", "", "a = 1 LIMIT 1", "EXISTS (SELECT 1)", "tenant_id = 'x'", "pg_sleep(1) IS NULL", "a = 1) --"],
)  # fmt: skip
def test_a_condition_is_one_expression(text: str) -> None:
    with pytest.raises(EvigateError) as refusal:
        read_condition(text, T)
    assert refusal.value.code is E_MUTABLE_SQL


def test_bounds() -> None:
    for text in (
        "SELECT 1;" * 101,
        "SELECT '" + "x" * 200_000 + "'",
        "SELECT " + "(" * 20_000 + "1" + ")" * 20_000,
    ):
        with pytest.raises(EvigateError) as refusal:
            read_statements(text, lookup)
        assert refusal.value.code in (E_MUTABLE_LIMIT, E_MUTABLE_SQL)
