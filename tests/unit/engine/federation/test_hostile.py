"""Whatever a statement tries, it reads the caller's relations and nothing else."""

from collections.abc import Callable

import pyarrow as pa
import pytest

from evigate.base.errors import EvigateError
from evigate.engine.federation.duck import Duck
from evigate.engine.federation.relations import TableFunction
from evigate.engine.federation.session import SqlSession

Make = Callable[..., SqlSession]

FILES = [
    "SELECT * FROM read_csv('{file}')",
    "SELECT * FROM read_csv_auto('{file}')",
    "SELECT * FROM READ_TEXT('{file}')",
    "SELECT * FROM read_blob('{file}')",
    "SELECT * FROM read_parquet('{file}')",
    "SELECT * FROM parquet_scan('{file}')",
    "SELECT * FROM parquet_metadata('{file}')",
    "SELECT * FROM read_json('{file}')",
    "SELECT * FROM read_ndjson_objects('{file}')",
    "SELECT * FROM sniff_csv('{file}')",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM main.read_text('{file}')",
    "SELECT * FROM system.main.read_text('{file}')",
    "SELECT * FROM \"read_text\"('{file}')",
    "SELECT * FROM sqlite_scan('{file}', 't')",
    "SELECT * FROM postgres_scan('host=x', 'public', 't')",
    "SELECT * FROM read_duckdb('{file}', table_name := 't')",
    "SELECT * FROM '{file}'",
    'SELECT * FROM "{file}"',
    'SELECT * FROM "s3://bucket/x.parquet"',
    "SELECT * FROM 'https://example.test/x.csv'",
    "FROM '{file}'",
    "TABLE '{file}'",
    "DESCRIBE '{file}'",
    "SUMMARIZE '{file}'",
    "WITH x AS (SELECT * FROM '{file}') SELECT * FROM x",
    "WITH x AS (SELECT 1) SELECT * FROM x UNION ALL SELECT * FROM '{file}'",
    "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n FROM '{file}') SELECT * FROM x",
    "SELECT * FROM docs, LATERAL (SELECT * FROM read_text('{file}')) y",
    "SELECT (SELECT content FROM read_text('{file}'))",
    "SELECT * FROM docs WHERE id IN (SELECT 1 FROM '{file}')",
    "SELECT * FROM docs WHERE EXISTS (FROM read_text('{file}'))",
    "SELECT * FROM docs ORDER BY (SELECT count(*) FROM '{file}')",
    "SELECT * FROM docs LIMIT (SELECT count(*) FROM '{file}')",
    "SELECT CASE WHEN (SELECT true FROM '{file}') THEN 1 END",
    "SELECT list_transform([1], lambda x: (SELECT count(*) FROM '{file}'))",
    "SELECT sum(id) FILTER (WHERE (SELECT true FROM '{file}')) FROM docs",
    "SELECT sum(id) OVER (ORDER BY (SELECT 1 FROM '{file}')) FROM docs",
    "SELECT * FROM docs JOIN '{file}' f ON true",
    "SELECT * FROM (VALUES ((SELECT 1 FROM '{file}'))) v",
    # A common table expression of the file's name, out of scope where the file is named.
    "SELECT * FROM (WITH \"{file}\" AS (SELECT 1) SELECT 2) a, '{file}'",
    'WITH x AS (SELECT * FROM "{file}"), "{file}" AS (SELECT 1) SELECT * FROM x',
    "SELECT * FROM query('SELECT * FROM read_text(''{file}'')')",
    "SELECT * FROM query_table('{file}')",
    "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "EXPLAIN SELECT * FROM '{file}'",
    "EXPLAIN ANALYZE SELECT * FROM read_text('{file}')",
    "SELECT * FROM docs PIVOT (count(*) FOR id IN (SELECT 1 FROM '{file}'))",
    "COPY (SELECT 1) TO '{file}.out'",
    "COPY docs FROM '{file}'",
    "EXPLAIN COPY docs TO '{file}.out'",
    "EXPORT DATABASE '{file}.d'",
    "ATTACH '{file}' AS x",
    "INSTALL httpfs",
    "LOAD '{file}'",
    "IMPORT DATABASE '{file}'",
    "CREATE TABLE x AS SELECT 1",
    "CREATE VIEW x AS FROM '{file}'",
    "CREATE SECRET s (TYPE postgres)",
    "INSERT INTO docs VALUES (1)",
    "DELETE FROM docs",
    "DROP TABLE docs",
    "CALL pragma_version()",
    "PRAGMA database_list",
    "SET memory_limit = '1GB'",
    "RESET memory_limit",
    "SET VARIABLE x = 1",
    "USE main",
    "DETACH memory",
    "CHECKPOINT",
    "PREPARE x AS SELECT 1",
    "EXECUTE x",
    "BEGIN",
    "SELECT 1; SELECT * FROM '{file}'",
    "SELECT 1; DROP TABLE docs",
    "SELECT getenv('HOME')",
    "SELECT current_setting('temp_directory')",
    "SELECT getvariable('x')",
    "SELECT nextval('s')",
    "SELECT write_log('x')",
    "SELECT sleep_ms(1)",
    "SELECT pg_sleep(1)",
    "SELECT json_serialize_sql('SELECT 1')",
    "SELECT main.getenv('HOME')",
    "SELECT 'HOME'.getenv()",
    "SELECT * FROM docs WHERE getenv('HOME') = 'x'",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM duckdb_databases()",
    "SELECT * FROM pragma_table_info('docs')",
    "SELECT * FROM duckdb_tables",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM pg_catalog.pg_tables",
    "SELECT * FROM pg_tables",
    "SELECT * FROM information_schema.character_sets",
    "SELECT * FROM system.information_schema.tables",
    "SELECT * FROM memory.main.docs",
    "SELECT * FROM main.docs",
    "SELECT * FROM evigate_rows_1",
    "SELECT * FROM docs, evigate_rows_1",
    "SHOW TABLES",
    "SHOW ALL TABLES",
    "SHOW DATABASES",
    "SELECT * FROM which_secret('s3://x', 's3')",
    "SELECT * FROM arrow_scan(1, 2, 3)",
    "SELECT * FROM test_all_types()",
    "SELECT * FROM docs AT (VERSION => 1)",
    "SELECT * FROM echo((SELECT content FROM read_text('{file}')), getenv('HOME'))",
    "SELECT * FROM echo(1 + getenv('HOME'))",
    "SELECT * FROM theirs",
]


def echo(args: object, named: object) -> pa.Table:
    return pa.table({"seen": ["called"]})


@pytest.mark.parametrize("text", FILES)
def test_a_statement_reaches_no_file_setting_or_foreign_relation(
    text: str, make: Make, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / "secret.csv"
    file.write_text("word\nhunter2\n")
    session = make([TableFunction("echo", echo)], docs=pa.table({"id": [1]}))
    with pytest.raises(EvigateError) as caught:
        session.sql(text.replace("{file}", str(file)))
    assert caught.value.code.name in (
        "E_SQL_FORBIDDEN",
        "E_SQL_INVALID",
        "E_SQL_UNKNOWN_RELATION",
    ), caught.value
    assert "hunter2" not in caught.value.message
    assert not list(file.parent.glob("secret.csv.*"))


def test_settings_are_locked_below_the_statements_too(duck: Duck) -> None:
    for text in ("SET enable_external_access = true", "SET autoload_known_extensions = true"):
        with pytest.raises(EvigateError, match="locked"):
            duck.table(text)


def test_a_python_variable_is_not_a_table(make: Make) -> None:
    leaked = pa.table({"x": [1]})
    with pytest.raises(EvigateError, match="no relation 'leaked'"):
        make().sql("SELECT * FROM leaked")
    assert leaked.num_rows == 1


def test_two_tenants_with_one_name_see_each_their_own(make: Make) -> None:
    ours = make(docs=pa.table({"id": [1, 2]}), mine=pa.table({"z": [0]}))
    theirs = make(docs=pa.table({"id": [7]}))
    assert ours.sql("SELECT id FROM docs")["id"].to_pylist() == [1, 2]
    assert theirs.sql("SELECT id FROM docs")["id"].to_pylist() == [7]
    unknown, foreign = [], []
    for name, found in (("nothing", unknown), ("mine", foreign)):
        with pytest.raises(EvigateError) as caught:
            theirs.sql(f"SELECT * FROM {name}")
        found.append(str(caught.value).replace(name, "?"))
    assert unknown == foreign


def test_information_schema_shows_the_callers_relations_only(make: Make) -> None:
    session = make(docs=pa.table({"id": [1], "text": ["a"]}))
    assert session.sql("SELECT table_name FROM information_schema.tables")[
        "table_name"
    ].to_pylist() == ["docs"]
    columns = session.sql(
        "SELECT column_name, data_type, ordinal_position FROM information_schema.columns"
    )
    assert columns.to_pylist() == [
        {"column_name": "id", "data_type": "int64", "ordinal_position": 1},
        {"column_name": "text", "data_type": "string", "ordinal_position": 2},
    ]
    assert session.sql("FROM information_schema.schemata").num_rows == 1
