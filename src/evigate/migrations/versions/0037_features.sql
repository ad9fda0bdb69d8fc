-- Features: what a discovery calls for (seeds), what the library offers for it (candidate sets, never
-- changed), and what people chose (the board). A chosen feature keeps what the library said of it then.

CREATE TABLE studio.feature_seeds (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  key text NOT NULL CHECK (key ~ '^[0-9a-f]{16}$'),
  position int NOT NULL CHECK (position >= 0),
  seed_type text NOT NULL CHECK (seed_type IN ('jtbd_direct', 'pain_solver', 'dealbreaker', 'constraint_driven')),
  feature_name text NOT NULL CHECK (length(feature_name) BETWEEN 1 AND 2000),
  priority text NOT NULL CHECK (priority IN ('critical', 'high', 'medium', 'low')),
  confidence numeric(3, 2) NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  source_field text NOT NULL,
  claim_id uuid NOT NULL,
  quote text NOT NULL CHECK (length(quote) > 0),
  rationale text NOT NULL CHECK (length(rationale) > 0),
  discovery_version int NOT NULL CHECK (discovery_version >= 0),
  superseded_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, claim_id) REFERENCES studio.claims ON DELETE CASCADE
);
CREATE UNIQUE INDEX feature_seeds_live_idx ON studio.feature_seeds (tenant_id, project_id, key) WHERE superseded_at IS NULL;
CREATE INDEX feature_seeds_claim_idx ON studio.feature_seeds (tenant_id, claim_id);

-- A seed that comes back with a later discovery keeps what was decided of it, so decisions go by key.
CREATE TABLE studio.seed_decisions (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  project_id uuid NOT NULL,
  seed_key text NOT NULL CHECK (seed_key ~ '^[0-9a-f]{16}$'),
  decision text NOT NULL CHECK (decision IN ('met', 'dropped')),
  reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
  decided_by text NOT NULL DEFAULT kernel.current_actor(),
  decided_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, project_id, seed_key),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE
);

CREATE TABLE studio.candidate_sets (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  discovery_version int NOT NULL CHECK (discovery_version >= 0),
  candidates jsonb NOT NULL CHECK (jsonb_typeof(candidates) = 'array'),
  metadata jsonb NOT NULL CHECK (jsonb_typeof(metadata) = 'object'),
  content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
  generated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, project_id, id),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE
);

-- The board: one a project. `source_hash` is of what is chosen, for whatever is made from it.
CREATE TABLE studio.curations (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  candidate_set_id uuid NOT NULL,
  discovery_version int NOT NULL CHECK (discovery_version >= 0),
  user_profiles jsonb NOT NULL DEFAULT '[]',
  priority_signals jsonb NOT NULL DEFAULT '[]',
  constraints jsonb NOT NULL DEFAULT '[]',
  status text NOT NULL DEFAULT 'ready' CHECK (status IN ('ready', 'in_progress', 'completed', 'abandoned')),
  source_hash text NOT NULL DEFAULT '',
  stale_reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, project_id),
  CHECK ((status = 'completed') = (completed_at IS NOT NULL)),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, project_id, candidate_set_id) REFERENCES studio.candidate_sets (tenant_id, project_id, id)
);
CREATE INDEX curations_set_idx ON studio.curations (tenant_id, project_id, candidate_set_id);

CREATE TABLE studio.features (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  candidate_set_id uuid,
  key text NOT NULL CHECK (key ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' AND length(key) <= 60),
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 400),
  summary text NOT NULL DEFAULT '' CHECK (length(summary) <= 2000),
  category text NOT NULL,
  effort int NOT NULL CHECK (effort BETWEEN 1 AND 13),
  origin text NOT NULL CHECK (origin IN ('candidate', 'dependency', 'library', 'custom')),
  needed_by text[] NOT NULL DEFAULT '{}',
  depends text[] NOT NULL DEFAULT '{}',
  excludes text[] NOT NULL DEFAULT '{}',
  accept text[] NOT NULL DEFAULT '{}',
  seed_keys text[] NOT NULL DEFAULT '{}',
  score numeric(4, 3) CHECK (score BETWEEN 0 AND 1),
  is_selected boolean NOT NULL,
  importance text NOT NULL CHECK (importance IN ('must', 'should', 'could', 'wont')),
  position int NOT NULL CHECK (position >= 0),
  notes text NOT NULL DEFAULT '' CHECK (length(notes) <= 2000),
  version int NOT NULL DEFAULT 1 CHECK (version > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, project_id, key),
  CHECK (NOT (is_selected AND importance = 'wont')),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, project_id, candidate_set_id) REFERENCES studio.candidate_sets (tenant_id, project_id, id)
);
CREATE INDEX features_set_idx ON studio.features (tenant_id, project_id, candidate_set_id) WHERE candidate_set_id IS NOT NULL;
