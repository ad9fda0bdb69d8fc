-- Several agents at one piece of work: how far it is, a checkpoint after each step, and what agents
-- remember of a session.

CREATE TABLE agents.concerts (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  run_id uuid NOT NULL,
  strategy text NOT NULL CHECK (strategy IN ('sequential', 'parallel', 'hierarchical', 'debate')),
  status text NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'running', 'paused', 'completed', 'failed', 'cancelled')),
  agents jsonb NOT NULL CHECK (jsonb_typeof(agents) = 'array'),
  current_step int NOT NULL DEFAULT 0 CHECK (current_step BETWEEN 0 AND total_steps),
  total_steps int NOT NULL CHECK (total_steps > 0),
  -- What was done, by step; a step's output never changes.
  outputs jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(outputs) = 'object'),
  final jsonb,
  error jsonb,
  reason text NOT NULL DEFAULT '',
  tokens_used bigint NOT NULL DEFAULT 0 CHECK (tokens_used >= 0),
  tokens_reserved bigint NOT NULL DEFAULT 0 CHECK (tokens_reserved >= 0),
  tokens_limit bigint CHECK (tokens_limit >= 0),
  -- NULL once a step's cost is not known.
  micros_used bigint DEFAULT 0 CHECK (micros_used >= 0),
  micros_reserved bigint NOT NULL DEFAULT 0 CHECK (micros_reserved >= 0),
  micros_limit bigint CHECK (micros_limit >= 0),
  on_limit text NOT NULL DEFAULT 'pause' CHECK (on_limit IN ('pause', 'fail', 'warn')),
  is_pause_wanted boolean NOT NULL DEFAULT false,
  -- What it is about, in the words of the room that asked: "project" and its id.
  about_kind text NOT NULL CHECK (about_kind ~ '^[a-z_]{1,40}$'),
  about_id uuid NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, run_id),
  CHECK ((status = 'completed') = (final IS NOT NULL)),
  CHECK ((status = 'failed') = (error IS NOT NULL)),
  FOREIGN KEY (tenant_id, run_id) REFERENCES kernel.runs ON DELETE CASCADE
);
CREATE INDEX concerts_about_idx ON agents.concerts (tenant_id, about_kind, about_id, run_id DESC);

CREATE TABLE agents.checkpoints (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  run_id uuid NOT NULL,
  step_index int NOT NULL CHECK (step_index > 0),
  step_name text NOT NULL,
  state jsonb NOT NULL CHECK (jsonb_typeof(state) = 'object'),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, run_id, step_index),
  FOREIGN KEY (tenant_id, run_id) REFERENCES agents.concerts ON DELETE CASCADE
);
CREATE INDEX checkpoints_expires_idx ON agents.checkpoints (expires_at);

CREATE TABLE agents.memory (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL,
  position bigint GENERATED ALWAYS AS IDENTITY,
  session_id uuid NOT NULL,
  agent text NOT NULL CHECK (length(agent) BETWEEN 1 AND 100),
  role text NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
  content text NOT NULL,
  tokens int NOT NULL CHECK (tokens >= 0),
  is_pinned boolean NOT NULL DEFAULT false,
  metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX memory_session_idx ON agents.memory (tenant_id, session_id, agent, position);
