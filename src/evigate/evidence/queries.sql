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
