"""A project whose discovery is done, made through the service's verbs, for what comes after it."""

import asyncio
from uuid import UUID

from evigate.base.subject import Subject, job_subject
from evigate.boot import House
from evigate.studio import fields
from evigate.studio.planning.models import Plan
from evigate.studio.planning.service import PLAN
from evigate.studio.service import Discovery

GROOMING = (
    "We run a chain of dog-grooming salons. Customers phone to book, we lose appointments and"
    " no-shows cost us money. I need online booking with deposits by card and reminders, two salons"
    " now, ten next year, live in three months, budget about 20k. Staff must see only their own"
    " salon. Customer health notes are private."
)
ANSWERS = {
    fields.MEASURES: "Reduce no-shows by at least half",
    fields.OUT_OF_SCOPE: "No online shop and no payroll",
    fields.EXISTING_SYSTEMS: "A paper book and Google Calendar; it must run on iPhones",
}
ENOUGH = 0.87
LOOK_EVERY_S = 0.05


async def discovered(house: House, subject: Subject, *, text: str = GROOMING) -> Discovery:
    """Begin a project and say what is missing, until enough is known and nothing required open."""
    found = await house.studio.create(subject, text, name="Salons")
    project = found.project.id
    for key, answer in ANSWERS.items():
        found = await house.studio.say(subject, project, answer, key=key)
    weights = {each.key: each.weight for each in found.objective.obligations}
    doubted = sorted(
        found.session.needs.values(), key=lambda need: -weights[need.key] * (1 - need.confidence)
    )
    for need in doubted:
        if found.session.completeness >= ENOUGH:
            break
        if found.session.claims_of(need.key):
            found = await house.studio.confirm(subject, project, need.key)
        else:
            found = await house.studio.skip(subject, project, need.key, "not of this project")
    return found


async def in_features(house: House, subject: Subject) -> UUID:
    """Return a project that has just come to choosing its features."""
    project = (await discovered(house, subject)).project.id
    await house.phases.advance(subject, project, version_seen=0)
    return project


WANTED = ("online-booking", "deposits", "reminders", "roles-permissions", "no-show-tracking")


async def curated(house: House, subject: Subject) -> UUID:
    """Return a project whose board is finished, in the phase in which the plan is made."""
    project = await in_features(house, subject)
    await house.features.find(subject, project)
    for key in WANTED:
        await house.features.select(subject, project, key)
    board = await house.features.add_custom(subject, project, "Groomer commission report")
    for seed in board.undecided():
        await house.features.decide_seed(subject, project, seed.key, "met", "it is a promise")
    await house.phases.advance(subject, project, version_seen=1)
    return project


async def generate(
    house: House, subject: Subject, project: UUID, *, has_worker: bool = False
) -> Plan:
    """Have a plan made, where no worker is by the caller itself, and return it."""
    assert subject.tenant_id is not None
    run_id = await house.plans.generate(subject, project)
    if not has_worker:
        await house.plans.walk(job_subject(subject.tenant_id, PLAN), {"run_id": str(run_id)})
    while (run := await house.plans.run(subject, project)) is None or not run.status.is_end:
        await asyncio.sleep(LOOK_EVERY_S)
    return await house.plans.show(subject, project)


async def planned(house: House, subject: Subject, *, has_worker: bool = False) -> Plan:
    """Return the plan of a project whose board is finished."""
    project = await curated(house, subject)
    return await generate(house, subject, project, has_worker=has_worker)


async def answered(house: House, subject: Subject, *, has_worker: bool = False) -> Plan:
    """Return a plan in which nothing that is required is open, in the phase of planning."""
    plan = await planned(house, subject, has_worker=has_worker)
    project = plan.project_id
    await house.phases.advance(subject, project, version_seen=2)
    plan, _ = await house.plans.accept_all(subject, project)
    for each in plan.questions:
        if each.is_required and each.is_open:
            given = each.options[0] if each.options else "as the owner says"
            plan = await house.plans.answer(subject, project, each.key, given)
    return plan
