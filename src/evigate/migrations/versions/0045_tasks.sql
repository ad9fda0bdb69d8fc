-- Tasks in full: whose they are, what they ask for, what they wait for, what was given, what happened.
--
-- The conversation's own tasks stay its own: its events say how they stand. Blocked and in progress are
-- never stored; they follow from what a task waits for and from whether somebody began.

ALTER TABLE studio.tasks
  ALTER COLUMN session_id DROP NOT NULL,
  ALTER COLUMN position DROP NOT NULL,
  ALTER COLUMN need_key DROP NOT NULL,
  DROP CONSTRAINT tasks_kind_check,
  ADD CONSTRAINT tasks_kind_check CHECK (kind IN ('PROVIDE', 'DECIDE', 'REVIEW', 'CONNECT')),
  ADD CONSTRAINT tasks_of_session_check CHECK ((session_id IS NULL) = (need_key IS NULL)
    AND (session_id IS NULL) = (position IS NULL)),
  ADD COLUMN project_id uuid,
  ADD COLUMN description text NOT NULL DEFAULT '' CHECK (length(description) <= 5000),
  ADD COLUMN priority text NOT NULL DEFAULT 'medium' CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
  ADD COLUMN component_key text NOT NULL DEFAULT 'generic' CHECK (component_key ~ '^[a-z][a-z0-9-]{0,99}$'),
  ADD COLUMN assignee_id uuid,
  ADD COLUMN assignee_role text CHECK (length(assignee_role) BETWEEN 1 AND 100),
  ADD COLUMN due_on date,
  ADD COLUMN version int NOT NULL DEFAULT 1 CHECK (version >= 1),
  ADD COLUMN created_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN created_by text NOT NULL DEFAULT kernel.current_actor(),
  ADD COLUMN started_at timestamptz,
  ADD COLUMN closed_at timestamptz,
  ADD CONSTRAINT tasks_one_assignee_check CHECK (assignee_id IS NULL OR assignee_role IS NULL);
UPDATE studio.tasks t SET project_id = s.project_id FROM studio.sessions s
  WHERE s.tenant_id = t.tenant_id AND s.id = t.session_id;
ALTER TABLE studio.tasks
  ALTER COLUMN project_id SET NOT NULL,
  ADD FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE,
  ADD FOREIGN KEY (tenant_id, assignee_id) REFERENCES kernel.memberships ON DELETE SET NULL (assignee_id),
  ADD UNIQUE (tenant_id, project_id, id);
CREATE INDEX tasks_project_idx ON studio.tasks (tenant_id, project_id, status);
CREATE INDEX tasks_assignee_idx ON studio.tasks (tenant_id, assignee_id) WHERE assignee_id IS NOT NULL;

CREATE TABLE studio.task_actions (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  task_id uuid NOT NULL,
  position int NOT NULL CHECK (position BETWEEN 0 AND 19),
  kind text NOT NULL CHECK (kind IN ('FORM_SUBMIT', 'SINGLE_SELECT', 'MULTI_SELECT', 'TEXT_INPUT', 'FILE_UPLOAD',
    'APPROVE_REJECT', 'EXTERNAL_LINK')),
  label text NOT NULL CHECK (length(label) BETWEEN 1 AND 255),
  config jsonb NOT NULL CHECK (jsonb_typeof(config) = 'object'),
  is_required boolean NOT NULL DEFAULT true,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, task_id, position),
  FOREIGN KEY (tenant_id, project_id, task_id) REFERENCES studio.tasks (tenant_id, project_id, id) ON DELETE CASCADE
);

CREATE TABLE studio.task_targets (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  project_id uuid NOT NULL,
  task_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind ~ '^[a-z][a-z0-9_]{0,49}$'),
  target text NOT NULL CHECK (length(target) BETWEEN 1 AND 500),
  PRIMARY KEY (tenant_id, task_id, kind, target),
  FOREIGN KEY (tenant_id, project_id, task_id) REFERENCES studio.tasks (tenant_id, project_id, id) ON DELETE CASCADE
);
CREATE INDEX task_targets_target_idx ON studio.task_targets (tenant_id, project_id, kind, target);

CREATE TABLE studio.task_waits (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  project_id uuid NOT NULL,
  task_id uuid NOT NULL,
  waits_for uuid NOT NULL CHECK (waits_for <> task_id),
  PRIMARY KEY (tenant_id, task_id, waits_for),
  FOREIGN KEY (tenant_id, project_id, task_id) REFERENCES studio.tasks (tenant_id, project_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, project_id, waits_for) REFERENCES studio.tasks (tenant_id, project_id, id) ON DELETE CASCADE
);
CREATE INDEX task_waits_for_idx ON studio.task_waits (tenant_id, waits_for);

-- What was given, once for each key: the same key gives the same answer, and never writes again.
CREATE TABLE studio.task_submissions (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  task_id uuid NOT NULL,
  action_id uuid NOT NULL,
  idempotency_key text NOT NULL CHECK (length(idempotency_key) BETWEEN 1 AND 255),
  data_hash text NOT NULL CHECK (data_hash ~ '^[0-9a-f]{64}$'),
  data jsonb NOT NULL,
  bindings jsonb NOT NULL DEFAULT '[]',
  submitted_by text NOT NULL DEFAULT kernel.current_actor(),
  submitted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, idempotency_key),
  FOREIGN KEY (tenant_id, project_id, task_id) REFERENCES studio.tasks (tenant_id, project_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, action_id) REFERENCES studio.task_actions ON DELETE CASCADE
);
CREATE INDEX task_submissions_task_idx ON studio.task_submissions (tenant_id, task_id);
CREATE INDEX task_submissions_action_idx ON studio.task_submissions (tenant_id, action_id);

CREATE TABLE studio.task_files (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  project_id uuid NOT NULL,
  task_id uuid NOT NULL,
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
  bytes bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 10485760),
  PRIMARY KEY (tenant_id, task_id, digest),
  FOREIGN KEY (tenant_id, project_id, task_id) REFERENCES studio.tasks (tenant_id, project_id, id) ON DELETE CASCADE
);

CREATE TABLE studio.task_activity (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id bigint GENERATED ALWAYS AS IDENTITY,
  project_id uuid NOT NULL,
  task_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('created', 'assigned', 'started', 'submitted', 'completed', 'cancelled',
    'blocked', 'unblocked')),
  actor text NOT NULL DEFAULT kernel.current_actor(),
  details jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, project_id, task_id) REFERENCES studio.tasks (tenant_id, project_id, id) ON DELETE CASCADE
);
CREATE INDEX task_activity_task_idx ON studio.task_activity (tenant_id, task_id, id);
