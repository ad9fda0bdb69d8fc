-- name: insert_task!
INSERT INTO studio.tasks (id, project_id, kind, title, description, priority, component_key, assignee_id,
  assignee_role, due_on, status)
VALUES (:id, :project_id, :kind, :title, :description, :priority, :component_key, :assignee_id, :assignee_role,
  :due_on, 'pending')

-- name: insert_actions!
INSERT INTO studio.task_actions (id, project_id, task_id, position, kind, label, config, is_required)
SELECT r.id, :project_id, :task_id, r.position, r.kind, r.label, r.config, r.is_required
FROM jsonb_populate_recordset(NULL::studio.task_actions, :rows) r

-- name: insert_targets!
INSERT INTO studio.task_targets (project_id, task_id, kind, target)
SELECT :project_id, :task_id, r.kind, r.target FROM jsonb_populate_recordset(NULL::studio.task_targets, :rows) r
ON CONFLICT DO NOTHING

-- name: insert_wait!
INSERT INTO studio.task_waits (project_id, task_id, waits_for) VALUES (:project_id, :task_id, :waits_for)
ON CONFLICT DO NOTHING

-- name: delete_wait!
DELETE FROM studio.task_waits WHERE task_id = :task_id AND waits_for = :waits_for

-- What is due by a day, is not begun being told of, and is still to be done.
-- name: to_remind
SELECT t.id, t.project_id, t.due_on, t.due_on < :today AS is_late FROM studio.tasks t
WHERE t.status = 'pending' AND t.due_on <= :soon AND NOT EXISTS (
  SELECT 1 FROM studio.task_activity a WHERE a.tenant_id = t.tenant_id AND a.task_id = t.id AND a.kind = 'reminded'
    AND a.details = jsonb_build_object('due_on', t.due_on, 'is_late', t.due_on < :today))
ORDER BY t.due_on, t.id

-- What happened is told to who has it open; the row itself stays as it is.
-- name: touch_task!
UPDATE studio.tasks SET title = title WHERE id = :id

-- name: open_about
SELECT r.target, count(DISTINCT r.id)::int AS count FROM (
  SELECT t.id, g.target FROM studio.tasks t JOIN studio.task_targets g ON g.tenant_id = t.tenant_id AND g.task_id = t.id
  WHERE t.project_id = :project_id AND t.status = 'pending' AND g.kind = :kind
  UNION ALL
  SELECT t.id, t.need_key FROM studio.tasks t
  WHERE t.project_id = :project_id AND t.status = 'pending' AND :kind = 'need' AND t.need_key IS NOT NULL) r
GROUP BY r.target

-- name: note!
INSERT INTO studio.task_activity (project_id, task_id, kind, details)
VALUES (:project_id, :task_id, :kind, :details)

-- name: project_of^
SELECT project_id FROM studio.tasks WHERE id = :id

-- name: project_name^
SELECT id, name FROM studio.projects WHERE id = :id

-- name: lock_project!
SELECT id FROM studio.projects WHERE id = :id FOR NO KEY UPDATE

-- name: list_tasks
SELECT t.id, t.project_id, p.name AS project_name, t.kind, t.title, t.description, t.state, t.priority,
       t.component_key, t.need_key, t.options, t.result, t.assignee_id, t.assignee_role, t.due_on, t.blockers,
       t.version, t.created_at, t.created_by, t.closed_at
FROM studio.task_states t JOIN studio.projects p ON p.tenant_id = t.tenant_id AND p.id = t.project_id
WHERE (:id::uuid IS NULL OR t.id = :id)
  AND (:seen::uuid[] IS NULL OR t.project_id = ANY(:seen))
  AND (:project_id::uuid IS NULL OR t.project_id = :project_id)
  AND (:kind::text IS NULL OR t.kind = :kind)
  AND (:state::text IS NULL OR t.state = :state)
  AND (:due_by::date IS NULL OR t.due_on <= :due_by)
  AND (NOT :mine OR t.status = 'pending' AND (t.assignee_id = :person OR t.assignee_role = :role
    OR t.assignee_id IS NULL AND t.assignee_role IS NULL))
  AND (:target_kind::text IS NULL OR (:target_kind = 'need' AND t.need_key = :target) OR EXISTS (SELECT 1 FROM studio.task_targets g WHERE g.tenant_id = t.tenant_id
    AND g.task_id = t.id AND g.kind = :target_kind AND g.target = :target))
  AND (:before::uuid IS NULL OR (t.created_at, t.id) < (SELECT o.created_at, o.id FROM studio.tasks o WHERE o.id = :before))
ORDER BY t.created_at DESC, t.id DESC LIMIT :limit

-- name: lock_task!
SELECT id FROM studio.tasks WHERE id = :id FOR NO KEY UPDATE

-- name: list_actions
SELECT id, label, config, is_required FROM studio.task_actions WHERE task_id = :id ORDER BY position

-- name: list_targets
SELECT kind, target FROM studio.task_targets WHERE task_id = :id ORDER BY kind, target

-- name: list_waits
SELECT o.id, o.title, o.status = 'pending' AS is_open FROM studio.task_waits w
JOIN studio.tasks o ON o.tenant_id = w.tenant_id AND o.id = w.waits_for WHERE w.task_id = :id ORDER BY o.created_at, o.id

-- name: list_submissions
SELECT id, action_id, data, bindings, submitted_by, submitted_at FROM studio.task_submissions
WHERE task_id = :id ORDER BY submitted_at, id

-- name: list_activity
SELECT kind, actor, details, created_at FROM studio.task_activity WHERE task_id = :id ORDER BY id

-- name: edges
SELECT w.task_id, w.waits_for, t.title FROM studio.task_waits w
JOIN studio.tasks t ON t.tenant_id = w.tenant_id AND t.id = w.waits_for WHERE w.project_id = :project_id

-- name: change_task^
UPDATE studio.tasks SET assignee_id = :assignee_id, assignee_role = :assignee_role, due_on = :due_on,
  priority = :priority, version = version + 1
WHERE id = :id AND version = :version AND status = 'pending' RETURNING id

-- name: start_task!
UPDATE studio.tasks SET started_at = coalesce(started_at, now()) WHERE id = :id AND status = 'pending'

-- name: close_task!
UPDATE studio.tasks SET status = :status, result = :result, version = version + 1 WHERE id = :id AND status = 'pending'

-- name: find_submission^
SELECT task_id, action_id, data_hash FROM studio.task_submissions WHERE idempotency_key = :key

-- name: insert_submission!
INSERT INTO studio.task_submissions (id, project_id, task_id, action_id, idempotency_key, data_hash, data, bindings)
VALUES (:id, :project_id, :task_id, :action_id, :key, :data_hash, :data, :bindings)

-- name: take_secret$
SELECT studio.take_secret(:task_id, :field, :sealed)

-- name: insert_file!
INSERT INTO studio.task_files (project_id, task_id, digest, name, bytes)
VALUES (:project_id, :task_id, :digest, :name, :bytes) ON CONFLICT DO NOTHING

-- name: get_file^
SELECT name, bytes FROM studio.task_files WHERE task_id = :task_id AND digest = :digest

-- name: left_to_do^
SELECT count(*)::int AS count FROM studio.task_actions a WHERE a.task_id = :id AND a.is_required AND NOT EXISTS (
  SELECT 1 FROM studio.task_submissions s WHERE s.tenant_id = a.tenant_id AND s.action_id = a.id)

-- name: result_of^
SELECT jsonb_object_agg(a.label, s.data) AS result FROM studio.task_actions a
JOIN LATERAL (SELECT b.data FROM studio.task_submissions b WHERE b.tenant_id = a.tenant_id AND b.action_id = a.id
  ORDER BY b.submitted_at DESC, b.id DESC LIMIT 1) s ON true WHERE a.task_id = :id
