"""Builds in the background: to a tried bundle, stopped, killed and gone on with, for one tenant."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.integration.studio.projects import GROOMING

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject, job_subject
from evigate.boot import House
from evigate.kernel.runs import list_steps
from evigate.studio.building.errors import E_BUILD_ENDED, E_BUILD_RUN_NOT_FOUND
from evigate.studio.building.models import BuildRun
from evigate.studio.building.service import BUILD_RUN
from evigate.studio.building.walk import Walk
from evigate.studio.errors import E_PROJECT_NOT_FOUND
from evigate.studio.kits.errors import E_KIT_NOT_FOUND

STAGES = ["discover", "choose_features", "plan", "blueprint", "look", "make"]


async def begun(house: House, owner: Subject) -> UUID:
    return (await house.studio.create(owner, GROOMING, name="Salons")).project.id


async def work(house: House, owner: Subject, run_id: UUID) -> None:
    """Do a build's job as a worker would."""
    assert owner.tenant_id is not None
    arguments: dict[str, Any] = {"run_id": str(run_id)}
    await house.builds.walk(job_subject(owner.tenant_id, BUILD_RUN), arguments)


async def test_a_build_ends_with_a_tried_bundle_and_a_run_of_its_kit(
    house: House, owner: Subject, stranger: Subject
) -> None:
    project = await begun(house, owner)
    queued = await house.builds.start(owner, project, "handbook")
    assert (await house.builds.start(owner, project, "handbook")).run.id == queued.run.id
    await work(house, owner, queued.run.id)
    done = await house.builds.show(owner, project, queued.run.id)
    assert done.run.status == "succeeded", done.run.error_message
    assert done.run.output is not None and done.run.output["status"] == "draft"
    told = {each.key: each.outcome for each in done.steps}
    assert {"discovery", "features", "plan", "specification", "score", "kit"} <= set(told)
    session = (await house.studio.show(owner, project)).session
    assert session.approval is None, "a job approves nothing"
    [run] = await house.kits.runs(owner, project)
    assert run.is_dry and run.kit_id == "handbook"

    again = await house.builds.start(owner, project, "handbook")
    assert again.run.id != queued.run.id
    assert [each.run.id for each in await house.builds.runs(owner, project)][1] == queued.run.id
    for ask in (
        house.builds.runs(stranger, project),
        house.builds.show(stranger, project, again.run.id),
        house.builds.cancel(stranger, project, again.run.id),
        house.builds.start(stranger, project, "handbook"),
    ):
        with pytest.raises(EvigateError) as refused:
            await ask
        assert refused.value.code is E_PROJECT_NOT_FOUND


async def test_a_build_that_is_stopped_ends_and_another_goes_on(
    house: House, owner: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = await begun(house, owner)
    waiting = await house.builds.start(owner, project, "handbook")
    stopped = await house.builds.cancel(owner, project, waiting.run.id)
    assert stopped.run.status == "cancelled"
    await work(house, owner, waiting.run.id)
    assert await stages(house, owner, stopped) == [], "a stopped build does nothing"
    with pytest.raises(EvigateError) as refused:
        await house.builds.cancel(owner, project, waiting.run.id)
    assert refused.value.code is E_BUILD_ENDED

    # Stopped while a stage is under way: the stage does not count, and what it did stays.
    running = await house.builds.start(owner, project, "handbook")
    look = Walk.look

    async def stop_in_between(self: Walk) -> None:
        await look(self)
        await house.builds.cancel(owner, project, running.run.id)

    monkeypatch.setattr(Walk, "look", stop_in_between)
    await work(house, owner, running.run.id)
    monkeypatch.undo()
    halfway = await house.builds.show(owner, project, running.run.id)
    assert (halfway.run.status, halfway.run.error_code) == ("cancelled", "E_RUN_CANCELLED")
    assert await stages(house, owner, halfway) == STAGES[:4]
    last = await house.builds.start(owner, project, "handbook")
    await work(house, owner, last.run.id)
    done = await house.builds.show(owner, project, last.run.id)
    assert done.run.status == "succeeded", done.run.error_message
    assert "nothing to do" in {each.outcome for each in done.steps}


class Killed(BaseException):
    """The worker is gone."""


@pytest.mark.parametrize("stage", ["choose_features", "plan", "blueprint", "make"])
async def test_a_worker_that_dies_leaves_whole_stages(
    house: House, owner: Subject, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    project = await begun(house, owner)
    run = (await house.builds.start(owner, project, "handbook")).run

    async def die(*_: Any) -> None:
        raise Killed

    monkeypatch.setattr(Walk, stage, die)
    with pytest.raises(Killed):
        await work(house, owner, run.id)
    monkeypatch.undo()
    halfway = await house.builds.show(owner, project, run.id)
    assert halfway.run.status == "running"
    assert await stages(house, owner, halfway) == STAGES[: STAGES.index(stage)]
    await work(house, owner, run.id)
    done = await house.builds.show(owner, project, run.id)
    assert done.run.status == "succeeded", done.run.error_message
    keys = [each.key for each in done.steps]
    assert len([key for key in keys if not key.startswith("gate-")]) == len(
        {key for key in keys if not key.startswith("gate-")}
    )
    assert len(await house.kits.runs(owner, project)) == 1


async def stages(house: House, owner: Subject, found: BuildRun) -> list[str]:
    """Return the stages of a build that are done."""
    async with house.database.tx(owner) as tx:
        steps = await list_steps(tx, found.run.id)
    return [each.name for each in steps if each.status == "succeeded"]


async def test_what_is_not_there_is_refused(house: House, owner: Subject) -> None:
    project = await begun(house, owner)
    with pytest.raises(EvigateError) as refused:
        await house.builds.start(owner, project, "no-such-kit")
    assert refused.value.code is E_KIT_NOT_FOUND
    with pytest.raises(EvigateError) as refused:
        await house.builds.show(owner, project, uuid4())
    assert refused.value.code is E_BUILD_RUN_NOT_FOUND
