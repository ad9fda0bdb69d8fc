-- name: add_organisation!
INSERT INTO kernel.organisations (id, slug, name, owner_id) VALUES (:id, :slug, :name, :owner_id)

-- name: put_member!
INSERT INTO kernel.organisation_members (organisation_id, user_id, role) VALUES (:organisation_id, :user_id, :role)
ON CONFLICT (tenant_id, organisation_id, user_id) DO UPDATE SET role = excluded.role

-- name: check_references!
SET CONSTRAINTS ALL IMMEDIATE

-- name: ensure_role!
INSERT INTO kernel.roles (id, name, description, capabilities) VALUES (:id, :name, :description, :capabilities)
ON CONFLICT (tenant_id, name) DO NOTHING

-- name: list_organisations
SELECT o.id, o.slug, o.name, u.email AS owner, o.version, o.created_at,
  (SELECT count(*) FROM kernel.organisation_members m
    WHERE m.tenant_id = o.tenant_id AND m.organisation_id = o.id)::int AS members,
  (SELECT count(*) FROM kernel.engagements e
    WHERE e.tenant_id = o.tenant_id AND e.organisation_id = o.id AND e.status = 'active')::int AS active_engagements
FROM kernel.organisations o JOIN kernel.users u ON u.id = o.owner_id
WHERE (:id::uuid IS NULL OR o.id = :id) AND (:seen::uuid[] IS NULL OR o.id = ANY(:seen)) ORDER BY o.name, o.id

-- name: rename^
UPDATE kernel.organisations SET name = :name, version = version + 1, updated_at = now()
WHERE id = :id AND version = :version RETURNING version

-- name: lock_organisation^
SELECT id FROM kernel.organisations WHERE id = :id FOR UPDATE

-- name: remove_organisation!
DELETE FROM kernel.organisations WHERE id = :id

-- name: list_members
SELECT m.user_id, u.email, m.role, m.joined_at
FROM kernel.organisation_members m JOIN kernel.users u ON u.id = m.user_id
WHERE m.organisation_id = :organisation_id
ORDER BY array_position(ARRAY['owner', 'admin', 'member'], m.role), u.email

-- name: find_person^
SELECT u.id AS user_id, m.role FROM kernel.memberships m JOIN kernel.users u ON u.id = m.user_id
WHERE u.email = :email

-- name: remove_member^
DELETE FROM kernel.organisation_members WHERE organisation_id = :organisation_id AND user_id = :user_id
RETURNING user_id

-- name: step_down!
UPDATE kernel.organisation_members SET role = 'admin' WHERE organisation_id = :organisation_id AND role = 'owner'

-- name: step_up^
UPDATE kernel.organisation_members SET role = 'owner'
WHERE organisation_id = :organisation_id AND user_id = :user_id RETURNING user_id

-- name: set_owner!
UPDATE kernel.organisations SET owner_id = :owner_id, version = version + 1, updated_at = now() WHERE id = :id

-- name: revoke_grants
DELETE FROM kernel.role_grants
WHERE user_id = :user_id AND (:scope::text IS NULL OR scope = :scope)
  AND (organisation_id = :organisation_id OR (:scope::text IS NULL AND scope = 'organisation:' || :organisation_id::text))
RETURNING id

-- name: add_grant!
INSERT INTO kernel.role_grants (id, role_id, user_id, scope, organisation_id)
VALUES (:id, :role_id, :user_id, :scope, :organisation_id) ON CONFLICT ON CONSTRAINT role_grants_held_once DO NOTHING

-- name: list_role_names
SELECT name FROM kernel.roles ORDER BY name

-- name: find_role^
SELECT id, capabilities FROM kernel.roles WHERE name = :name

-- name: list_engagements
SELECT e.id, e.organisation_id, e.user_id, u.email, e.resource, e.role_id, r.name AS role, e.status, e.created_at
FROM kernel.engagements e JOIN kernel.users u ON u.id = e.user_id
LEFT JOIN kernel.roles r ON r.tenant_id = e.tenant_id AND r.id = e.role_id
WHERE e.organisation_id = :organisation_id AND (:id::uuid IS NULL OR e.id = :id)
ORDER BY array_position(ARRAY['active', 'completed', 'archived'], e.status), e.resource, u.email

-- name: lock_engagement^
SELECT id FROM kernel.engagements WHERE id = :id AND organisation_id = :organisation_id FOR UPDATE

-- name: add_engagement!
INSERT INTO kernel.engagements (id, organisation_id, user_id, role_id, resource)
VALUES (:id, :organisation_id, :user_id, :role_id, :resource)

-- name: set_status!
UPDATE kernel.engagements SET status = :status, updated_at = now() WHERE id = :id

-- name: reassign!
UPDATE kernel.engagements SET user_id = :user_id, updated_at = now() WHERE id = :id

-- name: remove_engagements!
DELETE FROM kernel.engagements
WHERE organisation_id = :organisation_id AND (:id::uuid IS NULL OR id = :id) AND status <> 'active'

-- name: list_places
SELECT e.resource, o.name AS organisation, e.status
FROM kernel.engagements e JOIN kernel.organisations o ON o.tenant_id = e.tenant_id AND o.id = e.organisation_id
WHERE e.user_id = :user_id AND e.status <> 'archived'
ORDER BY array_position(ARRAY['active', 'completed'], e.status), e.created_at DESC, e.id
