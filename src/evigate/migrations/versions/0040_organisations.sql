-- Organisations within a tenant: an agency, its people, and the customers that it works for.
--
-- A customer is a member of the tenant whose role allows nothing by itself: what a customer may do
-- comes from engagements, each a role held on one thing. Things of other rooms are named, not
-- referred to ("project:0190..."), since the kernel knows none of them.

ALTER TABLE kernel.memberships DROP CONSTRAINT memberships_role_check,
  ADD CONSTRAINT memberships_role_check CHECK (role IN ('owner', 'editor', 'viewer', 'learner', 'customer'));
ALTER TABLE kernel.roles DROP CONSTRAINT roles_name_check1,
  ADD CONSTRAINT roles_name_check1 CHECK (name NOT IN ('owner', 'editor', 'viewer', 'learner', 'worker', 'customer'));

CREATE TABLE kernel.organisations (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL,
  slug text NOT NULL CHECK (slug ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  owner_id uuid NOT NULL,
  owner_role text NOT NULL DEFAULT 'owner' CHECK (owner_role = 'owner'),
  version int NOT NULL DEFAULT 1 CHECK (version > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, slug)
);

CREATE TABLE kernel.organisation_members (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  organisation_id uuid NOT NULL,
  user_id uuid NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
  joined_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, organisation_id, user_id),
  UNIQUE (tenant_id, organisation_id, user_id, role),
  FOREIGN KEY (tenant_id, organisation_id) REFERENCES kernel.organisations ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships ON DELETE CASCADE
);
CREATE INDEX organisation_members_user_idx ON kernel.organisation_members (tenant_id, user_id);
-- One owner at most by the index, and at least one by the key: the owner's row, with its role, is
-- what the organisation refers to, so it can neither go nor change while it is referred to. The key
-- is looked at when the transaction ends, since a transfer changes three rows.
CREATE UNIQUE INDEX organisation_members_owner_idx ON kernel.organisation_members (tenant_id, organisation_id)
  WHERE role = 'owner';
ALTER TABLE kernel.organisations ADD CONSTRAINT organisations_owner_fkey
  FOREIGN KEY (tenant_id, id, owner_id, owner_role)
  REFERENCES kernel.organisation_members (tenant_id, organisation_id, user_id, role)
  DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX organisations_owner_idx ON kernel.organisations (tenant_id, id, owner_id, owner_role);

-- A customer at work on a thing, with a role. Neither the organisation nor the customer goes while
-- it stands.
CREATE TABLE kernel.engagements (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  user_id uuid NOT NULL,
  role_id uuid,
  resource text NOT NULL CHECK (resource ~ '^[a-z][a-z0-9_]*:[A-Za-z0-9_.@+-]+$'),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'completed', 'archived')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, organisation_id, resource, user_id),
  FOREIGN KEY (tenant_id, organisation_id) REFERENCES kernel.organisations DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (tenant_id, role_id) REFERENCES kernel.roles ON DELETE SET NULL (role_id),
  FOREIGN KEY (tenant_id) REFERENCES kernel.tenants ON DELETE CASCADE
);
CREATE INDEX engagements_user_idx ON kernel.engagements (tenant_id, user_id, resource);
CREATE INDEX engagements_resource_idx ON kernel.engagements (tenant_id, resource);
CREATE INDEX engagements_role_idx ON kernel.engagements (tenant_id, role_id);

-- A grant may be an organisation's, and goes with it.
ALTER TABLE kernel.role_grants
  ADD COLUMN organisation_id uuid,
  ADD FOREIGN KEY (tenant_id, organisation_id) REFERENCES kernel.organisations ON DELETE CASCADE,
  DROP CONSTRAINT role_grants_tenant_id_role_id_user_id_scope_key,
  ADD CONSTRAINT role_grants_held_once
    UNIQUE NULLS NOT DISTINCT (tenant_id, role_id, user_id, scope, organisation_id);
CREATE INDEX role_grants_organisation_idx ON kernel.role_grants (tenant_id, organisation_id);

-- An invitation of an organisation's makes a customer, and names what the customer is engaged in and
-- with which role; where the role is gone it is worth nothing.
ALTER TABLE kernel.invitations
  ADD COLUMN organisation_id uuid,
  ADD COLUMN role_id uuid,
  ADD COLUMN resource text CHECK (resource ~ '^[a-z][a-z0-9_]*:[A-Za-z0-9_.@+-]+$'),
  ADD FOREIGN KEY (tenant_id, organisation_id) REFERENCES kernel.organisations ON DELETE CASCADE,
  ADD FOREIGN KEY (tenant_id, role_id) REFERENCES kernel.roles ON DELETE SET NULL (role_id),
  DROP CONSTRAINT invitations_role_check,
  ADD CONSTRAINT invitations_role_check CHECK (role IN ('owner', 'editor', 'viewer', 'learner', 'customer')),
  ADD CONSTRAINT invitations_customer_check CHECK (
    (role = 'customer') = (organisation_id IS NOT NULL) AND (role = 'customer') = (resource IS NOT NULL));
CREATE INDEX invitations_organisation_idx ON kernel.invitations (tenant_id, organisation_id);
CREATE INDEX invitations_role_idx ON kernel.invitations (tenant_id, role_id);
DROP INDEX kernel.invitations_pending_idx;
CREATE UNIQUE INDEX invitations_pending_idx ON kernel.invitations (tenant_id, organisation_id, email)
  NULLS NOT DISTINCT WHERE accepted_at IS NULL AND revoked_at IS NULL;
