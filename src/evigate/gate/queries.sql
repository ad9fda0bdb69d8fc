-- name: create_artifact^
SELECT id, version, status FROM gate.create_artifact(
  :id, :module_id, :kind, :key, :schema_version, :payload, :blob_sha256, :content_hash, :grounding,
  :evidence_version, :run_id)

-- name: decide_artifact$
SELECT gate.decide_artifact(:id, :status, :reason) AS status

-- name: get_artifact^
SELECT id, module_id, kind, key, version, status::text, schema_version, artifact_payload, blob_sha256,
       content_hash, grounding, evidence_version, run_id, decided_by, decision_reason, approved_at,
       rejected_at, created_at
FROM gate.artifacts WHERE id = :id

-- name: list_artifacts
SELECT id, module_id, kind, key, version, status::text, schema_version, artifact_payload, blob_sha256,
       content_hash, grounding, evidence_version, run_id, decided_by, decision_reason, approved_at,
       rejected_at, created_at
FROM gate.artifacts
WHERE (:module_id::uuid IS NULL OR module_id = :module_id)
  AND (:status::text IS NULL OR status::text = :status)
ORDER BY created_at DESC, id DESC LIMIT :limit
