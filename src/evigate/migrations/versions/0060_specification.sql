-- Specifications: what each compiled artifact was made from, so that it can be made again and told
-- apart from what holds now.

CREATE TABLE studio.specifications (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  artifact_id uuid NOT NULL,
  project_id uuid NOT NULL,
  version text NOT NULL CHECK (version ~ '^[0-9]+\.[0-9]+\.[0-9]+$'),
  style text NOT NULL CHECK (style IN ('ears', 'gherkin')),
  source_hash text NOT NULL CHECK (source_hash ~ '^[0-9a-f]{64}$'),
  inputs jsonb NOT NULL CHECK (jsonb_typeof(inputs) = 'object'),
  -- The claims that it quotes, and how far the plan and the board were.
  cited uuid[] NOT NULL,
  plan_id uuid NOT NULL,
  plan_version bigint NOT NULL,
  board_version bigint NOT NULL,
  compiled_by text NOT NULL DEFAULT kernel.current_actor(),
  compiled_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, artifact_id),
  UNIQUE (tenant_id, project_id, version),
  FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE
);

-- Statements of a specification that was brought in from elsewhere: proposed until a person decides.
CREATE TABLE studio.imported_statements (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  position int NOT NULL CHECK (position >= 0),
  layout text NOT NULL CHECK (layout IN ('openspec', 'spec-kit')),
  path text NOT NULL CHECK (length(path) BETWEEN 1 AND 500),
  title text NOT NULL,
  quote text NOT NULL CHECK (length(quote) BETWEEN 1 AND 8000),
  quote_start int NOT NULL CHECK (quote_start >= 0),
  quote_end int NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'accepted', 'rejected')),
  decided_by text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, project_id, path, quote_start),
  CHECK (quote_end - quote_start = length(quote)),
  CHECK ((status = 'pending') = (decided_by IS NULL)),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE
);
