"""Run a kit, dying by SIGKILL at many exchanges with the database in each phase; go on until it ends.

Called by `test_kit_faults.py` as a program. Each attempt is a fork with connections of its own that
does the run's job, or approves its plan, until it gets through; what stands in the end is printed
beside what a run without deaths came to, with how often each item was applied.
"""

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[2]))

import psycopg
from studio_faults import with_house
from tests.integration.studio.kit_projects import MANIFEST, NOTES, brought, specified, walk

from evigate.base.subject import Subject
from evigate.boot import House, Settings

STEPS_MAX = 900
Act = Callable[[House, Subject, UUID, UUID], Awaitable[Any]]
VERIFIED = {
    **NOTES,
    "kit.yaml": MANIFEST.replace(
        "outputs:", "outputs:\n  - {id: check, path: check.py, template: check.liquid, type: python}"
    ) + 'verify: {run: ["python check.py"], timeout_s: 60}\n',
    "check.liquid": "import json, pathlib\n\nfor each in pathlib.Path('entities').iterdir():\n    json.loads(each.read_text())\nprint('whole')\n",
}  # fmt: skip


async def go_on(house: House, subject: Subject, project: UUID, run: UUID) -> None:
    """Do the run's job as a worker would."""
    execution = (await house.kits.show(subject, project, run)).execution
    await walk(house, subject, execution)


async def approve(house: House, subject: Subject, project: UUID, run: UUID) -> None:
    """Approve the plan that the run shows."""
    execution = (await house.kits.show(subject, project, run)).execution
    assert execution.plan_digest is not None
    await house.kits.approve(subject, project, run, execution.plan_digest)


async def shape(house: House, subject: Subject, project: UUID, run: UUID) -> dict[str, Any]:
    """Return what stands, without what differs between two runs of the same: ids and times."""
    page = await house.kits.show(subject, project, run)
    found = page.execution
    async with house.database.tx(subject) as tx:
        query = (
            "SELECT payload FROM kernel.events WHERE stream_kind = 'run' AND stream_id = %s"
            " AND type = 'kit_item'"
        )
        rows = await (await tx.connection.execute(query, (run,))).fetchall()
    assert page.plan is not None
    return {
        "state": [found.status, found.phase, found.error_code, found.log],
        "plan": [[e.path, e.action] for e in page.plan.items],
        "is_approved": page.plan.approved_by is not None,
        "applied": sorted(page.applied),
        "told": sorted(Counter(each["payload"]["path"] for each in rows).items()),
        "outputs": [[each.path, each.status, each.sha256] for each in page.outputs],
        "bundle": [found.bundle_digest, found.bundle_sha256],
    }


def standing(url: str, run: UUID) -> tuple[str, bool, list[str]]:
    """Return a run's phase, whether its plan is approved, and what was applied, past all walls."""
    query = """
        SELECT e.phase, EXISTS (SELECT 1 FROM studio.kit_approvals a WHERE a.run_id = e.run_id
          AND a.digest = e.plan_digest), ARRAY(SELECT i.path FROM studio.kit_items i WHERE i.run_id = e.run_id)
        FROM studio.kit_executions e WHERE e.run_id = %s
    """
    with psycopg.connect(url) as connection:
        row = connection.execute(query, (run,)).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


def attempt(settings: Settings, ids: tuple[UUID, UUID], act: Act, n: int) -> bool:
    """Do it in a fork that dies at exchange n; True when it got through first."""

    async def work(house: House) -> None:
        await act(house, await house.operator(), *ids)

    child = os.fork()
    if child == 0:
        try:
            asyncio.run(with_house(settings, work, n))
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    assert os.WEXITSTATUS(status) == 0, f"{act.__name__} failed"
    return True


def forked(settings: Settings, work: Callable[[House], Awaitable[Any]]) -> Any:
    """Do something in a house in a fork of its own, and return what it returned, as JSON values.

    The library of the storage has threads, which a fork would not have: this process has none.
    """
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            done = asyncio.run(with_house(settings, work))
            os.write(outlet, json.dumps(done).encode())
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    os.close(outlet)
    with os.fdopen(inlet, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    assert status == 0, "it failed"
    return json.loads(told)


async def begin(house: House) -> list[str]:
    """Begin a run over a project of its own; return the ids of the project and of the run."""
    subject = await house.operator()
    project = await specified(house, subject)
    await brought(house, subject, VERIFIED)
    run = await house.kits.start(subject, project, "notes")
    return [str(project), str(run.run_id)]


async def straight(house: House) -> dict[str, Any]:
    """Run a kit without a death."""
    subject = await house.operator()
    project, run = map(UUID, await begin(house))
    for act in (go_on, approve, go_on):
        await act(house, subject, project, run)
    return await shape(house, subject, project, run)


def main(folder: Path, url: str, key: str) -> None:
    """Print what a run came to with deaths in it, in which phases they were, and without."""
    settings = Settings(data_dir=folder, key=key, database_url=url)
    project, run = map(UUID, forked(settings, begin))
    phases: Counter[str] = Counter()
    early: list[str] = []
    for act, stride in ((go_on, 9), (approve, 11), (go_on, 19)):
        for n in range(1, STEPS_MAX, stride):
            if attempt(settings, (project, run), act, n):
                break
            phase, is_approved, applied = standing(url, run)
            phases[phase] += 1
            early.extend(applied if not is_approved else ())

    async def look(house: House) -> dict[str, Any]:
        return await shape(house, await house.operator(), project, run)

    told = {"with": forked(settings, look), "without": forked(settings, straight)}
    print(json.dumps({"deaths": phases, "early": early, **told}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
