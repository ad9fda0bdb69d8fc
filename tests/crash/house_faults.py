"""A table of things done, each dying by SIGKILL at several exchanges with the database on the way.

Called by `test_house_faults.py` as a program. Each case is done twice in one house: once by forks
that die and do it again until it is through, once without a death; what stands then is printed.
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from studio_faults import with_house
from tests.integration.studio.projects import GROOMING, answered, in_features

from evigate.agents.concert.models import Strategy
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject, job_subject
from evigate.boot import House, Settings
from evigate.kernel.organisations import EngagementStatus
from evigate.kernel.policies import Role
from evigate.studio import fields
from evigate.studio.phases.models import Phase
from evigate.studio.research.service import RESEARCH
from evigate.studio.reviews.service import REVIEW
from evigate.studio.session.conflicts import shown
from evigate.studio.tasks.models import Target, TaskDraft

NEVER = 10_000
Made = dict[str, Any]
# What says that it was done before the death: the answer was lost, not the work.
DONE = {
    "E_INVITATION_INVALID", "E_ENGAGEMENT_EXISTS", "E_ENGAGEMENT_STATUS", "E_ORGANISATION_EXISTS",
    "E_TASK_DONE", "E_PHASE_STALE",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """What is made first, what is done with deaths in it, what is looked at; and at which steps."""

    make: Callable[[House, Subject, str], Awaitable[Made]]
    act: Callable[[House, Subject, Made], Awaitable[Any]]
    look: Callable[[House, Subject, Made], Awaitable[Any]]
    steps: tuple[int, ...] = (5, 12, 19, 26, 33, 40, 47)


async def make_research(house: House, subject: Subject, name: str) -> Made:
    project = (await house.studio.create(subject, "A thing.", name=name)).project.id
    (task,) = await house.studio.research.ask(subject, project, "market_research", "dog grooming")
    return {"project": project, "task": task.id}


async def research(house: House, subject: Subject, made: Made) -> None:
    assert subject.tenant_id is not None
    job = job_subject(subject.tenant_id, RESEARCH)
    await house.studio.research.run(job, {"task_id": str(made["task"])})


async def see_research(house: House, subject: Subject, made: Made) -> Any:
    found = await house.studio.research.list_tasks(subject, made["project"])
    return [[e.task_type, e.query, e.status, e.result] for e in found]


async def make_task(house: House, subject: Subject, name: str) -> Made:
    project = (await house.studio.create(subject, GROOMING, name=name)).project.id
    about = Target(kind="need", target=fields.MEASURES)
    draft = TaskDraft(kind="PROVIDE", title="How is it measured?", targets=(about,))
    task = (await house.tasks.create(subject, project, draft)).task
    return {"project": project, "task": task.id, "key": f"key of {name}"}


async def submit(house: House, subject: Subject, made: Made) -> None:
    given = {"text": "Half as many no-shows"}
    await house.tasks.submit(subject, made["task"], given, idempotency_key=made["key"])


async def see_task(house: House, subject: Subject, made: Made) -> Any:
    page = await house.tasks.show(subject, made["task"])
    session = (await house.studio.show(subject, made["project"])).session
    assert await house.studio.replayed(subject, made["project"]) == session
    claims = [[shown(c.value), c.quote, c.status] for c in session.claims_of(fields.MEASURES)]
    return [page.task.state, len(page.submissions), [e.kind for e in page.activity], claims]


async def make_agency(house: House, subject: Subject, name: str) -> Made:
    project = (await house.studio.create(subject, "A thing.", name=name)).project.id
    slug = name.lower()
    found = (await house.organisations.create(subject, slug, name)).organisation.id
    return {
        "agency": found,
        "email": f"kim@{slug}.test",
        "resource": f"project:{project}",
        "project": project,
    }


async def invite_and_accept(house: House, subject: Subject, made: Made) -> None:
    """Invite, which renews what waits, and accept; done already, neither does anything."""
    members = {each.email for each in await house.tenancy.list_members(subject)}
    if made["email"] not in members:
        _, token = await house.engagements.invite(
            subject, made["agency"], made["email"], resource=made["resource"], role="client"
        )
        await house.invitations.accept(token, user_agent=None)


async def see_agency(house: House, subject: Subject, made: Made) -> Any:
    view = await house.organisations.show(subject, made["agency"])
    grants = await house.policies.list_grants(subject)
    members = await house.tenancy.list_members(subject)
    return [
        [[e.status.value, e.role] for e in view.engagements],
        [e.accepted_at is not None for e in view.invitations],
        [[g.role, g.scope == made["resource"]] for g in grants if g.email == made["email"]],
        [m.role for m in members if m.email == made["email"]],
    ]


async def make_engaged(house: House, subject: Subject, name: str) -> Made:
    made = await make_agency(house, subject, name)
    await invite_and_accept(house, subject, made)
    other = (await house.studio.create(subject, "Another thing.", name=f"{name} too")).project.id
    return {**made, "resource": f"project:{other}"}


async def engage_and_complete(house: House, subject: Subject, made: Made) -> None:
    where = {"resource": made["resource"], "role": "client"}
    view = await house.organisations.show(subject, made["agency"])
    if len(view.engagements) < 2:
        await house.engagements.engage(subject, made["agency"], made["email"], **where)
    view = await house.organisations.show(subject, made["agency"])
    (new,) = [each for each in view.engagements if each.resource == made["resource"]]
    if new.status is EngagementStatus.ACTIVE:
        await house.engagements.change(subject, made["agency"], new.id, EngagementStatus.COMPLETED)


async def make_bundle(house: House, subject: Subject, name: str) -> Made:
    """Take an entry out of the house as it would come from another, and put the packaged back."""
    text = (await house.library.show(subject, "features", "tips")).text
    changed = text.replace("title: Tips", f"title: Tips of {name}")
    seen = await house.library.version(subject, "features", "tips")
    await house.library.write(subject, "features", "tips", changed, version_seen=seen)
    content = await house.library.export(subject, own_only=True)
    await house.library.withdraw(subject, "features", "tips", version_seen=seen + 1)
    return {"content": content, "name": name, "version": seen + 2}


async def bring_in(house: House, subject: Subject, made: Made) -> None:
    await house.library.bring_in(subject, made["content"])


async def see_bundle(house: House, subject: Subject, made: Made) -> Any:
    found = await house.library.show(subject, "features", "tips")
    is_new = found.item.title == f"Tips of {made['name']}"
    return [is_new, found.item.origin, found.item.version - made["version"]]


async def make_phase(house: House, subject: Subject, name: str) -> Made:
    project = await in_features(house, subject)
    await house.features.find(subject, project)
    return {"project": project}


async def go_back(house: House, subject: Subject, made: Made) -> None:
    standing = await house.phases.show(subject, made["project"])
    if standing.phase is not Phase.DISCOVERY:
        await house.phases.back(
            subject, made["project"], Phase.DISCOVERY, "more", version_seen=standing.version
        )


async def see_phase(house: House, subject: Subject, made: Made) -> Any:
    standing = await house.phases.show(subject, made["project"])
    board = await house.features.board(subject, made["project"])
    passes = [[str(e.phase), e.number, e.outcome] for e in standing.passes]
    return [str(standing.phase), standing.version, passes, board.curation.stale_reason]


async def make_review(house: House, subject: Subject, name: str) -> Made:
    project = (await answered(house, subject)).project_id
    await house.specifications.compile(subject, project)
    review = await house.reviews.start(subject, project, Strategy.HIERARCHICAL)
    return {"project": project, "review": review.kept.id}


async def review(house: House, subject: Subject, made: Made) -> None:
    assert subject.tenant_id is not None
    ids = {"run_id": str(made["review"]), "project_id": str(made["project"])}
    await house.reviews.walk(job_subject(subject.tenant_id, REVIEW), ids)


async def see_review(house: House, subject: Subject, made: Made) -> Any:
    found = await house.reviews.show(subject, made["project"], made["review"])
    kept = await house.concerts.checkpoints(subject, made["review"])
    async with house.database.tx(subject) as tx:
        query = "SELECT kind, status FROM kernel.runs WHERE parent_id = %s ORDER BY 1, 2"
        runs = await (await tx.connection.execute(query, (made["review"],))).fetchall()
        query = "SELECT agent, content FROM agents.memory WHERE session_id = %s ORDER BY 1"
        memory = await (await tx.connection.execute(query, (made["project"],))).fetchall()
    concert = found.concert
    return [concert.status, concert.outputs, concert.spent.tokens, concert.spent.reserved,
            [each.step_index for each in kept], runs, memory]  # fmt: skip


CASES = {
    "Review": Case(make_review, review, see_review, steps=(9, 34, 47, 61, 73, 88, 97, 113, 131)),
    # A job that dies three times has failed; two deaths are what another attempt makes good.
    "Research": Case(make_research, research, see_research, steps=(9, 21)),
    "Task": Case(make_task, submit, see_task, steps=(5, 16, 27, 38, 49, 60)),
    "Invitation": Case(make_agency, invite_and_accept, see_agency),
    "Engagement": Case(make_engaged, engage_and_complete, see_agency, steps=(9, 20, 31, 42, 53)),
    "Import": Case(make_bundle, bring_in, see_bundle, steps=(3, 6, 9, 12, 15, 18)),
    "Back": Case(make_phase, go_back, see_phase, steps=(6, 14, 22, 30, 38)),
}


def attempt(settings: Settings, case: Case, subject: Subject, made: Made, n: int) -> bool:
    """Do it in a fork that dies at exchange n; True when it got through first."""

    async def act(house: House) -> None:
        try:
            await case.act(house, subject, made)
        except EvigateError as error:
            if error.code.name not in DONE:
                raise

    child = os.fork()
    if child == 0:
        try:
            asyncio.run(with_house(settings, act, n))
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    assert os.WEXITSTATUS(status) == 0, "it failed"
    return True


def main(folder: Path, url: str, key: str) -> None:
    """Print for each case how often it died, and what stands with deaths and without."""
    settings = Settings(data_dir=folder, key=key, database_url=url)

    async def begin(house: House) -> tuple[Subject, dict[str, list[Made]]]:
        subject = await house.operator()
        await house.policies.keep_role(subject, Role(None, "spare", "", ("studio:read",)))
        made = {}
        for name, case in CASES.items():
            made[name] = [await case.make(house, subject, f"{name}{part}") for part in ("A", "B")]
        # Both bundles are of one entry: the second was made after the first.
        made["Import"][0]["version"] = made["Import"][1]["version"]
        return subject, made

    subject, made = asyncio.run(with_house(settings, begin))
    told: dict[str, Any] = {}
    for name, case in CASES.items():
        deaths = 0
        for n in (*case.steps, NEVER):
            if attempt(settings, case, subject, made[name][0], n):
                break
            deaths += 1
        told[name] = {"deaths": deaths}

        # A bundle's entry is the tenant's one of its key: each is looked at before the next.
        async def finish(house: House, name: str = name, case: Case = case) -> list[Any]:
            with_deaths = await case.look(house, subject, made[name][0])
            if name == "Import":
                version = await house.library.version(subject, "features", "tips")
                await house.library.withdraw(subject, "features", "tips", version_seen=version)
                made[name][1]["version"] = version + 1
            await case.act(house, subject, made[name][1])
            return [with_deaths, await case.look(house, subject, made[name][1])]

        told[name]["with"], told[name]["without"] = asyncio.run(with_house(settings, finish))
    print(json.dumps(told, default=str))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
