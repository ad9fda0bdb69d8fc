-- Papers: the nine tables of the schema document 001 with its constraints and indexes, under tenancy.
--
-- run_events is a view over the event log (functions/400_papers.sql). runs is the notebook run's
-- subtype of kernel.runs; its life-cycle columns are kept equal by a trigger. gaps is ours: the
-- verdict on each claim, also on those that could not be compared.

CREATE SCHEMA papers;

CREATE TABLE papers.papers (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  title text NOT NULL,
  source_url text,
  doi text,
  arxiv_id text,
  pdf_storage_path text NOT NULL CONSTRAINT papers_storage_path_check CHECK (pdf_storage_path LIKE 'papers/%'),
  vector_store_id text NOT NULL,
  pdf_sha256 text NOT NULL,
  status text NOT NULL DEFAULT 'ready'
    CONSTRAINT papers_status_check CHECK (status IN ('ready', 'processing', 'failed')),
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  module_id uuid,
  document_id uuid,
  authors text[] NOT NULL DEFAULT '{}',
  arxiv_version int,
  page_count int NOT NULL DEFAULT 0 CHECK (page_count >= 0),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT papers_pdf_sha256_key UNIQUE (tenant_id, pdf_sha256),
  CONSTRAINT papers_vector_store_id_key UNIQUE (tenant_id, vector_store_id),
  FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, document_id) REFERENCES evidence.documents ON DELETE CASCADE
);
CREATE INDEX papers_created_at_idx ON papers.papers (tenant_id, created_at DESC);
CREATE INDEX papers_status_idx ON papers.papers (tenant_id, status) WHERE status != 'ready';
CREATE INDEX papers_module_idx ON papers.papers (tenant_id, module_id);
CREATE INDEX papers_document_idx ON papers.papers (tenant_id, document_id);

CREATE TABLE papers.claims (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  paper_id uuid NOT NULL,
  dataset_name text,
  split text,
  metric_name text NOT NULL,
  metric_value numeric NOT NULL,
  units text,
  method_snippet text,
  source_citation text NOT NULL,
  confidence numeric NOT NULL
    CONSTRAINT claims_confidence_check CHECK (confidence >= 0.0 AND confidence <= 1.0),
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  position int NOT NULL DEFAULT 0,
  is_own_method boolean NOT NULL DEFAULT false,
  page int CHECK (page > 0),
  bbox numeric[] CHECK (array_length(bbox, 1) = 4),
  quote text,
  table_label text,
  row_label text,
  column_label text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers ON DELETE CASCADE
);
CREATE INDEX claims_paper_id_idx ON papers.claims (tenant_id, paper_id, position);
CREATE INDEX claims_confidence_idx ON papers.claims (tenant_id, confidence DESC);

CREATE TABLE papers.plans (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  paper_id uuid NOT NULL,
  version text NOT NULL DEFAULT '1.1',
  plan_json jsonb NOT NULL,
  env_hash text,
  budget_minutes int NOT NULL DEFAULT 20
    CONSTRAINT plans_budget_minutes_check CHECK (budget_minutes > 0 AND budget_minutes <= 120),
  status text NOT NULL DEFAULT 'draft'
    CONSTRAINT plans_status_check CHECK (status IN ('draft', 'ready', 'failed')),
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  plan_artifact_id uuid,
  notebook_artifact_id uuid,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, plan_artifact_id) REFERENCES gate.artifacts ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, notebook_artifact_id) REFERENCES gate.artifacts ON DELETE CASCADE
);
CREATE INDEX plans_paper_id_idx ON papers.plans (tenant_id, paper_id);
CREATE INDEX plans_env_hash_idx ON papers.plans (tenant_id, env_hash) WHERE env_hash IS NOT NULL;
CREATE INDEX plans_created_at_idx ON papers.plans (tenant_id, created_at DESC);
CREATE INDEX plans_plan_artifact_idx ON papers.plans (tenant_id, plan_artifact_id);
CREATE INDEX plans_notebook_artifact_idx ON papers.plans (tenant_id, notebook_artifact_id);

CREATE TABLE papers.runs (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  plan_id uuid NOT NULL,
  paper_id uuid NOT NULL,
  env_hash text NOT NULL,
  seed int NOT NULL DEFAULT 42,
  status text NOT NULL DEFAULT 'queued'
    CONSTRAINT runs_status_check
    CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'timeout', 'cancelled')),
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz CONSTRAINT runs_started_at_check CHECK (started_at IS NULL OR started_at >= created_at),
  completed_at timestamptz,
  duration_sec int CONSTRAINT runs_duration_sec_check CHECK (duration_sec IS NULL OR duration_sec >= 0),
  error_code text,
  error_message text,
  artifact_id uuid NOT NULL,
  sandbox_level text,
  seeds_count int NOT NULL DEFAULT 1 CHECK (seeds_count BETWEEN 1 AND 100),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT runs_completed_at_check CHECK (completed_at IS NULL OR completed_at >= started_at),
  FOREIGN KEY (tenant_id, id) REFERENCES kernel.runs ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, plan_id) REFERENCES papers.plans ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers ON DELETE CASCADE,
  CONSTRAINT runs_approved_notebook_fkey FOREIGN KEY (tenant_id, artifact_id)
    REFERENCES gate.approvals ON DELETE CASCADE
);
CREATE INDEX runs_paper_id_status_idx ON papers.runs (tenant_id, paper_id, status);
CREATE INDEX runs_plan_id_idx ON papers.runs (tenant_id, plan_id);
CREATE INDEX runs_status_idx ON papers.runs (tenant_id, status);
CREATE INDEX runs_paper_completed_idx ON papers.runs (tenant_id, paper_id, completed_at DESC);
CREATE INDEX runs_created_at_idx ON papers.runs (tenant_id, created_at DESC);
CREATE INDEX runs_artifact_idx ON papers.runs (tenant_id, artifact_id);

CREATE TABLE papers.run_series (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  run_id uuid NOT NULL,
  metric text NOT NULL,
  split text,
  step int,
  value numeric NOT NULL,
  ts timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT run_series_point_key UNIQUE NULLS NOT DISTINCT (tenant_id, run_id, metric, split, step),
  FOREIGN KEY (tenant_id, run_id) REFERENCES papers.runs ON DELETE CASCADE
);
CREATE INDEX run_series_run_metric_step_idx ON papers.run_series (tenant_id, run_id, metric, step);
CREATE INDEX run_series_run_id_idx ON papers.run_series (tenant_id, run_id);

CREATE TABLE papers.storyboards (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  paper_id uuid NOT NULL,
  run_id uuid,
  storyboard_json jsonb NOT NULL,
  storage_path text NOT NULL
    CONSTRAINT storyboards_storage_path_check CHECK (storage_path LIKE 'storyboards/%'),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, run_id) REFERENCES papers.runs ON DELETE SET NULL (run_id)
);
CREATE INDEX storyboards_paper_id_idx ON papers.storyboards (tenant_id, paper_id);
CREATE INDEX storyboards_run_id_idx ON papers.storyboards (tenant_id, run_id) WHERE run_id IS NOT NULL;

CREATE TABLE papers.assets (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  paper_id uuid,
  run_id uuid,
  plan_id uuid,
  kind text NOT NULL CONSTRAINT assets_kind_check
    CHECK (kind IN ('pdf', 'notebook', 'requirements', 'metrics', 'logs', 'events', 'storyboard')),
  storage_path text NOT NULL,
  size_bytes bigint,
  checksum text,
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT assets_one_parent_check CHECK (num_nonnulls(paper_id, run_id, plan_id) = 1),
  FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, run_id) REFERENCES papers.runs ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, plan_id) REFERENCES papers.plans ON DELETE CASCADE
);
CREATE UNIQUE INDEX assets_plan_notebook_uniq ON papers.assets (tenant_id, plan_id)
  WHERE kind = 'notebook' AND plan_id IS NOT NULL;
CREATE UNIQUE INDEX assets_plan_requirements_uniq ON papers.assets (tenant_id, plan_id)
  WHERE kind = 'requirements' AND plan_id IS NOT NULL;
CREATE UNIQUE INDEX assets_run_metrics_uniq ON papers.assets (tenant_id, run_id)
  WHERE kind = 'metrics' AND run_id IS NOT NULL;
CREATE UNIQUE INDEX assets_run_logs_uniq ON papers.assets (tenant_id, run_id)
  WHERE kind = 'logs' AND run_id IS NOT NULL;
CREATE UNIQUE INDEX assets_run_events_uniq ON papers.assets (tenant_id, run_id)
  WHERE kind = 'events' AND run_id IS NOT NULL;
CREATE UNIQUE INDEX assets_paper_pdf_uniq ON papers.assets (tenant_id, paper_id)
  WHERE kind = 'pdf' AND paper_id IS NOT NULL;
CREATE INDEX assets_paper_id_idx ON papers.assets (tenant_id, paper_id) WHERE paper_id IS NOT NULL;
CREATE INDEX assets_run_id_idx ON papers.assets (tenant_id, run_id) WHERE run_id IS NOT NULL;
CREATE INDEX assets_plan_id_idx ON papers.assets (tenant_id, plan_id) WHERE plan_id IS NOT NULL;
CREATE INDEX assets_kind_idx ON papers.assets (tenant_id, kind);
CREATE INDEX assets_storage_path_idx ON papers.assets (tenant_id, storage_path);

CREATE TABLE papers.evals (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  paper_id uuid NOT NULL,
  run_id uuid NOT NULL,
  metric_name text NOT NULL,
  claimed numeric NOT NULL,
  observed numeric NOT NULL,
  gap_percent numeric NOT NULL,
  gap_abs numeric NOT NULL,
  tolerance numeric,
  direction text CONSTRAINT evals_direction_check CHECK (direction IN ('maximize', 'minimize')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT evals_run_metric_key UNIQUE (tenant_id, run_id, metric_name),
  FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, run_id) REFERENCES papers.runs ON DELETE CASCADE
);
CREATE INDEX evals_paper_id_idx ON papers.evals (tenant_id, paper_id);
CREATE INDEX evals_run_id_idx ON papers.evals (tenant_id, run_id);
CREATE INDEX evals_gap_idx ON papers.evals (tenant_id, abs(gap_percent) DESC);

CREATE TABLE papers.gaps (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  reproduction_id uuid NOT NULL,
  claim_id uuid NOT NULL,
  eval_id uuid,
  verdict text NOT NULL
    CHECK (verdict IN ('reproduced', 'partly', 'not reproduced', 'not comparable')),
  reason text NOT NULL CHECK (length(reason) > 0),
  units text,
  observed_low numeric,
  observed_high numeric,
  seeds_count int NOT NULL DEFAULT 0 CHECK (seeds_count >= 0),
  notebook_cell text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, reproduction_id, claim_id),
  CHECK ((verdict = 'not comparable') = (eval_id IS NULL)),
  CHECK (observed_low <= observed_high),
  FOREIGN KEY (tenant_id, reproduction_id) REFERENCES kernel.runs ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, claim_id) REFERENCES papers.claims ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, eval_id) REFERENCES papers.evals ON DELETE CASCADE
);
CREATE INDEX gaps_claim_idx ON papers.gaps (tenant_id, claim_id);
CREATE INDEX gaps_eval_idx ON papers.gaps (tenant_id, eval_id);

CREATE TABLE papers.reproductions (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  paper_id uuid,
  plan_id uuid,
  run_id uuid,
  summary jsonb,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, id) REFERENCES kernel.runs ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, plan_id) REFERENCES papers.plans ON DELETE SET NULL (plan_id),
  FOREIGN KEY (tenant_id, run_id) REFERENCES papers.runs ON DELETE SET NULL (run_id)
);
CREATE INDEX reproductions_paper_idx ON papers.reproductions (tenant_id, paper_id);
CREATE INDEX reproductions_plan_idx ON papers.reproductions (tenant_id, plan_id);
CREATE INDEX reproductions_run_idx ON papers.reproductions (tenant_id, run_id);
