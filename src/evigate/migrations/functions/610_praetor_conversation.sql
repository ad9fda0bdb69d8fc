-- Compatibility: schema praetor holds the tables of document 002 with its columns, read-only; here
-- those of objectives, sessions and what discovery keeps. Elicitation sessions and requirements
-- contexts are one conversation seen twice; obligation events are read out of the event log.

CREATE SCHEMA IF NOT EXISTS praetor;

CREATE OR REPLACE FUNCTION studio.claimed(p_session uuid, p_section text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT coalesce(jsonb_object_agg(leaf, jsonb_build_object('value', value, 'confidence', confidence)), '{}')
  FROM (
    SELECT replace(split_part(c.field_path, '.', 2), '[]', '') AS leaf, max(c.confidence) AS confidence,
           CASE WHEN c.field_path LIKE '%[]' THEN jsonb_agg(c.value ORDER BY c.position)
             ELSE (jsonb_agg(c.value ORDER BY c.position DESC))->0 END AS value
    FROM studio.claims c
    WHERE c.session_id = p_session AND c.status = 'accepted' AND split_part(c.field_path, '.', 1) = p_section
    GROUP BY c.field_path) leaves
$$;

CREATE OR REPLACE VIEW praetor.discovery_objectives WITH (security_invoker = true) AS
  SELECT id, context_type, version, display_name, config, is_active AS active, created_at, created_at AS updated_at
  FROM studio.objectives;

CREATE OR REPLACE VIEW praetor.elicitation_sessions WITH (security_invoker = true) AS
  SELECT s.id, s.tenant_id, s.project_id, s.objective_id, s.phase AS session_phase,
         s.working_memory AS working_memory_snapshot,
         s.completeness AS completeness_score, s.turn AS turn_count, s.created_at
  FROM studio.sessions s;

CREATE OR REPLACE VIEW praetor.elicitation_obligations WITH (security_invoker = true) AS
  SELECT md5(s.id::text || n.key)::uuid AS id, s.tenant_id, s.id AS session_id, n.key AS obligation_key, n.status,
         d.config->>'title' AS title, (d.config->>'is_required')::boolean AS required,
         CASE WHEN n.attempts = 0 AND n.status = 'satisfied' THEN 'inferred' ELSE 'direct_question' END AS collection_type,
         d.config->>'widget' AS widget_type, d.config->'after' AS dependencies,
         CASE WHEN n.obligation IS NULL THEN 'objective' ELSE 'library' END AS source,
         coalesce(n.origins->0->>'layer', 'objective') AS origin_layer,
         CASE WHEN n.obligation IS NULL THEN s.objective_id END AS origin_source_id,
         n.origins->0->>'pool' AS pool_id, (d.config->>'weight')::int AS task_priority,
         n.negotiation AS negotiation_state, n.confidence,
         (SELECT jsonb_agg(c.value ORDER BY c.position) FROM studio.claims c WHERE c.tenant_id = n.tenant_id
            AND c.session_id = n.session_id AND c.field_path = n.key AND c.status = 'accepted') AS extracted_value,
         n.attempts, 3 AS max_attempts, n.last_attempt_turn, n.satisfied_at_turn,
         split_part(n.key, '.', 1) AS category, n.key AS field_path, nullif(n.reason, '') AS agent_notes,
         CASE WHEN n.attempts < 3 THEN 'rephrase' ELSE 'defer' END AS follow_up_strategy,
         (d.config->'satisfied_when')::text AS satisfied_when, NULL::text AS expertise_required,
         NULL::real[] AS embedding
  FROM studio.needs n
  JOIN studio.sessions s ON s.tenant_id = n.tenant_id AND s.id = n.session_id
  JOIN studio.objectives o ON o.tenant_id = s.tenant_id AND o.id = s.objective_id
  CROSS JOIN LATERAL (SELECT coalesce(n.obligation, (SELECT e FROM jsonb_array_elements(o.config->'obligations') e
    WHERE e->>'key' = n.key)) AS config) d;

CREATE OR REPLACE VIEW praetor.obligation_events WITH (security_invoker = true) AS
  SELECT e.id, e.stream_id AS session_id, e.key AS obligation_key,
         CASE WHEN e.type = 'need_added' THEN 'created' WHEN e.type = 'need_merged' THEN 'merged'
           WHEN e.type = 'claim_added' THEN 'value_extracted' WHEN e.type = 'need_negotiated' THEN 'negotiation'
           WHEN e.old_status IS DISTINCT FROM e.new_status THEN 'status_changed' ELSE 'confidence_updated'
         END AS event_type,
         e.old_status, e.new_status, e.old_confidence, e.new_confidence, e.actor AS source, e.payload AS metadata,
         (e.payload->>'turn')::int AS turn_number, e.recorded_at AS created_at
  FROM (
    SELECT v.id, v.stream_id, v.seq, v.type, v.actor, v.payload, v.recorded_at,
           coalesce(v.payload->>'key', v.payload->>'field_path') AS key,
           CASE WHEN v.type = 'need_changed' THEN coalesce(lag(v.payload->>'status') OVER w, 'pending') END AS old_status,
           CASE WHEN v.type = 'need_changed' THEN v.payload->>'status' END AS new_status,
           CASE WHEN v.type = 'need_changed'
             THEN coalesce((lag(v.payload->>'confidence') OVER w)::numeric(3, 2), 0) END AS old_confidence,
           CASE WHEN v.type = 'need_changed' THEN (v.payload->>'confidence')::numeric(3, 2) END AS new_confidence
    FROM kernel.events v
    WHERE v.stream_kind = 'studio_session'
      AND v.type IN ('need_added', 'need_merged', 'need_changed', 'need_negotiated', 'claim_added')
    WINDOW w AS (PARTITION BY v.stream_id, v.type, v.payload->>'key' ORDER BY v.seq)) e;

CREATE OR REPLACE VIEW praetor.discovery_session_summaries WITH (security_invoker = true) AS
  SELECT md5(y.session_id::text || y.turn_start)::uuid AS id, y.session_id, y.tenant_id, y.text AS summary_text,
         y.snapshot AS obligation_snapshot,
         (SELECT jsonb_agg(jsonb_build_object('query', r.query, 'title', r.result->>'title',
            'points', jsonb_array_length(r.result->'points')) ORDER BY r.id)
          FROM studio.research_tasks r WHERE r.tenant_id = y.tenant_id AND r.session_id = y.session_id
            AND r.status = 'completed' AND r.completed_at <= y.created_at) AS research_summary,
         y.turn_start AS turn_range_start, y.turn_end AS turn_range_end, y.created_at
  FROM studio.summaries y;

CREATE OR REPLACE VIEW praetor.discovery_research_tasks WITH (security_invoker = true) AS
  SELECT id, session_id, tenant_id, need_key AS obligation_key, task_type, query, status, result, error_message,
         priority, created_at, started_at, completed_at
  FROM studio.research_tasks;

CREATE OR REPLACE VIEW praetor.requirements_discovery_contexts WITH (security_invoker = true) AS
  SELECT s.id, s.project_id, s.tenant_id, s.approval IS NOT NULL AS is_complete,
         CASE WHEN s.approval IS NOT NULL THEN h.last_at END AS completed_at,
         studio.claimed(s.id, 'purpose_and_problem') AS purpose_and_problem,
         studio.claimed(s.id, 'users_and_personas') AS users_and_personas,
         studio.claimed(s.id, 'success_criteria') AS success_criteria,
         studio.claimed(s.id, 'constraints') AS constraints,
         studio.claimed(s.id, 'non_functional_screening') AS non_functional_screening,
         studio.claimed(s.id, 'domain_specific') AS domain_specific,
         s.domain AS domain_type, s.version, s.created_at, h.last_at AS updated_at, h.created_by
  FROM studio.sessions s
  CROSS JOIN LATERAL (SELECT max(e.recorded_at) AS last_at, min(e.actor) FILTER (WHERE e.seq = 1) AS created_by
    FROM kernel.events e WHERE e.tenant_id = s.tenant_id AND e.stream_kind = 'studio_session' AND e.stream_id = s.id) h;

CREATE OR REPLACE VIEW praetor.requirements_discovery_messages WITH (security_invoker = true) AS
  SELECT m.id, m.session_id AS discovery_context_id, s.project_id, m.tenant_id, m.role, m.content,
         CASE WHEN m.card IS NOT NULL THEN jsonb_build_object('type',
           CASE WHEN m.card->>'type' = 'multi' THEN 'choice' ELSE m.card->>'type' END,
           'choices', m.card->'choices', 'allowEscape', jsonb_array_length(m.card->'escapes') > 0) END AS ui_config,
         (SELECT jsonb_agg(jsonb_build_object('field', c.field_path, 'value', c.value, 'confidence', c.confidence,
            'type', c.kind) ORDER BY c.position)
          FROM studio.claims c WHERE c.tenant_id = m.tenant_id AND c.message_id = m.id) AS extraction_data,
         CASE WHEN m.role = 'agent' THEN m.need_key END AS question_delivered, m.created_at
  FROM studio.messages m JOIN studio.sessions s ON s.tenant_id = m.tenant_id AND s.id = m.session_id;

CREATE OR REPLACE VIEW praetor.requirements_discovery_extractions WITH (security_invoker = true) AS
  SELECT c.id, c.session_id AS discovery_context_id, c.message_id, s.project_id, c.tenant_id, c.field_path,
         c.value AS extracted_value, c.confidence, c.kind AS extraction_type, m.turn AS source_turn_number,
         c.quote AS source_message_snippet, m.created_at AS extracted_at
  FROM studio.claims c
  JOIN studio.messages m ON m.tenant_id = c.tenant_id AND m.id = c.message_id
  JOIN studio.sessions s ON s.tenant_id = c.tenant_id AND s.id = c.session_id;
