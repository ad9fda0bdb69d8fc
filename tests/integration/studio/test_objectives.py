"""Objectives by version: kept, checked, one active, pinned by sessions, tried; two tenants."""

from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from tests.integration.studio.test_discovery import GROOMING

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.studio import fields
from evigate.studio.objectives.packaged import IDEA_DISCOVERY, PACKAGED

IDEA = "Beekeepers forget which hive they fed. They write on the lids with chalk today."


def shorter() -> dict[str, Any]:
    """An idea's objective with two questions."""
    config = IDEA_DISCOVERY.to_json()
    return {**config, "obligations": config["obligations"][:2]}


async def test_every_tenant_has_the_packaged_three_and_one_active_of_each(
    house: House, owner: Subject, stranger: Subject
) -> None:
    objectives = house.studio.objectives
    mine = await objectives.list_objectives(owner)
    assert [each.context_type for each in mine] == sorted(PACKAGED)
    assert all(each.is_active for each in mine)
    theirs = {each.id for each in await objectives.list_objectives(stranger)}
    assert not theirs & {each.id for each in mine}
    for attempt in (
        objectives.show(stranger, mine[0].id),
        objectives.activate(stranger, mine[0].id),
        objectives.rehearse(stranger, mine[0].id, [IDEA]),
    ):
        with pytest.raises(EvigateError, match="E_DISCOVERY_OBJECTIVE_NOT_FOUND"):
            await attempt


async def test_a_version_is_kept_made_active_and_never_changed(
    house: House, owner: Subject
) -> None:
    objectives = house.studio.objectives
    before = await house.studio.create(owner, IDEA, context_type="idea_discovery")
    kept = await objectives.write(owner, "idea_discovery", "1.1.0", "Short", shorter())
    assert not kept.is_active
    with pytest.raises(EvigateError, match="E_DISCOVERY_OBJECTIVE_EXISTS"):
        await objectives.write(owner, "idea_discovery", "1.1.0", "Other", shorter())
    await objectives.activate(owner, kept.id)
    active = [each for each in await objectives.list_objectives(owner) if each.is_active]
    assert [each.version for each in active if each.context_type == "idea_discovery"] == ["1.1.0"]
    after = await house.studio.create(owner, IDEA, context_type="idea_discovery")
    counted = [each for each in after.objective.obligations if each.is_counted]
    assert [each.key for each in counted] == [fields.CORE_PROBLEM, fields.PRIMARY_USER]
    # A conversation that began before stays with its version.
    still = await house.studio.show(owner, before.project.id)
    assert still.objective.version == "1.0.0"
    again = await house.studio.say(owner, before.project.id, "Half of the hives fed twice")
    assert again.objective.version == "1.0.0"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with house.database.tx(owner) as tx:
            await tx.connection.execute("UPDATE studio.objectives SET config = '{}'")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"threshold": 2}, "threshold"),
        ({"obligations": []}, "obligations"),
        ({"surprise": 1}, "surprise"),
        ({"obligations": [{"key": "x"}]}, "required property"),
        ({"obligations": [shorter()["obligations"][0]] * 2}, "twice"),
        (
            {"obligations": [{**shorter()["obligations"][0], "satisfied_when": {"$where": "1"}}]},
            "where",
        ),
    ],
)
async def test_a_configuration_that_cannot_be_asked_is_refused(
    house: House, owner: Subject, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(EvigateError) as caught:
        await house.studio.objectives.write(
            owner, "idea_discovery", "2.0.0", "Bad", {**shorter(), **change}
        )
    assert words in str(caught.value)


async def test_a_dry_run_tells_what_would_be_asked_and_keeps_nothing(
    house: House, owner: Subject
) -> None:
    objectives = house.studio.objectives
    (idea,) = [
        each
        for each in await objectives.list_objectives(owner)
        if each.context_type == "idea_discovery"
    ]
    found = await objectives.rehearse(owner, idea.id, [IDEA, "", "Yes, that is right"])
    assert len(found.turns) == 2 and found.turns[0].completeness > 0
    assert found.turns[0].asked and not found.is_complete
    assert await house.studio.list_projects(owner) == []


@pytest.mark.parametrize("context_type", sorted(PACKAGED))
async def test_each_packaged_objective_leads_to_its_end(
    house: House, owner: Subject, context_type: str
) -> None:
    found = await house.studio.create(owner, GROOMING, context_type=context_type)
    for _ in range(120):
        session = found.session
        if session.phase == "closing":
            break
        said = "decide later" if session.asked_key else "Yes, that is right"
        found = await house.studio.say(owner, found.project.id, said)
    assert found.session.phase == "closing"
    assert await house.studio.replayed(owner, found.project.id) == found.session


async def test_the_routes_keep_try_and_hide(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    path = "/api/v1/studio/objectives"
    listed = (await client.get(path)).json()
    assert len(listed) == 3
    body = {
        "context_type": "idea_discovery",
        "version": "1.1.0",
        "display_name": "Short",
        "config": shorter(),
    }
    made = await client.post(path, json=body)
    assert made.status_code == 201 and UUID(made.json()["id"])
    assert (await client.post(path, json=body)).status_code == 409
    assert (await client.post(path, json={**body, "version": "x"})).status_code == 422
    one = f"{path}/{made.json()['id']}"
    tried = await client.post(f"{one}/try", json={"lines": [IDEA]})
    assert tried.json()["turns"][0]["said"] == IDEA
    assert (await client.post(f"{one}/activate")).json()["is_active"]
    assert (await other_client.get(one)).status_code == 404
    assert (await other_client.post(f"{one}/activate")).status_code == 404
    assert (await other_client.post(f"{one}/try", json={"lines": ["x"]})).status_code == 404
