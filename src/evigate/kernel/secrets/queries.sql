-- name: write_secret!
INSERT INTO kernel.secrets (name, sealed) VALUES (:name, :sealed)
ON CONFLICT (tenant_id, name) DO UPDATE SET sealed = excluded.sealed, updated_at = now()

-- name: read_secret$
SELECT sealed FROM kernel.secrets WHERE name = :name

-- name: list_secrets
SELECT name, updated_at FROM kernel.secrets ORDER BY name

-- name: delete_secret!
DELETE FROM kernel.secrets WHERE name = :name
