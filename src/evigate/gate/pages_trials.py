"""The page of trials: what was tried, and two of them side by side with the paired test."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from evigate.gate import views
from evigate.gate.compare import Comparison, RuleDifference
from evigate.gate.desk import Gate
from evigate.gate.trials import compare_kept, list_trials
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw


def trial_pages(routes: APIRouter, gate: Gate, doors: Doors, draw: Draw) -> None:
    """Add the page of trials."""
    visitor_of = Depends(doors.visitor)

    @routes.get("/trials")
    async def trials(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        first: UUID | None = None,
        second: UUID | None = None,
    ) -> Response:
        async with gate.database.tx(visitor.subject) as tx:
            found = await list_trials(tx)
            compared = (
                await compare_kept(tx, first, second)
                if first is not None and second is not None
                else None
            )
        context = {
            "trials": found,
            "first": first,
            "second": second,
            "comparison": None if compared is None else _shown(compared),
        }
        return await draw(request, "trials", context, active="reviews")


def _shown(found: Comparison) -> dict[str, Any]:
    return {
        "first_count": found.first_count,
        "second_count": found.second_count,
        "shared": found.shared,
        "rows": [_row(each) for each in found.rules],
    }


def _row(each: RuleDifference) -> dict[str, Any]:
    direction = "better" if each.difference > 0 else "worse"
    return {
        "rule": views.words_of(each.rule),
        "pairs": each.pairs,
        "first": each.first,
        "second": each.second,
        "difference": each.difference,
        "low": each.low,
        "high": each.high,
        "p_value": each.p_value,
        "verdict": direction if each.is_significant else None,
    }
