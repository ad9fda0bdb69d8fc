-- The library: entries that a tenant wrote, beside or in place of the packaged ones.
--
-- The packaged library is files and never changes here. An item's present entry is its newest
-- version; a withdrawn item gives the packaged entry its place back and keeps its history.

CREATE TABLE studio.library_items (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('domains', 'features', 'patterns', 'integrations', 'pools')),
  key text NOT NULL CHECK (key ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' AND length(key) <= 60),
  version int NOT NULL CHECK (version > 0),
  is_withdrawn boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, kind, key)
);

CREATE TABLE studio.library_versions (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  item_id uuid NOT NULL,
  version int NOT NULL CHECK (version > 0),
  entry jsonb,
  written_by text NOT NULL DEFAULT kernel.current_actor(),
  written_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, item_id, version),
  CHECK (entry IS NULL OR jsonb_typeof(entry) = 'object'),
  FOREIGN KEY (tenant_id, item_id) REFERENCES studio.library_items ON DELETE CASCADE
);
COMMENT ON COLUMN studio.library_versions.entry IS 'Null is a withdrawal.';
