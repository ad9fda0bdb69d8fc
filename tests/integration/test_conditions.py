"""Two machines, one answer: conditions in memory and as SQL, on random documents, as the app role."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from evigate.boot.settings import Settings
from evigate.kernel.conditions import (
    Condition,
    compile_sql,
    evaluate,
    parse_condition,
    reduce_condition,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MONGO = Path(__file__).parents[1] / "conformance" / "conditions" / "mongo.json"
NAMES = st.sampled_from(["a", "b", "c", "0"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(".".join)
TEXTS = st.sampled_from(
    ["", "a", "ab", "B", "é", "a\nb", "10.0.0.7", "10.0.0.300", "::1", "010.0.0.1", "fe80::1%x",
     "2026-11-21", "2026-11-21T11:00:00Z", "2026-11-21T11:30:00+02:00", "2026-02-30",
     "2026-11-21T24:00:00Z", "2026-11-21T11:00:60Z", "0000-01-01", "2026-11-21T10:00:00+25:00"]
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-5, 5), st.sampled_from([0.0, -0.0, 0.5, 2.0, 1e300, 2**53, 2**53 + 1, 1.0e16])
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
PATTERNS = st.sampled_from(
    ["^a", "b$", "a.b", r"^\d+\.", "[^a]", "(a|B)+", "a{1,2}", "é", "", r"\w\s?", "^$", "(?:a)?b"]
)
REFS = PATHS.map(lambda path: {"$ref": path})
TIMES = st.sampled_from([{"$now": True}, {"$ago": {"hours": 1}}, {"$ago": {"days": -1}}])
OPERANDS = VALUES | REFS
MEMBERS = st.lists(OPERANDS, max_size=3) | REFS


def one(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return values.map(lambda value: {name: value})


LEAVES = st.one_of(
    one("$eq", OPERANDS),
    one("$ne", OPERANDS),
    *(one(order, NUMBERS | TEXTS | REFS | TIMES) for order in ("$gt", "$gte", "$lt", "$lte")),
    one("$in", MEMBERS),
    one("$nin", MEMBERS),
    one("$all", MEMBERS),
    one("$exists", st.booleans()),
    one("$size", st.integers(0, 3)),
    one("$type", st.sampled_from(["null", "boolean", "number", "string", "array", "object"])),
    one("$mod", st.tuples(st.sampled_from([2, 3, -3]), st.integers(-2, 2)).map(list)),
    one("$ip", st.sampled_from([{"cidr": "10.0.0.0/8"}, {"cidr": "::/0"}])),
    one("$regex", PATTERNS),
    PATTERNS.filter(str.isascii).map(lambda text: {"$regex": text, "$options": "i"}),
)


def deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    tests = LEAVES | one("$not", LEAVES) | one("$elemMatch", inner | LEAVES)
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.dictionaries(PATHS, tests | SCALARS, min_size=1, max_size=2),
        one("$and", several),
        one("$or", several),
        one("$nor", several),
    )


CONDITIONS = st.recursive(
    st.dictionaries(PATHS, LEAVES, min_size=1, max_size=2), deeper, max_leaves=4
)


@pytest.fixture
def connection(settings: Settings) -> Iterator[psycopg.Connection[Any]]:
    assert settings.database_url is not None
    with psycopg.connect(settings.database_url) as opened:
        opened.execute("SET ROLE service_role")
        opened.execute("SET timezone = 'Asia/Kathmandu'")
        yield opened


def by_sql(
    connection: psycopg.Connection[Any], condition: Condition, documents: list[Any]
) -> list[bool | None]:
    compiled = compile_sql(condition, "t.doc", now=NOW)
    query = f"SELECT {compiled.sql} FROM unnest(%(docs)s::jsonb[]) WITH ORDINALITY AS t(doc, n) ORDER BY n"
    rows = connection.execute(query, {**compiled.values, "docs": [Jsonb(d) for d in documents]})
    return [row[0] for row in rows.fetchall()]


def in_memory(condition: Condition, documents: list[Any]) -> list[bool | None]:
    return [evaluate(condition, each, now=NOW).result for each in documents]


def test_both_machines_answer_alike(connection: psycopg.Connection[Any]) -> None:
    @settings_of_the_property
    @given(CONDITIONS, st.lists(VALUES, min_size=1, max_size=6))
    def holds(raw: Any, documents: list[Any]) -> None:
        condition = parse_condition(raw)
        assert by_sql(connection, condition, documents) == in_memory(condition, documents)

    holds()


def test_what_is_left_of_a_condition_answers_as_the_whole() -> None:
    """Whichever of a document's names are known before: the answer, or a condition with the same."""
    decided = 0

    @settings_of_the_property
    @given(CONDITIONS, st.dictionaries(NAMES, VALUES, max_size=4), st.sets(NAMES, max_size=3))
    def holds(raw: Any, document: dict[str, Any], names: set[str]) -> None:
        nonlocal decided
        condition = parse_condition(raw)
        known = {name: value for name, value in document.items() if name in names}
        left = reduce_condition(condition, known, now=NOW)
        decided += isinstance(left, bool)
        answer = left if isinstance(left, bool) else evaluate(left, document, now=NOW).result
        assert answer == evaluate(condition, document, now=NOW).result

    holds()
    assert decided > 5


settings_of_the_property = settings(
    max_examples=200, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_the_outside_suite_is_answered_alike(connection: psycopg.Connection[Any]) -> None:
    compared = 0
    for case in json.loads(MONGO.read_text()):
        try:
            condition = parse_condition(case["query"])
        except Exception:
            continue
        assert by_sql(connection, condition, case["input"]) == in_memory(condition, case["input"])
        compared += 1
    assert compared == 94
