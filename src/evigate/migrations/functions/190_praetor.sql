-- Compatibility: schema praetor holds each table of document 002 with its columns, read-only; each
-- room adds the views of its own concepts. Here are those of tenancy and access.

CREATE SCHEMA IF NOT EXISTS praetor;

-- Actors are written "user:ID", "token:ID" and "system:WHAT"; only the first is a person's.
CREATE OR REPLACE FUNCTION kernel.person_in(p_actor text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
  SELECT CASE WHEN p_actor ~ '^user:[0-9a-f-]{36}$' THEN substr(p_actor, 6)::uuid END
$$;
CREATE OR REPLACE FUNCTION kernel.id_in(p_resource text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
  SELECT CASE WHEN split_part(p_resource, ':', 2) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    THEN split_part(p_resource, ':', 2)::uuid END
$$;

CREATE OR REPLACE VIEW praetor.organizations WITH (security_invoker = true) AS
  SELECT o.id, o.tenant_id, o.name, o.slug, o.name AS display_name, o.owner_id, '{}'::jsonb AS settings,
         o.created_at, o.updated_at
  FROM kernel.organisations o;
-- A membership has no id there of its own; the pair is its key, and its digest serves for one.
CREATE OR REPLACE VIEW praetor.organization_members WITH (security_invoker = true) AS
  SELECT md5(m.organisation_id::text || m.user_id::text)::uuid AS id, m.tenant_id,
         m.organisation_id AS organization_id, m.user_id, m.role, m.joined_at, m.joined_at AS created_at
  FROM kernel.organisation_members m;
-- The token is stored as its digest alone, and reads as that.
CREATE OR REPLACE VIEW praetor.customer_invitations WITH (security_invoker = true) AS
  SELECT i.id, i.tenant_id, i.organisation_id AS organization_id, i.email, encode(i.token_hash, 'hex') AS token,
         i.role_id, kernel.person_in(i.invited_by) AS invited_by,
         CASE WHEN i.accepted_at IS NOT NULL THEN 'accepted' WHEN i.revoked_at IS NOT NULL THEN 'revoked'
           WHEN i.expires_at <= now() THEN 'expired' ELSE 'pending' END AS status,
         i.expires_at, i.accepted_at, i.accepted_by AS accepted_by_user_id, i.message,
         jsonb_build_object('resource', i.resource) AS metadata, i.created_at,
         greatest(i.created_at, i.accepted_at, i.revoked_at) AS updated_at
  FROM kernel.invitations i WHERE i.role = 'customer';
CREATE OR REPLACE VIEW praetor.agency_projects WITH (security_invoker = true) AS
  SELECT e.id, e.tenant_id, e.organisation_id AS organization_id, kernel.id_in(e.resource) AS project_id,
         e.user_id AS customer_user_id, e.status, e.created_at AS assigned_at, e.created_at
  FROM kernel.engagements e WHERE e.resource LIKE 'project:%';
-- The house's own roles are code; a tenant's are rows.
CREATE OR REPLACE VIEW praetor.permission_roles WITH (security_invoker = true) AS
  SELECT r.id, r.tenant_id, r.name, r.description, r.capabilities, false AS is_system_role, r.created_at, r.updated_at
  FROM kernel.roles r;
CREATE OR REPLACE VIEW praetor.role_assignments WITH (security_invoker = true) AS
  SELECT g.id, g.tenant_id, g.role_id, g.user_id,
         CASE split_part(g.scope, ':', 1) WHEN 'tenant' THEN 'tenant' WHEN 'project' THEN 'project'
           ELSE 'resource' END AS scope_type,
         CASE WHEN g.scope = 'tenant' THEN g.tenant_id ELSE kernel.id_in(g.scope) END AS scope_id,
         g.created_at AS assigned_at, kernel.person_in(g.granted_by) AS assigned_by, g.expires_at
  FROM kernel.role_grants g;
CREATE OR REPLACE VIEW praetor.permission_policies WITH (security_invoker = true) AS
  SELECT p.id, p.tenant_id, p.name, p.description, p.effect, p.actions, p.resources, p.conditions, p.priority,
         p.is_enabled AS enabled, p.created_at, p.updated_at
  FROM kernel.policies p;
CREATE OR REPLACE VIEW praetor.policy_evaluations WITH (security_invoker = true) AS
  SELECT e.id, e.tenant_id, e.user_id, e.action, split_part(e.resource, ':', 1) AS resource_type,
         kernel.id_in(e.resource) AS resource_id, CASE WHEN e.is_allowed THEN 'allow' ELSE 'deny' END AS result,
         ARRAY(SELECT d::uuid FROM unnest(e.deciding) AS d WHERE d ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')
           AS matched_policies,
         round(e.duration_us / 1000.0)::int AS evaluation_time_ms, e.evaluated_at
  FROM kernel.policy_evaluations e;
CREATE OR REPLACE VIEW praetor.permission_audit_log WITH (security_invoker = true) AS
  SELECT a.id, a.tenant_id,
         CASE a.type WHEN 'role_kept' THEN 'role_created' WHEN 'role_granted' THEN 'role_assigned' ELSE a.type END
           AS event_type,
         kernel.person_in(a.actor) AS actor_id, nullif(a.payload ->> 'user_id', '')::uuid AS target_user_id,
         nullif(a.payload ->> 'role_id', '')::uuid AS target_role_id,
         nullif(a.payload ->> 'policy_id', '')::uuid AS target_policy_id, a.payload AS details,
         a.recorded_at AS created_at
  FROM kernel.events a
  WHERE a.stream_kind = 'audit' AND a.type IN ('role_kept', 'role_removed', 'role_granted', 'grant_revoked',
    'policy_kept', 'policy_removed', 'attributes_set', 'member_added', 'member_removed', 'role_changed',
    'customer_engaged', 'organisation_member_kept', 'organisation_member_removed', 'organisation_transferred')
  UNION ALL
  SELECT e.id, e.tenant_id, CASE WHEN e.is_allowed THEN 'policy_evaluated' ELSE 'access_denied' END, e.user_id, NULL,
         NULL, NULL, jsonb_build_object('action', e.action, 'resource', e.resource, 'reason', e.reason,
           'deciding', e.deciding), e.evaluated_at
  FROM kernel.policy_evaluations e;
