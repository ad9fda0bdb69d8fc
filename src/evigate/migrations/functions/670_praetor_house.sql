-- Compatibility: what of document 002 is the house's own, under its names and with its columns, read-only.

CREATE SCHEMA IF NOT EXISTS praetor;

CREATE OR REPLACE VIEW praetor.tenants WITH (security_invoker = true) AS
SELECT t.id, t.name, t.slug, '{}'::jsonb AS settings, NULL::text AS billing_plan, t.created_at, t.created_at AS updated_at
FROM kernel.tenants t;

-- Somebody of two tenants is a user of each.
CREATE OR REPLACE VIEW praetor.users WITH (security_invoker = true) AS
SELECT u.id, m.tenant_id, u.email, u.display_name AS name,
       CASE m.role WHEN 'owner' THEN 'owner' WHEN 'editor' THEN 'admin' ELSE 'member' END AS role,
       NULL::text AS stytch_user_id, NULL::timestamptz AS last_login_at,
       CASE WHEN m.role = 'customer' THEN 'customer'
         WHEN o.organisation_id IS NOT NULL THEN 'agency_member' ELSE 'individual' END AS user_type,
       o.organisation_id AS organization_id, m.created_at, m.created_at AS updated_at
FROM kernel.memberships m JOIN kernel.users u ON u.id = m.user_id
LEFT JOIN LATERAL (SELECT k.organisation_id FROM kernel.organisation_members k
  WHERE k.tenant_id = m.tenant_id AND k.user_id = m.user_id ORDER BY k.organisation_id LIMIT 1) o ON true;

CREATE OR REPLACE VIEW praetor.event_log WITH (security_invoker = true) AS
SELECT e.id, e.tenant_id,
       CASE e.stream_kind WHEN 'studio_project' THEN e.stream_id
         WHEN 'studio_session' THEN (SELECT s.project_id FROM studio.sessions s
           WHERE s.tenant_id = e.tenant_id AND s.id = e.stream_id) END AS project_id,
       e.type AS event_type, e.payload,
       CASE WHEN e.actor LIKE 'user:%' THEN 'user' WHEN e.actor LIKE 'agent:%' THEN 'agent' ELSE 'system' END AS actor_type,
       CASE WHEN e.actor LIKE 'user:%' THEN substring(e.actor FROM 6)::uuid END AS actor_id, e.recorded_at AS created_at
FROM kernel.events e;

CREATE OR REPLACE VIEW praetor.discovery_output WITH (security_invoker = true) AS
SELECT s.id, s.project_id,
       (SELECT y.text FROM studio.summaries y WHERE y.tenant_id = s.tenant_id AND y.session_id = s.id
         ORDER BY y.turn_start DESC LIMIT 1) AS summary,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
           'type', CASE WHEN c.field_path LIKE 'users_and_personas.jobs%' THEN 'action'
             WHEN c.field_path LIKE 'users_and_personas.%' THEN 'user' ELSE 'resource' END,
           'name', coalesce(c.value ->> 'text', c.value #>> '{}'), 'attributes', '{}'::jsonb,
           'confidence', c.confidence, 'source_questions', jsonb_build_array(c.message_id)) ORDER BY c.position), '[]')
         FROM studio.claims c WHERE c.tenant_id = s.tenant_id AND c.session_id = s.id AND c.status = 'accepted'
           AND c.field_path IN ('users_and_personas.primaryUser', 'users_and_personas.secondaryUsers[]',
             'users_and_personas.jobsToBeDone[]', 'domain_specific.coreEntities[]')) AS extracted_entities,
       s.completeness AS ontology_coverage,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('field', c.field_path, 'value', c.value, 'quote', c.quote)
           ORDER BY c.position), '[]')
         FROM studio.claims c WHERE c.tenant_id = s.tenant_id AND c.session_id = s.id AND c.status = 'accepted'
           AND c.kind = 'decision') AS key_decisions,
       s.created_at AS compiled_at
FROM studio.sessions s WHERE s.phase = 'closed';
