-- Phases: where a project stands, and when each pass through a phase began and ended.
--
-- A pass is never opened again: going back opens the next one. `phase_version` is what two people who
-- advance at once are compared by.

ALTER TABLE studio.projects
  ADD COLUMN phase_version int NOT NULL DEFAULT 0 CHECK (phase_version >= 0),
  ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();

CREATE TABLE studio.phase_passes (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  project_id uuid NOT NULL,
  phase text NOT NULL CHECK (phase IN ('CREATED', 'DISCOVERY', 'FEATURE_SELECTION', 'PLAN_GENERATION', 'PLANNING',
    'VISUAL_DISCOVERY', 'SPECIFICATION')),
  number int NOT NULL CHECK (number > 0),
  started_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz,
  outcome text CHECK (outcome IN ('completed', 'skipped', 'left')),
  reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 2000),
  decided_by text,
  PRIMARY KEY (tenant_id, project_id, phase, number),
  CHECK (completed_at >= started_at),
  CHECK ((completed_at IS NULL) = (outcome IS NULL)),
  CHECK (outcome <> 'skipped' OR (phase = 'VISUAL_DISCOVERY' AND length(reason) > 0)),
  CHECK (outcome <> 'left' OR length(reason) > 0),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE
);
-- A project is in one phase at a time.
CREATE UNIQUE INDEX phase_passes_open_idx ON studio.phase_passes (tenant_id, project_id) WHERE completed_at IS NULL;

-- Projects that are there already began their phase when they were made. The owner sees no tenant's
-- rows behind their walls; where there are walls yet, maintenance does.
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_policies WHERE schemaname = 'studio' AND tablename = 'projects') THEN
    SET LOCAL ROLE service_role;
    INSERT INTO studio.phase_passes (tenant_id, project_id, phase, number, started_at, completed_at, outcome)
    SELECT tenant_id, id, 'CREATED', 1, created_at, created_at, 'completed' FROM studio.projects WHERE phase <> 'CREATED';
    INSERT INTO studio.phase_passes (tenant_id, project_id, phase, number, started_at)
    SELECT tenant_id, id, phase, 1, created_at FROM studio.projects;
    RESET ROLE;
  END IF;
END $$;
