-- name: insert_review!
INSERT INTO studio.reviews (run_id, project_id, artifact_id, request_id)
VALUES (:run_id, :project_id, :artifact_id, :request_id)

-- name: list_reviews
SELECT r.run_id AS id, r.project_id, r.artifact_id, s.version AS specification, r.request_id, r.task_id, r.settled_at,
       (SELECT count(*) FROM studio.context_requests q, jsonb_array_elements(q.lines) l
        WHERE q.tenant_id = r.tenant_id AND q.id = r.request_id AND l ->> 'state' <> 'whole') AS left_out
FROM studio.reviews r
JOIN studio.specifications s ON s.tenant_id = r.tenant_id AND s.artifact_id = r.artifact_id
WHERE (:project_id::uuid IS NULL OR r.project_id = :project_id) AND (:id::uuid IS NULL OR r.run_id = :id)
ORDER BY r.run_id DESC LIMIT :limit

-- name: lock_review^
SELECT run_id FROM studio.reviews WHERE run_id = :id FOR UPDATE

-- name: set_task!
UPDATE studio.reviews SET task_id = :task_id WHERE run_id = :id

-- name: settle!
UPDATE studio.reviews SET settled_at = now() WHERE run_id = :id AND settled_at IS NULL
