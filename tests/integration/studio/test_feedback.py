"""Feedback by every door: what was taken, corrected, dismissed and rated moves what is offered."""

import asyncio
import json

import httpx
import pytest
from tests.integration.studio.projects import curated, generate, planned
from typer.testing import CliRunner

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House, Settings
from evigate.cli.main import build_app


async def test_what_people_make_of_offers_is_kept_and_a_second_dismissal_ends_them(
    house: House, owner: Subject, stranger: Subject
) -> None:
    plan = await planned(house, owner)
    filled = [each for each in plan.questions if each.status == "prefilled"]
    taken, refused, corrected = filled[0], filled[1], filled[2]
    assert refused.prefill is not None
    await house.plans.accept(owner, plan.project_id, taken.key)
    await house.plans.reject(owner, plan.project_id, refused.key)
    other = next(
        (o for o in corrected.options if corrected.prefill and o != corrected.prefill.value),
        "something else",
    )
    await house.plans.answer(owner, plan.project_id, corrected.key, other)
    found = await house.feedback.show(owner, plan.project_id)
    assert {(each.feedback_type, each.target_key) for each in found} == {
        ("suggestion_accepted", taken.key),
        ("suggestion_dismissed", refused.key),
        ("answer_correction", corrected.key),
    }
    dismissed = next(each for each in found if each.feedback_type == "suggestion_dismissed")
    assert dismissed.feedback_data["offered"] == refused.prefill.value

    # Once is not enough: the next project of the same words is offered it again, then never more.
    second = await generate(house, owner, await curated(house, owner))
    again = second.question(refused.key)
    assert again is not None and again.prefill == refused.prefill
    await house.plans.reject(owner, second.project_id, refused.key)
    third = await generate(house, owner, await curated(house, owner))
    never = third.question(refused.key)
    assert never is not None
    assert never.prefill is None or never.prefill.value != refused.prefill.value
    still = third.question(taken.key)
    assert still is not None and still.prefill == taken.prefill

    told = await house.feedback.statistics(owner)
    (gone,) = told.suppressed
    assert gone.key == refused.key and gone.ask == refused.ask
    rates = {each.key: each.accept_rate for each in told.questions}
    assert (rates[taken.key], rates[refused.key], rates[corrected.key]) == (1.0, 0.0, 0.0)
    # Another tenant learns nothing of it, and sees nothing.
    assert (await house.feedback.statistics(stranger)).questions == ()
    theirs = await planned(house, stranger)
    offered = theirs.question(refused.key)
    assert offered is not None and offered.prefill == refused.prefill
    with pytest.raises(EvigateError, match="E_PROJECT_NOT_FOUND"):
        await house.feedback.show(stranger, plan.project_id)
    async with house.database.tx(owner) as tx:
        rows = await (
            await tx.connection.execute("SELECT * FROM praetor.feedback_events ORDER BY created_at")
        ).fetchall()
    assert {each["feedback_type"] for each in rows} == {"suggestion_dismissed", "answer_correction"}
    assert all(each["target_id"] and each["user_id"] for each in rows)


async def test_ratings_and_comments_by_api_page_and_command(
    house: House, owner: Subject, settings: Settings, client: httpx.AsyncClient,
    other_client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    plan = await planned(house, owner)
    project, key = plan.project_id, plan.questions[0].key
    address = f"/api/v1/studio/projects/{project}/feedback"
    assert (await client.get(address)).json() == []
    said = {"question": key, "rating": 2, "comment": "Nobody here knows."}
    assert [e["feedback_type"] for e in (await client.post(address, json=said)).json()] == [
        "comment", "rating",
    ]  # fmt: skip
    for wrong in ({}, {"rating": 6}, {"rating": 0}, {"comment": "x" * 4001}, {"comment": "  "}):
        refused = await client.post(address, json=wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "E_FEEDBACK_INVALID")
    gone = await client.post(address, json={"question": "no-such", "rating": 3})
    assert gone.json()["code"] == "E_QUESTION_NOT_FOUND"
    for call in (other_client.get(address), other_client.post(address, json={"rating": 3})):
        assert (await call).status_code == 404
    for name in ("data_dir", "key", "database_url"):
        monkeypatch.setenv(f"EVIGATE_{name.upper()}", str(getattr(settings, name)))
    words = ["studio", "feedback"]

    async def run(*more: str) -> object:
        done = await asyncio.to_thread(CliRunner().invoke, build_app(), [*words, *more, "--json"])
        assert done.exit_code == 0, (done.output, done.exception)
        return json.loads(done.stdout)

    await run("give", str(project), "--question", key, "--rating", "4")
    listed = await run("list", str(project))
    assert isinstance(listed, list) and len(listed) == 3
    told = (await client.get("/api/v1/studio/feedback")).json()
    assert told == await run("statistics")
    (rated,) = [each for each in told["questions"] if each["key"] == key]
    assert (rated["ratings"], rated["rating"]) == (2, 3.0)
