-- Builds in the background; a build is a run of its kind, with its project in its input.

-- name: list_builds
SELECT id FROM kernel.runs
WHERE kind = :kind AND input ->> 'project_id' = :project_id
ORDER BY id DESC LIMIT 20
