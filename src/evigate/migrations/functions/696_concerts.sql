-- Several agents at one piece of work: what is told of it, and the tables of schema document 002.

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('concert', 'concert_started'), ('concert', 'step_started'), ('concert', 'step_finished'), ('concert', 'concert_warned'),
  ('concert', 'concert_paused'), ('concert', 'concert_resumed'), ('concert', 'concert_finished'),
  ('concert', 'concert_failed'), ('concert', 'concert_cancelled')
ON CONFLICT DO NOTHING;

CREATE SCHEMA IF NOT EXISTS praetor;

CREATE OR REPLACE VIEW praetor.agent_executor_state WITH (security_invoker = true) AS
  SELECT c.run_id AS id, c.run_id AS execution_id, CASE c.about_kind WHEN 'project' THEN c.about_id END AS project_id, c.status,
         c.strategy, (SELECT jsonb_agg(a || jsonb_build_object('status', CASE
             WHEN c.outputs ? (a ->> 'step') THEN 'completed' WHEN c.status IN ('failed', 'cancelled') THEN c.status
             ELSE 'pending' END) ORDER BY n) FROM jsonb_array_elements(c.agents) WITH ORDINALITY e (a, n)) AS agents,
         c.current_step, c.total_steps, r.started_at, r.completed_at, c.tokens_used, c.tokens_limit,
         round(c.micros_used / 1000000.0, 4) AS cost_incurred, round(c.micros_limit / 1000000.0, 4) AS cost_limit,
         c.outputs AS intermediate_results, c.final AS final_result, c.error, r.created_at, c.updated_at
  FROM agents.concerts c JOIN kernel.runs r ON r.tenant_id = c.tenant_id AND r.id = c.run_id;

CREATE OR REPLACE VIEW praetor.checkpoint_snapshots WITH (security_invoker = true) AS
  SELECT k.id, k.run_id AS execution_id, k.step_index, k.step_name, k.state, k.created_at, k.expires_at
  FROM agents.checkpoints k;

CREATE OR REPLACE VIEW praetor.agent_memory WITH (security_invoker = true) AS
  SELECT m.id, m.tenant_id, m.session_id, m.agent AS agent_name, m.role AS message_role, m.content AS message_content,
         m.tokens AS tokens_used, m.metadata || jsonb_build_object('is_pinned', m.is_pinned) AS metadata, m.created_at
  FROM agents.memory m;
