-- People correct, add and reject claims. A rejected claim leaves plans and reports and stays a row,
-- because verdicts refer to it; every change is kept beside it, as a label to learn from.

ALTER TABLE papers.claims
  ADD COLUMN origin text NOT NULL DEFAULT 'extracted'
    CONSTRAINT claims_origin_check CHECK (origin IN ('extracted', 'model', 'person')),
  ADD COLUMN rejected_at timestamptz;

CREATE TABLE papers.claim_edits (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  paper_id uuid NOT NULL,
  claim_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('correct', 'add', 'reject')),
  reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 1000),
  -- The claim as it stood; nothing before one that was added, nothing after one that was rejected.
  before jsonb CHECK ((before IS NULL) = (kind = 'add')),
  after jsonb CHECK ((after IS NULL) = (kind = 'reject')),
  created_by text NOT NULL DEFAULT kernel.current_actor(),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, claim_id) REFERENCES papers.claims ON DELETE CASCADE
);
CREATE INDEX claim_edits_paper_idx ON papers.claim_edits (tenant_id, paper_id, created_at);
CREATE INDEX claim_edits_claim_idx ON papers.claim_edits (tenant_id, claim_id);

-- What was learnt from a tenant's edits; the newest row is used, the older ones tell the history.
CREATE TABLE papers.linkers (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  learned jsonb NOT NULL CHECK (jsonb_typeof(learned) = 'object'),
  edit_count int NOT NULL CHECK (edit_count >= 0),
  created_by text NOT NULL DEFAULT kernel.current_actor(),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX linkers_created_at_idx ON papers.linkers (tenant_id, created_at DESC);
