-- name: find_session^
SELECT session_id, tenant_id, user_id, role, email, display_name FROM kernel.find_session(:token_hash)

-- name: find_api_token^
SELECT token_id, tenant_id, user_id, role, email, display_name FROM kernel.find_api_token(:token_hash)

-- name: find_accounts
SELECT user_id, password_hash, tenant_id, role, display_name FROM kernel.find_accounts(:email)

-- name: redeem_link^
SELECT tenant_id, user_id, role FROM kernel.redeem_sign_in_link(:token_hash)

-- name: find_tenant^
SELECT id, name, slug, created_at, suspended_at FROM kernel.tenants WHERE slug = :slug

-- name: create_tenant!
INSERT INTO kernel.tenants (id, name, slug) VALUES (:id, :name, :slug)

-- name: suspend_tenant!
UPDATE kernel.tenants
SET suspended_at = CASE WHEN :suspended THEN coalesce(suspended_at, now()) END
WHERE slug = :slug

-- name: suspend_user!
UPDATE kernel.users
SET suspended_at = CASE WHEN :suspended THEN coalesce(suspended_at, now()) END
WHERE email = :email

-- name: list_tenants
SELECT id, name, slug, created_at, suspended_at FROM kernel.tenants ORDER BY slug

-- name: add_first_member!
INSERT INTO kernel.memberships (tenant_id, user_id, role) VALUES (:tenant_id, :user_id, 'owner')

-- name: ensure_user$
SELECT kernel.ensure_user(:id, :email, :display_name) AS id

-- name: add_member!
INSERT INTO kernel.memberships (user_id, role) VALUES (:user_id, :role)
ON CONFLICT (tenant_id, user_id) DO NOTHING

-- name: list_members
SELECT u.id AS user_id, u.email, u.display_name, m.role, u.suspended_at
FROM kernel.memberships m JOIN kernel.users u ON u.id = m.user_id ORDER BY u.email

-- name: change_role^
UPDATE kernel.memberships m SET role = :role FROM kernel.users u
WHERE u.id = m.user_id AND u.email = :email RETURNING m.user_id

-- name: check_references!
SET CONSTRAINTS ALL IMMEDIATE

-- name: remove_member^
DELETE FROM kernel.memberships m USING kernel.users u
WHERE u.id = m.user_id AND u.email = :email RETURNING m.user_id

-- name: first_owner^
SELECT u.id AS user_id, u.email, u.display_name, m.role, u.suspended_at
FROM kernel.memberships m JOIN kernel.users u ON u.id = m.user_id
WHERE m.role = 'owner' ORDER BY m.created_at, u.id LIMIT 1

-- name: set_password!
UPDATE kernel.memberships SET password_hash = :password_hash WHERE user_id = :user_id

-- name: insert_session!
INSERT INTO kernel.sessions (id, user_id, token_hash, expires_at, user_agent)
VALUES (:id, :user_id, :token_hash, now() + make_interval(secs => :lifetime_s), :user_agent)

-- name: delete_session!
DELETE FROM kernel.sessions WHERE token_hash = :token_hash

-- name: delete_old_sessions!
DELETE FROM kernel.sessions WHERE expires_at < now()

-- name: insert_link!
INSERT INTO kernel.sign_in_links (user_id, token_hash, expires_at)
VALUES (:user_id, :token_hash, now() + make_interval(secs => :lifetime_s))

-- name: insert_token!
INSERT INTO kernel.api_tokens (id, user_id, name, hint, token_hash, role, expires_at)
VALUES (:id, :user_id, :name, :hint, :token_hash, :role,
        CASE WHEN :lifetime_s::float8 IS NOT NULL THEN now() + make_interval(secs => :lifetime_s) END)

-- name: list_tokens
SELECT id, name, hint, role, created_at, expires_at, revoked_at
FROM kernel.api_tokens WHERE user_id = :user_id ORDER BY created_at DESC, id

-- name: revoke_token!
UPDATE kernel.api_tokens SET revoked_at = coalesce(revoked_at, now()) WHERE id = :id AND user_id = :user_id

-- name: find_tenant_by_name^
SELECT id, slug FROM kernel.tenants
WHERE (slug = :name OR id::text = :name) AND suspended_at IS NULL

-- name: find_membership^
SELECT m.tenant_id, m.role FROM kernel.memberships m
JOIN kernel.tenants t ON t.id = m.tenant_id AND t.suspended_at IS NULL
WHERE m.user_id = :user_id AND (t.slug = :name OR t.id::text = :name)
  AND EXISTS (SELECT 1 FROM kernel.tenants h WHERE h.id = :tenant_id AND h.slug = :home)

-- name: invite^
INSERT INTO kernel.invitations AS i (id, email, role, message, token_hash, expires_at, organisation_id, role_id, resource)
VALUES (:id, :email, :role, :message, :token_hash, now() + make_interval(secs => :lifetime_s), :organisation_id,
  :role_id, :resource)
ON CONFLICT (tenant_id, organisation_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL
DO UPDATE SET role = excluded.role, message = excluded.message, token_hash = excluded.token_hash,
  expires_at = excluded.expires_at, invited_by = excluded.invited_by, role_id = excluded.role_id,
  resource = excluded.resource
RETURNING i.id, i.email, i.role, i.message, i.invited_by, i.created_at, i.expires_at, i.accepted_at, i.revoked_at,
  i.organisation_id, i.resource, (SELECT r.name FROM kernel.roles r WHERE r.id = i.role_id) AS customer_role

-- name: list_invitations
SELECT i.id, i.email, i.role, i.message, i.invited_by, i.created_at, i.expires_at, i.accepted_at, i.revoked_at,
  i.organisation_id, i.resource, r.name AS customer_role
FROM kernel.invitations i LEFT JOIN kernel.roles r ON r.tenant_id = i.tenant_id AND r.id = i.role_id
WHERE :organisation_id::uuid IS NULL OR i.organisation_id = :organisation_id ORDER BY i.created_at DESC, i.id

-- name: revoke_invitation$
UPDATE kernel.invitations SET revoked_at = now()
WHERE id = :id AND accepted_at IS NULL AND revoked_at IS NULL
  AND (:organisation_id::uuid IS NULL OR organisation_id = :organisation_id) RETURNING id

-- name: find_invitation^
SELECT tenant_id, tenant, organisation, email, role, message, expires_at FROM kernel.find_invitation(:token_hash)

-- name: invitation_taken_by$
SELECT kernel.invitation_taken_by(:token_hash, :tenant_id)

-- name: accept_invitation^
SELECT tenant_id, user_id, role, is_new, resource
FROM kernel.accept_invitation(:token_hash, :user_id, :engagement_id, :grant_id, :as_user)
