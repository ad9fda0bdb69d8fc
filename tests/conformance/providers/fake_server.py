"""A server on loopback that speaks the OpenAI and Anthropic protocols, as far as the docs give them.

It plays a list of scenes, one a request, and keeps what it was sent. It checks what a real server
would: the key, that every tool result answers a call of the turn before, that turns alternate.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

Answer = dict[str, Any]
KEY = "sk-test-key"


@dataclass
class Scene:
    """One answer: what the model says, or a status, or silence.

    `output` may be worked out from what was asked.
    """

    output: str | Callable[[Answer], str] | None = None
    text: str = ""
    calls: tuple[tuple[str, str, str], ...] = ()
    finish: str = "stop"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    body: str | None = None


@dataclass
class FakeServer:
    """The scenes to come, the one played when they are over, and the requests that came."""

    scenes: list[Scene] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    url: str = ""
    tasks: set[Any] = field(default_factory=set)
    always: Scene = field(default_factory=Scene)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tasks.add(asyncio.current_task())
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")
                headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:])}
                body = json.loads(await reader.readexactly(int(headers["content-length"])))
                status, extra, text = await self._answer(lines[0].split()[1], headers, body)
                data = text.encode()
                more = "".join(f"{name}: {value}\r\n" for name, value in extra.items())
                writer.write(
                    f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{more}"
                    f"content-length: {len(data)}\r\n\r\n".encode()
                    + data
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(
        self, path: str, headers: dict[str, str], body: Answer
    ) -> tuple[int, dict[str, str], str]:
        is_anthropic = path.split("?")[0].endswith("/v1/messages")
        self.asked.append({"path": path, "headers": headers, "body": body})
        given = headers.get("x-api-key", headers.get("authorization", "").removeprefix("Bearer "))
        if given != KEY:
            return (
                401,
                {},
                json.dumps({"error": {"type": "authentication_error", "message": "key"}}),
            )
        self.faults += _faults_anthropic(body) if is_anthropic else _faults_openai(body)
        scene = self.scenes.pop(0) if self.scenes else self.always
        if callable(scene.output):
            scene = replace(scene, output=scene.output(body))
        await asyncio.sleep(scene.delay_s)
        if scene.status != 200:
            error = {"type": "error", "error": {"type": "api_error", "message": "no"}}
            return scene.status, scene.headers, json.dumps(error)
        if scene.body is not None:
            return 200, scene.headers, scene.body
        made = _anthropic(scene, body) if is_anthropic else _openai(scene, body)
        return 200, scene.headers, json.dumps(made)


@asynccontextmanager
async def serving(*scenes: Scene) -> AsyncIterator[FakeServer]:
    fake = FakeServer(list(scenes))
    server = await asyncio.start_server(fake.handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    fake.url = f"http://127.0.0.1:{port}"
    try:
        yield fake
    finally:
        server.close()
        for task in fake.tasks:
            task.cancel()
        await asyncio.gather(*fake.tasks, return_exceptions=True)


def _calls(scene: Scene) -> list[tuple[str, str, str]]:
    last = [] if scene.output is None else [("call_out", "final_result", scene.output)]
    return [*scene.calls, *last]


def _openai(scene: Scene, body: Answer) -> Answer:
    calls = [
        {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}
        for id_, name, arguments in _calls(scene)
    ]
    message: Answer = {"role": "assistant", "content": scene.text or None}
    if scene.finish == "refusal":
        message["refusal"] = scene.text
    if calls:
        message["tool_calls"] = calls
    finish = {"refusal": "content_filter"}.get(scene.finish, scene.finish)
    finish = "tool_calls" if calls and finish == "stop" else finish
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1700000000,
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        "usage": {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150},
    }


def _anthropic(scene: Scene, body: Answer) -> Answer:
    content: list[Answer] = [{"type": "text", "text": scene.text}] if scene.text else []
    for id_, name, arguments in _calls(scene):
        content.append(
            {"type": "tool_use", "id": id_, "name": name, "input": json.loads(arguments)}
        )
    stop = {"length": "max_tokens", "refusal": "refusal", "stop": "end_turn"}[scene.finish]
    stop = "tool_use" if _calls(scene) and stop == "end_turn" else stop
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": content,
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": {"input_tokens": 120, "output_tokens": 30},
    }


def _faults_openai(body: Answer) -> list[str]:
    faults, open_calls = [], set()
    for message in body["messages"]:
        if message["role"] == "tool":
            if message["tool_call_id"] not in open_calls:
                faults.append(f"a result without a call: {message['tool_call_id']}")
            open_calls.discard(message["tool_call_id"])
            continue
        if open_calls:
            faults.append(f"calls without results: {open_calls}")
        open_calls = {call["id"] for call in message.get("tool_calls") or ()}
        for call in message.get("tool_calls") or ():
            json.loads(call["function"]["arguments"])
    if body["messages"][0]["role"] not in ("system", "developer"):
        faults.append("no system message")
    return faults


def _faults_anthropic(body: Answer) -> list[str]:
    faults = [] if body.get("system") else ["no system text"]
    open_calls: set[str] = set()
    for before, message in zip([None, *body["messages"]], body["messages"], strict=False):
        if before and before["role"] == message["role"]:
            faults.append(f"two turns of {message['role']}")
        blocks = message["content"] if isinstance(message["content"], list) else []
        results = {b["tool_use_id"] for b in blocks if b["type"] == "tool_result"}
        if results != open_calls:
            faults.append(f"calls {open_calls} and results {results}")
        open_calls = {b["id"] for b in blocks if b["type"] == "tool_use"}
        faults += [
            "arguments are no object"
            for b in blocks
            if b["type"] == "tool_use" and not isinstance(b["input"], dict)
        ]
    return faults
