-- name: list_roles
SELECT id, name, description, capabilities, version FROM kernel.roles ORDER BY name

-- name: add_role!
INSERT INTO kernel.roles (id, name, description, capabilities)
VALUES (:id, :name, :description, :capabilities)

-- name: change_role^
UPDATE kernel.roles SET name = :name, description = :description, capabilities = :capabilities,
  version = version + 1, updated_at = now()
WHERE id = :id AND version = :version RETURNING version

-- name: remove_role^
DELETE FROM kernel.roles WHERE id = :id RETURNING id

-- name: list_grants
SELECT g.id, g.role_id, r.name AS role, g.user_id, u.email, g.scope, g.granted_by, g.created_at, g.expires_at,
       g.organisation_id
FROM kernel.role_grants g JOIN kernel.roles r ON r.id = g.role_id JOIN kernel.users u ON u.id = g.user_id
ORDER BY u.email, r.name, g.scope

-- name: add_grant^
INSERT INTO kernel.role_grants (id, role_id, user_id, scope, expires_at)
VALUES (:id, :role_id, :user_id, :scope, :expires_at)
ON CONFLICT ON CONSTRAINT role_grants_held_once
  DO UPDATE SET expires_at = excluded.expires_at, granted_by = kernel.current_actor()
RETURNING id

-- name: remove_grant^
DELETE FROM kernel.role_grants WHERE id = :id RETURNING id

-- name: list_policies
SELECT id, name, description, effect, actions, resources, conditions, priority, is_enabled, version,
       created_by, updated_at
FROM kernel.policies ORDER BY priority DESC, effect DESC, name

-- name: add_policy!
INSERT INTO kernel.policies (id, name, description, effect, actions, resources, conditions, priority, is_enabled)
VALUES (:id, :name, :description, :effect, :actions, :resources, :conditions, :priority, :is_enabled)

-- name: change_policy^
UPDATE kernel.policies SET name = :name, description = :description, effect = :effect, actions = :actions,
  resources = :resources, conditions = :conditions, priority = :priority, is_enabled = :is_enabled,
  version = version + 1, updated_at = now()
WHERE id = :id AND version = :version RETURNING version

-- name: remove_policy^
DELETE FROM kernel.policies WHERE id = :id RETURNING id

-- name: is_member$
SELECT EXISTS (SELECT 1 FROM kernel.memberships WHERE user_id = :user_id)

-- name: list_attributes
SELECT m.user_id, m.attributes FROM kernel.memberships m ORDER BY m.user_id

-- name: set_attributes^
UPDATE kernel.memberships SET attributes = :attributes WHERE user_id = :user_id RETURNING user_id

-- name: list_standings
SELECT u.id AS user_id, u.email, u.display_name, m.role, m.attributes,
  (SELECT jsonb_agg(to_jsonb(h)) FROM kernel.held_roles h
    WHERE h.tenant_id = m.tenant_id AND h.user_id = m.user_id) AS held
FROM kernel.memberships m JOIN kernel.users u ON u.id = m.user_id
WHERE (:user_id::uuid IS NULL OR m.user_id = :user_id) ORDER BY u.email

-- name: list_policy_versions
SELECT id, version FROM kernel.policies WHERE is_enabled ORDER BY id

-- name: get_policies
SELECT id, name, description, effect, actions, resources, conditions, priority, is_enabled, version,
       created_by, updated_at
FROM kernel.policies WHERE id = ANY(:ids)

-- name: add_evaluation!
INSERT INTO kernel.policy_evaluations (id, user_id, action, resource, is_allowed, reason, deciding, duration_us)
VALUES (:id, :user_id, :action, :resource, :is_allowed, :reason, :deciding, :duration_us)

-- name: list_evaluations
SELECT id, user_id, action, resource, is_allowed, reason, deciding, duration_us, evaluated_at
FROM kernel.policy_evaluations
WHERE (:resource::text IS NULL OR resource = :resource) AND (:is_allowed::boolean IS NULL OR is_allowed = :is_allowed)
ORDER BY evaluated_at DESC, id LIMIT :limit
