-- The studio: a project, the conversation that finds out what it is, and what stands after it.
--
-- Needs and claims are the present; kernel.events holds how it came to be, and rebuilds it. A claim's
-- quote is checked against its message by the database (functions/600_studio.sql).

CREATE SCHEMA studio;

-- An objective is never changed: a new version is a new row, and sessions stay with theirs.
CREATE TABLE studio.objectives (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL,
  context_type text NOT NULL CHECK (context_type IN ('business_profile', 'idea_discovery', 'project_discovery')),
  version text NOT NULL CHECK (version ~ '^\d+\.\d+\.\d+$'),
  display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 200),
  config jsonb NOT NULL CHECK (jsonb_typeof(config) = 'object'),
  is_active boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, context_type, version)
);
CREATE UNIQUE INDEX objectives_active_idx ON studio.objectives (tenant_id, context_type) WHERE is_active;

CREATE TABLE studio.projects (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  module_id uuid NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused', 'archived')),
  phase text NOT NULL DEFAULT 'DISCOVERY' CHECK (phase IN ('CREATED', 'DISCOVERY', 'FEATURE_SELECTION',
    'PLAN_GENERATION', 'PLANNING', 'VISUAL_DISCOVERY', 'SPECIFICATION')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, module_id),
  FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules ON DELETE CASCADE
);

CREATE TABLE studio.sessions (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  objective_id uuid NOT NULL,
  phase text NOT NULL CHECK (phase IN ('opening', 'exploration', 'validation', 'closing', 'closed')),
  level text NOT NULL CHECK (level IN ('novice', 'expert')),
  turn int NOT NULL CHECK (turn >= 0),
  version int NOT NULL CHECK (version >= 0),
  completeness numeric(3, 2) NOT NULL CHECK (completeness BETWEEN 0 AND 1),
  domain text NOT NULL DEFAULT 'general',
  asked_key text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, project_id),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, objective_id) REFERENCES studio.objectives
);
CREATE INDEX sessions_objective_idx ON studio.sessions (tenant_id, objective_id);

CREATE TABLE studio.needs (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  session_id uuid NOT NULL,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 500),
  position int NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'partial', 'satisfied', 'deferred', 'skipped')),
  confidence numeric(3, 2) NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  attempts int NOT NULL CHECK (attempts BETWEEN 0 AND 100),
  last_attempt_turn int,
  satisfied_at_turn int,
  reason text NOT NULL DEFAULT '',
  negotiation jsonb,
  version int NOT NULL CHECK (version >= 0),
  PRIMARY KEY (tenant_id, session_id, key),
  CHECK (status <> 'satisfied' OR confidence > 0),
  FOREIGN KEY (tenant_id, session_id) REFERENCES studio.sessions ON DELETE CASCADE
);

CREATE TABLE studio.messages (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  session_id uuid NOT NULL,
  position int NOT NULL CHECK (position >= 0),
  turn int NOT NULL CHECK (turn >= 0),
  role text NOT NULL CHECK (role IN ('user', 'agent')),
  content text NOT NULL CHECK (length(content) BETWEEN 1 AND 20000),
  need_key text,
  card jsonb,
  revises uuid,
  idempotency_key text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, session_id, position),
  UNIQUE (tenant_id, session_id, idempotency_key),
  FOREIGN KEY (tenant_id, session_id) REFERENCES studio.sessions ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, revises) REFERENCES studio.messages
);
CREATE INDEX messages_revises_idx ON studio.messages (tenant_id, revises) WHERE revises IS NOT NULL;

CREATE TABLE studio.claims (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  session_id uuid NOT NULL,
  position int NOT NULL CHECK (position >= 0),
  message_id uuid NOT NULL,
  field_path text NOT NULL CHECK (length(field_path) BETWEEN 1 AND 500),
  value jsonb NOT NULL,
  kind text NOT NULL CHECK (kind IN ('fact', 'decision', 'inference')),
  source text NOT NULL CHECK (length(source) BETWEEN 1 AND 100),
  confidence numeric(3, 2) NOT NULL CHECK (confidence > 0 AND confidence <= 1),
  quote text NOT NULL CHECK (length(quote) > 0),
  quote_start int NOT NULL CHECK (quote_start >= 0),
  quote_end int NOT NULL CHECK (quote_end > quote_start),
  status text NOT NULL CHECK (status IN ('accepted', 'disputed', 'rejected', 'superseded')),
  superseded_by uuid,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, session_id, position),
  CHECK (superseded_by IS NULL OR status = 'superseded'),
  FOREIGN KEY (tenant_id, session_id) REFERENCES studio.sessions ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, message_id) REFERENCES studio.messages ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, superseded_by) REFERENCES studio.claims DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX claims_field_idx ON studio.claims (tenant_id, session_id, field_path);
CREATE INDEX claims_message_idx ON studio.claims (tenant_id, message_id);
CREATE INDEX claims_superseded_idx ON studio.claims (tenant_id, superseded_by) WHERE superseded_by IS NOT NULL;

CREATE TABLE studio.tasks (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  session_id uuid NOT NULL,
  position int NOT NULL CHECK (position >= 0),
  kind text NOT NULL CHECK (kind IN ('PROVIDE', 'DECIDE')),
  need_key text NOT NULL,
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
  options jsonb NOT NULL DEFAULT '[]',
  status text NOT NULL CHECK (status IN ('pending', 'completed', 'cancelled')),
  result jsonb,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, session_id, position),
  FOREIGN KEY (tenant_id, session_id) REFERENCES studio.sessions ON DELETE CASCADE
);
-- One is open for a need at a time.
CREATE UNIQUE INDEX tasks_open_idx ON studio.tasks (tenant_id, session_id, need_key) WHERE status = 'pending';

CREATE TABLE studio.summaries (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  session_id uuid NOT NULL,
  turn_start int NOT NULL CHECK (turn_start >= 0),
  turn_end int NOT NULL,
  text text NOT NULL,
  snapshot jsonb NOT NULL,
  PRIMARY KEY (tenant_id, session_id, turn_start),
  CHECK (turn_end >= turn_start),
  FOREIGN KEY (tenant_id, session_id) REFERENCES studio.sessions ON DELETE CASCADE
);
