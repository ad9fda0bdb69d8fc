"""Choose, plan and answer, dying by SIGKILL at many exchanges with the database in each step.

Called by `test_planning_faults.py` as a program. Each attempt is a fork with connections of its own
and does the same step again until it gets through; what stands in the end is printed beside what a
project without deaths came to.
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[2]))

from studio_faults import with_house
from tests.integration.studio.projects import discovered

from evigate.base.subject import Subject, job_subject
from evigate.boot import House, Settings
from evigate.studio.planning.artifacts import PlanningArtifact
from evigate.studio.planning.service import PLAN

STEPS_MAX = 600
STRIDE = 23
Act = Callable[[House, Subject, UUID], Awaitable[Any]]


async def choose(house: House, subject: Subject, project: UUID) -> None:
    """Find candidates, choose some, decide of the critical seeds."""
    await house.features.find(subject, project)
    for key in ("online-booking", "reminders"):
        await house.features.select(subject, project, key)
    board = await house.features.add_custom(subject, project, "Groomer commission report")
    for seed in board.undecided():
        await house.features.decide_seed(subject, project, seed.key, "met", "a promise")


async def advance(house: House, subject: Subject, project: UUID) -> None:
    """Go on to the phase of the plan, once."""
    standing = await house.phases.show(subject, project)
    if standing.version < 2:
        await house.phases.advance(subject, project, version_seen=standing.version)


async def plan(house: House, subject: Subject, project: UUID) -> None:
    """Begin a plan, unless there is one, and do its job as a worker would."""
    run = await house.plans.run(subject, project)
    if run is None or not run.status.is_end:
        run_id = await house.plans.generate(subject, project)
        assert subject.tenant_id is not None
        await house.plans.walk(job_subject(subject.tenant_id, PLAN), {"run_id": str(run_id)})


async def answer(house: House, subject: Subject, project: UUID) -> None:
    """Take what is sure, answer one under a key, apply a pattern."""
    await house.plans.accept_all(subject, project)
    await house.plans.answer(
        subject, project, "msg-reminder-when", "a day before", idempotency_key="one"
    )
    await house.plans.decide_pattern(subject, project, "slot-hold", "apply")


async def draft(house: House, subject: Subject, project: UUID) -> None:
    """Draft the blueprint."""
    await house.planning_artifacts.draft(subject, project, "blueprint")


STEPS: tuple[Act, ...] = (choose, advance, plan, answer, draft)


async def shape(house: House, subject: Subject, project: UUID) -> dict[str, Any]:
    """Return what stands, without what differs between two runs of the same: ids and times."""
    standing = await house.phases.show(subject, project)
    board = await house.features.board(subject, project)
    found = await house.plans.show(subject, project)
    made: PlanningArtifact | None = await house.planning_artifacts.show(
        subject, project, "blueprint"
    )
    assert made is not None
    return {
        "phase": [str(standing.phase), standing.version],
        "passes": [[str(p.phase), p.number, p.outcome] for p in standing.passes],
        "seeds": [[s.key, s.priority] for s in board.seeds],
        "candidates": [[c.key, c.score] for c in board.candidates],
        "features": [[f.key, f.is_selected, f.importance, f.position] for f in board.features],
        "plan": [found.head.number, found.head.status, found.is_current],
        "questions": [
            [q.key, q.status, q.prefill and q.prefill.value, q.answer and q.answer.raw]
            for q in found.questions
        ],
        "answers": found.answers_count,
        "patterns": [[p.pattern_key, p.status] for p in found.patterns],
        "blueprint": [made.version, made.status, made.content_hash],
    }


def attempt(settings: Settings, project: UUID, subject: Subject, act: Act, n: int) -> bool:
    """Do it in a fork that dies at exchange n; True when it got through first."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(with_house(settings, lambda house: act(house, subject, project), n))
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    assert os.WEXITSTATUS(status) == 0, f"{act.__name__} failed"
    return True


def main(folder: Path, url: str, key: str) -> None:
    """Print what a project came to with deaths in it, and without."""
    settings = Settings(data_dir=folder, key=key, database_url=url)

    async def begin(house: House) -> tuple[UUID, Subject]:
        subject = await house.operator()
        project = (await discovered(house, subject)).project.id
        await house.phases.advance(subject, project, version_seen=0)
        return project, subject

    project, subject = asyncio.run(with_house(settings, begin))
    deaths = {}
    for act in STEPS:
        numbers = range(1, STEPS_MAX, STRIDE)
        deaths[act.__name__] = next(
            at for at, n in enumerate(numbers) if attempt(settings, project, subject, act, n)
        )

    async def straight(house: House) -> dict[str, Any]:
        other, _ = await begin(house)
        for act in STEPS:
            await act(house, subject, other)
        return await shape(house, subject, other)

    async def look(house: House) -> dict[str, Any]:
        return await shape(house, subject, project)

    plain = asyncio.run(with_house(settings, straight))
    found = asyncio.run(with_house(settings, look))
    print(json.dumps({"deaths": deaths, "with": found, "without": plain}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
