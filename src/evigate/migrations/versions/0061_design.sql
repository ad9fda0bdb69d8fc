-- Looks: which board was chosen with which colour, and the design system that it compiles to.

-- Only ever added to; the choice that holds is the newest.
CREATE TABLE studio.designs (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  number int NOT NULL CHECK (number > 0),
  board text NOT NULL CHECK (length(board) BETWEEN 1 AND 60),
  accent text CHECK (accent ~ '^#[0-9a-f]{6}$'),
  tokens jsonb NOT NULL CHECK (jsonb_typeof(tokens) = 'object'),
  css text NOT NULL,
  contrast jsonb NOT NULL CHECK (jsonb_typeof(contrast) = 'array'),
  chosen_by text NOT NULL DEFAULT kernel.current_actor(),
  chosen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, project_id, number),
  -- What could not be read is not kept.
  CHECK (NOT contrast @> '[{"is_met": false}]'),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE
);
