-- The gate in full: schema document 000's runs, suites, rules, results and prompts, with citations,
-- reviews, judges and their calibrations. What may be approved is decided by functions/300_gate.sql
-- to 320; the app role may read these tables and write none of those that decide.
--
-- Scores and bounds are numeric, not real as in the document: 0.7::real >= 0.7 is false there, and a
-- threshold that is exactly met must pass. The views of learning_bank give them back as real.

DROP FUNCTION IF EXISTS gate.create_artifact(uuid, uuid, text, text, text, jsonb, text, text, jsonb, text, uuid);
DROP FUNCTION IF EXISTS gate.decide_artifact(uuid, text, text);

-- A learner practises and sees what was approved, nothing else.
ALTER TABLE kernel.memberships DROP CONSTRAINT memberships_role_check,
  ADD CONSTRAINT memberships_role_check CHECK (role IN ('owner', 'editor', 'viewer', 'learner'));
ALTER TABLE kernel.api_tokens DROP CONSTRAINT api_tokens_role_check,
  ADD CONSTRAINT api_tokens_role_check CHECK (role IN ('owner', 'editor', 'viewer', 'learner'));

CREATE FUNCTION kernel.current_role_name() RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.role', true), '') $$;

CREATE FUNCTION kernel.current_person() RETURNS uuid
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;

CREATE TYPE gate.run_status AS ENUM ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED');
CREATE TYPE gate.eval_type AS ENUM (
  'SCHEMA_VALIDATION', 'GROUNDEDNESS', 'ANSWER_CORRECTNESS', 'DISTRACTOR_QUALITY',
  'DIFFICULTY_CALIBRATION', 'CONCEPT_ALIGNMENT', 'ANSWERABILITY', 'QA_ALIGNMENT',
  'HIERARCHY_CORRECTNESS', 'CONCEPT_GROUNDEDNESS', 'ITEM_FLAWS', 'DUPLICATION', 'READABILITY',
  'SAFETY_PII', 'HUMAN_REVIEW');
CREATE TYPE gate.review_verdict AS ENUM ('APPROVED', 'REJECTED', 'NEEDS_REVISION');

-- What drafts are made with -----------------------------------------------------------------

CREATE TABLE gate.prompt_versions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_.]{0,99}$'),
  version text NOT NULL CHECK (length(version) BETWEEN 1 AND 40),
  content text NOT NULL CHECK (length(content) BETWEEN 1 AND 100000),
  inputs text[] NOT NULL DEFAULT '{}',
  metadata jsonb NOT NULL DEFAULT '{}',
  sha256 text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT prompt_versions_name_version_key UNIQUE NULLS NOT DISTINCT (tenant_id, name, version)
);
COMMENT ON TABLE gate.prompt_versions IS 'Never changed; a row without a tenant is the library''s.';

-- Which version is in use is a fact with a date; the last one counts, a tenant's before the library's.
CREATE TABLE gate.prompt_activations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  name text NOT NULL,
  prompt_id uuid NOT NULL REFERENCES gate.prompt_versions ON DELETE CASCADE,
  activated_by text NOT NULL DEFAULT kernel.current_actor(),
  activated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX prompt_activations_name_idx ON gate.prompt_activations (name, activated_at DESC);
CREATE INDEX prompt_activations_prompt_idx ON gate.prompt_activations (prompt_id);

-- The life cycle (status, times, error) is kernel.runs'; the row here says who drafted from what.
CREATE TABLE gate.generation_runs (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  module_id uuid NOT NULL,
  agent_name text NOT NULL,
  agent_version text NOT NULL,
  model text NOT NULL,
  model_params jsonb NOT NULL DEFAULT '{}',
  prompt_id uuid REFERENCES gate.prompt_versions,
  store_name text NOT NULL,
  metadata_filter jsonb NOT NULL DEFAULT '{}',
  output_payload jsonb,
  usage jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, id) REFERENCES kernel.runs ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules ON DELETE CASCADE
);
CREATE INDEX generation_runs_module_idx ON gate.generation_runs (tenant_id, module_id, created_at DESC);
CREATE INDEX generation_runs_prompt_idx ON gate.generation_runs (prompt_id) WHERE prompt_id IS NOT NULL;

-- Drafts and what they rest on --------------------------------------------------------------

ALTER TABLE gate.artifacts
  ADD COLUMN difficulty text,
  ADD COLUMN tags text[] NOT NULL DEFAULT '{}',
  ADD COLUMN supersedes uuid,
  ADD COLUMN producer text NOT NULL DEFAULT 'built-in',
  ADD COLUMN current_evidence text NOT NULL DEFAULT '',
  ADD COLUMN stale_at timestamptz,
  ADD FOREIGN KEY (tenant_id, supersedes) REFERENCES gate.artifacts ON DELETE CASCADE;
UPDATE gate.artifacts SET current_evidence = evidence_version;
CREATE INDEX artifacts_kind_idx ON gate.artifacts (tenant_id, kind, status);
CREATE INDEX artifacts_supersedes_idx ON gate.artifacts (tenant_id, supersedes) WHERE supersedes IS NOT NULL;
CREATE INDEX artifacts_pending_eval_idx ON gate.artifacts (tenant_id, created_at DESC) WHERE status = 'PENDING_EVAL';
COMMENT ON COLUMN gate.artifacts.evidence_version IS 'What it was made from; never changes.';
COMMENT ON COLUMN gate.artifacts.current_evidence IS
  'A hash over the quotes it rests on today; a passing run counts while it saw this.';

CREATE TABLE gate.citations (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  artifact_id uuid NOT NULL,
  ordinal int NOT NULL CHECK (ordinal >= 0),
  module_id uuid NOT NULL,
  document_id uuid NOT NULL,
  chunk_sha256 text NOT NULL,
  page int NOT NULL CHECK (page > 0),
  start_char int NOT NULL CHECK (start_char >= 0),
  quote text NOT NULL CHECK (length(quote) > 0),
  heading_path text[] NOT NULL DEFAULT '{}',
  state text NOT NULL DEFAULT 'fresh' CHECK (state IN ('fresh', 'moved', 'stale')),
  is_suspect boolean NOT NULL DEFAULT false,
  replaced_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts ON DELETE CASCADE
);
CREATE INDEX citations_artifact_idx ON gate.citations (tenant_id, artifact_id, ordinal);
CREATE INDEX citations_chunk_idx ON gate.citations (tenant_id, module_id, chunk_sha256) WHERE replaced_at IS NULL;
CREATE INDEX citations_document_idx ON gate.citations (tenant_id, document_id) WHERE replaced_at IS NULL;
COMMENT ON COLUMN gate.citations.start_char IS 'Characters into the chunk''s text; the quote stands there literally.';

-- What judges them --------------------------------------------------------------------------

CREATE TABLE gate.eval_suites (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]{0,99}$'),
  version int NOT NULL DEFAULT 1 CHECK (version > 0),
  description text NOT NULL DEFAULT '',
  pass_score numeric(5, 4) NOT NULL DEFAULT 0.6 CHECK (pass_score BETWEEN 0 AND 1),
  review text NOT NULL DEFAULT 'doubtful' CHECK (review IN ('doubtful', 'always')),
  needs_citations boolean NOT NULL DEFAULT true,
  frozen_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT eval_suites_name_key UNIQUE NULLS NOT DISTINCT (tenant_id, name, version)
);
COMMENT ON COLUMN gate.eval_suites.review IS
  'Whether a person decides on what passed only when a check left a doubt, or on everything.';

CREATE TABLE gate.eval_rules (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  suite_id uuid NOT NULL REFERENCES gate.eval_suites ON DELETE CASCADE,
  eval_type gate.eval_type NOT NULL,
  min_score numeric(5, 4) CHECK (min_score BETWEEN 0 AND 1),
  max_score numeric(5, 4) CHECK (max_score BETWEEN 0 AND 1),
  weight numeric(8, 4) NOT NULL DEFAULT 1 CHECK (weight >= 0),
  hard_fail boolean NOT NULL DEFAULT false,
  is_advisory boolean NOT NULL DEFAULT false,
  params jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT eval_rules_suite_type_key UNIQUE (suite_id, eval_type),
  CHECK (min_score <= max_score),
  CHECK (NOT (hard_fail AND is_advisory)),
  CHECK (is_advisory OR num_nonnulls(min_score, max_score) > 0)
);
COMMENT ON COLUMN gate.eval_rules.weight IS 'Its part in the mean; 0 leaves it out, as for a score that is better when low.';

-- Which suite judges a kind today: the last row counts, a tenant's before the library's.
CREATE TABLE gate.kind_suites (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind ~ '^[a-z]+\.[a-z_]+$'),
  suite_id uuid NOT NULL REFERENCES gate.eval_suites ON DELETE CASCADE,
  set_by text NOT NULL DEFAULT kernel.current_actor(),
  set_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX kind_suites_kind_idx ON gate.kind_suites (kind, set_at DESC);
CREATE INDEX kind_suites_suite_idx ON gate.kind_suites (suite_id);

CREATE TABLE gate.eval_runs (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  artifact_id uuid NOT NULL,
  generation_run_id uuid,
  suite_id uuid NOT NULL REFERENCES gate.eval_suites,
  judge_model text NOT NULL,
  judge_params jsonb NOT NULL DEFAULT '{}',
  prompt_version_id uuid REFERENCES gate.prompt_versions,
  evidence_version text NOT NULL,
  is_trial boolean NOT NULL DEFAULT false,
  status gate.run_status NOT NULL DEFAULT 'PENDING',
  overall_pass boolean,
  overall_score numeric(5, 4),
  needs_review boolean,
  error jsonb,
  started_at timestamptz,
  finished_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts ON DELETE CASCADE,
  CHECK ((status = 'SUCCEEDED') = (overall_pass IS NOT NULL)),
  CHECK ((status = 'FAILED') = (error IS NOT NULL)),
  CHECK ((status IN ('SUCCEEDED', 'FAILED')) = (finished_at IS NOT NULL))
);
CREATE INDEX eval_runs_artifact_idx ON gate.eval_runs (tenant_id, artifact_id, created_at DESC);
CREATE INDEX eval_runs_suite_idx ON gate.eval_runs (suite_id);
CREATE INDEX eval_runs_prompt_idx ON gate.eval_runs (prompt_version_id) WHERE prompt_version_id IS NOT NULL;

CREATE TABLE gate.eval_results (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  eval_run_id uuid NOT NULL,
  rule_id uuid NOT NULL REFERENCES gate.eval_rules,
  judge text NOT NULL,
  judge_version text NOT NULL,
  pass boolean,
  score numeric(5, 4) CHECK (score BETWEEN 0 AND 1),
  details jsonb NOT NULL DEFAULT '{}',
  duration_ms real,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT eval_results_run_rule_key UNIQUE (tenant_id, eval_run_id, rule_id),
  FOREIGN KEY (tenant_id, eval_run_id) REFERENCES gate.eval_runs ON DELETE CASCADE,
  CHECK (score IS NOT NULL OR pass IS NULL),
  CHECK (score IS NOT NULL OR details ? 'reason')
);
CREATE INDEX eval_results_rule_idx ON gate.eval_results (rule_id);
COMMENT ON COLUMN gate.eval_results.pass IS
  'Derived from the score and the rule''s bounds; null where nothing could be measured, or for advice.';

CREATE TABLE gate.waivers (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  artifact_id uuid NOT NULL,
  eval_type gate.eval_type NOT NULL,
  evidence_version text NOT NULL,
  reason text NOT NULL CHECK (length(reason) > 0),
  waived_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, artifact_id, eval_type, evidence_version),
  FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts ON DELETE CASCADE
);

-- What judges the judges --------------------------------------------------------------------

CREATE TABLE gate.judges (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  name text NOT NULL,
  version text NOT NULL,
  eval_type gate.eval_type NOT NULL,
  nature text NOT NULL DEFAULT 'measured' CHECK (nature IN ('exact', 'measured')),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE NULLS NOT DISTINCT (tenant_id, name, version, eval_type),
  CHECK (tenant_id IS NULL OR nature = 'measured')
);
COMMENT ON COLUMN gate.judges.nature IS
  'An exact judge decides a fact (a schema, a literal quote); a measured one has to show that it agrees with people.';

-- The floor under each kind of judgement, on which measure, and on how many cases at least.
CREATE TABLE gate.judge_floors (
  eval_type gate.eval_type PRIMARY KEY,
  metric text NOT NULL CHECK (metric IN ('auc', 'accuracy', 'kappa', 'veto_precision')),
  floor numeric(5, 4) NOT NULL CHECK (floor BETWEEN 0 AND 1),
  n_min int NOT NULL DEFAULT 50 CHECK (n_min > 0)
);

CREATE TABLE gate.judge_calibrations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  judge text NOT NULL,
  version text NOT NULL,
  eval_type gate.eval_type NOT NULL,
  dataset text NOT NULL,
  is_own_kind boolean NOT NULL DEFAULT true,
  n int NOT NULL CHECK (n > 0),
  negatives int NOT NULL CHECK (negatives BETWEEN 0 AND n),
  auc numeric(5, 4),
  accuracy numeric(5, 4),
  kappa numeric(5, 4),
  alpha numeric(5, 4),
  veto_precision numeric(5, 4),
  threshold numeric(5, 4),
  created_by text NOT NULL DEFAULT kernel.current_actor(),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX judge_calibrations_judge_idx ON gate.judge_calibrations (judge, version, eval_type, created_at DESC);
COMMENT ON COLUMN gate.judge_calibrations.is_own_kind IS
  'Whether the set is of the kind that the judge gates: short claims against the cited sentences, not pages.';

-- What people decide ------------------------------------------------------------------------

CREATE TABLE gate.review_tasks (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  artifact_id uuid NOT NULL,
  evidence_version text NOT NULL,
  reason text NOT NULL,
  wanted int NOT NULL DEFAULT 1 CHECK (wanted BETWEEN 1 AND 3),
  is_blind boolean NOT NULL DEFAULT false,
  is_audit boolean NOT NULL DEFAULT false,
  assigned_to text,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed', 'cancelled')),
  outcome gate.review_verdict,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  closed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts ON DELETE CASCADE,
  CHECK ((status = 'closed') = (outcome IS NOT NULL)),
  CHECK ((status = 'open') = (closed_at IS NULL))
);
CREATE UNIQUE INDEX review_tasks_open_uniq ON gate.review_tasks (tenant_id, artifact_id) WHERE status = 'open';
CREATE INDEX review_tasks_artifact_idx ON gate.review_tasks (tenant_id, artifact_id, created_at DESC);

CREATE TABLE gate.reviews (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  task_id uuid NOT NULL,
  artifact_id uuid NOT NULL,
  eval_run_id uuid NOT NULL,
  reviewer text NOT NULL,
  verdict gate.review_verdict NOT NULL,
  reasons text[] NOT NULL DEFAULT '{}',
  comment text NOT NULL DEFAULT '',
  duration_ms int CHECK (duration_ms >= 0),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, task_id, reviewer),
  FOREIGN KEY (tenant_id, task_id) REFERENCES gate.review_tasks ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, eval_run_id) REFERENCES gate.eval_runs ON DELETE CASCADE
);
CREATE INDEX reviews_artifact_idx ON gate.reviews (tenant_id, artifact_id);
CREATE INDEX reviews_eval_run_idx ON gate.reviews (tenant_id, eval_run_id);

CREATE TABLE gate.comments (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  artifact_id uuid NOT NULL,
  author text NOT NULL DEFAULT kernel.current_actor(),
  body text NOT NULL CHECK (length(body) BETWEEN 1 AND 5000),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts ON DELETE CASCADE
);
CREATE INDEX comments_artifact_idx ON gate.comments (tenant_id, artifact_id, created_at);

-- What a check found, under a fingerprint that stays while the fault does.
CREATE TABLE gate.findings (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  artifact_id uuid NOT NULL,
  fingerprint text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  rule text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('error', 'warning', 'info')),
  element text NOT NULL DEFAULT '',
  message text NOT NULL,
  fix text NOT NULL DEFAULT '',
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'resolved', 'waived')),
  seen_count int NOT NULL DEFAULT 1,
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  resolved_at timestamptz,
  waived_reason text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, artifact_id, fingerprint),
  FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts ON DELETE CASCADE,
  CHECK ((status = 'waived') = (waived_reason IS NOT NULL))
);
CREATE INDEX findings_open_idx ON gate.findings (tenant_id, artifact_id) WHERE status = 'open';
