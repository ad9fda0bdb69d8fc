-- The specification tables of schema document 002, by their own names and columns.

CREATE SCHEMA IF NOT EXISTS praetor;

CREATE OR REPLACE VIEW praetor.compiled_specs WITH (security_invoker = true) AS
  SELECT s.artifact_id AS id, s.project_id, s.version, 'v2' AS format, a.artifact_payload AS spec,
         jsonb_build_object('status', t.status, 'blockers', t.blockers, 'is_current', t.is_current, 'findings', (
           SELECT coalesce(jsonb_agg(jsonb_build_object('rule', f.rule, 'severity', f.severity, 'element', f.element,
             'message', f.message) ORDER BY f.severity, f.rule, f.element), '[]')
           FROM gate.findings f WHERE f.tenant_id = s.tenant_id AND f.artifact_id = s.artifact_id AND f.status = 'open'))
           AS validation_result,
         s.compiled_at, CASE WHEN s.compiled_by LIKE 'user:%' THEN 'user' ELSE s.compiled_by END AS compiled_by,
         s.source_hash, s.inputs AS inputs_snapshot
  FROM studio.specifications s
  JOIN gate.artifacts a ON a.tenant_id = s.tenant_id AND a.id = s.artifact_id
  JOIN studio.specification_states t ON t.tenant_id = s.tenant_id AND t.artifact_id = s.artifact_id;

-- Of each project the choice that holds; nothing looks at competitors here.
CREATE OR REPLACE VIEW praetor.design_discovery_output WITH (security_invoker = true) AS
  SELECT DISTINCT ON (d.tenant_id, d.project_id) d.id, d.project_id,
         jsonb_build_object('colorPalette', d.tokens -> 'color', 'typography', d.tokens -> 'font',
           'layoutPreferences', d.tokens -> 'layout', 'stylePreferences', jsonb_build_array(d.board)) AS design_preferences,
         '{}'::jsonb AS research_findings,
         jsonb_build_object('tokens', d.tokens, 'css', d.css, 'contrast', d.contrast) AS compiled_design_system,
         d.chosen_at AS compiled_at
  FROM studio.designs d ORDER BY d.tenant_id, d.project_id, d.number DESC;
