-- The kernel's functions. Those that must see past a policy belong to service_role, take their
-- tenant from the session, and are the only way in to the tables that the app may not write.

-- Signing in happens before a tenant is known ----------------------------------------------

CREATE OR REPLACE FUNCTION kernel.find_session(p_token_hash bytea)
RETURNS TABLE (session_id uuid, tenant_id uuid, user_id uuid, role text, email text, display_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT s.id, s.tenant_id, u.id, m.role, u.email, u.display_name
  FROM kernel.sessions s
  JOIN kernel.memberships m ON m.tenant_id = s.tenant_id AND m.user_id = s.user_id
  JOIN kernel.users u ON u.id = s.user_id AND u.suspended_at IS NULL
  JOIN kernel.tenants t ON t.id = s.tenant_id AND t.suspended_at IS NULL
  WHERE s.token_hash = p_token_hash AND s.expires_at > now()
$$;

CREATE OR REPLACE FUNCTION kernel.find_api_token(p_token_hash bytea)
RETURNS TABLE (token_id uuid, tenant_id uuid, user_id uuid, role text, email text, display_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  -- A token does at most what its person may do today.
  SELECT k.id, k.tenant_id, u.id,
    (ARRAY['customer', 'learner', 'viewer', 'editor', 'owner'])[least(
      array_position(ARRAY['customer', 'learner', 'viewer', 'editor', 'owner'], k.role),
      array_position(ARRAY['customer', 'learner', 'viewer', 'editor', 'owner'], m.role))],
    u.email, u.display_name
  FROM kernel.api_tokens k
  JOIN kernel.memberships m ON m.tenant_id = k.tenant_id AND m.user_id = k.user_id
  JOIN kernel.users u ON u.id = k.user_id AND u.suspended_at IS NULL
  JOIN kernel.tenants t ON t.id = k.tenant_id AND t.suspended_at IS NULL
  WHERE k.token_hash = p_token_hash AND k.revoked_at IS NULL
    AND (k.expires_at IS NULL OR k.expires_at > now())
$$;

DROP FUNCTION IF EXISTS kernel.find_account(text);
CREATE OR REPLACE FUNCTION kernel.find_accounts(p_email text)
RETURNS TABLE (user_id uuid, password_hash text, tenant_id uuid, role text, display_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT u.id, m.password_hash, m.tenant_id, m.role, u.display_name
  FROM kernel.users u
  JOIN kernel.memberships m ON m.user_id = u.id
  JOIN kernel.tenants t ON t.id = m.tenant_id AND t.suspended_at IS NULL
  WHERE u.email = lower(p_email) AND u.suspended_at IS NULL AND m.password_hash IS NOT NULL
  ORDER BY m.created_at, m.tenant_id LIMIT 5
$$;

CREATE OR REPLACE FUNCTION kernel.redeem_sign_in_link(p_token_hash bytea)
RETURNS TABLE (tenant_id uuid, user_id uuid, role text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  UPDATE kernel.sign_in_links l SET used_at = now()
  FROM kernel.memberships m
  JOIN kernel.users u ON u.id = m.user_id AND u.suspended_at IS NULL
  JOIN kernel.tenants t ON t.id = m.tenant_id AND t.suspended_at IS NULL
  WHERE l.token_hash = p_token_hash AND l.used_at IS NULL AND l.expires_at > now()
    AND m.tenant_id = l.tenant_id AND m.user_id = l.user_id
  RETURNING l.tenant_id, l.user_id, m.role
$$;

-- A user is global; a tenant may add one by its address without seeing who else there is.
CREATE OR REPLACE FUNCTION kernel.ensure_user(p_id uuid, p_email text, p_display_name text)
RETURNS uuid LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  WITH added AS (
    INSERT INTO kernel.users (id, email, display_name)
    VALUES (p_id, lower(p_email), p_display_name)
    ON CONFLICT (email) DO NOTHING RETURNING id
  )
  SELECT id FROM added
  UNION ALL SELECT u.id FROM kernel.users u WHERE u.email = lower(p_email) LIMIT 1
$$;

-- A tenant always has an owner. The tenant's row is locked, so that two who go at once cannot both.
CREATE OR REPLACE FUNCTION kernel.keep_an_owner() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.role <> 'owner' OR (TG_OP = 'UPDATE' AND NEW.role = 'owner') THEN
    RETURN NULL;
  END IF;
  PERFORM 1 FROM kernel.tenants WHERE id = OLD.tenant_id FOR UPDATE;
  -- With the tenant itself everybody may go.
  IF FOUND AND NOT EXISTS (
    SELECT 1 FROM kernel.memberships WHERE tenant_id = OLD.tenant_id AND role = 'owner') THEN
    RAISE EXCEPTION 'the last owner cannot go' USING ERRCODE = 'object_in_use';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS keep_an_owner ON kernel.memberships;
CREATE TRIGGER keep_an_owner AFTER UPDATE OF role OR DELETE ON kernel.memberships
  FOR EACH ROW EXECUTE FUNCTION kernel.keep_an_owner();

-- What stands on an invitation, for whoever holds its token; nothing for one that is worth nothing.
DROP FUNCTION IF EXISTS kernel.find_invitation(bytea);
CREATE FUNCTION kernel.find_invitation(p_token_hash bytea)
RETURNS TABLE (tenant_id uuid, tenant text, organisation text, email text, role text, message text,
  expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT i.tenant_id, t.name, o.name, i.email, i.role, i.message, i.expires_at
  FROM kernel.invitations i JOIN kernel.tenants t ON t.id = i.tenant_id AND t.suspended_at IS NULL
  LEFT JOIN kernel.organisations o ON o.tenant_id = i.tenant_id AND o.id = i.organisation_id
  WHERE i.token_hash = p_token_hash AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now()
    AND (i.organisation_id IS NULL OR i.role_id IS NOT NULL)
$$;

-- Who took up the invitation of a token: for that person's own browser, which sent the form twice.
CREATE OR REPLACE FUNCTION kernel.invitation_taken_by(p_token_hash bytea, p_tenant_id uuid)
RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT i.accepted_by FROM kernel.invitations i
  WHERE i.token_hash = p_token_hash AND i.tenant_id = p_tenant_id
$$;

-- Take up an invitation: the person, the place, a customer's engagement and grant, and the end of the
-- invitation in one statement's transaction, which from then on acts as that person. A token is good
-- for one place, and a second use finds nothing. `p_as` is a member here who takes it up in the place
-- of the address that it was sent to.
DROP FUNCTION IF EXISTS kernel.accept_invitation(bytea, uuid);
CREATE OR REPLACE FUNCTION kernel.accept_invitation(
  p_token_hash bytea, p_user_id uuid, p_engagement_id uuid, p_grant_id uuid, p_as uuid)
RETURNS TABLE (tenant_id uuid, user_id uuid, role text, is_new boolean, resource text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_invited kernel.invitations;
  v_user uuid := p_as;
  v_role text;
  v_new boolean;
BEGIN
  SELECT i.* INTO v_invited FROM kernel.invitations i
  JOIN kernel.tenants t ON t.id = i.tenant_id AND t.suspended_at IS NULL
  WHERE i.token_hash = p_token_hash AND i.accepted_at IS NULL AND i.revoked_at IS NULL
    AND i.expires_at > now() AND (i.organisation_id IS NULL OR i.role_id IS NOT NULL) FOR UPDATE OF i;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF v_user IS NULL THEN
    v_user := kernel.ensure_user(p_user_id, v_invited.email, split_part(v_invited.email, '@', 1));
  ELSIF NOT EXISTS (SELECT 1 FROM kernel.memberships m
      WHERE m.tenant_id = v_invited.tenant_id AND m.user_id = v_user) THEN
    RETURN;
  END IF;
  IF EXISTS (SELECT 1 FROM kernel.users u WHERE u.id = v_user AND u.suspended_at IS NOT NULL) THEN
    RETURN;
  END IF;
  INSERT INTO kernel.memberships AS m (tenant_id, user_id, role)
  VALUES (v_invited.tenant_id, v_user, v_invited.role) ON CONFLICT DO NOTHING;
  v_new := FOUND;
  SELECT m.role INTO v_role FROM kernel.memberships m
  WHERE m.tenant_id = v_invited.tenant_id AND m.user_id = v_user;
  UPDATE kernel.invitations i SET accepted_at = now(), accepted_by = v_user
  WHERE i.tenant_id = v_invited.tenant_id AND i.id = v_invited.id;
  IF v_invited.organisation_id IS NOT NULL THEN
    INSERT INTO kernel.engagements AS e (tenant_id, id, organisation_id, user_id, role_id, resource)
    VALUES (v_invited.tenant_id, p_engagement_id, v_invited.organisation_id, v_user, v_invited.role_id,
      v_invited.resource)
    ON CONFLICT ON CONSTRAINT engagements_tenant_id_organisation_id_resource_user_id_key
      DO UPDATE SET status = 'active', role_id = excluded.role_id, updated_at = now();
    INSERT INTO kernel.role_grants (tenant_id, id, role_id, user_id, scope, granted_by, organisation_id)
    VALUES (v_invited.tenant_id, p_grant_id, v_invited.role_id, v_user, v_invited.resource,
      v_invited.invited_by, v_invited.organisation_id)
    ON CONFLICT DO NOTHING;
  END IF;
  PERFORM set_config('app.tenant_id', v_invited.tenant_id::text, true),
    set_config('app.actor', 'user:' || v_user, true), set_config('app.role', v_role, true),
    set_config('app.user_id', v_user::text, true);
  RETURN QUERY SELECT v_invited.tenant_id, v_user, v_role, v_new, v_invited.resource;
END $$;

-- The event log --------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION kernel.append_events(
  p_kind text, p_id uuid, p_types text[], p_payloads jsonb[], p_close boolean)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_count int := cardinality(p_types);
  v_last bigint;
BEGIN
  IF v_tenant IS NULL THEN
    RAISE EXCEPTION 'an event needs a tenant' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO kernel.streams AS s (tenant_id, kind, id, last_seq) VALUES (v_tenant, p_kind, p_id, v_count)
  ON CONFLICT (tenant_id, kind, id) DO UPDATE SET last_seq = s.last_seq + v_count
  WHERE s.closed_at IS NULL
  RETURNING last_seq INTO v_last;
  IF v_last IS NULL THEN
    RAISE EXCEPTION 'the stream % % is closed', p_kind, p_id USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  INSERT INTO kernel.events (tenant_id, stream_kind, stream_id, seq, type, payload, is_last, recorded_at)
  SELECT v_tenant, p_kind, p_id, v_last - v_count + e.n, e.type, e.payload,
         p_close AND e.n = v_count, clock_timestamp()
  FROM unnest(p_types, p_payloads) WITH ORDINALITY AS e(type, payload, n);
  IF p_close THEN
    UPDATE kernel.streams SET closed_at = now()
    WHERE tenant_id = v_tenant AND kind = p_kind AND id = p_id;
  END IF;
  -- Ids only: a listener reads the events itself, as the tenant it serves.
  PERFORM pg_notify('evigate_events', v_tenant || ':' || p_kind || ':' || p_id || ':' || v_last);
  RETURN v_last;
END $$;

CREATE OR REPLACE FUNCTION kernel.reopen_stream(p_kind text, p_id uuid)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  UPDATE kernel.streams SET closed_at = NULL
  WHERE tenant_id = kernel.current_tenant() AND kind = p_kind AND id = p_id
$$;

-- Partitions for this month and the next; called at each migration and by a daily job.
CREATE OR REPLACE FUNCTION kernel.ensure_event_partitions(p_now timestamptz)
RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_month date := date_trunc('month', p_now)::date;
  v_name text;
  v_made int := 0;
BEGIN
  FOR i IN 0..1 LOOP
    v_name := 'events_' || to_char(v_month, 'YYYY_MM');
    IF to_regclass('kernel.' || v_name) IS NULL AND NOT EXISTS (
      SELECT 1 FROM kernel.events_default
      WHERE recorded_at >= v_month AND recorded_at < v_month + interval '1 month')
    THEN
      EXECUTE format(
        'CREATE TABLE kernel.%I PARTITION OF kernel.events FOR VALUES FROM (%L) TO (%L)',
        v_name, v_month, (v_month + interval '1 month')::date);
      EXECUTE format('ALTER TABLE kernel.%I ENABLE ROW LEVEL SECURITY', v_name);
      EXECUTE format('ALTER TABLE kernel.%I FORCE ROW LEVEL SECURITY', v_name);
      v_made := v_made + 1;
    END IF;
    v_month := (v_month + interval '1 month')::date;
  END LOOP;
  RETURN v_made;
END $$;

-- Jobs: the queue's tables are the library's and know no tenant, so the app reaches them only here.

CREATE OR REPLACE FUNCTION kernel.enqueue_job(
  p_task text, p_queue text, p_args jsonb, p_priority int,
  p_scheduled_at timestamptz, p_lock text, p_queueing_lock text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = procrastinate, pg_catalog AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_id bigint;
BEGIN
  IF v_tenant IS NULL THEN
    RAISE EXCEPTION 'a job needs a tenant' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT unnest(procrastinate_defer_jobs_v1(ARRAY[ROW(
    p_queue, p_task, p_priority, p_lock, p_queueing_lock,
    p_args || jsonb_build_object('tenant_id', v_tenant), p_scheduled_at
  )::procrastinate_job_to_defer_v1])) INTO v_id;
  RETURN v_id;
END $$;

CREATE OR REPLACE FUNCTION kernel.list_jobs(p_status text, p_limit int)
RETURNS TABLE (id bigint, task text, queue text, status text, attempts int, priority int,
               scheduled_at timestamptz, last_change_at timestamptz, args jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = procrastinate, pg_catalog AS $$
  SELECT j.id, j.task_name, j.queue_name, j.status::text, j.attempts, j.priority, j.scheduled_at,
         (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id), j.args - 'tenant_id'
  FROM procrastinate_jobs j
  WHERE j.args ->> 'tenant_id' = kernel.current_tenant()::text
    AND (p_status IS NULL OR j.status::text = p_status)
  ORDER BY j.id DESC LIMIT p_limit
$$;

CREATE OR REPLACE FUNCTION kernel.cancel_job(p_id bigint)
RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = procrastinate, pg_catalog AS $$
  SELECT procrastinate_cancel_job_v1(j.id, true, false) IS NOT NULL
  FROM procrastinate_jobs j
  WHERE j.id = p_id AND j.args ->> 'tenant_id' = kernel.current_tenant()::text
$$;

-- A dead letter goes back to the queue with its attempts kept.
CREATE OR REPLACE FUNCTION kernel.retry_job(p_id bigint)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = procrastinate, pg_catalog AS $$
BEGIN
  PERFORM 1 FROM procrastinate_jobs j
  WHERE j.id = p_id AND j.status = 'failed' AND j.args ->> 'tenant_id' = kernel.current_tenant()::text;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM procrastinate_retry_job_v2(p_id, now(), NULL, NULL, NULL);
  RETURN true;
END $$;

-- Budgets: reserve before, settle after; what is reserved counts as spent.

CREATE OR REPLACE FUNCTION kernel.reserve_budget(p_name text, p_run_id uuid, p_amount bigint)
RETURNS boolean LANGUAGE plpgsql SECURITY INVOKER AS $$
DECLARE
  v_free bigint;
BEGIN
  SELECT b.limit_amount - b.spent INTO v_free
  FROM kernel.budgets b WHERE b.name = p_name FOR UPDATE;
  IF NOT FOUND THEN RETURN true; END IF;
  SELECT v_free - coalesce(sum(r.amount), 0) INTO v_free
  FROM kernel.budget_reservations r WHERE r.budget = p_name AND r.run_id <> p_run_id;
  IF v_free < p_amount THEN RETURN false; END IF;
  INSERT INTO kernel.budget_reservations (budget, run_id, amount) VALUES (p_name, p_run_id, p_amount)
  ON CONFLICT (tenant_id, budget, run_id) DO UPDATE SET amount = excluded.amount;
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION kernel.settle_budget(p_name text, p_run_id uuid, p_amount bigint)
RETURNS void LANGUAGE plpgsql SECURITY INVOKER AS $$
BEGIN
  DELETE FROM kernel.budget_reservations r WHERE r.budget = p_name AND r.run_id = p_run_id;
  IF FOUND THEN
    UPDATE kernel.budgets b SET spent = b.spent + p_amount WHERE b.name = p_name;
  END IF;
END $$;

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('audit', 'signed_in'), ('audit', 'signed_out'), ('audit', 'sign_in_refused'),
  ('audit', 'token_created'), ('audit', 'token_revoked'), ('audit', 'member_added'), ('audit', 'member_removed'), ('audit', 'role_changed'),
  ('audit', 'link_made'), ('audit', 'invited'), ('audit', 'invitation_revoked'), ('audit', 'invitation_accepted'),
  ('audit', 'role_kept'), ('audit', 'role_removed'), ('audit', 'role_granted'), ('audit', 'grant_revoked'),
  ('audit', 'policy_kept'), ('audit', 'policy_removed'), ('audit', 'attributes_set'),
  ('audit', 'artifact_approved'), ('audit', 'artifact_rejected'), ('audit', 'artifact_retired'),
  ('audit', 'store_created'),
  ('audit', 'document_added'),
  ('audit', 'document_replaced'),
  ('audit', 'document_removed'),
  ('audit', 'paper_ingested'), ('audit', 'paper_deleted'), ('audit', 'run_requested'),
  ('audit', 'run_cancel_requested'), ('audit', 'secret_written'), ('audit', 'secret_deleted')
ON CONFLICT DO NOTHING;
