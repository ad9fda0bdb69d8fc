-- name: get_storyboard^
SELECT s.id, s.paper_id, s.run_id, s.storyboard_json, s.artifact_id, s.draft_artifact_id, s.storage_path,
       a.status::text AS status, a.content_hash, a.producer, a.grounding, a.version, a.decision_reason,
       p.title AS paper_title, s.created_at, s.updated_at
FROM papers.storyboards s
JOIN papers.papers p ON p.tenant_id = s.tenant_id AND p.id = s.paper_id
JOIN gate.artifacts a ON a.tenant_id = s.tenant_id AND a.id = s.artifact_id
WHERE s.id = :id AND (NOT :is_approved_only OR a.status = 'APPROVED')

-- name: find_storyboard_id$
SELECT s.id FROM papers.storyboards s WHERE s.paper_id = :paper_id AND s.artifact_id IS NOT NULL
ORDER BY s.created_at DESC, s.id LIMIT 1

-- name: list_storyboards
SELECT s.id, s.paper_id, s.run_id, s.storyboard_json, s.artifact_id, s.draft_artifact_id, s.storage_path,
       a.status::text AS status, a.content_hash, a.producer, a.grounding, a.version, a.decision_reason,
       p.title AS paper_title, s.created_at, s.updated_at
FROM papers.storyboards s
JOIN papers.papers p ON p.tenant_id = s.tenant_id AND p.id = s.paper_id
JOIN gate.artifacts a ON a.tenant_id = s.tenant_id AND a.id = s.artifact_id
WHERE (NOT :is_approved_only OR a.status = 'APPROVED')
  AND (:paper_id::uuid IS NULL OR s.paper_id = :paper_id) AND (:before::uuid IS NULL OR s.id < :before)
ORDER BY s.id DESC LIMIT :limit

-- name: insert_storyboard!
INSERT INTO papers.storyboards (id, paper_id, run_id, storyboard_json, storage_path, artifact_id)
VALUES (:id, :paper_id, :run_id, :storyboard_json, :storage_path, :artifact_id)

-- name: set_draft!
UPDATE papers.storyboards SET draft_artifact_id = :artifact_id, run_id = :run_id WHERE id = :id

-- name: put_waiting!
-- What was never shown is replaced at once: nobody reads it yet.
UPDATE papers.storyboards s SET storyboard_json = :storyboard_json, artifact_id = :artifact_id,
  draft_artifact_id = NULL, run_id = :run_id, storage_path = :storage_path
WHERE s.id = :id AND NOT EXISTS (SELECT 1 FROM gate.artifacts a WHERE a.tenant_id = s.tenant_id
  AND a.id = s.artifact_id AND a.status = 'APPROVED')
