"""The kernel's rooms on a real database: events, jobs, runs, budgets, tenancy."""

import asyncio
import threading
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject, nobody
from evigate.boot import House
from evigate.kernel.budgets import E_BUDGET_EXHAUSTED, list_budgets, reserve, set_budget, settle
from evigate.kernel.db import Tx
from evigate.kernel.events import CHANNEL, NewEvent, append_events, read_events
from evigate.kernel.jobs import JobSpec, Worker, WorkerTimings, enqueue, list_jobs, retry_job
from evigate.kernel.runs import (
    E_RUN_CANCELLED,
    RunStatus,
    StepRunner,
    create_run,
    finish_run,
    get_run,
    request_cancel,
    start_run,
)

FAST = WorkerTimings(heartbeat_s=0.2, dead_after_s=1.0, poll_s=0.1, rescue_every_s=0.2, drain_s=1.0)


async def until(condition: Any, *, seconds: float = 15) -> None:
    """Wait for an asynchronous condition to hold."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.05)


# Events ---------------------------------------------------------------------------------------


async def test_events_of_parallel_writers_are_gap_free(house: House, owner: Subject) -> None:
    stream = uuid.uuid4()

    async def write(count: int) -> None:
        for _ in range(count):
            async with house.database.tx(owner) as tx:
                await append_events(
                    tx, "run", stream, [NewEvent("log_line", {}), NewEvent("progress", {})]
                )

    await asyncio.gather(*(write(10) for _ in range(5)))
    async with house.database.tx(owner) as tx:
        found = await read_events(tx, "run", stream)
        assert [event.seq for event in found] == list(range(1, 101))
        assert [event.seq for event in await read_events(tx, "run", stream, after=98)] == [99, 100]


async def test_an_event_is_gone_when_its_cause_is_rolled_back(house: House, owner: Subject) -> None:
    stream = uuid.uuid4()
    with pytest.raises(RuntimeError, match="cause"):
        async with house.database.tx(owner) as tx:
            await append_events(tx, "run", stream, [NewEvent("log_line", {})])
            raise RuntimeError("cause")
    async with house.database.tx(owner) as tx:
        assert await read_events(tx, "run", stream) == []


async def test_a_closed_stream_takes_no_more(house: House, owner: Subject) -> None:
    stream = uuid.uuid4()
    async with house.database.tx(owner) as tx:
        await append_events(tx, "run", stream, [NewEvent("progress", {})], close=True)
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
        async with house.database.tx(owner) as tx:
            await append_events(tx, "run", stream, [NewEvent("progress", {})])


async def test_listeners_are_told_ids_and_nothing_else(house: House, owner: Subject) -> None:
    stream = uuid.uuid4()
    heard: list[str] = []

    async def hear() -> None:
        async for note in house.database.listen(CHANNEL):
            heard.append(note)

    task = asyncio.create_task(hear())
    await until(lambda: _is(heard == [""]))
    async with house.database.tx(owner) as tx:
        await append_events(tx, "run", stream, [NewEvent("log_line", {"text": "secret"})])
    await until(lambda: _is(len(heard) == 2))
    task.cancel()
    assert heard[1] == f"{owner.tenant_id}:run:{stream}:1"


async def _is(value: bool) -> bool:
    return value


# Jobs -----------------------------------------------------------------------------------------


class Recorder:
    """A handler that remembers its calls, and fails as often as told."""

    def __init__(self, *, failures: int = 0) -> None:
        self.calls: list[tuple[Subject, dict[str, Any]]] = []
        self.dead: list[BaseException] = []
        self._failures = failures

    async def handle(self, subject: Subject, arguments: Mapping[str, Any]) -> None:
        self.calls.append((subject, dict(arguments)))
        if len(self.calls) <= self._failures:
            raise RuntimeError("not yet")

    async def give_up(
        self, subject: Subject, arguments: Mapping[str, Any], error: BaseException
    ) -> None:
        self.dead.append(error)


class Working:
    """A worker in this process while the block runs."""

    def __init__(self, house: House, *specs: JobSpec, concurrency: int = 1) -> None:
        self._worker = Worker(house.urls.queue, specs, timings=FAST)
        self._concurrency = concurrency
        self._stop = asyncio.Event()

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(
            self._worker.run(concurrency=self._concurrency, stop=self._stop)
        )

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        await self._task


async def test_a_job_exists_if_and_only_if_its_cause_was_committed(
    house: House, owner: Subject
) -> None:
    recorder = Recorder()
    with pytest.raises(RuntimeError):
        async with house.database.tx(owner) as tx:
            await enqueue(tx, "test.job", {"n": 1})
            raise RuntimeError
    async with house.database.tx(owner) as tx:
        await enqueue(tx, "test.job", {"n": 2})
    async with Working(house, JobSpec("test.job", recorder.handle)):
        await until(lambda: _is(bool(recorder.calls)))
    assert [arguments for _, arguments in recorder.calls] == [{"n": 2}]
    subject = recorder.calls[0][0]
    assert (subject.tenant_id, subject.actor, subject.role) == (
        owner.tenant_id,
        "job:test.job",
        "worker",
    )


async def test_a_failing_job_is_tried_again_and_then_a_dead_letter(
    house: House, owner: Subject
) -> None:
    recorder = Recorder(failures=99)
    spec = JobSpec("test.job", recorder.handle, max_attempts=2, on_dead_letter=recorder.give_up)
    async with house.database.tx(owner) as tx:
        job_id = await enqueue(tx, "test.job", {})

    async def is_dead() -> bool:
        async with house.database.tx(owner) as tx:
            return [job.id for job in await list_jobs(tx, status="failed")] == [job_id]

    async with Working(house, spec):
        await until(is_dead)
        assert len(recorder.calls) == 2
        assert len(recorder.dead) == 1
        async with house.database.tx(owner) as tx:
            assert await retry_job(tx, job_id)
        await until(lambda: _is(len(recorder.calls) == 3))


async def test_higher_priority_goes_first_and_a_later_time_waits(
    house: House, owner: Subject
) -> None:
    recorder = Recorder()
    async with house.database.tx(owner) as tx:
        await enqueue(tx, "test.job", {"n": "low"})
        await enqueue(tx, "test.job", {"n": "high"}, priority=5)
        await enqueue(tx, "test.job", {"n": "later"}, run_at=utc_now() + timedelta(seconds=1.5))
    async with Working(house, JobSpec("test.job", recorder.handle)):
        await until(lambda: _is(len(recorder.calls) == 2))
        await until(lambda: _is(len(recorder.calls) == 3))
    assert [arguments["n"] for _, arguments in recorder.calls] == ["high", "low", "later"]


async def test_two_jobs_with_one_lock_never_run_together(house: House, owner: Subject) -> None:
    running, most, done = 0, 0, 0

    async def handle(subject: Subject, arguments: Mapping[str, Any]) -> None:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.2)
        running -= 1
        done += 1

    async with house.database.tx(owner) as tx:
        for _ in range(3):
            await enqueue(tx, "test.job", {}, lock="one")
    async with Working(house, JobSpec("test.job", handle), concurrency=3):
        await until(lambda: _is(done == 3))
    assert most == 1


async def test_several_workers_share_the_work(house: House, owner: Subject) -> None:
    first, second = Recorder(), Recorder()
    async with house.database.tx(owner) as tx:
        for n in range(20):
            await enqueue(tx, "test.job", {"n": n})

    async def slow(recorder: Recorder, subject: Subject, arguments: Mapping[str, Any]) -> None:
        await asyncio.sleep(0.02)
        await recorder.handle(subject, arguments)

    specs = [JobSpec("test.job", lambda s, a, r=each: slow(r, s, a)) for each in (first, second)]
    async with Working(house, specs[0]), Working(house, specs[1]):
        await until(lambda: _is(len(first.calls) + len(second.calls) == 20))
    done = sorted(arguments["n"] for _, arguments in first.calls + second.calls)
    assert done == list(range(20))
    assert first.calls and second.calls


class Held:
    """A worker in a thread of its own, whose event loop its first job holds up for `seconds`."""

    def __init__(self, house: House, seconds: float) -> None:
        self._url, self._seconds = house.urls.queue, seconds
        self.calls = 0
        self.begun, self.let_go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    async def _handle(self, subject: Subject, arguments: Mapping[str, Any]) -> None:
        self.calls += 1
        self.begun.set()
        self.let_go.wait(self._seconds)

    def _run(self) -> None:
        async def work() -> None:
            stop = asyncio.Event()
            worker = Worker(self._url, [JobSpec("test.job", self._handle)], timings=FAST)
            task = asyncio.create_task(worker.run(concurrency=1, stop=stop))
            while not self.let_go.is_set():
                await asyncio.sleep(0.05)
            stop.set()
            await task

        asyncio.run(work())

    async def __aenter__(self) -> "Held":
        self._thread.start()
        await asyncio.to_thread(self.begun.wait, 30)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.let_go.set()
        await asyncio.to_thread(self._thread.join, 30)


async def test_the_job_of_a_worker_that_computes_for_long_is_not_taken_from_it(
    house: House, owner: Subject
) -> None:
    """No heartbeat for three times as long as counts as death, with two more workers beside it."""
    others = Recorder()
    async with house.database.tx(owner) as tx:
        job_id = await enqueue(tx, "test.job", {})
    spec = JobSpec("test.job", others.handle)

    async def has_ended() -> bool:
        async with house.database.tx(owner) as tx:
            return [each.status for each in await list_jobs(tx)] == ["succeeded"]

    held = Held(house, seconds=3 * FAST.dead_after_s)
    async with held, Working(house, spec), Working(house, spec):
        await until(has_ended)
    async with house.database.tx(owner) as tx:
        assert [(each.id, each.attempts) for each in await list_jobs(tx)] == [(job_id, 1)]
    assert (held.calls, others.calls) == (1, [])


async def test_the_job_of_a_dead_worker_is_given_to_another(house: House, owner: Subject) -> None:
    """The server sees its connection end, as it does after kill -9; no heartbeat comes any more."""
    recorder = Recorder()
    async with house.database.tx(owner) as tx:
        job_id = await enqueue(tx, "test.job", {})
    async with Held(house, seconds=60):
        with psycopg.connect(house.urls.owner, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks"
                " WHERE locktype = 'advisory' AND database ="
                " (SELECT oid FROM pg_database WHERE datname = current_database())"
                " AND pid <> pg_backend_pid()"
            )
        async with Working(house, JobSpec("test.job", recorder.handle)):
            await until(lambda: _is(bool(recorder.calls)))
        async with house.database.tx(owner) as tx:
            assert [(job.id, job.status) for job in await list_jobs(tx)] == [(job_id, "succeeded")]


# Runs and steps -------------------------------------------------------------------------------


async def test_a_finished_step_is_not_done_again(house: House, owner: Subject) -> None:
    async with house.database.tx(owner) as tx:
        run_id = await create_run(tx, "test.run", {})
    computed: list[str] = []

    async def step(name: str, *, fails: bool = False) -> dict[str, Any]:
        async def compute() -> str:
            computed.append(name)
            return name

        async def record(tx: Tx, value: str) -> Mapping[str, Any]:
            await append_events(tx, "run", run_id, [NewEvent("log_line", {"text": value})])
            if fails:
                raise RuntimeError("crash before the commit")
            return {"value": value}

        return await runner.run(name, compute, record)

    runner = StepRunner(house.database, owner, run_id)
    assert await step("one") == {"value": "one"}
    with pytest.raises(RuntimeError):
        await step("two", fails=True)
    runner = StepRunner(house.database, owner, run_id)
    assert await step("one") == {"value": "one"}
    assert await step("two") == {"value": "two"}
    assert computed == ["one", "two", "two"]
    async with house.database.tx(owner) as tx:
        told = [event.payload["text"] for event in await read_events(tx, "run", run_id)]
    assert told == ["one", "two"], "a side effect was repeated"


async def test_long_work_of_a_step_hears_that_its_run_is_to_stop(
    house: House, owner: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evigate.kernel.runs.steps.LISTENED_EACH_S", 0.05)
    async with house.database.tx(owner) as tx:
        run_id = await create_run(tx, "test.run", {})
    runner = StepRunner(house.database, owner, run_id)
    assert await runner.while_wanted(asyncio.sleep(0.2, "whole")) == "whole"
    told: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            told.append("cleaned up")

    async def ask() -> None:
        await asyncio.sleep(0.2)
        async with house.database.tx(owner) as tx:
            assert await request_cancel(tx, run_id)

    asking = asyncio.create_task(ask())
    with pytest.raises(EvigateError) as stopped:
        await asyncio.wait_for(runner.while_wanted(work()), 30)
    await asking
    assert (stopped.value.code, told) == (E_RUN_CANCELLED, ["cleaned up"])


async def test_a_run_ends_once_and_a_cancelled_one_begins_no_step(
    house: House, owner: Subject
) -> None:
    async with house.database.tx(owner) as tx:
        run_id = await create_run(tx, "test.run", {"a": 1})
        assert await start_run(tx, run_id)
        assert await request_cancel(tx, run_id)

    async def never() -> None:
        raise AssertionError("the step was begun")

    async def record(tx: Tx, value: None) -> Mapping[str, Any]:
        return {}

    with pytest.raises(EvigateError) as refusal:
        await StepRunner(house.database, owner, run_id).run("one", never, record)
    assert refusal.value.code is E_RUN_CANCELLED
    async with house.database.tx(owner) as tx:
        assert await finish_run(tx, run_id, RunStatus.CANCELLED, error_code="E_RUN_CANCELLED")
        assert not await finish_run(tx, run_id, RunStatus.SUCCEEDED)
        run = await get_run(tx, run_id)
    assert run is not None and run.status is RunStatus.CANCELLED
    assert run.duration_s is not None and run.duration_s >= 0


# Budgets --------------------------------------------------------------------------------------


async def test_what_is_reserved_counts_until_it_is_settled(house: House, owner: Subject) -> None:
    async with house.database.tx(owner) as tx:
        first, second = [await create_run(tx, "test.run", {}) for _ in range(2)]
        await reserve(tx, "runs.seconds", first, 10**9)  # nobody set a limit
        await set_budget(tx, "runs.seconds", unit="seconds", limit_amount=100)
        await reserve(tx, "runs.seconds", first, 60)
        with pytest.raises(EvigateError) as refusal:
            await reserve(tx, "runs.seconds", second, 50)
        assert refusal.value.code is E_BUDGET_EXHAUSTED
        await settle(tx, "runs.seconds", first, 20)
        await reserve(tx, "runs.seconds", second, 50)
        budget = (await list_budgets(tx))[0]
    assert (budget.limit_amount, budget.spent, budget.reserved) == (100, 20, 50)


# Secrets --------------------------------------------------------------------------------------


async def test_a_secret_is_sealed_bound_to_its_tenant_and_never_listed_in_full(
    house: House, owner: Subject, stranger: Subject
) -> None:
    async with house.database.tx(owner) as tx:
        await house.vault.write(tx, "provider.key", "s3cret-value")
        assert await house.vault.read(tx, "provider.key") == "s3cret-value"
        assert [each.name for each in await house.vault.list(tx)] == ["provider.key"]
        row = await (await tx.connection.execute("SELECT sealed FROM kernel.secrets")).fetchone()
    assert row is not None and b"s3cret" not in bytes(row["sealed"])
    async with house.database.tx(stranger) as tx:
        assert await house.vault.list(tx) == []
        with pytest.raises(EvigateError, match="E_SECRET_NOT_FOUND"):
            await house.vault.read(tx, "provider.key")
        await tx.connection.execute(
            "INSERT INTO kernel.secrets (name, sealed) VALUES ('provider.key', %s)",
            (row["sealed"],),
        )
        with pytest.raises(EvigateError, match="E_UNSEAL_FAILED"):
            await house.vault.read(tx, "provider.key")


# Tenancy --------------------------------------------------------------------------------------


async def test_a_nul_in_a_text_is_the_callers_mistake(house: House, owner: Subject) -> None:
    for sql, value in (("SELECT %s::text", "a\0b"), ("SELECT %s::jsonb", '"a\\u0000b"')):
        with pytest.raises(EvigateError, match=r"E_INVALID.*NUL"):
            async with house.database.tx(owner) as tx:
                await tx.connection.execute(sql, (value,))
    with pytest.raises(psycopg.DataError):
        async with house.database.tx(owner) as tx:
            await tx.connection.execute("SELECT %s::int", ("x",))


async def test_a_link_works_once_and_a_session_until_it_is_ended(
    house: House, owner: Subject
) -> None:
    tenancy = house.tenancy
    link = await tenancy.make_link(owner)
    session = await tenancy.redeem_link(link, user_agent="test")
    account = await tenancy.account_of_session(session)
    assert account is not None
    assert (account.subject.tenant_id, account.subject.role) == (owner.tenant_id, "owner")
    with pytest.raises(EvigateError, match="E_SIGN_IN_LINK_INVALID"):
        await tenancy.redeem_link(link, user_agent=None)
    await tenancy.sign_out(account.subject, session)
    assert await tenancy.account_of_session(session) is None


async def test_passwords_are_stored_as_argon2_and_checked(house: House, owner: Subject) -> None:
    tenancy = house.tenancy
    with pytest.raises(EvigateError, match="E_PASSWORD_WEAK"):
        await tenancy.set_password(owner, "short")
    await tenancy.set_password(owner, "correct horse battery")
    with psycopg.connect(house.urls.owner) as connection:
        connection.execute("SET ROLE service_role")
        found = "SELECT password_hash FROM kernel.memberships WHERE password_hash IS NOT NULL"
        row = connection.execute(found).fetchone()
    assert row is not None and row[0].startswith("$argon2id$")
    assert await tenancy.sign_in("Owner@localhost ", "correct horse battery", user_agent=None)
    for email, password in (("owner@localhost", "wrong horse battery"), ("x@y.z", "whatever else")):
        with pytest.raises(EvigateError, match="E_SIGN_IN_REFUSED"):
            await tenancy.sign_in(email, password, user_agent=None)


async def test_a_token_is_stored_hashed_holds_a_role_and_can_be_revoked(
    house: House, owner: Subject
) -> None:
    tenancy = house.tenancy
    token_id, text = await tenancy.create_token(owner, "laptop", role="viewer")
    assert text.startswith("evg_")
    with psycopg.connect(house.urls.owner) as connection:
        connection.execute("SET ROLE service_role")
        stored = connection.execute("SELECT t::text FROM kernel.api_tokens t").fetchone()
    assert stored is not None and text not in stored[0]
    account = await tenancy.account_of_token(text)
    assert account is not None and account.subject.role == "viewer"
    await tenancy.revoke_token(owner, token_id)
    assert await tenancy.account_of_token(text) is None


async def test_a_suspended_tenant_is_shut_out_and_let_in_again(
    house: House, owner: Subject, stranger: Subject
) -> None:
    tenancy = house.tenancy
    _, text = await tenancy.create_token(stranger, "t")
    session = await tenancy.redeem_link(await tenancy.make_link(stranger), user_agent=None)
    await tenancy.suspend_tenant("other", suspended=True)
    assert await tenancy.account_of_token(text) is None
    assert await tenancy.account_of_session(session) is None
    await tenancy.suspend_tenant("other", suspended=False)
    assert await tenancy.account_of_token(text) is not None
    await tenancy.suspend_user("B@other.test", suspended=True)
    assert await tenancy.account_of_token(text) is None
    await tenancy.suspend_user("b@other.test", suspended=False)
    assert await tenancy.account_of_token(text) is not None
    with pytest.raises(EvigateError, match="E_USER_NOT_FOUND"):
        await tenancy.suspend_user("nobody@other.test", suspended=True)


async def test_members_of_two_tenants_do_not_see_each_other(
    house: House, owner: Subject, stranger: Subject
) -> None:
    await house.tenancy.add_member(owner, "Ann@home.test", "editor")
    mine = [member.email for member in await house.tenancy.list_members(owner)]
    theirs = [member.email for member in await house.tenancy.list_members(stranger)]
    assert mine == ["ann@home.test", "owner@localhost"]
    assert theirs == ["b@other.test"]


async def test_nobody_may_do_nothing(house: House) -> None:
    with pytest.raises(EvigateError, match="E_UNAUTHENTICATED"):
        await house.papers.list_papers(nobody())
