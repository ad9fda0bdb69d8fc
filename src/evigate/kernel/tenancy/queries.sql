-- name: find_session^
SELECT session_id, tenant_id, user_id, role, email, display_name FROM kernel.find_session(:token_hash)

-- name: find_api_token^
SELECT token_id, tenant_id, user_id, role, email, display_name FROM kernel.find_api_token(:token_hash)

-- name: find_account^
SELECT user_id, password_hash, tenant_id, role, display_name FROM kernel.find_account(:email)

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

-- name: first_owner^
SELECT u.id AS user_id, u.email, u.display_name, m.role, u.suspended_at
FROM kernel.memberships m JOIN kernel.users u ON u.id = m.user_id
WHERE m.role = 'owner' ORDER BY m.created_at, u.id LIMIT 1

-- name: set_password!
UPDATE kernel.users SET password_hash = :password_hash WHERE id = :user_id

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
