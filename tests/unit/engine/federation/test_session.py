"""SQL as a tenant writes it: parameters, table functions, streams, limits, mistakes."""

import gc
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.conftest import slowness

from evigate.base.errors import EvigateError
from evigate.engine.federation.duck import Duck
from evigate.engine.federation.relations import (
    ArrowBody,
    Relation,
    ScanBody,
    Subquery,
    TableFunction,
    parquet_relation,
)
from evigate.engine.federation.session import SqlSession
from evigate.engine.federation.stream import Limits

Make = Callable[..., SqlSession]
DOCS = pa.table({"id": [1, 2, 3], "title": ["wing", "flow", "heat"], "year": [1950, 1960, 1970]})


def code_of(session: SqlSession, text: str, *args: Any, **named: Any) -> str:
    with pytest.raises(EvigateError) as caught:
        session.sql(text, *args, **named)
    return caught.value.code.name


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT docs.title FROM docs WHERE id = 2", [("flow",)]),
        ("SELECT d.title FROM Docs AS d(a, title, c) WHERE d.a = 1", [("wing",)]),
        ("WITH docs AS (SELECT 9 AS id) SELECT id FROM docs", [(9,)]),
        ("WITH docs AS (SELECT id FROM docs WHERE id > 2) SELECT * FROM docs", [(3,)]),
        ("SELECT id FROM docs UNION SELECT 9 ORDER BY ALL DESC LIMIT 2", [(9,), (3,)]),
        ("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 4) FROM r", [(1,), (2,), (3,), (4,)]),
        ("SELECT (SELECT max(year) FROM docs b WHERE b.id <= a.id) FROM docs a ORDER BY a.id", [(1950,), (1960,), (1970,)]),
        ("SELECT count(*) FROM docs a JOIN docs b USING (id)", [(3,)]),
        ("SELECT i FROM range(3) t(i)", [(0,), (1,), (2,)]),
        ("SELECT u FROM docs, unnest([id, year]) x(u) WHERE id = 1 ORDER BY u", [(1,), (1950,)]),
        ("SELECT row_number() OVER (ORDER BY year DESC) FROM docs WHERE id = 3", [(1,)]),
        ("SELECT title FROM docs QUALIFY rank() OVER (ORDER BY id) = 3", [("heat",)]),
        ("SELECT list_transform([1, 2], lambda x: x + 1)", [([2, 3],)]),
        ("SELECT * EXCLUDE (title) REPLACE (year + 1 AS year) FROM docs LIMIT 1", [(1, 1951)]),
        ("/* EXPLAIN */ SELECT 1 -- done", [(1,)]),
    ],
)  # fmt: skip
def test_select_in_its_many_forms(text: str, rows: list[tuple[Any, ...]], make: Make) -> None:
    found = make(docs=DOCS).sql(text)
    assert [tuple(row.values()) for row in found.to_pylist()] == rows


def test_explain_is_a_table(make: Make) -> None:
    plan = make(docs=DOCS).sql("EXPLAIN SELECT * FROM docs WHERE id = 1")
    assert plan.column_names == ["kind", "plan"] and plan.num_rows


def test_parameters_by_name_and_in_order(make: Make) -> None:
    session = make(docs=DOCS)
    by_name = session.sql("SELECT id FROM docs WHERE year > $y AND id <> $Y", {"y": 1955})
    assert by_name["id"].to_pylist() == [2, 3]
    in_order = session.sql("SELECT id FROM docs WHERE id IN (?, ?)", [3, 1])
    assert in_order["id"].to_pylist() == [1, 3]
    vector = session.sql("SELECT dot($v, [1, 2]) AS d", {"v": np.array([3.0, 4.0], np.float32)})
    assert vector["d"].to_pylist() == [11.0]  # 3*1 + 4*2
    assert code_of(session, "SELECT $a + $b", {"a": 1}) == "E_SQL_PARAMETER"
    assert session.sql("SELECT 1 AS one", {"unused": 2})["one"].to_pylist() == [1]


def test_table_functions_get_values_and_join(make: Make) -> None:
    calls = []

    def search(args: Any, named: Any) -> pa.Table:
        calls.append((list(args), dict(named)))
        return pa.table({"id": [2, 1], "score": [0.5, 0.25]})

    session = make([TableFunction("search", search)], docs=DOCS)
    vector = np.array([1.0, 2.0])
    found = session.sql(
        "SELECT s.title, h.score FROM search('docs', $q, 10, \"where\" := 'year > 0') h "
        "JOIN docs s USING (id) ORDER BY score DESC",
        {"q": vector},
    )
    assert found.to_pylist() == [{"title": "flow", "score": 0.5}, {"title": "wing", "score": 0.25}]
    session.sql("FROM search(docs, (SELECT title FROM docs), -0.5, f = [1.5])")
    assert calls[0] == (["docs", [1.0, 2.0], 10], {"where": "year > 0"})
    assert calls[1] == (["docs", Subquery("SELECT title FROM docs"), -0.5], {"f": [1.5]})
    assert code_of(session, "FROM search('docs', $missing)") == "E_SQL_PARAMETER"
    assert code_of(session, "FROM docs, search(docs.title)") == "E_SQL_INVALID"


def test_a_table_function_says_what_argument_it_does_not_know(make: Make) -> None:
    def call(args: Any, named: Any) -> pa.Table:
        raise TypeError("there is no argument 'z'")

    assert code_of(make([TableFunction("f", call)]), "FROM f(z := 1)") == "E_SQL_INVALID"


def test_a_syntax_error_shows_where(make: Make) -> None:
    with pytest.raises(EvigateError) as caught:
        make().sql("SELECT 1,\n  FROM WHERE x")
    assert caught.value.code.name == "E_SQL_INVALID"
    line, caret = caught.value.message.splitlines()[1:]
    assert line == "  FROM WHERE x" and line[caret.index("^") :].startswith("WHERE")


def test_other_mistakes_are_said_on_one_line(make: Make) -> None:
    session = make(docs=DOCS)
    for text in ("SELECT nope FROM docs", "SELECT lower(1, 2) FROM docs", "SELECT 'x'::INTEGER"):
        with pytest.raises(EvigateError) as caught:
            session.sql(text)
        assert caught.value.code.name == "E_SQL_INVALID"
        assert "\n" not in caught.value.message and "LINE" not in caught.value.message
    with pytest.raises(EvigateError, match="Did you mean 'docs'"):
        session.sql("SELECT * FROM doc")
    assert code_of(session, "") == "E_SQL_INVALID"
    assert code_of(session, "SELECT " + "abs(" * 3000 + "1" + ")" * 3000) == "E_SQL_INVALID"
    assert code_of(session, "SELECT " + "NOT " * 5000 + "true") == "E_SQL_INVALID"
    assert code_of(session, "SELECT " + "1 + " * 5000 + "1") == "E_SQL_INVALID"


def test_distances_by_hand(make: Make) -> None:
    row = (
        make()
        .sql(
            "SELECT cosine_distance([1, 2], [1, 2]) AS same, cosine_distance([1, 2], [-1, -2]) AS back, "
            "cosine_distance([0, 0], [1, 2]) AS zero, cosine_similarity([1, 0], [1, 0]) AS one, "
            "l2_distance([0, 0], [3, 4]) AS five, inner_product([1, 2]::FLOAT[2], [3, 4]) AS eleven, "
            "cosine_distance(NULL, [1]) AS unknown"
        )
        .to_pylist()[0]
    )
    assert row["same"] == pytest.approx(0) and row["back"] == pytest.approx(2)
    assert (row["zero"], row["one"], row["five"], row["eleven"]) == (1, 1, 5, 11)
    assert row["unknown"] is None


def test_vector_aggregates_by_hand(make: Make) -> None:
    vectors = pa.table({"g": [1, 1, 2], "v": [[1.0, 4.0], [3.0, 2.0], None]})
    found = make(vectors=vectors).sql(
        "SELECT g, vector_mean(v) AS m, vector_sum(v) AS s, vector_max(v) AS x FROM vectors "
        "GROUP BY g ORDER BY g"
    )
    assert found.to_pylist() == [
        {"g": 1, "m": [2.0, 3.0], "s": [4.0, 6.0], "x": [3.0, 4.0]},
        {"g": 2, "m": None, "s": None, "x": None},
    ]
    uneven = pa.table({"v": [[1.0], [1.0, 2.0]]})
    assert code_of(make(vectors=uneven), "SELECT vector_sum(v) FROM vectors") == "E_SQL_INVALID"


def test_a_stream_reads_no_more_than_it_is_asked_for(duck: Duck) -> None:
    made = 0
    schema = pa.schema([("x", pa.int64())])

    def batches() -> Iterator[pa.RecordBatch]:
        nonlocal made
        for _ in range(5_000):
            made += 1
            yield pa.record_batch([pa.array(np.arange(10_000))], schema=schema)

    class One:
        def resolve(self, name: str) -> Relation | None:
            body = ArrowBody(lambda: pa.RecordBatchReader.from_batches(schema, batches()))
            return Relation(name, "table", "1", schema, body)

        def names(self) -> list[str]:
            return ["big"]

        def describe(self) -> list[Relation]:
            return []

    stream = SqlSession(duck, One()).sql_stream("SELECT x + 1 FROM big", batch_rows=1_000)
    assert stream.read_next_batch().num_rows <= 1_000
    assert made < 1_000
    stream.close()
    assert list(stream) == []


def test_a_stream_is_arrow_for_others(make: Make) -> None:
    session = make()
    taken = pa.table(session.sql_stream("SELECT i FROM range(100000) t(i)", batch_rows=7_000))
    assert taken.num_rows == 100_000
    with session.sql_stream("SELECT i FROM range(100000) t(i)", batch_rows=7_000) as stream:
        assert {batch.num_rows <= 7_000 for batch in stream} == {True}


def test_limits_end_a_statement(make: Make, duck: Duck) -> None:
    session = make()
    endless = "SELECT count(*) FROM range(1000000000) a(i), range(1000000) b(j) WHERE i * j % 7 = 3"
    begun = time.monotonic()
    assert code_of(session, endless, limits=Limits(timeout_s=0.2)) == "E_SQL_TIMEOUT"
    assert time.monotonic() - begun < 10 * slowness()
    assert code_of(session, "FROM range(100)", limits=Limits(rows_max=99)) == "E_SQL_ROWS"
    small = Duck(memory_limit_bytes=50_000_000, threads=1)
    try:
        hungry = SqlSession(small, session._catalog)
        text = "SELECT list(i) FROM range(100000000) t(i)"
        assert code_of(hungry, text) == "E_SQL_MEMORY"
    finally:
        small.close()


def test_cancel_ends_a_statement_from_another_thread(make: Make) -> None:
    session = make()
    endless = "SELECT count(*) FROM range(1000000000) a(i), range(1000000) b(j) WHERE i * j % 7 = 3"
    seen: list[str] = []
    worker = threading.Thread(
        target=lambda: seen.append(code_of(session, endless, query_id="slow"))
    )
    worker.start()
    deadline = time.monotonic() + 60
    while not session.cancel("slow") and time.monotonic() < deadline:
        time.sleep(0.01)
    worker.join(60)
    assert seen == ["E_SQL_CANCELLED"]
    assert session.cancel("slow") is False


def test_threads_share_a_session(make: Make) -> None:
    session = make(docs=DOCS)
    wrong: list[object] = []

    def work(number: int) -> None:
        for _ in range(20):
            found = session.sql("SELECT id + $n AS x FROM docs ORDER BY x", {"n": number})
            if found["x"].to_pylist() != [1 + number, 2 + number, 3 + number]:
                wrong.append(found)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_dropped_stream_lets_go(make: Make) -> None:
    session = make(docs=DOCS)
    stream = session.sql_stream("SELECT * FROM docs", query_id="dropped")
    assert session._running
    del stream
    gc.collect()
    assert not session._running


def test_parquet_relations_with_and_without_files(duck: Duck, tmp_path: Any) -> None:
    import pyarrow.parquet as pq

    file = tmp_path / "it's {db}.parquet"
    pq.write_table(DOCS, file)

    class Two:
        def resolve(self, name: str) -> Relation | None:
            files = [str(file)] if name == "filled" else []
            return parquet_relation(
                name, kind="table", version="1", files=files, schema=DOCS.schema
            )

        def names(self) -> list[str]:
            return ["filled", "none"]

        def describe(self) -> list[Relation]:
            return []

    session = SqlSession(duck, Two())
    assert session.sql("SELECT id FROM filled f")["id"].to_pylist() == [1, 2, 3]
    assert session.sql("SELECT * FROM none").num_rows == 0
    assert isinstance(Two().resolve("filled").body, ScanBody)  # type: ignore[union-attr]
