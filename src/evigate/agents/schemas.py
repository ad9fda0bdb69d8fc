"""What the room's routes and commands send and take: agents, choices, runs, budgets as JSON."""

from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from evigate.agents.choosing import AgentState
from evigate.agents.models import Implementation, Selection
from evigate.agents.policy import OnLimit, Price
from evigate.agents.service import RunView
from evigate.agents.store import RunLine
from evigate.kernel.budgets import Budget


class ChoiceIn(BaseModel):
    """Who does an agent's work; prices in micros per million tokens."""

    model_config = ConfigDict(extra="forbid")

    implementation: Literal["builtin", "model"]
    provider: str | None = Field(default=None, max_length=40, examples=["anthropic"])
    model: str | None = Field(default=None, max_length=500)
    params: dict[str, Any] = Field(default_factory=dict, examples=[{"temperature": 0}])
    base_url: str | None = Field(default=None, max_length=1000)
    secret: str | None = Field(default=None, max_length=100, description="A sealed key's name.")
    price_input_micros: int | None = Field(default=None, ge=0)
    price_output_micros: int | None = Field(default=None, ge=0)
    on_limit: Literal["pause", "fail", "warn"] = "pause"
    limits: dict[str, float | int | None] = Field(default_factory=dict, examples=[{"turns": 6}])

    def selection(self, agent: str) -> Selection:
        """Return it as the service takes it; a price needs both of its halves."""
        into, out = self.price_input_micros, self.price_output_micros
        price = None if into is None or out is None else Price(into, out)
        return Selection(
            agent,
            implementation=Implementation(self.implementation),
            provider=self.provider,
            model=self.model,
            params=self.params,
            base_url=self.base_url,
            secret=self.secret,
            price=price,
            on_limit=OnLimit(self.on_limit),
            limits=self.limits,
        )


class AgentOut(BaseModel):
    """An agent and who does its work; `obstacle` says why a chosen model cannot be asked."""

    name: str
    version: str
    description: str
    implementation: str
    provider: str | None
    model: str | None
    params: dict[str, Any]
    base_url: str | None
    secret: str | None
    price_input_micros: int | None
    price_output_micros: int | None
    on_limit: str
    limits: dict[str, Any]
    tools: list[str]
    obstacle: str | None

    @classmethod
    def of(cls, state: AgentState) -> Self:
        """Return an agent as it is sent."""
        chosen = state.selection
        return cls(
            name=state.agent.name,
            version=state.agent.version,
            description=state.agent.description,
            implementation=chosen.implementation,
            provider=chosen.provider,
            model=chosen.model,
            params=dict(chosen.params),
            base_url=chosen.base_url,
            secret=chosen.secret,
            price_input_micros=chosen.price.input_micros if chosen.price else None,
            price_output_micros=chosen.price.output_micros if chosen.price else None,
            on_limit=chosen.on_limit,
            limits=state.limits.to_json(),
            tools=[tool.name for tool in state.agent.tools],
            obstacle=state.obstacle,
        )


class AgentRunOut(BaseModel):
    """A run of an agent; what it returned is there once it has."""

    id: UUID
    agent: str
    status: str
    is_paused: bool
    created_by: str
    created_at: datetime
    completed_at: datetime | None
    producer: str | None
    fallback_reason: str | None
    usage: dict[str, Any] | None
    error_code: str | None
    error_message: str | None

    @classmethod
    def of(cls, line: RunLine) -> Self:
        """Return a run as it is sent."""
        output = line.output or {}
        return cls(
            id=line.id,
            agent=line.agent,
            status=line.status,
            is_paused=line.is_paused,
            created_by=line.created_by,
            created_at=line.created_at,
            completed_at=line.completed_at,
            producer=output.get("producer"),
            fallback_reason=output.get("fallback_reason"),
            usage=output.get("usage"),
            error_code=line.error_code,
            error_message=line.error_message,
        )


class AgentEventOut(BaseModel):
    """One event of a run's log."""

    seq: int
    type: str
    actor: str
    recorded_at: datetime
    payload: dict[str, Any]


class AgentRunDetail(BaseModel):
    """A run with what it was given, what it returned and its log."""

    id: UUID
    agent: str
    status: str
    input: dict[str, Any]
    output: dict[str, Any] | None
    error_code: str | None
    error_message: str | None
    events: list[AgentEventOut]

    @classmethod
    def of(cls, view: RunView) -> Self:
        """Return a run as it is sent."""
        run = view.run
        return cls(
            id=run.id,
            agent=run.input["agent"],
            status=run.status,
            input=run.input,
            output=run.output,
            error_code=run.error_code,
            error_message=run.error_message,
            events=[
                AgentEventOut(
                    seq=each.seq,
                    type=each.type,
                    actor=each.actor,
                    recorded_at=each.recorded_at,
                    payload=each.payload,
                )
                for each in view.events
            ],
        )


class AgentBudgetOut(BaseModel):
    """A budget that bounds the tenant's agents."""

    name: str
    unit: str
    limit_amount: int
    spent: int
    reserved: int

    @classmethod
    def of(cls, budget: Budget) -> Self:
        """Return a budget as it is sent."""
        return cls(**{name: getattr(budget, name) for name in cls.model_fields})
