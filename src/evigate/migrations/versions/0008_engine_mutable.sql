-- Mutable tables and ephemeral sessions: rows that a tenant changes in place.
--
-- Each table is a table of the database, engine_rows.m_<id>, with real columns and the same wall as
-- all others; only functions make and remove them. The row of mutable_tables is its name.

CREATE SCHEMA engine_rows;
COMMENT ON SCHEMA engine_rows IS 'One table for each row of engine.mutable_tables, made by engine.create_mutable.';

-- owner_id names the process that opened it, which holds an advisory lock on it while it lives.
CREATE TABLE engine.ephemeral_sessions (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  owner_id uuid NOT NULL,
  opened_by text NOT NULL DEFAULT kernel.current_actor(),
  opened_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE engine.mutable_tables (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (name ~ '^[A-Za-z_][A-Za-z0-9_]{0,62}$'),
  session_id uuid,
  schema bytea NOT NULL,
  primary_key text[] NOT NULL CHECK (cardinality(primary_key) > 0),
  order_column text,
  created_by text NOT NULL DEFAULT kernel.current_actor(),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, session_id) REFERENCES engine.ephemeral_sessions ON DELETE CASCADE
);
CREATE UNIQUE INDEX mutable_tables_name_idx ON engine.mutable_tables (tenant_id, lower(name))
  WHERE session_id IS NULL;
CREATE UNIQUE INDEX mutable_tables_session_idx ON engine.mutable_tables (tenant_id, session_id, lower(name))
  WHERE session_id IS NOT NULL;

CREATE TABLE engine.mutable_indexes (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  table_id uuid NOT NULL,
  name text NOT NULL CHECK (name ~ '^[A-Za-z_][A-Za-z0-9_]{0,62}$'),
  ordinal int NOT NULL CHECK (ordinal >= 0),
  columns text[] NOT NULL CHECK (cardinality(columns) > 0),
  is_unique boolean NOT NULL,
  PRIMARY KEY (tenant_id, table_id, name),
  FOREIGN KEY (tenant_id, table_id) REFERENCES engine.mutable_tables ON DELETE CASCADE
);

CREATE TABLE engine.mutable_changes (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  table_id uuid NOT NULL,
  count bigint NOT NULL DEFAULT 1 CHECK (count > 0)
);
CREATE INDEX mutable_changes_idx ON engine.mutable_changes (tenant_id, table_id);
COMMENT ON TABLE engine.mutable_changes IS
  'A table''s version is the sum of its counts: each statement adds a row, so writers never wait for'
  ' one another, and readers merge them. No foreign key, for the same reason.';

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('engine_session', 'session.opened'), ('engine_session', 'session.closed'),
  ('engine_session', 'session.timed_out'), ('engine_session', 'session.swept');
