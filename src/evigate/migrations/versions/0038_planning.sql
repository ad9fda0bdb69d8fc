-- Planning: what the chosen features ask, what can be answered beforehand and by what, and what people
-- answered. Answers go by the question's key, so they outlive the plan that asked.

CREATE TABLE studio.question_plans (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  run_id uuid NOT NULL,
  number int NOT NULL CHECK (number > 0),
  status text NOT NULL DEFAULT 'generating' CHECK (status IN ('generating', 'ready', 'in_progress', 'completed',
    'failed', 'superseded')),
  source_hash text NOT NULL,
  library_version text NOT NULL DEFAULT '',
  sections jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(sections) = 'array'),
  notices text[] NOT NULL DEFAULT '{}',
  stale_reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  generated_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, project_id, number),
  UNIQUE (tenant_id, project_id, id),
  CHECK ((status IN ('generating', 'failed')) OR generated_at IS NOT NULL),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, run_id) REFERENCES kernel.runs ON DELETE CASCADE
);
CREATE UNIQUE INDEX question_plans_live_idx ON studio.question_plans (tenant_id, project_id)
  WHERE status IN ('ready', 'in_progress', 'completed');
CREATE UNIQUE INDEX question_plans_generating_idx ON studio.question_plans (tenant_id, project_id)
  WHERE status = 'generating';
CREATE INDEX question_plans_run_idx ON studio.question_plans (tenant_id, run_id);

CREATE TABLE studio.plan_questions (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  plan_id uuid NOT NULL,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 130),
  position int NOT NULL CHECK (position >= 0),
  feature_key text,
  feature_keys text[] NOT NULL DEFAULT '{}',
  group_key text NOT NULL,
  ask text NOT NULL CHECK (length(ask) BETWEEN 1 AND 1000),
  why text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('text', 'longtext', 'boolean', 'choice', 'multi', 'number', 'money', 'duration',
    'date', 'list', 'table', 'file')),
  options text[] NOT NULL DEFAULT '{}',
  weight int NOT NULL CHECK (weight BETWEEN 1 AND 10),
  is_required boolean NOT NULL,
  origins jsonb NOT NULL CHECK (jsonb_typeof(origins) = 'array' AND jsonb_array_length(origins) > 0),
  prefill jsonb,
  prefill_confidence numeric(3, 2) CHECK (prefill_confidence BETWEEN 0 AND 1),
  prefill_source text CHECK (prefill_source IN ('persona', 'pattern', 'cascade', 'inference')),
  prefill_explanation text CHECK (length(prefill_explanation) > 0),
  rejected jsonb,
  status text NOT NULL CHECK (status IN ('pending', 'prefilled', 'accepted', 'edited', 'rejected', 'answered', 'skipped',
    'suppressed', 'withdrawn')),
  reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 2000),
  version int NOT NULL DEFAULT 1 CHECK (version > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, plan_id, key),
  -- What is filled in beforehand says by what, how surely and why.
  CHECK (num_nulls(prefill, prefill_confidence, prefill_source, prefill_explanation) IN (0, 4)),
  CHECK (status <> 'prefilled' OR prefill IS NOT NULL),
  -- A pattern hides no required question that it does not answer.
  CHECK (status <> 'suppressed' OR NOT is_required OR prefill IS NOT NULL),
  CHECK (status <> 'skipped' OR NOT is_required OR length(reason) > 0),
  FOREIGN KEY (tenant_id, project_id, plan_id) REFERENCES studio.question_plans (tenant_id, project_id, id) ON DELETE CASCADE
);
CREATE INDEX plan_questions_plan_idx ON studio.plan_questions (tenant_id, project_id, plan_id);

-- Only ever added to; the answer that holds is the newest version.
CREATE TABLE studio.answers (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  question_id uuid NOT NULL,
  question_key text NOT NULL,
  version int NOT NULL CHECK (version > 0),
  value jsonb NOT NULL CHECK (value ? 'raw'),
  source text NOT NULL CHECK (source IN ('user', 'prefill_accepted', 'agent')),
  answered_by text NOT NULL DEFAULT kernel.current_actor(),
  idempotency_key text CHECK (length(idempotency_key) BETWEEN 1 AND 200),
  processing_results jsonb NOT NULL DEFAULT '{}',
  answered_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, project_id, question_key, version),
  UNIQUE (tenant_id, project_id, idempotency_key),
  FOREIGN KEY (tenant_id, question_id) REFERENCES studio.plan_questions ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE
);
CREATE INDEX answers_question_idx ON studio.answers (tenant_id, question_id);

-- A pattern that the project calls for: what it would settle, and what became of the proposal.
CREATE TABLE studio.pattern_detections (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  pattern_key text NOT NULL,
  pattern_name text NOT NULL,
  confidence numeric(3, 2) NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  signals jsonb NOT NULL CHECK (jsonb_typeof(signals) = 'array'),
  settles jsonb NOT NULL CHECK (jsonb_typeof(settles) = 'object'),
  spec_additions jsonb NOT NULL CHECK (jsonb_typeof(spec_additions) = 'array'),
  status text NOT NULL DEFAULT 'detected' CHECK (status IN ('detected', 'applied', 'dismissed')),
  version int NOT NULL DEFAULT 1 CHECK (version > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  decided_at timestamptz,
  decided_by text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, project_id, pattern_key),
  CHECK ((status = 'detected') = (decided_at IS NULL)),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE
);
