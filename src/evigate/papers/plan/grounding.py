"""The guardrail: a plan's quotes stand where it says, its data may be used, its time suffices."""

import re
from collections.abc import Iterable

from evigate.base.errors import EvigateError
from evigate.evidence import ParsedDocument, quote_is_on_page
from evigate.papers.errors import E_PLAN_GUARDRAIL_FAILED
from evigate.papers.plan.models import Assumption, Citation, Plan

_PAGE = re.compile(r"\bp(?:age|g)?\.?\s*(\d+)", re.IGNORECASE)


def _quotes(plan: Plan) -> Iterable[tuple[str, str, int | None]]:
    """Every quote with the place in the plan and its page; the page is None if none is named."""
    for name in ("dataset", "model", "config"):
        justification = getattr(plan.justifications, name)
        match = _PAGE.search(justification.citation)
        page = int(match[1]) if match else None
        yield f"justifications.{name}", justification.quote, page
    for citation in plan.citations:
        yield f"citations.{citation.field}", citation.quote, citation.page
    for model in plan.models:
        for citation in model.citations:
            yield f"models.{model.id}.{citation.field}", citation.quote, citation.page


def keep_grounded(
    citations: Iterable[Citation], document: ParsedDocument
) -> tuple[list[Citation], list[Assumption]]:
    """
    Keep the citations whose words stand on their page; the others become assumptions.

    A value may be read rightly from words that cannot be found again letter by letter, for example
    a heading put together from two lines; then nobody may be told that the paper says so.
    """
    pages = {page.number: page for page in document.pages}
    kept, demoted = [], []
    for citation in citations:
        page = pages.get(citation.page)
        if page is not None and quote_is_on_page(page, citation.quote):
            kept.append(citation)
            continue
        reason = f"read on page {citation.page}, where the exact words could not be found again"
        demoted.append(Assumption(field=citation.field, value=citation.value, reason=reason))
    return kept, demoted


def find_ungrounded(plan: Plan, document: ParsedDocument) -> list[str]:
    """
    Return the places in the plan whose quote is not on the page they cite, in the plan's order.

    A quote without a page may stand on any page; white space does not count.
    """
    pages = {page.number: page for page in document.pages}
    wrong = []
    for place, quote, number in _quotes(plan):
        candidates = (
            list(pages.values()) if number is None else [pages[n] for n in (number,) if n in pages]
        )
        if not any(quote_is_on_page(page, quote) for page in candidates):
            wrong.append(place)
    return wrong


def check_plan(plan: Plan, document: ParsedDocument) -> None:
    """
    Let a plan pass, or say what holds it back.

    Raises:
        EvigateError[E_PLAN_GUARDRAIL_FAILED]: a quote is not on its page, a licence is not known to
            allow use, or the estimate is above the budget; `detail["faults"]` lists all.
    """
    faults = [
        f"{place}: the quote is not on the cited page" for place in find_ungrounded(plan, document)
    ]
    if not plan.license_compliant:
        faults.append("license_compliant: the data's licence is not known to allow use")
    if plan.estimated_runtime_minutes > plan.policy.budget_minutes:
        faults.append("estimated_runtime_minutes: above policy.budget_minutes")
    if faults:
        message = f"The plan fails {len(faults)} checks; the first: {faults[0]}."
        raise EvigateError(E_PLAN_GUARDRAIL_FAILED, message, detail={"faults": faults})
