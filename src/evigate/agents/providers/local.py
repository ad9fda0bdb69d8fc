"""A model file of the user's own, run in this process through xllamacpp.

What enters and leaves stays on the machine. The output is constrained to its JSON Schema while it
is written, so even a small model keeps the form, whatever it says; tools are not offered, for small
models that are held to a form cannot choose between answering and asking. One file is loaded once
an exchange needs it and answers one request at a time.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

from evigate.agents.errors import E_AGENT_EXTRA, E_AGENT_REJECTED, E_AGENT_UPSTREAM
from evigate.agents.messages import ModelReply, ModelRequest, ModelTurn, ToolTurn, Turn, UserTurn
from evigate.agents.providers.protocol import Opening
from evigate.base.errors import EvigateError

CONTEXT_TOKENS = 8192
THREADS = 2
GGUF_MAGIC = b"GGUF"


def open_local(opening: Opening) -> "LocalModel":
    """Return a model of a file; the file is looked at, not loaded.

    Raises:
        EvigateError[E_AGENT_EXTRA]: the extra is not installed.
        EvigateError[E_AGENT_REJECTED]: there is no such file, or it is no GGUF.
    """
    try:
        import xllamacpp  # noqa: F401  only whether it is there; loading a model comes later
    except ImportError as error:
        message = "A model file needs the extra 'local', which is not here."
        raise EvigateError(
            E_AGENT_EXTRA, message, remediation="Install it: pip install 'evigate[local]'."
        ) from error
    path = Path(opening.model)
    try:
        with path.open("rb") as file:
            is_gguf = file.read(4) == GGUF_MAGIC
    except OSError as error:
        message = f"The model file {opening.model!r} cannot be read."
        raise EvigateError(E_AGENT_REJECTED, message) from error
    if not is_gguf:
        raise EvigateError(E_AGENT_REJECTED, f"{opening.model!r} is no GGUF file.")
    return LocalModel(path, int(opening.params.get("context_tokens", CONTEXT_TOKENS)))


class LocalModel:
    """One model file."""

    def __init__(self, path: Path, context_tokens: int) -> None:
        self._path = path
        self._context_tokens = context_tokens
        self._server: Any = None
        self._lock = asyncio.Lock()

    async def exchange(self, request: ModelRequest, *, timeout_s: float) -> ModelReply:
        """Answer in a thread; see `Provider.exchange`."""
        body = _body(request)
        async with self._lock:
            answer = await asyncio.to_thread(self._complete, body)
        return self._reply(answer)

    async def close(self) -> None:
        """Let go of the model's memory."""
        self._server = None

    def _complete(self, body: dict[str, Any]) -> dict[str, Any]:
        if self._server is None:
            self._server = _load(self._path, self._context_tokens)
        answer = self._server.handle_chat_completions(body)
        values: dict[str, Any] = json.loads(answer) if isinstance(answer, str | bytes) else answer
        return values

    def _reply(self, answer: dict[str, Any]) -> ModelReply:
        try:
            choice, usage = answer["choices"][0], answer["usage"]
            text = choice["message"]["content"] or ""
            return ModelReply(
                turn=ModelTurn(output=text),
                finish="length" if choice["finish_reason"] == "length" else "stop",
                input_tokens=int(usage["prompt_tokens"]),
                output_tokens=int(usage["completion_tokens"]),
                model=self._path.name,
            )
        except (KeyError, IndexError, TypeError) as error:
            told = str(answer.get("error", "no answer"))[:300]
            message = f"The model file {self._path.name!r} answered: {told}."
            raise EvigateError(E_AGENT_UPSTREAM, message) from error


def _load(path: Path, context_tokens: int) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = context_tokens
    params.n_parallel = 1
    params.cpuparams.n_threads = THREADS
    params.warmup = False
    return xllamacpp.Server(params)


def _body(request: ModelRequest) -> dict[str, Any]:
    """Return the request in the form of OpenAI's chat, which the library takes."""
    told = {name: value for name, value in request.params.items() if name != "context_tokens"}
    return {
        **told,
        "messages": [
            {"role": "system", "content": request.system},
            *({"role": _role(turn), "content": _text(turn)} for turn in request.turns),
        ],
        "max_tokens": request.output_tokens_max,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": request.output_schema},
        },
    }


def _role(turn: Turn) -> str:
    return "assistant" if isinstance(turn, ModelTurn) else "user"


def _text(turn: Turn) -> str:
    if isinstance(turn, UserTurn | ModelTurn):
        return turn.text
    assert isinstance(turn, ToolTurn)
    return "\n\n".join(result.content for result in turn.results)
