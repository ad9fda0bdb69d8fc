-- name: project_tables
SELECT name FROM studio.project_tables() ORDER BY place

-- name: export_project$
SELECT studio.export_project(:project_id)

-- name: import_project$
SELECT studio.import_project(:rows)

-- name: is_there$
SELECT EXISTS (SELECT 1 FROM studio.projects p WHERE p.id = :project_id)
