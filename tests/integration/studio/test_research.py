"""Research beside a conversation: jobs over the library and the project's documents, two tenants."""

import httpx
import pytest
from tests.integration.studio.test_discovery import GROOMING

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.boot.console import working
from evigate.studio.research.models import ResearchTask


def of_kind(found: list[ResearchTask], kind: str) -> list[ResearchTask]:
    return [each for each in found if each.task_type == kind]


async def test_a_turn_asks_for_what_its_facts_call_for(house: House, owner: Subject) -> None:
    found = await house.studio.create(owner, GROOMING)
    research = house.studio.research
    waiting = await research.list_tasks(owner, found.project.id)
    assert {each.status for each in waiting} == {"pending"}
    assert [each.query for each in of_kind(waiting, "domain_research")] == [
        "Salons, grooming and personal appointments"
    ]
    async with working(house):
        done = await research.settled(owner, found.project.id)
    assert {each.status for each in done} == {"completed"}
    (cards,) = [each for each in done if each.query == "Card payments"]
    assert cards.result is not None
    assert cards.result["title"] == "Card payments: what you must decide"
    assert cards.result["labels"] == ["from built-in knowledge"]
    assert any("money taken" in each for each in cards.result["decide"])
    assert {each["source"]["title"] for each in cards.result["points"]} >= {"Stripe", "PayPal"}
    assert all(each["source"]["url"] for each in cards.result["points"])
    # Research is beside the conversation: nothing in it depends on what came of it.
    assert await house.studio.replayed(owner, found.project.id) == found.session


async def test_nothing_found_is_a_result_and_asking_twice_is_once(
    house: House, owner: Subject
) -> None:
    found = await house.studio.create(owner, "A thing.")
    research, project = house.studio.research, found.project.id
    await research.ask(owner, project, "competitive_analysis", "quantum beekeeping")
    await research.ask(owner, project, "competitive_analysis", "quantum beekeeping")
    async with working(house):
        (task,) = await research.settled(owner, project)
    assert task.status == "completed" and task.result is not None
    assert task.result["points"] == [] and task.result["labels"] == ["from built-in knowledge"]


async def test_what_documents_say_comes_first(house: House, owner: Subject) -> None:
    found = await house.studio.create(owner, "A thing.")
    project = found.project
    store = await house.stores.get(owner, str(project.module_id))
    text = b"# Till\n\nOur card payments go through the bank's terminal, contract until 2027.\n"
    await house.stores.add(owner, store, text, "till.md")
    await house.stores.index(owner, store)
    await house.studio.research.ask(owner, project.id, "integration_research", "card payments")
    async with working(house):
        (task,) = await house.studio.research.settled(owner, project.id)
    assert task.result is not None
    first = task.result["points"][0]
    assert first["source"]["label"] == "from your documents"
    assert "bank's terminal" in first["text"]
    assert task.result["labels"] == ["from your documents", "from built-in knowledge"]


async def test_research_that_keeps_failing_fails_and_is_sent_again(
    house: House, owner: Subject
) -> None:
    found = await house.studio.create(owner, "A thing.")
    research, project = house.studio.research, found.project.id
    (task,) = await research.ask(owner, project, "market_research", "dog grooming")
    with pytest.raises(EvigateError, match="E_RESEARCH_NOT_FAILED"):
        await research.retry(owner, task.id)
    passages = research.passages

    async def broken(*_: object) -> list[object]:
        raise OSError("the disk is gone")

    research.passages = broken  # type: ignore[assignment]
    arguments = {"task_id": str(task.id)}
    for _ in range(3):
        with pytest.raises(OSError, match="disk"):
            await research.run(owner, arguments)
    await research.run(owner, arguments)  # a fourth time it is left alone
    await research.give_up(owner, arguments, OSError("the disk is gone"))
    (failed,) = await research.list_tasks(owner, project)
    assert (failed.status, failed.attempts, failed.error_message) == ("failed", 3, "OSError")
    research.passages = passages
    again = await research.retry(owner, task.id)
    assert again.status == "pending"
    async with working(house):
        (done,) = await research.settled(owner, project)
    assert done.status == "completed" and done.error_message is None


async def test_another_tenant_sees_none_of_it(
    house: House,
    owner: Subject,
    stranger: Subject,
    client: httpx.AsyncClient,
    other_client: httpx.AsyncClient,
) -> None:
    found = await house.studio.create(owner, GROOMING)
    theirs = await house.studio.create(stranger, GROOMING)
    path = f"/api/v1/studio/projects/{found.project.id}/research"
    mine = (await client.get(path)).json()
    assert mine and {each["session_id"] for each in mine} == {str(found.session.id)}
    assert (await other_client.get(path)).status_code == 404
    body = {"task_type": "market_research", "query": "dogs"}
    assert (await other_client.post(path, json=body)).status_code == 404
    retry = f"/api/v1/studio/research/{mine[0]['id']}/retry"
    assert (await other_client.post(retry)).status_code == 404
    assert (await client.post(retry)).status_code == 409
    assert (await client.post(path, json={**body, "task_type": "gossip"})).status_code == 422
    listed = await house.studio.research.list_tasks(stranger, theirs.project.id)
    assert {each.session_id for each in listed} == {theirs.session.id}
