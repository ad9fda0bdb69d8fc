"""What is found of a source at registration, and what is refused."""

import gzip
import json
import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Source, SourceKind, VersionKind
from evigate.engine.sources.context import SourceContext
from evigate.engine.sources.probe import probe
from evigate.engine.sources.reading import changed, relation_of, schema_of
from evigate.engine.sources.rows import scan
from evigate.engine.sources.snapshot import sweep_partials

Add = Callable[..., Source]
TABLE = pa.table({"id": [1, 2, 3], "text": ["a", "b", "c"]})
ROWS = TABLE.to_pylist()


def refused(add: Add, target: Any, **named: Any) -> EvigateError:
    with pytest.raises(EvigateError) as caught:
        add(target, **named)
    return caught.value


def write(path: Path, kind: str) -> Path:
    file = path / f"rows.{kind}"
    if kind == "parquet":
        pq.write_table(TABLE, file)
    elif kind == "csv":
        file.write_text("id,text\n1,a\n2,b\n3,c\n")
    elif kind == "tsv":
        file.write_text("id\ttext\n1\ta\n2\tb\n3\tc\n")
    elif kind == "json":
        file.write_text(json.dumps(ROWS))
    elif kind == "jsonl":
        file.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    elif kind == "csv.gz":
        file.write_bytes(gzip.compress(b"id,text\n1,a\n2,b\n3,c\n"))
    else:
        feather.write_feather(TABLE, str(file), compression="uncompressed")
    return file


@pytest.mark.parametrize("kind", ["parquet", "csv", "tsv", "json", "jsonl", "arrow", "csv.gz"])
def test_each_kind_of_file(kind: str, add: Add, context: SourceContext, tmp_path: Path) -> None:
    source = add(write(tmp_path, kind), key="id")
    assert source.row_count == 3
    assert source.version.kind is VersionKind.DIGEST
    assert schema_of(source).names == ["id", "text"]
    assert scan(source, context).read_all().to_pylist() == ROWS
    assert changed(source, context) == source.version


def test_avro(add: Add, context: SourceContext, tmp_path: Path) -> None:
    # A container file by hand: schema, then one block of two records; longs are zigzag varints.
    schema = {
        "type": "record",
        "name": "r",
        "fields": [{"name": "id", "type": "long"}, {"name": "text", "type": "string"}],
    }
    text = json.dumps(schema).encode()

    def long(value: int) -> bytes:
        coded, out = value << 1, b""
        while coded > 127:
            out, coded = out + bytes([coded & 127 | 128]), coded >> 7
        return out + bytes([coded])

    def string(value: bytes) -> bytes:
        return long(len(value)) + value

    meta = long(2) + string(b"avro.schema") + string(text) + string(b"avro.codec") + string(b"null")
    block = long(1) + string(b"a") + long(2) + string(b"b")
    sync = b"0123456789abcdef"
    file = tmp_path / "rows.avro"
    file.write_bytes(b"Obj\x01" + meta + long(0) + sync + long(2) + string(block) + sync)
    assert scan(add(file, key="id"), context).read_all().to_pylist() == ROWS[:2]


@pytest.mark.parametrize(
    "wrap", [lambda table: table, lambda table: table.to_pandas(), pl.from_arrow]
)
def test_tables_in_memory(
    wrap: Callable[[pa.Table], Any], add: Add, context: SourceContext
) -> None:
    source = add(wrap(TABLE), key="id")
    assert source.kind is SourceKind.PARQUET
    assert scan(source, context).read_all().to_pylist() == ROWS
    assert Path(source.uri).is_relative_to(context.folder)
    assert add(wrap(TABLE), key="id").version == source.version
    assert add(wrap(TABLE.slice(1)), key="id").version != source.version


def test_categories_and_views_are_text(add: Add, context: SourceContext) -> None:
    frame = pd.DataFrame({"id": [1, 2], "kind": pd.Categorical(["x", "y"])})
    assert schema_of(add(frame)).field("kind").type == pa.string()


def test_folders_and_globs(add: Add, context: SourceContext, tmp_path: Path) -> None:
    for number in range(3):
        part = tmp_path / "data" / f"year={number}"
        part.mkdir(parents=True)
        pq.write_table(TABLE.slice(number, 1), part / "part.parquet")
    (tmp_path / "data" / "readme.txt").write_text("no data")
    for target in (tmp_path / "data", f"{tmp_path}/data/*/*.parquet"):
        source = add(target, key="id")
        assert scan(source, context).read_all().to_pylist() == ROWS


def test_a_version_follows_the_content(add: Add, context: SourceContext, tmp_path: Path) -> None:
    file = write(tmp_path, "csv")
    source = add(file)
    os.utime(file, (0, 0))
    assert changed(source, context) == source.version
    file.write_text("id,text\n1,a\n2,b\n3,d\n")
    os.utime(file, (0, 0))  # the same size and the same time: only the bytes differ
    assert changed(source, context) != source.version


def test_nothing_there_is_said(add: Add, tmp_path: Path) -> None:
    for target in (tmp_path / "no.parquet", f"{tmp_path}/*.csv"):
        assert refused(add, target).code.name == "E_SOURCE_EMPTY"
    assert refused(add, tmp_path, format="csv").code.name == "E_SOURCE_EMPTY"
    assert refused(add, "").code.name == "E_SOURCE_TARGET"
    assert refused(add, 7).code.name == "E_SOURCE_TARGET"
    assert refused(add, "ftp://x/y.csv").code.name == "E_SOURCE_TARGET"


def test_an_unknown_format_lists_the_known_ones(add: Add, tmp_path: Path) -> None:
    file = tmp_path / "x.xyz"
    file.write_text("x")
    for error in (refused(add, file), refused(add, file, format="excel")):
        assert error.code.name == "E_SOURCE_FORMAT"
        assert "parquet, csv, json, jsonl, avro, arrow" in error.message
    assert add(write(tmp_path, "csv"), format="csv").row_count == 3


def test_options_of_csv(add: Add, context: SourceContext, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("1;a\n2;NIL\n")
    source = add(file, options={"delimiter": ";", "header": False, "null": "NIL"})
    found = scan(source, context).read_all()
    assert [tuple(row.values()) for row in found.to_pylist()] == [(1, "a"), (2, None)]
    error = refused(add, file, options={"delimeter": ";"})
    assert error.code.name == "E_SOURCE_OPTION" and "delimeter" in error.message


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"id": [4], "text": [5]}, "text"),
        ({"id": [4]}, "text"),
        ({"id": [4], "text": ["d"], "more": [1]}, "more"),
    ],
)
def test_schema_drift_names_file_and_column(
    other: dict[str, list[Any]], word: str, add: Add, tmp_path: Path
) -> None:
    write(tmp_path, "parquet")
    pq.write_table(pa.table(other), tmp_path / "second.parquet")
    error = refused(add, tmp_path)
    assert error.code.name == "E_SOURCE_DRIFT"
    assert "second.parquet" in error.message and repr(word) in error.message


def test_drift_between_text_files(add: Add, context: SourceContext, tmp_path: Path) -> None:
    write(tmp_path, "csv")
    other = tmp_path / "second.csv"
    other.write_text("id,text\n1.5,d\n")
    source = add(tmp_path, format="csv")
    assert [row["id"] for row in scan(source, context).read_all().to_pylist()] == [1, 2, 3, 1.5]
    other.write_text("id,text\nfour,d\n")
    error = refused(add, tmp_path, format="csv")
    assert error.code.name == "E_SOURCE_DRIFT" and "'id'" in error.message


@pytest.mark.parametrize("damage", ["tail", "empty", "text"])
def test_a_corrupted_file_is_named(damage: str, add: Add, tmp_path: Path) -> None:
    file = write(tmp_path, "parquet")
    data = file.read_bytes()
    broken = {"tail": data[:-6], "empty": b"", "text": b"id,text"}
    file.write_bytes(broken[damage])
    error = refused(add, file)
    assert error.code.name == "E_SOURCE_CORRUPT" and "rows.parquet" in error.message


def test_a_corrupted_page_is_found_with_the_key(add: Add, tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    pq.write_table(
        pa.table({"id": list(range(5000))}), file, compression="zstd", use_dictionary=False
    )
    data = bytearray(file.read_bytes())
    data[40:1000] = b"\xff" * 960
    file.write_bytes(data)
    error = refused(add, file, key="id")
    assert error.code.name == "E_SOURCE_CORRUPT" and "rows.parquet" in error.message


def test_keys_are_checked(add: Add) -> None:
    twice = pa.table({"id": [1, 2, 2, 3, 3], "f": [0.5] * 5, "n": [1, 2, 3, 4, None]})
    error = refused(add, twice, key="id")
    assert error.code.name == "E_SOURCE_KEY" and "such as 2, 3" in error.message
    assert "nulls" in refused(add, twice, key="n").message
    assert "'nope'" in refused(add, twice, key="nope").message
    assert refused(add, pa.table({"f": [0.5]}), key="f").code.name == "E_SOURCE_KEY"


def test_the_tenant_column_is_checked_at_registration(add: Add) -> None:
    table = pa.table({"id": [1], "owner": ["t1"], "score": [0.5]})
    assert refused(add, table, tenant_column="nope").code.name == "E_SOURCE_TENANT_COLUMN"
    assert refused(add, table, tenant_column="score").code.name == "E_SOURCE_TENANT_COLUMN"
    assert add(table, tenant_column="owner").row_count == 1


def test_tables_with_unusable_columns_are_refused(add: Add) -> None:
    assert refused(add, pa.table({})).code.name == "E_SOURCE_TARGET"
    twins = pa.table([[1], [2]], names=["a", "A"])
    assert refused(add, twins).code.name == "E_SOURCE_TARGET"
    ours = pa.table({"evigate_position": [1]})
    assert refused(add, ours).code.name == "E_SOURCE_COLUMN"


def test_an_empty_table_is_a_source(add: Add, context: SourceContext) -> None:
    source = add(TABLE.slice(0, 0), key="id")
    assert source.row_count == 0
    assert scan(source, context).read_all().num_rows == 0


def test_a_database_needs_an_existing_table(add: Add, tmp_path: Path) -> None:
    file = tmp_path / "x.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    connection.close()
    assert refused(add, f"sqlite:///{file}").code.name == "E_SOURCE_OPTION"
    error = refused(add, f"sqlite:///{file}?table=u")
    assert error.code.name == "E_SOURCE_TABLE" and "'t'" in error.message
    assert refused(add, f"sqlite:///{tmp_path}/no.db?table=t").code.name == "E_SOURCE_EMPTY"
    (tmp_path / "fake.db").write_text("not a database, but long enough to be looked at as one")
    error = refused(add, f"sqlite:///{tmp_path}/fake.db?table=t")
    assert error.code.name == "E_SOURCE_UNREACHABLE"


def test_files_outside_the_roots_are_out_of_reach(
    add: Add, context: SourceContext, tmp_path: Path
) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        write(folder, "csv")
    (inside / "link.csv").symlink_to(outside / "rows.csv")
    with sqlite3.connect(outside / "x.sqlite") as connection:
        connection.execute("CREATE TABLE t (id)")
    connection.close()
    narrow = replace(context, roots=(inside,))
    assert probe("docs", inside / "rows.csv", context=narrow).row_count == 3
    assert probe("docs", TABLE, context=narrow).row_count == 3
    for target in (
        outside / "rows.csv",
        outside / "absent.csv",
        inside / "link.csv",
        f"{inside}/../out/*.csv",
        f"file://{outside}/rows.csv",
        f"sqlite:///{outside}/x.sqlite?table=t",
    ):
        with pytest.raises(EvigateError) as caught:
            probe("docs", target, context=narrow)
        assert caught.value.code.name == "E_SOURCE_TARGET", caught.value
    source = add(outside / "rows.csv")
    with pytest.raises(EvigateError):
        relation_of(source, narrow)


def test_what_killed_processes_left_is_swept(context: SourceContext) -> None:
    for name in ("snapshots/x/.partial-1/rows.arrow", "uploads/.abc", "uploads/kept.parquet"):
        path = context.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    assert sweep_partials(context.folder) == 0
    assert sweep_partials(context.folder, older_than_s=-1) == 2
    assert (context.folder / "uploads/kept.parquet").exists()


def test_a_relation_is_read_with_the_registered_types(
    add: Add, context: SourceContext, tmp_path: Path
) -> None:
    source = add(write(tmp_path, "csv"), name="docs")
    relation = relation_of(source, context)
    assert relation.name == "docs" and relation.schema.equals(schema_of(source))
