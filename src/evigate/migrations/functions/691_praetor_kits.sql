-- The kit tables of schema document 002, by their own names and columns. No model writes kits here yet,
-- so tokens and costs are zero; nothing of a secret is shown, sealed or not.

CREATE SCHEMA IF NOT EXISTS praetor;

CREATE OR REPLACE VIEW praetor.kit_definitions WITH (security_invoker = true) AS
  SELECT k.id, k.tenant_id, k.kit_id, k.manifest ->> 'name' AS display_name, k.manifest ->> 'name' AS description,
         k.version, k.manifest ->> 'type' AS kit_type, k.status, k.manifest ->> 'author' AS author,
         k.manifest #>> '{platform,name}' AS platform_name, k.manifest #>> '{platform,category}' AS platform_category,
         k.manifest, ARRAY(SELECT jsonb_array_elements_text(k.manifest -> 'phases')) AS supported_phases,
         jsonb_array_length(k.manifest -> 'outputs') AS output_count, k.package_sha256 AS package_path,
         k.created_at, k.updated_at
  FROM studio.kits k;

CREATE OR REPLACE VIEW praetor.kit_credentials WITH (security_invoker = true) AS
  SELECT c.id, c.tenant_id, c.project_id, c.kit_id, c.kind AS credential_type, NULL::text AS encrypted_data,
         c.connection AS connection_info, c.expires_at AS token_expires_at, NULL::text AS refresh_token_encrypted,
         c.status, c.last_checked_at, c.last_check_status, c.created_at, c.updated_at
  FROM studio.kit_credentials c;

CREATE OR REPLACE VIEW praetor.kit_executions WITH (security_invoker = true) AS
  SELECT e.run_id AS id, e.tenant_id, e.project_id, kernel.person_in(r.created_by) AS user_id,
         e.kit_row_id AS kit_definition_id, e.kit_id, e.kit_version, e.status, r.started_at, r.completed_at,
         (extract(epoch FROM r.completed_at - r.started_at) * 1000)::int AS execution_time_ms, r.input AS input_snapshot,
         o.output_count, o.outputs_valid, o.outputs_warnings, o.outputs_failed, 0 AS token_usage_prompt,
         0 AS token_usage_completion, 0 AS token_usage_total, 0::numeric(10, 6) AS estimated_cost_usd,
         b.sha256 AS bundle_path, b.size_bytes AS bundle_size_bytes, e.error_message,
         CASE WHEN e.error_code IS NOT NULL THEN e.phase END AS error_step,
         CASE WHEN e.error_code IS NOT NULL THEN jsonb_build_object('code', e.error_code) END AS error_details,
         e.run_id::text AS workflow_run_id, NULL::text AS inngest_run_id, e.created_at,
         coalesce(r.completed_at, r.started_at, e.created_at) AS updated_at
  FROM studio.kit_executions e
  JOIN kernel.runs r ON r.tenant_id = e.tenant_id AND r.id = e.run_id
  LEFT JOIN studio.kit_bundles b ON b.tenant_id = e.tenant_id AND b.run_id = e.run_id
  CROSS JOIN LATERAL (SELECT count(*)::int AS output_count, count(*) FILTER (WHERE u.status = 'valid')::int AS outputs_valid,
      count(*) FILTER (WHERE u.status = 'warnings')::int AS outputs_warnings,
      count(*) FILTER (WHERE u.status = 'failed')::int AS outputs_failed
    FROM studio.kit_outputs u WHERE u.tenant_id = e.tenant_id AND u.run_id = e.run_id) o;

-- A file's content is in its run's bundle, whose zip is content_path.
CREATE OR REPLACE VIEW praetor.kit_execution_outputs WITH (security_invoker = true) AS
  SELECT u.id, u.run_id AS execution_id, u.output_id, u.path AS filename, u.file_type AS output_type, u.status,
         u.errors AS validation_errors, u.warnings AS validation_warnings, u.auto_fixed AS validation_auto_fixed,
         u.repair_attempts, jsonb_build_object('problems', u.problems) AS validation_details,
         e.rendered_sha256 AS content_path, u.size_bytes AS content_size_bytes, u.sha256 AS content_hash,
         0 AS token_usage_prompt, 0 AS token_usage_completion, u.created_at
  FROM studio.kit_outputs u
  JOIN studio.kit_executions e ON e.tenant_id = u.tenant_id AND e.run_id = u.run_id;

CREATE OR REPLACE VIEW praetor.kit_discover_cache WITH (security_invoker = true) AS
  SELECT d.id, d.tenant_id, d.project_id, d.kit_id, d.existing_state, d.implications, d.connection AS connection_info,
         d.discovered_at, d.expires_at, d.is_invalidated AS invalidated
  FROM studio.kit_discoveries d;
