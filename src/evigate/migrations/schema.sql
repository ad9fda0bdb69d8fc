CREATE SCHEMA agents;
CREATE SCHEMA engine;
CREATE SCHEMA engine_rows;
COMMENT ON SCHEMA engine_rows IS 'One table for each row of engine.mutable_tables, made by engine.create_mutable.';
CREATE SCHEMA evidence;
CREATE SCHEMA gate;
CREATE SCHEMA jammi;
CREATE SCHEMA kernel;
CREATE SCHEMA learning;
CREATE SCHEMA learning_bank;
CREATE SCHEMA p2n;
CREATE SCHEMA papers;
CREATE SCHEMA praetor;
CREATE SCHEMA studio;
CREATE TYPE gate.artifact_status AS ENUM (
    'PENDING_GENERATION',
    'PENDING_EVAL',
    'APPROVED',
    'REJECTED',
    'RETIRED'
);
CREATE TYPE gate.eval_type AS ENUM (
    'SCHEMA_VALIDATION',
    'GROUNDEDNESS',
    'ANSWER_CORRECTNESS',
    'DISTRACTOR_QUALITY',
    'DIFFICULTY_CALIBRATION',
    'CONCEPT_ALIGNMENT',
    'ANSWERABILITY',
    'QA_ALIGNMENT',
    'HIERARCHY_CORRECTNESS',
    'CONCEPT_GROUNDEDNESS',
    'ITEM_FLAWS',
    'DUPLICATION',
    'READABILITY',
    'SAFETY_PII',
    'HUMAN_REVIEW'
);
CREATE TYPE gate.review_verdict AS ENUM (
    'APPROVED',
    'REJECTED',
    'NEEDS_REVISION'
);
CREATE TYPE gate.run_status AS ENUM (
    'PENDING',
    'RUNNING',
    'SUCCEEDED',
    'FAILED'
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
  v_done text := pg_advisory_xact_lock(hashtextextended(p_topic::text, 0))::text;
  v_offset bigint;
BEGIN
  -- The statement's snapshot comes after the lock, so it sees what the last holder committed.
  INSERT INTO engine.topic_batches (tenant_id, topic_id, first_offset, row_count, payload)
  SELECT v_tenant, p_topic, coalesce((
      SELECT b.first_offset + b.row_count FROM engine.topic_batches b
      WHERE b.tenant_id = v_tenant AND b.topic_id = p_topic ORDER BY b.first_offset DESC LIMIT 1),
    t.first_offset), p_count, p_payload
  FROM engine.topics t WHERE t.tenant_id = v_tenant AND t.id = p_topic
  RETURNING first_offset INTO v_offset;
  IF p_is_noted AND v_offset IS NOT NULL THEN
    v_done := pg_notify('engine_topic', p_topic::text)::text;
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
CREATE FUNCTION evidence.remove_module(p_id uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_count int;
BEGIN
  IF kernel.current_role_name() IN ('learner', 'customer') THEN
    RAISE EXCEPTION 'this role removes nothing' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (SELECT 1 FROM evidence.modules m
    WHERE m.tenant_id = kernel.current_tenant() AND m.id = p_id AND m.purpose <> 'paper')
  THEN
    RAISE EXCEPTION 'only a paper''s module is removed; the items of a course are retired'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  DELETE FROM evidence.modules m WHERE m.tenant_id = kernel.current_tenant() AND m.id = p_id;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END $$;
CREATE FUNCTION gate.add_citations(p_tenant uuid, p_artifact uuid, p_module uuid, p_citations jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  INSERT INTO gate.citations (tenant_id, artifact_id, ordinal, module_id, document_id, chunk_sha256,
    page, start_char, quote, heading_path, state)
  SELECT p_tenant, p_artifact, (n - 1)::int, p_module,
    coalesce(f.document_id, (c ->> 'document_id')::uuid), coalesce(f.chunk_sha256, c ->> 'chunk_sha256', ''),
    coalesce(f.page, (c ->> 'page')::int, 1), coalesce(f.start_char, 0), c ->> 'quote',
    coalesce(f.heading_path, '{}'), CASE WHEN f.document_id IS NULL THEN 'stale' ELSE 'fresh' END
  FROM jsonb_array_elements(p_citations) WITH ORDINALITY AS given(c, n)
  LEFT JOIN LATERAL gate.find_quote(p_tenant, p_module, (c ->> 'document_id')::uuid,
    coalesce(c ->> 'chunk_sha256', ''), c ->> 'quote') f ON true;
END $$;
CREATE FUNCTION gate.ask_for_review(p_tenant uuid, p_artifact uuid, p_reason text) RETURNS uuid
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  WITH added AS (
    INSERT INTO gate.review_tasks (tenant_id, artifact_id, evidence_version, reason)
    SELECT a.tenant_id, a.id, a.current_evidence, p_reason FROM gate.artifacts a
    WHERE a.tenant_id = p_tenant AND a.id = p_artifact AND a.status <> 'RETIRED'
    ON CONFLICT (tenant_id, artifact_id) WHERE status = 'open'
      DO UPDATE SET reason = excluded.reason, evidence_version = excluded.evidence_version
    RETURNING id
  )
  SELECT id FROM added
$$;
CREATE FUNCTION gate.assign_review(p_task uuid, p_to text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  WITH moved AS (
    UPDATE gate.review_tasks t SET assigned_to = p_to
    WHERE t.tenant_id = kernel.current_tenant() AND t.id = p_task AND t.status = 'open' RETURNING 1)
  SELECT EXISTS (SELECT 1 FROM moved)
$$;
CREATE FUNCTION gate.check_citation(p_tenant uuid, p_citation uuid) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_row gate.citations%ROWTYPE;
  v_found record;
  v_state text := 'stale';
BEGIN
  SELECT * INTO v_row FROM gate.citations c WHERE c.tenant_id = p_tenant AND c.id = p_citation;
  SELECT * INTO v_found FROM gate.find_quote(
    p_tenant, v_row.module_id, v_row.document_id, v_row.chunk_sha256, v_row.quote);
  IF FOUND THEN
    v_state := CASE WHEN (v_found.document_id, v_found.page, v_found.chunk_sha256)
      IS DISTINCT FROM (v_row.document_id, v_row.page, v_row.chunk_sha256) THEN 'moved'
      WHEN v_row.state = 'stale' THEN 'fresh' ELSE v_row.state END;
    UPDATE gate.citations c SET state = v_state, is_suspect = false, document_id = v_found.document_id,
      chunk_sha256 = v_found.chunk_sha256, page = v_found.page, start_char = v_found.start_char,
      heading_path = v_found.heading_path
    WHERE c.tenant_id = p_tenant AND c.id = p_citation;
  ELSE
    UPDATE gate.citations c SET state = 'stale', is_suspect = false
    WHERE c.tenant_id = p_tenant AND c.id = p_citation;
  END IF;
  RETURN v_state;
END $$;
CREATE FUNCTION gate.close_eval_run(p_run uuid) RETURNS TABLE(status text, overall_pass boolean, overall_score numeric, needs_review boolean, artifact_status text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_run gate.eval_runs%ROWTYPE;
  v_suite gate.eval_suites%ROWTYPE;
  v_tally record;
  v_pass boolean;
  v_review boolean;
BEGIN
  SELECT * INTO v_run FROM gate.eval_runs e
    WHERE e.tenant_id = v_tenant AND e.id = p_run AND e.status = 'RUNNING' FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no open run %', p_run USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  SELECT * INTO v_suite FROM gate.eval_suites s WHERE s.id = v_run.suite_id;
  SELECT * INTO v_tally FROM gate.tally(v_tenant, p_run);
  IF v_tally.missing > 0 THEN
    RAISE EXCEPTION '% of % rules have no result', v_tally.missing, v_tally.rules
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF v_tally.unmeasured_hard > 0 THEN
    PERFORM gate.fail_eval_run(p_run, jsonb_build_object('code', 'E_EVAL_UNMEASURED',
      'message', format('%s hard checks could not be measured', v_tally.unmeasured_hard)));
    PERFORM gate.ask_for_review(v_tenant, v_run.artifact_id, 'a hard check could not be measured')
    WHERE NOT v_run.is_trial;
  ELSE
    v_pass := v_tally.rules > 0 AND v_tally.hard_fails = '{}' AND coalesce(v_tally.score, 0) >= v_suite.pass_score;
    v_review := v_suite.review = 'always' OR v_tally.soft_fails <> '{}' OR v_tally.unproven <> '{}'
      OR v_tally.unmeasured_soft > 0;
    UPDATE gate.eval_runs e SET status = 'SUCCEEDED', overall_pass = v_pass, overall_score = v_tally.score,
      needs_review = v_review, finished_at = clock_timestamp()
    WHERE e.tenant_id = v_tenant AND e.id = p_run;
    IF NOT v_run.is_trial THEN
      PERFORM gate.follow_run(v_tenant, v_run.artifact_id, p_run, v_tally.hard_fails, v_tally.soft_fails);
    END IF;
  END IF;
  PERFORM gate.tell(v_run.artifact_id, 'artifact_evaluated', jsonb_build_object('run_id', p_run,
    'pass', v_pass, 'score', v_tally.score, 'needs_review', v_review, 'is_trial', v_run.is_trial));
  RETURN QUERY SELECT e.status::text, e.overall_pass, e.overall_score, e.needs_review, a.status::text
    FROM gate.eval_runs e JOIN gate.artifacts a ON a.tenant_id = e.tenant_id AND a.id = e.artifact_id
    WHERE e.tenant_id = v_tenant AND e.id = p_run;
END $$;
CREATE FUNCTION gate.create_artifact(p_id uuid, p_module_id uuid, p_kind text, p_key text, p_schema_version text, p_payload jsonb, p_blob_sha256 text, p_content_hash text, p_grounding jsonb, p_evidence_version text, p_run_id uuid, p_citations jsonb, p_difficulty text, p_tags text[], p_supersedes uuid, p_producer text) RETURNS TABLE(id uuid, version integer, status text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_version int;
  v_evidence text := p_evidence_version;
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
    artifact_payload, blob_sha256, content_hash, grounding, evidence_version, run_id, difficulty,
    tags, supersedes, producer)
  VALUES (v_tenant, p_id, p_module_id, p_kind, p_key, v_version, p_schema_version, p_payload,
    p_blob_sha256, p_content_hash, p_grounding, p_evidence_version, p_run_id, p_difficulty,
    p_tags, p_supersedes, p_producer);
  IF jsonb_array_length(p_citations) > 0 THEN
    PERFORM gate.add_citations(v_tenant, p_id, p_module_id, p_citations);
    v_evidence := gate.evidence_of(v_tenant, p_id);
  END IF;
  UPDATE gate.artifacts a SET evidence_version = v_evidence, current_evidence = v_evidence
  WHERE a.tenant_id = v_tenant AND a.id = p_id;
  PERFORM gate.tell(p_id, 'artifact_created', jsonb_build_object('version', v_version, 'producer', p_producer));
  RETURN QUERY SELECT p_id, v_version, 'PENDING_EVAL'::text;
END $$;
CREATE FUNCTION gate.decide_artifact(p_id uuid, p_status text, p_reason text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_status text;
  v_why text;
BEGIN
  SELECT a.status::text INTO v_status FROM gate.artifacts a WHERE a.tenant_id = v_tenant AND a.id = p_id FOR UPDATE;
  IF v_status IS NULL THEN RETURN NULL; END IF;
  IF p_status = 'APPROVED' AND v_status <> 'APPROVED' AND gate.may_move(v_status, p_status) THEN
    v_why := gate.why_not_approved(v_tenant, p_id);
    IF v_why IS NOT NULL THEN
      RAISE EXCEPTION 'the gate refuses: %', v_why USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
  END IF;
  RETURN gate.move_artifact(v_tenant, p_id, p_status, p_reason);
END $$;
CREATE FUNCTION gate.evidence_of(p_tenant uuid, p_artifact uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT encode(sha256(convert_to(string_agg(
           encode(sha256(convert_to(c.quote, 'UTF8')), 'hex'), '|'
           ORDER BY encode(sha256(convert_to(c.quote, 'UTF8')), 'hex')), 'UTF8')), 'hex')
  FROM gate.citations c
  WHERE c.tenant_id = p_tenant AND c.artifact_id = p_artifact AND c.replaced_at IS NULL
$$;
CREATE FUNCTION gate.fail_eval_run(p_run uuid, p_error jsonb) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  UPDATE gate.eval_runs e SET status = 'FAILED', error = p_error, finished_at = clock_timestamp()
  WHERE e.tenant_id = kernel.current_tenant() AND e.id = p_run AND e.status IN ('PENDING', 'RUNNING')
$$;
CREATE FUNCTION gate.find_quote(p_tenant uuid, p_module uuid, p_document uuid, p_chunk text, p_quote text) RETURNS TABLE(document_id uuid, chunk_sha256 text, page integer, start_char integer, heading_path text[])
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  WITH direct AS (
    SELECT k.document_id, k.sha256, k.page, strpos(k.text, p_quote) - 1 AS start_char, k.heading_path
    FROM evidence.chunks k
    WHERE k.tenant_id = p_tenant AND k.module_id = p_module AND strpos(k.text, p_quote) > 0
    ORDER BY k.sha256 <> p_chunk, k.document_id <> p_document, k.document_id, k.ordinal LIMIT 1
  ), placed AS (
    SELECT k.*, sum(length(k.text) + 1) OVER (ORDER BY k.ordinal) - length(k.text) - 1 AS begins
    FROM evidence.chunks k
    WHERE k.tenant_id = p_tenant AND k.document_id = p_document AND NOT EXISTS (SELECT 1 FROM direct)
  ), whole AS (
    SELECT strpos(string_agg(k.text, ' ' ORDER BY k.ordinal), p_quote) - 1 AS at FROM placed k
  ), divided AS (
    SELECT k.document_id, k.sha256, k.page, (w.at - k.begins)::int AS start_char, k.heading_path
    FROM placed k, whole w WHERE w.at >= 0 AND k.begins <= w.at ORDER BY k.begins DESC LIMIT 1
  )
  SELECT * FROM direct UNION ALL SELECT * FROM divided LIMIT 1
$$;
CREATE FUNCTION gate.follow_review(p_tenant uuid, p_artifact uuid, p_outcome text, p_comment text) RETURNS TABLE(artifact_status text, why_not text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_status text;
  v_why text;
  v_said text := coalesce(nullif(p_comment, ''), 'no comment');
BEGIN
  SELECT a.status::text INTO v_status FROM gate.artifacts a WHERE a.tenant_id = p_tenant AND a.id = p_artifact;
  IF p_outcome = 'APPROVED' THEN
    v_why := gate.why_not_approved(p_tenant, p_artifact);
    IF v_why IS NULL AND v_status = 'PENDING_EVAL' THEN
      v_status := gate.move_artifact(p_tenant, p_artifact, 'APPROVED', v_said);
    END IF;
  ELSIF v_status IN ('PENDING_EVAL', 'APPROVED') THEN
    IF v_status = 'APPROVED' THEN
      PERFORM gate.move_artifact(p_tenant, p_artifact, 'PENDING_EVAL', 'a reviewer objected');
    END IF;
    v_status := gate.move_artifact(p_tenant, p_artifact, 'REJECTED',
      CASE p_outcome WHEN 'NEEDS_REVISION' THEN 'needs revision: ' ELSE '' END || v_said);
  END IF;
  RETURN QUERY SELECT v_status, v_why;
END $$;
CREATE FUNCTION gate.follow_run(p_tenant uuid, p_artifact uuid, p_run uuid, p_hard text[], p_soft text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_artifact gate.artifacts%ROWTYPE;
  v_run gate.eval_runs%ROWTYPE;
BEGIN
  SELECT * INTO v_artifact FROM gate.artifacts a WHERE a.tenant_id = p_tenant AND a.id = p_artifact FOR UPDATE;
  SELECT * INTO v_run FROM gate.eval_runs e WHERE e.tenant_id = p_tenant AND e.id = p_run;
  IF v_run.suite_id IS DISTINCT FROM gate.suite_of(p_tenant, v_artifact.kind)
     OR v_run.evidence_version <> v_artifact.current_evidence
     OR v_artifact.status NOT IN ('PENDING_EVAL', 'APPROVED')
  THEN
    RETURN;
  END IF;
  IF gate.why_not_approved(p_tenant, p_artifact) IS NULL THEN
    PERFORM gate.move_artifact(p_tenant, p_artifact, 'APPROVED', 'every check passed')
    WHERE v_artifact.status = 'PENDING_EVAL';
    RETURN;
  END IF;
  IF v_artifact.status = 'APPROVED' THEN
    PERFORM gate.move_artifact(p_tenant, p_artifact, 'PENDING_EVAL', 'a later evaluation did not pass');
  END IF;
  IF v_run.overall_pass THEN
    PERFORM gate.ask_for_review(p_tenant, p_artifact, CASE WHEN p_soft <> '{}'
      THEN 'doubts: ' || array_to_string(p_soft, ', ') ELSE 'a person decides' END);
  ELSE
    PERFORM gate.move_artifact(p_tenant, p_artifact, 'REJECTED', CASE WHEN p_hard <> '{}'
      THEN 'failed: ' || array_to_string(p_hard, ', ') ELSE format('its score, %s, is too low', v_run.overall_score) END);
  END IF;
END $$;
CREATE FUNCTION gate.is_approved(p_tenant uuid, p_artifact uuid) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  SELECT EXISTS (SELECT 1 FROM gate.approvals p
    WHERE p.tenant_id = p_tenant AND p.artifact_id = p_artifact AND p.withdrawn_at IS NULL)
$$;
CREATE FUNCTION gate.judge_may_gate(p_tenant uuid, p_judge text, p_version text, p_type gate.eval_type) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT p_type = 'HUMAN_REVIEW' OR EXISTS (
    SELECT 1 FROM gate.judges j
    WHERE j.name = p_judge AND j.version = p_version AND j.eval_type = p_type
      AND (j.tenant_id IS NULL OR j.tenant_id = p_tenant) AND j.nature IN ('exact', 'rule'))
  OR coalesce((
    SELECT coalesce(CASE f.metric WHEN 'auc' THEN c.auc WHEN 'accuracy' THEN c.accuracy
      WHEN 'kappa' THEN c.kappa WHEN 'veto_precision' THEN c.veto_precision END, 0) >= f.floor
    FROM gate.judge_calibrations c JOIN gate.judge_floors f ON f.eval_type = c.eval_type
    WHERE c.judge = p_judge AND c.version = p_version AND c.eval_type = p_type AND c.is_own_kind
      AND c.dataset <> 'reviews' AND (c.tenant_id IS NULL OR c.tenant_id = p_tenant)
      -- A set too small to give the right is too small to take it away.
      AND c.n >= f.n_min
    ORDER BY c.created_at DESC, c.id DESC LIMIT 1), false)
  AND coalesce((
    SELECT c.n < 50 OR c.negatives < 10 OR c.auc >= 0.6
    FROM gate.judge_calibrations c
    WHERE c.judge = p_judge AND c.version = p_version AND c.eval_type = p_type
      AND c.dataset = 'reviews' AND c.tenant_id = p_tenant
    ORDER BY c.created_at DESC, c.id DESC LIMIT 1), true)
$$;
CREATE FUNCTION gate.library_calibration(p_judge text, p_version text, p_type text, p_dataset text, p_is_own_kind boolean, p_n integer, p_negatives integer, p_auc numeric, p_accuracy numeric, p_kappa numeric, p_alpha numeric, p_veto_precision numeric, p_threshold numeric) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  INSERT INTO gate.judge_calibrations (tenant_id, judge, version, eval_type, dataset, is_own_kind, n, negatives,
    auc, accuracy, kappa, alpha, veto_precision, threshold, created_by)
  SELECT NULL, p_judge, p_version, p_type::gate.eval_type, p_dataset, p_is_own_kind, p_n, p_negatives, p_auc,
    p_accuracy, p_kappa, p_alpha, p_veto_precision, p_threshold, 'library'
  WHERE NOT EXISTS (SELECT 1 FROM gate.judge_calibrations c WHERE c.tenant_id IS NULL AND c.judge = p_judge
    AND c.version = p_version AND c.eval_type = p_type::gate.eval_type AND c.dataset = p_dataset)
$$;
CREATE FUNCTION gate.library_charge(p_kind text, p_suite text, p_version integer) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  INSERT INTO gate.kind_suites (tenant_id, kind, suite_id, set_by)
  SELECT NULL, p_kind, s.id, 'library' FROM gate.eval_suites s
  WHERE s.tenant_id IS NULL AND s.name = p_suite AND s.version = p_version
    AND NOT EXISTS (SELECT 1 FROM gate.kind_suites k
      WHERE k.tenant_id IS NULL AND k.kind = p_kind AND k.suite_id = s.id)
$$;
CREATE FUNCTION gate.library_judge(p_name text, p_version text, p_type text, p_nature text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  INSERT INTO gate.judges (tenant_id, name, version, eval_type, nature)
  VALUES (NULL, p_name, p_version, p_type::gate.eval_type, p_nature)
  ON CONFLICT (tenant_id, name, version, eval_type) DO NOTHING
$$;
CREATE FUNCTION gate.library_rule(p_suite text, p_version integer, p_type text, p_kind text, p_min numeric, p_max numeric, p_weight numeric, p_params jsonb) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  INSERT INTO gate.eval_rules (tenant_id, suite_id, eval_type, min_score, max_score, weight, hard_fail, is_advisory, params)
  SELECT NULL, s.id, p_type::gate.eval_type, p_min, p_max, p_weight, p_kind = 'hard', p_kind = 'advice', p_params
  FROM gate.eval_suites s
  WHERE s.tenant_id IS NULL AND s.name = p_suite AND s.version = p_version AND s.frozen_at IS NULL
  ON CONFLICT ON CONSTRAINT eval_rules_suite_type_key DO NOTHING
$$;
CREATE FUNCTION gate.library_suite(p_name text, p_version integer, p_description text, p_pass_score numeric, p_review text, p_needs_citations boolean) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  INSERT INTO gate.eval_suites (tenant_id, name, version, description, pass_score, review, needs_citations)
  VALUES (NULL, p_name, p_version, p_description, p_pass_score, p_review, p_needs_citations)
  ON CONFLICT ON CONSTRAINT eval_suites_name_key DO NOTHING
$$;
CREATE FUNCTION gate.may_move(p_from text, p_to text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT (p_from, p_to) IN (
    ('PENDING_GENERATION', 'PENDING_EVAL'), ('PENDING_EVAL', 'APPROVED'), ('PENDING_EVAL', 'REJECTED'),
    ('PENDING_EVAL', 'RETIRED'), ('APPROVED', 'PENDING_EVAL'), ('APPROVED', 'RETIRED'),
    ('REJECTED', 'PENDING_EVAL'), ('REJECTED', 'RETIRED'))
$$;
CREATE FUNCTION gate.move_artifact(p_tenant uuid, p_id uuid, p_status text, p_reason text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_row gate.artifacts%ROWTYPE;
BEGIN
  SELECT * INTO v_row FROM gate.artifacts a WHERE a.tenant_id = p_tenant AND a.id = p_id FOR UPDATE;
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
    rejected_at = CASE WHEN p_status = 'REJECTED' THEN now() ELSE a.rejected_at END,
    stale_at = CASE WHEN p_status = 'APPROVED' THEN NULL ELSE a.stale_at END
  WHERE a.tenant_id = p_tenant AND a.id = p_id;
  IF p_status = 'APPROVED' THEN
    INSERT INTO gate.approvals (tenant_id, artifact_id, content_hash, approved_by)
    VALUES (p_tenant, p_id, v_row.content_hash, kernel.current_actor())
    ON CONFLICT (tenant_id, artifact_id) DO UPDATE
      SET approved_by = excluded.approved_by, approved_at = now(), withdrawn_at = NULL;
    PERFORM gate.move_artifact(p_tenant, o.id, 'RETIRED', 'superseded by version ' || v_row.version)
    FROM gate.artifacts o WHERE o.tenant_id = p_tenant AND o.id = v_row.supersedes AND o.status <> 'RETIRED';
  ELSE
    UPDATE gate.approvals p SET withdrawn_at = now()
    WHERE p.tenant_id = p_tenant AND p.artifact_id = p_id AND p.withdrawn_at IS NULL;
  END IF;
  IF p_status IN ('REJECTED', 'RETIRED') THEN
    UPDATE gate.review_tasks t SET status = 'cancelled', closed_at = clock_timestamp()
    WHERE t.tenant_id = p_tenant AND t.artifact_id = p_id AND t.status = 'open';
  END IF;
  PERFORM gate.tell(p_id, 'artifact_moved',
    jsonb_build_object('from', v_row.status, 'to', p_status, 'reason', p_reason));
  RETURN p_status;
END $$;
CREATE FUNCTION gate.open_eval_run(p_id uuid, p_artifact uuid, p_suite uuid, p_judge_model text, p_judge_params jsonb, p_prompt uuid, p_is_trial boolean) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_artifact gate.artifacts%ROWTYPE;
BEGIN
  SELECT * INTO v_artifact FROM gate.artifacts a WHERE a.tenant_id = v_tenant AND a.id = p_artifact;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF p_judge_model LIKE 'human:%' THEN
    RAISE EXCEPTION 'a person''s verdict is given as a review' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM gate.eval_suites s
    WHERE s.id = p_suite AND (s.tenant_id IS NULL OR s.tenant_id = v_tenant))
  THEN
    RAISE EXCEPTION 'there is no such suite' USING ERRCODE = 'foreign_key_violation';
  END IF;
  UPDATE gate.eval_suites s SET frozen_at = now() WHERE s.id = p_suite AND s.frozen_at IS NULL;
  INSERT INTO gate.eval_runs (tenant_id, id, artifact_id, generation_run_id, suite_id, judge_model,
    judge_params, prompt_version_id, evidence_version, is_trial, status, started_at)
  VALUES (v_tenant, p_id, p_artifact, v_artifact.run_id, p_suite, p_judge_model, p_judge_params,
    p_prompt, v_artifact.current_evidence, p_is_trial, 'RUNNING', clock_timestamp());
  RETURN p_id;
END $$;
CREATE FUNCTION gate.open_review(p_artifact uuid, p_reason text, p_wanted integer, p_is_blind boolean, p_is_audit boolean, p_assigned_to text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_id uuid := gate.ask_for_review(v_tenant, p_artifact, p_reason);
BEGIN
  UPDATE gate.review_tasks t SET wanted = greatest(t.wanted, p_wanted), is_blind = t.is_blind OR p_is_blind,
    is_audit = p_is_audit, assigned_to = coalesce(p_assigned_to, t.assigned_to)
  WHERE t.tenant_id = v_tenant AND t.id = v_id;
  RETURN v_id;
END $$;
CREATE FUNCTION gate.recheck_artifact(p_id uuid) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT count(*) FILTER (WHERE gate.check_citation(c.tenant_id, c.id) = 'stale')::int
  FROM gate.citations c
  WHERE c.tenant_id = kernel.current_tenant() AND c.artifact_id = p_id AND c.replaced_at IS NULL
$$;
CREATE FUNCTION gate.recite_artifact(p_id uuid, p_citations jsonb) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_row gate.artifacts%ROWTYPE;
BEGIN
  SELECT * INTO v_row FROM gate.artifacts a WHERE a.tenant_id = v_tenant AND a.id = p_id FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF v_row.status <> 'PENDING_EVAL' THEN
    RAISE EXCEPTION 'only a draft that waits gets new evidence, this one is %', v_row.status
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  UPDATE gate.citations c SET replaced_at = now()
  WHERE c.tenant_id = v_tenant AND c.artifact_id = p_id AND c.replaced_at IS NULL;
  PERFORM gate.add_citations(v_tenant, p_id, v_row.module_id, p_citations);
  UPDATE gate.artifacts a SET current_evidence = gate.evidence_of(v_tenant, p_id), stale_at = NULL
  WHERE a.tenant_id = v_tenant AND a.id = p_id;
  PERFORM gate.tell(p_id, 'evidence_replaced', jsonb_build_object('citations', jsonb_array_length(p_citations)));
  RETURN gate.evidence_of(v_tenant, p_id);
END $$;
CREATE FUNCTION gate.record_calibration(p_judge text, p_version text, p_type text, p_dataset text, p_is_own_kind boolean, p_scores double precision[], p_labels boolean[], p_threshold double precision) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_id uuid := gen_random_uuid();
  v record;
BEGIN
  IF cardinality(p_scores) IS DISTINCT FROM cardinality(p_labels) OR coalesce(cardinality(p_scores), 0) = 0 THEN
    RAISE EXCEPTION 'a calibration needs a label for each score' USING ERRCODE = 'check_violation';
  END IF;
  WITH given AS (
    SELECT s AS score, l AS label, s >= p_threshold AS said FROM unnest(p_scores, p_labels) AS u(s, l)
  ), ranked AS (
    SELECT g.*, rank() OVER (ORDER BY score) + (count(*) OVER (PARTITION BY score) - 1) / 2.0 AS r FROM given g
  ), counts AS (
    SELECT count(*)::float8 AS n, count(*) FILTER (WHERE label)::float8 AS p,
      count(*) FILTER (WHERE said)::float8 AS q, count(*) FILTER (WHERE said = label)::float8 AS agreed,
      count(*) FILTER (WHERE NOT said)::float8 AS vetoes,
      count(*) FILTER (WHERE NOT said AND NOT label)::float8 AS right_vetoes,
      coalesce(sum(r) FILTER (WHERE label), 0)::float8 AS rank_sum
    FROM ranked
  )
  SELECT c.*, agreed / n AS accuracy,
    (p * q + (n - p) * (n - q)) / (n * n) AS chance,
    2 * (p + q) * (2 * n - p - q) / (2 * n * (2 * n - 1)) AS pooled,
    CASE WHEN p > 0 AND p < n THEN (rank_sum - p * (p + 1) / 2) / (p * (n - p)) END AS auc
  INTO v FROM counts c;
  INSERT INTO gate.judge_calibrations (id, tenant_id, judge, version, eval_type, dataset, is_own_kind, n,
    negatives, auc, accuracy, kappa, alpha, veto_precision, threshold)
  VALUES (v_id, kernel.current_tenant(), p_judge, p_version, p_type::gate.eval_type, p_dataset,
    p_is_own_kind, v.n::int, (v.n - v.p)::int, v.auc, v.accuracy,
    CASE WHEN v.chance < 1 THEN (v.accuracy - v.chance) / (1 - v.chance) END,
    CASE WHEN v.pooled > 0 THEN 1 - (1 - v.accuracy) / v.pooled END,
    CASE WHEN v.vetoes > 0 THEN v.right_vetoes / v.vetoes END, p_threshold);
  -- Who was measured is a judge that the tenant has, and is asked for its standing by its version.
  INSERT INTO gate.judges (tenant_id, name, version, eval_type)
  SELECT kernel.current_tenant(), p_judge, p_version, p_type::gate.eval_type
  WHERE kernel.current_tenant() IS NOT NULL AND NOT EXISTS (SELECT 1 FROM gate.judges j
    WHERE j.name = p_judge AND j.version = p_version AND j.eval_type = p_type::gate.eval_type
      AND (j.tenant_id IS NULL OR j.tenant_id = kernel.current_tenant()))
  ON CONFLICT DO NOTHING;
  RETURN v_id;
END $$;
CREATE FUNCTION gate.record_results(p_run uuid, p_results jsonb) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_count int;
BEGIN
  PERFORM 1 FROM gate.eval_runs e
    WHERE e.tenant_id = v_tenant AND e.id = p_run AND e.status = 'RUNNING' FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no open run %', p_run USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  INSERT INTO gate.eval_results (tenant_id, eval_run_id, rule_id, judge, judge_version, score, pass, details, duration_ms)
  SELECT v_tenant, p_run, r.id, g.judge, g.judge_version, s.score,
    CASE WHEN s.score IS NULL OR (r.is_advisory AND r.min_score IS NULL AND r.max_score IS NULL) THEN NULL
      ELSE s.score >= coalesce(r.min_score, 0) AND s.score <= coalesce(r.max_score, 1) END,
    coalesce(g.details, '{}') || CASE WHEN s.score IS NULL AND NOT coalesce(g.details, '{}') ? 'reason'
      THEN jsonb_build_object('reason', coalesce(g.reason, 'not measured')) ELSE '{}' END,
    g.duration_ms
  FROM jsonb_to_recordset(p_results)
    AS g(eval_type text, score numeric, judge text, judge_version text, details jsonb, reason text, duration_ms real)
  JOIN gate.eval_runs e ON e.tenant_id = v_tenant AND e.id = p_run
  JOIN gate.eval_rules r ON r.suite_id = e.suite_id AND r.eval_type = g.eval_type::gate.eval_type
    AND r.eval_type <> 'HUMAN_REVIEW'
  CROSS JOIN LATERAL (SELECT round(g.score, 4) AS score) s;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END $$;
CREATE FUNCTION gate.record_review(p_id uuid, p_task uuid, p_verdict text, p_reasons text[], p_comment text, p_duration_ms integer) RETURNS TABLE(task_status text, outcome text, artifact_status text, why_not text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_actor text := kernel.current_actor();
  v_task gate.review_tasks%ROWTYPE;
  v_artifact gate.artifacts%ROWTYPE;
  v_suite uuid;
  v_run uuid := gen_random_uuid();
  v_given int;
  v_for int;
  v_outcome gate.review_verdict;
BEGIN
  IF v_actor LIKE 'job:%' OR v_actor = 'nobody' THEN
    RAISE EXCEPTION 'a review is a person''s' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT * INTO v_task FROM gate.review_tasks t
    WHERE t.tenant_id = v_tenant AND t.id = p_task AND t.status = 'open' FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no open review %', p_task USING ERRCODE = 'no_data_found';
  END IF;
  SELECT * INTO v_artifact FROM gate.artifacts a
    WHERE a.tenant_id = v_tenant AND a.id = v_task.artifact_id FOR UPDATE;
  IF v_task.evidence_version <> v_artifact.current_evidence THEN
    RAISE EXCEPTION 'the evidence changed since the review was asked for'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  v_suite := gate.review_suite(v_tenant, v_artifact.kind);
  UPDATE gate.eval_suites s SET frozen_at = now() WHERE s.id = v_suite AND s.frozen_at IS NULL;
  INSERT INTO gate.eval_runs (tenant_id, id, artifact_id, generation_run_id, suite_id, judge_model,
    judge_params, evidence_version, status, overall_pass, overall_score, needs_review, started_at, finished_at)
  VALUES (v_tenant, v_run, v_artifact.id, v_artifact.run_id, v_suite, 'human:' || v_actor,
    jsonb_build_object('task_id', p_task), v_artifact.current_evidence, 'SUCCEEDED',
    p_verdict = 'APPROVED', (p_verdict = 'APPROVED')::int, false, clock_timestamp(), clock_timestamp());
  INSERT INTO gate.eval_results (tenant_id, eval_run_id, rule_id, judge, judge_version, pass, score, details)
  SELECT v_tenant, v_run, r.id, 'human:' || v_actor, '1', p_verdict = 'APPROVED', (p_verdict = 'APPROVED')::int,
    jsonb_build_object('verdict', p_verdict, 'reasons', p_reasons)
  FROM gate.eval_rules r WHERE r.suite_id = v_suite;
  INSERT INTO gate.reviews (tenant_id, id, task_id, artifact_id, eval_run_id, reviewer, verdict, reasons, comment, duration_ms)
  VALUES (v_tenant, p_id, p_task, v_artifact.id, v_run, v_actor, p_verdict::gate.review_verdict,
    p_reasons, p_comment, p_duration_ms);
  PERFORM gate.tell(v_artifact.id, 'artifact_reviewed', jsonb_build_object('verdict',
    CASE WHEN v_task.is_blind THEN NULL ELSE p_verdict END, 'task_id', p_task));
  SELECT count(*), count(*) FILTER (WHERE r.verdict = 'APPROVED') INTO v_given, v_for
  FROM gate.reviews r WHERE r.tenant_id = v_tenant AND r.task_id = p_task;
  IF v_given < v_task.wanted THEN
    RETURN QUERY SELECT 'open', NULL::text, v_artifact.status::text, NULL::text;
    RETURN;
  END IF;
  -- Two who disagree ask for a third.
  IF v_given = 2 AND v_for = 1 THEN
    UPDATE gate.review_tasks t SET wanted = 3, reason = 'two reviewers disagree', assigned_to = NULL
    WHERE t.tenant_id = v_tenant AND t.id = p_task;
    RETURN QUERY SELECT 'open', NULL::text, v_artifact.status::text, NULL::text;
    RETURN;
  END IF;
  v_outcome := CASE WHEN 2 * v_for > v_given THEN 'APPROVED'
    WHEN p_verdict = 'APPROVED' THEN 'REJECTED' ELSE p_verdict END::gate.review_verdict;
  UPDATE gate.review_tasks t SET status = 'closed', outcome = v_outcome, closed_at = clock_timestamp()
  WHERE t.tenant_id = v_tenant AND t.id = p_task;
  RETURN QUERY SELECT 'closed', v_outcome::text, f.artifact_status, f.why_not
    FROM gate.follow_review(v_tenant, v_artifact.id, v_outcome::text, p_comment) f;
END $$;
CREATE FUNCTION gate.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION '% is never changed; add a new version', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME
    USING ERRCODE = 'object_not_in_prerequisite_state';
END $$;
CREATE FUNCTION gate.refuse_finding_moves() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF (OLD.status = 'waived' AND (NEW.status, NEW.waived_reason) IS DISTINCT FROM (OLD.status, OLD.waived_reason))
     OR NEW.seen_count < OLD.seen_count OR NEW.last_seen_at < OLD.last_seen_at
  THEN
    RAISE EXCEPTION 'a finding keeps its history' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION gate.refuse_frozen_rules() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_suite gate.eval_suites%ROWTYPE;
BEGIN
  SELECT * INTO v_suite FROM gate.eval_suites s
    WHERE s.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.suite_id ELSE NEW.suite_id END FOR SHARE;
  IF v_suite.frozen_at IS NOT NULL AND pg_trigger_depth() = 1 THEN
    RAISE EXCEPTION 'the suite % version % was used and its rules are frozen; add a version',
      v_suite.name, v_suite.version USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  -- Put in charge with a hard rule, a suite keeps it, used or not.
  IF TG_OP <> 'INSERT' AND pg_trigger_depth() = 1
    AND EXISTS (SELECT 1 FROM gate.kind_suites k WHERE k.suite_id = OLD.suite_id)
  THEN
    RAISE EXCEPTION 'the suite % version % is in charge of a kind; add a version', v_suite.name, v_suite.version
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  -- A tenant's rule belongs to a suite of that tenant.
  IF TG_OP <> 'DELETE' AND v_suite.tenant_id IS DISTINCT FROM NEW.tenant_id THEN
    RAISE EXCEPTION 'there is no such suite' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE FUNCTION gate.refuse_frozen_suite() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  IF OLD.frozen_at IS NOT NULL AND pg_trigger_depth() = 1 THEN
    RAISE EXCEPTION 'the suite % version % was used and is frozen; add a version', OLD.name, OLD.version
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE FUNCTION gate.refuse_new_content() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF (NEW.module_id, NEW.kind, NEW.key, NEW.version, NEW.content_hash, NEW.run_id, NEW.schema_version,
      NEW.artifact_payload, NEW.blob_sha256, NEW.supersedes, NEW.producer, NEW.created_at)
     IS DISTINCT FROM
     (OLD.module_id, OLD.kind, OLD.key, OLD.version, OLD.content_hash, OLD.run_id, OLD.schema_version,
      OLD.artifact_payload, OLD.blob_sha256, OLD.supersedes, OLD.producer, OLD.created_at)
     -- Set once, at birth, when the citations are in.
     OR (NEW.evidence_version <> OLD.evidence_version AND OLD.current_evidence <> '')
  THEN
    RAISE EXCEPTION 'an artifact never changes; make a new version'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION gate.refuse_second_output() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF OLD.output_payload IS NOT NULL THEN
    RAISE EXCEPTION 'what a drafting run brought is written once'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION gate.refuse_weak_suite() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  -- Whoever takes a rule away meanwhile comes before or after, never between.
  PERFORM 1 FROM gate.eval_suites s WHERE s.id = NEW.suite_id FOR UPDATE;
  IF NOT EXISTS (SELECT 1 FROM gate.eval_suites s
    WHERE s.id = NEW.suite_id AND (s.tenant_id IS NULL OR s.tenant_id = NEW.tenant_id))
  THEN
    RAISE EXCEPTION 'there is no such suite' USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM gate.eval_rules r WHERE r.suite_id = NEW.suite_id AND r.hard_fail
    AND gate.type_may_gate(NEW.tenant_id, r.eval_type))
  THEN
    RAISE EXCEPTION 'a suite in charge needs a hard check whose judge may gate'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION gate.review_suite(p_tenant uuid, p_kind text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT s.id FROM gate.eval_suites s
  WHERE (s.id = gate.suite_of(p_tenant, p_kind)
      AND (SELECT count(*) FROM gate.eval_rules r WHERE r.suite_id = s.id) = 1
      AND EXISTS (SELECT 1 FROM gate.eval_rules r WHERE r.suite_id = s.id AND r.eval_type = 'HUMAN_REVIEW'))
    OR (s.name = 'review' AND s.tenant_id IS NULL)
  ORDER BY s.name = 'review', s.version DESC LIMIT 1
$$;
CREATE FUNCTION gate.run_word(p_status text) RETURNS gate.run_status
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT CASE p_status WHEN 'queued' THEN 'PENDING' WHEN 'running' THEN 'RUNNING'
    WHEN 'succeeded' THEN 'SUCCEEDED' ELSE 'FAILED' END::gate.run_status
$$;
CREATE FUNCTION gate.settle_citation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_state text;
BEGIN
  -- Another row's turn, or a later statement, may have settled this one; the artifact may be gone.
  PERFORM 1 FROM gate.citations c
    WHERE c.tenant_id = NEW.tenant_id AND c.id = NEW.id AND c.is_suspect;
  IF NOT FOUND THEN RETURN NULL; END IF;
  v_state := gate.check_citation(NEW.tenant_id, NEW.id);
  IF v_state = 'stale' THEN
    PERFORM gate.take_out_of_use(NEW.tenant_id, NEW.artifact_id, NEW.module_id, NEW.quote);
  ELSIF v_state = 'moved' THEN
    PERFORM gate.tell(NEW.artifact_id, 'evidence_moved', jsonb_build_object('quote', NEW.quote));
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION gate.stamp_prompt() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW.sha256 := encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex');
  RETURN NEW;
END $$;
CREATE FUNCTION gate.suite_of(p_tenant uuid, p_kind text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT k.suite_id FROM gate.kind_suites k
  WHERE k.kind = p_kind AND (k.tenant_id IS NULL OR k.tenant_id = p_tenant)
  ORDER BY k.tenant_id IS NULL, k.set_at DESC, k.id DESC LIMIT 1
$$;
CREATE FUNCTION gate.suspect_citations() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  UPDATE gate.citations c SET is_suspect = true
  FROM (SELECT DISTINCT g.tenant_id, g.module_id, g.sha256 FROM gone g) g
  WHERE c.tenant_id = g.tenant_id AND c.module_id = g.module_id AND c.chunk_sha256 = g.sha256
    AND c.replaced_at IS NULL AND NOT c.is_suspect;
  RETURN NULL;
END $$;
CREATE FUNCTION gate.take_out_of_use(p_tenant uuid, p_artifact uuid, p_module uuid, p_quote text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_status text;
BEGIN
  SELECT a.status::text INTO v_status FROM gate.artifacts a
    WHERE a.tenant_id = p_tenant AND a.id = p_artifact FOR UPDATE;
  IF v_status IS NULL OR v_status = 'RETIRED' THEN RETURN; END IF;
  UPDATE gate.artifacts a SET stale_at = coalesce(a.stale_at, now())
  WHERE a.tenant_id = p_tenant AND a.id = p_artifact;
  PERFORM gate.tell(p_artifact, 'evidence_changed', jsonb_build_object('quote', p_quote));
  IF v_status = 'APPROVED' THEN
    PERFORM gate.move_artifact(p_tenant, p_artifact, 'PENDING_EVAL', 'the cited text changed or went');
  END IF;
  IF v_status <> 'REJECTED' AND kernel.current_tenant() = p_tenant THEN
    BEGIN
      PERFORM kernel.enqueue_job('gate.reevaluate', 'default', jsonb_build_object('module_id', p_module),
        0, NULL, 'reevaluate:' || p_module, 'reevaluate:' || p_module);
    EXCEPTION WHEN unique_violation THEN
      NULL; -- A job for this module waits already.
    END;
  END IF;
END $$;
CREATE FUNCTION gate.tally(p_tenant uuid, p_run uuid) RETURNS TABLE(rules integer, missing integer, unmeasured_hard integer, unmeasured_soft integer, hard_fails text[], soft_fails text[], unproven text[], score numeric)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  WITH joined AS (
    SELECT r.eval_type::text AS type, r.weight, r.hard_fail, r.is_advisory, v.id AS result, v.score, v.pass,
      gate.judge_may_gate(p_tenant, v.judge, v.judge_version, r.eval_type) AS may_gate,
      EXISTS (SELECT 1 FROM gate.waivers w WHERE w.tenant_id = p_tenant AND w.artifact_id = e.artifact_id
        AND w.eval_type = r.eval_type AND w.evidence_version = e.evidence_version) AS is_waived
    FROM gate.eval_runs e
    JOIN gate.eval_rules r ON r.suite_id = e.suite_id
    LEFT JOIN gate.eval_results v ON v.tenant_id = p_tenant AND v.eval_run_id = e.id AND v.rule_id = r.id
    WHERE e.tenant_id = p_tenant AND e.id = p_run
  )
  SELECT count(*)::int, count(*) FILTER (WHERE result IS NULL)::int,
    count(*) FILTER (WHERE result IS NOT NULL AND j.score IS NULL AND hard_fail AND NOT is_waived)::int,
    count(*) FILTER (WHERE result IS NOT NULL AND j.score IS NULL AND NOT is_advisory AND (NOT hard_fail OR is_waived))::int,
    coalesce(array_agg(type ORDER BY type) FILTER (WHERE hard_fail AND NOT pass AND may_gate AND NOT is_waived), '{}'),
    coalesce(array_agg(type ORDER BY type) FILTER (WHERE NOT pass AND NOT is_advisory
      AND NOT (hard_fail AND may_gate AND NOT is_waived)), '{}'),
    coalesce(array_agg(type ORDER BY type) FILTER (WHERE hard_fail AND pass AND NOT may_gate), '{}'),
    round(sum(j.score * weight) FILTER (WHERE j.score IS NOT NULL)
      / nullif(sum(weight) FILTER (WHERE j.score IS NOT NULL), 0), 4)
  FROM joined j
$$;
CREATE FUNCTION gate.tell(p_artifact uuid, p_type text, p_payload jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  -- Maintenance acts for no tenant and has no stream to write to.
  IF kernel.current_tenant() IS NOT NULL THEN
    PERFORM kernel.append_events('artifact', p_artifact, ARRAY[p_type], ARRAY[p_payload], false);
  END IF;
END $$;
CREATE FUNCTION gate.type_may_gate(p_tenant uuid, p_type gate.eval_type) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT p_type = 'HUMAN_REVIEW' OR EXISTS (
    SELECT 1 FROM gate.judges j
    WHERE j.eval_type = p_type AND (j.tenant_id IS NULL OR j.tenant_id = p_tenant) AND j.nature <> 'rule'
      AND gate.judge_may_gate(p_tenant, j.name, j.version, j.eval_type))
$$;
CREATE FUNCTION gate.waive_fail(p_artifact uuid, p_type text, p_reason text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_row gate.artifacts%ROWTYPE;
BEGIN
  IF kernel.current_actor() LIKE 'job:%' OR kernel.current_actor() = 'nobody' THEN
    RAISE EXCEPTION 'a waiver is a person''s' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT * INTO v_row FROM gate.artifacts a WHERE a.tenant_id = v_tenant AND a.id = p_artifact FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no artifact %', p_artifact USING ERRCODE = 'no_data_found';
  END IF;
  INSERT INTO gate.waivers (tenant_id, artifact_id, eval_type, evidence_version, reason, waived_by)
  VALUES (v_tenant, p_artifact, p_type::gate.eval_type, v_row.current_evidence, p_reason, kernel.current_actor())
  ON CONFLICT DO NOTHING;
  IF v_row.status = 'REJECTED' THEN
    PERFORM gate.move_artifact(v_tenant, p_artifact, 'PENDING_EVAL', 'waived: ' || p_type);
  END IF;
  PERFORM gate.tell(p_artifact, 'fail_waived', jsonb_build_object('eval_type', p_type, 'reason', p_reason));
END $$;
CREATE FUNCTION gate.why_not_approved(p_tenant uuid, p_artifact uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_artifact gate.artifacts%ROWTYPE;
  v_suite gate.eval_suites%ROWTYPE;
  v_run gate.eval_runs%ROWTYPE;
  v_live int;
  v_stale int;
BEGIN
  SELECT * INTO v_artifact FROM gate.artifacts a WHERE a.tenant_id = p_tenant AND a.id = p_artifact;
  SELECT s.* INTO v_suite FROM gate.eval_suites s WHERE s.id = gate.suite_of(p_tenant, v_artifact.kind);
  IF v_suite.id IS NULL THEN RETURN format('no suite judges %s', v_artifact.kind); END IF;
  SELECT count(*), count(*) FILTER (WHERE c.state = 'stale' OR c.is_suspect) INTO v_live, v_stale
  FROM gate.citations c
  WHERE c.tenant_id = p_tenant AND c.artifact_id = p_artifact AND c.replaced_at IS NULL;
  IF v_stale > 0 THEN RETURN format('%s of its %s quotes cannot be found in the documents', v_stale, v_live); END IF;
  IF v_suite.needs_citations AND v_live = 0 THEN RETURN 'it cites nothing'; END IF;
  SELECT e.* INTO v_run FROM gate.eval_runs e
  WHERE e.tenant_id = p_tenant AND e.artifact_id = p_artifact AND e.suite_id = v_suite.id
    AND e.status = 'SUCCEEDED' AND NOT e.is_trial
  ORDER BY e.finished_at DESC, e.created_at DESC LIMIT 1;
  IF v_run.id IS NULL THEN RETURN format('the suite %s has not judged it', v_suite.name); END IF;
  IF v_run.evidence_version <> v_artifact.current_evidence THEN RETURN 'its last evaluation saw other evidence'; END IF;
  IF NOT v_run.overall_pass THEN RETURN 'its last evaluation did not pass'; END IF;
  IF v_run.needs_review AND NOT EXISTS (
    SELECT 1 FROM gate.review_tasks t
    WHERE t.tenant_id = p_tenant AND t.artifact_id = p_artifact AND t.status = 'closed'
      AND t.evidence_version = v_artifact.current_evidence AND t.outcome = 'APPROVED'
      AND NOT EXISTS (SELECT 1 FROM gate.review_tasks l WHERE l.tenant_id = p_tenant
        AND l.artifact_id = p_artifact AND l.status = 'closed' AND l.closed_at > t.closed_at))
  THEN
    RETURN 'a person has to decide';
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION kernel.accept_invitation(p_token_hash bytea, p_user_id uuid, p_engagement_id uuid, p_grant_id uuid, p_as uuid) RETURNS TABLE(tenant_id uuid, user_id uuid, role text, is_new boolean, resource text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
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
CREATE FUNCTION kernel.condition_address(p_text text) RETURNS inet
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $_$
BEGIN
  IF p_text ~ '^((0|[1-9][0-9]{0,2})\.){3}(0|[1-9][0-9]{0,2})$' OR p_text ~ '^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$' THEN
    RETURN p_text::inet;
  END IF;
  RETURN NULL;
EXCEPTION WHEN invalid_text_representation THEN
  RETURN NULL;
END $_$;
CREATE FUNCTION kernel.condition_elements(p_value jsonb) RETURNS SETOF jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT * FROM jsonb_array_elements(CASE jsonb_typeof(p_value) WHEN 'array' THEN p_value ELSE '[]' END)
$$;
CREATE FUNCTION kernel.condition_instant(p_text text) RETURNS timestamp with time zone
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    SET "TimeZone" TO 'UTC'
    AS $_$
BEGIN
  IF p_text ~ ('^[0-9]{4}-[0-9]{2}-[0-9]{2}'
    '(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$')
    -- The database takes these for the next minute or day; a document that says so is wrong.
    AND substr(p_text, 12, 2) <> '24' AND substr(p_text, 18, 2) <> '60' THEN
    RETURN p_text::timestamptz;
  END IF;
  RETURN NULL;
EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format OR invalid_time_zone_displacement_value THEN
  RETURN NULL;
END $_$;
CREATE FUNCTION kernel.condition_items(p_doc jsonb, p_path text[]) RETURNS SETOF jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT v FROM kernel.condition_values(p_doc, p_path) AS v
  UNION ALL
  SELECT e FROM kernel.condition_values(p_doc, p_path) AS v, kernel.condition_elements(v) AS e
$$;
CREATE FUNCTION kernel.condition_members(p_doc jsonb, p_path text[]) RETURNS SETOF jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT e FROM kernel.condition_values(p_doc, p_path) AS v, kernel.condition_elements(v) AS e
$$;
CREATE FUNCTION kernel.condition_values(p_doc jsonb, p_path text[], p_at integer DEFAULT 1) RETURNS SETOF jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $_$
DECLARE
  v_name text := p_path[p_at];
  v_element jsonb;
BEGIN
  IF p_at > cardinality(p_path) THEN
    RETURN NEXT p_doc;
  ELSIF jsonb_typeof(p_doc) = 'array' THEN
    IF v_name ~ '^[0-9]+$' THEN
      IF v_name::numeric < jsonb_array_length(p_doc) THEN
        RETURN QUERY SELECT * FROM kernel.condition_values(p_doc -> v_name::int, p_path, p_at + 1);
      END IF;
    ELSE
      FOR v_element IN SELECT * FROM jsonb_array_elements(p_doc) LOOP
        RETURN QUERY SELECT * FROM kernel.condition_values(v_element, p_path, p_at);
      END LOOP;
    END IF;
  ELSIF jsonb_typeof(p_doc) = 'object' AND p_doc ? v_name THEN
    RETURN QUERY SELECT * FROM kernel.condition_values(p_doc -> v_name, p_path, p_at + 1);
  ELSE
    RETURN NEXT NULL;
  END IF;
END $_$;
CREATE FUNCTION kernel.current_actor() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(nullif(current_setting('app.actor', true), ''), 'nobody') $$;
CREATE FUNCTION kernel.current_person() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;
CREATE FUNCTION kernel.current_role_name() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.role', true), '') $$;
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
CREATE FUNCTION kernel.find_accounts(p_email text) RETURNS TABLE(user_id uuid, password_hash text, tenant_id uuid, role text, display_name text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT u.id, m.password_hash, m.tenant_id, m.role, u.display_name
  FROM kernel.users u
  JOIN kernel.memberships m ON m.user_id = u.id
  JOIN kernel.tenants t ON t.id = m.tenant_id AND t.suspended_at IS NULL
  WHERE u.email = lower(p_email) AND u.suspended_at IS NULL AND m.password_hash IS NOT NULL
  ORDER BY m.created_at, m.tenant_id LIMIT 5
$$;
CREATE FUNCTION kernel.find_api_token(p_token_hash bytea) RETURNS TABLE(token_id uuid, tenant_id uuid, user_id uuid, role text, email text, display_name text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
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
CREATE FUNCTION kernel.find_invitation(p_token_hash bytea) RETURNS TABLE(tenant_id uuid, tenant text, organisation text, email text, role text, message text, expires_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT i.tenant_id, t.name, o.name, i.email, i.role, i.message, i.expires_at
  FROM kernel.invitations i JOIN kernel.tenants t ON t.id = i.tenant_id AND t.suspended_at IS NULL
  LEFT JOIN kernel.organisations o ON o.tenant_id = i.tenant_id AND o.id = i.organisation_id
  WHERE i.token_hash = p_token_hash AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now()
    AND (i.organisation_id IS NULL OR i.role_id IS NOT NULL)
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
CREATE FUNCTION kernel.id_in(p_resource text) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $_$
  SELECT CASE WHEN split_part(p_resource, ':', 2) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    THEN split_part(p_resource, ':', 2)::uuid END
$_$;
CREATE FUNCTION kernel.invitation_taken_by(p_token_hash bytea, p_tenant_id uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT i.accepted_by FROM kernel.invitations i
  WHERE i.token_hash = p_token_hash AND i.tenant_id = p_tenant_id
$$;
CREATE FUNCTION kernel.keep_an_owner() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
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
CREATE FUNCTION kernel.person_in(p_actor text) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $_$
  SELECT CASE WHEN p_actor ~ '^user:[0-9a-f-]{36}$' THEN substr(p_actor, 6)::uuid END
$_$;
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
CREATE FUNCTION kernel.remove_runs(p_ids uuid[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_all uuid[];
  v_count int;
BEGIN
  IF kernel.current_role_name() IN ('learner', 'customer') THEN
    RAISE EXCEPTION 'this role removes nothing' USING ERRCODE = 'insufficient_privilege';
  END IF;
  WITH RECURSIVE parts AS (
    SELECT r.id FROM kernel.runs r WHERE r.tenant_id = v_tenant AND r.id = ANY(p_ids)
    UNION SELECT r.id FROM kernel.runs r JOIN parts p ON r.parent_id = p.id WHERE r.tenant_id = v_tenant
  ) SELECT coalesce(array_agg(id), '{}') INTO v_all FROM parts;
  IF EXISTS (SELECT 1 FROM gate.artifacts a WHERE a.tenant_id = v_tenant AND a.run_id = ANY(v_all)) THEN
    RAISE EXCEPTION 'a run stays as long as what it drafted'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  DELETE FROM kernel.runs r WHERE r.tenant_id = v_tenant AND r.id = ANY(v_all);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END $$;
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
CREATE FUNCTION kernel.tell_job() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_tenant text := NEW.args ->> 'tenant_id';
  v_before text := coalesce(current_setting('app.tenant_id', true), '');
BEGIN
  IF v_tenant IS NULL THEN RETURN NULL; END IF;
  PERFORM set_config('app.tenant_id', v_tenant, true);
  PERFORM kernel.append_events('system', v_tenant::uuid, ARRAY['job_changed'],
    ARRAY[jsonb_build_object('job', NEW.id, 'task', NEW.task_name, 'status', NEW.status)], false);
  PERFORM set_config('app.tenant_id', v_before, true);
  RETURN NULL;
END $$;
CREATE FUNCTION kernel.tell_organisation() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_row jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
  v_id uuid := (v_row ->> CASE TG_TABLE_NAME WHEN 'organisations' THEN 'id' ELSE 'organisation_id' END)::uuid;
  v_told jsonb[] := ARRAY[jsonb_build_object('what', TG_TABLE_NAME)];
BEGIN
  IF kernel.current_tenant() IS DISTINCT FROM (v_row ->> 'tenant_id')::uuid THEN RETURN NULL; END IF;
  IF v_id IS NULL THEN
    PERFORM kernel.append_events('system', (v_row ->> 'tenant_id')::uuid, ARRAY['people_changed'], v_told, false);
  ELSE
    PERFORM kernel.append_events('organisation', v_id, ARRAY['organisation_changed'], v_told, false);
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION learning.ground_attempt() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_session learning.sessions%ROWTYPE;
  v_item gate.artifacts%ROWTYPE;
BEGIN
  SELECT * INTO v_session FROM learning.sessions s
    WHERE s.tenant_id = NEW.tenant_id AND s.id = NEW.session_id FOR SHARE;
  IF NOT FOUND OR v_session.status <> 'ACTIVE' THEN
    RAISE EXCEPTION 'an attempt needs an open session'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'attempts_open_session';
  END IF;
  -- The row is locked, so that the item cannot leave the bank between this look and the commit.
  PERFORM 1 FROM gate.approvals p
    WHERE p.tenant_id = NEW.tenant_id AND p.artifact_id = NEW.artifact_id AND p.withdrawn_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'only an approved item can be answered'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'attempts_approved_item_fkey';
  END IF;
  SELECT * INTO v_item FROM gate.artifacts a WHERE a.tenant_id = NEW.tenant_id AND a.id = NEW.artifact_id;
  IF v_item.module_id <> v_session.module_id OR v_item.kind NOT LIKE 'learning.%' THEN
    RAISE EXCEPTION 'the item is not of the session''s module'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'attempts_module';
  END IF;
  NEW.user_id := v_session.user_id;
  NEW.is_first := NOT EXISTS (SELECT 1 FROM learning.attempts t
    WHERE t.tenant_id = NEW.tenant_id AND t.artifact_id = NEW.artifact_id AND t.user_id = NEW.user_id);
  IF v_item.kind IN ('learning.mcq_item', 'learning.true_false_item', 'learning.ordering_item') THEN
    NEW.is_correct := coalesce(NEW.user_answer -> 'answer' = v_item.artifact_payload -> 'key', false);
    NEW.choice := CASE WHEN v_item.kind = 'learning.ordering_item' THEN NULL ELSE NEW.user_answer ->> 'answer' END;
  END IF;
  RETURN NEW;
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
CREATE FUNCTION papers.show_storyboard() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  UPDATE papers.storyboards s SET artifact_id = NEW.id, draft_artifact_id = NULL,
    storyboard_json = NEW.artifact_payload, storage_path = 'storyboards/' || NEW.content_hash || '.json'
  WHERE s.tenant_id = NEW.tenant_id AND s.draft_artifact_id = NEW.id;
  RETURN NULL;
END $$;
CREATE FUNCTION papers.update_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW.updated_at = now();
  RETURN NEW;
END $$;
CREATE FUNCTION studio.check_kit() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  IF NEW.origin <> OLD.origin OR (OLD.origin = 'imported' AND NEW.digest <> OLD.digest) THEN
    RAISE EXCEPTION 'an imported kit is never changed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (('draft', 'active'), ('active', 'deprecated'),
      ('draft', 'deprecated')) THEN
    RAISE EXCEPTION 'a kit cannot move from % to %', OLD.status, NEW.status
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION studio.check_kit_approval() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  NEW.approved_by := kernel.current_actor();
  NEW.approved_at := now();
  IF NEW.approved_by LIKE 'job:%' OR NEW.approved_by LIKE 'agent:%' THEN
    RAISE EXCEPTION 'a plan is approved by a person' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM 1 FROM studio.kit_executions e
  WHERE e.tenant_id = NEW.tenant_id AND e.run_id = NEW.run_id AND e.project_id = NEW.project_id
    AND e.is_waiting AND NOT e.is_dry AND e.plan_digest = NEW.digest
    AND gate.is_approved(e.tenant_id, e.artifact_id)
  FOR UPDATE OF e;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the run does not wait for an approval of this plan'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION studio.check_kit_bundle() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  PERFORM 1 FROM studio.kit_executions e
  WHERE e.tenant_id = NEW.tenant_id AND e.run_id = NEW.run_id AND e.phase = 'APPLY' AND e.status = 'running'
    AND e.plan_digest = NEW.plan_digest AND e.artifact_id = NEW.artifact_id AND e.kit_id = NEW.kit_id
    AND gate.is_approved(e.tenant_id, e.artifact_id);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a bundle is of an approved specification and an approved plan'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION studio.check_kit_execution() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.status IN ('completed', 'failed', 'partial', 'cancelled') AND NEW IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'a kit''s run that has ended stays as it is' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF NEW.phase IN ('APPLY', 'VERIFY') AND NOT EXISTS (SELECT 1 FROM studio.kit_approvals a
      WHERE a.tenant_id = NEW.tenant_id AND a.run_id = NEW.run_id AND a.digest = NEW.plan_digest) THEN
    RAISE EXCEPTION 'nothing is applied without an approved plan' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION studio.check_kit_item() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  PERFORM 1 FROM studio.kit_executions e
  JOIN studio.kit_plan_items i ON i.tenant_id = e.tenant_id AND i.run_id = e.run_id AND i.digest = e.plan_digest
  WHERE e.tenant_id = NEW.tenant_id AND e.run_id = NEW.run_id AND e.phase = 'APPLY' AND e.status = 'running'
    AND e.plan_digest = NEW.digest AND i.path = NEW.path AND i.action <> 'no-op'
    AND i.sha256_after IS NOT DISTINCT FROM NEW.sha256;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no approved plan asks for % now', NEW.path USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION studio.claimed(p_session uuid, p_section text) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT coalesce(jsonb_object_agg(leaf, jsonb_build_object('value', value, 'confidence', confidence)), '{}')
  FROM (
    SELECT replace(split_part(c.field_path, '.', 2), '[]', '') AS leaf, max(c.confidence) AS confidence,
           CASE WHEN c.field_path LIKE '%[]' THEN jsonb_agg(c.value ORDER BY c.position)
             ELSE (jsonb_agg(c.value ORDER BY c.position DESC))->0 END AS value
    FROM studio.claims c
    WHERE c.session_id = p_session AND c.status = 'accepted' AND split_part(c.field_path, '.', 1) = p_section
    GROUP BY c.field_path) leaves
$$;
CREATE FUNCTION studio.close_task() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  IF NEW.status <> 'pending' AND OLD.status = 'pending' THEN NEW.closed_at := now(); END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION studio.export_project(p_project uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
  v_table record;
  v_rows jsonb;
  v_found jsonb := '{}';
BEGIN
  FOR v_table IN SELECT * FROM studio.project_tables() ORDER BY place LOOP
    EXECUTE format('SELECT coalesce(jsonb_agg((to_jsonb(t) - ''tenant_id'') - %L::text[] ORDER BY %s), ''[]'') FROM %s t WHERE %s',
      v_table.without, v_table.sorting, v_table.name, v_table.which) INTO v_rows USING p_project;
    v_found := v_found || jsonb_build_object(v_table.name, v_rows);
  END LOOP;
  RETURN v_found;
END $$;
CREATE FUNCTION studio.ground_claim() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_content text;
BEGIN
  SELECT m.content INTO v_content FROM studio.messages m
    WHERE m.tenant_id = NEW.tenant_id AND m.id = NEW.message_id AND m.session_id = NEW.session_id AND m.role = 'user';
  IF NOT FOUND OR substr(v_content, NEW.quote_start + 1, NEW.quote_end - NEW.quote_start) IS DISTINCT FROM NEW.quote THEN
    RAISE EXCEPTION 'a claim''s quote stands in the message letter by letter'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_literal_quote';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION studio.import_project(p_rows jsonb) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    SET "TimeZone" TO 'UTC'
    AS $_$
DECLARE
  v_table record;
  v_columns text;
  v_tenant uuid := kernel.current_tenant();
  v_project uuid := (p_rows #>> '{studio.projects,0,id}')::uuid;
  v_rows jsonb := p_rows;
  v_objective jsonb;
  v_present uuid;
BEGIN
  IF v_tenant IS NULL OR v_project IS NULL THEN
    RAISE EXCEPTION 'there is no tenant, or no project' USING ERRCODE = 'check_violation';
  END IF;
  FOR v_objective IN SELECT * FROM jsonb_array_elements(v_rows -> 'studio.objectives') LOOP
    SELECT o.id INTO v_present FROM studio.objectives o WHERE o.tenant_id = v_tenant
      AND o.context_type = v_objective ->> 'context_type' AND o.config = v_objective -> 'config' ORDER BY o.version LIMIT 1;
    IF v_present IS NULL THEN
      v_present := (v_objective ->> 'id')::uuid;
      INSERT INTO studio.objectives (tenant_id, id, context_type, version, display_name, config, is_active)
        SELECT v_tenant, v_present, v_objective ->> 'context_type',
          -- Another objective of that version is here: this one gets a number after all of theirs.
          CASE WHEN EXISTS (SELECT 1 FROM studio.objectives o WHERE o.tenant_id = v_tenant
              AND o.context_type = v_objective ->> 'context_type' AND o.version = v_objective ->> 'version')
            THEN (SELECT 1 + max(split_part(o.version, '.', 1)::int) FROM studio.objectives o
              WHERE o.tenant_id = v_tenant AND o.context_type = v_objective ->> 'context_type') || '.0.0'
            ELSE v_objective ->> 'version' END,
          v_objective ->> 'display_name', v_objective -> 'config',
          NOT EXISTS (SELECT 1 FROM studio.objectives o WHERE o.tenant_id = v_tenant
            AND o.context_type = v_objective ->> 'context_type' AND o.is_active);
    END IF;
    v_rows := replace(v_rows::text, v_objective ->> 'id', v_present::text)::jsonb;
  END LOOP;
  FOR v_table IN SELECT * FROM studio.project_tables() WHERE place > 1 ORDER BY place LOOP
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO v_columns
      FROM pg_attribute a WHERE a.attrelid = v_table.name::regclass AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attgenerated = '' AND a.attname <> 'tenant_id' AND a.attname <> ALL (v_table.without);
    EXECUTE format('INSERT INTO %s (tenant_id, %s) SELECT $1, %s FROM jsonb_populate_recordset(NULL::%s, $2)',
      v_table.name, v_columns, v_columns, v_table.name) USING v_tenant, v_rows -> v_table.name;
    -- What triggers wrote of the new rows stands in the rows to come already.
    IF v_table.name = 'studio.projects' THEN
      DELETE FROM studio.phase_passes p WHERE p.tenant_id = v_tenant AND p.project_id = v_project;
    ELSIF v_table.name = 'studio.tasks' THEN
      DELETE FROM studio.task_activity y WHERE y.tenant_id = v_tenant AND y.project_id = v_project;
    END IF;
  END LOOP;
  UPDATE studio.research_tasks r SET status = 'failed', completed_at = now(),
      error_message = 'It was under way when the project was exported.'
    FROM studio.sessions s WHERE s.tenant_id = v_tenant AND s.project_id = v_project AND r.tenant_id = v_tenant
      AND r.session_id = s.id AND r.status IN ('pending', 'running');
  RETURN v_project;
END $_$;
CREATE FUNCTION studio.note_task() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO studio.task_activity (tenant_id, project_id, task_id, kind)
      VALUES (NEW.tenant_id, NEW.project_id, NEW.id, 'created');
    RETURN NEW;
  END IF;
  IF (NEW.assignee_id, NEW.assignee_role) IS DISTINCT FROM (OLD.assignee_id, OLD.assignee_role) THEN
    INSERT INTO studio.task_activity (tenant_id, project_id, task_id, kind, details)
      VALUES (NEW.tenant_id, NEW.project_id, NEW.id, 'assigned',
        jsonb_strip_nulls(jsonb_build_object('person', NEW.assignee_id, 'role', NEW.assignee_role)));
  END IF;
  IF OLD.started_at IS NULL AND NEW.started_at IS NOT NULL THEN
    INSERT INTO studio.task_activity (tenant_id, project_id, task_id, kind)
      VALUES (NEW.tenant_id, NEW.project_id, NEW.id, 'started');
  END IF;
  IF OLD.status = 'pending' AND NEW.status <> 'pending' THEN
    INSERT INTO studio.task_activity (tenant_id, project_id, task_id, kind)
      VALUES (NEW.tenant_id, NEW.project_id, NEW.id, NEW.status);
    INSERT INTO studio.task_activity (tenant_id, project_id, task_id, kind, details)
      SELECT s.tenant_id, s.project_id, s.id, 'unblocked', jsonb_build_object('by', NEW.id)
      FROM studio.task_waits w JOIN studio.task_states s ON s.tenant_id = w.tenant_id AND s.id = w.task_id
      WHERE w.tenant_id = NEW.tenant_id AND w.waits_for = NEW.id AND s.status = 'pending' AND s.blockers = '{}';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION studio.open_first_passes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NEW.phase <> 'CREATED' THEN
    INSERT INTO studio.phase_passes (tenant_id, project_id, phase, number, started_at, completed_at, outcome)
    VALUES (NEW.tenant_id, NEW.id, 'CREATED', 1, NEW.created_at, NEW.created_at, 'completed');
  END IF;
  INSERT INTO studio.phase_passes (tenant_id, project_id, phase, number, started_at)
  VALUES (NEW.tenant_id, NEW.id, NEW.phase, 1, NEW.created_at);
  RETURN NULL;
END $$;
CREATE FUNCTION studio.project_tables() RETURNS TABLE(place integer, name text, which text, without text[], sorting text)
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $_$
  WITH ids(project, module, sessions, artifacts, runs, reviews) AS (VALUES (
    't.project_id = $1',
    't.module_id = (SELECT p.module_id FROM studio.projects p WHERE p.id = $1)',
    't.session_id IN (SELECT s.id FROM studio.sessions s WHERE s.project_id = $1)',
    't.artifact_id IN (SELECT a.id FROM gate.artifacts a JOIN studio.projects p ON p.module_id = a.module_id WHERE p.id = $1)',
    'IN (SELECT a.run_id FROM gate.artifacts a JOIN studio.projects p ON p.module_id = a.module_id WHERE p.id = $1
         UNION SELECT q.run_id FROM studio.question_plans q WHERE q.project_id = $1
         UNION SELECT e.run_id FROM studio.reviews e WHERE e.project_id = $1 AND e.run_id IN (
           SELECT c.run_id FROM agents.concerts c WHERE c.status IN (''completed'', ''failed'', ''cancelled'')))',
    -- Of a review that is under way the house has jobs and what is set aside; it stays.
    't.run_id IN (SELECT e.run_id FROM studio.reviews e JOIN agents.concerts c ON c.tenant_id = e.tenant_id AND c.run_id = e.run_id
       WHERE e.project_id = $1 AND c.status IN (''completed'', ''failed'', ''cancelled''))'))
  SELECT x.* FROM ids, LATERAL (VALUES
    (1, 'studio.objectives', 't.id IN (SELECT s.objective_id FROM studio.sessions s WHERE s.project_id = $1)', '{is_active,created_at}'::text[], 't.id'),
    (2, 'evidence.modules', 't.id = (SELECT p.module_id FROM studio.projects p WHERE p.id = $1)', '{}', 't.id'),
    (3, 'evidence.file_search_stores', module, '{evidence_version}', 't.id'),
    (4, 'kernel.runs', 't.id ' || runs, '{job_id}', 't.id'),
    (5, 'kernel.run_steps', 't.run_id ' || runs, '{}', 't.run_id, t.position'),
    (6, 'gate.generation_runs', 't.id ' || runs, '{prompt_id}', 't.id'),
    (7, 'studio.projects', 't.id = $1', '{created_by}', 't.id'),
    (8, 'studio.phase_passes', project, '{}', 't.started_at, t.phase, t.number'),
    (9, 'studio.sessions', project, '{}', 't.id'),
    (10, 'studio.needs', sessions, '{}', 't.position'),
    (11, 'studio.messages', sessions, '{}', 't.position'),
    (12, 'studio.claims', sessions, '{}', 't.position'),
    (13, 'studio.summaries', sessions, '{}', 't.turn_start'),
    (14, 'studio.research_tasks', sessions, '{}', 't.id'),
    (15, 'studio.feature_seeds', project, '{}', 't.id'),
    (16, 'studio.seed_decisions', project, '{}', 't.seed_key'),
    (17, 'studio.candidate_sets', project, '{}', 't.id'),
    (18, 'studio.curations', project, '{}', 't.id'),
    (19, 'studio.features', project, '{}', 't.id'),
    (20, 'studio.question_plans', project, '{}', 't.id'),
    (21, 'studio.plan_questions', project, '{}', 't.id'),
    (22, 'studio.answers', project, '{}', 't.id'),
    (23, 'studio.pattern_detections', project, '{}', 't.id'),
    (24, 'studio.tasks', project, '{assignee_id}', 't.id'),
    (25, 'studio.task_actions', project, '{}', 't.id'),
    (26, 'studio.task_targets', project, '{}', 't.task_id, t.kind, t.target'),
    (27, 'studio.task_waits', project, '{}', 't.task_id, t.waits_for'),
    (28, 'studio.task_submissions', project, '{}', 't.id'),
    (29, 'studio.task_files', project, '{}', 't.task_id, t.digest'),
    (30, 'studio.task_activity', project, '{id}', 't.id'),
    (31, 'studio.designs', project, '{}', 't.id'),
    (32, 'gate.artifacts', module, '{}', 't.kind, t.key, t.version'),
    (33, 'gate.approvals', artifacts, '{}', 't.artifact_id'),
    (34, 'gate.findings', artifacts, '{}', 't.id'),
    (35, 'gate.review_tasks', artifacts, '{assigned_to}', 't.id'),
    (36, 'gate.comments', artifacts, '{}', 't.created_at, t.id'),
    (37, 'studio.specifications', project, '{}', 't.artifact_id'),
    (38, 'studio.imported_statements', project, '{}', 't.id'),
    (39, 'studio.feedback_events', project, '{}', 't.id'),
    (40, 'studio.context_artifacts', project, '{}', 't.key'),
    (41, 'studio.context_links', project, '{}', 't.artifact_id, t.depends_on_id'),
    (42, 'studio.context_changes', project, '{}', 't.id'),
    (43, 'studio.context_requests', project, '{}', 't.id'),
    (44, 'agents.concerts', reviews, '{}', 't.run_id'),
    (45, 'agents.checkpoints', reviews, '{}', 't.run_id, t.step_index'),
    (46, 'agents.memory', 't.session_id = $1', '{position}', 't.position'),
    (47, 'studio.reviews', reviews, '{}', 't.run_id'),
    (48, 'kernel.streams', '(t.kind = ''studio_project'' AND t.id = $1) OR (t.kind = ''studio_session'' AND t.id IN
      (SELECT s.id FROM studio.sessions s WHERE s.project_id = $1)) OR (t.kind IN (''run'', ''concert'') AND t.id ' || runs || ')', '{}', 't.kind, t.id'),
    (49, 'kernel.events', '(t.stream_kind = ''studio_project'' AND t.stream_id = $1) OR (t.stream_kind = ''studio_session'' AND t.stream_id IN
      (SELECT s.id FROM studio.sessions s WHERE s.project_id = $1)) OR (t.stream_kind IN (''run'', ''concert'') AND t.stream_id ' || runs || ')', '{}', 't.stream_kind, t.stream_id, t.seq')
  ) x(place, name, which, without, sorting)
$_$;
CREATE FUNCTION studio.refuse_blocked() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_open int;
BEGIN
  SELECT count(*) INTO v_open FROM gate.findings f
  WHERE f.tenant_id = NEW.tenant_id AND f.artifact_id = NEW.id AND f.status = 'open' AND f.severity = 'error';
  IF v_open > 0 THEN
    RAISE EXCEPTION 'the gate refuses: % blocking finding(s) are open', v_open
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION studio.review_again() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_task record;
  v_id uuid;
BEGIN
  FOR v_task IN
    SELECT t.id, t.project_id, t.title FROM studio.tasks t
    JOIN studio.task_targets g ON g.tenant_id = t.tenant_id AND g.task_id = t.id
    JOIN studio.sessions s ON s.tenant_id = t.tenant_id AND s.project_id = t.project_id
    WHERE t.tenant_id = NEW.tenant_id AND s.id = NEW.session_id AND g.kind = 'need' AND g.target = NEW.key
      AND t.status = 'completed' AND NOT EXISTS (
        SELECT 1 FROM studio.task_targets o JOIN studio.tasks r ON r.tenant_id = o.tenant_id AND r.id = o.task_id
        WHERE o.tenant_id = t.tenant_id AND o.kind = 'task' AND o.target = t.id::text AND r.status = 'pending')
  LOOP
    v_id := gen_random_uuid();
    INSERT INTO studio.tasks (tenant_id, id, project_id, kind, title, description, status) VALUES
      (NEW.tenant_id, v_id, v_task.project_id, 'REVIEW', left('Look again: ' || v_task.title, 500),
       'What it was about has changed since it was done.', 'pending');
    INSERT INTO studio.task_targets (tenant_id, project_id, task_id, kind, target)
      VALUES (NEW.tenant_id, v_task.project_id, v_id, 'task', v_task.id::text);
    INSERT INTO studio.task_actions (tenant_id, id, project_id, task_id, position, kind, label, config)
      VALUES (NEW.tenant_id, gen_random_uuid(), v_task.project_id, v_id, 0, 'APPROVE_REJECT', 'Does it still hold?',
        '{"type": "APPROVE_REJECT", "approve_label": "It holds", "reject_label": "It does not", "needs_reason": true}');
  END LOOP;
  RETURN NEW;
END $$;
CREATE FUNCTION studio.take_secret(p_task uuid, p_field text, p_sealed bytea) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_name text := 'task.' || p_task || '.' || p_field;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM studio.tasks t JOIN studio.task_actions a ON a.tenant_id = t.tenant_id AND a.task_id = t.id
      WHERE t.tenant_id = kernel.current_tenant() AND t.id = p_task AND t.status = 'pending' AND a.kind = 'FORM_SUBMIT'
        AND a.config -> 'fields' @> jsonb_build_array(jsonb_build_object('name', p_field, 'type', 'secret'))) THEN
    RAISE EXCEPTION 'no open task asks for the secret %', v_name USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO kernel.secrets (tenant_id, name, sealed) VALUES (kernel.current_tenant(), v_name, p_sealed)
  ON CONFLICT (tenant_id, name) DO UPDATE SET sealed = excluded.sealed, updated_at = now();
  RETURN v_name;
END $$;
CREATE FUNCTION studio.tell_inbox() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  IF kernel.current_tenant() IS NULL THEN RETURN NULL; END IF;
  PERFORM kernel.append_events('studio_inbox', NEW.tenant_id, ARRAY['task_changed'], ARRAY['{}'::jsonb], false);
  RETURN NULL;
END $$;
CREATE TABLE agents.checkpoints (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    run_id uuid NOT NULL,
    step_index integer NOT NULL,
    step_name text NOT NULL,
    state jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT checkpoints_state_check CHECK ((jsonb_typeof(state) = 'object'::text)),
    CONSTRAINT checkpoints_step_index_check CHECK ((step_index > 0))
);
ALTER TABLE ONLY agents.checkpoints FORCE ROW LEVEL SECURITY;
CREATE TABLE agents.choices (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    agent text NOT NULL,
    implementation text NOT NULL,
    provider text,
    model text,
    params jsonb DEFAULT '{}'::jsonb NOT NULL,
    base_url text,
    secret text,
    price_input_micros bigint,
    price_output_micros bigint,
    on_limit text DEFAULT 'pause'::text NOT NULL,
    limits jsonb DEFAULT '{}'::jsonb NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by text DEFAULT kernel.current_actor() NOT NULL,
    CONSTRAINT choices_agent_check CHECK (((agent ~ '^[a-z][a-z_]*(\.[a-z][a-z_]*)*$'::text) AND (length(agent) <= 100))),
    CONSTRAINT choices_base_url_check CHECK (((base_url ~ '^https?://'::text) AND (length(base_url) <= 1000))),
    CONSTRAINT choices_check CHECK (((implementation = 'builtin'::text) OR ((provider IS NOT NULL) AND (model IS NOT NULL)))),
    CONSTRAINT choices_check1 CHECK (((price_input_micros IS NULL) = (price_output_micros IS NULL))),
    CONSTRAINT choices_implementation_check CHECK ((implementation = ANY (ARRAY['builtin'::text, 'model'::text]))),
    CONSTRAINT choices_limits_check CHECK ((jsonb_typeof(limits) = 'object'::text)),
    CONSTRAINT choices_model_check CHECK (((length(model) >= 1) AND (length(model) <= 500))),
    CONSTRAINT choices_on_limit_check CHECK ((on_limit = ANY (ARRAY['pause'::text, 'fail'::text, 'warn'::text]))),
    CONSTRAINT choices_params_check CHECK ((jsonb_typeof(params) = 'object'::text)),
    CONSTRAINT choices_price_input_micros_check CHECK ((price_input_micros >= 0)),
    CONSTRAINT choices_price_output_micros_check CHECK ((price_output_micros >= 0)),
    CONSTRAINT choices_provider_check CHECK ((provider ~ '^[a-z][a-z0-9_]{0,39}$'::text)),
    CONSTRAINT choices_secret_check CHECK ((secret ~ '^[a-z0-9][a-z0-9_.-]{0,99}$'::text))
);
ALTER TABLE ONLY agents.choices FORCE ROW LEVEL SECURITY;
CREATE TABLE agents.concerts (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    run_id uuid NOT NULL,
    strategy text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    agents jsonb NOT NULL,
    current_step integer DEFAULT 0 NOT NULL,
    total_steps integer NOT NULL,
    outputs jsonb DEFAULT '{}'::jsonb NOT NULL,
    final jsonb,
    error jsonb,
    reason text DEFAULT ''::text NOT NULL,
    tokens_used bigint DEFAULT 0 NOT NULL,
    tokens_reserved bigint DEFAULT 0 NOT NULL,
    tokens_limit bigint,
    micros_used bigint DEFAULT 0,
    micros_reserved bigint DEFAULT 0 NOT NULL,
    micros_limit bigint,
    on_limit text DEFAULT 'pause'::text NOT NULL,
    is_pause_wanted boolean DEFAULT false NOT NULL,
    about_kind text NOT NULL,
    about_id uuid NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT concerts_about_kind_check CHECK ((about_kind ~ '^[a-z_]{1,40}$'::text)),
    CONSTRAINT concerts_agents_check CHECK ((jsonb_typeof(agents) = 'array'::text)),
    CONSTRAINT concerts_check CHECK (((current_step >= 0) AND (current_step <= total_steps))),
    CONSTRAINT concerts_check1 CHECK (((status = 'completed'::text) = (final IS NOT NULL))),
    CONSTRAINT concerts_check2 CHECK (((status = 'failed'::text) = (error IS NOT NULL))),
    CONSTRAINT concerts_micros_limit_check CHECK ((micros_limit >= 0)),
    CONSTRAINT concerts_micros_reserved_check CHECK ((micros_reserved >= 0)),
    CONSTRAINT concerts_micros_used_check CHECK ((micros_used >= 0)),
    CONSTRAINT concerts_on_limit_check CHECK ((on_limit = ANY (ARRAY['pause'::text, 'fail'::text, 'warn'::text]))),
    CONSTRAINT concerts_outputs_check CHECK ((jsonb_typeof(outputs) = 'object'::text)),
    CONSTRAINT concerts_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'paused'::text, 'completed'::text, 'failed'::text, 'cancelled'::text]))),
    CONSTRAINT concerts_strategy_check CHECK ((strategy = ANY (ARRAY['sequential'::text, 'parallel'::text, 'hierarchical'::text, 'debate'::text]))),
    CONSTRAINT concerts_tokens_limit_check CHECK ((tokens_limit >= 0)),
    CONSTRAINT concerts_tokens_reserved_check CHECK ((tokens_reserved >= 0)),
    CONSTRAINT concerts_tokens_used_check CHECK ((tokens_used >= 0)),
    CONSTRAINT concerts_total_steps_check CHECK ((total_steps > 0))
);
ALTER TABLE ONLY agents.concerts FORCE ROW LEVEL SECURITY;
CREATE TABLE agents.memory (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    "position" bigint NOT NULL,
    session_id uuid NOT NULL,
    agent text NOT NULL,
    role text NOT NULL,
    content text NOT NULL,
    tokens integer NOT NULL,
    is_pinned boolean DEFAULT false NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT memory_agent_check CHECK (((length(agent) >= 1) AND (length(agent) <= 100))),
    CONSTRAINT memory_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT memory_role_check CHECK ((role = ANY (ARRAY['user'::text, 'assistant'::text, 'system'::text]))),
    CONSTRAINT memory_tokens_check CHECK ((tokens >= 0))
);
ALTER TABLE ONLY agents.memory FORCE ROW LEVEL SECURITY;
ALTER TABLE agents.memory ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME agents.memory_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
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
CREATE TABLE evidence.chunks (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    module_id uuid NOT NULL,
    document_id uuid NOT NULL,
    ordinal integer NOT NULL,
    page integer NOT NULL,
    start_char integer NOT NULL,
    end_char integer NOT NULL,
    text text NOT NULL,
    sha256 text NOT NULL,
    heading_path text[] DEFAULT '{}'::text[] NOT NULL,
    kind text DEFAULT 'prose'::text NOT NULL,
    boxes jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT chunks_boxes_check CHECK ((jsonb_typeof(boxes) = 'array'::text)),
    CONSTRAINT chunks_check CHECK ((end_char > start_char)),
    CONSTRAINT chunks_kind_check CHECK ((kind = ANY (ARRAY['prose'::text, 'heading'::text, 'table'::text, 'caption'::text, 'code'::text]))),
    CONSTRAINT chunks_ordinal_check CHECK ((ordinal >= 0)),
    CONSTRAINT chunks_page_check CHECK ((page > 0)),
    CONSTRAINT chunks_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT chunks_start_char_check CHECK ((start_char >= 0)),
    CONSTRAINT chunks_text_check CHECK ((text <> ''::text))
);
ALTER TABLE ONLY evidence.chunks FORCE ROW LEVEL SECURITY;
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
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    CONSTRAINT documents_revision_check CHECK ((revision > 0))
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
    difficulty text,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    supersedes uuid,
    producer text DEFAULT 'built-in'::text NOT NULL,
    current_evidence text DEFAULT ''::text NOT NULL,
    stale_at timestamp with time zone,
    CONSTRAINT artifacts_check CHECK ((num_nonnulls(artifact_payload, blob_sha256) = 1)),
    CONSTRAINT artifacts_content_hash_check CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT artifacts_kind_check CHECK ((kind ~ '^[a-z]+\.[a-z_]+$'::text)),
    CONSTRAINT artifacts_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY gate.artifacts FORCE ROW LEVEL SECURITY;
COMMENT ON COLUMN gate.artifacts.evidence_version IS 'What it was made from; never changes.';
COMMENT ON COLUMN gate.artifacts.current_evidence IS 'A hash over the quotes it rests on today; a passing run counts while it saw this.';
CREATE TABLE gate.citations (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    artifact_id uuid NOT NULL,
    ordinal integer NOT NULL,
    module_id uuid NOT NULL,
    document_id uuid NOT NULL,
    chunk_sha256 text NOT NULL,
    page integer NOT NULL,
    start_char integer NOT NULL,
    quote text NOT NULL,
    heading_path text[] DEFAULT '{}'::text[] NOT NULL,
    state text DEFAULT 'fresh'::text NOT NULL,
    is_suspect boolean DEFAULT false NOT NULL,
    replaced_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT citations_ordinal_check CHECK ((ordinal >= 0)),
    CONSTRAINT citations_page_check CHECK ((page > 0)),
    CONSTRAINT citations_quote_check CHECK ((length(quote) > 0)),
    CONSTRAINT citations_start_char_check CHECK ((start_char >= 0)),
    CONSTRAINT citations_state_check CHECK ((state = ANY (ARRAY['fresh'::text, 'moved'::text, 'stale'::text])))
);
ALTER TABLE ONLY gate.citations FORCE ROW LEVEL SECURITY;
COMMENT ON COLUMN gate.citations.start_char IS 'Characters into the chunk''s text; the quote stands there literally.';
CREATE TABLE gate.comments (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    artifact_id uuid NOT NULL,
    author text DEFAULT kernel.current_actor() NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT comments_body_check CHECK (((length(body) >= 1) AND (length(body) <= 5000)))
);
ALTER TABLE ONLY gate.comments FORCE ROW LEVEL SECURITY;
CREATE TABLE gate.eval_results (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    eval_run_id uuid NOT NULL,
    rule_id uuid NOT NULL,
    judge text NOT NULL,
    judge_version text NOT NULL,
    pass boolean,
    score numeric(5,4),
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    duration_ms real,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT eval_results_check CHECK (((score IS NOT NULL) OR (pass IS NULL))),
    CONSTRAINT eval_results_check1 CHECK (((score IS NOT NULL) OR (details ? 'reason'::text))),
    CONSTRAINT eval_results_score_check CHECK (((score >= (0)::numeric) AND (score <= (1)::numeric)))
);
ALTER TABLE ONLY gate.eval_results FORCE ROW LEVEL SECURITY;
COMMENT ON COLUMN gate.eval_results.pass IS 'Derived from the score and the rule''s bounds; null where nothing could be measured, or for advice.';
CREATE TABLE gate.eval_rules (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid DEFAULT kernel.current_tenant(),
    suite_id uuid NOT NULL,
    eval_type gate.eval_type NOT NULL,
    min_score numeric(5,4),
    max_score numeric(5,4),
    weight numeric(8,4) DEFAULT 1 NOT NULL,
    hard_fail boolean DEFAULT false NOT NULL,
    is_advisory boolean DEFAULT false NOT NULL,
    params jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT eval_rules_check CHECK ((min_score <= max_score)),
    CONSTRAINT eval_rules_check1 CHECK ((NOT (hard_fail AND is_advisory))),
    CONSTRAINT eval_rules_check2 CHECK ((is_advisory OR (num_nonnulls(min_score, max_score) > 0))),
    CONSTRAINT eval_rules_max_score_check CHECK (((max_score >= (0)::numeric) AND (max_score <= (1)::numeric))),
    CONSTRAINT eval_rules_min_score_check CHECK (((min_score >= (0)::numeric) AND (min_score <= (1)::numeric))),
    CONSTRAINT eval_rules_weight_check CHECK ((weight >= (0)::numeric))
);
ALTER TABLE ONLY gate.eval_rules FORCE ROW LEVEL SECURITY;
COMMENT ON COLUMN gate.eval_rules.weight IS 'Its part in the mean; 0 leaves it out, as for a score that is better when low.';
CREATE TABLE gate.eval_runs (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    artifact_id uuid NOT NULL,
    generation_run_id uuid,
    suite_id uuid NOT NULL,
    judge_model text NOT NULL,
    judge_params jsonb DEFAULT '{}'::jsonb NOT NULL,
    prompt_version_id uuid,
    evidence_version text NOT NULL,
    is_trial boolean DEFAULT false NOT NULL,
    status gate.run_status DEFAULT 'PENDING'::gate.run_status NOT NULL,
    overall_pass boolean,
    overall_score numeric(5,4),
    needs_review boolean,
    error jsonb,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT eval_runs_check CHECK (((status = 'SUCCEEDED'::gate.run_status) = (overall_pass IS NOT NULL))),
    CONSTRAINT eval_runs_check1 CHECK (((status = 'FAILED'::gate.run_status) = (error IS NOT NULL))),
    CONSTRAINT eval_runs_check2 CHECK (((status = ANY (ARRAY['SUCCEEDED'::gate.run_status, 'FAILED'::gate.run_status])) = (finished_at IS NOT NULL)))
);
ALTER TABLE ONLY gate.eval_runs FORCE ROW LEVEL SECURITY;
CREATE TABLE gate.eval_suites (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid DEFAULT kernel.current_tenant(),
    name text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    pass_score numeric(5,4) DEFAULT 0.6 NOT NULL,
    review text DEFAULT 'doubtful'::text NOT NULL,
    needs_citations boolean DEFAULT true NOT NULL,
    frozen_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT eval_suites_name_check CHECK ((name ~ '^[a-z][a-z0-9_]{0,99}$'::text)),
    CONSTRAINT eval_suites_pass_score_check CHECK (((pass_score >= (0)::numeric) AND (pass_score <= (1)::numeric))),
    CONSTRAINT eval_suites_review_check CHECK ((review = ANY (ARRAY['doubtful'::text, 'always'::text]))),
    CONSTRAINT eval_suites_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY gate.eval_suites FORCE ROW LEVEL SECURITY;
COMMENT ON COLUMN gate.eval_suites.review IS 'Whether a person decides on what passed only when a check left a doubt, or on everything.';
CREATE TABLE gate.findings (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    artifact_id uuid NOT NULL,
    fingerprint text NOT NULL,
    rule text NOT NULL,
    severity text NOT NULL,
    element text DEFAULT ''::text NOT NULL,
    message text NOT NULL,
    fix text DEFAULT ''::text NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    seen_count integer DEFAULT 1 NOT NULL,
    first_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    resolved_at timestamp with time zone,
    waived_reason text,
    CONSTRAINT findings_check CHECK (((status = 'waived'::text) = (waived_reason IS NOT NULL))),
    CONSTRAINT findings_fingerprint_check CHECK ((fingerprint ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT findings_severity_check CHECK ((severity = ANY (ARRAY['error'::text, 'warning'::text, 'info'::text]))),
    CONSTRAINT findings_status_check CHECK ((status = ANY (ARRAY['open'::text, 'resolved'::text, 'waived'::text])))
);
ALTER TABLE ONLY gate.findings FORCE ROW LEVEL SECURITY;
CREATE TABLE gate.generation_runs (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    module_id uuid NOT NULL,
    agent_name text NOT NULL,
    agent_version text NOT NULL,
    model text NOT NULL,
    model_params jsonb DEFAULT '{}'::jsonb NOT NULL,
    prompt_id uuid,
    store_name text NOT NULL,
    metadata_filter jsonb DEFAULT '{}'::jsonb NOT NULL,
    output_payload jsonb,
    usage jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY gate.generation_runs FORCE ROW LEVEL SECURITY;
CREATE TABLE gate.judge_calibrations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid DEFAULT kernel.current_tenant(),
    judge text NOT NULL,
    version text NOT NULL,
    eval_type gate.eval_type NOT NULL,
    dataset text NOT NULL,
    is_own_kind boolean DEFAULT true NOT NULL,
    n integer NOT NULL,
    negatives integer NOT NULL,
    auc numeric(5,4),
    accuracy numeric(5,4),
    kappa numeric(5,4),
    alpha numeric(5,4),
    veto_precision numeric(5,4),
    threshold numeric(5,4),
    created_by text DEFAULT kernel.current_actor() NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT judge_calibrations_check CHECK (((negatives >= 0) AND (negatives <= n))),
    CONSTRAINT judge_calibrations_n_check CHECK ((n > 0))
);
ALTER TABLE ONLY gate.judge_calibrations FORCE ROW LEVEL SECURITY;
COMMENT ON COLUMN gate.judge_calibrations.is_own_kind IS 'Whether the set is of the kind that the judge gates: short claims against the cited sentences, not pages.';
CREATE TABLE gate.judge_floors (
    eval_type gate.eval_type NOT NULL,
    metric text NOT NULL,
    floor numeric(5,4) NOT NULL,
    n_min integer DEFAULT 50 NOT NULL,
    CONSTRAINT judge_floors_floor_check CHECK (((floor >= (0)::numeric) AND (floor <= (1)::numeric))),
    CONSTRAINT judge_floors_metric_check CHECK ((metric = ANY (ARRAY['auc'::text, 'accuracy'::text, 'kappa'::text, 'veto_precision'::text]))),
    CONSTRAINT judge_floors_n_min_check CHECK ((n_min > 0))
);
CREATE TABLE gate.judges (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid DEFAULT kernel.current_tenant(),
    name text NOT NULL,
    version text NOT NULL,
    eval_type gate.eval_type NOT NULL,
    nature text DEFAULT 'measured'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT judges_check CHECK (((tenant_id IS NULL) OR (nature = 'measured'::text))),
    CONSTRAINT judges_nature_check CHECK ((nature = ANY (ARRAY['exact'::text, 'rule'::text, 'measured'::text])))
);
ALTER TABLE ONLY gate.judges FORCE ROW LEVEL SECURITY;
COMMENT ON COLUMN gate.judges.nature IS 'An exact judge decides what follows (a schema, a literal quote); a rule''s veto stands and its pass proves nothing; a measured one has to show that it agrees with people.';
CREATE TABLE gate.kind_suites (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid DEFAULT kernel.current_tenant(),
    kind text NOT NULL,
    suite_id uuid NOT NULL,
    set_by text DEFAULT kernel.current_actor() NOT NULL,
    set_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT kind_suites_kind_check CHECK ((kind ~ '^[a-z]+\.[a-z_]+$'::text))
);
ALTER TABLE ONLY gate.kind_suites FORCE ROW LEVEL SECURITY;
CREATE TABLE gate.prompt_activations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid DEFAULT kernel.current_tenant(),
    name text NOT NULL,
    prompt_id uuid NOT NULL,
    activated_by text DEFAULT kernel.current_actor() NOT NULL,
    activated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE ONLY gate.prompt_activations FORCE ROW LEVEL SECURITY;
CREATE TABLE gate.prompt_versions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid DEFAULT kernel.current_tenant(),
    name text NOT NULL,
    version text NOT NULL,
    content text NOT NULL,
    inputs text[] DEFAULT '{}'::text[] NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    sha256 text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT prompt_versions_content_check CHECK (((length(content) >= 1) AND (length(content) <= 100000))),
    CONSTRAINT prompt_versions_name_check CHECK ((name ~ '^[a-z][a-z0-9_.]{0,99}$'::text)),
    CONSTRAINT prompt_versions_version_check CHECK (((length(version) >= 1) AND (length(version) <= 40)))
);
ALTER TABLE ONLY gate.prompt_versions FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE gate.prompt_versions IS 'Never changed; a row without a tenant is the library''s.';
CREATE TABLE gate.review_tasks (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    artifact_id uuid NOT NULL,
    evidence_version text NOT NULL,
    reason text NOT NULL,
    wanted integer DEFAULT 1 NOT NULL,
    is_blind boolean DEFAULT false NOT NULL,
    is_audit boolean DEFAULT false NOT NULL,
    assigned_to text,
    status text DEFAULT 'open'::text NOT NULL,
    outcome gate.review_verdict,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT review_tasks_check CHECK (((status = 'closed'::text) = (outcome IS NOT NULL))),
    CONSTRAINT review_tasks_check1 CHECK (((status = 'open'::text) = (closed_at IS NULL))),
    CONSTRAINT review_tasks_status_check CHECK ((status = ANY (ARRAY['open'::text, 'closed'::text, 'cancelled'::text]))),
    CONSTRAINT review_tasks_wanted_check CHECK (((wanted >= 1) AND (wanted <= 3)))
);
ALTER TABLE ONLY gate.review_tasks FORCE ROW LEVEL SECURITY;
CREATE TABLE gate.reviews (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    task_id uuid NOT NULL,
    artifact_id uuid NOT NULL,
    eval_run_id uuid NOT NULL,
    reviewer text NOT NULL,
    verdict gate.review_verdict NOT NULL,
    reasons text[] DEFAULT '{}'::text[] NOT NULL,
    comment text DEFAULT ''::text NOT NULL,
    duration_ms integer,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT reviews_duration_ms_check CHECK ((duration_ms >= 0))
);
ALTER TABLE ONLY gate.reviews FORCE ROW LEVEL SECURITY;
CREATE TABLE gate.waivers (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    artifact_id uuid NOT NULL,
    eval_type gate.eval_type NOT NULL,
    evidence_version text NOT NULL,
    reason text NOT NULL,
    waived_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT waivers_reason_check CHECK ((length(reason) > 0))
);
ALTER TABLE ONLY gate.waivers FORCE ROW LEVEL SECURITY;
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
    CONSTRAINT api_tokens_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'editor'::text, 'viewer'::text, 'learner'::text]))),
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
CREATE TABLE kernel.channels (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    channel_name text NOT NULL,
    channel_type text NOT NULL,
    entity_id uuid,
    stream_kind text NOT NULL,
    stream_id uuid NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    last_activity_at timestamp with time zone DEFAULT now(),
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT channels_channel_name_check CHECK (((length(channel_name) >= 1) AND (length(channel_name) <= 200))),
    CONSTRAINT channels_channel_type_check CHECK ((channel_type = ANY (ARRAY['project'::text, 'session'::text, 'organization'::text, 'user'::text, 'system'::text])))
);
ALTER TABLE ONLY kernel.channels FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.connections (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    channel_id uuid NOT NULL,
    connection_id text NOT NULL,
    actor text NOT NULL,
    user_id uuid,
    client_info jsonb DEFAULT '{}'::jsonb NOT NULL,
    connected_at timestamp with time zone NOT NULL,
    disconnected_at timestamp with time zone,
    last_heartbeat_at timestamp with time zone,
    message_count integer DEFAULT 0 NOT NULL,
    lag bigint DEFAULT 0 NOT NULL,
    end_reason text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT connections_check CHECK (((disconnected_at IS NULL) = (end_reason IS NULL))),
    CONSTRAINT connections_client_info_check CHECK ((jsonb_typeof(client_info) = 'object'::text)),
    CONSTRAINT connections_end_reason_check CHECK ((end_reason = ANY (ARRAY['closed'::text, 'dropped'::text, 'revoked'::text, 'lost'::text]))),
    CONSTRAINT connections_lag_check CHECK ((lag >= 0)),
    CONSTRAINT connections_message_count_check CHECK ((message_count >= 0))
);
ALTER TABLE ONLY kernel.connections FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.engagements (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role_id uuid,
    resource text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT engagements_resource_check CHECK ((resource ~ '^[a-z][a-z0-9_]*:[A-Za-z0-9_.@+-]+$'::text)),
    CONSTRAINT engagements_status_check CHECK ((status = ANY (ARRAY['active'::text, 'completed'::text, 'archived'::text])))
);
ALTER TABLE ONLY kernel.engagements FORCE ROW LEVEL SECURITY;
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
CREATE TABLE kernel.heartbeat_settings (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    channel_type text NOT NULL,
    heartbeat_interval_ms integer NOT NULL,
    timeout_ms integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT heartbeat_settings_channel_type_check CHECK ((channel_type = ANY (ARRAY['project'::text, 'session'::text, 'organization'::text, 'user'::text, 'system'::text]))),
    CONSTRAINT heartbeat_settings_check CHECK ((timeout_ms > heartbeat_interval_ms)),
    CONSTRAINT heartbeat_settings_heartbeat_interval_ms_check CHECK (((heartbeat_interval_ms >= 1000) AND (heartbeat_interval_ms <= 300000))),
    CONSTRAINT heartbeat_settings_timeout_ms_check CHECK (((timeout_ms >= 1000) AND (timeout_ms <= 900000)))
);
ALTER TABLE ONLY kernel.heartbeat_settings FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.organisation_members (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    joined_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT organisation_members_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text])))
);
ALTER TABLE ONLY kernel.organisation_members FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.role_grants (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    role_id uuid NOT NULL,
    user_id uuid NOT NULL,
    scope text DEFAULT 'tenant'::text NOT NULL,
    granted_by text DEFAULT kernel.current_actor() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    organisation_id uuid,
    CONSTRAINT role_grants_check CHECK ((expires_at > created_at)),
    CONSTRAINT role_grants_scope_check CHECK ((scope ~ '^(tenant|[a-z][a-z0-9_]*:[A-Za-z0-9_.@+-]+)$'::text))
);
ALTER TABLE ONLY kernel.role_grants FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.roles (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    capabilities text[] NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_by text DEFAULT kernel.current_actor() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT roles_capabilities_check CHECK (((cardinality(capabilities) >= 1) AND (cardinality(capabilities) <= 500))),
    CONSTRAINT roles_description_check CHECK ((length(description) <= 2000)),
    CONSTRAINT roles_name_check CHECK ((name ~ '^[a-z][a-z0-9_-]{0,62}$'::text)),
    CONSTRAINT roles_name_check1 CHECK ((name <> ALL (ARRAY['owner'::text, 'editor'::text, 'viewer'::text, 'learner'::text, 'worker'::text, 'customer'::text])))
);
ALTER TABLE ONLY kernel.roles FORCE ROW LEVEL SECURITY;
CREATE VIEW kernel.held_roles WITH (security_invoker='true') AS
 SELECT g.tenant_id,
    g.user_id,
    ('grant:'::text || g.id) AS id,
    r.name AS role,
    r.capabilities,
    g.scope,
    g.expires_at
   FROM (kernel.role_grants g
     JOIN kernel.roles r ON (((r.tenant_id = g.tenant_id) AND (r.id = g.role_id))))
UNION ALL
 SELECT m.tenant_id,
    m.user_id,
    ('organisation:'::text || m.organisation_id) AS id,
    ('organisation-'::text || m.role) AS role,
        CASE m.role
            WHEN 'owner'::text THEN ARRAY['organisations:read'::text, 'organisations:manage'::text, 'organisations:own'::text]
            WHEN 'admin'::text THEN ARRAY['organisations:read'::text, 'organisations:manage'::text]
            ELSE ARRAY['organisations:read'::text]
        END AS capabilities,
    ('organisation:'::text || m.organisation_id) AS scope,
    NULL::timestamp with time zone AS expires_at
   FROM kernel.organisation_members m;
CREATE TABLE kernel.invitations (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    email text NOT NULL,
    role text NOT NULL,
    message text DEFAULT ''::text NOT NULL,
    token_hash bytea NOT NULL,
    invited_by text DEFAULT kernel.current_actor() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    accepted_by uuid,
    revoked_at timestamp with time zone,
    organisation_id uuid,
    role_id uuid,
    resource text,
    CONSTRAINT invitations_check CHECK (((accepted_at IS NULL) OR (revoked_at IS NULL))),
    CONSTRAINT invitations_customer_check CHECK ((((role = 'customer'::text) = (organisation_id IS NOT NULL)) AND ((role = 'customer'::text) = (resource IS NOT NULL)))),
    CONSTRAINT invitations_email_check CHECK (((email = lower(email)) AND (email ~~ '%_@_%'::text) AND (length(email) <= 320))),
    CONSTRAINT invitations_message_check CHECK ((length(message) <= 2000)),
    CONSTRAINT invitations_resource_check CHECK ((resource ~ '^[a-z][a-z0-9_]*:[A-Za-z0-9_.@+-]+$'::text)),
    CONSTRAINT invitations_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'editor'::text, 'viewer'::text, 'learner'::text, 'customer'::text])))
);
ALTER TABLE ONLY kernel.invitations FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.memberships (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    password_hash text,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT memberships_attributes_check CHECK (((jsonb_typeof(attributes) = 'object'::text) AND (length((attributes)::text) <= 20000))),
    CONSTRAINT memberships_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'editor'::text, 'viewer'::text, 'learner'::text, 'customer'::text])))
);
ALTER TABLE ONLY kernel.memberships FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.migrations (
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE kernel.organisations (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    owner_id uuid NOT NULL,
    owner_role text DEFAULT 'owner'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT organisations_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT organisations_owner_role_check CHECK ((owner_role = 'owner'::text)),
    CONSTRAINT organisations_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9-]{1,62}$'::text)),
    CONSTRAINT organisations_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY kernel.organisations FORCE ROW LEVEL SECURITY;
CREATE VIEW kernel.organisation_things WITH (security_invoker='true') AS
 SELECT tenant_id,
    id,
    jsonb_build_object('name', name, 'slug', slug, 'owner_id', owner_id) AS attributes,
    '{}'::text[] AS scopes
   FROM kernel.organisations o;
CREATE TABLE kernel.policies (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    effect text NOT NULL,
    actions text[] NOT NULL,
    resources text[] NOT NULL,
    conditions jsonb,
    priority integer DEFAULT 0 NOT NULL,
    is_enabled boolean DEFAULT true NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_by text DEFAULT kernel.current_actor() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT policies_actions_check CHECK (((cardinality(actions) >= 1) AND (cardinality(actions) <= 100))),
    CONSTRAINT policies_description_check CHECK ((length(description) <= 2000)),
    CONSTRAINT policies_effect_check CHECK ((effect = ANY (ARRAY['allow'::text, 'deny'::text]))),
    CONSTRAINT policies_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT policies_priority_check CHECK ((abs(priority) <= 1000000)),
    CONSTRAINT policies_resources_check CHECK (((cardinality(resources) >= 1) AND (cardinality(resources) <= 100)))
);
ALTER TABLE ONLY kernel.policies FORCE ROW LEVEL SECURITY;
CREATE TABLE kernel.policy_evaluations (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    user_id uuid,
    action text NOT NULL,
    resource text NOT NULL,
    is_allowed boolean NOT NULL,
    reason text NOT NULL,
    deciding text[] NOT NULL,
    duration_us integer NOT NULL,
    evaluated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT policy_evaluations_duration_us_check CHECK ((duration_us >= 0)),
    CONSTRAINT policy_evaluations_reason_check CHECK ((reason = ANY (ARRAY['allowed'::text, 'denied'::text, 'error'::text, 'nothing_holds'::text])))
);
ALTER TABLE ONLY kernel.policy_evaluations FORCE ROW LEVEL SECURITY;
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
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    suspended_at timestamp with time zone,
    CONSTRAINT users_display_name_check CHECK (((length(display_name) >= 1) AND (length(display_name) <= 200))),
    CONSTRAINT users_email_check CHECK (((email = lower(email)) AND (email ~~ '%_@_%'::text)))
);
ALTER TABLE ONLY kernel.users FORCE ROW LEVEL SECURITY;
CREATE TABLE learning.abilities (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    user_id uuid NOT NULL,
    module_id uuid NOT NULL,
    theta real DEFAULT 0 NOT NULL,
    se real DEFAULT 1 NOT NULL,
    n integer DEFAULT 0 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY learning.abilities FORCE ROW LEVEL SECURITY;
CREATE TABLE learning.items (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    artifact_id uuid NOT NULL,
    module_id uuid NOT NULL,
    kind text NOT NULL,
    question text NOT NULL,
    concept text DEFAULT ''::text NOT NULL,
    objective_id uuid,
    section text[] DEFAULT '{}'::text[] NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    difficulty text,
    difficulty_prior real DEFAULT 0.5 NOT NULL,
    page integer,
    search text DEFAULT ''::text NOT NULL,
    origin text DEFAULT 'generated'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    shown_count integer DEFAULT 0 NOT NULL,
    CONSTRAINT items_difficulty_check CHECK ((difficulty = ANY (ARRAY['introductory'::text, 'intermediate'::text, 'advanced'::text]))),
    CONSTRAINT items_difficulty_prior_check CHECK (((difficulty_prior >= (0)::double precision) AND (difficulty_prior <= (1)::double precision))),
    CONSTRAINT items_origin_check CHECK ((origin = ANY (ARRAY['generated'::text, 'imported'::text, 'written'::text]))),
    CONSTRAINT items_shown_count_check CHECK ((shown_count >= 0))
);
ALTER TABLE ONLY learning.items FORCE ROW LEVEL SECURITY;
COMMENT ON COLUMN learning.items.difficulty_prior IS 'A guess from the text, 0 easy to 1 hard, until attempts say more.';
CREATE VIEW learning.approved_bank WITH (security_invoker='true') AS
 SELECT i.tenant_id,
    i.artifact_id,
    i.module_id,
    i.kind,
    i.concept,
    i.objective_id,
    i.section,
    i.tags,
    i.difficulty,
    i.difficulty_prior,
    a.approved_at,
    a.version
   FROM ((learning.items i
     JOIN gate.artifacts a ON (((a.tenant_id = i.tenant_id) AND (a.id = i.artifact_id) AND (a.status = 'APPROVED'::gate.artifact_status))))
     JOIN gate.approvals p ON (((p.tenant_id = i.tenant_id) AND (p.artifact_id = i.artifact_id) AND (p.withdrawn_at IS NULL))));
CREATE TABLE learning.attempts (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    artifact_id uuid NOT NULL,
    user_id uuid NOT NULL,
    is_correct boolean,
    user_answer jsonb NOT NULL,
    score real,
    confidence real,
    choice text,
    feedback jsonb DEFAULT '{}'::jsonb NOT NULL,
    graded_by text DEFAULT 'key'::text NOT NULL,
    hint_used boolean DEFAULT false NOT NULL,
    is_first boolean DEFAULT true NOT NULL,
    latency_ms integer,
    idempotency_key text DEFAULT (gen_random_uuid())::text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT attempts_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
    CONSTRAINT attempts_latency_ms_check CHECK ((latency_ms >= 0)),
    CONSTRAINT attempts_score_check CHECK (((score >= (0)::double precision) AND (score <= (1)::double precision)))
);
ALTER TABLE ONLY learning.attempts FORCE ROW LEVEL SECURITY;
CREATE TABLE learning.cards (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    user_id uuid NOT NULL,
    artifact_id uuid NOT NULL,
    module_id uuid NOT NULL,
    state jsonb NOT NULL,
    due timestamp with time zone NOT NULL,
    stability real,
    last_review timestamp with time zone,
    reps integer DEFAULT 0 NOT NULL,
    lapses integer DEFAULT 0 NOT NULL
);
ALTER TABLE ONLY learning.cards FORCE ROW LEVEL SECURITY;
CREATE TABLE learning.item_stats (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    artifact_id uuid NOT NULL,
    n integer NOT NULL,
    p real,
    rpbis real,
    a real,
    b real,
    se_a real,
    se_b real,
    median_latency_ms integer,
    options jsonb DEFAULT '{}'::jsonb NOT NULL,
    flags text[] DEFAULT '{}'::text[] NOT NULL,
    fitted_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT item_stats_n_check CHECK ((n >= 0))
);
ALTER TABLE ONLY learning.item_stats FORCE ROW LEVEL SECURITY;
CREATE TABLE learning.modules (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    module_id uuid NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    subject text DEFAULT ''::text NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    grade_min integer DEFAULT 6 NOT NULL,
    grade_max integer DEFAULT 16 NOT NULL,
    archived_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT modules_check CHECK ((grade_min <= grade_max)),
    CONSTRAINT modules_grade_max_check CHECK (((grade_max >= 1) AND (grade_max <= 20))),
    CONSTRAINT modules_grade_min_check CHECK (((grade_min >= 1) AND (grade_min <= 20)))
);
ALTER TABLE ONLY learning.modules FORCE ROW LEVEL SECURITY;
CREATE TABLE learning.objectives (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    module_id uuid NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    text text NOT NULL,
    section text[] DEFAULT '{}'::text[] NOT NULL,
    source text DEFAULT 'person'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT objectives_source_check CHECK ((source = ANY (ARRAY['person'::text, 'document'::text, 'built-in'::text, 'model'::text]))),
    CONSTRAINT objectives_text_check CHECK (((length(text) >= 1) AND (length(text) <= 500)))
);
ALTER TABLE ONLY learning.objectives FORCE ROW LEVEL SECURITY;
CREATE TABLE learning.prerequisites (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    module_id uuid NOT NULL,
    requires_module_id uuid NOT NULL,
    CONSTRAINT prerequisites_check CHECK ((module_id <> requires_module_id))
);
ALTER TABLE ONLY learning.prerequisites FORCE ROW LEVEL SECURITY;
CREATE TABLE learning.self_ratings (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    attempt_id uuid NOT NULL,
    rating integer NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT self_ratings_rating_check CHECK (((rating >= 1) AND (rating <= 4)))
);
ALTER TABLE ONLY learning.self_ratings FORCE ROW LEVEL SECURITY;
CREATE TABLE learning.sessions (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    module_id uuid NOT NULL,
    status text DEFAULT 'ACTIVE'::text NOT NULL,
    mode text DEFAULT 'adaptive'::text NOT NULL,
    item_limit integer DEFAULT 20 NOT NULL,
    kinds text[] DEFAULT '{}'::text[] NOT NULL,
    mastery_state jsonb DEFAULT '{}'::jsonb NOT NULL,
    current_artifact_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    completed_at timestamp with time zone,
    CONSTRAINT sessions_check CHECK (((status = 'ACTIVE'::text) = (completed_at IS NULL))),
    CONSTRAINT sessions_item_limit_check CHECK (((item_limit >= 1) AND (item_limit <= 500))),
    CONSTRAINT sessions_mode_check CHECK ((mode = ANY (ARRAY['adaptive'::text, 'review'::text, 'in_order'::text]))),
    CONSTRAINT sessions_status_check CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'COMPLETED'::text, 'ABANDONED'::text])))
);
ALTER TABLE ONLY learning.sessions FORCE ROW LEVEL SECURITY;
CREATE TABLE learning.statements (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    attempt_id uuid,
    statement jsonb NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    sent_at timestamp with time zone,
    error text,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    session_id uuid
);
ALTER TABLE ONLY learning.statements FORCE ROW LEVEL SECURITY;
CREATE VIEW learning_bank.artifacts WITH (security_invoker='true') AS
 SELECT id,
    module_id,
    run_id AS generation_run_id,
    upper(split_part(kind, '.'::text, 2)) AS type,
    status,
    schema_version,
    difficulty,
    tags,
    artifact_payload,
    grounding,
    evidence_version,
    approved_at,
    rejected_at,
    created_at
   FROM gate.artifacts a;
CREATE VIEW learning_bank.attempts WITH (security_invoker='true') AS
 SELECT t.id,
    t.tenant_id,
    t.session_id,
    t.artifact_id,
    COALESCE(t.is_correct, (r.rating > 1), false) AS is_correct,
    t.user_answer,
    t.created_at
   FROM (learning.attempts t
     LEFT JOIN learning.self_ratings r ON (((r.tenant_id = t.tenant_id) AND (r.attempt_id = t.id))));
CREATE VIEW learning_bank.documents WITH (security_invoker='true') AS
 SELECT id,
    module_id,
    store_id,
    title,
    source_uri,
    sha256,
    metadata,
    file_name,
    doc_name,
    indexed_at,
    created_at
   FROM evidence.documents;
CREATE VIEW learning_bank.eval_results WITH (security_invoker='true') AS
 SELECT id,
    eval_run_id,
    rule_id,
    COALESCE(pass, false) AS pass,
    (score)::real AS score,
    details,
    created_at
   FROM gate.eval_results;
CREATE VIEW learning_bank.eval_rules WITH (security_invoker='true') AS
 SELECT id,
    suite_id,
    eval_type,
    (min_score)::real AS min_score,
    (max_score)::real AS max_score,
    (weight)::real AS weight,
    hard_fail,
    (params || jsonb_build_object('advisory', is_advisory)) AS params,
    created_at
   FROM gate.eval_rules;
CREATE VIEW learning_bank.eval_runs WITH (security_invoker='true') AS
 SELECT id,
    artifact_id,
    generation_run_id,
    suite_id,
    judge_model,
    judge_params,
    status,
    overall_pass,
    (overall_score)::real AS overall_score,
    error,
    started_at,
    finished_at,
    created_at
   FROM gate.eval_runs;
CREATE VIEW learning_bank.eval_suites WITH (security_invoker='true') AS
 SELECT id,
    ((name || '@'::text) || version) AS name,
    description,
    created_at
   FROM gate.eval_suites;
CREATE VIEW learning_bank.file_search_stores WITH (security_invoker='true') AS
 SELECT s.id,
    s.module_id,
    s.store_name,
    m.title AS display_name,
    '{}'::jsonb AS chunking_config,
    s.created_at
   FROM (evidence.file_search_stores s
     JOIN evidence.modules m ON (((m.tenant_id = s.tenant_id) AND (m.id = s.module_id))));
CREATE VIEW learning_bank.generation_runs WITH (security_invoker='true') AS
 SELECT g.id,
    g.module_id,
    g.agent_name,
    g.agent_version,
    g.model,
    g.model_params,
    g.prompt_id,
    g.store_name,
    g.metadata_filter,
    gate.run_word(r.status) AS status,
    r.input AS input_payload,
    g.output_payload,
        CASE
            WHEN (r.error_code IS NOT NULL) THEN jsonb_build_object('code', r.error_code, 'message', r.error_message)
            ELSE NULL::jsonb
        END AS error,
    r.started_at,
    r.completed_at AS finished_at,
    g.created_at
   FROM (gate.generation_runs g
     JOIN kernel.runs r ON (((r.tenant_id = g.tenant_id) AND (r.id = g.id))));
CREATE VIEW learning_bank.modules WITH (security_invoker='true') AS
 SELECT m.id,
    m.tenant_id,
    m.title,
    COALESCE(l.description, ''::text) AS description,
    m.title AS name,
    m.created_at
   FROM (evidence.modules m
     LEFT JOIN learning.modules l ON (((l.tenant_id = m.tenant_id) AND (l.module_id = m.id))));
CREATE VIEW learning_bank.prompt_versions WITH (security_invoker='true') AS
 SELECT id,
    name,
    version,
    content,
    metadata,
    created_at
   FROM gate.prompt_versions;
CREATE VIEW learning_bank.sessions WITH (security_invoker='true') AS
 SELECT id,
    tenant_id,
    user_id,
    module_id,
    status,
    mastery_state,
    created_at,
    completed_at
   FROM learning.sessions;
CREATE VIEW learning_bank.tenants WITH (security_invoker='true') AS
 SELECT id,
    name,
    (suspended_at IS NULL) AS is_active,
    created_at
   FROM kernel.tenants;
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
    CONSTRAINT assets_kind_check CHECK ((kind = ANY (ARRAY['pdf'::text, 'notebook'::text, 'requirements'::text, 'metrics'::text, 'logs'::text, 'events'::text, 'storyboard'::text, 'plots'::text, 'environment'::text]))),
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
    origin text DEFAULT 'extracted'::text NOT NULL,
    rejected_at timestamp with time zone,
    own_reason text,
    CONSTRAINT claims_bbox_check CHECK ((array_length(bbox, 1) = 4)),
    CONSTRAINT claims_confidence_check CHECK (((confidence >= 0.0) AND (confidence <= 1.0))),
    CONSTRAINT claims_origin_check CHECK ((origin = ANY (ARRAY['extracted'::text, 'model'::text, 'person'::text]))),
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
    cpu_seconds numeric,
    peak_memory_bytes bigint,
    executor text DEFAULT 'local'::text NOT NULL,
    findings jsonb DEFAULT '[]'::jsonb NOT NULL,
    batch_id uuid,
    CONSTRAINT runs_completed_at_check CHECK (((completed_at IS NULL) OR (completed_at >= started_at))),
    CONSTRAINT runs_cpu_seconds_check CHECK ((cpu_seconds >= (0)::numeric)),
    CONSTRAINT runs_duration_sec_check CHECK (((duration_sec IS NULL) OR (duration_sec >= 0))),
    CONSTRAINT runs_executor_check CHECK ((executor = ANY (ARRAY['local'::text, 'ray'::text]))),
    CONSTRAINT runs_findings_check CHECK ((jsonb_typeof(findings) = 'array'::text)),
    CONSTRAINT runs_peak_memory_bytes_check CHECK ((peak_memory_bytes >= 0)),
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
    supersedes uuid,
    CONSTRAINT papers_page_count_check CHECK ((page_count >= 0)),
    CONSTRAINT papers_status_check CHECK ((status = ANY (ARRAY['ready'::text, 'processing'::text, 'failed'::text]))),
    CONSTRAINT papers_storage_path_check CHECK ((pdf_storage_path ~~ 'papers/%'::text)),
    CONSTRAINT papers_supersedes_check CHECK ((supersedes <> id))
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
    previous_id uuid,
    revision integer DEFAULT 1 NOT NULL,
    variation jsonb,
    CONSTRAINT plans_budget_minutes_check CHECK (((budget_minutes > 0) AND (budget_minutes <= 120))),
    CONSTRAINT plans_revision_check CHECK ((revision >= 1)),
    CONSTRAINT plans_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'ready'::text, 'failed'::text]))),
    CONSTRAINT plans_variation_check CHECK ((jsonb_typeof(variation) = 'object'::text))
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
    artifact_id uuid,
    draft_artifact_id uuid,
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
CREATE TABLE papers.claim_edits (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    paper_id uuid NOT NULL,
    claim_id uuid NOT NULL,
    kind text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    before jsonb,
    after jsonb,
    created_by text DEFAULT kernel.current_actor() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT claim_edits_check CHECK (((before IS NULL) = (kind = 'add'::text))),
    CONSTRAINT claim_edits_check1 CHECK (((after IS NULL) = (kind = 'reject'::text))),
    CONSTRAINT claim_edits_kind_check CHECK ((kind = ANY (ARRAY['correct'::text, 'add'::text, 'reject'::text, 'restore'::text]))),
    CONSTRAINT claim_edits_reason_check CHECK ((length(reason) <= 1000))
);
ALTER TABLE ONLY papers.claim_edits FORCE ROW LEVEL SECURITY;
CREATE TABLE papers.datasets (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    name text NOT NULL,
    entry jsonb,
    sha256 text,
    size_bytes bigint,
    licence_reason text,
    created_by text DEFAULT kernel.current_actor() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT datasets_entry_check CHECK ((jsonb_typeof(entry) = 'object'::text)),
    CONSTRAINT datasets_entry_or_licence_check CHECK ((num_nonnulls(entry, licence_reason) >= 1)),
    CONSTRAINT datasets_file_check CHECK (((entry IS NULL) = (sha256 IS NULL))),
    CONSTRAINT datasets_licence_reason_check CHECK (((length(licence_reason) >= 1) AND (length(licence_reason) <= 1000))),
    CONSTRAINT datasets_name_check CHECK ((name ~ '^[a-z][a-z0-9_]{0,63}$'::text)),
    CONSTRAINT datasets_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT datasets_size_bytes_check CHECK ((size_bytes >= 0))
);
ALTER TABLE ONLY papers.datasets FORCE ROW LEVEL SECURITY;
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
CREATE TABLE papers.linkers (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    learned jsonb NOT NULL,
    edit_count integer NOT NULL,
    created_by text DEFAULT kernel.current_actor() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT linkers_edit_count_check CHECK ((edit_count >= 0)),
    CONSTRAINT linkers_learned_check CHECK ((jsonb_typeof(learned) = 'object'::text))
);
ALTER TABLE ONLY papers.linkers FORCE ROW LEVEL SECURITY;
CREATE TABLE papers.rankings (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    paper_id uuid NOT NULL,
    better_id uuid NOT NULL,
    worse_id uuid NOT NULL,
    note text,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT rankings_check CHECK ((better_id <> worse_id))
);
ALTER TABLE ONLY papers.rankings FORCE ROW LEVEL SECURITY;
CREATE TABLE papers.reproductions (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    paper_id uuid,
    plan_id uuid,
    run_id uuid,
    summary jsonb
);
ALTER TABLE ONLY papers.reproductions FORCE ROW LEVEL SECURITY;
CREATE TABLE papers.retention (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    run_days integer,
    paper_days integer,
    updated_by text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT retention_paper_days_check CHECK ((paper_days >= 1)),
    CONSTRAINT retention_run_days_check CHECK ((run_days >= 1))
);
ALTER TABLE ONLY papers.retention FORCE ROW LEVEL SECURITY;
CREATE TABLE studio.task_submissions (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    task_id uuid NOT NULL,
    action_id uuid NOT NULL,
    idempotency_key text NOT NULL,
    data_hash text NOT NULL,
    data jsonb NOT NULL,
    bindings jsonb DEFAULT '[]'::jsonb NOT NULL,
    submitted_by text DEFAULT kernel.current_actor() NOT NULL,
    submitted_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT task_submissions_data_hash_check CHECK ((data_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT task_submissions_idempotency_key_check CHECK (((length(idempotency_key) >= 1) AND (length(idempotency_key) <= 255)))
);
ALTER TABLE ONLY studio.task_submissions FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.action_submissions WITH (security_invoker='true') AS
 SELECT id,
    task_id,
    action_id,
    idempotency_key,
        CASE
            WHEN (submitted_by ~~ 'user:%'::text) THEN (SUBSTRING(submitted_by FROM 6))::uuid
            ELSE NULL::uuid
        END AS submitted_by,
    submitted_at,
    data,
    data AS result,
    bindings AS bindings_executed,
    submitted_at AS created_at
   FROM studio.task_submissions b;
CREATE VIEW praetor.agency_projects WITH (security_invoker='true') AS
 SELECT id,
    tenant_id,
    organisation_id AS organization_id,
    kernel.id_in(resource) AS project_id,
    user_id AS customer_user_id,
    status,
    created_at AS assigned_at,
    created_at
   FROM kernel.engagements e
  WHERE (resource ~~ 'project:%'::text);
CREATE VIEW praetor.agent_executor_state WITH (security_invoker='true') AS
 SELECT c.run_id AS id,
    c.run_id AS execution_id,
        CASE c.about_kind
            WHEN 'project'::text THEN c.about_id
            ELSE NULL::uuid
        END AS project_id,
    c.status,
    c.strategy,
    ( SELECT jsonb_agg((e.a || jsonb_build_object('status',
                CASE
                    WHEN (c.outputs ? (e.a ->> 'step'::text)) THEN 'completed'::text
                    WHEN (c.status = ANY (ARRAY['failed'::text, 'cancelled'::text])) THEN c.status
                    ELSE 'pending'::text
                END)) ORDER BY e.n) AS jsonb_agg
           FROM jsonb_array_elements(c.agents) WITH ORDINALITY e(a, n)) AS agents,
    c.current_step,
    c.total_steps,
    r.started_at,
    r.completed_at,
    c.tokens_used,
    c.tokens_limit,
    round(((c.micros_used)::numeric / 1000000.0), 4) AS cost_incurred,
    round(((c.micros_limit)::numeric / 1000000.0), 4) AS cost_limit,
    c.outputs AS intermediate_results,
    c.final AS final_result,
    c.error,
    r.created_at,
    c.updated_at
   FROM (agents.concerts c
     JOIN kernel.runs r ON (((r.tenant_id = c.tenant_id) AND (r.id = c.run_id))));
CREATE VIEW praetor.agent_memory WITH (security_invoker='true') AS
 SELECT id,
    tenant_id,
    session_id,
    agent AS agent_name,
    role AS message_role,
    content AS message_content,
    tokens AS tokens_used,
    (metadata || jsonb_build_object('is_pinned', is_pinned)) AS metadata,
    created_at
   FROM agents.memory m;
CREATE TABLE studio.answers (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    question_id uuid NOT NULL,
    question_key text NOT NULL,
    version integer NOT NULL,
    value jsonb NOT NULL,
    source text NOT NULL,
    answered_by text DEFAULT kernel.current_actor() NOT NULL,
    idempotency_key text,
    processing_results jsonb DEFAULT '{}'::jsonb NOT NULL,
    answered_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT answers_idempotency_key_check CHECK (((length(idempotency_key) >= 1) AND (length(idempotency_key) <= 200))),
    CONSTRAINT answers_source_check CHECK ((source = ANY (ARRAY['user'::text, 'prefill_accepted'::text, 'agent'::text]))),
    CONSTRAINT answers_value_check CHECK ((value ? 'raw'::text)),
    CONSTRAINT answers_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY studio.answers FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.answers WITH (security_invoker='true') AS
 SELECT id,
    project_id,
    question_id,
    'plan'::text AS question_type,
    value,
    source,
        CASE
            WHEN (answered_by ~~ 'user:%'::text) THEN (split_part(answered_by, ':'::text, 2))::uuid
            ELSE NULL::uuid
        END AS answered_by,
    answered_at,
    true AS processed,
    processing_results,
    answered_at AS created_at
   FROM studio.answers a;
CREATE VIEW praetor.background_tasks WITH (security_invoker='true') AS
 SELECT id,
    tenant_id,
        CASE
            WHEN ((input ->> 'project_id'::text) ~ '^[0-9a-f-]{36}$'::text) THEN ((input ->> 'project_id'::text))::uuid
            ELSE NULL::uuid
        END AS project_id,
    kind AS task_type,
    input AS payload,
    0 AS priority,
        CASE status
            WHEN 'queued'::text THEN 'pending'::text
            WHEN 'running'::text THEN 'running'::text
            WHEN 'succeeded'::text THEN 'completed'::text
            ELSE 'failed'::text
        END AS status,
    attempts,
    NULL::integer AS max_attempts,
    started_at,
    completed_at,
        CASE
            WHEN (error_code IS NOT NULL) THEN jsonb_build_object('code', error_code, 'message', error_message)
            ELSE NULL::jsonb
        END AS error,
    created_at
   FROM kernel.runs r;
CREATE TABLE studio.projects (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    module_id uuid NOT NULL,
    name text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    phase text DEFAULT 'DISCOVERY'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    phase_version integer DEFAULT 0 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid DEFAULT kernel.current_person(),
    CONSTRAINT projects_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT projects_phase_check CHECK ((phase = ANY (ARRAY['CREATED'::text, 'DISCOVERY'::text, 'FEATURE_SELECTION'::text, 'PLAN_GENERATION'::text, 'PLANNING'::text, 'VISUAL_DISCOVERY'::text, 'SPECIFICATION'::text]))),
    CONSTRAINT projects_phase_version_check CHECK ((phase_version >= 0)),
    CONSTRAINT projects_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text, 'archived'::text])))
);
ALTER TABLE ONLY studio.projects FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.budget_limits WITH (security_invoker='true') AS
 SELECT p.id,
    p.id AS project_id,
    max(b.limit_amount) FILTER (WHERE (b.name = 'agents.tokens'::text)) AS max_tokens,
    (((max(b.limit_amount) FILTER (WHERE (b.name = 'agents.micros'::text)))::numeric / 1000000.0))::numeric(14,4) AS max_cost_usd,
    0.80::numeric(3,2) AS warning_threshold,
    COALESCE(( SELECT c.on_limit
           FROM agents.choices c
          WHERE (c.tenant_id = p.tenant_id)
          GROUP BY c.on_limit
          ORDER BY (count(*)) DESC, c.on_limit
         LIMIT 1), 'pause'::text) AS on_limit_reached,
    p.created_at,
    p.created_at AS updated_at,
    p.tenant_id
   FROM (studio.projects p
     JOIN kernel.budgets b ON (((b.tenant_id = p.tenant_id) AND (b.name = ANY (ARRAY['agents.tokens'::text, 'agents.micros'::text])))))
  GROUP BY p.tenant_id, p.id, p.created_at;
CREATE TABLE studio.library_items (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL,
    is_withdrawn boolean DEFAULT false NOT NULL,
    CONSTRAINT library_items_key_check CHECK (((key ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'::text) AND (length(key) <= 60))),
    CONSTRAINT library_items_kind_check CHECK ((kind = ANY (ARRAY['domains'::text, 'features'::text, 'patterns'::text, 'integrations'::text, 'pools'::text]))),
    CONSTRAINT library_items_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY studio.library_items FORCE ROW LEVEL SECURITY;
CREATE TABLE studio.library_versions (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    item_id uuid NOT NULL,
    version integer NOT NULL,
    entry jsonb,
    written_by text DEFAULT kernel.current_actor() NOT NULL,
    written_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT library_versions_entry_check CHECK (((entry IS NULL) OR (jsonb_typeof(entry) = 'object'::text))),
    CONSTRAINT library_versions_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY studio.library_versions FORCE ROW LEVEL SECURITY;
COMMENT ON COLUMN studio.library_versions.entry IS 'Null is a withdrawal.';
CREATE VIEW studio.library_entries WITH (security_invoker='true') AS
 SELECT i.tenant_id,
    i.id,
    i.kind,
    i.key,
    i.version,
    v.entry,
    v.written_at AS updated_at,
    ( SELECT min(f.written_at) AS min
           FROM studio.library_versions f
          WHERE ((f.tenant_id = i.tenant_id) AND (f.item_id = i.id))) AS created_at
   FROM (studio.library_items i
     JOIN studio.library_versions v ON (((v.tenant_id = i.tenant_id) AND (v.item_id = i.id) AND (v.version = i.version))))
  WHERE ((NOT i.is_withdrawn) AND (v.entry IS NOT NULL));
CREATE VIEW studio.library_entities WITH (security_invoker='true') AS
 SELECT e.tenant_id,
    e.id AS domain_id,
    e.key AS domain_key,
    e.entry AS domain,
    (md5(((e.id)::text || (n.value ->> 'key'::text))))::uuid AS id,
    (n.value ->> 'key'::text) AS key,
    n.value AS entity,
    e.created_at
   FROM (studio.library_entries e
     CROSS JOIN LATERAL jsonb_array_elements(COALESCE((e.entry -> 'entities'::text), '[]'::jsonb)) n(value))
  WHERE (e.kind = 'domains'::text);
CREATE VIEW studio.library_questions WITH (security_invoker='true') AS
 SELECT e.tenant_id,
    e.id AS pool_id,
    e.kind AS pool_kind,
    e.key AS pool_key,
    (e.entry ->> 'template'::text) AS template,
    (md5(((e.id)::text || (x.q ->> 'key'::text))))::uuid AS id,
    (x.q ->> 'key'::text) AS key,
    x.q AS question,
    (x.n)::integer AS "position",
    e.created_at
   FROM (studio.library_entries e
     CROSS JOIN LATERAL jsonb_array_elements(COALESCE((e.entry -> 'questions'::text), '[]'::jsonb)) WITH ORDINALITY x(q, n))
  WHERE (e.kind = ANY (ARRAY['domains'::text, 'pools'::text]));
CREATE VIEW praetor.canonical_questions WITH (security_invoker='true') AS
 SELECT q.id,
    n.id AS entity_id,
    (q.question ->> 'ask'::text) AS question_text,
    q.pool_key AS category,
    COALESCE(((q.question ->> 'weight'::text))::integer, 5) AS priority,
    q.created_at
   FROM (studio.library_questions q
     LEFT JOIN studio.library_entities n ON (((n.tenant_id = q.tenant_id) AND (n.domain_id = q.pool_id) AND (n.key = (q.question ->> 'entity'::text)))));
CREATE VIEW praetor.checkpoint_snapshots WITH (security_invoker='true') AS
 SELECT id,
    run_id AS execution_id,
    step_index,
    step_name,
    state,
    created_at,
    expires_at
   FROM agents.checkpoints k;
CREATE TABLE studio.claims (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    "position" integer NOT NULL,
    message_id uuid NOT NULL,
    field_path text NOT NULL,
    value jsonb NOT NULL,
    kind text NOT NULL,
    source text NOT NULL,
    confidence numeric(3,2) NOT NULL,
    quote text NOT NULL,
    quote_start integer NOT NULL,
    quote_end integer NOT NULL,
    status text NOT NULL,
    superseded_by uuid,
    CONSTRAINT claims_check CHECK ((quote_end > quote_start)),
    CONSTRAINT claims_check1 CHECK (((superseded_by IS NULL) OR (status = 'superseded'::text))),
    CONSTRAINT claims_confidence_check CHECK (((confidence > (0)::numeric) AND (confidence <= (1)::numeric))),
    CONSTRAINT claims_field_path_check CHECK (((length(field_path) >= 1) AND (length(field_path) <= 500))),
    CONSTRAINT claims_kind_check CHECK ((kind = ANY (ARRAY['fact'::text, 'decision'::text, 'inference'::text]))),
    CONSTRAINT claims_position_check CHECK (("position" >= 0)),
    CONSTRAINT claims_quote_check CHECK ((length(quote) > 0)),
    CONSTRAINT claims_quote_start_check CHECK ((quote_start >= 0)),
    CONSTRAINT claims_source_check CHECK (((length(source) >= 1) AND (length(source) <= 100))),
    CONSTRAINT claims_status_check CHECK ((status = ANY (ARRAY['accepted'::text, 'disputed'::text, 'rejected'::text, 'superseded'::text])))
);
ALTER TABLE ONLY studio.claims FORCE ROW LEVEL SECURITY;
CREATE TABLE studio.features (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    candidate_set_id uuid,
    key text NOT NULL,
    title text NOT NULL,
    summary text DEFAULT ''::text NOT NULL,
    category text NOT NULL,
    effort integer NOT NULL,
    origin text NOT NULL,
    needed_by text[] DEFAULT '{}'::text[] NOT NULL,
    depends text[] DEFAULT '{}'::text[] NOT NULL,
    excludes text[] DEFAULT '{}'::text[] NOT NULL,
    accept text[] DEFAULT '{}'::text[] NOT NULL,
    seed_keys text[] DEFAULT '{}'::text[] NOT NULL,
    score numeric(4,3),
    is_selected boolean NOT NULL,
    importance text NOT NULL,
    "position" integer NOT NULL,
    notes text DEFAULT ''::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT features_check CHECK ((NOT (is_selected AND (importance = 'wont'::text)))),
    CONSTRAINT features_effort_check CHECK (((effort >= 1) AND (effort <= 13))),
    CONSTRAINT features_importance_check CHECK ((importance = ANY (ARRAY['must'::text, 'should'::text, 'could'::text, 'wont'::text]))),
    CONSTRAINT features_key_check CHECK (((key ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'::text) AND (length(key) <= 60))),
    CONSTRAINT features_notes_check CHECK ((length(notes) <= 2000)),
    CONSTRAINT features_origin_check CHECK ((origin = ANY (ARRAY['candidate'::text, 'dependency'::text, 'library'::text, 'custom'::text]))),
    CONSTRAINT features_position_check CHECK (("position" >= 0)),
    CONSTRAINT features_score_check CHECK (((score >= (0)::numeric) AND (score <= (1)::numeric))),
    CONSTRAINT features_summary_check CHECK ((length(summary) <= 2000)),
    CONSTRAINT features_title_check CHECK (((length(title) >= 1) AND (length(title) <= 400))),
    CONSTRAINT features_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY studio.features FORCE ROW LEVEL SECURITY;
CREATE TABLE studio.plan_questions (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    key text NOT NULL,
    "position" integer NOT NULL,
    feature_key text,
    feature_keys text[] DEFAULT '{}'::text[] NOT NULL,
    group_key text NOT NULL,
    ask text NOT NULL,
    why text NOT NULL,
    kind text NOT NULL,
    options text[] DEFAULT '{}'::text[] NOT NULL,
    weight integer NOT NULL,
    is_required boolean NOT NULL,
    origins jsonb NOT NULL,
    prefill jsonb,
    prefill_confidence numeric(3,2),
    prefill_source text,
    prefill_explanation text,
    rejected jsonb,
    status text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT plan_questions_ask_check CHECK (((length(ask) >= 1) AND (length(ask) <= 1000))),
    CONSTRAINT plan_questions_check CHECK ((num_nulls(prefill, prefill_confidence, prefill_source, prefill_explanation) = ANY (ARRAY[0, 4]))),
    CONSTRAINT plan_questions_check1 CHECK (((status <> 'prefilled'::text) OR (prefill IS NOT NULL))),
    CONSTRAINT plan_questions_check2 CHECK (((status <> 'suppressed'::text) OR (NOT is_required) OR (prefill IS NOT NULL))),
    CONSTRAINT plan_questions_check3 CHECK (((status <> 'skipped'::text) OR (NOT is_required) OR (length(reason) > 0))),
    CONSTRAINT plan_questions_key_check CHECK (((length(key) >= 1) AND (length(key) <= 130))),
    CONSTRAINT plan_questions_kind_check CHECK ((kind = ANY (ARRAY['text'::text, 'longtext'::text, 'boolean'::text, 'choice'::text, 'multi'::text, 'number'::text, 'money'::text, 'duration'::text, 'date'::text, 'list'::text, 'table'::text, 'file'::text]))),
    CONSTRAINT plan_questions_origins_check CHECK (((jsonb_typeof(origins) = 'array'::text) AND (jsonb_array_length(origins) > 0))),
    CONSTRAINT plan_questions_position_check CHECK (("position" >= 0)),
    CONSTRAINT plan_questions_prefill_confidence_check CHECK (((prefill_confidence >= (0)::numeric) AND (prefill_confidence <= (1)::numeric))),
    CONSTRAINT plan_questions_prefill_explanation_check CHECK ((length(prefill_explanation) > 0)),
    CONSTRAINT plan_questions_prefill_source_check CHECK ((prefill_source = ANY (ARRAY['persona'::text, 'pattern'::text, 'cascade'::text, 'inference'::text]))),
    CONSTRAINT plan_questions_reason_check CHECK ((length(reason) <= 2000)),
    CONSTRAINT plan_questions_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'prefilled'::text, 'accepted'::text, 'edited'::text, 'rejected'::text, 'answered'::text, 'skipped'::text, 'suppressed'::text, 'withdrawn'::text]))),
    CONSTRAINT plan_questions_version_check CHECK ((version > 0)),
    CONSTRAINT plan_questions_weight_check CHECK (((weight >= 1) AND (weight <= 10)))
);
ALTER TABLE ONLY studio.plan_questions FORCE ROW LEVEL SECURITY;
CREATE TABLE studio.question_plans (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    run_id uuid NOT NULL,
    number integer NOT NULL,
    status text DEFAULT 'generating'::text NOT NULL,
    source_hash text NOT NULL,
    library_version text DEFAULT ''::text NOT NULL,
    sections jsonb DEFAULT '[]'::jsonb NOT NULL,
    notices text[] DEFAULT '{}'::text[] NOT NULL,
    stale_reason text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    generated_at timestamp with time zone,
    CONSTRAINT question_plans_check CHECK (((status = ANY (ARRAY['generating'::text, 'failed'::text])) OR (generated_at IS NOT NULL))),
    CONSTRAINT question_plans_number_check CHECK ((number > 0)),
    CONSTRAINT question_plans_sections_check CHECK ((jsonb_typeof(sections) = 'array'::text)),
    CONSTRAINT question_plans_status_check CHECK ((status = ANY (ARRAY['generating'::text, 'ready'::text, 'in_progress'::text, 'completed'::text, 'failed'::text, 'superseded'::text])))
);
ALTER TABLE ONLY studio.question_plans FORCE ROW LEVEL SECURITY;
CREATE TABLE studio.specifications (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    artifact_id uuid NOT NULL,
    project_id uuid NOT NULL,
    version text NOT NULL,
    style text NOT NULL,
    source_hash text NOT NULL,
    inputs jsonb NOT NULL,
    cited uuid[] NOT NULL,
    plan_id uuid NOT NULL,
    plan_version bigint NOT NULL,
    board_version bigint NOT NULL,
    compiled_by text DEFAULT kernel.current_actor() NOT NULL,
    compiled_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT specifications_inputs_check CHECK ((jsonb_typeof(inputs) = 'object'::text)),
    CONSTRAINT specifications_source_hash_check CHECK ((source_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT specifications_style_check CHECK ((style = ANY (ARRAY['ears'::text, 'gherkin'::text]))),
    CONSTRAINT specifications_version_check CHECK ((version ~ '^[0-9]+\.[0-9]+\.[0-9]+$'::text))
);
ALTER TABLE ONLY studio.specifications FORCE ROW LEVEL SECURITY;
CREATE VIEW studio.specification_states WITH (security_invoker='true') AS
 SELECT s.tenant_id,
    s.project_id,
    s.artifact_id,
    s.version,
    a.version AS number,
        CASE (a.status)::text
            WHEN 'APPROVED'::text THEN 'approved'::text
            WHEN 'REJECTED'::text THEN 'rejected'::text
            WHEN 'RETIRED'::text THEN 'retired'::text
            ELSE
            CASE
                WHEN (EXISTS ( SELECT 1
                   FROM gate.review_tasks t
                  WHERE ((t.tenant_id = a.tenant_id) AND (t.artifact_id = a.id) AND (t.status = 'open'::text)))) THEN 'in_review'::text
                ELSE 'draft'::text
            END
        END AS status,
    ( SELECT count(*) AS count
           FROM gate.findings f
          WHERE ((f.tenant_id = a.tenant_id) AND (f.artifact_id = a.id) AND (f.status = 'open'::text) AND (f.severity = 'error'::text))) AS blockers,
    ((( SELECT count(*) AS count
           FROM studio.claims c
          WHERE ((c.tenant_id = s.tenant_id) AND (c.id = ANY (s.cited)) AND (c.status = 'accepted'::text))) = cardinality(s.cited)) AND (EXISTS ( SELECT 1
           FROM studio.question_plans q
          WHERE ((q.tenant_id = s.tenant_id) AND (q.id = s.plan_id) AND (q.status = ANY (ARRAY['ready'::text, 'in_progress'::text, 'completed'::text])) AND (q.stale_reason IS NULL)))) AND (s.plan_version = ( SELECT COALESCE(sum(u.version), (0)::bigint) AS "coalesce"
           FROM studio.plan_questions u
          WHERE ((u.tenant_id = s.tenant_id) AND (u.project_id = s.project_id) AND (u.plan_id = s.plan_id)))) AND (s.board_version = ( SELECT COALESCE(sum(f.version), (0)::bigint) AS "coalesce"
           FROM studio.features f
          WHERE ((f.tenant_id = s.tenant_id) AND (f.project_id = s.project_id))))) AS is_current
   FROM (studio.specifications s
     JOIN gate.artifacts a ON (((a.tenant_id = s.tenant_id) AND (a.id = s.artifact_id))));
CREATE VIEW praetor.compiled_specs WITH (security_invoker='true') AS
 SELECT s.artifact_id AS id,
    s.project_id,
    s.version,
    'v2'::text AS format,
    a.artifact_payload AS spec,
    jsonb_build_object('status', t.status, 'blockers', t.blockers, 'is_current', t.is_current, 'findings', ( SELECT COALESCE(jsonb_agg(jsonb_build_object('rule', f.rule, 'severity', f.severity, 'element', f.element, 'message', f.message) ORDER BY f.severity, f.rule, f.element), '[]'::jsonb) AS "coalesce"
           FROM gate.findings f
          WHERE ((f.tenant_id = s.tenant_id) AND (f.artifact_id = s.artifact_id) AND (f.status = 'open'::text)))) AS validation_result,
    s.compiled_at,
        CASE
            WHEN (s.compiled_by ~~ 'user:%'::text) THEN 'user'::text
            ELSE s.compiled_by
        END AS compiled_by,
    s.source_hash,
    s.inputs AS inputs_snapshot
   FROM ((studio.specifications s
     JOIN gate.artifacts a ON (((a.tenant_id = s.tenant_id) AND (a.id = s.artifact_id))))
     JOIN studio.specification_states t ON (((t.tenant_id = s.tenant_id) AND (t.artifact_id = s.artifact_id))));
CREATE TABLE studio.context_links (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    project_id uuid NOT NULL,
    artifact_id uuid NOT NULL,
    depends_on_id uuid NOT NULL,
    dependency text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT context_links_check CHECK ((artifact_id <> depends_on_id)),
    CONSTRAINT context_links_dependency_check CHECK ((dependency = ANY (ARRAY['imports'::text, 'references'::text, 'extends'::text, 'includes'::text])))
);
ALTER TABLE ONLY studio.context_links FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.context_artifact_dependencies WITH (security_invoker='true') AS
 SELECT (md5(((artifact_id)::text || depends_on_id)))::uuid AS id,
    artifact_id,
    depends_on_id AS depends_on_artifact_id,
    dependency AS dependency_type,
    created_at
   FROM studio.context_links l;
CREATE TABLE studio.context_artifacts (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    title text NOT NULL,
    sections jsonb NOT NULL,
    content_hash text NOT NULL,
    size_bytes integer NOT NULL,
    tokens integer NOT NULL,
    is_derived boolean NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    stale_since timestamp with time zone,
    is_gone boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT context_artifacts_check CHECK ((is_derived OR (stale_since IS NULL))),
    CONSTRAINT context_artifacts_content_hash_check CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT context_artifacts_key_check CHECK (((length(key) >= 1) AND (length(key) <= 500))),
    CONSTRAINT context_artifacts_kind_check CHECK ((kind = ANY (ARRAY['spec'::text, 'code'::text, 'doc'::text, 'schema'::text, 'test'::text, 'plan'::text, 'research'::text]))),
    CONSTRAINT context_artifacts_sections_check CHECK ((jsonb_typeof(sections) = 'array'::text)),
    CONSTRAINT context_artifacts_size_bytes_check CHECK ((size_bytes >= 0)),
    CONSTRAINT context_artifacts_tokens_check CHECK ((tokens >= 0)),
    CONSTRAINT context_artifacts_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY studio.context_artifacts FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.context_artifacts WITH (security_invoker='true') AS
 SELECT id,
    project_id,
    kind AS artifact_type,
    key AS artifact_key,
    ( SELECT string_agg(((
                CASE
                    WHEN ((e.s ->> 'heading'::text) = ''::text) THEN ''::text
                    ELSE (('### '::text || (e.s ->> 'heading'::text)) || '
'::text)
                END || (e.s ->> 'text'::text)) || '
'::text), ''::text ORDER BY e.n) AS string_agg
           FROM jsonb_array_elements(a.sections) WITH ORDINALITY e(s, n)) AS content,
    content_hash,
    size_bytes,
    tokens AS token_count,
    jsonb_build_object('title', title, 'stale_since', stale_since) AS metadata,
    version,
    created_at,
    updated_at
   FROM studio.context_artifacts a
  WHERE (NOT is_gone);
CREATE TABLE studio.context_cache (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    project_id uuid NOT NULL,
    cache_key text NOT NULL,
    content text NOT NULL,
    total_tokens integer NOT NULL,
    lines jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT context_cache_cache_key_check CHECK ((cache_key ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT context_cache_check CHECK ((expires_at > created_at)),
    CONSTRAINT context_cache_lines_check CHECK ((jsonb_typeof(lines) = 'array'::text)),
    CONSTRAINT context_cache_total_tokens_check CHECK ((total_tokens >= 0))
);
ALTER TABLE ONLY studio.context_cache FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.context_assembly_cache WITH (security_invoker='true') AS
 SELECT (md5(((project_id)::text || cache_key)))::uuid AS id,
    project_id,
    cache_key,
    content AS assembled_context,
    ARRAY( SELECT ((e.l ->> 'id'::text))::uuid AS uuid
           FROM jsonb_array_elements(c.lines) WITH ORDINALITY e(l, n)
          WHERE ((e.l ->> 'state'::text) <> 'out'::text)
          ORDER BY e.n) AS artifact_ids,
    total_tokens,
    expires_at,
    created_at
   FROM studio.context_cache c;
CREATE TABLE studio.context_profiles (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    target_type text NOT NULL,
    target text NOT NULL,
    max_tokens integer NOT NULL,
    reserved_tokens integer NOT NULL,
    priority integer DEFAULT 5 NOT NULL,
    kinds jsonb DEFAULT '{}'::jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by text DEFAULT kernel.current_actor() NOT NULL,
    CONSTRAINT context_profiles_check CHECK ((reserved_tokens < max_tokens)),
    CONSTRAINT context_profiles_kinds_check CHECK ((jsonb_typeof(kinds) = 'object'::text)),
    CONSTRAINT context_profiles_max_tokens_check CHECK (((max_tokens >= 1) AND (max_tokens <= 1000000))),
    CONSTRAINT context_profiles_priority_check CHECK (((priority >= 1) AND (priority <= 10))),
    CONSTRAINT context_profiles_reserved_tokens_check CHECK ((reserved_tokens >= 0)),
    CONSTRAINT context_profiles_target_check CHECK (((length(target) >= 1) AND (length(target) <= 100))),
    CONSTRAINT context_profiles_target_type_check CHECK ((target_type = ANY (ARRAY['phase'::text, 'agent'::text, 'workflow'::text]))),
    CONSTRAINT context_profiles_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY studio.context_profiles FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.context_budget_profiles WITH (security_invoker='true') AS
 SELECT id,
    ((target_type || ':'::text) || target) AS profile_name,
    target_type,
    target AS target_identifier,
    max_tokens,
    reserved_tokens,
    priority,
    jsonb_build_object('kinds', kinds, 'version', version) AS config,
    created_at,
    updated_at
   FROM studio.context_profiles p;
CREATE TABLE studio.context_requests (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    target_type text NOT NULL,
    target text NOT NULL,
    query text NOT NULL,
    keys text[] DEFAULT '{}'::text[] NOT NULL,
    room integer NOT NULL,
    total_tokens integer NOT NULL,
    is_exceeded boolean NOT NULL,
    is_hit boolean NOT NULL,
    cache_key text NOT NULL,
    lines jsonb NOT NULL,
    asked_by text DEFAULT kernel.current_actor() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT context_requests_check CHECK (((total_tokens >= 0) AND (total_tokens <= room))),
    CONSTRAINT context_requests_lines_check CHECK ((jsonb_typeof(lines) = 'array'::text)),
    CONSTRAINT context_requests_room_check CHECK ((room >= 0)),
    CONSTRAINT context_requests_target_check CHECK (((length(target) >= 1) AND (length(target) <= 100))),
    CONSTRAINT context_requests_target_type_check CHECK ((target_type = ANY (ARRAY['phase'::text, 'agent'::text, 'workflow'::text, 'ad_hoc'::text])))
);
ALTER TABLE ONLY studio.context_requests FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.context_requests WITH (security_invoker='true') AS
 SELECT id,
    project_id,
    target_type AS request_type,
    target AS requester_identifier,
    keys AS requested_artifacts,
    ARRAY( SELECT ((e.l ->> 'id'::text))::uuid AS uuid
           FROM jsonb_array_elements(r.lines) WITH ORDINALITY e(l, n)
          WHERE ((e.l ->> 'state'::text) <> 'out'::text)
          ORDER BY e.n) AS resolved_artifacts,
    total_tokens,
    is_exceeded AS budget_exceeded,
    is_hit AS cache_hit,
    created_at
   FROM studio.context_requests r;
CREATE VIEW praetor.customer_invitations WITH (security_invoker='true') AS
 SELECT id,
    tenant_id,
    organisation_id AS organization_id,
    email,
    encode(token_hash, 'hex'::text) AS token,
    role_id,
    kernel.person_in(invited_by) AS invited_by,
        CASE
            WHEN (accepted_at IS NOT NULL) THEN 'accepted'::text
            WHEN (revoked_at IS NOT NULL) THEN 'revoked'::text
            WHEN (expires_at <= now()) THEN 'expired'::text
            ELSE 'pending'::text
        END AS status,
    expires_at,
    accepted_at,
    accepted_by AS accepted_by_user_id,
    message,
    jsonb_build_object('resource', resource) AS metadata,
    created_at,
    GREATEST(created_at, accepted_at, revoked_at) AS updated_at
   FROM kernel.invitations i
  WHERE (role = 'customer'::text);
CREATE TABLE studio.designs (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    number integer NOT NULL,
    board text NOT NULL,
    accent text,
    tokens jsonb NOT NULL,
    css text NOT NULL,
    contrast jsonb NOT NULL,
    chosen_by text DEFAULT kernel.current_actor() NOT NULL,
    chosen_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT designs_accent_check CHECK ((accent ~ '^#[0-9a-f]{6}$'::text)),
    CONSTRAINT designs_board_check CHECK (((length(board) >= 1) AND (length(board) <= 60))),
    CONSTRAINT designs_contrast_check CHECK ((jsonb_typeof(contrast) = 'array'::text)),
    CONSTRAINT designs_contrast_check1 CHECK ((NOT (contrast @> '[{"is_met": false}]'::jsonb))),
    CONSTRAINT designs_number_check CHECK ((number > 0)),
    CONSTRAINT designs_tokens_check CHECK ((jsonb_typeof(tokens) = 'object'::text))
);
ALTER TABLE ONLY studio.designs FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.design_discovery_output WITH (security_invoker='true') AS
 SELECT DISTINCT ON (tenant_id, project_id) id,
    project_id,
    jsonb_build_object('colorPalette', (tokens -> 'color'::text), 'typography', (tokens -> 'font'::text), 'layoutPreferences', (tokens -> 'layout'::text), 'stylePreferences', jsonb_build_array(board)) AS design_preferences,
    '{}'::jsonb AS research_findings,
    jsonb_build_object('tokens', tokens, 'css', css, 'contrast', contrast) AS compiled_design_system,
    chosen_at AS compiled_at
   FROM studio.designs d
  ORDER BY tenant_id, project_id, number DESC;
CREATE TABLE studio.objectives (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    context_type text NOT NULL,
    version text NOT NULL,
    display_name text NOT NULL,
    config jsonb NOT NULL,
    is_active boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT objectives_config_check CHECK ((jsonb_typeof(config) = 'object'::text)),
    CONSTRAINT objectives_context_type_check CHECK ((context_type = ANY (ARRAY['business_profile'::text, 'idea_discovery'::text, 'project_discovery'::text]))),
    CONSTRAINT objectives_display_name_check CHECK (((length(display_name) >= 1) AND (length(display_name) <= 200))),
    CONSTRAINT objectives_version_check CHECK ((version ~ '^\d+\.\d+\.\d+$'::text))
);
ALTER TABLE ONLY studio.objectives FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.discovery_objectives WITH (security_invoker='true') AS
 SELECT id,
    context_type,
    version,
    display_name,
    config,
    is_active AS active,
    created_at,
    created_at AS updated_at
   FROM studio.objectives;
CREATE TABLE studio.sessions (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    objective_id uuid NOT NULL,
    phase text NOT NULL,
    level text NOT NULL,
    turn integer NOT NULL,
    version integer NOT NULL,
    completeness numeric(3,2) NOT NULL,
    domain text DEFAULT 'general'::text NOT NULL,
    asked_key text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    industry jsonb,
    approval jsonb,
    working_memory jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT sessions_approval_check CHECK ((jsonb_typeof(approval) = 'object'::text)),
    CONSTRAINT sessions_completeness_check CHECK (((completeness >= (0)::numeric) AND (completeness <= (1)::numeric))),
    CONSTRAINT sessions_facts_check CHECK ((jsonb_typeof(facts) = 'object'::text)),
    CONSTRAINT sessions_industry_check CHECK ((jsonb_typeof(industry) = 'object'::text)),
    CONSTRAINT sessions_level_check CHECK ((level = ANY (ARRAY['novice'::text, 'expert'::text]))),
    CONSTRAINT sessions_phase_check CHECK ((phase = ANY (ARRAY['opening'::text, 'exploration'::text, 'validation'::text, 'closing'::text, 'closed'::text]))),
    CONSTRAINT sessions_turn_check CHECK ((turn >= 0)),
    CONSTRAINT sessions_version_check CHECK ((version >= 0))
);
ALTER TABLE ONLY studio.sessions FORCE ROW LEVEL SECURITY;
CREATE TABLE studio.summaries (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    session_id uuid NOT NULL,
    turn_start integer NOT NULL,
    turn_end integer NOT NULL,
    text text NOT NULL,
    snapshot jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT summaries_check CHECK ((turn_end >= turn_start)),
    CONSTRAINT summaries_turn_start_check CHECK ((turn_start >= 0))
);
ALTER TABLE ONLY studio.summaries FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.discovery_output WITH (security_invoker='true') AS
 SELECT id,
    project_id,
    ( SELECT y.text
           FROM studio.summaries y
          WHERE ((y.tenant_id = s.tenant_id) AND (y.session_id = s.id))
          ORDER BY y.turn_start DESC
         LIMIT 1) AS summary,
    ( SELECT COALESCE(jsonb_agg(jsonb_build_object('type',
                CASE
                    WHEN (c.field_path ~~ 'users_and_personas.jobs%'::text) THEN 'action'::text
                    WHEN (c.field_path ~~ 'users_and_personas.%'::text) THEN 'user'::text
                    ELSE 'resource'::text
                END, 'name', COALESCE((c.value ->> 'text'::text), (c.value #>> '{}'::text[])), 'attributes', '{}'::jsonb, 'confidence', c.confidence, 'source_questions', jsonb_build_array(c.message_id)) ORDER BY c."position"), '[]'::jsonb) AS "coalesce"
           FROM studio.claims c
          WHERE ((c.tenant_id = s.tenant_id) AND (c.session_id = s.id) AND (c.status = 'accepted'::text) AND (c.field_path = ANY (ARRAY['users_and_personas.primaryUser'::text, 'users_and_personas.secondaryUsers[]'::text, 'users_and_personas.jobsToBeDone[]'::text, 'domain_specific.coreEntities[]'::text])))) AS extracted_entities,
    completeness AS ontology_coverage,
    ( SELECT COALESCE(jsonb_agg(jsonb_build_object('field', c.field_path, 'value', c.value, 'quote', c.quote) ORDER BY c."position"), '[]'::jsonb) AS "coalesce"
           FROM studio.claims c
          WHERE ((c.tenant_id = s.tenant_id) AND (c.session_id = s.id) AND (c.status = 'accepted'::text) AND (c.kind = 'decision'::text))) AS key_decisions,
    created_at AS compiled_at
   FROM studio.sessions s
  WHERE (phase = 'closed'::text);
CREATE TABLE studio.research_tasks (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    need_key text,
    task_type text NOT NULL,
    query text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    priority integer DEFAULT 5 NOT NULL,
    result jsonb,
    error_message text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    completed_at timestamp with time zone,
    CONSTRAINT research_tasks_attempts_check CHECK (((attempts >= 0) AND (attempts <= 3))),
    CONSTRAINT research_tasks_check CHECK (((status = 'completed'::text) = (result IS NOT NULL))),
    CONSTRAINT research_tasks_check1 CHECK (((status = 'failed'::text) = (error_message IS NOT NULL))),
    CONSTRAINT research_tasks_error_message_check CHECK ((length(error_message) <= 2000)),
    CONSTRAINT research_tasks_need_key_check CHECK (((length(need_key) >= 1) AND (length(need_key) <= 500))),
    CONSTRAINT research_tasks_priority_check CHECK (((priority >= 1) AND (priority <= 10))),
    CONSTRAINT research_tasks_query_check CHECK (((length(query) >= 1) AND (length(query) <= 500))),
    CONSTRAINT research_tasks_result_check CHECK ((jsonb_typeof(result) = 'object'::text)),
    CONSTRAINT research_tasks_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'completed'::text, 'failed'::text]))),
    CONSTRAINT research_tasks_task_type_check CHECK ((task_type = ANY (ARRAY['competitive_analysis'::text, 'tech_feasibility'::text, 'market_research'::text, 'domain_research'::text, 'integration_research'::text])))
);
ALTER TABLE ONLY studio.research_tasks FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.discovery_research_tasks WITH (security_invoker='true') AS
 SELECT id,
    session_id,
    tenant_id,
    need_key AS obligation_key,
    task_type,
    query,
    status,
    result,
    error_message,
    priority,
    created_at,
    started_at,
    completed_at
   FROM studio.research_tasks;
CREATE VIEW praetor.discovery_session_summaries WITH (security_invoker='true') AS
 SELECT (md5(((session_id)::text || turn_start)))::uuid AS id,
    session_id,
    tenant_id,
    text AS summary_text,
    snapshot AS obligation_snapshot,
    ( SELECT jsonb_agg(jsonb_build_object('query', r.query, 'title', (r.result ->> 'title'::text), 'points', jsonb_array_length((r.result -> 'points'::text))) ORDER BY r.id) AS jsonb_agg
           FROM studio.research_tasks r
          WHERE ((r.tenant_id = y.tenant_id) AND (r.session_id = y.session_id) AND (r.status = 'completed'::text) AND (r.completed_at <= y.created_at))) AS research_summary,
    turn_start AS turn_range_start,
    turn_end AS turn_range_end,
    created_at
   FROM studio.summaries y;
CREATE TABLE studio.needs (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    session_id uuid NOT NULL,
    key text NOT NULL,
    "position" integer NOT NULL,
    status text NOT NULL,
    confidence numeric(3,2) NOT NULL,
    attempts integer NOT NULL,
    last_attempt_turn integer,
    satisfied_at_turn integer,
    reason text DEFAULT ''::text NOT NULL,
    negotiation jsonb,
    version integer NOT NULL,
    obligation jsonb,
    origins jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT needs_attempts_check CHECK (((attempts >= 0) AND (attempts <= 100))),
    CONSTRAINT needs_check CHECK (((status <> 'satisfied'::text) OR (confidence > (0)::numeric))),
    CONSTRAINT needs_confidence_check CHECK (((confidence >= (0)::numeric) AND (confidence <= (1)::numeric))),
    CONSTRAINT needs_key_check CHECK (((length(key) >= 1) AND (length(key) <= 500))),
    CONSTRAINT needs_obligation_check CHECK ((jsonb_typeof(obligation) = 'object'::text)),
    CONSTRAINT needs_origins_check CHECK ((jsonb_typeof(origins) = 'array'::text)),
    CONSTRAINT needs_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'partial'::text, 'satisfied'::text, 'deferred'::text, 'skipped'::text]))),
    CONSTRAINT needs_version_check CHECK ((version >= 0))
);
ALTER TABLE ONLY studio.needs FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.elicitation_obligations WITH (security_invoker='true') AS
 SELECT (md5(((s.id)::text || n.key)))::uuid AS id,
    s.tenant_id,
    s.id AS session_id,
    n.key AS obligation_key,
    n.status,
    (d.config ->> 'title'::text) AS title,
    ((d.config ->> 'is_required'::text))::boolean AS required,
        CASE
            WHEN ((n.attempts = 0) AND (n.status = 'satisfied'::text)) THEN 'inferred'::text
            ELSE 'direct_question'::text
        END AS collection_type,
    (d.config ->> 'widget'::text) AS widget_type,
    (d.config -> 'after'::text) AS dependencies,
        CASE
            WHEN (n.obligation IS NULL) THEN 'objective'::text
            ELSE 'library'::text
        END AS source,
    COALESCE(((n.origins -> 0) ->> 'layer'::text), 'objective'::text) AS origin_layer,
        CASE
            WHEN (n.obligation IS NULL) THEN s.objective_id
            ELSE NULL::uuid
        END AS origin_source_id,
    ((n.origins -> 0) ->> 'pool'::text) AS pool_id,
    ((d.config ->> 'weight'::text))::integer AS task_priority,
    n.negotiation AS negotiation_state,
    n.confidence,
    ( SELECT jsonb_agg(c.value ORDER BY c."position") AS jsonb_agg
           FROM studio.claims c
          WHERE ((c.tenant_id = n.tenant_id) AND (c.session_id = n.session_id) AND (c.field_path = n.key) AND (c.status = 'accepted'::text))) AS extracted_value,
    n.attempts,
    3 AS max_attempts,
    n.last_attempt_turn,
    n.satisfied_at_turn,
    split_part(n.key, '.'::text, 1) AS category,
    n.key AS field_path,
    NULLIF(n.reason, ''::text) AS agent_notes,
        CASE
            WHEN (n.attempts < 3) THEN 'rephrase'::text
            ELSE 'defer'::text
        END AS follow_up_strategy,
    ((d.config -> 'satisfied_when'::text))::text AS satisfied_when,
    NULL::text AS expertise_required,
    NULL::real[] AS embedding
   FROM (((studio.needs n
     JOIN studio.sessions s ON (((s.tenant_id = n.tenant_id) AND (s.id = n.session_id))))
     JOIN studio.objectives o ON (((o.tenant_id = s.tenant_id) AND (o.id = s.objective_id))))
     CROSS JOIN LATERAL ( SELECT COALESCE(n.obligation, ( SELECT e.value AS e
                   FROM jsonb_array_elements((o.config -> 'obligations'::text)) e(value)
                  WHERE ((e.value ->> 'key'::text) = n.key))) AS config) d);
CREATE VIEW praetor.elicitation_sessions WITH (security_invoker='true') AS
 SELECT id,
    tenant_id,
    project_id,
    objective_id,
    phase AS session_phase,
    working_memory AS working_memory_snapshot,
    completeness AS completeness_score,
    turn AS turn_count,
    created_at
   FROM studio.sessions s;
CREATE VIEW praetor.entity_questions WITH (security_invoker='true') AS
 SELECT q.id,
    n.id AS entity_id,
    (q.question ->> 'ask'::text) AS question_text,
    (q.question ->> 'kind'::text) AS question_type,
    COALESCE(NULLIF((q.question -> 'when'::text), 'null'::jsonb), '{}'::jsonb) AS context,
    q.created_at
   FROM (studio.library_questions q
     JOIN studio.library_entities n ON (((n.tenant_id = q.tenant_id) AND (n.domain_id = q.pool_id) AND (n.key = (q.question ->> 'entity'::text)))));
CREATE VIEW praetor.event_log WITH (security_invoker='true') AS
 SELECT id,
    tenant_id,
        CASE stream_kind
            WHEN 'studio_project'::text THEN stream_id
            WHEN 'studio_session'::text THEN ( SELECT s.project_id
               FROM studio.sessions s
              WHERE ((s.tenant_id = e.tenant_id) AND (s.id = e.stream_id)))
            ELSE NULL::uuid
        END AS project_id,
    type AS event_type,
    payload,
        CASE
            WHEN (actor ~~ 'user:%'::text) THEN 'user'::text
            WHEN (actor ~~ 'agent:%'::text) THEN 'agent'::text
            ELSE 'system'::text
        END AS actor_type,
        CASE
            WHEN (actor ~~ 'user:%'::text) THEN (SUBSTRING(actor FROM 6))::uuid
            ELSE NULL::uuid
        END AS actor_id,
    recorded_at AS created_at
   FROM kernel.events e;
CREATE TABLE studio.candidate_sets (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    discovery_version integer NOT NULL,
    candidates jsonb NOT NULL,
    metadata jsonb NOT NULL,
    content_hash text NOT NULL,
    generated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT candidate_sets_candidates_check CHECK ((jsonb_typeof(candidates) = 'array'::text)),
    CONSTRAINT candidate_sets_content_hash_check CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT candidate_sets_discovery_version_check CHECK ((discovery_version >= 0)),
    CONSTRAINT candidate_sets_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text))
);
ALTER TABLE ONLY studio.candidate_sets FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.feature_candidate_sets WITH (security_invoker='true') AS
 SELECT id,
    project_id,
    ( SELECT COALESCE(jsonb_agg((e.c || jsonb_build_object('id', (e.c -> 'key'::text), 'name', (e.c -> 'title'::text), 'description', (e.c -> 'summary'::text), 'complexity',
                CASE
                    WHEN (((e.c ->> 'effort'::text))::integer <= 3) THEN 'low'::text
                    WHEN (((e.c ->> 'effort'::text))::integer <= 5) THEN 'medium'::text
                    ELSE 'high'::text
                END)) ORDER BY e.n), '[]'::jsonb) AS "coalesce"
           FROM jsonb_array_elements(candidate_sets.candidates) WITH ORDINALITY e(c, n)) AS candidates,
    metadata AS generation_metadata,
    generated_at
   FROM studio.candidate_sets;
CREATE VIEW praetor.feature_catalog WITH (security_invoker='true') AS
 SELECT key AS id,
    (entry ->> 'title'::text) AS name,
    (entry ->> 'summary'::text) AS description,
    (entry ->> 'group'::text) AS category,
        CASE
            WHEN (((entry ->> 'effort'::text))::integer <= 3) THEN 'low'::text
            WHEN (((entry ->> 'effort'::text))::integer <= 5) THEN 'medium'::text
            ELSE 'high'::text
        END AS complexity,
    ARRAY( SELECT p.key
           FROM studio.library_entries p
          WHERE ((p.tenant_id = e.tenant_id) AND (p.kind = 'patterns'::text) AND ((p.entry -> 'features'::text) ? e.key))
          ORDER BY p.key) AS related_patterns,
    created_at
   FROM studio.library_entries e
  WHERE (kind = 'features'::text);
CREATE TABLE studio.curations (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    candidate_set_id uuid NOT NULL,
    discovery_version integer NOT NULL,
    user_profiles jsonb DEFAULT '[]'::jsonb NOT NULL,
    priority_signals jsonb DEFAULT '[]'::jsonb NOT NULL,
    constraints jsonb DEFAULT '[]'::jsonb NOT NULL,
    status text DEFAULT 'ready'::text NOT NULL,
    source_hash text DEFAULT ''::text NOT NULL,
    stale_reason text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    completed_at timestamp with time zone,
    CONSTRAINT curations_check CHECK (((status = 'completed'::text) = (completed_at IS NOT NULL))),
    CONSTRAINT curations_discovery_version_check CHECK ((discovery_version >= 0)),
    CONSTRAINT curations_status_check CHECK ((status = ANY (ARRAY['ready'::text, 'in_progress'::text, 'completed'::text, 'abandoned'::text])))
);
ALTER TABLE ONLY studio.curations FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.feature_curation_sessions WITH (security_invoker='true') AS
 SELECT id,
    project_id,
    tenant_id,
    ( SELECT s.id
           FROM studio.sessions s
          WHERE ((s.tenant_id = c.tenant_id) AND (s.project_id = c.project_id))) AS discovery_context_id,
    user_profiles,
    priority_signals,
    constraints,
    status,
    created_at,
    updated_at,
    completed_at
   FROM studio.curations c;
CREATE VIEW praetor.feature_curations WITH (security_invoker='true') AS
 SELECT id,
    project_id,
    tenant_id,
    discovery_context_id,
    user_profiles,
    priority_signals,
    constraints,
    status,
    created_at,
    updated_at,
    completed_at
   FROM praetor.feature_curation_sessions;
CREATE VIEW praetor.feature_driven_plans WITH (security_invoker='true') AS
 SELECT p.id,
    p.project_id,
    c.id AS curation_id,
    'planner'::text AS agent_id,
        CASE p.status
            WHEN 'completed'::text THEN 'completed'::text
            WHEN 'superseded'::text THEN 'archived'::text
            WHEN 'failed'::text THEN 'archived'::text
            ELSE 'active'::text
        END AS status,
    p.created_at,
    COALESCE(p.generated_at, p.created_at) AS updated_at
   FROM (studio.question_plans p
     LEFT JOIN studio.curations c ON (((c.tenant_id = p.tenant_id) AND (c.project_id = p.project_id))));
CREATE TABLE studio.feature_seeds (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    key text NOT NULL,
    "position" integer NOT NULL,
    seed_type text NOT NULL,
    feature_name text NOT NULL,
    priority text NOT NULL,
    confidence numeric(3,2) NOT NULL,
    source_field text NOT NULL,
    claim_id uuid NOT NULL,
    quote text NOT NULL,
    rationale text NOT NULL,
    discovery_version integer NOT NULL,
    superseded_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT feature_seeds_confidence_check CHECK (((confidence >= (0)::numeric) AND (confidence <= (1)::numeric))),
    CONSTRAINT feature_seeds_discovery_version_check CHECK ((discovery_version >= 0)),
    CONSTRAINT feature_seeds_feature_name_check CHECK (((length(feature_name) >= 1) AND (length(feature_name) <= 2000))),
    CONSTRAINT feature_seeds_key_check CHECK ((key ~ '^[0-9a-f]{16}$'::text)),
    CONSTRAINT feature_seeds_position_check CHECK (("position" >= 0)),
    CONSTRAINT feature_seeds_priority_check CHECK ((priority = ANY (ARRAY['critical'::text, 'high'::text, 'medium'::text, 'low'::text]))),
    CONSTRAINT feature_seeds_quote_check CHECK ((length(quote) > 0)),
    CONSTRAINT feature_seeds_rationale_check CHECK ((length(rationale) > 0)),
    CONSTRAINT feature_seeds_seed_type_check CHECK ((seed_type = ANY (ARRAY['jtbd_direct'::text, 'pain_solver'::text, 'dealbreaker'::text, 'constraint_driven'::text])))
);
ALTER TABLE ONLY studio.feature_seeds FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.feature_seeds WITH (security_invoker='true') AS
 SELECT id,
    project_id,
    tenant_id,
    seed_type,
    feature_name,
    priority,
    confidence,
    source_field,
    rationale,
    discovery_version,
    ( SELECT s.id
           FROM studio.sessions s
          WHERE ((s.tenant_id = f.tenant_id) AND (s.project_id = f.project_id))) AS created_from_discovery_id,
    created_at
   FROM studio.feature_seeds f
  WHERE (superseded_at IS NULL);
CREATE VIEW praetor.feature_selections WITH (security_invoker='true') AS
 SELECT id,
    project_id,
    candidate_set_id,
    key AS feature_id,
    title AS name,
    summary AS description,
    category,
        CASE
            WHEN (effort <= 3) THEN 'low'::text
            WHEN (effort <= 5) THEN 'medium'::text
            ELSE 'high'::text
        END AS complexity,
    is_selected AS selected,
    "position" AS selection_order,
    notes AS user_notes,
    created_at,
    updated_at
   FROM studio.features;
CREATE TABLE studio.feedback_events (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    feedback_type text NOT NULL,
    target_type text NOT NULL,
    target_key text NOT NULL,
    target_id uuid,
    feedback_data jsonb NOT NULL,
    given_by text DEFAULT kernel.current_actor() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT feedback_events_check CHECK (((feedback_type <> 'rating'::text) OR ((((feedback_data ->> 'rating'::text))::integer >= 1) AND (((feedback_data ->> 'rating'::text))::integer <= 5)))),
    CONSTRAINT feedback_events_check1 CHECK (((target_type <> 'prefill'::text) OR (feedback_data ?& ARRAY['source'::text, 'confidence'::text, 'offered'::text]))),
    CONSTRAINT feedback_events_feedback_data_check CHECK ((jsonb_typeof(feedback_data) = 'object'::text)),
    CONSTRAINT feedback_events_feedback_type_check CHECK ((feedback_type = ANY (ARRAY['suggestion_accepted'::text, 'answer_correction'::text, 'suggestion_dismissed'::text, 'rating'::text, 'comment'::text]))),
    CONSTRAINT feedback_events_target_key_check CHECK ((length(target_key) <= 200)),
    CONSTRAINT feedback_events_target_type_check CHECK ((target_type = ANY (ARRAY['question'::text, 'prefill'::text, 'project'::text])))
);
ALTER TABLE ONLY studio.feedback_events FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.feedback_events WITH (security_invoker='true') AS
 SELECT id,
    project_id,
        CASE
            WHEN (given_by ~~ 'user:%'::text) THEN (substr(given_by, 6))::uuid
            ELSE NULL::uuid
        END AS user_id,
    feedback_type,
    target_type,
    target_id,
    feedback_data,
    created_at
   FROM studio.feedback_events f
  WHERE (feedback_type <> 'suggestion_accepted'::text);
CREATE VIEW praetor.graph_nodes WITH (security_invoker='true') AS
 SELECT (md5(((s.id)::text || n.key)))::uuid AS id,
    s.project_id,
    (md5((((s.id)::text || '#'::text) || split_part(n.key, '.'::text, 1))))::uuid AS parent_id,
    'question'::text AS type,
    n.key AS template_key,
    ( SELECT jsonb_strip_nulls(jsonb_build_object('question_text', (o.value -> 'novice'::text), 'description', (o.value -> 'why'::text), 'variants', jsonb_build_array(jsonb_build_object('type', 'novice', 'text', (o.value -> 'novice'::text), 'confidence', 1), jsonb_build_object('type', 'expert', 'text', (o.value -> 'expert'::text), 'confidence', 1)), 'answer_type', (o.value -> 'widget'::text), 'options', (o.value -> 'choices'::text))) AS jsonb_strip_nulls
           FROM jsonb_array_elements((jsonb_build_array(n.obligation) || COALESCE((b.config -> 'obligations'::text), '[]'::jsonb))) o(value)
          WHERE ((o.value ->> 'key'::text) = n.key)
         LIMIT 1) AS content,
        CASE n.status
            WHEN 'satisfied'::text THEN 'answered'::text
            WHEN 'skipped'::text THEN 'skipped'::text
            WHEN 'pending'::text THEN 'pending'::text
            ELSE 'active'::text
        END AS status,
    n."position" AS display_order,
    '{}'::uuid[] AS dependencies,
    s.created_at,
    s.created_at AS updated_at
   FROM ((studio.needs n
     JOIN studio.sessions s ON (((s.tenant_id = n.tenant_id) AND (s.id = n.session_id))))
     JOIN studio.objectives b ON (((b.tenant_id = s.tenant_id) AND (b.id = s.objective_id))))
UNION ALL
 SELECT (md5((((s.id)::text || '#'::text) || p.section)))::uuid AS id,
    s.project_id,
    NULL::uuid AS parent_id,
    'section'::text AS type,
    p.section AS template_key,
    jsonb_build_object('question_text', p.section) AS content,
    'active'::text AS status,
    p."position" AS display_order,
    '{}'::uuid[] AS dependencies,
    s.created_at,
    s.created_at AS updated_at
   FROM (( SELECT n.tenant_id,
            n.session_id,
            split_part(n.key, '.'::text, 1) AS section,
            min(n."position") AS "position"
           FROM studio.needs n
          GROUP BY n.tenant_id, n.session_id, (split_part(n.key, '.'::text, 1))) p
     JOIN studio.sessions s ON (((s.tenant_id = p.tenant_id) AND (s.id = p.session_id))));
CREATE VIEW praetor.kb_canonical_entities WITH (security_invoker='true') AS
 SELECT id,
    (entity ->> 'title'::text) AS entity_name,
    'resource'::text AS entity_type,
    ARRAY( SELECT jsonb_array_elements_text(COALESCE((n.entity -> 'synonyms'::text), '[]'::jsonb)) AS jsonb_array_elements_text) AS synonyms,
    (entity ->> 'summary'::text) AS description,
    created_at
   FROM studio.library_entities n;
CREATE VIEW praetor.kb_naics_standard_mappings WITH (security_invoker='true') AS
 SELECT (md5(((n.id)::text || c.key)))::uuid AS id,
    c.key AS naics_code,
    n.id AS entity_id,
    ((c.value #>> '{}'::text[]))::numeric(3,2) AS relevance_score,
    n.created_at
   FROM (studio.library_entities n
     CROSS JOIN LATERAL jsonb_each(COALESCE((n.domain -> 'naics'::text), '{}'::jsonb)) c(key, value));
CREATE VIEW praetor.kb_naics_codes WITH (security_invoker='true') AS
 SELECT DISTINCT naics_code AS code
   FROM praetor.kb_naics_standard_mappings m;
CREATE VIEW praetor.kb_pattern_feature_mappings WITH (security_invoker='true') AS
 SELECT e.key AS pattern_id,
    f.key AS feature_id,
    ((f.value #>> '{}'::text[]))::numeric(3,2) AS relevance_score,
    'manual'::text AS mapping_source,
    e.created_at
   FROM (studio.library_entries e
     CROSS JOIN LATERAL jsonb_each(COALESCE((e.entry -> 'features'::text), '{}'::jsonb)) f(key, value))
  WHERE (e.kind = 'patterns'::text);
CREATE VIEW praetor.kb_patterns WITH (security_invoker='true') AS
 SELECT key AS id,
    (entry ->> 'title'::text) AS name,
    (entry ->> 'summary'::text) AS description,
    (entry ->> 'category'::text) AS category,
    COALESCE((entry ->> 'cloud'::text), 'agnostic'::text) AS cloud_provider,
    created_at
   FROM studio.library_entries e
  WHERE (kind = 'patterns'::text);
CREATE TABLE studio.kit_credentials (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    kit_id text NOT NULL,
    credential_id text NOT NULL,
    kind text NOT NULL,
    connection jsonb NOT NULL,
    expires_at timestamp with time zone,
    status text DEFAULT 'active'::text NOT NULL,
    last_checked_at timestamp with time zone,
    last_check_status text,
    created_by text DEFAULT kernel.current_actor() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT kit_credentials_check CHECK (((last_checked_at IS NULL) = (last_check_status IS NULL))),
    CONSTRAINT kit_credentials_connection_check CHECK ((jsonb_typeof(connection) = 'object'::text)),
    CONSTRAINT kit_credentials_credential_id_check CHECK ((credential_id ~ '^[a-z][a-z0-9-]{0,62}$'::text)),
    CONSTRAINT kit_credentials_kind_check CHECK ((kind = ANY (ARRAY['oauth2'::text, 'api_key'::text, 'basic'::text]))),
    CONSTRAINT kit_credentials_kit_id_check CHECK ((kit_id ~ '^[a-z][a-z0-9-]{0,62}$'::text)),
    CONSTRAINT kit_credentials_last_check_status_check CHECK ((last_check_status = ANY (ARRAY['succeeded'::text, 'failed'::text]))),
    CONSTRAINT kit_credentials_status_check CHECK ((status = ANY (ARRAY['active'::text, 'expired'::text, 'revoked'::text])))
);
ALTER TABLE ONLY studio.kit_credentials FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.kit_credentials WITH (security_invoker='true') AS
 SELECT id,
    tenant_id,
    project_id,
    kit_id,
    kind AS credential_type,
    NULL::text AS encrypted_data,
    connection AS connection_info,
    expires_at AS token_expires_at,
    NULL::text AS refresh_token_encrypted,
    status,
    last_checked_at,
    last_check_status,
    created_at,
    updated_at
   FROM studio.kit_credentials c;
CREATE TABLE studio.kits (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    kit_id text NOT NULL,
    version text NOT NULL,
    origin text NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    digest text NOT NULL,
    package_sha256 text NOT NULL,
    manifest jsonb NOT NULL,
    imported_by text DEFAULT kernel.current_actor() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT kits_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT kits_kit_id_check CHECK ((kit_id ~ '^[a-z][a-z0-9-]{0,62}$'::text)),
    CONSTRAINT kits_manifest_check CHECK ((jsonb_typeof(manifest) = 'object'::text)),
    CONSTRAINT kits_origin_check CHECK ((origin = ANY (ARRAY['shipped'::text, 'imported'::text]))),
    CONSTRAINT kits_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'active'::text, 'deprecated'::text]))),
    CONSTRAINT kits_version_check CHECK ((version ~ '^[0-9]+\.[0-9]+\.[0-9]+$'::text))
);
ALTER TABLE ONLY studio.kits FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.kit_definitions WITH (security_invoker='true') AS
 SELECT id,
    tenant_id,
    kit_id,
    (manifest ->> 'name'::text) AS display_name,
    (manifest ->> 'name'::text) AS description,
    version,
    (manifest ->> 'type'::text) AS kit_type,
    status,
    (manifest ->> 'author'::text) AS author,
    (manifest #>> '{platform,name}'::text[]) AS platform_name,
    (manifest #>> '{platform,category}'::text[]) AS platform_category,
    manifest,
    ARRAY( SELECT jsonb_array_elements_text((k.manifest -> 'phases'::text)) AS jsonb_array_elements_text) AS supported_phases,
    jsonb_array_length((manifest -> 'outputs'::text)) AS output_count,
    package_sha256 AS package_path,
    created_at,
    updated_at
   FROM studio.kits k;
CREATE TABLE studio.kit_discoveries (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    kit_id text NOT NULL,
    existing_state jsonb NOT NULL,
    implications jsonb NOT NULL,
    connection jsonb NOT NULL,
    discovered_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    is_invalidated boolean DEFAULT false NOT NULL,
    CONSTRAINT kit_discoveries_check CHECK ((expires_at > discovered_at)),
    CONSTRAINT kit_discoveries_connection_check CHECK ((jsonb_typeof(connection) = 'object'::text)),
    CONSTRAINT kit_discoveries_existing_state_check CHECK ((jsonb_typeof(existing_state) = 'object'::text)),
    CONSTRAINT kit_discoveries_implications_check CHECK ((jsonb_typeof(implications) = 'array'::text)),
    CONSTRAINT kit_discoveries_kit_id_check CHECK ((kit_id ~ '^[a-z][a-z0-9-]{0,62}$'::text))
);
ALTER TABLE ONLY studio.kit_discoveries FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.kit_discover_cache WITH (security_invoker='true') AS
 SELECT id,
    tenant_id,
    project_id,
    kit_id,
    existing_state,
    implications,
    connection AS connection_info,
    discovered_at,
    expires_at,
    is_invalidated AS invalidated
   FROM studio.kit_discoveries d;
CREATE TABLE studio.kit_executions (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    run_id uuid NOT NULL,
    project_id uuid NOT NULL,
    kit_row_id uuid NOT NULL,
    kit_id text NOT NULL,
    kit_version text NOT NULL,
    kit_digest text NOT NULL,
    package_sha256 text NOT NULL,
    artifact_id uuid NOT NULL,
    specification_version text NOT NULL,
    is_dry boolean NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    phase text DEFAULT 'SPEC'::text NOT NULL,
    is_waiting boolean DEFAULT false NOT NULL,
    plan_digest text,
    rendered_sha256 text,
    log text DEFAULT ''::text NOT NULL,
    error_code text,
    error_message text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT kit_executions_check CHECK (((error_code IS NULL) = (status <> ALL (ARRAY['failed'::text, 'partial'::text, 'cancelled'::text])))),
    CONSTRAINT kit_executions_check1 CHECK (((NOT is_waiting) OR ((status = 'running'::text) AND (phase = 'PLAN'::text) AND (plan_digest IS NOT NULL)))),
    CONSTRAINT kit_executions_check2 CHECK (((NOT is_dry) OR (phase <> ALL (ARRAY['APPLY'::text, 'VERIFY'::text])))),
    CONSTRAINT kit_executions_log_check CHECK ((length(log) <= 200000)),
    CONSTRAINT kit_executions_phase_check CHECK ((phase = ANY (ARRAY['SPEC'::text, 'CHECK'::text, 'DISCOVER'::text, 'PLAN'::text, 'VALIDATE'::text, 'APPLY'::text, 'VERIFY'::text]))),
    CONSTRAINT kit_executions_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'completed'::text, 'failed'::text, 'partial'::text, 'cancelled'::text])))
);
ALTER TABLE ONLY studio.kit_executions FORCE ROW LEVEL SECURITY;
CREATE TABLE studio.kit_outputs (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    run_id uuid NOT NULL,
    "position" integer NOT NULL,
    output_id text NOT NULL,
    path text NOT NULL,
    file_type text NOT NULL,
    status text NOT NULL,
    errors integer NOT NULL,
    warnings integer NOT NULL,
    auto_fixed integer NOT NULL,
    repair_attempts integer NOT NULL,
    problems jsonb NOT NULL,
    size_bytes bigint,
    sha256 text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT kit_outputs_auto_fixed_check CHECK ((auto_fixed >= 0)),
    CONSTRAINT kit_outputs_check CHECK (((status = 'failed'::text) = (errors > 0))),
    CONSTRAINT kit_outputs_check1 CHECK (((status = 'failed'::text) = (sha256 IS NULL))),
    CONSTRAINT kit_outputs_check2 CHECK (((sha256 IS NULL) = (size_bytes IS NULL))),
    CONSTRAINT kit_outputs_errors_check CHECK ((errors >= 0)),
    CONSTRAINT kit_outputs_position_check CHECK (("position" >= 0)),
    CONSTRAINT kit_outputs_problems_check CHECK ((jsonb_typeof(problems) = 'array'::text)),
    CONSTRAINT kit_outputs_repair_attempts_check CHECK (((repair_attempts >= 0) AND (repair_attempts <= 3))),
    CONSTRAINT kit_outputs_status_check CHECK ((status = ANY (ARRAY['valid'::text, 'warnings'::text, 'failed'::text]))),
    CONSTRAINT kit_outputs_warnings_check CHECK ((warnings >= 0))
);
ALTER TABLE ONLY studio.kit_outputs FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.kit_execution_outputs WITH (security_invoker='true') AS
 SELECT u.id,
    u.run_id AS execution_id,
    u.output_id,
    u.path AS filename,
    u.file_type AS output_type,
    u.status,
    u.errors AS validation_errors,
    u.warnings AS validation_warnings,
    u.auto_fixed AS validation_auto_fixed,
    u.repair_attempts,
    jsonb_build_object('problems', u.problems) AS validation_details,
    e.rendered_sha256 AS content_path,
    u.size_bytes AS content_size_bytes,
    u.sha256 AS content_hash,
    0 AS token_usage_prompt,
    0 AS token_usage_completion,
    u.created_at
   FROM (studio.kit_outputs u
     JOIN studio.kit_executions e ON (((e.tenant_id = u.tenant_id) AND (e.run_id = u.run_id))));
CREATE TABLE studio.kit_bundles (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    run_id uuid NOT NULL,
    project_id uuid NOT NULL,
    kit_id text NOT NULL,
    artifact_id uuid NOT NULL,
    plan_digest text NOT NULL,
    digest text NOT NULL,
    sha256 text NOT NULL,
    size_bytes bigint NOT NULL,
    files jsonb NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT kit_bundles_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT kit_bundles_files_check CHECK ((jsonb_typeof(files) = 'object'::text)),
    CONSTRAINT kit_bundles_size_bytes_check CHECK ((size_bytes >= 0))
);
ALTER TABLE ONLY studio.kit_bundles FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.kit_executions WITH (security_invoker='true') AS
 SELECT e.run_id AS id,
    e.tenant_id,
    e.project_id,
    kernel.person_in(r.created_by) AS user_id,
    e.kit_row_id AS kit_definition_id,
    e.kit_id,
    e.kit_version,
    e.status,
    r.started_at,
    r.completed_at,
    ((EXTRACT(epoch FROM (r.completed_at - r.started_at)) * (1000)::numeric))::integer AS execution_time_ms,
    r.input AS input_snapshot,
    o.output_count,
    o.outputs_valid,
    o.outputs_warnings,
    o.outputs_failed,
    0 AS token_usage_prompt,
    0 AS token_usage_completion,
    0 AS token_usage_total,
    (0)::numeric(10,6) AS estimated_cost_usd,
    b.sha256 AS bundle_path,
    b.size_bytes AS bundle_size_bytes,
    e.error_message,
        CASE
            WHEN (e.error_code IS NOT NULL) THEN e.phase
            ELSE NULL::text
        END AS error_step,
        CASE
            WHEN (e.error_code IS NOT NULL) THEN jsonb_build_object('code', e.error_code)
            ELSE NULL::jsonb
        END AS error_details,
    (e.run_id)::text AS workflow_run_id,
    NULL::text AS inngest_run_id,
    e.created_at,
    COALESCE(r.completed_at, r.started_at, e.created_at) AS updated_at
   FROM (((studio.kit_executions e
     JOIN kernel.runs r ON (((r.tenant_id = e.tenant_id) AND (r.id = e.run_id))))
     LEFT JOIN studio.kit_bundles b ON (((b.tenant_id = e.tenant_id) AND (b.run_id = e.run_id))))
     CROSS JOIN LATERAL ( SELECT (count(*))::integer AS output_count,
            (count(*) FILTER (WHERE (u.status = 'valid'::text)))::integer AS outputs_valid,
            (count(*) FILTER (WHERE (u.status = 'warnings'::text)))::integer AS outputs_warnings,
            (count(*) FILTER (WHERE (u.status = 'failed'::text)))::integer AS outputs_failed
           FROM studio.kit_outputs u
          WHERE ((u.tenant_id = e.tenant_id) AND (u.run_id = e.run_id))) o);
CREATE TABLE studio.mistakes (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    signature text NOT NULL,
    place text NOT NULL,
    description text NOT NULL,
    strategy text,
    occurrences integer DEFAULT 1 NOT NULL,
    fixed integer DEFAULT 0 NOT NULL,
    failed integer DEFAULT 0 NOT NULL,
    disabled_at timestamp with time zone,
    first_seen timestamp with time zone DEFAULT now() NOT NULL,
    last_seen timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT mistakes_check CHECK (((fixed + failed) <= occurrences)),
    CONSTRAINT mistakes_check1 CHECK (((disabled_at IS NOT NULL) = (failed >= 2))),
    CONSTRAINT mistakes_failed_check CHECK ((failed >= 0)),
    CONSTRAINT mistakes_fixed_check CHECK ((fixed >= 0)),
    CONSTRAINT mistakes_kind_check CHECK ((kind = ANY (ARRAY['circular_reference'::text, 'missing_dependency'::text, 'invalid_state'::text, 'timeout'::text, 'budget_exceeded'::text, 'validation_failure'::text]))),
    CONSTRAINT mistakes_occurrences_check CHECK ((occurrences > 0)),
    CONSTRAINT mistakes_place_check CHECK (((length(place) >= 1) AND (length(place) <= 200))),
    CONSTRAINT mistakes_signature_check CHECK ((signature ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT mistakes_strategy_check CHECK ((strategy = ANY (ARRAY['drop_cycle_edge'::text, 'add_missing_dependency'::text, 'retry_longer'::text, 'reduce_context'::text, 'json_repair'::text, 'reset_state'::text])))
);
ALTER TABLE ONLY studio.mistakes FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.mistake_patterns WITH (security_invoker='true') AS
 SELECT id,
    kind AS pattern_type,
    signature AS pattern_signature,
    description,
    occurrences,
    first_seen,
    last_seen,
    ((strategy IS NOT NULL) AND (disabled_at IS NULL)) AS auto_fix_available,
    jsonb_build_object('strategy', strategy, 'fixed', fixed, 'failed', failed, 'disabled_at', disabled_at) AS fix_strategy,
    first_seen AS created_at
   FROM studio.mistakes;
CREATE VIEW praetor.obligation_events WITH (security_invoker='true') AS
 SELECT id,
    stream_id AS session_id,
    key AS obligation_key,
        CASE
            WHEN (type = 'need_added'::text) THEN 'created'::text
            WHEN (type = 'need_merged'::text) THEN 'merged'::text
            WHEN (type = 'claim_added'::text) THEN 'value_extracted'::text
            WHEN (type = 'need_negotiated'::text) THEN 'negotiation'::text
            WHEN (old_status IS DISTINCT FROM new_status) THEN 'status_changed'::text
            ELSE 'confidence_updated'::text
        END AS event_type,
    old_status,
    new_status,
    old_confidence,
    new_confidence,
    actor AS source,
    payload AS metadata,
    ((payload ->> 'turn'::text))::integer AS turn_number,
    recorded_at AS created_at
   FROM ( SELECT v.id,
            v.stream_id,
            v.seq,
            v.type,
            v.actor,
            v.payload,
            v.recorded_at,
            COALESCE((v.payload ->> 'key'::text), (v.payload ->> 'field_path'::text)) AS key,
                CASE
                    WHEN (v.type = 'need_changed'::text) THEN COALESCE(lag((v.payload ->> 'status'::text)) OVER w, 'pending'::text)
                    ELSE NULL::text
                END AS old_status,
                CASE
                    WHEN (v.type = 'need_changed'::text) THEN (v.payload ->> 'status'::text)
                    ELSE NULL::text
                END AS new_status,
                CASE
                    WHEN (v.type = 'need_changed'::text) THEN COALESCE((lag((v.payload ->> 'confidence'::text)) OVER w)::numeric(3,2), (0)::numeric)
                    ELSE NULL::numeric
                END AS old_confidence,
                CASE
                    WHEN (v.type = 'need_changed'::text) THEN ((v.payload ->> 'confidence'::text))::numeric(3,2)
                    ELSE NULL::numeric
                END AS new_confidence
           FROM kernel.events v
          WHERE ((v.stream_kind = 'studio_session'::text) AND (v.type = ANY (ARRAY['need_added'::text, 'need_merged'::text, 'need_changed'::text, 'need_negotiated'::text, 'claim_added'::text])))
          WINDOW w AS (PARTITION BY v.stream_id, v.type, (v.payload ->> 'key'::text) ORDER BY v.seq)) e;
CREATE VIEW praetor.ontology_domain_templates WITH (security_invoker='true') AS
 SELECT id,
    domain_key AS domain,
    'entity'::text AS category,
    key AS canonical_name,
    (entity ->> 'title'::text) AS display_name,
    jsonb_build_object('suggestedAttributes', COALESCE((entity -> 'attributes'::text), '{}'::jsonb), 'statusEnum', (entity -> 'states'::text), 'transitions', (entity -> 'transitions'::text), 'businessRules', (entity -> 'rules'::text), 'requiredQuestions', ( SELECT COALESCE(jsonb_agg(q.key ORDER BY q."position"), '[]'::jsonb) AS "coalesce"
           FROM studio.library_questions q
          WHERE ((q.tenant_id = n.tenant_id) AND (q.pool_id = n.domain_id) AND ((q.question ->> 'entity'::text) = n.key))), 'relatedEntities', COALESCE((entity -> 'related'::text), '[]'::jsonb)) AS template,
    ARRAY( SELECT jsonb_array_elements_text(COALESCE((n.entity -> 'synonyms'::text), '[]'::jsonb)) AS jsonb_array_elements_text) AS keywords,
    NULL::real[] AS embedding,
    created_at
   FROM studio.library_entities n;
CREATE VIEW praetor.ontology_integration_templates WITH (security_invoker='true') AS
 SELECT id,
    key AS provider,
    (entry ->> 'title'::text) AS display_name,
    (entry ->> 'capability'::text) AS category,
    ARRAY( SELECT jsonb_array_elements_text(COALESCE((e.entry -> 'features'::text), '[]'::jsonb)) AS jsonb_array_elements_text) AS capabilities,
    ARRAY( SELECT jsonb_array_elements_text(COALESCE((e.entry -> 'secrets'::text), '[]'::jsonb)) AS jsonb_array_elements_text) AS required_config,
    jsonb_build_object('apiEndpoints', (entry -> 'operations'::text), 'webhookEvents', COALESCE((entry -> 'webhooks'::text), '[]'::jsonb), 'authMethods', jsonb_build_array((entry -> 'auth'::text)), 'requiredQuestions', '[]'::jsonb, 'configurationSteps', (entry -> 'setup'::text)) AS template,
    (entry ->> 'source'::text) AS docs_reference,
    NULL::real[] AS embedding,
    created_at
   FROM studio.library_entries e
  WHERE (kind = 'integrations'::text);
CREATE VIEW praetor.ontology_pattern_templates WITH (security_invoker='true') AS
 SELECT id,
    key AS pattern_name,
    (entry ->> 'title'::text) AS display_name,
    (entry ->> 'category'::text) AS category,
        CASE
            WHEN (((entry ->> 'effort'::text))::integer <= 3) THEN 'simple'::text
            WHEN (((entry ->> 'effort'::text))::integer <= 5) THEN 'moderate'::text
            ELSE 'complex'::text
        END AS complexity,
    jsonb_build_object('description', (entry -> 'summary'::text), 'steps', (entry -> 'steps'::text), 'requiredQuestions', ( SELECT COALESCE(jsonb_agg(s.s), '[]'::jsonb) AS "coalesce"
           FROM jsonb_object_keys(COALESCE((e.entry -> 'settles'::text), '{}'::jsonb)) s(s)), 'technicalConsiderations', (entry -> 'considerations'::text), 'bestPractices', '[]'::jsonb) AS template,
    ARRAY( SELECT jsonb_array_elements_text(COALESCE((e.entry -> 'signals'::text), '[]'::jsonb)) AS jsonb_array_elements_text) AS keywords,
    ARRAY( SELECT jsonb_array_elements_text(COALESCE((e.entry -> 'domains'::text), '[]'::jsonb)) AS jsonb_array_elements_text) AS compatible_domains,
    NULL::real[] AS embedding,
    created_at
   FROM studio.library_entries e
  WHERE (kind = 'patterns'::text);
CREATE VIEW praetor.organization_members WITH (security_invoker='true') AS
 SELECT (md5(((organisation_id)::text || (user_id)::text)))::uuid AS id,
    tenant_id,
    organisation_id AS organization_id,
    user_id,
    role,
    joined_at,
    joined_at AS created_at
   FROM kernel.organisation_members m;
CREATE VIEW praetor.organizations WITH (security_invoker='true') AS
 SELECT id,
    tenant_id,
    name,
    slug,
    name AS display_name,
    owner_id,
    '{}'::jsonb AS settings,
    created_at,
    updated_at
   FROM kernel.organisations o;
CREATE TABLE studio.pattern_detections (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    pattern_key text NOT NULL,
    pattern_name text NOT NULL,
    confidence numeric(3,2) NOT NULL,
    signals jsonb NOT NULL,
    settles jsonb NOT NULL,
    spec_additions jsonb NOT NULL,
    status text DEFAULT 'detected'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    decided_at timestamp with time zone,
    decided_by text,
    CONSTRAINT pattern_detections_check CHECK (((status = 'detected'::text) = (decided_at IS NULL))),
    CONSTRAINT pattern_detections_confidence_check CHECK (((confidence >= (0)::numeric) AND (confidence <= (1)::numeric))),
    CONSTRAINT pattern_detections_settles_check CHECK ((jsonb_typeof(settles) = 'object'::text)),
    CONSTRAINT pattern_detections_signals_check CHECK ((jsonb_typeof(signals) = 'array'::text)),
    CONSTRAINT pattern_detections_spec_additions_check CHECK ((jsonb_typeof(spec_additions) = 'array'::text)),
    CONSTRAINT pattern_detections_status_check CHECK ((status = ANY (ARRAY['detected'::text, 'applied'::text, 'dismissed'::text]))),
    CONSTRAINT pattern_detections_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY studio.pattern_detections FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.pattern_detections WITH (security_invoker='true') AS
 SELECT id,
    project_id,
    pattern_key AS pattern_id,
    pattern_name,
    confidence AS confidence_score,
    signals AS signals_matched,
    ( SELECT COALESCE(array_agg(q.id ORDER BY q."position"), '{}'::uuid[]) AS "coalesce"
           FROM (studio.plan_questions q
             JOIN studio.question_plans p ON (((p.tenant_id = q.tenant_id) AND (p.id = q.plan_id))))
          WHERE ((q.tenant_id = d.tenant_id) AND (q.project_id = d.project_id) AND (q.status = 'suppressed'::text) AND (d.settles ? q.key) AND (p.status = ANY (ARRAY['ready'::text, 'in_progress'::text, 'completed'::text])))) AS questions_suppressed,
        CASE
            WHEN (status = 'applied'::text) THEN spec_additions
            ELSE '[]'::jsonb
        END AS spec_additions,
    (status = 'applied'::text) AS applied,
        CASE
            WHEN (status = 'applied'::text) THEN decided_at
            ELSE NULL::timestamp with time zone
        END AS applied_at,
    created_at
   FROM studio.pattern_detections d;
CREATE TABLE studio.context_changes (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    artifact_id uuid NOT NULL,
    event_type text NOT NULL,
    old_hash text,
    new_hash text,
    affected uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT context_changes_check CHECK ((old_hash IS DISTINCT FROM new_hash)),
    CONSTRAINT context_changes_check1 CHECK ((((event_type = 'created'::text) = (old_hash IS NULL)) AND ((event_type = 'deleted'::text) = (new_hash IS NULL)))),
    CONSTRAINT context_changes_event_type_check CHECK ((event_type = ANY (ARRAY['created'::text, 'updated'::text, 'deleted'::text])))
);
ALTER TABLE ONLY studio.context_changes FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.pcs_change_events WITH (security_invoker='true') AS
 SELECT id,
    project_id,
    artifact_id,
    event_type,
    old_hash AS old_content_hash,
    new_hash AS new_content_hash,
    affected AS affected_artifacts,
    (cardinality(affected) > 0) AS cascade_detected,
    created_at
   FROM studio.context_changes c;
CREATE VIEW praetor.permission_audit_log WITH (security_invoker='true') AS
 SELECT a.id,
    a.tenant_id,
        CASE a.type
            WHEN 'role_kept'::text THEN 'role_created'::text
            WHEN 'role_granted'::text THEN 'role_assigned'::text
            ELSE a.type
        END AS event_type,
    kernel.person_in(a.actor) AS actor_id,
    (NULLIF((a.payload ->> 'user_id'::text), ''::text))::uuid AS target_user_id,
    (NULLIF((a.payload ->> 'role_id'::text), ''::text))::uuid AS target_role_id,
    (NULLIF((a.payload ->> 'policy_id'::text), ''::text))::uuid AS target_policy_id,
    a.payload AS details,
    a.recorded_at AS created_at
   FROM kernel.events a
  WHERE ((a.stream_kind = 'audit'::text) AND (a.type = ANY (ARRAY['role_kept'::text, 'role_removed'::text, 'role_granted'::text, 'grant_revoked'::text, 'policy_kept'::text, 'policy_removed'::text, 'attributes_set'::text, 'member_added'::text, 'member_removed'::text, 'role_changed'::text, 'customer_engaged'::text, 'organisation_member_kept'::text, 'organisation_member_removed'::text, 'organisation_transferred'::text])))
UNION ALL
 SELECT e.id,
    e.tenant_id,
        CASE
            WHEN e.is_allowed THEN 'policy_evaluated'::text
            ELSE 'access_denied'::text
        END AS event_type,
    e.user_id AS actor_id,
    NULL::uuid AS target_user_id,
    NULL::uuid AS target_role_id,
    NULL::uuid AS target_policy_id,
    jsonb_build_object('action', e.action, 'resource', e.resource, 'reason', e.reason, 'deciding', e.deciding) AS details,
    e.evaluated_at AS created_at
   FROM kernel.policy_evaluations e;
CREATE VIEW praetor.permission_policies WITH (security_invoker='true') AS
 SELECT id,
    tenant_id,
    name,
    description,
    effect,
    actions,
    resources,
    conditions,
    priority,
    is_enabled AS enabled,
    created_at,
    updated_at
   FROM kernel.policies p;
CREATE VIEW praetor.permission_roles WITH (security_invoker='true') AS
 SELECT id,
    tenant_id,
    name,
    description,
    capabilities,
    false AS is_system_role,
    created_at,
    updated_at
   FROM kernel.roles r;
CREATE VIEW praetor.plan_questions WITH (security_invoker='true') AS
 SELECT q.id,
    q.project_id,
    q.plan_id AS question_plan_id,
    f.id AS feature_id,
    q.ask AS question_text,
    q.why AS description,
    q.kind AS answer_type,
    to_jsonb(q.options) AS options,
    (q.prefill #>> '{}'::text[]) AS prefilled_answer,
    COALESCE(q.prefill_confidence, (0)::numeric) AS confidence_score,
    q.prefill_source,
    q.prefill_explanation,
    ( SELECT (a.value ->> 'formatted'::text)
           FROM studio.answers a
          WHERE ((a.tenant_id = q.tenant_id) AND (a.project_id = q.project_id) AND (a.question_key = q.key))
          ORDER BY a.version DESC
         LIMIT 1) AS user_answer,
    q.status,
    q.group_key,
    q."position" AS display_order,
    q.created_at,
    q.updated_at
   FROM (studio.plan_questions q
     LEFT JOIN studio.features f ON (((f.tenant_id = q.tenant_id) AND (f.project_id = q.project_id) AND (f.key = q.feature_key))));
CREATE VIEW praetor.plan_sections WITH (security_invoker='true') AS
 SELECT (md5(((p.id)::text || (e.s ->> 'key'::text))))::uuid AS id,
    p.id AS plan_id,
    f.id AS feature_id,
    (e.s ->> 'title'::text) AS title,
    f.summary AS description,
    ((e.n - 1))::integer AS display_order,
    p.created_at
   FROM ((studio.question_plans p
     CROSS JOIN LATERAL jsonb_array_elements(p.sections) WITH ORDINALITY e(s, n))
     LEFT JOIN studio.features f ON (((f.tenant_id = p.tenant_id) AND (f.project_id = p.project_id) AND (f.key = (e.s ->> 'key'::text)))));
CREATE VIEW praetor.planning_artifacts WITH (security_invoker='true') AS
 SELECT a.id,
    p.id AS project_id,
    split_part(a.kind, '.'::text, 2) AS artifact_type,
    a.artifact_payload AS content,
        CASE (a.status)::text
            WHEN 'APPROVED'::text THEN 'approved'::text
            WHEN 'REJECTED'::text THEN 'rejected'::text
            WHEN 'RETIRED'::text THEN 'rejected'::text
            ELSE
            CASE
                WHEN (EXISTS ( SELECT 1
                   FROM gate.review_tasks t
                  WHERE ((t.tenant_id = a.tenant_id) AND (t.artifact_id = a.id) AND (t.status = 'open'::text)))) THEN 'in_review'::text
                ELSE 'draft'::text
            END
        END AS status,
    v.approved_at,
        CASE
            WHEN (v.approved_by ~~ 'user:%'::text) THEN (split_part(v.approved_by, ':'::text, 2))::uuid
            ELSE NULL::uuid
        END AS approved_by,
    a.created_at,
    GREATEST(a.created_at, a.approved_at, a.rejected_at) AS updated_at
   FROM ((gate.artifacts a
     JOIN studio.projects p ON (((p.tenant_id = a.tenant_id) AND (p.module_id = a.module_id))))
     LEFT JOIN gate.approvals v ON (((v.tenant_id = a.tenant_id) AND (v.artifact_id = a.id) AND (v.withdrawn_at IS NULL))))
  WHERE (a.kind = ANY (ARRAY['studio.blueprint'::text, 'studio.implementation_plan'::text]));
CREATE VIEW praetor.policy_evaluations WITH (security_invoker='true') AS
 SELECT id,
    tenant_id,
    user_id,
    action,
    split_part(resource, ':'::text, 1) AS resource_type,
    kernel.id_in(resource) AS resource_id,
        CASE
            WHEN is_allowed THEN 'allow'::text
            ELSE 'deny'::text
        END AS result,
    ARRAY( SELECT (d.d)::uuid AS d
           FROM unnest(e.deciding) d(d)
          WHERE (d.d ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'::text)) AS matched_policies,
    (round(((duration_us)::numeric / 1000.0)))::integer AS evaluation_time_ms,
    evaluated_at
   FROM kernel.policy_evaluations e;
CREATE VIEW praetor.pool_activation_rules WITH (security_invoker='true') AS
 SELECT (md5((((e.id)::text || r.key) || (r.value #>> '{}'::text[]))))::uuid AS id,
    e.id AS pool_id,
    r.key AS trigger_type,
    (r.value #>> '{}'::text[]) AS trigger_value,
    NULL::numeric(3,2) AS confidence_threshold,
    ARRAY( SELECT jsonb_object_keys(COALESCE((e.entry -> 'naics'::text), '{}'::jsonb)) AS jsonb_object_keys) AS industry_filter,
    e.created_at
   FROM (studio.library_entries e
     CROSS JOIN LATERAL jsonb_each(
        CASE e.kind
            WHEN 'domains'::text THEN jsonb_build_object('domain', e.key)
            ELSE COALESCE(NULLIF((e.entry -> 'when'::text), 'null'::jsonb), '{}'::jsonb)
        END) r(key, value))
  WHERE (e.kind = ANY (ARRAY['domains'::text, 'pools'::text]));
CREATE VIEW praetor.pool_questions WITH (security_invoker='true') AS
 SELECT id,
    pool_id,
    (question ->> 'ask'::text) AS base_prompt,
    (question ->> 'kind'::text) AS question_type,
    COALESCE(((question ->> 'weight'::text))::integer, 5) AS priority,
    "position" AS display_order,
    ARRAY( SELECT (md5(((q.pool_id)::text || a.value)))::uuid AS md5
           FROM jsonb_array_elements_text(COALESCE((q.question -> 'after'::text), '[]'::jsonb)) a(value)) AS prerequisite_questions,
    jsonb_strip_nulls(jsonb_build_object('key', key, 'why', (question -> 'why'::text), 'when', (question -> 'when'::text))) AS metadata,
    NULL::real[] AS embedding,
    created_at
   FROM studio.library_questions q;
CREATE TABLE studio.messages (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    "position" integer NOT NULL,
    turn integer NOT NULL,
    role text NOT NULL,
    content text NOT NULL,
    need_key text,
    card jsonb,
    revises uuid,
    idempotency_key text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT messages_content_check CHECK (((length(content) >= 1) AND (length(content) <= 20000))),
    CONSTRAINT messages_position_check CHECK (("position" >= 0)),
    CONSTRAINT messages_role_check CHECK ((role = ANY (ARRAY['user'::text, 'agent'::text]))),
    CONSTRAINT messages_turn_check CHECK ((turn >= 0))
);
ALTER TABLE ONLY studio.messages FORCE ROW LEVEL SECURITY;
CREATE TABLE studio.phase_passes (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    project_id uuid NOT NULL,
    phase text NOT NULL,
    number integer NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    completed_at timestamp with time zone,
    outcome text,
    reason text DEFAULT ''::text NOT NULL,
    decided_by text,
    CONSTRAINT phase_passes_check CHECK ((completed_at >= started_at)),
    CONSTRAINT phase_passes_check1 CHECK (((completed_at IS NULL) = (outcome IS NULL))),
    CONSTRAINT phase_passes_check2 CHECK (((outcome <> 'skipped'::text) OR ((phase = 'VISUAL_DISCOVERY'::text) AND (length(reason) > 0)))),
    CONSTRAINT phase_passes_check3 CHECK (((outcome <> 'left'::text) OR (length(reason) > 0))),
    CONSTRAINT phase_passes_number_check CHECK ((number > 0)),
    CONSTRAINT phase_passes_outcome_check CHECK ((outcome = ANY (ARRAY['completed'::text, 'skipped'::text, 'left'::text]))),
    CONSTRAINT phase_passes_phase_check CHECK ((phase = ANY (ARRAY['CREATED'::text, 'DISCOVERY'::text, 'FEATURE_SELECTION'::text, 'PLAN_GENERATION'::text, 'PLANNING'::text, 'VISUAL_DISCOVERY'::text, 'SPECIFICATION'::text]))),
    CONSTRAINT phase_passes_reason_check CHECK ((length(reason) <= 2000))
);
ALTER TABLE ONLY studio.phase_passes FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.projects WITH (security_invoker='true') AS
 SELECT p.id,
    p.tenant_id,
    p.name,
    ( SELECT m.content
           FROM (studio.sessions s
             JOIN studio.messages m ON (((m.tenant_id = s.tenant_id) AND (m.session_id = s.id))))
          WHERE ((s.tenant_id = p.tenant_id) AND (s.project_id = p.id) AND (m.role = 'user'::text))
          ORDER BY m."position"
         LIMIT 1) AS description,
    p.status,
    p.phase,
    ( SELECT s.domain
           FROM studio.sessions s
          WHERE ((s.tenant_id = p.tenant_id) AND (s.project_id = p.id))) AS template,
    t.discovery_started_at,
    t.discovery_completed_at,
    t.feature_selection_started_at,
    t.feature_selection_completed_at,
    t.plan_generation_started_at,
    t.plan_generation_completed_at,
    t.planning_started_at,
    t.planning_completed_at,
    t.visual_discovery_started_at,
    t.visual_discovery_completed_at,
    t.specification_started_at,
    t.specification_completed_at,
    jsonb_build_object('phase_version', p.phase_version, 'module_id', p.module_id) AS metadata,
    p.created_at,
    p.updated_at
   FROM (studio.projects p
     LEFT JOIN LATERAL ( SELECT max(w.started_at) FILTER (WHERE (w.phase = 'DISCOVERY'::text)) AS discovery_started_at,
            max(w.completed_at) FILTER (WHERE (w.phase = 'DISCOVERY'::text)) AS discovery_completed_at,
            max(w.started_at) FILTER (WHERE (w.phase = 'FEATURE_SELECTION'::text)) AS feature_selection_started_at,
            max(w.completed_at) FILTER (WHERE (w.phase = 'FEATURE_SELECTION'::text)) AS feature_selection_completed_at,
            max(w.started_at) FILTER (WHERE (w.phase = 'PLAN_GENERATION'::text)) AS plan_generation_started_at,
            max(w.completed_at) FILTER (WHERE (w.phase = 'PLAN_GENERATION'::text)) AS plan_generation_completed_at,
            max(w.started_at) FILTER (WHERE (w.phase = 'PLANNING'::text)) AS planning_started_at,
            max(w.completed_at) FILTER (WHERE (w.phase = 'PLANNING'::text)) AS planning_completed_at,
            max(w.started_at) FILTER (WHERE (w.phase = 'VISUAL_DISCOVERY'::text)) AS visual_discovery_started_at,
            max(w.completed_at) FILTER (WHERE (w.phase = 'VISUAL_DISCOVERY'::text)) AS visual_discovery_completed_at,
            max(w.started_at) FILTER (WHERE (w.phase = 'SPECIFICATION'::text)) AS specification_started_at,
            max(w.completed_at) FILTER (WHERE (w.phase = 'SPECIFICATION'::text)) AS specification_completed_at
           FROM ( SELECT DISTINCT ON (x.phase) x.phase,
                    x.started_at,
                    x.completed_at
                   FROM studio.phase_passes x
                  WHERE ((x.tenant_id = p.tenant_id) AND (x.project_id = p.id))
                  ORDER BY x.phase, x.number DESC) w) t ON (true));
CREATE VIEW praetor.question_plans WITH (security_invoker='true') AS
 SELECT p.id,
    p.project_id,
    n.total_questions,
    f.questions_by_feature,
    g.questions_by_group,
    n.prefill_stats,
    p.status,
    p.generated_at,
    p.created_at
   FROM (((studio.question_plans p
     LEFT JOIN LATERAL ( SELECT (count(*))::integer AS total_questions,
            jsonb_build_object('total', count(q.prefill), 'high_confidence', count(*) FILTER (WHERE (q.prefill_confidence >= 0.85)), 'medium_confidence', count(*) FILTER (WHERE ((q.prefill_confidence >= 0.6) AND (q.prefill_confidence < 0.85))), 'low_confidence', count(*) FILTER (WHERE (q.prefill_confidence < 0.6)), 'by_source', jsonb_build_object('persona', count(*) FILTER (WHERE (q.prefill_source = 'persona'::text)), 'pattern', count(*) FILTER (WHERE (q.prefill_source = 'pattern'::text)), 'cascade', count(*) FILTER (WHERE (q.prefill_source = 'cascade'::text)), 'inference', count(*) FILTER (WHERE (q.prefill_source = 'inference'::text)))) AS prefill_stats
           FROM studio.plan_questions q
          WHERE ((q.tenant_id = p.tenant_id) AND (q.plan_id = p.id) AND (q.status <> ALL (ARRAY['withdrawn'::text, 'suppressed'::text])))) n ON (true))
     LEFT JOIN LATERAL ( SELECT COALESCE(jsonb_object_agg(x.feature_key, x.n), '{}'::jsonb) AS questions_by_feature
           FROM ( SELECT q.feature_key,
                    count(*) AS n
                   FROM studio.plan_questions q
                  WHERE ((q.tenant_id = p.tenant_id) AND (q.plan_id = p.id) AND (q.feature_key IS NOT NULL) AND (q.status <> ALL (ARRAY['withdrawn'::text, 'suppressed'::text])))
                  GROUP BY q.feature_key) x) f ON (true))
     LEFT JOIN LATERAL ( SELECT COALESCE(jsonb_object_agg(x.group_key, x.n), '{}'::jsonb) AS questions_by_group
           FROM ( SELECT q.group_key,
                    count(*) AS n
                   FROM studio.plan_questions q
                  WHERE ((q.tenant_id = p.tenant_id) AND (q.plan_id = p.id) AND (q.status <> ALL (ARRAY['withdrawn'::text, 'suppressed'::text])))
                  GROUP BY q.group_key) x) g ON (true));
CREATE VIEW praetor.question_pools WITH (security_invoker='true') AS
 SELECT id,
    (entry ->> 'title'::text) AS name,
        CASE kind
            WHEN 'domains'::text THEN 'domain'::text
            ELSE 'pool'::text
        END AS category,
    ARRAY( SELECT jsonb_object_keys(COALESCE((e.entry -> 'naics'::text), '{}'::jsonb)) AS jsonb_object_keys) AS industry,
    (entry ->> 'template'::text) AS scenario_type,
    created_at,
    updated_at,
    jsonb_strip_nulls(jsonb_build_object('key', key, 'version', version, 'domain', (entry -> 'summary'::text), 'tags', (entry -> 'strong'::text), 'when', (entry -> 'when'::text))) AS metadata
   FROM studio.library_entries e
  WHERE (kind = ANY (ARRAY['domains'::text, 'pools'::text]));
CREATE VIEW praetor.question_templates WITH (security_invoker='true') AS
 SELECT id,
    key AS template_key,
    pool_key AS category,
    (question ->> 'ask'::text) AS question_text,
    (question ->> 'why'::text) AS description,
    (question ->> 'kind'::text) AS answer_type,
    COALESCE((question -> 'options'::text), '[]'::jsonb) AS options,
    '{}'::jsonb AS validation_rules,
    "position" AS display_order,
    COALESCE(((question ->> 'required'::text))::boolean, false) AS is_required,
    array_remove(ARRAY[template], NULL::text) AS applicable_templates,
    created_at
   FROM studio.library_questions q;
CREATE VIEW praetor.realtime_channels WITH (security_invoker='true') AS
 SELECT id,
    tenant_id,
    channel_name,
    channel_type,
    entity_id,
    jsonb_build_object('stream_kind', stream_kind, 'stream_id', stream_id) AS config,
    is_active,
    last_activity_at,
    created_at,
    updated_at
   FROM kernel.channels c;
CREATE VIEW praetor.realtime_connection_stats WITH (security_invoker='true') AS
 SELECT id,
    tenant_id,
    channel_id,
    connection_id,
    client_info,
    connected_at,
    disconnected_at,
    last_heartbeat_at,
    message_count,
    created_at
   FROM kernel.connections c;
CREATE VIEW praetor.realtime_events_log WITH (security_invoker='true') AS
 SELECT e.id,
    e.tenant_id,
    c.id AS channel_id,
    e.type AS event_type,
    e.payload AS event_data,
    e.recorded_at AS published_at
   FROM (kernel.events e
     JOIN kernel.channels c ON (((c.tenant_id = e.tenant_id) AND (c.stream_kind = e.stream_kind) AND (c.stream_id = e.stream_id))));
CREATE VIEW praetor.realtime_heartbeat_config WITH (security_invoker='true') AS
 SELECT (md5(('heartbeat:'::text || t.name)))::uuid AS id,
    t.name AS channel_type,
    COALESCE(h.heartbeat_interval_ms, 30000) AS heartbeat_interval_ms,
    COALESCE(h.timeout_ms, 90000) AS timeout_ms,
    h.created_at,
    h.updated_at
   FROM (unnest(ARRAY['project'::text, 'session'::text, 'organization'::text, 'user'::text, 'system'::text]) t(name)
     LEFT JOIN kernel.heartbeat_settings h ON ((h.channel_type = t.name)))
  WHERE (( SELECT kernel.current_tenant() AS current_tenant) IS NOT NULL);
CREATE VIEW praetor.requirements_discovery_contexts WITH (security_invoker='true') AS
 SELECT s.id,
    s.project_id,
    s.tenant_id,
    (s.approval IS NOT NULL) AS is_complete,
        CASE
            WHEN (s.approval IS NOT NULL) THEN h.last_at
            ELSE NULL::timestamp with time zone
        END AS completed_at,
    studio.claimed(s.id, 'purpose_and_problem'::text) AS purpose_and_problem,
    studio.claimed(s.id, 'users_and_personas'::text) AS users_and_personas,
    studio.claimed(s.id, 'success_criteria'::text) AS success_criteria,
    studio.claimed(s.id, 'constraints'::text) AS constraints,
    studio.claimed(s.id, 'non_functional_screening'::text) AS non_functional_screening,
    studio.claimed(s.id, 'domain_specific'::text) AS domain_specific,
    s.domain AS domain_type,
    s.version,
    s.created_at,
    h.last_at AS updated_at,
    h.created_by
   FROM (studio.sessions s
     CROSS JOIN LATERAL ( SELECT max(e.recorded_at) AS last_at,
            min(e.actor) FILTER (WHERE (e.seq = 1)) AS created_by
           FROM kernel.events e
          WHERE ((e.tenant_id = s.tenant_id) AND (e.stream_kind = 'studio_session'::text) AND (e.stream_id = s.id))) h);
CREATE VIEW praetor.requirements_discovery_extractions WITH (security_invoker='true') AS
 SELECT c.id,
    c.session_id AS discovery_context_id,
    c.message_id,
    s.project_id,
    c.tenant_id,
    c.field_path,
    c.value AS extracted_value,
    c.confidence,
    c.kind AS extraction_type,
    m.turn AS source_turn_number,
    c.quote AS source_message_snippet,
    m.created_at AS extracted_at
   FROM ((studio.claims c
     JOIN studio.messages m ON (((m.tenant_id = c.tenant_id) AND (m.id = c.message_id))))
     JOIN studio.sessions s ON (((s.tenant_id = c.tenant_id) AND (s.id = c.session_id))));
CREATE VIEW praetor.requirements_discovery_messages WITH (security_invoker='true') AS
 SELECT m.id,
    m.session_id AS discovery_context_id,
    s.project_id,
    m.tenant_id,
    m.role,
    m.content,
        CASE
            WHEN (m.card IS NOT NULL) THEN jsonb_build_object('type',
            CASE
                WHEN ((m.card ->> 'type'::text) = 'multi'::text) THEN 'choice'::text
                ELSE (m.card ->> 'type'::text)
            END, 'choices', (m.card -> 'choices'::text), 'allowEscape', (jsonb_array_length((m.card -> 'escapes'::text)) > 0))
            ELSE NULL::jsonb
        END AS ui_config,
    ( SELECT jsonb_agg(jsonb_build_object('field', c.field_path, 'value', c.value, 'confidence', c.confidence, 'type', c.kind) ORDER BY c."position") AS jsonb_agg
           FROM studio.claims c
          WHERE ((c.tenant_id = m.tenant_id) AND (c.message_id = m.id))) AS extraction_data,
        CASE
            WHEN (m.role = 'agent'::text) THEN m.need_key
            ELSE NULL::text
        END AS question_delivered,
    m.created_at
   FROM (studio.messages m
     JOIN studio.sessions s ON (((s.tenant_id = m.tenant_id) AND (s.id = m.session_id))));
CREATE VIEW praetor.role_assignments WITH (security_invoker='true') AS
 SELECT id,
    tenant_id,
    role_id,
    user_id,
        CASE split_part(scope, ':'::text, 1)
            WHEN 'tenant'::text THEN 'tenant'::text
            WHEN 'project'::text THEN 'project'::text
            ELSE 'resource'::text
        END AS scope_type,
        CASE
            WHEN (scope = 'tenant'::text) THEN tenant_id
            ELSE kernel.id_in(scope)
        END AS scope_id,
    created_at AS assigned_at,
    kernel.person_in(granted_by) AS assigned_by,
    expires_at
   FROM kernel.role_grants g;
CREATE TABLE studio.task_actions (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    task_id uuid NOT NULL,
    "position" integer NOT NULL,
    kind text NOT NULL,
    label text NOT NULL,
    config jsonb NOT NULL,
    is_required boolean DEFAULT true NOT NULL,
    CONSTRAINT task_actions_config_check CHECK ((jsonb_typeof(config) = 'object'::text)),
    CONSTRAINT task_actions_kind_check CHECK ((kind = ANY (ARRAY['FORM_SUBMIT'::text, 'SINGLE_SELECT'::text, 'MULTI_SELECT'::text, 'TEXT_INPUT'::text, 'FILE_UPLOAD'::text, 'APPROVE_REJECT'::text, 'EXTERNAL_LINK'::text]))),
    CONSTRAINT task_actions_label_check CHECK (((length(label) >= 1) AND (length(label) <= 255))),
    CONSTRAINT task_actions_position_check CHECK ((("position" >= 0) AND ("position" <= 19)))
);
ALTER TABLE ONLY studio.task_actions FORCE ROW LEVEL SECURITY;
CREATE TABLE studio.tasks (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    session_id uuid,
    "position" integer,
    kind text NOT NULL,
    need_key text,
    title text NOT NULL,
    options jsonb DEFAULT '[]'::jsonb NOT NULL,
    status text NOT NULL,
    result jsonb,
    project_id uuid NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    priority text DEFAULT 'medium'::text NOT NULL,
    component_key text DEFAULT 'generic'::text NOT NULL,
    assignee_id uuid,
    assignee_role text,
    due_on date,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by text DEFAULT kernel.current_actor() NOT NULL,
    started_at timestamp with time zone,
    closed_at timestamp with time zone,
    CONSTRAINT tasks_assignee_role_check CHECK (((length(assignee_role) >= 1) AND (length(assignee_role) <= 100))),
    CONSTRAINT tasks_component_key_check CHECK ((component_key ~ '^[a-z][a-z0-9-]{0,99}$'::text)),
    CONSTRAINT tasks_description_check CHECK ((length(description) <= 5000)),
    CONSTRAINT tasks_kind_check CHECK ((kind = ANY (ARRAY['PROVIDE'::text, 'DECIDE'::text, 'REVIEW'::text, 'CONNECT'::text]))),
    CONSTRAINT tasks_of_session_check CHECK ((((session_id IS NULL) = (need_key IS NULL)) AND ((session_id IS NULL) = ("position" IS NULL)))),
    CONSTRAINT tasks_one_assignee_check CHECK (((assignee_id IS NULL) OR (assignee_role IS NULL))),
    CONSTRAINT tasks_position_check CHECK (("position" >= 0)),
    CONSTRAINT tasks_priority_check CHECK ((priority = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'urgent'::text]))),
    CONSTRAINT tasks_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'completed'::text, 'cancelled'::text]))),
    CONSTRAINT tasks_title_check CHECK (((length(title) >= 1) AND (length(title) <= 500))),
    CONSTRAINT tasks_version_check CHECK ((version >= 1))
);
ALTER TABLE ONLY studio.tasks FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.task_actions WITH (security_invoker='true') AS
 SELECT a.id,
    a.task_id,
    a.kind AS type,
    a.label,
    NULL::text AS description,
    a.config,
    a."position" AS display_order,
    t.created_at
   FROM (studio.task_actions a
     JOIN studio.tasks t ON (((t.tenant_id = a.tenant_id) AND (t.id = a.task_id))));
CREATE TABLE studio.task_activity (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id bigint NOT NULL,
    project_id uuid NOT NULL,
    task_id uuid NOT NULL,
    kind text NOT NULL,
    actor text DEFAULT kernel.current_actor() NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT task_activity_kind_check CHECK ((kind = ANY (ARRAY['created'::text, 'assigned'::text, 'started'::text, 'submitted'::text, 'completed'::text, 'cancelled'::text, 'blocked'::text, 'unblocked'::text, 'reminded'::text])))
);
ALTER TABLE ONLY studio.task_activity FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.task_activity WITH (security_invoker='true') AS
 SELECT id,
    task_id,
        CASE kind
            WHEN 'submitted'::text THEN 'action_submitted'::text
            WHEN 'reminded'::text THEN 'status_changed'::text
            WHEN 'started'::text THEN 'status_changed'::text
            WHEN 'cancelled'::text THEN 'status_changed'::text
            ELSE kind
        END AS activity_type,
        CASE
            WHEN (actor ~~ 'user:%'::text) THEN 'user'::text
            WHEN (actor ~~ 'agent:%'::text) THEN 'agent'::text
            ELSE 'system'::text
        END AS actor_type,
        CASE
            WHEN (actor ~~ 'user:%'::text) THEN (SUBSTRING(actor FROM 6))::uuid
            ELSE NULL::uuid
        END AS actor_id,
    details,
    created_at
   FROM studio.task_activity a;
CREATE TABLE studio.task_targets (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    project_id uuid NOT NULL,
    task_id uuid NOT NULL,
    kind text NOT NULL,
    target text NOT NULL,
    CONSTRAINT task_targets_kind_check CHECK ((kind ~ '^[a-z][a-z0-9_]{0,49}$'::text)),
    CONSTRAINT task_targets_target_check CHECK (((length(target) >= 1) AND (length(target) <= 500)))
);
ALTER TABLE ONLY studio.task_targets FORCE ROW LEVEL SECURITY;
CREATE VIEW praetor.task_targets WITH (security_invoker='true') AS
 SELECT (md5(((((g.task_id)::text || g.kind) || ':'::text) || g.target)))::uuid AS id,
    g.task_id,
    g.kind AS target_type,
    g.target AS target_id,
    '{}'::jsonb AS metadata,
    t.created_at
   FROM (studio.task_targets g
     JOIN studio.tasks t ON (((t.tenant_id = g.tenant_id) AND (t.id = g.task_id))));
CREATE TABLE studio.task_waits (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    project_id uuid NOT NULL,
    task_id uuid NOT NULL,
    waits_for uuid NOT NULL,
    CONSTRAINT task_waits_check CHECK ((waits_for <> task_id))
);
ALTER TABLE ONLY studio.task_waits FORCE ROW LEVEL SECURITY;
CREATE VIEW studio.task_states WITH (security_invoker='true') AS
 SELECT t.tenant_id,
    t.id,
    t.session_id,
    t."position",
    t.kind,
    t.need_key,
    t.title,
    t.options,
    t.status,
    t.result,
    t.project_id,
    t.description,
    t.priority,
    t.component_key,
    t.assignee_id,
    t.assignee_role,
    t.due_on,
    t.version,
    t.created_at,
    t.created_by,
    t.started_at,
    t.closed_at,
    b.blockers,
        CASE
            WHEN (t.status <> 'pending'::text) THEN t.status
            WHEN (cardinality(b.blockers) > 0) THEN 'blocked'::text
            WHEN (t.started_at IS NOT NULL) THEN 'in_progress'::text
            ELSE 'pending'::text
        END AS state
   FROM (studio.tasks t
     CROSS JOIN LATERAL ( SELECT COALESCE(array_agg(w.waits_for ORDER BY w.waits_for), '{}'::uuid[]) AS blockers
           FROM (studio.task_waits w
             JOIN studio.tasks o ON (((o.tenant_id = w.tenant_id) AND (o.id = w.waits_for))))
          WHERE ((w.tenant_id = t.tenant_id) AND (w.task_id = t.id) AND (o.status = 'pending'::text))) b);
CREATE VIEW praetor.tasks WITH (security_invoker='true') AS
 SELECT id,
    project_id,
    kind AS type,
    "left"(title, 255) AS title,
    description,
    state AS status,
    priority,
    'user'::text AS assignee_type,
    assignee_id,
    (due_on)::timestamp with time zone AS due_date,
    component_key,
    ARRAY( SELECT w.waits_for
           FROM studio.task_waits w
          WHERE ((w.tenant_id = s.tenant_id) AND (w.task_id = s.id))
          ORDER BY w.waits_for) AS dependencies,
    blockers AS blocked_by,
        CASE
            WHEN (status = 'completed'::text) THEN closed_at
            ELSE NULL::timestamp with time zone
        END AS completed_at,
    ( SELECT (SUBSTRING(a.actor FROM 6))::uuid AS "substring"
           FROM studio.task_activity a
          WHERE ((a.tenant_id = s.tenant_id) AND (a.task_id = s.id) AND (a.kind = 'completed'::text) AND (a.actor ~~ 'user:%'::text))
         LIMIT 1) AS completed_by,
    (result #>> '{}'::text[]) AS completion_notes,
    jsonb_strip_nulls(jsonb_build_object('need', need_key, 'role', assignee_role)) AS metadata,
    created_at,
    COALESCE(closed_at, started_at, created_at) AS updated_at
   FROM studio.task_states s;
CREATE VIEW praetor.tenants WITH (security_invoker='true') AS
 SELECT id,
    name,
    slug,
    '{}'::jsonb AS settings,
    NULL::text AS billing_plan,
    created_at,
    created_at AS updated_at
   FROM kernel.tenants t;
CREATE VIEW praetor.users WITH (security_invoker='true') AS
 SELECT u.id,
    m.tenant_id,
    u.email,
    u.display_name AS name,
        CASE m.role
            WHEN 'owner'::text THEN 'owner'::text
            WHEN 'editor'::text THEN 'admin'::text
            ELSE 'member'::text
        END AS role,
    NULL::text AS stytch_user_id,
    NULL::timestamp with time zone AS last_login_at,
        CASE
            WHEN (m.role = 'customer'::text) THEN 'customer'::text
            WHEN (o.organisation_id IS NOT NULL) THEN 'agency_member'::text
            ELSE 'individual'::text
        END AS user_type,
    o.organisation_id AS organization_id,
    m.created_at,
    m.created_at AS updated_at
   FROM ((kernel.memberships m
     JOIN kernel.users u ON ((u.id = m.user_id)))
     LEFT JOIN LATERAL ( SELECT k.organisation_id
           FROM kernel.organisation_members k
          WHERE ((k.tenant_id = m.tenant_id) AND (k.user_id = m.user_id))
          ORDER BY k.organisation_id
         LIMIT 1) o ON (true));
CREATE TABLE studio.imported_statements (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    "position" integer NOT NULL,
    layout text NOT NULL,
    path text NOT NULL,
    title text NOT NULL,
    quote text NOT NULL,
    quote_start integer NOT NULL,
    quote_end integer NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    decided_by text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT imported_statements_check CHECK (((quote_end - quote_start) = length(quote))),
    CONSTRAINT imported_statements_check1 CHECK (((status = 'pending'::text) = (decided_by IS NULL))),
    CONSTRAINT imported_statements_layout_check CHECK ((layout = ANY (ARRAY['openspec'::text, 'spec-kit'::text]))),
    CONSTRAINT imported_statements_path_check CHECK (((length(path) >= 1) AND (length(path) <= 500))),
    CONSTRAINT imported_statements_position_check CHECK (("position" >= 0)),
    CONSTRAINT imported_statements_quote_check CHECK (((length(quote) >= 1) AND (length(quote) <= 8000))),
    CONSTRAINT imported_statements_quote_start_check CHECK ((quote_start >= 0)),
    CONSTRAINT imported_statements_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'accepted'::text, 'rejected'::text])))
);
ALTER TABLE ONLY studio.imported_statements FORCE ROW LEVEL SECURITY;
CREATE TABLE studio.kit_approvals (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    project_id uuid NOT NULL,
    run_id uuid NOT NULL,
    digest text NOT NULL,
    approved_by text DEFAULT kernel.current_actor() NOT NULL,
    approved_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY studio.kit_approvals FORCE ROW LEVEL SECURITY;
CREATE TABLE studio.kit_items (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    project_id uuid NOT NULL,
    run_id uuid NOT NULL,
    path text NOT NULL,
    digest text NOT NULL,
    sha256 text,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY studio.kit_items FORCE ROW LEVEL SECURITY;
CREATE TABLE studio.kit_plan_items (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    project_id uuid NOT NULL,
    run_id uuid NOT NULL,
    digest text NOT NULL,
    path text NOT NULL,
    action text NOT NULL,
    sha256_before text,
    sha256_after text,
    CONSTRAINT kit_plan_items_action_check CHECK ((action = ANY (ARRAY['create'::text, 'update'::text, 'delete'::text, 'no-op'::text]))),
    CONSTRAINT kit_plan_items_check CHECK (((action = 'delete'::text) = (sha256_after IS NULL))),
    CONSTRAINT kit_plan_items_check1 CHECK (((action = 'create'::text) = (sha256_before IS NULL))),
    CONSTRAINT kit_plan_items_path_check CHECK (((length(path) >= 1) AND (length(path) <= 500)))
);
ALTER TABLE ONLY studio.kit_plan_items FORCE ROW LEVEL SECURITY;
CREATE TABLE studio.kit_plans (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    project_id uuid NOT NULL,
    run_id uuid NOT NULL,
    digest text NOT NULL,
    base_run_id uuid,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT kit_plans_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text))
);
ALTER TABLE ONLY studio.kit_plans FORCE ROW LEVEL SECURITY;
CREATE VIEW studio.offer_outcomes WITH (security_invoker='true') AS
 SELECT DISTINCT ON (tenant_id, project_id, target_key, (feedback_data -> 'offered'::text)) tenant_id,
    project_id,
    target_key,
    feedback_type,
    (feedback_data ->> 'source'::text) AS source,
    ((feedback_data ->> 'confidence'::text))::double precision AS confidence,
    (feedback_data -> 'offered'::text) AS offered
   FROM studio.feedback_events f
  WHERE (target_type = 'prefill'::text)
  ORDER BY tenant_id, project_id, target_key, (feedback_data -> 'offered'::text), created_at DESC, id DESC;
CREATE VIEW studio.project_things WITH (security_invoker='true') AS
 SELECT tenant_id,
    id,
    jsonb_build_object('name', name, 'status', status, 'phase', phase, 'owner_id', created_by) AS attributes,
    ARRAY( SELECT DISTINCT ('organisation:'::text || e.organisation_id)
           FROM kernel.engagements e
          WHERE ((e.tenant_id = p.tenant_id) AND (e.resource = ('project:'::text || p.id)) AND (e.status = 'active'::text))) AS scopes
   FROM studio.projects p;
CREATE TABLE studio.reviews (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    run_id uuid NOT NULL,
    project_id uuid NOT NULL,
    artifact_id uuid NOT NULL,
    request_id uuid NOT NULL,
    task_id uuid,
    settled_at timestamp with time zone
);
ALTER TABLE ONLY studio.reviews FORCE ROW LEVEL SECURITY;
CREATE TABLE studio.seed_decisions (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    project_id uuid NOT NULL,
    seed_key text NOT NULL,
    decision text NOT NULL,
    reason text NOT NULL,
    decided_by text DEFAULT kernel.current_actor() NOT NULL,
    decided_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT seed_decisions_decision_check CHECK ((decision = ANY (ARRAY['met'::text, 'dropped'::text, 'left'::text]))),
    CONSTRAINT seed_decisions_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 2000))),
    CONSTRAINT seed_decisions_seed_key_check CHECK ((seed_key ~ '^[0-9a-f]{16}$'::text))
);
ALTER TABLE ONLY studio.seed_decisions FORCE ROW LEVEL SECURITY;
ALTER TABLE studio.task_activity ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME studio.task_activity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE studio.task_files (
    tenant_id uuid DEFAULT kernel.current_tenant() NOT NULL,
    project_id uuid NOT NULL,
    task_id uuid NOT NULL,
    digest text NOT NULL,
    name text NOT NULL,
    bytes bytea NOT NULL,
    CONSTRAINT task_files_bytes_check CHECK (((octet_length(bytes) >= 1) AND (octet_length(bytes) <= 10485760))),
    CONSTRAINT task_files_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT task_files_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255)))
);
ALTER TABLE ONLY studio.task_files FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY kernel.events ATTACH PARTITION kernel.events_default DEFAULT;
ALTER TABLE ONLY agents.checkpoints
    ADD CONSTRAINT checkpoints_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY agents.checkpoints
    ADD CONSTRAINT checkpoints_tenant_id_run_id_step_index_key UNIQUE (tenant_id, run_id, step_index);
ALTER TABLE ONLY agents.choices
    ADD CONSTRAINT choices_pkey PRIMARY KEY (tenant_id, agent);
ALTER TABLE ONLY agents.concerts
    ADD CONSTRAINT concerts_pkey PRIMARY KEY (tenant_id, run_id);
ALTER TABLE ONLY agents.memory
    ADD CONSTRAINT memory_pkey PRIMARY KEY (tenant_id, id);
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
ALTER TABLE ONLY evidence.chunks
    ADD CONSTRAINT chunks_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY evidence.chunks
    ADD CONSTRAINT chunks_tenant_id_document_id_ordinal_key UNIQUE (tenant_id, document_id, ordinal);
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
ALTER TABLE ONLY gate.citations
    ADD CONSTRAINT citations_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY gate.comments
    ADD CONSTRAINT comments_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY gate.eval_results
    ADD CONSTRAINT eval_results_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY gate.eval_results
    ADD CONSTRAINT eval_results_run_rule_key UNIQUE (tenant_id, eval_run_id, rule_id);
ALTER TABLE ONLY gate.eval_rules
    ADD CONSTRAINT eval_rules_pkey PRIMARY KEY (id);
ALTER TABLE ONLY gate.eval_rules
    ADD CONSTRAINT eval_rules_suite_type_key UNIQUE (suite_id, eval_type);
ALTER TABLE ONLY gate.eval_runs
    ADD CONSTRAINT eval_runs_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY gate.eval_suites
    ADD CONSTRAINT eval_suites_name_key UNIQUE NULLS NOT DISTINCT (tenant_id, name, version);
ALTER TABLE ONLY gate.eval_suites
    ADD CONSTRAINT eval_suites_pkey PRIMARY KEY (id);
ALTER TABLE ONLY gate.findings
    ADD CONSTRAINT findings_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY gate.findings
    ADD CONSTRAINT findings_tenant_id_artifact_id_fingerprint_key UNIQUE (tenant_id, artifact_id, fingerprint);
ALTER TABLE ONLY gate.generation_runs
    ADD CONSTRAINT generation_runs_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY gate.judge_calibrations
    ADD CONSTRAINT judge_calibrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY gate.judge_floors
    ADD CONSTRAINT judge_floors_pkey PRIMARY KEY (eval_type);
ALTER TABLE ONLY gate.judges
    ADD CONSTRAINT judges_pkey PRIMARY KEY (id);
ALTER TABLE ONLY gate.judges
    ADD CONSTRAINT judges_tenant_id_name_version_eval_type_key UNIQUE NULLS NOT DISTINCT (tenant_id, name, version, eval_type);
ALTER TABLE ONLY gate.kind_suites
    ADD CONSTRAINT kind_suites_pkey PRIMARY KEY (id);
ALTER TABLE ONLY gate.prompt_activations
    ADD CONSTRAINT prompt_activations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY gate.prompt_versions
    ADD CONSTRAINT prompt_versions_name_version_key UNIQUE NULLS NOT DISTINCT (tenant_id, name, version);
ALTER TABLE ONLY gate.prompt_versions
    ADD CONSTRAINT prompt_versions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY gate.review_tasks
    ADD CONSTRAINT review_tasks_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY gate.reviews
    ADD CONSTRAINT reviews_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY gate.reviews
    ADD CONSTRAINT reviews_tenant_id_task_id_reviewer_key UNIQUE (tenant_id, task_id, reviewer);
ALTER TABLE ONLY gate.waivers
    ADD CONSTRAINT waivers_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY gate.waivers
    ADD CONSTRAINT waivers_tenant_id_artifact_id_eval_type_evidence_version_key UNIQUE (tenant_id, artifact_id, eval_type, evidence_version);
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
ALTER TABLE ONLY kernel.channels
    ADD CONSTRAINT channels_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.channels
    ADD CONSTRAINT channels_tenant_id_channel_name_key UNIQUE (tenant_id, channel_name);
ALTER TABLE ONLY kernel.connections
    ADD CONSTRAINT connections_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.engagements
    ADD CONSTRAINT engagements_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.engagements
    ADD CONSTRAINT engagements_tenant_id_organisation_id_resource_user_id_key UNIQUE (tenant_id, organisation_id, resource, user_id);
ALTER TABLE ONLY kernel.event_types
    ADD CONSTRAINT event_types_pkey PRIMARY KEY (stream_kind, type);
ALTER TABLE ONLY kernel.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (tenant_id, stream_kind, stream_id, seq, recorded_at);
ALTER TABLE ONLY kernel.events_default
    ADD CONSTRAINT events_default_pkey PRIMARY KEY (tenant_id, stream_kind, stream_id, seq, recorded_at);
ALTER TABLE ONLY kernel.heartbeat_settings
    ADD CONSTRAINT heartbeat_settings_pkey PRIMARY KEY (tenant_id, channel_type);
ALTER TABLE ONLY kernel.invitations
    ADD CONSTRAINT invitations_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.invitations
    ADD CONSTRAINT invitations_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY kernel.memberships
    ADD CONSTRAINT memberships_pkey PRIMARY KEY (tenant_id, user_id);
ALTER TABLE ONLY kernel.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);
ALTER TABLE ONLY kernel.organisation_members
    ADD CONSTRAINT organisation_members_pkey PRIMARY KEY (tenant_id, organisation_id, user_id);
ALTER TABLE ONLY kernel.organisation_members
    ADD CONSTRAINT organisation_members_tenant_id_organisation_id_user_id_role_key UNIQUE (tenant_id, organisation_id, user_id, role);
ALTER TABLE ONLY kernel.organisations
    ADD CONSTRAINT organisations_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.organisations
    ADD CONSTRAINT organisations_tenant_id_slug_key UNIQUE (tenant_id, slug);
ALTER TABLE ONLY kernel.policies
    ADD CONSTRAINT policies_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.policies
    ADD CONSTRAINT policies_tenant_id_name_key UNIQUE (tenant_id, name);
ALTER TABLE ONLY kernel.policy_evaluations
    ADD CONSTRAINT policy_evaluations_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.role_grants
    ADD CONSTRAINT role_grants_held_once UNIQUE NULLS NOT DISTINCT (tenant_id, role_id, user_id, scope, organisation_id);
ALTER TABLE ONLY kernel.role_grants
    ADD CONSTRAINT role_grants_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.roles
    ADD CONSTRAINT roles_tenant_id_name_key UNIQUE (tenant_id, name);
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
ALTER TABLE ONLY learning.abilities
    ADD CONSTRAINT abilities_pkey PRIMARY KEY (tenant_id, user_id, module_id);
ALTER TABLE ONLY learning.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY learning.attempts
    ADD CONSTRAINT attempts_tenant_id_session_id_idempotency_key_key UNIQUE (tenant_id, session_id, idempotency_key);
ALTER TABLE ONLY learning.cards
    ADD CONSTRAINT cards_pkey PRIMARY KEY (tenant_id, user_id, artifact_id);
ALTER TABLE ONLY learning.item_stats
    ADD CONSTRAINT item_stats_pkey PRIMARY KEY (tenant_id, artifact_id);
ALTER TABLE ONLY learning.items
    ADD CONSTRAINT items_pkey PRIMARY KEY (tenant_id, artifact_id);
ALTER TABLE ONLY learning.modules
    ADD CONSTRAINT modules_pkey PRIMARY KEY (tenant_id, module_id);
ALTER TABLE ONLY learning.objectives
    ADD CONSTRAINT objectives_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY learning.objectives
    ADD CONSTRAINT objectives_tenant_id_module_id_text_key UNIQUE (tenant_id, module_id, text);
ALTER TABLE ONLY learning.prerequisites
    ADD CONSTRAINT prerequisites_pkey PRIMARY KEY (tenant_id, module_id, requires_module_id);
ALTER TABLE ONLY learning.self_ratings
    ADD CONSTRAINT self_ratings_pkey PRIMARY KEY (tenant_id, attempt_id);
ALTER TABLE ONLY learning.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY learning.statements
    ADD CONSTRAINT statements_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.assets
    ADD CONSTRAINT assets_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.claim_edits
    ADD CONSTRAINT claim_edits_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.datasets
    ADD CONSTRAINT datasets_pkey PRIMARY KEY (tenant_id, name);
ALTER TABLE ONLY papers.evals
    ADD CONSTRAINT evals_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.evals
    ADD CONSTRAINT evals_run_metric_key UNIQUE (tenant_id, run_id, metric_name);
ALTER TABLE ONLY papers.gaps
    ADD CONSTRAINT gaps_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.gaps
    ADD CONSTRAINT gaps_tenant_id_reproduction_id_claim_id_key UNIQUE (tenant_id, reproduction_id, claim_id);
ALTER TABLE ONLY papers.linkers
    ADD CONSTRAINT linkers_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.papers
    ADD CONSTRAINT papers_pdf_sha256_key UNIQUE (tenant_id, pdf_sha256);
ALTER TABLE ONLY papers.papers
    ADD CONSTRAINT papers_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.papers
    ADD CONSTRAINT papers_vector_store_id_key UNIQUE (tenant_id, vector_store_id);
ALTER TABLE ONLY papers.plans
    ADD CONSTRAINT plans_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.rankings
    ADD CONSTRAINT rankings_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.rankings
    ADD CONSTRAINT rankings_tenant_id_better_id_worse_id_key UNIQUE (tenant_id, better_id, worse_id);
ALTER TABLE ONLY papers.reproductions
    ADD CONSTRAINT reproductions_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.retention
    ADD CONSTRAINT retention_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY papers.run_series
    ADD CONSTRAINT run_series_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.run_series
    ADD CONSTRAINT run_series_point_key UNIQUE NULLS NOT DISTINCT (tenant_id, run_id, metric, split, step);
ALTER TABLE ONLY papers.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY papers.storyboards
    ADD CONSTRAINT storyboards_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.answers
    ADD CONSTRAINT answers_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.answers
    ADD CONSTRAINT answers_tenant_id_project_id_idempotency_key_key UNIQUE (tenant_id, project_id, idempotency_key);
ALTER TABLE ONLY studio.answers
    ADD CONSTRAINT answers_tenant_id_project_id_question_key_version_key UNIQUE (tenant_id, project_id, question_key, version);
ALTER TABLE ONLY studio.candidate_sets
    ADD CONSTRAINT candidate_sets_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.candidate_sets
    ADD CONSTRAINT candidate_sets_tenant_id_project_id_id_key UNIQUE (tenant_id, project_id, id);
ALTER TABLE ONLY studio.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.claims
    ADD CONSTRAINT claims_tenant_id_session_id_position_key UNIQUE (tenant_id, session_id, "position");
ALTER TABLE ONLY studio.context_artifacts
    ADD CONSTRAINT context_artifacts_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.context_artifacts
    ADD CONSTRAINT context_artifacts_tenant_id_project_id_key_key UNIQUE (tenant_id, project_id, key);
ALTER TABLE ONLY studio.context_cache
    ADD CONSTRAINT context_cache_pkey PRIMARY KEY (tenant_id, project_id, cache_key);
ALTER TABLE ONLY studio.context_changes
    ADD CONSTRAINT context_changes_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.context_links
    ADD CONSTRAINT context_links_pkey PRIMARY KEY (tenant_id, artifact_id, depends_on_id);
ALTER TABLE ONLY studio.context_profiles
    ADD CONSTRAINT context_profiles_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.context_profiles
    ADD CONSTRAINT context_profiles_tenant_id_target_type_target_key UNIQUE (tenant_id, target_type, target);
ALTER TABLE ONLY studio.context_requests
    ADD CONSTRAINT context_requests_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.curations
    ADD CONSTRAINT curations_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.curations
    ADD CONSTRAINT curations_tenant_id_project_id_key UNIQUE (tenant_id, project_id);
ALTER TABLE ONLY studio.designs
    ADD CONSTRAINT designs_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.designs
    ADD CONSTRAINT designs_tenant_id_project_id_number_key UNIQUE (tenant_id, project_id, number);
ALTER TABLE ONLY studio.feature_seeds
    ADD CONSTRAINT feature_seeds_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.features
    ADD CONSTRAINT features_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.features
    ADD CONSTRAINT features_tenant_id_project_id_key_key UNIQUE (tenant_id, project_id, key);
ALTER TABLE ONLY studio.feedback_events
    ADD CONSTRAINT feedback_events_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.imported_statements
    ADD CONSTRAINT imported_statements_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.imported_statements
    ADD CONSTRAINT imported_statements_tenant_id_project_id_path_quote_start_key UNIQUE (tenant_id, project_id, path, quote_start);
ALTER TABLE ONLY studio.kit_approvals
    ADD CONSTRAINT kit_approvals_pkey PRIMARY KEY (tenant_id, run_id, digest);
ALTER TABLE ONLY studio.kit_bundles
    ADD CONSTRAINT kit_bundles_pkey PRIMARY KEY (tenant_id, run_id);
ALTER TABLE ONLY studio.kit_credentials
    ADD CONSTRAINT kit_credentials_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.kit_discoveries
    ADD CONSTRAINT kit_discoveries_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.kit_discoveries
    ADD CONSTRAINT kit_discoveries_tenant_id_project_id_kit_id_key UNIQUE (tenant_id, project_id, kit_id);
ALTER TABLE ONLY studio.kit_executions
    ADD CONSTRAINT kit_executions_pkey PRIMARY KEY (tenant_id, run_id);
ALTER TABLE ONLY studio.kit_executions
    ADD CONSTRAINT kit_executions_tenant_id_project_id_run_id_key UNIQUE (tenant_id, project_id, run_id);
ALTER TABLE ONLY studio.kit_items
    ADD CONSTRAINT kit_items_pkey PRIMARY KEY (tenant_id, run_id, path);
ALTER TABLE ONLY studio.kit_outputs
    ADD CONSTRAINT kit_outputs_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.kit_outputs
    ADD CONSTRAINT kit_outputs_tenant_id_run_id_position_key UNIQUE (tenant_id, run_id, "position");
ALTER TABLE ONLY studio.kit_plan_items
    ADD CONSTRAINT kit_plan_items_pkey PRIMARY KEY (tenant_id, run_id, digest, path);
ALTER TABLE ONLY studio.kit_plans
    ADD CONSTRAINT kit_plans_pkey PRIMARY KEY (tenant_id, run_id, digest);
ALTER TABLE ONLY studio.kits
    ADD CONSTRAINT kits_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.kits
    ADD CONSTRAINT kits_tenant_id_kit_id_version_key UNIQUE (tenant_id, kit_id, version);
ALTER TABLE ONLY studio.library_items
    ADD CONSTRAINT library_items_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.library_items
    ADD CONSTRAINT library_items_tenant_id_kind_key_key UNIQUE (tenant_id, kind, key);
ALTER TABLE ONLY studio.library_versions
    ADD CONSTRAINT library_versions_pkey PRIMARY KEY (tenant_id, item_id, version);
ALTER TABLE ONLY studio.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.messages
    ADD CONSTRAINT messages_tenant_id_session_id_idempotency_key_key UNIQUE (tenant_id, session_id, idempotency_key);
ALTER TABLE ONLY studio.messages
    ADD CONSTRAINT messages_tenant_id_session_id_position_key UNIQUE (tenant_id, session_id, "position");
ALTER TABLE ONLY studio.mistakes
    ADD CONSTRAINT mistakes_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.mistakes
    ADD CONSTRAINT mistakes_tenant_id_signature_key UNIQUE (tenant_id, signature);
ALTER TABLE ONLY studio.needs
    ADD CONSTRAINT needs_pkey PRIMARY KEY (tenant_id, session_id, key);
ALTER TABLE ONLY studio.objectives
    ADD CONSTRAINT objectives_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.objectives
    ADD CONSTRAINT objectives_tenant_id_context_type_version_key UNIQUE (tenant_id, context_type, version);
ALTER TABLE ONLY studio.pattern_detections
    ADD CONSTRAINT pattern_detections_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.pattern_detections
    ADD CONSTRAINT pattern_detections_tenant_id_project_id_pattern_key_key UNIQUE (tenant_id, project_id, pattern_key);
ALTER TABLE ONLY studio.phase_passes
    ADD CONSTRAINT phase_passes_pkey PRIMARY KEY (tenant_id, project_id, phase, number);
ALTER TABLE ONLY studio.plan_questions
    ADD CONSTRAINT plan_questions_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.plan_questions
    ADD CONSTRAINT plan_questions_tenant_id_plan_id_key_key UNIQUE (tenant_id, plan_id, key);
ALTER TABLE ONLY studio.projects
    ADD CONSTRAINT projects_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.projects
    ADD CONSTRAINT projects_tenant_id_module_id_key UNIQUE (tenant_id, module_id);
ALTER TABLE ONLY studio.question_plans
    ADD CONSTRAINT question_plans_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.question_plans
    ADD CONSTRAINT question_plans_tenant_id_project_id_id_key UNIQUE (tenant_id, project_id, id);
ALTER TABLE ONLY studio.question_plans
    ADD CONSTRAINT question_plans_tenant_id_project_id_number_key UNIQUE (tenant_id, project_id, number);
ALTER TABLE ONLY studio.research_tasks
    ADD CONSTRAINT research_tasks_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.research_tasks
    ADD CONSTRAINT research_tasks_tenant_id_session_id_task_type_query_key UNIQUE (tenant_id, session_id, task_type, query);
ALTER TABLE ONLY studio.reviews
    ADD CONSTRAINT reviews_pkey PRIMARY KEY (tenant_id, run_id);
ALTER TABLE ONLY studio.seed_decisions
    ADD CONSTRAINT seed_decisions_pkey PRIMARY KEY (tenant_id, project_id, seed_key);
ALTER TABLE ONLY studio.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.sessions
    ADD CONSTRAINT sessions_tenant_id_project_id_key UNIQUE (tenant_id, project_id);
ALTER TABLE ONLY studio.specifications
    ADD CONSTRAINT specifications_pkey PRIMARY KEY (tenant_id, artifact_id);
ALTER TABLE ONLY studio.specifications
    ADD CONSTRAINT specifications_tenant_id_project_id_version_key UNIQUE (tenant_id, project_id, version);
ALTER TABLE ONLY studio.summaries
    ADD CONSTRAINT summaries_pkey PRIMARY KEY (tenant_id, session_id, turn_start);
ALTER TABLE ONLY studio.task_actions
    ADD CONSTRAINT task_actions_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.task_actions
    ADD CONSTRAINT task_actions_tenant_id_task_id_position_key UNIQUE (tenant_id, task_id, "position");
ALTER TABLE ONLY studio.task_activity
    ADD CONSTRAINT task_activity_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.task_files
    ADD CONSTRAINT task_files_pkey PRIMARY KEY (tenant_id, task_id, digest);
ALTER TABLE ONLY studio.task_submissions
    ADD CONSTRAINT task_submissions_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.task_submissions
    ADD CONSTRAINT task_submissions_tenant_id_idempotency_key_key UNIQUE (tenant_id, idempotency_key);
ALTER TABLE ONLY studio.task_targets
    ADD CONSTRAINT task_targets_pkey PRIMARY KEY (tenant_id, task_id, kind, target);
ALTER TABLE ONLY studio.task_waits
    ADD CONSTRAINT task_waits_pkey PRIMARY KEY (tenant_id, task_id, waits_for);
ALTER TABLE ONLY studio.tasks
    ADD CONSTRAINT tasks_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY studio.tasks
    ADD CONSTRAINT tasks_tenant_id_project_id_id_key UNIQUE (tenant_id, project_id, id);
ALTER TABLE ONLY studio.tasks
    ADD CONSTRAINT tasks_tenant_id_session_id_position_key UNIQUE (tenant_id, session_id, "position");
CREATE INDEX checkpoints_expires_idx ON agents.checkpoints USING btree (expires_at);
CREATE INDEX concerts_about_idx ON agents.concerts USING btree (tenant_id, about_kind, about_id, run_id DESC);
CREATE INDEX memory_session_idx ON agents.memory USING btree (tenant_id, session_id, agent, "position");
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
CREATE INDEX chunks_text_idx ON evidence.chunks USING btree (tenant_id, module_id, sha256);
CREATE INDEX documents_blob_idx ON evidence.documents USING btree (tenant_id, sha256);
CREATE INDEX documents_store_idx ON evidence.documents USING btree (tenant_id, store_id, module_id);
CREATE INDEX artifacts_blob_idx ON gate.artifacts USING btree (tenant_id, blob_sha256);
CREATE INDEX artifacts_kind_idx ON gate.artifacts USING btree (tenant_id, kind, status);
CREATE INDEX artifacts_module_status_idx ON gate.artifacts USING btree (tenant_id, module_id, status);
CREATE INDEX artifacts_pending_eval_idx ON gate.artifacts USING btree (tenant_id, created_at DESC) WHERE (status = 'PENDING_EVAL'::gate.artifact_status);
CREATE INDEX artifacts_run_idx ON gate.artifacts USING btree (tenant_id, run_id);
CREATE INDEX artifacts_supersedes_idx ON gate.artifacts USING btree (tenant_id, supersedes) WHERE (supersedes IS NOT NULL);
CREATE INDEX citations_artifact_idx ON gate.citations USING btree (tenant_id, artifact_id, ordinal);
CREATE INDEX citations_chunk_idx ON gate.citations USING btree (tenant_id, module_id, chunk_sha256) WHERE (replaced_at IS NULL);
CREATE INDEX citations_document_idx ON gate.citations USING btree (tenant_id, document_id) WHERE (replaced_at IS NULL);
CREATE INDEX comments_artifact_idx ON gate.comments USING btree (tenant_id, artifact_id, created_at);
CREATE INDEX eval_results_rule_idx ON gate.eval_results USING btree (rule_id);
CREATE INDEX eval_runs_artifact_idx ON gate.eval_runs USING btree (tenant_id, artifact_id, created_at DESC);
CREATE INDEX eval_runs_prompt_idx ON gate.eval_runs USING btree (prompt_version_id) WHERE (prompt_version_id IS NOT NULL);
CREATE INDEX eval_runs_suite_idx ON gate.eval_runs USING btree (suite_id);
CREATE INDEX eval_runs_trial_idx ON gate.eval_runs USING btree (tenant_id, ((judge_params ->> 'trial'::text))) WHERE (is_trial AND (judge_params ? 'trial'::text));
CREATE INDEX findings_open_idx ON gate.findings USING btree (tenant_id, artifact_id) WHERE (status = 'open'::text);
CREATE INDEX generation_runs_module_idx ON gate.generation_runs USING btree (tenant_id, module_id, created_at DESC);
CREATE INDEX generation_runs_prompt_idx ON gate.generation_runs USING btree (prompt_id) WHERE (prompt_id IS NOT NULL);
CREATE INDEX judge_calibrations_judge_idx ON gate.judge_calibrations USING btree (judge, version, eval_type, created_at DESC);
CREATE INDEX kind_suites_kind_idx ON gate.kind_suites USING btree (kind, set_at DESC);
CREATE INDEX kind_suites_suite_idx ON gate.kind_suites USING btree (suite_id);
CREATE INDEX prompt_activations_name_idx ON gate.prompt_activations USING btree (name, activated_at DESC);
CREATE INDEX prompt_activations_prompt_idx ON gate.prompt_activations USING btree (prompt_id);
CREATE INDEX review_tasks_artifact_idx ON gate.review_tasks USING btree (tenant_id, artifact_id, created_at DESC);
CREATE UNIQUE INDEX review_tasks_open_uniq ON gate.review_tasks USING btree (tenant_id, artifact_id) WHERE (status = 'open'::text);
CREATE INDEX reviews_artifact_idx ON gate.reviews USING btree (tenant_id, artifact_id);
CREATE INDEX reviews_eval_run_idx ON gate.reviews USING btree (tenant_id, eval_run_id);
CREATE INDEX api_tokens_user_idx ON kernel.api_tokens USING btree (tenant_id, user_id);
CREATE INDEX budget_reservations_run_idx ON kernel.budget_reservations USING btree (tenant_id, run_id);
CREATE INDEX channels_entity_idx ON kernel.channels USING btree (tenant_id, channel_type, entity_id);
CREATE INDEX connections_channel_idx ON kernel.connections USING btree (tenant_id, channel_id);
CREATE INDEX connections_open_idx ON kernel.connections USING btree (tenant_id, last_heartbeat_at) WHERE (disconnected_at IS NULL);
CREATE INDEX connections_since_idx ON kernel.connections USING btree (tenant_id, connected_at DESC);
CREATE INDEX engagements_resource_idx ON kernel.engagements USING btree (tenant_id, resource);
CREATE INDEX engagements_role_idx ON kernel.engagements USING btree (tenant_id, role_id);
CREATE INDEX engagements_user_idx ON kernel.engagements USING btree (tenant_id, user_id, resource);
CREATE INDEX events_type_idx ON ONLY kernel.events USING btree (tenant_id, stream_kind, type);
CREATE INDEX events_default_tenant_id_stream_kind_type_idx ON kernel.events_default USING btree (tenant_id, stream_kind, type);
CREATE INDEX invitations_accepted_idx ON kernel.invitations USING btree (tenant_id, accepted_by);
CREATE INDEX invitations_organisation_idx ON kernel.invitations USING btree (tenant_id, organisation_id);
CREATE UNIQUE INDEX invitations_pending_idx ON kernel.invitations USING btree (tenant_id, organisation_id, email) NULLS NOT DISTINCT WHERE ((accepted_at IS NULL) AND (revoked_at IS NULL));
CREATE INDEX invitations_role_idx ON kernel.invitations USING btree (tenant_id, role_id);
CREATE INDEX memberships_user_idx ON kernel.memberships USING btree (user_id);
CREATE UNIQUE INDEX organisation_members_owner_idx ON kernel.organisation_members USING btree (tenant_id, organisation_id) WHERE (role = 'owner'::text);
CREATE INDEX organisation_members_user_idx ON kernel.organisation_members USING btree (tenant_id, user_id);
CREATE INDEX organisations_owner_idx ON kernel.organisations USING btree (tenant_id, id, owner_id, owner_role);
CREATE INDEX policy_evaluations_newest_idx ON kernel.policy_evaluations USING btree (tenant_id, evaluated_at DESC, id);
CREATE INDEX policy_evaluations_resource_idx ON kernel.policy_evaluations USING btree (tenant_id, resource, evaluated_at DESC);
CREATE INDEX role_grants_organisation_idx ON kernel.role_grants USING btree (tenant_id, organisation_id);
CREATE INDEX role_grants_user_idx ON kernel.role_grants USING btree (tenant_id, user_id);
CREATE INDEX runs_kind_idx ON kernel.runs USING btree (tenant_id, kind, id DESC);
CREATE INDEX runs_open_idx ON kernel.runs USING btree (tenant_id, status) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE INDEX runs_parent_idx ON kernel.runs USING btree (tenant_id, parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX sessions_user_idx ON kernel.sessions USING btree (tenant_id, user_id);
CREATE INDEX sign_in_links_user_idx ON kernel.sign_in_links USING btree (tenant_id, user_id);
CREATE INDEX abilities_module_idx ON learning.abilities USING btree (tenant_id, module_id);
CREATE INDEX attempts_artifact_idx ON learning.attempts USING btree (tenant_id, artifact_id, created_at);
CREATE INDEX attempts_user_idx ON learning.attempts USING btree (tenant_id, user_id, created_at);
CREATE INDEX cards_artifact_idx ON learning.cards USING btree (tenant_id, artifact_id);
CREATE INDEX cards_due_idx ON learning.cards USING btree (tenant_id, user_id, module_id, due);
CREATE INDEX idx_attempts_tenant ON learning.attempts USING btree (tenant_id);
CREATE INDEX items_module_idx ON learning.items USING btree (tenant_id, module_id, artifact_id DESC);
CREATE INDEX items_objective_idx ON learning.items USING btree (tenant_id, objective_id) WHERE (objective_id IS NOT NULL);
CREATE INDEX prerequisites_requires_idx ON learning.prerequisites USING btree (tenant_id, requires_module_id);
CREATE INDEX sessions_module_idx ON learning.sessions USING btree (tenant_id, module_id, created_at DESC);
CREATE INDEX sessions_user_idx ON learning.sessions USING btree (tenant_id, user_id, created_at DESC);
CREATE INDEX statements_attempt_idx ON learning.statements USING btree (tenant_id, attempt_id);
CREATE INDEX statements_session_idx ON learning.statements USING btree (tenant_id, session_id) WHERE (session_id IS NOT NULL);
CREATE INDEX statements_unsent_idx ON learning.statements USING btree (tenant_id, created_at) WHERE (sent_at IS NULL);
CREATE INDEX assets_kind_idx ON papers.assets USING btree (tenant_id, kind);
CREATE INDEX assets_paper_id_idx ON papers.assets USING btree (tenant_id, paper_id) WHERE (paper_id IS NOT NULL);
CREATE UNIQUE INDEX assets_paper_pdf_uniq ON papers.assets USING btree (tenant_id, paper_id) WHERE ((kind = 'pdf'::text) AND (paper_id IS NOT NULL));
CREATE UNIQUE INDEX assets_paper_storyboard_uniq ON papers.assets USING btree (tenant_id, paper_id) WHERE ((kind = 'storyboard'::text) AND (paper_id IS NOT NULL));
CREATE INDEX assets_plan_id_idx ON papers.assets USING btree (tenant_id, plan_id) WHERE (plan_id IS NOT NULL);
CREATE UNIQUE INDEX assets_plan_notebook_uniq ON papers.assets USING btree (tenant_id, plan_id) WHERE ((kind = 'notebook'::text) AND (plan_id IS NOT NULL));
CREATE UNIQUE INDEX assets_plan_requirements_uniq ON papers.assets USING btree (tenant_id, plan_id) WHERE ((kind = 'requirements'::text) AND (plan_id IS NOT NULL));
CREATE UNIQUE INDEX assets_run_environment_uniq ON papers.assets USING btree (tenant_id, run_id) WHERE ((kind = 'environment'::text) AND (run_id IS NOT NULL));
CREATE UNIQUE INDEX assets_run_events_uniq ON papers.assets USING btree (tenant_id, run_id) WHERE ((kind = 'events'::text) AND (run_id IS NOT NULL));
CREATE INDEX assets_run_id_idx ON papers.assets USING btree (tenant_id, run_id) WHERE (run_id IS NOT NULL);
CREATE UNIQUE INDEX assets_run_logs_uniq ON papers.assets USING btree (tenant_id, run_id) WHERE ((kind = 'logs'::text) AND (run_id IS NOT NULL));
CREATE UNIQUE INDEX assets_run_metrics_uniq ON papers.assets USING btree (tenant_id, run_id) WHERE ((kind = 'metrics'::text) AND (run_id IS NOT NULL));
CREATE UNIQUE INDEX assets_run_notebook_uniq ON papers.assets USING btree (tenant_id, run_id) WHERE ((kind = 'notebook'::text) AND (run_id IS NOT NULL));
CREATE UNIQUE INDEX assets_run_plots_uniq ON papers.assets USING btree (tenant_id, run_id) WHERE ((kind = 'plots'::text) AND (run_id IS NOT NULL));
CREATE INDEX assets_storage_path_idx ON papers.assets USING btree (tenant_id, storage_path);
CREATE INDEX claim_edits_claim_idx ON papers.claim_edits USING btree (tenant_id, claim_id);
CREATE INDEX claim_edits_paper_idx ON papers.claim_edits USING btree (tenant_id, paper_id, created_at);
CREATE INDEX claims_confidence_idx ON papers.claims USING btree (tenant_id, confidence DESC);
CREATE INDEX claims_paper_id_idx ON papers.claims USING btree (tenant_id, paper_id, "position");
CREATE INDEX evals_gap_idx ON papers.evals USING btree (tenant_id, abs(gap_percent) DESC);
CREATE INDEX evals_paper_id_idx ON papers.evals USING btree (tenant_id, paper_id);
CREATE INDEX evals_run_id_idx ON papers.evals USING btree (tenant_id, run_id);
CREATE INDEX gaps_claim_idx ON papers.gaps USING btree (tenant_id, claim_id);
CREATE INDEX gaps_eval_idx ON papers.gaps USING btree (tenant_id, eval_id);
CREATE INDEX linkers_created_at_idx ON papers.linkers USING btree (tenant_id, created_at DESC);
CREATE INDEX papers_created_at_idx ON papers.papers USING btree (tenant_id, created_at DESC);
CREATE INDEX papers_document_idx ON papers.papers USING btree (tenant_id, document_id);
CREATE INDEX papers_module_idx ON papers.papers USING btree (tenant_id, module_id);
CREATE INDEX papers_status_idx ON papers.papers USING btree (tenant_id, status) WHERE (status <> 'ready'::text);
CREATE INDEX papers_supersedes_idx ON papers.papers USING btree (tenant_id, supersedes) WHERE (supersedes IS NOT NULL);
CREATE INDEX plans_created_at_idx ON papers.plans USING btree (tenant_id, created_at DESC);
CREATE INDEX plans_env_hash_idx ON papers.plans USING btree (tenant_id, env_hash) WHERE (env_hash IS NOT NULL);
CREATE INDEX plans_notebook_artifact_idx ON papers.plans USING btree (tenant_id, notebook_artifact_id);
CREATE INDEX plans_paper_id_idx ON papers.plans USING btree (tenant_id, paper_id);
CREATE INDEX plans_plan_artifact_idx ON papers.plans USING btree (tenant_id, plan_artifact_id);
CREATE UNIQUE INDEX plans_previous_uniq ON papers.plans USING btree (tenant_id, previous_id) WHERE ((previous_id IS NOT NULL) AND (variation IS NULL));
CREATE INDEX plans_variation_idx ON papers.plans USING btree (tenant_id, previous_id) WHERE (variation IS NOT NULL);
CREATE INDEX rankings_paper_idx ON papers.rankings USING btree (tenant_id, paper_id);
CREATE INDEX rankings_worse_idx ON papers.rankings USING btree (tenant_id, worse_id);
CREATE INDEX reproductions_paper_idx ON papers.reproductions USING btree (tenant_id, paper_id);
CREATE INDEX reproductions_plan_idx ON papers.reproductions USING btree (tenant_id, plan_id);
CREATE INDEX reproductions_run_idx ON papers.reproductions USING btree (tenant_id, run_id);
CREATE INDEX run_series_run_id_idx ON papers.run_series USING btree (tenant_id, run_id);
CREATE INDEX run_series_run_metric_step_idx ON papers.run_series USING btree (tenant_id, run_id, metric, step);
CREATE INDEX runs_artifact_idx ON papers.runs USING btree (tenant_id, artifact_id);
CREATE INDEX runs_batch_idx ON papers.runs USING btree (tenant_id, batch_id) WHERE (batch_id IS NOT NULL);
CREATE INDEX runs_created_at_idx ON papers.runs USING btree (tenant_id, created_at DESC);
CREATE INDEX runs_paper_completed_idx ON papers.runs USING btree (tenant_id, paper_id, completed_at DESC);
CREATE INDEX runs_paper_id_status_idx ON papers.runs USING btree (tenant_id, paper_id, status);
CREATE INDEX runs_plan_id_idx ON papers.runs USING btree (tenant_id, plan_id);
CREATE INDEX runs_status_idx ON papers.runs USING btree (tenant_id, status);
CREATE INDEX storyboards_artifact_idx ON papers.storyboards USING btree (tenant_id, artifact_id);
CREATE INDEX storyboards_draft_idx ON papers.storyboards USING btree (tenant_id, draft_artifact_id);
CREATE INDEX storyboards_paper_id_idx ON papers.storyboards USING btree (tenant_id, paper_id);
CREATE INDEX storyboards_run_id_idx ON papers.storyboards USING btree (tenant_id, run_id) WHERE (run_id IS NOT NULL);
CREATE INDEX answers_question_idx ON studio.answers USING btree (tenant_id, question_id);
CREATE INDEX claims_field_idx ON studio.claims USING btree (tenant_id, session_id, field_path);
CREATE INDEX claims_message_idx ON studio.claims USING btree (tenant_id, message_id);
CREATE INDEX claims_superseded_idx ON studio.claims USING btree (tenant_id, superseded_by) WHERE (superseded_by IS NOT NULL);
CREATE INDEX context_cache_expires_idx ON studio.context_cache USING btree (expires_at);
CREATE INDEX context_changes_artifact_idx ON studio.context_changes USING btree (tenant_id, artifact_id);
CREATE INDEX context_changes_project_idx ON studio.context_changes USING btree (tenant_id, project_id, id DESC);
CREATE INDEX context_links_on_idx ON studio.context_links USING btree (tenant_id, depends_on_id);
CREATE INDEX context_links_project_idx ON studio.context_links USING btree (tenant_id, project_id);
CREATE INDEX context_requests_project_idx ON studio.context_requests USING btree (tenant_id, project_id, id DESC);
CREATE INDEX curations_set_idx ON studio.curations USING btree (tenant_id, project_id, candidate_set_id);
CREATE INDEX feature_seeds_claim_idx ON studio.feature_seeds USING btree (tenant_id, claim_id);
CREATE UNIQUE INDEX feature_seeds_live_idx ON studio.feature_seeds USING btree (tenant_id, project_id, key) WHERE (superseded_at IS NULL);
CREATE INDEX features_set_idx ON studio.features USING btree (tenant_id, project_id, candidate_set_id) WHERE (candidate_set_id IS NOT NULL);
CREATE INDEX feedback_events_project_idx ON studio.feedback_events USING btree (tenant_id, project_id, created_at);
CREATE INDEX feedback_events_type_idx ON studio.feedback_events USING btree (tenant_id, feedback_type, target_key);
CREATE INDEX kit_bundles_kit_idx ON studio.kit_bundles USING btree (tenant_id, project_id, kit_id, made_at DESC);
CREATE UNIQUE INDEX kit_credentials_active_idx ON studio.kit_credentials USING btree (tenant_id, project_id, kit_id, credential_id) WHERE (status = 'active'::text);
CREATE INDEX kit_credentials_project_idx ON studio.kit_credentials USING btree (tenant_id, project_id);
CREATE INDEX kit_executions_artifact_idx ON studio.kit_executions USING btree (tenant_id, artifact_id);
CREATE INDEX kit_executions_project_idx ON studio.kit_executions USING btree (tenant_id, project_id, run_id DESC);
CREATE INDEX messages_revises_idx ON studio.messages USING btree (tenant_id, revises) WHERE (revises IS NOT NULL);
CREATE UNIQUE INDEX objectives_active_idx ON studio.objectives USING btree (tenant_id, context_type) WHERE is_active;
CREATE UNIQUE INDEX phase_passes_open_idx ON studio.phase_passes USING btree (tenant_id, project_id) WHERE (completed_at IS NULL);
CREATE INDEX plan_questions_plan_idx ON studio.plan_questions USING btree (tenant_id, project_id, plan_id);
CREATE INDEX projects_created_by_idx ON studio.projects USING btree (tenant_id, created_by);
CREATE UNIQUE INDEX question_plans_generating_idx ON studio.question_plans USING btree (tenant_id, project_id) WHERE (status = 'generating'::text);
CREATE UNIQUE INDEX question_plans_live_idx ON studio.question_plans USING btree (tenant_id, project_id) WHERE (status = ANY (ARRAY['ready'::text, 'in_progress'::text, 'completed'::text]));
CREATE INDEX question_plans_run_idx ON studio.question_plans USING btree (tenant_id, run_id);
CREATE INDEX reviews_artifact_idx ON studio.reviews USING btree (tenant_id, artifact_id);
CREATE INDEX reviews_project_idx ON studio.reviews USING btree (tenant_id, project_id, run_id DESC);
CREATE INDEX reviews_request_idx ON studio.reviews USING btree (tenant_id, request_id);
CREATE INDEX reviews_task_idx ON studio.reviews USING btree (tenant_id, task_id) WHERE (task_id IS NOT NULL);
CREATE INDEX sessions_objective_idx ON studio.sessions USING btree (tenant_id, objective_id);
CREATE INDEX task_activity_task_idx ON studio.task_activity USING btree (tenant_id, task_id, id);
CREATE INDEX task_submissions_action_idx ON studio.task_submissions USING btree (tenant_id, action_id);
CREATE INDEX task_submissions_task_idx ON studio.task_submissions USING btree (tenant_id, task_id);
CREATE INDEX task_targets_target_idx ON studio.task_targets USING btree (tenant_id, project_id, kind, target);
CREATE INDEX task_waits_for_idx ON studio.task_waits USING btree (tenant_id, waits_for);
CREATE INDEX tasks_assignee_idx ON studio.tasks USING btree (tenant_id, assignee_id) WHERE (assignee_id IS NOT NULL);
CREATE UNIQUE INDEX tasks_open_idx ON studio.tasks USING btree (tenant_id, session_id, need_key) WHERE (status = 'pending'::text);
CREATE INDEX tasks_project_idx ON studio.tasks USING btree (tenant_id, project_id, status);
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
CREATE TRIGGER chunks_changed AFTER UPDATE ON evidence.chunks REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION gate.suspect_citations();
CREATE TRIGGER chunks_gone AFTER DELETE ON evidence.chunks REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION gate.suspect_citations();
CREATE TRIGGER artifacts_immutable BEFORE UPDATE ON gate.artifacts FOR EACH ROW EXECUTE FUNCTION gate.refuse_new_content();
CREATE TRIGGER artifacts_planning_unblocked BEFORE UPDATE OF status ON gate.artifacts FOR EACH ROW WHEN (((new.status = 'APPROVED'::gate.artifact_status) AND (new.kind = ANY (ARRAY['studio.blueprint'::text, 'studio.implementation_plan'::text])))) EXECUTE FUNCTION studio.refuse_blocked();
CREATE TRIGGER artifacts_shown_as_storyboards AFTER UPDATE OF status ON gate.artifacts FOR EACH ROW WHEN (((new.kind = 'paper.storyboard'::text) AND (new.status = 'APPROVED'::gate.artifact_status))) EXECUTE FUNCTION papers.show_storyboard();
CREATE TRIGGER artifacts_specification_unblocked BEFORE UPDATE OF status ON gate.artifacts FOR EACH ROW WHEN (((new.status = 'APPROVED'::gate.artifact_status) AND (new.kind = 'studio.specification'::text))) EXECUTE FUNCTION studio.refuse_blocked();
CREATE CONSTRAINT TRIGGER citations_settled AFTER UPDATE OF is_suspect ON gate.citations DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.is_suspect) EXECUTE FUNCTION gate.settle_citation();
CREATE TRIGGER eval_results_immutable BEFORE UPDATE ON gate.eval_results FOR EACH ROW EXECUTE FUNCTION gate.refuse_change();
CREATE TRIGGER eval_rules_frozen BEFORE INSERT OR DELETE OR UPDATE ON gate.eval_rules FOR EACH ROW EXECUTE FUNCTION gate.refuse_frozen_rules();
CREATE TRIGGER eval_suites_frozen BEFORE DELETE OR UPDATE ON gate.eval_suites FOR EACH ROW EXECUTE FUNCTION gate.refuse_frozen_suite();
CREATE TRIGGER findings_keep_history BEFORE UPDATE ON gate.findings FOR EACH ROW EXECUTE FUNCTION gate.refuse_finding_moves();
CREATE TRIGGER generation_runs_once BEFORE UPDATE ON gate.generation_runs FOR EACH ROW EXECUTE FUNCTION gate.refuse_second_output();
CREATE TRIGGER kind_suites_strong BEFORE INSERT ON gate.kind_suites FOR EACH ROW EXECUTE FUNCTION gate.refuse_weak_suite();
CREATE TRIGGER prompt_versions_immutable BEFORE UPDATE ON gate.prompt_versions FOR EACH ROW EXECUTE FUNCTION gate.refuse_change();
CREATE TRIGGER prompt_versions_stamped BEFORE INSERT ON gate.prompt_versions FOR EACH ROW EXECUTE FUNCTION gate.stamp_prompt();
CREATE TRIGGER reviews_immutable BEFORE UPDATE ON gate.reviews FOR EACH ROW EXECUTE FUNCTION gate.refuse_change();
CREATE CONSTRAINT TRIGGER engagements_told AFTER INSERT OR DELETE OR UPDATE ON kernel.engagements DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kernel.tell_organisation();
CREATE CONSTRAINT TRIGGER invitations_told AFTER INSERT OR DELETE OR UPDATE ON kernel.invitations DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kernel.tell_organisation();
CREATE TRIGGER keep_an_owner AFTER DELETE OR UPDATE OF role ON kernel.memberships FOR EACH ROW EXECUTE FUNCTION kernel.keep_an_owner();
CREATE CONSTRAINT TRIGGER organisation_members_told AFTER INSERT OR DELETE OR UPDATE ON kernel.organisation_members DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kernel.tell_organisation();
CREATE CONSTRAINT TRIGGER organisations_told AFTER INSERT OR DELETE OR UPDATE ON kernel.organisations DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kernel.tell_organisation();
CREATE TRIGGER runs_mirrored_to_papers AFTER UPDATE ON kernel.runs FOR EACH ROW WHEN ((new.kind = 'papers.notebook'::text)) EXECUTE FUNCTION papers.mirror_run();
CREATE TRIGGER attempts_grounded BEFORE INSERT ON learning.attempts FOR EACH ROW EXECUTE FUNCTION learning.ground_attempt();
CREATE TRIGGER datasets_updated_at BEFORE UPDATE ON papers.datasets FOR EACH ROW EXECUTE FUNCTION papers.update_updated_at();
CREATE TRIGGER papers_updated_at BEFORE UPDATE ON papers.papers FOR EACH ROW EXECUTE FUNCTION papers.update_updated_at();
CREATE TRIGGER plans_updated_at BEFORE UPDATE ON papers.plans FOR EACH ROW EXECUTE FUNCTION papers.update_updated_at();
CREATE TRIGGER runs_duration BEFORE INSERT OR UPDATE ON papers.runs FOR EACH ROW EXECUTE FUNCTION papers.calculate_run_duration();
CREATE TRIGGER runs_grounded BEFORE INSERT ON papers.runs FOR EACH ROW EXECUTE FUNCTION papers.ground_run();
CREATE TRIGGER storyboards_updated_at BEFORE UPDATE ON papers.storyboards FOR EACH ROW EXECUTE FUNCTION papers.update_updated_at();
CREATE TRIGGER claims_grounded BEFORE INSERT OR UPDATE OF quote, quote_start, quote_end, message_id ON studio.claims FOR EACH ROW EXECUTE FUNCTION studio.ground_claim();
CREATE TRIGGER kit_approvals_checked BEFORE INSERT ON studio.kit_approvals FOR EACH ROW EXECUTE FUNCTION studio.check_kit_approval();
CREATE TRIGGER kit_bundles_checked BEFORE INSERT ON studio.kit_bundles FOR EACH ROW EXECUTE FUNCTION studio.check_kit_bundle();
CREATE TRIGGER kit_executions_checked BEFORE INSERT OR UPDATE ON studio.kit_executions FOR EACH ROW EXECUTE FUNCTION studio.check_kit_execution();
CREATE TRIGGER kit_items_checked BEFORE INSERT ON studio.kit_items FOR EACH ROW EXECUTE FUNCTION studio.check_kit_item();
CREATE TRIGGER kits_checked BEFORE UPDATE ON studio.kits FOR EACH ROW EXECUTE FUNCTION studio.check_kit();
CREATE TRIGGER needs_reviewed AFTER UPDATE OF status ON studio.needs FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION studio.review_again();
CREATE TRIGGER projects_passes AFTER INSERT ON studio.projects FOR EACH ROW EXECUTE FUNCTION studio.open_first_passes();
CREATE TRIGGER tasks_closed BEFORE UPDATE OF status ON studio.tasks FOR EACH ROW EXECUTE FUNCTION studio.close_task();
CREATE TRIGGER tasks_noted AFTER INSERT OR UPDATE ON studio.tasks FOR EACH ROW EXECUTE FUNCTION studio.note_task();
CREATE CONSTRAINT TRIGGER tasks_told AFTER INSERT OR UPDATE ON studio.tasks DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION studio.tell_inbox();
ALTER TABLE ONLY agents.checkpoints
    ADD CONSTRAINT checkpoints_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES agents.concerts(tenant_id, run_id) ON DELETE CASCADE;
ALTER TABLE ONLY agents.choices
    ADD CONSTRAINT choices_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY agents.concerts
    ADD CONSTRAINT concerts_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES kernel.runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY agents.memory
    ADD CONSTRAINT memory_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
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
ALTER TABLE ONLY evidence.chunks
    ADD CONSTRAINT chunks_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES evidence.documents(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY evidence.chunks
    ADD CONSTRAINT chunks_tenant_id_module_id_fkey FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules(tenant_id, id) ON DELETE CASCADE;
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
ALTER TABLE ONLY gate.artifacts
    ADD CONSTRAINT artifacts_tenant_id_supersedes_fkey FOREIGN KEY (tenant_id, supersedes) REFERENCES gate.artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.citations
    ADD CONSTRAINT citations_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.comments
    ADD CONSTRAINT comments_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.eval_results
    ADD CONSTRAINT eval_results_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES gate.eval_rules(id);
ALTER TABLE ONLY gate.eval_results
    ADD CONSTRAINT eval_results_tenant_id_eval_run_id_fkey FOREIGN KEY (tenant_id, eval_run_id) REFERENCES gate.eval_runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.eval_rules
    ADD CONSTRAINT eval_rules_suite_id_fkey FOREIGN KEY (suite_id) REFERENCES gate.eval_suites(id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.eval_rules
    ADD CONSTRAINT eval_rules_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.eval_runs
    ADD CONSTRAINT eval_runs_prompt_version_id_fkey FOREIGN KEY (prompt_version_id) REFERENCES gate.prompt_versions(id);
ALTER TABLE ONLY gate.eval_runs
    ADD CONSTRAINT eval_runs_suite_id_fkey FOREIGN KEY (suite_id) REFERENCES gate.eval_suites(id);
ALTER TABLE ONLY gate.eval_runs
    ADD CONSTRAINT eval_runs_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.eval_suites
    ADD CONSTRAINT eval_suites_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.findings
    ADD CONSTRAINT findings_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.generation_runs
    ADD CONSTRAINT generation_runs_prompt_id_fkey FOREIGN KEY (prompt_id) REFERENCES gate.prompt_versions(id);
ALTER TABLE ONLY gate.generation_runs
    ADD CONSTRAINT generation_runs_tenant_id_id_fkey FOREIGN KEY (tenant_id, id) REFERENCES kernel.runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.generation_runs
    ADD CONSTRAINT generation_runs_tenant_id_module_id_fkey FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.judge_calibrations
    ADD CONSTRAINT judge_calibrations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.judges
    ADD CONSTRAINT judges_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.kind_suites
    ADD CONSTRAINT kind_suites_suite_id_fkey FOREIGN KEY (suite_id) REFERENCES gate.eval_suites(id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.kind_suites
    ADD CONSTRAINT kind_suites_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.prompt_activations
    ADD CONSTRAINT prompt_activations_prompt_id_fkey FOREIGN KEY (prompt_id) REFERENCES gate.prompt_versions(id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.prompt_activations
    ADD CONSTRAINT prompt_activations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.prompt_versions
    ADD CONSTRAINT prompt_versions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.review_tasks
    ADD CONSTRAINT review_tasks_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.reviews
    ADD CONSTRAINT reviews_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.reviews
    ADD CONSTRAINT reviews_tenant_id_eval_run_id_fkey FOREIGN KEY (tenant_id, eval_run_id) REFERENCES gate.eval_runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.reviews
    ADD CONSTRAINT reviews_tenant_id_task_id_fkey FOREIGN KEY (tenant_id, task_id) REFERENCES gate.review_tasks(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY gate.waivers
    ADD CONSTRAINT waivers_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts(tenant_id, id) ON DELETE CASCADE;
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
ALTER TABLE ONLY kernel.channels
    ADD CONSTRAINT channels_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.connections
    ADD CONSTRAINT connections_tenant_id_channel_id_fkey FOREIGN KEY (tenant_id, channel_id) REFERENCES kernel.channels(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.engagements
    ADD CONSTRAINT engagements_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.engagements
    ADD CONSTRAINT engagements_tenant_id_organisation_id_fkey FOREIGN KEY (tenant_id, organisation_id) REFERENCES kernel.organisations(tenant_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY kernel.engagements
    ADD CONSTRAINT engagements_tenant_id_role_id_fkey FOREIGN KEY (tenant_id, role_id) REFERENCES kernel.roles(tenant_id, id) ON DELETE SET NULL (role_id);
ALTER TABLE ONLY kernel.engagements
    ADD CONSTRAINT engagements_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships(tenant_id, user_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE kernel.events
    ADD CONSTRAINT events_stream_kind_type_fkey FOREIGN KEY (stream_kind, type) REFERENCES kernel.event_types(stream_kind, type);
ALTER TABLE kernel.events
    ADD CONSTRAINT events_tenant_id_stream_kind_stream_id_fkey FOREIGN KEY (tenant_id, stream_kind, stream_id) REFERENCES kernel.streams(tenant_id, kind, id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.heartbeat_settings
    ADD CONSTRAINT heartbeat_settings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.invitations
    ADD CONSTRAINT invitations_tenant_id_accepted_by_fkey FOREIGN KEY (tenant_id, accepted_by) REFERENCES kernel.memberships(tenant_id, user_id) ON DELETE SET NULL (accepted_by);
ALTER TABLE ONLY kernel.invitations
    ADD CONSTRAINT invitations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.invitations
    ADD CONSTRAINT invitations_tenant_id_organisation_id_fkey FOREIGN KEY (tenant_id, organisation_id) REFERENCES kernel.organisations(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.invitations
    ADD CONSTRAINT invitations_tenant_id_role_id_fkey FOREIGN KEY (tenant_id, role_id) REFERENCES kernel.roles(tenant_id, id) ON DELETE SET NULL (role_id);
ALTER TABLE ONLY kernel.memberships
    ADD CONSTRAINT memberships_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.memberships
    ADD CONSTRAINT memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES kernel.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.organisation_members
    ADD CONSTRAINT organisation_members_tenant_id_organisation_id_fkey FOREIGN KEY (tenant_id, organisation_id) REFERENCES kernel.organisations(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.organisation_members
    ADD CONSTRAINT organisation_members_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships(tenant_id, user_id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.organisations
    ADD CONSTRAINT organisations_owner_fkey FOREIGN KEY (tenant_id, id, owner_id, owner_role) REFERENCES kernel.organisation_members(tenant_id, organisation_id, user_id, role) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY kernel.organisations
    ADD CONSTRAINT organisations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.policies
    ADD CONSTRAINT policies_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.policy_evaluations
    ADD CONSTRAINT policy_evaluations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.role_grants
    ADD CONSTRAINT role_grants_tenant_id_organisation_id_fkey FOREIGN KEY (tenant_id, organisation_id) REFERENCES kernel.organisations(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.role_grants
    ADD CONSTRAINT role_grants_tenant_id_role_id_fkey FOREIGN KEY (tenant_id, role_id) REFERENCES kernel.roles(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.role_grants
    ADD CONSTRAINT role_grants_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships(tenant_id, user_id) ON DELETE CASCADE;
ALTER TABLE ONLY kernel.roles
    ADD CONSTRAINT roles_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
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
ALTER TABLE ONLY learning.abilities
    ADD CONSTRAINT abilities_tenant_id_module_id_fkey FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY learning.abilities
    ADD CONSTRAINT abilities_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships(tenant_id, user_id) ON DELETE CASCADE;
ALTER TABLE ONLY learning.attempts
    ADD CONSTRAINT attempts_approved_item_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.approvals(tenant_id, artifact_id);
ALTER TABLE ONLY learning.attempts
    ADD CONSTRAINT attempts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY learning.attempts
    ADD CONSTRAINT attempts_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES learning.sessions(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY learning.cards
    ADD CONSTRAINT cards_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY learning.cards
    ADD CONSTRAINT cards_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships(tenant_id, user_id) ON DELETE CASCADE;
ALTER TABLE ONLY learning.item_stats
    ADD CONSTRAINT item_stats_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY learning.items
    ADD CONSTRAINT items_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY learning.items
    ADD CONSTRAINT items_tenant_id_module_id_fkey FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY learning.items
    ADD CONSTRAINT items_tenant_id_objective_id_fkey FOREIGN KEY (tenant_id, objective_id) REFERENCES learning.objectives(tenant_id, id) ON DELETE SET NULL (objective_id);
ALTER TABLE ONLY learning.modules
    ADD CONSTRAINT modules_tenant_id_module_id_fkey FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY learning.objectives
    ADD CONSTRAINT objectives_tenant_id_module_id_fkey FOREIGN KEY (tenant_id, module_id) REFERENCES learning.modules(tenant_id, module_id) ON DELETE CASCADE;
ALTER TABLE ONLY learning.prerequisites
    ADD CONSTRAINT prerequisites_tenant_id_module_id_fkey FOREIGN KEY (tenant_id, module_id) REFERENCES learning.modules(tenant_id, module_id) ON DELETE CASCADE;
ALTER TABLE ONLY learning.prerequisites
    ADD CONSTRAINT prerequisites_tenant_id_requires_module_id_fkey FOREIGN KEY (tenant_id, requires_module_id) REFERENCES learning.modules(tenant_id, module_id) ON DELETE CASCADE;
ALTER TABLE ONLY learning.self_ratings
    ADD CONSTRAINT self_ratings_tenant_id_attempt_id_fkey FOREIGN KEY (tenant_id, attempt_id) REFERENCES learning.attempts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY learning.sessions
    ADD CONSTRAINT sessions_tenant_id_module_id_fkey FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY learning.sessions
    ADD CONSTRAINT sessions_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES kernel.memberships(tenant_id, user_id) ON DELETE CASCADE;
ALTER TABLE ONLY learning.statements
    ADD CONSTRAINT statements_tenant_id_attempt_id_fkey FOREIGN KEY (tenant_id, attempt_id) REFERENCES learning.attempts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY learning.statements
    ADD CONSTRAINT statements_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES learning.sessions(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.assets
    ADD CONSTRAINT assets_tenant_id_paper_id_fkey FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.assets
    ADD CONSTRAINT assets_tenant_id_plan_id_fkey FOREIGN KEY (tenant_id, plan_id) REFERENCES papers.plans(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.assets
    ADD CONSTRAINT assets_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES papers.runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.claim_edits
    ADD CONSTRAINT claim_edits_tenant_id_claim_id_fkey FOREIGN KEY (tenant_id, claim_id) REFERENCES papers.claims(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.claim_edits
    ADD CONSTRAINT claim_edits_tenant_id_paper_id_fkey FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.claims
    ADD CONSTRAINT claims_tenant_id_paper_id_fkey FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.datasets
    ADD CONSTRAINT datasets_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
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
ALTER TABLE ONLY papers.linkers
    ADD CONSTRAINT linkers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.papers
    ADD CONSTRAINT papers_supersedes_fkey FOREIGN KEY (tenant_id, supersedes) REFERENCES papers.papers(tenant_id, id) ON DELETE SET NULL (supersedes);
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
ALTER TABLE ONLY papers.plans
    ADD CONSTRAINT plans_tenant_id_previous_id_fkey FOREIGN KEY (tenant_id, previous_id) REFERENCES papers.plans(tenant_id, id) ON DELETE SET NULL (previous_id);
ALTER TABLE ONLY papers.rankings
    ADD CONSTRAINT rankings_tenant_id_better_id_fkey FOREIGN KEY (tenant_id, better_id) REFERENCES papers.claims(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.rankings
    ADD CONSTRAINT rankings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.rankings
    ADD CONSTRAINT rankings_tenant_id_paper_id_fkey FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.rankings
    ADD CONSTRAINT rankings_tenant_id_worse_id_fkey FOREIGN KEY (tenant_id, worse_id) REFERENCES papers.claims(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.reproductions
    ADD CONSTRAINT reproductions_tenant_id_id_fkey FOREIGN KEY (tenant_id, id) REFERENCES kernel.runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.reproductions
    ADD CONSTRAINT reproductions_tenant_id_paper_id_fkey FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.reproductions
    ADD CONSTRAINT reproductions_tenant_id_plan_id_fkey FOREIGN KEY (tenant_id, plan_id) REFERENCES papers.plans(tenant_id, id) ON DELETE SET NULL (plan_id);
ALTER TABLE ONLY papers.reproductions
    ADD CONSTRAINT reproductions_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES papers.runs(tenant_id, id) ON DELETE SET NULL (run_id);
ALTER TABLE ONLY papers.retention
    ADD CONSTRAINT retention_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
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
    ADD CONSTRAINT storyboards_artifact_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts(tenant_id, id) ON DELETE SET NULL (artifact_id);
ALTER TABLE ONLY papers.storyboards
    ADD CONSTRAINT storyboards_draft_fkey FOREIGN KEY (tenant_id, draft_artifact_id) REFERENCES gate.artifacts(tenant_id, id) ON DELETE SET NULL (draft_artifact_id);
ALTER TABLE ONLY papers.storyboards
    ADD CONSTRAINT storyboards_tenant_id_paper_id_fkey FOREIGN KEY (tenant_id, paper_id) REFERENCES papers.papers(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY papers.storyboards
    ADD CONSTRAINT storyboards_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES papers.runs(tenant_id, id) ON DELETE SET NULL (run_id);
ALTER TABLE ONLY studio.answers
    ADD CONSTRAINT answers_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.answers
    ADD CONSTRAINT answers_tenant_id_question_id_fkey FOREIGN KEY (tenant_id, question_id) REFERENCES studio.plan_questions(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.candidate_sets
    ADD CONSTRAINT candidate_sets_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.claims
    ADD CONSTRAINT claims_tenant_id_message_id_fkey FOREIGN KEY (tenant_id, message_id) REFERENCES studio.messages(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.claims
    ADD CONSTRAINT claims_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES studio.sessions(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.claims
    ADD CONSTRAINT claims_tenant_id_superseded_by_fkey FOREIGN KEY (tenant_id, superseded_by) REFERENCES studio.claims(tenant_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY studio.context_artifacts
    ADD CONSTRAINT context_artifacts_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.context_cache
    ADD CONSTRAINT context_cache_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.context_changes
    ADD CONSTRAINT context_changes_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES studio.context_artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.context_changes
    ADD CONSTRAINT context_changes_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.context_links
    ADD CONSTRAINT context_links_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES studio.context_artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.context_links
    ADD CONSTRAINT context_links_tenant_id_depends_on_id_fkey FOREIGN KEY (tenant_id, depends_on_id) REFERENCES studio.context_artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.context_links
    ADD CONSTRAINT context_links_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.context_requests
    ADD CONSTRAINT context_requests_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.curations
    ADD CONSTRAINT curations_tenant_id_project_id_candidate_set_id_fkey FOREIGN KEY (tenant_id, project_id, candidate_set_id) REFERENCES studio.candidate_sets(tenant_id, project_id, id);
ALTER TABLE ONLY studio.curations
    ADD CONSTRAINT curations_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.designs
    ADD CONSTRAINT designs_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.feature_seeds
    ADD CONSTRAINT feature_seeds_tenant_id_claim_id_fkey FOREIGN KEY (tenant_id, claim_id) REFERENCES studio.claims(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.feature_seeds
    ADD CONSTRAINT feature_seeds_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.features
    ADD CONSTRAINT features_tenant_id_project_id_candidate_set_id_fkey FOREIGN KEY (tenant_id, project_id, candidate_set_id) REFERENCES studio.candidate_sets(tenant_id, project_id, id);
ALTER TABLE ONLY studio.features
    ADD CONSTRAINT features_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.feedback_events
    ADD CONSTRAINT feedback_events_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.imported_statements
    ADD CONSTRAINT imported_statements_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.kit_approvals
    ADD CONSTRAINT kit_approvals_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.kit_approvals
    ADD CONSTRAINT kit_approvals_tenant_id_run_id_digest_fkey FOREIGN KEY (tenant_id, run_id, digest) REFERENCES studio.kit_plans(tenant_id, run_id, digest) ON DELETE CASCADE;
ALTER TABLE ONLY studio.kit_bundles
    ADD CONSTRAINT kit_bundles_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.approvals(tenant_id, artifact_id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.kit_bundles
    ADD CONSTRAINT kit_bundles_tenant_id_project_id_run_id_fkey FOREIGN KEY (tenant_id, project_id, run_id) REFERENCES studio.kit_executions(tenant_id, project_id, run_id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.kit_bundles
    ADD CONSTRAINT kit_bundles_tenant_id_run_id_plan_digest_fkey FOREIGN KEY (tenant_id, run_id, plan_digest) REFERENCES studio.kit_approvals(tenant_id, run_id, digest) ON DELETE CASCADE;
ALTER TABLE ONLY studio.kit_bundles
    ADD CONSTRAINT kit_bundles_tenant_id_sha256_fkey FOREIGN KEY (tenant_id, sha256) REFERENCES kernel.blobs(tenant_id, sha256);
ALTER TABLE ONLY studio.kit_credentials
    ADD CONSTRAINT kit_credentials_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.kit_discoveries
    ADD CONSTRAINT kit_discoveries_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.kit_executions
    ADD CONSTRAINT kit_executions_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES studio.specifications(tenant_id, artifact_id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.kit_executions
    ADD CONSTRAINT kit_executions_tenant_id_kit_row_id_fkey FOREIGN KEY (tenant_id, kit_row_id) REFERENCES studio.kits(tenant_id, id);
ALTER TABLE ONLY studio.kit_executions
    ADD CONSTRAINT kit_executions_tenant_id_package_sha256_fkey FOREIGN KEY (tenant_id, package_sha256) REFERENCES kernel.blobs(tenant_id, sha256);
ALTER TABLE ONLY studio.kit_executions
    ADD CONSTRAINT kit_executions_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.kit_executions
    ADD CONSTRAINT kit_executions_tenant_id_rendered_sha256_fkey FOREIGN KEY (tenant_id, rendered_sha256) REFERENCES kernel.blobs(tenant_id, sha256);
ALTER TABLE ONLY studio.kit_executions
    ADD CONSTRAINT kit_executions_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES kernel.runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.kit_items
    ADD CONSTRAINT kit_items_tenant_id_run_id_digest_fkey FOREIGN KEY (tenant_id, run_id, digest) REFERENCES studio.kit_approvals(tenant_id, run_id, digest) ON DELETE CASCADE;
ALTER TABLE ONLY studio.kit_items
    ADD CONSTRAINT kit_items_tenant_id_run_id_digest_path_fkey FOREIGN KEY (tenant_id, run_id, digest, path) REFERENCES studio.kit_plan_items(tenant_id, run_id, digest, path) ON DELETE CASCADE;
ALTER TABLE ONLY studio.kit_items
    ADD CONSTRAINT kit_items_tenant_id_sha256_fkey FOREIGN KEY (tenant_id, sha256) REFERENCES kernel.blobs(tenant_id, sha256);
ALTER TABLE ONLY studio.kit_outputs
    ADD CONSTRAINT kit_outputs_tenant_id_project_id_run_id_fkey FOREIGN KEY (tenant_id, project_id, run_id) REFERENCES studio.kit_executions(tenant_id, project_id, run_id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.kit_plan_items
    ADD CONSTRAINT kit_plan_items_tenant_id_run_id_digest_fkey FOREIGN KEY (tenant_id, run_id, digest) REFERENCES studio.kit_plans(tenant_id, run_id, digest) ON DELETE CASCADE;
ALTER TABLE ONLY studio.kit_plans
    ADD CONSTRAINT kit_plans_tenant_id_project_id_run_id_fkey FOREIGN KEY (tenant_id, project_id, run_id) REFERENCES studio.kit_executions(tenant_id, project_id, run_id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.kits
    ADD CONSTRAINT kits_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.kits
    ADD CONSTRAINT kits_tenant_id_package_sha256_fkey FOREIGN KEY (tenant_id, package_sha256) REFERENCES kernel.blobs(tenant_id, sha256);
ALTER TABLE ONLY studio.library_items
    ADD CONSTRAINT library_items_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.library_versions
    ADD CONSTRAINT library_versions_tenant_id_item_id_fkey FOREIGN KEY (tenant_id, item_id) REFERENCES studio.library_items(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.messages
    ADD CONSTRAINT messages_tenant_id_revises_fkey FOREIGN KEY (tenant_id, revises) REFERENCES studio.messages(tenant_id, id);
ALTER TABLE ONLY studio.messages
    ADD CONSTRAINT messages_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES studio.sessions(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.mistakes
    ADD CONSTRAINT mistakes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.needs
    ADD CONSTRAINT needs_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES studio.sessions(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.objectives
    ADD CONSTRAINT objectives_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.pattern_detections
    ADD CONSTRAINT pattern_detections_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.phase_passes
    ADD CONSTRAINT phase_passes_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.plan_questions
    ADD CONSTRAINT plan_questions_tenant_id_project_id_plan_id_fkey FOREIGN KEY (tenant_id, project_id, plan_id) REFERENCES studio.question_plans(tenant_id, project_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.projects
    ADD CONSTRAINT projects_tenant_id_created_by_fkey FOREIGN KEY (tenant_id, created_by) REFERENCES kernel.memberships(tenant_id, user_id) ON DELETE SET NULL (created_by);
ALTER TABLE ONLY studio.projects
    ADD CONSTRAINT projects_tenant_id_module_id_fkey FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.question_plans
    ADD CONSTRAINT question_plans_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.question_plans
    ADD CONSTRAINT question_plans_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES kernel.runs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.research_tasks
    ADD CONSTRAINT research_tasks_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES studio.sessions(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.reviews
    ADD CONSTRAINT reviews_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.reviews
    ADD CONSTRAINT reviews_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.reviews
    ADD CONSTRAINT reviews_tenant_id_request_id_fkey FOREIGN KEY (tenant_id, request_id) REFERENCES studio.context_requests(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.reviews
    ADD CONSTRAINT reviews_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES agents.concerts(tenant_id, run_id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.reviews
    ADD CONSTRAINT reviews_tenant_id_task_id_fkey FOREIGN KEY (tenant_id, task_id) REFERENCES studio.tasks(tenant_id, id);
ALTER TABLE ONLY studio.seed_decisions
    ADD CONSTRAINT seed_decisions_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.sessions
    ADD CONSTRAINT sessions_tenant_id_objective_id_fkey FOREIGN KEY (tenant_id, objective_id) REFERENCES studio.objectives(tenant_id, id);
ALTER TABLE ONLY studio.sessions
    ADD CONSTRAINT sessions_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.specifications
    ADD CONSTRAINT specifications_tenant_id_artifact_id_fkey FOREIGN KEY (tenant_id, artifact_id) REFERENCES gate.artifacts(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.specifications
    ADD CONSTRAINT specifications_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.summaries
    ADD CONSTRAINT summaries_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES studio.sessions(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.task_actions
    ADD CONSTRAINT task_actions_tenant_id_project_id_task_id_fkey FOREIGN KEY (tenant_id, project_id, task_id) REFERENCES studio.tasks(tenant_id, project_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.task_activity
    ADD CONSTRAINT task_activity_tenant_id_project_id_task_id_fkey FOREIGN KEY (tenant_id, project_id, task_id) REFERENCES studio.tasks(tenant_id, project_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.task_files
    ADD CONSTRAINT task_files_tenant_id_project_id_task_id_fkey FOREIGN KEY (tenant_id, project_id, task_id) REFERENCES studio.tasks(tenant_id, project_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.task_submissions
    ADD CONSTRAINT task_submissions_tenant_id_action_id_fkey FOREIGN KEY (tenant_id, action_id) REFERENCES studio.task_actions(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.task_submissions
    ADD CONSTRAINT task_submissions_tenant_id_project_id_task_id_fkey FOREIGN KEY (tenant_id, project_id, task_id) REFERENCES studio.tasks(tenant_id, project_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.task_targets
    ADD CONSTRAINT task_targets_tenant_id_project_id_task_id_fkey FOREIGN KEY (tenant_id, project_id, task_id) REFERENCES studio.tasks(tenant_id, project_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.task_waits
    ADD CONSTRAINT task_waits_tenant_id_project_id_task_id_fkey FOREIGN KEY (tenant_id, project_id, task_id) REFERENCES studio.tasks(tenant_id, project_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.task_waits
    ADD CONSTRAINT task_waits_tenant_id_project_id_waits_for_fkey FOREIGN KEY (tenant_id, project_id, waits_for) REFERENCES studio.tasks(tenant_id, project_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.tasks
    ADD CONSTRAINT tasks_tenant_id_assignee_id_fkey FOREIGN KEY (tenant_id, assignee_id) REFERENCES kernel.memberships(tenant_id, user_id) ON DELETE SET NULL (assignee_id);
ALTER TABLE ONLY studio.tasks
    ADD CONSTRAINT tasks_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY studio.tasks
    ADD CONSTRAINT tasks_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES studio.sessions(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE agents.checkpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE agents.choices ENABLE ROW LEVEL SECURITY;
ALTER TABLE agents.concerts ENABLE ROW LEVEL SECURITY;
CREATE POLICY customer_wall ON agents.checkpoints AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON agents.choices AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON agents.concerts AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON agents.memory AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY maintenance ON agents.checkpoints TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON agents.choices TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON agents.concerts TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON agents.memory TO service_role USING (true) WITH CHECK (true);
ALTER TABLE agents.memory ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON agents.checkpoints USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON agents.choices USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON agents.concerts USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON agents.memory USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
ALTER TABLE engine.channel_columns ENABLE ROW LEVEL SECURITY;
ALTER TABLE engine.channels ENABLE ROW LEVEL SECURITY;
CREATE POLICY customer_wall ON engine.channel_columns AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.channels AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.dead_letters AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.ephemeral_sessions AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.eval_queries AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.eval_runs AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.models AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.mutable_changes AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.mutable_indexes AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.mutable_tables AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.search_audit AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.search_audit_heads AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.segments AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.sources AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.table_versions AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.tables AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.topic_batches AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.topic_deliveries AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.topic_groups AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.topics AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON engine.training_jobs AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
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
ALTER TABLE evidence.chunks ENABLE ROW LEVEL SECURITY;
CREATE POLICY customer_wall ON evidence.chunks AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON evidence.documents AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON evidence.file_search_stores AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON evidence.modules AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
ALTER TABLE evidence.documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE evidence.file_search_stores ENABLE ROW LEVEL SECURITY;
CREATE POLICY maintenance ON evidence.chunks TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON evidence.documents TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON evidence.file_search_stores TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON evidence.modules TO service_role USING (true) WITH CHECK (true);
ALTER TABLE evidence.modules ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON evidence.chunks USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON evidence.documents USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON evidence.file_search_stores USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON evidence.modules USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
ALTER TABLE gate.approvals ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate.artifacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate.citations ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate.comments ENABLE ROW LEVEL SECURITY;
CREATE POLICY customer_wall ON gate.approvals AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON gate.artifacts AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON gate.citations AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON gate.comments AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON gate.eval_results AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON gate.eval_rules AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON gate.eval_runs AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON gate.eval_suites AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON gate.findings AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON gate.generation_runs AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON gate.judge_calibrations AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON gate.judges AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON gate.kind_suites AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON gate.prompt_activations AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON gate.prompt_versions AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON gate.review_tasks AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON gate.reviews AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON gate.waivers AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
ALTER TABLE gate.eval_results ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate.eval_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate.eval_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate.eval_suites ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate.findings ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate.generation_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate.judge_calibrations ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate.judges ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate.kind_suites ENABLE ROW LEVEL SECURITY;
CREATE POLICY learner_wall ON gate.artifacts AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text) OR (status = 'APPROVED'::gate.artifact_status)));
CREATE POLICY learner_wall ON gate.citations AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text) OR (EXISTS ( SELECT 1
   FROM gate.artifacts a
  WHERE ((a.tenant_id = citations.tenant_id) AND (a.id = citations.artifact_id))))));
CREATE POLICY learner_wall ON gate.comments AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY learner_wall ON gate.eval_results AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY learner_wall ON gate.eval_rules AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY learner_wall ON gate.eval_runs AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY learner_wall ON gate.eval_suites AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY learner_wall ON gate.findings AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY learner_wall ON gate.generation_runs AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY learner_wall ON gate.judge_calibrations AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY learner_wall ON gate.judges AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY learner_wall ON gate.kind_suites AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY learner_wall ON gate.prompt_activations AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY learner_wall ON gate.prompt_versions AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY learner_wall ON gate.review_tasks AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY learner_wall ON gate.reviews AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY learner_wall ON gate.waivers AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY library ON gate.eval_rules FOR SELECT USING (((tenant_id IS NULL) AND (( SELECT kernel.current_tenant() AS current_tenant) IS NOT NULL)));
CREATE POLICY library ON gate.eval_suites FOR SELECT USING (((tenant_id IS NULL) AND (( SELECT kernel.current_tenant() AS current_tenant) IS NOT NULL)));
CREATE POLICY library ON gate.judge_calibrations FOR SELECT USING (((tenant_id IS NULL) AND (( SELECT kernel.current_tenant() AS current_tenant) IS NOT NULL)));
CREATE POLICY library ON gate.judges FOR SELECT USING (((tenant_id IS NULL) AND (( SELECT kernel.current_tenant() AS current_tenant) IS NOT NULL)));
CREATE POLICY library ON gate.kind_suites FOR SELECT USING (((tenant_id IS NULL) AND (( SELECT kernel.current_tenant() AS current_tenant) IS NOT NULL)));
CREATE POLICY library ON gate.prompt_activations FOR SELECT USING (((tenant_id IS NULL) AND (( SELECT kernel.current_tenant() AS current_tenant) IS NOT NULL)));
CREATE POLICY library ON gate.prompt_versions FOR SELECT USING (((tenant_id IS NULL) AND (( SELECT kernel.current_tenant() AS current_tenant) IS NOT NULL)));
CREATE POLICY maintenance ON gate.approvals TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.artifacts TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.citations TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.comments TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.eval_results TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.eval_rules TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.eval_runs TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.eval_suites TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.findings TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.generation_runs TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.judge_calibrations TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.judges TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.kind_suites TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.prompt_activations TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.prompt_versions TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.review_tasks TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.reviews TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON gate.waivers TO service_role USING (true) WITH CHECK (true);
ALTER TABLE gate.prompt_activations ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate.prompt_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate.review_tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate.reviews ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON gate.approvals USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.artifacts USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.citations USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.comments USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.eval_results USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.eval_rules USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.eval_runs USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.eval_suites USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.findings USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.generation_runs USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.judge_calibrations USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.judges USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.kind_suites USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.prompt_activations USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.prompt_versions USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.review_tasks USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.reviews USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON gate.waivers USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
ALTER TABLE gate.waivers ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.api_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.blobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.budget_reservations ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.budgets ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.channels ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.connections ENABLE ROW LEVEL SECURITY;
CREATE POLICY customer_wall ON kernel.api_tokens AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON kernel.blobs AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON kernel.budget_reservations AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON kernel.budgets AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON kernel.channels AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON kernel.connections AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON kernel.engagements AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (user_id = ( SELECT kernel.current_person() AS current_person))));
CREATE POLICY customer_wall ON kernel.events AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON kernel.heartbeat_settings AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON kernel.invitations AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON kernel.memberships AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (user_id = ( SELECT kernel.current_person() AS current_person))));
CREATE POLICY customer_wall ON kernel.organisation_members AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (user_id = ( SELECT kernel.current_person() AS current_person))));
CREATE POLICY customer_wall ON kernel.policy_evaluations AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (user_id = ( SELECT kernel.current_person() AS current_person))));
CREATE POLICY customer_wall ON kernel.role_grants AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (user_id = ( SELECT kernel.current_person() AS current_person))));
CREATE POLICY customer_wall ON kernel.run_steps AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON kernel.runs AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (created_by = ( SELECT kernel.current_actor() AS current_actor))));
CREATE POLICY customer_wall ON kernel.secrets AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
ALTER TABLE kernel.engagements ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.events ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.events_default ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.heartbeat_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.invitations ENABLE ROW LEVEL SECURITY;
CREATE POLICY learner_wall ON kernel.events AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY learner_wall ON kernel.run_steps AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY learner_wall ON kernel.runs AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text));
CREATE POLICY maintenance ON kernel.api_tokens TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.blobs TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.budget_reservations TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.budgets TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.channels TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.connections TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.engagements TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.events TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.events_default TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.heartbeat_settings TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.invitations TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.memberships TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.organisation_members TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.organisations TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.policies TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.policy_evaluations TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.role_grants TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.roles TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.run_steps TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.runs TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.secrets TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.sessions TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.sign_in_links TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.streams TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.tenants TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON kernel.users TO service_role USING (true) WITH CHECK (true);
ALTER TABLE kernel.memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.organisation_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.organisations ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.policy_evaluations ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.role_grants ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.roles ENABLE ROW LEVEL SECURITY;
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
CREATE POLICY tenant_wall ON kernel.channels USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.connections USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.engagements USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.events USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.events_default USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.heartbeat_settings USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.invitations USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.memberships USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.organisation_members USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.organisations USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.policies USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.policy_evaluations USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.role_grants USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON kernel.roles USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
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
ALTER TABLE learning.abilities ENABLE ROW LEVEL SECURITY;
ALTER TABLE learning.attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE learning.cards ENABLE ROW LEVEL SECURITY;
CREATE POLICY customer_wall ON learning.abilities AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON learning.attempts AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON learning.cards AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON learning.item_stats AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON learning.items AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON learning.modules AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON learning.objectives AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON learning.prerequisites AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON learning.self_ratings AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON learning.sessions AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON learning.statements AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
ALTER TABLE learning.item_stats ENABLE ROW LEVEL SECURITY;
ALTER TABLE learning.items ENABLE ROW LEVEL SECURITY;
CREATE POLICY learner_wall ON learning.abilities AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text) OR (user_id = ( SELECT kernel.current_person() AS current_person))));
CREATE POLICY learner_wall ON learning.attempts AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text) OR (user_id = ( SELECT kernel.current_person() AS current_person))));
CREATE POLICY learner_wall ON learning.cards AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text) OR (user_id = ( SELECT kernel.current_person() AS current_person))));
CREATE POLICY learner_wall ON learning.item_stats AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text) OR (EXISTS ( SELECT 1
   FROM gate.artifacts a
  WHERE ((a.tenant_id = item_stats.tenant_id) AND (a.id = item_stats.artifact_id))))));
CREATE POLICY learner_wall ON learning.items AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text) OR (EXISTS ( SELECT 1
   FROM gate.artifacts a
  WHERE ((a.tenant_id = items.tenant_id) AND (a.id = items.artifact_id))))));
CREATE POLICY learner_wall ON learning.self_ratings AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text) OR (EXISTS ( SELECT 1
   FROM learning.attempts a
  WHERE ((a.tenant_id = self_ratings.tenant_id) AND (a.id = self_ratings.attempt_id))))));
CREATE POLICY learner_wall ON learning.sessions AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text) OR (user_id = ( SELECT kernel.current_person() AS current_person))));
CREATE POLICY learner_wall ON learning.statements AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text) OR (EXISTS ( SELECT 1
   FROM learning.attempts a
  WHERE ((a.tenant_id = statements.tenant_id) AND (a.id = statements.attempt_id)))) OR (EXISTS ( SELECT 1
   FROM learning.sessions s
  WHERE ((s.tenant_id = statements.tenant_id) AND (s.id = statements.session_id))))));
CREATE POLICY maintenance ON learning.abilities TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON learning.attempts TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON learning.cards TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON learning.item_stats TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON learning.items TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON learning.modules TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON learning.objectives TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON learning.prerequisites TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON learning.self_ratings TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON learning.sessions TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON learning.statements TO service_role USING (true) WITH CHECK (true);
ALTER TABLE learning.modules ENABLE ROW LEVEL SECURITY;
ALTER TABLE learning.objectives ENABLE ROW LEVEL SECURITY;
ALTER TABLE learning.prerequisites ENABLE ROW LEVEL SECURITY;
ALTER TABLE learning.self_ratings ENABLE ROW LEVEL SECURITY;
ALTER TABLE learning.sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE learning.statements ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON learning.abilities USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON learning.attempts USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON learning.cards USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON learning.item_stats USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON learning.items USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON learning.modules USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON learning.objectives USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON learning.prerequisites USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON learning.self_ratings USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON learning.sessions USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON learning.statements USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
ALTER TABLE papers.assets ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.claim_edits ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.claims ENABLE ROW LEVEL SECURITY;
CREATE POLICY customer_wall ON papers.assets AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON papers.claim_edits AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON papers.claims AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON papers.datasets AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON papers.evals AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON papers.gaps AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON papers.linkers AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON papers.papers AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON papers.plans AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON papers.rankings AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON papers.reproductions AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON papers.retention AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON papers.run_series AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON papers.runs AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON papers.storyboards AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
ALTER TABLE papers.datasets ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.evals ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.gaps ENABLE ROW LEVEL SECURITY;
CREATE POLICY learner_wall ON papers.storyboards AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'learner'::text) OR (EXISTS ( SELECT 1
   FROM gate.artifacts a
  WHERE ((a.tenant_id = storyboards.tenant_id) AND (a.id = storyboards.artifact_id))))));
ALTER TABLE papers.linkers ENABLE ROW LEVEL SECURITY;
CREATE POLICY maintenance ON papers.assets TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.claim_edits TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.claims TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.datasets TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.evals TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.gaps TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.linkers TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.papers TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.plans TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.rankings TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.reproductions TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.retention TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.run_series TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.runs TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON papers.storyboards TO service_role USING (true) WITH CHECK (true);
ALTER TABLE papers.papers ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.rankings ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.reproductions ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.retention ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.run_series ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers.storyboards ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON papers.assets USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.claim_edits USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.claims USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.datasets USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.evals USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.gaps USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.linkers USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.papers USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.plans USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.rankings USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.reproductions USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.retention USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.run_series USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.runs USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON papers.storyboards USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
ALTER TABLE studio.answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.candidate_sets ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.claims ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.context_artifacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.context_cache ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.context_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.context_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.context_profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.context_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.curations ENABLE ROW LEVEL SECURITY;
CREATE POLICY customer_wall ON studio.answers AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = answers.tenant_id) AND (p.id = answers.project_id))))));
CREATE POLICY customer_wall ON studio.candidate_sets AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = candidate_sets.tenant_id) AND (p.id = candidate_sets.project_id))))));
CREATE POLICY customer_wall ON studio.claims AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.sessions s
  WHERE ((s.tenant_id = claims.tenant_id) AND (s.id = claims.session_id))))));
CREATE POLICY customer_wall ON studio.context_artifacts AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = context_artifacts.tenant_id) AND (p.id = context_artifacts.project_id))))));
CREATE POLICY customer_wall ON studio.context_cache AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = context_cache.tenant_id) AND (p.id = context_cache.project_id))))));
CREATE POLICY customer_wall ON studio.context_changes AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = context_changes.tenant_id) AND (p.id = context_changes.project_id))))));
CREATE POLICY customer_wall ON studio.context_links AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = context_links.tenant_id) AND (p.id = context_links.project_id))))));
CREATE POLICY customer_wall ON studio.context_profiles AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON studio.context_requests AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = context_requests.tenant_id) AND (p.id = context_requests.project_id))))));
CREATE POLICY customer_wall ON studio.curations AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = curations.tenant_id) AND (p.id = curations.project_id))))));
CREATE POLICY customer_wall ON studio.designs AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = designs.tenant_id) AND (p.id = designs.project_id))))));
CREATE POLICY customer_wall ON studio.feature_seeds AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = feature_seeds.tenant_id) AND (p.id = feature_seeds.project_id))))));
CREATE POLICY customer_wall ON studio.features AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = features.tenant_id) AND (p.id = features.project_id))))));
CREATE POLICY customer_wall ON studio.feedback_events AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = feedback_events.tenant_id) AND (p.id = feedback_events.project_id))))));
CREATE POLICY customer_wall ON studio.imported_statements AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = imported_statements.tenant_id) AND (p.id = imported_statements.project_id))))));
CREATE POLICY customer_wall ON studio.kit_approvals AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = kit_approvals.tenant_id) AND (p.id = kit_approvals.project_id))))));
CREATE POLICY customer_wall ON studio.kit_bundles AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = kit_bundles.tenant_id) AND (p.id = kit_bundles.project_id))))));
CREATE POLICY customer_wall ON studio.kit_credentials AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = kit_credentials.tenant_id) AND (p.id = kit_credentials.project_id))))));
CREATE POLICY customer_wall ON studio.kit_discoveries AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = kit_discoveries.tenant_id) AND (p.id = kit_discoveries.project_id))))));
CREATE POLICY customer_wall ON studio.kit_executions AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = kit_executions.tenant_id) AND (p.id = kit_executions.project_id))))));
CREATE POLICY customer_wall ON studio.kit_items AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = kit_items.tenant_id) AND (p.id = kit_items.project_id))))));
CREATE POLICY customer_wall ON studio.kit_outputs AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = kit_outputs.tenant_id) AND (p.id = kit_outputs.project_id))))));
CREATE POLICY customer_wall ON studio.kit_plan_items AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = kit_plan_items.tenant_id) AND (p.id = kit_plan_items.project_id))))));
CREATE POLICY customer_wall ON studio.kit_plans AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = kit_plans.tenant_id) AND (p.id = kit_plans.project_id))))));
CREATE POLICY customer_wall ON studio.kits AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON studio.library_items AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR true));
CREATE POLICY customer_wall ON studio.library_versions AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR true));
CREATE POLICY customer_wall ON studio.messages AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.sessions s
  WHERE ((s.tenant_id = messages.tenant_id) AND (s.id = messages.session_id))))));
CREATE POLICY customer_wall ON studio.mistakes AS RESTRICTIVE TO evigate_app USING ((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text));
CREATE POLICY customer_wall ON studio.needs AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.sessions s
  WHERE ((s.tenant_id = needs.tenant_id) AND (s.id = needs.session_id))))));
CREATE POLICY customer_wall ON studio.objectives AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR true));
CREATE POLICY customer_wall ON studio.pattern_detections AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = pattern_detections.tenant_id) AND (p.id = pattern_detections.project_id))))));
CREATE POLICY customer_wall ON studio.phase_passes AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = phase_passes.tenant_id) AND (p.id = phase_passes.project_id))))));
CREATE POLICY customer_wall ON studio.plan_questions AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = plan_questions.tenant_id) AND (p.id = plan_questions.project_id))))));
CREATE POLICY customer_wall ON studio.projects AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM kernel.engagements e
  WHERE ((e.tenant_id = projects.tenant_id) AND (e.user_id = ( SELECT kernel.current_person() AS current_person)) AND (e.resource = ('project:'::text || projects.id)) AND (e.status <> 'archived'::text))))));
CREATE POLICY customer_wall ON studio.question_plans AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = question_plans.tenant_id) AND (p.id = question_plans.project_id))))));
CREATE POLICY customer_wall ON studio.research_tasks AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.sessions s
  WHERE ((s.tenant_id = research_tasks.tenant_id) AND (s.id = research_tasks.session_id))))));
CREATE POLICY customer_wall ON studio.reviews AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = reviews.tenant_id) AND (p.id = reviews.project_id))))));
CREATE POLICY customer_wall ON studio.seed_decisions AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = seed_decisions.tenant_id) AND (p.id = seed_decisions.project_id))))));
CREATE POLICY customer_wall ON studio.sessions AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = sessions.tenant_id) AND (p.id = sessions.project_id))))));
CREATE POLICY customer_wall ON studio.specifications AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = specifications.tenant_id) AND (p.id = specifications.project_id))))));
CREATE POLICY customer_wall ON studio.summaries AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.sessions s
  WHERE ((s.tenant_id = summaries.tenant_id) AND (s.id = summaries.session_id))))));
CREATE POLICY customer_wall ON studio.task_actions AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = task_actions.tenant_id) AND (p.id = task_actions.project_id))))));
CREATE POLICY customer_wall ON studio.task_activity AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = task_activity.tenant_id) AND (p.id = task_activity.project_id))))));
CREATE POLICY customer_wall ON studio.task_files AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = task_files.tenant_id) AND (p.id = task_files.project_id))))));
CREATE POLICY customer_wall ON studio.task_submissions AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = task_submissions.tenant_id) AND (p.id = task_submissions.project_id))))));
CREATE POLICY customer_wall ON studio.task_targets AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = task_targets.tenant_id) AND (p.id = task_targets.project_id))))));
CREATE POLICY customer_wall ON studio.task_waits AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = task_waits.tenant_id) AND (p.id = task_waits.project_id))))));
CREATE POLICY customer_wall ON studio.tasks AS RESTRICTIVE TO evigate_app USING (((( SELECT kernel.current_role_name() AS current_role_name) IS DISTINCT FROM 'customer'::text) OR (EXISTS ( SELECT 1
   FROM studio.projects p
  WHERE ((p.tenant_id = tasks.tenant_id) AND (p.id = tasks.project_id))))));
ALTER TABLE studio.designs ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.feature_seeds ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.features ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.feedback_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.imported_statements ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.kit_approvals ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.kit_bundles ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.kit_credentials ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.kit_discoveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.kit_executions ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.kit_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.kit_outputs ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.kit_plan_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.kit_plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.kits ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.library_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.library_versions ENABLE ROW LEVEL SECURITY;
CREATE POLICY maintenance ON studio.answers TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.candidate_sets TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.claims TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.context_artifacts TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.context_cache TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.context_changes TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.context_links TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.context_profiles TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.context_requests TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.curations TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.designs TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.feature_seeds TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.features TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.feedback_events TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.imported_statements TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.kit_approvals TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.kit_bundles TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.kit_credentials TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.kit_discoveries TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.kit_executions TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.kit_items TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.kit_outputs TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.kit_plan_items TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.kit_plans TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.kits TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.library_items TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.library_versions TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.messages TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.mistakes TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.needs TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.objectives TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.pattern_detections TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.phase_passes TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.plan_questions TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.projects TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.question_plans TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.research_tasks TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.reviews TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.seed_decisions TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.sessions TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.specifications TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.summaries TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.task_actions TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.task_activity TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.task_files TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.task_submissions TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.task_targets TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.task_waits TO service_role USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON studio.tasks TO service_role USING (true) WITH CHECK (true);
ALTER TABLE studio.messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.mistakes ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.needs ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.objectives ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.pattern_detections ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.phase_passes ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.plan_questions ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.projects ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.question_plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.research_tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.reviews ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.seed_decisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.specifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.summaries ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.task_actions ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.task_activity ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.task_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.task_submissions ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.task_targets ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.task_waits ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio.tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON studio.answers USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.candidate_sets USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.claims USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.context_artifacts USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.context_cache USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.context_changes USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.context_links USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.context_profiles USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.context_requests USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.curations USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.designs USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.feature_seeds USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.features USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.feedback_events USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.imported_statements USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.kit_approvals USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.kit_bundles USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.kit_credentials USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.kit_discoveries USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.kit_executions USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.kit_items USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.kit_outputs USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.kit_plan_items USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.kit_plans USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.kits USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.library_items USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.library_versions USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.messages USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.mistakes USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.needs USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.objectives USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.pattern_detections USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.phase_passes USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.plan_questions USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.projects USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.question_plans USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.research_tasks USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.reviews USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.seed_decisions USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.sessions USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.specifications USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.summaries USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.task_actions USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.task_activity USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.task_files USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.task_submissions USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.task_targets USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.task_waits USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
CREATE POLICY tenant_wall ON studio.tasks USING ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT kernel.current_tenant() AS current_tenant)));
GRANT USAGE ON SCHEMA agents TO evigate_app;
GRANT USAGE ON SCHEMA agents TO service_role;
GRANT USAGE ON SCHEMA engine TO evigate_app;
GRANT ALL ON SCHEMA engine TO service_role;
GRANT USAGE ON SCHEMA engine_rows TO evigate_app;
GRANT ALL ON SCHEMA engine_rows TO service_role;
GRANT USAGE ON SCHEMA evidence TO evigate_app;
GRANT ALL ON SCHEMA evidence TO service_role;
GRANT USAGE ON SCHEMA gate TO evigate_app;
GRANT ALL ON SCHEMA gate TO service_role;
GRANT USAGE ON SCHEMA jammi TO evigate_app;
GRANT USAGE ON SCHEMA jammi TO service_role;
GRANT USAGE ON SCHEMA kernel TO evigate_app;
GRANT ALL ON SCHEMA kernel TO service_role;
GRANT USAGE ON SCHEMA learning TO evigate_app;
GRANT ALL ON SCHEMA learning TO service_role;
GRANT USAGE ON SCHEMA learning_bank TO evigate_app;
GRANT USAGE ON SCHEMA learning_bank TO service_role;
GRANT USAGE ON SCHEMA p2n TO evigate_app;
GRANT USAGE ON SCHEMA p2n TO service_role;
GRANT USAGE ON SCHEMA papers TO evigate_app;
GRANT USAGE ON SCHEMA papers TO service_role;
GRANT USAGE ON SCHEMA praetor TO evigate_app;
GRANT USAGE ON SCHEMA praetor TO service_role;
GRANT USAGE ON SCHEMA studio TO evigate_app;
GRANT ALL ON SCHEMA studio TO service_role;
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
REVOKE ALL ON FUNCTION evidence.remove_module(p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION evidence.remove_module(p_id uuid) TO evigate_app;
REVOKE ALL ON FUNCTION gate.add_citations(p_tenant uuid, p_artifact uuid, p_module uuid, p_citations jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION gate.ask_for_review(p_tenant uuid, p_artifact uuid, p_reason text) FROM PUBLIC;
REVOKE ALL ON FUNCTION gate.assign_review(p_task uuid, p_to text) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.assign_review(p_task uuid, p_to text) TO evigate_app;
REVOKE ALL ON FUNCTION gate.check_citation(p_tenant uuid, p_citation uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION gate.close_eval_run(p_run uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.close_eval_run(p_run uuid) TO evigate_app;
REVOKE ALL ON FUNCTION gate.create_artifact(p_id uuid, p_module_id uuid, p_kind text, p_key text, p_schema_version text, p_payload jsonb, p_blob_sha256 text, p_content_hash text, p_grounding jsonb, p_evidence_version text, p_run_id uuid, p_citations jsonb, p_difficulty text, p_tags text[], p_supersedes uuid, p_producer text) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.create_artifact(p_id uuid, p_module_id uuid, p_kind text, p_key text, p_schema_version text, p_payload jsonb, p_blob_sha256 text, p_content_hash text, p_grounding jsonb, p_evidence_version text, p_run_id uuid, p_citations jsonb, p_difficulty text, p_tags text[], p_supersedes uuid, p_producer text) TO evigate_app;
REVOKE ALL ON FUNCTION gate.decide_artifact(p_id uuid, p_status text, p_reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.decide_artifact(p_id uuid, p_status text, p_reason text) TO evigate_app;
REVOKE ALL ON FUNCTION gate.evidence_of(p_tenant uuid, p_artifact uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.evidence_of(p_tenant uuid, p_artifact uuid) TO evigate_app;
REVOKE ALL ON FUNCTION gate.fail_eval_run(p_run uuid, p_error jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.fail_eval_run(p_run uuid, p_error jsonb) TO evigate_app;
REVOKE ALL ON FUNCTION gate.find_quote(p_tenant uuid, p_module uuid, p_document uuid, p_chunk text, p_quote text) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.find_quote(p_tenant uuid, p_module uuid, p_document uuid, p_chunk text, p_quote text) TO evigate_app;
REVOKE ALL ON FUNCTION gate.follow_review(p_tenant uuid, p_artifact uuid, p_outcome text, p_comment text) FROM PUBLIC;
REVOKE ALL ON FUNCTION gate.follow_run(p_tenant uuid, p_artifact uuid, p_run uuid, p_hard text[], p_soft text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION gate.is_approved(p_tenant uuid, p_artifact uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.is_approved(p_tenant uuid, p_artifact uuid) TO service_role;
GRANT ALL ON FUNCTION gate.is_approved(p_tenant uuid, p_artifact uuid) TO evigate_app;
REVOKE ALL ON FUNCTION gate.judge_may_gate(p_tenant uuid, p_judge text, p_version text, p_type gate.eval_type) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.judge_may_gate(p_tenant uuid, p_judge text, p_version text, p_type gate.eval_type) TO evigate_app;
REVOKE ALL ON FUNCTION gate.library_calibration(p_judge text, p_version text, p_type text, p_dataset text, p_is_own_kind boolean, p_n integer, p_negatives integer, p_auc numeric, p_accuracy numeric, p_kappa numeric, p_alpha numeric, p_veto_precision numeric, p_threshold numeric) FROM PUBLIC;
REVOKE ALL ON FUNCTION gate.library_charge(p_kind text, p_suite text, p_version integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION gate.library_judge(p_name text, p_version text, p_type text, p_nature text) FROM PUBLIC;
REVOKE ALL ON FUNCTION gate.library_rule(p_suite text, p_version integer, p_type text, p_kind text, p_min numeric, p_max numeric, p_weight numeric, p_params jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION gate.library_suite(p_name text, p_version integer, p_description text, p_pass_score numeric, p_review text, p_needs_citations boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION gate.may_move(p_from text, p_to text) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.may_move(p_from text, p_to text) TO service_role;
GRANT ALL ON FUNCTION gate.may_move(p_from text, p_to text) TO evigate_app;
REVOKE ALL ON FUNCTION gate.move_artifact(p_tenant uuid, p_id uuid, p_status text, p_reason text) FROM PUBLIC;
REVOKE ALL ON FUNCTION gate.open_eval_run(p_id uuid, p_artifact uuid, p_suite uuid, p_judge_model text, p_judge_params jsonb, p_prompt uuid, p_is_trial boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.open_eval_run(p_id uuid, p_artifact uuid, p_suite uuid, p_judge_model text, p_judge_params jsonb, p_prompt uuid, p_is_trial boolean) TO evigate_app;
REVOKE ALL ON FUNCTION gate.open_review(p_artifact uuid, p_reason text, p_wanted integer, p_is_blind boolean, p_is_audit boolean, p_assigned_to text) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.open_review(p_artifact uuid, p_reason text, p_wanted integer, p_is_blind boolean, p_is_audit boolean, p_assigned_to text) TO evigate_app;
REVOKE ALL ON FUNCTION gate.recheck_artifact(p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.recheck_artifact(p_id uuid) TO evigate_app;
REVOKE ALL ON FUNCTION gate.recite_artifact(p_id uuid, p_citations jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.recite_artifact(p_id uuid, p_citations jsonb) TO evigate_app;
REVOKE ALL ON FUNCTION gate.record_calibration(p_judge text, p_version text, p_type text, p_dataset text, p_is_own_kind boolean, p_scores double precision[], p_labels boolean[], p_threshold double precision) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.record_calibration(p_judge text, p_version text, p_type text, p_dataset text, p_is_own_kind boolean, p_scores double precision[], p_labels boolean[], p_threshold double precision) TO evigate_app;
REVOKE ALL ON FUNCTION gate.record_results(p_run uuid, p_results jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.record_results(p_run uuid, p_results jsonb) TO evigate_app;
REVOKE ALL ON FUNCTION gate.record_review(p_id uuid, p_task uuid, p_verdict text, p_reasons text[], p_comment text, p_duration_ms integer) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.record_review(p_id uuid, p_task uuid, p_verdict text, p_reasons text[], p_comment text, p_duration_ms integer) TO evigate_app;
REVOKE ALL ON FUNCTION gate.refuse_change() FROM PUBLIC;
GRANT ALL ON FUNCTION gate.refuse_change() TO service_role;
GRANT ALL ON FUNCTION gate.refuse_change() TO evigate_app;
REVOKE ALL ON FUNCTION gate.refuse_finding_moves() FROM PUBLIC;
GRANT ALL ON FUNCTION gate.refuse_finding_moves() TO service_role;
GRANT ALL ON FUNCTION gate.refuse_finding_moves() TO evigate_app;
REVOKE ALL ON FUNCTION gate.refuse_frozen_rules() FROM PUBLIC;
GRANT ALL ON FUNCTION gate.refuse_frozen_rules() TO evigate_app;
REVOKE ALL ON FUNCTION gate.refuse_frozen_suite() FROM PUBLIC;
GRANT ALL ON FUNCTION gate.refuse_frozen_suite() TO evigate_app;
REVOKE ALL ON FUNCTION gate.refuse_new_content() FROM PUBLIC;
GRANT ALL ON FUNCTION gate.refuse_new_content() TO service_role;
GRANT ALL ON FUNCTION gate.refuse_new_content() TO evigate_app;
REVOKE ALL ON FUNCTION gate.refuse_second_output() FROM PUBLIC;
GRANT ALL ON FUNCTION gate.refuse_second_output() TO service_role;
GRANT ALL ON FUNCTION gate.refuse_second_output() TO evigate_app;
REVOKE ALL ON FUNCTION gate.refuse_weak_suite() FROM PUBLIC;
GRANT ALL ON FUNCTION gate.refuse_weak_suite() TO evigate_app;
REVOKE ALL ON FUNCTION gate.review_suite(p_tenant uuid, p_kind text) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.review_suite(p_tenant uuid, p_kind text) TO evigate_app;
REVOKE ALL ON FUNCTION gate.run_word(p_status text) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.run_word(p_status text) TO service_role;
GRANT ALL ON FUNCTION gate.run_word(p_status text) TO evigate_app;
REVOKE ALL ON FUNCTION gate.settle_citation() FROM PUBLIC;
GRANT ALL ON FUNCTION gate.settle_citation() TO evigate_app;
REVOKE ALL ON FUNCTION gate.stamp_prompt() FROM PUBLIC;
GRANT ALL ON FUNCTION gate.stamp_prompt() TO service_role;
GRANT ALL ON FUNCTION gate.stamp_prompt() TO evigate_app;
REVOKE ALL ON FUNCTION gate.suite_of(p_tenant uuid, p_kind text) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.suite_of(p_tenant uuid, p_kind text) TO evigate_app;
REVOKE ALL ON FUNCTION gate.suspect_citations() FROM PUBLIC;
GRANT ALL ON FUNCTION gate.suspect_citations() TO evigate_app;
REVOKE ALL ON FUNCTION gate.take_out_of_use(p_tenant uuid, p_artifact uuid, p_module uuid, p_quote text) FROM PUBLIC;
REVOKE ALL ON FUNCTION gate.tally(p_tenant uuid, p_run uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION gate.tell(p_artifact uuid, p_type text, p_payload jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION gate.type_may_gate(p_tenant uuid, p_type gate.eval_type) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.type_may_gate(p_tenant uuid, p_type gate.eval_type) TO evigate_app;
REVOKE ALL ON FUNCTION gate.waive_fail(p_artifact uuid, p_type text, p_reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.waive_fail(p_artifact uuid, p_type text, p_reason text) TO evigate_app;
REVOKE ALL ON FUNCTION gate.why_not_approved(p_tenant uuid, p_artifact uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION gate.why_not_approved(p_tenant uuid, p_artifact uuid) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.accept_invitation(p_token_hash bytea, p_user_id uuid, p_engagement_id uuid, p_grant_id uuid, p_as uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.accept_invitation(p_token_hash bytea, p_user_id uuid, p_engagement_id uuid, p_grant_id uuid, p_as uuid) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.append_events(p_kind text, p_id uuid, p_types text[], p_payloads jsonb[], p_close boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.append_events(p_kind text, p_id uuid, p_types text[], p_payloads jsonb[], p_close boolean) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.cancel_job(p_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.cancel_job(p_id bigint) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.condition_address(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.condition_address(p_text text) TO service_role;
GRANT ALL ON FUNCTION kernel.condition_address(p_text text) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.condition_elements(p_value jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.condition_elements(p_value jsonb) TO service_role;
GRANT ALL ON FUNCTION kernel.condition_elements(p_value jsonb) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.condition_instant(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.condition_instant(p_text text) TO service_role;
GRANT ALL ON FUNCTION kernel.condition_instant(p_text text) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.condition_items(p_doc jsonb, p_path text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.condition_items(p_doc jsonb, p_path text[]) TO service_role;
GRANT ALL ON FUNCTION kernel.condition_items(p_doc jsonb, p_path text[]) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.condition_members(p_doc jsonb, p_path text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.condition_members(p_doc jsonb, p_path text[]) TO service_role;
GRANT ALL ON FUNCTION kernel.condition_members(p_doc jsonb, p_path text[]) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.condition_values(p_doc jsonb, p_path text[], p_at integer) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.condition_values(p_doc jsonb, p_path text[], p_at integer) TO service_role;
GRANT ALL ON FUNCTION kernel.condition_values(p_doc jsonb, p_path text[], p_at integer) TO evigate_app;
GRANT ALL ON FUNCTION kernel.current_actor() TO service_role;
GRANT ALL ON FUNCTION kernel.current_actor() TO evigate_app;
REVOKE ALL ON FUNCTION kernel.current_person() FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.current_person() TO service_role;
GRANT ALL ON FUNCTION kernel.current_person() TO evigate_app;
REVOKE ALL ON FUNCTION kernel.current_role_name() FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.current_role_name() TO service_role;
GRANT ALL ON FUNCTION kernel.current_role_name() TO evigate_app;
GRANT ALL ON FUNCTION kernel.current_tenant() TO service_role;
GRANT ALL ON FUNCTION kernel.current_tenant() TO evigate_app;
REVOKE ALL ON FUNCTION kernel.enqueue_job(p_task text, p_queue text, p_args jsonb, p_priority integer, p_scheduled_at timestamp with time zone, p_lock text, p_queueing_lock text) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.enqueue_job(p_task text, p_queue text, p_args jsonb, p_priority integer, p_scheduled_at timestamp with time zone, p_lock text, p_queueing_lock text) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.ensure_event_partitions(p_now timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.ensure_event_partitions(p_now timestamp with time zone) TO service_role;
GRANT ALL ON FUNCTION kernel.ensure_event_partitions(p_now timestamp with time zone) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.ensure_user(p_id uuid, p_email text, p_display_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.ensure_user(p_id uuid, p_email text, p_display_name text) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.find_accounts(p_email text) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.find_accounts(p_email text) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.find_api_token(p_token_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.find_api_token(p_token_hash bytea) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.find_invitation(p_token_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.find_invitation(p_token_hash bytea) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.find_session(p_token_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.find_session(p_token_hash bytea) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.id_in(p_resource text) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.id_in(p_resource text) TO service_role;
GRANT ALL ON FUNCTION kernel.id_in(p_resource text) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.invitation_taken_by(p_token_hash bytea, p_tenant_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.invitation_taken_by(p_token_hash bytea, p_tenant_id uuid) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.keep_an_owner() FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.keep_an_owner() TO evigate_app;
REVOKE ALL ON FUNCTION kernel.list_jobs(p_status text, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.list_jobs(p_status text, p_limit integer) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.person_in(p_actor text) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.person_in(p_actor text) TO service_role;
GRANT ALL ON FUNCTION kernel.person_in(p_actor text) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.redeem_sign_in_link(p_token_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.redeem_sign_in_link(p_token_hash bytea) TO evigate_app;
REVOKE ALL ON FUNCTION kernel.remove_runs(p_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.remove_runs(p_ids uuid[]) TO evigate_app;
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
REVOKE ALL ON FUNCTION kernel.tell_job() FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.tell_job() TO evigate_app;
REVOKE ALL ON FUNCTION kernel.tell_organisation() FROM PUBLIC;
GRANT ALL ON FUNCTION kernel.tell_organisation() TO service_role;
GRANT ALL ON FUNCTION kernel.tell_organisation() TO evigate_app;
REVOKE ALL ON FUNCTION learning.ground_attempt() FROM PUBLIC;
GRANT ALL ON FUNCTION learning.ground_attempt() TO evigate_app;
REVOKE ALL ON FUNCTION papers.calculate_run_duration() FROM PUBLIC;
GRANT ALL ON FUNCTION papers.calculate_run_duration() TO service_role;
GRANT ALL ON FUNCTION papers.calculate_run_duration() TO evigate_app;
REVOKE ALL ON FUNCTION papers.ground_run() FROM PUBLIC;
GRANT ALL ON FUNCTION papers.ground_run() TO service_role;
GRANT ALL ON FUNCTION papers.ground_run() TO evigate_app;
REVOKE ALL ON FUNCTION papers.mirror_run() FROM PUBLIC;
GRANT ALL ON FUNCTION papers.mirror_run() TO service_role;
GRANT ALL ON FUNCTION papers.mirror_run() TO evigate_app;
REVOKE ALL ON FUNCTION papers.show_storyboard() FROM PUBLIC;
GRANT ALL ON FUNCTION papers.show_storyboard() TO service_role;
GRANT ALL ON FUNCTION papers.show_storyboard() TO evigate_app;
REVOKE ALL ON FUNCTION papers.update_updated_at() FROM PUBLIC;
GRANT ALL ON FUNCTION papers.update_updated_at() TO service_role;
GRANT ALL ON FUNCTION papers.update_updated_at() TO evigate_app;
REVOKE ALL ON FUNCTION studio.check_kit() FROM PUBLIC;
GRANT ALL ON FUNCTION studio.check_kit() TO service_role;
GRANT ALL ON FUNCTION studio.check_kit() TO evigate_app;
REVOKE ALL ON FUNCTION studio.check_kit_approval() FROM PUBLIC;
GRANT ALL ON FUNCTION studio.check_kit_approval() TO service_role;
GRANT ALL ON FUNCTION studio.check_kit_approval() TO evigate_app;
REVOKE ALL ON FUNCTION studio.check_kit_bundle() FROM PUBLIC;
GRANT ALL ON FUNCTION studio.check_kit_bundle() TO service_role;
GRANT ALL ON FUNCTION studio.check_kit_bundle() TO evigate_app;
REVOKE ALL ON FUNCTION studio.check_kit_execution() FROM PUBLIC;
GRANT ALL ON FUNCTION studio.check_kit_execution() TO service_role;
GRANT ALL ON FUNCTION studio.check_kit_execution() TO evigate_app;
REVOKE ALL ON FUNCTION studio.check_kit_item() FROM PUBLIC;
GRANT ALL ON FUNCTION studio.check_kit_item() TO service_role;
GRANT ALL ON FUNCTION studio.check_kit_item() TO evigate_app;
REVOKE ALL ON FUNCTION studio.claimed(p_session uuid, p_section text) FROM PUBLIC;
GRANT ALL ON FUNCTION studio.claimed(p_session uuid, p_section text) TO service_role;
GRANT ALL ON FUNCTION studio.claimed(p_session uuid, p_section text) TO evigate_app;
REVOKE ALL ON FUNCTION studio.close_task() FROM PUBLIC;
GRANT ALL ON FUNCTION studio.close_task() TO service_role;
GRANT ALL ON FUNCTION studio.close_task() TO evigate_app;
REVOKE ALL ON FUNCTION studio.export_project(p_project uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION studio.export_project(p_project uuid) TO service_role;
GRANT ALL ON FUNCTION studio.export_project(p_project uuid) TO evigate_app;
REVOKE ALL ON FUNCTION studio.ground_claim() FROM PUBLIC;
GRANT ALL ON FUNCTION studio.ground_claim() TO service_role;
GRANT ALL ON FUNCTION studio.ground_claim() TO evigate_app;
REVOKE ALL ON FUNCTION studio.import_project(p_rows jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION studio.import_project(p_rows jsonb) TO evigate_app;
REVOKE ALL ON FUNCTION studio.note_task() FROM PUBLIC;
GRANT ALL ON FUNCTION studio.note_task() TO service_role;
GRANT ALL ON FUNCTION studio.note_task() TO evigate_app;
REVOKE ALL ON FUNCTION studio.open_first_passes() FROM PUBLIC;
GRANT ALL ON FUNCTION studio.open_first_passes() TO service_role;
GRANT ALL ON FUNCTION studio.open_first_passes() TO evigate_app;
REVOKE ALL ON FUNCTION studio.project_tables() FROM PUBLIC;
GRANT ALL ON FUNCTION studio.project_tables() TO service_role;
GRANT ALL ON FUNCTION studio.project_tables() TO evigate_app;
REVOKE ALL ON FUNCTION studio.refuse_blocked() FROM PUBLIC;
GRANT ALL ON FUNCTION studio.refuse_blocked() TO service_role;
GRANT ALL ON FUNCTION studio.refuse_blocked() TO evigate_app;
REVOKE ALL ON FUNCTION studio.review_again() FROM PUBLIC;
GRANT ALL ON FUNCTION studio.review_again() TO service_role;
GRANT ALL ON FUNCTION studio.review_again() TO evigate_app;
REVOKE ALL ON FUNCTION studio.take_secret(p_task uuid, p_field text, p_sealed bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION studio.take_secret(p_task uuid, p_field text, p_sealed bytea) TO evigate_app;
REVOKE ALL ON FUNCTION studio.tell_inbox() FROM PUBLIC;
GRANT ALL ON FUNCTION studio.tell_inbox() TO service_role;
GRANT ALL ON FUNCTION studio.tell_inbox() TO evigate_app;
GRANT ALL ON TABLE agents.checkpoints TO service_role;
GRANT SELECT,INSERT,DELETE ON TABLE agents.checkpoints TO evigate_app;
GRANT ALL ON TABLE agents.choices TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE agents.choices TO evigate_app;
GRANT ALL ON TABLE agents.concerts TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE agents.concerts TO evigate_app;
GRANT ALL ON TABLE agents.memory TO service_role;
GRANT SELECT,INSERT,DELETE ON TABLE agents.memory TO evigate_app;
GRANT ALL ON SEQUENCE agents.memory_position_seq TO service_role;
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
GRANT ALL ON TABLE evidence.chunks TO service_role;
GRANT SELECT,INSERT,DELETE ON TABLE evidence.chunks TO evigate_app;
GRANT ALL ON TABLE evidence.documents TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE evidence.documents TO evigate_app;
GRANT ALL ON TABLE evidence.file_search_stores TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE evidence.file_search_stores TO evigate_app;
GRANT ALL ON TABLE evidence.modules TO service_role;
GRANT SELECT,INSERT ON TABLE evidence.modules TO evigate_app;
GRANT UPDATE(title) ON TABLE evidence.modules TO evigate_app;
GRANT ALL ON TABLE gate.approvals TO service_role;
GRANT SELECT ON TABLE gate.approvals TO evigate_app;
GRANT ALL ON TABLE gate.artifacts TO service_role;
GRANT SELECT ON TABLE gate.artifacts TO evigate_app;
GRANT ALL ON TABLE gate.citations TO service_role;
GRANT SELECT ON TABLE gate.citations TO evigate_app;
GRANT ALL ON TABLE gate.comments TO service_role;
GRANT SELECT,INSERT ON TABLE gate.comments TO evigate_app;
GRANT ALL ON TABLE gate.eval_results TO service_role;
GRANT SELECT ON TABLE gate.eval_results TO evigate_app;
GRANT ALL ON TABLE gate.eval_rules TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE gate.eval_rules TO evigate_app;
GRANT ALL ON TABLE gate.eval_runs TO service_role;
GRANT SELECT ON TABLE gate.eval_runs TO evigate_app;
GRANT ALL ON TABLE gate.eval_suites TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE gate.eval_suites TO evigate_app;
GRANT ALL ON TABLE gate.findings TO service_role;
GRANT SELECT,INSERT ON TABLE gate.findings TO evigate_app;
GRANT UPDATE(severity) ON TABLE gate.findings TO evigate_app;
GRANT UPDATE(message) ON TABLE gate.findings TO evigate_app;
GRANT UPDATE(fix) ON TABLE gate.findings TO evigate_app;
GRANT UPDATE(status) ON TABLE gate.findings TO evigate_app;
GRANT UPDATE(seen_count) ON TABLE gate.findings TO evigate_app;
GRANT UPDATE(last_seen_at) ON TABLE gate.findings TO evigate_app;
GRANT UPDATE(resolved_at) ON TABLE gate.findings TO evigate_app;
GRANT UPDATE(waived_reason) ON TABLE gate.findings TO evigate_app;
GRANT ALL ON TABLE gate.generation_runs TO service_role;
GRANT SELECT,INSERT ON TABLE gate.generation_runs TO evigate_app;
GRANT UPDATE(output_payload) ON TABLE gate.generation_runs TO evigate_app;
GRANT UPDATE(usage) ON TABLE gate.generation_runs TO evigate_app;
GRANT ALL ON TABLE gate.judge_calibrations TO service_role;
GRANT SELECT ON TABLE gate.judge_calibrations TO evigate_app;
GRANT ALL ON TABLE gate.judge_floors TO service_role;
GRANT SELECT ON TABLE gate.judge_floors TO evigate_app;
GRANT ALL ON TABLE gate.judges TO service_role;
GRANT SELECT,INSERT ON TABLE gate.judges TO evigate_app;
GRANT ALL ON TABLE gate.kind_suites TO service_role;
GRANT SELECT,INSERT ON TABLE gate.kind_suites TO evigate_app;
GRANT ALL ON TABLE gate.prompt_activations TO service_role;
GRANT SELECT,INSERT ON TABLE gate.prompt_activations TO evigate_app;
GRANT ALL ON TABLE gate.prompt_versions TO service_role;
GRANT SELECT,INSERT ON TABLE gate.prompt_versions TO evigate_app;
GRANT ALL ON TABLE gate.review_tasks TO service_role;
GRANT SELECT ON TABLE gate.review_tasks TO evigate_app;
GRANT ALL ON TABLE gate.reviews TO service_role;
GRANT SELECT ON TABLE gate.reviews TO evigate_app;
GRANT ALL ON TABLE gate.waivers TO service_role;
GRANT SELECT ON TABLE gate.waivers TO evigate_app;
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
GRANT ALL ON TABLE kernel.channels TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE kernel.channels TO evigate_app;
GRANT ALL ON TABLE kernel.connections TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.connections TO evigate_app;
GRANT ALL ON TABLE kernel.engagements TO service_role;
GRANT SELECT,INSERT,DELETE ON TABLE kernel.engagements TO evigate_app;
GRANT UPDATE(user_id) ON TABLE kernel.engagements TO evigate_app;
GRANT UPDATE(role_id) ON TABLE kernel.engagements TO evigate_app;
GRANT UPDATE(status) ON TABLE kernel.engagements TO evigate_app;
GRANT UPDATE(updated_at) ON TABLE kernel.engagements TO evigate_app;
GRANT ALL ON TABLE kernel.event_types TO service_role;
GRANT SELECT ON TABLE kernel.event_types TO evigate_app;
GRANT ALL ON TABLE kernel.events TO service_role;
GRANT SELECT ON TABLE kernel.events TO evigate_app;
GRANT ALL ON TABLE kernel.events_default TO service_role;
GRANT ALL ON TABLE kernel.heartbeat_settings TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE kernel.heartbeat_settings TO evigate_app;
GRANT ALL ON TABLE kernel.organisation_members TO service_role;
GRANT SELECT,INSERT,DELETE ON TABLE kernel.organisation_members TO evigate_app;
GRANT UPDATE(role) ON TABLE kernel.organisation_members TO evigate_app;
GRANT ALL ON TABLE kernel.role_grants TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.role_grants TO evigate_app;
GRANT ALL ON TABLE kernel.roles TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.roles TO evigate_app;
GRANT ALL ON TABLE kernel.held_roles TO service_role;
GRANT SELECT ON TABLE kernel.held_roles TO evigate_app;
GRANT ALL ON TABLE kernel.invitations TO service_role;
GRANT SELECT,INSERT ON TABLE kernel.invitations TO evigate_app;
GRANT UPDATE(role) ON TABLE kernel.invitations TO evigate_app;
GRANT UPDATE(message) ON TABLE kernel.invitations TO evigate_app;
GRANT UPDATE(token_hash) ON TABLE kernel.invitations TO evigate_app;
GRANT UPDATE(invited_by) ON TABLE kernel.invitations TO evigate_app;
GRANT UPDATE(expires_at) ON TABLE kernel.invitations TO evigate_app;
GRANT UPDATE(revoked_at) ON TABLE kernel.invitations TO evigate_app;
GRANT UPDATE(role_id) ON TABLE kernel.invitations TO evigate_app;
GRANT UPDATE(resource) ON TABLE kernel.invitations TO evigate_app;
GRANT ALL ON TABLE kernel.memberships TO service_role;
GRANT DELETE ON TABLE kernel.memberships TO evigate_app;
GRANT SELECT(tenant_id),INSERT(tenant_id) ON TABLE kernel.memberships TO evigate_app;
GRANT SELECT(user_id),INSERT(user_id) ON TABLE kernel.memberships TO evigate_app;
GRANT SELECT(role),INSERT(role),UPDATE(role) ON TABLE kernel.memberships TO evigate_app;
GRANT SELECT(created_at) ON TABLE kernel.memberships TO evigate_app;
GRANT UPDATE(password_hash) ON TABLE kernel.memberships TO evigate_app;
GRANT SELECT(attributes),UPDATE(attributes) ON TABLE kernel.memberships TO evigate_app;
GRANT ALL ON TABLE kernel.migrations TO service_role;
GRANT ALL ON TABLE kernel.organisations TO service_role;
GRANT SELECT,INSERT,DELETE ON TABLE kernel.organisations TO evigate_app;
GRANT UPDATE(name) ON TABLE kernel.organisations TO evigate_app;
GRANT UPDATE(owner_id) ON TABLE kernel.organisations TO evigate_app;
GRANT UPDATE(version) ON TABLE kernel.organisations TO evigate_app;
GRANT UPDATE(updated_at) ON TABLE kernel.organisations TO evigate_app;
GRANT ALL ON TABLE kernel.organisation_things TO service_role;
GRANT SELECT ON TABLE kernel.organisation_things TO evigate_app;
GRANT ALL ON TABLE kernel.policies TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.policies TO evigate_app;
GRANT ALL ON TABLE kernel.policy_evaluations TO service_role;
GRANT SELECT,INSERT ON TABLE kernel.policy_evaluations TO evigate_app;
GRANT ALL ON TABLE kernel.run_steps TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.run_steps TO evigate_app;
GRANT ALL ON TABLE kernel.runs TO service_role;
GRANT SELECT,INSERT ON TABLE kernel.runs TO evigate_app;
GRANT UPDATE(status) ON TABLE kernel.runs TO evigate_app;
GRANT UPDATE(output) ON TABLE kernel.runs TO evigate_app;
GRANT UPDATE(attempts) ON TABLE kernel.runs TO evigate_app;
GRANT UPDATE(job_id) ON TABLE kernel.runs TO evigate_app;
GRANT UPDATE(started_at) ON TABLE kernel.runs TO evigate_app;
GRANT UPDATE(completed_at) ON TABLE kernel.runs TO evigate_app;
GRANT UPDATE(cancel_requested_at) ON TABLE kernel.runs TO evigate_app;
GRANT UPDATE(error_code) ON TABLE kernel.runs TO evigate_app;
GRANT UPDATE(error_message) ON TABLE kernel.runs TO evigate_app;
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
GRANT SELECT(created_at) ON TABLE kernel.users TO evigate_app;
GRANT SELECT(suspended_at) ON TABLE kernel.users TO evigate_app;
GRANT ALL ON TABLE learning.abilities TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE learning.abilities TO evigate_app;
GRANT ALL ON TABLE learning.items TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE learning.items TO evigate_app;
GRANT ALL ON TABLE learning.approved_bank TO service_role;
GRANT SELECT ON TABLE learning.approved_bank TO evigate_app;
GRANT ALL ON TABLE learning.attempts TO service_role;
GRANT SELECT,INSERT ON TABLE learning.attempts TO evigate_app;
GRANT ALL ON TABLE learning.cards TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE learning.cards TO evigate_app;
GRANT ALL ON TABLE learning.item_stats TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE learning.item_stats TO evigate_app;
GRANT ALL ON TABLE learning.modules TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE learning.modules TO evigate_app;
GRANT ALL ON TABLE learning.objectives TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE learning.objectives TO evigate_app;
GRANT ALL ON TABLE learning.prerequisites TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE learning.prerequisites TO evigate_app;
GRANT ALL ON TABLE learning.self_ratings TO service_role;
GRANT SELECT,INSERT ON TABLE learning.self_ratings TO evigate_app;
GRANT ALL ON TABLE learning.sessions TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE learning.sessions TO evigate_app;
GRANT ALL ON TABLE learning.statements TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE learning.statements TO evigate_app;
GRANT ALL ON TABLE learning_bank.artifacts TO service_role;
GRANT SELECT ON TABLE learning_bank.artifacts TO evigate_app;
GRANT ALL ON TABLE learning_bank.attempts TO service_role;
GRANT SELECT ON TABLE learning_bank.attempts TO evigate_app;
GRANT ALL ON TABLE learning_bank.documents TO service_role;
GRANT SELECT ON TABLE learning_bank.documents TO evigate_app;
GRANT ALL ON TABLE learning_bank.eval_results TO service_role;
GRANT SELECT ON TABLE learning_bank.eval_results TO evigate_app;
GRANT ALL ON TABLE learning_bank.eval_rules TO service_role;
GRANT SELECT ON TABLE learning_bank.eval_rules TO evigate_app;
GRANT ALL ON TABLE learning_bank.eval_runs TO service_role;
GRANT SELECT ON TABLE learning_bank.eval_runs TO evigate_app;
GRANT ALL ON TABLE learning_bank.eval_suites TO service_role;
GRANT SELECT ON TABLE learning_bank.eval_suites TO evigate_app;
GRANT ALL ON TABLE learning_bank.file_search_stores TO service_role;
GRANT SELECT ON TABLE learning_bank.file_search_stores TO evigate_app;
GRANT ALL ON TABLE learning_bank.generation_runs TO service_role;
GRANT SELECT ON TABLE learning_bank.generation_runs TO evigate_app;
GRANT ALL ON TABLE learning_bank.modules TO service_role;
GRANT SELECT ON TABLE learning_bank.modules TO evigate_app;
GRANT ALL ON TABLE learning_bank.prompt_versions TO service_role;
GRANT SELECT ON TABLE learning_bank.prompt_versions TO evigate_app;
GRANT ALL ON TABLE learning_bank.sessions TO service_role;
GRANT SELECT ON TABLE learning_bank.sessions TO evigate_app;
GRANT ALL ON TABLE learning_bank.tenants TO service_role;
GRANT SELECT ON TABLE learning_bank.tenants TO evigate_app;
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
GRANT UPDATE(env_hash) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(status) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(started_at) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(completed_at) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(duration_sec) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(error_code) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(error_message) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(sandbox_level) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(seeds_count) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(cpu_seconds) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(peak_memory_bytes) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(executor) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(findings) ON TABLE papers.runs TO evigate_app;
GRANT UPDATE(batch_id) ON TABLE papers.runs TO evigate_app;
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
GRANT ALL ON TABLE papers.claim_edits TO service_role;
GRANT SELECT,INSERT ON TABLE papers.claim_edits TO evigate_app;
GRANT ALL ON TABLE papers.datasets TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE papers.datasets TO evigate_app;
GRANT ALL ON TABLE papers.gaps TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE papers.gaps TO evigate_app;
GRANT ALL ON TABLE papers.linkers TO service_role;
GRANT SELECT,INSERT ON TABLE papers.linkers TO evigate_app;
GRANT ALL ON TABLE papers.rankings TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE papers.rankings TO evigate_app;
GRANT ALL ON TABLE papers.reproductions TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE papers.reproductions TO evigate_app;
GRANT ALL ON TABLE papers.retention TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE papers.retention TO evigate_app;
GRANT ALL ON TABLE studio.task_submissions TO service_role;
GRANT SELECT,INSERT ON TABLE studio.task_submissions TO evigate_app;
GRANT ALL ON TABLE praetor.action_submissions TO service_role;
GRANT SELECT ON TABLE praetor.action_submissions TO evigate_app;
GRANT ALL ON TABLE praetor.agency_projects TO service_role;
GRANT SELECT ON TABLE praetor.agency_projects TO evigate_app;
GRANT ALL ON TABLE praetor.agent_executor_state TO service_role;
GRANT SELECT ON TABLE praetor.agent_executor_state TO evigate_app;
GRANT ALL ON TABLE praetor.agent_memory TO service_role;
GRANT SELECT ON TABLE praetor.agent_memory TO evigate_app;
GRANT ALL ON TABLE studio.answers TO service_role;
GRANT SELECT,INSERT ON TABLE studio.answers TO evigate_app;
GRANT ALL ON TABLE praetor.answers TO service_role;
GRANT SELECT ON TABLE praetor.answers TO evigate_app;
GRANT ALL ON TABLE praetor.background_tasks TO service_role;
GRANT SELECT ON TABLE praetor.background_tasks TO evigate_app;
GRANT ALL ON TABLE studio.projects TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE studio.projects TO evigate_app;
GRANT ALL ON TABLE praetor.budget_limits TO service_role;
GRANT SELECT ON TABLE praetor.budget_limits TO evigate_app;
GRANT ALL ON TABLE studio.library_items TO service_role;
GRANT SELECT,INSERT ON TABLE studio.library_items TO evigate_app;
GRANT UPDATE(version) ON TABLE studio.library_items TO evigate_app;
GRANT UPDATE(is_withdrawn) ON TABLE studio.library_items TO evigate_app;
GRANT ALL ON TABLE studio.library_versions TO service_role;
GRANT SELECT,INSERT ON TABLE studio.library_versions TO evigate_app;
GRANT ALL ON TABLE studio.library_entries TO service_role;
GRANT SELECT ON TABLE studio.library_entries TO evigate_app;
GRANT ALL ON TABLE studio.library_entities TO service_role;
GRANT SELECT ON TABLE studio.library_entities TO evigate_app;
GRANT ALL ON TABLE studio.library_questions TO service_role;
GRANT SELECT ON TABLE studio.library_questions TO evigate_app;
GRANT ALL ON TABLE praetor.canonical_questions TO service_role;
GRANT SELECT ON TABLE praetor.canonical_questions TO evigate_app;
GRANT ALL ON TABLE praetor.checkpoint_snapshots TO service_role;
GRANT SELECT ON TABLE praetor.checkpoint_snapshots TO evigate_app;
GRANT ALL ON TABLE studio.claims TO service_role;
GRANT SELECT,INSERT ON TABLE studio.claims TO evigate_app;
GRANT UPDATE(confidence) ON TABLE studio.claims TO evigate_app;
GRANT UPDATE(status) ON TABLE studio.claims TO evigate_app;
GRANT UPDATE(superseded_by) ON TABLE studio.claims TO evigate_app;
GRANT ALL ON TABLE studio.features TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE studio.features TO evigate_app;
GRANT ALL ON TABLE studio.plan_questions TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE studio.plan_questions TO evigate_app;
GRANT ALL ON TABLE studio.question_plans TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE studio.question_plans TO evigate_app;
GRANT ALL ON TABLE studio.specifications TO service_role;
GRANT SELECT,INSERT ON TABLE studio.specifications TO evigate_app;
GRANT ALL ON TABLE studio.specification_states TO service_role;
GRANT SELECT ON TABLE studio.specification_states TO evigate_app;
GRANT ALL ON TABLE praetor.compiled_specs TO service_role;
GRANT SELECT ON TABLE praetor.compiled_specs TO evigate_app;
GRANT ALL ON TABLE studio.context_links TO service_role;
GRANT SELECT,INSERT,DELETE ON TABLE studio.context_links TO evigate_app;
GRANT ALL ON TABLE praetor.context_artifact_dependencies TO service_role;
GRANT SELECT ON TABLE praetor.context_artifact_dependencies TO evigate_app;
GRANT ALL ON TABLE studio.context_artifacts TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE studio.context_artifacts TO evigate_app;
GRANT ALL ON TABLE praetor.context_artifacts TO service_role;
GRANT SELECT ON TABLE praetor.context_artifacts TO evigate_app;
GRANT ALL ON TABLE studio.context_cache TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE studio.context_cache TO evigate_app;
GRANT ALL ON TABLE praetor.context_assembly_cache TO service_role;
GRANT SELECT ON TABLE praetor.context_assembly_cache TO evigate_app;
GRANT ALL ON TABLE studio.context_profiles TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE studio.context_profiles TO evigate_app;
GRANT ALL ON TABLE praetor.context_budget_profiles TO service_role;
GRANT SELECT ON TABLE praetor.context_budget_profiles TO evigate_app;
GRANT ALL ON TABLE studio.context_requests TO service_role;
GRANT SELECT,INSERT ON TABLE studio.context_requests TO evigate_app;
GRANT ALL ON TABLE praetor.context_requests TO service_role;
GRANT SELECT ON TABLE praetor.context_requests TO evigate_app;
GRANT ALL ON TABLE praetor.customer_invitations TO service_role;
GRANT SELECT ON TABLE praetor.customer_invitations TO evigate_app;
GRANT ALL ON TABLE studio.designs TO service_role;
GRANT SELECT,INSERT ON TABLE studio.designs TO evigate_app;
GRANT ALL ON TABLE praetor.design_discovery_output TO service_role;
GRANT SELECT ON TABLE praetor.design_discovery_output TO evigate_app;
GRANT ALL ON TABLE studio.objectives TO service_role;
GRANT SELECT,INSERT ON TABLE studio.objectives TO evigate_app;
GRANT UPDATE(is_active) ON TABLE studio.objectives TO evigate_app;
GRANT ALL ON TABLE praetor.discovery_objectives TO service_role;
GRANT SELECT ON TABLE praetor.discovery_objectives TO evigate_app;
GRANT ALL ON TABLE studio.sessions TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE studio.sessions TO evigate_app;
GRANT ALL ON TABLE studio.summaries TO service_role;
GRANT SELECT,INSERT ON TABLE studio.summaries TO evigate_app;
GRANT ALL ON TABLE praetor.discovery_output TO service_role;
GRANT SELECT ON TABLE praetor.discovery_output TO evigate_app;
GRANT ALL ON TABLE studio.research_tasks TO service_role;
GRANT SELECT,INSERT ON TABLE studio.research_tasks TO evigate_app;
GRANT UPDATE(status) ON TABLE studio.research_tasks TO evigate_app;
GRANT UPDATE(attempts) ON TABLE studio.research_tasks TO evigate_app;
GRANT UPDATE(result) ON TABLE studio.research_tasks TO evigate_app;
GRANT UPDATE(error_message) ON TABLE studio.research_tasks TO evigate_app;
GRANT UPDATE(started_at) ON TABLE studio.research_tasks TO evigate_app;
GRANT UPDATE(completed_at) ON TABLE studio.research_tasks TO evigate_app;
GRANT ALL ON TABLE praetor.discovery_research_tasks TO service_role;
GRANT SELECT ON TABLE praetor.discovery_research_tasks TO evigate_app;
GRANT ALL ON TABLE praetor.discovery_session_summaries TO service_role;
GRANT SELECT ON TABLE praetor.discovery_session_summaries TO evigate_app;
GRANT ALL ON TABLE studio.needs TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE studio.needs TO evigate_app;
GRANT ALL ON TABLE praetor.elicitation_obligations TO service_role;
GRANT SELECT ON TABLE praetor.elicitation_obligations TO evigate_app;
GRANT ALL ON TABLE praetor.elicitation_sessions TO service_role;
GRANT SELECT ON TABLE praetor.elicitation_sessions TO evigate_app;
GRANT ALL ON TABLE praetor.entity_questions TO service_role;
GRANT SELECT ON TABLE praetor.entity_questions TO evigate_app;
GRANT ALL ON TABLE praetor.event_log TO service_role;
GRANT SELECT ON TABLE praetor.event_log TO evigate_app;
GRANT ALL ON TABLE studio.candidate_sets TO service_role;
GRANT SELECT,INSERT ON TABLE studio.candidate_sets TO evigate_app;
GRANT ALL ON TABLE praetor.feature_candidate_sets TO service_role;
GRANT SELECT ON TABLE praetor.feature_candidate_sets TO evigate_app;
GRANT ALL ON TABLE praetor.feature_catalog TO service_role;
GRANT SELECT ON TABLE praetor.feature_catalog TO evigate_app;
GRANT ALL ON TABLE studio.curations TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE studio.curations TO evigate_app;
GRANT ALL ON TABLE praetor.feature_curation_sessions TO service_role;
GRANT SELECT ON TABLE praetor.feature_curation_sessions TO evigate_app;
GRANT ALL ON TABLE praetor.feature_curations TO service_role;
GRANT SELECT ON TABLE praetor.feature_curations TO evigate_app;
GRANT ALL ON TABLE praetor.feature_driven_plans TO service_role;
GRANT SELECT ON TABLE praetor.feature_driven_plans TO evigate_app;
GRANT ALL ON TABLE studio.feature_seeds TO service_role;
GRANT SELECT,INSERT ON TABLE studio.feature_seeds TO evigate_app;
GRANT UPDATE(superseded_at) ON TABLE studio.feature_seeds TO evigate_app;
GRANT ALL ON TABLE praetor.feature_seeds TO service_role;
GRANT SELECT ON TABLE praetor.feature_seeds TO evigate_app;
GRANT ALL ON TABLE praetor.feature_selections TO service_role;
GRANT SELECT ON TABLE praetor.feature_selections TO evigate_app;
GRANT ALL ON TABLE studio.feedback_events TO service_role;
GRANT SELECT,INSERT ON TABLE studio.feedback_events TO evigate_app;
GRANT ALL ON TABLE praetor.feedback_events TO service_role;
GRANT SELECT ON TABLE praetor.feedback_events TO evigate_app;
GRANT ALL ON TABLE praetor.graph_nodes TO service_role;
GRANT SELECT ON TABLE praetor.graph_nodes TO evigate_app;
GRANT ALL ON TABLE praetor.kb_canonical_entities TO service_role;
GRANT SELECT ON TABLE praetor.kb_canonical_entities TO evigate_app;
GRANT ALL ON TABLE praetor.kb_naics_standard_mappings TO service_role;
GRANT SELECT ON TABLE praetor.kb_naics_standard_mappings TO evigate_app;
GRANT ALL ON TABLE praetor.kb_naics_codes TO service_role;
GRANT SELECT ON TABLE praetor.kb_naics_codes TO evigate_app;
GRANT ALL ON TABLE praetor.kb_pattern_feature_mappings TO service_role;
GRANT SELECT ON TABLE praetor.kb_pattern_feature_mappings TO evigate_app;
GRANT ALL ON TABLE praetor.kb_patterns TO service_role;
GRANT SELECT ON TABLE praetor.kb_patterns TO evigate_app;
GRANT ALL ON TABLE studio.kit_credentials TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE studio.kit_credentials TO evigate_app;
GRANT ALL ON TABLE praetor.kit_credentials TO service_role;
GRANT SELECT ON TABLE praetor.kit_credentials TO evigate_app;
GRANT ALL ON TABLE studio.kits TO service_role;
GRANT SELECT,INSERT ON TABLE studio.kits TO evigate_app;
GRANT UPDATE(status) ON TABLE studio.kits TO evigate_app;
GRANT UPDATE(digest) ON TABLE studio.kits TO evigate_app;
GRANT UPDATE(package_sha256) ON TABLE studio.kits TO evigate_app;
GRANT UPDATE(manifest) ON TABLE studio.kits TO evigate_app;
GRANT UPDATE(updated_at) ON TABLE studio.kits TO evigate_app;
GRANT ALL ON TABLE praetor.kit_definitions TO service_role;
GRANT SELECT ON TABLE praetor.kit_definitions TO evigate_app;
GRANT ALL ON TABLE studio.kit_discoveries TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE studio.kit_discoveries TO evigate_app;
GRANT ALL ON TABLE praetor.kit_discover_cache TO service_role;
GRANT SELECT ON TABLE praetor.kit_discover_cache TO evigate_app;
GRANT ALL ON TABLE studio.kit_executions TO service_role;
GRANT SELECT,INSERT ON TABLE studio.kit_executions TO evigate_app;
GRANT UPDATE(status) ON TABLE studio.kit_executions TO evigate_app;
GRANT UPDATE(phase) ON TABLE studio.kit_executions TO evigate_app;
GRANT UPDATE(is_waiting) ON TABLE studio.kit_executions TO evigate_app;
GRANT UPDATE(plan_digest) ON TABLE studio.kit_executions TO evigate_app;
GRANT UPDATE(rendered_sha256) ON TABLE studio.kit_executions TO evigate_app;
GRANT UPDATE(log) ON TABLE studio.kit_executions TO evigate_app;
GRANT UPDATE(error_code) ON TABLE studio.kit_executions TO evigate_app;
GRANT UPDATE(error_message) ON TABLE studio.kit_executions TO evigate_app;
GRANT ALL ON TABLE studio.kit_outputs TO service_role;
GRANT SELECT,INSERT ON TABLE studio.kit_outputs TO evigate_app;
GRANT ALL ON TABLE praetor.kit_execution_outputs TO service_role;
GRANT SELECT ON TABLE praetor.kit_execution_outputs TO evigate_app;
GRANT ALL ON TABLE studio.kit_bundles TO service_role;
GRANT SELECT,INSERT ON TABLE studio.kit_bundles TO evigate_app;
GRANT ALL ON TABLE praetor.kit_executions TO service_role;
GRANT SELECT ON TABLE praetor.kit_executions TO evigate_app;
GRANT ALL ON TABLE studio.mistakes TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE studio.mistakes TO evigate_app;
GRANT ALL ON TABLE praetor.mistake_patterns TO service_role;
GRANT SELECT ON TABLE praetor.mistake_patterns TO evigate_app;
GRANT ALL ON TABLE praetor.obligation_events TO service_role;
GRANT SELECT ON TABLE praetor.obligation_events TO evigate_app;
GRANT ALL ON TABLE praetor.ontology_domain_templates TO service_role;
GRANT SELECT ON TABLE praetor.ontology_domain_templates TO evigate_app;
GRANT ALL ON TABLE praetor.ontology_integration_templates TO service_role;
GRANT SELECT ON TABLE praetor.ontology_integration_templates TO evigate_app;
GRANT ALL ON TABLE praetor.ontology_pattern_templates TO service_role;
GRANT SELECT ON TABLE praetor.ontology_pattern_templates TO evigate_app;
GRANT ALL ON TABLE praetor.organization_members TO service_role;
GRANT SELECT ON TABLE praetor.organization_members TO evigate_app;
GRANT ALL ON TABLE praetor.organizations TO service_role;
GRANT SELECT ON TABLE praetor.organizations TO evigate_app;
GRANT ALL ON TABLE studio.pattern_detections TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE studio.pattern_detections TO evigate_app;
GRANT ALL ON TABLE praetor.pattern_detections TO service_role;
GRANT SELECT ON TABLE praetor.pattern_detections TO evigate_app;
GRANT ALL ON TABLE studio.context_changes TO service_role;
GRANT SELECT,INSERT ON TABLE studio.context_changes TO evigate_app;
GRANT ALL ON TABLE praetor.pcs_change_events TO service_role;
GRANT SELECT ON TABLE praetor.pcs_change_events TO evigate_app;
GRANT ALL ON TABLE praetor.permission_audit_log TO service_role;
GRANT SELECT ON TABLE praetor.permission_audit_log TO evigate_app;
GRANT ALL ON TABLE praetor.permission_policies TO service_role;
GRANT SELECT ON TABLE praetor.permission_policies TO evigate_app;
GRANT ALL ON TABLE praetor.permission_roles TO service_role;
GRANT SELECT ON TABLE praetor.permission_roles TO evigate_app;
GRANT ALL ON TABLE praetor.plan_questions TO service_role;
GRANT SELECT ON TABLE praetor.plan_questions TO evigate_app;
GRANT ALL ON TABLE praetor.plan_sections TO service_role;
GRANT SELECT ON TABLE praetor.plan_sections TO evigate_app;
GRANT ALL ON TABLE praetor.planning_artifacts TO service_role;
GRANT SELECT ON TABLE praetor.planning_artifacts TO evigate_app;
GRANT ALL ON TABLE praetor.policy_evaluations TO service_role;
GRANT SELECT ON TABLE praetor.policy_evaluations TO evigate_app;
GRANT ALL ON TABLE praetor.pool_activation_rules TO service_role;
GRANT SELECT ON TABLE praetor.pool_activation_rules TO evigate_app;
GRANT ALL ON TABLE praetor.pool_questions TO service_role;
GRANT SELECT ON TABLE praetor.pool_questions TO evigate_app;
GRANT ALL ON TABLE studio.messages TO service_role;
GRANT SELECT,INSERT ON TABLE studio.messages TO evigate_app;
GRANT ALL ON TABLE studio.phase_passes TO service_role;
GRANT SELECT,INSERT ON TABLE studio.phase_passes TO evigate_app;
GRANT UPDATE(completed_at) ON TABLE studio.phase_passes TO evigate_app;
GRANT UPDATE(outcome) ON TABLE studio.phase_passes TO evigate_app;
GRANT UPDATE(reason) ON TABLE studio.phase_passes TO evigate_app;
GRANT UPDATE(decided_by) ON TABLE studio.phase_passes TO evigate_app;
GRANT ALL ON TABLE praetor.projects TO service_role;
GRANT SELECT ON TABLE praetor.projects TO evigate_app;
GRANT ALL ON TABLE praetor.question_plans TO service_role;
GRANT SELECT ON TABLE praetor.question_plans TO evigate_app;
GRANT ALL ON TABLE praetor.question_pools TO service_role;
GRANT SELECT ON TABLE praetor.question_pools TO evigate_app;
GRANT ALL ON TABLE praetor.question_templates TO service_role;
GRANT SELECT ON TABLE praetor.question_templates TO evigate_app;
GRANT ALL ON TABLE praetor.realtime_channels TO service_role;
GRANT SELECT ON TABLE praetor.realtime_channels TO evigate_app;
GRANT ALL ON TABLE praetor.realtime_connection_stats TO service_role;
GRANT SELECT ON TABLE praetor.realtime_connection_stats TO evigate_app;
GRANT ALL ON TABLE praetor.realtime_events_log TO service_role;
GRANT SELECT ON TABLE praetor.realtime_events_log TO evigate_app;
GRANT ALL ON TABLE praetor.realtime_heartbeat_config TO service_role;
GRANT SELECT ON TABLE praetor.realtime_heartbeat_config TO evigate_app;
GRANT ALL ON TABLE praetor.requirements_discovery_contexts TO service_role;
GRANT SELECT ON TABLE praetor.requirements_discovery_contexts TO evigate_app;
GRANT ALL ON TABLE praetor.requirements_discovery_extractions TO service_role;
GRANT SELECT ON TABLE praetor.requirements_discovery_extractions TO evigate_app;
GRANT ALL ON TABLE praetor.requirements_discovery_messages TO service_role;
GRANT SELECT ON TABLE praetor.requirements_discovery_messages TO evigate_app;
GRANT ALL ON TABLE praetor.role_assignments TO service_role;
GRANT SELECT ON TABLE praetor.role_assignments TO evigate_app;
GRANT ALL ON TABLE studio.task_actions TO service_role;
GRANT SELECT,INSERT ON TABLE studio.task_actions TO evigate_app;
GRANT ALL ON TABLE studio.tasks TO service_role;
GRANT SELECT,INSERT,UPDATE ON TABLE studio.tasks TO evigate_app;
GRANT ALL ON TABLE praetor.task_actions TO service_role;
GRANT SELECT ON TABLE praetor.task_actions TO evigate_app;
GRANT ALL ON TABLE studio.task_activity TO service_role;
GRANT SELECT,INSERT ON TABLE studio.task_activity TO evigate_app;
GRANT ALL ON TABLE praetor.task_activity TO service_role;
GRANT SELECT ON TABLE praetor.task_activity TO evigate_app;
GRANT ALL ON TABLE studio.task_targets TO service_role;
GRANT SELECT,INSERT ON TABLE studio.task_targets TO evigate_app;
GRANT ALL ON TABLE praetor.task_targets TO service_role;
GRANT SELECT ON TABLE praetor.task_targets TO evigate_app;
GRANT ALL ON TABLE studio.task_waits TO service_role;
GRANT SELECT,INSERT,DELETE ON TABLE studio.task_waits TO evigate_app;
GRANT ALL ON TABLE studio.task_states TO service_role;
GRANT SELECT ON TABLE studio.task_states TO evigate_app;
GRANT ALL ON TABLE praetor.tasks TO service_role;
GRANT SELECT ON TABLE praetor.tasks TO evigate_app;
GRANT ALL ON TABLE praetor.tenants TO service_role;
GRANT SELECT ON TABLE praetor.tenants TO evigate_app;
GRANT ALL ON TABLE praetor.users TO service_role;
GRANT SELECT ON TABLE praetor.users TO evigate_app;
GRANT ALL ON TABLE studio.imported_statements TO service_role;
GRANT SELECT,INSERT ON TABLE studio.imported_statements TO evigate_app;
GRANT UPDATE(status) ON TABLE studio.imported_statements TO evigate_app;
GRANT UPDATE(decided_by) ON TABLE studio.imported_statements TO evigate_app;
GRANT ALL ON TABLE studio.kit_approvals TO service_role;
GRANT SELECT,INSERT ON TABLE studio.kit_approvals TO evigate_app;
GRANT ALL ON TABLE studio.kit_items TO service_role;
GRANT SELECT,INSERT ON TABLE studio.kit_items TO evigate_app;
GRANT ALL ON TABLE studio.kit_plan_items TO service_role;
GRANT SELECT,INSERT ON TABLE studio.kit_plan_items TO evigate_app;
GRANT ALL ON TABLE studio.kit_plans TO service_role;
GRANT SELECT,INSERT ON TABLE studio.kit_plans TO evigate_app;
GRANT ALL ON TABLE studio.offer_outcomes TO service_role;
GRANT SELECT ON TABLE studio.offer_outcomes TO evigate_app;
GRANT ALL ON TABLE studio.project_things TO service_role;
GRANT SELECT ON TABLE studio.project_things TO evigate_app;
GRANT ALL ON TABLE studio.reviews TO service_role;
GRANT SELECT,INSERT ON TABLE studio.reviews TO evigate_app;
GRANT UPDATE(task_id) ON TABLE studio.reviews TO evigate_app;
GRANT UPDATE(settled_at) ON TABLE studio.reviews TO evigate_app;
GRANT ALL ON TABLE studio.seed_decisions TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE studio.seed_decisions TO evigate_app;
GRANT ALL ON SEQUENCE studio.task_activity_id_seq TO service_role;
GRANT ALL ON TABLE studio.task_files TO service_role;
GRANT SELECT,INSERT ON TABLE studio.task_files TO evigate_app;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA agents GRANT ALL ON SEQUENCES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA agents GRANT ALL ON FUNCTIONS TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA agents GRANT ALL ON TABLES TO service_role;
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
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA learning GRANT ALL ON SEQUENCES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA learning GRANT ALL ON FUNCTIONS TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA learning GRANT ALL ON TABLES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA learning_bank GRANT ALL ON SEQUENCES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA learning_bank GRANT ALL ON FUNCTIONS TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA learning_bank GRANT ALL ON TABLES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA p2n GRANT ALL ON SEQUENCES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA p2n GRANT ALL ON FUNCTIONS TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA p2n GRANT ALL ON TABLES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA papers GRANT ALL ON SEQUENCES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA papers GRANT ALL ON FUNCTIONS TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA papers GRANT ALL ON TABLES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA praetor GRANT ALL ON SEQUENCES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA praetor GRANT ALL ON FUNCTIONS TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA praetor GRANT ALL ON TABLES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA studio GRANT ALL ON SEQUENCES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA studio GRANT ALL ON FUNCTIONS TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE evigate_owner IN SCHEMA studio GRANT ALL ON TABLES TO service_role;
