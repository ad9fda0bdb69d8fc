"""Runs: what is returned, what is believed, what falls back, who sees what."""

import json
from typing import Any
from uuid import UUID

import pytest
from tests.integration.agents.conftest import PASSAGES, PROMPT, Lab

from evigate.agents import Implementation, Selection
from evigate.agents.errors import (
    E_AGENT_CHOICE,
    E_AGENT_INPUT,
    E_AGENT_PAUSED,
    E_AGENT_RUN_NOT_FOUND,
    E_AGENT_TIMEOUT,
    E_AGENT_UNKNOWN,
    E_AGENT_UPSTREAM,
)
from evigate.agents.messages import ModelReply, ModelTurn
from evigate.agents.providers.scripted import says, uses
from evigate.base.errors import E_BUG, E_DENIED, EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.kernel.runs import create_run, list_runs, request_cancel

GOOD = json.dumps({"title": "Cells", "points": ["ATP"]})
BAD = json.dumps({"title": 3, "points": ["ATP"], "note": "approve me"})


async def test_without_a_choice_the_built_in_answers(lab: Lab, owner: Subject) -> None:
    result = await lab.service().run(owner, "lab.summary", {"topic": "Cells"}, PASSAGES)
    assert result.output.points == [each.text for each in PASSAGES]
    assert (result.producer, result.model) == ("builtin:lab.summary@7", "builtin")
    assert result.fallback_reason is None
    assert (result.usage.cost_micros, result.usage.calls) == (0, 0)
    assert result.usage.input_tokens > 20
    assert await lab.types(owner, result.run_id) == ["run_started", "run_finished"]


async def test_a_models_answer_is_typed_and_paid_for(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner, params={"temperature": 0.2})
    result = await lab.service(says(GOOD, tokens=50)).run(
        owner, "lab.summary", {"topic": "Cells"}, PASSAGES, prompt=PROMPT
    )
    assert result.output.title == "Cells"
    assert (result.producer, result.model, result.agent_version) == ("scripted:m-1", "m-1", "7")
    assert result.params == {"temperature": 0.2}
    # 100 tokens in at 1 micro each, 50 out at 2.
    assert (result.usage.cost_micros, result.usage.calls) == (200, 1)
    assert result.prompt == PROMPT
    [asked] = lab.script.asked
    assert asked.system.startswith("Summarise.")
    assert [each.name for each in asked.tools] == ["look", "purge", "send", "write"]
    view = await lab.service().show(owner, result.run_id)
    assert [e.type for e in view.events] == [
        "run_started", "call_reserved", "model_turn", "run_finished",
    ]  # fmt: skip
    assert view.events[0].payload["prompt"]["version"] == "3"
    assert view.run.kind == "agents.lab.summary"


async def test_a_broken_answer_is_repaired_once(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner)
    service = lab.service(says(BAD), says(GOOD))
    result = await service.run(owner, "lab.summary", {"topic": "Cells"})
    assert result.producer == "scripted:m-1"
    repair = lab.script.asked[1].turns[-1].text
    assert "title: Input should be a valid string" in repair
    assert "note: Extra inputs are not permitted" in repair


async def test_then_asked_anew_and_then_the_built_in_says_so(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner)
    service = lab.service(says(BAD), says("no json"), says(BAD), says(GOOD))
    result = await service.run(owner, "lab.summary", {"topic": "Cells"}, PASSAGES)
    assert result.producer == "builtin:lab.summary@7"
    assert "broke the contract" in (result.fallback_reason or "")
    assert result.usage.calls == 3
    assert (result.usage.cost_micros or 0) > 300
    first, _, retried = lab.script.asked
    assert retried.turns == first.turns
    assert retried.key() != first.key()


@pytest.mark.parametrize(
    "line",
    [
        EvigateError(E_AGENT_UPSTREAM, "busy"),
        EvigateError(E_AGENT_TIMEOUT, "slow"),
        ModelReply(ModelTurn("I cannot help."), "refusal", 10, 5, "m"),
    ],
)
async def test_an_outage_or_a_refusal_falls_back(lab: Lab, owner: Subject, line: Any) -> None:
    await lab.choose(owner)
    result = await lab.service(line).run(owner, "lab.summary", {"topic": "Cells"}, PASSAGES)
    assert result.producer.startswith("builtin:")
    assert result.fallback_reason
    assert "fell_back" in await lab.types(owner, result.run_id)


async def test_no_key_means_built_in_and_says_so(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner, provider="keyed")
    result = await lab.service(says(GOOD)).run(owner, "lab.summary", {"topic": "Cells"})
    assert "no key 'keyed_key'" in (result.fallback_reason or "")
    assert lab.script.asked == []
    state = next(s for s in await lab.service().states(owner) if s.agent.name == "lab.summary")
    assert "no key" in (state.obstacle or "")
    async with lab.house.database.tx(owner) as tx:
        await lab.house.vault.write(tx, "keyed_key", "s3cret")
    result = await lab.service(says(GOOD)).run(owner, "lab.summary", {"topic": "Cells"})
    assert result.fallback_reason is None
    assert "s3cret" not in str(await lab.service().show(owner, result.run_id))


async def test_claims_are_kept_only_with_literal_quotes(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner, "lab.citing")
    claims = [
        {"text": "a", "quote": "make most of the ATP", "passage": "1"},
        {"text": "b", "quote": "Ribosomes make proteins", "passage": "1"},
        {"text": "c", "quote": "make nearly all the ATP", "passage": "1"},
        {"text": "d", "quote": "the", "passage": "1"},
    ]
    answer = json.dumps({"output": json.loads(GOOD), "claims": claims})
    result = await lab.service(says(answer)).run(owner, "lab.citing", {"topic": "x"}, PASSAGES)
    assert [(c.text, c.passage_id, c.start) for c in result.claims] == [
        ("a", "1", 17),
        ("b", "2", 0),
    ]
    assert [each.text for each in result.dropped] == ["c", "d"]
    view = await lab.service().show(owner, result.run_id)
    assert [each["text"] for each in view.events[-1].payload["dropped"]] == ["c", "d"]


async def test_a_run_under_a_parent_is_done_once(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner)
    async with lab.house.database.tx(owner) as tx:
        parent = await create_run(tx, "learning.build", {})
    service = lab.service(says(GOOD))
    first = await service.run(owner, "lab.summary", {"topic": "Cells"}, parent_id=parent)
    again = await service.run(owner, "lab.summary", {"topic": "Cells"}, parent_id=parent)
    assert again == first
    assert len(lab.script.asked) == 1
    other = await service.run(owner, "lab.summary", {"topic": "Others"}, parent_id=parent)
    assert other.run_id != first.run_id


async def test_another_tenants_runs_and_choices_are_not_there(
    lab: Lab, owner: Subject, stranger: Subject
) -> None:
    await lab.choose(owner)
    service = lab.service(says(GOOD))
    mine = await service.run(owner, "lab.summary", {"topic": "Cells"})
    assert [line.id for line in await service.list_runs(owner)] == [mine.run_id]
    assert await service.list_runs(stranger) == []
    for call in (service.show, service.resume):
        with pytest.raises(EvigateError) as refusal:
            await call(stranger, mine.run_id)
        assert refusal.value.code is E_AGENT_RUN_NOT_FOUND
    for state in await service.states(stranger):
        assert state.selection.implementation is Implementation.BUILTIN
    theirs = await service.run(stranger, "lab.summary", {"topic": "Cells"})
    assert theirs.producer.startswith("builtin:")


async def test_roles_are_asked(lab: Lab, owner: Subject) -> None:
    viewer = Subject(owner.tenant_id, "user:x", "viewer")
    worker = Subject(owner.tenant_id, "job:x", "worker")
    service = lab.service()
    for attempt in (
        service.run(viewer, "lab.summary", {"topic": "x"}),
        service.choose(worker, Selection("lab.summary")),
        service.decide_tool(worker, new_uuid(), "c0_0", is_approved=True),
    ):
        with pytest.raises(EvigateError) as refusal:
            await attempt
        assert refusal.value.code is E_DENIED
    assert (await service.run(worker, "lab.summary", {"topic": "x"})).output.title == "x"


async def test_what_cannot_be_run_is_refused(lab: Lab, owner: Subject) -> None:
    service = lab.service()
    with pytest.raises(EvigateError, match="no agent 'other'") as refusal:
        await service.run(owner, "other", {})
    assert refusal.value.code is E_AGENT_UNKNOWN
    with pytest.raises(EvigateError, match="topic: Field required") as refusal:
        await service.run(owner, "lab.summary", {})
    assert refusal.value.code is E_AGENT_INPUT
    with pytest.raises(EvigateError, match="one id"):
        await service.run(owner, "lab.summary", {"topic": "x"}, (PASSAGES[0], PASSAGES[0]))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"provider": "nobody"}, "A provider is one of"),
        ({"model": None}, "needs its name"),
        ({"limits": {"turn": 3}}, "no limit 'turn'"),
        ({"limits": {"turns": "many"}}, "'turns' is wrong"),
        ({"limits": {"turns": 0}}, "above zero"),
        ({"base_url": "ftp://x"}, "cannot be kept"),
    ],
)
async def test_a_choice_that_cannot_work_is_refused(
    lab: Lab, owner: Subject, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(EvigateError, match=message) as refusal:
        await lab.choose(owner, **given)
    assert refusal.value.code is E_AGENT_CHOICE


async def test_a_cancelled_run_ends(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner)

    async def cancel() -> None:
        async with lab.house.database.tx(owner) as tx:
            [run] = await list_runs(tx, kind="agents.lab.summary")
            await request_cancel(tx, run.id)

    class Cancelling:
        async def exchange(self, request: Any, *, timeout_s: float) -> ModelReply:
            await cancel()
            return says(GOOD)

        async def close(self) -> None:
            pass

    service = lab.service(provider=Cancelling())
    with pytest.raises(EvigateError, match="cancelled"):
        await service.run(owner, "lab.summary", {"topic": "x"})
    [line] = await service.list_runs(owner)
    assert line.status == "cancelled"


async def test_our_own_mistake_fails_the_run(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner)
    with pytest.raises(ZeroDivisionError):
        await lab.service(ZeroDivisionError()).run(owner, "lab.summary", {"topic": "x"})
    [line] = await lab.service().list_runs(owner)
    assert (line.status, line.error_code) == ("failed", E_BUG.name)


async def test_outside_tools_wait_for_a_person(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner)
    send = uses(("send", '{"word": "hello"}'))
    service = lab.service(send, says(GOOD))
    with pytest.raises(EvigateError) as paused:
        await service.run(owner, "lab.summary", {"topic": "x"})
    assert paused.value.code is E_AGENT_PAUSED
    run_id, call_id = UUID(paused.value.detail["run_id"]), paused.value.detail["call_id"]
    assert (lab.world.sent, (await service.list_runs(owner))[0].is_paused) == ([], True)
    with pytest.raises(EvigateError, match="needs approval"):
        await service.resume(owner, run_id)
    await service.decide_tool(owner, run_id, call_id, is_approved=True)
    with pytest.raises(EvigateError, match="does not wait"):
        await service.decide_tool(owner, run_id, call_id, is_approved=False)
    result = await service.resume(owner, run_id)
    assert result.producer == "scripted:m-1"
    assert lab.world.sent == [(f"{run_id}:{call_id}", "hello")]


async def test_a_refused_use_is_told_to_the_model(lab: Lab, owner: Subject) -> None:
    await lab.choose(owner)
    service = lab.service(uses(("send", '{"word": "hello"}')), says(GOOD))
    with pytest.raises(EvigateError) as paused:
        await service.run(owner, "lab.summary", {"topic": "x"})
    run_id = UUID(paused.value.detail["run_id"])
    await service.decide_tool(owner, run_id, "c0_0", is_approved=False)
    await service.resume(owner, run_id)
    [result] = lab.script.asked[1].turns[-1].results
    assert result.is_error and "A person refused" in result.content
    assert lab.world.sent == []
