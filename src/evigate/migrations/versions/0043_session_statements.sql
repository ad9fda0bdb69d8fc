-- That a session began and ended is told to a record store as well as each answer.

ALTER TABLE learning.statements
  ADD COLUMN session_id uuid,
  ADD FOREIGN KEY (tenant_id, session_id) REFERENCES learning.sessions (tenant_id, id) ON DELETE CASCADE;
CREATE INDEX statements_session_idx ON learning.statements (tenant_id, session_id) WHERE session_id IS NOT NULL;
