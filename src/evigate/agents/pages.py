"""The pages of agents, under settings: who does the work, budgets, and runs with their turns."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from evigate.agents import meter
from evigate.agents.choosing import AgentState
from evigate.agents.errors import E_AGENT_LIMIT, E_AGENT_PAUSED
from evigate.agents.models import Implementation, Selection
from evigate.agents.permissions import APPROVE, CHOOSE, RUN
from evigate.agents.policy import OnLimit, Price
from evigate.agents.schemas import AgentRunDetail, AgentRunOut
from evigate.agents.service import AgentService
from evigate.base.errors import E_INVALID, EvigateError
from evigate.kernel.access import may
from evigate.kernel.budgets import Budget
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw
from evigate.kernel.runs import RunStatus

TEMPLATES = Path(__file__).resolve().parent / "templates"
RUNS_SHOWN = 30
MICROS = 1_000_000
HOME = "/settings/agents"
UNITS = (("tokens", meter.TOKENS, "Tokens"), ("micros", meter.MICROS, "Cost, in millionths"))
FIELDS = "provider model base_url secret params price_in price_out on_limit limits"
BLANK = dict.fromkeys(FIELDS.split(), "")
ON_LIMIT = ((OnLimit.PAUSE, "wait for a person"), (OnLimit.FAIL, "end"), (OnLimit.WARN, "go on"))


def agents_pages(service: AgentService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the room's pages."""
    routes = doors.pages()
    visitor_of = Depends(doors.visitor)
    _home_routes(routes, service, visitor_of, draw)
    _choice_routes(routes, service, visitor_of, draw)
    _run_routes(routes, service, visitor_of, draw)
    return routes


async def _home_page(
    service: AgentService,
    request: Request,
    visitor: Visitor,
    draw: Draw,
    *,
    message: str | None = None,
    error: str | None = None,
    before: UUID | None = None,
    status: int = 200,
) -> Response:
    subject = visitor.subject
    lines = await service.list_runs(subject, before=before, limit=RUNS_SHOWN + 1)
    older = f"{HOME}?before={lines[RUNS_SHOWN - 1].id}" if len(lines) > RUNS_SHOWN else None
    context = {
        "message": message,
        "error": error,
        "agents": [_agent(state) for state in await service.states(subject)],
        "budgets": _burn(await service.budgets(subject)),
        "runs": [_run(AgentRunOut.of(line)) for line in lines[:RUNS_SHOWN]],
        "newer_href": HOME if before else None,
        "older_href": older,
        "may_choose": may(subject, CHOOSE),
        "may_run": may(subject, RUN),
    }
    return await draw(request, "agents", context, active="settings", status=status)


def _home_routes(routes: APIRouter, service: AgentService, visitor_of: Any, draw: Draw) -> None:
    @routes.get(HOME)
    async def home(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        before: UUID | None = None,
        saved: Annotated[str, Query(max_length=100)] = "",
    ) -> Response:
        message = f"The choice for {saved} is kept." if saved else None
        return await _home_page(service, request, visitor, draw, message=message, before=before)

    @routes.post(HOME + "/budget")
    async def set_budget(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        unit: Annotated[str, Form(pattern="^(tokens|micros)$")],
        limit_amount: Annotated[int, Form(ge=0, le=2**62)],
    ) -> Response:
        await service.set_budget(visitor.subject, unit, limit_amount)
        return RedirectResponse(f"{HOME}#budgets", status_code=303)

    @routes.post(HOME + "/{agent}/test")
    async def test(
        agent: str, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        try:
            result = await service.test(visitor.subject, agent)
        except EvigateError as error:
            return await _home_page(
                service,
                request,
                visitor,
                draw,
                error=f"{error.message} {error.remediation}",
                status=error.code.status,
            )
        if result.fallback_reason is not None:
            told = f"The model did not answer: {result.fallback_reason}. The built-in one did."
            return await _home_page(service, request, visitor, draw, error=told)
        usage = result.usage
        tokens = usage.input_tokens + usage.output_tokens
        told = f"{result.producer} answered in {usage.duration_ms:.0f} ms with {tokens} tokens."
        return await _home_page(service, request, visitor, draw, message=told)


def _choice_routes(routes: APIRouter, service: AgentService, visitor_of: Any, draw: Draw) -> None:
    async def form_page(
        request: Request, visitor: Visitor, agent: str, form: Mapping[str, str], error: str | None
    ) -> Response:
        service.roster.get(agent)
        states = await service.states(visitor.subject)
        state = next(each for each in states if each.agent.name == agent)
        context = {
            "agent": _agent(state),
            "form": {**BLANK, **form} if form else _filled(state),
            "error": error,
            "providers": [
                {"name": spec.name, "label": spec.label}
                for spec in service.choosing.providers.values()
            ],
            "on_limit": [{"name": name.value, "label": label} for name, label in ON_LIMIT],
            "may_choose": may(visitor.subject, CHOOSE),
        }
        status = 200 if error is None else 422
        return await draw(request, "agent", context, active="settings", status=status)

    @routes.get(HOME + "/{agent}")
    async def choice(
        agent: str, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await form_page(request, visitor, agent, {}, None)

    @routes.post(HOME + "/{agent}")
    async def choose(
        agent: str, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        form = {
            name: value for name, value in (await request.form()).items() if isinstance(value, str)
        }
        try:
            await service.choose(visitor.subject, _selection(agent, form))
        except EvigateError as error:
            if error.code.status != 422:
                raise
            return await form_page(request, visitor, agent, form, error.message)
        return RedirectResponse(f"{HOME}?saved={agent}", status_code=303)


def _run_routes(routes: APIRouter, service: AgentService, visitor_of: Any, draw: Draw) -> None:
    @routes.get(HOME + "/runs/{run_id}")
    async def run_page(
        run_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        run = AgentRunDetail.of(await service.show(visitor.subject, run_id))
        context = run_context(run)
        context["may_approve"] = may(visitor.subject, APPROVE)
        context["may_run"] = may(visitor.subject, RUN)
        return await draw(request, "agent_run", context, active="settings")

    @routes.post(HOME + "/runs/{run_id}/tools/{call_id}")
    async def decide(
        run_id: UUID,
        call_id: str,
        visitor: Annotated[Visitor, visitor_of],
        decision: Annotated[str, Form(pattern="^(approve|refuse)$")],
    ) -> Response:
        is_approved = decision == "approve"
        await service.decide_tool(visitor.subject, run_id, call_id, is_approved=is_approved)
        return RedirectResponse(f"{HOME}/runs/{run_id}", status_code=303)

    @routes.post(HOME + "/runs/{run_id}/resume")
    async def resume(run_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        try:
            await service.resume(visitor.subject, run_id)
        except EvigateError as error:
            # That it waits again, or failed, is on the page that is shown next.
            if error.code not in (E_AGENT_PAUSED, E_AGENT_LIMIT):
                raise
        return RedirectResponse(f"{HOME}/runs/{run_id}", status_code=303)


def _agent(state: AgentState) -> dict[str, Any]:
    chosen = state.selection
    return {
        "name": state.agent.name,
        "description": state.agent.description,
        "href": f"{HOME}/{state.agent.name}",
        "is_builtin": chosen.implementation is Implementation.BUILTIN,
        "label": "Built-in" if chosen.provider is None else f"{chosen.provider}: {chosen.model}",
        "obstacle": state.obstacle,
        "limits": [f"{name} {value:g}" for name, value in state.limits.to_json().items() if value],
        "tools": [f"{tool.name} ({tool.effect})" for tool in state.agent.tools],
    }


def _burn(budgets: list[Budget]) -> list[dict[str, Any]]:
    """Return a bar for each unit; the share is None where nobody set a limit."""
    by_name = {each.name: each for each in budgets}
    bars = []
    for unit, name, label in UNITS:
        budget = by_name.get(name)
        used = None if budget is None else budget.spent + budget.reserved
        limit = None if budget is None else budget.limit_amount
        share = min(100.0, 100 * used / limit) if used is not None and limit else None
        bars.append({"unit": unit, "label": label, "used": used, "limit": limit, "percent": share})
    return bars


def _run(run: AgentRunOut) -> dict[str, Any]:
    usage = run.usage or {}
    tokens = usage.get("input_tokens", 0) + usage.get("output_tokens", 0) if usage else None
    return {
        "href": f"{HOME}/runs/{run.id}",
        "agent": run.agent,
        "status": "waiting" if run.is_paused else run.status,
        "producer": run.producer,
        "why": run.fallback_reason or run.error_message,
        "tokens": tokens,
        "cost": None if usage.get("cost_micros") is None else usage["cost_micros"] / MICROS,
        "created_at": run.created_at,
    }


def _filled(state: AgentState) -> dict[str, str]:
    chosen = state.selection
    price = chosen.price
    return {
        "provider": chosen.provider or "",
        "model": chosen.model or "",
        "base_url": chosen.base_url or "",
        "secret": chosen.secret or "",
        "params": json.dumps(dict(chosen.params)) if chosen.params else "",
        "price_in": f"{price.input_micros / MICROS:g}" if price else "",
        "price_out": f"{price.output_micros / MICROS:g}" if price else "",
        "on_limit": chosen.on_limit,
        "limits": json.dumps(dict(chosen.limits)) if chosen.limits else "",
    }


def _selection(agent: str, form: Mapping[str, str]) -> Selection:
    """Return what a form says; EvigateError[E_INVALID] where a field is not what it must be."""
    provider = form.get("provider") or None
    into, out = (_micros(form.get(name, ""), name) for name in ("price_in", "price_out"))
    if (into is None) != (out is None):
        raise EvigateError(E_INVALID, "A price needs both halves: of tokens in and of tokens out.")
    return Selection(
        agent,
        implementation=Implementation.MODEL if provider else Implementation.BUILTIN,
        provider=provider,
        model=form.get("model") or None,
        params=_object(form.get("params", ""), "parameters"),
        base_url=form.get("base_url") or None,
        secret=form.get("secret") or None,
        price=None if into is None or out is None else Price(into, out),
        on_limit=OnLimit(form.get("on_limit") or "pause"),
        limits=_object(form.get("limits", ""), "limits"),
    )


def _micros(text: str, name: str) -> int | None:
    if not text.strip():
        return None
    try:
        micros = round(float(text) * MICROS)
    except (ValueError, OverflowError) as error:
        raise EvigateError(E_INVALID, f"{name} is no number.") from error
    if not 0 <= micros < 2**53:
        raise EvigateError(E_INVALID, f"{name} must be zero or more.")
    return micros


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        values = json.loads(text or "{}")
    except ValueError as error:
        raise EvigateError(E_INVALID, f"The {name} are no JSON: {error}.") from error
    if not isinstance(values, dict):
        raise EvigateError(E_INVALID, f"The {name} are no JSON object.")
    return values


def run_context(run: AgentRunDetail) -> dict[str, Any]:
    """Return a run's page: each event as a line, and what the run waits for."""
    decided = {e.payload["call_id"] for e in run.events if e.type == "approval_decided"}
    waits = [
        {
            "call_id": event.payload["call_id"],
            "tool": event.payload["tool"],
            "arguments": event.payload["arguments"],
            "href": f"{HOME}/runs/{run.id}/tools/{event.payload['call_id']}",
        }
        for event in run.events
        if event.type == "approval_needed" and event.payload["call_id"] not in decided
    ]
    is_open = run.status in (RunStatus.QUEUED, RunStatus.RUNNING)
    return {
        "run": {
            "agent": run.agent,
            "status": run.status,
            "resume_href": f"{HOME}/runs/{run.id}/resume" if is_open and not waits else None,
            "error": run.error_message,
            "output": None if run.output is None else _pretty(run.output["output"]),
            "claims": [] if run.output is None else run.output["claims"],
            "dropped": [] if run.output is None else run.output["dropped"],
            "producer": None if run.output is None else run.output["producer"],
            "fallback_reason": None if run.output is None else run.output["fallback_reason"],
            "usage": None if run.output is None else run.output["usage"],
        },
        "waits": waits,
        "events": [
            {
                "seq": event.seq,
                "label": event.type.replace("_", " "),
                "recorded_at": event.recorded_at,
                "detail": _pretty(event.payload),
            }
            for event in run.events
        ],
    }


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
