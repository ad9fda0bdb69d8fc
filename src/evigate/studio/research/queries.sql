-- name: add_task^
INSERT INTO studio.research_tasks (id, session_id, need_key, task_type, query, priority)
VALUES (:id, :session_id, :need_key, :task_type, :query, :priority)
ON CONFLICT (tenant_id, session_id, task_type, query) DO NOTHING RETURNING id

-- name: list_tasks
SELECT r.id, r.session_id, r.need_key, r.task_type, r.query, r.status, r.attempts, r.priority, r.result,
       r.error_message, r.created_at, r.started_at, r.completed_at
FROM studio.research_tasks r JOIN studio.sessions s ON s.tenant_id = r.tenant_id AND s.id = r.session_id
WHERE (:project_id::uuid IS NULL OR s.project_id = :project_id) AND (:id::uuid IS NULL OR r.id = :id)
ORDER BY r.priority DESC, r.id LIMIT :limit

-- name: session_of^
SELECT s.id, p.module_id FROM studio.sessions s
JOIN studio.projects p ON p.tenant_id = s.tenant_id AND p.id = s.project_id WHERE s.project_id = :project_id

-- name: project_of^
SELECT s.project_id FROM studio.research_tasks r
JOIN studio.sessions s ON s.tenant_id = r.tenant_id AND s.id = r.session_id WHERE r.id = :id

-- name: module_of^
SELECT p.module_id FROM studio.research_tasks r
JOIN studio.sessions s ON s.tenant_id = r.tenant_id AND s.id = r.session_id
JOIN studio.projects p ON p.tenant_id = s.tenant_id AND p.id = s.project_id WHERE r.id = :id

-- name: begin_task^
UPDATE studio.research_tasks SET status = 'running', attempts = attempts + 1, started_at = now(),
  error_message = NULL
WHERE id = :id AND status IN ('pending', 'running') AND attempts < :attempts_max
RETURNING id, task_type, query

-- name: complete_task!
UPDATE studio.research_tasks SET status = 'completed', result = :result, completed_at = now()
WHERE id = :id AND status = 'running'

-- name: fail_task!
UPDATE studio.research_tasks SET status = 'failed', error_message = :error, completed_at = now()
WHERE id = :id AND status IN ('pending', 'running')

-- name: reopen_task^
UPDATE studio.research_tasks SET status = 'pending', attempts = 0, started_at = NULL, completed_at = NULL,
  error_message = NULL
WHERE id = :id AND status = 'failed' RETURNING id
