"""Exchanges with models on disk: written as they happen, and played back byte for byte.

A file is named by the hash of its request, so what is played back is the answer to that very
question; the random fence is left out of the hash, and a retry counts as another question than the
one it repeats. Replaying asks nobody: a request that was not recorded is refused.
"""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from evigate.agents.errors import E_RECORDING_DAMAGED, E_RECORDING_MISSING
from evigate.agents.messages import ModelReply, ModelRequest
from evigate.agents.providers.protocol import Provider
from evigate.base.canonical import canonical_json
from evigate.base.errors import EvigateError
from evigate.kernel.storage import write_durably


class Recorder:
    """A provider whose exchanges are also written to a folder."""

    def __init__(self, inner: Provider, folder: Path) -> None:
        self._inner = inner
        self._folder = folder

    async def exchange(self, request: ModelRequest, *, timeout_s: float) -> ModelReply:
        """Ask, and write the exchange before anybody builds on it."""
        reply = await self._inner.exchange(request, timeout_s=timeout_s)
        await asyncio.to_thread(self._write, request, reply)
        return reply

    async def close(self) -> None:
        """Close the provider behind it."""
        await self._inner.close()

    def _write(self, request: ModelRequest, reply: ModelReply) -> None:
        values = {"request": request.to_json(), "reply": reply.to_json()}
        # The fence is random and stands in no recording, so that equal exchanges are equal files.
        text = canonical_json(values).decode().replace(request.fence, "FENCE")
        write_durably(self._folder, _name(request), text.encode())


class Replayer:
    """A provider that answers from a folder alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def exchange(self, request: ModelRequest, *, timeout_s: float) -> ModelReply:
        """Return the recorded answer.

        Raises:
            EvigateError[E_RECORDING_MISSING]: nobody recorded this request.
            EvigateError[E_RECORDING_DAMAGED]: the file is no recording of it.
        """
        path = self._folder / _name(request)
        try:
            text = await asyncio.to_thread(path.read_bytes)
        except FileNotFoundError as error:
            message = f"No exchange with {request.model!r} is recorded as {path.name!r}."
            raise EvigateError(E_RECORDING_MISSING, message) from error
        try:
            values: dict[str, Any] = from_json(text)
            if values["request"] != request.to_json():
                raise ValueError("it answers another request")
            return replace(ModelReply.of(values["reply"]), is_replayed=True)
        except (ValueError, KeyError, TypeError, ValidationError) as error:
            message = f"The recording {path.name!r} cannot be read."
            raise EvigateError(E_RECORDING_DAMAGED, message) from error

    async def close(self) -> None:
        """Nothing is held."""


def _name(request: ModelRequest) -> str:
    return f"{request.key()}.json"
