-- Papers: data sets that a tenant added or fetched, licences that an owner allowed, and versions of
-- plans: an edited plan is a new row that names the one before it, which has one successor at most.

CREATE TABLE papers.datasets (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]{0,63}$'),
  -- What the registry would say of it; NULL where the row only allows the licence of a known set.
  entry jsonb CHECK (jsonb_typeof(entry) = 'object'),
  sha256 text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes bigint CHECK (size_bytes >= 0),
  licence_reason text CHECK (length(licence_reason) BETWEEN 1 AND 1000),
  created_by text NOT NULL DEFAULT kernel.current_actor(),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, name),
  CONSTRAINT datasets_entry_or_licence_check CHECK (num_nonnulls(entry, licence_reason) >= 1),
  CONSTRAINT datasets_file_check CHECK ((entry IS NULL) = (sha256 IS NULL))
);

ALTER TABLE papers.plans
  ADD COLUMN previous_id uuid,
  ADD COLUMN revision int NOT NULL DEFAULT 1 CHECK (revision >= 1),
  ADD COLUMN variation jsonb CHECK (jsonb_typeof(variation) = 'object'),
  ADD FOREIGN KEY (tenant_id, previous_id) REFERENCES papers.plans ON DELETE SET NULL (previous_id);
-- Of two people who edit one plan at once, the second is told.
CREATE UNIQUE INDEX plans_previous_uniq ON papers.plans (tenant_id, previous_id)
  WHERE previous_id IS NOT NULL AND variation IS NULL;
CREATE INDEX plans_variation_idx ON papers.plans (tenant_id, previous_id) WHERE variation IS NOT NULL;
