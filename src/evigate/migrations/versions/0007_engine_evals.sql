-- Evals: what was measured on which versions, with one row a query, so that runs can be compared.
--
-- A run that fails keeps its row and its error. golden_digest is of the judgments' content: two runs
-- are of one yardstick if it is equal, whatever the source of the judgments is called by then.

CREATE TABLE engine.eval_runs (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL,
  type text NOT NULL CHECK (type IN ('retrieval', 'inference', 'calibration')),
  status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed', 'failed')),
  source_name text,
  source_version text,
  table_name text,
  table_version int,
  model text,
  golden_source text,
  golden_digest text CHECK (golden_digest ~ '^[0-9a-f]{64}$'),
  golden_size bigint CHECK (golden_size >= 0),
  k int CHECK (k > 0),
  config jsonb NOT NULL,
  query_count int CHECK (query_count >= 0),
  metrics jsonb,
  intervals jsonb,
  cohorts jsonb,
  details jsonb,
  error jsonb,
  created_by text NOT NULL DEFAULT kernel.current_actor(),
  created_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT eval_runs_completed_check CHECK ((status = 'completed') = (metrics IS NOT NULL)),
  CONSTRAINT eval_runs_failed_check CHECK ((status = 'failed') = (error IS NOT NULL))
);
CREATE INDEX eval_runs_type_idx ON engine.eval_runs (tenant_id, type, id DESC);

CREATE TABLE engine.eval_queries (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  run_id uuid NOT NULL,
  query_id text NOT NULL,
  ordinal int NOT NULL CHECK (ordinal >= 0),
  cohorts jsonb NOT NULL DEFAULT '{}',
  metrics jsonb NOT NULL,
  PRIMARY KEY (tenant_id, run_id, query_id),
  FOREIGN KEY (tenant_id, run_id) REFERENCES engine.eval_runs ON DELETE CASCADE
);
