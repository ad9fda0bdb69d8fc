-- name: insert_specification!
INSERT INTO studio.specifications (artifact_id, project_id, version, style, source_hash, inputs, cited, plan_id,
  plan_version, board_version)
SELECT :artifact_id, :project_id, :version, :style, :source_hash, :inputs, :cited, :plan_id,
  (SELECT coalesce(sum(u.version), 0) FROM studio.plan_questions u WHERE u.project_id = :project_id AND u.plan_id = :plan_id),
  (SELECT coalesce(sum(f.version), 0) FROM studio.features f WHERE f.project_id = :project_id)

-- name: list_versions
SELECT t.artifact_id AS id, t.version, t.number, t.status, t.blockers, t.is_current, s.style, s.source_hash, s.compiled_by,
       s.compiled_at, a.content_hash, a.decision_reason,
       (SELECT p.content_hash FROM gate.approvals p WHERE p.tenant_id = a.tenant_id AND p.artifact_id = a.id
          AND p.withdrawn_at IS NULL) AS pinned_hash
FROM studio.specification_states t
JOIN studio.specifications s ON s.tenant_id = t.tenant_id AND s.artifact_id = t.artifact_id
JOIN gate.artifacts a ON a.tenant_id = t.tenant_id AND a.id = t.artifact_id
WHERE t.project_id = :project_id ORDER BY t.number DESC LIMIT :limit

-- name: get_payload$
SELECT a.artifact_payload FROM gate.artifacts a WHERE a.id = :id

-- name: list_waiting
SELECT t.id, t.title, t.kind FROM studio.tasks t
WHERE t.project_id = :project_id AND t.session_id IS NULL AND t.status = 'pending'
ORDER BY t.created_at, t.id

-- name: insert_statements!
INSERT INTO studio.imported_statements (id, project_id, position, layout, path, title, quote, quote_start, quote_end)
SELECT r.id, :project_id, r.position, r.layout, r.path, r.title, r.quote, r.quote_start, r.quote_end
FROM jsonb_populate_recordset(NULL::studio.imported_statements, :rows) r
ON CONFLICT (tenant_id, project_id, path, quote_start) DO NOTHING

-- name: list_statements
SELECT id, layout, path, title, quote, quote_start, quote_end, status FROM studio.imported_statements
WHERE project_id = :project_id ORDER BY path, quote_start

-- name: decide_statement^
UPDATE studio.imported_statements SET status = :status, decided_by = kernel.current_actor()
WHERE project_id = :project_id AND id = :id AND status = 'pending'
RETURNING id, quote
