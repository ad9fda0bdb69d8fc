-- name: create_table!
SELECT engine.create_mutable(:id, :name, :session_id, :schema, :columns, :primary_key, :order_column,
  :indexes);

-- name: list_tables
SELECT t.id, t.name, t.schema AS schema_bytes, t.primary_key, t.order_column, t.session_id,
  t.created_by, t.created_at,
  coalesce((SELECT jsonb_agg(jsonb_build_object('name', i.name, 'columns', i.columns,
                                                'is_unique', i.is_unique) ORDER BY i.ordinal)
            FROM engine.mutable_indexes i
            WHERE i.tenant_id = t.tenant_id AND i.table_id = t.id), '[]') AS indexes
FROM engine.mutable_tables t
WHERE t.session_id IS NOT DISTINCT FROM :session_id::uuid
  AND (:name::text IS NULL OR lower(t.name) = lower(:name::text))
ORDER BY t.name;

-- name: count_tables$
SELECT count(*) FROM engine.mutable_tables;

-- name: delete_table!
DELETE FROM engine.mutable_tables WHERE id = :id;

-- name: read_version^
SELECT version, pieces FROM engine.mutable_version(:id);

-- name: merge_changes!
SELECT engine.merge_mutable_changes(:id);
