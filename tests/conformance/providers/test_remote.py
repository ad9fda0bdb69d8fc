"""The real clients of both protocols against a server on loopback: one suite, every provider."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.conformance.providers.fake_server import KEY, FakeServer, Scene, serving

from evigate.agents.errors import (
    E_AGENT_CREDENTIALS,
    E_AGENT_REJECTED,
    E_AGENT_TIMEOUT,
    E_AGENT_UPSTREAM,
)
from evigate.agents.messages import (
    ModelReply,
    ModelRequest,
    ModelTurn,
    ToolCall,
    ToolResult,
    ToolSpec,
    ToolTurn,
    UserTurn,
)
from evigate.agents.providers import Provider
from evigate.agents.providers.protocol import Opening
from evigate.agents.providers.pydantic_ai import open_remote
from evigate.agents.recording import Recorder, Replayer
from evigate.base.errors import EvigateError

SCHEMA = {
    "type": "object",
    "properties": {"title": {"type": "string"}},
    "required": ["title"],
}
LOOK = ToolSpec(
    "look",
    "Look a word up.",
    {**SCHEMA, "properties": {"word": {"type": "string"}}, "required": ["word"]},
)
REQUEST = ModelRequest(
    model="m-1",
    system="Summarise.",
    turns=(UserTurn("The input"),),
    tools=(LOOK,),
    output_schema=SCHEMA,
    params={"temperature": 0.1},
    output_tokens_max=200,
    fence="0f" * 12,
)
PROVIDERS = ("openai", "anthropic", "openai_compatible")
Open = Callable[..., Provider]


@pytest.fixture(params=PROVIDERS)
def open_(request: pytest.FixtureRequest) -> Open:
    def opened(server: FakeServer, key: str | None = KEY) -> Provider:
        is_anthropic = request.param == "anthropic"
        url = server.url if is_anthropic else f"{server.url}/v1"
        return open_remote(Opening(request.param, "m-1", key, url, {}))

    return opened


async def ask(
    open_: Open,
    server: FakeServer,
    asked: ModelRequest = REQUEST,
    *,
    key: str = KEY,
    timeout_s: float = 20,
) -> ModelReply:
    provider = open_(server, key)
    try:
        return await provider.exchange(asked, timeout_s=timeout_s)
    finally:
        await provider.close()
        assert server.faults == []


async def test_an_output_comes_as_json_text_with_its_usage(open_: Open) -> None:
    async with serving(Scene(output='{"title": "Cells"}')) as server:
        reply = await ask(open_, server)
    assert json.loads(reply.turn.output or "") == {"title": "Cells"}
    assert (reply.input_tokens, reply.output_tokens, reply.finish) == (120, 30, "stop")
    [asked] = server.asked
    body = asked["body"]
    assert body["model"] == "m-1" and body["temperature"] == 0.1
    assert 200 in (body.get("max_tokens"), body.get("max_completion_tokens"))
    assert "Summarise." in json.dumps(body.get("system", body["messages"][0]))
    names = [each.get("name") or each["function"]["name"] for each in body["tools"]]
    assert sorted(names) == ["final_result", "look"]


async def test_a_tool_call_and_its_result_go_round(open_: Open) -> None:
    call = ("id_1", "look", '{"word": "a"}')
    async with serving(
        Scene(text="Let me see.", calls=(call,)), Scene(output='{"title": "A"}')
    ) as server:
        first = await ask(open_, server)
        [wanted] = first.turn.calls
        assert (wanted.name, json.loads(wanted.arguments)) == ("look", {"word": "a"})
        assert first.turn.output is None
        mine = ModelTurn(first.turn.text, (ToolCall("c0_0", "look", wanted.arguments),))
        told = ToolTurn((ToolResult("c0_0", "look", "it is a word"),))
        second = await ask(open_, server, replace(REQUEST, turns=(*REQUEST.turns, mine, told)))
    assert json.loads(second.turn.output or "") == {"title": "A"}
    sent = json.dumps(server.asked[1]["body"])
    assert "it is a word" in sent and "c0_0" in sent


async def test_a_repair_follows_what_the_model_said(open_: Open) -> None:
    async with serving(Scene(output='{"title": "A"}')) as server:
        turns = (*REQUEST.turns, ModelTurn('{"title": 3}'), UserTurn("title: no string"))
        await ask(open_, server, replace(REQUEST, turns=turns))
    assert '{\\"title\\": 3}' in json.dumps(server.asked[0]["body"])


async def test_arguments_that_are_no_json_can_be_told_back(open_: Open) -> None:
    async with serving(Scene(output='{"title": "A"}')) as server:
        mine = ModelTurn("", (ToolCall("c0_0", "look", "{word: a"),))
        told = ToolTurn((ToolResult("c0_0", "look", "the arguments do not fit", True),))
        await ask(open_, server, replace(REQUEST, turns=(*REQUEST.turns, mine, told)))
    assert "{word: a" in json.dumps(server.asked[0]["body"])


async def test_a_text_answer_stays_text(open_: Open) -> None:
    async with serving(Scene(text='{"title": "A"}')) as server:
        reply = await ask(open_, server)
    assert (reply.turn.text, reply.turn.output, reply.turn.calls) == ('{"title": "A"}', None, ())


@pytest.mark.parametrize("finish", ["length", "refusal"])
async def test_how_it_ended_is_told(open_: Open, finish: str) -> None:
    async with serving(Scene(text="I will not", finish=finish)) as server:
        assert (await ask(open_, server)).finish == finish


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_busy_and_failing_answers_are_tried_again(open_: Open, status: int) -> None:
    busy = Scene(status=status, headers={"retry-after": "0.01"})
    async with serving(busy, busy, Scene(output='{"title": "A"}')) as server:
        reply = await ask(open_, server)
    assert reply.turn.output and len(server.asked) == 3


async def test_a_few_times_and_then_no_more(open_: Open) -> None:
    busy = Scene(status=429, headers={"retry-after": "0.01"})
    async with serving(*[busy] * 9) as server:
        with pytest.raises(EvigateError) as failure:
            await ask(open_, server)
    assert failure.value.code is E_AGENT_UPSTREAM
    assert len(server.asked) == 3


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_a_request_that_is_refused_is_not_repeated(open_: Open, status: int) -> None:
    async with serving(*[Scene(status=status)] * 3) as server:
        with pytest.raises(EvigateError) as failure:
            await ask(open_, server)
    assert failure.value.code is E_AGENT_REJECTED
    assert len(server.asked) == 1


async def test_a_wrong_key_is_told_without_showing_it(open_: Open) -> None:
    async with serving() as server:
        with pytest.raises(EvigateError) as failure:
            await ask(open_, server, key="sk-wrong-key")
    assert failure.value.code is E_AGENT_CREDENTIALS
    assert "sk-wrong" not in str(failure.value) and len(server.asked) == 1


async def test_a_redirect_does_not_take_the_key_along(open_: Open) -> None:
    async with serving() as elsewhere:
        away = Scene(status=307, headers={"location": f"{elsewhere.url}/v1/messages"})
        async with serving(*[away] * 3) as server:
            with pytest.raises(EvigateError) as failure:
                await ask(open_, server)
        assert elsewhere.asked == []
    assert failure.value.code in (E_AGENT_REJECTED, E_AGENT_UPSTREAM)


async def test_silence_ends(open_: Open) -> None:
    async with serving(*[Scene(output="{}", delay_s=5)] * 3) as server:
        with pytest.raises(EvigateError) as failure:
            await ask(open_, server, timeout_s=0.2)
    assert failure.value.code is E_AGENT_TIMEOUT


async def test_nobody_there_is_told(open_: Open) -> None:
    async with serving() as server:
        url = server.url
    with pytest.raises(EvigateError) as failure:
        await ask(open_, FakeServer(url=url))
    assert failure.value.code is E_AGENT_UPSTREAM


@pytest.mark.parametrize("body", ["{", "[]", '{"choices": []}', "<html>busy</html>"])
async def test_an_answer_outside_the_protocol_is_an_upstream_failure(
    open_: Open, body: str
) -> None:
    async with serving(*[Scene(body=body)] * 3) as server:
        with pytest.raises(EvigateError) as failure:
            await ask(open_, server)
    assert failure.value.code is E_AGENT_UPSTREAM


async def test_an_exchange_is_recorded_and_played_back(open_: Open, tmp_path: Path) -> None:
    async with serving(Scene(output='{"title": "Zelle"}')) as server:
        recorder = Recorder(open_(server), tmp_path)
        first = await recorder.exchange(REQUEST, timeout_s=20)
        await recorder.close()
    [path] = tmp_path.glob("*.json")
    assert KEY not in path.read_text()
    other = replace(REQUEST, fence="1e" * 12)
    again = await Replayer(tmp_path).exchange(other, timeout_s=20)
    assert replace(again, is_replayed=False) == first


def test_nothing_is_loaded_before_it_is_chosen() -> None:
    import subprocess
    import sys

    code = "import sys, evigate.agents; print([m for m in ('pydantic_ai', 'openai', 'anthropic', 'xllamacpp') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
