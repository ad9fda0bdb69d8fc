-- A person is known by an address, but what proves the person belongs to a place in one tenant: a
-- password set in one tenant signs nobody in to another. Invitations make places.

ALTER TABLE kernel.memberships ADD COLUMN password_hash text;

-- A password so far signed in to the oldest place alone.
UPDATE kernel.memberships m SET password_hash = u.password_hash
FROM kernel.users u
WHERE u.id = m.user_id AND u.password_hash IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM kernel.memberships o
  WHERE o.user_id = m.user_id AND (o.created_at, o.tenant_id) < (m.created_at, m.tenant_id));

ALTER TABLE kernel.users DROP COLUMN password_hash;

CREATE TABLE kernel.invitations (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL,
  email text NOT NULL CHECK (email = lower(email) AND email LIKE '%_@_%' AND length(email) <= 320),
  role text NOT NULL CHECK (role IN ('owner', 'editor', 'viewer', 'learner')),
  message text NOT NULL DEFAULT '' CHECK (length(message) <= 2000),
  token_hash bytea NOT NULL UNIQUE,
  invited_by text NOT NULL DEFAULT kernel.current_actor(),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  accepted_by uuid,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  CHECK (accepted_at IS NULL OR revoked_at IS NULL),
  FOREIGN KEY (tenant_id, accepted_by) REFERENCES kernel.memberships ON DELETE SET NULL (accepted_by)
);
-- One waits for an address at a time; inviting again renews it.
CREATE UNIQUE INDEX invitations_pending_idx ON kernel.invitations (tenant_id, email)
  WHERE accepted_at IS NULL AND revoked_at IS NULL;
CREATE INDEX invitations_accepted_idx ON kernel.invitations (tenant_id, accepted_by);
