"""The database holds the gate: each way round it, tried in raw SQL as the app role."""

import uuid
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.integration.gate.conftest import (
    ADVICE,
    HARD,
    HEART,
    KIND,
    SOFT,
    STRONG,
    WEAK,
    Bench,
    make_bench,
)

from evigate.base.errors import EvigateError
from evigate.base.ids import TenantId
from evigate.base.subject import Subject, job_subject
from evigate.boot import House
from evigate.gate.artifacts import recite
from evigate.gate.models import NewCitation, Verdict
from evigate.gate.reviews import give_verdict, list_review_tasks, open_review, waive_fail
from evigate.gate.suites import NewRule

DENIED = psycopg.errors.InsufficientPrivilege
STATE = psycopg.errors.ObjectNotInPrerequisiteState

DIRECT = {
    "an artifact made without the function": (
        "INSERT INTO gate.artifacts (module_id, kind, key, version, status, schema_version,"
        " artifact_payload, content_hash, evidence_version, run_id) SELECT module_id, kind, 'x', 1,"
        " 'APPROVED', '1', '{{}}', content_hash, 'e', run_id FROM gate.artifacts WHERE id = '{a}'"
    ),
    "a status written": "UPDATE gate.artifacts SET status = 'APPROVED' WHERE id = '{a}'",
    "a content changed": "UPDATE gate.artifacts SET artifact_payload = '{{}}' WHERE id = '{a}'",
    "an artifact deleted": "DELETE FROM gate.artifacts WHERE id = '{a}'",
    "an approval written": (
        "INSERT INTO gate.approvals (artifact_id, content_hash, approved_by)"
        " VALUES ('{a}', 'h', 'me')"
    ),
    "a withdrawal undone": "UPDATE gate.approvals SET withdrawn_at = NULL",
    "the mover called": (
        "SELECT gate.move_artifact(kernel.current_tenant(), '{a}', 'APPROVED', 'because')"
    ),
    "a run followed by hand": (
        "SELECT gate.follow_run(kernel.current_tenant(), '{a}', '{a}', '{{}}', '{{}}')"
    ),
    "a review followed by hand": (
        "SELECT gate.follow_review(kernel.current_tenant(), '{a}', 'APPROVED', 'x')"
    ),
    "an eval run written": (
        "INSERT INTO gate.eval_runs (artifact_id, suite_id, judge_model, evidence_version, status,"
        " overall_pass, finished_at) VALUES ('{a}', '{s}', 'me', 'e', 'SUCCEEDED', true, now())"
    ),
    "an eval run changed": "UPDATE gate.eval_runs SET overall_pass = true",
    "a result written": (
        "INSERT INTO gate.eval_results (eval_run_id, rule_id, judge, judge_version, pass, score)"
        " VALUES ('{a}', '{a}', 'me', '1', true, 1)"
    ),
    "a result changed": "UPDATE gate.eval_results SET pass = true",
    "a citation written": (
        "INSERT INTO gate.citations (artifact_id, ordinal, module_id, document_id, chunk_sha256,"
        " page, start_char, quote) VALUES ('{a}', 9, '{a}', '{a}', 'x', 1, 0, 'q')"
    ),
    "a stale citation freshened": "UPDATE gate.citations SET state = 'fresh'",
    "a review written": (
        "INSERT INTO gate.reviews (task_id, artifact_id, eval_run_id, reviewer, verdict)"
        " VALUES ('{a}', '{a}', '{a}', 'me', 'APPROVED')"
    ),
    "a review task closed": (
        "UPDATE gate.review_tasks SET status = 'closed', outcome = 'APPROVED', closed_at = now()"
    ),
    "a waiver written": (
        "INSERT INTO gate.waivers (artifact_id, eval_type, evidence_version, reason, waived_by)"
        " VALUES ('{a}', 'SCHEMA_VALIDATION', 'e', 'x', 'me')"
    ),
    "a calibration asserted": (
        "INSERT INTO gate.judge_calibrations (judge, version, eval_type, dataset, n, negatives, auc)"
        " VALUES ('hunch', '1', 'GROUNDEDNESS', 'mine', 999, 400, 1.0)"
    ),
    "a floor lowered": "UPDATE gate.judge_floors SET floor = 0",
    "a run deleted with what it drafted": "DELETE FROM kernel.runs",
    "a run of another kind": "UPDATE kernel.runs SET kind = 'papers.plan'",
    "a module deleted with its bank": "DELETE FROM evidence.modules",
    "a module of another purpose": "UPDATE evidence.modules SET purpose = 'paper'",
    "a drafting run deleted": "DELETE FROM gate.generation_runs",
    "another author written": "UPDATE gate.generation_runs SET model = 'me', prompt_id = NULL",
    "a finding deleted": "DELETE FROM gate.findings",
    "a finding moved to another draft": "UPDATE gate.findings SET artifact_id = '{a}'",
    "a finding's name changed": "UPDATE gate.findings SET fingerprint = 'x', rule = 'y'",
    "everything truncated": "TRUNCATE gate.approvals CASCADE",
    "a trigger switched off": "ALTER TABLE gate.artifacts DISABLE TRIGGER ALL",
    "triggers skipped": "SET session_replication_role = replica",
    "another role taken": "SET ROLE service_role",
    "policies left": "ALTER TABLE gate.artifacts NO FORCE ROW LEVEL SECURITY",
}


@pytest.mark.parametrize("way", DIRECT)
async def test_no_statement_goes_round(bench: Bench, way: str) -> None:
    suite = await bench.suite(HARD)
    artifact = await bench.draft()
    with pytest.raises((DENIED, psycopg.errors.InvalidParameterValue)):
        await bench.sql(DIRECT[way].format(a=artifact, s=suite.id))
    assert await bench.status(artifact) == "PENDING_EVAL"


async def test_what_was_drafted_goes_with_no_run_and_no_module(bench: Bench) -> None:
    """The functions that remove a paper are no way to remove a bank."""
    artifact = await bench.draft()
    part = uuid.uuid4()
    await bench.sql("INSERT INTO kernel.runs (id, kind) VALUES (%s, 'papers.journey')", part)
    await bench.sql("SELECT kernel.remove_runs(%s)", [part])
    assert await bench.sql("SELECT 1 FROM kernel.runs WHERE id = %s", part) == []
    with pytest.raises(STATE, match="stays as long as what it drafted"):
        await bench.sql("SELECT kernel.remove_runs(%s)", [bench.run_id])
    course = uuid.uuid4()
    await bench.sql(
        "INSERT INTO evidence.modules (id, title, purpose) VALUES (%s, 'c', 'course')", course
    )
    with pytest.raises(STATE, match="only a paper's module"):
        await bench.sql("SELECT evidence.remove_module(%s)", course)
    learner = replace(bench.subject, role="learner")
    with pytest.raises(DENIED):
        await bench.sql("SELECT evidence.remove_module(%s)", bench.module_id, subject=learner)
    assert await bench.status(artifact) == "PENDING_EVAL"


async def test_what_a_drafting_run_brought_is_said_once(bench: Bench) -> None:
    await bench.sql(
        "INSERT INTO gate.generation_runs (id, module_id, agent_name, agent_version, model,"
        " store_name) VALUES (%s, %s, 'a', '1', 'm', 's')",
        bench.run_id,
        bench.module_id,
    )
    await bench.sql("UPDATE gate.generation_runs SET output_payload = '{\"n\": 1}'")
    with pytest.raises(STATE, match="written once"):
        await bench.sql("UPDATE gate.generation_runs SET output_payload = '{}', usage = '{}'")


async def test_a_finding_keeps_its_history(bench: Bench) -> None:
    artifact = await bench.draft()
    await bench.sql(
        "INSERT INTO gate.findings (artifact_id, fingerprint, rule, severity, message, seen_count)"
        " VALUES (%s, %s, 'R', 'error', 'm', 3)",
        artifact,
        "0" * 64,
    )
    await bench.sql("UPDATE gate.findings SET status = 'waived', waived_reason = 'known'")
    for way in (
        "UPDATE gate.findings SET status = 'open', waived_reason = NULL",
        "UPDATE gate.findings SET waived_reason = 'another'",
        "UPDATE gate.findings SET seen_count = 1",
        "UPDATE gate.findings SET last_seen_at = now() - interval '1 year'",
    ):
        with pytest.raises(STATE, match="keeps its history"):
            await bench.sql(way)


@pytest.mark.parametrize(
    "way",
    [
        "DELETE FROM gate.eval_rules WHERE suite_id = '{s}' AND hard_fail",
        "UPDATE gate.eval_rules SET hard_fail = false WHERE suite_id = '{s}'",
        "UPDATE gate.eval_rules SET suite_id = '{o}' WHERE suite_id = '{s}'",
    ],
)
async def test_a_suite_in_charge_keeps_its_hard_rules(bench: Bench, way: str) -> None:
    """Nobody has used it yet; weakened then, it would approve whatever its soft rules let by."""
    other = await bench.suite(HARD)
    suite = await bench.suite(HARD)
    with pytest.raises(STATE, match="in charge of a kind"):
        await bench.sql(way.format(s=suite.id, o=other.id))


async def decide(bench: Bench, artifact: uuid.UUID, status: str) -> Any:
    return await bench.sql("SELECT gate.decide_artifact(%s, %s, 'because')", artifact, status)


async def test_nothing_is_approved_that_no_suite_judged(bench: Bench) -> None:
    await bench.suite(HARD)
    artifact = await bench.draft()
    with pytest.raises(STATE, match="has not judged it"):
        await decide(bench, artifact, "APPROVED")


async def test_a_kind_that_no_suite_judges_is_never_approved(bench: Bench) -> None:
    artifact = await bench.draft()
    with pytest.raises(STATE, match=r"no suite judges test\.card"):
        await decide(bench, artifact, "APPROVED")


async def test_pass_is_derived_never_asserted(bench: Bench) -> None:
    suite = await bench.suite(HARD)
    artifact = await bench.draft()
    run = uuid.uuid4()
    claims = [
        {
            "eval_type": "SCHEMA_VALIDATION",
            "score": 0.2,
            "pass": True,
            "judge": "exactness",
            "judge_version": "1",
            "details": {},
        }
    ]
    await bench.sql(
        "SELECT gate.open_eval_run(%s, %s, %s, 'me', '{}', NULL, false)", run, artifact, suite.id
    )
    await bench.sql("SELECT gate.record_results(%s, %s)", run, Jsonb(claims))
    await bench.sql("SELECT gate.close_eval_run(%s)", run)
    rows = await bench.sql("SELECT pass FROM gate.eval_results WHERE eval_run_id = %s", run)
    assert rows[0]["pass"] is False
    assert await bench.status(artifact) == "REJECTED"


async def test_a_threshold_exactly_hit_passes(bench: Bench) -> None:
    suite = await bench.suite(HARD, SOFT)
    artifact = await bench.draft()
    outcome = await bench.judge(artifact, suite, SCHEMA_VALIDATION=1.0, ITEM_FLAWS=0.7)
    assert (outcome.overall_pass, outcome.needs_review) == (True, False)
    assert await bench.status(artifact) == "APPROVED"


async def test_a_maximum_exactly_hit_passes(bench: Bench) -> None:
    suite = await bench.suite(HARD, NewRule("DUPLICATION", max_score=0.85, hard_fail=False))
    first, second = await bench.draft("a"), await bench.draft("b")
    await bench.judge(first, suite, SCHEMA_VALIDATION=1.0, DUPLICATION=0.85)
    await bench.judge(second, suite, SCHEMA_VALIDATION=1.0, DUPLICATION=0.8501)
    assert await bench.status(first) == "APPROVED"
    assert await bench.status(second) == "PENDING_EVAL"


async def test_a_run_closes_only_with_a_result_a_rule(bench: Bench) -> None:
    suite = await bench.suite(HARD, SOFT)
    artifact = await bench.draft()
    with pytest.raises(EvigateError, match="1 of 2 rules have no result"):
        await bench.judge(artifact, suite, SCHEMA_VALIDATION=1.0)
    assert await bench.status(artifact) == "PENDING_EVAL"


async def test_a_closed_run_takes_nothing_more(bench: Bench) -> None:
    suite = await bench.suite(HARD)
    artifact = await bench.draft()
    await bench.judge(artifact, suite, SCHEMA_VALIDATION=0.0)
    [row] = await bench.sql("SELECT id FROM gate.eval_runs")
    for call in ("gate.record_results(%s, '[]')", "gate.close_eval_run(%s)"):
        with pytest.raises(STATE, match="there is no open run"):
            await bench.sql(f"SELECT {call}", row["id"])


async def test_a_hard_fail_vetoes_however_good_the_mean(bench: Bench) -> None:
    suite = await bench.suite(HARD, replace_weight(SOFT, 100), pass_score=0.1)
    artifact = await bench.draft()
    outcome = await bench.judge(artifact, suite, SCHEMA_VALIDATION=0.9, ITEM_FLAWS=1.0)
    assert outcome.overall_score is not None and outcome.overall_score > 0.99
    assert outcome.overall_pass is False
    assert await bench.status(artifact) == "REJECTED"


def replace_weight(rule: NewRule, weight: float) -> NewRule:
    return replace(rule, weight=weight)


async def test_a_mean_below_the_pass_score_is_rejected(bench: Bench) -> None:
    suite = await bench.suite(HARD, replace(ADVICE, weight=9.0), pass_score=0.5)
    artifact = await bench.draft()
    outcome = await bench.judge(artifact, suite, SCHEMA_VALIDATION=1.0, READABILITY=0.2)
    # (1 x 1.0 + 9 x 0.2) / 10
    assert float(outcome.overall_score or 0) == pytest.approx(0.28)
    assert await bench.status(artifact) == "REJECTED"


async def test_a_soft_fail_waits_for_a_person(bench: Bench) -> None:
    suite = await bench.suite(HARD, SOFT)
    artifact = await bench.draft()
    await bench.judge(artifact, suite, SCHEMA_VALIDATION=1.0, ITEM_FLAWS=0.5)
    assert await bench.status(artifact) == "PENDING_EVAL"
    with pytest.raises(STATE, match="a person has to decide"):
        await decide(bench, artifact, "APPROVED")
    async with bench.house.database.tx(bench.subject) as tx:
        [task] = await list_review_tasks(tx)
        assert task.reason == "doubts: ITEM_FLAWS"
        outcome = await give_verdict(tx, task.id, Verdict.APPROVED, comment="good enough")
    assert outcome.artifact_status == "APPROVED"


async def test_a_person_cannot_overrule_a_hard_fail_without_a_waiver(bench: Bench) -> None:
    suite = await bench.suite(HARD)
    artifact = await bench.draft()
    await bench.judge(artifact, suite, SCHEMA_VALIDATION=0.0)
    await decide(bench, artifact, "PENDING_EVAL")
    async with bench.house.database.tx(bench.subject) as tx:
        task = await open_review(tx, artifact, "look again")
        outcome = await give_verdict(tx, task, Verdict.APPROVED)
    assert outcome.why_not == "its last evaluation did not pass"
    assert await bench.status(artifact) == "PENDING_EVAL"
    async with bench.house.database.tx(bench.subject) as tx:
        await waive_fail(tx, artifact, "SCHEMA_VALIDATION", "a field that the schema forgot")
    await bench.judge(artifact, suite, SCHEMA_VALIDATION=0.7)
    # The waiver turns the veto into a doubt; the person's earlier verdict was on the same evidence.
    assert await bench.status(artifact) == "APPROVED"


async def test_what_could_not_be_measured_is_neither_a_pass_nor_a_zero(bench: Bench) -> None:
    suite = await bench.suite(HARD, SOFT, ADVICE)
    hard, soft = await bench.draft("hard"), await bench.draft("soft")
    first = await bench.judge(hard, suite, SCHEMA_VALIDATION=None, ITEM_FLAWS=1.0, READABILITY=1.0)
    assert (first.status, first.overall_score) == ("FAILED", None)
    second = await bench.judge(
        soft, suite, SCHEMA_VALIDATION=1.0, ITEM_FLAWS=None, READABILITY=None
    )
    assert (second.status, float(second.overall_score or 0), second.needs_review) == (
        "SUCCEEDED",
        1.0,
        True,
    )
    assert await bench.status(hard) == await bench.status(soft) == "PENDING_EVAL"


async def test_a_suite_without_rules_never_passes(bench: Bench) -> None:
    suite = uuid.uuid4()
    await bench.sql("INSERT INTO gate.eval_suites (id, name) VALUES (%s, 'empty')", suite)
    with pytest.raises(STATE, match="needs a hard check"):
        await bench.sql(
            "INSERT INTO gate.kind_suites (kind, suite_id) VALUES (%s, %s)", KIND, suite
        )
    artifact, run = await bench.draft(), uuid.uuid4()
    await bench.sql(
        "SELECT gate.open_eval_run(%s, %s, %s, 'me', '{}', NULL, false)", run, artifact, suite
    )
    [row] = await bench.sql("SELECT * FROM gate.close_eval_run(%s)", run)
    assert row["overall_pass"] is False


FROZEN = (
    "UPDATE gate.eval_rules SET min_score = 0 WHERE suite_id = '{s}'",
    "DELETE FROM gate.eval_rules WHERE suite_id = '{s}'",
    "INSERT INTO gate.eval_rules (suite_id, eval_type, min_score) VALUES ('{s}', 'SAFETY_PII', 0)",
    "UPDATE gate.eval_suites SET pass_score = 0 WHERE id = '{s}'",
    "UPDATE gate.eval_suites SET frozen_at = NULL WHERE id = '{s}'",
    "DELETE FROM gate.eval_suites WHERE id = '{s}'",
)


@pytest.mark.parametrize("statement", FROZEN)
async def test_rules_freeze_at_first_use(bench: Bench, statement: str) -> None:
    suite = await bench.suite(HARD)
    await bench.sql("UPDATE gate.eval_suites SET description = 'd' WHERE id = %s", suite.id)
    await bench.judge(await bench.draft(), suite, SCHEMA_VALIDATION=1.0)
    with pytest.raises(STATE, match="frozen"):
        await bench.sql(statement.format(s=suite.id))
    again = await bench.suite(HARD, SOFT, in_charge=False)
    assert (again.version, len(again.rules)) == (2, 2)


async def test_the_library_is_nobodys_to_write(bench: Bench) -> None:
    for table in ("eval_suites", "eval_rules", "kind_suites"):
        [row] = await bench.sql(f"SELECT count(*) AS n FROM gate.{table} WHERE tenant_id IS NULL")
        assert row["n"] > 0
    with pytest.raises(DENIED):
        await bench.sql("INSERT INTO gate.eval_suites (tenant_id, name) VALUES (NULL, 'mine')")
    for statement in (
        "UPDATE gate.eval_rules SET min_score = 0 WHERE tenant_id IS NULL RETURNING 1",
        "DELETE FROM gate.eval_suites WHERE tenant_id IS NULL RETURNING 1",
    ):
        assert await bench.sql(statement) == []
    with pytest.raises(psycopg.errors.CheckViolation):
        await bench.sql(
            "INSERT INTO gate.judges (name, version, eval_type, nature)"
            " VALUES ('hunch', '2', 'GROUNDEDNESS', 'exact')"
        )


async def test_a_verdict_is_a_persons(bench: Bench) -> None:
    suite = await bench.suite(HARD, review="always")
    artifact = await bench.draft()
    await bench.judge(artifact, suite, SCHEMA_VALIDATION=1.0)
    [task] = await bench.sql("SELECT id FROM gate.review_tasks WHERE status = 'open'")
    assert bench.subject.tenant_id is not None
    job = job_subject(bench.subject.tenant_id, "gate.evaluate")
    call = "SELECT * FROM gate.record_review(%s, %s, 'APPROVED', '{}', '', NULL)"
    with pytest.raises(DENIED, match="a review is a person's"):
        await bench.sql(call, uuid.uuid4(), task["id"], subject=job)
    with pytest.raises(DENIED, match="given as a review"):
        await bench.sql(
            "SELECT gate.open_eval_run(%s, %s, %s, 'human:user:1', '{}', NULL, false)",
            uuid.uuid4(),
            artifact,
            suite.id,
        )
    assert await bench.status(artifact) == "PENDING_EVAL"
    [row] = await bench.sql(call, uuid.uuid4(), task["id"])
    assert row["artifact_status"] == "APPROVED"
    [run] = await bench.sql("SELECT * FROM gate.eval_runs WHERE judge_model LIKE 'human:%%'")
    assert (run["overall_pass"], run["artifact_id"]) == (True, artifact)


async def test_a_trial_moves_nothing(bench: Bench) -> None:
    suite = await bench.suite(HARD)
    artifact = await bench.draft()
    await bench.judge(artifact, suite, is_trial=True, SCHEMA_VALIDATION=1.0)
    assert await bench.status(artifact) == "PENDING_EVAL"
    with pytest.raises(STATE, match="has not judged it"):
        await decide(bench, artifact, "APPROVED")


async def test_another_suites_pass_does_not_count(bench: Bench) -> None:
    await bench.suite(HARD)
    easy = await bench.suite(HARD, in_charge=False, pass_score=0.0)
    artifact = await bench.draft()
    await bench.judge(artifact, easy, SCHEMA_VALIDATION=1.0)
    assert await bench.status(artifact) == "PENDING_EVAL"


async def test_a_pass_on_other_evidence_does_not_count(bench: Bench) -> None:
    suite = await bench.suite(HARD, review="always")
    artifact = await bench.draft()
    await bench.judge(artifact, suite, SCHEMA_VALIDATION=1.0)
    async with bench.house.database.tx(bench.subject) as tx:
        [task] = await list_review_tasks(tx)
        await recite(tx, artifact, [NewCitation(bench.documents[0], "lungs exchange oxygen")])
    with pytest.raises(STATE, match="saw other evidence"):
        await decide(bench, artifact, "APPROVED")
    async with bench.house.database.tx(bench.subject) as tx:
        with pytest.raises(EvigateError, match="evidence changed"):
            await give_verdict(tx, task.id, Verdict.APPROVED)


async def test_a_quote_that_stands_nowhere_bars_approval(bench: Bench) -> None:
    suite = await bench.suite(HARD)
    artifact = await bench.draft(quotes=("The heart has five chambers.",))
    await bench.judge(artifact, suite, SCHEMA_VALIDATION=1.0)
    with pytest.raises(STATE, match="1 of its 1 quotes cannot be found"):
        await decide(bench, artifact, "APPROVED")
    without = await bench.draft("bare", quotes=())
    await bench.judge(without, suite, SCHEMA_VALIDATION=1.0)
    with pytest.raises(STATE, match="it cites nothing"):
        await decide(bench, without, "APPROVED")


async def test_retired_is_the_end_and_rejected_reopens_only_in_words(bench: Bench) -> None:
    suite = await bench.suite(HARD)
    artifact = await bench.draft()
    await bench.judge(artifact, suite, SCHEMA_VALIDATION=0.0)
    with pytest.raises(STATE, match="cannot move from REJECTED to APPROVED"):
        await decide(bench, artifact, "APPROVED")
    with pytest.raises(psycopg.errors.CheckViolation, match="needs a reason"):
        await bench.sql("SELECT gate.decide_artifact(%s, 'PENDING_EVAL', '')", artifact)
    await decide(bench, artifact, "RETIRED")
    for status in ("PENDING_EVAL", "APPROVED", "REJECTED"):
        with pytest.raises(STATE, match="cannot move from RETIRED"):
            await decide(bench, artifact, status)


async def test_an_approved_successor_retires_what_it_replaces(bench: Bench) -> None:
    suite = await bench.suite(HARD)
    first = await bench.draft()
    await bench.judge(first, suite, SCHEMA_VALIDATION=1.0)
    second = await bench.draft(quotes=(HEART, "pumps blood"), supersedes=first)
    assert await bench.status(first) == "APPROVED"
    await bench.judge(second, suite, SCHEMA_VALIDATION=1.0)
    assert (await bench.status(first), await bench.status(second)) == ("RETIRED", "APPROVED")


async def test_a_judge_below_its_floor_may_not_gate(bench: Bench) -> None:
    grounded = NewRule("GROUNDEDNESS", min_score=0.75, hard_fail=True)
    suite = await bench.suite(HARD, grounded, pass_score=0.3)
    drafts = {name: await bench.draft(name) for name in ("ws", "wf", "ss", "sf")}
    for name, (score, judge) in {
        "ws": (0.9, WEAK),
        "wf": (0.1, WEAK),
        "ss": (0.9, STRONG),
        "sf": (0.1, STRONG),
    }.items():
        await bench.judge(drafts[name], suite, SCHEMA_VALIDATION=1.0, GROUNDEDNESS=(score, judge))
    statuses = {name: await bench.status(each) for name, each in drafts.items()}
    # A weak judge's word, either way, leaves the decision to a person.
    assert statuses == {
        "ws": "PENDING_EVAL",
        "wf": "PENDING_EVAL",
        "ss": "APPROVED",
        "sf": "REJECTED",
    }
    async with bench.house.database.tx(bench.subject) as tx:
        assert {task.artifact_id for task in await list_review_tasks(tx)} == {
            drafts["ws"],
            drafts["wf"],
        }


async def test_a_weak_judge_is_never_the_only_hard_check(bench: Bench) -> None:
    with pytest.raises(EvigateError, match="whose judge may gate"):
        await bench.suite(NewRule("HIERARCHY_CORRECTNESS", min_score=0.5, hard_fail=True), SOFT)


async def test_calibration_is_worked_out_from_scores_and_labels(bench: Bench) -> None:
    # Of 4 x 4 pairs the positives win 15 and tie none: AUC 15/16; one of eight is misjudged at .5.
    scores, labels = [0.9, 0.8, 0.7, 0.55, 0.6, 0.3, 0.2, 0.1], [True] * 4 + [False] * 4
    await bench.sql(
        "SELECT gate.record_calibration('mine', '1', 'GROUNDEDNESS', 'own', true, %s, %s, 0.5)",
        scores,
        labels,
    )
    [row] = await bench.sql("SELECT * FROM gate.judge_calibrations WHERE judge = 'mine'")
    assert (row["n"], row["negatives"]) == (8, 4)
    assert float(row["auc"]) == 0.9375
    assert float(row["accuracy"]) == 0.875
    assert float(row["kappa"]) == 0.75
    assert float(row["veto_precision"]) == 1.0


async def test_reviews_can_take_the_right_to_gate_away(bench: Bench) -> None:
    may = "SELECT gate.judge_may_gate(kernel.current_tenant(), %s, %s, 'GROUNDEDNESS') AS may"
    assert (await bench.sql(may, *STRONG))[0]["may"] is True
    scores, labels = [0.9] * 30 + [0.95] * 30, [True] * 30 + [False] * 30
    await bench.sql(
        "SELECT gate.record_calibration(%s, %s, 'GROUNDEDNESS', 'reviews', true, %s, %s, 0.5)",
        *STRONG,
        scores,
        labels,
    )
    assert (await bench.sql(may, *STRONG))[0]["may"] is False


async def test_a_set_too_small_to_give_the_right_cannot_take_it_away(bench: Bench) -> None:
    may = "SELECT gate.judge_may_gate(kernel.current_tenant(), %s, %s, 'GROUNDEDNESS') AS may"
    for size, right in ((10, True), (60, False)):
        scores, labels = [0.9] * size + [0.95] * size, [True] * size + [False] * size
        await bench.sql(
            "SELECT gate.record_calibration(%s, %s, 'GROUNDEDNESS', 'own', true, %s, %s, 0.5)",
            *STRONG,
            scores,
            labels,
        )
        assert (await bench.sql(may, *STRONG))[0]["may"] is right


async def test_two_reviewers_who_disagree_ask_for_a_third(bench: Bench) -> None:
    suite = await bench.suite(HARD, review="always")
    artifact = await bench.draft()
    await bench.judge(artifact, suite, SCHEMA_VALIDATION=1.0)
    people = [replace(bench.subject, actor=f"user:{n}") for n in range(3)]
    verdicts = [Verdict.APPROVED, Verdict.REJECTED, Verdict.APPROVED]
    async with bench.house.database.tx(people[0]) as tx:
        task = await open_review(tx, artifact, "check", wanted=2, is_blind=True)
    seen = []
    for person, verdict in zip(people, verdicts, strict=True):
        async with bench.house.database.tx(person) as tx:
            seen.append((await give_verdict(tx, task, verdict)).task_status)
        with pytest.raises(EvigateError):
            async with bench.house.database.tx(person) as tx:
                await give_verdict(tx, task, Verdict.APPROVED)
        blind = await bench.sql("SELECT count(*) AS n FROM gate.reviews")
        assert blind[0]["n"] == len(seen)
    assert seen == ["open", "open", "closed"]
    assert await bench.status(artifact) == "APPROVED"


async def test_another_tenant_reaches_nothing(
    bench: Bench, house: House, stranger: Subject
) -> None:
    suite = await bench.suite(HARD)
    artifact = await bench.draft()
    other = await make_bench(house, stranger)
    assert (await decide(other, artifact, "RETIRED"))[0]["decide_artifact"] is None
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="no such suite"):
        await other.judge(await other.draft(), suite, SCHEMA_VALIDATION=1.0)
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="no such suite"):
        await other.sql(
            "INSERT INTO gate.kind_suites (kind, suite_id) VALUES ('test.card', %s)", suite.id
        )
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="no such suite"):
        await other.sql(
            "INSERT INTO gate.eval_rules (suite_id, eval_type, min_score)"
            " VALUES (%s, 'SAFETY_PII', 0.5)",
            suite.id,
        )
    nobody = Subject(TenantId(uuid.uuid4()), "user:x", "owner")
    for table in (
        "artifacts",
        "citations",
        "eval_runs",
        "eval_results",
        "review_tasks",
        "findings",
    ):
        [row] = await bench.sql(f"SELECT count(*) AS n FROM gate.{table}", subject=nobody)
        assert row["n"] == 0


async def test_a_learner_sees_what_is_approved_and_no_more(bench: Bench) -> None:
    suite = await bench.suite(HARD)
    good, bad, waits = [await bench.draft(name) for name in ("good", "bad", "waits")]
    await bench.judge(good, suite, SCHEMA_VALIDATION=1.0)
    await bench.judge(bad, suite, SCHEMA_VALIDATION=0.0)
    learner = replace(bench.subject, role="learner", actor="user:learner")
    rows = await bench.sql("SELECT id FROM gate.artifacts", subject=learner)
    assert [row["id"] for row in rows] == [good]
    for table in ("eval_runs", "eval_results", "review_tasks", "eval_suites", "prompt_versions"):
        assert await bench.sql(f"SELECT 1 FROM gate.{table}", subject=learner) == []
    for table in ("runs", "run_steps", "events"):
        assert await bench.sql(f"SELECT 1 FROM kernel.{table}", subject=learner) == []
    assert waits
