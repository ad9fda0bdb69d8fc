"""The verbs on portfolios, leaderboards and rankings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.access import require
from evigate.kernel.db import Tx, load_queries
from evigate.kernel.events import audit
from evigate.papers import store
from evigate.papers.compare.rankings import (
    Measured,
    Ranking,
    RankingVerdict,
    judge_ranking,
    rankings_in,
)
from evigate.papers.errors import E_RANKING_INVALID, E_RANKING_NOT_FOUND
from evigate.papers.models import Claim, Direction, SeriesPoint
from evigate.papers.permissions import READ, WRITE
from evigate.papers.plan.models import Plan, parse_plan
from evigate.papers.portfolio.models import Portfolio, PortfolioFilter, PortfolioRow
from evigate.papers.recipes import find_metric
from evigate.papers.report.models import Report, ReportRow
from evigate.papers.verbs_papers import need_paper
from evigate.papers.verbs_versions import VersionVerbs

ROWS_MAX = 50_000

_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Board:
    """Claims on one data set and metric, best claimed first, with their places in both orders."""

    dataset: str | None
    metric: str
    units: str | None
    rows: tuple[tuple[int, int | None, ReportRow], ...]


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """What held of one paper: boards of its numbers, and its rankings with their verdicts."""

    report: Report
    boards: tuple[Board, ...]
    rankings: tuple[RankingVerdict, ...]


class PortfolioVerbs(VersionVerbs):
    """What can be asked over all papers, and of one paper's numbers against each other."""

    async def portfolio(self, subject: Subject, chosen: PortfolioFilter | None = None) -> Portfolio:
        """Return the newest verdict on every claim of every paper, as far as the filter lets.

        Of a paper with a newer version only that counts.
        """
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            rows = await _queries.portfolio_rows(tx.connection, limit=ROWS_MAX)
        found = [PortfolioRow(**row) for row in rows]
        wanted = chosen or PortfolioFilter()
        choices: dict[str, list[Any]] = {
            "metric": sorted({row.metric_family for row in found}),
            "dataset": sorted({row.dataset for row in found if row.dataset}),
            "year": sorted({row.year for row in found if row.year}),
        }
        return Portfolio(tuple(row for row in found if wanted.keeps(row)), choices)

    async def leaderboard(self, subject: Subject, report: Report) -> Leaderboard:
        """Return what held of a report's paper, rankings tested on the report's run."""
        require(subject, READ)
        claims = [row.claim for row in report.rows]
        async with self.database.tx(subject) as tx:
            typed = await _typed(tx, report.paper.id, claims)
            points: list[SeriesPoint] = []
            if report.run is not None:
                points = await store.list_series(tx, report.run.id)
        plan = None if report.plan is None else parse_plan(report.plan.plan_json)
        stated = {(each.better.id, each.worse.id) for each in typed}
        listed = [
            *typed,
            *(r for r in rankings_in(claims) if (r.better.id, r.worse.id) not in stated),
        ]
        measured = measured_claims(claims, plan, points)
        verdicts = [
            judge_ranking(each, measured.get(each.better.id), measured.get(each.worse.id))
            for each in listed
        ]
        return Leaderboard(report, tuple(boards_of(report.rows)), tuple(verdicts))

    async def add_ranking(
        self,
        subject: Subject,
        paper_id: UUID,
        better_id: UUID,
        worse_id: UUID,
        note: str | None = None,
    ) -> UUID:
        """Say that a paper claims one number to beat another; again changes the note alone.

        Raises:
            EvigateError[E_PAPER_NOT_FOUND]: this tenant has none such.
            EvigateError[E_RANKING_INVALID]: they are not two claims of the paper on one metric.
        """
        require(subject, WRITE)
        async with self.database.tx(subject) as tx:
            await need_paper(tx, paper_id)
            claims = {claim.id: claim for claim in await store.list_claims(tx, paper_id)}
            _check_pair(claims, better_id, worse_id)
            row = await _queries.insert_ranking(
                tx.connection,
                paper_id=paper_id,
                better_id=better_id,
                worse_id=worse_id,
                note=note,
                created_by=subject.actor,
            )
            await audit(tx, "ranking_added", paper_id=str(paper_id), ranking_id=str(row["id"]))
        return UUID(str(row["id"]))

    async def remove_ranking(self, subject: Subject, paper_id: UUID, ranking_id: UUID) -> None:
        """Take a typed ranking back.

        Raises:
            EvigateError[E_RANKING_NOT_FOUND]: the paper has none such.
        """
        require(subject, WRITE)
        async with self.database.tx(subject) as tx:
            await need_paper(tx, paper_id)
            gone = await _queries.delete_ranking(tx.connection, id=ranking_id, paper_id=paper_id)
            if not gone:
                message = f"The paper has no ranking {str(ranking_id)!r}."
                raise EvigateError(E_RANKING_NOT_FOUND, message)
            await audit(tx, "ranking_removed", paper_id=str(paper_id), ranking_id=str(ranking_id))


def _check_pair(claims: Mapping[Any, Claim], better_id: UUID, worse_id: UUID) -> None:
    pair = [claims.get(better_id), claims.get(worse_id)]
    if better_id == worse_id or None in pair:
        message = "A ranking names two different claims of the paper."
        raise EvigateError(E_RANKING_INVALID, message)
    keys = {
        getattr(find_metric(each.draft.metric), "key", each.draft.metric) for each in pair if each
    }
    if len(keys) > 1:
        message = f"The two claims are of different metrics: {', '.join(sorted(keys))}."
        raise EvigateError(E_RANKING_INVALID, message)


async def _typed(tx: Tx, paper_id: UUID, claims: Sequence[Claim]) -> list[Ranking]:
    by_id: dict[Any, Claim] = {claim.id: claim for claim in claims}
    rows = await _queries.list_rankings(tx.connection, paper_id=paper_id)
    return [
        Ranking(by_id[row["better_id"]], by_id[row["worse_id"]], "typed", row["id"], row["note"])
        for row in rows
        if row["better_id"] in by_id and row["worse_id"] in by_id
    ]


def measured_claims(
    claims: Sequence[Claim], plan: Plan | None, points: Sequence[SeriesPoint]
) -> dict[Any, Measured]:
    """Return what a run measured of each claim, by the claim's id; others are absent."""
    if plan is None:
        return {}
    planned = {each.claim_id: each for each in plan.claims}
    final: dict[tuple[str, str | None], dict[int | None, float]] = {}
    for point in points:
        if point.step is None:
            name, _, seed = point.metric.partition("@")
            values = final.setdefault((name, point.split), {})
            values[int(seed) if seed.lstrip("-").isdecimal() else None] = float(point.value)
    found = {}
    for claim in claims:
        each = planned.get(str(claim.id))
        if each is None or each.model_id is None or each.metric_key is None:
            continue
        measured = final.get((f"{each.model_id}/{each.metric_key}", each.split or "test"))
        if measured:
            found[claim.id] = Measured(measured)
    return found


def boards_of(rows: Sequence[ReportRow]) -> list[Board]:
    """Return claims by data set, metric and split, best claimed first; ties share a place."""
    groups: dict[tuple[str | None, str, str | None], list[ReportRow]] = {}
    for row in rows:
        draft = row.claim.draft
        metric = find_metric(draft.metric)
        key = (draft.dataset, metric.title if metric else draft.metric, draft.split)
        groups.setdefault(key, []).append(row)
    boards = []
    for (dataset, name, _), group in groups.items():
        metric = find_metric(group[0].claim.draft.metric)
        sign = -1 if metric is None or metric.direction is Direction.MAXIMIZE else 1
        ordered = sorted(group, key=lambda row: sign * float(row.claim.draft.value))
        claimed = [sign * float(row.claim.draft.value) for row in ordered]
        seen = sorted(sign * float(r.gap.observed) for r in ordered if r.gap.observed is not None)
        placed = tuple(
            (
                1 + sum(other < value for other in claimed),
                None
                if row.gap.observed is None
                else 1 + sum(other < sign * float(row.gap.observed) for other in seen),
                row,
            )
            for row, value in zip(ordered, claimed, strict=True)
        )
        boards.append(
            Board(dataset, name, group[0].gap.units or group[0].claim.draft.units, placed)
        )
    return boards
