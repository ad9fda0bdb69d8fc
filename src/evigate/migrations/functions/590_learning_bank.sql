-- Compatibility: schema learning_bank holds each table of document 000 with its columns, read-only.
-- The life cycle of a generation run is kernel.runs'; scores are real, as they are there.

CREATE SCHEMA IF NOT EXISTS learning_bank;

CREATE OR REPLACE FUNCTION gate.run_word(p_status text) RETURNS gate.run_status
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_status WHEN 'queued' THEN 'PENDING' WHEN 'running' THEN 'RUNNING'
    WHEN 'succeeded' THEN 'SUCCEEDED' ELSE 'FAILED' END::gate.run_status
$$;

CREATE OR REPLACE VIEW learning_bank.tenants WITH (security_invoker = true) AS
  SELECT id, name, suspended_at IS NULL AS is_active, created_at FROM kernel.tenants;
CREATE OR REPLACE VIEW learning_bank.modules WITH (security_invoker = true) AS
  SELECT m.id, m.tenant_id, m.title, coalesce(l.description, '') AS description, m.title AS name, m.created_at
  FROM evidence.modules m LEFT JOIN learning.modules l ON l.tenant_id = m.tenant_id AND l.module_id = m.id;
CREATE OR REPLACE VIEW learning_bank.file_search_stores WITH (security_invoker = true) AS
  SELECT s.id, s.module_id, s.store_name, m.title AS display_name, '{}'::jsonb AS chunking_config, s.created_at
  FROM evidence.file_search_stores s JOIN evidence.modules m ON m.tenant_id = s.tenant_id AND m.id = s.module_id;
CREATE OR REPLACE VIEW learning_bank.documents WITH (security_invoker = true) AS
  SELECT id, module_id, store_id, title, source_uri, sha256, metadata, file_name, doc_name, indexed_at, created_at
  FROM evidence.documents;
CREATE OR REPLACE VIEW learning_bank.prompt_versions WITH (security_invoker = true) AS
  SELECT id, name, version, content, metadata, created_at FROM gate.prompt_versions;
CREATE OR REPLACE VIEW learning_bank.generation_runs WITH (security_invoker = true) AS
  SELECT g.id, g.module_id, g.agent_name, g.agent_version, g.model, g.model_params, g.prompt_id, g.store_name,
         g.metadata_filter, gate.run_word(r.status) AS status, r.input AS input_payload, g.output_payload,
         CASE WHEN r.error_code IS NOT NULL
           THEN jsonb_build_object('code', r.error_code, 'message', r.error_message) END AS error,
         r.started_at, r.completed_at AS finished_at, g.created_at
  FROM gate.generation_runs g JOIN kernel.runs r ON r.tenant_id = g.tenant_id AND r.id = g.id;
CREATE OR REPLACE VIEW learning_bank.artifacts WITH (security_invoker = true) AS
  SELECT a.id, a.module_id, a.run_id AS generation_run_id, upper(split_part(a.kind, '.', 2)) AS type, a.status,
         a.schema_version, a.difficulty, a.tags, a.artifact_payload, a.grounding, a.evidence_version,
         a.approved_at, a.rejected_at, a.created_at
  FROM gate.artifacts a;
CREATE OR REPLACE VIEW learning_bank.eval_suites WITH (security_invoker = true) AS
  SELECT id, name || '@' || version AS name, description, created_at FROM gate.eval_suites;
CREATE OR REPLACE VIEW learning_bank.eval_rules WITH (security_invoker = true) AS
  SELECT id, suite_id, eval_type, min_score::real, max_score::real, weight::real, hard_fail,
         params || jsonb_build_object('advisory', is_advisory) AS params, created_at FROM gate.eval_rules;
CREATE OR REPLACE VIEW learning_bank.eval_runs WITH (security_invoker = true) AS
  SELECT id, artifact_id, generation_run_id, suite_id, judge_model, judge_params, status, overall_pass,
         overall_score::real, error, started_at, finished_at, created_at FROM gate.eval_runs;
CREATE OR REPLACE VIEW learning_bank.eval_results WITH (security_invoker = true) AS
  SELECT id, eval_run_id, rule_id, coalesce(pass, false) AS pass, score::real, details, created_at
  FROM gate.eval_results;
CREATE OR REPLACE VIEW learning_bank.sessions WITH (security_invoker = true) AS
  SELECT id, tenant_id, user_id, module_id, status, mastery_state, created_at, completed_at FROM learning.sessions;
CREATE OR REPLACE VIEW learning_bank.attempts WITH (security_invoker = true) AS
  SELECT t.id, t.tenant_id, t.session_id, t.artifact_id, coalesce(t.is_correct, r.rating > 1, false) AS is_correct,
         t.user_answer, t.created_at
  FROM learning.attempts t LEFT JOIN learning.self_ratings r ON r.tenant_id = t.tenant_id AND r.attempt_id = t.id;
