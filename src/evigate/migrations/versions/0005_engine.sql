-- The engine's catalog: which sources, models, tables, versions and segments a tenant has.
--
-- Rows are small and point at files; a file is whole and synced before its row is committed. Names
-- are unique per tenant, so that nobody learns from a refusal what another tenant has.

CREATE SCHEMA engine;

CREATE TABLE engine.sources (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (name ~ '^[A-Za-z_][A-Za-z0-9_]{0,62}$'),
  kind text NOT NULL CHECK (kind IN ('parquet', 'csv', 'json', 'jsonl', 'avro', 'arrow', 'postgres',
    'mysql', 'sqlite', 'duckdb')),
  uri text NOT NULL,
  options jsonb NOT NULL DEFAULT '{}',
  schema bytea NOT NULL,
  key_column text,
  tenant_column text,
  secret_name text,
  version_kind text NOT NULL
    CHECK (version_kind IN ('digest', 'etag', 'snapshot', 'watermark', 'instant')),
  version text NOT NULL,
  row_count bigint CHECK (row_count >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);

CREATE TABLE engine.models (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  name text NOT NULL CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,199}$'),
  version int NOT NULL DEFAULT 1 CHECK (version > 0),
  task text NOT NULL CHECK (task IN ('text_embedding', 'image_embedding', 'audio_embedding',
    'classification', 'ner', 'regression', 'rerank')),
  backend text NOT NULL,
  dimensions int CHECK (dimensions > 0),
  digest text NOT NULL DEFAULT '',
  location text,
  options jsonb NOT NULL DEFAULT '{}',
  secret_name text,
  status text NOT NULL DEFAULT 'registered' CHECK (status IN ('registered', 'candidate', 'retired')),
  base_model text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, name, version)
);

CREATE TABLE engine.tables (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (name ~ '^[A-Za-z_][A-Za-z0-9_]{0,62}$'),
  kind text NOT NULL CHECK (kind IN ('embedding', 'lexical', 'inference', 'external', 'neighbor_graph',
    'propagation', 'structure', 'context_set', 'asof_join', 'training_set')),
  source_name text,
  model_name text,
  model_version int,
  definition jsonb NOT NULL,
  definition_hash text NOT NULL CHECK (definition_hash ~ '^[0-9a-f]{64}$'),
  dimensions int CHECK (dimensions > 0),
  key_column text,
  current_version int,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name),
  CHECK ((model_name IS NULL) = (model_version IS NULL))
);
CREATE INDEX tables_source_idx ON engine.tables (tenant_id, source_name) WHERE source_name IS NOT NULL;
CREATE INDEX tables_model_idx ON engine.tables (tenant_id, model_name, model_version)
  WHERE model_name IS NOT NULL;
CREATE INDEX tables_definition_idx ON engine.tables (tenant_id, definition_hash);

CREATE TABLE engine.table_versions (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  table_id uuid NOT NULL,
  version int NOT NULL CHECK (version > 0),
  parent_version int,
  status text NOT NULL DEFAULT 'ready' CHECK (status IN ('ready', 'failed')),
  manifest_path text NOT NULL,
  manifest_digest text NOT NULL CHECK (manifest_digest ~ '^[0-9a-f]{64}$'),
  row_count bigint NOT NULL CHECK (row_count >= 0),
  masked_rows bigint NOT NULL DEFAULT 0 CHECK (masked_rows >= 0),
  anchors jsonb NOT NULL DEFAULT '[]',
  created_by text NOT NULL DEFAULT kernel.current_actor(),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, table_id, version),
  FOREIGN KEY (tenant_id, table_id) REFERENCES engine.tables ON DELETE CASCADE,
  CHECK (parent_version IS NULL OR parent_version < version)
);

CREATE TABLE engine.segments (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  segment_id uuid NOT NULL DEFAULT gen_random_uuid(),
  table_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('vector', 'lexical')),
  path text NOT NULL,
  row_count bigint NOT NULL CHECK (row_count >= 0),
  precision text CHECK (precision IN ('f32', 'bf16', 'f16', 'i8', 'binary')),
  library text NOT NULL,
  first_version int NOT NULL CHECK (first_version > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, segment_id),
  FOREIGN KEY (tenant_id, table_id) REFERENCES engine.tables ON DELETE CASCADE,
  CHECK ((kind = 'vector') = (precision IS NOT NULL))
);
CREATE INDEX segments_table_idx ON engine.segments (tenant_id, table_id);

-- Evidence channels: which columns a hit may carry, and in which order. Columns are only ever added.
CREATE TABLE engine.channels (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]{0,63}$'),
  priority int NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, name)
);

CREATE TABLE engine.channel_columns (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  channel_name text NOT NULL,
  name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]{0,63}$'),
  type text NOT NULL CHECK (type IN ('Float32', 'Float64', 'Int32', 'Int64', 'Utf8', 'Boolean')),
  ordinal int NOT NULL CHECK (ordinal >= 0),
  declared_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, channel_name, name),
  UNIQUE (tenant_id, channel_name, ordinal),
  FOREIGN KEY (tenant_id, channel_name) REFERENCES engine.channels
);
