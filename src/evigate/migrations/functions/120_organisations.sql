-- Organisations: what their people hold, and what is known of one where access is asked.

-- Every role that a member holds within a scope: those granted, and those of an organisation's own.
CREATE OR REPLACE VIEW kernel.held_roles WITH (security_invoker = true) AS
  SELECT g.tenant_id, g.user_id, 'grant:' || g.id AS id, r.name AS role, r.capabilities, g.scope, g.expires_at
  FROM kernel.role_grants g JOIN kernel.roles r ON r.tenant_id = g.tenant_id AND r.id = g.role_id
  UNION ALL
  SELECT m.tenant_id, m.user_id, 'organisation:' || m.organisation_id, 'organisation-' || m.role,
    CASE m.role WHEN 'owner' THEN ARRAY['organisations:read', 'organisations:manage', 'organisations:own']
      WHEN 'admin' THEN ARRAY['organisations:read', 'organisations:manage']
      ELSE ARRAY['organisations:read'] END,
    'organisation:' || m.organisation_id, NULL
  FROM kernel.organisation_members m;

-- A thing that access is asked of: its id, what conditions see at `resource.`, what it stands in.
CREATE OR REPLACE VIEW kernel.organisation_things WITH (security_invoker = true) AS
  SELECT o.tenant_id, o.id,
    jsonb_build_object('name', o.name, 'slug', o.slug, 'owner_id', o.owner_id) AS attributes,
    '{}'::text[] AS scopes
  FROM kernel.organisations o;

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('audit', 'organisation_created'), ('audit', 'organisation_deleted'), ('audit', 'organisation_transferred'),
  ('audit', 'organisation_renamed'), ('audit', 'organisation_member_kept'), ('audit', 'organisation_member_removed'),
  ('audit', 'customer_engaged'), ('audit', 'engagement_changed'),
  ('audit', 'engagement_removed')
ON CONFLICT DO NOTHING;
