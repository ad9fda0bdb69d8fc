-- Papers: a storyboard stands on an artifact of the gate, and what a run used is written beside it.

ALTER TABLE papers.storyboards
  ADD COLUMN artifact_id uuid,
  ADD COLUMN draft_artifact_id uuid,
  ADD CONSTRAINT storyboards_artifact_fkey FOREIGN KEY (tenant_id, artifact_id)
    REFERENCES gate.artifacts ON DELETE SET NULL (artifact_id),
  ADD CONSTRAINT storyboards_draft_fkey FOREIGN KEY (tenant_id, draft_artifact_id)
    REFERENCES gate.artifacts ON DELETE SET NULL (draft_artifact_id);
CREATE INDEX storyboards_artifact_idx ON papers.storyboards (tenant_id, artifact_id);
CREATE INDEX storyboards_draft_idx ON papers.storyboards (tenant_id, draft_artifact_id);

-- What a run used, who ran it, what it tried that it may not, and which runs were asked for at once.
ALTER TABLE papers.runs
  ADD COLUMN cpu_seconds numeric CHECK (cpu_seconds >= 0),
  ADD COLUMN peak_memory_bytes bigint CHECK (peak_memory_bytes >= 0),
  ADD COLUMN executor text NOT NULL DEFAULT 'local' CHECK (executor IN ('local', 'ray')),
  ADD COLUMN findings jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(findings) = 'array'),
  ADD COLUMN batch_id uuid;
CREATE INDEX runs_batch_idx ON papers.runs (tenant_id, batch_id) WHERE batch_id IS NOT NULL;

-- The schema document's kinds, and two of ours: a run's plots in one file, and its environment.
ALTER TABLE papers.assets DROP CONSTRAINT assets_kind_check;
ALTER TABLE papers.assets ADD CONSTRAINT assets_kind_check CHECK (kind IN (
  'pdf', 'notebook', 'requirements', 'metrics', 'logs', 'events', 'storyboard', 'plots', 'environment'));
CREATE UNIQUE INDEX assets_run_notebook_uniq ON papers.assets (tenant_id, run_id)
  WHERE kind = 'notebook' AND run_id IS NOT NULL;
CREATE UNIQUE INDEX assets_run_plots_uniq ON papers.assets (tenant_id, run_id)
  WHERE kind = 'plots' AND run_id IS NOT NULL;
CREATE UNIQUE INDEX assets_run_environment_uniq ON papers.assets (tenant_id, run_id)
  WHERE kind = 'environment' AND run_id IS NOT NULL;
CREATE UNIQUE INDEX assets_paper_storyboard_uniq ON papers.assets (tenant_id, paper_id)
  WHERE kind = 'storyboard' AND paper_id IS NOT NULL;

-- "A beats B" as somebody typed it; those that a table states are read from it anew each time.
CREATE TABLE papers.rankings (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  paper_id uuid NOT NULL,
  better_id uuid NOT NULL,
  worse_id uuid NOT NULL,
  note text,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, better_id, worse_id),
  CHECK (better_id <> worse_id),
  FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, better_id) REFERENCES papers.claims ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, worse_id) REFERENCES papers.claims ON DELETE CASCADE
);
CREATE INDEX rankings_paper_idx ON papers.rankings (tenant_id, paper_id);
CREATE INDEX rankings_worse_idx ON papers.rankings (tenant_id, worse_id);

-- A new version of a paper names the one it follows.
ALTER TABLE papers.papers
  ADD COLUMN supersedes uuid,
  ADD CONSTRAINT papers_supersedes_fkey FOREIGN KEY (tenant_id, supersedes)
    REFERENCES papers.papers ON DELETE SET NULL (supersedes),
  ADD CONSTRAINT papers_supersedes_check CHECK (supersedes <> id);
CREATE INDEX papers_supersedes_idx ON papers.papers (tenant_id, supersedes) WHERE supersedes IS NOT NULL;

-- How long a tenant keeps what runs left; without a row, for ever.
CREATE TABLE papers.retention (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  run_days int CHECK (run_days >= 1),
  paper_days int CHECK (paper_days >= 1),
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id)
);
