-- name: list_objectives
SELECT id, context_type, version, display_name, config, is_active, created_at FROM studio.objectives
WHERE (:id::uuid IS NULL OR id = :id)
ORDER BY context_type, string_to_array(version, '.')::int[] DESC

-- name: add_objective^
INSERT INTO studio.objectives (id, context_type, version, display_name, config, is_active)
VALUES (:id, :context_type, :version, :display_name, :config, NOT EXISTS (
  SELECT 1 FROM studio.objectives o WHERE o.context_type = :context_type AND o.is_active))
ON CONFLICT (tenant_id, context_type, version) DO NOTHING RETURNING id

-- name: retire_objectives!
UPDATE studio.objectives SET is_active = false WHERE context_type = :context_type AND is_active AND id <> :id

-- name: activate_objective!
UPDATE studio.objectives SET is_active = true WHERE id = :id
