-- name: insert_design!
INSERT INTO studio.designs (id, project_id, number, board, accent, tokens, css, contrast)
SELECT :id, :project_id, coalesce(max(d.number), 0) + 1, :board, :accent, :tokens, :css, :contrast
FROM studio.designs d WHERE d.project_id = :project_id

-- name: list_designs
SELECT id, number, board, accent, tokens, css, contrast, chosen_by, chosen_at FROM studio.designs
WHERE project_id = :project_id ORDER BY number DESC LIMIT :limit
