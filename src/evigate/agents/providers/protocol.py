"""What a provider is: one exchange at a time, and how one is opened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from evigate.agents.messages import ModelReply, ModelRequest

# The name of the tool, and of the form, in which a model hands in its output.
OUTPUT_TOOL = "final_result"


class Provider(Protocol):
    """Asks one model."""

    async def exchange(self, request: ModelRequest, *, timeout_s: float) -> ModelReply:
        """Return the model's answer.

        A busy or failing provider is tried again a few times within the timeout.

        Raises:
            EvigateError[E_AGENT_CREDENTIALS]: the key was refused.
            EvigateError[E_AGENT_TIMEOUT]: no answer in time; whether it costs is not known.
            EvigateError[E_AGENT_UPSTREAM]: busy or failing every time.
            EvigateError[E_AGENT_REJECTED]: the request itself was refused.
        """
        ...

    async def close(self) -> None:
        """Let go of connections and memory."""
        ...


@dataclass(frozen=True, slots=True)
class Opening:
    """What a provider is opened with; `key` is None where none is needed."""

    provider: str
    model: str
    key: str | None
    base_url: str | None
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ProviderSpec:
    """A kind of provider: how to open one and what it needs.

    `key_name` is the usual name of its sealed key; None where it knows none. `is_on_host` providers
    read files of the machine, so only the tenant that runs it may choose one.
    """

    name: str
    label: str
    open: Callable[[Opening], Provider]
    key_name: str | None = None
    needs_key: bool = False
    needs_url: bool = False
    is_on_host: bool = False
    extra: str | None = None
