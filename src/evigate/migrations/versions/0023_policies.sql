-- Who may do what: roles of a tenant's own, who holds them where and until when, policies with a
-- condition, and what was answered.

ALTER TABLE kernel.memberships ADD COLUMN attributes jsonb NOT NULL DEFAULT '{}'
  CHECK (jsonb_typeof(attributes) = 'object' AND length(attributes::text) <= 20000);

CREATE TABLE kernel.roles (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL,
  name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_-]{0,62}$'),
  description text NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
  capabilities text[] NOT NULL CHECK (cardinality(capabilities) BETWEEN 1 AND 500),
  version int NOT NULL DEFAULT 1,
  created_by text NOT NULL DEFAULT kernel.current_actor(),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name),
  -- The house's own roles are code: a tenant's never hide them.
  CHECK (name NOT IN ('owner', 'editor', 'viewer', 'learner', 'worker'))
);

CREATE TABLE kernel.role_grants (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  role_id uuid NOT NULL,
  user_id uuid NOT NULL,
  scope text NOT NULL DEFAULT 'tenant' CHECK (scope ~ '^(tenant|[a-z][a-z0-9_]*:[A-Za-z0-9_.@+-]+)$'),
  granted_by text NOT NULL DEFAULT kernel.current_actor(),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz CHECK (expires_at > created_at),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, role_id, user_id, scope),
  FOREIGN KEY (tenant_id, role_id) REFERENCES kernel.roles ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships ON DELETE CASCADE
);
CREATE INDEX role_grants_user_idx ON kernel.role_grants (tenant_id, user_id);

CREATE TABLE kernel.policies (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  description text NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
  effect text NOT NULL CHECK (effect IN ('allow', 'deny')),
  actions text[] NOT NULL CHECK (cardinality(actions) BETWEEN 1 AND 100),
  resources text[] NOT NULL CHECK (cardinality(resources) BETWEEN 1 AND 100),
  conditions jsonb,
  priority int NOT NULL DEFAULT 0 CHECK (abs(priority) <= 1000000),
  is_enabled boolean NOT NULL DEFAULT true,
  version int NOT NULL DEFAULT 1,
  created_by text NOT NULL DEFAULT kernel.current_actor(),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);

CREATE TABLE kernel.policy_evaluations (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL,
  user_id uuid,
  action text NOT NULL,
  resource text NOT NULL,
  is_allowed boolean NOT NULL,
  reason text NOT NULL CHECK (reason IN ('allowed', 'denied', 'error', 'nothing_holds')),
  deciding text[] NOT NULL,
  duration_us int NOT NULL CHECK (duration_us >= 0),
  evaluated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX policy_evaluations_newest_idx ON kernel.policy_evaluations (tenant_id, evaluated_at DESC, id);
CREATE INDEX policy_evaluations_resource_idx ON kernel.policy_evaluations (tenant_id, resource, evaluated_at DESC);
