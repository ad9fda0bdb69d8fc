"""The pages of what drafts are held to: suites, the judges and their measures, prompts."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import EvigateError
from evigate.gate import views
from evigate.gate.desk import Gate
from evigate.gate.pages_reviews import shown_problem
from evigate.gate.permissions import GOVERN
from evigate.gate.prompts import activate_prompt, add_prompt, list_prompts
from evigate.gate.recalibrate import (
    REVIEWS,
    CalibrationView,
    JudgeView,
    list_calibrations,
    list_judges,
    recalibrate,
)
from evigate.gate.suites import charges, list_suites
from evigate.kernel.access import may
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw

# What the database asks before people's verdicts can take a judge's right away; see
# gate.judge_may_gate.
REVIEWS_AUC_MIN = 0.6
MEASURES = ("auc", "accuracy", "kappa", "alpha", "veto_precision")


def rules_pages(routes: APIRouter, gate: Gate, doors: Doors, draw: Draw) -> None:
    """Add the pages of suites, judges and prompts."""
    visitor_of = Depends(doors.visitor)

    @routes.get("/suites")
    async def suites(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        async with gate.database.tx(visitor.subject) as tx:
            found = await list_suites(tx)
            in_charge = await charges(tx)
        kinds: dict[UUID, list[str]] = {}
        for kind, suite_id in in_charge.items():
            kinds.setdefault(suite_id, []).append(views.kind_title(gate.kinds, kind))
        context = {"suites": [{"each": e, "kinds": kinds.get(e.id, [])} for e in found]}
        return await draw(request, "suites", context, active="reviews")

    @routes.get("/judges")
    async def judges(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        async with gate.database.tx(visitor.subject) as tx:
            found = await list_judges(tx)
            measured = await list_calibrations(tx)
        context = {
            "judges": [judge_row(each, measured) for each in found],
            "may_govern": may(visitor.subject, GOVERN),
        }
        return await draw(request, "judges", context, active="reviews")

    @routes.post("/judges/recalibrate")
    async def measure(visitor: Annotated[Visitor, visitor_of]) -> Response:
        async with gate.database.tx(visitor.subject) as tx:
            await recalibrate(tx)
        return RedirectResponse("/judges", status_code=303)

    _prompt_pages(routes, gate, doors, draw)


def judge_row(judge: JudgeView, measured: Sequence[CalibrationView]) -> dict[str, Any]:
    """Return a judge with its measures, whether it may gate, and why or why not."""
    key = (judge.name, judge.version, judge.eval_type)
    own = [each for each in measured if (each.judge, each.version, each.eval_type) == key]
    return {
        "judge": judge,
        "check": views.words_of(judge.eval_type),
        "why": _why(judge, own),
        "sets": [_set_row(judge, each) for each in own],
    }


def _words(measure: str) -> str:
    return "AUC" if measure == "auc" else measure.replace("_", " ")


def _why(judge: JudgeView, own: Sequence[CalibrationView]) -> str:
    """Say what the database decided by, in the order in which it looks."""
    if judge.nature == "exact":
        return "It decides a fact, so there is nothing to agree on."
    if judge.nature == "rule":
        return (
            "A rule: what it finds counts, that it finds nothing proves nothing. So it is never"
            " the only hard check of a suite."
        )
    if judge.metric is None or judge.floor is None:
        return "No floor is set for what it judges."
    outside = [each for each in own if each.is_own_kind and each.dataset != REVIEWS]
    metric = _words(judge.metric)
    if not outside:
        return f"It was never measured on a set of its kind; {metric} {judge.floor} is asked for."
    enough = [each for each in outside if each.n >= (judge.n_min or 0)]
    last = max(enough or outside, key=lambda each: each.created_at)
    value = getattr(last, judge.metric)
    if not enough:
        return f"Its last set, {last.dataset}, has {last.n} cases; {judge.n_min} are asked for."
    said = f"{metric} {'–' if value is None else value} on {last.dataset}, {judge.floor} asked for"
    if value is None or value < judge.floor:
        return f"It is below its floor: {said}."
    if not judge.may_gate:
        return f"{said}, but people's verdicts here take the right away."
    return f"{said}."


def _set_row(judge: JudgeView, each: CalibrationView) -> dict[str, Any]:
    is_reviews = each.dataset == REVIEWS
    metric = "auc" if is_reviews else judge.metric or "auc"
    value = getattr(each, metric)
    floor = REVIEWS_AUC_MIN if is_reviews else judge.floor
    is_reached = value is not None and floor is not None and value >= floor
    return {
        "each": each,
        "value": value,
        "percent": None if value is None else float(value) * 100,
        "floor_percent": None if floor is None else float(floor) * 100,
        "tone": "good" if is_reached else "poor" if each.is_own_kind else "neutral",
        "measures": [(_words(name), getattr(each, name)) for name in MEASURES],
    }


def _prompt_pages(routes: APIRouter, gate: Gate, doors: Doors, draw: Draw) -> None:
    visitor_of = Depends(doors.visitor)

    async def show(
        request: Request,
        visitor: Visitor,
        form: dict[str, str],
        problem: EvigateError | None = None,
    ) -> Response:
        async with gate.database.tx(visitor.subject) as tx:
            found = await list_prompts(tx)
        names = list(dict.fromkeys(each.name for each in found))
        context = {
            "prompts": [(name, [e for e in found if e.name == name]) for name in names],
            "may_govern": may(visitor.subject, GOVERN),
            "form": form,
            "problem": None if problem is None else shown_problem(problem),
        }
        status = problem.code.status if problem else 200
        return await draw(request, "prompts", context, active="reviews", status=status)

    @routes.get("/prompts")
    async def prompts(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        return await show(request, visitor, {"name": "", "version": "", "content": ""})

    @routes.post("/prompts")
    async def write(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        name: Annotated[str, Form(max_length=100)],
        version: Annotated[str, Form(max_length=40)],
        content: Annotated[str, Form(max_length=100_000)],
    ) -> Response:
        # A browser sends its text with the line ends of a form.
        text = content.replace("\r\n", "\n")
        try:
            async with gate.database.tx(visitor.subject) as tx:
                await add_prompt(tx, name, version, text)
        except EvigateError as error:
            form = {"name": name, "version": version, "content": text}
            return await show(request, visitor, form, error)
        return RedirectResponse("/prompts", status_code=303)

    @routes.post("/prompts/{prompt_id}/activate")
    async def activate(prompt_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        async with gate.database.tx(visitor.subject) as tx:
            await activate_prompt(tx, prompt_id)
        return RedirectResponse("/prompts", status_code=303)
