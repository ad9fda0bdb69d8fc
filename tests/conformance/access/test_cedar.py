"""Cedar's own cases, translated into policies of ours: the same answer, by the same policies.

74 requests of its integration tests with decision and reasons, 46 of its example use cases with the
decision. What cannot be said is named below, with Cedar's word for it. Where cedarpy is installed,
every principal, action and resource of each case are combined and asked of both.
"""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.access.cedar_policies import Inexpressible, Translator, World, name_of
from tests.conftest import need

from evigate.kernel.policies import Decision, Policy, Question, decide

FOLDER = Path(__file__).parent / "cedar"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
DERIVED = json.loads((FOLDER / "derived.json").read_text())
# The files that hold a policy which the language of conditions cannot say, and the word it lacks.
INEXPRESSIBLE = {"examples/streaming_service/policies.cedar": "offset"}


@dataclass(frozen=True)
class Case:
    """One request; `reasons` is None where the origin tells none."""

    id: str
    policies: str
    entities: str
    schema: str
    linked: str | None
    request: dict[str, Any]
    is_allowed: bool
    reasons: frozenset[str] | None


def integration_cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("tests/*/*.json")):
        case = json.loads(path.read_text())
        for number, request in enumerate(case["requests"]):
            names = {each: name_of(request[each]) for each in ("principal", "action", "resource")}
            yield Case(
                f"{path.parent.name}-{path.stem}-{number}",
                case["policies"],
                case["entities"],
                case["schema"],
                None,
                {**names, "context": request["context"]},
                request["decision"] == "allow",
                frozenset(request["reason"]),
            )


def example_cases() -> Iterator[Case]:
    for path in sorted((FOLDER / "examples").rglob("*.json")):
        if path.parent.name not in ("ALLOW", "DENY"):
            continue
        folder = path.parent.parent
        base = str(folder.relative_to(FOLDER))
        linked = f"{base}/linked" if (folder / "linked").exists() else None
        yield Case(
            f"{base.removeprefix('examples/')}-{path.stem}",
            f"{base}/policies.cedar",
            f"{base}/entities.json",
            f"{base}/policies.cedarschema",
            linked,
            json.loads(path.read_text()),
            path.parent.name == "ALLOW",
            None,
        )


CASES = [*integration_cases(), *example_cases()]


@cache
def world_of(policies: str, entities: str, schema: str) -> World:
    found = json.loads((FOLDER / entities).read_text())
    actions = DERIVED["actions"].get(schema, {})
    # Actions live in the namespace of the entities, if those have one.
    namespace = name_of(found[0]["uid"]).rpartition("::")[0].rpartition("::")[0]
    action = f"{namespace}::Action" if namespace else "Action"
    parents = {name_of(each["uid"]): {name_of(one) for one in each["parents"]} for each in found}
    for child, several in actions.items():
        named = {name_of({"type": action, "id": one}) for one in several}
        parents.setdefault(name_of({"type": action, "id": child}), set()).update(named)
    text = json.dumps(DERIVED["policies"][policies])
    decimals = frozenset({"confidence_score"} if '"decimal"' in text else ())
    world = World({name_of(each["uid"]): each["attrs"] for each in found}, parents, decimals)
    for each in found:
        world.learn(each["attrs"])
    for case in CASES:
        if case.policies == policies:
            world.learn(case.request["context"])
    return world


@cache
def policies_of(case_policies: str, entities: str, schema: str, linked: str | None) -> list[Policy]:
    links = json.loads((FOLDER / linked).read_text()) if linked else []
    world = world_of(case_policies, entities, schema)
    return Translator(world).policies(DERIVED["policies"][case_policies], links)


def answer(case: Case, request: dict[str, Any]) -> Decision:
    found = policies_of(case.policies, case.entities, case.schema, case.linked)
    document = world_of(case.policies, case.entities, case.schema).document(request)
    return decide(Question("any:thing", "any:thing", document), found, (), now=NOW)


SAYABLE = [each for each in CASES if each.policies not in INEXPRESSIBLE]


def test_the_counts_are_those_of_the_origin() -> None:
    assert len(CASES) == 74 + 46
    assert (len(SAYABLE), len(CASES) - len(SAYABLE)) == (112, 8)


@pytest.mark.parametrize("case", SAYABLE, ids=[each.id for each in SAYABLE])
def test_a_request_is_decided_as_cedar_does(case: Case) -> None:
    decision = answer(case, case.request)
    assert decision.is_allowed is case.is_allowed
    if case.reasons is not None:
        assert set(decision.deciding) == case.reasons
    assert all(each.result is not None for each in decision.considered)


@pytest.mark.parametrize(("policies", "word"), INEXPRESSIBLE.items())
def test_what_cannot_be_said_is_refused_by_its_word(policies: str, word: str) -> None:
    case = next(each for each in CASES if each.policies == policies)
    with pytest.raises(Inexpressible, match=word):
        policies_of(case.policies, case.entities, case.schema, case.linked)


def _cedarpy() -> Any:
    try:
        import cedarpy
    except ModuleNotFoundError:
        need("cedarpy", is_there=False)
    return cedarpy


def test_the_derived_file_is_what_cedars_parser_makes() -> None:
    _cedarpy()
    from tests.conformance.access.derive_cedar import derive

    assert derive() == DERIVED


def test_every_combination_is_decided_as_cedar_does() -> None:
    """Beyond the cases: each principal, action and resource of a file with each of its contexts."""
    cedarpy = _cedarpy()
    asked = allowed = 0
    seen = set()
    for case in SAYABLE:
        if case.linked or case.policies in seen:
            continue
        seen.add(case.policies)
        same = [each for each in CASES if each.policies == case.policies]
        world = world_of(case.policies, case.entities, case.schema)
        contexts = {json.dumps(each.request["context"], sort_keys=True) for each in same}
        actions = sorted({each.request["action"] for each in same})
        requests = [
            {
                "principal": principal,
                "action": action,
                "resource": resource,
                "context": json.loads(context),
            }
            for principal, action, resource, context in itertools.product(
                sorted(world.entities), actions, sorted(world.entities), sorted(contexts)
            )
        ]
        schema = (FOLDER / case.schema).read_text()
        entities = (FOLDER / case.entities).read_text()
        text = (FOLDER / case.policies).read_text()
        theirs = cedarpy.is_authorized_batch(requests, text, entities, schema)
        for request, their in zip(requests, theirs, strict=True):
            if their.decision == cedarpy.Decision.NoDecision:
                continue  # the schema knows no such request
            ours = answer(case, request)
            assert ours.is_allowed is their.allowed, (case.policies, request)
            asked, allowed = asked + 1, allowed + ours.is_allowed
    print(f"asked {asked:,} of both, {allowed:,} allowed")
    assert asked > 500 and 0 < allowed < asked
