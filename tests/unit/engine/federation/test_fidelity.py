"""A statement taken apart and put together again means what it meant: compared with DuckDB itself."""

from collections.abc import Callable

import pyarrow as pa
import pytest

from evigate.engine.federation import duck as duck_module
from evigate.engine.federation.session import SqlSession

Make = Callable[..., SqlSession]
T = pa.table(
    {
        "g": ["a", "a", "b", "b", None],
        "x": [1, 2, 3, None, 5],
        "y": [0.5, 1.5, -2.0, 4.0, None],
        "l": [[1, 2], [3], [], None, [4, 5, 6]],
        "d": ["2020-01-31", "2020-02-29", "2021-03-01", None, "1999-12-31"],
    }
)
U = pa.table({"g": ["a", "b", "c"], "w": [10, 20, 30]})

STATEMENTS = [
    "SELECT g, count(*), sum(x), avg(y) FROM t GROUP BY g ORDER BY g NULLS FIRST",
    "SELECT g, sum(x) FROM t GROUP BY ROLLUP (g) ORDER BY ALL",
    "SELECT g, x, sum(y) FROM t GROUP BY GROUPING SETS ((g), (x), ()) ORDER BY ALL",
    "SELECT g, x, count(*) FROM t GROUP BY CUBE (g, x) ORDER BY ALL",
    "SELECT DISTINCT ON (g) g, x FROM t ORDER BY g, x DESC NULLS LAST",
    "SELECT DISTINCT g FROM t ORDER BY 1 DESC NULLS LAST",
    "SELECT g, sum(x) FILTER (WHERE y > 0) AS s FROM t GROUP BY g HAVING count(*) > 1 ORDER BY g",
    "SELECT g, string_agg(x::VARCHAR, '-' ORDER BY x DESC) FROM t GROUP BY ALL ORDER BY g",
    "SELECT x, lag(x, 1, 0 IGNORE NULLS) OVER (PARTITION BY g ORDER BY y) FROM t ORDER BY ALL",
    "SELECT x, sum(x) OVER (ORDER BY y ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t ORDER BY ALL",
    "SELECT x, sum(x) OVER (ORDER BY y RANGE BETWEEN UNBOUNDED PRECEDING AND 1.5 FOLLOWING EXCLUDE CURRENT ROW) FROM t ORDER BY ALL",
    "SELECT x, rank() OVER w, first_value(x) OVER w FROM t WINDOW w AS (PARTITION BY g ORDER BY x) ORDER BY ALL",
    "SELECT g, x FROM t QUALIFY row_number() OVER (PARTITION BY g ORDER BY x) = 1 ORDER BY ALL",
    "SELECT * FROM t JOIN u USING (g) ORDER BY x",
    "SELECT * FROM t LEFT JOIN u ON t.g = u.g AND u.w > 10 ORDER BY x",
    "SELECT * FROM t RIGHT JOIN u USING (g) ORDER BY w, x",
    "SELECT * FROM t FULL JOIN u USING (g) ORDER BY ALL",
    "SELECT * FROM t NATURAL JOIN u ORDER BY x",
    "SELECT g FROM t SEMI JOIN u USING (g) ORDER BY 1",
    "SELECT x FROM t ANTI JOIN u USING (g)",
    "SELECT count(*) FROM t CROSS JOIN u",
    "SELECT t.x, u.w FROM t ASOF LEFT JOIN u ON t.x * 10 >= u.w ORDER BY ALL",
    "SELECT x, i FROM t, LATERAL (SELECT unnest(t.l) AS i) ORDER BY ALL",
    "SELECT x, (SELECT max(w) FROM u WHERE u.g = t.g) AS m FROM t ORDER BY x",
    "SELECT x FROM t WHERE g IN (SELECT g FROM u WHERE w > 10) ORDER BY 1",
    "SELECT x FROM t WHERE x > ALL (SELECT 1) ORDER BY 1",
    "SELECT x FROM t WHERE x = ANY (SELECT w / 10 FROM u) ORDER BY 1",
    "SELECT x FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE u.g = t.g)",
    "SELECT x FROM t WHERE (g, x) IN (('a', 1), ('b', 3)) ORDER BY 1",
    "SELECT x FROM t WHERE x NOT IN (1, 2) AND y NOT BETWEEN 0 AND 1",
    "SELECT x FROM t WHERE g IS DISTINCT FROM 'a' ORDER BY 1",
    "SELECT x FROM t WHERE g LIKE 'A%' OR g ILIKE 'A%' AND g NOT LIKE '_b' ESCAPE '\\' ORDER BY 1",
    "SELECT x FROM t WHERE g SIMILAR TO '(a|c)' OR regexp_matches(g, '^b$') ORDER BY 1",
    "SELECT CASE g WHEN 'a' THEN 1 WHEN 'b' THEN 2 ELSE -1 END AS c, coalesce(x, 0) FROM t ORDER BY ALL",
    "SELECT 1 UNION SELECT 1 UNION ALL SELECT 1",
    "SELECT 1 AS a, 2 AS b UNION ALL BY NAME SELECT 3 AS b, 4 AS a ORDER BY ALL",
    "(SELECT 1 AS a EXCEPT SELECT 2) INTERSECT (SELECT 1) ORDER BY 1 LIMIT 1",
    "SELECT x FROM t UNION (SELECT w FROM u ORDER BY w DESC LIMIT 1) ORDER BY 1",
    "SELECT 7 // 2, 7 / 2, -7 % 3, 2 ** 3, 5 & 3, 5 | 3, ~5, 1 << 3, 2 ^ 3, 10!",
    "SELECT 1 - (2 - 3), 1 - 2 - 3, -(-1), - -1, NOT (true AND false) OR false, 2 * (3 + 4)",
    "SELECT 'it''s', 'a' || 'b' || NULL, E'tab\\there', 'ünï', $$dollar$$, '\\'",
    "SELECT 1.5, 1e10, 1e-3, 123456789012345678901234567890, 0.1 + 0.2, 1_000, .5, 1.2345678901234567e-5, -4e-7, 'nan'::DOUBLE, '-inf'::DOUBLE",
    "SELECT true, NULL, DATE '2020-02-29', TIME '10:11:12', TIMESTAMP '2020-01-01 10:00:00.123456', TIMESTAMPTZ '2020-01-01 10:00:00+02'",
    "SELECT DATE '2020-01-31' + INTERVAL 1 MONTH, INTERVAL '1 day 2 hours', DATE '2020-01-31' - DATE '2020-01-01', INTERVAL (x) DAY FROM t ORDER BY ALL",
    "SELECT d::DATE, date_trunc('month', d::DATE), extract(year FROM d::DATE), strftime(d::DATE, '%d.%m.%Y') FROM t ORDER BY ALL",
    "SELECT TRY_CAST('x' AS INTEGER), CAST('12.345' AS DECIMAL(8, 2)), '5'::TINYINT, 5::VARCHAR(3), [1, 2]::DOUBLE[], [1, 2]::FLOAT[2]",
    "SELECT {'a': 1, 'b': [1, 2]}.b[2], MAP {'k': 1}['k'], [1, 2, 3][2:], [1, 2, 3][-1], 'abc'[2], [[1], [2]][1][1]",
    "SELECT list_filter(l, lambda v: v > 1), list_reduce([1, 2, 3], lambda a, b: a + b), [v * 2 for v in l if v > 1] AS c FROM t ORDER BY ALL",
    "SELECT list_transform([1, 2], lambda v, i: v * i), list_sort([3, 1], 'DESC'), len(l), list_contains(l, 2) FROM t ORDER BY ALL",
    "SELECT '{\"a\": [1, 2]}'::JSON -> 'a' ->> 1, json_extract('{\"a\": {\"b\": 3}}', '$.a.b')::INTEGER",
    "SELECT * EXCLUDE (l, d) RENAME (x AS z) FROM t ORDER BY ALL",
    "SELECT * REPLACE (x * 2 AS x) FROM t ORDER BY x",
    "SELECT COLUMNS('^(x|y)$') + 1 FROM t ORDER BY ALL",
    "SELECT min(COLUMNS(c -> c IN ('x', 'y'))) FROM t",
    "SELECT t.*, u.w FROM t, u WHERE t.g = u.g ORDER BY ALL",
    "SELECT t FROM t ORDER BY x LIMIT 1",
    "SELECT 1 AS \"select\", 2 AS \"Mixed Case\", 3 AS \"quo\"\"te\"",
    "SELECT a.\"select\" FROM (SELECT 1 AS \"select\") a",
    "FROM t SELECT x WHERE x > 1 ORDER BY x OFFSET 1",
    "SELECT x FROM t ORDER BY x DESC NULLS LAST LIMIT 2 OFFSET 1",
    "SELECT x FROM t ORDER BY g COLLATE NOCASE DESC, x LIMIT 40%",
    "WITH a(k) AS (SELECT 1), b AS NOT MATERIALIZED (SELECT k + 1 AS k FROM a) SELECT * FROM a, b",
    "WITH RECURSIVE f(a, b) AS (SELECT 0, 1 UNION ALL SELECT b, a + b FROM f WHERE b < 20) SELECT max(a) FROM f",
    "WITH a AS (WITH a AS (SELECT 5 AS v) SELECT v + 1 AS v FROM a) SELECT v FROM a",
    "VALUES (1, 'a'), (2, NULL)",
    "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) v(n, s) ORDER BY n",
    "SELECT * FROM t PIVOT (sum(x) FOR g IN ('a', 'b')) ORDER BY ALL",
    "SELECT * FROM (SELECT x, y FROM t) UNPIVOT (v FOR n IN (x, y)) ORDER BY ALL",
    "SELECT * FROM generate_series(1, 5, 2) s(n)",
    "SELECT unnest([1, 2]) AS a, unnest(['p', 'q']) AS b",
    "SELECT unnest({'a': 1, 'b': 2})",
    "SELECT key, value FROM json_each('{\"a\": 1, \"b\": 2}')",
    "SELECT count(DISTINCT g), mode(g), median(x), quantile_cont(y, 0.25), arg_max(g, x), list(x ORDER BY x) FROM t",
    "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FROM t",
    "SELECT g, GROUPING(g) FROM t GROUP BY ROLLUP (g) ORDER BY ALL",
    "SELECT * FROM t POSITIONAL JOIN u",
    "SELECT x AS a, a + 1 AS b FROM t WHERE a > 1 ORDER BY b",
    "SELECT x * 1e-3 + 2e0 AS f, greatest(1, 2), nullif(1, 1), if(true, 1, 2), ifnull(NULL, 3), upper('abc'), x.add(1) FROM t ORDER BY ALL",
    "SELECT position('b' IN 'abc'), substring('abc' FROM 2 FOR 1), trim(BOTH 'x' FROM 'xax')",
    "SELECT x IS NULL, y IS NOT NULL, g IS NOT DISTINCT FROM NULL, (x > 1) IS TRUE FROM t ORDER BY ALL",
]  # fmt: skip


@pytest.mark.parametrize("text", STATEMENTS)
def test_an_answer_is_duckdbs_own(text: str, make: Make) -> None:
    with duck_module.duckdb.connect() as bare:
        bare.execute("SET TimeZone = 'UTC'")
        bare.register("t", T)
        bare.register("u", U)
        try:
            expected = bare.execute(text).to_arrow_table()
        except duck_module.DuckError as error:
            pytest.fail(f"the statement itself is wrong: {error}")
    found = make(t=T, u=U).sql(text)
    assert str(found.to_pylist()) == str(expected.rename_columns(found.column_names).to_pylist())
    assert found.schema.types == expected.schema.types
