"""Deciding: priority, denial, scope, expiry, errors, and that order is nothing."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evigate.base.errors import EvigateError
from evigate.kernel.policies import (
    Grant,
    Policy,
    PolicyDraft,
    Question,
    covers,
    decide,
    parse_policy,
)

NOW = datetime(2026, 5, 1, tzinfo=UTC)
OWN = {"resource.salon": {"$eq": {"$ref": "user.salon"}}}


def policy(id_: str, effect: str = "allow", conditions: Any = None, priority: int = 0) -> Policy:
    draft = PolicyDraft(id_, effect, ("visit:read",), ("visit:*",), conditions, priority)
    return parse_policy(id_, draft)


def asked(**document: Any) -> Question:
    return Question("visit:read", "visit:7", document, ("salon:1",))


def answer(question: Question, policies: list[Policy], *grants: Grant) -> tuple[bool, str]:
    decision = decide(question, policies, grants, now=NOW)
    return decision.is_allowed, decision.reason


def test_nothing_that_holds_is_a_denial() -> None:
    assert answer(asked(), []) == (False, "nothing_holds")
    assert answer(asked(), [policy("p", conditions={"user.x": 1})]) == (False, "nothing_holds")


def test_the_highest_priority_decides_and_a_denial_wins_at_one() -> None:
    low, high = policy("low", "deny", priority=1), policy("high", priority=2)
    assert answer(asked(), [low, high]) == (True, "allowed")
    assert answer(asked(), [low, policy("same", priority=1)]) == (False, "denied")
    # A weighty policy that does not hold leaves the say to the next.
    idle = policy("idle", conditions={"user.x": 1}, priority=9)
    assert answer(asked(), [idle, low]) == (False, "denied")


def test_what_a_condition_compares_decides() -> None:
    own = policy("own", conditions=OWN)
    eva = {"salon": "s1"}
    assert answer(asked(user=eva, resource={"salon": "s1"}), [own]) == (True, "allowed")
    assert answer(asked(user=eva, resource={"salon": "s2"}), [own]) == (False, "nothing_holds")


def test_an_error_denies_and_never_allows() -> None:
    # What is referred to is no list, so the condition has no answer.
    wrong = {"user.salon": {"$in": {"$ref": "resource.salons"}}}
    question = asked(user={"salon": "s1"}, resource={"salons": "s1"})
    assert answer(question, [policy("a", conditions=wrong)]) == (False, "nothing_holds")
    assert answer(question, [policy("d", "deny", wrong), policy("a")]) == (False, "error")
    missing = asked(user={}, resource={})
    assert answer(missing, [policy("a", conditions=OWN)])[0] is False


def test_a_grant_holds_in_its_scope_until_it_expires() -> None:
    for scope, is_allowed in (
        ("tenant", True),
        ("salon:1", True),
        ("visit:7", True),
        ("salon:2", False),
    ):
        grant = Grant("g", "stylist", ("visit:*",), scope)
        assert answer(asked(), [], grant)[0] is is_allowed, scope
    over = Grant("g", "stylist", ("visit:*",), expires_at=NOW)
    going = Grant("g", "stylist", ("visit:*",), expires_at=NOW + timedelta(seconds=1))
    assert answer(asked(), [], over)[0] is False
    assert answer(asked(), [], going)[0] is True
    assert answer(asked(), [policy("no", "deny")], going) == (False, "denied")
    assert answer(asked(), [policy("no", "deny", priority=-1)], going) == (True, "allowed")


def test_a_policy_that_is_off_has_no_say() -> None:
    draft = PolicyDraft("off", "deny", ("*",), ("*",), is_enabled=False)
    assert answer(asked(), [parse_policy("off", draft), policy("p")]) == (True, "allowed")


@pytest.mark.parametrize(
    ("pattern", "name", "is_covered"),
    [
        ("*", "project:read", True),
        ("project:*", "project:read", True),
        ("project:*", "project", True),
        ("project:*", "projects:read", False),
        ("*:read", "project:read", True),
        ("*:read", "project:write", False),
        ("project:read", "project:read", True),
        ("project:read", "project:read:all", False),
        ("project:*", "project:read:all", True),
    ],
)
def test_what_a_pattern_covers(pattern: str, name: str, is_covered: bool) -> None:
    assert covers(pattern, name) is is_covered


@pytest.mark.parametrize(
    "draft",
    [
        PolicyDraft(" ", "allow", ("a:b",), ("a:*",)),
        PolicyDraft("p", "maybe", ("a:b",), ("a:*",)),
        PolicyDraft("p", "allow", (), ("a:*",)),
        PolicyDraft("p", "allow", ("a b",), ("a:*",)),
        PolicyDraft("p", "allow", ("a:b",), ("a*",)),
        PolicyDraft("p", "allow", ("a:b",), ("a:*",), priority=10**7),
        PolicyDraft("p", "allow", ("a:b",), ("a:*",), {"$where": "1"}),
        PolicyDraft("p", "allow", ("a:b",), ("a:*",), {"a": {"$near": 1}}),
    ],
)
def test_what_is_no_policy_is_refused_when_it_is_written(draft: PolicyDraft) -> None:
    with pytest.raises(EvigateError) as refused:
        parse_policy("p", draft)
    assert refused.value.code.name in ("E_POLICY_INVALID", "E_CONDITION_INVALID")


CONDITIONS = st.sampled_from([None, {"user.a": 1}, {"user.a": {"$gt": 0}}, {"user.b": None}, OWN])
POLICIES = st.lists(
    st.tuples(st.sampled_from(["allow", "deny"]), CONDITIONS, st.integers(-1, 2)), max_size=4
)


@given(
    POLICIES, st.dictionaries(st.sampled_from(["a", "b", "salon"]), st.sampled_from([0, 1, "x"]))
)
def test_the_order_of_policies_is_nothing(
    made: list[tuple[Any, ...]], user: dict[str, Any]
) -> None:
    policies = [policy(str(n), effect, cond, prio) for n, (effect, cond, prio) in enumerate(made)]
    question = asked(user=user, resource={"salon": "x"})
    grants = [Grant("g", "r", ("visit:read",))]
    answers = {
        (found.is_allowed, found.reason, found.deciding)
        for order in permutations(policies)
        for found in [decide(question, order, grants, now=NOW)]
    }
    assert len(answers) == 1
