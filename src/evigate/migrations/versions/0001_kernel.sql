-- The kernel's tables: who there is, what happened, what runs, which bytes are kept.
--
-- Every table with a tenant_id gets forced row-level security and one generated policy (functions/
-- 900_walls.sql); keys are (tenant_id, id), because foreign keys look through policies.

CREATE FUNCTION kernel.current_tenant() RETURNS uuid
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.tenant_id', true), '')::uuid $$;

CREATE FUNCTION kernel.current_actor() RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(nullif(current_setting('app.actor', true), ''), 'nobody') $$;

-- Who there is ------------------------------------------------------------------------------

CREATE TABLE kernel.tenants (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  created_at timestamptz NOT NULL DEFAULT now(),
  suspended_at timestamptz
);

CREATE TABLE kernel.users (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email text NOT NULL UNIQUE CHECK (email = lower(email) AND email LIKE '%_@_%'),
  display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 200),
  password_hash text,
  created_at timestamptz NOT NULL DEFAULT now(),
  suspended_at timestamptz
);

CREATE TABLE kernel.memberships (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES kernel.users ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX memberships_user_idx ON kernel.memberships (user_id);

CREATE TABLE kernel.sessions (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL,
  token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL CHECK (expires_at > created_at),
  user_agent text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships ON DELETE CASCADE
);
CREATE INDEX sessions_user_idx ON kernel.sessions (tenant_id, user_id);

CREATE TABLE kernel.sign_in_links (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL,
  token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL CHECK (expires_at > created_at),
  used_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships ON DELETE CASCADE
);
CREATE INDEX sign_in_links_user_idx ON kernel.sign_in_links (tenant_id, user_id);

CREATE TABLE kernel.api_tokens (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  hint text NOT NULL,
  token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  role text NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships ON DELETE CASCADE
);
CREATE INDEX api_tokens_user_idx ON kernel.api_tokens (tenant_id, user_id);

CREATE TABLE kernel.secrets (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  name text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9_.-]{0,99}$'),
  sealed bytea NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, name)
);

-- Which bytes are kept ----------------------------------------------------------------------

CREATE TABLE kernel.blobs (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
  media_type text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, sha256)
);

-- What runs ---------------------------------------------------------------------------------

CREATE TABLE kernel.runs (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  kind text NOT NULL CHECK (kind ~ '^[a-z]+(\.[a-z_]+)+$'),
  parent_id uuid,
  status text NOT NULL DEFAULT 'queued'
    CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'timeout', 'cancelled')),
  input jsonb NOT NULL DEFAULT '{}',
  input_hash text NOT NULL DEFAULT '',
  output jsonb,
  attempts int NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  job_id bigint,
  created_by text NOT NULL DEFAULT kernel.current_actor(),
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  completed_at timestamptz,
  cancel_requested_at timestamptz,
  error_code text,
  error_message text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, parent_id) REFERENCES kernel.runs ON DELETE CASCADE,
  CHECK (started_at IS NULL OR started_at >= created_at),
  CHECK (completed_at IS NULL OR completed_at >= started_at),
  CHECK ((error_code IS NULL) = (status NOT IN ('failed', 'timeout', 'cancelled')))
);
CREATE INDEX runs_kind_idx ON kernel.runs (tenant_id, kind, id DESC);
CREATE INDEX runs_parent_idx ON kernel.runs (tenant_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX runs_open_idx ON kernel.runs (tenant_id, status) WHERE status IN ('queued', 'running');

CREATE TABLE kernel.run_steps (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  run_id uuid NOT NULL,
  name text NOT NULL,
  position int NOT NULL CHECK (position >= 0),
  status text NOT NULL CHECK (status IN ('running', 'succeeded')),
  attempts int NOT NULL DEFAULT 1 CHECK (attempts > 0),
  output jsonb,
  started_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz,
  PRIMARY KEY (tenant_id, run_id, name),
  FOREIGN KEY (tenant_id, run_id) REFERENCES kernel.runs ON DELETE CASCADE,
  CHECK ((status = 'succeeded') = (completed_at IS NOT NULL))
);

CREATE TABLE kernel.budgets (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_.]{0,99}$'),
  unit text NOT NULL CHECK (unit IN ('seconds', 'micros', 'tokens', 'bytes')),
  limit_amount bigint NOT NULL CHECK (limit_amount >= 0),
  spent bigint NOT NULL DEFAULT 0 CHECK (spent >= 0),
  PRIMARY KEY (tenant_id, name)
);

CREATE TABLE kernel.budget_reservations (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  budget text NOT NULL,
  run_id uuid NOT NULL,
  amount bigint NOT NULL CHECK (amount >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, budget, run_id),
  FOREIGN KEY (tenant_id, budget) REFERENCES kernel.budgets ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, run_id) REFERENCES kernel.runs ON DELETE CASCADE
);
CREATE INDEX budget_reservations_run_idx ON kernel.budget_reservations (tenant_id, run_id);

-- What happened -----------------------------------------------------------------------------

CREATE TABLE kernel.event_types (
  stream_kind text NOT NULL,
  type text NOT NULL,
  PRIMARY KEY (stream_kind, type)
);
COMMENT ON TABLE kernel.event_types IS 'The vocabulary: which types a kind of stream may hold.';

CREATE TABLE kernel.streams (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  kind text NOT NULL,
  id uuid NOT NULL,
  last_seq bigint NOT NULL DEFAULT 0 CHECK (last_seq >= 0),
  closed_at timestamptz,
  PRIMARY KEY (tenant_id, kind, id)
);

CREATE TABLE kernel.events (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  stream_kind text NOT NULL,
  stream_id uuid NOT NULL,
  seq bigint NOT NULL CHECK (seq > 0),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  type text NOT NULL,
  actor text NOT NULL DEFAULT kernel.current_actor(),
  payload jsonb NOT NULL DEFAULT '{}',
  is_last boolean NOT NULL DEFAULT false,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  -- A partitioned table's key must hold the partition's; seq comes from kernel.streams under a
  -- row lock, so it is unique in its stream whatever the month.
  PRIMARY KEY (tenant_id, stream_kind, stream_id, seq, recorded_at),
  FOREIGN KEY (tenant_id, stream_kind, stream_id) REFERENCES kernel.streams ON DELETE CASCADE,
  FOREIGN KEY (stream_kind, type) REFERENCES kernel.event_types
) PARTITION BY RANGE (recorded_at);
CREATE INDEX events_type_idx ON kernel.events (tenant_id, stream_kind, type);
CREATE TABLE kernel.events_default PARTITION OF kernel.events DEFAULT;
