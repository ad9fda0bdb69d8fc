-- Reviews of a specification by several reviewers: which version, what of it they were given, and
-- whether what follows from the review's end was done.

CREATE TABLE studio.reviews (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  run_id uuid NOT NULL,
  project_id uuid NOT NULL,
  artifact_id uuid NOT NULL,
  request_id uuid NOT NULL,
  -- A task waits for somebody to raise what the review may use.
  task_id uuid,
  settled_at timestamptz,
  PRIMARY KEY (tenant_id, run_id),
  FOREIGN KEY (tenant_id, run_id) REFERENCES agents.concerts ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, request_id) REFERENCES studio.context_requests ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, task_id) REFERENCES studio.tasks
);
CREATE INDEX reviews_project_idx ON studio.reviews (tenant_id, project_id, run_id DESC);
CREATE INDEX reviews_artifact_idx ON studio.reviews (tenant_id, artifact_id);
CREATE INDEX reviews_request_idx ON studio.reviews (tenant_id, request_id);
CREATE INDEX reviews_task_idx ON studio.reviews (tenant_id, task_id) WHERE task_id IS NOT NULL;
