"""The verbs between two of a kind, and on how long things are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.ids import RunId, new_uuid
from evigate.base.subject import Subject
from evigate.kernel.access import require
from evigate.kernel.db import load_queries
from evigate.kernel.events import audit
from evigate.papers import store
from evigate.papers.between.models import (
    ClaimChange,
    RunComparison,
    claim_changes,
    facts_of,
    metrics_of,
    packages_of,
    plan_changes,
)
from evigate.papers.errors import E_RUNS_NOT_COMPARABLE, E_VERSION_INVALID
from evigate.papers.intake import Source
from evigate.papers.models import NotebookRun, Paper
from evigate.papers.permissions import DELETE, READ, RUN, WRITE
from evigate.papers.portfolio.verbs import PortfolioVerbs
from evigate.papers.verbs_papers import need_paper

SEEDS_MAX = 20
SWEPT_MAX = 500

_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Started:
    """One of several runs asked for at once."""

    seed: int
    run_id: RunId
    reproduction_id: RunId


@dataclass(frozen=True, slots=True)
class Versions:
    """A paper's neighbours among its versions."""

    older: UUID | None
    newer: UUID | None


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days runs and papers are kept; None for ever."""

    run_days: int | None = None
    paper_days: int | None = None
    updated_by: str | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep removed."""

    runs: int
    papers: int


class BetweenVerbs(PortfolioVerbs):
    """What can be done with two runs, many seeds, two versions, and what has grown old."""

    async def compare_runs(self, subject: Subject, one: UUID, other: UUID) -> RunComparison:
        """Set two notebook runs beside each other; a journey's id stands for its notebook run.

        Raises:
            EvigateError[E_RUN_NOT_FOUND]: this tenant has not both.
            EvigateError[E_RUNS_NOT_COMPARABLE]: one ran no notebook, or both are the same run.
        """
        require(subject, READ)
        before = await self._notebook_run(subject, one)
        after = await self._notebook_run(subject, other)
        if before.id == after.id:
            raise EvigateError(E_RUNS_NOT_COMPARABLE, "Both ids name the same run.")
        async with self.database.tx(subject) as tx:
            series = [await store.list_series(tx, run.id) for run in (before, after)]
            plans = [await store.get_plan(tx, run.plan_id) for run in (before, after)]
        locks = [await self._lock_of(subject, run.id) for run in (before, after)]
        metrics, curves = metrics_of(series[0], series[1])
        documents: list[dict[str, Any]] = [plan.plan_json if plan else {} for plan in plans]
        return RunComparison(
            before,
            after,
            facts_of(before, after),
            metrics,
            curves,
            packages_of(locks[0], locks[1]),
            plan_changes(documents[0], documents[1]),
        )

    async def _notebook_run(self, subject: Subject, run_id: UUID) -> NotebookRun:
        view = await self.get_run(subject, run_id)
        if view.notebook is None and view.reproduction and view.reproduction.run_id:
            view = await self.get_run(subject, view.reproduction.run_id)
        if view.notebook is None:
            message = f"The run {str(run_id)!r} has run no notebook."
            raise EvigateError(E_RUNS_NOT_COMPARABLE, message)
        return view.notebook

    async def _lock_of(self, subject: Subject, run_id: UUID) -> dict[str, Any] | None:
        assets = await self.assets_of_run(subject, run_id)
        if "environment" not in assets:
            return None
        found: dict[str, Any] = orjson.loads(
            await self.blob(subject, assets["environment"].checksum)
        )
        return found

    async def fan_out(
        self, subject: Subject, plan_id: UUID, seeds: Sequence[int]
    ) -> tuple[UUID, list[Started]]:
        """Run an approved plan once for each seed, all at once; returns the batch's id.

        Workers take them up in turn with other tenants' runs.

        Raises:
            EvigateError[E_INVALID]: no seed, one twice, or more than `SEEDS_MAX`.
            EvigateError[E_PLAN_NOT_MATERIALIZED]: there is no approved notebook.
        """
        require(subject, RUN)
        if not 1 <= len(seeds) <= SEEDS_MAX or len(set(seeds)) < len(seeds):
            raise EvigateError(E_INVALID, f"Name 1 to {SEEDS_MAX} different seeds.")
        batch_id = new_uuid()
        started = []
        for seed in seeds:
            run_id, journey = await self.run_plan(subject, plan_id, seed=seed, batch_id=batch_id)
            started.append(Started(seed, run_id, journey))
        return batch_id, started

    async def take_version(
        self, subject: Subject, paper_id: UUID, data: bytes, source: Source
    ) -> tuple[Paper, list[ClaimChange]]:
        """Take in a newer version of a paper beside the old, and say what became of its claims.

        The old one stays as it is, with its runs; portfolios count the newest.

        Raises:
            EvigateError[E_PAPER_NOT_FOUND]: this tenant has none such.
            EvigateError[E_VERSION_INVALID]: the bytes are the paper's own, or of an older version.
        """
        require(subject, WRITE)
        older = await self.get_paper(subject, paper_id)
        newer = await self.ingest(subject, data, source)
        chain = await self._chain(subject, older.id)
        if newer.id in chain:
            message = "These bytes are this paper, or an older version of it."
            raise EvigateError(E_VERSION_INVALID, message)
        async with self.database.tx(subject) as tx:
            await _queries.set_supersedes(tx.connection, older=older.id, newer=newer.id)
            await audit(tx, "paper_versioned", paper_id=str(newer.id), supersedes=str(older.id))
        return newer, await self.version_changes(subject, older.id, newer.id)

    async def versions(self, subject: Subject, paper_id: UUID) -> Versions:
        """Return which versions stand before and after a paper."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            await need_paper(tx, paper_id)
            row = await _queries.get_supersedes(tx.connection, id=paper_id)
        assert row is not None
        return Versions(row["supersedes"], row["superseded_by"])

    async def version_changes(
        self, subject: Subject, older_id: UUID, newer_id: UUID
    ) -> list[ClaimChange]:
        """Return what became of each claim between two papers; finds the claims where needed."""
        require(subject, READ)
        sides = []
        for each in (older_id, newer_id):
            claims = await self.list_claims(subject, each)
            sides.append(claims or await self.extract(subject, each))
        return claim_changes(sides[0], sides[1])

    async def _chain(self, subject: Subject, paper_id: UUID) -> set[UUID]:
        found: set[UUID] = set()
        at: UUID | None = paper_id
        while at is not None and at not in found:
            found.add(at)
            at = (await self.versions(subject, at)).older
        return found

    async def retention(self, subject: Subject) -> Retention:
        """Return for how long this tenant keeps things."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            row = await _queries.get_retention(tx.connection)
        return Retention() if row is None else Retention(**row)

    async def set_retention(
        self, subject: Subject, *, run_days: int | None, paper_days: int | None
    ) -> Retention:
        """Say for how many days runs and papers are kept; None keeps them for ever."""
        require(subject, DELETE)
        for name, days in (("run_days", run_days), ("paper_days", paper_days)):
            if days is not None and not 1 <= days <= 36_500:
                raise EvigateError(E_INVALID, f"{name} is {days}; it is 1 to 36500, or none.")
        async with self.database.tx(subject) as tx:
            await _queries.put_retention(
                tx.connection,
                run_days=run_days,
                paper_days=paper_days,
                updated_by=subject.actor,
            )
            await audit(tx, "retention_set", run_days=run_days, paper_days=paper_days)
        return await self.retention(subject)

    async def sweep_old(self, subject: Subject) -> Swept:
        """Remove what is older than this tenant keeps; at most `SWEPT_MAX` of each at once.

        Of each paper the newest journey with a report stays while the paper does; what is under
        way stays. A journey that made a plan keeps its verdicts and loses its run's files. Bytes
        go with the next sweep of blobs.
        """
        require(subject, DELETE)
        kept = await self.retention(subject)
        runs = papers = 0
        if kept.run_days is not None:
            async with self.database.tx(subject) as tx:
                rows = await _queries.old_journeys(
                    tx.connection, days=kept.run_days, limit=SWEPT_MAX
                )
                for row in rows:
                    files = await _queries.digests_of_journey(tx.connection, id=row["id"])
                    if row["has_made"]:
                        # The plan and its notebook hang off this journey: its files go alone.
                        await _queries.delete_run_assets(tx.connection, run_id=row["run_id"])
                    else:
                        # The notebook run is the journey's child and goes with it.
                        await store.remove_journeys(tx, [row["id"]])
                    await store.forget_blobs(tx, [each["sha256"] for each in files])
                runs = len(rows)
        if kept.paper_days is not None:
            async with self.database.tx(subject) as tx:
                rows = await _queries.old_papers(
                    tx.connection, days=kept.paper_days, limit=SWEPT_MAX
                )
            for row in rows:
                await self.delete_paper(subject, row["id"])
            papers = len(rows)
        async with self.database.tx(subject) as tx:
            await audit(tx, "retention_swept", runs=runs, papers=papers)
        return Swept(runs, papers)
