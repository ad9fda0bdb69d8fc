"""Reviews by several agents: each strategy, budgets that hold, pauses, memory; at every door."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from tests.integration.studio.projects import answered
from typer.testing import CliRunner

from evigate.agents import OnLimit
from evigate.agents.concert.models import ConcertStatus, Part, Strategy, Work
from evigate.agents.messages import Passage
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject, job_subject
from evigate.boot import House, Settings
from evigate.cli.main import build_app
from evigate.studio.reviews.service import RAISE, REVIEW, STOP, Review
from evigate.studio.tasks.models import InboxFilter

VIEWS = {"agent_executor_state": 1, "checkpoint_snapshots": 5, "agent_memory": 5}


async def specified(house: House, owner: Subject) -> UUID:
    project = (await answered(house, owner)).project_id
    await house.specifications.compile(owner, project)
    return project


async def walked(house: House, owner: Subject, review: Review) -> Review:
    assert owner.tenant_id is not None
    ids = {"run_id": str(review.kept.id), "project_id": str(review.kept.project_id)}
    await house.reviews.walk(job_subject(owner.tenant_id, REVIEW), ids)
    return await house.reviews.show(owner, review.kept.project_id, review.kept.id)


async def reviewed(
    house: House, owner: Subject, project: UUID, strategy: Strategy, **limits: Any
) -> Review:
    started = await house.reviews.start(owner, project, strategy, **limits)
    return await walked(house, owner, started)


async def rows(house: House, subject: Subject, query: str) -> list[dict[str, Any]]:
    async with house.database.tx(subject) as tx:
        found = await (await tx.connection.execute(query)).fetchall()  # type: ignore[arg-type]
        return [dict(each) for each in found]


async def test_each_strategy_finds_with_words_that_stand_there(
    house: House, owner: Subject, stranger: Subject
) -> None:
    project = await specified(house, owner)
    came: dict[Strategy, Review] = {}
    for strategy in Strategy:
        came[strategy] = await reviewed(house, owner, project, strategy)
        done = came[strategy]
        assert done.concert.status is ConcertStatus.COMPLETED, done.concert.error
        assert len(done.concert.outputs) == len(done.concert.steps)
        assert done.came.findings and not done.came.dropped
        texts = {each.id: each.text for each in done.concert.work.passages}
        assert all(each.quote in texts[each.passage] for each in done.came.findings)
        kept = await house.concerts.checkpoints(owner, done.kept.id)
        assert [each.step_index for each in kept] == list(range(1, len(done.concert.steps) + 1))
        assert kept[-1].state["pendingSteps"] == []
        assert kept[-1].state["tokensUsed"] == done.concert.spent.tokens > 0
    keys = {
        strategy: {(each.rule, each.element) for each in review.came.findings}
        for strategy, review in came.items()
    }
    # In turn nobody repeats another; all that is found side by side is found.
    assert keys[Strategy.SEQUENTIAL] == keys[Strategy.PARALLEL]
    # Health notes are private, and nobody said how long they are kept.
    assert "NO_RETENTION" in {rule for rule, _ in keys[Strategy.PARALLEL]}
    assert {rule for rule, _ in keys[Strategy.DEBATE]} <= {
        "VAGUE_WORD", "OPEN_END", "TWO_IN_ONE", "NO_CRITERION", "VAGUE_CRITERION", "NO_NUMBER",
        "NO_TEST",
    }  # fmt: skip
    for view, least in VIEWS.items():
        assert len(await rows(house, owner, f"SELECT * FROM praetor.{view}")) >= least, view
        assert await rows(house, stranger, f"SELECT * FROM praetor.{view}") == [], view
    state = await rows(
        house, owner, "SELECT DISTINCT status, project_id FROM praetor.agent_executor_state"
    )
    assert state == [{"status": "completed", "project_id": project}]


async def test_the_same_work_comes_to_the_same_however_often_it_is_carried(
    house: House, owner: Subject
) -> None:
    project = await specified(house, owner)
    one = await reviewed(house, owner, project, Strategy.HIERARCHICAL)
    outputs, tokens = one.concert.outputs, one.concert.spent.tokens
    again = await walked(house, owner, one)
    assert (again.concert.outputs, again.concert.spent.tokens) == (outputs, tokens)
    memory = await rows(house, owner, "SELECT count(*) AS n FROM agents.memory")
    await walked(house, owner, one)
    assert await rows(house, owner, "SELECT count(*) AS n FROM agents.memory") == memory


async def test_a_review_at_its_limit_asks_a_person_and_goes_on_as_decided(
    house: House, owner: Subject
) -> None:
    project = await specified(house, owner)
    free = await reviewed(house, owner, project, Strategy.SEQUENTIAL)
    # Enough for two steps or so, by what they took where nothing was limited.
    limit = free.concert.spent.tokens // 2
    short = await reviewed(house, owner, project, Strategy.SEQUENTIAL, tokens_limit=limit)
    assert short.concert.status is ConcertStatus.PAUSED and short.concert.pending
    assert short.concert.spent.tokens <= limit and short.concert.spent.reserved == 0
    assert short.kept.task_id is not None
    await walked(house, owner, short)
    waiting = await house.tasks.inbox(owner, InboxFilter(project_id=project))
    asked = [each for each in waiting if each.kind == "DECIDE" and "budget" in each.title]
    assert [each.id for each in asked] == [short.kept.task_id], "one task, however often it is done"
    await house.tasks.submit(owner, short.kept.task_id, {"choice": RAISE})
    raised = await walked(house, owner, short)
    while raised.concert.status is ConcertStatus.PAUSED:
        await house.reviews.resume(owner, project, short.kept.id, tokens_limit=100 * limit)
        raised = await walked(house, owner, short)
    assert raised.concert.status is ConcertStatus.COMPLETED
    assert raised.kept.task_id is None
    first = {(e.rule, e.element) for e in free.came.findings}
    assert {(e.rule, e.element) for e in raised.came.findings} == first

    stopped = await reviewed(house, owner, project, Strategy.PARALLEL, tokens_limit=10)
    assert stopped.kept.task_id is not None and not stopped.concert.outputs
    await house.tasks.submit(owner, stopped.kept.task_id, {"choice": STOP})
    ended = await walked(house, owner, stopped)
    assert ended.concert.status is ConcertStatus.CANCELLED

    failed = await reviewed(
        house, owner, project, Strategy.PARALLEL, tokens_limit=10, on_limit=OnLimit.FAIL
    )
    assert failed.concert.status is ConcertStatus.FAILED
    assert failed.concert.error is not None and failed.concert.error["code"] == "E_AGENT_LIMIT"
    warned = await reviewed(
        house, owner, project, Strategy.PARALLEL, tokens_limit=10, on_limit=OnLimit.WARN
    )
    assert warned.concert.status is ConcertStatus.COMPLETED and warned.concert.spent.is_warned


async def test_agents_side_by_side_cannot_pass_the_limit_together(
    house: House, owner: Subject
) -> None:
    """Twelve steps that would run four at a time; the most that was ever set aside is looked at."""
    parts = tuple(Part("probe", f"p{n:02}", {"word": f"word {n}"}) for n in range(12))
    most = 0
    # A probe's step sets aside 256 tokens and a little for what it is given.
    for limit in (0, 300, 700, 4000):
        work = Work(Strategy.PARALLEL, parts, (Passage("p", "x"),), tokens_limit=limit)
        async with house.database.tx(owner) as tx:
            run_id = await house.concerts.start(tx, work, ("project", uuid4()))
        carried = asyncio.create_task(house.concerts.carry(owner, run_id))
        while not carried.done():
            spent = (await house.concerts.show(owner, run_id)).spent
            assert spent.tokens + spent.reserved <= limit
            most = max(most, spent.reserved)
            await asyncio.sleep(0)
        done = await carried
        assert done.spent.tokens <= limit and done.spent.reserved == 0
        assert (done.status is ConcertStatus.COMPLETED) == (limit == 4000)
    assert most > 500, "several were at work at once"


async def test_a_review_is_paused_resumed_and_cancelled_by_hand(
    house: House, owner: Subject
) -> None:
    project = await specified(house, owner)
    started = await house.reviews.start(owner, project, Strategy.SEQUENTIAL)
    review = started.kept.id
    await house.reviews.pause(owner, project, review)
    waits = await walked(house, owner, started)
    assert waits.concert.status is ConcertStatus.PAUSED and not waits.concert.outputs
    await house.reviews.resume(owner, project, review)
    assert (await walked(house, owner, started)).concert.status is ConcertStatus.COMPLETED
    with pytest.raises(EvigateError) as refusal:
        await house.reviews.cancel(owner, project, review)
    assert refusal.value.code.name == "E_CONCERT_STATUS"
    other = (await house.reviews.start(owner, project, Strategy.PARALLEL)).kept.id
    ended = await house.reviews.cancel(owner, project, other)
    assert ended.concert.status is ConcertStatus.CANCELLED
    assert (await walked(house, owner, ended)).concert.outputs == {}
    carrying = (await house.reviews.start(owner, project, Strategy.SEQUENTIAL)).kept.id
    work = asyncio.create_task(house.concerts.carry(owner, carrying))
    while not (await house.concerts.show(owner, carrying)).outputs:
        await asyncio.sleep(0)
    await house.reviews.pause(owner, project, carrying)
    paused = await work
    assert paused.status is ConcertStatus.PAUSED and paused.outputs and paused.pending
    await house.reviews.resume(owner, project, carrying)
    assert (await house.concerts.carry(owner, carrying)).status is ConcertStatus.COMPLETED


async def test_a_review_whose_job_was_tried_too_often_has_failed(
    house: House, owner: Subject
) -> None:
    assert owner.tenant_id is not None
    project = await specified(house, owner)
    review = (await house.reviews.start(owner, project, Strategy.PARALLEL)).kept.id
    ids = {"run_id": str(review), "project_id": str(project)}
    await house.reviews.give_up(job_subject(owner.tenant_id, REVIEW), ids, OSError("gone"))
    ended = (await house.reviews.show(owner, project, review)).concert
    assert ended.status is ConcertStatus.FAILED and ended.error is not None
    assert ended.error["message"] == "The review broke: OSError."


async def test_what_a_person_dismissed_is_not_said_again(house: House, owner: Subject) -> None:
    project = await specified(house, owner)
    first = await reviewed(house, owner, project, Strategy.PARALLEL)
    gone, other = first.came.findings[0], first.came.findings[-1]
    assert not other.is_known and other != gone
    await house.reviews.dismiss(
        owner, project, first.kept.id, rule=gone.rule, element=gone.element, reason="It is so."
    )
    second = await reviewed(house, owner, project, Strategy.PARALLEL)
    found = {(each.rule, each.element): each for each in second.came.findings}
    assert (gone.rule, gone.element) not in found
    assert found[other.rule, other.element].is_known
    pinned = await rows(house, owner, "SELECT * FROM agents.memory WHERE is_pinned")
    assert len(pinned) == 1


async def test_what_reviewers_found_stands_among_the_findings_of_the_house(
    house: House, owner: Subject, stranger: Subject
) -> None:
    project = await specified(house, owner)
    query = "SELECT rule, element, severity, status, seen_count, fingerprint, message FROM gate.findings WHERE rule LIKE 'REVIEW.%' ORDER BY rule, element"
    assert await rows(house, owner, query) == []
    first = await reviewed(house, owner, project, Strategy.PARALLEL)
    kept = await rows(house, owner, query)
    told = {(each.rule, each.element): each for each in first.came.findings}
    assert {(e["rule"].split(".")[2], e["element"]) for e in kept} == set(told)
    for each in kept:
        assert told[each["rule"].split(".")[2], each["element"]].quote in each["message"]
        assert (each["status"], each["seen_count"]) == ("open", 1)
        assert each["severity"] != "error"
    assert await rows(house, stranger, query) == []
    # They are shown with the specification's own, and block nothing.
    seen = await house.specifications.show(owner, project)
    assert {each.fingerprint for each in seen.findings} >= {each["fingerprint"] for each in kept}
    assert seen.head.blockers == 0
    # Found again, a finding keeps its row; dismissed, it is waived and says why; gone, resolved.
    gone = first.came.findings[0]
    await house.reviews.dismiss(
        owner, project, first.kept.id, rule=gone.rule, element=gone.element, reason="It is so."
    )
    async with house.database.tx(owner) as tx:
        await tx.connection.execute(
            "INSERT INTO gate.findings (artifact_id, fingerprint, rule, severity, element, message)"
            " SELECT artifact_id, repeat('a', 64), 'REVIEW.WORDING.OLD', 'info', element, 'old'"
            " FROM gate.findings WHERE fingerprint = %s", (kept[0]["fingerprint"],))  # fmt: skip
    second = await reviewed(house, owner, project, Strategy.SEQUENTIAL)
    again = {(e["rule"].split(".")[2], e["element"]): e for e in await rows(house, owner, query)}
    assert again.pop(("OLD", kept[0]["element"]))["status"] == "resolved"
    assert again[gone.rule, gone.element]["status"] == "waived"
    others = [e for key, e in again.items() if key != (gone.rule, gone.element)]
    assert {(e["status"], e["seen_count"]) for e in others} == {("open", 2)}
    assert [second.stands(each) for each in second.came.findings] == ["open"] * len(others)
    assert first.stands(gone) == "open"
    later = await house.reviews.show(owner, project, first.kept.id)
    assert later.stands(gone) == "waived"
    # What the checks find anew leaves theirs alone.
    await house.specifications.compile(owner, project)
    assert len([e for e in await rows(house, owner, query) if e["status"] == "open"]) == len(others)


async def test_every_door_gives_the_same_and_another_tenant_nothing(
    house: House,
    owner: Subject,
    client: httpx.AsyncClient,
    other_client: httpx.AsyncClient,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = await specified(house, owner)
    base = f"/api/v1/studio/projects/{project}/reviews"
    made = await client.post(base, json={"strategy": "debate"})
    assert (made.status_code, made.json()["status"]) == (202, "pending")
    review = made.json()["id"]
    for name, value in (
        ("EVIGATE_DATA_DIR", str(settings.data_dir)),
        ("EVIGATE_KEY", settings.key),
        ("EVIGATE_DATABASE_URL", settings.database_url),
    ):
        monkeypatch.setenv(name, str(value))

    async def run(*words: str) -> Any:
        said = ["studio", "reviews", *words, "--json"]
        found = await asyncio.to_thread(CliRunner().invoke, build_app(), said)
        assert found.exit_code == 0, (words, found.output, found.exception)
        return json.loads(found.stdout)

    told = await run("start", str(project), "--strategy", "parallel")
    assert told["status"] == "completed" and told["findings"] and told["done"] == 5
    assert [each["id"] for each in await run("list", str(project))] == [told["id"], review]
    assert len(await run("checkpoints", str(project), told["id"])) == 5
    shown = (await client.get(f"{base}/{told['id']}")).json()
    assert shown["findings"] == told["findings"]
    each = told["findings"][0]
    await run("dismiss", str(project), told["id"], each["rule"], each["element"], "no")
    for path in (
        base,
        f"{base}/{review}",
        f"{base}/{review}/checkpoints",
        f"{base}/{review}/events",
    ):
        assert (await other_client.get(path)).status_code == 404
    assert (await other_client.post(f"{base}/{review}/cancel")).status_code == 404
    lost = await client.get(f"{base}/{uuid4()}")
    assert (lost.status_code, lost.json()["code"]) == (404, "E_SPEC_REVIEW_NOT_FOUND")
