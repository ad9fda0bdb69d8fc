"""A project with an approved specification, and kits to run over it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tests.integration.studio.projects import answered

from evigate.base.subject import Subject, job_subject
from evigate.boot import House
from evigate.studio.kits.runs.models import Execution
from evigate.studio.kits.runs.service import KIT_RUN

MANIFEST = """id: notes
name: Notes
version: 1.0.0
phases: [SPEC, CHECK, PLAN, VALIDATE, APPLY, VERIFY]
outputs:
  - {id: readme, path: README.md, template: readme.liquid, type: markdown}
  - {id: entity, path: "entities/{{ entity.key }}.json", for_each: spec.entities, template: entity.liquid, type: json}
tests: [basic.yaml]
"""
FIXTURE = """name: two
spec: {name: Tea, entities: [{key: cup}]}
expect: {files: [README.md, entities/cup.json]}
"""
NOTES = {
    "kit.yaml": MANIFEST,
    "readme.liquid": "# {{ spec.name }}\n",
    "entity.liquid": '{"key": {{ entity.key | json }}}\n',
    "basic.yaml": FIXTURE,
}


async def specified(house: House, owner: Subject, *, has_worker: bool = False) -> UUID:
    """Return a project whose specification is approved."""
    project = (await answered(house, owner, has_worker=has_worker)).project_id
    await house.specifications.compile(owner, project)
    await house.specifications.submit(owner, project)
    await house.specifications.approve(owner, project, "as we agreed")
    return project


async def brought(
    house: House, owner: Subject, files: Mapping[str, str] = NOTES, **changed: str
) -> str:
    """Bring a kit, make it active and return its id; `changed` are texts in its manifest."""
    texts = dict(files)
    for before, after in changed.items():
        texts["kit.yaml"] = texts["kit.yaml"].replace(before, after)
    head = await house.kits.catalog.bring(owner, texts)
    assert head.id is not None
    if head.status == "draft":
        await house.kits.catalog.move(owner, head.id, "active")
    return head.kit_id


async def walk(house: House, owner: Subject, execution: Execution) -> Execution:
    """Do a run's job as a worker would, and return the run as it is then."""
    assert owner.tenant_id is not None
    arguments: dict[str, Any] = {"run_id": str(execution.run_id)}
    await house.kits.walk(job_subject(owner.tenant_id, KIT_RUN), arguments)
    return (await house.kits.show(owner, execution.project_id, execution.run_id)).execution


async def ran(house: House, owner: Subject, project: UUID, kit_id: str) -> Execution:
    """Run a kit to its end, approving its plan."""
    waiting = await walk(house, owner, await house.kits.start(owner, project, kit_id))
    assert waiting.is_waiting, (waiting.status, waiting.error_message)
    assert waiting.plan_digest is not None
    approved = await house.kits.approve(owner, project, waiting.run_id, waiting.plan_digest)
    return await walk(house, owner, approved)
