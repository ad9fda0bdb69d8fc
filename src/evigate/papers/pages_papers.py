"""What the pages of papers show: the list, and one paper's claims beside its pages. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from evigate.kernel.http import PAGE_SIZE
from evigate.kernel.runs import Run
from evigate.papers.models import Claim, Paper, PlanRecord, Reproduction
from evigate.papers.verbs_papers import PaperLine

OPEN = ("queued", "running")


def list_context(
    lines: Sequence[PaperLine],
    *,
    before: object,
    upload_max_bytes: int,
    form: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the list's context from up to `PAGE_SIZE + 1` lines."""
    shown = lines[:PAGE_SIZE]
    return {
        "papers": [_line(line) for line in shown],
        "form": {"url": "", "error_file": None, "error_url": None, **(form or {})},
        "upload_max_bytes": upload_max_bytes,
        "is_busy": any(line.reproduction_status in OPEN for line in shown),
        "newer_href": "/papers" if before else None,
        "older_href": (f"/papers?before={shown[-1].paper.id}" if len(lines) > PAGE_SIZE else None),
    }


def _line(line: PaperLine) -> dict[str, Any]:
    paper = line.paper
    return {
        "title": paper.title,
        "authors": paper.authors,
        "arxiv_id": paper.arxiv_id,
        "status": line.reproduction_status or paper.status,
        "counts": (line.summary or {}).get("verdicts"),
        "claim_count": line.claim_count,
        "created_at": paper.created_at,
        "href": f"/papers/{paper.id}",
        "run_href": f"/runs/{line.reproduction_id}" if line.reproduction_id else None,
    }


def paper_context(
    paper: Paper,
    claims: Sequence[Claim],
    page_sizes: Sequence[tuple[float, float]],
    plans: Sequence[PlanRecord],
    journeys: Sequence[tuple[Reproduction, Run]],
    *,
    may_write: bool,
    may_delete: bool,
    hidden_count: int = 0,
) -> dict[str, Any]:
    """Return a paper's context; only pages with claims are shown, the first if there are none."""
    numbers = sorted({claim.draft.page for claim in claims}) or [1]
    newest = next(iter(journeys), None)
    is_busy = newest is not None and not newest[1].status.is_end
    return {
        "paper": {
            "title": paper.title,
            "authors": paper.authors,
            "arxiv_id": paper.arxiv_id,
            "arxiv_version": paper.arxiv_version,
            "doi": paper.doi,
            "status": paper.status,
            "page_count": paper.page_count,
            "created_at": paper.created_at,
            "pdf_href": f"/api/v1/papers/{paper.id}/pdf",
        },
        "groups": _groups(claims),
        "hidden_count": hidden_count,
        "all_href": f"/papers/{paper.id}?show=all",
        "edit_href": f"/papers/{paper.id}/claims" if may_write else None,
        "pages": [_sheet(paper, number, page_sizes[number - 1], claims) for number in numbers],
        "actions": _actions(
            paper,
            has_claims=bool(claims) or hidden_count > 0,
            is_busy=is_busy,
            has_report=any(journey.summary is not None for journey, _ in journeys),
            may_write=may_write,
            may_delete=may_delete,
        ),
        "plans": [
            {
                "label": f"Plan {len(plans) - index}",
                "status": plan.status,
                "href": f"/plans/{plan.id}",
                "report_href": None,
            }
            for index, plan in enumerate(plans)
        ],
        "runs": [
            {
                "label": f"Run {len(journeys) - index}",
                "status": run.status.value,
                "href": f"/runs/{journey.id}",
                "report_href": f"/runs/{journey.id}/report" if journey.summary else None,
            }
            for index, (journey, run) in enumerate(journeys)
        ],
    }


def _groups(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    """Claims by the table or passage that they stand in, in the order one reads the paper."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for claim in sorted(claims, key=_place):
        draft = claim.draft
        title = draft.cell.table if draft.cell else f"In the text, page {draft.page}"
        groups.setdefault(title, []).append(_claim(claim))
    return [{"title": title, "claims": found} for title, found in groups.items()]


def _place(claim: Claim) -> tuple[int, int, float]:
    """Page, line, column; boxes on one line differ by fractions of a point."""
    return claim.draft.page, round(claim.draft.box.y0), claim.draft.box.x0


def _claim(claim: Claim) -> dict[str, Any]:
    draft = claim.draft
    return {
        "id": claim.id,
        "dataset": draft.dataset,
        "split": draft.split,
        "metric": draft.metric,
        "value": draft.value,
        "units": draft.units,
        "method": draft.method,
        "row": draft.cell.row if draft.cell else None,
        "column": draft.cell.column if draft.cell else None,
        "quote": draft.quote,
        "citation": draft.source_citation,
        "page": draft.page,
        "confidence": draft.confidence,
        "is_own_method": draft.is_own_method,
    }


def claim_label(claim: Claim) -> str:
    """Return a claim in short: whose number, of what, how much."""
    draft = claim.draft
    value = f"{draft.value}{draft.units if draft.units == '%' else ' ' + (draft.units or '')}"
    return f"{draft.method or 'Method not named'}, {draft.metric} {value}".strip()


def _sheet(
    paper: Paper, number: int, size: tuple[float, float], claims: Sequence[Claim]
) -> dict[str, Any]:
    return {
        "number": number,
        "width": size[0],
        "height": size[1],
        "image_href": f"/api/v1/papers/{paper.id}/pages/{number}.png",
        "boxes": [
            {
                "claim_id": claim.id,
                "label": claim_label(claim),
                "x0": claim.draft.box.x0,
                "y0": claim.draft.box.y0,
                "x1": claim.draft.box.x1,
                "y1": claim.draft.box.y1,
            }
            for claim in claims
            if claim.draft.page == number
        ],
    }


def action(
    label: str, href: str, *, method: str = "post", tone: str = "plain", reason: str | None = None
) -> dict[str, Any]:
    """Return an action; one with a reason why not is shown and cannot be used."""
    return {
        "label": label,
        "method": method,
        "href": href,
        "tone": tone,
        "is_enabled": reason is None,
        "reason": reason,
    }


def _actions(
    paper: Paper,
    *,
    has_claims: bool,
    is_busy: bool,
    has_report: bool,
    may_write: bool,
    may_delete: bool,
) -> list[dict[str, Any]]:
    found = []
    if may_write:
        why_not = "A run of this paper is under way." if is_busy else None
        found.append(
            action("Reproduce", f"/papers/{paper.id}/reproduce", tone="primary", reason=why_not)
        )
        if not has_claims:
            found.append(action("Find claims", f"/papers/{paper.id}/claims"))
        else:
            found.append(action("Tell as a story", f"/papers/{paper.id}/story"))
    if has_report:
        found.append(action("Leaderboard", f"/papers/{paper.id}/leaderboard", method="get"))
    if may_delete:
        found.append(action("Delete…", f"/papers/{paper.id}/delete", method="get", tone="danger"))
    return found
