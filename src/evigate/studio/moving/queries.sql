-- name: project_tables
SELECT name FROM studio.project_tables() ORDER BY place

-- name: stays^
SELECT (SELECT count(*) FROM studio.kit_executions e WHERE e.project_id = :project_id) AS kit_runs,
  (SELECT count(*) FROM studio.kit_credentials k WHERE k.project_id = :project_id) AS credentials,
  (SELECT count(*) FROM studio.reviews r JOIN agents.concerts c ON c.tenant_id = r.tenant_id AND c.run_id = r.run_id
   WHERE r.project_id = :project_id AND c.status NOT IN ('completed', 'failed', 'cancelled')) AS reviews

-- name: export_project$
SELECT studio.export_project(:project_id)

-- name: import_project$
SELECT studio.import_project(:rows)

-- name: is_there$
SELECT EXISTS (SELECT 1 FROM studio.projects p WHERE p.id = :project_id)
