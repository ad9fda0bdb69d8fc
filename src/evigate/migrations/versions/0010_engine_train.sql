-- Training jobs: a queue with leases. Who holds the lease works; who lost it publishes nothing.
--
-- A model's version is taken when its job is submitted, so that what is evaluated before it is
-- published is recorded under the name that it will have.

CREATE TABLE engine.training_jobs (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  kind text NOT NULL CHECK (kind IN ('adapter', 'finetune', 'predictor')),
  status text NOT NULL DEFAULT 'queued'
    CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
  priority int NOT NULL DEFAULT 0,
  is_claimable boolean NOT NULL DEFAULT true,
  attempts int NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  attempts_max int NOT NULL DEFAULT 3 CHECK (attempts_max > 0),
  claimed_by text,
  lease_expires_at timestamptz,
  heartbeat_at timestamptz,
  cancel_requested_at timestamptz,
  idempotency_key text CHECK (length(idempotency_key) BETWEEN 1 AND 200),
  spec jsonb NOT NULL,
  spec_hash text NOT NULL CHECK (spec_hash ~ '^[0-9a-f]{64}$'),
  phase text NOT NULL DEFAULT 'queued',
  done bigint NOT NULL DEFAULT 0 CHECK (done >= 0),
  total bigint CHECK (total >= 0),
  result jsonb,
  error jsonb,
  output_name text NOT NULL CHECK (output_name ~ '^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,199}$'),
  output_version int NOT NULL CHECK (output_version > 0),
  created_by text NOT NULL DEFAULT kernel.current_actor(),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  started_at timestamptz,
  completed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, output_name, output_version),
  CHECK ((status = 'running') = (claimed_by IS NOT NULL)),
  CHECK ((status = 'running') = (lease_expires_at IS NOT NULL)),
  CHECK ((status IN ('queued', 'running')) = (completed_at IS NULL)),
  CHECK ((status = 'failed') = (error IS NOT NULL))
);
CREATE UNIQUE INDEX training_jobs_idempotency_idx ON engine.training_jobs (tenant_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX training_jobs_queue_idx ON engine.training_jobs (priority DESC, created_at, id)
  WHERE status = 'queued' AND is_claimable;
CREATE INDEX training_jobs_lease_idx ON engine.training_jobs (lease_expires_at) WHERE status = 'running';
CREATE INDEX training_jobs_newest_idx ON engine.training_jobs (tenant_id, created_at DESC, id DESC);
