"""A provider that answers from a script: for tests, and for seeing a run without a model.

Each line of the script is a reply, an error to raise, or a function of the request that returns
either. What was asked is kept.
"""

from collections.abc import Callable, Iterable

from evigate.agents.errors import E_AGENT_UPSTREAM
from evigate.agents.messages import ModelReply, ModelRequest, ModelTurn, ToolCall
from evigate.agents.policy import estimate_tokens
from evigate.base.errors import EvigateError

Line = ModelReply | BaseException | Callable[[ModelRequest], "ModelReply | BaseException"]


class Scripted:
    """Plays its lines in order; asked once more than it has lines, it is away."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = list(lines)
        self.asked: list[ModelRequest] = []

    async def exchange(self, request: ModelRequest, *, timeout_s: float) -> ModelReply:
        """Return the next line."""
        self.asked.append(request)
        if not self._lines:
            raise EvigateError(E_AGENT_UPSTREAM, "The script has no more lines.")
        line = self._lines.pop(0)
        found = line(request) if callable(line) else line
        if isinstance(found, BaseException):
            raise found
        return found

    async def close(self) -> None:
        """Nothing is held."""


def says(output: str, *, text: str = "", tokens: int | None = None) -> ModelReply:
    """Return a reply that hands in an output, as JSON text or what a model took for it."""
    count = estimate_tokens(output) if tokens is None else tokens
    return ModelReply(ModelTurn(text, output=output), "stop", 100, count, "scripted")


def uses(*calls: tuple[str, str]) -> ModelReply:
    """Return a reply that wants tools used: each a name and arguments as JSON text."""
    wanted = tuple(ToolCall(f"t{n}", name, text) for n, (name, text) in enumerate(calls))
    return ModelReply(ModelTurn(calls=wanted), "stop", 100, 20, "scripted")
