-- The planning tables of schema document 002, by their own names and columns.

CREATE SCHEMA IF NOT EXISTS praetor;

CREATE OR REPLACE VIEW praetor.projects WITH (security_invoker = true) AS
  SELECT p.id, p.tenant_id, p.name,
         (SELECT m.content FROM studio.sessions s JOIN studio.messages m ON m.tenant_id = s.tenant_id AND m.session_id = s.id
          WHERE s.tenant_id = p.tenant_id AND s.project_id = p.id AND m.role = 'user' ORDER BY m.position LIMIT 1) AS description,
         p.status, p.phase, (SELECT s.domain FROM studio.sessions s WHERE s.tenant_id = p.tenant_id AND s.project_id = p.id) AS template,
         t.discovery_started_at, t.discovery_completed_at, t.feature_selection_started_at, t.feature_selection_completed_at,
         t.plan_generation_started_at, t.plan_generation_completed_at, t.planning_started_at, t.planning_completed_at,
         t.visual_discovery_started_at, t.visual_discovery_completed_at, t.specification_started_at,
         t.specification_completed_at,
         jsonb_build_object('phase_version', p.phase_version, 'module_id', p.module_id) AS metadata, p.created_at, p.updated_at
  FROM studio.projects p
  LEFT JOIN LATERAL (
    -- Of each phase its latest pass.
    SELECT max(w.started_at) FILTER (WHERE w.phase = 'DISCOVERY') AS discovery_started_at,
      max(w.completed_at) FILTER (WHERE w.phase = 'DISCOVERY') AS discovery_completed_at,
      max(w.started_at) FILTER (WHERE w.phase = 'FEATURE_SELECTION') AS feature_selection_started_at,
      max(w.completed_at) FILTER (WHERE w.phase = 'FEATURE_SELECTION') AS feature_selection_completed_at,
      max(w.started_at) FILTER (WHERE w.phase = 'PLAN_GENERATION') AS plan_generation_started_at,
      max(w.completed_at) FILTER (WHERE w.phase = 'PLAN_GENERATION') AS plan_generation_completed_at,
      max(w.started_at) FILTER (WHERE w.phase = 'PLANNING') AS planning_started_at,
      max(w.completed_at) FILTER (WHERE w.phase = 'PLANNING') AS planning_completed_at,
      max(w.started_at) FILTER (WHERE w.phase = 'VISUAL_DISCOVERY') AS visual_discovery_started_at,
      max(w.completed_at) FILTER (WHERE w.phase = 'VISUAL_DISCOVERY') AS visual_discovery_completed_at,
      max(w.started_at) FILTER (WHERE w.phase = 'SPECIFICATION') AS specification_started_at,
      max(w.completed_at) FILTER (WHERE w.phase = 'SPECIFICATION') AS specification_completed_at
    FROM (SELECT DISTINCT ON (x.phase) x.phase, x.started_at, x.completed_at FROM studio.phase_passes x
      WHERE x.tenant_id = p.tenant_id AND x.project_id = p.id ORDER BY x.phase, x.number DESC) w) t ON true;

CREATE OR REPLACE VIEW praetor.feature_seeds WITH (security_invoker = true) AS
  SELECT f.id, f.project_id, f.tenant_id, f.seed_type, f.feature_name, f.priority, f.confidence, f.source_field, f.rationale,
         f.discovery_version, (SELECT s.id FROM studio.sessions s WHERE s.tenant_id = f.tenant_id
           AND s.project_id = f.project_id) AS created_from_discovery_id, f.created_at
  FROM studio.feature_seeds f WHERE f.superseded_at IS NULL;

CREATE OR REPLACE VIEW praetor.feature_curation_sessions WITH (security_invoker = true) AS
  SELECT c.id, c.project_id, c.tenant_id, (SELECT s.id FROM studio.sessions s WHERE s.tenant_id = c.tenant_id
           AND s.project_id = c.project_id) AS discovery_context_id, c.user_profiles, c.priority_signals, c.constraints,
         c.status, c.created_at, c.updated_at, c.completed_at
  FROM studio.curations c;

CREATE OR REPLACE VIEW praetor.feature_curations WITH (security_invoker = true) AS
  SELECT * FROM praetor.feature_curation_sessions;

CREATE OR REPLACE VIEW praetor.feature_candidate_sets WITH (security_invoker = true) AS
  SELECT id, project_id, (SELECT coalesce(jsonb_agg(c || jsonb_build_object('id', c -> 'key', 'name', c -> 'title',
           'description', c -> 'summary', 'complexity', CASE WHEN (c ->> 'effort')::int <= 3 THEN 'low'
             WHEN (c ->> 'effort')::int <= 5 THEN 'medium' ELSE 'high' END) ORDER BY n), '[]')
         FROM jsonb_array_elements(candidates) WITH ORDINALITY AS e(c, n)) AS candidates,
         metadata AS generation_metadata, generated_at
  FROM studio.candidate_sets;

CREATE OR REPLACE VIEW praetor.feature_selections WITH (security_invoker = true) AS
  SELECT id, project_id, candidate_set_id, key AS feature_id, title AS name, summary AS description, category,
         CASE WHEN effort <= 3 THEN 'low' WHEN effort <= 5 THEN 'medium' ELSE 'high' END AS complexity,
         is_selected AS selected, position AS selection_order, notes AS user_notes, created_at, updated_at
  FROM studio.features;

CREATE OR REPLACE VIEW praetor.question_plans WITH (security_invoker = true) AS
  SELECT p.id, p.project_id, n.total_questions, f.questions_by_feature, g.questions_by_group, n.prefill_stats, p.status,
         p.generated_at, p.created_at
  FROM studio.question_plans p
  LEFT JOIN LATERAL (
    SELECT count(*)::int AS total_questions, jsonb_build_object('total', count(q.prefill),
      'high_confidence', count(*) FILTER (WHERE q.prefill_confidence >= 0.85),
      'medium_confidence', count(*) FILTER (WHERE q.prefill_confidence >= 0.6 AND q.prefill_confidence < 0.85),
      'low_confidence', count(*) FILTER (WHERE q.prefill_confidence < 0.6),
      'by_source', jsonb_build_object('persona', count(*) FILTER (WHERE q.prefill_source = 'persona'),
        'pattern', count(*) FILTER (WHERE q.prefill_source = 'pattern'),
        'cascade', count(*) FILTER (WHERE q.prefill_source = 'cascade'),
        'inference', count(*) FILTER (WHERE q.prefill_source = 'inference'))) AS prefill_stats
    FROM studio.plan_questions q WHERE q.tenant_id = p.tenant_id AND q.plan_id = p.id
      AND q.status NOT IN ('withdrawn', 'suppressed')) n ON true
  LEFT JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(x.feature_key, x.n), '{}') AS questions_by_feature FROM (
      SELECT q.feature_key, count(*) AS n FROM studio.plan_questions q
      WHERE q.tenant_id = p.tenant_id AND q.plan_id = p.id AND q.feature_key IS NOT NULL
        AND q.status NOT IN ('withdrawn', 'suppressed') GROUP BY q.feature_key) x) f ON true
  LEFT JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(x.group_key, x.n), '{}') AS questions_by_group FROM (
      SELECT q.group_key, count(*) AS n FROM studio.plan_questions q
      WHERE q.tenant_id = p.tenant_id AND q.plan_id = p.id
        AND q.status NOT IN ('withdrawn', 'suppressed') GROUP BY q.group_key) x) g ON true;

CREATE OR REPLACE VIEW praetor.plan_questions WITH (security_invoker = true) AS
  SELECT q.id, q.project_id, q.plan_id AS question_plan_id, f.id AS feature_id, q.ask AS question_text, q.why AS description,
         q.kind AS answer_type, to_jsonb(q.options) AS options, q.prefill #>> '{}' AS prefilled_answer,
         coalesce(q.prefill_confidence, 0) AS confidence_score, q.prefill_source, q.prefill_explanation,
         (SELECT a.value ->> 'formatted' FROM studio.answers a WHERE a.tenant_id = q.tenant_id AND a.project_id = q.project_id
            AND a.question_key = q.key ORDER BY a.version DESC LIMIT 1) AS user_answer,
         q.status, q.group_key, q.position AS display_order, q.created_at, q.updated_at
  FROM studio.plan_questions q
  LEFT JOIN studio.features f ON f.tenant_id = q.tenant_id AND f.project_id = q.project_id AND f.key = q.feature_key;

CREATE OR REPLACE VIEW praetor.answers WITH (security_invoker = true) AS
  SELECT a.id, a.project_id, a.question_id, 'plan' AS question_type, a.value, a.source,
         CASE WHEN a.answered_by LIKE 'user:%' THEN split_part(a.answered_by, ':', 2)::uuid END AS answered_by, a.answered_at,
         true AS processed, a.processing_results, a.answered_at AS created_at
  FROM studio.answers a;

CREATE OR REPLACE VIEW praetor.pattern_detections WITH (security_invoker = true) AS
  SELECT d.id, d.project_id, d.pattern_key AS pattern_id, d.pattern_name, d.confidence AS confidence_score,
         d.signals AS signals_matched,
         (SELECT coalesce(array_agg(q.id ORDER BY q.position), '{}') FROM studio.plan_questions q
            JOIN studio.question_plans p ON p.tenant_id = q.tenant_id AND p.id = q.plan_id
          WHERE q.tenant_id = d.tenant_id AND q.project_id = d.project_id AND q.status = 'suppressed'
            AND d.settles ? q.key AND p.status IN ('ready', 'in_progress', 'completed')) AS questions_suppressed,
         CASE WHEN d.status = 'applied' THEN d.spec_additions ELSE '[]' END AS spec_additions,
         d.status = 'applied' AS applied, CASE WHEN d.status = 'applied' THEN d.decided_at END AS applied_at, d.created_at
  FROM studio.pattern_detections d;

CREATE OR REPLACE VIEW praetor.mistake_patterns WITH (security_invoker = true) AS
  SELECT id, kind AS pattern_type, signature AS pattern_signature, description, occurrences, first_seen, last_seen,
         strategy IS NOT NULL AND disabled_at IS NULL AS auto_fix_available,
         jsonb_build_object('strategy', strategy, 'fixed', fixed, 'failed', failed, 'disabled_at', disabled_at) AS fix_strategy,
         first_seen AS created_at
  FROM studio.mistakes;

CREATE OR REPLACE VIEW praetor.planning_artifacts WITH (security_invoker = true) AS
  SELECT a.id, p.id AS project_id, split_part(a.kind, '.', 2) AS artifact_type, a.artifact_payload AS content,
         CASE a.status::text WHEN 'APPROVED' THEN 'approved' WHEN 'REJECTED' THEN 'rejected' WHEN 'RETIRED' THEN 'rejected'
           ELSE CASE WHEN EXISTS (SELECT 1 FROM gate.review_tasks t WHERE t.tenant_id = a.tenant_id
             AND t.artifact_id = a.id AND t.status = 'open') THEN 'in_review' ELSE 'draft' END END AS status,
         v.approved_at, CASE WHEN v.approved_by LIKE 'user:%' THEN split_part(v.approved_by, ':', 2)::uuid END AS approved_by,
         a.created_at, greatest(a.created_at, a.approved_at, a.rejected_at) AS updated_at
  FROM gate.artifacts a
  JOIN studio.projects p ON p.tenant_id = a.tenant_id AND p.module_id = a.module_id
  LEFT JOIN gate.approvals v ON v.tenant_id = a.tenant_id AND v.artifact_id = a.id AND v.withdrawn_at IS NULL
  WHERE a.kind IN ('studio.blueprint', 'studio.implementation_plan');

CREATE OR REPLACE VIEW praetor.feature_driven_plans WITH (security_invoker = true) AS
  SELECT p.id, p.project_id, c.id AS curation_id, 'planner' AS agent_id,
         CASE p.status WHEN 'completed' THEN 'completed' WHEN 'superseded' THEN 'archived' WHEN 'failed' THEN 'archived'
           ELSE 'active' END AS status, p.created_at, coalesce(p.generated_at, p.created_at) AS updated_at
  FROM studio.question_plans p
  LEFT JOIN studio.curations c ON c.tenant_id = p.tenant_id AND c.project_id = p.project_id;

-- A section has no row of its own: its id is its plan's and its feature's.
CREATE OR REPLACE VIEW praetor.plan_sections WITH (security_invoker = true) AS
  SELECT md5(p.id::text || (s ->> 'key'))::uuid AS id, p.id AS plan_id, f.id AS feature_id, s ->> 'title' AS title,
         f.summary AS description, (n - 1)::int AS display_order, p.created_at
  FROM studio.question_plans p CROSS JOIN jsonb_array_elements(p.sections) WITH ORDINALITY AS e(s, n)
  LEFT JOIN studio.features f ON f.tenant_id = p.tenant_id AND f.project_id = p.project_id AND f.key = s ->> 'key';
