-- name: list_sources
SELECT * FROM engine.sources ORDER BY name;

-- name: insert_source!
INSERT INTO engine.sources (id, name, kind, uri, options, schema, key_column, tenant_column, secret_name,
  version_kind, version, row_count)
VALUES (:id, :name, :kind, :uri, :options, :schema, :key_column, :tenant_column, :secret_name,
  :version_kind, :version, :row_count)
ON CONFLICT (tenant_id, name) DO NOTHING;

-- name: update_source!
UPDATE engine.sources SET kind = :kind, uri = :uri, options = :options, schema = :schema,
  key_column = :key_column, tenant_column = :tenant_column, secret_name = :secret_name,
  version_kind = :version_kind, version = :version, row_count = :row_count, updated_at = now()
WHERE id = :id;

-- name: set_source_version!
UPDATE engine.sources SET schema = :schema, version_kind = :version_kind, version = :version,
  row_count = :row_count, updated_at = now()
WHERE id = :id;

-- name: delete_source!
DELETE FROM engine.sources WHERE id = :id;

-- name: list_models
SELECT * FROM engine.models ORDER BY name, version;

-- name: insert_model!
INSERT INTO engine.models (name, version, task, backend, dimensions, digest, location, options,
  secret_name, status, base_model)
VALUES (:name, :version, :task, :backend, :dimensions, :digest, :location, :options,
  :secret_name, :status, :base_model)
ON CONFLICT (tenant_id, name, version) DO NOTHING;

-- name: set_model_status!
UPDATE engine.models SET status = :status, updated_at = now() WHERE name = :name AND version = :version;

-- name: evals_of_model$
SELECT count(*)::int AS count FROM engine.eval_runs WHERE model = ANY(:ids) AND status <> 'failed';

-- name: delete_model!
DELETE FROM engine.models WHERE name = :name AND version = :version;

-- name: list_tables
SELECT * FROM engine.tables ORDER BY name;

-- name: insert_table!
INSERT INTO engine.tables (id, name, kind, source_name, model_name, model_version, definition,
  definition_hash, dimensions, key_column)
VALUES (:id, :name, :kind, :source_name, :model_name, :model_version, :definition,
  :definition_hash, :dimensions, :key_column)
ON CONFLICT (tenant_id, name) DO NOTHING;

-- name: redefine_table!
UPDATE engine.tables SET kind = :kind, source_name = :source_name, model_name = :model_name,
  model_version = :model_version, definition = :definition, definition_hash = :definition_hash,
  dimensions = :dimensions, key_column = :key_column, updated_at = now()
WHERE id = :id;

-- name: advance_table!
UPDATE engine.tables SET current_version = :version, updated_at = now()
WHERE id = :id AND current_version IS NOT DISTINCT FROM :parent::int;

-- name: rename_table!
UPDATE engine.tables SET name = :name, updated_at = now() WHERE id = :id;

-- name: delete_table!
DELETE FROM engine.tables WHERE id = :id;

-- name: list_versions
SELECT * FROM engine.table_versions ORDER BY table_id, version;

-- name: next_version$
SELECT coalesce(max(version), 0) + 1 AS version FROM engine.table_versions WHERE table_id = :table_id;

-- name: insert_version!
INSERT INTO engine.table_versions (table_id, version, parent_version, manifest_path, manifest_digest,
  row_count, masked_rows, anchors)
VALUES (:table_id, :version, :parent_version, :manifest_path, :manifest_digest, :row_count,
  :masked_rows, :anchors);

-- name: fail_version!
UPDATE engine.table_versions SET status = 'failed' WHERE table_id = :table_id AND version = :version;

-- name: delete_version!
DELETE FROM engine.table_versions WHERE table_id = :table_id AND version = :version;

-- name: list_segments
SELECT * FROM engine.segments ORDER BY table_id, segment_id;

-- name: insert_segment!
INSERT INTO engine.segments (segment_id, table_id, kind, path, row_count, precision, library, first_version)
VALUES (:segment_id, :table_id, :kind, :path, :row_count, :precision, :library, :first_version);

-- name: replace_segment!
UPDATE engine.segments SET path = :path, library = :library, created_at = now()
WHERE segment_id = :segment_id AND path = :old_path;

-- name: delete_segment!
DELETE FROM engine.segments WHERE segment_id = :segment_id;

-- name: list_channels
SELECT * FROM engine.channels ORDER BY priority, name;

-- name: list_channel_columns
SELECT * FROM engine.channel_columns ORDER BY channel_name, ordinal;

-- name: insert_channel!
INSERT INTO engine.channels (name, priority) VALUES (:name, :priority)
ON CONFLICT (tenant_id, name) DO NOTHING;

-- name: insert_channel_column!
INSERT INTO engine.channel_columns (channel_name, name, type, ordinal)
VALUES (:channel_name, :name, :type, :ordinal);
