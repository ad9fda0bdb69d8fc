-- Making and removing the tables behind mutable tables: the only functions that change the schema
-- while the product runs. Whatever they put into a statement is an identifier, a type from a list or
-- a literal of the server's own writing.

CREATE OR REPLACE FUNCTION engine.note_mutable_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO engine.mutable_changes (table_id, tenant_id) VALUES (TG_ARGV[0]::uuid, TG_ARGV[1]::uuid);
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION engine.mutable_column(p_column jsonb, p_ordinal int) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
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
END $$;

CREATE OR REPLACE FUNCTION engine.create_mutable(
  p_id uuid, p_name text, p_session_id uuid, p_schema bytea, p_columns jsonb, p_primary_key text[],
  p_order_column text, p_indexes jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET lock_timeout = '4s' AS $$
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

-- The row is the name: whoever deletes it (a drop, a session's end, a tenant's) removes the table too.
CREATE OR REPLACE FUNCTION engine.drop_mutable_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET lock_timeout = '4s' AS $$
BEGIN
  EXECUTE format('DROP TABLE IF EXISTS engine_rows.%I', 'm_' || replace(OLD.id::text, '-', ''));
  DELETE FROM engine.mutable_changes c WHERE c.tenant_id = OLD.tenant_id AND c.table_id = OLD.id;
  RETURN OLD;
END $$;

DROP TRIGGER IF EXISTS drop_rows ON engine.mutable_tables;
CREATE TRIGGER drop_rows BEFORE DELETE ON engine.mutable_tables
  FOR EACH ROW EXECUTE FUNCTION engine.drop_mutable_rows();

-- A version is equal at two moments exactly if no statement on the table was committed between them.
CREATE OR REPLACE FUNCTION engine.mutable_version(p_table uuid) RETURNS TABLE (version bigint, pieces bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT coalesce(sum(c.count), 0)::bigint, count(*) FROM engine.mutable_changes c
  WHERE c.tenant_id = (SELECT kernel.current_tenant()) AND c.table_id = p_table
$$;

CREATE OR REPLACE FUNCTION engine.merge_mutable_changes(p_table uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
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

-- Sessions -----------------------------------------------------------------------------------

-- A process that opens sessions holds this lock for as long as it lives.
CREATE OR REPLACE FUNCTION engine.session_owner_lock(p_owner uuid) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT hashtextextended('engine.session:' || p_owner, 0)
$$;

-- Removes the sessions whose time is over or whose owner is dead, of every tenant; the app may call
-- it, and learns how many there were. One at a time: two sweepers do not meet.
CREATE OR REPLACE FUNCTION engine.sweep_sessions() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
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
