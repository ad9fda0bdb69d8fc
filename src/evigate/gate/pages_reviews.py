"""The pages of reviews: the queue with its filters, one task at a time, several at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.gate import views
from evigate.gate.artifacts import contents_of, get_artifact
from evigate.gate.desk import Gate
from evigate.gate.models import ReviewOutcome, ReviewTask, Verdict
from evigate.gate.pages_shared import judged, names_of
from evigate.gate.permissions import EVALUATE, REVIEW
from evigate.gate.reviews import (
    add_comment,
    assign_review,
    get_review_task,
    give_verdict,
    list_review_tasks,
    open_review,
    review_choices,
)
from evigate.gate.sampling import SAMPLE_MAX, reviewers_agreement, sample_reviews
from evigate.kernel.access import may
from evigate.kernel.db import Tx
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw
from evigate.kernel.tenancy import TenancyService

SHOWN_MAX = 100
# As far as the queue is looked through for what comes next.
QUEUE_MAX = 500
DURATION_MAX_MS = 86_400_000
COMMENT_MAX = 5000


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the queue a person works through; empty text means all."""

    module: str = ""
    kind: str = ""
    who: str = "mine"
    status: str = "open"

    @property
    def query(self) -> str:
        """Return the filters that are not the default, as a query string with its "?"."""
        default = Filters()
        given = {
            name: getattr(self, name)
            for name in ("module", "kind", "who", "status")
            if getattr(self, name) != getattr(default, name)
        }
        return f"?{urlencode(given)}" if given else ""


def filters_of(
    module: str = "", kind: str = "", who: str = "mine", status: str = "open"
) -> Filters:
    """Return the filters of an address; a module that is no id is none."""
    try:
        UUID(module)
    except ValueError:
        module = ""
    return Filters(
        module,
        kind,
        who if who in ("mine", "all") else "mine",
        status if status in ("open", "closed") else "open",
    )


FilterQuery = Annotated[Filters, Depends(filters_of)]


async def tasks_of(tx: Tx, filters: Filters, limit: int, offset: int = 0) -> list[ReviewTask]:
    """Return the tasks that the filters leave, oldest first."""
    is_open = filters.status == "open"
    return await list_review_tasks(
        tx,
        module_id=UUID(filters.module) if filters.module else None,
        kind=filters.kind or None,
        status=filters.status,
        is_mine=is_open and filters.who == "mine",
        limit=limit,
        offset=offset,
    )


def review_pages(
    routes: APIRouter, gate: Gate, tenancy: TenancyService, doors: Doors, draw: Draw
) -> None:
    """Add the pages of reviews."""
    _queue_page(routes, gate, tenancy, doors, draw)
    _task_page(routes, gate, tenancy, doors, draw)
    _deciding(routes, gate, doors)


def _queue_page(
    routes: APIRouter, gate: Gate, tenancy: TenancyService, doors: Doors, draw: Draw
) -> None:
    visitor_of = Depends(doors.visitor)

    @routes.get("/reviews")
    async def queue(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        filters: FilterQuery,
        told: str = "",
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> Response:
        subject = visitor.subject
        names = await names_of(tenancy, subject)
        async with gate.database.tx(subject) as tx:
            tasks = await tasks_of(tx, filters, SHOWN_MAX + 1, offset)
            choices = await review_choices(tx)
            contents = await contents_of(tx, [each.artifact_id for each in tasks])
            agreed = await reviewers_agreement(
                tx,
                module_id=UUID(filters.module) if filters.module else None,
                kind=filters.kind or None,
            )
        now = utc_now()
        context = {
            "tasks": [
                views.task_row(each, gate.kinds, contents.get(each.artifact_id), names, now)
                for each in tasks[:SHOWN_MAX]
            ],
            "earlier_href": _part(filters, offset - SHOWN_MAX) if offset else None,
            "later_href": _part(filters, offset + SHOWN_MAX) if len(tasks) > SHOWN_MAX else None,
            "filters": filters,
            "modules": list({str(each.module_id): each.module for each in choices}.items()),
            "kinds": [
                (name, views.kind_title(gate.kinds, name))
                for name in sorted({each.kind for each in choices})
            ],
            "may_review": may(subject, REVIEW),
            "may_sample": may(subject, EVALUATE),
            "sample_max": SAMPLE_MAX,
            "agreement": agreed,
            "told": TOLD.get(told, ""),
        }
        return await draw(request, "reviews_list", context, active="reviews")


def _part(filters: Filters, offset: int) -> str:
    """Return the address of a part of the queue."""
    mark = "&" if filters.query else "?"
    return f"/reviews{filters.query}{mark}offset={max(0, offset)}"


TOLD = {
    "done": "That was the last one of this queue.",
    "some": "Some of those could not be decided: they were answered or their evidence changed.",
    "all": "The verdicts are given.",
    "sampled": "The sample is in the queue: two verdicts each, blind.",
    "unsampled": "Nothing in use is without a review, so there is nothing to sample.",
    "none": "Nothing was chosen. Choose reviews first, with the boxes or the key x.",
}


def _task_page(
    routes: APIRouter, gate: Gate, tenancy: TenancyService, doors: Doors, draw: Draw
) -> None:
    visitor_of = Depends(doors.visitor)

    async def show(
        request: Request,
        visitor: Visitor,
        task_id: UUID,
        filters: Filters,
        problem: EvigateError | None = None,
    ) -> Response:
        subject = visitor.subject
        names = await names_of(tenancy, subject)
        async with gate.database.tx(subject) as tx:
            task = await get_review_task(tx, task_id)
            artifact = await get_artifact(tx, task.artifact_id)
            shown = await judged(tx, gate, artifact, names)
            queue = await tasks_of(tx, filters, QUEUE_MAX)
            contents = await contents_of(tx, [task.artifact_id])
        before, after = views.neighbours(queue, task_id)
        now = utc_now()
        row = views.task_row(task, gate.kinds, contents.get(task.artifact_id), names, now)
        is_mine_given = any(
            each["each"].task_id == task_id and each["each"].reviewer == subject.actor
            for each in shown["reviews"]
        )
        context = shown | {
            "task": row,
            "is_open": task.status == "open",
            "is_answered": is_mine_given,
            "may_review": may(subject, REVIEW),
            "filters": filters,
            "previous_href": f"/reviews/{before.id}{filters.query}" if before else None,
            "next_href": f"/reviews/{after.id}{filters.query}" if after else None,
            "waiting": len(queue),
            "is_more": len(queue) == QUEUE_MAX,
            "opened_at_ms": int(now.timestamp() * 1000),
            "people": sorted(names.items(), key=lambda pair: (pair[1] != "you", pair[1])),
            "assigned_to": task.assigned_to,
            "may_ask": may(subject, EVALUATE),
            "problem": None if problem is None else shown_problem(problem),
        }
        status = problem.code.status if problem else 200
        return await draw(request, "review", context, active="reviews", status=status)

    @routes.get("/reviews/{task_id}")
    async def task_page(
        request: Request,
        task_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        filters: FilterQuery,
    ) -> Response:
        return await show(request, visitor, task_id, filters)

    @routes.post("/reviews/{task_id}/verdict")
    async def verdict(
        request: Request,
        task_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        filters: FilterQuery,
        verdict: Annotated[Verdict, Form()],
        comment: Annotated[str, Form(max_length=COMMENT_MAX)] = "",
        opened_at_ms: Annotated[int | None, Form()] = None,
    ) -> Response:
        try:
            async with gate.database.tx(visitor.subject) as tx:
                queue = await tasks_of(tx, filters, QUEUE_MAX)
                took_ms = duration_ms(opened_at_ms, utc_now())
                found = await give_verdict(
                    tx, task_id, verdict, comment=comment, duration_ms=took_ms
                )
        except EvigateError as error:
            return await show(request, visitor, task_id, filters, error)
        return _see(_onward(queue, task_id, found, filters))


def duration_ms(opened_at_ms: int | None, now: datetime) -> int | None:
    """Return how long a page was open; None where that is not known, or was more than a day."""
    if opened_at_ms is None:
        return None
    took = int(now.timestamp() * 1000) - opened_at_ms
    return took if 0 <= took <= DURATION_MAX_MS else None


def _onward(
    queue: Sequence[ReviewTask], task_id: UUID, outcome: ReviewOutcome, filters: Filters
) -> str:
    """Return where a person goes after a verdict; what the gate refused stays in view."""
    if outcome.why_not is not None:
        return f"/reviews/{task_id}{filters.query}"
    others = [each for each in queue if each.id != task_id]
    _, after = views.neighbours(queue, task_id)
    following = after if after is not None and after.id != task_id else next(iter(others), None)
    if following is None:
        mark = "&" if filters.query else "?"
        return f"/reviews{filters.query}{mark}told=done"
    return f"/reviews/{following.id}{filters.query}"


def _deciding(routes: APIRouter, gate: Gate, doors: Doors) -> None:
    visitor_of = Depends(doors.visitor)

    @routes.post("/reviews")
    async def several(
        visitor: Annotated[Visitor, visitor_of],
        filters: FilterQuery,
        verdict: Annotated[Verdict, Form()],
        task: Annotated[list[UUID] | None, Form()] = None,
        comment: Annotated[str, Form(max_length=COMMENT_MAX)] = "",
    ) -> Response:
        told = "all" if task else "none"
        for task_id in (task or [])[:SHOWN_MAX]:
            # Each stands alone: one that was decided meanwhile does not undo the others.
            try:
                async with gate.database.tx(visitor.subject) as tx:
                    await give_verdict(tx, task_id, verdict, comment=comment)
            except EvigateError as error:
                if error.code.status not in (404, 409):
                    raise
                told = "some"
        mark = "&" if filters.query else "?"
        return _see(f"/reviews{filters.query}{mark}told={told}")

    @routes.post("/reviews/{task_id}/assign")
    async def assign(
        task_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        filters: FilterQuery,
        assigned_to: Annotated[str, Form(max_length=200)] = "",
        wanted: Annotated[int, Form(ge=1, le=3)] = 1,
        is_blind: Annotated[bool, Form()] = False,
    ) -> Response:
        async with gate.database.tx(visitor.subject) as tx:
            await assign_review(tx, task_id, assigned_to or None)
            task = await get_review_task(tx, task_id)
            if wanted > task.wanted or is_blind > task.is_blind:
                await open_review(
                    tx,
                    task.artifact_id,
                    task.reason,
                    wanted=wanted,
                    is_blind=is_blind,
                    is_audit=task.is_audit,
                )
        return _see(f"/reviews/{task_id}{filters.query}")

    @routes.post("/reviews/samples")
    async def sample(
        visitor: Annotated[Visitor, visitor_of],
        filters: FilterQuery,
        count: Annotated[int, Form(ge=1, le=SAMPLE_MAX)] = 10,
    ) -> Response:
        async with gate.database.tx(visitor.subject) as tx:
            found = await sample_reviews(
                tx,
                count,
                module_id=UUID(filters.module) if filters.module else None,
                kind=filters.kind or None,
            )
        mark = "&" if filters.query else "?"
        return _see(f"/reviews{filters.query}{mark}told={'sampled' if found else 'unsampled'}")

    @routes.post("/reviews/{task_id}/comments")
    async def comment(
        task_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        filters: FilterQuery,
        body: Annotated[str, Form(min_length=1, max_length=COMMENT_MAX)],
    ) -> Response:
        async with gate.database.tx(visitor.subject) as tx:
            task = await get_review_task(tx, task_id)
            await add_comment(tx, task.artifact_id, body)
        return _see(f"/reviews/{task_id}{filters.query}#comments")


def _see(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303)


def shown_problem(error: EvigateError) -> dict[str, Any]:
    """Return an error as a page shows it."""
    return {
        "code": error.code.name,
        "message": error.message,
        "remediation": error.remediation,
        "errors": [],
        "request_id": None,
    }
