"""A run that is killed at any moment and carried on: the same result, nothing with an effect twice.

The process is killed by an exception that nothing catches, just before or just after each commit
in turn, and inside each call to a model or a tool; another service then carries the run on.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.integration.agents.conftest import PASSAGES, Lab, World

from evigate.agents.errors import E_AGENT_RUN_ENDED, E_AGENT_RUN_TAKEN, E_AGENT_TOOLS
from evigate.agents.messages import ModelReply, ModelRequest, ModelTurn
from evigate.agents.providers.scripted import says, uses
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.budgets import list_budgets, set_budget
from evigate.kernel.db import Database

GOOD = json.dumps({"title": "Cells", "points": ["ATP"]})
BAD = json.dumps({"title": "Cells"})
APPROVED = frozenset({"send"})


class Killed(BaseException):
    """The process is gone."""


class FragileDatabase:
    """A database whose process dies around its n-th commit; None never."""

    def __init__(self, inner: Database, dies_at: int | None, *, is_after: bool) -> None:
        self._inner = inner
        self._dies_at = dies_at
        self._is_after = is_after
        self.commits = 0

    @asynccontextmanager
    async def tx(self, subject: Subject, **options: Any) -> AsyncIterator[Any]:
        is_last = self.commits == self._dies_at
        async with self._inner.tx(subject, **options) as tx:
            yield tx
            self.commits += 1
            if is_last and not self._is_after:
                raise Killed
        if is_last and self._is_after:
            raise Killed


class Model:
    """Answers by how far the conversation is, as a model would, and counts its answers."""

    def __init__(self) -> None:
        self.answers = 0

    async def exchange(self, request: ModelRequest, *, timeout_s: float) -> ModelReply:
        self.answers += 1
        turns = len(request.turns)
        if turns == 1:
            return uses(("look", '{"word": "a"}'), ("write", '{"word": "b"}'))
        if turns == 3:
            return uses(("send", '{"word": "c"}'))
        return says(BAD) if turns == 5 else says(GOOD)

    async def close(self) -> None:
        pass


def service_of(lab: Lab, model: Any, dies_at: int | None = None, *, is_after: bool = False) -> Any:
    fragile = FragileDatabase(lab.house.database, dies_at, is_after=is_after)
    return lab.service(provider=model, database=fragile), fragile


async def start(service: Any, owner: Subject) -> Any:
    return await service.run(
        owner, "lab.summary", {"topic": "Cells"}, PASSAGES, approved_tools=APPROVED
    )


async def test_a_run_killed_around_each_commit_ends_the_same(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner)
    model = Model()
    service, counted = service_of(lab, model)
    whole = await start(service, owner)
    assert (model.answers, len(lab.world.sent), await lab.words(owner)) == (4, 1, ["b"])
    killed = 0
    for is_after in (False, True):
        for dies_at in range(counted.commits):
            lab.world = World()
            model = Model()
            service, _ = service_of(lab, model, dies_at, is_after=is_after)
            before = len(await lab.words(owner))
            try:
                await start(service, owner)
                raise AssertionError("the process lived")
            except Killed:
                killed += 1
            lines = await service.list_runs(owner)
            if lines[0].status == "succeeded" or lines[0].id == whole.run_id:
                # It died before the run was there, or after it was done.
                assert dies_at == 0 or (is_after and dies_at == counted.commits - 1)
                continue
            service, _ = service_of(lab, model)
            result = await service.resume(owner, lines[0].id)
            assert result.output == whole.output
            assert len(await lab.words(owner)) == before + 1, f"{dies_at} {is_after}"
            assert len(lab.world.sent) <= 1
            # A call whose answer was lost with the process is asked again; no other is.
            assert model.answers <= 5
            lost = (await lab.types(owner, result.run_id)).count("call_lost")
            assert model.answers == 4 + (lost if model.answers == 5 else 0)
    assert killed >= 20


async def test_a_lost_call_counts_in_full(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner)
    async with lab.house.database.tx(owner) as tx:
        await set_budget(tx, "agents.tokens", unit="tokens", limit_amount=100_000)
    with pytest.raises(Killed):
        await start(lab.service(Killed()), owner)
    [line] = await lab.service().list_runs(owner)
    async with lab.house.database.tx(owner) as tx:
        [held] = await list_budgets(tx)
    assert held.reserved > 500 and held.spent == 0
    result = await lab.service(says(GOOD, tokens=10)).resume(owner, line.id)
    async with lab.house.database.tx(owner) as tx:
        [settled] = await list_budgets(tx)
    assert (settled.spent, settled.reserved) == (held.reserved + 110, 0)
    assert result.usage.calls == 2


async def test_an_outside_use_that_was_interrupted_is_not_repeated(
    lab: Lab, owner: Subject
) -> None:
    await lab.choose(owner)
    send = lab.world.tools()[3]

    async def die(use: Any, given: Any) -> str:
        await send.call(use, given)
        raise Killed

    service = lab.service(uses(("send", '{"word": "c"}')))
    agent = service.roster.get("lab.summary")
    object.__setattr__(agent, "tools", (*agent.tools[:3], type(send)(
        send.name, send.description, send.arguments, send.permission, send.effect, die
    )))  # fmt: skip
    with pytest.raises(Killed):
        await start(service, owner)
    [line] = await service.list_runs(owner)
    await lab.service(says(GOOD)).resume(owner, line.id)
    assert len(lab.world.sent) == 1
    [told] = lab.script.asked[0].turns[-1].results
    assert told.is_error and "not known" in told.content


async def test_a_resumed_run_is_taken_from_whoever_still_works_on_it(
    lab: Lab, owner: Subject
) -> None:
    await lab.choose(owner)

    class Slow:
        async def exchange(self, request: ModelRequest, *, timeout_s: float) -> ModelReply:
            [line] = await lab.service().list_runs(owner)
            service = lab.service(says(GOOD))
            await service.resume(owner, line.id)
            return says(json.dumps({"title": "late", "points": []}))

        async def close(self) -> None:
            pass

    service = lab.service(provider=Slow())
    with pytest.raises(EvigateError) as taken:
        await start(service, owner)
    assert taken.value.code is E_AGENT_RUN_TAKEN
    [line] = await service.list_runs(owner)
    assert (line.status, (line.output or {})["output"]["title"]) == ("succeeded", "Cells")


async def test_an_ended_run_is_not_carried_on(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner)
    with pytest.raises(ZeroDivisionError):
        await start(lab.service(ZeroDivisionError()), owner)
    [line] = await lab.service().list_runs(owner)
    with pytest.raises(EvigateError) as refusal:
        await lab.service(says(GOOD)).resume(owner, line.id)
    assert refusal.value.code is E_AGENT_RUN_ENDED


async def test_tools_of_the_caller_are_handed_in_again(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner, "lab.citing")
    tools = lab.world.tools()[:1]
    with pytest.raises(Killed):
        await lab.service(Killed()).run(owner, "lab.citing", {"topic": "x"}, PASSAGES, tools)
    [line] = await lab.service().list_runs(owner)
    answer = json.dumps({"output": json.loads(GOOD), "claims": []})
    with pytest.raises(EvigateError) as refusal:
        await lab.service(says(answer)).resume(owner, line.id)
    assert refusal.value.code is E_AGENT_TOOLS
    result = await lab.service(says(answer)).resume(owner, line.id, tools)
    assert result.output.title == "Cells"


async def test_a_model_that_repeats_an_id_does_not_reuse_a_result(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner)
    look = uses(("look", '{"word": "a"}'))
    other = ModelReply(ModelTurn(calls=look.turn.calls), "stop", 1, 1, "m")
    await lab.service(look, other, says(GOOD)).run(owner, "lab.summary", {"topic": "x"})
    assert lab.world.looked == ["a", "a"]
