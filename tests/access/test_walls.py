"""Row-level security: every table and every view, as the app role, with another tenant and with none.

The tests walk the catalog, so a table that a later migration adds is tested the day it is added.
"""

import asyncio
import uuid
from typing import Any

import psycopg
import pytest
from tests.conftest import DEMO_PAPER

from evigate.base.subject import Subject, nobody
from evigate.boot import House
from evigate.papers import ReproduceOptions, Source

# Global vocabulary: the same rows for everybody, written by migrations alone.
SHARED_TABLES = {"kernel.event_types", "kernel.migrations", "gate.judge_floors"}
# Views that hold a vocabulary beside the tenant's own rows.
WITH_VOCABULARY = {"jammi.evidence_channels", "jammi.evidence_channel_columns"}
SCHEMAS = (
    "kernel",
    "agents",
    "evidence",
    "gate",
    "papers",
    "learning",
    "studio",
    "engine",
    "p2n",
    "jammi",
    "learning_bank",
    "praetor",
)

RELATIONS = """
  SELECT n.nspname || '.' || c.relname AS name, c.relkind, c.relrowsecurity, c.relforcerowsecurity,
         coalesce('security_invoker=true' = ANY(c.reloptions), false) AS is_invoker,
         EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') AS has_tenant
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v') AND n.nspname = ANY(%s) ORDER BY 1
"""


async def relations(house: House) -> list[dict[str, Any]]:
    async with house.database.maintenance("test") as tx:
        return await (await tx.connection.execute(RELATIONS, (list(SCHEMAS),))).fetchall()


async def fill(house: House, subject: Subject) -> None:
    """Put a row of the tenant's into as many tables as the product's own verbs reach."""
    paper = await house.papers.ingest(subject, DEMO_PAPER.read_bytes(), Source("demo.pdf"))
    await house.papers.extract(subject, paper.id)
    options = ReproduceOptions(seeds=1, is_preapproved=True)
    await house.papers.reproduce(subject, options, paper_id=paper.id)
    await house.tenancy.create_token(subject, "t")
    await house.tenancy.make_link(subject)
    project = (await house.studio.create(subject, "A salon books by phone.")).project.id
    found = (await house.organisations.create(subject, "agency", "Agency")).organisation.id
    _, token = await house.engagements.invite(
        subject,
        found,
        f"kim@{subject.tenant_id}.test",
        resource=f"project:{project}",
        role="client",
    )
    await house.invitations.accept(token, user_agent=None)


async def test_every_table_with_a_tenant_has_a_forced_policy(house: House) -> None:
    for relation in await relations(house):
        if relation["relkind"] == "v":
            assert relation["is_invoker"], f"{relation['name']} is not security_invoker"
        elif relation["name"] not in SHARED_TABLES:
            assert relation["relrowsecurity"], f"{relation['name']} has no row-level security"
            assert relation["relforcerowsecurity"], f"{relation['name']} does not force it"


async def count_visible(house: House, subject: Subject, name: str) -> int | None:
    """Return how many rows the subject sees; None where it may not look at all."""
    try:
        async with house.database.tx(subject) as tx:
            row = await (
                await tx.connection.execute(f"SELECT count(*) AS n FROM {name}")
            ).fetchone()
            return int(row["n"]) if row else 0
    except psycopg.errors.InsufficientPrivilege:
        return None


async def test_another_tenant_and_no_tenant_see_nothing(
    house: House, owner: Subject, stranger: Subject
) -> None:
    seen_before = {
        each["name"]: await count_visible(house, stranger, each["name"])
        for each in await relations(house)
    }
    await fill(house, owner)
    filled = 0
    for name, before in seen_before.items():
        if name in SHARED_TABLES:
            continue
        mine = await count_visible(house, owner, name)
        filled += bool(mine)
        assert await count_visible(house, stranger, name) == before, f"{name} shows another tenant"
        if name not in WITH_VOCABULARY:
            assert not await count_visible(house, nobody(), name), f"{name} shows rows to nobody"
    assert filled >= 30, "the test filled too few tables to mean anything"


async def test_nothing_can_be_written_into_another_tenant(
    house: House, owner: Subject, stranger: Subject
) -> None:
    await fill(house, owner)
    for relation in await relations(house):
        name = relation["name"]
        if not relation["has_tenant"] or relation["relkind"] == "v":
            continue
        for statement in (
            f"UPDATE {name} SET tenant_id = tenant_id WHERE tenant_id = %(victim)s",
            f"DELETE FROM {name} WHERE tenant_id = %(victim)s",
            f"INSERT INTO {name} (tenant_id) VALUES (%(victim)s)",
        ):
            try:
                async with house.database.tx(stranger) as tx:
                    done = await tx.connection.execute(statement, {"victim": owner.tenant_id})
                    assert done.rowcount == 0, f"{statement} touched {done.rowcount} rows"
            except psycopg.errors.InsufficientPrivilege:
                pass  # refused by grant or policy
            except (
                psycopg.errors.NotNullViolation,
                psycopg.errors.ForeignKeyViolation,
                psycopg.errors.CheckViolation,
            ):
                # NOT NULL and triggers come before the policy; whole rows are tried below.
                assert statement.startswith("INSERT")


async def test_a_whole_row_for_another_tenant_is_refused(
    house: House, owner: Subject, stranger: Subject
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        async with house.database.tx(stranger) as tx:
            await tx.connection.execute(
                "INSERT INTO evidence.modules (tenant_id, title, purpose) VALUES (%s, 'x', 'paper')",
                (owner.tenant_id,),
            )


async def test_a_foreign_key_does_not_reach_into_another_tenant(
    house: House, owner: Subject, stranger: Subject
) -> None:
    paper = await house.papers.ingest(owner, DEMO_PAPER.read_bytes(), Source("demo.pdf"))
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        async with house.database.tx(stranger) as tx:
            await tx.connection.execute(
                "INSERT INTO papers.claims (paper_id, metric_name, metric_value, source_citation, confidence)"
                " VALUES (%s, 'accuracy', 1, 'p.1', 1)",
                (paper.id,),
            )


async def test_the_app_role_owns_nothing_and_bypasses_nothing(house: House) -> None:
    def look() -> tuple[Any, ...]:
        with psycopg.connect(house.urls.app) as connection:
            found = connection.execute(
                "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole,"
                " (SELECT count(*) FROM pg_class WHERE relowner = r.oid)"
                " FROM pg_roles r WHERE rolname = current_user"
            ).fetchone()
            assert found is not None
            return found

    assert await asyncio.to_thread(look) == ("evigate_app", False, False, False, 0)


async def test_jobs_of_another_tenant_can_be_neither_seen_nor_touched(
    house: House, owner: Subject, stranger: Subject
) -> None:
    from evigate.kernel.jobs import cancel_job, enqueue, list_jobs, retry_job

    async with house.database.tx(owner) as tx:
        job_id = await enqueue(tx, "papers.reproduce", {"run_id": str(uuid.uuid4())})
    async with house.database.tx(stranger) as tx:
        assert await list_jobs(tx) == []
        assert not await cancel_job(tx, job_id)
        assert not await retry_job(tx, job_id)
    async with house.database.tx(owner) as tx:
        assert [job.id for job in await list_jobs(tx)] == [job_id]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with house.database.tx(owner) as tx:
            await tx.connection.execute("SELECT * FROM procrastinate.procrastinate_jobs")


async def test_the_operators_functions_are_not_the_apps(house: House, owner: Subject) -> None:
    """Nothing that lists or suspends tenants may be called with the app's rights."""
    async with house.database.tx(owner) as tx:
        rows = await (
            await tx.connection.execute(
                "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
                " WHERE n.nspname = 'kernel' AND p.proname ~ 'tenant'"
                " AND has_function_privilege(p.oid, 'EXECUTE')"
            )
        ).fetchall()
    assert [row["proname"] for row in rows] == ["current_tenant"]
