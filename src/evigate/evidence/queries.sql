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

-- name: delete_module$
SELECT evidence.remove_module(:id) AS gone

-- name: insert_document_once!
INSERT INTO evidence.documents (id, module_id, store_id, title, source_uri, sha256, metadata, file_name)
VALUES (:id, :module_id, :store_id, :title, :source_uri, :sha256, :metadata, :file_name)
ON CONFLICT (tenant_id, module_id, source_uri) DO NOTHING

-- name: lock_document_by_uri^
SELECT id FROM evidence.documents
WHERE module_id = :module_id AND source_uri = :source_uri FOR UPDATE

-- name: lock_document^
SELECT id, module_id, store_id, sha256, revision FROM evidence.documents WHERE id = :id FOR UPDATE

-- name: replace_document!
UPDATE evidence.documents SET title = :title, sha256 = :sha256, metadata = :metadata,
  file_name = :file_name, revision = revision + 1, indexed_at = NULL
WHERE id = :id

-- name: set_metadata!
UPDATE evidence.documents SET metadata = metadata || CAST(:metadata AS jsonb) WHERE id = :id

-- name: list_stores
SELECT s.id, s.store_name, s.module_id, m.title, m.purpose, s.evidence_version, s.created_at,
  count(d.id)::int AS documents, count(d.indexed_at)::int AS indexed
FROM evidence.file_search_stores s
JOIN evidence.modules m ON m.tenant_id = s.tenant_id AND m.id = s.module_id
LEFT JOIN evidence.documents d ON d.tenant_id = s.tenant_id AND d.store_id = s.id
GROUP BY s.id, s.store_name, s.module_id, m.title, m.purpose, s.evidence_version, s.created_at
ORDER BY s.id DESC

-- name: list_documents
SELECT id, module_id, store_id, title, source_uri, sha256, metadata, file_name, indexed_at, created_at,
  revision
FROM evidence.documents WHERE store_id = :store_id ORDER BY id

-- name: get_document^
SELECT id, module_id, store_id, title, source_uri, sha256, metadata, file_name, indexed_at, created_at,
  revision
FROM evidence.documents WHERE id = :id

-- name: mark_indexed!
UPDATE evidence.documents d SET indexed_at = now()
FROM unnest(CAST(:ids AS uuid[]), CAST(:revisions AS int[])) AS read (id, revision)
WHERE d.id = read.id AND d.revision = read.revision AND d.store_id = :store_id

-- name: delete_document!
DELETE FROM evidence.documents WHERE id = :id

-- name: chunk_places
SELECT id, ordinal, page, start_char AS start, end_char AS "end", sha256, heading_path, kind
FROM evidence.chunks WHERE document_id = :document_id

-- name: delete_chunks!
DELETE FROM evidence.chunks WHERE id = ANY(CAST(:ids AS uuid[]))

-- name: delete_chunks_of_document!
DELETE FROM evidence.chunks WHERE document_id = :document_id

-- name: insert_chunks!
INSERT INTO evidence.chunks (id, module_id, document_id, ordinal, page, start_char, end_char, text,
  sha256, heading_path, kind, boxes)
SELECT c.id, :module_id, :document_id, c.ordinal, c.page, c.start, c."end", c.text, c.sha256,
  ARRAY(SELECT h.name FROM jsonb_array_elements_text(c.heading_path) WITH ORDINALITY AS h (name, n)
    ORDER BY h.n),
  c.kind, c.boxes
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS c (id uuid, ordinal int, page int, start int,
  "end" int, text text, sha256 text, heading_path jsonb, kind text, boxes jsonb)

-- name: chunks_of_document
SELECT id, module_id, document_id, ordinal, page, start_char AS start, end_char AS "end", text,
  sha256, heading_path, kind, boxes
FROM evidence.chunks WHERE document_id = :document_id ORDER BY ordinal

-- name: chunks_of_module
SELECT id, module_id, document_id, ordinal, page, start_char AS start, end_char AS "end", text,
  sha256, heading_path, kind, boxes
FROM evidence.chunks WHERE module_id = :module_id ORDER BY document_id, ordinal

-- name: chunks_by_id
SELECT id, module_id, document_id, ordinal, page, start_char AS start, end_char AS "end", text,
  sha256, heading_path, kind, boxes
FROM evidence.chunks WHERE id = ANY(CAST(:ids AS uuid[]))
