"""Planning by HTTP, by command and by page: the same verbs, and 404 for another tenant."""

import asyncio
import json
from typing import Any

import httpx
import psycopg
import pytest
from tests.integration.studio.projects import answered, curated, discovered, planned
from typer.testing import CliRunner

from evigate.base.subject import Subject
from evigate.boot import House, Settings
from evigate.cli.main import build_app
from evigate.studio.planning.counting import stats_of

PROJECTS = "/api/v1/studio/projects"


async def test_a_plan_by_http(
    house: House, owner: Subject, client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    plan = await planned(house, owner)
    base = f"{PROJECTS}/{plan.project_id}"
    view = (await client.get(f"{base}/plan")).json()
    assert (
        view["line"].endswith("minutes")
        and view["stats"]["total"] == view["stats"]["need_you"] + (view["stats"]["high"])
    )
    told = (await client.get(f"{base}/plan/events")).text
    assert "Filling in what is known" in told and "run_complete" in told
    asked = {q["key"]: q for section in view["sections"] for q in section["questions"]}
    seen = asked["msg-reminder-when"]["version"]
    answer = f"{base}/plan/questions/msg-reminder-when/answer"
    body = {"value": "a day before", "version_seen": seen, "idempotency_key": "k"}
    assert (await client.post(answer, json=body)).status_code == 200
    assert (await client.post(answer, json=body)).status_code == 200
    late = await client.post(answer, json={"value": "an hour", "version_seen": seen})
    assert (late.status_code, late.json()["code"]) == (409, "E_QUESTION_STALE")
    assert late.json()["extra"]["present"] == "a day before"
    history = f"{base}/plan/questions/msg-reminder-when/answers"
    assert [each["raw"] for each in (await client.get(history)).json()] == ["a day before"]
    wrong = await client.post(
        f"{base}/plan/questions/deposit-taken/answer", json={"value": "perhaps"}
    )
    assert (wrong.status_code, wrong.json()["code"]) == (422, "E_QUESTION_ANSWER_INVALID")
    skip = await client.post(
        f"{base}/plan/questions/gen-languages", json={"action": "skip", "reason": "English"}
    )
    assert skip.status_code == 200
    taken = (await client.post(f"{base}/plan/accept", json={})).json()
    assert taken["stats"]["answered"] == view["stats"]["high"] + 1
    pattern = f"{base}/plan/patterns/row-ownership"
    assert (await client.post(pattern, json={"decision": "dismiss"})).status_code == 200
    drafted = (await client.post(f"{base}/planning/blueprint")).json()
    assert drafted["status"] == "draft" and drafted["findings"]
    blocked = await client.post(f"{base}/planning/blueprint/submit")
    assert (blocked.status_code, blocked.json()["code"]) == (409, "E_PLANNING_BLOCKED")

    assert (await other_client.get("/api/v1/studio/mistakes")).json() == []
    for method, path, sent in (
        ("POST", "plan", None),
        ("GET", "plan", None),
        ("GET", "plan/events", None),
        ("POST", "plan/accept", {}),
        ("POST", "plan/patterns/row-ownership", {"decision": "apply"}),
        ("POST", "plan/questions/gen-languages", {"action": "reopen"}),
        ("POST", "plan/questions/msg-reminder-when/answer", {"value": "x"}),
        ("GET", "plan/questions/msg-reminder-when/answers", None),
        ("POST", "planning/blueprint", None),
        ("GET", "planning/blueprint", None),
        ("POST", "planning/blueprint/submit", None),
        ("POST", "planning/blueprint/decide", {"decision": "reject", "reason": "x"}),
    ):
        told = await other_client.request(method, f"{base}/{path}", json=sent)
        assert (told.status_code, told.json()["code"]) == (404, "E_PROJECT_NOT_FOUND"), path


TABLES = (
    "studio.phase_passes", "studio.feature_seeds", "studio.seed_decisions", "studio.candidate_sets",
    "studio.curations", "studio.features", "studio.question_plans", "studio.plan_questions",
    "studio.answers", "studio.pattern_detections", "praetor.projects", "praetor.feature_seeds",
    "praetor.feature_curation_sessions", "praetor.feature_candidate_sets", "praetor.answers",
    "praetor.feature_selections", "praetor.question_plans", "praetor.plan_questions",
    "praetor.pattern_detections", "praetor.planning_artifacts", "praetor.feature_driven_plans",
    "praetor.plan_sections",
)  # fmt: skip


async def test_every_table_and_view_of_planning_shows_a_tenant_its_own_rows_alone(
    house: House, owner: Subject, stranger: Subject
) -> None:
    plan = await answered(house, owner)
    await house.planning_artifacts.draft(owner, plan.project_id, "blueprint")
    for table in TABLES:
        counts = []
        for subject in (owner, stranger):
            async with house.database.tx(subject) as tx:
                rows: Any = await tx.connection.execute(f"SELECT count(*) AS n FROM {table}")
                counts.append((await rows.fetchone())["n"])
        assert counts[0] > 0 and counts[1] == 0, table
    stats = stats_of(plan.questions)
    async with house.database.tx(owner) as tx:
        rows = await tx.connection.execute("SELECT * FROM praetor.question_plans")
        seen = await rows.fetchone()
        rows = await tx.connection.execute("SELECT * FROM praetor.projects")
        project = await rows.fetchone()
    assert seen["total_questions"] == stats.total
    assert seen["prefill_stats"]["high_confidence"] == stats.high
    assert seen["questions_by_feature"] == stats.by_feature
    assert project["discovery_completed_at"] >= project["discovery_started_at"]
    assert project["planning_started_at"] and project["planning_completed_at"] is None


async def test_the_database_refuses_to_change_candidates_and_answers(
    house: House, owner: Subject
) -> None:
    await answered(house, owner)
    for statement in (
        "UPDATE studio.candidate_sets SET candidates = '[]'",
        "DELETE FROM studio.candidate_sets",
        "UPDATE studio.answers SET value = '{\"raw\": 1}'",
        "DELETE FROM studio.answers",
        "DELETE FROM studio.feature_seeds",
        "UPDATE studio.phase_passes SET started_at = now()",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with house.database.tx(owner) as tx:
                await tx.connection.execute(statement)
    with pytest.raises(psycopg.errors.CheckViolation):
        async with house.database.tx(owner) as tx:
            await tx.connection.execute(
                "UPDATE studio.plan_questions SET status = 'suppressed', prefill = NULL,"
                " prefill_confidence = NULL, prefill_source = NULL, prefill_explanation = NULL"
                " WHERE is_required"
            )


async def test_a_project_goes_to_its_plan_by_command(
    house: House, owner: Subject, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = str((await discovered(house, owner)).project.id)
    done = str(await curated(house, owner))
    for name, value in (
        ("EVIGATE_DATA_DIR", str(settings.data_dir)),
        ("EVIGATE_KEY", settings.key),
        ("EVIGATE_DATABASE_URL", settings.database_url),
    ):
        monkeypatch.setenv(name, str(value))

    async def read(*words: str) -> str:
        found = await asyncio.to_thread(CliRunner().invoke, build_app(), ["studio", *words])
        assert found.exit_code == 0, (words, found.output, found.exception)
        return str(found.stdout)

    async def run(*words: str, code: int = 0) -> Any:
        def call() -> Any:
            found = CliRunner().invoke(build_app(), ["studio", *words, "--json"])
            assert found.exit_code == code, (words, found.output, found.exception)
            return json.loads(found.stdout) if code == 0 else found.exception

        return await asyncio.to_thread(call)

    assert (await run("phase", project))["phase"] == "DISCOVERY"
    assert (await run("advance", project))["phase"] == "FEATURE_SELECTION"
    back = await run("back", project, "DISCOVERY", "--reason", "more to say")
    assert back["phase"] == "DISCOVERY" and back["stale"] == []
    assert len(await run("gates", project)) == 7
    board = await run("features", "find", project)
    assert board["candidates"] and board["seeds"]
    board = await run("features", "select", project, "deposits", "--as", "must")
    assert {"deposits", "card-payments", "refunds"} == {each["key"] for each in board["features"]}
    await run("features", "change", project, "deposits", "--notes", "30 %")
    await run("features", "drop", project, "deposits")
    await run("features", "custom", project, "Own report", "--effort", "3")
    seed = board["seeds"][0]["key"]
    await run("features", "decide", project, seed, "met", "--reason", "it is a promise")
    assert (await run("features", "board", project))["effort"] == 3

    assert (await run("plan", "generate", done))["status"] == "succeeded"
    plan = await run("plan", "accept-all", done)
    assert plan["stats"]["answered"] > 0
    await run("plan", "answer", done, "msg-channels", "SMS; e-mail")
    assert (await run("plan", "answers", done, "msg-channels"))[0]["raw"] == ["SMS", "e-mail"]
    await run("plan", "question", done, "gen-languages", "skip")
    await run("plan", "pattern", done, "slot-hold", "apply")
    assert (await run("plan", "draft", done, "blueprint"))["status"] == "draft"
    error = await run("plan", "submit", done, "blueprint", code=1)
    assert "E_PLANNING_BLOCKED" in str(error)
    assert await run("plan", "mistakes") == []
    assert "One feature or more is chosen" in await read("gates", done)
    assert "Online booking" in await read("features", "board", done)
    assert "SMS, e-mail" in await read("plan", "show", done)
    assert "required and open" in await read("plan", "draft", done, "blueprint")
