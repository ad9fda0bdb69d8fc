-- The context of agents: a project's material as pieces, how much of it an agent may be given, what
-- was given when and why, and what a change reaches.

-- What a tenant set in the place of a shipped budget.
CREATE TABLE studio.context_profiles (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  target_type text NOT NULL CHECK (target_type IN ('phase', 'agent', 'workflow')),
  target text NOT NULL CHECK (length(target) BETWEEN 1 AND 100),
  max_tokens int NOT NULL CHECK (max_tokens BETWEEN 1 AND 1000000),
  reserved_tokens int NOT NULL CHECK (reserved_tokens >= 0),
  priority int NOT NULL DEFAULT 5 CHECK (priority BETWEEN 1 AND 10),
  kinds jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(kinds) = 'object'),
  version int NOT NULL DEFAULT 1 CHECK (version > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT kernel.current_actor(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, target_type, target),
  CHECK (reserved_tokens < max_tokens)
);

-- A piece that is gone keeps its row, so that what was given of it can still be told.
CREATE TABLE studio.context_artifacts (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('spec', 'code', 'doc', 'schema', 'test', 'plan', 'research')),
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 500),
  title text NOT NULL,
  sections jsonb NOT NULL CHECK (jsonb_typeof(sections) = 'array'),
  content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
  size_bytes int NOT NULL CHECK (size_bytes >= 0),
  tokens int NOT NULL CHECK (tokens >= 0),
  is_derived boolean NOT NULL,
  version int NOT NULL DEFAULT 1 CHECK (version > 0),
  stale_since timestamptz,
  is_gone boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, project_id, key),
  -- What is read live is never out of date.
  CHECK (is_derived OR stale_since IS NULL),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE
);

CREATE TABLE studio.context_links (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  project_id uuid NOT NULL,
  artifact_id uuid NOT NULL,
  depends_on_id uuid NOT NULL,
  dependency text NOT NULL CHECK (dependency IN ('imports', 'references', 'extends', 'includes')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, artifact_id, depends_on_id),
  CHECK (artifact_id <> depends_on_id),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, artifact_id) REFERENCES studio.context_artifacts ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, depends_on_id) REFERENCES studio.context_artifacts ON DELETE CASCADE
);
CREATE INDEX context_links_project_idx ON studio.context_links (tenant_id, project_id);
CREATE INDEX context_links_on_idx ON studio.context_links (tenant_id, depends_on_id);

CREATE TABLE studio.context_cache (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  project_id uuid NOT NULL,
  cache_key text NOT NULL CHECK (cache_key ~ '^[0-9a-f]{64}$'),
  content text NOT NULL,
  total_tokens int NOT NULL CHECK (total_tokens >= 0),
  lines jsonb NOT NULL CHECK (jsonb_typeof(lines) = 'array'),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, project_id, cache_key),
  CHECK (expires_at > created_at),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE
);
CREATE INDEX context_cache_expires_idx ON studio.context_cache (expires_at);

CREATE TABLE studio.context_requests (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  target_type text NOT NULL CHECK (target_type IN ('phase', 'agent', 'workflow', 'ad_hoc')),
  target text NOT NULL CHECK (length(target) BETWEEN 1 AND 100),
  query text NOT NULL,
  keys text[] NOT NULL DEFAULT '{}',
  room int NOT NULL CHECK (room >= 0),
  total_tokens int NOT NULL CHECK (total_tokens BETWEEN 0 AND room),
  is_exceeded boolean NOT NULL,
  is_hit boolean NOT NULL,
  cache_key text NOT NULL,
  lines jsonb NOT NULL CHECK (jsonb_typeof(lines) = 'array'),
  asked_by text NOT NULL DEFAULT kernel.current_actor(),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE
);
CREATE INDEX context_requests_project_idx ON studio.context_requests (tenant_id, project_id, id DESC);

CREATE TABLE studio.context_changes (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  artifact_id uuid NOT NULL,
  event_type text NOT NULL CHECK (event_type IN ('created', 'updated', 'deleted')),
  old_hash text,
  new_hash text,
  -- What rests on it, each after what it rests on itself: the order to look at them again.
  affected uuid[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  -- A write that changes nothing is no change.
  CHECK (old_hash IS DISTINCT FROM new_hash),
  CHECK ((event_type = 'created') = (old_hash IS NULL) AND (event_type = 'deleted') = (new_hash IS NULL)),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, artifact_id) REFERENCES studio.context_artifacts ON DELETE CASCADE
);
CREATE INDEX context_changes_project_idx ON studio.context_changes (tenant_id, project_id, id DESC);
CREATE INDEX context_changes_artifact_idx ON studio.context_changes (tenant_id, artifact_id);
