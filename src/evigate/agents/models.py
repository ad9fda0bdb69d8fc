"""An agent, which implementation of it a tenant chose, and what a run of it returns."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel

from evigate.agents.contracts import Answer, Contract
from evigate.agents.messages import Claim, DroppedClaim, Passage, PromptText, Usage
from evigate.agents.policy import Limits, OnLimit, Price
from evigate.agents.tools import Tool
from evigate.base.choices import Choice
from evigate.base.errors import E_BUG, EvigateError
from evigate.base.ids import RunId

# The name becomes part of a run's kind, "agents.<name>".
AGENT_NAME = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)*")
KIND_PREFIX = "agents."

Output = TypeVar("Output", bound=BaseModel)
# The built-in implementation: the input and the context in, an answer out. A plain function is run
# in a thread, so it may take its time.
Builtin = Callable[[Any, Sequence[Passage]], Answer | Awaitable[Answer]]
# What a model's output lacks beside its shape, given the input; empty where it is well.
Faults = Callable[[Any, Any], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Agent:
    """A piece of work with a typed input and output, registered by value at start.

    `version` changes when the built-in implementation answers differently. `prompt_name` names the
    prompt that a model is given; a caller hands in its text. With `is_citing` a model must give
    claims with literal quotes. An output that has `faults` is broken like one of another shape.
    """

    name: str
    version: str
    input: type[BaseModel]
    output: type[BaseModel]
    builtin: Builtin
    prompt_name: str
    description: str = ""
    tools: tuple[Tool, ...] = ()
    limits: Limits = field(default_factory=Limits)
    is_citing: bool = False
    faults: Faults | None = None

    def __post_init__(self) -> None:
        if not AGENT_NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no agent's name: words of a-z and _, with dots.")

    @property
    def kind(self) -> str:
        """The kind of its runs."""
        return KIND_PREFIX + self.name

    @property
    def contract(self) -> Contract:
        """What a model must return."""
        return Contract(self.output, self.is_citing)


class Implementation(Choice):
    """Who does an agent's work."""

    BUILTIN = "builtin"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Selection:
    """A tenant's choice for one agent; the default is the built-in implementation.

    `secret` names the sealed key; None takes the provider's usual name. `limits` holds those caps
    that differ from the agent's own.
    """

    agent: str
    implementation: Implementation = Implementation.BUILTIN
    provider: str | None = None
    model: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    base_url: str | None = None
    secret: str | None = None
    price: Price | None = None
    on_limit: OnLimit = OnLimit.PAUSE
    limits: Mapping[str, Any] = field(default_factory=dict)
    updated_at: datetime | None = None
    updated_by: str | None = None

    @property
    def label(self) -> str:
        """Who does the work, as in "anthropic:model-name" or "builtin"."""
        is_builtin = self.implementation is Implementation.BUILTIN
        return "builtin" if is_builtin else f"{self.provider}:{self.model}"


@dataclass(frozen=True, slots=True)
class Task:
    """What one run is to do, and with what; `limits` are those that hold for it, put together."""

    agent: Agent
    input: BaseModel
    context: tuple[Passage, ...]
    tools: Mapping[str, Tool]
    prompt: PromptText
    selection: Selection
    limits: Limits
    approved_tools: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AgentResult(Generic[Output]):
    """What a run returned.

    `producer` is "builtin:<agent>@<version>" or "<provider>:<model>". Where a model was chosen and
    the built-in implementation answered, `fallback_reason` says why. `dropped` are claims whose
    quotes could not be found.
    """

    run_id: RunId
    output: Output
    claims: tuple[Claim, ...]
    dropped: tuple[DroppedClaim, ...]
    usage: Usage
    producer: str
    agent_version: str
    model: str
    params: Mapping[str, Any]
    prompt: PromptText
    fallback_reason: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values; the prompt by name, version and hash, not by its text."""
        prompt = self.prompt.to_json()
        del prompt["text"]
        return {
            "output": self.output.model_dump(mode="json"),
            "claims": [asdict(claim) for claim in self.claims],
            "dropped": [asdict(claim) for claim in self.dropped],
            "usage": self.usage.to_json(),
            "producer": self.producer,
            "agent_version": self.agent_version,
            "model": self.model,
            "params": dict(self.params),
            "prompt": prompt,
            "fallback_reason": self.fallback_reason,
        }


def result_of(
    agent: Agent, run_id: UUID, values: Mapping[str, Any], prompt: PromptText
) -> AgentResult[Any]:
    """Return a finished run's result from its stored output."""
    return AgentResult(
        run_id=RunId(run_id),
        output=agent.output.model_validate(values["output"]),
        claims=tuple(Claim(**each) for each in values["claims"]),
        dropped=tuple(DroppedClaim(**each) for each in values["dropped"]),
        usage=Usage(**values["usage"]),
        producer=values["producer"],
        agent_version=values["agent_version"],
        model=values["model"],
        params=values["params"],
        prompt=prompt,
        fallback_reason=values["fallback_reason"],
    )


def checked(agent: Agent, answer: Answer) -> Answer:
    """Return a built-in implementation's answer; another type than declared is our mistake."""
    if not isinstance(answer.output, agent.output):
        message = f"The built-in {agent.name!r} returned a {type(answer.output).__name__}."
        raise EvigateError(E_BUG, message)
    return answer
