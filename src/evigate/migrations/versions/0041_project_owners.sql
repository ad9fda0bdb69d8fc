-- Whose project it is, so that a policy can speak of one's own; not known of those made before.

ALTER TABLE studio.projects
  ADD COLUMN created_by uuid DEFAULT kernel.current_person(),
  ADD FOREIGN KEY (tenant_id, created_by) REFERENCES kernel.memberships ON DELETE SET NULL (created_by);
CREATE INDEX projects_created_by_idx ON studio.projects (tenant_id, created_by);
