CREATE SCHEMA engine;
CREATE SCHEMA engine_rows;
COMMENT ON SCHEMA engine_rows IS 'One table for each row of engine.mutable_tables, made by engine.create_mutable.';
CREATE SCHEMA evidence;
CREATE SCHEMA gate;
CREATE SCHEMA jammi;
CREATE SCHEMA kernel;
CREATE SCHEMA p2n;
CREATE SCHEMA papers;
CREATE TYPE gate.artifact_status AS ENUM (
    'PENDING_GENERATION',
    'PENDING_EVAL',
    'APPROVED',
    'REJECTED',
    'RETIRED'
);
CREATE FUNCTION engine.claim_training_job(p_worker text, p_lease_s double precision) RETURNS TABLE(tenant_id uuid, id uuid)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  WITH first AS (
    SELECT j.tenant_id, j.id FROM engine.training_jobs j
    WHERE j.status = 'queued' AND j.is_claimable
    ORDER BY j.priority DESC, j.created_at, j.id LIMIT 1
    FOR UPDATE SKIP LOCKED
  )
  UPDATE engine.training_jobs j SET status = 'running', attempts = j.attempts + 1, claimed_by = p_worker,
    lease_expires_at = clock_timestamp() + make_interval(secs => p_lease_s),
    heartbeat_at = clock_timestamp(), started_at = coalesce(j.started_at, clock_timestamp()),
    phase = 'starting', done = 0, total = NULL
  FROM first f WHERE j.tenant_id = f.tenant_id AND j.id = f.id
  RETURNING j.tenant_id, j.id
$$;
CREATE FUNCTION engine.create_mutable(p_id uuid, p_name text, p_session_id uuid, p_schema bytea, p_columns jsonb, p_primary_key text[], p_order_column text, p_indexes jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    SET lock_timeout TO '4s'
    AS $$
DECLARE
  v_tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
  v_table text := 'm_' || replace(p_id::text, '-', '');
  v_columns text;
  v_index record;
BEGIN
  IF v_tenant IS NULL THEN
    RAISE EXCEPTION 'a table needs a tenant' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO engine.mutable_tables (tenant_id, id, name, session_id, schema, primary_key, order_column)
  VALUES (v_tenant, p_id, p_name, p_session_id, p_schema, p_primary_key, p_order_column);
  INSERT INTO engine.mutable_indexes (tenant_id, table_id, name, ordinal, columns, is_unique)
  SELECT v_tenant, p_id, i.value ->> 'name', i.ordinality - 1,
    ARRAY(SELECT jsonb_array_elements_text(i.value -> 'columns')), (i.value ->> 'is_unique')::boolean
  FROM jsonb_array_elements(p_indexes) WITH ORDINALITY AS i;
  SELECT string_agg(engine.mutable_column(c.value, c.ordinality::int - 1), ', ' ORDER BY c.ordinality)
  INTO v_columns FROM jsonb_array_elements(p_columns) WITH ORDINALITY AS c;
  -- One tenant's rows, whatever a session says: the policy hides, the check keeps others out.
  EXECUTE format('CREATE TABLE engine_rows.%I (%s, tenant_id uuid NOT NULL DEFAULT %L'
    ' CONSTRAINT one_tenant CHECK (tenant_id = %L), CONSTRAINT %I PRIMARY KEY (%s))',
    v_table, v_columns, v_tenant, v_tenant, v_table || '_pk',
    (SELECT string_agg(format('%I', k.name), ', ' ORDER BY k.n)
     FROM unnest(p_primary_key) WITH ORDINALITY AS k(name, n)));
  FOR v_index IN
    SELECT i.ordinal, i.is_unique, i.columns FROM engine.mutable_indexes i
    WHERE i.tenant_id = v_tenant AND i.table_id = p_id ORDER BY i.ordinal
  LOOP
    EXECUTE format('CREATE %s INDEX %I ON engine_rows.%I (%s)',
      CASE WHEN v_index.is_unique THEN 'UNIQUE' END, v_table || '_i' || v_index.ordinal, v_table,
      (SELECT string_agg(format('%I', k.name), ', ' ORDER BY k.n)
       FROM unnest(v_index.columns) WITH ORDINALITY AS k(name, n)));
  END LOOP;
  IF p_order_column IS NOT NULL THEN
    EXECUTE format('CREATE INDEX %I ON engine_rows.%I (%s)', v_table || '_order', v_table,
      (SELECT string_agg(format('%I', k.name), ', ' ORDER BY k.n)
       FROM unnest(p_order_column || p_primary_key) WITH ORDINALITY AS k(name, n)));
  END IF;
  EXECUTE format('ALTER TABLE engine_rows.%I ENABLE ROW LEVEL SECURITY', v_table);
  EXECUTE format('ALTER TABLE engine_rows.%I FORCE ROW LEVEL SECURITY', v_table);
  EXECUTE format('CREATE POLICY maintenance ON engine_rows.%I TO service_role USING (true) WITH CHECK (true)',
    v_table);
  EXECUTE format('CREATE POLICY tenant_wall ON engine_rows.%I USING (tenant_id = (SELECT kernel.current_tenant()))'
    ' WITH CHECK (tenant_id = (SELECT kernel.current_tenant()))', v_table);
  EXECUTE format('CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON engine_rows.%I'
    ' FOR EACH STATEMENT EXECUTE FUNCTION engine.note_mutable_change(%L, %L)', v_table, p_id, v_tenant);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON engine_rows.%I TO evigate_app', v_table);
END $$;
CREATE FUNCTION engine.delete_topic_batches() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  PERFORM engine.lock_topic(OLD.id);
  DELETE FROM engine.topic_batches b WHERE b.tenant_id = OLD.tenant_id AND b.topic_id = OLD.id;
  RETURN OLD;
END $$;
CREATE FUNCTION engine.drop_mutable_rows() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    SET lock_timeout TO '4s'
    AS $$
BEGIN
  EXECUTE format('DROP TABLE IF EXISTS engine_rows.%I', 'm_' || replace(OLD.id::text, '-', ''));
  DELETE FROM engine.mutable_changes c WHERE c.tenant_id = OLD.tenant_id AND c.table_id = OLD.id;
  RETURN OLD;
END $$;
CREATE FUNCTION engine.lock_topic(p_topic uuid) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT pg_advisory_xact_lock(hashtextextended(p_topic::text, 0))
$$;
CREATE FUNCTION engine.merge_mutable_changes(p_table uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  WITH held AS (
    SELECT c.ctid FROM engine.mutable_changes c
    WHERE c.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid AND c.table_id = p_table
    FOR UPDATE SKIP LOCKED
  ), gone AS (
    DELETE FROM engine.mutable_changes c USING held WHERE c.ctid = held.ctid
    RETURNING c.tenant_id, c.count
  )
  INSERT INTO engine.mutable_changes (tenant_id, table_id, count)
  SELECT g.tenant_id, p_table, sum(g.count) FROM gone g GROUP BY g.tenant_id
$$;
CREATE FUNCTION engine.mutable_column(p_column jsonb, p_ordinal integer) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog'
    AS $_$
DECLARE
  v_name text := p_column ->> 'name';
  v_type text := p_column ->> 'type';
  v_text text;
BEGIN
  IF v_name !~ '^[A-Za-z][A-Za-z0-9_]{0,62}$' OR lower(v_name) IN ('tenant_id', 'ctid', 'xmin', 'xmax',
    'cmin', 'cmax', 'tableoid') THEN
    RAISE EXCEPTION 'no column may be called %', v_name USING ERRCODE = 'reserved_name';
  END IF;
  IF v_type !~ ('^(boolean|smallint|integer|bigint|real|double precision|text|bytea|date|jsonb|uuid|'
    '(timestamp|timestamptz|time)(\([0-6]\))?|numeric\(\d{1,3},-?\d{1,3}\))$') THEN
    RAISE EXCEPTION 'no column may be of the type %', v_type USING ERRCODE = 'undefined_object';
  END IF;
  v_text := format('%I %s', v_name, v_type);
  IF NOT (p_column ->> 'is_nullable')::boolean THEN
    v_text := v_text || ' NOT NULL';
  END IF;
  IF p_column ->> 'low' IS NOT NULL THEN
    v_text := v_text || format(' CONSTRAINT %I CHECK (%I BETWEEN %s AND %s)', 'range_' || p_ordinal, v_name,
      (p_column ->> 'low')::numeric, (p_column ->> 'high')::numeric);
  END IF;
  IF p_column ->> 'size_bytes' IS NOT NULL THEN
    v_text := v_text || format(' CONSTRAINT %I CHECK (octet_length(%I) = %s)', 'range_' || p_ordinal, v_name,
      (p_column ->> 'size_bytes')::int);
  END IF;
  -- What SQL may write and Arrow cannot hold: no infinite moments, and no number that is none.
  IF v_type ~ '^(date|timestamp)' THEN
    v_text := v_text || format(' CONSTRAINT %I CHECK (%I BETWEEN %L AND %L)', 'range_' || p_ordinal, v_name,
      CASE WHEN v_type ~ 'tz' THEN '0001-01-02 00:00+00' ELSE '0001-01-01' END,
      CASE WHEN v_type ~ 'tz' THEN '9999-12-30 00:00+00' WHEN v_type = 'date' THEN '9999-12-31'
           ELSE '9999-12-31 23:59:59.999999' END);
  ELSIF v_type ~ '^numeric' AND p_column ->> 'low' IS NULL THEN
    v_text := v_text || format(' CONSTRAINT %I CHECK (%I <> %L)', 'range_' || p_ordinal, v_name, 'NaN');
  END IF;
  RETURN v_text;
END $_$;
CREATE FUNCTION engine.mutable_version(p_table uuid) RETURNS TABLE(version bigint, pieces bigint)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT coalesce(sum(c.count), 0)::bigint, count(*) FROM engine.mutable_changes c
  WHERE c.tenant_id = (SELECT kernel.current_tenant()) AND c.table_id = p_table
$$;
CREATE FUNCTION engine.next_offset(p_topic uuid) RETURNS bigint
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT coalesce(
    (SELECT b.first_offset + b.row_count FROM engine.topic_batches b
     WHERE b.tenant_id = (SELECT kernel.current_tenant()) AND b.topic_id = p_topic
     ORDER BY b.first_offset DESC LIMIT 1),
    (SELECT t.first_offset FROM engine.topics t
     WHERE t.tenant_id = (SELECT kernel.current_tenant()) AND t.id = p_topic))
$$;
CREATE FUNCTION engine.note_catalog_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  PERFORM pg_notify('engine_catalog', coalesce(NEW.tenant_id, OLD.tenant_id)::text);
  RETURN NULL;
END $$;
CREATE FUNCTION engine.note_mutable_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  INSERT INTO engine.mutable_changes (table_id, tenant_id) VALUES (TG_ARGV[0]::uuid, TG_ARGV[1]::uuid);
  RETURN NULL;
END $$;
CREATE FUNCTION engine.publish(p_topic uuid, p_count integer, p_payload bytea, p_is_noted boolean) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
  v_first bigint;
  v_offset bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(p_topic::text, 0));
  SELECT t.first_offset INTO v_first FROM engine.topics t
  WHERE t.tenant_id = v_tenant AND t.id = p_topic;
  IF v_first IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT b.first_offset + b.row_count INTO v_offset FROM engine.topic_batches b
  WHERE b.tenant_id = v_tenant AND b.topic_id = p_topic ORDER BY b.first_offset DESC LIMIT 1;
  v_offset := coalesce(v_offset, v_first);
  INSERT INTO engine.topic_batches (tenant_id, topic_id, first_offset, row_count, payload)
  VALUES (v_tenant, p_topic, v_offset, p_count, p_payload);
  IF p_is_noted THEN
    PERFORM pg_notify('engine_topic', p_topic::text);
  END IF;
  RETURN v_offset;
END $$;
CREATE FUNCTION engine.publish_many(p_topic uuid, p_counts integer[], p_payloads bytea[], p_is_noted boolean) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_first bigint;
BEGIN
  FOR i IN 1 .. array_length(p_counts, 1) LOOP
    v_first := coalesce(v_first, engine.publish(p_topic, p_counts[i], p_payloads[i], p_is_noted));
    IF i > 1 THEN
      PERFORM engine.publish(p_topic, p_counts[i], p_payloads[i], false);
    END IF;
  END LOOP;
  RETURN v_first;
END $$;
CREATE FUNCTION engine.reclaim_training_jobs() RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  WITH expired AS (
    SELECT j.tenant_id, j.id FROM engine.training_jobs j
    WHERE j.status = 'running' AND j.lease_expires_at < clock_timestamp()
    FOR UPDATE SKIP LOCKED
  ), done AS (
    UPDATE engine.training_jobs j SET
      status = CASE WHEN j.cancel_requested_at IS NOT NULL THEN 'cancelled'
                    WHEN j.attempts >= j.attempts_max THEN 'failed' ELSE 'queued' END,
      error = CASE WHEN j.cancel_requested_at IS NULL AND j.attempts >= j.attempts_max THEN
        jsonb_build_object('code', 'E_JOB_ATTEMPTS',
          'message', format('The worker was lost in each of %s attempts.', j.attempts)) END,
      completed_at = CASE WHEN j.cancel_requested_at IS NOT NULL OR j.attempts >= j.attempts_max
        THEN clock_timestamp() END,
      claimed_by = NULL, lease_expires_at = NULL
    FROM expired e WHERE j.tenant_id = e.tenant_id AND j.id = e.id
    RETURNING 1
  )
  SELECT count(*)::int FROM done
$$;
CREATE FUNCTION engine.session_owner_lock(p_owner uuid) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT hashtextextended('engine.session:' || p_owner, 0)
$$;
CREATE FUNCTION engine.stamp(p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
CREATE FUNCTION engine.sweep_sessions() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_session record;
  v_before text := current_setting('app.tenant_id', true);
  v_is_dead boolean;
  v_count int := 0;
BEGIN
  FOR v_session IN
    SELECT s.tenant_id, s.id, s.owner_id, s.expires_at FROM engine.ephemeral_sessions s
    ORDER BY s.opened_at FOR UPDATE SKIP LOCKED
  LOOP
    v_is_dead := pg_try_advisory_xact_lock_shared(engine.session_owner_lock(v_session.owner_id));
    CONTINUE WHEN NOT v_is_dead AND v_session.expires_at > clock_timestamp();
    PERFORM set_config('app.tenant_id', v_session.tenant_id::text, true);
    BEGIN
      DELETE FROM engine.ephemeral_sessions s WHERE s.tenant_id = v_session.tenant_id AND s.id = v_session.id;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
      CONTINUE;  -- a statement still reads it: the next sweep has it
    END;
    PERFORM kernel.append_events('engine_session', v_session.id,
      ARRAY[CASE WHEN v_is_dead THEN 'session.swept' ELSE 'session.timed_out' END],
      ARRAY[jsonb_build_object('expires_at', v_session.expires_at)], true);
    v_count := v_count + 1;
  END LOOP;
  PERFORM set_config('app.tenant_id', coalesce(v_before, ''), true);
  RETURN v_count;
END $$;
CREATE FUNCTION gate.create_artifact(p_id uuid, p_module_id uuid, p_kind text, p_key text, p_schema_version text, p_payload jsonb, p_blob_sha256 text, p_content_hash text, p_grounding jsonb, p_evidence_version text, p_run_id uuid) RETURNS TABLE(id uuid, version integer, status text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_version int;
BEGIN
  IF v_tenant IS NULL THEN
    RAISE EXCEPTION 'an artifact needs a tenant' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM 1 FROM evidence.modules m WHERE m.tenant_id = v_tenant AND m.id = p_module_id FOR UPDATE;
  -- The same content is the same artifact: a repeated step makes nothing new.
  RETURN QUERY SELECT a.id, a.version, a.status::text FROM gate.artifacts a
    WHERE a.tenant_id = v_tenant AND a.module_id = p_module_id AND a.kind = p_kind
      AND a.key = p_key AND a.content_hash = p_content_hash AND a.run_id = p_run_id;
  IF FOUND THEN RETURN; END IF;
  SELECT coalesce(max(a.version), 0) + 1 INTO v_version FROM gate.artifacts a
    WHERE a.tenant_id = v_tenant AND a.module_id = p_module_id AND a.kind = p_kind AND a.key = p_key;
  INSERT INTO gate.artifacts (tenant_id, id, module_id, kind, key, version, schema_version,
    artifact_payload, blob_sha256, content_hash, grounding, evidence_version, run_id)
  VALUES (v_tenant, p_id, p_module_id, p_kind, p_key, v_version, p_schema_version,
    p_payload, p_blob_sha256, p_content_hash, p_grounding, p_evidence_version, p_run_id);
  RETURN QUERY SELECT p_id, v_version, 'PENDING_EVAL'::text;
END $$;
CREATE FUNCTION gate.decide_artifact(p_id uuid, p_status text, p_reason text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_row gate.artifacts%ROWTYPE;
BEGIN
  SELECT * INTO v_row FROM gate.artifacts a
    WHERE a.tenant_id = v_tenant AND a.id = p_id FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF v_row.status::text = p_status THEN RETURN p_status; END IF;
  IF NOT gate.may_move(v_row.status::text, p_status) THEN
    RAISE EXCEPTION 'an artifact cannot move from % to %', v_row.status, p_status
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF coalesce(p_reason, '') = '' THEN
    RAISE EXCEPTION 'a decision needs a reason' USING ERRCODE = 'check_violation';
  END IF;
  UPDATE gate.artifacts a SET
    status = p_status::gate.artifact_status,
    decided_by = kernel.current_actor(), decision_reason = p_reason,
    approved_at = CASE WHEN p_status = 'APPROVED' THEN now() ELSE a.approved_at END,
    rejected_at = CASE WHEN p_status = 'REJECTED' THEN now() ELSE a.rejected_at END
  WHERE a.tenant_id = v_tenant AND a.id = p_id;
  IF p_status = 'APPROVED' THEN
    INSERT INTO gate.approvals (tenant_id, artifact_id, content_hash, approved_by)
    VALUES (v_tenant, p_id, v_row.content_hash, kernel.current_actor())
    ON CONFLICT (tenant_id, artifact_id) DO UPDATE
      SET approved_by = excluded.approved_by, approved_at = now(), withdrawn_at = NULL;
  ELSE
    UPDATE gate.approvals p SET withdrawn_at = now()
    WHERE p.tenant_id = v_tenant AND p.artifact_id = p_id AND p.withdrawn_at IS NULL;
  END IF;
  RETURN p_status;
END $$;
CREATE FUNCTION gate.is_approved(p_tenant uuid, p_artifact uuid) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  SELECT EXISTS (SELECT 1 FROM gate.approvals p
    WHERE p.tenant_id = p_tenant AND p.artifact_id = p_artifact AND p.withdrawn_at IS NULL)
$$;
CREATE FUNCTION gate.may_move(p_from text, p_to text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT (p_from, p_to) IN (
    ('PENDING_GENERATION', 'PENDING_EVAL'), ('PENDING_EVAL', 'APPROVED'), ('PENDING_EVAL', 'REJECTED'),
    ('APPROVED', 'PENDING_EVAL'), ('APPROVED', 'RETIRED'),
    ('REJECTED', 'PENDING_EVAL'), ('REJECTED', 'RETIRED'))
$$;
CREATE FUNCTION gate.refuse_new_content() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF (NEW.module_id, NEW.kind, NEW.key, NEW.version, NEW.content_hash, NEW.run_id, NEW.schema_version,
      NEW.artifact_payload, NEW.blob_sha256, NEW.evidence_version, NEW.created_at)
     IS DISTINCT FROM
     (OLD.module_id, OLD.kind, OLD.key, OLD.version, OLD.content_hash, OLD.run_id, OLD.schema_version,
      OLD.artifact_payload, OLD.blob_sha256, OLD.evidence_version, OLD.created_at)
  THEN
    RAISE EXCEPTION 'an artifact never changes; make a new version'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION kernel.append_events(p_kind text, p_id uuid, p_types text[], p_payloads jsonb[], p_close boolean) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
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
CREATE FUNCTION kernel.cancel_job(p_id bigint) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'procrastinate', 'pg_catalog'
    AS $$
  SELECT procrastinate_cancel_job_v1(j.id, true, false) IS NOT NULL
  FROM procrastinate_jobs j
  WHERE j.id = p_id AND j.args ->> 'tenant_id' = kernel.current_tenant()::text
$$;
CREATE FUNCTION kernel.current_actor() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(nullif(current_setting('app.actor', true), ''), 'nobody') $$;
CREATE FUNCTION kernel.current_tenant() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.tenant_id', true), '')::uuid $$;
CREATE FUNCTION kernel.enqueue_job(p_task text, p_queue text, p_args jsonb, p_priority integer, p_scheduled_at timestamp with time zone, p_lock text, p_queueing_lock text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'procrastinate', 'pg_catalog'
    AS $$
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
CREATE FUNCTION kernel.ensure_event_partitions(p_now timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
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
CREATE FUNCTION kernel.ensure_user(p_id uuid, p_email text, p_display_name text) RETURNS uuid
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  WITH added AS (
    INSERT INTO kernel.users (id, email, display_name)
    VALUES (p_id, lower(p_email), p_display_name)
    ON CONFLICT (email) DO NOTHING RETURNING id
  )
  SELECT id FROM added
  UNION ALL SELECT u.id FROM kernel.users u WHERE u.email = lower(p_email) LIMIT 1
$$;
CREATE FUNCTION kernel.find_account(p_email text) RETURNS TABLE(user_id uuid, password_hash text, tenant_id uuid, role text, display_name text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT u.id, u.password_hash, m.tenant_id, m.role, u.display_name
  FROM kernel.users u
  JOIN kernel.memberships m ON m.user_id = u.id
  JOIN kernel.tenants t ON t.id = m.tenant_id AND t.suspended_at IS NULL
  WHERE u.email = lower(p_email) AND u.suspended_at IS NULL
  ORDER BY m.created_at, m.tenant_id LIMIT 1
$$;
CREATE FUNCTION kernel.find_api_token(p_token_hash bytea) RETURNS TABLE(token_id uuid, tenant_id uuid, user_id uuid, role text, email text, display_name text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT k.id, k.tenant_id, u.id, k.role, u.email, u.display_name
  FROM kernel.api_tokens k
  JOIN kernel.memberships m ON m.tenant_id = k.tenant_id AND m.user_id = k.user_id
  JOIN kernel.users u ON u.id = k.user_id AND u.suspended_at IS NULL
  JOIN kernel.tenants t ON t.id = k.tenant_id AND t.suspended_at IS NULL
  WHERE k.token_hash = p_token_hash AND k.revoked_at IS NULL
    AND (k.expires_at IS NULL OR k.expires_at > now())
$$;
CREATE FUNCTION kernel.find_session(p_token_hash bytea) RETURNS TABLE(session_id uuid, tenant_id uuid, user_id uuid, role text, email text, display_name text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT s.id, s.tenant_id, u.id, m.role, u.email, u.display_name
  FROM kernel.sessions s
  JOIN kernel.memberships m ON m.tenant_id = s.tenant_id AND m.user_id = s.user_id
  JOIN kernel.users u ON u.id = s.user_id AND u.suspended_at IS NULL
  JOIN kernel.tenants t ON t.id = s.tenant_id AND t.suspended_at IS NULL
  WHERE s.token_hash = p_token_hash AND s.expires_at > now()
$$;
CREATE FUNCTION kernel.list_jobs(p_status text, p_limit integer) RETURNS TABLE(id bigint, task text, queue text, status text, attempts integer, priority integer, scheduled_at timestamp with time zone, last_change_at timestamp with time zone, args jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'procrastinate', 'pg_catalog'
    AS $$
  SELECT j.id, j.task_name, j.queue_name, j.status::text, j.attempts, j.priority, j.scheduled_at,
         (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id), j.args - 'tenant_id'
  FROM procrastinate_jobs j
  WHERE j.args ->> 'tenant_id' = kernel.current_tenant()::text
    AND (p_status IS NULL OR j.status::text = p_status)
  ORDER BY j.id DESC LIMIT p_limit
$$;
CREATE FUNCTION kernel.redeem_sign_in_link(p_token_hash bytea) RETURNS TABLE(tenant_id uuid, user_id uuid, role text)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  UPDATE kernel.sign_in_links l SET used_at = now()
  FROM kernel.memberships m
  JOIN kernel.users u ON u.id = m.user_id AND u.suspended_at IS NULL
  JOIN kernel.tenants t ON t.id = m.tenant_id AND t.suspended_at IS NULL
  WHERE l.token_hash = p_token_hash AND l.used_at IS NULL AND l.expires_at > now()
    AND m.tenant_id = l.tenant_id AND m.user_id = l.user_id
  RETURNING l.tenant_id, l.user_id, m.role
$$;
CREATE FUNCTION kernel.reopen_stream(p_kind text, p_id uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  UPDATE kernel.streams SET closed_at = NULL
  WHERE tenant_id = kernel.current_tenant() AND kind = p_kind AND id = p_id
$$;
CREATE FUNCTION kernel.reserve_budget(p_name text, p_run_id uuid, p_amount bigint) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION kernel.retry_job(p_id bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'procrastinate', 'pg_catalog'
    AS $$
BEGIN
  PERFORM 1 FROM procrastinate_jobs j
  WHERE j.id = p_id AND j.status = 'failed' AND j.args ->> 'tenant_id' = kernel.current_tenant()::text;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM procrastinate_retry_job_v2(p_id, now(), NULL, NULL, NULL);
  RETURN true;
END $$;
CREATE FUNCTION kernel.settle_budget(p_name text, p_run_id uuid, p_amount bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  DELETE FROM kernel.budget_reservations r WHERE r.budget = p_name AND r.run_id = p_run_id;
  IF FOUND THEN
    UPDATE kernel.budgets b SET spent = b.spent + p_amount WHERE b.name = p_name;
  END IF;
END $$;
CREATE FUNCTION papers.calculate_run_duration() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NEW.completed_at IS NOT NULL AND NEW.started_at IS NOT NULL THEN
    NEW.duration_sec = EXTRACT(EPOCH FROM (NEW.completed_at - NEW.started_at))::int;
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION papers.ground_run() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW.artifact_id := coalesce(NEW.artifact_id, (
    SELECT p.notebook_artifact_id FROM papers.plans p
    WHERE p.tenant_id = NEW.tenant_id AND p.id = NEW.plan_id));
  IF NEW.artifact_id IS NULL OR NOT gate.is_approved(NEW.tenant_id, NEW.artifact_id) THEN
    RAISE EXCEPTION 'only an approved notebook may run'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'runs_approved_notebook_fkey';
  END IF;
  INSERT INTO kernel.runs (tenant_id, id, kind, created_at) VALUES (NEW.tenant_id, NEW.id, 'papers.notebook', NEW.created_at)
  ON CONFLICT DO NOTHING;
  RETURN NEW;
END $$;
CREATE FUNCTION papers.mirror_run() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  UPDATE papers.runs r SET status = NEW.status, started_at = NEW.started_at,
    completed_at = NEW.completed_at, error_code = NEW.error_code, error_message = NEW.error_message
  WHERE r.tenant_id = NEW.tenant_id AND r.id = NEW.id;
  RETURN NULL;
END $$;
CREATE FUNCTION papers.update_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW.updated_at = now();
  RETURN NEW;
END $$;
CREATE TABLE engine.channel_columns (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    channel_name text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    ordinal integer NOT NULL,
    declared_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT channel_columns_name_check CHECK ((name ~ '^[a-z][a-z0-9_]{0,63}$'::text)),
    CONSTRAINT channel_columns_ordinal_check CHECK ((ordinal >= 0)),
    CONSTRAINT channel_columns_type_check CHECK ((type = ANY (ARRAY['Float32'::text, 'Float64'::text, 'Int32'::text, 'Int64'::text, 'Utf8'::text, 'Boolean'::text])))
);
ALTER TABLE ONLY engine.channel_columns FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.channels (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    name text NOT NULL,
    priority integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT channels_name_check CHECK ((name ~ '^[a-z][a-z0-9_]{0,63}$'::text))
);
ALTER TABLE ONLY engine.channels FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.dead_letters (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    topic_id uuid NOT NULL,
    group_name text NOT NULL,
    message_offset bigint NOT NULL,
    attempts integer NOT NULL,
    reason text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT dead_letters_attempts_check CHECK ((attempts > 0))
);
ALTER TABLE ONLY engine.dead_letters FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.ephemeral_sessions (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    owner_id uuid NOT NULL,
    opened_by text DEFAULT kernel.current_actor() NOT NULL,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY engine.ephemeral_sessions FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.eval_queries (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    run_id uuid NOT NULL,
    query_id text NOT NULL,
    ordinal integer NOT NULL,
    cohorts jsonb DEFAULT '{}'::jsonb NOT NULL,
    metrics jsonb NOT NULL,
    CONSTRAINT eval_queries_ordinal_check CHECK ((ordinal >= 0))
);
ALTER TABLE ONLY engine.eval_queries FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.eval_runs (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    status text DEFAULT 'running'::text NOT NULL,
    source_name text,
    source_version text,
    table_name text,
    table_version integer,
    model text,
    golden_source text,
    golden_digest text,
    golden_size bigint,
    k integer,
    config jsonb NOT NULL,
    query_count integer,
    metrics jsonb,
    intervals jsonb,
    cohorts jsonb,
    details jsonb,
    error jsonb,
    created_by text DEFAULT kernel.current_actor() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    completed_at timestamp with time zone,
    CONSTRAINT eval_runs_completed_check CHECK (((status = 'completed'::text) = (metrics IS NOT NULL))),
    CONSTRAINT eval_runs_failed_check CHECK (((status = 'failed'::text) = (error IS NOT NULL))),
    CONSTRAINT eval_runs_golden_digest_check CHECK ((golden_digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT eval_runs_golden_size_check CHECK ((golden_size >= 0)),
    CONSTRAINT eval_runs_k_check CHECK ((k > 0)),
    CONSTRAINT eval_runs_query_count_check CHECK ((query_count >= 0)),
    CONSTRAINT eval_runs_status_check CHECK ((status = ANY (ARRAY['running'::text, 'completed'::text, 'failed'::text]))),
    CONSTRAINT eval_runs_type_check CHECK ((type = ANY (ARRAY['retrieval'::text, 'inference'::text, 'calibration'::text])))
);
ALTER TABLE ONLY engine.eval_runs FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.models (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    name text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    task text NOT NULL,
    backend text NOT NULL,
    dimensions integer,
    digest text DEFAULT ''::text NOT NULL,
    location text,
    options jsonb DEFAULT '{}'::jsonb NOT NULL,
    secret_name text,
    status text DEFAULT 'registered'::text NOT NULL,
    base_model text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT models_dimensions_check CHECK ((dimensions > 0)),
    CONSTRAINT models_name_check CHECK ((name ~ '^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,199}$'::text)),
    CONSTRAINT models_status_check CHECK ((status = ANY (ARRAY['registered'::text, 'candidate'::text, 'retired'::text]))),
    CONSTRAINT models_task_check CHECK ((task = ANY (ARRAY['text_embedding'::text, 'image_embedding'::text, 'audio_embedding'::text, 'classification'::text, 'ner'::text, 'regression'::text, 'rerank'::text]))),
    CONSTRAINT models_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY engine.models FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.mutable_changes (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    table_id uuid NOT NULL,
    count bigint DEFAULT 1 NOT NULL,
    CONSTRAINT mutable_changes_count_check CHECK ((count > 0))
);
ALTER TABLE ONLY engine.mutable_changes FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE engine.mutable_changes IS 'A table''s version is the sum of its counts: each statement adds a row, so writers never wait for one another, and readers merge them. No foreign key, for the same reason.';
CREATE TABLE engine.mutable_indexes (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    table_id uuid NOT NULL,
    name text NOT NULL,
    ordinal integer NOT NULL,
    columns text[] NOT NULL,
    is_unique boolean NOT NULL,
    CONSTRAINT mutable_indexes_columns_check CHECK ((cardinality(columns) > 0)),
    CONSTRAINT mutable_indexes_name_check CHECK ((name ~ '^[A-Za-z_][A-Za-z0-9_]{0,62}$'::text)),
    CONSTRAINT mutable_indexes_ordinal_check CHECK ((ordinal >= 0))
);
ALTER TABLE ONLY engine.mutable_indexes FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.mutable_tables (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    session_id uuid,
    schema bytea NOT NULL,
    primary_key text[] NOT NULL,
    order_column text,
    created_by text DEFAULT kernel.current_actor() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT mutable_tables_name_check CHECK ((name ~ '^[A-Za-z_][A-Za-z0-9_]{0,62}$'::text)),
    CONSTRAINT mutable_tables_primary_key_check CHECK ((cardinality(primary_key) > 0))
);
ALTER TABLE ONLY engine.mutable_tables FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.search_audit (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    seq bigint NOT NULL,
    query_id uuid NOT NULL,
    record jsonb NOT NULL,
    previous_mac bytea NOT NULL,
    mac bytea NOT NULL,
    CONSTRAINT search_audit_mac_check CHECK ((octet_length(mac) = 32)),
    CONSTRAINT search_audit_previous_mac_check CHECK ((octet_length(previous_mac) = 32)),
    CONSTRAINT search_audit_seq_check CHECK ((seq > 0))
);
ALTER TABLE ONLY engine.search_audit FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.search_audit_heads (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    seq bigint NOT NULL,
    mac bytea NOT NULL,
    seal bytea NOT NULL,
    CONSTRAINT search_audit_heads_mac_check CHECK ((octet_length(mac) = 32)),
    CONSTRAINT search_audit_heads_seal_check CHECK ((octet_length(seal) = 32)),
    CONSTRAINT search_audit_heads_seq_check CHECK ((seq >= 0))
);
ALTER TABLE ONLY engine.search_audit_heads FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.segments (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    segment_id uuid DEFAULT gen_random_uuid() NOT NULL,
    table_id uuid NOT NULL,
    kind text NOT NULL,
    path text NOT NULL,
    row_count bigint NOT NULL,
    "precision" text,
    library text NOT NULL,
    first_version integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT segments_check CHECK (((kind = 'vector'::text) = ("precision" IS NOT NULL))),
    CONSTRAINT segments_first_version_check CHECK ((first_version > 0)),
    CONSTRAINT segments_kind_check CHECK ((kind = ANY (ARRAY['vector'::text, 'lexical'::text]))),
    CONSTRAINT segments_precision_check CHECK (("precision" = ANY (ARRAY['f32'::text, 'bf16'::text, 'f16'::text, 'i8'::text, 'binary'::text]))),
    CONSTRAINT segments_row_count_check CHECK ((row_count >= 0))
);
ALTER TABLE ONLY engine.segments FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.sources (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    uri text NOT NULL,
    options jsonb DEFAULT '{}'::jsonb NOT NULL,
    schema bytea NOT NULL,
    key_column text,
    tenant_column text,
    secret_name text,
    version_kind text NOT NULL,
    version text NOT NULL,
    row_count bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT sources_kind_check CHECK ((kind = ANY (ARRAY['parquet'::text, 'csv'::text, 'json'::text, 'jsonl'::text, 'avro'::text, 'arrow'::text, 'postgres'::text, 'mysql'::text, 'sqlite'::text, 'duckdb'::text]))),
    CONSTRAINT sources_name_check CHECK ((name ~ '^[A-Za-z_][A-Za-z0-9_]{0,62}$'::text)),
    CONSTRAINT sources_row_count_check CHECK ((row_count >= 0)),
    CONSTRAINT sources_version_kind_check CHECK ((version_kind = ANY (ARRAY['digest'::text, 'etag'::text, 'snapshot'::text, 'watermark'::text, 'instant'::text])))
);
ALTER TABLE ONLY engine.sources FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.table_versions (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    table_id uuid NOT NULL,
    version integer NOT NULL,
    parent_version integer,
    status text DEFAULT 'ready'::text NOT NULL,
    manifest_path text NOT NULL,
    manifest_digest text NOT NULL,
    row_count bigint NOT NULL,
    masked_rows bigint DEFAULT 0 NOT NULL,
    anchors jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_by text DEFAULT kernel.current_actor() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT table_versions_check CHECK (((parent_version IS NULL) OR (parent_version < version))),
    CONSTRAINT table_versions_manifest_digest_check CHECK ((manifest_digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT table_versions_masked_rows_check CHECK ((masked_rows >= 0)),
    CONSTRAINT table_versions_row_count_check CHECK ((row_count >= 0)),
    CONSTRAINT table_versions_status_check CHECK ((status = ANY (ARRAY['ready'::text, 'failed'::text]))),
    CONSTRAINT table_versions_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY engine.table_versions FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.tables (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    source_name text,
    model_name text,
    model_version integer,
    definition jsonb NOT NULL,
    definition_hash text NOT NULL,
    dimensions integer,
    key_column text,
    current_version integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT tables_check CHECK (((model_name IS NULL) = (model_version IS NULL))),
    CONSTRAINT tables_definition_hash_check CHECK ((definition_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT tables_dimensions_check CHECK ((dimensions > 0)),
    CONSTRAINT tables_kind_check CHECK ((kind = ANY (ARRAY['embedding'::text, 'lexical'::text, 'inference'::text, 'external'::text, 'neighbor_graph'::text, 'propagation'::text, 'structure'::text, 'context_set'::text, 'asof_join'::text, 'training_set'::text]))),
    CONSTRAINT tables_name_check CHECK ((name ~ '^[A-Za-z_][A-Za-z0-9_]{0,62}$'::text))
);
ALTER TABLE ONLY engine.tables FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.topic_batches (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    topic_id uuid NOT NULL,
    first_offset bigint NOT NULL,
    row_count integer NOT NULL,
    payload bytea NOT NULL,
    produced_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT topic_batches_first_offset_check CHECK ((first_offset >= 0)),
    CONSTRAINT topic_batches_row_count_check CHECK ((row_count > 0))
);
ALTER TABLE ONLY engine.topic_batches ALTER COLUMN payload SET STORAGE EXTERNAL;
ALTER TABLE ONLY engine.topic_batches FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE engine.topic_batches IS 'No foreign key: it would lock the topic''s row at each publish. engine.publish checks, a trigger deletes.';
CREATE TABLE engine.topic_deliveries (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    topic_id uuid NOT NULL,
    group_name text NOT NULL,
    message_offset bigint NOT NULL,
    consumer text NOT NULL,
    attempts integer DEFAULT 1 NOT NULL,
    deadline timestamp with time zone NOT NULL,
    CONSTRAINT topic_deliveries_attempts_check CHECK ((attempts > 0))
);
ALTER TABLE ONLY engine.topic_deliveries FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.topic_groups (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    topic_id uuid NOT NULL,
    name text NOT NULL,
    next_offset bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT topic_groups_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT topic_groups_next_offset_check CHECK ((next_offset >= 0))
);
ALTER TABLE ONLY engine.topic_groups FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.topics (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    schema bytea NOT NULL,
    broker text DEFAULT 'postgres'::text NOT NULL,
    first_offset bigint DEFAULT 0 NOT NULL,
    sealed_offset bigint DEFAULT 0 NOT NULL,
    relayed_offset bigint DEFAULT 0 NOT NULL,
    retention_rows bigint,
    retention_s bigint,
    attempts_max integer DEFAULT 5 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT topics_attempts_max_check CHECK ((attempts_max > 0)),
    CONSTRAINT topics_broker_check CHECK ((broker = ANY (ARRAY['memory'::text, 'postgres'::text, 'nats'::text]))),
    CONSTRAINT topics_first_offset_check CHECK ((first_offset >= 0)),
    CONSTRAINT topics_name_check CHECK ((name ~ '^[A-Za-z_][A-Za-z0-9_]{0,62}$'::text)),
    CONSTRAINT topics_retention_rows_check CHECK ((retention_rows > 0)),
    CONSTRAINT topics_retention_s_check CHECK ((retention_s > 0))
);
ALTER TABLE ONLY engine.topics FORCE ROW LEVEL SECURITY;
CREATE TABLE engine.training_jobs (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    kind text NOT NULL,
    status text DEFAULT 'queued'::text NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    is_claimable boolean DEFAULT true NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    attempts_max integer DEFAULT 3 NOT NULL,
    claimed_by text,
    lease_expires_at timestamp with time zone,
    heartbeat_at timestamp with time zone,
    cancel_requested_at timestamp with time zone,
    idempotency_key text,
    spec jsonb NOT NULL,
    spec_hash text NOT NULL,
    phase text DEFAULT 'queued'::text NOT NULL,
    done bigint DEFAULT 0 NOT NULL,
    total bigint,
    result jsonb,
    error jsonb,
    output_name text NOT NULL,
    output_version integer NOT NULL,
    created_by text DEFAULT kernel.current_actor() NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    started_at timestamp with time zone,
    completed_at timestamp with time zone,
    CONSTRAINT training_jobs_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT training_jobs_attempts_max_check CHECK ((attempts_max > 0)),
    CONSTRAINT training_jobs_check CHECK (((status = 'running'::text) = (claimed_by IS NOT NULL))),
    CONSTRAINT training_jobs_check1 CHECK (((status = 'running'::text) = (lease_expires_at IS NOT NULL))),
    CONSTRAINT training_jobs_check2 CHECK (((status = ANY (ARRAY['queued'::text, 'running'::text])) = (completed_at IS NULL))),
    CONSTRAINT training_jobs_check3 CHECK (((status = 'failed'::text) = (error IS NOT NULL))),
    CONSTRAINT training_jobs_done_check CHECK ((done >= 0)),
    CONSTRAINT training_jobs_idempotency_key_check CHECK (((length(idempotency_key) >= 1) AND (length(idempotency_key) <= 200))),
    CONSTRAINT training_jobs_kind_check CHECK ((kind = ANY (ARRAY['adapter'::text, 'finetune'::text, 'predictor'::text]))),
    CONSTRAINT training_jobs_output_name_check CHECK ((output_name ~ '^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,199}$'::text)),
    CONSTRAINT training_jobs_output_version_check CHECK ((output_version > 0)),
    CONSTRAINT training_jobs_spec_hash_check CHECK ((spec_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT training_jobs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'completed'::text, 'failed'::text, 'cancelled'::text]))),
    CONSTRAINT training_jobs_total_check CHECK ((total >= 0))
);
ALTER TABLE ONLY engine.training_jobs FORCE ROW LEVEL SECURITY;
CREATE TABLE evidence.documents (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    module_id uuid NOT NULL,
    store_id uuid NOT NULL,
    title text,
    source_uri text NOT NULL,
    sha256 text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    file_name text,
    doc_name text,
    indexed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY evidence.documents FORCE ROW LEVEL SECURITY;
CREATE TABLE evidence.file_search_stores (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    module_id uuid NOT NULL,
    store_name text NOT NULL,
    evidence_version text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY evidence.file_search_stores FORCE ROW LEVEL SECURITY;
CREATE TABLE evidence.modules (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    title text NOT NULL,
    purpose text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT modules_purpose_check CHECK ((purpose = ANY (ARRAY['paper'::text, 'course'::text, 'project'::text]))),
    CONSTRAINT modules_title_check CHECK (((length(title) >= 1) AND (length(title) <= 500)))
);
ALTER TABLE ONLY evidence.modules FORCE ROW LEVEL SECURITY;
CREATE TABLE gate.approvals (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    artifact_id uuid NOT NULL,
    content_hash text NOT NULL,
    approved_by text NOT NULL,
    approved_at timestamp with time zone DEFAULT now() NOT NULL,
    withdrawn_at timestamp with time zone
);
ALTER TABLE ONLY gate.approvals FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE gate.approvals IS 'One row for each artifact that was ever approved: the key that consuming tables reference.';
CREATE TABLE gate.artifacts (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    module_id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL,
    status gate.artifact_status DEFAULT 'PENDING_EVAL'::gate.artifact_status NOT NULL,
    schema_version text NOT NULL,
    artifact_payload jsonb,
    blob_sha256 text,
    content_hash text NOT NULL,
    grounding jsonb DEFAULT '{}'::jsonb NOT NULL,
    evidence_version text NOT NULL,
    run_id uuid NOT NULL,
    decided_by text,
    decision_reason text,
    approved_at timestamp with time zone,
    rejected_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT artifacts_check CHECK ((num_nonnulls(artifact_payload, blob_sha256) = 1)),
    CONSTRAINT artifacts_content_hash_check CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT artifacts_kind_check CHECK ((kind ~ '^[a-z]+\.[a-z_]+$'::text)),
    CONSTRAINT artifacts_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY gate.artifacts FORCE ROW LEVEL SECURITY;
CREATE VIEW jammi._jammi_eval_per_query WITH (security_invoker='true') AS
 SELECT (run_id)::text AS eval_run_id,
    query_id,
    (cohorts)::text AS cohorts,
    (metrics)::text AS metrics,
    (tenant_id)::text AS tenant_id
   FROM engine.eval_queries q;
CREATE VIEW jammi.eval_runs WITH (security_invoker='true') AS
 SELECT (id)::text AS run_id,
    model AS model_id,
    type AS eval_type,
    source_name AS source_id,
    (COALESCE(metrics, '{}'::jsonb))::text AS metrics,
    (config)::text AS config,
    engine.stamp(created_at) AS created_at,
    golden_source,
    k,
    status,
    (tenant_id)::text AS tenant_id
   FROM engine.eval_runs e;
CREATE VIEW jammi.evidence_channel_columns WITH (security_invoker='true') AS
 SELECT c.channel_name,
    c.name AS column_name,
    c.type AS column_type,
    c.ordinal,
    engine.stamp(c.declared_at) AS declared_at
   FROM engine.channel_columns c
UNION ALL
 SELECT built_in.channel_name,
    built_in.column_name,
    built_in.column_type,
    built_in.ordinal,
    NULL::text AS declared_at
   FROM ( VALUES ('vector'::text,'similarity'::text,'Float32'::text,0), ('inference'::text,'inference_model'::text,'Utf8'::text,0), ('inference'::text,'inference_task'::text,'Utf8'::text,1), ('inference'::text,'inference_confidence'::text,'Float32'::text,2), ('bm25'::text,'bm25_score'::text,'Float32'::text,0), ('bm25'::text,'bm25_rank'::text,'Int64'::text,1)) built_in(channel_name, column_name, column_type, ordinal);
CREATE VIEW jammi.evidence_channels WITH (security_invoker='true') AS
 SELECT c.name AS channel_name,
    c.priority,
    engine.stamp(c.created_at) AS created_at,
    (c.tenant_id)::text AS tenant_id
   FROM engine.channels c
UNION ALL
 SELECT built_in.name AS channel_name,
    built_in.priority,
    NULL::text AS created_at,
    NULL::text AS tenant_id
   FROM ( VALUES ('vector'::text,1), ('inference'::text,2), ('bm25'::text,3)) built_in(name, priority);
CREATE VIEW jammi.models WITH (security_invoker='true') AS
 SELECT ((((tenant_id || '::'::text) || name) || '::'::text) || version) AS model_id,
    name,
    backend AS model_type,
    task,
    backend,
    version,
    location AS source,
    dimensions,
    status,
    (jsonb_build_object('base_model_id', base_model, 'digest', digest))::text AS metadata,
    engine.stamp(created_at) AS created_at,
    engine.stamp(updated_at) AS updated_at,
    (tenant_id)::text AS tenant_id,
    location AS artifact_path
   FROM engine.models m;
CREATE VIEW jammi.mutable_table_indexes WITH (security_invoker='true') AS
 SELECT (table_id)::text AS table_id,
    name AS index_name,
    (array_to_json(columns))::text AS columns,
    ((is_unique)::integer)::bigint AS is_unique
   FROM engine.mutable_indexes i;
CREATE VIEW jammi.mutable_tables WITH (security_invoker='true') AS
 SELECT (id)::text AS id,
    encode(schema, 'base64'::text) AS schema_json,
    (array_to_json(primary_key))::text AS primary_key,
    (tenant_id)::text AS tenant_id,
    '{}'::text AS user_metadata,
    'postgres'::text AS backend_kind,
    engine.stamp(created_at) AS created_at,
    engine.stamp(created_at) AS updated_at,
    order_column
   FROM engine.mutable_tables m;
CREATE VIEW jammi.result_tables WITH (security_invoker='true') AS
 SELECT t.name AS table_name,
    t.source_name AS source_id,
    t.model_name AS model_id,
    t.kind AS task,
    v.manifest_path AS parquet_path,
    s.path AS index_path,
    t.dimensions,
    COALESCE(((t.definition -> 'index'::text) ->> 'metric'::text), 'cosine'::text) AS distance_metric,
    COALESCE(v.row_count, (0)::bigint) AS row_count,
        CASE
            WHEN (v.version IS NULL) THEN 'building'::text
            ELSE v.status
        END AS status,
    t.key_column,
    ((t.definition -> 'columns'::text))::text AS text_columns,
    NULL::bigint AS checkpoint,
    engine.stamp(t.created_at) AS created_at,
    engine.stamp(v.created_at) AS completed_at,
    (t.tenant_id)::text AS tenant_id,
        CASE
            WHEN (t.kind = ANY (ARRAY['neighbor_graph'::text, 'asof_join'::text])) THEN t.kind
            ELSE 'model'::text
        END AS kind,
    (t.definition ->> 'table'::text) AS derived_from
   FROM ((engine.tables t
     LEFT JOIN engine.table_versions v ON (((v.tenant_id = t.tenant_id) AND (v.table_id = t.id) AND (v.version = t.current_version))))
     LEFT JOIN LATERAL ( SELECT g.path
           FROM engine.segments g
          WHERE ((g.tenant_id = t.tenant_id) AND (g.table_id = t.id))
          ORDER BY g.created_at DESC
         LIMIT 1) s ON (true));
CREATE VIEW jammi.sources WITH (security_invoker='true') AS
 SELECT (id)::text AS source_id,
    name,
        CASE
            WHEN (kind = ANY (ARRAY['postgres'::text, 'mysql'::text])) THEN (('"'::text || kind) || '"'::text)
            ELSE '"file"'::text
        END AS source_type,
    uri,
    ((options -> 'columns'::text))::text AS schema_json,
    (options)::text AS options,
    engine.stamp(created_at) AS created_at,
    engine.stamp(updated_at) AS updated_at,
    (tenant_id)::text AS tenant_id
   FROM engine.sources s;
CREATE VIEW jammi.topics WITH (security_invoker='true') AS
 SELECT (id)::text AS topic_id,
    name,
    encode(schema, 'base64'::text) AS schema_json,
    (tenant_id)::text AS tenant_id,
    (jsonb_build_object('broker', broker))::text AS broker_metadata,
    'engine.topic_batches'::text AS backing_table,
    engine.stamp(created_at) AS created_at
   FROM engine.topics t;
CREATE VIEW jammi.training_jobs WITH (security_invoker='true') AS
 SELECT (id)::text AS job_id,
    (spec ->> 'base_model'::text) AS base_model_id,
    ((output_name || '@'::text) || output_version) AS output_model_id,
    COALESCE((spec ->> 'source'::text), (spec ->> 'pairs'::text), ''::text) AS training_source,
    COALESCE((spec ->> 'loss'::text), ''::text) AS loss_type,
    (spec)::text AS hyperparams,
        CASE status
            WHEN 'cancelled'::text THEN 'failed'::text
            ELSE status
        END AS status,
    (jsonb_build_object('result', result, 'error', error, 'phase', phase, 'done', done, 'total', total, 'started_at', started_at, 'completed_at', completed_at))::text AS metrics,
    engine.stamp(created_at) AS created_at,
    engine.stamp(COALESCE(completed_at, heartbeat_at, started_at, created_at)) AS updated_at,
        CASE kind
            WHEN 'adapter'::text THEN 'fine_tune'::text
            WHEN 'finetune'::text THEN 'fine_tune'::text
            ELSE kind
        END AS kind,
    claimed_by,
    engine.stamp(lease_expires_at) AS lease_expires_at,
    attempts,
    (spec)::text AS training_spec,
    (tenant_id)::text AS tenant_id
   FROM engine.training_jobs j;
CREATE TABLE kernel.api_tokens (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    hint text NOT NULL,
    token_hash bytea NOT NULL,
    role text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT api_tokens_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT api_tokens_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'editor'::text, 'viewer'::text]))),
    CONSTRAINT api_tokens_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
ALTER TABLE ONLY kernel.api_tokens FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.blobs (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    sha256 text NOT NULL,
    size_bytes bigint NOT NULL,
    media_type text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT blobs_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT blobs_size_bytes_check CHECK ((size_bytes >= 0))
);
ALTER TABLE ONLY kernel.blobs FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.budget_reservations (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    budget text NOT NULL,
    run_id uuid NOT NULL,
    amount bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT budget_reservations_amount_check CHECK ((amount >= 0))
);
ALTER TABLE ONLY kernel.budget_reservations FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.budgets (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    name text NOT NULL,
    unit text NOT NULL,
    limit_amount bigint NOT NULL,
    spent bigint DEFAULT 0 NOT NULL,
    CONSTRAINT budgets_limit_amount_check CHECK ((limit_amount >= 0)),
    CONSTRAINT budgets_name_check CHECK ((name ~ '^[a-z][a-z0-9_.]{0,99}$'::text)),
    CONSTRAINT budgets_spent_check CHECK ((spent >= 0)),
    CONSTRAINT budgets_unit_check CHECK ((unit = ANY (ARRAY['seconds'::text, 'micros'::text, 'tokens'::text, 'bytes'::text])))
);
ALTER TABLE ONLY kernel.budgets FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.event_types (
    stream_kind text NOT NULL,
    type text NOT NULL
);
COMMENT ON TABLE kernel.event_types IS 'The vocabulary: which types a kind of stream may hold.';
CREATE TABLE kernel.events (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    stream_kind text NOT NULL,
    stream_id uuid NOT NULL,
    seq bigint NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    type text NOT NULL,
    actor text DEFAULT kernel.current_actor() NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    is_last boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT events_seq_check CHECK ((seq > 0))
)
PARTITION BY RANGE (recorded_at);
ALTER TABLE ONLY kernel.events FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.events_default (
    tenant_id uuid DEFAULT kernel.current_tenant() CONSTRAINT events_tenant_id_not_null NOT NULL,
    stream_kind text CONSTRAINT events_stream_kind_not_null NOT NULL,
    stream_id uuid CONSTRAINT events_stream_id_not_null NOT NULL,
    seq bigint CONSTRAINT events_seq_not_null NOT NULL,
    id uuid DEFAULT gen_random_uuid() CONSTRAINT events_id_not_null NOT NULL,
    type text CONSTRAINT events_type_not_null NOT NULL,
    actor text DEFAULT kernel.current_actor() CONSTRAINT events_actor_not_null NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb CONSTRAINT events_payload_not_null NOT NULL,
    is_last boolean DEFAULT false CONSTRAINT events_is_last_not_null NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() CONSTRAINT events_recorded_at_not_null NOT NULL,
    CONSTRAINT events_seq_check CHECK ((seq > 0))
);
ALTER TABLE ONLY kernel.events_default FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.memberships (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT memberships_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'editor'::text, 'viewer'::text])))
);
ALTER TABLE ONLY kernel.memberships FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.migrations (
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE kernel.run_steps (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    run_id uuid NOT NULL,
    name text NOT NULL,
    "position" integer NOT NULL,
    status text NOT NULL,
    attempts integer DEFAULT 1 NOT NULL,
    output jsonb,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    completed_at timestamp with time zone,
    CONSTRAINT run_steps_attempts_check CHECK ((attempts > 0)),
    CONSTRAINT run_steps_check CHECK (((status = 'succeeded'::text) = (completed_at IS NOT NULL))),
    CONSTRAINT run_steps_position_check CHECK (("position" >= 0)),
    CONSTRAINT run_steps_status_check CHECK ((status = ANY (ARRAY['running'::text, 'succeeded'::text])))
);
ALTER TABLE ONLY kernel.run_steps FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.runs (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    kind text NOT NULL,
    parent_id uuid,
    status text DEFAULT 'queued'::text NOT NULL,
    input jsonb DEFAULT '{}'::jsonb NOT NULL,
    input_hash text DEFAULT ''::text NOT NULL,
    output jsonb,
    attempts integer DEFAULT 0 NOT NULL,
    job_id bigint,
    created_by text DEFAULT kernel.current_actor() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    completed_at timestamp with time zone,
    cancel_requested_at timestamp with time zone,
    error_code text,
    error_message text,
    CONSTRAINT runs_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT runs_check CHECK (((started_at IS NULL) OR (started_at >= created_at))),
    CONSTRAINT runs_check1 CHECK (((completed_at IS NULL) OR (completed_at >= started_at))),
    CONSTRAINT runs_check2 CHECK (((error_code IS NULL) = (status <> ALL (ARRAY['failed'::text, 'timeout'::text, 'cancelled'::text])))),
    CONSTRAINT runs_kind_check CHECK ((kind ~ '^[a-z]+(\.[a-z_]+)+$'::text)),
    CONSTRAINT runs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'timeout'::text, 'cancelled'::text])))
);
ALTER TABLE ONLY kernel.runs FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.secrets (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    name text NOT NULL,
    sealed bytea NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT secrets_name_check CHECK ((name ~ '^[a-z0-9][a-z0-9_.-]{0,99}$'::text))
);
ALTER TABLE ONLY kernel.secrets FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.sessions (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    user_agent text,
    CONSTRAINT sessions_check CHECK ((expires_at > created_at)),
    CONSTRAINT sessions_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
ALTER TABLE ONLY kernel.sessions FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.sign_in_links (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT sign_in_links_check CHECK ((expires_at > created_at)),
    CONSTRAINT sign_in_links_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
ALTER TABLE ONLY kernel.sign_in_links FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.streams (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    kind text NOT NULL,
    id uuid NOT NULL,
    last_seq bigint DEFAULT 0 NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT streams_last_seq_check CHECK ((last_seq >= 0))
);
ALTER TABLE ONLY kernel.streams FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.tenants (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    suspended_at timestamp with time zone,
    CONSTRAINT tenants_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT tenants_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text))
);
ALTER TABLE ONLY kernel.tenants FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.users (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    email text NOT NULL,
    display_name text NOT NULL,
    password_hash text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    suspended_at timestamp with time zone,
    CONSTRAINT users_display_name_check CHECK (((length(display_name) >= 1) AND (length(display_name) <= 200))),
    CONSTRAINT users_email_check CHECK (((email = lower(email)) AND (email ~~ '%_@_%'::text)))
);
ALTER TABLE ONLY kernel.users FORCE ROW LEVEL SECURITY;
CREATE TABLE papers.assets (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    paper_id uuid,
    run_id uuid,
    plan_id uuid,
    kind text NOT NULL,
    storage_path text NOT NULL,
    size_bytes bigint,
    checksum text,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT assets_kind_check CHECK ((kind = ANY (ARRAY['pdf'::text, 'notebook'::text, 'requirements'::text, 'metrics'::text, 'logs'::text, 'events'::text, 'storyboard'::text]))),
    CONSTRAINT assets_one_parent_check CHECK ((num_nonnulls(paper_id, run_id, plan_id) = 1))
);
ALTER TABLE ONLY papers.assets FORCE ROW LEVEL SECURITY;
CREATE VIEW p2n.assets WITH (security_invoker='true') AS
 SELECT id,
    paper_id,
    run_id,
    plan_id,
    kind,
    storage_path,
    size_bytes,
    checksum,
    created_by,
    created_at
   FROM papers.assets;
CREATE TABLE papers.claims (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    paper_id uuid NOT NULL,
    dataset_name text,
    split text,
    metric_name text NOT NULL,
    metric_value numeric NOT NULL,
    units text,
    method_snippet text,
    source_citation text NOT NULL,
    confidence numeric NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    is_own_method boolean DEFAULT false NOT NULL,
    page integer,
    bbox numeric[],
    quote text,
    table_label text,
    row_label text,
    column_label text,
    CONSTRAINT claims_bbox_check CHECK ((array_length(bbox, 1) = 4)),
    CONSTRAINT claims_confidence_check CHECK (((confidence >= 0.0) AND (confidence <= 1.0))),
    CONSTRAINT claims_page_check CHECK ((page > 0))
);
ALTER TABLE ONLY papers.claims FORCE ROW LEVEL SECURITY;
CREATE VIEW p2n.claims WITH (security_invoker='true') AS
 SELECT id,
    paper_id,
    dataset_name,
    split,
    metric_name,
    metric_value,
    units,
    method_snippet,
    source_citation,
    confidence,
    created_by,
    created_at
   FROM papers.claims;
CREATE TABLE papers.evals (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    paper_id uuid NOT NULL,
    run_id uuid NOT NULL,
    metric_name text NOT NULL,
    claimed numeric NOT NULL,
    observed numeric NOT NULL,
    gap_percent numeric NOT NULL,
    gap_abs numeric NOT NULL,
    tolerance numeric,
    direction text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT evals_direction_check CHECK ((direction = ANY (ARRAY['maximize'::text, 'minimize'::text])))
);
ALTER TABLE ONLY papers.evals FORCE ROW LEVEL SECURITY;
CREATE VIEW p2n.evals WITH (security_invoker='true') AS
 SELECT id,
    paper_id,
    run_id,
    metric_name,
    claimed,
    observed,
    gap_percent,
    gap_abs,
    tolerance,
    direction,
    created_at
   FROM papers.evals;
CREATE TABLE papers.runs (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    plan_id uuid NOT NULL,
    paper_id uuid NOT NULL,
    env_hash text NOT NULL,
    seed integer DEFAULT 42 NOT NULL,
    status text DEFAULT 'queued'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    completed_at timestamp with time zone,
    duration_sec integer,
    error_code text,
    error_message text,
    artifact_id uuid NOT NULL,
    sandbox_level text,
    seeds_count integer DEFAULT 1 NOT NULL,
    CONSTRAINT runs_completed_at_check CHECK (((completed_at IS NULL) OR (completed_at >= started_at))),
    CONSTRAINT runs_duration_sec_check CHECK (((duration_sec IS NULL) OR (duration_sec >= 0))),
    CONSTRAINT runs_seeds_count_check CHECK (((seeds_count >= 1) AND (seeds_count <= 100))),
    CONSTRAINT runs_started_at_check CHECK (((started_at IS NULL) OR (started_at >= created_at))),
    CONSTRAINT runs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'timeout'::text, 'cancelled'::text])))
);
ALTER TABLE ONLY papers.runs FORCE ROW LEVEL SECURITY;
CREATE VIEW papers.latest_runs WITH (security_invoker='true') AS
 SELECT DISTINCT ON (paper_id) id AS run_id,
    paper_id,
    plan_id,
    status,
    completed_at,
    duration_sec
   FROM papers.runs
  WHERE (status = 'succeeded'::text)
  ORDER BY paper_id, completed_at DESC NULLS LAST;
CREATE VIEW p2n.latest_runs WITH (security_invoker='true') AS
 SELECT run_id,
    paper_id,
    plan_id,
    status,
    completed_at,
    duration_sec
   FROM papers.latest_runs;
CREATE VIEW papers.paper_summary AS
SELECT
    NULL::uuid AS id,
    NULL::text AS title,
    NULL::timestamp with time zone AS created_at,
    NULL::text AS status,
    NULL::bigint AS plan_count,
    NULL::bigint AS run_count,
    NULL::bigint AS succeeded_run_count,
    NULL::timestamp with time zone AS latest_run_at;
CREATE VIEW p2n.paper_summary WITH (security_invoker='true') AS
 SELECT id,
    title,
    created_at,
    status,
    plan_count,
    run_count,
    succeeded_run_count,
    latest_run_at
   FROM papers.paper_summary;
CREATE TABLE papers.papers (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    title text NOT NULL,
    source_url text,
    doi text,
    arxiv_id text,
    pdf_storage_path text NOT NULL,
    vector_store_id text NOT NULL,
    pdf_sha256 text NOT NULL,
    status text DEFAULT 'ready'::text NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    module_id uuid,
    document_id uuid,
    authors text[] DEFAULT '{}'::text[] NOT NULL,
    arxiv_version integer,
    page_count integer DEFAULT 0 NOT NULL,
    CONSTRAINT papers_page_count_check CHECK ((page_count >= 0)),
    CONSTRAINT papers_status_check CHECK ((status = ANY (ARRAY['ready'::text, 'processing'::text, 'failed'::text]))),
    CONSTRAINT papers_storage_path_check CHECK ((pdf_storage_path ~~ 'papers/%'::text))
);
ALTER TABLE ONLY papers.papers FORCE ROW LEVEL SECURITY;
CREATE VIEW p2n.papers WITH (security_invoker='true') AS
 SELECT id,
    title,
    source_url,
    doi,
    arxiv_id,
    pdf_storage_path,
    vector_store_id,
    pdf_sha256,
    status,
    created_by,
    created_at,
    updated_at
   FROM papers.papers;
CREATE TABLE papers.plans (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    paper_id uuid NOT NULL,
    version text DEFAULT '1.1'::text NOT NULL,
    plan_json jsonb NOT NULL,
    env_hash text,
    budget_minutes integer DEFAULT 20 NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    plan_artifact_id uuid,
    notebook_artifact_id uuid,
    CONSTRAINT plans_budget_minutes_check CHECK (((budget_minutes > 0) AND (budget_minutes <= 120))),
    CONSTRAINT plans_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'ready'::text, 'failed'::text])))
);
ALTER TABLE ONLY papers.plans FORCE ROW LEVEL SECURITY;
CREATE VIEW p2n.plans WITH (security_invoker='true') AS
 SELECT id,
    paper_id,
    version,
    plan_json,
    env_hash,
    budget_minutes,
    status,
    created_by,
    created_at,
    updated_at
   FROM papers.plans;
CREATE VIEW papers.run_events WITH (security_invoker='true') AS
 SELECT tenant_id,
    id,
    stream_id AS run_id,
    seq,
    recorded_at AS ts,
    type AS event_type,
    payload
   FROM kernel.events e
  WHERE (stream_kind = 'notebook_run'::text);
CREATE VIEW p2n.run_events WITH (security_invoker='true') AS
 SELECT id,
    run_id,
    seq,
    ts,
    event_type,
    payload
   FROM papers.run_events;
CREATE TABLE papers.run_series (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    run_id uuid NOT NULL,
    metric text NOT NULL,
    split text,
    step integer,
    value numeric NOT NULL,
    ts timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY papers.run_series FORCE ROW LEVEL SECURITY;
CREATE VIEW p2n.run_series WITH (security_invoker='true') AS
 SELECT id,
    run_id,
    metric,
    split,
    step,
    value,
    ts
   FROM papers.run_series;
CREATE VIEW p2n.runs WITH (security_invoker='true') AS
 SELECT id,
    plan_id,
    paper_id,
    env_hash,
    seed,
    status,
    created_at,
    started_at,
    completed_at,
    duration_sec,
    error_code,
    error_message
   FROM papers.runs;
CREATE TABLE papers.storyboards (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    paper_id uuid NOT NULL,
    run_id uuid,
    storyboard_json jsonb NOT NULL,
    storage_path text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT storyboards_storage_path_check CHECK ((storage_path ~~ 'storyboards/%'::text))
);
ALTER TABLE ONLY papers.storyboards FORCE ROW LEVEL SECURITY;
CREATE VIEW p2n.storyboards WITH (security_invoker='true') AS
 SELECT id,
    paper_id,
    run_id,
    storyboard_json,
    storage_path,
    created_at,
    updated_at
   FROM papers.storyboards;
CREATE TABLE papers.gaps (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    reproduction_id uuid NOT NULL,
    claim_id uuid NOT NULL,
    eval_id uuid,
    verdict text NOT NULL,
    reason text NOT NULL,
    units text,
    observed_low numeric,
    observed_high numeric,
    seeds_count integer DEFAULT 0 NOT NULL,
    notebook_cell text,
    CONSTRAINT gaps_check CHECK (((verdict = 'not comparable'::text) = (eval_id IS NULL))),
    CONSTRAINT gaps_check1 CHECK ((observed_low <= observed_high)),
    CONSTRAINT gaps_reason_check CHECK ((length(reason) > 0)),
    CONSTRAINT gaps_seeds_count_check CHECK ((seeds_count >= 0)),
    CONSTRAINT gaps_verdict_check CHECK ((verdict = ANY (ARRAY['reproduced'::text, 'partly'::text, 'not reproduced'::text, 'not comparable'::text])))
);
ALTER TABLE ONLY papers.gaps FORCE ROW LEVEL SECURITY;
CREATE TABLE papers.reproductions (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    paper_id uuid,
    plan_id uuid,
    run_id uuid,
    summary jsonb
);
ALTER TABLE ONLY papers.reproductions FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY kernel.events ATTACH PARTITION kernel.events_default DEFAULT;
ALTER TABLE ONLY engine.channel_columns
    ADD CONSTRAINT channel_columns_pkey PRIMARY KEY (tenant_id, channel_name, name);
ALTER TABLE ONLY engine.channel_columns
    ADD CONSTRAINT channel_columns_tenant_id_channel_name_ordinal_key UNIQUE (tenant_id, channel_name, ordinal);
ALTER TABLE ONLY engine.channels
    ADD CONSTRAINT channels_pkey PRIMARY KEY (tenant_id, name);
ALTER TABLE ONLY engine.dead_letters
    ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (tenant_id, topic_id, group_name, message_offset);
ALTER TABLE ONLY engine.ephemeral_sessions
    ADD CONSTRAINT ephemeral_sessions_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY engine.eval_queries
    ADD CONSTRAINT eval_queries_pkey PRIMARY KEY (tenant_id, run_id, query_id);
ALTER TABLE ONLY engine.eval_runs
    ADD CONSTRAINT eval_runs_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY engine.models
    ADD CONSTRAINT models_pkey PRIMARY KEY (tenant_id, name, version);
ALTER TABLE ONLY engine.mutable_indexes
    ADD CONSTRAINT mutable_indexes_pkey PRIMARY KEY (tenant_id, table_id, name);
ALTER TABLE ONLY engine.mutable_tables
    ADD CONSTRAINT mutable_tables_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY engine.search_audit_heads
    ADD CONSTRAINT search_audit_heads_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY engine.search_audit
    ADD CONSTRAINT search_audit_pkey PRIMARY KEY (tenant_id, seq);
ALTER TABLE ONLY engine.segments
    ADD CONSTRAINT segments_pkey PRIMARY KEY (tenant_id, segment_id);
ALTER TABLE ONLY engine.sources
    ADD CONSTRAINT sources_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY engine.sources
    ADD CONSTRAINT sources_tenant_id_name_key UNIQUE (tenant_id, name);
ALTER TABLE ONLY engine.table_versions
    ADD CONSTRAINT table_versions_pkey PRIMARY KEY (tenant_id, table_id, version);
ALTER TABLE ONLY engine.tables
    ADD CONSTRAINT tables_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY engine.tables
    ADD CONSTRAINT tables_tenant_id_name_key UNIQUE (tenant_id, name);
ALTER TABLE ONLY engine.topic_batches
    ADD CONSTRAINT topic_batches_pkey PRIMARY KEY (tenant_id, topic_id, first_offset);
ALTER TABLE ONLY engine.topic_deliveries
    ADD CONSTRAINT topic_deliveries_pkey PRIMARY KEY (tenant_id, topic_id, group_name, message_offset);
ALTER TABLE ONLY engine.topic_groups
    ADD CONSTRAINT topic_groups_pkey PRIMARY KEY (tenant_id, topic_id, name);
ALTER TABLE ONLY engine.topics
    ADD CONSTRAINT topics_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY engine.topics
    ADD CONSTRAINT topics_tenant_id_name_key UNIQUE (tenant_id, name);
ALTER TABLE ONLY engine.training_jobs
    ADD CONSTRAINT training_jobs_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY engine.training_jobs
    ADD CONSTRAINT training_jobs_tenant_id_output_name_output_version_key UNIQUE (tenant_id, output_name, output_version);
ALTER TABLE ONLY evidence.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY evidence.documents
    ADD CONSTRAINT documents_tenant_id_module_id_source_uri_key UNIQUE (tenant_id, module_id, source_uri);
ALTER TABLE ONLY evidence.file_search_stores
    ADD CONSTRAINT file_search_stores_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY evidence.file_search_stores
    ADD CONSTRAINT file_search_stores_tenant_id_id_module_id_key UNIQUE (tenant_id, id, module_id);
ALTER TABLE ONLY evidence.file_search_stores
    ADD CONSTRAINT file_search_stores_tenant_id_module_id_key UNIQUE (tenant_id, module_id);
ALTER TABLE ONLY evidence.file_search_stores
    ADD CONSTRAINT file_search_stores_tenant_id_store_name_key UNIQUE (tenant_id, store_name);
ALTER TABLE ONLY evidence.modules
    ADD CONSTRAINT modules_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY gate.approvals
    ADD CONSTRAINT approvals_pkey PRIMARY KEY (tenant_id, artifact_id);
ALTER TABLE ONLY gate.artifacts
    ADD CONSTRAINT artifacts_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY gate.artifacts
    ADD CONSTRAINT artifacts_tenant_id_module_id_kind_key_version_key UNIQUE (tenant_id, module_id, kind, key, version);
ALTER TABLE ONLY kernel.api_tokens
    ADD CONSTRAINT api_tokens_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.api_tokens
    ADD CONSTRAINT api_tokens_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY kernel.blobs
    ADD CONSTRAINT blobs_pkey PRIMARY KEY (tenant_id, sha256);
ALTER TABLE ONLY kernel.budget_reservations
    ADD CONSTRAINT budget_reservations_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.budget_reservations
    ADD CONSTRAINT budget_reservations_tenant_id_budget_run_id_key UNIQUE (tenant_id, budget, run_id);
ALTER TABLE ONLY kernel.budgets
    ADD CONSTRAINT budgets_pkey PRIMARY KEY (tenant_id, name);
ALTER TABLE ONLY kernel.event_types
    ADD CONSTRAINT event_types_pkey PRIMARY KEY (stream_kind, type);
ALTER TABLE ONLY kernel.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (tenant_id, stream_kind, stream_id, seq, recorded_at);
ALTER TABLE ONLY kernel.events_default
    ADD CONSTRAINT events_default_pkey PRIMARY KEY (tenant_id, stream_kind, stream_id, seq, recorded_at);
ALTER TABLE ONLY kernel.memberships
    ADD CONSTRAINT memberships_pkey PRIMARY KEY (tenant_id, user_id);
ALTER TABLE ONLY kernel.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);
ALTER TABLE ONLY kernel.run_steps
    ADD CONSTRAINT run_steps_pkey PRIMARY KEY (tenant_id, run_id, name);
ALTER TABLE ONLY kernel.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.secrets
    ADD CONSTRAINT secrets_pkey PRIMARY KEY (tenant_id, name);
ALTER TABLE ONLY kernel.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.sessions
    ADD CONSTRAINT sessions_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY kernel.sign_in_links
    ADD CONSTRAINT sign_in_links_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.sign_in_links
    ADD CONSTRAINT sign_in_links_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY kernel.streams
    ADD CONSTRAINT streams_pkey PRIMARY KEY (tenant_id, kind, id);
ALTER TABLE ONLY kernel.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (id);
ALTER TABLE ONLY kernel.tenants
    ADD CONSTRAINT tenants_slug_key UNIQUE (slug);
ALTER TABLE ONLY kernel.users
    ADD CONSTRAINT users_email_key UNIQUE (email);
ALTER TABLE ONLY kernel.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY papers.assets
    ADD CONSTRAINT assets_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.evals
    ADD CONSTRAINT evals_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.evals
    ADD CONSTRAINT evals_run_metric_key UNIQUE (tenant_id, run_id, metric_name);
ALTER TABLE ONLY papers.gaps
    ADD CONSTRAINT gaps_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.gaps
    ADD CONSTRAINT gaps_tenant_id_reproduction_id_claim_id_key UNIQUE (tenant_id, reproduction_id, claim_id);
ALTER TABLE ONLY papers.papers
    ADD CONSTRAINT papers_pdf_sha256_key UNIQUE (tenant_id, pdf_sha256);
ALTER TABLE ONLY papers.papers
    ADD CONSTRAINT papers_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.papers
    ADD CONSTRAINT papers_vector_store_id_key UNIQUE (tenant_id, vector_store_id);
ALTER TABLE ONLY papers.plans
    ADD CONSTRAINT plans_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.reproductions
    ADD CONSTRAINT reproductions_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.run_series
    ADD CONSTRAINT run_series_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.run_series
    ADD CONSTRAINT run_series_point_key UNIQUE NULLS NOT DISTINCT (tenant_id, run_id, metric, split, step);
ALTER TABLE ONLY papers.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.storyboards
    ADD CONSTRAINT storyboards_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX eval_runs_type_idx ON engine.eval_runs USING btree (tenant_id, type, id DESC);
CREATE INDEX mutable_changes_idx ON engine.mutable_changes USING btree (tenant_id, table_id);
CREATE UNIQUE INDEX mutable_tables_name_idx ON engine.mutable_tables USING btree (tenant_id, lower(name)) WHERE (session_id IS NULL);
CREATE UNIQUE INDEX mutable_tables_session_idx ON engine.mutable_tables USING btree (tenant_id, session_id, lower(name)) WHERE (session_id IS NOT NULL);
CREATE UNIQUE INDEX search_audit_query_idx ON engine.search_audit USING btree (tenant_id, query_id);
CREATE INDEX segments_table_idx ON engine.segments USING btree (tenant_id, table_id);
CREATE INDEX tables_definition_idx ON engine.tables USING btree (tenant_id, definition_hash);
CREATE INDEX tables_model_idx ON engine.tables USING btree (tenant_id, model_name, model_version) WHERE (model_name IS NOT NULL);
CREATE INDEX tables_source_idx ON engine.tables USING btree (tenant_id, source_name) WHERE (source_name IS NOT NULL);
CREATE UNIQUE INDEX training_jobs_idempotency_idx ON engine.training_jobs USING btree (tenant_id, idempotency_key) WHERE (idempotency_key IS NOT NULL);
CREATE INDEX training_jobs_lease_idx ON engine.training_jobs USING btree (lease_expires_at) WHERE (status = 'running'::text);
CREATE INDEX training_jobs_newest_idx ON engine.training_jobs USING btree (tenant_id, created_at DESC, id DESC);
CREATE INDEX training_jobs_queue_idx ON engine.training_jobs USING btree (priority DESC, created_at, id) WHERE ((status = 'queued'::text) AND is_claimable);
CREATE INDEX documents_blob_idx ON evidence.documents USING btree (tenant_id, sha256);
CREATE INDEX documents_store_idx ON evidence.documents USING btree (tenant_id, store_id, module_id);
CREATE INDEX artifacts_blob_idx ON gate.artifacts USING btree (tenant_id, blob_sha256);
CREATE INDEX artifacts_module_status_idx ON gate.artifacts USING btree (tenant_id, module_id, status);
CREATE INDEX artifacts_run_idx ON gate.artifacts USING btree (tenant_id, run_id);
CREATE INDEX api_tokens_user_idx ON kernel.api_tokens USING btree (tenant_id, user_id);
CREATE INDEX budget_reservations_run_idx ON kernel.budget_reservations USING btree (tenant_id, run_id);
CREATE INDEX events_type_idx ON ONLY kernel.events USING btree (tenant_id, stream_kind, type);
CREATE INDEX events_default_tenant_id_stream_kind_type_idx ON kernel.events_default USING btree (tenant_id, stream_kind, type);
CREATE INDEX memberships_user_idx ON kernel.memberships USING btree (user_id);
CREATE INDEX runs_kind_idx ON kernel.runs USING btree (tenant_id, kind, id DESC);
CREATE INDEX runs_open_idx ON kernel.runs USING btree (tenant_id, status) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE INDEX runs_parent_idx ON kernel.runs USING btree (tenant_id, parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX sessions_user_idx ON kernel.sessions USING btree (tenant_id, user_id);
CREATE INDEX sign_in_links_user_idx ON kernel.sign_in_links USING btree (tenant_id, user_id);
CREATE INDEX assets_kind_idx ON papers.assets USING btree (tenant_id, kind);
CREATE INDEX assets_paper_id_idx ON papers.assets USING btree (tenant_id, paper_id) WHERE (paper_id IS NOT NULL);
CREATE UNIQUE INDEX assets_paper_pdf_uniq ON papers.assets USING btree (tenant_id, paper_id) WHERE ((kind = 'pdf'::text) AND (paper_id IS NOT NULL));
CREATE INDEX assets_plan_id_idx ON papers.assets USING btree (tenant_id, plan_id) WHERE (plan_id IS NOT NULL);
CREATE UNIQUE INDEX assets_plan_notebook_uniq ON papers.assets USING btree (tenant_id, plan_id) WHERE ((kind = 'notebook'::text) AND (plan_id IS NOT NULL));
CREATE UNIQUE INDEX assets_plan_requirements_uniq ON papers.assets USING btree (tenant_id, plan_id) WHERE ((kind = 'requirements'::text) AND (plan_id IS NOT NULL));
CREATE UNIQUE INDEX assets_run_events_uniq ON papers.assets USING btree (tenant_id, run_id) WHERE ((kind = 'events'::text) AND (run_id IS NOT NULL));
CREATE INDEX assets_run_id_idx ON papers.assets USING btree (tenant_id, run_id) WHERE (run_id IS NOT NULL);
CREATE UNIQUE INDEX assets_run_logs_uniq ON papers.assets USING btree (tenant_id, run_id) WHERE ((kind = 'logs'::text) AND (run_id IS NOT NULL));
CREATE UNIQUE INDEX assets_run_metrics_uniq ON papers.assets USING btree (tenant_id, run_id) WHERE ((kind = 'metrics'::text) AND (run_id IS NOT NULL));
CREATE INDEX assets_storage_path_idx ON papers.assets USING btree (tenant_id, storage_path);
CREATE INDEX claims_confidence_idx ON papers.claims USING btree (tenant_id, confidence DESC);
CREATE INDEX claims_paper_id_idx ON papers.claims USING btree (tenant_id, paper_id, "position");
CREATE INDEX evals_gap_idx ON papers.evals USING btree (tenant_id, abs(gap_percent) DESC);
CREATE INDEX evals_paper_id_idx ON papers.evals USING btree (tenant_id, paper_id);
CREATE INDEX evals_run_id_idx ON papers.evals USING btree (tenant_id, run_id);
CREATE INDEX gaps_claim_idx ON papers.gaps USING btree (tenant_id, claim_id);
CREATE INDEX gaps_eval_idx ON papers.gaps USING btree (tenant_id, eval_id);
CREATE INDEX papers_created_at_idx ON papers.papers USING btree (tenant_id, created_at DESC);
CREATE INDEX papers_document_idx ON papers.papers USING btree (tenant_id, document_id);
CREATE INDEX papers_module_idx ON papers.papers USING btree (tenant_id, module_id);
CREATE INDEX papers_status_idx ON papers.papers USING btree (tenant_id, status) WHERE (status <> 'ready'::text);
CREATE INDEX plans_created_at_idx ON papers.plans USING btree (tenant_id, created_at DESC);
CREATE INDEX plans_env_hash_idx ON papers.plans USING btree (tenant_id, env_hash) WHERE (env_hash IS NOT NULL);
CREATE INDEX plans_notebook_artifact_idx ON papers.plans USING btree (tenant_id, notebook_artifact_id);
CREATE INDEX plans_paper_id_idx ON papers.plans USING btree (tenant_id, paper_id);
CREATE INDEX plans_plan_artifact_idx ON papers.plans USING btree (tenant_id, plan_artifact_id);
CREATE INDEX reproductions_paper_idx ON papers.reproductions USING btree (tenant_id, paper_id);
CREATE INDEX reproductions_plan_idx ON papers.reproductions USING btree (tenant_id, plan_id);
CREATE INDEX reproductions_run_idx ON papers.reproductions USING btree (tenant_id, run_id);
CREATE INDEX run_series_run_id_idx ON papers.run_series USING btree (tenant_id, run_id);
CREATE INDEX run_series_run_metric_step_idx ON papers.run_series USING btree (tenant_id, run_id, metric, step);
CREATE INDEX runs_artifact_idx ON papers.runs USING btree (tenant_id, artifact_id);
CREATE INDEX runs_created_at_idx ON papers.runs USING btree (tenant_id, created_at DESC);
CREATE INDEX runs_paper_completed_idx ON papers.runs USING btree (tenant_id, paper_id, completed_at DESC);
CREATE INDEX runs_paper_id_status_idx ON papers.runs USING btree (tenant_id, paper_id, status);
CREATE INDEX runs_plan_id_idx ON papers.runs USING btree (tenant_id, plan_id);
CREATE INDEX runs_status_idx ON papers.runs USING btree (tenant_id, status);
CREATE INDEX storyboards_paper_id_idx ON papers.storyboards USING btree (tenant_id, paper_id);
CREATE INDEX storyboards_run_id_idx ON papers.storyboards USING btree (tenant_id, run_id) WHERE (run_id IS NOT NULL);
ALTER INDEX kernel.events_pkey ATTACH PARTITION kernel.events_default_pkey;
ALTER INDEX kernel.events_type_idx ATTACH PARTITION kernel.events_default_tenant_id_stream_kind_type_idx;
CREATE OR REPLACE VIEW papers.paper_summary WITH (security_invoker='true') AS
 SELECT p.id,
    p.title,
    p.created_at,
    p.status,
    count(DISTINCT pl.id) AS plan_count,
    count(DISTINCT r.id) AS run_count,
    count(DISTINCT r.id) FILTER (WHERE (r.status = 'succeeded'::text)) AS succeeded_run_count,
    max(r.completed_at) AS latest_run_at
   FROM ((papers.papers p
     LEFT JOIN papers.plans pl ON (((pl.tenant_id = p.tenant_id) AND (pl.paper_id = p.id))))
     LEFT JOIN papers.runs r ON (((r.tenant_id = p.tenant_id) AND (r.paper_id = p.id))))
  GROUP BY p.tenant_id, p.id;
CREATE TRIGGER delete_batches BEFORE DELETE ON engine.topics FOR EACH ROW EXECUTE FUNCTION engine.delete_topic_batches();
CREATE TRIGGER drop_rows BEFORE DELETE ON engine.mutable_tables FOR EACH ROW EXECUTE FUNCTION engine.drop_mutable_rows();
CREATE TRIGGER note_change AFTER INSERT OR DELETE OR UPDATE ON engine.channel_columns FOR EACH ROW EXECUTE FUNCTION engine.note_catalog_change();
CREATE TRIGGER note_change AFTER INSERT OR DELETE OR UPDATE ON engine.channels FOR EACH ROW EXECUTE FUNCTION engine.note_catalog_change();
CREATE TRIGGER note_change AFTER INSERT OR DELETE OR UPDATE ON engine.models FOR EACH ROW EXECUTE FUNCTION engine.note_catalog_change();
CREATE TRIGGER note_change AFTER INSERT OR DELETE OR UPDATE ON engine.segments FOR EACH ROW EXECUTE FUNCTION engine.note_catalog_change();
CREATE TRIGGER note_change AFTER INSERT OR DELETE OR UPDATE ON engine.sources FOR EACH ROW EXECUTE FUNCTION engine.note_catalog_change();
CREATE TRIGGER note_change AFTER INSERT OR DELETE OR UPDATE ON engine.table_versions FOR EACH ROW EXECUTE FUNCTION engine.note_catalog_change();
CREATE TRIGGER note_change AFTER INSERT OR DELETE OR UPDATE ON engine.tables FOR EACH ROW EXECUTE FUNCTION engine.note_catalog_change();
CREATE TRIGGER artifacts_immutable BEFORE UPDATE ON gate.artifacts FOR EACH ROW EXECUTE FUNCTION gate.refuse_new_content();
CREATE TRIGGER runs_mirrored_to_papers AFTER UPDATE ON kernel.runs FOR EACH ROW WHEN ((new.kind = 'papers.notebook'::text)) EXECUTE FUNCTION papers.mirror_run();
CREATE TRIGGER papers_updated_at BEFORE UPDATE ON papers.papers FOR EACH ROW EXECUTE FUNCTION papers.update_updated_at();
CREATE TRIGGER plans_updated_at BEFORE UPDATE ON papers.plans FOR EACH ROW EXECUTE FUNCTION papers.update_updated_at();
CREATE TRIGGER runs_duration BEFORE INSERT OR UPDATE ON papers.runs FOR EACH ROW EXECUTE FUNCTION papers.calculate_run_duration();
CREATE TRIGGER runs_grounded BEFORE INSERT ON papers.runs FOR EACH ROW EXECUTE FUNCTION papers.ground_run();
CREATE TRIGGER storyboards_updated_at BEFORE UPDATE ON papers.storyboards FOR EACH ROW EXECUTE FUNCTION papers.update_updated_at();
ALTER TABLE ONLY engine.channel_columns
    ADD CONSTRAINT channel_columns_tenant_id_channel_name_fkey FOREIGN KEY (tenant_id, channel_name) REFERENCES engine.channels(tenant_id, name);
ALTER TABLE ONLY engine.channels
    ADD CONSTRAINT channels_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY engine.dead_letters
    ADD CONSTRAINT dead_letters_tenant_id_topic_id_group_name_fkey FOREIGN KEY (tenant_id, topic_id, group_name) REFERENCES engine.topic_groups(tenant_id, topic_id, name) ON DELETE CASCADE;
ALTER TABLE ONLY engine.ephemeral_sessions
    ADD CONSTRAINT ephemeral_sessions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY engine.eval_queries
    ADD CONSTRAINT eval_queries_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES engine.eval_runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY engine.eval_runs
    ADD CONSTRAINT eval_runs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY engine.models
    ADD CONSTRAINT models_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY engine.mutable_indexes
    ADD CONSTRAINT mutable_indexes_tenant_id_table_id_fkey FOREIGN KEY (tenant_id, table_id) REFERENCES engine.mutable_tables(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY engine.mutable_tables
    ADD CONSTRAINT mutable_tables_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY engine.mutable_tables
    ADD CONSTRAINT mutable_tables_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES engine.ephemeral_sessions(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY engine.search_audit_heads
    ADD CONSTRAINT search_audit_heads_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY engine.search_audit
    ADD CONSTRAINT search_audit_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY engine.segments
    ADD CONSTRAINT segments_tenant_id_table_id_fkey FOREIGN KEY (tenant_id, table_id) REFERENCES engine.tables(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY engine.sources
    ADD CONSTRAINT sources_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY engine.table_versions
    ADD CONSTRAINT table_versions_tenant_id_table_id_fkey FOREIGN KEY (tenant_id, table_id) REFERENCES engine.tables(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY engine.tables
    ADD CONSTRAINT tables_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY engine.topic_deliveries
    ADD CONSTRAINT topic_deliveries_tenant_id_topic_id_group_name_fkey FOREIGN KEY (tenant_id, topic_id, group_name) REFERENCES engine.topic_groups(tenant_id, topic_id, name) ON DELETE CASCADE;
ALTER TABLE ONLY engine.topic_groups
    ADD CONSTRAINT topic_groups_tenant_id_topic_id_fkey FOREIGN KEY (tenant_id, topic_id) REFERENCES engine.topics(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY engine.topics
    ADD CONSTRAINT topics_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY engine.training_jobs
    ADD CONSTRAINT training_jobs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY evidence.documents
    ADD CONSTRAINT documents_tenant_id_module_id_fkey FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY evidence.documents
    ADD CONSTRAINT documents_tenant_id_sha256_fkey FOREIGN KEY (tenant_id, sha256) REFERENCES kernel.blobs(tenant_id, sha256);
ALTER TABLE ONLY evidence.documents
    ADD CONSTRAINT documents_tenant_id_store_id_module_id_fkey FOREIGN KEY (tenant_id, store_id, module_id) REFERENCES evidence.file_search_stores(tenant_id, id, module_id) ON DELETE CASCADE;
ALTER TABLE ONLY evidence.file_search_stores
    ADD CONSTRAINT file_search_stores_tenant_id_module_id_fkey FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY evidence.modules
    ADD CONSTRAINT modules_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.approvals
    ADD CONSTRAINT approvals_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.artifacts
    ADD CONSTRAINT artifacts_tenant_id_blob_sha256_fkey FOREIGN KEY (tenant_id, blob_sha256) REFERENCES kernel.blobs(tenant_id, sha256);
ALTER TABLE ONLY gate.artifacts
    ADD CONSTRAINT artifacts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.artifacts
    ADD CONSTRAINT artifacts_tenant_id_module_id_fkey FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.artifacts
    ADD CONSTRAINT artifacts_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES kernel.runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.api_tokens
    ADD CONSTRAINT api_tokens_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships(tenant_id, user_id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.blobs
    ADD CONSTRAINT blobs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.budget_reservations
    ADD CONSTRAINT budget_reservations_tenant_id_budget_fkey FOREIGN KEY (tenant_id, budget) REFERENCES kernel.budgets(tenant_id, name) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.budget_reservations
    ADD CONSTRAINT budget_reservations_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES kernel.runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.budgets
    ADD CONSTRAINT budgets_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE kernel.events
    ADD CONSTRAINT events_stream_kind_type_fkey FOREIGN KEY (stream_kind, type) REFERENCES kernel.event_types(stream_kind, type);
ALTER TABLE kernel.events
    ADD CONSTRAINT events_tenant_id_stream_kind_stream_id_fkey FOREIGN KEY (tenant_id, stream_kind, stream_id) REFERENCES kernel.streams(tenant_id, kind, id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.memberships
    ADD CONSTRAINT memberships_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.memberships
    ADD CONSTRAINT memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES kernel.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.run_steps
    ADD CONSTRAINT run_steps_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES kernel.runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.runs
    ADD CONSTRAINT runs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.runs
    ADD CONSTRAINT runs_tenant_id_parent_id_fkey FOREIGN KEY (tenant_id, parent_id) REFERENCES kernel.runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.secrets
    ADD CONSTRAINT secrets_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.sessions
    ADD CONSTRAINT sessions_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships(tenant_id, user_id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.sign_in_links
    ADD CONSTRAINT sign_in_links_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships(tenant_id, user_id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.streams
    ADD CONSTRAINT streams_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.assets
    ADD CONSTRAINT assets_tenant_id_paper_id_fkey FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.assets
    ADD CONSTRAINT assets_tenant_id_plan_id_fkey FOREIGN KEY (tenant_id, plan_id) REFERENCES papers.plans(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.assets
    ADD CONSTRAINT assets_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES papers.runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.claims
    ADD CONSTRAINT claims_tenant_id_paper_id_fkey FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.evals
    ADD CONSTRAINT evals_tenant_id_paper_id_fkey FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.evals
    ADD CONSTRAINT evals_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES papers.runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.gaps
    ADD CONSTRAINT gaps_tenant_id_claim_id_fkey FOREIGN KEY (tenant_id, claim_id) REFERENCES papers.claims(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.gaps
    ADD CONSTRAINT gaps_tenant_id_eval_id_fkey FOREIGN KEY (tenant_id, eval_id) REFERENCES papers.evals(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.gaps
    ADD CONSTRAINT gaps_tenant_id_reproduction_id_fkey FOREIGN KEY (tenant_id, reproduction_id) REFERENCES kernel.runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.papers
    ADD CONSTRAINT papers_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES evidence.documents(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.papers
    ADD CONSTRAINT papers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.papers
    ADD CONSTRAINT papers_tenant_id_module_id_fkey FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.plans
    ADD CONSTRAINT plans_tenant_id_notebook_artifact_id_fkey FOREIGN KEY (tenant_id, notebook_artifact_id) REFERENCES gate.artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.plans
    ADD CONSTRAINT plans_tenant_id_paper_id_fkey FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.plans
    ADD CONSTRAINT plans_tenant_id_plan_artifact_id_fkey FOREIGN KEY (tenant_id, plan_artifact_id) REFERENCES gate.artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.reproductions
    ADD CONSTRAINT reproductions_tenant_id_id_fkey FOREIGN KEY (tenant_id, id) REFERENCES kernel.runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.reproductions
    ADD CONSTRAINT reproductions_tenant_id_paper_id_fkey FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.reproductions
    ADD CONSTRAINT reproductions_tenant_id_plan_id_fkey FOREIGN KEY (tenant_id, plan_id) REFERENCES papers.plans(tenant_id, id) ON DELETE SET NULL (plan_id);
ALTER TABLE ONLY papers.reproductions
    ADD CONSTRAINT reproductions_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES papers.runs(tenant_id, id) ON DELETE SET NULL (run_id);
ALTER TABLE ONLY papers.run_series
    ADD CONSTRAINT run_series_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES papers.runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.runs
    ADD CONSTRAINT runs_approved_notebook_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.approvals(tenant_id, artifact_id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.runs
    ADD CONSTRAINT runs_tenant_id_id_fkey FOREIGN KEY (tenant_id, id) REFERENCES kernel.runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.runs
    ADD CONSTRAINT runs_tenant_id_paper_id_fkey FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.runs
    ADD CONSTRAINT runs_tenant_id_plan_id_fkey FOREIGN KEY (tenant_id, plan_id) REFERENCES papers.plans(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.storyboards
    ADD CONSTRAINT storyboards_tenant_id_paper_id_fkey FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.storyboards
    ADD CONSTRAINT storyboards_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES papers.runs(tenant_id, id) ON DELETE SET NULL (run_id);
ALTER TABLE engine.channel_columns ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.channels ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.dead_letters ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.ephemeral_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.eval_queries ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.eval_runs ENABLE ROW LEVEL SECURITY;
CREATE POLICY maintenance ON engine.channel_columns TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.channels TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.dead_letters TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.ephemeral_sessions TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.eval_queries TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.eval_runs TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.models TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.mutable_changes TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.mutable_indexes TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.mutable_tables TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.search_audit TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.search_audit_heads TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.segments TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.sources TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.table_versions TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.tables TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.topic_batches TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.topic_deliveries TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.topic_groups TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.topics TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON engine.training_jobs TO service_role USING (true) WITH CHECK (true);
ALTER TABLE engine.models ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.mutable_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.mutable_indexes ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.mutable_tables ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.search_audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.search_audit_heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.segments ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.sources ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.table_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.tables ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON engine.channel_columns USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.channels USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.dead_letters USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.ephemeral_sessions USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.eval_queries USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.eval_runs USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.models USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.mutable_changes USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.mutable_indexes USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.mutable_tables USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.search_audit USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.search_audit_heads USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.segments USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.sources USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.table_versions USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.tables USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.topic_batches USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.topic_deliveries USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.topic_groups USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.topics USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON engine.training_jobs USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
ALTER TABLE engine.topic_batches ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.topic_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.topic_groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.topics ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.training_jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE evidence.documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE evidence.file_search_stores ENABLE ROW LEVEL SECURITY;
CREATE POLICY maintenance ON evidence.documents TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON evidence.file_search_stores TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON evidence.modules TO service_role USING (true) WITH CHECK (true);
ALTER TABLE evidence.modules ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON evidence.documents USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON evidence.file_search_stores USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON evidence.modules USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
ALTER TABLE gate.approvals ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate.artifacts ENABLE ROW LEVEL SECURITY;
CREATE POLICY maintenance ON gate.approvals TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.artifacts TO service_role USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON gate.approvals USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.artifacts USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
ALTER TABLE kernel.api_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.blobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.budget_reservations ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.budgets ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.events ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.events_default ENABLE ROW LEVEL SECURITY;
CREATE POLICY maintenance ON kernel.api_tokens TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.blobs TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.budget_reservations TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.budgets TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.events TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.events_default TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.memberships TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.run_steps TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.runs TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.secrets TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.sessions TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.sign_in_links TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.streams TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.tenants TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.users TO service_role USING (true) WITH CHECK (true);
ALTER TABLE kernel.memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.run_steps ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.sign_in_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.streams ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON kernel.api_tokens USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.blobs USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.budget_reservations USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.budgets USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.events USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.events_default USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.memberships USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.run_steps USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.runs USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.secrets USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.sessions USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.sign_in_links USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.streams USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.tenants USING ((id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.users USING ((id IN ( SELECT m.user_id
   FROM kernel.memberships m
  WHERE (m.tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)))));
ALTER TABLE kernel.tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.assets ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.claims ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.evals ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.gaps ENABLE ROW LEVEL SECURITY;
CREATE POLICY maintenance ON papers.assets TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.claims TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.evals TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.gaps TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.papers TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.plans TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.reproductions TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.run_series TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.runs TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.storyboards TO service_role USING (true) WITH CHECK (true);
ALTER TABLE papers.papers ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.reproductions ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.run_series ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.storyboards ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON papers.assets USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.claims USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.evals USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.gaps USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.papers USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.plans USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.reproductions USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.run_series USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.runs USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.storyboards USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
GRANT USAGE ON SCHEMA engine TO evigate_app;
GRANT ALL ON SCHEMA engine TO service_role;
GRANT USAGE ON SCHEMA engine_rows TO evigate_app;
GRANT ALL ON SCHEMA engine_rows TO service_role;
GRANT USAGE ON SCHEMA evidence TO evigate_app;
GRANT USAGE ON SCHEMA evidence TO service_role;
GRANT USAGE ON SCHEMA gate TO evigate_app;
GRANT ALL ON SCHEMA gate TO service_role;
GRANT USAGE ON SCHEMA jammi TO evigate_app;
GRANT USAGE ON SCHEMA jammi TO service_role;
GRANT USAGE ON SCHEMA kernel TO evigate_app;
GRANT ALL ON SCHEMA kernel TO service_role;
GRANT USAGE ON SCHEMA p2n TO evigate_app;
GRANT USAGE ON SCHEMA p2n TO service_role;
GRANT USAGE ON SCHEMA papers TO evigate_app;
GRANT USAGE ON SCHEMA papers TO service_role;
REVOKE ALL ON FUNCTION engine.claim_training_job(p_worker text, p_lease_s double precision) FROM PUBLIC;
GRANT ALL ON FUNCTION engine.claim_training_job(p_worker text, p_lease_s double precision) TO evigate_app;
REVOKE ALL ON FUNCTION engine.create_mutable(p_id uuid, p_name text, p_session_id uuid, p_schema bytea, p_columns jsonb, p_primary_key text[], p_order_column text, p_indexes jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION engine.create_mutable(p_id uuid, p_name text, p_session_id uuid, p_schema bytea, p_columns jsonb, p_primary_key text[], p_order_column text, p_indexes jsonb) TO evigate_app;
REVOKE ALL ON FUNCTION engine.delete_topic_batches() FROM PUBLIC;
GRANT ALL ON FUNCTION engine.delete_topic_batches() TO service_role;
GRANT ALL ON FUNCTION engine.delete_topic_batches() TO evigate_app;
REVOKE ALL ON FUNCTION engine.drop_mutable_rows() FROM PUBLIC;
GRANT ALL ON FUNCTION engine.drop_mutable_rows() TO evigate_app;
REVOKE ALL ON FUNCTION engine.lock_topic(p_topic uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION engine.lock_topic(p_topic uuid) TO service_role;
GRANT ALL ON FUNCTION engine.lock_topic(p_topic uuid) TO evigate_app;
REVOKE ALL ON FUNCTION engine.merge_mutable_changes(p_table uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION engine.merge_mutable_changes(p_table uuid) TO evigate_app;
REVOKE ALL ON FUNCTION engine.mutable_column(p_column jsonb, p_ordinal integer) FROM PUBLIC;
GRANT ALL ON FUNCTION engine.mutable_column(p_column jsonb, p_ordinal integer) TO service_role;
GRANT ALL ON FUNCTION engine.mutable_column(p_column jsonb, p_ordinal integer) TO evigate_app;
REVOKE ALL ON FUNCTION engine.mutable_version(p_table uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION engine.mutable_version(p_table uuid) TO service_role;
GRANT ALL ON FUNCTION engine.mutable_version(p_table uuid) TO evigate_app;
REVOKE ALL ON FUNCTION engine.next_offset(p_topic uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION engine.next_offset(p_topic uuid) TO service_role;
GRANT ALL ON FUNCTION engine.next_offset(p_topic uuid) TO evigate_app;
REVOKE ALL ON FUNCTION engine.note_catalog_change() FROM PUBLIC;
GRANT ALL ON FUNCTION engine.note_catalog_change() TO service_role;
GRANT ALL ON FUNCTION engine.note_catalog_change() TO evigate_app;
REVOKE ALL ON FUNCTION engine.note_mutable_change() FROM PUBLIC;
GRANT ALL ON FUNCTION engine.note_mutable_change() TO evigate_app;
REVOKE ALL ON FUNCTION engine.publish(p_topic uuid, p_count integer, p_payload bytea, p_is_noted boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION engine.publish(p_topic uuid, p_count integer, p_payload bytea, p_is_noted boolean) TO evigate_app;
REVOKE ALL ON FUNCTION engine.publish_many(p_topic uuid, p_counts integer[], p_payloads bytea[], p_is_noted boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION engine.publish_many(p_topic uuid, p_counts integer[], p_payloads bytea[], p_is_noted boolean) TO service_role;
GRANT ALL ON FUNCTION engine.publish_many(p_topic uuid, p_counts integer[], p_payloads bytea[], p_is_noted boolean) TO evigate_app;
REVOKE ALL ON FUNCTION engine.reclaim_training_jobs() FROM PUBLIC;
GRANT ALL ON FUNCTION engine.reclaim_training_jobs() TO evigate_app;
REVOKE ALL ON FUNCTION engine.session_owner_lock(p_owner uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION engine.session_owner_lock(p_owner uuid) TO service_role;
GRANT ALL ON FUNCTION engine.session_owner_lock(p_owner uuid) TO evigate_app;
REVOKE ALL ON FUNCTION engine.stamp(p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION engine.stamp(p_at timestamp with time zone) TO service_role;
GRANT ALL ON FUNCTION engine.stamp(p_at timestamp with time zone) TO evigate_app;
REVOKE ALL ON FUNCTION engine.sweep_sessions() FROM PUBLIC;
GRANT ALL ON FUNCTION engine.sweep_sessions() TO evigate_app;
REVOKE ALL ON FUNCTION gate.create_artifact(p_id uuid, p_module_id uuid, p_kind text, p_key text, p_schema_version text, p_payload jsonb, p_blob_sha256 text, p_content_hash text, p_grounding jsonb, p_evidence_version text, p_run_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.create_artifact(p_id uuid, p_module_id uuid, p_kind text, p_key text, p_schema_version text, p_payload jsonb, p_blob_sha256 text, p_content_hash text, p_grounding jsonb, p_evidence_version text, p_run_id uuid) TO evigate_app;
REVOKE ALL ON FUNCTION gate.decide_artifact(p_id uuid, p_status text, p_reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.decide_artifact(p_id uuid, p_status text, p_reason text) TO evigate_app;
REVOKE ALL ON FUNCTION gate.is_approved(p_tenant uuid, p_artifact uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.is_approved(p_tenant uuid, p_artifact uuid) TO service_role;
GRANT ALL ON FUNCTION gate.is_approved(p_tenant uuid, p_artifact uuid) TO evigate_app;
REVOKE ALL ON FUNCTION gate.may_move(p_from text, p_to text) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.may_move(p_from text, p_to text) TO service_role;
GRANT ALL ON FUNCTION gate.may_move(p_from text, p_to text) TO evigate_app;
REVOKE ALL ON FUNCTION gate.refuse_new_content() FROM PUBLIC;
GRANT ALL ON FUNCTION gate.refuse_new_content() TO service_role;
GRANT ALL ON FUNCTION gate.refuse_new_content() TO evigate_app;
REVOKE ALL ON FUNCTION kernel.append_events(p_kind text, p_id uuid, p_types text[], p_payloads jsonb[], p_close boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.append_events(p_kind text, p_id uuid, p_types text[], p_payloads jsonb[], p_close boolean) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.cancel_job(p_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.cancel_job(p_id bigint) TO evigate_app;
GRANT ALL ON FUNCTION kernel.current_actor() TO service_role;
GRANT ALL ON FUNCTION kernel.current_actor() TO evigate_app;
GRANT ALL ON FUNCTION kernel.current_tenant() TO service_role;
GRANT ALL ON FUNCTION kernel.current_tenant() TO evigate_app;
REVOKE ALL ON FUNCTION kernel.enqueue_job(p_task text, p_queue text, p_args jsonb, p_priority integer, p_scheduled_at timestamp with time zone, p_lock text, p_queueing_lock text) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.enqueue_job(p_task text, p_queue text, p_args jsonb, p_priority integer, p_scheduled_at timestamp with time zone, p_lock text, p_queueing_lock text) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.ensure_event_partitions(p_now timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.ensure_event_partitions(p_now timestamp with time zone) TO service_role;
GRANT ALL ON FUNCTION kernel.ensure_event_partitions(p_now timestamp with time zone) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.ensure_user(p_id uuid, p_email text, p_display_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.ensure_user(p_id uuid, p_email text, p_display_name text) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.find_account(p_email text) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.find_account(p_email text) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.find_api_token(p_token_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.find_api_token(p_token_hash bytea) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.find_session(p_token_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.find_session(p_token_hash bytea) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.list_jobs(p_status text, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.list_jobs(p_status text, p_limit integer) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.redeem_sign_in_link(p_token_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.redeem_sign_in_link(p_token_hash bytea) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.reopen_stream(p_kind text, p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.reopen_stream(p_kind text, p_id uuid) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.reserve_budget(p_name text, p_run_id uuid, p_amount bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.reserve_budget(p_name text, p_run_id uuid, p_amount bigint) TO service_role;
GRANT ALL ON FUNCTION kernel.reserve_budget(p_name text, p_run_id uuid, p_amount bigint) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.retry_job(p_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.retry_job(p_id bigint) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.settle_budget(p_name text, p_run_id uuid, p_amount bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.settle_budget(p_name text, p_run_id uuid, p_amount bigint) TO service_role;
GRANT ALL ON FUNCTION kernel.settle_budget(p_name text, p_run_id uuid, p_amount bigint) TO evigate_app;
REVOKE ALL ON FUNCTION papers.calculate_run_duration() FROM PUBLIC;
GRANT ALL ON FUNCTION papers.calculate_run_duration() TO service_role;
GRANT ALL ON FUNCTION papers.calculate_run_duration() TO evigate_app;
REVOKE ALL ON FUNCTION papers.ground_run() FROM PUBLIC;
GRANT ALL ON FUNCTION papers.ground_run() TO service_role;
GRANT ALL ON FUNCTION papers.ground_run() TO evigate_app;
REVOKE ALL ON FUNCTION papers.mirror_run() FROM PUBLIC;
GRANT ALL ON FUNCTION papers.mirror_run() TO service_role;
GRANT ALL ON FUNCTION papers.mirror_run() TO evigate_app;
REVOKE ALL ON FUNCTION papers.update_updated_at() FROM PUBLIC;
GRANT ALL ON FUNCTION papers.update_updated_at() TO service_role;
GRANT ALL ON FUNCTION papers.update_updated_at() TO evigate_app;
GRANT ALL ON TABLE engine.channel_columns TO service_role;
GRANT SELECT,INSERT ON TABLE engine.channel_columns TO evigate_app;
GRANT ALL ON TABLE engine.channels TO service_role;
GRANT SELECT,INSERT ON TABLE engine.channels TO evigate_app;
GRANT ALL ON TABLE engine.dead_letters TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE engine.dead_letters TO evigate_app;
GRANT ALL ON TABLE engine.ephemeral_sessions TO service_role;
GRANT SELECT,INSERT,DELETE ON TABLE engine.ephemeral_sessions TO evigate_app;
GRANT ALL ON TABLE engine.eval_queries TO service_role;
GRANT SELECT,INSERT,DELETE ON TABLE engine.eval_queries TO evigate_app;
GRANT ALL ON TABLE engine.eval_runs TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE engine.eval_runs TO evigate_app;
GRANT ALL ON TABLE engine.models TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE engine.models TO evigate_app;
GRANT ALL ON TABLE engine.mutable_changes TO service_role;
GRANT SELECT ON TABLE engine.mutable_changes TO evigate_app;
GRANT ALL ON TABLE engine.mutable_indexes TO service_role;
GRANT SELECT ON TABLE engine.mutable_indexes TO evigate_app;
GRANT ALL ON TABLE engine.mutable_tables TO service_role;
GRANT SELECT,DELETE ON TABLE engine.mutable_tables TO evigate_app;
GRANT ALL ON TABLE engine.search_audit TO service_role;
GRANT SELECT,INSERT ON TABLE engine.search_audit TO evigate_app;
GRANT ALL ON TABLE engine.search_audit_heads TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE engine.search_audit_heads TO evigate_app;
GRANT ALL ON TABLE engine.segments TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE engine.segments TO evigate_app;
GRANT ALL ON TABLE engine.sources TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE engine.sources TO evigate_app;
GRANT ALL ON TABLE engine.table_versions TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE engine.table_versions TO evigate_app;
GRANT ALL ON TABLE engine.tables TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE engine.tables TO evigate_app;
GRANT ALL ON TABLE engine.topic_batches TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE engine.topic_batches TO evigate_app;
GRANT ALL ON TABLE engine.topic_deliveries TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE engine.topic_deliveries TO evigate_app;
GRANT ALL ON TABLE engine.topic_groups TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE engine.topic_groups TO evigate_app;
GRANT ALL ON TABLE engine.topics TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE engine.topics TO evigate_app;
GRANT ALL ON TABLE engine.training_jobs TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE engine.training_jobs TO evigate_app;
GRANT ALL ON TABLE evidence.documents TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE evidence.documents TO evigate_app;
GRANT ALL ON TABLE evidence.file_search_stores TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE evidence.file_search_stores TO evigate_app;
GRANT ALL ON TABLE evidence.modules TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE evidence.modules TO evigate_app;
GRANT ALL ON TABLE gate.approvals TO service_role;
GRANT SELECT ON TABLE gate.approvals TO evigate_app;
GRANT ALL ON TABLE gate.artifacts TO service_role;
GRANT SELECT ON TABLE gate.artifacts TO evigate_app;
GRANT ALL ON TABLE jammi._jammi_eval_per_query TO service_role;
GRANT SELECT ON TABLE jammi._jammi_eval_per_query TO evigate_app;
GRANT ALL ON TABLE jammi.eval_runs TO service_role;
GRANT SELECT ON TABLE jammi.eval_runs TO evigate_app;
GRANT ALL ON TABLE jammi.evidence_channel_columns TO service_role;
GRANT SELECT ON TABLE jammi.evidence_channel_columns TO evigate_app;
GRANT ALL ON TABLE jammi.evidence_channels TO service_role;
GRANT SELECT ON TABLE jammi.evidence_channels TO evigate_app;
GRANT ALL ON TABLE jammi.models TO service_role;
GRANT SELECT ON TABLE jammi.models TO evigate_app;
GRANT ALL ON TABLE jammi.mutable_table_indexes TO service_role;
GRANT SELECT ON TABLE jammi.mutable_table_indexes TO evigate_app;
GRANT ALL ON TABLE jammi.mutable_tables TO service_role;
GRANT SELECT ON TABLE jammi.mutable_tables TO evigate_app;
GRANT ALL ON TABLE jammi.result_tables TO service_role;
GRANT SELECT ON TABLE jammi.result_tables TO evigate_app;
GRANT ALL ON TABLE jammi.sources TO service_role;
GRANT SELECT ON TABLE jammi.sources TO evigate_app;
GRANT ALL ON TABLE jammi.topics TO service_role;
GRANT SELECT ON TABLE jammi.topics TO evigate_app;
GRANT ALL ON TABLE jammi.training_jobs TO service_role;
GRANT SELECT ON TABLE jammi.training_jobs TO evigate_app;
GRANT ALL ON TABLE kernel.api_tokens TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.api_tokens TO evigate_app;
GRANT ALL ON TABLE kernel.blobs TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.blobs TO evigate_app;
GRANT ALL ON TABLE kernel.budget_reservations TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.budget_reservations TO evigate_app;
GRANT ALL ON TABLE kernel.budgets TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.budgets TO evigate_app;
GRANT ALL ON TABLE kernel.event_types TO service_role;
GRANT SELECT ON TABLE kernel.event_types TO evigate_app;
GRANT ALL ON TABLE kernel.events TO service_role;
GRANT SELECT ON TABLE kernel.events TO evigate_app;
GRANT ALL ON TABLE kernel.events_default TO service_role;
GRANT ALL ON TABLE kernel.memberships TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.memberships TO evigate_app;
GRANT ALL ON TABLE kernel.migrations TO service_role;
GRANT ALL ON TABLE kernel.run_steps TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.run_steps TO evigate_app;
GRANT ALL ON TABLE kernel.runs TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.runs TO evigate_app;
GRANT ALL ON TABLE kernel.secrets TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.secrets TO evigate_app;
GRANT ALL ON TABLE kernel.sessions TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.sessions TO evigate_app;
GRANT ALL ON TABLE kernel.sign_in_links TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.sign_in_links TO evigate_app;
GRANT ALL ON TABLE kernel.streams TO service_role;
GRANT SELECT ON TABLE kernel.streams TO evigate_app;
GRANT ALL ON TABLE kernel.tenants TO service_role;
GRANT SELECT ON TABLE kernel.tenants TO evigate_app;
GRANT ALL ON TABLE kernel.users TO service_role;
GRANT SELECT(id) ON TABLE kernel.users TO evigate_app;
GRANT SELECT(email) ON TABLE kernel.users TO evigate_app;
GRANT SELECT(display_name),UPDATE(display_name) ON TABLE kernel.users TO evigate_app;
GRANT UPDATE(password_hash) ON TABLE kernel.users TO evigate_app;
GRANT SELECT(created_at) ON TABLE kernel.users TO evigate_app;
GRANT SELECT(suspended_at) ON TABLE kernel.users TO evigate_app;
GRANT ALL ON TABLE papers.assets TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE papers.assets TO evigate_app;
GRANT ALL ON TABLE p2n.assets TO service_role;
GRANT SELECT ON TABLE p2n.assets TO evigate_app;
GRANT ALL ON TABLE papers.claims TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE papers.claims TO evigate_app;
GRANT ALL ON TABLE p2n.claims TO service_role;
GRANT SELECT ON TABLE p2n.claims TO evigate_app;
GRANT ALL ON TABLE papers.evals TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE papers.evals TO evigate_app;
GRANT ALL ON TABLE p2n.evals TO service_role;
GRANT SELECT ON TABLE p2n.evals TO evigate_app;
GRANT ALL ON TABLE papers.runs TO service_role;
GRANT SELECT,INSERT,DELETE ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(status) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(started_at) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(completed_at) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(duration_sec) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(error_code) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(error_message) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(sandbox_level) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(seeds_count) ON TABLE papers.runs TO evigate_app;
GRANT ALL ON TABLE papers.latest_runs TO service_role;
GRANT SELECT ON TABLE papers.latest_runs TO evigate_app;
GRANT ALL ON TABLE p2n.latest_runs TO service_role;
GRANT SELECT ON TABLE p2n.latest_runs TO evigate_app;
GRANT ALL ON TABLE papers.paper_summary TO service_role;
GRANT SELECT ON TABLE papers.paper_summary TO evigate_app;
GRANT ALL ON TABLE p2n.paper_summary TO service_role;
GRANT SELECT ON TABLE p2n.paper_summary TO evigate_app;
GRANT ALL ON TABLE papers.papers TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE papers.papers TO evigate_app;
GRANT ALL ON TABLE p2n.papers TO service_role;
GRANT SELECT ON TABLE p2n.papers TO evigate_app;
GRANT ALL ON TABLE papers.plans TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE papers.plans TO evigate_app;
GRANT ALL ON TABLE p2n.plans TO service_role;
GRANT SELECT ON TABLE p2n.plans TO evigate_app;
GRANT ALL ON TABLE papers.run_events TO service_role;
GRANT SELECT ON TABLE papers.run_events TO evigate_app;
GRANT ALL ON TABLE p2n.run_events TO service_role;
GRANT SELECT ON TABLE p2n.run_events TO evigate_app;
GRANT ALL ON TABLE papers.run_series TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE papers.run_series TO evigate_app;
GRANT ALL ON TABLE p2n.run_series TO service_role;
GRANT SELECT ON TABLE p2n.run_series TO evigate_app;
GRANT ALL ON TABLE p2n.runs TO service_role;
GRANT SELECT ON TABLE p2n.runs TO evigate_app;
GRANT ALL ON TABLE papers.storyboards TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE papers.storyboards TO evigate_app;
GRANT ALL ON TABLE p2n.storyboards TO service_role;
GRANT SELECT ON TABLE p2n.storyboards TO evigate_app;
GRANT ALL ON TABLE papers.gaps TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE papers.gaps TO evigate_app;
GRANT ALL ON TABLE papers.reproductions TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE papers.reproductions TO evigate_app;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA engine GRANT ALL ON SEQUENCES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA engine GRANT ALL ON FUNCTIONS TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA engine GRANT ALL ON TABLES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA evidence GRANT ALL ON SEQUENCES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA evidence GRANT ALL ON FUNCTIONS TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA evidence GRANT ALL ON TABLES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA gate GRANT ALL ON SEQUENCES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA gate GRANT ALL ON FUNCTIONS TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA gate GRANT ALL ON TABLES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA jammi GRANT ALL ON SEQUENCES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA jammi GRANT ALL ON FUNCTIONS TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA jammi GRANT ALL ON TABLES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA kernel GRANT ALL ON SEQUENCES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA kernel GRANT ALL ON FUNCTIONS TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA kernel GRANT ALL ON TABLES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA p2n GRANT ALL ON SEQUENCES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA p2n GRANT ALL ON FUNCTIONS TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA p2n GRANT ALL ON TABLES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA papers GRANT ALL ON SEQUENCES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA papers GRANT ALL ON FUNCTIONS TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA papers GRANT ALL ON TABLES TO service_role;
