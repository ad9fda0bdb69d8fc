"""What conditions mean: missing values, references, time, networks, errors, traces, refusals."""

from datetime import UTC, datetime
from typing import Any

import pytest

from evigate.base.errors import EvigateError
from evigate.kernel.conditions import Outcome, evaluate, parse_condition

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def asked(raw: Any, document: Any) -> Outcome:
    return evaluate(parse_condition(raw), document, now=NOW)


def test_null_is_always_true_and_an_empty_condition_is_not_one() -> None:
    assert asked(None, {}).result is True
    with pytest.raises(EvigateError, match="is written as null"):
        parse_condition({})


@pytest.mark.parametrize(
    ("raw", "result"),
    [
        ({"b": None}, True),
        ({"b": {"$exists": False}}, True),
        ({"b": {"$exists": True}}, False),
        ({"b": {"$ne": 1}}, True),
        ({"b": {"$nin": [1]}}, True),
        ({"b": {"$not": {"$gt": 1}}}, True),
        ({"b": {"$gt": 1}}, False),
        ({"b": {"$regex": "."}}, False),
        ({"$nor": [{"b": 1}]}, True),
        ({"n": None}, True),
        ({"n": {"$exists": True}}, True),
    ],
)
def test_what_is_missing_meets_only_null_and_the_negations(raw: Any, result: bool) -> None:
    assert asked(raw, {"a": 1, "n": None}).result is result


def test_two_attributes_that_are_both_missing_are_not_equal() -> None:
    owns = {"resource.owner_id": {"$eq": {"$ref": "user.id"}}}
    assert asked(owns, {"resource": {"owner_id": 7}, "user": {"id": 7}}).result is True
    assert asked(owns, {"resource": {"owner_id": 7}, "user": {"id": 8}}).result is False
    nobody = asked(owns, {"resource": {}, "user": {}})
    assert nobody.result is False
    assert nobody.trace[0].note == "reference_missing"


def test_a_reference_that_is_no_array_where_one_is_asked_for_is_an_error() -> None:
    member = {"user.group": {"$in": {"$ref": "resource.groups"}}}
    document: dict[str, Any] = {"user": {"group": "a"}, "resource": {"groups": ["a", "b"]}}
    assert asked(member, document).result is True
    document["resource"]["groups"] = "a"
    found = asked(member, document)
    assert (found.result, found.trace[0].note) == (None, "reference_is_no_array")
    # False beats an error, an error beats true; the other way about where one is enough.
    assert asked({**member, "x": 1}, document).result is False
    assert asked({**member, "user.group": {"$exists": True}}, document).result is True
    assert asked({"$and": [member, {"user.group": "a"}]}, document).result is None
    assert asked({"$or": [member, {"user.group": "a"}]}, document).result is True
    assert asked({"$nor": [member]}, document).result is None


def test_types_are_never_mixed() -> None:
    assert asked({"a": 1}, {"a": True}).result is False
    assert asked({"a": {"$in": [0]}}, {"a": False}).result is False
    odd = asked({"a": {"$gt": 1}}, {"a": "2"})
    assert (odd.result, odd.trace[0].note) == (False, "type_mismatch")


def test_time_is_that_of_asking() -> None:
    fresh = {"seen_at": {"$gte": {"$ago": {"hours": 1}}}}
    assert asked(fresh, {"seen_at": "2026-11-21T11:30:00Z"}).result is True
    assert asked(fresh, {"seen_at": "2026-11-21T12:30:00+02:00"}).result is False
    assert asked({"until": {"$gt": {"$now": True}}}, {"until": "2026-11-22"}).result is True
    assert asked(fresh, {"seen_at": "yesterday"}).trace[0].note == "type_mismatch"


def test_networks_hold_addresses_of_their_own_kind() -> None:
    inside = {"env.ip": {"$ip": {"cidr": "10.0.0.0/8"}}}
    assert asked(inside, {"env": {"ip": "10.2.3.4"}}).result is True
    assert asked(inside, {"env": {"ip": "11.2.3.4"}}).result is False
    assert asked(inside, {"env": {"ip": "::ffff:10.2.3.4"}}).result is False
    assert asked(inside, {"env": {"ip": "10.2.3"}}).result is False


def test_the_trace_says_what_was_asked_and_found() -> None:
    found = asked({"a.b": {"$gte": 3}, "c": {"$in": ["x"]}}, {"a": [{"b": 1}, {"b": 2}], "c": "x"})
    assert found.result is False
    first, second = found.trace
    assert (first.path, first.operator, first.expected, first.actual, first.result) == (
        "a.b", "$gte", 3, (1, 2), False,
    )  # fmt: skip
    assert (second.path, second.result) == ("c", True)


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ({"$where": "1"}, "/$where"),
        ({"a": {"$expr": {}}}, "/a/$expr"),
        ({"$function": {}}, "/$function"),
        ({"$and": [{"a": 1}, {"b": {"$foo": 1}}]}, "/$and/1/b/$foo"),
        ({"$or": []}, "/$or"),
        ({"a": {"$in": 1}}, "/a/$in"),
        ({"a": {"$size": -1}}, "/a/$size"),
        ({"a": {"$size": True}}, "/a/$size"),
        ({"a": {"$gt": None}}, "/a/$gt"),
        ({"a": {"$gt": 1, "b": 2}}, "/a"),
        ({"a": {"b": {"$gt": 1}}}, "/a/b/$gt"),
        ({"a": {"$regex": "(a)\\1"}}, "/a/$regex"),
        ({"a": {"$regex": "(?=a)"}}, "/a/$regex"),
        ({"a": {"$regex": "("}}, "/a/$regex"),
        ({"a": {"$options": "i"}}, "/a/$options"),
        ({"a..b": 1}, ""),
        ({"a.$b": 1}, ""),
        ({"a": {"$ref": "$x"}}, "/a/$ref"),
        ({"a": {"$gt": {"$ago": {"years": 1}}}}, "/a/$gt"),
        ({"a": {"$ip": {"cidr": "10.0.0.1/8"}}}, "/a/$ip"),
        ({"a": float("nan")}, "/a"),
        ({"a": "\x00"}, "/a"),
    ],
)
def test_what_is_not_of_the_language_is_refused_with_its_place(raw: Any, at: str) -> None:
    with pytest.raises(EvigateError) as refusal:
        parse_condition(raw)
    assert refusal.value.code.name == "E_CONDITION_INVALID"
    assert refusal.value.detail["at"] == at


def test_a_condition_that_is_too_deep_or_too_long_is_refused() -> None:
    deep: Any = {"a": 1}
    for _ in range(100):
        deep = {"$and": [deep]}
    with pytest.raises(EvigateError, match="too large"):
        parse_condition(deep)
    with pytest.raises(EvigateError, match="too large"):
        parse_condition({"$or": [{"a": n} for n in range(3_000)]})


def test_a_pattern_cannot_hold_up_the_one_who_asks() -> None:
    assert asked({"a": {"$regex": "^(a+)+$"}}, {"a": "a" * 50_000 + "b"}).result is False
