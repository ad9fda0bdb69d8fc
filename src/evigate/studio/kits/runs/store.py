"""The SQL of kits' runs: kits, runs, plans, outputs, items, bundles, credentials, what was read."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx, load_queries
from evigate.kernel.storage import BlobRef
from evigate.studio.kits.runs.models import (
    Credential,
    CredentialKind,
    Discovery,
    Execution,
    KeptKit,
    KitPlan,
    KitStatus,
    OutputRow,
    PlanItem,
    Status,
)

KITS_MAX, RUNS_MAX, CREDENTIALS_MAX = 500, 100, 200
ZIP = "application/zip"
_queries = load_queries(__package__)


# Kits ----------------------------------------------------------------------------------


async def list_kept(tx: Tx) -> list[KeptKit]:
    """Return the tenant's kits, by id and then newest first, at most `KITS_MAX`."""
    return [KeptKit(**row) for row in await _queries.list_kits(tx.connection, limit=KITS_MAX)]


async def find_kept(tx: Tx, kit_id: str, version: str) -> KeptKit | None:
    """Return a kit by id and version, held until the transaction ends."""
    row = await _queries.find_kit(tx.connection, kit_id=kit_id, version=version)
    return None if row is None else KeptKit(**row)


async def newest_imported(tx: Tx, kit_id: str, version: str | None) -> KeptKit | None:
    """Return an imported kit: that version, else the highest active one, else the highest."""
    row = await _queries.newest_kit(tx.connection, kit_id=kit_id, version=version)
    return None if row is None else KeptKit(**row)


async def keep_kit(
    tx: Tx,
    *,
    kit_id: str,
    version: str,
    origin: str,
    status: KitStatus,
    digest: str,
    package: BlobRef,
    manifest: Mapping[str, Any],
) -> UUID | None:
    """Keep a kit and return its row's id; None where an imported one has the id and version."""
    await put_blob(tx, package)
    found: UUID | None = await _queries.upsert_kit(
        tx.connection,
        id=new_uuid(),
        kit_id=kit_id,
        version=version,
        origin=origin,
        status=status,
        digest=digest,
        package_sha256=package.digest,
        manifest=Jsonb(dict(manifest)),
    )
    return found


async def move_kit(tx: Tx, kit_row_id: UUID, status: KitStatus) -> None:
    """Write how a kit stands; the database refuses what may not follow."""
    await _queries.move_kit(tx.connection, id=kit_row_id, status=status)


async def put_blob(tx: Tx, ref: BlobRef, media_type: str = ZIP) -> None:
    """Say that stored bytes are kept, so that no sweep takes them."""
    await _queries.put_blob(
        tx.connection, sha256=ref.digest, size_bytes=ref.size_bytes, media_type=media_type
    )


# Runs ----------------------------------------------------------------------------------


async def insert_execution(
    tx: Tx,
    run_id: UUID,
    project_id: UUID,
    kit: KeptKit,
    specification: Mapping[str, Any],
    *,
    is_dry: bool,
) -> None:
    """Add a run that has not begun, of a kit's package as it is now."""
    await _queries.insert_execution(
        tx.connection,
        run_id=run_id,
        project_id=project_id,
        kit_row_id=kit.id,
        kit_id=kit.kit_id,
        kit_version=kit.version,
        kit_digest=kit.digest,
        package_sha256=kit.package_sha256,
        artifact_id=specification["artifact_id"],
        specification_version=specification["version"],
        is_dry=is_dry,
    )


async def find_execution(
    tx: Tx, run_id: UUID, *, project_id: UUID | None = None
) -> Execution | None:
    """Return a run, of a project where one is named; None where there is none such."""
    rows = await _queries.list_executions(
        tx.connection, run_id=run_id, project_id=project_id, limit=1
    )
    return next((Execution(**row) for row in rows), None)


async def list_executions(tx: Tx, project_id: UUID) -> list[Execution]:
    """Return a project's runs, newest first, at most `RUNS_MAX`."""
    rows = await _queries.list_executions(
        tx.connection, run_id=None, project_id=project_id, limit=RUNS_MAX
    )
    return [Execution(**row) for row in rows]


async def lock_execution(tx: Tx, run_id: UUID) -> Mapping[str, Any]:
    """Return how a run stands, held until the transaction ends."""
    row: Mapping[str, Any] = await _queries.lock_execution(tx.connection, run_id=run_id)
    return row


async def set_phase(tx: Tx, run_id: UUID, phase: str) -> None:
    """Write that a run is in a phase; the database lets none apply without an approval."""
    await _queries.set_phase(tx.connection, run_id=run_id, phase=phase)


async def set_plan(
    tx: Tx, run_id: UUID, digest: str, rendered: BlobRef, *, is_waiting: bool
) -> None:
    """Write which plan a run shows, and whether it waits for a person."""
    await put_blob(tx, rendered)
    await _queries.set_plan(
        tx.connection, run_id=run_id, digest=digest, rendered=rendered.digest, is_waiting=is_waiting
    )


async def set_log(tx: Tx, run_id: UUID, log: str) -> None:
    """Keep what the kit's own commands said."""
    await _queries.set_log(tx.connection, run_id=run_id, log=log)


async def end_execution(
    tx: Tx, run_id: UUID, status: Status, code: str | None, message: str | None
) -> bool:
    """End a run; False where it had ended."""
    done: int = await _queries.end_execution(
        tx.connection, run_id=run_id, status=status, error_code=code, error_message=message
    )
    return done > 0


async def is_cancelled(tx: Tx, run_id: UUID) -> bool:
    """Say whether somebody asked the run to stop, or it has ended."""
    return bool(await _queries.is_cancelled(tx.connection, id=run_id))


# Plans ---------------------------------------------------------------------------------


async def keep_plan(tx: Tx, execution: Execution, plan: KitPlan) -> None:
    """Keep a plan under its digest; the same one is there once."""
    ids = {"project_id": execution.project_id, "run_id": execution.run_id, "digest": plan.digest}
    await _queries.insert_plan(tx.connection, **ids, base_run_id=plan.base_run_id)
    rows = [asdict(each) for each in plan.items]
    await _queries.insert_plan_items(tx.connection, **ids, rows=Jsonb(rows))


async def load_plan(tx: Tx, run_id: UUID, digest: str) -> KitPlan | None:
    """Return a plan by its digest with who approved it; None where the run has none such."""
    row = await _queries.get_plan(tx.connection, run_id=run_id, digest=digest)
    if row is None:
        return None
    items = await _queries.list_plan_items(tx.connection, run_id=run_id, digest=digest)
    return KitPlan(
        row["digest"],
        row["base_run_id"],
        tuple(PlanItem(**each) for each in items),
        row["approved_by"],
        row["approved_at"],
        row["approved_name"],
    )


async def insert_approval(tx: Tx, project_id: UUID, run_id: UUID, digest: str) -> None:
    """Approve a plan; the database refuses all but the one that is shown, and all but a person."""
    await _queries.insert_approval(
        tx.connection, project_id=project_id, run_id=run_id, digest=digest
    )


# What came of it -----------------------------------------------------------------------


async def insert_outputs(tx: Tx, execution: Execution, rows: Sequence[OutputRow]) -> None:
    """Keep how the outputs checked."""
    values = [{"id": str(new_uuid()), **asdict(each)} for each in rows]
    await _queries.insert_outputs(
        tx.connection,
        project_id=execution.project_id,
        run_id=execution.run_id,
        rows=Jsonb(values),
    )


async def list_outputs(tx: Tx, run_id: UUID) -> list[OutputRow]:
    """Return how a run's outputs checked, in their order."""
    return [OutputRow(**row) for row in await _queries.list_outputs(tx.connection, run_id=run_id)]


async def insert_item(tx: Tx, execution: Execution, item: PlanItem, digest: str) -> None:
    """Write that an item of the approved plan is applied; a second time is refused."""
    await _queries.insert_item(
        tx.connection,
        project_id=execution.project_id,
        run_id=execution.run_id,
        path=item.path,
        digest=digest,
        sha256=item.sha256_after,
    )


async def applied_items(tx: Tx, run_id: UUID) -> dict[str, str | None]:
    """Return what was applied: the hash by path, None for what was taken away."""
    rows = await _queries.list_items(tx.connection, run_id=run_id)
    return {row["path"]: row["sha256"] for row in rows}


async def insert_bundle(
    tx: Tx, execution: Execution, digest: str, zipped: BlobRef, files: Mapping[str, str]
) -> None:
    """Publish what a run made."""
    await put_blob(tx, zipped)
    await _queries.insert_bundle(
        tx.connection,
        run_id=execution.run_id,
        project_id=execution.project_id,
        kit_id=execution.kit_id,
        artifact_id=execution.artifact_id,
        plan_digest=execution.plan_digest,
        digest=digest,
        sha256=zipped.digest,
        size_bytes=zipped.size_bytes,
        files=Jsonb(dict(files)),
    )


async def bundle_before(tx: Tx, execution: Execution) -> Mapping[str, Any] | None:
    """Return the newest bundle of the project's and kit's other runs; None before the first."""
    found: Mapping[str, Any] | None = await _queries.newest_bundle(
        tx.connection,
        project_id=execution.project_id,
        kit_id=execution.kit_id,
        but=execution.run_id,
    )
    return found


async def bundle_of(tx: Tx, run_id: UUID) -> Mapping[str, Any] | None:
    """Return the bundle of a run; None where it made none."""
    found: Mapping[str, Any] | None = await _queries.bundle_of(tx.connection, run_id=run_id)
    return found


async def kits_done(tx: Tx, project_id: UUID) -> set[str]:
    """Return the kits that have a completed run in the project."""
    rows = await _queries.kits_with_bundles(tx.connection, project_id=project_id)
    return {row["kit_id"] for row in rows}


async def get_specification(tx: Tx, artifact_id: UUID) -> Mapping[str, Any]:
    """Return {version, status, artifact_id, payload} of a specification that is there."""
    row: Mapping[str, Any] = await _queries.specification(tx.connection, artifact_id=artifact_id)
    return row


async def pick_specification(
    tx: Tx, project_id: UUID, version: str | None, *, approved_first: bool
) -> Mapping[str, Any] | None:
    """Return {version, status, artifact_id}: the version named, else the newest (approved) one."""
    row: Mapping[str, Any] | None = await _queries.pick_specification(
        tx.connection, project_id=project_id, version=version, approved_first=approved_first
    )
    return row


async def open_inputs(tx: Tx, project_id: UUID, kit_id: str) -> dict[str, UUID]:
    """Return the open tasks that ask for what a kit lacks, by what they ask for."""
    rows = await _queries.open_inputs(tx.connection, project_id=project_id, kit_id=kit_id)
    return {row["target"]: row["id"] for row in rows}


# Credentials and what was read ---------------------------------------------------------


async def insert_credential(
    tx: Tx,
    credential_row_id: UUID,
    project_id: UUID,
    *,
    kit_id: str,
    credential_id: str,
    kind: CredentialKind,
    connection: Mapping[str, Any],
    expires_at: datetime | None,
) -> None:
    """Add an active credential; there is one of an id at most."""
    await _queries.insert_credential(
        tx.connection,
        id=credential_row_id,
        project_id=project_id,
        kit_id=kit_id,
        credential_id=credential_id,
        kind=kind,
        connection=Jsonb(dict(connection)),
        expires_at=expires_at,
    )


async def list_credentials(tx: Tx, project_id: UUID, kit_id: str | None = None) -> list[Credential]:
    """Return a project's credentials, newest first, of a kit where one is named."""
    rows = await _queries.list_credentials(
        tx.connection, project_id=project_id, kit_id=kit_id, limit=CREDENTIALS_MAX
    )
    return [Credential(**row) for row in rows]


async def active_credential(
    tx: Tx, project_id: UUID, kit_id: str, credential_id: str
) -> Credential | None:
    """Return the credential that holds; None where none does."""
    row = await _queries.active_credential(
        tx.connection, project_id=project_id, kit_id=kit_id, credential_id=credential_id
    )
    return None if row is None else Credential(**row)


async def end_credential(tx: Tx, credential_row_id: UUID, status: str) -> None:
    """Let a credential hold no longer."""
    await _queries.end_credential(tx.connection, id=credential_row_id, status=status)


async def note_check(tx: Tx, credential_row_id: UUID, *, is_good: bool) -> None:
    """Keep how a credential was found."""
    status = "succeeded" if is_good else "failed"
    await _queries.note_check(tx.connection, id=credential_row_id, status=status)


async def put_discovery(
    tx: Tx,
    project_id: UUID,
    kit_id: str,
    *,
    existing: Mapping[str, Any],
    implications: Sequence[str],
    connection: Mapping[str, Any],
    ttl_s: int,
) -> None:
    """Keep what was read of a platform, in place of what was read before."""
    await _queries.put_discovery(
        tx.connection,
        id=new_uuid(),
        project_id=project_id,
        kit_id=kit_id,
        existing_state=Jsonb(dict(existing)),
        implications=Jsonb(list(implications)),
        connection=Jsonb(dict(connection)),
        ttl_s=ttl_s,
    )


async def get_discovery(
    tx: Tx, project_id: UUID, kit_id: str, *, fresh_of: Mapping[str, Any] | None = None
) -> Discovery | None:
    """Return what was read last; with `fresh_of` only if it still holds for that connection."""
    row = await _queries.get_discovery(
        tx.connection,
        project_id=project_id,
        kit_id=kit_id,
        is_fresh=fresh_of is not None,
        connection=Jsonb(dict(fresh_of or {})),
    )
    return None if row is None else Discovery(**row)


async def invalidate_discovery(tx: Tx, project_id: UUID, kit_id: str) -> bool:
    """Let what was read count no longer; False where nothing was."""
    done: int = await _queries.invalidate_discovery(
        tx.connection, project_id=project_id, kit_id=kit_id
    )
    return done > 0
