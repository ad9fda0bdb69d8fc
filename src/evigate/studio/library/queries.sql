-- name: list_own
SELECT i.id, i.kind, i.key, i.version, i.is_withdrawn, v.entry, v.written_by, v.written_at
FROM studio.library_items i
JOIN studio.library_versions v ON v.tenant_id = i.tenant_id AND v.item_id = i.id AND v.version = i.version
WHERE NOT i.is_withdrawn ORDER BY i.kind, i.key

-- name: find_own^
SELECT i.id, i.kind, i.key, i.version, i.is_withdrawn, v.entry, v.written_by, v.written_at
FROM studio.library_items i
JOIN studio.library_versions v ON v.tenant_id = i.tenant_id AND v.item_id = i.id AND v.version = i.version
WHERE i.kind = :kind AND i.key = :key

-- name: list_versions
SELECT v.version, v.entry, v.written_by, v.written_at
FROM studio.library_versions v JOIN studio.library_items i ON i.tenant_id = v.tenant_id AND i.id = v.item_id
WHERE i.kind = :kind AND i.key = :key ORDER BY v.version DESC

-- name: insert_item!
INSERT INTO studio.library_items (id, kind, key, version) VALUES (:id, :kind, :key, 1)
ON CONFLICT DO NOTHING

-- name: advance_item!
UPDATE studio.library_items SET version = version + 1, is_withdrawn = :is_withdrawn
WHERE kind = :kind AND key = :key AND version = :version

-- name: insert_version!
INSERT INTO studio.library_versions (item_id, version, entry)
SELECT i.id, :version, :entry FROM studio.library_items i WHERE i.kind = :kind AND i.key = :key

-- name: lock_library$
SELECT pg_advisory_xact_lock(hashtextextended('studio.library ' || kernel.current_tenant()::text, 0))
