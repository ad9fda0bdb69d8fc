"""The gate's routes: each listing of one's own tenant alone, each refusal in the house's shape."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.conftest import api_client
from tests.integration.gate.conftest import HARD, HEART, KIND, SOFT, Bench, make_bench
from tests.integration.gate.test_gate_commands import CARD
from tests.integration.gate.test_gate_pages import doubtful

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.gate.evaluate import Evaluator
from evigate.gate.kinds import Kinds
from evigate.gate.models import Suite

NOBODYS = "0193b1f2-7d3e-7c1a-9f00-5a3c6f1e2d4b"
OPTIONS = {"eval_type": "DISTRACTOR_QUALITY", "min_score": 0.5}
RULE = {"eval_type": "SCHEMA_VALIDATION", "min_score": 1, "hard_fail": True}


@pytest.fixture
async def suite(bench: Bench) -> Suite:
    bench.house.kinds = Kinds([CARD])
    bench.house.evaluator = Evaluator(bench.house.database, bench.house.kinds)
    return await bench.suite(HARD, SOFT)


async def get(client: httpx.AsyncClient, path: str, code: int = 200, **params: Any) -> Any:
    answer = await client.get(f"/api/v1{path}", params=params)
    assert answer.status_code == code, answer.text
    return answer.json()


async def post(client: httpx.AsyncClient, path: str, code: int, **body: Any) -> Any:
    answer = await client.post(f"/api/v1{path}", json=body)
    assert answer.status_code == code, answer.text
    return answer.json() if answer.content else None


async def test_each_route_on_an_artifact_knows_ones_own_alone(
    bench: Bench, suite: Suite, house: House, stranger: Subject, owner: Subject
) -> None:
    artifact, task = await doubtful(bench, suite, "mine")
    async with api_client(house, owner) as mine, api_client(house, stranger) as other:
        assert [e["id"] for e in (await get(mine, "/artifacts"))["items"]] == [str(artifact)]
        assert (await get(other, "/artifacts"))["items"] == []
        assert [e["id"] for e in (await get(mine, "/reviews"))["items"]] == [str(task)]
        assert (await get(other, "/reviews"))["items"] == []
        await post(mine, f"/artifacts/{artifact}/comments", 201, body="look")
        for part in (
            "", "/standing", "/citations", "/lineage", "/versions", "/evals", "/findings",
            "/reviews", "/comments", f"/diff/{artifact}",
        ):  # fmt: skip
            found = await get(mine, f"/artifacts/{artifact}{part}")
            assert found is not None
            missing = await get(other, f"/artifacts/{artifact}{part}", 404)
            assert missing["code"] == "E_ARTIFACT_NOT_FOUND"
            # What is another's is told in the words of what never was.
            never = await get(
                other, f"/artifacts/{NOBODYS}{part.replace(str(artifact), NOBODYS)}", 404
            )
            assert missing["detail"].replace(str(artifact), "") == never["detail"].replace(
                NOBODYS, ""
            )
        run_id = (await get(mine, f"/artifacts/{artifact}/evals"))["items"][0]["id"]
        assert len((await get(mine, f"/evals/{run_id}/results"))["items"]) == 2
        hidden = await get(other, f"/evals/{run_id}/results", 404)
        assert hidden["code"] == "E_EVAL_RUN_NOT_FOUND"
        for path, body in (
            (f"/artifacts/{artifact}/retire", {"reason": "x"}),
            (f"/artifacts/{artifact}/reopen", {"reason": "x"}),
            (f"/artifacts/{artifact}/comments", {"body": "x"}),
            (f"/artifacts/{artifact}/waivers", {"eval_type": "ITEM_FLAWS", "reason": "x"}),
            ("/reviews", {"artifact_id": str(artifact)}),
            (f"/reviews/{task}/assign", {"assigned_to": None}),
            (f"/reviews/{task}/verdict", {"verdict": "APPROVED"}),
        ):
            await post(other, path, 404, **body)
    assert await bench.status(artifact) == "PENDING_EVAL"


async def test_a_verdict_closes_the_review_and_the_same_person_speaks_once(
    bench: Bench, suite: Suite, client: httpx.AsyncClient
) -> None:
    artifact, task = await doubtful(bench, suite, "card")
    asked = await post(client, "/reviews", 201, artifact_id=str(artifact), wanted=2)
    assert (asked["id"], asked["wanted"]) == (str(task), 2)
    first = await post(client, f"/reviews/{task}/verdict", 200, verdict="APPROVED", duration_ms=900)
    assert (first["task_status"], first["artifact_status"]) == ("open", "PENDING_EVAL")
    again = await post(client, f"/reviews/{task}/verdict", 409, verdict="REJECTED")
    assert again["code"] == "E_REVIEW_TWICE"
    assert (await get(client, "/reviews", is_mine=True))["items"] == []
    assert len((await get(client, "/reviews", kind=KIND))["items"]) == 1
    assert (await get(client, "/reviews", kind="other"))["items"] == []
    given = (await get(client, f"/artifacts/{artifact}/reviews"))["items"]
    assert [(each["verdict"], each["duration_ms"]) for each in given] == [("APPROVED", 900)]


async def test_an_approved_artifact_is_reopened_and_retired_with_a_reason(
    bench: Bench, suite: Suite, client: httpx.AsyncClient
) -> None:
    artifact, task = await doubtful(bench, suite, "card")
    await post(client, f"/reviews/{task}/verdict", 200, verdict="APPROVED")
    assert await get(client, f"/artifacts/{artifact}/standing") == {"why_not": None}
    await post(client, f"/artifacts/{artifact}/retire", 422, reason="")
    await post(client, f"/artifacts/{artifact}/reopen", 204, reason="look again")
    assert await bench.status(artifact) == "PENDING_EVAL"
    await post(client, f"/artifacts/{artifact}/retire", 204, reason="old")
    refused = await post(client, f"/artifacts/{artifact}/reopen", 409, reason="no, wait")
    assert refused["code"] == "E_ARTIFACT_STATE"


async def test_a_citation_says_where_its_passage_begins_on_the_page(
    bench: Bench, suite: Suite, client: httpx.AsyncClient
) -> None:
    artifact = await bench.draft("card")
    [found] = (await get(client, f"/artifacts/{artifact}/citations"))["items"]
    assert (found["quote"], found["state"], found["context_start"]) == (HEART, "fresh", 0)
    assert UUID(found["store_id"])


async def test_a_trial_over_the_wire_is_compared_with_a_saved_one(
    bench: Bench, suite: Suite, house: House, owner: Subject, stranger: Subject
) -> None:
    artifact = await bench.draft("What pumps blood")
    theirs = await make_bench(house, stranger)
    await theirs.draft("theirs")
    async with api_client(house, owner) as client:
        first = await post(client, "/trials", 200, suite="bench")
        assert first["trial"]["artifacts"] == 1 and first["comparison"] is None
        second = await post(client, "/trials", 200, suite="bench", baseline=first["trial"])
        assert second["comparison"]["shared"] == 1
        await post(client, "/trials", 422, suite="bench", baseline={"scores": [1]})
        await post(client, "/trials", 422, suite="bench", status="bogus")
        await post(client, "/trials", 404, suite="none")
        await post(client, "/trials", 422, suite="bench", judges=["groundedness"])
        kept = (await get(client, "/trials"))["items"]
        ids = [each["id"] for each in kept]
        assert ids == [second["trial"]["id"], first["trial"]["id"]]
        found = await get(client, "/trials/comparison", first=ids[1], second=ids[0])
        assert found["shared"] == 1
        assert (await get(client, "/reviews/agreement"))["drafts"] == 0
        assert await post(client, "/reviews/samples", 201, count=5) == {"task_ids": []}
    async with api_client(house, stranger) as client:
        assert (await get(client, "/trials"))["items"] == []
        path = f"/trials/comparison?first={ids[1]}&second={ids[0]}"
        assert (await client.get(f"/api/v1{path}")).status_code == 404
    assert await bench.status(artifact) == "PENDING_EVAL"


async def test_suites_and_charges_are_a_tenants_own_and_refused_when_wrong(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    made = await post(client, "/suites", 201, name="strict", rules=[RULE])
    assert (made["version"], made["is_library"]) == (1, False)
    assert (await post(client, "/suites", 201, name="strict", rules=[RULE]))["version"] == 2
    names = {each["name"] for each in (await get(other_client, "/suites"))["items"]}
    assert "strict" not in names and "mcq" in names
    assert (await get(other_client, "/suites/strict", 404))["code"] == "E_SUITE_NOT_FOUND"
    for rules in (
        [],
        [{**RULE, "eval_type": "NONSENSE"}],
        [RULE, RULE],
        [{**RULE, "min_score": 2}],
    ):
        await post(client, "/suites", 422, name="bad", rules=rules)
    answer = await client.put("/api/v1/kinds/learning.flashcard/suite", json={"suite": "strict"})
    assert answer.status_code == 204, answer.text
    mine, other = await get(client, "/kinds"), await get(other_client, "/kinds")
    assert mine["learning.flashcard"] != other["learning.flashcard"]
    weak = {"eval_type": "READABILITY", "min_score": 0.5}
    await post(client, "/suites", 201, name="weak", rules=[weak])
    answer = await client.put("/api/v1/kinds/learning.flashcard/suite", json={"suite": "weak"})
    assert (answer.status_code, answer.json()["code"]) == (409, "E_SUITE_WEAK")


async def test_prompts_and_calibrations_of_another_tenant_are_not_there(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    made = await post(client, "/prompts", 201, name="own.one", version="1", content="See {{it}}.")
    assert made["inputs"] == ["it"]
    taken = await post(client, "/prompts", 409, name="own.one", version="1", content="x")
    assert taken["code"] == "E_PROMPT_TAKEN"
    await post(client, "/prompts", 422, name="Bad Name", version="1", content="x")
    await post(client, f"/prompts/{made['id']}/activate", 204)
    assert (await get(client, "/prompts/own.one"))["id"] == made["id"]
    assert (await get(other_client, "/prompts/own.one", 404))["code"] == "E_PROMPT_NOT_FOUND"
    await post(other_client, f"/prompts/{made['id']}/activate", 404)
    listed = (await get(other_client, "/prompts"))["items"]
    assert "own.one" not in {each["name"] for each in listed}


async def test_people_measure_the_judges_for_their_own_tenant(
    bench: Bench, suite: Suite, client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    for number, verdict in enumerate(("APPROVED", "REJECTED", "APPROVED")):
        _, task = await doubtful(bench, suite, f"card {number}")
        await post(client, f"/reviews/{task}/verdict", 200, verdict=verdict)
    assert await post(client, "/judges/recalibrate", 200) == {"exactness": 3}
    kept = [e for e in (await get(client, "/judges/calibrations"))["items"] if not e["is_library"]]
    assert {(each["dataset"], each["n"], each["negatives"]) for each in kept} == {("reviews", 3, 1)}
    theirs = (await get(other_client, "/judges/calibrations"))["items"]
    assert all(each["is_library"] for each in theirs)
    assert await post(other_client, "/judges/recalibrate", 200) == {}


async def test_a_waiver_names_a_check_that_there_is_and_leaves_the_word_to_a_person(
    bench: Bench, house: House, owner: Subject
) -> None:
    kinds = Kinds([replace(CARD, schema={"type": "object", "required": ["hint"]})])
    house.kinds, house.evaluator = kinds, Evaluator(house.database, kinds)
    await bench.suite(HARD, SOFT, pass_score=0.0)
    artifact = await bench.draft("What pumps blood")
    await house.evaluator.evaluate(owner, [artifact])
    assert await bench.status(artifact) == "REJECTED"
    path = f"/artifacts/{artifact}/waivers"
    async with api_client(house, owner) as client:
        await post(client, path, 422, eval_type="NONSENSE", reason="x")
        found = await post(client, path, 200, eval_type="SCHEMA_VALIDATION", reason="known")
        assert found["status"] == "PENDING_EVAL"
        assert len((await get(client, "/reviews"))["items"]) == 1


async def test_a_review_is_given_to_a_member_who_reviews_and_to_no_other(
    bench: Bench, suite: Suite, house: House, stranger: Subject, owner: Subject
) -> None:
    _, task = await doubtful(bench, suite, "mine")
    editor = await house.tenancy.add_member(owner, "editor@home.test", "editor")
    await house.tenancy.add_member(owner, "pupil@home.test", "learner")
    async with api_client(house, owner) as mine:
        path = f"/reviews/{task}/assign"
        await post(mine, path, 204, assigned_to="Editor@home.test")
        [row] = (await get(mine, "/reviews"))["items"]
        assert row["assigned_to"] == f"user:{editor}"
        for nobody in ("pupil@home.test", f"user:{stranger.user_id}", "x", ""):
            refused = await post(mine, path, 422, assigned_to=nobody)
            assert refused["code"] == "E_REVIEWER_UNKNOWN"
        await post(mine, path, 204, assigned_to=None)
        assert (await get(mine, "/reviews"))["items"][0]["assigned_to"] is None
        assert (await get(mine, "/reviews", offset=1))["items"] == []


async def test_a_kind_is_judged_by_the_checks_that_it_registers(
    client: httpx.AsyncClient, house: House
) -> None:
    in_charge = await get(client, "/kinds")
    suites = {each["id"]: each for each in (await get(client, "/suites"))["items"]}
    for kind, suite_id in in_charge.items():
        house.kinds.admit(kind, (rule["eval_type"] for rule in suites[suite_id]["rules"]))
    await post(client, "/suites", 201, name="odd", rules=[RULE, OPTIONS])
    answer = await client.put("/api/v1/kinds/learning.flashcard/suite", json={"suite": "odd"})
    assert (answer.status_code, answer.json()["code"]) == (422, "E_SUITE_INVALID")
    assert "DISTRACTOR_QUALITY" in answer.json()["detail"]
    answer = await client.put("/api/v1/kinds/learning.mcq_item/suite", json={"suite": "odd"})
    assert answer.status_code == 204, answer.text
