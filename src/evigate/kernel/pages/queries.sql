-- The policy on tenants shows each its own row alone.

-- name: own_tenant^
SELECT name, slug FROM kernel.tenants
