-- name: insert_module!
INSERT INTO learning.modules (module_id, description, subject, position)
VALUES (:module_id, :description, :subject,
  (SELECT coalesce(max(m.position), -1) + 1 FROM learning.modules m))

-- name: list_modules
SELECT m.module_id AS id, e.title, m.description, m.subject, m.position, m.grade_min, m.grade_max, m.archived_at,
       m.created_at, s.id AS store_id, s.store_name, s.evidence_version,
       (SELECT count(*) FROM evidence.documents d WHERE d.tenant_id = m.tenant_id AND d.module_id = m.module_id)::int AS documents,
       coalesce(i.approved, 0) AS approved, coalesce(i.pending, 0) AS pending, coalesce(i.rejected, 0) AS rejected,
       ARRAY(SELECT p.requires_module_id FROM learning.prerequisites p
             WHERE p.tenant_id = m.tenant_id AND p.module_id = m.module_id ORDER BY 1) AS requires
FROM learning.modules m
JOIN evidence.modules e ON e.tenant_id = m.tenant_id AND e.id = m.module_id
JOIN evidence.file_search_stores s ON s.tenant_id = m.tenant_id AND s.module_id = m.module_id
LEFT JOIN LATERAL (
  SELECT count(*) FILTER (WHERE a.status = 'APPROVED')::int AS approved,
         count(*) FILTER (WHERE a.status = 'PENDING_EVAL')::int AS pending,
         count(*) FILTER (WHERE a.status = 'REJECTED')::int AS rejected
  FROM learning.items t JOIN gate.artifacts a ON a.tenant_id = t.tenant_id AND a.id = t.artifact_id
  WHERE t.tenant_id = m.tenant_id AND t.module_id = m.module_id) i ON true
WHERE (:id::uuid IS NULL OR m.module_id = :id) AND (:is_archived OR m.archived_at IS NULL)
ORDER BY m.position, m.module_id

-- name: update_module!
UPDATE learning.modules SET description = coalesce(:description, description),
  subject = coalesce(:subject, subject), position = coalesce(:position::int, position),
  grade_min = coalesce(:grade_min::int, grade_min), grade_max = coalesce(:grade_max::int, grade_max)
WHERE module_id = :id

-- name: rename_module!
UPDATE evidence.modules SET title = :title WHERE id = :id

-- name: archive_module!
UPDATE learning.modules SET archived_at = CASE WHEN :is_archived THEN now() END WHERE module_id = :id

-- name: delete_prerequisites!
DELETE FROM learning.prerequisites WHERE module_id = :module_id

-- name: insert_prerequisites!
INSERT INTO learning.prerequisites (module_id, requires_module_id)
SELECT :module_id, unnest(:requires::uuid[])

-- name: leads_to$
WITH RECURSIVE before AS (
  SELECT p.requires_module_id FROM learning.prerequisites p WHERE p.module_id = :from_id
  UNION SELECT p.requires_module_id FROM learning.prerequisites p JOIN before b ON p.module_id = b.requires_module_id
) SELECT EXISTS (SELECT 1 FROM before WHERE requires_module_id = :to_id) AS leads

-- name: insert_objective!
INSERT INTO learning.objectives (id, module_id, position, text, section, source)
VALUES (:id, :module_id, (SELECT coalesce(max(o.position), -1) + 1 FROM learning.objectives o
  WHERE o.module_id = :module_id), :text, :section, :source)
ON CONFLICT (tenant_id, module_id, text) DO NOTHING

-- name: list_objectives
SELECT o.id, o.module_id, o.position, o.text, o.section, o.source,
       (SELECT count(*) FROM learning.approved_bank b WHERE b.tenant_id = o.tenant_id AND b.objective_id = o.id)::int AS items
FROM learning.objectives o WHERE o.module_id = :module_id ORDER BY o.position, o.id

-- name: delete_objective!
DELETE FROM learning.objectives WHERE id = :id

-- name: move_objective!
UPDATE learning.objectives SET position = :position WHERE id = :id
