"""Limits and budgets: reserved before a call, settled after it, never overshot in parallel."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest
from tests.integration.agents.conftest import Lab

from evigate.agents import OnLimit
from evigate.agents.errors import E_AGENT_LIMIT, E_AGENT_PAUSED, E_AGENT_PRICE, E_AGENT_TIMEOUT
from evigate.agents.messages import ModelReply, ModelRequest
from evigate.agents.providers.scripted import says, uses
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.budgets import Budget, list_budgets, set_budget

GOOD = json.dumps({"title": "Cells", "points": ["ATP"]})
LOOK = ("look", '{"word": "a"}')


async def set_tokens(lab: Lab, owner: Subject, amount: int) -> None:
    async with lab.house.database.tx(owner) as tx:
        await set_budget(tx, "agents.tokens", unit="tokens", limit_amount=amount)


async def budget(lab: Lab, owner: Subject) -> Budget:
    async with lab.house.database.tx(owner) as tx:
        return (await list_budgets(tx))[0]


async def test_what_a_call_took_is_settled(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner)
    await set_tokens(lab, owner, 100_000)
    await lab.service(says(GOOD, tokens=50)).run(owner, "lab.summary", {"topic": "x"})
    found = await budget(lab, owner)
    assert (found.spent, found.reserved) == (150, 0)


async def test_runs_in_parallel_cannot_overshoot(lab: Lab, owner: Subject) -> None:
    """Each call sets aside about a thousand tokens; of ten at once only those that fit are made."""
    await lab.choose(owner, on_limit=OnLimit.FAIL)
    await set_tokens(lab, owner, 3000)
    seen: list[int] = []
    is_full = asyncio.Event()

    class Waiting:
        async def exchange(self, request: ModelRequest, *, timeout_s: float) -> ModelReply:
            found = await budget(lab, owner)
            seen.append(found.spent + found.reserved)
            await is_full.wait()
            return says(GOOD, tokens=400)

        async def close(self) -> None:
            pass

    service = lab.service(provider=Waiting())
    runs = [
        asyncio.create_task(service.run(owner, "lab.summary", {"topic": str(n)})) for n in range(8)
    ]
    _, waiting = await asyncio.wait(runs, timeout=10)
    is_full.set()
    done = await asyncio.gather(*runs, return_exceptions=True)
    refused = [each for each in done if isinstance(each, EvigateError)]
    assert refused and all(each.code is E_AGENT_LIMIT for each in refused)
    assert len(waiting) == len(seen) == 8 - len(refused) > 0
    assert max(seen) <= 3000
    found = await budget(lab, owner)
    assert (found.spent, found.reserved) == (500 * len(seen), 0)


async def test_at_a_limit_a_run_pauses_and_goes_on_when_it_is_raised(
    lab: Lab, owner: Subject
) -> None:
    await lab.choose(owner)
    await set_tokens(lab, owner, 200)
    service = lab.service(says(GOOD))
    with pytest.raises(EvigateError, match=r"agents\.tokens: the limit is 200") as paused:
        await service.run(owner, "lab.summary", {"topic": "x"})
    assert paused.value.code is E_AGENT_PAUSED
    assert lab.script.asked == []
    [line] = await service.list_runs(owner)
    assert (line.status, line.is_paused) == ("queued", True)
    with pytest.raises(EvigateError):
        await service.resume(owner, line.id)
    await set_tokens(lab, owner, 100_000)
    assert (await service.resume(owner, line.id)).producer == "scripted:m-1"
    types = await lab.types(owner, line.id)
    assert types.count("run_paused") == types.count("run_resumed") == 2


@pytest.mark.parametrize(
    ("limits", "name"),
    [({"turns": 1}, "turns"), ({"tokens": 2000}, "tokens"), ({"cost_micros": 2500}, "cost_micros")],
)
async def test_a_runs_own_caps_hold(
    lab: Lab, owner: Subject, limits: dict[str, Any], name: str
) -> None:
    await lab.choose(owner, limits=limits)
    service = lab.service(*[uses(LOOK)] * 6, says(GOOD))
    with pytest.raises(EvigateError, match=f"{name}: the limit is") as paused:
        await service.run(owner, "lab.summary", {"topic": "x"})
    run_id = UUID(paused.value.detail["run_id"])
    assert 1 <= len(lab.script.asked) < 6
    result = await service.resume(owner, run_id, limits={name: 10_000_000})
    assert result.producer == "scripted:m-1"


async def test_time_is_capped_too(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner, limits={"duration_s": 0.05, "call_timeout_s": 5}, on_limit=OnLimit.FAIL)

    class Slow:
        async def exchange(self, request: ModelRequest, *, timeout_s: float) -> ModelReply:
            await asyncio.sleep(0.1)
            return uses(LOOK)

        async def close(self) -> None:
            pass

    with pytest.raises(EvigateError, match="duration_s") as refusal:
        await lab.service(provider=Slow()).run(owner, "lab.summary", {"topic": "x"})
    assert refusal.value.code is E_AGENT_LIMIT
    [line] = await lab.service().list_runs(owner)
    assert (line.status, line.error_code) == ("failed", "E_AGENT_LIMIT")


async def test_a_call_that_does_not_end_is_ended(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner, limits={"call_timeout_s": 0.1})
    await set_tokens(lab, owner, 100_000)

    class Silent:
        async def exchange(self, request: ModelRequest, *, timeout_s: float) -> ModelReply:
            await asyncio.sleep(30)
            raise AssertionError

        async def close(self) -> None:
            pass

    result = await lab.service(provider=Silent()).run(owner, "lab.summary", {"topic": "x"})
    assert E_AGENT_TIMEOUT.name in (result.fallback_reason or "")
    # It may have been answered and billed: all that was set aside counts.
    found = await budget(lab, owner)
    assert found.spent > 500 and found.reserved == 0


async def test_with_warn_a_run_goes_on_and_says_so(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner, on_limit=OnLimit.WARN, limits={"turns": 1})
    await set_tokens(lab, owner, 200)
    result = await lab.service(uses(LOOK), says(GOOD, tokens=50)).run(
        owner, "lab.summary", {"topic": "x"}
    )
    assert result.producer == "scripted:m-1"
    view = await lab.service().show(owner, result.run_id)
    passed = {
        e.payload["name"]
        for e in view.events
        if e.type == "limit_warned" and e.payload["is_passed"]
    }
    assert passed == {"agents.tokens", "turns"}
    # What was used is counted, though nothing was set aside for it.
    assert (await budget(lab, owner)).spent == 120 + 150


async def test_four_fifths_of_a_limit_are_warned_of_once(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner, limits={"turns": 5})
    await set_tokens(lab, owner, 10_000)
    result = await lab.service(*[uses(LOOK)] * 4, says(GOOD, tokens=50)).run(
        owner, "lab.summary", {"topic": "x"}
    )
    view = await lab.service().show(owner, result.run_id)
    warned = [e.payload["name"] for e in view.events if e.type == "limit_warned"]
    assert warned == ["turns"]


async def test_limited_cost_needs_a_price(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner, price=None)
    result = await lab.service(says(GOOD)).run(owner, "lab.summary", {"topic": "x"})
    assert result.usage.cost_micros is None
    async with lab.house.database.tx(owner) as tx:
        await set_budget(tx, "agents.micros", unit="micros", limit_amount=1000)
    with pytest.raises(EvigateError) as refusal:
        await lab.service(says(GOOD)).run(owner, "lab.summary", {"topic": "x"})
    assert refusal.value.code is E_AGENT_PRICE


async def test_a_failed_run_gives_back_what_it_set_aside(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner)
    await set_tokens(lab, owner, 100_000)
    with pytest.raises(ZeroDivisionError):
        await lab.service(ZeroDivisionError()).run(owner, "lab.summary", {"topic": "x"})
    assert (await budget(lab, owner)).reserved == 0


async def test_another_tenants_budget_is_its_own(
    lab: Lab, owner: Subject, stranger: Subject
) -> None:
    await set_tokens(lab, owner, 10)
    await lab.choose(stranger)
    result = await lab.service(says(GOOD)).run(stranger, "lab.summary", {"topic": "x"})
    assert result.producer == "scripted:m-1"
    assert await lab.service().budgets(stranger) == []
    assert (await budget(lab, owner)).spent == 0
