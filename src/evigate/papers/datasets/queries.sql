-- name: list_datasets
SELECT name, entry, sha256, size_bytes, licence_reason FROM papers.datasets ORDER BY name

-- name: put_dataset!
INSERT INTO papers.datasets (name, entry, sha256, size_bytes) VALUES (:name, :entry, :sha256, :size_bytes)
ON CONFLICT (tenant_id, name) DO UPDATE
SET entry = excluded.entry, sha256 = excluded.sha256, size_bytes = excluded.size_bytes

-- name: allow_dataset!
INSERT INTO papers.datasets (name, licence_reason) VALUES (:name, :reason)
ON CONFLICT (tenant_id, name) DO UPDATE SET licence_reason = excluded.licence_reason

-- name: remove_dataset!
DELETE FROM papers.datasets WHERE name = :name
