-- Compatibility: schema jammi holds each table that document 003 leaves behind, with its columns,
-- read-only. Times are text in its canonical form, keys are names, JSON is text, as they are there.

CREATE SCHEMA IF NOT EXISTS jammi;

CREATE OR REPLACE FUNCTION engine.stamp(p_at timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
  SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

CREATE OR REPLACE VIEW jammi.sources WITH (security_invoker = true) AS
  SELECT s.id::text AS source_id, s.name,
         CASE WHEN s.kind IN ('postgres', 'mysql') THEN '"' || s.kind || '"' ELSE '"file"' END AS source_type,
         s.uri, (s.options -> 'columns')::text AS schema_json, s.options::text AS options,
         engine.stamp(s.created_at) AS created_at, engine.stamp(s.updated_at) AS updated_at,
         s.tenant_id::text AS tenant_id
  FROM engine.sources s;

CREATE OR REPLACE VIEW jammi.models WITH (security_invoker = true) AS
  SELECT m.tenant_id || '::' || m.name || '::' || m.version AS model_id, m.name, m.backend AS model_type,
         m.task, m.backend, m.version, m.location AS source, m.dimensions, m.status,
         jsonb_build_object('base_model_id', m.base_model, 'digest', m.digest)::text AS metadata,
         engine.stamp(m.created_at) AS created_at, engine.stamp(m.updated_at) AS updated_at,
         m.tenant_id::text AS tenant_id, m.location AS artifact_path
  FROM engine.models m;

CREATE OR REPLACE VIEW jammi.result_tables WITH (security_invoker = true) AS
  SELECT t.name AS table_name, t.source_name AS source_id, t.model_name AS model_id, t.kind AS task,
         v.manifest_path AS parquet_path, s.path AS index_path, t.dimensions,
         coalesce(t.definition -> 'index' ->> 'metric', 'cosine') AS distance_metric,
         coalesce(v.row_count, 0) AS row_count,
         CASE WHEN v.version IS NULL THEN 'building' ELSE v.status END AS status,
         t.key_column, (t.definition -> 'columns')::text AS text_columns, NULL::bigint AS checkpoint,
         engine.stamp(t.created_at) AS created_at, engine.stamp(v.created_at) AS completed_at,
         t.tenant_id::text AS tenant_id,
         CASE WHEN t.kind IN ('neighbor_graph', 'asof_join') THEN t.kind ELSE 'model' END AS kind,
         t.definition ->> 'table' AS derived_from
  FROM engine.tables t
  LEFT JOIN engine.table_versions v
    ON v.tenant_id = t.tenant_id AND v.table_id = t.id AND v.version = t.current_version
  LEFT JOIN LATERAL (
    SELECT g.path FROM engine.segments g WHERE g.tenant_id = t.tenant_id AND g.table_id = t.id
    ORDER BY g.created_at DESC LIMIT 1) s ON true;

CREATE OR REPLACE VIEW jammi.eval_runs WITH (security_invoker = true) AS
  SELECT e.id::text AS run_id, e.model AS model_id, e.type AS eval_type, e.source_name AS source_id,
         coalesce(e.metrics, '{}')::text AS metrics, e.config::text AS config,
         engine.stamp(e.created_at) AS created_at, e.golden_source, e.k, e.status,
         e.tenant_id::text AS tenant_id
  FROM engine.eval_runs e;

CREATE OR REPLACE VIEW jammi._jammi_eval_per_query WITH (security_invoker = true) AS
  SELECT q.run_id::text AS eval_run_id, q.query_id, q.cohorts::text AS cohorts, q.metrics::text AS metrics,
         q.tenant_id::text AS tenant_id
  FROM engine.eval_queries q;

CREATE OR REPLACE VIEW jammi.evidence_channels WITH (security_invoker = true) AS
  SELECT c.name AS channel_name, c.priority, engine.stamp(c.created_at) AS created_at,
         c.tenant_id::text AS tenant_id
  FROM engine.channels c
  UNION ALL
  SELECT name, priority, NULL, NULL
  FROM (VALUES ('vector', 1), ('inference', 2), ('bm25', 3)) AS built_in(name, priority);

CREATE OR REPLACE VIEW jammi.evidence_channel_columns WITH (security_invoker = true) AS
  SELECT c.channel_name, c.name AS column_name, c.type AS column_type, c.ordinal,
         engine.stamp(c.declared_at) AS declared_at
  FROM engine.channel_columns c
  UNION ALL
  SELECT channel_name, column_name, column_type, ordinal, NULL
  FROM (VALUES ('vector', 'similarity', 'Float32', 0), ('inference', 'inference_model', 'Utf8', 0),
    ('inference', 'inference_task', 'Utf8', 1), ('inference', 'inference_confidence', 'Float32', 2),
    ('bm25', 'bm25_score', 'Float32', 0), ('bm25', 'bm25_rank', 'Int64', 1))
    AS built_in(channel_name, column_name, column_type, ordinal);

CREATE OR REPLACE VIEW jammi.mutable_tables WITH (security_invoker = true) AS
  SELECT m.id::text AS id, encode(m.schema, 'base64') AS schema_json, array_to_json(m.primary_key)::text AS primary_key,
         m.tenant_id::text AS tenant_id, '{}'::text AS user_metadata, 'postgres'::text AS backend_kind,
         engine.stamp(m.created_at) AS created_at, engine.stamp(m.created_at) AS updated_at, m.order_column
  FROM engine.mutable_tables m;

CREATE OR REPLACE VIEW jammi.mutable_table_indexes WITH (security_invoker = true) AS
  SELECT i.table_id::text AS table_id, i.name AS index_name, array_to_json(i.columns)::text AS columns,
         i.is_unique::int::bigint AS is_unique
  FROM engine.mutable_indexes i;

CREATE OR REPLACE VIEW jammi.topics WITH (security_invoker = true) AS
  SELECT t.id::text AS topic_id, t.name, encode(t.schema, 'base64') AS schema_json,
         t.tenant_id::text AS tenant_id, jsonb_build_object('broker', t.broker)::text AS broker_metadata,
         'engine.topic_batches'::text AS backing_table, engine.stamp(t.created_at) AS created_at
  FROM engine.topics t;

CREATE OR REPLACE VIEW jammi.training_jobs WITH (security_invoker = true) AS
  SELECT j.id::text AS job_id, j.spec ->> 'base_model' AS base_model_id,
         j.output_name || '@' || j.output_version AS output_model_id,
         coalesce(j.spec ->> 'source', j.spec ->> 'pairs', '') AS training_source,
         coalesce(j.spec ->> 'loss', '') AS loss_type, j.spec::text AS hyperparams,
         CASE j.status WHEN 'cancelled' THEN 'failed' ELSE j.status END AS status,
         jsonb_build_object('result', j.result, 'error', j.error, 'phase', j.phase, 'done', j.done,
           'total', j.total, 'started_at', j.started_at, 'completed_at', j.completed_at)::text AS metrics,
         engine.stamp(j.created_at) AS created_at,
         engine.stamp(coalesce(j.completed_at, j.heartbeat_at, j.started_at, j.created_at)) AS updated_at,
         CASE j.kind WHEN 'adapter' THEN 'fine_tune' WHEN 'finetune' THEN 'fine_tune' ELSE j.kind END AS kind,
         j.claimed_by, engine.stamp(j.lease_expires_at) AS lease_expires_at, j.attempts,
         j.spec::text AS training_spec, j.tenant_id::text AS tenant_id
  FROM engine.training_jobs j;
