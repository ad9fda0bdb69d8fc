-- The gate, thin: artifacts and the approvals that let them be used. A status moves only through
-- the functions in functions/300_gate.sql; content never changes.

CREATE SCHEMA gate;

CREATE TYPE gate.artifact_status AS ENUM
  ('PENDING_GENERATION', 'PENDING_EVAL', 'APPROVED', 'REJECTED', 'RETIRED');

CREATE TABLE gate.artifacts (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  module_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind ~ '^[a-z]+\.[a-z_]+$'),
  key text NOT NULL,
  version int NOT NULL CHECK (version > 0),
  status gate.artifact_status NOT NULL DEFAULT 'PENDING_EVAL',
  schema_version text NOT NULL,
  artifact_payload jsonb,
  blob_sha256 text,
  content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
  grounding jsonb NOT NULL DEFAULT '{}',
  evidence_version text NOT NULL,
  run_id uuid NOT NULL,
  decided_by text,
  decision_reason text,
  approved_at timestamptz,
  rejected_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, module_id, kind, key, version),
  CHECK (num_nonnulls(artifact_payload, blob_sha256) = 1),
  FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, run_id) REFERENCES kernel.runs ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, blob_sha256) REFERENCES kernel.blobs
);
CREATE INDEX artifacts_module_status_idx ON gate.artifacts (tenant_id, module_id, status);
CREATE INDEX artifacts_run_idx ON gate.artifacts (tenant_id, run_id);
CREATE INDEX artifacts_blob_idx ON gate.artifacts (tenant_id, blob_sha256);

CREATE TABLE gate.approvals (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  artifact_id uuid NOT NULL,
  content_hash text NOT NULL,
  approved_by text NOT NULL,
  approved_at timestamptz NOT NULL DEFAULT now(),
  withdrawn_at timestamptz,
  PRIMARY KEY (tenant_id, artifact_id),
  FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts ON DELETE CASCADE
);
COMMENT ON TABLE gate.approvals IS
  'One row for each artifact that was ever approved: the key that consuming tables reference.';
