"""Schema document 001 in the database itself: each CHECK, UNIQUE and foreign key is tried and refused.

The tests write SQL as the app role, past every service, into a paper with a plan, an approved
notebook and a run.
"""

import uuid
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from tests.conftest import DEMO_PAPER

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.papers import ReproduceOptions, Source

CHECK = psycopg.errors.CheckViolation
UNIQUE = psycopg.errors.UniqueViolation
FOREIGN = psycopg.errors.ForeignKeyViolation
NOT_NULL = psycopg.errors.NotNullViolation


@dataclass(frozen=True)
class Rows:
    """Ids to refer to: a paper, its plan with an approved notebook, and a run of it."""

    paper: uuid.UUID
    plan: uuid.UUID
    run: uuid.UUID
    nobody: uuid.UUID


@pytest.fixture
async def rows(house: House, owner: Subject) -> Rows:
    service = house.papers
    paper = await service.ingest(owner, DEMO_PAPER.read_bytes(), Source("demo.pdf"))
    await service.extract(owner, paper.id)
    plan = await service.draft_plan(owner, paper.id, ReproduceOptions(seeds=1))
    async with house.database.tx(owner) as tx:
        from evigate.kernel.runs import create_run

        journey = await create_run(tx, "papers.reproduce", {})
        record = await service.record_plan(tx, paper.id, plan, journey)
    await service.materialize(owner, record.id)
    await service.approve(owner, record.id, "notebook", "for the test")
    async with house.database.tx(owner) as tx:
        run = uuid.uuid4()
        # As the schema document's users write it: no artifact, no base run.
        await tx.connection.execute(
            "INSERT INTO papers.runs (id, plan_id, paper_id, env_hash) VALUES (%s, %s, %s, 'h')",
            (run, record.id, paper.id),
        )
    return Rows(paper.id, record.id, run, uuid.uuid4())


async def refused(
    house: House, owner: Subject, statement: str, values: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        async with house.database.tx(owner) as tx:
            await tx.connection.execute(statement, values)


PAPER = (
    "INSERT INTO papers.papers (title, pdf_storage_path, vector_store_id, pdf_sha256, status)"
    " VALUES ('t', {path}, {store}, {sha}, {status})"
)
CLAIM = (
    "INSERT INTO papers.claims (paper_id, metric_name, metric_value, source_citation, confidence)"
    " VALUES ({paper}, 'accuracy', 1, 'Table 1', {confidence})"
)
PLAN = (
    "INSERT INTO papers.plans (paper_id, plan_json, budget_minutes, status)"
    " VALUES ({paper}, '{{}}', {budget}, {status})"
)
RUN = "INSERT INTO papers.runs (plan_id, paper_id, env_hash) VALUES ({plan}, {paper}, {env})"
SERIES = (
    "INSERT INTO papers.run_series (run_id, metric, split, step, value)"
    " VALUES ({run}, 'loss', {split}, {step}, 1)"
)
STORY = (
    "INSERT INTO papers.storyboards (paper_id, run_id, storyboard_json, storage_path)"
    " VALUES ({paper}, {run}, '{{}}', {path})"
)
ASSET = (
    "INSERT INTO papers.assets (paper_id, plan_id, run_id, kind, storage_path)"
    " VALUES ({paper}, {plan}, {run}, {kind}, 'x')"
)
EVAL = (
    "INSERT INTO papers.evals (paper_id, run_id, metric_name, claimed, observed, gap_percent,"
    " gap_abs, direction) VALUES ({paper}, {run}, 'accuracy', 1, 1, 0, 0, {direction})"
)
P, L, R, N = "%(paper)s", "%(plan)s", "%(run)s", "%(nobody)s"

REFUSALS = [
    ("papers path", PAPER.format(path="'x/1.pdf'", store="'a'", sha="'1'", status="'ready'"), CHECK),
    ("papers status", PAPER.format(path="'papers/1'", store="'a'", sha="'1'", status="'new'"), CHECK),
    (
        "papers sha256 twice",
        PAPER.format(
            path="'papers/1'",
            store="'a'",
            sha="(SELECT pdf_sha256 FROM papers.papers LIMIT 1)",
            status="'ready'",
        ),
        UNIQUE,
    ),
    (
        "papers store twice",
        PAPER.format(
            path="'papers/1'",
            store="(SELECT vector_store_id FROM papers.papers LIMIT 1)",
            sha="'1'",
            status="'ready'",
        ),
        UNIQUE,
    ),
    ("papers title missing", PAPER.replace("'t'", "NULL").format(
        path="'papers/1'", store="'a'", sha="'1'", status="'ready'"), NOT_NULL),
    ("claims confidence above", CLAIM.format(paper=P, confidence="1.01"), CHECK),
    ("claims confidence below", CLAIM.format(paper=P, confidence="-0.01"), CHECK),
    ("claims paper unknown", CLAIM.format(paper=N, confidence="1"), FOREIGN),
    ("plans budget 0", PLAN.format(paper=P, budget="0", status="'draft'"), CHECK),
    ("plans budget 121", PLAN.format(paper=P, budget="121", status="'draft'"), CHECK),
    ("plans status", PLAN.format(paper=P, budget="20", status="'done'"), CHECK),
    ("plans paper unknown", PLAN.format(paper=N, budget="20", status="'draft'"), FOREIGN),
    ("runs env_hash missing", RUN.format(plan=L, paper=P, env="NULL"), NOT_NULL),
    ("runs plan unknown", RUN.format(plan=N, paper=P, env="'h'"), FOREIGN),
    ("runs paper unknown", RUN.format(plan=L, paper=N, env="'h'"), FOREIGN),
    ("runs status", f"UPDATE papers.runs SET status = 'pending' WHERE id = {R}", CHECK),
    (
        "runs started before created",
        f"UPDATE papers.runs SET started_at = created_at - interval '1 s' WHERE id = {R}",
        CHECK,
    ),
    (
        "runs completed before started",
        "UPDATE papers.runs SET started_at = created_at + interval '2 s',"
        f" completed_at = created_at + interval '1 s' WHERE id = {R}",
        CHECK,
    ),
    ("runs duration", f"UPDATE papers.runs SET duration_sec = -1 WHERE id = {R}", CHECK),
    ("series run unknown", SERIES.format(run=N, split="'test'", step="1"), FOREIGN),
    ("storyboards path", STORY.format(paper=P, run="NULL", path="'x/1'"), CHECK),
    ("storyboards paper unknown", STORY.format(paper=N, run="NULL", path="'storyboards/1'"), FOREIGN),
    ("storyboards run unknown", STORY.format(paper=P, run=N, path="'storyboards/1'"), FOREIGN),
    ("assets kind", ASSET.format(paper=P, plan="NULL", run="NULL", kind="'video'"), CHECK),
    ("assets no parent", ASSET.format(paper="NULL", plan="NULL", run="NULL", kind="'pdf'"), CHECK),
    ("assets two parents", ASSET.format(paper=P, plan=L, run="NULL", kind="'logs'"), CHECK),
    ("assets paper unknown", ASSET.format(paper=N, plan="NULL", run="NULL", kind="'logs'"), FOREIGN),
    ("assets plan unknown", ASSET.format(paper="NULL", plan=N, run="NULL", kind="'logs'"), FOREIGN),
    ("assets run unknown", ASSET.format(paper="NULL", plan="NULL", run=N, kind="'logs'"), FOREIGN),
    ("assets second pdf", ASSET.format(paper=P, plan="NULL", run="NULL", kind="'pdf'"), UNIQUE),
    ("assets second notebook", ASSET.format(paper="NULL", plan=L, run="NULL", kind="'notebook'"), UNIQUE),
    (
        "assets second requirements",
        ASSET.format(paper="NULL", plan=L, run="NULL", kind="'requirements'"),
        UNIQUE,
    ),
    ("evals direction", EVAL.format(paper=P, run=R, direction="'up'"), CHECK),
    ("evals paper unknown", EVAL.format(paper=N, run=R, direction="NULL"), FOREIGN),
    ("evals run unknown", EVAL.format(paper=P, run=N, direction="NULL"), FOREIGN),
]  # fmt: skip

TWICE = [
    ("series point", SERIES.format(run=R, split="'test'", step="1")),
    ("series final value", SERIES.format(run=R, split="NULL", step="NULL")),
    ("run metrics", ASSET.format(paper="NULL", plan="NULL", run=R, kind="'metrics'")),
    ("run logs", ASSET.format(paper="NULL", plan="NULL", run=R, kind="'logs'")),
    ("run events", ASSET.format(paper="NULL", plan="NULL", run=R, kind="'events'")),
    ("eval of a metric", EVAL.format(paper=P, run=R, direction="'maximize'")),
]


async def test_what_the_document_forbids_is_refused(
    house: House, owner: Subject, rows: Rows
) -> None:
    values = {"paper": rows.paper, "plan": rows.plan, "run": rows.run, "nobody": rows.nobody}
    for name, statement, error in REFUSALS:
        try:
            await refused(house, owner, statement, values, error)
        except (AssertionError, pytest.fail.Exception, psycopg.Error) as failure:
            raise AssertionError(f"{name}: {failure}") from failure


async def test_what_may_be_once_is_refused_a_second_time(
    house: House, owner: Subject, rows: Rows
) -> None:
    values = {"paper": rows.paper, "plan": rows.plan, "run": rows.run}
    for _, statement in TWICE:
        async with house.database.tx(owner) as tx:
            await tx.connection.execute(statement, values)
        await refused(house, owner, statement, values, UNIQUE)


async def test_event_types_are_the_six_and_seq_rises_by_one(
    house: House, owner: Subject, rows: Rows
) -> None:
    from evigate.kernel.events import NewEvent, append_events

    async with house.database.tx(owner) as tx:
        for type_ in (
            "stage_update",
            "log_line",
            "progress",
            "metric_update",
            "sample_pred",
            "error",
        ):
            await append_events(tx, "notebook_run", rows.run, [NewEvent(type_, {})])
    with pytest.raises(FOREIGN):
        async with house.database.tx(owner) as tx:
            await append_events(tx, "notebook_run", rows.run, [NewEvent("token", {})])
    async with house.database.tx(owner) as tx:
        found = await (
            await tx.connection.execute(
                "SELECT seq, event_type FROM p2n.run_events WHERE run_id = %s ORDER BY seq",
                (rows.run,),
            )
        ).fetchall()
    assert [row["seq"] for row in found] == [1, 2, 3, 4, 5, 6]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with house.database.tx(owner) as tx:
            await tx.connection.execute("UPDATE kernel.events SET payload = '{}'")


async def test_deleting_a_paper_takes_all_that_hangs_off_it(
    house: House, owner: Subject, rows: Rows
) -> None:
    async with house.database.tx(owner) as tx:
        await tx.connection.execute(
            STORY.format(paper=P, run=R, path="'storyboards/1'"),
            {"paper": rows.paper, "run": rows.run},
        )
        await tx.connection.execute("DELETE FROM papers.runs WHERE id = %s", (rows.run,))
        left = await (
            await tx.connection.execute("SELECT run_id FROM papers.storyboards")
        ).fetchone()
        assert left == {"run_id": None}, "a storyboard outlives its run"
    await house.papers.delete_paper(owner, rows.paper)
    async with house.database.tx(owner) as tx:
        for table in (
            "papers",
            "claims",
            "plans",
            "runs",
            "run_series",
            "storyboards",
            "assets",
            "evals",
        ):
            row = await (
                await tx.connection.execute(f"SELECT count(*) AS n FROM papers.{table}")
            ).fetchone()
            assert row == {"n": 0}, table


async def test_triggers_keep_updated_at_and_duration(
    house: House, owner: Subject, rows: Rows
) -> None:
    async with house.database.tx(owner) as tx:
        before = await (
            await tx.connection.execute("SELECT updated_at FROM papers.papers")
        ).fetchone()
    async with house.database.tx(owner) as tx:
        await tx.connection.execute("UPDATE papers.papers SET title = 'renamed'")
        after = await (
            await tx.connection.execute("SELECT updated_at FROM papers.papers")
        ).fetchone()
        assert before and after and after["updated_at"] > before["updated_at"]
        await tx.connection.execute(
            "UPDATE papers.runs SET started_at = created_at + interval '1 s',"
            " completed_at = created_at + interval '8 s', status = 'succeeded' WHERE id = %s",
            (rows.run,),
        )
        run = await (
            await tx.connection.execute("SELECT run_id, duration_sec FROM p2n.latest_runs")
        ).fetchone()
        summary = await (
            await tx.connection.execute("SELECT succeeded_run_count FROM p2n.paper_summary")
        ).fetchone()
    assert run == {"run_id": rows.run, "duration_sec": 7}
    assert summary == {"succeeded_run_count": 1}


async def test_only_an_approved_notebook_may_run(house: House, owner: Subject, rows: Rows) -> None:
    values = {"plan": rows.plan, "paper": rows.paper}
    async with house.database.tx(owner) as tx:
        row = await (
            await tx.connection.execute(
                "SELECT notebook_artifact_id AS id FROM papers.plans WHERE id = %(plan)s", values
            )
        ).fetchone()
        assert row is not None
        from evigate.gate import retire

        await retire(tx, row["id"], "withdrawn for the test")
    await refused(house, owner, RUN.format(plan=L, paper=P, env="'h'"), values, FOREIGN)
    for statement in (
        "UPDATE gate.artifacts SET status = 'APPROVED'",
        "INSERT INTO gate.approvals (artifact_id, content_hash, approved_by)"
        " SELECT id, content_hash, 'me' FROM gate.artifacts",
        "UPDATE gate.approvals SET withdrawn_at = NULL",
    ):
        await refused(house, owner, statement, {}, psycopg.errors.InsufficientPrivilege)
