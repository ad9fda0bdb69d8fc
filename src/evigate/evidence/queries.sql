-- name: insert_module!
INSERT INTO evidence.modules (id, title, purpose) VALUES (:id, :title, :purpose)

-- name: insert_store!
INSERT INTO evidence.file_search_stores (id, module_id, store_name) VALUES (:id, :module_id, :store_name)

-- name: insert_blob!
INSERT INTO kernel.blobs (sha256, size_bytes, media_type) VALUES (:sha256, :size_bytes, :media_type)
ON CONFLICT (tenant_id, sha256) DO NOTHING

-- name: insert_document!
INSERT INTO evidence.documents (id, module_id, store_id, title, source_uri, sha256, metadata, file_name)
VALUES (:id, :module_id, :store_id, :title, :source_uri, :sha256, :metadata, :file_name)

-- name: digests_of_store
SELECT sha256 FROM evidence.documents WHERE store_id = :store_id ORDER BY sha256

-- name: set_evidence_version!
UPDATE evidence.file_search_stores SET evidence_version = :evidence_version WHERE id = :store_id

-- name: evidence_version$
SELECT evidence_version FROM evidence.file_search_stores WHERE module_id = :module_id

-- name: delete_module!
DELETE FROM evidence.modules WHERE id = :id

-- name: insert_document_once!
INSERT INTO evidence.documents (id, module_id, store_id, title, source_uri, sha256, metadata, file_name)
VALUES (:id, :module_id, :store_id, :title, :source_uri, :sha256, :metadata, :file_name)
ON CONFLICT (tenant_id, module_id, source_uri) DO NOTHING

-- name: list_stores
SELECT s.id, s.store_name, s.module_id, m.title, m.purpose, s.evidence_version, s.created_at,
  count(d.id)::int AS documents, count(d.indexed_at)::int AS indexed
FROM evidence.file_search_stores s
JOIN evidence.modules m ON m.tenant_id = s.tenant_id AND m.id = s.module_id
LEFT JOIN evidence.documents d ON d.tenant_id = s.tenant_id AND d.store_id = s.id
GROUP BY s.id, s.store_name, s.module_id, m.title, m.purpose, s.evidence_version, s.created_at
ORDER BY s.id DESC

-- name: list_documents
SELECT id, store_id, title, source_uri, sha256, file_name, indexed_at, created_at
FROM evidence.documents WHERE store_id = :store_id ORDER BY id

-- name: get_document^
SELECT id, store_id, title, source_uri, sha256, file_name, indexed_at, created_at
FROM evidence.documents WHERE id = :id

-- name: mark_indexed!
UPDATE evidence.documents SET indexed_at = now() WHERE store_id = :store_id AND id = ANY(:ids)

-- name: delete_document!
DELETE FROM evidence.documents WHERE id = :id
