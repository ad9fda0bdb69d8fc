"""The room's routes: agents and who does their work, runs and what they wait for, budgets."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from evigate.agents.errors import (
    E_AGENT_CHOICE,
    E_AGENT_LIMIT,
    E_AGENT_PAUSED,
    E_AGENT_PRICE,
    E_AGENT_RUN_ENDED,
    E_AGENT_RUN_NOT_FOUND,
    E_AGENT_TOOLS,
    E_AGENT_UNKNOWN,
)
from evigate.agents.schemas import AgentBudgetOut, AgentOut, AgentRunDetail, AgentRunOut, ChoiceIn
from evigate.agents.service import AgentService
from evigate.base.subject import Subject
from evigate.kernel.http import API, PAGE_SIZE, PAGE_SIZE_MAX, Doors, PageOf, responses_of


class AgentBudgetIn(BaseModel):
    """A budget's new limit, in tokens or in micros."""

    limit_amount: int = Field(ge=0)


class ToolDecisionIn(BaseModel):
    """Whether a paused run may use the tool it waits for."""

    is_approved: bool


def agents_router(service: AgentService, doors: Doors) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=API, tags=["agents"])
    subject_of = Depends(doors.subject)
    _agent_routes(routes, service, subject_of)
    _run_routes(routes, service, subject_of)
    return routes


def _agent_routes(routes: APIRouter, service: AgentService, subject_of: Any) -> None:
    @routes.get("/agents")
    async def list_agents(subject: Annotated[Subject, subject_of]) -> PageOf[AgentOut]:
        """List the agents, by name, with who does their work."""
        return PageOf(items=[AgentOut.of(state) for state in await service.states(subject)])

    @routes.put("/agents/{agent}", responses=responses_of(E_AGENT_UNKNOWN, E_AGENT_CHOICE))
    async def choose(
        agent: str, body: ChoiceIn, subject: Annotated[Subject, subject_of]
    ) -> AgentOut:
        """Choose who does an agent's work: the built-in implementation or a model."""
        await service.choose(subject, body.selection(agent))
        states = await service.states(subject)
        return AgentOut.of(next(state for state in states if state.agent.name == agent))

    @routes.post("/agents/{agent}/test", responses=responses_of(E_AGENT_UNKNOWN, E_AGENT_PRICE))
    async def test(agent: str, subject: Annotated[Subject, subject_of]) -> dict[str, Any]:
        """Have what was chosen for an agent say a word back; it is a run like any other."""
        result = await service.test(subject, agent)
        return {"run_id": str(result.run_id), **result.to_json()}

    @routes.get("/agent-budgets")
    async def budgets(subject: Annotated[Subject, subject_of]) -> PageOf[AgentBudgetOut]:
        """List the budgets that bound agents; what has none is unlimited."""
        return PageOf(items=[AgentBudgetOut.of(each) for each in await service.budgets(subject)])

    @routes.put("/agent-budgets/{unit}")
    async def set_budget(
        unit: Literal["tokens", "micros"],
        body: AgentBudgetIn,
        subject: Annotated[Subject, subject_of],
    ) -> PageOf[AgentBudgetOut]:
        """Limit what all agents of the tenant may take; what was spent stays spent."""
        await service.set_budget(subject, unit, body.limit_amount)
        return PageOf(items=[AgentBudgetOut.of(each) for each in await service.budgets(subject)])


def _run_routes(routes: APIRouter, service: AgentService, subject_of: Any) -> None:
    @routes.get("/agent-runs")
    async def list_runs(
        subject: Annotated[Subject, subject_of],
        agent: str | None = None,
        before: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = PAGE_SIZE,
    ) -> PageOf[AgentRunOut]:
        """List runs of agents, newest first."""
        lines = await service.list_runs(subject, agent=agent, before=before, limit=limit + 1)
        found = [AgentRunOut.of(line) for line in lines]
        return PageOf.cut(found, [line.id for line in lines], limit=limit)

    @routes.get("/agent-runs/{run_id}", responses=responses_of(E_AGENT_RUN_NOT_FOUND))
    async def show(run_id: UUID, subject: Annotated[Subject, subject_of]) -> AgentRunDetail:
        """Get a run with its log: every turn, every use of a tool."""
        return AgentRunDetail.of(await service.show(subject, run_id))

    @routes.post(
        "/agent-runs/{run_id}/resume",
        responses=responses_of(
            E_AGENT_RUN_NOT_FOUND, E_AGENT_RUN_ENDED, E_AGENT_PAUSED, E_AGENT_LIMIT, E_AGENT_TOOLS
        ),
    )
    async def resume(run_id: UUID, subject: Annotated[Subject, subject_of]) -> AgentRunDetail:
        """Carry on a run that waits or was interrupted; answers when it ends or waits again."""
        await service.resume(subject, run_id)
        return AgentRunDetail.of(await service.show(subject, run_id))

    @routes.post(
        "/agent-runs/{run_id}/tools/{call_id}", responses=responses_of(E_AGENT_RUN_NOT_FOUND)
    )
    async def decide(
        run_id: UUID,
        call_id: str,
        body: ToolDecisionIn,
        subject: Annotated[Subject, subject_of],
    ) -> AgentRunDetail:
        """Approve or refuse what a paused run wants to do outside; resume it afterwards."""
        await service.decide_tool(subject, run_id, call_id, is_approved=body.is_approved)
        return AgentRunDetail.of(await service.show(subject, run_id))
