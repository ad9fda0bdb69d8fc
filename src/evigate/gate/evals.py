"""The verbs on eval runs: open, bring scores, close; the database works out what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.gate.artifacts import missing
from evigate.gate.errors import E_ARTIFACT_STATE, E_EVAL_RUN_NOT_FOUND, refusals
from evigate.gate.models import (
    ArtifactStatus,
    EvalRun,
    Fault,
    Finding,
    NewResult,
    Outcome,
    Result,
)
from evigate.gate.permissions import EVALUATE, READ
from evigate.kernel.access import require
from evigate.kernel.db import Tx, load_queries

_queries = load_queries(__package__)

# Under these names the checks list what they found wrong.
FAULT_LISTS = ("violations", "faults", "flaws", "findings")


async def open_eval_run(
    tx: Tx,
    artifact_id: UUID,
    suite_id: UUID,
    *,
    judge_model: str = "built-in",
    judge_params: Mapping[str, Any] | None = None,
    prompt_id: UUID | None = None,
    is_trial: bool = False,
) -> UUID:
    """Open a judgement of an artifact on its evidence of today; the suite's rules freeze.

    A trial is kept and compared, and moves nothing.

    Raises:
        EvigateError[E_ARTIFACT_NOT_FOUND]: this tenant has none such.
    """
    require(tx.subject, EVALUATE)
    run_id: UUID | None = await _queries.open_eval_run(
        tx.connection,
        id=new_uuid(),
        artifact_id=artifact_id,
        suite_id=suite_id,
        judge_model=judge_model,
        judge_params=Jsonb(dict(judge_params or {})),
        prompt_id=prompt_id,
        is_trial=is_trial,
    )
    if run_id is None:
        raise missing(artifact_id)
    return run_id


async def close_eval_run(tx: Tx, run_id: UUID, results: Sequence[NewResult]) -> Outcome:
    """Bring a score for each rule and close the run; the artifact moves as the gate's rule says.

    Raises:
        EvigateError[E_ARTIFACT_STATE]: the run is closed already, or a rule has no result.
    """
    require(tx.subject, EVALUATE)
    async with refusals(tx, E_ARTIFACT_STATE):
        await _queries.record_results(
            tx.connection, run_id=run_id, results=Jsonb([asdict(each) for each in results])
        )
        row = await _queries.close_eval_run(tx.connection, run_id=run_id)
    return Outcome(**{**row, "artifact_status": ArtifactStatus(row["artifact_status"])})


async def fail_eval_run(tx: Tx, run_id: UUID, error: EvigateError) -> None:
    """End a run whose judge could not work; the artifact waits as before."""
    require(tx.subject, EVALUATE)
    body = {"code": error.code.name, "message": str(error)}
    await _queries.fail_eval_run(tx.connection, run_id=run_id, error=Jsonb(body))


async def list_eval_runs(tx: Tx, artifact_id: UUID) -> list[EvalRun]:
    """Return an artifact's judgements, newest first; people's verdicts are among them."""
    require(tx.subject, READ)
    rows = await _queries.list_eval_runs(tx.connection, artifact_id=artifact_id)
    return [EvalRun(**row) for row in rows]


async def check_eval_run(tx: Tx, run_id: UUID) -> None:
    """Pass where this tenant has the judgement.

    Raises:
        EvigateError[E_EVAL_RUN_NOT_FOUND]
    """
    require(tx.subject, READ)
    if await _queries.find_eval_run(tx.connection, run_id=run_id) is None:
        raise EvigateError(E_EVAL_RUN_NOT_FOUND, f"there is no judgement {run_id}")


async def list_results(tx: Tx, run_id: UUID) -> list[Result]:
    """Return a run's results: hard rules first, advice last."""
    require(tx.subject, READ)
    return [Result(**row) for row in await _queries.list_results(tx.connection, run_id=run_id)]


async def record_findings(tx: Tx, artifact_id: UUID, results: Sequence[Result]) -> int:
    """Keep what the checks found wrong, and mark as resolved what they no longer find.

    Only a rule that was missed has findings: those that its check lists, else one of its own. The
    fingerprint is of check, rule and path, so a fault keeps it from one evaluation to the next.
    Returns how many were found.
    """
    faults = [fault for each in results if each.passed is False for fault in _faults_of(each)]
    return await keep_findings(tx, artifact_id, [each.eval_type for each in results], faults)


async def keep_findings(
    tx: Tx, artifact_id: UUID, checks: Sequence[str], faults: Sequence[Fault]
) -> int:
    """Keep what these checks find wrong now; what they found before and do not now is resolved.

    The fingerprint is of check, name and path. Returns how many faults there are.
    """
    require(tx.subject, EVALUATE)
    seen = []
    for fault in faults:
        fingerprint = content_hash([fault.check, fault.name, fault.path])
        seen.append(fingerprint)
        await _queries.upsert_finding(
            tx.connection,
            artifact_id=artifact_id,
            fingerprint=fingerprint,
            rule=fault.check,
            severity=fault.severity,
            element=fault.path,
            message=fault.message,
            fix=fault.fix,
        )
    await _queries.resolve_findings(
        tx.connection, artifact_id=artifact_id, rules=list(checks), seen=seen
    )
    return len(seen)


def _faults_of(result: Result) -> list[Fault]:
    severity = "error" if result.hard_fail else "warning"
    return [
        Fault(result.eval_type, each["rule"], each["message"], each["path"], each["fix"], severity)
        for each in _said_faults(result)
    ]


def _said_faults(result: Result) -> list[dict[str, str]]:
    listed = [
        each
        for name in FAULT_LISTS
        for each in result.details.get(name, ())
        if isinstance(each, Mapping)
    ]
    if not listed:
        bound = f"{result.min_score or 0}" if result.max_score is None else f"to {result.max_score}"
        message = f"The score is {result.score}, the rule asks for {bound}."
        return [{"rule": result.eval_type, "path": "", "message": message, "fix": ""}]
    return [
        {
            "rule": str(each.get("rule") or each.get("kind") or result.eval_type),
            "path": str(each.get("path") or each.get("option") or ""),
            "message": str(each.get("message") or each.get("rule") or each),
            "fix": str(each.get("fix", "")),
        }
        for each in listed
    ]


async def list_findings(
    tx: Tx, *, artifact_id: UUID | None = None, status: str | None = "open", limit: int = 200
) -> list[Finding]:
    """Return findings, the latest first."""
    require(tx.subject, READ)
    rows = await _queries.list_findings(
        tx.connection, artifact_id=artifact_id, status=status, limit=limit
    )
    return [Finding(**row) for row in rows]
