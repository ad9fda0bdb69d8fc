-- Kits and their runs: what a tenant may run, what a run was to do, who approved that, what it did.
--
-- A run is a row of kernel.runs; here is what a kit's run has beside. Its plan is kept under its
-- digest, and nothing is applied but what stands in the plan that a person approved.

CREATE TABLE studio.kits (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL,
  kit_id text NOT NULL CHECK (kit_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  version text NOT NULL CHECK (version ~ '^[0-9]+\.[0-9]+\.[0-9]+$'),
  origin text NOT NULL CHECK (origin IN ('shipped', 'imported')),
  status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'deprecated')),
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  package_sha256 text NOT NULL,
  manifest jsonb NOT NULL CHECK (jsonb_typeof(manifest) = 'object'),
  imported_by text NOT NULL DEFAULT kernel.current_actor(),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, kit_id, version),
  FOREIGN KEY (tenant_id, package_sha256) REFERENCES kernel.blobs
);

CREATE TABLE studio.kit_executions (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  run_id uuid NOT NULL,
  project_id uuid NOT NULL,
  kit_row_id uuid NOT NULL,
  kit_id text NOT NULL,
  kit_version text NOT NULL,
  -- The package as it was at the start; a newer one of the same version changes nothing here.
  kit_digest text NOT NULL,
  package_sha256 text NOT NULL,
  artifact_id uuid NOT NULL,
  specification_version text NOT NULL,
  is_dry boolean NOT NULL,
  status text NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'running', 'completed', 'failed', 'partial', 'cancelled')),
  phase text NOT NULL DEFAULT 'SPEC'
    CHECK (phase IN ('SPEC', 'CHECK', 'DISCOVER', 'PLAN', 'VALIDATE', 'APPLY', 'VERIFY')),
  is_waiting boolean NOT NULL DEFAULT false,
  plan_digest text,
  rendered_sha256 text,
  log text NOT NULL DEFAULT '' CHECK (length(log) <= 200000),
  -- What it ended with; a run that did all it should has none.
  error_code text,
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, run_id),
  UNIQUE (tenant_id, project_id, run_id),
  FOREIGN KEY (tenant_id, run_id) REFERENCES kernel.runs ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, kit_row_id) REFERENCES studio.kits,
  FOREIGN KEY (tenant_id, artifact_id) REFERENCES studio.specifications ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, package_sha256) REFERENCES kernel.blobs,
  FOREIGN KEY (tenant_id, rendered_sha256) REFERENCES kernel.blobs,
  CHECK ((error_code IS NULL) = (status NOT IN ('failed', 'partial', 'cancelled'))),
  CHECK (NOT is_waiting OR (status = 'running' AND phase = 'PLAN' AND plan_digest IS NOT NULL)),
  CHECK (NOT is_dry OR phase NOT IN ('APPLY', 'VERIFY'))
);
CREATE INDEX kit_executions_project_idx ON studio.kit_executions (tenant_id, project_id, run_id DESC);
CREATE INDEX kit_executions_artifact_idx ON studio.kit_executions (tenant_id, artifact_id);

-- A plan under its digest, and what it would do file by file; both only ever added to.
CREATE TABLE studio.kit_plans (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  project_id uuid NOT NULL,
  run_id uuid NOT NULL,
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  -- The run whose bundle it is compared with; none before the first.
  base_run_id uuid,
  made_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, run_id, digest),
  FOREIGN KEY (tenant_id, project_id, run_id) REFERENCES studio.kit_executions (tenant_id, project_id, run_id)
    ON DELETE CASCADE
);
CREATE TABLE studio.kit_plan_items (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  project_id uuid NOT NULL,
  run_id uuid NOT NULL,
  digest text NOT NULL,
  path text NOT NULL CHECK (length(path) BETWEEN 1 AND 500),
  action text NOT NULL CHECK (action IN ('create', 'update', 'delete', 'no-op')),
  sha256_before text,
  sha256_after text,
  PRIMARY KEY (tenant_id, run_id, digest, path),
  FOREIGN KEY (tenant_id, run_id, digest) REFERENCES studio.kit_plans ON DELETE CASCADE,
  CHECK ((action = 'delete') = (sha256_after IS NULL)),
  CHECK ((action = 'create') = (sha256_before IS NULL))
);

CREATE TABLE studio.kit_approvals (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  project_id uuid NOT NULL,
  run_id uuid NOT NULL,
  digest text NOT NULL,
  approved_by text NOT NULL DEFAULT kernel.current_actor(),
  approved_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, run_id, digest),
  FOREIGN KEY (tenant_id, run_id, digest) REFERENCES studio.kit_plans ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE
);

-- How each output checked; what failed has no content.
CREATE TABLE studio.kit_outputs (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  run_id uuid NOT NULL,
  position int NOT NULL CHECK (position >= 0),
  output_id text NOT NULL,
  path text NOT NULL,
  file_type text NOT NULL,
  status text NOT NULL CHECK (status IN ('valid', 'warnings', 'failed')),
  errors int NOT NULL CHECK (errors >= 0),
  warnings int NOT NULL CHECK (warnings >= 0),
  auto_fixed int NOT NULL CHECK (auto_fixed >= 0),
  repair_attempts int NOT NULL CHECK (repair_attempts BETWEEN 0 AND 3),
  problems jsonb NOT NULL CHECK (jsonb_typeof(problems) = 'array'),
  size_bytes bigint,
  sha256 text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, run_id, position),
  FOREIGN KEY (tenant_id, project_id, run_id) REFERENCES studio.kit_executions (tenant_id, project_id, run_id)
    ON DELETE CASCADE,
  CHECK ((status = 'failed') = (errors > 0)),
  CHECK ((status = 'failed') = (sha256 IS NULL)),
  CHECK ((sha256 IS NULL) = (size_bytes IS NULL))
);

-- What was applied, once each: the key is what keeps an item from being applied again.
CREATE TABLE studio.kit_items (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  project_id uuid NOT NULL,
  run_id uuid NOT NULL,
  path text NOT NULL,
  digest text NOT NULL,
  sha256 text,
  applied_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, run_id, path),
  FOREIGN KEY (tenant_id, run_id, digest, path) REFERENCES studio.kit_plan_items ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, run_id, digest) REFERENCES studio.kit_approvals ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, sha256) REFERENCES kernel.blobs
);

-- A bundle is of an approved specification and an approved plan, by the keys that it refers to.
CREATE TABLE studio.kit_bundles (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  run_id uuid NOT NULL,
  project_id uuid NOT NULL,
  kit_id text NOT NULL,
  artifact_id uuid NOT NULL,
  plan_digest text NOT NULL,
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  sha256 text NOT NULL,
  size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
  files jsonb NOT NULL CHECK (jsonb_typeof(files) = 'object'),
  made_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, run_id),
  FOREIGN KEY (tenant_id, project_id, run_id) REFERENCES studio.kit_executions (tenant_id, project_id, run_id)
    ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, run_id, plan_digest) REFERENCES studio.kit_approvals ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.approvals ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, sha256) REFERENCES kernel.blobs
);
CREATE INDEX kit_bundles_kit_idx ON studio.kit_bundles (tenant_id, project_id, kit_id, made_at DESC);

-- What a platform is signed in to with; the value itself is sealed among the secrets.
CREATE TABLE studio.kit_credentials (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  kit_id text NOT NULL CHECK (kit_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  credential_id text NOT NULL CHECK (credential_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  kind text NOT NULL CHECK (kind IN ('oauth2', 'api_key', 'basic')),
  connection jsonb NOT NULL CHECK (jsonb_typeof(connection) = 'object'),
  expires_at timestamptz,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'expired', 'revoked')),
  last_checked_at timestamptz,
  last_check_status text CHECK (last_check_status IN ('succeeded', 'failed')),
  created_by text NOT NULL DEFAULT kernel.current_actor(),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE,
  CHECK ((last_checked_at IS NULL) = (last_check_status IS NULL))
);
CREATE UNIQUE INDEX kit_credentials_active_idx ON studio.kit_credentials (tenant_id, project_id, kit_id, credential_id)
  WHERE status = 'active';
CREATE INDEX kit_credentials_project_idx ON studio.kit_credentials (tenant_id, project_id);

CREATE TABLE studio.kit_discoveries (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  kit_id text NOT NULL CHECK (kit_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  existing_state jsonb NOT NULL CHECK (jsonb_typeof(existing_state) = 'object'),
  implications jsonb NOT NULL CHECK (jsonb_typeof(implications) = 'array'),
  connection jsonb NOT NULL CHECK (jsonb_typeof(connection) = 'object'),
  discovered_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  is_invalidated boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, project_id, kit_id),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE,
  CHECK (expires_at > discovered_at)
);
