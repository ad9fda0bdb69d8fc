-- The context of agents: what is told of it, and the tables of schema document 002 by their names.

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('studio_project', 'context_changed'), ('audit', 'studio_context_budget_set')
ON CONFLICT DO NOTHING;

CREATE SCHEMA IF NOT EXISTS praetor;

CREATE OR REPLACE VIEW praetor.context_budget_profiles WITH (security_invoker = true) AS
  SELECT p.id, p.target_type || ':' || p.target AS profile_name, p.target_type, p.target AS target_identifier,
         p.max_tokens, p.reserved_tokens, p.priority, jsonb_build_object('kinds', p.kinds, 'version', p.version) AS config,
         p.created_at, p.updated_at
  FROM studio.context_profiles p;

CREATE OR REPLACE VIEW praetor.context_artifacts WITH (security_invoker = true) AS
  SELECT a.id, a.project_id, a.kind AS artifact_type, a.key AS artifact_key,
         (SELECT string_agg(CASE WHEN s ->> 'heading' = '' THEN '' ELSE '### ' || (s ->> 'heading') || E'\n' END
            || (s ->> 'text') || E'\n\n', '' ORDER BY n) FROM jsonb_array_elements(a.sections) WITH ORDINALITY e (s, n))
           AS content, a.content_hash, a.size_bytes, a.tokens AS token_count,
         jsonb_build_object('title', a.title, 'stale_since', a.stale_since) AS metadata, a.version, a.created_at, a.updated_at
  FROM studio.context_artifacts a WHERE NOT a.is_gone;

CREATE OR REPLACE VIEW praetor.context_artifact_dependencies WITH (security_invoker = true) AS
  SELECT md5(l.artifact_id::text || l.depends_on_id)::uuid AS id, l.artifact_id,
         l.depends_on_id AS depends_on_artifact_id, l.dependency AS dependency_type, l.created_at
  FROM studio.context_links l;

CREATE OR REPLACE VIEW praetor.context_assembly_cache WITH (security_invoker = true) AS
  SELECT md5(c.project_id::text || c.cache_key)::uuid AS id, c.project_id, c.cache_key,
         c.content AS assembled_context,
         ARRAY(SELECT (l ->> 'id')::uuid FROM jsonb_array_elements(c.lines) WITH ORDINALITY e (l, n)
           WHERE l ->> 'state' <> 'out' ORDER BY n) AS artifact_ids, c.total_tokens, c.expires_at, c.created_at
  FROM studio.context_cache c;

CREATE OR REPLACE VIEW praetor.context_requests WITH (security_invoker = true) AS
  SELECT r.id, r.project_id, r.target_type AS request_type, r.target AS requester_identifier,
         r.keys AS requested_artifacts,
         ARRAY(SELECT (l ->> 'id')::uuid FROM jsonb_array_elements(r.lines) WITH ORDINALITY e (l, n)
           WHERE l ->> 'state' <> 'out' ORDER BY n) AS resolved_artifacts, r.total_tokens,
         r.is_exceeded AS budget_exceeded, r.is_hit AS cache_hit, r.created_at
  FROM studio.context_requests r;

CREATE OR REPLACE VIEW praetor.pcs_change_events WITH (security_invoker = true) AS
  SELECT c.id, c.project_id, c.artifact_id, c.event_type, c.old_hash AS old_content_hash, c.new_hash AS new_content_hash,
         c.affected AS affected_artifacts, cardinality(c.affected) > 0 AS cascade_detected, c.created_at
  FROM studio.context_changes c;
