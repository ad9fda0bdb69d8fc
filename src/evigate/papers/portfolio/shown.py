"""What pages, API and command line show of leaderboards."""

from typing import Any
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.papers.compare.rankings import RankingVerdict, by_verdict
from evigate.papers.errors import E_REPORT_NO_RUNS
from evigate.papers.portfolio.verbs import Leaderboard, PortfolioVerbs
from evigate.papers.report import Report, build_report


async def newest_report(service: PortfolioVerbs, subject: Subject, paper_id: UUID) -> Report:
    """Return the paper's newest report.

    Raises:
        EvigateError[E_PAPER_NOT_FOUND]: this tenant has none such.
        EvigateError[E_REPORT_NO_RUNS]: none of its reproductions has come to its end.
    """
    await service.get_paper(subject, paper_id)
    for journey, _ in await service.list_reproductions(subject, paper_id=paper_id):
        if journey.summary is not None:
            return await build_report(service, subject, journey.id)
    raise EvigateError(E_REPORT_NO_RUNS, "No reproduction of this paper has come to its end.")


def ranking_json(verdict: RankingVerdict) -> dict[str, Any]:
    """Return a ranking with its verdict as JSON values."""
    ranking = verdict.ranking
    better, worse = ranking.better.draft, ranking.worse.draft
    return {
        "id": None if ranking.id is None else str(ranking.id),
        "origin": ranking.origin,
        "note": ranking.note,
        "better": better.method,
        "better_claim_id": str(ranking.better.id),
        "worse": worse.method,
        "worse_claim_id": str(ranking.worse.id),
        "dataset": better.dataset,
        "metric": better.metric,
        "claimed_difference": verdict.claimed_difference,
        "difference": verdict.difference,
        "low": verdict.low,
        "high": verdict.high,
        "is_paired": verdict.is_paired,
        "seeds_count": verdict.seeds_count,
        "verdict": verdict.verdict.value,
        "reason": verdict.reason,
    }


def leaderboard_json(board: Leaderboard) -> dict[str, Any]:
    """Return a leaderboard as JSON values."""
    return {
        "paper_id": str(board.report.paper.id),
        "reproduction_id": str(board.report.reproduction_id),
        "claims": board.report.counts,
        "rankings_count": by_verdict(board.rankings),
        "boards": [
            {
                "dataset": each.dataset,
                "metric": each.metric,
                "units": each.units,
                "rows": [
                    {"claimed_place": claimed, "observed_place": observed, **row.to_json()}
                    for claimed, observed, row in each.rows
                ],
            }
            for each in board.boards
        ],
        "rankings": [ranking_json(each) for each in board.rankings],
    }
