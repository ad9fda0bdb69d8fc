-- Learning: what a module teaches, the bank's search columns, practice and what it teaches us.
--
-- Items are artifacts of the gate; here is only what listing, choosing and measuring them needs. An
-- attempt refers to an approval, so what was never approved cannot be answered, and a trigger
-- (functions/500_learning.sql) asks that the approval stands today.

CREATE SCHEMA learning;

CREATE TABLE learning.modules (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  module_id uuid NOT NULL,
  description text NOT NULL DEFAULT '',
  subject text NOT NULL DEFAULT '',
  position int NOT NULL DEFAULT 0,
  grade_min int NOT NULL DEFAULT 6 CHECK (grade_min BETWEEN 1 AND 20),
  grade_max int NOT NULL DEFAULT 16 CHECK (grade_max BETWEEN 1 AND 20),
  archived_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, module_id),
  CHECK (grade_min <= grade_max),
  FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules ON DELETE CASCADE
);

CREATE TABLE learning.prerequisites (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  module_id uuid NOT NULL,
  requires_module_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, module_id, requires_module_id),
  CHECK (module_id <> requires_module_id),
  FOREIGN KEY (tenant_id, module_id) REFERENCES learning.modules ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, requires_module_id) REFERENCES learning.modules ON DELETE CASCADE
);
CREATE INDEX prerequisites_requires_idx ON learning.prerequisites (tenant_id, requires_module_id);

CREATE TABLE learning.objectives (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  module_id uuid NOT NULL,
  position int NOT NULL DEFAULT 0,
  text text NOT NULL CHECK (length(text) BETWEEN 1 AND 500),
  section text[] NOT NULL DEFAULT '{}',
  source text NOT NULL DEFAULT 'person' CHECK (source IN ('person', 'document', 'built-in')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, module_id, text),
  FOREIGN KEY (tenant_id, module_id) REFERENCES learning.modules ON DELETE CASCADE
);

CREATE TABLE learning.items (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  artifact_id uuid NOT NULL,
  module_id uuid NOT NULL,
  kind text NOT NULL,
  question text NOT NULL,
  concept text NOT NULL DEFAULT '',
  objective_id uuid,
  section text[] NOT NULL DEFAULT '{}',
  tags text[] NOT NULL DEFAULT '{}',
  difficulty text CHECK (difficulty IN ('introductory', 'intermediate', 'advanced')),
  difficulty_prior real NOT NULL DEFAULT 0.5 CHECK (difficulty_prior BETWEEN 0 AND 1),
  page int,
  search text NOT NULL DEFAULT '',
  origin text NOT NULL DEFAULT 'generated' CHECK (origin IN ('generated', 'imported', 'written')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, artifact_id),
  FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, objective_id) REFERENCES learning.objectives ON DELETE SET NULL (objective_id)
);
CREATE INDEX items_module_idx ON learning.items (tenant_id, module_id, artifact_id DESC);
CREATE INDEX items_objective_idx ON learning.items (tenant_id, objective_id) WHERE objective_id IS NOT NULL;
COMMENT ON COLUMN learning.items.difficulty_prior IS
  'A guess from the text, 0 easy to 1 hard, until attempts say more.';

CREATE TABLE learning.sessions (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL,
  module_id uuid NOT NULL,
  status text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'COMPLETED', 'ABANDONED')),
  mode text NOT NULL DEFAULT 'adaptive' CHECK (mode IN ('adaptive', 'review', 'in_order')),
  item_limit int NOT NULL DEFAULT 20 CHECK (item_limit BETWEEN 1 AND 500),
  kinds text[] NOT NULL DEFAULT '{}',
  mastery_state jsonb NOT NULL DEFAULT '{}',
  current_artifact_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  CHECK ((status = 'ACTIVE') = (completed_at IS NULL)),
  FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules ON DELETE CASCADE
);
CREATE INDEX sessions_user_idx ON learning.sessions (tenant_id, user_id, created_at DESC);
CREATE INDEX sessions_module_idx ON learning.sessions (tenant_id, module_id, created_at DESC);

CREATE TABLE learning.attempts (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  session_id uuid NOT NULL,
  artifact_id uuid NOT NULL,
  user_id uuid NOT NULL,
  is_correct boolean,
  user_answer jsonb NOT NULL,
  score real CHECK (score BETWEEN 0 AND 1),
  confidence real CHECK (confidence BETWEEN 0 AND 1),
  choice text,
  feedback jsonb NOT NULL DEFAULT '{}',
  graded_by text NOT NULL DEFAULT 'key',
  hint_used boolean NOT NULL DEFAULT false,
  is_first boolean NOT NULL DEFAULT true,
  latency_ms int CHECK (latency_ms >= 0),
  idempotency_key text NOT NULL DEFAULT gen_random_uuid()::text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, session_id, idempotency_key),
  FOREIGN KEY (tenant_id, session_id) REFERENCES learning.sessions ON DELETE CASCADE,
  CONSTRAINT attempts_approved_item_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.approvals
);
CREATE INDEX idx_attempts_tenant ON learning.attempts (tenant_id);
CREATE INDEX attempts_artifact_idx ON learning.attempts (tenant_id, artifact_id, created_at);
CREATE INDEX attempts_user_idx ON learning.attempts (tenant_id, user_id, created_at);

-- What a learner says of an answer that could not be graded with confidence.
CREATE TABLE learning.self_ratings (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  attempt_id uuid NOT NULL,
  rating int NOT NULL CHECK (rating BETWEEN 1 AND 4),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, attempt_id),
  FOREIGN KEY (tenant_id, attempt_id) REFERENCES learning.attempts ON DELETE CASCADE
);

-- The schedule of one item for one learner: the state of FSRS.
CREATE TABLE learning.cards (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  user_id uuid NOT NULL,
  artifact_id uuid NOT NULL,
  module_id uuid NOT NULL,
  state jsonb NOT NULL,
  due timestamptz NOT NULL,
  stability real,
  last_review timestamptz,
  reps int NOT NULL DEFAULT 0,
  lapses int NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, user_id, artifact_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts ON DELETE CASCADE
);
CREATE INDEX cards_due_idx ON learning.cards (tenant_id, user_id, module_id, due);
CREATE INDEX cards_artifact_idx ON learning.cards (tenant_id, artifact_id);

CREATE TABLE learning.abilities (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  user_id uuid NOT NULL,
  module_id uuid NOT NULL,
  theta real NOT NULL DEFAULT 0,
  se real NOT NULL DEFAULT 1,
  n int NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, user_id, module_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules ON DELETE CASCADE
);
CREATE INDEX abilities_module_idx ON learning.abilities (tenant_id, module_id);

CREATE TABLE learning.item_stats (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  artifact_id uuid NOT NULL,
  n int NOT NULL CHECK (n >= 0),
  p real,
  rpbis real,
  a real,
  b real,
  se_a real,
  se_b real,
  median_latency_ms int,
  options jsonb NOT NULL DEFAULT '{}',
  flags text[] NOT NULL DEFAULT '{}',
  fitted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, artifact_id),
  FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts ON DELETE CASCADE
);

-- xAPI statements, written with the attempt and sent later where an endpoint is set.
CREATE TABLE learning.statements (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  attempt_id uuid,
  statement jsonb NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  sent_at timestamptz,
  error text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, attempt_id) REFERENCES learning.attempts ON DELETE CASCADE
);
CREATE INDEX statements_unsent_idx ON learning.statements (tenant_id, created_at) WHERE sent_at IS NULL;
CREATE INDEX statements_attempt_idx ON learning.statements (tenant_id, attempt_id);
