-- name: list_kits
SELECT id, kit_id, version, origin, status, digest, package_sha256, manifest
FROM studio.kits ORDER BY kit_id, created_at DESC, id LIMIT :limit

-- name: find_kit^
SELECT id, kit_id, version, origin, status, digest, package_sha256, manifest
FROM studio.kits WHERE kit_id = :kit_id AND version = :version FOR UPDATE

-- name: newest_kit^
SELECT id, kit_id, version, origin, status, digest, package_sha256, manifest
FROM studio.kits
WHERE kit_id = :kit_id AND origin = 'imported' AND (:version::text IS NULL OR version = :version)
ORDER BY (status = 'active') DESC, string_to_array(version, '.')::int[] DESC LIMIT 1

-- name: upsert_kit$
INSERT INTO studio.kits AS k (id, kit_id, version, origin, status, digest, package_sha256, manifest)
VALUES (:id, :kit_id, :version, :origin, :status, :digest, :package_sha256, :manifest)
ON CONFLICT (tenant_id, kit_id, version) DO UPDATE
SET digest = excluded.digest, package_sha256 = excluded.package_sha256, manifest = excluded.manifest, updated_at = now()
WHERE k.origin = 'shipped' AND excluded.origin = 'shipped' RETURNING k.id

-- name: move_kit!
UPDATE studio.kits SET status = :status, updated_at = now() WHERE id = :id

-- name: put_blob!
INSERT INTO kernel.blobs (sha256, size_bytes, media_type) VALUES (:sha256, :size_bytes, :media_type)
ON CONFLICT (tenant_id, sha256) DO NOTHING

-- name: insert_execution!
INSERT INTO studio.kit_executions (run_id, project_id, kit_row_id, kit_id, kit_version, kit_digest, package_sha256,
  artifact_id, specification_version, is_dry)
VALUES (:run_id, :project_id, :kit_row_id, :kit_id, :kit_version, :kit_digest, :package_sha256,
  :artifact_id, :specification_version, :is_dry)

-- name: list_executions
SELECT e.run_id, e.project_id, e.kit_id, e.kit_version, e.kit_digest, e.package_sha256, e.artifact_id,
       e.specification_version, e.is_dry, e.status, e.phase, e.is_waiting, e.plan_digest, e.rendered_sha256, e.log,
       e.error_code, e.error_message, e.created_at, r.created_by, r.started_at, r.completed_at,
       b.digest AS bundle_digest, b.sha256 AS bundle_sha256, b.size_bytes AS bundle_bytes
FROM studio.kit_executions e
JOIN kernel.runs r ON r.tenant_id = e.tenant_id AND r.id = e.run_id
LEFT JOIN studio.kit_bundles b ON b.tenant_id = e.tenant_id AND b.run_id = e.run_id
WHERE (:project_id::uuid IS NULL OR e.project_id = :project_id) AND (:run_id::uuid IS NULL OR e.run_id = :run_id)
ORDER BY e.run_id DESC LIMIT :limit

-- name: lock_execution^
SELECT status, phase, is_waiting, plan_digest FROM studio.kit_executions WHERE run_id = :run_id FOR UPDATE

-- name: set_phase!
UPDATE studio.kit_executions SET status = 'running', phase = :phase, is_waiting = false WHERE run_id = :run_id

-- name: set_plan!
UPDATE studio.kit_executions
SET status = 'running', phase = 'PLAN', plan_digest = :digest, rendered_sha256 = :rendered, is_waiting = :is_waiting
WHERE run_id = :run_id

-- name: set_log!
UPDATE studio.kit_executions SET log = :log WHERE run_id = :run_id

-- name: end_execution!
UPDATE studio.kit_executions
SET status = :status, is_waiting = false, error_code = :error_code, error_message = :error_message
WHERE run_id = :run_id AND status IN ('pending', 'running')

-- name: insert_plan!
INSERT INTO studio.kit_plans (project_id, run_id, digest, base_run_id)
VALUES (:project_id, :run_id, :digest, :base_run_id) ON CONFLICT (tenant_id, run_id, digest) DO NOTHING

-- name: insert_plan_items!
INSERT INTO studio.kit_plan_items (project_id, run_id, digest, path, action, sha256_before, sha256_after)
SELECT :project_id, :run_id, :digest, r.path, r.action, r.sha256_before, r.sha256_after
FROM jsonb_to_recordset(:rows) AS r (path text, action text, sha256_before text, sha256_after text)
ON CONFLICT (tenant_id, run_id, digest, path) DO NOTHING

-- name: get_plan^
SELECT p.digest, p.base_run_id, a.approved_by, a.approved_at,
       coalesce((SELECT u.email FROM kernel.users u WHERE u.id = kernel.person_in(a.approved_by)), a.approved_by) AS approved_name
FROM studio.kit_plans p
LEFT JOIN studio.kit_approvals a ON a.tenant_id = p.tenant_id AND a.run_id = p.run_id AND a.digest = p.digest
WHERE p.run_id = :run_id AND p.digest = :digest

-- name: list_plan_items
SELECT path, action, sha256_before, sha256_after FROM studio.kit_plan_items
WHERE run_id = :run_id AND digest = :digest ORDER BY path

-- name: insert_approval!
INSERT INTO studio.kit_approvals (project_id, run_id, digest) VALUES (:project_id, :run_id, :digest)

-- name: insert_outputs!
INSERT INTO studio.kit_outputs (id, project_id, run_id, position, output_id, path, file_type, status, errors, warnings,
  auto_fixed, repair_attempts, problems, size_bytes, sha256)
SELECT r.id, :project_id, :run_id, r.position, r.output_id, r.path, r.file_type, r.status, r.errors, r.warnings,
  r.auto_fixed, r.repair_attempts, r.problems, r.size_bytes, r.sha256
FROM jsonb_populate_recordset(NULL::studio.kit_outputs, :rows) r

-- name: list_outputs
SELECT position, output_id, path, file_type, status, errors, warnings, auto_fixed, repair_attempts, problems, size_bytes,
       sha256
FROM studio.kit_outputs WHERE run_id = :run_id ORDER BY position

-- name: insert_item!
INSERT INTO studio.kit_items (project_id, run_id, path, digest, sha256)
VALUES (:project_id, :run_id, :path, :digest, :sha256)

-- name: list_items
SELECT path, sha256 FROM studio.kit_items WHERE run_id = :run_id ORDER BY path

-- name: insert_bundle!
INSERT INTO studio.kit_bundles (run_id, project_id, kit_id, artifact_id, plan_digest, digest, sha256, size_bytes, files)
VALUES (:run_id, :project_id, :kit_id, :artifact_id, :plan_digest, :digest, :sha256, :size_bytes, :files)

-- name: newest_bundle^
SELECT run_id, digest, sha256, files FROM studio.kit_bundles
WHERE project_id = :project_id AND kit_id = :kit_id AND run_id <> :but ORDER BY made_at DESC, run_id DESC LIMIT 1

-- name: bundle_of^
SELECT run_id, digest, sha256, files FROM studio.kit_bundles WHERE run_id = :run_id

-- name: kits_with_bundles
SELECT DISTINCT b.kit_id FROM studio.kit_bundles b
JOIN studio.kit_executions e ON e.tenant_id = b.tenant_id AND e.run_id = b.run_id
WHERE b.project_id = :project_id AND e.status = 'completed'

-- name: specification^
SELECT s.version, t.status, t.artifact_id, a.artifact_payload AS payload FROM studio.specification_states t
JOIN studio.specifications s ON s.tenant_id = t.tenant_id AND s.artifact_id = t.artifact_id
JOIN gate.artifacts a ON a.tenant_id = t.tenant_id AND a.id = t.artifact_id
WHERE t.artifact_id = :artifact_id

-- name: pick_specification^
SELECT s.version, t.status, t.artifact_id FROM studio.specification_states t
JOIN studio.specifications s ON s.tenant_id = t.tenant_id AND s.artifact_id = t.artifact_id
WHERE t.project_id = :project_id AND (:version::text IS NULL OR s.version = :version)
ORDER BY (:approved_first AND t.status = 'approved') DESC, t.number DESC LIMIT 1

-- name: is_cancelled$
SELECT cancel_requested_at IS NOT NULL OR status NOT IN ('queued', 'running') FROM kernel.runs WHERE id = :id

-- name: open_inputs
SELECT t.id, g.target FROM studio.tasks t
JOIN studio.task_targets g ON g.tenant_id = t.tenant_id AND g.task_id = t.id
WHERE t.project_id = :project_id AND t.status = 'pending' AND g.kind = 'kit_input'
  AND starts_with(g.target, :kit_id || ':') ORDER BY t.id

-- name: insert_credential!
INSERT INTO studio.kit_credentials (id, project_id, kit_id, credential_id, kind, connection, expires_at)
VALUES (:id, :project_id, :kit_id, :credential_id, :kind, :connection, :expires_at)

-- name: list_credentials
SELECT id, project_id, kit_id, credential_id, kind, connection, expires_at, status, last_checked_at, last_check_status,
       created_at
FROM studio.kit_credentials
WHERE project_id = :project_id AND (:kit_id::text IS NULL OR kit_id = :kit_id) ORDER BY id DESC LIMIT :limit

-- name: active_credential^
SELECT id, project_id, kit_id, credential_id, kind, connection, expires_at, status, last_checked_at, last_check_status,
       created_at
FROM studio.kit_credentials
WHERE project_id = :project_id AND kit_id = :kit_id AND credential_id = :credential_id AND status = 'active'
  AND (expires_at IS NULL OR expires_at > now())

-- name: end_credential!
UPDATE studio.kit_credentials SET status = :status, updated_at = now() WHERE id = :id AND status = 'active'

-- name: note_check!
UPDATE studio.kit_credentials SET last_checked_at = now(), last_check_status = :status, updated_at = now()
WHERE id = :id

-- name: put_discovery!
INSERT INTO studio.kit_discoveries (id, project_id, kit_id, existing_state, implications, connection, expires_at)
VALUES (:id, :project_id, :kit_id, :existing_state, :implications, :connection, now() + make_interval(secs => :ttl_s))
ON CONFLICT (tenant_id, project_id, kit_id) DO UPDATE
SET existing_state = excluded.existing_state, implications = excluded.implications, connection = excluded.connection,
  discovered_at = now(), expires_at = excluded.expires_at, is_invalidated = false

-- name: get_discovery^
SELECT id, project_id, kit_id, existing_state, implications, connection, discovered_at, expires_at, is_invalidated
FROM studio.kit_discoveries
WHERE project_id = :project_id AND kit_id = :kit_id
  AND (NOT :is_fresh OR (NOT is_invalidated AND expires_at > now() AND connection = :connection))

-- name: invalidate_discovery!
UPDATE studio.kit_discoveries SET is_invalidated = true WHERE project_id = :project_id AND kit_id = :kit_id
